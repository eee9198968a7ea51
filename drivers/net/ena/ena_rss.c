/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Receive side scaling (datasheet part A 6.9, 6.11, 6.13, part B 7).
 *
 * The driver keeps a copy of key, fields and table (struct ena_rss). The application can change it
 * at any time, whatever queues the port has. It is sent at start, when the device has numbered the
 * Rx queues and before they have buffers. What the device cannot do is answered with -ENOTSUP; what
 * it always does is reported. If RSS is switched off (rss_hf is 0), the copy of the table is kept
 * until RSS is switched on again.
 *
 * Packets that are not hashed have hash 0 and go where entry 0 of the table points (revision 2,
 * B7.2), which need not be the first queue. So if RSS is off, the device gets a table in which all
 * entries are the first queue. Before the table is set for the first time, and on devices that have
 * no table, all packets go to the Rx queue with the lowest device number.
 */
#include <errno.h>
#include <inttypes.h>

#include "ena_pmd.h"

/** Hashed by devices whose fields cannot be chosen (part B 7.2). */
#define FIXED_TYPES                                                    \
	(RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV4_UDP | \
		RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_NONFRAG_IPV6_UDP)

/** Key that is used unless the application or a device argument gives one. */
static const uint8_t default_key[ENA_RSS_KEY_SIZE] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e,
	0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b,
	0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe,
	0xac, 0x01, 0xfa};

/** Key of devices that do not let it be changed (part B 7.1). */
static const uint8_t fixed_key[ENA_RSS_KEY_SIZE] = {0xbe, 0xac, 0x01, 0xfa, 0x6a, 0x42, 0xb7, 0x3b,
	0x80, 0x30, 0xf2, 0x0c, 0x77, 0xcb, 0x2d, 0xa3, 0xae, 0x7b, 0x30, 0xb4, 0xd0, 0xca, 0x2b,
	0xcb, 0x43, 0xa3, 0x8f, 0xb0, 0x41, 0x67, 0x25, 0x3d, 0x25, 0x5b, 0x0e, 0xc2, 0x6d, 0x5a,
	0x56, 0xda};

/**
 * Which ethdev types select which fields of a protocol record. RTE_ETH_RSS_IPV4 means every IPv4
 * packet: kinds of packets that are not asked for by their own type are then hashed by addresses
 * alone. The same holds for IPv6.
 */
static const struct {
	uint64_t type; /* exactly this kind of packet */
	uint64_t ip; /* every packet of this IP version */
	uint16_t fields;
} rss_map[] = {
	[ENA_RSS_TCP4] = {RTE_ETH_RSS_NONFRAG_IPV4_TCP, RTE_ETH_RSS_IPV4, ENA_RSS_FIELDS_L34},
	[ENA_RSS_UDP4] = {RTE_ETH_RSS_NONFRAG_IPV4_UDP, RTE_ETH_RSS_IPV4, ENA_RSS_FIELDS_L34},
	[ENA_RSS_TCP6] = {RTE_ETH_RSS_NONFRAG_IPV6_TCP, RTE_ETH_RSS_IPV6, ENA_RSS_FIELDS_L34},
	[ENA_RSS_UDP6] = {RTE_ETH_RSS_NONFRAG_IPV6_UDP, RTE_ETH_RSS_IPV6, ENA_RSS_FIELDS_L34},
	[ENA_RSS_IP4] = {RTE_ETH_RSS_NONFRAG_IPV4_OTHER, RTE_ETH_RSS_IPV4, ENA_RSS_FIELDS_L3},
	[ENA_RSS_IP6] = {RTE_ETH_RSS_NONFRAG_IPV6_OTHER, RTE_ETH_RSS_IPV6, ENA_RSS_FIELDS_L3},
	[ENA_RSS_IP4_FRAG] = {RTE_ETH_RSS_FRAG_IPV4, RTE_ETH_RSS_IPV4, ENA_RSS_FIELDS_L3},
	[ENA_RSS_NOT_IP] = {RTE_ETH_RSS_L2_PAYLOAD, 0, ENA_RSS_FIELDS_L2},
	[ENA_RSS_TCP6_EX] = {RTE_ETH_RSS_IPV6_TCP_EX, RTE_ETH_RSS_IPV6, ENA_RSS_FIELDS_L34},
	[ENA_RSS_IP6_EX] = {RTE_ETH_RSS_IPV6_EX, RTE_ETH_RSS_IPV6, ENA_RSS_FIELDS_L3},
};

