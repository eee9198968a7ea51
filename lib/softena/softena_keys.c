/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The table of keys that change single members of a configuration: name, member, range and
 * help text of a key stand in one line. Quirks have their lines in softena_quirks.h.
 */
#include "softena_config.h"
#include "softena_feature.h"
#include "softena_keys.h"
#include "softena_tx.h"

/* ---- names of bits --------------------------------------------------------------- */

const struct softena_bit_name softena_feature_names[] = {
	{"device-attributes", ENA_BIT(ENA_FEATURE_DEVICE_ATTRIBUTES)},
	{"max-queues-num", ENA_BIT(ENA_FEATURE_MAX_QUEUES_NUM)},
	{"hw-hints", ENA_BIT(ENA_FEATURE_HW_HINTS)},
	{"llq", ENA_BIT(ENA_FEATURE_LLQ)},
	{"max-queues-ext", ENA_BIT(ENA_FEATURE_MAX_QUEUES_EXT)},
	{"frag-bypass", ENA_BIT(ENA_FEATURE_FRAG_BYPASS)},
	{"rss-function", ENA_BIT(ENA_FEATURE_RSS_HASH_FUNCTION)},
	{"offloads", ENA_BIT(ENA_FEATURE_STATELESS_OFFLOAD)},
	{"rss-table", ENA_BIT(ENA_FEATURE_RSS_TABLE)},
	{"mtu", ENA_BIT(ENA_FEATURE_MTU)},
	{"rss-input", ENA_BIT(ENA_FEATURE_RSS_HASH_INPUT)},
	{"moderation", ENA_BIT(ENA_FEATURE_INTR_MODERATION)},
	{"aenq", ENA_BIT(ENA_FEATURE_AENQ_CONFIG)},
	{"link", ENA_BIT(ENA_FEATURE_LINK_CONFIG)},
	{"host-attr", ENA_BIT(ENA_FEATURE_HOST_ATTR)},
	{"phc", ENA_BIT(ENA_FEATURE_PHC)},
	{"steering", ENA_BIT(ENA_FEATURE_FLOW_STEERING)},
	{"timestamp", ENA_BIT(ENA_FEATURE_HW_TIMESTAMP)},
	{NULL, 0},
};
static const struct softena_bit_name capability_names[] = {
	{"eni", ENA_CAP_ENI_STATS},
	{"srd", ENA_CAP_SRD_INFO},
	{"metrics", ENA_CAP_CUSTOMER_METRICS},
	{"reset-reasons", ENA_CAP_EXT_RESET_REASONS},
	{"cdesc-mbz", ENA_CAP_CDESC_MBZ},
	{NULL, 0},
};
static const struct softena_bit_name entry_names[] = {
	{"128", ENA_LLQ_ENTRY_128},
	{"192", ENA_LLQ_ENTRY_192},
	{"256", ENA_LLQ_ENTRY_256},
	{"none", 0},
	{NULL, 0},
};
static const struct softena_bit_name before_names[] = {
	{"1", ENA_LLQ_BEFORE_1},
	{"2", ENA_LLQ_BEFORE_2},
	{"4", ENA_LLQ_BEFORE_4},
	{"8", ENA_LLQ_BEFORE_8},
	{NULL, 0},
};
static const struct softena_bit_name stride_names[] = {
	{"single", ENA_LLQ_STRIDE_SINGLE},
	{"multi", ENA_LLQ_STRIDE_MULTI},
	{NULL, 0},
};
static const struct softena_bit_name location_names[] = {
	{"inline", ENA_LLQ_HEADER_INLINE},
	{NULL, 0},
};
static const struct softena_bit_name accel_names[] = {
	{"no-meta-cache", ENA_LLQ_ACCEL_NO_META_CACHE},
	{"burst-limit", ENA_LLQ_ACCEL_BURST_LIMIT},
	{"none", 0},
	{NULL, 0},
};
static const struct softena_bit_name tx_offload_names[] = {
	{"l3-csum", ENA_TX_OFFLOAD_L3_CSUM},
	{"l4-v4-partial", ENA_TX_OFFLOAD_L4_V4_PARTIAL},
	{"l4-v4-full", ENA_TX_OFFLOAD_L4_V4_FULL},
	{"l4-v6-partial", ENA_TX_OFFLOAD_L4_V6_PARTIAL},
	{"l4-v6-full", ENA_TX_OFFLOAD_L4_V6_FULL},
	{"tso-v4", ENA_TX_OFFLOAD_TSO_V4},
	{"tso-v6", ENA_TX_OFFLOAD_TSO_V6},
	{"tso-ecn", ENA_TX_OFFLOAD_TSO_ECN},
	{"none", 0},
	{NULL, 0},
};
static const struct softena_bit_name rx_offload_names[] = {
	{"l3-csum", ENA_RX_OFFLOAD_L3_CSUM},
	{"l4-v4-csum", ENA_RX_OFFLOAD_L4_V4_CSUM},
	{"l4-v6-csum", ENA_RX_OFFLOAD_L4_V6_CSUM},
	{"hash", ENA_RX_OFFLOAD_HASH},
	{"none", 0},
	{NULL, 0},
};
static const struct softena_bit_name rss_function_names[] = {
	{"toeplitz", ENA_RSS_FUNC_TOEPLITZ},
	{"none", 0},
	{NULL, 0},
};
static const struct softena_bit_name group_names[] = {
	{"link", ENA_BIT(ENA_AENQ_LINK_CHANGE)},
	{"fatal", ENA_BIT(ENA_AENQ_FATAL_ERROR)},
	{"warning", ENA_BIT(ENA_AENQ_WARNING)},
	{"notification", ENA_BIT(ENA_AENQ_NOTIFICATION)},
	{"keep-alive", ENA_BIT(ENA_AENQ_KEEP_ALIVE)},
	{"refresh", ENA_BIT(ENA_AENQ_REFRESH_CAPS)},
	{"config", ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION)},
	{"reset-request", ENA_BIT(ENA_AENQ_RESET_REQUEST)},
	{"none", 0},
	{NULL, 0},
};

