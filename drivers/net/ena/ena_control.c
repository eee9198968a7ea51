/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * One control call per port at a time.
 *
 * ethdev leaves it to the application that no two threads configure a port at once. One that does
 * so all the same gets its calls one after the other. The EAL interrupt thread, in which callbacks
 * of the application run, never waits: the other thread may be waiting for it. A call from there
 * that meets another one fails with -EBUSY.
 *
 * Statistics, link state and burst functions take no lock.
 */
#include <errno.h>

#include <rte_interrupts.h>

#include "ena_pmd.h"

/** A call from the interrupt thread that cannot fail waits this long at most. */
#define BUSY_WAIT_US 5000000u

int
ena_control_init(struct ena_adapter *a)
{
	return -pthread_mutex_init(&a->control, NULL);
}

bool
ena_control_try(struct ena_adapter *a)
{
	return pthread_mutex_trylock(&a->control) == 0;
}

int
ena_control_begin(struct ena_adapter *a)
{
	if (!rte_thread_is_intr()) {
		pthread_mutex_lock(&a->control);
		return 0;
	}
	if (ena_control_try(a))
		return 0;
	ENA_LOG(WARNING, "port %u: a call from an event callback meets another call on the port",
		a->data->port_id);
	return -EBUSY;
}

int
ena_control_wait(struct ena_adapter *a)
{
	uint64_t end = ena_now_us() + BUSY_WAIT_US;

	if (!rte_thread_is_intr())
		return ena_control_begin(a);
	while (!ena_control_try(a)) {
		if (ena_now_us() >= end)
			return -EBUSY;
		rte_delay_us_sleep(100);
	}
	return 0;
}

void
ena_control_end(struct ena_adapter *a)
{
	pthread_mutex_unlock(&a->control);
}

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

LOCKED(dev_configure, (struct rte_eth_dev * dev), (dev))
LOCKED(dev_start, (struct rte_eth_dev * dev), (dev))
LOCKED(dev_stop, (struct rte_eth_dev * dev), (dev))
LOCKED(dev_reset, (struct rte_eth_dev * dev), (dev))
LOCKED(mtu_set, (struct rte_eth_dev * dev, uint16_t mtu), (dev, mtu))
LOCKED(rx_queue_setup,
	(struct rte_eth_dev * dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
		const struct rte_eth_rxconf *conf, struct rte_mempool *pool),
	(dev, idx, nb_desc, socket, conf, pool))
LOCKED(tx_queue_setup,
	(struct rte_eth_dev * dev, uint16_t idx, uint16_t nb_desc, unsigned int socket,
		const struct rte_eth_txconf *conf),
	(dev, idx, nb_desc, socket, conf))
LOCKED(stats_reset, (struct rte_eth_dev * dev), (dev))
LOCKED(reta_update,
	(struct rte_eth_dev * dev, struct rte_eth_rss_reta_entry64 *conf, uint16_t size),
	(dev, conf, size))
LOCKED(rss_hash_update, (struct rte_eth_dev * dev, struct rte_eth_rss_conf *conf), (dev, conf))

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

void
ena_control_ops(struct eth_dev_ops *ops)
{
	ops->dev_configure = locked_dev_configure;
	ops->dev_start = locked_dev_start;
	ops->dev_stop = locked_dev_stop;
	ops->dev_reset = locked_dev_reset;
	ops->mtu_set = locked_mtu_set;
	ops->rx_queue_setup = locked_rx_queue_setup;
	ops->rx_queue_release = locked_rx_queue_release;
	ops->tx_queue_setup = locked_tx_queue_setup;
	ops->tx_queue_release = locked_tx_queue_release;
	ops->stats_reset = locked_stats_reset;
	ops->xstats_reset = locked_stats_reset;
	ops->reta_update = locked_reta_update;
	ops->rss_hash_update = locked_rss_hash_update;
}
