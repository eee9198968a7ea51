/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Reads more memory than the private levels of the caches hold, so that everything else is evicted
 * from them.
 */
#ifndef ENA_BENCH_WALK_H
#define ENA_BENCH_WALK_H

#define BENCH_LINE 64u

/** Get ready. @return NULL, or why this CPU's caches do not allow it */
const char *bench_walk_init(void);

/** Evict all lines from the caches before the last level. No effect without bench_walk_init(). */
void bench_walk(void);

#endif /* ENA_BENCH_WALK_H */
