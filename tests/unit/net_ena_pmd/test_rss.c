/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file RSS of a port: what it keeps of keys and types, and what the device is sent. */
#include "rss_port.h"

/* ---- what a device can do ------------------------------------------------------------------ */

static void
without_a_table_there_is_no_rss(void **state)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = 0}};
	struct rte_eth_rss_conf conf = {.rss_hf = TCP4};

	(void)state;
	caps->table = false;
	ena_rss_init(&adapter);
	assert_int_equal(ena_rss_types(&adapter), 0);
	assert_int_equal(ena_reta_update(&dev, reta, 128), -ENOTSUP);
	assert_int_equal(ena_reta_query(&dev, reta, 128), -ENOTSUP);
	assert_int_equal(ena_reta_update(&dev, reta, 0), -ENOTSUP);
	assert_int_equal(ena_reta_query(&dev, reta, 0), -ENOTSUP);
	assert_int_equal(ena_rss_hash_update(&dev, &conf), -ENOTSUP);
	assert_int_equal(ena_rss_hash_get(&dev, &conf), -ENOTSUP);
	assert_nothing_logged();

	assert_int_equal(configure(1, TCP4, NULL, 0), 0);
	log_clear();
	assert_int_equal(ena_rss_start(&dev), 0);
	assert_nothing_logged();
	assert_int_equal(configure_without_rss(2), 0);
	assert_int_equal(ena_rss_start(&dev), 0);
	assert_nothing_logged();
	assert_int_equal(configure(2, TCP4, NULL, 0), 0);
	assert_int_equal(ena_rss_start(&dev), 0);
	assert_logged(RTE_LOG_WARNING, "all packets go to queue 0");
	assert_sent("");
}

static void
the_table_is_as_large_as_the_device_and_ethdev_allow(void **state)
{
	static const struct {
		uint16_t min, max, log2;
	} sizes[] = {{7, 7, 7}, {0, 0, 0}, {1, 7, 7}, {0, 9, 9}, {0, 10, 9}, {9, 16, 9}, {9, 9, 9}};
	struct rte_eth_rss_reta_entry64 reta[ENA_RSS_TABLE_MAX / 64];
	unsigned int i;

	for (i = 0; i < RTE_DIM(sizes); i++) {
		uint16_t size = (uint16_t)(1u << sizes[i].log2);

		new_port(state);
		caps->table_log2_min = sizes[i].min;
		caps->table_log2_max = sizes[i].max;
		ena_rss_init(&adapter);
		memset(reta, 0, sizeof(reta));
		assert_int_equal(configure(1, TCP4, NULL, 0), 0);
		assert_int_equal(ena_reta_query(&dev, reta, size), 0);
		assert_int_equal(ena_reta_query(&dev, reta, size + 1), -EINVAL);
		assert_int_equal(ena_reta_query(&dev, reta, size - 1), -EINVAL);
		assert_int_equal(ena_reta_query(&dev, reta, 0), -EINVAL);
		assert_int_equal(ena_rss_start(&dev), 0);
		assert_int_equal(device.log2, sizes[i].log2);
	}
}

static void
a_table_that_cannot_be_as_small_as_ethdev_wants_it_is_not_used(void **state)
{
	uint16_t log2;

	for (log2 = 10; log2 <= ENA_RSS_TABLE_LOG2_MAX; log2++) {
		new_port(state);
		caps->table_log2_min = log2;
		caps->table_log2_max = ENA_RSS_TABLE_LOG2_MAX;
		ena_rss_init(&adapter);
		assert_logged(RTE_LOG_WARNING, "RSS is off");
		assert_int_equal(ena_rss_types(&adapter), 0);
		assert_int_equal(configure(2, TCP4, NULL, 0), 0);
		assert_int_equal(ena_rss_start(&dev), 0);
		assert_sent("");
	}
}

static void
a_device_with_fixed_fields_hashes_tcp_and_udp(void **state)
{
	(void)state;
	assert_int_equal(ena_rss_types(&adapter), TCP_UDP);
	ena_rss_init(&adapter);
	assert_int_equal(types_of_port(), TCP_UDP);
}

