/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Hardware abstraction layer for the Elastic Network Adapter: everything that is not a
 * packet. Register access, reset, admin queue, events, features, creation and destruction
 * of I/O queues, device statistics.
 *
 * The HAL knows nothing of DPDK. It reaches the world only through struct
 * ena_hal_platform, keeps no global state, and returns 0 or a negative errno:
 *
 *   -EINVAL     a parameter is out of range, or the device calls it so (statuses 2, 4, 5, 6)
 *   -ENOMEM     no DMA memory, or the device has no resource left (status 1)
 *   -ENOTSUP    the device does not have it (status 3, or the feature bit is clear)
 *   -EAGAIN     the device is busy (status 7)
 *   -ETIMEDOUT  no answer in time; the admin queue is dead until the next bring-up
 *   -ENODEV     the admin queue is dead, was not started, or the device is gone
 *   -EIO        the device answered nonsense
 *   -EPROTO     the device reports values that this interface does not allow
 *   -EBUSY      the admin queue is full
 *
 * Context: unless a function says otherwise it is called from a control thread, may sleep
 * through the platform, and may be called from several threads at a time for one device.
 * Nothing here is for the data path: at queue creation the HAL hands over plain facts
 * (struct ena_hal_sq, struct ena_hal_cq) and the caller owns the ring from then on.
 *
 * Usual order (part A 3.2):
 *   ena_hal_init, ena_hal_reset, ena_hal_identify, ena_hal_admin_start,
 *   ena_hal_host_info_set, ena_hal_query, ena_hal_llq_negotiate,
 *   (vector 0 installed) ena_hal_admin_polling(false), ena_hal_aenq_arm, ena_hal_aenq_groups
 */
#ifndef ENA_HAL_H
#define ENA_HAL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A DMA-contiguous, zeroed block of host memory. */
struct ena_hal_dma {
	void *va; /**< NULL if there is none */
	uint64_t iova; /**< address for the device */
	size_t len; /**< bytes asked for */
	void *cookie; /**< of the platform */
};

enum ena_hal_log_level {
	ENA_HAL_LOG_ERR,
	ENA_HAL_LOG_WARNING,
	ENA_HAL_LOG_NOTICE,
	ENA_HAL_LOG_INFO,
	ENA_HAL_LOG_DEBUG,
};

/**
 * All that the HAL needs from its surroundings. Every member must be set.
 * @c ctx is the pointer given to ena_hal_init().
 */
struct ena_hal_platform {
	/** 32-bit load from BAR0 at @p offset bytes; ordered after earlier loads. */
	uint32_t (*reg_read)(void *ctx, uint32_t offset);
	/**
	 * 32-bit store to BAR0. All earlier stores to memory are visible to the device
	 * before it.
	 */
	void (*reg_write)(void *ctx, uint32_t offset, uint32_t value);
	/**
	 * Allocate zeroed memory, contiguous for the device.
	 * @param align  power of two, bytes
	 * @param socket NUMA node, -1 = any
	 * @return 0 or -ENOMEM
	 */
	int (*dma_alloc)(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma);
	/** Free what dma_alloc gave; a block with va NULL is allowed. Clears @p dma. */
	void (*dma_free)(void *ctx, struct ena_hal_dma *dma);
	/** Monotonic time in microseconds. */
	uint64_t (*now_us)(void *ctx);
	/** Wait at least @p us microseconds; long waits should sleep. */
	void (*delay_us)(void *ctx, uint32_t us);
	/** Order an earlier read of a phase or id before all later reads. */
	void (*read_barrier)(void *ctx);
	/** One lock for each device; not recursive, never held over delay or wait. */
	void (*lock)(void *ctx);
	void (*unlock)(void *ctx);
	/**
	 * Sleep until wake() was called after this wait began or since the last wait ended,
	 * or @p us microseconds passed. Spurious returns are allowed. Called without the lock.
	 */
	void (*wait)(void *ctx, uint32_t us);
	/**
	 * Wake every thread in wait(). Called from ena_hal_mgmt_interrupt(), and when commands
	 * are aborted. Called without the lock.
	 */
	void (*wake)(void *ctx);
	/**
	 * True if the calling thread is the one that delivers the management interrupt: it
	 * must poll for admin completions, since nobody else would wake it.
	 */
	bool (*in_interrupt)(void *ctx);
	/** @p msg ends without a newline. */
	void (*log)(void *ctx, enum ena_hal_log_level level, const char *msg);
};

