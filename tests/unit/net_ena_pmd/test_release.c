/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which versions of DPDK a build of the plug-in works in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ena_logs.h"
#include "ena_release.h"

int ena_logtype_init;

#define FINAL(y, m, n)                     \
	{                                  \
		y, m, n, ENA_RELEASE_FINAL \
	}
#define CANDIDATE(y, m, n, c) \
	{                     \
		y, m, n, c    \
	}

struct pair {
	struct ena_release a, b;
};

/** Nobody is nearer to it than the other, so both ways. */
static void
assert_fit(const struct pair *p, bool fits)
{
	assert_int_equal(ena_release_fits(&p->a, &p->b), fits);
	assert_int_equal(ena_release_fits(&p->b, &p->a), fits);
	assert_true(ena_release_fits(&p->a, &p->a));
	assert_true(ena_release_fits(&p->b, &p->b));
}

static void
stable_updates_of_one_release_fit_each_other(void **state)
{
	static const struct pair pairs[] = {
		{FINAL(22, 11, 0), FINAL(22, 11, 11)},
		{FINAL(25, 11, 2), FINAL(25, 11, 4)},
		{FINAL(24, 11, 5), CANDIDATE(24, 11, 6, 1)},
		{CANDIDATE(24, 11, 4, 1), CANDIDATE(24, 11, 5, 2)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_fit(&pairs[i], true);
}

static void
releases_do_not_fit_each_other_also_with_one_soname(void **state)
{
	static const struct pair pairs[] = {
		{FINAL(25, 11, 2), FINAL(26, 7, 0)},
		{FINAL(25, 11, 0), FINAL(26, 3, 0)},
		{FINAL(26, 3, 0), FINAL(26, 7, 0)},
		{FINAL(22, 11, 11), FINAL(23, 11, 11)},
		{FINAL(22, 11, 7), FINAL(22, 7, 11)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_fit(&pairs[i], false);
}

static void
a_candidate_of_a_new_release_fits_nothing_but_itself(void **state)
{
	static const struct pair pairs[] = {
		{CANDIDATE(26, 11, 0, 1), CANDIDATE(26, 11, 0, 2)},
		{CANDIDATE(26, 11, 0, 4), FINAL(26, 11, 0)},
		{CANDIDATE(26, 11, 0, 4), FINAL(26, 11, 1)},
		{CANDIDATE(26, 11, 0, 1), CANDIDATE(26, 11, 1, 1)},
		{CANDIDATE(26, 11, 0, 0), FINAL(26, 7, 0)},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_fit(&pairs[i], false);
}

static void
versions_are_written_as_dpdk_does(void **state)
{
	static const struct ena_release update = FINAL(25, 11, 2), july = FINAL(26, 7, 0),
					candidate = CANDIDATE(26, 11, 0, 0);
	char buf[32];

	(void)state;
	assert_string_equal(ena_release_text(&update, buf, sizeof(buf)), "25.11.2");
	assert_string_equal(ena_release_text(&july, buf, sizeof(buf)), "26.07.0");
	assert_string_equal(ena_release_text(&candidate, buf, sizeof(buf)), "26.11.0-rc0");
}

static void
a_build_works_in_the_dpdk_that_it_was_built_for(void **state)
{
	(void)state;
	assert_true(ena_release_check());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stable_updates_of_one_release_fit_each_other),
		cmocka_unit_test(releases_do_not_fit_each_other_also_with_one_soname),
		cmocka_unit_test(a_candidate_of_a_new_release_fits_nothing_but_itself),
		cmocka_unit_test(versions_are_written_as_dpdk_does),
		cmocka_unit_test(a_build_works_in_the_dpdk_that_it_was_built_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
