/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Memory of the client. The address table of the port has the mappings; what it says about
 * an address is where this process has mapped the client's file. The device works with the
 * bus lock held, so what is unmapped under that lock is not used any more.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <syslog.h>
#include <unistd.h>

#include "bus_log.h"
#include "vu_dma.h"
#include "vu_port.h"

#define PAGE_MASK        UINT64_C(4095)
#define HUGETLBFS_MAGIC_ 0x958458f6L

/*
 * Every mapping of a client is also a mapping of this process, and the kernel limits their number
 * (vm.max_map_count, by default 65530). At the limit even an unmap can fail, if it has to cut a
 * mapping in two. So each port has a share. The client is told half of it as its maximum, since
 * each unmap can cut one mapping in two. A client that cuts more mappings than that loses whole
 * mappings.
 */
#define OWN_MAPS   2048u /* for this process: stacks, libraries, BARs, the heap */
#define MAPS_LEAST 512u
#define LOST_PAGES 256u /* of OWN_MAPS: lost pages, each of which may cut a mapping in three */

/*
 * The address space of this process, 2^47 bytes, is limited, too, and a client can map sparse
 * files of any length.
 */
#define BYTES_MAX (UINT64_C(1) << 40)

static unsigned int ranges_max = 2 * MAPS_LEAST;
static atomic_uint lost_pages;

void
vu_dma_limit(unsigned int max_map_count, unsigned int ports)
{
	unsigned int all = max_map_count > OWN_MAPS ? max_map_count - OWN_MAPS : 0;

	ranges_max = all / (ports != 0 ? ports : 1);
	if (ranges_max < 2 * MAPS_LEAST)
		ranges_max = 2 * MAPS_LEAST;
	if (ranges_max > 2 * VU_DMA_MAPS_MAX)
		ranges_max = 2 * VU_DMA_MAPS_MAX;
}

unsigned int
vu_dma_maps_max(void)
{
	return ranges_max / 2;
}

static int
refuse(const struct port *port, int error, const char *why)
{
	bus_log(LOG_WARNING, "%s: DMA_MAP refused: %s", port->setup->addr, why);
	return error;
}

/** Whether the file has these bytes now. The client can cut it short later, see vu_dma_guard(). */
static int
check_file(const struct port *port, const struct vu_dma_map *map, int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) != 0 || fstatfs(fd, &fs) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return refuse(port, -EINVAL, "not a file");
	if (fs.f_type == HUGETLBFS_MAGIC_)
		return refuse(port, -EINVAL,
			"guest memory of huge pages cannot be unmapped in part; "
			"use a memory backend without hugetlb");
	if (map->offset > (uint64_t)st.st_size || map->size > (uint64_t)st.st_size - map->offset)
		return refuse(port, -EINVAL, "beyond the end of the file");
	return 0;
}

/** Limits of the port. Only the thread of its client changes the values that are read here. */
static int
check_share(const struct port *port, const struct vu_dma_map *map)
{
	if (port->iommu->count >= vu_dma_maps_max())
		return refuse(port, -ENOSPC, "the client has max_dma_maps mappings");
	if (map->size > BYTES_MAX - vu_port_of(port)->mapped)
		return refuse(port, -ENOSPC, "more than 1 TiB in all");
	return 0;
}

static int
check_map(const struct port *port, const struct vu_dma_map *map)
{
	if (map->size == 0 || ((map->iova | map->size | map->offset) & PAGE_MASK) != 0)
		return refuse(port, -EINVAL, "not whole pages");
	if (map->iova + (map->size - 1) < map->iova || map->size > (uint64_t)1 << 48)
		return refuse(port, -EINVAL, "beyond the end of the address space");
	if ((map->flags & ~(VU_DMA_READABLE | VU_DMA_WRITEABLE)) != 0)
		return refuse(port, -EINVAL, "unknown flags");
	return 0;
}

/**
 * True if the table would join a mapping and a neighbour to one range. The kernel may still count
 * two mappings, but the limits here count ranges, so each range must be one mapping.
 */
