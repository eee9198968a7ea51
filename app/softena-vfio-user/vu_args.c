/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "help.h"
#include "softena_wire.h"
#include "vu_args.h"

enum {
	OPT_SOCKET = 's',
	OPT_PORT = 'p',
	OPT_CTL = 0x100,
	OPT_REPORT,
	OPT_LOG,
};

const char *argp_program_version = "softena-vfio-user " SOFTENA_VERSION;

static const struct argp_option options[] = {
	{"socket", OPT_SOCKET, "PATH", 0, "Serve a port at this socket; may be repeated", 0},
	{"port", OPT_PORT, "KEY=VALUE,...", 0,
		"Describe the port of the same position, see below (default: wire=loopback)", 0},
	{"ctl", OPT_CTL, "PATH", 0, "Control socket for softena-ctl (default: none)", 0},
	{"report", OPT_REPORT, "FILE", 0, "Write the statistics of all ports there as JSON", 0},
	{"log", OPT_LOG, "LEVEL", 0, "err, warning, notice, info or debug (default: warning)", 0},
	{0},
};

static const char doc[] =
	"Serve software ENA ports to virtual machines over the vfio-user protocol.\v"
	"The n-th --port describes the port at the n-th --socket: KEY=VALUE pairs,\n"
	"separated by commas. wire=SPEC comes last and takes the rest of the argument,\n"
	"commas included. A profile is taken first, whatever its place. Keys:\n";

void
vu_die(const char *fmt, ...)
{
	va_list ap;

	fputs("softena-vfio-user: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static char *
help_filter(int key, const char *text, void *input)
{
	char *all = NULL;
	size_t len = 0;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC || text == NULL)
		return (char *)(uintptr_t)text;
	out = open_memstream(&all, &len);
	if (out == NULL)
		return (char *)(uintptr_t)text;
	fputs(text, out);
	help_columns(out, softena_config_help());
	fputs("\nWires:\n", out);
	help_columns(out, softena_wire_help());
	fputs("\nExample: a port whose other side is the TAP interface ena0, and the machine\n"
	      "for it:\n"
	      "  softena-vfio-user --socket /run/ena0.sock --port wire=tap:ena0\n"
	      "  qemu-system-x86_64 -machine q35,memory-backend=m \\\n"
	      "    -object memory-backend-memfd,id=m,size=1G,share=on -m 1G ... \\\n"
	      "    -device '{\"driver\":\"vfio-user-pci\",\n"
	      "              \"socket\":{\"type\":\"unix\",\"path\":\"/run/ena0.sock\"}}'\n"
	      "A client that leaves, leaves the device as after power-on; the next one may\n"
	      "come. A client can map up to 1 TiB of memory.\n"
	      "SIGTERM or SIGINT ends the server. SIGUSR1 puts the devices to sleep: they\n"
	      "answer register accesses and do nothing else, as if their firmware hung;\n"
	      "SIGUSR2 wakes them.\n",
		out);
	if (fclose(out) != 0)
		return (char *)(uintptr_t)text;
	return all;
}

/* ---- ports --------------------------------------------------------------------------------- */

struct parse {
	struct vu_args *args;
	struct setup setup; /* to find mistakes while the option is known */
	FILE *out;
};

static void
add_line(struct parse *p, const char *what, const char *line)
{
	char err[512];

	if (setup_line(&p->setup, line, err, sizeof(err)) != 0)
		vu_die("%s: %s", what, err);
	fprintf(p->out, "%s\n", line);
}

static void __attribute__((format(printf, 3, 4)))
add(struct parse *p, const char *what, const char *fmt, ...)
{
	char *line;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0)
		vu_die("out of memory");
	add_line(p, what, line);
	free(line);
}

static void
port_item(struct parse *p, const char *item, bool profiles)
{
	const char *value = strchr(item, '=');

	if (value == NULL || value == item || value[1] == '\0')
		vu_die("--port: '%s' is not KEY=VALUE", item);
	if ((strncmp(item, "profile=", 8) == 0) == profiles)
		add(p, "--port", "set %.*s %s", (int)(value - item), item, value + 1);
}

