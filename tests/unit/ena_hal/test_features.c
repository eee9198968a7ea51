/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file What is set one by one: host page, MTU, timestamps, RSS (part A section 6). */
#include "mock_device.h"

static const struct ena_feature_cmd *
last_feature(const struct mock *m)
{
	return (const struct ena_feature_cmd *)mock_last(m);
}

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
	assert_int_equal(last_feature(m)->id, ENA_FEATURE_HOST_ATTR);
	assert_int_equal(last_feature(m)->version, 0);
	attr = (const void *)last_feature(m)->data;
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
	/* also over a reset */
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
	static const uint32_t good[] = {128, 1500, 9216}, bad[] = {0, 127, 9217, UINT32_MAX};
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(ena_hal_mtu_set(&m->hal, bad[i]), -EINVAL);
	assert_int_equal(m->commands, commands);
	for (i = 0; i < 3; i++) {
		const struct ena_mtu *mtu;

		assert_int_equal(ena_hal_mtu_set(&m->hal, good[i]), 0);
		assert_int_equal(last_feature(m)->id, ENA_FEATURE_MTU);
		mtu = (const void *)last_feature(m)->data;
		assert_int_equal(ena_get32(mtu->mtu), good[i]);
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
	assert_int_equal(last_feature(m)->id, ENA_FEATURE_FRAG_BYPASS);
	assert_int_equal(last_feature(m)->data[0], 1);
	assert_int_equal(ena_hal_frag_bypass_set(&m->hal, false), 0);
	assert_int_equal(last_feature(m)->data[0], 0);
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
	assert_int_equal(last_feature(m)->id, ENA_FEATURE_HW_TIMESTAMP);
	ts = (const void *)last_feature(m)->data;
	assert_int_equal(ts->version, 0);
	assert_int_equal(ts->tx, 0);
	assert_int_equal(ts->rx, 1);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, false), 0);
	ts = (const void *)last_feature(m)->data;
	assert_int_equal(ts->rx, 0);

	m->ts = (struct ena_hw_timestamp){.version = 1, .tx = 1, .rx = 0};
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, false, true), -ENOTSUP);
	assert_int_equal(ena_hal_timestamp_set(&m->hal, true, false), 0);
	ts = (const void *)last_feature(m)->data;
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
	/* those without which there is no driver remain */
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

/* ---- RSS ------------------------------------------------------------------- */

static void
the_rss_key_is_sent_last_byte_first(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	const struct ena_rss_function *f;
	const struct ena_rss_key *k;
	uint8_t key[ENA_RSS_KEY_SIZE];
	unsigned int i, live = m->live;

	(void)state;
	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i + 1);
	assert_int_equal(ena_hal_rss_key_set(&m->hal, key, 0xffffffff), 0);
	assert_int_equal(last_feature(m)->id, ENA_FEATURE_RSS_HASH_FUNCTION);
	f = (const void *)last_feature(m)->data;
	assert_int_equal(ena_get32(f->supported), 0);
	assert_int_equal(ena_get32(f->selected), 0x2);
	assert_int_equal(ena_get32(f->initial_value), 0xffffffff);
	assert_int_equal(m->last_buf_len, 48);
	k = (const void *)m->last_buf;
	assert_int_equal(ena_get32(k->key_words), 10);
	assert_int_equal(ena_get32(k->rsv), 0);
	for (i = 0; i < sizeof(key); i++)
		assert_int_equal(k->key[i], 40 - i);
	assert_int_equal(m->live, live);
	mock_end(m);
}

static void
a_device_without_toeplitz_takes_no_key(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint8_t key[ENA_RSS_KEY_SIZE] = {0};

	(void)state;
	m->rss_function.supported = ena_put32(ENA_RSS_FUNC_CRC32);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(ena_hal_rss_key_set(&m->hal, key, 0), -ENOTSUP);
	mock_end(m);
}

static void
the_rss_table_is_sent_as_in_the_worked_example(void **state)
{
	/* Part A appendix B; the address and the id are those of the test. */
	static const uint8_t want[] = {0x00, 0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00,
		0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00};
	struct mock *m = mock_up(MOCK_QUERIED);
	uint16_t table[128];
	unsigned int i;

	(void)state;
	for (i = 0; i < 128; i++)
		table[i] = (uint16_t)(i * 257);
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), 0);
	assert_memory_equal((const uint8_t *)mock_last(m) + 16, want, sizeof(want));
	assert_int_equal(m->last_buf_len, 512);
	for (i = 0; i < 128; i++) {
		assert_int_equal(m->last_buf[4 * i] | m->last_buf[4 * i + 1] << 8, table[i]);
		assert_int_equal(m->last_buf[4 * i + 2] | m->last_buf[4 * i + 3], 0);
	}
	mock_end(m);
}

