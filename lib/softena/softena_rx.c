/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx: frames of the wire into posted buffers, and their completions (part B 5.9, 5.10).
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_packet.h"
#include "softena_parse.h"
#include "softena_queue.h"
#include "softena_random.h"
#include "softena_rss.h"
#include "softena_rx.h"
#include "softena_strict.h"

/** A frame and the results for its completion. */
struct rx_frame {
	const uint8_t *data;
	size_t len;
	struct softena_parsed p;
	uint32_t hash;
	uint64_t timestamp;
};

/** How a frame is put into buffers: the first ones of the cache. */
struct rx_plan {
	unsigned int n;
	uint8_t offset; /* of the data in the first buffer */
	bool zero_last; /* use one more buffer, for an empty last completion */
	bool spread; /* fault rx-too-many: spread the frame so that all buffers are needed */
};

enum rx_verdict {
	RX_DONE, /* delivered or dropped */
	RX_WAIT, /* the frame of a patient wire stays */
};

static uint16_t
posted(const struct softena_sq *sq)
{
	uint16_t n = (uint16_t)(sq->tail - sq->head);

	if (sq->stalled)
		return 0;
	/* It is more if the driver posted buffers before it saw the completions of others. */
	return n < sq->depth ? n : sq->depth;
}

/** Descriptors that the device may use in one packet. */
static unsigned int
descs_max(const struct softena *dev)
{
	unsigned int n = dev->cfg.rx_descs == 0 ? 1 : dev->cfg.rx_descs;

	return n < SOFTENA_RX_FETCH ? n : SOFTENA_RX_FETCH;
}

/** Fill the cache with descriptors in ring order; each one is read once. */
static void
fetch(struct softena *dev, struct softena_sq *sq)
{
	struct softena_rx_cache *c = &sq->data.rx;
	struct ena_rx_desc desc[SOFTENA_RX_FETCH];

	/* softena_rx_parts_draw() has put all buffers into the cache. */
	if (dev->rx.parts != NULL)
		return;
	if (c->first != 0) {
		memmove(c->buf, c->buf + c->first, c->n * sizeof(c->buf[0]));
		c->first = 0;
	}
	while (c->n < SOFTENA_RX_FETCH && c->n < posted(sq)) {
		size_t slot = (uint16_t)(sq->head + c->n) & (sq->depth - 1u);
		size_t n = softena_min(SOFTENA_RX_FETCH - c->n, posted(sq) - c->n);

		n = softena_min(n, sq->depth - slot);
		if (!softena_dma_read(
			    dev, sq->base + slot * sizeof(desc[0]), desc, n * sizeof(desc[0]))) {
			sq->stalled = !dev->dma.read_blocked;
			return;
		}
		for (size_t i = 0; i < n; i++, c->n++)
			c->buf[c->n] = softena_rx_buf_of(&desc[i], 0);
	}
}

/** Quirk rx_out_of_order: swap a random one of the fetched buffers to place @p i. */
static void
shuffle_in(struct softena *dev, struct softena_rx_cache *c, unsigned int i)
{
	unsigned int other = i + softena_random(dev) % (c->n - i);
	struct softena_rx_buf swap = c->buf[c->first + i];

	c->buf[c->first + i] = c->buf[c->first + other];
	c->buf[c->first + other] = swap;
}

/** Fault rx-too-many. @return false if there are too few buffers, or too few bytes for them */
static bool
plan_too_many(struct softena *dev, struct softena_sq *sq, size_t len, struct rx_plan *plan)
{
	unsigned int n = descs_max(dev) + 1;

	if (n > SOFTENA_RX_FETCH || len < n)
		return false;
	if (sq->data.rx.n < n)
		fetch(dev, sq);
	if (sq->data.rx.n < n || !softena_fault_hit(dev, SOFTENA_FAULT_RX_TOO_MANY, sq->idx))
		return false;
	*plan = (struct rx_plan){.n = n, .spread = true};
	return true;
}

/** Choose posted buffers for @p len bytes. @return false if there are too few */
static bool
plan_buffers(struct softena *dev, struct softena_sq *sq, size_t len, struct rx_plan *plan)
{
	struct softena_rx_cache *c = &sq->data.rx;
	const struct softena_quirks *q = &dev->cfg.quirks;
	size_t room = 0;

	*plan = (struct rx_plan){0};
	if (softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_RX_TOO_MANY)) &&
		plan_too_many(dev, sq, len, plan))
		return true;
	while (room < len) {
		if (plan->n == c->n)
			fetch(dev, sq);
		if (plan->n == c->n || plan->n == descs_max(dev))
			return false;
		if (q->rx_out_of_order)
			shuffle_in(dev, c, plan->n);
		room += c->buf[c->first + plan->n].len;
		if (plan->n == 0 && (dev->host_attr.driver_features & ENA_HOST_FEATURE_RX_OFFSET) &&
			room > q->rx_offset) {
			plan->offset = q->rx_offset;
			room -= q->rx_offset;
		}
		plan->n++;
	}
	if (q->rx_zero_last && plan->n > 1 && plan->n < descs_max(dev)) {
		if (plan->n == c->n)
			fetch(dev, sq);
		plan->zero_last = plan->n < c->n;
	}
	return true;
}

