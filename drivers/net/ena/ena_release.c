/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <dlfcn.h>
#include <stdio.h>

#include "ena_compat.h"
#include "ena_logs.h"
#include "ena_release.h"

/** A candidate of a release that is not published yet: its structures may still change. */
static bool
unreleased(const struct ena_release *r)
{
	return r->minor == 0 && r->candidate != ENA_RELEASE_FINAL;
}

bool
ena_release_fits(const struct ena_release *built, const struct ena_release *running)
{
	if (built->year != running->year || built->month != running->month)
		return false;
	if (!unreleased(built) && !unreleased(running))
		return true;
	return built->minor == running->minor && built->candidate == running->candidate;
}

const char *
ena_release_text(const struct ena_release *r, char *buf, size_t len)
{
	if (r->candidate == ENA_RELEASE_FINAL)
		snprintf(buf, len, "%02u.%02u.%u", r->year, r->month, r->minor);
	else
		snprintf(buf, len, "%02u.%02u.%u-rc%u", r->year, r->month, r->minor, r->candidate);
	return buf;
}

/**
 * Result of such a function in the DPDK of the program.
 *
 * If several DPDKs are installed, a plug-in for another soname loads the libraries that it was
 * linked with. A direct call would reach these, and not those of the program.
 */
static unsigned int
program_version(const char *function)
{
	unsigned int (*get)(void);

	*(void **)&get = dlsym(RTLD_DEFAULT, function);
	return get != NULL ? get() : 0;
}

static void
running_release(struct ena_release *r)
{
	if (dlsym(RTLD_DEFAULT, "rte_version_year") != NULL) {
		r->year = program_version("rte_version_year");
		r->month = program_version("rte_version_month");
		r->minor = program_version("rte_version_minor");
		r->candidate = program_version("rte_version_release");
		return;
	}
	/* Another library loaded DPDK for itself: it is the one that the plug-in is linked with. */
	r->year = rte_version_year();
	r->month = rte_version_month();
	r->minor = rte_version_minor();
	r->candidate = rte_version_release();
}

bool
ena_release_check(void)
{
	static const struct ena_release built = ENA_BUILT_FOR;
	char for_text[32], in_text[32];
	struct ena_release running;

	running_release(&running);
	if (ena_release_fits(&built, &running))
		return true;
	ENA_INIT_LOG(ERR,
		"this plug-in was built for DPDK %s and is not used in DPDK %s: build it again for "
		"that release",
		ena_release_text(&built, for_text, sizeof(for_text)),
		ena_release_text(&running, in_text, sizeof(in_text)));
	return false;
}
