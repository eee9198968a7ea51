/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Calls of ethdev by name, for ena_orders. A name in the tables below is that of the function in
 * ethdev, without "rte_eth_" and "dev_" where it stays clear.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_flow.h>
#include <rte_ip.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_memzone.h>
#include <rte_udp.h>

#include "common.h"
#include "ena_orders.h"
#include "fast_calls.h"

#define KEY_ROOM     64u
#define BURST        64u
#define TABLE_GROUPS (UINT16_MAX / RTE_ETH_RETA_GROUP_SIZE + 1)
#define XSTATS_MAX   1024u
#define NO_CONF      UINT16_MAX /* as a free threshold: no configuration is given */
#define TRAFFIC_LEN  90u

/** A call of several arguments. */
typedef int (*call_fn)(const uint64_t *v, struct orders_answer *out);

void
orders_say(struct orders_answer *out, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out->more + out->len, sizeof(out->more) - out->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(out->more) - out->len)
		out->len += (size_t)n;
	else
		out->more[out->len] = '\0';
}

/* ---- life of the port ----------------------------------------------------------- */

static int
call_configure(const uint64_t *v, struct orders_answer *out)
{
	uint8_t key[KEY_ROOM] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2};
	struct rte_eth_conf conf = {
		.rxmode =
			{
				.mq_mode = (enum rte_eth_rx_mq_mode)v[2],
				.mtu = (uint32_t)v[7],
				.offloads = v[8],
			},
		.txmode.offloads = v[9],
		.rx_adv_conf.rss_conf =
			{
				.rss_key = v[4] != 0 ? key : NULL,
				.rss_key_len = (uint8_t)v[4],
				.rss_hf = v[3],
			},
		.intr_conf = {.lsc = v[5] != 0, .rxq = v[6] != 0},
	};

	RTE_SET_USED(out);
	return rte_eth_dev_configure(ORDERS_PORT, (uint16_t)v[0], (uint16_t)v[1], &conf);
}

static int
call_rxq(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_rxconf conf = {
		.rx_free_thresh = (uint16_t)v[3],
		.rx_deferred_start = v[4] != 0,
		.offloads = v[5],
	};

	RTE_SET_USED(out);
	return rte_eth_rx_queue_setup(ORDERS_PORT, (uint16_t)v[0], (uint16_t)v[1], SOCKET_ID_ANY,
		v[3] == NO_CONF ? NULL : &conf, v[2] < ORDERS_POOLS ? orders_pool[v[2]] : NULL);
}

static int
call_txq(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_txconf conf = {
		.tx_free_thresh = (uint16_t)v[2],
		.tx_deferred_start = v[3] != 0,
		.offloads = v[4],
	};

	RTE_SET_USED(out);
	return rte_eth_tx_queue_setup(ORDERS_PORT, (uint16_t)v[0], (uint16_t)v[1], SOCKET_ID_ANY,
		v[2] == NO_CONF ? NULL : &conf);
}

static int
call_mtu(const uint64_t *v, struct orders_answer *out)
{
	uint16_t mtu = 0;
	int rc = rte_eth_dev_set_mtu(ORDERS_PORT, (uint16_t)v[0]);

	if (rte_eth_dev_get_mtu(ORDERS_PORT, &mtu) == 0)
		orders_say(out, ",\"mtu\":%u", mtu);
	return rc;
}

