/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <argp.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "help.h"
#include "run.h"
#include "softena_wire.h"

#define FIRST_SLOT 5u /* 0000:00:05.0 */

enum {
	OPT_PORT = 'p',
	OPT_VERBOSE = 'v',
	OPT_CTL = 0x100,
	OPT_DIR,
	OPT_REPORT,
	OPT_CPU,
	OPT_LOG,
	OPT_PROFILES,
	OPT_STEP,
};

const char *argp_program_version = "softena-run " SOFTENA_VERSION;
error_t argp_err_exit_status = 125;

static const struct argp_option options[] = {
	{"port", OPT_PORT, "KEY=VALUE,...", 0, "Add a port, see below (default: wire=loopback)", 0},
	{"ctl", OPT_CTL, "PATH", 0,
		"Control socket for softena-ctl (default: in the run directory)", 0},
	{"dir", OPT_DIR, "DIR", 0, "Run directory, kept at the end (default: a new one)", 0},
	{"report", OPT_REPORT, "FILE", 0, "Write the statistics of all ports there as JSON", 0},
	{"cpu", OPT_CPU, "LIST", 0,
		"CPUs of the device thread, as 0-1,3 (default: those of softena-run)", 0},
	{"log", OPT_LOG, "LEVEL", 0, "err, warning, notice, info or debug (default: warning)", 0},
	{"step", OPT_STEP, NULL, 0,
		"Move packets only when COMMAND asks for it, in its own thread (softena_step.h)",
		0},
	{"verbose", OPT_VERBOSE, NULL, 0, "Say what is done, and where the run directory is", 0},
	{"list-profiles", OPT_PROFILES, NULL, 0, "List the keys and profiles of a port", 0},
	{0},
};

static const char doc[] =
	"Run COMMAND with software ENA ports behind a vfio-pci that exists for it alone.\v"
	"A port is described by KEY=VALUE pairs, separated by commas:\n"
	"  addr=0000:00:05.0  PCI address (default: 0000:00:05.0, 0000:00:06.0, ...)\n"
	"  numa=N             NUMA node in sysfs; BARs and device thread are placed\n"
	"                     there if this machine has it (default: -1, none)\n"
	"  wire=SPEC          what the port is connected to; the last key: it takes the\n"
	"                     rest of the argument, commas included\n"
	"  and the keys of the device:\n";

static char *
help_filter(int key, const char *text, void *input)
{
	char *all;
	size_t len;
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
	fputs("\nExamples:\n"
	      "  softena-run -- dpdk-testpmd --no-huge -m 512 -d librte_net_ena_pmd.so \\\n"
	      "      -- -i --total-num-mbufs=16384\n"
	      "  softena-run --port wire=link:a --port wire=link:a -- dpdk-testpmd \\\n"
	      "      --no-huge -m 512 -d librte_net_ena_pmd.so -- -i --total-num-mbufs=16384\n"
	      "  sudo softena-run --port wire=tap:ena0,up,addr=192.0.2.1/24 -- \\\n"
	      "      dpdk-testpmd --no-huge -m 512 -- -i --total-num-mbufs=16384\n"
	      "A plug-in that is not installed is found by LD_LIBRARY_PATH. Without -d, DPDK's\n"
	      "own driver net_ena serves the ports, unless this plug-in is installed, too.\n"
	      "\nThe exit status is that of COMMAND, or 125: softena-run failed, or could not\n"
	      "write the report of a command that ended with 0; 126: COMMAND cannot be run;\n"
	      "127: it was not found.\n",
		out);
	return fclose(out) == 0 ? all : (char *)(uintptr_t)text;
}

/* ---- ports ------------------------------------------------------------------------------ */

static void
add_line(struct run *run, FILE *out, const char *word, const char *value)
{
	char line[1024], err[512];

	if ((size_t)snprintf(line, sizeof(line), "%s %s", word, value) >= sizeof(line))
		run_die("--port: '%.40s...' is too long", value);
	if (setup_line(&run->setup, line, err, sizeof(err)) != 0)
		run_die("--port: %s", err);
	fprintf(out, "%s\n", line);
}

/** The first slot that no port has yet. */
static void
free_addr(const struct run *run, char addr[SETUP_ADDR_LEN])
{
	unsigned int slot, i;

	for (slot = FIRST_SLOT; slot < 32; slot++) {
		snprintf(addr, SETUP_ADDR_LEN, "0000:00:%02x.0", slot & 0x1f);
		for (i = 0; i < run->setup.ports; i++)
			if (strcmp(run->setup.port[i].addr, addr) == 0)
				break;
		if (i == run->setup.ports)
			return;
	}
}

static void
port_item(struct run *run, FILE *out, char *item)
{
	char *value = strchr(item, '='), pair[600];

	if (value == NULL || value == item || value[1] == '\0')
		run_die("--port: '%s' is not KEY=VALUE", item);
	*value++ = '\0';
	if (strcmp(item, "numa") == 0) {
		add_line(run, out, item, value);
		return;
	}
	if ((size_t)snprintf(pair, sizeof(pair), "%s %s", item, value) >= sizeof(pair))
		run_die("--port: %s= is too long", item);
	add_line(run, out, "set", pair);
}

/** Whether @p item is the pair of @p key. */
static bool
is_key(const char *item, const char *key)
{
	size_t len = strlen(key);

	return strncmp(item, key, len) == 0 && item[len] == '=';
}

