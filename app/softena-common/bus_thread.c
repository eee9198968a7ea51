/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "bus.h"
#include "bus_thread.h"

#define STOP_WAIT_S 3

int
bus_thread_create(pthread_t *id, void *(*fn)(void *))
{
	pthread_attr_t attr;
	sigset_t all, before;
	int rc;

	pthread_attr_init(&attr);
	/* A thread inherits the CPUs of its creator, which may be an EAL thread with a single one.
	 */
	if (bus.setup.cpus_set)
		pthread_attr_setaffinity_np(&attr, sizeof(bus.setup.cpus), &bus.setup.cpus);
	/* The program handles signals in its own threads. Signals that a thread causes itself stay
	 * unblocked: if they were blocked, they would end the process without its handler. */
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

bool
bus_thread_join(pthread_t id)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_WAIT_S;
	return pthread_timedjoin_np(id, NULL, &until) == 0;
}
