/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * From a fault to a reset of the device.
 *
 * A fault is found on the data path, by the watchdogs, by a command that failed, or is told by the
 * device. It asks for a reset and gives the reason. The service announces it to the application,
 * which stops and resets the port (ena_port.c). The device is reset once for a fault: by the call
 * that comes first, stop or reset.
 */
#include "ena_pmd.h"

void
ena_recovery_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	enum ena_reset_reason none = ENA_RESET_NORMAL;

	if (__atomic_compare_exchange_n(
		    &a->recovery.wanted, &none, reason, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		__atomic_fetch_add(&a->recovery.requested, 1, __ATOMIC_RELAXED);
}

bool
ena_recovery_is_wanted(const struct ena_adapter *a)
{
	return __atomic_load_n(&a->recovery.wanted, __ATOMIC_ACQUIRE) != ENA_RESET_NORMAL;
}

enum ena_reset_reason
ena_recovery_reason(const struct ena_adapter *a, enum ena_reset_reason otherwise)
{
	enum ena_reset_reason wanted = __atomic_load_n(&a->recovery.wanted, __ATOMIC_ACQUIRE);

	return wanted != ENA_RESET_NORMAL ? wanted : otherwise;
}

void
ena_recovery_announce(struct ena_adapter *a)
{
	if (!ena_recovery_is_wanted(a) || a->recovery.announced)
		return;
	a->recovery.announced = true;
	ENA_LOG(ERR, "port %u: the device needs a reset (%s)", a->data->port_id,
		ena_hal_reset_reason_name(ena_recovery_reason(a, ENA_RESET_NORMAL)));
	ena_notify_raise(a, ENA_NOTIFY_RESET);
}

void
ena_recovery_done(struct ena_adapter *a)
{
	__atomic_store_n(&a->recovery.wanted, ENA_RESET_NORMAL, __ATOMIC_RELEASE);
	a->recovery.announced = false;
}

static void
release_all(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] != NULL)
			ena_txq_release_rings(dev->data->tx_queues[i]);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] != NULL)
			ena_rxq_release_rings(dev->data->rx_queues[i]);
}

/** The device took no reset: nobody gets what it may still write to. */
static void
park_all(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] != NULL)
			ena_txq_park(dev->data->tx_queues[i]);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] != NULL)
			ena_rxq_park(dev->data->rx_queues[i]);
}

void
ena_recovery_reset_queues(struct rte_eth_dev *dev, enum ena_reset_reason reason)
{
	struct ena_adapter *a = ena_adapter_of(dev);

	if (ena_device_end_dma(a, reason))
		release_all(dev);
	else
		park_all(dev);
	ena_recovery_request(a, reason);
}
