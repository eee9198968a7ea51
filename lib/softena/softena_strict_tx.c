/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: Tx descriptors one by one as they are collected, and the packet as a whole.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_packet.h"
#include "softena_queue.h"
#include "softena_strict.h"
#include "softena_tx.h"

/** Bits of word 1 that are reserved but not marked MBZ. */
#define TX_W1_RESERVED   (ENA_BITS(6, 5) | ENA_BIT(16))
#define META_W0_RESERVED ENA_BIT(15)
/** Fields that only the first data descriptor has. */
#define W0_FIRST_ONLY (ENA_TX_W0_REQ_HI | ENA_TX_W0_CREQ)

struct softena_place
softena_strict_tx_place(struct softena *dev, const struct softena_sq *sq)
{
	const struct softena_strict_queue *st = softena_strict_of(dev, sq);

	return (struct softena_place){"Tx queue", sq->idx, st->slot, st->entry, st->entry_len};
}

/* ---- one descriptor -------------------------------------------------------------- */

/** A descriptor and where it was found. */
struct tx_seen {
	struct softena *dev;
	const struct softena_sq *sq;
	struct softena_strict_queue *st;
	struct softena_place place;
	uint32_t w[4];
	bool phase; /* that the slot or entry must have */
};

static void
check_meta_slot(struct tx_seen *t)
{
	if ((t->w[0] & (ENA_TX_META_W0_MBZ | META_W0_RESERVED)) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_META_W0_MBZ, &t->place, "bits %#x",
			t->w[0] & (ENA_TX_META_W0_MBZ | META_W0_RESERVED));
	if (t->w[1] != 0)
		softena_defect(
			t->dev, SOFTENA_DEFECT_TX_META_W1_MBZ, &t->place, "bits %#x", t->w[1]);
	if (t->w[3] != 0)
		softena_defect(
			t->dev, SOFTENA_DEFECT_TX_META_W3_MBZ, &t->place, "bits %#x", t->w[3]);
	if ((t->w[0] & ENA_TX_META_W0_LAST) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_META_LAST, &t->place, "LAST is set");
	if ((t->w[0] & ENA_TX_META_W0_CREQ) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_META_CREQ, &t->place, "CREQ is set");
}

static void
check_data_slot(struct tx_seen *t)
{
	uint64_t addr = (uint64_t)ENA_FIELD_GET(ENA_TX_W3_ADDR_HI, t->w[3]) << 32 | t->w[2];

	if ((t->w[0] & ENA_TX_W0_MBZ) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_W0_MBZ, &t->place, "bits %#x",
			t->w[0] & ENA_TX_W0_MBZ);
	if ((t->w[1] & (ENA_TX_W1_MBZ | TX_W1_RESERVED)) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_W1_MBZ, &t->place, "bits %#x",
			t->w[1] & (ENA_TX_W1_MBZ | TX_W1_RESERVED));
	if ((t->w[3] & ENA_TX_W3_MBZ) != 0)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_W3_MBZ, &t->place, "bits %#x",
			t->w[3] & ENA_TX_W3_MBZ);
	if (!softena_dma_in_width(t->dev, addr, 0))
		softena_defect(t->dev, SOFTENA_DEFECT_TX_ADDR_WIDTH, &t->place,
			"address %#llx, width %u", (unsigned long long)addr, t->dev->cfg.dma_width);
}

/** Checks of FIRST, also in the wrong descriptor. */
static void
check_first(struct tx_seen *t)
{
	struct softena_strict_queue *st = t->st;
	bool first = (t->w[0] & ENA_TX_W0_FIRST) != 0, meta = (t->w[0] & ENA_TX_W0_META) != 0;

	if (st->descs == 0) {
		if (!first)
			softena_defect(t->dev, SOFTENA_DEFECT_TX_FIRST_MISSING, &t->place,
				"FIRST is not set");
		return;
	}
	if (!first)
		return;
	/* A descriptor that looks like the first of a packet: then the packet before it had no
	 * LAST. */
	if (st->n_data > 0 && (meta || (t->w[0] & ENA_TX_W0_CREQ) != 0))
		softena_defect(t->dev, SOFTENA_DEFECT_TX_LAST_MISSING, &t->place,
			"a packet begins after %u descriptors without LAST", st->descs);
	else
		softena_defect(t->dev, SOFTENA_DEFECT_TX_FIRST_TWICE, &t->place,
			"FIRST is set in descriptor %u of the packet", st->descs);
}

