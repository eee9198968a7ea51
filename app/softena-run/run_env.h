/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The environment of the command.
 */
#ifndef SOFTENA_RUN_RUN_ENV_H
#define SOFTENA_RUN_RUN_ENV_H

#include "run.h"

/** LD_PRELOAD, SYSFS_PCI_DEVICES and SOFTENA_* for the command. */
void run_env_set(const struct run *run);

#endif /* SOFTENA_RUN_RUN_ENV_H */
