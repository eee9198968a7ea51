/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Results: cycles per packet of one driver, or of the floor, in the rounds of one case.
 */
#ifndef ENA_BENCH_SERIES_H
#define ENA_BENCH_SERIES_H

#include <stdint.h>

#define BENCH_ROUNDS_MAX 1001u

struct bench_series {
	unsigned int rounds;
	double cycles[BENCH_ROUNDS_MAX]; /* per packet */
	uint64_t calls, packets; /* of all bursts, those left out as well */
	unsigned int disturbed; /* bursts left out: the thread did not have the CPU */
	unsigned int lost; /* packets that a driver did not take or give */
};

/** Add a round from the times of @p n bursts of @p packets packets in all. */
void bench_series_add(struct bench_series *s, uint64_t *ticks, unsigned int n, uint64_t packets);

#endif /* ENA_BENCH_SERIES_H */