static void
check_order(struct tx_seen *t)
{
	struct softena_strict_queue *st = t->st;

	if ((t->w[0] & ENA_TX_W0_META) != 0) {
		if (st->has_meta || st->n_data > 0) {
			/* It is right if the packet before had no LAST. */
			st->meta_order = true;
			if ((t->w[0] & ENA_TX_W0_FIRST) == 0 || st->n_data == 0)
				softena_defect(t->dev, SOFTENA_DEFECT_TX_META_ORDER, &t->place,
					"metadata in descriptor %u of the packet", st->descs);
		}
		return;
	}
	if (st->n_data == 0) {
		if ((t->w[0] & ENA_TX_W0_CREQ) == 0)
			softena_defect(t->dev, SOFTENA_DEFECT_TX_CREQ_MISSING, &t->place,
				"CREQ is not set");
		return;
	}
	if (!st->meta_order &&
		((t->w[0] & W0_FIRST_ONLY) != 0 || t->w[1] != 0 ||
			(t->w[3] & ENA_TX_W3_HDR_LEN) != 0) &&
		(t->w[0] & (ENA_TX_W0_FIRST | ENA_TX_W0_CREQ)) !=
			(ENA_TX_W0_FIRST | ENA_TX_W0_CREQ))
		softena_defect(t->dev, SOFTENA_DEFECT_TX_CONT_FIELDS, &t->place,
			"descriptor %u of the packet has some", st->descs);
}

static void
seen(struct tx_seen *t, const struct ena_tx_desc *d)
{
	struct softena_strict_queue *st = t->st;

	for (unsigned int i = 0; i < 4; i++)
		t->w[i] = ena_get32(d->w[i]);
	if (((t->w[0] & ENA_TX_W0_PHASE) != 0) != t->phase)
		softena_defect(t->dev, SOFTENA_DEFECT_TX_PHASE, &t->place, "PHASE is %u, not %u",
			!t->phase, t->phase);
	if ((t->w[0] & ENA_TX_W0_META) != 0)
		check_meta_slot(t);
	else
		check_data_slot(t);
	check_first(t);
	check_order(t);
	if ((t->w[0] & ENA_TX_W0_META) != 0)
		st->has_meta = true;
	else
		st->n_data++;
	st->descs++;
	if (st->descs > t->dev->cfg.tx_descs && !st->reported_long) {
		st->reported_long = true;
		softena_defect(t->dev, SOFTENA_DEFECT_TX_DESCS, &t->place,
			"more than %u descriptors", t->dev->cfg.tx_descs);
	}
}

static struct tx_seen
begin(struct softena *dev, const struct softena_sq *sq, uint16_t slot, const void *entry,
	size_t len)
{
	/* Free-running position of the slot; it determines the phase. */
	uint16_t pos = (uint16_t)(sq->head + sq->scanned - 1);

	return (struct tx_seen){
		.dev = dev,
		.sq = sq,
		.st = softena_strict_of(dev, sq),
		.place = {"Tx queue", sq->idx, slot, entry, len},
		.phase = (pos & sq->depth) == 0,
	};
}

/** Keep the bytes for reports about the packet as a whole. */
static void
keep(struct tx_seen *t, bool start)
{
	struct softena_strict_queue *st = t->st;

	if (!start)
		return;
	st->slot = (uint16_t)t->place.slot;
	st->entry_len = (uint16_t)softena_min(t->place.len, sizeof(st->entry));
	memcpy(st->entry, t->place.entry, st->entry_len);
}

void
softena_strict_tx_slot(struct softena *dev, const struct softena_sq *sq, uint16_t slot,
	const struct ena_tx_desc *d)
{
	struct tx_seen t = begin(dev, sq, slot, d, sizeof(*d));

	/* The first data descriptor, which names the packet. */
	keep(&t, t.st->n_data == 0);
	seen(&t, d);
}

