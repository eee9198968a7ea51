/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Theory of operation
 * ===================
 *
 * The Elastic Network Adapter is a paravirtual NIC. Its registers (BAR0) start a reset,
 * point the device at three small rings in host memory and ring doorbells; everything else
 * is a command in the admin queue: what the device can do, what it shall do, and the
 * creation of I/O queues. Unasked news (link, keep-alive, a wish to be reset) come through
 * the event queue. lib/ena_hal speaks that protocol; it is handed a table of functions
 * (ena_platform.c) and knows nothing of DPDK.
 *
 * An I/O queue is a submission ring of descriptors and a completion ring. The driver
 * writes descriptors and a free-running tail into a doorbell; the device writes completions
 * whose phase bit flips with each pass over the ring. A completion names its request by an
 * id, not by its place: completions may come in any order. So each queue keeps
 *
 *  - a table by request id, which says whether the device owns the request, and
 *  - a FIFO of free ids, read where descriptors are written and written where completions
 *    are read.
 *
 * Tx rings lie in host memory or, better, in the device (BAR2, "LLQ"): there an entry of
 * 128 or 256 bytes carries descriptors and the first bytes of the packet, so that the device
 * does not have to fetch them. Which one it is, and with which geometry, is negotiated at
 * probe (ena_hal_llq_negotiate()). Checksum and segmentation parameters that do not fit
 * into a data descriptor travel in a metadata descriptor, which devices cache for each queue.
 *
 * The device is not trusted. Every id, length and count that it writes is checked before
 * use; a violation is counted, stops the queue, keeps what was received, and asks for a
 * reset (ena_reset_request()).
 *
 * Three kinds of threads run through the driver:
 *
 *  - lcores in the burst functions (ena_rx.c, ena_tx.c): one per queue, no locks, no logs,
 *    no calls into the HAL;
 *  - the application's control thread in the ethdev operations;
 *  - the EAL interrupt thread, for vector 0 (ena_intr.c) and for the alarm that watches the
 *    device (ena_health.c). Since that alarm is the driver's own, nothing depends on what
 *    the application calls.
 *
 * A secondary process uses the queues of the primary through functions of its own
 * (ena_secondary.c), which look at the state of a queue in every call. Control calls of several
 * threads come one after the other (ena_control.c). Memory that a device may still write to, since
 * it did not take its reset, is parked (ena_park.c, and the rings in the HAL) until a reset
 * succeeds.
 *
 * Files: ena_ethdev.c (this one: probe, operations), ena_control.c, ena_devargs.c, ena_device.c
 * (bring-up), ena_config.c (configure, start, stop), ena_queue.c, ena_park.c, ena_rx.c, ena_tx.c,
 * ena_tx_prepare.c, ena_rss.c, ena_stats.c, ena_intr.c, ena_health.c, ena_platform.c,
 * ena_secondary.c, ena_watchdog.c; ena_barrier.h is the ordering contract, ena_compat.h the only
 * place that knows DPDK versions; ena_release.c keeps the driver out of a DPDK that it was not
 * built for.
 */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include <rte_ether.h>

#include "ena_pmd.h"
#include "ena_release.h"

RTE_LOG_REGISTER(ena_logtype_init, pmd.net.ena_pmd.init, NOTICE);
RTE_LOG_REGISTER(ena_logtype_driver, pmd.net.ena_pmd.driver, NOTICE);

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

