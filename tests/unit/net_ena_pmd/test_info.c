/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file What a port says that it can do, for what the device says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_info.h"
#include "ena_pmd.h"

static struct ena_adapter adapter;
static struct rte_eth_dev_data data = {.dev_private = &adapter};
static struct rte_eth_dev dev = {.data = &data};

/** The rest of the driver: a value that info has to pass on. */
uint64_t
ena_rss_types(const struct ena_adapter *a)
{
	assert_ptr_equal(a, &adapter);
	return RTE_ETH_RSS_NONFRAG_IPV6_UDP;
}

static int
new_port(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	adapter.hal.caps.max_mtu = 9216;
	adapter.limits = (struct ena_limits){
		.max_queues = 5,
		.max_rx_depth = 2048,
		.max_tx_depth = 512,
		.max_rx_bufs = 3,
		.max_tx_bufs = 11,
	};
	return 0;
}

/** As ethdev calls it: with zeroes, but for what it sets itself. */
static struct rte_eth_dev_info
info(void)
{
	struct rte_eth_dev_info i = {.max_mtu = UINT16_MAX};

	assert_int_equal(ena_infos_get(&dev, &i), 0);
	return i;
}

/* ---- offloads -------------------------------------------------------------------------------- */

/** What a bit of the device adds to what every port can do. */
struct offload {
	uint32_t bit;
	uint64_t flags;
};

static void
each_rx_bit_of_the_device_gives_its_offloads(void **state)
{
	static const struct offload offloads[] = {
		{ENA_RX_OFFLOAD_L3_CSUM, RTE_ETH_RX_OFFLOAD_IPV4_CKSUM},
		{ENA_RX_OFFLOAD_L4_V4_CSUM,
			RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM},
		{ENA_RX_OFFLOAD_L4_V6_CSUM,
			RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM},
		{ENA_RX_OFFLOAD_HASH, RTE_ETH_RX_OFFLOAD_RSS_HASH},
	};
	uint32_t bits, bit;
	unsigned int i;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		uint64_t expected = RTE_ETH_RX_OFFLOAD_SCATTER;

		for (i = 0; i < RTE_DIM(offloads); i++)
			if (offloads[i].bit == UINT32_C(1) << bit)
				expected |= offloads[i].flags;
		adapter.hal.caps.rx_offloads = UINT32_C(1) << bit;
		assert_int_equal(info().rx_offload_capa, expected);
		assert_int_equal(info().tx_offload_capa,
			RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE);
	}
	/* all of them together, in every combination */
	for (bits = 0; bits < 16; bits++) {
		uint64_t expected = RTE_ETH_RX_OFFLOAD_SCATTER;

		for (i = 0; i < RTE_DIM(offloads); i++)
			if ((bits & offloads[i].bit) != 0)
				expected |= offloads[i].flags;
		adapter.hal.caps.rx_offloads = bits;
		assert_int_equal(info().rx_offload_capa, expected);
	}
}

static void
each_tx_bit_of_the_device_gives_its_offloads(void **state)
{
	const uint64_t l4 = RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	const struct offload offloads[] = {
		{ENA_TX_OFFLOAD_L3_CSUM, RTE_ETH_TX_OFFLOAD_IPV4_CKSUM},
		{ENA_TX_OFFLOAD_L4_V4_PARTIAL, l4},
		{ENA_TX_OFFLOAD_L4_V4_FULL, l4},
		{ENA_TX_OFFLOAD_L4_V6_PARTIAL, l4},
		{ENA_TX_OFFLOAD_L4_V6_FULL, l4},
		{ENA_TX_OFFLOAD_TSO_V4, RTE_ETH_TX_OFFLOAD_TCP_TSO},
		{ENA_TX_OFFLOAD_TSO_V6, RTE_ETH_TX_OFFLOAD_TCP_TSO},
		{ENA_TX_OFFLOAD_TSO_ECN, 0},
	};
	uint32_t bits, bit;
	unsigned int i;

	(void)state;
	for (bit = 8; bit < 32; bit++) {
		adapter.hal.caps.tx_offloads = UINT32_C(1) << bit;
		assert_int_equal(info().tx_offload_capa,
			RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE);
	}
	for (bits = 0; bits < 256; bits++) {
		uint64_t expected =
			RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;

		for (i = 0; i < RTE_DIM(offloads); i++)
			if ((bits & offloads[i].bit) != 0)
				expected |= offloads[i].flags;
		adapter.hal.caps.tx_offloads = bits;
		assert_int_equal(info().tx_offload_capa, expected);
		assert_int_equal(info().rx_offload_capa, RTE_ETH_RX_OFFLOAD_SCATTER);
	}
}

