/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What a driver does for a burst, apart from time: stores to doorbells, bytes written to device
 * memory, how full it keeps the Rx ring.
 *
 * Doorbells are plain memory here, so the device sees only the last of several stores. They are
 * counted by taking the write permission of the program's mapping away: each store traps, is let
 * through by a single step, and is counted. Bytes of device memory are counted by filling it
 * with a pattern and looking for words that changed.
 */
#ifndef ENA_BENCH_COUNT_H
#define ENA_BENCH_COUNT_H

#include "bench_port.h"

/** Negative: not known. */
struct bench_counts {
	double tx_doorbells, rx_doorbells; /* stores, per burst */
	double llq_bytes; /* written to device memory, per packet */
	double posted_low; /* lowest number of posted Rx buffers after a burst, of the depth */
};

void bench_count(struct bench_port *p, const struct bench_case *c, struct bench_counts *counts);

#endif /* ENA_BENCH_COUNT_H */
