/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx queues that stand still (datasheet part A 8).
 */
#ifndef ENA_TX_WATCHDOG_H
#define ENA_TX_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

struct ena_adapter;
struct ena_hw_hints;
struct rte_eth_dev;

/** What the watchdog saw of a Tx queue. Context: EAL interrupt thread. */
struct ena_tx_watch {
	uint64_t waited_us; /* since the head has not moved */
	uint16_t cq_head;
	uint16_t taken; /* ids_taken when it began to wait */
	uint16_t missing; /* packets in flight then; 0: it does not wait */
	bool newest_done; /* the last of them that was sent is not among those */
};

/** The watchdog of a port. */
struct ena_tx_watchdog {
	uint64_t stall_us; /* time-out for missing completions; 0 = off */
	uint64_t looked_us; /* time of the last look */
	uint16_t missing_max; /* hint of the device; 0 = none */
};

/** Set the limits of a device that hints nothing. */
void ena_tx_watch_init(struct ena_adapter *a);
/** Take over hints of the device; 0 is none. Context: bring-up, EAL interrupt thread. */
void ena_tx_watch_hints(struct ena_adapter *a, const struct ena_hw_hints *hints);
/**
 * Ask for a reset if a Tx queue stands still. Call it once per service period.
 *
 * Context: EAL interrupt thread. The caller makes sure that no queue is released, started or
 * stopped meanwhile; burst functions may run.
 *
 * @param now_us of a clock that never goes back
 */
void ena_tx_check_stalls(struct rte_eth_dev *dev, uint64_t now_us);

#endif /* ENA_TX_WATCHDOG_H */
