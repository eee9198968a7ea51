/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bus.h"
#include "vu_irq.h"
#include "vu_port.h"
#include "vu_signal.h"

#define ACTION_MASK (VFIO_IRQ_SET_ACTION_TYPE_MASK)
#define DATA_MASK   (VFIO_IRQ_SET_DATA_TYPE_MASK)

/** Only event fds are accepted: a write to any other file may wait or have side effects. See
 * vu_signal(). */
static int
check_eventfds(const int *fd, unsigned int fds)
{
	static const char wanted[] = "anon_inode:[eventfd]";
	char path[32], is[64];
	unsigned int i;
	int flags;

	for (i = 0; i < fds; i++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd[i]);
		if (readlink(path, is, sizeof(is)) != (ssize_t)(sizeof(wanted) - 1) ||
			memcmp(is, wanted, sizeof(wanted) - 1) != 0)
			return -EINVAL;
		flags = fcntl(fd[i], F_GETFL);
		if (flags < 0 || fcntl(fd[i], F_SETFL, flags | O_NONBLOCK) != 0)
			return -errno;
	}
	return 0;
}

void
vu_irq_raise(struct port *port, uint16_t vector)
{
	if (vector >= IRQ_VECTORS_MAX)
		return;
	if (vector < port->irq.vectors_enabled && port->irq.vector_fd[vector] >= 0)
		vu_signal(port->irq.vector_fd[vector]);
	else
		vu_port_of(port)->pending[vector] = true;
}

void
vu_irq_forget(struct port *port)
{
	struct vu_port *vp = vu_port_of(port);

	memset(vp->pending, 0, sizeof(vp->pending));
}

static void
msix_off(struct port *port)
{
	irq_msix_off(&port->irq, port->dev);
	vu_irq_forget(port);
}

void
vu_irq_off(struct port *port)
{
	irq_off(&port->irq, port->dev);
	vu_irq_forget(port);
}

/** Take the descriptors of vector @c start and the following; without descriptors they are
 * detached. */
static void
msix_eventfds(struct port *port, const struct vfio_irq_set *set, int *fd, unsigned int fds)
{
	struct vu_port *vp = vu_port_of(port);
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		uint32_t v = set->start + i;

		irq_replace_fd(&port->irq.vector_fd[v], fds != 0 ? fd[i] : -1);
		if (fds == 0)
			continue;
		fd[i] = -1;
		if (vp->pending[v])
			vu_signal(port->irq.vector_fd[v]);
		vp->pending[v] = false;
	}
	irq_msix_enable(&port->irq, port->dev, set->start + set->count);
}

static void
trigger(struct port *port, const struct vfio_irq_set *set, const uint8_t *data)
{
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		if ((set->flags & VFIO_IRQ_SET_DATA_BOOL) != 0 && data[i] == 0)
			continue;
		if (set->index == VFIO_PCI_MSIX_IRQ_INDEX)
			vu_signal(port->irq.vector_fd[set->start + i]);
		else
			vu_signal(*irq_single(&port->irq, set->index));
	}
}

static int
check_set(const struct port *port, const struct vfio_irq_set *set, size_t len, unsigned int fds)
{
	unsigned int most = irq_count(set->index, port_vectors(port));
	uint32_t data = set->flags & DATA_MASK;

	if ((set->flags & ~(DATA_MASK | ACTION_MASK)) != 0)
		return -EINVAL;
	/* The client emulates mask bits in its own table. */
	if ((set->flags & ACTION_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTSUP;
	if (set->start > most || set->count > most - set->start)
		return -EINVAL;
	if (data != VFIO_IRQ_SET_DATA_NONE && data != VFIO_IRQ_SET_DATA_BOOL &&
		data != VFIO_IRQ_SET_DATA_EVENTFD)
		return -EINVAL;
	if (data != VFIO_IRQ_SET_DATA_NONE && set->count == 0)
		return -EINVAL;
	if (data == VFIO_IRQ_SET_DATA_BOOL && len < set->count)
		return -EINVAL;
	if (data == VFIO_IRQ_SET_DATA_EVENTFD ? fds != 0 && fds != set->count : fds != 0)
		return -EINVAL;
	return 0;
}

int
vu_irq_set(struct port *port, const struct vfio_irq_set *set, const uint8_t *data, size_t len,
	int *fd, unsigned int fds)
{
	int *single = irq_single(&port->irq, set->index);
	int rc = check_set(port, set, len, fds);

	if (rc == 0)
		rc = check_eventfds(fd, fds);
	if (rc != 0)
		return rc;
	bus_lock();
	if (set->count == 0) {
		if (set->index == VFIO_PCI_MSIX_IRQ_INDEX)
			msix_off(port);
		else if (irq_count(set->index, port_vectors(port)) != 0)
			irq_replace_fd(single, -1);
	} else if ((set->flags & DATA_MASK) != VFIO_IRQ_SET_DATA_EVENTFD) {
		trigger(port, set, data);
	} else if (set->index == VFIO_PCI_MSIX_IRQ_INDEX) {
		msix_eventfds(port, set, fd, fds);
	} else {
		irq_replace_fd(single, fds != 0 ? fd[0] : -1);
		if (fds != 0)
			fd[0] = -1;
	}
	bus_unlock();
	return 0;
}
