/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * Probe a port, start it, send packets to itself, stop, start and stop again, close, remove;
 * and again. After each cycle one line of JSON says what the process holds, so that a test can
 * see whether anything is left behind. Public interfaces of DPDK only.
 *
 *   ena_cycle EAL-OPTIONS -- PCI-ADDRESS CYCLES QUEUES [restart]
 *
 * "restart" leaves out close and remove.
 *
 * The port's medium has to return what is sent (softena-run ... wire=loopback).
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>

#include "turns.h"

#define DEPTH      256
#define BURST      32
#define PACKET_LEN 200
#define QUEUES_MAX 32

struct totals {
	uint64_t sent;
	uint64_t looped;
};

static struct rte_mempool *pool;

static int
fail(const char *what, int rc)
{
	fprintf(stderr, "ena_cycle: %s: %s\n", what, rte_strerror(rc < 0 ? -rc : rc));
	return -1;
}

static int
port_setup(uint16_t port, uint16_t queues)
{
	struct rte_eth_conf conf = {0};
	uint16_t q;
	int rc;

	if (queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf =
			RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_TCP;
	}
	rc = rte_eth_dev_configure(port, queues, queues, &conf);
	if (rc)
		return fail("rte_eth_dev_configure", rc);
	for (q = 0; q < queues; q++) {
		rc = rte_eth_rx_queue_setup(port, q, DEPTH, SOCKET_ID_ANY, NULL, pool);
		if (rc)
			return fail("rte_eth_rx_queue_setup", rc);
		rc = rte_eth_tx_queue_setup(port, q, DEPTH, SOCKET_ID_ANY, NULL);
		if (rc)
			return fail("rte_eth_tx_queue_setup", rc);
	}
	return 0;
}

static struct rte_mbuf *
make_packet(uint16_t queue)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct rte_ether_hdr *eth;

	if (!m)
		return NULL;
	eth = (struct rte_ether_hdr *)rte_pktmbuf_append(m, PACKET_LEN);
	if (!eth) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	memset(eth, 0, PACKET_LEN);
	eth->dst_addr.addr_bytes[0] = 2;
	eth->src_addr.addr_bytes[0] = 2;
	eth->src_addr.addr_bytes[5] = (uint8_t)queue;
	eth->ether_type = rte_cpu_to_be_16(0x88b5);
	return m;
}

/* Receive until nothing is missing; for ever means some seconds. */
static uint64_t
collect(uint16_t port, uint16_t queues, uint64_t wanted)
{
	uint64_t end = now_ms() + limit_ms(5000);
	struct rte_mbuf *pkts[BURST];
	uint64_t got = 0;
	uint16_t q, n = 0;

	while (got < wanted && now_ms() < end) {
		for (q = 0; q < queues; q++) {
			n = rte_eth_rx_burst(port, q, pkts, BURST);
			rte_pktmbuf_free_bulk(pkts, n);
			got += n;
		}
		if (n == 0)
			rte_delay_us_sleep(50);
	}
	return got;
}

static int
exchange(uint16_t port, uint16_t queues, struct totals *totals)
{
	struct rte_mbuf *pkts[BURST];
	uint64_t sent = 0;
	uint16_t q, i, n;

	for (q = 0; q < queues; q++) {
		for (i = 0; i < BURST; i++) {
			pkts[i] = make_packet(q);
			if (!pkts[i]) {
				rte_pktmbuf_free_bulk(pkts, i);
				return fail("no mbuf left", ENOMEM);
			}
		}
		n = rte_eth_tx_burst(port, q, pkts, BURST);
		rte_pktmbuf_free_bulk(&pkts[n], BURST - n);
		sent += n;
	}
	totals->sent += sent;
	totals->looped += collect(port, queues, sent);
	return 0;
}

static int
start_and_stop(uint16_t port, uint16_t queues, struct totals *totals)
{
	int rc = port_setup(port, queues);

	if (rc)
		return rc;
	rc = rte_eth_dev_start(port);
	if (rc)
		return fail("rte_eth_dev_start", rc);
	if (exchange(port, queues, totals))
		return -1;
	rc = rte_eth_dev_stop(port);
	return rc ? fail("rte_eth_dev_stop", rc) : 0;
}

