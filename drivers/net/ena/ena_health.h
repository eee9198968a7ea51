/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Watchdogs of a device (datasheet part A 8).
 */
#ifndef ENA_HEALTH_H
#define ENA_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#define ENA_KEEP_ALIVE_US 6000000u /* watchdog, part A 8.2 */

struct ena_adapter;
struct ena_hw_hints;

struct ena_health {
	uint64_t keep_alive_us; /* time of the last one, or of bring-up; later after a pause */
	uint64_t watched_us; /* when the service ran last */
	uint64_t keep_alive_timeout_us; /* 0 = off */
	bool keep_alive_granted; /* the device sends such events */
};

/** The device was reset: the time-outs begin now. Context: the service is off. */
void ena_health_init(struct ena_adapter *a);
/** The service starts: it has watched the device from now on. */
void ena_health_begin(struct ena_adapter *a);
/** The device has said which event groups it sends. */
void ena_health_granted(struct ena_adapter *a, uint32_t groups);
/** Take over time-outs that the device hints. Context: bring-up, EAL interrupt thread. */
void ena_health_hints(struct ena_adapter *a, const struct ena_hw_hints *hints);
/** A keep-alive event came. Context: EAL interrupt thread. */
void ena_health_keep_alive(struct ena_adapter *a);
/**
 * Do not count time in which the process was stopped or got no CPU, or in which the machine was
 * paused: the device may have sent events in that time. Call it in each run of the service,
 * before events are taken, which may be from before the pause.
 * @param period_us of the service
 */
void ena_health_discount_pause(struct ena_adapter *a, uint64_t period_us);
/** Ask for a reset if something is wrong. Context: the service. */
void ena_health_check(struct ena_adapter *a);

#endif /* ENA_HEALTH_H */
