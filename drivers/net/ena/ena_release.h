/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Check that the driver was built for the DPDK that loads it.
 *
 * A driver shares structures with DPDK that are not part of its ABI: eth_dev_ops,
 * rte_pci_device, rte_driver. They change from one release to the next, and the soname does
 * not show it: 25.11 and 26.07 both have 26. No such structure may be given to DPDK before this
 * check.
 */
#ifndef ENA_RELEASE_H
#define ENA_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

/** A version of DPDK, as rte_version.h has it. */
struct ena_release {
	unsigned int year; /**< two digits */
	unsigned int month;
	unsigned int minor; /**< 0 for the first release, then that of the stable update */
	unsigned int candidate; /**< number of the release candidate, or ENA_RELEASE_FINAL */
};

/** Candidate number in rte_version.h of a version that is not a candidate. */
#define ENA_RELEASE_FINAL 99u

/**
 * Whether a driver built for one version works in another.
 *
 * Year and month have to be the same. Stable updates (22.11.5, 22.11.11) keep the structures of
 * their release. A candidate of a release that is not published yet fits only itself.
 *
 * @param built
 *   the version that the driver was built for
 * @param running
 *   the version that is to load it
 */
bool ena_release_fits(const struct ena_release *built, const struct ena_release *running);

/**
 * Write a version as DPDK does: "25.11.2", "26.11.0-rc1".
 *
 * @return
 *   @p buf
 */
const char *ena_release_text(const struct ena_release *r, char *buf, size_t len);

/**
 * Whether this build works in the running DPDK. If not, one line in the log says why.
 *
 * For constructors: it only calls functions that every release has, and does not need EAL.
 */
bool ena_release_check(void);

#endif /* ENA_RELEASE_H */
