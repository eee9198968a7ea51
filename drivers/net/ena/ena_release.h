/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Is the DPDK that runs the one that the driver was built for?
 *
 * A driver shares structures with DPDK that are not part of its ABI: eth_dev_ops,
 * rte_pci_device, rte_driver. They change from one release to the next, and the soname does
 * not tell: 25.11 and 26.07 both have 26. Nothing of these structures may be handed over
 * before this has been asked.
 */
#ifndef ENA_RELEASE_H
#define ENA_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

/** A version of DPDK, as rte_version.h has it. */
struct ena_release {
	unsigned int year; /**< two digits */
	unsigned int month;
	unsigned int minor; /**< 0 at first; stable updates count up */
	unsigned int candidate; /**< number of the release candidate, or ENA_RELEASE_FINAL */
};

/** What rte_version.h calls a version that is no candidate. */
#define ENA_RELEASE_FINAL 99u

/**
 * Whether a driver built for one version works in another.
 *
 * Year and month have to be the same. Stable updates (22.11.5, 22.11.11) keep the structures of
 * their release. A candidate of a release that is not out yet fits nothing but itself.
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
 * Whether this build works in the DPDK that runs; if not, the log tells why, in one line.
 *
 * For constructors: it calls nothing but functions that every release has, and needs no EAL.
 */
bool ena_release_check(void);

#endif /* ENA_RELEASE_H */