static bool
joins(struct iommu *table, const struct vu_dma_map *map, const uint8_t *at)
{
	bool write = (map->flags & VU_DMA_WRITEABLE) != 0;
	size_t contig;
	const uint8_t *left = iommu_translate(table, map->iova - 1, 1, write, &contig);
	const uint8_t *right = iommu_translate(table, map->iova + map->size, 1, write, &contig);

	return (left != NULL && left + 1 == at) || right == at + map->size;
}

/** @return 0, -EAGAIN if the file has to be mapped at another address, other negative errno */
static int
enter(struct port *port, const struct vu_dma_map *map, uint8_t *at)
{
	struct iommu *table = port->iommu;
	int rc = -EAGAIN;

	bus_lock();
	if (!joins(table, map, at))
		rc = iommu_map(table, map->iova, at, map->size, map->flags);
	if (rc == 0)
		vu_port_of(port)->mapped += map->size;
	bus_unlock();
	return rc;
}

int
vu_dma_map(struct port *port, const struct vu_dma_map *map, int fd)
{
	static_assert(VU_DMA_READABLE == IOMMU_READ && VU_DMA_WRITEABLE == IOMMU_WRITE, "rights");
	int prot = (map->flags & VU_DMA_READABLE ? PROT_READ : 0) |
		   (map->flags & VU_DMA_WRITEABLE ? PROT_WRITE : 0);
	/* One address may continue the left neighbour, another one the right; the third joins none.
	 */
	void *at[3];
	unsigned int n = 0;
	int rc = check_map(port, map);

	if (rc == 0 && fd >= 0)
		rc = check_file(port, map, fd);
	/* Memory that cannot be mapped, for example of another device: every access of the device
	 * is a fault, as without a mapping. */
	if (rc != 0 || fd < 0 || prot == 0)
		return rc;
	rc = check_share(port, map);
	if (rc != 0)
		return rc;
	do {
		at[n] = mmap(NULL, (size_t)map->size, prot, MAP_SHARED | MAP_NORESERVE, fd,
			(off_t)map->offset);
		if (at[n] == MAP_FAILED) {
			rc = -errno;
			break;
		}
		rc = enter(port, map, at[n++]);
	} while (rc == -EAGAIN && n < 3);
	/* The last mapping stays if it is in the table now. */
	if (rc == 0)
		n--;
	while (n > 0)
		munmap(at[--n], (size_t)map->size);
	return rc;
}

/**
 * Unmap the memory behind a part of a table; the table stays as it is. If the kernel refuses to
 * cut a mapping, the whole mapping is unmapped, and the part is widened by it.
 */
static void
release(const struct port *port, uint64_t *iova, uint64_t *last)
{
	const struct iommu *table = port->iommu;
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct iommu_range *r = &table->range[i];
		uint64_t r_last = r->iova + (r->len - 1);
		uint64_t from = r->iova > *iova ? r->iova : *iova;
		uint64_t to = r_last < *last ? r_last : *last;

		if (r->host == NULL || r->iova > *last || r_last < *iova)
			continue;
		/* Page sizes were checked when it was mapped, or by the caller. */
		if (munmap(r->host + (from - r->iova), (size_t)(to - from + 1)) == 0)
			continue;
		bus_log(LOG_WARNING, "%s: part of a mapping cannot be unmapped (%s), all of it is",
			port->setup->addr, strerror(errno));
		*iova = r->iova < *iova ? r->iova : *iova;
		*last = r_last > *last ? r_last : *last;
		if (munmap(r->host, (size_t)r->len) != 0)
			bus_log(LOG_ERR, "%s: munmap of guest memory: %s", port->setup->addr,
				strerror(errno));
	}
}

