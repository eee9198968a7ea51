/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx with AVX-512: up to sixteen completions per step.
 *
 * A step takes packets of one buffer each whose completions came in the order in which the
 * buffers were posted: sixteen, or as many as come before the first that is not there yet or is
 * anything else. The others are left to
 * take_packets(), which handles every case.
 *
 * A 64-byte load is not one access: the status words, which hold the phase, are loaded first, all
 * words again after the barrier. From memory they come once, the second time from the first
 * level of the cache. All checks are done on what was loaded.
 */
#include <immintrin.h>

#include "ena_rx_packet.h"

/** Completions per step. */
#define STEP 16u
/** Completions of a 64-byte vector. */
#define GROUP 4u

/** Four completions in each vector; lane L of vector K is completion 4K + L. */
struct raw {
	__m512i v[STEP / GROUP];
};

/**
 * Words of sixteen completions, each word in a vector of its own. Element 4L + K of a vector is
 * about completion 4K + L: that is how four-by-four transpositions within lanes leave them.
 */
struct words {
	__m512i status, len_id, hash, offset;
};

/** Completion of each element of struct words. */
static __rte_always_inline __m512i
positions(void)
{
	return _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

/** A mask of elements as one of completions. */
static __rte_always_inline uint32_t
by_completion(__mmask16 elements)
{
	uint32_t e = elements;

	return _pext_u32(e, 0x1111) | _pext_u32(e, 0x2222) << 4 | _pext_u32(e, 0x4444) << 8 |
	       _pext_u32(e, 0x8888) << 12;
}

/** Load @p n completions, not a byte behind them; the rest is zero. */
static __rte_always_inline struct raw
load(const void *c, unsigned int n)
{
	struct raw r;
	unsigned int k;

	for (k = 0; k < STEP / GROUP; k++) {
		const char *at = (const char *)c + k * sizeof(__m512i);
		unsigned int here = n > k * GROUP ? RTE_MIN(n - k * GROUP, GROUP) : 0;

		if (n == STEP)
			r.v[k] = _mm512_loadu_si512(at);
		else
			r.v[k] = _mm512_maskz_loadu_epi64((__mmask8)((1u << 2 * here) - 1), at);
	}
	return r;
}

static __rte_always_inline __m512i
status_of(const struct raw *r)
{
	return _mm512_unpacklo_epi64(
		_mm512_unpacklo_epi32(r->v[0], r->v[1]), _mm512_unpacklo_epi32(r->v[2], r->v[3]));
}

static __rte_always_inline struct words
words_of(const struct raw *r)
{
	__m512i lo01 = _mm512_unpacklo_epi32(r->v[0], r->v[1]);
	__m512i lo23 = _mm512_unpacklo_epi32(r->v[2], r->v[3]);
	__m512i hi01 = _mm512_unpackhi_epi32(r->v[0], r->v[1]);
	__m512i hi23 = _mm512_unpackhi_epi32(r->v[2], r->v[3]);

	return (struct words){
		.status = _mm512_unpacklo_epi64(lo01, lo23),
		.len_id = _mm512_unpackhi_epi64(lo01, lo23),
		.hash = _mm512_unpacklo_epi64(hi01, hi23),
		.offset = _mm512_and_si512(_mm512_srli_epi32(_mm512_unpackhi_epi64(hi01, hi23), 16),
			_mm512_set1_epi32(0xff)),
	};
}

/** Elements that are whole, in order, and fit their buffers. */
static __rte_always_inline __mmask16
check_words(const struct ena_rx_queue *q, const struct words *w, uint16_t slot, __m512i len)
{
	uint32_t mask =
		ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST | (q->check_mbz ? ENA_RX_CDESC_MBZ : 0);
	__m512i want = _mm512_set1_epi32((int)(ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST));
	__m512i id = _mm512_srli_epi32(w->len_id, 16);
	__mmask16 ok;

	ok = _mm512_cmpeq_epi32_mask(
		_mm512_and_si512(w->status, _mm512_set1_epi32((int)mask)), want);
	ok = _mm512_mask_cmpeq_epi32_mask(
		ok, id, _mm512_add_epi32(_mm512_set1_epi32(slot), positions()));
	ok = _mm512_mask_test_epi32_mask(ok, len, len);
	return _mm512_mask_cmple_epu32_mask(
		ok, _mm512_add_epi32(len, w->offset), _mm512_set1_epi32(q->buf_len));
}

/** Packet types and flags; the rules are those of fill_packet(). Counts elements of @p keep. */
static __rte_always_inline void
decode(struct ena_rx_queue *q, const struct words *w, __mmask16 keep, __m512i *type, __m512i *flags)
{
	__m512i st = w->status, t, f;
	__m512i l3 = _mm512_and_si512(st, _mm512_set1_epi32((int)ENA_RX_CDESC_L3_IDX));
	__m512i l4 = _mm512_and_si512(st, _mm512_set1_epi32((int)ENA_RX_CDESC_L4_IDX));
	__mmask16 v4 = _mm512_cmpeq_epi32_mask(l3, _mm512_set1_epi32(ENA_L3_IPV4));
	__mmask16 v6 = _mm512_cmpeq_epi32_mask(l3, _mm512_set1_epi32(ENA_L3_IPV6));
	__mmask16 tcp = _mm512_cmpeq_epi32_mask(
		l4, _mm512_set1_epi32((int)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_TCP)));
	__mmask16 udp = _mm512_cmpeq_epi32_mask(
		l4, _mm512_set1_epi32((int)ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_UDP)));
	__mmask16 frag = _mm512_test_epi32_mask(st, _mm512_set1_epi32((int)ENA_RX_CDESC_FRAG));
	__mmask16 ip = v4 | v6, l4_any = tcp | udp;
	__mmask16 l3_err =
		_mm512_mask_test_epi32_mask(v4, st, _mm512_set1_epi32((int)ENA_RX_CDESC_L3_ERR));
	__mmask16 checked = _mm512_mask_test_epi32_mask(
		l4_any & (__mmask16)~frag, st, _mm512_set1_epi32((int)ENA_RX_CDESC_L4_CHK));
	__mmask16 l4_err = _mm512_mask_test_epi32_mask(
		checked, st, _mm512_set1_epi32((int)ENA_RX_CDESC_L4_ERR));
	__mmask16 hashed =
		_mm512_test_epi32_mask(w->hash, w->hash) | (ip & l4_any & (__mmask16)~frag);

	t = _mm512_maskz_set1_epi32(v4, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN);
	t = _mm512_mask_set1_epi32(t, v6, RTE_PTYPE_L3_IPV6_EXT_UNKNOWN);
	t = _mm512_or_si512(t, _mm512_set1_epi32(RTE_PTYPE_L2_ETHER));
	t = _mm512_mask_or_epi32(
		t, ip & tcp & (__mmask16)~frag, t, _mm512_set1_epi32(RTE_PTYPE_L4_TCP));
	t = _mm512_mask_or_epi32(
		t, ip & udp & (__mmask16)~frag, t, _mm512_set1_epi32(RTE_PTYPE_L4_UDP));
	*type = _mm512_mask_or_epi32(t, ip & frag, t, _mm512_set1_epi32(RTE_PTYPE_L4_FRAG));

	f = _mm512_maskz_set1_epi32(v4, RTE_MBUF_F_RX_IP_CKSUM_GOOD);
	f = _mm512_mask_set1_epi32(f, l3_err, RTE_MBUF_F_RX_IP_CKSUM_BAD);
	f = _mm512_mask_or_epi32(
		f, checked & (__mmask16)~l4_err, f, _mm512_set1_epi32(RTE_MBUF_F_RX_L4_CKSUM_GOOD));
	f = _mm512_mask_or_epi32(f, l4_err, f, _mm512_set1_epi32(RTE_MBUF_F_RX_L4_CKSUM_BAD));
	f = _mm512_and_si512(f, _mm512_set1_epi32((int)q->csum_mask));
	*flags = _mm512_mask_or_epi32(f, hashed, f, _mm512_set1_epi32((int)q->hash_flag));

	q->l4_good += (unsigned int)__builtin_popcount(checked & keep & ~(uint32_t)l4_err);
	if (unlikely(((l3_err | l4_err) & keep) != 0)) {
		q->l3_bad += (unsigned int)__builtin_popcount(l3_err & keep);
		q->l4_bad += (unsigned int)__builtin_popcount(l4_err & keep);
	}
}

