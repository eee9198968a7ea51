/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue (part A section 4): start, stop, commands, management interrupt.
 */
#ifndef ENA_HAL_ADMIN_H
#define ENA_HAL_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** One admin command in flight. */
struct ena_hal_cmd {
	bool busy; /**< the AQ slot is in use */
	bool done; /**< completed or aborted */
	bool aborted;
	struct ena_acq_entry rsp;
};

/**
 * Allocate and program AQ, ACQ and AENQ (depths 32, 32, 16) and mask the management
 * interrupt: completions are polled until ena_hal_admin_polling(false).
 *
 * @return 0, -ENOMEM, -EINVAL (already started; an address beyond the DMA width)
 */
int ena_hal_admin_start(struct ena_hal *hal);

/**
 * Stop the admin queue without a register access. Outstanding commands end with -ENODEV. A device
 * that was not reset before may still write to the rings, so they are kept until the next
 * ena_hal_reset() or ena_hal_fini().
 */
void ena_hal_admin_stop(struct ena_hal *hal);

/**
 * Choose how completions are found and write INTR_MASK accordingly.
 * @param polling true: mask the interrupt and poll; false: wait for ena_hal_mgmt_interrupt()
 */
void ena_hal_admin_polling(struct ena_hal *hal, bool polling);

/**
 * Execute one command and wait for its completion.
 *
 * In interrupt mode the caller sleeps in wait() of the platform. A completion that is found only at
 * the end of the timeout counts as a missed interrupt. The HAL then logs a warning and changes to
 * polling, and the command succeeds. INTR_MASK stays 1 until ena_hal_intr_retry(), so
 * ena_hal_aenq_process() must also be called from a timer. Threads for which in_interrupt() is true
 * always poll.
 *
 * @param cmd  command; cmd_id and the phase are filled in here
 * @param len  bytes of @p cmd that are defined, 4 to 64
 * @param rsp  completion; may be NULL
 * @return 0 or an error of the list in ena_hal.h
 */
int ena_hal_admin_exec(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp);

/** Negative errno for a completion status (part A table 4.1); 0 for success. */
int ena_hal_status_errno(uint8_t status);

/**
 * Handler of vector 0: takes ACQ completions and wakes waiting threads. Events are taken
 * separately by ena_hal_aenq_process(). Context: interrupt thread.
 */
void ena_hal_mgmt_interrupt(struct ena_hal *hal);

/**
 * After a missed interrupt: change back to interrupt mode when the waiting time is over. The time
 * is 10 s after the first missed interrupt and doubles with each further one, up to 10 minutes. An
 * interrupt that arrives sets it to 10 s again. To be called regularly from a timer.
 */
void ena_hal_intr_retry(struct ena_hal *hal);

/**
 * True if the admin queue is dead: a command timed out, or the device wrote an invalid completion.
 * The device then needs a reset.
 * @param reason receives the reset reason if the result is true; may be NULL
 */
bool ena_hal_admin_is_dead(struct ena_hal *hal, enum ena_reset_reason *reason);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_ADMIN_H */
