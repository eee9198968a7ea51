/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Host memory, clock, interrupts and wire of a device under test.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"

#define PAGE 4096u

static void
die(const char *what)
{
	fprintf(stderr, "fake host: %s\n", what);
	abort();
}

/* ---- memory ---------------------------------------------------------------------- */

static void *
host_dma(void *host, uint64_t iova, size_t len, bool write, size_t *contig)
{
	struct fake_host *h = host;
	unsigned int i;

	for (i = 0; i < h->ranges; i++) {
		struct fake_range *r = &h->range[i];
		uint64_t off = iova - r->iova;
		size_t left;

		if (r->va == NULL || r->iova == UINT64_MAX || iova < r->iova || off >= r->len)
			continue;
		if (write && r->read_only)
			break;
		left = r->len - (size_t)off;
		if (h->contig_max != 0 && left > h->contig_max)
			left = h->contig_max;
		*contig = len < left ? len : left;
		return r->va + off;
	}
	return NULL;
}

void *
fake_host_map(struct fake_host *h, uint64_t iova, size_t len)
{
	struct fake_range *r;
	size_t lead = iova % PAGE;
	uint8_t *block;

	if (h->ranges == FAKE_HOST_RANGES)
		die("too many ranges");
	/* Not rounded up: an address sanitizer sees the first byte behind the range. */
	if (posix_memalign((void **)&block, PAGE, lead + len) != 0)
		die("no memory");
	memset(block, 0, lead + len);
	r = &h->range[h->ranges++];
	*r = (struct fake_range){.iova = iova, .len = len, .va = block + lead};
	return r->va;
}

void *
fake_host_alloc(struct fake_host *h, size_t len, size_t align, uint64_t *iova)
{
	uint64_t at = (h->next_iova + align - 1) & ~(uint64_t)(align - 1);

	h->next_iova = at + len + FAKE_HOST_HOLE;
	*iova = at;
	return fake_host_map(h, at, len);
}

static struct fake_range *
range_at(struct fake_host *h, uint64_t iova)
{
	unsigned int i;

	for (i = 0; i < h->ranges; i++)
		if (h->range[i].iova == iova)
			return &h->range[i];
	die("no range starts at this address");
	return NULL;
}

void
fake_host_unmap(struct fake_host *h, uint64_t iova)
{
	range_at(h, iova)->iova = UINT64_MAX;
}

void
fake_host_protect(struct fake_host *h, uint64_t iova)
{
	range_at(h, iova)->read_only = true;
}

/* ---- time, interrupts, messages -------------------------------------------------- */

static void
run_hook(struct fake_host *h)
{
	void (*hook)(void *arg) = h->hook;

	h->hook = NULL;
	if (hook != NULL)
		hook(h->hook_arg);
}

static void
host_raise(void *host, uint16_t vector)
{
	struct fake_host *h = host;

	if (vector >= FAKE_HOST_VECTORS)
		die("vector out of range");
	h->raised[vector]++;
	h->raised_total++;
	run_hook(h);
}

static uint64_t
host_now_ns(void *host)
{
	return ((struct fake_host *)host)->now_ns;
}

static uint64_t
host_wallclock_ns(void *host)
{
	return ((struct fake_host *)host)->wall_ns;
}

static void
host_log(void *host, int level, const char *msg)
{
	struct fake_host *h = host;
	size_t len;

	(void)level;
	h->log_lines++;
	snprintf(h->last_log, sizeof(h->last_log), "%s", msg);
	len = strlen(h->log_text);
	snprintf(h->log_text + len, sizeof(h->log_text) - len, "%s\n", msg);
	if (getenv("FAKE_HOST_LOG") != NULL)
		fprintf(stderr, "softena: %s\n", msg);
	run_hook(h);
}

const struct softena_host_ops fake_host_ops = {
	.dma = host_dma,
	.raise = host_raise,
	.now_ns = host_now_ns,
	.wallclock_ns = host_wallclock_ns,
	.log = host_log,
};

