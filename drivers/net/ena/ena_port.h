/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a port, from configuration to close. All functions: context control thread, under the
 * lock of the port (ena_control.c).
 */
#ifndef ENA_PORT_H
#define ENA_PORT_H

#include <stdbool.h>
#include <stdint.h>

struct ena_adapter;
struct rte_eth_dev;

struct ena_port {
	bool configured; /* since probe or the last reset */
	bool started; /* its queues exist on the device */
	bool closed; /* or never complete */
};

/** Bring the device up, and take over what the port knows of it. @return 0 or a negative errno */
int ena_port_up(struct rte_eth_dev *dev);

/** The probe failed: later calls do nothing. */
void ena_port_set_closed(struct ena_adapter *a);

/* operations of ethdev */
int ena_dev_configure(struct rte_eth_dev *dev);
int ena_dev_start(struct rte_eth_dev *dev);
int ena_dev_stop(struct rte_eth_dev *dev);
int ena_dev_reset(struct rte_eth_dev *dev);
int ena_dev_close(struct rte_eth_dev *dev); /* takes the lock itself */
int ena_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);

#endif /* ENA_PORT_H */
