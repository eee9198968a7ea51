/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Admin queue (part A section 4): start, commands, timeouts, invalid completions,
 * interrupts. */
#include "mock_device.h"

/* ---- start ----------------------------------------------------------------- */

static void
start_programs_the_rings_in_the_order_of_the_datasheet(void **state)
{
	struct mock *m = mock_up(MOCK_RESET);
	const struct ena_hal *h = &m->hal;

	(void)state;
	m->writes = 0;
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	const struct mock_write expect[] = {
		{ENA_REG_AQ_BASE_LO, (uint32_t)h->aq.iova},
		{ENA_REG_AQ_BASE_HI, (uint32_t)(h->aq.iova >> 32)},
		{ENA_REG_ACQ_BASE_LO, (uint32_t)h->acq.iova},
		{ENA_REG_ACQ_BASE_HI, (uint32_t)(h->acq.iova >> 32)},
		{ENA_REG_AQ_CAPS, 0x00400020},
		{ENA_REG_ACQ_CAPS, 0x00400020},
		{ENA_REG_AENQ_BASE_LO, (uint32_t)h->aenq.iova},
		{ENA_REG_AENQ_BASE_HI, (uint32_t)(h->aenq.iova >> 32)},
		{ENA_REG_AENQ_CAPS, 0x00400010},
		{ENA_REG_INTR_MASK, 1},
	};
	assert_int_equal(m->writes, sizeof(expect) / sizeof(expect[0]));
	assert_memory_equal(m->write, expect, sizeof(expect));
	mock_end(m);
}

static void
start_twice_is_refused_and_changes_nothing(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	assert_int_equal(ena_hal_admin_start(&m->hal), -EINVAL);
	assert_int_equal(m->live, 4);
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

static void
commands_before_the_start_are_refused(void **state)
{
	struct mock *m = mock_up(MOCK_RESET);

	(void)state;
	assert_int_equal(mock_nop(m), -ENODEV);
	ena_hal_mgmt_interrupt(&m->hal);
	assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
	ena_hal_admin_polling(&m->hal, false); /* no queue: no effect */
	assert_int_equal(mock_writes_to(m, ENA_REG_INTR_MASK), 0);
	mock_end(m);
}

static void
a_stop_without_a_reset_keeps_the_rings_until_the_end(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		ena_hal_admin_stop(&m->hal);
		assert_int_equal(mock_nop(m), -ENODEV);
		assert_int_equal(m->live, 1 + 3 * (i + 1));
		assert_int_equal(ena_hal_admin_start(&m->hal), 0);
		assert_int_equal(mock_nop(m), 0);
	}
	mock_end(m);
}

static void
memory_that_cannot_be_parked_any_more_is_never_freed_early(void **state)
{
	const unsigned int rounds = ENA_HAL_PARKED_MAX / 3 + 10; /* three rings each */
	struct mock *m = mock_up(MOCK_ADMIN);
	unsigned int i;

	(void)state;
	for (i = 0; i < rounds; i++) {
		ena_hal_admin_stop(&m->hal);
		assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	}
	assert_int_equal(m->live, 4 + 3 * rounds);
	assert_non_null(strstr(m->log, "given up"));
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	/* never freed, because the device may still write to it */
	assert_int_equal(m->live, 1 + 3 * rounds - ENA_HAL_PARKED_MAX);
	ena_hal_fini(&m->hal);
	for (i = 0; i < m->blocks; i++)
		free(m->block[i].raw);
	free(m);
}

/* ---- submission and completion --------------------------------------------- */

static void
the_command_arrives_as_it_was_given(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint8_t cmd[64], want[64];
	unsigned int i, len;

	(void)state;
	for (len = 4; len <= 64; len++) {
		memset(want, 0, sizeof(want));
		for (i = 0; i < sizeof(cmd); i++)
			cmd[i] = (uint8_t)(i + len);
		cmd[2] = ENA_AQ_DESTROY_SQ;
		cmd[3] = 0xff;
		memcpy(want, cmd, len);
		want[0] = (uint8_t)((len - 4) % 32);
		want[1] = 0;
		want[3] = (uint8_t)(0xfe | (((len - 4) / 32 & 1) ^ 1));
		assert_int_equal(ena_hal_admin_exec(&m->hal, cmd, len, NULL), 0);
		assert_memory_equal(mock_last(m), want, 64);
	}
	mock_end(m);
}

