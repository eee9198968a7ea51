/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The control path of a driver: time to start, and memory for queues.
 */
#ifndef ENA_BENCH_CONTROL_H
#define ENA_BENCH_CONTROL_H

#include <stdio.h>

#include "bench_port.h"

/** Time to start and memory, for several numbers of queues, as a line of JSON. */
void bench_control(FILE *out, struct bench_port *p, const char *role);

#endif /* ENA_BENCH_CONTROL_H */
