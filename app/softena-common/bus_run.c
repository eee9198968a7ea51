/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <syslog.h>
#include <time.h>

#include "bus.h"
#include "bus_clock.h"
#include "bus_log.h"
#include "bus_report.h"
#include "bus_run.h"
#include "bus_thread.h"
#include "ctl_server.h"

/* How long an idle device thread polls before it sleeps, and how long it sleeps. */
#define SPIN_NS      UINT64_C(20000)
#define SLEEP_MIN_NS 20000
#define SLEEP_MAX_NS 100000
/* After this long without work a sleep may be longer: a wake-up costs more than a poll. */
#define IDLE_NS       UINT64_C(10000000)
#define SLEEP_IDLE_NS 250000

static const struct port_ops *ops; /* NULL: not initialized */
static bool thread_runs;
static pthread_t thread;
static atomic_bool stopping;

/* ---- device thread --------------------------------------------------------------------- */

static unsigned int
turn(void)
{
	unsigned int i, work = 0;

	for (i = 0; i < bus.setup.ports; i++)
		if (bus.port[i].dev != NULL)
			work += ops->poll(&bus.port[i]);
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
bus_start(void)
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

/* ---- beginning and end ------------------------------------------------------------------- */

/** A child has no threads but a copy of everything: the devices stay the parent's. */
static void
forked(void)
{
	unsigned int i;

	for (i = 0; i < bus.setup.ports; i++)
		port_disown(&bus.port[i]);
	if (ops->forked != NULL)
		ops->forked();
	thread_runs = false;
	ctl_server_forked();
	bus_lock_forked();
}

static int
read_setup(const char *dir)
{
	char path[512], err[512];
	int rc;

	snprintf(path, sizeof(path), SETUP_FILE, dir);
	rc = setup_read(&bus.setup, path, err, sizeof(err));
	if (rc != 0) {
		bus_log_level(LOG_WARNING);
		bus_log(LOG_ERR, "%s", err);
		return rc;
	}
	bus_log_level(bus.setup.log_level);
	bus.dir = dir;
	return 0;
}

int
bus_init(const char *dir, const struct port_ops *front_end)
{
	unsigned int i;
	int rc = 0;

	bus_lock();
	if (ops == NULL) {
		rc = read_setup(dir);
		if (rc == 0) {
			for (i = 0; i < bus.setup.ports; i++)
				port_init(&bus.port[i], i, &bus.setup.port[i], front_end);
			pthread_atfork(NULL, NULL, forked);
			ops = front_end;
		}
	}
	bus_unlock();
	return rc;
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
	bus_report_final();
	bus_lock();
	for (i = 0; i < bus.setup.ports; i++)
		ops->power_off(&bus.port[i]);
	bus_unlock();
	return 0;
}
