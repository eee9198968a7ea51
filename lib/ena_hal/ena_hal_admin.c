/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue (part A section 4).
 *
 * The command id is the number of the AQ slot: the count of earlier commands modulo 32. The
 * cmd[] record of the slot is busy from the doorbell until the sending thread has taken the
 * completion. So a late or repeated completion cannot be taken for that of a newer command.
 *
 * All state of the queue is protected by the lock of the platform. Threads wait without the lock;
 * afterwards the generation tells them if their slot still exists.
 *
 * The queue is dead after a timeout or an invalid completion: commands in flight are aborted, later
 * ones are refused, and the rings stay allocated until a reset.
 */
#include "ena_hal_priv.h"

/**
 * Longest sleep in interrupt mode, microseconds. wake() wakes all waiting threads, so a thread
 * that is just about to wait may miss it. Such a thread checks again after this time.
 */
#define WAIT_SLICE_US 20000u

/* A posted command, for the thread that waits for it. */
struct ticket {
	uint32_t generation;
	uint16_t slot;
	uint8_t opcode;
	uint32_t timeout_us;
};

/* Events under the lock that are logged after the unlock. */
struct report {
	bool died; /* invalid completion */
	bool missed; /* missed interrupt */
};

/* ---- under the lock ------------------------------------------------------- */

static void
abort_outstanding(struct ena_hal *hal)
{
	unsigned int i;

	for (i = 0; i < ENA_AQ_DEPTH; i++) {
		struct ena_hal_cmd *c = &hal->cmd[i];

		if (c->busy && !c->done) {
			c->done = true;
			c->aborted = true;
			ena_hal_count(&hal->count.aborted);
		}
	}
}

static void
die(struct ena_hal *hal, int error)
{
	if (hal->admin_dead)
		return;
	hal->admin_dead = true;
	hal->dead_error = error;
	abort_outstanding(hal);
}

/* Handle one completion, a copy of the ring entry. False if the queue is dead now. */
static bool
complete(struct ena_hal *hal, const struct ena_acq_entry *rsp)
{
	uint32_t id = ENA_FIELD_GET(ENA_AQ_CMD_ID, ena_get16(rsp->common.cmd_id));
	struct ena_hal_cmd *c;

	if (id >= ENA_AQ_DEPTH) {
		ena_hal_count(&hal->count.bad_completions);
		die(hal, -EIO);
		return false;
	}
	c = &hal->cmd[id];
	if (!c->busy || c->done) {
		ena_hal_count(&hal->count.bad_completions);
		return true;
	}
	c->rsp = *rsp;
	c->done = true;
	ena_hal_count(&hal->count.completed);
	if (rsp->common.status != ENA_ACQ_SUCCESS)
		ena_hal_count(&hal->count.failed);
	return true;
}

/* Take all new completions, at most one round of the ring. */
static void
acq_process(struct ena_hal *hal, struct report *report)
{
	const volatile struct ena_acq_entry *ring = hal->acq.va;
	unsigned int i;

	for (i = 0; i < ENA_AQ_DEPTH && !hal->admin_dead; i++) {
		const volatile struct ena_acq_entry *e = &ring[hal->acq_head % ENA_AQ_DEPTH];
		uint32_t phase = (hal->acq_head / ENA_AQ_DEPTH & 1) ^ 1;
		struct ena_acq_entry rsp;

		if ((e->common.flags & ENA_ACQ_FLAG_PHASE) != phase)
			return;
		hal->plat->read_barrier(hal->ctx);
		ena_hal_copy_in(&rsp, e, sizeof(rsp));
		hal->acq_head++;
		if (!complete(hal, &rsp))
			report->died = true;
	}
}

