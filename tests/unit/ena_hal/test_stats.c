/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Statistics of the device (part A 5.6) and counters of the HAL. */
#include "mock_device.h"

/* Value number n of the mock's replies of types 0, 2 and 3. */
static uint64_t
v(unsigned int n)
{
	return UINT64_C(0x100000000) * (n + 1) + 100 + n;
}

static const struct ena_stats_cmd *
last_stats(const struct mock *m)
{
	return (const struct ena_stats_cmd *)mock_last(m);
}

static void
basic_statistics_are_taken_from_their_places(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_basic_stats s;

	(void)state;
	assert_int_equal(ena_hal_stats_basic(&m->hal, &s), 0);
	assert_int_equal(s.tx_bytes, v(0));
	assert_int_equal(s.tx_pkts, v(1));
	assert_int_equal(s.rx_bytes, v(2));
	assert_int_equal(s.rx_pkts, v(3));
	assert_int_equal(s.rx_drops, v(4));
	assert_int_equal(s.tx_drops, v(5));
	assert_int_equal(s.rx_overruns, v(6));
	assert_int_equal(last_stats(m)->type, 0);
	assert_int_equal(last_stats(m)->scope, 0);
	assert_int_equal(ena_get16(last_stats(m)->queue_idx), 0);
	assert_int_equal(ena_get16(last_stats(m)->device_id), 0);

	m->opcode_status[ENA_AQ_GET_STATS] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(ena_hal_stats_basic(&m->hal, &s), -EINVAL);
	assert_int_equal(s.tx_bytes, 0);
	mock_end(m);
}

static void
srd_statistics_need_their_capability(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_srd_stats s;
	unsigned int commands;

	(void)state;
	assert_int_equal(ena_hal_stats_srd(&m->hal, &s), 0);
	assert_int_equal(s.mode, v(0));
	assert_int_equal(s.tx_pkts, v(1));
	assert_int_equal(s.eligible_tx_pkts, v(2));
	assert_int_equal(s.rx_pkts, v(3));
	assert_int_equal(s.resource_utilization, v(4));
	assert_int_equal(last_stats(m)->type, 3);
	m->opcode_status[ENA_AQ_GET_STATS] = ENA_ACQ_BUSY;
	assert_int_equal(ena_hal_stats_srd(&m->hal, &s), -EAGAIN);

	m->hal.caps.capabilities = (uint32_t)~ENA_CAP_SRD_INFO;
	commands = m->commands;
	assert_int_equal(ena_hal_stats_srd(&m->hal, &s), -ENOTSUP);
	assert_int_equal(m->commands, commands);
	mock_end(m);
}

static void
customer_metrics_lie_without_gaps_in_the_buffer(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid;
	unsigned int set, i;

	(void)state;
	for (set = 1; set < 64; set++) {
		struct mock *m = mock_up(MOCK_ADMIN);
		unsigned int live;

		m->metrics = set;
		for (i = 0; i < 64; i++)
			m->metric_value[i] = UINT64_C(0xabcdef0000000000) + i;
		assert_int_equal(ena_hal_query(&m->hal), 0);
		live = m->live;
		assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), 0);
		assert_int_equal(valid, set);
		for (i = 0; i < ENA_METRIC_COUNT; i++)
			assert_int_equal(values[i], set >> i & 1 ? m->metric_value[i] : 0);
		assert_int_equal(last_stats(m)->type, 4);
		assert_int_equal(ena_get64(last_stats(m)->requested_metrics), set);
		assert_int_equal(m->last_buf_len, 512);
		assert_int_equal(m->live, live);
		mock_end(m);
	}
}

static void
fewer_metrics_than_asked_for_are_taken_as_they_are(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid;
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->metrics = 0x22; /* at discovery it was all metrics */
	m->metric_value[1] = 11;
	m->metric_value[5] = 55;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), 0);
	assert_int_equal(valid, 0x22);
	assert_int_equal(values[1], 11);
	assert_int_equal(values[5], 55);
	assert_int_equal(values[0], 0);
	mock_end(m);
}

