/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx: slots of host rings and LLQ entries into packets, packets onto the wire, completions
 * (part B 2.9, 2.10, 3.10, 3.11, 4.4).
 *
 * The descriptors of a packet are collected in the struct softena_tx_asm of the queue. Each slot
 * is read exactly once: later writes of the driver to the ring have no effect, and a packet
 * without LAST is not read again at each poll.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_csum.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_llq.h"
#include "softena_packet.h"
#include "softena_parse.h"
#include "softena_queue.h"
#include "softena_random.h"
#include "softena_strict.h"
#include "softena_tso.h"
#include "softena_tx.h"

/* Segments of a queue in one poll; when they are used up, no other packet is begun. */
#define SEGMENT_BUDGET 256u

/** Host descriptors that were read ahead in this poll. */
struct tx_fetch {
	unsigned int pos, n;
	struct ena_tx_desc desc[SOFTENA_BURST];
};

struct tx_done {
	uint16_t req_id, sq_head, slots;
	uint64_t timestamp;
};

/** Work of one queue in one poll. */
struct tx_burst {
	unsigned int packets;
	uint64_t segments;
	unsigned int n_done;
	struct tx_done done[SOFTENA_BURST];
};

/** A collected packet, decoded. */
struct tx_packet {
	uint32_t w1; /* of the first data descriptor */
	struct softena_tx_meta meta;
	size_t pushed; /* bytes that came with the LLQ entry */
	size_t len;
};

/* ---- collecting -------------------------------------------------------------- */

/** Add a descriptor to the packet. @return true if it is the last one */
static bool
collect(struct softena_tx_asm *a, const struct ena_tx_desc *d)
{
	uint32_t w0 = ena_get32(d->w[0]);

	if (a->descs <= SOFTENA_TX_DESCS_MAX)
		a->descs++;
	if (w0 & ENA_TX_W0_META) {
		if (a->has_meta || a->n_data > 0) {
			a->bad = true;
		} else {
			a->meta = *d;
			a->has_meta = true;
		}
	} else if (a->n_data < SOFTENA_TX_DESCS_MAX) {
		a->data[a->n_data++] = *d;
	}
	return (w0 & ENA_TX_W0_LAST) != 0;
}

/** Slots that doorbells cover and that are not collected yet. */
static uint16_t
slots_left(const struct softena_sq *sq)
{
	return (uint16_t)(sq->tail - sq->head - sq->scanned);
}

static bool
collect_host(struct softena *dev, struct softena_sq *sq, struct tx_fetch *f)
{
	for (;;) {
		if (f->pos == f->n) {
			size_t slot = (uint16_t)(sq->head + sq->scanned) & (sq->depth - 1u);
			size_t n = softena_min(slots_left(sq), SOFTENA_BURST);

			n = softena_min(n, sq->depth - slot);
			f->pos = 0;
			f->n = (unsigned int)n;
			if (n == 0)
				return false;
			if (!softena_dma_read(dev, sq->base + slot * sizeof(f->desc[0]), f->desc,
				    n * sizeof(f->desc[0]))) {
				f->n = 0;
				sq->stalled = !dev->dma.read_blocked;
				return false;
			}
		}
		sq->scanned++;
		if (dev->strict != NULL)
			softena_strict_tx_slot(dev, sq,
				(uint16_t)(sq->head + sq->scanned - 1) & (sq->depth - 1u),
				&f->desc[f->pos]);
		if (collect(&sq->data.tx, &f->desc[f->pos++]))
			return true;
	}
}

/** Layout of an entry: part B 3.3, 3.11. @return true if LAST is in it */
static bool
collect_entry(const struct softena_llq_state *llq, struct softena_tx_asm *a, const uint8_t *entry,
	bool first)
{
	size_t header = (size_t)llq->descs_before * ENA_LLQ_DESC_SIZE;
	unsigned int descs = first ? llq->descs_before : llq->descs_per_entry;

	if (first)
		memcpy(a->pushed, entry + header, llq->entry_size - header);
	for (unsigned int i = 0; i < descs; i++) {
		struct ena_tx_desc d;

		memcpy(&d, entry + i * sizeof(d), sizeof(d));
		if (collect(a, &d))
			return true;
	}
	return false;
}

