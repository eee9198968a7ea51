/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The clock: time stamps around a burst, and what disturbs them.
 */
#ifndef ENA_BENCH_CLOCK_H
#define ENA_BENCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <x86intrin.h>

/** Nothing that comes later starts before this is read, nothing earlier is unfinished. */
static inline uint64_t
bench_tsc_begin(void)
{
	uint64_t t;

	_mm_mfence();
	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
}

/**
 * All that came before has been executed. LFENCE and RDTSC in place of RDTSCP, which waits for
 * the same: not every CPU has that instruction, and callgrind shows a CPU without it to the
 * program, so it ended with SIGILL.
 */
static inline uint64_t
bench_tsc_end(void)
{
	uint64_t t;

	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
}
#else
#include <rte_cycles.h>

static inline uint64_t
bench_tsc_begin(void)
{
	return rte_rdtsc_precise();
}

static inline uint64_t
bench_tsc_end(void)
{
	return rte_rdtsc_precise();
}
#endif

/** Sorts @p ticks. @param n 1 or more */
uint64_t bench_median(uint64_t *ticks, unsigned int n);

/** Ticks that taking the time costs. Measured at the first call. */
uint64_t bench_overhead(void);

/** How often the kernel took the CPU away from this thread so far. */
uint64_t bench_switches(void);

/** Wait until the CPU is ours alone. @return false if it did not happen in @p ms */
bool bench_quiet(unsigned int ms);

#endif /* ENA_BENCH_CLOCK_H */
