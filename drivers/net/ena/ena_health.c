/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events from the device, link state, and the service that watches over it (datasheet
 * part A 7, 8). The service is an EAL alarm, so it needs nothing from the application.
 */
#include <errno.h>
#include <inttypes.h>

#include <rte_alarm.h>

#include "ena_pmd.h"

static struct rte_eth_dev *
dev_of(const struct ena_adapter *a)
{
	return &rte_eth_devices[a->data->port_id];
}

/* ---- the log ------------------------------------------------------------------ */

/** So many lines in each such time can a device provoke per port. */
#define LOG_LINES     20u
#define LOG_PERIOD_US 10000000u

bool
ena_log_allowed(struct ena_adapter *a)
{
	struct ena_log_limit *l = &a->log_limit;
	uint64_t now = ena_now_us();

	if (l->since_us == 0 || now - l->since_us >= LOG_PERIOD_US) {
		if (l->suppressed != 0)
			ENA_LOG(WARNING, "port %u: %u more messages about the device were left out",
				a->data->port_id, l->suppressed);
		*l = (struct ena_log_limit){.since_us = now};
	}
	if (l->lines < LOG_LINES) {
		l->lines++;
		return true;
	}
	l->suppressed++;
	return false;
}

/** A message for an event of the device: a flood of events must not fill the log. */
#define DEVICE_LOG(a, level, ...)                                                     \
	do {                                                                          \
		if (rte_log_can_log((uint32_t)ena_logtype_driver, RTE_LOG_##level) && \
			ena_log_allowed(a))                                           \
			ENA_LOG(level, __VA_ARGS__);                                  \
	} while (0)

/* ---- callbacks of the application: an alarm of their own --------------------- */

/*
 * In a callback the application may reset or close the port, which ends and waits for the handlers
 * of the driver. So callbacks are not called from them, but from an alarm: one in each run, as the
 * last act.
 */
#define ENA_EVENT_LINK  ENA_BIT(0)
#define ENA_EVENT_RESET ENA_BIT(1)

static void notify(void *arg);

static void
notify_soon(struct ena_adapter *a)
{
	/* If this fails, the service tries again in its next run. */
	if (rte_eal_alarm_set(1, notify, a) != 0)
		DEVICE_LOG(a, ERR, "port %u: cannot set an alarm for an event", a->data->port_id);
}

/** Context: EAL interrupt thread. The port may be gone at the end. */
static void
notify(void *arg)
{
	struct ena_adapter *a = arg;
	struct rte_eth_dev *dev = dev_of(a);
	uint32_t pending = __atomic_load_n(&a->pending_events, __ATOMIC_ACQUIRE);
	uint32_t event = pending & -pending;

	if (pending == 0)
		return;
	__atomic_fetch_and(&a->pending_events, ~event, __ATOMIC_ACQ_REL);
	if (pending != event)
		notify_soon(a);
	if (event == ENA_EVENT_RESET)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_RESET, NULL);
	else if (a->data->dev_conf.intr_conf.lsc != 0 && a->data->dev_started)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

/** Tell the application soon. Several events of a kind before it is told are one. */
static void
raise_event(struct ena_adapter *a, uint32_t event)
{
	uint32_t before = __atomic_fetch_or(&a->pending_events, event, __ATOMIC_ACQ_REL);

	if (before == 0)
		notify_soon(a);
}

/* ---- events: EAL interrupt thread ------------------------------------------- */

static void
set_link(struct ena_adapter *a, bool up)
{
	struct rte_eth_link link = {
		.link_speed =
			a->args.link_speed != 0 ? a->args.link_speed : RTE_ETH_SPEED_NUM_UNKNOWN,
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_autoneg = RTE_ETH_LINK_AUTONEG,
		.link_status = up ? RTE_ETH_LINK_UP : RTE_ETH_LINK_DOWN,
	};

	if (!up)
		link.link_speed = RTE_ETH_SPEED_NUM_NONE;
	rte_eth_linkstatus_set(dev_of(a), &link);
}

static void
on_link(void *arg, bool up)
{
	struct ena_adapter *a = arg;

	DEVICE_LOG(a, INFO, "port %u: link %s", a->data->port_id, up ? "up" : "down");
	set_link(a, up);
	raise_event(a, ENA_EVENT_LINK);
}

static void
on_keep_alive(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns)
{
	struct ena_adapter *a = arg;

	ena_stats_device_drops(a, &(struct ena_drops){rx_drops, tx_drops, rx_overruns});
	__atomic_store_n(&a->keep_alive_us, ena_now_us(), __ATOMIC_RELAXED);
}

static void
on_hints(void *arg, const struct ena_hw_hints *hints)
{
	uint16_t ms = ena_get16(hints->keep_alive_timeout_ms);
	struct ena_adapter *a = arg;

	if (ms == ENA_HINT_OFF)
		a->keep_alive_timeout_us = 0;
	else if (ms != 0)
		a->keep_alive_timeout_us = (uint64_t)ms * 1000u;
	ena_tx_watch_hints(a, hints);
}

static void
on_config(void *arg, uint64_t codes)
{
	struct ena_adapter *a = arg;
	unsigned int i;

	a->config_codes |= codes;
	for (i = 0; i < 64; i++)
		if ((codes >> i & 1) != 0)
			DEVICE_LOG(a, WARNING,
				"port %u: the device calls its configuration sub-optimal, code %u "
				"(see the ENA documentation of AWS)",
				a->data->port_id, i + 1);
}

static void
on_reset_request(void *arg)
{
	struct ena_adapter *a = arg;

	DEVICE_LOG(a, WARNING, "port %u: the device asks for a reset", a->data->port_id);
	ena_reset_request(a, ENA_RESET_DEVICE_REQUEST);
}

static void
on_other(void *arg, uint16_t group, uint16_t syndrome)
{
	struct ena_adapter *a = arg;

	DEVICE_LOG(a, WARNING, "port %u: %s event, group %u, syndrome %u", a->data->port_id,
		group == ENA_AENQ_FATAL_ERROR ? "fatal error" :
		group == ENA_AENQ_WARNING     ? "warning" :
						"unknown",
		group, syndrome);
}

const struct ena_hal_event_ops ena_event_ops = {
	.link = on_link,
	.keep_alive = on_keep_alive,
	.hints = on_hints,
	.config = on_config,
	.reset_request = on_reset_request,
	.other = on_other,
};

int
ena_link_update(struct rte_eth_dev *dev, int wait)
{
	/* Events keep dev_link up to date; there is nothing to ask the device (part A 7.7). */
	RTE_SET_USED(dev);
	RTE_SET_USED(wait);
	return 0;
}

/* ---- health ------------------------------------------------------------------ */

void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	uint32_t none = 0;

	if (__atomic_compare_exchange_n(&a->reset_wanted, &none, (uint32_t)reason + 1, false,
		    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		__atomic_fetch_add(&a->resets_requested, 1, __ATOMIC_RELAXED);
}

static uint64_t
service_period_us(const struct ena_adapter *a)
{
	if (a->intr_mode)
		return ENA_SERVICE_PERIOD_US;
	return a->args.poll_interval_ms != 0 ? (uint64_t)a->args.poll_interval_ms * 1000u :
					       ENA_SERVICE_PERIOD_US / 2;
}

/**
 * A process that was stopped or got no CPU has not watched its device, and a paused machine paused
 * both: such time is no silence of the device. Before events are taken, which may be from before
 * the pause.
 */
static void
discount_pause(struct ena_adapter *a)
{
	uint64_t now = ena_now_us(), gap = now - a->watched_us;
	uint64_t last = __atomic_load_n(&a->keep_alive_us, __ATOMIC_RELAXED);

	a->watched_us = now;
	if (gap > 2 * service_period_us(a))
		__atomic_store_n(&a->keep_alive_us, RTE_MIN(last + gap, now), __ATOMIC_RELAXED);
}

static void
check_health(struct ena_adapter *a)
{
	uint64_t last = __atomic_load_n(&a->keep_alive_us, __ATOMIC_RELAXED);
	enum ena_reset_reason reason;

	if (ena_hal_admin_is_dead(&a->hal, &reason)) {
		ena_reset_request(a, reason);
	} else if (a->keep_alive_granted && a->keep_alive_timeout_us != 0 &&
		   __atomic_load_n(&a->reset_wanted, __ATOMIC_RELAXED) == 0 &&
		   ena_now_us() - last > a->keep_alive_timeout_us) {
		ENA_LOG(ERR, "port %u: no sign of life for %" PRIu64 " ms", a->data->port_id,
			(ena_now_us() - last) / 1000);
		ena_reset_request(a, ENA_RESET_KEEP_ALIVE_TIMEOUT);
	}
	/* Queues are looked at only while no call changes them. */
	if (ena_control_try(a)) {
		ena_tx_check_stalls(dev_of(a), ena_now_us());
		ena_control_end(a);
	}
	/* Why: is it still there? */
	if (__atomic_load_n(&a->reset_wanted, __ATOMIC_RELAXED) != 0)
		ena_device_is_removed(a);
}

/** Tell the application, once for each reset, from whatever context the request came. */
static void
announce_reset(struct ena_adapter *a)
{
	uint32_t wanted = __atomic_load_n(&a->reset_wanted, __ATOMIC_ACQUIRE);

	if (wanted == 0 || a->reset_announced)
		return;
	a->reset_announced = true;
	ENA_LOG(ERR, "port %u: the device needs a reset (%s)", a->data->port_id,
		ena_hal_reset_reason_name((enum ena_reset_reason)(wanted - 1)));
	raise_event(a, ENA_EVENT_RESET);
}

/** Context: EAL interrupt thread. */
static void
service(void *arg)
{
	struct ena_adapter *a = arg;
	int rc;

	discount_pause(a);
	/* With a working interrupt this finds nothing; without, it is the only way. */
	ena_hal_aenq_process(&a->hal, &ena_event_ops, a);
	ena_hal_intr_retry(&a->hal);
	check_health(a);
	announce_reset(a);
	if (__atomic_load_n(&a->pending_events, __ATOMIC_ACQUIRE) != 0)
		notify_soon(a);
	if (!__atomic_load_n(&a->service_on, __ATOMIC_ACQUIRE))
		return;
	rc = rte_eal_alarm_set(service_period_us(a), service, a);
	if (rc != 0)
		ENA_LOG(ERR, "port %u: cannot set the service alarm: %s", a->data->port_id,
			strerror(-rc));
}

int
ena_service_start(struct ena_adapter *a)
{
	int rc;

	a->pending_events = 0;
	a->watched_us = ena_now_us();
	__atomic_store_n(&a->service_on, true, __ATOMIC_RELEASE);
	rc = rte_eal_alarm_set(service_period_us(a), service, a);
	if (rc != 0) {
		a->service_on = false;
		ENA_INIT_LOG(ERR, "port %u: cannot set the service alarm: %s", a->data->port_id,
			strerror(-rc));
	}
	return rc;
}

void
ena_service_stop(struct ena_adapter *a)
{
	/* Also if it never began: an event that was taken before may have set the other alarm. */
	__atomic_store_n(&a->service_on, false, __ATOMIC_RELEASE);
	/* Wait for a callback that is running in the interrupt thread, unless this is called from
	 * it. */
	rte_eal_alarm_cancel(service, a);
	rte_eal_alarm_cancel(notify, a);
	a->pending_events = 0;
}
