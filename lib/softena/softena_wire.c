/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "softena_wire_priv.h"

static const struct wire_kind *const kinds[] = {
	&wire_kind_loopback,
	&wire_kind_link,
	&wire_kind_pcap,
	&wire_kind_tap,
	&wire_kind_gen,
	&wire_kind_sink,
};

#define FIFO_BYTES_FIRST     65536u
#define FIFO_BYTES_PER_FRAME 2048u

int
wire_error(const struct wire_err *err, const char *fmt, ...)
{
	va_list ap;

	if (err->text != NULL && err->len > 0) {
		va_start(ap, fmt);
		vsnprintf(err->text, err->len, fmt, ap);
		va_end(ap);
	}
	return -EINVAL;
}

bool
wire_never_ends(struct softena_wire *wire)
{
	(void)wire;
	return false;
}

/* ---- time ----------------------------------------------------------------------- */

static uint64_t
system_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

uint64_t
wire_now_ns(const struct softena_wire *wire)
{
	return wire->clock != NULL ? wire->clock->now_ns(wire->host) : system_ns(CLOCK_MONOTONIC);
}

uint64_t
wire_wallclock_ns(const struct softena_wire *wire)
{
	return wire->clock != NULL ? wire->clock->wallclock_ns(wire->host) :
				     system_ns(CLOCK_REALTIME);
}

/* ---- options ------------------------------------------------------------------ */

static int
unknown_option(
	const char *what, const char *key, const struct wire_opt *opts, const struct wire_err *err)
{
	char allowed[256];
	size_t at = 0;

	allowed[0] = '\0';
	for (; opts->name != NULL && at < sizeof(allowed); opts++) {
		const char *tail = opts->type == WIRE_OPT_FLAG ? "" : "=";

		at += (size_t)snprintf(allowed + at, sizeof(allowed) - at, "%s%s%s",
			at > 0 ? ", " : "", opts->name, tail);
	}
	return wire_error(err, "wire %s: unknown option '%s'; allowed: %s", what, key,
		allowed[0] != '\0' ? allowed : "none");
}

static int
parse_number(
	const char *what, const struct wire_opt *opt, const char *value, const struct wire_err *err)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 0);
	/* strtoull() takes "-1" and leading blanks. */
	if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 || n < opt->min ||
		n > opt->max)
		return wire_error(err, "wire %s: %s=%s: not a number from %llu to %llu", what,
			opt->name, value, (unsigned long long)opt->min,
			(unsigned long long)opt->max);
	*(uint64_t *)opt->to = n;
	return 0;
}

static int
set_option(
	const char *what, const struct wire_opt *opt, const char *value, const struct wire_err *err)
{
	if (opt->type == WIRE_OPT_FLAG) {
		if (value != NULL)
			return wire_error(
				err, "wire %s: option '%s' takes no value", what, opt->name);
		*(bool *)opt->to = true;
		return 0;
	}
	if (value == NULL || value[0] == '\0')
		return wire_error(err, "wire %s: option '%s' needs a value", what, opt->name);
	switch (opt->type) {
	case WIRE_OPT_NUM:
		return parse_number(what, opt, value, err);
	case WIRE_OPT_CALL:
		return opt->call(opt->to, value, err);
	default:
		*(const char **)opt->to = value;
		return 0;
	}
}

int
wire_options(const char *what, char *text, const char **first, const struct wire_opt *opts,
	const struct wire_err *err)
{
	bool leading = first != NULL;
	char *next = text;

	while (next != NULL) {
		const struct wire_opt *opt = opts;
		char *item = next, *value;
		int rc;

		next = strchr(item, ',');
		if (next != NULL)
			*next++ = '\0';
		if (item[0] == '\0') {
			if (item == text && next == NULL)
				return 0;
			return wire_error(err, "wire %s: empty option", what);
		}
		value = strchr(item, '=');
		if (value != NULL)
			*value++ = '\0';
		while (opt->name != NULL && strcmp(opt->name, item) != 0)
			opt++;
		if (leading && value == NULL && opt->name == NULL) {
			*first = item;
			leading = false;
			continue;
		}
		leading = false;
		rc = opt->name != NULL ? set_option(what, opt, value, err) :
					 unknown_option(what, item, opts, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
wire_parse_mac(const char *text, uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		char pair[3];

		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
			text[2] != (i < 5 ? ':' : '\0'))
			return -EINVAL;
		memcpy(pair, text, 2);
		pair[2] = '\0';
		mac[i] = (uint8_t)strtoul(pair, NULL, 16);
		text += 3;
	}
	return 0;
}

/* ---- queue of frames ----------------------------------------------------------- */

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

/* ---- making ---------------------------------------------------------------------- */

static const struct wire_kind *
find_kind(const char *spec, size_t *name_len, const struct wire_err *err)
{
	size_t len = strcspn(spec, ":"), at = 0, i;
	char all[128];

	*name_len = len;
	all[0] = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i]->name) == len && memcmp(kinds[i]->name, spec, len) == 0)
			return kinds[i];
		at += (size_t)snprintf(
			all + at, sizeof(all) - at, "%s%s", i > 0 ? ", " : "", kinds[i]->name);
	}
	wire_error(
		err, "unknown wire '%.*s'; there are: %s", (int)(len < 64 ? len : 64), spec, all);
	return NULL;
}

