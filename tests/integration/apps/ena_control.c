/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Control calls about RSS and statistics on one port, in whatever order its standard input asks for
 * them:
 *
 *   configure RX TX RSS HF     queues; mode RSS if RSS is 1, with types HF (hexadecimal)
 *   rxq Q, txq Q               set up a queue
 *   start, stop, reset, close
 *   poll MS                    receive on all queues for so long and send what came; "rx": packets
 *                              per queue, "hash": that of the last one, "changes": packets of a
 *                              queue with another than the one before
 *   send N                     send N frames on Tx queue 0; "rc": those that were taken
 *   types HF, key HEX HF       rte_eth_dev_rss_hash_update() without and with a key
 *   reta Q, reta Q I           point all entries, or entry I, of the table at Rx queue Q
 *   hash                       what rte_eth_dev_rss_hash_conf_get() tells
 *   table                      the redirection table
 *   info                       what rte_eth_dev_info_get() tells of RSS and of Tx
 *   hold N                     give back what is held, and take N mbufs from the pool
 *   mbufs                      how many are in the pool
 *   stats                      basic and extended statistics
 *   clear                      reset the statistics
 *
 * Each answer is a line of JSON; "rc" is what the call returned.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "common.h"

#define MBUFS      8191u
#define DEPTH      128u
#define BURST      32u
#define KEY_SIZE   40u
#define MAX_TABLE  512u
#define MAX_QUEUES 16u
#define MAX_XSTATS 1024u

static struct rte_mempool *pool;
static unsigned int rx_queues, tx_queues; /* of the last configuration that was taken */

static int
configure(unsigned int rx, unsigned int tx, bool rss, uint64_t types)
{
	struct rte_eth_conf conf = {0};
	int rc;

	if (rss)
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf.rx_adv_conf.rss_conf.rss_hf = types;
	rc = rte_eth_dev_configure(0, (uint16_t)rx, (uint16_t)tx, &conf);
	if (rc == 0) {
		rx_queues = RTE_MIN(rx, MAX_QUEUES);
		tx_queues = RTE_MIN(tx, MAX_QUEUES);
	}
	return rc;
}

static uint16_t
table_size(void)
{
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(0, &info) != 0)
		return 0;
	return RTE_MIN(info.reta_size, (uint16_t)MAX_TABLE);
}

/** @param entry -1: all of them */
static int
point_table(unsigned int queue, int entry)
{
	struct rte_eth_rss_reta_entry64 table[MAX_TABLE / RTE_ETH_RETA_GROUP_SIZE] = {0};
	int i;

	for (i = 0; i < (int)MAX_TABLE; i++) {
		struct rte_eth_rss_reta_entry64 *group = &table[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int k = i % RTE_ETH_RETA_GROUP_SIZE;

		if (entry >= 0 && i != entry)
			continue;
		group->mask |= UINT64_C(1) << k;
		group->reta[k] = (uint16_t)queue;
	}
	return rte_eth_dev_rss_reta_update(0, table, table_size());
}

static void
print_table(void)
{
	struct rte_eth_rss_reta_entry64 table[MAX_TABLE / RTE_ETH_RETA_GROUP_SIZE] = {0};
	uint16_t size = table_size();
	unsigned int i;
	int rc;

	for (i = 0; i < RTE_DIM(table); i++)
		table[i].mask = UINT64_MAX;
	rc = rte_eth_dev_rss_reta_query(0, table, size);
	printf("{\"rc\":%d,\"table\":[", rc);
	for (i = 0; i < size && rc == 0; i++)
		printf("%s%u", i != 0 ? "," : "",
			table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE]);
	printf("]}\n");
}

static int
update(const char *hex, uint64_t types)
{
	struct rte_eth_rss_conf conf = {.rss_hf = types};
	uint8_t key[KEY_SIZE];
	unsigned int i, byte;

	if (hex != NULL) {
		for (i = 0; i < KEY_SIZE; i++) {
			if (sscanf(&hex[2 * i], "%2x", &byte) != 1)
				die("key", EINVAL);
			key[i] = (uint8_t)byte;
		}
		conf.rss_key = key;
		conf.rss_key_len = KEY_SIZE;
	}
	return rte_eth_dev_rss_hash_update(0, &conf);
}

