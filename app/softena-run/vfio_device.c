/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "vfio_device.h"

/* ---- information ---------------------------------------------------------------------- */

static long
device_info(void *arg)
{
	struct vfio_device_info info;
	const size_t min = offsetof(struct vfio_device_info, num_irqs) + sizeof(info.num_irqs);

	memset(&info, 0, sizeof(info));
	memcpy(&info.argsz, arg, sizeof(info.argsz));
	if (info.argsz < min)
		return -EINVAL;
	info.argsz = (uint32_t)min;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	memcpy(arg, &info, min);
	return 0;
}

static void
region_of(const struct port *port, struct vfio_region_info *info)
{
	const uint32_t rw = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	const struct softena_config *cfg = &port->setup->cfg;
	struct softena_layout layout;

	if (info->index == VFIO_PCI_CONFIG_REGION_INDEX) {
		info->size = SOFTENA_CONFIG_SIZE;
		info->flags = rw;
	} else if (info->index <= VFIO_PCI_BAR5_REGION_INDEX) {
		info->size = softena_bar_size(cfg, info->index);
		info->flags = info->size != 0 ? rw | VFIO_REGION_INFO_FLAG_MMAP : 0;
	}
	softena_layout_get(cfg, &layout);
	if (info->index == layout.msix_bar)
		info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
}

static long
region_info(const struct port *port, void *arg)
{
	struct {
		struct vfio_region_info info;
		struct vfio_info_cap_header cap;
	} out;
	uint32_t argsz;

	memcpy(&argsz, arg, sizeof(argsz));
	if (argsz < sizeof(out.info))
		return -EINVAL;
	memset(&out, 0, sizeof(out));
	memcpy(&out.info, arg, sizeof(out.info));
	if (out.info.index >= VFIO_PCI_VGA_REGION_INDEX)
		return -EINVAL;
	out.info.flags = 0;
	out.info.size = 0;
	out.info.cap_offset = 0;
	out.info.offset = (uint64_t)out.info.index << SETUP_REGION_SHIFT;
	region_of(port, &out.info);
	out.info.argsz = sizeof(out.info);
	if ((out.info.flags & VFIO_REGION_INFO_FLAG_CAPS) != 0) {
		/* The BAR of the MSI-X table may be mapped, too. */
		out.cap.id = VFIO_REGION_INFO_CAP_MSIX_MAPPABLE;
		out.cap.version = 1;
		out.info.argsz = sizeof(out);
		if (argsz >= sizeof(out)) {
			out.info.cap_offset = sizeof(out.info);
			memcpy(arg, &out, sizeof(out));
			return 0;
		}
	}
	memcpy(arg, &out.info, sizeof(out.info));
	return 0;
}

