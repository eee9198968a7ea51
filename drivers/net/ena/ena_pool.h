/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Pools of mbufs in the control thread.
 */
#ifndef ENA_POOL_H
#define ENA_POOL_H

#include <rte_lcore.h>
#include <rte_mempool.h>

/**
 * Mbufs that this thread has taken from @p pool, or given back to it, may lie in its own cache:
 * there no other thread finds them. That is right for a thread that goes on to use them, which a
 * control thread does not.
 */
static inline void
ena_pool_cache_flush(struct rte_mempool *pool)
{
	/* NULL in a thread that EAL does not know, or for a pool without caches: nothing to do. */
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());

	if (cache != NULL)
		rte_mempool_cache_flush(cache, pool);
}

#endif /* ENA_POOL_H */
