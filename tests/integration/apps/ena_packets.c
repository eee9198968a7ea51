/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Sends packets exactly as a script describes them and prints every mbuf that is received,
 * field by field. Uses the public ethdev API only, so any driver can be held against another.
 *
 *   ena_packets EAL-OPTIONS -- --script FILE [options]
 *
 * One line of the script is one packet, words in any order, data last:
 *
 *   queue=Q seg=LEN,LEN,... off=N ol=0xFLAGS l2=N l3=N l4=N mss=N data=HEX
 *
 * seg   bytes of each segment (0 is allowed); default: one segment
 * off   bytes between the usual start of the data and the packet, in each segment
 * ol    mbuf ol_flags; l2, l3, l4, mss as in the mbuf
 *
 * Output, one JSON object a line: {"tx":i,"prepare":errno,"sent":0|1} for each packet of the
 * script, {"rx":...} for each received one, {"end":...} with the counters of the port.
 *
 * --no-close leaves the port to the end of the process.
 *
 * --guard puts every array of packets in front of a page that cannot be read: a driver that
 * looks behind the end of the array that it was given dies.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/mman.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "common.h"
#include "turns.h"

#define MAX_SEGS       64u
#define MAX_BYTES      70000u
#define LINE_MAX_BYTES (2 * MAX_BYTES + 4096)
#define MAX_BURST      512u
#define MAX_QUEUES     32u
#define RSS_KEY_SIZE   40u
/* After the last expected packet: time for one that nobody expects, ms. */
#define SETTLE_MS 20u

static struct {
	const char *script;
	const char *out;
	uint64_t tx_offloads, rx_offloads, rss_hf, expect;
	uint8_t rss_key[RSS_KEY_SIZE];
	unsigned int rx_room, rx_mbufs, rxd, txd, rx_queues, tx_queues, burst, mtu;
	unsigned int idle_ms, hold_ms, max_ms;
	bool prepare, no_data, guard, xstats, rss_key_set, no_close;
} opt = {
	.rx_room = 2048,
	.rx_mbufs = 16383,
	.rxd = 1024,
	.txd = 1024,
	.rx_queues = 1,
	.tx_queues = 1,
	.burst = 32,
	.idle_ms = 300,
	.max_ms = 60000,
	.prepare = true,
};

/** A packet of the script that waits to be sent. */
struct pending {
	struct rte_mbuf *m;
	unsigned int index, queue;
};

static struct rte_mempool *rx_pool, *tx_pool;
static FILE *out;
static char *line_buf;
static uint8_t *byte_buf;
static char *hex_buf;
/* Arrays that are handed to the driver end where these do. */
static struct rte_mbuf **tx_end, **rx_end;
static uint64_t received;
static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* ---- script ------------------------------------------------------------------------------ */

/** @return the value of a hexadecimal digit, or a negative number */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** @return bytes written to @p dst */
static unsigned int
parse_hex(const char *s, uint8_t *dst, unsigned int max, unsigned int line)
{
	unsigned int n = 0;

	for (; s[0] != '\0' && s[0] != '\n'; s += 2) {
		if (n == max || digit(s[0]) < 0 || digit(s[1]) < 0) {
			fprintf(stderr, "script line %u: bad hexadecimal data\n", line);
			exit(2);
		}
		dst[n++] = (uint8_t)(digit(s[0]) << 4 | digit(s[1]));
	}
	return n;
}

struct described {
	unsigned int queue, off, segs, seg[MAX_SEGS], bytes;
	unsigned long l2, l3, l4, mss;
	uint64_t ol;
};

static void
parse_line(char *text, unsigned int line, struct described *d)
{
	char *save, *word;

	memset(d, 0, sizeof(*d));
	for (word = strtok_r(text, " \n", &save); word != NULL;
		word = strtok_r(NULL, " \n", &save)) {
		char *value = strchr(word, '=');

		if (value == NULL)
			goto bad;
		*value++ = '\0';
		if (strcmp(word, "queue") == 0) {
			d->queue = (unsigned int)strtoul(value, NULL, 0);
		} else if (strcmp(word, "off") == 0) {
			d->off = (unsigned int)strtoul(value, NULL, 0);
		} else if (strcmp(word, "ol") == 0) {
			d->ol = strtoull(value, NULL, 0);
		} else if (strcmp(word, "l2") == 0) {
			d->l2 = strtoul(value, NULL, 0);
		} else if (strcmp(word, "l3") == 0) {
			d->l3 = strtoul(value, NULL, 0);
		} else if (strcmp(word, "l4") == 0) {
			d->l4 = strtoul(value, NULL, 0);
		} else if (strcmp(word, "mss") == 0) {
			d->mss = strtoul(value, NULL, 0);
		} else if (strcmp(word, "data") == 0) {
			d->bytes = parse_hex(value, byte_buf, MAX_BYTES, line);
		} else if (strcmp(word, "seg") == 0) {
			char *next = value;

			while (d->segs < MAX_SEGS && *next != '\0') {
				d->seg[d->segs++] = (unsigned int)strtoul(next, &next, 0);
				if (*next == ',')
					next++;
			}
		} else {
			goto bad;
		}
	}
	if (d->segs == 0) {
		d->segs = 1;
		d->seg[0] = d->bytes;
	}
	return;
bad:
	fprintf(stderr, "script line %u: \"%s\" is not understood\n", line, word);
	exit(2);
}

