/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The default device (part A appendix A), and profiles that follow what is documented about
 * the generations of real devices (part A 9.3).
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "softena_config.h"
#include "softena_feature.h"

void
softena_config_default(struct softena_config *cfg)
{
	*cfg = (struct softena_config){
		.name = "softena",
		.device_id = ENA_PCI_DEVICE_VF,
		.bar2 = true,
		.reset_timeout_100ms = 30,
		.admin_timeout_100ms = 0,
		.dma_width = ENA_DMA_WIDTH_MAX,
		.ctrl_version = ENA_CTRL_VERSION_MIN,
		.mac = {0x02, 0x00, 0x00, 0x00, 0x00, 0x01},
		.max_mtu = 9216,
		.features = 0x1c145c9a,
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

static void
profile_default(struct softena_config *cfg)
{
	(void)cfg;
}

/* No public hardware has the hash input feature (part B 7.1). */
static void
profile_nitro_v2(struct softena_config *cfg)
{
	cfg->features &= ~(ENA_BIT(ENA_FEATURE_RSS_HASH_FUNCTION) |
			   ENA_BIT(ENA_FEATURE_RSS_HASH_INPUT));
	cfg->llq_entry_sizes = ENA_LLQ_ENTRY_128 | ENA_LLQ_ENTRY_256;
	cfg->rx_depth = 4096;
	cfg->link_mbps = 25000;
}

static void
profile_nitro_v3n(struct softena_config *cfg)
{
	profile_nitro_v2(cfg);
	cfg->features |= ENA_BIT(ENA_FEATURE_RSS_HASH_FUNCTION);
	cfg->link_mbps = 100000;
}

static void
profile_nitro_v4(struct softena_config *cfg)
{
	profile_nitro_v3n(cfg);
	cfg->features |= ENA_BIT(ENA_FEATURE_FRAG_BYPASS);
	cfg->capabilities |= ENA_CAP_SRD_INFO;
	cfg->tx_queues = cfg->rx_queues = cfg->llq_num = 32;
	cfg->rx_depth = 8192;
	cfg->llq_recommended = ENA_LLQ_ENTRY_256;
	cfg->llq_accel = ENA_LLQ_ACCEL_NO_META_CACHE;
	cfg->link_mbps = 200000;
}

static void
profile_nitro_v5(struct softena_config *cfg)
{
	profile_nitro_v4(cfg);
	cfg->features |= ENA_BIT(ENA_FEATURE_PHC) | ENA_BIT(ENA_FEATURE_FLOW_STEERING) |
			 ENA_BIT(ENA_FEATURE_HW_TIMESTAMP);
	cfg->rx_depth = 16384;
	cfg->llq_wide_depth = 1024;
	cfg->llq_accel = ENA_LLQ_ACCEL_NO_META_CACHE | ENA_LLQ_ACCEL_BURST_LIMIT;
	cfg->llq_burst = 16384;
	cfg->steering_entries = 128;
	cfg->timestamp_rx = true;
	cfg->link_mbps = 400000;
}

static void
profile_no_llq(struct softena_config *cfg)
{
	cfg->features &= ~ENA_BIT(ENA_FEATURE_LLQ);
	cfg->bar2 = false;
}

/* Part A 6.1. SET of host attributes is accepted all the same. */
static void
profile_minimal(struct softena_config *cfg)
{
	cfg->features = ENA_BIT(ENA_FEATURE_DEVICE_ATTRIBUTES) |
			ENA_BIT(ENA_FEATURE_MAX_QUEUES_NUM) |
			ENA_BIT(ENA_FEATURE_STATELESS_OFFLOAD) | ENA_BIT(ENA_FEATURE_RSS_TABLE) |
			ENA_BIT(ENA_FEATURE_MTU) | ENA_BIT(ENA_FEATURE_AENQ_CONFIG);
	cfg->capabilities = 0;
	cfg->bar2 = false;
	cfg->tx_offloads = cfg->rx_offloads = 0;
	cfg->aenq_groups = ENA_BIT(ENA_AENQ_LINK_CHANGE) | ENA_BIT(ENA_AENQ_KEEP_ALIVE);
	cfg->max_mtu = 1500;
	cfg->link_mbps = 10000;
}

static void
profile_full(struct softena_config *cfg)
{
	cfg->features = softena_features_known();
	cfg->capabilities |= ENA_CAP_SRD_INFO;
	cfg->rx_depth = 16384;
	cfg->llq_entry_sizes = ENA_LLQ_ENTRY_128 | ENA_LLQ_ENTRY_256;
	cfg->llq_descs_before = ENA_LLQ_BEFORE_1 | ENA_LLQ_BEFORE_2 | ENA_LLQ_BEFORE_4;
	cfg->llq_accel = ENA_LLQ_ACCEL_BURST_LIMIT;
	cfg->llq_burst = 16384;
	cfg->rss_log2_max = 9;
	cfg->steering_entries = 128;
	cfg->timestamp_tx = cfg->timestamp_rx = true;
	cfg->aenq_groups = 0xff;
}

static const struct {
	const char *name;
	void (*fill)(struct softena_config *cfg);
} profiles[] = {
	{"default", profile_default},
	{"nitro-v2", profile_nitro_v2},
	{"nitro-v3n", profile_nitro_v3n},
	{"nitro-v4", profile_nitro_v4},
	{"nitro-v5", profile_nitro_v5},
	{"no-llq", profile_no_llq},
	{"minimal", profile_minimal},
	{"full", profile_full},
};

static bool
same_profile(const char *text, const char *name)
{
	for (; *text != '\0' && *name != '\0'; text++, name++)
		if ((*text == '_' ? '-' : *text) != *name)
			return false;
	return *text == *name;
}

int
softena_profile_set(struct softena_config *cfg, const char *name, char *err, size_t err_len)
{
	struct softena_config fresh;
	unsigned int i;

	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		if (!same_profile(name, profiles[i].name))
			continue;
		softena_config_default(&fresh);
		memcpy(fresh.name, cfg->name, sizeof(fresh.name));
		memcpy(fresh.mac, cfg->mac, sizeof(fresh.mac));
		fresh.strict = cfg->strict; /* no property of the device */
		profiles[i].fill(&fresh);
		*cfg = fresh;
		return 0;
	}
	snprintf(err, err_len,
		"there is no profile named '%s'; allowed: default nitro-v2 nitro-v3n nitro-v4 "
		"nitro-v5 no-llq minimal full",
		name);
	return -EINVAL;
}
