/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A device that breaks its promises in the middle of a burst: completions that are already in the
 * ring, and that the driver has not seen yet, are changed behind its back. The ring is found
 * by what the device wrote into it (packet lengths for Rx, request ids for Tx), so it works
 * with any driver of the device.
 *
 *   ena_faults EAL-OPTIONS -- FAULT [--recover] [--no-close]
 *
 * FAULT  none, rx-id-range, rx-id-foreign, rx-mbz, rx-first, rx-length, rx-offset, rx-many,
 *        tx-id-range, tx-id-foreign, tx-mbz
 *
 * Prints one JSON object: what was received of 64 packets (the completion of packet 20 is the
 * bad one), whether a reset was asked for, and with --recover whether traffic flows after it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_timer.h>

#include "common.h"
#include "turns.h"

#define DEPTH      256u
#define PACKETS    64u
#define BAD        20u /* packet whose completion is spoiled */
#define FIRST_LEN  201u
#define MANY       20u /* buffers of a packet that cannot be */
#define SETTLE_MS  300u
#define EVENT_MS   1500u
#define PHASE_BYTE 3u

/* Datasheet part B 5.3 and 4.1. */
#define RX_STATUS_FIRST (1u << 26)
#define RX_STATUS_LAST  (1u << 27)
#define RX_STATUS_MBZ   (1u << 7)
#define RX_LEN          4u
#define RX_REQ          6u
#define RX_OFFSET       14u
#define RX_STRIDE       16u
#define TX_STRIDE       8u
#define TX_FLAGS_MBZ    0x80u

static struct rte_mempool *pool;
static volatile bool event_seen;

static int
on_event(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	(void)port;
	(void)type;
	(void)arg;
	(void)ret;
	event_seen = true;
	return 0;
}

