/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A round: bursts of one driver, timed one by one, until there are enough of them.
 */
#ifndef ENA_BENCH_ROUND_H
#define ENA_BENCH_ROUND_H

#include "bench_options.h"
#include "bench_port.h"
#include "bench_series.h"

/** One round of a driver; a cycles-per-packet value is added to @p s. */
void bench_round(struct bench_port *p, const struct bench_case *c, const struct bench_options *o,
	struct bench_series *s);

#endif /* ENA_BENCH_ROUND_H */