/** Types that a device can hash that has @p fields for @p proto, and nothing for the others. */
static uint64_t
types_with(unsigned int proto, uint16_t fields)
{
	memset(caps->fields, 0, sizeof(caps->fields));
	caps->fields[proto] = fields;
	return ena_rss_types(&adapter);
}

static void
types_need_all_their_fields(void **state)
{
	static const struct {
		unsigned int proto;
		uint64_t type, ip;
	} of_ports[] =
		{
			{ENA_RSS_TCP4, TCP4, RTE_ETH_RSS_IPV4},
			{ENA_RSS_UDP4, UDP4, RTE_ETH_RSS_IPV4},
			{ENA_RSS_TCP6, TCP6, RTE_ETH_RSS_IPV6},
			{ENA_RSS_UDP6, UDP6, RTE_ETH_RSS_IPV6},
			{ENA_RSS_TCP6_EX, RTE_ETH_RSS_IPV6_TCP_EX, RTE_ETH_RSS_IPV6},
		},
	  of_addresses[] = {
		  {ENA_RSS_IP4, RTE_ETH_RSS_NONFRAG_IPV4_OTHER, RTE_ETH_RSS_IPV4},
		  {ENA_RSS_IP6, RTE_ETH_RSS_NONFRAG_IPV6_OTHER, RTE_ETH_RSS_IPV6},
		  {ENA_RSS_IP4_FRAG, RTE_ETH_RSS_FRAG_IPV4, RTE_ETH_RSS_IPV4},
		  {ENA_RSS_IP6_EX, RTE_ETH_RSS_IPV6_EX, RTE_ETH_RSS_IPV6},
	  };
	unsigned int i;

	(void)state;
	caps->input = true;
	for (i = 0; i < RTE_DIM(of_ports); i++) {
		unsigned int p = of_ports[i].proto;

		assert_int_equal(
			types_with(p, ENA_RSS_FIELDS_L34), of_ports[i].type | of_ports[i].ip);
		assert_int_equal(types_with(p, ENA_RSS_FIELDS_L3), of_ports[i].ip);
		assert_int_equal(
			types_with(p, ENA_RSS_FIELDS_L3 | ENA_RSS_FIELD_L4_SP), of_ports[i].ip);
		assert_int_equal(types_with(p, ENA_RSS_FIELD_L3_SA), 0);
		assert_int_equal(types_with(p, ENA_RSS_FIELDS_L2), 0);
		assert_int_equal(types_with(p, 0), 0);
	}
	for (i = 0; i < RTE_DIM(of_addresses); i++) {
		unsigned int p = of_addresses[i].proto;

		assert_int_equal(types_with(p, ENA_RSS_FIELDS_L3),
			of_addresses[i].type | of_addresses[i].ip);
		assert_int_equal(types_with(p, ENA_RSS_FIELD_L3_DA), 0);
	}
	assert_int_equal(types_with(ENA_RSS_NOT_IP, ENA_RSS_FIELDS_L2), RTE_ETH_RSS_L2_PAYLOAD);
	assert_int_equal(types_with(ENA_RSS_NOT_IP, ENA_RSS_FIELD_L2_DA), 0);
	assert_int_equal(types_with(ENA_RSS_IP6_EX + 1, UINT16_MAX), 0);
}

/* ---- the key ------------------------------------------------------------------------------- */

static void
the_key_is_the_usual_one_unless_an_argument_gives_another(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE], given[ENA_RSS_KEY_SIZE];

	(void)state;
	ena_rss_init(&adapter);
	get_key(key);
	/* The first bytes, as the guide has them, and the last ones. */
	assert_memory_equal(key, "\x6d\x5a\x56\xda\x25\x5b\x0e\xc2", 8);
	assert_memory_equal(key + 36, "\xbe\xac\x01\xfa", 4);

	make_key(given, 1);
	memcpy(adapter.args.rss_key, given, sizeof(given));
	adapter.args.rss_key_set = true;
	ena_rss_init(&adapter);
	assert_key(given);
	assert_nothing_logged();
}

