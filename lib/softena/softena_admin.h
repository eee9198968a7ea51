/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue (softena_admin.c).
 */
#ifndef SOFTENA_ADMIN_H
#define SOFTENA_ADMIN_H

#include "softena_device.h"

#define SOFTENA_ADMIN_DEPTH_MIN  2u
#define SOFTENA_ADMIN_DEPTH_MAX  1024u
#define SOFTENA_ADMIN_ENTRY_SIZE 64u

/** Depth and entry size in a CAPS register are those of an admin ring (part A 2.7). */
bool softena_admin_caps_valid(uint32_t caps);
/** Execute commands up to the doorbell. @return number of commands */
unsigned int softena_admin_run(struct softena *dev);
/** There are commands that softena_admin_run() would execute. */
bool softena_admin_waiting(const struct softena *dev);

#endif /* SOFTENA_ADMIN_H */
