/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Features of RSS: function, table and input (part A 6.9, 6.11, 6.13). softena_rss.c uses the
 * state.
 */

#include <stdlib.h>
#include <string.h>

#include "softena_device.h"
#include "softena_dma.h"
#include "softena_feature.h"
#include "softena_rss.h"

/* Entries of a table that one DMA access moves. */
#define TABLE_CHUNK 256u

/* ---- hash function --------------------------------------------------------------- */

/* GET never writes the key buffer (6.9), unless the quirk says so. */
static uint8_t
get_key(struct softena *dev, const struct ena_ctrl_buf *ctrl)
{
	struct ena_rss_key k = {.key_words = ena_put32(ENA_RSS_KEY_WORDS)};
	unsigned int i;

	if (!dev->cfg.quirks.key_readback)
		return softena_ctrl_check(dev, ctrl, sizeof(k));
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		k.key[i] = dev->rss.key[ENA_RSS_KEY_SIZE - 1 - i];
	return softena_ctrl_write(dev, ctrl, &k, sizeof(k));
}

uint8_t
softena_get_rss_function(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_function f = {
		.supported = ena_put32(dev->cfg.rss_functions),
		.selected = ena_put32(dev->rss.selected),
	};

	if (ena_get32(cmd->ctrl.len) != 0) {
		uint8_t status = get_key(dev, &cmd->ctrl);

		if (status != ENA_ACQ_SUCCESS)
			return status;
	}
	memcpy(rsp, &f, sizeof(f));
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_set_rss_function(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_function f;
	struct ena_rss_key k;
	uint32_t selected;
	uint8_t status;
	unsigned int i;

	(void)rsp;
	memcpy(&f, cmd->data, sizeof(f));
	status = softena_ctrl_read(dev, &cmd->ctrl, &k, sizeof(k));
	if (status != ENA_ACQ_SUCCESS)
		return status;
	selected = ena_get32(f.selected);
	if (selected == 0 || (selected & (selected - 1)) != 0 ||
		(selected & ~dev->cfg.rss_functions) != 0 ||
		ena_get32(k.key_words) != ENA_RSS_KEY_WORDS)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	/* Byte 39 of the array is the first byte of the conventional key (6.9). */
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		dev->rss.key[i] = k.key[ENA_RSS_KEY_SIZE - 1 - i];
	dev->rss.initial = ena_get32(f.initial_value);
	dev->rss.selected = selected;
	dev->rss.function_set = true;
	return ENA_ACQ_SUCCESS;
}

/* ---- hash input ------------------------------------------------------------------ */

uint16_t
softena_rss_supported(unsigned int proto)
{
	if (proto <= ENA_RSS_UDP6)
		return ENA_RSS_FIELDS_L34;
	if (proto <= ENA_RSS_IP4_FRAG)
		return ENA_RSS_FIELDS_L3;
	return proto == ENA_RSS_NOT_IP ? ENA_RSS_FIELDS_L2 : 0;
}

uint8_t
softena_get_rss_input(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_sorts s = {
		.supported = ena_put16(ENA_RSS_SORT_L3 | ENA_RSS_SORT_L4),
		.enabled = ena_put16(dev->rss.sorts_enabled),
	};
	struct ena_rss_input in;
	unsigned int i;

	if (ena_get32(cmd->ctrl.len) != 0) {
		uint8_t status;

		memset(&in, 0, sizeof(in));
		for (i = 0; i < ENA_RSS_PROTO_COUNT; i++) {
			in.supported[i].fields = ena_put16(softena_rss_supported(i));
			in.selected[i].fields = ena_put16(dev->rss.fields[i]);
		}
		status = softena_ctrl_write(dev, &cmd->ctrl, &in, sizeof(in));
		if (status != ENA_ACQ_SUCCESS)
			return status;
	}
	memcpy(rsp, &s, sizeof(s));
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_set_rss_input(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_input in;
	struct ena_rss_sorts s;
	unsigned int i;
	uint8_t status = softena_ctrl_read(dev, &cmd->ctrl, &in, sizeof(in));

	(void)rsp;
	if (status != ENA_ACQ_SUCCESS)
		return status;
	for (i = 0; i < ENA_RSS_PROTO_COUNT; i++)
		dev->rss.fields[i] = ena_get16(in.selected[i].fields) & softena_rss_supported(i);
	memcpy(&s, cmd->data, sizeof(s));
	dev->rss.sorts_enabled = ena_get16(s.enabled);
	return ENA_ACQ_SUCCESS;
}

/* ---- table ----------------------------------------------------------------------- */

/* The buffer of the driver may end anywhere, also within an entry. */
static uint8_t
write_table(struct softena *dev, const struct ena_ctrl_buf *ctrl)
{
	struct ena_rss_table_entry chunk[TABLE_CHUNK];
	uint64_t addr = ena_get_ad48(ctrl->addr);
	size_t total = sizeof(chunk[0]) << dev->rss.log2, at = 0;

	if (total > ena_get32(ctrl->len))
		total = ena_get32(ctrl->len);
	if (!softena_dma_in_width(dev, addr, total))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	while (at < total) {
		size_t n = total - at < sizeof(chunk) ? total - at : sizeof(chunk);
		size_t first = at / sizeof(chunk[0]), i;

		memset(chunk, 0, sizeof(chunk));
		for (i = 0; i * sizeof(chunk[0]) < n; i++)
			chunk[i].queue_idx = ena_put16(dev->rss.table[first + i]);
		if (!softena_dma_write(dev, addr + at, chunk, n))
			return ENA_ACQ_ILLEGAL_PARAMETER;
		at += n;
	}
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_get_rss_table(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_table t = {
		.min_size_log2 = ena_put16(dev->cfg.rss_log2_min),
		.max_size_log2 = ena_put16(dev->cfg.rss_log2_max),
		.size_log2 = ena_put16(dev->rss.log2),
	};

	if (ena_get32(cmd->ctrl.len) != 0) {
		uint8_t status = write_table(dev, &cmd->ctrl);

		if (status != ENA_ACQ_SUCCESS)
			return status;
	}
	memcpy(rsp, &t, sizeof(t));
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_set_rss_table(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_rss_table t;
	struct ena_rss_table_entry *entries;
	uint16_t log2;
	size_t i, n;
	uint8_t status;

	(void)rsp;
	memcpy(&t, cmd->data, sizeof(t));
	if (ena_get32(t.inline_index) != ENA_RSS_NO_INLINE)
		return ENA_ACQ_UNSUPPORTED;
	log2 = ena_get16(t.size_log2);
	if (log2 < dev->cfg.rss_log2_min || log2 > dev->cfg.rss_log2_max)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	n = (size_t)1 << log2;
	entries = malloc(n * sizeof(entries[0]));
	if (entries == NULL)
		return ENA_ACQ_NO_RESOURCE;
	status = softena_ctrl_read(dev, &cmd->ctrl, entries, n * sizeof(entries[0]));
	if (status == ENA_ACQ_SUCCESS) {
		for (i = 0; i < n; i++)
			dev->rss.table[i] = ena_get16(entries[i].queue_idx);
		dev->rss.log2 = log2;
		dev->rss.table_set = true;
	}
	free(entries);
	return status;
}
