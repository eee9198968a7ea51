/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The parser of device arguments, which ena_devargs.h lists. A value that is not understood fails
 * the probe with a message that names what is allowed; nothing is guessed.
 */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <rte_kvargs.h>

#include "ena_pmd.h"

/** A number, which is a field of 32 bits of struct ena_devargs. */
struct number {
	const char *name;
	size_t offset;
	uint32_t lo, hi; /* range */
	bool zero; /* 0 is possible, too */
};

/** Bytes in hexadecimal digits, and a flag. */
struct hex {
	const char *name;
	size_t offset, set_offset;
	size_t bytes;
};

#define AS_NUMBER(name, field, lo, hi, zero, def, values) \
	{name, offsetof(struct ena_devargs, field), lo, hi, zero},
#define AS_HEX(name, field, bytes, values)                                                     \
	{name, offsetof(struct ena_devargs, field), offsetof(struct ena_devargs, field##_set), \
		bytes},
#define AS_NAME(name, ...) name,
#define IGNORE(...)

static const struct number numbers[] = {ENA_DEVARGS(AS_NUMBER, IGNORE)};
static const struct hex hexes[] = {ENA_DEVARGS(IGNORE, AS_HEX)};
static const char *const known[] = {ENA_DEVARGS(AS_NAME, AS_NAME) NULL};

static int
parse_number(const struct number *arg, const char *value, struct ena_devargs *args)
{
	unsigned long n = 0;
	char *end = NULL;

	errno = 0;
	if (value != NULL && isdigit((unsigned char)value[0]))
		n = strtoul(value, &end, 0);
	if (end == NULL || *end != '\0' || errno != 0 || n > arg->hi ||
		(n < arg->lo && !(arg->zero && n == 0))) {
		ENA_INIT_LOG(ERR, "device argument %s=%s: give %sa number from %u to %u", arg->name,
			value != NULL ? value : "", arg->zero ? "0 or " : "", arg->lo, arg->hi);
		return -EINVAL;
	}
	*(uint32_t *)((char *)args + arg->offset) = (uint32_t)n;
	return 0;
}

static int
parse_hex(const struct hex *arg, const char *value, struct ena_devargs *args)
{
	uint8_t *to = (uint8_t *)args + arg->offset;
	size_t i;

	if (value == NULL || strlen(value) != 2 * arg->bytes)
		goto bad;
	for (i = 0; i < arg->bytes; i++) {
		const char hex[3] = {value[2 * i], value[2 * i + 1], '\0'};

		if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
			goto bad;
		to[i] = (uint8_t)strtoul(hex, NULL, 16);
	}
	*(bool *)((char *)args + arg->set_offset) = true;
	return 0;
bad:
	ENA_INIT_LOG(
		ERR, "device argument %s: give %zu hexadecimal digits", arg->name, 2 * arg->bytes);
	return -EINVAL;
}

static int
parse_pair(const struct rte_kvargs_pair *pair, struct ena_devargs *args)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(numbers); i++)
		if (strcmp(numbers[i].name, pair->key) == 0)
			return parse_number(&numbers[i], pair->value, args);
	for (i = 0; i < RTE_DIM(hexes); i++)
		if (strcmp(hexes[i].name, pair->key) == 0)
			return parse_hex(&hexes[i], pair->value, args);
	return -EINVAL;
}

static void
log_unknown(const char *given)
{
	char names[512] = "";
	unsigned int i;

	for (i = 0; known[i] != NULL; i++) {
		strlcat(names, i == 0 ? "" : ", ", sizeof(names));
		strlcat(names, known[i], sizeof(names));
	}
	ENA_INIT_LOG(ERR, "device arguments \"%s\": not understood; known are %s", given, names);
}

int
ena_devargs_parse(const struct rte_devargs *devargs, struct ena_devargs *args)
{
	struct rte_kvargs *kvlist;
	unsigned int i;
	int rc = 0;

	*args = (struct ena_devargs)ENA_DEVARGS_DEFAULTS;
	if (devargs == NULL || devargs->args == NULL || devargs->args[0] == '\0')
		return 0;
	kvlist = rte_kvargs_parse(devargs->args, known);
	if (kvlist == NULL) {
		log_unknown(devargs->args);
		return -EINVAL;
	}
	/* Not with rte_kvargs_process(): since 24.11 it fails without a call for a key that has no
	 * value, and nobody would say why. */
	for (i = 0; i < kvlist->count && rc == 0; i++)
		rc = parse_pair(&kvlist->pairs[i], args);
	rte_kvargs_free(kvlist);
	return rc;
}
