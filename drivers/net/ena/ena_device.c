/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Bring-up and shut-down of the device behind a port (datasheet part A, section 3).
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <rte_version.h>

#include "ena_pmd.h"

/**
 * Host information page (part A 6.17). The CPU count is that of the machine, not of EAL:
 * the device scales its queue limits by it. Driver version 2.0.0 because part of the fleet
 * wants major version 2 (9.8 #4).
 */
static void
send_host_info(struct ena_adapter *a)
{
	const struct rte_pci_addr *addr = &a->pci->addr;
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	uint16_t cpus = online < 1 ? 1 : online > UINT16_MAX ? UINT16_MAX : (uint16_t)online;
	struct ena_host_info info;
	int rc;

	memset(&info, 0, sizeof(info));
	info.os_type = ena_put32(ENA_HOST_OS_DPDK);
	snprintf(info.os_distribution_string, sizeof(info.os_distribution_string), "%s",
		rte_version());
	info.os_distribution_number = ena_put32(RTE_VERSION);
	snprintf(info.kernel_version_string, sizeof(info.kernel_version_string), "%s",
		rte_version());
	info.kernel_version_number = ena_put32(RTE_VERSION);
	info.driver_version = ena_put32(ENA_FIELD_PREP(ENA_HOST_DRIVER_MAJOR, 2));
	info.interface_revision = ena_put16(ENA_HOST_INTERFACE_REVISION);
	info.pci_address =
		ena_put16((uint16_t)(ENA_FIELD_PREP(ENA_HOST_PCI_BUS, addr->bus) |
				     ENA_FIELD_PREP(ENA_HOST_PCI_DEVICE, addr->devid) |
				     ENA_FIELD_PREP(ENA_HOST_PCI_FUNCTION, addr->function)));
	info.cpu_count = ena_put16(cpus);
	info.driver_features = ena_put32(ENA_HOST_FEATURE_RX_OFFSET | ENA_HOST_FEATURE_RSS_CONFIG);

	rc = ena_hal_host_info_set(&a->hal, &info);
	if (rc != 0)
		ENA_INIT_LOG(WARNING, "port %u: the device refused the host information page: %s",
			a->data->port_id, strerror(-rc));
}

/** Limits of the port from those of the device (part A 6.4). */
static int
derive_limits(struct ena_adapter *a)
{
	const struct ena_hal_queue_limits *lim = &a->hal.caps.queues;
	const struct ena_hal_llq *llq = &a->hal.llq;
	uint32_t queues, tx_depth, rx_depth, tx_descs = lim->tx_descs;

	queues = RTE_MIN(lim->rx_sq_num, lim->rx_cq_num);
	queues = RTE_MIN(queues, lim->tx_cq_num);
	queues = RTE_MIN(queues, llq->enabled ? llq->max_count : lim->tx_sq_num);
	a->limits.max_queues = (uint16_t)RTE_MIN(queues, ENA_MAX_QUEUES);

	rx_depth = RTE_MIN(lim->rx_sq_depth, lim->rx_cq_depth);
	tx_depth = RTE_MIN(lim->tx_cq_depth, llq->enabled ? llq->max_depth : lim->tx_sq_depth);
	rx_depth = RTE_MIN(rx_depth, ENA_RING_DEPTH_MAX);
	tx_depth = RTE_MIN(tx_depth, ENA_RING_DEPTH_MAX);
	a->limits.max_rx_depth = (uint16_t)rte_align32prevpow2(rx_depth);
	a->limits.max_tx_depth = (uint16_t)rte_align32prevpow2(tx_depth);
	if (llq->enabled)
		tx_descs = RTE_MIN(tx_descs, llq->packet_descs);
	/* One descriptor of the packet is for metadata (part B 2.5). */
	a->limits.max_tx_bufs = (uint16_t)RTE_MIN(tx_descs - 1u, ENA_MAX_SEGS);
	a->limits.max_rx_bufs = (uint16_t)RTE_MIN((uint32_t)lim->rx_descs, ENA_MAX_SEGS);

	if (a->limits.max_queues == 0 || a->limits.max_rx_depth < ENA_MIN_DEPTH ||
		a->limits.max_tx_depth < ENA_MIN_DEPTH || lim->tx_descs < 2 ||
		a->limits.max_rx_bufs == 0) {
		ENA_INIT_LOG(ERR,
			"port %u: the device offers too little: %u queue pairs, Rx depth %u, Tx "
			"depth %u (at least %u), %u and %u descriptors per packet",
			a->data->port_id, a->limits.max_queues, rx_depth, tx_depth, ENA_MIN_DEPTH,
			lim->tx_descs, lim->rx_descs);
		return -EPROTO;
	}
	return 0;
}

