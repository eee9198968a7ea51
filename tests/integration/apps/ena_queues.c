/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Queues of one port and the pool behind them, in whatever order standard input asks for them:
 *
 *   configure RX TX          queues
 *   rxq Q DEPTH, txq Q DEPTH set up a queue
 *   start, stop
 *   start-elsewhere          start in a thread that EAL does not know
 *   send Q N                 N packets of 1000 bytes in one burst; "rc" is what was sent
 *   receive Q N              a burst; what comes goes back to the pool
 *   drain Q                  receive until nothing comes
 *   status DIR Q OFFSET      of a descriptor; DIR is "rx" or "tx"
 *   count Q                  packets that wait in an Rx queue
 *   info DIR Q               "rc", and "thresh", the threshold of free descriptors
 *   mode DIR Q               burst mode
 *   cleanup Q N              rte_eth_tx_done_cleanup()
 *   pool                     "shared": mbufs that every thread can get; "all": those in caches, too
 *   counter NAME             an extended statistic
 *
 * The first argument of the program is the size of the pool, the second that of its caches. Each
 * answer is a line of JSON; "rc" is what the call returned.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "common.h"
#include "fast_calls.h"

#define BURST 512u
#define FRAME 1000u

static struct rte_mempool *pool;

static unsigned int
in_caches(void)
{
	const struct rte_mempool_cache *cache;
	unsigned int lcore, n = 0;

	for (lcore = 0; lcore < RTE_MAX_LCORE; lcore++) {
		cache = rte_mempool_default_cache(pool, lcore);
		if (cache != NULL)
			n += cache->len;
	}
	return n;
}

static int
configure(unsigned int rx, unsigned int tx)
{
	const struct rte_eth_conf conf = {0};

	return rte_eth_dev_configure(0, (uint16_t)rx, (uint16_t)tx, &conf);
}

static void *
start_port(void *rc)
{
	*(int *)rc = rte_eth_dev_start(0);
	return NULL;
}

static int
start_elsewhere(void)
{
	pthread_t thread;
	int rc = -EAGAIN;

	if (pthread_create(&thread, NULL, start_port, &rc) != 0 || pthread_join(thread, NULL) != 0)
		die("thread", EAGAIN);
	return rc;
}

static int
send_burst(uint16_t queue, unsigned int n)
{
	struct rte_mbuf *m[BURST];
	unsigned int i;
	uint16_t sent;

	n = RTE_MIN(n, BURST);
	if (n != 0 && rte_pktmbuf_alloc_bulk(pool, m, n) != 0)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		memset(rte_pktmbuf_append(m[i], FRAME), 0x02, FRAME);
	sent = rte_eth_tx_burst(0, queue, m, (uint16_t)n);
	rte_pktmbuf_free_bulk(m + sent, n - sent);
	return sent;
}

static int
receive(uint16_t queue, unsigned int n)
{
	struct rte_mbuf *m[BURST];
	uint16_t got = rte_eth_rx_burst(0, queue, m, (uint16_t)RTE_MIN(n, BURST));

	rte_pktmbuf_free_bulk(m, got);
	return got;
}

static int
drain(uint16_t queue)
{
	int got, sum = 0;

	while ((got = receive(queue, 32)) != 0)
		sum += got;
	return sum;
}

static void
info(bool rx, uint16_t queue)
{
	struct rte_eth_rxq_info r = {0};
	struct rte_eth_txq_info t = {0};
	int rc = rx ? rte_eth_rx_queue_info_get(0, queue, &r) :
		      rte_eth_tx_queue_info_get(0, queue, &t);

	printf("{\"rc\":%d,\"thresh\":%u}\n", rc,
		rx ? r.conf.rx_free_thresh : t.conf.tx_free_thresh);
}

