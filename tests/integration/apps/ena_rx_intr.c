/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx interrupts on a port whose wire is a loop. It sends one packet, waits for its wake-up, reads
 * it, and looks whether there is a wake-up too many; then it sends packets while the interrupts
 * are disabled, and enables them with the packets still in the ring.
 *
 *   ena_rx_intr EAL-OPTIONS -- --count N [--queues Q] [--timeout S]
 *
 * Prints one JSON object. "vectors" has what /proc/interrupts counted for vfio-pci on the way, by
 * phase; it is empty on a port that has no such lines there.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_epoll.h>
#include <rte_ethdev.h>
#include <rte_interrupts.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

#include "common.h"
#include "turns.h"

#define MAX_QUEUES  8u
#define MAX_VECTORS 64u
/* Hash values are spread: some dozens do for eight queues. */
#define MAX_FLOWS 4096u
/* How long a wake-up that should not be there is waited for. */
#define QUIET_MS 50

static struct {
	unsigned int count, queues, timeout_s;
} opt = {.queues = 1, .timeout_s = 10};

static struct rte_mempool *pool;

/* By queue: a flow whose packets come there; a driver may choose its hash key at random. */
static unsigned int flow_to[MAX_QUEUES];

/* What one phase saw, by queue. */
struct seen {
	unsigned int wakeups[MAX_QUEUES], packets[MAX_QUEUES];
	unsigned int extra; /* wake-ups without a new packet */
	unsigned int missing; /* packets without a wake-up */
	unsigned int astray; /* wake-ups of another queue than the packet's */
};

/* ---- packets -------------------------------------------------------------------------------- */

/** One packet of a flow: of a source port. */
static void
send_flow(unsigned int flow)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);
	struct {
		struct rte_ether_hdr eth;
		struct rte_ipv4_hdr ip;
		struct rte_udp_hdr udp;
		uint8_t payload[18];
	} __attribute__((packed, aligned(2))) frame;
	uint64_t end = now_ms() + limit_ms(opt.timeout_s * 1000);

	if (m == NULL)
		die("no mbuf", ENOMEM);
	memset(&frame, 0, sizeof(frame));
	rte_eth_macaddr_get(0, &frame.eth.dst_addr);
	frame.eth.src_addr.addr_bytes[0] = 2;
	frame.eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	frame.ip.version_ihl = RTE_IPV4_VHL_DEF;
	frame.ip.time_to_live = 64;
	frame.ip.next_proto_id = IPPROTO_UDP;
	frame.ip.total_length = rte_cpu_to_be_16(sizeof(frame) - sizeof(frame.eth));
	frame.ip.src_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 1));
	frame.ip.dst_addr = RTE_BE32(RTE_IPV4(192, 0, 2, 2));
	frame.ip.hdr_checksum = rte_ipv4_cksum(&frame.ip);
	frame.udp.src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
	frame.udp.dst_port = RTE_BE16(9);
	frame.udp.dgram_len = rte_cpu_to_be_16(sizeof(frame.udp) + sizeof(frame.payload));
	memcpy(rte_pktmbuf_append(m, sizeof(frame)), &frame, sizeof(frame));
	while (rte_eth_tx_burst(0, 0, &m, 1) == 0)
		if (now_ms() > end)
			die("the packet was not taken", EIO);
}

/** Read one queue until it is empty. @return packets */
static unsigned int
drain(unsigned int queue)
{
	struct rte_mbuf *m[32];
	unsigned int all = 0;
	uint16_t n;

	while ((n = rte_eth_rx_burst(0, (uint16_t)queue, m, 32)) != 0) {
		rte_pktmbuf_free_bulk(m, n);
		all += n;
	}
	return all;
}

/** Read all queues until @p packets have come, or time is over. @return packets */
static unsigned int
drain_all(unsigned int packets, struct seen *s)
{
	uint64_t end = now_ms() + limit_ms(opt.timeout_s * 1000);
	unsigned int q, n, all = 0;

	do {
		for (q = 0; q < opt.queues; q++) {
			n = drain(q);
			s->packets[q] += n;
			all += n;
		}
	} while (all < packets && now_ms() < end);
	return all;
}

/** The @p i th packet of a phase: to each queue in turn. */
static void
send_one(unsigned int i)
{
	send_flow(flow_to[i % opt.queues]);
}

