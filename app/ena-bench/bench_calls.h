/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The calls that are measured, each in a function of its own that is never inlined: callgrind
 * switches its collection on and off at their names, and at that of bench_call_floor().
 */
#ifndef ENA_BENCH_CALLS_H
#define ENA_BENCH_CALLS_H

#include <stdint.h>

#include <rte_mbuf.h>

uint16_t bench_call_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t bench_call_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t bench_call_none(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);

/** On entry callgrind resets (begin) or writes (end) what it has collected. */
void bench_mark_begin(void);
void bench_mark_end(void);

#endif /* ENA_BENCH_CALLS_H */
