/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Tx ring, beside the burst functions: completions (datasheet part B 4), violation, queries.
 *
 * Free slots of the ring are a count, not a position: each packet remembers how many slots it
 * took, and gives them back when its completion names its request id, in whatever order.
 */
#include <errno.h>

#include "ena_pool.h"
#include "ena_reset.h"
#include "ena_tx_ring.h"

/* ---- completions --------------------------------------------------------------------- */

static __rte_noinline void
tx_violation(struct ena_tx_queue *q, uint64_t *counter, enum ena_reset_reason reason)
{
	(*counter)++;
	ena_queue_violate(&q->state);
	ena_reset_request(q->adapter, reason);
}

/** Free the packets of fast-free queues that are chains or are already gone. */
static void
free_held(const struct ena_tx_queue *q, struct rte_mbuf **m, unsigned int n)
{
	struct free_batch b;
	unsigned int i;

	b.n = 0;
	for (i = 0; i < n; i++)
		if (m[i] != NULL)
			free_packet(q, &b, m[i]);
	free_flush(q, &b);
}

/** Free what was taken off the packets of @p n request ids: fast-free queues only. */
static void
free_segs(const struct ena_tx_queue *q, uint16_t id, unsigned int n)
{
	struct free_batch b;

	b.n = 0;
	for (; n != 0; id++, n--) {
		unsigned int segs = ENA_FIELD_GET(REQ_SEGS, q->reqs[id]), i;

		for (i = 0; i < segs; i++)
			free_one(q, &b, q->segs[(uint32_t)id * ENA_TX_SEGS_MAX + i]);
	}
	free_flush(q, &b);
}

/** Base completion as one word (part B 4.1): request id in bits 15:0, flags in 31:24. */
static inline uint32_t
completion_word(const struct ena_tx_queue *q, uint16_t head)
{
	const volatile uint32_t *c = (const volatile uint32_t *)&q->cq[head & q->mask];

	return ENA_SWAP32(*c);
}

#define COMPLETION_ID    ENA_BITS(15, 0)
#define COMPLETION_PHASE ENA_FIELD_PREP(ENA_BITS(31, 24), ENA_TX_CDESC_PHASE)
#define COMPLETION_MBZ   ENA_FIELD_PREP(ENA_BITS(31, 24), ENA_TX_CDESC_MBZ)

/** Slots of four packets with consecutive request ids. */
static inline uint16_t
four_slot_counts(const uint16_t *slots)
{
	const uint64_t ones = UINT64_C(0x0001000100010001);
	uint64_t v;

	memcpy(&v, slots, sizeof(v));
	/* Each count has 8 bits: the sum does not reach beyond its 16. */
	return (uint16_t)((v & REQ_SLOTS * ones) * ones >> 48);
}

/** The four completions from @p c on are @p want, want + 1, ... in the bits of @p mask. */
static inline bool
four_in_order(const volatile struct ena_tx_cdesc *c, uint32_t want, uint32_t mask)
{
	uint32_t differ = 0, i;

	for (i = 0; i < 4; i++)
		differ |= ENA_SWAP32(*(const volatile uint32_t *)&c[i]) ^ (want + i);
	return (differ & mask) == 0;
}

/**
 * Completions in the order of their requests, which is nearly always so: request ids then follow
 * each other, and so do the mbufs that go back.
 *
 * @return packets freed; less than @p max: the next completion is not there or not in order
 */
static unsigned int
reap_in_order(struct ena_tx_queue *q, unsigned int max)
{
	uint16_t head = q->cq_head, first = head & q->mask, run = 0;
	uint32_t mask = COMPLETION_ID | COMPLETION_PHASE | (q->check_mbz ? COMPLETION_MBZ : 0);
	uint32_t want = first | ENA_FIELD_PREP(COMPLETION_PHASE, phase_at(head, q->depth));
	uint16_t credits = 0;

	max = RTE_MIN(max, (unsigned int)(q->depth - first));
	max = RTE_MIN(max, (unsigned int)(uint16_t)(q->ids_taken - q->ids_given));
	while (run + 4u <= max && four_in_order(&q->cq[first + run], want + run, mask)) {
		credits += four_slot_counts(&q->reqs[first + run]);
		run += 4;
	}
	while (run < max && (completion_word(q, (uint16_t)(head + run)) & mask) == want + run) {
		credits += (uint16_t)ENA_FIELD_GET(REQ_SLOTS, q->reqs[first + run]);
		run++;
	}
	if (run == 0)
		return 0;
	ena_rmb_completion();
	if (unlikely(q->chains))
		free_segs(q, first, run);
	memset(&q->reqs[first], 0, run * sizeof(q->reqs[0]));
	q->completed += credits;
	q->cq_head = (uint16_t)(head + run);
	q->ids_given = (uint16_t)(q->ids_given + run);
	if (q->fast_free && !q->all_held)
		free_held(q, &q->mbufs[first], run);
	else
		free_bulk(q, &q->mbufs[first], run);
	return run;
}

