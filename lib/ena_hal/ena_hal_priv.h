/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Functions that the source files of the HAL share.
 */
#ifndef ENA_HAL_PRIV_H
#define ENA_HAL_PRIV_H

#include <errno.h>
#include <string.h>

#include "ena_hal.h"

/** Limit of a readless read until the device gives a hint (part A 2.4 step 4). */
#define ENA_HAL_REG_TIMEOUT_US 200000u
/** Admin command timeout if CAPS gives none (part A 2.2). */
#define ENA_HAL_ADMIN_TIMEOUT_US 3000000u
/** Waiting time after a missed interrupt: the first one, and the longest. */
#define ENA_HAL_INTR_BACKOFF_MIN_US 10000000u
#define ENA_HAL_INTR_BACKOFF_MAX_US 600000000u
/** Ring and buffer alignment: a cache line, more than the 8 bytes that the device needs (9.5). */
#define ENA_HAL_ALIGN 64u
#define ENA_HAL_PAGE  4096u

/**
 * Add 1 to a counter. Atomic, because ena_hal_counters_reset() does not take the lock: without it,
 * a counter could keep its old value over a reset.
 */
static inline void
ena_hal_count(uint64_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/** Time between poll number @p n and the next one, microseconds (part A 3.1). */
static inline uint32_t
ena_hal_poll_interval(unsigned int n)
{
	uint32_t us = 100u << (n < 16 ? n : 16);

	return us < 5000 ? us : 5000;
}

/* ---- log (ena_hal_log.c) --------------------------------------------------- */

/** Send a formatted message to the platform's log. */
__attribute__((format(printf, 3, 4))) void ena_hal_log(
	struct ena_hal *hal, enum ena_hal_log_level level, const char *fmt, ...);

/* ---- DMA memory (ena_hal_dma.c) ------------------------------------------ */

/**
 * Copy memory that the device writes. Each byte is read exactly once, so that the value that is
 * checked is the value that is used.
 */
void ena_hal_copy_in(void *dst, const volatile void *src, size_t len);

/**
 * Allocate a block that the device can reach.
 * @return 0, -ENOMEM, or -EINVAL for an address beyond the DMA width of the device
 */
int ena_hal_dma_get(
	struct ena_hal *hal, size_t len, size_t align, int socket, struct ena_hal_dma *dma);

/** Free a block that the device does not know, or no longer knows. */
void ena_hal_dma_put(struct ena_hal *hal, struct ena_hal_dma *dma);

/** Keep a block until the next reset, because the device may still write to it. Clears @p dma. */
void ena_hal_dma_park(struct ena_hal *hal, struct ena_hal_dma *dma);

/** Free all parked blocks. The device must not do DMA any more. */
void ena_hal_dma_unpark(struct ena_hal *hal);

/* ---- registers (ena_hal_regs.c) --------------------------------------------- */

/** Write MMIO_RESP. @param iova 0 = no buffer */
void ena_hal_reg_resp_program(struct ena_hal *hal, uint64_t iova);

/* ---- admin queue (ena_hal_admin.c) ----------------------------------------- */

/** Abort all commands and refuse new ones; the rings stay allocated. */
void ena_hal_admin_abort(struct ena_hal *hal);

/** Free AQ, ACQ and AENQ. The device must not do DMA any more. */
void ena_hal_admin_free(struct ena_hal *hal);

/** Declare the admin queue dead after an invalid answer; outstanding commands get -EIO. */
void ena_hal_admin_fail(struct ena_hal *hal);

/**
 * Like ena_hal_admin_exec(), and tells if the device may still execute the command.
 * @param in_doubt true: the command was posted, and no completion came. Memory that it names
 *                 must be parked, not freed
 */
int ena_hal_exec(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp,
	bool *in_doubt);

/* ---- features (ena_hal_features.c) ------------------------------------------ */

/**
 * GET_FEATURE. The feature bitmap is not examined.
 * @param buf  control buffer, or NULL; parked (va NULL afterwards) if no answer came
 * @param data receives @p len bytes of feature data; zeroed on error
 */
int ena_hal_feature_get(struct ena_hal *hal, enum ena_feature_id id, uint8_t version,
	struct ena_hal_dma *buf, void *data, size_t len);

/** SET_FEATURE; as ena_hal_feature_get(). */
int ena_hal_feature_set(struct ena_hal *hal, enum ena_feature_id id, struct ena_hal_dma *buf,
	const void *data, size_t len);

/** Apply the timeouts of the hints; 0 keeps the value of the HAL (part A 6.5). */
void ena_hal_hints_apply(struct ena_hal *hal, const struct ena_hw_hints *hints);

/* ---- statistics (ena_hal_stats.c) -------------------------------------------- */

/**
 * Customer metrics discovery (part A 5.6 use 1).
 * @param metrics those that the device can report and that enum ena_metric has
 */
int ena_hal_metrics_discover(struct ena_hal *hal, uint64_t *metrics);

#endif /* ENA_HAL_PRIV_H */
