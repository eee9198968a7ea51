/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events of a scripted device, one group after the other: what the port makes of them, what the
 * application is told, and how many lines of the log they may fill.
 */
#include "scripted_port.h"

#define MS UINT64_C(1000)

static struct rte_eth_link
link_now(void)
{
	struct rte_eth_link link;

	assert_int_equal(rte_eth_link_get_nowait(port.id, &link), 0);
	return link;
}

/* ---- groups -------------------------------------------------------------------------------- */

static void
the_groups_that_the_driver_handles_are_enabled_if_the_device_has_them(void **state)
{
	const uint32_t supported[] = {0xdf, 0xff, 0x11, UINT32_MAX};
	uint32_t enabled[2];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(supported); i++) {
		port_insert();
		port.m->aenq.supported = ena_put32(supported[i]);
		assert_int_equal(port_probe(), 0);
		/* SET AENQ_CONFIG is the last command of the bring-up. */
		memcpy(enabled,
			((const struct ena_feature_cmd *)(const void *)mock_last(port.m))->data,
			sizeof(enabled));
		/* all but the refresh of capabilities */
		assert_int_equal(enabled[1], supported[i] & 0xdf);
		port_eject();
	}
}

static void
the_link_is_what_the_device_says_and_down_after_a_reset(void **state)
{
	(void)state;
	port_new();
	assert_int_equal(link_now().link_status, RTE_ETH_LINK_DOWN);
	port_event_link(true);
	assert_int_equal(link_now().link_status, RTE_ETH_LINK_UP);
	assert_int_equal(link_now().link_speed, RTE_ETH_SPEED_NUM_UNKNOWN);
	assert_int_equal(link_now().link_duplex, RTE_ETH_LINK_FULL_DUPLEX);
	port_event_link(false);
	assert_int_equal(link_now().link_status, RTE_ETH_LINK_DOWN);
	assert_int_equal(link_now().link_speed, RTE_ETH_SPEED_NUM_NONE);
	port_event_link(true);
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	assert_int_equal(link_now().link_status, RTE_ETH_LINK_DOWN);
	port_eject();
}

static void
the_speed_is_the_one_of_the_device_argument(void **state)
{
	(void)state;
	port_insert();
	port.devargs.args = "link_speed=25000";
	assert_int_equal(port_probe(), 0);
	port_event_link(true);
	assert_int_equal(link_now().link_speed, 25000);
	port_eject();
}

static void
a_keep_alive_brings_the_drops_of_the_device(void **state)
{
	struct ena_aenq_entry e = {
		.common.group = ena_put16(ENA_AENQ_KEEP_ALIVE),
		.u.keep_alive.rx_drops.lo = ena_put32(5),
		.u.keep_alive.tx_drops.lo = ena_put32(7),
		.u.keep_alive.rx_overruns.lo = ena_put32(11),
	};
	struct rte_eth_stats stats;

	(void)state;
	port_new();
	port_event_send(e);
	assert_int_equal(rte_eth_stats_get(port.id, &stats), 0);
	assert_int_equal(stats.imissed, 5 + 11);
	assert_int_equal(stats.oerrors, 7);
	assert_int_equal(port_adapter()->health.keep_alive_us, port.m->now);
	port_eject();
}

static void
hints_reach_both_watchdogs_and_other_notifications_none(void **state)
{
	struct ena_aenq_entry e = {
		.common.group = ena_put16(ENA_AENQ_NOTIFICATION),
		.u.hints.keep_alive_timeout_ms = ena_put16(3000),
		.u.hints.missing_tx_timeout_ms = ena_put16(4000),
	};
	struct ena_adapter *a;

	(void)state;
	port_new();
	a = port_adapter();
	port_event_send(e);
	assert_int_equal(a->health.keep_alive_timeout_us, ENA_KEEP_ALIVE_US);
	e.common.syndrome = ena_put16(ENA_AENQ_SYNDROME_HINTS);
	port_event_send(e);
	assert_int_equal(a->health.keep_alive_timeout_us, 3000 * MS);
	assert_int_equal(a->tx_watch.stall_us, 4000 * MS);
	port_eject();
}