static void
log_device(const struct ena_adapter *a, const struct ena_hal_identity *id)
{
	const struct ena_hal_llq *llq = &a->hal.llq;

	ENA_INIT_LOG(INFO,
		"port %u: ENA interface %u.%u, controller %u.%u.%u, %u queue pairs, ring depths up "
		"to %u Rx and %u Tx, MTU up to %u, management %s",
		a->data->port_id, ENA_FIELD_GET(ENA_VERSION_MAJOR, id->version),
		ENA_FIELD_GET(ENA_VERSION_MINOR, id->version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_MAJOR, id->ctrl_version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_MINOR, id->ctrl_version),
		ENA_FIELD_GET(ENA_CTRL_VERSION_SUBMINOR, id->ctrl_version), a->limits.max_queues,
		a->limits.max_rx_depth, a->limits.max_tx_depth, a->hal.caps.max_mtu,
		a->intr.mgmt ? "by interrupt" : "polled");
	if (llq->enabled)
		ENA_INIT_LOG(NOTICE,
			"port %u: Tx rings in device memory (LLQ), %u-byte entries, %u bytes of "
			"header pushed%s",
			a->data->port_id, llq->entry_size, llq->header_max,
			llq->no_meta_cache ? ", metadata with every packet" : "");
	/* Otherwise the HAL has said why not. */
}

bool
ena_device_end_dma(struct ena_adapter *a, enum ena_reset_reason reason)
{
	int rc;

	if (a->device.unconfirmed)
		return false;
	/* It is reset already. A second reset would hide the reason of the first. */
	if (ena_hal_is_idle(&a->hal))
		return true;
	rc = ena_hal_reset(&a->hal, reason);
	if (rc == 0)
		return true;
	ENA_LOG(WARNING,
		"port %u: the device did not take the reset (%s): %s; its DMA is switched off, and "
		"its buffers are kept",
		a->data->port_id, ena_hal_reset_reason_name(reason), strerror(-rc));
	a->device.unconfirmed = true;
	a->device.unconfirmed_reason = reason;
	ena_pci_bus_master(a, false);
	ena_pci_look_removed(a);
	return false;
}

/** Reset a device that did not take the last reset. What is parked comes back if it does now. */
static int
reset_again(struct ena_adapter *a)
{
	int rc;

	/* Register reads are answered by DMA, so the bus mastering has to be on (part A 2.4). */
	ena_pci_bus_master(a, true);
	rc = ena_hal_reset(&a->hal, a->device.unconfirmed_reason);
	if (rc != 0) {
		ena_pci_bus_master(a, false);
		return rc;
	}
	a->device.unconfirmed = false;
	ena_park_release(a);
	return 0;
}

/** Begin with an empty HAL object and a device that has been reset. */
static int
begin_bring_up(struct ena_adapter *a)
{
	enum ena_hal_read_mode mode = ENA_HAL_READ_READLESS;
	bool idle;
	int rc;

	if (a->device.unconfirmed) {
		rc = reset_again(a);
		if (rc != 0)
			return rc;
	}
	idle = ena_hal_is_idle(&a->hal) && !a->device.bring_up_failed;
	ena_hal_fini(&a->hal);
	if (ena_pci_no_readless(a))
		mode = ENA_HAL_READ_DIRECT;
	ena_pci_bus_master(a, true);
	/* The counters of the HAL are totals of the port: they outlive a reset of the device. */
	rc = ena_hal_reinit(&a->hal, &ena_platform_ops, a, mode);
	if (rc == 0 && !idle)
		rc = ena_hal_reset(&a->hal, ENA_RESET_NORMAL);
	return rc;
}

