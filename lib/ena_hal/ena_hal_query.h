/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the device can do: capabilities and limits, as ena_hal_query() learns them (part A 3.2 steps
 * 14 to 21).
 */
#ifndef ENA_HAL_QUERY_H
#define ENA_HAL_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** Limits of the device, from either version of the queue feature (part A 6.3, 6.4). */
struct ena_hal_queue_limits {
	uint32_t tx_sq_num, tx_cq_num, rx_sq_num, rx_cq_num;
	uint32_t tx_sq_depth, tx_cq_depth, rx_sq_depth, rx_cq_depth; /**< entries, as reported */
	uint16_t tx_descs; /**< per packet, metadata included */
	uint16_t rx_descs; /**< per packet */
};

/** LLQ as reported by the device, without selections (part A 6.6). */
struct ena_hal_llq_caps {
	uint32_t max_count; /**< rings; 0: no LLQ */
	uint32_t max_depth; /**< entries */
	uint16_t max_wide_depth; /**< entries of 256 bytes; 0 = not specified */
	uint16_t header_locations; /**< ENA_LLQ_HEADER_* bitmap */
	uint16_t entry_sizes; /**< ENA_LLQ_ENTRY_* bitmap */
	uint16_t descs_before_header; /**< ENA_LLQ_BEFORE_* bitmap */
	uint16_t strides; /**< ENA_LLQ_STRIDE_* bitmap */
	uint8_t recommended_entry_size; /**< ENA_LLQ_ENTRY_*; 0 = none */
	uint16_t accel_flags; /**< ENA_LLQ_ACCEL_* */
	uint16_t max_tx_burst; /**< bytes between doorbells; 0 = no limit */
};

/** RSS as reported by the device (part A 6.9, 6.11, 6.13). */
struct ena_hal_rss_caps {
	bool table; /**< the indirection table can be set */
	bool function; /**< key, seed and function can be set */
	bool input; /**< hashed fields can be chosen */
	uint16_t table_log2_min, table_log2_max; /**< size of the table */
	uint32_t functions; /**< ENA_RSS_FUNC_* bitmap */
	uint16_t fields[ENA_RSS_PROTO_COUNT]; /**< supported ENA_RSS_FIELD_*, if input */
	uint16_t fields_selected[ENA_RSS_PROTO_COUNT]; /**< selection of the device */
};

/** Everything that ena_hal_query() learns. */
struct ena_hal_caps {
	uint32_t features; /**< bit n = enum ena_feature_id n */
	uint32_t capabilities; /**< ENA_CAP_* */
	uint8_t mac[6];
	uint16_t steering_table_size; /**< entries; 0 without the feature */
	uint32_t max_mtu; /**< bytes, without the Ethernet header */
	struct ena_hal_queue_limits queues;
	uint32_t tx_offloads; /**< ENA_TX_OFFLOAD_* */
	uint32_t rx_offloads; /**< ENA_RX_OFFLOAD_* */
	uint32_t aenq_groups; /**< supported, bit n = group n */
	struct ena_hal_llq_caps llq;
	struct ena_hal_rss_caps rss;
	struct ena_hw_hints hints; /**< all zero without the feature */
	uint16_t delay_resolution_us; /**< of interrupt moderation; 0 = no moderation */
	/** Allowance metrics that ena_hal_stats_metrics() gives, bits of enum ena_metric. */
	uint64_t metrics;
	bool timestamp_rx, timestamp_tx;
};

/** True if the device announced the feature (part A 6.0). */
static inline bool
ena_hal_has_feature(const struct ena_hal_caps *caps, enum ena_feature_id id)
{
	return (caps->features & ENA_BIT(id)) != 0;
}

/**
 * GET all capabilities into hal->caps (3.2 steps 14 to 21, RSS): device attributes, queue
 * limits (EXT version if announced, else the old one), AENQ groups, offloads, hints, LLQ,
 * customer metrics, timestamps, moderation, RSS. A device that reports zero queues, a depth of
 * zero, no descriptors per packet or an MTU below the minimum is refused with -EPROTO and a
 * message. Optional features stay zero if the device does not announce them or answers with status
 * 3. Every other failure is an error, except that of the customer metrics. The timeouts of the
 * hints are applied.
 */
int ena_hal_query(struct ena_hal *hal);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_QUERY_H */