/** Widen a part of a table, so that it begins and ends with whole ranges. */
static void
widen(const struct iommu *table, uint64_t *iova, uint64_t *last)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct iommu_range *r = &table->range[i];
		uint64_t r_last = r->iova + (r->len - 1);

		if (r->iova < *iova && r_last >= *iova)
			*iova = r->iova;
		if (r->iova <= *last && r_last > *last)
			*last = r_last;
	}
}

int
vu_dma_unmap(struct port *port, uint64_t iova, uint64_t size)
{
	struct iommu *table = port->iommu;
	/* A vIOMMU unmaps its whole address space at once, with UINT64_MAX for a size of 2^64. */
	uint64_t last = size == UINT64_MAX ? UINT64_MAX : iova + (size - 1), done = 0;
	bool all = iova == 0 && last == UINT64_MAX;
	int rc;

	if (size == 0 || (iova & PAGE_MASK) != 0 || last < iova ||
		(last != UINT64_MAX && (size & PAGE_MASK) != 0))
		return -EINVAL;
	bus_lock();
	rc = all ? 0 : iommu_reserve(table);
	if (all || rc != 0) {
		/* Without memory to cut a range, all ranges are unmapped: the device must not
		 * reach memory that the client has unmapped. */
		vu_dma_clear(port);
		bus_unlock();
		return rc;
	}
	if (table->count >= ranges_max)
		widen(table, &iova, &last);
	/* With the lock held, so that the device cannot reach what is mapped at these addresses
	 * next. */
	release(port, &iova, &last);
	/* The part may have been widened to everything, whose length does not fit into 64 bits. */
	if (iova == 0 && last == UINT64_MAX)
		done = iommu_clear(table);
	else
		iommu_unmap(table, iova, last - iova + 1, &done);
	vu_port_of(port)->mapped -= done;
	bus_unlock();
	return 0;
}

void
vu_dma_clear(struct port *port)
{
	uint64_t iova = 0, last = UINT64_MAX;

	release(port, &iova, &last);
	iommu_clear(port->iommu);
	vu_port_of(port)->mapped = 0;
}

/* ---- guard ----------------------------------------------------------------------------------- */

/** The mapping that has @p addr. This thread holds the lock of the tables. */
static const struct iommu_range *
client_memory(uintptr_t addr)
{
	size_t i, k;

	for (i = 0; i < bus.setup.ports; i++) {
		const struct iommu *table = bus.port[i].iommu;

		for (k = 0; k < table->count; k++) {
			uintptr_t host = (uintptr_t)table->range[k].host;

			if (host != 0 && addr >= host && addr - host < table->range[k].len)
				return &table->range[k];
		}
	}
	return NULL;
}

static bool
replace_memory(void *at, size_t len)
{
	return mmap(at, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		       0) != MAP_FAILED;
}

static void
on_sigbus(int sig, siginfo_t *info, void *context)
{
	void *page = (void *)((uintptr_t)info->si_addr & ~(uintptr_t)PAGE_MASK);
	const struct iommu_range *r = NULL;
	int saved = errno;

	(void)context;
	if (bus_locked_here())
		r = client_memory((uintptr_t)page);
	/* Each page cuts a mapping, beyond the limit of the client. After LOST_PAGES of them the
	 * whole mapping is replaced. */
	if (r != NULL &&
		((atomic_load(&lost_pages) < LOST_PAGES && replace_memory(page, PAGE_MASK + 1)) ||
			replace_memory(r->host, r->len))) {
		/* Only once. Of all output functions, write() alone is safe in a signal handler. */
		if (atomic_fetch_add(&lost_pages, 1) == 0) {
			static const char text[] =
				"softena: the client has released memory that is "
				"mapped for the device\n";

			(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
		}
	} else {
		signal(sig, SIG_DFL); /* the access is repeated and then ends the process */
	}
	errno = saved;
}

void
vu_dma_guard(void)
{
	struct sigaction act = {.sa_flags = SA_SIGINFO};

	act.sa_sigaction = on_sigbus;
	sigemptyset(&act.sa_mask);
	sigaction(SIGBUS, &act, NULL);
}
