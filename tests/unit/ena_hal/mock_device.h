/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A platform for the HAL with virtual time, and a scripted device behind its registers.
 *
 * Time passes only in delay_us() and wait(), so a timeout of seconds takes no real time. The mock
 * checks what the HAL does: order of doorbells, command ids, phases, no lock held during a wait, no
 * DMA to freed memory, no memory left at the end.
 */
#ifndef MOCK_DEVICE_H
#define MOCK_DEVICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>

#include <cmocka.h>

#include "ena_hal.h"

#define MOCK_BLOCKS   8192
#define MOCK_WRITES   4096
#define MOCK_COMMANDS 512
#define MOCK_TIMERS   256
#define MOCK_BAR0_LEN 0x8000u
#define MOCK_BAR2_LEN (8u * 1024 * 128)

/** ena_hal_llq_negotiate() for a caller that can use rings of any depth. */
#define mock_llq(m, how, len)            \
	ena_hal_llq_negotiate(&(m)->hal, \
		&(struct ena_hal_llq_wish){.policy = (how), .bar2_len = (len), .min_depth = 2})
#define MOCK_NEVER UINT64_MAX

/** How a readless read is answered. */
enum mock_read {
	MOCK_READ_OK,
	MOCK_READ_SILENT,
	MOCK_READ_WRONG_ID, /**< the id of the previous request */
	MOCK_READ_WRONG_OFFSET,
	MOCK_READ_ALL_ONES,
	MOCK_READ_LATE, /**< after mock.read_delay_us */
};

/** What the mock does with a command, as the hook decides. */
enum mock_action {
	MOCK_DEFAULT, /**< the answer of the mock */
	MOCK_REPLY, /**< send the completion of the hook */
	MOCK_SILENT, /**< no completion */
};

struct mock;
typedef enum mock_action (*mock_hook)(
	struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp);

struct mock_block {
	void *raw;
	struct ena_hal_dma dma;
};

struct mock_write {
	uint32_t offset;
	uint32_t value;
};

struct mock_timer {
	uint64_t due;
	bool is_read; /**< else a completion */
	uint64_t iova;
	struct ena_reg_read_resp read;
	struct ena_acq_entry rsp;
};

struct mock {
	struct ena_hal hal;
	struct ena_hal_platform plat;
	uint64_t now;
	bool locked;
	bool in_interrupt;
	unsigned int waits, delays, wakes, barriers;

	/* memory */
	struct mock_block block[MOCK_BLOCKS];
	unsigned int blocks; /**< allocations made */
	unsigned int live;
	unsigned int fail_at; /**< this allocation fails, counted from 1; 0 = none */
	uint64_t next_iova;
	unsigned int dma_faults;

	/* registers */
	uint32_t reg[0x104 / 4];
	struct mock_write write[MOCK_WRITES];
	unsigned int writes;
	enum mock_read read_mode;
	uint32_t read_mode_offset; /**< register that read_mode is for; UINT32_MAX = all */
	unsigned int read_skip; /**< number of reads that are answered correctly before */
	uint64_t read_delay_us;
	unsigned int reads;
	uint16_t last_read_id;
	uint64_t enter_us, leave_us; /**< time of the two halves of a reset; MOCK_NEVER */
	uint64_t enter_at, leave_at;
	unsigned int resets;
	uint32_t last_dev_ctl;

	/* admin queue */
	uint16_t aq_head, acq_tail, aenq_tail;
	uint64_t answer_us; /**< time of a command; MOCK_NEVER = silent */
	bool lose_interrupts;
	bool irq_pending;
	mock_hook hook;
	unsigned int hook_arg, hook_seen;
	uint8_t opcode_status[16];
	uint8_t get_status[32], set_status[32];
	struct ena_aq_entry command[MOCK_COMMANDS];
	unsigned int commands;
	struct mock_timer timer[MOCK_TIMERS];
	unsigned int timers;
	uint64_t last_buf_iova;
	uint8_t last_buf[4 * 65536]; /**< control buffer of the last command that had one */
	uint32_t last_buf_len;

	/* answers */
	struct ena_device_attributes attr;
	struct ena_max_queues_ext ext;
	struct ena_max_queues old;
	struct ena_aenq_config aenq;
	struct ena_offloads offloads;
	struct ena_hw_hints hints;
	struct ena_llq_config llq;
	struct ena_hw_timestamp ts;
	struct ena_intr_moderation mod;
	struct ena_link_config link;
	struct ena_rss_table rss_table;
	struct ena_rss_function rss_function;
	struct ena_rss_input rss_input;
	uint64_t metrics;
	uint64_t metric_value[64];
	struct ena_create_cq_rsp cq;
	struct ena_create_sq_rsp sq;

	char log[4096]; /**< all messages of level warning and above, newline separated */
	unsigned int logs;
};

extern const struct ena_hal_platform mock_platform;

/** A device with all features: those of part A appendix A and more. */
struct mock *mock_new(void);

/** mock_new(), then bring-up of the HAL up to @p stage. */
enum mock_stage { MOCK_INIT, MOCK_RESET, MOCK_ADMIN, MOCK_QUERIED };
struct mock *mock_up(enum mock_stage stage);

/** ena_hal_fini(), then check that no memory is left and that no DMA fault occurred. */
void mock_end(struct mock *m);

/** Let time pass; the device does what is due. */
void mock_advance(struct mock *m, uint64_t us);

/** Write a completion to the ACQ unchanged, except for the phase, which is filled in. */
void mock_complete(struct mock *m, const struct ena_acq_entry *rsp);
/** The same with an id and a status. */
void mock_complete_id(struct mock *m, uint16_t id, uint8_t status);

/** Write an event to the AENQ; the phase is filled in. Credits are not checked. */
void mock_event(struct mock *m, struct ena_aenq_entry event);

/** Free credits of the device. */
unsigned int mock_credits(const struct mock *m);

/** Number of writes to a register so far. */
unsigned int mock_writes_to(const struct mock *m, uint32_t offset);
/** Value of the last write to a register; fails the test if there was none. */
uint32_t mock_last_write(const struct mock *m, uint32_t offset);

/** Last command that the device received. */
const struct ena_aq_entry *mock_last(const struct mock *m);
/** The same for GET_FEATURE and SET_FEATURE. */
const struct ena_feature_cmd *mock_last_feature(const struct mock *m);

/** Admin commands that wait for their completion. */
unsigned int mock_outstanding(const struct ena_hal *hal);

/** A minimal command that the device answers with success. */
int mock_nop(struct mock *m);

#endif /* MOCK_DEVICE_H */
