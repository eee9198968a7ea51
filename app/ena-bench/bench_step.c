/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <dlfcn.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "bench.h"

static softena_step_fn *step;
static softena_step_frames_fn *step_frames;
static softena_step_payload_fn *step_payload;
static softena_step_counters_fn *step_counters;
static softena_step_queue_fn *step_queue;
static softena_step_bar_fn *step_bar;

/** @return false after a message */
static bool
find(const char *name, void **fn)
{
	*fn = dlsym(RTLD_DEFAULT, name);
	if (*fn == NULL)
		fprintf(stderr, "ena-bench: %s is missing: run this below softena-run --step\n",
			name);
	return *fn != NULL;
}

bool
bench_step_init(void)
{
	void *fn;

	if (!find("softena_step", &fn))
		return false;
	step = (softena_step_fn *)(uintptr_t)fn;
	if (!find("softena_step_frames", &fn))
		return false;
	step_frames = (softena_step_frames_fn *)(uintptr_t)fn;
	if (!find("softena_step_payload", &fn))
		return false;
	step_payload = (softena_step_payload_fn *)(uintptr_t)fn;
	if (!find("softena_step_counters", &fn))
		return false;
	step_counters = (softena_step_counters_fn *)(uintptr_t)fn;
	if (!find("softena_step_queue", &fn))
		return false;
	step_queue = (softena_step_queue_fn *)(uintptr_t)fn;
	if (!find("softena_step_bar", &fn))
		return false;
	step_bar = (softena_step_bar_fn *)(uintptr_t)fn;
	return true;
}

unsigned int
bench_step(const struct bench_port *p, unsigned int budget)
{
	return step(p->addr, budget);
}

int
bench_step_payload(const struct bench_port *p, uint32_t bytes)
{
	return step_payload(p->addr, bytes);
}

bool
bench_step_queue(
	const struct bench_port *p, bool tx, unsigned int idx, struct softena_step_queue *queue)
{
	return step_queue(p->addr, tx, idx, queue) == 0;
}

bool
bench_step_counters(const struct bench_port *p, struct softena_step_counters *counters)
{
	return step_counters(p->addr, counters) == 0;
}

bool
bench_step_bar(const struct bench_port *p, unsigned int bar, void **at, size_t *len)
{
	return step_bar(p->addr, bar, at, len) == 0 && *at != NULL && *len > 0;
}

/* ---- frames ------------------------------------------------------------------------- */

const uint8_t *
bench_frame(const struct bench_case *c, unsigned int flow)
{
	static uint8_t frame[BENCH_FRAME_MAX] __rte_cache_aligned;
	static unsigned int made_bytes, made_flow;
	static bool made_tso;
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)frame;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(eth + 1);
	uint16_t l4_len = (uint16_t)(c->bytes - sizeof(*eth) - sizeof(*ip));

	if (made_bytes == c->bytes && made_flow == flow && made_tso == c->tso)
		return frame;
	made_bytes = c->bytes;
	made_flow = flow;
	made_tso = c->tso;
	memset(frame, 0, c->bytes);
	frame[0] = frame[6] = 0x02;
	frame[5] = 1;
	frame[11] = 2;
	eth->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	ip->version_ihl = 0x45;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(c->bytes - sizeof(*eth)));
	ip->time_to_live = 64;
	/* Addresses for benchmarks, RFC 2544; the flow is in address and port. */
	ip->src_addr = rte_cpu_to_be_32(RTE_IPV4(198, 18, flow >> 8 & 0xff, flow & 0xff));
	ip->dst_addr = rte_cpu_to_be_32(RTE_IPV4(198, 19, 0, 1));
	if (c->tso) {
		struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)(ip + 1);

		ip->next_proto_id = IPPROTO_TCP;
		tcp->src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
		tcp->dst_port = rte_cpu_to_be_16(9);
		tcp->data_off = sizeof(*tcp) << 2;
		tcp->tcp_flags = RTE_TCP_ACK_FLAG;
		tcp->rx_win = 0xffff;
		tcp->cksum = rte_ipv4_udptcp_cksum(ip, tcp);
	} else {
		struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

		ip->next_proto_id = IPPROTO_UDP;
		udp->src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
		udp->dst_port = rte_cpu_to_be_16(9);
		udp->dgram_len = rte_cpu_to_be_16(l4_len);
		udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	}
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	return frame;
}

unsigned int
bench_step_rx(
	const struct bench_port *p, const struct bench_case *c, unsigned int flow, unsigned int n)
{
	struct iovec frames[BENCH_STEP];
	const uint8_t *frame = bench_frame(c, flow);
	unsigned int i;

	n = RTE_MIN(n, RTE_DIM(frames));
	for (i = 0; i < n; i++) {
		frames[i].iov_base = (void *)(uintptr_t)frame;
		frames[i].iov_len = c->bytes;
	}
	return step_frames(p->addr, frames, n);
}
