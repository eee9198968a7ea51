/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#include <rte_mbuf.h>

#include "bench_cache.h"
#include "bench_calls.h"
#include "bench_clock.h"
#include "bench_floor.h"

#define MASK    (BENCH_DEPTH - 1)
#define LLQ_MAX 256u
#define DESC    16u

struct words2 {
	uint64_t w[2];
};

static struct {
	struct words2 *rx_cq, *rx_sq, *tx_sq;
	uint64_t *tx_cq;
	uint8_t *window; /* NULL: the ring is in host memory */
	struct rte_mbuf **ring_mbufs; /* the mbuf of each descriptor */
	struct rte_mbuf **cache; /* fresh mbufs */
	uint8_t llq[LLQ_MAX]; /* an entry is built here */
	unsigned int entry; /* bytes of an LLQ entry */
	unsigned int pos;
	uint64_t rearm, flags; /* of a fresh mbuf: the mbufs have to stay valid */
	uint64_t sum; /* so that the compiler removes no load */
	struct rte_mbuf *mbufs[BENCH_DEPTH];
	struct rte_mempool *pool;
} f;

static inline uint64_t *
rearm_word(struct rte_mbuf *m)
{
	return (uint64_t *)(void *)((char *)m + offsetof(struct rte_mbuf, data_off));
}

static void *
ring(size_t size)
{
	return rte_zmalloc(NULL, size, 4096);
}

bool
bench_floor_init(const struct bench_case *c, struct rte_mempool *pool)
{
	unsigned int i;

	memset(&f, 0, sizeof(f));
	f.entry = strcmp(c->mode, "llq256") == 0 ? 256 : strncmp(c->mode, "llq", 3) == 0 ? 128 : 0;
	f.rx_cq = ring(BENCH_DEPTH * sizeof(*f.rx_cq));
	f.rx_sq = ring(BENCH_DEPTH * sizeof(*f.rx_sq));
	f.tx_sq = ring(BENCH_DEPTH * sizeof(*f.tx_sq));
	f.tx_cq = ring(BENCH_DEPTH * sizeof(*f.tx_cq));
	f.ring_mbufs = ring(BENCH_DEPTH * sizeof(*f.ring_mbufs));
	f.cache = ring(BENCH_DEPTH * sizeof(*f.cache));
	if (f.entry > 0)
		f.window = ring((size_t)BENCH_DEPTH * f.entry);
	f.pool = pool;
	if (f.rx_cq == NULL || f.rx_sq == NULL || f.tx_sq == NULL || f.tx_cq == NULL ||
		f.ring_mbufs == NULL || f.cache == NULL || (f.entry > 0 && f.window == NULL) ||
		rte_pktmbuf_alloc_bulk(pool, f.mbufs, BENCH_DEPTH) != 0) {
		f.pool = NULL;
		bench_floor_fini();
		return false;
	}
	f.rearm = *rearm_word(f.mbufs[0]);
	for (i = 0; i < BENCH_DEPTH; i++) {
		/* In the layout of the mbuf fields that they are copied to. */
		f.rx_cq[i].w[0] = (uint64_t)c->bytes << 32;
		f.rx_cq[i].w[1] = RTE_MIN(c->bytes, 2048u);
		f.ring_mbufs[i] = f.cache[i] = f.mbufs[i];
		f.mbufs[i]->data_len = (uint16_t)RTE_MIN(c->bytes, 2048u);
	}
	return true;
}

void
bench_floor_fini(void)
{
	if (f.pool != NULL)
		rte_pktmbuf_free_bulk(f.mbufs, BENCH_DEPTH);
	rte_free(f.rx_cq);
	rte_free(f.rx_sq);
	rte_free(f.tx_sq);
	rte_free(f.tx_cq);
	rte_free(f.ring_mbufs);
	rte_free(f.cache);
	rte_free(f.window);
	memset(&f, 0, sizeof(f));
}

/* ---- the touches ------------------------------------------------------------------------ */

static inline void
touch_rx(unsigned int i)
{
	struct words2 done = f.rx_cq[i], fields = {{done.w[0], done.w[1]}};
	struct rte_mbuf *m = f.ring_mbufs[i], *fresh = f.cache[i];

	*rearm_word(m) = f.rearm;
	m->ol_flags = f.flags;
	memcpy((char *)m + offsetof(struct rte_mbuf, packet_type), &fields, sizeof(fields));
	f.ring_mbufs[i] = fresh;
	f.rx_sq[i].w[0] = done.w[1];
	f.rx_sq[i].w[1] = (uintptr_t)fresh->buf_addr;
}

