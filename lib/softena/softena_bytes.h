/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Integers in network order at any alignment, and small arithmetic.
 */
#ifndef SOFTENA_BYTES_H
#define SOFTENA_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t
softena_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
softena_be32(const uint8_t *p)
{
	return (uint32_t)softena_be16(p) << 16 | softena_be16(p + 2);
}

static inline void
softena_put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
softena_put_be32(uint8_t *p, uint32_t v)
{
	softena_put_be16(p, (uint16_t)(v >> 16));
	softena_put_be16(p + 2, (uint16_t)v);
}

static inline size_t
softena_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline bool
softena_power_of_two(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

#endif /* SOFTENA_BYTES_H */
