/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults of the device: what is armed, when it strikes, and the values of faulty completions.
 * The table of kinds is SOFTENA_FAULTS in softena_fault.h.
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "softena_aenq.h"
#include "softena_core.h"
#include "softena_device.h"
#include "softena_fault_priv.h"
#include "softena_queue.h"
#include "softena_regs.h"
#include "softena_strict.h"
#include "softena_time.h"

#define FLAP_MS 100u

/* ---- striking --------------------------------------------------------------------- */

static void
disarm(struct softena *dev, enum softena_fault_kind kind)
{
	dev->fault.armed &= ~ENA_BIT(kind);
	dev->fault.kind[kind].armed = false;
}

static void
tell(struct softena *dev, enum softena_fault_kind kind, int queue)
{
	dev->fault.kind[kind].hits++;
	dev->stats.faults_injected++;
	if (!softena_may_log(dev))
		return;
	if (queue >= 0)
		softena_log(dev, LOG_NOTICE, "fault: %s, %s %d", softena_fault_types[kind].name,
			softena_fault_types[kind].queue == SOFTENA_FAULT_QUEUE_VECTOR ? "vector" :
											"queue",
			queue);
	else
		softena_log(dev, LOG_NOTICE, "fault: %s", softena_fault_types[kind].name);
}

bool
softena_fault_hit(struct softena *dev, enum softena_fault_kind kind, int queue)
{
	struct softena_fault_arming *f = &dev->fault.kind[kind];

	if (!f->armed || (f->queue != SOFTENA_FAULT_ANY_QUEUE && f->queue != queue))
		return false;
	if (f->skip > 0) {
		f->skip--;
		return false;
	}
	if (!f->forever && --f->left == 0)
		disarm(dev, kind);
	tell(dev, kind, queue);
	return true;
}

bool
softena_fault_dma(struct softena *dev, bool write)
{
	uint32_t arg = dev->fault.kind[SOFTENA_FAULT_DMA_REFUSE].arg;

	if (arg != 0 && (arg == 2) != write)
		return false;
	return softena_fault_hit(dev, SOFTENA_FAULT_DMA_REFUSE, SOFTENA_FAULT_ANY_QUEUE);
}

bool
softena_fault_admin_ready(struct softena *dev)
{
	const enum softena_fault_kind kind = SOFTENA_FAULT_ADMIN_LATE;
	uint64_t now = dev->ops->now_ns(dev->host);

	if ((dev->fault.armed & SOFTENA_FAULT_BIT_HOLD) != 0) {
		if (now < dev->fault.hold_until_ns)
			return false;
		dev->fault.armed &= ~SOFTENA_FAULT_BIT_HOLD;
		return true;
	}
	if (!softena_fault_strikes(dev, kind, SOFTENA_FAULT_ANY_QUEUE))
		return true;
	dev->fault.armed |= SOFTENA_FAULT_BIT_HOLD;
	dev->fault.hold_until_ns = now + dev->fault.kind[kind].arg * NS_PER_MS;
	return false;
}

void
softena_fault_reset(struct softena *dev)
{
	dev->fault.armed &= ~SOFTENA_FAULT_BIT_HOLD;
}

/* ---- Rx completions --------------------------------------------------------------- */

static void
bad_rx_id(struct softena *dev, const struct softena_sq *sq, struct ena_rx_cdesc *c)
{
	if (!softena_fault_strikes(dev, SOFTENA_FAULT_RX_REQ_ID_RANGE, sq->idx))
		return;
	c->req_id = ena_put16(
		(uint16_t)softena_fault_arg(dev, SOFTENA_FAULT_RX_REQ_ID_RANGE, sq->depth));
	softena_strict_wrong_id(dev, sq);
}

/* The id must be one that is certainly not posted. The device cannot know what the driver has
 * written to the ring and not yet announced by a doorbell, so only the id of the completion just
 * before qualifies; and both completions become visible at the same time, so that the driver cannot
 * post the buffer in between. */
bool
softena_fault_rx_again(struct softena *dev, const struct softena_sq *sq, struct ena_rx_cdesc_ext *c,
	struct ena_rx_cdesc_ext *again)
{
	uint32_t status = ena_get32(c->base.status);

