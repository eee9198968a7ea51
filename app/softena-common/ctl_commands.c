/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "ctl_commands.h"
#include "port_json.h"
#include "softena_wire.h"

#define WORDS_MAX 8u

/** The command is correct, but it cannot be executed now. */
static void
refuse(FILE *out, const char *why)
{
	fputs("{\"ok\":false,\"error\":", out);
	json_string(out, why);
	fputs("}", out);
}

/** The command is wrong, or names something that does not exist: another exit status of
 * softena-ctl. */
static void
misused(FILE *out, const char *why)
{
	fputs("{\"ok\":false,\"usage\":true,\"error\":", out);
	json_string(out, why);
	fputs("}", out);
}

/** A port by number or by address. @return index, or -1 after an answer */
static int
find_port(FILE *out, const char *name)
{
	char addr[SETUP_ADDR_LEN], *end;
	unsigned long n;
	unsigned int i;

	if (setup_parse_addr(name, addr) == 0) {
		for (i = 0; i < bus.setup.ports; i++)
			if (strcmp(bus.setup.port[i].addr, addr) == 0)
				return (int)i;
	} else if (name[0] >= '0' && name[0] <= '9') {
		n = strtoul(name, &end, 10);
		if (*end == '\0' && n < bus.setup.ports)
			return (int)n;
	}
	misused(out, "no such port; 'ports' lists them");
	return -1;
}

static void
list_command(FILE *out, const char *port, void (*each)(FILE *out, const struct port *port))
{
	int only = port != NULL ? find_port(out, port) : -1;

	if (port == NULL || only >= 0)
		json_ports(out, each, only);
}

static void
change(FILE *out, struct port *port, const char *what, const char *how)
{
	if (port->dev == NULL) {
		refuse(out, "this port is off: no program has opened it yet");
		return;
	}
	if (strcmp(what, "reset") == 0) {
		port->ops->reset(port);
	} else if (strcmp(what, "link") == 0 && (!strcmp(how, "up") || !strcmp(how, "down"))) {
		softena_link_set(port->dev, strcmp(how, "up") == 0);
	} else if (strcmp(what, "wire") == 0 && (!strcmp(how, "start") || !strcmp(how, "stop"))) {
		port->wire->started = strcmp(how, "start") == 0;
	} else {
		misused(out, "link PORT up|down, wire PORT start|stop, reset PORT");
		return;
	}
	json_ports(out, json_port, (int)port->idx);
}

static void
arm_fault(FILE *out, struct port *port, char *word[], unsigned int words)
{
	struct softena_fault_spec spec;
	char why[128];
	int rc;

	/* Checked first: a command that is refused has no effect. */
	if (softena_fault_parse(word, words, &spec, why, sizeof(why)) != 0) {
		misused(out, why);
		return;
	}
	rc = softena_fault_set(port->dev, &spec);
	if (rc == -EAGAIN)
		refuse(out, spec.kind == SOFTENA_FAULT_RESET_REQUEST ?
				    "the driver has not enabled reset requests" :
				    "not now: the carrier is off");
	else if (rc != 0)
		misused(out, "queue, skip or argument is out of range for this fault");
	else
		json_ports(out, json_faults, (int)port->idx);
}

/** fault PORT list|clear|KIND...; @p word begins behind PORT */
static void
fault_command(FILE *out, struct port *port, char *word[], unsigned int words)
{
	if (port->dev == NULL) {
		refuse(out, "this port is off: no program has opened it yet");
		return;
	}
	if (words != 1 || (strcmp(word[0], "list") != 0 && strcmp(word[0], "clear") != 0)) {
		arm_fault(out, port, word, words);
		return;
	}
	if (strcmp(word[0], "clear") == 0)
		softena_fault_clear(port->dev);
	json_ports(out, json_faults, (int)port->idx);
}

static void
execute(FILE *out, char *word[], unsigned int words)
{
	int i;

	if (words == 1 && strcmp(word[0], "ports") == 0) {
		list_command(out, NULL, json_port);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "stats") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_stats);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "queues") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_queues);
	} else if (words <= 2 && words > 0 && strcmp(word[0], "defects") == 0) {
		list_command(out, words == 2 ? word[1] : NULL, json_defects);
	} else if (words >= 3 && words <= WORDS_MAX && strcmp(word[0], "fault") == 0) {
		i = find_port(out, word[1]);
		if (i >= 0)
			fault_command(out, &bus.port[i], word + 2, words - 2);
	} else if ((words == 3 && (!strcmp(word[0], "link") || !strcmp(word[0], "wire"))) ||
		   (words == 2 && !strcmp(word[0], "reset"))) {
		i = find_port(out, word[1]);
		if (i >= 0)
			change(out, &bus.port[i], word[0], words == 3 ? word[2] : "");
	} else {
		misused(out, "commands: ports, stats [PORT], queues [PORT], defects [PORT], link "
			     "PORT up|down, wire PORT start|stop, reset PORT, fault PORT "
			     "list|clear|KIND [queue=N] [count=N] [arg=N] [skip=N]");
	}
}

void
ctl_execute(FILE *out, char *line)
{
	char *word[WORDS_MAX + 1], *save = NULL, *w;
	unsigned int words = 0;

	for (w = strtok_r(line, " \t\r", &save); w != NULL && words <= WORDS_MAX;
		w = strtok_r(NULL, " \t\r", &save))
		word[words++] = w;
	bus_lock();
	execute(out, word, words);
	bus_unlock();
}
