/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts: event fds of the client instead of messages. MSI-X counts as enabled while any
 * vector has been given one; the table and its mask bits are emulated by the client.
 */
#ifndef SOFTENA_VFIO_USER_IRQ_H
#define SOFTENA_VFIO_USER_IRQ_H

#include "port.h"
#include "vu_proto.h"

/**
 * Execute SET_IRQS.
 * @param data values of DATA_BOOL, @p len bytes
 * @param fd   descriptors of DATA_EVENTFD; those that are kept become -1
 * @return 0 or negative errno
 */
int vu_irq_set(struct port *port, const struct vfio_irq_set *set, const uint8_t *data, size_t len,
	int *fd, unsigned int fds);

/** Signal a vector's event fd, or mark the vector as pending. Bus lock held. */
void vu_irq_raise(struct port *port, uint16_t vector);

/** The function was reset: no vector is pending. Bus lock held. */
void vu_irq_forget(struct port *port);

/** All interrupts off. Bus lock held. */
void vu_irq_off(struct port *port);

#endif /* SOFTENA_VFIO_USER_IRQ_H */