static struct rte_mbuf *
build(const struct described *d, unsigned int line)
{
	struct rte_mbuf *first = NULL, *last = NULL;
	unsigned int i, at = 0;

	for (i = 0; i < d->segs; i++) {
		struct rte_mbuf *m;

		while ((m = rte_pktmbuf_alloc(tx_pool)) == NULL) {
			for (unsigned int q = 0; q < opt.tx_queues; q++)
				rte_eth_tx_done_cleanup(0, (uint16_t)q, 0);
			if (stop)
				exit(2);
		}
		if (at + d->seg[i] > d->bytes || d->off + d->seg[i] > rte_pktmbuf_tailroom(m)) {
			fprintf(stderr, "script line %u: segment %u does not fit\n", line, i);
			exit(2);
		}
		m->data_off = (uint16_t)(m->data_off + d->off);
		m->data_len = (uint16_t)d->seg[i];
		memcpy(rte_pktmbuf_mtod(m, void *), byte_buf + at, d->seg[i]);
		at += d->seg[i];
		if (first == NULL) {
			first = m;
		} else {
			last->next = m;
			first->nb_segs++;
		}
		last = m;
	}
	first->pkt_len = at;
	first->ol_flags = d->ol;
	first->l2_len = d->l2;
	first->l3_len = d->l3;
	first->l4_len = d->l4;
	first->tso_segsz = (uint16_t)d->mss;
	return first;
}

/* ---- Rx ---------------------------------------------------------------------------------- */

static void
print_hex(const uint8_t *p, unsigned int n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int i;

	for (i = 0; i < n; i++) {
		hex_buf[2 * i] = digits[p[i] >> 4];
		hex_buf[2 * i + 1] = digits[p[i] & 0xf];
	}
	fwrite(hex_buf, 2, n, out);
}