/** What goes into four mbufs: lane L is for completion L of the group. */
struct fields {
	__m512i rearm, rest;
};

/** Two of the four, chosen by @p lanes, as they lie in an mbuf. */
static __rte_always_inline __m512i
two_of(const struct fields *f, __m512i lanes)
{
	return _mm512_permutex2var_epi64(f->rearm, lanes, f->rest);
}

/**
 * Compose rearm data, flags and fields of the mbufs of all groups.
 * The offset of the data is added to what the rearm data preset.
 */
static __rte_always_inline void
compose(const struct ena_rx_queue *q, const struct words *w, __m512i type, __m512i flags,
	__m512i len, struct fields f[STEP / GROUP])
{
	__m512i zero = _mm512_setzero_si512();
	__m512i buffer = _mm512_set1_epi32((int)(q->buffer_flag >> 32));
	__m512i init = _mm512_set1_epi64((long long)q->mbuf_init);
	__m512i i01 = _mm512_add_epi64(init, _mm512_unpacklo_epi32(w->offset, zero));
	__m512i i23 = _mm512_add_epi64(init, _mm512_unpackhi_epi32(w->offset, zero));
	__m512i f01 = _mm512_unpacklo_epi32(flags, buffer);
	__m512i f23 = _mm512_unpackhi_epi32(flags, buffer);
	__m512i tl01 = _mm512_unpacklo_epi32(type, len), tl23 = _mm512_unpackhi_epi32(type, len);
	__m512i lh01 = _mm512_unpacklo_epi32(len, w->hash);
	__m512i lh23 = _mm512_unpackhi_epi32(len, w->hash);

	f[0].rearm = _mm512_unpacklo_epi64(i01, f01);
	f[1].rearm = _mm512_unpackhi_epi64(i01, f01);
	f[2].rearm = _mm512_unpacklo_epi64(i23, f23);
	f[3].rearm = _mm512_unpackhi_epi64(i23, f23);
	f[0].rest = _mm512_unpacklo_epi64(tl01, lh01);
	f[1].rest = _mm512_unpackhi_epi64(tl01, lh01);
	f[2].rest = _mm512_unpacklo_epi64(tl23, lh23);
	f[3].rest = _mm512_unpackhi_epi64(tl23, lh23);
}