/** ethdev refuses an offload of a queue that the port does not have, too. */
static void
offloads_of_a_queue_are_offloads_of_the_port(void **state)
{
	(void)state;
	assert_int_equal(info().rx_queue_offload_capa, 0);
	assert_int_equal(info().tx_queue_offload_capa, RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE);
	assert_int_equal(info().tx_queue_offload_capa & ~info().tx_offload_capa, 0);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void
lengths_follow_the_largest_mtu_of_the_device(void **state)
{
	static const struct {
		uint32_t device;
		uint16_t mtu;
	} mtus[] = {{128, 128}, {1500, 1500}, {9216, 9216}, {65535, 65535}, {65536, 65535},
		{UINT32_MAX, 65535}};
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(mtus); i++) {
		adapter.hal.caps.max_mtu = mtus[i].device;
		assert_int_equal(info().max_mtu, mtus[i].mtu);
		/* Header and CRC: ethdev takes their sum for the overhead. */
		assert_int_equal(info().max_rx_pktlen, mtus[i].mtu + 18u);
		assert_int_equal(info().min_mtu, 128);
	}
	assert_int_equal(info().min_rx_bufsize, 1400);
}

static void
queues_and_rings_have_the_limits_of_their_own_direction(void **state)
{
	struct rte_eth_dev_info i = info();

	(void)state;
	assert_int_equal(i.max_rx_queues, 5);
	assert_int_equal(i.max_tx_queues, 5);
	assert_int_equal(i.max_mac_addrs, 1);
	assert_int_equal(i.rx_desc_lim.nb_max, 2048);
	assert_int_equal(i.tx_desc_lim.nb_max, 512);
	assert_int_equal(i.rx_desc_lim.nb_min, 128);
	assert_int_equal(i.tx_desc_lim.nb_min, 128);
	assert_int_equal(i.rx_desc_lim.nb_align, 1);
	assert_int_equal(i.tx_desc_lim.nb_align, 1);
	assert_int_equal(i.rx_desc_lim.nb_seg_max, 3);
	assert_int_equal(i.rx_desc_lim.nb_mtu_seg_max, 3);
	assert_int_equal(i.tx_desc_lim.nb_seg_max, 11);
	assert_int_equal(i.tx_desc_lim.nb_mtu_seg_max, 11);
	assert_int_equal(i.err_handle_mode, RTE_ETH_ERROR_HANDLE_MODE_PASSIVE);
}

static void
ring_sizes_by_default_are_1024_or_what_the_device_has(void **state)
{
	struct rte_eth_dev_info i = info();

	(void)state;
	assert_int_equal(i.default_rxportconf.ring_size, 1024);
	assert_int_equal(i.default_txportconf.ring_size, 512);
	adapter.limits.max_rx_depth = 256;
	adapter.limits.max_tx_depth = 8192;
	i = info();
	assert_int_equal(i.default_rxportconf.ring_size, 256);
	assert_int_equal(i.default_txportconf.ring_size, 1024);
	assert_int_equal(i.default_rxportconf.nb_queues, 1);
	assert_int_equal(i.default_txportconf.nb_queues, 1);
	assert_int_equal(i.default_rxportconf.burst_size, 32);
	assert_int_equal(i.default_txportconf.burst_size, 32);
}