static void
a_key_that_has_no_effect_is_said_to_have_none(void **state)
{
	(void)state;
	adapter.args.rss_key_set = true;
	caps->function = false;
	ena_rss_init(&adapter);
	assert_logged(
		RTE_LOG_WARNING, "rss_key has no effect: the device has a key that cannot be");
	log_clear();
	caps->function = true;
	caps->functions = ENA_RSS_FUNC_CRC32;
	ena_rss_init(&adapter);
	assert_logged(
		RTE_LOG_WARNING, "rss_key has no effect: the device has a key that cannot be");
	log_clear();
	caps->functions = ENA_RSS_FUNC_TOEPLITZ;
	caps->table = false;
	ena_rss_init(&adapter);
	assert_logged(RTE_LOG_WARNING, "rss_key has no effect: the device has no RSS table");
}

/** Part B 7.1: the usual key in reversed order, 32 bits at a time with their bytes kept. */
static void
a_fixed_key_is_shown_as_it_is_and_cannot_be_changed(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE], other[ENA_RSS_KEY_SIZE];

	(void)state;
	start(2, TCP_UDP);
	get_key(key);
	assert_memory_equal(key, "\xbe\xac\x01\xfa\x6a\x42\xb7\x3b", 8);
	assert_memory_equal(key + 36, "\x6d\x5a\x56\xda", 4);
	make_key(other, 1);
	assert_int_equal(hash_update(TCP_UDP, other), -ENOTSUP);
	assert_key(key);
	assert_sent("");
	assert_int_equal(configure(2, TCP_UDP, other, ENA_RSS_KEY_SIZE), 0);
	assert_logged(RTE_LOG_WARNING, "the RSS key of this device cannot be changed");
	assert_key(key);
	assert_string_equal(restart(), "T");
}

static void
a_key_of_another_length_is_refused_and_the_old_one_stays(void **state)
{
	static const uint8_t lengths[] = {1, 39, 41, 52, 255};
	uint8_t old[ENA_RSS_KEY_SIZE], key[256] = {1, 2, 3};
	unsigned int i;

	(void)state;
	start(2, TCP_UDP);
	get_key(old);
	for (i = 0; i < RTE_DIM(lengths); i++) {
		struct rte_eth_rss_conf conf = {
			.rss_hf = TCP_UDP, .rss_key = key, .rss_key_len = lengths[i]};

		assert_int_equal(ena_rss_hash_update(&dev, &conf), -EINVAL);
		assert_key(old);
		log_clear();
		assert_int_equal(configure(2, TCP_UDP, key, lengths[i]), -EINVAL);
		assert_logged(RTE_LOG_ERR, "an RSS key has 40 bytes, not ");
		assert_key(old);
		/* Nothing else changes either. */
		assert_int_equal(configure(4, TCP_UDP, key, lengths[i]), -EINVAL);
		assert_table_spreads(2);
		set_up_queues(2);
	}
	assert_sent("");
	/* Without a length, as old applications have it. */
	assert_int_equal(configure(2, TCP_UDP, key, 0), 0);
	assert_key(key);
	key[0] = 77;
	assert_int_equal(configure(2, TCP_UDP, key, ENA_RSS_KEY_SIZE), 0);
	assert_key(key);
	/* Without a key the last one stays. */
	assert_int_equal(configure(2, TCP_UDP, NULL, 0), 0);
	assert_int_equal(configure(3, TCP_UDP, NULL, 52), 0);
	assert_key(key);
	assert_string_equal(restart(), "TK");
	assert_memory_equal(device.key, key, ENA_RSS_KEY_SIZE);
}

static void
a_buffer_that_is_too_short_for_the_key_is_not_written_to(void **state)
{
	static const struct {
		uint8_t len;
		bool written;
	} buffers[] = {{0, true}, {1, false}, {39, false}, {40, true}, {64, true}, {255, true}};
	uint8_t key[256], is[ENA_RSS_KEY_SIZE];
	unsigned int i, k;

	(void)state;
	ena_rss_init(&adapter);
	get_key(is);
	for (i = 0; i < RTE_DIM(buffers); i++) {
		struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = buffers[i].len};

		memset(key, 0xa5, sizeof(key));
		assert_int_equal(ena_rss_hash_get(&dev, &conf), 0);
		assert_int_equal(conf.rss_key_len, ENA_RSS_KEY_SIZE);
		assert_int_equal(conf.rss_hf, TCP_UDP);
		for (k = 0; k < sizeof(key); k++)
			assert_int_equal(
				key[k], buffers[i].written && k < ENA_RSS_KEY_SIZE ? is[k] : 0xa5);
	}
}

