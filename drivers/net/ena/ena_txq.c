/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a Tx queue: set-up and release by the application, rings on the device (datasheet part A
 * 5, part B 1).
 */
#include <errno.h>

#include <rte_malloc.h>

#include "ena_pmd.h"
#include "ena_tx_ring.h"

/* ---- set-up and release -------------------------------------------------------- */

/** The structure stays until the port is closed, as that of an Rx queue (ena_rxq.c). */
static void
tx_queue_retire(struct ena_adapter *a, struct ena_tx_queue *q)
{
	if (q == NULL)
		return;
	rte_free(q->mbufs);
	rte_free(q->segs);
	rte_free(q->reqs);
	rte_free(q->free_ids);
	q->mbufs = NULL;
	q->segs = NULL;
	q->reqs = NULL;
	q->free_ids = NULL;
	q->next_spare = a->spare_tx;
	a->spare_tx = q;
}

static struct ena_tx_queue *
tx_queue_new(struct ena_adapter *a, uint16_t idx, const struct ena_queue_memory *mem)
{
	struct ena_tx_queue **at, *q;

	for (at = &a->spare_tx; (q = *at) != NULL; at = &q->next_spare)
		if (q->queue_id == idx && q->socket == mem->socket) {
			*at = q->next_spare;
			return q;
		}
	return ena_queue_zmalloc(mem, "ena_txq", sizeof(*q));
}

/** A queue as new, as for Rx. */
static void
tx_queue_renew(struct ena_tx_queue *q, const struct ena_tx_queue *fresh)
{
	memcpy(q, fresh, offsetof(struct ena_tx_queue, guest));
}

/**
 * Free slots below which bursts look at completions. An eighth of the ring may lie unclaimed, 256
 * slots at most, as with net_ena: pools are sized for that, and what lies there is missing in Rx
 * rings.
 */
static uint16_t
tx_free_thresh(uint16_t depth)
{
	return (uint16_t)(depth - RTE_MIN(depth / 8u, ENA_TX_UNCLAIMED_MAX));
}

int
ena_tx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket_id,
	const struct rte_eth_txconf *conf)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const uint64_t split = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE | RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	const struct ena_queue_memory mem = ena_queue_memory(a, socket_id);
	struct ena_tx_queue fresh = {.state = ENA_QUEUE_NO_RINGS}, *q;
	uint64_t offloads;
	uint16_t depth;

	ena_tx_queue_release(dev, idx);
	if (conf->tx_deferred_start != 0) {
		ENA_LOG(ERR, "port %u Tx queue %u: deferred start is not supported",
			a->data->port_id, idx);
		return -ENOTSUP;
	}
	depth = ena_queue_depth(a, "Tx", idx, nb_desc, a->limits.max_tx_depth);
	if (depth == 0)
		return -EINVAL;
	if (conf->tx_free_thresh >= depth) {
		ENA_LOG(ERR, "port %u Tx queue %u: tx_free_thresh %u must be below the depth %u",
			a->data->port_id, idx, conf->tx_free_thresh, depth);
		return -EINVAL;
	}

	q = tx_queue_new(a, idx, &mem);
	if (q == NULL)
		return ena_queue_no_memory(a, "Tx", idx, &mem);
	fresh.socket = mem.socket;
	fresh.queue_id = idx;
	fresh.reqs = ena_queue_zmalloc(&mem, "ena_txq_reqs", sizeof(*q->reqs) * depth);
	fresh.free_ids = ena_queue_zmalloc(&mem, "ena_txq_ids", sizeof(*q->free_ids) * depth);
	fresh.mbufs = ena_queue_zmalloc(&mem, "ena_txq_mbufs", sizeof(*q->mbufs) * depth);
	offloads = conf->offloads | dev->data->dev_conf.txmode.offloads;
	/* Chains of mbufs with one owner and one pool are taken apart. */
	if ((offloads & split) == split)
		fresh.segs = ena_queue_zmalloc(
			&mem, "ena_txq_segs", sizeof(*q->segs) * ENA_TX_SEGS_MAX * depth);
	tx_queue_renew(q, &fresh);
	if (q->reqs == NULL || q->mbufs == NULL || q->free_ids == NULL ||
		(q->segs == NULL && (offloads & split) == split)) {
		tx_queue_retire(a, q);
		return ena_queue_no_memory(a, "Tx", idx, &mem);
	}
	q->adapter = a;
	q->depth = depth;
	q->mask = (uint16_t)(depth - 1);
	q->max_bufs = a->limits.max_tx_bufs;
	q->free_thresh = conf->tx_free_thresh != 0 ? conf->tx_free_thresh : tx_free_thresh(depth);
	q->offloads = offloads;
	dev->data->tx_queues[idx] = q;
	return 0;
}

void
ena_tx_queue_release(struct rte_eth_dev *dev, uint16_t idx)
{
	tx_queue_retire(ena_adapter_of(dev), ena_stats_retire_tx(dev, idx));
}

void
ena_txq_free_spare(struct ena_adapter *a)
{
	struct ena_tx_queue *q;

	while ((q = a->spare_tx) != NULL) {
		a->spare_tx = q->next_spare;
		rte_free(q);
	}
}

