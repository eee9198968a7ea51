/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file RSS: key, hashed fields, indirection table (part A 6.9, 6.11, 6.13). */
#include "mock_device.h"

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
	assert_int_equal(mock_last_feature(m)->id, ENA_FEATURE_RSS_HASH_FUNCTION);
	f = (const void *)mock_last_feature(m)->data;
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
	/* Part A appendix B, with the id and the address of the test. */
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
	sorts = (const void *)mock_last_feature(m)->data;
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

/* The device may still read the buffer after the timeout of the command. */
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
	/* not sent: no buffer to keep */
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ENODEV);
	assert_int_equal(m->live, live + 1);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_ADMIN_TIMEOUT), 0);
	assert_int_equal(m->live, 1);
	mock_end(m);
}

static void
a_table_that_the_caller_ignores_is_as_absent(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	uint16_t table[128] = {0};
	unsigned int commands = m->commands;

	(void)state;
	assert_true(m->hal.caps.rss.table);
	ena_hal_rss_table_ignore(&m->hal);
	assert_false(m->hal.caps.rss.table);
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), -ENOTSUP);
	assert_int_equal(m->commands, commands);
	/* the device still has it */
	assert_int_equal(ena_hal_query(&m->hal), 0);
	assert_int_equal(ena_hal_rss_table_set(&m->hal, table, 7), 0);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rss_key_is_sent_last_byte_first),
		cmocka_unit_test(a_device_without_toeplitz_takes_no_key),
		cmocka_unit_test(the_rss_table_is_sent_as_in_the_worked_example),
		cmocka_unit_test(the_size_of_the_rss_table_is_within_the_limits),
		cmocka_unit_test(hash_fields_are_sent_with_both_sorts),
		cmocka_unit_test(a_hash_field_that_is_not_supported_is_refused_here),
		cmocka_unit_test(rss_settings_pass_on_failures_and_leak_nothing),
		cmocka_unit_test(a_buffer_without_an_answer_is_kept_until_the_reset),
		cmocka_unit_test(a_table_that_the_caller_ignores_is_as_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
