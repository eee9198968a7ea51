/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx into LLQ entries with AVX2. A vector may be loaded that ends behind the packet, but not one
 * that ends behind its buffer.
 */
#include <immintrin.h>

#include "ena_tx_push.h"

#define VECTOR 32u

/** Bytes @p at to @p at + 31 of a packet of @p len bytes, zero behind its end. */
static __rte_always_inline __m256i
header_bytes(const uint8_t *data, uint32_t at, uint32_t len)
{
	const __m256i lane = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
	__m256i v, keep;

	if (at + VECTOR <= len)
		return _mm256_loadu_si256((const __m256i *)(data + at));
	if (at >= len)
		return _mm256_setzero_si256();
	v = _mm256_loadu_si256((const __m256i *)(data + at));
	keep = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(len - at)), lane);
	return _mm256_and_si256(v, keep);
}

static __rte_always_inline void
write_entry(uint8_t *entry, uint32_t entry_size, const uint64_t descs[4], const uint8_t *data,
	uint32_t len)
{
	uint32_t at;

	_mm256_store_si256(
		(__m256i *)entry, _mm256_setr_epi64x((long long)descs[0], (long long)descs[1],
					  (long long)descs[2], (long long)descs[3]));
	for (at = 0; at < entry_size - PUSH_DESCS; at += VECTOR)
		_mm256_store_si256(
			(__m256i *)(entry + PUSH_DESCS + at), header_bytes(data, at, len));
}

uint16_t
ena_tx_burst_llq_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return push_burst(queue, pkts, n, push_within_buffer, write_entry);
}
