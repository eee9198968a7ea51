/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Programs that cannot use a software port are refused, because the library cannot be preloaded
 * into them: a statically linked program has no dynamic linker that would load it, and the linker
 * ignores LD_PRELOAD in a program that gains privileges. Both would run without any software port
 * and without a message. Files that cannot be read or understood here are left to exec().
 */
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "run_command.h"
#include "run_die.h"

#define PHDRS_MAX   128
#define DYNS_MAX    256
#define SCRIPTS_MAX 5 /* scripts whose interpreters are scripts; the kernel allows as many */

#if __SIZEOF_POINTER__ == 8
#define OUR_CLASS ELFCLASS64
#else
#define OUR_CLASS ELFCLASS32
#endif

/** The file that execvp() would run. @return false if there is none */
static bool
find_command(const char *name, char path[PATH_MAX])
{
	const char *dirs = getenv("PATH");
	struct stat st;
	size_t len;

	if (strchr(name, '/') != NULL)
		return (size_t)snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
	if (dirs == NULL)
		dirs = "/bin:/usr/bin"; /* as execvp() does */
	for (; dirs != NULL; dirs = dirs[len] == ':' ? dirs + len + 1 : NULL) {
		len = strcspn(dirs, ":");
		if ((size_t)snprintf(path, PATH_MAX, "%.*s%s%s", (int)len, dirs, len > 0 ? "/" : "",
			    name) >= PATH_MAX)
			continue;
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/** Whether the dynamic section has a DT_SONAME, as that of the dynamic linker itself has. */
static bool
has_soname(int fd, const ElfW(Phdr) *dynamic)
{
	ElfW(Dyn) dyn[DYNS_MAX];
	ssize_t n =
		pread(fd, dyn, sizeof(dyn) < dynamic->p_filesz ? sizeof(dyn) : dynamic->p_filesz,
			(off_t)dynamic->p_offset);
	size_t i;

	for (i = 0; n > 0 && i < (size_t)n / sizeof(dyn[0]) && dyn[i].d_tag != DT_NULL; i++)
		if (dyn[i].d_tag == DT_SONAME)
			return true;
	return false;
}

/** True for a program of this machine that needs no dynamic linker, and is not one itself. */
static bool
is_static(int fd, const ElfW(Ehdr) *ehdr, const ElfW(Half) machine)
{
	ElfW(Phdr) phdr[PHDRS_MAX];
	size_t len = ehdr->e_phnum * sizeof(phdr[0]), i;

	/* A program of another machine runs in an emulator, which may load the library itself. */
	if (ehdr->e_ident[EI_CLASS] != OUR_CLASS || ehdr->e_machine != machine ||
		(ehdr->e_type != ET_EXEC && ehdr->e_type != ET_DYN))
		return false;
	if (ehdr->e_phentsize != sizeof(phdr[0]) || len == 0 || len > sizeof(phdr) ||
		pread(fd, phdr, len, (off_t)ehdr->e_phoff) != (ssize_t)len)
		return false;
	for (i = 0; i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == PT_INTERP ||
			(phdr[i].p_type == PT_DYNAMIC && has_soname(fd, &phdr[i])))
			return false;
	return true;
}

static ElfW(Half)
our_machine(void)
{
	ElfW(Ehdr) ehdr = {.e_machine = EM_NONE};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)!pread(fd, &ehdr, sizeof(ehdr), 0);
		close(fd);
	}
	return ehdr.e_machine;
}

/** Whether the kernel gives the program privileges that this process does not have. */
static bool
gains_privileges(int fd, const struct stat *st)
{
	struct statvfs fs;

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
		(fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0))
		return false;
	if ((st->st_mode & S_ISUID) != 0 && st->st_uid != getuid())
		return true;
	if ((st->st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st->st_gid != getgid())
		return true;
	return getuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

/** The interpreter of a script, from its first line. @return false if it has none */
static bool
interpreter(char *head, ssize_t len, char path[PATH_MAX])
{
	char *at = head + 2;
	size_t n;

	if (len < 4 || head[0] != '#' || head[1] != '!')
		return false;
	head[len] = '\0';
	at += strspn(at, " \t");
	n = strcspn(at, " \t\n");
	if (n == 0 || n >= PATH_MAX)
		return false;
	memcpy(path, at, n);
	path[n] = '\0';
	return true;
}

static void
check_program(int fd, const struct stat *st, const ElfW(Ehdr) *ehdr, const char *path)
{
	if (gains_privileges(fd, st))
		run_die("%s gains privileges when it starts (setuid, setgid or capabilities); what "
			"is preloaded is ignored then, so neither it nor what it starts would find "
			"a software port. Start softena-run itself with the privileges, as 'sudo "
			"softena-run ... -- COMMAND'",
			path);
	if (is_static(fd, ehdr, our_machine()))
		run_die("%s is linked statically: the library that shows it the software ports "
			"cannot be preloaded. Link it dynamically, to the C library and to DPDK. "
			"(A static program that only starts others can be run as 'env %s'.)",
			path, path);
}

void
run_command_check(char **command)
{
	char path[PATH_MAX], head[256 + 1];
	unsigned int scripts;
	struct stat st;
	ssize_t len;
	int fd;

	if (!find_command(command[0], path))
		return;
	for (scripts = 0; scripts <= SCRIPTS_MAX; scripts++) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0)
			return;
		if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
			close(fd);
			return;
		}
		len = pread(fd, head, sizeof(head) - 1, 0);
		if (len >= (ssize_t)sizeof(ElfW(Ehdr)) && memcmp(head, ELFMAG, SELFMAG) == 0) {
			ElfW(Ehdr) ehdr;

			memcpy(&ehdr, head, sizeof(ehdr));
			check_program(fd, &st, &ehdr, path);
		}
		close(fd);
		if (!interpreter(head, len, path))
			return;
	}
}
