/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: each deviation of a driver from the datasheet is reported. The device still does
 * what the model rules say.
 *
 *   softena_strict.c        kinds, reports, what is remembered of the queues
 *   softena_strict_tx.c     Tx descriptors and LLQ entries
 *   softena_strict_offload.c  offload bits and metadata against the headers of the packet
 *   softena_strict_rx.c     Rx descriptors, doorbells
 *   softena_strict_admin.c  commands, registers
 *
 * dev->strict is NULL if the mode is off. Callers check that first.
 */
#ifndef SOFTENA_STRICT_H
#define SOFTENA_STRICT_H

#include "softena_queue.h"

/**
 * Kinds: X(enumerator, name, section of the datasheet, rule). A rule that starts with "note: "
 * is about something allowed but unwise: it is listed, and not counted as a defect.
 */
#define SOFTENA_DEFECTS(X)                                                                         \
	X(TX_W0_MBZ, "tx-w0-mbz", "B 2.1",                                                         \
		"word 0 of a data descriptor: bits 22, 25, 31:29 are 0")                           \
	X(TX_W1_MBZ, "tx-w1-mbz", "B 2.1", "word 1: bits 21:18, 16 and 6:5 are 0")                 \
	X(TX_W3_MBZ, "tx-w3-mbz", "B 2.1", "word 3: bits 23:16 are 0")                             \
	X(TX_META_W0_MBZ, "tx-meta-w0-mbz", "B 2.2",                                               \
		"word 0 of a metadata descriptor: bits 13:0, 15, 22, 25, 31:29 are 0")             \
	X(TX_META_W1_MBZ, "tx-meta-w1-mbz", "B 2.2", "word 1 of a metadata descriptor is 0")       \
	X(TX_META_W3_MBZ, "tx-meta-w3-mbz", "B 2.2", "word 3 of a metadata descriptor is 0")       \
	X(TX_META_LAST, "tx-meta-last", "B 2.2", "a metadata descriptor has no LAST")              \
	X(TX_META_CREQ, "tx-meta-creq", "B 2.2", "a metadata descriptor has no CREQ")              \
	X(TX_META_ORDER, "tx-meta-order", "B 2.3",                                                 \
		"at most one metadata descriptor, in front of the data")                           \
	X(TX_PHASE, "tx-phase", "B 1.4, 3.6", "PHASE is that of the slot or of the LLQ entry")     \
	X(TX_FIRST_MISSING, "tx-first-missing", "B 2.3", "FIRST is in the first slot of a packet") \
	X(TX_FIRST_TWICE, "tx-first-twice", "B 2.3", "FIRST is set once in a packet")              \
	X(TX_LAST_MISSING, "tx-last-missing", "B 2.3",                                             \
		"LAST ends a packet before the next begins")                                       \
	X(TX_CREQ_MISSING, "tx-creq-missing", "B 2.3", "CREQ is in the first data descriptor")     \
	X(TX_CONT_FIELDS, "tx-cont-fields", "B 2.3",                                               \
		"continuation descriptors: request id, CREQ, W1 and HDR_LEN are 0")                \
	X(TX_LEN_ZERO, "tx-len-zero", "B 3.4",                                                     \
		"LEN is 0 only in the one descriptor of a packet that is all pushed")              \
	X(TX_LEN_ZERO_ADDR, "tx-len-zero-addr", "B 3.4", "without bytes the address is 0")         \
	X(TX_ADDR_WIDTH, "tx-addr-width", "B 2.1", "addresses have no bits above the DMA width")   \
	X(TX_REQ_ID_RANGE, "tx-req-id-range", "B 2.3", "the request id is below the depth")        \
	X(TX_REQ_ID_BUSY, "tx-req-id-busy", "B 2.3, 1.9",                                          \
		"a request id is used again only after its completion")                            \
	X(TX_HDR_LEN_OVER, "tx-hdr-len-over", "B 3.1", "HDR_LEN is at most H")                     \
	X(TX_HDR_LEN_HOST, "tx-hdr-len-host", "B 2.4",                                             \
		"in host mode HDR_LEN is 0; some device models drop packets with another value")   \
	X(TX_PUSH_SHORT, "tx-push-short", "B 3.4", "min(packet, H) bytes are pushed")              \
	X(LLQ_DESC_REST, "llq-desc-rest", "B 3.3, 3.5", "descriptor slots behind LAST are 0")      \
	X(LLQ_HEADER_REST, "llq-header-rest", "B 3.3, 3.5", "bytes behind the header are 0")       \
	X(TX_DESCS, "tx-descs", "B 2.5", "a packet has at most the announced descriptors")         \
	X(TX_META_MISSING, "tx-meta-missing", "B 2.6", "no-cache mode: metadata with each packet") \
	X(TX_META_NONZERO, "tx-meta-nonzero", "B 2.6",                                             \
		"no-cache mode: metadata of a packet without offload is 0")                        \
	X(TX_META_REDUNDANT, "tx-meta-redundant", "B 2.6",                                         \
		"note: caching mode: metadata only if the tuple is new and an offload uses it")    \
	X(TX_OFFLOAD, "tx-offload", "A 6.10", "only announced offloads are asked for")             \
	X(TX_L3_IDX, "tx-l3-idx", "B 2.1", "L3_IDX is 8 for IPv4, 11 for IPv6")                    \
	X(TX_L4_IDX, "tx-l4-idx", "B 2.1", "L4_IDX is 12 for TCP, 13 for UDP")                     \
	X(TX_L3_CS, "tx-l3-cs", "B 2.1", "L3_CS is for IPv4")                                      \
	X(TX_DF, "tx-df", "B 2.1", "DF is 0 only for an IPv4 packet whose DF flag is 0")           \
	X(TX_META_L3_OFF, "tx-meta-l3-off", "B 2.2", "L3_OFF is where the IP header starts")       \
	X(TX_META_L3_LEN, "tx-meta-l3-len", "B 2.2", "L3_LEN is the length of the IP header")      \
	X(TX_META_L4_WORDS, "tx-meta-l4-words", "B 2.2, 2.8",                                      \
		"TSO: L4_WORDS is the length of the TCP header")                                   \
	X(TX_META_MSS, "tx-meta-mss", "B 2.8, 2.10", "TSO: MSS is not 0")                          \
	X(TX_TSO_SEED, "tx-tso-seed", "B 2.8",                                                     \
		"TSO of IPv4 with DF 0: the checksum field has the pseudo-header sum, no length")  \
	X(TX_HEADERS_LONG, "tx-headers-long", "B 3.4",                                             \
		"LLQ: the headers that an offload names are in the pushed part")                   \
	X(TX_BURST, "tx-burst", "B 3.7", "entries between doorbells stay within the burst limit")  \
	X(DB_HIGH, "db-high", "B 1.6, A 2.7", "doorbells: bits 31:16 are 0")                       \
	X(DB_ADVANCE, "db-advance", "B 1.9", "a doorbell advances by at most the depth")           \
	X(DB_NO_QUEUE, "db-no-queue", "B 1.9", "registers of queues are written while they exist") \
	X(TX_OUTSTANDING, "tx-outstanding", "B 1.2, 1.5",                                          \
		"at most depth - 1 slots are outstanding")                                         \
	X(RX_OUTSTANDING, "rx-outstanding", "B 1.2, 1.5",                                          \
		"at most depth - 1 slots are outstanding")                                         \
	X(RX_W0_MBZ, "rx-w0-mbz", "B 5.1", "byte 2 and bits 1, 7:6 of byte 3 are 0")               \
	X(RX_W1_MBZ, "rx-w1-mbz", "B 5.1", "bytes 6 and 7 are 0")                                  \
	X(RX_W3_MBZ, "rx-w3-mbz", "B 5.1", "bytes 14 and 15 are 0")                                \
	X(RX_CTRL, "rx-ctrl", "B 5.1", "FIRST, LAST and CREQ are 1")                               \
	X(RX_PHASE, "rx-phase", "B 1.4", "PHASE is that of the slot")                              \
	X(RX_LEN_SMALL, "rx-len-small", "B 5.2",                                                   \
		"note: some devices do not take buffers below 1400 bytes")                         \
	X(RX_REQ_ID_RANGE, "rx-req-id-range", "B 5.1", "the request id is below the depth")        \
	X(RX_REQ_ID_BUSY, "rx-req-id-busy", "B 1.9, 5.1",                                          \
		"a request id is posted again only after its completion")                          \
	X(RX_ADDR_WIDTH, "rx-addr-width", "B 5.1", "addresses have no bits above the DMA width")   \
	X(RX_ADDR_UNMAPPED, "rx-addr-unmapped", "B 5.1", "the device can write the whole buffer")  \
	X(ADMIN_RESERVED, "admin-reserved", "A 5", "reserved bits of a command are 0")             \
	X(ADMIN_PHASE, "admin-phase", "A 4.4", "PHASE is that of the slot")                        \
	X(ADMIN_ID, "admin-id", "A 4.4", "the command id is the slot")                             \
	X(ADMIN_CTRL, "admin-ctrl", "A 4.3", "control buffer flags and record agree")              \
	X(ADMIN_OPCODE, "admin-opcode", "A 5.0", "only commands that exist")                       \
	X(ADMIN_RING_BASE, "admin-ring-base", "A 4.1, 3.2",                                        \
		"rings are based in memory, aligned to 8, before they are started")                \
	X(ADMIN_RING_CAPS, "admin-ring-caps", "A 2.7", "depth 2 to 1024, power of two; entry 64")  \
	X(ADMIN_RING_ORDER, "admin-ring-order", "A 3.2, 7.9",                                      \
		"rings are programmed once: AQ and ACQ, AENQ, then the first command")             \
	X(ADMIN_NO_QUEUE, "admin-no-queue", "A 5.8", "commands name queues that exist")            \
	X(ADMIN_CQ_USED, "admin-cq-used", "A 5.4", "the SQ is destroyed before its CQ")            \
	X(NUMA_RESERVED, "numa-reserved", "B 1.6", "NUMA register: bits 30:8 are 0, EN is 1")      \
	X(AENQ_BEYOND, "aenq-beyond", "A 7.2", "credits are those of the events handled")          \
	X(REG_IN_RESET, "reg-in-reset", "A 2.7, 3.1",                                              \
		"during a reset other registers are left alone")                                   \
	X(REG_READ_ONLY, "reg-read-only", "A 2.7",                                                 \
		"registers without a write effect are not written")

