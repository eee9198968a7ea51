/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx with NEON: four completions per step.
 *
 * A step takes four packets of one buffer each whose completions came in the order in which
 * the buffers were posted. Anything else about any of the four, and the last packets of a burst, is
 * left to take_packets(), which handles every case.
 *
 * A 16-byte load is not one access on every arm64 CPU. So the status words, which hold the
 * phase, are loaded first, each by itself, and the other words after the barrier; all checks are
 * done on what was loaded.
 */
#include <arm_neon.h>

#include "ena_rx_packet.h"

/** Completions per step. */
#define STEP 4u

/** Words of four completions, each word in a vector of its own. */
struct words {
	uint32x4_t status, len_id, hash, offset;
};

/** Status words of four completions; the only ones that may be looked at before the barrier. */
static __rte_always_inline uint32x4_t
load_status(const volatile struct ena_rx_cdesc *c)
{
	uint32x4_t v = vdupq_n_u32(c[0].status.le);

	v = vsetq_lane_u32(c[1].status.le, v, 1);
	v = vsetq_lane_u32(c[2].status.le, v, 2);
	return vsetq_lane_u32(c[3].status.le, v, 3);
}

/** True if each of the four is new, and a whole packet. */
static __rte_always_inline bool
check_status(const struct ena_rx_queue *q, uint32x4_t status, uint32_t phase)
{
	uint32_t mask = ENA_RX_CDESC_PHASE | ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
			(q->check_mbz ? ENA_RX_CDESC_MBZ : 0);
	uint32_t want =
		ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST | ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, phase);
	uint32x4_t differ = vandq_u32(veorq_u32(status, vdupq_n_u32(want)), vdupq_n_u32(mask));

	return vmaxvq_u32(differ) == 0;
}

/** Bytes in front of the data, which the device has left free. */
static __rte_always_inline uint32x4_t
offset_of(uint32x4_t w3)
{
	return vandq_u32(vshrq_n_u32(w3, 16), vdupq_n_u32(0xff));
}

/** True if all four are in order and fit their buffers. */
static __rte_always_inline bool
check_words(const struct ena_rx_queue *q, const struct words *w, uint16_t slot, uint32x4_t len)
{
	static const uint32_t lane[] = {0, 1, 2, 3};
	uint32x4_t expected = vaddq_u32(vdupq_n_u32(slot), vld1q_u32(lane));
	uint32x4_t ok = vceqq_u32(vshrq_n_u32(w->len_id, 16), expected);

	/* neither an empty packet, nor one that ends behind the buffer */
	ok = vandq_u32(ok, vtstq_u32(len, len));
	ok = vandq_u32(ok, vcleq_u32(vaddq_u32(len, w->offset), vdupq_n_u32(q->buf_len)));
	return vminvq_u32(ok) != 0;
}

/** All ones in each element that has a bit of @p bits set. */
static __rte_always_inline uint32x4_t
has_bit(uint32x4_t v, uint32_t bits)
{
	return vtstq_u32(v, vdupq_n_u32(bits));
}

static __rte_always_inline uint32x4_t
select_bits(uint32x4_t mask, uint64_t bits)
{
	return vandq_u32(mask, vdupq_n_u32((uint32_t)bits));
}

static __rte_always_inline unsigned int
count_set(uint32x4_t mask)
{
	return vaddvq_u32(vshrq_n_u32(mask, 31));
}

