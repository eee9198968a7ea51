/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A vector Rx burst function beside the scalar one: two queues get the same completions, and what
 * the two functions return, leave in the mbufs and count has to be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cpuflags.h>
#include <rte_eal.h>
#include <rte_mbuf.h>

#include <cmocka.h>

#include "ena_pmd.h"
#include "ena_ring.h"

#define DEPTH	 128u
#define MBUFS	 (4 * DEPTH)
#define BUF_LEN	 2048u
#define BURST	 32u
#define ROUNDS	 2000u
#define HEADROOM RTE_PKTMBUF_HEADROOM

/** The one under test. */
#if defined(ENA_AVX2)
static const eth_rx_burst_t vector_burst = ena_rx_burst_avx2;
#elif defined(ENA_NEON)
static const eth_rx_burst_t vector_burst = ena_rx_burst_neon;
#else
static const eth_rx_burst_t vector_burst = ena_rx_burst;
#endif

/** A queue, and the device at its other end: request ids that it owns, in the order it got them. */
struct side {
	struct ena_rx_queue q;
	eth_rx_burst_t burst;
	struct rte_mempool *pool;
	struct ena_rx_cdesc cq[DEPTH] __rte_cache_aligned;
	struct ena_rx_desc sq[DEPTH] __rte_cache_aligned;
	struct rte_mbuf *mbufs[DEPTH];
	uint16_t free_ids[DEPTH];
	uint32_t db;
	uint16_t fetched; /* descriptors that the device has read */
	uint16_t done; /* completions that it has written */
	int reset; /* the reason that was asked for; -1 = none */
};

static struct side scalar = {.burst = ena_rx_burst}, vector;
static unsigned int seed;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 4) * n) >> 28);
}

/* What the burst functions call outside of their files. */
void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	((struct side *)a)->reset = (int)reason;
}

static void
start_side(struct side *s)
{
	struct ena_rx_queue *q = &s->q;
	unsigned int i;

	memset(q, 0, sizeof(*q));
	memset(s->cq, 0, sizeof(s->cq));
	memset(s->mbufs, 0, sizeof(s->mbufs));
	s->fetched = s->done = 0;
	s->db = 0;
	s->reset = -1;
	for (i = 0; i < DEPTH; i++)
		s->free_ids[i] = (uint16_t)i;
	q->cq = (const volatile uint8_t *)s->cq;
	q->cq_shift = 4;
	q->sq = s->sq;
	q->mbufs = s->mbufs;
	q->free_ids = s->free_ids;
	q->pool = s->pool;
	q->db = &s->db;
	q->depth = DEPTH;
	q->mask = DEPTH - 1;
	q->in_order = true;
	q->check_mbz = true;
	q->batch = 8;
	q->max_descs = 4;
	q->buf_len = BUF_LEN;
	q->csum_mask = UINT64_MAX;
	q->hash_flag = RTE_MBUF_F_RX_RSS_HASH;
	q->mbuf_init = ena_rx_mbuf_init(3);
	q->posted_min = DEPTH;
	q->adapter = (struct ena_adapter *)(void *)s;
	assert_int_equal(ena_rx_refill(q), DEPTH - 1);
}

static void
stop_side(struct side *s)
{
	unsigned int i;

	rte_pktmbuf_free(s->q.seg_first);
	for (i = 0; i < DEPTH; i++)
		rte_pktmbuf_free(s->mbufs[i]);
	assert_int_equal(rte_mempool_avail_count(s->pool), MBUFS);
}

static void
start(void)
{
	start_side(&scalar);
	start_side(&vector);
}

static void
stop(void)
{
	stop_side(&scalar);
	stop_side(&vector);
}

/* ---- the device ----------------------------------------------------------------------- */

/** Buffers that the device can still fill. */
static unsigned int
owned(const struct side *s)
{
	return (uint16_t)((uint16_t)s->db - s->fetched);
}

/** Complete the next buffer of both sides, as @p c says but for its request id and phase. */
static void
complete(struct ena_rx_cdesc c)
{
	struct side *both[] = {&scalar, &vector};
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct side *s = both[i];
		uint16_t id = s->sq[s->fetched++ % DEPTH].req_id.le;

		c.req_id.le = id;
		c.status.le |= ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, phase_at(s->done, DEPTH));
		s->cq[s->done++ % DEPTH] = c;
		c.status.le &= ~(uint32_t)ENA_RX_CDESC_PHASE;
	}
}

