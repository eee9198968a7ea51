/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Contradictions in a configuration, and the size of BAR2 that follows from it.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "softena_bytes.h"
#include "softena_config.h"
#include "softena_feature.h"
#include "softena_llq.h"

/* A packet of 20 descriptors takes 4 entries of 128 bytes or 3 of 256 (part B 3.7). */
#define BURST_MIN_128 (4u * 128u)
#define BURST_MIN_256 (3u * 256u)

#define BAR0_MIN 8192u
#define BAR1_MIN 4096u

static bool
has(const struct softena_config *cfg, enum ena_feature_id id)
{
	return (cfg->features & ENA_BIT(id)) != 0;
}

/* Each check returns what is wrong, or NULL. */

static const char *
check_identity(const struct softena_config *cfg)
{
	static const uint8_t zero[6];

	if (cfg->device_id != ENA_PCI_DEVICE_PF && cfg->device_id != ENA_PCI_DEVICE_PF_2 &&
		cfg->device_id != ENA_PCI_DEVICE_VF && cfg->device_id != ENA_PCI_DEVICE_VF_2)
		return "device-id: must be 0x0ec2, 0x1ec2, 0xec20 or 0xec21";
	if ((cfg->mac[0] & 1) != 0 || memcmp(cfg->mac, zero, sizeof(zero)) == 0)
		return "mac: must be a unicast address";
	if ((cfg->ctrl_version & ENA_CTRL_VERSION_ALL) < ENA_CTRL_VERSION_MIN)
		return "ctrl-version: bits 23 to 0 must be at least 1";
	if (softena_link_speed_bit(cfg->link_mbps) == 0)
		return "link-mbps: must be 1000, 2500, 5000, 10000, 25000, 40000, 50000, 100000, "
		       "200000 or 400000";
	if (memchr(cfg->name, '\0', sizeof(cfg->name)) == NULL)
		return "name: too long";
	return NULL;
}

static const char *
check_bars(const struct softena_config *cfg)
{
	if (!softena_power_of_two(cfg->bar0_size))
		return "bar0-size: must be 8192, 16384 or 32768";
	if (cfg->bar1_size != 0 &&
		(!softena_power_of_two(cfg->bar1_size) || cfg->bar1_size < BAR1_MIN))
		return "bar1-size: must be 0 or a power of two from 4096 on";
	if (cfg->bar0_size == BAR0_MIN && cfg->bar1_size == 0)
		return "bar0-size 8192 needs bar1-size: MSI-X has no room in BAR0";
	if (cfg->bar2_size != 0 && !softena_power_of_two(cfg->bar2_size))
		return "bar2-size: must be 0 or a power of two";
	return NULL;
}

static const char *
check_features(const struct softena_config *cfg)
{
	if ((cfg->features & ~softena_features_known()) != 0)
		return "features: a bit has no feature in this model";
	if (!has(cfg, ENA_FEATURE_MAX_QUEUES_NUM) && !has(cfg, ENA_FEATURE_MAX_QUEUES_EXT))
		return "features: max-queues-num or max-queues-ext is needed";
	if (has(cfg, ENA_FEATURE_FLOW_STEERING) && cfg->steering_entries == 0)
		return "steering-entries: must not be 0 while feature steering is on";
	if (has(cfg, ENA_FEATURE_HW_TIMESTAMP) && !cfg->timestamp_tx && !cfg->timestamp_rx)
		return "feature timestamp needs timestamp-tx or timestamp-rx";
	if (!has(cfg, ENA_FEATURE_HW_TIMESTAMP) && (cfg->timestamp_tx || cfg->timestamp_rx))
		return "timestamp-tx and timestamp-rx need feature timestamp";
	if (has(cfg, ENA_FEATURE_RSS_HASH_FUNCTION) && cfg->rss_functions == 0)
		return "rss-functions: must not be empty while feature rss-function is on";
	if (cfg->rss_log2_min > cfg->rss_log2_max)
		return "rss-log2-min: must not be above rss-log2-max";
	if (cfg->config_notification != 0 &&
		(cfg->aenq_groups & ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION)) == 0)
		return "config-notification needs group config in aenq-groups";
	return NULL;
}

