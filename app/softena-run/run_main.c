/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "placement.h"
#include "run.h"

#define STATUS_FAILED    125
#define STATUS_NOT_RUN   126
#define STATUS_NOT_FOUND 127

static struct run run;

void
run_die(const char *fmt, ...)
{
	va_list ap;

	fputs("softena-run: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (run.dir_made)
		run_dir_clean(&run);
	exit(STATUS_FAILED);
}

/* ---- the command ---------------------------------------------------------------------- */

static void
become_command(pid_t parent, const sigset_t *mask)
{
	/* Not left alone when softena-run is killed. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_FAILED);
	sigprocmask(SIG_SETMASK, mask, NULL);
	run_env_set(&run);
	execvp(run.command[0], run.command);
	fprintf(stderr, "softena-run: cannot run %s: %s\n", run.command[0], strerror(errno));
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
}

static int
status_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/**
 * Pass signals on until the command ends. From a terminal a signal reaches the whole
 * process group, the command too: it is passed on only if a process sent it.
 */
static int
attend(pid_t child, const sigset_t *signals)
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

/* ---- the report ------------------------------------------------------------------------ */

/** Open the report; one that is our own output goes on behind what was printed there. */
static FILE *
open_report(void)
{
	struct stat report, own;
	bool append = false;
	int fd;

	for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		append |= stat(run.setup.report, &report) == 0 && fstat(fd, &own) == 0 &&
			  report.st_dev == own.st_dev && report.st_ino == own.st_ino;
	return fopen(run.setup.report, append ? "ae" : "we");
}

/**
 * The last snapshot, if the process that ran the devices did not write the report itself:
 * it was killed before, or the report goes into something that may not be replaced.
 */
static void
finish_report(bool existed, const struct stat *before)
{
	char path[512], buf[65536];
	struct stat now;
	FILE *in, *out;
	size_t n;

	if (setup_report_replaces(run.setup.report) && stat(run.setup.report, &now) == 0 &&
		(!existed || now.st_ino != before->st_ino ||
			now.st_mtim.tv_nsec != before->st_mtim.tv_nsec))
		return;
	snprintf(path, sizeof(path), SETUP_SNAPSHOT, run.dir);
	in = fopen(path, "re");
	if (in == NULL) {
		fprintf(stderr, "softena-run: no report: no port was opened, or the command was "
				"ended before the first statistics\n");
		return;
	}
	out = open_report();
	if (out != NULL) {
		while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
			fwrite(buf, 1, n, out);
		if (fclose(out) != 0)
			out = NULL;
	}
	if (out == NULL)
		fprintf(stderr, "softena-run: cannot write %s: %s\n", run.setup.report,
			strerror(errno));
	fclose(in);
}

/** The device thread may run where this program may, on the ports' NUMA node if they agree. */
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

int
main(int argc, char **argv)
{
	struct stat before = {0};
	sigset_t signals, mask;
	bool existed = false;
	pid_t self, child;
	int status;

	run_parse(&run, argc, argv);
	if (!run.setup.cpus_set)
		default_cpus(&run.setup);
	run_dir_make(&run);
	if (run.setup.ctl == NULL && asprintf(&run.setup.ctl, SETUP_CTL, run.dir) < 0)
		run_die("out of memory");
	run_dir_fill(&run);
	if (run.setup.report != NULL)
		existed = stat(run.setup.report, &before) == 0;
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
	status = attend(child, &signals);
	if (run.setup.report != NULL)
		finish_report(existed, &before);
	run_dir_clean(&run);
	return status;
}
