/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the command line of softena-run says, and where it runs.
 */
#ifndef SOFTENA_RUN_RUN_H
#define SOFTENA_RUN_RUN_H

#include "setup_lines.h"

/** The ports are also kept as lines for the setup file. */
struct run {
	struct setup setup;
	struct setup_lines lines; /* of the ports */
	char *dir; /* absolute */
	bool dir_made; /* by us: removed at the end */
	bool verbose;
	char **command;
};

#endif /* SOFTENA_RUN_RUN_H */
