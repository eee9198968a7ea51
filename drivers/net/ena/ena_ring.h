/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Positions in rings are free-running 16-bit counts (datasheet part B 1.4).
 */
#ifndef ENA_RING_H
#define ENA_RING_H

#include <stdint.h>

/** Phase of the pass in which position @p pos lies: 1 in the first pass. */
static inline uint32_t
phase_at(uint16_t pos, uint16_t depth)
{
	return (pos & depth) == 0;
}

#endif /* ENA_RING_H */
