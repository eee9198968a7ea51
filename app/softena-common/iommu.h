/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The address table of an IOMMU container: what VFIO_IOMMU_MAP_DMA made visible to devices.
 * A sorted array of ranges. Neighbours that continue each other on both sides become one
 * range, since some drivers map page by page; an unmap may cut a range in pieces.
 *
 * Not locked: the caller holds the bus lock (bus.h).
 */
#ifndef SOFTENA_COMMON_IOMMU_H
#define SOFTENA_COMMON_IOMMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Largest number of ranges in one table. */
#define IOMMU_RANGES_MAX (1u << 20)

#define IOMMU_READ  0x1u /* the device may read */
#define IOMMU_WRITE 0x2u /* the device may write */

struct iommu_range {
	uint64_t iova, len;
	uint8_t *host; /* NULL: still mapped, but the process has released the memory */
	uint32_t prot;
};

struct iommu {
	struct iommu_range *range; /* sorted by iova, disjoint */
	size_t count, room;
	size_t hit; /* index of the last translation */
};

void iommu_init(struct iommu *table);
void iommu_fini(struct iommu *table);

/**
 * Map @p len bytes at @p iova to @p host.
 * @return 0, -EINVAL (nothing or a wrap-around, or no right), -EEXIST (overlap; nothing
 *         changed), -ENOSPC (too many ranges), -ENOMEM
 */
int iommu_map(struct iommu *table, uint64_t iova, void *host, uint64_t len, uint32_t prot);

/** Make room for the next iommu_unmap(), which cannot fail then. @return 0, -ENOSPC, -ENOMEM */
int iommu_reserve(struct iommu *table);

/**
 * Unmap what is mapped between @p iova and @p iova + @p len.
 * @param done bytes that were unmapped, 0 if nothing was
 * @return 0, -EINVAL (wrap-around), -ENOMEM (a range had to be cut; nothing changed)
 */
int iommu_unmap(struct iommu *table, uint64_t iova, uint64_t len, uint64_t *done);

/** Unmap all. @return bytes */
uint64_t iommu_clear(struct iommu *table);

/**
 * The process is about to release memory: addresses that lead there are faults from now
 * on, but stay mapped until they are unmapped.
 * @return bytes of mappings that lost their memory
 */
uint64_t iommu_forget_host(struct iommu *table, const void *host, size_t len);

/**
 * Where the device finds @p iova.
 * @param contig bytes usable at the result, 1 to @p len
 * @return NULL if it is not mapped, or not for this direction
 */
void *iommu_translate(struct iommu *table, uint64_t iova, size_t len, bool write, size_t *contig);

#endif /* SOFTENA_COMMON_IOMMU_H */