	*again = *c;
	if (softena_fault_strikes(dev, SOFTENA_FAULT_RX_REQ_ID_FOREIGN, sq->idx)) {
		/* Within the packet: its buffers cannot be posted again before it has ended. */
		c->base.status = ena_put32(status & ~ENA_RX_CDESC_LAST);
		again->base.status = ena_put32(status & ~ENA_RX_CDESC_FIRST);
	} else if (softena_fault_strikes(dev, SOFTENA_FAULT_RX_REQ_ID_STALE, sq->idx)) {
		again->base.status = ena_put32(status | ENA_RX_CDESC_FIRST);
	} else {
		return false;
	}
	softena_strict_wrong_id(dev, sq);
	return true;
}

void
softena_fault_rx(struct softena *dev, const struct softena_sq *sq, struct ena_rx_cdesc *c,
	unsigned int i, unsigned int total, uint32_t buf_len)
{
	uint32_t set = 0, clear = 0;

	if (i == 0) {
		uint64_t over =
			(uint64_t)buf_len + softena_fault_arg(dev, SOFTENA_FAULT_RX_LEN_OVER, 1);

		bad_rx_id(dev, sq, c);
		if (softena_fault_strikes(dev, SOFTENA_FAULT_RX_MBZ, sq->idx))
			set |= ENA_RX_CDESC_MBZ;
		/* LEN has 16 bits: it cannot exceed a buffer of 64 KiB. */
		if (over <= UINT16_MAX &&
			softena_fault_strikes(dev, SOFTENA_FAULT_RX_LEN_OVER, sq->idx))
			c->len = ena_put16((uint16_t)over);
		if (softena_fault_strikes(dev, SOFTENA_FAULT_RX_ZERO_LENGTH, sq->idx))
			c->len = ena_put16(0);
	}
	if (i == 1 && softena_fault_strikes(dev, SOFTENA_FAULT_RX_FIRST_IN_PACKET, sq->idx))
		set |= ENA_RX_CDESC_FIRST;
	if (i + 1 == total && softena_fault_strikes(dev, SOFTENA_FAULT_RX_NO_LAST, sq->idx))
		clear |= ENA_RX_CDESC_LAST;
	c->status = ena_put32((ena_get32(c->status) | set) & ~clear);
}

/* ---- what has a time ---------------------------------------------------------------- */

static void
flap(struct softena *dev, uint64_t now)
{
	struct softena_fault_arming *f = &dev->fault.kind[SOFTENA_FAULT_LINK_FLAP];
	uint32_t ms = softena_fault_arg(dev, SOFTENA_FAULT_LINK_FLAP, FLAP_MS);

	if (now < f->next_ns)
		return;
	f->next_ns = now + ms * NS_PER_MS;
	if (dev->link_up) {
		tell(dev, SOFTENA_FAULT_LINK_FLAP, SOFTENA_FAULT_ANY_QUEUE);
		softena_link_change(dev, false);
		return;
	}
	softena_link_change(dev, true);
	if (!f->forever && --f->left == 0)
		disarm(dev, SOFTENA_FAULT_LINK_FLAP);
}

static void
come_back(struct softena *dev)
{
	disarm(dev, SOFTENA_FAULT_REGS_GONE);
	disarm(dev, SOFTENA_FAULT_REMOVED);
	softena_regs_gone(dev, false);
}

bool
softena_fault_run(struct softena *dev)
{
	const struct softena_fault_arming *gone = &dev->fault.kind[SOFTENA_FAULT_REGS_GONE];
	uint64_t now = dev->ops->now_ns(dev->host);

	if (dev->fault.kind[SOFTENA_FAULT_LINK_FLAP].armed)
		flap(dev, now);
	if (gone->armed && gone->arg != 0 && now >= gone->next_ns)
		come_back(dev);
	return softena_fault_armed(dev, SOFTENA_FAULT_GONE);
}

/* ---- what a front end does ------------------------------------------------------------ */

static bool
queue_in_range(const struct softena *dev, enum softena_fault_kind kind, int queue)
{
	if (queue == SOFTENA_FAULT_ANY_QUEUE)
		return true;
	if (queue < 0)
		return false;
	switch (softena_fault_types[kind].queue) {
	case SOFTENA_FAULT_QUEUE_RX:
		return (unsigned int)queue < dev->cfg.rx_queues;
	case SOFTENA_FAULT_QUEUE_TX:
		return (unsigned int)queue < dev->cfg.tx_queues;
	case SOFTENA_FAULT_QUEUE_VECTOR:
		return (unsigned int)queue < dev->intr.vectors;
	default:
		return false;
	}
}

