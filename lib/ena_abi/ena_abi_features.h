/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Features: the data of GET_FEATURE and SET_FEATURE (datasheet part A, section 6).
 *
 * A structure here lies at byte 8 of a GET response and at byte 20 of a SET request.
 */
#ifndef ENA_ABI_FEATURES_H
#define ENA_ABI_FEATURES_H

#include "ena_abi_bits.h"

/** Feature ids (part A table 6.0); bit n of the supported-feature bitmap is feature n. */
enum ena_feature_id {
	ENA_FEATURE_DEVICE_ATTRIBUTES = 1,
	ENA_FEATURE_MAX_QUEUES_NUM = 2,
	ENA_FEATURE_HW_HINTS = 3,
	ENA_FEATURE_LLQ = 4,
	ENA_FEATURE_EXTRA_PROPERTIES_STRINGS = 5,
	ENA_FEATURE_EXTRA_PROPERTIES_FLAGS = 6,
	ENA_FEATURE_MAX_QUEUES_EXT = 7,
	ENA_FEATURE_FRAG_BYPASS = 8,
	ENA_FEATURE_RSS_HASH_FUNCTION = 10,
	ENA_FEATURE_STATELESS_OFFLOAD = 11,
	ENA_FEATURE_RSS_TABLE = 12,
	ENA_FEATURE_MTU = 14,
	ENA_FEATURE_RSS_HASH_INPUT = 18,
	ENA_FEATURE_INTR_MODERATION = 20,
	ENA_FEATURE_AENQ_CONFIG = 26,
	ENA_FEATURE_LINK_CONFIG = 27,
	ENA_FEATURE_HOST_ATTR = 28,
	ENA_FEATURE_PHC = 29,
	ENA_FEATURE_FLOW_STEERING = 30,
	ENA_FEATURE_HW_TIMESTAMP = 31,
};

/* DEVICE_ATTRIBUTES (6.2) */
struct ena_device_attributes {
	ena_le32_t implementation_id;
	ena_le32_t device_version;
	ena_le32_t feature_bitmap; /**< bit n = feature id n */
	ena_le32_t capability_bitmap; /**< ENA_CAP_* */
	ena_le32_t physical_address_width;
	ena_le32_t virtual_address_width;
	uint8_t permanent_mac[6]; /**< first octet on the wire first */
	ena_le16_t steering_table_size; /**< valid with feature bit 30 */
	ena_le32_t max_mtu; /**< bytes, without the Ethernet header */
};
ENA_ABI_SIZE(struct ena_device_attributes, 36);
ENA_ABI_AT(struct ena_device_attributes, feature_bitmap, 8);
ENA_ABI_AT(struct ena_device_attributes, capability_bitmap, 12);
ENA_ABI_AT(struct ena_device_attributes, permanent_mac, 24);
ENA_ABI_AT(struct ena_device_attributes, steering_table_size, 30);
ENA_ABI_AT(struct ena_device_attributes, max_mtu, 32);

#define ENA_CAP_ENI_STATS         ENA_BIT(0)
#define ENA_CAP_SRD_INFO          ENA_BIT(1)
#define ENA_CAP_CUSTOMER_METRICS  ENA_BIT(2)
#define ENA_CAP_EXT_RESET_REASONS ENA_BIT(3)
#define ENA_CAP_CDESC_MBZ         ENA_BIT(4)

/* MAX_QUEUES_NUM (6.3); counts are per direction */
struct ena_max_queues {
	ena_le32_t max_sq_count;
	ena_le32_t max_sq_depth;
	ena_le32_t max_cq_count;
	ena_le32_t max_cq_depth;
	ena_le32_t legacy_llq_count;
	ena_le32_t legacy_llq_depth;
	ena_le32_t max_tx_header_size; /**< bytes */
	ena_le16_t max_tx_packet_descs; /**< metadata included */
	ena_le16_t max_rx_packet_descs;
};
ENA_ABI_SIZE(struct ena_max_queues, 32);
ENA_ABI_AT(struct ena_max_queues, max_tx_header_size, 24);
ENA_ABI_AT(struct ena_max_queues, max_rx_packet_descs, 30);

