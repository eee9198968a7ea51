/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rings of many depths and bursts of many sizes on a port in loopback, every packet with a
 * number of its own that has to come back in order.
 *
 *   ena_rings EAL-OPTIONS -- [OPTION...] RXD:TXD:PACKETS:FIRST:STEP:UNDERWAY...
 *
 * Each argument is one start of the port. Bursts have FIRST, FIRST + STEP, ... packets, modulo
 * 512, so that an odd STEP goes through all sizes; before the next one at most UNDERWAY packets
 * have not come back. UNDERWAY 0: as many as the Tx ring takes, so that a burst of each size that
 * the ring takes is taken whole and fills it; then packets are sent without a look at what comes
 * back until the ring takes no more. Prints one JSON object for each start.
 *
 * --fast-free     the application promises what RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE wants
 * --segments      every fourth packet has two to five segments
 * --offload       every third packet leaves its checksums to the device, with changing metadata
 * --limit=N       the device takes N entries between two doorbells: count those that are needed
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
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "common.h"
#include "turns.h"

#define MAX_BURST 512u
/* A full ring of 32768, and as much again on the way to the application. */
#define TX_MBUFS 81919u
#define RX_MBUFS 40959u
#define TX_ROOM  512u
#define RX_ROOM  1536u
/* What a loopback wire of 65536 frames takes when nobody receives. */
#define MAX_BLAST 60000u
#define BLASTS    8u
#define STALL_MS  5000u
#define HEADER    14u
#define SHORTEST  60u

struct start {
	unsigned int rxd, txd, packets, first, step, underway;
};

static struct {
	bool fast_free, segments, offload;
	unsigned int limit;
} opt;

static struct rte_mempool *pool, *rx_pool;
static uint64_t sent, received, wrong, tx_calls, rx_calls, full, doorbells_needed;
static bool whole[MAX_BURST + 1];
static unsigned int rx_size; /* of the last receive burst */
static struct rte_mbuf *blast[MAX_BLAST];

/** Lengths vary, so that a buffer that comes back in a wrong place is noticed. */
static uint16_t
length_of(uint64_t number)
{
	return (uint16_t)(SHORTEST + (opt.segments ? number * 7 % 149 : number % 61));
}

static uint8_t
byte_of(uint64_t number)
{
	return (uint8_t)(number * 7 + 3);
}

static bool
is_offloaded(uint64_t number)
{
	return opt.offload && number % 3 == 0;
}

/** Bytes in front of the number. */
static uint16_t
header_of(uint64_t number)
{
	/* Every other one has an IP option, so that metadata changes. */
	return is_offloaded(number) ? (uint16_t)(HEADER + 20 + number % 2 * 4 + 8) : HEADER;
}

/** IPv4 and UDP without checksums. */
static void
write_headers(struct rte_mbuf *m, uint8_t *p, uint64_t number, uint16_t len)
{
	uint16_t l3 = (uint16_t)(header_of(number) - HEADER - 8);
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(p + HEADER);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(p + HEADER + l3);

	p[12] = 0x08;
	p[13] = 0x00;
	memset(ip, 0, sizeof(*ip));
	memset((uint8_t *)ip + sizeof(*ip), 1, l3 - sizeof(*ip)); /* options that do nothing */
	ip->version_ihl = (uint8_t)(0x40 | l3 / 4);
	ip->total_length = rte_cpu_to_be_16((uint16_t)(len - HEADER));
	ip->time_to_live = 64;
	ip->next_proto_id = 17;
	ip->src_addr = rte_cpu_to_be_32(0x0a000001);
	ip->dst_addr = rte_cpu_to_be_32(0x0a000002);
	udp->src_port = rte_cpu_to_be_16((uint16_t)number);
	udp->dst_port = rte_cpu_to_be_16(9);
	udp->dgram_len = rte_cpu_to_be_16((uint16_t)(len - HEADER - l3));
	udp->dgram_cksum = 0;
	m->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_UDP_CKSUM;
	m->l2_len = HEADER;
	m->l3_len = l3;
	m->l4_len = 8;
}

/** Move the bytes behind the first @p keep into segments of their own. @return false: no mbufs */
static bool
cut(struct rte_mbuf *m, unsigned int pieces, uint16_t keep)
{
	uint16_t rest = (uint16_t)(m->data_len - keep), at = keep;
	struct rte_mbuf *last = m;

	for (unsigned int i = 1; i < pieces && rest != 0; i++) {
		uint16_t part = i + 1 == pieces ? rest : (uint16_t)(rest / (pieces - i) + 1);
		struct rte_mbuf *seg = rte_pktmbuf_alloc(pool);

		if (seg == NULL)
			return false;
		memcpy(rte_pktmbuf_append(seg, part), rte_pktmbuf_mtod_offset(m, uint8_t *, at),
			part);
		at += part;
		rest -= part;
		last->next = seg;
		last = seg;
		m->nb_segs++;
	}
	m->data_len = keep;
	return true;
}

