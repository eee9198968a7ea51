/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The file of --report (report.h): what is refused before a run, and what is written after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "remove_tree.h"
#include "report.h"
#include "setup.h"

static char dir[] = "/tmp/softena-report-XXXXXX";
static char file[64], link_path[64], snapshot[64];

static int
make_dir(void **state)
{
	(void)state;
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(link_path, sizeof(link_path), "%s/link", dir);
	snprintf(snapshot, sizeof(snapshot), SETUP_SNAPSHOT, dir);
	return 0;
}

static int
remove_dir(void **state)
{
	(void)state;
	remove_tree(dir);
	return access(dir, F_OK) == 0 ? -1 : 0;
}

static void
put(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void
assert_holds(const char *path, const char *text)
{
	FILE *in = fopen(path, "re");
	char got[256] = "";

	assert_non_null(in);
	got[fread(got, 1, sizeof(got) - 1, in)] = '\0';
	assert_int_equal(fclose(in), 0);
	assert_string_equal(got, text);
}

static void
a_report_replaces_files_but_no_devices_and_links(void **state)
{
	(void)state;
	assert_true(report_replaces(file));
	assert_int_equal(close(creat(file, 0600)), 0);
	assert_true(report_replaces(file));
	assert_int_equal(symlink(file, link_path), 0);
	assert_false(report_replaces(link_path));
	assert_false(report_replaces("/dev/null"));
	assert_false(report_replaces("/dev/stdout"));
}

static void
a_path_that_cannot_be_written_is_refused_and_nothing_is_changed(void **state)
{
	struct report r;
	char path[80];

	(void)state;
	assert_int_equal(report_begin(&r, ""), -EINVAL);
	assert_int_equal(report_begin(&r, "two\nlines"), -EINVAL);
	assert_int_equal(report_begin(&r, dir), -EISDIR);
	snprintf(path, sizeof(path), "%s/", file);
	assert_int_equal(report_begin(&r, path), -EISDIR);
	snprintf(path, sizeof(path), "%s/none/file", dir);
	assert_int_equal(report_begin(&r, path), -ENOENT);
	assert_int_equal(report_begin(&r, file), 0);
	assert_int_equal(access(file, F_OK), -1);
	put(file, "old");
	assert_int_equal(report_begin(&r, file), 0);
	assert_holds(file, "old");
}

static void
the_snapshot_becomes_the_report_of_a_process_that_wrote_none(void **state)
{
	struct report r;

	(void)state;
	assert_int_equal(report_begin(&r, file), 0);
	assert_int_equal(report_end(&r, dir), -ENODATA);
	put(snapshot, "{}\n");
	assert_int_equal(report_end(&r, dir), 0);
	assert_holds(file, "{}\n");
	/* One that was written meanwhile stays. */
	unlink(file);
	assert_int_equal(report_begin(&r, file), 0);
	put(file, "of the process");
	assert_int_equal(report_end(&r, dir), 0);
	assert_holds(file, "of the process");
}

static void
a_link_gets_the_snapshot_through_it(void **state)
{
	struct report r;

	(void)state;
	put(file, "old");
	put(snapshot, "new");
	assert_int_equal(symlink(file, link_path), 0);
	assert_int_equal(report_begin(&r, link_path), 0);
	assert_int_equal(report_end(&r, dir), 0);
	assert_holds(file, "new");
	assert_false(report_replaces(link_path));
}

int
main(void)
{
#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, make_dir, remove_dir)
	const struct CMUnitTest tests[] = {
		IN_DIR(a_report_replaces_files_but_no_devices_and_links),
		IN_DIR(a_path_that_cannot_be_written_is_refused_and_nothing_is_changed),
		IN_DIR(the_snapshot_becomes_the_report_of_a_process_that_wrote_none),
		IN_DIR(a_link_gets_the_snapshot_through_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
