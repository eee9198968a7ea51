/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_die.h"
#include "run_env.h"

#define LIBRARY "libsoftena-vfio.so"

static void
put(const char *name, const char *value)
{
	if (setenv(name, value, 1) != 0)
		run_die("out of memory");
}

/** The library is beside this program in a build tree, otherwise where it was installed. */
static void
find_library(char path[PATH_MAX])
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n > 0) {
		self[n] = '\0';
		slash = strrchr(self, '/');
		if (slash != NULL) {
			*slash = '\0';
			if ((size_t)snprintf(path, PATH_MAX, "%s/" LIBRARY, self) < PATH_MAX &&
				access(path, R_OK) == 0)
				return;
		}
	}
	snprintf(path, PATH_MAX, "%s/" LIBRARY, SOFTENA_LIBDIR);
	if (access(path, R_OK) != 0)
		run_die("cannot find " LIBRARY
			", neither beside this program nor in " SOFTENA_LIBDIR);
}

void
run_env_set(const struct run *run)
{
	const char *old = getenv("LD_PRELOAD");
	char library[PATH_MAX], *text;

	find_library(library);
	/* Spaces and colons separate the entries of LD_PRELOAD, and cannot be quoted. */
	if (strpbrk(library, " :") != NULL)
		run_die("the path of " LIBRARY " has a space or a colon in it: %s", library);
	/* The run-time library of a sanitizer has to be the first entry. */
	if (asprintf(&text, "%s%s%s%s%s", SOFTENA_SANITIZER,
		    SOFTENA_SANITIZER[0] != '\0' ? ":" : "", library,
		    old != NULL && old[0] != '\0' ? ":" : "", old != NULL ? old : "") < 0)
		run_die("out of memory");
	put("LD_PRELOAD", text);
	free(text);
	if (SOFTENA_SANITIZER[0] != '\0' && getenv("ASAN_OPTIONS") == NULL)
		put("ASAN_OPTIONS", "detect_leaks=0:verify_asan_link_order=0:handle_segv=1:"
				    "use_sigaltstack=0");
	if (asprintf(&text, SETUP_ROOT "/sys/bus/pci/devices", run->dir) < 0)
		run_die("out of memory");
	put("SYSFS_PCI_DEVICES", text);
	free(text);
	put("SOFTENA_DIR", run->dir);
	put("SOFTENA_CTL", run->setup.ctl);
}