/** Packet types and flags of four packets; the rules are those of fill_packet(). */
static __rte_always_inline void
decode(struct ena_rx_queue *q, const struct words *w, uint32x4_t *type, uint32x4_t *flags)
{
	uint32x4_t st = w->status;
	uint32x4_t l3 = vandq_u32(st, vdupq_n_u32((uint32_t)ENA_RX_CDESC_L3_IDX));
	uint32x4_t l4 = vandq_u32(st, vdupq_n_u32((uint32_t)ENA_RX_CDESC_L4_IDX));
	uint32x4_t v4 = vceqq_u32(l3, vdupq_n_u32(ENA_L3_IPV4));
	uint32x4_t v6 = vceqq_u32(l3, vdupq_n_u32(ENA_L3_IPV6));
	uint32x4_t ip = vorrq_u32(v4, v6);
	uint32x4_t frag = has_bit(st, ENA_RX_CDESC_FRAG);
	uint32x4_t tcp = vceqq_u32(
		l4, vdupq_n_u32((uint32_t)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_TCP)));
	uint32x4_t udp = vceqq_u32(
		l4, vdupq_n_u32((uint32_t)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_UDP)));
	uint32x4_t l4_any = vorrq_u32(tcp, udp);
	uint32x4_t l3_err = vandq_u32(v4, has_bit(st, ENA_RX_CDESC_L3_ERR));
	uint32x4_t checked = vbicq_u32(vandq_u32(l4_any, has_bit(st, ENA_RX_CDESC_L4_CHK)), frag);
	uint32x4_t l4_err = vandq_u32(checked, has_bit(st, ENA_RX_CDESC_L4_ERR));
	uint32x4_t l4_type, csum, hashed;

	l4_type = vorrq_u32(select_bits(tcp, RTE_PTYPE_L4_TCP), select_bits(udp, RTE_PTYPE_L4_UDP));
	l4_type = vbslq_u32(frag, vdupq_n_u32(RTE_PTYPE_L4_FRAG), l4_type);
	*type = vorrq_u32(vdupq_n_u32(RTE_PTYPE_L2_ETHER),
		vorrq_u32(vorrq_u32(select_bits(v4, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN),
				  select_bits(v6, RTE_PTYPE_L3_IPV6_EXT_UNKNOWN)),
			vandq_u32(ip, l4_type)));

	csum = vorrq_u32(vorrq_u32(select_bits(vbicq_u32(v4, l3_err), RTE_MBUF_F_RX_IP_CKSUM_GOOD),
				 select_bits(l3_err, RTE_MBUF_F_RX_IP_CKSUM_BAD)),
		vorrq_u32(select_bits(vbicq_u32(checked, l4_err), RTE_MBUF_F_RX_L4_CKSUM_GOOD),
			select_bits(l4_err, RTE_MBUF_F_RX_L4_CKSUM_BAD)));
	csum = select_bits(csum, q->csum_mask);
	/* Hashed: a hash that is not 0, or TCP or UDP that is no fragment, behind IP. */
	hashed = vorrq_u32(vtstq_u32(w->hash, w->hash), vandq_u32(ip, vbicq_u32(l4_any, frag)));
	*flags = vorrq_u32(csum, select_bits(hashed, q->hash_flag));

	q->l4_good += count_set(vbicq_u32(checked, l4_err));
	if (unlikely(vmaxvq_u32(vorrq_u32(l3_err, l4_err)) != 0)) {
		q->l3_bad += count_set(l3_err);
		q->l4_bad += count_set(l4_err);
	}
}

static __rte_always_inline void
store_one(struct rte_mbuf *m, uint64_t rearm, uint64_t flags, uint64_t type_len, uint64_t len_hash)
{
	uint64_t *to = (uint64_t *)rearm_data(m);

	vst1q_u64(to, vcombine_u64(vcreate_u64(rearm), vcreate_u64(flags)));
	vst1q_u64(to + 2, vcombine_u64(vcreate_u64(type_len), vcreate_u64(len_hash)));
}

/**
 * Compose rearm data, flags and fields of four mbufs and store them. The offset of the data is
 * added to what the rearm data preset.
 */
