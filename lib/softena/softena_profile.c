/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The default device (part A appendix A, corrected by revision 2), and profiles: what is
 * public about generations of devices (part A 9.3, part B 9), families of instances, and
 * layouts of BARs. A profile is a list of keys on top of another profile, and each value
 * says how certain it is:
 *
 *   [2]    two or more independent public sources
 *   [1]    one
 *   [obs]  observed on EC2, confirmed by no AWS driver
 *   model  this model's choice where nothing is public
 *
 * The text of --help comes from here, too, and the guide is tested against it.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "softena_config.h"

void
softena_config_default(struct softena_config *cfg)
{
	*cfg = (struct softena_config){
		.name = "softena",
		.device_id = ENA_PCI_DEVICE_VF,
		.bar2 = true,
		.bar0_size = 16384,
		.bar2_size = 1u << 20,
		.reset_timeout_100ms = 30,
		.admin_timeout_100ms = 0,
		.dma_width = ENA_DMA_WIDTH_MAX,
		.version = 0x0000000a,
		.ctrl_version = 0x01000001,
		.mac = {0x02, 0x00, 0x00, 0x00, 0x00, 0x01},
		.max_mtu = 9216,
		.features = 0x14145c9a,
		.capabilities = ENA_CAP_ENI_STATS | ENA_CAP_CUSTOMER_METRICS |
				ENA_CAP_EXT_RESET_REASONS | ENA_CAP_CDESC_MBZ,
		.tx_queues = 8,
		.rx_queues = 8,
		.tx_depth = 1024,
		.rx_depth = 1024,
		.header_size = 96,
		.tx_descs = 20,
		.rx_descs = 19,
		.llq_num = 8,
		.llq_depth = 1024,
		.llq_wide_depth = 512,
		.llq_entry_sizes = ENA_LLQ_ENTRY_128,
		.llq_descs_before = ENA_LLQ_BEFORE_2,
		.llq_strides = ENA_LLQ_STRIDE_MULTI,
		.llq_locations = ENA_LLQ_HEADER_INLINE,
		.llq_recommended = ENA_LLQ_ENTRY_128,
		.tx_offloads = 0xff,
		.rx_offloads = 0xf,
		.rss_log2_min = 7,
		.rss_log2_max = 7,
		.rss_functions = ENA_RSS_FUNC_TOEPLITZ,
		.aenq_groups = 0xdf,
		.moderation_us = 1,
		.link_mbps = 100000,
		.link_up = true,
	};
}

/* ---- profiles -------------------------------------------------------------------- */

struct profile {
	const char *name, *base; /* base NULL: the default */
	const char *help;
	struct softena_profile_value values[20];
};

#define ALL_FEATURES                                                                             \
	"device-attributes+max-queues-num+hw-hints+llq+max-queues-ext+frag-bypass+rss-function+" \
	"offloads+rss-table+mtu+rss-input+moderation+aenq+link+host-attr+phc+steering+timestamp"
#define GENERATION "A 9.3"
#define LIMITS     "B 9"

