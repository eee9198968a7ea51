/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Log types: pmd.net.ena_pmd.init (default notice) and pmd.net.ena_pmd.driver (default
 * notice). Nothing in a burst function logs.
 */
#ifndef ENA_LOGS_H
#define ENA_LOGS_H

#include <rte_log.h>

extern int ena_logtype_init;
extern int ena_logtype_driver;

#define ENA_INIT_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, ena_logtype_init, "ena_pmd: " fmt "\n", ##__VA_ARGS__)

#define ENA_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, ena_logtype_driver, "ena_pmd: " fmt "\n", ##__VA_ARGS__)

#endif /* ENA_LOGS_H */