static int
call_info(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_dev_info info;
	int rc = rte_eth_dev_info_get(ORDERS_PORT, &info);

	RTE_SET_USED(v);
	if (rc != 0)
		return rc;
	orders_say(out,
		",\"driver\":\"%s\",\"queues\":%u,\"mtu\":[%u,%u],\"reta\":%u,\"key\":%u"
		",\"hf\":%" PRIu64 ",\"rx_offloads\":%" PRIu64 ",\"tx_offloads\":%" PRIu64,
		info.driver_name, RTE_MIN(info.max_rx_queues, info.max_tx_queues), info.min_mtu,
		info.max_mtu, info.reta_size, info.hash_key_size, info.flow_type_rss_offloads,
		info.rx_offload_capa, info.tx_offload_capa);
	orders_say(out, ",\"rx_desc\":[%u,%u],\"tx_desc\":[%u,%u],\"nb_rx\":%u,\"nb_tx\":%u",
		info.rx_desc_lim.nb_min, info.rx_desc_lim.nb_max, info.tx_desc_lim.nb_min,
		info.tx_desc_lim.nb_max, info.nb_rx_queues, info.nb_tx_queues);
	return 0;
}

/* ---- RSS ---------------------------------------------------------------------------- */

/** Arguments: size (0: the port's), entry, Rx queue. */
static int
call_reta_update(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_rss_reta_entry64 *table = calloc(TABLE_GROUPS, sizeof(*table));
	uint16_t size = (uint16_t)v[0], entry = (uint16_t)v[1];
	struct rte_eth_dev_info info;
	int rc;

	RTE_SET_USED(out);
	if (table == NULL)
		die("table", ENOMEM);
	if (size == 0 && rte_eth_dev_info_get(ORDERS_PORT, &info) == 0)
		size = info.reta_size;
	table[entry / RTE_ETH_RETA_GROUP_SIZE].mask = UINT64_C(1)
						      << (entry % RTE_ETH_RETA_GROUP_SIZE);
	table[entry / RTE_ETH_RETA_GROUP_SIZE].reta[entry % RTE_ETH_RETA_GROUP_SIZE] =
		(uint16_t)v[2];
	rc = rte_eth_dev_rss_reta_update(ORDERS_PORT, table, size);
	free(table);
	return rc;
}

/** Argument: size (0: the port's). Says the largest queue that is named. */
static int
call_reta_query(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_rss_reta_entry64 *table = calloc(TABLE_GROUPS, sizeof(*table));
	uint16_t size = (uint16_t)v[0], most = 0;
	struct rte_eth_dev_info info;
	unsigned int i;
	int rc;

	if (table == NULL)
		die("table", ENOMEM);
	if (size == 0 && rte_eth_dev_info_get(ORDERS_PORT, &info) == 0)
		size = info.reta_size;
	for (i = 0; i < TABLE_GROUPS; i++)
		table[i].mask = UINT64_MAX;
	rc = rte_eth_dev_rss_reta_query(ORDERS_PORT, table, size);
	for (i = 0; i < size && rc == 0; i++)
		most = RTE_MAX(
			most, table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE]);
	orders_say(out, ",\"most\":%u", most);
	free(table);
	return rc;
}

/** Arguments: types, length of a key (0: none). */
static int
call_hash_update(const uint64_t *v, struct orders_answer *out)
{
	uint8_t key[KEY_ROOM] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct rte_eth_rss_conf conf = {
		.rss_key = v[1] != 0 ? key : NULL,
		.rss_key_len = (uint8_t)v[1],
		.rss_hf = v[0],
	};

	RTE_SET_USED(out);
	return rte_eth_dev_rss_hash_update(ORDERS_PORT, &conf);
}

/** Argument: room for the key (0: none). */
static int
call_hash_get(const uint64_t *v, struct orders_answer *out)
{
	uint8_t *key = malloc(v[0] + 1);
	struct rte_eth_rss_conf conf = {
		.rss_key = v[0] != 0 ? key : NULL,
		.rss_key_len = (uint8_t)v[0],
	};
	int rc;

	if (key == NULL)
		die("key", ENOMEM);
	rc = rte_eth_dev_rss_hash_conf_get(ORDERS_PORT, &conf);
	orders_say(out, ",\"hf\":%" PRIu64, conf.rss_hf);
	free(key);
	return rc;
}

/* ---- packets -------------------------------------------------------------------------- */

