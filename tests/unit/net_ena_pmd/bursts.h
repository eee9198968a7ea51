/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the unit tests of burst functions share: EAL without hugepages, pools of mbufs of a kind of
 * their own, which can run dry, look at what comes back, and tell a test when a burst uses them,
 * and random numbers that are the same in every run.
 */
#ifndef BURSTS_H
#define BURSTS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cpuflags.h>
#include <rte_eal.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <cmocka.h>

#define TEST_MBUFS   1024u
#define TEST_BUF_LEN 2048u
#define TEST_RICH    UINT32_MAX

/** In the dynamic fields of an mbuf that is in its pool. */
#define TEST_IN_POOL 0x700110ffu
/** What the buffers of mbufs that came back to a pool are full of. */
#define TEST_POISON 0xddu

/** A stack of mbufs. */
struct test_pool {
	struct rte_mempool *mp;
	void *all[TEST_MBUFS];
	void *stack[TEST_MBUFS];
	unsigned int level; /* objects on the stack */
	uint32_t allowed; /* those that may still be taken; TEST_RICH: no limit */
	bool ready; /* all is made */
	bool scribbles; /* a request that fails leaves pointers in the caller's array */
	void *owner; /* argument of: */
	void (*taken)(void *owner); /* before objects are taken */
	void (*given)(void *owner); /* before objects are given back */
};

static int
test_pool_alloc(struct rte_mempool *mp)
{
	mp->pool_data = mp->pool_config;
	return 0;
}

/**
 * What a pool takes for granted: one mbuf and no chain, with one reference, which has its own
 * buffer and is not there yet. Whoever reads it now finds neither bytes nor lengths.
 */
static inline void
test_pool_check(struct rte_mbuf *m)
{
	assert_non_null(m);
	assert_null(m->next);
	assert_int_equal(m->nb_segs, 1);
	assert_int_equal(rte_mbuf_refcnt_read(m), 1);
	assert_false(RTE_MBUF_CLONED(m));
	assert_int_not_equal(m->dynfield1[0], TEST_IN_POOL);
	m->dynfield1[0] = TEST_IN_POOL;
	memset(m->buf_addr, TEST_POISON, m->buf_len);
	memset(&m->data_len, TEST_POISON, sizeof(m->data_len));
	memset(&m->pkt_len, TEST_POISON, sizeof(m->pkt_len));
}

static int
test_pool_enqueue(struct rte_mempool *mp, void *const *objects, unsigned int n)
{
	struct test_pool *p = mp->pool_data;
	unsigned int i;

	if (p->given != NULL)
		p->given(p->owner);
	assert_true(p->level + n <= TEST_MBUFS);
	/* When the pool is made, they are no mbufs yet. */
	for (i = 0; i < n && p->ready; i++)
		test_pool_check(objects[i]);
	memcpy(&p->stack[p->level], objects, n * sizeof(objects[0]));
	p->level += n;
	return 0;
}

static int
test_pool_dequeue(struct rte_mempool *mp, void **objects, unsigned int n)
{
	struct test_pool *p = mp->pool_data;
	unsigned int i;

	if (p->taken != NULL)
		p->taken(p->owner);
	if (n > p->level || n > p->allowed) {
		if (p->scribbles)
			memset(objects, 0x5a, n * sizeof(objects[0]));
		return -ENOBUFS;
	}
	p->level -= n;
	memcpy(objects, &p->stack[p->level], n * sizeof(objects[0]));
	for (i = 0; i < n; i++)
		((struct rte_mbuf *)objects[i])->dynfield1[0] = 0;
	if (p->allowed != TEST_RICH)
		p->allowed -= n;
	return 0;
}

static unsigned int
test_pool_count(const struct rte_mempool *mp)
{
	return ((const struct test_pool *)mp->pool_data)->level;
}

/** All mbufs are there again, whatever a test that failed has left; no limits, nobody to tell. */
static inline void
test_pool_refill(struct test_pool *p)
{
	unsigned int i;

	p->allowed = TEST_RICH;
	p->scribbles = false;
	p->taken = p->given = NULL;
	p->level = TEST_MBUFS;
	memcpy(p->stack, p->all, sizeof(p->stack));
	for (i = 0; i < TEST_MBUFS; i++) {
		struct rte_mbuf *m = p->all[i];

		if (RTE_MBUF_CLONED(m))
			rte_pktmbuf_init(p->mp, NULL, m, i);
		m->next = NULL;
		m->nb_segs = 1;
		rte_mbuf_refcnt_set(m, 1);
		m->dynfield1[0] = TEST_IN_POOL;
	}
}

