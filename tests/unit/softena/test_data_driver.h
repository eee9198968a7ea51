/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A small ENA driver for the tests of the data plane. It does what a driver must do and no
 * more: admin commands one at a time, rings as byte arrays that the tests fill themselves.
 */
#ifndef TEST_DATA_DRIVER_H
#define TEST_DATA_DRIVER_H

#include "fake_host.h"

struct dd {
	struct softena_config cfg;
	struct fake_host host;
	const struct softena_host_ops *ops; /**< NULL = fake_host_ops */
	const uint8_t *cfg_memory; /**< configuration space in memory, NULL = none */
	struct fake_wire wire;
	struct softena *dev;
	uint8_t *bar2;
	uint8_t *aq, *acq;
	uint8_t *ctrl; /**< control buffer, one page */
	uint64_t ctrl_iova;
	uint16_t commands;
	uint16_t llq_entry; /**< bytes */
};

struct dd_queue {
	/* wishes */
	bool tx, llq, extended, no_intr;
	uint16_t depth;
	uint32_t vector; /**< 0 = none */
	uint64_t sq_iova; /**< 0 = anywhere */
	uint8_t cq_skew; /**< bytes by which the CQ misses an alignment to 64 */
	/* what came of it */
	uint16_t sq_idx, cq_idx;
	uint8_t *sq; /**< ring in host memory or in BAR2 */
	uint8_t *cq;
	uint64_t cq_iova;
	uint32_t db_off, unmask_off;
	uint16_t slot_size, entry_size;
	uint16_t tail, cq_head;
};

/** Power on, reset, admin queue. @c d->cfg is what the test made of dd_config(). */
void dd_open(struct dd *d);
/** Default configuration with offload, RSS, steering and timestamp features. */
void dd_config(struct dd *d);
/** A new admin queue after a reset of the device. */
void dd_restart(struct dd *d);
void dd_close(struct dd *d);
/** Teardown of cmocka: dd_close() of the struct dd that the setup has left in @p state. */
int dd_teardown(void **state);

/** Run a command of @p len bytes. @return its status; @p rsp may be NULL */
uint8_t dd_command(struct dd *d, void *cmd, size_t len, struct ena_acq_entry *rsp);
/** SET_FEATURE with @p ctrl_len bytes of d->ctrl as control buffer. */
uint8_t dd_set(struct dd *d, enum ena_feature_id id, const void *data, size_t len, size_t ctrl_len);
uint8_t dd_set_llq(struct dd *d, uint16_t entry, uint16_t before, uint16_t stride);
void dd_host_features(struct dd *d, uint32_t features);

/** CREATE_CQ and CREATE_SQ. Fails the test if the device refuses. */
void dd_create(struct dd *d, struct dd_queue *q);
/** DESTROY_SQ and DESTROY_CQ. */
void dd_remove(struct dd *d, struct dd_queue *q);

/** Ring memory of slot @p n (free-running). */
uint8_t *dd_slot(const struct dd_queue *q, uint16_t n);
/** Write bytes given in hexadecimal at the queue's tail, and step. */
void dd_put(struct dd_queue *q, const char *hex);
/** Host-memory Tx data descriptor at the tail, and step. Bits as in words 0 and 1. */
void dd_put_tx(struct dd_queue *q, uint32_t w0, uint32_t w1, uint64_t addr, uint8_t hdr_len);
/** Rx buffer at the tail, and step. */
void dd_put_rx(struct dd_queue *q, uint64_t addr, uint32_t len, uint16_t req_id);
void dd_doorbell(struct dd *d, const struct dd_queue *q);
/** Let the device work until there is nothing left. */
void dd_run(struct dd *d);
/** Doorbell, and let the device work. */
void dd_submit(struct dd *d, const struct dd_queue *q);
/** A Tx packet of one descriptor and 60 bytes at @p addr; doorbell, and let the device work. */
void dd_send(struct dd *d, struct dd_queue *q, uint64_t addr, uint16_t req_id);
/** Next completion, or NULL. */
const uint8_t *dd_completion(struct dd_queue *q);
/** Request id of the next Tx completion. Fails the test if there is none. */
uint16_t dd_completed_id(struct dd_queue *q);
void dd_unmask(struct dd *d, const struct dd_queue *q, uint32_t val);

/**
 * A Tx and an Rx queue of 64 entries with these vectors, and @p bufs Rx buffers of 2048 bytes,
 * all of them at @p buf_iova.
 */
void dd_create_pair(struct dd *d, struct dd_queue *tx, uint32_t tx_vector, struct dd_queue *rx,
	uint32_t rx_vector, uint64_t buf_iova, uint16_t bufs);

/** Bytes from hexadecimal text; spaces are skipped. @return number of bytes */
size_t dd_unhex(const char *hex, uint8_t *out, size_t cap);
/** Fails the test if @p mem does not hold the bytes @p hex. */
void dd_assert_hex(const void *mem, const char *hex);
/** Fails the test if the oldest frame on the wire is not this one. */
void dd_assert_sent(struct dd *d, const void *frame, size_t len);
/** Fails the test if the device sent anything more. */
void dd_assert_nothing_sent(struct dd *d);
struct softena_stats dd_stats(struct dd *d);

/** The 60-byte UDP frame of part B 10. */
extern const char dd_udp60[];
#define DD_FRAME_IOVA UINT64_C(0x1234567880) /**< its address in part B 10.1 */
/** Map 4 KiB at that address that begin with the frame. @return the memory */
uint8_t *dd_map_frame(struct dd *d);

/** Word 0 of a packet of one descriptor. */
#define DD_ONE (ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ)
/** Low part of a request id in word 1. */
#define DD_REQ_LO(id) ENA_FIELD_PREP(ENA_TX_W1_REQ_LO, (id)&0x3ff)

#endif /* TEST_DATA_DRIVER_H */
