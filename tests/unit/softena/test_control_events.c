/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events, keep-alive, PHC: part A 7, 6.18.
 */

#include "test_control_util.h"

#define GROUP(g) ENA_BIT(ENA_AENQ_##g)

static void
expect_link(struct driver *d, bool up)
{
	const struct ena_aenq_entry *e = event_next(d);

	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.group), ENA_AENQ_LINK_CHANGE);
	assert_int_equal(ena_get32(e->u.link.flags), up);
}

static void
expect_group(struct driver *d, enum ena_aenq_group group)
{
	const struct ena_aenq_entry *e = event_next(d);

	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.group), group);
}

/* ---- enabling and credits (7.9) -------------------------------------------------- */

static void
groups_first_then_credits_gives_link_and_keep_alive_at_the_doorbell(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE) | GROUP(LINK_CHANGE)), 0);
	fake_host_advance(&d->host, 5 * NS_PER_S);
	poll_control(d);
	assert_null(event_next(d));
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	expect_link(d, true);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	assert_null(event_next(d));
	driver_free(d);
}

static void
credits_first_then_groups_gives_them_behind_the_completion(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	assert_null(event_next(d));
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE) | GROUP(LINK_CHANGE)), 0);
	expect_link(d, true);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	/* Enabled before: no new link event. */
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE) | GROUP(LINK_CHANGE)), 0);
	assert_null(event_next(d));
	/* Disabled and enabled again: one. */
	assert_int_equal(aenq_groups(d, 0), 0);
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	expect_link(d, true);
	assert_null(event_next(d));
	driver_free(d);
}

static void
nothing_is_written_without_credit_or_for_disabled_groups(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	assert_int_equal(aenq_groups(d, 0xdf), 0);
	for (i = 0; i < 5; i++) {
		fake_host_advance(&d->host, NS_PER_S);
		softena_link_set(d->dev, i % 2 != 0);
		poll_control(d);
	}
	for (i = 0; i < 16 * 64; i++)
		assert_int_equal(d->aenq.va[i], 0);
	assert_int_equal(aenq_groups(d, GROUP(WARNING)), 0);
	event_ack(d);
	fake_host_advance(&d->host, 3 * NS_PER_S);
	softena_link_set(d->dev, true);
	poll_control(d);
	assert_null(event_next(d)); /* disabling cleared what was due */
	assert_int_equal(stats(d).events, 0);
	driver_free(d);
}

static void
never_more_events_than_credits(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i, n;

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE)), 0);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 3);
	for (i = 0; i < 50; i++) {
		poll_control(d);
		fake_host_advance(&d->host, NS_PER_S);
	}
	for (n = 0; event_next(d) != NULL; n++)
		;
	assert_int_equal(n, 3);
	/* Ticks without credit became one event, which is sent when there is credit. */
	d->aenq.count = 3;
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	assert_null(event_next(d));
	driver_free(d);
}

static void
head_doorbell_out_of_range_is_ignored(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 17);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 0xffff);
	poll_control(d);
	assert_null(event_next(d));
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16); /* stopped */
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | 16);
	poll_control(d);
	assert_null(event_next(d)); /* and CAPS takes credits back */
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	expect_link(d, true); /* the cause was remembered */
	/* A ring that is programmed anew starts without the credits of the old one. */
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | 16);
	memset(d->aenq.va, 0, 16 * 64);
	d->aenq.count = 0;
	softena_link_set(d->dev, false);
	poll_control(d);
	assert_null(event_next(d));
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	expect_link(d, false);
	driver_free(d);
}

static void
counters_and_phase_survive_the_wrap_at_65536(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	event_ack(d);
	expect_link(d, true);
	for (i = 0; i < 65536 + 40; i++) {
		softena_link_set(d->dev, i % 2 != 0);
		event_ack(d);
		expect_link(d, i % 2 != 0);
	}
	driver_free(d);
}

/* ---- single groups --------------------------------------------------------------- */

static void
keep_alive_comes_once_a_second_with_the_counters(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE)), 0);
	event_ack(d);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	for (i = 1; i <= 20; i++) {
		const struct ena_aenq_entry *e;

		fake_host_advance(&d->host, NS_PER_S - 1);
		event_ack(d);
		assert_null(event_next(d));
		fake_host_advance(&d->host, 1);
		poll_control(d);
		e = event_next(d);
		assert_non_null(e);
		assert_int_equal(ena_get32(e->common.timestamp_lo), i);
		assert_int_equal(ena_get_count64(e->u.keep_alive.rx_drops), 0);
	}
	/* A device that was not polled for a while sends one event, not twenty. */
	event_ack(d);
	fake_host_advance(&d->host, 20 * NS_PER_S);
	poll_control(d);
	poll_control(d);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	assert_null(event_next(d));
	driver_free(d);
}

