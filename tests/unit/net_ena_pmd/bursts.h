/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the unit tests of burst functions share: EAL without hugepages, and pools of mbufs of a kind of
 * their own, which can run dry, and tell a test when a burst uses them.
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

/** A stack of mbufs. */
struct test_pool {
	struct rte_mempool *mp;
	void *all[TEST_MBUFS];
	void *stack[TEST_MBUFS];
	unsigned int level; /* objects on the stack */
	uint32_t allowed; /* those that may still be taken; TEST_RICH: no limit */
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

static int
test_pool_enqueue(struct rte_mempool *mp, void *const *objects, unsigned int n)
{
	struct test_pool *p = mp->pool_data;
	unsigned int i;

	if (p->given != NULL)
		p->given(p->owner);
	assert_true(p->level + n <= TEST_MBUFS);
	for (i = 0; i < n; i++)
		assert_non_null(objects[i]);
	memcpy(&p->stack[p->level], objects, n * sizeof(objects[0]));
	p->level += n;
	return 0;
}

static int
test_pool_dequeue(struct rte_mempool *mp, void **objects, unsigned int n)
{
	struct test_pool *p = mp->pool_data;

	if (p->taken != NULL)
		p->taken(p->owner);
	if (n > p->level || n > p->allowed) {
		if (p->scribbles)
			memset(objects, 0x5a, n * sizeof(objects[0]));
		return -ENOBUFS;
	}
	p->level -= n;
	memcpy(objects, &p->stack[p->level], n * sizeof(objects[0]));
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

		m->next = NULL;
		m->nb_segs = 1;
		rte_mbuf_refcnt_set(m, 1);
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

/** The same numbers in every run. */
static inline uint32_t
random_below(uint32_t n)
{
	static uint32_t seed;

	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(seed >> 4) * n) >> 28);
}

#endif /* BURSTS_H */
