/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The columns of --help (help.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "help.h"

static char *
columns(const char *lines)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	help_columns(out, lines);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
a_name_its_values_and_their_meaning_are_in_columns(void **state)
{
	char *text = columns("mtu\t68 to 9216\tlargest packet\nname\ttext\n");

	(void)state;
	assert_string_equal(text, "  mtu                   68 to 9216: largest packet\n"
				  "  name                  text\n");
	free(text);
}

static void
a_long_name_has_a_line_of_its_own(void **state)
{
	char *text = columns("a-name-that-is-too-long-here\ttext\n");

	(void)state;
	assert_string_equal(text, "  a-name-that-is-too-long-here\n"
				  "                        text\n");
	free(text);
}

static void
no_line_of_the_real_help_is_longer_than_argp_leaves_it(void **state)
{
	char *text = NULL, *line, *save = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(out);
	help_ports(out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "\nWires:\n"));
	for (line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
		if (strlen(line) > 79)
			fail_msg("too long: %s", line);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_its_values_and_their_meaning_are_in_columns),
		cmocka_unit_test(a_long_name_has_a_line_of_its_own),
		cmocka_unit_test(no_line_of_the_real_help_is_longer_than_argp_leaves_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
