/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * PTP hardware clock (part A 6.18, 6.22): GET and SET of the feature, and its doorbell.
 */
#include <stddef.h>
#include <string.h>

#include "softena_device.h"
#include "softena_dma.h"
#include "softena_phc.h"
#include "softena_regs.h"
#include "softena_time.h"

uint8_t
softena_get_phc(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_phc_config p = {
		.version = 0,
		.db_offset = ena_put32(ENA_REG_PHC_DB),
		.expire_timeout_us = ena_put32(dev->cfg.phc_expire_us),
		.block_timeout_us = ena_put32(dev->cfg.phc_block_us),
	};

	(void)cmd;
	memcpy(rsp, &p, sizeof(p));
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_set_phc(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_phc_config p;
	uint64_t buf;

	(void)rsp;
	memcpy(&p, cmd->data, sizeof(p));
	buf = ena_get_ad48(p.response_buf);
	if (ena_get32(p.response_buf_len) < sizeof(struct ena_phc_resp) || buf == 0 ||
		!softena_dma_in_width(dev, buf, sizeof(struct ena_phc_resp)))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	dev->phc.buf = buf;
	if (!dev->phc.on)
		softena_regs_publish(dev, ENA_REG_PHC_DB, SOFTENA_REG_IDLE);
	dev->phc.on = true;
	return ENA_ACQ_SUCCESS;
}

void
softena_phc_request(struct softena *dev, uint16_t req_id)
{
	uint64_t clock_ns = dev->ops->wallclock_ns(dev->host);
	struct ena_phc_resp rsp = {.req_id = ena_put16(req_id)};

	if (!dev->phc.on)
		return;
	/* Requests are counted in whole seconds of the device clock (6.22). */
	if (softena_rate_allow(&dev->phc.rate, clock_ns, ENA_PHC_MAX_PER_SECOND))
		rsp.timestamp_ns = ena_put64(clock_ns);
	else
		rsp.error_flags = ena_put32(ENA_PHC_ERROR_TIMESTAMP);
	softena_dma_write_entry(
		dev, dev->phc.buf, &rsp, sizeof(rsp), offsetof(struct ena_phc_resp, req_id));
}

/* The count of requests in the current second is not reset: it is a limit of the device (part A
 * 3.8). */
void
softena_phc_reset(struct softena *dev)
{
	dev->phc.on = false;
	dev->phc.buf = 0;
}
