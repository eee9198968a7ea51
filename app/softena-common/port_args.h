/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The option --port of the programs that have ports: KEY=VALUE pairs, separated by commas.
 */
#ifndef SOFTENA_COMMON_PORT_ARGS_H
#define SOFTENA_COMMON_PORT_ARGS_H

#include "setup_lines.h"

/** What a program lets the user choose. */
struct port_args {
	unsigned int first_device; /* PCI device number of the first port without addr= */
	bool located; /* addr= and numa= are keys, too */
};

/**
 * Add the lines of one port. wire= comes last and takes the rest of the text, commas
 * included; without it the wire is a loopback. A profile sets many keys, so it is taken
 * first, wherever it stands, and the other keys refine it.
 * @return 0 or negative errno with @p err set
 */
int port_args_add(const struct port_args *args, struct setup_lines *lines, const char *text,
	char *err, size_t err_len);

#endif /* SOFTENA_COMMON_PORT_ARGS_H */
