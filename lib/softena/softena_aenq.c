/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events (part A 7): due flags, credits, the keep-alive timer.
 */

#include <errno.h>
#include <string.h>

#include "softena_aenq.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_time.h"

/* ---- causes ---------------------------------------------------------------------- */

void
softena_aenq_due(struct softena *dev, enum ena_aenq_group group)
{
	dev->aenq.due |= ENA_BIT(group) & dev->aenq.enabled;
}

/* Part A 7.9: the new set of groups replaces the old one. */
void
softena_aenq_enable(struct softena *dev, uint32_t groups)
{
	uint32_t fresh = groups & ~dev->aenq.enabled;

	dev->aenq.enabled = groups;
	dev->aenq.due &= groups;
	if ((groups & ENA_BIT(ENA_AENQ_KEEP_ALIVE)) == 0)
		dev->aenq.keep_alive_started = false;
	if ((fresh & ENA_BIT(ENA_AENQ_LINK_CHANGE)) != 0)
		softena_aenq_due(dev, ENA_AENQ_LINK_CHANGE);
	if ((fresh & ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION)) != 0 &&
		dev->cfg.config_notification != 0)
		softena_aenq_due(dev, ENA_AENQ_CONFIG_NOTIFICATION);
}

void
softena_aenq_start(struct softena *dev)
{
	dev->aenq.ring.count = 0;
	dev->aenq.head = 0;
}

void
softena_aenq_reset(struct softena *dev)
{
	dev->aenq.late = false;
	dev->aenq.enabled = 0;
	dev->aenq.due = 0;
	dev->aenq.keep_alive_started = false;
	dev->aenq.keep_alive_next_ns = 0;
	memset(dev->aenq.payload, 0, sizeof(dev->aenq.payload));
	dev->aenq.reset_ns = dev->ops->now_ns(dev->host);
}

int
softena_event_raise(struct softena *dev, enum ena_aenq_group group)
{
	struct ena_aenq_entry *e;

	if ((dev->aenq.enabled & ENA_BIT(group)) == 0)
		return -EAGAIN;
	e = &dev->aenq.payload[group];
	memset(e, 0, sizeof(*e));
	if (group == ENA_AENQ_NOTIFICATION) {
		e->common.syndrome = ena_put16(ENA_AENQ_SYNDROME_HINTS);
		e->u.hints = dev->cfg.hints;
	}
	softena_aenq_due(dev, group);
	return 0;
}

int
softena_event_send(struct softena *dev, enum ena_aenq_group group)
{
	int rc;

	if (group != ENA_AENQ_FATAL_ERROR && group != ENA_AENQ_WARNING &&
		group != ENA_AENQ_NOTIFICATION && group != ENA_AENQ_RESET_REQUEST)
		return -EINVAL;
	pthread_mutex_lock(&dev->lock);
	rc = softena_event_raise(dev, group);
	pthread_mutex_unlock(&dev->lock);
	return rc;
}

/* ---- writing --------------------------------------------------------------------- */

static bool
has_credit(const struct softena *dev)
{
	uint16_t credit = (uint16_t)(dev->aenq.head - dev->aenq.ring.count);

	return dev->aenq.ring.running && credit != 0 && credit <= dev->aenq.ring.depth;
}

/* Part A 7.6: the first event as soon as there is credit, then one per second. */
static void
keep_alive_tick(struct softena *dev, uint64_t now)
{
	if ((dev->aenq.enabled & ENA_BIT(ENA_AENQ_KEEP_ALIVE)) == 0)
		return;
	if (!dev->aenq.keep_alive_started) {
		if (!has_credit(dev))
			return;
		dev->aenq.keep_alive_started = true;
		dev->aenq.keep_alive_next_ns = now;
	}
	if (now < dev->aenq.keep_alive_next_ns)
		return;
	if (!softena_fault_strikes(dev, SOFTENA_FAULT_KEEP_ALIVE_STOP, SOFTENA_FAULT_ANY_QUEUE))
		softena_aenq_due(dev, ENA_AENQ_KEEP_ALIVE);
	dev->aenq.keep_alive_next_ns += NS_PER_S;
	/* If the device was not polled for several seconds, one event stands for all that were
	 * missed. */
	if (dev->aenq.keep_alive_next_ns <= now)
		dev->aenq.keep_alive_next_ns = now + NS_PER_S;
}

/* The payload describes the state at the time of writing (7.9). */
static void
fill_payload(const struct softena *dev, enum ena_aenq_group group, struct ena_aenq_entry *e)
{
	const struct softena_stats *st = &dev->stats;

	switch (group) {
	case ENA_AENQ_LINK_CHANGE:
		e->u.link.flags = ena_put32(dev->link_up ? ENA_AENQ_LINK_UP : 0);
		break;
	case ENA_AENQ_KEEP_ALIVE:
		e->u.keep_alive.rx_drops = ena_put_count64(st->rx_drops);
		e->u.keep_alive.tx_drops = ena_put_count64(st->tx_drops);
		e->u.keep_alive.rx_overruns = ena_put_count64(st->rx_overruns);
		break;
	case ENA_AENQ_CONFIG_NOTIFICATION:
		e->u.config.codes = ena_put64(dev->cfg.config_notification);
		break;
	default:
		*e = dev->aenq.payload[group];
		break;
	}
}

static void
write_event(struct softena *dev, enum ena_aenq_group group, uint64_t now)
{
	struct softena_admin_ring *ring = &dev->aenq.ring;
	uint16_t slot = ring->count & (ring->depth - 1);
	bool phase = (ring->count & ring->depth) == 0;
	uint64_t seconds = (now - dev->aenq.reset_ns) / NS_PER_S;
	struct ena_aenq_entry e = {.common.rsv = {0}};

	fill_payload(dev, group, &e);
	e.common.group = ena_put16((uint16_t)group);
	e.common.flags = phase ? ENA_AENQ_FLAG_PHASE : 0;
	e.common.timestamp_lo = ena_put32((uint32_t)seconds);
	e.common.timestamp_hi = ena_put32((uint32_t)(seconds >> 32));
	ring->count++;
	dev->stats.events++;
	softena_dma_write_entry(dev, ring->base + (uint64_t)slot * ENA_AENQ_ENTRY_SIZE, &e,
		sizeof(e), offsetof(struct ena_aenq_entry, common.flags));
}

bool
softena_aenq_waiting(const struct softena *dev)
{
	return dev->aenq.due != 0 && has_credit(dev);
}

unsigned int
softena_aenq_run(struct softena *dev)
{
	uint64_t now = dev->ops->now_ns(dev->host);
	unsigned int group, n = 0;

	keep_alive_tick(dev, now);
	for (group = 0; group < ENA_AENQ_GROUPS && dev->aenq.due != 0; group++) {
		if ((dev->aenq.due & ENA_BIT(group)) == 0)
			continue;
		if (!has_credit(dev) && dev->cfg.quirks.events_need_credit) {
			dev->aenq.due = 0;
			break;
		}
		if (!has_credit(dev))
			break;
		dev->aenq.due &= ~ENA_BIT(group);
		write_event(dev, (enum ena_aenq_group)group, now);
		n++;
	}
	if (n != 0)
		softena_intr_mgmt(dev);
	return n;
}