static inline void
touch_entry(unsigned int i, struct rte_mbuf *m, const struct words2 *desc)
{
	unsigned int len = RTE_MIN(m->data_len, f.entry - 2 * DESC);
	uint8_t *to = f.window + (size_t)i * f.entry;

	memcpy(f.llq, desc, sizeof(*desc));
	/* The header, in lengths that a compiler copies with vector instructions. */
	if (len >= 64)
		memcpy(f.llq + 2 * DESC, rte_pktmbuf_mtod(m, const void *), 64);
	if (len >= 96)
		memcpy(f.llq + 2 * DESC + 64, rte_pktmbuf_mtod(m, const char *) + 64, 32);
	if (f.entry == 128)
		memcpy(to, f.llq, 128);
	else
		memcpy(to, f.llq, 256);
}

static inline void
touch_tx(unsigned int i, struct rte_mbuf *m, bool first)
{
	struct words2 desc = {{m->ol_flags ^ m->pkt_len, (uintptr_t)m->buf_addr}};
	unsigned int done = (i + BENCH_DEPTH / 2) & MASK;

	desc.w[0] ^= *rearm_word(m);
	if (f.window != NULL && first)
		touch_entry(i, m, &desc);
	else
		f.tx_sq[i] = desc;
	f.sum += f.tx_cq[done];
	f.cache[done] = f.ring_mbufs[done];
	f.ring_mbufs[i] = m;
}

/** Not inlined: a burst function costs a call, too. */
static __rte_noinline void
touch(enum bench_kind kind, unsigned int segs, struct rte_mbuf **pkts, unsigned int n)
{
	unsigned int pos = f.pos, i, s;

	if (kind != BENCH_TX) {
		for (i = 0; i < n; i++) {
			pkts[i] = f.ring_mbufs[(pos + i * segs) & MASK];
			for (s = 0; s < segs; s++)
				touch_rx((pos + i * segs + s) & MASK);
		}
	}
	if (kind != BENCH_RX) {
		for (i = 0; i < n; i++)
			for (s = 0; s < segs; s++)
				touch_tx((pos + i * segs + s) & MASK, pkts[i], s == 0);
	}
	f.pos = (pos + n * segs) & MASK;
}

__rte_noinline uint16_t
bench_call_floor(uint16_t kind, uint16_t segs, struct rte_mbuf **pkts, uint16_t n)
{
	touch((enum bench_kind)kind, segs, pkts, n);
	return n;
}

static void
treat(enum bench_cache cache)
{
	if (cache == BENCH_WARM)
		return;
	bench_cache_range(cache, f.rx_cq, BENCH_DEPTH * sizeof(*f.rx_cq));
	bench_cache_range(cache, f.rx_sq, BENCH_DEPTH * sizeof(*f.rx_sq));
	bench_cache_range(cache, f.tx_sq, BENCH_DEPTH * sizeof(*f.tx_sq));
	bench_cache_range(cache, f.tx_cq, BENCH_DEPTH * sizeof(*f.tx_cq));
	bench_cache_pool(cache, f.pool);
	bench_cache_done(cache);
}

void
bench_floor_round(const struct bench_case *c, const struct bench_options *o, struct bench_series *s)
{
	static uint64_t ticks[BENCH_BURSTS_MAX];
	struct rte_mbuf *pkts[BENCH_STEP];
	unsigned int n = bench_case_bursts(c, o->packets), kept = 0, i, k, per_step, skip;
	unsigned int burst = RTE_MIN(c->burst, bench_case_step_packets(c)),
		     segs = bench_case_buffers(c);
	uint64_t begin, switches;

	per_step = bench_case_step_packets(c) / burst;
	skip = 2 * BENCH_DEPTH / (burst * segs);
	for (i = 0; i < skip + n; i++) {
		/* As for the drivers, two rounds of the rings are not measured. */
		if (i == skip) {
			kept = 0;
			if (o->marks)
				bench_mark_begin();
		}
		/* Any mbufs to send, in the cache as after their allocation. */
		for (k = 0; k < burst && c->kind == BENCH_TX; k++) {
			pkts[k] = f.ring_mbufs[(f.pos + k) & MASK];
			if (c->cache == BENCH_WARM)
				rte_prefetch0(pkts[k]);
		}
		if (i % per_step == 0)
			treat(c->cache);
		switches = bench_switches();
		begin = bench_tsc_begin();
		bench_call_floor((uint16_t)c->kind, (uint16_t)segs, pkts, (uint16_t)burst);
		ticks[kept % RTE_DIM(ticks)] = bench_tsc_end() - begin;
		kept += bench_switches() == switches;
	}
	s->disturbed += n - kept;
	s->calls += n;
	s->packets += (uint64_t)n * burst;
	__asm__ volatile("" : : "r"(f.sum) : "memory");
	bench_series_add(s, ticks, kept, (uint64_t)kept * burst);
}
