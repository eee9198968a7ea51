/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx burst functions, each beside the scalar one: two queues get the same completions, and what
 * the two functions return, leave in the mbufs, post and count has to be the same. Where the
 * number itself matters (low-water mark, buffers that could not be posted) it is held against what
 * the test works out.
 *
 * The pools (bursts.h) tell when a burst takes mbufs, so that the device can be looked at, and can
 * go on, while a burst runs.
 */
#include "bursts.h"

#include "ena_pmd.h"
#include "ena_ring.h"

#define DEPTH    128u
#define BUF_LEN  TEST_BUF_LEN
#define BURST    32u
#define LONGEST  512u
#define ROUNDS   2000u
#define GAMES    1000u
#define BATCH    ENA_RX_REFILL_BATCH
#define HEADROOM RTE_PKTMBUF_HEADROOM

/** The functions under test; the first one is what the others are compared with. */
static const struct function {
	const char *name;
	eth_rx_burst_t burst;
	int flag; /**< of the CPU; -1: none is needed */
} functions[] = {
	{"scalar", ena_rx_burst, -1},
#ifdef ENA_AVX2
	{"avx2", ena_rx_burst_avx2, RTE_CPUFLAG_AVX2},
#endif
#ifdef ENA_AVX512
	{"avx512", ena_rx_burst_avx512, RTE_CPUFLAG_AVX512BW},
#endif
#ifdef ENA_NEON
	{"neon", ena_rx_burst_neon, -1},
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
static const struct function *tested;
/* What the burst functions call outside of their files. */
void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	((struct side *)a)->reset = (int)reason;
}

/* ---- a queue ----------------------------------------------------------------------------- */

/** @param at position at which both rings start, a multiple of DEPTH */
static void
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

static void
stop_side(struct side *s)
{
	unsigned int i;

	s->pool.taken = NULL;
	rte_pktmbuf_free(s->q.seg_first);
	for (i = 0; i < DEPTH; i++)
		rte_pktmbuf_free(s->mbufs[i]);
	assert_int_equal(s->pool.level, TEST_MBUFS);
}

static void
start_at(uint16_t at)
{
	scalar.burst = functions[0].burst;
	vector.burst = tested->burst;
	start_side(&scalar, at);
	start_side(&vector, at);
}

static void
start(void)
{
	start_at(0);
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

/** Complete the next buffer as @p c says but for its request id and phase. */
static void
complete_on(struct side *s, struct ena_rx_cdesc c)
{
	c.req_id.le = s->sq[s->fetched++ % DEPTH].req_id.le;
	c.status.le |= ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, phase_at(s->done, DEPTH));
	s->cq[s->done++ % DEPTH] = c;
}

/** The same on both sides. */
static void
complete(struct ena_rx_cdesc c)
{
	complete_on(&scalar, c);
	complete_on(&vector, c);
}

/** A whole packet; any results of the checksum engines, types and hashes. */
static struct ena_rx_cdesc
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
static void
set_ends(struct ena_rx_cdesc *c, bool first, bool last)
{
	if (!first)
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_FIRST;
	if (!last)
		c->status.le &= ~(uint32_t)ENA_RX_CDESC_LAST;
}

/** Buffers of packet number @p k of a device that keeps up: some packets take several. */
static unsigned int
buffers_of(unsigned int k)
{
	return k % 5 == 0 ? 1 + k % 4 : 1;
}

/**
 * In the middle of a burst: note how many buffers the device has been told of and the driver has
 * not taken back, and use every one of them.
 */
static void
device_goes_on(void *side)
{
	struct ena_rx_cdesc c = {0};
	struct side *s = side;

	s->lowest = RTE_MIN(s->lowest, (uint16_t)((uint16_t)s->db - s->q.cq_head));
	while (owned(s) != 0) {
		unsigned int n = buffers_of(s->packet);

		c.status.le = ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST;
		c.len.le = 100;
		set_ends(&c, s->at == 0, s->at == n - 1);
		complete_on(s, c);
		s->at = (s->at + 1) % n;
		s->packet += s->at == 0;
	}
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
	assert_int_equal(a->state, b->state);
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
	assert_int_equal(a->nombuf, b->nombuf);
	assert_int_equal(a->unfilled, b->unfilled);
	assert_int_equal(a->refill_partial, b->refill_partial);
	assert_int_equal(scalar.reset, vector.reset);
	assert_memory_equal(scalar.free_ids, vector.free_ids, sizeof(scalar.free_ids));
}

