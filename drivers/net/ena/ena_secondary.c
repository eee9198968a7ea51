/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Secondary processes: burst functions on queues that the primary owns.
 *
 * The primary may stop, set up or reset the port at any time, and cannot give other processes new
 * function pointers. So each function here looks at the queue itself:
 *
 *  - A queue that is not set up is NULL.
 *  - The memory of a queue stays until the port is closed (ena_rxq.c). A pointer that was read
 *    before a release still points to a queue, which has no rings.
 *  - A function first writes a mark into the queue, and then reads the state of the queue. The
 *    primary first stops the queue, and then waits until there is no mark. Both are sequentially
 *    consistent: either the function sees that the queue is stopped, or the primary sees the mark.
 *
 * The mark is the process id. So a process that died inside a function does not stop the primary
 * for ever. Only one thread at a time uses a queue, whichever process it belongs to.
 *
 * When the primary closes the port, ethdev frees the table of queues. Secondaries must not use the
 * port any more by then.
 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_errno.h>

#include "ena_burst.h"
#include "ena_pmd.h"

/** How long the primary waits for a secondary that is inside a burst function. */
#define GUEST_WAIT_US 1000000u

/** Functions that this process has chosen for itself. */
static eth_rx_burst_t rx_burst;
static struct ena_tx_bursts tx_bursts;
static uint32_t self;

static bool
guest_enter(uint32_t *guest, const uint8_t *queue_state)
{
	__atomic_store_n(guest, self, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(queue_state, __ATOMIC_SEQ_CST) == ENA_QUEUE_RUNNING)
		return true;
	__atomic_store_n(guest, 0, __ATOMIC_RELEASE);
	return false;
}

static void
guest_leave(uint32_t *guest)
{
	__atomic_store_n(guest, 0, __ATOMIC_RELEASE);
}

static uint16_t
guest_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct ena_rx_queue *q = queue;
	uint16_t got;

	if (q == NULL || !guest_enter(&q->guest, &q->state))
		return 0;
	got = rx_burst(q, pkts, n);
	guest_leave(&q->guest);
	return got;
}

static uint16_t
guest_tx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	struct ena_tx_queue *q = queue;
	uint16_t sent;

	if (q == NULL || !guest_enter(&q->guest, &q->state))
		return 0;
	/* The placement of its rings may have changed at a restart. */
	sent = ena_tx_burst_of(&tx_bursts, q)(q, pkts, n);
	guest_leave(&q->guest);
	return sent;
}

static uint16_t
guest_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	if (queue == NULL) {
		rte_errno = EINVAL;
		return 0;
	}
	return ena_tx_prepare(queue, pkts, n);
}

static ena_rx_count_t
guest_rx_queue_count(void *queue)
{
	struct ena_rx_queue *q = queue;
	ena_rx_count_t count;

	if (q == NULL || !guest_enter(&q->guest, &q->state))
		return 0;
	count = ena_rx_queue_count(q);
	guest_leave(&q->guest);
	return count;
}

static int
guest_rx_descriptor_status(void *queue, uint16_t offset)
{
	struct ena_rx_queue *q = queue;
	int status;

	if (q == NULL)
		return -EINVAL;
	if (!guest_enter(&q->guest, &q->state))
		return RTE_ETH_RX_DESC_UNAVAIL;
	status = ena_rx_descriptor_status(q, offset);
	guest_leave(&q->guest);
	return status;
}

static int
guest_tx_descriptor_status(void *queue, uint16_t offset)
{
	struct ena_tx_queue *q = queue;
	int status;

	if (q == NULL)
		return -EINVAL;
	if (!guest_enter(&q->guest, &q->state))
		return RTE_ETH_TX_DESC_UNAVAIL;
	status = ena_tx_descriptor_status(q, offset);
	guest_leave(&q->guest);
	return status;
}

int
ena_secondary_tx_done_cleanup(void *queue, uint32_t free_cnt)
{
	struct ena_tx_queue *q = queue;
	int n;

	if (q == NULL)
		return -EINVAL;
	if (!guest_enter(&q->guest, &q->state))
		return 0;
	n = ena_tx_done_cleanup(q, free_cnt);
	guest_leave(&q->guest);
	return n;
}

int
ena_secondary_attach(struct rte_eth_dev *dev)
{
	const struct ena_adapter *a = ena_adapter_of(dev);

	if (a == NULL || a->magic != ENA_MAGIC)
		return -ENA_NOT_OURS;
	if (a->layout != ENA_LAYOUT) {
		ENA_INIT_LOG(ERR,
			"port %u was set up by another build of %s: all processes must load the "
			"same file",
			dev->data->port_id, ENA_PMD_NAME);
		return -EINVAL;
	}
	self = (uint32_t)getpid();
	rx_burst = ena_rx_burst_choose();
	ena_tx_bursts_choose(&tx_bursts);
	dev->rx_pkt_burst = guest_rx_burst;
	dev->tx_pkt_burst = guest_tx_burst;
	dev->tx_pkt_prepare = guest_tx_prepare;
	dev->rx_queue_count = guest_rx_queue_count;
	dev->rx_descriptor_status = guest_rx_descriptor_status;
	dev->tx_descriptor_status = guest_tx_descriptor_status;
	return 0;
}

/* ---- in the primary ------------------------------------------------------------------------ */

bool
ena_secondary_left(struct ena_adapter *a, uint32_t *guest, const char *dir, uint16_t idx)
{
	uint64_t end = ena_now_us() + GUEST_WAIT_US;
	uint32_t pid;

	while ((pid = __atomic_load_n(guest, __ATOMIC_SEQ_CST)) != 0) {
		if (ena_now_us() < end) {
			rte_delay_us_sleep(10);
			continue;
		}
		/* A burst takes microseconds. If the process does not exist, it died in one. */
		if (kill((pid_t)pid, 0) != 0 && errno == ESRCH) {
			__atomic_store_n(guest, 0, __ATOMIC_RELEASE);
			return true;
		}
		ENA_LOG(ERR,
			"port %u %s queue %u: process %u is inside a burst function and does not "
			"leave it; let it run or end it",
			a->data->port_id, dir, idx, pid);
		return false;
	}
	return true;
}
