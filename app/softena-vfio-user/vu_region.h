/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Regions: registers are trapped, except for the doorbell pages, which the client may map and the
 * device polls; device memory is mapped whole; the configuration space is trapped.
 */
#ifndef SOFTENA_VFIO_USER_REGION_H
#define SOFTENA_VFIO_USER_REGION_H

#include "port.h"
#include "vu_proto.h"

/** Size of a vfio region, 0 if the device does not have it. */
uint64_t vu_region_size(const struct port *port, uint32_t region);

/** Where a client may map: @return number of areas (0, or 1 after filling @p area) */
unsigned int vu_region_mappable(
	const struct port *port, uint32_t region, struct vfio_region_sparse_mmap_area *area);

/** @return 0, -EINVAL if the access is not within a region */
int vu_region_read(struct port *port, const struct vu_region_rw *rw, uint8_t *data);
int vu_region_write(struct port *port, const struct vu_region_rw *rw, const uint8_t *data);

#endif /* SOFTENA_VFIO_USER_REGION_H */
