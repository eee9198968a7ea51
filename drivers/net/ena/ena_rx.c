/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The scalar Rx burst function (datasheet part B, section 5).
 *
 * Each posted buffer has a request id; mbufs[id] says whether the device owns it. Nothing that a
 * completion says is used before it was checked. After a violation the queue stops: what was
 * received so far is handed over, the reason is recorded, and nothing more is received until the
 * device is reset.
 */
#include "ena_rx_packet.h"

uint16_t
ena_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rx_burst(queue, pkts, n, take_packets);
}
