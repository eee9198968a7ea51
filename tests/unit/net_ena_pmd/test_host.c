/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the driver takes from the host: memory of a NUMA node, the place of a BAR, and the wake-up
 * of a thread that waits for the device.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <rte_malloc.h>

#include "bursts.h"
#include "ena_pmd.h"

#define SECOND 1000000u

static struct rte_eth_dev_data data;
static struct ena_adapter adapter, other;
static struct rte_eth_dev dev = {.data = &data};
static struct rte_mempool *pool;
static void *rx_queues[1], *tx_queues[1];
/** A node without memory: an empty heap, since EAL without hugepages takes all real nodes for one.
 */
static int empty_node;

static const struct rte_eth_rxconf rxconf;
static const struct rte_eth_txconf txconf;

/* ---- memory ----------------------------------------------------------------------------- */

/** A port on a node of which only its number is known. */
static void
port_on(int node)
{
	memset(&data, 0, sizeof(data));
	memset(&adapter, 0, sizeof(adapter));
	data.dev_private = &adapter;
	data.rx_queues = rx_queues;
	data.tx_queues = tx_queues;
	data.nb_rx_queues = 1;
	data.nb_tx_queues = 1;
	data.numa_node = node;
	adapter.data = &data;
	adapter.limits.max_rx_depth = 1024;
	adapter.limits.max_tx_depth = 1024;
	adapter.limits.max_rx_bufs = 17;
	adapter.limits.max_tx_bufs = 17;
}

static void
release(void)
{
	ena_rx_queue_release(&dev, 0);
	ena_tx_queue_release(&dev, 0);
	ena_rxq_free_spare(&adapter);
	ena_txq_free_spare(&adapter);
}

static void
any_node_is_that_of_the_device_if_it_has_memory_and_else_another(void **state)
{
	const int nodes[] = {0, -1, empty_node};
	unsigned int i, turn;

	(void)state;
	for (i = 0; i < RTE_DIM(nodes); i++) {
		port_on(nodes[i]);
		/* The second time in memory that was used before. */
		for (turn = 0; turn < 2; turn++) {
			assert_int_equal(ena_rx_queue_setup(&dev, 0, 256,
						 (unsigned int)SOCKET_ID_ANY, &rxconf, pool),
				0);
			assert_int_equal(ena_tx_queue_setup(&dev, 0, 256,
						 (unsigned int)SOCKET_ID_ANY, &txconf),
				0);
			assert_non_null(rx_queues[0]);
			assert_non_null(tx_queues[0]);
		}
		release();
	}
}

static void
a_node_that_is_named_is_obeyed(void **state)
{
	(void)state;
	port_on(0);
	assert_int_equal(
		ena_rx_queue_setup(&dev, 0, 256, (unsigned int)empty_node, &rxconf, pool), -ENOMEM);
	assert_int_equal(
		ena_tx_queue_setup(&dev, 0, 256, (unsigned int)empty_node, &txconf), -ENOMEM);
	assert_null(rx_queues[0]);
	assert_null(tx_queues[0]);
	assert_int_equal(ena_rx_queue_setup(&dev, 0, 256, 0, &rxconf, pool), 0);
	assert_int_equal(ena_tx_queue_setup(&dev, 0, 256, 0, &txconf), 0);
	release();
}

static void
rings_are_taken_from_another_node_if_the_first_choice_has_no_memory(void **state)
{
	struct ena_hal_dma dma;

	(void)state;
	port_on(0);
	assert_int_equal(ena_platform_ops.dma_alloc(&adapter, 4096, 4096, empty_node, &dma), 0);
	assert_non_null(dma.va);
	ena_platform_ops.dma_free(&adapter, &dma);
}

/* ---- BARs ------------------------------------------------------------------------------- */

/** A mapping begins with a page of the host; a BAR of 8 or 16 KiB need not (revision 2, A 1.2). */
static void
a_bar_begins_where_it_lies_in_its_page(void **state)
{
	static const struct {
		uint64_t phys, page, offset;
	} cases[] = {
		{0x80104000, 0x1000, 0},
		{0x80104000, 0x4000, 0},
		/* seen on Graviton */
		{0x80104000, 0x10000, 0x4000},
		{0x80106000, 0x10000, 0x6000},
		{0x80106000, 0x4000, 0x2000},
		{UINT64_C(0x2000080106000), 0x10000, 0x6000},
		{0x80100000, 0x10000, 0},
	};
	uint8_t mapping[1];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(cases); i++)
		assert_ptr_equal(ena_bar_address(mapping, cases[i].phys, cases[i].page),
			mapping + cases[i].offset);
}

/* ---- wake-ups --------------------------------------------------------------------------- */

static uint64_t
wait_for(struct ena_adapter *a, uint32_t us)
{
	uint64_t begin = ena_now_us();

	ena_platform_ops.wait(a, us);
	return ena_now_us() - begin;
}

/**
 * One thread, two devices: what it has seen of one says nothing about the other. A wake-up that is
 * missed costs the whole time; half of it is more than a busy machine needs.
 */
static void
a_wake_up_of_each_device_is_seen_whichever_was_waited_for_before(void **state)
{
	unsigned int i;

	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	memset(&other, 0, sizeof(other));
	assert_int_equal(ena_platform_init(&adapter), 0);
	assert_int_equal(ena_platform_init(&other), 0);
	for (i = 0; i < 3; i++) {
		ena_platform_ops.wake(&adapter);
		assert_true(wait_for(&adapter, 30 * SECOND) < 15 * SECOND);
		ena_platform_ops.wake(&other);
		assert_true(wait_for(&other, 30 * SECOND) < 15 * SECOND);
	}
	/* without one it waits */
	assert_true(wait_for(&other, SECOND / 10) >= SECOND / 10);
	ena_platform_fini(&other);
	ena_platform_fini(&adapter);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_node_is_that_of_the_device_if_it_has_memory_and_else_another),
		cmocka_unit_test(a_node_that_is_named_is_obeyed),
		cmocka_unit_test(
			rings_are_taken_from_another_node_if_the_first_choice_has_no_memory),
		cmocka_unit_test(a_bar_begins_where_it_lies_in_its_page),
		cmocka_unit_test(a_wake_up_of_each_device_is_seen_whichever_was_waited_for_before),
	};
	int failed;

	test_eal_init();
	pool = rte_pktmbuf_pool_create("pool", 511, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL || rte_malloc_heap_create("empty") != 0)
		return 1;
	empty_node = rte_malloc_heap_get_socket("empty");
	if (empty_node < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rte_mempool_free(pool);
	rte_eal_cleanup();
	return failed != 0;
}
