/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Statistics. Nothing here asks the device: packets and bytes are counted by the queues,
 * drops come from the last keep-alive event (at most a second old), so that no caller waits.
 *
 * No total goes back, except by a reset of the statistics:
 *
 *  - what a queue has counted is kept by its number when it is released, and the next queue of that
 *    number goes on from there. Totals of the port are those of all numbers, also of those that the
 *    port does not have at present;
 *  - a reset of the statistics writes to no counter of a queue, since an lcore may write to it at
 *    the same time. It sets what is kept to the negative value, modulo 2^64;
 *  - counters of the device are totals since its last reset (part A 7.4). Their increase is added
 *    up.
 */
#include <stddef.h>

#include "ena_pmd.h"

struct counter {
	const char *name;
	size_t offset;
};

#define RXQ(name, field)                                   \
	{                                                  \
		name, offsetof(struct ena_rx_queue, field) \
	}
#define TXQ(name, field)                                   \
	{                                                  \
		name, offsetof(struct ena_tx_queue, field) \
	}
#define PORT(name, field)                                 \
	{                                                 \
		name, offsetof(struct ena_adapter, field) \
	}

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

/* Order of the tables below; those that basic statistics need have names. */
enum { RX_PKTS, RX_BYTES, RX_NOMBUF, RX_BAD_REQ_ID = 7, RX_BAD_DESC, RX_BAD_DESC_NUM, RX_KEPT };
enum { TX_PKTS, TX_BYTES, TX_ERRORS = 3, TX_KEPT = 8 };

static const struct counter rxq_counter[] = {
	[RX_PKTS] = RXQ("packets", pkts),
	[RX_BYTES] = RXQ("bytes", bytes),
	[RX_NOMBUF] = RXQ("mbuf_alloc_fail", nombuf),
	RXQ("refill_partial", refill_partial),
	RXQ("l3_csum_bad", l3_bad),
	RXQ("l4_csum_bad", l4_bad),
	RXQ("l4_csum_good", l4_good),
	[RX_BAD_REQ_ID] = RXQ("bad_req_id", bad_req_id),
	[RX_BAD_DESC] = RXQ("bad_desc", bad_desc),
	[RX_BAD_DESC_NUM] = RXQ("bad_desc_num", bad_desc_num),
	/* No counter: how it is now, and nothing to keep. */
	[RX_KEPT] = RXQ("posted_min", posted_min),
};

static const struct counter txq_counter[] = {
	[TX_PKTS] = TXQ("packets", pkts),
	[TX_BYTES] = TXQ("bytes", bytes),
	TXQ("doorbells", doorbells),
	[TX_ERRORS] = TXQ("errors", errors),
	TXQ("ring_full", ring_full),
	TXQ("bad_req_id", bad_req_id),
	TXQ("bad_desc", bad_desc),
	TXQ("missing_completions", missing),
};

_Static_assert(RX_KEPT == ENA_RX_KEPT && RTE_DIM(rxq_counter) == RX_KEPT + 1, "Rx counters");
_Static_assert(TX_KEPT == ENA_TX_KEPT && RTE_DIM(txq_counter) == TX_KEPT, "Tx counters");

static uint64_t
counter_value(const void *base, const struct counter *c)
{
	return base == NULL ? 0 : *(const uint64_t *)((const char *)base + c->offset);
}

/* ---- what queues have counted -------------------------------------------------------------- */

/**
 * A queue is taken from the port only under this lock, so that readers count it once, in its place
 * or in what is kept, and do not read what was freed. Not in secondary processes: one that is
 * killed would leave it locked.
 */
static void
stats_lock(struct ena_adapter *a)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		rte_spinlock_lock(&a->stats_lock);
}

static void
stats_unlock(struct ena_adapter *a)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		rte_spinlock_unlock(&a->stats_lock);
}

