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

void
ena_recovery_reset_queues(struct rte_eth_dev *dev, enum ena_reset_reason reason)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	/* If the device did not take the reset, keep all memory to which it may still write. */
	bool ended = ena_device_end_dma(a, reason);
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q == NULL)
			continue;
		if (ended)
			ena_txq_release_rings(q);
		else
			ena_txq_park(q);
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL)
			continue;
		if (ended)
			ena_rxq_release_rings(q);
		else
			ena_rxq_park(q);
	}
	ena_reset_request(a, reason);
}