static __rte_always_inline void
store_four(struct rte_mbuf **m, const struct fields *f)
{
	__m512i a = two_of(f, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11));
	__m512i b = two_of(f, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15));

	_mm256_storeu_si256((__m256i *)rearm_data(m[0]), _mm512_castsi512_si256(a));
	_mm256_storeu_si256((__m256i *)rearm_data(m[1]), _mm512_extracti64x4_epi64(a, 1));
	_mm256_storeu_si256((__m256i *)rearm_data(m[2]), _mm512_castsi512_si256(b));
	_mm256_storeu_si256((__m256i *)rearm_data(m[3]), _mm512_extracti64x4_epi64(b, 1));
}

/** Store the first @p n of four, 0 to 3. */
static __rte_always_inline void
store_some(struct rte_mbuf **m, const struct fields *f, unsigned int n)
{
	__m512i a = two_of(f, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11));
	__m512i b = two_of(f, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15));

	if (n > 0)
		_mm256_storeu_si256((__m256i *)rearm_data(m[0]), _mm512_castsi512_si256(a));
	if (n > 1)
		_mm256_storeu_si256((__m256i *)rearm_data(m[1]), _mm512_extracti64x4_epi64(a, 1));
	if (n > 2)
		_mm256_storeu_si256((__m256i *)rearm_data(m[2]), _mm512_castsi512_si256(b));
}

static __rte_always_inline void
store_mbufs(struct rte_mbuf **m, const struct fields f[STEP / GROUP], unsigned int n)
{
	unsigned int k;

	if (n == STEP) {
		store_four(m, &f[0]);
		store_four(m + GROUP, &f[1]);
		store_four(m + 2 * GROUP, &f[2]);
		store_four(m + 3 * GROUP, &f[3]);
		return;
	}
	for (k = 0; n >= GROUP; k++, n -= GROUP, m += GROUP)
		store_four(m, &f[k]);
	store_some(m, &f[k], n);
}

/** The first @p n elements of eight; 8 or more are all. */
static __rte_always_inline __mmask8
first_of_eight(unsigned int n)
{
	return (__mmask8)(n >= 8 ? 0xff : (1u << n) - 1);
}