/** From a device that was reset to known capabilities (part A 3.2 steps 7 to 21). */
static int
learn_device(struct ena_adapter *a, struct ena_hal_identity *id)
{
	const struct ena_hal_llq_wish wish = {
		.policy = a->args.llq_policy,
		.bar2_len = a->bars.mem_len,
		.min_depth = ENA_MIN_DEPTH,
	};
	int rc;

	rc = ena_hal_identify(&a->hal, id);
	if (rc != 0)
		return rc;
	rc = ena_hal_admin_start(&a->hal);
	if (rc != 0)
		return rc;
	send_host_info(a);
	rc = ena_hal_query(&a->hal);
	if (rc != 0)
		return rc;
	rc = ena_hal_llq_negotiate(&a->hal, &wish);
	if (rc != 0)
		return rc;
	return derive_limits(a);
}

/** Clear what the port knows of the device from before its reset. */
static void
forget_device(struct ena_adapter *a)
{
	ena_health_init(a);
	ena_tx_watch_init(a);
	ena_stats_device_reset(a);
	ena_events_init(a);
	ena_reset_done(a);
}

/** Events and the service that watches over the device. */
static int
start_events(struct ena_adapter *a)
{
	uint32_t groups;
	int rc;

	rc = ena_intr_init(a);
	if (rc != 0)
		return rc;
	ena_hal_admin_polling(&a->hal, !a->intr.mgmt);
	/* Credits first: some devices lose events for which they have no credit (part A 7.2). */
	ena_hal_aenq_arm(&a->hal);
	rc = ena_hal_aenq_groups(&a->hal, ENA_EVENT_GROUPS, &groups);
	if (rc == 0) {
		ena_health_granted(a, groups);
		ena_event_ops.hints(a, &a->hal.caps.hints);
		rc = ena_service_start(a);
	}
	if (rc != 0) {
		ena_intr_fini(a);
		ena_service_stop(a);
	}
	return rc;
}

int
ena_device_up(struct ena_adapter *a)
{
	struct ena_hal_identity id;
	int rc;

	rc = begin_bring_up(a);
	if (rc == 0)
		rc = learn_device(a, &id);
	if (rc == 0) {
		forget_device(a);
		rc = start_events(a);
	}
	a->device.bring_up_failed = rc != 0;
	if (rc != 0) {
		ENA_INIT_LOG(ERR, "port %u: device bring-up failed: %s", a->data->port_id,
			strerror(-rc));
		/* End DMA before the memory is freed. */
		if (ena_hal_is_initialized(&a->hal) && ena_device_end_dma(a, ENA_RESET_INIT_ERROR))
			ena_hal_fini(&a->hal);
		ena_pci_look_removed(a);
		a->device.up = false;
		return rc;
	}
	ena_pci_is_back(a);
	a->device.up = true;
	log_device(a, &id);
	return 0;
}

enum ena_reset_reason
ena_device_failure(struct ena_adapter *a)
{
	enum ena_reset_reason reason = ENA_RESET_DRIVER_INVALID_STATE;

	/* A dead admin queue is the more precise reason (part A 8.3). */
	ena_hal_admin_is_dead(&a->hal, &reason);
	return reason;
}

void
ena_device_down(struct ena_adapter *a, enum ena_reset_reason reason)
{
	if (!a->device.up)
		return;
	/* Interrupts first: their handler may set an alarm, which the service then cancels. */
	ena_intr_fini(a);
	ena_service_stop(a);
	ena_device_end_dma(a, reason);
	a->device.up = false;
}

void
ena_device_discard(struct ena_adapter *a)
{
	/* After a reset there is nothing that the device could write to. */
	if (a->device.unconfirmed && ena_pci_bus_master(a, false) != 0 && !a->pci_state.removed) {
		ENA_LOG(ERR,
			"port %u: the bus mastering of the device cannot be switched off; memory "
			"that it knows is never freed",
			a->data->port_id);
		ena_park_forget(a);
		return;
	}
	ena_park_release(a);
	ena_hal_fini(&a->hal);
}
