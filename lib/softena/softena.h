/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * softena: a software Elastic Network Adapter. It is a model of the whole device: register
 * state, the admin state machine, rings, offload engines, RSS, steering, clocks and
 * statistics behind the registers of the datasheet. It serves any ENA driver.
 *
 * A front end owns a struct softena. It provides the memory behind the BARs, translates DMA
 * addresses, delivers interrupts and tells the time (struct softena_host_ops), and calls
 * softena_poll() from a thread of its own. On the network side the device has a wire (struct
 * softena_wire): the medium that frames come from and go to.
 *
 * Every public function may be called from any thread; a device has one lock, which is
 * held while softena_poll() works. Host ops and wire ops are called with that lock held
 * and must not call back into the same device.
 */
#ifndef SOFTENA_H
#define SOFTENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ena_abi.h>

#include "softena_fault.h"
#include "softena_quirks.h"

#ifdef __cplusplus
extern "C" {
#endif

struct softena;

#define SOFTENA_BAR0_MAX    0x8000u /* largest BAR0; real ones have 16 or 8 KiB */
#define SOFTENA_DB_FIRST    0x1000u /* I/O doorbells, unmask and NUMA registers begin here */
#define SOFTENA_CONFIG_SIZE 4096u /* PCIe configuration space */

/** Most queue pairs that a device can be configured with. */
#define SOFTENA_QUEUES_MAX 128u
/** Longest frame on a wire, bytes without FCS. */
#define SOFTENA_FRAME_MAX 16384u

/** Key "strict": what happens when a driver deviates from the datasheet. */
enum softena_strict_mode {
	SOFTENA_STRICT_OFF, /**< only what the device notices anyway is counted */
	SOFTENA_STRICT_ON, /**< reported: logged, listed by kind, and counted as a defect */
	SOFTENA_STRICT_LOG, /**< logged and listed by kind, not counted */
};

/** What the device can do. Filled by softena_config_default() or a profile. */
struct softena_config {
	char name[32]; /**< for messages */
	/* PCI */
	uint16_t device_id;
	uint8_t revision; /**< bit 0: no readless reads */
	uint8_t prog_if; /**< programming interface byte of the class code */
	bool bar2; /**< device memory exists */
	uint32_t bar0_size; /**< 8, 16 or 32 KiB */
	uint32_t bar1_size; /**< 0 (no BAR1), or 4 KiB and more: it has the MSI-X table */
	uint32_t bar2_size; /**< at least; 0 = as much as the LLQ rings need */
	bool bar2_64bit;
	bool pm_capability; /**< power management in the configuration space */
	/* registers */
	uint8_t reset_timeout_100ms; /**< 1 to 31 */
	uint8_t admin_timeout_100ms; /**< 0 to 15, 0 = driver default */
	uint8_t dma_width; /**< 32 to 48 */
	uint32_t version; /**< VERSION */
	uint32_t ctrl_version;
	/* attributes */
	uint8_t mac[6];
	uint32_t max_mtu;
	uint32_t features; /**< advertised, bit n = enum ena_feature_id n */
	uint32_t capabilities; /**< ENA_CAP_* */
	/* queues, per direction */
	uint32_t tx_queues, rx_queues;
	uint32_t tx_depth, rx_depth;
	uint32_t header_size;
	uint16_t tx_descs, rx_descs; /**< per packet */
	/* LLQ, if ENA_FEATURE_LLQ is advertised */
	uint32_t llq_num, llq_depth;
	uint16_t llq_wide_depth;
	uint16_t llq_entry_sizes; /**< ENA_LLQ_ENTRY_* */
	uint16_t llq_descs_before; /**< ENA_LLQ_BEFORE_* */
	uint16_t llq_strides; /**< ENA_LLQ_STRIDE_* */
	uint16_t llq_locations; /**< ENA_LLQ_HEADER_* */
	uint8_t llq_recommended; /**< ENA_LLQ_ENTRY_* or 0 */
	uint16_t llq_accel; /**< ENA_LLQ_ACCEL_* */
	uint16_t llq_burst; /**< bytes */
	/* offloads and RSS */
	uint32_t tx_offloads, rx_offloads;
	uint16_t rss_log2_min, rss_log2_max;
	uint32_t rss_functions; /**< ENA_RSS_FUNC_* */
	/* events, link, clocks, hints */
	uint32_t aenq_groups;
	uint16_t moderation_us;
	uint32_t link_mbps;
	bool link_up; /**< state at power-on */
	uint16_t steering_entries;
	bool timestamp_tx, timestamp_rx;
	uint32_t phc_expire_us, phc_block_us;
	uint64_t config_notification; /**< group 6 bitmap; 0 = never sent */
	struct ena_hw_hints hints;
	/** The network drops frames whose source is not @c mac, as EC2 does (revision 2, 38). */
	bool source_mac_check;
	struct softena_quirks quirks;
	uint8_t strict; /**< enum softena_strict_mode */
};

/** Services of the front end. All must be set; @c host is the pointer given at creation. */
struct softena_host_ops {
	/**
	 * Host address of DMA address @p iova.
	 * @param len    bytes wanted, at least 1
	 * @param write  the device is going to write
	 * @param contig bytes usable at the returned address, 1 to @p len
	 * @return NULL if it is not mapped; the device then counts a fault
	 */
	void *(*dma)(void *host, uint64_t iova, size_t len, bool write, size_t *contig);
	/** Send the message of an MSI-X vector. Only called while MSI-X is enabled. */
	void (*raise)(void *host, uint16_t vector);
	/** Monotonic time, nanoseconds. */
	uint64_t (*now_ns)(void *host);
	/** Unix time (UTC), nanoseconds. */
	uint64_t (*wallclock_ns)(void *host);
	/** A line for the person who runs the device; no newline. @p level as syslog(3). */
	void (*log)(void *host, int level, const char *msg);
};

/** How the driver's stores to BAR0 reach the device. */
enum softena_bar0_mode {
	/** The front end calls softena_reg_read() and softena_reg_write() for each access. */
	SOFTENA_BAR0_TRAPPED,
	/** Offsets from SOFTENA_DB_FIRST are plain memory that softena_poll() looks at. */
	SOFTENA_BAR0_POLLED_DOORBELLS,
	/** All of BAR0 is plain memory that softena_poll() looks at. */
	SOFTENA_BAR0_POLLED,
};

/** Memory behind the BARs; owned by the front end, outlives the device. */
struct softena_bars {
	enum softena_bar0_mode mode;
	void *bar0; /**< config.bar0_size bytes, page aligned; needed in polled modes */
	void *bar2; /**< softena_bar2_size() bytes; NULL if the device has no BAR2 */
	/**
	 * The configuration space as memory that the driver writes directly; its command register
	 * is looked at before each DMA access. NULL: it is written by softena_config_write() only.
	 */
	const void *config;
};

/** The medium. An implementation embeds this structure at its start. */
struct softena_wire;
/** Frames that a wire accepted in send and could not deliver later. */
struct softena_wire_loss {
	uint64_t frames, bytes;
	const char *why; /**< one line, valid until the wire is closed; NULL: nothing to say */
};
struct softena_wire_ops {
	const char *kind; /**< "loopback", "tap", ... */
	/**
	 * Next frame from the medium, without waiting.
	 * @return bytes of the frame (without FCS), 0 if there is none now
	 */
	size_t (*recv)(struct softena_wire *wire, uint8_t *frame, size_t cap);
	/**
	 * Put a frame on the medium, without waiting.
	 * @return true if the medium took it; false counts as a loss of the wire
	 */
	bool (*send)(struct softena_wire *wire, const uint8_t *frame, size_t len);
	/**
	 * True if no frame will ever come again (the end of a file). May be NULL: there is no end.
	 */
	bool (*ended)(struct softena_wire *wire);
	/**
	 * Called at the end of each softena_poll(): flush, no waiting. May be NULL.
	 * @param loss zeros; to be filled if frames that send took since the last call are lost
	 */
	void (*flush)(struct softena_wire *wire, struct softena_wire_loss *loss);
	void (*close)(struct softena_wire *wire);
};
struct softena_wire {
	const struct softena_wire_ops *ops;
	/**
	 * True: the device takes a frame only when its Rx queue has buffers, so nothing is
	 * lost (files, generators). False: no buffer, no frame, as on a real medium.
	 */
	bool patient;
	/** False: recv is not called (a source that waits for its start command). */
	bool started;
	/**
	 * Bytes of each packet that are really moved between the device and host memory; 0 = all.
	 * For measurements: lengths and completions stay true, the rest of a payload does not.
	 */
	uint32_t move_max;
	/**
	 * The clocks that the wire uses for rates, delays and time stamps. The device sets those of
	 * its host, from softena_create() to softena_destroy(). NULL: the clocks of the system.
	 */
	const struct softena_host_ops *clock;
	void *host; /**< of @c clock */
	/**
	 * Counters, updated by the device. tx_lost: frames that send refused, or that flush
	 * reported as lost.
	 */
	uint64_t rx_frames, rx_bytes, tx_frames, tx_bytes, tx_lost;
};

/* ---- configuration (softena_config.c) -------------------------------------- */

/** The device of part A appendix A: 8 queues, depth 1024, LLQ with 128-byte entries, no quirks. */
void softena_config_default(struct softena_config *cfg);

/**
 * Set one key from text, "profile" included ("nitro-v2", "nitro-v4", "nitro-v5",
 * "no-llq", ...). Numbers may be decimal or hexadecimal.
 * @param err what is wrong and what is allowed, one line
 * @return 0 or -EINVAL (unknown key, or a value that is out of range)
 */
int softena_config_set(
	struct softena_config *cfg, const char *key, const char *value, char *err, size_t err_len);

/** What softena_config_set_once() was given so far; zeros at the start. */
struct softena_config_given {
	uint64_t keys[2]; /**< by the place of a key in the table of keys */
	uint32_t features; /**< feature-NAME */
	bool profile;
};

/**
 * softena_config_set() for what a person has written: a key that was given before is refused,
 * since one of the values would be lost; so is a profile behind another key. "+NAME" and
 * "-NAME" change a set of names and may be given any number of times.
 * @return as softena_config_set(); @p given changes with success only
 */
int softena_config_set_once(struct softena_config *cfg, struct softena_config_given *given,
	const char *key, const char *value, char *err, size_t err_len);

/** Check the whole for contradictions. @return 0 or -EINVAL with @p err set */
int softena_config_check(const struct softena_config *cfg, char *err, size_t err_len);

/** Text for --help: one line per key and per profile, "key\tvalues\tmeaning". */
const char *softena_config_help(void);

/** A value of a profile. */
struct softena_profile_value {
	const char *key, *value; /**< for softena_config_set() */
	const char *certainty; /**< "[2]", "[1]", "[obs]" or "model" */
	const char *source; /**< section of the datasheet, or "#n": a report in amzn-drivers */
};
struct softena_profile_info {
	const char *name;
	const char *base; /**< profile for all other values; NULL: the default */
	const char *help;
	const struct softena_profile_value *values;
	unsigned int count;
};
/** @return false if there are not so many profiles */
bool softena_profile_get(unsigned int i, struct softena_profile_info *info);
/** Text for --list-profiles: one line per value, "profile\tkey=value\t[certainty] source". */
const char *softena_profile_help(void);

/* ---- life ------------------------------------------------------------------ */

/** Bytes of BAR2, a power of two; 0 if the device has none. */
size_t softena_bar2_size(const struct softena_config *cfg);
/** A larger BAR2 has a 64-bit address, whatever the configuration says. */
#define SOFTENA_BAR2_32BIT_MAX (64u << 20)
bool softena_bar2_is_64bit(const struct softena_config *cfg);
/** Bytes of a BAR, 0 to 5; 0 if there is none. */
size_t softena_bar_size(const struct softena_config *cfg, unsigned int bar);

/** Offsets of the registers. */
struct softena_layout {
	uint32_t unmask, numa; /**< offsets in BAR0 of the first ones; doorbells come before */
	uint32_t db_end; /**< end of the NUMA registers; a multiple of 4 KiB */
	uint8_t msix_bar;
	uint32_t msix_table, msix_pba;
};
void softena_layout_get(const struct softena_config *cfg, struct softena_layout *layout);

/**
 * Power on. @p wire may be NULL (nothing attached: no carrier) and stays owned by the caller.
 * @return 0, -EINVAL, -ENOMEM
 */
int softena_create(const struct softena_config *cfg, const struct softena_host_ops *ops, void *host,
	const struct softena_bars *bars, struct softena_wire *wire, struct softena **dev);

/** Power off. Does not close the wire. */
void softena_destroy(struct softena *dev);

/** PCI function-level reset: everything of part A 3.8 and the configuration space. */
void softena_function_reset(struct softena *dev);

/* ---- PCI (softena_pci.c) ---------------------------------------------------- */

/** Configuration space access, 1, 2 or 4 bytes or a block; beyond the end reads 0. */
void softena_config_read(struct softena *dev, uint32_t off, void *buf, uint32_t len);
/** True while the function is off the bus (SOFTENA_FAULT_REMOVED): its configuration space reads
 * all ones. */
bool softena_removed(struct softena *dev);
/** @return true if that caused a function-level reset */
bool softena_config_write(struct softena *dev, uint32_t off, const void *buf, uint32_t len);
/**
 * Write back what was saved before a function-level reset, as kernels do. Read-only bits and
 * the bit that starts such a reset are ignored.
 */
void softena_config_restore(struct softena *dev, uint32_t off, const void *buf, uint32_t len);

/** MSI-X table size, entries. */
unsigned int softena_msix_vectors(const struct softena *dev);

/** The front end tells whether messages can be delivered (part B 6.7). */
void softena_msix_enable(struct softena *dev, bool enabled);

/* ---- registers (softena_regs.c) ---------------------------------------------- */

/** A trapped 32-bit access to BAR0; anything unaligned or of other width is the front end's no-op.
 */
uint32_t softena_reg_read(struct softena *dev, uint32_t off);
void softena_reg_write(struct softena *dev, uint32_t off, uint32_t val);

/* ---- work -------------------------------------------------------------------- */

/**
 * Look at polled registers, execute admin commands, events and timers, and move packets.
 * @param control registers, commands, events and timers
 * @param data    doorbells of I/O queues and packets; false with a step-mode front end
 * @return amount of work done, 0 if there was nothing: the caller may sleep then
 */
unsigned int softena_poll(struct softena *dev, bool control, bool data);

/** Change the carrier; drivers get a link event (part A 7.9). */
void softena_link_set(struct softena *dev, bool up);
bool softena_link_get(struct softena *dev);

/**
 * Make the device send an event of a group that nothing else in this model triggers: fatal error,
 * warning, notification (with the configured hints) or reset request (part A 7.3). The event is
 * written when the driver has enabled the group and given credit (7.9).
 * @return 0, -EINVAL for another group, -EAGAIN if the driver has not enabled the group
 */
int softena_event_send(struct softena *dev, enum ena_aenq_group group);

/** Counters. The first seven are those of GET_STATS (part B 8.1), and start at 0 at a reset. */
struct softena_stats {
	uint64_t tx_pkts, tx_bytes, rx_pkts, rx_bytes, rx_drops, tx_drops, rx_overruns;
	/* since power-on */
	uint64_t resets;
	uint32_t last_reset_reason;
	uint32_t last_error_reason; /**< of the last reset with a reason other than normal */
	uint64_t admin_commands, admin_errors;
	uint64_t events;
	uint64_t interrupts;
	uint64_t dma_faults; /**< accesses to addresses that are not mapped */
	uint64_t last_fault_addr;
	/**
	 * Work that was not done because the driver has switched off bus mastering: accesses and
	 * messages that were lost, frames without a buffer, and each kind of work that waits.
	 */
	uint64_t dma_blocked;
	uint64_t reg_reads; /**< register reads that were asked for by MMIO_REG_READ */
	uint64_t bad_doorbells; /**< advance beyond the depth, or no such queue */
	uint64_t tx_doorbells, rx_doorbells;
	uint64_t tx_malformed;
	uint64_t defects; /**< deviations of the driver from the datasheet; strict mode */
	uint64_t faults_injected; /**< how often an armed fault has struck */
	uint64_t rx_silent_drops; /**< hashed_rx, silent_rx_drops: not visible to the driver */
	uint64_t tx_foreign_source; /**< source_mac_check: frames that the network dropped */
	uint64_t wire_rx_frames, wire_tx_frames, wire_tx_lost;
	bool link_up;
	bool wire_ended;
	bool rx_pending; /**< a patient wire's frame waits for a buffer */
	unsigned int tx_queues, rx_queues; /**< queues that exist now */
};
void softena_stats_get(struct softena *dev, struct softena_stats *stats);

/** Per-queue counters, indexed by SQ number. */
struct softena_queue_stats {
	bool exists;
	bool llq;
	uint16_t depth;
	uint64_t pkts, bytes;
	uint16_t posted; /**< slots the driver has given and the device has not used */
	uint16_t posted_min; /**< Rx: lowest value when a frame arrived, since the queue was created
			      */
};
/** @return 0 or -EINVAL if @p idx is above the configured number of queues */
int softena_queue_stats_get(
	struct softena *dev, bool tx, unsigned int idx, struct softena_queue_stats *qs);

/* ---- strict mode (softena_strict.c) ---------------------------------------------- */

/** Bytes of a report, with the dump of an LLQ entry and the end of the string. */
#define SOFTENA_DEFECT_TEXT 1024

/** Reports of one kind since power-on. */
struct softena_defect {
	const char *kind; /**< "tx-phase", ... */
	const char *section; /**< of the datasheet: "B 1.4" */
	const char *rule; /**< what a driver must do */
	bool note; /**< allowed but unwise: not in softena_stats.defects */
	uint64_t count;
	char first[SOFTENA_DEFECT_TEXT]; /**< the first report; empty if there is none */
};

/**
 * Reports of kind number @p kind; kinds are numbered from 0 without gaps.
 * @return false if there are not so many kinds
 */
bool softena_defect_get(struct softena *dev, unsigned int kind, struct softena_defect *defect);

/* ---- engines that tests and tools use directly -------------------------------- */

/** Toeplitz hash, conventional key order, part A 6.9. */
uint32_t softena_toeplitz(const uint8_t key[ENA_RSS_KEY_SIZE], const uint8_t *data, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* SOFTENA_H */
