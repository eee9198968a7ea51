/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Options of wires, "key=value,flag,...": read by the table of the kind of wire.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softena_wire_priv.h"

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

static int
unknown_option(const struct wire_kind *kind, const char *key, const struct wire_err *err)
{
	const struct wire_opt *opt;
	char allowed[256];
	size_t at = 0;

	allowed[0] = '\0';
	for (opt = kind->opts; opt->name != NULL && at < sizeof(allowed); opt++) {
		const char *equals = opt->type == WIRE_OPT_FLAG ? "" : "=";

		at += (size_t)snprintf(allowed + at, sizeof(allowed) - at, "%s%s%s",
			at > 0 ? ", " : "", opt->name, equals);
	}
	return wire_error(err, "wire %s: unknown option '%s'; allowed: %s", kind->name, key,
		allowed[0] != '\0' ? allowed : "none");
}

static int
parse_number(const struct wire_kind *kind, const struct wire_opt *opt, uint64_t *to,
	const char *value, const struct wire_err *err)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 0);
	/* strtoull() takes "-1" and leading blanks. */
	if (!isdigit((unsigned char)value[0]) || *end != '\0' || errno != 0 || n < opt->min ||
		n > opt->max)
		return wire_error(err, "wire %s: %s=%s: not a number from %llu to %llu", kind->name,
			opt->name, value, (unsigned long long)opt->min,
			(unsigned long long)opt->max);
	*to = n;
	return 0;
}

/** @param options the structure with the values; opt->off is an offset in it */
static int
set_option(const struct wire_kind *kind, const struct wire_opt *opt, void *options,
	const char *value, const struct wire_err *err)
{
	void *to = (uint8_t *)options + opt->off;

	if (opt->type == WIRE_OPT_FLAG) {
		if (value != NULL)
			return wire_error(
				err, "wire %s: option '%s' takes no value", kind->name, opt->name);
		*(bool *)to = true;
		return 0;
	}
	if (value == NULL || value[0] == '\0')
		return wire_error(err, "wire %s: option '%s' needs a value", kind->name, opt->name);
	switch (opt->type) {
	case WIRE_OPT_NUM:
		return parse_number(kind, opt, to, value, err);
	case WIRE_OPT_CALL:
		return opt->call(options, value, err);
	default:
		*(const char **)to = value;
		return 0;
	}
}

/** The option of this name, or the end of the table. */
static const struct wire_opt *
find_option(const struct wire_kind *kind, const char *name)
{
	const struct wire_opt *opt = kind->opts;

	while (opt->name != NULL && strcmp(opt->name, name) != 0)
		opt++;
	return opt;
}

int
wire_options(const struct wire_kind *kind, char *text, const char **first, void *options,
	const struct wire_err *err)
{
	bool leading = first != NULL;
	char *next = text;

	while (next != NULL) {
		const struct wire_opt *opt;
		char *item = next, *value;
		int rc;

		next = strchr(item, ',');
		if (next != NULL)
			*next++ = '\0';
		if (item[0] == '\0') {
			if (item == text && next == NULL)
				return 0;
			return wire_error(err, "wire %s: empty option", kind->name);
		}
		value = strchr(item, '=');
		if (value != NULL)
			*value++ = '\0';
		opt = find_option(kind, item);
		if (leading && value == NULL && opt->name == NULL) {
			*first = item;
			leading = false;
			continue;
		}
		leading = false;
		rc = opt->name != NULL ? set_option(kind, opt, options, value, err) :
					 unknown_option(kind, item, err);
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
