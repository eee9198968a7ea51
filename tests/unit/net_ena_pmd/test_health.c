/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The service of a port, on a scripted device with virtual time: the keep-alive watchdog, the admin
 * queue, and what the service does and does not do while it is needed.
 */
#include "scripted_port.h"

#define MS   UINT64_C(1000)
#define STEP (100 * MS)

static bool
wanted(void)
{
	return ena_reset_is_wanted(port_adapter());
}

static enum ena_reset_reason
reason(void)
{
	return ena_reset_reason_or(port_adapter(), ENA_RESET_NORMAL);
}

/** The device falls silent now. @return microseconds until a reset is wanted; 0: not in @p limit */
static uint64_t
silence(uint64_t limit)
{
	uint64_t begin = port.m->now;

	port.beats = false;
	while (port.m->now - begin < limit) {
		port_pass(STEP);
		if (wanted())
			return port.m->now - begin;
	}
	return 0;
}

/* ---- keep-alive ---------------------------------------------------------------------------- */

static const struct hint {
	uint16_t ms;
	uint64_t timeout_us; /* 0: none */
} hints[] = {
	{0, ENA_KEEP_ALIVE_US},
	{2000, 2 * PORT_SECOND},
	{4500, 4500 * MS},
	{30000, 30 * PORT_SECOND},
	{ENA_HINT_OFF, 0},
};

/** The device falls silent with the last keep-alive; a reset is wanted by the next run. */
static void
assert_timeout(uint64_t timeout_us)
{
	uint64_t us;

	port_event_keep_alive();
	us = silence(100 * PORT_SECOND);
	if (timeout_us == 0) {
		assert_int_equal(us, 0);
		return;
	}
	assert_true(us > timeout_us);
	assert_true(us <= timeout_us + ENA_SERVICE_PERIOD_US + STEP);
	assert_int_equal(reason(), ENA_RESET_KEEP_ALIVE_TIMEOUT);
	assert_int_equal(port_log_lines("no sign of life"), 1);
}

static void
a_keep_alive_is_waited_for_as_long_as_the_device_hints_at_bring_up(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(hints); i++) {
		port_insert();
		port.m->hints.keep_alive_timeout_ms = ena_put16(hints[i].ms);
		assert_int_equal(port_probe(), 0);
		port_pass(10 * PORT_SECOND);
		assert_timeout(hints[i].timeout_us);
		port_eject();
	}
}

static void
a_keep_alive_is_waited_for_as_long_as_a_notification_hints(void **state)
{
	struct ena_aenq_entry e = {
		.common = {.group = ena_put16(ENA_AENQ_NOTIFICATION),
			.syndrome = ena_put16(ENA_AENQ_SYNDROME_HINTS)},
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(hints); i++) {
		port_new();
		e.u.hints.keep_alive_timeout_ms = ena_put16(hints[i].ms);
		port_event_send(e);
		assert_timeout(hints[i].timeout_us);
		port_eject();
	}
}

static void
a_device_that_never_sends_one_has_its_time_from_bring_up(void **state)
{
	uint64_t us;

	(void)state;
	port_insert();
	port.beats = false;
	assert_int_equal(port_probe(), 0);
	us = silence(10 * PORT_SECOND);
	assert_true(us > ENA_KEEP_ALIVE_US && us <= ENA_KEEP_ALIVE_US + ENA_SERVICE_PERIOD_US);
	port_eject();
}

static void
a_device_that_does_not_grant_keep_alives_is_not_watched_by_them(void **state)
{
	(void)state;
	port_insert();
	port.m->aenq.supported =
		ena_put32(ena_get32(port.m->aenq.supported) & ~ENA_BIT(ENA_AENQ_KEEP_ALIVE));
	assert_int_equal(port_probe(), 0);
	assert_int_equal(silence(100 * PORT_SECOND), 0);
	port_eject();
}

