/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A Tx queue: the structure, and the functions of its life. Burst functions include this file, and
 * not the adapter.
 */
#ifndef ENA_TXQ_H
#define ENA_TXQ_H

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "ena_compat.h"
#include "ena_counters.h"
#include "ena_queue.h"
#include "ena_tx_watchdog.h"

#define ENA_TX_SEGS_MAX      16u /* mbufs of a packet that are remembered behind its first */
#define ENA_TX_UNCLAIMED_MAX 256u /* slots that bursts leave to be reclaimed later, by default */

/** Tx queue; one lcore at a time. */
struct ena_tx_queue {
	/* used by every burst */
	const volatile struct ena_tx_cdesc *cq;
	struct ena_tx_desc *sq; /* host placement */
	uint8_t *window; /* LLQ ring in BAR2 */
	struct rte_mbuf **mbufs; /* by request id; NULL: nothing to free */
	uint16_t *reqs; /* by request id: what to give back (ena_tx_ring.h); 0: not in flight */
	/* by request id, ENA_TX_SEGS_MAX each: the chain behind mbufs[]; or NULL */
	struct rte_mbuf **segs;
	uint16_t *free_ids; /* FIFO of request ids */
	volatile uint32_t *db;
	uint16_t depth;
	uint16_t mask;
	uint16_t sq_tail; /* slots or entries given */
	uint16_t db_tail; /* tail of the last doorbell */
	uint16_t completed; /* slots or entries given back, a count (part B 1.5) */
	uint16_t ids_taken; /* free-running positions in free_ids */
	uint16_t ids_given;
	uint16_t cq_head;
	uint16_t free_thresh; /* look at completions when fewer slots are free */
	uint16_t max_bufs; /* buffers per packet */
	uint16_t entry_size; /* LLQ, bytes */
	uint16_t header_max; /* LLQ: bytes pushed; 0 in host placement */
	uint8_t descs_before_header, descs_per_entry; /* LLQ geometry */
	bool llq;
	bool no_meta_cache;
	uint8_t state; /* enum ena_queue_state */
	bool in_order; /* free_ids[i] = i for all i: no completion came out of order yet */
	/**
	 * mbufs[] of every packet in flight is one mbuf that is to be freed. A burst that sends any
	 * other packet clears it before completions are looked at; ena_tx_reap() sets it when
	 * nothing is in flight.
	 */
	bool all_held;
	bool chains; /* some packet in flight has mbufs in segs[] */
	bool check_mbz;
	bool fast_free;
	bool seed_v4, seed_v6; /* the device wants the pseudo-header sum in the packet */
	uint16_t burst_limit; /* LLQ entries between doorbells; 0 = none */
	uint16_t burst_left;
	uint64_t meta; /* cached tuple, ena_tx_tuple() */

	/* since set-up; written by the lcore that sends, missing_completions by the watchdog */
	ENA_TX_COUNTERS(ENA_COUNTER_FIELD)

	/* control path */
	struct ena_adapter *adapter;
	struct ena_queue_rings rings;
	uint16_t queue_id;
	int socket;
	uint64_t offloads;
	struct ena_tx_watch watch; /* ena_tx_watchdog.c */
	struct ena_tx_queue *next_spare; /* ena_txq.c */
	/* last: process id of a secondary that is inside, or 0 (ena_secondary.c) */
	uint32_t guest;
} __rte_cache_aligned;

/* ---- operations of ethdev; context: control thread ------------------------------------------- */

int ena_tx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
	const struct rte_eth_txconf *conf);
void ena_tx_queue_release(struct rte_eth_dev *dev, uint16_t idx);
void ena_txq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_txq_info *info);

/* ---- life; context: control thread ----------------------------------------------------------- */

/**
 * Create the rings on the device. The queue is stopped.
 * @return 0, or a negative errno: ena_txq_destroy() takes back what was created
 */
int ena_txq_create(struct rte_eth_dev *dev, uint16_t idx);
/** Destroy the rings and free the mbufs. @return 0, or an error: the device must be reset */
int ena_txq_destroy(struct ena_tx_queue *q);
/** Free rings and mbufs of a queue that a reset of the device has destroyed. */
void ena_txq_release_rings(struct ena_tx_queue *q);
/** Keep rings and mbufs: the device did not take its reset. */
void ena_txq_park(struct ena_tx_queue *q);
/** Free the structures of released queues. */
void ena_txq_free_spare(struct ena_adapter *a);

/* ---- the ring: ena_tx_ring.c ----------------------------------------------------------------- */

/** Take up to @p max completions and free their packets. @return packets freed */
unsigned int ena_tx_reap(struct ena_tx_queue *q, unsigned int max);
/** Free what is in flight on a queue that the device has no longer. Context: control thread. */
void ena_tx_free_held(struct ena_tx_queue *q);
/** A packet that cannot be sent, now or ever: it is counted and freed. Context: data path. */
void ena_tx_drop(struct ena_tx_queue *q, struct rte_mbuf *m);
/**
 * Take up to @p free_cnt completions, 0 for all that are there.
 *
 * A packet whose bytes were all pushed into an LLQ entry counts here like any other, though its
 * mbuf went back to the pool when it was sent.
 *
 * @return packets whose ring slots are free now; 0 also while the port is stopped; -EINVAL: there
 *         is no such queue; -EIO: the queue waits for a reset of the device
 */
int ena_tx_done_cleanup(void *queue, uint32_t free_cnt);
int ena_tx_descriptor_status(void *queue, uint16_t offset);

/* ---- burst functions ------------------------------------------------------------------------- */

uint16_t ena_tx_burst_host(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Entries of 128 or 256 bytes with two descriptors before the header only. */
uint16_t ena_tx_burst_llq_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq_neon(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n);

#endif /* ENA_TXQ_H */
