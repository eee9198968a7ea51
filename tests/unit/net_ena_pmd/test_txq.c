/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a Tx queue on a scripted device: what a set-up takes and refuses, the states of a queue,
 * and bursts that leave a queue alone which does not run.
 */
#include "scripted_port.h"

#define DEPTH_MAX 1024u /* of the scripted device: that of its rings in device memory */
#define NODE      0
#define IN_FLIGHT 10u

/** Offloads with which chains of mbufs are taken apart: the table of segments is needed. */
#define SPLIT (RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE | RTE_ETH_TX_OFFLOAD_MULTI_SEGS)

/** The driver's function: ethdev would refuse some of these calls itself. */
static int
set_up(uint16_t depth, int node, const struct rte_eth_txconf *conf)
{
	static const struct rte_eth_txconf none;

	return port_dev()->dev_ops->tx_queue_setup(
		port_dev(), 0, depth, (unsigned int)node, conf != NULL ? conf : &none);
}

/* ---- what a set-up takes --------------------------------------------------------------------- */

static void
a_depth_is_rounded_up_to_a_power_of_two_within_the_limits(void **state)
{
	static const struct {
		uint16_t asked, depth; /* 0: refused */
	} cases[] = {
		{0, 0},
		{ENA_MIN_DEPTH - 1, 0},
		{ENA_MIN_DEPTH, ENA_MIN_DEPTH},
		{ENA_MIN_DEPTH + 1, 2 * ENA_MIN_DEPTH},
		{DEPTH_MAX - 1, DEPTH_MAX},
		{DEPTH_MAX, DEPTH_MAX},
		{DEPTH_MAX + 1, 0},
		{UINT16_MAX, 0},
	};
	struct rte_eth_txq_info info;
	unsigned int i;

	(void)state;
	port_new_bare();
	for (i = 0; i < RTE_DIM(cases); i++) {
		if (cases[i].depth == 0) {
			assert_int_equal(set_up(cases[i].asked, NODE, NULL), -EINVAL);
			assert_null(port_txq(0));
			continue;
		}
		assert_int_equal(set_up(cases[i].asked, NODE, NULL), 0);
		assert_int_equal(port_txq(0)->depth, cases[i].depth);
		assert_int_equal(port_txq(0)->mask, cases[i].depth - 1);
		assert_int_equal(rte_eth_tx_queue_info_get(port.id, 0, &info), 0);
		assert_int_equal(info.nb_desc, cases[i].depth);
	}
	port_eject();
}

/** By default an eighth of the ring may lie unclaimed, 256 slots at most. */
static void
a_free_threshold_is_below_the_depth(void **state)
{
	static const struct {
		uint16_t depth, asked, thresh; /* 0: refused */
	} cases[] = {
		{128, 0, 128 - 128 / 8},
		{1024, 0, 1024 - 1024 / 8},
		{128, 1, 1},
		{128, 127, 127},
		{128, 128, 0},
		/* of the depth that the ring has, not of the one that was asked for */
		{129, 255, 255},
	};
	struct rte_eth_txconf conf = {0};
	unsigned int i;

	(void)state;
	port_new_bare();
	for (i = 0; i < RTE_DIM(cases); i++) {
		conf.tx_free_thresh = cases[i].asked;
		assert_int_equal(
			set_up(cases[i].depth, NODE, &conf), cases[i].thresh != 0 ? 0 : -EINVAL);
		if (cases[i].thresh != 0)
			assert_int_equal(port_txq(0)->free_thresh, cases[i].thresh);
	}
	port_eject();
}

static void
the_slots_that_lie_unclaimed_in_a_large_ring_are_256_at_most(void **state)
{
	(void)state;
	port_insert();
	port.devargs.args = "llq_policy=0";
	port.m->ext.max_tx_sq_depth = ena_put32(8192);
	port.m->ext.max_tx_cq_depth = ena_put32(8192);
	assert_int_equal(port_probe(), 0);
	assert_int_equal(
		rte_eth_dev_configure(port.id, 1, 1, &(struct rte_eth_conf){.txmode.offloads = 0}),
		0);
	assert_int_equal(set_up(2048, NODE, NULL), 0);
	assert_int_equal(port_txq(0)->free_thresh, 2048 - 256);
	assert_int_equal(set_up(8192, NODE, NULL), 0);
	assert_int_equal(port_txq(0)->free_thresh, 8192 - 256);
	port_eject();
}

