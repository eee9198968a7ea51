/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The common part of the vector Tx burst functions for LLQ entries.
 *
 * The entry of a plain packet, of 128 or 256 bytes with two descriptors before the header, is
 * composed in registers and stored to the window as whole ascending lines: it is never built in
 * memory first. The mbuf of a packet that fits into its entry goes back to the pool with the same
 * burst, straight from the caller's array, since the device does not read it; of a longer one the
 * device reads what is behind the header. Packets with offloads or of several segments are composed
 * in the same way, as long as their first segment holds the header; further entries are stored
 * descriptor by descriptor, in ascending order. Everything else is left to send_llq().
 */
#ifndef ENA_TX_PUSH_H
#define ENA_TX_PUSH_H

#include "ena_tx_llq.h"

/** Bytes of an entry before the header. */
#define PUSH_DESCS (2u * ENA_LLQ_DESC_SIZE)

/** True if the header of a plain packet can be loaded. */
typedef bool (*push_fits_fn)(const struct ena_tx_queue *q, const struct rte_mbuf *m);
/**
 * Store one entry: the four words of its descriptors, @p len bytes of @p data, and zeros.
 * @p entry_size is a constant, 128 or 256; @p entry is aligned to 64 bytes.
 */
typedef void (*push_write_fn)(uint8_t *entry, uint32_t entry_size, const uint64_t descs[4],
	const uint8_t *data, uint32_t len);

/** For functions that load whole vectors: they end behind the packet, but not behind its buffer. */
static __rte_always_inline bool
push_within_buffer(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	return m->data_off + q->header_max <= m->buf_len;
}

/** The first word of a metadata descriptor that carries nothing (part B 2.6). */
static inline uint32_t
empty_meta_w0(const struct ena_tx_queue *q, uint16_t tail)
{
	return ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_META_TYPE | ENA_TX_META_W0_STORE |
	       ENA_TX_META_W0_META | ENA_TX_META_W0_FIRST |
	       ENA_FIELD_PREP(ENA_TX_META_W0_PHASE, phase_at(tail, q->depth));
}

/** Write the entry of a plain packet. @return true: it is pushed whole */
static __rte_always_inline bool
push_one(struct ena_tx_queue *q, struct rte_mbuf *m, bool meta, uint32_t entry_size,
	push_write_fn write)
{
	uint16_t tail = q->sq_tail++, id = q->free_ids[q->ids_taken++ & q->mask];
	uint32_t len = RTE_MIN(m->data_len, q->header_max), behind = m->data_len - len;
	uint64_t words = id_words(plain_w0(q, tail, meta ? 0 : ENA_TX_W0_FIRST), id) | behind;
	uint64_t buffer = (uint64_t)ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, len) << 32;
	uint64_t w[4];

	if (behind != 0)
		buffer |= (rte_mbuf_data_iova(m) + len) & TX_ADDR;
	w[0] = ENA_SWAP64(meta ? (uint64_t)empty_meta_w0(q, tail) : words);
	w[1] = ENA_SWAP64(meta ? 0 : buffer);
	w[2] = ENA_SWAP64(meta ? words : 0);
	w[3] = ENA_SWAP64(meta ? buffer : 0);
	write(q->window + (uint32_t)(tail & q->mask) * entry_size, entry_size, w,
		rte_pktmbuf_mtod(m, const uint8_t *), len);
	q->mbufs[id] = behind != 0 ? m : NULL;
	q->reqs[id] = req_word(1, 0);
	return behind == 0;
}

/**
 * Push plain packets, at most @p n and as many as entries are free.
 * @return packets sent; fewer: the next one is not plain
 */
static __rte_always_inline uint16_t
push_run(struct ena_tx_queue *q, struct rte_mbuf **pkts, uint16_t n, bool meta, uint32_t entry_size,
	push_fits_fn fits, push_write_fn write)
{
	/* Packets from whole on are pushed whole: one bulk gives them back. */
	uint16_t sent, whole = 0;
	uint64_t bytes = 0;

	for (sent = 0; sent < n; sent++) {
		struct rte_mbuf *m = pkts[sent];

		if (unlikely(!is_plain(m) || !fits(q, m)))
			break;
		if (q->burst_limit != 0) {
			if (q->burst_left == 0)
				ring_doorbell(q);
			q->burst_left--;
		}
		bytes += m->data_len;
		if (!push_one(q, m, meta, entry_size, write)) {
			free_bulk(q, pkts + whole, (unsigned int)(sent - whole));
			whole = (uint16_t)(sent + 1);
		} else {
			q->all_held = false;
		}
	}
	free_bulk(q, pkts + whole, (unsigned int)(sent - whole));
	q->pkts += sent;
	q->bytes += bytes;
	return sent;
}

