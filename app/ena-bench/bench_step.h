/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Step mode of softena-run (softena_step.h), by the PCI address of a port.
 */
#ifndef ENA_BENCH_STEP_H
#define ENA_BENCH_STEP_H

#include <stdbool.h>

#include "softena_step.h"

/** Find the functions of step mode. @return false after a message */
bool bench_step_init(void);

/* The functions of softena_step.h. Those that return bool here return false on any error. */
unsigned int bench_step(const char *addr, unsigned int budget);
unsigned int bench_step_frames(const char *addr, const struct iovec *frames, unsigned int n);
int bench_step_payload(const char *addr, uint32_t bytes);
bool bench_step_counters(const char *addr, struct softena_step_counters *counters);
bool bench_step_queue(
	const char *addr, bool tx, unsigned int idx, struct softena_step_queue *queue);
/** @return false also if the device has no such BAR */
bool bench_step_bar(const char *addr, unsigned int bar, void **at, size_t *len);

#endif /* ENA_BENCH_STEP_H */
