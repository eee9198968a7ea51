/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Device arguments. A value that is not understood fails the probe with a message that
 * names what is allowed; nothing is guessed.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include <rte_kvargs.h>

#include "ena_pmd.h"

#define POLL_INTERVAL_MIN 100u
#define POLL_INTERVAL_MAX 1000u
#define LINK_SPEED_MAX    400000u /* Mbit/s */

static int
parse_number(const char *key, const char *value, uint32_t min, uint32_t max, uint32_t *out)
{
	unsigned long n;
	char *end;

	errno = 0;
	if (value == NULL || !isdigit((unsigned char)value[0]))
		goto bad;
	n = strtoul(value, &end, 0);
	if (errno != 0 || *end != '\0' || n < min || n > max)
		goto bad;
	*out = (uint32_t)n;
	return 0;
bad:
	ENA_INIT_LOG(ERR, "device argument %s=%s: give a number from %u to %u", key,
		value != NULL ? value : "", min, max);
	return -EINVAL;
}

static int
parse_llq_policy(const char *key, const char *value, void *opaque)
{
	struct ena_devargs *args = opaque;
	uint32_t n;

	/* 0 off, 1 as the device recommends, 2 entries of 128 bytes, 3 of 256 bytes */
	if (parse_number(key, value, ENA_HAL_LLQ_OFF, ENA_HAL_LLQ_256, &n) != 0)
		return -EINVAL;
	args->llq_policy = (enum ena_hal_llq_policy)n;
	return 0;
}

static int
parse_poll_interval(const char *key, const char *value, void *opaque)
{
	struct ena_devargs *args = opaque;
	uint32_t n;

	if (parse_number(key, value, 0, POLL_INTERVAL_MAX, &n) != 0)
		return -EINVAL;
	if (n != 0 && n < POLL_INTERVAL_MIN) {
		ENA_INIT_LOG(ERR,
			"device argument %s=%u: give 0 (interrupts) or %u to %u milliseconds", key,
			n, POLL_INTERVAL_MIN, POLL_INTERVAL_MAX);
		return -EINVAL;
	}
	args->poll_interval_ms = n;
	return 0;
}

static int
parse_link_speed(const char *key, const char *value, void *opaque)
{
	struct ena_devargs *args = opaque;

	return parse_number(key, value, 1, LINK_SPEED_MAX, &args->link_speed);
}

static int
parse_frag_bypass(const char *key, const char *value, void *opaque)
{
	struct ena_devargs *args = opaque;
	uint32_t n;

	if (parse_number(key, value, 0, 1, &n) != 0)
		return -EINVAL;
	args->frag_bypass = n != 0;
	return 0;
}

static int
parse_rss_key(const char *key, const char *value, void *opaque)
{
	struct ena_devargs *args = opaque;
	unsigned int i;

	if (value == NULL || strlen(value) != 2 * ENA_RSS_KEY_SIZE)
		goto bad;
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++) {
		const char hex[3] = {value[2 * i], value[2 * i + 1], '\0'};

		if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]))
			goto bad;
		args->rss_key[i] = (uint8_t)strtoul(hex, NULL, 16);
	}
	args->rss_key_set = true;
	return 0;
bad:
	ENA_INIT_LOG(ERR, "device argument %s: give the key as %u hexadecimal digits", key,
		2 * ENA_RSS_KEY_SIZE);
	return -EINVAL;
}

int
ena_devargs_parse(const struct rte_devargs *devargs, struct ena_devargs *args)
{
	static const struct {
		const char *key;
		arg_handler_t parse;
	} arg[] = {
		{ENA_ARG_LLQ_POLICY, parse_llq_policy},
		{ENA_ARG_POLL_INTERVAL, parse_poll_interval},
		{ENA_ARG_LINK_SPEED, parse_link_speed},
		{ENA_ARG_FRAG_BYPASS, parse_frag_bypass},
		{ENA_ARG_RSS_KEY, parse_rss_key},
	};
	const char *known[RTE_DIM(arg) + 1];
	struct rte_kvargs *kvlist;
	unsigned int i;
	int rc = 0;

	memset(args, 0, sizeof(*args));
	args->llq_policy = ENA_HAL_LLQ_RECOMMENDED;
	if (devargs == NULL || devargs->args == NULL || devargs->args[0] == '\0')
		return 0;

	for (i = 0; i < RTE_DIM(arg); i++)
		known[i] = arg[i].key;
	known[i] = NULL;
	kvlist = rte_kvargs_parse(devargs->args, known);
	if (kvlist == NULL) {
		ENA_INIT_LOG(ERR,
			"device arguments \"%s\": not understood; known are " ENA_ARG_LLQ_POLICY
			", " ENA_ARG_POLL_INTERVAL ", " ENA_ARG_LINK_SPEED ", " ENA_ARG_FRAG_BYPASS
			", " ENA_ARG_RSS_KEY,
			devargs->args);
		return -EINVAL;
	}
	for (i = 0; i < RTE_DIM(arg) && rc == 0; i++)
		rc = rte_kvargs_process(kvlist, arg[i].key, arg[i].parse, args);
	rte_kvargs_free(kvlist);
	return rc == 0 ? 0 : -EINVAL;
}
