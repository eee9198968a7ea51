/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What becomes of the queues when the device has to be reset.
 */
#ifndef ENA_RECOVERY_H
#define ENA_RECOVERY_H

#include <ena_abi.h>

struct rte_eth_dev;

/**
 * Instead of destroying the queues one by one: reset the device, which destroys all of them (part A
 * 3.8). Rings and mbufs are freed if it takes the reset, and parked if not. A reset of the port is
 * asked for, which brings the device up again.
 */
void ena_recovery_reset_queues(struct rte_eth_dev *dev, enum ena_reset_reason reason);

#endif /* ENA_RECOVERY_H */
