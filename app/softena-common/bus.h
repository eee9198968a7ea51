/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The software ENA ports of this process and the lock that orders all work on them.
 *
 * One thread runs the devices of all ports: the machine's CPUs belong to the program, a link
 * between two ports moves a frame within one turn, and one lock orders everything. That lock,
 * the bus lock, is held by the device thread for each turn, by every request of a program or
 * guest that changes something, and by the control server. So a device never works with an
 * address after the call that unmapped it has returned.
 */
#ifndef SOFTENA_COMMON_BUS_H
#define SOFTENA_COMMON_BUS_H

#include "port.h"
#include "setup.h"

struct bus {
	const char *dir; /* run directory */
	struct setup setup;
	struct port port[SETUP_PORTS_MAX];
};

extern struct bus bus;

/**
 * The bus lock. A thread that waits in bus_lock() gets it before the device thread's next
 * turn. Not recursive; bus_locked_here() tells whether this thread holds it.
 */
void bus_lock(void);
void bus_unlock(void);
bool bus_locked_here(void);

/** For the device thread: every other thread that waits gets the lock first. */
void bus_lock_last(void);

/** In a forked child: the lock is free, whoever held it in the parent. */
void bus_lock_forked(void);

#endif /* SOFTENA_COMMON_BUS_H */