/* ---- start ------------------------------------------------------------------------------- */

static void
start_sends_table_key_and_fields_in_this_order(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE];

	new_port_with_fields(state);
	ena_rss_init(&adapter);
	assert_int_equal(configure(3, TCP_UDP, NULL, 0), 0);
	assert_string_equal(restart(), "TKF");
	assert_table_of_device_spreads(3);
	get_key(key);
	assert_memory_equal(device.key, key, sizeof(key));
	caps->input = false;
	assert_string_equal(restart(), "TK");
	caps->functions = ENA_RSS_FUNC_CRC32;
	assert_string_equal(restart(), "T");
	caps->input = true;
	assert_string_equal(restart(), "TF");
	/* Without RSS there is a table of the first queue. Without a queue there is none. */
	assert_int_equal(configure_without_rss(3), 0);
	assert_string_equal(restart(), "T");
	assert_table_of_device_is_all(0);
	assert_int_equal(configure(0, TCP_UDP, NULL, 0), 0);
	assert_string_equal(restart(), "");
}

static void
start_ends_with_the_first_command_that_fails(void **state)
{
	static const struct {
		char refused;
		const char *sent;
	} starts[] = {{'T', "T"}, {'K', "TK"}, {'F', "TKF"}};
	unsigned int i;

	for (i = 0; i < RTE_DIM(starts); i++) {
		new_port_with_fields(state);
		ena_rss_init(&adapter);
		assert_int_equal(configure(3, TCP_UDP, NULL, 0), 0);
		device.refused = starts[i].refused;
		log_clear();
		assert_int_equal(ena_rss_start(&dev), -EINVAL);
		assert_logged(RTE_LOG_ERR, "RSS set-up: ");
		assert_sent(starts[i].sent);
		assert_string_equal(restart(), "TKF");
	}
}

/* ---- types that are hashed ------------------------------------------------------------------- */

static void
a_port_without_rss_has_no_types(void **state)
{
	(void)state;
	ena_rss_init(&adapter);
	assert_int_equal(configure_without_rss(4), 0);
	assert_int_equal(types_of_port(), 0);
}

static void
fixed_fields_are_hashed_whatever_a_configuration_asks_for(void **state)
{
	static const uint64_t asked[] = {0, TCP4, TCP_UDP, RTE_ETH_RSS_IPV4, UINT64_MAX};
	unsigned int i;

	(void)state;
	ena_rss_init(&adapter);
	for (i = 0; i < RTE_DIM(asked); i++) {
		log_clear();
		assert_int_equal(configure(4, asked[i], NULL, 0), 0);
		assert_int_equal(types_of_port(), TCP_UDP);
		if (asked[i] == TCP_UDP)
			assert_nothing_logged();
		else
			assert_logged(RTE_LOG_INFO, "always hashes TCP and UDP");
	}
}

static void
fields_that_can_be_chosen_are_those_that_are_asked_for(void **state)
{
	new_port_with_fields(state);
	ena_rss_init(&adapter);
	assert_int_equal(configure(4, TCP4 | UDP6, NULL, 0), 0);
	assert_int_equal(types_of_port(), TCP4 | UDP6);
	/* What the device cannot hash is left out. */
	log_clear();
	assert_int_equal(configure(4, TCP4 | RTE_ETH_RSS_GENEVE, NULL, 0), 0);
	assert_int_equal(types_of_port(), TCP4);
	assert_logged(RTE_LOG_INFO, "the device hashes RSS types 0x");
	log_clear();
	assert_int_equal(configure(4, 0, NULL, 0), 0);
	assert_int_equal(types_of_port(), 0);
	assert_logged(RTE_LOG_NOTICE, "RSS without a type is off");
	restart();
	assert_table_of_device_is_all(0);
	assert_table_spreads(4);
}

