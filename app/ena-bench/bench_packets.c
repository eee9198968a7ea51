/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "bench_packets.h"

#define TSO_SEGMENT 1448u

static void
set_offloads(const struct bench_case *c, struct rte_mbuf *m)
{
	m->l2_len = RTE_ETHER_HDR_LEN;
	m->l3_len = sizeof(struct rte_ipv4_hdr);
	m->ol_flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
	if (c->tso) {
		m->l4_len = sizeof(struct rte_tcp_hdr);
		m->tso_segsz = TSO_SEGMENT;
		m->ol_flags |= RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG;
	} else {
		m->l4_len = sizeof(struct rte_udp_hdr);
		m->ol_flags |= RTE_MBUF_F_TX_UDP_CKSUM;
	}
}

bool
bench_packets(struct rte_mempool *pool, const struct bench_case *c, struct rte_mbuf **pkts,
	unsigned int n)
{
	static struct rte_mbuf *m[BENCH_STEP * BENCH_SEGS_MAX];
	unsigned int segs = c->segs, i, s, part = c->bytes / segs;

	if (n > BENCH_STEP || rte_pktmbuf_alloc_bulk(pool, m, n * segs) != 0)
		return false;
	for (i = 0; i < n; i++) {
		struct rte_mbuf **seg = &m[i * segs];

		for (s = 0; s < segs; s++) {
			seg[s]->data_len = (uint16_t)(s == 0 ? c->bytes - part * (segs - 1) : part);
			seg[s]->next = s + 1 < segs ? seg[s + 1] : NULL;
		}
		seg[0]->pkt_len = c->bytes;
		seg[0]->nb_segs = (uint16_t)segs;
		if (c->csum || c->tso)
			set_offloads(c, seg[0]);
		pkts[i] = seg[0];
	}
	return true;
}
