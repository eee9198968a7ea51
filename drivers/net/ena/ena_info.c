/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What a port can do: capabilities, packet types, version of the device.
 */
#include <errno.h>
#include <stdio.h>

#include <rte_ether.h>

#include "ena_info.h"
#include "ena_pmd.h"

#define OVERHEAD (RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN)

/** Speeds that a device may run at; the device does not tell which (part A 6.16). */
#define SPEED_CAPA                                                                         \
	(RTE_ETH_LINK_SPEED_1G | RTE_ETH_LINK_SPEED_2_5G | RTE_ETH_LINK_SPEED_5G |         \
		RTE_ETH_LINK_SPEED_10G | RTE_ETH_LINK_SPEED_25G | RTE_ETH_LINK_SPEED_40G | \
		RTE_ETH_LINK_SPEED_50G | RTE_ETH_LINK_SPEED_100G | RTE_ETH_LINK_SPEED_200G)

static uint64_t
rx_offload_capa(const struct ena_adapter *a)
{
	uint32_t rx = a->hal.caps.rx_offloads;
	uint64_t capa = RTE_ETH_RX_OFFLOAD_SCATTER;

	if ((rx & ENA_RX_OFFLOAD_L3_CSUM) != 0)
		capa |= RTE_ETH_RX_OFFLOAD_IPV4_CKSUM;
	if ((rx & (ENA_RX_OFFLOAD_L4_V4_CSUM | ENA_RX_OFFLOAD_L4_V6_CSUM)) != 0)
		capa |= RTE_ETH_RX_OFFLOAD_TCP_CKSUM | RTE_ETH_RX_OFFLOAD_UDP_CKSUM;
	if ((rx & ENA_RX_OFFLOAD_HASH) != 0)
		capa |= RTE_ETH_RX_OFFLOAD_RSS_HASH;
	return capa;
}

static uint64_t
tx_offload_capa(const struct ena_adapter *a)
{
	uint32_t tx = a->hal.caps.tx_offloads;
	uint64_t capa = RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;

	if ((tx & ENA_TX_OFFLOAD_L3_CSUM) != 0)
		capa |= RTE_ETH_TX_OFFLOAD_IPV4_CKSUM;
	if ((tx & (ENA_TX_OFFLOAD_L4_V4_PARTIAL | ENA_TX_OFFLOAD_L4_V4_FULL |
			  ENA_TX_OFFLOAD_L4_V6_PARTIAL | ENA_TX_OFFLOAD_L4_V6_FULL)) != 0)
		capa |= RTE_ETH_TX_OFFLOAD_TCP_CKSUM | RTE_ETH_TX_OFFLOAD_UDP_CKSUM;
	if ((tx & (ENA_TX_OFFLOAD_TSO_V4 | ENA_TX_OFFLOAD_TSO_V6)) != 0)
		capa |= RTE_ETH_TX_OFFLOAD_TCP_TSO;
	return capa;
}

int
ena_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct ena_adapter *a = ena_adapter_of(dev);

	info->min_rx_bufsize = ENA_MIN_RX_BUF;
	info->min_mtu = ENA_MTU_MIN;
	info->max_mtu = (uint16_t)RTE_MIN(a->hal.caps.max_mtu, (uint32_t)UINT16_MAX);
	info->max_rx_pktlen = (uint32_t)info->max_mtu + OVERHEAD;
	info->max_mac_addrs = 1;
	info->max_rx_queues = a->limits.max_queues;
	info->max_tx_queues = a->limits.max_queues;
	info->speed_capa = SPEED_CAPA;

	info->rx_offload_capa = rx_offload_capa(a);
	info->rx_queue_offload_capa = 0;
	info->tx_offload_capa = tx_offload_capa(a);
	info->tx_queue_offload_capa = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;

	info->flow_type_rss_offloads = ena_rss_types(a);
	info->reta_size = a->hal.caps.rss.table ? (uint16_t)(1u << a->rss.reta_log2) : 0;
	info->hash_key_size = a->hal.caps.rss.table ? ENA_RSS_KEY_SIZE : 0;

	info->rx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = a->limits.max_rx_depth,
		.nb_min = ENA_MIN_DEPTH,
		.nb_align = 1, /* rounded up to a power of two */
		.nb_seg_max = a->limits.max_rx_bufs,
		.nb_mtu_seg_max = a->limits.max_rx_bufs,
	};
	info->tx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = a->limits.max_tx_depth,
		.nb_min = ENA_MIN_DEPTH,
		.nb_align = 1,
		.nb_seg_max = a->limits.max_tx_bufs,
		.nb_mtu_seg_max = a->limits.max_tx_bufs,
	};
	info->err_handle_mode = RTE_ETH_ERROR_HANDLE_MODE_PASSIVE;
	info->default_rxportconf.ring_size = RTE_MIN(ENA_DEFAULT_DEPTH, a->limits.max_rx_depth);
	info->default_txportconf.ring_size = RTE_MIN(ENA_DEFAULT_DEPTH, a->limits.max_tx_depth);
	info->default_rxportconf.nb_queues = 1;
	info->default_txportconf.nb_queues = 1;
	info->default_rxportconf.burst_size = 32;
	info->default_txportconf.burst_size = 32;
	return 0;
}

const uint32_t *
ena_ptypes_get(ENA_PTYPES_ARGS)
{
	static const uint32_t types[] = {
		RTE_PTYPE_L2_ETHER,
		RTE_PTYPE_L3_IPV4_EXT_UNKNOWN,
		RTE_PTYPE_L3_IPV6_EXT_UNKNOWN,
		RTE_PTYPE_L4_TCP,
		RTE_PTYPE_L4_UDP,
		RTE_PTYPE_L4_FRAG,
		RTE_PTYPE_UNKNOWN,
	};

	RTE_SET_USED(dev);
	ENA_PTYPES_COUNT(RTE_DIM(types) - 1);
	return types;
}

int
ena_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size)
{
	const struct ena_hal_identity *id = &ena_adapter_of(dev)->hal.identity;
	int n;

	n = snprintf(version, size, "interface %u.%u, controller %u.%u.%u",
		ENA_FIELD_GET(ENA_VERSION_MAJOR, id->version),
		ENA_FIELD_GET(ENA_VERSION_MINOR, id->version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_MAJOR, id->ctrl_version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_MINOR, id->ctrl_version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_SUBMINOR, id->ctrl_version));
	if (n < 0)
		return -EINVAL;
	n++; /* the end mark */
	return size < (size_t)n ? n : 0;
}
