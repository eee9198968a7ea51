/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a queue on a scripted device, in what Rx and Tx have in common: depth, memory, the
 * structure that is used again, states, and rings and mbufs after a reset. Each test runs with
 * both.
 */
#include "scripted_port.h"

#define NODE      0
#define IN_FLIGHT 10u

/** Members of a queue that both kinds have. */
struct view {
	void *queue; /* NULL: there is none, nor anything else */
	uint8_t *state;
	uint16_t *depth, *mask;
	int *socket;
	uint32_t *guest;
	uint64_t *pkts, *bad_req_id;
};

/** What is different. */
static const struct kind {
	const char *name;
	uint16_t depth_max; /* of the scripted device */
	unsigned int parts; /* blocks of memory beside the structure */
	unsigned int rings; /* in host memory */
	unsigned int mbufs; /* on a port that runs and has sent IN_FLIGHT packets */
	int (*set_up)(uint16_t depth, int node);
	struct view (*view)(void);
	int (*create)(struct rte_eth_dev *dev, uint16_t idx);
	int (*destroy)(void);
	void (*release_rings)(void);
	void (*park)(void);
	void (*violate)(void);
} * kind;

/* ---- Rx -------------------------------------------------------------------------------------- */

/** The driver's function: ethdev would refuse some of these calls itself. */
static int
rx_set_up(uint16_t depth, int node)
{
	const struct rte_eth_rxconf conf = {0};

	return port_dev()->dev_ops->rx_queue_setup(
		port_dev(), 0, depth, (unsigned int)node, &conf, port.pool);
}

static struct view
rx_view(void)
{
	struct ena_rx_queue *q = port_rxq(0);

	if (q == NULL)
		return (struct view){.queue = NULL};
	return (struct view){
		q, &q->state, &q->depth, &q->mask, &q->socket, &q->guest, &q->pkts, &q->bad_req_id};
}

static int
rx_destroy(void)
{
	return ena_rxq_destroy(port_rxq(0));
}

static void
rx_release_rings(void)
{
	ena_rxq_release_rings(port_rxq(0));
}

static void
rx_park(void)
{
	ena_rxq_park(port_rxq(0));
}

static void
rx_violate(void)
{
	struct rte_mbuf *m;

	port_bad_completion(0);
	assert_int_equal(ena_rx_burst(port_rxq(0), &m, 1), 0);
}

/* ---- Tx -------------------------------------------------------------------------------------- */

/** With offloads for which chains of mbufs are taken apart: that takes one more block. */
static int
tx_set_up(uint16_t depth, int node)
{
	const struct rte_eth_txconf conf = {
		.offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE | RTE_ETH_TX_OFFLOAD_MULTI_SEGS,
	};

	return port_dev()->dev_ops->tx_queue_setup(port_dev(), 0, depth, (unsigned int)node, &conf);
}

static struct view
tx_view(void)
{
	struct ena_tx_queue *q = port_txq(0);

	if (q == NULL)
		return (struct view){.queue = NULL};
	return (struct view){
		q, &q->state, &q->depth, &q->mask, &q->socket, &q->guest, &q->pkts, &q->bad_req_id};
}

static int
tx_destroy(void)
{
	return ena_txq_destroy(port_txq(0));
}

static void
tx_release_rings(void)
{
	ena_txq_release_rings(port_txq(0));
}

static void
tx_park(void)
{
	ena_txq_park(port_txq(0));
}

/** The device completes a packet that it does not have. */
static void
tx_violate(void)
{
	struct ena_tx_queue *q = port_txq(0);
	struct ena_tx_cdesc *cq = q->rings.cq.ring.va, c = {0};

	c.req_id = ena_put16(q->depth);
	c.flags = (q->cq_head & q->depth) == 0 ? ENA_TX_CDESC_PHASE : 0;
	cq[q->cq_head & q->mask] = c;
	assert_int_equal(ena_tx_done_cleanup(q, 0), 0);
}

