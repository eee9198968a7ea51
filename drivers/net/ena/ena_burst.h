/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which burst functions serve a port.
 */
#ifndef ENA_BURST_H
#define ENA_BURST_H

#include "ena_compat.h"

struct ena_tx_queue;

/** Set the burst functions of @p dev for its configuration and the CPU. Primary only. */
void ena_bursts_select(struct rte_eth_dev *dev);
/** Rx burst function for this CPU. */
eth_rx_burst_t ena_rx_burst_choose(void);
/** Tx burst function of a CPU for each placement of a ring. */
struct ena_tx_bursts {
	eth_tx_burst_t host, llq;
	eth_tx_burst_t push; /* entries that vector functions support */
};
void ena_tx_bursts_choose(struct ena_tx_bursts *bursts);
/** The one for the present placement of @p q. */
eth_tx_burst_t ena_tx_burst_of(const struct ena_tx_bursts *bursts, const struct ena_tx_queue *q);

/* operations of ethdev */
int ena_rx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode);
int ena_tx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode);

#endif /* ENA_BURST_H */