static struct softena_wire *
make(const char *spec, bool acquire, const struct wire_err *err)
{
	const struct wire_kind *kind;
	struct softena_wire *wire;
	char *options;
	size_t len;

	kind = find_kind(spec, &len, err);
	if (kind == NULL)
		return NULL;
	options = strdup(spec[len] == ':' ? spec + len + 1 : "");
	if (options == NULL) {
		wire_error(err, "wire %s: out of memory", kind->name);
		return NULL;
	}
	wire = kind->parse(options, err);
	free(options);
	if (wire != NULL && acquire && kind->open != NULL && kind->open(wire, err) != 0) {
		wire->ops->close(wire);
		return NULL;
	}
	return wire;
}

struct softena_wire *
softena_wire_open(const char *spec, char *err, size_t err_len)
{
	return make(spec, true, &(struct wire_err){err, err_len});
}

int
softena_wire_check(const char *spec, char *err, size_t err_len)
{
	struct softena_wire *wire = make(spec, false, &(struct wire_err){err, err_len});

	if (wire == NULL)
		return -EINVAL;
	wire->ops->close(wire);
	return 0;
}

/** Those of @p n wires that are of this kind, to its own check. */
static int
check_kind(const struct wire_kind *kind, struct softena_wire *const wires[], unsigned int n,
	const struct wire_err *err)
{
	struct softena_wire **same = calloc(n, sizeof(*same));
	unsigned int i, count = 0;
	int rc;

	if (same == NULL)
		return wire_error(err, "wire %s: out of memory", kind->name);
	for (i = 0; i < n; i++)
		if (strcmp(wires[i]->ops->kind, kind->name) == 0)
			same[count++] = wires[i];
	rc = kind->together(same, count, err);
	free(same);
	return rc;
}

int
softena_wires_check(const char *const *specs, unsigned int n, char *err, size_t err_len)
{
	const struct wire_err to = {err, err_len};
	struct softena_wire **wires;
	unsigned int i, made = 0;
	int rc = 0;

	if (n == 0)
		return 0;
	wires = calloc(n, sizeof(*wires));
	if (wires == NULL)
		return wire_error(&to, "wires: out of memory");
	while (made < n && (wires[made] = make(specs[made], false, &to)) != NULL)
		made++;
	if (made < n)
		rc = -EINVAL;
	for (i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->together != NULL)
			rc = check_kind(kinds[i], wires, n, &to);
	while (made > 0)
		softena_wire_close(wires[--made]);
	free(wires);
	return rc;
}

void
softena_wire_close(struct softena_wire *wire)
{
	if (wire != NULL)
		wire->ops->close(wire);
}

const char *
softena_wire_help(void)
{
	return "loopback\twhat the port sends comes back to it\n"
	       "  queue=N\tframes under way at most, 1 to 65536 (default 4096)\n"
	       "  lossless\ta frame waits until the port has an Rx buffer\n"
	       "link:NAME\ttwo ports with the same NAME are joined (loopback's options too)\n"
	       "pcap:OPTIONS\tframes from and to capture files; both may be one wire\n"
	       "  in=FILE\tframes to receive; the capture has to be of Ethernet, and whole\n"
	       "  out=FILE\twhere the frames that the port sends are written\n"
	       "  start=auto|ctl\tctl: nothing is received before 'softena-ctl wire PORT start'\n"
	       "  delay=MS\twait before the first frame (default 0)\n"
	       "  loop=N\tplay the file N times, 0: for ever (default 1)\n"
	       "  lossy\tdrop a frame when the port has no Rx buffer (default: it waits)\n"
	       "tap:NAME\ta Linux TAP interface, removed when the wire is closed\n"
	       "  netns=NAME\tmake it in this network namespace (ip netns add NAME)\n"
	       "  mac=MAC\taddress of the interface (not of the port)\n"
	       "  mtu=N\tMTU of the interface, 68 to 16370\n"
	       "  addr=CIDR\taddress with prefix length; repeat it for IPv6, IPv4 has one\n"
	       "  up\tbring the interface up\n"
	       "  lossless\ta frame waits until the port has an Rx buffer\n"
	       "gen:OPTIONS\ta generator; what the port sends is counted and dropped\n"
	       "  size=N\tbytes of a frame without FCS (default 64)\n"
	       "  count=N\tframes in all, 0: no end (default 0)\n"
	       "  rate=PPS\tframes a second, 0: as fast as the port takes them (default 0)\n"
	       "  burst=N\twith rate: frames that come back to back (default 1)\n"
	       "  flows=N\taddress and port pairs, in turn, 1 to 65536 (default 1)\n"
	       "  proto=udp|tcp\t(default udp)\n"
	       "  ipv6\tIPv6 instead of IPv4\n"
	       "  payload=none|seq\tzeros, or a 64-bit big-endian sequence number at its start\n"
	       "  dst=MAC\tdestination address (default 02:00:00:00:00:01)\n"
	       "  start=auto|ctl\tas for pcap\n"
	       "  lossy\tdrop a frame when the port has no Rx buffer (default: it waits)\n"
	       "  move=N\tbytes of a packet that are really copied, 0: all (default 0)\n"
	       "sink\tnothing is received; what the port sends is counted and dropped\n"
	       "  move=N\tas for gen\n";
}
