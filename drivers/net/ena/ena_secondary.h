/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Secondary processes.
 */
#ifndef ENA_SECONDARY_H
#define ENA_SECONDARY_H

#include <stdbool.h>
#include <stdint.h>

struct ena_adapter;
struct rte_eth_dev;

/** First word of the private data of a port of this driver: "ENA PMD" and a zero. */
#define ENA_MAGIC UINT64_C(0x454e4120504d4400)
/** Changes with each change of the structures of a port and of its queues that keeps their sizes.
 */
#define ENA_LAYOUT_VERSION 2u
/** What processes that share a port have to agree on. */
#define ENA_LAYOUT                                            \
	((uint64_t)sizeof(struct ena_adapter) << 40 |         \
		(uint64_t)sizeof(struct ena_rx_queue) << 28 | \
		(uint64_t)sizeof(struct ena_tx_queue) << 16 | (uint64_t)ENA_LAYOUT_VERSION)

/** Return value of a probe: the port in shared memory belongs to another driver. */
#define ENA_NOT_OURS ENXIO

/** Check that the port is one of this build, and set the functions of this process. */
int ena_secondary_attach(struct rte_eth_dev *dev);
int ena_secondary_tx_done_cleanup(void *queue, uint32_t free_cnt);
/**
 * Wait until no secondary is inside a queue, which does not run. Context: primary, control thread.
 * @return false, with a message: one stays
 */
bool ena_secondary_left(struct ena_adapter *a, uint32_t *guest, const char *dir, uint16_t idx);

#endif /* ENA_SECONDARY_H */
