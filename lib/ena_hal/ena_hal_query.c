/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Capability queries of bring-up (part A 3.2 steps 14 to 21, 27 and 32).
 *
 * The answers are collected in a local structure. It is copied to hal->caps only if all queries
 * succeed and all values are valid.
 */
#include "ena_hal_priv.h"

/* A required feature (part A 6.1). */
static int
get_required(struct ena_hal *hal, const struct ena_hal_caps *caps, enum ena_feature_id id,
	uint8_t version, const char *name, void *data, size_t len)
{
	int rc = -ENOTSUP;

	if (id == ENA_FEATURE_DEVICE_ATTRIBUTES || ena_hal_has_feature(caps, id))
		rc = ena_hal_feature_get(hal, id, version, NULL, data, len);
	if (rc != 0)
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device does not give %s (feature %u), which is required: %s", name,
			(unsigned int)id, strerror(-rc));
	return rc;
}

/*
 * An optional feature: absent if its bit is clear or the status is 3. Every other failure is an
 * error (part A 3.2 steps 18, 19, 26; table 4.1).
 * @param present true if the device answered
 */
static int
get_optional(struct ena_hal *hal, const struct ena_hal_caps *caps, enum ena_feature_id id,
	uint8_t version, struct ena_hal_dma *buf, void *data, size_t len, bool *present)
{
	int rc;

	*present = false;
	memset(data, 0, len);
	if (!ena_hal_has_feature(caps, id))
		return 0;
	rc = ena_hal_feature_get(hal, id, version, buf, data, len);
	if (rc == -ENOTSUP) {
		ena_hal_log(hal, ENA_HAL_LOG_INFO,
			"The device announces feature %u, but does not support it",
			(unsigned int)id);
		return 0;
	}
	if (rc != 0)
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "Query of feature %u failed: %s",
			(unsigned int)id, strerror(-rc));
	*present = rc == 0;
	return rc;
}

/* Step 14. */
static int
query_attributes(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_device_attributes a;
	int rc;

	rc = get_required(
		hal, caps, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, "its attributes", &a, sizeof(a));
	if (rc != 0)
		return rc;
	caps->features = ena_get32(a.feature_bitmap);
	caps->capabilities = ena_get32(a.capability_bitmap);
	memcpy(caps->mac, a.permanent_mac, sizeof(caps->mac));
	caps->max_mtu = ena_get32(a.max_mtu);
	/* Without the feature the field is reserved (6.2). */
	if (ena_hal_has_feature(caps, ENA_FEATURE_FLOW_STEERING))
		caps->steering_table_size = ena_get16(a.steering_table_size);
	if (caps->max_mtu < ENA_MTU_MIN) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device reports a maximum MTU of %u bytes, below %u", caps->max_mtu,
			ENA_MTU_MIN);
		return -EPROTO;
	}
	return 0;
}

static int
query_queues_ext(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_hal_queue_limits *q = &caps->queues;
	struct ena_max_queues_ext m;
	int rc;

	rc = get_required(hal, caps, ENA_FEATURE_MAX_QUEUES_EXT, ENA_MAX_QUEUES_EXT_VERSION,
		"its queue limits", &m, sizeof(m));
	if (rc != 0)
		return rc;
	if (m.version != ENA_MAX_QUEUES_EXT_VERSION) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "Queue limits have version %u instead of %u",
			m.version, ENA_MAX_QUEUES_EXT_VERSION);
		return -EPROTO;
	}
	q->tx_sq_num = ena_get32(m.max_tx_sq_count);
	q->tx_cq_num = ena_get32(m.max_tx_cq_count);
	q->rx_sq_num = ena_get32(m.max_rx_sq_count);
	q->rx_cq_num = ena_get32(m.max_rx_cq_count);
	q->tx_sq_depth = ena_get32(m.max_tx_sq_depth);
	q->tx_cq_depth = ena_get32(m.max_tx_cq_depth);
	q->rx_sq_depth = ena_get32(m.max_rx_sq_depth);
	q->rx_cq_depth = ena_get32(m.max_rx_cq_depth);
	q->tx_descs = ena_get16(m.max_tx_packet_descs);
	q->rx_descs = ena_get16(m.max_rx_packet_descs);
	return 0;
}

