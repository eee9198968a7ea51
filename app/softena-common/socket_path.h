/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The path where a program is going to create a Unix socket.
 */
#ifndef SOFTENA_COMMON_SOCKET_PATH_H
#define SOFTENA_COMMON_SOCKET_PATH_H

#include <sys/un.h>

/**
 * Remove the socket of a program that was killed, at which nobody listens any more. Nothing else
 * is removed: the path may be a file of the user, or the socket of a program that runs.
 *
 * @return 0 if bind() may try; -EEXIST: a file that is no socket, -EADDRINUSE: a socket that
 *         somebody listens at, or another negative errno
 */
int socket_path_clear(const struct sockaddr_un *addr);

/**
 * Whether a server can listen at @p path. This is found out by creating a socket there, which is
 * removed again. A socket that nobody listens at is removed, see socket_path_clear().
 *
 * @return as above; -ENAMETOOLONG if no address of a socket holds the path
 */
int socket_path_check(const char *path);

/** The meaning of such an error for the user, to be printed after the path. */
const char *socket_path_error(int rc);

#endif /* SOFTENA_COMMON_SOCKET_PATH_H */
