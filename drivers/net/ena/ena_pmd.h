/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Structures of the poll-mode driver and the functions that its files offer to each other.
 * "Theory of operation" stands on top of ena_ethdev.c.
 */
#ifndef ENA_PMD_H
#define ENA_PMD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_seqcount.h>

#include <ena_hal.h>

#include "ena_compat.h"
#include "ena_logs.h"

#define ENA_PMD_NAME "net_ena_pmd"

#define ENA_MAX_QUEUES        128u /* pairs, part A 6.4 */
#define ENA_MIN_DEPTH         128u
#define ENA_DEFAULT_DEPTH     1024u
#define ENA_MIN_RX_BUF        1400u /* smallest buffer that all devices take, part B 5.2 */
#define ENA_MAX_SEGS          17u /* buffers per packet, part A 6.4 */
#define ENA_TX_REST_MAX       16u /* mbufs of a packet that are remembered behind its first */
#define ENA_TX_UNCLAIMED_MAX  256u /* slots that bursts leave to be reclaimed later, by default */
#define ENA_RX_REFILL_BATCH   16u
#define ENA_RX_FREE_THRESH    8u /* missing buffers for which a burst refills */
#define ENA_RX_KEPT           10u /* counters of a queue that outlive it (ena_stats.c) */
#define ENA_TX_KEPT           8u
#define ENA_RSS_TABLE_MAX     512u /* entries kept; larger device tables are set to this size */
#define ENA_KEEP_ALIVE_US     6000000u /* watchdog, part A 8.2 */
#define ENA_SERVICE_PERIOD_US 1000000u
#define ENA_TX_STALL_US       5000000u /* missing Tx completions, part A 8.2 */
#define ENA_TX_STALL_MIN_US   ENA_SERVICE_PERIOD_US /* whatever the device hints */
#define ENA_TX_MISSING_MAX    128u /* packets that may be missing while others are completed */
#define ENA_OVERHEAD          (RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN)

/* Device arguments (ena_devargs.c) */
#define ENA_ARG_LLQ_POLICY    "llq_policy"
#define ENA_ARG_POLL_INTERVAL "control_path_poll_interval"
#define ENA_ARG_LINK_SPEED    "link_speed"
#define ENA_ARG_FRAG_BYPASS   "enable_frag_bypass"
#define ENA_ARG_RSS_KEY       "rss_key"

/** First word of the private data of a port of this driver: "ENA PMD" and a zero. */
#define ENA_MAGIC UINT64_C(0x454e4120504d4400)
/** Changes with each change of the structures below that keeps their sizes. */
#define ENA_LAYOUT_VERSION 1u
/** What processes that share a port have to agree on. */
#define ENA_LAYOUT                                            \
	((uint64_t)sizeof(struct ena_adapter) << 40 |         \
		(uint64_t)sizeof(struct ena_rx_queue) << 28 | \
		(uint64_t)sizeof(struct ena_tx_queue) << 16 | (uint64_t)ENA_LAYOUT_VERSION)

struct ena_adapter;
struct ena_park;

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
	uint16_t missing; /* slots that the pool could not fill at the last try; all counted */
	uint8_t cq_shift; /* log2 of the completion size */
	bool broken; /* a violation was seen, or there are no rings: nothing moves */
	bool in_order; /* free_ids[i] = i for all i: no completion came out of order yet */
	bool check_mbz; /* capability bit 4 */
	uint16_t batch; /* refill when this many slots are free */
	uint16_t max_descs; /* buffers per packet */
	uint16_t buf_len; /* bytes posted for each buffer */
	uint64_t csum_mask; /* mbuf flags that may be reported */
	uint64_t hash_flag; /* RTE_MBUF_F_RX_RSS_HASH or 0 */
	uint64_t buffer_flag; /* RTE_MBUF_F_EXTERNAL if the pool's mbufs have buffers elsewhere, or
				 0 */

	/* packet of several buffers that is not complete yet */
	struct rte_mbuf *seg_first;
	struct rte_mbuf *seg_last;
	uint16_t seg_count; /* completions seen, empty ones included */
	uint16_t port_id;

	/* counters since set-up (ena_stats.c); written by the lcore that polls, read by anybody */
	uint64_t pkts, bytes;
	/**
	 * Buffers that could not be posted when they were wanted, because the pool had none. Each
	 * counts once, at the first refill that fails to post it, however long it is missing after
	 * that. A slot that was filled, used and found no buffer again counts again.
	 */
	uint64_t nombuf;
	uint64_t refill_partial;
	uint64_t l3_bad, l4_bad, l4_good;
	uint64_t bad_req_id, bad_desc, bad_desc_num;
	uint64_t
		posted_min; /* low-water mark of buffers that the device was told of, since start */

	/* control path */
	struct ena_adapter *adapter;
	struct ena_hal_cq hal_cq;
	struct ena_hal_sq hal_sq;
	volatile uint32_t *unmask;
	uint16_t queue_id;
	int socket;
	uint64_t offloads;
	uint16_t free_thresh;
	struct ena_rx_queue *next_spare; /* ena_queue.c */
	/* last: process id of a secondary that is inside, or 0 (ena_secondary.c) */
	uint32_t guest;
} __rte_cache_aligned;

