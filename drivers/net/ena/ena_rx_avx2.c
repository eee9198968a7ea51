/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx with AVX2: eight completions per step.
 *
 * A step takes eight packets of one buffer each whose completions came in the order in which
 * the buffers were posted, which is nearly always so. Anything else about any of
 * the eight, and the last packets of a burst, is left to take_packets(), which handles every case.
 * The device's words are loaded once, as aligned 16-byte units; all checks are done on what was
 * loaded.
 */
#include <immintrin.h>

#include "ena_rx_packet.h"

/** Completions per step. */
#define STEP 8u

/**
 * Words of eight completions, each word in a vector of its own. The order of the packets
 * in all vectors is 0 2 4 6 1 3 5 7.
 */
struct words {
	__m256i status, len_id, hash, offset;
};

/** volatile: two loads, each of which a CPU does at once, and not one of 32 bytes. */
static __rte_always_inline __m256i
load_pair(const volatile __m128i *c)
{
	return _mm256_set_m128i(c[1], c[0]);
}

static __rte_always_inline struct words
load_words(const volatile __m128i *c)
{
	__m256i c01 = load_pair(c), c23 = load_pair(c + 2);
	__m256i c45 = load_pair(c + 4), c67 = load_pair(c + 6);
	__m256i lo03, lo47, hi03, hi47;

	ena_rmb_completion();
	lo03 = _mm256_unpacklo_epi32(c01, c23);
	lo47 = _mm256_unpacklo_epi32(c45, c67);
	hi03 = _mm256_unpackhi_epi32(c01, c23);
	hi47 = _mm256_unpackhi_epi32(c45, c67);
	return (struct words){
		.status = _mm256_unpacklo_epi64(lo03, lo47),
		.len_id = _mm256_unpackhi_epi64(lo03, lo47),
		.hash = _mm256_unpacklo_epi64(hi03, hi47),
		.offset = _mm256_and_si256(_mm256_srli_epi32(_mm256_unpackhi_epi64(hi03, hi47), 16),
			_mm256_set1_epi32(0xff)),
	};
}