/** How BAR0 registers are read (part A 2.4, 2.5). */
enum ena_hal_read_mode {
	ENA_HAL_READ_READLESS, /**< request; the device writes the value to host memory */
	ENA_HAL_READ_DIRECT, /**< plain load */
};

/** What ena_hal_identify() found in the registers. */
struct ena_hal_identity {
	uint32_t version; /**< ENA_VERSION_* */
	uint32_t ctrl_version; /**< ENA_CTRL_VERSION_* */
	uint32_t dma_width; /**< bits, 32 to 48 */
};

/** Limits of the device, from either version of the queue feature (part A 6.3, 6.4). */
struct ena_hal_queue_limits {
	uint32_t tx_sq_num, tx_cq_num, rx_sq_num, rx_cq_num;
	uint32_t tx_sq_depth, tx_cq_depth, rx_sq_depth, rx_cq_depth; /**< entries, as reported */
	uint32_t header_size; /**< bytes of inline header, host-memory mode */
	uint16_t tx_descs; /**< per packet, metadata included */
	uint16_t rx_descs; /**< per packet */
};

/** LLQ as reported by the device, without selections. */
struct ena_hal_llq_caps {
	uint32_t max_num; /**< 0: no LLQ */
	uint32_t max_depth; /**< entries */
	uint16_t max_wide_depth; /**< entries of 256 bytes; 0 = not specified */
	uint16_t header_locations; /**< ENA_LLQ_HEADER_* bitmap */
	uint16_t entry_sizes; /**< ENA_LLQ_ENTRY_* bitmap */
	uint16_t descs_before; /**< ENA_LLQ_BEFORE_* bitmap */
	uint16_t strides; /**< ENA_LLQ_STRIDE_* bitmap */
	uint8_t recommended; /**< ENA_LLQ_ENTRY_*; 0 = none */
	uint16_t accel_flags; /**< ENA_LLQ_ACCEL_* */
	uint16_t max_burst; /**< bytes between doorbells; 0 = no limit */
};

/** Which entry size the user wants. */
enum ena_hal_llq_policy {
	ENA_HAL_LLQ_OFF, /**< rings in host memory */
	ENA_HAL_LLQ_RECOMMENDED, /**< 256 bytes if the device recommends it, else 128 */
	ENA_HAL_LLQ_128,
	ENA_HAL_LLQ_256,
};

/** What the caller of ena_hal_llq_negotiate() can do with. */
struct ena_hal_llq_wish {
	enum ena_hal_llq_policy policy;
	size_t bar2_len; /**< bytes of BAR2 that are mapped, 0 = none */
	uint32_t min_depth; /**< smallest ring that is of use, entries */
};

/** Negotiated Tx placement (part A 6.6, part B 3.1). */
struct ena_hal_llq {
	bool enabled; /**< false: rings in host memory, all else 0 */
	uint16_t entry_size; /**< bytes: 128, 192 or 256 */
	uint8_t descs_before; /**< descriptors before the header: 1, 2, 4 or 8 */
	uint8_t descs_per_entry; /**< in following entries */
	uint16_t header_max; /**< bytes of pushed header */
	bool no_meta_cache; /**< a metadata descriptor before every packet */
	uint16_t burst_entries; /**< entries between doorbells; 0 = no limit */
	/** Descriptors of a packet, metadata included, that this limit allows: at least 2. */
	uint16_t packet_descs;
	uint32_t max_depth; /**< entries, with the entry size taken into account */
	uint32_t max_num; /**< LLQ rings */
	/** Why rings are in host memory, or "" ; a literal for the log and for tools. */
	const char *reason;
};