/* Write the command to its slot and ring the doorbell (part A 4.4). */
static void
post(struct ena_hal *hal, const void *cmd, size_t len, struct ticket *t)
{
	struct ena_aq_entry *ring = hal->aq.va;
	uint16_t slot = hal->aq_tail % ENA_AQ_DEPTH;
	uint8_t phase = (hal->aq_tail / ENA_AQ_DEPTH & 1) ^ 1;
	struct ena_aq_entry e;

	memset(&e, 0, sizeof(e));
	memcpy(&e, cmd, len);
	e.common.cmd_id = ena_put16((uint16_t)ENA_FIELD_PREP(ENA_AQ_CMD_ID, slot));
	e.common.flags = (uint8_t)((e.common.flags & ~ENA_AQ_FLAG_PHASE) | phase);
	ring[slot] = e;

	memset(&hal->cmd[slot], 0, sizeof(hal->cmd[slot]));
	hal->cmd[slot].busy = true;
	ena_hal_count(&hal->count.submitted);
	hal->aq_tail++;
	hal->plat->reg_write(hal->ctx, ENA_REG_AQ_DB, hal->aq_tail);

	t->generation = hal->generation;
	t->slot = slot;
	t->opcode = e.common.opcode;
}

static void
polling_set(struct ena_hal *hal, bool polling)
{
	hal->polling = polling;
	hal->plat->reg_write(hal->ctx, ENA_REG_INTR_MASK, polling ? ENA_INTR_MASK_MGMT : 0);
}

/* A completion was found without its interrupt: poll for some time. */
static void
interrupt_lost(struct ena_hal *hal)
{
	ena_hal_count(&hal->count.missed_interrupts);
	hal->intr_lost = true;
	hal->intr_retry_us = hal->plat->now_us(hal->ctx) + hal->intr_backoff_us;
	hal->intr_backoff_us *= 2;
	if (hal->intr_backoff_us > ENA_HAL_INTR_BACKOFF_MAX_US)
		hal->intr_backoff_us = ENA_HAL_INTR_BACKOFF_MAX_US;
	polling_set(hal, true);
}

/* ---- without the lock ------------------------------------------------------ */

static void
report_out(struct ena_hal *hal, const struct report *report)
{
	if (report->died)
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device completed an admin command that cannot exist: "
			"the admin queue is stopped, the device needs a reset");
	if (report->missed)
		ena_hal_log(hal, ENA_HAL_LOG_WARNING,
			"An admin completion came without its interrupt: "
			"completions are polled for a while");
	if (report->died || report->missed)
		hal->plat->wake(hal->ctx);
}

/* Post the command; wait for its slot if necessary. */
static int
submit(struct ena_hal *hal, const void *cmd, size_t len, struct ticket *t)
{
	const struct ena_hal_platform *plat = hal->plat;
	bool in_interrupt = plat->in_interrupt(hal->ctx);
	uint64_t start = plat->now_us(hal->ctx);
	unsigned int n;
	bool late;
	int rc;

	for (n = 0;; n++) {
		struct report report = {0};

		plat->lock(hal->ctx);
		t->timeout_us = hal->admin_timeout_us;
		late = plat->now_us(hal->ctx) - start >= t->timeout_us;
		if (hal->admin_running && (hal->polling || in_interrupt) &&
			hal->cmd[hal->aq_tail % ENA_AQ_DEPTH].busy)
			acq_process(hal, &report);
		if (!hal->admin_running || hal->admin_dead) {
			rc = -ENODEV;
		} else if (hal->cmd[hal->aq_tail % ENA_AQ_DEPTH].busy) {
			rc = late ? -EBUSY : -EAGAIN;
		} else {
			post(hal, cmd, len, t);
			rc = 0;
		}
		plat->unlock(hal->ctx);
		report_out(hal, &report);
		if (rc != -EAGAIN)
			return rc;
		plat->delay_us(hal->ctx, ena_hal_poll_interval(n));
	}
}

