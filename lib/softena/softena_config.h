/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between softena_config.c, softena_config_check.c and softena_profile.c.
 */
#ifndef SOFTENA_CONFIG_H
#define SOFTENA_CONFIG_H

#include "softena_priv.h"

/** A frame with two VLAN tags must fit on a wire. */
#define SOFTENA_MAX_MTU (SOFTENA_FRAME_MAX - 22u)

/** Lines of softena_config_help() about profiles. */
#define SOFTENA_PROFILE_HELP                                                              \
	"profile\tdefault\tall members as in a device that suits every driver (set it first)\n" \
	"profile\tnitro-v2\tLLQ with 128 bytes recommended, 256 possible; fixed RSS key\n"      \
	"profile\tnitro-v3n\tas nitro-v2, RSS key can be set\n"                                 \
	"profile\tnitro-v4\tLLQ with 256 bytes recommended, metadata not cached, 32 queues\n"   \
	"profile\tnitro-v5\tas nitro-v4, longer rings, steering, Rx time stamps, PHC\n"         \
	"profile\tno-llq\tno device memory, Tx rings in host memory\n"                          \
	"profile\tminimal\tthe smallest set of features that all drivers accept\n"              \
	"profile\tfull\tevery feature and capability of this model\n"

/** Replace all but the name, the MAC address and the strict mode by a profile. @return 0 or -EINVAL */
int softena_profile_set(struct softena_config *cfg, const char *name, char *err, size_t err_len);

/** Each member has a value that its key allows. */
bool softena_config_in_range(const struct softena_config *cfg, char *err, size_t err_len);

#endif /* SOFTENA_CONFIG_H */
