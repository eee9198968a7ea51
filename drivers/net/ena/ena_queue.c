/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Queues: set-up and release by the application, creation on the device at start and
 * destruction at stop (datasheet part A 5, part B 1).
 */
#include <errno.h>

#include <rte_malloc.h>

#include "ena_pmd.h"

/** Depth for @p asked entries: a power of two within the limits, or 0 with a message. */
static uint16_t
ring_depth(const struct ena_adapter *a, const char *dir, uint16_t idx, uint16_t asked, uint16_t max)
{
	uint32_t depth = rte_align32pow2(asked);

	if (asked < ENA_MIN_DEPTH || asked > max) {
		ENA_LOG(ERR, "port %u %s queue %u: %u descriptors: %u to %u are possible",
			a->data->port_id, dir, idx, asked, ENA_MIN_DEPTH, max);
		return 0;
	}
	/* max is a power of two, so this stays within it */
	if (depth != asked)
		ENA_LOG(NOTICE, "port %u %s queue %u: %u descriptors rounded up to %u",
			a->data->port_id, dir, idx, asked, depth);
	return (uint16_t)depth;
}

/**
 * Memory of a queue. A node that the application names is obeyed. SOCKET_ID_ANY means none in
 * particular: that of the device is the first choice, and any other will do.
 */
struct queue_memory {
	int socket; /* that of the queue; -1: unknown */
	bool any;
};

static struct queue_memory
queue_memory_of(const struct ena_adapter *a, unsigned int socket)
{
	if ((int)socket != SOCKET_ID_ANY)
		return (struct queue_memory){(int)socket, false};
	return (struct queue_memory){a->data->numa_node, true};
}

static void *
queue_zmalloc(const struct queue_memory *mem, const char *name, size_t size)
{
	void *p = rte_zmalloc_socket(name, size, RTE_CACHE_LINE_SIZE, mem->socket);

	if (p == NULL && mem->any)
		p = rte_zmalloc_socket(name, size, RTE_CACHE_LINE_SIZE, SOCKET_ID_ANY);
	return p;
}

static int
no_memory(
	const struct ena_adapter *a, const char *dir, uint16_t idx, const struct queue_memory *mem)
{
	if (mem->any)
		ENA_LOG(ERR, "port %u %s queue %u: no memory", a->data->port_id, dir, idx);
	else
		ENA_LOG(ERR,
			"port %u %s queue %u: no memory on NUMA node %d; give EAL some there "
			"(--socket-mem) or set the queue up with SOCKET_ID_ANY",
			a->data->port_id, dir, idx, mem->socket);
	return -ENOMEM;
}

/* ---- set-up and release -------------------------------------------------------- */

/*
 * The structure of a queue stays until the port is closed: a secondary process may have read the
 * pointer just before. It is marked broken, and serves when the same queue is set up again on the
 * same node.
 */
static void
rx_queue_retire(struct ena_adapter *a, struct ena_rx_queue *q)
{
	if (q == NULL)
		return;
	rte_free(q->mbufs);
	rte_free(q->free_ids);
	q->mbufs = NULL;
	q->free_ids = NULL;
	q->next_spare = a->spare_rx;
	a->spare_rx = q;
}

static struct ena_rx_queue *
rx_queue_new(struct ena_adapter *a, uint16_t idx, const struct queue_memory *mem)
{
	struct ena_rx_queue **at, *q;

	for (at = &a->spare_rx; (q = *at) != NULL; at = &q->next_spare)
		if (q->queue_id == idx && q->socket == mem->socket) {
			*at = q->next_spare;
			return q;
		}
	q = queue_zmalloc(mem, "ena_rxq", sizeof(*q));
	if (q != NULL)
		q->broken = true;
	return q;
}

/**
 * A queue as new. Never "not broken" in between, and the mark of a secondary that is about to look
 * stays (ena_secondary.c).
 */
static void
rx_queue_renew(struct ena_rx_queue *q, const struct ena_rx_queue *fresh)
{
	memcpy(q, fresh, offsetof(struct ena_rx_queue, guest));
}

