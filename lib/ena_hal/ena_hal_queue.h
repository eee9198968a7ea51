/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Creation and destruction of I/O queues (part A 5.1 to 5.4).
 */
#ifndef ENA_HAL_QUEUE_H
#define ENA_HAL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ena_hal_platform.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** Creation of a completion queue. */
struct ena_hal_cq_params {
	uint16_t depth; /**< power of two, entries */
	uint16_t entry_size; /**< bytes: 8, 16 or 32 */
	uint32_t vector; /**< MSI-X vector >= 1, or ENA_MSIX_VECTOR_NONE */
	int socket; /**< NUMA node of the ring, -1 = any */
};

/** A completion queue that exists. The ring belongs to the caller until destruction. */
struct ena_hal_cq {
	struct ena_hal_dma ring;
	uint16_t idx; /**< CQ index of the device */
	uint16_t depth;
	uint16_t entry_size;
	uint32_t unmask_offset; /**< interrupt-unmask register in BAR0 */
	uint32_t numa_offset; /**< NUMA register in BAR0; 0 = absent */
	bool exists;
};

/** Creation of a submission queue. */
struct ena_hal_sq_params {
	bool tx; /**< direction */
	bool llq; /**< ring in device memory; Tx only, after a successful negotiation */
	uint16_t depth; /**< power of two, entries */
	uint16_t entry_size; /**< bytes: 16, or the LLQ entry size */
	uint16_t cq_idx;
	int socket; /**< NUMA node of the ring, -1 = any */
};

/** A submission queue that exists. */
struct ena_hal_sq {
	struct ena_hal_dma ring; /**< va NULL for LLQ */
	bool tx;
	bool llq;
	bool exists;
	uint16_t idx; /**< SQ index of the device; for Rx the value in the RSS table */
	uint16_t depth;
	uint32_t db_offset; /**< doorbell in BAR0 */
	uint32_t llq_offset; /**< ring in BAR2, LLQ only */
};

/**
 * Allocate a CQ ring and CREATE_CQ. If the actual depth is not the requested one, the CQ is
 * destroyed again and -EPROTO returned. Offsets are checked against @p bar0_len.
 */
int ena_hal_cq_create(struct ena_hal *hal, const struct ena_hal_cq_params *params, size_t bar0_len,
	struct ena_hal_cq *cq);

/**
 * Write the NUMA register of a CQ (part B 1.6), if it has one.
 * @param node NUMA node of the memory of the ring; nothing is written for -1
 */
void ena_hal_cq_numa_set(struct ena_hal *hal, const struct ena_hal_cq *cq, int node);

/**
 * DESTROY_CQ and free the ring.
 *
 * On error the device may still write to the ring, so it is NOT freed and the object stays
 * valid: reset the device and call ena_hal_cq_release().
 */
int ena_hal_cq_destroy(struct ena_hal *hal, struct ena_hal_cq *cq);

/** Free the ring of a CQ after a reset of the device; no command is sent. @p cq is cleared. */
void ena_hal_cq_release(struct ena_hal *hal, struct ena_hal_cq *cq);

/**
 * Keep the ring of a CQ until a reset succeeds, because the device may still write to it. @p cq is
 * cleared.
 */
void ena_hal_cq_park(struct ena_hal *hal, struct ena_hal_cq *cq);

/** Allocate the SQ ring (host placement) and CREATE_SQ. Offsets are checked. */
int ena_hal_sq_create(struct ena_hal *hal, const struct ena_hal_sq_params *params, size_t bar0_len,
	size_t bar2_len, struct ena_hal_sq *sq);

/** DESTROY_SQ and free the ring; on failure as ena_hal_cq_destroy(). */
int ena_hal_sq_destroy(struct ena_hal *hal, struct ena_hal_sq *sq);

/** Free the ring of an SQ after a reset of the device; no command is sent. @p sq is cleared. */
void ena_hal_sq_release(struct ena_hal *hal, struct ena_hal_sq *sq);

/** Keep the ring of an SQ until a reset succeeds. @p sq is cleared. */
void ena_hal_sq_park(struct ena_hal *hal, struct ena_hal_sq *sq);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_QUEUE_H */
