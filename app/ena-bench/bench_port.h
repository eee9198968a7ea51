/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A port: memory, configuration, start and stop.
 */
#ifndef ENA_BENCH_PORT_H
#define ENA_BENCH_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "bench_case.h"

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

bool bench_port_find(struct bench_port *p, const char *addr, unsigned int index);

/**
 * The pool of a driver and a kind of buffers; made once.
 * @param role "ours" or "peer"
 * @param queues that it has enough buffers for
 * @return NULL after a message
 */
struct rte_mempool *bench_port_pool(
	const struct bench_case *c, const char *role, unsigned int queues);

/** Configure and start for a case, with buffers of @p pool. @return false after a message */
bool bench_port_start(struct bench_port *p, const struct bench_case *c, struct rte_mempool *pool);
void bench_port_stop(struct bench_port *p);

#endif /* ENA_BENCH_PORT_H */
