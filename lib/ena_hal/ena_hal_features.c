/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * GET_FEATURE and SET_FEATURE, and what is set one by one (part A sections 5.5 and 6).
 */
#include "ena_hal_priv.h"

/* ---- the two commands -------------------------------------------------------- */

/* Common part of both. A buffer is one contiguous piece, yet flagged "indirect" (part A 4.3). */
static int
feature_exec(struct ena_hal *hal, struct ena_feature_cmd *cmd, struct ena_hal_dma *buf,
	struct ena_acq_entry *rsp)
{
	bool in_doubt;
	int rc;

	if (buf != NULL) {
		cmd->common.flags = ENA_AQ_FLAG_CTRL_INDIRECT;
		cmd->ctrl.len = ena_put32((uint32_t)buf->len);
		cmd->ctrl.addr = ena_put_ad48(buf->iova);
	}
	rc = ena_hal_exec(hal, cmd, sizeof(*cmd), rsp, &in_doubt);
	if (in_doubt && buf != NULL)
		ena_hal_dma_park(hal, buf);
	return rc;
}

int
ena_hal_feature_get(struct ena_hal *hal, enum ena_feature_id id, uint8_t version,
	struct ena_hal_dma *buf, void *data, size_t len)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE,
		.id = (uint8_t)id,
		.version = version,
	};
	struct ena_acq_entry rsp;
	int rc;

	memset(data, 0, len);
	if (len > sizeof(rsp.data))
		return -EINVAL;
	rc = feature_exec(hal, &cmd, buf, &rsp);
	if (rc == 0)
		memcpy(data, rsp.data, len);
	return rc;
}

int
ena_hal_feature_set(struct ena_hal *hal, enum ena_feature_id id, struct ena_hal_dma *buf,
	const void *data, size_t len)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_SET_FEATURE,
		.id = (uint8_t)id,
	};
	struct ena_acq_entry rsp;

	if (len > sizeof(cmd.data))
		return -EINVAL;
	memcpy(cmd.data, data, len);
	return feature_exec(hal, &cmd, buf, &rsp);
}

void
ena_hal_hints_apply(struct ena_hal *hal, const struct ena_hw_hints *hints)
{
	uint32_t reg_ms = ena_get16(hints->reg_read_timeout_ms);
	uint32_t admin_ms = ena_get16(hints->admin_timeout_ms);

	hal->plat->lock(hal->ctx);
	if (reg_ms != 0)
		hal->reg_timeout_us = reg_ms * 1000;
	if (admin_ms != 0)
		hal->admin_timeout_us = admin_ms * 1000;
	hal->plat->unlock(hal->ctx);
}

/* ---- host information (6.17) --------------------------------------------------- */

int
ena_hal_host_info_set(struct ena_hal *hal, const struct ena_host_info *info)
{
	struct ena_host_attr attr;
	int rc;

	if (info == NULL)
		return -EINVAL;
	/* The device reads the page at any time until reset, so the page is kept for good. */
	if (hal->host_info.va == NULL) {
		rc = ena_hal_dma_get(
			hal, ENA_HOST_INFO_PAGE_SIZE, ENA_HAL_PAGE, -1, &hal->host_info);
		if (rc != 0)
			return rc;
	}
	memcpy(hal->host_info.va, info, sizeof(*info));

	memset(&attr, 0, sizeof(attr));
	attr.host_info = ena_put_ad48(hal->host_info.iova);
	/* No look at the feature bitmap: this is the first command of all (table 6.0). */
	return ena_hal_feature_set(hal, ENA_FEATURE_HOST_ATTR, NULL, &attr, sizeof(attr));
}

/* ---- small ones ----------------------------------------------------------------- */

int
ena_hal_mtu_set(struct ena_hal *hal, uint32_t mtu)
{
	struct ena_mtu data = {.mtu = ena_put32(mtu)};

	if (mtu < ENA_MTU_MIN || mtu > hal->caps.max_mtu)
		return -EINVAL;
	if (!ena_hal_has_feature(&hal->caps, ENA_FEATURE_MTU))
		return -ENOTSUP;
	return ena_hal_feature_set(hal, ENA_FEATURE_MTU, NULL, &data, sizeof(data));
}

int
ena_hal_link_get(struct ena_hal *hal, struct ena_link_config *link)
{
	memset(link, 0, sizeof(*link));
	if (!ena_hal_has_feature(&hal->caps, ENA_FEATURE_LINK_CONFIG))
		return -ENOTSUP;
	return ena_hal_feature_get(hal, ENA_FEATURE_LINK_CONFIG, 0, NULL, link, sizeof(*link));
}

int
ena_hal_frag_bypass_set(struct ena_hal *hal, bool enable)
{
	struct ena_frag_bypass data = {.enable = enable};

	if (!ena_hal_has_feature(&hal->caps, ENA_FEATURE_FRAG_BYPASS))
		return -ENOTSUP;
	return ena_hal_feature_set(hal, ENA_FEATURE_FRAG_BYPASS, NULL, &data, sizeof(data));
}

int
ena_hal_timestamp_set(struct ena_hal *hal, bool tx, bool rx)
{
	struct ena_hw_timestamp data = {
		.tx = tx ? ENA_TIMESTAMP_ALL : ENA_TIMESTAMP_NONE,
		.rx = rx ? ENA_TIMESTAMP_ALL : ENA_TIMESTAMP_NONE,
	};

	if (!ena_hal_has_feature(&hal->caps, ENA_FEATURE_HW_TIMESTAMP) ||
		(tx && !hal->caps.timestamp_tx) || (rx && !hal->caps.timestamp_rx))
		return -ENOTSUP;
	return ena_hal_feature_set(hal, ENA_FEATURE_HW_TIMESTAMP, NULL, &data, sizeof(data));
}

/* ---- RSS (6.9, 6.11, 6.13) --------------------------------------------------------- */

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
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++) /* last byte first */
		k->key[i] = key[ENA_RSS_KEY_SIZE - 1 - i];
	rc = ena_hal_feature_set(hal, ENA_FEATURE_RSS_HASH_FUNCTION, &buf, &data, sizeof(data));
	ena_hal_dma_put(hal, &buf);
	return rc;
}

int
ena_hal_rss_input_set(struct ena_hal *hal, const uint16_t fields[ENA_RSS_PROTO_COUNT])
{
	/* Every driver asks for both sorts; the supported word is not looked at (6.13). */
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
