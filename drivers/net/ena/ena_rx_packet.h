/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * From completions to mbufs (datasheet part B 5.3 to 5.6), and the common part of all Rx burst
 * functions.
 */
#ifndef ENA_RX_PACKET_H
#define ENA_RX_PACKET_H

#include "ena_rx_ring.h"

/** The parts of a completion that the driver uses, read once. */
struct rx_completion {
	uint32_t status;
	uint16_t len;
	uint16_t req_id;
	uint32_t hash;
	uint8_t offset;
};

/** Several fields of an mbuf in one. */
typedef uint64_t mbuf_word __attribute__((may_alias));

/** data_off, refcnt, nb_segs and port, which one 8-byte store presets. */
static inline mbuf_word *
rearm_data(struct rte_mbuf *m)
{
	return (mbuf_word *)((char *)m + offsetof(struct rte_mbuf, data_off));
}

/*
 * What vector functions rely on: from the rearm data on, 32 bytes are all that a received mbuf
 * needs: rearm data, flags, packet type, lengths, VLAN tag and hash.
 */
#define MBUF_AT(field) (offsetof(struct rte_mbuf, field) - offsetof(struct rte_mbuf, data_off))
_Static_assert(MBUF_AT(ol_flags) == 8, "mbuf layout");
_Static_assert(MBUF_AT(packet_type) == 16, "mbuf layout");
_Static_assert(MBUF_AT(pkt_len) == 20, "mbuf layout");
_Static_assert(MBUF_AT(data_len) == 24, "mbuf layout");
_Static_assert(MBUF_AT(hash) == 28, "mbuf layout");
/* and that flags of results lie in the low half of ol_flags, those of the buffer in the high one */
#define RESULT_FLAGS \
	(RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK | RTE_MBUF_F_RX_RSS_HASH)
_Static_assert(RESULT_FLAGS <= UINT32_MAX, "mbuf flags");
_Static_assert((uint32_t)RTE_MBUF_F_EXTERNAL == 0, "mbuf flags");

/** Packet type: L2 to L4, as far as the device has parsed (part B 5.3). */
static inline uint32_t
packet_type(uint32_t status)
{
	uint32_t l3 = ENA_FIELD_GET(ENA_RX_CDESC_L3_IDX, status);
	uint32_t l4 = ENA_FIELD_GET(ENA_RX_CDESC_L4_IDX, status);
	uint32_t type = RTE_PTYPE_L2_ETHER;

	if (l3 == ENA_L3_IPV4)
		type |= RTE_PTYPE_L3_IPV4_EXT_UNKNOWN;
	else if (l3 == ENA_L3_IPV6)
		type |= RTE_PTYPE_L3_IPV6_EXT_UNKNOWN;
	else
		return type;
	if ((status & ENA_RX_CDESC_FRAG) != 0)
		type |= RTE_PTYPE_L4_FRAG;
	else if (l4 == ENA_L4_TCP)
		type |= RTE_PTYPE_L4_TCP;
	else if (l4 == ENA_L4_UDP)
		type |= RTE_PTYPE_L4_UDP;
	return type;
}

/**
 * Checksum results (part B 5.3, 5.6). L3_ERR counts for IPv4 only; L4_ERR only if the
 * checksum was verified and the packet is no fragment: never "bad" for a fragment.
 */
static inline uint64_t
checksum_flags(struct ena_rx_queue *q, uint32_t status)
{
	uint32_t l4 = ENA_FIELD_GET(ENA_RX_CDESC_L4_IDX, status);
	uint64_t flags = 0;

	if (ENA_FIELD_GET(ENA_RX_CDESC_L3_IDX, status) == ENA_L3_IPV4) {
		if (unlikely((status & ENA_RX_CDESC_L3_ERR) != 0)) {
			flags |= RTE_MBUF_F_RX_IP_CKSUM_BAD;
			q->l3_bad++;
		} else {
			flags |= RTE_MBUF_F_RX_IP_CKSUM_GOOD;
		}
	}
	if ((l4 == ENA_L4_TCP || l4 == ENA_L4_UDP) &&
		(status & (ENA_RX_CDESC_FRAG | ENA_RX_CDESC_L4_CHK)) == ENA_RX_CDESC_L4_CHK) {
		if (unlikely((status & ENA_RX_CDESC_L4_ERR) != 0)) {
			flags |= RTE_MBUF_F_RX_L4_CKSUM_BAD;
			q->l4_bad++;
		} else {
			flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
			q->l4_good++;
		}
	}
	return flags & q->csum_mask;
}