static void
keep_alives_that_come_just_in_time_keep_the_port_running(void **state)
{
	unsigned int i;

	(void)state;
	port_new();
	port.beats = false;
	for (i = 0; i < 20; i++) {
		port_event_keep_alive();
		port_pass(ENA_KEEP_ALIVE_US);
		assert_false(wanted());
	}
	port_eject();
}

/** The time-out begins again after a reset. */
static void
a_device_that_was_reset_has_its_whole_time_again(void **state)
{
	uint64_t us;

	(void)state;
	port_new();
	assert_int_not_equal(silence(10 * PORT_SECOND), 0);
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	us = silence(10 * PORT_SECOND);
	assert_true(us > ENA_KEEP_ALIVE_US);
	port_eject();
}

/** No alarm is called and the device does not run either, as when a virtual machine is paused. */
static void
pause_machine(uint64_t us)
{
	port.m->now += us;
}

static void
time_in_which_the_process_was_stopped_is_no_silence_of_the_device(void **state)
{
	uint64_t us;

	(void)state;
	port_new();
	port.beats = false;
	port_event_keep_alive();
	port_pass(3 * PORT_SECOND);
	pause_machine(60 * PORT_SECOND);
	port_pass(MS);
	assert_false(wanted());
	/* What it was silent before counts, and the whole time-out has to pass. */
	us = silence(10 * PORT_SECOND);
	assert_true(us > 2 * PORT_SECOND);
	assert_true(us <= 3 * PORT_SECOND + ENA_SERVICE_PERIOD_US + STEP);
	port_eject();
}

static void
a_service_that_is_late_is_no_pause(void **state)
{
	uint64_t begin;

	(void)state;
	port_new();
	port.beats = false;
	port_event_keep_alive();
	begin = port.m->now;
	/* Each run comes 900 ms late. */
	while (!wanted()) {
		pause_machine(900 * MS);
		port_pass(ENA_SERVICE_PERIOD_US - 900 * MS + MS);
		assert_true(port.m->now - begin < 10 * PORT_SECOND);
	}
	assert_true(port.m->now - begin > ENA_KEEP_ALIVE_US);
	port_eject();
}

/* ---- the admin queue ------------------------------------------------------------------------- */

static void
an_admin_queue_that_is_dead_asks_for_a_reset_in_the_next_run(void **state)
{
	(void)state;
	port_new();
	port_configure(1);
	port_fail_command(1, PORT_SILENT);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, 1400), -ETIMEDOUT);
	assert_false(wanted());
	/* It was due while the command waited. */
	port_pass(0);
	assert_true(wanted());
	assert_int_equal(reason(), ENA_RESET_ADMIN_TIMEOUT);
	assert_int_equal(port.reset_events, 0);
	port_pass(MS);
	assert_int_equal(port.reset_events, 1);
	port_eject();
}

/* ---- queues -------------------------------------------------------------------------------- */

static void
queues_are_not_looked_at_while_a_call_changes_them(void **state)
{
	struct ena_adapter *a;

	(void)state;
	port_run(1);
	port_send(0, 1);
	a = port_adapter();
	assert_int_equal(ena_control_begin(a), 0);
	port_pass(20 * PORT_SECOND);
	assert_false(wanted());
	ena_control_end(a);
	port_pass(10 * PORT_SECOND);
	assert_int_equal(reason(), ENA_RESET_MISSING_TX_COMPLETION);
	port_eject();
}

/* ---- the service ----------------------------------------------------------------------------- */

static void
the_service_runs_in_its_period_until_it_is_stopped(void **state)
{
	struct ena_adapter *a;
	unsigned int i;

	(void)state;
	port_new();
	a = port_adapter();
	for (i = 0; i < 5; i++) {
		assert_int_equal(port.alarms, 1);
		assert_int_equal(port.alarm[0].due - port.m->now, ENA_SERVICE_PERIOD_US);
		port_pass(ENA_SERVICE_PERIOD_US);
		assert_int_equal(a->health.watched_us, port.m->now);
	}
	ena_service_stop(a);
	assert_int_equal(port.alarms, 0);
	assert_int_equal(silence(20 * PORT_SECOND), 0);
	assert_int_equal(ena_service_start(a), 0);
	assert_int_not_equal(silence(20 * PORT_SECOND), 0);
	port_eject();
}

