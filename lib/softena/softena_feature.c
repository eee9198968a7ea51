/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * GET_FEATURE and SET_FEATURE (part A 6): the dispatch, and the features that have no file of
 * their own. The select and version bytes of a request are ignored (6.22).
 */

#include <string.h>

#include "softena_aenq.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_feature.h"
#include "softena_host_attr.h"
#include "softena_llq.h"
#include "softena_phc.h"
#include "softena_queue.h"
#include "softena_rss.h"
#include "softena_steering.h"

/* ---- GET ------------------------------------------------------------------------- */

static uint8_t
get_attributes(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_config *cfg = &dev->cfg;
	struct ena_device_attributes a = {
		.implementation_id = ena_put32(0),
		.device_version = ena_put32(1),
		.feature_bitmap = ena_put32(cfg->features),
		.capability_bitmap = ena_put32(cfg->capabilities),
		.physical_address_width = ena_put32(cfg->dma_width),
		.virtual_address_width = ena_put32(cfg->dma_width),
		.steering_table_size = ena_put16(cfg->steering_entries),
		.max_mtu = ena_put32(cfg->max_mtu),
	};

	(void)cmd;
	memcpy(a.permanent_mac, cfg->mac, sizeof(a.permanent_mac));
	memcpy(rsp, &a, sizeof(a));
	return ENA_ACQ_SUCCESS;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint8_t
get_max_queues(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_config *cfg = &dev->cfg;
	uint32_t num = smaller(cfg->tx_queues, cfg->rx_queues);
	uint32_t depth = smaller(cfg->tx_depth, cfg->rx_depth);
	struct ena_max_queues q = {
		.max_sq_count = ena_put32(num),
		.max_sq_depth = ena_put32(depth),
		.max_cq_count = ena_put32(num),
		.max_cq_depth = ena_put32(depth),
		.max_tx_header_size = ena_put32(cfg->header_size),
		.max_tx_packet_descs = ena_put16(cfg->tx_descs),
		.max_rx_packet_descs = ena_put16(cfg->rx_descs),
	};

	(void)cmd;
	memcpy(rsp, &q, sizeof(q));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_max_queues_ext(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_config *cfg = &dev->cfg;
	struct ena_max_queues_ext q = {
		.version = ENA_MAX_QUEUES_EXT_VERSION,
		.max_tx_sq_count = ena_put32(cfg->tx_queues),
		.max_tx_cq_count = ena_put32(cfg->tx_queues),
		.max_rx_sq_count = ena_put32(cfg->rx_queues),
		.max_rx_cq_count = ena_put32(cfg->rx_queues),
		.max_tx_sq_depth = ena_put32(cfg->tx_depth),
		.max_tx_cq_depth = ena_put32(cfg->tx_depth),
		.max_rx_sq_depth = ena_put32(cfg->rx_depth),
		.max_rx_cq_depth = ena_put32(cfg->rx_depth),
		.max_tx_header_size = ena_put32(cfg->header_size),
		.max_tx_packet_descs = ena_put16(cfg->tx_descs),
		.max_rx_packet_descs = ena_put16(cfg->rx_descs),
	};

	(void)cmd;
	memcpy(rsp, &q, sizeof(q));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_hw_hints(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	(void)cmd;
	memcpy(rsp, &dev->cfg.hints, sizeof(dev->cfg.hints));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_offloads(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_offloads o = {
		.tx_supported = ena_put32(dev->cfg.tx_offloads),
		.rx_supported = ena_put32(dev->cfg.rx_offloads),
		.rx_enabled = ena_put32(dev->cfg.rx_offloads),
	};

	(void)cmd;
	memcpy(rsp, &o, sizeof(o));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_moderation(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_intr_moderation m = {.delay_resolution_us = ena_put16(dev->cfg.moderation_us)};

	(void)cmd;
	memcpy(rsp, &m, sizeof(m));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_link(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_link_config l = {
		.speed_mbps = ena_put32(dev->cfg.link_mbps),
		.supported_speeds = ena_put32(softena_link_speed_bit(dev->cfg.link_mbps)),
		.flags = ena_put32(ENA_LINK_FULL_DUPLEX),
	};

	(void)cmd;
	memcpy(rsp, &l, sizeof(l));
	return ENA_ACQ_SUCCESS;
}

uint32_t
softena_link_speed_bit(uint32_t mbps)
{
	static const struct {
		uint32_t mbps, bit;
	} speeds[] = {
		{1000, ENA_LINK_SPEED_1G},
		{2500, ENA_LINK_SPEED_2_5G},
		{5000, ENA_LINK_SPEED_5G},
		{10000, ENA_LINK_SPEED_10G},
		{25000, ENA_LINK_SPEED_25G},
		{40000, ENA_LINK_SPEED_40G},
		{50000, ENA_LINK_SPEED_50G},
		{100000, ENA_LINK_SPEED_100G},
		{200000, ENA_LINK_SPEED_200G},
		{400000, ENA_LINK_SPEED_400G},
	};
	unsigned int i;

	for (i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].mbps == mbps)
			return speeds[i].bit;
	return 0;
}

/* ---- events, time ---------------------------------------------------------- */

static uint8_t
get_aenq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_aenq_config a = {
		.supported = ena_put32(dev->cfg.aenq_groups),
		.enabled = ena_put32(dev->aenq.enabled),
	};

	(void)cmd;
	memcpy(rsp, &a, sizeof(a));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
set_aenq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_aenq_config a;
	uint32_t groups;

	(void)rsp;
	memcpy(&a, cmd->data, sizeof(a));
	groups = ena_get32(a.enabled);
	if ((groups & ~dev->cfg.aenq_groups) != 0)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	softena_aenq_enable(dev, groups);
	return ENA_ACQ_SUCCESS;
}

static uint8_t
get_timestamp(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_hw_timestamp t = {
		.version = 1,
		.tx = dev->cfg.timestamp_tx ? ENA_TIMESTAMP_ALL : ENA_TIMESTAMP_NONE,
		.rx = dev->cfg.timestamp_rx ? ENA_TIMESTAMP_ALL : ENA_TIMESTAMP_NONE,
	};

	(void)cmd;
	memcpy(rsp, &t, sizeof(t));
	return ENA_ACQ_SUCCESS;
}

static uint8_t
set_timestamp(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_hw_timestamp t;

	(void)rsp;
	memcpy(&t, cmd->data, sizeof(t));
	if (softena_any_cq(dev) || t.tx > (dev->cfg.timestamp_tx ? ENA_TIMESTAMP_ALL : 0u) ||
		t.rx > (dev->cfg.timestamp_rx ? ENA_TIMESTAMP_ALL : 0u))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	dev->timestamp.tx = t.tx != ENA_TIMESTAMP_NONE;
	dev->timestamp.rx = t.rx != ENA_TIMESTAMP_NONE;
	return ENA_ACQ_SUCCESS;
}

/* ---- MTU, fragments -------------------------------------------------------------- */

static uint8_t
set_mtu(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_mtu m;
	uint32_t mtu;

	(void)rsp;
	memcpy(&m, cmd->data, sizeof(m));
	mtu = ena_get32(m.mtu);
	if (mtu < SOFTENA_MTU_MIN || mtu > dev->cfg.max_mtu)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	dev->mtu = mtu;
	return ENA_ACQ_SUCCESS;
}

/* Accepted (6.22), and without effect: this model has no rate limit that fragments could pass. */
static uint8_t
set_frag_bypass(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	(void)dev;
	(void)cmd;
	(void)rsp;
	return ENA_ACQ_SUCCESS;
}

/* ---- control buffers ------------------------------------------------------------- */

uint8_t
softena_ctrl_check(const struct softena *dev, const struct ena_ctrl_buf *ctrl, uint64_t len)
{
	if (ena_get32(ctrl->len) < len)
		return ENA_ACQ_MALFORMED;
	if (!softena_dma_in_width(dev, ena_get_ad48(ctrl->addr), len))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_ctrl_read(struct softena *dev, const struct ena_ctrl_buf *ctrl, void *buf, size_t len)
{
	uint8_t status = softena_ctrl_check(dev, ctrl, len);

	if (status == ENA_ACQ_SUCCESS && !softena_dma_read(dev, ena_get_ad48(ctrl->addr), buf, len))
		status = ENA_ACQ_ILLEGAL_PARAMETER;
	return status;
}

uint8_t
softena_ctrl_write(
	struct softena *dev, const struct ena_ctrl_buf *ctrl, const void *buf, size_t len)
{
	uint8_t status = softena_ctrl_check(dev, ctrl, len);

	if (status == ENA_ACQ_SUCCESS &&
		!softena_dma_write(dev, ena_get_ad48(ctrl->addr), buf, len))
		status = ENA_ACQ_ILLEGAL_PARAMETER;
	return status;
}

/* ---- dispatch (table 6.0) -------------------------------------------------------- */

static const struct {
	softena_feature_fn get, set;
} features[32] = {
	[ENA_FEATURE_DEVICE_ATTRIBUTES] = {get_attributes, NULL},
	[ENA_FEATURE_MAX_QUEUES_NUM] = {get_max_queues, NULL},
	[ENA_FEATURE_HW_HINTS] = {get_hw_hints, NULL},
	[ENA_FEATURE_LLQ] = {softena_get_llq, softena_set_llq},
	[ENA_FEATURE_MAX_QUEUES_EXT] = {get_max_queues_ext, NULL},
	[ENA_FEATURE_FRAG_BYPASS] = {NULL, set_frag_bypass},
	[ENA_FEATURE_RSS_HASH_FUNCTION] = {softena_get_rss_function, softena_set_rss_function},
	[ENA_FEATURE_STATELESS_OFFLOAD] = {get_offloads, NULL},
	[ENA_FEATURE_RSS_TABLE] = {softena_get_rss_table, softena_set_rss_table},
	[ENA_FEATURE_MTU] = {NULL, set_mtu},
	[ENA_FEATURE_RSS_HASH_INPUT] = {softena_get_rss_input, softena_set_rss_input},
	[ENA_FEATURE_INTR_MODERATION] = {get_moderation, NULL},
	[ENA_FEATURE_AENQ_CONFIG] = {get_aenq, set_aenq},
	[ENA_FEATURE_LINK_CONFIG] = {get_link, NULL},
	[ENA_FEATURE_HOST_ATTR] = {NULL, softena_set_host_attr},
	[ENA_FEATURE_PHC] = {softena_get_phc, softena_set_phc},
	[ENA_FEATURE_FLOW_STEERING] = {NULL, softena_set_steering},
	[ENA_FEATURE_HW_TIMESTAMP] = {get_timestamp, set_timestamp},
};

uint32_t
softena_features_known(void)
{
	uint32_t known = 0;
	unsigned int id;

	for (id = 0; id < 32; id++)
		if (features[id].get != NULL || features[id].set != NULL)
			known |= ENA_BIT(id);
	return known;
}

/* Features 1 and 28 are answered even if their bit is not set (4.8). */
static bool
advertised(const struct softena *dev, uint8_t id)
{
	uint32_t bits = dev->cfg.features | ENA_BIT(ENA_FEATURE_DEVICE_ATTRIBUTES) |
			ENA_BIT(ENA_FEATURE_HOST_ATTR);

	return id < 32 && (bits & ENA_BIT(id)) != 0;
}

static uint8_t
run_feature(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56], bool set)
{
	struct ena_feature_cmd cmd;
	softena_feature_fn fn;

	memcpy(&cmd, entry, sizeof(cmd));
	if (!advertised(dev, cmd.id))
		return ENA_ACQ_UNSUPPORTED;
	fn = set ? features[cmd.id].set : features[cmd.id].get;
	return fn != NULL ? fn(dev, &cmd, rsp) : ENA_ACQ_UNSUPPORTED;
}

uint8_t
softena_cmd_get_feature(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56])
{
	return run_feature(dev, cmd, rsp, false);
}

uint8_t
softena_cmd_set_feature(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56])
{
	return run_feature(dev, cmd, rsp, true);
}

void
softena_features_reset(struct softena *dev)
{
	dev->mtu = dev->cfg.max_mtu;
	dev->llq = (struct softena_llq_state){.selected = false};
	dev->host_attr = (struct softena_host_attr){.info_addr = 0};
	dev->timestamp = (struct softena_timestamp_state){.tx = false};
	softena_phc_reset(dev);
	softena_rss_reset(dev);
	softena_steering_reset(dev);
}
