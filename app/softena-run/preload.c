/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The library that softena-run preloads. Paths under which an application finds vfio are
 * redirected to the run directory, and vfio requests on files that were opened there are served
 * here. All other calls go on to the C library unchanged; in a process that never opens
 * /dev/vfio the only cost is a few string comparisons.
 */
/* The names below must be functions, not inline wrappers or other names for open64(). */
#undef _FORTIFY_SOURCE
#undef _FILE_OFFSET_BITS

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bus_run.h"
#include "vfio.h"

#define PUBLIC   __attribute__((visibility("default")))
#define PATH_LEN 512u

static char run_dir[256];
static pid_t owner; /* the process that opened a file of ours */

/* ---- the C library --------------------------------------------------------------------- */

/**
 * The next definition of a function, remembered in @p found. Interposed functions are called
 * before constructors run, so they cannot be looked up in advance.
 */
static void *
next(_Atomic(void *) *found, const char *name)
{
	void *fn = atomic_load_explicit(found, memory_order_relaxed);

	if (fn == NULL) {
		fn = dlsym(RTLD_NEXT, name);
		atomic_store_explicit(found, fn, memory_order_relaxed);
	}
	return fn;
}

/** A pointer to the next definition of @p name, of the type of the one here. */
#define NEXT(name)                                       \
	({                                               \
		static _Atomic(void *) found_;           \
		(__typeof__(&name))next(&found_, #name); \
	})

/* ---- paths ------------------------------------------------------------------------------ */

static const char *
directory(void)
{
	static atomic_int state; /* 0 unknown, 1 none, 2 known */
	const char *env;
	int s = atomic_load_explicit(&state, memory_order_acquire);

	if (s == 0) {
		env = getenv("SOFTENA_DIR");
		s = env != NULL && env[0] == '/' && strlen(env) < sizeof(run_dir) ? 2 : 1;
		if (s == 2)
			memcpy(run_dir, env, strlen(env) + 1);
		atomic_store_explicit(&state, s, memory_order_release);
	}
	return s == 2 ? run_dir : NULL;
}

static bool
begins(const char *path, const char *prefix, const char *ends)
{
	size_t len = strlen(prefix);

	return strncmp(path, prefix, len) == 0 && strchr(ends, path[len]) != NULL;
}

/** @return @p path itself, or the path in the run directory that takes its place, in @p buf */
static const char *
redirect(const char *path, char buf[PATH_LEN])
{
	const char *dir;
	int n;

	/* strchr() also finds the terminating zero, so a prefix may be the whole path. */
	if (path == NULL ||
		!(begins(path, "/dev/vfio", "/") || begins(path, "/sys/module/vfio", "_/") ||
			begins(path, "/sys/kernel/iommu_groups", "/")) ||
		strstr(path, "/../") != NULL)
		return path;
	dir = directory();
	if (dir == NULL)
		return path;
	n = snprintf(buf, PATH_LEN, SETUP_ROOT "%s", dir, path);
	return n > 0 && (size_t)n < PATH_LEN ? buf : path;
}

/** After an open of @p path, which was redirected to @p where. */
static int
opened(const char *path, const char *where, int fd)
{
	int saved;

	if (fd < 0 || where == path || !begins(path, "/dev/vfio", "/") ||
		strlen(path) <= strlen("/dev/vfio/"))
		return fd;
	owner = getpid();
	if (vfio_opened(run_dir, path, fd) == 0)
		return fd;
	saved = errno;
	syscall(SYS_close, fd);
	errno = saved;
	return -1;
}

/* ---- open --------------------------------------------------------------------------------- */

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(ap, mode_t) : 0;
}

