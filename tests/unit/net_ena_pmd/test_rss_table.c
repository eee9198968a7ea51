/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file The redirection table of a port: what it keeps, and what the device is sent. */
#include "rss_port.h"

/* ---- the table ------------------------------------------------------------------------------ */

static void
the_table_goes_through_all_queues_unless_the_application_sets_it(void **state)
{
	uint16_t n;

	(void)state;
	ena_rss_init(&adapter);
	for (n = 1; n <= QUEUES; n++) {
		assert_int_equal(configure(n, TCP_UDP, NULL, 0), 0);
		assert_table_spreads(n);
		restart();
		assert_table_of_device_spreads(n);
	}
	assert_int_equal(configure_without_rss(QUEUES), 0);
	assert_table_is_all(0);
	assert_int_equal(configure(QUEUES, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(QUEUES);
}

static void
a_table_of_the_application_stays_until_it_names_a_queue_that_is_gone(void **state)
{
	(void)state;
	start(4, TCP_UDP);
	assert_int_equal(set_table(2), 0);
	assert_int_equal(configure(8, TCP_UDP, NULL, 0), 0);
	assert_table_is_all(2);
	assert_int_equal(configure(3, TCP_UDP, NULL, 0), 0);
	assert_table_is_all(2);
	/* RSS is off in between, and the table is kept for when it is switched on. */
	assert_int_equal(configure_without_rss(3), 0);
	assert_table_is_all(2);
	restart();
	assert_table_of_device_is_all(0);
	assert_int_equal(configure(3, TCP_UDP, NULL, 0), 0);
	restart();
	assert_table_of_device_is_all(2);
	/* Queue 2 is gone: all is new, also with more queues later. */
	assert_int_equal(configure(2, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(2);
	assert_int_equal(configure(4, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(4);
}

static void
a_table_of_the_application_does_not_outlive_a_reset_of_the_device(void **state)
{
	(void)state;
	start(4, TCP_UDP);
	assert_int_equal(set_table(2), 0);
	ena_rss_init(&adapter);
	assert_int_equal(configure(4, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(4);
}

static void
one_entry_of_a_queue_that_is_gone_makes_the_whole_table_new(void **state)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = 0}, {.mask = UINT64_C(1) << 63}};

	(void)state;
	start(2, TCP_UDP);
	assert_int_equal(set_table(1), 0);
	assert_int_equal(configure(4, TCP_UDP, NULL, 0), 0);
	reta[1].reta[63] = 3;
	assert_int_equal(ena_reta_update(&dev, reta, 128), 0);
	assert_int_equal(configure(3, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(3);
}

static void
only_entries_whose_bit_is_set_are_changed(void **state)
{
	struct rte_eth_rss_reta_entry64 reta[2];
	uint16_t table[128], i;

	(void)state;
	start(4, TCP_UDP);
	memset(reta, 0xff, sizeof(reta)); /* entries that are not to be looked at */
	reta[0].mask = UINT64_C(1) | UINT64_C(1) << 63;
	reta[1].mask = UINT64_C(1) << 1;
	reta[0].reta[0] = 3;
	reta[0].reta[63] = 2;
	reta[1].reta[1] = 0;
	assert_int_equal(ena_reta_update(&dev, reta, 128), 0);
	assert_sent("T");
	get_table(table);
	for (i = 0; i < 128; i++) {
		uint16_t expected = i == 0 ? 3 : i == 63 ? 2 : i == 65 ? 0 : i % 4;

		assert_int_equal(table[i], expected);
		assert_int_equal(device.table[i], sq_of(expected));
	}
}

static void
only_entries_whose_bit_is_set_are_read(void **state)
{
	struct rte_eth_rss_reta_entry64 reta[2];
	unsigned int i;

	(void)state;
	start(4, TCP_UDP);
	memset(reta, 0xff, sizeof(reta));
	reta[0].mask = UINT64_C(1) << 5;
	reta[1].mask = UINT64_C(1) << 63;
	assert_int_equal(ena_reta_query(&dev, reta, 128), 0);
	for (i = 0; i < 128; i++)
		assert_int_equal(reta[i / 64].reta[i % 64], i == 5 ? 1 : i == 127 ? 3 : UINT16_MAX);
}

static void
a_table_of_another_size_is_refused(void **state)
{
	static const uint16_t sizes[] = {0, 1, 64, 127, 129, 256, 512, UINT16_MAX};
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = 1, .reta = {3}}};
	unsigned int i;

	(void)state;
	start(4, TCP_UDP);
	for (i = 0; i < RTE_DIM(sizes); i++) {
		log_clear();
		assert_int_equal(ena_reta_update(&dev, reta, sizes[i]), -EINVAL);
		assert_logged(RTE_LOG_ERR, "the redirection table has 128 entries, not ");
	}
	assert_table_spreads(4);
	assert_sent("");
}

static void
an_entry_of_a_queue_that_there_is_not_changes_nothing(void **state)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {
		{.mask = 1, .reta = {3}}, {.mask = 2, .reta = {0, 4}}};

	(void)state;
	start(4, TCP_UDP);
	assert_int_equal(ena_reta_update(&dev, reta, 128), -EINVAL);
	assert_logged(RTE_LOG_ERR, "redirection table entry 65: no Rx queue 4");
	assert_table_spreads(4);
	assert_sent("");
	/* It is no table of the application, either. */
	assert_int_equal(configure(5, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(5);
}

static void
a_table_that_the_device_refuses_is_forgotten(void **state)
{
	(void)state;
	start(4, TCP_UDP);
	device.refused = 'T';
	assert_int_equal(set_table(2), -EINVAL);
	assert_table_spreads(4);
	assert_table_of_device_spreads(4);
	assert_int_equal(configure(5, TCP_UDP, NULL, 0), 0);
	assert_table_spreads(5);
}

static void
a_table_names_no_queue_without_a_ring_on_the_device(void **state)
{
	(void)state;
	start(4, TCP_UDP);
	queues[2].rings.sq.exists = false;
	assert_int_equal(set_table(2), -EINVAL);
	assert_table_spreads(4);
	assert_int_equal(set_table(1), 0);
	rx_queues[3] = NULL;
	assert_int_equal(set_table(3), -EINVAL);
	assert_table_is_all(1);
	assert_sent("T");
}

static void
what_is_set_while_the_port_is_stopped_is_sent_at_start(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE];

	new_port_with_fields(state);
	start(4, TCP_UDP);
	adapter.port.started = false;
	make_key(key, 9);
	assert_int_equal(set_table(3), 0);
	assert_int_equal(hash_update(TCP4, key), 0);
	assert_sent("");
	assert_table_is_all(3);
	assert_int_equal(types_of_port(), TCP4);
	assert_string_equal(restart(), "TKF");
	assert_table_of_device_is_all(3);
	assert_memory_equal(device.key, key, sizeof(key));
	assert_int_equal(device.fields[ENA_RSS_TCP4], ENA_RSS_FIELDS_L34);
	assert_int_equal(device.fields[ENA_RSS_UDP4], 0);
}

static void
the_table_of_a_port_without_rss_is_kept_for_later(void **state)
{
	(void)state;
	ena_rss_init(&adapter);
	assert_int_equal(configure_without_rss(4), 0);
	restart();
	assert_int_equal(set_table(3), 0);
	assert_sent("T");
	assert_table_is_all(3);
	assert_table_of_device_is_all(0);
}

int
main(void)
{
#define TEST(name, set_up) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(the_table_goes_through_all_queues_unless_the_application_sets_it, new_port),
		TEST(a_table_of_the_application_stays_until_it_names_a_queue_that_is_gone,
			new_port),
		TEST(a_table_of_the_application_does_not_outlive_a_reset_of_the_device, new_port),
		TEST(one_entry_of_a_queue_that_is_gone_makes_the_whole_table_new, new_port),
		TEST(only_entries_whose_bit_is_set_are_changed, new_port),
		TEST(only_entries_whose_bit_is_set_are_read, new_port),
		TEST(a_table_of_another_size_is_refused, new_port),
		TEST(an_entry_of_a_queue_that_there_is_not_changes_nothing, new_port),
		TEST(a_table_that_the_device_refuses_is_forgotten, new_port),
		TEST(a_table_names_no_queue_without_a_ring_on_the_device, new_port),
		TEST(what_is_set_while_the_port_is_stopped_is_sent_at_start, new_port),
		TEST(the_table_of_a_port_without_rss_is_kept_for_later, new_port),
	};

	return cmocka_run_group_tests_name("redirection table", tests, NULL, NULL);
}