static __rte_always_inline void
store_mbufs(const struct ena_rx_queue *q, struct rte_mbuf **m, const struct words *w,
	uint32x4_t type, uint32x4_t flags, uint32x4_t len)
{
	uint32x4_t hash = w->hash;
	uint64x2_t tl01 = vreinterpretq_u64_u32(vzip1q_u32(type, len));
	uint64x2_t tl23 = vreinterpretq_u64_u32(vzip2q_u32(type, len));
	uint64x2_t lh01 = vreinterpretq_u64_u32(vzip1q_u32(len, hash));
	uint64x2_t lh23 = vreinterpretq_u64_u32(vzip2q_u32(len, hash));
	uint32x4_t buffer = vdupq_n_u32((uint32_t)(q->buffer_flag >> 32));
	uint64x2_t f01 = vreinterpretq_u64_u32(vzip1q_u32(flags, buffer));
	uint64x2_t f23 = vreinterpretq_u64_u32(vzip2q_u32(flags, buffer));
	uint64x2_t init = vdupq_n_u64(q->mbuf_init);
	uint64x2_t i01 = vaddw_u32(init, vget_low_u32(w->offset));
	uint64x2_t i23 = vaddw_u32(init, vget_high_u32(w->offset));

	store_one(m[0], vgetq_lane_u64(i01, 0), vgetq_lane_u64(f01, 0), vgetq_lane_u64(tl01, 0),
		vgetq_lane_u64(lh01, 0));
	store_one(m[1], vgetq_lane_u64(i01, 1), vgetq_lane_u64(f01, 1), vgetq_lane_u64(tl01, 1),
		vgetq_lane_u64(lh01, 1));
	store_one(m[2], vgetq_lane_u64(i23, 0), vgetq_lane_u64(f23, 0), vgetq_lane_u64(tl23, 0),
		vgetq_lane_u64(lh23, 0));
	store_one(m[3], vgetq_lane_u64(i23, 1), vgetq_lane_u64(f23, 1), vgetq_lane_u64(tl23, 1),
		vgetq_lane_u64(lh23, 1));
}

/** Take four packets. @return false: nothing was done, the general way is needed */
static __rte_always_inline bool
take_step(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t head, uint32x4_t *bytes)
{
	uint16_t slot = head & q->mask;
	const struct ena_rx_cdesc *c = (const struct ena_rx_cdesc *)(uintptr_t)q->cq + slot;
	struct rte_mbuf **m = &q->mbufs[slot];
	uint32x4_t len, type, flags, status;
	uint32x4x4_t all;
	struct words w;

	if (slot + STEP > q->depth || (uint16_t)(q->sq_tail - head) < STEP)
		return false;
	status = load_status(c);
	if (!check_status(q, status, phase_at(head, q->depth)))
		return false;
	ena_rmb_completion();
	all = vld4q_u32((const uint32_t *)c);
	w = (struct words){status, all.val[1], all.val[2], offset_of(all.val[3])};
	len = vandq_u32(w.len_id, vdupq_n_u32(0xffff));
	if (!check_words(q, &w, slot, len))
		return false;
	decode(q, &w, &type, &flags);
	store_mbufs(q, m, &w, type, flags, len);
	*bytes = vaddq_u32(*bytes, len);

	/* Hand over, and note that the device has them no longer. */
	memcpy(pkts, m, STEP * sizeof(*m));
	memset(m, 0, STEP * sizeof(*m));
	return true;
}

static __rte_always_inline uint16_t
take_packets_neon(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos)
{
	uint32x4_t bytes = vdupq_n_u32(0);
	uint16_t head = *pos, got = 0;

	if (likely(q->in_order && q->seg_count == 0 && q->cq_shift == 4)) {
		while (n - got >= (int)STEP && take_step(q, pkts + got, head, &bytes)) {
			got += STEP;
			head += STEP;
		}
		/* At most RX_CHUNK lengths of 16 bits: no overflow. */
		q->bytes += vaddvq_u32(bytes);
		q->pkts += got;
		*pos = head;
	}
	if (got < n)
		got += take_packets(q, pkts + got, (uint16_t)(n - got), pos);
	return got;
}

uint16_t
ena_rx_burst_neon(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rx_burst(queue, pkts, n, take_packets_neon);
}