/** Types that the device can hash with the fields that it has for record @p proto. */
static uint64_t
types_of(const struct ena_adapter *a, unsigned int proto)
{
	uint16_t fields = a->hal.caps.rss.fields[proto];
	uint64_t types = 0;

	if ((fields & rss_map[proto].fields) == rss_map[proto].fields)
		types |= rss_map[proto].type;
	if ((fields & ENA_RSS_FIELDS_L3) == ENA_RSS_FIELDS_L3)
		types |= rss_map[proto].ip;
	return types;
}

uint64_t
ena_rss_types(const struct ena_adapter *a)
{
	const struct ena_hal_rss_caps *rss = &a->hal.caps.rss;
	uint64_t types = 0;
	unsigned int i;

	if (!rss->table)
		return 0;
	if (!rss->input)
		return FIXED_TYPES;
	for (i = 0; i < RTE_DIM(rss_map); i++)
		types |= types_of(a, i);
	return types;
}

static bool
can_set_key(const struct ena_adapter *a)
{
	return a->hal.caps.rss.function && (a->hal.caps.rss.functions & ENA_RSS_FUNC_TOEPLITZ) != 0;
}

static uint16_t
table_size(const struct ena_adapter *a)
{
	return a->hal.caps.rss.table ? (uint16_t)(1u << a->rss.reta_log2) : 0;
}

void
ena_rss_init(struct ena_adapter *a)
{
	const struct ena_hal_rss_caps *rss = &a->hal.caps.rss;
	uint16_t log2 = (uint16_t)__builtin_ctz(ENA_RSS_TABLE_MAX);

	log2 = RTE_MIN(log2, rss->table_log2_max);
	a->rss.reta_log2 = RTE_MAX(log2, rss->table_log2_min);
	if (rss->table && 1u << a->rss.reta_log2 > ENA_RSS_TABLE_MAX) {
		ENA_INIT_LOG(WARNING,
			"port %u: the device wants an RSS table of at least %u entries, more than "
			"ethdev knows; RSS is off",
			a->data->port_id, 1u << a->rss.reta_log2);
		ena_hal_rss_table_ignore(&a->hal);
	}
	a->rss.reta_user = false;
	if (!can_set_key(a))
		memcpy(a->rss.key, fixed_key, sizeof(a->rss.key));
	else if (a->args.rss_key_set)
		memcpy(a->rss.key, a->args.rss_key, sizeof(a->rss.key));
	else
		memcpy(a->rss.key, default_key, sizeof(a->rss.key));
	if (a->args.rss_key_set && (!can_set_key(a) || !rss->table))
		ENA_INIT_LOG(WARNING,
			"port %u: device argument rss_key has no effect: the device %s",
			a->data->port_id,
			rss->table ? "has a key that cannot be changed" : "has no RSS table");
	a->rss.hf = ena_rss_types(a);
}

/* ---- to the device ------------------------------------------------------------------------ */

/**
 * Send the table if there are Rx queues. Entries are the numbers that the device gave to them. A
 * port that is started has all its queues (ena_dev_start()).
 */
static int
send_table(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t sq[ENA_RSS_TABLE_MAX], i;

	if (dev->data->nb_rx_queues == 0)
		return 0;
	for (i = 0; i < table_size(a); i++) {
		/* The device cannot switch RSS off. A table of the first queue does the same. */
		uint16_t ordinal = a->rss.hf != 0 && a->rss.reta[i] < dev->data->nb_rx_queues ?
					   a->rss.reta[i] :
					   0;
		const struct ena_rx_queue *q = dev->data->rx_queues[ordinal];

		if (q == NULL || !q->rings.sq.exists)
			return -EINVAL;
		sq[i] = q->rings.sq.idx;
	}
	return ena_hal_rss_table_set(&a->hal, sq, a->rss.reta_log2);
}

static int
send_key(struct ena_adapter *a)
{
	return can_set_key(a) ? ena_hal_rss_key_set(&a->hal, a->rss.key, 0) : 0;
}