#define SOFTENA_DEFECT_ENUM(id, name, section, rule) SOFTENA_DEFECT_##id,
enum softena_defect_id { SOFTENA_DEFECTS(SOFTENA_DEFECT_ENUM) SOFTENA_DEFECT_KINDS };
#undef SOFTENA_DEFECT_ENUM

/** Reports that are logged in one second. */
#define SOFTENA_STRICT_LOG_PER_SECOND 10u
/** Largest ring entry. */
#define SOFTENA_STRICT_ENTRY_MAX 256u

/** What was seen of a ring: Tx and Rx. Positions are free-running counts without wrap. */
struct softena_strict_queue {
	uint64_t head; /* slots that the device has taken */
	uint64_t done; /* slots whose completions were written */
	/* Per request id: SOFTENA_STRICT_POSTED until the completion, then the tail at that time. A
	 * descriptor that was announced before cannot have used the id after its completion. */
	uint64_t *id_free_at;
	uint32_t ids;
	bool wrong_id; /* a fault named a wrong id: ids are not checked any more */
	/* Tx: the packet that is being collected */
	unsigned int descs, n_data;
	bool has_meta, reported_long, meta_order;
	uint16_t slot; /* of entry[] */
	uint16_t entry_len;
	uint8_t entry[SOFTENA_STRICT_ENTRY_MAX]; /* the first data descriptor, or LLQ entry */
};
#define SOFTENA_STRICT_POSTED UINT64_MAX

