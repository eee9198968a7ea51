/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A software ENA port: its device, its wire, and what connects the device to the program or
 * guest that uses it (address table, event fds). What softena-run and softena-vfio-user do
 * differently is in a table of operations.
 *
 * Not locked: the caller holds the bus lock (bus.h).
 */
#ifndef SOFTENA_COMMON_PORT_H
#define SOFTENA_COMMON_PORT_H

#include "iommu.h"
#include "irq.h"
#include "setup.h"

struct port;

/** What a front end does with a port. All are called with the bus lock held. */
struct port_ops {
	/** Prepare what the front end keeps for a port. There is no device yet. */
	void (*init)(struct port *port);
	/** The device raises an MSI-X vector. */
	void (*raise)(struct port *port, uint16_t vector);
	/** One turn of the device thread; the port has a device. @return work done */
	unsigned int (*poll)(struct port *port);
	/** Function-level reset, as the program or the guest sees it. */
	void (*reset)(struct port *port);
	/** Give the device up: it could not be started, or the process ends. */
	void (*power_off)(struct port *port);
	/** In a forked child, where no port has a device any more. NULL: nothing to do. */
	void (*forked)(void);
};

struct port {
	unsigned int idx;
	const struct setup_port *setup;
	const struct port_ops *ops;
	bool open; /* a program or a guest uses the device */
	struct softena *dev; /* NULL: the port is off, or its device runs in another process */
	struct softena_wire *wire;
	struct iommu *iommu; /* NULL: the device reaches no memory */
	struct irq irq;
	uint64_t fault_log_ns; /* time of the next message about a DMA fault */
	uint64_t faults_unlogged;
};

/** A port without a device. */
void port_init(struct port *port, unsigned int idx, const struct setup_port *setup,
	const struct port_ops *ops);

/** MSI-X vectors of a port, whether its device runs here or not. */
unsigned int port_vectors(const struct port *port);

/** Open the port's wire. @return 0 or negative errno after a message */
int port_wire_open(struct port *port);

/** Create the device, on the open wire. @return 0 or negative errno after a message */
int port_device_create(struct port *port, const struct softena_bars *bars);

/** Destroy the device, if there is one, and close the wire. */
void port_device_destroy(struct port *port);

/** In a forked child: the device and the files of the wire stay the parent's. */
void port_disown(struct port *port);

#endif /* SOFTENA_COMMON_PORT_H */