static bool
all_zero(const uint8_t *p, size_t len)
{
	while (len > 0 && *p == 0) {
		p++;
		len--;
	}
	return len == 0;
}

void
softena_strict_tx_entry(struct softena *dev, const struct softena_sq *sq, uint16_t slot,
	const uint8_t *entry, bool first)
{
	const struct softena_llq_state *llq = &dev->llq;
	unsigned int descs = first ? llq->descs_before : llq->descs_per_entry, i;
	struct tx_seen t = begin(dev, sq, slot, entry, llq->entry_size);
	size_t used;
	bool last = false;

	keep(&t, first);
	for (i = 0; i < descs && !last; i++) {
		struct ena_tx_desc d;

		memcpy(&d, entry + i * sizeof(d), sizeof(d));
		seen(&t, &d);
		last = (t.w[0] & ENA_TX_W0_LAST) != 0;
	}
	used = i * sizeof(struct ena_tx_desc);
	/* The header area of a first entry is checked when HDR_LEN is known. */
	if (!all_zero(entry + used,
		    (first ? llq->descs_before * sizeof(struct ena_tx_desc) : llq->entry_size) -
			    used))
		softena_defect(dev, SOFTENA_DEFECT_LLQ_DESC_REST, &t.place,
			"bytes behind descriptor %u", i - 1);
}

/* ---- the packet ------------------------------------------------------------------- */

/** A packet as the checks of the whole see it. */
struct tx_whole {
	struct softena *dev;
	const struct softena_sq *sq;
	struct softena_strict_queue *st;
	const struct softena_tx_asm *a;
	struct softena_place place;
	uint32_t w0, w1, w3; /* of the first data descriptor */
	size_t hdr_len, len; /* pushed bytes; all bytes */
};

static void
check_lengths(struct tx_whole *p)
{
	for (unsigned int i = 0; i < p->a->n_data; i++) {
		const struct ena_tx_desc *d = &p->a->data[i];
		uint32_t len = ENA_FIELD_GET(ENA_TX_W0_LEN, ena_get32(d->w[0]));
		struct softena_place place = {"Tx queue", p->sq->idx, p->place.slot, d, sizeof(*d)};

		p->len += len;
		if (len != 0)
			continue;
		if (!p->sq->llq || p->a->n_data > 1 || p->hdr_len == 0)
			softena_defect(p->dev, SOFTENA_DEFECT_TX_LEN_ZERO, &place,
				"data descriptor %u of %u has LEN 0", i, p->a->n_data);
		else if (ena_get32(d->w[2]) != 0 || (p->w3 & ENA_TX_W3_ADDR_HI) != 0)
			softena_defect(p->dev, SOFTENA_DEFECT_TX_LEN_ZERO_ADDR, &place,
				"LEN is 0, the address is not");
	}
}

static void
check_pushed(struct tx_whole *p)
{
	size_t max = p->dev->llq.header_max;

	if (!p->sq->llq) {
		/* This device ignores it; other devices do not. */
		if (p->hdr_len != 0)
			softena_defect(p->dev, SOFTENA_DEFECT_TX_HDR_LEN_HOST, &p->place,
				"HDR_LEN is %zu", p->hdr_len);
		return;
	}
	if (p->hdr_len > max) {
		softena_defect(p->dev, SOFTENA_DEFECT_TX_HDR_LEN_OVER, &p->place,
			"HDR_LEN %zu, H is %zu", p->hdr_len, max);
		return;
	}
	if (p->hdr_len < softena_min(p->len, max))
		softena_defect(p->dev, SOFTENA_DEFECT_TX_PUSH_SHORT, &p->place,
			"%zu of %zu bytes are pushed, H is %zu", p->hdr_len, p->len, max);
	if (!all_zero(p->a->pushed + p->hdr_len, max - p->hdr_len))
		softena_defect(p->dev, SOFTENA_DEFECT_LLQ_HEADER_REST, &p->place,
			"bytes behind the header of %zu", p->hdr_len);
}