static void
print_hash(void)
{
	uint8_t key[KEY_SIZE] = {0};
	struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = KEY_SIZE};
	int rc = rte_eth_dev_rss_hash_conf_get(0, &conf);
	unsigned int i;

	printf("{\"rc\":%d,\"types\":%" PRIu64 ",\"key\":\"", rc, rc == 0 ? conf.rss_hf : 0);
	for (i = 0; i < KEY_SIZE; i++)
		printf("%02x", key[i]);
	printf("\"}\n");
}

static void
print_info(void)
{
	struct rte_eth_dev_info info;
	int rc = rte_eth_dev_info_get(0, &info);

	printf("{\"rc\":%d,\"types\":%" PRIu64
	       ",\"reta_size\":%u,\"tx_segs\":%u,\"max_tx_desc\":%u}\n",
		rc, info.flow_type_rss_offloads, info.reta_size, info.tx_desc_lim.nb_seg_max,
		info.tx_desc_lim.nb_max);
}

struct hashes {
	uint32_t last;
	unsigned int changes;
};

/** Packets that cannot be sent are freed. */
static void
poll_queue(uint16_t queue, uint64_t *count, struct hashes *seen)
{
	struct rte_mbuf *pkts[BURST];
	uint16_t n = rte_eth_rx_burst(0, queue, pkts, BURST), sent = 0, i;

	for (i = 0; i < n; i++) {
		seen->changes += (*count != 0 || i != 0) && pkts[i]->hash.rss != seen->last;
		seen->last = pkts[i]->hash.rss;
	}
	*count += n;
	if (tx_queues != 0)
		sent = rte_eth_tx_burst(0, (uint16_t)(queue % tx_queues), pkts, n);
	rte_pktmbuf_free_bulk(&pkts[sent], n - sent);
}

static void
poll_all(unsigned int ms)
{
	const uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * ms / 1000;
	uint64_t count[MAX_QUEUES] = {0};
	struct hashes seen = {0};
	unsigned int q;

	do {
		for (q = 0; q < rx_queues; q++)
			poll_queue((uint16_t)q, &count[q], &seen);
	} while (rte_get_timer_cycles() < end);
	printf("{\"rc\":0,\"hash\":%u,\"changes\":%u,\"rx\":[", seen.last, seen.changes);
	for (q = 0; q < rx_queues; q++)
		printf("%s%" PRIu64, q != 0 ? "," : "", count[q]);
	printf("]}\n");
}

/** Frames of zeros; none has to be sent. */
static int
send_frames(unsigned int n)
{
	unsigned int sent = 0;

	while (sent < n) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		if (m == NULL)
			break;
		memset(rte_pktmbuf_mtod(m, void *), 0, 60);
		m->data_len = 60;
		m->pkt_len = 60;
		if (rte_eth_tx_burst(0, 0, &m, 1) != 1) {
			rte_pktmbuf_free(m);
			break;
		}
		sent++;
	}
	return (int)sent;
}

static int
hold(unsigned int n)
{
	static struct rte_mbuf *held[MBUFS];
	static unsigned int count;

	rte_pktmbuf_free_bulk(held, count);
	count = 0;
	while (count < RTE_MIN(n, MBUFS)) {
		held[count] = rte_pktmbuf_alloc(pool);
		if (held[count] == NULL)
			return -ENOMEM;
		count++;
	}
	return 0;
}

