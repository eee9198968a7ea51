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
#include "port_args.h"
#include "run_args.h"
#include "run_die.h"

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
error_t argp_err_exit_status = RUN_FAILED;

static const struct argp_option options[] = {
	{"port", OPT_PORT, "KEY=VALUE,...", 0, "Add a port, see below (default: wire=loopback)", 0},
	{"ctl", OPT_CTL, "PATH", 0,
		"Control socket for softena-ctl (default: in the run directory)", 0},
	{"dir", OPT_DIR, "DIR", 0, "Run directory, kept at the end (default: a new one)", 0},
	{"report", OPT_REPORT, "FILE", 0, "Write the statistics of all ports to FILE as JSON", 0},
	{"cpu", OPT_CPU, "LIST", 0,
		"CPUs of the device thread, for example 0-1,3 (default: those of softena-run)", 0},
	{"log", OPT_LOG, "LEVEL", 0, "err, warning, notice, info or debug (default: warning)", 0},
	{"step", OPT_STEP, NULL, 0,
		"Move packets only when COMMAND calls a function of softena_step.h", 0},
	{"verbose", OPT_VERBOSE, NULL, 0, "Print progress, and where the run directory is", 0},
	{"list-profiles", OPT_PROFILES, NULL, 0, "List the keys and profiles of a port", 0},
	{0},
};

static const char doc[] =
	"Run COMMAND with software ENA ports, which only COMMAND sees, as devices of vfio-pci.\v"
	"A port is described by KEY=VALUE pairs, separated by commas:\n"
	"  addr=0000:00:05.0  PCI address (default: 0000:00:05.0, 0000:00:06.0, ...)\n"
	"  numa=N             NUMA node in sysfs; BARs and device thread are placed\n"
	"                     there if this machine has it (default: -1, none)\n"
	"  wire=SPEC          what the port is connected to; the last key: it takes the\n"
	"                     rest of the argument, commas included\n"
	"  and the keys of the device:\n";

static const char examples[] =
	"\nExamples:\n"
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
	"127: it was not found.\n";

static char *
help_filter(int key, const char *text, void *input)
{
	(void)input;
	return help_after_doc(key, text, examples);
}

/* ---- options ------------------------------------------------------------------------------ */

static void
add_port(struct run *run, const char *text)
{
	/* 0000:00:05.0: a machine's own devices have the lower device numbers. */
	static const struct port_args args = {.first_device = 5, .located = true};
	char err[512];

	if (port_args_add(&args, &run->lines, text, err, sizeof(err)) != 0)
		run_die("--port: %s", err);
}

static int
log_level(const char *name)
{
	int level = setup_parse_log_level(name);

	if (level < 0)
		run_die("--log=%s: " SETUP_LOG_LEVELS, name);
	return level;
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
 * The CPUs of --cpu have to exist and be allowed for this process (cpuset). Otherwise the device
 * thread would run on the CPUs of its creator, without a message. Each CPU is tried, since only
 * the kernel knows.
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

static error_t
parse_option(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case OPT_PORT:
		add_port(run, arg);
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
			run_die("--cpu=%s: not a list of CPUs, for example 0-1,3", arg);
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
	char err[512];

	if (setup_lines_begin(&run->lines, &run->setup) != 0)
		run_die("out of memory");
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, run);
	if (run->setup.ports == 0)
		add_port(run, "wire=loopback");
	if (setup_lines_end(&run->lines) != 0)
		run_die("out of memory");
	if (setup_check(&run->setup, err, sizeof(err)) != 0)
		run_die("%s", err);
	if (run->verbose && run->setup.log_level < LOG_INFO)
		run->setup.log_level = LOG_INFO;
}