void
ena_txq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_txq_info *info)
{
	const struct ena_tx_queue *q = dev->data->tx_queues[idx];

	if (q == NULL)
		return;
	info->nb_desc = q->depth;
	info->conf.tx_free_thresh = q->free_thresh;
	info->conf.offloads = q->offloads;
}

/* ---- rings ------------------------------------------------------------------------ */

static void
tx_queue_reset(struct ena_tx_queue *q)
{
	const struct ena_adapter *a = q->adapter;
	const struct ena_hal_llq *llq = &a->hal.llq;
	uint32_t tx = a->hal.caps.tx_offloads;
	uint16_t i;

	memset(q->reqs, 0, sizeof(*q->reqs) * q->depth);
	memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
	for (i = 0; i < q->depth; i++)
		q->free_ids[i] = i;
	q->cq = q->rings.cq.ring.va;
	q->sq = q->rings.sq.ring.va;
	q->llq = q->rings.sq.llq;
	q->window = q->llq ? a->bars.mem + q->rings.sq.llq_offset : NULL;
	q->db = (volatile uint32_t *)(a->bars.regs + q->rings.sq.db_offset);
	q->sq_tail = 0;
	q->db_tail = 0;
	q->completed = 0;
	q->ids_taken = 0;
	q->ids_given = 0;
	q->cq_head = 0;
	q->in_order = true;
	q->all_held = true;
	q->chains = false;
	q->check_mbz = (a->hal.caps.capabilities & ENA_CAP_CDESC_MBZ) != 0;
	q->meta = 0;
	memset(&q->watch, 0, sizeof(q->watch));
	q->entry_size = llq->entry_size;
	q->header_max = q->llq ? llq->header_max : 0;
	q->descs_before_header = llq->descs_before_header;
	q->descs_per_entry = llq->descs_per_entry;
	q->no_meta_cache = q->llq && llq->no_meta_cache;
	q->burst_limit = q->llq ? llq->burst_entries : 0;
	q->burst_left = q->burst_limit;
	q->fast_free = (q->offloads & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE) != 0;
	q->seed_v4 = (tx & ENA_TX_OFFLOAD_L4_V4_FULL) == 0;
	q->seed_v6 = (tx & ENA_TX_OFFLOAD_L4_V6_FULL) == 0;
	__atomic_store_n(&q->state, ENA_QUEUE_STOPPED, __ATOMIC_RELEASE);
}

int
ena_txq_create(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_tx_queue *q = dev->data->tx_queues[idx];
	const struct ena_hal_cq_params cq = {
		.depth = q->depth,
		.entry_size = sizeof(struct ena_tx_cdesc),
		.vector = ENA_MSIX_VECTOR_NONE,
		.socket = q->socket,
	};
	struct ena_hal_sq_params sq = {
		.tx = true,
		.llq = a->hal.llq.enabled,
		.depth = q->depth,
		.entry_size =
			a->hal.llq.enabled ? a->hal.llq.entry_size : sizeof(struct ena_tx_desc),
		.socket = q->socket,
	};
	int rc;

	rc = ena_queue_create(a, &q->rings, &cq, &sq);
	if (rc != 0)
		return rc;
	ena_hal_cq_numa_set(&a->hal, &q->rings.cq, q->socket);
	tx_queue_reset(q);
	return 0;
}

static void
tx_queue_drain(struct ena_tx_queue *q)
{
	if (q->cq == NULL)
		return;
	ena_queue_lost_rings(&q->state);
	ena_tx_free_held(q);
	q->cq = NULL;
	q->sq = NULL;
	q->window = NULL;
}

int
ena_txq_destroy(struct ena_tx_queue *q)
{
	int rc = ena_queue_destroy(q->adapter, &q->rings);

	if (rc == 0)
		tx_queue_drain(q);
	return rc;
}

void
ena_txq_release_rings(struct ena_tx_queue *q)
{
	tx_queue_drain(q);
	ena_queue_release(q->adapter, &q->rings);
}

/** Park the mbufs of all packets in flight. */
static void
tx_queue_park_held(struct ena_tx_queue *q)
{
	uint32_t segs, n = 0;
	uint16_t id;

	for (id = 0; id < q->depth; id++) {
		segs = ENA_FIELD_GET(REQ_SEGS, q->reqs[id]);
		if (segs != 0)
			ena_park_mbufs(
				q->adapter, &q->segs[(uint32_t)id * ENA_TX_SEGS_MAX], segs, false);
		/* Those in flight move to the front. */
		if (q->reqs[id] != 0 && q->mbufs[id] != NULL)
			q->mbufs[n++] = q->mbufs[id];
	}
	ena_park_mbufs(q->adapter, q->mbufs, n, false);
	memset(q->reqs, 0, sizeof(*q->reqs) * q->depth);
	memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
}

void
ena_txq_park(struct ena_tx_queue *q)
{
	if (q->cq != NULL) {
		tx_queue_park_held(q);
		tx_queue_drain(q);
	}
	ena_queue_park(q->adapter, &q->rings);
}
