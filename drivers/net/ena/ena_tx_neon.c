/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx into LLQ entries with NEON. A vector may be loaded that ends behind the packet, but not one
 * that ends behind its buffer.
 */
#include <arm_neon.h>

#include "ena_tx_push.h"

#define VECTOR 16u

/** Bytes @p at to @p at + 15 of a packet of @p len bytes, zero behind its end. */
static __rte_always_inline uint8x16_t
header_bytes(const uint8_t *data, uint32_t at, uint32_t len)
{
	static const uint8_t lanes[VECTOR] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	uint8x16_t v;

	if (at >= len)
		return vdupq_n_u8(0);
	v = vld1q_u8(data + at);
	if (at + VECTOR <= len)
		return v;
	return vandq_u8(v, vcltq_u8(vld1q_u8(lanes), vdupq_n_u8((uint8_t)(len - at))));
}

static __rte_always_inline void
write_entry(uint8_t *entry, uint32_t entry_size, const uint64_t descs[4], const uint8_t *data,
	uint32_t len)
{
	uint32_t at;

	vst1q_u64((uint64_t *)entry, vcombine_u64(vcreate_u64(descs[0]), vcreate_u64(descs[1])));
	vst1q_u64(
		(uint64_t *)entry + 2, vcombine_u64(vcreate_u64(descs[2]), vcreate_u64(descs[3])));
	for (at = 0; at < entry_size - PUSH_DESCS; at += VECTOR)
		vst1q_u8(entry + PUSH_DESCS + at, header_bytes(data, at, len));
}

uint16_t
ena_tx_burst_llq_neon(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return push_burst(queue, pkts, n, push_within_buffer, write_entry);
}