/** Try flows until each queue has got a packet. */
static void
find_flows(void)
{
	unsigned int flow, q, found = 0;

	for (flow = 0; found != (1u << opt.queues) - 1; flow++) {
		struct seen s = {0};

		if (flow == MAX_FLOWS)
			die("no flow to one of the queues", ENOENT);
		send_flow(flow);
		if (drain_all(1, &s) != 1)
			die("a packet did not come back", EIO);
		for (q = 0; q < opt.queues; q++)
			if (s.packets[q] != 0 && (found & 1u << q) == 0) {
				found |= 1u << q;
				flow_to[q] = flow;
			}
	}
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static void
set_all(bool on)
{
	unsigned int q;
	int rc;

	for (q = 0; q < opt.queues; q++) {
		rc = on ? rte_eth_dev_rx_intr_enable(0, (uint16_t)q) :
			  rte_eth_dev_rx_intr_disable(0, (uint16_t)q);
		if (rc != 0)
			die(on ? "enable an Rx interrupt" : "disable an Rx interrupt", rc);
	}
}

/**
 * From enabled to disabled, with time for the device to see both: net_ena disables with a word that
 * a device takes for something else if the vector has just sent a message.
 */
static void
disable_all(void)
{
	set_all(true);
	let_device_look(QUIET_MS);
	set_all(false);
	let_device_look(QUIET_MS);
}

/** Wait for wake-ups. @return queues that had one, as bits */
static unsigned int
wake_ups(int timeout_ms, struct seen *s)
{
	struct rte_epoll_event ev[MAX_QUEUES];
	unsigned int bits = 0, q;
	int n = rte_epoll_wait(RTE_EPOLL_PER_THREAD, ev, MAX_QUEUES, timeout_ms);

	if (n < 0)
		die("rte_epoll_wait", n);
	for (int i = 0; i < n; i++) {
		q = (unsigned int)(uintptr_t)ev[i].epdata.data;
		if (q >= opt.queues)
			die("an event of no queue", EPROTO);
		s->wakeups[q]++;
		bits |= 1u << q;
	}
	return bits;
}

/** Wake-ups that should not be there. */
static unsigned int
stray_wake_ups(unsigned int timeout_ms, struct seen *s)
{
	unsigned int bits = wake_ups((int)timeout_ms, s);

	let_device_look(0);
	return bits | wake_ups(0, s);
}

/** Enabled, and with nothing to tell: the wake-ups of packets that have been read are taken. */
static void
settle(void)
{
	struct seen s = {0};

	set_all(true);
	while (stray_wake_ups(10 * QUIET_MS, &s) != 0)
		;
}

/** One packet, one wake-up, and again. */
static void
paced(struct seen *s)
{
	unsigned int i, q, bits, came;

	for (i = 0; i < opt.count; i++) {
		set_all(true);
		send_one(i);
		bits = wake_ups((int)limit_ms(opt.timeout_s * 1000), s);
		for (came = 0, q = 0; q < opt.queues; q++) {
			unsigned int n = drain(q);

			s->packets[q] += n;
			came += n;
			if (n != 0 && (bits & 1u << q) == 0)
				s->astray++;
		}
		if (bits == 0)
			s->missing++;
		if (came == 0)
			s->extra++;
		/* Masked by its own message: nothing more, and nothing that was left behind. */
		if (stray_wake_ups(QUIET_MS, s) != 0)
			s->extra++;
	}
}

/** Packets that nobody shall be told of, and that are read without being told. */
static void
disabled(struct seen *s)
{
	unsigned int i;

	disable_all();
	for (i = 0; i < opt.count; i++)
		send_one(i);
	if (drain_all(opt.count, s) != opt.count)
		s->missing++;
	if (stray_wake_ups(10 * QUIET_MS, s) != 0)
		s->extra++;
}

/** Packets that come while nobody listens: each queue that has some wakes up when it is enabled. */
static void
late(struct seen *s)
{
	uint64_t end;
	unsigned int i, q, bits = 0;

	disable_all();
	for (i = 0; i < opt.count; i++)
		send_one(i);
	if (stray_wake_ups(10 * QUIET_MS, s) != 0)
		s->extra++;
	set_all(true);
	end = now_ms() + limit_ms(opt.timeout_s * 1000);
	while (bits != (1u << opt.queues) - 1 && now_ms() < end)
		bits |= wake_ups(10 * QUIET_MS, s);
	drain_all(opt.count, s);
	for (q = 0; q < opt.queues; q++)
		if (s->packets[q] != 0 && (bits & 1u << q) == 0)
			s->missing++;
}

/* ---- what the kernel counted ----------------------------------------------------------------- */

struct vectors {
	unsigned int n;
	char name[MAX_VECTORS][40];
	uint64_t count[MAX_VECTORS];
};

/** Lines of /proc/interrupts: number, a count for each CPU, chip, name. */
static void
read_vectors(struct vectors *v)
{
	FILE *in = fopen("/proc/interrupts", "r");
	char line[4096], *at, *name, *next;

	v->n = 0;
	while (in != NULL && v->n < MAX_VECTORS && fgets(line, sizeof(line), in) != NULL) {
		name = strstr(line, "vfio-msix[");
		at = strchr(line, ':');
		if (name == NULL || at == NULL)
			continue;
		name[strcspn(name, "\n")] = '\0';
		snprintf(v->name[v->n], sizeof(v->name[0]), "%s", name);
		v->count[v->n] = 0;
		for (at++;; at = next) {
			unsigned long long c = strtoull(at, &next, 10);

			if (next == at || next >= name || *next != ' ')
				break;
			v->count[v->n] += c;
		}
		v->n++;
	}
	if (in != NULL)
		fclose(in);
}

static void
print_phase(
	const char *name, const struct seen *s, const struct vectors *a, const struct vectors *b)
{
	unsigned int i;

	printf("\"%s\":{\"wakeups\":[", name);
	for (i = 0; i < opt.queues; i++)
		printf("%s%u", i != 0 ? "," : "", s->wakeups[i]);
	printf("],\"packets\":[");
	for (i = 0; i < opt.queues; i++)
		printf("%s%u", i != 0 ? "," : "", s->packets[i]);
	printf("],\"extra\":%u,\"missing\":%u,\"astray\":%u,\"vectors\":{", s->extra, s->missing,
		s->astray);
	for (i = 0; i < a->n && i < b->n; i++)
		printf("%s\"%s\":%" PRIu64, i != 0 ? "," : "", b->name[i],
			b->count[i] - a->count[i]);
	printf("}}");
}

static void
phases(bool link)
{
	static const struct {
		const char *name;
		void (*run)(struct seen *s);
	} phase[] = {{"paced", paced}, {"disabled", disabled}, {"late", late}};
	static struct vectors before, after;
	unsigned int i;

	printf("{\"link\":%s,", link ? "true" : "false");
	for (i = 0; i < RTE_DIM(phase); i++) {
		struct seen s = {0};

		settle();
		read_vectors(&before);
		phase[i].run(&s);
		read_vectors(&after);
		printf("%s", i != 0 ? "," : "");
		print_phase(phase[i].name, &s, &before, &after);
	}
	printf("}\n");
	fflush(stdout);
}

/* ---- port ------------------------------------------------------------------------------------ */

static void
parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"count", required_argument, NULL, 'c'},
		{"queues", required_argument, NULL, 'q'},
		{"timeout", required_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		unsigned long n = optarg != NULL ? strtoul(optarg, NULL, 0) : 0;

		switch (c) {
		case 'c':
			opt.count = (unsigned int)n;
			break;
		case 'q':
			opt.queues = (unsigned int)n;
			break;
		case 't':
			opt.timeout_s = (unsigned int)n;
			break;
		default:
			exit(2);
		}
	}
	if (opt.count == 0 || opt.count > 100 || opt.queues == 0 || opt.queues > MAX_QUEUES ||
		opt.timeout_s == 0)
		die("--count is 1 to 100, --queues 1 to 8, --timeout 1 or more", EINVAL);
}

