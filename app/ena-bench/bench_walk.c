/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_walk.h"

/* Pages have random addresses: this many times the size reaches all sets of the second level. */
#define WALK_TIMES 3u
/** The walk takes at most this part of the last level, which is shared with others. */
#define LAST_TIMES 4u

static struct {
	uint8_t *buf;
	size_t len;
	uint64_t sum;
} walk;

static size_t
cache_size(int name)
{
	long bytes = sysconf(name);

	return bytes > 0 ? (size_t)bytes : 0;
}

const char *
bench_walk_init(void)
{
	size_t l1 = cache_size(_SC_LEVEL1_DCACHE_SIZE), l2 = cache_size(_SC_LEVEL2_CACHE_SIZE);
	size_t l3 = cache_size(_SC_LEVEL3_CACHE_SIZE), len = WALK_TIMES * (l1 + l2);

	if (walk.buf != NULL)
		return NULL;
	if (l1 == 0 || l2 == 0 || l3 == 0)
		return "no CLDEMOTE, and the sizes of three levels of caches are not known";
	if (l3 < LAST_TIMES * len)
		return "no CLDEMOTE, and the last-level cache is too small for a walk";
	walk.buf = malloc(len);
	if (walk.buf == NULL)
		return "no memory for a walk through the caches";
	/* Pages have to be written: those that were only read are all the same page of zeros. */
	memset(walk.buf, 1, len);
	walk.len = len;
	return NULL;
}

void
bench_walk(void)
{
	uint64_t sum = 0;
	size_t at;

	for (at = 0; at < walk.len; at += BENCH_LINE)
		sum += *(volatile uint8_t *)(walk.buf + at);
	walk.sum += sum;
}