/** What the watchdog saw of a Tx queue (ena_watchdog.c). */
struct ena_tx_watch {
	uint64_t waited_us; /* since the head has not moved */
	uint16_t cq_head;
	uint16_t taken; /* ids_taken when it began to wait */
	uint16_t missing; /* packets in flight then; 0: it does not wait */
	bool newest_done; /* the last of them that was sent is not among those */
};

/** Tx queue; one lcore at a time. */
struct ena_tx_queue {
	/* used by every burst */
	const volatile struct ena_tx_cdesc *cq;
	struct ena_tx_desc *sq; /* host placement */
	uint8_t *window; /* LLQ ring in BAR2 */
	struct rte_mbuf **mbufs; /* by request id; NULL: nothing to free */
	uint16_t *slots; /* by request id: what to give back (ena_tx_ring.h); 0: not in flight */
	struct rte_mbuf *
		*rest; /* by request id, ENA_TX_REST_MAX each: the chain behind mbufs[]; or NULL */
	uint16_t *free_ids; /* FIFO of request ids */
	volatile uint32_t *db;
	uint16_t depth;
	uint16_t mask;
	uint16_t tail; /* slots or entries given */
	uint16_t rung; /* tail of the last doorbell */
	uint16_t completed; /* slots or entries given back, a count (part B 1.5) */
	uint16_t ids_taken; /* free-running positions in free_ids */
	uint16_t ids_given;
	uint16_t cq_head;
	uint16_t free_thresh; /* clean up when fewer slots are free */
	uint16_t max_bufs; /* data descriptors per packet */
	uint16_t entry_size; /* LLQ, bytes */
	uint16_t header_max; /* LLQ: bytes pushed; 0 in host placement */
	uint8_t before, per_entry; /* LLQ geometry */
	bool llq;
	bool no_meta_cache;
	bool broken; /* a violation was seen, or there are no rings: nothing moves */
	bool in_order; /* free_ids[i] = i for all i: no completion came out of order yet */
	/**
	 * mbufs[] of every packet in flight is one mbuf that is to be freed. Who sends another one
	 * clears it before anything can look at completions; ena_tx_reap() sets it when nothing is
	 * in flight.
	 */
	bool all_held;
	bool chains; /* some packet in flight has mbufs in rest[] */
	bool check_mbz;
	bool fast_free;
	bool seed_v4, seed_v6; /* the device wants the pseudo-header sum in the packet */
	uint16_t burst_limit; /* LLQ entries between doorbells; 0 = none */
	uint16_t burst_left;
	uint64_t meta; /* cached tuple, ena_tx_tuple() */
	uint16_t port_id;

	/* counters since set-up, as those of Rx */
	uint64_t pkts, bytes, doorbells, errors, bad_req_id, bad_desc, ring_full;

