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

/** @return NULL after a message */
static void *
find(const char *name)
{
	void *fn = dlsym(RTLD_DEFAULT, name);

	if (fn == NULL)
		fprintf(stderr, "ena-bench: %s is missing: run this below softena-run --step\n",
			name);
	return fn;
}

#define FIND(fn) ((fn = (softena_##fn##_fn *)(uintptr_t)find("softena_" #fn)) != NULL)

bool
bench_step_init(void)
{
	return FIND(step) && FIND(step_frames) && FIND(step_payload) && FIND(step_counters) &&
	       FIND(step_queue) && FIND(step_bar);
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
