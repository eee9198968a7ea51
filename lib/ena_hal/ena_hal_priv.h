/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the files of the HAL share among themselves.
 */
#ifndef ENA_HAL_PRIV_H
#define ENA_HAL_PRIV_H

#include <errno.h>
#include <string.h>

#include "ena_hal.h"

/** Limit of a readless read until the device gives a hint (part A 2.4 step 4). */
#define ENA_HAL_REG_TIMEOUT_US 200000u
/** Admin time-out if CAPS gives none (part A 2.2). */
#define ENA_HAL_ADMIN_TIMEOUT_US 3000000u
/** How long a missed interrupt turns interrupts off, at first and at most. */
#define ENA_HAL_INTR_BACKOFF_MIN_US 10000000u
#define ENA_HAL_INTR_BACKOFF_MAX_US 600000000u
/** Ring and buffer alignment: a cache line, more than the 8 bytes that the device needs (9.5). */
#define ENA_HAL_ALIGN 64u
#define ENA_HAL_PAGE  4096u

/** Send a formatted message to the platform's log. */
__attribute__((format(printf, 3, 4))) void ena_hal_log(
	struct ena_hal *hal, enum ena_hal_log_level level, const char *fmt, ...);

/** Time between two looks number @p n and n + 1, microseconds (part A 3.1). */
uint32_t ena_hal_poll_interval(unsigned int n);

/**
 * Read memory that the device writes, each byte exactly once, so that what was checked is what is
 * used afterwards.
 */
void ena_hal_copy_in(void *dst, const volatile void *src, size_t len);

/* ---- DMA memory (ena_hal_init.c) ------------------------------------------ */

/**
 * Allocate a block that the device can reach.
 * @return 0, -ENOMEM, or -EINVAL for an address beyond the DMA width of the device
 */
int ena_hal_dma_get(
	struct ena_hal *hal, size_t len, size_t align, int socket, struct ena_hal_dma *dma);

/** Free a block that the device does not know, or no longer knows. */
void ena_hal_dma_put(struct ena_hal *hal, struct ena_hal_dma *dma);

/** Keep a block that the device may still write to until the next reset. Clears @p dma. */
void ena_hal_dma_park(struct ena_hal *hal, struct ena_hal_dma *dma);

/** Free all parked blocks: the device does no more DMA. */
void ena_hal_dma_unpark(struct ena_hal *hal);

/** Write MMIO_RESP. @param iova 0 = no buffer */
void ena_hal_reg_resp_program(struct ena_hal *hal, uint64_t iova);

/* ---- admin queue (ena_hal_admin.c) ----------------------------------------- */

/** Abort all commands and refuse new ones; the rings stay allocated. */
void ena_hal_admin_abort(struct ena_hal *hal);

/** Free AQ, ACQ and AENQ: the device does no more DMA. */
void ena_hal_admin_free(struct ena_hal *hal);

/** Declare the admin queue dead because of what the device did; outstanding commands get -EIO. */
void ena_hal_admin_fail(struct ena_hal *hal);

/**
 * ena_hal_admin_exec() that also tells if the device may still act on the command.
 * @param in_doubt true: the command was posted and no completion came. Memory named in it
 *                 must be parked, not freed
 */
int ena_hal_exec(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp,
	bool *in_doubt);

/* ---- features (ena_hal_features.c) ------------------------------------------ */

/**
 * GET_FEATURE without a look at the feature bitmap.
 * @param buf  control buffer, or NULL; parked (va NULL afterwards) if no answer came
 * @param data receives @p len bytes of feature data; zeroed on error
 */
int ena_hal_feature_get(struct ena_hal *hal, enum ena_feature_id id, uint8_t version,
	struct ena_hal_dma *buf, void *data, size_t len);

/** SET_FEATURE; as ena_hal_feature_get(). */
int ena_hal_feature_set(struct ena_hal *hal, enum ena_feature_id id, struct ena_hal_dma *buf,
	const void *data, size_t len);

/** True if the device announced the feature (part A 6.0). */
static inline bool
ena_hal_has_feature(const struct ena_hal_caps *caps, enum ena_feature_id id)
{
	return (caps->features & ENA_BIT(id)) != 0;
}

/** Take over the time-outs of the device's hints; 0 keeps the HAL's own (part A 6.5). */
void ena_hal_hints_apply(struct ena_hal *hal, const struct ena_hw_hints *hints);

/* ---- statistics (ena_hal_stats.c) -------------------------------------------- */

/**
 * Customer metrics discovery (part A 5.6 use 1).
 * @param metrics those that the device can report and that have a name here
 */
int ena_hal_metrics_discover(struct ena_hal *hal, uint64_t *metrics);

#endif /* ENA_HAL_PRIV_H */
