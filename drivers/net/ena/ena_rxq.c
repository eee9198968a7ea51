/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of an Rx queue: set-up and release by the application, rings on the device, buffers
 * (datasheet part A 5, part B 5).
 */
#include <errno.h>

#include <rte_malloc.h>

#include "ena_pmd.h"
#include "ena_pool.h"

/* ---- set-up and release -------------------------------------------------------- */

/*
 * The structure of a queue is kept until the port is closed, since a secondary process may have
 * read the pointer just before. It has no rings, and is used again when the same queue is set up on
 * the same node.
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
rx_queue_new(struct ena_adapter *a, uint16_t idx, const struct ena_queue_memory *mem)
{
	struct ena_rx_queue **at, *q;

	for (at = &a->spare_rx; (q = *at) != NULL; at = &q->next_spare)
		if (q->queue_id == idx && q->socket == mem->socket) {
			*at = q->next_spare;
			return q;
		}
	return ena_queue_zmalloc(mem, "ena_rxq", sizeof(*q));
}

/**
 * A queue as new. It does not run at any time in between, and the mark of a secondary that is about
 * to look stays (ena_secondary.c).
 */
static void
rx_queue_renew(struct ena_rx_queue *q, const struct ena_rx_queue *fresh)
{
	memcpy(q, fresh, offsetof(struct ena_rx_queue, guest));
}

/** @return 0, or -errno with a message: the application asks for what is not possible */
static int
check_conf(const struct ena_adapter *a, uint16_t idx, const struct rte_eth_rxconf *conf,
	struct rte_mempool *pool)
{
	uint16_t needed = RTE_PKTMBUF_HEADROOM + ENA_MIN_RX_BUF, data_room;

	if (conf->rx_deferred_start != 0) {
		ENA_LOG(ERR, "port %u Rx queue %u: deferred start is not supported",
			a->data->port_id, idx);
		return -ENOTSUP;
	}
	if (pool == NULL) {
		ENA_LOG(ERR, "port %u Rx queue %u: one mempool is needed", a->data->port_id, idx);
		return -EINVAL;
	}
	data_room = rte_pktmbuf_data_room_size(pool);
	if (data_room < needed) {
		ENA_LOG(ERR,
			"port %u Rx queue %u: mempool \"%s\" has %u bytes of data room; the device "
			"needs %u (headroom of %u included)",
			a->data->port_id, idx, pool->name, data_room, needed, RTE_PKTMBUF_HEADROOM);
		return -EINVAL;
	}
	return 0;
}

/** Free slots at which a burst refills a ring of @p depth, if @p asked is configured. */
static uint16_t
rx_free_thresh(const struct ena_adapter *a, uint16_t idx, uint16_t depth, uint16_t asked)
{
	/*
	 * The largest packet must find buffers below the threshold too: otherwise no packet comes,
	 * and the ring never reaches the threshold.
	 */
	uint16_t largest = (uint16_t)(depth - 1 - a->limits.max_rx_bufs);

	if (asked == 0)
		asked = ENA_RX_FREE_THRESH;
	if (asked <= largest)
		return asked;
	ENA_LOG(NOTICE,
		"port %u Rx queue %u: rx_free_thresh %u lowered to %u: a packet may take %u of %u "
		"buffers",
		a->data->port_id, idx, asked, largest, a->limits.max_rx_bufs, depth - 1);
	return largest;
}

int
ena_rx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket_id,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const struct ena_queue_memory mem = ena_queue_memory(a, socket_id);
	struct ena_rx_queue fresh = {.state = ENA_QUEUE_NO_RINGS}, *q;
	uint16_t depth;
	int rc;

	ena_rx_queue_release(dev, idx);
	rc = check_conf(a, idx, conf, pool);
	if (rc != 0)
		return rc;
	depth = ena_queue_depth(a, "Rx", idx, nb_desc, a->limits.max_rx_depth);
	if (depth == 0)
		return -EINVAL;
	if (conf->rx_free_thresh >= depth) {
		ENA_LOG(ERR, "port %u Rx queue %u: rx_free_thresh %u must be below the depth %u",
			a->data->port_id, idx, conf->rx_free_thresh, depth);
		return -EINVAL;
	}

	q = rx_queue_new(a, idx, &mem);
	if (q == NULL)
		return ena_queue_no_memory(a, "Rx", idx, &mem);
	fresh.socket = mem.socket;
	fresh.queue_id = idx;
	fresh.mbufs = ena_queue_zmalloc(&mem, "ena_rxq_mbufs", sizeof(*q->mbufs) * depth);
	fresh.free_ids = ena_queue_zmalloc(&mem, "ena_rxq_ids", sizeof(*q->free_ids) * depth);
	rx_queue_renew(q, &fresh);
	if (q->mbufs == NULL || q->free_ids == NULL) {
		rx_queue_retire(a, q);
		return ena_queue_no_memory(a, "Rx", idx, &mem);
	}
	q->adapter = a;
	q->pool = pool;
	q->depth = depth;
	q->mask = (uint16_t)(depth - 1);
	/* LEN has 16 bits and 0 stands for 65536; the datasheet's drivers stop at 16 KiB. */
	q->buf_len =
		(uint16_t)RTE_MIN(rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM, 16384);
	q->free_thresh = rx_free_thresh(a, idx, depth, conf->rx_free_thresh);
	q->offloads = conf->offloads | dev->data->dev_conf.rxmode.offloads;
	dev->data->rx_queues[idx] = q;
	return 0;
}

