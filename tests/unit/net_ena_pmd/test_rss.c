/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file RSS of a port: what it keeps, and what the device is sent. The HAL is that of the test. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_pmd.h"
#include "log_capture.h"

#define QUEUES 8u

#define TCP4 RTE_ETH_RSS_NONFRAG_IPV4_TCP
#define UDP4 RTE_ETH_RSS_NONFRAG_IPV4_UDP
#define TCP6 RTE_ETH_RSS_NONFRAG_IPV6_TCP
#define UDP6 RTE_ETH_RSS_NONFRAG_IPV6_UDP
/** What devices hash whose fields cannot be chosen (part B 7.2). */
#define TCP_UDP (TCP4 | UDP4 | TCP6 | UDP6)

static struct ena_adapter adapter;
static struct rte_eth_dev_data data;
static struct rte_eth_dev dev = {.data = &data};
static struct ena_rx_queue queues[QUEUES];
static void *rx_queues[QUEUES];
static struct ena_hal_rss_caps *const caps = &adapter.hal.caps.rss;

/* ---- the device ------------------------------------------------------------------------------ */

/** What the device was sent last, and in which order: T table, K key, F fields. */
static struct {
	char commands[16];
	uint16_t table[ENA_RSS_TABLE_MAX];
	unsigned int log2;
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint16_t fields[ENA_RSS_PROTO_COUNT];
	char refused; /* the next command of this kind fails with -EINVAL; the device is unchanged
		       */
} device;

static int
command(char kind)
{
	size_t n = strlen(device.commands);

	assert_true(n + 1 < sizeof(device.commands));
	device.commands[n] = kind;
	if (device.refused != kind)
		return 0;
	device.refused = '\0';
	return -EINVAL;
}

int
ena_hal_rss_table_set(struct ena_hal *hal, const uint16_t *rx_sq, unsigned int log2)
{
	int rc = command('T');

	assert_ptr_equal(hal, &adapter.hal);
	if (rc == 0) {
		memcpy(device.table, rx_sq, sizeof(*rx_sq) << log2);
		device.log2 = log2;
	}
	return rc;
}

int
ena_hal_rss_key_set(struct ena_hal *hal, const uint8_t key[ENA_RSS_KEY_SIZE], uint32_t seed)
{
	int rc = command('K');

	assert_ptr_equal(hal, &adapter.hal);
	assert_int_equal(seed, 0);
	if (rc == 0)
		memcpy(device.key, key, sizeof(device.key));
	return rc;
}

int
ena_hal_rss_input_set(struct ena_hal *hal, const uint16_t fields[ENA_RSS_PROTO_COUNT])
{
	int rc = command('F');

	assert_ptr_equal(hal, &adapter.hal);
	if (rc == 0)
		memcpy(device.fields, fields, sizeof(device.fields));
	return rc;
}

/** These commands were sent, in this order, since the last look. */
static void
assert_sent(const char *commands)
{
	assert_string_equal(device.commands, commands);
	memset(device.commands, 0, sizeof(device.commands));
}

/** Number that the device gave Rx queue @p q: another one than its own. */
static uint16_t
sq_of(uint16_t q)
{
	return (uint16_t)(200 - 3 * q);
}

/** The table of the device goes through the first @p n queues again and again. */
static void
assert_table_of_device_spreads(uint16_t n)
{
	unsigned int i;

	assert_int_equal(1u << device.log2, 128);
	for (i = 0; i < 128; i++)
		assert_int_equal(device.table[i], sq_of((uint16_t)(i % n)));
}

/* ---- a port ------------------------------------------------------------------------------ */

/** The common kind of device: a table of 128 entries, a key that can be changed, fixed fields. */
static int
new_port(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	memset(&data, 0, sizeof(data));
	memset(&device, 0, sizeof(device));
	memset(queues, 0, sizeof(queues));
	adapter.data = &data;
	data.dev_private = &adapter;
	data.rx_queues = rx_queues;
	*caps = (struct ena_hal_rss_caps){
		.table = true,
		.function = true,
		.table_log2_min = 7,
		.table_log2_max = 7,
		.functions = ENA_RSS_FUNC_TOEPLITZ,
	};
	log_clear();
	return 0;
}

/** The kind whose fields can be chosen: all of them, for all packets. */
static int
new_port_with_fields(void **state)
{
	unsigned int i;

	new_port(state);
	caps->input = true;
	for (i = 0; i < ENA_RSS_PROTO_COUNT; i++) {
		caps->fields[i] = ENA_RSS_FIELDS_L2 | ENA_RSS_FIELDS_L34;
		caps->fields_selected[i] = ENA_RSS_FIELD_L3_SA;
	}
	return 0;
}