/*
 * Check once if the completion is there.
 * @param poll in: this thread must poll. out: this thread must poll, or the queue is in polling
 * mode
 * @param late the timeout has passed: without a completion the queue is dead
 * @return 0, -EAGAIN (not yet), or the error of the command
 */
static int
completion_check(struct ena_hal *hal, const struct ticket *t, bool *poll, bool late,
	struct ena_acq_entry *rsp)
{
	struct ena_hal_cmd *c = &hal->cmd[t->slot];
	struct report report = {0};
	int rc = -EAGAIN;

	hal->plat->lock(hal->ctx);
	if (hal->generation != t->generation) {
		rc = -ENODEV; /* stopped or reset in the meantime: the slot has another owner */
		goto out;
	}
	*poll = *poll || hal->polling;
	if (!c->done && (*poll || late)) {
		acq_process(hal, &report);
		report.missed = !*poll && c->done && !c->aborted;
	}
	if (report.missed)
		interrupt_lost(hal);
	if (c->done) {
		rc = c->aborted ? hal->dead_error : 0;
		*rsp = c->rsp;
		c->busy = false;
	} else if (late) {
		rc = -ETIMEDOUT;
		c->busy = false;
		ena_hal_count(&hal->count.timeouts);
		die(hal, -ENODEV);
	}
out:
	hal->plat->unlock(hal->ctx);
	report_out(hal, &report);
	if (rc == -ETIMEDOUT) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"Admin command with opcode %u got no answer in %u ms: "
			"the admin queue is stopped, the device needs a reset",
			t->opcode, t->timeout_us / 1000);
		hal->plat->wake(hal->ctx);
	}
	return rc;
}

static int
await(struct ena_hal *hal, const struct ticket *t, struct ena_acq_entry *rsp)
{
	const struct ena_hal_platform *plat = hal->plat;
	bool in_interrupt = plat->in_interrupt(hal->ctx);
	uint64_t start = plat->now_us(hal->ctx);
	uint64_t passed;
	bool poll;
	unsigned int n;
	int rc;

	for (n = 0;; n++) {
		/* The time is read first, so that the last check is after the deadline. */
		passed = plat->now_us(hal->ctx) - start;
		poll = in_interrupt;
		rc = completion_check(hal, t, &poll, passed >= t->timeout_us, rsp);
		if (rc != -EAGAIN)
			return rc;
		if (poll) {
			plat->delay_us(hal->ctx, ena_hal_poll_interval(n));
		} else {
			uint64_t left = t->timeout_us - passed;

			plat->wait(hal->ctx, left < WAIT_SLICE_US ? (uint32_t)left : WAIT_SLICE_US);
		}
	}
}

int
ena_hal_status_errno(uint8_t status)
{
	switch (status) {
	case ENA_ACQ_SUCCESS:
		return 0;
	case ENA_ACQ_NO_RESOURCE:
		return -ENOMEM;
	case ENA_ACQ_UNSUPPORTED:
		return -ENOTSUP;
	case ENA_ACQ_BUSY:
		return -EAGAIN;
	default:
		return -EINVAL;
	}
}

int
ena_hal_exec(
	struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp, bool *in_doubt)
{
	struct ena_acq_entry answer;
	struct ticket t = {0};
	int rc;

	*in_doubt = false;
	if (hal->plat == NULL)
		return -ENODEV;
	if (cmd == NULL || len < sizeof(struct ena_aq_common) || len > ENA_AQ_ENTRY_SIZE)
		return -EINVAL;
	memset(&answer, 0, sizeof(answer));
	if (rsp != NULL)
		*rsp = answer;

	rc = submit(hal, cmd, len, &t);
	if (rc != 0)
		return rc;
	rc = await(hal, &t, &answer);
	if (rc != 0) {
		*in_doubt = true;
		return rc;
	}
	if (rsp != NULL)
		*rsp = answer;
	if (answer.common.status != ENA_ACQ_SUCCESS)
		ena_hal_log(hal, ENA_HAL_LOG_DEBUG,
			"Admin command with opcode %u: status %u, extended status 0x%04x", t.opcode,
			answer.common.status, ena_get16(answer.common.ext_status));
	return ena_hal_status_errno(answer.common.status);
}

