/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The inside of a software ENA device. One structure, and one file per concern:
 *
 *   softena_core.c     create, destroy, reset (part A 3.8), the poll loop
 *   softena_config.c   keys; softena_config_check.c contradictions; softena_profile.c
 *   softena_pci.c      configuration space, BARs, MSI-X (part A 1)
 *   softena_regs.c     register file, trapped and polled (part A 2)
 *   softena_admin.c    AQ, ACQ, dispatch, GET_STATS (part A 4, 5)
 *   softena_feature.c  GET and SET of features (part A 6); softena_feature_rss.c
 *   softena_debug.c    debug area of the host attributes (part A 6.17)
 *   softena_queue.c    CREATE and DESTROY of SQ and CQ (part A 5.8)
 *   softena_aenq.c     events, keep-alive, timers, PHC (part A 7, 6.18)
 *   softena_dma.c      access to host memory, faults
 *   softena_intr.c     I/O interrupt state machine (part B 6.7)
 *   softena_tx.c       Tx rings to packets, completions (part B 2, 3, 4)
 *   softena_tso.c      segmentation
 *   softena_csum.c     checksum generation and verification
 *   softena_parse.c    headers of a frame
 *   softena_rx.c       frames to Rx buffers and completions (part B 5)
 *   softena_rss.c      Toeplitz, hash input, table, steering (part B 7)
 *   softena_strict*.c  reports about a driver that deviates from the datasheet
 *   softena_fault.c    faults of the device, armed at run time
 *   softena_wire_*.c   media
 *
 * All functions here are called with the device lock held.
 */
#ifndef SOFTENA_PRIV_H
#define SOFTENA_PRIV_H

#include <pthread.h>
#include <stdarg.h>

#include "softena.h"

/** Value that a polled register holds while the driver has not written it. */
#define SOFTENA_REG_IDLE UINT32_C(0xfffffffe)

/**
 * The same for unmask registers, which a driver may read, change and write back (revision 2,
 * 32): no bits of UNMASK or NO_MOD, a Tx delay of one unit, and written by nobody as such.
 */
#define SOFTENA_UNMASK_IDLE UINT32_C(0x00008000)

/** Longest packet before segmentation: 64 KiB and headers. */
#define SOFTENA_PACKET_MAX (65536u + 512u)
/** Descriptors of one packet that the device takes (part B 2.10). */
#define SOFTENA_TX_DESCS_MAX 32u

/** One of AQ, ACQ, AENQ. */
struct softena_admin_ring {
	uint32_t base_lo, base_hi; /* as written */
	uint32_t caps; /* as written */
	bool running;
	uint64_t base; /* latched */
	uint16_t depth;
	uint16_t count; /* AQ: consumed; ACQ, AENQ: produced; free-running */
};

/** Completion queue. */
struct softena_cq {
	bool exists;
	bool intr; /* interrupt mode */
	uint16_t idx;
	uint16_t depth;
	uint16_t entry_size; /* bytes: 8, 16, 32 */
	uint32_t vector; /* or ENA_MSIX_VECTOR_NONE */
	uint64_t base;
	uint16_t produced; /* free-running */
	uint32_t unmask_off, numa_off; /* in BAR0 */
	struct softena_sq *sq; /* NULL until CREATE_SQ */
};

/** Metadata tuple (part B 2.6). */
struct softena_tx_meta {
	uint16_t mss;
	uint8_t l3_len, l3_off, l4_words;
};

/** Tx packet whose slots are being collected (part B 2.10, 3.11); zero = none. */
struct softena_tx_asm {
	uint16_t slots; /* descriptors, metadata included; saturates above the maximum */
	uint16_t n_data; /* in data[] */
	bool has_meta;
	bool bad; /* a second metadata slot, or metadata after data */
	struct ena_tx_desc meta;
	struct ena_tx_desc data[SOFTENA_TX_DESCS_MAX];
	uint8_t pushed[256]; /* LLQ: header area of the first entry */
};