/* Programs built with _FORTIFY_SOURCE call these; headers declare them only in such a build. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int at, const char *path, int flags);
int __openat64_2(int at, const char *path, int flags);

#define OPEN(name)                                                          \
	PUBLIC int name(const char *path, int flags, ...)                   \
	{                                                                   \
		char buf[PATH_LEN];                                         \
		const char *where = redirect(path, buf);                    \
		mode_t mode;                                                \
		va_list ap;                                                 \
                                                                            \
		va_start(ap, flags);                                        \
		mode = mode_of(flags, ap);                                  \
		va_end(ap);                                                 \
		return opened(path, where, NEXT(name)(where, flags, mode)); \
	}
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                            \
	PUBLIC int name(int at, const char *path, int flags, ...)               \
	{                                                                       \
		char buf[PATH_LEN];                                             \
		const char *where = redirect(path, buf);                        \
		mode_t mode;                                                    \
		va_list ap;                                                     \
                                                                                \
		va_start(ap, flags);                                            \
		mode = mode_of(flags, ap);                                      \
		va_end(ap);                                                     \
		return opened(path, where, NEXT(name)(at, where, flags, mode)); \
	}
OPENAT(openat)
OPENAT(openat64)

#define OPEN_2(name)                                                  \
	PUBLIC int name(const char *path, int flags)                  \
	{                                                             \
		char buf[PATH_LEN];                                   \
		const char *where = redirect(path, buf);              \
                                                                      \
		return opened(path, where, NEXT(name)(where, flags)); \
	}
OPEN_2(__open_2)
OPEN_2(__open64_2)

#define OPENAT_2(name)                                                    \
	PUBLIC int name(int at, const char *path, int flags)              \
	{                                                                 \
		char buf[PATH_LEN];                                       \
		const char *where = redirect(path, buf);                  \
                                                                          \
		return opened(path, where, NEXT(name)(at, where, flags)); \
	}
OPENAT_2(__openat_2)
OPENAT_2(__openat64_2)

PUBLIC FILE *
fopen(const char *path, const char *mode)
{
	char buf[PATH_LEN];

	return NEXT(fopen)(redirect(path, buf), mode);
}

PUBLIC FILE *
fopen64(const char *path, const char *mode)
{
	char buf[PATH_LEN];

	return NEXT(fopen64)(redirect(path, buf), mode);
}

PUBLIC DIR *
opendir(const char *path)
{
	char buf[PATH_LEN];

	return NEXT(opendir)(redirect(path, buf));
}

/* ---- stat ---------------------------------------------------------------------------------- */

PUBLIC int
access(const char *path, int mode)
{
	char buf[PATH_LEN];

	return NEXT(access)(redirect(path, buf), mode);
}

PUBLIC int
faccessat(int at, const char *path, int mode, int flags)
{
	char buf[PATH_LEN];

	return NEXT(faccessat)(at, redirect(path, buf), mode, flags);
}

#define STAT(name, type)                                              \
	PUBLIC int name(const char *restrict path, type *restrict st) \
	{                                                             \
		char buf[PATH_LEN];                                   \
                                                                      \
		return NEXT(name)(redirect(path, buf), st);           \
	}
STAT(stat, struct stat)
STAT(stat64, struct stat64)
STAT(lstat, struct stat)
STAT(lstat64, struct stat64)

#define FSTATAT(name, type)                                                              \
	PUBLIC int name(int at, const char *restrict path, type *restrict st, int flags) \
	{                                                                                \
		char buf[PATH_LEN];                                                      \
                                                                                         \
		return NEXT(name)(at, redirect(path, buf), st, flags);                   \
	}
FSTATAT(fstatat, struct stat)
FSTATAT(fstatat64, struct stat64)

PUBLIC int
statx(int at, const char *restrict path, int flags, unsigned int mask, struct statx *restrict st)
{
	char buf[PATH_LEN];

	return NEXT(statx)(at, redirect(path, buf), flags, mask, st);
}

/* Programs that were built with glibc before 2.33 call these names. */
#define XSTAT(name, type)                                            \
	int name(int version, const char *path, type *st);           \
	PUBLIC int name(int version, const char *path, type *st)     \
	{                                                            \
		char buf[PATH_LEN];                                  \
                                                                     \
		return NEXT(name)(version, redirect(path, buf), st); \
	}
XSTAT(__xstat, struct stat)
XSTAT(__xstat64, struct stat64)
XSTAT(__lxstat, struct stat)
XSTAT(__lxstat64, struct stat64)

#define FXSTATAT(name, type)                                                        \
	int name(int version, int at, const char *path, type *st, int flags);       \
	PUBLIC int name(int version, int at, const char *path, type *st, int flags) \
	{                                                                           \
		char buf[PATH_LEN];                                                 \
                                                                                    \
		return NEXT(name)(version, at, redirect(path, buf), st, flags);     \
	}
FXSTATAT(__fxstatat, struct stat)
FXSTATAT(__fxstatat64, struct stat64)

/* ---- requests -------------------------------------------------------------------------------- */

PUBLIC int
ioctl(int fd, unsigned long request, ...)
{
	int nr = vfio_request(request), result;
	const char *dir;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (nr >= 0) {
		dir = directory();
		if (dir != NULL && vfio_ioctl(dir, fd, nr, arg, &result))
			return result;
	}
	return NEXT(ioctl)(fd, request, arg);
}

PUBLIC int
close(int fd)
{
	/* A child of vfork() shares this memory, but closes its own descriptors. */
	if (vfio_is_tracked(fd) && getpid() == owner)
		vfio_closing(fd);
	return NEXT(close)(fd);
}

PUBLIC int
munmap(void *addr, size_t len)
{
	vfio_unmapping(addr, len);
	return NEXT(munmap)(addr, len);
}

/** A process may end without closing its devices. */
__attribute__((destructor)) static void
end_of_process(void)
{
	if (getpid() == owner)
		bus_shutdown();
}
