/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Statistics of the device (GET_STATS, part A 5.6), and counters of the HAL itself.
 */
#ifndef ENA_HAL_STATS_H
#define ENA_HAL_STATS_H

#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** Counters of the whole function since its last reset (part A 5.6, type 0). */
struct ena_hal_basic_stats {
	uint64_t tx_bytes, tx_pkts, rx_bytes, rx_pkts, rx_drops, tx_drops, rx_overruns;
};

/** ENA Express information (part A 5.6, type 3). */
struct ena_hal_srd_stats {
	uint64_t mode, tx_pkts, eligible_tx_pkts, rx_pkts, resource_utilization;
};

/** Counters of the HAL itself. Each may be read at any time. */
struct ena_hal_counters {
	uint64_t submitted, completed, failed, aborted, timeouts; /**< admin commands */
	uint64_t missed_interrupts; /**< completion found at the timeout only, part A 4.6 */
	uint64_t bad_completions; /**< unknown or idle command id */
	uint64_t reg_read_timeouts;
	uint64_t events; /**< AENQ entries handled */
	uint64_t unknown_events;
};

/**
 * Set all counters of the HAL to 0. Uses no function of the platform, so a secondary process may
 * call it too. Context: any thread.
 */
void ena_hal_counters_reset(struct ena_hal *hal);

/** GET_STATS type 0. */
int ena_hal_stats_basic(struct ena_hal *hal, struct ena_hal_basic_stats *stats);

/** GET_STATS type 3; -ENOTSUP without the capability. */
int ena_hal_stats_srd(struct ena_hal *hal, struct ena_hal_srd_stats *stats);

/**
 * Allowance metrics, from customer metrics (type 4) or the older type 2.
 * @param values indexed by enum ena_metric
 * @param valid  bitmap of metrics that the device reported
 * @return -ENOTSUP if the device has neither
 */
int ena_hal_stats_metrics(struct ena_hal *hal, uint64_t values[ENA_METRIC_COUNT], uint64_t *valid);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_STATS_H */
