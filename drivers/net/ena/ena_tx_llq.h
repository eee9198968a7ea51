/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * LLQ entries (datasheet part B 3): descriptors and the first bytes of a packet, written to device
 * memory as whole lines.
 */
#ifndef ENA_TX_LLQ_H
#define ENA_TX_LLQ_H

#include "ena_tx_desc.h"

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
	cur->limit = q->descs_before_header;
	cur->phase = phase_at(q->sq_tail, q->depth);
}

static inline void
llq_flush(struct ena_tx_queue *q, struct llq_cursor *cur)
{
	ena_copy_to_window(q->window + (uint32_t)(q->sq_tail & q->mask) * q->entry_size, cur->entry,
		q->entry_size);
	q->sq_tail++;
	q->burst_left--;
}

/** Next free descriptor; starts a continuation entry if this one is full. */
static inline struct ena_tx_desc *
llq_desc(struct ena_tx_queue *q, struct llq_cursor *cur)
{
	if (unlikely(cur->used == cur->limit)) {
		llq_flush(q, cur);
		llq_begin(q, cur);
		cur->limit = q->descs_per_entry;
	}
	return (struct ena_tx_desc *)cur->entry + cur->used++;
}

/** Data descriptors of a packet, one after the other. */
struct llq_descs {
	const struct rte_mbuf *seg; /* of the next one; NULL: all bytes are pushed */
	uint16_t skip; /* bytes of seg that are pushed */
	uint16_t left; /* buffers that are not described yet */
	uint64_t words; /* first half of the next one, without length and phase */
	uint64_t hdr_len; /* in the second half of the first one */
};

/** What is behind the first @p pushed bytes of a packet: where it begins, and in how many buffers.
 */
static inline struct llq_descs
llq_descs_behind(const struct rte_mbuf *m, uint32_t pushed)
{
	struct llq_descs d = {NULL, 0, 0, 0, 0};

	for (; m != NULL; m = m->next) {
		if (pushed >= m->data_len) {
			pushed -= m->data_len;
			continue;
		}
		if (d.seg == NULL) {
			d.seg = m;
			d.skip = (uint16_t)pushed;
			pushed = 0;
		}
		d.left++;
	}
	return d;
}

/** Add what the first descriptor has beside its buffer. */
static __rte_always_inline void
llq_descs_begin(struct llq_descs *d, const struct ena_tx_work *work, uint32_t pushed, bool meta,
	uint16_t id)
{
	d->words = first_words(work, id, meta, 0);
	d->hdr_len = (uint64_t)ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, pushed) << 32;
}

/** LLQ entries that @p d and metadata take; one data descriptor at least. */
static inline uint16_t
llq_entries(const struct ena_tx_queue *q, const struct llq_descs *d, bool meta)
{
	return (uint16_t)ena_llq_packet_entries(
		meta, d->left, q->descs_before_header, q->descs_per_entry);
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

static inline void
llq_write(struct ena_tx_queue *q, const struct rte_mbuf *m, const struct ena_tx_work *work,
	struct llq_descs *descs, uint32_t pushed, bool meta)
{
	struct llq_cursor cur;
	uint64_t lo, hi;

	llq_begin(q, &cur);
	llq_push_header(cur.entry + q->descs_before_header * sizeof(struct ena_tx_desc), m, pushed);
	if (meta) {
		ena_tx_meta_desc(llq_desc(q, &cur), work->tuple, cur.phase);
		q->meta = work->tuple;
	}
	/* One at least: a packet that is pushed whole has one without bytes. */
	do {
		struct ena_tx_desc *d = llq_desc(q, &cur);

		llq_next(descs, cur.phase, &lo, &hi);
		write_desc(d, lo, hi);
	} while (descs->left != 0);
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
	q->reqs[id] = req_word(entries, 0);
	q->ids_taken++;
	q->all_held = false;
	free_packet(q, done, m);
}

/**
 * Send one packet in LLQ placement, whatever it is. A packet that is pushed whole is not
 * read again by the device: its mbuf goes to @p done at once.
 * @return false: no free slots, try again later
 */
static inline bool
send_llq(struct ena_tx_queue *q, struct rte_mbuf *m, struct free_batch *done)
{
	struct ena_tx_work work = ena_tx_work_of(q, m);
	bool meta = needs_meta(q, &work);
	uint32_t pushed = RTE_MIN(m->pkt_len, (uint32_t)q->header_max);
	struct llq_descs descs = llq_descs_behind(m, pushed);
	bool whole = descs.seg == NULL;
	uint16_t entries, id;

	if (unlikely(m->pkt_len == 0 || descs.left > q->max_bufs)) {
		ena_tx_drop(q, m);
		return true;
	}
	entries = llq_entries(q, &descs, meta);
	if (!has_free_slots(q, entries))
		return false;
	if (unlikely(q->burst_limit != 0 && entries > q->burst_left)) {
		if (unlikely(entries > q->burst_limit)) {
			ena_tx_drop(q, m);
			return true;
		}
		ring_doorbell(q);
	}
	id = q->free_ids[q->ids_taken & q->mask];
	llq_descs_begin(&descs, &work, pushed, meta, id);
	llq_write(q, m, &work, &descs, pushed, meta);
	llq_sent(q, m, id, entries, whole, done);
	return true;
}

#endif /* ENA_TX_LLQ_H */
