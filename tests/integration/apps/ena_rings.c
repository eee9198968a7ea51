/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rings of many depths and bursts of many sizes on a port in loopback, every packet with a
 * number of its own that has to come back in order.
 *
 *   ena_rings EAL-OPTIONS -- RXD:TXD:PACKETS:FIRST:STEP:UNDERWAY...
 *
 * Each argument is one start of the port. Bursts have FIRST, FIRST + STEP, ... packets, modulo
 * 512, so that STEP 1 goes through all sizes; before the next one at most UNDERWAY packets
 * have not come back. Prints one JSON object for each start.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define MAX_BURST  512u
#define MBUFS      65535u
#define DATA_ROOM  1536u
#define STALL_MS   5000u
#define HEADER     14u
#define SHORTEST   60u

struct start {
	unsigned int rxd, txd, packets, first, step, underway;
};

static struct rte_mempool *pool;
static uint64_t sent, received, wrong, tx_calls, rx_calls;

static void
die(const char *what, int rc)
{
	fprintf(stderr, "ena_rings: %s: %s\n", what, strerror(rc < 0 ? -rc : rc));
	exit(2);
}

/** Lengths vary, so that a buffer that comes back in a wrong place is noticed. */
static uint16_t
length_of(uint64_t number)
{
	return (uint16_t)(SHORTEST + number % 61);
}

static uint8_t
byte_of(uint64_t number)
{
	return (uint8_t)(number * 7 + 3);
}

static struct rte_mbuf *
make_packet(uint64_t number)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint64_t big = rte_cpu_to_be_64(number);
	uint16_t len = length_of(number);
	uint8_t *p;

	if (m == NULL)
		return NULL;
	p = (uint8_t *)rte_pktmbuf_append(m, len);
	memset(p, byte_of(number), len);
	p[12] = 0x88;
	p[13] = 0xb5;
	memcpy(p + HEADER, &big, sizeof(big));
	return m;
}

static void
check_packet(const struct rte_mbuf *m)
{
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t big;

	memcpy(&big, p + HEADER, sizeof(big));
	if (rte_be_to_cpu_64(big) != received || m->pkt_len != length_of(received) ||
		m->data_len != m->pkt_len || m->nb_segs != 1 || m->next != NULL ||
		p[m->pkt_len - 1u] != byte_of(received)) {
		if (wrong++ == 0)
			fprintf(stderr, "ena_rings: packet %" PRIu64 " expected, %" PRIu64
				" of %u bytes came\n",
				received, rte_be_to_cpu_64(big), m->pkt_len);
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

/** @return false if the port took nothing for seconds */
static bool
send_burst(uint16_t burst)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * STALL_MS / 1000;
	struct rte_mbuf *m[MAX_BURST];
	uint16_t n = 0, done = 0;

	while (n < burst && (m[n] = make_packet(sent + n)) != NULL)
		n++;
	while (done < n) {
		done += rte_eth_tx_burst(0, 0, m + done, (uint16_t)(n - done));
		tx_calls++;
		if (done == n)
			break;
		receive(burst);
		if (rte_get_timer_cycles() > end) {
			rte_pktmbuf_free_bulk(m + done, (unsigned int)(n - done));
			sent += done;
			return false;
		}
	}
	sent += n;
	return true;
}

/** @return false if packets stayed away for seconds */
static bool
receive_until(uint64_t in_flight, uint16_t burst)
{
	uint64_t hz = rte_get_timer_hz(), last = rte_get_timer_cycles();

	while (sent - received > in_flight) {
		if (receive(burst) != 0)
			last = rte_get_timer_cycles();
		else if (rte_get_timer_cycles() - last > hz * STALL_MS / 1000)
			return false;
	}
	return true;
}

static uint64_t
xstat(const char *name)
{
	uint64_t value = UINT64_MAX, id;

	if (rte_eth_xstats_get_id_by_name(0, name, &id) != 0 ||
		rte_eth_xstats_get_by_id(0, &id, &value, 1) != 1)
		return UINT64_MAX;
	return value;
}

static void
start_port(const struct start *s)
{
	struct rte_eth_conf conf = {0};
	int rc;

	rc = rte_eth_dev_configure(0, 1, 1, &conf);
	if (rc == 0)
		rc = rte_eth_rx_queue_setup(0, 0, (uint16_t)s->rxd, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(0, 0, (uint16_t)s->txd, SOCKET_ID_ANY, NULL);
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("start", rc);
	rte_eth_stats_reset(0);
}

static void
run(const struct start *s)
{
	unsigned int size = s->first;
	bool flows = true;

	sent = received = wrong = tx_calls = rx_calls = 0;
	start_port(s);
	while (flows && sent < s->packets) {
		uint16_t burst = (uint16_t)(size % MAX_BURST + 1);

		flows = send_burst(burst) && receive_until(s->underway, burst);
		receive(burst);
		size += s->step;
	}
	flows = flows && receive_until(0, MAX_BURST);
	printf("{\"rxd\":%u,\"txd\":%u,\"sent\":%" PRIu64 ",\"received\":%" PRIu64
	       ",\"wrong\":%" PRIu64 ",\"tx_calls\":%" PRIu64 ",\"rx_calls\":%" PRIu64,
		s->rxd, s->txd, sent, received, wrong, tx_calls, rx_calls);
	if (xstat("rx_q0_posted_min") != UINT64_MAX)
		printf(",\"posted_min\":%" PRIu64, xstat("rx_q0_posted_min"));
	rte_eth_dev_stop(0);
	printf(",\"lost\":%u}\n", pool->size - rte_mempool_avail_count(pool));
	fflush(stdout);
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
	pool = rte_pktmbuf_pool_create("pool", MBUFS, 0, 0, RTE_PKTMBUF_HEADROOM + DATA_ROOM,
		SOCKET_ID_ANY);
	if (pool == NULL)
		die("rte_pktmbuf_pool_create", rte_errno);
	for (i = rc + 1; i < argc; i++) {
		if (sscanf(argv[i], "%u:%u:%u:%u:%u:%u", &s.rxd, &s.txd, &s.packets, &s.first,
			    &s.step, &s.underway) != 6)
			die(argv[i], EINVAL);
		run(&s);
	}
	/* No close: net_ena's interrupt thread may read the event ring that close has freed. */
	return 0;
}
