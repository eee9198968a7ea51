/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The commands of the control socket: each is one line of words, answered by one line of JSON.
 */
#ifndef SOFTENA_COMMON_CTL_COMMANDS_H
#define SOFTENA_COMMON_CTL_COMMANDS_H

#include <stdio.h>

/** Execute a command, whose text is changed, and write its answer. Takes the bus lock. */
void ctl_execute(FILE *out, char *line);

#endif /* SOFTENA_COMMON_CTL_COMMANDS_H */