/** A whole packet; any results of the checksum engines, types and hashes. */
static struct ena_rx_cdesc
any_packet(void)
{
	static const uint32_t l3[] = {0, ENA_L3_IPV4, ENA_L3_IPV6, 31};
	static const uint32_t l4[] = {0, ENA_L4_TCP, ENA_L4_UDP, 31};
	uint32_t flags = ENA_RX_CDESC_L3_ERR | ENA_RX_CDESC_L4_ERR | ENA_RX_CDESC_FRAG |
		ENA_RX_CDESC_L4_CHK | ENA_RX_CDESC_L3_CS2 | ENA_RX_CDESC_VLANS | ENA_RX_CDESC_BUF;
	struct ena_rx_cdesc c = {0};

	c.status.le = ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
		ENA_FIELD_PREP(ENA_RX_CDESC_L3_IDX, l3[random_below(4)]) |
		ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, l4[random_below(4)]) |
		((random_below(1u << 16) << 16 | random_below(1u << 16)) & flags);
	c.len.le = (uint16_t)(1 + random_below(BUF_LEN));
	c.hash.le = random_below(2) == 0 ? 0 : random_below(1u << 28);
	return c;
}

/* ---- the comparison -------------------------------------------------------------------- */

static void
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

static void
compare_queues(void)
{
	const struct ena_rx_queue *a = &scalar.q, *b = &vector.q;

	assert_int_equal(a->cq_head, b->cq_head);
	assert_int_equal(a->sq_tail, b->sq_tail);
	assert_int_equal(scalar.db, vector.db);
	assert_int_equal(a->broken, b->broken);
	assert_int_equal(a->in_order, b->in_order);
	assert_int_equal(a->seg_count, b->seg_count);
	assert_int_equal(a->pkts, b->pkts);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->l3_bad, b->l3_bad);
	assert_int_equal(a->l4_bad, b->l4_bad);
	assert_int_equal(a->l4_good, b->l4_good);
	assert_int_equal(a->bad_req_id, b->bad_req_id);
	assert_int_equal(a->bad_desc, b->bad_desc);
	assert_int_equal(a->bad_desc_num, b->bad_desc_num);
	assert_int_equal(a->posted_min, b->posted_min);
	assert_int_equal(scalar.reset, vector.reset);
	assert_memory_equal(scalar.free_ids, vector.free_ids, sizeof(scalar.free_ids));
}