/** Calls that name a direction. @return false: there is no such command */
static bool
directed_call(const char *line)
{
	struct rte_eth_burst_mode mode;
	unsigned int q, offset;
	char dir[3];
	bool rx;
	int rc;

	if (sscanf(line, "%*s %2s %u", dir, &q) != 2)
		return false;
	rx = strcmp(dir, "rx") == 0;
	if (sscanf(line, "status %*s %*u %u", &offset) == 1)
		rc = rx ? fast_rx_descriptor_status(0, (uint16_t)q, (uint16_t)offset) :
			  fast_tx_descriptor_status(0, (uint16_t)q, (uint16_t)offset);
	else if (strncmp(line, "mode ", 5) == 0)
		rc = rx ? rte_eth_rx_burst_mode_get(0, (uint16_t)q, &mode) :
			  rte_eth_tx_burst_mode_get(0, (uint16_t)q, &mode);
	else if (strncmp(line, "info ", 5) == 0)
		return info(rx, (uint16_t)q), true;
	else
		return false;
	printf("{\"rc\":%d}\n", rc);
	return true;
}

/** @return false: there is no such command */
static bool
call(const char *line)
{
	unsigned int a, b;
	char name[RTE_ETH_XSTATS_NAME_SIZE];
	int rc;

	if (strcmp(line, "pool") == 0) {
		a = rte_mempool_avail_count(pool);
		printf("{\"shared\":%u,\"all\":%u}\n", a - in_caches(), a);
		return true;
	}
	if (sscanf(line, "counter %63s", name) == 1) {
		printf("{\"value\":%" PRIu64 "}\n", xstat(name, UINT64_MAX));
		return true;
	}
	if (sscanf(line, "configure %u %u", &a, &b) == 2)
		rc = configure(a, b);
	else if (sscanf(line, "rxq %u %u", &a, &b) == 2)
		rc = rte_eth_rx_queue_setup(0, (uint16_t)a, (uint16_t)b, SOCKET_ID_ANY, NULL, pool);
	else if (sscanf(line, "txq %u %u", &a, &b) == 2)
		rc = rte_eth_tx_queue_setup(0, (uint16_t)a, (uint16_t)b, SOCKET_ID_ANY, NULL);
	else if (strcmp(line, "start") == 0)
		rc = rte_eth_dev_start(0);
	else if (strcmp(line, "start-elsewhere") == 0)
		rc = start_elsewhere();
	else if (strcmp(line, "stop") == 0)
		rc = rte_eth_dev_stop(0);
	else if (sscanf(line, "send %u %u", &a, &b) == 2)
		rc = send_burst((uint16_t)a, b);
	else if (sscanf(line, "receive %u %u", &a, &b) == 2)
		rc = receive((uint16_t)a, b);
	else if (sscanf(line, "drain %u", &a) == 1)
		rc = drain((uint16_t)a);
	else if (sscanf(line, "count %u", &a) == 1)
		rc = fast_rx_queue_count(0, (uint16_t)a);
	else if (sscanf(line, "cleanup %u %u", &a, &b) == 2)
		rc = rte_eth_tx_done_cleanup(0, (uint16_t)a, b);
	else
		return directed_call(line);
	printf("{\"rc\":%d}\n", rc);
	return true;
}

int
main(int argc, char **argv)
{
	char line[128];
	int n = rte_eal_init(argc, argv);

	if (n < 0)
		die("rte_eal_init", rte_errno);
	if (argc - n != 3)
		die("size of the pool and of its caches", EINVAL);
	if (rte_eth_dev_count_avail() != 1)
		die("one port", ENODEV);
	pool = rte_pktmbuf_pool_create("pool", (unsigned int)atoi(argv[n + 1]),
		(unsigned int)atoi(argv[n + 2]), 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		die("pool", rte_errno);
	printf("{\"ready\":true}\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		if (!call(line))
			die(line, EINVAL);
		fflush(stdout);
	}
	return rte_eal_cleanup() == 0 ? 0 : 1;
}
