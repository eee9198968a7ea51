/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Sizes and numbers of packet headers, and how much of a packet is moved.
 */
#ifndef SOFTENA_PACKET_H
#define SOFTENA_PACKET_H

#include "softena.h"
#include "softena_bytes.h"

#define SOFTENA_ETH_HDR   14u
#define SOFTENA_ETH_MIN   60u /* shortest frame on the medium, without FCS */
#define SOFTENA_MTU_EXTRA 22u /* Ethernet header and two VLAN tags (part B 2.10, 5.10) */
#define SOFTENA_IP4_HDR   20u
#define SOFTENA_IP6_HDR   40u
#define SOFTENA_TCP_HDR   20u
#define SOFTENA_UDP_HDR   8u
#define SOFTENA_PROTO_TCP 6u
#define SOFTENA_PROTO_UDP 17u

/* IPv6 extension headers */
#define SOFTENA_IP6_HOP_BY_HOP 0u
#define SOFTENA_IP6_ROUTING    43u
#define SOFTENA_IP6_FRAGMENT   44u
#define SOFTENA_IP6_AH         51u
#define SOFTENA_IP6_DST_OPTS   60u
#define SOFTENA_IP6_MOBILITY   135u
#define SOFTENA_IP6_HIP        139u
#define SOFTENA_IP6_SHIM6      140u
#define SOFTENA_IP6_EXT_MAX    16u /* more in a row are not followed */

/** How many of @p n bytes at @p at in a packet the wire wants moved. */
static inline size_t
softena_moved(const struct softena_wire *wire, size_t at, size_t n)
{
	if (wire == NULL || wire->move_max == 0)
		return n;
	return at >= wire->move_max ? 0 : softena_min(n, wire->move_max - at);
}

#endif /* SOFTENA_PACKET_H */
