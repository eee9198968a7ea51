/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx burst functions, each beside the scalar one of the same placement: two queues get the same
 * packets and the same completions, and what the two functions return, write, ring, count and give
 * back has to be the same. What a device finds in it (tx_device.h) is also held against the
 * packets.
 *
 * The device works when it is told to, or (bursts.h) whenever a burst gives mbufs back: then
 * packets of a burst complete while it runs.
 */
#include "tx_device.h"

#define ROUNDS   1500u
#define MAX_BUFS 6u
#define SEGS     (MAX_BUFS + 3)
/** Headers of plain packets, where an entry does not set the limit. */
#define PLAIN_MAX 96u

static struct side scalar, vector;
static struct config config;
static uint64_t serial;
/** The device completes packets while a burst runs: two functions find different numbers of them.
 */
static bool moving;

/* ---- queues ------------------------------------------------------------------------------ */

static void
start(void)
{
	const struct function *f = functions;

	while (f->placement != tested->placement)
		f++;
	start_side(&scalar, f, &config);
	start_side(&vector, tested, &config);
}

/** Every configuration that the placement knows. @return false: that was the last one */
static bool
next_config(unsigned int i)
{
	static const uint16_t limits[] = {0, 8, 64};

	config = (struct config){
		.entry = i & 4 ? 256 : 128,
		.descs_before_header = 2,
		.descs_per_entry = i & 4 ? 16 : 8,
		.max_bufs = MAX_BUFS,
		.limit = i / 8 < RTE_DIM(limits) ? limits[i / 8] : 0,
		.free_thresh = DEPTH / 4,
		.no_meta_cache = i & 2,
		.fast_free = i & 1,
		.check_mbz = true,
	};
	/* Chains are taken apart, or not. */
	config.split = config.fast_free && config.limit == 0;
	return i < (tested->placement == LLQ ? 8 * RTE_DIM(limits) : 2);
}

static void
complete_in_order(unsigned int n)
{
	for (; n != 0; n--) {
		complete_one(&scalar, 0);
		complete_one(&vector, 0);
	}
}

/* ---- packets --------------------------------------------------------------------------------- */

static struct packet
plain(uint16_t len)
{
	return (struct packet){.segs = {len}, .n_segs = 1};
}

static uint16_t
plain_size(void)
{
	uint16_t h = vector.q.llq ? vector.q.header_max : PLAIN_MAX;

	switch (random_below(4)) {
	case 0:
		return (uint16_t)(14 + random_below(h));
	case 1:
		return (uint16_t)(h - 2 + random_below(5));
	default:
		return 60;
	}
}

/** Any packet: some ask for offloads, some have several segments, or empty ones, or too many. */
static struct packet
any_packet(void)
{
	struct packet p = plain(plain_size());
	unsigned int i;

	if (random_below(3) == 0) {
		p.n_segs = 1 + random_below(SEGS);
		for (i = 0; i < p.n_segs; i++)
			p.segs[i] = random_below(4) == 0 ?
					    0 :
					    (uint16_t)(1 + random_below(TEST_BUF_LEN / 2));
	}
	if (random_below(3) == 0 && p.segs[0] >= 60) {
		p.flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
		p.flags |= random_below(2) ? RTE_MBUF_F_TX_TCP_CKSUM : RTE_MBUF_F_TX_UDP_CKSUM;
		p.l2 = 14;
		p.l3 = (uint16_t)(20 + 4 * random_below(3));
		if (random_below(3) == 0) {
			p.flags |= RTE_MBUF_F_TX_TCP_SEG;
			p.l4 = 20;
			p.mss = (uint16_t)(536 + random_below(2));
		}
	}
	return p;
}

/** The device's limit allows it. */
static bool
can_be_sent(const struct packet *p)
{
	return length_of(p) != 0 && buffers_of(&vector.q, p) <= MAX_BUFS;
}

/** Where segment @p i of a packet lies: for the devices of both sides at the same address. */
static uint64_t
address_of(uint64_t number, unsigned int i)
{
	return (number * SEGS + i + 1) << 14;
}