/** Results of the packet, from its last completion, into its first mbuf. */
static inline void
fill_packet(struct ena_rx_queue *q, struct rte_mbuf *m, const struct rx_completion *c)
{
	uint32_t type = packet_type(c->status), l4 = type & RTE_PTYPE_L4_MASK;
	uint64_t flags = checksum_flags(q, c->status);

	m->packet_type = type;
	/* Packets that are not hashed have hash 0 (part B 7.5). */
	if (c->hash != 0 || l4 == RTE_PTYPE_L4_TCP || l4 == RTE_PTYPE_L4_UDP) {
		m->hash.rss = c->hash;
		flags |= q->hash_flag;
	}
	m->ol_flags = flags | q->buffer_flag;
}

/** Read completion @p head if it is new. */
static inline bool
next_completion(const struct ena_rx_queue *q, uint16_t head, struct rx_completion *c)
{
	const volatile struct ena_rx_cdesc *d =
		(const volatile struct ena_rx_cdesc *)(q->cq +
						       ((uint32_t)(head & q->mask) << q->cq_shift));

	c->status = ENA_SWAP32(d->status.le);
	if (ENA_FIELD_GET(ENA_RX_CDESC_PHASE, c->status) != phase_at(head, q->depth))
		return false;
	ena_rmb_completion();
	c->len = ENA_SWAP16(d->len.le);
	c->req_id = ENA_SWAP16(d->req_id.le);
	c->hash = ENA_SWAP32(d->hash.le);
	c->offset = d->offset;
	return true;
}

/** Checks before the buffer is taken (part B 5.5). @return false: a violation */
static inline bool
check_completion(struct ena_rx_queue *q, const struct rx_completion *c)
{
	uint32_t offset = q->seg_count == 0 ? c->offset : 0;

	if (unlikely((c->status & ENA_RX_CDESC_MBZ) != 0 && q->check_mbz)) {
		ena_rx_violation(q, &q->bad_desc, ENA_RESET_RX_COMPLETION_MALFORMED);
		return false;
	}
	if (unlikely((c->status & ENA_RX_CDESC_FIRST) != 0 && q->seg_count != 0)) {
		ena_rx_violation(q, &q->bad_desc, ENA_RESET_RX_COMPLETION_MALFORMED);
		return false;
	}
	if (unlikely(c->req_id >= q->depth || q->mbufs[c->req_id] == NULL)) {
		ena_rx_violation(q, &q->bad_req_id, ENA_RESET_BAD_RX_REQ_ID);
		return false;
	}
	if (unlikely(offset + c->len > q->buf_len)) {
		ena_rx_violation(q, &q->bad_desc, ENA_RESET_RX_COMPLETION_MALFORMED);
		return false;
	}
	if (unlikely(q->seg_count >= q->max_bufs)) {
		ena_rx_violation(q, &q->bad_desc_num, ENA_RESET_TOO_MANY_RX_DESCS);
		return false;
	}
	return true;
}

/** Append a buffer to the packet in progress, or start one. */
static inline void
add_segment(struct ena_rx_queue *q, struct rte_mbuf *m, const struct rx_completion *c)
{
	if (q->seg_count++ == 0) {
		m->data_off = (uint16_t)(RTE_PKTMBUF_HEADROOM + c->offset);
		m->pkt_len = c->len;
		q->seg_first = m;
		q->seg_last = m;
		return;
	}
	/* Some devices end a packet with an empty buffer (part B 5.4): it carries nothing. */
	if (c->len == 0) {
		rte_mbuf_raw_free(m);
		return;
	}
	q->seg_last->next = m;
	q->seg_last = m;
	q->seg_first->pkt_len += c->len;
	q->seg_first->nb_segs++;
}

