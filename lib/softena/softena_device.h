/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The state of a software ENA device: a structure for each concern, and struct softena, which is
 * made of them. No functions: those are in the header of their concern, and a file includes the
 * headers of the concerns that it calls.
 *
 *   softena_core.c     create, destroy, reset (part A 3.8), the poll loop, messages
 *   softena_config.c   keys; softena_keys.c their table; softena_config_check.c contradictions;
 *                      softena_profile.c the default and profiles
 *   softena_pci.c      configuration space, BARs, MSI-X (part A 1)
 *   softena_regs.c     registers of BAR0 (part A 2); softena_regs_poll.c in plain memory
 *   softena_admin.c    AQ, ACQ, dispatch, GET_STATS (part A 4, 5)
 *   softena_feature.c  GET and SET of features (part A 6); softena_feature_rss.c those of RSS
 *   softena_llq.c      LLQ: geometry and places in BAR2 (part A 6.6, part B 3)
 *   softena_host_attr.c  host information page, debug area (part A 6.17)
 *   softena_phc.c      PTP hardware clock (part A 6.18)
 *   softena_steering.c flow steering (part A 6.19)
 *   softena_queue.c    CREATE and DESTROY of SQ and CQ (part A 5.8), and their registers
 *   softena_aenq.c     events, keep-alive (part A 7)
 *   softena_dma.c      access to host memory, DMA faults
 *   softena_intr.c     I/O interrupt state machine, vector 0 (part B 6.7, part A 2.7)
 *   softena_tx.c       Tx rings to packets, completions (part B 2, 3, 4)
 *   softena_tso.c      segmentation
 *   softena_csum.c     checksum generation and verification
 *   softena_parse.c    headers of a frame
 *   softena_rx.c       frames to Rx buffers and completions (part B 5); softena_rx_parts.c
 *   softena_rss.c      Toeplitz, hash input, table (part B 7)
 *   softena_random.c   random numbers of the quirks
 *   softena_strict*.c  reports about a driver that deviates from the datasheet
 *   softena_fault.c    faults: when they strike; softena_fault_parse.c their grammar
 *   softena_wire*.c    wires
 *
 * Public are softena.h and what it includes (softena_fault.h, softena_quirks.h), and
 * softena_wire.h. All private functions are called with the device lock held.
 */
#ifndef SOFTENA_DEVICE_H
#define SOFTENA_DEVICE_H

#include <pthread.h>

#include "softena.h"
#include "softena_time.h"

/** One of AQ, ACQ, AENQ. */
struct softena_admin_ring {
	uint32_t base_lo, base_hi; /* as written */
	uint32_t caps; /* as written */
	bool running;
	uint64_t base; /* latched */
	uint16_t depth;
	uint16_t count; /* AQ: consumed; ACQ, AENQ: produced; free-running */
};

/* softena_admin.c */
struct softena_admin_state {
	struct softena_admin_ring aq, acq;
	uint16_t aq_tail; /* doorbell */
	bool commanded; /* AQ_DB was written since the reset */
};

/* softena_aenq.c */
struct softena_aenq_state {
	struct softena_admin_ring ring;
	uint16_t head; /* credit limit */
	bool late; /* AENQ_CAPS was written after the first AQ_DB */
	uint32_t enabled; /* bit n = group n */
	uint32_t due;
	struct ena_aenq_entry payload[ENA_AENQ_GROUPS];
	bool keep_alive_started;
	uint64_t keep_alive_next_ns;
	uint64_t reset_ns; /* time of the last reset, which timestamps count from */
};

/* softena_regs.c */
struct softena_regs_state {
	uint32_t dev_ctl, dev_sts;
	uint32_t mmio_resp_lo, mmio_resp_hi;
};

/* softena_pci.c */
struct softena_pci_state {
	uint8_t config[SOFTENA_CONFIG_SIZE];
	uint8_t writable[SOFTENA_CONFIG_SIZE]; /* bits that a write changes */
};

/* softena_intr.c */
struct softena_intr_state {
	bool msix_enabled;
	bool mgmt_masked; /* INTR_MASK */
	bool mgmt_pending; /* ACQ or AENQ written while masked (part A 2.7) */
	unsigned int vectors; /* MSI-X table size */
	struct softena_vector *vector; /* [vectors], entry 0 unused */
};

