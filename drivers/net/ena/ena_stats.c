/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Statistics. Nothing here asks the device: packets and bytes are counted by the queues,
 * drops come from the last keep-alive event (at most a second old), so that no caller waits.
 */
#include <stddef.h>

#include "ena_pmd.h"

/** Device counters since the last reset of the statistics. */
static struct ena_drops
drops_since(const struct ena_adapter *a)
{
	struct ena_drops d = {
		.rx_drops = __atomic_load_n(&a->drops.rx_drops, __ATOMIC_RELAXED),
		.tx_drops = __atomic_load_n(&a->drops.tx_drops, __ATOMIC_RELAXED),
		.rx_overruns = __atomic_load_n(&a->drops.rx_overruns, __ATOMIC_RELAXED),
	};

	d.rx_drops -= a->drops_base.rx_drops;
	d.tx_drops -= a->drops_base.tx_drops;
	d.rx_overruns -= a->drops_base.rx_overruns;
	return d;
}

int
ena_stats_get(ENA_STATS_GET_ARGS)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	uint64_t *q_packets = ENA_QUEUE_STATS(stats, q_ipackets);
	uint64_t *q_bytes = ENA_QUEUE_STATS(stats, q_ibytes);
	struct ena_drops drops = drops_since(a);
	uint16_t i;

	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		const struct ena_rx_queue *q = dev->data->rx_queues[i];

		if (q == NULL)
			continue;
		stats->ipackets += q->pkts;
		stats->ibytes += q->bytes;
		stats->rx_nombuf += q->nombuf;
		stats->ierrors += q->bad_desc + q->bad_desc_num + q->bad_req_id;
		if (q_packets != NULL && i < RTE_ETHDEV_QUEUE_STAT_CNTRS) {
			q_packets[i] = q->pkts;
			q_bytes[i] = q->bytes;
		}
	}
	q_packets = ENA_QUEUE_STATS(stats, q_opackets);
	q_bytes = ENA_QUEUE_STATS(stats, q_obytes);
	for (i = 0; i < dev->data->nb_tx_queues; i++) {
		const struct ena_tx_queue *q = dev->data->tx_queues[i];

		if (q == NULL)
			continue;
		stats->opackets += q->pkts;
		stats->obytes += q->bytes;
		stats->oerrors += q->errors;
		if (q_packets != NULL && i < RTE_ETHDEV_QUEUE_STAT_CNTRS) {
			q_packets[i] = q->pkts;
			q_bytes[i] = q->bytes;
		}
	}
	/* Some devices count a lack of buffers as drops, others as overruns (part A 7.4). */
	stats->imissed = drops.rx_drops + drops.rx_overruns;
	stats->oerrors += drops.tx_drops;
	return 0;
}

/* ---- extended -------------------------------------------------------------------------- */

struct counter {
	const char *name;
	size_t offset;
};

#define RXQ(name, field) {name, offsetof(struct ena_rx_queue, field)}
#define TXQ(name, field) {name, offsetof(struct ena_tx_queue, field)}
#define PORT(name, field) {name, offsetof(struct ena_adapter, field)}

static const struct counter port_counter[] = {
	PORT("resets_requested", resets_requested),
	PORT("admin_commands", hal.count.submitted),
	PORT("admin_failed", hal.count.failed),
	PORT("admin_timeouts", hal.count.timeouts),
	PORT("admin_missed_interrupts", hal.count.missed_interrupts),
	PORT("events", hal.count.events),
	PORT("suboptimal_config_codes", config_codes),
};

static const struct counter drop_counter[] = {
	{"device_rx_drops", offsetof(struct ena_drops, rx_drops)},
	{"device_tx_drops", offsetof(struct ena_drops, tx_drops)},
	{"device_rx_overruns", offsetof(struct ena_drops, rx_overruns)},
};

static const struct counter rxq_counter[] = {
	RXQ("packets", pkts),
	RXQ("bytes", bytes),
	RXQ("mbuf_alloc_fail", nombuf),
	RXQ("refill_partial", refill_partial),
	RXQ("l3_csum_bad", l3_bad),
	RXQ("l4_csum_bad", l4_bad),
	RXQ("l4_csum_good", l4_good),
	RXQ("bad_req_id", bad_req_id),
	RXQ("bad_desc", bad_desc),
	RXQ("bad_desc_num", bad_desc_num),
	RXQ("posted_min", posted_min),
};