static void
lengths_that_are_no_command_are_refused(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint8_t cmd[80] = {0};

	(void)state;
	assert_int_equal(ena_hal_admin_exec(&m->hal, cmd, 0, NULL), -EINVAL);
	assert_int_equal(ena_hal_admin_exec(&m->hal, cmd, 3, NULL), -EINVAL);
	assert_int_equal(ena_hal_admin_exec(&m->hal, cmd, 65, NULL), -EINVAL);
	assert_int_equal(ena_hal_admin_exec(&m->hal, NULL, 8, NULL), -EINVAL);
	assert_int_equal(m->commands, 0);
	mock_end(m);
}

static enum mock_action
numbered(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	m->hook_seen++;
	memset(rsp->data, (int)(m->hook_seen & 0xff), sizeof(rsp->data));
	return MOCK_REPLY;
}

static void
slots_phases_and_doorbell_survive_more_than_65536_commands(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_destroy_cq_cmd cmd = {.common.opcode = ENA_AQ_DESTROY_CQ};
	struct ena_acq_entry rsp;
	unsigned int i;

	(void)state;
	m->hook = numbered;
	/* The mock checks id, phase and doorbell of each. Here: each answer belongs to its command.
	 */
	for (i = 1; i <= 65536 + 100; i++) {
		assert_int_equal(ena_hal_admin_exec(&m->hal, &cmd, sizeof(cmd), &rsp), 0);
		assert_int_equal(rsp.data[0], i & 0xff);
		assert_int_equal(rsp.data[55], i & 0xff);
		assert_int_equal(m->reg[ENA_REG_AQ_DB / 4], i & 0xffff);
	}
	assert_int_equal(m->hal.count.submitted, 65636);
	assert_int_equal(m->hal.count.completed, 65636);
	assert_int_equal(mock_outstanding(&m->hal), 0);
	assert_true(m->barriers >= 65636);
	mock_end(m);
}

static void
every_status_becomes_its_errno(void **state)
{
	static const int want[] = {
		0, -ENOMEM, -EINVAL, -ENOTSUP, -EINVAL, -EINVAL, -EINVAL, -EAGAIN};
	struct mock *m = mock_up(MOCK_ADMIN);
	unsigned int s;

	(void)state;
	for (s = 0; s < 256; s++) {
		int rc = s < 8 ? want[s] : -EINVAL;

		assert_int_equal(ena_hal_status_errno((uint8_t)s), rc);
		m->opcode_status[ENA_AQ_DESTROY_CQ] = (uint8_t)s;
		assert_int_equal(mock_nop(m), rc);
	}
	assert_int_equal(m->hal.count.failed, 255);
	assert_int_equal(m->hal.count.completed, 256);
	mock_end(m);
}

static void
the_response_of_a_failed_command_is_handed_over(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_destroy_cq_cmd cmd = {.common.opcode = ENA_AQ_DESTROY_CQ};
	struct ena_acq_entry rsp;

	(void)state;
	m->opcode_status[ENA_AQ_DESTROY_CQ] = ENA_ACQ_ILLEGAL_PARAMETER;
	assert_int_equal(ena_hal_admin_exec(&m->hal, &cmd, sizeof(cmd), &rsp), -EINVAL);
	assert_int_equal(rsp.common.status, ENA_ACQ_ILLEGAL_PARAMETER);
	mock_end(m);
}

/* ---- time-outs ------------------------------------------------------------- */

static void
an_answer_just_within_the_time_is_taken(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->answer_us = 1399000;
	assert_int_equal(mock_nop(m), 0);
	/* polled with intervals of up to 5 ms */
	assert_in_range(m->delays, 270, 300);
	mock_end(m);
}

