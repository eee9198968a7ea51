/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults of the device: what is armed, when it strikes, and the values of faulty completions.
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "softena_data.h"
#include "softena_fault.h"

#define NS_PER_MS  UINT64_C(1000000)
#define FLAP_MS    100u
#define BAD_CMD_ID 0xfffu

enum queue_kind { NO_QUEUE, RX_QUEUE, TX_QUEUE, VECTOR };

static const struct {
	const char *name;
	enum queue_kind queue;
	const char *help;
} kinds[SOFTENA_FAULT_KINDS] = {
	[SOFTENA_FAULT_RX_REQ_ID_RANGE] = {"rx-req-id-range", RX_QUEUE,
		"Rx completion with request id ARG (the depth)"},
	[SOFTENA_FAULT_RX_REQ_ID_STALE] = {"rx-req-id-stale", RX_QUEUE,
		"Rx completion with an id that was completed before"},
	[SOFTENA_FAULT_RX_REQ_ID_FOREIGN] = {"rx-req-id-foreign", RX_QUEUE,
		"Rx completion with an id that is not posted"},
	[SOFTENA_FAULT_RX_MBZ] = {"rx-mbz", RX_QUEUE, "Rx completion with its MBZ bits set"},
	[SOFTENA_FAULT_RX_FIRST_IN_PACKET] = {"rx-first-in-packet", RX_QUEUE,
		"FIRST in the second buffer of a packet that has one"},
	[SOFTENA_FAULT_RX_TOO_MANY] = {"rx-too-many", RX_QUEUE,
		"a packet spread over one buffer more than announced"},
	[SOFTENA_FAULT_RX_LEN_OVER] = {"rx-len-over", RX_QUEUE,
		"LEN ARG (1) bytes beyond the buffer"},
	[SOFTENA_FAULT_RX_ZERO_LENGTH] = {"rx-zero-length", RX_QUEUE,
		"first completion of a packet with LEN 0"},
	[SOFTENA_FAULT_RX_NO_LAST] = {"rx-no-last", RX_QUEUE, "a packet without LAST"},
	[SOFTENA_FAULT_TX_REQ_ID_RANGE] = {"tx-req-id-range", TX_QUEUE,
		"Tx completion with request id ARG (the depth)"},
	[SOFTENA_FAULT_TX_REQ_ID_STALE] = {"tx-req-id-stale", TX_QUEUE,
		"a second Tx completion with the same id"},
	[SOFTENA_FAULT_TX_MBZ] = {"tx-mbz", TX_QUEUE, "Tx completion with its MBZ bits set"},
	[SOFTENA_FAULT_TX_NO_COMPLETION] = {"tx-no-completion", TX_QUEUE,
		"a packet is sent and not completed"},
	[SOFTENA_FAULT_TX_DOORBELL_LOST] = {"tx-doorbell-lost", TX_QUEUE,
		"a doorbell does not reach the device"},
	[SOFTENA_FAULT_ADMIN_TIMEOUT] = {"admin-timeout", NO_QUEUE,
		"a command is swallowed, not executed"},
	[SOFTENA_FAULT_ADMIN_LATE] = {"admin-late", NO_QUEUE,
		"a command, and those behind it, wait for ARG ms"},
	[SOFTENA_FAULT_ADMIN_STATUS] = {"admin-status", NO_QUEUE,
		"a command is answered with status ARG, not executed"},
	[SOFTENA_FAULT_ADMIN_BAD_ID] = {"admin-bad-id", NO_QUEUE,
		"a completion carries command id ARG (0xfff)"},
	[SOFTENA_FAULT_NO_INTERRUPT] = {"no-interrupt", VECTOR,
		"a message of the vector given as queue (0) is lost"},
	[SOFTENA_FAULT_KEEP_ALIVE_STOP] = {"keep-alive-stop", NO_QUEUE,
		"a keep-alive event is not sent"},
	[SOFTENA_FAULT_RESET_REQUEST] = {"reset-request", NO_QUEUE,
		"the device asks for a reset, at once"},
	[SOFTENA_FAULT_DMA_REFUSE] = {"dma-refuse", NO_QUEUE,
		"an access is refused; ARG 0 any, 1 reads, 2 writes"},
	[SOFTENA_FAULT_REGS_GONE] = {"regs-gone", NO_QUEUE,
		"registers read 0xffffffff, nothing works, for ARG ms (until cleared)"},
	[SOFTENA_FAULT_LINK_FLAP] = {"link-flap", NO_QUEUE,
		"the carrier goes, and comes back after ARG ms (100)"},
	[SOFTENA_FAULT_RESET_IGNORED] = {"reset-ignored", NO_QUEUE,
		"a reset by DEV_CTL has no effect, and the device goes on"},
	[SOFTENA_FAULT_REMOVED] = {"removed", NO_QUEUE,
		"the function is off the bus: registers and configuration space read all ones"},
};

/* ---- striking --------------------------------------------------------------------- */

static void
disarm(struct softena *dev, enum softena_fault kind)
{
	dev->faults &= ~ENA_BIT(kind);
	dev->fault[kind].armed = false;
}

