/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Tx ring: free slots, what is in flight, the doorbell. What every Tx burst function needs.
 */
#ifndef ENA_TX_RING_H
#define ENA_TX_RING_H

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "ena_barrier.h"
#include "ena_ring.h"
#include "ena_txq.h"

/** Free slots of the ring; one stays empty (part B 1.5). */
static inline uint16_t
free_slots(const struct ena_tx_queue *q)
{
	return (uint16_t)(q->depth - 1 - (uint16_t)(q->sq_tail - q->completed));
}

/* ---- mbufs that go back ---------------------------------------------------------------- */

/** mbufs collected for one bulk free. */
#define FREE_BATCH 64u

/** mbufs on their way back to their pools. */
struct free_batch {
	struct rte_mbuf *m[FREE_BATCH];
	unsigned int n;
};

/**
 * Give back @p n packets, 0 too. In a fast-free queue each is one mbuf, and the offload says that
 * all mbufs come from one pool and have one reference.
 */
static __rte_always_inline void
free_bulk(const struct ena_tx_queue *q, struct rte_mbuf **m, unsigned int n)
{
	if (n == 0)
		return;
	if (likely(q->fast_free))
		rte_mempool_put_bulk(m[0]->pool, (void **)m, n);
	else
		rte_pktmbuf_free_bulk(m, n);
}

static inline void
free_flush(const struct ena_tx_queue *q, struct free_batch *b)
{
	free_bulk(q, b->m, b->n);
	b->n = 0;
}

static inline void
free_one(const struct ena_tx_queue *q, struct free_batch *b, struct rte_mbuf *m)
{
	b->m[b->n++] = m;
	if (b->n == FREE_BATCH)
		free_flush(q, b);
}

static inline void
free_packet(const struct ena_tx_queue *q, struct free_batch *b, struct rte_mbuf *m)
{
	struct rte_mbuf *next;

	if (likely(!q->fast_free || m->nb_segs == 1)) {
		/* rte_pktmbuf_free_bulk() takes chains. */
		free_one(q, b, m);
		return;
	}
	for (; m != NULL; m = next) {
		next = m->next;
		m->next = NULL;
		m->nb_segs = 1;
		free_one(q, b, m);
	}
}

/* ---- what is in flight ------------------------------------------------------------------- */

/*
 * reqs[] has for the request id of a packet the ring slots that it takes, in the low byte, and
 * in the high byte the mbufs in segs[] that belong to it. There are some if a chain was taken
 * apart, so that it need not be followed when it comes back. Only chains of fast-free queues are
 * taken apart: with other queues the application may hold another reference to the chain.
 */
#define REQ_SLOTS ENA_BITS(7, 0)
#define REQ_SEGS  ENA_BITS(15, 8)

static inline uint16_t
req_word(unsigned int slots, unsigned int segs)
{
	return (uint16_t)(ENA_FIELD_PREP(REQ_SLOTS, slots) | ENA_FIELD_PREP(REQ_SEGS, segs));
}

/** Take the chain of a packet apart while its mbufs are in the CPU cache. @return mbufs in segs[]
 */
static inline unsigned int
split_chain(struct ena_tx_queue *q, struct rte_mbuf *m, uint16_t id)
{
	struct rte_mbuf **to;
	unsigned int n = 0;

	if (q->segs == NULL || m->nb_segs > ENA_TX_SEGS_MAX + 1) {
		q->all_held = false;
		return 0;
	}
	to = &q->segs[(uint32_t)id * ENA_TX_SEGS_MAX];
	while (m->next != NULL && n < ENA_TX_SEGS_MAX) {
		struct rte_mbuf *next = m->next;

		m->next = NULL;
		m->nb_segs = 1;
		to[n++] = next;
		m = next;
	}
	m->nb_segs = 1;
	q->chains = true;
	return n;
}

static inline void
packet_sent(struct ena_tx_queue *q, struct rte_mbuf *m, uint16_t id, uint16_t slots)
{
	q->pkts++;
	q->bytes += m->pkt_len;
	q->mbufs[id] = m;
	q->reqs[id] = req_word(slots, unlikely(m->next != NULL) ? split_chain(q, m, id) : 0);
	q->ids_taken++;
}

/* ---- bursts ------------------------------------------------------------------------------ */

static inline void
ring_doorbell(struct ena_tx_queue *q)
{
	ena_doorbell(q->db, q->sq_tail, q->llq);
	q->db_tail = q->sq_tail;
	q->burst_left = q->burst_limit;
	q->doorbells++;
}

/** True if a completion waits to be taken. */
static inline bool
has_completion(const struct ena_tx_queue *q)
{
	uint16_t head = q->cq_head;

	return (q->cq[head & q->mask].flags & ENA_TX_CDESC_PHASE) == phase_at(head, q->depth);
}

/**
 * Reclaim if the ring is fuller than it should be, or if the burst has nothing to send: that is how
 * an application without traffic gets its mbufs back. @return false: no Tx
 */
static inline bool
begin_burst(struct ena_tx_queue *q, uint16_t n)
{
	if (unlikely(q->state != ENA_QUEUE_RUNNING))
		return false;
	if (likely(free_slots(q) >= q->free_thresh) && likely(n != 0))
		return true;
	/* With a slow device every burst comes here. */
	if (!has_completion(q))
		return true;
	ena_tx_reap(q, q->depth);
	return q->state == ENA_QUEUE_RUNNING;
}

/** True if @p slots are free, after a look at the completions if necessary. */
static inline bool
has_free_slots(struct ena_tx_queue *q, uint16_t slots)
{
	if (likely(free_slots(q) >= slots))
		return true;
	ena_tx_reap(q, q->depth);
	if (free_slots(q) >= slots && q->state == ENA_QUEUE_RUNNING)
		return true;
	q->ring_full++;
	return false;
}

/** How many packets ahead the burst prefetches. */
#define AHEAD 4u

/**
 * Prefetch what the burst reads of a packet that follows soon: its first bytes, whose address is in
 * its mbuf, and its second mbuf.
 */
static inline void
prefetch_ahead(struct rte_mbuf **pkts, uint16_t at, uint16_t n)
{
	if (at + AHEAD < n) {
		const struct rte_mbuf *m = pkts[at + AHEAD];

		rte_prefetch0(rte_pktmbuf_mtod(m, const void *));
		rte_prefetch0(m->next);
	}
}

#endif /* ENA_TX_RING_H */
