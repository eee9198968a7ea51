/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A port for the tests of RSS, and a device that keeps what it was sent. The HAL is that of this
 * file, so include it in one file of a test program.
 */
#ifndef RSS_PORT_H
#define RSS_PORT_H

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
	char refused; /* the next command of this kind fails, and changes nothing */
} device;

static inline int
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

void
ena_hal_rss_table_ignore(struct ena_hal *hal)
{
	assert_ptr_equal(hal, &adapter.hal);
	hal->caps.rss.table = false;
}

/** These commands were sent, in this order, since the last look. */
static inline void
assert_sent(const char *commands)
{
	assert_string_equal(device.commands, commands);
	memset(device.commands, 0, sizeof(device.commands));
}

/** Number that the device gave Rx queue @p q: another one than its own. */
static inline uint16_t
sq_of(uint16_t q)
{
	return (uint16_t)(200 - 3 * q);
}

/** The table of the device goes through the first @p n queues again and again. */
static inline void
assert_table_of_device_spreads(uint16_t n)
{
	unsigned int i;

	assert_int_equal(1u << device.log2, 128);
	for (i = 0; i < 128; i++)
		assert_int_equal(device.table[i], sq_of((uint16_t)(i % n)));
}

/* ---- a port ------------------------------------------------------------------------------ */

/** The common kind of device: a table of 128 entries, a key that can be changed, fixed fields. */
static inline int
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
static inline int
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
static inline int
new_port_with_fixed_key(void **state)
{
	new_port(state);
	caps->function = false;
	return 0;
}

static inline void
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

static inline int
configure(uint16_t n, uint64_t hf, uint8_t *key, uint8_t key_len)
{
	struct rte_eth_conf *conf = &data.dev_conf;

	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf =
		(struct rte_eth_rss_conf){.rss_hf = hf, .rss_key = key, .rss_key_len = key_len};
	set_up_queues(n);
	return ena_rss_configure(&dev);
}

static inline int
configure_without_rss(uint16_t n)
{
	data.dev_conf.rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	set_up_queues(n);
	return ena_rss_configure(&dev);
}

/** A port with @p n queues that was started with RSS for @p hf. */
static inline void
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
static inline const char *
restart(void)
{
	static char sent[sizeof(device.commands)];

	assert_int_equal(ena_rss_start(&dev), 0);
	adapter.port.started = true;
	memcpy(sent, device.commands, sizeof(sent));
	memset(device.commands, 0, sizeof(device.commands));
	return sent;
}

static inline int
hash_update(uint64_t hf, uint8_t *key)
{
	struct rte_eth_rss_conf conf = {
		.rss_hf = hf, .rss_key = key, .rss_key_len = key != NULL ? ENA_RSS_KEY_SIZE : 0};

	return ena_rss_hash_update(&dev, &conf);
}

static inline uint64_t
types_of_port(void)
{
	struct rte_eth_rss_conf conf = {.rss_key = NULL};

	assert_int_equal(ena_rss_hash_get(&dev, &conf), 0);
	return conf.rss_hf;
}

static inline void
get_key(uint8_t key[ENA_RSS_KEY_SIZE])
{
	struct rte_eth_rss_conf conf = {.rss_key = key, .rss_key_len = ENA_RSS_KEY_SIZE};

	assert_int_equal(ena_rss_hash_get(&dev, &conf), 0);
	assert_int_equal(conf.rss_key_len, ENA_RSS_KEY_SIZE);
}

static inline void
make_key(uint8_t key[ENA_RSS_KEY_SIZE], uint8_t first)
{
	unsigned int i;

	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		key[i] = (uint8_t)(first + 5 * i);
}

static inline void
assert_key(const uint8_t key[ENA_RSS_KEY_SIZE])
{
	uint8_t is[ENA_RSS_KEY_SIZE];

	get_key(is);
	assert_memory_equal(is, key, ENA_RSS_KEY_SIZE);
}

/** The table of the port as the application reads it. */
static inline void
get_table(uint16_t *table)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	unsigned int i;

	assert_int_equal(ena_reta_query(&dev, reta, 128), 0);
	for (i = 0; i < 128; i++)
		table[i] = reta[i / 64].reta[i % 64];
}

static inline void
assert_table_spreads(uint16_t n)
{
	uint16_t table[128], i;

	get_table(table);
	for (i = 0; i < 128; i++)
		assert_int_equal(table[i], i % n);
}

/** Set all entries to @p q. */
static inline int
set_table(uint16_t q)
{
	struct rte_eth_rss_reta_entry64 reta[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	unsigned int i;

	for (i = 0; i < 128; i++)
		reta[i / 64].reta[i % 64] = q;
	return ena_reta_update(&dev, reta, 128);
}

static inline void
assert_table_is_all(uint16_t q)
{
	uint16_t table[128];
	unsigned int i;

	get_table(table);
	for (i = 0; i < 128; i++)
		assert_int_equal(table[i], q);
}

static inline void
assert_table_of_device_is_all(uint16_t q)
{
	unsigned int i;

	assert_int_equal(1u << device.log2, 128);
	for (i = 0; i < 128; i++)
		assert_int_equal(device.table[i], sq_of(q));
}

#endif /* RSS_PORT_H */
