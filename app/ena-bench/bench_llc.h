/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Whether the lines of a port really come to the last-level cache is measured before each case,
 * whatever brings them there (bench_cache.h). The last level holds a line already when the
 * levels before it give it up, or takes it then (a victim cache).
 */
#ifndef ENA_BENCH_LLC_H
#define ENA_BENCH_LLC_H

#include "bench_port.h"

struct bench_llc_probe {
	const char *method; /* "cldemote" or "eviction" */
	double near, reached, memory; /* cycles of a load: level before, this one, memory */
};

/** Does treating the lines of a port bring them there? @return NULL, or why not */
const char *bench_llc_probe(const struct bench_port *p, struct bench_llc_probe *probe);

#endif /* ENA_BENCH_LLC_H */
