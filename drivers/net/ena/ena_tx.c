/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The scalar Tx burst functions (datasheet part B, sections 2 and 3): one for rings in host memory
 * and one for rings in device memory (LLQ). One doorbell ends a burst; a burst limit of the device
 * may force earlier ones.
 */
#include "ena_tx_llq.h"

/* ---- rings in host memory ------------------------------------------------------------------ */

/** Number of segments that carry bytes; empty ones are skipped. */
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

/**
 * Send one packet in host placement, whatever it is. HDR_LEN is a hint there (part B 2.4); it stays
 * 0, since device models exist that drop a packet with another value.
 * @return false: no free slots, try again later
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
	if (!has_free_slots(q, slots))
		return false;
	tail = q->sq_tail;
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
	q->sq_tail = tail;
	packet_sent(q, m, id, slots);
	return true;
}

/** A plain packet in host placement; a slot is free. */
static inline void
send_plain_host(struct ena_tx_queue *q, struct rte_mbuf *m)
{
	uint16_t tail = q->sq_tail++, id = q->free_ids[q->ids_taken++ & q->mask];

	write_desc(&q->sq[tail & q->mask],
		id_words(plain_w0(q, tail, ENA_TX_W0_FIRST), id) | m->data_len,
		rte_mbuf_data_iova(m) & TX_ADDR);
	q->mbufs[id] = m;
	q->reqs[id] = req_word(1, 0);
}

uint16_t
ena_tx_burst_host(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct ena_tx_queue *q = queue;
	uint64_t plain = 0, bytes = 0;
	uint16_t sent, left;

	if (!begin_burst(q, n))
		return 0;
	left = free_slots(q);
	for (sent = 0; sent < n; sent++) {
		struct rte_mbuf *m = pkts[sent];

		if (likely(left != 0 && is_plain(m))) {
			bytes += m->data_len;
			send_plain_host(q, m);
			plain++;
			left--;
			continue;
		}
		prefetch_ahead(pkts, sent, n);
		if (unlikely(!send_host(q, m)))
			break;
		left = free_slots(q);
	}
	q->pkts += plain;
	q->bytes += bytes;
	if (q->sq_tail != q->db_tail)
		ring_doorbell(q);
	return sent;
}

/* ---- LLQ ------------------------------------------------------------------------------------- */

uint16_t
ena_tx_burst_llq(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct ena_tx_queue *q = queue;
	struct free_batch done;
	uint16_t sent;

	if (!begin_burst(q, n))
		return 0;
	done.n = 0;
	for (sent = 0; sent < n; sent++) {
		prefetch_ahead(pkts, sent, n);
		if (unlikely(!send_llq(q, pkts[sent], &done)))
			break;
	}
	if (q->sq_tail != q->db_tail)
		ring_doorbell(q);
	free_flush(q, &done);
	return sent;
}
