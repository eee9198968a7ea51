/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Headers of a received frame: what the Rx completion says of it (part B 5.10), and what the
 * choice of a queue needs (part B 7.5).
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_csum.h"
#include "softena_device.h"
#include "softena_packet.h"
#include "softena_parse.h"
#include "softena_tx.h"

#define ETHERTYPE_IP4  0x0800u
#define ETHERTYPE_IP6  0x86ddu
#define ETHERTYPE_VLAN 0x8100u
#define ETHERTYPE_QINQ 0x88a8u
#define VLANS_MAX      2u

#define IP4_FRAG_BITS 0x3fffu /* MF and the offset */

static uint8_t
l4_code(uint8_t proto)
{
	return proto == SOFTENA_PROTO_TCP ? ENA_L4_TCP :
	       proto == SOFTENA_PROTO_UDP ? ENA_L4_UDP :
					    ENA_L4_UNKNOWN;
}

/** L4_CHK and L4_ERR for the L4 bytes of a packet that is complete. */
static void
verify_l4(const uint8_t *frame, struct softena_parsed *p)
{
	const uint8_t *l4 = frame + p->l4_off;
	size_t len = p->l4_payload_end - p->l4_off;
	bool ipv6 = p->l3_idx == ENA_L3_IPV6;
	uint8_t proto = SOFTENA_PROTO_TCP;

	if (p->l4_idx == ENA_L4_UDP) {
		size_t udp_len = len < SOFTENA_UDP_HDR ? 0 : softena_be16(l4 + 4);

		if (udp_len < SOFTENA_UDP_HDR || udp_len > len)
			return;
		proto = SOFTENA_PROTO_UDP;
		len = udp_len;
		if (softena_be16(l4 + 6) == 0) {
			/* No checksum: allowed over IPv4, an error over IPv6. */
			p->l4_chk = ipv6;
			p->l4_err = ipv6;
			return;
		}
	} else if (len < SOFTENA_TCP_HDR) {
		return;
	}
	p->l4_chk = true;
	p->l4_err = softena_csum_l4(ipv6, frame + p->l3_off, proto, l4, len) != 0;
}

/** TCP or UDP directly behind the IP header, not a fragment. @return true if the ports are there */
static bool
parse_l4(const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p,
	uint32_t offload)
{
	size_t l4_off = (size_t)p->l3_off + p->l3_len;

	if (p->l4_idx == ENA_L4_UNKNOWN || len - l4_off < 4)
		return false;
	p->l4_off = (uint16_t)l4_off;
	p->tcp_udp = true;
	if ((dev->cfg.rx_offloads & offload) && p->l4_payload_end > l4_off)
		verify_l4(frame, p);
	return true;
}

static void
parse_ip4(const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p)
{
	const uint8_t *ip = frame + p->l3_off;
	size_t total;

	if (!softena_ip4_fits(frame, len, p->l3_off) || ip[0] >> 4 != 4)
		return;
	p->l3_idx = ENA_L3_IPV4;
	p->l3_len = (uint16_t)((ip[0] & 0xf) * 4);
	p->l3_err = softena_csum_fold(softena_csum_add(0, ip, p->l3_len)) != 0;
	p->l4_idx = l4_code(ip[9]);
	p->frag = (softena_be16(ip + 6) & IP4_FRAG_BITS) != 0;
	total = softena_be16(ip + 2);
	if (total >= p->l3_len && total <= len - p->l3_off)
		p->l4_payload_end = (uint32_t)(p->l3_off + total);
	if (p->frag) {
		p->rss_proto = ENA_RSS_IP4_FRAG;
		return;
	}
	p->rss_proto = ENA_RSS_IP4;
	if (parse_l4(dev, frame, len, p, ENA_RX_OFFLOAD_L4_V4_CSUM))
		p->rss_proto = p->l4_idx == ENA_L4_TCP ? ENA_RSS_TCP4 : ENA_RSS_UDP4;
}

static bool
ip6_is_extension(uint8_t next)
{
	switch (next) {
	case SOFTENA_IP6_HOP_BY_HOP:
	case SOFTENA_IP6_ROUTING:
	case SOFTENA_IP6_FRAGMENT:
	case SOFTENA_IP6_AH:
	case SOFTENA_IP6_DST_OPTS:
	case SOFTENA_IP6_MOBILITY:
	case SOFTENA_IP6_HIP:
	case SOFTENA_IP6_SHIM6:
		return true;
	default:
		return false;
	}
}

