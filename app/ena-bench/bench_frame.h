/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The frames that arrive at a port.
 */
#ifndef ENA_BENCH_FRAME_H
#define ENA_BENCH_FRAME_H

#include <stdint.h>

#include "bench_case.h"

/** Bytes of the headers of a frame. */
#define BENCH_HEADERS 54u

/** A whole frame; what it holds stays valid until the next call. */
const uint8_t *bench_frame(const struct bench_case *c, unsigned int flow);

/** @p n frames of flow @p flow arrive at the port at @p addr. @return frames delivered */
unsigned int bench_frame_deliver(
	const char *addr, const struct bench_case *c, unsigned int flow, unsigned int n);

#endif /* ENA_BENCH_FRAME_H */
