/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * One control call per port at a time.
 *
 * ethdev does not allow that two threads configure a port at the same time. If an application does
 * so, its calls run one after the other. Callbacks of the application run in the EAL interrupt
 * thread. A call from there does not wait for another call, because the other thread may wait for
 * the interrupt thread: it fails with -EBUSY. Calls that cannot fail wait for a limited time.
 *
 * Statistics, link state and burst functions take no lock.
 */
#include <errno.h>

#include <rte_interrupts.h>

#include "ena_pmd.h"

/** A call from the interrupt thread that cannot fail waits this long at most. */
#define BUSY_WAIT_US 5000000u

int
ena_control_init(struct ena_adapter *a)
{
	return -pthread_mutex_init(&a->control, NULL);
}

bool
ena_control_try(struct ena_adapter *a)
{
	return pthread_mutex_trylock(&a->control) == 0;
}

int
ena_control_begin(struct ena_adapter *a)
{
	if (!rte_thread_is_intr()) {
		pthread_mutex_lock(&a->control);
		return 0;
	}
	if (ena_control_try(a))
		return 0;
	ENA_LOG(WARNING, "port %u: a call from an event callback meets another call on the port",
		a->data->port_id);
	return -EBUSY;
}

int
ena_control_wait(struct ena_adapter *a)
{
	uint64_t end = ena_now_us() + BUSY_WAIT_US;

	if (!rte_thread_is_intr())
		return ena_control_begin(a);
	while (!ena_control_try(a)) {
		if (ena_now_us() >= end)
			return -EBUSY;
		rte_delay_us_sleep(100);
	}
	return 0;
}

void
ena_control_end(struct ena_adapter *a)
{
	pthread_mutex_unlock(&a->control);
}
