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

#include <stdbool.h>
#include <stdint.h>

#include <rte_log.h>

extern int ena_logtype_init;
extern int ena_logtype_driver;

#define ENA_INIT_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, ena_logtype_init, "ena_pmd: " fmt "\n", ##__VA_ARGS__)

#define ENA_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, ena_logtype_driver, "ena_pmd: " fmt "\n", ##__VA_ARGS__)

struct ena_adapter;

/** Lines that a device has caused in this period, and how many were left out (part A 7). */
struct ena_log_limit {
	uint64_t since_us;
	uint32_t lines;
	uint32_t suppressed;
};

/** True if a line that the device causes may be logged now. Context: EAL interrupt thread. */
bool ena_log_allowed(struct ena_adapter *a);

/** A message for an event of the device: a flood of events must not fill the log. */
#define ENA_DEVICE_LOG(a, level, ...)                                                 \
	do {                                                                          \
		if (rte_log_can_log((uint32_t)ena_logtype_driver, RTE_LOG_##level) && \
			ena_log_allowed(a))                                           \
			ENA_LOG(level, __VA_ARGS__);                                  \
	} while (0)

#endif /* ENA_LOGS_H */
