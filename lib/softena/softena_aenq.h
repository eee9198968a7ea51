/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events (softena_aenq.c).
 */
#ifndef SOFTENA_AENQ_H
#define SOFTENA_AENQ_H

#include "softena_device.h"

/** An event of the group is written when there is credit, if the driver has enabled the group. */
void softena_aenq_due(struct softena *dev, enum ena_aenq_group group);
/** What softena_event_send() does under the lock. */
int softena_event_raise(struct softena *dev, enum ena_aenq_group group);
/** Write due events for which there is credit; run the keep-alive timer. @return number */
unsigned int softena_aenq_run(struct softena *dev);
/** There are events that softena_aenq_run() would write. */
bool softena_aenq_waiting(const struct softena *dev);
void softena_aenq_enable(struct softena *dev, uint32_t groups);
void softena_aenq_reset(struct softena *dev);
/** Programmed by AENQ_CAPS: no event produced, no credit. */
void softena_aenq_start(struct softena *dev);

#endif /* SOFTENA_AENQ_H */
