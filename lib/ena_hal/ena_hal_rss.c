/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * RSS (part A 6.9, 6.11, 6.13).
 */
#include "ena_hal_priv.h"

int
ena_hal_rss_key_set(struct ena_hal *hal, const uint8_t key[ENA_RSS_KEY_SIZE], uint32_t seed)
{
	struct ena_rss_function data = {
		.selected = ena_put32(ENA_RSS_FUNC_TOEPLITZ),
		.initial_value = ena_put32(seed),
	};
	struct ena_hal_dma buf;
	struct ena_rss_key *k;
	unsigned int i;
	int rc;

	if (!hal->caps.rss.function || (hal->caps.rss.functions & ENA_RSS_FUNC_TOEPLITZ) == 0)
		return -ENOTSUP;
	rc = ena_hal_dma_get(hal, sizeof(*k), ENA_HAL_ALIGN, -1, &buf);
	if (rc != 0)
		return rc;
	k = buf.va;
	k->key_words = ena_put32(ENA_RSS_KEY_WORDS);
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++) /* in reverse (6.9) */
		k->key[i] = key[ENA_RSS_KEY_SIZE - 1 - i];
	rc = ena_hal_feature_set(hal, ENA_FEATURE_RSS_HASH_FUNCTION, &buf, &data, sizeof(data));
	ena_hal_dma_put(hal, &buf);
	return rc;
}

int
ena_hal_rss_input_set(struct ena_hal *hal, const uint16_t fields[ENA_RSS_PROTO_COUNT])
{
	/* Like every driver: both sorts, whatever the supported word says (6.13). */
	struct ena_rss_sorts data = {.enabled = ena_put16(ENA_RSS_SORT_L3 | ENA_RSS_SORT_L4)};
	const struct ena_hal_rss_caps *rss = &hal->caps.rss;
	struct ena_rss_input *input;
	struct ena_hal_dma buf;
	unsigned int i;
	int rc;

	if (!rss->input)
		return -ENOTSUP;
	for (i = 0; i < ENA_RSS_PROTO_COUNT; i++) {
		if ((fields[i] & ~rss->fields[i]) != 0)
			return -ENOTSUP;
	}
	rc = ena_hal_dma_get(hal, sizeof(*input), ENA_HAL_ALIGN, -1, &buf);
	if (rc != 0)
		return rc;
	input = buf.va;
	for (i = 0; i < ENA_RSS_PROTO_COUNT; i++) {
		input->supported[i].fields = ena_put16(rss->fields[i]);
		input->selected[i].fields = ena_put16(fields[i]);
	}
	rc = ena_hal_feature_set(hal, ENA_FEATURE_RSS_HASH_INPUT, &buf, &data, sizeof(data));
	ena_hal_dma_put(hal, &buf);
	return rc;
}

int
ena_hal_rss_table_set(struct ena_hal *hal, const uint16_t *rx_sq, unsigned int log2)
{
	struct ena_rss_table data = {
		.size_log2 = ena_put16((uint16_t)log2),
		.inline_index = ena_put32(ENA_RSS_NO_INLINE),
	};
	struct ena_rss_table_entry *entry;
	struct ena_hal_dma buf;
	size_t i, n;
	int rc;

	if (!hal->caps.rss.table)
		return -ENOTSUP;
	if (rx_sq == NULL || log2 < hal->caps.rss.table_log2_min ||
		log2 > hal->caps.rss.table_log2_max || log2 > ENA_RSS_TABLE_LOG2_MAX)
		return -EINVAL;
	n = (size_t)1 << log2;
	rc = ena_hal_dma_get(hal, n * sizeof(*entry), ENA_HAL_ALIGN, -1, &buf);
	if (rc != 0)
		return rc;
	entry = buf.va;
	for (i = 0; i < n; i++)
		entry[i].queue_idx = ena_put16(rx_sq[i]);
	rc = ena_hal_feature_set(hal, ENA_FEATURE_RSS_TABLE, &buf, &data, sizeof(data));
	ena_hal_dma_put(hal, &buf);
	return rc;
}

void
ena_hal_rss_table_ignore(struct ena_hal *hal)
{
	hal->caps.rss.table = false;
}