/** Exits if there is no memory. */
static inline void
test_pool_create(struct test_pool *p, const char *name, void *owner)
{
	static const struct rte_mempool_ops ops = {
		.name = "test",
		.alloc = test_pool_alloc,
		.enqueue = test_pool_enqueue,
		.dequeue = test_pool_dequeue,
		.get_count = test_pool_count,
	};
	static bool registered;
	struct rte_pktmbuf_pool_private priv;

	memset(&priv, 0, sizeof(priv));
	priv.mbuf_data_room_size = RTE_PKTMBUF_HEADROOM + TEST_BUF_LEN;
	if (!registered && rte_mempool_register_ops(&ops) < 0)
		exit(1);
	registered = true;
	p->owner = owner;
	p->allowed = TEST_RICH;
	p->mp = rte_mempool_create_empty(name, TEST_MBUFS,
		sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM + TEST_BUF_LEN, 0, sizeof(priv),
		SOCKET_ID_ANY, 0);
	if (p->mp == NULL || rte_mempool_set_ops_byname(p->mp, "test", p) != 0)
		exit(1);
	rte_pktmbuf_pool_init(p->mp, &priv);
	if (rte_mempool_populate_default(p->mp) != (int)TEST_MBUFS)
		exit(1);
	rte_mempool_obj_iter(p->mp, rte_pktmbuf_init, NULL);
	memcpy(p->all, p->stack, sizeof(p->all));
	test_pool_refill(p);
	p->ready = true;
}

static inline void
test_eal_init(void)
{
	char name[] = "test", no_huge[] = "--no-huge", no_pci[] = "--no-pci", m[] = "-m",
	     size[] = "32", no_shconf[] = "--no-shconf", no_telemetry[] = "--no-telemetry",
	     level[] = "--log-level=error", lcores[] = "--lcores=0@0";
	char *argv[] = {name, no_huge, no_pci, m, size, no_shconf, no_telemetry, level, lcores};

	if (rte_eal_init(sizeof(argv) / sizeof(argv[0]), argv) < 0)
		exit(1);
}

/** @param flag of the CPU; -1: none is needed */
static inline bool
test_cpu_has(const char *name, int flag)
{
	if (flag < 0 || rte_cpu_get_flag_enabled((enum rte_cpu_flag_t)flag) > 0)
		return true;
	printf("%s: this CPU cannot run it\n", name);
	return false;
}

/* ---- random numbers ---------------------------------------------------------------------- */

static uint32_t test_random;

/** The same numbers in every run. */
static inline uint32_t
random_below(uint32_t n)
{
	test_random = test_random * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(test_random >> 4) * n) >> 28);
}

/** Number of the game that is being played; -1: none. */
static int64_t test_game = -1;

/**
 * Play games number 0 to @p n - 1: the number of a game is the seed of its random numbers.
 * BURST_GAMES in the environment is another @p n, BURST_GAME the number of the only one that is
 * played.
 * @return false: not all were played
 */
static inline bool
test_games(unsigned int n, void (*game)(void))
{
	const char *more = getenv("BURST_GAMES"), *only = getenv("BURST_GAME");
	uint32_t before = test_random, from = 0, to = n;

	if (only != NULL) {
		from = (uint32_t)strtoul(only, NULL, 0);
		to = from + 1;
	} else if (more != NULL) {
		to = (uint32_t)strtoul(more, NULL, 0);
	}
	for (test_game = from; test_game < to; test_game++) {
		test_random = (uint32_t)test_game * 2654435761u;
		game();
	}
	test_game = -1;
	test_random = before;
	return only == NULL && to >= n;
}

/** After a test that plays games: how to repeat one that failed. */
static inline int
test_games_end(void **state)
{
	(void)state;
	if (test_game >= 0)
		print_error("It was game %u: BURST_GAME=%u plays it alone.\n",
			(unsigned int)test_game, (unsigned int)test_game);
	test_game = -1;
	return 0;
}

/** A test that plays games. */
#define TEST_OF_GAMES(name) cmocka_unit_test_teardown(name, test_games_end)

#endif /* BURSTS_H */