int
ena_hal_admin_exec(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp)
{
	bool in_doubt;

	return ena_hal_exec(hal, cmd, len, rsp, &in_doubt);
}

void
ena_hal_mgmt_interrupt(struct ena_hal *hal)
{
	struct report report = {0};
	uint16_t head;

	hal->plat->lock(hal->ctx);
	head = hal->acq_head;
	if (hal->admin_running)
		acq_process(hal, &report);
	/* Interrupts arrive in time again. */
	if (hal->acq_head != head && !hal->polling)
		hal->intr_backoff_us = ENA_HAL_INTR_BACKOFF_MIN_US;
	hal->plat->unlock(hal->ctx);
	report_out(hal, &report);
	hal->plat->wake(hal->ctx);
}

void
ena_hal_intr_retry(struct ena_hal *hal)
{
	bool retry;

	hal->plat->lock(hal->ctx);
	retry = hal->admin_running && hal->intr_lost &&
		hal->plat->now_us(hal->ctx) >= hal->intr_retry_us;
	if (retry) {
		hal->intr_lost = false;
		polling_set(hal, false);
	}
	hal->plat->unlock(hal->ctx);
	if (retry)
		ena_hal_log(hal, ENA_HAL_LOG_INFO, "Admin completions by interrupt again");
}

bool
ena_hal_admin_is_dead(struct ena_hal *hal, enum ena_reset_reason *reason)
{
	bool dead;

	hal->plat->lock(hal->ctx);
	dead = hal->admin_running && hal->admin_dead;
	if (dead && reason != NULL)
		*reason = ENA_RESET_ADMIN_TIMEOUT; /* for both causes (part A 8.3) */
	hal->plat->unlock(hal->ctx);
	return dead;
}

void
ena_hal_admin_fail(struct ena_hal *hal)
{
	hal->plat->lock(hal->ctx);
	if (hal->admin_running)
		die(hal, -EIO);
	hal->plat->unlock(hal->ctx);
	hal->plat->wake(hal->ctx);
}

void
ena_hal_admin_polling(struct ena_hal *hal, bool polling)
{
	hal->plat->lock(hal->ctx);
	hal->intr_lost = false;
	if (hal->admin_running)
		polling_set(hal, polling);
	hal->plat->unlock(hal->ctx);
	hal->plat->wake(hal->ctx); /* waiting threads must poll now */
}

/* ---- start and stop --------------------------------------------------------- */

static int
rings_alloc(struct ena_hal *hal, struct ena_hal_dma ring[3])
{
	static const size_t len[3] = {
		ENA_AQ_DEPTH * ENA_AQ_ENTRY_SIZE,
		ENA_AQ_DEPTH * ENA_ACQ_ENTRY_SIZE,
		ENA_AENQ_DEPTH * ENA_AENQ_ENTRY_SIZE,
	};
	unsigned int i;
	int rc;

	for (i = 0; i < 3; i++) {
		rc = ena_hal_dma_get(hal, len[i], ENA_HAL_PAGE, -1, &ring[i]);
		if (rc != 0) {
			while (i-- > 0)
				ena_hal_dma_put(hal, &ring[i]);
			return rc;
		}
	}
	return 0;
}

/* Low half first (part A 2.3). */
static void
base_program(struct ena_hal *hal, uint32_t lo, uint32_t hi, const struct ena_hal_dma *ring)
{
	hal->plat->reg_write(hal->ctx, lo, (uint32_t)ring->iova);
	hal->plat->reg_write(hal->ctx, hi, (uint32_t)(ring->iova >> 32));
}

