/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Statistics. Nothing here asks the device, so that no caller waits. Queues count packets and
 * bytes. Drops come from the last keep-alive event, which is at most a second old.
 *
 * A total never becomes smaller, except by a reset of the statistics:
 *
 *  - When a queue is released, its counters are added to those that are kept for its number. The
 *    next queue with this number continues from there. Totals of the port include all numbers,
 *    also those that the port does not have at present.
 *  - A reset of the statistics does not write to counters of queues, since an lcore may write to
 *    them at the same time. It sets the kept counters to the negative value, modulo 2^64.
 *  - Counters of the device are totals since its last reset (part A 7.4). The driver adds up by how
 *    much they increase.
 */
#include <stddef.h>

#include "ena_pmd.h"

/* ---- what queues have counted -------------------------------------------------------------- */

/**
 * A queue is taken from the port only under this lock. So readers count it exactly once, either as
 * a queue or in the kept counters, and do not read freed memory. Secondary processes do not take
 * it: if one were killed, the lock would stay locked.
 */
static void
stats_lock(struct ena_adapter *a)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		rte_spinlock_lock(&a->stats.lock);
}

static void
stats_unlock(struct ena_adapter *a)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		rte_spinlock_unlock(&a->stats.lock);
}

/*
 * A secondary process reads without the lock. It reads again if a queue was taken away meanwhile,
 * but not for ever: the primary may have died while it changed something.
 */
#define READ_TRIES 1000u

struct reading {
	uint32_t begin; /* sequence number */
	unsigned int tries;
};

static void
change_begin(struct ena_adapter *a)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return;
	stats_lock(a);
	rte_seqcount_write_begin(&a->stats.changes);
}

static void
change_end(struct ena_adapter *a)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return;
	rte_seqcount_write_end(&a->stats.changes);
	stats_unlock(a);
}

static void
read_begin(struct ena_adapter *a, struct reading *r)
{
	stats_lock(a);
	r->begin = rte_seqcount_read_begin(&a->stats.changes);
}

/** @return false: a queue was taken away meanwhile, read again */
static bool
read_end(struct ena_adapter *a, struct reading *r)
{
	bool again = rte_seqcount_read_retry(&a->stats.changes, r->begin);

	stats_unlock(a);
	if (!again || ++r->tries == READ_TRIES)
		return true;
	rte_pause();
	return false;
}

/**
 * Queue number @p idx, or NULL. ethdev frees the table before it sets the number of queues to 0.
 */
static void *
queue_in(void *const *table, uint16_t idx, uint16_t n)
{
	return table != NULL && idx < n ? table[idx] : NULL;
}

static struct ena_rx_queue *
rx_queue(const struct rte_eth_dev *dev, uint16_t idx)
{
	void *const *table = __atomic_load_n(&dev->data->rx_queues, __ATOMIC_RELAXED);

	return queue_in(table, idx, dev->data->nb_rx_queues);
}

static struct ena_tx_queue *
tx_queue(const struct rte_eth_dev *dev, uint16_t idx)
{
	void *const *table = __atomic_load_n(&dev->data->tx_queues, __ATOMIC_RELAXED);

	return queue_in(table, idx, dev->data->nb_tx_queues);
}

static uint64_t
rx_value(const struct rte_eth_dev *dev, uint16_t idx, unsigned int k)
{
	return ena_adapter_of(dev)->stats.rx_kept[idx][k] +
	       ena_counter_value(&ena_rx_counters, k, rx_queue(dev, idx));
}

static uint64_t
tx_value(const struct rte_eth_dev *dev, uint16_t idx, unsigned int k)
{
	return ena_adapter_of(dev)->stats.tx_kept[idx][k] +
	       ena_counter_value(&ena_tx_counters, k, tx_queue(dev, idx));
}

struct ena_rx_queue *
ena_stats_retire_rx(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_rx_queue *q = dev->data->rx_queues[idx];
	unsigned int k;

	change_begin(a);
	for (k = 0; k < ENA_RX_COUNTER_NUM; k++)
		a->stats.rx_kept[idx][k] += ena_counter_value(&ena_rx_counters, k, q);
	dev->data->rx_queues[idx] = NULL;
	change_end(a);
	return q;
}

struct ena_tx_queue *
ena_stats_retire_tx(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_tx_queue *q = dev->data->tx_queues[idx];
	unsigned int k;

	change_begin(a);
	for (k = 0; k < ENA_TX_COUNTER_NUM; k++)
		a->stats.tx_kept[idx][k] += ena_counter_value(&ena_tx_counters, k, q);
	dev->data->tx_queues[idx] = NULL;
	change_end(a);
	return q;
}

/* ---- what the device has dropped ----------------------------------------------------------- */

