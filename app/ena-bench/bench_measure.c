/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <string.h>

#include "bench_cache.h"
#include "bench_calls.h"
#include "bench_clock.h"
#include "bench_count.h"
#include "bench_floor.h"
#include "bench_llc.h"
#include "bench_measure.h"
#include "bench_result.h"
#include "bench_round.h"
#include "bench_simd.h"
#include "bench_step.h"

#define STARTS 3u

static uint64_t
complaints_of(const struct bench_port *p)
{
	struct softena_step_counters counters;

	return bench_step_counters(p->addr, &counters) ? counters.complaints : 0;
}

/** Rounds in turn: ours, peer, floor, peer, ours, floor, ours, ... */
static void
measure(FILE *out, struct bench_pair *pair, const struct bench_case *c,
	const struct bench_options *o, const struct bench_llc_probe *probe)
{
	static struct bench_side ours, peer;
	static struct bench_series bottom;
	unsigned int i;
	bool quiet;

	memset(&ours, 0, sizeof(ours));
	memset(&peer, 0, sizeof(peer));
	memset(&bottom, 0, sizeof(bottom));
	quiet = bench_quiet(o->quiet_ms);
	for (i = 0; i < o->warmup + o->rounds; i++) {
		if (i == o->warmup)
			ours.series.rounds = peer.series.rounds = bottom.rounds = 0;
		/* Each driver comes first equally often, as the order may matter. */
		bench_round(i % 2 == 0 ? &pair->ours : &pair->peer, c, o,
			i % 2 == 0 ? &ours.series : &peer.series);
		bench_round(i % 2 == 0 ? &pair->peer : &pair->ours, c, o,
			i % 2 == 0 ? &peer.series : &ours.series);
		bench_floor_round(c, o, &bottom);
	}
	bench_count(&pair->ours, c, &ours.counts);
	bench_count(&pair->peer, c, &peer.counts);
	ours.complaints = complaints_of(&pair->ours);
	peer.complaints = complaints_of(&pair->peer);
	bench_result_case(out, c, pair, &ours, &peer, &bottom, quiet, probe);
}

/** Calls that do nothing: what the functions around the measured calls cost. */
static void
mark_none(const struct bench_case *c, const struct bench_options *o, struct bench_series *s)
{
	struct rte_mbuf *none = NULL;

	bench_mark_begin();
	for (; s->calls < bench_case_bursts(c, o->packets); s->calls++)
		bench_call_none(0, 0, &none, 1);
}

static void
mark(FILE *out, const char *role, struct bench_port *p, const struct bench_case *c,
	const struct bench_options *o)
{
	static struct bench_series s;

	memset(&s, 0, sizeof(s));
	if (p != NULL)
		bench_round(p, c, o, &s);
	else if (strcmp(role, "floor") == 0)
		bench_floor_round(c, o, &s);
	else
		mark_none(c, o, &s);
	bench_mark_end();
	bench_result_mark(out, c, role, p, &s);
}

static void
mark_all(FILE *out, struct bench_pair *pair, const struct bench_case *c,
	const struct bench_options *o)
{
	struct bench_options few = *o;

	few.packets = 4 * BENCH_DEPTH;
	mark(out, "none", NULL, c, &few);
	mark(out, "ours", &pair->ours, c, &few);
	mark(out, "peer", &pair->peer, c, &few);
	mark(out, "floor", NULL, c, &few);
}

/** On a busy machine the time-out of a driver may expire: try again. */
static bool
start(struct bench_port *p, const struct bench_case *c, const char *role)
{
	struct rte_mempool *pool = bench_port_pool(c, role, c->queues);
	unsigned int i;

	for (i = 0; pool != NULL && i < STARTS; i++) {
		if (bench_port_start(p, c, pool))
			return true;
		bench_port_stop(p);
	}
	return false;
}

static bool
start_pair(struct bench_pair *pair, const struct bench_case *c)
{
	bool started = start(&pair->ours, c, "ours");

	/* The limit of the vectors is only for our driver. */
	bench_simd_limit(0);
	if (!started || !start(&pair->peer, c, "peer"))
		return false;
	/* Headers only: the copies of the device must not fill the caches. */
	bench_step_payload(pair->ours.addr, 64);
	bench_step_payload(pair->peer.addr, 64);
	return true;
}

/** Both ports run. @return NULL, or why nothing was measured */
static const char *
measure_or_mark(FILE *out, struct bench_pair *pair, const struct bench_case *c,
	const struct bench_options *o)
{
	struct bench_llc_probe probe;
	const char *why = NULL;

	if (!bench_floor_init(c, pair->ours.pool))
		return "no memory for the floor";
	if (c->cache == BENCH_LLC)
		why = bench_llc_probe(&pair->ours, &probe);
	if (why == NULL && o->marks)
		mark_all(out, pair, c, o);
	else if (why == NULL)
		measure(out, pair, c, o, c->cache == BENCH_LLC ? &probe : NULL);
	bench_floor_fini();
	return why;
}

void
bench_measure(FILE *out, struct bench_pair *pair, const struct bench_case *c,
	const struct bench_options *o)
{
	const char *why;

	if (bench_cache_possible(c->cache))
		why = bench_simd_limit(c->simd);
	else
		why = "caches cannot be controlled on this architecture";
	if (why == NULL) {
		if (start_pair(pair, c))
			why = measure_or_mark(out, pair, c, o);
		else
			why = "a port could not be started";
		bench_port_stop(&pair->ours);
		bench_port_stop(&pair->peer);
	}
	if (why != NULL)
		bench_result_skipped(out, c, why);
}
