/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Asynchronous events (part A section 7). */
#include "mock_device.h"

struct seen {
	struct mock *m;
	unsigned int links, keep_alives, hints, configs, resets, others;
	bool up;
	uint64_t rx_drops, tx_drops, rx_overruns, codes;
	uint16_t group, syndrome, watchdog_ms;
	bool reset_inside;
};

static void
on_link(void *arg, bool up)
{
	struct seen *s = arg;

	assert_false(s->m->locked);
	s->links++;
	s->up = up;
}

static void
on_keep_alive(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns)
{
	struct seen *s = arg;

	assert_false(s->m->locked);
	s->keep_alives++;
	s->rx_drops = rx_drops;
	s->tx_drops = tx_drops;
	s->rx_overruns = rx_overruns;
}

static void
on_hints(void *arg, const struct ena_hw_hints *hints)
{
	struct seen *s = arg;

	s->hints++;
	s->watchdog_ms = ena_get16(hints->keep_alive_timeout_ms);
}

static void
on_config(void *arg, uint64_t codes)
{
	struct seen *s = arg;

	s->configs++;
	s->codes = codes;
}

static void
on_reset_request(void *arg)
{
	struct seen *s = arg;

	s->resets++;
	if (s->reset_inside)
		assert_int_equal(ena_hal_reset(&s->m->hal, ENA_RESET_DEVICE_REQUEST), 0);
}

static void
on_other(void *arg, uint16_t group, uint16_t syndrome)
{
	struct seen *s = arg;

	s->others++;
	s->group = group;
	s->syndrome = syndrome;
}

static const struct ena_hal_event_ops ops = {
	.link = on_link,
	.keep_alive = on_keep_alive,
	.hints = on_hints,
	.config = on_config,
	.reset_request = on_reset_request,
	.other = on_other,
};

static struct ena_aenq_entry
event(uint16_t group, uint16_t syndrome)
{
	struct ena_aenq_entry e;

	memset(&e, 0, sizeof(e));
	e.common.group = ena_put16(group);
	e.common.syndrome = ena_put16(syndrome);
	return e;
}

static void
arming_gives_sixteen_credits_once(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	assert_int_equal(mock_credits(m), 0);
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(mock_last_write(m, ENA_REG_AENQ_HEAD_DB), 16);
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(mock_writes_to(m, ENA_REG_AENQ_HEAD_DB), 1);
	mock_end(m);
}

static void
arming_without_a_queue_does_nothing(void **state)
{
	struct mock *m = mock_up(MOCK_RESET);
	struct seen s = {.m = m};

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(mock_writes_to(m, ENA_REG_AENQ_HEAD_DB), 0);
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 0);
	mock_end(m);
}

static void
an_empty_ring_writes_no_doorbell(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 0);
	assert_int_equal(mock_writes_to(m, ENA_REG_AENQ_HEAD_DB), 1);
	mock_end(m);
}

static void
events_before_arming_wait_in_the_ring(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};

	(void)state;
	mock_event(m, event(ENA_AENQ_RESET_REQUEST, 0));
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 0);
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 1);
	assert_int_equal(s.resets, 1);
	mock_end(m);
}

