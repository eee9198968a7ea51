/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A software ENA port as vfio-user serves it: BARs in memory that a client can map, an
 * address table filled by its messages, interrupts by its event fds. It is the bus.h of
 * softena-run with another kind of port behind it.
 */
#ifndef SOFTENA_VFIO_USER_PORT_H
#define SOFTENA_VFIO_USER_PORT_H

#include "bus_port.h"
#include "vu_proto.h"

/** What a port has beyond struct port. */
struct vu_port {
	int bar_fd[6]; /* memory of the BARs that can be mapped, -1 if there is none */
	uint8_t *bar[6];
	size_t bar_size[6];
	bool pending[BUS_VECTORS_MAX]; /* raised when nobody listened: the PBA */
	uint64_t mapped; /* bytes of the client's memory */
};

/** The rest of a port. */
struct vu_port *vu_port_of(const struct port *port);

/** Stop what the devices do on their own, or let them go on. From any thread. */
void vu_port_sleep(bool asleep);

/** Power on. Bus lock held. @return 0 or negative errno after a message */
int vu_port_power_on(struct port *port);

/** The client is gone: no memory, no interrupts, a device as after power-on. Bus lock held. */
void vu_port_detach(struct port *port);

/* ---- vu_dma.c ------------------------------------------------------------------------ */

/**
 * Share the mappings that the kernel allows this process among ports. Before the first
 * client; without it a port has a small share.
 */
void vu_dma_limit(unsigned int max_map_count, unsigned int ports);

/** Most mappings that a client may have, as it is told. */
unsigned int vu_dma_maps_max(void);

/**
 * Make @p size bytes of @p fd visible to the device. Takes the bus lock.
 * @param fd -1 for memory that cannot be mapped: the device will see a fault there
 * @return 0, -ENOSPC after a message (more mappings or bytes than a port's share), other
 *         negative errno
 */
int vu_dma_map(struct port *port, const struct vu_dma_map *map, int fd);

/** Unmap all that lies in a range, which may be nothing. Takes the bus lock. */
int vu_dma_unmap(struct port *port, uint64_t iova, uint64_t size);

/** Unmap everything. Bus lock held. */
void vu_dma_clear(struct port *port);

/**
 * A client can cut a file short that the device works on. The access becomes one to memory
 * of nobody then, and a message; without this it would end the process.
 */
void vu_dma_guard(void);

/* ---- vu_irq.c ------------------------------------------------------------------------- */

/** Number of interrupts of a vfio index. */
unsigned int vu_irq_count(const struct port *port, uint32_t index);

/**
 * Execute SET_IRQS.
 * @param data values of DATA_BOOL, @p len bytes
 * @param fd   descriptors of DATA_EVENTFD; those that are kept become -1
 * @return 0 or negative errno
 */
int vu_irq_set(struct port *port, const struct vfio_irq_set *set, const uint8_t *data, size_t len,
	int *fd, unsigned int fds);

/** Send a vector's message, or remember it. Bus lock held. */
void vu_irq_raise(struct port *port, uint16_t vector);

/** The function was reset: no message waits. Bus lock held. */
void vu_irq_forget(struct port *port);

/** All interrupts off. Bus lock held. */
void vu_irq_off(struct port *port);

/* ---- vu_signal.c ---------------------------------------------------------------------- */

/**
 * Get ready to signal; idempotent. Bus lock held.
 * @return false after a message: a client can make vu_signal() wait
 */
bool vu_signal_init(void);

/** Count one up in an event fd (-1: do nothing), without waiting for the client. Bus lock held. */
void vu_signal(int fd);

/* ---- vu_region.c ------------------------------------------------------------------------ */

/** Size of a vfio region, 0 if the device does not have it. */
uint64_t vu_region_size(const struct port *port, uint32_t region);

/** Where a client may map: @return number of areas (0, or 1 after filling @p area) */
unsigned int vu_region_mappable(
	const struct port *port, uint32_t region, struct vfio_region_sparse_mmap_area *area);

/** @return 0, -EINVAL if that is not within a region */
int vu_region_read(struct port *port, const struct vu_region_rw *rw, uint8_t *data);
int vu_region_write(struct port *port, const struct vu_region_rw *rw, const uint8_t *data);

#endif /* SOFTENA_VFIO_USER_PORT_H */
