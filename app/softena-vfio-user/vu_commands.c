/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The commands of the protocol. A body may be of any length and is not aligned: what it
 * starts with is copied out after a look at the length.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bus.h"
#include "vu_commands.h"
#include "vu_dma.h"
#include "vu_irq.h"
#include "vu_port.h"
#include "vu_region.h"

/** Copy a structure from the start of a body. @return false if the body is too short */
static bool
take(const struct vu_msg *msg, void *to, size_t len)
{
	if (msg->len < len)
		return false;
	memcpy(to, msg->body, len);
	return true;
}

static void
put(struct vu_reply *rep, const void *from, size_t len)
{
	memcpy(rep->body + rep->len, from, len);
	rep->len += len;
}

/* ---- version ----------------------------------------------------------------------------- */

/** True if the client's text has "write_multiple" : true. */
static bool
wants_write_multiple(const char *text)
{
	static const char name[] = "\"write_multiple\"";
	const char *at = strstr(text, name);

	if (at == NULL)
		return false;
	at += sizeof(name) - 1;
	at += strspn(at, " \t\r\n");
	if (*at++ != ':')
		return false;
	at += strspn(at, " \t\r\n");
	return strncmp(at, "true", 4) == 0;
}

static int
version(struct vu_conn *conn, struct vu_msg *msg, struct vu_reply *rep)
{
	const char *text = (const char *)msg->body + sizeof(struct vu_version);
	struct vu_version v;
	char ours[256];
	int n;

	if (conn->versioned || !take(msg, &v, sizeof(v)) || v.major != VU_VERSION_MAJOR)
		return -EINVAL;
	if (msg->len > sizeof(v) && msg->body[msg->len - 1] != '\0')
		return -EINVAL;
	n = snprintf(ours, sizeof(ours),
		"{\"capabilities\":{\"max_msg_fds\":%u,\"max_data_xfer_size\":%u,\"max_dma_maps\":%"
		"u,\"pgsizes\":4096%s}}",
		VU_FDS_MAX, VU_XFER_MAX, vu_dma_maps_max(),
		msg->len > sizeof(v) && wants_write_multiple(text) ? ",\"write_multiple\":true" :
								     "");
	if (n < 0 || (size_t)n >= sizeof(ours))
		return -EOVERFLOW;
	if (v.minor > VU_VERSION_MINOR)
		v.minor = VU_VERSION_MINOR;
	put(rep, &v, sizeof(v));
	put(rep, ours, (size_t)n + 1);
	conn->versioned = true;
	return 0;
}

/* ---- information ------------------------------------------------------------------------- */

static int
device_info(struct vu_msg *msg, struct vu_reply *rep)
{
	struct vfio_device_info info = {.argsz = VU_DEVICE_INFO_SIZE};

	if (!take(msg, &info, sizeof(info.argsz)) || info.argsz < VU_DEVICE_INFO_SIZE)
		return -EINVAL;
	info.argsz = VU_DEVICE_INFO_SIZE;
	info.flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	put(rep, &info, VU_DEVICE_INFO_SIZE);
	return 0;
}

