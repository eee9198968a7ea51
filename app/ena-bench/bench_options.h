/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Options of the program that the measurements use.
 */
#ifndef ENA_BENCH_OPTIONS_H
#define ENA_BENCH_OPTIONS_H

#include <stdbool.h>

struct bench_options {
	unsigned int rounds, warmup, packets; /* packets: of a round */
	unsigned int quiet_ms; /* longest wait for a quiet machine before each case */
	bool marks; /* callgrind: few bursts, with marks */
};

#endif /* ENA_BENCH_OPTIONS_H */
