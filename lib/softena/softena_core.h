/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Reset, messages, carrier (softena_core.c).
 */
#ifndef SOFTENA_CORE_H
#define SOFTENA_CORE_H

#include "softena_device.h"

/** Everything that a DEV_CTL reset does (part A 3.8), statistics included. */
void softena_device_reset(struct softena *dev, uint32_t reason);
/** A function-level reset; what softena_function_reset() does under the lock. */
void softena_flr(struct softena *dev);
/** DEV_STS with the fatal error bit: nothing is executed or moved until a reset. */
void softena_fatal(struct softena *dev, const char *why);
void softena_log(struct softena *dev, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/**
 * True at most SOFTENA_LOG_PER_SECOND times per second. To be asked before a message that a driver
 * can cause as often as it likes.
 */
bool softena_may_log(struct softena *dev);
#define SOFTENA_LOG_PER_SECOND 4u
/** What softena_link_set() does under the lock. */
void softena_link_change(struct softena *dev, bool up);

#endif /* SOFTENA_CORE_H */
