/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Configure, start, stop, MTU.
 */
#include <errno.h>

#include "ena_pmd.h"

static int
check_device(const struct ena_adapter *a)
{
	if (a->state != ENA_STATE_DOWN && a->state != ENA_STATE_CLOSED)
		return 0;
	ENA_LOG(ERR, "port %u: no working device behind it, reset the port", a->data->port_id);
	return -ENODEV;
}

int
ena_dev_configure(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct rte_eth_conf *conf = &dev->data->dev_conf;
	int rc;

	if (check_device(a) != 0)
		return -ENODEV;
	/* The device always scatters and always checks; the flags only say what is reported. */
	dev->data->scattered_rx = 1;
	if ((conf->rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) != 0)
		conf->rxmode.offloads |= (a->hal.caps.rx_offloads & ENA_RX_OFFLOAD_HASH) != 0 ?
						 RTE_ETH_RX_OFFLOAD_RSS_HASH :
						 0;
	rc = ena_rss_configure(dev);
	a->configured = rc == 0;
	return rc;
}

/** ethdev starts a port whatever was set up. */
static int
check_queues(const struct rte_eth_dev *dev, const char *dir, void *const *queues, uint16_t n)
{
	uint16_t i;

	for (i = 0; i < n; i++)
		if (queues[i] == NULL) {
			ENA_LOG(ERR, "port %u: %s queue %u is configured but not set up",
				dev->data->port_id, dir, i);
			return -EINVAL;
		}
	return 0;
}

/** A frame that the buffers of a packet do not hold would be lost, and no counter would show it. */
static int
check_rx_room(const struct rte_eth_dev *dev, uint16_t mtu)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL ||
			(uint32_t)mtu + RTE_ETHER_HDR_LEN <= (uint32_t)a->max_rx_bufs * q->buf_len)
			continue;
		ENA_LOG(ERR,
			"port %u Rx queue %u: a packet takes %u buffers of %u bytes at most, too "
			"few for MTU %u; use larger mbufs",
			dev->data->port_id, i, a->max_rx_bufs, q->buf_len, mtu);
		return -EINVAL;
	}
	return 0;
}

int
ena_mtu_set(struct rte_eth_dev *dev, uint16_t mtu)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	rc = check_device(a);
	if (rc == 0)
		rc = check_rx_room(dev, mtu);
	if (rc != 0)
		return rc;
	rc = ena_hal_mtu_set(&a->hal, mtu);
	/* The MTU command is a feature of its own; without it the device keeps its maximum. */
	if (rc == -ENOTSUP && mtu == a->hal.caps.max_mtu)
		return 0;
	if (rc != 0)
		ENA_LOG(ERR, "port %u: MTU %u: %s (%u to %u are possible)", a->data->port_id, mtu,
			strerror(-rc), ENA_MTU_MIN, a->hal.caps.max_mtu);
	return rc;
}

/** The MTU of the configuration (or of an earlier set) reaches the device at each start. */
static int
apply_mtu(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (!ena_hal_has_feature(&a->hal.caps, ENA_FEATURE_MTU))
		return 0;
	rc = ena_hal_mtu_set(&a->hal, dev->data->mtu);
	if (rc != 0)
		ENA_LOG(ERR, "port %u: MTU %u: %s", a->data->port_id, dev->data->mtu,
			strerror(-rc));
	return rc;
}

int
ena_dev_start(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;
	int rc;

	if (!a->configured) {
		ENA_LOG(ERR,
			"port %u: a reset takes the configuration away, configure the port first",
			a->data->port_id);
		return -EINVAL;
	}
	if (a->state != ENA_STATE_READY || a->reset_wanted != 0) {
		ENA_LOG(ERR, "port %u: the device needs a reset before it can start",
			a->data->port_id);
		return -EIO;
	}
	rc = check_queues(dev, "Rx", dev->data->rx_queues, dev->data->nb_rx_queues);
	if (rc == 0)
		rc = check_queues(dev, "Tx", dev->data->tx_queues, dev->data->nb_tx_queues);
	if (rc == 0)
		rc = check_rx_room(dev, dev->data->mtu);
	if (rc == 0)
		rc = ena_intr_rx_setup(dev);
	if (rc != 0)
		return rc;
	rc = apply_mtu(dev);
	if (rc != 0)
		goto fail;
	rc = ena_queues_create(dev);
	if (rc != 0)
		goto fail;
	rc = ena_rss_start(dev);
	if (rc != 0)
		goto fail_queues;
	if (a->args.frag_bypass && ena_hal_frag_bypass_set(&a->hal, true) != 0)
		ENA_LOG(WARNING, "port %u: the device does not take fragment bypass",
			a->data->port_id);
	/* The device keeps its table over a stop: frames that it could receive earlier would follow
	 * that one. */
	rc = ena_queues_fill(dev);
	if (rc != 0)
		goto fail_queues;

	a->state = ENA_STATE_STARTED;
	ena_bursts_select(dev);
	/* Last of all: a secondary process may be polling already. */
	ena_queues_run(dev);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STARTED;
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STARTED;
	return 0;

fail_queues:
	if (ena_queues_destroy(dev) != 0)
		ena_queues_abandon(dev, ena_device_failure(a));
fail:
	ena_intr_rx_teardown(dev);
	return rc;
}

int
ena_dev_stop(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint32_t wanted = __atomic_load_n(&a->reset_wanted, __ATOMIC_ACQUIRE);
	uint16_t i;
	int rc;

	if (a->state != ENA_STATE_STARTED)
		return 0;
	rc = ena_queues_halt(dev);
	if (rc != 0)
		return rc;
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;

	a->state = ENA_STATE_READY;
	/* A reset destroys the queues of the device as well (part A 3.8). */
	if (wanted != 0)
		ena_queues_abandon(dev, (enum ena_reset_reason)(wanted - 1));
	else if (ena_queues_destroy(dev) != 0)
		ena_queues_abandon(dev, ena_device_failure(a));
	ena_intr_rx_teardown(dev);
	dev->data->dev_started = 0;
	return 0;
}