/* The older feature has one number for both directions (6.3). */
static int
query_queues_old(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_hal_queue_limits *q = &caps->queues;
	struct ena_max_queues m;
	int rc;

	rc = get_required(
		hal, caps, ENA_FEATURE_MAX_QUEUES_NUM, 0, "its queue limits", &m, sizeof(m));
	if (rc != 0)
		return rc;
	q->tx_sq_num = q->rx_sq_num = ena_get32(m.max_sq_count);
	q->tx_cq_num = q->rx_cq_num = ena_get32(m.max_cq_count);
	q->tx_sq_depth = q->rx_sq_depth = ena_get32(m.max_sq_depth);
	q->tx_cq_depth = q->rx_cq_depth = ena_get32(m.max_cq_depth);
	q->tx_descs = ena_get16(m.max_tx_packet_descs);
	q->rx_descs = ena_get16(m.max_rx_packet_descs);
	return 0;
}

/* Step 15. */
static int
query_queues(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	const struct ena_hal_queue_limits *q = &caps->queues;
	int rc;

	if (ena_hal_has_feature(caps, ENA_FEATURE_MAX_QUEUES_EXT))
		rc = query_queues_ext(hal, caps);
	else
		rc = query_queues_old(hal, caps);
	if (rc != 0)
		return rc;

	if (q->tx_sq_num == 0 || q->tx_cq_num == 0 || q->rx_sq_num == 0 || q->rx_cq_num == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device reports no queues (Tx SQ %u CQ %u, Rx SQ %u CQ %u)",
			q->tx_sq_num, q->tx_cq_num, q->rx_sq_num, q->rx_cq_num);
		return -EPROTO;
	}
	if (q->tx_sq_depth == 0 || q->tx_cq_depth == 0 || q->rx_sq_depth == 0 ||
		q->rx_cq_depth == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device reports queues without entries (Tx SQ %u CQ %u, Rx SQ %u CQ "
			"%u)",
			q->tx_sq_depth, q->tx_cq_depth, q->rx_sq_depth, q->rx_cq_depth);
		return -EPROTO;
	}
	if (q->tx_descs == 0 || q->rx_descs == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device takes no descriptors per packet (Tx %u, Rx %u)", q->tx_descs,
			q->rx_descs);
		return -EPROTO;
	}
	return 0;
}

/* Steps 16 and 17. */
static int
query_events_offloads(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_aenq_config aenq;
	struct ena_offloads offloads;
	int rc;

	rc = get_required(
		hal, caps, ENA_FEATURE_AENQ_CONFIG, 0, "its event groups", &aenq, sizeof(aenq));
	if (rc != 0)
		return rc;
	caps->aenq_groups = ena_get32(aenq.supported);

	rc = get_required(hal, caps, ENA_FEATURE_STATELESS_OFFLOAD, 0, "its offloads", &offloads,
		sizeof(offloads));
	if (rc != 0)
		return rc;
	caps->tx_offloads = ena_get32(offloads.tx_supported);
	caps->rx_offloads = ena_get32(offloads.rx_supported);
	return 0;
}

/* Step 18. */
static int
query_hints(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	bool present;

	return get_optional(hal, caps, ENA_FEATURE_HW_HINTS, 0, NULL, &caps->hints,
		sizeof(caps->hints), &present);
}

/* Step 19. */
static int
query_llq(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_hal_llq_caps *llq = &caps->llq;
	struct ena_llq_config c;
	bool present;
	int rc;

	rc = get_optional(hal, caps, ENA_FEATURE_LLQ, 1, NULL, &c, sizeof(c), &present);
	if (!present)
		return rc;
	llq->max_count = ena_get32(c.max_count);
	llq->max_depth = ena_get32(c.max_depth);
	llq->max_wide_depth = ena_get16(c.max_wide_depth);
	llq->header_locations = ena_get16(c.header_location.supported);
	llq->entry_sizes = ena_get16(c.entry_size.supported);
	llq->descs_before_header = ena_get16(c.descs_before_header.supported);
	llq->strides = ena_get16(c.stride.supported);
	llq->recommended_entry_size = c.recommended_entry_size;
	llq->accel_flags = ena_get16(c.accel_flags);
	llq->max_tx_burst = ena_get16(c.max_tx_burst);
	return 0;
}

/* Step 20: a failure is only logged, unless the admin queue is dead. */
static int
query_metrics(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	int rc;

	if ((caps->capabilities & ENA_CAP_CUSTOMER_METRICS) == 0) {
		if ((caps->capabilities & ENA_CAP_ENI_STATS) != 0)
			caps->metrics = ENA_METRIC_ENI;
		return 0;
	}
	rc = ena_hal_metrics_discover(hal, &caps->metrics);
	if (rc == 0)
		return 0;
	ena_hal_log(hal, ENA_HAL_LOG_WARNING, "The device does not tell its metrics: %s",
		strerror(-rc));
	caps->metrics = 0;
	return ena_hal_admin_is_dead(hal, NULL) || rc == -ENODEV ? rc : 0;
}

