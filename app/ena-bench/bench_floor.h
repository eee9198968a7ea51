/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The memory-touch floor: a loop that only does the memory accesses that no driver can avoid for
 * the same packets, on rings of the same size and on real mbufs, without using the values.
 *
 * Rx, per buffer: its completion (16 bytes), the mbuf of the descriptor, a fresh mbuf from a cache,
 * the fresh mbuf's address, its descriptor (16 bytes); in the received mbuf the rearm word, the
 * flags and the 16 bytes from the packet type on; its place in the caller's array.
 * Tx, per segment: the caller's pointer, three words of the mbuf, the descriptor (16 bytes), the
 * place where the mbuf is remembered, a completion (8 bytes), the mbuf of that completion and
 * its place in a cache. In LLQ mode 128 or 256 bytes of device memory are written as whole lines,
 * and the pushed header is read from the packet.
 */
#ifndef ENA_BENCH_FLOOR_H
#define ENA_BENCH_FLOOR_H

#include <stdbool.h>

#include <rte_mempool.h>

#include "bench_case.h"
#include "bench_options.h"
#include "bench_series.h"

/** Rings, and mbufs of @p pool. @return false if there is no memory */
bool bench_floor_init(const struct bench_case *c, struct rte_mempool *pool);
void bench_floor_fini(void);

/** One round; a cycles-per-packet value is added to @p s. */
void bench_floor_round(
	const struct bench_case *c, const struct bench_options *o, struct bench_series *s);

/** The memory accesses of @p n packets: what is timed, and what callgrind collects. */
uint16_t bench_call_floor(uint16_t kind, uint16_t segs, struct rte_mbuf **pkts, uint16_t n);

#endif /* ENA_BENCH_FLOOR_H */
