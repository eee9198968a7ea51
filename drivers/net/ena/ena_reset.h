/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Whether the device has to be reset, and why.
 */
#ifndef ENA_RESET_H
#define ENA_RESET_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

struct ena_adapter;

struct ena_reset {
	/**
	 * Why the device has to be reset; the first reason stays until it is.
	 * ENA_RESET_NORMAL: no reset is wanted.
	 */
	enum ena_reset_reason wanted;
	bool announced; /* the application has been told */
	uint64_t requested; /* statistics */
};

/** Ask for a device reset. The first reason stays. Any context, burst functions included. */
void ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason);
/** True if the device has to be reset. Any context. */
bool ena_reset_is_wanted(const struct ena_adapter *a);
/** The reason that was asked for, or @p otherwise if none was. */
enum ena_reset_reason ena_reset_reason_or(
	const struct ena_adapter *a, enum ena_reset_reason otherwise);
/** Tell the application, once for each reset. Context: EAL interrupt thread. */
void ena_reset_announce(struct ena_adapter *a);
/** The device was reset. Context: no events are handled, no queue runs. */
void ena_reset_done(struct ena_adapter *a);

#endif /* ENA_RESET_H */
