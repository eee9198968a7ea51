/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A port as the preloaded library serves it: BARs and configuration space in a file that the
 * program maps, and interrupts through its event fds.
 */
#ifndef SOFTENA_RUN_VFIO_PORT_H
#define SOFTENA_RUN_VFIO_PORT_H

#include "bus.h"
#include "vfio_config.h"
#include "vfio_container.h"

/** What a port has in addition to struct port. */
struct vfio_port {
	struct container *container; /* of the port's group; NULL: not attached */
	/* the following members only in the process that runs the device */
	bool owner;
	int lock_fd;
	struct softena_bars bars;
	struct vfio_config config;
};

/** The front end's part of a port. */
struct vfio_port *vfio_port_of(const struct port *port);

/** Read the setup of run directory @p dir; idempotent. @return 0 or negative errno */
int vfio_port_init(const char *dir);

/**
 * Power the port on in this process, unless it runs here already or in another process.
 * Bus lock held.
 * @return 0 or negative errno after a message
 */
int vfio_port_open(struct port *port);

/** The program closed the device: interrupts off, function reset. Bus lock held. */
void vfio_port_close(struct port *port);

#endif /* SOFTENA_RUN_VFIO_PORT_H */
