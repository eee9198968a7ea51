/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The run directory: the setup file, the BARs, and what the command sees as vfio and sysfs.
 */
#ifndef SOFTENA_RUN_RUN_DIR_H
#define SOFTENA_RUN_RUN_DIR_H

#include "run.h"

/** Make or check the run directory. Ends the process with a message on failure. */
void run_dir_make(struct run *run);

/** Setup file, BAR files, and the tree that stands for /dev/vfio and sysfs. */
void run_dir_fill(const struct run *run);

/** Remove the directory, unless the user gave it. */
void run_dir_clean(const struct run *run);

#endif /* SOFTENA_RUN_RUN_DIR_H */
