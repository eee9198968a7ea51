/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Access to host memory. An address that the front end does not map, or that has more bits than
 * the device announces in CAPS, is a fault as an IOMMU would report it. It is counted, logged
 * (with a limit of messages per second), and reported to the caller.
 */
#include <inttypes.h>
#include <string.h>
#include <syslog.h>

#include "softena_core.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_pci.h"
#include "softena_queue.h"

bool
softena_dma_in_width(const struct softena *dev, uint64_t addr, uint64_t len)
{
	uint64_t end = UINT64_C(1) << dev->cfg.dma_width;

	return addr < end && len <= end - addr;
}

static void
dma_fault(struct softena *dev, uint64_t iova, bool write)
{
	dev->stats.dma_faults++;
	dev->stats.last_fault_addr = iova;
	if (!softena_may_log(dev))
		return;
	softena_log(dev, LOG_WARNING,
		"DMA fault: %s of address 0x%" PRIx64 ", which the driver has not mapped (%" PRIu64
		" faults since the last such message)",
		write ? "write" : "read", iova, dev->stats.dma_faults - dev->dma.faults_logged);
	dev->dma.faults_logged = dev->stats.dma_faults;
}

void
softena_dma_blocked(struct softena *dev)
{
	dev->stats.dma_blocked++;
	if (dev->dma.blocked_told)
		return;
	dev->dma.blocked_told = true;
	softena_log(dev, LOG_WARNING,
		"bus mastering is off in the PCI command register: the device reads and writes no "
		"memory and sends no message");
}

void
softena_dma_waits(struct softena *dev, enum softena_blocked kind)
{
	if ((dev->dma.blocked_work & ENA_BIT(kind)) != 0)
		return;
	dev->dma.blocked_work |= (uint8_t)ENA_BIT(kind);
	softena_dma_blocked(dev);
}

void
softena_dma_allowed(struct softena *dev)
{
	dev->dma.blocked_told = false;
	dev->dma.blocked_work = 0;
}

/**
 * Host pointer for the start of a range, of which @p contig bytes are usable. NULL, and a counted
 * fault, if it is not mapped; NULL if the driver has bus mastering off.
 */
static uint8_t *
dma_map(struct softena *dev, uint64_t iova, size_t len, bool write, size_t *contig)
{
	unsigned int width = dev->cfg.dma_width;
	uint8_t *p = NULL;

	*contig = 0;
	if (!softena_bus_master(dev)) {
		dev->dma.read_blocked = !write;
		softena_dma_blocked(dev);
		return NULL;
	}
	if (width == 0 || width > ENA_DMA_ADDR_BITS_MAX)
		width = ENA_DMA_ADDR_BITS_MAX;
	if (softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_DMA_REFUSE)) &&
		softena_fault_dma(dev, write))
		width = 0;
	if (width != 0 && iova >> width == 0)
		p = dev->ops->dma(dev->host, iova, len, write, contig);
	if (p == NULL || *contig == 0) {
		dma_fault(dev, iova, write);
		return NULL;
	}
	if (*contig > len)
		*contig = len;
	return p;
}

bool
softena_dma_read(struct softena *dev, uint64_t iova, void *buf, size_t len)
{
	uint8_t *to = buf;

	dev->dma.read_blocked = false;
	while (len > 0) {
		size_t contig;
		const uint8_t *from = dma_map(dev, iova, len, false, &contig);

		if (from == NULL)
			return false;
		memcpy(to, from, contig);
		to += contig;
		iova += contig;
		len -= contig;
	}
	return true;
}

bool
softena_dma_write(struct softena *dev, uint64_t iova, const void *buf, size_t len)
{
	const uint8_t *from = buf;

	while (len > 0) {
		size_t contig;
		uint8_t *to = dma_map(dev, iova, len, true, &contig);

		if (to == NULL)
			return false;
		memcpy(to, from, contig);
		from += contig;
		iova += contig;
		len -= contig;
	}
	return true;
}

/**
 * The store that makes an entry visible: one whole word, so that a reader sees the old or the new
 * one.
 */
static void
store_release(uint8_t *to, const uint8_t *from, size_t size)
{
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (size) {
	case 8:
		memcpy(&v8, from, sizeof(v8));
		__atomic_store_n((uint64_t *)(void *)to, v8, __ATOMIC_RELEASE);
		break;
	case 4:
		memcpy(&v4, from, sizeof(v4));
		__atomic_store_n((uint32_t *)(void *)to, v4, __ATOMIC_RELEASE);
		break;
	case 2:
		memcpy(&v2, from, sizeof(v2));
		__atomic_store_n((uint16_t *)(void *)to, v2, __ATOMIC_RELEASE);
		break;
	default:
		__atomic_store_n(to, *from, __ATOMIC_RELEASE);
		break;
	}
}

bool
softena_dma_write_entry(
	struct softena *dev, uint64_t iova, const void *entry, size_t len, size_t last_off)
{
	const uint8_t *from = entry;
	size_t contig;

	if (len == 0 || last_off >= len)
		return false;

	uint8_t *to = dma_map(dev, iova, len, true, &contig);

	if (to == NULL)
		return false;
	if (contig < len) {
		/* An entry crosses the end of a mapping only if the ring is not aligned. */
		size_t behind = len - last_off - 1;

		if (!softena_dma_write(dev, iova, from, last_off) ||
			!softena_dma_write(dev, iova + last_off + 1, from + last_off + 1, behind))
			return false;
		to = dma_map(dev, iova + last_off, 1, true, &contig);
		if (to == NULL)
			return false;
		store_release(to, from + last_off, 1);
		return true;
	}

	size_t word = 8, start = 0;

	/* The largest aligned word around the byte that does not leave the entry. */
	for (; word > 1; word /= 2) {
		size_t skew = (size_t)((uintptr_t)(to + last_off) & (word - 1));

		if (skew <= last_off && last_off - skew + word <= len) {
			start = last_off - skew;
			break;
		}
	}
	if (word == 1)
		start = last_off;
	memcpy(to, from, start);
	memcpy(to + start + word, from + start + word, len - start - word);
	store_release(to + start, from + start, word);
	return true;
}

/** The entry of the free-running position @p pos. */
static void
cq_write(struct softena *dev, const struct softena_cq *cq, uint16_t pos, uint8_t entry[32])
{
	uint64_t slot = pos & (cq->depth - 1u);

	/* Phase 1 in the first pass (part B 1.4): the depth is a power of two, so its bit in
	 * the free-running count changes at each wrap. */
	if ((pos & cq->depth) == 0)
		entry[3] |= ENA_TX_CDESC_PHASE;
	/* A fault is counted there; posted writes have no result. */
	(void)softena_dma_write_entry(
		dev, cq->base + slot * cq->entry_size, entry, cq->entry_size, 3);
}

void
softena_cq_put(struct softena *dev, struct softena_cq *cq, uint8_t entry[32])
{
	cq_write(dev, cq, cq->produced++, entry);
}

void
softena_cq_put_two(
	struct softena *dev, struct softena_cq *cq, uint8_t first[32], uint8_t second[32])
{
	cq_write(dev, cq, (uint16_t)(cq->produced + 1), second);
	cq_write(dev, cq, cq->produced, first);
	cq->produced = (uint16_t)(cq->produced + 2);
}
