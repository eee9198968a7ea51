/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Checks before Tx, in every build. A packet that passes them can be sent. For one that does not,
 * the reason is in rte_errno:
 *
 *   ENOTSUP  - the device or the driver does not have the offload
 *            - the driver has to write the pseudo-header sum, but the headers are in several
 *              segments
 *   EINVAL   - header lengths or segment size are not possible
 *            - too many segments
 *            - a length that the device does not send
 *            - headers that are longer than what LLQ pushes
 *            - TSO: the IP header is not of the version that the flags name, the packet is longer
 *              than IP allows, or its segments would be longer than the MTU
 */
#include <errno.h>
#include <netinet/in.h>

#include <rte_errno.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "ena_pmd.h"
#include "ena_tx_offload.h"

/** All flags that the driver understands. */
#define KNOWN_FLAGS                                                            \
	(RTE_MBUF_F_TX_L4_MASK | RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_IPV4 | \
		RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_SEG)
#define UNKNOWN_FLAGS (RTE_MBUF_F_TX_OFFLOAD_MASK ^ KNOWN_FLAGS)

/** A frame may be this much longer than the MTU: Ethernet header, two VLAN tags (part B 2.10). */
#define OVER_MTU 22u

/** Bytes of the longest TCP header. */
#define TCP_HEADER_MAX 60u

/** MTU of the device. Without the MTU feature it is always the maximum. */
static uint32_t
device_mtu(const struct ena_tx_queue *q)
{
	const struct ena_hal_caps *caps = &q->adapter->hal.caps;

	return ena_hal_has_feature(caps, ENA_FEATURE_MTU) ? q->adapter->data->mtu : caps->max_mtu;
}

static int
check_segments(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	uint32_t pushed = q->llq ? q->header_max : 0, bytes = 0, buffers = 0, entries;
	const struct rte_mbuf *seg;

	for (seg = m; seg != NULL; seg = seg->next) {
		bytes += seg->data_len;
		if (bytes > pushed && seg->data_len != 0)
			buffers++;
	}
	if (bytes < RTE_ETHER_HDR_LEN || bytes != m->pkt_len || buffers > q->max_bufs)
		return -EINVAL;
	/* With TSO the device makes shorter frames of it. */
	if ((m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) == 0 && bytes > device_mtu(q) + OVER_MTU)
		return -EINVAL;
	if (q->burst_limit != 0) {
		entries = ena_llq_packet_entries(
			1, buffers, q->descs_before_header, q->descs_per_entry);
		if (entries > q->burst_limit)
			return -EINVAL;
	}
	return 0;
}

/** The device has what the flags ask for (part A 6.10). */
static int
check_offloads(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	uint32_t tx = q->adapter->hal.caps.tx_offloads;
	uint64_t flags = m->ol_flags;
	bool v6 = (flags & RTE_MBUF_F_TX_IPV6) != 0;
	uint64_t l4 = flags & RTE_MBUF_F_TX_L4_MASK;

	if ((flags & UNKNOWN_FLAGS) != 0 || l4 == RTE_MBUF_F_TX_SCTP_CKSUM)
		return -ENOTSUP;
	if (v6 && (flags & RTE_MBUF_F_TX_IP_CKSUM) != 0)
		return -EINVAL;
	if ((flags & RTE_MBUF_F_TX_IP_CKSUM) != 0 && (tx & ENA_TX_OFFLOAD_L3_CSUM) == 0)
		return -ENOTSUP;
	if ((flags & RTE_MBUF_F_TX_TCP_SEG) != 0)
		return (tx & (v6 ? ENA_TX_OFFLOAD_TSO_V6 : ENA_TX_OFFLOAD_TSO_V4)) != 0 ? 0 :
											  -ENOTSUP;
	if (l4 != 0) {
		uint32_t any = v6 ? ENA_TX_OFFLOAD_L4_V6_FULL | ENA_TX_OFFLOAD_L4_V6_PARTIAL :
				    ENA_TX_OFFLOAD_L4_V4_FULL | ENA_TX_OFFLOAD_L4_V4_PARTIAL;

		return (tx & any) != 0 ? 0 : -ENOTSUP;
	}
	return 0;
}

