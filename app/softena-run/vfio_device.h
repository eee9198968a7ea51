/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The requests on a device file of vfio: information, interrupts, reset.
 */
#ifndef SOFTENA_RUN_VFIO_DEVICE_H
#define SOFTENA_RUN_VFIO_DEVICE_H

#include "port.h"

/** A request on a device file. Bus lock held. @return result or negative errno */
long vfio_device_ioctl(struct port *port, int request, void *arg);

#endif /* SOFTENA_RUN_VFIO_DEVICE_H */
