/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * I/O queues: their state, commands and registers (softena_queue.c).
 */
#ifndef SOFTENA_QUEUE_H
#define SOFTENA_QUEUE_H

#include "softena_device.h"
#include "softena_rx.h"
#include "softena_tx.h"

/** Completion queue. */
struct softena_cq {
	bool exists;
	bool intr; /* interrupt mode */
	uint16_t idx;
	uint16_t depth;
	uint16_t entry_size; /* bytes: 8, 16, 32 */
	uint32_t vector; /* or ENA_MSIX_VECTOR_NONE */
	uint64_t base;
	uint16_t produced; /* free-running */
	uint32_t unmask_off, numa_off; /* in BAR0 */
	struct softena_sq *sq; /* NULL until CREATE_SQ */
};

/** Submission queue. CREATE_SQ starts from an all-zero structure. */
struct softena_sq {
	bool exists;
	bool tx;
	bool llq;
	uint16_t idx;
	uint16_t depth;
	uint64_t base; /* host placement */
	uint32_t llq_off; /* in BAR2 */
	uint32_t db_off; /* in BAR0 */
	uint16_t tail; /* last accepted doorbell, free-running */
	uint16_t head; /* slots taken by the device, free-running */
	struct softena_cq *cq;
	struct softena_tx_meta meta; /* cached */
	uint64_t pkts, bytes;
	uint16_t posted_min;
	bool stalled; /* the ring could not be read: nothing more until DESTROY_SQ */
	/* Tx: slots from head that were read without finding LAST, so that an incomplete packet is
	 * not read again at each poll. */
	uint16_t scanned;
	union {
		struct softena_tx_asm tx;
		struct softena_rx_cache rx;
	} data;
};

/** Packets of a queue, or frames of the wire, in one poll. */
#define SOFTENA_BURST 64u

uint8_t softena_cmd_create_cq(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_create_sq(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_destroy_cq(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_destroy_sq(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
void softena_queues_reset(struct softena *dev);
/** A write to an I/O doorbell, unmask or NUMA register; unknown offsets are counted and ignored. */
void softena_queue_reg_write(struct softena *dev, uint32_t off, uint32_t val);
/** Lowest-numbered Rx SQ that exists, or NULL. */
struct softena_sq *softena_rx_first(struct softena *dev);
/** The SQ of this number if it exists, or NULL. */
struct softena_sq *softena_sq_get(struct softena *dev, bool tx, unsigned int idx);
/** The CQ of this number if it exists, or NULL. */
struct softena_cq *softena_cq_get(struct softena *dev, unsigned int idx);
bool softena_any_sq(const struct softena *dev);
bool softena_any_cq(const struct softena *dev);

#endif /* SOFTENA_QUEUE_H */