int
fault_arm(
	struct softena *dev, enum softena_fault_kind kind, int queue, uint32_t count, uint32_t arg)
{
	const struct softena_fault_spec spec = {kind, queue, count, arg, 0};

	return softena_fault_set(dev, &spec);
}

void
fake_host_advance(struct fake_host *h, uint64_t ns)
{
	h->now_ns += ns;
	h->wall_ns += ns;
}

unsigned int
fake_host_take_raised(struct fake_host *h, unsigned int vector)
{
	unsigned int n = h->raised[vector];

	h->raised[vector] = 0;
	return n;
}

void
fake_host_bus_master(struct softena *dev, bool on)
{
	uint8_t command;

	softena_config_read(dev, 4, &command, 1);
	command = (uint8_t)(on ? command | 4 : command & ~4);
	softena_config_write(dev, 4, &command, 1);
}

void
fake_host_init(struct fake_host *h)
{
	memset(h, 0, sizeof(*h));
	h->next_iova = FAKE_HOST_START;
	h->now_ns = UINT64_C(5000000000);
	h->wall_ns = UINT64_C(1700000000000000000); /* a whole second */
}

void
fake_host_fini(struct fake_host *h)
{
	unsigned int i;

	for (i = 0; i < h->ranges; i++)
		free((void *)((uintptr_t)h->range[i].va & ~(uintptr_t)(PAGE - 1)));
	h->ranges = 0;
}

/* ---- wire ------------------------------------------------------------------------ */

static void
frames_add(struct fake_frames *q, const void *data, size_t len)
{
	struct fake_frame *f = malloc(sizeof(*f) + len);

	if (f == NULL)
		die("no memory");
	f->next = NULL;
	f->len = len;
	memcpy(f->data, data, len);
	*q->tail = f;
	q->tail = &f->next;
	q->count++;
}

static struct fake_frame *
frames_take(struct fake_frames *q)
{
	struct fake_frame *f = q->head;

	if (f == NULL)
		return NULL;
	q->head = f->next;
	if (q->head == NULL)
		q->tail = &q->head;
	q->count--;
	return f;
}

static size_t
wire_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	struct fake_wire *w = (struct fake_wire *)wire;
	struct fake_frame *f = frames_take(&w->in);
	size_t len;

	if (f == NULL)
		return 0;
	len = f->len < cap ? f->len : cap;
	memcpy(frame, f->data, len);
	free(f);
	return len;
}

static bool
wire_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	struct fake_wire *w = (struct fake_wire *)wire;

	if (w->refuse)
		return false;
	frames_add(&w->out, frame, len);
	return true;
}

static bool
wire_ended(struct softena_wire *wire)
{
	return ((struct fake_wire *)wire)->ended;
}

static void
wire_flush(struct softena_wire *wire, struct softena_wire_loss *loss)
{
	struct fake_wire *w = (struct fake_wire *)wire;

	loss->frames = w->lost;
	loss->bytes = w->lost_bytes;
	w->lost = w->lost_bytes = 0;
}

static void
wire_close(struct softena_wire *wire)
{
	fake_wire_fini((struct fake_wire *)wire);
}

static const struct softena_wire_ops fake_wire_ops = {
	.kind = "fake",
	.recv = wire_recv,
	.send = wire_send,
	.ended = wire_ended,
	.flush = wire_flush,
	.close = wire_close,
};

void
fake_wire_init(struct fake_wire *w)
{
	memset(w, 0, sizeof(*w));
	w->base.ops = &fake_wire_ops;
	w->base.started = true;
	w->in.tail = &w->in.head;
	w->out.tail = &w->out.head;
}

void
fake_wire_fini(struct fake_wire *w)
{
	struct fake_frame *f;

	while ((f = frames_take(&w->in)) != NULL)
		free(f);
	while ((f = frames_take(&w->out)) != NULL)
		free(f);
}

void
fake_wire_push(struct fake_wire *w, const void *frame, size_t len)
{
	frames_add(&w->in, frame, len);
}

struct fake_frame *
fake_wire_pop(struct fake_wire *w)
{
	return frames_take(&w->out);
}
