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
 * @return false after a message: a client can make vu_signal() wait
 */
bool vu_signal_init(void);

/** Count one up in an event fd (-1: do nothing), without waiting for the client. Bus lock held. */
void vu_signal(int fd);

#endif /* SOFTENA_VFIO_USER_SIGNAL_H */
