/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * ena-bench-app: cycles per packet of two ethdev drivers, side by side on software ENA ports
 * in step mode. It knows the public interface of DPDK and softena_step.h, nothing of a driver.
 *
 * What is timed is a burst call and nothing else. The device does its part in the same
 * thread before and after; mbufs that a driver does not itself take or give back are taken
 * and given back outside of the measured time. The two drivers take turns, round by round,
 * so a neighbour that slows the machine down for a while slows both.
 */
#ifndef ENA_BENCH_H
#define ENA_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "softena_step.h"

#define BENCH_BURST_MAX  256u
#define BENCH_STEP       256u /* packets of a step, in as many bursts as they make */
#define BENCH_ROUNDS_MAX 1001u
#define BENCH_QUEUES_MAX 32u
#define BENCH_SEGS_MAX   8u
#define BENCH_DEPTH      1024u
#define BENCH_FRAME_MAX  9728u
#define BENCH_PAIRS_MAX  8u
#define BENCH_MBUFS      4096u
#define BENCH_POOL_CACHE 512u
#define BENCH_LINE       64u

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

/** What is measured: "kind/mode/bytes/burst[/option...]@cache". */
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
	unsigned int simd; /* widest vectors of our driver, bits; 0: as EAL has it */
};

/** Memory that a cache treatment works on. */
struct bench_zone {
	void *addr;
	size_t len;
};

#define BENCH_ZONES_MAX 512u

struct bench_port {
	uint16_t id;
	unsigned int index; /* on the command line of softena-run */
	char addr[RTE_ETH_NAME_MAX_LEN];
	char driver[RTE_ETH_NAME_MAX_LEN];
	bool started;
	struct rte_mempool *pool; /* of the current case */
	uint16_t flow[BENCH_QUEUES_MAX]; /* a flow that RSS brings to the queue */
	struct bench_zone zone[BENCH_ZONES_MAX]; /* rings */
	unsigned int zones;
	char burst_mode[160];
	unsigned int simd; /* widest vectors allowed at start */
};

/** Two ports whose devices are alike. */
struct bench_pair {
	char mode[16];
	struct bench_port ours, peer;
};

/** Result of one driver, or of the floor, in one case. */
struct bench_series {
	unsigned int rounds;
	double cycles[BENCH_ROUNDS_MAX]; /* per packet */
	uint64_t calls, packets; /* of all bursts, those left out as well */
	unsigned int disturbed; /* bursts left out: the thread did not have the CPU */
	unsigned int lost; /* packets that a driver did not take or give */
};

/** Facts that do not depend on time. Negative: not known. */
struct bench_counts {
	double tx_doorbells, rx_doorbells; /* stores, per burst */
	double llq_bytes; /* written to device memory, per packet */
	double posted_low; /* lowest number of posted Rx buffers after a burst, of the depth */
};

struct bench_options {
	unsigned int rounds, warmup, packets; /* packets: of a round */
	unsigned int quiet_ms; /* patience with a busy machine before each case */
	bool marks; /* callgrind: few bursts, with marks */
};

/* bench_case.c */
/** @return false after a message */
bool bench_case_parse(const char *text, struct bench_case *c);
/** The case that one word of the name describes; "warm", "llc", "cold". */
const char *bench_cache_name(enum bench_cache cache);

/* bench_step.c */
/** Find the functions of step mode. @return false after a message */
bool bench_step_init(void);
unsigned int bench_step(const struct bench_port *p, unsigned int budget);
/** @p n frames of @p bytes of the flow of queue @p queue. @return frames delivered */
unsigned int bench_step_rx(
	const struct bench_port *p, const struct bench_case *c, unsigned int flow, unsigned int n);
int bench_step_payload(const struct bench_port *p, uint32_t bytes);
bool bench_step_queue(
	const struct bench_port *p, bool tx, unsigned int idx, struct softena_step_queue *queue);
bool bench_step_counters(const struct bench_port *p, struct softena_step_counters *counters);
bool bench_step_bar(const struct bench_port *p, unsigned int bar, void **at, size_t *len);
/** A whole frame; what it holds stays valid until the next call. */
const uint8_t *bench_frame(const struct bench_case *c, unsigned int flow);
/** Bytes of the headers of such a frame. */
#define BENCH_HEADERS 54u

/* bench_port.c */
bool bench_port_find(struct bench_port *p, const char *addr, unsigned int index);
/** Buffers that a packet of this case takes. */
unsigned int bench_buffers(const struct bench_case *c);
/** Packets of a step: as many as both rings take with ease, in whole bursts. */
unsigned int bench_step_packets(const struct bench_case *c);
/**
 * Limit the vectors of drivers that start from now on.
 * @param bits 0: as before any case
 * @return NULL, or why it cannot be
 */
