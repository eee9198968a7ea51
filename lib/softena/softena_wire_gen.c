/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "gen": a generator of UDP or TCP frames; what the port sends is counted and dropped.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "softena_bytes.h"
#include "softena_time.h"
#include "softena_wire_priv.h"

#define ETH_LEN 14u
#define IP4_LEN 20u
#define IP6_LEN 40u
#define UDP_LEN 8u
#define TCP_LEN 20u
#define SEQ_LEN 8u

/** If the generator is late by more than this, it continues at its rate and does not make up. */
#define CATCH_UP_NS UINT64_C(100000000)

struct gen {
	struct softena_wire wire;
	uint64_t count, rate, burst, flows;
	bool seq;
	uint8_t *frame; /* template: everything but what changes per frame */
	size_t size, l4_off, csum_off, payload_off;
	size_t src_var; /* of the two bytes of the source address that tell flows apart */
	uint32_t sum; /* of the template, pseudo header included */
	uint64_t made;
	uint64_t start_ns; /* of the current pace */
	uint64_t paced; /* frames since then */
};

/** The low 16 bits. */
static void
put_be16(uint8_t *p, uint32_t v)
{
	softena_put_be16(p, (uint16_t)v);
}

static uint32_t
sum16(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; len -= 2, p += 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	if (len > 0)
		sum += (uint32_t)p[0] << 8;
	return sum;
}

static uint16_t
fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/** True if the pace allows a frame now. */
static bool
gen_due(struct gen *g)
{
	uint64_t now, due;

	if (g->rate == 0)
		return true;
	if (g->paced % g->burst != 0)
		return g->paced++, true;
	now = wire_now_ns(&g->wire);
	if (g->start_ns == 0)
		g->start_ns = now;
	/* Start again each second, so that rounding does not accumulate. */
	while (g->paced >= g->rate) {
		g->start_ns += NS_PER_S;
		g->paced -= g->rate;
	}
	due = g->start_ns + (uint64_t)((double)g->paced * NS_PER_S / (double)g->rate);
	if (now < due)
		return false;
	if (now - due > CATCH_UP_NS) {
		g->start_ns = now;
		g->paced = 0;
	}
	g->paced++;
	return true;
}

static size_t
gen_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	struct gen *g = (struct gen *)wire;
	uint32_t flow = (uint32_t)(g->made % g->flows), sum = g->sum, port = 1024 + flow % 60000;
	unsigned int i;

	if ((g->count != 0 && g->made >= g->count) || cap < g->size || !gen_due(g))
		return 0;
	memcpy(frame, g->frame, g->size);
	put_be16(frame + g->src_var, flow & 0xffff);
	put_be16(frame + g->l4_off, port);
	sum += (flow & 0xffff) + port;
	if (g->seq) {
		for (i = 0; i < SEQ_LEN / 2; i++)
			put_be16(frame + g->payload_off + 2 * i,
				(uint32_t)(g->made >> (48 - 16 * i)) & 0xffff);
		sum = sum16(sum, frame + g->payload_off, SEQ_LEN);
	}
	if (frame[12] == 0x08) {
		put_be16(frame + ETH_LEN + 10, 0);
		put_be16(frame + ETH_LEN + 10, fold(sum16(0, frame + ETH_LEN, IP4_LEN)));
	}
	sum = fold(sum);
	put_be16(frame + g->csum_off, sum == 0 ? 0xffff : sum);
	g->made++;
	return g->size;
}

static bool
gen_ended(struct softena_wire *wire)
{
	struct gen *g = (struct gen *)wire;

	return g->count != 0 && g->made >= g->count;
}

static void
gen_close(struct softena_wire *wire)
{
	free(((struct gen *)wire)->frame);
	free(wire);
}

static const struct softena_wire_ops gen_ops = {
	.kind = "gen",
	.recv = gen_recv,
	.send = wire_discards,
	.ended = gen_ended,
	.close = gen_close,
};

