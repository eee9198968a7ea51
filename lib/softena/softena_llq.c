/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * LLQ: GET and SET of the feature (part A 6.6), the geometry that the driver selects, and where
 * rings lie in BAR2 (part A 5.7).
 */
#include <string.h>

#include "softena_device.h"
#include "softena_llq.h"
#include "softena_queue.h"

/* ---- GET, SET -------------------------------------------------------------------- */

uint8_t
softena_get_llq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_config *cfg = &dev->cfg;
	const struct ena_llq_config *sel = &dev->llq.sel;
	struct ena_llq_config l = {
		.max_count = ena_put32(cfg->llq_num),
		.max_depth = ena_put32(cfg->llq_depth),
		.header_location = {ena_put16(cfg->llq_locations), sel->header_location.selected},
		.entry_size = {ena_put16(cfg->llq_entry_sizes), sel->entry_size.selected},
		.descs_before_header = {ena_put16(cfg->llq_descs_before),
			sel->descs_before_header.selected},
		.stride = {ena_put16(cfg->llq_strides), sel->stride.selected},
		.version = 1,
		.recommended_entry_size = cfg->llq_recommended,
		.max_wide_depth = ena_put16(cfg->llq_wide_depth),
		.accel_flags = ena_put16(cfg->llq_accel),
		.max_tx_burst = ena_put16(cfg->llq_burst),
	};

	(void)cmd;
	memcpy(rsp, &l, sizeof(l));
	return ENA_ACQ_SUCCESS;
}

static bool
one_of(ena_le16_t selected, uint32_t supported)
{
	uint32_t s = ena_get16(selected);

	return s != 0 && (s & (s - 1)) == 0 && (s & ~supported) == 0;
}

static uint16_t
llq_entry_bytes(uint32_t code)
{
	return code == ENA_LLQ_ENTRY_256 ? 256 : code == ENA_LLQ_ENTRY_192 ? 192 : 128;
}

uint8_t
softena_set_llq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_config *cfg = &dev->cfg;
	struct softena_llq_state *llq = &dev->llq;
	struct ena_llq_config want;

	(void)rsp;
	memcpy(&want, cmd->data, sizeof(want));
	if (softena_any_sq(dev) || !one_of(want.header_location.selected, cfg->llq_locations) ||
		!one_of(want.entry_size.selected, cfg->llq_entry_sizes) ||
		!one_of(want.descs_before_header.selected, cfg->llq_descs_before) ||
		!one_of(want.stride.selected, cfg->llq_strides))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	llq->selected = true;
	llq->entry_size = llq_entry_bytes(ena_get16(want.entry_size.selected));
	llq->descs_before = (uint8_t)ena_get16(want.descs_before_header.selected);
	llq->descs_per_entry = ena_get16(want.stride.selected) == ENA_LLQ_STRIDE_MULTI ?
				       (uint8_t)(llq->entry_size / ENA_LLQ_DESC_SIZE) :
				       1;
	llq->header_max = (uint16_t)ena_llq_header_max(llq->entry_size, llq->descs_before);
	llq->sel = want;
	return ENA_ACQ_SUCCESS;
}

/* ---- rings in BAR2 --------------------------------------------------------------- */

static uint32_t
max_wide_depth(const struct softena_config *cfg)
{
	return cfg->llq_wide_depth != 0 ? cfg->llq_wide_depth : cfg->llq_depth / 2;
}

size_t
softena_llq_ring_size(const struct softena_config *cfg)
{
	size_t wide = (size_t)max_wide_depth(cfg) * SOFTENA_LLQ_ENTRY_MAX;
	size_t size = (size_t)cfg->llq_depth * 128, align = SOFTENA_LLQ_ENTRY_MAX;

	if ((cfg->features & ENA_BIT(ENA_FEATURE_LLQ)) == 0)
		return 0;
	if ((cfg->llq_entry_sizes & ENA_LLQ_ENTRY_192) != 0) {
		size = (size_t)cfg->llq_depth * 192;
		align = 3 * SOFTENA_LLQ_ENTRY_MAX;
	}
	if ((cfg->llq_entry_sizes & ENA_LLQ_ENTRY_256) != 0 && wide > size)
		size = wide;
	/* Offsets are multiples of every entry size that can be chosen (part A 5.7). */
	return (size + align - 1) / align * align;
}

uint32_t
softena_llq_max_depth(const struct softena *dev)
{
	return dev->llq.entry_size == SOFTENA_LLQ_ENTRY_MAX ? max_wide_depth(&dev->cfg) :
							      dev->cfg.llq_depth;
}

bool
softena_llq_place(const struct softena *dev, uint32_t *off)
{
	size_t size = softena_llq_ring_size(&dev->cfg);
	uint32_t n, i;

	for (n = 0; n < dev->cfg.llq_num; n++) {
		uint64_t at = (uint64_t)n * size;

		if (at + size > dev->bar2_size)
			return false;
		for (i = 0; i < dev->cfg.tx_queues; i++)
			if (dev->queues.tx_sq[i].exists && dev->queues.tx_sq[i].llq &&
				dev->queues.tx_sq[i].llq_off == at)
				break;
		if (i == dev->cfg.tx_queues) {
			*off = (uint32_t)at;
			return true;
		}
	}
	return false;
}