static void
tx_queue_renew(struct ena_tx_queue *q, const struct ena_tx_queue *fresh)
{
	memcpy(q, fresh, offsetof(struct ena_tx_queue, guest));
}

static void
tx_queue_retire(struct ena_adapter *a, struct ena_tx_queue *q)
{
	if (q == NULL)
		return;
	rte_free(q->mbufs);
	rte_free(q->rest);
	rte_free(q->slots);
	rte_free(q->free_ids);
	q->mbufs = NULL;
	q->rest = NULL;
	q->slots = NULL;
	q->free_ids = NULL;
	q->next_spare = a->spare_tx;
	a->spare_tx = q;
}

static struct ena_tx_queue *
tx_queue_new(struct ena_adapter *a, uint16_t idx, const struct queue_memory *mem)
{
	struct ena_tx_queue **at, *q;

	for (at = &a->spare_tx; (q = *at) != NULL; at = &q->next_spare)
		if (q->queue_id == idx && q->socket == mem->socket) {
			*at = q->next_spare;
			return q;
		}
	q = queue_zmalloc(mem, "ena_txq", sizeof(*q));
	if (q != NULL)
		q->broken = true;
	return q;
}

void
ena_queues_free_spare(struct ena_adapter *a)
{
	struct ena_rx_queue *rx;
	struct ena_tx_queue *tx;

	while ((rx = a->spare_rx) != NULL) {
		a->spare_rx = rx->next_spare;
		rte_free(rx);
	}
	while ((tx = a->spare_tx) != NULL) {
		a->spare_tx = tx->next_spare;
		rte_free(tx);
	}
}

int
ena_rx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket_id,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const struct queue_memory mem = queue_memory_of(a, socket_id);
	struct ena_rx_queue fresh = {.broken = true}, *q; /* broken until start */
	uint16_t depth, largest;
	uint32_t room;

	ena_rx_queue_release(dev, idx);
	if (conf->rx_deferred_start != 0) {
		ENA_LOG(ERR, "port %u Rx queue %u: deferred start is not supported",
			a->data->port_id, idx);
		return -ENOTSUP;
	}
	if (pool == NULL) {
		ENA_LOG(ERR, "port %u Rx queue %u: one mempool is needed", a->data->port_id, idx);
		return -EINVAL;
	}
	depth = ring_depth(a, "Rx", idx, nb_desc, a->max_rx_depth);
	if (depth == 0)
		return -EINVAL;
	room = rte_pktmbuf_data_room_size(pool);
	if (room < RTE_PKTMBUF_HEADROOM + ENA_MIN_RX_BUF) {
		ENA_LOG(ERR,
			"port %u Rx queue %u: mempool \"%s\" has %u bytes of data room; the device "
			"needs %u (headroom of %u included)",
			a->data->port_id, idx, pool->name, room,
			RTE_PKTMBUF_HEADROOM + ENA_MIN_RX_BUF, RTE_PKTMBUF_HEADROOM);
		return -EINVAL;
	}
	if (conf->rx_free_thresh >= depth) {
		ENA_LOG(ERR, "port %u Rx queue %u: rx_free_thresh %u must be below the depth %u",
			a->data->port_id, idx, conf->rx_free_thresh, depth);
		return -EINVAL;
	}

	q = rx_queue_new(a, idx, &mem);
	if (q == NULL)
		return no_memory(a, "Rx", idx, &mem);
	fresh.socket = mem.socket;
	fresh.queue_id = idx;
	fresh.mbufs = queue_zmalloc(&mem, "ena_rxq_mbufs", sizeof(*q->mbufs) * depth);
	fresh.free_ids = queue_zmalloc(&mem, "ena_rxq_ids", sizeof(*q->free_ids) * depth);
	rx_queue_renew(q, &fresh);
	if (q->mbufs == NULL || q->free_ids == NULL) {
		rx_queue_retire(a, q);
		return no_memory(a, "Rx", idx, &mem);
	}
	q->adapter = a;
	q->port_id = a->data->port_id;
	q->pool = pool;
	q->depth = depth;
	q->mask = (uint16_t)(depth - 1);
	/* LEN has 16 bits and 0 stands for 65536; the datasheet's drivers stop at 16 KiB. */
	q->buf_len = (uint16_t)RTE_MIN(room - RTE_PKTMBUF_HEADROOM, 16384u);
	q->free_thresh = conf->rx_free_thresh;
	q->batch = conf->rx_free_thresh != 0 ? conf->rx_free_thresh : ENA_RX_FREE_THRESH;
	/*
	 * The largest packet must find buffers below the threshold too: else nothing comes that
	 * would make the ring reach it.
	 */
	largest = (uint16_t)(depth - 1 - a->max_rx_bufs);
	if (q->batch > largest) {
		ENA_LOG(NOTICE,
			"port %u Rx queue %u: rx_free_thresh %u lowered to %u: a packet may take "
			"%u of %u buffers",
			a->data->port_id, idx, q->batch, largest, a->max_rx_bufs, depth - 1);
		q->batch = largest;
	}
	q->offloads = conf->offloads | dev->data->dev_conf.rxmode.offloads;
	dev->data->rx_queues[idx] = q;
	return 0;
}

