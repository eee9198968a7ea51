/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdint.h>

#include <rte_mbuf.h>

#include "bench_cache.h"
#include "bench_walk.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>

static bool
cpu_has(unsigned int ecx_bit, unsigned int ebx_bit)
{
	unsigned int a, b, c, d;

	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return false;
	return (c & ecx_bit) != 0 || (b & ebx_bit) != 0;
}

bool
bench_cache_possible(enum bench_cache cache)
{
	(void)cache;
	return true;
}

bool
bench_cache_cldemote(void)
{
	static int known;

	if (known == 0)
		known = cpu_has(1u << 25, 0) ? 1 : -1;
	return known > 0;
}

static bool
has_clflushopt(void)
{
	static int known;

	if (known == 0)
		known = cpu_has(0, 1u << 23) ? 1 : -1;
	return known > 0;
}

void
bench_cache_range(enum bench_cache cache, const void *addr, size_t len)
{
	uintptr_t at = (uintptr_t)addr & ~(uintptr_t)(BENCH_LINE - 1);
	uintptr_t end = (uintptr_t)addr + len;
	bool opt = has_clflushopt();

	if (cache == BENCH_LLC && !bench_cache_cldemote())
		return;
	for (; cache != BENCH_WARM && at < end; at += BENCH_LINE) {
		volatile char *line = (volatile char *)at;

		/* Written as bytes, so that no compiler flag is needed. */
		if (cache == BENCH_LLC)
			__asm__ volatile(".byte 0x0f, 0x1c, 0x07" : : "D"(line) : "memory");
		else if (opt)
			__asm__ volatile(".byte 0x66; clflush %0" : "+m"(*line));
		else
			__asm__ volatile("clflush %0" : "+m"(*line));
	}
}

void
bench_cache_done(enum bench_cache cache)
{
	if (cache == BENCH_LLC && !bench_cache_cldemote())
		bench_walk();
	if (cache != BENCH_WARM)
		_mm_mfence();
}
#else
bool
bench_cache_possible(enum bench_cache cache)
{
	return cache == BENCH_WARM;
}

bool
bench_cache_cldemote(void)
{
	return false;
}

void
bench_cache_range(enum bench_cache cache, const void *addr, size_t len)
{
	(void)cache;
	(void)addr;
	(void)len;
}

void
bench_cache_done(enum bench_cache cache)
{
	(void)cache;
}
#endif

static void
one_mbuf(struct rte_mempool *pool, void *cache, void *obj, unsigned int idx)
{
	(void)pool;
	(void)idx;
	bench_cache_range(*(enum bench_cache *)cache, obj, sizeof(struct rte_mbuf));
}

void
bench_cache_pool(enum bench_cache cache, struct rte_mempool *pool)
{
	if (cache != BENCH_WARM)
		rte_mempool_obj_iter(pool, one_mbuf, &cache);
}

void
bench_cache_port(enum bench_cache cache, const struct bench_port *p)
{
	unsigned int i;

	if (cache == BENCH_WARM)
		return;
	for (i = 0; i < p->zones; i++)
		bench_cache_range(cache, p->zone[i].addr, p->zone[i].len);
	bench_cache_pool(cache, p->pool);
	bench_cache_done(cache);
}
