/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue: entries, opcodes, statuses and the commands that are not features
 * (datasheet part A, sections 4 and 5).
 */
#ifndef ENA_ABI_ADMIN_H
#define ENA_ABI_ADMIN_H

#include "ena_abi_bits.h"

#define ENA_AQ_ENTRY_SIZE  64u
#define ENA_ACQ_ENTRY_SIZE 64u
/** Depth of AQ and ACQ in all kernel and DPDK drivers (part A 4.1). */
#define ENA_AQ_DEPTH 32u

/** Opcodes (part A table 5.0). */
enum ena_aq_opcode {
	ENA_AQ_CREATE_SQ = 1,
	ENA_AQ_DESTROY_SQ = 2,
	ENA_AQ_CREATE_CQ = 3,
	ENA_AQ_DESTROY_CQ = 4,
	ENA_AQ_GET_FEATURE = 8,
	ENA_AQ_SET_FEATURE = 9,
	ENA_AQ_GET_STATS = 11,
};

/** Completion status (part A table 4.1). */
enum ena_acq_status {
	ENA_ACQ_SUCCESS = 0,
	ENA_ACQ_NO_RESOURCE = 1,
	ENA_ACQ_BAD_OPCODE = 2,
	ENA_ACQ_UNSUPPORTED = 3,
	ENA_ACQ_MALFORMED = 4,
	ENA_ACQ_ILLEGAL_PARAMETER = 5,
	ENA_ACQ_UNKNOWN_ERROR = 6,
	ENA_ACQ_BUSY = 7,
};

/** First four bytes of every AQ entry (part A 4.2). */
struct ena_aq_common {
	ena_le16_t cmd_id; /**< ENA_AQ_CMD_ID */
	uint8_t opcode;
	uint8_t flags; /**< ENA_AQ_FLAG_* */
};
ENA_ABI_SIZE(struct ena_aq_common, 4);
ENA_ABI_AT(struct ena_aq_common, opcode, 2);
ENA_ABI_AT(struct ena_aq_common, flags, 3);

#define ENA_AQ_CMD_ID             ENA_BITS(11, 0)
#define ENA_AQ_FLAG_PHASE         ENA_BIT(0)
#define ENA_AQ_FLAG_CTRL_DIRECT   ENA_BIT(1)
#define ENA_AQ_FLAG_CTRL_INDIRECT ENA_BIT(2) /* also for one contiguous buffer (4.3) */

/** Control buffer record (part A 4.2). */
struct ena_ctrl_buf {
	ena_le32_t len; /**< bytes; 0 = none */
	struct ena_ad48 addr;
};
ENA_ABI_SIZE(struct ena_ctrl_buf, 12);
ENA_ABI_AT(struct ena_ctrl_buf, addr, 4);

/** AQ entry of unknown kind. */
struct ena_aq_entry {
	struct ena_aq_common common;
	struct ena_ctrl_buf ctrl; /**< or command data */
	uint8_t data[48];
};
ENA_ABI_SIZE(struct ena_aq_entry, 64);
ENA_ABI_AT(struct ena_aq_entry, ctrl, 4);
ENA_ABI_AT(struct ena_aq_entry, data, 16);

/** First eight bytes of every ACQ entry (part A 4.5). */
struct ena_acq_common {
	ena_le16_t cmd_id; /**< ENA_AQ_CMD_ID */
	uint8_t status; /**< enum ena_acq_status */
	uint8_t flags; /**< ENA_ACQ_FLAG_PHASE */
	ena_le16_t ext_status;
	ena_le16_t aq_head; /**< AQ entries consumed; not used by drivers */
};
ENA_ABI_SIZE(struct ena_acq_common, 8);
ENA_ABI_AT(struct ena_acq_common, status, 2);
ENA_ABI_AT(struct ena_acq_common, flags, 3);
ENA_ABI_AT(struct ena_acq_common, aq_head, 6);

