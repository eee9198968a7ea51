/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Callbacks of the application for events of a port.
 *
 * In a callback the application may reset or close the port, which ends and waits for the handlers
 * of the driver. So callbacks are not called from them, but from an alarm: one in each run, as the
 * last act.
 */
#include <rte_alarm.h>

#include "ena_pmd.h"

static void notify(void *arg);

static void
notify_soon(struct ena_adapter *a)
{
	/* If this fails, the service tries again in its next run. */
	if (rte_eal_alarm_set(1, notify, a) != 0)
		ENA_DEVICE_LOG(
			a, ERR, "port %u: cannot set an alarm for an event", a->data->port_id);
}

/** Context: EAL interrupt thread. The port may be gone at the end. */
static void
notify(void *arg)
{
	struct ena_adapter *a = arg;
	struct rte_eth_dev *dev = ena_dev_of(a);
	uint32_t pending = __atomic_load_n(&a->notify.pending, __ATOMIC_ACQUIRE);
	uint32_t event = pending & -pending;

	if (pending == 0)
		return;
	__atomic_fetch_and(&a->notify.pending, ~event, __ATOMIC_ACQ_REL);
	if (pending != event)
		notify_soon(a);
	if (event == ENA_NOTIFY_RESET)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_RESET, NULL);
	else if (a->data->dev_conf.intr_conf.lsc != 0 && a->data->dev_started)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

void
ena_notify_raise(struct ena_adapter *a, uint32_t event)
{
	uint32_t pending = __atomic_fetch_or(&a->notify.pending, event, __ATOMIC_ACQ_REL);

	if (pending == 0)
		notify_soon(a);
}

void
ena_notify_retry(struct ena_adapter *a)
{
	if (__atomic_load_n(&a->notify.pending, __ATOMIC_ACQUIRE) != 0)
		notify_soon(a);
}

void
ena_notify_init(struct ena_adapter *a)
{
	a->notify.pending = 0;
}

void
ena_notify_fini(struct ena_adapter *a)
{
	rte_eal_alarm_cancel(notify, a);
	a->notify.pending = 0;
}
