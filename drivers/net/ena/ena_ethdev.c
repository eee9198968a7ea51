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
 * is a command in the admin queue: to query features, to set them, and to create I/O queues.
 * The device reports events (link, keep-alive, reset request) through the asynchronous event
 * notification queue (AENQ). lib/ena_hal speaks that protocol; it is handed a table of functions
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
 *  - the EAL interrupt thread, for vector 0 (ena_intr.c), for the service that watches the device
 *    (ena_service.c) and for callbacks of the application (ena_notify.c). Since these alarms are
 * the driver's own, nothing depends on what the application calls.
 *
 * A queue has a state (ena_queue.h), and every burst begins with a look at it: that is how queues
 * are started and stopped under burst functions of all processes. A secondary process uses the
 * queues of the primary through functions of its own (ena_secondary.c). Control calls of several
 * threads come one after the other (ena_control.c). Memory that a device may still write to, since
 * it did not take its reset, is parked (ena_park.c, and the rings in the HAL) until a reset
 * succeeds.
 *
 * Where is what (calls go down only):
 *
 *  ena_ethdev.c      this file: probe, remove, table of operations
 *  ena_info.c        what a port can do
 *  ena_control.c     one control call at a time
 *  ena_port.c        life of a port: configure, start, stop, reset, close, MTU
 *  ena_burst.c       which burst functions serve a port
 *  ena_rss.c  ena_stats.c  ena_intr.c  ena_secondary.c
 *  ena_device.c      life of the device: bring-up, end of DMA, shut-down
 *  ena_service.c     the alarm of a port;  ena_health.c, ena_tx_watchdog.c  watchdogs
 *  ena_events.c      events of the device, link
 *  ena_reset.c       whether a reset is wanted, and why;  ena_recovery.c  queues at a reset
 *  ena_notify.c      callbacks of the application;  ena_logs.c  log types, limit for devices
 *  ena_rxq.c  ena_txq.c        life of a queue;  ena_queue.c  what they have in common
 *  ena_rx_ring.c  ena_tx_ring.c    the ring beside its bursts;  ena_park.c  parked mbufs
 *  ena_rx.c  ena_tx.c and *_avx2.c, *_avx512.c, *_neon.c    burst functions
 *  ena_rx_ring.h  ena_rx_packet.h  what Rx bursts are made of
 *  ena_tx_ring.h  ena_tx_offload.h  ena_tx_desc.h  ena_tx_llq.h  ena_tx_push.h   the same for Tx
 *  ena_tx_prepare.c  checks before Tx
 *  ena_counters.h    every counter once;  ena_devargs.h  every device argument once
 *  ena_platform.c    the HAL's view of DPDK;  ena_pci.c  configuration space;  ena_clock.c
 *  ena_barrier.h     the ordering contract
 *  ena_ring.h        positions and phases;  ena_pool.h  caches of mempools
 *  ena_compat.h      the only place that knows DPDK versions;  ena_release.c  keeps the driver out
 *                    of a DPDK that it was not built for
 *
 * ena_pmd.h has the adapter, which is made of structures that belong to these files.
 */
#include <errno.h>

#include <rte_ether.h>
#include <rte_malloc.h>

#include "ena_burst.h"
#include "ena_info.h"
#include "ena_pmd.h"
#include "ena_release.h"

/**
 * The function has left the bus. ethdev calls this after each result that is not 0, on the data
 * path too, and turns all later errors into -EIO. So it returns what is known and reads nothing. A
 * register read without an answer does not mean that the device was removed
 * (ena_pci_look_removed()).
 */
static int
is_removed(struct rte_eth_dev *dev)
{
	return __atomic_load_n(&ena_adapter_of(dev)->pci_state.removed, __ATOMIC_RELAXED);
}

/* ---- operations that change a port: one at a time (ena_control.c) -------------------------- */

/* clang-format off */
/** Define locked_NAME(), which calls ena_NAME() with the lock of the port. */
#define LOCKED(name, params, args)                           \
	static int locked_##name params                      \
	{                                                    \
		struct ena_adapter *a = ena_adapter_of(dev); \
		int rc = ena_control_begin(a);               \
                                                             \
		if (rc != 0)                                 \
			return rc;                           \
		rc = ena_##name args;                        \
		ena_control_end(a);                          \
		return rc;                                   \
	}