static void
print_stats(void)
{
	static struct rte_eth_xstat_name names[MAX_XSTATS];
	static struct rte_eth_xstat values[MAX_XSTATS];
	struct rte_eth_stats s = {0};
	int rc = rte_eth_stats_get(0, &s), n, i;

	printf("{\"rc\":%d,\"ipackets\":%" PRIu64 ",\"ibytes\":%" PRIu64 ",\"opackets\":%" PRIu64
	       ",\"obytes\":%" PRIu64 ",\"imissed\":%" PRIu64 ",\"ierrors\":%" PRIu64
	       ",\"oerrors\":%" PRIu64 ",\"rx_nombuf\":%" PRIu64 ",\"xstats\":{",
		rc, s.ipackets, s.ibytes, s.opackets, s.obytes, s.imissed, s.ierrors, s.oerrors,
		s.rx_nombuf);
	n = rte_eth_xstats_get_names(0, names, MAX_XSTATS);
	if (n > (int)MAX_XSTATS || rte_eth_xstats_get(0, values, MAX_XSTATS) != n)
		n = 0;
	for (i = 0; i < n; i++)
		printf("%s\"%s\":%" PRIu64, i != 0 ? "," : "", names[values[i].id].name,
			values[i].value);
	printf("}}\n");
}

/** @return false: the line is none of these */
static bool
show(const char *line)
{
	unsigned int ms;

	if (strcmp(line, "hash") == 0)
		print_hash();
	else if (strcmp(line, "table") == 0)
		print_table();
	else if (strcmp(line, "info") == 0)
		print_info();
	else if (strcmp(line, "mbufs") == 0)
		printf("{\"rc\":0,\"free\":%u}\n", rte_mempool_avail_count(pool));
	else if (strcmp(line, "stats") == 0)
		print_stats();
	else if (sscanf(line, "poll %u", &ms) == 1)
		poll_all(ms);
	else
		return false;
	return true;
}

/** @return false: there is no such command */
static bool
call(const char *line)
{
	char hex[2 * KEY_SIZE + 1];
	unsigned int a, b, c;
	uint64_t types;
	int entry = -1, rc;

	if (sscanf(line, "configure %u %u %u %" SCNx64, &a, &b, &c, &types) == 4)
		rc = configure(a, b, c != 0, types);
	else if (sscanf(line, "rxq %u", &a) == 1)
		rc = rte_eth_rx_queue_setup(0, (uint16_t)a, DEPTH, SOCKET_ID_ANY, NULL, pool);
	else if (sscanf(line, "txq %u", &a) == 1)
		rc = rte_eth_tx_queue_setup(0, (uint16_t)a, DEPTH, SOCKET_ID_ANY, NULL);
	else if (sscanf(line, "types %" SCNx64, &types) == 1)
		rc = update(NULL, types);
	else if (sscanf(line, "key %80s %" SCNx64, hex, &types) == 2 && strlen(hex) == 2 * KEY_SIZE)
		rc = update(hex, types);
	else if (sscanf(line, "reta %u %d", &a, &entry) >= 1)
		rc = point_table(a, entry);
	else if (sscanf(line, "send %u", &a) == 1)
		rc = send_frames(a);
	else if (sscanf(line, "hold %u", &a) == 1)
		rc = hold(a);
	else if (strcmp(line, "clear") == 0)
		rc = rte_eth_stats_reset(0);
	else if (strcmp(line, "start") == 0)
		rc = rte_eth_dev_start(0);
	else if (strcmp(line, "stop") == 0)
		rc = rte_eth_dev_stop(0);
	else if (strcmp(line, "reset") == 0)
		rc = rte_eth_dev_reset(0);
	else if (strcmp(line, "close") == 0)
		rc = rte_eth_dev_close(0);
	else
		return false;
	printf("{\"rc\":%d}\n", rc);
	return true;
}

int
main(int argc, char **argv)
{
	char line[128];

	/* What the driver logs belongs between the answers. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		die("rte_eal_init", rte_errno);
	if (rte_eth_dev_count_avail() != 1)
		die("one port", ENODEV);
	pool = rte_pktmbuf_pool_create(
		"pool", MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		die("pool", rte_errno);
	printf("{\"ready\":true}\n");
	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		if (!show(line) && !call(line))
			die(line, EINVAL);
		fflush(stdout);
	}
	return rte_eal_cleanup() == 0 ? 0 : 1;
}
