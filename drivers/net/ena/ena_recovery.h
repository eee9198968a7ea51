/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * From a fault to a reset: who asks for it, who is told, and what becomes of the queues.
 */
#ifndef ENA_RECOVERY_H
#define ENA_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_hal.h>

struct ena_adapter;
struct rte_eth_dev;

/** Resets of a port. */
struct ena_recovery {
	/**
	 * Why the device has to be reset; the first reason stays until it is.
	 * ENA_RESET_NORMAL: it has not to be.
	 */
	enum ena_reset_reason wanted;
	bool announced; /* the application has been told */
	uint64_t requested; /* statistics */
};

/** Ask for a device reset. The first reason stays. Any context, burst functions included. */
void ena_recovery_request(struct ena_adapter *a, enum ena_reset_reason reason);
/** True if the device has to be reset. Any context. */
bool ena_recovery_is_wanted(const struct ena_adapter *a);
/** The reason that was asked for, or @p otherwise if none was. */
enum ena_reset_reason ena_recovery_reason(
	const struct ena_adapter *a, enum ena_reset_reason otherwise);
/** Tell the application, once for each reset. Context: EAL interrupt thread. */
void ena_recovery_announce(struct ena_adapter *a);
/** The device was reset. Context: no events are handled, no queue runs. */
void ena_recovery_done(struct ena_adapter *a);
/**
 * Instead of destroying the queues one by one: reset the device, which destroys all of them (part A
 * 3.8). Rings and mbufs are freed if it takes the reset, and parked if not. The port needs a
 * bring-up afterwards, and a reset by the application is asked for.
 */
void ena_recovery_reset_queues(struct rte_eth_dev *dev, enum ena_reset_reason reason);

#endif /* ENA_RECOVERY_H */
