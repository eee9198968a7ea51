/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Keys that change single members of a configuration. The default and the profiles are in
 * softena_profile.c, the check of the whole in softena_config_check.c.
 *
 * A key, its place, its range and its help line stand in one line of SOFTENA_KEYS.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softena_config.h"
#include "softena_feature.h"

/* ---- names of bits --------------------------------------------------------------- */

struct bit_name {
	const char *name;
	uint32_t bit;
};

static const struct bit_name feature_names[] = {
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
static const struct bit_name capability_names[] = {
	{"eni", ENA_CAP_ENI_STATS},
	{"srd", ENA_CAP_SRD_INFO},
	{"metrics", ENA_CAP_CUSTOMER_METRICS},
	{"reset-reasons", ENA_CAP_EXT_RESET_REASONS},
	{"cdesc-mbz", ENA_CAP_CDESC_MBZ},
	{NULL, 0},
};
static const struct bit_name entry_names[] = {
	{"128", ENA_LLQ_ENTRY_128},
	{"192", ENA_LLQ_ENTRY_192},
	{"256", ENA_LLQ_ENTRY_256},
	{"none", 0},
	{NULL, 0},
};
static const struct bit_name before_names[] = {
	{"1", ENA_LLQ_BEFORE_1},
	{"2", ENA_LLQ_BEFORE_2},
	{"4", ENA_LLQ_BEFORE_4},
	{"8", ENA_LLQ_BEFORE_8},
	{NULL, 0},
};
static const struct bit_name stride_names[] = {
	{"single", ENA_LLQ_STRIDE_SINGLE},
	{"multi", ENA_LLQ_STRIDE_MULTI},
	{NULL, 0},
};
static const struct bit_name location_names[] = {
	{"inline", ENA_LLQ_HEADER_INLINE},
	{NULL, 0},
};
static const struct bit_name accel_names[] = {
	{"no-meta-cache", ENA_LLQ_ACCEL_NO_META_CACHE},
	{"burst-limit", ENA_LLQ_ACCEL_BURST_LIMIT},
	{"none", 0},
	{NULL, 0},
};
static const struct bit_name tx_offload_names[] = {
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
static const struct bit_name rx_offload_names[] = {
	{"l3-csum", ENA_RX_OFFLOAD_L3_CSUM},
	{"l4-v4-csum", ENA_RX_OFFLOAD_L4_V4_CSUM},
	{"l4-v6-csum", ENA_RX_OFFLOAD_L4_V6_CSUM},
	{"hash", ENA_RX_OFFLOAD_HASH},
	{"none", 0},
	{NULL, 0},
};
static const struct bit_name rss_function_names[] = {
	{"toeplitz", ENA_RSS_FUNC_TOEPLITZ},
	{"none", 0},
	{NULL, 0},
};
static const struct bit_name group_names[] = {
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

enum key_kind {
	KEY_NUMBER,
	KEY_LE16, /* a hint: little-endian in memory */
	KEY_BOOL,
	KEY_BITS,
	KEY_TEXT,
	KEY_MAC,
	KEY_STRICT,
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t off, size; /* in struct softena_config */
	uint64_t min, max;
	const struct bit_name *names;
	const char *values;
};

#define HINT_VALUES "0 to 65535"
#define NAMES       "NAME+NAME, +NAME adds, -NAME removes: "

#define SOFTENA_KEYS(NUM, HINT, BOOL, BITS, OTHER)                                               \
	OTHER("name", KEY_TEXT, name, "text", "name in messages")                                \
	NUM("device-id", device_id, 0, 0xffff, "0x0ec2 0x1ec2 0xec20 0xec21", "PCI device id")   \
	NUM("revision", revision, 0, 0xff, "0 to 255", "PCI revision; bit 0: no readless reads") \
	NUM("prog-if", prog_if, 0, 0xff, "0 to 255", "programming interface of the class code")  \
	BOOL("bar2", bar2, "device memory exists")                                               \
	NUM("bar0-size", bar0_size, 8192, SOFTENA_BAR0_MAX, "8192 16384 32768", "registers")     \
	NUM("bar1-size", bar1_size, 0, 65536, "0 to 65536, power of two",                        \
		"MSI-X table; 0 = no BAR1, the table is in BAR0")                                \
	NUM("bar2-size", bar2_size, 0, 1u << 30, "0 to 1073741824, power of two",                \
		"device memory, at least what the LLQ rings need")                               \
	BOOL("bar2-64bit", bar2_64bit, "BAR2 has a 64-bit address")                              \
	BOOL("pm-capability", pm_capability, "power management in the configuration space")      \
	NUM("reset-timeout", reset_timeout_100ms, 1, 31, "1 to 31", "in CAPS, units of 100 ms")  \
	NUM("admin-timeout", admin_timeout_100ms, 0, 15, "0 to 15",                              \
		"in CAPS, units of 100 ms; 0 = default of the driver")                           \
	NUM("dma-width", dma_width, ENA_DMA_WIDTH_MIN, ENA_DMA_WIDTH_MAX, "32 to 48",            \
		"DMA address bits")                                                              \
	NUM("version", version, 0, UINT32_MAX - 1, "number", "VERSION")                          \
	NUM("ctrl-version", ctrl_version, 1, UINT32_MAX - 1, "number", "CONTROLLER_VERSION")     \
	OTHER("mac", KEY_MAC, mac, "xx:xx:xx:xx:xx:xx", "MAC address")                           \
	NUM("max-mtu", max_mtu, SOFTENA_MTU_MIN, SOFTENA_MAX_MTU, "68 to 16362", "largest MTU")  \
	BITS("features", features, feature_names,                                                \
		"device-attributes max-queues-num hw-hints llq max-queues-ext frag-bypass "      \
		"rss-function offloads rss-table mtu rss-input moderation aenq link host-attr "  \
		"phc steering timestamp",                                                        \
		"advertised features; also one by one as feature-NAME=on|off")                   \
	BITS("capabilities", capabilities, capability_names,                                     \
		"eni srd metrics reset-reasons cdesc-mbz", "capability bitmap")                  \
	NUM("tx-queues", tx_queues, 1, SOFTENA_QUEUES_MAX, "1 to 128", "Tx queues")              \
	NUM("rx-queues", rx_queues, 1, SOFTENA_QUEUES_MAX, "1 to 128", "Rx queues")              \
	NUM("tx-depth", tx_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768",                           \
		"largest Tx ring in host memory, and largest Tx completion ring")                \
	NUM("rx-depth", rx_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768", "largest Rx ring")        \
	NUM("header-size", header_size, 0, 256, "0 to 256", "Tx header bytes, host memory mode") \
	NUM("tx-descs", tx_descs, 2, SOFTENA_TX_DESCS_MAX, "2 to 32",                            \
		"descriptors of a Tx packet, metadata included")                                 \
	NUM("rx-descs", rx_descs, 1, 64, "1 to 64", "buffers of an Rx packet")                   \
	NUM("llq-num", llq_num, 0, SOFTENA_QUEUES_MAX, "0 to 128", "LLQ rings")                  \
	NUM("llq-depth", llq_depth, 2, ENA_RING_DEPTH_MAX, "2 to 32768, power of two",           \
		"entries of an LLQ ring")                                                        \
	NUM("llq-wide-depth", llq_wide_depth, 0, ENA_RING_DEPTH_MAX,                             \
		"0 to llq-depth, power of two", "the same with 256-byte entries; 0 = not told")  \
	BITS("llq-entry-sizes", llq_entry_sizes, entry_names, "128 192 256", "LLQ entry sizes")  \
	BITS("llq-descs-before", llq_descs_before, before_names, "1 2 4 8",                      \
		"descriptors before the header")                                                 \
	BITS("llq-strides", llq_strides, stride_names, "single multi", "descriptors per entry")  \
	BITS("llq-locations", llq_locations, location_names, "inline", "places of the header")   \
	BITS("llq-recommended", llq_recommended, entry_names, "128 192 256 none",                \
		"recommended entry size")                                                        \
	BITS("llq-accel", llq_accel, accel_names, "no-meta-cache burst-limit none",              \
		"LLQ acceleration flags")                                                        \
	NUM("llq-burst", llq_burst, 0, UINT16_MAX, "0 to 65535",                                 \
		"bytes between doorbells, with burst-limit; 0 = no limit")                       \
	BITS("tx-offloads", tx_offloads, tx_offload_names,                                       \
		"l3-csum l4-v4-partial l4-v4-full l4-v6-partial l4-v6-full tso-v4 tso-v6 "       \
		"tso-ecn none",                                                                  \
		"Tx offloads")                                                                   \
	BITS("rx-offloads", rx_offloads, rx_offload_names,                                       \
		"l3-csum l4-v4-csum l4-v6-csum hash none", "Rx offloads")                        \
	NUM("rss-log2-min", rss_log2_min, 0, ENA_RSS_TABLE_LOG2_MAX, "0 to 16",                  \
		"smallest RSS table, log2")                                                      \
	NUM("rss-log2-max", rss_log2_max, 0, ENA_RSS_TABLE_LOG2_MAX, "0 to 16",                  \
		"largest RSS table, log2")                                                       \
	BITS("rss-functions", rss_functions, rss_function_names, "toeplitz none",                \
		"hash functions")                                                                \
	BITS("aenq-groups", aenq_groups, group_names,                                            \
		"link fatal warning notification keep-alive refresh config reset-request none",  \
		"event groups")                                                                  \
	NUM("moderation", moderation_us, 0, UINT16_MAX, "0 to 65535",                            \
		"unit of interrupt delays, us")                                                  \
	NUM("link-mbps", link_mbps, 1000, 400000,                                                \
		"1000 2500 5000 10000 25000 40000 50000 100000 200000 400000", "link speed")     \
	BOOL("link-up", link_up, "carrier at power-on")                                          \
	NUM("steering-entries", steering_entries, 0, 0xfffe, "0 to 65534", "steering table")     \
	BOOL("timestamp-tx", timestamp_tx, "time stamps in Tx completions")                      \
	BOOL("timestamp-rx", timestamp_rx, "time stamps in Rx completions")                      \
	NUM("phc-expire", phc_expire_us, 0, UINT32_MAX, "us", "PHC expire time; 0 = driver's")   \
	NUM("phc-block", phc_block_us, 0, UINT32_MAX, "us", "PHC block time; 0 = driver's")      \
	NUM("config-notification", config_notification, 0, UINT64_MAX, "bitmap",                 \
		"codes of the configuration notification; 0 = never sent")                       \
	HINT("hint-reg-read", reg_read_timeout_ms, "register read time-out, ms")                 \
	HINT("hint-keep-alive", keep_alive_timeout_ms, "watchdog, ms; 65535 = off")              \
	HINT("hint-tx-completion", missing_tx_timeout_ms, "missing Tx time, ms; 65535 = off")    \
	HINT("hint-missing-tx", missing_tx_count, "missing Tx packets before a reset")           \
	HINT("hint-admin", admin_timeout_ms, "admin command time-out, ms")                       \
	HINT("hint-net-watchdog", stack_tx_watchdog_timeout_ms, "network stack watchdog, ms")    \
	HINT("hint-tx-sgl", max_tx_scatter_list, "Tx scatter list")                              \
	HINT("hint-rx-sgl", max_rx_scatter_list, "Rx scatter list")                              \
	BOOL("source-mac-check", source_mac_check,                                               \
		"the network drops frames with another source than mac, as EC2 does")            \
	BOOL("require-host-info", quirks.require_host_info,                                      \
		"quirk: CREATE_CQ needs a host information page")                                \
	BOOL("require-aenq", quirks.require_aenq, "quirk: admin commands need an AENQ")          \
	BOOL("require-llq", quirks.require_llq, "quirk: no Tx rings in host memory")             \
	BOOL("require-major-2", quirks.require_major_2,                                          \
		"quirk: CREATE_CQ needs driver version 2.x in the host information page")        \
	BOOL("require-mmio-resp", quirks.require_mmio_resp,                                      \
		"quirk: CREATE_CQ is dropped while MMIO_RESP is 0")                              \
	BOOL("no-host-info-fatal", quirks.no_host_info_fatal,                                    \
		"quirk: CREATE_CQ without a host information page is a fatal error")             \
	BOOL("late-aenq-fatal", quirks.late_aenq_fatal,                                          \
		"quirk: credit for an AENQ that was programmed after a command is fatal")        \
	BOOL("masked-credit-fatal", quirks.masked_credit_fatal,                                  \
		"quirk: event credit while INTR_MASK is 1 is a fatal error")                     \
	BOOL("zero-caps-fatal", quirks.zero_caps_fatal,                                          \
		"quirk: 0 in the CAPS register of an admin ring that runs is a fatal error")     \
	BOOL("events-need-credit", quirks.events_need_credit,                                    \
		"quirk: an event that is due without credit is lost")                            \
	BOOL("host-hdr-len-drops", quirks.host_hdr_len_drops,                                    \
		"quirk: packets of host rings whose HDR_LEN is not 0 are dropped")               \
	BOOL("llq-base-zero", quirks.llq_base_zero,                                              \
		"quirk: CREATE_SQ of an LLQ ring with a host address fails")                     \
	NUM("rx-ring-min", quirks.rx_ring_min, 0, ENA_RING_DEPTH_MAX, "0 to 32768",              \
		"quirk: Rx rings with fewer entries receive nothing")                            \
	BOOL("require-meta", quirks.require_meta,                                                \
		"quirk: LLQ packets without metadata are dropped")                               \
	BOOL("tso-needs-seed", quirks.tso_needs_seed,                                            \
		"quirk: TSO, DF 0: the checksum field must have the pseudo-header sum")          \
	BOOL("drop-long-headers", quirks.drop_long_headers,                                      \
		"quirk: headers beyond the pushed part are dropped")                             \
	BOOL("hashed-rx", quirks.hashed_rx,                                                      \
		"quirk: Rx ring part chosen by hash, silent drop when it is empty")              \
	BOOL("tx-out-of-order", quirks.tx_out_of_order, "quirk: Tx completions shuffled")        \
	BOOL("rx-out-of-order", quirks.rx_out_of_order, "quirk: Rx buffers shuffled")            \
	BOOL("silent-rx-drops", quirks.silent_rx_drops,                                          \
		"quirk: frames without an Rx buffer are in no counter of the driver")            \
	BOOL("rx-zero-last", quirks.rx_zero_last, "quirk: last Rx completion may be empty")      \
	BOOL("key-readback", quirks.key_readback,                                                \
		"quirk: GET of the hash function writes the key buffer")                         \
	NUM("rx-offset", quirks.rx_offset, 0, UINT8_MAX, "0 to 255",                             \
		"quirk: offset of Rx data, bytes, if the driver allows it")                      \
	NUM("cq-depth-limit", quirks.cq_depth_limit, 0, ENA_RING_DEPTH_MAX, "0 to 32768",        \
		"quirk: CREATE_CQ grants at most this depth; 0 = as asked")                      \
	OTHER("strict", KEY_STRICT, strict, "on off log",                                        \
		"report each deviation of the driver from the datasheet; log: not counted")

#define MEMBER_SIZE(m) sizeof(((struct softena_config *)NULL)->m)
#define PLACE(m)       offsetof(struct softena_config, m), MEMBER_SIZE(m)

#define AS_NUM(n, m, lo, hi, v, what) {n, KEY_NUMBER, PLACE(m), lo, hi, NULL, v},
#define AS_HINT(n, m, what)           {n, KEY_LE16, PLACE(hints.m), 0, UINT16_MAX, NULL, HINT_VALUES},
#define AS_BOOL(n, m, what)           {n, KEY_BOOL, PLACE(m), 0, 1, NULL, "on off"},
#define AS_BITS(n, m, names, v, what) {n, KEY_BITS, PLACE(m), 0, 0, names, v},
#define AS_OTHER(n, kind, m, v, what) {n, kind, PLACE(m), 0, 0, NULL, v},

static const struct key keys[] = {SOFTENA_KEYS(AS_NUM, AS_HINT, AS_BOOL, AS_BITS, AS_OTHER)};
#define KEYS (sizeof(keys) / sizeof(keys[0]))
_Static_assert(KEYS <= 128, "struct softena_config_given has a bit for each key");

#define HELP_NUM(n, m, lo, hi, v, what) n "\t" v "\t" what "\n"
#define HELP_HINT(n, m, what)           n "\t" HINT_VALUES "\thint: " what "; 0 = driver's\n"
#define HELP_BOOL(n, m, what)           n "\ton off\t" what "\n"
#define HELP_BITS(n, m, names, v, what) n "\t" NAMES v "\t" what "\n"
#define HELP_OTHER(n, kind, m, v, what) n "\t" v "\t" what "\n"

static const char key_help[] = SOFTENA_KEYS(HELP_NUM, HELP_HINT, HELP_BOOL, HELP_BITS, HELP_OTHER);

/* Made once, from the tables of keys and profiles. */
static char *all_help, *value_help;
static pthread_once_t help_once = PTHREAD_ONCE_INIT;

static void
make_help(void)
{
	struct softena_profile_info p;
	size_t len, values_len;
	FILE *out = open_memstream(&all_help, &len);
	FILE *values = open_memstream(&value_help, &values_len);

	for (unsigned int i = 0; out != NULL && values != NULL && softena_profile_get(i, &p); i++) {
		fprintf(out, "profile\t%s\t%s\n", p.name, p.help);
		for (unsigned int v = 0; v < p.count; v++)
			fprintf(values, "%s\t%s=%s\t%s%s%s\n", p.name, p.values[v].key,
				p.values[v].value, p.values[v].certainty,
				p.values[v].source[0] != '\0' ? " " : "", p.values[v].source);
	}
	if (out != NULL)
		fprintf(out, "%s", key_help);
	if (out != NULL && fclose(out) != 0)
		all_help = NULL;
	if (values != NULL && fclose(values) != 0)
		value_help = NULL;
}

const char *
softena_config_help(void)
{
	pthread_once(&help_once, make_help);
	return all_help != NULL ? all_help : key_help;
}

const char *
softena_profile_help(void)
{
	pthread_once(&help_once, make_help);
	return value_help != NULL ? value_help : "";
}

/* ---- parsing --------------------------------------------------------------------- */

/* Dashes and underscores are the same. */
static bool
same_name(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char ca = a[i] == '_' ? '-' : a[i], cb = b[i] == '_' ? '-' : b[i];

		if (ca != cb || ca == '\0')
			return false;
	}
	return b[len] == '\0';
}

static bool
same_key(const char *a, const char *name)
{
	return same_name(a, name, strlen(a));
}

static bool
parse_number(const char *text, uint64_t *val)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*val = strtoull(text, &end, hex ? 16 : 10);
	return errno == 0 && *end == '\0' && end[-1] != 'x' && end[-1] != 'X';
}

static bool
parse_bool(const char *text, bool *val)
{
	static const char *const on[] = {"on", "yes", "true", "1"};
	static const char *const off[] = {"off", "no", "false", "0"};
	unsigned int i;

	for (i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
		if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
			*val = strcmp(text, on[i]) == 0;
			return true;
		}
	}
	return false;
}