#define ENA_ACQ_FLAG_PHASE ENA_BIT(0)

/** ACQ entry of unknown kind. */
struct ena_acq_entry {
	struct ena_acq_common common;
	uint8_t data[56];
};
ENA_ABI_SIZE(struct ena_acq_entry, 64);

/* CREATE_CQ (part A 5.1) */

struct ena_create_cq_cmd {
	struct ena_aq_common common;
	uint8_t intr_mode; /**< ENA_CREATE_CQ_INTR_MODE */
	uint8_t entry_words; /**< ENA_CREATE_CQ_ENTRY_WORDS: 2, 4 or 8 */
	ena_le16_t depth; /**< entries, power of two */
	ena_le32_t vector; /**< MSI-X vector or ENA_MSIX_VECTOR_NONE */
	struct ena_ad48 base;
};
ENA_ABI_SIZE(struct ena_create_cq_cmd, 20);
ENA_ABI_AT(struct ena_create_cq_cmd, entry_words, 5);
ENA_ABI_AT(struct ena_create_cq_cmd, depth, 6);
ENA_ABI_AT(struct ena_create_cq_cmd, vector, 8);
ENA_ABI_AT(struct ena_create_cq_cmd, base, 12);

#define ENA_CREATE_CQ_INTR_MODE   ENA_BIT(5)
#define ENA_CREATE_CQ_ENTRY_WORDS ENA_BITS(4, 0)

struct ena_create_cq_rsp {
	struct ena_acq_common common;
	ena_le16_t cq_idx;
	ena_le16_t actual_depth; /**< granted, entries */
	ena_le32_t numa_offset; /**< of the NUMA register in BAR0; 0 = absent */
	ena_le32_t head_db_offset; /**< of the CQ head doorbell in BAR0; 0 = absent */
	ena_le32_t unmask_offset; /**< of the interrupt-unmask register in BAR0 */
};
ENA_ABI_SIZE(struct ena_create_cq_rsp, 24);
ENA_ABI_AT(struct ena_create_cq_rsp, cq_idx, 8);
ENA_ABI_AT(struct ena_create_cq_rsp, numa_offset, 12);
ENA_ABI_AT(struct ena_create_cq_rsp, unmask_offset, 20);

/* CREATE_SQ (part A 5.2) */

struct ena_create_sq_cmd {
	struct ena_aq_common common;
	uint8_t direction; /**< ENA_SQ_DIRECTION */
	uint8_t rsv;
	uint8_t placement; /**< ENA_CREATE_SQ_PLACEMENT, ENA_CREATE_SQ_COMPLETION_POLICY */
	uint8_t contiguous; /**< ENA_CREATE_SQ_CONTIGUOUS */
	ena_le16_t cq_idx;
	ena_le16_t depth; /**< entries, power of two */
	struct ena_ad48 base; /**< 0 for a ring in device memory */
	struct ena_ad48 head_writeback; /**< 0: not used with completion policy 0 */
	uint8_t rsv2[8];
};
ENA_ABI_SIZE(struct ena_create_sq_cmd, 36);
ENA_ABI_AT(struct ena_create_sq_cmd, placement, 6);
ENA_ABI_AT(struct ena_create_sq_cmd, cq_idx, 8);
ENA_ABI_AT(struct ena_create_sq_cmd, base, 12);
ENA_ABI_AT(struct ena_create_sq_cmd, head_writeback, 20);

#define ENA_SQ_DIRECTION                ENA_BITS(7, 5)
#define ENA_SQ_TX                       1u
#define ENA_SQ_RX                       2u
#define ENA_CREATE_SQ_PLACEMENT         ENA_BITS(3, 0)
#define ENA_SQ_IN_HOST_MEMORY           1u
#define ENA_SQ_IN_DEVICE_MEMORY         3u
#define ENA_CREATE_SQ_COMPLETION_POLICY ENA_BITS(6, 4)
#define ENA_SQ_COMPLETE_EACH            0u
#define ENA_CREATE_SQ_CONTIGUOUS        ENA_BIT(0)