LOCKED(dev_configure, (struct rte_eth_dev *dev), (dev))
LOCKED(dev_start, (struct rte_eth_dev *dev), (dev))
LOCKED(dev_stop, (struct rte_eth_dev *dev), (dev))
LOCKED(dev_reset, (struct rte_eth_dev *dev), (dev))
LOCKED(mtu_set, (struct rte_eth_dev *dev, uint16_t mtu), (dev, mtu))
LOCKED(rx_queue_setup,
	(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
		const struct rte_eth_rxconf *conf, struct rte_mempool *pool),
	(dev, idx, nb_desc, socket, conf, pool))
LOCKED(tx_queue_setup,
	(struct rte_eth_dev *dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
		const struct rte_eth_txconf *conf),
	(dev, idx, nb_desc, socket, conf))
LOCKED(stats_reset, (struct rte_eth_dev *dev), (dev))
LOCKED(reta_update,
	(struct rte_eth_dev *dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size),
	(dev, conf, size))
LOCKED(rss_hash_update, (struct rte_eth_dev *dev, struct rte_eth_rss_conf *conf), (dev, conf))

/* clang-format on */

static void
locked_rx_queue_release(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);

	if (ena_control_wait(a) != 0)
		return; /* stays allocated until close */
	ena_rx_queue_release(dev, idx);
	ena_control_end(a);
}

static void
locked_tx_queue_release(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);

	if (ena_control_wait(a) != 0)
		return;
	ena_tx_queue_release(dev, idx);
	ena_control_end(a);
}

/* ---- tables -------------------------------------------------------------------------------- */

static const struct eth_dev_ops primary_ops = {
	.dev_configure = locked_dev_configure,
	.dev_start = locked_dev_start,
	.dev_stop = locked_dev_stop,
	.dev_reset = locked_dev_reset,
	.mtu_set = locked_mtu_set,
	.rx_queue_setup = locked_rx_queue_setup,
	.rx_queue_release = locked_rx_queue_release,
	.tx_queue_setup = locked_tx_queue_setup,
	.tx_queue_release = locked_tx_queue_release,
	.stats_reset = locked_stats_reset,
	.xstats_reset = locked_stats_reset,
	.reta_update = locked_reta_update,
	.rss_hash_update = locked_rss_hash_update,
	.dev_close = ena_dev_close,
	.is_removed = is_removed,
	.dev_infos_get = ena_infos_get,
	.dev_supported_ptypes_get = ena_ptypes_get,
	.fw_version_get = ena_fw_version_get,
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
 * A secondary process runs burst functions on queues that the primary created, and reads shared
 * memory. Only the primary uses the device itself.
 */
static const struct eth_dev_ops secondary_ops = {
	.dev_close = ena_dev_close,
	.is_removed = is_removed,
	.dev_infos_get = ena_infos_get,
	.dev_supported_ptypes_get = ena_ptypes_get,
	.fw_version_get = ena_fw_version_get,
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
	dev->dev_ops = &primary_ops;

	memset(a, 0, sizeof(*a));
	a->data = dev->data;
	a->pci = pci;
	a->layout = ENA_LAYOUT;
	rc = ena_control_init(a);
	if (rc != 0)
		return rc;
	rc = ena_platform_map(&a->bars, pci);
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
	rc = ena_port_up(dev);
	if (rc != 0)
		goto fail;
	a->magic = ENA_MAGIC;
	return 0;

fail:
	rte_free(dev->data->mac_addrs);
	dev->data->mac_addrs = NULL;
	ena_device_discard(a);
	ena_platform_fini(a);
	ena_port_set_closed(a);
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
	return rte_eth_dev_pci_generic_remove(pci, ena_dev_close);
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
 * RTE_PMD_REGISTER_PCI(), but only in the DPDK release that the driver was built for. In another
 * release nothing is registered, and the device is left to other drivers.
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
RTE_PMD_REGISTER_PARAM_STRING(net_ena_pmd, ENA_DEVARGS_HELP);
