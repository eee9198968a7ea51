/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The ordering contract between the driver and the device. Each barrier is named after its
 * use. The driver uses no other barriers towards the device.
 *
 * ena_rmb_completion() - between reading a phase bit and reading the rest of the entry.
 *	The device makes the word that holds the phase visible last. Without the barrier a
 *	CPU may have read the other words before the phase:
 *
 *		if (phase is new)
 *			ena_rmb_completion();
 *			len = entry->len;
 *
 *	On x86 loads are in order and this is a compiler barrier; on arm64 it is a load barrier
 *	of the outer shareable domain (dmb oshld). On arm64 a 16-byte vector load is not a single
 *	access: read the phase with a load of its own, before the barrier.
 *	It does not order anything against stores, and it does not make a second read of
 *	the phase fresh: read the phase word once into a local variable.
 *
 * ena_doorbell() - publish a tail.
 *	Every earlier store to ring memory and packet data, and every earlier store to the
 *	LLQ window in BAR2, reaches the device before the doorbell does. On x86 the window
 *	is mapped write-combining: its stores may linger in the CPU until a store fence or an
 *	uncached store drains them. The doorbell itself is such an uncached store; the fence
 *	before it is for the case that BAR0 is mapped in another way. One fence per burst is
 *	enough.
 *	It does not wait until the device has seen the doorbell.
 *	On arm64 the window is Normal non-cacheable or Device memory, the doorbell is Device
 *	memory, and neither is ordered with the other or with ring memory. The device belongs
 *	to the outer shareable domain, and a store barrier of that domain (dmb oshst) orders
 *	all three. The stores need not be completed, so a dsb is not needed.
 *
 * ena_copy_to_window() - one LLQ entry to BAR2.
 *	Whole 64-byte lines in ascending order, so that each line leaves the write-combining
 *	buffer as one bus transaction. Ordered only by the next ena_doorbell(). The window is
 *	never read.
 */
#ifndef ENA_BARRIER_H
#define ENA_BARRIER_H

#include <stdbool.h>

#include <rte_atomic.h>
#include <rte_io.h>

static inline void
ena_rmb_completion(void)
{
	rte_io_rmb();
}

/** @param window true if BAR2 was written since the last doorbell */
static inline void
ena_doorbell(volatile uint32_t *db, uint16_t tail, bool window)
{
	if (window)
		rte_wmb();
	else
		rte_io_wmb();
	rte_write32_relaxed(tail, db);
}

/** A quarter of a line: compilers use one vector instruction for it. */
typedef uint64_t ena_quarter __attribute__((vector_size(16), may_alias));

/** @param len multiple of 64, bytes; both addresses are 64-byte aligned */
static inline void
ena_copy_to_window(void *window, const void *entry, unsigned int len)
{
	const ena_quarter *src = (const ena_quarter *)entry;
	volatile ena_quarter *dst = (volatile ena_quarter *)window;

	for (; len != 0; len -= 64, src += 4, dst += 4) {
		dst[0] = src[0];
		dst[1] = src[1];
		dst[2] = src[2];
		dst[3] = src[3];
	}
}

#endif /* ENA_BARRIER_H */
