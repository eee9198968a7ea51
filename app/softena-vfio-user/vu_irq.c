/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts: event fds of the client instead of messages. MSI-X counts as enabled while
 * any vector has been given one; the table and its mask bits are the client's matter.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vu_port.h"

#define ACTION_MASK (VFIO_IRQ_SET_ACTION_TYPE_MASK)
#define DATA_MASK   (VFIO_IRQ_SET_DATA_TYPE_MASK)

unsigned int
vu_irq_count(const struct port *port, uint32_t index)
{
	switch (index) {
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return bus_vectors(port);
	case VFIO_PCI_ERR_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

static void
replace_fd(int *slot, int fd)
{
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
}

/** Event fds only, since a write to anything else may wait, or do things. See vu_signal(). */
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
	if (vector >= BUS_VECTORS_MAX)
		return;
	if (vector < port->vectors_enabled && port->vector_fd[vector] >= 0)
		vu_signal(port->vector_fd[vector]);
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
	unsigned int i;

	if (port->dev != NULL && port->vectors_enabled != 0)
		softena_msix_enable(port->dev, false);
	port->vectors_enabled = 0;
	for (i = 0; i < BUS_VECTORS_MAX; i++)
		replace_fd(&port->vector_fd[i], -1);
	vu_irq_forget(port);
}

void
vu_irq_off(struct port *port)
{
	msix_off(port);
	replace_fd(&port->err_fd, -1);
	replace_fd(&port->req_fd, -1);
}

/** The descriptors of vector @p start and the next ones; none at all detaches them. */
static void
msix_eventfds(struct port *port, const struct vfio_irq_set *set, int *fd, unsigned int fds)
{
	struct vu_port *vp = vu_port_of(port);
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		uint32_t v = set->start + i;

		replace_fd(&port->vector_fd[v], fds != 0 ? fd[i] : -1);
		if (fds == 0)
			continue;
		fd[i] = -1;
		if (vp->pending[v])
			vu_signal(port->vector_fd[v]);
		vp->pending[v] = false;
	}
	if (port->vectors_enabled < set->start + set->count) {
		bool first = port->vectors_enabled == 0;

		port->vectors_enabled = set->start + set->count;
		if (first)
			softena_msix_enable(port->dev, true);
	}
}

static void
trigger(struct port *port, const struct vfio_irq_set *set, const uint8_t *data)
{
	uint32_t i;

	for (i = 0; i < set->count; i++) {
		if ((set->flags & VFIO_IRQ_SET_DATA_BOOL) != 0 && data[i] == 0)
			continue;
		if (set->index == VFIO_PCI_MSIX_IRQ_INDEX)
			vu_signal(port->vector_fd[set->start + i]);
		else
			vu_signal(
				set->index == VFIO_PCI_ERR_IRQ_INDEX ? port->err_fd : port->req_fd);
	}
}

static int
check_set(const struct port *port, const struct vfio_irq_set *set, size_t len, unsigned int fds)
{
	unsigned int most = vu_irq_count(port, set->index);
	uint32_t data = set->flags & DATA_MASK;

	if ((set->flags & ~(DATA_MASK | ACTION_MASK)) != 0)
		return -EINVAL;
	/* Masking is done in the client's table. */
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
	int *slot = set->index == VFIO_PCI_ERR_IRQ_INDEX ? &port->err_fd : &port->req_fd;
	int rc = check_set(port, set, len, fds);

	if (rc == 0)
		rc = check_eventfds(fd, fds);
	if (rc != 0)
		return rc;
	bus_lock();
	if (set->count == 0) {
		if (set->index == VFIO_PCI_MSIX_IRQ_INDEX)
			msix_off(port);
		else if (vu_irq_count(port, set->index) != 0)
			replace_fd(slot, -1);
	} else if ((set->flags & DATA_MASK) != VFIO_IRQ_SET_DATA_EVENTFD) {
		trigger(port, set, data);
	} else if (set->index == VFIO_PCI_MSIX_IRQ_INDEX) {
		msix_eventfds(port, set, fd, fds);
	} else {
		replace_fd(slot, fds != 0 ? fd[0] : -1);
		if (fds != 0)
			fd[0] = -1;
	}
	bus_unlock();
	return 0;
}
