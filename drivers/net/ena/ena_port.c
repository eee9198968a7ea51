/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a port: configure, start, stop, reset, close, MTU. Each call reads from top to bottom
 * here; what it does to the device, to a queue and for a recovery is in ena_device.c, ena_rxq.c,
 * ena_txq.c and ena_recovery.c.
 */
#include <errno.h>

#include <rte_ether.h>

#include "ena_burst.h"
#include "ena_pmd.h"
#include "ena_recovery.h"

/* ---- configure ----------------------------------------------------------------------- */

static int
check_device(const struct ena_adapter *a)
{
	if (a->device.up)
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
	/* The device always scatters and always verifies checksums. The flags select what is
	 * reported. */
	dev->data->scattered_rx = 1;
	if ((conf->rxmode.mq_mode & RTE_ETH_MQ_RX_RSS_FLAG) != 0)
		conf->rxmode.offloads |= (a->hal.caps.rx_offloads & ENA_RX_OFFLOAD_HASH) != 0 ?
						 RTE_ETH_RX_OFFLOAD_RSS_HASH :
						 0;
	rc = ena_rss_configure(dev);
	a->port.configured = rc == 0;
	return rc;
}

/* ---- MTU ------------------------------------------------------------------------------- */

/** A frame that does not fit in the buffers of one packet is lost, and no counter shows it. */
static int
check_rx_room(const struct rte_eth_dev *dev, uint16_t mtu)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL || (uint32_t)mtu + RTE_ETHER_HDR_LEN <=
					 (uint32_t)a->limits.max_rx_bufs * q->buf_len)
			continue;
		ENA_LOG(ERR,
			"port %u Rx queue %u: a packet takes %u buffers of %u bytes at most, too "
			"few for MTU %u; use larger mbufs",
			dev->data->port_id, i, a->limits.max_rx_bufs, q->buf_len, mtu);
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

/* ---- all queues ------------------------------------------------------------------------- */

/** Create all of them, Rx first, with empty Rx rings. On failure some may exist. */
static int
queues_create(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const char *dir = "Rx";
	uint16_t i;
	int rc = 0;

	for (i = 0; i < dev->data->nb_rx_queues && rc == 0; i++)
		rc = ena_rxq_create(dev, i);
	if (rc == 0) {
		dir = "Tx";
		for (i = 0; i < dev->data->nb_tx_queues && rc == 0; i++)
			rc = ena_txq_create(dev, i);
	}
	if (rc == 0)
		return 0;
	ENA_LOG(ERR, "port %u: cannot create %s queue %u: %s", a->data->port_id, dir, i - 1,
		strerror(-rc));
	/* Some generations take no Tx rings in host memory (part A 9.8 #8), and report no
	 * capability for it. */
	if (dir[0] == 'T' && !a->hal.llq.enabled && rc != -EPROTO)
		ENA_LOG(ERR,
			"port %u: Tx rings would lie in host memory, which the device may refuse: "
			"%s",
			a->data->port_id, a->hal.llq.reason);
	return rc;
}

/** Fill the Rx rings. Call it after all set-up that decides to which queue a frame goes. */
static int
queues_fill(struct rte_eth_dev *dev)
{
	uint16_t i;
	int rc = 0;

	for (i = 0; i < dev->data->nb_rx_queues && rc == 0; i++)
		rc = ena_rxq_fill(dev->data->rx_queues[i]);
	return rc;
}

/** Let burst functions use the queues, which are complete. A secondary may be polling already. */
static void
queues_run(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		ena_queue_run(&q->state);
		dev->data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STARTED;
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		ena_queue_run(&q->state);
		dev->data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STARTED;
	}
}

/**
 * Stop burst functions from using the queues, and wait for those of secondary processes.
 * @return 0, or -EBUSY: a secondary does not leave
 */
static int
queues_halt(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	/* All first: a secondary that leaves one must not go on with the next. */
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q != NULL)
			ena_queue_stop(&q->state);
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q != NULL)
			ena_queue_stop(&q->state);
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q != NULL && !ena_secondary_left(a, &q->guest, "Tx", i))
			return -EBUSY;
	}
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q != NULL && !ena_secondary_left(a, &q->guest, "Rx", i))
			return -EBUSY;
	}
	return 0;
}

/**
 * Destroy those that exist, and free their mbufs: all Tx, then all Rx, as other drivers do (part A
 * 3.4). If the device fails at that, it is reset, which destroys all of them.
 */
static void
queues_destroy(struct rte_eth_dev *dev)
{
	uint16_t i;
	int rc = 0;

	for (i = 0; i < dev->data->nb_tx_queues && rc == 0; i++)
		if (dev->data->tx_queues[i] != NULL)
			rc = ena_txq_destroy(dev->data->tx_queues[i]);
	for (i = 0; i < dev->data->nb_rx_queues && rc == 0; i++)
		if (dev->data->rx_queues[i] != NULL)
			rc = ena_rxq_destroy(dev->data->rx_queues[i]);
	if (rc != 0)
		ena_recovery_reset_queues(dev, ena_device_failure(ena_adapter_of(dev)));
}

/* ---- start and stop ---------------------------------------------------------------------- */

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