static const struct kind kinds[] = {
	{
		.name = "Rx queue",
		.depth_max = 4096,
		.parts = 2, /* mbufs, request ids */
		.rings = 2,
		.mbufs = PORT_DEPTH - 1,
		.set_up = rx_set_up,
		.view = rx_view,
		.create = ena_rxq_create,
		.destroy = rx_destroy,
		.release_rings = rx_release_rings,
		.park = rx_park,
		.violate = rx_violate,
	},
	{
		.name = "Tx queue",
		.depth_max = 1024, /* that of rings in device memory */
		.parts = 4, /* requests, request ids, mbufs, segments */
		.rings = 1,
		.mbufs = IN_FLIGHT,
		.set_up = tx_set_up,
		.view = tx_view,
		.create = ena_txq_create,
		.destroy = tx_destroy,
		.release_rings = tx_release_rings,
		.park = tx_park,
		.violate = tx_violate,
	},
};

/* ---- set-up ---------------------------------------------------------------------------------- */

static void
a_depth_is_rounded_up_to_a_power_of_two_within_the_limits(void **state)
{
	const uint16_t max = kind->depth_max;
	const struct {
		uint16_t asked, depth; /* 0: refused */
	} cases[] = {
		{0, 0},
		{1, 0},
		{ENA_MIN_DEPTH - 1, 0},
		{ENA_MIN_DEPTH, ENA_MIN_DEPTH},
		{ENA_MIN_DEPTH + 1, 2 * ENA_MIN_DEPTH},
		{1000, 1024},
		{max - 1u, max},
		{max, max},
		{max + 1u, 0},
		{UINT16_MAX, 0},
	};
	unsigned int i;

	(void)state;
	port_new_bare();
	for (i = 0; i < RTE_DIM(cases); i++) {
		if (cases[i].depth == 0) {
			assert_int_equal(kind->set_up(cases[i].asked, NODE), -EINVAL);
			assert_null(kind->view().queue);
			continue;
		}
		assert_int_equal(kind->set_up(cases[i].asked, NODE), 0);
		assert_int_equal(*kind->view().depth, cases[i].depth);
		assert_int_equal(*kind->view().mask, cases[i].depth - 1);
	}
	port_eject();
}

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
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), -ENOMEM);
	assert_int_equal(port.mallocs, 1);
	assert_null(kind->view().queue);
	assert_int_equal(port_heap(), heap);
	port_fail_malloc(0);
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);

	for (n = 1;; n++) {
		port_fail_malloc(n);
		if (kind->set_up(PORT_DEPTH, NODE) == 0)
			break;
		assert_null(kind->view().queue);
		assert_int_equal(port.malloc_socket, NODE);
	}
	port_fail_malloc(0);
	assert_int_equal(n - 1, kind->parts);
	assert_int_equal(port_log_lines("no memory on NUMA node 0"), n);
	port_eject();
}

static void
any_node_means_that_of_the_port_and_then_another(void **state)
{
	(void)state;
	port_new_bare();
	assert_int_equal(kind->set_up(PORT_DEPTH, SOCKET_ID_ANY), 0);
	assert_int_equal(port.malloc_socket, port_dev()->data->numa_node);
	assert_int_equal(*kind->view().socket, port_dev()->data->numa_node);
	/* The first request fails, and is repeated for any node. */
	port_fail_malloc(1);
	assert_int_equal(kind->set_up(PORT_DEPTH, SOCKET_ID_ANY), 0);
	assert_int_equal(kind->set_up(PORT_DEPTH, PORT_BARE_NODE), -ENOMEM);
	assert_int_equal(port.malloc_socket, PORT_BARE_NODE);
	port_eject();
}

static void
a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node(void **state)
{
	struct view q;
	size_t heap;

	(void)state;
	port_new_bare();
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	q = kind->view();
	heap = port_heap();
	*q.pkts = 5;
	*q.guest = 1234;
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	assert_ptr_equal(kind->view().queue, q.queue);
	assert_int_equal(port_heap(), heap);
	/* As new, but for the mark of a secondary that is about to look. */
	assert_int_equal(*q.pkts, 0);
	assert_int_equal(*q.guest, 1234);
	*q.guest = 0;
	assert_int_equal(kind->set_up(2 * PORT_DEPTH, NODE), 0);
	assert_ptr_equal(kind->view().queue, q.queue);
	assert_int_equal(*q.depth, 2 * PORT_DEPTH);

	/* A spare structure on another node is of no use. */
	*q.socket = PORT_BARE_NODE;
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	assert_ptr_not_equal(kind->view().queue, q.queue);
	port_eject();
}