/** RSS as the device has it (part A 6.9, 6.11, 6.13). */
struct ena_hal_rss_caps {
	bool table; /**< the indirection table can be set */
	bool function; /**< key, seed and function can be set */
	bool input; /**< hashed fields can be chosen */
	uint16_t table_log2_min, table_log2_max; /**< size of the table */
	uint32_t functions; /**< ENA_RSS_FUNC_* bitmap */
	uint16_t fields[ENA_RSS_PROTO_COUNT]; /**< supported ENA_RSS_FIELD_*, if input */
	uint16_t fields_selected[ENA_RSS_PROTO_COUNT]; /**< as the device had them */
};

/** Everything that ena_hal_query() learns. */
struct ena_hal_caps {
	uint32_t features; /**< bit n = enum ena_feature_id n */
	uint32_t capabilities; /**< ENA_CAP_* */
	uint8_t mac[6];
	uint16_t steering_entries;
	uint32_t max_mtu; /**< bytes, without the Ethernet header */
	struct ena_hal_queue_limits queues;
	uint32_t tx_offloads; /**< ENA_TX_OFFLOAD_* */
	uint32_t rx_offloads; /**< ENA_RX_OFFLOAD_* */
	uint32_t aenq_groups; /**< supported, bit n = group n */
	struct ena_hal_llq_caps llq;
	struct ena_hal_rss_caps rss;
	struct ena_hw_hints hints; /**< all zero without the feature */
	uint16_t moderation_us; /**< resolution; 0 = no moderation */
	/** Allowance metrics that ena_hal_stats_metrics() gives, bits of enum ena_metric. */
	uint64_t metrics;
	bool timestamp_rx, timestamp_tx;
};

/** Creation of a completion queue. */
struct ena_hal_cq_params {
	uint16_t depth; /**< power of two, entries */
	uint16_t entry_size; /**< bytes: 8, 16 or 32 */
	uint32_t vector; /**< MSI-X vector >= 1, or ENA_MSIX_VECTOR_NONE */
	int socket; /**< NUMA node of the ring, -1 = any */
};

/** A completion queue that exists. The ring belongs to the caller until destruction. */
struct ena_hal_cq {
	struct ena_hal_dma ring;
	uint16_t idx; /**< of the device */
	uint16_t depth;
	uint16_t entry_size;
	uint32_t unmask_offset; /**< interrupt-unmask register in BAR0 */
	uint32_t numa_offset; /**< NUMA register in BAR0; 0 = absent */
	bool exists;
};

/** Creation of a submission queue. */
struct ena_hal_sq_params {
	bool tx; /**< direction */
	bool llq; /**< ring in device memory; Tx only, after a successful negotiation */
	uint16_t depth; /**< power of two, entries */
	uint16_t entry_size; /**< bytes: 16, or the LLQ entry size */
	uint16_t cq_idx;
	int socket;
};

/** A submission queue that exists. */
struct ena_hal_sq {
	struct ena_hal_dma ring; /**< va NULL for LLQ */
	bool tx;
	bool llq;
	bool exists;
	uint16_t idx; /**< of the device; for Rx the value in the RSS table */
	uint16_t depth;
	uint32_t db_offset; /**< doorbell in BAR0 */
	uint32_t llq_offset; /**< ring in BAR2, LLQ only */
};

/** Counters of the whole function since its last reset (part A 5.6, type 0). */
struct ena_hal_basic_stats {
	uint64_t tx_bytes, tx_pkts, rx_bytes, rx_pkts, rx_drops, tx_drops, rx_overruns;
};

/** ENA Express information (part A 5.6, type 3). */
struct ena_hal_srd_stats {
	uint64_t mode, tx_pkts, eligible_tx_pkts, rx_pkts, utilization;
};

