/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Choice of a queue for a received frame: hash input, Toeplitz, indirection table (part B 7.1,
 * 7.5). Flow steering comes first: softena_steering.c.
 */
#include <string.h>

#include "softena_device.h"
#include "softena_packet.h"
#include "softena_parse.h"
#include "softena_queue.h"
#include "softena_rss.h"
#include "softena_steering.h"

/** The key until the driver sets one (part B 7.1). */
static const uint8_t fixed_key[ENA_RSS_KEY_SIZE] = {0xbe, 0xac, 0x01, 0xfa, 0x6a, 0x42, 0xb7, 0x3b,
	0x80, 0x30, 0xf2, 0x0c, 0x77, 0xcb, 0x2d, 0xa3, 0xae, 0x7b, 0x30, 0xb4, 0xd0, 0xca, 0x2b,
	0xcb, 0x43, 0xa3, 0x8f, 0xb0, 0x41, 0x67, 0x25, 0x3d, 0x25, 0x5b, 0x0e, 0xc2, 0x6d, 0x5a,
	0x56, 0xda};
#define FIXED_KEY_INITIAL UINT32_C(0xffffffff)

/** Key bits @p bit to @p bit + 31; beyond the end of the key there are zeros. */
static uint32_t
key_window(const uint8_t key[ENA_RSS_KEY_SIZE], size_t bit)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 5; i++) {
		size_t at = bit / 8 + i;

		v = v << 8 | (at < ENA_RSS_KEY_SIZE ? key[at] : 0);
	}
	return (uint32_t)(v >> (8 - bit % 8));
}

uint32_t
softena_toeplitz(const uint8_t key[ENA_RSS_KEY_SIZE], const uint8_t *data, size_t len)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < len && i < ENA_RSS_KEY_SIZE; i++)
		for (size_t bit = 0; bit < 8; bit++)
			if (data[i] & (0x80u >> bit))
				hash ^= key_window(key, i * 8 + bit);
	return hash;
}

static void
toeplitz_prepare(struct softena_toeplitz *t, const uint8_t key[ENA_RSS_KEY_SIZE])
{
	for (size_t place = 0; place < 2 * SOFTENA_RSS_INPUT_MAX; place++)
		for (unsigned int v = 0; v < 16; v++) {
			t->nibble[place][v] = 0;
			for (size_t bit = 0; bit < 4; bit++)
				if (v & (8u >> bit))
					t->nibble[place][v] ^= key_window(key, place * 4 + bit);
		}
	memcpy(t->key, key, ENA_RSS_KEY_SIZE);
	t->valid = true;
}

/** softena_toeplitz() for the current key, with a table look-up per nibble. */
static uint32_t
toeplitz_fast(struct softena *dev, const uint8_t *data, size_t len)
{
	struct softena_toeplitz *t = &dev->toeplitz;
	uint32_t hash = 0;

	/* SET may have changed the key. A comparison of 40 bytes is cheap. */
	if (!t->valid || memcmp(t->key, dev->rss.key, ENA_RSS_KEY_SIZE) != 0)
		toeplitz_prepare(t, dev->rss.key);
	for (size_t i = 0; i < len; i++)
		hash ^= t->nibble[2 * i][data[i] >> 4] ^ t->nibble[2 * i + 1][data[i] & 0xf];
	return hash;
}

/** Append those of @p a and @p b that are selected; in ascending order if @p sort. */
static size_t
append_pair(uint8_t *in, bool sort, const uint8_t *a, bool use_a, const uint8_t *b, bool use_b,
	size_t size)
{
	size_t n = 0;

	if (sort && use_a && use_b && memcmp(b, a, size) < 0) {
		const uint8_t *swap = a;

		a = b;
		b = swap;
	}
	if (use_a) {
		memcpy(in, a, size);
		n += size;
	}
	if (use_b) {
		memcpy(in + n, b, size);
		n += size;
	}
	return n;
}

/** The bytes that are hashed (table of part B 7.5). @return their number; 0 = not hashed */
static size_t
hash_input(const struct softena *dev, const uint8_t *frame, size_t len,
	const struct softena_parsed *p, uint8_t in[SOFTENA_RSS_INPUT_MAX])
{
	bool sort = !dev->rss.function_set, ipv6 = p->l3_idx == ENA_L3_IPV6;
	const uint8_t *ip = frame + p->l3_off, *l4 = frame + p->l4_off;
	size_t n;
	uint32_t f = p->tcp_udp ? ENA_RSS_FIELDS_L34 : 0;

	if (dev->cfg.features & ENA_BIT(ENA_FEATURE_RSS_HASH_INPUT))
		f = dev->rss.fields[p->rss_proto];
	if (p->rss_proto == ENA_RSS_NOT_IP) {
		if (len < SOFTENA_ETH_HDR)
			return 0;
		return append_pair(in, false, frame + 6, f & ENA_RSS_FIELD_L2_SA, frame,
			f & ENA_RSS_FIELD_L2_DA, 6);
	}
	n = append_pair(in, sort, ip + (ipv6 ? 8 : 12), f & ENA_RSS_FIELD_L3_SA,
		ip + (ipv6 ? 24 : 16), f & ENA_RSS_FIELD_L3_DA, ipv6 ? 16 : 4);
	if (p->tcp_udp)
		n += append_pair(in + n, sort, l4, f & ENA_RSS_FIELD_L4_SP, l4 + 2,
			f & ENA_RSS_FIELD_L4_DP, 2);
	return n;
}

static uint32_t
hash_value(struct softena *dev, const uint8_t *in, size_t len)
{
	uint32_t hash = toeplitz_fast(dev, in, len) ^ dev->rss.initial;

	if (!dev->rss.function_set)
		hash = (hash & UINT16_MAX) | hash << 16;
	return hash;
}

struct softena_sq *
softena_rss_select(struct softena *dev, const uint8_t *frame, size_t len,
	const struct softena_parsed *p, uint32_t *hash, bool *counted)
{
	struct softena_sq *first = softena_rx_first(dev), *sq;
	uint8_t in[SOFTENA_RSS_INPUT_MAX];
	size_t n;

	*hash = 0;
	*counted = false;
	if (first == NULL)
		return NULL;
	n = hash_input(dev, frame, len, p, in);
	if (n > 0)
		*hash = hash_value(dev, in, n);
	if (dev->steering.rules != 0) {
		sq = softena_steering_select(dev, frame, p);
		if (sq != NULL)
			return sq;
	}
	if (!dev->rss.table_set || dev->rss.table == NULL || dev->rss.log2 > dev->cfg.rss_log2_max)
		return first;
	/* A frame that is not hashed has hash 0, and uses entry 0 (revision 2, 36). */
	sq = softena_sq_get(dev, false, dev->rss.table[*hash & ((1u << dev->rss.log2) - 1)]);
	*counted = sq == NULL;
	return sq;
}

void
softena_rss_reset(struct softena *dev)
{
	struct softena_rss_state *rss = &dev->rss;
	uint16_t *table = rss->table;

	*rss = (struct softena_rss_state){
		.initial = FIXED_KEY_INITIAL,
		.selected = ENA_RSS_FUNC_TOEPLITZ,
		.log2 = dev->cfg.rss_log2_max,
		.table = table,
	};
	memcpy(rss->key, fixed_key, sizeof(rss->key));
	for (unsigned int i = 0; i < ENA_RSS_PROTO_COUNT; i++)
		rss->fields[i] = softena_rss_supported(i);
	if (table != NULL)
		memset(table, 0, sizeof(table[0]) << dev->cfg.rss_log2_max);
}
