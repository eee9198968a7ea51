/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The adapter: one port. It is made of structures that belong to the files that write them.
 *
 * "Theory of operation" stands on top of ena_ethdev.c.
 */
#ifndef ENA_PMD_H
#define ENA_PMD_H

#include <ena_hal.h>

#include "ena_compat.h"
#include "ena_clock.h"
#include "ena_control.h"
#include "ena_devargs.h"
#include "ena_device.h"
#include "ena_events.h"
#include "ena_health.h"
#include "ena_intr.h"
#include "ena_logs.h"
#include "ena_notify.h"
#include "ena_park.h"
#include "ena_pci.h"
#include "ena_platform.h"
#include "ena_port.h"
#include "ena_reset.h"
#include "ena_rss.h"
#include "ena_rxq.h"
#include "ena_secondary.h"
#include "ena_service.h"
#include "ena_stats.h"
#include "ena_txq.h"

#define ENA_PMD_NAME "net_ena_pmd"

/** One port. Lies in shared memory; pointers into the text are for the primary only. */
struct ena_adapter {
	uint64_t magic; /* ENA_MAGIC; set last, cleared when the port is closed */
	uint64_t layout; /* ENA_LAYOUT of the primary */
	struct rte_eth_dev_data *data;
	struct rte_pci_device *pci; /* primary only */
	struct ena_pci pci_state; /* ena_pci.c */
	struct ena_hal hal;
	struct ena_bars bars; /* ena_platform.c */
	struct ena_platform platform;
	struct ena_devargs args;
	struct ena_device device;
	struct ena_limits limits; /* ena_device.c */
	struct ena_port port;
	pthread_mutex_t control; /* ena_control.c; primary only */
	struct ena_reset reset;
	struct ena_park *parked; /* mbufs that wait for a reset (ena_park.c) */
	struct ena_service service;
	struct ena_health health;
	struct ena_tx_watchdog tx_watch;
	struct ena_events events;
	struct ena_notify notify;
	struct ena_log_limit log_limit;
	struct ena_intr intr;
	struct ena_rx_queue *spare_rx; /* ena_rxq.c */
	struct ena_tx_queue *spare_tx; /* ena_txq.c */
	struct ena_rss rss;
	struct ena_stats stats;
};

static inline struct ena_adapter *
ena_adapter_of(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

/** The ethdev of a port, in this process. */
static inline struct rte_eth_dev *
ena_dev_of(const struct ena_adapter *a)
{
	return &rte_eth_devices[a->data->port_id];
}

#endif /* ENA_PMD_H */
