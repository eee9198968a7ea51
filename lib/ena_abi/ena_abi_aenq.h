/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Asynchronous event queue (datasheet part A, section 7).
 */
#ifndef ENA_ABI_AENQ_H
#define ENA_ABI_AENQ_H

#include "ena_abi_admin.h"
#include "ena_abi_features.h"

#define ENA_AENQ_ENTRY_SIZE 64u
#define ENA_AENQ_DEPTH      16u

/** Event groups (part A table 7.3); bit n of AENQ_CONFIG is group n. */
enum ena_aenq_group {
	ENA_AENQ_LINK_CHANGE = 0,
	ENA_AENQ_FATAL_ERROR = 1,
	ENA_AENQ_WARNING = 2,
	ENA_AENQ_NOTIFICATION = 3,
	ENA_AENQ_KEEP_ALIVE = 4,
	ENA_AENQ_REFRESH_CAPS = 5,
	ENA_AENQ_CONFIG_NOTIFICATION = 6,
	ENA_AENQ_RESET_REQUEST = 7,
	ENA_AENQ_GROUPS = 8, /**< number of defined groups */
};

/** Syndrome of a notification that carries struct ena_hw_hints. */
#define ENA_AENQ_SYNDROME_HINTS 2u

/** First 16 bytes of every event (part A 7.1). */
struct ena_aenq_common {
	ena_le16_t group; /**< enum ena_aenq_group */
	ena_le16_t syndrome;
	uint8_t flags; /**< ENA_AENQ_FLAG_PHASE */
	uint8_t rsv[3];
	ena_le32_t timestamp_lo;
	ena_le32_t timestamp_hi;
};
ENA_ABI_SIZE(struct ena_aenq_common, 16);
ENA_ABI_AT(struct ena_aenq_common, syndrome, 2);
ENA_ABI_AT(struct ena_aenq_common, flags, 4);
ENA_ABI_AT(struct ena_aenq_common, timestamp_lo, 8);
#define ENA_AENQ_FLAG_PHASE ENA_BIT(0)

struct ena_aenq_link {
	ena_le32_t flags; /**< ENA_AENQ_LINK_UP */
};
ENA_ABI_SIZE(struct ena_aenq_link, 4);
#define ENA_AENQ_LINK_UP ENA_BIT(0)

/** Totals since the last device reset. */
struct ena_aenq_keep_alive {
	struct ena_count64 rx_drops;
	struct ena_count64 tx_drops;
	struct ena_count64 rx_overruns;
};
ENA_ABI_SIZE(struct ena_aenq_keep_alive, 24);

struct ena_aenq_config_notification {
	ena_le64_t codes; /**< bit n = sub-optimal configuration code n + 1 */
	uint8_t rsv[8];
};
ENA_ABI_SIZE(struct ena_aenq_config_notification, 16);

/** Event entry (part A 7.1, 7.4). */
struct ena_aenq_entry {
	struct ena_aenq_common common;
	union {
		struct ena_aenq_link link;
		struct ena_aenq_keep_alive keep_alive;
		struct ena_aenq_config_notification config;
		struct ena_hw_hints hints;
		uint8_t data[48];
	} u;
};
ENA_ABI_SIZE(struct ena_aenq_entry, 64);
ENA_ABI_AT(struct ena_aenq_entry, u, 16);

#endif /* ENA_ABI_AENQ_H */
