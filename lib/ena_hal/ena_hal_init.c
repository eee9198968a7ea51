/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of the object: ena_hal_init(), ena_hal_reinit(), ena_hal_fini().
 */
#include "ena_hal_priv.h"

static bool
platform_complete(const struct ena_hal_platform *plat)
{
	return plat != NULL && plat->reg_read != NULL && plat->reg_write != NULL &&
	       plat->dma_alloc != NULL && plat->dma_free != NULL && plat->now_us != NULL &&
	       plat->delay_us != NULL && plat->read_barrier != NULL && plat->lock != NULL &&
	       plat->unlock != NULL && plat->wait != NULL && plat->wake != NULL &&
	       plat->in_interrupt != NULL && plat->log != NULL;
}

/*
 * Set all members except the counters. Other threads may read those at any time and must not see
 * a 0 in between.
 */
static int
prepare(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode, uint32_t generation)
{
	int rc;

	memset(hal, 0, offsetof(struct ena_hal, count));
	hal->generation = generation;
	if (!platform_complete(plat) ||
		(mode != ENA_HAL_READ_READLESS && mode != ENA_HAL_READ_DIRECT))
		return -EINVAL;
	hal->plat = plat;
	hal->ctx = ctx;
	hal->read_mode = mode;
	hal->reg_timeout_us = ENA_HAL_REG_TIMEOUT_US;
	hal->admin_timeout_us = ENA_HAL_ADMIN_TIMEOUT_US;
	hal->polling = true;
	hal->intr_backoff_us = ENA_HAL_INTR_BACKOFF_MIN_US;
	hal->llq.reason = "not negotiated";

	/* Needed in both read modes (part A 2.5). */
	rc = ena_hal_dma_get(
		hal, sizeof(struct ena_reg_read_resp), ENA_HAL_ALIGN, -1, &hal->reg_resp);
	if (rc != 0) {
		hal->plat = NULL;
		return rc;
	}
	ena_hal_reg_resp_program(hal, hal->reg_resp.iova);
	return 0;
}

int
ena_hal_init(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode)
{
	memset(&hal->count, 0, sizeof(hal->count));
	return prepare(hal, plat, ctx, mode, 0);
}

int
ena_hal_reinit(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode)
{
	return prepare(hal, plat, ctx, mode, hal->generation + 1);
}

void
ena_hal_fini(struct ena_hal *hal)
{
	if (!ena_hal_is_initialized(hal))
		return;

	ena_hal_admin_abort(hal);
	ena_hal_reg_resp_program(hal, 0);

	ena_hal_admin_free(hal);
	ena_hal_dma_unpark(hal);
	ena_hal_dma_put(hal, &hal->host_info);
	ena_hal_dma_put(hal, &hal->reg_resp);
}
