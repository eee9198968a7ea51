/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Receives numbered frames of a generator (payload=seq) and keeps account of what is
 * missing. With --keep it starves the driver: it keeps every mbuf until nothing comes any more,
 * polls on for a while, gives all back, and begins anew.
 *
 *   ena_receive EAL-OPTIONS -- --count N [--rxd D] [--mbufs M] [--burst B] [--keep MS]
 *                              [--room BYTES] [--cache N] [--mtu BYTES] [--thresh N] [--restart]
 *                              [--pinned]
 *
 * room: bytes of a buffer; cache: of the mempool, for each lcore; thresh: rx_free_thresh; pinned:
 * buffers that lie elsewhere than the mbufs, each packet shared with a clone for a while.
 *
 * Ends when frame N - 1 came, or when nothing came for two seconds of polling (polled_ms()). Prints
 * one JSON object, and with --restart a second one after a stop and a start of the port.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

#include "common.h"
#include "turns.h"

#define MAX_BURST  512u
#define SEQ_OFFSET 42u /* Ethernet, IPv4, UDP */
#define IDLE_MS    2000u
/* Drops come with keep-alive events, once per second. */
#define NEWS_MS 2500u

static struct {
	unsigned int rxd, mbufs, burst, keep_ms, room, cache, mtu, thresh;
	bool restart, pinned;
	uint64_t count;
} opt = {.rxd = 1024, .mbufs = 8191, .burst = 32, .room = 2048};

static struct rte_mempool *pool, *clones;
static struct rte_mbuf **kept;
static unsigned int n_kept, starved;
static uint64_t received, next_seq, missing, backwards, shared;

/** Give the packet's buffer a second owner and take it away; whoever counts owners has to see both.
 */
static void
share(struct rte_mbuf *m)
{
	struct rte_mbuf *clone = rte_pktmbuf_clone(m, clones);

	if (clone == NULL)
		die("no mbuf for a clone", ENOMEM);
	if (RTE_MBUF_HAS_EXTBUF(m) && RTE_MBUF_HAS_EXTBUF(clone) &&
		rte_mbuf_ext_refcnt_read(m->shinfo) == 2 && clone->buf_addr == m->buf_addr)
		shared++;
	rte_pktmbuf_free(clone);
}

static void
account(struct rte_mbuf *m)
{
	uint64_t seq;

	received++;
	if (opt.pinned)
		share(m);
	memcpy(&seq, rte_pktmbuf_mtod_offset(m, const void *, SEQ_OFFSET), sizeof(seq));
	seq = rte_be_to_cpu_64(seq);
	if (seq < next_seq) {
		backwards++;
		return;
	}
	missing += seq - next_seq;
	next_seq = seq + 1;
}

static uint16_t
receive(void)
{
	struct rte_mbuf *m[MAX_BURST];
	uint16_t n = rte_eth_rx_burst(0, 0, m, (uint16_t)opt.burst);

	for (uint16_t i = 0; i < n; i++)
		account(m[i]);
	if (opt.keep_ms == 0) {
		rte_pktmbuf_free_bulk(m, n);
		return n;
	}
	memcpy(kept + n_kept, m, n * sizeof(m[0]));
	n_kept += n;
	return n;
}

/** The driver has no more mbufs, and has had none for long enough: give everything back. */
static void
starve(bool got_any)
{
	static uint64_t silent_since;

	if (got_any || n_kept == 0) {
		silent_since = 0;
	} else if (silent_since == 0) {
		silent_since = polled_ms();
	} else if (polled_ms() - silent_since > opt.keep_ms) {
		rte_pktmbuf_free_bulk(kept, n_kept);
		n_kept = 0;
		starved++;
	}
}

static void
report(void)
{
	struct rte_eth_rxq_info info;
	struct rte_eth_stats st;

	memset(&st, 0, sizeof(st));
	memset(&info, 0, sizeof(info));
	rte_eth_stats_get(0, &st);
	rte_eth_rx_queue_info_get(0, 0, &info);
	printf("{\"received\":%" PRIu64 ",\"next\":%" PRIu64 ",\"missing\":%" PRIu64
	       ",\"backwards\":%" PRIu64 ",\"starved\":%u,\"ipackets\":%" PRIu64
	       ",\"imissed\":%" PRIu64 ",\"ierrors\":%" PRIu64 ",\"rx_nombuf\":%" PRIu64
	       ",\"refill_partial\":%" PRIu64 ",\"posted_min\":%" PRIu64
	       ",\"thresh\":%u,\"shared\":%" PRIu64 "}\n",
		received, next_seq, missing, backwards, starved, st.ipackets, st.imissed,
		st.ierrors, st.rx_nombuf, xstat("rx_q0_refill_partial", 0),
		xstat("rx_q0_posted_min", 0), info.conf.rx_free_thresh, shared);
	fflush(stdout);
}