static struct rte_mbuf *
make_segment(struct side *s, uint16_t len, uint64_t number, unsigned int i)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(s->pool.mp);

	RTE_SET_USED(len);
	assert_non_null(m);
	rte_mbuf_iova_set(m, address_of(number, i));
	return m;
}

/* ---- the comparison -------------------------------------------------------------------------- */

#define COMPARE_COUNTER(name, field) assert_int_equal(a->field, b->field);

static void
compare_queues(void)
{
	const struct ena_tx_queue *a = &scalar.q, *b = &vector.q;

	assert_int_equal(scalar.db, vector.db);
	assert_int_equal(a->sq_tail, b->sq_tail);
	assert_int_equal(a->db_tail, b->db_tail);
	assert_int_equal((uint16_t)vector.db, b->sq_tail);
	assert_int_equal(a->completed, b->completed);
	assert_int_equal(a->ids_taken, b->ids_taken);
	assert_int_equal(a->ids_given, b->ids_given);
	assert_int_equal(a->cq_head, b->cq_head);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->in_order, b->in_order);
	if (!a->no_meta_cache)
		assert_int_equal(a->meta, b->meta);
	ENA_TX_COUNTERS(COMPARE_COUNTER)
	if (a->burst_limit != 0)
		assert_int_equal(a->burst_left, b->burst_left);
	assert_int_equal(scalar.reset, vector.reset);
	assert_int_equal(scalar.pool.level, vector.pool.level);
	assert_memory_equal(scalar.free_ids, vector.free_ids, sizeof(scalar.free_ids));
	assert_memory_equal(scalar.reqs, vector.reqs, sizeof(scalar.reqs));
	assert_memory_equal(scalar.window, vector.window, sizeof(scalar.window));
	assert_memory_equal(scalar.sq, vector.sq, sizeof(scalar.sq));
}

/** What the device took is what was sent. */
static void
check_taken(const struct taken *t, const struct packet *p, uint64_t number)
{
	unsigned int len = length_of(p), first = 0, off = 0;

	assert_int_equal(t->len, len);
	assert_int_equal(t->buffers, buffers_of(&vector.q, p));
	if (tested->placement == LLQ) {
		assert_int_equal(t->pushed, RTE_MIN(len, (unsigned int)vector.q.header_max));
		check_bytes(t->header, t->pushed, number, 0);
		off = t->pushed;
		if (config.no_meta_cache)
			assert_true(t->has_meta);
	}
	if (t->buffers == 0)
		return;
	while (off >= p->segs[first])
		off -= p->segs[first++];
	assert_int_equal(t->buf[0].addr, address_of(number, first) + RTE_PKTMBUF_HEADROOM + off);
}

/** One burst of both, and what the device sees of it. @return packets that were taken */
static unsigned int
send_burst(const struct packet *p, unsigned int n)
{
	struct rte_mbuf *a[LONGEST], *b[LONGEST];
	uint64_t number = serial;
	unsigned int i, others, sent, k = 0;

	serial += n;
	for (i = 0; i < n; i++) {
		a[i] = build(&scalar, &p[i], number + i, make_segment);
		b[i] = build(&vector, &p[i], number + i, make_segment);
	}
	scalar.n_seen = vector.n_seen = 0;
	others = scalar.burst(&scalar.q, a, (uint16_t)n);
	sent = vector.burst(&vector.q, b, (uint16_t)n);
	if (!moving) {
		assert_int_equal(sent, others);
		compare_queues();
	}
	fetch(&scalar);
	fetch(&vector);
	if (!moving)
		assert_int_equal(scalar.n_seen, vector.n_seen);
	for (i = 0; i < sent; i++) {
		if (!can_be_sent(&p[i]))
			continue; /* dropped */
		assert_true(k < vector.n_seen);
		check_taken(&vector.seen[k++], &p[i], number + i);
	}
	assert_int_equal(k, vector.n_seen);
	check_doorbells(&vector);
	for (i = others; i < n; i++)
		rte_pktmbuf_free(a[i]);
	for (i = sent; i < n; i++)
		rte_pktmbuf_free(b[i]);
	return sent;
}

