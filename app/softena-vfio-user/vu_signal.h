/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Signals for event fds of a client, from a thread that must not wait.
 */
#ifndef SOFTENA_VFIO_USER_SIGNAL_H
#define SOFTENA_VFIO_USER_SIGNAL_H

#include <stdbool.h>

/**
 * Get ready to signal; idempotent. Bus lock held.
 * @return false after a message: without asynchronous I/O a client can make vu_signal() wait
 */
bool vu_signal_init(void);

/** Add 1 to the counter of an event fd, without waiting; -1: do nothing. Bus lock held. */
void vu_signal(int fd);

#endif /* SOFTENA_VFIO_USER_SIGNAL_H */