/*
 * A secondary process reads without the lock, and again if a queue was taken away meanwhile. Not
 * for ever: the primary may have died in the middle.
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
	rte_seqcount_write_begin(&a->stats_changes);
}

static void
change_end(struct ena_adapter *a)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return;
	rte_seqcount_write_end(&a->stats_changes);
	stats_unlock(a);
}

static void
read_begin(struct ena_adapter *a, struct reading *r)
{
	stats_lock(a);
	r->begin = rte_seqcount_read_begin(&a->stats_changes);
}

/** @return false: what was read does not fit together, read again */
static bool
read_end(struct ena_adapter *a, struct reading *r)
{
	bool again = rte_seqcount_read_retry(&a->stats_changes, r->begin);

	stats_unlock(a);
	if (!again || ++r->tries == READ_TRIES)
		return true;
	rte_pause();
	return false;
}

/**
 * Queue number @p idx as long as there is one. ethdev takes the table away before it says that
 * there are no queues.
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
	uint64_t kept = k < RX_KEPT ? ena_adapter_of(dev)->rx_kept[idx][k] : 0;

	return kept + counter_value(rx_queue(dev, idx), &rxq_counter[k]);
}

static uint64_t
tx_value(const struct rte_eth_dev *dev, uint16_t idx, unsigned int k)
{
	return ena_adapter_of(dev)->tx_kept[idx][k] +
	       counter_value(tx_queue(dev, idx), &txq_counter[k]);
}

struct ena_rx_queue *
ena_stats_retire_rx(struct rte_eth_dev *dev, uint16_t idx)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct ena_rx_queue *q = dev->data->rx_queues[idx];
	unsigned int k;

	change_begin(a);
	for (k = 0; k < RX_KEPT; k++)
		a->rx_kept[idx][k] += counter_value(q, &rxq_counter[k]);
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
	for (k = 0; k < TX_KEPT; k++)
		a->tx_kept[idx][k] += counter_value(q, &txq_counter[k]);
	dev->data->tx_queues[idx] = NULL;
	change_end(a);
	return q;
}

/* ---- what the device has dropped ----------------------------------------------------------- */

static void
add_increase(uint64_t *total, uint64_t *seen, uint64_t now)
{
	/* Less than before: the device has begun again at 0. */
	uint64_t more = now >= *seen ? now - *seen : now;

	*seen = now;
	__atomic_store_n(total, *total + more, __ATOMIC_RELAXED);
}

void
ena_stats_device_drops(struct ena_adapter *a, const struct ena_drops *now)
{
	add_increase(&a->drops.rx_drops, &a->drops_seen.rx_drops, now->rx_drops);
	add_increase(&a->drops.tx_drops, &a->drops_seen.tx_drops, now->tx_drops);
	add_increase(&a->drops.rx_overruns, &a->drops_seen.rx_overruns, now->rx_overruns);
}

void
ena_stats_device_reset(struct ena_adapter *a)
{
	memset(&a->drops_seen, 0, sizeof(a->drops_seen));
}

/**
 * Since the last reset of the statistics. Another thread may reset them meanwhile: who has read
 * what a counter was then reads no less afterwards.
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
		.rx_drops = since(&a->drops.rx_drops, &a->drops_base.rx_drops),
		.tx_drops = since(&a->drops.tx_drops, &a->drops_base.tx_drops),
		.rx_overruns = since(&a->drops.rx_overruns, &a->drops_base.rx_overruns),
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
		sum->ipackets += rx_value(dev, i, RX_PKTS);
		sum->ibytes += rx_value(dev, i, RX_BYTES);
		sum->rx_nombuf += rx_value(dev, i, RX_NOMBUF);
		sum->ierrors += rx_value(dev, i, RX_BAD_DESC) + rx_value(dev, i, RX_BAD_DESC_NUM) +
				rx_value(dev, i, RX_BAD_REQ_ID);
		sum->opackets += tx_value(dev, i, TX_PKTS);
		sum->obytes += tx_value(dev, i, TX_BYTES);
		sum->oerrors += tx_value(dev, i, TX_ERRORS);
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
			q_ipackets[i] = rx_value(dev, i, RX_PKTS);
			q_ibytes[i] = rx_value(dev, i, RX_BYTES);
			q_opackets[i] = tx_value(dev, i, TX_PKTS);
			q_obytes[i] = tx_value(dev, i, TX_BYTES);
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

/** Queues that the answer to one call is about: another thread may configure more of them
 * meanwhile. */
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

	s.count = RTE_DIM(port_counter) + RTE_DIM(drop_counter) + s.rx * RTE_DIM(rxq_counter) +
		  s.tx * RTE_DIM(txq_counter);
	return s;
}