/** Rx descriptors that the device has fetched and not used yet; zero = none. */
#define SOFTENA_RX_FETCH 64u
struct softena_rx_buf {
	uint64_t addr;
	uint32_t len;
	uint16_t req_id;
	uint8_t portion; /* of the ring, for the quirk hashed_rx */
};
struct softena_rx_cache {
	uint16_t first, n; /* buf[first] to buf[first + n - 1] */
	struct softena_rx_buf buf[SOFTENA_RX_FETCH];
};

/** Submission queue. CREATE_SQ starts from an all-zero structure. */
struct softena_sq {
	bool exists;
	bool tx;
	bool llq;
	uint16_t idx;
	uint16_t depth;
	uint64_t base; /* host placement */
	uint32_t llq_off; /* in BAR2 */
	uint32_t db_off; /* in BAR0 */
	uint16_t tail; /* last accepted doorbell, free-running */
	uint16_t head; /* slots taken by the device, free-running */
	struct softena_cq *cq;
	struct softena_tx_meta meta; /* cached */
	uint64_t pkts, bytes;
	uint16_t posted_min;
	bool stalled; /* the ring could not be read: nothing more until DESTROY_SQ */
	/* Tx: slots from head that were scanned without finding LAST, so that an incomplete
	 * packet is not read again at each poll. */
	uint16_t scanned;
	union {
		struct softena_tx_asm tx;
		struct softena_rx_cache rx;
	} data;
};

/** I/O interrupt vector (part B 6.7). */
struct softena_vector {
	uint16_t users; /* CQs that name it */
	bool masked, pending, recent;
	bool armed; /* deadline is valid */
	uint16_t delay_rx, delay_tx; /* units of the moderation resolution */
	uint64_t deadline_ns;
};

/** LLQ geometry after SET LLQ. */
struct softena_llq_state {
	bool selected;
	uint16_t entry_size; /* bytes */
	uint8_t before; /* B */
	uint8_t per_entry; /* P */
	uint16_t header_max; /* H */
	struct ena_llq_config sel; /* codes, for GET */
};

struct softena_rss_state {
	bool function_set; /* changeable-key rules apply */
	bool table_set;
	uint8_t key[ENA_RSS_KEY_SIZE]; /* conventional Toeplitz order */
	uint32_t initial;
	uint32_t selected; /* ENA_RSS_FUNC_* */
	uint16_t fields[ENA_RSS_PROTO_COUNT];
	uint16_t sorts_enabled;
	uint16_t log2;
	uint16_t *table; /* 1 << rss_log2_max entries: Rx SQ numbers */
};

/** Toeplitz result of each nibble at each place of the input, for one key. */
struct softena_toeplitz {
	bool valid;
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint32_t nibble[72][16]; /* 36 bytes: two IPv6 addresses and two ports */
};

struct softena_steering_slot {
	bool used;
	uint8_t flow_type;
	uint16_t rx_queue;
	struct ena_steering_rule rule;
};

/** Result of looking at a frame (part B 5.10, 7.5). */
struct softena_parsed {
	uint8_t l3_idx, l4_idx; /* as in the Rx completion */
	uint8_t vlans;
	bool l3_err, l4_err, frag, l4_chk;
	enum ena_rss_proto slot; /* hash-input record */
	bool tcp_udp; /* ports are there and hashed by default */
	uint16_t l3_off, l4_off; /* bytes from frame start; 0 = none */
	uint16_t l3_len; /* header bytes */
	uint8_t behind; /* protocol behind IPv6 extension headers; 0 = none, or a fragment */
	uint32_t l4_payload_end; /* end of the IP packet in the frame */
};

/** A kind of fault. */
struct softena_fault_slot {
	bool armed, forever;
	int queue;
	uint32_t skip, left, arg;
	uint64_t hits;
	uint64_t next_ns; /* of those that have a time */
};

struct softena_strict;

struct softena {
	struct softena_config cfg;
	const struct softena_host_ops *ops;
	void *host;
	struct softena_bars bars;
	size_t bar2_size;
	struct softena_layout layout;
	struct softena_wire *wire;
	pthread_mutex_t lock;

