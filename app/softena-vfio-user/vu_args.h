/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The command line of softena-vfio-user.
 */
#ifndef SOFTENA_VFIO_USER_ARGS_H
#define SOFTENA_VFIO_USER_ARGS_H

#include "setup_lines.h"

struct vu_args {
	char *socket[SETUP_PORTS_MAX];
	unsigned int sockets;
	struct setup setup;
	struct setup_lines lines; /* of the setup file */
};

/** Parse the command line; ends the process on --help, --version and mistakes. */
void vu_args_parse(struct vu_args *args, int argc, char **argv);
void vu_args_free(struct vu_args *args);

/** "softena-vfio-user: message", and exit status 1. */
void vu_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif /* SOFTENA_VFIO_USER_ARGS_H */