struct softena_strict {
	bool log_only;
	struct {
		uint64_t count;
		char first[SOFTENA_DEFECT_TEXT];
	} kind[SOFTENA_DEFECT_KINDS];
	struct softena_strict_queue *tx, *rx; /* [cfg.tx_queues], [cfg.rx_queues] */
	struct softena_rate log;
	uint64_t unlogged;
	bool commanded; /* an admin command was seen since the reset */
};

/** Where a deviation was seen. */
struct softena_place {
	const char *what; /* "Tx queue", "admin queue", "register" */
	unsigned int idx; /* of the queue, or offset of the register */
	unsigned int slot; /* SOFTENA_NO_SLOT: none */
	const void *entry; /* dumped */
	size_t len;
};
#define SOFTENA_NO_SLOT UINT32_MAX

/* softena_strict.c */
/** @return 0 or -ENOMEM; leaves dev->strict NULL if the mode is off */
int softena_strict_create(struct softena *dev);
void softena_strict_free(struct softena *dev);
void softena_strict_reset(struct softena *dev);
/** CREATE_SQ has succeeded. */
void softena_strict_sq_created(struct softena *dev, const struct softena_sq *sq);
struct softena_strict_queue *softena_strict_of(struct softena *dev, const struct softena_sq *sq);
/** One report; @p fmt says what was found. */
void softena_defect(struct softena *dev, enum softena_defect_id id,
	const struct softena_place *place, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/** Note that the request id is used by slots up to @p pos. @return false if it was not free */
bool softena_strict_id_take(struct softena_strict_queue *st, uint16_t id, uint64_t pos);
/** Its completion is about to become visible. */
void softena_strict_completed(
	struct softena *dev, const struct softena_sq *sq, uint16_t id, uint16_t slots);

/** A fault of the device names a wrong id in a completion of the queue. */
void softena_strict_wrong_id(struct softena *dev, const struct softena_sq *sq);

/* softena_strict_tx.c */
/** A descriptor of a host ring was read. */
void softena_strict_tx_slot(struct softena *dev, const struct softena_sq *sq, uint16_t slot,
	const struct ena_tx_desc *d);
/** An LLQ entry was read; @p first: a packet starts in it. */
void softena_strict_tx_entry(struct softena *dev, const struct softena_sq *sq, uint16_t slot,
	const uint8_t *entry, bool first);
/** LAST was seen; sq->data.tx has the packet, sq->meta is the cached tuple before it. */
void softena_strict_tx_packet(struct softena *dev, const struct softena_sq *sq);
/** The packet was taken: sq->head has moved. */
void softena_strict_tx_taken(struct softena *dev, const struct softena_sq *sq, uint16_t slots);
/** Place of the packet's first descriptor, for reports about the whole. */
struct softena_place softena_strict_tx_place(struct softena *dev, const struct softena_sq *sq);

/* softena_strict_offload.c */
/**
 * Called when the bytes of the packet are known and its tuple is chosen.
 * @param pushed bytes that came with the LLQ entry; not used for a host ring
 */
void softena_strict_tx_headers(struct softena *dev, const struct softena_sq *sq, uint32_t w1,
	const struct softena_tx_meta *meta, const uint8_t *pkt, size_t len, size_t pushed);

/* softena_strict_rx.c */
/** A doorbell of an SQ is about to take effect. */
void softena_strict_doorbell(struct softena *dev, const struct softena_sq *sq, uint32_t val);
/** A write to an I/O register that no queue owns. */
void softena_strict_no_queue(struct softena *dev, uint32_t off, uint32_t val);
void softena_strict_numa(struct softena *dev, uint32_t off, uint32_t val);

/* softena_strict_admin.c */
/** A command that was fetched and is about to be executed. */
void softena_strict_command(struct softena *dev, uint16_t count, const struct ena_aq_entry *cmd);
/** A ring is about to be started or stopped by its CAPS register. */
void softena_strict_ring_caps(
	struct softena *dev, const struct softena_admin_ring *ring, uint32_t off, uint32_t val);
/** AQ or AENQ doorbell. */
void softena_strict_admin_db(struct softena *dev, uint32_t off, uint32_t val);
/** Any other register write. */
void softena_strict_reg(struct softena *dev, uint32_t off, uint32_t val);

#endif /* SOFTENA_STRICT_H */
