/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <string.h>

#include "vu_irq.h"
#include "vu_port.h"
#include "vu_region.h"

uint64_t
vu_region_size(const struct port *port, uint32_t region)
{
	if (region == VFIO_PCI_CONFIG_REGION_INDEX)
		return SOFTENA_CONFIG_SIZE;
	return region <= VFIO_PCI_BAR5_REGION_INDEX ? vu_port_of(port)->bar_size[region] : 0;
}

unsigned int
vu_region_mappable(
	const struct port *port, uint32_t region, struct vfio_region_sparse_mmap_area *area)
{
	struct softena_layout layout;

	switch (region) {
	case ENA_BAR_REGS:
		softena_layout_get(&port->setup->cfg, &layout);
		area->offset = SOFTENA_DB_FIRST;
		area->size = layout.db_end - SOFTENA_DB_FIRST;
		return 1;
	case ENA_BAR_MEM:
		area->offset = 0;
		area->size = vu_region_size(port, region);
		return area->size != 0;
	default:
		return 0;
	}
}

static bool
in_doorbells(const struct port *port, uint64_t off)
{
	struct softena_layout layout;

	softena_layout_get(&port->setup->cfg, &layout);
	return off >= SOFTENA_DB_FIRST && off < layout.db_end;
}

/** Plain memory: LLQ rings, and BAR1, whose MSI-X table the client emulates. */
static bool
is_memory(const struct vu_region_rw *rw)
{
	return rw->region != VFIO_PCI_CONFIG_REGION_INDEX && rw->region != ENA_BAR_REGS;
}

static uint32_t
reg_read(struct port *port, uint32_t off)
{
	uint8_t *bar0 = vu_port_of(port)->bar[ENA_BAR_REGS];

	/* As through a mapping: the value that was stored, even if the device has not read it yet.
	 */
	if (in_doorbells(port, off))
		return __atomic_load_n((uint32_t *)(void *)(bar0 + off), __ATOMIC_ACQUIRE);
	return softena_reg_read(port->dev, off);
}

static void
reg_write(struct port *port, uint32_t off, uint32_t val)
{
	uint8_t *bar0 = vu_port_of(port)->bar[ENA_BAR_REGS];

	if (in_doorbells(port, off))
		__atomic_store_n((uint32_t *)(void *)(bar0 + off), val, __ATOMIC_RELEASE);
	else
		softena_reg_write(port->dev, off, val);
}

/** Other accesses to registers read 0 and write nothing (part A 2.7). */
static bool
is_word(const struct vu_region_rw *rw)
{
	return rw->offset % 4 == 0 && rw->count == 4;
}

static int
check(const struct port *port, const struct vu_region_rw *rw)
{
	uint64_t size = vu_region_size(port, rw->region);

	if (rw->count == 0 || rw->count > VU_XFER_MAX || rw->offset > size ||
		rw->count > size - rw->offset)
		return -EINVAL;
	return 0;
}

int
vu_region_read(struct port *port, const struct vu_region_rw *rw, uint8_t *data)
{
	uint32_t off = (uint32_t)rw->offset, val;
	int rc = check(port, rw);

	if (rc != 0)
		return rc;
	if (rw->region == VFIO_PCI_CONFIG_REGION_INDEX) {
		softena_config_read(port->dev, off, data, rw->count);
	} else if (is_memory(rw)) {
		memcpy(data, vu_port_of(port)->bar[rw->region] + rw->offset, rw->count);
	} else if (is_word(rw)) {
		val = reg_read(port, off);
		memcpy(data, &val, sizeof(val));
	} else {
		memset(data, 0, rw->count);
	}
	return 0;
}

int
vu_region_write(struct port *port, const struct vu_region_rw *rw, const uint8_t *data)
{
	uint32_t off = (uint32_t)rw->offset, val;
	int rc = check(port, rw);

	if (rc != 0)
		return rc;
	bus_lock();
	if (rw->region == VFIO_PCI_CONFIG_REGION_INDEX) {
		if (softena_config_write(port->dev, off, data, rw->count))
			vu_irq_forget(port);
	} else if (is_memory(rw)) {
		memcpy(vu_port_of(port)->bar[rw->region] + rw->offset, data, rw->count);
	} else if (is_word(rw)) {
		memcpy(&val, data, sizeof(val));
		reg_write(port, off, val);
	}
	bus_unlock();
	return 0;
}
