/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iommu.h"

void
iommu_init(struct iommu *table)
{
	memset(table, 0, sizeof(*table));
}

void
iommu_fini(struct iommu *table)
{
	free(table->range);
	iommu_init(table);
}

/** Index of the first range that ends after @p iova; count if there is none. */
static size_t
first_after(const struct iommu *table, uint64_t iova)
{
	size_t lo = 0, hi = table->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct iommu_range *r = &table->range[mid];

		/* The last byte, since the end of the last range may be 2^64. */
		if (r->iova + (r->len - 1) < iova)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int
reserve(struct iommu *table, size_t count)
{
	struct iommu_range *range;
	size_t room = table->room != 0 ? table->room : 64;

	if (count <= table->room)
		return 0;
	if (count > IOMMU_RANGES_MAX)
		return -ENOSPC;
	while (room < count)
		room *= 2;
	range = realloc(table->range, room * sizeof(*range));
	if (range == NULL)
		return -ENOMEM;
	table->range = range;
	table->room = room;
	return 0;
}

static void
insert(struct iommu *table, size_t at, const struct iommu_range *r)
{
	memmove(&table->range[at + 1], &table->range[at],
		(table->count - at) * sizeof(*table->range));
	table->range[at] = *r;
	table->count++;
}

static void
erase(struct iommu *table, size_t at, size_t n)
{
	memmove(&table->range[at], &table->range[at + n],
		(table->count - at - n) * sizeof(*table->range));
	table->count -= n;
}

/** True if @p b begins where @p a ends, in IOVA and in the memory of the process. */
static bool
continues(const struct iommu_range *a, const struct iommu_range *b)
{
	return a->iova + a->len == b->iova && a->prot == b->prot && a->host != NULL &&
	       b->host != NULL && (uintptr_t)a->host + a->len == (uintptr_t)b->host;
}

int
iommu_map(struct iommu *table, uint64_t iova, void *host, uint64_t len, uint32_t prot)
{
	const struct iommu_range r = {iova, len, host, prot};
	bool left, right;
	size_t at;
	int rc;

	if (len == 0 || iova + (len - 1) < iova || host == NULL ||
		(uintptr_t)host + (len - 1) < (uintptr_t)host || prot == 0 ||
		(prot & ~(IOMMU_READ | IOMMU_WRITE)) != 0)
		return -EINVAL;
	at = first_after(table, iova);
	if (at < table->count && table->range[at].iova <= iova + (len - 1))
		return -EEXIST;
	left = at > 0 && continues(&table->range[at - 1], &r);
	right = at < table->count && continues(&r, &table->range[at]);
	if (left && right) {
		table->range[at - 1].len += len + table->range[at].len;
		erase(table, at, 1);
	} else if (left) {
		table->range[at - 1].len += len;
	} else if (right) {
		table->range[at].iova = iova;
		table->range[at].host = host;
		table->range[at].len += len;
	} else {
		rc = reserve(table, table->count + 1);
		if (rc != 0)
			return rc;
		insert(table, at, &r);
	}
	return 0;
}

/** Make @p iova the start of a range if it lies inside one. There must be room. */
static void
cut(struct iommu *table, uint64_t iova)
{
	size_t at = first_after(table, iova);
	struct iommu_range *r, tail;
	uint64_t head;

	if (at == table->count || table->range[at].iova >= iova)
		return;
	r = &table->range[at];
	head = iova - r->iova;
	tail = *r;
	tail.iova = iova;
	tail.len -= head;
	if (tail.host != NULL)
		tail.host += head;
	r->len = head;
	insert(table, at + 1, &tail);
}

int
iommu_reserve(struct iommu *table)
{
	return reserve(table, table->count + 2);
}

int
iommu_unmap(struct iommu *table, uint64_t iova, uint64_t len, uint64_t *done)
{
	uint64_t last = iova + (len - 1);
	size_t from, to;
	int rc;

	*done = 0;
	if (len == 0)
		return 0;
	if (last < iova)
		return -EINVAL;
	from = first_after(table, iova);
	if (from == table->count || table->range[from].iova > last)
		return 0;
	rc = iommu_reserve(table);
	if (rc != 0)
		return rc;
	cut(table, iova);
	if (last != UINT64_MAX)
		cut(table, last + 1);
	from = first_after(table, iova);
	for (to = from; to < table->count && table->range[to].iova <= last; to++)
		*done += table->range[to].len;
	erase(table, from, to - from);
	return 0;
}

uint64_t
iommu_clear(struct iommu *table)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < table->count; i++)
		bytes += table->range[i].len;
	iommu_fini(table);
	return bytes;
}

/** The part of range @p r whose memory lies between @p lo and @p last, as IOVA. */
static bool
host_overlap(
	const struct iommu_range *r, uintptr_t lo, uintptr_t last, uint64_t *iova, uint64_t *len)
{
	uintptr_t host = (uintptr_t)r->host, host_last = host + (r->len - 1);

	if (r->host == NULL || host > last || host_last < lo)
		return false;
	lo = lo > host ? lo : host;
	last = last < host_last ? last : host_last;
	*iova = r->iova + (lo - host);
	*len = last - lo + 1;
	return true;
}

uint64_t
iommu_forget_host(struct iommu *table, const void *host, size_t len)
{
	uintptr_t lo = (uintptr_t)host, last = lo + (len - 1);
	uint64_t bytes = 0, iova, n;
	size_t i;

	if (len == 0 || last < lo)
		return 0;
	for (i = 0; i < table->count; i++) {
		if (!host_overlap(&table->range[i], lo, last, &iova, &n))
			continue;
		if (reserve(table, table->count + 2) != 0) {
			/* Without memory to cut the range, all of it becomes a fault: the device
			 * must not reach memory that was released. */
			table->range[i].host = NULL;
			bytes += table->range[i].len;
			continue;
		}
		cut(table, iova);
		if (iova + (n - 1) != UINT64_MAX)
			cut(table, iova + n);
		i = first_after(table, iova);
		table->range[i].host = NULL;
		bytes += n;
	}
	return bytes;
}

void *
iommu_translate(struct iommu *table, uint64_t iova, size_t len, bool write, size_t *contig)
{
	const struct iommu_range *r = NULL;
	uint64_t off;

	if (table->hit < table->count)
		r = &table->range[table->hit];
	if (r == NULL || iova < r->iova || iova - r->iova >= r->len) {
		size_t at = first_after(table, iova);

		if (at == table->count || table->range[at].iova > iova)
			return NULL;
		table->hit = at;
		r = &table->range[at];
	}
	if (len == 0 || r->host == NULL || (r->prot & (write ? IOMMU_WRITE : IOMMU_READ)) == 0)
		return NULL;
	off = iova - r->iova;
	*contig = r->len - off < len ? (size_t)(r->len - off) : len;
	return r->host + off;
}
