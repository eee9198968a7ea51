/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The life of a device that vfio-user serves: power-on, one client after the other, power-off.
 */
#ifndef SOFTENA_VFIO_USER_DEVICE_H
#define SOFTENA_VFIO_USER_DEVICE_H

#include "port.h"

/** Read the setup of run directory @p dir. @return 0 or negative errno after a message */
int vu_device_init(const char *dir);

/** Power on. Bus lock held. @return 0 or negative errno after a message */
int vu_device_power_on(struct port *port);

/** The client is gone: no memory, no interrupts, a device as after power-on. Bus lock held. */
void vu_device_detach(struct port *port);

/** Stop what the devices do on their own, or let them go on. From any thread. */
void vu_device_sleep(bool asleep);

#endif /* SOFTENA_VFIO_USER_DEVICE_H */
