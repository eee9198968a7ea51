/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_memzone.h>
#include <rte_vect.h>

#include "bench_frame.h"
#include "bench_port.h"
#include "bench_step.h"

#define LINK_WAIT_MS 5000u
#define FLOWS_MAX    4096u
#define PORT_MTU     1500u
#define POOL_CACHE   512u

bool
bench_port_find(struct bench_port *p, const char *addr, unsigned int index)
{
	struct rte_eth_dev_info info;

	memset(p, 0, sizeof(*p));
	snprintf(p->addr, sizeof(p->addr), "%s", addr);
	p->index = index;
	if (rte_eth_dev_get_port_by_name(addr, &p->id) != 0 ||
		rte_eth_dev_info_get(p->id, &info) != 0) {
		fprintf(stderr, "ena-bench: no driver has taken port %s\n", addr);
		return false;
	}
	snprintf(p->driver, sizeof(p->driver), "%s", info.driver_name);
	return true;
}

/* ---- memory ---------------------------------------------------------------------- */

/** Bytes of a buffer behind the headroom. */
static unsigned int
room_of(const struct bench_case *c)
{
	unsigned int part = (c->bytes + c->segs - 1) / c->segs;

	return part <= BENCH_ROOM_SMALL || c->scatter ? BENCH_ROOM_SMALL :
							RTE_ALIGN_CEIL(part, 1024);
}

struct rte_mempool *
bench_port_pool(const struct bench_case *c, const char *role, unsigned int queues)
{
	unsigned int room = room_of(c), n = BENCH_DEPTH * (2 * queues + 3);
	unsigned int cache = c->no_pool_cache ? 0 : POOL_CACHE;
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *pool;

	snprintf(name, sizeof(name), "bench_%s_%u_%u_%u", role, room, n, cache);
	pool = rte_mempool_lookup(name);
	if (pool == NULL)
		pool = rte_pktmbuf_pool_create(
			name, n, cache, 0, (uint16_t)(room + RTE_PKTMBUF_HEADROOM), SOCKET_ID_ANY);
	if (pool == NULL)
		fprintf(stderr, "ena-bench: no memory for %u buffers of %u bytes: %s\n", n, room,
			rte_strerror(rte_errno));
	return pool;
}

/** Write the headers of a frame into each buffer, so that valid packets are sent. */
static void
fill_buffer(struct rte_mempool *pool, void *frame, void *obj, unsigned int idx)
{
	struct rte_mbuf *m = obj;

	(void)pool;
	(void)idx;
	memcpy((char *)m->buf_addr + RTE_PKTMBUF_HEADROOM, frame, BENCH_HEADERS);
}

struct zone_walk {
	struct bench_zone zone[BENCH_ZONES_MAX];
	unsigned int n;
};

static void
one_zone(const struct rte_memzone *mz, void *arg)
{
	struct zone_walk *w = arg;

	/* Mempools and their rings are no descriptor rings. */
	if (strncmp(mz->name, "MP_", 3) == 0 || strncmp(mz->name, "RG_", 3) == 0 ||
		w->n == BENCH_ZONES_MAX)
		return;
	w->zone[w->n++] = (struct bench_zone){mz->addr, mz->len};
}

static bool
has_zone(const struct bench_zone *zone, unsigned int n, const void *addr)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (zone[i].addr == addr)
			return true;
	return false;
}

/** Note the memory zones that this or an earlier start of the port created and that still exist. */
static void
note_zones(struct bench_port *p, const struct zone_walk *before)
{
	static struct bench_zone old[BENCH_ZONES_MAX];
	static struct zone_walk now;
	unsigned int n = p->zones, i;

	memcpy(old, p->zone, sizeof(old));
	now.n = 0;
	rte_memzone_walk(one_zone, &now);
	p->zones = 0;
	for (i = 0; i < now.n; i++)
		if (!has_zone(before->zone, before->n, now.zone[i].addr) ||
			has_zone(old, n, now.zone[i].addr))
			p->zone[p->zones++] = now.zone[i];
}

/* ---- start ----------------------------------------------------------------------- */

static void
fill_conf(
	const struct bench_case *c, const struct rte_eth_dev_info *info, struct rte_eth_conf *conf)
{
	uint64_t rx = 0, tx = 0;
	uint32_t mtu = PORT_MTU;

	memset(conf, 0, sizeof(*conf));
	if (!c->tso && c->bytes > PORT_MTU + RTE_ETHER_HDR_LEN)
		mtu = c->bytes - RTE_ETHER_HDR_LEN;
	conf->rxmode.mtu = mtu;
	if (c->csum) {
		rx |= RTE_ETH_RX_OFFLOAD_CHECKSUM;
		tx |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM |
		      RTE_ETH_TX_OFFLOAD_TCP_CKSUM;
	}
	if (c->tso)
		tx |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM | RTE_ETH_TX_OFFLOAD_TCP_CKSUM |
		      RTE_ETH_TX_OFFLOAD_TCP_TSO;
	if (c->rss)
		rx |= RTE_ETH_RX_OFFLOAD_RSS_HASH;
	if (c->scatter)
		rx |= RTE_ETH_RX_OFFLOAD_SCATTER;
	if (bench_case_buffers(c) > 1)
		tx |= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	if (!c->slow_free)
		tx |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	if (info->dev_flags != NULL && (*info->dev_flags & RTE_ETH_DEV_INTR_LSC) != 0)
		conf->intr_conf.lsc = 1;
	conf->rxmode.offloads = rx & info->rx_offload_capa;
	conf->txmode.offloads = tx & info->tx_offload_capa;
	if (c->queues > 1 || c->rss) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf.rss_hf =
			info->flow_type_rss_offloads &
			(RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_TCP);
	}
}

