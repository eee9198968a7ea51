/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The vfio interface of the kernel, served in user space: /dev/vfio/vfio, groups and devices
 * (vfio_container.h, vfio_files.h, vfio_device.h).
 */
#ifndef SOFTENA_RUN_VFIO_H
#define SOFTENA_RUN_VFIO_H

#include <stdbool.h>
#include <stddef.h>

/** Number of a vfio request, -1 if @p request is not one. */
int vfio_request(unsigned long request);

/**
 * The program opened @p path, which lies below /dev/vfio, and got @p fd.
 * @return 0, or -1 with errno set; the caller closes @p fd then
 */
int vfio_opened(const char *dir, const char *path, int fd);

/** True if @p fd may be one of ours. Cheap: called before each close(). */
bool vfio_is_tracked(int fd);

/** The program is about to close @p fd. */
void vfio_closing(int fd);

/**
 * Serve a request, if @p fd is a file of ours.
 * @param result what ioctl() has to return; errno is set when it is -1
 * @return false: not ours, ask the kernel
 */
bool vfio_ioctl(const char *dir, int fd, int request, void *arg, int *result);

/** The program is about to release memory. */
void vfio_unmapping(const void *addr, size_t len);

#endif /* SOFTENA_RUN_VFIO_H */
