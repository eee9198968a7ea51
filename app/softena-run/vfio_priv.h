/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#ifndef SOFTENA_RUN_VFIO_PRIV_H
#define SOFTENA_RUN_VFIO_PRIV_H

#include "bus.h"

#define PAGE_BYTES 4096u

/** A request on a device file. Bus lock held. @return result or negative errno */
long vfio_device_ioctl(struct port *port, int request, void *arg);

/** In a forked child: no file of ours is known. */
void vfio_forked(void);

#endif /* SOFTENA_RUN_VFIO_PRIV_H */
