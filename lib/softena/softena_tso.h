/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * TCP segmentation (softena_tso.c).
 */
#ifndef SOFTENA_TSO_H
#define SOFTENA_TSO_H

#include "softena_device.h"

struct softena_tx_meta;

/** How a packet is cut. */
struct softena_tso {
	bool ipv6;
	uint16_t l3_off, l4_off;
	uint16_t hdr_len; /* in front of the payload */
	uint16_t mss;
	/** The checksum field has the pseudo-header sum, without length (quirk). */
	bool seeded;
	uint32_t payload;
	uint32_t segments; /* at least 1 */
};
/** @return false if the packet cannot be cut (MSS 0, headers outside the packet) */
bool softena_tso_plan(const uint8_t *pkt, size_t len, uint32_t w1,
	const struct softena_tx_meta *meta, struct softena_tso *tso);
/** The quirk tso-needs-seed applies to a packet with this word 1. */
bool softena_tso_seeded(const struct softena *dev, uint32_t w1);
/** Longest segment of a plan, bytes. */
size_t softena_tso_longest(const struct softena_tso *tso);
/** Build segment @p n with its checksums. @return bytes */
size_t softena_tso_segment(
	const struct softena_tso *tso, const uint8_t *pkt, uint32_t n, uint8_t *out);

#endif /* SOFTENA_TSO_H */
