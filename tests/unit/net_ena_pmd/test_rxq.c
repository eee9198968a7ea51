/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of an Rx queue on a scripted device: what only its set-up takes and refuses, and bursts that
 * leave a queue alone which does not run. What it has in common with a Tx queue is in test_queue.c.
 */
#include "scripted_port.h"

#define MAX_BUFS 17u /* of a packet */
#define NODE     0

/** The driver's function: ethdev would refuse some of these calls itself. */
static int
set_up(uint16_t depth, int node, const struct rte_eth_rxconf *conf)
{
	static const struct rte_eth_rxconf none;

	return port_dev()->dev_ops->rx_queue_setup(
		port_dev(), 0, depth, (unsigned int)node, conf != NULL ? conf : &none, port.pool);
}

/* ---- what a set-up takes --------------------------------------------------------------------- */

/** The largest packet has to find buffers in a ring that is not refilled yet. */
static void
a_free_threshold_leaves_room_for_the_largest_packet(void **state)
{
	static const struct {
		uint16_t asked, thresh; /* 0: refused */
	} cases[] = {
		{0, ENA_RX_FREE_THRESH},
		{1, 1},
		{PORT_DEPTH - 1 - MAX_BUFS, PORT_DEPTH - 1 - MAX_BUFS},
		{PORT_DEPTH - MAX_BUFS, PORT_DEPTH - 1 - MAX_BUFS},
		{PORT_DEPTH - 1, PORT_DEPTH - 1 - MAX_BUFS},
		{PORT_DEPTH, 0},
	};
	struct rte_eth_rxconf conf = {0};
	unsigned int i;

	(void)state;
	port_new_bare();
	for (i = 0; i < RTE_DIM(cases); i++) {
		conf.rx_free_thresh = cases[i].asked;
		assert_int_equal(
			set_up(PORT_DEPTH, NODE, &conf), cases[i].thresh != 0 ? 0 : -EINVAL);
		if (cases[i].thresh != 0)
			assert_int_equal(port_rxq(0)->free_thresh, cases[i].thresh);
	}
	assert_int_equal(port_log_lines("lowered to 110"), 2);
	assert_int_equal(port_log_lines("must be below the depth"), 1);
	port_eject();
}

static void
a_set_up_that_asks_for_what_is_not_possible_is_refused(void **state)
{
	const struct rte_eth_rxconf deferred = {.rx_deferred_start = 1}, none = {0};
	const uint16_t room = RTE_PKTMBUF_HEADROOM + ENA_MIN_RX_BUF;
	const struct eth_dev_ops *ops;
	struct rte_mempool *small, *enough;

	(void)state;
	small = rte_pktmbuf_pool_create("small", 7, 0, 0, room - 1, SOCKET_ID_ANY);
	enough = rte_pktmbuf_pool_create("enough", 7, 0, 0, room, SOCKET_ID_ANY);
	assert_true(small != NULL && enough != NULL);
	port_new_bare();
	ops = port_dev()->dev_ops;
	assert_int_equal(set_up(PORT_DEPTH, NODE, &deferred), -ENOTSUP);
	assert_int_equal(
		ops->rx_queue_setup(port_dev(), 0, PORT_DEPTH, NODE, &none, NULL), -EINVAL);
	assert_int_equal(
		ops->rx_queue_setup(port_dev(), 0, PORT_DEPTH, NODE, &none, small), -EINVAL);
	assert_int_equal(port_log_lines("data room"), 1);
	assert_null(port_rxq(0));
	assert_int_equal(ops->rx_queue_setup(port_dev(), 0, PORT_DEPTH, NODE, &none, enough), 0);
	assert_int_equal(port_rxq(0)->buf_len, ENA_MIN_RX_BUF);
	assert_int_equal(port_remove(), 0);
	rte_mempool_free(small);
	rte_mempool_free(enough);
	port.heap = port_heap();
	port_end();
}

static void
an_application_can_ask_what_a_queue_is_like(void **state)
{
	const struct rte_eth_rxconf conf = {.rx_free_thresh = 17};
	struct rte_eth_rxq_info info;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(1000, NODE, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_info_get(port.id, 0, &info), 0);
	assert_int_equal(info.nb_desc, 1024);
	assert_ptr_equal(info.mp, port.pool);
	assert_int_equal(info.conf.rx_free_thresh, 17);
	assert_int_equal(info.rx_buf_size, RTE_MBUF_DEFAULT_DATAROOM);
	port_eject();
}

/** Burst functions may use the buffers when all is complete, and not before. */
static void
a_queue_that_is_filled_does_not_run_yet(void **state)
{
	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_int_equal(ena_rxq_create(port_dev(), 0), 0);
	assert_int_equal(port_mbufs_away(), 0);
	assert_int_equal(ena_rxq_fill(port_rxq(0)), 0);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1);
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_STOPPED);
	assert_int_equal(ena_rxq_destroy(port_rxq(0)), 0);
	port_eject();
}

/* ---- bursts ---------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	eth_rx_burst_t burst;
	int flag; /* of the CPU; -1: none is needed */
} bursts[] = {
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

/** All pointers to its rings are NULL: a function that looks at them dies. */
static void
bursts_leave_a_queue_alone_that_does_not_run(void **state)
{
	static const enum ena_queue_state states[] = {
		ENA_QUEUE_NO_RINGS, ENA_QUEUE_STOPPED, ENA_QUEUE_VIOLATED};
	struct ena_rx_queue q, before;
	struct rte_mbuf *m[64];
	unsigned int i, k;

	(void)state;
	for (i = 0; i < RTE_DIM(states); i++) {
		memset(&q, 0, sizeof(q));
		q.state = (uint8_t)states[i];
		q.depth = PORT_DEPTH;
		q.mask = PORT_DEPTH - 1;
		/* There would be much to refill. */
		q.free_thresh = 1;
		memcpy(&before, &q, sizeof(q));
		for (k = 0; k < RTE_DIM(bursts); k++)
			if (test_cpu_has(bursts[k].name, bursts[k].flag))
				assert_int_equal(bursts[k].burst(&q, m, RTE_DIM(m)), 0);
		assert_int_equal(ena_rx_queue_count(&q), 0);
		assert_int_equal(ena_rx_descriptor_status(&q, 0), RTE_ETH_RX_DESC_UNAVAIL);
		assert_memory_equal(&q, &before, sizeof(q));
	}
}

/** What the device wrote before the stop is left where it is. */
static void
a_port_that_is_stopped_receives_nothing(void **state)
{
	struct rte_mbuf *m;

	(void)state;
	port_run(1);
	ena_queue_stop(&port_rxq(0)->state);
	port_bad_completion(0);
	assert_int_equal(rte_eth_rx_burst(port.id, 0, &m, 1), 0);
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_STOPPED);
	assert_int_equal(port_rxq(0)->bad_req_id, 0);
	ena_queue_run(&port_rxq(0)->state);
	assert_int_equal(rte_eth_rx_burst(port.id, 0, &m, 1), 0);
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_VIOLATED);
	port_eject();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(a_free_threshold_leaves_room_for_the_largest_packet),
		PORT_TEST(a_set_up_that_asks_for_what_is_not_possible_is_refused),
		PORT_TEST(an_application_can_ask_what_a_queue_is_like),
		PORT_TEST(a_queue_that_is_filled_does_not_run_yet),
		PORT_TEST(bursts_leave_a_queue_alone_that_does_not_run),
		PORT_TEST(a_port_that_is_stopped_receives_nothing),
	};

	return cmocka_run_group_tests_name("Rx queue", tests, port_group_begin, port_group_end);
}
