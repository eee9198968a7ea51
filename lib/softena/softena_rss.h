/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * RSS: choice of a queue by the hash of a frame (softena_rss.c).
 */
#ifndef SOFTENA_RSS_H
#define SOFTENA_RSS_H

#include "softena_device.h"

struct softena_parsed;

#define SOFTENA_RSS_INPUT_MAX 36u /* two IPv6 addresses and two ports */

/** Fields that the device can hash for a protocol record (part A 6.22). */
uint16_t softena_rss_supported(unsigned int proto);
/** A queue and hash for a frame, or NULL if it must be dropped; @p counted says whether that is
 * counted. */
struct softena_sq *softena_rss_select(struct softena *dev, const uint8_t *frame, size_t len,
	const struct softena_parsed *p, uint32_t *hash, bool *counted);
void softena_rss_reset(struct softena *dev);

#endif /* SOFTENA_RSS_H */