/** Says what traffic a packet belongs to: a stray one of an earlier call is told apart. */
struct mark {
	uint32_t magic;
	uint32_t traffic;
};

#define MARK_MAGIC 0x6f726472u

static struct rte_mbuf *
make_packet(uint16_t len, uint16_t flow, uint32_t traffic)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(orders_pool[POOL_PLENTY]);
	struct {
		struct rte_ether_hdr eth;
		struct rte_ipv4_hdr ip;
		struct rte_udp_hdr udp;
		struct mark mark;
	} __attribute__((packed, aligned(2))) head;
	char *data;

	if (m == NULL)
		return NULL;
	len = RTE_MAX(len, (uint16_t)sizeof(head));
	data = rte_pktmbuf_append(m, len);
	if (data == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	memset(&head, 0, sizeof(head));
	/* A loop may bring it back whatever the address is; a switch does not (02:... is local). */
	rte_eth_macaddr_get(ORDERS_PORT, &head.eth.dst_addr);
	head.eth.src_addr.addr_bytes[0] = 2;
	head.eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	head.ip.version_ihl = RTE_IPV4_VHL_DEF;
	head.ip.time_to_live = 64;
	head.ip.next_proto_id = IPPROTO_UDP;
	head.ip.total_length = rte_cpu_to_be_16((uint16_t)(len - sizeof(head.eth)));
	head.ip.src_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 1));
	head.ip.dst_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 2));
	head.udp.src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
	head.udp.dst_port = RTE_BE16(9);
	head.udp.dgram_len = rte_cpu_to_be_16((uint16_t)(len - sizeof(head.eth) - sizeof(head.ip)));
	head.mark = (struct mark){MARK_MAGIC, traffic};
	head.ip.hdr_checksum = rte_ipv4_cksum(&head.ip);
	memset(data, 0, len);
	memcpy(data, &head, sizeof(head));
	return m;
}

/** @return packets that were taken */
static uint16_t
send_packets(uint16_t queue, uint16_t n, uint16_t len, uint32_t traffic)
{
	struct rte_mbuf *pkts[BURST];
	uint16_t i, sent;

	n = RTE_MIN(n, (uint16_t)BURST);
	for (i = 0; i < n; i++) {
		pkts[i] = make_packet(len, (uint16_t)(queue * BURST + i), traffic);
		if (pkts[i] == NULL)
			break;
	}
	n = i;
	sent = rte_eth_tx_burst(ORDERS_PORT, queue, pkts, n);
	rte_pktmbuf_free_bulk(&pkts[sent], n - sent);
	return sent;
}

/** Arguments: queue, packets, length. */
static int
call_tx_burst(const uint64_t *v, struct orders_answer *out)
{
	uint16_t sent = send_packets((uint16_t)v[0], (uint16_t)v[1], (uint16_t)v[2], 0);

	orders_say(out, ",\"sent\":%u", sent);
	return 0;
}

/** Packets with offloads that ask for header changes. Arguments: queue, packets. */
static int
call_tx_prepare(const uint64_t *v, struct orders_answer *out)
{
	struct rte_mbuf *pkts[BURST];
	uint16_t n = (uint16_t)RTE_MIN(v[1], (uint64_t)BURST), i, good;

	for (i = 0; i < n; i++) {
		pkts[i] = make_packet(TRAFFIC_LEN, i, 0);
		if (pkts[i] == NULL)
			break;
		pkts[i]->ol_flags |=
			RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_UDP_CKSUM;
		pkts[i]->l2_len = sizeof(struct rte_ether_hdr);
		pkts[i]->l3_len = sizeof(struct rte_ipv4_hdr);
	}
	good = fast_tx_prepare(ORDERS_PORT, (uint16_t)v[0], pkts, i);
	rte_pktmbuf_free_bulk(pkts, i);
	orders_say(out, ",\"good\":%u", good);
	return 0;
}