/** One burst of both; what came is compared and freed. @return packets */
static uint16_t
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
	assert_int_equal(scalar.q.state, ENA_QUEUE_RUNNING);
	assert_true(scalar.q.pkts > 10 * DEPTH);
	assert_true(scalar.q.l4_good != 0 && scalar.q.l4_bad != 0 && scalar.q.l3_bad != 0);
	stop();
}

static void
mbufs_of_pools_with_buffers_elsewhere_say_so(void **state)
{
	const unsigned int whole = BURST - 12, chained = 4;
	struct side *const both[] = {&scalar, &vector};
	struct rte_mbuf *m[2][BURST];
	unsigned int i, k;

	(void)state;
	start();
	for (i = 0; i < whole + 2 * chained; i++) {
		struct ena_rx_cdesc c = any_packet();

		set_ends(&c, i < whole || i % 2 == 0, i < whole || i % 2 != 0);
		complete(c);
	}
	for (k = 0; k < RTE_DIM(both); k++) {
		both[k]->q.buffer_flag = RTE_MBUF_F_EXTERNAL;
		assert_int_equal(both[k]->burst(&both[k]->q, m[k], BURST), whole + chained);
	}
	for (i = 0; i < whole + chained; i++) {
		compare_mbufs(m[0][i], m[1][i]);
		for (k = 0; k < RTE_DIM(both); k++) {
			assert_true((m[k][i]->ol_flags & RTE_MBUF_F_EXTERNAL) != 0);
			/* It is not true of these pools. */
			m[k][i]->ol_flags &= ~RTE_MBUF_F_EXTERNAL;
			rte_pktmbuf_free(m[k][i]);
		}
	}
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
				set_ends(&c, i == 0, i == segs - 1);
				complete(c);
			}
		}
		receive((uint16_t)(1 + random_below(BURST)));
	}
	receive_all();
	assert_int_equal(scalar.q.state, ENA_QUEUE_RUNNING);
	stop();
}

/** The buffers of the last two completions change places. */
static void
swap_last_two(void)
{
	struct side *both[] = {&scalar, &vector};
	unsigned int i;

	for (i = 0; i < RTE_DIM(both); i++) {
		struct ena_rx_cdesc *x = &both[i]->cq[(uint16_t)(both[i]->done - 1) % DEPTH];
		struct ena_rx_cdesc *y = &both[i]->cq[(uint16_t)(both[i]->done - 2) % DEPTH];
		ena_le16_t id = x->req_id;

		x->req_id = y->req_id;
		y->req_id = id;
	}
}

static void
buffers_that_come_back_out_of_order_give_the_same_mbufs(void **state)
{
	unsigned int round, i, n;

	(void)state;
	start();
	for (round = 0; round < ROUNDS / 4; round++) {
		n = RTE_MIN(owned(&scalar), BURST);
		for (i = 0; i < n; i++)
			complete(any_packet());
		if (n >= 2)
			swap_last_two();
		receive(BURST);
	}
	assert_false(scalar.q.in_order);
	assert_int_equal(scalar.q.state, ENA_QUEUE_RUNNING);
	stop();
}

/** What may be wrong with, or at least special about, one completion. */
enum odd {
	NOT_NEW,
	OFFSET,
	OFFSET_TOO_FAR,
	EMPTY,
	TOO_LONG,
	FULL,
	MBZ,
	FOREIGN_ID,
	SAME_ID,
	NOT_FIRST,
	NOT_LAST,
	ODDITIES
};

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
			if (odd == NOT_NEW || (scalar.q.state == ENA_QUEUE_VIOLATED))
				assert_int_equal(got, at);
			receive_all();
			stop();
		}
}