static void
rss_is_what_the_table_of_the_device_allows(void **state)
{
	(void)state;
	assert_int_equal(info().flow_type_rss_offloads, RTE_ETH_RSS_NONFRAG_IPV6_UDP);
	adapter.rss.reta_log2 = 7;
	assert_int_equal(info().reta_size, 0);
	assert_int_equal(info().hash_key_size, 0);
	adapter.hal.caps.rss.table = true;
	assert_int_equal(info().reta_size, 128);
	assert_int_equal(info().hash_key_size, 40);
	adapter.rss.reta_log2 = 9;
	assert_int_equal(info().reta_size, 512);
}

/* ---- packet types ---------------------------------------------------------------------------- */

static void
packet_types_are_counted_without_the_mark_at_their_end(void **state)
{
	static const uint32_t expected[] = {RTE_PTYPE_L2_ETHER, RTE_PTYPE_L3_IPV4_EXT_UNKNOWN,
		RTE_PTYPE_L3_IPV6_EXT_UNKNOWN, RTE_PTYPE_L4_TCP, RTE_PTYPE_L4_UDP,
		RTE_PTYPE_L4_FRAG};
	const uint32_t *types;
	size_t count = RTE_DIM(expected), i;

	(void)state;
	types = ENA_PTYPES_GET(&dev, &count);
	assert_int_equal(count, RTE_DIM(expected));
	for (i = 0; i < RTE_DIM(expected); i++)
		assert_int_equal(types[i], expected[i]);
	/* Releases before 24.03 look for it. */
	assert_int_equal(types[RTE_DIM(expected)], RTE_PTYPE_UNKNOWN);
}

/* ---- version --------------------------------------------------------------------------------- */

/** The contract of ethdev: 0, or the size that is needed, with the mark at the end. */
static void
a_version_that_does_not_fit_is_cut_and_its_size_returned(void **state)
{
	static const char expected[] = "interface 2.0, controller 1.22.255";
	char version[64];
	size_t size;

	(void)state;
	adapter.hal.identity.version = 0x0200;
	adapter.hal.identity.ctrl_version = 0x7f0116ff;
	assert_int_equal(ena_fw_version_get(&dev, NULL, 0), sizeof(expected));
	for (size = 1; size <= sizeof(version); size++) {
		int rc;

		memset(version, 'x', sizeof(version));
		rc = ena_fw_version_get(&dev, version, size);
		assert_int_equal(rc, size < sizeof(expected) ? (int)sizeof(expected) : 0);
		assert_int_equal(strlen(version), RTE_MIN(size, sizeof(expected)) - 1);
		assert_memory_equal(version, expected, strlen(version));
		if (size < sizeof(version))
			assert_int_equal(version[size], 'x');
	}
}

static void
the_longest_version_is_complete(void **state)
{
	char version[64];

	(void)state;
	adapter.hal.identity.version = UINT32_MAX;
	adapter.hal.identity.ctrl_version = UINT32_MAX;
	assert_int_equal(ena_fw_version_get(&dev, version, sizeof(version)), 0);
	assert_string_equal(version, "interface 255.255, controller 255.255.255");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_rx_bit_of_the_device_gives_its_offloads, new_port),
		cmocka_unit_test_setup(each_tx_bit_of_the_device_gives_its_offloads, new_port),
		cmocka_unit_test_setup(offloads_of_a_queue_are_offloads_of_the_port, new_port),
		cmocka_unit_test_setup(lengths_follow_the_largest_mtu_of_the_device, new_port),
		cmocka_unit_test_setup(
			queues_and_rings_have_the_limits_of_their_own_direction, new_port),
		cmocka_unit_test_setup(
			ring_sizes_by_default_are_1024_or_what_the_device_has, new_port),
		cmocka_unit_test_setup(rss_is_what_the_table_of_the_device_allows, new_port),
		cmocka_unit_test_setup(
			packet_types_are_counted_without_the_mark_at_their_end, new_port),
		cmocka_unit_test_setup(
			a_version_that_does_not_fit_is_cut_and_its_size_returned, new_port),
		cmocka_unit_test_setup(the_longest_version_is_complete, new_port),
	};

	return cmocka_run_group_tests_name("information", tests, NULL, NULL);
}
