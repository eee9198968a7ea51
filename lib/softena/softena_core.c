/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a software ENA device: power-on, reset, the poll loop, what a front end asks.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "softena_admin.h"
#include "softena_aenq.h"
#include "softena_core.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_feature.h"
#include "softena_host_attr.h"
#include "softena_intr.h"
#include "softena_pci.h"
#include "softena_queue.h"
#include "softena_random.h"
#include "softena_regs.h"
#include "softena_rx.h"
#include "softena_steering.h"
#include "softena_strict.h"
#include "softena_time.h"
#include "softena_tx.h"

#define TIMED_BITS (SOFTENA_FAULT_GONE | ENA_BIT(SOFTENA_FAULT_LINK_FLAP))

/* ---- messages -------------------------------------------------------------------- */

void
softena_log(struct softena *dev, int level, const char *fmt, ...)
{
	char msg[SOFTENA_DEFECT_TEXT + 64];
	va_list ap;
	int n;

	n = snprintf(msg, sizeof(msg), "%s: ", dev->cfg.name);
	if (n < 0 || (size_t)n >= sizeof(msg))
		n = 0;
	va_start(ap, fmt);
	vsnprintf(msg + n, sizeof(msg) - (size_t)n, fmt, ap);
	va_end(ap);
	dev->ops->log(dev->host, level, msg);
}

bool
softena_may_log(struct softena *dev)
{
	return softena_rate_allow(&dev->log, dev->ops->now_ns(dev->host), SOFTENA_LOG_PER_SECOND);
}

/* ---- reset ----------------------------------------------------------------------- */

/* Part A 3.8. The order is such that no object points to one that is gone. */
static void
reset_objects(struct softena *dev)
{
	struct softena_stats *st = &dev->stats;

	softena_queues_reset(dev);
	softena_intr_reset(dev);
	softena_aenq_reset(dev);
	softena_features_reset(dev);
	softena_strict_reset(dev);
	softena_fault_reset(dev);
	dev->fatal = false;
	/* The frame of a patient wire that waits stays: to the driver it is still on the medium,
	 * and a reset takes no frames from there (3.8). The time stamp belongs to the device and
	 * goes. */
	if (dev->wire == NULL || !dev->wire->patient)
		dev->rx.len = 0;
	dev->rx.arrival_ns = 0;
	st->tx_pkts = st->tx_bytes = st->rx_pkts = st->rx_bytes = 0;
	st->rx_drops = st->tx_drops = st->rx_overruns = 0;
	softena_regs_reset(dev);
}

void
softena_device_reset(struct softena *dev, uint32_t reason)
{
	dev->stats.resets++;
	dev->stats.last_reset_reason = reason;
	if (reason != ENA_RESET_NORMAL) {
		dev->stats.last_error_reason = reason;
		softena_debug_dump(dev);
	}
	reset_objects(dev);
}

void
softena_fatal(struct softena *dev, const char *why)
{
	if (dev->fatal)
		return;
	dev->fatal = true;
	dev->regs.dev_sts |= ENA_DEV_STS_FATAL;
	softena_regs_publish(dev, ENA_REG_DEV_STS, dev->regs.dev_sts);
	softena_log(dev, LOG_WARNING, "fatal error until the next reset: %s", why);
}

static void
power_on(struct softena *dev)
{
	reset_objects(dev);
	softena_regs_power_on(dev);
	softena_pci_reset(dev);
}

void
softena_flr(struct softena *dev)
{
	dev->stats.resets++;
	dev->stats.last_reset_reason = ENA_RESET_NORMAL;
	power_on(dev);
}

void
softena_function_reset(struct softena *dev)
{
	pthread_mutex_lock(&dev->lock);
	softena_flr(dev);
	pthread_mutex_unlock(&dev->lock);
}

/* ---- life ------------------------------------------------------------------------ */

static bool
ops_complete(const struct softena_host_ops *ops)
{
	return ops != NULL && ops->dma != NULL && ops->raise != NULL && ops->now_ns != NULL &&
	       ops->wallclock_ns != NULL && ops->log != NULL;
}

static bool
bars_complete(const struct softena_config *cfg, const struct softena_bars *bars)
{
	if (bars == NULL || bars->mode > SOFTENA_BAR0_POLLED)
		return false;
	if (bars->mode != SOFTENA_BAR0_TRAPPED &&
		(bars->bar0 == NULL || (uintptr_t)bars->bar0 % sizeof(uint64_t) != 0))
		return false;
	return softena_bar2_size(cfg) == 0 || bars->bar2 != NULL;
}

