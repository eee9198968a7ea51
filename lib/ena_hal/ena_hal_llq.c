/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Choice of the Tx placement (part A 6.6, part B 3.1).
 */
#include "ena_hal_priv.h"

/** Largest pushed header: the length field of a descriptor has 8 bits (part B 2.1). */
#define HEADER_MAX 255u

/** Metadata and one buffer. */
#define PACKET_DESCS_MIN 2u

/* Selections for SET: one bit in each field. */
struct choice {
	uint16_t entry;
	uint16_t before;
	uint16_t stride;
};

static uint16_t
entry_bytes(uint16_t bit)
{
	switch (bit) {
	case ENA_LLQ_ENTRY_256:
		return 256;
	case ENA_LLQ_ENTRY_192:
		return 192;
	default:
		return 128;
	}
}

/* First bit of @p order that is supported; 0 if none is. */
static uint16_t
first_of(uint16_t supported, const uint16_t *order, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if ((supported & order[i]) != 0)
			return order[i];
	}
	return 0;
}

static uint16_t
wanted_entry(const struct ena_hal_llq_caps *caps, enum ena_hal_llq_policy policy)
{
	bool wide = policy == ENA_HAL_LLQ_256 ||
		    (policy == ENA_HAL_LLQ_RECOMMENDED &&
			    caps->recommended_entry_size == ENA_LLQ_ENTRY_256);

	return wide ? ENA_LLQ_ENTRY_256 : ENA_LLQ_ENTRY_128;
}

/*
 * Maximum depth. 256-byte entries have their own limit. If the device does not give it, it is half
 * of the depth; if it is larger than the depth, it is ignored (part A 6.6).
 */
static uint32_t
depth_limit(const struct ena_hal_llq_caps *caps, uint16_t entry)
{
	if (entry != ENA_LLQ_ENTRY_256)
		return caps->max_depth;
	if (caps->max_wide_depth == 0)
		return caps->max_depth / 2;
	return caps->max_wide_depth < caps->max_depth ? caps->max_wide_depth : caps->max_depth;
}

/*
 * Log that entries of another size than the wanted one are used. @p reason is NULL if the device
 * does not offer the wanted size. The size that the device recommends is not logged.
 */
static void
log_other_entries(struct ena_hal *hal, const struct ena_hal_llq_wish *wish, uint16_t wanted,
	uint16_t used, const char *reason)
{
	if (used == wanted || (wish->policy == ENA_HAL_LLQ_RECOMMENDED && reason == NULL &&
				      used == hal->caps.llq.recommended_entry_size))
		return;
	ena_hal_log(hal, ENA_HAL_LOG_WARNING, "LLQ entries have %u bytes instead of %u: %s",
		entry_bytes(used), entry_bytes(wanted),
		reason != NULL ? reason : "the device does not offer that size");
}

/* Descriptors of a packet that fit between two doorbells (part B 3.7). */
static uint16_t
packet_descs(const struct ena_hal_llq *llq)
{
	uint32_t descs;

	if (llq->burst_entries == 0)
		return UINT16_MAX;
	descs = ena_llq_descs_max(
		llq->burst_entries, llq->descs_before_header, llq->descs_per_entry);
	return (uint16_t)(descs < UINT16_MAX ? descs : UINT16_MAX);
}

/*
 * Steps 6 and 9, and the depth, for one entry size and one number of descriptors before the header.
 * @return NULL and the result in @p llq, or the reason why they cannot be used
 */
static const char *
try_geometry(const struct ena_hal_llq_caps *caps, const struct ena_hal_llq_wish *wish,
	const struct choice *c, struct ena_hal_llq *llq)
{
	uint32_t header;

	memset(llq, 0, sizeof(*llq));
	llq->entry_size = entry_bytes(c->entry);
	llq->descs_before_header = (uint8_t)c->before; /* the bit is the number */
	llq->descs_per_entry = c->stride == ENA_LLQ_STRIDE_MULTI ?
				       (uint8_t)(llq->entry_size / ENA_LLQ_DESC_SIZE) :
				       1;
	header = ena_llq_header_max(llq->entry_size, llq->descs_before_header);
	if (header == 0)
		return "LLQ entries would have no room for a header";
	llq->header_max = (uint16_t)(header < HEADER_MAX ? header : HEADER_MAX);
	llq->no_meta_cache = (caps->accel_flags & ENA_LLQ_ACCEL_NO_META_CACHE) != 0;
	if ((caps->accel_flags & ENA_LLQ_ACCEL_BURST_LIMIT) != 0)
		llq->burst_entries = caps->max_tx_burst / llq->entry_size;
	llq->packet_descs = packet_descs(llq);
	if (llq->packet_descs < PACKET_DESCS_MIN)
		return "the LLQ burst limit does not hold a packet with metadata";
	llq->max_count = caps->max_count;
	llq->max_depth = depth_limit(caps, c->entry);
	if (llq->max_depth < 2)
		return "the device reports no LLQ depth";
	if (llq->max_depth < wish->min_depth)
		return "the device offers too few LLQ entries for a ring";
	if (llq->max_depth > wish->bar2_len / llq->entry_size)
		llq->max_depth = (uint32_t)(wish->bar2_len / llq->entry_size);
	if (llq->max_depth < 2 || llq->max_depth < wish->min_depth)
		return "BAR2 is too small for an LLQ ring";
	return NULL;
}

