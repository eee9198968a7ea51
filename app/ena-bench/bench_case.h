/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What is measured: "kind/mode/bytes/burst[/option...]@cache".
 */
#ifndef ENA_BENCH_CASE_H
#define ENA_BENCH_CASE_H

#include <stdbool.h>

#define BENCH_BURST_MAX  256u
#define BENCH_BURSTS_MAX 8192u /* of a round */
#define BENCH_STEP       256u /* packets of a step, in as many bursts as they make */
#define BENCH_QUEUES_MAX 32u
#define BENCH_SEGS_MAX   8u
#define BENCH_DEPTH      1024u
#define BENCH_ROOM_SMALL 2048u /* bytes of an ordinary buffer, behind the headroom */

enum bench_kind {
	BENCH_RX,
	BENCH_TX,
	BENCH_FWD,
};

enum bench_cache {
	BENCH_WARM,
	BENCH_LLC, /* rings and mbuf headers brought to the last level between steps */
	BENCH_COLD, /* the same, evicted from all caches */
};

struct bench_case {
	char name[96]; /* without the cache */
	enum bench_kind kind;
	enum bench_cache cache;
	char mode[16];
	unsigned int bytes, burst;
	unsigned int queues; /* option qN */
	unsigned int segs; /* option segN */
	bool csum, tso, rss, scatter;
	bool slow_free; /* without RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE */
	bool no_pool_cache;
	unsigned int simd; /* widest vectors of our driver, bits; 0: the limit of EAL */
};

/** @return false after a message */
bool bench_case_parse(const char *text, struct bench_case *c);

/** The word of the name for a cache treatment: "warm", "llc", "cold". */
const char *bench_cache_name(enum bench_cache cache);

/** Buffers that a packet of this case takes. */
unsigned int bench_case_buffers(const struct bench_case *c);

/** Packets of a step: whole bursts that take at most a quarter of a ring. */
unsigned int bench_case_step_packets(const struct bench_case *c);

/** Bursts of a round of @p packets packets. */
unsigned int bench_case_bursts(const struct bench_case *c, unsigned int packets);

#endif /* ENA_BENCH_CASE_H */