static int
dev_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info)
{
	const struct ena_adapter *a = ena_adapter_of(dev);

	info->min_rx_bufsize = ENA_MIN_RX_BUF;
	info->min_mtu = ENA_MTU_MIN;
	info->max_mtu = (uint16_t)RTE_MIN(a->hal.caps.max_mtu, (uint32_t)UINT16_MAX);
	info->max_rx_pktlen = (uint32_t)info->max_mtu + ENA_OVERHEAD;
	info->max_mac_addrs = 1;
	info->max_rx_queues = a->max_queues;
	info->max_tx_queues = a->max_queues;
	info->speed_capa = SPEED_CAPA;

	info->rx_offload_capa = rx_offload_capa(a);
	info->rx_queue_offload_capa = 0;
	info->tx_offload_capa = tx_offload_capa(a);
	info->tx_queue_offload_capa = RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;

	info->flow_type_rss_offloads = ena_rss_types(a);
	info->reta_size = a->hal.caps.rss.table ? (uint16_t)(1u << a->reta_log2) : 0;
	info->hash_key_size = a->hal.caps.rss.table ? ENA_RSS_KEY_SIZE : 0;

	info->rx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = a->max_rx_depth,
		.nb_min = ENA_MIN_DEPTH,
		.nb_align = 1, /* rounded up to a power of two */
		.nb_seg_max = a->max_rx_bufs,
		.nb_mtu_seg_max = a->max_rx_bufs,
	};
	info->tx_desc_lim = (struct rte_eth_desc_lim){
		.nb_max = a->max_tx_depth,
		.nb_min = ENA_MIN_DEPTH,
		.nb_align = 1,
		.nb_seg_max = a->max_tx_bufs,
		.nb_mtu_seg_max = a->max_tx_bufs,
	};
	info->err_handle_mode = RTE_ETH_ERROR_HANDLE_MODE_PASSIVE;
	info->default_rxportconf.ring_size = RTE_MIN(ENA_DEFAULT_DEPTH, a->max_rx_depth);
	info->default_txportconf.ring_size = RTE_MIN(ENA_DEFAULT_DEPTH, a->max_tx_depth);
	info->default_rxportconf.nb_queues = 1;
	info->default_txportconf.nb_queues = 1;
	info->default_rxportconf.burst_size = 32;
	info->default_txportconf.burst_size = 32;
	return 0;
}

static const uint32_t *
supported_ptypes(ENA_PTYPES_ARGS)
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

static int
fw_version_get(struct rte_eth_dev *dev, char *version, size_t size)
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

static void
release_queues(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		ena_rx_queue_release(dev, i);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		ena_tx_queue_release(dev, i);
	dev->data->nb_rx_queues = 0;
	dev->data->nb_tx_queues = 0;
}

/**
 * The function has left the bus. ethdev asks after each result that is not 0, on the data path too,
 * and turns all later errors into -EIO: so what is known is told, and nothing is read. A register
 * read that is not answered is no removal (ena_device_is_removed()).
 */
static int
is_removed(struct rte_eth_dev *dev)
{
	return __atomic_load_n(&ena_adapter_of(dev)->removed, __ATOMIC_RELAXED);
}

static enum ena_reset_reason
reset_reason(const struct ena_adapter *a, enum ena_reset_reason otherwise)
{
	uint32_t wanted = __atomic_load_n(&a->reset_wanted, __ATOMIC_ACQUIRE);

	return wanted != 0 ? (enum ena_reset_reason)(wanted - 1) : otherwise;
}

static int
dev_close(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY || a->state == ENA_STATE_CLOSED)
		return 0;
	rc = ena_control_wait(a);
	if (rc != 0)
		return rc;
	if (ena_dev_stop(dev) != 0) {
		/* A secondary is inside: what it uses stays. */
		ena_device_silence(a, reset_reason(a, ENA_RESET_SHUTDOWN));
		ena_queues_forget(dev);
	}
	ena_device_down(a, reset_reason(a, ENA_RESET_SHUTDOWN));
	release_queues(dev);
	ena_queues_free_spare(a);
	ena_device_discard(a);
	ena_platform_fini(a);
	a->magic = 0;
	a->state = ENA_STATE_CLOSED;
	ena_control_end(a);
	return 0;
}

static int
dev_up(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	rc = ena_device_up(a);
	if (rc != 0)
		return rc;
	ena_rss_init(a);
	rte_ether_addr_copy(
		(const struct rte_ether_addr *)a->hal.caps.mac, &dev->data->mac_addrs[0]);
	return 0;
}

/** Called by ethdev on a stopped port; the application configures it anew afterwards. */
int
ena_dev_reset(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (a->state == ENA_STATE_CLOSED)
		return -EINVAL;
	rc = ena_dev_stop(dev);
	if (rc != 0)
		return rc;
	ena_device_down(a, reset_reason(a, ENA_RESET_USER_TRIGGER));
	release_queues(dev);
	a->configured = false;
	rc = dev_up(dev);
	/* It may have been away: ethdev has no other way to learn that it is back. */
	if (rc == 0 && dev->state == RTE_ETH_DEV_REMOVED)
		dev->state = RTE_ETH_DEV_ATTACHED;
	return rc;
}

