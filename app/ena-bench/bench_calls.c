/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <rte_ethdev.h>

#include "bench_calls.h"

__rte_noinline uint16_t
bench_call_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rte_eth_rx_burst(port, queue, pkts, n);
}

__rte_noinline uint16_t
bench_call_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rte_eth_tx_burst(port, queue, pkts, n);
}

__rte_noinline uint16_t
bench_call_none(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n)
{
	__asm__ volatile(""
			 :
			 : "r"((unsigned int)port), "r"((unsigned int)queue), "r"(pkts)
			 : "memory");
	return n;
}

__rte_noinline void
bench_mark_begin(void)
{
	__asm__ volatile("" : : : "memory");
}

__rte_noinline void
bench_mark_end(void)
{
	__asm__ volatile("" : : : "memory");
}