static void
a_command_without_answer_kills_the_queue(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	enum ena_reset_reason reason = ENA_RESET_NORMAL;
	uint64_t start = m->now;

	(void)state;
	assert_false(ena_hal_admin_is_dead(&m->hal, &reason));
	m->answer_us = MOCK_NEVER;
	assert_int_equal(mock_nop(m), -ETIMEDOUT);
	assert_in_range(m->now - start, 1400000, 1405100);
	assert_true(ena_hal_admin_is_dead(&m->hal, &reason));
	assert_int_equal(reason, ENA_RESET_ADMIN_TIMEOUT);
	assert_non_null(strstr(m->log, "opcode 4"));

	m->answer_us = 0;
	assert_int_equal(mock_nop(m), -ENODEV);
	assert_int_equal(m->commands, 1);
	assert_int_equal(mock_outstanding(&m->hal), 0);
	/* can be started again only after a reset */
	assert_int_equal(ena_hal_admin_start(&m->hal), -EINVAL);
	assert_int_equal(ena_hal_reset(&m->hal, reason), 0);
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

static void
a_completion_after_the_time_out_does_no_harm(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->answer_us = 2000000;
	assert_int_equal(mock_nop(m), -ETIMEDOUT);
	mock_advance(m, 1000000);
	assert_int_equal(m->acq_tail, 1);
	ena_hal_mgmt_interrupt(&m->hal);
	assert_int_equal(m->hal.count.completed, 0);
	assert_int_equal(m->hal.count.bad_completions, 0);
	assert_int_equal(mock_nop(m), -ENODEV);
	mock_end(m);
}

static void
the_hint_replaces_the_time_out_until_the_next_reset(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start;

	(void)state;
	m->hints.admin_timeout_ms = ena_put16(50);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	m->answer_us = MOCK_NEVER;
	start = m->now;
	assert_int_equal(mock_nop(m), -ETIMEDOUT);
	assert_in_range(m->now - start, 50000, 55100);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_ADMIN_TIMEOUT), 0);
	assert_int_equal(m->hal.admin_timeout_us, 1400000);
	mock_end(m);
}

/* ---- invalid completions --------------------------------------------------- */

/* Completes an idle id first, then the right one, then the right one again. */
static enum mock_action
noisy(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	uint16_t id = ena_get16(cmd->common.cmd_id);

	mock_complete_id(m, (uint16_t)((id + 5) % 32), ENA_ACQ_NO_RESOURCE);
	mock_complete(m, rsp);
	mock_complete_id(m, id, ENA_ACQ_NO_RESOURCE);
	return MOCK_SILENT;
}

static void
completions_of_idle_ids_are_counted_and_dropped(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	unsigned int i;

	(void)state;
	m->hook = noisy;
	for (i = 1; i <= 100; i++) {
		assert_int_equal(mock_nop(m), 0);
		assert_int_equal(m->hal.count.completed, i);
	}
	assert_in_range(m->hal.count.bad_completions, 199, 200);
	assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
	mock_end(m);
}

static enum mock_action
bad_id(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	rsp->common.cmd_id = ena_put16((uint16_t)m->hook_arg);
	return MOCK_REPLY;
}

static void
a_completion_for_an_id_beyond_the_ring_kills_the_queue(void **state)
{
	static const uint16_t id[] = {32, 33, 64, 0xfff, 0x7ff, 0xf020};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
		struct mock *m = mock_up(MOCK_ADMIN);

		m->hook = bad_id;
		m->hook_arg = id[i];
		assert_int_equal(mock_nop(m), -EIO);
		assert_true(ena_hal_admin_is_dead(&m->hal, NULL));
		assert_int_equal(m->hal.count.bad_completions, 1);
		assert_int_equal(m->hal.count.aborted, 1);
		assert_non_null(strstr(m->log, "cannot exist"));
		assert_int_equal(mock_nop(m), -ENODEV);
		mock_end(m);
	}
}

