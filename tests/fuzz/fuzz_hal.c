/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A hostile device: registers read as the input says, and while the HAL waits the input is
 * written over its rings and buffers. The HAL must come back with an error or with
 * checked values, and give all memory back.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ena_hal.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOCKS 64u

struct world {
	const uint8_t *data;
	size_t size;
	uint64_t now;
	struct ena_hal_dma block[BLOCKS];
	unsigned int blocks;
	uint16_t commands;
	uint16_t answered;
};

static uint8_t
next(struct world *w)
{
	if (w->size == 0)
		return 0;
	w->size--;
	return *w->data++;
}

static uint32_t
reg_read(void *ctx, uint32_t offset)
{
	struct world *w = ctx;
	uint32_t v;

	/* Mostly a device that lets itself be brought up. */
	if ((next(w) & 7) != 0) {
		switch (offset) {
		case ENA_REG_DEV_STS:
			return w->now / 1000 % 2 != 0 ? 9 : 1;
		case ENA_REG_CAPS:
			return 0x303d;
		default:
			return 1;
		}
	}
	v = next(w);
	v |= (uint32_t)next(w) << 8;
	v |= (uint32_t)next(w) << 16;
	return v | (uint32_t)next(w) << 24;
}

static void
reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	struct world *w = ctx;

	if (offset == ENA_REG_AQ_DB)
		w->commands = (uint16_t)value;
}

static int
dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	struct world *w = ctx;
	unsigned int i;

	(void)socket;
	memset(dma, 0, sizeof(*dma));
	for (i = 0; i < BLOCKS && w->block[i].va != NULL; i++)
		;
	if (i == BLOCKS || len > 1u << 21)
		return -ENOMEM;
	dma->va = aligned_alloc(align < 64 ? 64 : align, (len + 4095) & ~(size_t)4095);
	memset(dma->va, 0, len);
	dma->iova = 0x100000u * (i + 1);
	dma->len = len;
	w->block[i] = *dma;
	w->blocks++;
	return 0;
}

static void
dma_free(void *ctx, struct ena_hal_dma *dma)
{
	struct world *w = ctx;
	unsigned int i;

	for (i = 0; i < BLOCKS; i++) {
		if (dma->va != NULL && w->block[i].va == dma->va) {
			w->block[i].va = NULL;
			free(dma->va);
			w->blocks--;
		}
	}
	memset(dma, 0, sizeof(*dma));
}

static uint64_t
now_us(void *ctx)
{
	return ((struct world *)ctx)->now;
}

/** The device's turn: scribble somewhere, or answer the next command with input bytes. */
static void
delay_us(void *ctx, uint32_t us)
{
	struct world *w = ctx;
	unsigned int i = next(w) % BLOCKS, n;

	w->now += us != 0 ? us : 1;
	if (w->size == 0) {
		w->now += 1000000;
		return;
	}
	if ((i & 1) != 0 && w->commands != w->answered) {
		/* A well-formed completion with contents of the input; block 2 is the ACQ. */
		struct ena_acq_entry e;
		unsigned int slot = w->answered % ENA_AQ_DEPTH, b;
		uint8_t *raw = (uint8_t *)&e;

		for (n = 0; n < sizeof(e); n++)
			raw[n] = next(w);
		e.common.cmd_id = ena_put16((uint16_t)slot);
		e.common.status = (uint8_t)(e.common.status % 16 == 1 ? 3 : 0);
		e.common.flags = (w->answered / ENA_AQ_DEPTH & 1) ^ 1;
		for (b = 0; b < BLOCKS; b++)
			if (w->block[b].va != NULL && w->block[b].len == 2048 && b != 1) {
				memcpy((struct ena_acq_entry *)w->block[b].va + slot, &e,
					sizeof(e));
				break;
			}
		w->answered++;
		return;
	}
	if (w->block[i].va != NULL) {
		size_t at = (size_t)next(w) * 64 % w->block[i].len;

		for (n = 0; n < 64 && at < w->block[i].len; n++)
			((uint8_t *)w->block[i].va)[at++] = next(w);
	}
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

static void
log_line(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	(void)ctx;
	(void)level;
	(void)msg;
}

static const struct ena_hal_platform platform = {
	.reg_read = reg_read,
	.reg_write = reg_write,
	.dma_alloc = dma_alloc,
	.dma_free = dma_free,
	.now_us = now_us,
	.delay_us = delay_us,
	.read_barrier = nothing,
	.lock = nothing,
	.unlock = nothing,
	.wait = delay_us,
	.wake = nothing,
	.in_interrupt = never,
	.log = log_line,
};

static void
use(struct ena_hal *hal)
{
	static const struct ena_hal_event_ops events;
	struct ena_hal_cq_params cq = {.depth = 256, .entry_size = 16, .vector = 1, .socket = -1};
	struct ena_hal_sq_params sq = {.depth = 256, .entry_size = 16, .socket = -1};
	const struct ena_hal_llq_wish wish = {ENA_HAL_LLQ_RECOMMENDED, 1u << 20, 128};
	struct ena_hal_basic_stats stats;
	uint64_t values[ENA_METRIC_COUNT], valid;
	struct ena_hal_cq c = {.exists = false};
	struct ena_hal_sq s = {.exists = false};

	ena_hal_aenq_arm(hal);
	if (ena_hal_query(hal) != 0)
		return;
	ena_hal_llq_negotiate(hal, &wish);
	ena_hal_aenq_process(hal, &events, NULL);
	if (ena_hal_cq_create(hal, &cq, 0x8000, &c) == 0) {
		sq.cq_idx = c.idx;
		ena_hal_sq_create(hal, &sq, 0x8000, 1u << 20, &s);
	}
	ena_hal_stats_basic(hal, &stats);
	ena_hal_stats_metrics(hal, values, &valid);
	ena_hal_aenq_process(hal, &events, NULL);
	ena_hal_reset(hal, ENA_RESET_GENERIC);
	ena_hal_sq_release(hal, &s);
	ena_hal_cq_release(hal, &c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = {.data = data, .size = size};
	struct ena_hal_identity id;
	struct ena_hal hal;

	memset(&hal, 0, sizeof(hal));
	if (ena_hal_init(&hal, &platform, &w, ENA_HAL_READ_DIRECT) == 0) {
		if (ena_hal_reset(&hal, ENA_RESET_NORMAL) == 0 &&
			ena_hal_identify(&hal, &id) == 0 && ena_hal_admin_start(&hal) == 0)
			use(&hal);
		ena_hal_fini(&hal);
	}
	if (w.blocks != 0)
		abort(); /* DMA memory was leaked */
	return 0;
}