	/* control path */
	struct ena_adapter *adapter;
	struct ena_hal_cq hal_cq;
	struct ena_hal_sq hal_sq;
	uint16_t queue_id;
	int socket;
	uint64_t offloads;
	uint16_t free_thresh_conf;
	struct ena_tx_watch watch; /* EAL interrupt thread */
	uint64_t missing; /* packets without completion when the queue was found to stand still */
	struct ena_tx_queue *next_spare; /* ena_queue.c */
	/* last: process id of a secondary that is inside, or 0 (ena_secondary.c) */
	uint32_t guest;
} __rte_cache_aligned;

/** Values of the device arguments (ena_devargs.c). */
struct ena_devargs {
	enum ena_hal_llq_policy llq_policy;
	uint32_t poll_interval_ms; /* 0 = interrupts */
	uint32_t link_speed; /* Mbit/s; 0 = unknown */
	bool frag_bypass;
	bool rss_key_set;
	uint8_t rss_key[ENA_RSS_KEY_SIZE];
};

/** Device counters that keep-alive events bring. */
struct ena_drops {
	uint64_t rx_drops, tx_drops, rx_overruns;
};

/** Device lines in the log: so many in each period, and how many were left out (part A 7). */
struct ena_log_limit {
	uint64_t since_us;
	uint32_t lines;
	uint32_t suppressed;
};

enum ena_state {
	ENA_STATE_DOWN, /* no device behind it: probe failed, or a reset failed */
	ENA_STATE_READY, /* admin queue runs */
	ENA_STATE_STARTED, /* queues exist */
	ENA_STATE_CLOSED,
};

/** One port. Lies in shared memory; pointers into the text are for the primary only. */
struct ena_adapter {
	uint64_t magic; /* ENA_MAGIC; set last, cleared when the port is closed */
	uint64_t layout; /* ENA_LAYOUT of the primary */
	struct ena_hal hal;
	struct rte_eth_dev_data *data;
	struct rte_pci_device *pci; /* primary only */
	uint8_t *bar0;
	uint8_t *bar2;
	size_t bar0_len, bar2_len;
	struct ena_devargs args;
	enum ena_state state;
	bool removed; /* the function is gone from the bus: confirmed by its configuration space */
	/**
	 * The last reset did not succeed: the function must not be a bus master, and what it knows
	 * of memory is parked. The HAL keeps its rings meanwhile.
	 */
	bool unconfirmed;
	enum ena_reset_reason unconfirmed_reason;
	bool bring_up_failed; /* the next one resets the device whatever happened before */
	struct ena_park *parked; /* mbufs that wait for a reset (ena_park.c) */
	bool intr_mode; /* vector 0 delivers; else the service polls */
	bool configured; /* since probe or the last reset */
	bool rx_intr; /* one vector for each Rx queue */

	pthread_mutex_t control; /* one control call at a time (ena_control.c); primary only */

	/* platform of the HAL (ena_platform.c) */
	rte_spinlock_t lock;
	pthread_mutex_t wait_lock;
	pthread_cond_t wait_cond;
	uint64_t wakes;
	struct ena_log_limit log_limit;

	/* limits */
	uint16_t max_queues;
	uint16_t max_rx_depth, max_tx_depth;
	uint16_t max_tx_bufs, max_rx_bufs;

	/* events and health (ena_health.c) */
	uint64_t keep_alive_us; /* time of the last one, or of bring-up; later after a pause */
	uint64_t watched_us; /* when the service ran last */
	uint64_t keep_alive_timeout_us; /* 0 = off */
	bool keep_alive_granted; /* the device sends such events */
	uint64_t config_codes;
	uint32_t reset_wanted; /* reason + 1; 0 = none */
	bool reset_announced;
	uint64_t resets_requested;
	bool service_on;
	uint32_t pending_events; /* ENA_EVENT_*: callbacks of the application that are due */

	/* structures of queues that were released (ena_queue.c) */
	struct ena_rx_queue *spare_rx;
	struct ena_tx_queue *spare_tx;