/* ---- keys ------------------------------------------------------------------------ */

#define MEMBER_SIZE(m) sizeof(((struct softena_config *)NULL)->m)
#define PLACE(m)       offsetof(struct softena_config, m), MEMBER_SIZE(m)

#define NUM(name, m, lo, hi, values, help)                                     \
	{                                                                      \
		name, SOFTENA_KEY_NUMBER, PLACE(m), lo, hi, NULL, values, help \
	}
#define HINT(name, m, help)                                                                \
	{                                                                                  \
		name, SOFTENA_KEY_LE16, PLACE(hints.m), 0, UINT16_MAX, NULL, "0 to 65535", \
			"hint: " help "; 0 = driver's"                                     \
	}
#define BOOL(name, m, help)                                                  \
	{                                                                    \
		name, SOFTENA_KEY_BOOL, PLACE(m), 0, 1, NULL, "on off", help \
	}
#define BITS(name, m, names, values, help)                                  \
	{                                                                   \
		name, SOFTENA_KEY_BITS, PLACE(m), 0, 0, names, values, help \
	}
#define OTHER(name, kind, m, values, help)                     \
	{                                                      \
		name, kind, PLACE(m), 0, 0, NULL, values, help \
	}
#define QUIRK_FLAG(name, m, help) BOOL(name, quirks.m, "quirk: " help),
#define QUIRK_NUM(name, m, type, hi, values, help) \
	NUM(name, quirks.m, 0, hi, values, "quirk: " help),

