/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "setup.h"
#include "softena_wire.h"

#define NUMA_MAX 63

static int fail(char *err, size_t err_len, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int
fail(char *err, size_t err_len, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, err_len, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void
setup_init(struct setup *setup)
{
	memset(setup, 0, sizeof(*setup));
	setup->log_level = LOG_WARNING;
}

void
setup_fini(struct setup *setup)
{
	unsigned int i;

	for (i = 0; i < setup->ports; i++)
		free(setup->port[i].wire);
	free(setup->report);
	free(setup->ctl);
	setup_init(setup);
}

/* ---- values ---------------------------------------------------------------------- */

/** Parse a decimal number and move @p text behind it. @return false if there is none */
static bool
number(const char **text, unsigned long max, unsigned long *n)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*n = strtoul(*text, &end, 10);
	*text = end;
	return errno == 0 && *n <= max;
}

int
setup_parse_log_level(const char *name)
{
	static const char *const names[] = {"err", "warning", "notice", "info", "debug"};
	int i;

	for (i = 0; i <= LOG_DEBUG - LOG_ERR; i++)
		if (strcmp(names[i], name) == 0)
			return LOG_ERR + i;
	return -EINVAL;
}

int
setup_parse_cpus(const char *text, cpu_set_t *cpus)
{
	unsigned long from, to;

	CPU_ZERO(cpus);
	for (;; text++) {
		if (!number(&text, CPU_SETSIZE - 1, &from))
			return -EINVAL;
		to = from;
		if (*text == '-') {
			text++;
			if (!number(&text, CPU_SETSIZE - 1, &to) || to < from)
				return -EINVAL;
		}
		for (; from <= to; from++)
			CPU_SET(from, cpus);
		if (*text == '\0')
			return 0;
		if (*text != ',')
			return -EINVAL;
	}
}

int
setup_parse_addr(const char *text, char addr[SETUP_ADDR_LEN])
{
	static const char form[] = "xxxx:xx:xx.o";
	char full[SETUP_ADDR_LEN];
	unsigned int i;

	if (strlen(text) == 7)
		snprintf(full, sizeof(full), "0000:%s", text);
	else if (strlen(text) == sizeof(form) - 1)
		memcpy(full, text, sizeof(form));
	else
		return -EINVAL;
	for (i = 0; i < sizeof(form) - 1; i++) {
		full[i] = (char)tolower((unsigned char)full[i]);
		if (form[i] == 'x'     ? !isxdigit((unsigned char)full[i]) :
			form[i] == 'o' ? full[i] < '0' || full[i] > '7' :
					 full[i] != form[i])
			return -EINVAL;
	}
	if (strtoul(full + 8, NULL, 16) > 0x1f)
		return -EINVAL;
	memcpy(addr, full, SETUP_ADDR_LEN);
	return 0;
}

/* ---- lines ------------------------------------------------------------------------ */

static int
keep_text(char **to, const char *value, char *err, size_t err_len)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return fail(err, err_len, "out of memory");
	free(*to);
	*to = copy;
	return 0;
}

static int
new_port(struct setup *setup, const char *value, char *err, size_t err_len)
{
	struct setup_port *port = &setup->port[setup->ports];

	if (setup->ports == SETUP_PORTS_MAX)
		return fail(err, err_len, "at most %u ports are possible", SETUP_PORTS_MAX);
	memset(port, 0, sizeof(*port));
	if (setup_parse_addr(value, port->addr) != 0)
		return fail(err, err_len, "addr=%s: not a PCI address as 0000:00:05.0", value);
	softena_config_default(&port->cfg);
	port->numa = -1;
	setup->ports++;
	return 0;
}

/** A key that is given twice is a mistake: one of its values would have no effect. */
static int
twice(const char *key, char *err, size_t err_len)
{
	return fail(err, err_len, "%s= is given twice", key);
}

static int
port_key(struct setup_port *port, const char *value, char *err, size_t err_len)
{
	char key[64];
	size_t len = strcspn(value, " ");

	if (len >= sizeof(key) || value[len] == '\0')
		return fail(err, err_len, "'%.60s': a key needs a value", value);
	memcpy(key, value, len);
	key[len] = '\0';
	value += len + 1;
	if (softena_config_set_once(&port->cfg, &port->given, key, value, err, err_len) != 0)
		return -EINVAL;
	port->named |= strcmp(key, "name") == 0;
	if (strcmp(key, "profile") == 0)
		snprintf(port->profile, sizeof(port->profile), "%s", value);
	return 0;
}

