/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: offload bits and metadata against the headers of the packet (part B 2.1, 2.2,
 * 2.8) and against what the device has announced (part A 6.10).
 *
 * The headers are those at L3_OFF, as for the device: they may be the inner ones of a tunnel.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_csum.h"
#include "softena_device.h"
#include "softena_packet.h"
#include "softena_queue.h"
#include "softena_strict.h"
#include "softena_tso.h"
#include "softena_tx.h"

#define W1_OFFLOADS (ENA_TX_W1_TSO | ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS)
#define IP4_DF      0x4000u
#define TCP_DOFF    12u
#define TCP_CSUM    16u

struct offload {
	struct softena *dev;
	struct softena_place place;
	uint32_t w1, l3_idx, l4_idx;
	const struct softena_tx_meta *meta;
	const uint8_t *pkt;
	size_t len;
	/* found at L3_OFF */
	bool v6;
	size_t l3_len;
	uint8_t proto;
};

static bool
announced(const struct offload *o, uint32_t bit)
{
	return (o->dev->cfg.tx_offloads & bit) != 0;
}

static void
check_announced(const struct offload *o)
{
	bool v6 = o->l3_idx == ENA_L3_IPV6, seed = (o->w1 & ENA_TX_W1_L4_SEED) != 0;
	const char *what = NULL;

	if ((o->w1 & ENA_TX_W1_TSO) != 0) {
		/* TSO includes its checksums. */
		if (!announced(o, v6 ? ENA_TX_OFFLOAD_TSO_V6 : ENA_TX_OFFLOAD_TSO_V4))
			what = v6 ? "TSO for IPv6" : "TSO for IPv4";
	} else if ((o->w1 & ENA_TX_W1_L3_CS) != 0 && !announced(o, ENA_TX_OFFLOAD_L3_CSUM)) {
		what = "L3_CS";
	} else if ((o->w1 & ENA_TX_W1_L4_CS) != 0) {
		uint32_t bit =
			v6 ? (seed ? ENA_TX_OFFLOAD_L4_V6_PARTIAL : ENA_TX_OFFLOAD_L4_V6_FULL) :
			     (seed ? ENA_TX_OFFLOAD_L4_V4_PARTIAL : ENA_TX_OFFLOAD_L4_V4_FULL);

		if (!announced(o, bit))
			what = seed ? "L4_CS with L4_SEED" : "L4_CS without L4_SEED";
	}
	if (what != NULL)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_OFFLOAD, &o->place, "%s; announced %#x",
			what, o->dev->cfg.tx_offloads);
}

/** Bytes of an IPv6 header with the extension headers in front of the upper layer. */
static size_t
ip6_length(struct offload *o, const uint8_t *ip, size_t room)
{
	size_t at = SOFTENA_IP6_HDR;

	o->proto = ip[6];
	for (unsigned int i = 0; i < SOFTENA_IP6_EXT_MAX; i++) {
		size_t size;

		if (o->proto != SOFTENA_IP6_HOP_BY_HOP && o->proto != SOFTENA_IP6_ROUTING &&
			o->proto != SOFTENA_IP6_FRAGMENT && o->proto != SOFTENA_IP6_AH &&
			o->proto != SOFTENA_IP6_DST_OPTS)
			return at;
		if (room - at < 8)
			return at;
		size = o->proto == SOFTENA_IP6_FRAGMENT ? 8 :
		       o->proto == SOFTENA_IP6_AH       ? ((size_t)ip[at + 1] + 2) * 4 :
							  ((size_t)ip[at + 1] + 1) * 8;
		if (size > room - at)
			return at;
		o->proto = ip[at];
		at += size;
	}
	return at;
}

/** The IP header at L3_OFF. @return false if there is none, after a report */
static bool
find_ip(struct offload *o)
{
	const uint8_t *ip = o->pkt + o->meta->l3_off;
	size_t room = o->len > o->meta->l3_off ? o->len - o->meta->l3_off : 0;
	unsigned int version = room > 0 ? ip[0] >> 4 : 0;

	if (o->meta->l3_off >= SOFTENA_ETH_HDR && version == 4 &&
		softena_ip4_fits(o->pkt, o->len, o->meta->l3_off)) {
		o->v6 = false;
		o->l3_len = (size_t)(ip[0] & 0xf) * 4;
		o->proto = ip[9];
		return true;
	}
	if (o->meta->l3_off >= SOFTENA_ETH_HDR && version == 6 && room >= SOFTENA_IP6_HDR) {
		o->v6 = true;
		o->l3_len = ip6_length(o, ip, room);
		return true;
	}
	softena_defect(o->dev, SOFTENA_DEFECT_TX_META_L3_OFF, &o->place,
		"no IP header at offset %u of a packet of %zu bytes", o->meta->l3_off, o->len);
	return false;
}