/* MAX_QUEUES_EXT (6.4) */
struct ena_max_queues_ext {
	uint8_t version; /**< ENA_MAX_QUEUES_EXT_VERSION */
	uint8_t rsv[3];
	ena_le32_t max_tx_sq_count;
	ena_le32_t max_tx_cq_count;
	ena_le32_t max_rx_sq_count;
	ena_le32_t max_rx_cq_count;
	ena_le32_t max_tx_sq_depth;
	ena_le32_t max_tx_cq_depth;
	ena_le32_t max_rx_sq_depth;
	ena_le32_t max_rx_cq_depth;
	ena_le32_t max_tx_header_size; /**< bytes */
	ena_le16_t max_tx_packet_descs; /**< metadata included */
	ena_le16_t max_rx_packet_descs;
};
ENA_ABI_SIZE(struct ena_max_queues_ext, 44);
ENA_ABI_AT(struct ena_max_queues_ext, max_tx_sq_count, 4);
ENA_ABI_AT(struct ena_max_queues_ext, max_tx_sq_depth, 20);
ENA_ABI_AT(struct ena_max_queues_ext, max_tx_header_size, 36);
ENA_ABI_AT(struct ena_max_queues_ext, max_rx_packet_descs, 42);
#define ENA_MAX_QUEUES_EXT_VERSION 1u

/* HW_HINTS (6.5), also the payload of a notification event; 0 = keep the driver's value */
struct ena_hw_hints {
	ena_le16_t reg_read_timeout_ms;
	ena_le16_t keep_alive_timeout_ms; /**< ENA_HINT_OFF = no watchdog */
	ena_le16_t missing_tx_timeout_ms; /**< ENA_HINT_OFF = no check */
	ena_le16_t missing_tx_count; /**< packets */
	ena_le16_t admin_timeout_ms;
	ena_le16_t stack_tx_watchdog_timeout_ms;
	ena_le16_t max_tx_scatter_list;
	ena_le16_t max_rx_scatter_list;
	uint8_t rsv[16];
};
ENA_ABI_SIZE(struct ena_hw_hints, 32);
ENA_ABI_AT(struct ena_hw_hints, admin_timeout_ms, 8);
ENA_ABI_AT(struct ena_hw_hints, max_rx_scatter_list, 14);
#define ENA_HINT_OFF 0xffffu

/* LLQ (6.6): one layout for GET and SET */
struct ena_llq_choice {
	ena_le16_t supported; /**< bitmap, GET */
	ena_le16_t selected; /**< one bit */
};
ENA_ABI_SIZE(struct ena_llq_choice, 4);

struct ena_llq_config {
	ena_le32_t max_count;
	ena_le32_t max_depth; /**< entries */
	struct ena_llq_choice header_location; /**< ENA_LLQ_HEADER_* */
	struct ena_llq_choice entry_size; /**< ENA_LLQ_ENTRY_* */
	struct ena_llq_choice descs_before_header; /**< number of descriptors, 1 2 4 8 */
	struct ena_llq_choice stride; /**< ENA_LLQ_STRIDE_* */
	uint8_t version;
	uint8_t recommended_entry_size; /**< ENA_LLQ_ENTRY_*; 0 = none */
	ena_le16_t max_wide_depth; /**< entries of 256 bytes; 0 = not specified */
	ena_le16_t accel_flags; /**< ENA_LLQ_ACCEL_*: GET supported, SET enabled */
	ena_le16_t max_tx_burst; /**< bytes between two doorbells, GET */
	ena_le32_t rsv;
};
ENA_ABI_SIZE(struct ena_llq_config, 36);
ENA_ABI_AT(struct ena_llq_config, header_location, 8);
ENA_ABI_AT(struct ena_llq_config, entry_size, 12);
ENA_ABI_AT(struct ena_llq_config, descs_before_header, 16);
ENA_ABI_AT(struct ena_llq_config, stride, 20);
ENA_ABI_AT(struct ena_llq_config, version, 24);
ENA_ABI_AT(struct ena_llq_config, max_wide_depth, 26);
ENA_ABI_AT(struct ena_llq_config, accel_flags, 28);
ENA_ABI_AT(struct ena_llq_config, max_tx_burst, 30);

