/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Asynchronous events (part A section 7).
 */
#ifndef ENA_HAL_AENQ_H
#define ENA_HAL_AENQ_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/**
 * Handlers of events; a NULL member ignores the group. Called from
 * ena_hal_aenq_process(), without the lock.
 */
struct ena_hal_event_ops {
	void (*link)(void *arg, bool up);
	void (*keep_alive)(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns);
	void (*hints)(void *arg, const struct ena_hw_hints *hints);
	void (*config)(void *arg, uint64_t codes);
	void (*reset_request)(void *arg);
	/** Fatal error, warning, unknown groups and syndromes. */
	void (*other)(void *arg, uint16_t group, uint16_t syndrome);
};

/** Give the device its first 16 credits (3.2 step 31). */
void ena_hal_aenq_arm(struct ena_hal *hal);

/**
 * GET and SET AENQ_CONFIG: enable the groups of @p wanted that the device supports.
 * @param enabled groups that are enabled now; may be NULL
 */
int ena_hal_aenq_groups(struct ena_hal *hal, uint32_t wanted, uint32_t *enabled);

/**
 * Handle all new events and return their credits with one doorbell.
 * Context: interrupt or control thread, one at a time.
 * @return number of events handled
 */
unsigned int ena_hal_aenq_process(
	struct ena_hal *hal, const struct ena_hal_event_ops *ops, void *arg);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_AENQ_H */
