/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Differences between the DPDK releases that the driver builds against, 22.11 to 26.07.
 * The only file that looks at RTE_VERSION.
 */
#ifndef ENA_COMPAT_H
#define ENA_COMPAT_H

#include <rte_version.h>

#include <ethdev_driver.h>
#include <ethdev_pci.h>
#include <bus_pci_driver.h>
#include <dev_driver.h>

#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "DPDK 22.11 or newer is needed"
#endif

/** The version that this is compiled for, as a struct ena_release. */
#define ENA_BUILT_FOR                                                                 \
	{                                                                             \
		.year = RTE_VER_YEAR, .month = RTE_VER_MONTH, .minor = RTE_VER_MINOR, \
		.candidate = RTE_VER_RELEASE,                                         \
	}

/**
 * The PCI device of a port. RTE_ETH_DEV_TO_PCI() did this up to 26.03. The macro that replaces it
 * does not exist in older releases.
 */
static inline struct rte_pci_device *
ena_pci_device(const struct rte_eth_dev *dev)
{
	return container_of(dev->device, struct rte_pci_device, device);
}

/* 25.07: the symbol that pmdinfo looks for has no number in its name any more. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 7, 0, 0)
#define ENA_PMD_EXPORT_NAME(name) RTE_PMD_EXPORT_NAME(name)
#else
#define ENA_PMD_EXPORT_NAME(name) RTE_PMD_EXPORT_NAME(name, __COUNTER__)
#endif

/* 24.03: the list of packet types has a length instead of an end mark. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 3, 0, 0)
#define ENA_PTYPES_ARGS            struct rte_eth_dev *dev, size_t *count
#define ENA_PTYPES_COUNT(n)        (*count = (n))
#define ENA_PTYPES_GET(dev, count) ena_ptypes_get(dev, count)
#else
#define ENA_PTYPES_ARGS            struct rte_eth_dev *dev
#define ENA_PTYPES_COUNT(n)        ((void)(n))
#define ENA_PTYPES_GET(dev, count) ((void)(count), ena_ptypes_get(dev))
#endif

/* 25.11: per-queue counters left struct rte_eth_stats; the Rx queue count is an int. */
#if RTE_VERSION >= RTE_VERSION_NUM(25, 11, 0, 0)
#define ENA_STATS_GET_ARGS \
	struct rte_eth_dev *dev, struct rte_eth_stats *stats, struct eth_queue_stats *qstats
#define ENA_QUEUE_STATS(stats, field) (qstats != NULL ? qstats->field : NULL)
#define ENA_STATS_GET(dev, stats)     ena_stats_get(dev, stats, NULL)
typedef int ena_rx_count_t;
#else
#define ENA_STATS_GET_ARGS            struct rte_eth_dev *dev, struct rte_eth_stats *stats
#define ENA_QUEUE_STATS(stats, field) ((stats)->field)
#define ENA_STATS_GET(dev, stats)     ena_stats_get(dev, stats)
typedef uint32_t ena_rx_count_t;
#endif

#endif /* ENA_COMPAT_H */
