/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "port_args.h"
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
		"Describe the port of the --socket at the same position (default: wire=loopback)",
		0},
	{"ctl", OPT_CTL, "PATH", 0, "Control socket for softena-ctl (default: none)", 0},
	{"report", OPT_REPORT, "FILE", 0, "Write the statistics of all ports to FILE as JSON", 0},
	{"log", OPT_LOG, "LEVEL", 0, "err, warning, notice, info or debug (default: warning)", 0},
	{0},
};

static const char doc[] =
	"Serve software ENA ports to virtual machines over the vfio-user protocol.\v"
	"The n-th --port describes the port at the n-th --socket: KEY=VALUE pairs,\n"
	"separated by commas. wire=SPEC comes last and takes the rest of the argument,\n"
	"commas included. A profile is applied first, wherever it stands. Keys:\n";

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

static const char examples[] =
	"\nExample: a port whose other side is the TAP interface ena0, and the machine\n"
	"for it:\n"
	"  softena-vfio-user --socket /run/ena0.sock --port wire=tap:ena0\n"
	"  qemu-system-x86_64 -machine q35,memory-backend=m \\\n"
	"    -object memory-backend-memfd,id=m,size=1G,share=on -m 1G ... \\\n"
	"    -device '{\"driver\":\"vfio-user-pci\",\n"
	"              \"socket\":{\"type\":\"unix\",\"path\":\"/run/ena0.sock\"}}'\n"
	"When a client disconnects, the device is reset as after power-on, and the next\n"
	"client can connect. A client can map up to 1 TiB of memory.\n"
	"SIGTERM or SIGINT ends the server. SIGUSR1 puts the devices to sleep: they\n"
	"answer register accesses and do nothing else, as if their firmware hung;\n"
	"SIGUSR2 wakes them.\n";

static char *
help_filter(int key, const char *text, void *input)
{
	(void)input;
	return help_after_doc(key, text, examples);
}

/* ---- options -------------------------------------------------------------------------------- */

static void
add_port(struct vu_args *args, const char *text)
{
	static const struct port_args keys = {.first_device = 0, .located = false};
	char err[512];

	if (port_args_add(&keys, &args->lines, text, err, sizeof(err)) != 0)
		vu_die("--port: %s", err);
}

/** A line of the setup for an option. */
static void
add_option(struct vu_args *args, const char *word, const char *value)
{
	char err[512];

	if (setup_lines_add(&args->lines, err, sizeof(err), "%s %s", word, value) != 0)
		vu_die("--%s: %s", word, err);
}

static void
add_log_level(struct vu_args *args, const char *name)
{
	char level[16];

	snprintf(level, sizeof(level), "%d", setup_parse_log_level(name));
	if (level[0] == '-')
		vu_die("--log=%s: " SETUP_LOG_LEVELS, name);
	add_option(args, "log", level);
}

static void
add_socket(struct vu_args *args, const char *path)
{
	if (args->sockets == SETUP_PORTS_MAX)
		vu_die("--socket: at most %u", SETUP_PORTS_MAX);
	args->socket[args->sockets] = strdup(path);
	if (args->socket[args->sockets++] == NULL)
		vu_die("out of memory");
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct vu_args *args = state->input;

	switch (key) {
	case OPT_SOCKET:
		add_socket(args, arg);
		return 0;
	case OPT_PORT:
		add_port(args, arg);
		return 0;
	case OPT_CTL:
		add_option(args, "ctl", arg);
		return 0;
	case OPT_REPORT:
		add_option(args, "report", arg);
		return 0;
	case OPT_LOG:
		add_log_level(args, arg);
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
	char err[512];

	memset(args, 0, sizeof(*args));
	if (setup_lines_begin(&args->lines, &args->setup) != 0)
		vu_die("out of memory");
	argp_parse(&argp, argc, argv, 0, NULL, args);
	if (args->sockets == 0)
		vu_die("no --socket given, try --help");
	if (args->setup.ports > args->sockets)
		vu_die("%u times --port, but only %u times --socket", args->setup.ports,
			args->sockets);
	while (args->setup.ports < args->sockets)
		add_port(args, "wire=loopback");
	if (setup_check(&args->setup, err, sizeof(err)) != 0)
		vu_die("%s", err);
	if (setup_lines_end(&args->lines) != 0)
		vu_die("out of memory");
}

void
vu_args_free(struct vu_args *args)
{
	unsigned int i;

	for (i = 0; i < args->sockets; i++)
		free(args->socket[i]);
	free(args->lines.text);
	setup_fini(&args->setup);
	memset(args, 0, sizeof(*args));
}
