/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * softena-ctl: sends one command to the control socket and prints the answer.
 */
#include <argp.h>
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl_show.h"

#define TIMEOUT_S 10

enum { STATUS_REFUSED = 1, STATUS_USAGE = 2, STATUS_NO_SERVER = 3 };

enum { OPT_CTL = 0x100, OPT_DIR, OPT_JSON };

const char *argp_program_version = "softena-ctl " SOFTENA_VERSION;
error_t argp_err_exit_status = STATUS_USAGE;

static const struct argp_option options[] = {
	{"ctl", OPT_CTL, "PATH", 0, "Control socket", 0},
	{"dir", OPT_DIR, "DIR", 0, "Run directory of softena-run", 0},
	{"json", OPT_JSON, NULL, 0, "Print the answer as JSON", 0},
	{0},
};

static const char doc[] =
	"Show and change the software ENA ports of a running softena-run.\v"
	"Commands (PORT is a number or a PCI address):\n"
	"  ports                    list the ports\n"
	"  stats [PORT]             counters of the device and its wire\n"
	"  queues [PORT]            counters and fill of the queues that exist\n"
	"  defects [PORT]           strict mode: what the driver did wrong, by kind\n"
	"  link PORT up|down        change the carrier\n"
	"  wire PORT start|stop     let frames come in, or hold them back\n"
	"  reset PORT               PCI function-level reset\n"
	"  fault PORT list          faults of the device, and which are armed\n"
	"  fault PORT KIND [queue=N] [count=N] [arg=N] [skip=N]\n"
	"                           inject a fault COUNT times (default 1; 0: until\n"
	"                           cleared), after SKIP occasions without it\n"
	"  fault PORT clear         clear all faults\n"
	"  help                     this text\n\n"
	"Default of the socket: $SOFTENA_CTL, or that of the newest run.\n"
	"Exit status: 0 done; 1 not possible now, for example because the port is off;\n"
	"2 wrong usage: no such command, port, fault or option; 3 no answer.\n";

struct args {
	char *ctl;
	bool json;
	char command[256];
};

static void fail(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

static void
fail(int status, const char *fmt, ...)
{
	va_list ap;

	fputs("softena-ctl: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(status);
}

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;
	size_t at = strlen(args->command);

	switch (key) {
	case OPT_CTL:
		args->ctl = strdup(arg);
		return args->ctl != NULL ? 0 : ENOMEM;
	case OPT_DIR:
		return asprintf(&args->ctl, "%s/ctl", arg) < 0 ? ENOMEM : 0;
	case OPT_JSON:
		args->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (strpbrk(arg, " \t\r\n") != NULL || arg[0] == '\0' ||
			strlen(arg) + 2 >= sizeof(args->command) - at)
			argp_error(state, "not a word of a command: '%.40s'", arg);
		snprintf(args->command + at, sizeof(args->command) - at, "%s%s", at > 0 ? " " : "",
			arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- socket -------------------------------------------------------------------------- */

static void
newest(const char *parent, char **best, struct timespec *when)
{
	char *pattern;
	glob_t found;
	struct stat st;
	size_t i;

	if (parent == NULL || asprintf(&pattern, "%s/softena-*/ctl", parent) < 0)
		return;
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (i = 0; i < found.gl_pathc; i++) {
			if (stat(found.gl_pathv[i], &st) != 0 || !S_ISSOCK(st.st_mode) ||
				st.st_uid != geteuid() || st.st_mtim.tv_sec < when->tv_sec ||
				(st.st_mtim.tv_sec == when->tv_sec &&
					st.st_mtim.tv_nsec < when->tv_nsec))
				continue;
			free(*best);
			*best = strdup(found.gl_pathv[i]);
			*when = st.st_mtim;
		}
		globfree(&found);
	}
	free(pattern);
}

static char *
find_socket(void)
{
	const char *env = getenv("SOFTENA_CTL");
	struct timespec when = {0};
	char *best = NULL, user[64];

	if (env != NULL && env[0] != '\0')
		return strdup(env);
	snprintf(user, sizeof(user), "/run/user/%u", getuid());
	newest(getenv("XDG_RUNTIME_DIR"), &best, &when);
	newest(user, &best, &when);
	newest("/dev/shm", &best, &when);
	newest("/tmp", &best, &when);
	if (best == NULL)
		fail(STATUS_NO_SERVER, "no softena-run with an open port found; name its socket "
				       "with --ctl or its directory with --dir");
	return best;
}

static int
connect_to(const char *path)
{
	const struct timeval limit = {TIMEOUT_S, 0};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof(addr.sun_path))
		fail(STATUS_USAGE, "the path of the socket is too long: %s", path);
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		fail(STATUS_NO_SERVER, "cannot connect to %s: %s%s", path, strerror(errno),
			errno == ENOENT || errno == ECONNREFUSED ?
				" (the program has not opened a port yet, or has ended)" :
				"");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return fd;
}

static char *
ask(const char *path, const char *command)
{
	int fd = connect_to(path);
	FILE *io = fdopen(fd, "r+");
	char *line = NULL;
	size_t room = 0;

	if (io == NULL || fprintf(io, "%s\n", command) < 0 || fflush(io) != 0 ||
		getline(&line, &room, io) <= 0)
		fail(STATUS_NO_SERVER, "no answer from %s", path);
	fclose(io);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {
		options, parse_option, "COMMAND [PORT [ARG...]]", doc, NULL, NULL, NULL};
	struct args args = {0};
	struct json *answer;
	char *line;

	argp_parse(&argp, argc, argv, 0, NULL, &args);
	if (strcmp(args.command, "help") == 0) {
		argp_help(&argp, stdout, ARGP_HELP_STD_HELP, argv[0]);
		return 0;
	}
	line = ask(args.ctl != NULL ? args.ctl : find_socket(), args.command);
	answer = json_parse(line);
	if (answer == NULL)
		fail(STATUS_NO_SERVER, "not an answer of softena: %.60s", line);
	if (args.json)
		puts(line);
	if (!json_is_true(answer, "ok")) {
		if (!args.json)
			fprintf(stderr, "softena-ctl: %s\n", json_text(answer, "error", "refused"));
		return json_is_true(answer, "usage") ? STATUS_USAGE : STATUS_REFUSED;
	}
	if (!args.json) {
		if (strncmp(args.command, "stats", 5) == 0)
			show_stats(answer);
		else if (strncmp(args.command, "queues", 6) == 0)
			show_queues(answer);
		else if (strncmp(args.command, "defects", 7) == 0)
			show_defects(answer);
		else if (strncmp(args.command, "fault", 5) == 0)
			show_faults(answer);
		else
			show_ports(answer);
	}
	json_free(answer);
	free(line);
	return 0;
}