static void
reserved_bits_of_the_id_are_ignored(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->hook = bad_id;
	m->hook_arg = 0xf000;
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

static void
a_ring_full_of_idle_ids_is_read_for_one_round_only(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct ena_acq_entry *ring = m->hal.acq.va;
	unsigned int i;

	(void)state;
	/* Every slot looks new in this round. */
	for (i = 0; i < 32; i++)
		ring[i].common.flags = 1;
	ena_hal_mgmt_interrupt(&m->hal);
	assert_int_equal(m->hal.count.bad_completions, 32);
	assert_int_equal(m->hal.acq_head, 32);
	mock_end(m);
}

static unsigned int rewrites;

/* The device rewrites the whole ring so that the next slot always looks new. */
static void
barrier_with_rewrite(void *ctx)
{
	struct mock *m = ctx;
	struct ena_acq_entry *ring = m->hal.acq.va;
	unsigned int i;

	if (++rewrites == 1000)
		return; /* enough for the test */
	for (i = 0; i < 32; i++)
		ring[i].common.flags = ((m->hal.acq_head + 1) / 32 & 1) ^ 1;
}

static void
a_ring_that_is_rewritten_all_the_time_does_not_hold_the_caller(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	rewrites = 0;
	m->plat.read_barrier = barrier_with_rewrite;
	((struct ena_acq_entry *)m->hal.acq.va)[0].common.flags = 1;
	ena_hal_mgmt_interrupt(&m->hal);
	assert_int_equal(m->hal.count.bad_completions, 32);
	assert_int_equal(rewrites, 32);
	mock_end(m);
}

/* ---- interrupt mode -------------------------------------------------------- */

static void
in_interrupt_mode_the_thread_sleeps_until_the_interrupt(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start;

	(void)state;
	ena_hal_admin_polling(&m->hal, false);
	assert_int_equal(mock_last_write(m, ENA_REG_INTR_MASK), 0);
	m->answer_us = 7000;
	m->delays = 0;
	start = m->now;
	assert_int_equal(mock_nop(m), 0);
	assert_int_equal(m->now - start, 7000);
	assert_int_equal(m->delays, 0);
	assert_int_equal(m->waits, 1);
	assert_true(m->wakes > 0);
	assert_int_equal(m->hal.count.missed_interrupts, 0);

	/* and back to interrupt mode */
	ena_hal_admin_polling(&m->hal, true);
	assert_int_equal(mock_last_write(m, ENA_REG_INTR_MASK), 1);
	assert_int_equal(mock_nop(m), 0);
	assert_int_equal(m->waits, 1);
	assert_true(m->delays > 0);
	mock_end(m);
}

/* The HAL in interrupt mode, on a device whose interrupts do not arrive. */
static struct mock *
mock_up_without_interrupts(void)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	ena_hal_admin_polling(&m->hal, false);
	m->lose_interrupts = true;
	return m;
}

static void
a_lost_interrupt_turns_the_queue_to_polling(void **state)
{
	struct mock *m = mock_up_without_interrupts();
	uint64_t start = m->now;

	(void)state;
	m->answer_us = 1000;
	assert_int_equal(mock_nop(m), 0);
	assert_in_range(m->now - start, 1400000, 1420000);
	assert_int_equal(m->hal.count.missed_interrupts, 1);
	assert_true(m->hal.polling);
	assert_int_equal(mock_last_write(m, ENA_REG_INTR_MASK), 1);
	assert_non_null(strstr(m->log, "without its interrupt"));
	assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
	/* polled from now on: no waiting time */
	start = m->now;
	assert_int_equal(mock_nop(m), 0);
	assert_in_range(m->now - start, 1000, 3000);
	assert_int_equal(m->hal.count.missed_interrupts, 1);
	mock_end(m);
}

/** Let virtual time pass, then try interrupt mode again. */
static void
retry_after(struct mock *m, uint64_t us)
{
	m->now += us;
	ena_hal_intr_retry(&m->hal);
}