static void
each_group_reaches_its_handler(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};
	struct ena_aenq_entry e;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	e = event(ENA_AENQ_LINK_CHANGE, 0);
	e.u.link.flags = ena_put32(0xffffffff);
	mock_event(m, e);
	e = event(ENA_AENQ_KEEP_ALIVE, 0);
	e.u.keep_alive.rx_drops = ena_put_count64(UINT64_C(0x1122334455667788));
	e.u.keep_alive.tx_drops = ena_put_count64(UINT64_C(0x99aabbccddeeff00));
	e.u.keep_alive.rx_overruns = ena_put_count64(UINT64_C(0x0123456789abcdef));
	mock_event(m, e);
	e = event(ENA_AENQ_NOTIFICATION, ENA_AENQ_SYNDROME_HINTS);
	e.u.hints.keep_alive_timeout_ms = ena_put16(4321);
	e.u.hints.admin_timeout_ms = ena_put16(77);
	e.u.hints.reg_read_timeout_ms = ena_put16(5);
	mock_event(m, e);
	e = event(ENA_AENQ_CONFIG_NOTIFICATION, 0);
	e.u.config.codes = ena_put64(UINT64_C(0x8000000000000001));
	mock_event(m, e);
	mock_event(m, event(ENA_AENQ_RESET_REQUEST, 0));

	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 5);
	assert_int_equal(s.links, 1);
	assert_true(s.up);
	assert_int_equal(s.keep_alives, 1);
	assert_int_equal(s.rx_drops, UINT64_C(0x1122334455667788));
	assert_int_equal(s.tx_drops, UINT64_C(0x99aabbccddeeff00));
	assert_int_equal(s.rx_overruns, UINT64_C(0x0123456789abcdef));
	assert_int_equal(s.hints, 1);
	assert_int_equal(s.watchdog_ms, 4321);
	assert_int_equal(m->hal.admin_timeout_us, 77000);
	assert_int_equal(m->hal.reg_timeout_us, 5000);
	assert_int_equal(s.configs, 1);
	assert_int_equal(s.codes, UINT64_C(0x8000000000000001));
	assert_int_equal(s.resets, 1);
	assert_int_equal(s.others, 0);
	assert_int_equal(m->hal.count.events, 5);
	assert_int_equal(m->hal.count.unknown_events, 0);
	/* one doorbell for all events */
	assert_int_equal(mock_writes_to(m, ENA_REG_AENQ_HEAD_DB), 2);
	assert_int_equal(mock_last_write(m, ENA_REG_AENQ_HEAD_DB), 21);

	e = event(ENA_AENQ_LINK_CHANGE, 0);
	e.u.link.flags = ena_put32(0xfffffffe);
	mock_event(m, e);
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 1);
	assert_false(s.up);
	mock_end(m);
}

static void
groups_and_syndromes_without_a_handler_are_reported_as_other(void **state)
{
	static const struct {
		uint16_t group, syndrome;
		bool unknown;
	} t[] = {
		{ENA_AENQ_FATAL_ERROR, 1, false},
		{ENA_AENQ_WARNING, 2, false},
		{ENA_AENQ_REFRESH_CAPS, 3, false},
		{ENA_AENQ_NOTIFICATION, 0, true},
		{ENA_AENQ_NOTIFICATION, 3, true},
		{8, 4, true},
		{255, 5, true},
		{0xffff, 0xffff, true},
	};
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};
	unsigned int i, unknown = 0;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		mock_event(m, event(t[i].group, t[i].syndrome));
		assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 1);
		assert_int_equal(s.others, i + 1);
		assert_int_equal(s.group, t[i].group);
		assert_int_equal(s.syndrome, t[i].syndrome);
		unknown += t[i].unknown;
		assert_int_equal(m->hal.count.unknown_events, unknown);
	}
	mock_end(m);
}

static void
a_handler_that_is_absent_ignores_its_group(void **state)
{
	static const struct ena_hal_event_ops none;
	struct mock *m = mock_up(MOCK_ADMIN);
	uint16_t g;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	for (g = 0; g < 10; g++)
		mock_event(m, event(g, ENA_AENQ_SYNDROME_HINTS));
	assert_int_equal(ena_hal_aenq_process(&m->hal, &none, NULL), 10);
	assert_int_equal(mock_credits(m), 16);
	mock_end(m);
}

static void
credits_and_phases_survive_a_wrap_of_the_counter(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};
	struct ena_aenq_entry e = event(ENA_AENQ_KEEP_ALIVE, 0);
	unsigned int total = 0, batch, i;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	/* batches of 1 to 16 events, each size at each position of the ring */
	while (total < 3 * 65536) {
		batch = total % 17 == 0 ? 16 : total % 17;
		for (i = 0; i < batch; i++) {
			e.u.keep_alive.rx_drops = ena_put_count64(++total);
			mock_event(m, e);
		}
		assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), batch);
		assert_int_equal(s.keep_alives, total);
		assert_int_equal(s.rx_drops, total);
		assert_int_equal(mock_credits(m), 16);
		assert_int_equal(m->reg[ENA_REG_AENQ_HEAD_DB / 4], (uint16_t)(16 + total));
	}
	mock_end(m);
}

static unsigned int floods;

static void
flood(void *arg, bool up)
{
	struct seen *s = arg;

	(void)up;
	/* A device that ignores its credits: the next event is there at once. */
	mock_event(s->m, event(ENA_AENQ_LINK_CHANGE, 0));
	floods++;
}

