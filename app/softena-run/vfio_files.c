/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "bus.h"
#include "vfio_files.h"

#define FDS_MAX 4096

/** By descriptor: kind << 8 | index; 0 if it is none of ours. */
static atomic_ushort fds[FDS_MAX];
static atomic_uint known;

static unsigned short
entry_of(enum vfio_kind kind, unsigned int idx)
{
	return (unsigned short)((unsigned int)kind << 8 | idx);
}

static bool
any_has(unsigned short entry)
{
	int i;

	for (i = 0; i < FDS_MAX; i++)
		if (atomic_load_explicit(&fds[i], memory_order_relaxed) == entry)
			return true;
	return false;
}

void
vfio_files_add(int fd, enum vfio_kind kind, unsigned int idx)
{
	if (fd < 0 || fd >= FDS_MAX)
		return;
	if (atomic_exchange(&fds[fd], entry_of(kind, idx)) == 0)
		atomic_fetch_add(&known, 1);
}

enum vfio_kind
vfio_files_remove(int fd, unsigned int *idx, bool *last)
{
	unsigned short entry = atomic_exchange(&fds[fd], 0);

	*idx = entry & 0xff;
	*last = entry != 0 && !any_has(entry);
	if (entry == 0)
		return VFIO_KIND_NONE;
	atomic_fetch_sub(&known, 1);
	return (enum vfio_kind)(entry >> 8);
}

bool
vfio_files_any(void)
{
	return atomic_load_explicit(&known, memory_order_relaxed) != 0;
}

bool
vfio_files_known(int fd)
{
	return fd >= 0 && fd < FDS_MAX && vfio_files_any() &&
	       atomic_load_explicit(&fds[fd], memory_order_relaxed) != 0;
}

static bool
same_file(const struct stat *st, const char *path)
{
	struct stat other;

	return fstatat(AT_FDCWD, path, &other, 0) == 0 && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

/** A descriptor that came from another process, or was duplicated. */
static enum vfio_kind
identify(const char *dir, int fd, unsigned int *idx)
{
	struct stat st;
	char path[512];

	*idx = 0;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return VFIO_KIND_NONE;
	snprintf(path, sizeof(path), SETUP_ROOT "/dev/vfio/vfio", dir);
	if (same_file(&st, path))
		return VFIO_KIND_CONTAINER;
	for (*idx = 0; *idx < bus.setup.ports; (*idx)++) {
		snprintf(path, sizeof(path), SETUP_ROOT "/dev/vfio/%u", dir, *idx);
		if (same_file(&st, path))
			return VFIO_KIND_GROUP;
		snprintf(path, sizeof(path), SETUP_BARS, dir, *idx);
		if (same_file(&st, path))
			return VFIO_KIND_DEVICE;
	}
	return VFIO_KIND_NONE;
}

enum vfio_kind
vfio_files_look_up(const char *dir, int fd, unsigned int *idx)
{
	unsigned int entry = fd >= 0 && fd < FDS_MAX ? atomic_load(&fds[fd]) : 0;

	*idx = entry & 0xff;
	return entry != 0 ? (enum vfio_kind)(entry >> 8) : identify(dir, fd, idx);
}

bool
vfio_files_open(enum vfio_kind kind, unsigned int idx)
{
	return any_has(entry_of(kind, idx));
}

void
vfio_files_forked(void)
{
	int i;

	for (i = 0; i < FDS_MAX; i++)
		atomic_store(&fds[i], 0);
	atomic_store(&known, 0);
}