static bool
collect_llq(struct softena *dev, struct softena_sq *sq)
{
	const struct softena_llq_state *llq = &dev->llq;
	size_t size = llq->entry_size;

	/* SET LLQ has checked these values; the copies below depend on them. */
	if (dev->bars.bar2 == NULL || size == 0 || size > SOFTENA_LLQ_ENTRY_MAX ||
		llq->descs_before == 0 || llq->descs_per_entry == 0 ||
		llq->descs_before * ENA_LLQ_DESC_SIZE > size ||
		llq->descs_per_entry * ENA_LLQ_DESC_SIZE > size ||
		sq->llq_off + sq->depth * size > dev->bar2_size)
		return false;
	while (slots_left(sq) > 0) {
		size_t slot = (uint16_t)(sq->head + sq->scanned) & (sq->depth - 1u);
		uint8_t entry[SOFTENA_LLQ_ENTRY_MAX];

		memcpy(entry, (const uint8_t *)dev->bars.bar2 + sq->llq_off + slot * size, size);
		sq->scanned++;
		if (dev->strict != NULL)
			softena_strict_tx_entry(dev, sq, (uint16_t)slot, entry, sq->scanned == 1);
		if (collect_entry(llq, &sq->data.tx, entry, sq->scanned == 1))
			return true;
	}
	return false;
}

/* ---- decoding ---------------------------------------------------------------- */

/** The tuple for this packet; STORE replaces the cached one (part B 2.6, 2.10). */
static struct softena_tx_meta
take_meta(struct softena_sq *sq)
{
	const struct softena_tx_asm *a = &sq->data.tx;
	uint32_t w0 = ena_get32(a->meta.w[0]);
	struct softena_tx_meta meta;

	if (!a->has_meta || !(w0 & ENA_TX_META_W0_EXT_VALID))
		return sq->meta;
	meta = softena_tx_meta_of(&a->meta);
	if (w0 & ENA_TX_META_W0_STORE)
		sq->meta = meta;
	return meta;
}

/** @return false if the packet is malformed (part B 2.10) */
static bool
decode(struct softena *dev, struct softena_sq *sq, struct tx_packet *pkt)
{
	const struct softena_tx_asm *a = &sq->data.tx;

	*pkt = (struct tx_packet){.meta = take_meta(sq)};
	if (a->bad || a->n_data == 0 || a->descs > SOFTENA_TX_DESCS_MAX)
		return false;
	pkt->w1 = ena_get32(a->data[0].w[1]);
	if (sq->llq) {
		pkt->pushed = ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, ena_get32(a->data[0].w[3]));
		if (pkt->pushed > ena_llq_header_max(dev->llq.entry_size, dev->llq.descs_before))
			return false;
	}
	pkt->len = pkt->pushed;
	for (unsigned int i = 0; i < a->n_data; i++)
		pkt->len += ENA_FIELD_GET(ENA_TX_W0_LEN, ena_get32(a->data[i].w[0]));
	if (pkt->len < SOFTENA_ETH_HDR || pkt->len > SOFTENA_PACKET_MAX)
		return false;
	return (pkt->w1 & ENA_TX_W1_TSO) || pkt->len <= (size_t)dev->mtu + SOFTENA_MTU_EXTRA;
}

/** The packet in one piece in dev->tx.packet. */
static bool
gather(struct softena *dev, const struct softena_sq *sq, const struct tx_packet *pkt)
{
	const struct softena_tx_asm *a = &sq->data.tx;
	size_t at = pkt->pushed;

	memcpy(dev->tx.packet, a->pushed, pkt->pushed);
	for (unsigned int i = 0; i < a->n_data; i++) {
		const struct ena_tx_desc *d = &a->data[i];
		size_t len = ENA_FIELD_GET(ENA_TX_W0_LEN, ena_get32(d->w[0]));
		uint64_t addr = ENA_FIELD_GET(ENA_TX_W3_ADDR_HI, ena_get32(d->w[3]));

		addr = addr << 32 | ena_get32(d->w[2]);
		if (!softena_dma_read(
			    dev, addr, dev->tx.packet + at, softena_moved(dev->wire, at, len)))
			return false;
		at += len;
	}
	return true;
}

/** Packets that some real devices drop (part A 9.8 #8, part B 3.4). */
static bool
quirks_allow(const struct softena *dev, const struct softena_sq *sq, const struct tx_packet *pkt)
{
	struct softena_parsed p;

	if (!sq->llq)
		return !dev->cfg.quirks.host_hdr_len_drops ||
		       ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, ena_get32(sq->data.tx.data[0].w[3])) == 0;
	if (dev->cfg.quirks.require_meta && !sq->data.tx.has_meta)
		return false;
	if (!dev->cfg.quirks.drop_long_headers)
		return true;
	softena_parse(dev, dev->tx.packet, pkt->len, &p);
	return softena_header_end(dev->tx.packet, pkt->len, &p) <= pkt->pushed;
}