/** What changes the port is added by ena_control_ops(). */
static struct eth_dev_ops primary_ops = {
	.dev_close = dev_close,
	.is_removed = is_removed,
	.dev_infos_get = dev_infos_get,
	.dev_supported_ptypes_get = supported_ptypes,
	.fw_version_get = fw_version_get,
	.link_update = ena_link_update,
	.rxq_info_get = ena_rxq_info,
	.txq_info_get = ena_txq_info,
	.rx_burst_mode_get = ena_rx_burst_mode,
	.tx_burst_mode_get = ena_tx_burst_mode,
	.tx_done_cleanup = ena_tx_done_cleanup,
	.rx_queue_intr_enable = ena_rx_intr_enable,
	.rx_queue_intr_disable = ena_rx_intr_disable,
	.stats_get = ena_stats_get,
	.xstats_get = ena_xstats_get,
	.xstats_get_names = ena_xstats_names,
	.reta_query = ena_reta_query,
	.rss_hash_conf_get = ena_rss_hash_get,
};

/**
 * A secondary process runs burst functions on queues that the primary made and reads what
 * lies in shared memory. Whatever needs the device belongs to the primary.
 */
static const struct eth_dev_ops secondary_ops = {
	.dev_close = dev_close,
	.is_removed = is_removed,
	.dev_infos_get = dev_infos_get,
	.dev_supported_ptypes_get = supported_ptypes,
	.fw_version_get = fw_version_get,
	.link_update = ena_link_update,
	.rxq_info_get = ena_rxq_info,
	.txq_info_get = ena_txq_info,
	.rx_burst_mode_get = ena_rx_burst_mode,
	.tx_burst_mode_get = ena_tx_burst_mode,
	.tx_done_cleanup = ena_secondary_tx_done_cleanup,
	.stats_get = ena_stats_get,
	.stats_reset = ena_stats_reset,
	.xstats_get = ena_xstats_get,
	.xstats_get_names = ena_xstats_names,
	.xstats_reset = ena_stats_reset,
	.reta_query = ena_reta_query,
	.rss_hash_conf_get = ena_rss_hash_get,
};

static int
map_bars(struct ena_adapter *a, const struct rte_pci_device *pci)
{
	const struct rte_mem_resource *bar0 = &pci->mem_resource[ENA_BAR_REGS];
	const struct rte_mem_resource *bar2 = &pci->mem_resource[ENA_BAR_MEM];

	if (bar0->addr == NULL) {
		ENA_INIT_LOG(ERR,
			"%s: the registers (BAR%u) are not mapped; bind the device to vfio-pci, "
			"and look at what EAL said before about mapping it",
			pci->name, ENA_BAR_REGS);
		return -ENODEV;
	}
	if (bar0->len <= ENA_REG_RSS_IND_ENTRY_UPDATE) {
		ENA_INIT_LOG(ERR, "%s: %" PRIu64 " bytes of registers (BAR%u) are too few",
			pci->name, bar0->len, ENA_BAR_REGS);
		return -ENODEV;
	}
	a->bar0 = ena_bar_address(bar0->addr, bar0->phys_addr, (uint64_t)sysconf(_SC_PAGESIZE));
	a->bar0_len = bar0->len;
	a->bar2 = bar2->addr == NULL ? NULL :
				       ena_bar_address(bar2->addr, bar2->phys_addr,
					       (uint64_t)sysconf(_SC_PAGESIZE));
	a->bar2_len = bar2->addr != NULL ? bar2->len : 0;
	return 0;
}