static const struct profile profiles[] = {
	{"default", NULL, "8 queues, rings of 1024, LLQ of 128 bytes; suits every driver",
		{
			{"version", "0x0000000a", "[2]", "revision 2, 2"},
			{"ctrl-version", "0x01000001", "[2]", "revision 2, 2"},
			{"bar0-size", "16384", "[1]", "lspci of x86, revision 2, A1.2"},
			{"bar2-size", "1048576", "[1]", "lspci of x86 and Graviton, the same"},
			{"bar2-64bit", "off", "[1]", "the same"},
			{"feature-link", "off", "[2]", "revision 2, 7"},
			{"tx-queues", "8", "[1]", "9 vectors, revision 2, A1.2; " LIMITS},
			{"rx-queues", "8", "[1]", "the same"},
			{"tx-depth", "1024", "[2]", LIMITS},
			{"rx-depth", "1024", "[2]", LIMITS},
			{"llq-recommended", "128", "[2]", "A 6.6"},
			{"capabilities", "eni+metrics+reset-reasons+cdesc-mbz", "model",
				"A appendix A"},
		}},
	{"nitro-v2", NULL, "LLQ of 128 bytes recommended, 256 possible; the RSS key is fixed",
		{
			{"feature-rss-function", "off", "[2]", "revision 2, 8; " GENERATION},
			{"feature-rss-input", "off", "[2]", "revision 2, 8"},
			{"llq-entry-sizes", "128+256", "[1]", GENERATION},
			{"rx-depth", "4096", "model", LIMITS " has up to 16384 by type"},
		}},
	{"nitro-v3n", "nitro-v2", "as nitro-v2; the RSS key can be set",
		{
			{"feature-rss-function", "on", "[1]", GENERATION},
		}},
	{"nitro-v4", "nitro-v3n",
		"LLQ of 256 bytes recommended, metadata not cached, 32 queues, a BAR1",
		{
			{"feature-frag-bypass", "on", "model", "B 9 names the feature only"},
			{"capabilities", "+srd", "model", "A 5.6"},
			{"tx-queues", "32", "[1]", LIMITS},
			{"rx-queues", "32", "[1]", LIMITS},
			{"llq-num", "32", "model", "one for each Tx queue"},
			{"rx-depth", "8192", "[1]", LIMITS},
			{"llq-recommended", "256", "[2]", GENERATION "; " LIMITS},
			{"llq-wide-depth", "512", "[2]", GENERATION "; " LIMITS},
			{"llq-accel", "no-meta-cache", "[1]", GENERATION},
			{"bar1-size", "8192", "[1]", GENERATION "; its size is that of Graviton"},
		}},
	{"nitro-v5", "nitro-v4",
		"as nitro-v4; longer rings, LLQ of 1024 wide entries and a burst limit, steering, "
		"Rx time stamps, PHC",
		{
			{"feature-phc", "on", "[1]", "A 6.18, by family"},
			{"feature-steering", "on", "[1]", GENERATION},
			{"steering-entries", "128", "model", "by the number of vCPUs"},
			{"feature-timestamp", "on", "[1]", "revision 2, 25"},
			{"timestamp-rx", "on", "[1]", "revision 2, 24"},
			{"rx-depth", "16384", "[1]", LIMITS},
			{"llq-wide-depth", "1024", "[2]", GENERATION "; " LIMITS},
			{"llq-accel", "no-meta-cache+burst-limit", "model", GENERATION},
			{"llq-burst", "16384", "model", "not public"},
		}},
	{"graviton", "nitro-v4", "BARs of 8 KiB, doorbells below 8 KiB, MSI-X in BAR1",
		{
			{"bar0-size", "8192", "[1]", "lspci, revision 2, A1.2"},
			{"bar1-size", "8192", "[1]", "the same"},
			{"pm-capability", "on", "[1]", "the same"},
			{"require-aenq", "on", "[1]", "A 9.8 #3"},
			{"tx-queues", "8", "model", ""},
			{"rx-queues", "8", "model", ""},
			{"llq-num", "8", "model", ""},
		}},
	{"no-bar2", "graviton", "as graviton; BAR2 has no address, so LLQ cannot be used",
		{
			{"bar2", "off", "[obs]", "revision 2, A1.2; A 9.8 #11"},
		}},
	{"m4", "nitro-v2", "before Nitro: no LLQ, the RSS key is fixed",
		{
			{"version", "0x0000000a", "[2]", "#61: m4.16xlarge"},
			{"feature-link", "off", "[2]", "#61"},
			{"feature-llq", "off", "[1]", "#142: no Region 2"},
			{"bar2", "off", "[1]", "#142"},
			{"rx-depth", "1024", "model", ""},
		}},
	{"t3", "nitro-v2", "a small Nitro type: the RSS key is fixed",
		{
			{"feature-link", "off", "[2]", "revision 2, 7"},
			{"tx-queues", "2", "model", "at most one for each vCPU, " LIMITS},
			{"rx-queues", "2", "model", "the same"},
			{"llq-num", "2", "model", "the same"},
		}},
	{"c5", "nitro-v2", "LLQ of 128 bytes, the RSS key is fixed",
		{
			{"feature-link", "off", "[2]", "revision 2, 7"},
			{"feature-rss-function", "off", "[2]", "5th generation without n"},
		}},
	{"m5", "c5", "as c5; Rx drops are not counted",
		{
			{"silent-rx-drops", "on", "[1]", "#235"},
		}},
	{"c5n", "nitro-v3n", "the RSS key can be set",
		{
			{"feature-rss-function", "on", "[1]", GENERATION},
			{"tx-queues", "32", "[1]", "network-accelerated types, " LIMITS},
			{"rx-queues", "32", "[1]", "the same"},
			{"llq-num", "32", "model", "the same"},
		}},
	{"c6i", "nitro-v4", "8 queues; Rx drops are not counted",
		{
			{"silent-rx-drops", "on", "[1]", "#286: 6th generation"},
			{"tx-queues", "8", "[1]", LIMITS},
			{"rx-queues", "8", "[1]", LIMITS},
			{"llq-num", "8", "model", ""},
		}},
	{"c6in", "nitro-v4", "32 queues; Rx drops are not counted",
		{
			{"silent-rx-drops", "on", "[1]", "#286: 6th generation"},
			{"tx-queues", "32", "[1]", "#318: c6in.metal"},
			{"rx-queues", "32", "[1]", "#318"},
		}},
	{"c7i", "nitro-v4", "8 queues, RSS key but not the hashed fields",
		{
			{"feature-rss-input", "off", "[1]", "#353: c7i.4xlarge"},
			{"feature-rss-function", "on", "[1]", GENERATION},
			{"tx-queues", "8", "[1]", LIMITS},
			{"rx-queues", "8", "[1]", LIMITS},
			{"llq-num", "8", "model", ""},
		}},
	{"m7i", "c7i", "as c7i, with a PHC",
		{
			{"feature-phc", "on", "[1]", "#374"},
		}},
	{"m7a", "m7i", "as m7i", {{"feature-phc", "on", "[1]", "#374"}}},
	{"m7g", "graviton", "as graviton, with a PHC",
		{
			{"feature-phc", "on", "[1]", "#374"},
		}},
	{"m8i", "nitro-v5", "Rx buffers from a hashed part of the ring",
		{
			{"hashed-rx", "on", "[1]", "B 13.2 #2: m8i.large"},
		}},
	{"m8a", "nitro-v5", "Tx by LLQ only, metadata before each packet",
		{
			{"require-llq", "on", "[2]", "A 9.8 #8; revision 2, 34"},
			{"require-meta", "on", "[1]", "A 9.8 #8"},
		}},
	{"no-llq", NULL, "no device memory: Tx rings in host memory",
		{
			{"feature-llq", "off", "model", ""},
			{"bar2", "off", "model", ""},
		}},
	/* SET of host attributes is accepted without the feature bit. */
	{"minimal", NULL, "the smallest set of features that all drivers accept",
		{
			{"features", "device-attributes+max-queues-num+offloads+rss-table+mtu+aenq",
				"model", "A 6.1"},
			{"capabilities", "0", "model", ""},
			{"bar2", "off", "model", ""},
			{"tx-offloads", "none", "model", ""},
			{"rx-offloads", "none", "model", ""},
			{"aenq-groups", "link+keep-alive", "model", ""},
			{"max-mtu", "1500", "model", ""},
		}},
	{"full", NULL, "every feature and capability of the model",
		{
			{"features", ALL_FEATURES, "model", ""},
			{"capabilities", "+srd", "model", ""},
			{"rx-depth", "16384", "model", ""},
			{"llq-entry-sizes", "128+256", "model", ""},
			{"llq-descs-before", "1+2+4", "model", ""},
			{"llq-accel", "burst-limit", "model", ""},
			{"llq-burst", "16384", "model", ""},
			{"rss-log2-max", "9", "model", ""},
			{"steering-entries", "128", "model", ""},
			{"timestamp-tx", "on", "model", ""},
			{"timestamp-rx", "on", "model", ""},
			{"aenq-groups", "0xff", "model", ""},
		}},
};
#define VALUES_MAX (sizeof(profiles[0].values) / sizeof(profiles[0].values[0]))
#define PROFILES   (sizeof(profiles) / sizeof(profiles[0]))