/** True if all eight are new, whole, in order, and fit their buffers. */
static __rte_always_inline bool
check_words(const struct ena_rx_queue *q, const struct words *w, uint16_t slot, uint32_t phase,
	__m256i len)
{
	uint32_t mask = ENA_RX_CDESC_PHASE | ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
			(q->check_mbz ? ENA_RX_CDESC_MBZ : 0);
	uint32_t want =
		ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST | ENA_FIELD_PREP(ENA_RX_CDESC_PHASE, phase);
	__m256i id = _mm256_srli_epi32(w->len_id, 16);
	__m256i expected = _mm256_add_epi32(
		_mm256_set1_epi32(slot), _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
	__m256i ok, end = _mm256_add_epi32(len, w->offset);

	ok = _mm256_cmpeq_epi32(_mm256_and_si256(w->status, _mm256_set1_epi32((int)mask)),
		_mm256_set1_epi32((int)want));
	ok = _mm256_and_si256(ok, _mm256_cmpeq_epi32(id, expected));
	ok = _mm256_and_si256(ok, _mm256_cmpgt_epi32(len, _mm256_setzero_si256()));
	ok = _mm256_andnot_si256(_mm256_cmpgt_epi32(end, _mm256_set1_epi32(q->buf_len)), ok);
	return _mm256_movemask_epi8(ok) == -1;
}

/** All ones in each element that has a bit of @p bits set; @p bits is one bit. */
static __rte_always_inline __m256i
has_bit(__m256i v, uint32_t bits)
{
	__m256i b = _mm256_set1_epi32((int)bits);

	return _mm256_cmpeq_epi32(_mm256_and_si256(v, b), b);
}

static __rte_always_inline __m256i
select_bits(__m256i mask, uint64_t bits)
{
	return _mm256_and_si256(mask, _mm256_set1_epi32((int)bits));
}

static __rte_always_inline unsigned int
count_set(__m256i mask)
{
	return (unsigned int)__builtin_popcount(
		(unsigned int)_mm256_movemask_ps(_mm256_castsi256_ps(mask)));
}

/** Packet types and flags of eight packets; the rules are those of fill_packet(). */
static __rte_always_inline void
decode(struct ena_rx_queue *q, const struct words *w, __m256i *type, __m256i *flags)
{
	__m256i st = w->status;
	__m256i l3 = _mm256_and_si256(st, _mm256_set1_epi32((int)ENA_RX_CDESC_L3_IDX));
	__m256i l4 = _mm256_and_si256(st, _mm256_set1_epi32((int)ENA_RX_CDESC_L4_IDX));
	__m256i v4 = _mm256_cmpeq_epi32(l3, _mm256_set1_epi32(ENA_L3_IPV4));
	__m256i v6 = _mm256_cmpeq_epi32(l3, _mm256_set1_epi32(ENA_L3_IPV6));
	__m256i ip = _mm256_or_si256(v4, v6);
	__m256i frag = has_bit(st, ENA_RX_CDESC_FRAG);
	__m256i tcp = _mm256_cmpeq_epi32(
		l4, _mm256_set1_epi32((int)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_TCP)));
	__m256i udp = _mm256_cmpeq_epi32(
		l4, _mm256_set1_epi32((int)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_UDP)));
	__m256i l4_any = _mm256_or_si256(tcp, udp);
	__m256i l3_err = _mm256_and_si256(v4, has_bit(st, ENA_RX_CDESC_L3_ERR));
	__m256i checked = _mm256_andnot_si256(
		frag, _mm256_and_si256(l4_any, has_bit(st, ENA_RX_CDESC_L4_CHK)));
	__m256i l4_err = _mm256_and_si256(checked, has_bit(st, ENA_RX_CDESC_L4_ERR));
	__m256i l4_type, csum, hashed;

	l4_type = _mm256_or_si256(
		select_bits(tcp, RTE_PTYPE_L4_TCP), select_bits(udp, RTE_PTYPE_L4_UDP));
	l4_type = _mm256_blendv_epi8(l4_type, _mm256_set1_epi32(RTE_PTYPE_L4_FRAG), frag);
	*type = _mm256_or_si256(_mm256_set1_epi32(RTE_PTYPE_L2_ETHER),
		_mm256_or_si256(_mm256_or_si256(select_bits(v4, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN),
					select_bits(v6, RTE_PTYPE_L3_IPV6_EXT_UNKNOWN)),
			_mm256_and_si256(ip, l4_type)));

	csum = _mm256_or_si256(_mm256_or_si256(select_bits(_mm256_andnot_si256(l3_err, v4),
						       RTE_MBUF_F_RX_IP_CKSUM_GOOD),
				       select_bits(l3_err, RTE_MBUF_F_RX_IP_CKSUM_BAD)),
		_mm256_or_si256(select_bits(_mm256_andnot_si256(l4_err, checked),
					RTE_MBUF_F_RX_L4_CKSUM_GOOD),
			select_bits(l4_err, RTE_MBUF_F_RX_L4_CKSUM_BAD)));
	csum = select_bits(csum, q->csum_mask);
	/* Hashed: a hash that is not 0, or TCP or UDP that is no fragment, behind IP. */
	hashed = _mm256_andnot_si256(
		_mm256_cmpeq_epi32(w->hash, _mm256_setzero_si256()), _mm256_set1_epi32(-1));
	hashed = _mm256_or_si256(hashed, _mm256_and_si256(ip, _mm256_andnot_si256(frag, l4_any)));
	*flags = _mm256_or_si256(csum, select_bits(hashed, q->hash_flag));

	q->l4_good += count_set(_mm256_andnot_si256(l4_err, checked));
	if (unlikely(!_mm256_testz_si256(_mm256_or_si256(l3_err, l4_err), _mm256_set1_epi32(-1)))) {
		q->l3_bad += count_set(l3_err);
		q->l4_bad += count_set(l4_err);
	}
}

static __rte_always_inline void
store_two(struct rte_mbuf *a, struct rte_mbuf *b, __m256i rearm, __m256i fields)
{
	_mm256_storeu_si256(
		(__m256i *)rearm_data(a), _mm256_permute2x128_si256(rearm, fields, 0x20));
	_mm256_storeu_si256(
		(__m256i *)rearm_data(b), _mm256_permute2x128_si256(rearm, fields, 0x31));
}

