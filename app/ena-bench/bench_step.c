/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <dlfcn.h>
#include <stdio.h>

#include "bench_step.h"

static softena_step_fn *step;
static softena_step_frames_fn *step_frames;
static softena_step_payload_fn *step_payload;
static softena_step_counters_fn *step_counters;
static softena_step_queue_fn *step_queue;
static softena_step_bar_fn *step_bar;

/** @return false after a message */
static bool
find(const char *name, void **fn)
{
	*fn = dlsym(RTLD_DEFAULT, name);
	if (*fn == NULL)
		fprintf(stderr, "ena-bench: %s is missing: run this below softena-run --step\n",
			name);
	return *fn != NULL;
}

bool
bench_step_init(void)
{
	void *fn;

	if (!find("softena_step", &fn))
		return false;
	step = (softena_step_fn *)(uintptr_t)fn;
	if (!find("softena_step_frames", &fn))
		return false;
	step_frames = (softena_step_frames_fn *)(uintptr_t)fn;
	if (!find("softena_step_payload", &fn))
		return false;
	step_payload = (softena_step_payload_fn *)(uintptr_t)fn;
	if (!find("softena_step_counters", &fn))
		return false;
	step_counters = (softena_step_counters_fn *)(uintptr_t)fn;
	if (!find("softena_step_queue", &fn))
		return false;
	step_queue = (softena_step_queue_fn *)(uintptr_t)fn;
	if (!find("softena_step_bar", &fn))
		return false;
	step_bar = (softena_step_bar_fn *)(uintptr_t)fn;
	return true;
}

unsigned int
bench_step(const char *addr, unsigned int budget)
{
	return step(addr, budget);
}

int
bench_step_payload(const char *addr, uint32_t bytes)
{
	return step_payload(addr, bytes);
}

bool
bench_step_queue(const char *addr, bool tx, unsigned int idx, struct softena_step_queue *queue)
{
	return step_queue(addr, tx, idx, queue) == 0;
}

bool
bench_step_counters(const char *addr, struct softena_step_counters *counters)
{
	return step_counters(addr, counters) == 0;
}

bool
bench_step_bar(const char *addr, unsigned int bar, void **at, size_t *len)
{
	return step_bar(addr, bar, at, len) == 0 && *at != NULL && *len > 0;
}

unsigned int
bench_step_frames(const char *addr, const struct iovec *frames, unsigned int n)
{
	return step_frames(addr, frames, n);
}