static int
send_fields(struct ena_adapter *a)
{
	uint16_t fields[ENA_RSS_PROTO_COUNT];
	unsigned int i;

	if (!a->hal.caps.rss.input)
		return 0;
	/*
	 * Records without an ethdev type stay as the device has them, but without fields that it
	 * selects and does not support: it would refuse them.
	 */
	for (i = 0; i < ENA_RSS_PROTO_COUNT; i++)
		fields[i] = a->hal.caps.rss.fields_selected[i] & a->hal.caps.rss.fields[i];
	for (i = 0; i < RTE_DIM(rss_map); i++) {
		uint64_t can = types_of(a, i), wanted = can & a->rss.hf;

		if (can != 0)
			fields[i] = (wanted & rss_map[i].type) != 0 ? rss_map[i].fields :
				    wanted != 0                     ? ENA_RSS_FIELDS_L3 :
								      0;
	}
	return ena_hal_rss_input_set(&a->hal, fields);
}

static bool
rss_on(const struct rte_eth_dev *dev)
{
	return (dev->data->dev_conf.rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) != 0;
}

/**
 * Types that are hashed if @p rss_hf is asked for. 0 means off, as ethdev defines it. A device
 * without the hash-input feature always hashes the same types.
 */
static uint64_t
effective_types(const struct ena_adapter *a, uint64_t rss_hf)
{
	if (rss_hf == 0)
		return 0;
	return a->hal.caps.rss.input ? rss_hf & ena_rss_types(a) : ena_rss_types(a);
}

/**
 * The same for a port that is configured with a multi-queue mode of RSS. If the fields are fixed, 0
 * does not mean off here. Most applications mask the types that they want with those of the port.
 * One that wants addresses alone is left with 0, but still expects packets on all of its queues.
 */
static uint64_t
configured_types(const struct ena_adapter *a, uint64_t rss_hf)
{
	return a->hal.caps.rss.input ? effective_types(a, rss_hf) : ena_rss_types(a);
}

/** Take over the key of a configuration, of which the length is right. */
static void
configure_key(struct ena_adapter *a, const uint8_t *key)
{
	if (can_set_key(a))
		memcpy(a->rss.key, key, ENA_RSS_KEY_SIZE);
	else
		ENA_LOG(WARNING,
			"port %u: the RSS key of this device cannot be changed, the given one is "
			"not used",
			a->data->port_id);
}

int
ena_rss_configure(struct rte_eth_dev *dev)
{
	const struct rte_eth_rss_conf *conf = &dev->data->dev_conf.rx_adv_conf.rss_conf;
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i, queues = dev->data->nb_rx_queues;

	/* Checked first: a configuration that is refused changes nothing. */
	if (rss_on(dev) && conf->rss_key != NULL && conf->rss_key_len != 0 &&
		conf->rss_key_len != ENA_RSS_KEY_SIZE) {
		ENA_LOG(ERR, "port %u: an RSS key has %u bytes, not %u", a->data->port_id,
			ENA_RSS_KEY_SIZE, conf->rss_key_len);
		return -EINVAL;
	}
	/* A table of the application stays, unless it names queues that no longer exist. */
	for (i = 0; i < table_size(a); i++)
		if (a->rss.reta[i] >= queues)
			a->rss.reta_user = false;
	for (i = 0; i < table_size(a) && !a->rss.reta_user; i++)
		a->rss.reta[i] = rss_on(dev) && queues != 0 ? i % queues : 0;
	if (!rss_on(dev)) {
		a->rss.hf = 0;
		return 0;
	}
	if (conf->rss_key != NULL)
		configure_key(a, conf->rss_key);
	a->rss.hf = configured_types(a, conf->rss_hf);
	if (a->rss.hf == 0 && queues > 1)
		ENA_LOG(NOTICE, "port %u: RSS without a type is off, all packets go to queue 0",
			a->data->port_id);
	else if (a->rss.hf != conf->rss_hf && !a->hal.caps.rss.input)
		ENA_LOG(INFO,
			"port %u: the device always hashes TCP and UDP over IPv4 and IPv6, "
			"whichever of them is asked for",
			a->data->port_id);
	else if (a->rss.hf != conf->rss_hf)
		ENA_LOG(INFO, "port %u: the device hashes RSS types 0x%" PRIx64 " of 0x%" PRIx64,
			a->data->port_id, a->rss.hf, conf->rss_hf);
	return 0;
}

int
ena_rss_start(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (dev->data->nb_rx_queues == 0)
		return 0;
	if (!a->hal.caps.rss.table) {
		if (rss_on(dev) && dev->data->nb_rx_queues > 1)
			ENA_LOG(WARNING,
				"port %u: the device has no RSS table, all packets go to queue 0",
				a->data->port_id);
		return 0;
	}
	rc = send_table(dev);
	if (rc == 0 && rss_on(dev))
		rc = send_key(a);
	if (rc == 0 && rss_on(dev))
		rc = send_fields(a);
	if (rc != 0)
		ENA_LOG(ERR, "port %u: RSS set-up: %s", a->data->port_id, strerror(-rc));
	return rc;
}

