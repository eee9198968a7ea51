/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events of the device, and the link state, which comes with them (datasheet part A 7).
 */
#ifndef ENA_EVENTS_H
#define ENA_EVENTS_H

#include <stdint.h>

#include <ena_hal.h>

struct ena_adapter;
struct rte_eth_dev;

/** Event groups that the driver handles. */
#define ENA_EVENT_GROUPS                                                               \
	(ENA_BIT(ENA_AENQ_LINK_CHANGE) | ENA_BIT(ENA_AENQ_FATAL_ERROR) |               \
		ENA_BIT(ENA_AENQ_WARNING) | ENA_BIT(ENA_AENQ_NOTIFICATION) |           \
		ENA_BIT(ENA_AENQ_KEEP_ALIVE) | ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION) | \
		ENA_BIT(ENA_AENQ_RESET_REQUEST))

struct ena_events {
	uint64_t config_codes; /* sub-optimal configuration, as the device reported it */
};

/** The device was reset: the link is down until an event reports that it is up. */
void ena_events_init(struct ena_adapter *a);
/** Handlers for the HAL. Context: EAL interrupt thread, or bring-up. */
extern const struct ena_hal_event_ops ena_event_ops;
int ena_link_update(struct rte_eth_dev *dev, int wait);

#endif /* ENA_EVENTS_H */
