/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Statistics of a port.
 */
#ifndef ENA_STATS_H
#define ENA_STATS_H

#include <stdint.h>

#include <rte_seqcount.h>
#include <rte_spinlock.h>

#include "ena_compat.h"
#include "ena_counters.h"
#include "ena_device.h"

struct ena_rx_queue;
struct ena_tx_queue;

/** Device counters that keep-alive events bring. */
struct ena_drops {
	ENA_DROP_COUNTERS(ENA_COUNTER_FIELD)
};

struct ena_stats {
	rte_spinlock_t lock;
	rte_seqcount_t changes; /* for secondary processes, which do not take the lock */
	struct ena_drops drops; /* since probe, over all resets of the device */
	struct ena_drops drops_seen; /* last ones of the device, since its last reset */
	struct ena_drops drops_base; /* drops at the last statistics reset */
	/*
	 * By queue number: counters of former queues, less what they and the present one had at the
	 * last statistics reset.
	 */
	uint64_t rx_kept[ENA_MAX_QUEUES][ENA_RX_COUNTER_NUM];
	uint64_t tx_kept[ENA_MAX_QUEUES][ENA_TX_COUNTER_NUM];
};

/* operations of ethdev */
int ena_stats_get(ENA_STATS_GET_ARGS);
int ena_stats_reset(struct rte_eth_dev *dev);
int ena_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n);
int ena_xstats_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n);

/**
 * Take queue @p idx, if there is one, away from the port; what it has counted is kept.
 * @return the queue, for the caller to free, or NULL
 */
struct ena_rx_queue *ena_stats_retire_rx(struct rte_eth_dev *dev, uint16_t idx);
struct ena_tx_queue *ena_stats_retire_tx(struct rte_eth_dev *dev, uint16_t idx);
/** Totals that the device has reported. Context: the thread that handles events. */
void ena_stats_device_drops(struct ena_adapter *a, const struct ena_drops *now);
/** The device was reset: its totals start again at 0. Context: no events are handled. */
void ena_stats_device_reset(struct ena_adapter *a);

#endif /* ENA_STATS_H */