void
ena_rx_queue_release(struct rte_eth_dev *dev, uint16_t idx)
{
	rx_queue_retire(ena_adapter_of(dev), ena_stats_retire_rx(dev, idx));
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
	const struct queue_memory mem = queue_memory_of(a, socket_id);
	struct ena_tx_queue fresh = {.broken = true}, *q; /* broken until start */
	uint64_t offloads;
	uint16_t depth;

	ena_tx_queue_release(dev, idx);
	if (conf->tx_deferred_start != 0) {
		ENA_LOG(ERR, "port %u Tx queue %u: deferred start is not supported",
			a->data->port_id, idx);
		return -ENOTSUP;
	}
	depth = ring_depth(a, "Tx", idx, nb_desc, a->max_tx_depth);
	if (depth == 0)
		return -EINVAL;
	if (conf->tx_free_thresh >= depth) {
		ENA_LOG(ERR, "port %u Tx queue %u: tx_free_thresh %u must be below the depth %u",
			a->data->port_id, idx, conf->tx_free_thresh, depth);
		return -EINVAL;
	}

	q = tx_queue_new(a, idx, &mem);
	if (q == NULL)
		return no_memory(a, "Tx", idx, &mem);
	fresh.socket = mem.socket;
	fresh.queue_id = idx;
	fresh.slots = queue_zmalloc(&mem, "ena_txq_slots", sizeof(*q->slots) * depth);
	fresh.free_ids = queue_zmalloc(&mem, "ena_txq_ids", sizeof(*q->free_ids) * depth);
	fresh.mbufs = queue_zmalloc(&mem, "ena_txq_mbufs", sizeof(*q->mbufs) * depth);
	offloads = conf->offloads | dev->data->dev_conf.txmode.offloads;
	/* Chains of mbufs with one owner and one pool are taken apart. */
	if ((offloads & split) == split)
		fresh.rest = queue_zmalloc(
			&mem, "ena_txq_rest", sizeof(*q->rest) * ENA_TX_REST_MAX * depth);
	tx_queue_renew(q, &fresh);
	if (q->slots == NULL || q->mbufs == NULL || q->free_ids == NULL ||
		(q->rest == NULL && (offloads & split) == split)) {
		tx_queue_retire(a, q);
		return no_memory(a, "Tx", idx, &mem);
	}
	q->adapter = a;
	q->port_id = a->data->port_id;
	q->depth = depth;
	q->mask = (uint16_t)(depth - 1);
	q->max_bufs = a->max_tx_bufs;
	q->free_thresh_conf = conf->tx_free_thresh;
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
ena_rxq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_rxq_info *info)
{
	const struct ena_rx_queue *q = dev->data->rx_queues[idx];

	if (q == NULL)
		return;
	info->mp = q->pool;
	info->scattered_rx = dev->data->scattered_rx;
	info->nb_desc = q->depth;
	info->rx_buf_size = q->buf_len;
	info->conf.rx_free_thresh = q->batch;
	info->conf.offloads = q->offloads;
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

/* ---- creation ------------------------------------------------------------------ */

/** mbuf flags that a queue may report, from its offloads. */
static uint64_t
rx_csum_mask(uint64_t offloads)
{
	uint64_t mask = 0;

	if ((offloads & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM) != 0)
		mask |= RTE_MBUF_F_RX_IP_CKSUM_MASK;
	if ((offloads & (RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM)) != 0)
		mask |= RTE_MBUF_F_RX_L4_CKSUM_MASK;
	return mask;
}

static void
rx_queue_reset(struct ena_rx_queue *q)
{
	const struct ena_adapter *a = q->adapter;
	uint16_t i;

	memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
	for (i = 0; i < q->depth; i++)
		q->free_ids[i] = i;
	q->cq = q->hal_cq.ring.va;
	q->sq = q->hal_sq.ring.va;
	q->db = (volatile uint32_t *)(a->bar0 + q->hal_sq.db_offset);
	q->unmask = (volatile uint32_t *)(a->bar0 + q->hal_cq.unmask_offset);
	q->cq_shift = (uint8_t)__builtin_ctz(q->hal_cq.entry_size);
	q->cq_head = 0;
	q->sq_tail = 0;
	q->missing = 0;
	q->in_order = true;
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	q->check_mbz = (a->hal.caps.capabilities & ENA_CAP_CDESC_MBZ) != 0;
	q->max_descs = a->max_rx_bufs;
	q->mbuf_init = ena_rx_mbuf_init(q->port_id);
	q->csum_mask = rx_csum_mask(q->offloads);
	q->hash_flag =
		(q->offloads & RTE_ETH_RX_OFFLOAD_RSS_HASH) != 0 ? RTE_MBUF_F_RX_RSS_HASH : 0;
	/* Such mbufs keep the flag all their life: who attaches to them finds the reference count
	 * by it. */
	q->buffer_flag =
		(rte_pktmbuf_priv_flags(q->pool) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) != 0 ?
			RTE_MBUF_F_EXTERNAL :
			0;
	q->posted_min = q->depth;
}

static int
rx_queue_create(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_rx_queue *q = dev->data->rx_queues[idx];
	const struct ena_hal_cq_params cq = {
		.depth = q->depth,
		.entry_size = sizeof(struct ena_rx_cdesc),
		.vector = a->rx_intr ? 1u + idx : ENA_MSIX_VECTOR_NONE,
		.socket = q->socket,
	};
	struct ena_hal_sq_params sq = {
		.tx = false,
		.depth = q->depth,
		.entry_size = sizeof(struct ena_rx_desc),
		.socket = q->socket,
	};
	int rc;

	rc = ena_hal_cq_create(&a->hal, &cq, a->bar0_len, &q->hal_cq);
	if (rc != 0)
		return rc;
	sq.cq_idx = q->hal_cq.idx;
	rc = ena_hal_sq_create(&a->hal, &sq, a->bar0_len, a->bar2_len, &q->hal_sq);
	if (rc != 0)
		return rc;
	rx_queue_reset(q);
	if (a->rx_intr)
		ena_rx_intr_disable(dev, idx);
	return 0;
}

static void
tx_queue_reset(struct ena_tx_queue *q)
{
	const struct ena_adapter *a = q->adapter;
	const struct ena_hal_llq *llq = &a->hal.llq;
	uint32_t tx = a->hal.caps.tx_offloads;
	uint16_t i;

	memset(q->slots, 0, sizeof(*q->slots) * q->depth);
	memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
	for (i = 0; i < q->depth; i++)
		q->free_ids[i] = i;
	q->cq = q->hal_cq.ring.va;
	q->sq = q->hal_sq.ring.va;
	q->llq = q->hal_sq.llq;
	q->window = q->llq ? a->bar2 + q->hal_sq.llq_offset : NULL;
	q->db = (volatile uint32_t *)(a->bar0 + q->hal_sq.db_offset);
	q->tail = 0;
	q->rung = 0;
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
	q->before = llq->descs_before_header;
	q->per_entry = llq->descs_per_entry;
	q->no_meta_cache = q->llq && llq->no_meta_cache;
	q->burst_limit = q->llq ? llq->burst_entries : 0;
	q->burst_left = q->burst_limit;
	q->fast_free = (q->offloads & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE) != 0;
	q->seed_v4 = (tx & ENA_TX_OFFLOAD_L4_V4_FULL) == 0;
	q->seed_v6 = (tx & ENA_TX_OFFLOAD_L4_V6_FULL) == 0;
}

static int
tx_queue_create(struct rte_eth_dev *dev, uint16_t idx)
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

	rc = ena_hal_cq_create(&a->hal, &cq, a->bar0_len, &q->hal_cq);
	if (rc != 0)
		return rc;
	sq.cq_idx = q->hal_cq.idx;
	rc = ena_hal_sq_create(&a->hal, &sq, a->bar0_len, a->bar2_len, &q->hal_sq);
	if (rc != 0)
		return rc;
	ena_hal_cq_numa_set(&a->hal, &q->hal_cq, q->socket);
	tx_queue_reset(q);
	return 0;
}

