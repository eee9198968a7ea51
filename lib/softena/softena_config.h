/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between softena_config.c, softena_config_check.c and softena_profile.c.
 */
#ifndef SOFTENA_CONFIG_H
#define SOFTENA_CONFIG_H

#include "softena.h"

/** A frame with two VLAN tags must fit on a wire. */
#define SOFTENA_MAX_MTU (SOFTENA_FRAME_MAX - 22u)

/** Replace all but the name, the MAC address and the strict mode by a profile. @return 0 or -EINVAL
 */
int softena_profile_set(struct softena_config *cfg, const char *name, char *err, size_t err_len);

/** Each member has a value that its key allows. */
bool softena_config_in_range(const struct softena_config *cfg, char *err, size_t err_len);

#endif /* SOFTENA_CONFIG_H */
