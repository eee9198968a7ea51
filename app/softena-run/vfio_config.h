/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The configuration space of a port, in memory that the program has mapped: it writes there
 * without any call, so the device thread compares it with what the device knows now and then.
 *
 * Bus lock held.
 */
#ifndef SOFTENA_RUN_VFIO_CONFIG_H
#define SOFTENA_RUN_VFIO_CONFIG_H

#include "softena.h"

/** Bytes that a driver may write; the extended configuration space is read-only. */
#define VFIO_CONFIG_BYTES 256u

struct vfio_config {
	uint8_t *shown; /* what the program sees, SOFTENA_CONFIG_SIZE bytes */
	uint8_t known[VFIO_CONFIG_BYTES]; /* what the device knows of it */
	uint64_t next_ns; /* time of the next comparison */
	bool gone; /* the device is removed: it reads all ones */
};

/** Show the program what the device has. Not while the program may write. */
void vfio_config_publish(struct vfio_config *config, struct softena *dev);

/** Give the device what the program has written since the last time, if it is time to look. */
void vfio_config_poll(struct vfio_config *config, struct softena *dev);

/** Function-level reset; what the program sees stays as it is, as the kernel arranges it. */
void vfio_config_reset(struct vfio_config *config, struct softena *dev);

#endif /* SOFTENA_RUN_VFIO_CONFIG_H */