static void
one_late_interrupt_does_not_turn_interrupts_off_for_good(void **state)
{
	struct mock *m = mock_up_without_interrupts();

	(void)state;
	m->answer_us = 1000;
	assert_int_equal(mock_nop(m), 0);
	retry_after(m, 9000000);
	assert_true(m->hal.polling);
	retry_after(m, 1000001);
	assert_false(m->hal.polling);
	assert_int_equal(mock_last_write(m, ENA_REG_INTR_MASK), 0);
	/* lost again: the time doubles */
	assert_int_equal(mock_nop(m), 0);
	assert_int_equal(m->hal.count.missed_interrupts, 2);
	retry_after(m, 19000000);
	assert_true(m->hal.polling);
	retry_after(m, 1000001);
	assert_false(m->hal.polling);
	/* an interrupt that arrives sets it back to 10 s */
	m->lose_interrupts = false;
	assert_int_equal(mock_nop(m), 0);
	m->lose_interrupts = true;
	assert_int_equal(mock_nop(m), 0);
	assert_int_equal(m->hal.count.missed_interrupts, 3);
	retry_after(m, 10000001);
	assert_false(m->hal.polling);
	/* polling that the caller asked for stays */
	ena_hal_admin_polling(&m->hal, true);
	retry_after(m, 700000000);
	assert_true(m->hal.polling);
	mock_end(m);
}

static void
no_answer_in_interrupt_mode_kills_the_queue(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start = m->now;

	(void)state;
	ena_hal_admin_polling(&m->hal, false);
	m->answer_us = MOCK_NEVER;
	assert_int_equal(mock_nop(m), -ETIMEDOUT);
	assert_in_range(m->now - start, 1400000, 1400001);
	assert_int_equal(m->hal.count.missed_interrupts, 0);
	assert_true(ena_hal_admin_is_dead(&m->hal, NULL));
	mock_end(m);
}

static void
an_invalid_completion_found_at_the_timeout_is_no_missed_interrupt(void **state)
{
	struct mock *m = mock_up_without_interrupts();

	(void)state;
	m->hook = bad_id;
	m->hook_arg = 99;
	assert_int_equal(mock_nop(m), -EIO);
	assert_int_equal(m->hal.count.missed_interrupts, 0);
	assert_int_equal(m->hal.count.timeouts, 0);
	mock_end(m);
}

static void
the_interrupt_thread_itself_polls(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start = m->now;

	(void)state;
	ena_hal_admin_polling(&m->hal, false);
	m->in_interrupt = true;
	m->answer_us = 1000;
	assert_int_equal(mock_nop(m), 0);
	assert_in_range(m->now - start, 1000, 3000);
	assert_int_equal(m->waits, 0);
	assert_int_equal(m->hal.count.missed_interrupts, 0);
	assert_false(m->hal.polling);
	mock_end(m);
}

static void
unmasking_delivers_what_was_completed_meanwhile(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	assert_int_equal(mock_nop(m), 0);
	ena_hal_admin_polling(&m->hal, false);
	assert_true(m->irq_pending);
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

/* ---- a full ring ----------------------------------------------------------- */

/* Mark slots as used by other threads. */
static void
occupy(struct mock *m, unsigned int first, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		m->hal.cmd[(first + i) % 32].busy = true;
}

static void
a_full_ring_is_waited_for_and_then_reported_busy(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start = m->now;

	(void)state;
	occupy(m, 0, 32);
	assert_int_equal(mock_nop(m), -EBUSY);
	assert_in_range(m->now - start, 1400000, 1405100);
	assert_int_equal(m->commands, 0);
	/* the queue is not dead: other threads may still get their completions */
	assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
	memset(m->hal.cmd, 0, sizeof(m->hal.cmd));
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

static void
commands_in_flight_are_aborted_when_the_queue_dies_or_stops(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->answer_us = MOCK_NEVER;
	occupy(m, 1, 3);
	assert_int_equal(mock_nop(m), -ETIMEDOUT);
	assert_int_equal(m->hal.count.aborted, 3);
	assert_int_equal(mock_outstanding(&m->hal), 0);
	assert_true(m->hal.cmd[1].done && m->hal.cmd[1].aborted);
	mock_end(m);

	m = mock_up(MOCK_ADMIN);
	occupy(m, 0, 2);
	ena_hal_admin_stop(&m->hal);
	assert_int_equal(m->hal.count.aborted, 2);
	assert_int_equal(mock_outstanding(&m->hal), 0);
	mock_end(m);
}

/* Another thread resets the device while the command is outstanding. */
static enum mock_action
reset_meanwhile(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	(void)rsp;
	m->hook = NULL;
	m->hook_seen = 1;
	return MOCK_SILENT;
}

static void (*real_delay)(void *ctx, uint32_t us);

static void
delay_with_reset(void *ctx, uint32_t us)
{
	struct mock *m = ctx;

	real_delay(ctx, us);
	if (m->hook_seen != 1)
		return;
	m->hook_seen = 2;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_USER_TRIGGER), 0);
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	/* Slot 0 has a new owner now. */
	assert_int_equal(mock_nop(m), 0);
}