int
ena_xstats_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names, unsigned int n)
{
	const struct shape s = xstats_shape(dev);
	unsigned int at = 0, i, k;

	if (names == NULL || n < s.count)
		return (int)s.count;
	for (k = 0; k < RTE_DIM(port_counter); k++)
		strlcpy(names[at++].name, port_counter[k].name, sizeof(names->name));
	for (k = 0; k < RTE_DIM(drop_counter); k++)
		strlcpy(names[at++].name, drop_counter[k].name, sizeof(names->name));
	for (i = 0; i < s.rx; i++)
		for (k = 0; k < RTE_DIM(rxq_counter); k++)
			snprintf(names[at++].name, sizeof(names->name), "rx_q%u_%s", i,
				rxq_counter[k].name);
	for (i = 0; i < s.tx; i++)
		for (k = 0; k < RTE_DIM(txq_counter); k++)
			snprintf(names[at++].name, sizeof(names->name), "tx_q%u_%s", i,
				txq_counter[k].name);
	return (int)s.count;
}

int
ena_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats, unsigned int n)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	const struct shape s = xstats_shape(dev);
	struct ena_drops drops = drops_since(a);
	struct reading r = {0};
	unsigned int at = 0, of_queues, k;
	uint16_t i;

	if (xstats == NULL || n < s.count)
		return (int)s.count;
	for (k = 0; k < RTE_DIM(port_counter); k++)
		xstats[at++].value = counter_value(a, &port_counter[k]);
	for (k = 0; k < RTE_DIM(drop_counter); k++)
		xstats[at++].value = counter_value(&drops, &drop_counter[k]);
	of_queues = at;
	do {
		at = of_queues;
		read_begin(a, &r);
		for (i = 0; i < s.rx; i++)
			for (k = 0; k < RTE_DIM(rxq_counter); k++)
				xstats[at++].value = rx_value(dev, i, k);
		for (i = 0; i < s.tx; i++)
			for (k = 0; k < RTE_DIM(txq_counter); k++)
				xstats[at++].value = tx_value(dev, i, k);
	} while (!read_end(a, &r));
	for (k = 0; k < s.count; k++)
		xstats[k].id = k;
	return (int)s.count;
}

/** Only functions of the HAL write its members. */
static bool
of_hal(const struct counter *c)
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
	begin_again(&a->drops.rx_drops, &a->drops_base.rx_drops);
	begin_again(&a->drops.tx_drops, &a->drops_base.tx_drops);
	begin_again(&a->drops.rx_overruns, &a->drops_base.rx_overruns);
	for (k = 0; k < RTE_DIM(port_counter); k++)
		if (!of_hal(&port_counter[k]))
			*(uint64_t *)((char *)a + port_counter[k].offset) = 0;
	ena_hal_counters_reset(&a->hal);
	for (i = 0; i < ENA_MAX_QUEUES; i++) {
		struct ena_rx_queue *rxq = rx_queue(dev, i);
		struct ena_tx_queue *txq = tx_queue(dev, i);

		for (k = 0; k < RX_KEPT; k++)
			a->rx_kept[i][k] = 0 - counter_value(rxq, &rxq_counter[k]);
		for (k = 0; k < TX_KEPT; k++)
			a->tx_kept[i][k] = 0 - counter_value(txq, &txq_counter[k]);
		if (rxq != NULL)
			rxq->posted_min = rxq->depth;
	}
	change_end(a);
	return 0;
}
