/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <syslog.h>

#include <linux/vfio.h>

#include "bus_log.h"
#include "vfio.h"
#include "vfio_container.h"
#include "vfio_device.h"
#include "vfio_files.h"
#include "vfio_port.h"

/* ---- group ---------------------------------------------------------------------------- */

static void
attach(struct port *port, struct container *c)
{
	vfio_container_attach(c);
	vfio_port_of(port)->container = c;
	port->iommu = &c->table;
}

static void
detach(struct port *port)
{
	struct container *c = vfio_port_of(port)->container;

	if (c == NULL)
		return;
	vfio_port_of(port)->container = NULL;
	port->iommu = NULL;
	/* The program may have closed its files before. */
	vfio_container_detach(c, vfio_files_open(VFIO_KIND_CONTAINER, vfio_container_index(c)));
}

static long
group_status(const struct port *port, void *arg)
{
	struct vfio_group_status status;

	memcpy(&status.argsz, arg, sizeof(status.argsz));
	if (status.argsz < sizeof(status))
		return -EINVAL;
	status.argsz = sizeof(status);
	status.flags = VFIO_GROUP_FLAGS_VIABLE;
	if (vfio_port_of(port)->container != NULL)
		status.flags |= VFIO_GROUP_FLAGS_CONTAINER_SET;
	memcpy(arg, &status, sizeof(status));
	return 0;
}

static long
set_container(struct port *port, const char *dir, const void *arg)
{
	unsigned int idx;
	int fd;

	memcpy(&fd, arg, sizeof(fd));
	if (vfio_port_of(port)->container != NULL)
		return -EINVAL;
	if (vfio_files_look_up(dir, fd, &idx) != VFIO_KIND_CONTAINER)
		return fcntl(fd, F_GETFD) < 0 ? -EBADF : -EINVAL;
	attach(port, vfio_container(idx));
	return 0;
}

static long
get_device_fd(struct port *port, const char *dir, const char *name)
{
	char path[512];
	int fd, rc;

	if (vfio_port_of(port)->container == NULL)
		return -EINVAL;
	if (strcmp(name, port->setup->addr) != 0)
		return -ENODEV;
	rc = vfio_port_open(port);
	if (rc != 0)
		return rc;
	snprintf(path, sizeof(path), SETUP_BARS, dir, port->idx);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	vfio_files_add(fd, VFIO_KIND_DEVICE, port->idx);
	return fd;
}

static long
group_ioctl(struct port *port, const char *dir, int request, void *arg)
{
	switch (request + VFIO_BASE) {
	case _IOC_NR(VFIO_GROUP_UNSET_CONTAINER):
		if (vfio_port_of(port)->container == NULL)
			return -EINVAL;
		if (port->open)
			return -EBUSY;
		detach(port);
		return 0;
	case _IOC_NR(VFIO_GROUP_GET_STATUS):
		return arg != NULL ? group_status(port, arg) : -EFAULT;
	case _IOC_NR(VFIO_GROUP_SET_CONTAINER):
		return arg != NULL ? set_container(port, dir, arg) : -EFAULT;
	case _IOC_NR(VFIO_GROUP_GET_DEVICE_FD):
		return arg != NULL ? get_device_fd(port, dir, arg) : -EFAULT;
	default:
		return -ENOTTY;
	}
}

/* ---- files ------------------------------------------------------------------------- */

bool
vfio_is_tracked(int fd)
{
	return vfio_files_known(fd);
}

int
vfio_opened(const char *dir, const char *path, int fd)
{
	const char *name = path + strlen("/dev/vfio/");
	unsigned long group;
	char *end;
	int idx;

	if (vfio_port_init(dir) != 0) {
		errno = ENODEV;
		return -1;
	}
	if (strcmp(name, "vfio") == 0) {
		bus_lock();
		idx = vfio_container_new();
		bus_unlock();
		if (idx < 0) {
			errno = -idx;
			return -1;
		}
		vfio_files_add(fd, VFIO_KIND_CONTAINER, (unsigned int)idx);
		return 0;
	}
	group = strtoul(name, &end, 10);
	if (*name != '\0' && *end == '\0' && group < bus.setup.ports)
		vfio_files_add(fd, VFIO_KIND_GROUP, (unsigned int)group);
	return 0;
}

void
vfio_closing(int fd)
{
	unsigned int idx;
	bool last;
	enum vfio_kind kind = vfio_files_remove(fd, &idx, &last);

	if (!last)
		return;
	bus_lock();
	switch (kind) {
	case VFIO_KIND_CONTAINER:
		vfio_container_close(vfio_container(idx), false);
		break;
	case VFIO_KIND_GROUP:
		if (!bus.port[idx].open)
			detach(&bus.port[idx]);
		break;
	case VFIO_KIND_DEVICE:
		vfio_port_close(&bus.port[idx]);
		/* If the group was closed first, it is detached now. */
		if (!vfio_files_open(VFIO_KIND_GROUP, idx))
			detach(&bus.port[idx]);
		break;
	default:
		break;
	}
	bus_unlock();
}

void
vfio_unmapping(const void *addr, size_t len)
{
	uint64_t lost;

	if (!vfio_files_any() || bus_locked_here())
		return;
	bus_lock();
	lost = vfio_container_forget_host(addr, len);
	bus_unlock();
	if (lost != 0)
		bus_log(LOG_INFO, "%llu bytes were released while they were mapped for devices",
			(unsigned long long)lost);
}

/* ---- requests ------------------------------------------------------------------------------- */

int
vfio_request(unsigned long request)
{
	unsigned int nr = _IOC_NR(request);

	return _IOC_TYPE(request) == VFIO_TYPE && nr >= VFIO_BASE ? (int)nr - VFIO_BASE : -1;
}

bool
vfio_ioctl(const char *dir, int fd, int request, void *arg, int *result)
{
	unsigned int idx = 0;
	enum vfio_kind kind;
	long rc;

	/* Without a setup no file of ours can be open. */
	if (vfio_port_init(dir) != 0)
		return false;
	kind = vfio_files_look_up(dir, fd, &idx);
	if (kind == VFIO_KIND_NONE)
		return false;
	bus_lock();
	if (kind == VFIO_KIND_CONTAINER)
		rc = vfio_container_ioctl(vfio_container(idx), request, arg);
	else if (kind == VFIO_KIND_GROUP)
		rc = group_ioctl(&bus.port[idx], dir, request, arg);
	else
		rc = vfio_device_ioctl(&bus.port[idx], request, arg);
	bus_unlock();
	if (rc < 0)
		errno = (int)-rc;
	*result = rc < 0 ? -1 : (int)rc;
	return true;
}
