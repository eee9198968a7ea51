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
 *   on-reset CALL, on-link CALL  call "reset", "stop" or "close" in the callback of a reset event
 * or of a link event; "-": nothing both CALL COUNT            "reset", "stop" or "removed" in two
 * threads at once, COUNT times cleanup COUNT              rte_eth_tx_done_cleanup() of a packet
 * that was sent, COUNT times take                       take all mbufs of the pool and fill them
 * with a pattern give                       give them back; "changed": those that somebody has
 * written to state                      what can be asked of the port
 *
 * Each answer is a line of JSON; "rc" is what the call returned.
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

#include "common.h"

#define DEPTH      256u
#define MAX_TABLE  512u
#define MAX_QUEUES 64u

#define MBUFS 8191u

static struct rte_mempool *pool;
static struct rte_mbuf *taken[MBUFS];
static unsigned int taken_count;
static unsigned int reset_events, link_events;
static char on_reset[16] = "-", on_link[16] = "-";

static int
do_call(uint16_t port, const char *what)
{
	if (strcmp(what, "reset") == 0)
		return rte_eth_dev_reset(port);
	if (strcmp(what, "stop") == 0)
		return rte_eth_dev_stop(port);
	if (strcmp(what, "close") == 0) {
		/* ethdev closes stopped ports only */
		rte_eth_dev_stop(port);
		return rte_eth_dev_close(port);
	}
	if (strcmp(what, "removed") == 0)
		return rte_eth_dev_is_removed(port);
	return 0;
}

/** Context: EAL interrupt thread. */
static int
event(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	bool reset = type == RTE_ETH_EVENT_INTR_RESET;

	RTE_SET_USED(arg);
	RTE_SET_USED(ret);
	do_call(port, reset ? on_reset : on_link);
	__atomic_fetch_add(reset ? &reset_events : &link_events, 1, __ATOMIC_RELEASE);
	return 0;
}

struct caller {
	char what[16];
	unsigned int count;
	pthread_barrier_t *together;
};

static void *
call_often(void *arg)
{
	struct caller *c = arg;

	for (; c->count != 0; c->count--) {
		pthread_barrier_wait(c->together);
		do_call(0, c->what);
	}
	return NULL;
}

/** Two threads call at the same time, the first of them a reset. */
static int
both(const char *what, unsigned int count)
{
	pthread_barrier_t together;
	struct caller c[2] = {{.what = "reset", .count = count, .together = &together},
		{.count = count, .together = &together}};
	pthread_t thread[2];
	int rc, i;

	snprintf(c[1].what, sizeof(c[1].what), "%s", what);
	pthread_barrier_init(&together, NULL, 2);
	for (i = 0; i < 2; i++) {
		rc = pthread_create(&thread[i], NULL, call_often, &c[i]);
		if (rc != 0)
			die("thread", rc);
	}
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&together);
	return 0;
}

/** @return packets cleaned up, or a negative errno */
static int
cleanup(unsigned int count)
{
	int total = 0, n;

	while (count-- != 0) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		if (m == NULL || rte_pktmbuf_append(m, 1000) == NULL)
			die("mbuf", ENOMEM);
		memset(rte_pktmbuf_mtod(m, void *), 2, 1000);
		if (rte_eth_tx_burst(0, 0, &m, 1) != 1)
			die("packet", EAGAIN);
		do
			n = rte_eth_tx_done_cleanup(0, 0, 0);
		while (n == 0);
		if (n < 0)
			return n;
		total += n;
	}
	return total;
}

static const uint8_t pattern = 0xa5;

static void
take(void)
{
	while (taken_count < MBUFS) {
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		if (m == NULL)
			break;
		memset(m->buf_addr, pattern, m->buf_len);
		taken[taken_count++] = m;
	}
	printf("{\"taken\":%u}\n", taken_count);
}

static void
give(void)
{
	unsigned int changed = 0, k;

	for (; taken_count != 0; taken_count--) {
		struct rte_mbuf *m = taken[taken_count - 1];
		const uint8_t *byte = m->buf_addr;

		for (k = 0; k < m->buf_len && byte[k] == pattern; k++)
			;
		changed += k != m->buf_len;
		rte_pktmbuf_free(m);
	}
	printf("{\"changed\":%u}\n", changed);
}

static int
configure(unsigned int rx, unsigned int tx, bool intr, bool rss)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;

	conf.intr_conf.rxq = intr;
	conf.intr_conf.lsc = 1;
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
		unsigned int q =
			table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];

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
	printf("{\"removed\":%d,\"reset_events\":%u,\"link_events\":%u,\"resets_requested\":"
	       "%" PRIu64 ",\"admin_timeouts\":%" PRIu64 ",\"mbufs\":%u,",
		rte_eth_dev_is_removed(0), __atomic_load_n(&reset_events, __ATOMIC_ACQUIRE),
		__atomic_load_n(&link_events, __ATOMIC_ACQUIRE), xstat("resets_requested", 0),
		xstat("admin_timeouts", 0), rte_mempool_in_use_count(pool));
	print_table();
	printf("}\n");
}

/** @return false: there is no such command */
static bool
call(const char *line)
{
	unsigned int a, b, c, d;
	char what[16];
	int rc;

	if (strcmp(line, "state") == 0) {
		state();
		return true;
	}
	if (strcmp(line, "take") == 0) {
		take();
		return true;
	}
	if (strcmp(line, "give") == 0) {
		give();
		return true;
	}
	if (sscanf(line, "on-reset %15s", on_reset) == 1 ||
		sscanf(line, "on-link %15s", on_link) == 1)
		rc = 0;
	else if (sscanf(line, "both %15s %u", what, &a) == 2)
		rc = both(what, a);
	else if (sscanf(line, "cleanup %u", &a) == 1)
		rc = cleanup(a);
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
	else if (strcmp(line, "stop") == 0 || strcmp(line, "reset") == 0 ||
		 strcmp(line, "close") == 0)
		rc = do_call(0, line);
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
	pool = rte_pktmbuf_pool_create(
		"pool", MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		die("pool", rte_errno);
	if (rte_eth_dev_callback_register(0, RTE_ETH_EVENT_INTR_RESET, event, NULL) != 0 ||
		rte_eth_dev_callback_register(0, RTE_ETH_EVENT_INTR_LSC, event, NULL) != 0)
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
