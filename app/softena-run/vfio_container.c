/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <string.h>

#include <linux/vfio.h>

#include "ena_abi.h"
#include "vfio_container.h"

#define PAGE_BYTES 4096u

static struct container containers[VFIO_CONTAINERS_MAX];

/* ---- life ------------------------------------------------------------------------------- */

struct container *
vfio_container(unsigned int idx)
{
	return &containers[idx];
}

int
vfio_container_new(void)
{
	unsigned int i;

	for (i = 0; i < VFIO_CONTAINERS_MAX; i++) {
		if (!containers[i].used) {
			containers[i].used = true;
			return (int)i;
		}
	}
	return -ENFILE;
}

unsigned int
vfio_container_index(const struct container *c)
{
	return (unsigned int)(c - containers);
}

void
vfio_container_attach(struct container *c)
{
	c->used = true;
	c->groups++;
}

void
vfio_container_detach(struct container *c, bool is_open)
{
	if (--c->groups == 0)
		vfio_container_close(c, is_open);
}

void
vfio_container_close(struct container *c, bool is_open)
{
	/* As in the kernel, mappings live as long as a group is attached. */
	if (c->groups != 0)
		return;
	iommu_clear(&c->table);
	c->iommu_set = false;
	c->used = is_open;
}

uint64_t
vfio_container_forget_host(const void *addr, size_t len)
{
	uint64_t lost = 0;
	unsigned int i;

	for (i = 0; i < VFIO_CONTAINERS_MAX; i++)
		if (containers[i].table.count != 0)
			lost += iommu_forget_host(&containers[i].table, addr, len);
	return lost;
}

/* ---- requests ---------------------------------------------------------------------------- */

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

long
vfio_container_ioctl(struct container *c, int request, void *arg)
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
