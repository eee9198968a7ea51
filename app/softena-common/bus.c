/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "bus.h"

struct bus bus;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint waiting; /* threads in bus_lock() */
static _Thread_local bool locked_here;

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

void
bus_lock_last(void)
{
	/* Without this the device thread would take the lock back at once. */
	while (atomic_load(&waiting) != 0)
		sched_yield();
	pthread_mutex_lock(&lock);
	locked_here = true;
}

void
bus_lock_forked(void)
{
	pthread_mutex_init(&lock, NULL);
	atomic_store(&waiting, 0);
	locked_here = false;
}