/** One burst of both; what came is compared and freed. @return packets */
static uint16_t
receive(uint16_t n)
{
	struct rte_mbuf *a[BURST], *b[BURST];
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

static void
receive_all(void)
{
	while (receive(BURST) != 0)
		;
}

/* ---- the tests ------------------------------------------------------------------------- */

static void
packets_in_order_give_the_same_mbufs(void **state)
{
	unsigned int round, i, n;

	(void)state;
	start();
	for (round = 0; round < ROUNDS; round++) {
		n = random_below(RTE_MIN(owned(&scalar), 2 * BURST) + 1);
		for (i = 0; i < n; i++)
			complete(any_packet());
		receive((uint16_t)(1 + random_below(BURST)));
	}
	receive_all();
	assert_false(scalar.q.broken);
	assert_true(scalar.q.pkts > 10 * DEPTH);
	assert_true(scalar.q.l4_good != 0 && scalar.q.l4_bad != 0 && scalar.q.l3_bad != 0);
	stop();
}

static void
packets_of_several_buffers_among_others_give_the_same_mbufs(void **state)
{
	unsigned int round, i, n, segs;
	struct ena_rx_cdesc c;

	(void)state;
	start();
	for (round = 0; round < ROUNDS; round++) {
		for (n = random_below(BURST); n != 0 && owned(&scalar) >= 4; n--) {
			segs = random_below(8) == 0 ? 1 + random_below(4) : 1;
			for (i = 0; i < segs; i++) {
				c = any_packet();
				if (i != 0)
					c.status.le &= ~(uint32_t)ENA_RX_CDESC_FIRST;
				if (i != segs - 1)
					c.status.le &= ~(uint32_t)ENA_RX_CDESC_LAST;
				complete(c);
			}
		}
		receive((uint16_t)(1 + random_below(BURST)));
	}
	receive_all();
	assert_false(scalar.q.broken);
	stop();
}

static void
buffers_that_come_back_out_of_order_give_the_same_mbufs(void **state)
{
	struct side *both[] = {&scalar, &vector};
	unsigned int round, i, n;
	uint16_t at;

	(void)state;
	start();
	for (round = 0; round < ROUNDS / 4; round++) {
		n = RTE_MIN(owned(&scalar), BURST);
		at = scalar.done;
		for (i = 0; i < n; i++)
			complete(any_packet());
		/* The last two of a burst change places. */
		for (i = 0; i < 2 && n >= 2; i++) {
			uint16_t last = (uint16_t)(at + n - 1);
			struct ena_rx_cdesc *x = &both[i]->cq[last % DEPTH];
			struct ena_rx_cdesc *y = &both[i]->cq[(uint16_t)(last - 1) % DEPTH];
			ena_le16_t id = x->req_id;

			x->req_id = y->req_id;
			y->req_id = id;
		}
		receive(BURST);
	}
	assert_false(scalar.q.in_order);
	assert_false(scalar.q.broken);
	stop();
}

/** What may be wrong with, or at least special about, one completion. */
enum odd { NOT_NEW, OFFSET, OFFSET_TOO_FAR, EMPTY, TOO_LONG, FULL, MBZ, FOREIGN_ID, SAME_ID, NOT_FIRST,
	NOT_LAST, ODDITIES };

static void
make_odd(struct side *s, uint16_t at, enum odd odd)
{
	struct ena_rx_cdesc *c = &s->cq[at % DEPTH];

	switch (odd) {
	case NOT_NEW:
		c->status.le ^= ENA_RX_CDESC_PHASE;
		break;
	case OFFSET:
		c->offset = 2;
		c->len.le = BUF_LEN - 2;
		break;
	case OFFSET_TOO_FAR:
		c->offset = 2;
		c->len.le = BUF_LEN - 1;
		break;
	case EMPTY:
		c->len.le = 0;
		break;
	case TOO_LONG:
		c->len.le = BUF_LEN + 1;
		break;
	case FULL:
		c->len.le = BUF_LEN;
		break;
	case MBZ:
		c->status.le |= ENA_RX_CDESC_MBZ;
		break;
	case FOREIGN_ID:
		c->req_id.le = DEPTH;
		break;
	case SAME_ID:
		c->req_id.le = s->cq[(uint16_t)(at - 1) % DEPTH].req_id.le;
		break;
	case NOT_FIRST:
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_FIRST;
		break;
	case NOT_LAST:
	default:
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_LAST;
	}
}

static void
one_odd_completion_is_treated_the_same_wherever_it_is(void **state)
{
	unsigned int odd, at, i;
	uint16_t got;

	(void)state;
	for (odd = 0; odd < ODDITIES; odd++)
		for (at = 0; at < 20; at++) {
			start();
			complete(any_packet());
			assert_int_equal(receive(1), 1);
			for (i = 0; i < BURST; i++)
				complete(any_packet());
			make_odd(&scalar, (uint16_t)(1 + at), (enum odd)odd);
			make_odd(&vector, (uint16_t)(1 + at), (enum odd)odd);
			got = receive(BURST);
			/* Those before it were received; those behind it if it was no violation. */
			assert_true(got >= at);
			if (odd == NOT_NEW || scalar.q.broken)
				assert_int_equal(got, at);
			receive_all();
			stop();
		}
}

static int
set_up(void **state)
{
	unsigned int i;
	struct side *both[] = {&scalar, &vector};
	char name[] = "test", no_huge[] = "--no-huge", no_pci[] = "--no-pci", m[] = "-m",
	     size[] = "32", no_shconf[] = "--no-shconf", no_telemetry[] = "--no-telemetry",
	     level[] = "--log-level=error", lcores[] = "--lcores=0@0";
	char *argv[] = {name, no_huge, no_pci, m, size, no_shconf, no_telemetry, level, lcores};

	(void)state;
	vector.burst = vector_burst;
	if (rte_eal_init(sizeof(argv) / sizeof(argv[0]), argv) < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		both[i]->pool = rte_pktmbuf_pool_create(i == 0 ? "scalar" : "vector", MBUFS, 0, 0,
			HEADROOM + BUF_LEN, SOCKET_ID_ANY);
		if (both[i]->pool == NULL)
			return -1;
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rte_mempool_free(scalar.pool);
	rte_mempool_free(vector.pool);
	return rte_eal_cleanup();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_in_order_give_the_same_mbufs),
		cmocka_unit_test(packets_of_several_buffers_among_others_give_the_same_mbufs),
		cmocka_unit_test(buffers_that_come_back_out_of_order_give_the_same_mbufs),
		cmocka_unit_test(one_odd_completion_is_treated_the_same_wherever_it_is),
	};

#ifdef ENA_AVX2
	/* meson's status for a test that was skipped */
	if (rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) <= 0)
		return 77;
#endif
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
