/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts (datasheet part A 1.3, part B 6).
 */
#ifndef ENA_INTR_H
#define ENA_INTR_H

#include <stdbool.h>
#include <stdint.h>

struct ena_adapter;
struct rte_eth_dev;

struct ena_intr {
	bool mgmt; /* vector 0 is in use; else the service polls */
	bool rx; /* one vector for each Rx queue */
};

int ena_intr_init(struct ena_adapter *a);
void ena_intr_fini(struct ena_adapter *a);
int ena_intr_rx_setup(struct rte_eth_dev *dev);
void ena_intr_rx_teardown(struct rte_eth_dev *dev);

/* operations of ethdev */
int ena_rx_intr_enable(struct rte_eth_dev *dev, uint16_t idx);
int ena_rx_intr_disable(struct rte_eth_dev *dev, uint16_t idx);

#endif /* ENA_INTR_H */