static void
a_deferred_start_is_refused(void **state)
{
	const struct rte_eth_txconf deferred = {.tx_deferred_start = 1};

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, &deferred), -ENOTSUP);
	assert_null(port_txq(0));
	port_eject();
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void
a_set_up_without_memory_for_any_part_leaves_no_queue(void **state)
{
	const struct rte_eth_txconf split = {.offloads = SPLIT};
	unsigned int n;
	size_t heap;

	(void)state;
	port_new_bare();
	heap = port_heap();
	/* The structure comes first, and stays when it is there. */
	port_fail_malloc(1);
	assert_int_equal(set_up(PORT_DEPTH, NODE, &split), -ENOMEM);
	assert_int_equal(port.mallocs, 1);
	assert_null(port_txq(0));
	assert_int_equal(port_heap(), heap);
	port_fail_malloc(0);
	assert_int_equal(set_up(PORT_DEPTH, NODE, &split), 0);

	for (n = 1;; n++) {
		port_fail_malloc(n);
		if (set_up(PORT_DEPTH, NODE, &split) == 0)
			break;
		assert_null(port_txq(0));
		assert_int_equal(port.malloc_socket, NODE);
	}
	port_fail_malloc(0);
	/* requests, request ids, mbufs and segments */
	assert_int_equal(n - 1, 4);
	assert_int_equal(port_log_lines("no memory on NUMA node 0"), n);
	assert_non_null(port_txq(0)->segs);
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_null(port_txq(0)->segs);
	port_eject();
}

static void
any_node_means_that_of_the_port_and_then_another(void **state)
{
	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, SOCKET_ID_ANY, NULL), 0);
	assert_int_equal(port.malloc_socket, port_dev()->data->numa_node);
	assert_int_equal(port_txq(0)->socket, port_dev()->data->numa_node);
	port_fail_malloc(1);
	assert_int_equal(set_up(PORT_DEPTH, SOCKET_ID_ANY, NULL), 0);
	assert_int_equal(set_up(PORT_DEPTH, PORT_BARE_NODE, NULL), -ENOMEM);
	assert_int_equal(port.malloc_socket, PORT_BARE_NODE);
	port_eject();
}

static void
a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node(void **state)
{
	struct ena_tx_queue *q;
	size_t heap;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	q = port_txq(0);
	heap = port_heap();
	q->pkts = 5;
	q->guest = 1234;
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_ptr_equal(port_txq(0), q);
	assert_int_equal(port_heap(), heap);
	assert_int_equal(q->pkts, 0);
	assert_int_equal(q->guest, 1234);
	q->guest = 0;
	q->socket = PORT_BARE_NODE;
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_ptr_not_equal(port_txq(0), q);
	port_eject();
}

/* ---- states ------------------------------------------------------------------------------------
 */

/** The device completes a packet that it does not have. */
static void
bad_completion(void)
{
	struct ena_tx_queue *q = port_txq(0);
	struct ena_tx_cdesc *cq = q->rings.cq.ring.va, c = {0};

	c.req_id = ena_put16(q->depth);
	c.flags = (q->cq_head & q->depth) == 0 ? ENA_TX_CDESC_PHASE : 0;
	cq[q->cq_head & q->mask] = c;
}

static void
a_queue_goes_through_its_states(void **state)
{
	struct ena_tx_queue *q;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	q = port_txq(0);
	assert_int_equal(q->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(ena_tx_done_cleanup(q, 0), 0);
	assert_int_equal(ena_txq_create(port_dev(), 0), 0);
	assert_int_equal(q->state, ENA_QUEUE_STOPPED);
	assert_int_equal(ena_tx_done_cleanup(q, 0), 0);
	ena_queue_run(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_RUNNING);
	ena_queue_stop(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_STOPPED);

	ena_queue_run(&q->state);
	bad_completion();
	ena_tx_done_cleanup(q, 0);
	assert_int_equal(q->state, ENA_QUEUE_VIOLATED);
	assert_int_equal(ena_tx_done_cleanup(q, 0), -EIO);
	assert_int_equal(q->bad_req_id, 1);
	ena_queue_stop(&q->state);
	assert_int_equal(q->state, ENA_QUEUE_VIOLATED);

	assert_int_equal(ena_txq_destroy(q), 0);
	assert_int_equal(q->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port_queues(), 0);
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
	port_send(0, IN_FLIGHT);
	live = port.m->live;
	assert_int_equal(ena_hal_reset(&port_adapter()->hal, ENA_RESET_GENERIC), 0);
	ena_txq_release_rings(port_txq(0));
	assert_int_equal(port_txq(0)->state, ENA_QUEUE_NO_RINGS);
	/* Those of the control plane, and that of completions: the other one is in the device. */
	assert_int_equal(port.m->live, live - 3 - 1);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1);
	ena_txq_release_rings(port_txq(0));
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	port_eject();
}

