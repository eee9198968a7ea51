/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Results: a JSON object per line, one for each case.
 */
#ifndef ENA_BENCH_RESULT_H
#define ENA_BENCH_RESULT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench_case.h"
#include "bench_count.h"
#include "bench_llc.h"
#include "bench_port.h"
#include "bench_series.h"

/** The results of one driver. */
struct bench_side {
	struct bench_series series;
	struct bench_counts counts;
	uint64_t complaints; /* see struct softena_step_counters */
};

/** A case that was not measured. */
void bench_result_skipped(FILE *out, const struct bench_case *c, const char *why);

/**
 * A case that was measured.
 * @param quiet nobody else used the CPU before
 * @param probe NULL unless the case is about the last-level cache
 */
void bench_result_case(FILE *out, const struct bench_case *c, const struct bench_pair *pair,
	const struct bench_side *ours, const struct bench_side *peer,
	const struct bench_series *bottom, bool quiet, const struct bench_llc_probe *probe);

/**
 * What callgrind has collected between two marks belongs to this line.
 * @param p NULL: no driver
 */
void bench_result_mark(FILE *out, const struct bench_case *c, const char *role,
	const struct bench_port *p, const struct bench_series *s);

#endif /* ENA_BENCH_RESULT_H */