static void
a_type_selects_its_ports_and_an_ip_version_its_addresses(void **state)
{
	unsigned int i;

	new_port_with_fields(state);
	start(4, TCP4 | RTE_ETH_RSS_IPV4 | UDP6 | RTE_ETH_RSS_L2_PAYLOAD);
	assert_int_equal(device.fields[ENA_RSS_TCP4], ENA_RSS_FIELDS_L34);
	assert_int_equal(device.fields[ENA_RSS_UDP4], ENA_RSS_FIELDS_L3);
	assert_int_equal(device.fields[ENA_RSS_IP4], ENA_RSS_FIELDS_L3);
	assert_int_equal(device.fields[ENA_RSS_IP4_FRAG], ENA_RSS_FIELDS_L3);
	assert_int_equal(device.fields[ENA_RSS_TCP6], 0);
	assert_int_equal(device.fields[ENA_RSS_UDP6], ENA_RSS_FIELDS_L34);
	assert_int_equal(device.fields[ENA_RSS_IP6], 0);
	assert_int_equal(device.fields[ENA_RSS_TCP6_EX], 0);
	assert_int_equal(device.fields[ENA_RSS_IP6_EX], 0);
	assert_int_equal(device.fields[ENA_RSS_NOT_IP], ENA_RSS_FIELDS_L2);
	/* Records that no type stands for stay as the device had them. */
	for (i = ENA_RSS_IP6_EX + 1; i < ENA_RSS_PROTO_COUNT; i++)
		assert_int_equal(device.fields[i], ENA_RSS_FIELD_L3_SA);
}

/** A device may select a field that it then does not take (part A 6.13). */
static void
fields_that_the_device_does_not_have_are_not_sent(void **state)
{
	new_port_with_fields(state);
	caps->fields[ENA_RSS_UDP4] = ENA_RSS_FIELDS_L3;
	caps->fields[ENA_RSS_UDP6] = ENA_RSS_FIELD_L3_SA;
	caps->fields_selected[ENA_RSS_UDP6] = ENA_RSS_FIELDS_L34;
	caps->fields[12] = ENA_RSS_FIELD_L3_SA;
	caps->fields_selected[12] = ENA_RSS_FIELDS_L34;
	start(4, TCP_UDP | RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6);
	assert_int_equal(types_of_port() & TCP_UDP, TCP4 | TCP6);
	assert_int_equal(device.fields[ENA_RSS_TCP4], ENA_RSS_FIELDS_L34);
	assert_int_equal(device.fields[ENA_RSS_UDP4], ENA_RSS_FIELDS_L3);
	/* It cannot be hashed by any type, and so it stays. */
	assert_int_equal(device.fields[ENA_RSS_UDP6], ENA_RSS_FIELD_L3_SA);
	assert_int_equal(device.fields[12], ENA_RSS_FIELD_L3_SA);
}

/* ---- changes while the port runs ------------------------------------------------------------- */

static void
a_change_sends_what_has_changed_and_nothing_else(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE];

	new_port_with_fields(state);
	start(4, TCP_UDP);
	make_key(key, 3);
	assert_int_equal(hash_update(TCP_UDP, NULL), 0);
	assert_sent("");
	assert_int_equal(hash_update(TCP_UDP, key), 0);
	assert_sent("K");
	assert_memory_equal(device.key, key, sizeof(key));
	assert_int_equal(hash_update(TCP4, NULL), 0);
	assert_sent("F");
	assert_int_equal(types_of_port(), TCP4);
	make_key(key, 4);
	assert_int_equal(hash_update(UDP4, key), 0);
	assert_sent("KF");
	assert_memory_equal(device.key, key, sizeof(key));
	assert_key(key);
}

static void
no_type_is_a_table_of_the_first_queue_until_there_is_one_again(void **state)
{
	new_port_with_fields(state);
	start(4, TCP_UDP);
	assert_int_equal(set_table(3), 0);
	assert_sent("T");
	assert_int_equal(hash_update(0, NULL), 0);
	assert_sent("FT");
	assert_table_of_device_is_all(0);
	assert_table_is_all(3);
	assert_int_equal(types_of_port(), 0);
	/* An update meanwhile is kept, too. */
	assert_int_equal(set_table(2), 0);
	assert_sent("T");
	assert_table_of_device_is_all(0);
	assert_int_equal(hash_update(UDP6, NULL), 0);
	assert_sent("FT");
	assert_table_of_device_is_all(2);
}