#define ENA_LLQ_HEADER_INLINE       ENA_BIT(0)
#define ENA_LLQ_HEADER_SEPARATE     ENA_BIT(1)
#define ENA_LLQ_ENTRY_128           ENA_BIT(0)
#define ENA_LLQ_ENTRY_192           ENA_BIT(1)
#define ENA_LLQ_ENTRY_256           ENA_BIT(2)
#define ENA_LLQ_BEFORE_1            ENA_BIT(0)
#define ENA_LLQ_BEFORE_2            ENA_BIT(1)
#define ENA_LLQ_BEFORE_4            ENA_BIT(2)
#define ENA_LLQ_BEFORE_8            ENA_BIT(3)
#define ENA_LLQ_STRIDE_SINGLE       ENA_BIT(0)
#define ENA_LLQ_STRIDE_MULTI        ENA_BIT(1)
#define ENA_LLQ_ACCEL_NO_META_CACHE ENA_BIT(0)
#define ENA_LLQ_ACCEL_BURST_LIMIT   ENA_BIT(1)
/** What every driver writes back in SET, whatever was offered. */
#define ENA_LLQ_ACCEL_ALL (ENA_LLQ_ACCEL_NO_META_CACHE | ENA_LLQ_ACCEL_BURST_LIMIT)

/* EXTRA_PROPERTIES (6.7): constants only */
#define ENA_EXTRA_PROPERTIES_MAX  32u
#define ENA_EXTRA_PROPERTIES_NAME 32u

/* FRAG_BYPASS (6.8), SET */
struct ena_frag_bypass {
	uint8_t enable;
	uint8_t rsv[3];
};
ENA_ABI_SIZE(struct ena_frag_bypass, 4);

/* RSS_HASH_FUNCTION (6.9) */
struct ena_rss_function {
	ena_le32_t supported; /**< bitmap of ENA_RSS_FUNC_* */
	ena_le32_t selected; /**< exactly one bit */
	ena_le32_t initial_value; /**< seed, XORed with the hash */
};
ENA_ABI_SIZE(struct ena_rss_function, 12);
#define ENA_RSS_FUNC_TOEPLITZ ENA_BIT(1)
#define ENA_RSS_FUNC_CRC32    ENA_BIT(2)
#define ENA_RSS_KEY_WORDS     10u
#define ENA_RSS_KEY_SIZE      40u

/** Control buffer of RSS_HASH_FUNCTION. Byte 39 of key is the first byte of the Toeplitz key. */
struct ena_rss_key {
	ena_le32_t key_words; /**< ENA_RSS_KEY_WORDS */
	ena_le32_t rsv;
	uint8_t key[ENA_RSS_KEY_SIZE];
};
ENA_ABI_SIZE(struct ena_rss_key, 48);
ENA_ABI_AT(struct ena_rss_key, key, 8);

/* STATELESS_OFFLOAD_CONFIG (6.10), GET */
struct ena_offloads {
	ena_le32_t tx_supported; /**< ENA_TX_OFFLOAD_* */
	ena_le32_t rx_supported; /**< ENA_RX_OFFLOAD_* */
	ena_le32_t rx_enabled;
};
ENA_ABI_SIZE(struct ena_offloads, 12);
#define ENA_TX_OFFLOAD_L3_CSUM       ENA_BIT(0)
#define ENA_TX_OFFLOAD_L4_V4_PARTIAL ENA_BIT(1)
#define ENA_TX_OFFLOAD_L4_V4_FULL    ENA_BIT(2)
#define ENA_TX_OFFLOAD_L4_V6_PARTIAL ENA_BIT(3)
#define ENA_TX_OFFLOAD_L4_V6_FULL    ENA_BIT(4)
#define ENA_TX_OFFLOAD_TSO_V4        ENA_BIT(5)
#define ENA_TX_OFFLOAD_TSO_V6        ENA_BIT(6)
#define ENA_TX_OFFLOAD_TSO_ECN       ENA_BIT(7)
#define ENA_RX_OFFLOAD_L3_CSUM       ENA_BIT(0)
#define ENA_RX_OFFLOAD_L4_V4_CSUM    ENA_BIT(1)
#define ENA_RX_OFFLOAD_L4_V6_CSUM    ENA_BIT(2)
#define ENA_RX_OFFLOAD_HASH          ENA_BIT(3)