/*
 * Step 5 for one entry size: choose the first number of descriptors before the header that can be
 * used.
 * @return as try_geometry(); the reason is that of the first number that the device supports
 */
static const char *
try_entry(const struct ena_hal_llq_caps *caps, const struct ena_hal_llq_wish *wish,
	struct choice *c, struct ena_hal_llq *llq)
{
	static const uint16_t before_order[] = {
		ENA_LLQ_BEFORE_2, ENA_LLQ_BEFORE_1, ENA_LLQ_BEFORE_4, ENA_LLQ_BEFORE_8};
	const char *first = NULL, *reason;
	unsigned int i;

	for (i = 0; i < sizeof(before_order) / sizeof(before_order[0]); i++) {
		if ((caps->descs_before_header & before_order[i]) == 0)
			continue;
		c->before = before_order[i];
		reason = try_geometry(caps, wish, c, llq);
		if (reason == NULL)
			return NULL;
		if (first == NULL)
			first = reason;
	}
	return first != NULL ? first :
			       "the device offers no known number of descriptors before the header";
}

/*
 * Steps 1 to 6 and 9. If entries of one size cannot be used, the other sizes are tried. Rings are
 * in host memory only if no size can be used.
 * @return NULL and the result in @p llq and @p c, or the reason for rings in host memory
 */
static const char *
choose(struct ena_hal *hal, const struct ena_hal_llq_wish *wish, struct ena_hal_llq *llq,
	struct choice *c)
{
	static const uint16_t stride_order[] = {ENA_LLQ_STRIDE_MULTI, ENA_LLQ_STRIDE_SINGLE};
	const struct ena_hal_llq_caps *caps = &hal->caps.llq;
	const uint16_t wanted = wanted_entry(caps, wish->policy);
	const uint16_t entry_order[] = {
		wanted, ENA_LLQ_ENTRY_128, ENA_LLQ_ENTRY_192, ENA_LLQ_ENTRY_256};
	const char *first = NULL, *reason;
	unsigned int i;

	if (caps->max_count == 0)
		return "the device has no LLQ";
	if (wish->bar2_len == 0)
		return "BAR2 is absent or not mapped";
	if ((caps->header_locations & ENA_LLQ_HEADER_INLINE) == 0)
		return "the device does not take headers inside LLQ entries";
	c->stride = first_of(caps->strides, stride_order, 2);
	if (c->stride == 0)
		return "the device offers no known LLQ descriptor stride";

	for (i = 0; i < sizeof(entry_order) / sizeof(entry_order[0]); i++) {
		if ((caps->entry_sizes & entry_order[i]) == 0 ||
			(i > 0 && entry_order[i] == wanted))
			continue;
		c->entry = entry_order[i];
		reason = try_entry(caps, wish, c, llq);
		if (reason == NULL) {
			log_other_entries(hal, wish, wanted, c->entry, first);
			return NULL;
		}
		if (first == NULL)
			first = reason;
	}
	return first != NULL ? first : "the device offers no known LLQ entry size";
}

/* Step 7: always with both acceleration flags, whatever the device offers. */
static int
llq_set(struct ena_hal *hal, const struct choice *c)
{
	struct ena_llq_config config;

	memset(&config, 0, sizeof(config));
	config.header_location.selected = ena_put16(ENA_LLQ_HEADER_INLINE);
	config.entry_size.selected = ena_put16(c->entry);
	config.descs_before_header.selected = ena_put16(c->before);
	config.stride.selected = ena_put16(c->stride);
	config.accel_flags = ena_put16(ENA_LLQ_ACCEL_ALL);
	return ena_hal_feature_set(hal, ENA_FEATURE_LLQ, NULL, &config, sizeof(config));
}

int
ena_hal_llq_negotiate(struct ena_hal *hal, const struct ena_hal_llq_wish *wish)
{
	struct ena_hal_llq llq;
	struct choice c = {0};
	const char *reason;
	int rc = 0;

	memset(&llq, 0, sizeof(llq));
	if (wish->policy == ENA_HAL_LLQ_OFF)
		reason = "switched off by the user";
	else
		reason = choose(hal, wish, &llq, &c);
	if (reason == NULL) {
		rc = llq_set(hal, &c);
		if (rc != 0)
			reason = "the device refused the LLQ configuration";
	}

	if (reason != NULL)
		memset(&llq, 0, sizeof(llq));
	llq.enabled = reason == NULL;
	llq.reason = reason != NULL ? reason : "";
	hal->llq = llq;
	if (reason != NULL)
		ena_hal_log(hal,
			wish->policy == ENA_HAL_LLQ_OFF ? ENA_HAL_LOG_INFO : ENA_HAL_LOG_WARNING,
			"Tx rings are in host memory: %s", reason);
	/* A refusal leads to host memory. Only a dead admin queue is an error. */
	return rc == -ENODEV || rc == -ETIMEDOUT || rc == -EIO ? rc : 0;
}
