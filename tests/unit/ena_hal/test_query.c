/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Capability queries (part A 3.2 steps 14 to 21, section 6). */
#include "mock_device.h"

static const uint8_t optional[] = {ENA_FEATURE_HW_HINTS, ENA_FEATURE_LLQ, ENA_FEATURE_HW_TIMESTAMP,
	ENA_FEATURE_INTR_MODERATION, ENA_FEATURE_RSS_TABLE, ENA_FEATURE_RSS_HASH_FUNCTION,
	ENA_FEATURE_RSS_HASH_INPUT};
static const uint8_t required[] = {ENA_FEATURE_DEVICE_ATTRIBUTES, ENA_FEATURE_MAX_QUEUES_EXT,
	ENA_FEATURE_AENQ_CONFIG, ENA_FEATURE_STATELESS_OFFLOAD};

static void
drop_feature(struct mock *m, unsigned int id)
{
	m->attr.feature_bitmap = ena_put32(ena_get32(m->attr.feature_bitmap) & ~ENA_BIT(id));
}

static void
a_full_device_is_described_completely(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	const struct ena_hal_caps *c = &m->hal.caps;
	unsigned int i;

	(void)state;
	m->hints.missing_tx_count = ena_put16(99);
	m->llq.accel_flags = ena_put16(3);
	m->llq.max_tx_burst = ena_put16(4096);
	assert_int_equal(ena_hal_query(&m->hal), 0);

	assert_int_equal(c->features, ena_get32(m->attr.feature_bitmap));
	assert_int_equal(c->capabilities, 0x1f);
	assert_memory_equal(c->mac, m->attr.permanent_mac, 6);
	assert_int_equal(c->steering_table_size, 64);
	assert_int_equal(c->max_mtu, 9216);
	assert_int_equal(c->queues.tx_sq_num, 8);
	assert_int_equal(c->queues.tx_cq_num, 9);
	assert_int_equal(c->queues.rx_sq_num, 10);
	assert_int_equal(c->queues.rx_cq_num, 11);
	assert_int_equal(c->queues.tx_sq_depth, 1024);
	assert_int_equal(c->queues.tx_cq_depth, 2048);
	assert_int_equal(c->queues.rx_sq_depth, 4096);
	assert_int_equal(c->queues.rx_cq_depth, 8192);
	assert_int_equal(c->queues.tx_descs, 18);
	assert_int_equal(c->queues.rx_descs, 17);
	assert_int_equal(c->tx_offloads, 0x2a);
	assert_int_equal(c->rx_offloads, 0x0f);
	assert_int_equal(c->aenq_groups, 0xdf);
	assert_int_equal(c->llq.max_count, 8);
	assert_int_equal(c->llq.max_depth, 1024);
	assert_int_equal(c->llq.max_wide_depth, 512);
	assert_int_equal(c->llq.header_locations, 1);
	assert_int_equal(c->llq.entry_sizes, 5);
	assert_int_equal(c->llq.descs_before_header, 2);
	assert_int_equal(c->llq.strides, 2);
	assert_int_equal(c->llq.recommended_entry_size, 1);
	assert_int_equal(c->llq.accel_flags, 3);
	assert_int_equal(c->llq.max_tx_burst, 4096);
	assert_int_equal(ena_get16(c->hints.missing_tx_count), 99);
	assert_int_equal(c->delay_resolution_us, 2);
	assert_int_equal(c->metrics, 0x3f);
	assert_true(c->timestamp_rx);
	assert_false(c->timestamp_tx);
	assert_true(c->rss.table && c->rss.function && c->rss.input);
	assert_int_equal(c->rss.table_log2_min, 7);
	assert_int_equal(c->rss.table_log2_max, 9);
	assert_int_equal(c->rss.functions, ENA_RSS_FUNC_TOEPLITZ);
	for (i = 0; i < 16; i++) {
		assert_int_equal(c->rss.fields[i], ena_get16(m->rss_input.supported[i].fields));
		assert_int_equal(
			c->rss.fields_selected[i], ena_get16(m->rss_input.selected[i].fields));
	}
	mock_end(m);
}