static void
check_req_id(struct tx_whole *p)
{
	uint16_t id = softena_tx_req_id_of(&p->a->data[0]);

	if (id >= p->sq->depth)
		softena_defect(p->dev, SOFTENA_DEFECT_TX_REQ_ID_RANGE, &p->place,
			"request id %u, depth %u", id, p->sq->depth);
	/* Without CREQ there is no completion that would free it. */
	else if ((p->w0 & ENA_TX_W0_CREQ) != 0 && !softena_strict_id_take(p->st, id, p->st->head))
		softena_defect(p->dev, SOFTENA_DEFECT_TX_REQ_ID_BUSY, &p->place,
			"request id %u is not back yet", id);
}

static bool
same_tuple(const struct softena_tx_meta *a, const struct softena_tx_meta *b)
{
	return a->mss == b->mss && a->l3_len == b->l3_len && a->l3_off == b->l3_off &&
	       a->l4_words == b->l4_words;
}

static void
check_meta_use(struct tx_whole *p)
{
	static const struct softena_tx_meta none;
	struct softena_tx_meta tuple = none;
	bool no_cache = p->sq->llq && (p->dev->cfg.llq_accel & ENA_LLQ_ACCEL_NO_META_CACHE) != 0;
	bool offload = (p->w1 & (ENA_TX_W1_TSO | ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS)) != 0;

	if (p->a->has_meta && (ena_get32(p->a->meta.w[0]) & ENA_TX_META_W0_EXT_VALID) != 0)
		tuple = softena_tx_meta_of(&p->a->meta);
	if (no_cache && !p->a->has_meta)
		softena_defect(p->dev, SOFTENA_DEFECT_TX_META_MISSING, &p->place, "no metadata");
	if (no_cache && !offload && !same_tuple(&tuple, &none))
		softena_defect(p->dev, SOFTENA_DEFECT_TX_META_NONZERO, &p->place,
			"MSS %u, L3_LEN %u, L3_OFF %u, L4_WORDS %u", tuple.mss, tuple.l3_len,
			tuple.l3_off, tuple.l4_words);
	if (!no_cache && p->a->has_meta && (!offload || same_tuple(&tuple, &p->sq->meta)))
		softena_defect(p->dev, SOFTENA_DEFECT_TX_META_REDUNDANT, &p->place,
			offload ? "the tuple is cached" : "no offload uses it");
}

/** Part B 3.7: one packet must fit into the limit, independent of doorbells. */
static void
check_burst(struct tx_whole *p)
{
	const struct softena_config *cfg = &p->dev->cfg;
	unsigned int limit;

	if (!p->sq->llq || (cfg->llq_accel & ENA_LLQ_ACCEL_BURST_LIMIT) == 0)
		return;
	limit = cfg->llq_burst / p->dev->llq.entry_size;
	if (limit != 0 && p->sq->scanned > limit)
		softena_defect(p->dev, SOFTENA_DEFECT_TX_BURST, &p->place,
			"one packet takes %u entries, the limit is %u", p->sq->scanned, limit);
}

void
softena_strict_tx_packet(struct softena *dev, const struct softena_sq *sq)
{
	struct tx_whole p = {
		.dev = dev,
		.sq = sq,
		.st = softena_strict_of(dev, sq),
		.a = &sq->data.tx,
		.place = softena_strict_tx_place(dev, sq),
	};

	/* These have been reported already. */
	if (p.a->n_data == 0 || p.a->bad)
		return;
	p.w0 = ena_get32(p.a->data[0].w[0]);
	p.w1 = ena_get32(p.a->data[0].w[1]);
	p.w3 = ena_get32(p.a->data[0].w[3]);
	p.hdr_len = ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, p.w3);
	p.len = sq->llq ? p.hdr_len : 0;
	check_lengths(&p);
	check_pushed(&p);
	check_req_id(&p);
	check_meta_use(&p);
	check_burst(&p);
}

void
softena_strict_tx_taken(struct softena *dev, const struct softena_sq *sq, uint16_t slots)
{
	struct softena_strict_queue *st = softena_strict_of(dev, sq);
	const struct softena_tx_asm *a = &sq->data.tx;

	st->head += slots;
	/* It gets no completion. */
	if (a->n_data == 0 || (ena_get32(a->data[0].w[0]) & ENA_TX_W0_CREQ) == 0)
		st->done += slots;
	st->descs = st->n_data = 0;
	st->has_meta = st->reported_long = st->meta_order = false;
}
