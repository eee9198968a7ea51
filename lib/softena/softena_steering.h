/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Flow steering: the table of rules, and the search (softena_steering.c).
 */
#ifndef SOFTENA_STEERING_H
#define SOFTENA_STEERING_H

#include "softena_feature.h"

struct softena_parsed;

/** Entry of the steering table. */
struct softena_steering_entry {
	bool used;
	uint8_t flow_type;
	uint16_t rx_queue;
	struct ena_steering_rule rule;
};

uint8_t softena_set_steering(
	struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56]);
/** Remove all rules. */
void softena_steering_reset(struct softena *dev);
/** Queue of the lowest rule that matches and whose queue exists, or NULL. */
struct softena_sq *softena_steering_select(
	struct softena *dev, const uint8_t *frame, const struct softena_parsed *p);

#endif /* SOFTENA_STEERING_H */
