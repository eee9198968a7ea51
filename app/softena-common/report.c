/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "setup.h"

bool
report_replaces(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/** Whether a file can be created beside the report: the bus writes it and then renames it. */
static int
try_beside(const char *path)
{
	struct stat st;
	char *tmp;
	int fd, rc = 0;
	bool there;

	if (asprintf(&tmp, "%s.new", path) < 0)
		return -ENOMEM;
	there = lstat(tmp, &st) == 0;
	fd = open(tmp, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
	if (fd < 0)
		rc = -errno;
	else
		close(fd);
	if (fd >= 0 && !there)
		unlink(tmp);
	free(tmp);
	return rc;
}

int
report_begin(struct report *report, const char *path)
{
	report->path = path;
	report->existed = stat(path, &report->before) == 0;
	/* The path becomes one line of the setup file. */
	if (strchr(path, '\n') != NULL || path[0] == '\0')
		return -EINVAL;
	if (path[strlen(path) - 1] == '/')
		return -EISDIR;
	if (!report->existed)
		return try_beside(path);
	if (S_ISDIR(report->before.st_mode))
		return -EISDIR;
	/* A socket (/dev/stdout may be one) cannot be opened by its name. */
	if (S_ISSOCK(report->before.st_mode))
		return -ENXIO;
	return access(path, W_OK) == 0 ? 0 : -errno;
}

/** Open the report. If it is also our standard output or error, the report is appended. */
static FILE *
open_report(const char *path)
{
	struct stat report, own;
	bool append = false;
	int fd;

	for (fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		append |= stat(path, &report) == 0 && fstat(fd, &own) == 0 &&
			  report.st_dev == own.st_dev && report.st_ino == own.st_ino;
	return fopen(path, append ? "ae" : "we");
}

/** @return 0 or a negative errno, of the first call that failed */
static int
copy(FILE *in, const char *path)
{
	FILE *out = open_report(path);
	char buf[65536];
	int rc = 0;
	size_t n;

	if (out == NULL)
		return -errno;
	errno = 0;
	while (rc == 0 && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		if (fwrite(buf, 1, n, out) != n)
			rc = errno != 0 ? -errno : -EIO;
	if (fclose(out) != 0 && rc == 0)
		rc = -errno;
	return rc;
}

int
report_end(const struct report *report, const char *dir)
{
	char path[512];
	struct stat now;
	FILE *in;
	int rc;

	if (report_replaces(report->path) && stat(report->path, &now) == 0 &&
		(!report->existed || now.st_ino != report->before.st_ino ||
			now.st_mtim.tv_nsec != report->before.st_mtim.tv_nsec))
		return 0;
	snprintf(path, sizeof(path), SETUP_SNAPSHOT, dir);
	in = fopen(path, "re");
	if (in == NULL)
		return errno == ENOENT ? -ENODATA : -errno;
	rc = copy(in, report->path);
	fclose(in);
	return rc;
}
