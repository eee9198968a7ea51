/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Commands that softena-run refuses.
 */
#ifndef SOFTENA_RUN_RUN_COMMAND_H
#define SOFTENA_RUN_RUN_COMMAND_H

/** Refuse a command that the library cannot be preloaded into. Ends the process then. */
void run_command_check(char **command);

#endif /* SOFTENA_RUN_RUN_COMMAND_H */
