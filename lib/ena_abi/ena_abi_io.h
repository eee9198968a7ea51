/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * I/O descriptors and completions (datasheet part B, sections 2 to 5).
 *
 * Descriptors are arrays of four 32-bit words, as in the datasheet. The name of a mask contains the
 * number of its word.
 */
#ifndef ENA_ABI_IO_H
#define ENA_ABI_IO_H

#include "ena_abi_bits.h"

/** Largest SQ and CQ depth: indices are free-running 16-bit counts (part B 1.2). */
#define ENA_RING_DEPTH_MAX 32768u

/* L3 and L4 protocol codes, in Tx descriptors and Rx completions (part B 2.1, 5.3). */
#define ENA_L3_UNKNOWN 0u
#define ENA_L3_IPV4    8u
#define ENA_L3_IPV6    11u
#define ENA_L3_FCOE    21u /* Rx only: does not fit the 4 bits of Tx */
#define ENA_L3_ROCE    22u
#define ENA_L4_UNKNOWN 0u
#define ENA_L4_TCP     12u
#define ENA_L4_UDP     13u
#define ENA_L4_ROCE2   23u

/**
 * Tx data descriptor (part B 2.1), 16 bytes, in a host ring or in an LLQ entry.
 */
struct ena_tx_desc {
	ena_le32_t w[4];
};
ENA_ABI_SIZE(struct ena_tx_desc, 16);

#define ENA_TX_W0_LEN     ENA_BITS(15, 0) /* bytes in this buffer; 0 = none */
#define ENA_TX_W0_REQ_HI  ENA_BITS(21, 16) /* request id [15:10] */
#define ENA_TX_W0_META    ENA_BIT(23)
#define ENA_TX_W0_PHASE   ENA_BIT(24)
#define ENA_TX_W0_FIRST   ENA_BIT(26)
#define ENA_TX_W0_LAST    ENA_BIT(27)
#define ENA_TX_W0_CREQ    ENA_BIT(28)
#define ENA_TX_W0_MBZ     (ENA_BIT(22) | ENA_BIT(25) | ENA_BITS(31, 29))
#define ENA_TX_W1_L3_IDX  ENA_BITS(3, 0)
#define ENA_TX_W1_DF      ENA_BIT(4)
#define ENA_TX_W1_TSO     ENA_BIT(7)
#define ENA_TX_W1_L4_IDX  ENA_BITS(12, 8)
#define ENA_TX_W1_L3_CS   ENA_BIT(13)
#define ENA_TX_W1_L4_CS   ENA_BIT(14)
#define ENA_TX_W1_FCS_OFF ENA_BIT(15)
#define ENA_TX_W1_L4_SEED ENA_BIT(17) /* pseudo-header sum is in the checksum field */
#define ENA_TX_W1_MBZ     ENA_BITS(21, 18)
#define ENA_TX_W1_REQ_LO  ENA_BITS(31, 22) /* request id [9:0] */
/* w[2] is ADDR_LO */
#define ENA_TX_W3_ADDR_HI ENA_BITS(15, 0)
#define ENA_TX_W3_MBZ     ENA_BITS(23, 16)
#define ENA_TX_W3_HDR_LEN ENA_BITS(31, 24)

/** Request id of a Tx data descriptor, split over two words. */
#define ENA_TX_REQ_ID_LO ENA_BITS(9, 0)
#define ENA_TX_REQ_ID_HI ENA_BITS(15, 10)

/* Tx metadata descriptor (part B 2.2): the same 16 bytes with W0.META = 1. */
#define ENA_TX_META_W0_EXT_VALID ENA_BIT(14)
#define ENA_TX_META_W0_MSS_HI    ENA_BITS(19, 16) /* MSS [13:10] */
#define ENA_TX_META_W0_META_TYPE ENA_BIT(20)
#define ENA_TX_META_W0_STORE     ENA_BIT(21)
#define ENA_TX_META_W0_META      ENA_TX_W0_META
#define ENA_TX_META_W0_PHASE     ENA_TX_W0_PHASE
#define ENA_TX_META_W0_FIRST     ENA_TX_W0_FIRST
#define ENA_TX_META_W0_LAST      ENA_TX_W0_LAST
#define ENA_TX_META_W0_CREQ      ENA_TX_W0_CREQ
#define ENA_TX_META_W0_MBZ \
	(ENA_BITS(9, 0) | ENA_BITS(13, 10) | ENA_BIT(22) | ENA_BIT(25) | ENA_BITS(31, 29))