static enum mock_action
claims_all(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)m;
	(void)cmd;
	memset(rsp->data, 0xff, 8);
	return MOCK_REPLY;
}

static void
metrics_that_were_not_requested_are_an_error(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid = 5;
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int live = m->live, i;

	(void)state;
	m->hook = claims_all;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -EIO);
	assert_int_equal(valid, 0);
	for (i = 0; i < ENA_METRIC_COUNT; i++)
		assert_int_equal(values[i], 0);
	assert_int_equal(m->live, live);
	/* unknown metrics are ignored at discovery */
	m->hook = NULL;
	m->metrics = UINT64_MAX;
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(m->hal.caps.metrics, 0x3f);
	mock_end(m);
}

static void
without_customer_metrics_the_older_counters_serve(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid;
	struct mock *m = mock_up(MOCK_ADMIN);
	unsigned int i;

	(void)state;
	m->attr.capability_bitmap = ena_put32(ENA_CAP_ENI_STATS);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), 0);
	assert_int_equal(last_stats(m)->type, 2);
	assert_int_equal(valid, 0x1f);
	for (i = 0; i < 5; i++)
		assert_int_equal(values[i], v(i));
	assert_int_equal(values[5], 0);
	m->opcode_status[ENA_AQ_GET_STATS] = ENA_ACQ_UNSUPPORTED;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -ENOTSUP);
	assert_int_equal(valid, 0);
	mock_end(m);
}

static void
a_device_without_metrics_says_so(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid;
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->hal.caps.capabilities = 0;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -ENOTSUP);
	m->hal.caps.capabilities = ENA_CAP_CUSTOMER_METRICS;
	m->hal.caps.metrics = 0; /* discovery failed */
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -ENOTSUP);
	mock_end(m);
}

static void
the_metrics_buffer_is_never_lost_and_never_freed_too_early(void **state)
{
	uint64_t values[ENA_METRIC_COUNT], valid;
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int live = m->live;

	(void)state;
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -ENOMEM);
	m->opcode_status[ENA_AQ_GET_STATS] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -EINVAL);
	assert_int_equal(m->live, live);
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_stats_metrics(&m->hal, values, &valid), -ETIMEDOUT);
	assert_int_equal(m->live, live + 1);
	mock_end(m);
}

static void
the_counters_of_the_hal_are_reset_without_the_platform(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_counters none;
	struct ena_hal other;

	(void)state;
	memset(&none, 0, sizeof(none));
	assert_int_not_equal(m->hal.count.submitted, 0);
	memset(&m->hal.count, 0x55, sizeof(m->hal.count));
	/* as in a secondary process, where the functions of the platform cannot be called */
	other = m->hal;
	other.plat = NULL;
	ena_hal_counters_reset(&other);
	assert_memory_equal(&other.count, &none, sizeof(none));

	ena_hal_counters_reset(&m->hal);
	assert_memory_equal(&m->hal.count, &none, sizeof(none));
	assert_int_equal(mock_nop(m), 0);
	assert_int_equal(m->hal.count.submitted, 1);
	assert_int_equal(m->hal.count.completed, 1);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(basic_statistics_are_taken_from_their_places),
		cmocka_unit_test(srd_statistics_need_their_capability),
		cmocka_unit_test(customer_metrics_lie_without_gaps_in_the_buffer),
		cmocka_unit_test(fewer_metrics_than_asked_for_are_taken_as_they_are),
		cmocka_unit_test(metrics_that_were_not_requested_are_an_error),
		cmocka_unit_test(without_customer_metrics_the_older_counters_serve),
		cmocka_unit_test(a_device_without_metrics_says_so),
		cmocka_unit_test(the_metrics_buffer_is_never_lost_and_never_freed_too_early),
		cmocka_unit_test(the_counters_of_the_hal_are_reset_without_the_platform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
