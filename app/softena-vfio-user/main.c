/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * softena-vfio-user: software ENA ports for virtual machines. One thread runs the devices
 * (bus_run.c), one each talks with the client of a port, and this one waits for
 * the signal that ends the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bus.h"
#include "bus_run.h"
#include "remove_tree.h"
#include "report.h"
#include "socket_path.h"
#include "vu_args.h"
#include "vu_device.h"
#include "vu_dma.h"
#include "vu_server.h"

/** The run directory: the bus reads its setup there, and keeps a copy of the report. */
static void
make_dir(char *dir, const struct vu_args *args)
{
	char path[128];
	FILE *out;

	if (mkdtemp(dir) == NULL)
		vu_die("cannot make %s: %s", dir, strerror(errno));
	snprintf(path, sizeof(path), SETUP_FILE, dir);
	out = fopen(path, "we");
	if (out == NULL || fwrite(args->lines.text, 1, args->lines.len, out) != args->lines.len ||
		fclose(out) != 0)
		vu_die("cannot write %s: %s", path, strerror(errno));
}

/** Mappings that the kernel allows a process. */
static unsigned int
max_map_count(void)
{
	FILE *in = fopen("/proc/sys/vm/max_map_count", "re");
	unsigned int n;

	if (in == NULL || fscanf(in, "%u", &n) != 1)
		n = 65530; /* the default of the kernel */
	if (in != NULL)
		fclose(in);
	return n;
}

static int
start(const struct vu_args *args, struct vu_server **servers)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < args->sockets && rc == 0; i++) {
		bus_lock();
		rc = vu_device_power_on(&bus.port[i]);
		bus_unlock();
	}
	/* All ports first: a link needs both of its ends. */
	for (i = 0; i < args->sockets && rc == 0; i++)
		rc = vu_server_start(&bus.port[i], args->socket[i], &servers[i]);
	return rc;
}

/** SIGUSR1 and SIGUSR2 let the devices sleep and wake up; other signals end the server. */
static void
wait_for_end(const sigset_t *wait)
{
	int sig;

	while (sigwait(wait, &sig) == 0 && (sig == SIGUSR1 || sig == SIGUSR2))
		vu_device_sleep(sig == SIGUSR1);
}

/** Refuse paths at which the report or the control socket cannot be created, before anything runs.
 */
static void
check_paths(const struct vu_args *args, struct report *report)
{
	int rc = args->setup.ctl != NULL ? socket_path_check(args->setup.ctl) : 0;

	if (rc != 0)
		vu_die("--ctl=%s: %s", args->setup.ctl, socket_path_error(rc));
	if (args->setup.report != NULL)
		rc = report_begin(report, args->setup.report);
	if (rc != 0)
		vu_die("--report: cannot write %s: %s", args->setup.report, strerror(-rc));
}

/** @return @p rc, or that of the report */
static int
finish_report(const struct report *report, const char *dir, int rc)
{
	int err = report->path != NULL ? report_end(report, dir) : 0;

	/* If the devices could not be started, a message was printed already. */
	if (err != 0 && rc == 0)
		fprintf(stderr, "softena-vfio-user: cannot write the report %s: %s\n", report->path,
			strerror(-err));
	return rc != 0 ? rc : err;
}

int
main(int argc, char **argv)
{
	struct vu_server *servers[SETUP_PORTS_MAX] = {NULL};
	struct report report = {0};
	char dir[] = "/tmp/softena-vfio-user-XXXXXX";
	struct vu_args args;
	unsigned int i;
	bool stopped = true;
	sigset_t wait;
	int rc;

	vu_args_parse(&args, argc, argv);
	check_paths(&args, &report);
	/* Before the first thread is created, so that all threads inherit the mask. */
	sigemptyset(&wait);
	sigaddset(&wait, SIGINT);
	sigaddset(&wait, SIGTERM);
	sigaddset(&wait, SIGHUP);
	sigaddset(&wait, SIGUSR1);
	sigaddset(&wait, SIGUSR2);
	sigprocmask(SIG_BLOCK, &wait, NULL);
	signal(SIGPIPE, SIG_IGN);
	vu_dma_guard();
	vu_dma_limit(max_map_count(), args.sockets);

	make_dir(dir, &args);
	rc = vu_device_init(dir);
	if (rc == 0)
		rc = start(&args, servers);
	if (rc == 0) {
		puts("ready");
		fflush(stdout);
		wait_for_end(&wait);
	}
	for (i = 0; i < args.sockets; i++)
		stopped = vu_server_stop(servers[i]) && stopped;
	/* A thread that hangs holds the bus lock: no report can be written, and others do not end.
	 */
	if (bus_shutdown() != 0 || !stopped)
		rc = -ETIMEDOUT;
	rc = finish_report(&report, dir, rc);
	remove_tree(dir);
	vu_args_free(&args);
	return rc == 0 ? 0 : 1;
}
