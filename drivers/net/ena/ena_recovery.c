/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * From a fault to a reset of the device. The application is told (ena_reset.c) and stops and resets
 * the port (ena_port.c). The device is reset once for a fault: by the call that comes first, stop
 * or reset.
 */
#include "ena_pmd.h"
#include "ena_recovery.h"

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

/** The device did not take the reset: keep all memory to which it may still write. */
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
	ena_reset_request(a, reason);
}
