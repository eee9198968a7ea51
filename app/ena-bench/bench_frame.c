/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <string.h>

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "bench_frame.h"
#include "bench_step.h"

#define FRAME_MAX 9728u

static void
fill_tcp(struct rte_ipv4_hdr *ip, unsigned int flow)
{
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)(ip + 1);

	ip->next_proto_id = IPPROTO_TCP;
	tcp->src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
	tcp->dst_port = rte_cpu_to_be_16(9);
	tcp->data_off = sizeof(*tcp) << 2;
	tcp->tcp_flags = RTE_TCP_ACK_FLAG;
	tcp->rx_win = 0xffff;
	tcp->cksum = rte_ipv4_udptcp_cksum(ip, tcp);
}

static void
fill_udp(struct rte_ipv4_hdr *ip, unsigned int flow, uint16_t len)
{
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);

	ip->next_proto_id = IPPROTO_UDP;
	udp->src_port = rte_cpu_to_be_16((uint16_t)(1024 + flow));
	udp->dst_port = rte_cpu_to_be_16(9);
	udp->dgram_len = rte_cpu_to_be_16(len);
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
}

const uint8_t *
bench_frame(const struct bench_case *c, unsigned int flow)
{
	static uint8_t frame[FRAME_MAX] __rte_cache_aligned;
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
	if (c->tso)
		fill_tcp(ip, flow);
	else
		fill_udp(ip, flow, l4_len);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	return frame;
}

unsigned int
bench_frame_deliver(const char *addr, const struct bench_case *c, unsigned int flow, unsigned int n)
{
	struct iovec frames[BENCH_STEP];
	const uint8_t *frame = bench_frame(c, flow);
	unsigned int i;

	n = RTE_MIN(n, RTE_DIM(frames));
	for (i = 0; i < n; i++) {
		frames[i].iov_base = (void *)(uintptr_t)frame;
		frames[i].iov_len = c->bytes;
	}
	return bench_step_frames(addr, frames, n);
}
