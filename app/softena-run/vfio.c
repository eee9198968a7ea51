/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "bus.h"
#include "vfio.h"
#include "vfio_priv.h"

#define FDS_MAX 4096

enum kind { KIND_NONE, KIND_CONTAINER, KIND_GROUP, KIND_DEVICE };

/** What our files are, by number: kind << 8 | index. */
static atomic_ushort fds[FDS_MAX];
static atomic_uint tracked;

int
vfio_request(unsigned long request)
{
	unsigned int nr = _IOC_NR(request);

	return _IOC_TYPE(request) == VFIO_TYPE && nr >= VFIO_BASE ? (int)nr - VFIO_BASE : -1;
}

/* ---- files ------------------------------------------------------------------------- */

static void
track(int fd, enum kind kind, unsigned int idx)
{
	if (fd < 0 || fd >= FDS_MAX)
		return;
	if (atomic_exchange(&fds[fd], (unsigned short)(kind << 8 | idx)) == 0)
		atomic_fetch_add(&tracked, 1);
}

bool
vfio_is_tracked(int fd)
{
	return fd >= 0 && fd < FDS_MAX &&
	       atomic_load_explicit(&tracked, memory_order_relaxed) != 0 &&
	       atomic_load_explicit(&fds[fd], memory_order_relaxed) != 0;
}

