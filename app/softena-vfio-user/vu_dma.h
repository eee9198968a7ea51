/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Memory of the client: what its DMA_MAP and DMA_UNMAP messages make visible to the device.
 */
#ifndef SOFTENA_VFIO_USER_DMA_H
#define SOFTENA_VFIO_USER_DMA_H

#include "port.h"
#include "vu_proto.h"

/**
 * Divide the mappings that the kernel allows this process among the ports. Called before the
 * first client; without it each port has a small share.
 */
void vu_dma_limit(unsigned int max_map_count, unsigned int ports);

/** The largest number of mappings that a client may have, as the server tells it. */
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
 * Handle SIGBUS. A client can truncate a file that the device accesses. The missing memory is then
 * replaced by anonymous memory, and a message is printed; without this the process would end.
 */
void vu_dma_guard(void);

#endif /* SOFTENA_VFIO_USER_DMA_H */
