/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Register reads, identity and reset of the device (part A sections 2 and 3.1).
 */
#ifndef ENA_HAL_REGS_H
#define ENA_HAL_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** How BAR0 registers are read (part A 2.4, 2.5). */
enum ena_hal_read_mode {
	ENA_HAL_READ_READLESS, /**< request; the device writes the value to host memory */
	ENA_HAL_READ_DIRECT, /**< plain load */
};

/** Identification registers, as ena_hal_identify() reads them. */
struct ena_hal_identity {
	uint32_t version; /**< ENA_VERSION_* */
	uint32_t ctrl_version; /**< ENA_CTRL_VERSION_* */
	uint32_t dma_width; /**< bits, 32 to 48 */
};

/**
 * Read one register of the map in part A 2.1. The HAL keeps only one readless request outstanding
 * at a time (2.4).
 *
 * @return 0; -EINVAL for an offset that is no register; -ETIMEDOUT if there is no answer;
 *         -ENODEV if the value is all ones; -EIO if the answer is for another register
 */
int ena_hal_reg_read(struct ena_hal *hal, uint32_t offset, uint32_t *value);

/**
 * Reset the device (part A 3.1). A reason above 15 is sent as ENA_RESET_GENERIC unless the
 * device has the capability of extended reset reasons. Sets the admin command timeout from CAPS.
 * The admin queue is stopped: outstanding commands are aborted and later ones fail with
 * -ENODEV until ena_hal_admin_start().
 *
 * Each call resets the device once; no other function of the HAL resets it.
 * ena_hal_is_idle() tells if a reset is needed.
 *
 * @return 0; -ETIMEDOUT; -ENODEV if the device is gone; -EPROTO if it is not ready or
 *         reports no reset timeout
 */
int ena_hal_reset(struct ena_hal *hal, enum ena_reset_reason reason);

/**
 * True if the device does no DMA: the last reset succeeded, and no memory has been given to the
 * device since then, except the response buffer of register reads. Another reset is not needed.
 */
bool ena_hal_is_idle(const struct ena_hal *hal);

/**
 * Read and check VERSION, CONTROLLER_VERSION, CAPS and DEV_STS (3.2 steps 7 to 9). Sets the admin
 * command timeout from CAPS.
 * @return 0; -EPROTO if a value is not acceptable; errors of ena_hal_reg_read()
 */
int ena_hal_identify(struct ena_hal *hal, struct ena_hal_identity *identity);

/** True if the device still answers; false if a read fails or gives all ones. */
bool ena_hal_is_present(struct ena_hal *hal);

/** DEV_CTL value for a reset with @p reason (part A 2.2). */
uint32_t ena_hal_dev_ctl(enum ena_reset_reason reason, bool extended);

/** Short name of a reset reason, for logs. Never NULL. */
const char *ena_hal_reset_reason_name(enum ena_reset_reason reason);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_REGS_H */