/**
 * Bytes of headers that have to be in the pushed header of an LLQ entry. Otherwise the device
 * silently drops the packet (part B 3.4).
 *
 * TCP options count only with TSO, because the device then copies them into every segment. What a
 * device does with other packets whose options are not all pushed is not known (part B 12 #9). They
 * are not refused: on devices that push 96 bytes, that would be every selective acknowledgment over
 * IPv6, which has 98 bytes of headers. In host placement the device needs only the header without
 * options (part B 2.4).
 */
static uint32_t
needed_headers(const struct rte_mbuf *m)
{
	uint32_t l4_at = m->l2_len + m->l3_len;

	if ((m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0)
		return l4_at + m->l4_len;
	switch (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) {
	case RTE_MBUF_F_TX_TCP_CKSUM:
		return l4_at + sizeof(struct rte_tcp_hdr);
	case RTE_MBUF_F_TX_UDP_CKSUM:
		return l4_at + sizeof(struct rte_udp_hdr);
	default:
		return l4_at;
	}
}

/** Shortest IP header of the version that the flags name. */
static uint32_t
ip_header_min(const struct rte_mbuf *m)
{
	return (m->ol_flags & RTE_MBUF_F_TX_IPV6) != 0 ? sizeof(struct rte_ipv6_hdr) :
							 sizeof(struct rte_ipv4_hdr);
}

/**
 * Refuse packets that a device cannot segment, or whose segments would be too long. The device does
 * not check the length of segments (part B 2.10): it would send them longer than the MTU.
 */
static int
check_tso(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	uint32_t ip = m->l3_len + m->l4_len, headers = m->l2_len + ip, mtu = device_mtu(q), part;

	if ((m->ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_UDP_CKSUM)
		return -EINVAL;
	if (m->tso_segsz == 0 || m->tso_segsz > ENA_TX_META_MSS_MAX ||
		m->l4_len < sizeof(struct rte_tcp_hdr) || m->l4_len > TCP_HEADER_MAX ||
		m->l4_len % 4 != 0 || headers > m->pkt_len)
		return -EINVAL;
	/* The lengths in IP headers have 16 bits. */
	if (m->pkt_len - m->l2_len > UINT16_MAX)
		return -EINVAL;
	part = RTE_MIN((uint32_t)m->tso_segsz, m->pkt_len - headers);
	/* VLAN tags and outer headers of a tunnel are part of l2_len. */
	return ip + part > mtu || headers + part > mtu + OVER_MTU ? -EINVAL : 0;
}

/** Header lengths fit the metadata fields (part B 2.2), the packet and the LLQ entry. */
static int
check_lengths(const struct ena_tx_queue *q, const struct rte_mbuf *m)
{
	int rc;

	if (m->l2_len == 0 || m->l3_len < ip_header_min(m) || m->l3_len > 0xff)
		return -EINVAL;
	if ((m->ol_flags & RTE_MBUF_F_TX_TCP_SEG) != 0) {
		rc = check_tso(q, m);
		if (rc != 0)
			return rc;
	}
	/* If the headers are not complete, the device inserts no checksum (part B 2.10). */
	if (needed_headers(m) > m->pkt_len)
		return -EINVAL;
	if (q->llq && needed_headers(m) > q->header_max)
		return -EINVAL;
	return 0;
}

/** Sum of the pseudo-header. @p proto and @p len are those of L4, after extension headers. */
static uint16_t
pseudo_header_v6(const struct rte_ipv6_hdr *ip, uint8_t proto, uint32_t len)
{
	const rte_be32_t tail[2] = {rte_cpu_to_be_32(len), rte_cpu_to_be_32(proto)};
	uint32_t sum;

	sum = __rte_raw_cksum(&ip->src_addr, sizeof(ip->src_addr) + sizeof(ip->dst_addr), 0);
	return __rte_raw_cksum_reduce(__rte_raw_cksum(tail, sizeof(tail), sum));
}

/**
 * Write the sum of the pseudo-header into the checksum field (part B 2.8). DPDK's own function does
 * not support IPv6 extension headers.
 */
static int
seed_checksum(struct rte_mbuf *m)
{
	bool v6 = (m->ol_flags & RTE_MBUF_F_TX_IPV6) != 0;
	bool tcp = (m->ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_TCP_CKSUM;
	uint32_t l4 = m->l2_len + m->l3_len;
	uint32_t field = l4 + (tcp ? offsetof(struct rte_tcp_hdr, cksum) :
				     offsetof(struct rte_udp_hdr, dgram_cksum));
	uint32_t len;
	uint16_t sum;

	/* To write the field, the headers have to be in the first segment. */
	if (m->data_len < field + sizeof(sum))
		return -ENOTSUP;
	if (v6) {
		const struct rte_ipv6_hdr *ip =
			rte_pktmbuf_mtod_offset(m, const struct rte_ipv6_hdr *, m->l2_len);

		len = rte_be_to_cpu_16(ip->payload_len) + sizeof(*ip) - m->l3_len;
		sum = pseudo_header_v6(ip, tcp ? IPPROTO_TCP : IPPROTO_UDP, len);
	} else {
		sum = rte_ipv4_phdr_cksum(
			rte_pktmbuf_mtod_offset(m, const struct rte_ipv4_hdr *, m->l2_len), 0);
	}
	memcpy(rte_pktmbuf_mtod_offset(m, void *, field), &sum, sizeof(sum));
	return 0;
}

/** Write @p len bytes at @p off, which may lie in several segments. */
static void
write_bytes(struct rte_mbuf *m, uint32_t off, const uint8_t *bytes, uint32_t len)
{
	for (; m != NULL && len != 0; m = m->next) {
		for (; off < m->data_len && len != 0; off++, len--)
			*rte_pktmbuf_mtod_offset(m, uint8_t *, off) = *bytes++;
		off -= RTE_MIN(off, (uint32_t)m->data_len);
	}
}

/**
 * Write the sum of the pseudo-header, without a length, into the checksum field of a packet that
 * will be segmented. The interface does not require it (part B 2.8), but some hardware needs it for
 * IPv4 packets whose DF flag is 0. Linux does it for all packets.
 */
static int
seed_tso(struct rte_mbuf *m)
{
	bool v6 = (m->ol_flags & RTE_MBUF_F_TX_IPV6) != 0;
	uint8_t copy[sizeof(struct rte_ipv6_hdr)];
	uint16_t sum;

	const uint8_t *ip = rte_pktmbuf_read(m, m->l2_len, ip_header_min(m), copy);

	if (ip == NULL)
		return -EINVAL;
	if (v6) {
		if (ip[0] >> 4 != 6)
			return -EINVAL;
		sum = pseudo_header_v6((const struct rte_ipv6_hdr *)ip, IPPROTO_TCP, 0);
	} else {
		if (ip[0] >> 4 != 4 || (ip[0] & RTE_IPV4_HDR_IHL_MASK) * 4u != m->l3_len)
			return -EINVAL;
		/* With this flag the length counts as 0. */
		sum = rte_ipv4_phdr_cksum((const struct rte_ipv4_hdr *)ip, RTE_MBUF_F_TX_TCP_SEG);
	}
	write_bytes(m, m->l2_len + m->l3_len + offsetof(struct rte_tcp_hdr, cksum),
		(const uint8_t *)&sum, sizeof(sum));
	return 0;
}

static int
prepare_one(const struct ena_tx_queue *q, struct rte_mbuf *m)
{
	uint64_t flags = m->ol_flags;
	int rc;

	rc = check_segments(q, m);
	if (rc != 0)
		return rc;
	if ((flags & RTE_MBUF_F_TX_OFFLOAD_MASK) == 0)
		return 0;
	rc = check_offloads(q, m);
	if (rc != 0 || (flags & ENA_TX_WORK_FLAGS) == 0)
		return rc;
	rc = check_lengths(q, m);
	if (rc != 0)
		return rc;
	if ((flags & RTE_MBUF_F_TX_TCP_SEG) != 0)
		return seed_tso(m);
	/* Some devices need the pseudo-header sum. The others overwrite the field. */
	if ((flags & RTE_MBUF_F_TX_L4_MASK) != 0 &&
		((flags & RTE_MBUF_F_TX_IPV6) != 0 ? q->seed_v6 : q->seed_v4))
		return seed_checksum(m);
	return 0;
}

uint16_t
ena_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	const struct ena_tx_queue *q = queue;
	uint16_t i;
	int rc;

	for (i = 0; i < n; i++) {
		rc = prepare_one(q, pkts[i]);
		if (rc != 0) {
			rte_errno = -rc;
			return i;
		}
	}
	return n;
}