static bool
same_file(const struct stat *st, const char *path)
{
	struct stat other;

	return fstatat(AT_FDCWD, path, &other, 0) == 0 && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

/** A descriptor that came from another process, or was duplicated. */
static enum kind
identify(const char *dir, int fd, unsigned int *idx)
{
	struct stat st;
	char path[512];

	*idx = 0;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return KIND_NONE;
	snprintf(path, sizeof(path), SETUP_ROOT "/dev/vfio/vfio", dir);
	if (same_file(&st, path))
		return KIND_CONTAINER;
	for (*idx = 0; *idx < bus.setup.ports; (*idx)++) {
		snprintf(path, sizeof(path), SETUP_ROOT "/dev/vfio/%u", dir, *idx);
		if (same_file(&st, path))
			return KIND_GROUP;
		snprintf(path, sizeof(path), SETUP_BARS, dir, *idx);
		if (same_file(&st, path))
			return KIND_DEVICE;
	}
	return KIND_NONE;
}

static enum kind
look_up(const char *dir, int fd, unsigned int *idx)
{
	unsigned int v = fd >= 0 && fd < FDS_MAX ? atomic_load(&fds[fd]) : 0;

	*idx = v & 0xff;
	return v != 0 ? (enum kind)(v >> 8) : identify(dir, fd, idx);
}

static bool
another_fd(int fd, unsigned short v)
{
	int i;

	for (i = 0; i < FDS_MAX; i++)
		if (i != fd && atomic_load_explicit(&fds[i], memory_order_relaxed) == v)
			return true;
	return false;
}

static void
detach(struct port *port)
{
	struct container *c = port->container;

	if (c == NULL)
		return;
	port->container = NULL;
	/* As in the kernel, mappings live as long as a group is attached. */
	if (--c->groups == 0) {
		iommu_clear(&c->table);
		c->iommu_set = false;
		/* Its files may have been closed before. */
		c->used =
			another_fd(-1, (unsigned short)(KIND_CONTAINER << 8 | (c - bus.container)));
	}
}

int
vfio_opened(const char *dir, const char *path, int fd)
{
	const char *name = path + strlen("/dev/vfio/");
	unsigned long group;
	unsigned int i;
	char *end;

	if (bus_init(dir) != 0) {
		errno = ENODEV;
		return -1;
	}
	if (strcmp(name, "vfio") == 0) {
		bus_lock();
		for (i = 0; i < BUS_CONTAINERS_MAX && bus.container[i].used; i++)
			;
		if (i < BUS_CONTAINERS_MAX)
			bus.container[i].used = true;
		bus_unlock();
		if (i == BUS_CONTAINERS_MAX) {
			errno = ENFILE;
			return -1;
		}
		track(fd, KIND_CONTAINER, i);
		return 0;
	}
	group = strtoul(name, &end, 10);
	if (*name != '\0' && *end == '\0' && group < bus.setup.ports)
		track(fd, KIND_GROUP, (unsigned int)group);
	return 0;
}

static void
close_container(struct container *c)
{
	unsigned int i;

	/* A group keeps its container alive in the kernel; the table goes with the last one. */
	for (i = 0; i < bus.setup.ports; i++)
		if (bus.port[i].container == c)
			return;
	iommu_clear(&c->table);
	c->iommu_set = false;
	c->used = false;
}

void
vfio_closing(int fd)
{
	unsigned short v = atomic_exchange(&fds[fd], 0);
	unsigned int idx = v & 0xff;

	if (v == 0)
		return;
	atomic_fetch_sub(&tracked, 1);
	if (another_fd(fd, v))
		return;
	bus_lock();
	switch ((enum kind)(v >> 8)) {
	case KIND_CONTAINER:
		close_container(&bus.container[idx]);
		break;
	case KIND_GROUP:
		if (!bus.port[idx].device_open)
			detach(&bus.port[idx]);
		break;
	case KIND_DEVICE:
		bus_port_close(&bus.port[idx]);
		/* The group was closed first: it goes now. */
		if (!another_fd(fd, (unsigned short)(KIND_GROUP << 8 | idx)))
			detach(&bus.port[idx]);
		break;
	default:
		break;
	}
	bus_unlock();
}

void
vfio_forked(void)
{
	int i;

	for (i = 0; i < FDS_MAX; i++)
		atomic_store(&fds[i], 0);
	atomic_store(&tracked, 0);
}

void
vfio_unmapping(const void *addr, size_t len)
{
	uint64_t lost = 0;
	unsigned int i;

	if (atomic_load_explicit(&tracked, memory_order_relaxed) == 0 || bus_locked_here())
		return;
	bus_lock();
	for (i = 0; i < BUS_CONTAINERS_MAX; i++)
		if (bus.container[i].table.count != 0)
			lost += iommu_forget_host(&bus.container[i].table, addr, len);
	bus_unlock();
	if (lost != 0)
		bus_log(6, "%llu bytes were released while they were mapped for devices",
			(unsigned long long)lost);
}

/* ---- container ----------------------------------------------------------------------- */

static long
check_extension(unsigned long extension)
{
	switch (extension) {
	case VFIO_TYPE1_IOMMU:
	case VFIO_TYPE1v2_IOMMU:
	case VFIO_DMA_CC_IOMMU:
	case VFIO_UNMAP_ALL:
		return 1;
	default:
		return 0;
	}
}

static long
set_iommu(struct container *c, unsigned long type)
{
	if (c->groups == 0 || c->iommu_set)
		return -EINVAL;
	if (type != VFIO_TYPE1_IOMMU && type != VFIO_TYPE1v2_IOMMU)
		return -ENODEV;
	c->iommu_set = true;
	return 0;
}

/** The hole is where x86 has its interrupt addresses; a real IOMMU reports it too. */
static const struct vfio_iova_range iova_ranges[] = {
	{0, 0xfedfffff},
	{0xfef00000, (UINT64_C(1) << ENA_DMA_WIDTH_MAX) - 1},
};
#define IOVA_RANGES (sizeof(iova_ranges) / sizeof(iova_ranges[0]))

static long
iommu_info(void *arg)
{
	struct {
		struct vfio_iommu_type1_info info;
		/* struct vfio_iommu_type1_info_cap_iova_range, with its array */
		struct vfio_info_cap_header header;
		uint32_t nr_iovas, reserved;
		struct vfio_iova_range range[IOVA_RANGES];
	} out;
	const size_t min = offsetof(struct vfio_iommu_type1_info, cap_offset);
	uint32_t argsz;

	memcpy(&argsz, arg, sizeof(argsz));
	if (argsz < min)
		return -EINVAL;
	memset(&out, 0, sizeof(out));
	out.info.argsz = sizeof(out);
	out.info.flags = VFIO_IOMMU_INFO_PGSIZES | VFIO_IOMMU_INFO_CAPS;
	out.info.iova_pgsizes = ~(uint64_t)(PAGE_BYTES - 1);
	if (argsz < sizeof(out)) {
		/* Too small for the capabilities: tell the size that is needed. */
		memcpy(arg, &out, argsz < sizeof(out.info) ? min : sizeof(out.info));
		return 0;
	}
	out.info.cap_offset = sizeof(out.info);
	out.header.id = VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE;
	out.header.version = 1;
	out.nr_iovas = IOVA_RANGES;
	memcpy(out.range, iova_ranges, sizeof(iova_ranges));
	memcpy(arg, &out, sizeof(out));
	return 0;
}

static bool
iova_possible(uint64_t iova, uint64_t len)
{
	unsigned int i;

	for (i = 0; i < IOVA_RANGES; i++)
		if (iova >= iova_ranges[i].start && iova <= iova_ranges[i].end &&
			len - 1 <= iova_ranges[i].end - iova)
			return true;
	return false;
}

static long
map_dma(struct container *c, const void *arg)
{
	struct vfio_iommu_type1_dma_map map;
	uint32_t argsz, prot = 0;

	memcpy(&argsz, arg, sizeof(argsz));
	if (argsz < sizeof(map))
		return -EINVAL;
	memcpy(&map, arg, sizeof(map));
	if ((map.flags & ~(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)) != 0)
		return -EINVAL;
	if (map.flags & VFIO_DMA_MAP_FLAG_READ)
		prot |= IOMMU_READ;
	if (map.flags & VFIO_DMA_MAP_FLAG_WRITE)
		prot |= IOMMU_WRITE;
	if (((map.iova | map.vaddr | map.size) & (PAGE_BYTES - 1)) != 0 || map.size == 0 ||
		map.size > SIZE_MAX || !iova_possible(map.iova, map.size))
		return -EINVAL;
	return iommu_map(&c->table, map.iova, (void *)(uintptr_t)map.vaddr, map.size, prot);
}

static long
unmap_dma(struct container *c, void *arg)
{
	const size_t min = offsetof(struct vfio_iommu_type1_dma_unmap, data);
	struct vfio_iommu_type1_dma_unmap unmap;
	uint64_t done = 0;
	uint32_t argsz;
	bool all;
	int rc;

	memcpy(&argsz, arg, sizeof(argsz));
	if (argsz < min)
		return -EINVAL;
	memcpy(&unmap, arg, min);
	all = unmap.flags == VFIO_DMA_UNMAP_FLAG_ALL;
	if (unmap.flags != 0 && !all)
		return -EINVAL;
	if (all) {
		if (unmap.iova != 0 || unmap.size != 0)
			return -EINVAL;
		done = iommu_clear(&c->table);
	} else {
		if (((unmap.iova | unmap.size) & (PAGE_BYTES - 1)) != 0 || unmap.size == 0)
			return -EINVAL;
		rc = iommu_unmap(&c->table, unmap.iova, unmap.size, &done);
		if (rc != 0)
			return rc;
	}
	unmap.size = done;
	memcpy(arg, &unmap, min);
	return 0;
}

static long
container_ioctl(struct container *c, int request, void *arg)
{
	switch (request + VFIO_BASE) {
	case _IOC_NR(VFIO_GET_API_VERSION):
		return VFIO_API_VERSION;
	case _IOC_NR(VFIO_CHECK_EXTENSION):
		return check_extension((uintptr_t)arg);
	case _IOC_NR(VFIO_SET_IOMMU):
		return set_iommu(c, (uintptr_t)arg);
	case _IOC_NR(VFIO_IOMMU_GET_INFO):
	case _IOC_NR(VFIO_IOMMU_MAP_DMA):
	case _IOC_NR(VFIO_IOMMU_UNMAP_DMA):
		break;
	default:
		return -ENOTTY;
	}
	if (!c->iommu_set)
		return -EINVAL;
	if (arg == NULL)
		return -EFAULT;
	if (request + VFIO_BASE == _IOC_NR(VFIO_IOMMU_GET_INFO))
		return iommu_info(arg);
	if (request + VFIO_BASE == _IOC_NR(VFIO_IOMMU_MAP_DMA))
		return map_dma(c, arg);
	return unmap_dma(c, arg);
}

/* ---- group ---------------------------------------------------------------------------- */

static long
group_status(const struct port *port, void *arg)
{
	struct vfio_group_status status;

	memcpy(&status.argsz, arg, sizeof(status.argsz));
	if (status.argsz < sizeof(status))
		return -EINVAL;
	status.argsz = sizeof(status);
	status.flags = VFIO_GROUP_FLAGS_VIABLE;
	if (port->container != NULL)
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
	if (port->container != NULL)
		return -EINVAL;
	if (look_up(dir, fd, &idx) != KIND_CONTAINER)
		return fcntl(fd, F_GETFD) < 0 ? -EBADF : -EINVAL;
	port->container = &bus.container[idx];
	port->container->used = true;
	port->container->groups++;
	return 0;
}

static long
get_device_fd(struct port *port, const char *dir, const char *name)
{
	char path[512];
	int fd, rc;

	if (port->container == NULL)
		return -EINVAL;
	if (strcmp(name, port->setup->addr) != 0)
		return -ENODEV;
	rc = bus_port_open(port);
	if (rc != 0)
		return rc;
	snprintf(path, sizeof(path), SETUP_BARS, dir, port->idx);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	track(fd, KIND_DEVICE, port->idx);
	return fd;
}

static long
group_ioctl(struct port *port, const char *dir, int request, void *arg)
{
	switch (request + VFIO_BASE) {
	case _IOC_NR(VFIO_GROUP_UNSET_CONTAINER):
		if (port->container == NULL)
			return -EINVAL;
		if (port->device_open)
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

/* ---- entry -------------------------------------------------------------------------------- */

bool
vfio_ioctl(const char *dir, int fd, int request, void *arg, int *result)
{
	unsigned int idx = 0;
	enum kind kind;
	long rc;

	/* Without a setup nothing of ours is open. */
	if (bus_init(dir) != 0)
		return false;
	kind = look_up(dir, fd, &idx);
	if (kind == KIND_NONE)
		return false;
	bus_lock();
	if (kind == KIND_CONTAINER)
		rc = container_ioctl(&bus.container[idx], request, arg);
	else if (kind == KIND_GROUP)
		rc = group_ioctl(&bus.port[idx], dir, request, arg);
	else
		rc = vfio_device_ioctl(&bus.port[idx], request, arg);
	bus_unlock();
	if (rc < 0)
		errno = (int)-rc;
	*result = rc < 0 ? -1 : (int)rc;
	return true;
}
