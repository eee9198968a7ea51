/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults inside the device: whether an armed fault strikes now. A fault is carried out where
 * the device does what the fault disturbs. All functions are called with the device lock held.
 */
#ifndef SOFTENA_FAULT_PRIV_H
#define SOFTENA_FAULT_PRIV_H

#include "softena_device.h"

struct softena_sq;

enum softena_fault_queue {
	SOFTENA_FAULT_QUEUE_NONE,
	SOFTENA_FAULT_QUEUE_RX,
	SOFTENA_FAULT_QUEUE_TX,
	SOFTENA_FAULT_QUEUE_VECTOR,
};
enum softena_fault_begin {
	SOFTENA_FAULT_BEGINS_AT_OCCASION,
	SOFTENA_FAULT_BEGINS_AT_ONCE,
};

/** A line of SOFTENA_FAULTS. */
struct softena_fault_type {
	const char *name, *help;
	enum softena_fault_queue queue;
	enum softena_fault_begin begin;
	uint32_t arg_max;
};
extern const struct softena_fault_type softena_fault_types[SOFTENA_FAULT_KINDS];

/** In softena.fault.armed beside the kinds: a command waits for the end of its delay. */
#define SOFTENA_FAULT_BIT_HOLD ENA_BIT(31)
_Static_assert(SOFTENA_FAULT_KINDS <= 31, "the kinds and a flag fit into 32 bits");

/** Whether one of these is armed: the only test on the path of a device without faults. */
static inline bool
softena_fault_armed(const struct softena *dev, uint32_t bits)
{
	return __builtin_expect((dev->fault.armed & bits) != 0, 0);
}

/** Registers read all ones, and nothing works. */
#define SOFTENA_FAULT_GONE (ENA_BIT(SOFTENA_FAULT_REGS_GONE) | ENA_BIT(SOFTENA_FAULT_REMOVED))

/**
 * An occasion for an armed fault. @return true if the fault strikes; that uses up one of its count
 */
bool softena_fault_hit(struct softena *dev, enum softena_fault_kind kind, int queue);

static inline bool
softena_fault_strikes(struct softena *dev, enum softena_fault_kind kind, int queue)
{
	return softena_fault_armed(dev, ENA_BIT(kind)) && softena_fault_hit(dev, kind, queue);
}

/** Argument of a fault, or @p otherwise if it is 0. */
static inline uint32_t
softena_fault_arg(const struct softena *dev, enum softena_fault_kind kind, uint32_t otherwise)
{
	return dev->fault.kind[kind].arg != 0 ? dev->fault.kind[kind].arg : otherwise;
}

/** Run what depends on time. @return true while the device is gone and does nothing */
bool softena_fault_run(struct softena *dev);
/** Before a command is fetched. @return false if it has to wait */
bool softena_fault_admin_ready(struct softena *dev);
/** Whether an access, a write if @p write, is to be refused. */
bool softena_fault_dma(struct softena *dev, bool write);
/**
 * Faults of completion @p i of the @p total ones of an Rx packet.
 * @param buf_len bytes of the buffer that it names
 */
void softena_fault_rx(struct softena *dev, const struct softena_sq *sq, struct ena_rx_cdesc *c,
	unsigned int i, unsigned int total, uint32_t buf_len);
/** Faults that softena_fault_rx_again() does. */
#define SOFTENA_FAULT_BITS_RX_AGAIN \
	(ENA_BIT(SOFTENA_FAULT_RX_REQ_ID_STALE) | ENA_BIT(SOFTENA_FAULT_RX_REQ_ID_FOREIGN))
/**
 * The last completion @p c of an Rx packet, and one that may follow it.
 * @return false if none does
 */
bool softena_fault_rx_again(struct softena *dev, const struct softena_sq *sq,
	struct ena_rx_cdesc_ext *c, struct ena_rx_cdesc_ext *again);
/** A delayed command is forgotten. */
void softena_fault_reset(struct softena *dev);

#endif /* SOFTENA_FAULT_PRIV_H */
