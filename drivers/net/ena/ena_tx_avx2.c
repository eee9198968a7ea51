/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx into LLQ entries with AVX2.
 *
 * A plain packet that fits into its entry, of 128 or 256 bytes with two descriptors before the
 * header, is composed in registers and stored to the window as whole ascending lines: it is
 * never built in memory first. Its mbuf goes back to the pool with the same burst, since the
 * device does not read it. Everything else is left to send_llq().
 */
#include <immintrin.h>

#include "ena_tx_ring.h"

#define VECTOR 32u

/** The words of a metadata descriptor that carries nothing (part B 2.6). */
static inline uint32_t
empty_meta_w0(const struct ena_tx_queue *q, uint16_t tail)
{
	return ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_EXT_TYPE | ENA_TX_META_W0_STORE |
		ENA_TX_META_W0_META | ENA_TX_META_W0_FIRST |
		ENA_FIELD_PREP(ENA_TX_META_W0_PHASE, phase_at(tail, q->depth));
}

/** Bytes @p at to @p at + 31 of a packet of @p len bytes, zero behind its end. */
static __rte_always_inline __m256i
header_bytes(const uint8_t *data, uint32_t at, uint32_t len)
{
	const __m256i lane = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
	__m256i v, keep;

	if (at + VECTOR <= len)
		return _mm256_loadu_si256((const __m256i *)(data + at));
	if (at >= len)
		return _mm256_setzero_si256();
	v = _mm256_loadu_si256((const __m256i *)(data + at));
	keep = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(len - at)), lane);
	return _mm256_and_si256(v, keep);
}

/** True if the packet can be composed in registers: loads stay within its buffer. */
static __rte_always_inline bool
fits(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	return is_plain(m) && m->data_len <= q->header_max &&
		m->data_off + q->header_max <= m->buf_len;
}

static __rte_always_inline void
send_pushed(struct ena_tx_queue *q, const struct rte_mbuf *m, bool meta, uint32_t entry_size)
{
	uint16_t tail = q->tail++, id = q->free_ids[q->ids_taken++ & q->mask];
	uint8_t *entry = q->window + (uint32_t)(tail & q->mask) * entry_size;
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t len = m->data_len, at;
	uint64_t words = plain_words(plain_w0(q, tail, meta ? 0 : ENA_TX_W0_FIRST), id);
	uint64_t hdr_len = (uint64_t)ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, len) << 32;
	__m256i descs;

	if (meta)
		descs = _mm256_setr_epi64x(empty_meta_w0(q, tail), 0, (long long)words,
			(long long)hdr_len);
	else
		descs = _mm256_setr_epi64x((long long)words, (long long)hdr_len, 0, 0);
	_mm256_store_si256((__m256i *)entry, descs);
	for (at = 0; at < entry_size - VECTOR; at += VECTOR)
		_mm256_store_si256((__m256i *)(entry + VECTOR + at), header_bytes(data, at, len));
	q->mbufs[id] = NULL;
	q->slots[id] = 1;
}

/** All packets of a burst; @p meta and @p entry_size are constants after inlining. */
static __rte_always_inline uint16_t
burst(struct ena_tx_queue *q, struct rte_mbuf **pkts, uint16_t n, bool meta, uint32_t entry_size)
{
	uint64_t plain = 0, bytes = 0;
	struct free_batch done;
	uint16_t sent, left;

	done.n = 0;
	left = room(q);
	for (sent = 0; sent < n; sent++) {
		struct rte_mbuf *m = pkts[sent];

		if (likely(left != 0 && fits(q, m))) {
			if (q->burst_limit != 0) {
				if (q->burst_left == 0)
					ring_doorbell(q);
				q->burst_left--;
			}
			bytes += m->data_len;
			send_pushed(q, m, meta, entry_size);
			free_one(q, &done, m);
			plain++;
			left--;
			continue;
		}
		if (unlikely(!send_llq(q, m, &done)))
			break;
		left = room(q);
	}
	if (plain != 0) {
		q->pkts += plain;
		q->bytes += bytes;
		q->all_held = false;
		if (meta)
			q->meta = 0;
	}
	if (q->tail != q->rung)
		ring_doorbell(q);
	free_flush(q, &done);
	return sent;
}

uint16_t
ena_tx_burst_llq_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct ena_tx_queue *q = queue;

	if (!begin_burst(q))
		return 0;
	if (q->entry_size == 128)
		return q->no_meta_cache ? burst(q, pkts, n, true, 128) : burst(q, pkts, n, false, 128);
	return q->no_meta_cache ? burst(q, pkts, n, true, 256) : burst(q, pkts, n, false, 256);
}
