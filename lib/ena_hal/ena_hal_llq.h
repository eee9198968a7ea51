/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Choice of the Tx placement: LLQ rings in device memory, or rings in host memory (part A 6.6,
 * part B 3.1).
 */
#ifndef ENA_HAL_LLQ_H
#define ENA_HAL_LLQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ena_hal;

/** Which entry size the user wants. */
enum ena_hal_llq_policy {
	ENA_HAL_LLQ_OFF, /**< rings in host memory */
	ENA_HAL_LLQ_RECOMMENDED, /**< 256 bytes if the device recommends it, else 128 */
	ENA_HAL_LLQ_128,
	ENA_HAL_LLQ_256,
};

/** What the caller of ena_hal_llq_negotiate() asks for, and what it needs. */
struct ena_hal_llq_wish {
	enum ena_hal_llq_policy policy;
	size_t bar2_len; /**< bytes of BAR2 that are mapped, 0 = none */
	uint32_t min_depth; /**< smallest ring that the caller can use, entries */
};

/** Negotiated Tx placement (part A 6.6, part B 3.1). */
struct ena_hal_llq {
	bool enabled; /**< false: rings in host memory, all other numbers are 0 */
	uint16_t entry_size; /**< bytes: 128, 192 or 256 */
	uint8_t descs_before_header; /**< 1, 2, 4 or 8 */
	uint8_t descs_per_entry; /**< in following entries */
	uint16_t header_max; /**< bytes of pushed header */
	bool no_meta_cache; /**< a metadata descriptor before every packet */
	uint16_t burst_entries; /**< entries between doorbells; 0 = no limit */
	/** Descriptors of a packet, metadata included, that this limit allows: at least 2. */
	uint16_t packet_descs;
	uint32_t max_depth; /**< entries, for the chosen entry size */
	uint32_t max_count; /**< LLQ rings */
	/** Why rings are in host memory, or "". A string constant, for the log and for tools. */
	const char *reason;
};

/**
 * Choose the Tx placement and SET LLQ (part A 6.6). Entries of another size are used if those of
 * the wanted size are not offered, are too few for a ring, or have no room for a header. Rings are
 * in host memory if no entries can be used or the device refuses them; hal->llq and hal->llq.reason
 * then tell so. Each of these cases is logged.
 *
 * @return 0 also if rings are in host memory; an error only if the admin queue is dead
 */
int ena_hal_llq_negotiate(struct ena_hal *hal, const struct ena_hal_llq_wish *wish);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_LLQ_H */
