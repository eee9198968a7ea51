/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx queues that stand still (datasheet part A 8): completions that do not come any more, or a
 * doorbell that never reached the device. Once the ring is full no doorbell follows, and the queue
 * is dead for good.
 *
 * Burst functions do nothing for it and lose no time: the service looks at each queue once per
 * period. A queue stands still if packets were in flight, its head in the completion
 * ring has not moved for the time-out, and the completion at that head is not there: otherwise the
 * application does not poll.
 *
 * Single lost completions cost their slots and nothing else while others come, until there are too
 * many of them.
 */
#include "ena_pmd.h"
#include "ena_tx_ring.h"

/**
 * Time that counts between two looks, at most: after a process, or the machine, was stopped for
 * long the device gets its full time again.
 */
#define STEP_MAX_US (2u * ENA_SERVICE_PERIOD_US)

#define STALL_US     5000000u /* missing Tx completions, part A 8.2 */
#define STALL_MIN_US ENA_SERVICE_PERIOD_US /* whatever the device hints */
#define MISSING_MAX  128u /* packets that may be missing while others are completed */

void
ena_tx_watch_init(struct ena_adapter *a)
{
	a->tx_watch.stall_us = STALL_US;
	a->tx_watch.missing_max = 0;
}

void
ena_tx_watch_hints(struct ena_adapter *a, const struct ena_hw_hints *hints)
{
	uint16_t ms = ena_get16(hints->missing_tx_timeout_ms);
	uint16_t packets = ena_get16(hints->missing_tx_count);
	uint64_t us = 0;

	if (ms != ENA_HINT_OFF)
		us = RTE_MAX((uint64_t)ms * 1000u, (uint64_t)STALL_MIN_US);
	if (ms != 0)
		__atomic_store_n(&a->tx_watch.stall_us, us, __ATOMIC_RELAXED);
	if (packets != 0)
		__atomic_store_n(&a->tx_watch.missing_max, packets, __ATOMIC_RELAXED);
}

/** True if the packet that was sent last, before position @p taken, has been completed. */
static bool
newest_is_done(const struct ena_tx_queue *q, uint16_t taken)
{
	uint16_t id = q->free_ids[(uint16_t)(taken - 1) & q->mask];

	return q->reqs[id] == 0;
}

/**
 * Packets in flight above which a queue stands still, from the hint of the device or its own.
 * Without one: none if the newest packet is among those that are missing, since then the device did
 * not even get there.
 */
static uint16_t
missing_limit(const struct ena_adapter *a, const struct ena_tx_queue *q)
{
	uint16_t hint = __atomic_load_n(&a->tx_watch.missing_max, __ATOMIC_RELAXED);

	if (hint != 0)
		return hint;
	return q->watch.newest_done ? MISSING_MAX : 0;
}

/** Look at a queue again after @p step_us. @return true if it stands still */
static bool
stands_still(const struct ena_adapter *a, struct ena_tx_queue *q, uint64_t step_us)
{
	uint16_t head = __atomic_load_n(&q->cq_head, __ATOMIC_RELAXED);
	uint16_t taken = __atomic_load_n(&q->ids_taken, __ATOMIC_RELAXED);
	uint16_t missing = (uint16_t)(taken - __atomic_load_n(&q->ids_given, __ATOMIC_RELAXED));
	struct ena_tx_watch *w = &q->watch;

	/* The lcore may be between two stores, and the values do not fit together: the next look
	 * corrects it. */
	if (missing == 0 || missing > q->depth || w->missing == 0 || head != w->cq_head ||
		has_completion(q)) {
		*w = (struct ena_tx_watch){
			.cq_head = head,
			.taken = taken,
			.missing = missing > q->depth ? 0 : missing,
			.newest_done = missing != 0 && newest_is_done(q, taken),
		};
		return false;
	}
	if (taken == w->taken)
		w->newest_done = newest_is_done(q, taken);
	w->waited_us += step_us;
	if (w->waited_us < __atomic_load_n(&a->tx_watch.stall_us, __ATOMIC_RELAXED))
		return false;
	/* A ring that is full of large packets has few of them. */
	return w->missing > missing_limit(a, q) || free_slots(q) <= q->max_bufs;
}

void
ena_tx_check_stalls(struct rte_eth_dev *dev, uint64_t now_us)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint64_t step = RTE_MIN(now_us - a->tx_watch.looked_us, (uint64_t)STEP_MAX_US);
	uint16_t i;

	a->tx_watch.looked_us = now_us;
	if (!a->port.started || a->tx_watch.stall_us == 0 || ena_reset_is_wanted(a))
		return;
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q == NULL || !ena_queue_is_running(&q->state) || !stands_still(a, q, step))
			continue;
		q->missing_completions += q->watch.missing;
		ENA_LOG(ERR, "port %u Tx queue %u: %u packets have not been completed for %u ms",
			dev->data->port_id, i, q->watch.missing,
			(unsigned int)(q->watch.waited_us / 1000));
		ena_reset_request(a, ENA_RESET_MISSING_TX_COMPLETION);
		return;
	}
}
