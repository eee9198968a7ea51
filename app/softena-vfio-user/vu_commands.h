/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The commands that a client sends.
 */
#ifndef SOFTENA_VFIO_USER_COMMANDS_H
#define SOFTENA_VFIO_USER_COMMANDS_H

#include "port.h"
#include "vu_msg.h"

/** A connection. */
struct vu_conn {
	struct port *port;
	bool versioned; /* VERSION was agreed on */
};

/**
 * Execute a command.
 * @param rep body and descriptor of the reply; empty at first
 * @return 0 or negative errno; the reply then has only the error
 */
int vu_command(struct vu_conn *conn, struct vu_msg *msg, struct vu_reply *rep);

#endif /* SOFTENA_VFIO_USER_COMMANDS_H */