static void
the_size_of_the_rss_table_is_within_the_limits(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint16_t *table = calloc(65536, sizeof(*table));
	unsigned int log2;

	(void)state;
	assert_non_null(table);
	table[65535] = 0xabcd;
	m->rss_table.min_size_log2 = ena_put16(3);
	m->rss_table.max_size_log2 = ena_put16(16);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	for (log2 = 0; log2 < 40; log2++) {
		assert_int_equal(ena_hal_rss_table_set(&m->hal, table, log2),
			log2 >= 3 && log2 <= 16 ? 0 : -EINVAL);
		if (log2 >= 3 && log2 <= 16)
			assert_int_equal(m->last_buf_len, 4u << log2);
	}
	assert_int_equal(m->last_buf[4 * 65535], 0xcd);
	assert_int_equal(m->last_buf[4 * 65535 + 1], 0xab);
	assert_int_equal(ena_hal_rss_table_set(&m->hal, NULL, 7), -EINVAL);
	free(table);
	mock_end(m);
}

static void
hash_fields_are_sent_with_both_sorts(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	const struct ena_rss_input *in = (const void *)m->last_buf;
	const struct ena_rss_sorts *sorts;
	uint16_t fields[16] = {0};
	unsigned int i;

	(void)state;
	fields[ENA_RSS_TCP4] = ENA_RSS_FIELDS_L34;
	fields[ENA_RSS_UDP6] = ENA_RSS_FIELD_L4_DP;
	fields[ENA_RSS_NOT_IP] = ENA_RSS_FIELDS_L2;
	assert_int_equal(ena_hal_rss_input_set(&m->hal, fields), 0);
	sorts = (const void *)last_feature(m)->data;
	assert_int_equal(ena_get16(sorts->enabled), 0x0006);
	assert_int_equal(m->last_buf_len, 256);
	for (i = 0; i < 16; i++) {
		assert_int_equal(ena_get16(in->selected[i].fields), fields[i]);
		assert_int_equal(ena_get16(in->supported[i].fields), m->hal.caps.rss.fields[i]);
	}
	mock_end(m);
}

static void
a_hash_field_that_is_not_supported_is_refused_here(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int p, bit, commands = m->commands;

	(void)state;
	for (p = 0; p < 16; p++) {
		for (bit = 0; bit < 16; bit++) {
			uint16_t fields[16] = {0};

			fields[p] = (uint16_t)ENA_BIT(bit);
			if ((m->hal.caps.rss.fields[p] & fields[p]) != 0)
				continue;
			assert_int_equal(ena_hal_rss_input_set(&m->hal, fields), -ENOTSUP);
		}
	}
	assert_int_equal(m->commands, commands);
	mock_end(m);
}

static void
rss_settings_pass_on_failures_and_leak_nothing(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	uint16_t table[128] = {0}, fields[16] = {0};
	uint8_t key[ENA_RSS_KEY_SIZE] = {0};
	unsigned int s, live = m->live;

	(void)state;
	for (s = 1; s < 8; s++) {
		int rc = ena_hal_status_errno((uint8_t)s);

		memset(m->set_status, (int)s, sizeof(m->set_status));
		assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), rc);
		assert_int_equal(ena_hal_rss_key_set(&m->hal, key, 0), rc);
		assert_int_equal(ena_hal_rss_input_set(&m->hal, fields), rc);
		assert_int_equal(m->live, live);
	}
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ENOMEM);
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_rss_key_set(&m->hal, key, 0), -ENOMEM);
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_rss_input_set(&m->hal, fields), -ENOMEM);
	assert_int_equal(m->live, live);
	mock_end(m);
}

/* The device fills the buffer of GET although the command is long given up. */
static void
a_buffer_without_an_answer_is_kept_until_the_reset(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	uint16_t table[128] = {0};
	unsigned int live = m->live;

	(void)state;
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ETIMEDOUT);
	assert_int_equal(m->live, live + 1);
	/* not sent at all: nothing to keep */
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ENODEV);
	assert_int_equal(m->live, live + 1);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_ADMIN_TIMEOUT), 0);
	assert_int_equal(m->live, 1);
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
		cmocka_unit_test(the_rss_key_is_sent_last_byte_first),
		cmocka_unit_test(a_device_without_toeplitz_takes_no_key),
		cmocka_unit_test(the_rss_table_is_sent_as_in_the_worked_example),
		cmocka_unit_test(the_size_of_the_rss_table_is_within_the_limits),
		cmocka_unit_test(hash_fields_are_sent_with_both_sorts),
		cmocka_unit_test(a_hash_field_that_is_not_supported_is_refused_here),
		cmocka_unit_test(rss_settings_pass_on_failures_and_leak_nothing),
		cmocka_unit_test(a_buffer_without_an_answer_is_kept_until_the_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
