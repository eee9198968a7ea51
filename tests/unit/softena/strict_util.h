/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which kinds of defects strict mode has reported, for the tests of it. Include cmocka first.
 */
#ifndef STRICT_UTIL_H
#define STRICT_UTIL_H

#include <stdio.h>
#include <string.h>

#include <softena.h>

#define STRICT_KINDS_MAX 128u

/** Reports of each kind at some moment. */
struct strict_counts {
	uint64_t n[STRICT_KINDS_MAX];
};

static inline void
strict_now(struct softena *dev, struct strict_counts *c)
{
	struct softena_defect defect;

	memset(c, 0, sizeof(*c));
	for (unsigned int i = 0; i < STRICT_KINDS_MAX && softena_defect_get(dev, i, &defect); i++)
		c->n[i] = defect.count;
}

/** Fails unless exactly the kinds in @p want (separated by blanks) came since @p before. */
static inline void
strict_assert(struct softena *dev, const struct strict_counts *before, const char *want)
{
	char got[1024] = "";
	struct softena_defect defect;

	for (unsigned int i = 0; softena_defect_get(dev, i, &defect); i++) {
		size_t at = strlen(got);

		assert_true(i < STRICT_KINDS_MAX);
		if (defect.count != before->n[i])
			snprintf(got + at, sizeof(got) - at, "%s%s", at != 0 ? " " : "",
				defect.kind);
	}
	assert_string_equal(got, want);
}

/**
 * Run @p fn as a test for each of @p n cases of @p size bytes. A case begins with the name of
 * its test; the state of the test is the case.
 * @return number of failed tests
 */
static inline int
strict_run_cases(CMUnitTestFunction fn, const void *cases, size_t n, size_t size)
{
	struct CMUnitTest each[n];

	for (size_t i = 0; i < n; i++) {
		const uint8_t *one = (const uint8_t *)cases + i * size;

		each[i] = (struct CMUnitTest){
			.test_func = fn, .initial_state = (void *)(uintptr_t)one};
		memcpy(&each[i].name, one, sizeof(each[i].name));
	}
	return cmocka_run_group_tests_name("reported", each, NULL, NULL);
}
#define STRICT_RUN(fn, cases) \
	strict_run_cases(fn, cases, sizeof(cases) / sizeof((cases)[0]), sizeof((cases)[0]))

#endif /* STRICT_UTIL_H */