/** Source 198.18.x.y or 2001:2::x:y (benchmarking, RFC 2544 and 5180); x.y is the flow. */
static void
build_ip(struct gen *g, bool ipv6, uint8_t proto)
{
	static const uint8_t net6[6] = {0x20, 0x01, 0x00, 0x02};
	uint8_t *ip = g->frame + ETH_LEN;

	if (ipv6) {
		put_be16(g->frame + 12, 0x86dd);
		ip[0] = 0x60;
		put_be16(ip + 4, (uint32_t)(g->size - ETH_LEN - IP6_LEN));
		ip[6] = proto;
		ip[7] = 64;
		memcpy(ip + 8, net6, sizeof(net6));
		memcpy(ip + 24, net6, sizeof(net6));
		ip[39] = 1;
		ip[31] = 1; /* another subnet than the source's */
		g->src_var = ETH_LEN + 22;
		g->sum = sum16(0, ip + 8, 32);
		return;
	}
	put_be16(g->frame + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint32_t)(g->size - ETH_LEN));
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = proto;
	memcpy(ip + 12, (const uint8_t[]){198, 18, 0, 0}, 4);
	memcpy(ip + 16, (const uint8_t[]){198, 19, 0, 1}, 4);
	g->src_var = ETH_LEN + 14;
	g->sum = sum16(0, ip + 12, 8);
}

static void
build_frame(struct gen *g, const uint8_t dst[6], bool ipv6, bool tcp)
{
	uint32_t l4_len = (uint32_t)(g->size - g->l4_off);
	uint8_t proto = tcp ? 6 : 17;
	uint8_t *l4 = g->frame + g->l4_off;

	memcpy(g->frame, dst, 6);
	memcpy(g->frame + 6, (const uint8_t[]){0x02, 0, 0, 0, 0, 0x02}, 6);
	build_ip(g, ipv6, proto);
	put_be16(l4 + 2, 9); /* discard */
	if (tcp) {
		l4[12] = 0x50;
		l4[13] = 0x10; /* ACK */
		put_be16(l4 + 14, 0xffff);
		g->csum_off = g->l4_off + 16;
	} else {
		put_be16(l4 + 4, l4_len);
		g->csum_off = g->l4_off + 6;
	}
	g->sum = sum16(g->sum + proto + l4_len, l4, l4_len);
}

struct gen_options {
	uint64_t size, count, rate, burst, flows, move;
	const char *proto, *payload, *dst, *start;
	bool ipv6, lossy;
};

static int
gen_check(const struct gen_options *o, uint8_t dst[6], const struct wire_err *err)
{
	if (strcmp(o->proto, "udp") != 0 && strcmp(o->proto, "tcp") != 0)
		return wire_error(err, "wire gen: proto=%s: udp or tcp", o->proto);
	if (strcmp(o->payload, "none") != 0 && strcmp(o->payload, "seq") != 0)
		return wire_error(err, "wire gen: payload=%s: none or seq", o->payload);
	if (strcmp(o->start, "auto") != 0 && strcmp(o->start, "ctl") != 0)
		return wire_error(err, "wire gen: start=%s: auto or ctl", o->start);
	if (wire_parse_mac(o->dst, dst) != 0)
		return wire_error(
			err, "wire gen: dst=%s: not an address as 02:00:00:00:00:01", o->dst);
	return 0;
}

/** The generator that options describe, without its frame. */
static void
gen_init(struct gen *g, const struct gen_options *o)
{
	g->wire.ops = &gen_ops;
	g->wire.patient = !o->lossy;
	g->wire.move_max = (uint32_t)o->move;
	g->wire.started = strcmp(o->start, "auto") == 0;
	g->count = o->count;
	g->rate = o->rate;
	g->burst = o->burst;
	g->flows = o->flows;
	g->size = o->size;
	g->seq = strcmp(o->payload, "seq") == 0;
	g->l4_off = ETH_LEN + (o->ipv6 ? IP6_LEN : IP4_LEN);
	g->payload_off = g->l4_off + (strcmp(o->proto, "tcp") == 0 ? TCP_LEN : UDP_LEN);
}