static void
print_mbuf(const struct rte_mbuf *m, unsigned int queue)
{
	const struct rte_mbuf *seg;

	fprintf(out,
		"{\"rx\":%" PRIu64 ",\"queue\":%u,\"pkt_len\":%u,\"nb_segs\":%u,\"ol\":%" PRIu64
		",\"ptype\":%u,\"hash\":%u,\"port\":%u,\"segs\":[",
		received, queue, m->pkt_len, m->nb_segs, m->ol_flags, m->packet_type,
		(m->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0 ? m->hash.rss : 0, m->port);
	for (seg = m; seg != NULL; seg = seg->next)
		fprintf(out, "%s%u", seg == m ? "" : ",", seg->data_len);
	fputs("],\"data\":\"", out);
	for (seg = m; seg != NULL && !opt.no_data; seg = seg->next)
		print_hex(rte_pktmbuf_mtod(seg, const uint8_t *), seg->data_len);
	fputs("\"}\n", out);
	received++;
}

/** @return packets received */
static unsigned int
receive(void)
{
	struct rte_mbuf **m = rx_end - opt.burst;
	unsigned int total = 0;

	for (unsigned int q = 0; q < opt.rx_queues; q++) {
		uint16_t n = rte_eth_rx_burst(0, (uint16_t)q, m, (uint16_t)opt.burst);

		for (uint16_t i = 0; i < n; i++) {
			print_mbuf(m[i], q);
			rte_pktmbuf_free(m[i]);
		}
		total += n;
	}
	return total;
}

/* ---- Tx ---------------------------------------------------------------------------------- */

static void
print_tx(unsigned int index, int error, bool sent)
{
	fprintf(out, "{\"tx\":%u,\"prepare\":%d,\"sent\":%d}\n", index, error, sent);
}

/**
 * An array for @p n packets, with --guard in front of a page that faults.
 * @return its end
 */
static struct rte_mbuf **
packet_array(unsigned int n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = RTE_ALIGN(n * sizeof(void *), page);
	uint8_t *p =
		mmap(NULL, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || (opt.guard && mprotect(p + size, page, PROT_NONE) != 0))
		die("mmap", errno);
	return (struct rte_mbuf **)(p + size);
}

/** Send packets of one queue, in order; those that prepare refuses are freed. */
static void
send_batch(struct pending *p, unsigned int n)
{
	struct rte_mbuf **m = tx_end - n;
	unsigned int at = 0, i;
	uint64_t end = now_ms() + limit_ms(5000);

	for (i = 0; i < n; i++)
		m[i] = p[i].m;
	while (at < n) {
		uint16_t ok = (uint16_t)(n - at), sent = 0;
		int error = 0;

		if (opt.prepare) {
			ok = rte_eth_tx_prepare(0, (uint16_t)p[0].queue, m + at, ok);
			if (ok < n - at)
				error = rte_errno;
		}
		while (sent < ok && now_ms() < end) {
			uint16_t done = rte_eth_tx_burst(
				0, (uint16_t)p[0].queue, m + at + sent, (uint16_t)(ok - sent));

			for (i = 0; i < done; i++)
				print_tx(p[at + sent + i].index, 0, true);
			sent += done;
			receive();
		}
		at += sent;
		if (sent < ok) {
			/* The ring took nothing for seconds. */
			for (; at < n; at++) {
				print_tx(p[at].index, 0, false);
				rte_pktmbuf_free(m[at]);
			}
			return;
		}
		if (error != 0) {
			print_tx(p[at].index, error, false);
			rte_pktmbuf_free(m[at]);
			at++;
		}
	}
}

static unsigned int
run_script(FILE *f)
{
	struct pending batch[MAX_BURST];
	unsigned int n = 0, index = 0;
	struct described d;

	while (!stop && fgets(line_buf, LINE_MAX_BYTES, f) != NULL) {
		if (line_buf[0] == '#' || line_buf[0] == '\n')
			continue;
		parse_line(line_buf, index + 1, &d);
		if (d.queue >= opt.tx_queues) {
			fprintf(stderr, "script packet %u: no Tx queue %u\n", index, d.queue);
			exit(2);
		}
		if (n != 0 && (n == opt.burst || batch[0].queue != d.queue)) {
			send_batch(batch, n);
			n = 0;
		}
		batch[n++] = (struct pending){build(&d, index + 1), index, d.queue};
		index++;
	}
	send_batch(batch, n);
	return index;
}

/* ---- port --------------------------------------------------------------------------------- */

static void
start_port(void)
{
	struct rte_eth_conf conf = {
		.rxmode = {.offloads = opt.rx_offloads,
			.mq_mode = opt.rx_queues > 1 || opt.rss_hf != 0 ? RTE_ETH_MQ_RX_RSS :
									  RTE_ETH_MQ_RX_NONE},
		.rx_adv_conf.rss_conf = {.rss_hf = opt.rss_hf,
			.rss_key = opt.rss_key_set ? opt.rss_key : NULL,
			.rss_key_len = opt.rss_key_set ? RSS_KEY_SIZE : 0},
		.txmode = {.offloads = opt.tx_offloads},
	};
	uint16_t rxd = (uint16_t)opt.rxd, txd = (uint16_t)opt.txd;
	int rc;

	if (opt.mtu != 0)
		conf.rxmode.mtu = opt.mtu;
	rc = rte_eth_dev_configure(0, (uint16_t)opt.rx_queues, (uint16_t)opt.tx_queues, &conf);
	if (rc != 0)
		die("rte_eth_dev_configure", rc);
	rc = rte_eth_dev_adjust_nb_rx_tx_desc(0, &rxd, &txd);
	if (rc != 0)
		die("rte_eth_dev_adjust_nb_rx_tx_desc", rc);
	for (unsigned int q = 0; q < opt.rx_queues; q++) {
		rc = rte_eth_rx_queue_setup(0, (uint16_t)q, rxd, SOCKET_ID_ANY, NULL, rx_pool);
		if (rc != 0)
			die("rte_eth_rx_queue_setup", rc);
	}
	for (unsigned int q = 0; q < opt.tx_queues; q++) {
		rc = rte_eth_tx_queue_setup(0, (uint16_t)q, txd, SOCKET_ID_ANY, NULL);
		if (rc != 0)
			die("rte_eth_tx_queue_setup", rc);
	}
	rc = rte_eth_dev_start(0);
	if (rc != 0)
		die("rte_eth_dev_start", rc);
}

static void
parse_options(int argc, char **argv)
{
	enum {
		O_SCRIPT = 256,
		O_OUT,
		O_TXOFF,
		O_RXOFF,
		O_RSS,
		O_ROOM,
		O_MBUFS,
		O_RXD,
		O_TXD,
		O_RXQ,
		O_TXQ,
		O_BURST,
		O_MTU,
		O_IDLE,
		O_HOLD,
		O_MAX,
		O_NOPREP,
		O_NODATA,
		O_EXPECT,
		O_KEY,
		O_GUARD,
		O_XSTATS,
		O_NOCLOSE
	};
	static const struct option options[] = {
		{"script", required_argument, NULL, O_SCRIPT},
		{"out", required_argument, NULL, O_OUT},
		{"tx-offloads", required_argument, NULL, O_TXOFF},
		{"rx-offloads", required_argument, NULL, O_RXOFF},
		{"rss-hf", required_argument, NULL, O_RSS},
		{"rx-room", required_argument, NULL, O_ROOM},
		{"rx-mbufs", required_argument, NULL, O_MBUFS},
		{"rxd", required_argument, NULL, O_RXD},
		{"txd", required_argument, NULL, O_TXD},
		{"rxq", required_argument, NULL, O_RXQ},
		{"txq", required_argument, NULL, O_TXQ},
		{"burst", required_argument, NULL, O_BURST},
		{"mtu", required_argument, NULL, O_MTU},
		{"idle-ms", required_argument, NULL, O_IDLE},
		{"hold-ms", required_argument, NULL, O_HOLD},
		{"max-ms", required_argument, NULL, O_MAX},
		{"no-prepare", no_argument, NULL, O_NOPREP},
		{"no-data", no_argument, NULL, O_NODATA},
		{"expect", required_argument, NULL, O_EXPECT},
		{"rss-key", required_argument, NULL, O_KEY},
		{"guard", no_argument, NULL, O_GUARD},
		{"xstats", no_argument, NULL, O_XSTATS},
		{"no-close", no_argument, NULL, O_NOCLOSE},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		unsigned long n = optarg != NULL ? strtoul(optarg, NULL, 0) : 0;

		switch (c) {
		case O_SCRIPT:
			opt.script = optarg;
			break;
		case O_OUT:
			opt.out = optarg;
			break;
		case O_TXOFF:
			opt.tx_offloads = strtoull(optarg, NULL, 0);
			break;
		case O_RXOFF:
			opt.rx_offloads = strtoull(optarg, NULL, 0);
			break;
		case O_RSS:
			opt.rss_hf = strtoull(optarg, NULL, 0);
			break;
		case O_ROOM:
			opt.rx_room = (unsigned int)n;
			break;
		case O_MBUFS:
			opt.rx_mbufs = (unsigned int)n;
			break;
		case O_RXD:
			opt.rxd = (unsigned int)n;
			break;
		case O_TXD:
			opt.txd = (unsigned int)n;
			break;
		case O_RXQ:
			opt.rx_queues = (unsigned int)n;
			break;
		case O_TXQ:
			opt.tx_queues = (unsigned int)n;
			break;
		case O_BURST:
			opt.burst = (unsigned int)n;
			break;
		case O_MTU:
			opt.mtu = (unsigned int)n;
			break;
		case O_IDLE:
			opt.idle_ms = (unsigned int)n;
			break;
		case O_HOLD:
			opt.hold_ms = (unsigned int)n;
			break;
		case O_MAX:
			opt.max_ms = (unsigned int)n;
			break;
		case O_NOPREP:
			opt.prepare = false;
			break;
		case O_NODATA:
			opt.no_data = true;
			break;
		case O_EXPECT:
			opt.expect = n;
			break;
		case O_KEY:
			opt.rss_key_set =
				parse_hex(optarg, opt.rss_key, RSS_KEY_SIZE, 0) == RSS_KEY_SIZE;
			break;
		case O_GUARD:
			opt.guard = true;
			break;
		case O_XSTATS:
			opt.xstats = true;
			break;
		case O_NOCLOSE:
			opt.no_close = true;
			break;
		default:
			exit(2);
		}
	}
	if (opt.burst == 0 || opt.burst > MAX_BURST || opt.rx_queues == 0 || opt.tx_queues == 0 ||
		opt.rx_queues > MAX_QUEUES || opt.tx_queues > MAX_QUEUES) {
		fprintf(stderr, "ena_packets: burst 1 to %u, queues 1 to %u\n", MAX_BURST,
			MAX_QUEUES);
		exit(2);
	}
}

/** Receive until nothing came for idle_ms of polling, or all that is expected is there. */
static void
receive_rest(void)
{
	uint64_t last = polled_ms(), end = now_ms() + limit_ms(opt.max_ms);

	while (!stop && now_ms() < end) {
		bool all = opt.expect != 0 && received >= opt.expect;

		if (polled_ms() - last >= (all ? SETTLE_MS : opt.idle_ms))
			break;
		if (receive() != 0)
			last = polled_ms();
		for (unsigned int q = 0; q < opt.tx_queues; q++)
			rte_eth_tx_done_cleanup(0, (uint16_t)q, 0);
	}
}

static void
print_xstats(void)
{
	int n = rte_eth_xstats_get(0, NULL, 0), i;
	struct rte_eth_xstat_name *names;
	struct rte_eth_xstat *values;

	if (n < 0)
		die("rte_eth_xstats_get", n);
	names = calloc((size_t)n + 1, sizeof(*names));
	values = calloc((size_t)n + 1, sizeof(*values));
	if (names == NULL || values == NULL || rte_eth_xstats_get_names(0, names, n) != n ||
		rte_eth_xstats_get(0, values, n) != n)
		die("xstats", EIO);
	fputs("{\"xstats\":{", out);
	for (i = 0; i < n; i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", names[i].name,
			values[i].value);
	fputs("}}\n", out);
	free(names);
	free(values);
}

static void
finish(unsigned int packets)
{
	struct rte_eth_stats st;
	unsigned int free_tx;

	receive_rest();
	memset(&st, 0, sizeof(st));
	rte_eth_stats_get(0, &st);
	if (opt.xstats)
		print_xstats();
	rte_eth_dev_stop(0);
	/* Caches of this lcore count as available. */
	free_tx = rte_mempool_avail_count(tx_pool);
	fprintf(out,
		"{\"end\":1,\"packets\":%u,\"received\":%" PRIu64 ",\"ipackets\":%" PRIu64
		",\"opackets\":%" PRIu64 ",\"imissed\":%" PRIu64 ",\"ierrors\":%" PRIu64
		",\"oerrors\":%" PRIu64 ",\"rx_nombuf\":%" PRIu64
		",\"tx_mbufs_lost\":%u,\"rx_mbufs_lost\":%u}\n",
		packets, received, st.ipackets, st.opackets, st.imissed, st.ierrors, st.oerrors,
		st.rx_nombuf, tx_pool->size - free_tx,
		rx_pool->size - rte_mempool_avail_count(rx_pool));
}

int
main(int argc, char **argv)
{
	unsigned int packets = 0;
	FILE *script;
	int rc;

	rc = rte_eal_init(argc, argv);
	if (rc < 0)
		die("rte_eal_init", rte_errno);
	parse_options(argc - rc, argv + rc);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (rte_eth_dev_count_avail() == 0) {
		fprintf(stderr, "ena_packets: no port\n");
		return 2;
	}
	out = opt.out != NULL ? fopen(opt.out, "w") : stdout;
	line_buf = malloc(LINE_MAX_BYTES);
	byte_buf = malloc(MAX_BYTES);
	hex_buf = malloc(2 * (UINT16_MAX + 1));
	if (out == NULL || line_buf == NULL || byte_buf == NULL || hex_buf == NULL)
		die("output", errno);
	tx_end = packet_array(MAX_BURST);
	rx_end = packet_array(MAX_BURST);
	rx_pool = rte_pktmbuf_pool_create("rx", opt.rx_mbufs, 0, 0,
		(uint16_t)(opt.rx_room + RTE_PKTMBUF_HEADROOM), SOCKET_ID_ANY);
	tx_pool = rte_pktmbuf_pool_create(
		"tx", 2047, 0, 0, 16384 + 2 * RTE_PKTMBUF_HEADROOM, SOCKET_ID_ANY);
	if (rx_pool == NULL || tx_pool == NULL)
		die("rte_pktmbuf_pool_create", rte_errno);
	start_port();
	rte_delay_us_sleep(opt.hold_ms * 1000);
	if (opt.script != NULL) {
		script = fopen(opt.script, "r");
		if (script == NULL)
			die(opt.script, errno);
		packets = run_script(script);
		fclose(script);
	}
	finish(packets);
	fclose(out);
	if (opt.no_close)
		return 0;
	rte_eth_dev_close(0);
	rte_eal_cleanup();
	return 0;
}