/** The device completes all, the driver takes it: every mbuf is back. */
static void
stop(void)
{
	scalar.pool.given = vector.pool.given = NULL;
	complete_all(&scalar);
	complete_all(&vector);
	ena_tx_reap(&scalar.q, DEPTH);
	ena_tx_reap(&vector.q, DEPTH);
	if (!moving)
		compare_queues();
	moving = false;
	assert_int_equal(vector.q.state, ENA_QUEUE_RUNNING);
	assert_int_equal(vector.q.completed, vector.q.sq_tail);
	assert_int_equal(vector.pool.level, TEST_MBUFS);
}

/* ---- the tests ------------------------------------------------------------------------------- */

static struct packet packets[LONGEST];

static void
plain_packets_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf, full = 0;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = random_below(8) == 0 ? random_below(LONGEST / 2) : 1 + random_below(40);
			for (i = 0; i < n; i++)
				packets[i] = plain(plain_size());
			full += send_burst(packets, n) < n;
			complete_in_order(random_below(vector.n_open + 1));
		}
		assert_int_equal(vector.q.errors, 0);
		stop();
	}
	assert_true(full != 0);
}

static void
packets_of_every_kind_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		uint64_t errors = 0;

		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = 1 + random_below(48);
			for (i = 0; i < n; i++)
				packets[i] = any_packet();
			n = send_burst(packets, n);
			for (i = 0; i < n; i++)
				errors += !can_be_sent(&packets[i]);
			complete_in_order(random_below(vector.n_open + 1));
		}
		assert_true(errors != 0);
		assert_int_equal(vector.q.errors, errors);
		stop();
	}
}

static void
completions_out_of_order_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf, one;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = 1 + random_below(48);
			for (i = 0; i < n; i++)
				packets[i] = random_below(4) ? plain(plain_size()) : any_packet();
			send_burst(packets, n);
			for (i = random_below(vector.n_open + 1); i != 0; i--) {
				one = random_below(RTE_MIN(vector.n_open, 3u));
				complete_one(&scalar, one);
				complete_one(&vector, one);
			}
		}
		assert_false(vector.q.in_order);
		stop();
	}
}

/** A burst of 512 into a ring of 128: what fits is sent, the rest stays with the caller. */
static void
a_full_ring_takes_what_fits_and_no_more(void **state)
{
	unsigned int i, conf;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (i = 0; i < LONGEST; i++)
			packets[i] = plain(60);
		assert_int_equal(send_burst(packets, LONGEST), DEPTH - 1);
		assert_int_equal(vector.q.ring_full, 1);
		assert_int_equal(send_burst(packets, 1), 0);
		complete_in_order(5);
		assert_int_equal(send_burst(packets, LONGEST), 5);
		stop();
	}
}

/**
 * A burst limit rings in the middle of a burst, and a fast device completes what was rung while the
 * burst runs on into a full ring: the driver then looks at completions of packets of the same
 * burst.
 */
static void
packets_that_complete_within_their_own_burst_are_freed_once(void **state)
{
	unsigned int i, conf, big, in_burst = 0;

	(void)state;
	for (big = 0; big < 8; big++)
		for (conf = 0; next_config(conf); conf++) {
			if (config.limit == 0 || config.limit > 32)
				config.limit = 32;
			start();
			scalar.pool.given = vector.pool.given = device_goes_on;
			moving = true;
			for (i = 0; i < LONGEST / 2; i++)
				packets[i] = plain(big != 0 && i % (big + 1) == 0 ? 1000 : 60);
			assert_true(send_burst(packets, LONGEST / 2) >= DEPTH - 1);
			in_burst += vector.in_burst;
			stop();
		}
	if (tested->placement == LLQ)
		assert_true(in_burst != 0);
}