/* Steps 21 and 27. */
static int
query_timestamp_moderation(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_intr_moderation mod;
	struct ena_hw_timestamp ts;
	bool present;
	int rc;

	rc = get_optional(hal, caps, ENA_FEATURE_HW_TIMESTAMP, 1, NULL, &ts, sizeof(ts), &present);
	if (rc != 0)
		return rc;
	caps->timestamp_tx = ts.tx == ENA_TIMESTAMP_ALL;
	caps->timestamp_rx = ts.rx == ENA_TIMESTAMP_ALL;

	rc = get_optional(
		hal, caps, ENA_FEATURE_INTR_MODERATION, 0, NULL, &mod, sizeof(mod), &present);
	if (rc != 0)
		return rc;
	caps->delay_resolution_us = ena_get16(mod.delay_resolution_us);
	if (present && caps->delay_resolution_us == 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device reports an interrupt delay resolution of 0: 1 us is assumed");
		caps->delay_resolution_us = 1;
	}
	return 0;
}

static int
query_rss_table(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_hal_rss_caps *rss = &caps->rss;
	struct ena_rss_table t;
	int rc;

	/* Version 1: the size that the device gives, not the fixed one of older drivers (6.11). */
	rc = get_optional(hal, caps, ENA_FEATURE_RSS_TABLE, 1, NULL, &t, sizeof(t), &rss->table);
	if (!rss->table)
		return rc;
	rss->table_log2_min = ena_get16(t.min_size_log2);
	rss->table_log2_max = ena_get16(t.max_size_log2);
	if (rss->table_log2_min <= rss->table_log2_max &&
		rss->table_log2_max <= ENA_RSS_TABLE_LOG2_MAX)
		return 0;
	/* The port works without the table: all packets go to one queue. */
	ena_hal_log(hal, ENA_HAL_LOG_WARNING,
		"The device reports an RSS table of 2^%u to 2^%u entries: its table is not used",
		rss->table_log2_min, rss->table_log2_max);
	rss->table = false;
	rss->table_log2_min = rss->table_log2_max = 0;
	return 0;
}

static int
query_rss_input(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_hal_rss_caps *rss = &caps->rss;
	struct ena_rss_input input;
	struct ena_rss_sorts sorts;
	struct ena_hal_dma buf;
	unsigned int i;
	int rc;

	if (!ena_hal_has_feature(caps, ENA_FEATURE_RSS_HASH_INPUT))
		return 0;
	rc = ena_hal_dma_get(hal, sizeof(input), ENA_HAL_ALIGN, -1, &buf);
	if (rc != 0)
		return rc;
	rc = get_optional(
		hal, caps, ENA_FEATURE_RSS_HASH_INPUT, 0, &buf, &sorts, sizeof(sorts), &rss->input);
	if (rss->input) {
		ena_hal_copy_in(&input, buf.va, sizeof(input));
		for (i = 0; i < ENA_RSS_PROTO_COUNT; i++) {
			rss->fields[i] = ena_get16(input.supported[i].fields);
			rss->fields_selected[i] = ena_get16(input.selected[i].fields);
		}
	}
	ena_hal_dma_put(hal, &buf);
	return rc;
}

/* Step 32, without the SET commands. */
static int
query_rss(struct ena_hal *hal, struct ena_hal_caps *caps)
{
	struct ena_rss_function f;
	int rc;

	rc = query_rss_table(hal, caps);
	if (rc != 0)
		return rc;
	rc = get_optional(hal, caps, ENA_FEATURE_RSS_HASH_FUNCTION, 0, NULL, &f, sizeof(f),
		&caps->rss.function);
	if (rc != 0)
		return rc;
	caps->rss.functions = ena_get32(f.supported) & 0xff;
	return query_rss_input(hal, caps);
}

int
ena_hal_query(struct ena_hal *hal)
{
	static int (*const steps[])(struct ena_hal *, struct ena_hal_caps *) = {
		query_attributes,
		query_queues,
		query_events_offloads,
		query_hints,
		query_llq,
		query_metrics,
		query_timestamp_moderation,
		query_rss,
	};
	struct ena_hal_caps caps;
	unsigned int i;
	int rc;

	memset(&caps, 0, sizeof(caps));
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		rc = steps[i](hal, &caps);
		if (rc != 0)
			return rc;
	}
	hal->caps = caps;
	ena_hal_hints_apply(hal, &caps.hints);
	return 0;
}
