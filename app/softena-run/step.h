/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Step mode, for the other files of the library. What programs see is in softena_step.h.
 */
#ifndef SOFTENA_RUN_STEP_H
#define SOFTENA_RUN_STEP_H

#include "softena.h"

/**
 * Put a wire around @p inner that gives no more frames than a step asked for. Closing it
 * closes @p inner.
 * @return NULL if there is no memory; @p inner stays the caller's then
 */
struct softena_wire *step_wire_open(struct softena_wire *inner);

#endif /* SOFTENA_RUN_STEP_H */
