/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tests that are run with one burst function after the other, with those that this CPU has.
 */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "bursts.h"

#include "ena_compat.h"

enum placement { HOST, LLQ };

/** A burst function; the type of those for Rx is that of those for Tx. */
struct function {
	const char *name;
	eth_tx_burst_t burst;
	int flag; /**< of the CPU; -1: none is needed */
	/* only for Tx */
	enum placement placement;
	bool vector;
};

/** The one that is under test now. */
static const struct function *tested;

/** A pool that all tests of a program use. */
struct functions_pool {
	const char *name; /**< NULL: there are no more of them */
	struct test_pool *pool;
	void *owner;
};

/** The rest of main(): run @p tests with each of @p functions. @return exit status */
static inline int
functions_run(const struct function *functions, unsigned int n_functions,
	const struct functions_pool *pools, const struct CMUnitTest *tests, size_t n_tests)
{
	const struct functions_pool *p;
	unsigned int i;
	int failed = 0;

	test_eal_init();
	for (p = pools; p->name != NULL; p++)
		test_pool_create(p->pool, p->name, p->owner);
	for (i = 0; i < n_functions; i++) {
		tested = &functions[i];
		if (!test_cpu_has(tested->name, tested->flag))
			continue;
		printf("== %s\n", tested->name);
		fflush(stdout);
		failed += _cmocka_run_group_tests(tested->name, tests, n_tests, NULL, NULL);
	}
	for (p = pools; p->name != NULL; p++)
		rte_mempool_free(p->pool->mp);
	rte_eal_cleanup();
	return failed != 0;
}

#endif /* FUNCTIONS_H */