/* RSS_INDIRECTION_TABLE_CONFIG (6.11) */
struct ena_rss_table_entry {
	ena_le16_t queue_idx; /**< Rx SQ index */
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_rss_table_entry, 4);

struct ena_rss_table {
	ena_le16_t min_size_log2;
	ena_le16_t max_size_log2;
	ena_le16_t size_log2; /**< current, or to be set */
	uint8_t single_entry_update; /**< bit 0: single entries can be set */
	uint8_t rsv;
	ena_le32_t inline_index; /**< ENA_RSS_NO_INLINE */
	struct ena_rss_table_entry inline_entry;
};
ENA_ABI_SIZE(struct ena_rss_table, 16);
ENA_ABI_AT(struct ena_rss_table, size_log2, 4);
ENA_ABI_AT(struct ena_rss_table, inline_index, 8);
#define ENA_RSS_NO_INLINE      UINT32_C(0xffffffff)
#define ENA_RSS_TABLE_LOG2_MAX 16u

/* MTU (6.12), SET */
struct ena_mtu {
	ena_le32_t mtu; /**< bytes, without the Ethernet header */
};
ENA_ABI_SIZE(struct ena_mtu, 4);
#define ENA_MTU_MIN 128u

/* RSS_HASH_INPUT (6.13) */
struct ena_rss_sorts {
	ena_le16_t supported; /**< ENA_RSS_SORT_* */
	ena_le16_t enabled;
};
ENA_ABI_SIZE(struct ena_rss_sorts, 4);
#define ENA_RSS_SORT_L3 ENA_BIT(1)
#define ENA_RSS_SORT_L4 ENA_BIT(2)

/** Protocol records of the hash input. */
enum ena_rss_proto {
	ENA_RSS_TCP4 = 0,
	ENA_RSS_UDP4 = 1,
	ENA_RSS_TCP6 = 2,
	ENA_RSS_UDP6 = 3,
	ENA_RSS_IP4 = 4,
	ENA_RSS_IP6 = 5,
	ENA_RSS_IP4_FRAG = 6,
	ENA_RSS_NOT_IP = 7,
	ENA_RSS_TCP6_EX = 8,
	ENA_RSS_IP6_EX = 9,
	ENA_RSS_PROTO_COUNT = 16,
};
#define ENA_RSS_FIELD_L2_DA ENA_BIT(0)
#define ENA_RSS_FIELD_L2_SA ENA_BIT(1)
#define ENA_RSS_FIELD_L3_DA ENA_BIT(2)
#define ENA_RSS_FIELD_L3_SA ENA_BIT(3)
#define ENA_RSS_FIELD_L4_DP ENA_BIT(4)
#define ENA_RSS_FIELD_L4_SP ENA_BIT(5)
#define ENA_RSS_FIELDS_L2   (ENA_RSS_FIELD_L2_DA | ENA_RSS_FIELD_L2_SA)
#define ENA_RSS_FIELDS_L3   (ENA_RSS_FIELD_L3_DA | ENA_RSS_FIELD_L3_SA)
#define ENA_RSS_FIELDS_L34  (ENA_RSS_FIELDS_L3 | ENA_RSS_FIELD_L4_DP | ENA_RSS_FIELD_L4_SP)

struct ena_rss_fields {
	ena_le16_t fields; /**< ENA_RSS_FIELD_* */
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_rss_fields, 4);

