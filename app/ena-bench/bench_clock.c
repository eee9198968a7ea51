/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdlib.h>
#include <sys/resource.h>

#include <rte_cycles.h>

#include "bench_calls.h"
#include "bench_clock.h"

#define CALIBRATE 4096u
/** Quiet: this many spins in a row, none of which took 1.25 times the fastest. */
#define QUIET_SPINS 400u
#define SPIN_LOOPS  4000u

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

uint64_t
bench_median(uint64_t *ticks, unsigned int n)
{
	qsort(ticks, n, sizeof(ticks[0]), by_value);
	return ticks[n / 2];
}

uint64_t
bench_overhead(void)
{
	static uint64_t ticks[CALIBRATE], overhead;
	struct rte_mbuf *none = NULL;
	unsigned int i;

	if (overhead != 0)
		return overhead;
	for (i = 0; i < CALIBRATE; i++) {
		uint64_t begin = bench_tsc_begin();

		bench_call_none(0, 0, &none, 0);
		ticks[i] = bench_tsc_end() - begin;
	}
	overhead = bench_median(ticks, CALIBRATE);
	return overhead;
}

static uint64_t
spin(void)
{
	uint64_t begin = rte_rdtsc();
	unsigned int i;

	for (i = 0; i < SPIN_LOOPS; i++)
		__asm__ volatile("" : : "r"(i) : "memory");
	return rte_rdtsc() - begin;
}

bool
bench_quiet(unsigned int ms)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * ms, best = UINT64_MAX, t;
	unsigned int calm = 0;

	while (calm < QUIET_SPINS) {
		t = spin();
		if (t < best)
			best = t;
		calm = t <= best + best / 4 ? calm + 1 : 0;
		if (rte_rdtsc() > end)
			return false;
	}
	return true;
}

uint64_t
bench_switches(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_THREAD, &u) != 0)
		return 0;
	return (uint64_t)u.ru_nivcsw + (uint64_t)u.ru_nvcsw;
}