static int
alloc_arrays(struct softena *dev)
{
	const struct softena_config *cfg = &dev->cfg;
	size_t steering = cfg->steering_entries != 0 ? cfg->steering_entries : 1;
	size_t table = (size_t)1 << cfg->rss_log2_max;

	dev->queues.n_cq = cfg->tx_queues + cfg->rx_queues;
	dev->intr.vectors = softena_msix_vectors(dev);
	dev->intr.vector = calloc(dev->intr.vectors, sizeof(*dev->intr.vector));
	dev->rss.table = calloc(table, sizeof(*dev->rss.table));
	dev->steering.table = calloc(steering, sizeof(*dev->steering.table));
	dev->queues.cq = calloc(dev->queues.n_cq, sizeof(*dev->queues.cq));
	dev->queues.tx_sq = calloc(cfg->tx_queues, sizeof(*dev->queues.tx_sq));
	dev->queues.rx_sq = calloc(cfg->rx_queues, sizeof(*dev->queues.rx_sq));
	dev->tx.packet = malloc(SOFTENA_PACKET_MAX);
	dev->tx.segment = malloc(SOFTENA_FRAME_MAX);
	dev->rx.frame = malloc(SOFTENA_FRAME_MAX);
	if (dev->intr.vector == NULL || dev->rss.table == NULL || dev->steering.table == NULL ||
		dev->queues.cq == NULL || dev->queues.tx_sq == NULL || dev->queues.rx_sq == NULL ||
		dev->tx.packet == NULL || dev->tx.segment == NULL || dev->rx.frame == NULL)
		return -ENOMEM;
	if (softena_rx_parts_create(dev) != 0)
		return -ENOMEM;
	return softena_strict_create(dev);
}

static void
free_device(struct softena *dev)
{
	free(dev->intr.vector);
	free(dev->rss.table);
	free(dev->steering.table);
	free(dev->queues.cq);
	free(dev->queues.tx_sq);
	free(dev->queues.rx_sq);
	free(dev->tx.packet);
	free(dev->tx.segment);
	free(dev->rx.frame);
	softena_rx_parts_free(dev);
	softena_strict_free(dev);
	free(dev);
}

int
softena_create(const struct softena_config *cfg, const struct softena_host_ops *ops, void *host,
	const struct softena_bars *bars, struct softena_wire *wire, struct softena **out)
{
	struct softena *dev;
	char err[160];

	*out = NULL;
	if (!ops_complete(ops))
		return -EINVAL;
	if (softena_config_check(cfg, err, sizeof(err)) != 0) {
		ops->log(host, LOG_ERR, err);
		return -EINVAL;
	}
	if (!bars_complete(cfg, bars))
		return -EINVAL;
	dev = calloc(1, sizeof(*dev));
	if (dev == NULL)
		return -ENOMEM;
	dev->cfg = *cfg;
	dev->ops = ops;
	dev->host = host;
	dev->bars = *bars;
	dev->bar2_size = softena_bar2_size(cfg);
	softena_layout_get(cfg, &dev->layout);
	dev->wire = wire;
	dev->link_up = cfg->link_up && wire != NULL;
	softena_random_init(dev);
	if (alloc_arrays(dev) != 0 || pthread_mutex_init(&dev->lock, NULL) != 0) {
		free_device(dev);
		return -ENOMEM;
	}
	if (wire != NULL) {
		wire->clock = ops;
		wire->host = host;
	}
	power_on(dev);
	*out = dev;
	return 0;
}

void
softena_destroy(struct softena *dev)
{
	if (dev == NULL)
		return;
	if (dev->wire != NULL)
		dev->wire->clock = NULL;
	pthread_mutex_destroy(&dev->lock);
	free_device(dev);
}

/* ---- work ------------------------------------------------------------------------ */

/** Frames that the wire accepted and lost were counted as sent: correct the counters. */
static void
flush_wire(struct softena *dev)
{
	struct softena_wire_loss loss = {0};
	struct softena_wire *wire = dev->wire;

	wire->ops->flush(wire, &loss);
	if (loss.frames == 0)
		return;
	wire->tx_frames -= loss.frames;
	wire->tx_bytes -= loss.bytes;
	wire->tx_lost += loss.frames;
	softena_log(dev, LOG_ERR, "%llu frames are lost on the wire: %s",
		(unsigned long long)loss.frames, loss.why != NULL ? loss.why : wire->ops->kind);
}

