/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Receive side scaling (datasheet part A 6.9, 6.11, 6.13, part B 7).
 */
#ifndef ENA_RSS_H
#define ENA_RSS_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

#include "ena_compat.h"

#define ENA_RSS_TABLE_MAX 512u /* entries kept; larger device tables are set to this size */

struct ena_adapter;

/** What is configured; sent to the device at start. */
struct ena_rss {
	uint16_t reta_log2;
	uint16_t reta[ENA_RSS_TABLE_MAX]; /* Rx queue ordinals */
	bool reta_user; /* set by the application */
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint64_t hf;
};

/** After a bring-up: set the defaults for this device. */
void ena_rss_init(struct ena_adapter *a);
int ena_rss_configure(struct rte_eth_dev *dev);
/** Send table, key and fields. Context: start; the Rx queues exist and have no buffers. */
int ena_rss_start(struct rte_eth_dev *dev);
/** RTE_ETH_RSS_* that the device can hash. */
uint64_t ena_rss_types(const struct ena_adapter *a);

/* operations of ethdev */
int ena_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size);
int ena_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size);
int ena_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int ena_rss_hash_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);

#endif /* ENA_RSS_H */
