/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The service of a port: it takes events that no interrupt announced, and watches over the device
 * (datasheet part A 8). It is an EAL alarm, so it needs nothing from the application.
 */
#include <errno.h>
#include <inttypes.h>

#include <rte_alarm.h>

#include "ena_pmd.h"

void
ena_health_init(struct ena_adapter *a)
{
	/* The watchdog waits from now on: also for a device that never sends a keep-alive. */
	a->health.keep_alive_us = ena_now_us();
	a->health.keep_alive_timeout_us = ENA_KEEP_ALIVE_US;
}

void
ena_health_granted(struct ena_adapter *a, uint32_t groups)
{
	a->health.keep_alive_granted = (groups & ENA_BIT(ENA_AENQ_KEEP_ALIVE)) != 0;
}

void
ena_health_keep_alive(struct ena_adapter *a)
{
	__atomic_store_n(&a->health.keep_alive_us, ena_now_us(), __ATOMIC_RELAXED);
}

void
ena_health_hints(struct ena_adapter *a, const struct ena_hw_hints *hints)
{
	uint16_t ms = ena_get16(hints->keep_alive_timeout_ms);

	if (ms == ENA_HINT_OFF)
		a->health.keep_alive_timeout_us = 0;
	else if (ms != 0)
		a->health.keep_alive_timeout_us = (uint64_t)ms * 1000u;
}

static uint64_t
service_period_us(const struct ena_adapter *a)
{
	if (a->intr.mgmt)
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
	uint64_t now = ena_now_us(), gap = now - a->health.watched_us;
	uint64_t last = __atomic_load_n(&a->health.keep_alive_us, __ATOMIC_RELAXED);

	a->health.watched_us = now;
	if (gap > 2 * service_period_us(a))
		__atomic_store_n(
			&a->health.keep_alive_us, RTE_MIN(last + gap, now), __ATOMIC_RELAXED);
}

static void
check_health(struct ena_adapter *a)
{
	uint64_t last = __atomic_load_n(&a->health.keep_alive_us, __ATOMIC_RELAXED);
	enum ena_reset_reason reason;

	if (ena_hal_admin_is_dead(&a->hal, &reason)) {
		ena_recovery_request(a, reason);
	} else if (a->health.keep_alive_granted && a->health.keep_alive_timeout_us != 0 &&
		   !ena_recovery_is_wanted(a) &&
		   ena_now_us() - last > a->health.keep_alive_timeout_us) {
		ENA_LOG(ERR, "port %u: no sign of life for %" PRIu64 " ms", a->data->port_id,
			(ena_now_us() - last) / 1000);
		ena_recovery_request(a, ENA_RESET_KEEP_ALIVE_TIMEOUT);
	}
	/* Queues are looked at only while no call changes them. */
	if (ena_control_try(a)) {
		ena_tx_check_stalls(&rte_eth_devices[a->data->port_id], ena_now_us());
		ena_control_end(a);
	}
	/* Why: is it still there? */
	if (ena_recovery_is_wanted(a))
		ena_device_is_removed(a);
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
	ena_recovery_announce(a);
	ena_notify_retry(a);
	if (!__atomic_load_n(&a->health.service_on, __ATOMIC_ACQUIRE))
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

	ena_notify_init(a);
	a->health.watched_us = ena_now_us();
	__atomic_store_n(&a->health.service_on, true, __ATOMIC_RELEASE);
	rc = rte_eal_alarm_set(service_period_us(a), service, a);
	if (rc != 0) {
		a->health.service_on = false;
		ENA_INIT_LOG(ERR, "port %u: cannot set the service alarm: %s", a->data->port_id,
			strerror(-rc));
	}
	return rc;
}

void
ena_service_stop(struct ena_adapter *a)
{
	/* Also if it never began: an event that was taken before may have set the other alarm. */
	__atomic_store_n(&a->health.service_on, false, __ATOMIC_RELEASE);
	/* Wait for a callback that is running in the interrupt thread, unless this is called from
	 * it. */
	rte_eal_alarm_cancel(service, a);
	ena_notify_fini(a);
}
