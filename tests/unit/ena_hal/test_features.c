/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Features that are set or read one by one: host page, MTU, link, timestamps (part A 6). */
#include "mock_device.h"

/* ---- host information ------------------------------------------------------ */

static void
the_host_page_is_sent_before_any_feature_is_known(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_host_info info = {
		.os_type = ena_put32(ENA_HOST_OS_DPDK),
		.interface_revision = ena_put16(ENA_HOST_INTERFACE_REVISION),
		.driver_features = ena_put32(0x12),
	};
	const struct ena_host_attr *attr;
	uint8_t zero[ENA_HOST_INFO_PAGE_SIZE - sizeof(info)] = {0};

	(void)state;
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), 0);
	assert_int_equal(mock_last_feature(m)->id, ENA_FEATURE_HOST_ATTR);
	assert_int_equal(mock_last_feature(m)->version, 0);
	attr = (const void *)mock_last_feature(m)->data;
	assert_int_equal(ena_get_ad48(attr->host_info), m->hal.host_info.iova);
	assert_int_equal(ena_get_ad48(attr->debug_area), 0);
	assert_int_equal(ena_get32(attr->debug_area_size), 0);
	assert_int_equal(m->hal.host_info.len, 4096);
	assert_memory_equal(m->hal.host_info.va, &info, sizeof(info));
	assert_memory_equal((uint8_t *)m->hal.host_info.va + sizeof(info), zero, sizeof(zero));
	mock_end(m);
}

static void
the_host_page_stays_where_it_is_when_sent_again(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_host_info info = {0};
	unsigned int live;
	void *va;

	(void)state;
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), 0);
	va = m->hal.host_info.va;
	live = m->live;
	info.cpu_count = ena_put16(5);
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), 0);
	assert_ptr_equal(m->hal.host_info.va, va);
	assert_int_equal(m->live, live);
	assert_memory_equal(va, &info, sizeof(info));
	/* also after a reset */
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), 0);
	assert_ptr_equal(m->hal.host_info.va, va);
	mock_end(m);
}

static void
a_refused_host_page_is_reported_and_kept(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_host_info info = {0};
	unsigned int s;

	(void)state;
	assert_int_equal(ena_hal_host_info_set(&m->hal, NULL), -EINVAL);
	for (s = 1; s < 8; s++) {
		m->set_status[ENA_FEATURE_HOST_ATTR] = (uint8_t)s;
		assert_int_equal(
			ena_hal_host_info_set(&m->hal, &info), ena_hal_status_errno((uint8_t)s));
	}
	assert_int_equal(m->live, 5);
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), -ETIMEDOUT);
	assert_int_equal(m->live, 5);
	mock_end(m);
}

/* ---- MTU, link, fragment bypass, timestamps -------------------------------- */

static void
the_mtu_is_checked_here_and_sent_as_it_is(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int commands = m->commands;
	static const uint32_t allowed[] = {128, 1500, 9216}, refused[] = {0, 127, 9217, UINT32_MAX};
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(ena_hal_mtu_set(&m->hal, refused[i]), -EINVAL);
	assert_int_equal(m->commands, commands);
	for (i = 0; i < 3; i++) {
		const struct ena_mtu *mtu;

		assert_int_equal(ena_hal_mtu_set(&m->hal, allowed[i]), 0);
		assert_int_equal(mock_last_feature(m)->id, ENA_FEATURE_MTU);
		mtu = (const void *)mock_last_feature(m)->data;
		assert_int_equal(ena_get32(mtu->mtu), allowed[i]);
	}
	m->set_status[ENA_FEATURE_MTU] = ENA_ACQ_ILLEGAL_PARAMETER;
	assert_int_equal(ena_hal_mtu_set(&m->hal, 1500), -EINVAL);
	mock_end(m);
}