	/* statistics (ena_stats.c) */
	rte_spinlock_t stats_lock;
	rte_seqcount_t stats_changes; /* for secondary processes, which cannot take that lock */
	struct ena_drops drops; /* since probe, over all resets of the device */
	struct ena_drops drops_seen; /* last ones of the device, since its last reset */
	struct ena_drops drops_base; /* drops at the last statistics reset */
	/*
	 * By queue number: counters of former queues, less what they and the present one had at the
	 * last statistics reset.
	 */
	uint64_t rx_kept[ENA_MAX_QUEUES][ENA_RX_KEPT];
	uint64_t tx_kept[ENA_MAX_QUEUES][ENA_TX_KEPT];
	uint64_t tx_stall_us; /* missing Tx completions; 0 = off */
	uint64_t tx_watch_us; /* time of the last look */
	uint16_t tx_missing_max; /* hint of the device; 0 = none */

	/* RSS (ena_rss.c): shadow, applied at start */
	uint16_t reta_log2;
	uint16_t reta[ENA_RSS_TABLE_MAX]; /* Rx queue ordinals */
	bool reta_user; /* set by the application */
	uint8_t rss_key[ENA_RSS_KEY_SIZE];
	uint64_t rss_hf;
};

static inline struct ena_adapter *
ena_adapter_of(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

/**
 * Mbufs that this thread has taken from @p pool, or given back to it, may lie in its own cache:
 * there no other thread finds them. That is right for a thread that goes on to use them, which a
 * control thread does not.
 */
static inline void
ena_pool_cache_flush(struct rte_mempool *pool)
{
	/* NULL in a thread that EAL does not know, or for a pool without caches: nothing to do. */
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());

	if (cache != NULL)
		rte_mempool_cache_flush(cache, pool);
}

/* ena_platform.c */
extern const struct ena_hal_platform ena_platform;
int ena_platform_init(struct ena_adapter *a);
void ena_platform_fini(struct ena_adapter *a);

/**
 * Where a BAR begins. A mapping begins with a page, a small BAR on a host with large pages need not
 * (part A 1.2).
 */
static inline uint8_t *
ena_bar_address(void *mapping, uint64_t phys_addr, uint64_t page_size)
{
	return (uint8_t *)mapping + (phys_addr & (page_size - 1));
}

/* ena_devargs.c */
int ena_devargs_parse(const struct rte_devargs *devargs, struct ena_devargs *args);

/* ena_control.c */
int ena_control_init(struct ena_adapter *a);
/** Begin a control call. @return 0, or -EBUSY in the interrupt thread */
int ena_control_begin(struct ena_adapter *a);
/** The same for a call that should not fail: waits up to 5 s in the interrupt thread, too. */
int ena_control_wait(struct ena_adapter *a);
/** Begin one if there is none. */
bool ena_control_try(struct ena_adapter *a);
void ena_control_end(struct ena_adapter *a);
/** Set the operations that change a port: each takes the lock of the port. */
void ena_control_ops(struct eth_dev_ops *ops);

/* ena_park.c */
/** Keep @p n mbufs until ena_park_release(). @param raw they are as a pool gives them */
void ena_park_mbufs(struct ena_adapter *a, struct rte_mbuf *const *m, uint32_t n, bool raw);
/** Park what is in flight on a Tx queue. */
void ena_park_tx_held(struct ena_tx_queue *q);
/** Give all parked mbufs back to their pools: the device does no more DMA. */
void ena_park_release(struct ena_adapter *a);
/** Give them up: the device cannot be kept from writing to them. */
void ena_park_forget(struct ena_adapter *a);

/* ena_secondary.c */
/** Return value of a probe: the port in shared memory belongs to another driver. */
#define ENA_NOT_OURS ENXIO
/** Check that the port is one of this build, and set the functions of this process. */
int ena_secondary_attach(struct rte_eth_dev *dev);
int ena_secondary_tx_done_cleanup(void *queue, uint32_t free_cnt);
/** Wait until no secondary is inside the queue, which is marked broken. @return false: one stays */
bool ena_secondary_left(struct ena_adapter *a, uint32_t *guest, const char *dir, uint16_t idx);

/* ena_device.c */
/** Reset and bring the device up: capabilities known, admin queue and events running. */
int ena_device_up(struct ena_adapter *a);
/**
 * End all DMA of the device by a reset with @p reason, unless one has done so already.
 * @return true: memory that the device knew may be freed. false: the device did not take the
 *         reset and its bus mastering is off; such memory must be parked
 */