static int
dev_init(struct rte_eth_dev *dev)
{
	struct rte_pci_device *pci = ena_pci_device(dev);
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		dev->dev_ops = &secondary_ops;
		return ena_secondary_attach(dev);
	}
	dev->rx_queue_count = ena_rx_queue_count;
	dev->rx_descriptor_status = ena_rx_descriptor_status;
	dev->tx_descriptor_status = ena_tx_descriptor_status;
	ena_control_ops(&primary_ops);
	dev->dev_ops = &primary_ops;

	memset(a, 0, sizeof(*a));
	a->data = dev->data;
	a->pci = pci;
	a->layout = ENA_LAYOUT;
	rc = ena_control_init(a);
	if (rc != 0)
		return rc;
	rc = map_bars(a, pci);
	if (rc != 0)
		return rc;
	rc = ena_devargs_parse(pci->device.devargs, &a->args);
	if (rc != 0)
		return rc;
	rc = ena_platform_init(a);
	if (rc != 0)
		return rc;
	dev->data->mac_addrs = rte_zmalloc("ena_mac", sizeof(struct rte_ether_addr), 0);
	if (dev->data->mac_addrs == NULL) {
		rc = -ENOMEM;
		goto fail;
	}
	dev->data->dev_flags |= RTE_ETH_DEV_INTR_LSC;
	rc = dev_up(dev);
	if (rc != 0)
		goto fail;
	a->magic = ENA_MAGIC;
	return 0;

fail:
	rte_free(dev->data->mac_addrs);
	dev->data->mac_addrs = NULL;
	ena_device_discard(a);
	ena_platform_fini(a);
	a->state = ENA_STATE_CLOSED;
	return rc;
}

static int
pci_probe(struct rte_pci_driver *drv, struct rte_pci_device *pci)
{
	int rc;

	RTE_SET_USED(drv);
	rc = rte_eth_dev_pci_generic_probe(pci, sizeof(struct ena_adapter), dev_init);
	if (rc != -ENA_NOT_OURS || rte_eal_process_type() == RTE_PROC_PRIMARY)
		return rc;
	ENA_INIT_LOG(NOTICE, "%s: the primary process uses another driver for it, left alone",
		pci->name);
	/* The bus goes on to the next driver. */
	return 1;
}

static int
pci_remove(struct rte_pci_device *pci)
{
	return rte_eth_dev_pci_generic_remove(pci, dev_close);
}

/** Part A table 1.1, all four ids. */
static const struct rte_pci_id pci_ids[] = {
	{RTE_PCI_DEVICE(ENA_PCI_VENDOR, ENA_PCI_DEVICE_PF)},
	{RTE_PCI_DEVICE(ENA_PCI_VENDOR, ENA_PCI_DEVICE_PF_2)},
	{RTE_PCI_DEVICE(ENA_PCI_VENDOR, ENA_PCI_DEVICE_VF)},
	{RTE_PCI_DEVICE(ENA_PCI_VENDOR, ENA_PCI_DEVICE_VF_2)},
	{.device_id = 0},
};

static struct rte_pci_driver ena_pci_driver = {
	.id_table = pci_ids,
	.drv_flags = RTE_PCI_DRV_NEED_MAPPING | RTE_PCI_DRV_INTR_LSC | RTE_PCI_DRV_WC_ACTIVATE,
	.probe = pci_probe,
	.remove = pci_remove,
};

/*
 * RTE_PMD_REGISTER_PCI(), but not in another release: there nothing is registered, the plug-in
 * does nothing, and the device is left to other drivers.
 */
RTE_INIT(register_driver)
{
	if (!ena_release_check())
		return;
	ena_pci_driver.driver.name = ENA_PMD_NAME;
	rte_pci_register(&ena_pci_driver);
}

ENA_PMD_EXPORT_NAME(net_ena_pmd);
RTE_PMD_REGISTER_PCI_TABLE(net_ena_pmd, pci_ids);
RTE_PMD_REGISTER_KMOD_DEP(net_ena_pmd, "* vfio-pci | igb_uio | uio_pci_generic");
/* In this file, because the generator of pmdinfo looks at one object at a time. */
RTE_PMD_REGISTER_PARAM_STRING(net_ena_pmd, ENA_ARG_LLQ_POLICY
	"=<0|1|2|3> " ENA_ARG_POLL_INTERVAL "=<0|100-1000> " ENA_ARG_LINK_SPEED
	"=<1-400000> " ENA_ARG_FRAG_BYPASS "=<0|1> " ENA_ARG_RSS_KEY "=<80 hex digits>");