static void
tell(struct softena *dev, enum softena_fault kind, int queue)
{
	dev->fault[kind].hits++;
	dev->stats.faults_injected++;
	if (!softena_may_log(dev))
		return;
	if (queue >= 0)
		softena_log(dev, LOG_NOTICE, "fault: %s, %s %d", kinds[kind].name,
			kinds[kind].queue == VECTOR ? "vector" : "queue", queue);
	else
		softena_log(dev, LOG_NOTICE, "fault: %s", kinds[kind].name);
}

bool
softena_fault_hit(struct softena *dev, enum softena_fault kind, int queue)
{
	struct softena_fault_slot *f = &dev->fault[kind];

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
	uint32_t arg = dev->fault[SOFTENA_FAULT_DMA_REFUSE].arg;

	if (arg != 0 && (arg == 2) != write)
		return false;
	return softena_fault_hit(dev, SOFTENA_FAULT_DMA_REFUSE, SOFTENA_FAULT_ANY_QUEUE);
}

bool
softena_fault_admin_ready(struct softena *dev)
{
	const enum softena_fault kind = SOFTENA_FAULT_ADMIN_LATE;
	uint64_t now = dev->ops->now_ns(dev->host);

	if ((dev->faults & SOFTENA_FAULT_BIT_HOLD) != 0) {
		if (now < dev->fault_hold_ns)
			return false;
		dev->faults &= ~SOFTENA_FAULT_BIT_HOLD;
		return true;
	}
	if (!softena_fault_strikes(dev, kind, SOFTENA_FAULT_ANY_QUEUE))
		return true;
	dev->faults |= SOFTENA_FAULT_BIT_HOLD;
	dev->fault_hold_ns = now + dev->fault[kind].arg * NS_PER_MS;
	return false;
}

void
softena_fault_reset(struct softena *dev)
{
	dev->faults &= ~SOFTENA_FAULT_BIT_HOLD;
}

/* ---- Rx completions --------------------------------------------------------------- */

/** Request ids that the driver has posted and the device has not completed. */
struct posted_ids {
	uint64_t bit[ENA_RING_DEPTH_MAX / 64];
};

static bool
is_posted(const struct posted_ids *p, uint32_t id)
{
	return (p->bit[id / 64] >> (id % 64) & 1) != 0;
}

/** From the ring itself, which only a fault that is armed reads a second time. */
static void
collect_posted(struct softena *dev, const struct softena_sq *sq, struct posted_ids *p)
{
	memset(p, 0, sizeof(*p));
	for (uint16_t pos = sq->head; pos != sq->tail; pos++) {
		uint64_t at = sq->base + (pos & (sq->depth - 1u)) * sizeof(struct ena_rx_desc);
		struct ena_rx_desc d;
		uint16_t id;

		if (!softena_dma_read(dev, at, &d, sizeof(d)))
			return;
		id = ena_get16(d.req_id);
		if (id < sq->depth)
			p->bit[id / 64] |= UINT64_C(1) << (id % 64);
	}
}

/** An id below the depth that is not posted; the last completed one or any other. */
static bool
unposted_id(struct softena *dev, const struct softena_sq *sq, bool stale, uint16_t *id)
{
	struct posted_ids p;

	if (stale && sq->last_done == 0)
		return false;
	collect_posted(dev, sq, &p);
	if (stale) {
		*id = (uint16_t)(sq->last_done - 1);
		return *id < sq->depth && !is_posted(&p, *id);
	}
	for (uint32_t i = 0; i < sq->depth; i++) {
		if (is_posted(&p, i) || i + 1 == sq->last_done)
			continue;
		*id = (uint16_t)i;
		return true;
	}
	return false;
}

static void
bad_rx_id(struct softena *dev, const struct softena_sq *sq, struct ena_rx_cdesc *c)
{
	uint16_t id;

	if (softena_fault_strikes(dev, SOFTENA_FAULT_RX_REQ_ID_RANGE, sq->idx))
		c->req_id = ena_put16(
			(uint16_t)softena_fault_arg(dev, SOFTENA_FAULT_RX_REQ_ID_RANGE, sq->depth));
	if (softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_RX_REQ_ID_STALE)) &&
		unposted_id(dev, sq, true, &id) &&
		softena_fault_hit(dev, SOFTENA_FAULT_RX_REQ_ID_STALE, sq->idx))
		c->req_id = ena_put16(id);
	if (softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_RX_REQ_ID_FOREIGN)) &&
		unposted_id(dev, sq, false, &id) &&
		softena_fault_hit(dev, SOFTENA_FAULT_RX_REQ_ID_FOREIGN, sq->idx))
		c->req_id = ena_put16(id);
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
		/* Buffers of 64 KiB have no LEN beyond them. */
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
	struct softena_fault_slot *f = &dev->fault[SOFTENA_FAULT_LINK_FLAP];
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
	const struct softena_fault_slot *gone = &dev->fault[SOFTENA_FAULT_REGS_GONE];
	uint64_t now = dev->ops->now_ns(dev->host);

	if (dev->fault[SOFTENA_FAULT_LINK_FLAP].armed)
		flap(dev, now);
	if (gone->armed && gone->arg != 0 && now >= gone->next_ns)
		come_back(dev);
	return softena_fault_armed(dev, SOFTENA_FAULT_GONE);
}

