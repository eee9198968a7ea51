/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a Tx queue on a scripted device: what only its set-up takes and refuses, and bursts that
 * leave a queue alone which does not run. What it has in common with an Rx queue is in
 * test_queue.c.
 */
#include "scripted_port.h"

#define NODE 0

/** The driver's function: ethdev would refuse some of these calls itself. */
static int
set_up(uint16_t depth, int node, const struct rte_eth_txconf *conf)
{
	static const struct rte_eth_txconf none;

	return port_dev()->dev_ops->tx_queue_setup(
		port_dev(), 0, depth, (unsigned int)node, conf != NULL ? conf : &none);
}

/* ---- what a set-up takes --------------------------------------------------------------------- */

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

/** The table of segments is for chains that are taken apart. */
static void
only_a_queue_that_takes_chains_apart_has_a_table_of_segments(void **state)
{
	struct rte_eth_txconf conf = {.offloads = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE};

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(PORT_DEPTH, NODE, &conf), 0);
	assert_null(port_txq(0)->segs);
	conf.offloads |= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	assert_int_equal(set_up(PORT_DEPTH, NODE, &conf), 0);
	assert_non_null(port_txq(0)->segs);
	assert_int_equal(set_up(PORT_DEPTH, NODE, NULL), 0);
	assert_null(port_txq(0)->segs);
	port_eject();
}

static void
an_application_can_ask_what_a_queue_is_like(void **state)
{
	const struct rte_eth_txconf conf = {.tx_free_thresh = 17};
	struct rte_eth_txq_info info;

	(void)state;
	port_new_bare();
	assert_int_equal(set_up(1000, NODE, &conf), 0);
	assert_int_equal(rte_eth_tx_queue_info_get(port.id, 0, &info), 0);
	assert_int_equal(info.nb_desc, 1024);
	assert_int_equal(info.conf.tx_free_thresh, 17);
	port_eject();
}

/* ---- bursts ---------------------------------------------------------------------------------- */

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
		PORT_TEST(a_free_threshold_is_below_the_depth),
		PORT_TEST(the_slots_that_lie_unclaimed_in_a_large_ring_are_256_at_most),
		PORT_TEST(a_deferred_start_is_refused),
		PORT_TEST(the_device_is_told_the_node_of_a_queue),
		PORT_TEST(only_a_queue_that_takes_chains_apart_has_a_table_of_segments),
		PORT_TEST(an_application_can_ask_what_a_queue_is_like),
		PORT_TEST(bursts_leave_a_queue_alone_that_does_not_run),
	};

	return cmocka_run_group_tests_name("Tx queue", tests, port_group_begin, port_group_end);
}