static struct rte_mbuf *
make_packet(uint64_t number)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint64_t big = rte_cpu_to_be_64(number);
	uint16_t len = length_of(number), header = header_of(number);
	unsigned int pieces =
		opt.segments && number % 4 == 1 ? 2 + (unsigned int)(number / 4 % 4) : 1;
	uint8_t *p;

	if (m == NULL)
		return NULL;
	p = (uint8_t *)rte_pktmbuf_append(m, len);
	memset(p, byte_of(number), len);
	memset(p, 2, 12); /* one flow, except for offloaded packets */
	p[12] = 0x88;
	p[13] = 0xb5;
	if (is_offloaded(number))
		write_headers(m, p, number, len);
	memcpy(p + header, &big, sizeof(big));
	if (pieces > 1 && !cut(m, pieces, (uint16_t)(header + 1))) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	return m;
}

static void
check_packet(const struct rte_mbuf *m)
{
	const uint64_t good = RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t big;

	memcpy(&big, p + header_of(received), sizeof(big));
	if (rte_be_to_cpu_64(big) != received || m->pkt_len != length_of(received) ||
		m->data_len != m->pkt_len || m->nb_segs != 1 || m->next != NULL ||
		p[m->pkt_len - 1u] != byte_of(received) ||
		(is_offloaded(received) && (m->ol_flags & good) != good)) {
		if (wrong++ == 0)
			fprintf(stderr,
				"ena_rings: packet %" PRIu64 " expected, %" PRIu64
				" of %u bytes came, flags %#" PRIx64 "\n",
				received, rte_be_to_cpu_64(big), m->pkt_len, m->ol_flags);
	}
	received++;
}

static unsigned int
receive(uint16_t burst)
{
	struct rte_mbuf *m[MAX_BURST];
	uint16_t n = rte_eth_rx_burst(0, 0, m, burst);

	rx_calls++;
	for (uint16_t i = 0; i < n; i++)
		check_packet(m[i]);
	rte_pktmbuf_free_bulk(m, n);
	return n;
}

/** Receive bursts go through all sizes too, in an order of their own. */
static unsigned int
receive_some(void)
{
	rx_size = (rx_size + 173) % MAX_BURST;
	return receive((uint16_t)(rx_size + 1));
}

static uint16_t
transmit(struct rte_mbuf **m, uint16_t n)
{
	uint16_t done = rte_eth_tx_burst(0, 0, m, n);

	tx_calls++;
	/* One entry a packet, and a doorbell at the end of each burst that has sent something. */
	if (opt.limit != 0)
		doorbells_needed += (done + opt.limit - 1) / opt.limit;
	return done;
}

/** @return false if the port took nothing for seconds */
static bool
send_burst(uint16_t burst)
{
	uint64_t end = now_ms() + limit_ms(STALL_MS);
	struct rte_mbuf *m[MAX_BURST];
	uint16_t n = 0, done = 0;

	while (n < burst && (m[n] = make_packet(sent + n)) != NULL)
		n++;
	while (done < n) {
		uint16_t now = transmit(m + done, (uint16_t)(n - done));

		whole[n] |= now == n;
		done += now;
		if (done == n)
			break;
		receive_some();
		if (now_ms() > end) {
			rte_pktmbuf_free_bulk(m + done, (unsigned int)(n - done));
			sent += done;
			return false;
		}
	}
	sent += n;
	return true;
}

/** Send until the ring takes no more, or everything that the wire holds is under way. */
static void
fill_ring(void)
{
	unsigned int n = 0, at = 0;
	uint16_t part, done;

	/* The packets before have left, but the ring may still hold their mbufs. */
	rte_eth_tx_done_cleanup(0, 0, 0);
	while (n < MAX_BLAST && (blast[n] = make_packet(sent + n)) != NULL)
		n++;
	while (at < n) {
		part = (uint16_t)RTE_MIN(n - at, MAX_BURST);
		done = transmit(blast + at, part);
		at += done;
		if (done < part) {
			full++;
			break;
		}
	}
	rte_pktmbuf_free_bulk(blast + at, n - at);
	sent += at;
}

/** @return false if packets stayed away for seconds */
static bool
receive_until(uint64_t in_flight)
{
	uint64_t silent_since = 0;

	while (sent - received > in_flight) {
		if (receive_some() != 0)
			silent_since = 0;
		else if (silent_since == 0)
			silent_since = polled_ms();
		else if (polled_ms() - silent_since > STALL_MS)
			return false;
	}
	return true;
}

