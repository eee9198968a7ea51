/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Reading the JSON that the control server sends. Numbers stay text, so that 64 bits
 * survive.
 */
#ifndef SOFTENA_RUN_CTL_JSON_H
#define SOFTENA_RUN_CTL_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum json_type { JSON_TEXT, JSON_WORD, JSON_LIST, JSON_OBJECT };

struct json {
	enum json_type type;
	char *name; /* of a member of an object */
	char *text; /* string, or a number, true, false, null */
	struct json *first; /* of a list or an object */
	struct json *next;
};

/** @return NULL if @p text is not JSON, is nested too deeply, or memory ran out */
struct json *json_parse(const char *text);
void json_free(struct json *value);

/** Member of an object; NULL if it does not exist, or @p object is not an object. */
const struct json *json_get(const struct json *object, const char *name);

/** Text of a member, or @p otherwise. */
const char *json_text(const struct json *object, const char *name, const char *otherwise);
bool json_is_true(const struct json *object, const char *name);

#endif /* SOFTENA_RUN_CTL_JSON_H */
