/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Host attributes: host information page and debug area (softena_host_attr.c).
 */
#ifndef SOFTENA_HOST_ATTR_H
#define SOFTENA_HOST_ATTR_H

#include "softena_feature.h"

uint8_t softena_set_host_attr(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
/** Before an error reset: what the driver has put into its debug area goes to the log. */
void softena_debug_dump(struct softena *dev);

#endif /* SOFTENA_HOST_ATTR_H */