/** The kind whose key is fixed. */
static int
new_port_with_fixed_key(void **state)
{
	new_port(state);
	caps->function = false;
	return 0;
}

static void
set_up_queues(uint16_t n)
{
	uint16_t q;

	memset(rx_queues, 0, sizeof(rx_queues));
	for (q = 0; q < n; q++) {
		queues[q].rings.sq.exists = true;
		queues[q].rings.sq.idx = sq_of(q);
		rx_queues[q] = &queues[q];
	}
	data.nb_rx_queues = n;
}

static int
configure(uint16_t n, uint64_t hf, uint8_t *key, uint8_t key_len)
{
	struct rte_eth_conf *conf = &data.dev_conf;

	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf =
		(struct rte_eth_rss_conf){.rss_hf = hf, .rss_key = key, .rss_key_len = key_len};
	set_up_queues(n);
	return ena_rss_configure(&dev);
}

static int
configure_without_rss(uint16_t n)
{
	data.dev_conf.rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	set_up_queues(n);
	return ena_rss_configure(&dev);
}

/** A port with @p n queues that was started with RSS for @p hf. */
static void
start(uint16_t n, uint64_t hf)
{
	ena_rss_init(&adapter);
	assert_int_equal(configure(n, hf, NULL, 0), 0);
	assert_int_equal(ena_rss_start(&dev), 0);
	adapter.port.started = true;
	memset(device.commands, 0, sizeof(device.commands));
	log_clear();
}

/** Start again what is configured. @return what the device was sent */
static const char *
restart(void)
{
	static char sent[sizeof(device.commands)];

	assert_int_equal(ena_rss_start(&dev), 0);
	adapter.port.started = true;
	memcpy(sent, device.commands, sizeof(sent));
	memset(device.commands, 0, sizeof(device.commands));
	return sent;
}

static int
hash_update(uint64_t hf, uint8_t *key)
{
	struct rte_eth_rss_conf conf = {
		.rss_hf = hf, .rss_key = key, .rss_key_len = key != NULL ? ENA_RSS_KEY_SIZE : 0};

	return ena_rss_hash_update(&dev, &conf);
}

static uint64_t
types_of_port(void)
{
	struct rte_eth_rss_conf conf = {.rss_key = NULL};

	assert_int_equal(ena_rss_hash_get(&dev, &conf), 0);
	return conf.rss_hf;
}

static void
get_key(uint8_t key[ENA_RSS_KEY_SIZE])
{
	struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = ENA_RSS_KEY_SIZE};

	assert_int_equal(ena_rss_hash_get(&dev, &conf), 0);
	assert_int_equal(conf.rss_key_len, ENA_RSS_KEY_SIZE);
}

static void
make_key(uint8_t key[ENA_RSS_KEY_SIZE], uint8_t first)
{
	unsigned int i;

	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		key[i] = (uint8_t)(first + 5 * i);
}

static void
assert_key(const uint8_t key[ENA_RSS_KEY_SIZE])
{
	uint8_t is[ENA_RSS_KEY_SIZE];

	get_key(is);
	assert_memory_equal(is, key, ENA_RSS_KEY_SIZE);
}

/** The table of the port as the application reads it. */
static void
get_table(uint16_t *table)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	unsigned int i;

	assert_int_equal(ena_reta_query(&dev, reta, 128), 0);
	for (i = 0; i < 128; i++)
		table[i] = reta[i / 64].reta[i % 64];
}

static void
assert_table_spreads(uint16_t n)
{
	uint16_t table[128], i;

	get_table(table);
	for (i = 0; i < 128; i++)
		assert_int_equal(table[i], i % n);
}

/** Set all entries to @p q. */
static int
set_table(uint16_t q)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	unsigned int i;

	for (i = 0; i < 128; i++)
		reta[i / 64].reta[i % 64] = q;
	return ena_reta_update(&dev, reta, 128);
}

static void
assert_table_is_all(uint16_t q)
{
	uint16_t table[128];
	unsigned int i;

	get_table(table);
	for (i = 0; i < 128; i++)
		assert_int_equal(table[i], q);
}

static void
assert_table_of_device_is_all(uint16_t q)
{
	unsigned int i;

	assert_int_equal(1u << device.log2, 128);
	for (i = 0; i < 128; i++)
		assert_int_equal(device.table[i], sq_of(q));
}

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
	assert_int_equal(configure(4, TCP4 | RTE_ETH_RSS_GENEVE, NULL, 0), 0);
	assert_int_equal(types_of_port(), TCP4);
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

/* ---- changes while the port runs --------------------------------------------------------------
 */

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