static void
parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"count", required_argument, NULL, 'c'},
		{"rxd", required_argument, NULL, 'd'},
		{"mbufs", required_argument, NULL, 'm'},
		{"burst", required_argument, NULL, 'b'},
		{"keep", required_argument, NULL, 'k'},
		{"room", required_argument, NULL, 'r'},
		{"cache", required_argument, NULL, 'a'},
		{"mtu", required_argument, NULL, 'u'},
		{"thresh", required_argument, NULL, 't'},
		{"restart", no_argument, NULL, 's'},
		{"pinned", no_argument, NULL, 'p'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		unsigned long n = optarg != NULL ? strtoul(optarg, NULL, 0) : 0;

		switch (c) {
		case 'c':
			opt.count = n;
			break;
		case 'd':
			opt.rxd = (unsigned int)n;
			break;
		case 'm':
			opt.mbufs = (unsigned int)n;
			break;
		case 'b':
			opt.burst = (unsigned int)n;
			break;
		case 'k':
			opt.keep_ms = (unsigned int)n;
			break;
		case 'r':
			opt.room = (unsigned int)n;
			break;
		case 'a':
			opt.cache = (unsigned int)n;
			break;
		case 'u':
			opt.mtu = (unsigned int)n;
			break;
		case 't':
			opt.thresh = (unsigned int)n;
			break;
		case 's':
			opt.restart = true;
			break;
		case 'p':
			opt.pinned = true;
			break;
		default:
			exit(2);
		}
	}
	if (opt.count == 0 || opt.burst == 0 || opt.burst > MAX_BURST)
		die("--count N is needed, --burst is 1 to 512", EINVAL);
}

/** mbufs whose buffers lie in one piece of memory of the application. */
static struct rte_mempool *
pinned_pool(uint16_t room)
{
	struct rte_pktmbuf_extmem mem = {.elt_size = room};

	clones = rte_pktmbuf_pool_create("clones", 64, 0, 0, 0, SOCKET_ID_ANY);
	if (clones == NULL)
		return NULL;
	mem.buf_len = (size_t)room * opt.mbufs;
	mem.buf_ptr = rte_malloc("buffers", mem.buf_len, 0);
	if (mem.buf_ptr == NULL)
		return NULL;
	mem.buf_iova = rte_malloc_virt2iova(mem.buf_ptr);
	return rte_pktmbuf_pool_create_extbuf(
		"pool", opt.mbufs, opt.cache, 0, room, SOCKET_ID_ANY, &mem, 1);
}

static void
start_port(void)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;
	int rc;

	conf.rxmode.mtu = opt.mtu;
	if (opt.mtu > opt.room)
		conf.rxmode.offloads = RTE_ETH_RX_OFFLOAD_SCATTER;
	rc = rte_eth_dev_info_get(0, &info);
	if (rc == 0)
		rc = rte_eth_dev_configure(0, 1, 1, &conf);
	info.default_rxconf.offloads = conf.rxmode.offloads;
	if (opt.thresh != 0)
		info.default_rxconf.rx_free_thresh = (uint16_t)opt.thresh;
	if (rc == 0)
		rc = rte_eth_rx_queue_setup(
			0, 0, (uint16_t)opt.rxd, SOCKET_ID_ANY, &info.default_rxconf, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(0, 0, 256, SOCKET_ID_ANY, NULL);
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("start", rc);
}

static void
wait_for_news(void)
{
	uint64_t end = polled_ms() + NEWS_MS;

	while (polled_ms() < end)
		starve(receive() != 0);
}

int
main(int argc, char **argv)
{
	uint64_t silent_since = 0;
	uint16_t room;
	int rc;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		die("rte_eal_init", rte_errno);
	parse_options(argc - rc, argv + rc);
	if (rte_eth_dev_count_avail() == 0)
		die("no port", ENODEV);
	room = (uint16_t)(RTE_PKTMBUF_HEADROOM + opt.room);
	pool = opt.pinned ? pinned_pool(room) :
			    rte_pktmbuf_pool_create(
				    "pool", opt.mbufs, opt.cache, 0, room, SOCKET_ID_ANY);
	kept = calloc(opt.mbufs + MAX_BURST, sizeof(*kept));
	if (pool == NULL || kept == NULL)
		die("memory", ENOMEM);
	start_port();
	while (next_seq < opt.count) {
		bool got = receive() != 0;

		if (got)
			silent_since = 0;
		else if (silent_since == 0)
			silent_since = polled_ms();
		else if (polled_ms() - silent_since >= IDLE_MS)
			break;
		starve(got);
	}
	wait_for_news();
	report();
	rte_pktmbuf_free_bulk(kept, n_kept);
	rte_eth_dev_stop(0);
	if (opt.restart) {
		rc = rte_eth_dev_start(0);
		if (rc != 0)
			die("second start", rc);
		report();
		rte_eth_dev_stop(0);
	}
	/* No close: net_ena's interrupt thread may read the event ring that close has freed. */
	return 0;
}
