/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdio.h>
#include <string.h>

#include "bench_cache.h"
#include "bench_clock.h"
#include "bench_llc.h"
#include "bench_walk.h"

#if defined(__x86_64__)
#define SAMPLE 1024u /* lines: more than a first level holds */
#define CHAIN  16u /* dependent loads that are timed at once: the TSC may be coarse */
#define TRIES  5u
/** A load from the last level takes this many times that of the level before, and memory this many
 * times that of the last level. */
#define APART 1.5

static struct {
	const uint8_t *line[SAMPLE];
	unsigned int n, seen, stride;
} sample;

static void
sample_add(const void *line)
{
	if (sample.n < SAMPLE)
		sample.line[sample.n++] = line;
}

static void
one_header(struct rte_mempool *pool, void *arg, void *obj, unsigned int idx)
{
	(void)pool;
	(void)arg;
	if (idx % sample.stride == 0)
		sample_add(obj);
}

/** A quarter are lines of rings, the rest mbuf headers, in an order that no prefetcher follows. */
static void
sample_take(const struct bench_port *p)
{
	size_t bytes = 0, skip, at, len;
	uint32_t random = 1;
	unsigned int i, k;

	sample.n = 0;
	for (i = 0; i < p->zones; i++)
		bytes += p->zone[i].len;
	skip = RTE_ALIGN_CEIL(bytes / (SAMPLE / 4) + 1, BENCH_LINE);
	for (i = 0; i < p->zones; i++) {
		len = p->zone[i].len;
		for (at = 0; at < len && sample.n < SAMPLE / 4; at += skip)
			sample_add((const uint8_t *)p->zone[i].addr + at);
	}
	sample.stride = RTE_MAX(p->pool->size / (SAMPLE - sample.n), 1u);
	rte_mempool_obj_iter(p->pool, one_header, NULL);
	for (i = sample.n - 1; i > 0; i--) {
		const uint8_t *line = sample.line[i];

		random = random * 1664525u + 1013904223u;
		k = (random >> 8) % (i + 1);
		sample.line[i] = sample.line[k];
		sample.line[k] = line;
	}
}

/** Median over chains of loads of the sample, cycles per load. */
static double
latency(void)
{
	static uint64_t ticks[SAMPLE / CHAIN];
	unsigned int i, k, n = sample.n / CHAIN;
	uint64_t begin, value = 0, none = 0;

	/* Each address depends on the load before it. @c none is 0, which the compiler does not
	 * know. */
	__asm__ volatile("" : "+r"(none));
	for (i = 0; i < n; i++) {
		const uint8_t **line = &sample.line[i * CHAIN];

		begin = bench_tsc_begin();
		for (k = 0; k < CHAIN; k++)
			value = *(const volatile uint8_t *)(line[k] + (value & none));
		__asm__ volatile("" : : "r"(value) : "memory");
		ticks[i] = bench_tsc_end() - begin;
	}
	value = n > 0 ? bench_median(ticks, n) : 0;
	begin = bench_overhead();
	return value > begin ? (double)(value - begin) / CHAIN : 0;
}

const char *
bench_llc_probe(const struct bench_port *p, struct bench_llc_probe *probe)
{
	static char why[160];
	const char *problem = bench_cache_cldemote() ? NULL : bench_walk_init();
	unsigned int i;

	memset(probe, 0, sizeof(*probe));
	probe->method = bench_cache_cldemote() ? "cldemote" : "eviction";
	if (problem != NULL)
		return problem;
	sample_take(p);
	for (i = 0; i < TRIES; i++) {
		latency();
		probe->near = latency();
		bench_cache_port(BENCH_COLD, p);
		probe->memory = latency();
		latency();
		bench_cache_port(BENCH_LLC, p);
		probe->reached = latency();
		if (probe->reached > APART * probe->near && probe->reached * APART < probe->memory)
			return NULL;
	}
	snprintf(why, sizeof(why),
		"%s does not bring lines to the last-level cache: a load takes %.0f cycles, "
		"in the level before %.0f, from memory %.0f",
		probe->method, probe->reached, probe->near, probe->memory);
	return why;
}
#else
const char *
bench_llc_probe(const struct bench_port *p, struct bench_llc_probe *probe)
{
	(void)p;
	memset(probe, 0, sizeof(*probe));
	return "not possible on this architecture";
}
#endif