int
ena_queues_create(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	bool tx = false;
	uint16_t i;
	int rc = 0;

	for (i = 0; i < dev->data->nb_rx_queues && rc == 0; i++)
		rc = rx_queue_create(dev, i);
	if (rc == 0) {
		tx = true;
		for (i = 0; i < dev->data->nb_tx_queues && rc == 0; i++)
			rc = tx_queue_create(dev, i);
	}
	if (rc == 0)
		return 0;
	ENA_LOG(ERR, "port %u: cannot create %s queue %u: %s", a->data->port_id, tx ? "Tx" : "Rx",
		i - 1, strerror(-rc));
	/* Some generations take no Tx rings in host memory (part A 9.8 #8), and have no way to
	 * tell. */
	if (tx && !a->hal.llq.enabled && rc != -EPROTO)
		ENA_LOG(ERR,
			"port %u: Tx rings would lie in host memory, which the device may refuse: "
			"%s",
			a->data->port_id, a->hal.llq.reason);
	if (ena_queues_destroy(dev) != 0)
		ena_queues_abandon(dev, ena_device_failure(a));
	return rc;
}

static int
rx_queue_fill(struct ena_rx_queue *q)
{
	uint16_t posted = ena_rx_refill(q);

	ena_pool_cache_flush(q->pool);
	if (posted == q->depth - 1)
		return 0;
	ENA_LOG(ERR,
		"port %u Rx queue %u: mempool \"%s\" gave %u mbufs of %u that the ring takes; make "
		"it larger",
		q->port_id, q->queue_id, q->pool->name, posted, q->depth - 1);
	return -ENOMEM;
}