static void
start_port(void)
{
	struct rte_eth_conf conf = {0};
	uint16_t q;
	int rc;

	conf.intr_conf.rxq = 1;
	if (opt.queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	}
	rc = rte_eth_dev_configure(0, (uint16_t)opt.queues, 1, &conf);
	for (q = 0; q < opt.queues && rc == 0; q++)
		rc = rte_eth_rx_queue_setup(0, q, 256, SOCKET_ID_ANY, NULL, pool);
	if (rc == 0)
		rc = rte_eth_tx_queue_setup(0, 0, 256, SOCKET_ID_ANY, NULL);
	if (rc == 0)
		rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("start", rc);
	for (q = 0; q < opt.queues; q++) {
		rc = rte_eth_dev_rx_intr_ctl_q(
			0, q, RTE_EPOLL_PER_THREAD, RTE_INTR_EVENT_ADD, (void *)(uintptr_t)q);
		if (rc != 0)
			die("add an Rx interrupt to the epoll set", rc);
	}
}

/** @return false if the driver does not say that it is up */
static bool
wait_for_link(void)
{
	uint64_t end = now_ms() + limit_ms(opt.timeout_s * 1000);
	struct rte_eth_link link = {0};

	while (rte_eth_link_get_nowait(0, &link) != 0 || link.link_status != RTE_ETH_LINK_UP)
		if (now_ms() > end)
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	int rc = rte_eal_init(argc, argv);
	bool link;

	if (rc < 0)
		die("rte_eal_init", rte_errno);
	parse_options(argc - rc, argv + rc);
	if (rte_eth_dev_count_avail() == 0)
		die("no port", ENODEV);
	pool = rte_pktmbuf_pool_create(
		"pool", 256 * MAX_QUEUES + 1023, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool == NULL)
		die("memory", ENOMEM);
	start_port();
	link = wait_for_link();
	find_flows();
	phases(link);
	rte_eth_dev_stop(0);
	/* No close: net_ena's interrupt thread may read the event ring that close has freed. */
	return 0;
}