static bool
parse_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6], i;
	int used = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		    &used) != 6 ||
		used != 17 || text[17] != '\0')
		return false;
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static bool
bit_of_name(const struct bit_name *names, const char *text, size_t len, uint32_t *bits)
{
	for (; names->name != NULL; names++) {
		if (same_name(text, names->name, len)) {
			*bits |= names->bit;
			return true;
		}
	}
	return false;
}

/* "a+b" sets, "+a+b" adds to the old value, "-a+b" removes from it, a number is the whole. */
static bool
parse_bits(const struct bit_name *names, const char *text, uint32_t old, uint32_t *val)
{
	char mode = text[0] == '+' || text[0] == '-' ? text[0] : '=';
	const char *at = mode == '=' ? text : text + 1;
	uint32_t bits = 0;
	uint64_t number;
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, "+");
		if (!bit_of_name(names, at, len, &bits))
			break;
		if (at[len] == '\0') {
			*val = mode == '=' ? bits : mode == '+' ? old | bits : old & ~bits;
			return true;
		}
	}
	if (!parse_number(text, &number) || number > UINT32_MAX)
		return false;
	*val = (uint32_t)number;
	return true;
}

/* ---- setting --------------------------------------------------------------------- */

static uint64_t
member_get(const struct softena_config *cfg, const struct key *k)
{
	const uint8_t *at = (const uint8_t *)cfg + k->off;
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	switch (k->size) {
	case 1:
		return *at;
	case 2:
		memcpy(&v16, at, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, at, sizeof(v32));
		return v32;
	default:
		memcpy(&v64, at, sizeof(v64));
		return v64;
	}
}

