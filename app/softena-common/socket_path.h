/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What stands where a Unix socket is to be made.
 */
#ifndef SOFTENA_COMMON_SOCKET_PATH_H
#define SOFTENA_COMMON_SOCKET_PATH_H

#include <sys/un.h>

/**
 * Remove a socket that nobody listens at any more, of a program that was killed. Nothing else
 * is touched: the path may be a file of the user, or the socket of a program that lives.
 *
 * @return 0 if bind() may try; -EEXIST: a file that is no socket, -EADDRINUSE: a socket that
 *         somebody listens at, or another negative errno
 */
int socket_path_clear(const struct sockaddr_un *addr);

/**
 * Whether a server can listen at @p path: tried, as nothing else tells. What stood in the way
 * and may go is removed, see above; nothing stays there.
 *
 * @return as above; -ENAMETOOLONG if no address of a socket holds the path
 */
int socket_path_check(const char *path);

/** What such an error means to the user, to be put behind the path. */
const char *socket_path_error(int rc);

#endif /* SOFTENA_COMMON_SOCKET_PATH_H */