/** Nothing is looked at while more slots are free than the application asked for. */
static void
completions_are_taken_when_fewer_slots_are_free_than_the_threshold(void **state)
{
	unsigned int i, conf, threshold;

	(void)state;
	for (i = 0; i < LONGEST; i++)
		packets[i] = plain(1000);
	for (conf = 0; next_config(conf); conf++)
		for (threshold = 1; threshold < DEPTH; threshold += 18) {
			start();
			scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)threshold;
			/* one slot less is free with each packet */
			for (i = 0; i < DEPTH - 1; i++) {
				bool due = DEPTH - 1 - i < threshold;

				assert_int_equal(send_burst(packets, 1), 1);
				assert_int_equal(vector.q.completed, due ? i : 0);
				complete_in_order(1);
				if (due)
					break;
			}
			stop();
		}
}

static void
cleanup_takes_as_many_completions_as_it_is_asked_for(void **state)
{
	unsigned int conf, i, n, ask, free_mbufs;

	(void)state;
	for (conf = 0; next_config(conf); conf++)
		for (ask = 0; ask <= 40; ask++) {
			start();
			/* at the wrap, too */
			for (i = 0; i < 7; i++) {
				for (n = 0; n < 32; n++)
					packets[n] = plain(n % 2 ? 60 : 1000);
				assert_int_equal(send_burst(packets, 32), 32);
				complete_in_order(20);
				free_mbufs = vector.pool.level;
				n = ask == 0 ? 20 : RTE_MIN(ask, 20u);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, ask), n);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, ask), n);
				/* Every other one was pushed whole, and went back long ago. */
				assert_int_equal(vector.pool.level - free_mbufs,
					tested->placement == HOST ? n : (n + 1) / 2);
				compare_queues();
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 20 - n);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, 0), 20 - n);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 0);
				complete_in_order(12);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 12);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, 0), 12);
			}
			stop();
		}
}

static void
cleanup_of_a_queue_without_rings_does_nothing(void **state)
{
	static struct ena_tx_queue q;

	(void)state;
	memset(&q, 0, sizeof(q));
	/* after rte_eth_dev_reset() */
	assert_int_equal(ena_tx_done_cleanup(NULL, 0), -EINVAL);
	/* set up and never started, or stopped */
	q.depth = DEPTH;
	assert_int_equal(q.state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(ena_tx_done_cleanup(&q, 0), 0);
	/* between its creation and its start */
	q.state = ENA_QUEUE_STOPPED;
	assert_int_equal(ena_tx_done_cleanup(&q, 7), 0);
	/* waits for a reset */
	q.state = ENA_QUEUE_VIOLATED;
	assert_int_equal(ena_tx_done_cleanup(&q, 0), -EIO);
}

/** That is how an application that has nothing to send gets its mbufs back. */
static void
an_empty_burst_takes_completions(void **state)
{
	unsigned int conf, i;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (i = 0; i < 16; i++)
			packets[i] = plain(1000);
		assert_int_equal(send_burst(packets, 16), 16);
		assert_int_equal(vector.pool.level, TEST_MBUFS - 16);
		complete_in_order(10);
		assert_int_equal(send_burst(packets, 0), 0);
		assert_int_equal(vector.pool.level, TEST_MBUFS - 6);
		complete_in_order(6);
		assert_int_equal(send_burst(packets, 0), 0);
		assert_int_equal(vector.pool.level, TEST_MBUFS);
		stop();
	}
}

/** All slots from @p first on are full, and no others. */
static void
check_status(unsigned int first)
{
	const unsigned int at[] = {0, first / 2, first != 0 ? first - 1 : 0,
		RTE_MIN(first, DEPTH - 1), (first + DEPTH) / 2 % DEPTH, DEPTH - 1};
	unsigned int k, i;

	for (k = 0; k < RTE_DIM(at); k++) {
		i = at[k];
		assert_int_equal(ena_tx_descriptor_status(&vector.q, (uint16_t)i),
			i < first ? RTE_ETH_TX_DESC_DONE : RTE_ETH_TX_DESC_FULL);
	}
	assert_int_equal(ena_tx_descriptor_status(&vector.q, DEPTH), -EINVAL);
}