/** What a device may do beside completing one buffer after the other, each a packet. */
struct manners {
	unsigned int offset; /**< of eight buffers so many do not start with the packet's bytes */
	bool chains; /**< packets take several buffers */
	bool swaps; /**< buffers come back out of order */
	bool ends; /**< packets begin or end where they do not */
	bool odd; /**< some completions are odd, or wrong */
};

static void
make_any_odd(uint16_t at)
{
	enum odd odd = (enum odd)random_below(ODDITIES);

	/* What is not new would never be, and hide what follows. */
	if (odd == NOT_NEW)
		return;
	make_odd(&scalar, at, odd);
	make_odd(&vector, at, odd);
}

/** Complete a packet in the manner of @p m; @p alone: what came before it was received. */
static void
complete_any(const struct manners *m, bool alone)
{
	unsigned int segs = m->chains && random_below(8) == 0 ? 1 + random_below(4) : 1, i;

	segs = RTE_MIN(segs, owned(&scalar));
	for (i = 0; i < segs; i++) {
		struct ena_rx_cdesc c = any_packet();

		if (random_below(8) < m->offset) {
			c.offset = (uint8_t)random_below(256);
			c.len.le = (uint16_t)(1 + random_below(BUF_LEN - c.offset));
		}
		set_ends(&c, i == 0, i == segs - 1);
		if (m->ends && random_below(300) == 0)
			set_ends(&c, random_below(2), random_below(2));
		complete(c);
		if (m->odd && random_below(300) == 0)
			make_any_odd((uint16_t)(scalar.done - 1));
		if (m->swaps && !alone && random_below(100) == 0)
			swap_last_two();
		alone = false;
	}
}

static void
start_anywhere(void)
{
	struct side *both[] = {&scalar, &vector};
	uint16_t batch = (uint16_t)(1 + random_below(30));
	bool mbz = random_below(2), l4_only = random_below(2), hash = random_below(2);
	unsigned int i;

	/* often where positions wrap soon */
	start_at((uint16_t)(random_below(3) ? 0 - DEPTH * random_below(3) :
					      DEPTH * random_below(512)));
	for (i = 0; i < RTE_DIM(both); i++) {
		both[i]->q.free_thresh = batch;
		both[i]->q.check_mbz = mbz;
		both[i]->q.csum_mask = l4_only ? RTE_MBUF_F_RX_L4_CKSUM_MASK : UINT64_MAX;
		both[i]->q.hash_flag = hash ? RTE_MBUF_F_RX_RSS_HASH : 0;
	}
}

static unsigned int broken, unbroken;

/** Bursts of any size, pools that have few mbufs or many, and a device with manners of its own. */
static void
receive_anything(void)
{
	struct manners m = {
		.offset = random_below(3),
		.chains = random_below(2),
		.swaps = random_below(4) == 0,
		.ends = random_below(8) == 0,
		.odd = random_below(2),
	};
	unsigned int round, i, n;

	start_anywhere();
	for (round = 0; round < 60; round++) {
		scalar.pool.allowed = vector.pool.allowed =
			random_below(3) ? TEST_RICH : random_below(30);
		n = random_below(100);
		for (i = 0; i < n && owned(&scalar) != 0; i++)
			complete_any(&m, i == 0);
		receive((uint16_t)random_below(120));
	}
	broken += scalar.q.state == ENA_QUEUE_VIOLATED;
	unbroken += scalar.q.state == ENA_QUEUE_RUNNING;
	scalar.pool.allowed = vector.pool.allowed = TEST_RICH;
	receive_all();
	stop();
}

static void
good_and_odd_completions_in_any_mix_are_treated_the_same(void **state)
{
	(void)state;
	broken = unbroken = 0;
	if (test_games(GAMES, receive_anything))
		assert_true(broken > GAMES / 8 && unbroken > GAMES / 8);
}