/** A further entry: as many descriptors as it takes, and zeros. */
static __rte_always_inline void
push_continuation(struct ena_tx_queue *q, struct llq_descs *d, uint32_t entry_size)
{
	volatile ena_quarter *to =
		(volatile ena_quarter *)(q->window + (uint32_t)(q->sq_tail & q->mask) * entry_size);
	uint32_t phase = phase_at(q->sq_tail, q->depth), k;
	uint64_t lo, hi;

	for (k = 0; k < entry_size / sizeof(*to); k++) {
		lo = hi = 0;
		if (d->left != 0 && k < q->descs_per_entry)
			llq_next(d, phase, &lo, &hi);
		to[k] = (ena_quarter){ENA_SWAP64(lo), ENA_SWAP64(hi)};
	}
	q->sq_tail++;
	q->burst_left--;
}

/**
 * A packet with offloads, or of several segments.
 * @return false: nothing was done, this one is for send_llq()
 */
static __rte_always_inline bool
push_general(struct ena_tx_queue *q, struct rte_mbuf *m, struct free_batch *done,
	uint32_t entry_size, push_fits_fn fits, push_write_fn write)
{
	uint32_t pushed = RTE_MIN(m->pkt_len, (uint32_t)q->header_max), phase;
	uint16_t id = q->free_ids[q->ids_taken & q->mask], entries;
	struct ena_tx_desc meta_desc;
	struct ena_tx_work work;
	struct llq_descs d;
	uint64_t w[4] = {0};
	bool meta, whole;

	if (unlikely(pushed == 0 || m->data_len < pushed || !fits(q, m)))
		return false;
	work = ena_tx_work_of(q, m);
	meta = needs_meta(q, &work);
	d = llq_descs_behind(m, pushed);
	whole = d.seg == NULL;
	entries = llq_entries(q, &d, meta);
	if (unlikely(d.left > q->max_bufs || free_slots(q) < entries ||
		     (q->burst_limit != 0 && entries > q->burst_left)))
		return false;

	phase = phase_at(q->sq_tail, q->depth);
	llq_descs_begin(&d, &work, pushed, meta, id);
	if (meta) {
		ena_tx_meta_desc(&meta_desc, work.tuple, phase);
		memcpy(w, &meta_desc, sizeof(meta_desc));
		llq_next(&d, phase, &w[2], &w[3]);
		q->meta = work.tuple;
	} else {
		llq_next(&d, phase, &w[0], &w[1]);
		if (d.left != 0)
			llq_next(&d, phase, &w[2], &w[3]);
		w[0] = ENA_SWAP64(w[0]);
		w[1] = ENA_SWAP64(w[1]);
	}
	w[2] = ENA_SWAP64(w[2]);
	w[3] = ENA_SWAP64(w[3]);
	write(q->window + (uint32_t)(q->sq_tail & q->mask) * entry_size, entry_size, w,
		rte_pktmbuf_mtod(m, const uint8_t *), pushed);
	q->sq_tail++;
	q->burst_left--;
	while (d.left != 0)
		push_continuation(q, &d, entry_size);
	llq_sent(q, m, id, entries, whole, done);
	return true;
}

/** All packets of a burst; @p meta and @p entry_size are constants after inlining. */
static __rte_always_inline uint16_t
push_packets(struct ena_tx_queue *q, struct rte_mbuf **pkts, uint16_t n, bool meta,
	uint32_t entry_size, push_fits_fn fits, push_write_fn write)
{
	struct free_batch done;
	uint16_t sent = 0;

	done.n = 0;
	for (;;) {
		uint16_t left = RTE_MIN(free_slots(q), (uint16_t)(n - sent));

		left = push_run(q, pkts + sent, left, meta, entry_size, fits, write);
		if (meta && left != 0)
			q->meta = 0;
		sent += left;
		if (sent == n)
			break;
		/* A packet that is not plain, or no free slot: send_llq() looks for completions. */
		prefetch_ahead(pkts, sent, n);
		if (!push_general(q, pkts[sent], &done, entry_size, fits, write) &&
			unlikely(!send_llq(q, pkts[sent], &done)))
			break;
		if (++sent == n)
			break;
	}
	if (q->sq_tail != q->db_tail)
		ring_doorbell(q);
	free_flush(q, &done);
	return sent;
}

/** The whole burst function. */
static __rte_always_inline uint16_t
push_burst(struct ena_tx_queue *q, struct rte_mbuf **pkts, uint16_t n, push_fits_fn fits,
	push_write_fn write)
{
	if (!begin_burst(q, n))
		return 0;
	if (q->entry_size == 128)
		return q->no_meta_cache ? push_packets(q, pkts, n, true, 128, fits, write) :
					  push_packets(q, pkts, n, false, 128, fits, write);
	return q->no_meta_cache ? push_packets(q, pkts, n, true, 256, fits, write) :
				  push_packets(q, pkts, n, false, 256, fits, write);
}

#endif /* ENA_TX_PUSH_H */
