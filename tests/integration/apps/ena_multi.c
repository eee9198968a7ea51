/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * One port in two processes. The same program is primary or secondary, as EAL is told, and does
 * what its standard input asks for:
 *
 *   move N Q   send N packets on Tx queue Q of a port whose wire is a loopback, and receive them
 *   stats      statistics
 *   info       what the port says of itself
 *   poll MS    send and receive on all queues for so long, whatever comes of it
 *   drain      receive all that was sent before
 *   stop       try to stop the port; the answer is the return value
 *   reset      reset the port, configure and start it again
 *   restart N, reconfigure N, resets N
 *              N times: stop and start; stop, set the queues up anew and start; reset and so on
 *   quit       leave; the primary closes the port first
 *
 * Each answer is a line of JSON.
 */
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
#include "turns.h"

#define QUEUES 2
#define BURST  32
#define LENGTH 200

static struct rte_mempool *pool;
static unsigned int role;

static void
port_start(void)
{
	struct rte_eth_conf conf = {0};
	uint16_t q;
	int rc;

	rc = rte_eth_dev_configure(0, QUEUES, QUEUES, &conf);
	for (q = 0; q < QUEUES && rc == 0; q++) {
		rc = rte_eth_rx_queue_setup(0, q, 256, SOCKET_ID_ANY, NULL, pool);
		if (rc == 0)
			rc = rte_eth_tx_queue_setup(0, q, 256, SOCKET_ID_ANY, NULL);
	}
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("port 0", rc);
}

static void
port_reset(void)
{
	int rc = rte_eth_dev_reset(0);

	if (rc == 0)
		port_start();
	printf("{\"reset\":%d}\n", rc);
}

/** The same bytes for the same packet of the same process. */
static void
fill(uint8_t *frame, uint32_t seq)
{
	unsigned int i;

	memset(frame, 2, 12);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	for (i = 14; i < LENGTH; i++)
		frame[i] = (uint8_t)(seq * 7 + i + role * 101);
}

static uint16_t
send_some(uint16_t queue, uint32_t seq, uint32_t left)
{
	struct rte_mbuf *m[BURST];
	uint16_t n = 0, sent;

	while (n < BURST && n < left) {
		m[n] = rte_pktmbuf_alloc(pool);
		if (m[n] == NULL)
			break;
		fill((uint8_t *)rte_pktmbuf_append(m[n], LENGTH), seq + n);
		n++;
	}
	sent = rte_eth_tx_burst(0, queue, m, n);
	rte_pktmbuf_free_bulk(m + sent, n - sent);
	return sent;
}

static void
move(uint32_t count, uint16_t queue)
{
	uint64_t end = now_ms() + limit_ms(20000);
	uint32_t sent = 0, got = 0, wrong = 0;
	uint8_t wanted[LENGTH];
	uint16_t q, i, n;

	while (got < count && now_ms() < end) {
		sent += send_some(queue, sent, count - sent);
		for (q = 0; q < QUEUES; q++) {
			struct rte_mbuf *m[BURST];

			n = rte_eth_rx_burst(0, q, m, BURST);
			for (i = 0; i < n; i++) {
				fill(wanted, got++);
				if (m[i]->pkt_len != LENGTH || m[i]->nb_segs != 1 ||
					memcmp(rte_pktmbuf_mtod(m[i], void *), wanted, LENGTH) != 0)
					wrong++;
				rte_pktmbuf_free(m[i]);
			}
		}
	}
	for (q = 0; q < QUEUES; q++)
		rte_eth_tx_done_cleanup(0, q, 0);
	printf("{\"sent\":%u,\"received\":%u,\"wrong\":%u}\n", sent, got, wrong);
}

/** What a process does that does not know that another one has the port in hand. */
static void
poll_for(unsigned int ms)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() / 1000 * ms;
	struct rte_mbuf *m[BURST];
	uint32_t bursts = 0;
	uint16_t q, n;

	while (rte_get_timer_cycles() < end)
		for (q = 0; q < QUEUES; q++) {
			send_some(q, bursts++, 8);
			n = rte_eth_rx_burst(0, q, m, BURST);
			rte_pktmbuf_free_bulk(m, n);
			rte_eth_tx_done_cleanup(0, q, 0);
			rte_eth_rx_queue_count(0, q);
			rte_eth_rx_descriptor_status(0, q, 0);
			rte_eth_tx_descriptor_status(0, q, 0);
		}
	printf("{\"polled\":%u}\n", bursts);
}

static bool
send_marker(uint16_t queue, uint8_t number, uint64_t end)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	uint8_t *frame;

	if (m == NULL)
		die("mbuf", ENOMEM);
	frame = (uint8_t *)rte_pktmbuf_append(m, LENGTH);
	fill(frame, 0);
	frame[13] = 0xb6;
	frame[14] = number;
	while (rte_eth_tx_burst(0, queue, &m, 1) != 1)
		if (rte_get_timer_cycles() >= end) {
			rte_pktmbuf_free(m);
			return false;
		}
	return true;
}

/** Receive and drop. @return true: the frame with this number was among it */
static bool
receive_marker(uint8_t number, uint32_t *got)
{
	struct rte_mbuf *m[BURST];
	bool found = false;
	uint16_t q, i, n;

	for (q = 0; q < QUEUES; q++) {
		n = rte_eth_rx_burst(0, q, m, BURST);
		for (i = 0; i < n; i++) {
			const uint8_t *frame = rte_pktmbuf_mtod(m[i], const uint8_t *);

			found |= frame[13] == 0xb6 && frame[14] == number;
		}
		rte_pktmbuf_free_bulk(m, n);
		rte_eth_tx_done_cleanup(0, q, 0);
		*got += n;
	}
	return found;
}

