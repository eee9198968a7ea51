/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between the registry of wires and the wires: kinds, options, and a bounded queue of frames.
 */
#ifndef SOFTENA_WIRE_PRIV_H
#define SOFTENA_WIRE_PRIV_H

#include "softena_wire.h"

/** Where the text of an error goes; one line. */
struct wire_err {
	char *text;
	size_t len;
};

/** Set the error text. @return -EINVAL, for "return wire_error(...)" */
int wire_error(const struct wire_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

enum wire_opt_type {
	WIRE_OPT_FLAG, /* bool; takes no value */
	WIRE_OPT_NUM, /* uint64_t within min and max */
	WIRE_OPT_TEXT, /* const char *: points into the parsed text */
	WIRE_OPT_CALL, /* handed to a function; may be repeated */
};

/** An option of a wire: how it is read and what --help says. A table ends with a zero entry. */
struct wire_opt {
	const char *name;
	enum wire_opt_type type;
	size_t off; /* of the value in the structure of the wire's options; not for CALL */
	const char *values; /* for --help: "N", "auto|ctl"; NULL for a flag */
	const char *help;
	uint64_t min, max; /* of a number */
	int (*call)(void *options, const char *value, const struct wire_err *err);
};

/**
 * A kind of wire. To add one, write softena_wire_NAME.c with a wire_kind_NAME, and put NAME
 * into the list of wires in meson.build.
 *
 * @c parse checks the options without touching anything outside the process and returns an
 * object; @c open acquires files and interfaces. @c check_all looks at all wires of this kind
 * that a program is going to have, none of them open. Both functions may be NULL, but not @c opts.
 */
struct wire_kind {
	const char *name;
	const char *spec; /* for --help: "link:NAME" */
	const char *help; /* one line */
	const struct wire_opt *opts;
	struct softena_wire *(*parse)(char *options, const struct wire_err *err);
	int (*open)(struct softena_wire *wire, const struct wire_err *err);
	int (*check_all)(
		struct softena_wire *const wires[], unsigned int n, const struct wire_err *err);
};

/* One for each line of the list. */
#define WIRE(name) extern const struct wire_kind wire_kind_##name;
#include "softena_wire_list.h"
#undef WIRE

/**
 * Parse "key=value,flag,..." in place.
 * @param text    is cut into pieces; values of type TEXT point into it
 * @param first   gets a leading item without '=' that is no flag; NULL: not allowed
 * @param options the structure that the offsets in the table of the kind refer to
 * @return 0 or -EINVAL with @p err set
 */
int wire_options(const struct wire_kind *kind, char *text, const char **first, void *options,
	const struct wire_err *err);

/** Six hexadecimal pairs separated by ':'. @return 0 or -EINVAL */
int wire_parse_mac(const char *text, uint8_t mac[6]);

/** Frames in a queue: if nothing else is said, and at most. */
#define WIRE_FIFO_DEFAULT 4096u
#define WIRE_FIFO_MAX     65536u

/** Bounded queue of frames in one ring of bytes, which grows when it has to. */
struct wire_fifo {
	uint8_t *ring;
	size_t size, bytes_max; /* of the ring; powers of two */
	size_t head, used; /* bytes */
	unsigned int frames, frames_max;
};
int wire_fifo_init(struct wire_fifo *q, unsigned int frames_max);
void wire_fifo_fini(struct wire_fifo *q);
/** @return false if the queue is full: nothing was stored */
bool wire_fifo_put(struct wire_fifo *q, const uint8_t *frame, size_t len);
/** @return bytes of the frame, 0 if there is none; a frame longer than @p cap is cut */
size_t wire_fifo_get(struct wire_fifo *q, uint8_t *frame, size_t cap);

/** Monotonic time and Unix time, nanoseconds, of the clock of the wire. */
uint64_t wire_now_ns(const struct softena_wire *wire);
uint64_t wire_wallclock_ns(const struct softena_wire *wire);

/** @c ended of wires that never end. */
bool wire_never_ends(struct softena_wire *wire);
/** @c recv of wires from which nothing comes. */
size_t wire_receives_nothing(struct softena_wire *wire, uint8_t *frame, size_t cap);
/** @c send of wires that drop what the port sends. */
bool wire_discards(struct softena_wire *wire, const uint8_t *frame, size_t len);
/** @c close of wires that own nothing but themselves. */
void wire_free(struct softena_wire *wire);

#endif /* SOFTENA_WIRE_PRIV_H */