static uint32_t
ring_caps(uint32_t depth, uint32_t entry_size)
{
	return ENA_FIELD_PREP(ENA_RING_CAPS_DEPTH, depth) |
	       ENA_FIELD_PREP(ENA_RING_CAPS_ENTRY_SIZE, entry_size);
}

/* Part A 3.2 steps 10 to 12. */
static void
rings_program(struct ena_hal *hal)
{
	base_program(hal, ENA_REG_AQ_BASE_LO, ENA_REG_AQ_BASE_HI, &hal->aq);
	base_program(hal, ENA_REG_ACQ_BASE_LO, ENA_REG_ACQ_BASE_HI, &hal->acq);
	hal->plat->reg_write(hal->ctx, ENA_REG_AQ_CAPS, ring_caps(ENA_AQ_DEPTH, ENA_AQ_ENTRY_SIZE));
	hal->plat->reg_write(
		hal->ctx, ENA_REG_ACQ_CAPS, ring_caps(ENA_AQ_DEPTH, ENA_ACQ_ENTRY_SIZE));
	base_program(hal, ENA_REG_AENQ_BASE_LO, ENA_REG_AENQ_BASE_HI, &hal->aenq);
	hal->plat->reg_write(
		hal->ctx, ENA_REG_AENQ_CAPS, ring_caps(ENA_AENQ_DEPTH, ENA_AENQ_ENTRY_SIZE));
	polling_set(hal, true);
}

int
ena_hal_admin_start(struct ena_hal *hal)
{
	struct ena_hal_dma ring[3];
	int rc;

	if (hal->admin_running) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR, "The admin queue is running already");
		return -EINVAL;
	}
	ena_hal_admin_stop(hal); /* park the rings that a failed reset has left */
	rc = rings_alloc(hal, ring);
	if (rc != 0)
		return rc;

	hal->plat->lock(hal->ctx);
	hal->aq = ring[0];
	hal->acq = ring[1];
	hal->aenq = ring[2];
	memset(hal->cmd, 0, sizeof(hal->cmd));
	hal->aq_tail = 0;
	hal->acq_head = 0;
	hal->admin_dead = false;
	hal->aenq_head = ENA_AENQ_DEPTH;
	hal->aenq_armed = false;
	hal->idle = false;
	rings_program(hal);
	hal->admin_running = true;
	hal->plat->unlock(hal->ctx);
	return 0;
}

void
ena_hal_admin_abort(struct ena_hal *hal)
{
	hal->plat->lock(hal->ctx);
	hal->admin_running = false;
	hal->admin_dead = false;
	hal->aenq_armed = false;
	abort_outstanding(hal);
	hal->generation++;
	hal->plat->unlock(hal->ctx);
	hal->plat->wake(hal->ctx);
}

/* Take the rings out of the object, so that no thread uses them while they are freed. */
static void
rings_take(struct ena_hal *hal, struct ena_hal_dma ring[3])
{
	hal->plat->lock(hal->ctx);
	ring[0] = hal->aq;
	ring[1] = hal->acq;
	ring[2] = hal->aenq;
	memset(&hal->aq, 0, sizeof(hal->aq));
	memset(&hal->acq, 0, sizeof(hal->acq));
	memset(&hal->aenq, 0, sizeof(hal->aenq));
	hal->plat->unlock(hal->ctx);
}

void
ena_hal_admin_free(struct ena_hal *hal)
{
	struct ena_hal_dma ring[3];
	unsigned int i;

	rings_take(hal, ring);
	for (i = 0; i < 3; i++)
		ena_hal_dma_put(hal, &ring[i]);
}

void
ena_hal_admin_stop(struct ena_hal *hal)
{
	struct ena_hal_dma ring[3];
	unsigned int i;

	ena_hal_admin_abort(hal);
	/* No rings after a reset. Without one the device may still write to them. */
	rings_take(hal, ring);
	for (i = 0; i < 3; i++)
		ena_hal_dma_park(hal, &ring[i]);
}
