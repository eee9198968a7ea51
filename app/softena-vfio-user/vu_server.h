/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The protocol of one port: a listening socket, and one client after the other.
 */
#ifndef SOFTENA_VFIO_USER_SERVER_H
#define SOFTENA_VFIO_USER_SERVER_H

#include "port.h"

struct vu_server;

/**
 * Listen at @p path and serve @p port from a thread of its own. The socket file of a server that
 * does not run any more is replaced; that of a running server is not.
 * @return 0 or negative errno after a message
 */
int vu_server_start(struct port *port, const char *path, struct vu_server **server);

/**
 * Disconnect the client, end the thread and remove the socket. NULL is allowed.
 * @return false after a message: the thread hangs, and its memory stays
 */
bool vu_server_stop(struct vu_server *server);

/**
 * Serve one connection until it ends, and detach the client's memory and interrupts.
 * @param stop_fd readable: end at once
 */
void vu_serve(struct port *port, int sock, int stop_fd);

#endif /* SOFTENA_VFIO_USER_SERVER_H */
