/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx descriptors (datasheet part B 2).
 */
#ifndef ENA_TX_DESC_H
#define ENA_TX_DESC_H

#include "ena_tx_offload.h"
#include "ena_tx_ring.h"

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

#endif /* ENA_TX_DESC_H */
