/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file mbufs that wait for a reset. */
#include "bursts.h"
#include "ena_pmd.h"
#include "ena_pool.h"

#define MBUFS 255u
#define CACHE 64u

int ena_logtype_init, ena_logtype_driver;

static struct rte_eth_dev_data data;
static struct rte_mempool *pool[2];

static unsigned int
cached(const struct rte_mempool *mp)
{
	return rte_mempool_default_cache((struct rte_mempool *)(uintptr_t)mp, rte_lcore_id())->len;
}

/** Those of a queue: every other one from the second pool. */
static void
park(struct ena_adapter *a, bool raw)
{
	struct rte_mbuf *m[20];
	unsigned int i;

	for (i = 0; i < RTE_DIM(m); i++) {
		m[i] = rte_pktmbuf_alloc(pool[i / 5 % 2]);
		assert_non_null(m[i]);
	}
	ena_park_mbufs(a, m, RTE_DIM(m), raw);
	/* The test's own use of the pools is not what is looked at. */
	for (i = 0; i < RTE_DIM(pool); i++)
		ena_pool_cache_flush(pool[i]);
}

static void
mbufs_that_come_back_are_within_reach_of_every_thread(void **state)
{
	struct ena_adapter a = {.data = &data};
	unsigned int i, raw;

	(void)state;
	for (raw = 0; raw < 2; raw++) {
		park(&a, raw != 0);
		assert_int_equal(rte_mempool_avail_count(pool[0]), MBUFS - 10);
		ena_park_release(&a);
		for (i = 0; i < RTE_DIM(pool); i++) {
			assert_int_equal(rte_mempool_avail_count(pool[i]), MBUFS);
			assert_int_equal(cached(pool[i]), 0);
		}
	}
}

/** The application may free the pool of a stopped port. */
static struct rte_mempool *
pool_to_be_freed(void)
{
	struct rte_mempool *mp =
		rte_pktmbuf_pool_create("gone", MBUFS, CACHE, 0, 2048, SOCKET_ID_ANY);

	assert_non_null(mp);
	return mp;
}

static void
mbufs_whose_pool_is_gone_are_left_alone(void **state)
{
	struct ena_adapter a = {.data = &data};
	struct rte_mempool *gone = pool_to_be_freed();
	struct rte_mbuf *m[2];

	(void)state;
	m[0] = rte_pktmbuf_alloc(gone);
	m[1] = rte_pktmbuf_alloc(pool[0]);
	ena_park_mbufs(&a, m, 2, true);
	rte_mempool_free(gone);
	ena_park_release(&a);
	assert_int_equal(rte_mempool_avail_count(pool[0]), MBUFS);
}

/** Packets of which one part lies in a pool that is gone: behind the first mbuf, or under a clone.
 */
static void
the_parts_of_a_packet_whose_pool_is_gone_are_left_alone(void **state)
{
	struct ena_adapter a = {.data = &data};
	struct rte_mempool *gone = pool_to_be_freed();
	struct rte_mbuf *m[2];

	(void)state;
	m[0] = rte_pktmbuf_alloc(pool[0]);
	assert_int_equal(rte_pktmbuf_chain(m[0], rte_pktmbuf_alloc(gone)), 0);
	assert_int_equal(rte_pktmbuf_chain(m[0], rte_pktmbuf_alloc(pool[1])), 0);
	m[1] = rte_pktmbuf_alloc(pool[0]);
	rte_pktmbuf_attach(m[1], rte_pktmbuf_alloc(gone));
	ena_park_mbufs(&a, m, 2, false);
	rte_mempool_free(gone);
	ena_park_release(&a);
	/* The clone cannot be taken off a buffer that is not there. */
	assert_int_equal(rte_mempool_avail_count(pool[0]), MBUFS - 1);
	assert_int_equal(rte_mempool_avail_count(pool[1]), MBUFS);
	assert_int_equal(cached(pool[0]), 0);
	assert_int_equal(cached(pool[1]), 0);
}

static int
begin(void **state)
{
	(void)state;
	test_eal_init();
	pool[0] = rte_pktmbuf_pool_create("first", MBUFS, CACHE, 0, 2048, SOCKET_ID_ANY);
	pool[1] = rte_pktmbuf_pool_create("second", MBUFS, CACHE, 0, 2048, SOCKET_ID_ANY);
	return pool[0] == NULL || pool[1] == NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mbufs_that_come_back_are_within_reach_of_every_thread),
		cmocka_unit_test(mbufs_whose_pool_is_gone_are_left_alone),
		cmocka_unit_test(the_parts_of_a_packet_whose_pool_is_gone_are_left_alone),
	};

	return cmocka_run_group_tests_name("parked mbufs", tests, begin, NULL);
}
