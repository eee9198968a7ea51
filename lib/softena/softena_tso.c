/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * TCP segmentation (part B 2.8, 2.10).
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_csum.h"
#include "softena_device.h"
#include "softena_packet.h"
#include "softena_tso.h"
#include "softena_tx.h"

#define TCP_SEQ_OFF   4u
#define TCP_DOFF_OFF  12u
#define TCP_FLAGS_OFF 13u
#define TCP_CSUM_OFF  16u
#define TCP_FIN       0x01u
#define TCP_PSH       0x08u
#define TCP_CWR       0x80u

bool
softena_tso_plan(const uint8_t *pkt, size_t len, uint32_t w1, const struct softena_tx_meta *meta,
	struct softena_tso *tso)
{
	uint32_t l3 = ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1);
	size_t l3_off = meta->l3_off, l4_off = l3_off + meta->l3_len, tcp_len;
	bool ipv6 = l3 == ENA_L3_IPV6;

	if (meta->mss == 0 || (!ipv6 && l3 != ENA_L3_IPV4) || len < l4_off + SOFTENA_TCP_HDR)
		return false;
	if (ipv6 && meta->l3_len < SOFTENA_IP6_HDR)
		return false;
	/* The IPv4 header, with the length that it has in IHL, must end in front of TCP. */
	if (!ipv6 && !softena_ip4_fits(pkt, l4_off, l3_off))
		return false;
	tcp_len = (size_t)meta->l4_words * 4;
	if (tcp_len == 0)
		tcp_len = (size_t)(pkt[l4_off + TCP_DOFF_OFF] >> 4) * 4;
	if (tcp_len < SOFTENA_TCP_HDR || tcp_len > len - l4_off)
		return false;

	size_t hdr_len = l4_off + tcp_len, payload = len - hdr_len;

	*tso = (struct softena_tso){
		.ipv6 = ipv6,
		.l3_off = (uint16_t)l3_off,
		.l4_off = (uint16_t)l4_off,
		.hdr_len = (uint16_t)hdr_len,
		.mss = meta->mss,
		.payload = (uint32_t)payload,
		.segments = payload == 0 ? 1 : (uint32_t)((payload + meta->mss - 1) / meta->mss),
	};
	return true;
}

size_t
softena_tso_longest(const struct softena_tso *tso)
{
	return tso->hdr_len + softena_min(tso->mss, tso->payload);
}

/** Lengths, identification, sequence number and flags of segment @p n of @p len bytes. */
static void
adjust_headers(const struct softena_tso *tso, uint32_t n, uint8_t *seg, size_t len)
{
	uint8_t *ip = seg + tso->l3_off, *tcp = seg + tso->l4_off;

	if (tso->ipv6) {
		softena_put_be16(ip + 4, (uint16_t)(len - tso->l3_off - SOFTENA_IP6_HDR));
	} else {
		softena_put_be16(ip + 2, (uint16_t)(len - tso->l3_off));
		softena_put_be16(ip + 4, (uint16_t)(softena_be16(ip + 4) + n));
		softena_csum_ip4(ip);
	}
	softena_put_be32(tcp + TCP_SEQ_OFF, softena_be32(tcp + TCP_SEQ_OFF) + n * tso->mss);
	if (n > 0)
		tcp[TCP_FLAGS_OFF] &= (uint8_t)~TCP_CWR;
	if (n + 1 < tso->segments)
		tcp[TCP_FLAGS_OFF] &= (uint8_t) ~(TCP_FIN | TCP_PSH);
}

bool
softena_tso_seeded(const struct softena *dev, uint32_t w1)
{
	return dev->cfg.quirks.tso_needs_seed &&
	       ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1) == ENA_L3_IPV4 && (w1 & ENA_TX_W1_DF) == 0;
}

/** The checksum of a segment whose field holds the pseudo-header sum without length. */
static uint16_t
seeded_checksum(const uint8_t *tcp, size_t len)
{
	uint8_t size[2];

	softena_put_be16(size, (uint16_t)len);
	return softena_csum_fold(
		softena_csum_add(softena_csum_add(0, size, sizeof(size)), tcp, len));
}

size_t
softena_tso_segment(const struct softena_tso *tso, const uint8_t *pkt, uint32_t n, uint8_t *out)
{
	uint32_t at = n * tso->mss;
	size_t part = softena_min(tso->mss, tso->payload - at), len = tso->hdr_len + part;
	uint8_t *tcp = out + tso->l4_off;
	uint16_t csum;

	memcpy(out, pkt, tso->hdr_len);
	memcpy(out + tso->hdr_len, pkt + tso->hdr_len + at, part);
	adjust_headers(tso, n, out, len);
	if (tso->seeded) {
		csum = seeded_checksum(tcp, len - tso->l4_off);
	} else {
		memset(tcp + TCP_CSUM_OFF, 0, sizeof(csum));
		csum = softena_csum_l4(
			tso->ipv6, out + tso->l3_off, SOFTENA_PROTO_TCP, tcp, len - tso->l4_off);
	}
	memcpy(tcp + TCP_CSUM_OFF, &csum, sizeof(csum));
	return len;
}
