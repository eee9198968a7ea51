/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <unistd.h>

#include <linux/vfio.h>

#include "irq.h"

void
irq_init(struct irq *irq)
{
	unsigned int i;

	for (i = 0; i < IRQ_VECTORS_MAX; i++)
		irq->vector_fd[i] = -1;
	irq->vectors_enabled = 0;
	irq->err_fd = irq->req_fd = -1;
}

unsigned int
irq_count(uint32_t index, unsigned int vectors)
{
	switch (index) {
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return vectors;
	case VFIO_PCI_ERR_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

int *
irq_single(struct irq *irq, uint32_t index)
{
	return index == VFIO_PCI_ERR_IRQ_INDEX ? &irq->err_fd : &irq->req_fd;
}

void
irq_replace_fd(int *kept, int fd)
{
	if (*kept >= 0)
		close(*kept);
	*kept = fd;
}

void
irq_msix_enable(struct irq *irq, struct softena *dev, unsigned int vectors)
{
	bool first = irq->vectors_enabled == 0;

	if (irq->vectors_enabled >= vectors)
		return;
	irq->vectors_enabled = vectors;
	if (first)
		softena_msix_enable(dev, true);
}

void
irq_msix_off(struct irq *irq, struct softena *dev)
{
	unsigned int i;

	if (dev != NULL && irq->vectors_enabled != 0)
		softena_msix_enable(dev, false);
	irq->vectors_enabled = 0;
	for (i = 0; i < IRQ_VECTORS_MAX; i++)
		irq_replace_fd(&irq->vector_fd[i], -1);
}

void
irq_off(struct irq *irq, struct softena *dev)
{
	irq_msix_off(irq, dev);
	irq_replace_fd(&irq->err_fd, -1);
	irq_replace_fd(&irq->req_fd, -1);
}
