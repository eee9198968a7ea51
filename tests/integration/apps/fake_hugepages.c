/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * A library to preload: lets EAL take the files of an ordinary memory file system for hugepages,
 * so that processes can share memory without privilege and without hugepages. EAL learns of
 * mounts and pages from a few files; those are looked up below the directory in
 * ENA_FAKE_HUGEPAGES instead, which the test has filled (lib/multi.py).
 */
/* fopen() has to be a function of its own, not another name for fopen64(). */
#undef _FILE_OFFSET_BITS

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYSFS "/sys/kernel/mm/hugepages"
#define NODES "/sys/devices/system/node/node"

static const char *
instead(const char *path, char *buf, size_t len)
{
	const char *dir = getenv("ENA_FAKE_HUGEPAGES"), *rest;

	if (dir == NULL)
		return path;
	if (strcmp(path, "/proc/mounts") == 0)
		snprintf(buf, len, "%s/mounts", dir);
	else if (strncmp(path, SYSFS, strlen(SYSFS)) == 0)
		snprintf(buf, len, "%s/sys%s", dir, path + strlen(SYSFS));
	else if (strncmp(path, NODES, strlen(NODES)) == 0 &&
		(rest = strstr(path, "/hugepages")) != NULL)
		snprintf(buf, len, "%s/sys%s", dir, rest + strlen("/hugepages"));
	else
		return path;
	return buf;
}

FILE *
fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
	char buf[512];

	return next(instead(path, buf, sizeof(buf)), mode);
}

FILE *
fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

DIR *
opendir(const char *path)
{
	DIR *(*next)(const char *) = dlsym(RTLD_NEXT, "opendir");
	char buf[512];

	return next(instead(path, buf, sizeof(buf)));
}
