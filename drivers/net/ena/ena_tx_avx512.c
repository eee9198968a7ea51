/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx into LLQ entries with AVX-512: each line of an entry is one store. Loads are masked by the
 * length of the packet, so that neither its buffer's end nor what lies behind it matters.
 */
#include <immintrin.h>

#include "ena_tx_push.h"

#define LINE 64u

/** The first @p n bytes of a line; 64 or more are all. */
static __rte_always_inline __mmask64
first_bytes(uint32_t n)
{
	return n >= LINE ? UINT64_MAX : _bzhi_u64(UINT64_MAX, n);
}

static __rte_always_inline bool
fits(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	RTE_SET_USED(q);
	RTE_SET_USED(m);
	return true;
}

static __rte_always_inline void
write_entry(uint8_t *entry, uint32_t entry_size, const uint64_t descs[4], const uint8_t *data,
	uint32_t len)
{
	__m256i d = _mm256_setr_epi64x(
		(long long)descs[0], (long long)descs[1], (long long)descs[2], (long long)descs[3]);
	__m256i head = _mm256_maskz_loadu_epi8((__mmask32)first_bytes(len), data);
	uint32_t at, before = LINE - PUSH_DESCS;

	_mm512_store_si512(entry, _mm512_inserti64x4(_mm512_castsi256_si512(d), head, 1));
	for (at = LINE; at < entry_size; at += LINE, before += LINE)
		_mm512_store_si512(entry + at,
			_mm512_maskz_loadu_epi8(
				first_bytes(len > before ? len - before : 0), data + before));
}

uint16_t
ena_tx_burst_llq_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return push_burst(queue, pkts, n, fits, write_entry);
}
