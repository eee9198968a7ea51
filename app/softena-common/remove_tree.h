/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Removing a run directory.
 */
#ifndef SOFTENA_COMMON_REMOVE_TREE_H
#define SOFTENA_COMMON_REMOVE_TREE_H

/** Remove a directory and all in it; links are not followed. What cannot be removed stays. */
void remove_tree(const char *dir);

#endif /* SOFTENA_COMMON_REMOVE_TREE_H */
