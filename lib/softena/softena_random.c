/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Random numbers of the quirks that change an order: a xorshift generator.
 */

#include "softena_device.h"
#include "softena_random.h"

#define SEED UINT64_C(0x9e3779b97f4a7c15)

void
softena_random_init(struct softena *dev)
{
	dev->random.x = SEED;
}

uint32_t
softena_random(struct softena *dev)
{
	uint64_t x = dev->random.x;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	dev->random.x = x;
	return (uint32_t)(x >> 32);
}
