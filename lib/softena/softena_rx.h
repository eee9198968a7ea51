/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx: descriptors that a queue has fetched, and the work (softena_rx.c, softena_rx_parts.c).
 */
#ifndef SOFTENA_RX_H
#define SOFTENA_RX_H

#include "softena_device.h"

struct softena_sq;

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

static inline struct softena_rx_buf
softena_rx_buf_of(const struct ena_rx_desc *d, uint8_t portion)
{
	uint16_t len = ena_get16(d->len);

	return (struct softena_rx_buf){
		.addr = ena_get_ad48(d->addr),
		.len = len == 0 ? 65536 : len,
		.req_id = ena_get16(d->req_id),
		.portion = portion,
	};
}

/** Take frames from the wire and deliver them. @return frames processed */
unsigned int softena_rx_run(struct softena *dev);
/** The same without access to memory: frames of a patient wire wait, others are lost. */
unsigned int softena_rx_run_blocked(struct softena *dev);

/* softena_rx_parts.c, for the quirk hashed_rx; dev->rx.parts is NULL without it */
/** @return 0 or -ENOMEM */
int softena_rx_parts_create(struct softena *dev);
void softena_rx_parts_free(struct softena *dev);
/** CREATE_SQ has succeeded: nothing is posted. */
void softena_rx_parts_start(struct softena *dev, const struct softena_sq *sq);
/**
 * Fetch what is posted, and put buffers for a frame into sq->data.rx, those of its portion first.
 * @return false: its portion is empty
 */
bool softena_rx_parts_draw(
	struct softena *dev, struct softena_sq *sq, uint32_t hash, uint16_t posted);
/** Put the buffers that the frame did not need back to the heads of their portions. */
void softena_rx_parts_return(struct softena *dev, struct softena_sq *sq);

#endif /* SOFTENA_RX_H */