/* ---- what a front end does ------------------------------------------------------------ */

static bool
queue_in_range(const struct softena *dev, enum softena_fault kind, int queue)
{
	if (queue == SOFTENA_FAULT_ANY_QUEUE)
		return true;
	if (queue < 0)
		return false;
	switch (kinds[kind].queue) {
	case RX_QUEUE:
		return (unsigned int)queue < dev->cfg.rx_queues;
	case TX_QUEUE:
		return (unsigned int)queue < dev->cfg.tx_queues;
	case VECTOR:
		return (unsigned int)queue < dev->vectors;
	default:
		return false;
	}
}

static bool
arg_in_range(enum softena_fault kind, uint32_t arg)
{
	switch (kind) {
	case SOFTENA_FAULT_RX_REQ_ID_RANGE:
	case SOFTENA_FAULT_TX_REQ_ID_RANGE:
	case SOFTENA_FAULT_RX_LEN_OVER:
		return arg <= UINT16_MAX;
	case SOFTENA_FAULT_ADMIN_STATUS:
		return arg <= UINT8_MAX;
	case SOFTENA_FAULT_ADMIN_BAD_ID:
		return arg <= BAD_CMD_ID;
	case SOFTENA_FAULT_DMA_REFUSE:
		return arg <= 2;
	default:
		return true;
	}
}

/** Faults that begin when they are armed. @return 0 or negative errno */
static int
begin(struct softena *dev, enum softena_fault kind)
{
	struct softena_fault_slot *f = &dev->fault[kind];
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
arm(struct softena *dev, enum softena_fault kind, int queue, uint32_t count, uint32_t arg)
{
	struct softena_fault_slot *f = &dev->fault[kind];

	if (kind == SOFTENA_FAULT_RESET_REQUEST)
		return request_reset(dev);
	/* Without a carrier there is nothing to take away, or none to bring back. */
	if (kind == SOFTENA_FAULT_LINK_FLAP && !dev->link_up && !f->armed)
		return -EAGAIN;
	*f = (struct softena_fault_slot){
		.armed = true,
		.forever = count == SOFTENA_FAULT_FOREVER,
		.queue = queue,
		.left = count,
		.arg = arg,
		.hits = f->hits,
	};
	dev->faults |= ENA_BIT(kind);
	return begin(dev, kind);
}

int
softena_fault_set(
	struct softena *dev, enum softena_fault kind, int queue, uint32_t count, uint32_t arg)
{
	int rc = -EINVAL;

	if ((unsigned int)kind >= SOFTENA_FAULT_KINDS)
		return -EINVAL;
	pthread_mutex_lock(&dev->lock);
	if (queue_in_range(dev, kind, queue) && arg_in_range(kind, arg))
		rc = arm(dev, kind, queue, count, arg);
	pthread_mutex_unlock(&dev->lock);
	return rc;
}

bool
softena_fault_can_skip(enum softena_fault kind)
{
	return kind != SOFTENA_FAULT_RESET_REQUEST && kind != SOFTENA_FAULT_REGS_GONE &&
	       kind != SOFTENA_FAULT_LINK_FLAP && kind != SOFTENA_FAULT_REMOVED;
}

int
softena_fault_skip(struct softena *dev, enum softena_fault kind, uint32_t skip)
{
	int rc = -EINVAL;

	if ((unsigned int)kind >= SOFTENA_FAULT_KINDS)
		return -EINVAL;
	pthread_mutex_lock(&dev->lock);
	if (dev->fault[kind].armed && softena_fault_can_skip(kind)) {
		dev->fault[kind].skip = skip;
		rc = 0;
	}
	pthread_mutex_unlock(&dev->lock);
	return rc;
}

void
softena_fault_clear(struct softena *dev)
{
	pthread_mutex_lock(&dev->lock);
	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		come_back(dev);
	if (dev->fault[SOFTENA_FAULT_LINK_FLAP].armed)
		softena_link_change(dev, true);
	for (unsigned int i = 0; i < SOFTENA_FAULT_KINDS; i++)
		disarm(dev, (enum softena_fault)i);
	/* A command that waits is executed at the next poll. */
	dev->faults = 0;
	pthread_mutex_unlock(&dev->lock);
}

bool
softena_fault_get(struct softena *dev, unsigned int kind, struct softena_fault_info *info)
{
	const struct softena_fault_slot *f;

	if (kind >= SOFTENA_FAULT_KINDS)
		return false;
	pthread_mutex_lock(&dev->lock);
	f = &dev->fault[kind];
	*info = (struct softena_fault_info){
		.name = kinds[kind].name,
		.help = kinds[kind].help,
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

int
softena_fault_find(const char *name)
{
	for (int i = 0; i < SOFTENA_FAULT_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return i;
	return -1;
}