/* ---- sending ------------------------------------------------------------------ */

/** One frame onto the medium; @p buf has room for padding. */
static void
put_on_wire(struct softena *dev, struct softena_sq *sq, uint8_t *buf, size_t len)
{
	struct softena_wire *wire = dev->wire;

	if (len < SOFTENA_ETH_MIN) {
		memset(buf + len, 0, SOFTENA_ETH_MIN - len);
		len = SOFTENA_ETH_MIN;
	}
	dev->stats.tx_pkts++;
	dev->stats.tx_bytes += len;
	sq->pkts++;
	sq->bytes += len;
	/* To the driver the frame is sent: its counters do not show what the network drops. */
	if (dev->cfg.source_mac_check && memcmp(buf + 6, dev->cfg.mac, 6) != 0) {
		dev->stats.tx_foreign_source++;
		return;
	}
	if (wire->ops->send(wire, buf, len)) {
		wire->tx_frames++;
		wire->tx_bytes += len;
	} else {
		wire->tx_lost++;
	}
}

/** Offloads and transmission. @return segments, 0 if a frame is longer than a wire takes */
static uint64_t
transmit(struct softena *dev, struct softena_sq *sq, const struct tx_packet *pkt)
{
	struct softena_tso tso;

	if (!(pkt->w1 & ENA_TX_W1_TSO) ||
		!softena_tso_plan(dev->tx.packet, pkt->len, pkt->w1, &pkt->meta, &tso)) {
		if (pkt->len > SOFTENA_FRAME_MAX)
			return 0;
		softena_csum_insert(dev->tx.packet, pkt->len, pkt->w1, &pkt->meta);
		put_on_wire(dev, sq, dev->tx.packet, pkt->len);
		return 1;
	}
	if (softena_tso_longest(&tso) > SOFTENA_FRAME_MAX)
		return 0;
	tso.seeded = softena_tso_seeded(dev, pkt->w1);
	for (uint32_t i = 0; i < tso.segments; i++)
		put_on_wire(dev, sq, dev->tx.segment,
			softena_tso_segment(&tso, dev->tx.packet, i, dev->tx.segment));
	return tso.segments;
}

/** A whole packet. @return segments sent; 0 = dropped */
static uint64_t
process(struct softena *dev, struct softena_sq *sq)
{
	struct tx_packet pkt;
	uint64_t segments = 0;

	if (dev->strict != NULL)
		softena_strict_tx_packet(dev, sq);
	if (!decode(dev, sq, &pkt)) {
		dev->stats.tx_malformed++;
	} else if (dev->link_up && dev->wire != NULL && gather(dev, sq, &pkt)) {
		/* If the wire moves only a part of the bytes, there is nothing to compare with. */
		if (dev->strict != NULL && dev->wire->move_max == 0)
			softena_strict_tx_headers(
				dev, sq, pkt.w1, &pkt.meta, dev->tx.packet, pkt.len, pkt.pushed);
		if (quirks_allow(dev, sq, &pkt))
			segments = transmit(dev, sq, &pkt);
	}
	if (segments == 0)
		dev->stats.tx_drops++;
	return segments;
}

/* ---- completions --------------------------------------------------------------- */

static bool
timestamped(const struct softena *dev, const struct softena_sq *sq)
{
	return dev->timestamp.tx && sq->cq->entry_size == sizeof(struct ena_tx_cdesc_ext);
}

/** Remember the completion that the packet asks for. */
static void
note_done(struct softena *dev, const struct softena_sq *sq, uint16_t slots, struct tx_burst *b)
{
	const struct softena_tx_asm *a = &sq->data.tx;

	if (a->n_data == 0 || !(ena_get32(a->data[0].w[0]) & ENA_TX_W0_CREQ))
		return;
	b->done[b->n_done++] = (struct tx_done){
		.req_id = softena_tx_req_id_of(&a->data[0]),
		.sq_head = sq->head,
		.slots = slots,
		.timestamp = timestamped(dev, sq) ? dev->ops->wallclock_ns(dev->host) : 0,
	};
}