static void
add_increase(uint64_t *total, uint64_t *seen, uint64_t now)
{
	/* Less than before: the device has started again at 0. */
	uint64_t more = now >= *seen ? now - *seen : now;

	*seen = now;
	__atomic_store_n(total, *total + more, __ATOMIC_RELAXED);
}

void
ena_stats_device_drops(struct ena_adapter *a, const struct ena_drops *now)
{
	add_increase(&a->stats.drops.rx_drops, &a->stats.drops_seen.rx_drops, now->rx_drops);
	add_increase(&a->stats.drops.tx_drops, &a->stats.drops_seen.tx_drops, now->tx_drops);
	add_increase(
		&a->stats.drops.rx_overruns, &a->stats.drops_seen.rx_overruns, now->rx_overruns);
}

void
ena_stats_device_reset(struct ena_adapter *a)
{
	memset(&a->stats.drops_seen, 0, sizeof(a->stats.drops_seen));
}

/**
 * Value since the last reset of the statistics. Another thread may reset them at the same time. The
 * base is read first, so the total that is read after it is not smaller.
 */
static uint64_t
since(const uint64_t *total, const uint64_t *base)
{
	uint64_t then = __atomic_load_n(base, __ATOMIC_ACQUIRE);

	return __atomic_load_n(total, __ATOMIC_RELAXED) - then;
}

static void
begin_again(const uint64_t *total, uint64_t *base)
{
	__atomic_store_n(base, __atomic_load_n(total, __ATOMIC_RELAXED), __ATOMIC_RELEASE);
}

static struct ena_drops
drops_since(const struct ena_adapter *a)
{
	return (struct ena_drops){
		.rx_drops = since(&a->stats.drops.rx_drops, &a->stats.drops_base.rx_drops),
		.tx_drops = since(&a->stats.drops.tx_drops, &a->stats.drops_base.tx_drops),
		.rx_overruns = since(&a->stats.drops.rx_overruns, &a->stats.drops_base.rx_overruns),
	};
}

/* ---- basic ------------------------------------------------------------------------------- */

/** Totals of all queues that the port has or had. */
static void
add_up(const struct rte_eth_dev *dev, struct rte_eth_stats *sum)
{
	uint16_t i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		sum->ipackets += rx_value(dev, i, ENA_RX_pkts);
		sum->ibytes += rx_value(dev, i, ENA_RX_bytes);
		sum->rx_nombuf += rx_value(dev, i, ENA_RX_nombuf);
		sum->ierrors += rx_value(dev, i, ENA_RX_bad_desc) +
				rx_value(dev, i, ENA_RX_bad_desc_num) +
				rx_value(dev, i, ENA_RX_bad_req_id);
		sum->opackets += tx_value(dev, i, ENA_TX_pkts);
		sum->obytes += tx_value(dev, i, ENA_TX_bytes);
		sum->oerrors += tx_value(dev, i, ENA_TX_errors);
	}
}

int
ena_stats_get(ENA_STATS_GET_ARGS)
{
	uint64_t *q_ipackets = ENA_QUEUE_STATS(stats, q_ipackets);
	uint64_t *q_ibytes = ENA_QUEUE_STATS(stats, q_ibytes);
	uint64_t *q_opackets = ENA_QUEUE_STATS(stats, q_opackets);
	uint64_t *q_obytes = ENA_QUEUE_STATS(stats, q_obytes);
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_drops drops = drops_since(a);
	struct reading r = {0};
	struct rte_eth_stats sum;
	uint16_t i;

	do {
		read_begin(a, &r);
		add_up(dev, &sum);
		for (i = 0; i < RTE_ETHDEV_QUEUE_STAT_CNTRS && q_ipackets != NULL; i++) {
			q_ipackets[i] = rx_value(dev, i, ENA_RX_pkts);
			q_ibytes[i] = rx_value(dev, i, ENA_RX_bytes);
			q_opackets[i] = tx_value(dev, i, ENA_TX_pkts);
			q_obytes[i] = tx_value(dev, i, ENA_TX_bytes);
		}
	} while (!read_end(a, &r));
	stats->ipackets = sum.ipackets;
	stats->ibytes = sum.ibytes;
	stats->rx_nombuf = sum.rx_nombuf;
	stats->ierrors = sum.ierrors;
	stats->opackets = sum.opackets;
	stats->obytes = sum.obytes;
	/* Some devices count a lack of buffers as drops, others as overruns (part A 7.4). */
	stats->imissed = drops.rx_drops + drops.rx_overruns;
	stats->oerrors = sum.oerrors + drops.tx_drops;
	return 0;
}

/* ---- extended -------------------------------------------------------------------------- */

/** Numbers of queues for one call. Another thread may configure more queues meanwhile. */
struct shape {
	uint16_t rx, tx;
	unsigned int count; /* values in all */
};