/** Counters of the HAL itself. */
struct ena_hal_counters {
	uint64_t submitted, completed, failed, aborted, timeouts;
	uint64_t missed_interrupts; /**< completion found only by looking, part A 4.6 */
	uint64_t bad_completions; /**< unknown or idle command id */
	uint64_t reg_read_timeouts;
	uint64_t events; /**< AENQ entries handled */
	uint64_t unknown_events;
};

/**
 * Handlers of events; a NULL member ignores the group. Called from
 * ena_hal_aenq_process(), without the lock.
 */
struct ena_hal_event_ops {
	void (*link)(void *arg, bool up);
	void (*keep_alive)(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns);
	void (*hints)(void *arg, const struct ena_hw_hints *hints);
	void (*config)(void *arg, uint64_t codes);
	void (*reset_request)(void *arg);
	/** Fatal error, warning, unknown groups and syndromes. */
	void (*other)(void *arg, uint16_t group, uint16_t syndrome);
};

/**
 * Blocks that can wait for a reset: four rings for each of 128 queue pairs, one for each admin
 * command that got no answer, the three rings of the control plane, and some more.
 */
#define ENA_HAL_PARKED_MAX 576u

/** One admin command in flight. */
struct ena_hal_cmd {
	bool busy; /**< slot is taken */
	bool done; /**< completed or aborted */
	bool aborted;
	uint8_t opcode;
	struct ena_acq_entry rsp;
};

/**
 * The device as the HAL sees it. Allocated by the caller (it may lie in shared memory of
 * the primary process), initialised by ena_hal_init(). Members are read-only for callers.
 */
struct ena_hal {
	const struct ena_hal_platform *plat;
	void *ctx;

	/* registers */
	enum ena_hal_read_mode read_mode;
	struct ena_hal_dma reg_resp; /* struct ena_reg_read_resp */
	uint16_t reg_seq;
	bool reg_busy; /* a readless request is outstanding */
	uint32_t reg_timeout_us;
	struct ena_hal_identity identity;

	/* admin queue */
	struct ena_hal_dma aq, acq;
	struct ena_hal_cmd cmd[ENA_AQ_DEPTH];
	uint16_t aq_tail; /* free-running, as written to the doorbell */
	uint16_t acq_head; /* free-running */
	uint16_t outstanding;
	bool admin_running;
	bool admin_dead;
	enum ena_reset_reason dead_reason;
	int dead_error; /* what commands in flight got when the queue died */
	bool polling;
	bool intr_lost; /* polling because an interrupt did not come, see ena_hal_intr_retry() */
	uint64_t intr_retry_us; /* when interrupts get another chance */
	uint32_t intr_backoff_us; /* how long the next loss turns them off */
	bool idle; /* reset, and told of no memory since: ena_hal_is_idle() */
	uint32_t admin_timeout_us;
	uint32_t generation; /* counts stops, so that a waiting thread knows its slot is gone */

	/* events */
	struct ena_hal_dma aenq;
	uint16_t aenq_head; /* free-running, starts at the depth (part A 7.2) */
	bool aenq_armed;

	struct ena_hal_dma host_info;
	/* blocks without a user that the device may still write to: kept until the next reset */
	struct ena_hal_dma parked[ENA_HAL_PARKED_MAX];
	unsigned int parked_count;
	struct ena_hal_caps caps;
	struct ena_hal_llq llq;
	/* last: what ena_hal_reinit() leaves alone */
	struct ena_hal_counters count;
};

/* ---- life ---------------------------------------------------------------- */

/**
 * Prepare the object, allocate the readless response buffer and program its address
 * (3.2 steps 4, 5). Nothing else is touched on the device.
 *
 * @return 0, -EINVAL (a platform op is missing), -ENOMEM
 */
int ena_hal_init(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode);

/**
 * Prepare an object that was given back with ena_hal_fini(), or a zeroed one. As ena_hal_init(),
 * but the counters go on, and so does the count of stops.
 */
