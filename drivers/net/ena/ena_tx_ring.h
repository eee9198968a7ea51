/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Tx ring: what all Tx burst functions share (datasheet part B, sections 2 to 4).
 */
#ifndef ENA_TX_RING_H
#define ENA_TX_RING_H

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "ena_barrier.h"
#include "ena_pmd.h"
#include "ena_ring.h"
#include "ena_tx_offload.h"

/** mbufs collected for one bulk free. */
#define FREE_BATCH 64u

/** Free slots of the ring; one stays empty (part B 1.5). */
static inline uint16_t
room(const struct ena_tx_queue *q)
{
	return (uint16_t)(q->depth - 1 - (uint16_t)(q->tail - q->completed));
}

/* ---- mbufs that go back ---------------------------------------------------------------- */

/** mbufs on their way back to their pools. */
struct free_batch {
	struct rte_mbuf *m[FREE_BATCH];
	unsigned int n;
};

static inline void
free_flush(const struct ena_tx_queue *q, struct free_batch *b)
{
	if (b->n == 0)
		return;
	if (q->fast_free)
		/* One pool, one reference: promised by the application. */
		rte_mempool_put_bulk(b->m[0]->pool, (void **)b->m, b->n);
	else
		rte_pktmbuf_free_bulk(b->m, b->n);
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

/* ---- packets ------------------------------------------------------------------------------ */

/** Address bits in the second half of a data descriptor. */
#define TX_ADDR ((uint64_t)ENA_TX_W3_ADDR_HI << 32 | UINT32_MAX)

/** Write a descriptor as two words of 64 bits: W1 and W0, W3 and W2. */
static inline void
write_desc(struct ena_tx_desc *d, uint64_t lo, uint64_t hi)
{
	uint64_t *w = (uint64_t *)d;

	w[0] = ENA_SWAP64(lo);
	w[1] = ENA_SWAP64(hi);
}

/** First half of a descriptor with this W0 and this request id. */
static inline uint64_t
id_words(uint32_t w0, uint16_t id)
{
	return (w0 | ENA_FIELD_PREP(ENA_TX_W0_REQ_HI, ENA_FIELD_GET(ENA_TX_REQ_ID_HI, id))) |
	       (uint64_t)ENA_FIELD_PREP(ENA_TX_W1_REQ_LO, ENA_FIELD_GET(ENA_TX_REQ_ID_LO, id))
		       << 32;
}

/** First half of the first data descriptor, without length; FIRST only if no metadata precedes. */
static inline uint64_t
first_words(const struct ena_tx_work *work, uint16_t id, bool meta, uint32_t phase)
{
	uint32_t w0 = ENA_TX_W0_CREQ | (meta ? 0 : ENA_TX_W0_FIRST) |
		      ENA_FIELD_PREP(ENA_TX_W0_PHASE, phase);

	return id_words(w0, id) | (uint64_t)work->w1 << 32;
}

/** True if metadata must precede the packet (part B 2.6). */
static inline bool
needs_meta(const struct ena_tx_queue *q, const struct ena_tx_work *work)
{
	return q->no_meta_cache || (work->w1 != 0 && work->tuple != q->meta);
}

/* ---- what is in flight ------------------------------------------------------------------- */

/*
 * slots[] has for the request id of a packet the ring slots that it takes, in the low byte, and
 * in the high byte the mbufs in rest[] that belong to it. There are any if a chain was taken
 * apart: nobody has to walk along it when it comes back. Only what is freed without a look at
 * reference counts may be taken apart: the caller may have a use for a chain of which it holds
 * another.
 */
#define SLOT_COUNT ENA_BITS(7, 0)
#define SLOT_REST  ENA_BITS(15, 8)

static inline uint16_t
slot_word(unsigned int slots, unsigned int rest)
{
	return (uint16_t)(ENA_FIELD_PREP(SLOT_COUNT, slots) | ENA_FIELD_PREP(SLOT_REST, rest));
}

/** Take the chain of a packet apart while its mbufs are at hand. @return mbufs in rest[] */
static inline unsigned int
split_chain(struct ena_tx_queue *q, struct rte_mbuf *m, uint16_t id)
{
	struct rte_mbuf **to;
	unsigned int n = 0;

	if (q->rest == NULL || m->nb_segs > ENA_TX_REST_MAX + 1) {
		q->all_held = false;
		return 0;
	}
	to = &q->rest[(uint32_t)id * ENA_TX_REST_MAX];
	while (m->next != NULL && n < ENA_TX_REST_MAX) {
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
	q->slots[id] = slot_word(slots, unlikely(m->next != NULL) ? split_chain(q, m, id) : 0);
	q->ids_taken++;
}

static inline void
ring_doorbell(struct ena_tx_queue *q)
{
	ena_doorbell(q->db, q->tail, q->llq);
	q->rung = q->tail;
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
	if (unlikely(q->broken))
		return false;
	if (likely(room(q) >= q->free_thresh) && likely(n != 0))
		return true;
	/* With a device that is behind, every burst comes here. */
	if (!has_completion(q))
		return true;
	ena_tx_reap(q, q->depth);
	return !q->broken;
}

/** True if @p slots are free, after another look at the completions if need be. */
static inline bool
has_room(struct ena_tx_queue *q, uint16_t slots)
{
	if (likely(room(q) >= slots))
		return true;
	ena_tx_reap(q, q->depth);
	if (room(q) >= slots && !q->broken)
		return true;
	q->ring_full++;
	return false;
}

/* ---- rings in host memory ------------------------------------------------------------------ */

/** Buffers that carry bytes; the rest is skipped. */
static inline uint16_t
count_buffers(const struct rte_mbuf *m)
{
	uint16_t n = 0;

	if (likely(m->next == NULL))
		return m->data_len != 0;
	for (; m != NULL; m = m->next)
		n += m->data_len != 0;
	return n;
}

/** Packets ahead of which headers are fetched. */
#define AHEAD 4u

/**
 * The headers of a packet that follows soon: work on them waits for the first byte, and
 * where it lies is not known from any ring.
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

/**
 * Send one packet in host placement, whatever it is. HDR_LEN is a hint there (part B 2.4); it stays
 * 0, since device models exist that drop a packet with another value.
 * @return false: no room, try again later
 */
static inline bool
send_host(struct ena_tx_queue *q, struct rte_mbuf *m)
{
	struct ena_tx_work work = ena_tx_work_of(q, m);
	bool meta = needs_meta(q, &work);
	uint16_t buffers = count_buffers(m), slots, id, tail;
	const struct rte_mbuf *seg;
	uint64_t words;

	if (unlikely(buffers == 0 || buffers > q->max_bufs)) {
		ena_tx_drop(q, m);
		return true;
	}
	slots = buffers + meta;
	if (!has_room(q, slots))
		return false;
	tail = q->tail;
	if (meta) {
		ena_tx_meta_desc(&q->sq[tail & q->mask], work.tuple, phase_at(tail, q->depth));
		q->meta = work.tuple;
		tail++;
	}
	id = q->free_ids[q->ids_taken & q->mask];
	words = first_words(&work, id, meta, phase_at(tail, q->depth));
	for (seg = m;; seg = seg->next) {
		if (unlikely(seg->data_len == 0))
			continue;
		if (--buffers == 0)
			words |= ENA_TX_W0_LAST;
		write_desc(&q->sq[tail & q->mask], words | seg->data_len,
			rte_mbuf_data_iova(seg) & TX_ADDR);
		tail++;
		if (buffers == 0)
			break;
		words = ENA_FIELD_PREP(ENA_TX_W0_PHASE, phase_at(tail, q->depth));
	}
	q->tail = tail;
	packet_sent(q, m, id, slots);
	return true;
}

/**
 * One mbuf without offload, which is nearly every packet: one descriptor, no metadata.
 * Not for queues that want metadata with each packet.
 */
static inline bool
is_plain(const struct rte_mbuf *m)
{
	return (m->ol_flags & ENA_TX_WORK_FLAGS) == 0 && m->nb_segs == 1 && m->data_len != 0;
}

/** W0 of the only data descriptor of a packet, without length and request id. */
static inline uint32_t
plain_w0(const struct ena_tx_queue *q, uint16_t tail, uint32_t first)
{
	return ENA_TX_W0_CREQ | ENA_TX_W0_LAST | first |
	       ENA_FIELD_PREP(ENA_TX_W0_PHASE, phase_at(tail, q->depth));
}

/** A plain packet in host placement; there is room. */
static inline void
send_plain_host(struct ena_tx_queue *q, struct rte_mbuf *m)
{
	uint16_t tail = q->tail++, id = q->free_ids[q->ids_taken++ & q->mask];

	write_desc(&q->sq[tail & q->mask],
		id_words(plain_w0(q, tail, ENA_TX_W0_FIRST), id) | m->data_len,
		rte_mbuf_data_iova(m) & TX_ADDR);
	q->mbufs[id] = m;
	q->slots[id] = slot_word(1, 0);
}

/* ---- LLQ ------------------------------------------------------------------------------------- */

/** Largest LLQ entry, bytes. */
#define LLQ_ENTRY_MAX 256u

/** A packet on its way into LLQ entries. */
struct llq_cursor {
	/** One entry, built here and copied to the window as whole lines. */
	uint8_t entry[LLQ_ENTRY_MAX] __rte_aligned(64);
	uint16_t used; /* descriptors in this entry */
	uint16_t limit; /* descriptors that it takes */
	uint32_t phase;
};

static inline void
llq_begin(const struct ena_tx_queue *q, struct llq_cursor *cur)
{
	uint16_t at;

	/* By lines, which a compiler turns into vector stores. */
	for (at = 0; at < q->entry_size; at += 64)
		memset(cur->entry + at, 0, 64);
	cur->used = 0;
	cur->limit = q->before;
	cur->phase = phase_at(q->tail, q->depth);
}

static inline void
llq_flush(struct ena_tx_queue *q, struct llq_cursor *cur)
{
	ena_copy_to_window(q->window + (uint32_t)(q->tail & q->mask) * q->entry_size, cur->entry,
		q->entry_size);
	q->tail++;
	q->burst_left--;
}

/** Next free descriptor; starts a continuation entry if this one is full. */
static inline struct ena_tx_desc *
llq_desc(struct ena_tx_queue *q, struct llq_cursor *cur)
{
	if (unlikely(cur->used == cur->limit)) {
		llq_flush(q, cur);
		llq_begin(q, cur);
		cur->limit = q->per_entry;
	}
	return (struct ena_tx_desc *)cur->entry + cur->used++;
}

/** Where the bytes behind the pushed header begin, and how many buffers they fill. */
struct llq_rest {
	const struct rte_mbuf *seg; /* NULL: all bytes are pushed */
	uint16_t skip; /* bytes of seg that are pushed */
	uint16_t buffers;
};

static inline struct llq_rest
llq_rest_of(const struct rte_mbuf *m, uint32_t pushed)
{
	struct llq_rest rest = {NULL, 0, 0};

	for (; m != NULL; m = m->next) {
		if (pushed >= m->data_len) {
			pushed -= m->data_len;
			continue;
		}
		if (rest.seg == NULL) {
			rest.seg = m;
			rest.skip = (uint16_t)pushed;
			pushed = 0;
		}
		rest.buffers++;
	}
	return rest;
}

/** Copy the first @p len bytes of the packet, which may be spread over segments. */
static inline void
llq_push_header(uint8_t *dst, const struct rte_mbuf *m, uint32_t len)
{
	if (likely(len <= m->data_len)) {
		memcpy(dst, rte_pktmbuf_mtod(m, const void *), len);
		return;
	}
	for (; m != NULL && len != 0; m = m->next) {
		uint32_t part = RTE_MIN(len, (uint32_t)m->data_len);

		memcpy(dst, rte_pktmbuf_mtod(m, const void *), part);
		dst += part;
		len -= part;
	}
}

/** Data descriptors of a packet, one after the other. */
struct llq_descs {
	const struct rte_mbuf *seg; /* of the next one */
	uint16_t skip; /* bytes of seg that are pushed */
	uint16_t left; /* buffers that are not described yet */
	uint64_t words; /* first half of the next one, without length and phase */
	uint64_t hdr_len; /* in the second half of the first one */
};

/** The next descriptor: both halves. */
static __rte_always_inline void
llq_next(struct llq_descs *d, uint32_t phase, uint64_t *lo, uint64_t *hi)
{
	*lo = d->words | ENA_FIELD_PREP(ENA_TX_W0_PHASE, phase);
	*hi = d->hdr_len;
	d->words = 0;
	d->hdr_len = 0;
	if (d->left != 0) {
		*lo |= (uint16_t)(d->seg->data_len - d->skip);
		*hi |= (rte_mbuf_data_iova(d->seg) + d->skip) & TX_ADDR;
		d->skip = 0;
		d->left--;
	}
	if (d->left == 0) {
		*lo |= ENA_TX_W0_LAST;
		return;
	}
	do
		d->seg = d->seg->next;
	while (unlikely(d->seg->data_len == 0));
}

static __rte_always_inline struct llq_descs
llq_descs_of(const struct ena_tx_work *work, const struct llq_rest *rest, uint32_t pushed,
	bool meta, uint16_t id)
{
	return (struct llq_descs){
		.seg = rest->seg,
		.skip = rest->skip,
		.left = rest->buffers,
		.words = first_words(work, id, meta, 0),
		.hdr_len = (uint64_t)ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, pushed) << 32,
	};
}

static inline void
llq_write(struct ena_tx_queue *q, const struct rte_mbuf *m, const struct ena_tx_work *work,
	const struct llq_rest *rest, uint32_t pushed, bool meta, uint16_t id)
{
	struct llq_descs descs = llq_descs_of(work, rest, pushed, meta, id);
	struct llq_cursor cur;
	uint64_t lo, hi;

	llq_begin(q, &cur);
	llq_push_header(cur.entry + q->before * sizeof(struct ena_tx_desc), m, pushed);
	if (meta) {
		ena_tx_meta_desc(llq_desc(q, &cur), work->tuple, cur.phase);
		q->meta = work->tuple;
	}
	/* One at least: a packet that is pushed whole has one without bytes. */
	do {
		struct ena_tx_desc *d = llq_desc(q, &cur);

		llq_next(&descs, cur.phase, &lo, &hi);
		write_desc(d, lo, hi);
	} while (descs.left != 0);
	llq_flush(q, &cur);
}

/** Note that a packet is on its way; @p whole: the device does not read its mbufs. */
static inline void
llq_sent(struct ena_tx_queue *q, struct rte_mbuf *m, uint16_t id, uint16_t entries, bool whole,
	struct free_batch *done)
{
	if (!whole) {
		packet_sent(q, m, id, entries);
		return;
	}
	q->pkts++;
	q->bytes += m->pkt_len;
	q->mbufs[id] = NULL;
	q->slots[id] = slot_word(entries, 0);
	q->ids_taken++;
	q->all_held = false;
	free_packet(q, done, m);
}

/**
 * Send one packet in LLQ placement, whatever it is. A packet that is pushed whole is not
 * read again by the device: its mbuf goes to @p done at once.
 * @return false: no room, try again later
 */
static inline bool
send_llq(struct ena_tx_queue *q, struct rte_mbuf *m, struct free_batch *done)
{
	struct ena_tx_work work = ena_tx_work_of(q, m);
	bool meta = needs_meta(q, &work);
	uint32_t pushed = RTE_MIN(m->pkt_len, (uint32_t)q->header_max);
	struct llq_rest rest = llq_rest_of(m, pushed);
	uint16_t entries, id;

	if (unlikely(m->pkt_len == 0 || rest.buffers > q->max_bufs)) {
		ena_tx_drop(q, m);
		return true;
	}
	entries = (uint16_t)ena_llq_packet_entries(meta, rest.buffers, q->before, q->per_entry);
	if (!has_room(q, entries))
		return false;
	if (unlikely(q->burst_limit != 0 && entries > q->burst_left)) {
		if (unlikely(entries > q->burst_limit)) {
			ena_tx_drop(q, m);
			return true;
		}
		ring_doorbell(q);
	}
	id = q->free_ids[q->ids_taken & q->mask];
	llq_write(q, m, &work, &rest, pushed, meta, id);
	llq_sent(q, m, id, entries, rest.seg == NULL, done);
	return true;
}

#endif /* ENA_TX_RING_H */
