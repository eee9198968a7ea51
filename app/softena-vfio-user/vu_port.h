/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What a port has in addition to struct port when vfio-user serves it: BARs in memory that a
 * client can map, an address table that its messages fill, and interrupts that wait.
 *
 * Bus lock held.
 */
#ifndef SOFTENA_VFIO_USER_PORT_H
#define SOFTENA_VFIO_USER_PORT_H

#include "bus.h"

#define VU_BARS 6u

struct vu_port {
	int bar_fd[VU_BARS]; /* memory of the BARs that can be mapped, -1 if there is none */
	uint8_t *bar[VU_BARS];
	size_t bar_size[VU_BARS];
	bool pending[IRQ_VECTORS_MAX]; /* raised while no event fd was attached, as in the PBA */
	struct iommu table;
	uint64_t mapped; /* bytes of the client's memory */
};

/** The front end's part of a port. */
struct vu_port *vu_port_of(const struct port *port);

/** Prepare a port: nothing is mapped, and it has no BARs. */
void vu_port_init(struct port *port);

/**
 * Memory for a BAR that a client can map, and neither shrink nor grow. It takes the place of
 * the memory that the BAR has, if any: the device finds it at the same address.
 * @return 0 or negative errno
 */
int vu_bar_make(struct vu_port *vp, unsigned int bar, size_t size);

/**
 * New memory of all BARs for the next client: the last one may have kept its mappings, and must
 * not see what the next one does.
 */
void vu_bars_renew(struct port *port);

/** Release the memory of all BARs. */
void vu_bars_drop(struct vu_port *vp);

#endif /* SOFTENA_VFIO_USER_PORT_H */
