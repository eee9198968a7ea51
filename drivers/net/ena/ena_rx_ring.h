/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Rx ring: what all Rx burst functions share (datasheet part B, section 5).
 */
#ifndef ENA_RX_RING_H
#define ENA_RX_RING_H

#include <rte_branch_prediction.h>
#include <rte_prefetch.h>

#include "ena_barrier.h"
#include "ena_pmd.h"
#include "ena_ring.h"

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

/* ---- refill ------------------------------------------------------------------------ */

/** Descriptor of a buffer as two 64-bit words (part B 5.1). */
union rx_desc_words {
	struct ena_rx_desc d;
	uint64_t w[2];
};

/**
 * First word without the request id: length and flags for position @p tail.
 *
 * Bit 5 of the flags is named "must be one", yet it is written 0, as every driver does that is
 * known to run on all devices; a device has to accept both (part B 5.1, 5.9 #2).
 */
static inline uint64_t
desc_template(const struct ena_rx_queue *q, uint16_t tail)
{
	uint32_t ctrl =
		ENA_RX_CTRL_FIRST | ENA_RX_CTRL_LAST | ENA_RX_CTRL_CREQ | phase_at(tail, q->depth);

	return q->buf_len | (uint64_t)ctrl << 24;
}

static inline void
write_desc(struct ena_rx_queue *q, uint16_t slot, uint64_t template, uint16_t id,
	const struct rte_mbuf *m)
{
	union rx_desc_words *d = (union rx_desc_words *)&q->sq[slot];

	d->w[0] = ENA_SWAP64(template | (uint64_t)id << 32);
	d->w[1] = ENA_SWAP64(rte_mbuf_iova_get(m) + RTE_PKTMBUF_HEADROOM);
}

static inline void
post_one(struct ena_rx_queue *q, struct rte_mbuf *m)
{
	uint16_t tail = q->sq_tail, slot = tail & q->mask, id = q->free_ids[slot];

	q->mbufs[id] = m;
	write_desc(q, slot, desc_template(q, tail), id, m);
	q->sq_tail = (uint16_t)(tail + 1);
}

/**
 * Fetch the headers of the mbufs that the pool will give next, if they lie in its cache: by the
 * next refill they are there. Their addresses come from there and wait for memory otherwise.
 */
static __rte_always_inline void
prefetch_next(const struct ena_rx_queue *q, uint16_t n)
{
	const struct rte_mempool_cache *c = rte_mempool_default_cache(q->pool, rte_lcore_id());
	uint16_t i;

	if (likely(c != NULL && c->len >= n))
		for (i = 1; i <= n; i++)
			rte_prefetch0(c->objs[c->len - i]);
}

/**
 * Buffers for @p n slots that do not wrap, with request ids equal to slots: the pool
 * writes its mbufs where they belong.
 * @return false: the pool has fewer; nothing was done
 */
static __rte_always_inline bool
post_in_place(struct ena_rx_queue *q, uint16_t n)
{
	uint16_t tail = q->sq_tail, slot = tail & q->mask, i;
	uint64_t template = desc_template(q, tail);
	struct rte_mbuf **m = &q->mbufs[slot];

	if (unlikely(rte_mempool_get_bulk(q->pool, (void **)m, n) != 0)) {
		/* A pool may write some pointers before it finds that there are not enough. */
		memset(m, 0, n * sizeof(*m));
		return false;
	}
	for (i = 0; i < n; i++)
		write_desc(q, (uint16_t)(slot + i), template, (uint16_t)(slot + i), m[i]);
	q->sq_tail = (uint16_t)(tail + n);
	prefetch_next(q, n);
	return true;
}

/** Buffers for @p n slots, ENA_RX_REFILL_BATCH at most, in any order of request ids. */
static inline bool
post_anywhere(struct ena_rx_queue *q, uint16_t n)
{
	struct rte_mbuf *m[ENA_RX_REFILL_BATCH];
	uint16_t i;

	if (unlikely(rte_mempool_get_bulk(q->pool, (void **)m, n) != 0))
		return false;
	for (i = 0; i < n; i++)
		post_one(q, m[i]);
	return true;
}

/** Slots without a buffer; one stays empty (part B 1.2). */
static inline uint16_t
free_slots(const struct ena_rx_queue *q, uint16_t head)
{
	return (uint16_t)(q->depth - 1 - (uint16_t)(q->sq_tail - head));
}

static inline void
ring_doorbell(struct ena_rx_queue *q)
{
	ena_doorbell(q->db, q->sq_tail, false);
}

/**
 * Post buffers for all @p want free slots, one batch at a time, and ring: what is written is also
 * what the device has been told.
 * @return buffers posted; less than @p want: the pool has no more, and ena_rx_shortage() knows
 */
static inline uint16_t
post_buffers(struct ena_rx_queue *q, uint16_t want)
{
	uint16_t posted = 0, part;
	bool done;

	while (posted < want) {
		part = RTE_MIN((uint16_t)(want - posted), (uint16_t)ENA_RX_REFILL_BATCH);
		if (unlikely(!q->in_order)) {
			done = post_anywhere(q, part);
		} else {
			part = RTE_MIN(part, (uint16_t)(q->depth - (q->sq_tail & q->mask)));
			/* A whole batch is the usual case, and its loop is unrolled. */
			done = likely(part == ENA_RX_REFILL_BATCH) ?
				       post_in_place(q, ENA_RX_REFILL_BATCH) :
				       post_in_place(q, part);
		}
		if (unlikely(!done)) {
			/* The pool is nearly empty: take what there is. */
			while (posted < want && post_anywhere(q, 1))
				posted++;
			break;
		}
		posted += part;
	}
	if (unlikely(posted < want || q->missing != 0))
		ena_rx_shortage(q, want, posted);
	if (likely(posted != 0))
		ring_doorbell(q);
	return posted;
}

/* ---- completions -------------------------------------------------------------------- */

/** L2 to L4 of a packet as far as the device looked (part B 5.3). */
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

/** Checks before the buffer is taken (part B 5.5). @return false: the queue is broken */
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
	if (unlikely(q->seg_count >= q->max_descs)) {
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
 * Take up to @p n completions one at a time, and the packets that end with them: every case that
 * there is.
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
	if (missing >= q->batch && likely(!q->broken))
		post_buffers(q, missing);
}

/**
 * Take up to @p n completions of @p q, and hand over the packets that end with them.
 * @return packets; @p pos has moved on by what was taken
 */
typedef uint16_t (*rx_take_fn)(
	struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos);

/** The frame of every Rx burst function; @p take is inlined. */
static __rte_always_inline uint16_t
rx_burst(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, rx_take_fn take)
{
	uint16_t head = q->cq_head, got = 0, from, want;

	if (unlikely(q->broken))
		return 0;
	do {
		from = head;
		/* A packet takes at least one buffer. */
		want = RTE_MIN(chunk_at(q, head), (uint16_t)(n - got));
		got += take(q, pkts + got, want, &head);
		refill_in_burst(q, head);
	} while (got < n && (uint16_t)(head - from) == want && likely(!q->broken));
	return got;
}

#endif /* ENA_RX_RING_H */