static struct shape
xstats_shape(const struct rte_eth_dev *dev)
{
	struct shape s = {
		.rx = __atomic_load_n(&dev->data->nb_rx_queues, __ATOMIC_RELAXED),
		.tx = __atomic_load_n(&dev->data->nb_tx_queues, __ATOMIC_RELAXED),
	};

	s.count = ena_port_counters.num + ena_drop_counters.num +
		  s.rx * (ena_rx_counters.num + ena_rx_gauges.num) + s.tx * ena_tx_counters.num;
	return s;
}

/** Write names of @p table, of one queue if @p way is not NULL. @return how many */
static unsigned int
put_names(struct rte_eth_xstat_name *names, const struct ena_counter_table *table, const char *way,
	uint16_t queue)
{
	unsigned int k;

	for (k = 0; k < table->num; k++)
		if (way == NULL)
			strlcpy(names[k].name, table->counter[k].name, sizeof(names->name));
		else
			snprintf(names[k].name, sizeof(names->name), "%s_q%u_%s", way, queue,
				table->counter[k].name);
	return table->num;
}

int
ena_xstats_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n)
{
	const struct shape s = xstats_shape(dev);
	uint16_t i;

	if (names == NULL || n < s.count)
		return (int)s.count;
	names += put_names(names, &ena_port_counters, NULL, 0);
	names += put_names(names, &ena_drop_counters, NULL, 0);
	for (i = 0; i < s.rx; i++) {
		names += put_names(names, &ena_rx_counters, "rx", i);
		names += put_names(names, &ena_rx_gauges, "rx", i);
	}
	for (i = 0; i < s.tx; i++)
		names += put_names(names, &ena_tx_counters, "tx", i);
	return (int)s.count;
}

/** The values of all queues, in the order of their names. */
static void
put_queue_values(const struct rte_eth_dev *dev, const struct shape *s, struct rte_eth_xstat *xstats)
{
	unsigned int at = 0, k;
	uint16_t i;

	for (i = 0; i < s->rx; i++) {
		for (k = 0; k < ena_rx_counters.num; k++)
			xstats[at++].value = rx_value(dev, i, k);
		for (k = 0; k < ena_rx_gauges.num; k++)
			xstats[at++].value = ena_counter_value(&ena_rx_gauges, k, rx_queue(dev, i));
	}
	for (i = 0; i < s->tx; i++)
		for (k = 0; k < ena_tx_counters.num; k++)
			xstats[at++].value = tx_value(dev, i, k);
}

int
ena_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const struct shape s = xstats_shape(dev);
	struct ena_drops drops = drops_since(a);
	struct reading r = {0};
	unsigned int at = 0, k;

	if (xstats == NULL || n < s.count)
		return (int)s.count;
	for (k = 0; k < ena_port_counters.num; k++)
		xstats[at++].value = ena_counter_value(&ena_port_counters, k, a);
	for (k = 0; k < ena_drop_counters.num; k++)
		xstats[at++].value = ena_counter_value(&ena_drop_counters, k, &drops);
	do {
		read_begin(a, &r);
		put_queue_values(dev, &s, xstats + at);
	} while (!read_end(a, &r));
	for (k = 0; k < s.count; k++)
		xstats[k].id = k;
	return (int)s.count;
}

/** Only functions of the HAL write its members. */
static bool
of_hal(const struct ena_counter *c)
{
	const size_t hal = offsetof(struct ena_adapter, hal);

	return c->offset >= hal && c->offset < hal + sizeof(struct ena_hal);
}

int
ena_stats_reset(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	unsigned int k;
	uint16_t i;

	change_begin(a);
	begin_again(&a->stats.drops.rx_drops, &a->stats.drops_base.rx_drops);
	begin_again(&a->stats.drops.tx_drops, &a->stats.drops_base.tx_drops);
	begin_again(&a->stats.drops.rx_overruns, &a->stats.drops_base.rx_overruns);
	for (k = 0; k < ena_port_counters.num; k++)
		if (!of_hal(&ena_port_counters.counter[k]))
			*(uint64_t *)((char *)a + ena_port_counters.counter[k].offset) = 0;
	ena_hal_counters_reset(&a->hal);
	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		struct ena_rx_queue *rxq = rx_queue(dev, i);
		struct ena_tx_queue *txq = tx_queue(dev, i);

		for (k = 0; k < ENA_RX_COUNTER_NUM; k++)
			a->stats.rx_kept[i][k] = 0 - ena_counter_value(&ena_rx_counters, k, rxq);
		for (k = 0; k < ENA_TX_COUNTER_NUM; k++)
			a->stats.tx_kept[i][k] = 0 - ena_counter_value(&ena_tx_counters, k, txq);
		if (rxq != NULL)
			rxq->posted_min = rxq->depth;
	}
	change_end(a);
	return 0;
}