	/* PCI */
	uint8_t pci_config[SOFTENA_CONFIG_SIZE];
	uint8_t pci_writable[SOFTENA_CONFIG_SIZE]; /* bits that a write changes */
	bool msix_enabled;
	bool blocked_told; /* bus mastering is off, and a message has said so */
	bool read_blocked; /* why the last softena_dma_read() failed */
	uint8_t blocked_work; /* enum softena_blocked, bit n: counted since it is off */
	unsigned int vectors; /* MSI-X table size */
	struct softena_vector *vector; /* [vectors], entry 0 unused */

	/* registers */
	struct softena_admin_ring aq, acq, aenq;
	uint16_t aq_tail; /* doorbell */
	uint16_t aenq_head; /* credit limit */
	bool intr_mask;
	bool mgmt_pending; /* ACQ or AENQ written while masked (part A 2.7) */
	uint32_t dev_ctl, dev_sts;
	bool fatal; /* DEV_STS says so: nothing works until a reset */
	bool commanded; /* AQ_DB was written since the reset */
	bool aenq_late; /* AENQ_CAPS was written after that */
	uint32_t resp_lo, resp_hi;

	/* events */
	uint32_t aenq_enabled;
	uint32_t aenq_due; /* bit n = group n */
	struct ena_aenq_entry aenq_payload[ENA_AENQ_GROUPS];
	bool keep_alive_started;
	uint64_t keep_alive_next_ns;
	uint64_t reset_ns; /* time of the last reset */
	bool link_up;

	/* features */
	uint32_t mtu;
	struct softena_llq_state llq;
	struct softena_rss_state rss;
	struct softena_toeplitz toeplitz; /* follows rss by itself */
	struct softena_steering_slot *steering; /* [cfg.steering_entries] */
	uint64_t host_info_addr, debug_addr;
	uint32_t debug_size;
	uint32_t host_features; /* ENA_HOST_FEATURE_* read at the command */
	bool host_info_set;
	uint32_t host_version; /* of the driver, as the host page says */
	bool phc_on;
	uint64_t phc_buf;
	uint64_t phc_window_ns;
	unsigned int phc_in_window;
	bool ts_tx, ts_rx;
	bool frag_bypass;

	/* queues; arrays sized by the configuration */
	struct softena_cq *cq; /* [n_cq] */
	unsigned int n_cq;
	struct softena_sq *tx_sq, *rx_sq; /* [cfg.tx_queues], [cfg.rx_queues] */

	/* data path scratch */
	uint8_t *packet; /* SOFTENA_PACKET_MAX, one Tx packet in one piece */
	uint8_t *segment; /* SOFTENA_FRAME_MAX, one TSO segment */
	uint8_t *rx_frame; /* SOFTENA_FRAME_MAX, the frame that is being received */
	size_t rx_len; /* bytes in rx_frame; 0 = none pending */
	uint64_t rx_arrival_ns; /* wall clock */
	uint64_t rng; /* xorshift state for the shuffling quirks */

	/* limit of messages about a driver's mistakes */
	uint64_t log_second;
	unsigned int log_in_second;
	unsigned int tx_turn; /* Tx SQ that is served first at the next poll */
	uint64_t faults_logged; /* stats.dma_faults at the last message about them */

	struct softena_strict *strict; /* NULL: off */
	struct softena_rx_parts *rx_parts; /* of each Rx queue; NULL without the quirk hashed_rx */
	uint32_t faults; /* bit n: kind n is armed; SOFTENA_FAULT_BIT_HOLD */
	struct softena_fault_slot fault[SOFTENA_FAULT_KINDS];
	uint64_t fault_hold_ns; /* end of the delay of a command */

	struct softena_stats stats;
};

