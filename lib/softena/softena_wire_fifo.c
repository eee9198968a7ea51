/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The queue of frames that wires with a memory have: loopback and link.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "softena_wire_priv.h"

#define FIFO_BYTES_FIRST     65536u
#define FIFO_BYTES_PER_FRAME 2048u

int
wire_fifo_init(struct wire_fifo *q, unsigned int frames_max)
{
	memset(q, 0, sizeof(*q));
	q->frames_max = frames_max;
	q->bytes_max = FIFO_BYTES_FIRST;
	while (q->bytes_max < (size_t)frames_max * FIFO_BYTES_PER_FRAME)
		q->bytes_max *= 2;
	q->size = FIFO_BYTES_FIRST;
	q->ring = malloc(q->size);
	return q->ring != NULL ? 0 : -ENOMEM;
}

void
wire_fifo_fini(struct wire_fifo *q)
{
	free(q->ring);
	memset(q, 0, sizeof(*q));
}

static void
fifo_copy_out(const struct wire_fifo *q, size_t at, void *to, size_t len)
{
	size_t pos = at & (q->size - 1);
	size_t part = q->size - pos < len ? q->size - pos : len;

	memcpy(to, q->ring + pos, part);
	memcpy((uint8_t *)to + part, q->ring, len - part);
}

static void
fifo_copy_in(struct wire_fifo *q, size_t at, const void *from, size_t len)
{
	size_t pos = at & (q->size - 1);
	size_t part = q->size - pos < len ? q->size - pos : len;

	memcpy(q->ring + pos, from, part);
	memcpy(q->ring, (const uint8_t *)from + part, len - part);
}

static bool
fifo_room(struct wire_fifo *q, size_t need)
{
	size_t size = q->size;
	uint8_t *ring;

	while (size - q->used < need && size < q->bytes_max)
		size *= 2;
	if (size - q->used < need)
		return false;
	if (size == q->size)
		return true;
	ring = malloc(size);
	if (ring == NULL)
		return false;
	fifo_copy_out(q, q->head, ring, q->used);
	free(q->ring);
	q->ring = ring;
	q->size = size;
	q->head = 0;
	return true;
}

bool
wire_fifo_put(struct wire_fifo *q, const uint8_t *frame, size_t len)
{
	uint32_t n = (uint32_t)len;

	if (len == 0 || len > SOFTENA_FRAME_MAX || q->frames >= q->frames_max ||
		!fifo_room(q, sizeof(n) + len))
		return false;
	fifo_copy_in(q, q->head + q->used, &n, sizeof(n));
	fifo_copy_in(q, q->head + q->used + sizeof(n), frame, len);
	q->used += sizeof(n) + len;
	q->frames++;
	return true;
}

size_t
wire_fifo_get(struct wire_fifo *q, uint8_t *frame, size_t cap)
{
	uint32_t n;

	if (q->frames == 0)
		return 0;
	fifo_copy_out(q, q->head, &n, sizeof(n));
	fifo_copy_out(q, q->head + sizeof(n), frame, n < cap ? n : cap);
	q->head = (q->head + sizeof(n) + n) & (q->size - 1);
	q->used -= sizeof(n) + n;
	q->frames--;
	return n < cap ? n : cap;
}
