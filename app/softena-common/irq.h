/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The interrupts of a port: an event fd for each MSI-X vector, one for errors and one for
 * requests to release the device. Each descriptor here is owned by this structure.
 *
 * Not locked: the caller holds the bus lock (bus.h).
 */
#ifndef SOFTENA_COMMON_IRQ_H
#define SOFTENA_COMMON_IRQ_H

#include <stdint.h>

#include "softena.h"

#define IRQ_VECTORS_MAX (SOFTENA_QUEUES_MAX + 1)

/** Descriptors are -1 where the program or the guest has given none. */
struct irq {
	int vector_fd[IRQ_VECTORS_MAX];
	unsigned int vectors_enabled; /* 0: MSI-X is off */
	int err_fd, req_fd;
};

/** No descriptors, MSI-X off. */
void irq_init(struct irq *irq);

/**
 * Interrupts of a vfio index (VFIO_PCI_MSIX_IRQ_INDEX, ...).
 * @param vectors MSI-X vectors of the device
 */
unsigned int irq_count(uint32_t index, unsigned int vectors);

/** Where the descriptor of VFIO_PCI_ERR_IRQ_INDEX or VFIO_PCI_REQ_IRQ_INDEX is kept. */
int *irq_single(struct irq *irq, uint32_t index);

/** Put @p fd, which may be -1, in the place of a descriptor, which is closed. */
void irq_replace_fd(int *kept, int fd);

/** At least @p vectors MSI-X vectors are enabled now. */
void irq_msix_enable(struct irq *irq, struct softena *dev, unsigned int vectors);

/** MSI-X off. @p dev may be NULL: the port has no device. */
void irq_msix_off(struct irq *irq, struct softena *dev);

/** All interrupts off. */
void irq_off(struct irq *irq, struct softena *dev);

#endif /* SOFTENA_COMMON_IRQ_H */