/**
 * Take up to @p n completions one at a time, and the packets that end with them. Handles every
 * case.
 * @param pos position in the completion ring, moved on
 * @return packets
 */
static inline uint16_t
take_packets(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos)
{
	struct rx_completion c;
	uint16_t head = *pos, end = (uint16_t)(head + n), got = 0;
	uint64_t bytes = 0;

	while (head != end && next_completion(q, head, &c)) {
		struct rte_mbuf *m;

		if (!check_completion(q, &c))
			break;
		m = q->mbufs[c.req_id];
		q->mbufs[c.req_id] = NULL;
		if (unlikely(c.req_id != (head & q->mask)))
			q->in_order = false;
		q->free_ids[head & q->mask] = c.req_id;
		head++;
		rte_prefetch0(rte_pktmbuf_mtod(m, void *));

		/* mbufs of a pool have no next segment. */
		*rearm_data(m) = q->mbuf_init;
		m->data_len = c.len;
		add_segment(q, m, &c);
		if ((c.status & ENA_RX_CDESC_LAST) == 0)
			continue;

		m = q->seg_first;
		if (unlikely(m->pkt_len == 0)) {
			ena_rx_violation(q, &q->bad_desc, ENA_RESET_RX_COMPLETION_MALFORMED);
			break;
		}
		fill_packet(q, m, &c);
		q->seg_first = NULL;
		q->seg_count = 0;
		bytes += m->pkt_len;
		pkts[got++] = m;
	}
	*pos = head;
	q->pkts += got;
	q->bytes += bytes;
	return got;
}

/**
 * Buffers, not packets, that a burst takes before it looks at the ring again: a refill batch, or
 * half of that if some are missing already. So while the pool has buffers the device owns
 * depth - 1 - RX_CHUNK or more; with a refill threshold above half a chunk, depth - threshold -
 * RX_CHUNK / 2.
 */
#define RX_CHUNK ENA_RX_REFILL_BATCH

static inline uint16_t
chunk_at(const struct ena_rx_queue *q, uint16_t head)
{
	return likely(free_slots(q, head) == 0) ? RX_CHUNK : RX_CHUNK / 2;
}

/** After a chunk: note the low-water mark, and post what is missing if that is worth it. */
static inline void
refill_in_burst(struct ena_rx_queue *q, uint16_t head)
{
	uint16_t posted = (uint16_t)(q->sq_tail - head);
	uint16_t missing = free_slots(q, head);

	/* All that is posted was rung: post_buffers(). */
	if (unlikely(posted < q->posted_min))
		q->posted_min = posted;
	q->cq_head = head;
	if (missing >= q->free_thresh && likely(q->state == ENA_QUEUE_RUNNING))
		post_buffers(q, missing);
}

/**
 * Take up to @p n completions of @p q, and hand over the packets that end with them.
 * @return packets; @p pos has moved on by what was taken
 */
typedef uint16_t (*rx_take_fn)(
	struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos);

/** The common part of all Rx burst functions; @p take is inlined. */
static __rte_always_inline uint16_t
rx_burst(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, rx_take_fn take)
{
	uint16_t head = q->cq_head, got = 0, from, want;

	if (unlikely(q->state != ENA_QUEUE_RUNNING))
		return 0;
	do {
		from = head;
		/* A packet takes at least one buffer. */
		want = RTE_MIN(chunk_at(q, head), (uint16_t)(n - got));
		got += take(q, pkts + got, want, &head);
		refill_in_burst(q, head);
	} while (got < n && (uint16_t)(head - from) == want &&
		 likely(q->state == ENA_QUEUE_RUNNING));
	return got;
}

#endif /* ENA_RX_PACKET_H */