static void
each_query_carries_its_version_and_the_datasheets_order(void **state)
{
	static const struct {
		uint8_t opcode, id, version;
	} want[] = {
		{ENA_AQ_GET_FEATURE, 1, 0},
		{ENA_AQ_GET_FEATURE, 7, 1},
		{ENA_AQ_GET_FEATURE, 26, 0},
		{ENA_AQ_GET_FEATURE, 11, 0},
		{ENA_AQ_GET_FEATURE, 3, 0},
		{ENA_AQ_GET_FEATURE, 4, 1},
		{ENA_AQ_GET_STATS, 0, 0},
		{ENA_AQ_GET_FEATURE, 31, 1},
		{ENA_AQ_GET_FEATURE, 20, 0},
		{ENA_AQ_GET_FEATURE, 12, 1},
		{ENA_AQ_GET_FEATURE, 10, 0},
		{ENA_AQ_GET_FEATURE, 18, 0},
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i;

	(void)state;
	assert_int_equal(m->commands, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < m->commands; i++) {
		const struct ena_feature_cmd *c = (const void *)&m->command[i];
		const struct ena_stats_cmd *s = (const void *)c;

		assert_int_equal(c->common.opcode, want[i].opcode);
		if (c->common.opcode == ENA_AQ_GET_STATS) {
			/* discovery: bitmap 0x3f, no buffer */
			assert_int_equal(s->type, ENA_STATS_CUSTOMER);
			assert_int_equal(ena_get64(s->requested_metrics), 0x3f);
			assert_int_equal(ena_get32(s->ctrl.len), 0);
			continue;
		}
		assert_int_equal(c->id, want[i].id);
		assert_int_equal(c->version, want[i].version);
		assert_int_equal(c->select, 0);
		assert_int_equal(ena_get32(c->ctrl.len), c->id == 18 ? 256 : 0);
	}
	mock_end(m);
}

static void
the_old_queue_feature_serves_both_directions(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	const struct ena_hal_queue_limits *q = &m->hal.caps.queues;

	(void)state;
	drop_feature(m, ENA_FEATURE_MAX_QUEUES_EXT);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(q->tx_sq_num, 4);
	assert_int_equal(q->rx_sq_num, 4);
	assert_int_equal(q->tx_cq_num, 5);
	assert_int_equal(q->rx_cq_num, 5);
	assert_int_equal(q->tx_sq_depth, 512);
	assert_int_equal(q->rx_sq_depth, 512);
	assert_int_equal(q->tx_cq_depth, 256);
	assert_int_equal(q->rx_cq_depth, 256);
	assert_int_equal(q->tx_descs, 16);
	assert_int_equal(q->rx_descs, 15);
	mock_end(m);
}

static void
a_required_feature_that_fails_fails_the_query_with_its_name(void **state)
{
	unsigned int i, s;

	(void)state;
	for (i = 0; i < sizeof(required); i++) {
		for (s = 1; s <= 7; s++) {
			struct mock *m = mock_up(MOCK_ADMIN);

			m->get_status[required[i]] = (uint8_t)s;
			assert_int_equal(ena_hal_query(&m->hal), ena_hal_status_errno((uint8_t)s));
			assert_non_null(strstr(m->log, "required"));
			mock_end(m);
		}
	}
}

static void
a_required_feature_that_is_not_announced_is_not_asked_for(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 2; i < sizeof(required); i++) { /* not the attributes, and the queues have two */
		struct mock *m = mock_up(MOCK_ADMIN);
		unsigned int c;

		drop_feature(m, required[i]);
		assert_int_equal(ena_hal_query(&m->hal), -ENOTSUP);
		for (c = 0; c < m->commands; c++)
			assert_int_not_equal(
				((const struct ena_feature_cmd *)&m->command[c])->id, required[i]);
		mock_end(m);
	}
	struct mock *m = mock_up(MOCK_ADMIN);

	drop_feature(m, ENA_FEATURE_MAX_QUEUES_EXT);
	drop_feature(m, ENA_FEATURE_MAX_QUEUES_NUM);
	assert_int_equal(ena_hal_query(&m->hal), -ENOTSUP);
	mock_end(m);
}

static void
assert_zero_without(const struct ena_hal_caps *c, uint8_t id)
{
	static const struct ena_hw_hints no_hints;
	static const struct ena_hal_llq_caps no_llq;

	switch (id) {
	case ENA_FEATURE_HW_HINTS:
		assert_memory_equal(&c->hints, &no_hints, sizeof(no_hints));
		break;
	case ENA_FEATURE_LLQ:
		assert_memory_equal(&c->llq, &no_llq, sizeof(no_llq));
		break;
	case ENA_FEATURE_HW_TIMESTAMP:
		assert_false(c->timestamp_rx || c->timestamp_tx);
		break;
	case ENA_FEATURE_INTR_MODERATION:
		assert_int_equal(c->delay_resolution_us, 0);
		break;
	case ENA_FEATURE_RSS_TABLE:
		assert_false(c->rss.table);
		assert_int_equal(c->rss.table_log2_max, 0);
		break;
	case ENA_FEATURE_RSS_HASH_FUNCTION:
		assert_false(c->rss.function);
		assert_int_equal(c->rss.functions, 0);
		break;
	case ENA_FEATURE_RSS_HASH_INPUT:
		assert_false(c->rss.input);
		assert_int_equal(c->rss.fields[0], 0);
		break;
	}
}