/* softena_core.c */
/** Everything that a DEV_CTL reset does (part A 3.8), statistics included. */
void softena_device_reset(struct softena *dev, uint32_t reason);
/** DEV_STS with the fatal error bit: nothing is executed or moved until a reset. */
void softena_fatal(struct softena *dev, const char *why);
void softena_log(struct softena *dev, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/**
 * True at most SOFTENA_LOG_PER_SECOND times a second: to be asked before a message that a
 * driver can provoke as often as it likes.
 */
bool softena_may_log(struct softena *dev);
#define SOFTENA_LOG_PER_SECOND 4u
/** What softena_link_set() does under the lock. */
void softena_link_change(struct softena *dev, bool up);

/* softena_pci.c */
/** Configuration space as at power-on (part A 1.5). */
void softena_pci_reset(struct softena *dev);
/** A function-level reset; what softena_function_reset() does under the lock. */
void softena_flr(struct softena *dev);

/**
 * The driver allows memory accesses of the device, messages of interrupts included (Bus Master
 * Enable of the PCI command register). Read anew at each call.
 */
bool softena_bus_master(const struct softena *dev);

/* softena_regs.c */
/** Table 2.7, second column; all but MMIO_RESP, DEV_CTL and DEV_STS as memory shows them. */
void softena_regs_reset(struct softena *dev);
/** After power-on and a function-level reset: also the registers that a DEV_CTL reset spares. */
void softena_regs_power_on(struct softena *dev);
/** Look at all polled registers that a driver may have written. @return number taken */
unsigned int softena_regs_poll(struct softena *dev, bool control, bool data);
/** The registers read 0xffffffff, or are back as the device knows them. */
void softena_regs_gone(struct softena *dev, bool gone);
/** Store @p val so that plain loads of BAR0 see it (polled modes); no-op when trapped. */
void softena_regs_publish(struct softena *dev, uint32_t off, uint32_t val);

/* softena_admin.c */
/** Execute commands up to the doorbell. @return number of commands */
unsigned int softena_admin_run(struct softena *dev);
/** There are commands that softena_admin_run() would execute. */
bool softena_admin_waiting(const struct softena *dev);

/** Outcome of a command: status, and response bytes 8 to 63 (zeroed before the call). */
typedef uint8_t (*softena_cmd_fn)(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);

/* softena_debug.c */
/** Before an error reset: what the driver has put into its debug area goes to the log. */
void softena_debug_dump(struct softena *dev);

/* softena_feature.c */
uint8_t softena_cmd_get_feature(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_set_feature(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
void softena_features_reset(struct softena *dev);

/** The bytes from @p addr on are addresses that the reported DMA width can carry. */
bool softena_dma_in_width(const struct softena *dev, uint64_t addr, uint64_t len);
/** Fields that the device can hash for a protocol record (part A 6.22). */
uint16_t softena_rss_supported(unsigned int proto);

/* softena_queue.c */
/** Bytes of BAR2 that belong to one LLQ ring; 0 if there is no LLQ. */
size_t softena_llq_slot(const struct softena_config *cfg);
/** Offsets of the I/O registers in BAR0. */
uint32_t softena_tx_db_off(const struct softena *dev, unsigned int idx);
uint32_t softena_rx_db_off(const struct softena *dev, unsigned int idx);
uint32_t softena_unmask_off(const struct softena *dev, unsigned int idx);
uint32_t softena_numa_off(const struct softena *dev, unsigned int idx);
uint8_t softena_cmd_create_cq(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_create_sq(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_destroy_cq(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
uint8_t softena_cmd_destroy_sq(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);
void softena_queues_reset(struct softena *dev);
/** A write to an I/O doorbell, unmask or NUMA register; unknown offsets are counted and ignored. */
void softena_queue_reg_write(struct softena *dev, uint32_t off, uint32_t val);
/** Lowest-numbered Rx SQ that exists, or NULL. */
struct softena_sq *softena_rx_first(struct softena *dev);

/* softena_aenq.c */
void softena_aenq_due(struct softena *dev, enum ena_aenq_group group);
/** What softena_event_send() does under the lock. */
int softena_event_raise(struct softena *dev, enum ena_aenq_group group);
/** Write due events for which there is credit; run the keep-alive timer. @return number */
unsigned int softena_aenq_run(struct softena *dev);
/** There are events that softena_aenq_run() would write. */
bool softena_aenq_waiting(const struct softena *dev);
void softena_aenq_enable(struct softena *dev, uint32_t groups);
void softena_aenq_reset(struct softena *dev);
void softena_phc_request(struct softena *dev, uint16_t req_id);
/** Programmed by AENQ_CAPS: no event produced, no credit. */
void softena_aenq_start(struct softena *dev);

/* softena_intr.c */
/** Vector 0 after ACQ or AENQ writes: honours INTR_MASK (part A 2.7). */
void softena_intr_mgmt(struct softena *dev);
void softena_intr_mgmt_unmasked(struct softena *dev);
void softena_intr_cq_created(struct softena *dev, struct softena_cq *cq);
void softena_intr_cq_destroyed(struct softena *dev, struct softena_cq *cq);
/** The last completion of a packet became visible in @p cq. */
void softena_intr_completion(struct softena *dev, struct softena_cq *cq);
void softena_intr_unmask_write(struct softena *dev, struct softena_cq *cq, uint32_t val);
/** Deadlines of delayed messages. @return number of messages sent */
unsigned int softena_intr_run(struct softena *dev);
/** MSI-X was enabled: re-evaluate all vectors. */
void softena_intr_enabled(struct softena *dev);
void softena_intr_reset(struct softena *dev);

/* softena_dma.c */
/** Copy from host memory. @return false (and a counted fault) if any byte is not mapped. */
bool softena_dma_read(struct softena *dev, uint64_t iova, void *buf, size_t len);
bool softena_dma_write(struct softena *dev, uint64_t iova, const void *buf, size_t len);
/**
 * Write an entry of a ring so that the byte @p last_off becomes visible after all others
 * (phase bits). The word of at most 8 aligned bytes that holds it is stored last, with
 * release order.
 */
bool softena_dma_write_entry(
	struct softena *dev, uint64_t iova, const void *entry, size_t len, size_t last_off);
/** Something was lost because bus mastering is off: count it, and say so once. */
void softena_dma_blocked(struct softena *dev);
/** The same for work that waits: counted once for each kind until bus mastering is on. */
enum softena_blocked {
	SOFTENA_BLOCKED_ADMIN,
	SOFTENA_BLOCKED_EVENT,
	SOFTENA_BLOCKED_TX,
	SOFTENA_BLOCKED_RX,
};
void softena_dma_waits(struct softena *dev, enum softena_blocked kind);
/** Bus mastering is on (again). */
void softena_dma_allowed(struct softena *dev);

/* softena_tx.c */
/** Send packets of all Tx SQs, round robin. @return packets processed */
unsigned int softena_tx_run(struct softena *dev);
/** There are slots that softena_tx_run() would read. */
bool softena_tx_waiting(const struct softena *dev);

/* softena_rx.c */
/** Take frames from the wire and deliver them. @return frames processed */
unsigned int softena_rx_run(struct softena *dev);
/** The same without access to memory: frames of a patient wire wait, others are lost. */
unsigned int softena_rx_run_blocked(struct softena *dev);

/* softena_parse.c, softena_csum.c, softena_tso.c, softena_rss.c */
void softena_parse(
	const struct softena *dev, const uint8_t *frame, size_t len, struct softena_parsed *p);
/** Ones' complement sum of @p len bytes, added to @p sum; not folded. */
uint64_t softena_csum_add(uint64_t sum, const void *data, size_t len);
/** Fold and invert. The result is in memory order: memcpy() it to where the sum is wanted. */
uint16_t softena_csum_fold(uint64_t sum);
/** A queue and hash for a frame, or NULL if it must be dropped; @p counted says whether that is
 * counted. */
struct softena_sq *softena_rss_select(struct softena *dev, const uint8_t *frame, size_t len,
	const struct softena_parsed *p, uint32_t *hash, bool *counted);
void softena_rss_reset(struct softena *dev);
/** Step of the generator for the shuffling quirks. */
uint32_t softena_random(struct softena *dev);

#endif /* SOFTENA_PRIV_H */
