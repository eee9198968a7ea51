/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * A library to preload: lets EAL take the files of an ordinary memory file system for hugepages,
 * so that processes can share memory without privilege and without hugepages. EAL learns of
 * mounts and pages from a few files; those are looked up below the directory in
 * ENA_FAKE_HUGEPAGES instead, which the test has filled (lib/multi.py). DPDK 26.07 and later also
 * ask the file system of --huge-dir for its type and page size.
 */
/* fopen() and statfs() have to be functions of their own, not other names for those of 64 bits. */
#undef _FILE_OFFSET_BITS

#include <dirent.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#define PAGE_SIZE (2 << 20) /* of the only pool that the test describes */
#define SYSFS     "/sys/kernel/mm/hugepages"
#define NODES     "/sys/devices/system/node/node"

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

/** The mount point is in the file of mounts, which has one line. */
static bool
is_mount(const char *path)
{
	const char *dir = getenv("ENA_FAKE_HUGEPAGES");
	FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
	char name[512], mount[512] = "";
	FILE *f;

	if (dir == NULL)
		return false;
	snprintf(name, sizeof(name), "%s/mounts", dir);
	f = next(name, "r");
	if (f == NULL)
		return false;
	if (fscanf(f, "%*s %511s", mount) != 1)
		mount[0] = '\0';
	fclose(f);
	return strcmp(path, mount) == 0;
}

static void
pretend(const char *path, __fsword_t *type, __fsword_t *page_size)
{
	if (!is_mount(path))
		return;
	*type = HUGETLBFS_MAGIC;
	*page_size = PAGE_SIZE;
}

int
statfs(const char *path, struct statfs *buf)
{
	int (*next)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
	int rc = next(path, buf);

	if (rc == 0)
		pretend(path, &buf->f_type, &buf->f_bsize);
	return rc;
}

int
statfs64(const char *path, struct statfs64 *buf)
{
	int (*next)(const char *, struct statfs64 *) = dlsym(RTLD_NEXT, "statfs64");
	int rc = next(path, buf);

	if (rc == 0)
		pretend(path, &buf->f_type, &buf->f_bsize);
	return rc;
}
