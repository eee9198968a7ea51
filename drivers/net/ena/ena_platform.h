/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the HAL needs from DPDK: registers, DMA memory, time, sleeping, logging.
 */
#ifndef ENA_PLATFORM_H
#define ENA_PLATFORM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_spinlock.h>

#include <ena_hal.h>

struct ena_adapter;
struct rte_pci_device;

/** The BARs of the function. */
struct ena_bars {
	uint8_t *regs; /* BAR0 */
	uint8_t *mem; /* BAR2, LLQ rings; NULL if there is none */
	size_t regs_len, mem_len;
};

/** For the functions of the table. */
struct ena_platform {
	rte_spinlock_t lock;
	pthread_mutex_t wait_lock;
	pthread_cond_t wait_cond;
	uint64_t wakes;
};

extern const struct ena_hal_platform ena_platform_ops;
int ena_platform_init(struct ena_adapter *a);
void ena_platform_fini(struct ena_adapter *a);
/** Find the BARs of @p pci, which EAL has mapped. @return 0, or -ENODEV with a message */
int ena_platform_map(struct ena_bars *bars, const struct rte_pci_device *pci);

/**
 * Address of a BAR in its mapping. A mapping begins at a page boundary, but a small BAR on a host
 * with large pages may begin within the page (part A 1.2).
 */
static inline uint8_t *
ena_bar_address(void *mapping, uint64_t phys_addr, uint64_t page_size)
{
	return (uint8_t *)mapping + (phys_addr & (page_size - 1));
}

#endif /* ENA_PLATFORM_H */
