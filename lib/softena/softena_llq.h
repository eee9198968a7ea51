/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * LLQ: what GET and SET say of it, and where rings lie in BAR2 (softena_llq.c).
 */
#ifndef SOFTENA_LLQ_H
#define SOFTENA_LLQ_H

#include "softena_feature.h"

/** Largest LLQ entry, bytes. */
#define SOFTENA_LLQ_ENTRY_MAX 256u

/** Bytes of BAR2 that belong to one LLQ ring; 0 if there is no LLQ. */
size_t softena_llq_ring_size(const struct softena_config *cfg);
/** Most entries of an LLQ ring with the geometry that the driver has selected. */
uint32_t softena_llq_max_depth(const struct softena *dev);
/** Offset in BAR2 of a ring that no existing SQ has. @return false if there is none */
bool softena_llq_place(const struct softena *dev, uint32_t *off);

uint8_t softena_get_llq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_llq(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);

#endif /* SOFTENA_LLQ_H */
