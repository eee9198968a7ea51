/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <rte_cycles.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "bench.h"

#define BURSTS_MIN  32u
#define STEPS_EXTRA 64u
#define CALIBRATE   4096u
#define TSO_SEGMENT 1448u
/**
 * Of a hundred bursts one may have lost the CPU for a while: it did if it took so much longer
 * than all the others. Work that a driver does now and then is more frequent than that.
 */
#define DISTURBED_TIMES 2u
#define DISTURBED_TICKS 20000u
/** Quiet: this many spins in a row, none of which took 1.25 times the fastest. */
#define QUIET_SPINS 400u
#define SPIN_LOOPS  4000u

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* ---- the clock ---------------------------------------------------------------------- */

uint64_t
bench_median(uint64_t *ticks, unsigned int n)
{
	qsort(ticks, n, sizeof(ticks[0]), by_value);
	return ticks[n / 2];
}

uint64_t
bench_overhead(void)
{
	static uint64_t ticks[CALIBRATE], overhead;
	struct rte_mbuf *none = NULL;
	unsigned int i;

	if (overhead != 0)
		return overhead;
	for (i = 0; i < CALIBRATE; i++) {
		uint64_t begin = bench_tsc_begin();

		bench_call_none(0, 0, &none, 0);
		ticks[i] = bench_tsc_end() - begin;
	}
	overhead = bench_median(ticks, CALIBRATE);
	return overhead;
}

static uint64_t
spin(void)
{
	uint64_t begin = rte_rdtsc();
	unsigned int i;

	for (i = 0; i < SPIN_LOOPS; i++)
		__asm__ volatile("" : : "r"(i) : "memory");
	return rte_rdtsc() - begin;
}

bool
bench_quiet(unsigned int ms)
{
	uint64_t end = rte_rdtsc() + rte_get_tsc_hz() / 1000 * ms, best = UINT64_MAX, t;
	unsigned int good = 0;

	while (good < QUIET_SPINS) {
		t = spin();
		if (t < best)
			best = t;
		good = t <= best + best / 4 ? good + 1 : 0;
		if (rte_rdtsc() > end)
			return false;
	}
	return true;
}

void
bench_series_add(struct bench_series *s, uint64_t *ticks, unsigned int n, uint64_t packets)
{
	uint64_t sum = 0, limit, over = bench_overhead();
	unsigned int kept;

	if (n == 0 || packets == 0 || s->rounds == BENCH_ROUNDS_MAX)
		return;
	qsort(ticks, n, sizeof(ticks[0]), by_value);
	limit = ticks[n - 1 - n / 100] * DISTURBED_TIMES + DISTURBED_TICKS;
	for (kept = 0; kept < n && ticks[kept] <= limit; kept++)
		sum += ticks[kept] > over ? ticks[kept] - over : 0;
	s->disturbed += n - kept;
	/* All bursts are of one size: what is left out takes its share of the packets along. */
	s->cycles[s->rounds++] = (double)sum / ((double)packets * kept / n);
}

/* ---- packets ------------------------------------------------------------------------- */

static void
set_offloads(const struct bench_case *c, struct rte_mbuf *m)
{
	m->l2_len = RTE_ETHER_HDR_LEN;
	m->l3_len = sizeof(struct rte_ipv4_hdr);
	m->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	if (c->tso) {
		m->l4_len = sizeof(struct rte_tcp_hdr);
		m->tso_segsz = TSO_SEGMENT;
		m->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG;
	} else {
		m->l4_len = sizeof(struct rte_udp_hdr);
		m->ol_flags |= RTE_MBUF_F_TX_UDP_CKSUM;
	}
}

bool
bench_packets(
	struct bench_port *p, const struct bench_case *c, struct rte_mbuf **pkts, unsigned int n)
{
	static struct rte_mbuf *m[BENCH_STEP * BENCH_SEGS_MAX];
	unsigned int segs = c->segs, i, s, part = c->bytes / segs;

