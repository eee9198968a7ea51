/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * IOMMU containers: what the program gets when it opens /dev/vfio/vfio. A container has the
 * address table of the groups that are attached to it.
 *
 * Bus lock held.
 */
#ifndef SOFTENA_RUN_VFIO_CONTAINER_H
#define SOFTENA_RUN_VFIO_CONTAINER_H

#include "iommu.h"

#define VFIO_CONTAINERS_MAX 64u

struct container {
	bool used; /* a file is open, or a group is attached */
	bool iommu_set;
	unsigned int groups; /* attached */
	struct iommu table;
};

/** Take a container that is not used. @return its index, or -ENFILE */
int vfio_container_new(void);

/** Container by index, and index of a container. */
struct container *vfio_container(unsigned int idx);
unsigned int vfio_container_index(const struct container *c);

/** A group is attached. */
void vfio_container_attach(struct container *c);

/** A group is detached. @param is_open whether a file of the container is still open */
void vfio_container_detach(struct container *c, bool is_open);

/** Its last file was closed (@p is_open false): it is free again if no group is attached. */
void vfio_container_close(struct container *c, bool is_open);

/** The program is about to release memory. @return bytes that were mapped for devices */
uint64_t vfio_container_forget_host(const void *addr, size_t len);

/** A request on a container file. @return result or negative errno */
long vfio_container_ioctl(struct container *c, int request, void *arg);

#endif /* SOFTENA_RUN_VFIO_CONTAINER_H */