/**
 * Compose rearm data, flags and fields of eight mbufs and store them. The offset of the data is
 * added to what the rearm data preset.
 */
static __rte_always_inline void
store_mbufs(const struct ena_rx_queue *q, struct rte_mbuf **m, const struct words *w, __m256i type,
	__m256i flags, __m256i len)
{
	__m256i zero = _mm256_setzero_si256();
	__m256i buffer = _mm256_set1_epi32((int)(q->buffer_flag >> 32));
	__m256i init = _mm256_set1_epi64x((long long)q->mbuf_init);
	__m256i i03 = _mm256_add_epi64(init, _mm256_unpacklo_epi32(w->offset, zero));
	__m256i i47 = _mm256_add_epi64(init, _mm256_unpackhi_epi32(w->offset, zero));
	__m256i tl03 = _mm256_unpacklo_epi32(type, len), tl47 = _mm256_unpackhi_epi32(type, len);
	__m256i lh03 = _mm256_unpacklo_epi32(len, w->hash),
		lh47 = _mm256_unpackhi_epi32(len, w->hash);
	__m256i f03 = _mm256_unpacklo_epi32(flags, buffer);
	__m256i f47 = _mm256_unpackhi_epi32(flags, buffer);

	store_two(m[0], m[1], _mm256_unpacklo_epi64(i03, f03), _mm256_unpacklo_epi64(tl03, lh03));
	store_two(m[2], m[3], _mm256_unpackhi_epi64(i03, f03), _mm256_unpackhi_epi64(tl03, lh03));
	store_two(m[4], m[5], _mm256_unpacklo_epi64(i47, f47), _mm256_unpacklo_epi64(tl47, lh47));
	store_two(m[6], m[7], _mm256_unpackhi_epi64(i47, f47), _mm256_unpackhi_epi64(tl47, lh47));
}

/** Take eight packets. @return false: nothing was done, the general way is needed */
static __rte_always_inline bool
take_step(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t head, __m256i *bytes)
{
	uint16_t slot = head & q->mask;
	struct rte_mbuf **m = &q->mbufs[slot];
	__m256i len, type, flags;
	struct words w;

	if (slot + STEP > q->depth || (uint16_t)(q->sq_tail - head) < STEP)
		return false;
	w = load_words((const volatile __m128i *)q->cq + slot);
	len = _mm256_and_si256(w.len_id, _mm256_set1_epi32(0xffff));
	if (!check_words(q, &w, slot, phase_at(head, q->depth), len))
		return false;
	decode(q, &w, &type, &flags);
	store_mbufs(q, m, &w, type, flags, len);
	*bytes = _mm256_add_epi32(*bytes, len);

	/* Hand over, and note that the device has them no longer. */
	_mm256_storeu_si256((__m256i *)pkts, _mm256_loadu_si256((const __m256i *)m));
	_mm256_storeu_si256((__m256i *)(pkts + 4), _mm256_loadu_si256((const __m256i *)(m + 4)));
	_mm256_storeu_si256((__m256i *)m, _mm256_setzero_si256());
	_mm256_storeu_si256((__m256i *)(m + 4), _mm256_setzero_si256());
	return true;
}

static __rte_always_inline uint16_t
take_packets_avx2(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos)
{
	__m256i bytes = _mm256_setzero_si256();
	__m128i sum;
	uint16_t head = *pos, got = 0;

	if (likely(q->in_order && q->seg_count == 0 && q->cq_shift == 4)) {
		while (n - got >= (int)STEP && take_step(q, pkts + got, head, &bytes)) {
			got += STEP;
			head += STEP;
		}
		/* At most RX_CHUNK lengths of 16 bits: no overflow. */
		sum = _mm_add_epi32(
			_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
		sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
		sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
		q->bytes += (uint32_t)_mm_cvtsi128_si32(sum);
		q->pkts += got;
		*pos = head;
	}
	if (got < n)
		got += take_packets(q, pkts + got, (uint16_t)(n - got), pos);
	return got;
}

uint16_t
ena_rx_burst_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rx_burst(queue, pkts, n, take_packets_avx2);
}
