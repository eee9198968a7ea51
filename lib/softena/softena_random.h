/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Random numbers of the quirks that change an order (softena_random.c).
 */
#ifndef SOFTENA_RANDOM_H
#define SOFTENA_RANDOM_H

#include "softena_device.h"

/** The same numbers for each device, so that a run can be repeated. */
void softena_random_init(struct softena *dev);
uint32_t softena_random(struct softena *dev);

#endif /* SOFTENA_RANDOM_H */