bool ena_device_silence(struct ena_adapter *a, enum ena_reset_reason reason);
/** Nobody will reset the device again: give back what is parked, if its bus mastering is off. */
void ena_device_discard(struct ena_adapter *a);
/** Look into configuration space whether the function has left the bus; remembered. */
bool ena_device_is_removed(struct ena_adapter *a);
/** Why a device has to be reset whose command has failed. */
enum ena_reset_reason ena_device_failure(struct ena_adapter *a);
/** The opposite of ena_device_up(); the device is silent afterwards. */
void ena_device_down(struct ena_adapter *a, enum ena_reset_reason reason);

/* ena_config.c */
int ena_dev_configure(struct rte_eth_dev *dev);
int ena_dev_start(struct rte_eth_dev *dev);
int ena_dev_stop(struct rte_eth_dev *dev);
int ena_dev_reset(struct rte_eth_dev *dev);
int ena_mtu_set(struct rte_eth_dev *dev, uint16_t mtu);

/* ena_queue.c */
int ena_rx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool);
int ena_tx_queue_setup(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
	const struct rte_eth_txconf *conf);
void ena_rx_queue_release(struct rte_eth_dev *dev, uint16_t idx);
void ena_tx_queue_release(struct rte_eth_dev *dev, uint16_t idx);
void ena_rxq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_rxq_info *info);
void ena_txq_info(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_txq_info *info);
/**
 * Create all queues of the device, Rx first. Rx rings are empty: nothing is received before
 * ena_queues_fill(). On failure none is left.
 */
int ena_queues_create(struct rte_eth_dev *dev);
/**
 * Fill the Rx rings, after everything that decides which frame comes on which queue.
 * @return 0, or -ENOMEM: some may have buffers, ena_queues_destroy() gives them back
 */
int ena_queues_fill(struct rte_eth_dev *dev);
/**
 * Destroy them and free their mbufs.
 * @return 0, or an error: the device must be reset before ena_queues_release()
 */
int ena_queues_destroy(struct rte_eth_dev *dev);
/** Let burst functions use the queues, which are complete. */
void ena_queues_run(struct rte_eth_dev *dev);
/**
 * Stop burst functions from using the queues, and wait for those of secondary processes.
 * @return 0, or -EBUSY: a secondary does not leave
 */
int ena_queues_halt(struct rte_eth_dev *dev);
/** Free rings and mbufs of queues that a device reset has destroyed. */
void ena_queues_release(struct rte_eth_dev *dev);
/** Leave the queues as they are for ever: a secondary is inside one of them. */
void ena_queues_forget(struct rte_eth_dev *dev);
/** Free the structures of released queues. */
void ena_queues_free_spare(struct ena_adapter *a);
/** Instead of destroying them one by one: silence the device, free or park the rings, ask for a
 * reset. */
void ena_queues_abandon(struct rte_eth_dev *dev, enum ena_reset_reason reason);