/** @return packets of @p traffic among those that one burst brought; 0 as traffic: all */
static uint16_t
receive_packets(uint16_t queue, uint16_t n, uint32_t traffic)
{
	const size_t at = sizeof(struct rte_ether_hdr) + sizeof(struct rte_ipv4_hdr) +
			  sizeof(struct rte_udp_hdr);
	struct rte_mbuf *pkts[BURST];
	uint16_t got, i, ours = 0;
	const struct mark *found;
	struct mark mark;

	got = rte_eth_rx_burst(ORDERS_PORT, queue, pkts, RTE_MIN(n, (uint16_t)BURST));
	for (i = 0; i < got; i++) {
		found = rte_pktmbuf_read(pkts[i], at, sizeof(mark), &mark);
		if (traffic == 0)
			ours++;
		else if (found != NULL) {
			memmove(&mark, found, sizeof(mark));
			ours += mark.magic == MARK_MAGIC && mark.traffic == traffic;
		}
	}
	rte_pktmbuf_free_bulk(pkts, got);
	return ours;
}

/** Arguments: queue, packets. */
static int
call_rx_burst(const uint64_t *v, struct orders_answer *out)
{
	orders_say(out, ",\"got\":%u", receive_packets((uint16_t)v[0], (uint16_t)v[1], 0));
	return 0;
}

/** Send on all queues and wait for what was sent. Arguments: Rx, Tx queues, packets each, ms. */
static int
call_traffic(const uint64_t *v, struct orders_answer *out)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * v[3] / 1000;
	static uint32_t traffic;
	uint32_t sent = 0, got = 0;
	uint16_t q;

	traffic++;
	for (q = 0; q < v[1]; q++)
		sent += send_packets(q, (uint16_t)v[2], TRAFFIC_LEN, traffic);
	while (got < sent && rte_get_timer_cycles() < end) {
		for (q = 0; q < v[0]; q++)
			got += receive_packets(q, BURST, traffic);
		if (got < sent)
			rte_delay_us_sleep(50);
	}
	orders_say(out, ",\"sent\":%u,\"got\":%u", sent, got);
	return 0;
}

/* ---- statistics and what else can be asked -------------------------------------------- */

static int
call_stats(const uint64_t *v, struct orders_answer *out)
{
	struct rte_eth_stats stats = {0};
	int rc = rte_eth_stats_get(ORDERS_PORT, &stats);

	RTE_SET_USED(v);
	orders_say(out,
		",\"ipackets\":%" PRIu64 ",\"opackets\":%" PRIu64 ",\"imissed\":%" PRIu64
		",\"ierrors\":%" PRIu64 ",\"oerrors\":%" PRIu64,
		stats.ipackets, stats.opackets, stats.imissed, stats.ierrors, stats.oerrors);
	return rc;
}

/** Argument: room in the arrays. */
static int
call_xstats(const uint64_t *v, struct orders_answer *out)
{
	unsigned int n = (unsigned int)RTE_MIN(v[0], (uint64_t)XSTATS_MAX);
	struct rte_eth_xstat_name *names = calloc(n + 1, sizeof(*names));
	struct rte_eth_xstat *values = calloc(n + 1, sizeof(*values));
	int count, rc;

	if (names == NULL || values == NULL)
		die("xstats", ENOMEM);
	count = rte_eth_xstats_get_names(ORDERS_PORT, n != 0 ? names : NULL, n);
	rc = rte_eth_xstats_get(ORDERS_PORT, n != 0 ? values : NULL, n);
	orders_say(out, ",\"names\":%d,\"values\":%d", count, rc);
	free(names);
	free(values);
	return RTE_MIN(rc, 0);
}

static int
call_health(const uint64_t *v, struct orders_answer *out)
{
	RTE_SET_USED(v);
	orders_say(out, ",\"resets_requested\":%" PRIu64 ",\"admin_timeouts\":%" PRIu64,
		xstat("resets_requested", 0), xstat("admin_timeouts", 0));
	return 0;
}

