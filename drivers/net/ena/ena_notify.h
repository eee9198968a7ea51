/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Callbacks of the application for events of a port.
 */
#ifndef ENA_NOTIFY_H
#define ENA_NOTIFY_H

#include <stdint.h>

#include <ena_abi.h>

struct ena_adapter;

#define ENA_NOTIFY_LINK  ENA_BIT(0)
#define ENA_NOTIFY_RESET ENA_BIT(1)

struct ena_notify {
	uint32_t pending; /* ENA_NOTIFY_*: callbacks that are due */
};

/**
 * Call the application back soon. Several events of one kind before that are one callback.
 * Context: EAL interrupt thread.
 */
void ena_notify_raise(struct ena_adapter *a, uint32_t event);
/** Try again after a failure to set the alarm. Context: the service of the port. */
void ena_notify_retry(struct ena_adapter *a);
void ena_notify_init(struct ena_adapter *a);
/** Call back no more. Waits for a callback that runs, unless it is called from one. */
void ena_notify_fini(struct ena_adapter *a);

#endif /* ENA_NOTIFY_H */