static long
irq_info(const struct port *port, void *arg)
{
	struct vfio_irq_info info;

	memcpy(&info.argsz, arg, sizeof(info.argsz));
	if (info.argsz < sizeof(info))
		return -EINVAL;
	memcpy(&info, arg, sizeof(info));
	if (info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.argsz = sizeof(info);
	info.flags = VFIO_IRQ_INFO_EVENTFD;
	info.count = irq_count(info.index, port_vectors(port));
	if (info.index == VFIO_PCI_INTX_IRQ_INDEX)
		info.flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	else
		info.flags |= VFIO_IRQ_INFO_NORESIZE;
	memcpy(arg, &info, sizeof(info));
	return 0;
}

/* ---- interrupts ------------------------------------------------------------------------- */

/** Duplicate the program's event fd. @param kept -1 if the program gives none */
static int
keep_eventfd(int fd, int *kept)
{
	*kept = -1;
	if (fd < 0)
		return fd == -1 ? 0 : -EINVAL;
	*kept = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return *kept < 0 ? -errno : 0;
}

static void
signal_fd(int fd)
{
	const uint64_t one = 1;

	if (fd >= 0)
		(void)!write(fd, &one, sizeof(one));
}

static long
msix_eventfds(struct port *port, uint32_t start, uint32_t count, const uint8_t *data)
{
	int kept[IRQ_VECTORS_MAX];
	uint32_t i;
	int fd, rc;

	for (i = 0; i < count; i++) {
		memcpy(&fd, data + i * sizeof(fd), sizeof(fd));
		rc = keep_eventfd(fd, &kept[i]);
		if (rc == 0)
			continue;
		while (i > 0)
			irq_replace_fd(&kept[--i], -1);
		return rc;
	}
	for (i = 0; i < count; i++)
		irq_replace_fd(&port->irq.vector_fd[start + i], kept[i]);
	irq_msix_enable(&port->irq, port->dev, start + count);
	return 0;
}

static long
set_msix(struct port *port, const struct vfio_irq_set *set, const uint8_t *data)
{
	uint32_t i;

	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;
	if (set->count == 0) {
		if ((set->flags & VFIO_IRQ_SET_DATA_NONE) == 0 && port->irq.vectors_enabled == 0)
			return -EINVAL;
		irq_msix_off(&port->irq, port->dev);
		return 0;
	}
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		return msix_eventfds(port, set->start, set->count, data);
	/* The program triggers its own interrupts, to test them. */
	if (set->start + set->count > port->irq.vectors_enabled)
		return -EINVAL;
	for (i = 0; i < set->count; i++)
		if ((set->flags & VFIO_IRQ_SET_DATA_NONE) != 0 || data[i] != 0)
			signal_fd(port->irq.vector_fd[set->start + i]);
	return 0;
}

static long
set_single(int *fd_kept, const struct vfio_irq_set *set, const uint8_t *data)
{
	int fd, rc;

	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;
	if (set->count == 0) {
		if ((set->flags & VFIO_IRQ_SET_DATA_NONE) == 0)
			return -EINVAL;
		irq_replace_fd(fd_kept, -1);
		return 0;
	}
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		memcpy(&fd, data, sizeof(fd));
		rc = keep_eventfd(fd, &fd);
		if (rc == 0)
			irq_replace_fd(fd_kept, fd);
		return rc;
	}
	if ((set->flags & VFIO_IRQ_SET_DATA_NONE) != 0 || data[0] != 0)
		signal_fd(*fd_kept);
	return 0;
}

/** Bytes of each element of the data; -EINVAL unless the flags have exactly one type. */
static int
data_size(uint32_t flags)
{
	switch (flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		return sizeof(uint8_t);
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return sizeof(int32_t);
	default:
		return -EINVAL;
	}
}

static long
set_irqs(struct port *port, const void *arg)
{
	const size_t min = offsetof(struct vfio_irq_set, data);
	const uint8_t *data = (const uint8_t *)arg + min;
	struct vfio_irq_set set;
	unsigned int most;
	int size;

	memcpy(&set.argsz, arg, sizeof(set.argsz));
	if (set.argsz < min)
		return -EINVAL;
	memcpy(&set, arg, min);
	most = set.index < VFIO_PCI_NUM_IRQS ? irq_count(set.index, port_vectors(port)) : 0;
	size = data_size(set.flags);
	if (set.start >= most || set.count > most - set.start || size < 0 ||
		(set.flags & ~(VFIO_IRQ_SET_DATA_TYPE_MASK | VFIO_IRQ_SET_ACTION_TYPE_MASK)) != 0 ||
		(set.argsz - min) < (size_t)size * set.count)
		return -EINVAL;
	/* The device does not run in this process, so nothing here would raise them. */
	if (port->dev == NULL)
		return -EBUSY;
	switch (set.index) {
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return set_msix(port, &set, data);
	default:
		return set_single(irq_single(&port->irq, set.index), &set, data);
	}
}

/* ---- entry ------------------------------------------------------------------------------- */

long
vfio_device_ioctl(struct port *port, int request, void *arg)
{
	switch (request + VFIO_BASE) {
	case _IOC_NR(VFIO_DEVICE_RESET):
		if (port->dev == NULL)
			return -EBUSY;
		port->ops->reset(port);
		return 0;
	case _IOC_NR(VFIO_DEVICE_GET_PCI_HOT_RESET_INFO):
	case _IOC_NR(VFIO_DEVICE_PCI_HOT_RESET):
		return -ENODEV; /* no bus that could be reset */
	case _IOC_NR(VFIO_DEVICE_GET_INFO):
		return arg != NULL ? device_info(arg) : -EFAULT;
	case _IOC_NR(VFIO_DEVICE_GET_REGION_INFO):
		return arg != NULL ? region_info(port, arg) : -EFAULT;
	case _IOC_NR(VFIO_DEVICE_GET_IRQ_INFO):
		return arg != NULL ? irq_info(port, arg) : -EFAULT;
	case _IOC_NR(VFIO_DEVICE_SET_IRQS):
		return arg != NULL ? set_irqs(port, arg) : -EFAULT;
	default:
		return -ENOTTY;
	}
}