/** What arming does at once for some kinds. @return 0 or negative errno */
static int
begin(struct softena *dev, enum softena_fault_kind kind)
{
	struct softena_fault_arming *f = &dev->fault.kind[kind];
	uint64_t now = dev->ops->now_ns(dev->host);

	switch (kind) {
	case SOFTENA_FAULT_REGS_GONE:
		f->next_ns = now + f->arg * NS_PER_MS;
		tell(dev, kind, SOFTENA_FAULT_ANY_QUEUE);
		softena_regs_gone(dev, true);
		return 0;
	case SOFTENA_FAULT_REMOVED:
		tell(dev, kind, SOFTENA_FAULT_ANY_QUEUE);
		softena_regs_gone(dev, true);
		return 0;
	case SOFTENA_FAULT_LINK_FLAP:
		f->next_ns = now;
		return 0;
	case SOFTENA_FAULT_NO_INTERRUPT:
		if (f->queue == SOFTENA_FAULT_ANY_QUEUE)
			f->queue = 0;
		return 0;
	default:
		return 0;
	}
}

static int
request_reset(struct softena *dev)
{
	int rc = softena_event_raise(dev, ENA_AENQ_RESET_REQUEST);

	if (rc == 0)
		tell(dev, SOFTENA_FAULT_RESET_REQUEST, SOFTENA_FAULT_ANY_QUEUE);
	return rc;
}

static int
arm(struct softena *dev, const struct softena_fault_spec *spec)
{
	enum softena_fault_kind kind = spec->kind;
	struct softena_fault_arming *f = &dev->fault.kind[kind];

	if (kind == SOFTENA_FAULT_RESET_REQUEST)
		return request_reset(dev);
	/* A flap needs a carrier. */
	if (kind == SOFTENA_FAULT_LINK_FLAP && !dev->link_up && !f->armed)
		return -EAGAIN;
	*f = (struct softena_fault_arming){
		.armed = true,
		.forever = spec->count == SOFTENA_FAULT_FOREVER,
		.queue = spec->queue,
		.skip = spec->skip,
		.left = spec->count,
		.arg = spec->arg,
		.hits = f->hits,
	};
	dev->fault.armed |= ENA_BIT(kind);
	return begin(dev, kind);
}

static bool
in_range(const struct softena *dev, const struct softena_fault_spec *spec)
{
	const struct softena_fault_type *type = &softena_fault_types[spec->kind];

	return queue_in_range(dev, spec->kind, spec->queue) && spec->arg <= type->arg_max &&
	       (spec->skip == 0 || type->begin == SOFTENA_FAULT_BEGINS_AT_OCCASION);
}

int
softena_fault_set(struct softena *dev, const struct softena_fault_spec *spec)
{
	int rc = -EINVAL;

	if ((unsigned int)spec->kind >= SOFTENA_FAULT_KINDS)
		return -EINVAL;
	pthread_mutex_lock(&dev->lock);
	if (in_range(dev, spec))
		rc = arm(dev, spec);
	pthread_mutex_unlock(&dev->lock);
	return rc;
}

void
softena_fault_clear(struct softena *dev)
{
	pthread_mutex_lock(&dev->lock);
	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		come_back(dev);
	if (dev->fault.kind[SOFTENA_FAULT_LINK_FLAP].armed)
		softena_link_change(dev, true);
	for (unsigned int i = 0; i < SOFTENA_FAULT_KINDS; i++)
		disarm(dev, (enum softena_fault_kind)i);
	/* This also ends the delay of a command. */
	dev->fault.armed = 0;
	pthread_mutex_unlock(&dev->lock);
}

bool
softena_fault_get(struct softena *dev, unsigned int kind, struct softena_fault_info *info)
{
	const struct softena_fault_arming *f;

	if (kind >= SOFTENA_FAULT_KINDS)
		return false;
	pthread_mutex_lock(&dev->lock);
	f = &dev->fault.kind[kind];
	*info = (struct softena_fault_info){
		.name = softena_fault_types[kind].name,
		.help = softena_fault_types[kind].help,
		.at_once = softena_fault_types[kind].begin == SOFTENA_FAULT_BEGINS_AT_ONCE,
		.armed = f->armed,
		.queue = f->armed ? f->queue : SOFTENA_FAULT_ANY_QUEUE,
		.skip = f->armed ? f->skip : 0,
		.left = f->armed ? f->left : 0,
		.arg = f->armed ? f->arg : 0,
		.hits = f->hits,
	};
	pthread_mutex_unlock(&dev->lock);
	return true;
}