static void
start_port(void)
{
	struct rte_eth_conf conf = {0};
	int rc;

	rc = rte_eth_dev_configure(0, 1, 1, &conf);
	if (rc == 0)
		rc = rte_eth_rx_queue_setup(0, 0, DEPTH, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(0, 0, DEPTH, SOCKET_ID_ANY, NULL);
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("start", rc);
}

/** Packet i has FIRST_LEN + i bytes. */
static void
send_packets(void)
{
	struct rte_mbuf *m[PACKETS];
	unsigned int i;

	for (i = 0; i < PACKETS; i++) {
		uint8_t *p;

		m[i] = rte_pktmbuf_alloc(pool);
		if (m[i] == NULL)
			die("rte_pktmbuf_alloc", ENOMEM);
		p = (uint8_t *)rte_pktmbuf_append(m[i], (uint16_t)(FIRST_LEN + i));
		memset(p, (int)i, FIRST_LEN + i);
		p[12] = 0x88;
		p[13] = 0xb5;
	}
	if (rte_eth_tx_burst(0, 0, m, PACKETS) != PACKETS)
		die("rte_eth_tx_burst", EIO);
	let_device_look(SETTLE_MS);
}

/* ---- the ring ------------------------------------------------------------------------------- */

struct search {
	bool tx;
	uint8_t *ring;
};

static uint16_t
half(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void
put_half(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static bool
is_ring(const uint8_t *p, bool tx)
{
	for (unsigned int i = 0; i < PACKETS; i++) {
		const uint8_t *e = p + i * (tx ? TX_STRIDE : RX_STRIDE);

		if ((e[PHASE_BYTE] & 1) == 0)
			return false;
		if (tx ? half(e) != i || e[2] != 0 : half(e + RX_LEN) != FIRST_LEN + i)
			return false;
	}
	return true;
}

static void
look_into(const struct rte_memzone *mz, void *arg)
{
	struct search *s = arg;

	/* A ring starts where its memory does. */
	if (s->ring == NULL && mz->len >= DEPTH * (s->tx ? TX_STRIDE : RX_STRIDE) &&
		is_ring(mz->addr, s->tx))
		s->ring = mz->addr;
}

static void
spoil_rx(uint8_t *ring, const char *fault)
{
	uint8_t *bad = ring + BAD * RX_STRIDE;
	uint32_t status;

	memcpy(&status, bad, sizeof(status));
	if (strcmp(fault, "rx-id-range") == 0) {
		put_half(bad + RX_REQ, 0xfff0);
	} else if (strcmp(fault, "rx-id-foreign") == 0) {
		/* The buffer of the packet before: taken just now, and not posted again yet. */
		put_half(bad + RX_REQ, half(bad - RX_STRIDE + RX_REQ));
	} else if (strcmp(fault, "rx-mbz") == 0) {
		status |= RX_STATUS_MBZ;
	} else if (strcmp(fault, "rx-first") == 0) {
		/* The packet before never ends, and another one begins. */
		status &= ~RX_STATUS_LAST;
	} else if (strcmp(fault, "rx-length") == 0) {
		put_half(bad + RX_LEN, 60000);
	} else if (strcmp(fault, "rx-offset") == 0) {
		put_half(bad + RX_LEN, 2048);
		bad[RX_OFFSET] = 200;
	} else if (strcmp(fault, "rx-many") == 0) {
		/* From here on one packet that has no end in time. */
		for (unsigned int i = BAD + 1; i < BAD + MANY && i < PACKETS; i++) {
			uint32_t other;

			memcpy(&other, ring + i * RX_STRIDE, sizeof(other));
			other &= ~(RX_STATUS_FIRST | RX_STATUS_LAST);
			memcpy(ring + i * RX_STRIDE, &other, sizeof(other));
		}
		status &= ~RX_STATUS_LAST;
	} else if (strcmp(fault, "none") != 0) {
		die(fault, EINVAL);
	}
	memcpy(bad, &status, sizeof(status));
}

static void
spoil_tx(uint8_t *ring, const char *fault)
{
	uint8_t *bad = ring + BAD * TX_STRIDE;

	if (strcmp(fault, "tx-id-range") == 0)
		put_half(bad, 0xfff0);
	else if (strcmp(fault, "tx-id-foreign") == 0)
		put_half(bad, DEPTH - 1);
	else if (strcmp(fault, "tx-mbz") == 0)
		bad[PHASE_BYTE] |= TX_FLAGS_MBZ;
	else
		die(fault, EINVAL);
}

/* ---- after it -------------------------------------------------------------------------------- */

static unsigned int
receive(bool print)
{
	unsigned int total = 0, bursts;

	/* The first burst asks for all; a few more, for what may come later. */
	for (bursts = 0; bursts < 8; bursts++) {
		struct rte_mbuf *m[PACKETS];
		uint16_t n = rte_eth_rx_burst(0, 0, m, PACKETS);

		for (uint16_t i = 0; i < n; i++) {
			if (print)
				printf("%s%u", total + i == 0 ? "" : ",", m[i]->pkt_len);
			rte_pktmbuf_free(m[i]);
		}
		total += n;
	}
	return total;
}

static void
wait_event(void)
{
	uint64_t end = now_ms() + limit_ms(EVENT_MS);

	while (!event_seen && now_ms() < end) {
		/* net_ena watches its device only while the application calls this. */
		rte_timer_manage();
		rte_delay_us_sleep(10000);
	}
}

static void
print_bad_counters(void)
{
	struct rte_eth_xstat_name names[256];
	struct rte_eth_xstat values[256];
	int n = rte_eth_xstats_get(0, values, RTE_DIM(values)), i;
	uint64_t bad = 0;

	if (n < 0 || n > (int)RTE_DIM(values) ||
		rte_eth_xstats_get_names(0, names, RTE_DIM(names)) != n)
		die("xstats", EIO);
	for (i = 0; i < n; i++)
		if (strstr(names[i].name, "bad_desc") != NULL ||
			strstr(names[i].name, "bad_req_id") != NULL)
			bad += values[i].value;
	printf(",\"bad\":%" PRIu64, bad);
}

static unsigned int
lost(void)
{
	return pool->size - rte_mempool_avail_count(pool);
}

static void
recover(void)
{
	int rc = rte_eth_dev_reset(0);

	printf(",\"reset\":%d", rc);
	if (rc != 0)
		return;
	start_port();
	send_packets();
	printf(",\"after\":%u", receive(false));
	rte_eth_dev_stop(0);
}

int
main(int argc, char **argv)
{
	bool with_recovery = false, with_close = true, tx;
	struct search search = {0};
	unsigned int received;
	const char *fault;
	int rc, i;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		die("rte_eal_init", rte_errno);
	argc -= rc;
	argv += rc;
	if (argc < 2 || rte_eth_dev_count_avail() == 0)
		die("usage: ena_faults -- FAULT [--recover]; one port", EINVAL);
	fault = argv[1];
	for (i = 2; i < argc; i++) {
		with_recovery |= strcmp(argv[i], "--recover") == 0;
		with_close &= strcmp(argv[i], "--no-close") != 0;
	}
	tx = strncmp(fault, "tx", 2) == 0;

	pool = rte_pktmbuf_pool_create(
		"pool", 2047, 0, 0, RTE_PKTMBUF_HEADROOM + 2048, SOCKET_ID_ANY);
	if (pool == NULL)
		die("rte_pktmbuf_pool_create", rte_errno);
	rte_eth_dev_callback_register(0, RTE_ETH_EVENT_INTR_RESET, on_event, NULL);
	start_port();
	send_packets();
	search.tx = tx;
	rte_memzone_walk(look_into, &search);
	if (search.ring == NULL)
		die("the completion ring was not found", ENOENT);
	if (tx)
		spoil_tx(search.ring, fault);
	else
		spoil_rx(search.ring, fault);

	printf("{\"lengths\":[");
	received = receive(true);
	printf("],\"received\":%u", received);
	fflush(stdout);
	if (tx)
		printf(",\"cleaned\":%d", rte_eth_tx_done_cleanup(0, 0, 0));
	if (strcmp(fault, "none") != 0)
		wait_event();
	printf(",\"event\":%d", event_seen);
	print_bad_counters();
	fflush(stdout);
	rte_eth_dev_stop(0);
	printf(",\"lost\":%u", lost());
	if (with_recovery)
		recover();
	printf("}\n");
	fflush(stdout);
	if (!with_close)
		return 0;
	rte_eth_dev_close(0);
	rte_eal_cleanup();
	return 0;
}
