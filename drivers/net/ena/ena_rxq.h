/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * An Rx queue: the structure, and the functions of its life. Burst functions include this file, and
 * not the adapter.
 */
#ifndef ENA_RXQ_H
#define ENA_RXQ_H

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "ena_compat.h"
#include "ena_counters.h"
#include "ena_queue.h"

#define ENA_MIN_RX_BUF      1400u /* smallest buffer that all devices take, part B 5.2 */
#define ENA_RX_REFILL_BATCH 16u
#define ENA_RX_FREE_THRESH  8u /* free slots at which a burst refills, by default */

/** Rx queue; one lcore at a time. Indices are free-running (part B 1.4). */
struct ena_rx_queue {
	/* used by every burst */
	const volatile uint8_t *cq; /* ring of completions */
	struct ena_rx_desc *sq;
	struct rte_mbuf **mbufs; /* by request id; NULL: the device does not own it */
	uint16_t *free_ids; /* FIFO: read at the SQ tail, written at the CQ head */
	struct rte_mempool *pool;
	volatile uint32_t *db;
	uint64_t mbuf_init; /* rearm data of a fresh mbuf */
	uint16_t depth;
	uint16_t mask;
	uint16_t cq_head;
	uint16_t sq_tail; /* also that of the last doorbell */
	uint16_t unfilled; /* slots that the pool could not fill at the last try; all counted */
	uint8_t cq_shift; /* log2 of the completion size */
	uint8_t state; /* enum ena_queue_state */
	bool in_order; /* free_ids[i] = i for all i: no completion came out of order yet */
	bool check_mbz; /* capability bit 4 */
	uint16_t free_thresh; /* refill when this many slots are free */
	uint16_t max_bufs; /* buffers per packet */
	uint16_t buf_len; /* bytes posted for each buffer */
	uint64_t csum_mask; /* mbuf flags that may be reported */
	uint64_t hash_flag; /* RTE_MBUF_F_RX_RSS_HASH or 0 */
	/* RTE_MBUF_F_EXTERNAL if the pool's mbufs have buffers elsewhere, or 0 */
	uint64_t buffer_flag;

	/* packet of several buffers that is not complete yet */
	struct rte_mbuf *seg_first;
	struct rte_mbuf *seg_last;
	uint16_t seg_count; /* completions seen, empty ones included */

	ENA_RX_COUNTERS(ENA_COUNTER_FIELD)
	ENA_RX_GAUGES(ENA_COUNTER_FIELD)

	/* control path */
	struct ena_adapter *adapter;
	struct ena_queue_rings rings;
	volatile uint32_t *unmask;
	uint16_t queue_id;
	int socket;
	uint64_t offloads;
	struct ena_rx_queue *next_spare; /* ena_rxq.c */
	/* last: process id of a secondary that is inside, or 0 (ena_secondary.c) */
	uint32_t guest;
} __rte_cache_aligned;

/* ---- operations of ethdev; context: control thread ------------------------------------------- */

int ena_rx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
void ena_rx_queue_release(struct rte_eth_dev *dev, uint16_t idx);
void ena_rxq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_rxq_info *info);

/* ---- life; context: control thread ----------------------------------------------------------- */

/**
 * Create the rings on the device. They are empty: nothing is received before ena_rxq_fill(). The
 * queue is stopped.
 * @return 0, or a negative errno: ena_rxq_destroy() takes back what was created
 */
int ena_rxq_create(struct rte_eth_dev *dev, uint16_t idx);
/** Fill the ring. @return 0, or -ENOMEM with a message: it may have buffers */
int ena_rxq_fill(struct ena_rx_queue *q);
/** Destroy the rings and free the mbufs. @return 0, or an error: the device must be reset */
int ena_rxq_destroy(struct ena_rx_queue *q);
/** Free rings and mbufs of a queue that a reset of the device has destroyed. */
void ena_rxq_release_rings(struct ena_rx_queue *q);
/** Keep rings and mbufs: the device did not take its reset. */
void ena_rxq_park(struct ena_rx_queue *q);
/** Free the structures of released queues. */
void ena_rxq_free_spare(struct ena_adapter *a);

/* ---- the ring: ena_rx_ring.c ----------------------------------------------------------------- */

/** Post up to all free slots. @return buffers posted */
uint16_t ena_rx_refill(struct ena_rx_queue *q);
uint64_t ena_rx_mbuf_init(uint16_t port_id);
/**
 * Stop the queue because of what the device wrote: count, give back the buffers of a packet
 * in progress, ask for a reset. Context: data path.
 */
void ena_rx_violation(struct ena_rx_queue *q, uint64_t *counter, enum ena_reset_reason reason);
/**
 * A refill of all free slots, @p want of them, ended with @p posted buffers: account for what
 * is missing. Not needed if nothing is missing and was not before. Context: data path.
 */
void ena_rx_shortage(struct ena_rx_queue *q, uint16_t want, uint16_t posted);
ena_rx_count_t ena_rx_queue_count(void *queue);
int ena_rx_descriptor_status(void *queue, uint16_t offset);

/* ---- burst functions ------------------------------------------------------------------------- */

uint16_t ena_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_neon(void *queue, struct rte_mbuf **pkts, uint16_t n);

#endif /* ENA_RXQ_H */