/** W0 of the last completion (table of part B 5.10), without phase, FIRST, LAST and BUF. */
static uint32_t
result_bits(const struct softena_parsed *p)
{
	return ENA_FIELD_PREP(ENA_RX_CDESC_L3_IDX, p->l3_idx) |
	       ENA_FIELD_PREP(ENA_RX_CDESC_VLANS, p->vlans) |
	       ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, p->l4_idx) |
	       (p->l3_err ? ENA_RX_CDESC_L3_ERR : 0) | (p->l4_err ? ENA_RX_CDESC_L4_ERR : 0) |
	       (p->frag ? ENA_RX_CDESC_FRAG : 0) | (p->l4_chk ? ENA_RX_CDESC_L4_CHK : 0);
}

static void
write_completion(struct softena *dev, struct softena_sq *sq, const struct rx_frame *f,
	const struct rx_plan *plan, unsigned int i, size_t len)
{
	const struct softena_rx_cache *c = &sq->data.rx;
	uint16_t req_id = c->buf[c->first + i].req_id;
	unsigned int total = plan->n + plan->zero_last;
	bool last = i + 1 == total;
	uint32_t status = ENA_RX_CDESC_BUF | (i == 0 ? ENA_RX_CDESC_FIRST : 0);
	struct ena_rx_cdesc_ext e = {0}, again;

	if (last) {
		status |= ENA_RX_CDESC_LAST | result_bits(&f->p);
		e.base.hash = ena_put32(f->hash);
		e.timestamp_lo = ena_put32((uint32_t)f->timestamp);
		e.timestamp_hi = ena_put32((uint32_t)(f->timestamp >> 32));
	}
	e.base.status = ena_put32(status);
	e.base.len = ena_put16((uint16_t)len);
	e.base.req_id = ena_put16(req_id);
	e.base.offset = i == 0 ? plan->offset : 0;
	if (softena_fault_armed(dev, UINT32_MAX))
		softena_fault_rx(dev, sq, &e.base, i, total, c->buf[c->first + i].len);
	if (dev->strict != NULL)
		softena_strict_completed(dev, sq, req_id, 1);
	if (softena_fault_armed(dev, SOFTENA_FAULT_BITS_RX_AGAIN) && last &&
		softena_fault_rx_again(dev, sq, &e, &again))
		softena_cq_put_two(dev, sq->cq, (uint8_t *)&e, (uint8_t *)&again);
	else
		softena_cq_put(dev, sq->cq, (uint8_t *)&e);
}

/**
 * The whole payload first, then the completions; the one with LAST is the last (part B 1.8 #7, 5.9
 * #10).
 */
static void
fill_buffers(struct softena *dev, struct softena_sq *sq, const struct rx_frame *f,
	const struct rx_plan *plan)
{
	struct softena_rx_cache *c = &sq->data.rx;
	uint16_t part[SOFTENA_RX_FETCH + 1] = {0};
	unsigned int total = plan->n + plan->zero_last;
	size_t at = 0;

	for (unsigned int i = 0; i < plan->n; i++) {
		uint8_t offset = i == 0 ? plan->offset : 0;
		size_t n = softena_min(c->buf[c->first + i].len - offset, f->len - at);

		if (plan->spread)
			n = softena_min(n, (f->len - at) / (plan->n - i));
		(void)softena_dma_write(dev, c->buf[c->first + i].addr + offset, f->data + at,
			softena_moved(dev->wire, at, n));
		part[i] = (uint16_t)n;
		at += n;
	}
	dev->stats.rx_pkts++;
	dev->stats.rx_bytes += f->len;
	sq->pkts++;
	sq->bytes += f->len;
	for (unsigned int i = 0; i < total; i++)
		write_completion(dev, sq, f, plan, i, part[i]);
	if (dev->strict != NULL)
		softena_strict_of(dev, sq)->head += total;
	c->first = (uint16_t)(c->first + total);
	c->n = (uint16_t)(c->n - total);
	sq->head = (uint16_t)(sq->head + total);
	softena_intr_completion(dev, sq->cq);
}

/** A hash of the Ethernet header for frames that RSS does not hash. */
static uint32_t
header_hash(const struct rx_frame *f)
{
	uint32_t h = UINT32_C(2166136261);

	if (f->hash != 0)
		return f->hash;
	for (size_t i = 0; i < softena_min(f->len, SOFTENA_ETH_HDR); i++)
		h = (h ^ f->data[i]) * UINT32_C(16777619);
	return h;
}

