/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * mbufs of a device that did not confirm a reset.
 */
#ifndef ENA_PARK_H
#define ENA_PARK_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

struct ena_adapter;
struct ena_park;

/** Keep @p n mbufs until ena_park_release(). @param raw they are as a pool gives them */
void ena_park_mbufs(struct ena_adapter *a, struct rte_mbuf *const *m, uint32_t n, bool raw);
/** Give all parked mbufs back to their pools: the device does no more DMA. */
void ena_park_release(struct ena_adapter *a);
/** Forget all parked mbufs without freeing them: the device may still write to them. */
void ena_park_forget(struct ena_adapter *a);

#endif /* ENA_PARK_H */
