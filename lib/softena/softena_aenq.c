/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events (part A 7): due flags, credits, the keep-alive timer; and the PTP hardware
 * clock, the other object with a time of its own (6.18).
 */

#include <errno.h>
#include <string.h>

#include "softena_fault_priv.h"

#define NS_PER_S UINT64_C(1000000000)

/* ---- causes ---------------------------------------------------------------------- */

void
softena_aenq_due(struct softena *dev, enum ena_aenq_group group)
{
	dev->aenq_due |= ENA_BIT(group) & dev->aenq_enabled;
}

/* Part A 7.9: the set replaces the former one. */
void
softena_aenq_enable(struct softena *dev, uint32_t groups)
{
	uint32_t fresh = groups & ~dev->aenq_enabled;

	dev->aenq_enabled = groups;
	dev->aenq_due &= groups;
	if ((groups & ENA_BIT(ENA_AENQ_KEEP_ALIVE)) == 0)
		dev->keep_alive_started = false;
	if ((fresh & ENA_BIT(ENA_AENQ_LINK_CHANGE)) != 0)
		softena_aenq_due(dev, ENA_AENQ_LINK_CHANGE);
	if ((fresh & ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION)) != 0 &&
		dev->cfg.config_notification != 0)
		softena_aenq_due(dev, ENA_AENQ_CONFIG_NOTIFICATION);
}

void
softena_aenq_start(struct softena *dev)
{
	dev->aenq.count = 0;
	dev->aenq_head = 0;
}

void
softena_aenq_reset(struct softena *dev)
{
	dev->aenq_enabled = 0;
	dev->aenq_due = 0;
	dev->keep_alive_started = false;
	dev->keep_alive_next_ns = 0;
	memset(dev->aenq_payload, 0, sizeof(dev->aenq_payload));
}

int
softena_event_raise(struct softena *dev, enum ena_aenq_group group)
{
	struct ena_aenq_entry *e;

	if ((dev->aenq_enabled & ENA_BIT(group)) == 0)
		return -EAGAIN;
	e = &dev->aenq_payload[group];
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
	uint16_t credit = (uint16_t)(dev->aenq_head - dev->aenq.count);

	return dev->aenq.running && credit != 0 && credit <= dev->aenq.depth;
}

/* Part A 7.6: the first as soon as there is credit, then one a second. */
static void
keep_alive_tick(struct softena *dev, uint64_t now)
{
	if ((dev->aenq_enabled & ENA_BIT(ENA_AENQ_KEEP_ALIVE)) == 0)
		return;
	if (!dev->keep_alive_started) {
		if (!has_credit(dev))
			return;
		dev->keep_alive_started = true;
		dev->keep_alive_next_ns = now;
	}
	if (now < dev->keep_alive_next_ns)
		return;
	if (!softena_fault_strikes(dev, SOFTENA_FAULT_KEEP_ALIVE_STOP, SOFTENA_FAULT_ANY_QUEUE))
		softena_aenq_due(dev, ENA_AENQ_KEEP_ALIVE);
	dev->keep_alive_next_ns += NS_PER_S;
	/* The device was not polled for seconds: one event stands for all missed ones. */
	if (dev->keep_alive_next_ns <= now)
		dev->keep_alive_next_ns = now + NS_PER_S;
}

/* What the payload says is the state at the time of writing (7.9). */
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
		*e = dev->aenq_payload[group];
		break;
	}
}

static void
write_event(struct softena *dev, enum ena_aenq_group group, uint64_t now)
{
	struct softena_admin_ring *ring = &dev->aenq;
	uint16_t slot = ring->count & (ring->depth - 1);
	bool phase = (ring->count & ring->depth) == 0;
	uint64_t seconds = (now - dev->reset_ns) / NS_PER_S;
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
	return dev->aenq_due != 0 && has_credit(dev);
}

unsigned int
softena_aenq_run(struct softena *dev)
{
	uint64_t now = dev->ops->now_ns(dev->host);
	unsigned int group, n = 0;

	keep_alive_tick(dev, now);
	for (group = 0; group < ENA_AENQ_GROUPS && dev->aenq_due != 0; group++) {
		if ((dev->aenq_due & ENA_BIT(group)) == 0)
			continue;
		if (!has_credit(dev) && dev->cfg.quirks.events_need_credit) {
			dev->aenq_due = 0;
			break;
		}
		if (!has_credit(dev))
			break;
		dev->aenq_due &= ~ENA_BIT(group);
		write_event(dev, (enum ena_aenq_group)group, now);
		n++;
	}
	if (n != 0)
		softena_intr_mgmt(dev);
	return n;
}

/* ---- PTP hardware clock ---------------------------------------------------------- */

/* Requests are counted in whole seconds of the device clock (part A 6.22). */
static bool
phc_within_limit(struct softena *dev, uint64_t clock_ns)
{
	uint64_t window = clock_ns - clock_ns % NS_PER_S;

	if (window != dev->phc_window_ns) {
		dev->phc_window_ns = window;
		dev->phc_in_window = 0;
	}
	if (dev->phc_in_window == ENA_PHC_MAX_PER_SECOND)
		return false;
	dev->phc_in_window++;
	return true;
}

void
softena_phc_request(struct softena *dev, uint16_t req_id)
{
	uint64_t clock_ns = dev->ops->wallclock_ns(dev->host);
	struct ena_phc_resp rsp = {.req_id = ena_put16(req_id)};

	if (!dev->phc_on)
		return;
	if (phc_within_limit(dev, clock_ns))
		rsp.timestamp_ns = ena_put64(clock_ns);
	else
		rsp.error_flags = ena_put32(ENA_PHC_ERROR_TIMESTAMP);
	softena_dma_write_entry(
		dev, dev->phc_buf, &rsp, sizeof(rsp), offsetof(struct ena_phc_resp, req_id));
}
