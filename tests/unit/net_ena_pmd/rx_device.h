/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Two Rx queues and the device at their other end, for unit tests of Rx burst functions: both get
 * the same completions, one is served by the scalar function and the other one by the function
 * under test, and what the two functions return, leave in the mbufs, post and count has to be the
 * same.
 *
 * The pools (bursts.h) tell when a burst takes mbufs, so that the device can be looked at, and can
 * go on, while a burst runs.
 */
#ifndef RX_DEVICE_H
#define RX_DEVICE_H

#include "functions.h"

#include "ena_pmd.h"
#include "ena_ring.h"

#define DEPTH   128u
#define BUF_LEN TEST_BUF_LEN
#define BURST   32u
#define LONGEST 512u
#define ROUNDS  2000u

/** The functions under test; the first one is what the others are compared with. */
static const struct function functions[] = {
	{"scalar", ena_rx_burst, -1, HOST, false},
#ifdef ENA_AVX2
	{"avx2", ena_rx_burst_avx2, RTE_CPUFLAG_AVX2, HOST, true},
#endif
#ifdef ENA_AVX512
	{"avx512", ena_rx_burst_avx512, RTE_CPUFLAG_AVX512BW, HOST, true},
#endif
#ifdef ENA_NEON
	{"neon", ena_rx_burst_neon, -1, HOST, true},
#endif
};

/** A queue, and the device at its other end: request ids that it owns, in the order it got them. */
struct side {
	struct ena_rx_queue q;
	eth_rx_burst_t burst;
	struct ena_rx_cdesc cq[DEPTH] __rte_cache_aligned;
	struct ena_rx_desc sq[DEPTH] __rte_cache_aligned;
	struct rte_mbuf *mbufs[DEPTH];
	uint16_t free_ids[DEPTH];
	uint32_t db;
	uint16_t fetched; /* descriptors that the device has read */
	uint16_t done; /* completions that it has written */
	int reset; /* the reason that was asked for; -1 = none */

	struct test_pool pool;
	unsigned int packet, at; /* number of the device's packet, and of the buffer in it */
	unsigned int
		lowest; /* buffers that the device was told of and not yet used by the driver */
};

static struct side scalar, vector;

/* What the burst functions call outside of their files. */
void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	((struct side *)a)->reset = (int)reason;
}

/* ---- a queue ----------------------------------------------------------------------------- */

/** @param at position at which both rings start, a multiple of DEPTH */
static inline void
start_side(struct side *s, uint16_t at)
{
	struct ena_rx_queue *q = &s->q;
	unsigned int i;

	memset(q, 0, sizeof(*q));
	memset(s->cq, 0, sizeof(s->cq));
	memset(s->mbufs, 0, sizeof(s->mbufs));
	s->fetched = s->done = at;
	s->db = at;
	s->reset = -1;
	test_pool_refill(&s->pool);
	s->packet = s->at = 0;
	s->lowest = DEPTH;
	for (i = 0; i < DEPTH; i++) {
		s->free_ids[i] = (uint16_t)i;
		/* of the pass before */
		s->cq[i].status.le = ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, !phase_at(at, DEPTH));
	}
	q->cq = (const volatile uint8_t *)s->cq;
	q->cq_shift = 4;
	q->sq = s->sq;
	q->mbufs = s->mbufs;
	q->free_ids = s->free_ids;
	q->pool = s->pool.mp;
	q->db = &s->db;
	q->depth = DEPTH;
	q->mask = DEPTH - 1;
	q->cq_head = q->sq_tail = at;
	q->state = ENA_QUEUE_RUNNING;
	q->in_order = true;
	q->check_mbz = true;
	q->free_thresh = ENA_RX_FREE_THRESH;
	q->max_bufs = 4;
	q->buf_len = BUF_LEN;
	q->csum_mask = UINT64_MAX;
	q->hash_flag = RTE_MBUF_F_RX_RSS_HASH;
	q->mbuf_init = ena_rx_mbuf_init(3);
	q->posted_min = DEPTH;
	q->adapter = (struct ena_adapter *)(void *)s;
	assert_int_equal(ena_rx_refill(q), DEPTH - 1);
}

static inline void
stop_side(struct side *s)
{
	unsigned int i;

	s->pool.taken = NULL;
	rte_pktmbuf_free(s->q.seg_first);
	for (i = 0; i < DEPTH; i++)
		rte_pktmbuf_free(s->mbufs[i]);
	assert_int_equal(s->pool.level, TEST_MBUFS);
}

static inline void
start_at(uint16_t at)
{
	scalar.burst = functions[0].burst;
	vector.burst = tested->burst;
	start_side(&scalar, at);
	start_side(&vector, at);
}

static inline void
start(void)
{
	start_at(0);
}

static inline void
stop(void)
{
	stop_side(&scalar);
	stop_side(&vector);
}

/* ---- the device ----------------------------------------------------------------------- */

