/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * GET_FEATURE and SET_FEATURE, and the features that are set or read one by one (part A sections
 * 5.5 and 6).
 */
#include "ena_hal_priv.h"

/* ---- the two commands -------------------------------------------------------- */

/* Common part of both. A buffer is contiguous, but has to be flagged "indirect" (part A 4.3). */
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
	/* The device may read the page at any time until a reset, so ena_hal_fini() frees it. */
	if (hal->host_info.va == NULL) {
		rc = ena_hal_dma_get(
			hal, ENA_HOST_INFO_PAGE_SIZE, ENA_HAL_PAGE, -1, &hal->host_info);
		if (rc != 0)
			return rc;
	}
	memcpy(hal->host_info.va, info, sizeof(*info));

	memset(&attr, 0, sizeof(attr));
	attr.host_info = ena_put_ad48(hal->host_info.iova);
	/* The first command of all: the feature bitmap is not known yet (table 6.0). */
	return ena_hal_feature_set(hal, ENA_FEATURE_HOST_ATTR, NULL, &attr, sizeof(attr));
}

/* ---- MTU, link, fragment bypass, timestamps -------------------------------------------------- */

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
