/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Internet checksums (softena_csum.c).
 */
#ifndef SOFTENA_CSUM_H
#define SOFTENA_CSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct softena_tx_meta;

/** Ones' complement sum of @p len bytes, added to @p sum; not folded. */
uint64_t softena_csum_add(uint64_t sum, const void *data, size_t len);
/** Fold and invert. The result is in memory order: memcpy() it to where the sum is wanted. */
uint16_t softena_csum_fold(uint64_t sum);
/**
 * Inverted sum over the pseudo-header and @p len bytes of L4, checksum field included. 0: the
 * checksum of a received packet is right. If the field was 0, the sum is the value to insert.
 * Memory order.
 */
uint16_t softena_csum_l4(
	bool ipv6, const uint8_t *ip, uint8_t proto, const uint8_t *l4, size_t len);
/** Overwrite the header checksum of an IPv4 header whose IHL was checked. */
void softena_csum_ip4(uint8_t *ip);
/** True if a whole IPv4 header, as long as its own IHL says, lies at @p off. */
bool softena_ip4_fits(const uint8_t *pkt, size_t len, size_t off);
/**
 * L3_CS and L4_CS of one frame (part B 2.10).
 * @param w1 word 1 of the first data descriptor
 */
void softena_csum_insert(uint8_t *pkt, size_t len, uint32_t w1, const struct softena_tx_meta *meta);

#endif /* SOFTENA_CSUM_H */