/** Control buffer of RSS_HASH_INPUT. */
struct ena_rss_input {
	struct ena_rss_fields supported[ENA_RSS_PROTO_COUNT];
	struct ena_rss_fields selected[ENA_RSS_PROTO_COUNT];
	struct ena_rss_fields rsv[2 * ENA_RSS_PROTO_COUNT];
};
ENA_ABI_SIZE(struct ena_rss_input, 256);
ENA_ABI_AT(struct ena_rss_input, selected, 64);

/* INTERRUPT_MODERATION (6.14), GET */
struct ena_intr_moderation {
	ena_le16_t delay_resolution_us; /**< 0 is treated as 1 */
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_intr_moderation, 4);

/* AENQ_CONFIG (6.15); bit n = group n of ena_abi_aenq.h */
struct ena_aenq_config {
	ena_le32_t supported;
	ena_le32_t enabled;
};
ENA_ABI_SIZE(struct ena_aenq_config, 8);

/* LINK_CONFIG (6.16), GET */
struct ena_link_config {
	ena_le32_t speed_mbps;
	ena_le32_t supported_speeds; /**< ENA_LINK_SPEED_* */
	ena_le32_t flags; /**< ENA_LINK_* */
};
ENA_ABI_SIZE(struct ena_link_config, 12);
#define ENA_LINK_SPEED_1G    ENA_BIT(0)
#define ENA_LINK_SPEED_2_5G  ENA_BIT(1)
#define ENA_LINK_SPEED_5G    ENA_BIT(2)
#define ENA_LINK_SPEED_10G   ENA_BIT(3)
#define ENA_LINK_SPEED_25G   ENA_BIT(4)
#define ENA_LINK_SPEED_40G   ENA_BIT(5)
#define ENA_LINK_SPEED_50G   ENA_BIT(6)
#define ENA_LINK_SPEED_100G  ENA_BIT(7)
#define ENA_LINK_SPEED_200G  ENA_BIT(8)
#define ENA_LINK_SPEED_400G  ENA_BIT(9)
#define ENA_LINK_AUTONEG     ENA_BIT(0)
#define ENA_LINK_FULL_DUPLEX ENA_BIT(1)

/* HOST_ATTR_CONFIG (6.17), SET */
struct ena_host_attr {
	struct ena_ad48 host_info; /**< host information page */
	struct ena_ad48 debug_area; /**< debug area; 0 = none */
	ena_le32_t debug_area_size; /**< bytes */
};
ENA_ABI_SIZE(struct ena_host_attr, 20);
ENA_ABI_AT(struct ena_host_attr, debug_area, 8);
ENA_ABI_AT(struct ena_host_attr, debug_area_size, 16);