/** Completions one by one (part B 4.2). Handles every case. */
static unsigned int
reap_any_order(struct ena_tx_queue *q, unsigned int max)
{
	uint16_t head = q->cq_head, freed = 0;
	struct free_batch b;

	b.n = 0;
	while (freed < max) {
		uint32_t c = completion_word(q, head);
		uint16_t id = (uint16_t)(c & COMPLETION_ID);

		if (ENA_FIELD_GET(COMPLETION_PHASE, c) != phase_at(head, q->depth))
			break;
		if (unlikely((c & COMPLETION_MBZ) != 0 && q->check_mbz)) {
			tx_violation(q, &q->bad_desc, ENA_RESET_TX_COMPLETION_MALFORMED);
			break;
		}
		ena_rmb_completion();
		if (unlikely(id >= q->depth || q->reqs[id] == 0)) {
			tx_violation(q, &q->bad_req_id, ENA_RESET_BAD_TX_REQ_ID);
			break;
		}
		q->completed += (uint16_t)ENA_FIELD_GET(REQ_SLOTS, q->reqs[id]);
		free_segs(q, id, 1);
		q->reqs[id] = 0;
		if (q->mbufs[id] != NULL)
			free_packet(q, &b, q->mbufs[id]);
		if (id != (head & q->mask))
			q->in_order = false;
		q->free_ids[q->ids_given++ & q->mask] = id;
		head++;
		freed++;
	}
	q->cq_head = head;
	free_flush(q, &b);
	return freed;
}

unsigned int
ena_tx_reap(struct ena_tx_queue *q, unsigned int max)
{
	unsigned int freed = 0, part;

	while (freed < max && has_completion(q)) {
		part = q->in_order ? reap_in_order(q, max - freed) : 0;
		freed += part;
		/* In order: once, and again behind the wrap of the ring. */
		if (likely(part != 0))
			continue;
		freed += reap_any_order(q, max - freed);
		break;
	}
	if (q->ids_given == q->ids_taken) {
		q->all_held = true;
		q->chains = false;
	}
	return freed;
}

/* ---- without the device ---------------------------------------------------------------- */

void
ena_tx_free_held(struct ena_tx_queue *q)
{
	struct rte_mempool *pool = NULL;
	uint16_t id;

	free_segs(q, 0, q->depth);
	for (id = 0; id < q->depth; id++) {
		if (q->reqs[id] == 0 || q->mbufs[id] == NULL)
			continue;
		/* Applications have few pools, so this changes seldom. */
		if (q->mbufs[id]->pool != pool) {
			if (pool != NULL)
				ena_pool_cache_flush(pool);
			pool = q->mbufs[id]->pool;
		}
		rte_pktmbuf_free(q->mbufs[id]);
	}
	if (pool != NULL)
		ena_pool_cache_flush(pool);
	memset(q->reqs, 0, sizeof(*q->reqs) * q->depth);
	memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
}

void
ena_tx_drop(struct ena_tx_queue *q, struct rte_mbuf *m)
{
	q->errors++;
	rte_pktmbuf_free(m);
}

/* ---- queries -------------------------------------------------------------------------- */

int
ena_tx_done_cleanup(void *queue, uint32_t free_cnt)
{
	struct ena_tx_queue *q = queue;

	/* ethdev calls this in every state of the port. */
	if (q == NULL)
		return -EINVAL;
	switch (__atomic_load_n(&q->state, __ATOMIC_ACQUIRE)) {
	case ENA_QUEUE_RUNNING:
		break;
	case ENA_QUEUE_VIOLATED:
		return -EIO;
	default:
		return 0;
	}
	/* 0 means all there is. */
	return (int)ena_tx_reap(q, free_cnt != 0 ? free_cnt : q->depth);
}

/**
 * Slots that completions have given back and that nobody has reclaimed yet. Changes nothing, since
 * another thread may be sending.
 */
static uint16_t
slots_to_reclaim(const struct ena_tx_queue *q)
{
	uint16_t head = q->cq_head, n, slots = 0;

	for (n = 0; n < q->depth; n++, head++) {
		uint32_t c = completion_word(q, head);
		uint16_t id = (uint16_t)(c & COMPLETION_ID);

		if (ENA_FIELD_GET(COMPLETION_PHASE, c) != phase_at(head, q->depth) ||
			id >= q->depth)
			break;
		slots += (uint16_t)ENA_FIELD_GET(REQ_SLOTS, q->reqs[id]);
	}
	return slots;
}

int
ena_tx_descriptor_status(void *queue, uint16_t offset)
{
	const struct ena_tx_queue *q = queue;
	uint16_t used, done;

	/* ethdev calls this also for a queue that does not exist. */
	if (q == NULL || offset >= q->depth)
		return -EINVAL;
	if (!ena_queue_is_running(&q->state))
		return RTE_ETH_TX_DESC_UNAVAIL;
	used = (uint16_t)(q->sq_tail - q->completed);
	done = slots_to_reclaim(q);
	used = used > done ? (uint16_t)(used - done) : 0;
	/*
	 * Slots complete in any order, so only the number of used ones is known. Offset 0 is the
	 * slot that is written next, and the used ones come last.
	 */
	return offset >= q->depth - used ? RTE_ETH_TX_DESC_FULL : RTE_ETH_TX_DESC_DONE;
}