static const struct counter txq_counter[] = {
	TXQ("packets", pkts),
	TXQ("bytes", bytes),
	TXQ("doorbells", doorbells),
	TXQ("errors", errors),
	TXQ("ring_full", ring_full),
	TXQ("bad_req_id", bad_req_id),
	TXQ("bad_desc", bad_desc),
	TXQ("missing_completions", missing),
};

static uint64_t
counter_value(const void *base, const struct counter *c)
{
	return base == NULL ? 0 : *(const uint64_t *)((const char *)base + c->offset);
}

static unsigned int
xstats_count(const struct rte_eth_dev *dev)
{
	return RTE_DIM(port_counter) + RTE_DIM(drop_counter) +
		dev->data->nb_rx_queues * RTE_DIM(rxq_counter) +
		dev->data->nb_tx_queues * RTE_DIM(txq_counter);
}

int
ena_xstats_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n)
{
	unsigned int count = xstats_count(dev), at = 0, i, k;

	if (names == NULL || n < count)
		return (int)count;
	for (k = 0; k < RTE_DIM(port_counter); k++)
		strlcpy(names[at++].name, port_counter[k].name, sizeof(names->name));
	for (k = 0; k < RTE_DIM(drop_counter); k++)
		strlcpy(names[at++].name, drop_counter[k].name, sizeof(names->name));
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		for (k = 0; k < RTE_DIM(rxq_counter); k++)
			snprintf(names[at++].name, sizeof(names->name), "rx_q%u_%s", i,
				rxq_counter[k].name);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		for (k = 0; k < RTE_DIM(txq_counter); k++)
			snprintf(names[at++].name, sizeof(names->name), "tx_q%u_%s", i,
				txq_counter[k].name);
	return (int)count;
}

int
ena_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	unsigned int count = xstats_count(dev), at = 0, i, k;
	struct ena_drops drops = drops_since(a);

	if (xstats == NULL || n < count)
		return (int)count;
	for (k = 0; k < RTE_DIM(port_counter); k++)
		xstats[at++].value = counter_value(a, &port_counter[k]);
	for (k = 0; k < RTE_DIM(drop_counter); k++)
		xstats[at++].value = counter_value(&drops, &drop_counter[k]);
	for (i = 0; i < dev->data->nb_rx_queues; i++)
		for (k = 0; k < RTE_DIM(rxq_counter); k++)
			xstats[at++].value =
				counter_value(dev->data->rx_queues[i], &rxq_counter[k]);
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		for (k = 0; k < RTE_DIM(txq_counter); k++)
			xstats[at++].value =
				counter_value(dev->data->tx_queues[i], &txq_counter[k]);
	for (i = 0; i < count; i++)
		xstats[i].id = i;
	return (int)count;
}

static void
clear_counters(void *base, const struct counter *c, unsigned int n)
{
	unsigned int k;

	if (base == NULL)
		return;
	for (k = 0; k < n; k++)
		*(uint64_t *)((char *)base + c[k].offset) = 0;
}

int
ena_stats_reset(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	uint16_t i;

	/* The counters of the device cannot be cleared: remember where they stand. */
	a->drops_base.rx_drops = __atomic_load_n(&a->drops.rx_drops, __ATOMIC_RELAXED);
	a->drops_base.tx_drops = __atomic_load_n(&a->drops.tx_drops, __ATOMIC_RELAXED);
	a->drops_base.rx_overruns = __atomic_load_n(&a->drops.rx_overruns, __ATOMIC_RELAXED);
	clear_counters(a, port_counter, RTE_DIM(port_counter));
	for (i = 0; i < dev->data->nb_rx_queues; i++) {
		struct ena_rx_queue *q = dev->data->rx_queues[i];

		clear_counters(q, rxq_counter, RTE_DIM(rxq_counter));
		if (q != NULL)
			q->posted_min = q->depth;
	}
	for (i = 0; i < dev->data->nb_tx_queues; i++)
		clear_counters(dev->data->tx_queues[i], txq_counter, RTE_DIM(txq_counter));
	return 0;
}