static void
member_put(struct softena_config *cfg, const struct key *k, uint64_t val)
{
	uint8_t *at = (uint8_t *)cfg + k->off;
	uint32_t v32 = (uint32_t)val;
	uint16_t v16 = (uint16_t)val;

	switch (k->size) {
	case 1:
		*at = (uint8_t)val;
		break;
	case 2:
		memcpy(at, &v16, sizeof(v16));
		break;
	case 4:
		memcpy(at, &v32, sizeof(v32));
		break;
	default:
		memcpy(at, &val, sizeof(val));
		break;
	}
}

static bool
set_number(struct softena_config *cfg, const struct key *k, const char *text)
{
	uint64_t val;

	if (!parse_number(text, &val) || val < k->min || val > k->max)
		return false;
	member_put(cfg, k, k->kind == KEY_LE16 ? ena_put16((uint16_t)val).le : val);
	return true;
}

static bool
set_bits(struct softena_config *cfg, const struct key *k, const char *text)
{
	uint32_t val;

	if (!parse_bits(k->names, text, (uint32_t)member_get(cfg, k), &val) ||
		(k->size < 4 && val >> (8 * k->size) != 0))
		return false;
	member_put(cfg, k, val);
	return true;
}

static bool
set_text(struct softena_config *cfg, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len >= sizeof(cfg->name))
		return false;
	memcpy(cfg->name, text, len + 1);
	return true;
}

