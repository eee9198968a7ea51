/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Calls of ethdev on one port, in whatever order its standard input asks for them:
 *
 *   configure RX TX INTR RSS   queues; Rx interrupts if INTR is 1, RSS if RSS is 1
 *   rxq Q, txq Q               set up a queue
 *   start, stop, reset, close
 *   mtu N
 *   reta Q                     point entry 0 of the redirection table at Rx queue Q
 *   badkey                     set an RSS key of a length that no device takes
 *   on-reset CALL              call "reset" or "close" in the callback of a reset event; "-": nothing
 *   state                      what can be asked of the port
 *
 * Each answer is a line of JSON; "rc" is what the call returned.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "common.h"

#define DEPTH	   256u
#define MAX_TABLE  512u
#define MAX_QUEUES 64u

static struct rte_mempool *pool;
static unsigned int reset_events;
static char on_reset[16] = "-";

/** Context: EAL interrupt thread. */
static int
reset_event(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	RTE_SET_USED(type);
	RTE_SET_USED(arg);
	RTE_SET_USED(ret);
	if (strcmp(on_reset, "reset") == 0)
		rte_eth_dev_reset(port);
	else if (strcmp(on_reset, "close") == 0)
		rte_eth_dev_close(port);
	__atomic_fetch_add(&reset_events, 1, __ATOMIC_RELEASE);
	return 0;
}

static int
configure(unsigned int rx, unsigned int tx, bool intr, bool rss)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;

	conf.intr_conf.rxq = intr;
	if (rss && rte_eth_dev_info_get(0, &info) == 0) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads;
	}
	return rte_eth_dev_configure(0, (uint16_t)rx, (uint16_t)tx, &conf);
}

static uint16_t
table_size(void)
{
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(0, &info) != 0)
		return 0;
	return RTE_MIN(info.reta_size, (uint16_t)MAX_TABLE);
}

static int
point_table(unsigned int queue)
{
	struct rte_eth_rss_reta_entry64 table[MAX_TABLE / RTE_ETH_RETA_GROUP_SIZE] = {0};

	table[0].mask = 1;
	table[0].reta[0] = (uint16_t)queue;
	return rte_eth_dev_rss_reta_update(0, table, table_size());
}

static int
set_bad_key(void)
{
	uint8_t key[3] = {0};
	struct rte_eth_rss_conf conf = {
		.rss_key = key,
		.rss_key_len = sizeof(key),
		.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_TCP,
	};

	return rte_eth_dev_rss_hash_update(0, &conf);
}

/** How many entries of the table name each Rx queue. */
static void
print_table(void)
{
	struct rte_eth_rss_reta_entry64 table[MAX_TABLE / RTE_ETH_RETA_GROUP_SIZE] = {0};
	unsigned int entries[MAX_QUEUES] = {0}, i, last = 0;
	uint16_t size = table_size();

	for (i = 0; i < RTE_DIM(table); i++)
		table[i].mask = UINT64_MAX;
	if (size == 0 || rte_eth_dev_rss_reta_query(0, table, size) != 0)
		size = 0;
	for (i = 0; i < size; i++) {
		unsigned int q = table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];

		if (q >= MAX_QUEUES)
			die("redirection table", ERANGE);
		entries[q]++;
		last = RTE_MAX(last, q);
	}
	printf("\"table\":[");
	for (i = 0; i <= last && size != 0; i++)
		printf("%s%u", i != 0 ? "," : "", entries[i]);
	printf("]");
}

static void
state(void)
{
	printf("{\"removed\":%d,\"reset_events\":%u,\"resets_requested\":%" PRIu64
	       ",\"admin_timeouts\":%" PRIu64 ",",
		rte_eth_dev_is_removed(0), __atomic_load_n(&reset_events, __ATOMIC_ACQUIRE),
		xstat("resets_requested", 0), xstat("admin_timeouts", 0));
	print_table();
	printf("}\n");
}

/** @return false: there is no such command */
static bool
call(const char *line)
{
	unsigned int a, b, c, d;
	int rc;

	if (strcmp(line, "state") == 0) {
		state();
		return true;
	}
	if (sscanf(line, "on-reset %15s", on_reset) == 1)
		rc = 0;
	else if (sscanf(line, "configure %u %u %u %u", &a, &b, &c, &d) == 4)
		rc = configure(a, b, c != 0, d != 0);
	else if (sscanf(line, "rxq %u", &a) == 1)
		rc = rte_eth_rx_queue_setup(0, (uint16_t)a, DEPTH, SOCKET_ID_ANY, NULL, pool);
	else if (sscanf(line, "txq %u", &a) == 1)
		rc = rte_eth_tx_queue_setup(0, (uint16_t)a, DEPTH, SOCKET_ID_ANY, NULL);
	else if (sscanf(line, "mtu %u", &a) == 1)
		rc = rte_eth_dev_set_mtu(0, (uint16_t)a);
	else if (sscanf(line, "reta %u", &a) == 1)
		rc = point_table(a);
	else if (strcmp(line, "badkey") == 0)
		rc = set_bad_key();
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
	char line[64];

	if (rte_eal_init(argc, argv) < 0)
		die("rte_eal_init", rte_errno);
	if (rte_eth_dev_count_avail() != 1)
		die("one port", ENODEV);
	pool = rte_pktmbuf_pool_create("pool", 8191, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		die("pool", rte_errno);
	if (rte_eth_dev_callback_register(0, RTE_ETH_EVENT_INTR_RESET, reset_event, NULL) != 0)
		die("callback", EINVAL);
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
