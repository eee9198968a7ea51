/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "bus.h"
#include "bus_port.h"
#include "vfio_priv.h"

/* How long an idle device thread looks on before it sleeps, and how long it sleeps. */
#define SPIN_NS      UINT64_C(20000)
#define SLEEP_MIN_NS 20000
#define SLEEP_MAX_NS 100000
/* After this long without work a sleep may be longer: a wake-up costs more than a look. */
#define IDLE_NS       UINT64_C(10000000)
#define SLEEP_IDLE_NS 250000
#define STOP_WAIT_S   3

struct bus bus;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint waiting; /* threads in bus_lock() */
static _Thread_local bool locked_here;

static bool initialized;
static bool thread_runs;
static pthread_t thread;
static atomic_bool stopping;

/* ---- lock ------------------------------------------------------------------------- */

void
bus_lock(void)
{
	atomic_fetch_add(&waiting, 1);
	pthread_mutex_lock(&lock);
	atomic_fetch_sub(&waiting, 1);
	locked_here = true;
}

void
bus_unlock(void)
{
	locked_here = false;
	pthread_mutex_unlock(&lock);
}

bool
bus_locked_here(void)
{
	return locked_here;
}

/** For the device thread: everyone else first, else it would take the lock back at once. */
static void
bus_lock_last(void)
{
	while (atomic_load(&waiting) != 0)
		sched_yield();
	pthread_mutex_lock(&lock);
	locked_here = true;
}

/* ---- messages ------------------------------------------------------------------------ */

void
bus_log(int level, const char *fmt, ...)
{
	char text[SOFTENA_DEFECT_TEXT + 128];
	va_list ap;
	int n;

	if (level > bus.setup.log_level)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	/* One write, so that lines of several threads do not mix. */
	dprintf(STDERR_FILENO, "softena: %s\n", text);
}

/* ---- device thread --------------------------------------------------------------------- */

uint64_t
bus_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

static unsigned int
turn(void)
{
	unsigned int i, work = 0;

	for (i = 0; i < bus.setup.ports; i++)
		if (bus.port[i].dev != NULL)
			work += port_turn(&bus.port[i]);
	return work;
}

static void *
device_thread(void *arg)
{
	struct timespec pause = {0, SLEEP_MIN_NS};
	uint64_t busy_ns = bus_now_ns();

	(void)arg;
	pthread_setname_np(pthread_self(), "softena");
	/* The default slack of 50 us would more than double the shortest sleep. */
	prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
	while (!atomic_load(&stopping)) {
		uint64_t idle_ns;
		unsigned int work;

		bus_lock_last();
		work = turn();
		bus_unlock();
		if (work > 0) {
			busy_ns = bus_now_ns();
			pause.tv_nsec = SLEEP_MIN_NS;
			continue;
		}
		idle_ns = bus_now_ns() - busy_ns;
		if (idle_ns <= SPIN_NS)
			continue;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		if (idle_ns > IDLE_NS)
			pause.tv_nsec = SLEEP_IDLE_NS;
		else if (pause.tv_nsec < SLEEP_MAX_NS)
			pause.tv_nsec += SLEEP_MIN_NS;
	}
	return NULL;
}

int
bus_thread_create(pthread_t *id, void *(*fn)(void *))
{
	pthread_attr_t attr;
	sigset_t all, before;
	int rc;

	pthread_attr_init(&attr);
	/* A thread would inherit the one CPU of the EAL thread that made it. */
	if (bus.setup.cpus_set)
		pthread_attr_setaffinity_np(&attr, sizeof(bus.setup.cpus), &bus.setup.cpus);
	/* Signals are the program's, except those that a thread causes itself: blocked, they
	 * would end the process without its handler. */
	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(id, &attr, fn, NULL);
	if (rc == EINVAL)
		rc = pthread_create(id, NULL, fn, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return -rc;
}

int
bus_thread_start(void)
{
	int rc;

	if (thread_runs)
		return 0;
	atomic_store(&stopping, false);
	rc = bus_thread_create(&thread, device_thread);
	if (rc != 0) {
		bus_log(LOG_ERR, "cannot start the device thread: %s", strerror(-rc));
		return rc;
	}
	thread_runs = true;
	ctl_server_start();
	return 0;
}

bool
bus_thread_join(pthread_t id)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	return pthread_timedjoin_np(id, NULL, &until) == 0;
}

/* ---- life -------------------------------------------------------------------------------- */

/** A child has no threads but a copy of everything: the devices stay the parent's. */
static void
forked(void)
{
	unsigned int i;

	for (i = 0; i < bus.setup.ports; i++)
		port_disown(&bus.port[i]);
	vfio_forked();
	thread_runs = false;
	ctl_server_forget();
	pthread_mutex_init(&lock, NULL);
	atomic_store(&waiting, 0);
	locked_here = false;
}

int
bus_init(const char *dir)
{
	char path[512], err[512];
	unsigned int i;
	int rc = 0;

	bus_lock();
	if (!initialized) {
		snprintf(path, sizeof(path), SETUP_FILE, dir);
		rc = setup_read(&bus.setup, path, err, sizeof(err));
		if (rc != 0) {
			bus.setup.log_level = LOG_WARNING;
			bus_log(LOG_ERR, "%s", err);
		} else {
			bus.dir = dir;
			for (i = 0; i < bus.setup.ports; i++)
				port_init(&bus.port[i], i);
			pthread_atfork(NULL, NULL, forked);
			initialized = true;
		}
	}
	bus_unlock();
	return rc;
}

/** Write all statistics to @p path, by way of a file beside it. */
static void
write_report(const char *path)
{
	size_t len = 0;
	char *text = NULL, *tmp = NULL;
	FILE *out;
	bool ok;

	bus_lock();
	ok = bus_json(&text, &len);
	bus_unlock();
	if (!ok || asprintf(&tmp, "%s.new", path) < 0) {
		free(text);
		return;
	}
	out = fopen(tmp, "we");
	ok = out != NULL && fwrite(text, 1, len, out) == len && fputc('\n', out) != EOF;
	if (out != NULL)
		ok = fclose(out) == 0 && ok;
	if (!ok || rename(tmp, path) != 0)
		bus_log(LOG_ERR, "cannot write the report %s: %s", path, strerror(errno));
	free(tmp);
	free(text);
}

void
bus_snapshot(void)
{
	char path[512];

	if (bus.setup.report == NULL)
		return;
	snprintf(path, sizeof(path), SETUP_SNAPSHOT, bus.dir);
	write_report(path);
}

int
bus_shutdown(void)
{
	unsigned int i;

	if (!thread_runs)
		return 0;
	ctl_server_stop();
	atomic_store(&stopping, true);
	/* A device thread that hangs must not hang the program's exit. */
	if (!bus_thread_join(thread)) {
		bus_log(LOG_ERR, "the device thread does not end: there is no report");
		return -ETIMEDOUT;
	}
	thread_runs = false;
	/* What must stay as it is gets the snapshot, from softena-run at the end. */
	if (bus.setup.report != NULL && setup_report_replaces(bus.setup.report))
		write_report(bus.setup.report);
	bus_snapshot();
	bus_lock();
	for (i = 0; i < bus.setup.ports; i++)
		port_power_off(&bus.port[i]);
	bus_unlock();
	return 0;
}
