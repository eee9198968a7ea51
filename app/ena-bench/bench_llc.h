/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Checks before each case, by measuring, whether bench_cache.h really moves the lines of a port to
 * the last-level cache. Its method does not matter, nor whether the last level always holds what
 * the levels before it hold, or only what they evict (a victim cache).
 */
#ifndef ENA_BENCH_LLC_H
#define ENA_BENCH_LLC_H

#include "bench_port.h"

struct bench_llc_probe {
	const char *method; /* "cldemote" or "eviction" */
	double near, reached, memory; /* cycles of a load: level before, this one, memory */
};

/** Move the lines of a port to the last level and measure. @return NULL, or why they are not there
 */
const char *bench_llc_probe(const struct bench_port *p, struct bench_llc_probe *probe);

#endif /* ENA_BENCH_LLC_H */