static void
a_waiting_thread_notices_that_its_slot_went_away_with_a_reset(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	real_delay = m->plat.delay_us;
	m->plat.delay_us = delay_with_reset;
	m->hook = reset_meanwhile;
	assert_int_equal(mock_nop(m), -ENODEV);
	assert_int_equal(m->hal.count.aborted, 1);
	assert_int_equal(m->hal.count.completed, 1);
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_programs_the_rings_in_the_order_of_the_datasheet),
		cmocka_unit_test(start_twice_is_refused_and_changes_nothing),
		cmocka_unit_test(commands_before_the_start_are_refused),
		cmocka_unit_test(a_stop_without_a_reset_keeps_the_rings_until_the_end),
		cmocka_unit_test(memory_that_cannot_be_parked_any_more_is_never_freed_early),
		cmocka_unit_test(the_command_arrives_as_it_was_given),
		cmocka_unit_test(lengths_that_are_no_command_are_refused),
		cmocka_unit_test(slots_phases_and_doorbell_survive_more_than_65536_commands),
		cmocka_unit_test(every_status_becomes_its_errno),
		cmocka_unit_test(the_response_of_a_failed_command_is_handed_over),
		cmocka_unit_test(an_answer_just_within_the_time_is_taken),
		cmocka_unit_test(a_command_without_answer_kills_the_queue),
		cmocka_unit_test(a_completion_after_the_time_out_does_no_harm),
		cmocka_unit_test(the_hint_replaces_the_time_out_until_the_next_reset),
		cmocka_unit_test(completions_of_idle_ids_are_counted_and_dropped),
		cmocka_unit_test(a_completion_for_an_id_beyond_the_ring_kills_the_queue),
		cmocka_unit_test(reserved_bits_of_the_id_are_ignored),
		cmocka_unit_test(a_ring_full_of_idle_ids_is_read_for_one_round_only),
		cmocka_unit_test(a_ring_that_is_rewritten_all_the_time_does_not_hold_the_caller),
		cmocka_unit_test(in_interrupt_mode_the_thread_sleeps_until_the_interrupt),
		cmocka_unit_test(a_lost_interrupt_turns_the_queue_to_polling),
		cmocka_unit_test(one_late_interrupt_does_not_turn_interrupts_off_for_good),
		cmocka_unit_test(no_answer_in_interrupt_mode_kills_the_queue),
		cmocka_unit_test(an_invalid_completion_found_at_the_timeout_is_no_missed_interrupt),
		cmocka_unit_test(the_interrupt_thread_itself_polls),
		cmocka_unit_test(unmasking_delivers_what_was_completed_meanwhile),
		cmocka_unit_test(a_full_ring_is_waited_for_and_then_reported_busy),
		cmocka_unit_test(commands_in_flight_are_aborted_when_the_queue_dies_or_stops),
		cmocka_unit_test(a_waiting_thread_notices_that_its_slot_went_away_with_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
