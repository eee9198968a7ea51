/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "placement.h"
#include "remove_tree.h"
#include "run_die.h"
#include "run_dir.h"
#include "socket_path.h"

/* BAR0 and a small BAR1 share a page of 64 KiB (revision 2, A1.2). */
#define BAR_ADDR     UINT64_C(0x80100000)
#define BAR_STEP     UINT64_C(0x20000)
#define BAR2_ADDR    UINT64_C(0x90000000)
#define BAR2_ADDR_64 UINT64_C(0x4000000000)

/* ---- the directory ------------------------------------------------------------------------ */

/** Remove directories of runs that were killed: nobody holds their lock. */
static void
remove_stale(const char *parent)
{
	struct stat st;
	char *pattern;
	glob_t found;
	size_t i;
	int fd;

	if (asprintf(&pattern, "%s/softena-*/run.lock", parent) < 0)
		return;
	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (i = 0; i < found.gl_pathc; i++) {
			fd = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC | O_NOFOLLOW);
			if (fd < 0)
				continue;
			if (fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
				flock(fd, LOCK_EX | LOCK_NB) == 0) {
				*strrchr(found.gl_pathv[i], '/') = '\0';
				remove_tree(found.gl_pathv[i]);
			}
			close(fd);
		}
		globfree(&found);
	}
	free(pattern);
}

/** The lock has another name until it is locked, so that no other run takes this directory for a
 * stale one. */
static void
lock_dir(const char *dir)
{
	char *tmp, *name;
	int fd;

	if (asprintf(&tmp, SETUP_RUN_LOCK ".new", dir) < 0 ||
		asprintf(&name, SETUP_RUN_LOCK, dir) < 0)
		run_die("out of memory");
	fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0)
		run_die("another softena-run uses the run directory %s", dir);
	if (fd >= 0)
		close(fd);
	/* Never closed: the lock is held as long as this process runs. */
	fd = open(tmp, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 || rename(tmp, name) != 0)
		run_die("cannot lock %s: %s", name, strerror(errno));
	free(tmp);
	free(name);
}

static bool
make_below(struct run *run, const char *parent)
{
	if (parent == NULL || parent[0] != '/' || access(parent, W_OK | X_OK) != 0 ||
		asprintf(&run->dir, "%s/softena-XXXXXX", parent) < 0)
		return false;
	remove_stale(parent);
	if (mkdtemp(run->dir) != NULL)
		return true;
	free(run->dir);
	run->dir = NULL;
	return false;
}

