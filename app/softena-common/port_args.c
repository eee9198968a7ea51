/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "port_args.h"

/** PCI device numbers of a bus. */
#define DEVICES 32u

/** One --port that is being parsed. */
struct parse {
	const struct port_args *args;
	struct setup_lines *lines;
	char *err;
	size_t err_len;
};

static int
fail(const struct parse *p, const char *why)
{
	snprintf(p->err, p->err_len, "%s", why);
	return -EINVAL;
}

/** Whether @p item is the pair of @p key. */
static bool
is_key(const char *item, const char *key)
{
	size_t len = strlen(key);

	return strncmp(item, key, len) == 0 && item[len] == '=';
}

/** The first address, from @p device on, that no port has yet. */
static void
free_addr(const struct setup *setup, unsigned int device, char addr[SETUP_ADDR_LEN])
{
	unsigned int i;

	for (; device < DEVICES; device++) {
		snprintf(addr, SETUP_ADDR_LEN, "0000:00:%02x.0", device & (DEVICES - 1));
		for (i = 0; i < setup->ports; i++)
			if (strcmp(setup->port[i].addr, addr) == 0)
				break;
		if (i == setup->ports)
			return;
	}
}

/** Call @p each for all items of a comma-separated list, until one fails. */
static int
for_each_item(const struct parse *p, const char *list,
	int (*each)(const struct parse *p, const char *item, void *arg), void *arg)
{
	char *copy = strdup(list), *save = NULL, *item;
	int rc = 0;

	if (copy == NULL)
		return fail(p, "out of memory");
	for (item = strtok_r(copy, ",", &save); item != NULL && rc == 0;
		item = strtok_r(NULL, ",", &save))
		rc = each(p, item, arg);
	free(copy);
	return rc;
}

/** Each item is a pair; the value of addr= goes to @p addr. */
static int
check_item(const struct parse *p, const char *item, void *addr)
{
	const char *value = strchr(item, '=');
	char **chosen = addr;

	if (p->args->located && strcmp(item, "addr=") == 0)
		return fail(p, "addr= needs a value, a PCI address as 0000:00:05.0");
	if (value == NULL || value == item || value[1] == '\0') {
		snprintf(p->err, p->err_len, "'%s' is not KEY=VALUE", item);
		return -EINVAL;
	}
	if (!p->args->located || !is_key(item, "addr"))
		return 0;
	if (*chosen != NULL)
		return fail(p, "addr= is given twice");
	*chosen = strdup(value + 1);
	return *chosen != NULL ? 0 : fail(p, "out of memory");
}

static int
add_profile(const struct parse *p, const char *item, void *arg)
{
	(void)arg;
	if (!is_key(item, "profile"))
		return 0;
	return setup_lines_add(
		p->lines, p->err, p->err_len, "set profile %s", strchr(item, '=') + 1);
}

static int
add_key(const struct parse *p, const char *item, void *arg)
{
	const char *value = strchr(item, '=') + 1;

	(void)arg;
	if (is_key(item, "profile") || (p->args->located && is_key(item, "addr")))
		return 0;
	if (p->args->located && is_key(item, "numa"))
		return setup_lines_add(p->lines, p->err, p->err_len, "numa %s", value);
	return setup_lines_add(
		p->lines, p->err, p->err_len, "set %.*s %s", (int)(value - 1 - item), item, value);
}

/** Cut "wire=" at the start of an item off the list. @return its value, or NULL */
static char *
cut_wire(char *list)
{
	char *at = list;

	while (at != NULL && !is_key(at, "wire")) {
		at = strchr(at, ',');
		if (at != NULL)
			at++;
	}
	if (at == NULL)
		return NULL;
	if (at == list)
		*list = '\0';
	else
		at[-1] = '\0';
	return at + strlen("wire=");
}

static int
add_port(const struct parse *p, const char *list, const char *wire)
{
	char *chosen = NULL, addr[SETUP_ADDR_LEN];
	int rc;

	if (wire != NULL && wire[0] == '\0')
		return fail(p, "wire= needs a value");
	rc = for_each_item(p, list, check_item, &chosen);
	if (rc == 0) {
		free_addr(p->lines->setup, p->args->first_device, addr);
		rc = setup_lines_add(
			p->lines, p->err, p->err_len, "port %s", chosen != NULL ? chosen : addr);
	}
	free(chosen);
	if (rc == 0)
		rc = for_each_item(p, list, add_profile, NULL);
	if (rc == 0)
		rc = for_each_item(p, list, add_key, NULL);
	if (rc == 0)
		rc = setup_lines_add(
			p->lines, p->err, p->err_len, "wire %s", wire != NULL ? wire : "loopback");
	return rc;
}

int
port_args_add(const struct port_args *args, struct setup_lines *lines, const char *text, char *err,
	size_t err_len)
{
	struct parse p = {args, lines, err, err_len};
	char *list = strdup(text), *wire;
	int rc;

	if (list == NULL)
		return fail(&p, "out of memory");
	wire = cut_wire(list);
	rc = add_port(&p, list, wire);
	free(list);
	return rc;
}
