/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * Part of each unit test program: the environment variable ENA_TEST_FILTER is the name of the only
 * test to run, or a pattern with * and ? for several.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void
filter_tests(void)
{
	const char *only = getenv("ENA_TEST_FILTER");

	if (only != NULL && only[0] != '\0')
		cmocka_set_test_filter(only);
}