static void
timestamp_counts_whole_seconds_since_the_reset(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_aenq_entry *e;

	(void)state;
	fake_host_advance(&d->host, 7 * NS_PER_S + 900000000);
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	event_ack(d);
	e = event_next(d);
	assert_non_null(e);
	assert_int_equal(ena_get32(e->common.timestamp_lo), 7);
	assert_int_equal(ena_get32(e->common.timestamp_hi), 0);
	driver_free(d);
}

static void
link_changes_while_without_credit_become_one_event_with_the_last_state(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	softena_link_set(d->dev, false);
	poll_control(d);
	softena_link_set(d->dev, true);
	poll_control(d);
	softena_link_set(d->dev, false);
	assert_false(softena_link_get(d->dev));
	event_ack(d);
	expect_link(d, false);
	assert_null(event_next(d));
	softena_link_set(d->dev, false); /* no change */
	event_ack(d);
	assert_null(event_next(d));
	driver_free(d);
}

static void
link_state_survives_a_reset_and_is_told_again(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	softena_link_set(d->dev, false);
	driver_boot(d);
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	event_ack(d);
	expect_link(d, false);
	driver_free(d);
}

static void
due_events_come_in_ascending_group_order(void **state)
{
	struct softena_config cfg;
	struct driver *d;
	const struct ena_aenq_entry *e;
	unsigned int g;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "config-notification", "0x8001", NULL, 0), 0);
	assert_int_equal(softena_config_set(&cfg, "hint-admin", "1234", NULL, 0), 0);
	d = driver_booted_cfg(&cfg);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_WARNING), -EAGAIN);
	assert_int_equal(aenq_groups(d, 0xdf), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_RESET_REQUEST), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_NOTIFICATION), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_WARNING), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_WARNING), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_FATAL_ERROR), 0);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_LINK_CHANGE), -EINVAL);
	assert_int_equal(softena_event_send(d->dev, ENA_AENQ_KEEP_ALIVE), -EINVAL);
	assert_int_equal(softena_event_send(d->dev, (enum ena_aenq_group)40), -EINVAL);
	event_ack(d);
	for (g = 0; g < 8; g++) {
		if (g == ENA_AENQ_REFRESH_CAPS)
			continue;
		e = event_next(d);
		assert_non_null(e);
		assert_int_equal(ena_get16(e->common.group), g);
		if (g == ENA_AENQ_NOTIFICATION) {
			assert_int_equal(ena_get16(e->common.syndrome), 2);
			assert_int_equal(ena_get16(e->u.hints.admin_timeout_ms), 1234);
		}
		if (g == ENA_AENQ_CONFIG_NOTIFICATION)
			assert_int_equal(ena_get64(e->u.config.codes), 0x8001);
	}
	assert_null(event_next(d));
	driver_free(d);
}

static void
vector_0_is_raised_once_for_a_batch_of_events(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	softena_msix_enable(d->dev, true);
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE) | GROUP(LINK_CHANGE)), 0);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	fake_host_take_raised(&d->host, 0);
	event_ack(d);
	assert_int_equal(d->host.raised[0], 1);
	expect_link(d, true);
	expect_group(d, ENA_AENQ_KEEP_ALIVE);
	/* A message while MSI-X is off is lost. */
	softena_msix_enable(d->dev, false);
	fake_host_advance(&d->host, NS_PER_S);
	event_ack(d);
	softena_msix_enable(d->dev, true);
	poll_control(d);
	assert_int_equal(d->host.raised[0], 1);
	fake_host_advance(&d->host, NS_PER_S);
	event_ack(d);
	assert_int_equal(d->host.raised[0], 2);
	driver_free(d);
}

static void
event_ring_that_is_not_mapped_is_a_fault_and_commands_go_on(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	fake_host_unmap(&d->host, d->aenq.iova);
	assert_int_equal(aenq_groups(d, GROUP(LINK_CHANGE)), 0);
	event_ack(d);
	assert_true(stats(d).dma_faults >= 1);
	assert_int_equal(aenq_groups(d, 0), 0);
	driver_free(d);
}

/* ---- PHC (6.18, 6.22) ------------------------------------------------------------------------ */

static struct driver *
phc_device(void)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "feature-phc", "on", NULL, 0), 0);
	return driver_booted_cfg(&cfg);
}

static uint8_t
phc_set(struct driver *d, uint64_t addr, uint32_t len)
{
	struct ena_phc_config p = {
		.response_buf = ena_put_ad48(addr), .response_buf_len = ena_put32(len)};

	return feature_set(d, ENA_FEATURE_PHC, 0, &p, sizeof(p));
}