void
run_dir_make(struct run *run)
{
	struct stat st;
	char user[64];

	if (run->dir != NULL) {
		if (mkdir(run->dir, 0700) != 0 && errno != EEXIST)
			run_die("cannot make the run directory %s: %s", run->dir, strerror(errno));
		/* Other users must not be able to change its contents. */
		if (stat(run->dir, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
			(st.st_mode & 0022) != 0)
			run_die("the run directory %s has to be yours, and writable for you alone",
				run->dir);
		lock_dir(run->dir);
		return;
	}
	snprintf(user, sizeof(user), "/run/user/%u", getuid());
	/* Memory file systems first, since the BARs are files in this directory. */
	if (!make_below(run, getenv("XDG_RUNTIME_DIR")) && !make_below(run, user) &&
		!make_below(run, "/dev/shm") && !make_below(run, "/tmp"))
		run_die("no place for a run directory; give one with --dir");
	run->dir_made = true;
	lock_dir(run->dir);
}

/* ---- its contents --------------------------------------------------------------------------- */

static char *
path_of(const struct run *run, const char *fmt, va_list ap)
{
	char *name, *path;

	if (vasprintf(&name, fmt, ap) < 0 || asprintf(&path, "%s/%s", run->dir, name) < 0)
		run_die("out of memory");
	free(name);
	return path;
}

static void make_dir(const struct run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void make_link(const struct run *run, const char *to, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void make_file(const struct run *run, const char *text, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** A directory and its parents within the run directory. */
static void
make_dir(const struct run *run, const char *fmt, ...)
{
	char *path, *slash;
	va_list ap;

	va_start(ap, fmt);
	path = path_of(run, fmt, ap);
	va_end(ap);
	for (slash = path + strlen(run->dir) + 1; slash != NULL;) {
		slash = strchr(slash, '/');
		if (slash != NULL)
			*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			run_die("cannot make %s: %s", path, strerror(errno));
		if (slash != NULL)
			*slash++ = '/';
	}
	free(path);
}

static void
make_link(const struct run *run, const char *to, const char *fmt, ...)
{
	va_list ap;
	char *path;

	va_start(ap, fmt);
	path = path_of(run, fmt, ap);
	va_end(ap);
	unlink(path);
	if (symlink(to, path) != 0)
		run_die("cannot make %s: %s", path, strerror(errno));
	free(path);
}

static void
make_file(const struct run *run, const char *text, const char *fmt, ...)
{
	va_list ap;
	char *path;
	FILE *out;
	int fd;

	va_start(ap, fmt);
	path = path_of(run, fmt, ap);
	va_end(ap);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (out == NULL || fputs(text, out) == EOF || fclose(out) != 0)
		run_die("cannot write %s: %s", path, strerror(errno));
	free(path);
}

/** Addresses that a host could assign: aligned to the size of the BAR, and not to more. */
static uint64_t
bar_address(const struct softena_config *cfg, unsigned int idx, unsigned int bar)
{
	uint64_t page = BAR_ADDR + idx * BAR_STEP;

	switch (bar) {
	case 0:
		return page + (cfg->bar0_size <= 0x4000 ? 0x4000 : 0x8000);
	case 1:
		return page +
		       (cfg->bar0_size <= 0x4000 && cfg->bar1_size <= 0x8000 ? 0x8000 : 0x10000);
	default:
		return softena_bar2_is_64bit(cfg) ?
			       BAR2_ADDR_64 + ((uint64_t)idx << 32) :
			       BAR2_ADDR + idx * (uint64_t)SOFTENA_BAR2_32BIT_MAX;
	}
}

static void
fill_resource(const struct run *run, unsigned int idx, const char *dev)
{
	const struct softena_config *cfg = &run->setup.port[idx].cfg;
	const uint64_t flags[3] = {
		0x40200, 0x40200, softena_bar2_is_64bit(cfg) ? 0x14220c : 0x42208};
	char text[512];
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < 7; i++) {
		uint64_t size = softena_bar_size(cfg, i);
		bool there = i < 3 && size != 0;
		uint64_t start = there ? bar_address(cfg, idx, i) : 0;

		at += (size_t)snprintf(text + at, sizeof(text) - at,
			"0x%016llx 0x%016llx 0x%016llx\n", (unsigned long long)start,
			(unsigned long long)(there ? start + size - 1 : 0),
			(unsigned long long)(there ? flags[i] : 0));
	}
	make_file(run, text, "%s/resource", dev);
}

static void
fill_device(const struct run *run, unsigned int idx)
{
	const struct setup_port *port = &run->setup.port[idx];
	const struct {
		const char *name, *fmt;
		unsigned int value;
	} files[] = {
		{"vendor", "0x%04x\n", ENA_PCI_VENDOR},
		{"device", "0x%04x\n", port->cfg.device_id},
		{"subsystem_vendor", "0x%04x\n", ENA_PCI_SUBSYS_VENDOR},
		{"subsystem_device", "0x%04x\n", ENA_PCI_SUBSYS_DEVICE},
		{"class", "0x%06x\n", ENA_PCI_CLASS | port->cfg.prog_if},
		{"revision", "0x%02x\n", port->cfg.revision},
		{"numa_node", "%d\n", (unsigned int)port->numa},
		{"enable", "%u\n", 1},
		{"irq", "%u\n", 0},
	};
	char dev[96], text[64];
	unsigned int i;

	snprintf(dev, sizeof(dev), "root/sys/bus/pci/devices/%s", port->addr);
	make_dir(run, "%s", dev);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		/* All formats are in the table above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), files[i].fmt, files[i].value);
#pragma GCC diagnostic pop
		make_file(run, text, "%s/%s", dev, files[i].name);
	}
	fill_resource(run, idx, dev);
	make_link(run, "../../drivers/vfio-pci", "%s/driver", dev);
	snprintf(text, sizeof(text), "../../../../kernel/iommu_groups/%u", idx);
	make_link(run, text, "%s/iommu_group", dev);
	make_dir(run, "root/sys/kernel/iommu_groups/%u/devices", idx);
	snprintf(text, sizeof(text), "../../../../bus/pci/devices/%s", port->addr);
	make_link(run, text, "root/sys/kernel/iommu_groups/%u/devices/%s", idx, port->addr);
	make_file(run, "", "root/dev/vfio/%u", idx);
}

/** Allocate the memory of a region now. A file system that is full later would end the command
 * (SIGBUS). */
static void
reserve(const struct run *run, unsigned int idx, int fd, unsigned int region, size_t len)
{
	const off_t at = (off_t)region << SETUP_REGION_SHIFT;
	int node = run->setup.port[idx].numa, rc;
	char path[512];
	void *map;

	/* In a memory file system the NUMA policy has to be set before pages are allocated. */
	if (placement_node_exists(node)) {
		map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
		if (map != MAP_FAILED) {
			(void)placement_memory(map, len, node); /* the library reports a failure */
			munmap(map, len);
		}
	}
	do {
		rc = len > 0 ? posix_fallocate(fd, at, (off_t)len) : 0;
	} while (rc == EINTR);
	if (rc == 0)
		return;
	snprintf(path, sizeof(path), SETUP_BARS, run->dir, idx);
	unlink(path);
	run_die("no room for the BARs of port %s (%zu KiB) in %s: %s; choose another file system "
		"with --dir",
		run->setup.port[idx].addr, len / 1024, run->dir, strerror(rc));
}

/** A sparse file: its length is the end of the last region, with holes between the regions. */
static void
make_bars(const struct run *run, unsigned int idx)
{
	const off_t len = ((off_t)SETUP_REGION_CONFIG << SETUP_REGION_SHIFT) + SOFTENA_CONFIG_SIZE;
	unsigned int bar;
	char path[512];
	int fd;

	if ((size_t)snprintf(path, sizeof(path), SETUP_BARS, run->dir, idx) >= sizeof(path))
		run_die("the name of the run directory is too long: %s", run->dir);
	unlink(path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, len) != 0)
		run_die("cannot make %s: %s; choose another file system with --dir", path,
			strerror(errno));
	for (bar = 0; bar < 6; bar++)
		reserve(run, idx, fd, bar, softena_bar_size(&run->setup.port[idx].cfg, bar));
	reserve(run, idx, fd, SETUP_REGION_CONFIG, SOFTENA_CONFIG_SIZE);
	close(fd);
}

static void
write_setup(const struct run *run)
{
	const struct setup *s = &run->setup;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	const char *comma = "";
	int i;

	if (out == NULL)
		run_die("out of memory");
	fprintf(out, "log %d\nctl %s\nstep %d\n", s->log_level, s->ctl, s->step);
	if (s->report != NULL)
		fprintf(out, "report %s\n", s->report);
	fputs("cpus ", out);
	for (i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &s->cpus)) {
			fprintf(out, "%s%d", comma, i);
			comma = ",";
		}
	}
	fprintf(out, "\n%s", run->lines.text);
	if (fclose(out) != 0)
		run_die("out of memory");
	make_file(run, text, "setup");
	free(text);
}

/** Refuse a path that cannot become the control socket, before the command runs. */
static void
check_ctl(const char *path, const char *in_dir)
{
	struct stat st;
	int rc;

	if (strchr(path, '\n') != NULL)
		run_die("--ctl: a line break within the path");
	/* The link of an earlier run in this directory, whose socket was elsewhere. */
	if (strcmp(path, in_dir) == 0 && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		unlink(path);
	rc = socket_path_check(path);
	if (rc != 0)
		run_die("--ctl=%s: %s", path, socket_path_error(rc));
}

/** Remove files of an earlier run in this directory, which would be taken for those of this run. */
static void
remove_old(const struct run *run)
{
	char path[512];
	unsigned int i;

	snprintf(path, sizeof(path), SETUP_SNAPSHOT, run->dir);
	unlink(path);
	for (i = 0; i < SETUP_PORTS_MAX; i++) {
		snprintf(path, sizeof(path), SETUP_LOCK, run->dir, i);
		unlink(path);
	}
}

void
run_dir_fill(const struct run *run)
{
	unsigned int i;
	char *ctl;

	if (strlen(run->dir) > 200 || strchr(run->dir, '\n') != NULL)
		run_die("the name of the run directory is too long: %s", run->dir);
	if (asprintf(&ctl, SETUP_CTL, run->dir) < 0)
		run_die("out of memory");
	check_ctl(run->setup.ctl, ctl);
	make_dir(run, "root/dev/vfio");
	make_dir(run, "root/sys/bus/pci/devices");
	make_dir(run, "root/sys/bus/pci/drivers/vfio-pci");
	make_dir(run, "root/sys/module/vfio");
	make_dir(run, "root/sys/module/vfio_pci");
	make_dir(run, "root/sys/module/vfio_iommu_type1");
	make_file(run, "", "root/dev/vfio/vfio");
	remove_old(run);
	for (i = 0; i < run->setup.ports; i++) {
		fill_device(run, i);
		make_bars(run, i);
	}
	write_setup(run);
	/* So softena-ctl needs only the directory to find the socket. */
	if (strcmp(ctl, run->setup.ctl) != 0)
		make_link(run, run->setup.ctl, "ctl");
	free(ctl);
}

/* ---- its end --------------------------------------------------------------------------------- */

void
run_dir_clean(const struct run *run)
{
	/* A directory that the user gave stays. */
	if (run->dir_made)
		remove_tree(run->dir);
}
