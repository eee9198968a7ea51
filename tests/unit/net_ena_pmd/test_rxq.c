/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of an Rx queue on a scripted device: what a set-up takes and refuses, the states of a queue,
 * and bursts that leave a queue alone which does not run.
 */
#include "scripted_port.h"

#define DEPTH_MAX 4096u /* of the scripted device */
#define MAX_BUFS  17u /* of a packet */
#define NODE      0

/** The driver's function: ethdev would refuse some of these calls itself. */
static int
set_up(uint16_t depth, int node, const struct rte_eth_rxconf *conf)
{
	static const struct rte_eth_rxconf none;

	return port_dev()->dev_ops->rx_queue_setup(
		port_dev(), 0, depth, (unsigned int)node, conf != NULL ? conf : &none, port.pool);
}

/* ---- what a set-up takes --------------------------------------------------------------------- */

static void
a_depth_is_rounded_up_to_a_power_of_two_within_the_limits(void **state)
{
	static const struct {
		uint16_t asked, depth; /* 0: refused */
	} cases[] = {
		{0, 0},
		{1, 0},
		{ENA_MIN_DEPTH - 1, 0},
		{ENA_MIN_DEPTH, ENA_MIN_DEPTH},
		{ENA_MIN_DEPTH + 1, 2 * ENA_MIN_DEPTH},
		{1000, 1024},
		{DEPTH_MAX - 1, DEPTH_MAX},
		{DEPTH_MAX, DEPTH_MAX},
		{DEPTH_MAX + 1, 0},
		{UINT16_MAX, 0},
	};
	struct rte_eth_rxq_info info;
	unsigned int i;

	(void)state;
	port_new_bare();
	for (i = 0; i < RTE_DIM(cases); i++) {
		if (cases[i].depth == 0) {
			assert_int_equal(set_up(cases[i].asked, NODE, NULL), -EINVAL);
			assert_null(port_rxq(0));
			continue;
		}
		assert_int_equal(set_up(cases[i].asked, NODE, NULL), 0);
		assert_int_equal(port_rxq(0)->depth, cases[i].depth);
		assert_int_equal(port_rxq(0)->mask, cases[i].depth - 1);
		assert_int_equal(rte_eth_rx_queue_info_get(port.id, 0, &info), 0);
		assert_int_equal(info.nb_desc, cases[i].depth);
		assert_ptr_equal(info.mp, port.pool);
	}
	port_eject();
}

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

/* ---- memory ---------------------------------------------------------------------------------- */

static void
a_set_up_without_memory_for_any_part_leaves_no_queue(void **state)
{
	unsigned int n;
	size_t heap;

	(void)state;
	port_new_bare();
	heap = port_heap();
	/* The structure comes first, and stays when it is there. */
	port_fail_malloc(1);
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), -ENOMEM);
	assert_int_equal(port.mallocs, 1);
	assert_null(port_rxq(0));
	assert_int_equal(port_heap(), heap);
	port_fail_malloc(0);
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);

	for (n = 1;; n++) {
		port_fail_malloc(n);
		if (set_up(PORT_DEPTH, NODE, NULL) == 0)
			break;
		assert_null(port_rxq(0));
		assert_int_equal(port.malloc_socket, NODE);
	}
	port_fail_malloc(0);
	/* mbufs and request ids */
	assert_int_equal(n - 1, 2);
	assert_int_equal(port_log_lines("no memory on NUMA node 0"), n);
	port_eject();
}

static void
any_node_means_that_of_the_port_and_then_another(void **state)
{
	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, SOCKET_ID_ANY, NULL), 0);
	assert_int_equal(port.malloc_socket, port_dev()->data->numa_node);
	assert_int_equal(port_rxq(0)->socket, port_dev()->data->numa_node);
	/* The first request fails, and is repeated for any node. */
	port_fail_malloc(1);
	assert_int_equal(set_up(PORT_DEPTH, SOCKET_ID_ANY, NULL), 0);
	assert_int_equal(set_up(PORT_DEPTH, PORT_BARE_NODE, NULL), -ENOMEM);
	assert_int_equal(port.malloc_socket, PORT_BARE_NODE);
	port_eject();
}