const struct softena_key softena_keys[] = {
	OTHER("name", SOFTENA_KEY_TEXT, name, "text", "name in messages"),
	NUM("device-id", device_id, 0, 0xffff, "0x0ec2 0x1ec2 0xec20 0xec21", "PCI device id"),
	NUM("revision", revision, 0, 0xff, "0 to 255", "PCI revision; bit 0: no readless reads"),
	NUM("prog-if", prog_if, 0, 0xff, "0 to 255", "programming interface of the class code"),
	BOOL("bar2", bar2, "device memory exists"),
	NUM("bar0-size", bar0_size, 8192, SOFTENA_BAR0_MAX, "8192 16384 32768", "registers"),
	NUM("bar1-size", bar1_size, 0, 65536, "0 to 65536, power of two",
		"MSI-X table; 0 = no BAR1, the table is in BAR0"),
	NUM("bar2-size", bar2_size, 0, 1u << 30, "0 to 1073741824, power of two",
		"device memory, at least what the LLQ rings need"),
	BOOL("bar2-64bit", bar2_64bit, "BAR2 has a 64-bit address"),
	BOOL("pm-capability", pm_capability, "power management in the configuration space"),
	NUM("reset-timeout", reset_timeout_100ms, 1, 31, "1 to 31", "in CAPS, units of 100 ms"),
	NUM("admin-timeout", admin_timeout_100ms, 0, 15, "0 to 15",
		"in CAPS, units of 100 ms; 0 = default of the driver"),
	NUM("dma-width", dma_width, ENA_DMA_WIDTH_MIN, ENA_DMA_WIDTH_MAX, "32 to 48",
		"DMA address bits"),
	NUM("version", version, 0, UINT32_MAX - 1, "number", "VERSION"),
	NUM("ctrl-version", ctrl_version, 1, UINT32_MAX - 1, "number", "CONTROLLER_VERSION"),
	OTHER("mac", SOFTENA_KEY_MAC, mac, "xx:xx:xx:xx:xx:xx", "MAC address"),
	NUM("max-mtu", max_mtu, SOFTENA_MTU_MIN, SOFTENA_MAX_MTU, "68 to 16362", "largest MTU"),
	BITS("features", features, softena_feature_names,
		"device-attributes max-queues-num hw-hints llq max-queues-ext frag-bypass "
		"rss-function offloads rss-table mtu rss-input moderation aenq link host-attr "
		"phc steering timestamp",
		"advertised features; also one by one as feature-NAME=on|off"),
	BITS("capabilities", capabilities, capability_names,
		"eni srd metrics reset-reasons cdesc-mbz", "capability bitmap"),
	NUM("tx-queues", tx_queues, 1, SOFTENA_QUEUES_MAX, "1 to 128", "Tx queues"),
	NUM("rx-queues", rx_queues, 1, SOFTENA_QUEUES_MAX, "1 to 128", "Rx queues"),
	NUM("tx-depth", tx_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768",
		"largest Tx ring in host memory, and largest Tx completion ring"),
	NUM("rx-depth", rx_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768", "largest Rx ring"),
	NUM("header-size", header_size, 0, 256, "0 to 256", "Tx header bytes, host memory mode"),
	NUM("tx-descs", tx_descs, 2, SOFTENA_TX_DESCS_MAX, "2 to 32",
		"descriptors of a Tx packet, metadata included"),
	NUM("rx-descs", rx_descs, 1, 64, "1 to 64", "buffers of an Rx packet"),
	NUM("llq-num", llq_num, 0, SOFTENA_QUEUES_MAX, "0 to 128", "LLQ rings"),
	NUM("llq-depth", llq_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768, power of two",
		"entries of an LLQ ring"),
	NUM("llq-wide-depth", llq_wide_depth, 0, ENA_RING_DEPTH_MAX, "0 to llq-depth, power of two",
		"the same with 256-byte entries; 0 = not told"),
	BITS("llq-entry-sizes", llq_entry_sizes, entry_names, "128 192 256", "LLQ entry sizes"),
	BITS("llq-descs-before", llq_descs_before, before_names, "1 2 4 8",
		"descriptors before the header"),
	BITS("llq-strides", llq_strides, stride_names, "single multi", "descriptors per entry"),
	BITS("llq-locations", llq_locations, location_names, "inline", "places of the header"),
	BITS("llq-recommended", llq_recommended, entry_names, "128 192 256 none",
		"recommended entry size"),
	BITS("llq-accel", llq_accel, accel_names, "no-meta-cache burst-limit none",
		"LLQ acceleration flags"),
	NUM("llq-burst", llq_burst, 0, UINT16_MAX, "0 to 65535",
		"bytes between doorbells, with burst-limit; 0 = no limit"),
	BITS("tx-offloads", tx_offloads, tx_offload_names,
		"l3-csum l4-v4-partial l4-v4-full l4-v6-partial l4-v6-full tso-v4 tso-v6 "
		"tso-ecn none",
		"Tx offloads"),
	BITS("rx-offloads", rx_offloads, rx_offload_names,
		"l3-csum l4-v4-csum l4-v6-csum hash none", "Rx offloads"),
	NUM("rss-log2-min", rss_log2_min, 0, ENA_RSS_TABLE_LOG2_MAX, "0 to 16",
		"smallest RSS table, log2"),
	NUM("rss-log2-max", rss_log2_max, 0, ENA_RSS_TABLE_LOG2_MAX, "0 to 16",
		"largest RSS table, log2"),
	BITS("rss-functions", rss_functions, rss_function_names, "toeplitz none", "hash functions"),
	BITS("aenq-groups", aenq_groups, group_names,
		"link fatal warning notification keep-alive refresh config reset-request none",
		"event groups"),
	NUM("moderation", moderation_us, 0, UINT16_MAX, "0 to 65535",
		"unit of interrupt delays, us"),
	NUM("link-mbps", link_mbps, 1000, 400000,
		"1000 2500 5000 10000 25000 40000 50000 100000 200000 400000", "link speed"),
	BOOL("link-up", link_up, "carrier at power-on"),
	NUM("steering-entries", steering_entries, 0, 0xfffe, "0 to 65534", "steering table"),
	BOOL("timestamp-tx", timestamp_tx, "time stamps in Tx completions"),
	BOOL("timestamp-rx", timestamp_rx, "time stamps in Rx completions"),
	NUM("phc-expire", phc_expire_us, 0, UINT32_MAX, "us", "PHC expire time; 0 = driver's"),
	NUM("phc-block", phc_block_us, 0, UINT32_MAX, "us", "PHC block time; 0 = driver's"),
	NUM("config-notification", config_notification, 0, UINT64_MAX, "bitmap",
		"codes of the configuration notification; 0 = never sent"),
	HINT("hint-reg-read", reg_read_timeout_ms, "register read time-out, ms"),
	HINT("hint-keep-alive", keep_alive_timeout_ms, "watchdog, ms; 65535 = off"),
	HINT("hint-tx-completion", missing_tx_timeout_ms, "missing Tx time, ms; 65535 = off"),
	HINT("hint-missing-tx", missing_tx_count, "missing Tx packets before a reset"),
	HINT("hint-admin", admin_timeout_ms, "admin command time-out, ms"),
	HINT("hint-net-watchdog", stack_tx_watchdog_timeout_ms, "network stack watchdog, ms"),
	HINT("hint-tx-sgl", max_tx_scatter_list, "Tx scatter list"),
	HINT("hint-rx-sgl", max_rx_scatter_list, "Rx scatter list"),
	BOOL("source-mac-check", source_mac_check,
		"the network drops frames with another source than mac, as EC2 does"),
	SOFTENA_QUIRKS(QUIRK_FLAG, QUIRK_NUM)
		OTHER("strict", SOFTENA_KEY_STRICT, strict, "on off log",
			"report each deviation of the driver from the datasheet; log: not counted"),
};

const unsigned int softena_keys_count = sizeof(softena_keys) / sizeof(softena_keys[0]);
_Static_assert(sizeof(softena_keys) / sizeof(softena_keys[0]) <= SOFTENA_KEYS_MAX,
	"struct softena_config_given has a bit for each key");
