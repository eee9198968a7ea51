/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * NUMA placement: the memory and the thread of a software device are on the node that the port
 * reports (numa=N), as those of a real adapter.
 */
#ifndef SOFTENA_RUN_PLACEMENT_H
#define SOFTENA_RUN_PLACEMENT_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

/** True if this machine has NUMA node @p node. -1 is not a node. */
bool placement_node_exists(int node);

/**
 * Take the pages of a mapping from node @p node if it has free ones. Only pages that were not
 * accessed yet are affected.
 * @param at page-aligned
 * @return 0, -ENODEV without such a node, or another negative errno
 */
int placement_memory(void *at, size_t len, int node);

/**
 * Leave only those of @p cpus that belong to node @p node; all of them stay if none does.
 * @return true if @p cpus was narrowed to the node
 */
bool placement_cpus(cpu_set_t *cpus, int node);

#endif /* SOFTENA_RUN_PLACEMENT_H */
