/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of the device behind a port (datasheet part A, section 3).
 */
#ifndef ENA_DEVICE_H
#define ENA_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_hal.h>

struct ena_adapter;

#define ENA_MAX_QUEUES 128u /* pairs, part A 6.4 */
#define ENA_MAX_SEGS   17u /* buffers per packet, part A 6.4 */

struct ena_device {
	bool up; /* its admin queue runs */
	/**
	 * The last reset did not succeed. The function must not be a bus master, and the memory
	 * that it knows is parked. The HAL keeps its rings meanwhile.
	 */
	bool unconfirmed;
	enum ena_reset_reason unconfirmed_reason;
	bool bring_up_failed; /* the next one resets the device whatever happened before */
};

/** Limits of a port, from those of its device (part A 6.4). */
struct ena_limits {
	uint16_t max_queues; /* pairs */
	uint16_t max_rx_depth, max_tx_depth; /* powers of two */
	uint16_t max_rx_bufs, max_tx_bufs; /* per packet */
};

/**
 * Reset and bring the device up: capabilities known, admin queue and events running.
 * @return 0, or a negative errno with a message: ena_device_down() is not needed
 */
int ena_device_up(struct ena_adapter *a);
/** The opposite of ena_device_up(); the device does no more DMA afterwards. */
void ena_device_down(struct ena_adapter *a, enum ena_reset_reason reason);
/**
 * End all DMA of the device by a reset with @p reason, unless a reset has done so already.
 * @return true: memory that the device knew may be freed. false: the device did not take the
 *         reset and its bus mastering is off; such memory must be parked
 */
bool ena_device_end_dma(struct ena_adapter *a, enum ena_reset_reason reason);
/** The device will not be reset again: give back what is parked, if its bus mastering is off. */
void ena_device_discard(struct ena_adapter *a);
/** Reset reason for a device on which a command has failed. */
enum ena_reset_reason ena_device_failure(struct ena_adapter *a);

#endif /* ENA_DEVICE_H */