/** Byte 3 of a descriptor, and all that has to be zero in it (datasheet part B 5.1). */
static void
descriptors_are_those_of_the_datasheet(void **state)
{
	unsigned int round, i;
	uint64_t addr;

	(void)state;
	start();
	for (round = 0; round < 20; round++) {
		for (i = 0; i < DEPTH - 1; i++) {
			uint16_t pos = (uint16_t)(vector.fetched + i);
			const uint8_t *d = (const uint8_t *)&vector.sq[pos % DEPTH];
			const struct rte_mbuf *m = vector.mbufs[pos % DEPTH];

			assert_int_equal(d[0] | d[1] << 8, BUF_LEN);
			assert_int_equal(d[2], 0);
			assert_int_equal(d[3], 0x1c | phase_at(pos, DEPTH));
			assert_int_equal(d[4] | d[5] << 8, pos % DEPTH);
			assert_int_equal(d[6] | d[7], 0);
			memcpy(&addr, d + 8, sizeof(addr));
			assert_int_equal(addr, rte_mbuf_iova_get(m) + HEADROOM);
		}
		for (i = 0; i < BURST; i++)
			complete(any_packet());
		assert_int_equal(receive(BURST), BURST);
	}
	stop();
}

/* ---- the ring stays full -------------------------------------------------------------------- */

/** The device has used all that it was told of before each refill, so no burst ends early. */
static void
the_device_keeps_all_but_a_batch_in_bursts_of_every_size(void **state)
{
	unsigned int n, threshold;
	uint16_t got;

	(void)state;
	for (threshold = 1; threshold <= 64; threshold *= 2) {
		unsigned int taken = RTE_MAX(BATCH, threshold + BATCH / 2 - 1);

		start();
		scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)threshold;
		scalar.pool.taken = vector.pool.taken = device_goes_on;
		for (n = 1; n <= LONGEST; n++) {
			device_goes_on(&scalar);
			device_goes_on(&vector);
			scalar.lowest = vector.lowest = DEPTH;
			got = receive((uint16_t)n);
			/* With half a ring between two refills nothing more is there in between. */
			assert_true(threshold > 32 ? got > 0 : got == n);
			/* Where nothing was posted this time, the mark says nothing. */
			if (vector.lowest != DEPTH)
				assert_true(vector.lowest >= DEPTH - 1 - taken);
		}
		assert_true(vector.q.posted_min >= DEPTH - 1 - taken);
		assert_true(vector.q.posted_min < DEPTH - 1);
		assert_int_equal(vector.q.nombuf, 0);
		stop();
	}
}

/** The counter says what the device was told of: as low as the doorbell, not as the descriptors. */
static void
the_low_water_mark_is_what_the_device_was_told(void **state)
{
	unsigned int i;

	(void)state;
	start();
	scalar.pool.taken = vector.pool.taken = device_goes_on;
	for (i = 1; i <= 300; i++) {
		device_goes_on(&scalar);
		device_goes_on(&vector);
		receive((uint16_t)(1 + i % 61));
		if (vector.lowest != DEPTH)
			assert_true(vector.q.posted_min <= vector.lowest);
	}
	assert_int_equal(vector.q.posted_min, vector.lowest);
	assert_int_equal(scalar.q.posted_min, scalar.lowest);
	stop();
}

static void
few_packets_a_burst_ring_the_doorbell_rarely(void **state)
{
	unsigned int i, rung = 0;
	uint32_t db;

	(void)state;
	start();
	for (i = 0; i < 800; i++) {
		db = vector.db;
		complete(any_packet());
		assert_int_equal(receive(BURST), 1);
		rung += vector.db != db;
	}
	assert_int_equal(rung, 800 / ENA_RX_FREE_THRESH);
	stop();
}

/* ---- no mbufs ------------------------------------------------------------------------------- */

static void
allow(uint32_t n)
{
	scalar.pool.allowed = vector.pool.allowed = n;
}

/** @p n packets of one buffer each arrive and are received in one burst. */
static void
pass(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		complete(any_packet());
	assert_int_equal(receive((uint16_t)n), n);
}

