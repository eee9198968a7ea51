/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The JSON parser of softena-ctl (ctl_json.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl_json.h"

static void
members_and_lists_are_found(void **state)
{
	struct json *v = json_parse(" {\"ok\" : true, \"n\":18446744073709551615,\n"
				    "\"s\":\"a\\\"b\\\\c\\u0009d\",\"l\":[ 1, {\"x\":[]} ,{}]} ");
	const struct json *list;

	(void)state;
	assert_non_null(v);
	assert_true(json_is_true(v, "ok"));
	assert_false(json_is_true(v, "n"));
	assert_string_equal(json_text(v, "n", "?"), "18446744073709551615");
	assert_string_equal(json_text(v, "s", "?"), "a\"b\\c\td");
	assert_string_equal(json_text(v, "none", "?"), "?");
	list = json_get(v, "l");
	assert_non_null(list);
	assert_string_equal(list->first->text, "1");
	assert_non_null(json_get(list->first->next, "x"));
	assert_null(list->first->next->next->next);
	assert_null(json_get(list, "x"));
	assert_null(json_get(NULL, "x"));
	json_free(v);
}

static void
what_is_no_json_is_refused(void **state)
{
	static const char *const bad[] = {"", " ", "{", "[", "[1", "[1,", "{\"a\"",
		"{\"a\":", "{\"a\":1", "{\"a\":1,", "{a:1}", "{\"a\" 1}", "\"abc", "\"a\\",
		"\"a\\u12", "\"\\q\"", "1 2", "{} x", "[[[[[[[[[[[[]]]]]]]]]]]]", "]", ","};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (json_parse(bad[i]) != NULL)
			fail_msg("accepted: %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_and_lists_are_found),
		cmocka_unit_test(what_is_no_json_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