static int
set_up_queues(struct bench_port *p, const struct bench_case *c, const struct rte_eth_conf *conf,
	struct rte_eth_dev_info *info)
{
	uint16_t rx_depth = RTE_MIN(BENCH_DEPTH, info->rx_desc_lim.nb_max);
	uint16_t tx_depth = RTE_MIN(BENCH_DEPTH, info->tx_desc_lim.nb_max);
	struct rte_eth_rxconf rx = info->default_rxconf;
	struct rte_eth_txconf tx = info->default_txconf;
	unsigned int q;
	int rc = 0;

	rx.offloads = conf->rxmode.offloads;
	tx.offloads = conf->txmode.offloads;
	for (q = 0; q < c->queues && rc == 0; q++) {
		rc = rte_eth_rx_queue_setup(
			p->id, (uint16_t)q, rx_depth, SOCKET_ID_ANY, &rx, p->pool);
		if (rc == 0)
			rc = rte_eth_tx_queue_setup(
				p->id, (uint16_t)q, tx_depth, SOCKET_ID_ANY, &tx);
	}
	return rc;
}

static bool
wait_link(const struct bench_port *p)
{
	struct rte_eth_link link;
	unsigned int ms;

	for (ms = 0; ms < LINK_WAIT_MS; ms++) {
		if (rte_eth_link_get_nowait(p->id, &link) == 0 &&
			link.link_status == RTE_ETH_LINK_UP)
			return true;
		rte_delay_us_sleep(1000);
	}
	return false;
}

/**
 * Find a flow for each queue by trying. Needed for a single queue, too: the redirection table may
 * still be that of an earlier start with more queues.
 */
static bool
learn_flows(struct bench_port *p, const struct bench_case *c)
{
	bool known[BENCH_QUEUES_MAX] = {false};
	unsigned int flow, q, missing = c->queues;
	struct bench_case probe = *c;
	struct rte_mbuf *m;

	memset(p->flow, 0, sizeof(p->flow));
	probe.bytes = 64;
	for (flow = 0; flow < FLOWS_MAX && missing > 0; flow++) {
		bench_frame_deliver(p->addr, &probe, flow, 1);
		for (q = 0; q < c->queues; q++) {
			if (rte_eth_rx_burst(p->id, (uint16_t)q, &m, 1) == 0)
				continue;
			rte_pktmbuf_free(m);
			missing -= !known[q];
			known[q] = true;
			p->flow[q] = (uint16_t)flow;
			break;
		}
	}
	return missing == 0;
}

static void
note_burst_mode(struct bench_port *p, const struct bench_case *c)
{
	struct rte_eth_burst_mode rx, tx;

	if (rte_eth_rx_burst_mode_get(p->id, 0, &rx) != 0)
		snprintf(rx.info, sizeof(rx.info), "unknown");
	if (rte_eth_tx_burst_mode_get(p->id, 0, &tx) != 0)
		snprintf(tx.info, sizeof(tx.info), "unknown");
	if (c->kind == BENCH_FWD)
		snprintf(p->burst_mode, sizeof(p->burst_mode), "%.60s / %.60s", rx.info, tx.info);
	else
		snprintf(p->burst_mode, sizeof(p->burst_mode), "%.60s",
			c->kind == BENCH_RX ? rx.info : tx.info);
}

static bool
start_failed(const struct bench_port *p, const struct bench_case *c, const char *what, int rc)
{
	fprintf(stderr, "ena-bench: %s: port %s (%s): %s: %s\n", c->name, p->addr, p->driver, what,
		rc != 0 ? strerror(-rc) : "no answer");
	return false;
}

bool
bench_port_start(struct bench_port *p, const struct bench_case *c, struct rte_mempool *pool)
{
	static struct zone_walk before;
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf;
	int rc;

	p->pool = pool;
	rte_mempool_obj_iter(p->pool, fill_buffer, (void *)(uintptr_t)bench_frame(c, 0));
	before.n = 0;
	rte_memzone_walk(one_zone, &before);
	rc = rte_eth_dev_info_get(p->id, &info);
	if (rc != 0)
		return start_failed(p, c, "dev_info_get", rc);
	fill_conf(c, &info, &conf);
	rc = rte_eth_dev_configure(p->id, (uint16_t)c->queues, (uint16_t)c->queues, &conf);
	if (rc != 0)
		return start_failed(p, c, "dev_configure", rc);
	/* The limits depend on the configuration. */
	rc = rte_eth_dev_info_get(p->id, &info);
	if (rc == 0)
		rc = set_up_queues(p, c, &conf, &info);
	if (rc != 0)
		return start_failed(p, c, "queue_setup", rc);
	rc = rte_eth_dev_start(p->id);
	if (rc != 0)
		return start_failed(p, c, "dev_start", rc);
	p->started = true;
	p->simd = rte_vect_get_max_simd_bitwidth();
	if (!wait_link(p))
		return start_failed(p, c, "waiting for the link", 0);
	note_zones(p, &before);
	note_burst_mode(p, c);
	if (!learn_flows(p, c))
		return start_failed(p, c, "a flow for each queue", 0);
	return true;
}

void
bench_port_stop(struct bench_port *p)
{
	if (!p->started)
		return;
	p->started = false;
	bench_step(p->addr, 0);
	if (rte_eth_dev_stop(p->id) != 0)
		fprintf(stderr, "ena-bench: port %s does not stop\n", p->addr);
}