/** Fault tx-req-id-range. */
static void
wrong_req_id(struct softena *dev, const struct softena_sq *sq, struct ena_tx_cdesc *c)
{
	c->req_id = ena_put16(
		(uint16_t)softena_fault_arg(dev, SOFTENA_FAULT_TX_REQ_ID_RANGE, sq->depth));
	softena_strict_wrong_id(dev, sq);
}

static void
write_completion(struct softena *dev, struct softena_sq *sq, const struct tx_done *done)
{
	struct {
		struct ena_tx_cdesc_ext c;
		uint8_t pad[16];
	} e = {0}, again;
	bool twice = false;

	e.c.base.req_id = ena_put16(done->req_id);
	e.c.base.sq_head = ena_put16(done->sq_head);
	e.c.timestamp_lo = ena_put32((uint32_t)done->timestamp);
	e.c.timestamp_hi = ena_put32((uint32_t)(done->timestamp >> 32));
	if (softena_fault_armed(dev, UINT32_MAX)) {
		if (softena_fault_strikes(dev, SOFTENA_FAULT_TX_NO_COMPLETION, sq->idx))
			return;
		if (softena_fault_strikes(dev, SOFTENA_FAULT_TX_REQ_ID_RANGE, sq->idx))
			wrong_req_id(dev, sq, &e.c.base);
		if (softena_fault_strikes(dev, SOFTENA_FAULT_TX_MBZ, sq->idx))
			e.c.base.flags |= ENA_TX_CDESC_MBZ;
		twice = softena_fault_strikes(dev, SOFTENA_FAULT_TX_REQ_ID_STALE, sq->idx);
		if (twice)
			softena_strict_wrong_id(dev, sq);
	}
	if (dev->strict != NULL)
		softena_strict_completed(dev, sq, done->req_id, done->slots);
	again = e;
	if (twice)
		softena_cq_put_two(dev, sq->cq, (uint8_t *)&e, (uint8_t *)&again);
	else
		softena_cq_put(dev, sq->cq, (uint8_t *)&e);
	softena_intr_completion(dev, sq->cq);
}

static void
write_completions(struct softena *dev, struct softena_sq *sq, struct tx_burst *b)
{
	for (unsigned int i = 0; i < b->n_done; i++) {
		if (dev->cfg.quirks.tx_out_of_order) {
			unsigned int other = i + softena_random(dev) % (b->n_done - i);
			struct tx_done swap = b->done[i];

			b->done[i] = b->done[other];
			b->done[other] = swap;
		}
		write_completion(dev, sq, &b->done[i]);
	}
}

/* ---- the poll ------------------------------------------------------------------- */

static unsigned int
run_queue(struct softena *dev, struct softena_sq *sq)
{
	struct tx_fetch f;
	struct tx_burst b;

	if (sq->stalled || sq->cq == NULL || slots_left(sq) == 0)
		return 0;
	f.pos = f.n = 0;
	b.packets = b.n_done = 0;
	b.segments = 0;
	while (b.packets < SOFTENA_BURST && b.segments < SEGMENT_BUDGET &&
		(sq->llq ? collect_llq(dev, sq) : collect_host(dev, sq, &f))) {
		struct softena_tx_asm *a = &sq->data.tx;
		uint16_t slots = sq->scanned;

		b.segments += process(dev, sq);
		b.packets++;
		sq->head = (uint16_t)(sq->head + slots);
		sq->scanned = 0;
		if (dev->strict != NULL)
			softena_strict_tx_taken(dev, sq, slots);
		note_done(dev, sq, slots, &b);
		a->descs = a->n_data = 0;
		a->has_meta = a->bad = false;
	}
	write_completions(dev, sq, &b);
	return b.packets;
}

bool
softena_tx_waiting(const struct softena *dev)
{
	for (unsigned int i = 0; i < dev->cfg.tx_queues; i++) {
		const struct softena_sq *sq = &dev->queues.tx_sq[i];

		if (sq->exists && !sq->stalled && sq->cq != NULL && slots_left(sq) > 0)
			return true;
	}
	return false;
}

unsigned int
softena_tx_run(struct softena *dev)
{
	unsigned int n = dev->cfg.tx_queues, done = 0;

	if (n == 0)
		return 0;
	dev->tx.turn = (dev->tx.turn + 1) % n;
	for (unsigned int i = 0; i < n; i++) {
		struct softena_sq *sq = &dev->queues.tx_sq[(dev->tx.turn + i) % n];

		if (sq->exists)
			done += run_queue(dev, sq);
	}
	return done;
}
