/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The Rx ring, beside the burst functions: refill, shortage, violation.
 */
#include "ena_reset.h"
#include "ena_rx_ring.h"

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
	ena_queue_violate(&q->state);
	/* The received part of an incomplete packet goes back to the pool. */
	rte_pktmbuf_free(q->seg_first);
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	ena_reset_request(q->adapter, reason);
}
