/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Internet checksums: sums, verification, and insertion in frames that are not segmented
 * (part B 2.8, 2.10). All sums are in memory order, which is possible with ones' complement
 * addition: a result is stored with memcpy(), and no bytes are swapped.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_csum.h"
#include "softena_packet.h"
#include "softena_tx.h"

#define IP4_CSUM_OFF 10u
#define TCP_CSUM_OFF 16u
#define UDP_CSUM_OFF 6u

uint64_t
softena_csum_add(uint64_t sum, const void *data, size_t len)
{
	const uint8_t *p = data;
	uint16_t last;

	/* 32-bit words into 64 bits: no carry is lost below 2^32 words. */
	for (; len >= 16; p += 16, len -= 16) {
		uint32_t w[4];

		memcpy(w, p, sizeof(w));
		sum += (uint64_t)w[0] + w[1];
		sum += (uint64_t)w[2] + w[3];
	}
	for (; len >= 2; p += 2, len -= 2) {
		memcpy(&last, p, sizeof(last));
		sum += last;
	}
	if (len == 1) {
		const uint8_t pair[2] = {*p, 0};

		memcpy(&last, pair, sizeof(last));
		sum += last;
	}
	return sum;
}

uint16_t
softena_csum_fold(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t
softena_csum_l4(bool ipv6, const uint8_t *ip, uint8_t proto, const uint8_t *l4, size_t len)
{
	uint8_t tail[8] = {0};
	uint64_t sum;

	/* Pseudo-header: addresses, length, protocol. */
	sum = ipv6 ? softena_csum_add(0, ip + 8, 32) : softena_csum_add(0, ip + 12, 8);
	softena_put_be32(tail, (uint32_t)len);
	tail[7] = proto;
	sum = softena_csum_add(sum, tail, sizeof(tail));
	return softena_csum_fold(softena_csum_add(sum, l4, len));
}

void
softena_csum_ip4(uint8_t *ip)
{
	uint16_t csum;

	memset(ip + IP4_CSUM_OFF, 0, sizeof(csum));
	csum = softena_csum_fold(softena_csum_add(0, ip, (size_t)(ip[0] & 0xf) * 4));
	memcpy(ip + IP4_CSUM_OFF, &csum, sizeof(csum));
}

bool
softena_ip4_fits(const uint8_t *pkt, size_t len, size_t off)
{
	size_t ihl;

	if (len < SOFTENA_IP4_HDR || off > len - SOFTENA_IP4_HDR)
		return false;
	ihl = (size_t)(pkt[off] & 0xf) * 4;
	return ihl >= SOFTENA_IP4_HDR && ihl <= len - off;
}

/** Where L4 ends: a frame may have link-layer padding behind the IP packet. */
static size_t
l4_end(const uint8_t *pkt, size_t len, bool ipv6, size_t l3_off, size_t l4_off)
{
	size_t end = l3_off;

	if (ipv6)
		end += SOFTENA_IP6_HDR + softena_be16(pkt + l3_off + 4);
	else
		end += softena_be16(pkt + l3_off + 2);
	return end > l4_off && end <= len ? end : len;
}

static void
insert_l4(uint8_t *pkt, size_t len, uint32_t w1, const struct softena_tx_meta *meta)
{
	uint32_t l3 = ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1), l4 = ENA_FIELD_GET(ENA_TX_W1_L4_IDX, w1);
	bool tcp = l4 == ENA_L4_TCP || (w1 & ENA_TX_W1_TSO), ipv6 = l3 == ENA_L3_IPV6;
	bool seeded = (w1 & ENA_TX_W1_L4_SEED) && !(w1 & ENA_TX_W1_TSO);
	size_t l3_off = meta->l3_off, l4_off = l3_off + meta->l3_len;
	size_t hdr = tcp ? SOFTENA_TCP_HDR : SOFTENA_UDP_HDR;
	uint8_t *field = pkt + l4_off + (tcp ? TCP_CSUM_OFF : UDP_CSUM_OFF);
	uint16_t csum;

	if ((!tcp && l4 != ENA_L4_UDP) || len < l4_off + hdr)
		return;
	if (seeded) {
		csum = softena_csum_fold(softena_csum_add(0, pkt + l4_off, len - l4_off));
	} else {
		size_t end;

		if ((l3 != ENA_L3_IPV4 && !ipv6) ||
			meta->l3_len < (ipv6 ? SOFTENA_IP6_HDR : SOFTENA_IP4_HDR))
			return;
		end = l4_end(pkt, len, ipv6, l3_off, l4_off);
		if (end < l4_off + hdr)
			end = len;
		memset(field, 0, sizeof(csum));
		csum = softena_csum_l4(ipv6, pkt + l3_off,
			tcp ? SOFTENA_PROTO_TCP : SOFTENA_PROTO_UDP, pkt + l4_off, end - l4_off);
	}
	if (csum == 0 && !tcp)
		csum = UINT16_MAX;
	memcpy(field, &csum, sizeof(csum));
}

void
softena_csum_insert(uint8_t *pkt, size_t len, uint32_t w1, const struct softena_tx_meta *meta)
{
	if (w1 & ENA_TX_W1_L4_CS)
		insert_l4(pkt, len, w1, meta);
	if ((w1 & ENA_TX_W1_L3_CS) && ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1) != ENA_L3_IPV6 &&
		softena_ip4_fits(pkt, len, meta->l3_off))
		softena_csum_ip4(pkt + meta->l3_off);
}