static void
a_device_that_ignores_its_credits_cannot_hold_the_caller(void **state)
{
	static const struct ena_hal_event_ops flooding = {.link = flood};
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	floods = 0;
	mock_event(m, event(ENA_AENQ_LINK_CHANGE, 0));
	assert_int_equal(ena_hal_aenq_process(&m->hal, &flooding, &s), 16);
	assert_int_equal(floods, 16);
	mock_end(m);
}

static void
a_reset_inside_a_handler_ends_the_round(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m, .reset_inside = true};
	unsigned int doorbells;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	mock_event(m, event(ENA_AENQ_RESET_REQUEST, 0));
	mock_event(m, event(ENA_AENQ_LINK_CHANGE, 0));
	doorbells = mock_writes_to(m, ENA_REG_AENQ_HEAD_DB);
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 1);
	assert_int_equal(s.links, 0);
	assert_int_equal(mock_writes_to(m, ENA_REG_AENQ_HEAD_DB), doorbells);
	mock_end(m);
}

static void
after_a_new_start_events_begin_at_the_first_slot(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	struct seen s = {.m = m};
	unsigned int i;

	(void)state;
	ena_hal_aenq_arm(&m->hal);
	for (i = 0; i < 21; i++) {
		mock_event(m, event(ENA_AENQ_LINK_CHANGE, 0));
		ena_hal_aenq_process(&m->hal, &ops, &s);
	}
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	ena_hal_aenq_arm(&m->hal);
	assert_int_equal(mock_last_write(m, ENA_REG_AENQ_HEAD_DB), 16);
	mock_event(m, event(ENA_AENQ_LINK_CHANGE, 0));
	assert_int_equal(ena_hal_aenq_process(&m->hal, &ops, &s), 1);
	mock_end(m);
}

static void
only_supported_groups_are_enabled(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	const struct ena_aenq_config *set;
	uint32_t enabled;

	(void)state;
	m->aenq.supported = ena_put32(0x95);
	assert_int_equal(ena_hal_aenq_groups(&m->hal, 0xdf, &enabled), 0);
	assert_int_equal(enabled, 0x95);
	assert_int_equal(m->hal.caps.aenq_groups, 0x95);
	set = (const void *)((const struct ena_feature_cmd *)mock_last(m))->data;
	assert_int_equal(mock_last(m)->common.opcode, ENA_AQ_SET_FEATURE);
	assert_int_equal(ena_get32(set->supported), 0);
	assert_int_equal(ena_get32(set->enabled), 0x95);
	assert_int_equal(ena_hal_aenq_groups(&m->hal, 0, NULL), 0);
	mock_end(m);
}

static void
failures_of_the_group_configuration_are_passed_on(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	uint32_t enabled = 7;

	(void)state;
	m->get_status[ENA_FEATURE_AENQ_CONFIG] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(ena_hal_aenq_groups(&m->hal, 1, &enabled), -EINVAL);
	assert_int_equal(enabled, 0);
	m->get_status[ENA_FEATURE_AENQ_CONFIG] = 0;
	m->set_status[ENA_FEATURE_AENQ_CONFIG] = ENA_ACQ_BUSY;
	assert_int_equal(ena_hal_aenq_groups(&m->hal, 1, &enabled), -EAGAIN);
	assert_int_equal(enabled, 0);
	m->hal.caps.features = 0;
	assert_int_equal(ena_hal_aenq_groups(&m->hal, 1, &enabled), -ENOTSUP);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arming_gives_sixteen_credits_once),
		cmocka_unit_test(arming_without_a_queue_does_nothing),
		cmocka_unit_test(an_empty_ring_writes_no_doorbell),
		cmocka_unit_test(events_before_arming_wait_in_the_ring),
		cmocka_unit_test(each_group_reaches_its_handler),
		cmocka_unit_test(groups_and_syndromes_without_a_handler_are_reported_as_other),
		cmocka_unit_test(a_handler_that_is_absent_ignores_its_group),
		cmocka_unit_test(credits_and_phases_survive_a_wrap_of_the_counter),
		cmocka_unit_test(a_device_that_ignores_its_credits_cannot_hold_the_caller),
		cmocka_unit_test(a_reset_inside_a_handler_ends_the_round),
		cmocka_unit_test(after_a_new_start_events_begin_at_the_first_slot),
		cmocka_unit_test(only_supported_groups_are_enabled),
		cmocka_unit_test(failures_of_the_group_configuration_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