/* ---- states ---------------------------------------------------------------------------------- */

static void
a_queue_goes_through_its_states(void **state)
{
	struct view q;

	(void)state;
	port_new_bare();
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	q = kind->view();
	assert_int_equal(*q.state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(kind->create(port_dev(), 0), 0);
	assert_int_equal(*q.state, ENA_QUEUE_STOPPED);
	ena_queue_run(q.state);
	assert_int_equal(*q.state, ENA_QUEUE_RUNNING);
	ena_queue_stop(q.state);
	assert_int_equal(*q.state, ENA_QUEUE_STOPPED);

	ena_queue_run(q.state);
	kind->violate();
	assert_int_equal(*q.state, ENA_QUEUE_VIOLATED);
	assert_int_equal(*q.bad_req_id, 1);
	assert_true(ena_reset_is_wanted(port_adapter()));
	ena_queue_stop(q.state);
	assert_int_equal(*q.state, ENA_QUEUE_VIOLATED);

	assert_int_equal(kind->destroy(), 0);
	assert_int_equal(*q.state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port_queues(), 0);
	assert_int_equal(port_mbufs_away(), 0);
	ena_queue_stop(q.state);
	assert_int_equal(*q.state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	assert_int_equal(*q.state, ENA_QUEUE_NO_RINGS);
	port_eject();
}

static void
a_creation_that_fails_can_be_taken_back(void **state)
{
	unsigned int n, live;

	(void)state;
	port_new_bare();
	assert_int_equal(kind->set_up(PORT_DEPTH, NODE), 0);
	live = port.m->live;
	for (n = 1; n <= 2; n++) {
		port_fail_command(n, PORT_STATUS);
		assert_int_equal(kind->create(port_dev(), 0), -ENOMEM);
		port_fail_command(0, PORT_STATUS);
		assert_int_equal(*kind->view().state, ENA_QUEUE_NO_RINGS);
		assert_int_equal(kind->destroy(), 0);
		assert_int_equal(port_queues(), 0);
		assert_int_equal(port.m->live, live);
	}
	port_eject();
}

static void
a_queue_whose_device_was_reset_frees_its_rings_and_mbufs(void **state)
{
	unsigned int live, mbufs;

	(void)state;
	port_run(1);
	port_send(0, IN_FLIGHT);
	mbufs = port_mbufs_away();
	assert_int_equal(ena_hal_reset(&port_adapter()->hal, ENA_RESET_GENERIC), 0);
	live = port.m->live;
	kind->release_rings();
	assert_int_equal(*kind->view().state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port.m->live, live - kind->rings);
	assert_int_equal(port_mbufs_away(), mbufs - kind->mbufs);
	/* Once is enough. */
	kind->release_rings();
	assert_int_equal(port.m->live, live - kind->rings);
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	port_eject();
}

static void
a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs(void **state)
{
	unsigned int live, mbufs;

	(void)state;
	port_run(1);
	port_send(0, IN_FLIGHT);
	mbufs = port_mbufs_away();
	live = port.m->live;
	kind->park();
	assert_int_equal(*kind->view().state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port.m->live, live);
	assert_int_equal(port_mbufs_away(), mbufs);
	kind->park();
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	port_eject();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(a_depth_is_rounded_up_to_a_power_of_two_within_the_limits),
		PORT_TEST(a_set_up_without_memory_for_any_part_leaves_no_queue),
		PORT_TEST(any_node_means_that_of_the_port_and_then_another),
		PORT_TEST(a_queue_that_is_set_up_again_uses_the_same_structure_on_the_same_node),
		PORT_TEST(a_queue_goes_through_its_states),
		PORT_TEST(a_creation_that_fails_can_be_taken_back),
		PORT_TEST(a_queue_whose_device_was_reset_frees_its_rings_and_mbufs),
		PORT_TEST(a_queue_whose_device_took_no_reset_keeps_its_rings_and_mbufs),
	};
	int failed = port_group_begin(NULL);

	for (kind = kinds; kind != &kinds[RTE_DIM(kinds)] && failed == 0; kind++)
		failed = cmocka_run_group_tests_name(kind->name, tests, NULL, NULL);
	port_group_end(NULL);
	return failed != 0;
}