/* ena_rx.c */
uint16_t ena_rx_burst(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_rx_burst_neon(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Post up to all free slots. @return buffers posted */
uint16_t ena_rx_refill(struct ena_rx_queue *q);
uint64_t ena_rx_mbuf_init(uint16_t port_id);
/**
 * Stop the queue because of what the device wrote: count, give back the buffers of a packet
 * in progress, ask for a reset.
 */
void ena_rx_violation(struct ena_rx_queue *q, uint64_t *counter, enum ena_reset_reason reason);
/**
 * A refill of all free slots, @p want of them, ended with @p posted buffers: account for what
 * is missing. Not needed if nothing is missing and was not before.
 */
void ena_rx_shortage(struct ena_rx_queue *q, uint16_t want, uint16_t posted);
ena_rx_count_t ena_rx_queue_count(void *queue);
int ena_rx_descriptor_status(void *queue, uint16_t offset);

/* ena_tx.c */
uint16_t ena_tx_burst_host(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Entries of 128 or 256 bytes with two descriptors before the header only. */
uint16_t ena_tx_burst_llq_avx2(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq_avx512(void *queue, struct rte_mbuf **pkts, uint16_t n);
uint16_t ena_tx_burst_llq_neon(void *queue, struct rte_mbuf **pkts, uint16_t n);
/** Take up to @p max completions and free their packets. @return packets freed */
unsigned int ena_tx_reap(struct ena_tx_queue *q, unsigned int max);
/** Free what is in flight on a queue that the device has no longer. Context: control thread. */
void ena_tx_free_held(struct ena_tx_queue *q);
/** A packet that cannot be sent, now or ever: it is counted and freed. */
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

/* ena_tx_prepare.c */
uint16_t ena_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t n);

/* ena_burst.c */
/** Set the burst functions of @p dev from what is configured and what the CPU has. Primary only. */
void ena_bursts_select(struct rte_eth_dev *dev);
/** Rx burst function for this CPU. */
eth_rx_burst_t ena_rx_burst_choose(void);
/** Tx burst function of a CPU for each placement of a ring. */
struct ena_tx_bursts {
	eth_tx_burst_t host, llq;
	eth_tx_burst_t push; /* entries that vector functions know */
};
void ena_tx_bursts_choose(struct ena_tx_bursts *bursts);
/** The one for where the rings of @p q are now. */
eth_tx_burst_t ena_tx_burst_of(const struct ena_tx_bursts *bursts, const struct ena_tx_queue *q);
int ena_rx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode);
int ena_tx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode);

/* ena_rss.c */
void ena_rss_init(struct ena_adapter *a);
int ena_rss_configure(struct rte_eth_dev *dev);
int ena_rss_start(struct rte_eth_dev *dev);
uint64_t ena_rss_types(const struct ena_adapter *a);
int ena_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size);
int ena_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size);
int ena_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);
int ena_rss_hash_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf);

/* ena_stats.c */
int ena_stats_get(ENA_STATS_GET_ARGS);
int ena_stats_reset(struct rte_eth_dev *dev);
int ena_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n);
int ena_xstats_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n);
/**
 * Take queue @p idx, if there is one, away from the port; what it has counted is kept.
 * @return the queue, for the caller to free, or NULL
 */
struct ena_rx_queue *ena_stats_retire_rx(struct rte_eth_dev *dev, uint16_t idx);
struct ena_tx_queue *ena_stats_retire_tx(struct rte_eth_dev *dev, uint16_t idx);
/** The device tells its totals. Context: the thread that handles events. */
void ena_stats_device_drops(struct ena_adapter *a, const struct ena_drops *now);
/** The device was reset, its totals begin again at 0. Context: no events are handled. */
void ena_stats_device_reset(struct ena_adapter *a);

/* ena_intr.c */
int ena_intr_init(struct ena_adapter *a);
void ena_intr_fini(struct ena_adapter *a);
int ena_intr_rx_setup(struct rte_eth_dev *dev);
void ena_intr_rx_teardown(struct rte_eth_dev *dev);
int ena_rx_intr_enable(struct rte_eth_dev *dev, uint16_t idx);
int ena_rx_intr_disable(struct rte_eth_dev *dev, uint16_t idx);

/* ena_health.c */
extern const struct ena_hal_event_ops ena_event_ops;
/**
 * Ask for a device reset. The first reason stays. Any context, burst functions included.
 */
void ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason);
/** May a line that the device provokes go into the log now? Context: EAL interrupt thread. */
bool ena_log_allowed(struct ena_adapter *a);
int ena_service_start(struct ena_adapter *a);
void ena_service_stop(struct ena_adapter *a);
int ena_link_update(struct rte_eth_dev *dev, int wait);
uint64_t ena_now_us(void);

/* ena_watchdog.c */
/** Set the limits of a device that hints nothing. */
void ena_tx_watch_init(struct ena_adapter *a);
/** Take over hints of the device; 0 is none. Context: bring-up, EAL interrupt thread. */
void ena_tx_watch_hints(struct ena_adapter *a, const struct ena_hw_hints *hints);
/**
 * Ask for a reset if a Tx queue stands still. Call it once per service period.
 *
 * Context: EAL interrupt thread. The caller makes sure that no queue is released, started or
 * stopped meanwhile; burst functions may run.
 *
 * @param now_us of a clock that never goes back
 */
void ena_tx_check_stalls(struct rte_eth_dev *dev, uint64_t now_us);

#endif /* ENA_PMD_H */
