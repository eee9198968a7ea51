/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx burst functions, each beside the scalar one (rx_device.h): what they make of completions, good
 * and odd.
 */
#include "rx_device.h"

#define GAMES 1000u

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
		cmocka_unit_test(completions_of_buffers_that_were_not_posted_are_refused_the_same),
		cmocka_unit_test(a_queue_that_does_not_exist_has_no_status),
	};

	return functions_run(functions, RTE_DIM(functions), rx_pools, tests, RTE_DIM(tests));
}