static void
an_optional_feature_that_is_absent_stays_zero(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(optional); i++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		m->hints.admin_timeout_ms = ena_put16(1);
		/* bit clear */
		drop_feature(m, optional[i]);
		assert_int_equal(ena_hal_query(&m->hal), 0);
		assert_zero_without(&m->hal.caps, optional[i]);
		mock_end(m);

		/* bit set, status 3 */
		m = mock_up(MOCK_ADMIN);
		m->get_status[optional[i]] = ENA_ACQ_UNSUPPORTED;
		assert_int_equal(ena_hal_query(&m->hal), 0);
		assert_zero_without(&m->hal.caps, optional[i]);
		mock_end(m);
	}
}

static void
an_optional_feature_with_any_other_failure_fails_the_query(void **state)
{
	unsigned int i, s;

	(void)state;
	for (i = 0; i < sizeof(optional); i++) {
		for (s = 1; s <= 7; s++) {
			struct mock *m;

			if (s == ENA_ACQ_UNSUPPORTED)
				continue;
			m = mock_up(MOCK_ADMIN);
			m->get_status[optional[i]] = (uint8_t)s;
			assert_int_equal(ena_hal_query(&m->hal), ena_hal_status_errno((uint8_t)s));
			/* no part of the answers is kept */
			assert_int_equal(m->hal.caps.features, 0);
			mock_end(m);
		}
	}
}

static void
metrics_that_cannot_be_discovered_are_only_reported(void **state)
{
	unsigned int s;

	(void)state;
	for (s = 1; s <= 7; s++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		m->opcode_status[ENA_AQ_GET_STATS] = (uint8_t)s;
		assert_int_equal(ena_hal_query(&m->hal), 0);
		assert_int_equal(m->hal.caps.metrics, 0);
		assert_non_null(strstr(m->log, "metrics"));
		mock_end(m);
	}
}

static void
metrics_follow_the_capability_bits(void **state)
{
	static const struct {
		uint32_t caps;
		uint64_t device, want;
	} t[] = {
		{0, 0x3f, 0},
		{ENA_CAP_ENI_STATS, 0x3f, ENA_METRIC_ENI},
		{ENA_CAP_CUSTOMER_METRICS, 0x3f, 0x3f},
		{ENA_CAP_CUSTOMER_METRICS, 0x15, 0x15},
		{ENA_CAP_CUSTOMER_METRICS | ENA_CAP_ENI_STATS, 0x20, 0x20},
		{ENA_CAP_SRD_INFO, 0x3f, 0},
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		m->attr.capability_bitmap = ena_put32(t[i].caps);
		m->metrics = t[i].device;
		assert_int_equal(ena_hal_query(&m->hal), 0);
		assert_int_equal(m->hal.caps.metrics, t[i].want);
		mock_end(m);
	}
}

static void
values_that_make_no_sense_are_refused(void **state)
{
#define U32(field) offsetof(struct mock, field), 4
#define U16(field) offsetof(struct mock, field), 2
	static const struct {
		size_t offset, len;
		uint32_t value;
		bool old;
	} t[] = {
		{U32(attr.max_mtu), 0, false},
		{U32(attr.max_mtu), 127, false},
		{U32(ext.max_tx_sq_count), 0, false},
		{U32(ext.max_tx_cq_count), 0, false},
		{U32(ext.max_rx_sq_count), 0, false},
		{U32(ext.max_rx_cq_count), 0, false},
		{U32(ext.max_tx_sq_depth), 0, false},
		{U32(ext.max_tx_cq_depth), 0, false},
		{U32(ext.max_rx_sq_depth), 0, false},
		{U32(ext.max_rx_cq_depth), 0, false},
		{U16(ext.max_tx_packet_descs), 0, false},
		{U16(ext.max_rx_packet_descs), 0, false},
		{offsetof(struct mock, ext.version), 1, 0, false},
		{offsetof(struct mock, ext.version), 1, 2, false},
		{U32(old.max_sq_count), 0, true},
		{U32(old.max_cq_count), 0, true},
		{U32(old.max_sq_depth), 0, true},
		{U32(old.max_cq_depth), 0, true},
		{U16(old.max_tx_packet_descs), 0, true},
		{U16(old.max_rx_packet_descs), 0, true},
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct mock *m = mock_up(MOCK_ADMIN);
		ena_le32_t v = ena_put32(t[i].value);

		if (t[i].old)
			drop_feature(m, ENA_FEATURE_MAX_QUEUES_EXT);
		memcpy((uint8_t *)m + t[i].offset, &v, t[i].len);
		assert_int_equal(ena_hal_query(&m->hal), -EPROTO);
		assert_string_not_equal(m->log, "");
		mock_end(m);
	}
}

