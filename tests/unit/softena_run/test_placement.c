/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * NUMA placement of the device's memory and thread (placement.h), on the nodes of this machine.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numa.h>
#include <numaif.h>

#include <cmocka.h>

#include "placement.h"

#define PAGES 8u

/** A node with memory and a CPU that this program may use; skips the test if there is none. */
static int
usable_node(void)
{
	int node;

	if (numa_available() < 0)
		skip();
	node = numa_node_of_cpu(sched_getcpu());
	if (!placement_node_exists(node))
		skip();
	return node;
}

static void
memory_comes_from_the_node(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
	int node = usable_node(), mode = -1, rc, where;
	char *at =
		mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(at, MAP_FAILED);
	rc = placement_memory(at, PAGES * page, node);
	if (rc == -EPERM || rc == -ENOSYS) {
		print_message("memory policies are not allowed here\n");
		munmap(at, PAGES * page);
		skip();
	}
	assert_int_equal(rc, 0);
	for (i = 0; i < PAGES; i++) {
		at[i * page] = 1;
		assert_int_equal(get_mempolicy(&mode, NULL, 0, at + i * page, MPOL_F_ADDR), 0);
		assert_int_equal(mode, MPOL_PREFERRED);
		assert_int_equal(
			get_mempolicy(&where, NULL, 0, at + i * page, MPOL_F_NODE | MPOL_F_ADDR),
			0);
		assert_int_equal(where, node);
	}
	munmap(at, PAGES * page);
}

static void
a_node_that_the_machine_lacks_is_refused(void **state)
{
	cpu_set_t cpus, before;
	char byte;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	cpus = before;
	assert_false(placement_node_exists(-1));
	assert_false(placement_node_exists(1 << 20));
	assert_int_equal(placement_memory(&byte, 1, -1), -ENODEV);
	assert_int_equal(placement_memory(&byte, 1, 1 << 20), -ENODEV);
	assert_false(placement_cpus(&cpus, -1));
	assert_false(placement_cpus(&cpus, 1 << 20));
	assert_true(CPU_EQUAL(&cpus, &before));
}

static void
cpus_are_narrowed_to_those_of_the_node(void **state)
{
	int node = usable_node(), cpu;
	struct bitmask *of_node = numa_allocate_cpumask();
	cpu_set_t cpus;

	(void)state;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		CPU_SET(cpu, &cpus);
	assert_true(placement_cpus(&cpus, node));
	assert_int_equal(numa_node_to_cpus(node, of_node), 0);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		assert_int_equal(CPU_ISSET(cpu, &cpus) != 0,
			(unsigned int)cpu < of_node->size &&
				numa_bitmask_isbitset(of_node, (unsigned int)cpu) != 0);
	numa_bitmask_free(of_node);
}

static void
cpus_stay_if_none_is_of_the_node(void **state)
{
	int node = usable_node();
	cpu_set_t cpus, none;

	(void)state;
	CPU_ZERO(&none);
	cpus = none;
	assert_false(placement_cpus(&cpus, node));
	assert_true(CPU_EQUAL(&cpus, &none));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_comes_from_the_node),
		cmocka_unit_test(a_node_that_the_machine_lacks_is_refused),
		cmocka_unit_test(cpus_are_narrowed_to_those_of_the_node),
		cmocka_unit_test(cpus_stay_if_none_is_of_the_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