int ena_hal_reinit(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode);

/**
 * Give everything back: abort outstanding commands, free rings and parked memory, write
 * MMIO_RESP = 0 as the last act (2.4).
 *
 * The caller makes sure that the device does no more DMA: ena_hal_reset() has succeeded, or the bus
 * mastering of the function is off. No other register is written: a device that did not take
 * a reset may be in any state.
 * Safe on an object whose ena_hal_init() failed and on a zeroed one.
 */
void ena_hal_fini(struct ena_hal *hal);

/* ---- registers (ena_hal_regs.c) ------------------------------------------ */

/**
 * Read one register. Only offsets of part A 2.1. Serialised by the HAL: one readless request
 * is outstanding at a time (2.4).
 *
 * @return 0; -EINVAL for an offset that is no register; -ETIMEDOUT if there is no answer;
 *         -ENODEV if the value is all ones; -EIO if the answer is for another register
 */
int ena_hal_reg_read(struct ena_hal *hal, uint32_t offset, uint32_t *value);

/**
 * Reset the device (part A 3.1). A reason above 15 is sent as ENA_RESET_GENERIC unless the
 * device is known to take extended reasons. Sets the admin time-out from CAPS. The admin
 * queue, if any, is stopped: outstanding commands are aborted and later ones fail with
 * -ENODEV until ena_hal_admin_start().
 *
 * @return 0; -ETIMEDOUT; -ENODEV if the device is gone; -EPROTO if it is not ready or
 *         reports no reset time-out
 */
int ena_hal_reset(struct ena_hal *hal, enum ena_reset_reason reason);

/**
 * True if a reset of this object has succeeded and the device has been told of no memory since, but
 * for the response buffer of register reads: another reset is not needed to end its DMA.
 */
bool ena_hal_is_idle(const struct ena_hal *hal);

/**
 * Read and check VERSION, CONTROLLER_VERSION, CAPS and DEV_STS (3.2 steps 7 to 9). Sets the admin
 * time-out from CAPS.
 * @return 0; -EPROTO if a value is not acceptable; errors of ena_hal_reg_read()
 */
int ena_hal_identify(struct ena_hal *hal, struct ena_hal_identity *identity);

/** True if the device still answers; false if a read fails or gives all ones. */
bool ena_hal_is_present(struct ena_hal *hal);

/** DEV_CTL value for a reset with @p reason (part A 2.2). */
uint32_t ena_hal_dev_ctl(enum ena_reset_reason reason, bool extended);

/** Short name of a reset reason, for logs. Never NULL. */
const char *ena_hal_reset_reason_name(enum ena_reset_reason reason);

/* ---- admin queue (ena_hal_admin.c) ---------------------------------------- */

/**
 * Allocate and program AQ, ACQ and AENQ (depths 32, 32, 16) and mask the management
 * interrupt: completions are polled until ena_hal_admin_polling(false).
 *
 * @return 0, -ENOMEM, -EINVAL (already started; an address beyond the DMA width)
 */
int ena_hal_admin_start(struct ena_hal *hal);

/**
 * Stop the admin queue without touching the device: outstanding commands end with
 * -ENODEV. A device that was not reset before may still write to the rings: they are then
 * kept until the next ena_hal_reset() or ena_hal_fini().
 */
void ena_hal_admin_stop(struct ena_hal *hal);

/**
 * Choose how completions are found and write INTR_MASK accordingly.
 * @param polling true: mask the interrupt and poll; false: wait for ena_hal_mgmt_interrupt()
 */
void ena_hal_admin_polling(struct ena_hal *hal, bool polling);