/** Hand over @p n mbufs, and note that the device has them no longer. */
static __rte_always_inline void
hand_over(struct rte_mbuf **pkts, struct rte_mbuf **m, unsigned int n)
{
	__mmask8 lo = first_of_eight(n), hi = first_of_eight(n > 8 ? n - 8 : 0);
	__m512i a = _mm512_maskz_loadu_epi64(lo, m), b = _mm512_maskz_loadu_epi64(hi, m + 8);

	_mm512_mask_storeu_epi64(pkts, lo, a);
	_mm512_mask_storeu_epi64(pkts + 8, hi, b);
	_mm512_mask_storeu_epi64(m, lo, _mm512_setzero_si512());
	_mm512_mask_storeu_epi64(m + 8, hi, _mm512_setzero_si512());
}

/**
 * Take up to @p n packets, 1 to STEP, from a slot behind which the ring has as many.
 * @return packets taken; fewer: the next completion is not there or needs the general way
 */
static __rte_always_inline unsigned int
take_step(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t slot, uint32_t phase,
	unsigned int n, __m512i *bytes)
{
	const void *c = (const char *)(uintptr_t)q->cq + slot * sizeof(struct ena_rx_cdesc);
	__m512i phase_bit = _mm512_set1_epi32((int)ENA_RX_CDESC_PHASE), len, type, flags;
	struct rte_mbuf **m = &q->mbufs[slot];
	struct raw raw = load(c, n);
	struct fields fields[STEP / GROUP];
	__m512i status = status_of(&raw);
	struct words w;
	__mmask16 keep;
	uint32_t run;

	/* Elements behind n are zero: they are new in a pass whose phase is 0, but not whole. */
	keep = phase != 0 ? _mm512_test_epi32_mask(status, phase_bit) :
			    _mm512_testn_epi32_mask(status, phase_bit);
	if (keep == 0)
		return 0;
	ena_rmb_completion();
	raw = load(c, n);
	w = words_of(&raw);
	len = _mm512_and_si512(w.len_id, _mm512_set1_epi32(0xffff));
	keep &= check_words(q, &w, slot, len);
	if (n == STEP && likely(keep == 0xffff)) {
		decode(q, &w, keep, &type, &flags);
		compose(q, &w, type, flags, len, fields);
		store_mbufs(m, fields, STEP);
		hand_over(pkts, m, STEP);
		*bytes = _mm512_add_epi32(*bytes, len);
		return STEP;
	}
	run = (uint32_t)__builtin_ctz(~by_completion(keep));
	if (run == 0)
		return 0;
	keep = _mm512_cmplt_epu32_mask(positions(), _mm512_set1_epi32((int)run));
	decode(q, &w, keep, &type, &flags);
	compose(q, &w, type, flags, len, fields);
	store_mbufs(m, fields, run);
	hand_over(pkts, m, run);
	*bytes = _mm512_mask_add_epi32(*bytes, keep, *bytes, len);
	return run;
}

static __rte_always_inline uint16_t
take_packets_avx512(struct ena_rx_queue *q, struct rte_mbuf **pkts, uint16_t n, uint16_t *pos)
{
	__m512i bytes = _mm512_setzero_si512();
	uint16_t head = *pos, got = 0;

	if (likely(q->in_order && q->seg_count == 0 && q->cq_shift == 4)) {
		while (got < n) {
			uint16_t slot = head & q->mask;
			unsigned int want = RTE_MIN((unsigned int)(n - got), STEP), part;

			/* Not over the end of the ring, and only buffers that the device has. */
			want = RTE_MIN(want, (unsigned int)(q->depth - slot));
			want = RTE_MIN(want, (unsigned int)(uint16_t)(q->sq_tail - head));
			if (want == 0)
				break;
			part = likely(want == STEP) ?
				       take_step(q, pkts + got, slot, phase_at(head, q->depth),
					       STEP, &bytes) :
				       take_step(q, pkts + got, slot, phase_at(head, q->depth),
					       want, &bytes);
			got += part;
			head += part;
			if (part < want)
				break;
		}
		/* Lengths of 16 bits, 65536 packets at most: no overflow. */
		q->bytes += (uint32_t)_mm512_reduce_add_epi32(bytes);
		q->pkts += got;
		*pos = head;
	}
	if (got < n)
		got += take_packets(q, pkts + got, (uint16_t)(n - got), pos);
	return got;
}

uint16_t
ena_rx_burst_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rx_burst(queue, pkts, n, take_packets_avx512);
}