static unsigned int
work(struct softena *dev, bool control, bool data)
{
	unsigned int n = 0;

	if (dev->dma.blocked_told)
		softena_dma_allowed(dev);
	if (control) {
		n += softena_admin_run(dev);
		n += softena_aenq_run(dev);
	}
	if (data) {
		n += softena_tx_run(dev);
		n += softena_rx_run(dev);
	}
	return n + softena_intr_run(dev);
}

/**
 * Bus mastering is off. What needs host memory waits: commands, events, Tx rings, messages of I/O
 * vectors. The wire does not wait.
 */
static unsigned int
work_blocked(struct softena *dev, bool control, bool data)
{
	if (control && softena_admin_waiting(dev))
		softena_dma_waits(dev, SOFTENA_BLOCKED_ADMIN);
	if (control && softena_aenq_waiting(dev))
		softena_dma_waits(dev, SOFTENA_BLOCKED_EVENT);
	if (data && softena_tx_waiting(dev))
		softena_dma_waits(dev, SOFTENA_BLOCKED_TX);
	return data ? softena_rx_run_blocked(dev) : 0;
}

unsigned int
softena_poll(struct softena *dev, bool control, bool data)
{
	unsigned int n;

	pthread_mutex_lock(&dev->lock);
	if (softena_fault_armed(dev, TIMED_BITS) && softena_fault_run(dev)) {
		pthread_mutex_unlock(&dev->lock);
		return 0;
	}
	n = softena_regs_poll(dev, control, data);
	if (dev->fatal)
		;
	else if (softena_bus_master(dev))
		n += work(dev, control, data);
	else
		n += work_blocked(dev, control, data);
	if (data && dev->wire != NULL && dev->wire->ops->flush != NULL)
		flush_wire(dev);
	pthread_mutex_unlock(&dev->lock);
	return n;
}

void
softena_link_change(struct softena *dev, bool up)
{
	up = up && dev->wire != NULL;
	if (up == dev->link_up)
		return;
	dev->link_up = up;
	softena_aenq_due(dev, ENA_AENQ_LINK_CHANGE);
}

void
softena_link_set(struct softena *dev, bool up)
{
	pthread_mutex_lock(&dev->lock);
	softena_link_change(dev, up);
	pthread_mutex_unlock(&dev->lock);
}

bool
softena_link_get(struct softena *dev)
{
	bool up;

	pthread_mutex_lock(&dev->lock);
	up = dev->link_up;
	pthread_mutex_unlock(&dev->lock);
	return up;
}

/* ---- what a front end asks ------------------------------------------------------- */

static unsigned int
count_queues(const struct softena_sq *sq, unsigned int n)
{
	unsigned int i, count = 0;

	for (i = 0; i < n; i++)
		count += sq[i].exists;
	return count;
}

void
softena_stats_get(struct softena *dev, struct softena_stats *stats)
{
	struct softena_wire *wire = dev->wire;

	pthread_mutex_lock(&dev->lock);
	*stats = dev->stats;
	stats->link_up = dev->link_up;
	stats->rx_pending = dev->rx.len != 0;
	stats->tx_queues = count_queues(dev->queues.tx_sq, dev->cfg.tx_queues);
	stats->rx_queues = count_queues(dev->queues.rx_sq, dev->cfg.rx_queues);
	if (wire != NULL) {
		stats->wire_rx_frames = wire->rx_frames;
		stats->wire_tx_frames = wire->tx_frames;
		stats->wire_tx_lost = wire->tx_lost;
		stats->wire_ended = wire->ops->ended != NULL && wire->ops->ended(wire);
	}
	pthread_mutex_unlock(&dev->lock);
}

int
softena_queue_stats_get(
	struct softena *dev, bool tx, unsigned int idx, struct softena_queue_stats *qs)
{
	const struct softena_sq *sq;

	if (idx >= (tx ? dev->cfg.tx_queues : dev->cfg.rx_queues))
		return -EINVAL;
	memset(qs, 0, sizeof(*qs));
	pthread_mutex_lock(&dev->lock);
	sq = tx ? &dev->queues.tx_sq[idx] : &dev->queues.rx_sq[idx];
	if (sq->exists) {
		qs->exists = true;
		qs->llq = sq->llq;
		qs->depth = sq->depth;
		qs->pkts = sq->pkts;
		qs->bytes = sq->bytes;
		qs->posted = (uint16_t)(sq->tail - sq->head);
		qs->posted_min = sq->posted_min;
	}
	pthread_mutex_unlock(&dev->lock);
	return 0;
}