static void
each_buffer_that_is_missing_counts_once(void **state)
{
	(void)state;
	start();
	allow(0);
	pass(5); /* below the threshold: none is wanted yet */
	assert_int_equal(vector.q.nombuf, 0);
	pass(5);
	assert_int_equal(vector.q.nombuf, 10);
	receive(BURST);
	receive(BURST);
	assert_int_equal(vector.q.nombuf, 10);
	/* 13 are wanted, 3 of them for the first time; 5 come */
	allow(5);
	pass(3);
	assert_int_equal(vector.q.unfilled, 8);
	assert_int_equal(vector.q.nombuf, 13);
	/* 12 are wanted, and all but one come: three of the new ones */
	allow(11);
	pass(4);
	assert_int_equal(vector.q.unfilled, 1);
	assert_int_equal(vector.q.nombuf, 14);
	/* All is well again, and what was missing is forgotten. */
	allow(TEST_RICH);
	pass(8);
	assert_int_equal(vector.q.unfilled, 0);
	assert_int_equal(vector.q.nombuf, 14);
	allow(0);
	pass(8);
	assert_int_equal(vector.q.nombuf, 22);
	allow(TEST_RICH);
	stop();
}

/** As many mbufs come back as packets arrive, but some buffers are always missing. */
static void
steady_starvation_goes_on_counting(void **state)
{
	unsigned int i;
	uint64_t before;

	(void)state;
	start();
	/* 12 are missing; 8 more are wanted each time, and 8 of those that waited are posted. */
	allow(0);
	pass(12);
	for (i = 0; i < 1000; i++) {
		allow(8);
		pass(8);
		assert_int_equal(vector.q.unfilled, 12);
		assert_int_equal(vector.q.nombuf, 12 + 8 * (i + 1));
	}
	stop();

	/* The ring is all but empty. */
	start();
	allow(0);
	for (i = 0; i < DEPTH - 1; i++)
		pass(1);
	assert_int_equal(vector.q.nombuf, DEPTH - 1);
	assert_int_equal(owned(&vector), 0);
	for (i = 0; i < 1000; i++) {
		before = vector.q.nombuf;
		allow(1);
		receive(BURST);
		assert_int_equal(owned(&vector), 1);
		assert_int_equal(vector.q.nombuf, before);
		pass(1);
		assert_int_equal(vector.q.nombuf, before + 1);
	}
	allow(TEST_RICH);
	receive(BURST);
	assert_int_equal(owned(&vector), DEPTH - 1);
	stop();
}

/**
 * Any course of shortage and recovery. A buffer is a position in the ring: it counts if a refill
 * ended without it, and once.
 */
static void
missing_buffers_are_counted_exactly_in_any_course(void **state)
{
	uint64_t head = 0, tail = DEPTH - 1, end, counted_to = 0, nombuf = 0, refills = 0;
	unsigned int round, n;

	(void)state;
	start();
	for (round = 0; round < 5 * ROUNDS; round++) {
		switch (random_below(3)) {
		case 0:
			allow(0);
			break;
		case 1:
			allow(random_below(24));
			break;
		default:
			allow(random_below(8) == 0 ? TEST_RICH : 1);
		}
		n = random_below(RTE_MIN(owned(&vector), ENA_RX_FREE_THRESH) + 1);
		pass(n);
		head += n;
		end = head + DEPTH - 1;
		if (end - tail >= ENA_RX_FREE_THRESH) { /* a refill was due */
			tail += (uint16_t)((uint16_t)vector.db - (uint16_t)tail);
			counted_to = RTE_MAX(counted_to, tail);
			nombuf += end - counted_to;
			counted_to = end;
			refills++;
		}
		assert_int_equal((uint16_t)tail, (uint16_t)vector.db);
		assert_int_equal(vector.q.nombuf, nombuf);
	}
	assert_true(refills > ROUNDS && nombuf > DEPTH);
	allow(TEST_RICH);
	stop();
}

/** Packets of several buffers, a large threshold: the ring always comes back. */
static void
a_pool_that_was_empty_stalls_nothing(void **state)
{
	unsigned int round, i, segs, packets, n;
	struct ena_rx_cdesc c;

	(void)state;
	start();
	/* the largest that the queue set-up lets through */
	scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)(DEPTH - 1 - vector.q.max_bufs);
	for (round = 0; round < 200; round++) {
		allow(round % 2 == 0 ? random_below(40) : TEST_RICH);
		for (packets = 0; owned(&scalar) >= 4; packets++) {
			segs = 1 + random_below(4);
			for (i = 0; i < segs; i++) {
				c = any_packet();
				set_ends(&c, i == 0, i == segs - 1);
				complete(c);
			}
		}
		for (n = 0; n < packets;)
			n += receive(BURST);
		allow(TEST_RICH);
		receive(BURST);
		assert_true(owned(&scalar) >= scalar.q.max_bufs);
	}
	assert_int_equal(scalar.q.state, ENA_QUEUE_RUNNING);
	stop();
}

