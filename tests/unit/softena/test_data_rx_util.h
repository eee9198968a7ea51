/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the tests of Rx share: a device with one Rx queue, and the check of a received packet.
 */
#ifndef TEST_DATA_RX_UTIL_H
#define TEST_DATA_RX_UTIL_H

#include "test_data_driver.h"

extern struct dd d;
extern struct dd_queue q;
extern uint8_t *bufs; /**< 2048 bytes for each slot */
extern uint64_t bufs_iova;
extern uint8_t frame[SOFTENA_FRAME_MAX];
extern bool ids_in_order; /**< request ids must come back as posted */
extern uint16_t next_id; /**< that must come back next */

/** Open the device as d.cfg says, with one Rx queue without buffers. */
void open_queue(uint16_t depth);
/** The same with the default configuration. */
void open_default(uint16_t depth);
/** Post @p n buffers of @p len bytes, each with room for 2048; request id = slot. */
void post(unsigned int n, uint32_t len);
/** A frame arrives. */
void present(const void *data, size_t len);
/** Word @p i of a completion. */
uint32_t word(const uint8_t *c, unsigned int i);
/** Fill frame[] with @p len bytes that depend on @p seed. */
void fill(size_t len, uint8_t seed);
/** Take one packet from the CQ and compare it with frame[]. @return completions */
unsigned int check_packet(size_t len);

#endif /* TEST_DATA_RX_UTIL_H */