/** Host information page (6.17); the remaining bytes of its 4096 are zero. */
struct ena_host_info {
	ena_le32_t os_type; /**< ENA_HOST_OS_* */
	char os_distribution_string[128];
	ena_le32_t os_distribution_number;
	char kernel_version_string[32];
	ena_le32_t kernel_version_number;
	ena_le32_t driver_version; /**< ENA_HOST_DRIVER_* */
	ena_le32_t stack_features[2];
	ena_le16_t interface_revision; /**< ENA_HOST_INTERFACE_REVISION */
	ena_le16_t pci_address; /**< ENA_HOST_PCI_* */
	ena_le16_t cpu_count;
	ena_le16_t rsv;
	ena_le32_t driver_features; /**< ENA_HOST_FEATURE_* */
};
ENA_ABI_SIZE(struct ena_host_info, 196);
ENA_ABI_AT(struct ena_host_info, os_distribution_string, 4);
ENA_ABI_AT(struct ena_host_info, os_distribution_number, 132);
ENA_ABI_AT(struct ena_host_info, kernel_version_string, 136);
ENA_ABI_AT(struct ena_host_info, kernel_version_number, 168);
ENA_ABI_AT(struct ena_host_info, driver_version, 172);
ENA_ABI_AT(struct ena_host_info, stack_features, 176);
ENA_ABI_AT(struct ena_host_info, interface_revision, 184);
ENA_ABI_AT(struct ena_host_info, pci_address, 186);
ENA_ABI_AT(struct ena_host_info, cpu_count, 188);
ENA_ABI_AT(struct ena_host_info, driver_features, 192);
#define ENA_HOST_INFO_PAGE_SIZE        4096u
#define ENA_HOST_OS_LINUX              1u
#define ENA_HOST_OS_WINDOWS            2u
#define ENA_HOST_OS_DPDK               3u
#define ENA_HOST_OS_FREEBSD            4u
#define ENA_HOST_OS_IPXE               5u
#define ENA_HOST_OS_ESXI               6u
#define ENA_HOST_OS_MACOS              7u
#define ENA_HOST_DRIVER_MAJOR          ENA_BITS(7, 0)
#define ENA_HOST_DRIVER_MINOR          ENA_BITS(15, 8)
#define ENA_HOST_DRIVER_SUBMINOR       ENA_BITS(23, 16)
#define ENA_HOST_DRIVER_MODULE_TYPE    ENA_BITS(31, 24)
#define ENA_HOST_INTERFACE_REVISION    0x0200u /* revision 2.0 of this interface */
#define ENA_HOST_PCI_FUNCTION          ENA_BITS(2, 0)
#define ENA_HOST_PCI_DEVICE            ENA_BITS(7, 3)
#define ENA_HOST_PCI_BUS               ENA_BITS(15, 8)
#define ENA_HOST_FEATURE_RX_OFFSET     ENA_BIT(1)
#define ENA_HOST_FEATURE_MODERATION    ENA_BIT(2)
#define ENA_HOST_FEATURE_RX_MIRROR     ENA_BIT(3)
#define ENA_HOST_FEATURE_RSS_CONFIG    ENA_BIT(4)
#define ENA_HOST_FEATURE_RX_PAGE_REUSE ENA_BIT(6)
#define ENA_HOST_FEATURE_TX_IPV6_CSUM  ENA_BIT(7)
#define ENA_HOST_FEATURE_PHC           ENA_BIT(8)
#define ENA_HOST_FEATURE_DEBUG_EXT     ENA_BIT(9)

/**
 * Debug area (6.17), informative: the Linux driver writes it just before an error reset. It has a
 * header and then sections of driver-private data, each of which begins with this structure.
 */
struct ena_debug_section {
	char name[32]; /**< ENA_DEBUG_SECTION_*, padded with zeros */
	ena_le32_t len; /**< bytes of data, plus 4 for version */
	ena_le32_t version; /**< ENA_DEBUG_VERSION */
};
ENA_ABI_SIZE(struct ena_debug_section, 40);
ENA_ABI_AT(struct ena_debug_section, len, 32);
ENA_ABI_AT(struct ena_debug_section, version, 36);

struct ena_debug_header {
	struct ena_debug_section head; /**< name ENA_DEBUG_NAME, len 8 */
	uint8_t os_type; /**< ENA_HOST_OS_* */
	uint8_t rsv[3];
};
ENA_ABI_SIZE(struct ena_debug_header, 44);
ENA_ABI_AT(struct ena_debug_header, os_type, 40);
#define ENA_DEBUG_NAME                 "debug-area-header"
#define ENA_DEBUG_SECTION_RESET_REASON "reset_reason_info"
#define ENA_DEBUG_SECTION_GLOBAL       "global_stats"
#define ENA_DEBUG_SECTION_TX           "tx_stats"
#define ENA_DEBUG_SECTION_RX           "rx_stats"
#define ENA_DEBUG_SECTION_PHC          "phc_stats"
#define ENA_DEBUG_VERSION              1u

