/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The control socket, which softena-ctl connects to, and its thread.
 */
#ifndef SOFTENA_COMMON_CTL_SERVER_H
#define SOFTENA_COMMON_CTL_SERVER_H

/** Listen at the socket of the setup, if it names one. A failure is reported, not fatal. */
void ctl_server_start(void);

/** End the thread and remove the socket. */
void ctl_server_stop(void);

/** In a forked child: the socket is the parent's. */
void ctl_server_forked(void);

#endif /* SOFTENA_COMMON_CTL_SERVER_H */