/** @return 0, or why the port cannot start, with a message */
static int
check_start(const struct rte_eth_dev *dev)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (!a->port.configured) {
		ENA_LOG(ERR,
			"port %u: a reset takes the configuration away, configure the port first",
			a->data->port_id);
		return -EINVAL;
	}
	if (!a->device.up || a->port.started || ena_reset_is_wanted(a)) {
		ENA_LOG(ERR, "port %u: the device needs a reset before it can start",
			a->data->port_id);
		return -EIO;
	}
	rc = check_queues(dev, "Rx", dev->data->rx_queues, dev->data->nb_rx_queues);
	if (rc == 0)
		rc = check_queues(dev, "Tx", dev->data->tx_queues, dev->data->nb_tx_queues);
	if (rc == 0)
		rc = check_rx_room(dev, dev->data->mtu);
	return rc;
}

int
ena_dev_start(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	rc = check_start(dev);
	if (rc == 0)
		rc = ena_intr_rx_setup(dev);
	if (rc != 0)
		return rc;
	rc = apply_mtu(dev);
	if (rc == 0)
		rc = queues_create(dev);
	if (rc == 0)
		rc = ena_rss_start(dev);
	if (rc != 0)
		goto fail;
	if (a->args.frag_bypass != 0 && ena_hal_frag_bypass_set(&a->hal, true) != 0)
		ENA_LOG(WARNING, "port %u: the device does not take fragment bypass",
			a->data->port_id);
	/* The device keeps its RSS table over a stop, and frames before the new table would follow
	 * the old one. So buffers are posted last. */
	rc = queues_fill(dev);
	if (rc != 0)
		goto fail;
	a->port.started = true;
	ena_bursts_select(dev);
	queues_run(dev);
	return 0;

fail:
	queues_destroy(dev);
	ena_intr_rx_teardown(dev);
	return rc;
}

int
ena_dev_stop(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;
	int rc;

	if (!a->port.started)
		return 0;
	rc = queues_halt(dev);
	if (rc != 0)
		return rc;
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queue_state[i] = RTE_ETH_QUEUE_STATE_STOPPED;
	a->port.started = false;
	/* A reset that is due destroys the queues as well. */
	if (ena_reset_is_wanted(a))
		ena_recovery_reset_queues(dev, ena_reset_reason_or(a, ENA_RESET_NORMAL));
	else
		queues_destroy(dev);
	ena_intr_rx_teardown(dev);
	dev->data->dev_started = 0;
	return 0;
}

/* ---- reset and close --------------------------------------------------------------------- */

static void
queues_release(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++)
		ena_rx_queue_release(dev, i);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		ena_tx_queue_release(dev, i);
	dev->data->nb_rx_queues = 0;
	dev->data->nb_tx_queues = 0;
}

/** Take the queues out of the table and never free them: a secondary is inside one of them. */
static void
queues_leave(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < dev->data->nb_tx_queues; i++)
		dev->data->tx_queues[i] = NULL;
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		dev->data->rx_queues[i] = NULL;
}

int
ena_port_up(struct rte_eth_dev *dev)
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

/**
 * Why the device is reset: a fault, also one that the service has not found yet, or @p otherwise.
 */
static enum ena_reset_reason
reset_reason(struct ena_adapter *a, enum ena_reset_reason otherwise)
{
	/* A device that is down has been reset. Its HAL object may have no memory at all. */
	if (a->device.up)
		ena_hal_admin_is_dead(&a->hal, &otherwise);
	return ena_reset_reason_or(a, otherwise);
}

/** Called by ethdev on a stopped port; the application configures it anew afterwards. */
int
ena_dev_reset(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	int rc;

	if (a->port.closed)
		return -EINVAL;
	rc = ena_dev_stop(dev);
	if (rc != 0)
		return rc;
	/* The reset of a fault was done by the stop: the device is not reset twice. */
	ena_device_down(a, reset_reason(a, ENA_RESET_USER_TRIGGER));
	queues_release(dev);
	a->port.configured = false;
	rc = ena_port_up(dev);
	/* If the device was removed and is back, ethdev has no other way to learn it. */
	if (rc == 0 && dev->state == RTE_ETH_DEV_REMOVED)
		dev->state = RTE_ETH_DEV_ATTACHED;
	return rc;
}

void
ena_port_set_closed(struct ena_adapter *a)
{
	a->port.closed = true;
}

int
ena_dev_close(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	enum ena_reset_reason reason;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY || a->port.closed)
		return 0;
	rc = ena_control_wait(a);
	if (rc != 0)
		return rc;
	rc = ena_dev_stop(dev);
	reason = reset_reason(a, ENA_RESET_SHUTDOWN);
	if (rc != 0) {
		/* A secondary is inside: what it uses stays. */
		ena_device_end_dma(a, reason);
		queues_leave(dev);
	}
	ena_device_down(a, reason);
	queues_release(dev);
	ena_rxq_free_spare(a);
	ena_txq_free_spare(a);
	ena_device_discard(a);
	ena_platform_fini(a);
	a->magic = 0;
	ena_port_set_closed(a);
	ena_control_end(a);
	return 0;
}