static void
note_posted(struct softena_sq *sq)
{
	uint16_t n = posted(sq);

	/* A frame that waits is counted again, but buffers can only have been added. */
	if (n < sq->posted_min)
		sq->posted_min = n;
}

/** Count a frame for which there is no buffer. */
static void
drop(struct softena *dev)
{
	if (dev->cfg.quirks.silent_rx_drops)
		dev->stats.rx_silent_drops++;
	else
		dev->stats.rx_drops++;
}

static enum rx_verdict
place_frame(struct softena *dev, struct softena_sq *sq, const struct rx_frame *f)
{
	struct rx_plan plan;

	if (plan_buffers(dev, sq, f->len, &plan)) {
		fill_buffers(dev, sq, f, &plan);
		return RX_DONE;
	}
	/* Waiting helps only if the driver can post more buffers, and the packet may use more. */
	if (dev->wire->patient && plan.n < descs_max(dev) && posted(sq) + 1u < sq->depth)
		return RX_WAIT;
	drop(dev);
	return RX_DONE;
}

static enum rx_verdict
deliver(struct softena *dev, struct softena_sq *sq, const struct rx_frame *f)
{
	enum rx_verdict verdict;

	note_posted(sq);
	if (dev->wire->patient && posted(sq) == 0)
		return RX_WAIT;
	if (dev->rx.parts == NULL)
		return place_frame(dev, sq, f);
	if (!softena_rx_parts_draw(dev, sq, header_hash(f), posted(sq))) {
		dev->stats.rx_silent_drops++;
		return RX_DONE;
	}
	verdict = place_frame(dev, sq, f);
	softena_rx_parts_return(dev, sq);
	return verdict;
}

/** The frame in dev->rx.frame. */
static enum rx_verdict
receive(struct softena *dev)
{
	struct rx_frame f = {
		.data = dev->rx.frame,
		.len = dev->rx.len,
		.timestamp = dev->rx.arrival_ns, /* 0 if time stamps are off */
	};
	struct softena_sq *sq;
	bool counted;

	if (!dev->link_up || softena_rx_first(dev) == NULL)
		return dev->wire->patient ? RX_WAIT : RX_DONE;
	if (f.len > (size_t)dev->mtu + SOFTENA_MTU_EXTRA) {
		dev->stats.rx_drops++;
		return RX_DONE;
	}
	softena_parse(dev, f.data, f.len, &f.p);
	sq = softena_rss_select(dev, f.data, f.len, &f.p, &f.hash, &counted);
	if (sq != NULL && sq->depth < dev->cfg.quirks.rx_ring_min) {
		dev->stats.rx_silent_drops++;
		return RX_DONE;
	}
	if (sq != NULL)
		return deliver(dev, sq, &f);
	if (counted)
		dev->stats.rx_drops++;
	return RX_DONE;
}

/** Make sure that dev->rx.frame has a frame: the one that waits, or the next one of the wire. */
static bool
next_frame(struct softena *dev)
{
	struct softena_wire *wire = dev->wire;
	size_t len;

	if (dev->rx.len != 0)
		return true;
	/* A patient wire is not asked for frames while no queue can receive them. */
	if (wire->patient && (!dev->link_up || softena_rx_first(dev) == NULL))
		return false;
	if (!wire->started)
		return false;
	len = wire->ops->recv(wire, dev->rx.frame, SOFTENA_FRAME_MAX);
	if (len == 0)
		return false;
	dev->rx.len = len < SOFTENA_FRAME_MAX ? len : SOFTENA_FRAME_MAX;
	dev->rx.arrival_ns = dev->timestamp.rx ? dev->ops->wallclock_ns(dev->host) : 0;
	wire->rx_frames++;
	wire->rx_bytes += dev->rx.len;
	return true;
}

unsigned int
softena_rx_run_blocked(struct softena *dev)
{
	unsigned int done = 0;

	if (dev->wire == NULL)
		return 0;
	while (done < SOFTENA_BURST && next_frame(dev)) {
		if (dev->wire->patient) {
			softena_dma_waits(dev, SOFTENA_BLOCKED_RX);
			break;
		}
		/* Without carrier or queue the frame is lost anyway. */
		if (dev->link_up && softena_rx_first(dev) != NULL) {
			dev->stats.rx_drops++;
			softena_dma_blocked(dev);
		}
		dev->rx.len = 0;
		done++;
	}
	return done;
}

unsigned int
softena_rx_run(struct softena *dev)
{
	unsigned int done = 0;

	if (dev->wire == NULL)
		return 0;
	for (; done < SOFTENA_BURST && next_frame(dev); done++) {
		if (receive(dev) == RX_WAIT)
			break;
		dev->rx.len = 0;
	}
	return done;
}
