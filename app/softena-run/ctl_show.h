/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Answers of the control server as tables, on standard output.
 */
#ifndef SOFTENA_RUN_CTL_SHOW_H
#define SOFTENA_RUN_CTL_SHOW_H

#include "ctl_json.h"

void show_ports(const struct json *answer);
void show_stats(const struct json *answer);
void show_queues(const struct json *answer);
void show_defects(const struct json *answer);
void show_faults(const struct json *answer);

#endif /* SOFTENA_RUN_CTL_SHOW_H */