static struct softena_wire *
gen_parse(char *options, const struct wire_err *err)
{
	struct gen_options o = {.size = 64,
		.burst = 1,
		.flows = 1,
		.proto = "udp",
		.payload = "none",
		.dst = "02:00:00:00:00:01",
		.start = "auto"};
	size_t need;
	uint8_t dst[6];
	struct gen *g;

	if (wire_options(&wire_kind_gen, options, NULL, &o, err) != 0 ||
		gen_check(&o, dst, err) != 0)
		return NULL;
	g = calloc(1, sizeof(*g));
	if (g == NULL) {
		wire_error(err, "wire gen: out of memory");
		return NULL;
	}
	gen_init(g, &o);
	need = g->payload_off + (g->seq ? SEQ_LEN : 0);
	if (g->size < need) {
		wire_error(err, "wire gen: size=%zu: these headers%s need at least %zu bytes",
			g->size, g->seq ? " and the sequence number" : "", need);
		gen_close(&g->wire);
		return NULL;
	}
	g->frame = calloc(1, g->size);
	if (g->frame == NULL) {
		wire_error(err, "wire gen: out of memory");
		gen_close(&g->wire);
		return NULL;
	}
	build_frame(g, dst, o.ipv6, strcmp(o.proto, "tcp") == 0);
	return &g->wire;
}

#define PLACE(member) offsetof(struct gen_options, member)
static const struct wire_opt gen_opts[] = {
	{"size", WIRE_OPT_NUM, PLACE(size), "N", "bytes of a frame without FCS (default 64)",
		ETH_LEN, SOFTENA_FRAME_MAX, NULL},
	{"count", WIRE_OPT_NUM, PLACE(count), "N", "frames in all, 0: no end (default 0)", 0,
		UINT64_MAX, NULL},
	{"rate", WIRE_OPT_NUM, PLACE(rate), "PPS",
		"frames a second, 0: as fast as the port takes them (default 0)", 0, NS_PER_S,
		NULL},
	{"burst", WIRE_OPT_NUM, PLACE(burst), "N",
		"with rate: frames that come back to back (default 1)", 1, 65536, NULL},
	{"flows", WIRE_OPT_NUM, PLACE(flows), "N",
		"address and port pairs, in turn, 1 to 65536 (default 1)", 1, 65536, NULL},
	{"proto", WIRE_OPT_TEXT, PLACE(proto), "udp|tcp", "(default udp)", 0, 0, NULL},
	{"ipv6", WIRE_OPT_FLAG, PLACE(ipv6), NULL, "IPv6 instead of IPv4", 0, 0, NULL},
	{"payload", WIRE_OPT_TEXT, PLACE(payload), "none|seq",
		"zeros, or a 64-bit big-endian sequence number at its start", 0, 0, NULL},
	{"dst", WIRE_OPT_TEXT, PLACE(dst), "MAC", "destination address (default 02:00:00:00:00:01)",
		0, 0, NULL},
	{"start", WIRE_OPT_TEXT, PLACE(start), "auto|ctl", "as for pcap", 0, 0, NULL},
	{"lossy", WIRE_OPT_FLAG, PLACE(lossy), NULL,
		"drop a frame when the port has no Rx buffer (default: it waits)", 0, 0, NULL},
	{"move", WIRE_OPT_NUM, PLACE(move), "N",
		"bytes of a packet that are really copied, 0: all (default 0)", 0,
		SOFTENA_FRAME_MAX, NULL},
	{0},
};
#undef PLACE

const struct wire_kind wire_kind_gen = {
	.name = "gen",
	.spec = "gen:OPTIONS",
	.help = "a generator; what the port sends is counted and dropped",
	.opts = gen_opts,
	.parse = gen_parse,
};
