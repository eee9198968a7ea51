/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "loopback": what the port sends comes back to it.
 */
#include <stdlib.h>

#include "softena_wire_priv.h"

struct loopback {
	struct softena_wire wire;
	struct wire_fifo queue;
};

static size_t
loopback_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	return wire_fifo_get(&((struct loopback *)wire)->queue, frame, cap);
}

static bool
loopback_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	return wire_fifo_put(&((struct loopback *)wire)->queue, frame, len);
}

static void
loopback_close(struct softena_wire *wire)
{
	wire_fifo_fini(&((struct loopback *)wire)->queue);
	free(wire);
}

static const struct softena_wire_ops loopback_ops = {
	.kind = "loopback",
	.recv = loopback_recv,
	.send = loopback_send,
	.ended = wire_never_ends,
	.close = loopback_close,
};

struct loopback_options {
	uint64_t frames;
	bool lossless;
};

static struct softena_wire *
loopback_parse(char *options, const struct wire_err *err)
{
	struct loopback_options o = {.frames = WIRE_FIFO_DEFAULT};
	struct loopback *lo;

	if (wire_options(&wire_kind_loopback, options, NULL, &o, err) != 0)
		return NULL;
	lo = calloc(1, sizeof(*lo));
	if (lo == NULL || wire_fifo_init(&lo->queue, (unsigned int)o.frames) != 0) {
		free(lo);
		wire_error(err, "wire loopback: out of memory");
		return NULL;
	}
	lo->wire.ops = &loopback_ops;
	lo->wire.started = true;
	lo->wire.patient = o.lossless;
	return &lo->wire;
}

static const struct wire_opt loopback_opts[] = {
	{"queue", WIRE_OPT_NUM, offsetof(struct loopback_options, frames), "N",
		"frames under way at most, 1 to 65536 (default 4096)", 1, WIRE_FIFO_MAX, NULL},
	{"lossless", WIRE_OPT_FLAG, offsetof(struct loopback_options, lossless), NULL,
		"a frame waits until the port has an Rx buffer", 0, 0, NULL},
	{0},
};

const struct wire_kind wire_kind_loopback = {
	.name = "loopback",
	.spec = "loopback",
	.help = "what the port sends comes back to it",
	.opts = loopback_opts,
	.parse = loopback_parse,
};