static void
fixed_fields_can_be_switched_off_and_on_but_not_chosen(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE];

	(void)state;
	start(4, TCP_UDP);
	assert_int_equal(hash_update(TCP4, NULL), -ENOTSUP);
	assert_int_equal(hash_update(TCP_UDP | RTE_ETH_RSS_IPV4, NULL), -ENOTSUP);
	assert_sent("");
	assert_int_equal(hash_update(0, NULL), 0);
	assert_sent("T");
	assert_table_of_device_is_all(0);
	assert_int_equal(types_of_port(), 0);
	assert_int_equal(hash_update(TCP_UDP, NULL), 0);
	assert_sent("T");
	assert_table_of_device_spreads(4);
	/* A key may come with any type. */
	make_key(key, 5);
	assert_int_equal(hash_update(TCP4, key), 0);
	assert_sent("K");
	assert_int_equal(types_of_port(), TCP_UDP);
}

/** A change of all three that fails at each command in turn. */
static void
a_change_that_the_device_refuses_is_taken_back(void **state)
{
	static const struct {
		char refused;
		const char *sent;
	} changes[] = {{'K', "KKF"}, {'F', "KFKF"}, {'T', "KFTKF"}};
	uint8_t key[ENA_RSS_KEY_SIZE], old[ENA_RSS_KEY_SIZE];
	uint16_t fields[ENA_RSS_PROTO_COUNT];
	unsigned int i;

	for (i = 0; i < RTE_DIM(changes); i++) {
		new_port_with_fields(state);
		start(4, TCP_UDP);
		get_key(old);
		memcpy(fields, device.fields, sizeof(fields));
		make_key(key, 7);
		device.refused = changes[i].refused;
		assert_int_equal(hash_update(0, key), -EINVAL);
		assert_sent(changes[i].sent);
		assert_key(old);
		assert_int_equal(types_of_port(), TCP_UDP);
		assert_table_spreads(4);
		/* The device is as before. */
		assert_memory_equal(device.key, old, sizeof(old));
		assert_memory_equal(device.fields, fields, sizeof(fields));
		assert_table_of_device_spreads(4);
	}
}

static void
a_change_that_is_refused_without_a_key_sends_no_key(void **state)
{
	new_port_with_fields(state);
	start(4, TCP_UDP);
	device.refused = 'F';
	assert_int_equal(hash_update(TCP4, NULL), -EINVAL);
	assert_sent("FF");
	assert_int_equal(types_of_port(), TCP_UDP);
}

int
main(void)
{
#define TEST(name, set_up) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(without_a_table_there_is_no_rss, new_port),
		TEST(the_table_is_as_large_as_the_device_and_ethdev_allow, new_port),
		TEST(a_table_that_cannot_be_as_small_as_ethdev_wants_it_is_not_used, new_port),
		TEST(a_device_with_fixed_fields_hashes_tcp_and_udp, new_port),
		TEST(types_need_all_their_fields, new_port),
		TEST(the_key_is_the_usual_one_unless_an_argument_gives_another, new_port),
		TEST(a_key_that_has_no_effect_is_said_to_have_none, new_port),
		TEST(a_fixed_key_is_shown_as_it_is_and_cannot_be_changed, new_port_with_fixed_key),
		TEST(a_key_of_another_length_is_refused_and_the_old_one_stays, new_port),
		TEST(a_buffer_that_is_too_short_for_the_key_is_not_written_to, new_port),
		TEST(start_sends_table_key_and_fields_in_this_order, new_port),
		TEST(start_ends_with_the_first_command_that_fails, new_port),
		TEST(a_port_without_rss_has_no_types, new_port),
		TEST(fixed_fields_are_hashed_whatever_a_configuration_asks_for, new_port),
		TEST(fields_that_can_be_chosen_are_those_that_are_asked_for, new_port),
		TEST(a_type_selects_its_ports_and_an_ip_version_its_addresses, new_port),
		TEST(fields_that_the_device_does_not_have_are_not_sent, new_port),
		TEST(a_change_sends_what_has_changed_and_nothing_else, new_port),
		TEST(no_type_is_a_table_of_the_first_queue_until_there_is_one_again, new_port),
		TEST(fixed_fields_can_be_switched_off_and_on_but_not_chosen, new_port),
		TEST(a_change_that_the_device_refuses_is_taken_back, new_port),
		TEST(a_change_that_is_refused_without_a_key_sends_no_key, new_port),
	};

	return cmocka_run_group_tests_name("RSS", tests, NULL, NULL);
}
