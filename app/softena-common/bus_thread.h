/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Threads of ours in a process that belongs to a program.
 */
#ifndef SOFTENA_COMMON_BUS_THREAD_H
#define SOFTENA_COMMON_BUS_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/**
 * A thread on the CPUs of the setup, with all signals blocked that it does not cause itself.
 * @return 0 or negative errno
 */
int bus_thread_create(pthread_t *id, void *(*fn)(void *));

/** Wait a few seconds for the end of a thread. @return false if it did not end */
bool bus_thread_join(pthread_t id);

#endif /* SOFTENA_COMMON_BUS_THREAD_H */
