/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "placement.h"
#include "report.h"
#include "run.h"
#include "run_args.h"
#include "run_command.h"
#include "run_die.h"
#include "run_dir.h"
#include "run_env.h"

static struct run run;

/* ---- the command ---------------------------------------------------------------------- */

static void
become_command(pid_t parent, const sigset_t *mask)
{
	/* The command ends when softena-run is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(RUN_FAILED);
	sigprocmask(SIG_SETMASK, mask, NULL);
	run_env_set(&run);
	execvp(run.command[0], run.command);
	fprintf(stderr, "softena-run: cannot run %s: %s\n", run.command[0], strerror(errno));
	_exit(errno == ENOENT ? RUN_NOT_FOUND : RUN_NOT_RUN);
}

static int
status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/**
 * Pass signals on until the command ends. A signal of the terminal reaches the command anyway, as
 * it goes to the whole process group: only signals that a process has sent are passed on.
 */
static int
wait_for_command(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(signals, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD) {
			if (info.si_code <= 0)
				kill(child, info.si_signo);
			continue;
		}
		if (waitpid(child, &status, WNOHANG) == child && !WIFSTOPPED(status))
			return status_of(status);
	}
}

static void
wanted_signals(sigset_t *set)
{
	static const int list[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT,
		SIGALRM, SIGWINCH, SIGCHLD};
	unsigned int i;

	sigemptyset(set);
	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		sigaddset(set, list[i]);
}

/* ---- report ------------------------------------------------------------------------ */

/**
 * Write the report, and a message if no port was opened.
 * @return the exit status: that of the command, or RUN_FAILED if the command succeeded but the
 *         report could not be written
 */
static int
finish(const struct report *report, int status)
{
	unsigned int i;
	char path[512];
	int rc;

	for (i = 0; i < run.setup.ports; i++) {
		snprintf(path, sizeof(path), SETUP_LOCK, run.dir, i);
		if (access(path, F_OK) == 0)
			break;
	}
	/* No message after a command that failed: it has printed its own. */
	if (i == run.setup.ports && (status == 0 || report->path != NULL))
		fprintf(stderr, "softena-run: no port was opened%s\n",
			report->path != NULL ? ": there is no report" : "");
	if (report->path == NULL)
		return status;
	rc = report_end(report, run.dir);
	if (rc == -ENODATA && i < run.setup.ports)
		fprintf(stderr, "softena-run: no report: the command was ended before the first "
				"statistics\n");
	if (rc == 0 || rc == -ENODATA)
		return status;
	fprintf(stderr, "softena-run: cannot write the report %s: %s\n", report->path,
		strerror(-rc));
	return status != 0 ? status : RUN_FAILED;
}

/** The device thread gets the CPUs of this process; those of the ports' NUMA node if all have the
 * same. */
static void
default_cpus(struct setup *setup)
{
	int node = setup->ports != 0 ? setup->port[0].numa : -1;
	unsigned int i;

	if (sched_getaffinity(0, sizeof(setup->cpus), &setup->cpus) != 0)
		return;
	setup->cpus_set = true;
	for (i = 1; i < setup->ports; i++)
		if (setup->port[i].numa != node)
			return;
	placement_cpus(&setup->cpus, node);
}

/** Called at every exit(), also that of run_die(). */
static void
clean_up(void)
{
	run_dir_clean(&run);
}

int
main(int argc, char **argv)
{
	struct report report = {0};
	sigset_t signals, mask;
	pid_t self, child;
	int status, rc;

	run_parse(&run, argc, argv);
	run_command_check(run.command);
	if (run.setup.report != NULL) {
		rc = report_begin(&report, run.setup.report);
		if (rc != 0)
			run_die("--report: cannot write %s: %s", run.setup.report, strerror(-rc));
	}
	if (!run.setup.cpus_set)
		default_cpus(&run.setup);
	if (atexit(clean_up) != 0)
		run_die("out of memory");
	run_dir_make(&run);
	if (run.setup.ctl == NULL && asprintf(&run.setup.ctl, SETUP_CTL, run.dir) < 0)
		run_die("out of memory");
	run_dir_fill(&run);
	if (run.verbose)
		fprintf(stderr, "softena-run: run directory %s, control socket %s\n", run.dir,
			run.setup.ctl);

	wanted_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &mask);
	self = getpid();
	child = fork();
	if (child < 0)
		run_die("cannot start a process: %s", strerror(errno));
	if (child == 0)
		become_command(self, &mask);
	status = wait_for_command(child, &signals);
	return finish(&report, status);
}
