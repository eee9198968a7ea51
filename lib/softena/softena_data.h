/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the files of the data path share: access to packet bytes, and the interfaces between
 * rings and offload engines.
 */
#ifndef SOFTENA_DATA_H
#define SOFTENA_DATA_H

#include "softena_priv.h"

#define SOFTENA_ETH_HDR       14u
#define SOFTENA_ETH_MIN       60u /* shortest frame on the medium, without FCS */
#define SOFTENA_MTU_EXTRA     22u /* Ethernet header and two VLAN tags (part B 2.10, 5.10) */
#define SOFTENA_IP4_HDR       20u
#define SOFTENA_IP6_HDR       40u
#define SOFTENA_TCP_HDR       20u
#define SOFTENA_UDP_HDR       8u
#define SOFTENA_PROTO_TCP     6u
#define SOFTENA_PROTO_UDP     17u
#define SOFTENA_RSS_INPUT_MAX 36u /* two IPv6 addresses and two ports */

/** Packets of a queue, or frames of the wire, in one poll. */
#define SOFTENA_BURST 64u

/** Integers in network order at any alignment. */
static inline uint16_t
softena_be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
softena_be32(const uint8_t *p)
{
	return (uint32_t)softena_be16(p) << 16 | softena_be16(p + 2);
}

static inline void
softena_put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
softena_put_be32(uint8_t *p, uint32_t v)
{
	softena_put_be16(p, (uint16_t)(v >> 16));
	softena_put_be16(p + 2, (uint16_t)v);
}

static inline size_t
softena_min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/** How many of @p n bytes at @p at in a packet the wire wants moved. */
static inline size_t
softena_moved(const struct softena_wire *wire, size_t at, size_t n)
{
	if (wire == NULL || wire->move_max == 0)
		return n;
	return at >= wire->move_max ? 0 : softena_min(n, wire->move_max - at);
}

/* softena_dma.c */
/**
 * Write the next entry of a completion queue; bit 0 of byte 3 becomes the phase.
 * @param entry 32 bytes, of which the queue's entry size counts; byte 3 bit 0 is 0
 */
void softena_cq_put(struct softena *dev, struct softena_cq *cq, uint8_t entry[32]);
/** Two entries, of which a driver sees either none or both. */
void softena_cq_put_two(
	struct softena *dev, struct softena_cq *cq, uint8_t first[32], uint8_t second[32]);

/* softena_rx.c */
static inline struct softena_rx_buf
softena_rx_buf_of(const struct ena_rx_desc *d, uint8_t portion)
{
	uint16_t len = ena_get16(d->len);

	return (struct softena_rx_buf){
		.addr = ena_get_ad48(d->addr),
		.len = len == 0 ? 65536 : len,
		.req_id = ena_get16(d->req_id),
		.portion = portion,
	};
}

/* softena_rx_parts.c, for the quirk hashed_rx; dev->rx_parts is NULL without it */
/** @return 0 or -ENOMEM */
int softena_rx_parts_create(struct softena *dev);
void softena_rx_parts_free(struct softena *dev);
/** CREATE_SQ has succeeded: nothing is posted. */
void softena_rx_parts_start(struct softena *dev, const struct softena_sq *sq);
/**
 * Fetch what is posted, and put buffers for a frame into sq->data.rx, those of its portion first.
 * @return false: its portion is empty
 */
bool softena_rx_parts_draw(
	struct softena *dev, struct softena_sq *sq, uint32_t hash, uint16_t posted);
/** Those that the frame did not need go back to the heads of their portions. */
void softena_rx_parts_return(struct softena *dev, struct softena_sq *sq);

/* softena_parse.c */
/** Bytes of protocol headers, link layer included, as far as they are recognised. */
size_t softena_header_end(const uint8_t *frame, size_t len, const struct softena_parsed *p);

/* softena_csum.c */
/**
 * Inverted sum over pseudo-header and @p len bytes of L4, checksum field included: 0 proves a
 * received checksum; with a field of 0 it is the value to insert. Memory order.
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

/* softena_tso.c */
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

#endif /* SOFTENA_DATA_H */