/**
 * Execute one command and wait for its completion.
 *
 * In interrupt mode the caller sleeps in platform wait(); a completion that is found only when
 * the time is over counts as a missed interrupt, and the HAL goes over to polling, with a warning,
 * instead of failing. INTR_MASK is 1 until ena_hal_intr_retry(), so the caller has to look for
 * events with a timer (hal->polling tells). Threads for which in_interrupt() holds always poll.
 *
 * @param cmd  command; cmd_id and the phase are filled in here
 * @param len  bytes of @p cmd that are defined, 4 to 64
 * @param rsp  completion; may be NULL
 * @return 0 or an error of the list on top
 */
int ena_hal_admin_exec(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp);

/** Negative errno for a completion status (part A table 4.1); 0 for success. */
int ena_hal_status_errno(uint8_t status);

/**
 * Handler of vector 0: takes ACQ completions and wakes waiting threads. Events are taken
 * separately by ena_hal_aenq_process(). Context: interrupt thread.
 */
void ena_hal_mgmt_interrupt(struct ena_hal *hal);

/**
 * After a missed interrupt: go back to interrupts when a waiting time has passed. It is 10 s after
 * the first loss and doubles with each further one, up to 10 minutes, until an interrupt comes.
 * To be called now and then from a timer.
 */
void ena_hal_intr_retry(struct ena_hal *hal);

/** True if the admin queue died (a time-out, or nonsense from the device); reset it then. */
bool ena_hal_admin_is_dead(struct ena_hal *hal, enum ena_reset_reason *reason);

/* ---- events (ena_hal_aenq.c) ---------------------------------------------- */

/** Give the device its first 16 credits (3.2 step 31). */
void ena_hal_aenq_arm(struct ena_hal *hal);

/**
 * GET and SET AENQ_CONFIG: enable the groups of @p wanted that the device supports.
 * @param enabled granted groups; may be NULL
 */
int ena_hal_aenq_groups(struct ena_hal *hal, uint32_t wanted, uint32_t *enabled);

/**
 * Handle all new events and return their credits with one doorbell.
 * Context: interrupt or control thread, one at a time.
 * @return number of events handled
 */
unsigned int ena_hal_aenq_process(
	struct ena_hal *hal, const struct ena_hal_event_ops *ops, void *arg);

/* ---- features (ena_hal_features.c) ---------------------------------------- */

/**
 * Send the host information page (3.2 step 13). Page fields are copied from @p info.
 * A device that refuses it is not an error for bring-up; the caller decides.
 */
int ena_hal_host_info_set(struct ena_hal *hal, const struct ena_host_info *info);

/**
 * GET all capabilities into hal->caps (3.2 steps 14 to 21, RSS): device attributes, queue
 * limits (EXT version if announced, else the old one), AENQ groups, offloads, hints, LLQ,
 * customer metrics, time stamps, moderation, RSS. Checks them: a device that reports zero
 * queues or depths, fewer than one descriptor per packet, an MTU below the minimum, and the
 * like is refused with -EPROTO and a message. Optional features that the device does not
 * have, or answers with status 3, stay zero; any other failure of theirs is an error, except
 * that of the customer metrics. The time-outs of the hints are applied.
 */
int ena_hal_query(struct ena_hal *hal);

/**
 * Choose Tx placement and SET LLQ (part A 6.6). Entries of another size are taken if those of the
 * wanted one are not offered, too few for a ring, or have no room for a header. Falls back to host
 * memory when no entries can be used or the device refuses them; hal->llq and hal->llq.reason then
 * say so. Each of these is logged.
 *
 * @return 0 also after a fall-back; an error only if the admin queue died
 */
int ena_hal_llq_negotiate(struct ena_hal *hal, const struct ena_hal_llq_wish *wish);

/** SET MTU. @param mtu bytes, ENA_MTU_MIN to caps.max_mtu, else -EINVAL */
int ena_hal_mtu_set(struct ena_hal *hal, uint32_t mtu);

/** GET LINK_CONFIG. -ENOTSUP without the feature. */
int ena_hal_link_get(struct ena_hal *hal, struct ena_link_config *link);

