/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Features: dispatch, and what their files share (softena_feature.c, softena_feature_rss.c).
 */
#ifndef SOFTENA_FEATURE_H
#define SOFTENA_FEATURE_H

#include "softena_device.h"

/** Smallest MTU that SET accepts (part A 6.22). */
#define SOFTENA_MTU_MIN 68u

/** GET or SET of a feature; fills the zeroed response only if it succeeds. @return status */
typedef uint8_t (*softena_feature_fn)(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);

uint8_t softena_cmd_get_feature(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_set_feature(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
void softena_features_reset(struct softena *dev);
/** Features that this device implements: what a configuration may advertise. */
uint32_t softena_features_known(void);
/** ENA_LINK_SPEED_* of a speed; 0 if the interface has no bit for it. */
uint32_t softena_link_speed_bit(uint32_t mbps);

/**
 * The control buffer of a command. Control buffers are direct, whatever the flags of the
 * command say (part A 4.3).
 * @return status: success if the buffer has @p len bytes and the device can access them
 */
uint8_t softena_ctrl_check(
	const struct softena *dev, const struct ena_ctrl_buf *ctrl, uint64_t len);
uint8_t softena_ctrl_read(
	struct softena *dev, const struct ena_ctrl_buf *ctrl, void *buf, size_t len);
uint8_t softena_ctrl_write(
	struct softena *dev, const struct ena_ctrl_buf *ctrl, const void *buf, size_t len);

/* softena_feature_rss.c */
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

#endif /* SOFTENA_FEATURE_H */
