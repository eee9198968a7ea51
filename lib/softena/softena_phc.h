/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * PTP hardware clock (softena_phc.c).
 */
#ifndef SOFTENA_PHC_H
#define SOFTENA_PHC_H

#include "softena_feature.h"

uint8_t softena_get_phc(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_phc(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
/** PHC_DB was written. */
void softena_phc_request(struct softena *dev, uint16_t req_id);
void softena_phc_reset(struct softena *dev);

#endif /* SOFTENA_PHC_H */