static void
codes_of_a_sub_optimal_configuration_are_collected_and_named(void **state)
{
	struct ena_aenq_entry e = {
		.common.group = ena_put16(ENA_AENQ_CONFIG_NOTIFICATION),
		.u.config.codes = ena_put64(UINT64_C(1) << 63 | 1),
	};

	(void)state;
	port_new();
	port_event_send(e);
	assert_int_equal(port_log_lines("sub-optimal, code 1 "), 1);
	assert_int_equal(port_log_lines("sub-optimal, code 64 "), 1);
	e.u.config.codes = ena_put64(2);
	port_event_send(e);
	assert_int_equal(port_adapter()->events.config_codes, UINT64_C(1) << 63 | 3);
	/* They are about a device that is gone. */
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	assert_int_equal(port_adapter()->events.config_codes, 0);
	port_eject();
}

static void
a_reset_request_asks_for_a_reset_with_its_reason(void **state)
{
	(void)state;
	port_new();
	port_event(ENA_AENQ_RESET_REQUEST, 0);
	assert_int_equal(
		ena_reset_reason_or(port_adapter(), ENA_RESET_NORMAL), ENA_RESET_DEVICE_REQUEST);
	port_eject();
}

static void
errors_warnings_and_unknown_events_are_logged_and_nothing_else(void **state)
{
	(void)state;
	port_new();
	port_event(ENA_AENQ_FATAL_ERROR, 3);
	assert_int_equal(port_log_lines("fatal error event, group 1, syndrome 3"), 1);
	port_event(ENA_AENQ_WARNING, 4);
	assert_int_equal(port_log_lines("warning event, group 2, syndrome 4"), 1);
	port_event(ENA_AENQ_GROUPS, 5);
	assert_int_equal(port_log_lines("unknown event, group 8, syndrome 5"), 1);
	assert_int_equal(port_adapter()->hal.count.events, 3);
	assert_int_equal(port_adapter()->hal.count.unknown_events, 1);
	port_pass(3 * PORT_SECOND);
	assert_int_equal(port.reset_events + port.link_events, 0);
	port_eject();
}

/* ---- what the application is told ------------------------------------------------------------ */

static void
the_application_is_told_of_the_link_of_a_port_that_is_started(void **state)
{
	(void)state;
	port_new();
	port_configure(1);
	port_event_link(true);
	port_pass(MS);
	assert_int_equal(port.link_events, 0);
	port_start();
	/* Never from the handler of the event itself. */
	port_event_link(false);
	assert_int_equal(port.link_events, 0);
	port_pass(MS);
	assert_int_equal(port.link_events, 1);
	port_eject();
}

static void
an_application_that_did_not_ask_is_not_told_of_the_link(void **state)
{
	struct rte_eth_conf conf = {0};

	(void)state;
	port_new();
	port_configure(1);
	assert_int_equal(rte_eth_dev_configure(port.id, 1, 1, &conf), 0);
	port_start();
	port_event_link(true);
	port_pass(PORT_SECOND);
	assert_int_equal(port.link_events, 0);
	port_eject();
}

static void
several_events_before_the_application_is_told_are_one(void **state)
{
	(void)state;
	port_run(1);
	port_event_link(true);
	port_event_link(false);
	port_event_link(true);
	port_pass(PORT_SECOND / 2);
	assert_int_equal(port.link_events, 1);
	port_eject();
}

/** Both are due at a time; each has a run of its own, since the port may be gone after one. */
static void
events_of_two_kinds_are_told_in_two_runs(void **state)
{
	struct ena_adapter *a;

	(void)state;
	port_run(1);
	a = port_adapter();
	ena_notify_raise(a, ENA_NOTIFY_RESET);
	ena_notify_raise(a, ENA_NOTIFY_LINK);
	port_pass(1);
	assert_int_equal(port.reset_events + port.link_events, 1);
	port_pass(1);
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(port.link_events, 1);
	port_eject();
}

static void
close_now(void)
{
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
}

static void
an_application_may_close_the_port_in_its_callback(void **state)
{
	(void)state;
	port_run(1);
	port.on_reset_event = close_now;
	port_event_link(true);
	port_event(ENA_AENQ_RESET_REQUEST, 0);
	port_pass(5 * PORT_SECOND);
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(rte_eth_dev_count_avail(), 0);
	port_end();
}

