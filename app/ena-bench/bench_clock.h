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

/** Earlier instructions are complete before the time is read, later ones begin after it. */
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
 * Earlier instructions have been executed before the time is read. RDTSCP waits in the same way,
 * but not every CPU has it, nor does callgrind emulate it on such a CPU.
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