/** Value of @p key among comma-separated pairs, up to the next comma; NULL if not there. */
static char *
value_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text != NULL; text = strchr(text, ',') != NULL ? strchr(text, ',') + 1 : NULL)
		if (is_key(text, key))
			return strndup(text + len + 1, strcspn(text + len + 1, ","));
	return NULL;
}

static void
add_port(struct run *run, FILE *out, const char *arg)
{
	char addr[SETUP_ADDR_LEN], *text = strdup(arg), *given, *item, *save = NULL;
	unsigned int addrs = 0, profiles = 0;
	char *wire = text;

	if (text == NULL)
		run_die("out of memory");
	/* "wire=" at the start of an item ends the list. */
	while (wire != NULL && strncmp(wire, "wire=", 5) != 0) {
		wire = strchr(wire, ',');
		if (wire != NULL)
			wire++;
	}
	if (wire == text)
		text = NULL;
	else if (wire != NULL)
		wire[-1] = '\0';
	if (wire != NULL && wire[5] == '\0')
		run_die("--port: wire= needs a value");
	free_addr(run, addr);
	given = value_of(text, "addr");
	if (given != NULL && given[0] == '\0')
		run_die("--port: addr= needs a value, a PCI address as 0000:00:05.0");
	add_line(run, out, "port", given != NULL ? given : addr);
	free(given);
	/* A profile sets many keys: first, so that the others refine it. */
	given = value_of(text, "profile");
	if (given != NULL) {
		char pair[128];

		snprintf(pair, sizeof(pair), "profile %s", given);
		add_line(run, out, "set", pair);
	}
	free(given);
	for (item = text != NULL ? strtok_r(text, ",", &save) : NULL; item != NULL;
		item = strtok_r(NULL, ",", &save)) {
		/* The first of each is taken already. */
		if (is_key(item, "addr")) {
			if (addrs++ > 0)
				run_die("--port: addr= is given twice");
		} else if (!is_key(item, "profile") || profiles++ > 0) {
			port_item(run, out, item);
		}
	}
	add_line(run, out, "wire", wire != NULL ? wire + 5 : "loopback");
	free(text != NULL ? text : wire);
}

/* ---- options ------------------------------------------------------------------------------ */

static int
log_level(const char *name)
{
	static const char *const names[] = {
		"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
	int i;

	for (i = LOG_ERR; i <= LOG_DEBUG; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	run_die("--log=%s: err, warning, notice, info or debug", name);
}

static char *
absolute(const char *path)
{
	char *cwd, *full;

	if (path[0] == '/')
		full = strdup(path);
	else if ((cwd = getcwd(NULL, 0)) == NULL || asprintf(&full, "%s/%s", cwd, path) < 0)
		full = NULL;
	else
		free(cwd);
	if (full == NULL)
		run_die("%s: cannot make this path absolute", path);
	return full;
}

/**
 * The CPUs of --cpu have to be there and allowed for us (cpuset), or the device thread would
 * quietly run on those of the thread that made it. Only the kernel knows: it is asked for each.
 */
static void
check_cpus(const cpu_set_t *cpus)
{
	cpu_set_t before, one;
	int cpu, bad = -1;

	if (sched_getaffinity(0, sizeof(before), &before) != 0)
		return;
	for (cpu = 0; bad < 0 && cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, cpus) || CPU_ISSET(cpu, &before))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (sched_setaffinity(0, sizeof(one), &one) != 0 && errno == EINVAL)
			bad = cpu;
	}
	sched_setaffinity(0, sizeof(before), &before);
	if (bad >= 0)
		run_die("--cpu: CPU %d is not there or not allowed for this process; see "
			"Cpus_allowed_list in /proc/self/status",
			bad);
}

struct parse {
	struct run *run;
	FILE *out;
};

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct run *run = p->run;

	switch (key) {
	case OPT_PORT:
		add_port(run, p->out, arg);
		return 0;
	case OPT_CTL:
		run->setup.ctl = absolute(arg);
		return 0;
	case OPT_DIR:
		run->dir = absolute(arg);
		return 0;
	case OPT_REPORT:
		run->setup.report = absolute(arg);
		return 0;
	case OPT_CPU:
		if (setup_parse_cpus(arg, &run->setup.cpus) != 0)
			run_die("--cpu=%s: not a list of CPUs as 0-1,3", arg);
		check_cpus(&run->setup.cpus);
		run->setup.cpus_set = true;
		return 0;
	case OPT_LOG:
		run->setup.log_level = log_level(arg);
		return 0;
	case OPT_VERBOSE:
		run->verbose = true;
		return 0;
	case OPT_STEP:
		run->setup.step = true;
		return 0;
	case OPT_PROFILES:
		help_columns(stdout, softena_config_help());
		fputs("\nValues of the profiles, and how certain they are:\n", stdout);
		help_columns(stdout, softena_profile_help());
		exit(0);
	case ARGP_KEY_ARG:
		run->command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command to run");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void
run_parse(struct run *run, int argc, char **argv)
{
	static const struct argp argp = {
		options, parse_option, "-- COMMAND [ARGS...]", doc, NULL, help_filter, NULL};
	struct parse p = {.run = run};
	char err[512];

	setup_init(&run->setup);
	p.out = open_memstream(&run->lines, &run->lines_len);
	if (p.out == NULL)
		run_die("out of memory");
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &p);
	if (run->setup.ports == 0)
		add_port(run, p.out, "wire=loopback");
	if (fclose(p.out) != 0)
		run_die("out of memory");
	if (setup_check(&run->setup, err, sizeof(err)) != 0)
		run_die("%s", err);
	if (run->verbose && run->setup.log_level < LOG_INFO)
		run->setup.log_level = LOG_INFO;
}
