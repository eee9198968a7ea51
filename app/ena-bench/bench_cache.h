/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Where the data of a burst lies before it. A real device writes completions and packets into
 * the last-level cache at best; a device that works in the measuring thread leaves them in the
 * first level. CLDEMOTE moves lines to the last level, CLFLUSH removes them from all caches. This
 * is done to the rings and to the headers of all mbufs, but not to packets, to the private memory
 * of a driver, or to device memory. Without CLDEMOTE everything is removed from the levels before
 * the last one (bench_walk.h).
 */
#ifndef ENA_BENCH_CACHE_H
#define ENA_BENCH_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include <rte_mempool.h>

#include "bench_case.h"
#include "bench_port.h"

/** Whether this architecture has instructions for it. */
bool bench_cache_possible(enum bench_cache cache);

/** The CPU has CLDEMOTE. */
bool bench_cache_cldemote(void);

/** Move the cache lines of some memory to where the case needs them. */
void bench_cache_range(enum bench_cache cache, const void *addr, size_t len);

/** The same for the headers of all mbufs of a pool. */
void bench_cache_pool(enum bench_cache cache, struct rte_mempool *pool);

/** After all ranges and pools. */
void bench_cache_done(enum bench_cache cache);

/** All of this for the rings and the pool of a port. */
void bench_cache_port(enum bench_cache cache, const struct bench_port *p);

#endif /* ENA_BENCH_CACHE_H */
