/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The table of faults as the library sees it, and the grammar in which a person names one.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softena_fault_priv.h"

const struct softena_fault_type softena_fault_types[SOFTENA_FAULT_KINDS] = {
#define TYPE(id, name, queue, begin, arg_max, help) \
	{name, help, SOFTENA_FAULT_QUEUE_##queue, SOFTENA_FAULT_BEGINS_##begin, arg_max},
	SOFTENA_FAULTS(TYPE)
#undef TYPE
};

int
softena_fault_find(const char *name)
{
	for (int i = 0; i < SOFTENA_FAULT_KINDS; i++)
		if (strcmp(softena_fault_types[i].name, name) == 0)
			return i;
	return -1;
}

/** "NAME=N". @return false if it is something else */
static bool
parse_option(const char *word, const char *name, uint32_t *value)
{
	size_t len = strlen(name);
	long long number;
	char *end;

	if (strncmp(word, name, len) != 0 || word[len] != '=' || word[len + 1] == '\0')
		return false;
	errno = 0;
	number = strtoll(word + len + 1, &end, 0);
	if (errno != 0 || *end != '\0' || number < 0 || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	return true;
}

static bool
parse_word(const char *word, struct softena_fault_spec *spec)
{
	uint32_t queue;

	if (parse_option(word, "queue", &queue)) {
		/* No device has so many queues: the device refuses it. */
		spec->queue = queue > INT_MAX ? INT_MAX : (int)queue;
		return true;
	}
	return parse_option(word, "count", &spec->count) || parse_option(word, "arg", &spec->arg) ||
	       parse_option(word, "skip", &spec->skip);
}

int
softena_fault_parse(char *const word[], unsigned int words, struct softena_fault_spec *spec,
	char *err, size_t err_len)
{
	int kind = words > 0 ? softena_fault_find(word[0]) : -1;

	if (kind < 0) {
		snprintf(err, err_len, "no such fault; 'fault PORT list' lists them");
		return -EINVAL;
	}
	*spec = softena_fault_once((enum softena_fault_kind)kind);
	for (unsigned int i = 1; i < words; i++) {
		if (!parse_word(word[i], spec)) {
			snprintf(err, err_len, "fault PORT " SOFTENA_FAULT_USAGE);
			return -EINVAL;
		}
	}
	if (spec->skip != 0 && softena_fault_types[kind].begin == SOFTENA_FAULT_BEGINS_AT_ONCE) {
		snprintf(err, err_len, "this fault begins at once: it takes no skip");
		return -EINVAL;
	}
	return 0;
}
