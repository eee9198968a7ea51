/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx: the scalar burst function, and queries (datasheet part B, section 5).
 *
 * Each posted buffer has a request id; mbufs[id] says whether the device owns it. Nothing that a
 * completion says is used before it was checked. After a violation the queue stops: what was
 * received so far is handed over, the reason is recorded, and nothing more is received until the
 * device is reset.
 */
#include <errno.h>

#include "ena_rx_packet.h"

uint64_t
ena_rx_mbuf_init(uint16_t port_id)
{
	struct rte_mbuf mb = {.buf_addr = NULL};

	mb.data_off = RTE_PKTMBUF_HEADROOM;
	mb.nb_segs = 1;
	mb.port = port_id;
	rte_mbuf_refcnt_set(&mb, 1);
	return *rearm_data(&mb);
}

uint16_t
ena_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	return rx_burst(queue, pkts, n, take_packets);
}

/* ---- queries ------------------------------------------------------------------------- */

ena_rx_count_t
ena_rx_queue_count(void *queue)
{
	const struct ena_rx_queue *q = queue;
	uint16_t head, count = 0;
	struct rx_completion c;

	/* ethdev calls this also for a queue that does not exist. */
	if (q == NULL)
		return (ena_rx_count_t)-EINVAL;
	if (!ena_queue_is_running(&q->state))
		return 0;
	head = q->cq_head;
	/* Packets, not buffers: a packet counts when its last completion is there. */
	while ((uint16_t)(head - q->cq_head) < q->depth && next_completion(q, head, &c)) {
		if ((c.status & ENA_RX_CDESC_LAST) != 0)
			count++;
		head++;
	}
	return count;
}

int
ena_rx_descriptor_status(void *queue, uint16_t offset)
{
	const struct ena_rx_queue *q = queue;
	struct rx_completion c;

	if (q == NULL || offset >= q->depth)
		return -EINVAL;
	if (!ena_queue_is_running(&q->state) || offset >= (uint16_t)(q->sq_tail - q->cq_head))
		return RTE_ETH_RX_DESC_UNAVAIL;
	return next_completion(q, (uint16_t)(q->cq_head + offset), &c) ? RTE_ETH_RX_DESC_DONE :
									 RTE_ETH_RX_DESC_AVAIL;
}
