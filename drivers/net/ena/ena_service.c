/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The service of a port. It takes events that no interrupt announced, watches over the device, and
 * tells the application. It is an EAL alarm, so it needs nothing from the application.
 */
#include <errno.h>

#include <rte_alarm.h>

#include "ena_pmd.h"

static uint64_t
service_period_us(const struct ena_adapter *a)
{
	if (a->intr.mgmt)
		return ENA_SERVICE_PERIOD_US;
	return a->args.poll_interval_ms != 0 ? (uint64_t)a->args.poll_interval_ms * 1000u :
					       ENA_SERVICE_PERIOD_US / 2;
}

/** Context: EAL interrupt thread. */
static void
service(void *arg)
{
	struct ena_adapter *a = arg;
	int rc;

	ena_health_discount_pause(a, service_period_us(a));
	/* With a working interrupt this finds nothing. Without one, events are taken only here. */
	ena_hal_aenq_process(&a->hal, &ena_event_ops, a);
	ena_hal_intr_retry(&a->hal);
	ena_health_check(a);
	ena_reset_announce(a);
	ena_notify_retry(a);
	if (!__atomic_load_n(&a->service.on, __ATOMIC_ACQUIRE))
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
	ena_health_begin(a);
	__atomic_store_n(&a->service.on, true, __ATOMIC_RELEASE);
	rc = rte_eal_alarm_set(service_period_us(a), service, a);
	if (rc != 0) {
		a->service.on = false;
		ENA_INIT_LOG(ERR, "port %u: cannot set the service alarm: %s", a->data->port_id,
			strerror(-rc));
	}
	return rc;
}

void
ena_service_stop(struct ena_adapter *a)
{
	/* Also if it never began: an event that was taken before may have set the other alarm. */
	__atomic_store_n(&a->service.on, false, __ATOMIC_RELEASE);
	/* Wait for a callback that is running in the interrupt thread, unless this is called from
	 * it. */
	rte_eal_alarm_cancel(service, a);
	ena_notify_fini(a);
}
