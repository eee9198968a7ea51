/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The file of --report, for the program that was given the option: whether it can be written,
 * and that it exists at the end. In between the bus writes it (bus_report.c).
 */
#ifndef SOFTENA_COMMON_REPORT_H
#define SOFTENA_COMMON_REPORT_H

#include <stdbool.h>
#include <sys/stat.h>

struct report {
	const char *path;
	bool existed;
	struct stat before;
};

/**
 * Whether a report at @p path takes the place of what is there: of nothing or of an ordinary
 * file. A device, a pipe or a link (/dev/stdout) stays, and is written into.
 */
bool report_replaces(const char *path);

/**
 * Before anything runs: whether a report can be written to @p path. Nothing is changed there.
 * @return 0, or a negative errno
 */
int report_begin(struct report *report, const char *path);

/**
 * When all is over: write the last snapshot in @p dir, if the process that ran the devices did
 * not write the report itself: it was killed before, or the report goes into something that may
 * not be replaced.
 * @return 0, -ENODATA if there was never anything to report, or another negative errno
 */
int report_end(const struct report *report, const char *dir);

#endif /* SOFTENA_COMMON_REPORT_H */