static int
cycle(const char *addr, uint16_t queues, bool restart, char *driver, size_t len,
	struct totals *totals)
{
	struct rte_eth_dev_info info;
	uint16_t port;
	int rc, run;

	if (rte_eth_dev_get_port_by_name(addr, &port) != 0) {
		rc = rte_eal_hotplug_add("pci", addr, "");
		if (rc)
			return fail("rte_eal_hotplug_add", rc);
	}
	rc = rte_eth_dev_get_port_by_name(addr, &port);
	if (rc)
		return fail("rte_eth_dev_get_port_by_name", rc);
	rc = rte_eth_dev_info_get(port, &info);
	if (rc)
		return fail("rte_eth_dev_info_get", rc);
	snprintf(driver, len, "%s", info.driver_name);
	for (run = 0; run < 2; run++)
		if (start_and_stop(port, queues, totals))
			return -1;
	if (restart)
		return 0;
	rc = rte_eth_dev_close(port);
	if (rc)
		return fail("rte_eth_dev_close", rc);
	rc = rte_dev_remove(info.device);
	return rc ? fail("rte_dev_remove", rc) : 0;
}

static void
count_memzone(const struct rte_memzone *mz, void *arg)
{
	RTE_SET_USED(mz);
	(*(unsigned int *)arg)++;
}

static unsigned int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static unsigned long
resident_kib(void)
{
	unsigned long size = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f)
		return 0;
	if (fscanf(f, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (unsigned long)sysconf(_SC_PAGESIZE) / 1024;
}

/** What malloc() has given out, all arenas and mappings, to the byte. */
static size_t
libc_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void
account(unsigned int number, const char *driver, const struct totals *totals)
{
	struct rte_malloc_socket_stats heap = {0};
	unsigned int memzones = 0;

	rte_malloc_get_socket_stats((int)rte_socket_id(), &heap);
	rte_memzone_walk(count_memzone, &memzones);
	printf("{\"cycle\": %u, \"driver\": \"%s\", \"sent\": %" PRIu64 ", \"looped\": %" PRIu64
	       ", \"memzones\": %u, \"fds\": %u, \"mbufs_free\": %u, \"heap_bytes\": %zu"
	       ", \"heap_blocks\": %u, \"libc_bytes\": %zu, \"rss_kib\": %lu}\n",
		number, driver, totals->sent, totals->looped, memzones, count_fds(),
		rte_mempool_avail_count(pool), heap.heap_allocsz_bytes, heap.alloc_count,
		libc_bytes(), resident_kib());
	fflush(stdout);
}

static long
number_arg(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	return errno || *end || end == text || value < 1 || value > max ? -1 : value;
}

int
main(int argc, char **argv)
{
	long cycles = -1, queues = -1, i;
	int skip, rc = 0;
	bool restart;

	skip = rte_eal_init(argc, argv);
	if (skip < 0) {
		fprintf(stderr, "ena_cycle: EAL: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	argc -= skip;
	argv += skip;
	restart = argc == 5 && strcmp(argv[4], "restart") == 0;
	if (argc == 4 || restart) {
		cycles = number_arg(argv[2], 1000000);
		queues = number_arg(argv[3], QUEUES_MAX);
	}
	if (cycles < 0 || queues < 0) {
		fprintf(stderr,
			"usage: ena_cycle EAL-OPTIONS -- PCI-ADDRESS CYCLES QUEUES [restart]\n");
		rte_eal_cleanup();
		return 2;
	}
	pool = rte_pktmbuf_pool_create("cycle", (unsigned int)queues * (DEPTH * 2 + BURST) + 1024,
		0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (!pool) {
		fprintf(stderr, "ena_cycle: no mbuf pool: %s\n", rte_strerror(rte_errno));
		rte_eal_cleanup();
		return 1;
	}
	for (i = 0; i < cycles && rc == 0; i++) {
		struct totals totals = {0};
		char driver[64] = "";

		rc = cycle(argv[1], (uint16_t)queues, restart, driver, sizeof(driver), &totals);
		if (rc == 0)
			account((unsigned int)i, driver, &totals);
	}
	rte_mempool_free(pool);
	rte_eal_cleanup();
	return rc ? 1 : 0;
}
