/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Quirk hashed_rx (part B 13.2 #2): a hash of the header chooses a portion of the Rx ring, and the
 * frame takes its buffer from there. If no buffer of that portion is posted, the frame is lost,
 * even if other portions have buffers, and no counter shows it.
 *
 * A portion is an eighth of the ring. Descriptors are fetched in ring order, because doorbells are
 * counts (part B 5.9 #1). Each descriptor goes to the portion of its slot. If that portion is full,
 * which is only possible after buffers were used out of order, it goes to the next portion that
 * is not. So no portion is empty as long as less than an eighth of the ring is unposted.
 *
 * A frame of several buffers takes those that its portion does not have from the next portions.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_packet.h"
#include "softena_queue.h"
#include "softena_rx.h"

#define PORTIONS 8u

struct portion {
	uint16_t first, n; /* a ring of its own */
};

struct softena_rx_parts {
	uint16_t fetched; /* descriptors, free-running */
	uint16_t portions, size;
	struct portion portion[PORTIONS];
	struct softena_rx_buf *buf; /* size for each portion */
};

int
softena_rx_parts_create(struct softena *dev)
{
	if (!dev->cfg.quirks.hashed_rx)
		return 0;
	dev->rx.parts = calloc(dev->cfg.rx_queues, sizeof(*dev->rx.parts));
	if (dev->rx.parts == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < dev->cfg.rx_queues; i++) {
		dev->rx.parts[i].buf = calloc(dev->cfg.rx_depth, sizeof(*dev->rx.parts[i].buf));
		if (dev->rx.parts[i].buf == NULL)
			return -ENOMEM;
	}
	return 0;
}

void
softena_rx_parts_free(struct softena *dev)
{
	for (unsigned int i = 0; dev->rx.parts != NULL && i < dev->cfg.rx_queues; i++)
		free(dev->rx.parts[i].buf);
	free(dev->rx.parts);
	dev->rx.parts = NULL;
}

void
softena_rx_parts_start(struct softena *dev, const struct softena_sq *sq)
{
	struct softena_rx_parts *parts;

	if (dev->rx.parts == NULL || sq->tx)
		return;
	parts = &dev->rx.parts[sq->idx];
	parts->fetched = 0;
	parts->portions = (uint16_t)softena_min(sq->depth, PORTIONS);
	parts->size = sq->depth / parts->portions;
	memset(parts->portion, 0, sizeof(parts->portion));
}

static struct softena_rx_buf *
place(struct softena_rx_parts *parts, unsigned int p, unsigned int i)
{
	return &parts->buf[p * parts->size + (parts->portion[p].first + i) % parts->size];
}

/** A descriptor goes to the portion of its slot, or to the next one that is not full. */
static void
keep(struct softena_rx_parts *parts, uint16_t slot, const struct ena_rx_desc *d)
{
	unsigned int p = slot / parts->size, tries;

	for (tries = 0; parts->portion[p].n == parts->size && tries < parts->portions; tries++)
		p = (p + 1) % parts->portions;
	if (parts->portion[p].n == parts->size)
		return; /* not possible: the ring has as many slots as all portions together */
	*place(parts, p, parts->portion[p].n) = softena_rx_buf_of(d, (uint8_t)p);
	parts->portion[p].n++;
}

/** Fetch all that is posted, in ring order; each descriptor is read once. */
static void
fetch(struct softena *dev, struct softena_sq *sq, struct softena_rx_parts *parts, uint16_t posted)
{
	while ((uint16_t)(parts->fetched - sq->head) < posted) {
		size_t slot = parts->fetched & (sq->depth - 1u);
		struct ena_rx_desc d;

		if (!softena_dma_read(dev, sq->base + slot * sizeof(d), &d, sizeof(d))) {
			sq->stalled = !dev->dma.read_blocked;
			return;
		}
		keep(parts, (uint16_t)slot, &d);
		parts->fetched++;
	}
}

bool
softena_rx_parts_draw(struct softena *dev, struct softena_sq *sq, uint32_t hash, uint16_t posted)
{
	struct softena_rx_parts *parts = &dev->rx.parts[sq->idx];
	struct softena_rx_cache *c = &sq->data.rx;
	/* The low bits have already chosen the queue. */
	unsigned int p = (hash >> 8) % parts->portions;

	c->first = c->n = 0;
	fetch(dev, sq, parts, posted);
	if (sq->stalled || parts->portion[p].n == 0)
		return false;
	for (unsigned int i = 0; i < parts->portions; i++, p = (p + 1) % parts->portions) {
		struct portion *from = &parts->portion[p];

		while (from->n > 0 && c->n < SOFTENA_RX_FETCH) {
			c->buf[c->n++] = *place(parts, p, 0);
			from->first = (uint16_t)((from->first + 1) % parts->size);
			from->n--;
		}
	}
	return true;
}

void
softena_rx_parts_return(struct softena *dev, struct softena_sq *sq)
{
	struct softena_rx_parts *parts = &dev->rx.parts[sq->idx];
	struct softena_rx_cache *c = &sq->data.rx;

	while (c->n > 0) {
		const struct softena_rx_buf *b = &c->buf[c->first + --c->n];
		struct portion *to = &parts->portion[b->portion];

		to->first = (uint16_t)((to->first + parts->size - 1) % parts->size);
		to->n++;
		*place(parts, b->portion, 0) = *b;
	}
	c->first = 0;
}