static bool
set_strict(struct softena_config *cfg, const char *text)
{
	static const char *const modes[] = {
		[SOFTENA_STRICT_OFF] = "off",
		[SOFTENA_STRICT_ON] = "on",
		[SOFTENA_STRICT_LOG] = "log",
	};
	unsigned int i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(text, modes[i]) == 0) {
			cfg->strict = (uint8_t)i;
			return true;
		}
	}
	return false;
}

static bool
set_key(struct softena_config *cfg, const struct key *k, const char *text)
{
	bool on;

	switch (k->kind) {
	case KEY_NUMBER:
	case KEY_LE16:
		return set_number(cfg, k, text);
	case KEY_BITS:
		return set_bits(cfg, k, text);
	case KEY_TEXT:
		return set_text(cfg, text);
	case KEY_MAC:
		return parse_mac(text, cfg->mac);
	case KEY_STRICT:
		return set_strict(cfg, text);
	case KEY_BOOL:
		if (!parse_bool(text, &on))
			return false;
		member_put(cfg, k, on);
		return true;
	}
	return false;
}

/* feature-NAME=on|off */
static int
set_feature(
	struct softena_config *cfg, const char *name, const char *value, char *err, size_t err_len)
{
	uint32_t bit = 0;
	bool on;

	if (!bit_of_name(feature_names, name, strlen(name), &bit)) {
		snprintf(err, err_len,
			"there is no feature named '%s'; 'softena-run --list-profiles' has the "
			"names",
			name);
		return -EINVAL;
	}
	if (!parse_bool(value, &on)) {
		snprintf(err, err_len, "feature-%s: '%s' is neither on nor off", name, value);
		return -EINVAL;
	}
	cfg->features = on ? cfg->features | bit : cfg->features & ~bit;
	return 0;
}