/* The table is optional: if its sizes are not valid, the device is used without it. */
static void
an_rss_table_without_a_size_is_no_reason_to_refuse_the_device(void **state)
{
	static const uint16_t t[][2] = {{7, 6}, {7, 17}, {10, 9}, {7, 0xffff}, {0xffff, 0xffff}};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		m->rss_table.min_size_log2 = ena_put16(t[i][0]);
		m->rss_table.max_size_log2 = ena_put16(t[i][1]);
		assert_int_equal(ena_hal_query(&m->hal), 0);
		assert_false(m->hal.caps.rss.table);
		assert_int_equal(m->hal.caps.rss.table_log2_max, 0);
		assert_non_null(strstr(m->log, "its table is not used"));
		mock_end(m);
	}
}

static void
the_extremes_that_make_sense_are_taken(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->attr.max_mtu = ena_put32(128);
	m->ext.max_tx_packet_descs = ena_put16(1);
	m->rss_table.min_size_log2 = ena_put16(0);
	m->rss_table.max_size_log2 = ena_put16(16);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(m->hal.caps.rss.table_log2_max, 16);
	mock_end(m);
}

static void
a_moderation_resolution_of_zero_counts_as_one(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->mod.delay_resolution_us = ena_put16(0);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(m->hal.caps.delay_resolution_us, 1);
	assert_non_null(strstr(m->log, "resolution"));
	mock_end(m);
}

static void
the_steering_table_counts_only_with_its_feature(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	drop_feature(m, ENA_FEATURE_FLOW_STEERING);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(m->hal.caps.steering_table_size, 0);
	mock_end(m);
}

static void
a_second_query_replaces_the_first(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	drop_feature(m, ENA_FEATURE_LLQ);
	drop_feature(m, ENA_FEATURE_RSS_TABLE);
	m->attr.max_mtu = ena_put32(1500);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(m->hal.caps.llq.max_count, 0);
	assert_false(m->hal.caps.rss.table);
	assert_int_equal(m->hal.caps.max_mtu, 1500);
	mock_end(m);
}

static void
a_dead_queue_fails_the_query_at_every_command(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		/* time-out of the metrics, which otherwise are only reported */
		m->answer_us = i == 0 ? MOCK_NEVER : 0;
		if (i == 1)
			ena_hal_admin_stop(&m->hal);
		assert_int_equal(ena_hal_query(&m->hal), i == 0 ? -ETIMEDOUT : -ENODEV);
		mock_end(m);
	}
}

static enum mock_action
stats_are_silent(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)m;
	(void)rsp;
	return cmd->common.opcode == ENA_AQ_GET_STATS ? MOCK_SILENT : MOCK_DEFAULT;
}

static void
metrics_without_an_answer_fail_the_query(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->hook = stats_are_silent;
	assert_int_equal(ena_hal_query(&m->hal), -ETIMEDOUT);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_device_is_described_completely),
		cmocka_unit_test(each_query_carries_its_version_and_the_datasheets_order),
		cmocka_unit_test(the_old_queue_feature_serves_both_directions),
		cmocka_unit_test(a_required_feature_that_fails_fails_the_query_with_its_name),
		cmocka_unit_test(a_required_feature_that_is_not_announced_is_not_asked_for),
		cmocka_unit_test(an_optional_feature_that_is_absent_stays_zero),
		cmocka_unit_test(an_optional_feature_with_any_other_failure_fails_the_query),
		cmocka_unit_test(metrics_that_cannot_be_discovered_are_only_reported),
		cmocka_unit_test(metrics_follow_the_capability_bits),
		cmocka_unit_test(values_that_make_no_sense_are_refused),
		cmocka_unit_test(an_rss_table_without_a_size_is_no_reason_to_refuse_the_device),
		cmocka_unit_test(the_extremes_that_make_sense_are_taken),
		cmocka_unit_test(a_moderation_resolution_of_zero_counts_as_one),
		cmocka_unit_test(the_steering_table_counts_only_with_its_feature),
		cmocka_unit_test(a_second_query_replaces_the_first),
		cmocka_unit_test(a_dead_queue_fails_the_query_at_every_command),
		cmocka_unit_test(metrics_without_an_answer_fail_the_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