/** Nobody sends or reclaims meanwhile: the status has to look for itself, and changes nothing. */
static void
descriptor_status_is_that_of_the_device_on_an_idle_queue(void **state)
{
	unsigned int conf, i, pass;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		check_status(DEPTH);
		/* several times around the ring */
		for (pass = 0; pass < 5; pass++) {
			for (i = 0; i < DEPTH - 1; i++)
				packets[i] = plain(i % 2 != 0 ? 60 : 1000);
			assert_int_equal(send_burst(packets, 100), 100);
			check_status(DEPTH - 100);
			complete_in_order(60);
			check_status(DEPTH - 40);
			/* out of order */
			for (i = 0; i < 10; i++) {
				complete_one(&scalar, 20);
				complete_one(&vector, 20);
			}
			check_status(DEPTH - 30);
			complete_in_order(30);
			check_status(DEPTH);
			assert_int_equal((uint16_t)(vector.q.sq_tail - vector.q.completed), 100);
			ena_tx_reap(&scalar.q, DEPTH);
			ena_tx_reap(&vector.q, DEPTH);
			check_status(DEPTH);
		}
		vector.q.state = ENA_QUEUE_VIOLATED;
		assert_int_equal(ena_tx_descriptor_status(&vector.q, 0), RTE_ETH_TX_DESC_UNAVAIL);
		vector.q.state = ENA_QUEUE_RUNNING;
		stop();
	}
	assert_int_equal(ena_tx_descriptor_status(NULL, 0), -EINVAL);
}

/** HDR_LEN is a hint there (part B 2.4), and device models exist that drop packets with one. */
static void
host_packets_tell_no_length_of_their_headers(void **state)
{
	static const struct {
		uint64_t flags;
		uint16_t l2, l3, l4, len;
	} cases[] = {
		{0, 0, 0, 0, 1000},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, 14, 20, 0, 1000},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 14, 20, 0, 60},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 14, 20, 0, 1000},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM, 18, 24, 0, 1000},
		{RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_CKSUM, 14, 40, 0, 1000},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG, 14, 20, 32, 1500},
		{RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_SEG, 14, 40, 20, 1500},
	};
	unsigned int i;

	(void)state;
	if (tested->placement != HOST)
		return;
	next_config(0);
	start();
	for (i = 0; i < RTE_DIM(cases); i++) {
		packets[0] = plain(cases[i].len);
		packets[0].flags = cases[i].flags;
		packets[0].l2 = cases[i].l2;
		packets[0].l3 = cases[i].l3;
		packets[0].l4 = cases[i].l4;
		packets[0].mss = 1000;
		assert_int_equal(send_burst(packets, 1), 1);
		assert_int_equal(vector.n_seen, 1);
		assert_int_equal(vector.seen[0].pushed, 0);
	}
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_packets_give_the_same_entries),
		cmocka_unit_test(packets_of_every_kind_give_the_same_entries),
		cmocka_unit_test(completions_out_of_order_give_the_same_entries),
		cmocka_unit_test(a_full_ring_takes_what_fits_and_no_more),
		cmocka_unit_test(packets_that_complete_within_their_own_burst_are_freed_once),
		cmocka_unit_test(
			completions_are_taken_when_fewer_slots_are_free_than_the_threshold),
		cmocka_unit_test(cleanup_takes_as_many_completions_as_it_is_asked_for),
		cmocka_unit_test(cleanup_of_a_queue_without_rings_does_nothing),
		cmocka_unit_test(an_empty_burst_takes_completions),
		cmocka_unit_test(descriptor_status_is_that_of_the_device_on_an_idle_queue),
		cmocka_unit_test(host_packets_tell_no_length_of_their_headers),
	};
	static const struct functions_pool pools[] = {
		{"scalar", &scalar.pool, &scalar},
		{"vector", &vector.pool, &vector},
		{NULL, NULL, NULL},
	};

	return functions_run(functions, RTE_DIM(functions), pools, tests, RTE_DIM(tests));
}