/** Cut "wire=" at the start of an item off the list. */
static char *
cut_wire(char *text)
{
	char *at = text;

	while (at != NULL && strncmp(at, "wire=", 5) != 0) {
		at = strchr(at, ',');
		if (at != NULL)
			at++;
	}
	if (at == NULL)
		return NULL;
	if (at == text)
		*text = '\0';
	else
		at[-1] = '\0';
	return at + 5;
}

static void
add_port(struct parse *p, const char *arg)
{
	char *text = strdup(arg), *wire, *item;
	int profiles;

	if (text == NULL)
		vu_die("out of memory");
	add(p, "--port", "port 0000:00:%02x.0", p->setup.ports);
	wire = cut_wire(text);
	for (profiles = 1; profiles >= 0; profiles--) {
		char *copy = strdup(text), *save = NULL;

		if (copy == NULL)
			vu_die("out of memory");
		for (item = strtok_r(copy, ",", &save); item != NULL;
			item = strtok_r(NULL, ",", &save))
			port_item(p, item, profiles != 0);
		free(copy);
	}
	add(p, "--port", "wire %s", wire != NULL ? wire : "loopback");
	free(text);
}

/** A path of the command line, for the setup file and for those who check it. */
static void
add_path(struct parse *p, const char *word, const char *path, char **copy)
{
	char what[16];

	snprintf(what, sizeof(what), "--%s", word);
	add(p, what, "%s %s", word, path);
	free(*copy);
	*copy = strdup(path);
	if (*copy == NULL)
		vu_die("out of memory");
}

/* ---- options -------------------------------------------------------------------------------- */

static int
log_level(const char *name)
{
	static const char *const names[] = {"err", "warning", "notice", "info", "debug"};
	int i;

	for (i = 0; i < 5; i++)
		if (strcmp(names[i], name) == 0)
			return LOG_ERR + i;
	vu_die("--log=%s: err, warning, notice, info or debug", name);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;

	switch (key) {
	case OPT_SOCKET:
		if (p->args->sockets == SETUP_PORTS_MAX)
			vu_die("--socket: at most %u", SETUP_PORTS_MAX);
		p->args->socket[p->args->sockets] = strdup(arg);
		if (p->args->socket[p->args->sockets++] == NULL)
			vu_die("out of memory");
		return 0;
	case OPT_PORT:
		add_port(p, arg);
		return 0;
	case OPT_CTL:
		add_path(p, "ctl", arg, &p->args->ctl);
		return 0;
	case OPT_REPORT:
		add_path(p, "report", arg, &p->args->report);
		return 0;
	case OPT_LOG:
		add(p, "--log", "log %d", log_level(arg));
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument '%s'", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void
vu_args_parse(struct vu_args *args, int argc, char **argv)
{
	static const struct argp argp = {options, parse_option, NULL, doc, NULL, help_filter, NULL};
	struct parse p = {.args = args};
	char err[512];

	memset(args, 0, sizeof(*args));
	setup_init(&p.setup);
	p.out = open_memstream(&args->lines, &args->lines_len);
	if (p.out == NULL)
		vu_die("out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, &p);
	if (args->sockets == 0)
		vu_die("no --socket given, try --help");
	if (p.setup.ports > args->sockets)
		vu_die("%u times --port, but only %u times --socket", p.setup.ports, args->sockets);
	while (p.setup.ports < args->sockets)
		add_port(&p, "wire=loopback");
	if (setup_check(&p.setup, err, sizeof(err)) != 0)
		vu_die("%s", err);
	setup_fini(&p.setup);
	if (fclose(p.out) != 0)
		vu_die("out of memory");
}

void
vu_args_free(struct vu_args *args)
{
	unsigned int i;

	for (i = 0; i < args->sockets; i++)
		free(args->socket[i]);
	free(args->ctl);
	free(args->report);
	free(args->lines);
	memset(args, 0, sizeof(*args));
}
