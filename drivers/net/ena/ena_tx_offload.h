/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Translation of mbuf offload flags into descriptor fields (datasheet part B 2.1, 2.2,
 * 2.6, 2.8).
 */
#ifndef ENA_TX_OFFLOAD_H
#define ENA_TX_OFFLOAD_H

#include <rte_ip.h>

#include "ena_txq.h"

/** Flags that make the device change the packet. */
#define ENA_TX_WORK_FLAGS (RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_TCP_SEG)

/** What the device has to do with a packet. */
struct ena_tx_work {
	uint32_t w1; /**< offload bits of the first data descriptor, without the request id */
	uint64_t tuple; /**< metadata; 0 if there is no offload */
};

/** Metadata tuple in one word, to compare with the cached one. */
static inline uint64_t
ena_tx_tuple(uint32_t mss, uint32_t l3_len, uint32_t l3_off, uint32_t l4_words)
{
	return (uint64_t)mss << 32 | l4_words << 16 | l3_off << 8 | l3_len;
}

/** DF of the descriptor: 0 only for an IPv4 packet whose DF flag is 0. */
static inline uint32_t
ena_tx_df(const struct rte_mbuf *m)
{
	uint32_t at = m->l2_len + offsetof(struct rte_ipv4_hdr, fragment_offset);
	const uint8_t *bits;
	uint8_t copy;

	/* The header may be spread over segments; the flag is in the first byte of its field. */
	bits = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	return bits != NULL && (*bits & (RTE_IPV4_HDR_DF_FLAG >> 8)) != 0 ? ENA_TX_W1_DF : 0;
}

static inline struct ena_tx_work
ena_tx_work_of(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	uint64_t flags = m->ol_flags;
	bool v6 = (flags & RTE_MBUF_F_TX_IPV6) != 0;
	bool tso = (flags & RTE_MBUF_F_TX_TCP_SEG) != 0;
	uint64_t l4 = tso ? RTE_MBUF_F_TX_TCP_CKSUM : flags & RTE_MBUF_F_TX_L4_MASK;
	struct ena_tx_work work = {0, 0};

	if (likely((flags & ENA_TX_WORK_FLAGS) == 0))
		return work;

	if (v6)
		work.w1 = ENA_FIELD_PREP(ENA_TX_W1_L3_IDX, ENA_L3_IPV6) | ENA_TX_W1_DF;
	else
		work.w1 = ENA_FIELD_PREP(ENA_TX_W1_L3_IDX, ENA_L3_IPV4) | ena_tx_df(m);
	/* Segments of a TSO packet always need new header checksums. */
	if (!v6 && ((flags & RTE_MBUF_F_TX_IP_CKSUM) != 0 || tso))
		work.w1 |= ENA_TX_W1_L3_CS;
	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM || l4 == RTE_MBUF_F_TX_UDP_CKSUM) {
		work.w1 |= ENA_TX_W1_L4_CS |
			   ENA_FIELD_PREP(ENA_TX_W1_L4_IDX,
				   l4 == RTE_MBUF_F_TX_TCP_CKSUM ? ENA_L4_TCP : ENA_L4_UDP);
		/* The pseudo-header sum is in the packet: ena_tx_prepare() put it there. */
		if (!tso && (v6 ? q->seed_v6 : q->seed_v4))
			work.w1 |= ENA_TX_W1_L4_SEED;
	}
	if (tso)
		work.w1 |= ENA_TX_W1_TSO;
	work.tuple = ena_tx_tuple(tso ? m->tso_segsz & ENA_TX_META_MSS_MAX : 0, m->l3_len & 0xff,
		m->l2_len, tso ? m->l4_len / 4u & 0x3f : 0);
	return work;
}

/** Metadata descriptor for @p tuple, with FIRST set. */
static inline void
ena_tx_meta_desc(struct ena_tx_desc *d, uint64_t tuple, uint32_t phase)
{
	uint32_t mss = (uint32_t)(tuple >> 32);

	d->w[0] = ena_put32(
		ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_META_TYPE | ENA_TX_META_W0_STORE |
		ENA_TX_META_W0_META | ENA_TX_META_W0_FIRST |
		ENA_FIELD_PREP(ENA_TX_META_W0_MSS_HI, ENA_FIELD_GET(ENA_TX_META_MSS_HI, mss)) |
		ENA_FIELD_PREP(ENA_TX_META_W0_PHASE, phase));
	d->w[1] = ena_put32(0);
	d->w[2] = ena_put32(
		ENA_FIELD_PREP(ENA_TX_META_W2_L3_LEN, tuple) |
		ENA_FIELD_PREP(ENA_TX_META_W2_L3_OFF, tuple >> 8) |
		ENA_FIELD_PREP(ENA_TX_META_W2_L4_WORDS, tuple >> 16) |
		ENA_FIELD_PREP(ENA_TX_META_W2_MSS_LO, ENA_FIELD_GET(ENA_TX_META_MSS_LO, mss)));
	d->w[3] = ena_put32(0);
}

#endif /* ENA_TX_OFFLOAD_H */
