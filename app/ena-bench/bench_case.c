/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "bench_case.h"

#define BURSTS_MIN 32u

static const char *const cache_names[] = {
	[BENCH_WARM] = "warm",
	[BENCH_LLC] = "llc",
	[BENCH_COLD] = "cold",
};

const char *
bench_cache_name(enum bench_cache cache)
{
	return cache_names[cache];
}

/** Parse a number. @return false unless it is one from @p min to @p max */
static bool
number(const char *text, unsigned int min, unsigned int max, unsigned int *n)
{
	unsigned long v;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	v = strtoul(text, &end, 10);
	*n = (unsigned int)v;
	return *end == '\0' && v >= min && v <= max;
}

static bool
option(struct bench_case *c, const char *word)
{
	static const struct {
		const char *name;
		size_t member;
	} flags[] = {
		{"csum", offsetof(struct bench_case, csum)},
		{"tso", offsetof(struct bench_case, tso)},
		{"rss", offsetof(struct bench_case, rss)},
		{"scatter", offsetof(struct bench_case, scatter)},
		{"slowfree", offsetof(struct bench_case, slow_free)},
		{"nocache", offsetof(struct bench_case, no_pool_cache)},
	};
	static const struct {
		const char *name;
		unsigned int bits;
	} simd[] = {
		{"scalar", 64},
		{"avx2", 256},
		{"avx512", 512},
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(flags); i++) {
		if (strcmp(word, flags[i].name) == 0) {
			*(bool *)((char *)c + flags[i].member) = true;
			return true;
		}
	}
	for (i = 0; i < RTE_DIM(simd); i++) {
		if (strcmp(word, simd[i].name) == 0) {
			c->simd = simd[i].bits;
			return true;
		}
	}
	if (word[0] == 'q')
		return number(word + 1, 1, BENCH_QUEUES_MAX, &c->queues);
	if (strncmp(word, "seg", 3) == 0)
		return number(word + 3, 2, BENCH_SEGS_MAX, &c->segs);
	return false;
}

/** Part number @p i of the name. */
static bool
part(struct bench_case *c, unsigned int i, const char *word)
{
	switch (i) {
	case 0:
		c->kind = strcmp(word, "rx") == 0 ? BENCH_RX :
			  strcmp(word, "tx") == 0 ? BENCH_TX :
						    BENCH_FWD;
		return c->kind != BENCH_FWD || strcmp(word, "fwd") == 0;
	case 1:
		return (size_t)snprintf(c->mode, sizeof(c->mode), "%s", word) < sizeof(c->mode);
	case 2:
		return number(word, 60, 9014, &c->bytes);
	case 3:
		return number(word, 1, BENCH_BURST_MAX, &c->burst);
	default:
		return option(c, word);
	}
}

static bool
cache_of(struct bench_case *c, const char *name)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(cache_names); i++) {
		if (strcmp(name, cache_names[i]) == 0) {
			c->cache = (enum bench_cache)i;
			return true;
		}
	}
	return false;
}

bool
bench_case_parse(const char *text, struct bench_case *c)
{
	char copy[128], *at, *word, *save = NULL;
	unsigned int i = 0;
	bool ok;

	memset(c, 0, sizeof(*c));
	c->queues = 1;
	c->segs = 1;
	ok = (size_t)snprintf(copy, sizeof(copy), "%s", text) < sizeof(copy);
	at = strchr(copy, '@');
	if (at != NULL) {
		*at++ = '\0';
		ok = ok && cache_of(c, at);
	}
	ok = ok && (size_t)snprintf(c->name, sizeof(c->name), "%s", copy) < sizeof(c->name);
	for (word = strtok_r(copy, "/", &save); ok && word != NULL;
		word = strtok_r(NULL, "/", &save))
		ok = part(c, i++, word);
	if (!ok || i < 4) {
		fprintf(stderr,
			"ena-bench: case '%s': give "
			"rx|tx|fwd/MODE/BYTES/BURST[/csum|tso|rss|scatter|"
			"slowfree|nocache|qN|segN|scalar|avx2|avx512...][@warm|llc|cold]\n",
			text);
		return false;
	}
	return true;
}

unsigned int
bench_case_buffers(const struct bench_case *c)
{
	if (c->kind != BENCH_TX && c->scatter)
		return (c->bytes + BENCH_ROOM_SMALL - 1) / BENCH_ROOM_SMALL;
	return c->segs;
}

unsigned int
bench_case_step_packets(const struct bench_case *c)
{
	unsigned int n = RTE_MIN(BENCH_STEP, BENCH_DEPTH / 4 / bench_case_buffers(c));

	return n < c->burst ? n : n / c->burst * c->burst;
}

unsigned int
bench_case_bursts(const struct bench_case *c, unsigned int packets)
{
	unsigned int n = RTE_MAX(packets / c->burst, BURSTS_MIN);

	return RTE_MIN(n, BENCH_BURSTS_MAX);
}