static void
check_ip(const struct offload *o)
{
	const uint8_t *ip = o->pkt + o->meta->l3_off;
	bool df = o->v6 || (softena_be16(ip + 6) & IP4_DF) != 0;

	if (o->l3_idx != (o->v6 ? ENA_L3_IPV6 : ENA_L3_IPV4))
		softena_defect(o->dev, SOFTENA_DEFECT_TX_L3_IDX, &o->place,
			"L3_IDX %u, the header is IPv%u", o->l3_idx, o->v6 ? 6 : 4);
	if (o->v6 && (o->w1 & ENA_TX_W1_L3_CS) != 0)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_L3_CS, &o->place, "L3_CS with IPv6");
	if (((o->w1 & ENA_TX_W1_DF) != 0) != df)
		softena_defect(
			o->dev, SOFTENA_DEFECT_TX_DF, &o->place, "DF is %u, not %u", !df, df);
	if (o->meta->l3_len != o->l3_len)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_META_L3_LEN, &o->place,
			"L3_LEN %u, the header has %zu bytes", o->meta->l3_len, o->l3_len);
}

static void
check_l4(const struct offload *o)
{
	bool tso = (o->w1 & ENA_TX_W1_TSO) != 0;
	size_t l4_off = o->meta->l3_off + o->l3_len;
	uint32_t idx = o->proto == SOFTENA_PROTO_TCP ? ENA_L4_TCP :
		       o->proto == SOFTENA_PROTO_UDP ? ENA_L4_UDP :
						       ENA_L4_UNKNOWN;

	/* No L4 offload: the code may be absent, but not wrong. */
	if ((o->w1 & (ENA_TX_W1_TSO | ENA_TX_W1_L4_CS)) == 0 && o->l4_idx == ENA_L4_UNKNOWN)
		return;
	if (o->l4_idx != idx || idx == ENA_L4_UNKNOWN || (tso && idx != ENA_L4_TCP))
		softena_defect(o->dev, SOFTENA_DEFECT_TX_L4_IDX, &o->place,
			"L4_IDX %u%s, the protocol is %u", o->l4_idx, tso ? " and TSO" : "",
			o->proto);
	if (tso && o->meta->mss == 0)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_META_MSS, &o->place, "MSS is 0");
	if (idx != ENA_L4_TCP || o->len < l4_off + SOFTENA_TCP_HDR)
		return;

	unsigned int words = o->pkt[l4_off + TCP_DOFF] >> 4;

	if (o->meta->l4_words != words && (tso || o->meta->l4_words != 0))
		softena_defect(o->dev, SOFTENA_DEFECT_TX_META_L4_WORDS, &o->place,
			"L4_WORDS %u, the TCP header has %u", o->meta->l4_words, words);
}

/** Checked only with the quirk; the interface does not require it. */
static void
check_tso_seed(const struct offload *o)
{
	const uint8_t *ip = o->pkt + o->meta->l3_off, *tcp = ip + o->l3_len;
	uint16_t want, found;

	if ((o->w1 & ENA_TX_W1_TSO) == 0 || o->proto != SOFTENA_PROTO_TCP || o->v6 ||
		!softena_tso_seeded(o->dev, o->w1) ||
		o->len < o->meta->l3_off + o->l3_len + SOFTENA_TCP_HDR)
		return;
	want = (uint16_t)~softena_csum_l4(false, ip, SOFTENA_PROTO_TCP, tcp, 0);
	memcpy(&found, tcp + TCP_CSUM, sizeof(found));
	if (found != want)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_TSO_SEED, &o->place, "the field is %#06x",
			softena_be16(tcp + TCP_CSUM));
}

/**
 * Part B 3.4: devices drop a packet whose headers are longer than the pushed bytes. TCP options
 * count if the device copies them into every segment. What a device does with other options is not
 * known (part B 12 #9); a stack cannot avoid them: selective acknowledgments over IPv6 have 98
 * bytes.
 */
static void
check_header_end(const struct offload *o, size_t pushed)
{
	size_t end = o->meta->l3_off + o->l3_len, l4 = 0;

	if ((o->w1 & (ENA_TX_W1_TSO | ENA_TX_W1_L4_CS)) != 0) {
		if (o->proto == SOFTENA_PROTO_UDP)
			l4 = SOFTENA_UDP_HDR;
		else if (o->proto == SOFTENA_PROTO_TCP && (o->w1 & ENA_TX_W1_TSO) == 0)
			l4 = SOFTENA_TCP_HDR;
		else if (o->proto == SOFTENA_PROTO_TCP && o->len >= end + SOFTENA_TCP_HDR)
			l4 = (size_t)(o->pkt[end + TCP_DOFF] >> 4) * 4;
	}
	end = softena_min(end + l4, o->len);
	if (end > pushed)
		softena_defect(o->dev, SOFTENA_DEFECT_TX_HEADERS_LONG, &o->place,
			"headers of %zu bytes, %zu are pushed", end, pushed);
}

void
softena_strict_tx_headers(struct softena *dev, const struct softena_sq *sq, uint32_t w1,
	const struct softena_tx_meta *meta, const uint8_t *pkt, size_t len, size_t pushed)
{
	struct offload o = {
		.dev = dev,
		.place = softena_strict_tx_place(dev, sq),
		.w1 = w1,
		.l3_idx = ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1),
		.l4_idx = ENA_FIELD_GET(ENA_TX_W1_L4_IDX, w1),
		.meta = meta,
		.pkt = pkt,
		.len = len,
	};

	if ((w1 & W1_OFFLOADS) == 0)
		return;
	check_announced(&o);
	if (!find_ip(&o))
		return;
	check_ip(&o);
	check_l4(&o);
	check_tso_seed(&o);
	if (sq->llq)
		check_header_end(&o, pushed);
}