/** A service that is stopped while it runs does not set its alarm again. */
static void
the_service_may_be_stopped_from_within_a_run(void **state)
{
	struct port_alarm run;

	(void)state;
	port_new();
	run = port.alarm[0];
	ena_service_stop(port_adapter());
	run.call(run.arg);
	assert_int_equal(port.alarms, 0);
	port_eject();
}

static void
a_service_that_gets_no_alarm_says_so(void **state)
{
	(void)state;
	port_new();
	port.alarm_fails_at = 1;
	port_pass(2 * PORT_SECOND);
	assert_int_equal(port_log_lines("cannot set the service alarm"), 1);
	assert_int_equal(port.alarms, 0);
	port_eject();
}

/** @param period_us of a port without interrupts: events are taken that often */
static void
assert_polled(uint64_t period_us)
{
	assert_null(port.vector0);
	assert_int_equal(port.alarm[0].due - port.m->now, period_us);
	port_event_link(true);
	assert_int_equal(port_dev()->data->dev_link.link_status, RTE_ETH_LINK_DOWN);
	port_pass(period_us);
	assert_int_equal(port_dev()->data->dev_link.link_status, RTE_ETH_LINK_UP);
	port_eject();
}

static void
a_port_without_interrupts_is_polled_as_often_as_it_is_told(void **state)
{
	(void)state;
	port_insert();
	port.intr_fails = true;
	assert_int_equal(port_probe(), 0);
	assert_polled(ENA_SERVICE_PERIOD_US / 2);

	port_insert();
	port.devargs.args = "control_path_poll_interval=100";
	assert_int_equal(port_probe(), 0);
	assert_polled(100 * MS);
}

/** A lost message of vector 0: the service finds the event. */
static void
an_event_whose_interrupt_was_lost_is_taken_by_the_service(void **state)
{
	(void)state;
	port_new();
	port.m->lose_interrupts = true;
	port_event_link(true);
	assert_int_equal(port_dev()->data->dev_link.link_status, RTE_ETH_LINK_DOWN);
	port_pass(ENA_SERVICE_PERIOD_US);
	assert_int_equal(port_dev()->data->dev_link.link_status, RTE_ETH_LINK_UP);
	port_eject();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(a_keep_alive_is_waited_for_as_long_as_the_device_hints_at_bring_up),
		PORT_TEST(a_keep_alive_is_waited_for_as_long_as_a_notification_hints),
		PORT_TEST(a_device_that_never_sends_one_has_its_time_from_bring_up),
		PORT_TEST(a_device_that_does_not_grant_keep_alives_is_not_watched_by_them),
		PORT_TEST(keep_alives_that_come_just_in_time_keep_the_port_running),
		PORT_TEST(a_device_that_was_reset_has_its_whole_time_again),
		PORT_TEST(time_in_which_the_process_was_stopped_is_no_silence_of_the_device),
		PORT_TEST(a_service_that_is_late_is_no_pause),
		PORT_TEST(an_admin_queue_that_is_dead_asks_for_a_reset_in_the_next_run),
		PORT_TEST(queues_are_not_looked_at_while_a_call_changes_them),
		PORT_TEST(the_service_runs_in_its_period_until_it_is_stopped),
		PORT_TEST(the_service_may_be_stopped_from_within_a_run),
		PORT_TEST(a_service_that_gets_no_alarm_says_so),
		PORT_TEST(a_port_without_interrupts_is_polled_as_often_as_it_is_told),
		PORT_TEST(an_event_whose_interrupt_was_lost_is_taken_by_the_service),
	};

	return cmocka_run_group_tests_name("health", tests, port_group_begin, port_group_end);
}