#define ENA_TX_META_W2_L3_LEN   ENA_BITS(7, 0) /* bytes */
#define ENA_TX_META_W2_L3_OFF   ENA_BITS(15, 8) /* bytes from frame start */
#define ENA_TX_META_W2_L4_WORDS ENA_BITS(21, 16) /* L4 header, 32-bit words */
#define ENA_TX_META_W2_MSS_LO   ENA_BITS(31, 22) /* MSS [9:0] */
#define ENA_TX_META_MSS_LO      ENA_BITS(9, 0)
#define ENA_TX_META_MSS_HI      ENA_BITS(13, 10)
#define ENA_TX_META_MSS_MAX     16383u

/**
 * Tx completion (part B 4.1), 8 bytes.
 */
struct ena_tx_cdesc {
	ena_le16_t req_id;
	uint8_t status; /**< not determined, ignored */
	uint8_t flags; /**< ENA_TX_CDESC_* */
	ena_le16_t subq;
	ena_le16_t sq_head; /**< SQ head index of the device, ignored by drivers */
};
ENA_ABI_SIZE(struct ena_tx_cdesc, 8);
ENA_ABI_AT(struct ena_tx_cdesc, flags, 3);
ENA_ABI_AT(struct ena_tx_cdesc, sq_head, 6);

#define ENA_TX_CDESC_PHASE ENA_BIT(0)
#define ENA_TX_CDESC_MBZ   ENA_BITS(7, 6) /* checked if the device has capability bit 4 */

/** Extended Tx completion, 16 bytes, with a time stamp in nanoseconds (part B 4.3). */
struct ena_tx_cdesc_ext {
	struct ena_tx_cdesc base;
	ena_le32_t timestamp_lo;
	ena_le32_t timestamp_hi;
};
ENA_ABI_SIZE(struct ena_tx_cdesc_ext, 16);

/**
 * Rx descriptor (part B 5.1), 16 bytes: one buffer.
 */
struct ena_rx_desc {
	ena_le16_t len; /**< buffer bytes; 0 = 65536 */
	uint8_t mbz0;
	uint8_t ctrl; /**< ENA_RX_CTRL_* */
	ena_le16_t req_id; /**< below the depth of the ring */
	ena_le16_t mbz1;
	struct ena_ad48 addr;
};
ENA_ABI_SIZE(struct ena_rx_desc, 16);
ENA_ABI_AT(struct ena_rx_desc, ctrl, 3);
ENA_ABI_AT(struct ena_rx_desc, req_id, 4);
ENA_ABI_AT(struct ena_rx_desc, addr, 8);

#define ENA_RX_CTRL_PHASE ENA_BIT(0)
#define ENA_RX_CTRL_FIRST ENA_BIT(2)
#define ENA_RX_CTRL_LAST  ENA_BIT(3)
#define ENA_RX_CTRL_CREQ  ENA_BIT(4)
#define ENA_RX_CTRL_MBO   ENA_BIT(5) /* defined as one, written 0 by most drivers */
#define ENA_RX_CTRL_MBZ   (ENA_BIT(1) | ENA_BITS(7, 6))

/**
 * Rx completion (part B 5.3), 16 bytes: one consumed buffer.
 */
struct ena_rx_cdesc {
	ena_le32_t status; /**< ENA_RX_CDESC_* */
	ena_le16_t len; /**< bytes of packet data in this buffer */
	ena_le16_t req_id;
	ena_le32_t hash;
	ena_le16_t subq;
	uint8_t offset; /**< of the data in the first buffer, bytes */
	uint8_t rsv;
};
ENA_ABI_SIZE(struct ena_rx_cdesc, 16);
ENA_ABI_AT(struct ena_rx_cdesc, len, 4);
ENA_ABI_AT(struct ena_rx_cdesc, req_id, 6);
ENA_ABI_AT(struct ena_rx_cdesc, hash, 8);
ENA_ABI_AT(struct ena_rx_cdesc, offset, 14);

