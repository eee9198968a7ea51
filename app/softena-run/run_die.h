/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The end of softena-run after a failure of its own.
 */
#ifndef SOFTENA_RUN_RUN_DIE_H
#define SOFTENA_RUN_RUN_DIE_H

/** Exit statuses of softena-run itself; all others are those of the command. */
#define RUN_FAILED    125
#define RUN_NOT_RUN   126
#define RUN_NOT_FOUND 127

/** "softena-run: message", and exit status RUN_FAILED. */
void run_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif /* SOFTENA_RUN_RUN_DIE_H */
