/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts (softena_intr.c).
 */
#ifndef SOFTENA_INTR_H
#define SOFTENA_INTR_H

#include "softena_device.h"

struct softena_cq;

/** I/O interrupt vector (part B 6.7). */
struct softena_vector {
	uint16_t users; /* CQs that name it */
	bool masked, pending, recent;
	bool armed; /* deadline is valid */
	uint16_t delay_rx, delay_tx; /* units of the moderation resolution */
	uint64_t deadline_ns;
};

/** Vector 0 after ACQ or AENQ writes: honours INTR_MASK (part A 2.7). */
void softena_intr_mgmt(struct softena *dev);
void softena_intr_mgmt_unmasked(struct softena *dev);
void softena_intr_cq_created(struct softena *dev, struct softena_cq *cq);
void softena_intr_cq_destroyed(struct softena *dev, struct softena_cq *cq);
/** The last completion of a packet became visible in @p cq. */
void softena_intr_completion(struct softena *dev, struct softena_cq *cq);
void softena_intr_unmask_write(struct softena *dev, struct softena_cq *cq, uint32_t val);
/** Deadlines of delayed messages. @return number of messages sent */
unsigned int softena_intr_run(struct softena *dev);
/** MSI-X was enabled: re-evaluate all vectors. */
void softena_intr_enabled(struct softena *dev);
void softena_intr_reset(struct softena *dev);

#endif /* SOFTENA_INTR_H */
