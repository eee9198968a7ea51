/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * One case: both ports are started, measured in turn with the floor, and stopped.
 */
#ifndef ENA_BENCH_MEASURE_H
#define ENA_BENCH_MEASURE_H

#include <stdio.h>

#include "bench_options.h"
#include "bench_port.h"

/** Measure a case, or say why not. The result goes to @p out. */
void bench_measure(FILE *out, struct bench_pair *pair, const struct bench_case *c,
	const struct bench_options *o);

#endif /* ENA_BENCH_MEASURE_H */