static void
an_event_that_finds_no_alarm_is_told_after_the_next_run_of_the_service(void **state)
{
	(void)state;
	port_run(1);
	port.alarm_fails_at = 1;
	port_event_link(true);
	assert_int_equal(port_log_lines("cannot set an alarm for an event"), 1);
	port_pass(ENA_SERVICE_PERIOD_US / 2);
	assert_int_equal(port.link_events, 0);
	port_pass(ENA_SERVICE_PERIOD_US);
	assert_int_equal(port.link_events, 1);
	port_eject();
}

static void
nothing_is_told_after_a_reset_of_the_port_of_what_was_before(void **state)
{
	(void)state;
	port_run(1);
	port_event_link(true);
	port_recover(1);
	port_pass(5 * PORT_SECOND);
	assert_int_equal(port.link_events, 0);
	port_eject();
}

/* ---- the log --------------------------------------------------------------------------------- */

/** Warnings of the device: @p n of them, as fast as it has credits. */
static void
warn(unsigned int n)
{
	while (n-- != 0)
		port_event(ENA_AENQ_WARNING, 0);
}

static void
a_device_fills_the_log_with_twenty_lines_in_ten_seconds_and_no_more(void **state)
{
	(void)state;
	port_new();
	warn(20);
	assert_int_equal(port_log_lines("warning event"), 20);
	warn(13);
	port_pass(9 * PORT_SECOND);
	warn(2);
	assert_int_equal(port_log_lines("warning event"), 20);
	assert_int_equal(port_log_lines("left out"), 0);

	port_pass(PORT_SECOND);
	warn(1);
	assert_int_equal(port_log_lines("warning event"), 21);
	assert_int_equal(port_log_lines("15 more messages about the device were left out"), 1);
	/* A period in which nothing was left out is not worth a line. */
	port_pass(10 * PORT_SECOND);
	warn(20);
	assert_int_equal(port_log_lines("warning event"), 41);
	assert_int_equal(port_log_lines("left out"), 1);
	port_eject();
}

/** A line that is not written because of its level takes nothing from the limit. */
static void
lines_that_nobody_reads_do_not_count(void **state)
{
	unsigned int i;

	(void)state;
	port_new();
	for (i = 0; i < 100; i++)
		port_event_link(i % 2 == 0);
	warn(20);
	assert_int_equal(port_log_lines("warning event"), 20);
	port_eject();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(the_groups_that_the_driver_handles_are_enabled_if_the_device_has_them),
		PORT_TEST(the_link_is_what_the_device_says_and_down_after_a_reset),
		PORT_TEST(the_speed_is_the_one_of_the_device_argument),
		PORT_TEST(a_keep_alive_brings_the_drops_of_the_device),
		PORT_TEST(hints_reach_both_watchdogs_and_other_notifications_none),
		PORT_TEST(codes_of_a_sub_optimal_configuration_are_collected_and_named),
		PORT_TEST(a_reset_request_asks_for_a_reset_with_its_reason),
		PORT_TEST(errors_warnings_and_unknown_events_are_logged_and_nothing_else),
		PORT_TEST(the_application_is_told_of_the_link_of_a_port_that_is_started),
		PORT_TEST(an_application_that_did_not_ask_is_not_told_of_the_link),
		PORT_TEST(several_events_before_the_application_is_told_are_one),
		PORT_TEST(events_of_two_kinds_are_told_in_two_runs),
		PORT_TEST(an_application_may_close_the_port_in_its_callback),
		PORT_TEST(an_event_that_finds_no_alarm_is_told_after_the_next_run_of_the_service),
		PORT_TEST(nothing_is_told_after_a_reset_of_the_port_of_what_was_before),
		PORT_TEST(a_device_fills_the_log_with_twenty_lines_in_ten_seconds_and_no_more),
		PORT_TEST(lines_that_nobody_reads_do_not_count),
	};

	return cmocka_run_group_tests_name("events", tests, port_group_begin, port_group_end);
}