const char *bench_simd_limit(unsigned int bits);
/** Configure and start for a case. @return false after a message */
bool bench_port_start(struct bench_port *p, const struct bench_case *c, const char *role);
void bench_port_stop(struct bench_port *p);
/** Time to start and memory, for several numbers of queues, as JSON. */
void bench_port_control(FILE *out, struct bench_port *p, const char *role);

/* bench_cache.c */
bool bench_cache_possible(enum bench_cache cache);
/** Bring the lines of some memory where the case wants them. */
void bench_cache_range(enum bench_cache cache, const void *addr, size_t len);
/** The same for the rings of a port and the headers of all mbufs of a pool. */
void bench_cache_port(enum bench_cache cache, const struct bench_port *p);
void bench_cache_pool(enum bench_cache cache, struct rte_mempool *pool);
void bench_cache_done(enum bench_cache cache);

/* bench_llc.c */
struct bench_llc_probe {
	const char *method; /* "cldemote" or "eviction" */
	double near, reached, memory; /* cycles of a load: level before, this one, memory */
};
/** The CPU has the instruction. Defined beside the others, in bench_cache.c. */
bool bench_llc_cldemote(void);
/** Push all lines out of the caches before the last one. */
void bench_llc_evict(void);
/** Does treating the lines of a port bring them there? @return NULL, or why not */
const char *bench_llc_probe(const struct bench_port *p, struct bench_llc_probe *probe);

/* bench_run.c */
/** Mbufs ready to be sent. @return false if the pool is empty */
bool bench_packets(
	struct bench_port *p, const struct bench_case *c, struct rte_mbuf **pkts, unsigned int n);
/** One round of a driver; a cycles-per-packet value is added to @p s. */
void bench_round(struct bench_port *p, const struct bench_case *c, const struct bench_options *o,
	struct bench_series *s);
/** How often this thread has lost the CPU so far. */
uint64_t bench_switches(void);
/** Bursts of a round. */
unsigned int bench_bursts(const struct bench_case *c, const struct bench_options *o);
#define BENCH_BURSTS_MAX 8192u
/** A value from the times of single bursts. */
void bench_series_add(struct bench_series *s, uint64_t *ticks, unsigned int n, uint64_t packets);
/** Sorts them. @p n: 1 or more */
uint64_t bench_median(uint64_t *ticks, unsigned int n);
/** Cost of taking the time, ticks. */
uint64_t bench_overhead(void);
/** Wait until the CPU is ours alone. @return false if it did not happen in @p ms */
bool bench_quiet(unsigned int ms);

/* bench_calls.c: what is timed, and what callgrind collects */
uint16_t bench_call_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t bench_call_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t bench_call_none(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t bench_call_floor(uint16_t kind, uint16_t segs, struct rte_mbuf **pkts, uint16_t n);
/** Callgrind forgets (begin) or writes down (end) what it has collected on entry. */
void bench_mark_begin(void);
void bench_mark_end(void);

/* bench_floor.c */
bool bench_floor_init(const struct bench_case *c, struct rte_mempool *pool);
void bench_floor_round(
	const struct bench_case *c, const struct bench_options *o, struct bench_series *s);
void bench_floor_fini(void);
/** The unavoidable memory accesses of @p n packets. Called by bench_call_floor(). */
void bench_floor_touch(
	enum bench_kind kind, unsigned int segs, struct rte_mbuf **pkts, unsigned int n);

/* bench_count.c */
void bench_count(struct bench_port *p, const struct bench_case *c, struct bench_counts *counts);

/* ---- the clock --------------------------------------------------------------------- */

#if defined(__x86_64__)
#include <x86intrin.h>

/** Nothing that comes later starts before this is read, nothing earlier is unfinished. */
static inline uint64_t
bench_tsc_begin(void)
{
	uint64_t t;

	_mm_mfence();
	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
}

/**
 * All that came before has been executed. LFENCE and RDTSC in place of RDTSCP, which waits for
 * the same: not every CPU has that instruction, and callgrind shows a CPU without it to the
 * program, so it ended with SIGILL.
 */
static inline uint64_t
bench_tsc_end(void)
{
	uint64_t t;

	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
}
#else
#include <rte_cycles.h>

static inline uint64_t
bench_tsc_begin(void)
{
	return rte_rdtsc_precise();
}

static inline uint64_t
bench_tsc_end(void)
{
	return rte_rdtsc_precise();
}
#endif

#endif /* ENA_BENCH_H */
