/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * RSS: key, hashed fields and indirection table (part A 6.9, 6.11, 6.13).
 */
#ifndef ENA_HAL_RSS_H
#define ENA_HAL_RSS_H

#include <stdint.h>

#include <ena_abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/**
 * SET RSS_HASH_FUNCTION to Toeplitz with @p key in conventional order (the HAL reverses
 * it, part A 6.9) and @p seed.
 */
int ena_hal_rss_key_set(struct ena_hal *hal, const uint8_t key[ENA_RSS_KEY_SIZE], uint32_t seed);

/**
 * SET RSS_HASH_INPUT. A field that the device does not support gives -ENOTSUP before a command is
 * sent.
 */
int ena_hal_rss_input_set(struct ena_hal *hal, const uint16_t fields[ENA_RSS_PROTO_COUNT]);

/**
 * SET RSS_INDIRECTION_TABLE.
 * @param rx_sq  device index of the Rx SQ for each entry
 * @param log2   size of the table, within the limits of the device
 */
int ena_hal_rss_table_set(struct ena_hal *hal, const uint16_t *rx_sq, unsigned int log2);

/**
 * Do not use the indirection table of the device, for example because its smallest size is larger
 * than the caller can handle. From now on caps.rss.table is false and ena_hal_rss_table_set() fails
 * with -ENOTSUP, until the next ena_hal_query().
 */
void ena_hal_rss_table_ignore(struct ena_hal *hal);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_RSS_H */