/** Buffers that the device can still fill. */
static inline unsigned int
owned(const struct side *s)
{
	return (uint16_t)((uint16_t)s->db - s->fetched);
}

/** Complete the next buffer as @p c says but for its request id and phase. */
static inline void
complete_on(struct side *s, struct ena_rx_cdesc c)
{
	c.req_id.le = s->sq[s->fetched++ % DEPTH].req_id.le;
	c.status.le |= ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, phase_at(s->done, DEPTH));
	s->cq[s->done++ % DEPTH] = c;
}

/** The same on both sides. */
static inline void
complete(struct ena_rx_cdesc c)
{
	complete_on(&scalar, c);
	complete_on(&vector, c);
}

/** A whole packet; any results of the checksum engines, types and hashes. */
static inline struct ena_rx_cdesc
any_packet(void)
{
	static const uint32_t l3[] = {0, ENA_L3_IPV4, ENA_L3_IPV6, 31};
	static const uint32_t l4[] = {0, ENA_L4_TCP, ENA_L4_UDP, 31};
	uint32_t flags = ENA_RX_CDESC_L3_ERR | ENA_RX_CDESC_L4_ERR | ENA_RX_CDESC_FRAG |
			 ENA_RX_CDESC_L4_CHK | ENA_RX_CDESC_L3_CS2 | ENA_RX_CDESC_VLANS |
			 ENA_RX_CDESC_BUF;
	struct ena_rx_cdesc c = {0};

	c.status.le = ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
		      ENA_FIELD_PREP(ENA_RX_CDESC_L3_IDX, l3[random_below(4)]) |
		      ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, l4[random_below(4)]) |
		      ((random_below(1u << 16) << 16 | random_below(1u << 16)) & flags);
	c.len.le = (uint16_t)(1 + random_below(BUF_LEN));
	c.hash.le = random_below(2) == 0 ? 0 : random_below(1u << 28);
	return c;
}

/** Bits of a packet's buffers that are neither its first nor its last. */
static inline void
set_ends(struct ena_rx_cdesc *c, bool first, bool last)
{
	if (!first)
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_FIRST;
	if (!last)
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_LAST;
}

/* ---- the comparison -------------------------------------------------------------------- */

static inline void
compare_mbufs(const struct rte_mbuf *a, const struct rte_mbuf *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next) {
		assert_int_equal(a->data_off, b->data_off);
		assert_int_equal(a->port, b->port);
		assert_int_equal(a->nb_segs, b->nb_segs);
		assert_int_equal(rte_mbuf_refcnt_read(a), rte_mbuf_refcnt_read(b));
		assert_int_equal(a->ol_flags, b->ol_flags);
		assert_int_equal(a->packet_type, b->packet_type);
		assert_int_equal(a->pkt_len, b->pkt_len);
		assert_int_equal(a->data_len, b->data_len);
		if ((a->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0)
			assert_int_equal(a->hash.rss, b->hash.rss);
	}
	assert_true(a == NULL && b == NULL);
}

#define COMPARE_COUNTER(name, field) assert_int_equal(a->field, b->field);

static inline void
compare_queues(void)
{
	const struct ena_rx_queue *a = &scalar.q, *b = &vector.q;

	assert_int_equal(a->cq_head, b->cq_head);
	assert_int_equal(a->sq_tail, b->sq_tail);
	assert_int_equal(scalar.db, vector.db);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->in_order, b->in_order);
	assert_int_equal(a->seg_count, b->seg_count);
	assert_int_equal(a->unfilled, b->unfilled);
	ENA_RX_COUNTERS(COMPARE_COUNTER)
	ENA_RX_GAUGES(COMPARE_COUNTER)
	assert_int_equal(scalar.reset, vector.reset);
	assert_memory_equal(scalar.free_ids, vector.free_ids, sizeof(scalar.free_ids));
}

/** One burst of both; what came is compared and freed. @return packets */
static inline uint16_t
receive(uint16_t n)
{
	struct rte_mbuf *a[LONGEST], *b[LONGEST];
	uint16_t got = scalar.burst(&scalar.q, a, n), i;

	assert_int_equal(vector.burst(&vector.q, b, n), got);
	for (i = 0; i < got; i++) {
		compare_mbufs(a[i], b[i]);
		rte_pktmbuf_free(a[i]);
		rte_pktmbuf_free(b[i]);
	}
	compare_queues();
	return got;
}

static inline void
receive_all(void)
{
	while (receive(BURST) != 0)
		;
}

/* ---- pools that run dry ------------------------------------------------------------------ */

static inline void
allow(uint32_t n)
{
	scalar.pool.allowed = vector.pool.allowed = n;
}

/** @p n packets of one buffer each arrive and are received in one burst. */
static inline void
pass(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		complete(any_packet());
	assert_int_equal(receive((uint16_t)n), n);
}

static const struct functions_pool rx_pools[] = {
	{"scalar", &scalar.pool, &scalar},
	{"vector", &vector.pool, &vector},
	{NULL, NULL, NULL},
};

#endif /* RX_DEVICE_H */
