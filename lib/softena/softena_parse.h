/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Headers of a frame (softena_parse.c).
 */
#ifndef SOFTENA_PARSE_H
#define SOFTENA_PARSE_H

#include "softena_device.h"

/** Result of looking at a frame (part B 5.10, 7.5). */
struct softena_parsed {
	uint8_t l3_idx, l4_idx; /* as in the Rx completion */
	uint8_t vlans;
	bool l3_err, l4_err, frag, l4_chk;
	enum ena_rss_proto rss_proto; /* record of the hash input feature that applies */
	bool tcp_udp; /* ports are there and hashed by default */
	uint16_t l3_off, l4_off; /* bytes from frame start; 0 = none */
	uint16_t l3_len; /* header bytes */
	uint8_t ip6_upper; /* protocol after IPv6 extension headers; 0: none, or a fragment */
	uint32_t l4_payload_end; /* end of the IP packet in the frame */
};

void softena_parse(
	const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p);
/** Bytes of protocol headers, link layer included, as far as they are recognised. */
size_t softena_header_end(const uint8_t *frame, size_t len, const struct softena_parsed *p);

#endif /* SOFTENA_PARSE_H */