/* Unions of reset_reason_info by reason (revision 2, A6.17). */
struct ena_debug_admin_timeout { /* reason 2 */
	ena_le32_t intr_mask; /**< as read */
	ena_le16_t outstanding; /**< admin commands */
	uint8_t polling; /**< admin queue in polling mode */
	uint8_t was_up;
};
ENA_ABI_SIZE(struct ena_debug_admin_timeout, 8);
ENA_ABI_AT(struct ena_debug_admin_timeout, outstanding, 4);
ENA_ABI_AT(struct ena_debug_admin_timeout, was_up, 7);
#define ENA_DEBUG_CDESCS  10u
#define ENA_DEBUG_REQ_IDS 1024u
struct ena_debug_invalid_rx { /* reasons 4 and 16 */
	uint8_t cdesc[ENA_DEBUG_CDESCS][16]; /**< oldest first, ending at the CQ head */
	ena_le16_t req_id[ENA_DEBUG_REQ_IDS];
};
ENA_ABI_SIZE(struct ena_debug_invalid_rx, 2208);
ENA_ABI_AT(struct ena_debug_invalid_rx, req_id, 160);
struct ena_debug_invalid_tx { /* reason 5 */
	uint8_t cdesc[ENA_DEBUG_CDESCS][8];
	ena_le16_t req_id[ENA_DEBUG_REQ_IDS];
};
ENA_ABI_SIZE(struct ena_debug_invalid_tx, 2128);
ENA_ABI_AT(struct ena_debug_invalid_tx, req_id, 80);
struct ena_debug_invalid_state { /* reason 8 */
	ena_le32_t intr_mask;
	uint8_t polling;
	uint8_t rsv[3];
};
ENA_ABI_SIZE(struct ena_debug_invalid_state, 8);
struct ena_debug_net_watchdog { /* reason 10; not aligned to its size */
	ena_le32_t since_keep_alive_ms_lo, since_keep_alive_ms_hi;
	ena_le16_t completions, submissions; /**< outstanding */
};
ENA_ABI_SIZE(struct ena_debug_net_watchdog, 12);
ENA_ABI_AT(struct ena_debug_net_watchdog, completions, 8);

/** Section reset_reason_info; its unused tail is zero. */
struct ena_debug_reset_reason {
	struct ena_debug_section head; /**< len 2228 */
	ena_le32_t time_lo, time_hi; /**< of the trigger, kernel ticks */
	ena_le32_t layout; /**< of the union: 1 for the reasons above */
	ena_le16_t reason; /**< enum ena_reset_reason */
	ena_le16_t rsv;
	union {
		struct ena_debug_admin_timeout admin_timeout;
		struct ena_debug_invalid_rx rx;
		struct ena_debug_invalid_tx tx;
		struct ena_debug_invalid_state state;
		struct ena_debug_net_watchdog watchdog;
		uint8_t raw[2208];
	} u;
};
ENA_ABI_SIZE(struct ena_debug_reset_reason, 40 + 2224);
ENA_ABI_AT(struct ena_debug_reset_reason, layout, 48);
ENA_ABI_AT(struct ena_debug_reset_reason, reason, 52);
ENA_ABI_AT(struct ena_debug_reset_reason, u, 56);

/** Start of the data of tx_stats and rx_stats; counters of 8 bytes follow. */
struct ena_debug_queue_stats {
	ena_le32_t build_features_lo, build_features_hi; /**< features of the build */
	ena_le16_t max_queues, queues_in_use;
	ena_le16_t ring_depth; /**< requested */
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_debug_queue_stats, 16);
ENA_ABI_AT(struct ena_debug_queue_stats, max_queues, 8);
ENA_ABI_AT(struct ena_debug_queue_stats, ring_depth, 12);

/* PHC_CONFIG (6.18) */
struct ena_phc_config {
	uint8_t version; /**< 0 */
	uint8_t mbz[3];
	ena_le32_t db_offset; /**< in BAR0, GET */
	ena_le32_t expire_timeout_us; /**< 0 = ENA_PHC_EXPIRE_DEFAULT_US */
	ena_le32_t block_timeout_us; /**< 0 = ENA_PHC_BLOCK_DEFAULT_US */
	struct ena_ad48 response_buf; /**< struct ena_phc_resp, SET */
	ena_le32_t response_buf_len; /**< 64, SET */
};
ENA_ABI_SIZE(struct ena_phc_config, 28);
ENA_ABI_AT(struct ena_phc_config, db_offset, 4);
ENA_ABI_AT(struct ena_phc_config, response_buf, 16);
ENA_ABI_AT(struct ena_phc_config, response_buf_len, 24);
#define ENA_PHC_EXPIRE_DEFAULT_US 10u
#define ENA_PHC_BLOCK_DEFAULT_US  1000u
#define ENA_PHC_MAX_PER_SECOND    125u

