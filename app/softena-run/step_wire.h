/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The wire of a port in step mode, around the port's own one: it gives no more frames than a
 * step asked for.
 */
#ifndef SOFTENA_RUN_STEP_WIRE_H
#define SOFTENA_RUN_STEP_WIRE_H

#include <sys/uio.h>

#include "softena.h"

/**
 * Put a wire around @p inner. Closing it closes @p inner.
 * @return NULL if there is no memory; @p inner stays the caller's then
 */
struct softena_wire *step_wire_open(struct softena_wire *inner);

/**
 * Give up to @p n frames in this step.
 * @param frames of the caller; NULL: they come from the inner wire
 */
void step_wire_give(struct softena_wire *wire, const struct iovec *frames, unsigned int n);

#endif /* SOFTENA_RUN_STEP_WIRE_H */