struct ena_create_sq_rsp {
	struct ena_acq_common common;
	ena_le16_t sq_idx;
	ena_le16_t rsv;
	ena_le32_t db_offset; /**< of the doorbell in BAR0 */
	ena_le32_t llq_offset; /**< of the ring in BAR2, device memory only */
	ena_le32_t llq_header_offset; /**< separate header ring, not used */
};
ENA_ABI_SIZE(struct ena_create_sq_rsp, 24);
ENA_ABI_AT(struct ena_create_sq_rsp, sq_idx, 8);
ENA_ABI_AT(struct ena_create_sq_rsp, db_offset, 12);
ENA_ABI_AT(struct ena_create_sq_rsp, llq_offset, 16);

/* DESTROY_SQ (5.3), DESTROY_CQ (5.4); the responses are a header only */

struct ena_destroy_sq_cmd {
	struct ena_aq_common common;
	ena_le16_t sq_idx;
	uint8_t direction; /**< ENA_SQ_DIRECTION */
	uint8_t rsv;
};
ENA_ABI_SIZE(struct ena_destroy_sq_cmd, 8);
ENA_ABI_AT(struct ena_destroy_sq_cmd, direction, 6);

struct ena_destroy_cq_cmd {
	struct ena_aq_common common;
	ena_le16_t cq_idx;
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_destroy_cq_cmd, 8);

/* GET_FEATURE and SET_FEATURE (part A 5.5) */

struct ena_feature_cmd {
	struct ena_aq_common common;
	struct ena_ctrl_buf ctrl;
	uint8_t select; /**< ENA_FEATURE_SELECT */
	uint8_t id; /**< enum ena_feature_id */
	uint8_t version; /**< highest that the driver knows; 0 in SET */
	uint8_t rsv;
	uint8_t data[44];
};
ENA_ABI_SIZE(struct ena_feature_cmd, 64);
ENA_ABI_AT(struct ena_feature_cmd, select, 16);
ENA_ABI_AT(struct ena_feature_cmd, id, 17);
ENA_ABI_AT(struct ena_feature_cmd, data, 20);

#define ENA_FEATURE_SELECT         ENA_BITS(1, 0)
#define ENA_FEATURE_SELECT_CURRENT 1u
#define ENA_FEATURE_SELECT_DEFAULT 3u

/** Response to GET_FEATURE; the feature structure lies at data. */
struct ena_feature_rsp {
	struct ena_acq_common common;
	uint8_t data[56];
};
ENA_ABI_SIZE(struct ena_feature_rsp, 64);

/* GET_STATS (part A 5.6) */

enum ena_stats_type {
	ENA_STATS_BASIC = 0,
	ENA_STATS_TEXT = 1,
	ENA_STATS_ENI = 2,
	ENA_STATS_SRD = 3,
	ENA_STATS_CUSTOMER = 4,
};

#define ENA_STATS_SCOPE_QUEUE 0u
#define ENA_STATS_SCOPE_ALL   1u
#define ENA_STATS_OWN_DEVICE  0xffffu

struct ena_stats_cmd {
	struct ena_aq_common common;
	struct ena_ctrl_buf ctrl;
	uint8_t type; /**< enum ena_stats_type */
	uint8_t scope;
	ena_le16_t rsv;
	ena_le16_t queue_idx;
	ena_le16_t device_id;
	ena_le64_t requested_metrics; /**< ENA_METRIC_*, customer metrics only */
};
ENA_ABI_SIZE(struct ena_stats_cmd, 32);
ENA_ABI_AT(struct ena_stats_cmd, type, 16);
ENA_ABI_AT(struct ena_stats_cmd, queue_idx, 20);
ENA_ABI_AT(struct ena_stats_cmd, device_id, 22);
ENA_ABI_AT(struct ena_stats_cmd, requested_metrics, 24);

