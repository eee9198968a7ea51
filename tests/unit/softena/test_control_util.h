/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A driver in miniature for the tests of the control plane: it knows the device only by
 * register accesses and memory, and works over trapped and polled BARs alike.
 */
#ifndef TEST_CONTROL_UTIL_H
#define TEST_CONTROL_UTIL_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_host.h"

#define NS_PER_S UINT64_C(1000000000)

/** A ring of 64-byte entries. */
struct driver_ring {
	uint8_t *va;
	uint64_t iova;
	uint16_t depth;
	uint16_t count; /* AQ: posted; ACQ and AENQ: consumed */
};

struct driver {
	struct fake_host host;
	struct fake_wire wire;
	struct softena_config cfg;
	enum softena_bar0_mode mode;
	uint8_t *bar0, *bar2;
	struct softena *dev;
	struct ena_reg_read_resp *resp;
	uint64_t resp_iova;
	uint16_t read_id;
	struct driver_ring aq, acq, aenq;
	/** The device runs in a thread of its own: poll_control() waits for it. */
	bool threaded;
	uint64_t polls;
	/* control buffer of 64 KiB and a bit */
	uint8_t *buf;
	uint64_t buf_iova;
};

/** A device as configured, powered on, nothing programmed. NULL: the default. */
struct driver *driver_new(const struct softena_config *cfg, enum softena_bar0_mode mode);
void driver_free(struct driver *d);
/** driver_new() with the default, trapped, then driver_boot(). */
struct driver *driver_booted(void);
struct driver *driver_booted_cfg(const struct softena_config *cfg);

void reg_write(struct driver *d, uint32_t off, uint32_t val);
/** Plain read. */
uint32_t reg_read(struct driver *d, uint32_t off);
/** Readless read (part A 2.4); polls the device. */
uint32_t reg_readless(struct driver *d, uint32_t off);
/** Let the device work: at least one whole poll begins and ends. */
void poll_control(struct driver *d);

/** Steps 4 to 12 of part A 3.2. */
void driver_boot(struct driver *d);
void driver_resp_program(struct driver *d);
void driver_reset(struct driver *d, uint32_t reason);
/** Allocate and program AQ and ACQ, then AENQ. */
void driver_admin_rings(struct driver *d, uint16_t depth);
void driver_aenq_ring(struct driver *d, uint16_t depth);

/** Put a command into the next AQ slot; the rest of the slot is garbage. No doorbell. */
void cmd_post(struct driver *d, void *cmd, size_t len);
void cmd_ring(struct driver *d);
/** Next ACQ entry, or NULL. */
const struct ena_acq_entry *cmd_reap(struct driver *d);
/** Post, ring, poll, reap. @return the status; @p rsp may be NULL */
uint8_t cmd_run(struct driver *d, void *cmd, size_t len, struct ena_acq_entry *rsp);

uint8_t feature_get(struct driver *d, uint8_t id, uint32_t buf_len, void *data, size_t len);
uint8_t feature_set(struct driver *d, uint8_t id, uint32_t buf_len, const void *data, size_t len);
uint8_t aenq_groups(struct driver *d, uint32_t groups);

/** Next event, or NULL. */
const struct ena_aenq_entry *event_next(struct driver *d);
/** Write AENQ_HEAD_DB with credit for all events consumed, as drivers do. */
void event_ack(struct driver *d);

/** A CREATE_CQ command with a ring of its own; change it before cmd_run(). */
struct ena_create_cq_cmd cq_cmd(struct driver *d, uint8_t words, uint16_t depth, uint32_t vector);
/** @return status; fills *rsp, may be NULL */
uint8_t cq_create(struct driver *d, uint8_t words, uint16_t depth, uint32_t vector,
	struct ena_create_cq_rsp *rsp);
struct ena_create_sq_cmd sq_cmd(struct driver *d, bool tx, uint16_t cq, uint16_t depth);
uint8_t sq_run(struct driver *d, struct ena_create_sq_cmd *cmd, struct ena_create_sq_rsp *rsp);
uint8_t sq_create(
	struct driver *d, bool tx, uint16_t cq, uint16_t depth, struct ena_create_sq_rsp *rsp);
uint8_t sq_destroy_cmd(struct driver *d, bool tx, uint16_t idx);
uint8_t cq_destroy_cmd(struct driver *d, uint16_t idx);
uint8_t llq_select(struct driver *d, uint16_t entry_size);

struct softena_stats stats(struct driver *d);

#endif /* TEST_CONTROL_UTIL_H */
