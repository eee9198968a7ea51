/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * mbufs of a device that did not confirm a reset.
 *
 * The device may still write to them, so they must not be used. They stay here until a reset has
 * succeeded, or until the port is closed and the bus mastering of its function is off. The HAL
 * keeps the rings in the same way.
 */
#include <inttypes.h>

#include <rte_malloc.h>

#include "ena_pmd.h"
#include "ena_pool.h"

/** mbufs of one queue, without chains. */
struct ena_park {
	struct ena_park *next;
	bool raw; /* as they came from the pool; else they may have other references */
	uint32_t n;
	struct parked {
		struct rte_mbuf *m;
		struct rte_mempool *pool;
		struct rte_mempool
			*buffers; /* where its buffer comes from: another one if it is a clone */
	} e[];
};

static uint32_t
count_mbufs(struct rte_mbuf *const *m, uint32_t n, bool raw)
{
	const struct rte_mbuf *seg;
	uint32_t count = 0;

	if (raw)
		return n;
	for (; n != 0; m++, n--)
		for (seg = *m; seg != NULL; seg = seg->next)
			count++;
	return count;
}

static struct parked
parked_mbuf(struct rte_mbuf *m)
{
	return (struct parked){
		.m = m,
		.pool = m->pool,
		.buffers = RTE_MBUF_CLONED(m) ? rte_mbuf_from_indirect(m)->pool : m->pool,
	};
}

void
ena_park_mbufs(struct ena_adapter *a, struct rte_mbuf *const *m, uint32_t n, bool raw)
{
	uint32_t i, count = count_mbufs(m, n, raw);
	struct ena_park *park;
	struct rte_mbuf *seg;

	if (n == 0)
		return;
	park = rte_malloc("ena_park", sizeof(*park) + count * sizeof(park->e[0]), 0);
	if (park == NULL) {
		ENA_LOG(ERR,
			"port %u: no memory to remember %u mbufs of a device that did not take its "
			"reset; they are lost",
			a->data->port_id, count);
		return;
	}
	park->raw = raw;
	park->n = 0;
	for (i = 0; i < n; i++)
		if (raw)
			park->e[park->n++] = parked_mbuf(m[i]);
		else
			for (seg = m[i]; seg != NULL; seg = seg->next)
				park->e[park->n++] = parked_mbuf(seg);
	park->next = a->parked;
	a->parked = park;
}

struct search {
	const struct rte_mempool *pool;
	bool found;
};

static void
compare_pool(struct rte_mempool *pool, void *arg)
{
	struct search *search = arg;

	if (pool == search->pool)
		search->found = true;
}

/** While a port is stopped, the application may free any pool. */
static bool
pool_exists(const struct rte_mempool *pool)
{
	struct search search = {.pool = pool, .found = false};

	rte_mempool_walk(compare_pool, &search);
	return search.found;
}

/** The last pool that was looked up. */
struct pool_seen {
	struct rte_mempool *pool;
	bool exists;
};

static void
pool_leave(const struct pool_seen *seen)
{
	if (seen->exists)
		ena_pool_cache_flush(seen->pool);
}

static bool
pool_look(struct pool_seen *seen, struct rte_mempool *pool)
{
	if (seen->pool != pool) {
		pool_leave(seen);
		*seen = (struct pool_seen){.pool = pool, .exists = pool_exists(pool)};
	}
	return seen->exists;
}

static void
give_back(struct ena_park *park)
{
	struct pool_seen of_mbuf = {0}, of_buffer = {0};
	uint32_t i;

	for (i = 0; i < park->n; i++) {
		const struct parked *e = &park->e[i];
		bool exists = pool_look(&of_mbuf, e->pool);

		if (!pool_look(&of_buffer, e->buffers) || !exists)
			continue;
		if (park->raw)
			rte_mbuf_raw_free(e->m);
		else
			rte_pktmbuf_free_seg(e->m);
	}
	pool_leave(&of_mbuf);
	pool_leave(&of_buffer);
}

void
ena_park_release(struct ena_adapter *a)
{
	struct ena_park *park;

	while ((park = a->parked) != NULL) {
		a->parked = park->next;
		give_back(park);
		rte_free(park);
	}
}

void
ena_park_forget(struct ena_adapter *a)
{
	struct ena_park *park;
	uint64_t lost = 0;

	while ((park = a->parked) != NULL) {
		a->parked = park->next;
		lost += park->n;
		rte_free(park);
	}
	if (lost != 0)
		ENA_LOG(ERR,
			"port %u: %" PRIu64 " mbufs stay with a device that took no reset and "
			"whose bus mastering cannot be switched off",
			a->data->port_id, lost);
}