static int
port_line(struct setup_port *port, const char *word, const char *value, char *err, size_t err_len)
{
	unsigned long n;

	if (strcmp(word, "set") == 0)
		return port_key(port, value, err, err_len);
	if (strcmp(word, "wire") == 0 && port->wire != NULL)
		return twice(word, err, err_len);
	if (strcmp(word, "wire") == 0)
		return keep_text(&port->wire, value, err, err_len);
	if (strcmp(word, "numa") == 0) {
		if (port->numa_set)
			return twice(word, err, err_len);
		port->numa_set = true;
		if (strcmp(value, "-1") == 0) {
			port->numa = -1;
			return 0;
		}
		if (!number(&value, NUMA_MAX, &n) || *value != '\0')
			return fail(
				err, err_len, "numa: not a node from 0 to %d, nor -1", NUMA_MAX);
		port->numa = (int)n;
		return 0;
	}
	return fail(err, err_len, "unknown keyword '%s'", word);
}

int
setup_line(struct setup *setup, const char *line, char *err, size_t err_len)
{
	size_t len = strcspn(line, " ");
	const char *value = line[len] == ' ' ? line + len + 1 : "";
	unsigned long n;
	char word[16];

	if (strchr(line, '\n') != NULL)
		return fail(err, err_len, "a line break within a value");
	if (len >= sizeof(word) || value[0] == '\0')
		return fail(err, err_len, "'%.60s': not KEYWORD VALUE", line);
	memcpy(word, line, len);
	word[len] = '\0';
	if (strcmp(word, "log") == 0) {
		if (!number(&value, LOG_DEBUG, &n) || *value != '\0')
			return fail(err, err_len, "log level: 0 to %d", LOG_DEBUG);
		setup->log_level = (int)n;
		return 0;
	}
	if (strcmp(word, "cpus") == 0) {
		if (setup_parse_cpus(value, &setup->cpus) != 0)
			return fail(err, err_len, "'%s': not a list of CPUs as 0-2,5", value);
		setup->cpus_set = true;
		return 0;
	}
	if (strcmp(word, "report") == 0)
		return keep_text(&setup->report, value, err, err_len);
	if (strcmp(word, "ctl") == 0)
		return keep_text(&setup->ctl, value, err, err_len);
	if (strcmp(word, "step") == 0) {
		if (!number(&value, 1, &n) || *value != '\0')
			return fail(err, err_len, "step: 0 or 1");
		setup->step = n == 1;
		return 0;
	}
	if (strcmp(word, "port") == 0)
		return new_port(setup, value, err, err_len);
	if (setup->ports == 0)
		return fail(err, err_len, "'%s' comes before the first port", word);
	return port_line(&setup->port[setup->ports - 1], word, value, err, err_len);
}

/* ---- the whole --------------------------------------------------------------------- */

int
setup_check(const struct setup *setup, char *err, size_t err_len)
{
	const char *wires[SETUP_PORTS_MAX];
	unsigned int i, j;
	char why[512];

	for (i = 0; i < setup->ports; i++) {
		const struct setup_port *port = &setup->port[i];

		for (j = 0; j < i; j++)
			if (strcmp(port->addr, setup->port[j].addr) == 0)
				return fail(
					err, err_len, "two ports have the address %s", port->addr);
		if (softena_config_check(&port->cfg, why, sizeof(why)) != 0 ||
			softena_wire_check(
				port->wire != NULL ? port->wire : "", why, sizeof(why)) != 0)
			return fail(err, err_len, "port %s: %s", port->addr, why);
		wires[i] = port->wire;
	}
	if (softena_wires_check(wires, setup->ports, why, sizeof(why)) != 0)
		return fail(err, err_len, "%s", why);
	return 0;
}

int
setup_read(struct setup *setup, const char *path, char *err, size_t err_len)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	unsigned int i;
	int rc = 0;

	setup_init(setup);
	if (in == NULL) {
		rc = -errno;
		fail(err, err_len, "cannot read %s: %s", path, strerror(errno));
		return rc;
	}
	while (rc == 0 && getline(&line, &room, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rc = setup_line(setup, line, err, err_len);
	}
	free(line);
	fclose(in);
	if (rc == 0)
		rc = setup_check(setup, err, err_len);
	if (rc != 0)
		setup_fini(setup);
	/* Messages of a device begin with its name. Without one, the address identifies the port.
	 */
	for (i = 0; i < setup->ports; i++)
		if (!setup->port[i].named)
			memcpy(setup->port[i].cfg.name, setup->port[i].addr, SETUP_ADDR_LEN);
	return rc;
}
