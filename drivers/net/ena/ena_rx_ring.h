/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Rx ring: buffers for the device (datasheet part B 5.1). What every Rx burst function needs,
 * with ena_rx_packet.h.
 */
#ifndef ENA_RX_RING_H
#define ENA_RX_RING_H

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "ena_barrier.h"
#include "ena_ring.h"
#include "ena_rxq.h"

/** Descriptor of a buffer as two 64-bit words (part B 5.1). */
union rx_desc_words {
	struct ena_rx_desc d;
	uint64_t w[2];
};

/**
 * First word without the request id: length and flags for position @p tail.
 *
 * Bit 5 of the flags is named "must be one", yet it is written 0, as every driver does that is
 * known to run on all devices; a device has to accept both (part B 5.1, 5.9 #2).
 */
static inline uint64_t
desc_template(const struct ena_rx_queue *q, uint16_t tail)
{
	uint32_t ctrl =
		ENA_RX_CTRL_FIRST | ENA_RX_CTRL_LAST | ENA_RX_CTRL_CREQ | phase_at(tail, q->depth);

	return q->buf_len | (uint64_t)ctrl << 24;
}

static inline void
write_desc(struct ena_rx_queue *q, uint16_t slot, uint64_t template, uint16_t id,
	const struct rte_mbuf *m)
{
	union rx_desc_words *d = (union rx_desc_words *)&q->sq[slot];

	d->w[0] = ENA_SWAP64(template | (uint64_t)id << 32);
	d->w[1] = ENA_SWAP64(rte_mbuf_iova_get(m) + RTE_PKTMBUF_HEADROOM);
}

static inline void
post_one(struct ena_rx_queue *q, struct rte_mbuf *m)
{
	uint16_t tail = q->sq_tail, slot = tail & q->mask, id = q->free_ids[slot];

	q->mbufs[id] = m;
	write_desc(q, slot, desc_template(q, tail), id, m);
	q->sq_tail = (uint16_t)(tail + 1);
}

/**
 * Prefetch the headers of the mbufs that the pool will give next, if they lie in its cache. The
 * next refill reads buffer addresses from them and would wait for memory otherwise.
 */
static __rte_always_inline void
prefetch_next(const struct ena_rx_queue *q, uint16_t n)
{
	const struct rte_mempool_cache *c = rte_mempool_default_cache(q->pool, rte_lcore_id());
	uint16_t i;

	if (likely(c != NULL && c->len >= n))
		for (i = 1; i <= n; i++)
			rte_prefetch0(c->objs[c->len - i]);
}

/**
 * Buffers for @p n slots that do not wrap, with request ids equal to slots: the pool
 * writes its mbufs straight into the table.
 * @return false: the pool has fewer; nothing was done
 */
static __rte_always_inline bool
post_in_place(struct ena_rx_queue *q, uint16_t n)
{
	uint16_t tail = q->sq_tail, slot = tail & q->mask, i;
	uint64_t template = desc_template(q, tail);
	struct rte_mbuf **m = &q->mbufs[slot];

	if (unlikely(rte_mempool_get_bulk(q->pool, (void **)m, n) != 0)) {
		/* A pool may write some pointers before it finds that there are not enough. */
		memset(m, 0, n * sizeof(*m));
		return false;
	}
	for (i = 0; i < n; i++)
		write_desc(q, (uint16_t)(slot + i), template, (uint16_t)(slot + i), m[i]);
	q->sq_tail = (uint16_t)(tail + n);
	prefetch_next(q, n);
	return true;
}

/** Buffers for @p n slots, ENA_RX_REFILL_BATCH at most, in any order of request ids. */
static inline bool
post_anywhere(struct ena_rx_queue *q, uint16_t n)
{
	struct rte_mbuf *m[ENA_RX_REFILL_BATCH];
	uint16_t i;

	if (unlikely(rte_mempool_get_bulk(q->pool, (void **)m, n) != 0))
		return false;
	for (i = 0; i < n; i++)
		post_one(q, m[i]);
	return true;
}

/** Slots without a buffer; one stays empty (part B 1.2). */
static inline uint16_t
free_slots(const struct ena_rx_queue *q, uint16_t head)
{
	return (uint16_t)(q->depth - 1 - (uint16_t)(q->sq_tail - head));
}

static inline void
ring_doorbell(struct ena_rx_queue *q)
{
	ena_doorbell(q->db, q->sq_tail, false);
}

/**
 * Post buffers for all @p want free slots, one batch at a time, and ring the doorbell: so the
 * device knows all that is posted.
 * @return buffers posted; less than @p want: the pool has no more, and ena_rx_shortage() knows
 */
static inline uint16_t
post_buffers(struct ena_rx_queue *q, uint16_t want)
{
	uint16_t posted = 0, part;
	bool done;

	while (posted < want) {
		part = RTE_MIN((uint16_t)(want - posted), (uint16_t)ENA_RX_REFILL_BATCH);
		if (unlikely(!q->in_order)) {
			done = post_anywhere(q, part);
		} else {
			part = RTE_MIN(part, (uint16_t)(q->depth - (q->sq_tail & q->mask)));
			/* A whole batch is the usual case, and its loop is unrolled. */
			done = likely(part == ENA_RX_REFILL_BATCH) ?
				       post_in_place(q, ENA_RX_REFILL_BATCH) :
				       post_in_place(q, part);
		}
		if (unlikely(!done)) {
			/* The pool is nearly empty: take what there is. */
			while (posted < want && post_anywhere(q, 1))
				posted++;
			break;
		}
		posted += part;
	}
	if (unlikely(posted < want || q->unfilled != 0))
		ena_rx_shortage(q, want, posted);
	if (likely(posted != 0))
		ring_doorbell(q);
	return posted;
}

#endif /* ENA_RX_RING_H */
