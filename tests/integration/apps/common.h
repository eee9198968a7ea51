/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the programs of this directory share.
 */
#ifndef ENA_TEST_APPS_COMMON_H
#define ENA_TEST_APPS_COMMON_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

/** Say what went wrong, with an errno of either sign, and end with status 2. */
__rte_noreturn static inline void
die(const char *what, int rc)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		rte_strerror(rc < 0 ? -rc : rc));
	exit(2);
}

/** A counter of port 0, or @p missing if the driver has none of this name. */
static inline uint64_t
xstat(const char *name, uint64_t missing)
{
	uint64_t value, id;

	if (rte_eth_xstats_get_id_by_name(0, name, &id) != 0 ||
		rte_eth_xstats_get_by_id(0, &id, &value, 1) != 1)
		return missing;
	return value;
}

#endif /* ENA_TEST_APPS_COMMON_H */
