/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "link": two ports of a process are joined by a cable, which has a name.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "softena_wire_priv.h"

#define LINK_NAME_MAX 32u

struct link_end;

/** What both ends share; in the list of all links while an end is open. */
struct cable {
	struct cable *next;
	char name[LINK_NAME_MAX];
	pthread_mutex_t lock;
	struct link_end *end[2];
};

struct link_end {
	struct softena_wire wire;
	struct wire_fifo in; /* what this end is going to receive; under the cable's lock */
	char name[LINK_NAME_MAX];
	struct cable *cable; /* NULL until opened */
	unsigned int side;
};

/* Protects the list and the ends of every cable; taken before a cable's own lock. */
static pthread_mutex_t cables_lock = PTHREAD_MUTEX_INITIALIZER;
static struct cable *cables;

static size_t
link_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	struct link_end *me = (struct link_end *)wire;
	size_t len;

	pthread_mutex_lock(&me->cable->lock);
	len = wire_fifo_get(&me->in, frame, cap);
	pthread_mutex_unlock(&me->cable->lock);
	return len;
}

static bool
link_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	struct link_end *me = (struct link_end *)wire;
	struct link_end *peer;
	bool ok;

	pthread_mutex_lock(&me->cable->lock);
	peer = me->cable->end[me->side ^ 1];
	ok = peer != NULL && wire_fifo_put(&peer->in, frame, len);
	pthread_mutex_unlock(&me->cable->lock);
	return ok;
}

static void
cable_leave(struct link_end *me)
{
	struct cable *cable = me->cable, **at;

	pthread_mutex_lock(&cables_lock);
	pthread_mutex_lock(&cable->lock);
	cable->end[me->side] = NULL;
	pthread_mutex_unlock(&cable->lock);
	if (cable->end[me->side ^ 1] == NULL) {
		for (at = &cables; *at != cable; at = &(*at)->next)
			;
		*at = cable->next;
		pthread_mutex_destroy(&cable->lock);
		free(cable);
	}
	pthread_mutex_unlock(&cables_lock);
}

static void
link_close(struct softena_wire *wire)
{
	struct link_end *me = (struct link_end *)wire;

	if (me->cable != NULL)
		cable_leave(me);
	wire_fifo_fini(&me->in);
	free(me);
}

static struct cable *
cable_find(const char *name)
{
	struct cable *cable = cables;

	while (cable != NULL && strcmp(cable->name, name) != 0)
		cable = cable->next;
	if (cable != NULL)
		return cable;
	cable = calloc(1, sizeof(*cable));
	if (cable == NULL)
		return NULL;
	memcpy(cable->name, name, strlen(name) + 1);
	pthread_mutex_init(&cable->lock, NULL);
	cable->next = cables;
	cables = cable;
	return cable;
}

static int
link_open(struct softena_wire *wire, const struct wire_err *err)
{
	struct link_end *me = (struct link_end *)wire;
	struct cable *cable;
	int rc = 0;

	pthread_mutex_lock(&cables_lock);
	cable = cable_find(me->name);
	if (cable == NULL) {
		rc = wire_error(err, "wire link:%s: out of memory", me->name);
	} else if (cable->end[0] != NULL && cable->end[1] != NULL) {
		rc = wire_error(err, "wire link:%s: it joins two ports already; take another name",
			me->name);
	} else {
		me->side = cable->end[0] == NULL ? 0 : 1;
		me->cable = cable;
		pthread_mutex_lock(&cable->lock);
		cable->end[me->side] = me;
		pthread_mutex_unlock(&cable->lock);
	}
	pthread_mutex_unlock(&cables_lock);
	return rc;
}

static const struct softena_wire_ops link_ops = {
	.kind = "link",
	.recv = link_recv,
	.send = link_send,
	.ended = wire_never_ends,
	.close = link_close,
};

struct link_options {
	uint64_t frames;
	bool lossless;
};

static struct softena_wire *
link_parse(char *options, const struct wire_err *err)
{
	struct link_options o = {.frames = WIRE_FIFO_DEFAULT};
	const char *name = NULL;
	struct link_end *me;

	if (wire_options(&wire_kind_link, options, &name, &o, err) != 0)
		return NULL;
	if (name == NULL || strlen(name) >= LINK_NAME_MAX) {
		wire_error(err, "wire link: needs a name of 1 to %u characters, as in link:a",
			LINK_NAME_MAX - 1);
		return NULL;
	}
	me = calloc(1, sizeof(*me));
	if (me == NULL || wire_fifo_init(&me->in, (unsigned int)o.frames) != 0) {
		free(me);
		wire_error(err, "wire link: out of memory");
		return NULL;
	}
	memcpy(me->name, name, strlen(name) + 1);
	me->wire.ops = &link_ops;
	me->wire.started = true;
	me->wire.patient = o.lossless;
	return &me->wire;
}

/** A link must have two ends: with one, all frames would be lost although there is a carrier. */
static int
ends_check(struct softena_wire *const wires[], unsigned int n, const struct wire_err *err)
{
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		const struct link_end *end = (const struct link_end *)wires[i];
		unsigned int ends = 0;

		for (j = 0; j < n; j++)
			ends += strcmp(end->name, ((const struct link_end *)wires[j])->name) == 0;
		if (ends == 1)
			return wire_error(err,
				"wire link:%s: no other port has a link of this name; two have to",
				end->name);
		if (ends > 2)
			return wire_error(err,
				"wire link:%s: a link joins two ports, and %u have this name",
				end->name, ends);
	}
	return 0;
}

static const struct wire_opt link_opts[] = {
	{"queue", WIRE_OPT_NUM, offsetof(struct link_options, frames), "N",
		"frames under way at most to each port, 1 to 65536 (default 4096)", 1,
		WIRE_FIFO_MAX, NULL},
	{"lossless", WIRE_OPT_FLAG, offsetof(struct link_options, lossless), NULL,
		"a frame waits until the port has an Rx buffer", 0, 0, NULL},
	{0},
};

const struct wire_kind wire_kind_link = {
	.name = "link",
	.spec = "link:NAME",
	.help = "two ports with the same NAME are joined",
	.opts = link_opts,
	.parse = link_parse,
	.open = link_open,
	.check_all = ends_check,
};
