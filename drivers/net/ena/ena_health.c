/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Watchdogs of a device (datasheet part A 8): keep-alive events, the admin queue, and with
 * ena_tx_watchdog.c Tx queues that stand still. The service calls them (ena_service.c).
 */
#include <errno.h>
#include <inttypes.h>

#include "ena_pmd.h"

void
ena_health_init(struct ena_adapter *a)
{
	/* The time-out begins now, also for a device that never sends a keep-alive event. */
	a->health.keep_alive_us = ena_now_us();
	a->health.keep_alive_timeout_us = ENA_KEEP_ALIVE_US;
}

void
ena_health_begin(struct ena_adapter *a)
{
	a->health.watched_us = ena_now_us();
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

void
ena_health_discount_pause(struct ena_adapter *a, uint64_t period_us)
{
	uint64_t now = ena_now_us(), gap = now - a->health.watched_us;
	uint64_t last = __atomic_load_n(&a->health.keep_alive_us, __ATOMIC_RELAXED);

	a->health.watched_us = now;
	if (gap > 2 * period_us)
		__atomic_store_n(
			&a->health.keep_alive_us, RTE_MIN(last + gap, now), __ATOMIC_RELAXED);
}

void
ena_health_check(struct ena_adapter *a)
{
	uint64_t last = __atomic_load_n(&a->health.keep_alive_us, __ATOMIC_RELAXED);
	enum ena_reset_reason reason;

	if (ena_hal_admin_is_dead(&a->hal, &reason)) {
		ena_reset_request(a, reason);
	} else if (a->health.keep_alive_granted && a->health.keep_alive_timeout_us != 0 &&
		   !ena_reset_is_wanted(a) &&
		   ena_now_us() - last > a->health.keep_alive_timeout_us) {
		ENA_LOG(ERR, "port %u: no sign of life for %" PRIu64 " ms", a->data->port_id,
			(ena_now_us() - last) / 1000);
		ena_reset_request(a, ENA_RESET_KEEP_ALIVE_TIMEOUT);
	}
	/* Queues are looked at only while no call changes them. */
	if (ena_control_try(a)) {
		ena_tx_check_stalls(ena_dev_of(a), ena_now_us());
		ena_control_end(a);
	}
	/* Why: is it still there? */
	if (ena_reset_is_wanted(a))
		ena_pci_look_removed(a);
}