/** Completions go on, in order and new, where the device has no buffers any more. */
static void
completions_of_buffers_that_were_not_posted_are_refused_the_same(void **state)
{
	unsigned int left, i;

	(void)state;
	for (left = 0; left < 20; left++) {
		start();
		allow(0);
		pass(DEPTH - 1 - left);
		for (i = 0; i < BURST; i++) {
			uint16_t slot = scalar.done % DEPTH;

			complete(any_packet());
			scalar.cq[slot].req_id.le = vector.cq[slot].req_id.le = slot;
		}
		assert_int_equal(receive(BURST), left);
		assert_int_equal(vector.q.state, ENA_QUEUE_VIOLATED);
		assert_int_equal(vector.q.bad_req_id, 1);
		stop();
	}
}

/** Whatever a pool leaves in the array of a request that failed: no slot without a buffer has it.
 */
static void
a_pool_that_fails_leaves_nothing_behind(void **state)
{
	unsigned int i, owns = 0;

	(void)state;
	start();
	scalar.pool.scribbles = vector.pool.scribbles = true;
	allow(5);
	pass(16);
	assert_int_equal(vector.q.unfilled, 11);
	for (i = 0; i < DEPTH; i++)
		owns += vector.mbufs[i] != NULL;
	assert_int_equal(owns, DEPTH - 1 - 11);
	allow(TEST_RICH);
	stop();
}

/** ethdev passes on whatever queue it is asked for. */
static void
a_queue_that_does_not_exist_has_no_status(void **state)
{
	(void)state;
	assert_int_equal(ena_rx_descriptor_status(NULL, 0), -EINVAL);
	assert_int_equal((int)ena_rx_queue_count(NULL), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_in_order_give_the_same_mbufs),
		cmocka_unit_test(mbufs_of_pools_with_buffers_elsewhere_say_so),
		cmocka_unit_test(packets_of_several_buffers_among_others_give_the_same_mbufs),
		cmocka_unit_test(buffers_that_come_back_out_of_order_give_the_same_mbufs),
		cmocka_unit_test(one_odd_completion_is_treated_the_same_wherever_it_is),
		TEST_OF_GAMES(good_and_odd_completions_in_any_mix_are_treated_the_same),
		cmocka_unit_test(descriptors_are_those_of_the_datasheet),
		cmocka_unit_test(the_device_keeps_all_but_a_batch_in_bursts_of_every_size),
		cmocka_unit_test(the_low_water_mark_is_what_the_device_was_told),
		cmocka_unit_test(few_packets_a_burst_ring_the_doorbell_rarely),
		cmocka_unit_test(each_buffer_that_is_missing_counts_once),
		cmocka_unit_test(steady_starvation_goes_on_counting),
		cmocka_unit_test(missing_buffers_are_counted_exactly_in_any_course),
		cmocka_unit_test(a_pool_that_was_empty_stalls_nothing),
		cmocka_unit_test(completions_of_buffers_that_were_not_posted_are_refused_the_same),
		cmocka_unit_test(a_pool_that_fails_leaves_nothing_behind),
		cmocka_unit_test(a_queue_that_does_not_exist_has_no_status),
	};
	unsigned int i;
	int failed = 0;

	test_eal_init();
	test_pool_create(&scalar.pool, "scalar", &scalar);
	test_pool_create(&vector.pool, "vector", &vector);
	for (i = 0; i < RTE_DIM(functions); i++) {
		tested = &functions[i];
		if (!test_cpu_has(tested->name, tested->flag))
			continue;
		failed += cmocka_run_group_tests_name(tested->name, tests, NULL, NULL);
	}
	rte_mempool_free(scalar.pool.mp);
	rte_mempool_free(vector.pool.mp);
	rte_eal_cleanup();
	return failed != 0;
}
