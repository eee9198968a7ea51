/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The widest vectors that drivers may use.
 */
#ifndef ENA_BENCH_SIMD_H
#define ENA_BENCH_SIMD_H

/**
 * Limit the vectors of drivers that start from now on.
 * @param bits 0: the limit before the first case
 * @return NULL, or why it cannot be set
 */
const char *bench_simd_limit(unsigned int bits);

#endif /* ENA_BENCH_SIMD_H */
