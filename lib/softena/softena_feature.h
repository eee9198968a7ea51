/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between softena_feature.c, softena_feature_rss.c and softena_config.c.
 */
#ifndef SOFTENA_FEATURE_H
#define SOFTENA_FEATURE_H

#include "softena_priv.h"

/** Smallest MTU that SET accepts (part A 6.22). */
#define SOFTENA_MTU_MIN 68u

/** Features that this device implements: what a configuration may advertise. */
uint32_t softena_features_known(void);

/** ENA_LINK_SPEED_* of a speed; 0 if the interface has no bit for it. */
uint32_t softena_link_speed_bit(uint32_t mbps);

/* softena_feature_rss.c; each fills the zeroed response only if it succeeds */
uint8_t softena_get_rss_function(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_rss_function(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_get_rss_table(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_rss_table(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_get_rss_input(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_rss_input(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
uint8_t softena_set_steering(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
/** Remove all steering rules. */
void softena_steering_reset(struct softena *dev);

#endif /* SOFTENA_FEATURE_H */