static int
region_info(const struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	struct vu_sparse_mmap sparse = {.header = {VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0}};
	struct vfio_region_info info;
	uint32_t room;

	if (!take(msg, &info, offsetof(struct vfio_region_info, cap_offset)) ||
		info.argsz < sizeof(info) || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	room = info.argsz;
	info = (struct vfio_region_info){.argsz = sizeof(info), .index = info.index};
	info.size = vu_region_size(port, info.index);
	if (info.size != 0)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	sparse.nr_areas = vu_region_mappable(port, info.index, &sparse.area);
	if (sparse.nr_areas == 0) {
		put(rep, &info, sizeof(info));
		return 0;
	}
	info.flags |= VFIO_REGION_INFO_FLAG_MMAP | VFIO_REGION_INFO_FLAG_CAPS;
	info.argsz += sizeof(sparse);
	/* Also in a short reply: QEMU reads cap_offset before argsz. */
	info.cap_offset = sizeof(info);
	if (room < info.argsz) {
		/* The client asks again with more room, and then gets the capability. */
		put(rep, &info, sizeof(info));
		return 0;
	}
	put(rep, &info, sizeof(info));
	put(rep, &sparse, sizeof(sparse));
	rep->fd = vu_port_of(port)->bar_fd[info.index];
	return 0;
}

static int
irq_info(const struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	struct vfio_irq_info info;

	if (!take(msg, &info, VU_IRQ_INFO_SIZE) || info.argsz < VU_IRQ_INFO_SIZE ||
		info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info = (struct vfio_irq_info){.argsz = VU_IRQ_INFO_SIZE,
		.flags = VFIO_IRQ_INFO_EVENTFD,
		.index = info.index,
		.count = irq_count(info.index, port_vectors(port))};
	put(rep, &info, VU_IRQ_INFO_SIZE);
	return 0;
}

/* ---- actions --------------------------------------------------------------------------- */

static int
dma_map(struct port *port, struct vu_msg *msg)
{
	struct vu_dma_map map;

	if (!take(msg, &map, sizeof(map)) || map.argsz < sizeof(map) || msg->fds > 1)
		return -EINVAL;
	return vu_dma_map(port, &map, msg->fds == 1 ? msg->fd[0] : -1);
}

static int
dma_unmap(struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	struct vu_dma_unmap unmap;
	int rc;

	if (!take(msg, &unmap, sizeof(unmap)) || unmap.argsz < sizeof(unmap) ||
		(unmap.flags & ~VU_DMA_UNMAP_ALL) != 0)
		return -EINVAL;
	if (unmap.flags == 0)
		rc = vu_dma_unmap(port, unmap.iova, unmap.size);
	else
		rc = unmap.iova == 0 && unmap.size == 0 ? vu_dma_unmap(port, 0, UINT64_MAX) :
							  -EINVAL;
	if (rc == 0)
		put(rep, &unmap, sizeof(unmap));
	return rc;
}

static int
set_irqs(struct port *port, struct vu_msg *msg)
{
	const size_t head = offsetof(struct vfio_irq_set, data);
	struct vfio_irq_set set;

	if (!take(msg, &set, head) || set.argsz < head)
		return -EINVAL;
	return vu_irq_set(port, &set, msg->body + head, msg->len - head, msg->fd, msg->fds);
}

static int
region_read(struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	struct vu_region_rw rw;
	int rc;

	if (!take(msg, &rw, sizeof(rw)))
		return -EINVAL;
	rc = vu_region_read(port, &rw, rep->body + sizeof(rw));
	if (rc != 0)
		return rc;
	put(rep, &rw, sizeof(rw));
	rep->len += rw.count;
	return 0;
}

static int
region_write(struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	struct vu_region_rw rw;
	int rc;

	if (!take(msg, &rw, sizeof(rw)) || msg->len - sizeof(rw) < rw.count)
		return -EINVAL;
	rc = vu_region_write(port, &rw, msg->body + sizeof(rw));
	if (rc == 0)
		put(rep, &rw, sizeof(rw));
	return rc;
}

static int
region_write_multi(struct port *port, struct vu_msg *msg, struct vu_reply *rep)
{
	uint64_t count, i;
	int rc;

	if (!take(msg, &count, sizeof(count)) ||
		count > (msg->len - sizeof(count)) / sizeof(struct vu_write))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		struct vu_region_rw rw;
		struct vu_write w;

		memcpy(&w, msg->body + sizeof(count) + i * sizeof(w), sizeof(w));
		rw = (struct vu_region_rw){w.offset, w.region, w.count};
		if (w.count > sizeof(w.data))
			return -EINVAL;
		rc = vu_region_write(port, &rw, w.data);
		if (rc != 0)
			return rc;
	}
	put(rep, &count, sizeof(count));
	return 0;
}

static int
device_reset(struct port *port)
{
	bus_lock();
	port->ops->reset(port);
	bus_unlock();
	return 0;
}

/* ---- entry ---------------------------------------------------------------------------- */

int
vu_command(struct vu_conn *conn, struct vu_msg *msg, struct vu_reply *rep)
{
	struct port *port = conn->port;

	if (msg->hdr.command == VU_VERSION)
		return version(conn, msg, rep);
	if (!conn->versioned)
		return -EINVAL;
	switch (msg->hdr.command) {
	case VU_DMA_MAP:
		return dma_map(port, msg);
	case VU_DMA_UNMAP:
		return dma_unmap(port, msg, rep);
	case VU_DEVICE_GET_INFO:
		return device_info(msg, rep);
	case VU_DEVICE_GET_REGION_INFO:
		return region_info(port, msg, rep);
	case VU_DEVICE_GET_IRQ_INFO:
		return irq_info(port, msg, rep);
	case VU_DEVICE_SET_IRQS:
		return set_irqs(port, msg);
	case VU_REGION_READ:
		return region_read(port, msg, rep);
	case VU_REGION_WRITE:
		return region_write(port, msg, rep);
	case VU_REGION_WRITE_MULTI:
		return region_write_multi(port, msg, rep);
	case VU_DEVICE_RESET:
		return device_reset(port);
	default: /* migration, and descriptors for region accesses, are not supported */
		return -ENOTSUP;
	}
}