static bool
same_profile(const char *text, const char *name)
{
	for (; *text != '\0' && *name != '\0'; text++, name++)
		if ((*text == '_' ? '-' : *text) != *name)
			return false;
	return *text == *name;
}

static const struct profile *
find_profile(const char *name)
{
	for (unsigned int i = 0; i < PROFILES; i++)
		if (same_profile(name, profiles[i].name))
			return &profiles[i];
	return NULL;
}

/** The values of its base, then its own. @return 0 or -EINVAL: the table is wrong */
static int
apply(struct softena_config *cfg, const struct profile *p, char *err, size_t err_len)
{
	unsigned int i;
	int rc = p->base != NULL ? apply(cfg, find_profile(p->base), err, err_len) : 0;

	for (i = 0; rc == 0 && i < VALUES_MAX && p->values[i].key != NULL; i++)
		rc = softena_config_set(cfg, p->values[i].key, p->values[i].value, err, err_len);
	return rc;
}

/** Names of all profiles behind @p text, as far as there is room. */
static void
append_names(char *text, size_t len)
{
	size_t at = strlen(text);
	int n;

	for (unsigned int i = 0; i < PROFILES && at < len; i++, at += (size_t)n) {
		n = snprintf(text + at, len - at, " %s", profiles[i].name);
		if (n < 0)
			return;
	}
}

int
softena_profile_set(struct softena_config *cfg, const char *name, char *err, size_t err_len)
{
	const struct profile *p = find_profile(name);
	struct softena_config fresh;
	int rc;

	if (p == NULL) {
		snprintf(err, err_len, "there is no profile named '%.40s'; allowed:", name);
		append_names(err, err_len);
		return -EINVAL;
	}
	softena_config_default(&fresh);
	memcpy(fresh.name, cfg->name, sizeof(fresh.name));
	memcpy(fresh.mac, cfg->mac, sizeof(fresh.mac));
	fresh.strict = cfg->strict; /* no property of the device */
	rc = apply(&fresh, p, err, err_len);
	if (rc == 0)
		*cfg = fresh;
	return rc;
}

/* ---- for tools ------------------------------------------------------------------- */

bool
softena_profile_get(unsigned int i, struct softena_profile_info *info)
{
	if (i >= PROFILES)
		return false;
	*info = (struct softena_profile_info){
		.name = profiles[i].name,
		.base = profiles[i].base,
		.help = profiles[i].help,
		.values = profiles[i].values,
	};
	while (info->count < VALUES_MAX && profiles[i].values[info->count].key != NULL)
		info->count++;
	return true;
}