/* ---- ethdev calls --------------------------------------------------------------------------- */

int
ena_reta_update(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t before[ENA_RSS_TABLE_MAX], i;
	int rc;

	if (!a->hal.caps.rss.table)
		return -ENOTSUP;
	if (size != table_size(a)) {
		ENA_LOG(ERR, "port %u: the redirection table has %u entries, not %u",
			a->data->port_id, table_size(a), size);
		return -EINVAL;
	}
	memcpy(before, a->rss.reta, sizeof(before));
	for (i = 0; i < size; i++) {
		const struct rte_eth_rss_reta_entry64 *c = &conf[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int k = i % RTE_ETH_RETA_GROUP_SIZE;

		if ((c->mask & (UINT64_C(1) << k)) == 0)
			continue;
		if (c->reta[k] >= dev->data->nb_rx_queues) {
			ENA_LOG(ERR, "port %u: redirection table entry %u: no Rx queue %u",
				a->data->port_id, i, c->reta[k]);
			memcpy(a->rss.reta, before, sizeof(before));
			return -EINVAL;
		}
		a->rss.reta[i] = c->reta[k];
	}
	rc = a->port.started ? send_table(dev) : 0;
	if (rc != 0)
		memcpy(a->rss.reta, before, sizeof(before));
	else
		a->rss.reta_user = true;
	return rc;
}

int
ena_reta_query(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	if (!a->hal.caps.rss.table)
		return -ENOTSUP;
	if (size != table_size(a))
		return -EINVAL;
	for (i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *c = &conf[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned int k = i % RTE_ETH_RETA_GROUP_SIZE;

		if ((c->mask & (UINT64_C(1) << k)) != 0)
			c->reta[k] = a->rss.reta[i];
	}
	return 0;
}

int
ena_rss_hash_update(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint8_t key_before[ENA_RSS_KEY_SIZE];
	uint64_t hf_before = a->rss.hf;
	int rc = 0;

	if (!a->hal.caps.rss.table)
		return -ENOTSUP;
	if (conf->rss_key != NULL) {
		if (!can_set_key(a))
			return -ENOTSUP;
		if (conf->rss_key_len != 0 && conf->rss_key_len != ENA_RSS_KEY_SIZE)
			return -EINVAL;
	}
	/*
	 * Without the hash-input feature RSS is only on or off. A new key is accepted with any
	 * types: an application that changes the key has to give some.
	 */
	if (!a->hal.caps.rss.input && conf->rss_key == NULL && conf->rss_hf != 0 &&
		conf->rss_hf != ena_rss_types(a))
		return -ENOTSUP;

	memcpy(key_before, a->rss.key, sizeof(key_before));
	if (conf->rss_key != NULL)
		memcpy(a->rss.key, conf->rss_key, ENA_RSS_KEY_SIZE);
	a->rss.hf = effective_types(a, conf->rss_hf);
	if (a->port.started) {
		rc = conf->rss_key != NULL ? send_key(a) : 0;
		if (rc == 0 && a->rss.hf != hf_before)
			rc = send_fields(a);
		if (rc == 0 && (a->rss.hf == 0) != (hf_before == 0))
			rc = send_table(dev);
	}
	if (rc != 0) {
		memcpy(a->rss.key, key_before, sizeof(key_before));
		a->rss.hf = hf_before;
		/* The device may have taken a part of it. If this fails too, nothing else helps. */
		if (a->port.started && conf->rss_key != NULL)
			send_key(a);
		if (a->port.started)
			send_fields(a);
	}
	return rc;
}

int
ena_rss_hash_get(struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf)
{
	const struct ena_adapter *a = ena_adapter_of(dev);

	if (!a->hal.caps.rss.table)
		return -ENOTSUP;
	if (conf->rss_key != NULL &&
		(conf->rss_key_len == 0 || conf->rss_key_len >= ENA_RSS_KEY_SIZE))
		memcpy(conf->rss_key, a->rss.key, ENA_RSS_KEY_SIZE);
	conf->rss_key_len = ENA_RSS_KEY_SIZE;
	conf->rss_hf = a->rss.hf;
	return 0;
}