/* softena_dma.c */
struct softena_dma_state {
	bool blocked_told; /* bus mastering is off, and a message has said so */
	bool read_blocked; /* why the last softena_dma_read() failed */
	uint8_t blocked_work; /* enum softena_blocked, bit n: counted since it is off */
	uint64_t faults_logged; /* stats.dma_faults at the last message about them */
};

/* softena_queue.c; arrays sized by the configuration */
struct softena_queues {
	struct softena_cq *cq; /* [n_cq] */
	unsigned int n_cq;
	struct softena_sq *tx_sq, *rx_sq; /* [cfg.tx_queues], [cfg.rx_queues] */
};

/* softena_llq.c: geometry after SET LLQ */
struct softena_llq_state {
	bool selected;
	uint16_t entry_size; /* bytes */
	uint8_t descs_before; /* B */
	uint8_t descs_per_entry; /* P */
	uint16_t header_max; /* H */
	struct ena_llq_config sel; /* codes, for GET */
};

/* softena_host_attr.c */
struct softena_host_attr {
	uint64_t info_addr; /* host information page; 0 = none */
	uint64_t debug_addr;
	uint32_t debug_size;
	uint32_t driver_features; /* ENA_HOST_FEATURE_*, read at the command */
	uint32_t driver_version;
};

/* softena_feature_rss.c; softena_rss.c reads it */
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

/* softena_rss.c: Toeplitz result of each nibble at each place of the input, for one key */
struct softena_toeplitz {
	bool valid;
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint32_t nibble[72][16]; /* 36 bytes: two IPv6 addresses and two ports */
};

/* softena_phc.c */
struct softena_phc_state {
	bool on;
	uint64_t buf;
	struct softena_rate rate;
};

/* softena_feature.c: time stamps in completions */
struct softena_timestamp_state {
	bool tx, rx;
};

/* softena_tx.c */
struct softena_tx_state {
	uint8_t *packet; /* SOFTENA_PACKET_MAX, one Tx packet in one piece */
	uint8_t *segment; /* SOFTENA_FRAME_MAX, one TSO segment */
	unsigned int turn; /* Tx SQ that is served first at the next poll */
};

/* softena_rx.c */
struct softena_rx_state {
	uint8_t *frame; /* SOFTENA_FRAME_MAX, the frame that is being received */
	size_t len; /* bytes in frame; 0 = none pending */
	uint64_t arrival_ns; /* wall clock */
	struct softena_rx_parts *parts; /* of each Rx queue; NULL without the quirk hashed_rx */
};

/* softena_steering.c */
struct softena_steering_state {
	struct softena_steering_entry *table; /* [cfg.steering_entries] */
	unsigned int rules; /* entries in use */
};

/* softena_random.c: state of a xorshift generator */
struct softena_random_state {
	uint64_t x;
};

/* softena_fault.c: one kind of fault */
struct softena_fault_arming {
	bool armed, forever;
	int queue;
	uint32_t skip, left, arg;
	uint64_t hits;
	uint64_t next_ns; /* of those that have a time */
};
struct softena_fault_state {
	uint32_t armed; /* bit n: kind n; SOFTENA_FAULT_BIT_HOLD */
	struct softena_fault_arming kind[SOFTENA_FAULT_KINDS];
	uint64_t hold_until_ns; /* end of the delay of a command */
};

struct softena {
	struct softena_config cfg;
	const struct softena_host_ops *ops;
	void *host;
	struct softena_bars bars;
	size_t bar2_size;
	struct softena_layout layout;
	struct softena_wire *wire;
	pthread_mutex_t lock;

	bool link_up;
	bool fatal; /* DEV_STS says so: nothing works until a reset */
	uint32_t mtu;
	struct softena_rate log; /* limit of messages about a driver's mistakes */
	struct softena_fault_state fault;
	struct softena_strict *strict; /* NULL: off */

	struct softena_regs_state regs;
	struct softena_admin_state admin;
	struct softena_aenq_state aenq;
	struct softena_intr_state intr;
	struct softena_dma_state dma;
	struct softena_queues queues;
	struct softena_tx_state tx;
	struct softena_rx_state rx;
	struct softena_llq_state llq;
	struct softena_timestamp_state timestamp;
	struct softena_host_attr host_attr;
	struct softena_phc_state phc;
	struct softena_random_state random;
	struct softena_steering_state steering;
	struct softena_rss_state rss;
	struct softena_toeplitz toeplitz; /* recomputed when the key in rss changes */
	struct softena_pci_state pci;

	struct softena_stats stats;
};

#endif /* SOFTENA_DEVICE_H */