static struct ena_phc_resp
phc_ask(struct driver *d, uint16_t id)
{
	struct ena_phc_resp r;

	((struct ena_phc_resp *)(void *)d->buf)->req_id =
		ena_put16((uint16_t)(id + ENA_PHC_POISON));
	reg_write(d, ENA_REG_PHC_DB, id);
	poll_control(d);
	memcpy(&r, d->buf, sizeof(r));
	return r;
}

static void
phc_answers_with_the_time_after_it_was_set(void **state)
{
	struct driver *d = phc_device();
	struct ena_phc_config p;
	struct ena_phc_resp r;

	(void)state;
	assert_int_equal(feature_get(d, ENA_FEATURE_PHC, 0, &p, sizeof(p)), 0);
	assert_int_equal(p.version, 0);
	assert_int_equal(ena_get32(p.db_offset), 0x100);
	assert_int_equal(ena_get16(phc_ask(d, 1).req_id), (1 + ENA_PHC_POISON) & 0xffff);
	assert_int_equal(phc_set(d, d->buf_iova, 63), ENA_ACQ_ILLEGAL_PARAMETER);
	assert_int_equal(phc_set(d, 0, 64), ENA_ACQ_ILLEGAL_PARAMETER);
	assert_int_equal(phc_set(d, d->buf_iova, 64), 0);
	fake_host_advance(&d->host, 123);
	memset(d->buf, 0xff, 64);
	r = phc_ask(d, 0xffff);
	assert_int_equal(ena_get16(r.req_id), 0xffff);
	assert_int_equal(ena_get64(r.timestamp_ns), d->host.wall_ns);
	assert_int_equal(ena_get32(r.error_bound_ns), 0);
	assert_int_equal(ena_get32(r.error_flags), 0);
	driver_reset(d, 0);
	assert_int_equal(ena_get16(phc_ask(d, 7).req_id), (7 + ENA_PHC_POISON) & 0xffff);
	assert_int_equal(stats(d).dma_faults, 0);
	driver_free(d);
}

static void
phc_refuses_the_126th_request_of_a_second(void **state)
{
	struct driver *d = phc_device();
	struct ena_phc_resp r;
	unsigned int second, i;

	(void)state;
	assert_int_equal(phc_set(d, d->buf_iova, 64), 0);
	for (second = 0; second < 3; second++) {
		for (i = 1; i <= 130; i++) {
			r = phc_ask(d, (uint16_t)i);
			assert_int_equal(ena_get16(r.req_id), i);
			assert_int_equal(ena_get32(r.error_flags), i > 125);
			if (i > 125)
				assert_int_equal(ena_get64(r.timestamp_ns), 0);
			fake_host_advance(&d->host, 7000000);
		}
		fake_host_advance(&d->host, NS_PER_S - 130 * UINT64_C(7000000));
	}
	driver_free(d);
}

static void
phc_works_over_polled_registers(void **state)
{
	struct softena_config cfg;
	struct driver *d;
	unsigned int i;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "features", "+phc", NULL, 0), 0);
	d = driver_new(&cfg, SOFTENA_BAR0_POLLED);
	driver_boot(d);
	assert_int_equal(phc_set(d, d->buf_iova, 64), 0);
	for (i = 1; i < 4; i++)
		assert_int_equal(ena_get16(phc_ask(d, (uint16_t)i).req_id), i);
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			groups_first_then_credits_gives_link_and_keep_alive_at_the_doorbell),
		cmocka_unit_test(credits_first_then_groups_gives_them_behind_the_completion),
		cmocka_unit_test(nothing_is_written_without_credit_or_for_disabled_groups),
		cmocka_unit_test(never_more_events_than_credits),
		cmocka_unit_test(head_doorbell_out_of_range_is_ignored),
		cmocka_unit_test(counters_and_phase_survive_the_wrap_at_65536),
		cmocka_unit_test(keep_alive_comes_once_a_second_with_the_counters),
		cmocka_unit_test(timestamp_counts_whole_seconds_since_the_reset),
		cmocka_unit_test(
			link_changes_while_without_credit_become_one_event_with_the_last_state),
		cmocka_unit_test(link_state_survives_a_reset_and_is_told_again),
		cmocka_unit_test(due_events_come_in_ascending_group_order),
		cmocka_unit_test(vector_0_is_raised_once_for_a_batch_of_events),
		cmocka_unit_test(event_ring_that_is_not_mapped_is_a_fault_and_commands_go_on),
		cmocka_unit_test(phc_answers_with_the_time_after_it_was_set),
		cmocka_unit_test(phc_refuses_the_126th_request_of_a_second),
		cmocka_unit_test(phc_works_over_polled_registers),
	};

	return cmocka_run_group_tests_name("softena events", tests, NULL, NULL);
}
