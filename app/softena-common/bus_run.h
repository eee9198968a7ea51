/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The life of the bus: ports from the setup file, the thread that runs their devices, the
 * control server, and the report at the end.
 */
#ifndef SOFTENA_COMMON_BUS_RUN_H
#define SOFTENA_COMMON_BUS_RUN_H

#include "port.h"

/**
 * Read the setup of run directory @p dir and prepare its ports; idempotent.
 * @param ops of the front end
 * @return 0 or negative errno after a message
 */
int bus_init(const char *dir, const struct port_ops *ops);

/**
 * Start the device thread and the control server if they do not run. Bus lock held.
 * @return 0 or negative errno after a message
 */
int bus_start(void);

/**
 * Stop everything and write the report. At the end of the process.
 * @return 0, or -ETIMEDOUT after a message: the device thread does not end, and nothing was
 *         written
 */
int bus_shutdown(void);

#endif /* SOFTENA_COMMON_BUS_RUN_H */