/** Follow the extension headers from @p next on, and add their lengths to l3_len. */
static void
parse_ip6_extensions(const uint8_t *frame, size_t len, struct softena_parsed *p, uint8_t next)
{
	bool frag = false;

	p->rss_proto = ENA_RSS_IP6_EX;
	for (unsigned int i = 0; i < SOFTENA_IP6_EXT_MAX && ip6_is_extension(next); i++) {
		size_t at = (size_t)p->l3_off + p->l3_len, size;

		if (len - at < 8)
			return;
		if (next == SOFTENA_IP6_FRAGMENT) {
			frag = true;
			size = 8;
		} else if (next == SOFTENA_IP6_AH) {
			size = ((size_t)frame[at + 1] + 2) * 4;
		} else {
			size = ((size_t)frame[at + 1] + 1) * 8;
		}
		if (size > len - at)
			return;
		next = frame[at];
		p->l3_len = (uint16_t)(p->l3_len + size);
	}
	if (frag)
		return;
	p->ip6_upper = next;
	if (next == SOFTENA_PROTO_TCP)
		p->rss_proto = ENA_RSS_TCP6_EX;
}

static void
parse_ip6(const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p)
{
	const uint8_t *ip = frame + p->l3_off;
	size_t payload;

	if (len - p->l3_off < SOFTENA_IP6_HDR || ip[0] >> 4 != 6)
		return;
	p->l3_idx = ENA_L3_IPV6;
	p->l3_len = SOFTENA_IP6_HDR;
	p->rss_proto = ENA_RSS_IP6;
	payload = softena_be16(ip + 4);
	if (payload <= len - p->l3_off - SOFTENA_IP6_HDR)
		p->l4_payload_end = (uint32_t)(p->l3_off + SOFTENA_IP6_HDR + payload);
	if (ip6_is_extension(ip[6])) {
		parse_ip6_extensions(frame, len, p, ip[6]);
		return;
	}
	p->l4_idx = l4_code(ip[6]);
	if (parse_l4(dev, frame, len, p, ENA_RX_OFFLOAD_L4_V6_CSUM))
		p->rss_proto = p->l4_idx == ENA_L4_TCP ? ENA_RSS_TCP6 : ENA_RSS_UDP6;
}

void
softena_parse(const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p)
{
	size_t off = SOFTENA_ETH_HDR;
	uint8_t vlans = 0;
	uint16_t type;

	memset(p, 0, sizeof(*p));
	p->rss_proto = ENA_RSS_NOT_IP;
	if (len < SOFTENA_ETH_HDR || len > SOFTENA_PACKET_MAX)
		return;
	type = softena_be16(frame + off - 2);
	while ((type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ) && vlans < VLANS_MAX) {
		if (len - off < 4)
			return;
		off += 4;
		vlans++;
		type = softena_be16(frame + off - 2);
	}
	p->l3_off = (uint16_t)off;
	if (type == ETHERTYPE_IP4)
		parse_ip4(dev, frame, len, p);
	else if (type == ETHERTYPE_IP6)
		parse_ip6(dev, frame, len, p);
	if (p->l3_idx != ENA_L3_UNKNOWN)
		p->vlans = vlans;
}

size_t
softena_header_end(const uint8_t *frame, size_t len, const struct softena_parsed *p)
{
	size_t end = (size_t)p->l3_off + p->l3_len;
	bool tcp = p->ip6_upper == SOFTENA_PROTO_TCP, udp = p->ip6_upper == SOFTENA_PROTO_UDP;

	if (p->l4_off != 0) {
		tcp = p->l4_idx == ENA_L4_TCP;
		udp = !tcp;
	}
	if (tcp)
		end += len >= end + SOFTENA_TCP_HDR ? (size_t)(frame[end + 12] >> 4) * 4 :
						      SOFTENA_TCP_HDR;
	else if (udp)
		end += SOFTENA_UDP_HDR;
	return softena_min(end < SOFTENA_ETH_HDR ? SOFTENA_ETH_HDR : end, len);
}
