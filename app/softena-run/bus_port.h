/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between the files of the bus: bus.c, bus_port.c, bus_json.c and ctl_server.c.
 */
#ifndef SOFTENA_RUN_BUS_PORT_H
#define SOFTENA_RUN_BUS_PORT_H

#include <pthread.h>

#include "bus.h"

uint64_t bus_now_ns(void);

/** Start the device thread and the control server if they do not run. Bus lock held. */
int bus_thread_start(void);

/**
 * A thread on the CPUs of the setup, with all signals blocked that it does not cause itself.
 * @return 0 or negative errno
 */
int bus_thread_create(pthread_t *id, void *(*fn)(void *));
/** Wait a few seconds for the end of a thread. */
bool bus_thread_join(pthread_t id);

/**
 * Keep the statistics in the run directory, for the case that the program is killed.
 * Takes the bus lock.
 */
void bus_snapshot(void);

void port_init(struct port *port, unsigned int idx);
/** One look at a port by the device thread. @return work done */
unsigned int port_turn(struct port *port);
void port_power_off(struct port *port);
/** In a forked child: the device belongs to the parent. */
void port_disown(struct port *port);

/** In a forked child. */
void ctl_server_forget(void);

#endif /* SOFTENA_RUN_BUS_PORT_H */