void
ena_rx_queue_release(struct rte_eth_dev *dev, uint16_t idx)
{
	rx_queue_retire(ena_adapter_of(dev), ena_stats_retire_rx(dev, idx));
}

void
ena_rxq_free_spare(struct ena_adapter *a)
{
	struct ena_rx_queue *q;

	while ((q = a->spare_rx) != NULL) {
		a->spare_rx = q->next_spare;
		rte_free(q);
	}
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
	info->conf.rx_free_thresh = q->free_thresh;
	info->conf.offloads = q->offloads;
}

/* ---- rings ------------------------------------------------------------------------ */

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
	q->cq = q->rings.cq.ring.va;
	q->sq = q->rings.sq.ring.va;
	q->db = (volatile uint32_t *)(a->bars.regs + q->rings.sq.db_offset);
	q->unmask = (volatile uint32_t *)(a->bars.regs + q->rings.cq.unmask_offset);
	q->cq_shift = (uint8_t)__builtin_ctz(q->rings.cq.entry_size);
	q->cq_head = 0;
	q->sq_tail = 0;
	q->unfilled = 0;
	q->in_order = true;
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	q->check_mbz = (a->hal.caps.capabilities & ENA_CAP_CDESC_MBZ) != 0;
	q->max_bufs = a->limits.max_rx_bufs;
	q->mbuf_init = ena_rx_mbuf_init(a->data->port_id);
	q->csum_mask = rx_csum_mask(q->offloads);
	q->hash_flag =
		(q->offloads & RTE_ETH_RX_OFFLOAD_RSS_HASH) != 0 ? RTE_MBUF_F_RX_RSS_HASH : 0;
	/* Such mbufs always keep the flag: mbufs that are attached to them find the reference count
	 * with its help. */
	q->buffer_flag =
		(rte_pktmbuf_priv_flags(q->pool) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) != 0 ?
			RTE_MBUF_F_EXTERNAL :
			0;
	q->posted_min = q->depth;
	__atomic_store_n(&q->state, ENA_QUEUE_STOPPED, __ATOMIC_RELEASE);
}

int
ena_rxq_create(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_rx_queue *q = dev->data->rx_queues[idx];
	const struct ena_hal_cq_params cq = {
		.depth = q->depth,
		.entry_size = sizeof(struct ena_rx_cdesc),
		.vector = a->intr.rx ? 1u + idx : ENA_MSIX_VECTOR_NONE,
		.socket = q->socket,
	};
	struct ena_hal_sq_params sq = {
		.tx = false,
		.depth = q->depth,
		.entry_size = sizeof(struct ena_rx_desc),
		.socket = q->socket,
	};
	int rc;

	rc = ena_queue_create(a, &q->rings, &cq, &sq);
	if (rc != 0)
		return rc;
	rx_queue_reset(q);
	if (a->intr.rx)
		ena_rx_intr_disable(dev, idx);
	return 0;
}

int
ena_rxq_fill(struct ena_rx_queue *q)
{
	uint16_t posted = ena_rx_refill(q);

	ena_pool_cache_flush(q->pool);
	if (posted == q->depth - 1)
		return 0;
	ENA_LOG(ERR,
		"port %u Rx queue %u: mempool \"%s\" gave %u mbufs of %u that the ring takes; make "
		"it larger",
		q->adapter->data->port_id, q->queue_id, q->pool->name, posted, q->depth - 1);
	return -ENOMEM;
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
	ena_queue_lost_rings(&q->state);
	rte_pktmbuf_free(q->seg_first);
	ena_pool_cache_flush(q->pool);
	q->seg_first = NULL;
	q->seg_last = NULL;
	q->seg_count = 0;
	q->unmask = NULL;
	q->cq = NULL;
	q->sq = NULL;
}

int
ena_rxq_destroy(struct ena_rx_queue *q)
{
	int rc = ena_queue_destroy(q->adapter, &q->rings);

	if (rc == 0)
		rx_queue_drain(q);
	return rc;
}

void
ena_rxq_release_rings(struct ena_rx_queue *q)
{
	rx_queue_drain(q);
	ena_queue_release(q->adapter, &q->rings);
}

void
ena_rxq_park(struct ena_rx_queue *q)
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
	ena_queue_park(q->adapter, &q->rings);
}