int
ena_queues_fill(struct rte_eth_dev *dev)
{
	uint16_t i;
	int rc = 0;

	for (i = 0; i < dev->data->nb_rx_queues && rc == 0; i++)
		rc = rx_queue_fill(dev->data->rx_queues[i]);
	return rc;
}

/* ---- destruction ---------------------------------------------------------------- */

/**
 * Whoever still polls, against the rules, finds nothing to do while queues are broken. Sequentially
 * consistent: see ena_secondary.c.
 */
static void
set_broken(struct rte_eth_dev *dev, bool broken)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q != NULL)
			__atomic_store_n(&q->broken, broken, __ATOMIC_SEQ_CST);
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q != NULL)
			__atomic_store_n(&q->broken, broken, __ATOMIC_SEQ_CST);
	}
}

void
ena_queues_run(struct rte_eth_dev *dev)
{
	set_broken(dev, false);
}

int
ena_queues_halt(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	set_broken(dev, true);
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q != NULL && !ena_secondary_left(a, &q->guest, "Tx", i))
			return -EBUSY;
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q != NULL && !ena_secondary_left(a, &q->guest, "Rx", i))
			return -EBUSY;
	}
	return 0;
}

/** The device no longer writes to the ring; completions that were not read are lost. */
static void
rx_queue_drain(struct ena_rx_queue *q)
{
	uint16_t i;

	if (q->cq == NULL)
		return;
	for (i = 0; i < q->depth; i++) {
		if (q->mbufs[i] != NULL)
			rte_mbuf_raw_free(q->mbufs[i]);
		q->mbufs[i] = NULL;
	}
	rte_pktmbuf_free(q->seg_first);
	ena_pool_cache_flush(q->pool);
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	q->unmask = NULL;
	q->cq = NULL;
	q->sq = NULL;
}

