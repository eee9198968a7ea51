/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the program's file descriptors stand for. They are real files of the run directory, so
 * that they can be mapped, passed to other processes and closed as any other. Those that were
 * opened here are known by number, those that another process passed by the identity of the
 * file.
 */
#ifndef SOFTENA_RUN_VFIO_FILES_H
#define SOFTENA_RUN_VFIO_FILES_H

#include <stdbool.h>

enum vfio_kind { VFIO_KIND_NONE, VFIO_KIND_CONTAINER, VFIO_KIND_GROUP, VFIO_KIND_DEVICE };

/** @p fd is container, group or device number @p idx from now on. */
void vfio_files_add(int fd, enum vfio_kind kind, unsigned int idx);

/**
 * @p fd is about to be closed.
 * @param last no other descriptor stands for the same
 * @return what it stood for
 */
enum vfio_kind vfio_files_remove(int fd, unsigned int *idx, bool *last);

/** True if any descriptor of this process is known, and if @p fd is: cheap, without a lock. */
bool vfio_files_any(void);
bool vfio_files_known(int fd);

/** What @p fd stands for, in run directory @p dir. */
enum vfio_kind vfio_files_look_up(const char *dir, int fd, unsigned int *idx);

/** True if some descriptor stands for container, group or device number @p idx. */
bool vfio_files_open(enum vfio_kind kind, unsigned int idx);

/** In a forked child: nothing is known. */
void vfio_files_forked(void);

#endif /* SOFTENA_RUN_VFIO_FILES_H */