/** Shared PHC response, written by the device, request id last. */
struct ena_phc_resp {
	ena_le16_t req_id;
	uint8_t rsv0[6];
	ena_le64_t timestamp_ns;
	uint8_t rsv1[8];
	ena_le32_t error_bound_ns;
	ena_le32_t error_flags; /**< ENA_PHC_ERROR_* */
	uint8_t rsv2[32];
};
ENA_ABI_SIZE(struct ena_phc_resp, 64);
ENA_ABI_AT(struct ena_phc_resp, timestamp_ns, 8);
ENA_ABI_AT(struct ena_phc_resp, error_bound_ns, 24);
ENA_ABI_AT(struct ena_phc_resp, error_flags, 28);
#define ENA_PHC_ERROR_TIMESTAMP ENA_BIT(0)
#define ENA_PHC_ERROR_BOUND     ENA_BIT(1)
#define ENA_PHC_POISON          0xdeadu
#define ENA_PHC_BOUND_INVALID   UINT32_C(0xffffffff)

/* FLOW_STEERING_CONFIG (6.19), SET */
struct ena_steering {
	uint8_t action; /**< ENA_STEERING_* */
	uint8_t flow_type; /**< ENA_FLOW_* */
	ena_le16_t rx_queue; /**< ordinal of the Rx queue */
	ena_le16_t location; /**< ENA_STEERING_ANY = the device chooses */
	ena_le16_t rsv;
	ena_le32_t flags;
};
ENA_ABI_SIZE(struct ena_steering, 12);
ENA_ABI_AT(struct ena_steering, location, 4);
#define ENA_STEERING_ADD        1u
#define ENA_STEERING_REMOVE     2u
#define ENA_STEERING_REMOVE_ALL 3u
#define ENA_STEERING_ANY        0xffffu
#define ENA_FLOW_IP4            1u
#define ENA_FLOW_IP6            2u
#define ENA_FLOW_TCP4           3u
#define ENA_FLOW_TCP6           4u
#define ENA_FLOW_UDP4           5u
#define ENA_FLOW_UDP6           6u

/** Response data of a steering SET, at byte 8. */
struct ena_steering_rsp {
	ena_le16_t location;
	ena_le16_t rsv;
};
ENA_ABI_SIZE(struct ena_steering_rsp, 4);

/** Control buffer of a steering add; addresses in network order, mask bit 1 = compare. */
struct ena_steering_rule {
	uint8_t dst_addr[16];
	uint8_t dst_addr_mask[16];
	uint8_t src_addr[16];
	uint8_t src_addr_mask[16];
	ena_le16_t dst_port;
	ena_le16_t dst_port_mask;
	ena_le16_t src_port;
	ena_le16_t src_port_mask;
	uint8_t tos;
	uint8_t tos_mask;
	uint8_t rsv[54];
};
ENA_ABI_SIZE(struct ena_steering_rule, 128);
ENA_ABI_AT(struct ena_steering_rule, src_addr, 32);
ENA_ABI_AT(struct ena_steering_rule, dst_port, 64);
ENA_ABI_AT(struct ena_steering_rule, tos, 72);

/* HW_TIMESTAMP (6.20) */
struct ena_hw_timestamp {
	uint8_t version;
	uint8_t tx; /**< ENA_TIMESTAMP_* */
	uint8_t rx; /**< ENA_TIMESTAMP_* */
};
ENA_ABI_SIZE(struct ena_hw_timestamp, 3);
#define ENA_TIMESTAMP_NONE 0u
#define ENA_TIMESTAMP_ALL  1u

#endif /* ENA_ABI_FEATURES_H */
