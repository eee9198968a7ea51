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
 * Empty the cache of this thread for @p pool. Mbufs in that cache cannot be taken by other threads.
 * That is useful for a thread that goes on to use them, but not for a control thread.
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
