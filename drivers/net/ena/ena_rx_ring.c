/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Rx ring, beside the burst functions: refill, shortage, violation, queries.
 */
#include <errno.h>

#include "ena_recovery.h"
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
ena_rx_refill(struct ena_rx_queue *q)
{
	return post_buffers(q, free_slots(q, q->cq_head));
}

void
ena_rx_shortage(struct ena_rx_queue *q, uint16_t want, uint16_t posted)
{
	/*
	 * Of the slots wanted now, q->unfilled are already counted, and those are filled first.
	 * What is left beyond them was wanted for the first time.
	 */
	q->nombuf += (uint64_t)want - RTE_MAX(posted, q->unfilled);
	q->unfilled = (uint16_t)(want - posted);
	if (posted < want)
		q->refill_partial++;
}

void
ena_rx_violation(struct ena_rx_queue *q, uint64_t *counter, enum ena_reset_reason reason)
{
	(*counter)++;
	__atomic_store_n(&q->state, ENA_QUEUE_VIOLATED, __ATOMIC_RELEASE);
	/* What was received of a packet that cannot be completed goes back to the pool. */
	rte_pktmbuf_free(q->seg_first);
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	ena_recovery_request(q->adapter, reason);
}

ena_rx_count_t
ena_rx_queue_count(void *queue)
{
	const struct ena_rx_queue *q = queue;
	uint16_t head, count = 0;
	struct rx_completion c;

	/* ethdev asks whether or not there is such a queue. */
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
