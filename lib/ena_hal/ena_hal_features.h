/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Features that are set or read one by one (part A section 6): host information, MTU, link,
 * fragment bypass, timestamps.
 */
#ifndef ENA_HAL_FEATURES_H
#define ENA_HAL_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/**
 * Send the host information page (3.2 step 13). The fields of the page are copied from @p info.
 * Bring-up can go on if the device refuses the page; the caller decides.
 */
int ena_hal_host_info_set(struct ena_hal *hal, const struct ena_host_info *info);

/** SET MTU. @param mtu bytes, ENA_MTU_MIN to caps.max_mtu, else -EINVAL */
int ena_hal_mtu_set(struct ena_hal *hal, uint32_t mtu);

/** GET LINK_CONFIG. -ENOTSUP without the feature. */
int ena_hal_link_get(struct ena_hal *hal, struct ena_link_config *link);

/** SET FRAG_BYPASS. -ENOTSUP without the feature. */
int ena_hal_frag_bypass_set(struct ena_hal *hal, bool enable);

/** SET HW_TIMESTAMP; only while no I/O queue exists. -ENOTSUP without the feature. */
int ena_hal_timestamp_set(struct ena_hal *hal, bool tx, bool rx);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_FEATURES_H */