#define ENA_RX_CDESC_L3_IDX ENA_BITS(4, 0)
#define ENA_RX_CDESC_VLANS  ENA_BITS(6, 5)
#define ENA_RX_CDESC_MBZ_A  ENA_BIT(7) /* checked if the device has capability bit 4 */
#define ENA_RX_CDESC_L4_IDX ENA_BITS(12, 8)
#define ENA_RX_CDESC_L3_ERR ENA_BIT(13)
#define ENA_RX_CDESC_L4_ERR ENA_BIT(14)
#define ENA_RX_CDESC_FRAG   ENA_BIT(15)
#define ENA_RX_CDESC_L4_CHK ENA_BIT(16)
#define ENA_RX_CDESC_MBZ_B  ENA_BIT(17)
#define ENA_RX_CDESC_MBZ    (ENA_RX_CDESC_MBZ_A | ENA_RX_CDESC_MBZ_B)
#define ENA_RX_CDESC_PHASE  ENA_BIT(24)
#define ENA_RX_CDESC_L3_CS2 ENA_BIT(25)
#define ENA_RX_CDESC_FIRST  ENA_BIT(26)
#define ENA_RX_CDESC_LAST   ENA_BIT(27)
#define ENA_RX_CDESC_BUF    ENA_BIT(30)

/** Extended Rx completion, 32 bytes, with a time stamp in nanoseconds (part B 5.3). */
struct ena_rx_cdesc_ext {
	struct ena_rx_cdesc base;
	ena_le32_t addr_lo;
	ena_le16_t addr_hi;
	ena_le16_t rsv;
	ena_le32_t timestamp_lo;
	ena_le32_t timestamp_hi;
};
ENA_ABI_SIZE(struct ena_rx_cdesc_ext, 32);
ENA_ABI_AT(struct ena_rx_cdesc_ext, addr_lo, 16);
ENA_ABI_AT(struct ena_rx_cdesc_ext, timestamp_lo, 24);

/* LLQ geometry (part B 3.1, 3.3, 3.11); all sizes in bytes. */
#define ENA_LLQ_DESC_SIZE 16u

/** Largest pushed header of an LLQ entry with @p before descriptors before the header. */
static inline uint32_t
ena_llq_header_max(uint32_t entry_size, uint32_t before)
{
	return entry_size > before * ENA_LLQ_DESC_SIZE ? entry_size - before * ENA_LLQ_DESC_SIZE :
							 0;
}

/**
 * LLQ entries of a packet with @p descs descriptors (part B 3.3).
 *
 * @param descs   descriptors of the packet, metadata included, at least 1
 * @param before  descriptors before the header in the first entry
 * @param per_entry descriptors in each following entry, at least 1
 */
static inline uint32_t
ena_llq_entries(uint32_t descs, uint32_t before, uint32_t per_entry)
{
	return descs <= before ? 1 : 1 + (descs - before + per_entry - 1) / per_entry;
}

/**
 * LLQ entries of a packet (part B 3.3).
 *
 * @param meta    metadata descriptors, 0 or 1
 * @param buffers buffers behind the pushed header; a packet without one still has a data descriptor
 * @param before, per_entry as for ena_llq_entries()
 */
static inline uint32_t
ena_llq_packet_entries(uint32_t meta, uint32_t buffers, uint32_t before, uint32_t per_entry)
{
	return ena_llq_entries(meta + (buffers > 1 ? buffers : 1), before, per_entry);
}

/** Largest number of descriptors in @p entries LLQ entries, at least 1: the inverse of the above.
 */
static inline uint32_t
ena_llq_descs_max(uint32_t entries, uint32_t before, uint32_t per_entry)
{
	return before + (entries - 1) * per_entry;
}

#endif /* ENA_ABI_IO_H */