/**
 * Behind all that was sent before on each queue comes a frame of its own: receive up to it. A
 * loopback that is full loses frames, so it may take more than one.
 */
static void
drain(void)
{
	uint64_t hz = rte_get_timer_hz(), end = rte_get_timer_cycles() + 30 * hz, next = 0;
	uint32_t got = 0, markers = 0;
	uint8_t number = 0;
	uint16_t q;

	for (q = 0; q < QUEUES; q++, next = 0)
		while (rte_get_timer_cycles() < end) {
			if (rte_get_timer_cycles() >= next) {
				next = rte_get_timer_cycles() + hz;
				if (!send_marker(q, ++number, end))
					break;
			}
			if (receive_marker(number, &got)) {
				markers++;
				break;
			}
		}
	printf("{\"drained\":%u,\"markers\":%u}\n", got, markers);
}

/** @return rounds without an error */
static unsigned int
again(const char *how, unsigned int count)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < count && rc == 0; i++) {
		if (strcmp(how, "resets") == 0)
			rc = rte_eth_dev_reset(0);
		else
			rc = rte_eth_dev_stop(0);
		if (rc != 0)
			break;
		if (strcmp(how, "restart") == 0)
			rc = rte_eth_dev_start(0);
		else
			port_start();
	}
	return i;
}

static void
stats(void)
{
	struct rte_eth_xstat_name names[256];
	struct rte_eth_xstat values[256];
	struct rte_eth_stats s;
	int n = rte_eth_xstats_get(0, values, RTE_DIM(values)), i;

	if (rte_eth_stats_get(0, &s) != 0 || n < 0 || n > (int)RTE_DIM(values) ||
		rte_eth_xstats_get_names(0, names, RTE_DIM(names)) != n)
		die("statistics", EIO);
	printf("{\"ipackets\":%" PRIu64 ",\"ibytes\":%" PRIu64 ",\"opackets\":%" PRIu64
	       ",\"obytes\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"mbufs\":%u",
		s.ipackets, s.ibytes, s.opackets, s.obytes, s.ierrors + s.oerrors + s.imissed,
		rte_mempool_in_use_count(pool));
	for (i = 0; i < n; i++)
		printf(",\"%s\":%" PRIu64, names[i].name, values[i].value);
	printf("}\n");
}

static void
info(void)
{
	struct rte_eth_burst_mode rx = {0}, tx = {0}; /* not every driver knows */
	struct rte_eth_dev_info dev;
	struct rte_eth_rxq_info rxq;
	struct rte_eth_link link;

	if (rte_eth_dev_info_get(0, &dev) != 0 || rte_eth_link_get_nowait(0, &link) != 0)
		die("information", EIO);
	rte_eth_rx_queue_info_get(0, 0, &rxq);
	rte_eth_rx_burst_mode_get(0, 0, &rx);
	rte_eth_tx_burst_mode_get(0, 0, &tx);
	printf("{\"driver\":\"%s\",\"link\":%u,\"rx_mode\":\"%s\",\"tx_mode\":\"%s\",\"rxd\":%u,"
	       "\"queues\":%u}\n",
		dev.driver_name, link.link_status, rx.info, tx.info, rxq.nb_desc, dev.nb_rx_queues);
}

int
main(int argc, char **argv)
{
	unsigned int count, queue;
	bool primary;
	char line[64], how[16];
	int rc;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		die("rte_eal_init", rte_errno);
	if (rte_eth_dev_count_avail() != 1)
		die("one port", ENODEV);
	primary = rte_eal_process_type() == RTE_PROC_PRIMARY;
	role = primary ? 0 : 1;
	if (primary) {
		/* No cache: it belongs to an lcore id, whichever process has it. */
		pool = rte_pktmbuf_pool_create(
			"ena_multi", 2047, 0, 0, RTE_PKTMBUF_HEADROOM + 2048, SOCKET_ID_ANY);
		if (pool != NULL)
			port_start();
	} else {
		pool = rte_mempool_lookup("ena_multi");
	}
	if (pool == NULL)
		die("pool", rte_errno);
	printf("{\"ready\":\"%s\"}\n", primary ? "primary" : "secondary");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL && strncmp(line, "quit", 4) != 0) {
		if (sscanf(line, "move %u %u", &count, &queue) == 2)
			move(count, (uint16_t)queue);
		else if (sscanf(line, "poll %u", &count) == 1)
			poll_for(count);
		else if (strncmp(line, "drain", 5) == 0)
			drain();
		else if (sscanf(line, "%15[a-z] %u", how, &count) == 2)
			printf("{\"rounds\":%u}\n", again(how, count));
		else if (strncmp(line, "stats", 5) == 0)
			stats();
		else if (strncmp(line, "info", 4) == 0)
			info();
		else if (strncmp(line, "stop", 4) == 0)
			printf("{\"stop\":%d}\n", rte_eth_dev_stop(0));
		else if (strncmp(line, "reset", 5) == 0)
			port_reset();
		else
			die(line, EINVAL);
		fflush(stdout);
	}
	if (primary) {
		rte_eth_dev_stop(0);
		rc = rte_mempool_in_use_count(pool);
		rte_eth_dev_close(0);
		printf("{\"lost\":%d}\n", rc);
		fflush(stdout);
	}
	return rte_eal_cleanup() == 0 ? 0 : 1;
}