static void
start_port(const struct start *s)
{
	struct rte_eth_conf conf = {0};
	int rc;

	if (opt.fast_free)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	if (opt.segments)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	if (opt.offload) {
		conf.txmode.offloads |=
			RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
		conf.rxmode.offloads |=
			RTE_ETH_RX_OFFLOAD_IPV4_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
	}
	rc = rte_eth_dev_configure(0, 1, 1, &conf);
	if (rc == 0)
		rc = rte_eth_rx_queue_setup(0, 0, (uint16_t)s->rxd, SOCKET_ID_ANY, NULL, rx_pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(0, 0, (uint16_t)s->txd, SOCKET_ID_ANY, NULL);
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("start", rc);
	rte_eth_stats_reset(0);
}

/** Packets that may be under way before a burst of @p burst, so that the ring takes it whole. */
static unsigned int
room_for(const struct start *s, uint16_t burst)
{
	unsigned int slots = s->txd - 1u;

	if (s->underway != 0)
		return s->underway;
	return burst < slots ? slots - burst : 0;
}

static unsigned int
missing(struct rte_mempool *p)
{
	return p->size - rte_mempool_avail_count(p);
}

static void
run(const struct start *s)
{
	unsigned int size = s->first, sizes = 0, i;
	uint64_t doorbells;
	bool flows = true;

	sent = received = wrong = tx_calls = rx_calls = full = doorbells_needed = 0;
	memset(whole, 0, sizeof(whole));
	start_port(s);
	doorbells = xstat("tx_q0_doorbells", UINT64_MAX);
	while (flows && sent < s->packets) {
		uint16_t burst = (uint16_t)(size % MAX_BURST + 1);

		flows = receive_until(room_for(s, burst)) && send_burst(burst);
		receive_some();
		size += s->step;
	}
	for (i = 0; s->underway == 0 && flows && full == 0 && i < BLASTS; i++) {
		flows = receive_until(0);
		fill_ring();
	}
	flows = flows && receive_until(0);
	for (i = 1; i <= MAX_BURST; i++)
		sizes += whole[i];
	printf("{\"rxd\":%u,\"txd\":%u,\"sent\":%" PRIu64 ",\"received\":%" PRIu64
	       ",\"wrong\":%" PRIu64 ",\"tx_calls\":%" PRIu64 ",\"rx_calls\":%" PRIu64
	       ",\"whole\":%u,\"full\":%" PRIu64 ",\"doorbells_needed\":%" PRIu64,
		s->rxd, s->txd, sent, received, wrong, tx_calls, rx_calls, sizes, full,
		doorbells_needed);
	if (xstat("rx_q0_posted_min", UINT64_MAX) != UINT64_MAX)
		printf(",\"posted_min\":%" PRIu64 ",\"doorbells\":%" PRIu64,
			xstat("rx_q0_posted_min", UINT64_MAX),
			xstat("tx_q0_doorbells", UINT64_MAX) - doorbells);
	rte_eth_dev_stop(0);
	printf(",\"lost\":%u}\n", missing(pool) + missing(rx_pool));
	fflush(stdout);
}

/** @return arguments taken */
static int
parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"fast-free", no_argument, NULL, 'f'},
		{"segments", no_argument, NULL, 's'},
		{"offload", no_argument, NULL, 'o'},
		{"limit", required_argument, NULL, 'l'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			opt.fast_free = true;
			break;
		case 's':
			opt.segments = true;
			break;
		case 'o':
			opt.offload = true;
			break;
		case 'l':
			opt.limit = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		default:
			exit(2);
		}
	}
	return optind;
}

int
main(int argc, char **argv)
{
	struct start s;
	int rc, i;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		die("rte_eal_init", rte_errno);
	if (rte_eth_dev_count_avail() == 0)
		die("no port", ENODEV);
	i = rc + parse_options(argc - rc, argv + rc);
	pool = rte_pktmbuf_pool_create(
		"pool", TX_MBUFS, 0, 0, RTE_PKTMBUF_HEADROOM + TX_ROOM, SOCKET_ID_ANY);
	rx_pool = rte_pktmbuf_pool_create(
		"rx_pool", RX_MBUFS, 0, 0, RTE_PKTMBUF_HEADROOM + RX_ROOM, SOCKET_ID_ANY);
	if (pool == NULL || rx_pool == NULL)
		die("rte_pktmbuf_pool_create", rte_errno);
	for (; i < argc; i++) {
		if (sscanf(argv[i], "%u:%u:%u:%u:%u:%u", &s.rxd, &s.txd, &s.packets, &s.first,
			    &s.step, &s.underway) != 6)
			die(argv[i], EINVAL);
		run(&s);
	}
	/* No close: net_ena's interrupt thread may read the event ring that close has freed. */
	return 0;
}