static void
tx_queue_drain(struct ena_tx_queue *q)
{
	if (q->cq == NULL)
		return;
	ena_tx_free_held(q);
	q->cq = NULL;
	q->sq = NULL;
	q->window = NULL;
}

static int
queue_destroy(struct ena_adapter *a, struct ena_hal_sq *sq, struct ena_hal_cq *cq)
{
	int rc = 0;

	if (sq->exists)
		rc = ena_hal_sq_destroy(&a->hal, sq);
	if (rc == 0 && cq->exists)
		rc = ena_hal_cq_destroy(&a->hal, cq);
	return rc;
}

int
ena_queues_destroy(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;
	int rc;

	set_broken(dev, true);
	/* All Tx, then all Rx, as other drivers do (part A 3.4). */
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q == NULL)
			continue;
		rc = queue_destroy(a, &q->hal_sq, &q->hal_cq);
		if (rc != 0)
			return rc;
		tx_queue_drain(q);
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL)
			continue;
		rc = queue_destroy(a, &q->hal_sq, &q->hal_cq);
		if (rc != 0)
			return rc;
		rx_queue_drain(q);
	}
	return 0;
}

void
ena_queues_release(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	set_broken(dev, true);
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q == NULL)
			continue;
		tx_queue_drain(q);
		ena_hal_sq_release(&a->hal, &q->hal_sq);
		ena_hal_cq_release(&a->hal, &q->hal_cq);
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL)
			continue;
		rx_queue_drain(q);
		ena_hal_sq_release(&a->hal, &q->hal_sq);
		ena_hal_cq_release(&a->hal, &q->hal_cq);
	}
}

static void
rx_queue_park(struct ena_rx_queue *q)
{
	uint32_t n = 0;
	uint16_t i;

	if (q->cq != NULL) {
		/* Those that the device owns move to the front. */
		for (i = 0; i < q->depth; i++)
			if (q->mbufs[i] != NULL)
				q->mbufs[n++] = q->mbufs[i];
		ena_park_mbufs(q->adapter, q->mbufs, n, true);
		memset(q->mbufs, 0, sizeof(*q->mbufs) * q->depth);
		rx_queue_drain(q);
	}
	ena_hal_sq_park(&q->adapter->hal, &q->hal_sq);
	ena_hal_cq_park(&q->adapter->hal, &q->hal_cq);
}

static void
tx_queue_park(struct ena_tx_queue *q)
{
	if (q->cq != NULL) {
		ena_park_tx_held(q);
		tx_queue_drain(q);
	}
	ena_hal_sq_park(&q->adapter->hal, &q->hal_sq);
	ena_hal_cq_park(&q->adapter->hal, &q->hal_cq);
}

/** The device took no reset: nobody gets what it may still write to. */
static void
queues_park(struct rte_eth_dev *dev)
{
	uint16_t i;

	set_broken(dev, true);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		if (dev->data->tx_queues[i] != NULL)
			tx_queue_park(dev->data->tx_queues[i]);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		if (dev->data->rx_queues[i] != NULL)
			rx_queue_park(dev->data->rx_queues[i]);
}

void
ena_queues_abandon(struct rte_eth_dev *dev, enum ena_reset_reason reason)
{
	struct ena_adapter *a = ena_adapter_of(dev);

	if (ena_device_silence(a, reason))
		ena_queues_release(dev);
	else
		queues_park(dev);
	ena_reset_request(a, reason);
}

void
ena_queues_forget(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queues[i] = NULL;
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queues[i] = NULL;
}