static const char *
check_llq_sizes(const struct softena_config *cfg)
{
	if (!softena_power_of_two(cfg->llq_depth))
		return "llq-depth: must be a power of two";
	if (cfg->llq_wide_depth != 0 && (!softena_power_of_two(cfg->llq_wide_depth) ||
						cfg->llq_wide_depth > cfg->llq_depth))
		return "llq-wide-depth: must be 0 or a power of two up to llq-depth";
	if (cfg->llq_entry_sizes == 0 || cfg->llq_descs_before == 0 || cfg->llq_strides == 0 ||
		cfg->llq_locations == 0)
		return "llq-entry-sizes, llq-descs-before, llq-strides and llq-locations must not "
		       "be empty";
	if ((cfg->llq_recommended & (cfg->llq_recommended - 1)) != 0 ||
		(cfg->llq_recommended & ~cfg->llq_entry_sizes) != 0)
		return "llq-recommended: must be one of llq-entry-sizes, or none";
	return NULL;
}

static const char *
check_llq(const struct softena_config *cfg)
{
	uint32_t least =
		(cfg->llq_entry_sizes & ENA_LLQ_ENTRY_256) != 0 ? BURST_MIN_256 : BURST_MIN_128;

	if (!has(cfg, ENA_FEATURE_LLQ)) {
		if (cfg->quirks.require_llq)
			return "require-llq needs feature llq";
		if (cfg->quirks.require_meta)
			return "require-meta needs feature llq";
		return NULL;
	}
	if (cfg->llq_num > cfg->tx_queues)
		return "llq-num: must not be above tx-queues";
	if ((cfg->llq_accel & ENA_LLQ_ACCEL_BURST_LIMIT) != 0 && cfg->llq_burst != 0 &&
		cfg->llq_burst < least)
		return "llq-burst: must be 0, or at least 768 (512 without 256-byte entries), so "
		       "that the longest packet fits";
	return check_llq_sizes(cfg);
}

static const char *
check_quirks(const struct softena_config *cfg)
{
	if (cfg->strict > SOFTENA_STRICT_LOG)
		return "strict: must be on, off or log";
	if (cfg->quirks.cq_depth_limit != 0 && (!softena_power_of_two(cfg->quirks.cq_depth_limit) ||
						       cfg->quirks.cq_depth_limit < 2))
		return "cq-depth-limit: must be 0 or a power of two from 2 on";
	return NULL;
}

int
softena_config_check(const struct softena_config *cfg, char *err, size_t err_len)
{
	static const char *(*const checks[])(const struct softena_config *) = {
		check_identity, check_bars, check_features, check_llq, check_quirks};
	unsigned int i;

	if (!softena_config_in_range(cfg, err, err_len))
		return -EINVAL;
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const char *wrong = checks[i](cfg);

		if (wrong != NULL) {
			snprintf(err, err_len, "%s", wrong);
			return -EINVAL;
		}
	}
	return 0;
}

/* A PCI memory BAR is a power of two, and a host maps whole pages of it. */
size_t
softena_bar2_size(const struct softena_config *cfg)
{
	size_t need = cfg->llq_num * softena_llq_ring_size(cfg), size = 65536;

	if (!cfg->bar2)
		return 0;
	if (need < cfg->bar2_size)
		need = cfg->bar2_size;
	while (size < need)
		size *= 2;
	return size;
}

bool
softena_bar2_is_64bit(const struct softena_config *cfg)
{
	return cfg->bar2_64bit || softena_bar2_size(cfg) > SOFTENA_BAR2_32BIT_MAX;
}

size_t
softena_bar_size(const struct softena_config *cfg, unsigned int bar)
{
	switch (bar) {
	case ENA_BAR_REGS:
		return cfg->bar0_size;
	case 1:
		return cfg->bar1_size;
	case ENA_BAR_MEM:
		return softena_bar2_size(cfg);
	default:
		return 0;
	}
}

/* The order in BAR0: doorbells, unmask registers (1 KiB), NUMA registers (1 KiB), then whole pages
 * of MSI-X if that is not in BAR1. Real devices have all doorbells below 8 KiB if BAR0 is that
 * small (revision 2, A1.2). */
void
softena_layout_get(const struct softena_config *cfg, struct softena_layout *layout)
{
	uint32_t end = cfg->bar0_size <= 0x2000 ? 0x2000 :
		       cfg->bar0_size <= 0x4000 ? 0x3000 :
						  0x4000;

	*layout = (struct softena_layout){
		.unmask = end - 0x800,
		.numa = end - 0x400,
		.db_end = end,
		.msix_bar = ENA_BAR_REGS,
		.msix_table = end,
		.msix_pba = end + 0xc00,
	};
	if (cfg->bar1_size != 0) {
		layout->msix_bar = 1;
		layout->msix_table = 0;
		layout->msix_pba = cfg->bar1_size / 2 + 0x400;
	}
}
