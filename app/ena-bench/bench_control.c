/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <rte_cycles.h>
#include <rte_malloc.h>

#include "bench_control.h"

#define STARTS 3u

static size_t
heap_used(void)
{
	struct rte_malloc_socket_stats stats;
	size_t sum = 0;
	int socket;

	for (socket = 0; socket < RTE_MAX_NUMA_NODES; socket++)
		if (rte_malloc_get_socket_stats(socket, &stats) == 0)
			sum += stats.heap_allocsz_bytes;
	return sum;
}

/** @return milliseconds that dev_start takes; negative: it failed */
static double
timed_start(struct bench_port *p, const struct bench_case *c, struct rte_mempool *pool)
{
	double best = -1, ms;
	unsigned int i;
	uint64_t t;

	for (i = 0; i < STARTS; i++) {
		if (!bench_port_start(p, c, pool))
			return -1;
		if (rte_eth_dev_stop(p->id) != 0)
			return -1;
		t = rte_rdtsc();
		if (rte_eth_dev_start(p->id) != 0)
			return -1;
		ms = (double)(rte_rdtsc() - t) * 1e3 / (double)rte_get_tsc_hz();
		if (best < 0 || ms < best)
			best = ms;
		if (i + 1 < STARTS)
			bench_port_stop(p);
	}
	return best;
}

void
bench_control(FILE *out, struct bench_port *p, const char *role)
{
	/* With two queue pairs, the memory of the second pair is known, and so that of the first.
	 */
	static const unsigned int queues[] = {1, 2, 8, 32};
	const unsigned int last = RTE_DIM(queues) - 1;
	double used[RTE_DIM(queues)] = {0}, fixed;
	struct rte_mempool *pool;
	struct bench_case c;
	unsigned int i;

	if (!bench_case_parse("rx/control/64/32", &c))
		return;
	/* The memory of the pool must not be counted: it is created before, for any number of
	 * queues. */
	pool = bench_port_pool(&c, "control", BENCH_QUEUES_MAX);
	if (pool == NULL)
		return;
	fprintf(out, "{\"role\":\"%s\",\"driver\":\"%s\",\"start_ms\":{", role, p->driver);
	for (i = 0; i < RTE_DIM(queues); i++) {
		double ms;

		c.queues = queues[i];
		ms = timed_start(p, &c, pool);
		used[i] = (double)heap_used();
		bench_port_stop(p);
		fprintf(out, "%s\"%u\":%.3f", i > 0 ? "," : "", queues[i], ms);
	}
	fixed = 2 * used[0] - used[1];
	fprintf(out, "},\"bytes_for_a_pair_of\":{");
	for (i = 0; i <= last; i++)
		fprintf(out, "%s\"%u\":%.0f", i > 0 ? "," : "", queues[i],
			(used[i] - fixed) / queues[i]);
	fprintf(out, "},\"bytes_per_queue_pair\":%.0f}\n",
		(used[last] - used[0]) / (queues[last] - queues[0]));
}
