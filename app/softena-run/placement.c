/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <numa.h>
#include <numaif.h>

#include "placement.h"

bool
placement_node_exists(int node)
{
	return node >= 0 && numa_available() >= 0 && node <= numa_max_node() &&
	       numa_bitmask_isbitset(numa_all_nodes_ptr, (unsigned int)node) != 0;
}

int
placement_memory(void *at, size_t len, int node)
{
	struct bitmask *nodes;
	int rc;

	if (!placement_node_exists(node))
		return -ENODEV;
	nodes = numa_allocate_nodemask();
	numa_bitmask_setbit(nodes, (unsigned int)node);
	/* Preferred, not bound: if the node has no free memory, another one is used. */
	rc = mbind(at, len, MPOL_PREFERRED, nodes->maskp, nodes->size + 1, 0) == 0 ? 0 : -errno;
	numa_bitmask_free(nodes);
	return rc;
}

bool
placement_cpus(cpu_set_t *cpus, int node)
{
	struct bitmask *of_node;
	cpu_set_t both;
	unsigned int i;

	if (!placement_node_exists(node))
		return false;
	of_node = numa_allocate_cpumask();
	CPU_ZERO(&both);
	if (numa_node_to_cpus(node, of_node) == 0)
		for (i = 0; i < CPU_SETSIZE && i < of_node->size; i++)
			if (numa_bitmask_isbitset(of_node, i) != 0 && CPU_ISSET(i, cpus))
				CPU_SET(i, &both);
	numa_bitmask_free(of_node);
	if (CPU_COUNT(&both) == 0)
		return false;
	*cpus = both;
	return true;
}
