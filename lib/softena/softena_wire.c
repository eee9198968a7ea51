/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The registry of wires: which kinds there are, how one is made from a line of text, and what
 * --help says about them.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "softena_wire_priv.h"

/* In the order of the list in meson.build. */
static const struct wire_kind *const kinds[] = {
#define WIRE(name) &wire_kind_##name,
#include "softena_wire_list.h"
#undef WIRE
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct wire_kind *
find_kind(const char *spec, size_t *name_len, const struct wire_err *err)
{
	size_t len = strcspn(spec, ":"), at = 0, i;
	char all[256];

	*name_len = len;
	all[0] = '\0';
	for (i = 0; i < KINDS; i++)
		if (strlen(kinds[i]->name) == len && memcmp(kinds[i]->name, spec, len) == 0)
			return kinds[i];
	for (i = 0; i < KINDS && at < sizeof(all); i++)
		at += (size_t)snprintf(
			all + at, sizeof(all) - at, "%s%s", i > 0 ? ", " : "", kinds[i]->name);
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

/** Give those of @p n wires that are of this kind to the check of the kind. */
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
	rc = kind->check_all(same, count, err);
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
	for (i = 0; rc == 0 && i < KINDS; i++)
		if (kinds[i]->check_all != NULL)
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

/* ---- help ------------------------------------------------------------------------ */

/* Made once, from the tables of all kinds. */
static char *help;
static pthread_once_t help_once = PTHREAD_ONCE_INIT;

static void
make_help(void)
{
	size_t len;
	FILE *out = open_memstream(&help, &len);

	for (size_t i = 0; out != NULL && i < KINDS; i++) {
		const struct wire_opt *opt;

		fprintf(out, "%s\t%s\n", kinds[i]->spec, kinds[i]->help);
		for (opt = kinds[i]->opts; opt->name != NULL; opt++)
			fprintf(out, "  %s%s%s\t%s\n", opt->name, opt->values != NULL ? "=" : "",
				opt->values != NULL ? opt->values : "", opt->help);
	}
	if (out != NULL && fclose(out) != 0)
		help = NULL;
}

const char *
softena_wire_help(void)
{
	pthread_once(&help_once, make_help);
	return help != NULL ? help : "";
}

/* ---- what wires share ------------------------------------------------------------ */

bool
wire_never_ends(struct softena_wire *wire)
{
	(void)wire;
	return false;
}

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

size_t
wire_receives_nothing(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	(void)wire;
	(void)frame;
	(void)cap;
	return 0;
}

bool
wire_discards(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	(void)wire;
	(void)frame;
	(void)len;
	return true;
}

void
wire_free(struct softena_wire *wire)
{
	free(wire);
}
