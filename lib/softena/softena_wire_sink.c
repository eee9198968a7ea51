/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "sink": nothing comes in; what the port sends is counted and dropped.
 */
#include <stdlib.h>

#include "softena_wire_priv.h"

struct sink_options {
	uint64_t move;
};

static const struct softena_wire_ops sink_ops = {
	.kind = "sink",
	.recv = wire_receives_nothing,
	.send = wire_discards,
	.ended = wire_never_ends,
	.close = wire_free,
};

static struct softena_wire *
sink_parse(char *options, const struct wire_err *err)
{
	struct sink_options o = {0};
	struct softena_wire *wire;

	if (wire_options(&wire_kind_sink, options, NULL, &o, err) != 0)
		return NULL;
	wire = calloc(1, sizeof(*wire));
	if (wire == NULL) {
		wire_error(err, "wire sink: out of memory");
		return NULL;
	}
	wire->ops = &sink_ops;
	wire->started = true;
	wire->move_max = (uint32_t)o.move;
	return wire;
}

static const struct wire_opt sink_opts[] = {
	{"move", WIRE_OPT_NUM, offsetof(struct sink_options, move), "N", "as for gen", 0,
		SOFTENA_FRAME_MAX, NULL},
	{0},
};

const struct wire_kind wire_kind_sink = {
	.name = "sink",
	.spec = "sink",
	.help = "nothing is received; what the port sends is counted and dropped",
	.opts = sink_opts,
	.parse = sink_parse,
};
