/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdlib.h>
#include <string.h>

#include "ctl_json.h"

#define DEPTH_MAX 8

static void
blanks(const char **p)
{
	*p += strspn(*p, " \t\r\n");
}

static char *
parse_string(const char **p)
{
	const char *s = *p + 1;
	char *text = malloc(strlen(s) + 1), *to = text;
	char hex[5] = "";

	if (text == NULL)
		return NULL;
	for (; *s != '"'; s++) {
		if (*s == '\0')
			goto bad;
		if (*s == '\\') {
			s++;
			if (*s == 'u' && strspn(s + 1, "0123456789abcdefABCDEF") >= 4) {
				/* The server escapes only control characters. */
				memcpy(hex, s + 1, 4);
				*to++ = (char)strtoul(hex, NULL, 16);
				s += 4;
				continue;
			}
			if (*s != '"' && *s != '\\' && *s != '/')
				goto bad;
		}
		*to++ = *s;
	}
	*to = '\0';
	*p = s + 1;
	return text;
bad:
	free(text);
	return NULL;
}

static struct json *parse_value(const char **p, int depth);

/** Members or elements after the opening bracket. */
static bool
parse_children(struct json *parent, const char **p, char close, int depth)
{
	struct json **at = &parent->first;
	char *name = NULL;

	blanks(p);
	if (**p == close)
		return (*p)++, true;
	for (;;) {
		blanks(p);
		if (parent->type == JSON_OBJECT) {
			name = **p == '"' ? parse_string(p) : NULL;
			if (name == NULL)
				return false;
			blanks(p);
			if (**p != ':') {
				free(name);
				return false;
			}
			(*p)++;
		}
		*at = parse_value(p, depth + 1);
		if (*at == NULL) {
			free(name);
			return false;
		}
		(*at)->name = name;
		name = NULL;
		at = &(*at)->next;
		blanks(p);
		if (**p == close)
			return (*p)++, true;
		if (**p != ',')
			return false;
		(*p)++;
	}
}

static struct json *
parse_value(const char **p, int depth)
{
	struct json *v = depth < DEPTH_MAX ? calloc(1, sizeof(*v)) : NULL;
	size_t len;
	bool ok;

	if (v == NULL)
		return NULL;
	blanks(p);
	if (**p == '{' || **p == '[') {
		v->type = **p == '{' ? JSON_OBJECT : JSON_LIST;
		(*p)++;
		ok = parse_children(v, p, v->type == JSON_OBJECT ? '}' : ']', depth);
	} else if (**p == '"') {
		v->text = parse_string(p);
		ok = v->text != NULL;
	} else {
		v->type = JSON_WORD;
		len = strspn(*p, "-+.0123456789abcdefghijklmnopqrstuvwxyzE");
		v->text = len > 0 ? strndup(*p, len) : NULL;
		*p += len;
		ok = v->text != NULL;
	}
	if (ok)
		return v;
	json_free(v);
	return NULL;
}

struct json *
json_parse(const char *text)
{
	struct json *v = parse_value(&text, 0);

	blanks(&text);
	if (v == NULL || *text == '\0')
		return v;
	json_free(v);
	return NULL;
}

void
json_free(struct json *value)
{
	struct json *next;

	for (; value != NULL; value = next) {
		next = value->next;
		json_free(value->first);
		free(value->name);
		free(value->text);
		free(value);
	}
}

const struct json *
json_get(const struct json *object, const char *name)
{
	const struct json *v = object != NULL && object->type == JSON_OBJECT ? object->first : NULL;

	while (v != NULL && strcmp(v->name, name) != 0)
		v = v->next;
	return v;
}

const char *
json_text(const struct json *object, const char *name, const char *otherwise)
{
	const struct json *v = json_get(object, name);

	return v != NULL && v->text != NULL ? v->text : otherwise;
}

bool
json_is_true(const struct json *object, const char *name)
{
	return strcmp(json_text(object, name, "false"), "true") == 0;
}