static void
a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs(void **state)
{
	unsigned int live;

	(void)state;
	port_run(1);
	port_send(0, IN_FLIGHT);
	live = port.m->live;
	ena_txq_park(port_txq(0));
	assert_int_equal(port_txq(0)->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port.m->live, live);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1 + IN_FLIGHT);
	ena_txq_park(port_txq(0));
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
		assert_int_equal(ena_txq_create(port_dev(), 0), -ENOMEM);
		port_fail_command(0, PORT_STATUS);
		assert_int_equal(port_txq(0)->state, ENA_QUEUE_NO_RINGS);
		assert_int_equal(ena_txq_destroy(port_txq(0)), 0);
		assert_int_equal(port_queues(), 0);
		assert_int_equal(port.m->live, live);
	}
	port_eject();
}

/** The device learns the node of its completion ring (datasheet part A 5.1). */
static void
the_device_is_told_the_node_of_a_queue(void **state)
{
	uint32_t numa;

	(void)state;
	port_run(1);
	memcpy(&numa, port.bar0 + port_txq(0)->rings.cq.numa_offset, sizeof(numa));
	assert_int_equal(numa, ENA_NUMA_VALID | ENA_FIELD_PREP(ENA_NUMA_NODE, NODE));
	port_eject();
}

/* ---- bursts
 * -------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	eth_tx_burst_t burst;
	int flag; /* of the CPU; -1: none is needed */
} bursts[] = {
	{"host", ena_tx_burst_host, -1},
	{"llq", ena_tx_burst_llq, -1},
#ifdef ENA_AVX2
	{"llq avx2", ena_tx_burst_llq_avx2, RTE_CPUFLAG_AVX2},
#endif
#ifdef ENA_AVX512
	{"llq avx512", ena_tx_burst_llq_avx512, RTE_CPUFLAG_AVX512BW},
#endif
#ifdef ENA_NEON
	{"llq neon", ena_tx_burst_llq_neon, -1},
#endif
};

/** All pointers to its rings are NULL: a function that looks at them dies. */
static void
bursts_leave_a_queue_alone_that_does_not_run(void **state)
{
	static const enum ena_queue_state states[] = {
		ENA_QUEUE_NO_RINGS, ENA_QUEUE_STOPPED, ENA_QUEUE_VIOLATED};
	struct ena_tx_queue q, before;
	struct rte_mbuf *m = rte_pktmbuf_alloc(port.pool);
	unsigned int i, k;

	(void)state;
	assert_non_null(m);
	assert_non_null(rte_pktmbuf_append(m, 60));
	for (i = 0; i < RTE_DIM(states); i++) {
		memset(&q, 0, sizeof(q));
		q.state = (uint8_t)states[i];
		q.depth = PORT_DEPTH;
		q.mask = PORT_DEPTH - 1;
		q.free_thresh = PORT_DEPTH;
		memcpy(&before, &q, sizeof(q));
		for (k = 0; k < RTE_DIM(bursts); k++)
			if (test_cpu_has(bursts[k].name, bursts[k].flag)) {
				assert_int_equal(bursts[k].burst(&q, &m, 1), 0);
				assert_int_equal(bursts[k].burst(&q, NULL, 0), 0);
			}
		assert_int_equal(ena_tx_descriptor_status(&q, 0), RTE_ETH_TX_DESC_UNAVAIL);
		assert_int_equal(
			ena_tx_done_cleanup(&q, 0), states[i] == ENA_QUEUE_VIOLATED ? -EIO : 0);
		assert_memory_equal(&q, &before, sizeof(q));
	}
	rte_pktmbuf_free(m);
	assert_int_equal(port_mbufs_away(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(a_depth_is_rounded_up_to_a_power_of_two_within_the_limits),
		PORT_TEST(a_free_threshold_is_below_the_depth),
		PORT_TEST(the_slots_that_lie_unclaimed_in_a_large_ring_are_256_at_most),
		PORT_TEST(a_deferred_start_is_refused),
		PORT_TEST(a_set_up_without_memory_for_any_part_leaves_no_queue),
		PORT_TEST(any_node_means_that_of_the_port_and_then_another),
		PORT_TEST(a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node),
		PORT_TEST(a_queue_goes_through_its_states),
		PORT_TEST(a_queue_whose_device_was_reset_frees_its_rings_and_mbufs),
		PORT_TEST(a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs),
		PORT_TEST(a_creation_that_fails_can_be_taken_back),
		PORT_TEST(the_device_is_told_the_node_of_a_queue),
		PORT_TEST(bursts_leave_a_queue_alone_that_does_not_run),
	};

	return cmocka_run_group_tests_name("Tx queue", tests, port_group_begin, port_group_end);
}