static int
say_link(int (*get)(uint16_t, struct rte_eth_link *), struct orders_answer *out)
{
	struct rte_eth_link link = {0};
	int rc = get(ORDERS_PORT, &link);

	orders_say(out, ",\"up\":%u,\"speed\":%u", link.link_status, link.link_speed);
	return rc;
}

static int
call_link(const uint64_t *v, struct orders_answer *out)
{
	RTE_SET_USED(v);
	return say_link(rte_eth_link_get, out);
}

static int
call_link_nowait(const uint64_t *v, struct orders_answer *out)
{
	RTE_SET_USED(v);
	return say_link(rte_eth_link_get_nowait, out);
}

/** What one queue is: info and burst mode. Arguments: 0 Rx, 1 Tx; queue. */
static int
call_queue_info(const uint64_t *v, struct orders_answer *out)
{
	uint16_t queue = (uint16_t)v[1];
	struct rte_eth_burst_mode mode;
	struct rte_eth_rxq_info rx;
	struct rte_eth_txq_info tx;

	if (v[0] == 0) {
		orders_say(
			out, ",\"mode\":%d", rte_eth_rx_burst_mode_get(ORDERS_PORT, queue, &mode));
		return rte_eth_rx_queue_info_get(ORDERS_PORT, queue, &rx);
	}
	orders_say(out, ",\"mode\":%d", rte_eth_tx_burst_mode_get(ORDERS_PORT, queue, &mode));
	return rte_eth_tx_queue_info_get(ORDERS_PORT, queue, &tx);
}

/** Arguments: 0 Rx, 1 Tx; queue; offset. */
static int
call_desc_status(const uint64_t *v, struct orders_answer *out)
{
	uint16_t queue = (uint16_t)v[1], offset = (uint16_t)v[2];

	RTE_SET_USED(out);
	return v[0] == 0 ? fast_rx_descriptor_status(ORDERS_PORT, queue, offset) :
			   fast_tx_descriptor_status(ORDERS_PORT, queue, offset);
}

/** Arguments: queue, most packets to free. */
static int
call_done_cleanup(const uint64_t *v, struct orders_answer *out)
{
	RTE_SET_USED(out);
	return rte_eth_tx_done_cleanup(ORDERS_PORT, (uint16_t)v[0], (uint32_t)v[1]);
}

/** Argument: 0 set the port's own address, 1 set another one, 2 add another one, 3 remove that. */
static int
call_mac(const uint64_t *v, struct orders_answer *out)
{
	struct rte_ether_addr other = {{0x02, 0, 0, 0, 0, 0x77}}, own;
	int rc;

	RTE_SET_USED(out);
	switch (v[0]) {
	case 0:
		rc = rte_eth_macaddr_get(ORDERS_PORT, &own);
		return rc != 0 ? rc : rte_eth_dev_default_mac_addr_set(ORDERS_PORT, &own);
	case 1:
		return rte_eth_dev_default_mac_addr_set(ORDERS_PORT, &other);
	case 2:
		return rte_eth_dev_mac_addr_add(ORDERS_PORT, &other, 0);
	default:
		return rte_eth_dev_mac_addr_remove(ORDERS_PORT, &other);
	}
}

