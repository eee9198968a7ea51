/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The command line of softena-run.
 */
#ifndef SOFTENA_RUN_RUN_ARGS_H
#define SOFTENA_RUN_RUN_ARGS_H

#include "run.h"

/** Parse the command line; ends the process on --help, --version and mistakes. */
void run_parse(struct run *run, int argc, char **argv);

#endif /* SOFTENA_RUN_RUN_ARGS_H */
