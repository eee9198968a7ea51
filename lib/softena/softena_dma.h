/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Access to host memory (softena_dma.c).
 */
#ifndef SOFTENA_DMA_H
#define SOFTENA_DMA_H

#include "softena_device.h"

struct softena_cq;

/** The bytes from @p addr on are addresses that the reported DMA width can carry. */
bool softena_dma_in_width(const struct softena *dev, uint64_t addr, uint64_t len);
/** Copy from host memory. @return false (and a counted fault) if any byte is not mapped. */
bool softena_dma_read(struct softena *dev, uint64_t iova, void *buf, size_t len);
bool softena_dma_write(struct softena *dev, uint64_t iova, const void *buf, size_t len);
/**
 * Write an entry of a ring so that the byte @p last_off becomes visible after all others
 * (phase bits). The word of at most 8 aligned bytes that holds it is stored last, with
 * release order.
 */
bool softena_dma_write_entry(
	struct softena *dev, uint64_t iova, const void *entry, size_t len, size_t last_off);

/** An access was lost because bus mastering is off: count it, and log that once. */
void softena_dma_blocked(struct softena *dev);
/** The same for work that waits: counted once for each kind until bus mastering is on. */
enum softena_blocked {
	SOFTENA_BLOCKED_ADMIN,
	SOFTENA_BLOCKED_EVENT,
	SOFTENA_BLOCKED_TX,
	SOFTENA_BLOCKED_RX,
};
void softena_dma_waits(struct softena *dev, enum softena_blocked kind);
/** Bus mastering is on again. */
void softena_dma_allowed(struct softena *dev);

/**
 * Write the next entry of a completion queue; bit 0 of byte 3 becomes the phase.
 * @param entry 32 bytes, of which the queue's entry size counts; byte 3 bit 0 is 0
 */
void softena_cq_put(struct softena *dev, struct softena_cq *cq, uint8_t entry[32]);
/** Two entries, of which a driver sees either none or both. */
void softena_cq_put_two(
	struct softena *dev, struct softena_cq *cq, uint8_t first[32], uint8_t second[32]);

#endif /* SOFTENA_DMA_H */