	if (n > BENCH_STEP || rte_pktmbuf_alloc_bulk(p->pool, m, n * segs) != 0)
		return false;
	for (i = 0; i < n; i++) {
		struct rte_mbuf **seg = &m[i * segs];

		for (s = 0; s < segs; s++) {
			seg[s]->data_len = (uint16_t)(s == 0 ? c->bytes - part * (segs - 1) : part);
			seg[s]->next = s + 1 < segs ? seg[s + 1] : NULL;
		}
		seg[0]->pkt_len = c->bytes;
		seg[0]->nb_segs = (uint16_t)segs;
		if (c->csum || c->tso)
			set_offloads(c, seg[0]);
		pkts[i] = seg[0];
	}
	return true;
}

unsigned int
bench_bursts(const struct bench_case *c, const struct bench_options *o)
{
	unsigned int n = RTE_MAX(o->packets / c->burst, BURSTS_MIN);

	return RTE_MIN(n, BENCH_BURSTS_MAX);
}

/* ---- rounds ----------------------------------------------------------------------------- */

struct round {
	struct bench_port *port;
	const struct bench_case *c;
	struct bench_series *series;
	uint64_t ticks[BENCH_BURSTS_MAX];
	unsigned int n, wanted; /* bursts */
	bool keep_all; /* callgrind does not mind who else had the CPU */
	uint64_t packets;
};

/** How often the kernel took the CPU away from this thread. */
uint64_t
bench_switches(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_THREAD, &u) != 0)
		return 0;
	return (uint64_t)u.ru_nivcsw + (uint64_t)u.ru_nvcsw;
}

/** Where a row of bursts begins: they count only if nobody else had the CPU meanwhile. */
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
	unsigned int n = bench_step_rx(p, c, p->flow[queue], bench_step_packets(c)), got = 0;

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
	/* The end of a round: what is left is nobody's time. */
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
	unsigned int n = bench_step_packets(c), burst = RTE_MIN(c->burst, n), sent = 0;

	if (!bench_packets(p, c, pkts, n)) {
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
	bench_step(p, 0);
}

static void
fwd_step(struct round *r, uint16_t queue)
{
	struct rte_mbuf *pkts[BENCH_BURST_MAX];
	const struct bench_case *c = r->c;
	struct bench_port *p = r->port;
	struct row row;
	unsigned int n = bench_step_rx(p, c, p->flow[queue], bench_step_packets(c)), got = 0;

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
	bench_step(p, 0);
}

typedef void step_fn(struct round *r, uint16_t queue);

static step_fn *const kinds[] = {
	[BENCH_RX] = rx_step,
	[BENCH_TX] = tx_step,
	[BENCH_FWD] = fwd_step,
};

/** Twice around the rings of a queue: others have used the caches since. */
static void
warm_up(const struct round *r, uint16_t queue)
{
	static struct round away;
	unsigned int done;

	away = (struct round){.port = r->port, .c = r->c, .series = r->series};
	away.wanted = BENCH_BURSTS_MAX;
	for (done = 0; done < 2 * BENCH_DEPTH; done += bench_step_packets(r->c)) {
		kinds[r->c->kind](&away, queue);
		away.n = 0;
	}
}

void
bench_round(struct bench_port *p, const struct bench_case *c, const struct bench_options *o,
	struct bench_series *s)
{
	static struct round r;
	unsigned int steps, wanted = bench_bursts(c, o);
	uint16_t queue;

	r.port = p;
	r.c = c;
	r.series = s;
	r.n = 0;
	r.packets = 0;
	r.keep_all = o->marks;
	/*
	 * One queue after the other, as with a core for each: in turn they would measure how
	 * many rings and mbufs a cache holds.
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
		/* Bounded: if nothing moves any more, or others always have the CPU, this ends. */
		for (steps = 0; r.n < r.wanted && steps < STEPS_EXTRA + r.wanted; steps++)
			kinds[c->kind](&r, queue);
	}
	bench_series_add(s, r.ticks, r.n, r.packets);
}
