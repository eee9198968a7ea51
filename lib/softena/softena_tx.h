/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx: what a queue has collected of a packet, and the work (softena_tx.c).
 */
#ifndef SOFTENA_TX_H
#define SOFTENA_TX_H

#include "softena_device.h"

/** Longest packet before segmentation: 64 KiB and headers. */
#define SOFTENA_PACKET_MAX (65536u + 512u)
/** Descriptors of one packet that the device takes (part B 2.10). */
#define SOFTENA_TX_DESCS_MAX 32u

/** Metadata tuple (part B 2.6). */
struct softena_tx_meta {
	uint16_t mss;
	uint8_t l3_len, l3_off, l4_words;
};

/** Tx packet whose descriptors are being collected (part B 2.10, 3.11); zero = none. */
struct softena_tx_asm {
	uint16_t descs; /* metadata included; saturates above the maximum */
	uint16_t n_data; /* in data[] */
	bool has_meta;
	bool bad; /* a second metadata descriptor, or metadata after data */
	struct ena_tx_desc meta;
	struct ena_tx_desc data[SOFTENA_TX_DESCS_MAX];
	uint8_t pushed[256]; /* LLQ: header area of the first entry */
};

/** The tuple that a metadata descriptor carries. */
static inline struct softena_tx_meta
softena_tx_meta_of(const struct ena_tx_desc *d)
{
	uint32_t w0 = ena_get32(d->w[0]), w2 = ena_get32(d->w[2]);

	return (struct softena_tx_meta){
		.mss = (uint16_t)(ENA_FIELD_PREP(ENA_TX_META_MSS_HI,
					  ENA_FIELD_GET(ENA_TX_META_W0_MSS_HI, w0)) |
				  ENA_FIELD_GET(ENA_TX_META_W2_MSS_LO, w2)),
		.l3_len = (uint8_t)ENA_FIELD_GET(ENA_TX_META_W2_L3_LEN, w2),
		.l3_off = (uint8_t)ENA_FIELD_GET(ENA_TX_META_W2_L3_OFF, w2),
		.l4_words = (uint8_t)ENA_FIELD_GET(ENA_TX_META_W2_L4_WORDS, w2),
	};
}

/** The request id in the first data descriptor. */
static inline uint16_t
softena_tx_req_id_of(const struct ena_tx_desc *d)
{
	uint32_t w0 = ena_get32(d->w[0]), w1 = ena_get32(d->w[1]);

	return (uint16_t)(ENA_FIELD_PREP(ENA_TX_REQ_ID_HI, ENA_FIELD_GET(ENA_TX_W0_REQ_HI, w0)) |
			  ENA_FIELD_GET(ENA_TX_W1_REQ_LO, w1));
}

/** Send packets of all Tx SQs, round robin. @return packets processed */
unsigned int softena_tx_run(struct softena *dev);
/** There are descriptors that softena_tx_run() would read. */
bool softena_tx_waiting(const struct softena *dev);

#endif /* SOFTENA_TX_H */
