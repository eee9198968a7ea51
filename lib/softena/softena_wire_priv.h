/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the media have in common: parsing of their options and a bounded queue of frames.
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
	WIRE_OPT_CALL, /* handed to a function, may be repeated */
};

/** An option of a wire; an array of them ends with an empty name. */
struct wire_opt {
	const char *name;
	enum wire_opt_type type;
	void *to;
	uint64_t min, max;
	int (*call)(void *to, const char *value, const struct wire_err *err);
};

/**
 * Parse "key=value,flag,..." in place.
 * @param what  the wire's kind, for messages
 * @param text  is cut into pieces; values of type TEXT point into it
 * @param first where a leading item without '=' that is no flag goes; NULL: not allowed
 * @return 0 or -EINVAL with @p err set
 */
int wire_options(const char *what, char *text, const char **first, const struct wire_opt *opts,
	const struct wire_err *err);

/** Six hexadecimal pairs separated by ':'. @return 0 or -EINVAL */
int wire_parse_mac(const char *text, uint8_t mac[6]);

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

/**
 * A kind of wire. @c parse checks the options without touching anything outside the
 * process and returns an object; @c open acquires files and interfaces. @c together looks at
 * all wires of this kind that a program is going to have, none of them open; may be NULL.
 */
struct wire_kind {
	const char *name;
	struct softena_wire *(*parse)(char *options, const struct wire_err *err);
	int (*open)(struct softena_wire *wire, const struct wire_err *err);
	int (*together)(
		struct softena_wire *const wires[], unsigned int n, const struct wire_err *err);
};

extern const struct wire_kind wire_kind_loopback;
extern const struct wire_kind wire_kind_link;
extern const struct wire_kind wire_kind_pcap;
extern const struct wire_kind wire_kind_tap;
extern const struct wire_kind wire_kind_gen;
extern const struct wire_kind wire_kind_sink;

/** Monotonic time and Unix time, nanoseconds, by the clock of the wire. */
uint64_t wire_now_ns(const struct softena_wire *wire);
uint64_t wire_wallclock_ns(const struct softena_wire *wire);

/** @c ended of wires that never end. */
bool wire_never_ends(struct softena_wire *wire);

#endif /* SOFTENA_WIRE_PRIV_H */
