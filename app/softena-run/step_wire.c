/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdlib.h>
#include <string.h>

#include "softena_wire.h"
#include "step_wire.h"

/** The wire of a port in step mode. */
struct step_wire {
	struct softena_wire wire;
	struct softena_wire *inner;
	unsigned int budget; /* frames that may still come in this step */
	const struct iovec *frames; /* of the caller; NULL: from the inner wire */
};

static size_t
step_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	struct step_wire *w = (struct step_wire *)wire;
	size_t len;

	if (w->budget == 0)
		return 0;
	if (w->frames == NULL) {
		len = w->inner->ops->recv(w->inner, frame, cap);
		w->budget -= len > 0;
		return len;
	}
	len = w->frames->iov_len < cap ? w->frames->iov_len : cap;
	memcpy(frame, w->frames->iov_base, len);
	w->frames++;
	w->budget--;
	return len;
}

static bool
step_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	struct softena_wire *inner = ((struct step_wire *)wire)->inner;

	return inner->ops->send(inner, frame, len);
}

static bool
step_ended(struct softena_wire *wire)
{
	struct softena_wire *inner = ((struct step_wire *)wire)->inner;

	return inner->ops->ended != NULL && inner->ops->ended(inner);
}

static void
step_flush(struct softena_wire *wire, struct softena_wire_loss *loss)
{
	struct softena_wire *inner = ((struct step_wire *)wire)->inner;

	if (inner->ops->flush != NULL)
		inner->ops->flush(inner, loss);
}

static void
step_close(struct softena_wire *wire)
{
	softena_wire_close(((struct step_wire *)wire)->inner);
	free(wire);
}

static const struct softena_wire_ops step_ops = {
	.kind = "step",
	.recv = step_recv,
	.send = step_send,
	.ended = step_ended,
	.flush = step_flush,
	.close = step_close,
};

struct softena_wire *
step_wire_open(struct softena_wire *inner)
{
	struct step_wire *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->wire.ops = &step_ops;
	/* No frame of a step is lost: a frame without a buffer waits for one. */
	w->wire.patient = true;
	w->wire.started = inner->started;
	w->wire.move_max = inner->move_max;
	w->inner = inner;
	return &w->wire;
}

void
step_wire_give(struct softena_wire *wire, const struct iovec *frames, unsigned int n)
{
	struct step_wire *w = (struct step_wire *)wire;

	w->frames = frames;
	w->budget = n;
}