static void
a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node(void **state)
{
	struct ena_rx_queue *q;
	size_t heap;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	q = port_rxq(0);
	heap = port_heap();
	q->pkts = 5;
	q->guest = 1234;
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_ptr_equal(port_rxq(0), q);
	assert_int_equal(port_heap(), heap);
	/* As new, but for the mark of a secondary that is about to look. */
	assert_int_equal(q->pkts, 0);
	assert_int_equal(q->guest, 1234);
	q->guest = 0;
	assert_int_equal(set_up(2 * PORT_DEPTH, NODE, NULL), 0);
	assert_ptr_equal(port_rxq(0), q);
	assert_int_equal(q->depth, 2 * PORT_DEPTH);

	/* A spare structure on another node is of no use. */
	q->socket = PORT_BARE_NODE;
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_ptr_not_equal(port_rxq(0), q);
	port_eject();
}

/* ---- states ------------------------------------------------------------------------------------
 */

static void
a_queue_goes_through_its_states(void **state)
{
	struct ena_rx_queue *q;
	struct rte_mbuf *m;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	q = port_rxq(0);
	assert_int_equal(q->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(ena_rxq_create(port_dev(), 0), 0);
	assert_int_equal(q->state, ENA_QUEUE_STOPPED);
	assert_int_equal(ena_rxq_fill(q), 0);
	assert_int_equal(q->state, ENA_QUEUE_STOPPED);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1);
	ena_queue_run(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_RUNNING);
	ena_queue_stop(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_STOPPED);

	ena_queue_run(&q->state);
	port_bad_completion(0);
	assert_int_equal(ena_rx_burst(q, &m, 1), 0);
	assert_int_equal(q->state, ENA_QUEUE_VIOLATED);
	assert_int_equal(q->bad_req_id, 1);
	ena_queue_stop(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_VIOLATED);

	assert_int_equal(ena_rxq_destroy(q), 0);
	assert_int_equal(q->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port_queues(), 0);
	assert_int_equal(port_mbufs_away(), 0);
	ena_queue_stop(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_NO_RINGS);
	port_eject();
}

static void
a_queue_whose_device_was_reset_frees_its_rings_and_mbufs(void **state)
{
	unsigned int live;

	(void)state;
	port_run(1);
	live = port.m->live;
	assert_int_equal(ena_hal_reset(&port_adapter()->hal, ENA_RESET_GENERIC), 0);
	/* the rings of the control plane */
	assert_int_equal(port.m->live, live - 3);
	ena_rxq_release_rings(port_rxq(0));
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port.m->live, live - 3 - 2);
	assert_int_equal(port_mbufs_away(), 0);
	/* Once is enough. */
	ena_rxq_release_rings(port_rxq(0));
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	port_eject();
}

static void
a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs(void **state)
{
	unsigned int live;

	(void)state;
	port_run(1);
	live = port.m->live;
	ena_rxq_park(port_rxq(0));
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port.m->live, live);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1);
	ena_rxq_park(port_rxq(0));
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	port_eject();
}

static void
a_creation_that_fails_can_be_taken_back(void **state)
{
	unsigned int n, live;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	live = port.m->live;
	for (n = 1; n <= 2; n++) {
		port_fail_command(n, PORT_STATUS);
		assert_int_equal(ena_rxq_create(port_dev(), 0), -ENOMEM);
		port_fail_command(0, PORT_STATUS);
		assert_int_equal(port_rxq(0)->state, ENA_QUEUE_NO_RINGS);
		assert_int_equal(ena_rxq_destroy(port_rxq(0)), 0);
		assert_int_equal(port_queues(), 0);
		assert_int_equal(port.m->live, live);
	}
	port_eject();
}

/* ---- bursts
 * -------------------------------------------------------------------------------------- */

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
		PORT_TEST(a_depth_is_rounded_up_to_a_power_of_two_within_the_limits),
		PORT_TEST(a_free_threshold_leaves_room_for_the_largest_packet),
		PORT_TEST(a_set_up_that_asks_for_what_is_not_possible_is_refused),
		PORT_TEST(a_set_up_without_memory_for_any_part_leaves_no_queue),
		PORT_TEST(any_node_means_that_of_the_port_and_then_another),
		PORT_TEST(a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node),
		PORT_TEST(a_queue_goes_through_its_states),
		PORT_TEST(a_queue_whose_device_was_reset_frees_its_rings_and_mbufs),
		PORT_TEST(a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs),
		PORT_TEST(a_creation_that_fails_can_be_taken_back),
		PORT_TEST(bursts_leave_a_queue_alone_that_does_not_run),
		PORT_TEST(a_port_that_is_stopped_receives_nothing),
	};

	return cmocka_run_group_tests_name("Rx queue", tests, port_group_begin, port_group_end);
}