/** SET FRAG_BYPASS. -ENOTSUP without the feature. */
int ena_hal_frag_bypass_set(struct ena_hal *hal, bool enable);

/** SET HW_TIMESTAMP; only while no I/O queue exists. -ENOTSUP without the feature. */
int ena_hal_timestamp_set(struct ena_hal *hal, bool tx, bool rx);

/**
 * SET RSS_HASH_FUNCTION to Toeplitz with @p key in conventional order (the HAL reverses
 * it, part A 6.9) and @p seed.
 */
int ena_hal_rss_key_set(struct ena_hal *hal, const uint8_t key[ENA_RSS_KEY_SIZE], uint32_t seed);

/** SET RSS_HASH_INPUT; a field that is not supported gives -ENOTSUP before anything is sent. */
int ena_hal_rss_input_set(struct ena_hal *hal, const uint16_t fields[ENA_RSS_PROTO_COUNT]);

/**
 * SET RSS_INDIRECTION_TABLE.
 * @param rx_sq  device index of the Rx SQ for each entry
 * @param log2   size of the table, within the limits of the device
 */
int ena_hal_rss_table_set(struct ena_hal *hal, const uint16_t *rx_sq, unsigned int log2);

/* ---- queues (ena_hal_queue.c) --------------------------------------------- */

/**
 * Allocate a CQ ring and CREATE_CQ. A device that grants another depth than asked for is
 * refused: the CQ is destroyed again and -EPROTO returned. Offsets are checked against
 * @p bar0_len.
 */
int ena_hal_cq_create(struct ena_hal *hal, const struct ena_hal_cq_params *params, size_t bar0_len,
	struct ena_hal_cq *cq);

/**
 * DESTROY_CQ and free the ring.
 *
 * On error the device may still write to the ring, so it is NOT freed and the object stays
 * valid: reset the device and call ena_hal_cq_release().
 */
int ena_hal_cq_destroy(struct ena_hal *hal, struct ena_hal_cq *cq);

/** Free the ring of a CQ that a reset has destroyed; no command is sent. @p cq is cleared. */
void ena_hal_cq_release(struct ena_hal *hal, struct ena_hal_cq *cq);

/**
 * Keep the ring of a CQ until a reset succeeds: the device may still write to it. @p cq is cleared.
 */
void ena_hal_cq_park(struct ena_hal *hal, struct ena_hal_cq *cq);

/** Allocate the SQ ring (host placement) and CREATE_SQ. Offsets are checked. */
int ena_hal_sq_create(struct ena_hal *hal, const struct ena_hal_sq_params *params, size_t bar0_len,
	size_t bar2_len, struct ena_hal_sq *sq);

/** DESTROY_SQ and free the ring; on failure as ena_hal_cq_destroy(). */
int ena_hal_sq_destroy(struct ena_hal *hal, struct ena_hal_sq *sq);

/** Free the ring of an SQ that a reset has destroyed; no command is sent. @p sq is cleared. */
void ena_hal_sq_release(struct ena_hal *hal, struct ena_hal_sq *sq);

/** Keep the ring of an SQ until a reset succeeds. @p sq is cleared. */
void ena_hal_sq_park(struct ena_hal *hal, struct ena_hal_sq *sq);

/* ---- statistics (ena_hal_stats.c) ----------------------------------------- */

/** GET_STATS type 0. */
int ena_hal_stats_basic(struct ena_hal *hal, struct ena_hal_basic_stats *stats);

/** GET_STATS type 3; -ENOTSUP without the capability. */
int ena_hal_stats_srd(struct ena_hal *hal, struct ena_hal_srd_stats *stats);

/**
 * Allowance metrics, from customer metrics (type 4) or the older type 2.
 * @param values indexed by enum ena_metric
 * @param valid  bitmap of metrics that the device reported
 * @return -ENOTSUP if the device has neither
 */
int ena_hal_stats_metrics(struct ena_hal *hal, uint64_t values[ENA_METRIC_COUNT], uint64_t *valid);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_H */