/** The rest of ethdev, in the order of the argument. */
static int
call_other(const uint64_t *v, struct orders_answer *out)
{
	struct rte_ether_addr group = {{0x01, 0, 0x5e, 0, 0, 1}};
	struct rte_power_monitor_cond condition;
	struct rte_eth_dcb_info dcb = {0};
	struct rte_dev_reg_info regs = {0};
	struct rte_eth_fc_conf fc = {0};
	struct rte_flow_error error;
	struct rte_eth_conf conf;
	struct timespec ts;
	uint32_t types[8];
	char text[64];
	uint64_t clock;

	RTE_SET_USED(out);
	switch (v[0]) {
	case 0:
		return rte_eth_dev_fw_version_get(ORDERS_PORT, text, sizeof(text));
	case 1:
		return rte_eth_dev_get_supported_ptypes(ORDERS_PORT, UINT32_MAX, types, 8);
	case 2:
		return rte_eth_dev_set_ptypes(ORDERS_PORT, UINT32_MAX, types, 8);
	case 3:
		return rte_eth_dev_get_reg_info(ORDERS_PORT, &regs);
	case 4:
		return rte_eth_dev_flow_ctrl_get(ORDERS_PORT, &fc);
	case 5:
		return rte_eth_dev_flow_ctrl_set(ORDERS_PORT, &fc);
	case 6:
		return rte_eth_dev_set_vlan_offload(ORDERS_PORT, RTE_ETH_VLAN_STRIP_OFFLOAD);
	case 7:
		return rte_eth_dev_vlan_filter(ORDERS_PORT, 5, 1);
	case 8:
		return rte_eth_dev_set_mc_addr_list(ORDERS_PORT, &group, 1);
	case 9:
		return rte_eth_timesync_read_time(ORDERS_PORT, &ts);
	case 10:
		return rte_eth_read_clock(ORDERS_PORT, &clock);
	case 11:
		return rte_flow_flush(ORDERS_PORT, &error);
	case 12:
		return rte_eth_dev_conf_get(ORDERS_PORT, &conf);
	case 13:
		return rte_eth_get_monitor_addr(ORDERS_PORT, 0, &condition);
	case 14:
		return rte_eth_dev_pool_ops_supported(ORDERS_PORT, "ring_mp_mc");
	case 15:
		return rte_eth_dev_get_dcb_info(ORDERS_PORT, &dcb);
	case 16:
		return rte_eth_dev_get_eeprom_length(ORDERS_PORT);
	case 17:
		return rte_eth_dev_get_vlan_offload(ORDERS_PORT);
	default:
		return -EINVAL;
	}
}

/* ---- the calls by name ------------------------------------------------------------------ */

static const struct {
	const char *name;
	unsigned int args;
	call_fn fn;
} calls[] = {
	/* Rx Tx mode types key-length lsc rxq mtu Rx-offloads Tx-offloads */
	{"configure", 10, call_configure},
	{"rxq", 6, call_rxq}, /* queue descriptors pool free-threshold deferred offloads */
	{"txq", 5, call_txq}, /* queue descriptors free-threshold deferred offloads */
	{"mtu", 1, call_mtu},
	{"info", 0, call_info},
	{"reta_update", 3, call_reta_update},
	{"reta_query", 1, call_reta_query},
	{"hash_update", 2, call_hash_update},
	{"hash_get", 1, call_hash_get},
	{"tx_burst", 3, call_tx_burst},
	{"tx_prepare", 2, call_tx_prepare},
	{"rx_burst", 2, call_rx_burst},
	{"traffic", 4, call_traffic},
	{"stats", 0, call_stats},
	{"xstats", 1, call_xstats},
	{"health", 0, call_health},
	{"link", 0, call_link},
	{"link_nowait", 0, call_link_nowait},
	{"queue_info", 2, call_queue_info},
	{"desc_status", 3, call_desc_status},
	{"done_cleanup", 2, call_done_cleanup},
	{"mac", 1, call_mac},
	{"other", 1, call_other},
};