/** Number of a key, or -1. */
static int
find_key(const char *name)
{
	for (unsigned int i = 0; i < KEYS; i++)
		if (same_key(name, keys[i].name))
			return (int)i;
	return -1;
}

/** "feature-NAME": its NAME, or NULL. */
static const char *
feature_of_key(const char *key)
{
	static const char prefix[] = "feature-";

	return strlen(key) > strlen(prefix) && same_name(key, prefix, strlen(prefix)) ?
		       key + strlen(prefix) :
		       NULL;
}

int
softena_config_set(
	struct softena_config *cfg, const char *key, const char *value, char *err, size_t err_len)
{
	const char *feature = feature_of_key(key);
	int i = find_key(key);

	if (same_key(key, "profile"))
		return softena_profile_set(cfg, value, err, err_len);
	if (feature != NULL)
		return set_feature(cfg, feature, value, err, err_len);
	if (i < 0) {
		snprintf(err, err_len,
			"there is no key named '%s'; 'softena-run --list-profiles' has them all",
			key);
		return -EINVAL;
	}
	if (set_key(cfg, &keys[i], value))
		return 0;
	snprintf(err, err_len, "%s: '%s' is not allowed; allowed: %s", keys[i].name, value,
		keys[i].values);
	return -EINVAL;
}

