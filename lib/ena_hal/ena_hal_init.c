/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of the object, its DMA memory and its messages.
 *
 * Memory that the device knows is freed only when the device cannot write to it any more:
 * after a completion, after a reset, or at the very end. A block whose command got no answer has
 * no owner left and is parked in the object until then.
 */
#include <stdio.h>

#include "ena_hal_priv.h"

#define LOG_LINE_MAX 256

void
ena_hal_log(struct ena_hal *hal, enum ena_hal_log_level level, const char *fmt, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	hal->plat->log(hal->ctx, level, line);
}

uint32_t
ena_hal_poll_interval(unsigned int n)
{
	uint32_t us = 100u << (n < 16 ? n : 16);

	return us < 5000 ? us : 5000;
}

void
ena_hal_copy_in(void *dst, const volatile void *src, size_t len)
{
	const volatile uint8_t *from = src;
	uint8_t *to = dst;

	/* Whole words where both ends allow it: rings and buffers always do. */
	while (len >= sizeof(uint64_t) && ((uintptr_t)from & 7) == 0) {
		uint64_t word = *(const volatile uint64_t *)from;

		memcpy(to, &word, sizeof(word));
		from += sizeof(word);
		to += sizeof(word);
		len -= sizeof(word);
	}
	while (len-- > 0)
		*to++ = *from++;
}

/* Last address of the block is within the DMA width; before CAPS is known, within AD48. */
static bool
reachable(const struct ena_hal *hal, const struct ena_hal_dma *dma)
{
	uint32_t width =
		hal->identity.dma_width != 0 ? hal->identity.dma_width : ENA_DMA_ADDR_BITS_MAX;
	uint64_t limit = UINT64_C(1) << width;

	return dma->iova < limit && dma->len <= limit - dma->iova;
}

int
ena_hal_dma_get(struct ena_hal *hal, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	memset(dma, 0, sizeof(*dma));
	if (hal->plat->dma_alloc(hal->ctx, len, align, socket, dma) != 0 || dma->va == NULL) {
		memset(dma, 0, sizeof(*dma));
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "No DMA memory for %zu bytes", len);
		return -ENOMEM;
	}
	dma->len = len;
	if (!reachable(hal, dma)) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"DMA address 0x%llx is beyond what the device can reach",
			(unsigned long long)dma->iova);
		ena_hal_dma_put(hal, dma);
		return -EINVAL;
	}
	return 0;
}

void
ena_hal_dma_put(struct ena_hal *hal, struct ena_hal_dma *dma)
{
	if (dma->va != NULL)
		hal->plat->dma_free(hal->ctx, dma);
	memset(dma, 0, sizeof(*dma));
}

void
ena_hal_dma_park(struct ena_hal *hal, struct ena_hal_dma *dma)
{
	bool kept = false;

	if (dma->va == NULL)
		return;
	hal->plat->lock(hal->ctx);
	if (hal->parked_count < ENA_HAL_PARKED_MAX) {
		hal->parked[hal->parked_count++] = *dma;
		kept = true;
	}
	hal->plat->unlock(hal->ctx);
	/* Losing the block is better than lending it to somebody while the device writes to it. */
	if (!kept)
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"Too much memory waits for a reset: %zu bytes are given up", dma->len);
	memset(dma, 0, sizeof(*dma));
}

void
ena_hal_dma_unpark(struct ena_hal *hal)
{
	struct ena_hal_dma block;
	bool more;

	do {
		memset(&block, 0, sizeof(block));
		hal->plat->lock(hal->ctx);
		more = hal->parked_count > 0;
		if (more)
			block = hal->parked[--hal->parked_count];
		hal->plat->unlock(hal->ctx);
		ena_hal_dma_put(hal, &block);
	} while (more);
}

static bool
platform_complete(const struct ena_hal_platform *plat)
{
	return plat != NULL && plat->reg_read != NULL && plat->reg_write != NULL &&
	       plat->dma_alloc != NULL && plat->dma_free != NULL && plat->now_us != NULL &&
	       plat->delay_us != NULL && plat->read_barrier != NULL && plat->lock != NULL &&
	       plat->unlock != NULL && plat->wait != NULL && plat->wake != NULL &&
	       plat->in_interrupt != NULL && plat->log != NULL;
}

/* All but the counters, which other threads may read at any time: they never show a 0 in between.
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

	/* In both read modes, as part A 2.5 says. */
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
	if (hal->plat == NULL || hal->reg_resp.va == NULL)
		return;

	ena_hal_admin_abort(hal);
	ena_hal_reg_resp_program(hal, 0);

	ena_hal_admin_free(hal);
	ena_hal_dma_unpark(hal);
	ena_hal_dma_put(hal, &hal->host_info);
	ena_hal_dma_put(hal, &hal->reg_resp);
}
