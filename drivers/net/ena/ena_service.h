/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The service of a port: an EAL alarm that takes events and watches over the device.
 */
#ifndef ENA_SERVICE_H
#define ENA_SERVICE_H

#include <stdbool.h>

struct ena_adapter;

#define ENA_SERVICE_PERIOD_US 1000000u

struct ena_service {
	bool on;
};

/** Start it. @return 0, or a negative errno with a message */
int ena_service_start(struct ena_adapter *a);
/** Stop it. Waits for a run of it, unless it is called from the EAL interrupt thread. */
void ena_service_stop(struct ena_adapter *a);

#endif /* ENA_SERVICE_H */
