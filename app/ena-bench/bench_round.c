/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <rte_ethdev.h>

#include "bench_cache.h"
#include "bench_calls.h"
#include "bench_clock.h"
#include "bench_frame.h"
#include "bench_packets.h"
#include "bench_round.h"
#include "bench_step.h"

#define STEPS_EXTRA 64u

struct round {
	struct bench_port *port;
	const struct bench_case *c;
	struct bench_series *series;
	uint64_t ticks[BENCH_BURSTS_MAX];
	unsigned int n, wanted; /* bursts */
	bool keep_all; /* for callgrind: other threads do not change its counts */
	uint64_t packets;
};

/** The begin of consecutive bursts, which count only if the thread kept the CPU all the time. */
struct row {
	unsigned int n;
	uint64_t packets, switches;
};

static struct row
row_begin(const struct round *r)
{
	return (struct row){r->n, r->packets, bench_switches()};
}

static void
row_end(struct round *r, const struct row *row)
{
	if (r->keep_all || bench_switches() == row->switches)
		return;
	r->series->disturbed += r->n - row->n;
	r->n = row->n;
	r->packets = row->packets;
}

static void
note(struct round *r, uint64_t ticks, unsigned int packets)
{
	r->series->calls++;
	r->series->packets += packets;
	if (packets == 0 || r->n == BENCH_BURSTS_MAX)
		return;
	r->ticks[r->n++] = ticks;
	r->packets += packets;
}

static void
rx_step(struct round *r, uint16_t queue)
{
	struct rte_mbuf *pkts[BENCH_STEP + BENCH_BURST_MAX];
	const struct bench_case *c = r->c;
	struct bench_port *p = r->port;
	struct row row;
	unsigned int n = bench_frame_deliver(
			     p->addr, c, p->flow[queue], bench_case_step_packets(c)),
		     got = 0;

	bench_cache_port(c->cache, p);
	row = row_begin(r);
	while (got < n && r->n < r->wanted) {
		uint64_t begin = bench_tsc_begin(), ticks;
		uint16_t k = bench_call_rx(p->id, queue, pkts + got, (uint16_t)c->burst);

		ticks = bench_tsc_end() - begin;
		note(r, ticks, k);
		if (k == 0)
			break;
		got += k;
	}
	row_end(r, &row);
	rte_pktmbuf_free_bulk(pkts, got);
	/* At the end of a round: the packets that are left are received without measuring. */
	while (got < n) {
		uint16_t k = rte_eth_rx_burst(p->id, queue, pkts, (uint16_t)c->burst);

		if (k == 0)
			break;
		rte_pktmbuf_free_bulk(pkts, k);
		got += k;
	}
	r->series->lost += n > got ? n - got : 0;
}

static void
tx_step(struct round *r, uint16_t queue)
{
	struct rte_mbuf *pkts[BENCH_STEP];
	const struct bench_case *c = r->c;
	struct bench_port *p = r->port;
	struct row row;
	unsigned int n = bench_case_step_packets(c), burst = RTE_MIN(c->burst, n), sent = 0;

	if (!bench_packets(p->pool, c, pkts, n)) {
		r->series->lost += n;
		r->wanted = 0;
		return;
	}
	if (c->csum || c->tso)
		(void)rte_eth_tx_prepare(p->id, queue, pkts, (uint16_t)n);
	bench_cache_port(c->cache, p);
	row = row_begin(r);
	while (sent + burst <= n && r->n < r->wanted) {
		uint64_t begin = bench_tsc_begin(), ticks;
		uint16_t k = bench_call_tx(p->id, queue, pkts + sent, (uint16_t)burst);

		ticks = bench_tsc_end() - begin;
		note(r, ticks, k);
		sent += k;
		if (k < burst) {
			r->series->lost += burst - k;
			break;
		}
	}
	row_end(r, &row);
	rte_pktmbuf_free_bulk(pkts + sent, n - sent);
	bench_step(p->addr, 0);
}

static void
fwd_step(struct round *r, uint16_t queue)
{
	struct rte_mbuf *pkts[BENCH_BURST_MAX];
	const struct bench_case *c = r->c;
	struct bench_port *p = r->port;
	struct row row;
	unsigned int n = bench_frame_deliver(
			     p->addr, c, p->flow[queue], bench_case_step_packets(c)),
		     got = 0;

	bench_cache_port(c->cache, p);
	row = row_begin(r);
	while (got < n) {
		uint64_t begin = bench_tsc_begin(), ticks;
		uint16_t k = bench_call_rx(p->id, queue, pkts, (uint16_t)c->burst);
		uint16_t sent = bench_call_tx(p->id, queue, pkts, k);

		ticks = bench_tsc_end() - begin;
		note(r, ticks, k);
		if (k == 0)
			break;
		got += k;
		r->series->lost += k - sent;
		rte_pktmbuf_free_bulk(pkts + sent, k - sent);
	}
	row_end(r, &row);
	r->series->lost += n > got ? n - got : 0;
	bench_step(p->addr, 0);
}

typedef void step_fn(struct round *r, uint16_t queue);

static step_fn *const kinds[] = {
	[BENCH_RX] = rx_step,
	[BENCH_TX] = tx_step,
	[BENCH_FWD] = fwd_step,
};

/** Go around the rings of a queue twice, since others have used the caches meanwhile. */
static void
warm_up(const struct round *r, uint16_t queue)
{
	static struct round away;
	unsigned int done;

	away = (struct round){.port = r->port, .c = r->c, .series = r->series};
	away.wanted = BENCH_BURSTS_MAX;
	for (done = 0; done < 2 * BENCH_DEPTH; done += bench_case_step_packets(r->c)) {
		kinds[r->c->kind](&away, queue);
		away.n = 0;
	}
}

void
bench_round(struct bench_port *p, const struct bench_case *c, const struct bench_options *o,
	struct bench_series *s)
{
	static struct round r;
	unsigned int steps, wanted = bench_case_bursts(c, o->packets);
	uint16_t queue;

	r.port = p;
	r.c = c;
	r.series = s;
	r.n = 0;
	r.packets = 0;
	r.keep_all = o->marks;
	/*
	 * One queue after the other, as if each had a core: with all queues in turn, the result
	 * would depend on how many rings and mbufs fit into a cache.
	 */
	for (queue = 0; queue < c->queues; queue++) {
		warm_up(&r, queue);
		if (queue == 0) {
			s->calls = 0;
			s->packets = 0;
			if (o->marks)
				bench_mark_begin();
		}
		r.wanted = wanted * (queue + 1u) / c->queues;
		/* Bounded, in case that no packets move or that others always have the CPU. */
		for (steps = 0; r.n < r.wanted && steps < STEPS_EXTRA + r.wanted; steps++)
			kinds[c->kind](&r, queue);
	}
	bench_series_add(s, r.ticks, r.n, r.packets);
}
