/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * DMA memory.
 *
 * Memory that the device knows is freed only when the device cannot write to it any more:
 * after a completion, after a reset, or in ena_hal_fini(). A block whose command got no answer has
 * no owner any more; it is parked in the object until then.
 */
#include "ena_hal_priv.h"

void
ena_hal_copy_in(void *dst, const volatile void *src, size_t len)
{
	const volatile uint8_t *from = src;
	uint8_t *to = dst;

	/* Whole words if the source is aligned; rings and buffers always are. */
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

/* The block is within the DMA width of the device; before CAPS is read, within 48 bits. */
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
	/* The block is never freed then: the device may still write to it. */
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