/* ---- once ------------------------------------------------------------------------ */

static int
twice(const char *key, char *err, size_t err_len)
{
	snprintf(err, err_len, "%s= is given twice", key);
	return -EINVAL;
}

static int
check_profile_once(const struct softena_config_given *given, char *err, size_t err_len)
{
	if (given->profile)
		return twice("profile", err, err_len);
	if ((given->keys[0] | given->keys[1] | given->features) == 0)
		return 0;
	snprintf(err, err_len, "profile= must come first: it would undo the keys before it");
	return -EINVAL;
}

int
softena_config_set_once(struct softena_config *cfg, struct softena_config_given *given,
	const char *key, const char *value, char *err, size_t err_len)
{
	struct softena_config_given now = *given;
	const char *feature = feature_of_key(key);
	bool profile = same_key(key, "profile");
	int i = find_key(key), rc;
	uint32_t bit = 0;

	if (profile) {
		rc = check_profile_once(given, err, err_len);
		if (rc != 0)
			return rc;
		now.profile = true;
	} else if (feature != NULL && bit_of_name(feature_names, feature, strlen(feature), &bit)) {
		if ((given->features & bit) != 0)
			return twice(key, err, err_len);
		now.features |= bit;
	} else if (i >= 0) {
		bool change = keys[i].kind == KEY_BITS && (value[0] == '+' || value[0] == '-');

		if (!change && (given->keys[i / 64] >> (i % 64) & 1) != 0)
			return twice(keys[i].name, err, err_len);
		now.keys[i / 64] |= UINT64_C(1) << (i % 64);
	}
	rc = softena_config_set(cfg, key, value, err, err_len);
	if (rc == 0)
		*given = now;
	return rc;
}

/* ---- ranges ---------------------------------------------------------------------- */

static uint32_t
all_bits(const struct bit_name *names)
{
	uint32_t bits = 0;

	for (; names->name != NULL; names++)
		bits |= names->bit;
	return bits;
}

bool
softena_config_in_range(const struct softena_config *cfg, char *err, size_t err_len)
{
	unsigned int i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct key *k = &keys[i];
		uint64_t val;
		bool ok;

		if (k->kind != KEY_NUMBER && k->kind != KEY_BITS)
			continue;
		val = member_get(cfg, k);
		ok = k->kind == KEY_NUMBER ? val >= k->min && val <= k->max :
					     (val & ~(uint64_t)all_bits(k->names)) == 0;
		if (!ok) {
			snprintf(err, err_len, "%s is out of range; allowed: %s", k->name,
				k->values);
			return false;
		}
	}
	return true;
}