/** Calls that take the port only. */
static const struct {
	const char *name;
	int (*fn)(uint16_t port);
} port_calls[] = {
	{"start", rte_eth_dev_start},
	{"stop", rte_eth_dev_stop},
	{"reset", rte_eth_dev_reset},
	{"close", rte_eth_dev_close},
	{"is_removed", rte_eth_dev_is_removed},
	{"stats_reset", rte_eth_stats_reset},
	{"xstats_reset", rte_eth_xstats_reset},
	{"promiscuous_enable", rte_eth_promiscuous_enable},
	{"promiscuous_disable", rte_eth_promiscuous_disable},
	{"promiscuous_get", rte_eth_promiscuous_get},
	{"allmulticast_enable", rte_eth_allmulticast_enable},
	{"allmulticast_disable", rte_eth_allmulticast_disable},
	{"allmulticast_get", rte_eth_allmulticast_get},
	{"set_link_up", rte_eth_dev_set_link_up},
	{"set_link_down", rte_eth_dev_set_link_down},
	{"timesync_enable", rte_eth_timesync_enable},
	{"timesync_disable", rte_eth_timesync_disable},
};

/** Calls that take a queue as well. */
static const struct {
	const char *name;
	int (*fn)(uint16_t port, uint16_t queue);
} queue_calls[] = {
	{"rx_queue_count", fast_rx_queue_count},
	{"rx_queue_start", rte_eth_dev_rx_queue_start},
	{"rx_queue_stop", rte_eth_dev_rx_queue_stop},
	{"tx_queue_start", rte_eth_dev_tx_queue_start},
	{"tx_queue_stop", rte_eth_dev_tx_queue_stop},
	{"rx_intr_enable", rte_eth_dev_rx_intr_enable},
	{"rx_intr_disable", rte_eth_dev_rx_intr_disable},
	{"rx_intr_fd", rte_eth_dev_rx_intr_ctl_q_get_fd},
};

/** @return how many numbers follow the name; more than there may be: one of them is none */
static unsigned int
numbers(const char *text, uint64_t *v)
{
	unsigned int n = 0;
	char *end;

	for (;; text = end) {
		text += strspn(text, " ");
		if (*text == '\0')
			return n;
		if (n == ORDERS_ARGS)
			return ORDERS_ARGS + 1;
		v[n++] = strtoull(text, &end, 0);
		if (end == text)
			return ORDERS_ARGS + 1;
	}
}

int
orders_call(const char *line, int *rc, struct orders_answer *out)
{
	uint64_t v[ORDERS_ARGS] = {0};
	unsigned int n, i;
	char name[32];
	int at = 0;

	if (sscanf(line, " %31s%n", name, &at) != 1)
		return -EINVAL;
	n = numbers(line + at, v);
	for (i = 0; i < RTE_DIM(calls); i++)
		if (strcmp(name, calls[i].name) == 0 && n == calls[i].args) {
			*rc = calls[i].fn(v, out);
			return 0;
		}
	for (i = 0; i < RTE_DIM(port_calls); i++)
		if (strcmp(name, port_calls[i].name) == 0 && n == 0) {
			*rc = port_calls[i].fn(ORDERS_PORT);
			return 0;
		}
	for (i = 0; i < RTE_DIM(queue_calls); i++)
		if (strcmp(name, queue_calls[i].name) == 0 && n == 1) {
			*rc = queue_calls[i].fn(ORDERS_PORT, (uint16_t)v[0]);
			return 0;
		}
	return -EINVAL;
}

/* ---- what the process holds ------------------------------------------------------------- */

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

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

void
orders_ledger(struct orders_answer *out)
{
	struct rte_malloc_socket_stats heap = {0};
	struct mallinfo2 libc = mallinfo2();
	unsigned int memzones = 0, used = 0, i;

	rte_malloc_get_socket_stats((int)rte_socket_id(), &heap);
	rte_memzone_walk(count_memzone, &memzones);
	for (i = 0; i < ORDERS_POOLS; i++)
		used += rte_mempool_in_use_count(orders_pool[i]);
	orders_say(out,
		",\"mbufs_used\":%u,\"memzones\":%u,\"heap_blocks\":%u,\"heap_bytes\":%zu"
		",\"fds\":%u,\"libc_bytes\":%zu",
		used, memzones, heap.alloc_count, heap.heap_allocsz_bytes, count_fds(),
		libc.uordblks + libc.hblkhd);
}