/** A 64-bit counter as two words, low first. */
struct ena_count64 {
	ena_le32_t lo;
	ena_le32_t hi;
};
ENA_ABI_SIZE(struct ena_count64, 8);

/** Value of a two-word counter. */
static inline uint64_t
ena_get_count64(struct ena_count64 c)
{
	return (uint64_t)ena_get32(c.hi) << 32 | ena_get32(c.lo);
}

/** Two-word counter from a value. */
static inline struct ena_count64
ena_put_count64(uint64_t v)
{
	return (struct ena_count64){ena_put32((uint32_t)v), ena_put32((uint32_t)(v >> 32))};
}

struct ena_stats_basic_rsp {
	struct ena_acq_common common;
	struct ena_count64 tx_bytes;
	struct ena_count64 tx_pkts;
	struct ena_count64 rx_bytes;
	struct ena_count64 rx_pkts;
	struct ena_count64 rx_drops;
	struct ena_count64 tx_drops;
	struct ena_count64 rx_overruns;
};
ENA_ABI_SIZE(struct ena_stats_basic_rsp, 64);
ENA_ABI_AT(struct ena_stats_basic_rsp, rx_drops, 40);
ENA_ABI_AT(struct ena_stats_basic_rsp, rx_overruns, 56);

struct ena_stats_eni_rsp {
	struct ena_acq_common common;
	ena_le64_t bw_in_exceeded;
	ena_le64_t bw_out_exceeded;
	ena_le64_t pps_exceeded;
	ena_le64_t conntrack_exceeded;
	ena_le64_t linklocal_exceeded;
	uint8_t rsv[16];
};
ENA_ABI_SIZE(struct ena_stats_eni_rsp, 64);
ENA_ABI_AT(struct ena_stats_eni_rsp, linklocal_exceeded, 40);

struct ena_stats_srd_rsp {
	struct ena_acq_common common;
	ena_le64_t mode; /**< ENA_SRD_MODE_* */
	ena_le64_t tx_pkts;
	ena_le64_t eligible_tx_pkts;
	ena_le64_t rx_pkts;
	ena_le64_t resource_utilization; /**< percent */
	uint8_t rsv[16];
};
ENA_ABI_SIZE(struct ena_stats_srd_rsp, 64);
ENA_ABI_AT(struct ena_stats_srd_rsp, resource_utilization, 40);

#define ENA_SRD_MODE_ENABLED       ENA_BIT(0)
#define ENA_SRD_MODE_UDP           ENA_BIT(1)
#define ENA_SRD_MODE_RX_UDP_BYPASS ENA_BIT(2)

struct ena_stats_customer_rsp {
	struct ena_acq_common common;
	ena_le64_t reported_metrics; /**< ENA_METRIC_* */
	uint8_t rsv[48];
};
ENA_ABI_SIZE(struct ena_stats_customer_rsp, 64);
ENA_ABI_AT(struct ena_stats_customer_rsp, reported_metrics, 8);

/** Customer metrics: bit numbers of both bitmaps; ascending order in the buffer. */
enum ena_metric {
	ENA_METRIC_BW_IN_EXCEEDED = 0,
	ENA_METRIC_BW_OUT_EXCEEDED = 1,
	ENA_METRIC_PPS_EXCEEDED = 2,
	ENA_METRIC_CONNTRACK_EXCEEDED = 3,
	ENA_METRIC_LINKLOCAL_EXCEEDED = 4,
	ENA_METRIC_CONNTRACK_AVAILABLE = 5, /* a level, not a counter */
	ENA_METRIC_COUNT = 6,
};
#define ENA_METRIC_ALL 0x3fu
/** Metrics that GET_STATS type 2 gives where customer metrics are absent. */
#define ENA_METRIC_ENI      0x1fu
#define ENA_METRIC_BUF_SIZE 512u

#endif /* ENA_ABI_ADMIN_H */
