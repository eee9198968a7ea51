/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Mbufs that are ready to be sent.
 */
#ifndef ENA_BENCH_PACKETS_H
#define ENA_BENCH_PACKETS_H

#include <stdbool.h>

#include <rte_mempool.h>

#include "bench_case.h"

/** Up to BENCH_STEP packets of a case from @p pool. @return false if the pool is empty */
bool bench_packets(struct rte_mempool *pool, const struct bench_case *c, struct rte_mbuf **pkts,
	unsigned int n);

#endif /* ENA_BENCH_PACKETS_H */
