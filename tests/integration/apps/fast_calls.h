/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * Data-path calls of ethdev on a port in any state. In some releases of DPDK (25.11 is one) ethdev
 * calls a function that a port has only while it is started, without a look whether it is there.
 * These calls look.
 */
#ifndef FAST_CALLS_H
#define FAST_CALLS_H

#include <errno.h>

#include <rte_ethdev.h>

static inline int
fast_rx_queue_count(uint16_t port, uint16_t queue)
{
	return rte_eth_fp_ops[port].rx_queue_count == NULL ? -ENOTSUP :
							     rte_eth_rx_queue_count(port, queue);
}

static inline int
fast_rx_descriptor_status(uint16_t port, uint16_t queue, uint16_t offset)
{
	return rte_eth_fp_ops[port].rx_descriptor_status == NULL ?
		       -ENOTSUP :
		       rte_eth_rx_descriptor_status(port, queue, offset);
}

static inline int
fast_tx_descriptor_status(uint16_t port, uint16_t queue, uint16_t offset)
{
	return rte_eth_fp_ops[port].tx_descriptor_status == NULL ?
		       -ENOTSUP :
		       rte_eth_tx_descriptor_status(port, queue, offset);
}

/** Without a function all packets are good, as in releases that look. */
static inline uint16_t
fast_tx_prepare(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rte_eth_fp_ops[port].tx_pkt_prepare == NULL ?
		       n :
		       rte_eth_tx_prepare(port, queue, pkts, n);
}

#endif