static void
the_link_is_read_from_the_device(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_link_config link;

	(void)state;
	assert_int_equal(ena_hal_link_get(&m->hal, &link), 0);
	assert_int_equal(ena_get32(link.speed_mbps), 100000);
	assert_int_equal(ena_get32(link.flags), ENA_LINK_FULL_DUPLEX);
	m->get_status[ENA_FEATURE_LINK_CONFIG] = ENA_ACQ_BUSY;
	assert_int_equal(ena_hal_link_get(&m->hal, &link), -EAGAIN);
	assert_int_equal(ena_get32(link.speed_mbps), 0);
	mock_end(m);
}

static void
fragment_bypass_is_switched_both_ways(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	assert_int_equal(ena_hal_frag_bypass_set(&m->hal, true), 0);
	assert_int_equal(mock_last_feature(m)->id, ENA_FEATURE_FRAG_BYPASS);
	assert_int_equal(mock_last_feature(m)->data[0], 1);
	assert_int_equal(ena_hal_frag_bypass_set(&m->hal, false), 0);
	assert_int_equal(mock_last_feature(m)->data[0], 0);
	m->set_status[ENA_FEATURE_FRAG_BYPASS] = ENA_ACQ_UNSUPPORTED;
	assert_int_equal(ena_hal_frag_bypass_set(&m->hal, true), -ENOTSUP);
	mock_end(m);
}

static void
timestamps_are_asked_for_only_where_supported(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	const struct ena_hw_timestamp *ts;

	(void)state;
	assert_int_equal(ena_hal_timestamp_set(&m->hal, true, false), -ENOTSUP);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, true), 0);
	assert_int_equal(mock_last_feature(m)->id, ENA_FEATURE_HW_TIMESTAMP);
	ts = (const void *)mock_last_feature(m)->data;
	assert_int_equal(ts->version, 0);
	assert_int_equal(ts->tx, 0);
	assert_int_equal(ts->rx, 1);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, false), 0);
	ts = (const void *)mock_last_feature(m)->data;
	assert_int_equal(ts->rx, 0);

	m->ts = (struct ena_hw_timestamp){.version = 1, .tx = 1, .rx = 0};
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, true), -ENOTSUP);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, true, false), 0);
	ts = (const void *)mock_last_feature(m)->data;
	assert_int_equal(ts->tx, 1);
	mock_end(m);
}

static void
nothing_is_sent_for_a_feature_that_is_absent(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	uint16_t table[512] = {0}, fields[16] = {0};
	uint8_t key[ENA_RSS_KEY_SIZE] = {0};
	struct ena_link_config link;
	unsigned int commands;

	(void)state;
	/* only the required features remain */
	m->attr.feature_bitmap = ena_put32(ENA_BIT(1) | ENA_BIT(7) | ENA_BIT(11) | ENA_BIT(26));
	assert_int_equal(ena_hal_query(&m->hal), 0);
	commands = m->commands;
	assert_int_equal(ena_hal_mtu_set(&m->hal, 1500), -ENOTSUP);
	assert_int_equal(ena_hal_link_get(&m->hal, &link), -ENOTSUP);
	assert_int_equal(ena_hal_frag_bypass_set(&m->hal, true), -ENOTSUP);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, false), -ENOTSUP);
	assert_int_equal(ena_hal_rss_key_set(&m->hal, key, 0), -ENOTSUP);
	assert_int_equal(ena_hal_rss_input_set(&m->hal, fields), -ENOTSUP);
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ENOTSUP);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_int_equal(m->commands, commands);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_page_is_sent_before_any_feature_is_known),
		cmocka_unit_test(the_host_page_stays_where_it_is_when_sent_again),
		cmocka_unit_test(a_refused_host_page_is_reported_and_kept),
		cmocka_unit_test(the_mtu_is_checked_here_and_sent_as_it_is),
		cmocka_unit_test(the_link_is_read_from_the_device),
		cmocka_unit_test(fragment_bypass_is_switched_both_ways),
		cmocka_unit_test(timestamps_are_asked_for_only_where_supported),
		cmocka_unit_test(nothing_is_sent_for_a_feature_that_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
