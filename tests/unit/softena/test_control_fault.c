/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults of the control path: commands, events, interrupts, registers, carrier.
 */

#include <limits.h>
#include <stdio.h>

#include "test_control_util.h"

#define NS_PER_MS UINT64_C(1000000)
#define ANY       SOFTENA_FAULT_ANY_QUEUE
#define GROUP(g)  ENA_BIT(ENA_AENQ_##g)

static void
arm(struct driver *d, enum softena_fault_kind kind, uint32_t count, uint32_t arg)
{
	assert_int_equal(fault_arm(d->dev, kind, ANY, count, arg), 0);
}

/** GET_FEATURE of the attributes, posted and rung. */
static void
post_get(struct driver *d)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};

	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	poll_control(d);
}

static uint8_t
get(struct driver *d)
{
	return feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0);
}

/* ---- commands --------------------------------------------------------------------------- */

static void
admin_timeout_swallows_a_command_and_answers_the_next(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_TIMEOUT, 1, 0);
	post_get(d);
	fake_host_advance(&d->host, 60 * NS_PER_S);
	poll_control(d);
	assert_null(cmd_reap(d));
	post_get(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 1);
	driver_free(d);
}

static void
a_swallowed_command_has_no_effect(void **state)
{
	struct driver *d = driver_booted();
	struct ena_create_cq_cmd cmd = cq_cmd(d, 4, 64, 1);
	struct ena_create_cq_rsp rsp;

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_TIMEOUT, 1, 0);
	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	poll_control(d);
	assert_null(cmd_reap(d));
	assert_int_equal(cq_create(d, 4, 64, 1, &rsp), 0);
	assert_int_equal(ena_get16(rsp.cq_idx), 0);
	driver_free(d);
}

static void
admin_late_answers_after_its_time_and_keeps_the_order(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_LATE, 1, 250);
	post_get(d);
	post_get(d);
	fake_host_advance(&d->host, 249 * NS_PER_MS);
	poll_control(d);
	assert_null(cmd_reap(d));
	fake_host_advance(&d->host, NS_PER_MS);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 0);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 1);
	assert_int_equal(get(d), 0);
	driver_free(d);
}

static void
a_command_that_is_late_is_forgotten_by_a_reset(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_LATE, 1, 1000);
	post_get(d);
	driver_boot(d);
	assert_int_equal(get(d), 0);
	driver_free(d);
}

static void
admin_status_answers_with_it_and_does_nothing(void **state)
{
	struct driver *d = driver_booted();
	struct ena_create_cq_rsp rsp;

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_STATUS, 2, ENA_ACQ_BUSY);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), ENA_ACQ_BUSY);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), ENA_ACQ_BUSY);
	assert_int_equal(cq_create(d, 4, 64, 1, &rsp), 0);
	assert_int_equal(ena_get16(rsp.cq_idx), 0);
	driver_free(d);
}

static void
admin_bad_id_completes_a_command_that_nobody_posted(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;

	(void)state;
	arm(d, SOFTENA_FAULT_ADMIN_BAD_ID, 1, 0);
	post_get(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 0xfff);
	arm(d, SOFTENA_FAULT_ADMIN_BAD_ID, 1, 31);
	post_get(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 31);
	assert_int_equal(get(d), 0);
	driver_free(d);
}

/* ---- interrupts and events ------------------------------------------------------------------ */

static void
no_interrupt_loses_the_message_of_vector_0_and_not_the_completion(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	softena_msix_enable(d->dev, true);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	fake_host_take_raised(&d->host, 0);
	arm(d, SOFTENA_FAULT_NO_INTERRUPT, 1, 0);
	assert_int_equal(get(d), 0);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 0);
	assert_int_equal(get(d), 0);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 1);
	driver_free(d);
}

static void
keep_alive_stop_leaves_out_as_many_events(void **state)
{
	struct driver *d = driver_booted();
	unsigned int seen = 0;

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(KEEP_ALIVE)), 0);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	poll_control(d);
	assert_non_null(event_next(d));
	event_ack(d);
	arm(d, SOFTENA_FAULT_KEEP_ALIVE_STOP, 3, 0);
	for (unsigned int i = 0; i < 5; i++) {
		fake_host_advance(&d->host, NS_PER_S);
		poll_control(d);
		if (event_next(d) != NULL) {
			seen++;
			event_ack(d);
			assert_true(i >= 3);
		}
	}
	assert_int_equal(seen, 2);
	driver_free(d);
}

static void
reset_request_is_an_event_of_group_7(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_aenq_entry *e;
	struct softena_fault_info info;

	(void)state;
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_RESET_REQUEST, ANY, 1, 0), -EAGAIN);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	assert_int_equal(aenq_groups(d, GROUP(RESET_REQUEST)), 0);
	arm(d, SOFTENA_FAULT_RESET_REQUEST, 1, 0);
	poll_control(d);
	e = event_next(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.group), ENA_AENQ_RESET_REQUEST);
	assert_null(event_next(d));
	softena_fault_get(d->dev, SOFTENA_FAULT_RESET_REQUEST, &info);
	assert_false(info.armed);
	assert_int_equal(info.hits, 1);
	driver_free(d);
}

static void
link_flap_takes_the_carrier_and_gives_it_back(void **state)
{
	struct driver *d = driver_booted();
	struct softena_fault_info info;

	(void)state;
	arm(d, SOFTENA_FAULT_LINK_FLAP, 2, 50);
	for (unsigned int i = 0; i < 2; i++) {
		poll_control(d);
		assert_false(softena_link_get(d->dev));
		fake_host_advance(&d->host, 49 * NS_PER_MS);
		poll_control(d);
		assert_false(softena_link_get(d->dev));
		fake_host_advance(&d->host, NS_PER_MS);
		poll_control(d);
		assert_true(softena_link_get(d->dev));
		fake_host_advance(&d->host, 50 * NS_PER_MS);
	}
	poll_control(d);
	assert_true(softena_link_get(d->dev));
	softena_fault_get(d->dev, SOFTENA_FAULT_LINK_FLAP, &info);
	assert_false(info.armed);
	assert_int_equal(info.hits, 2);
	driver_free(d);
}

static void
a_link_that_is_down_cannot_flap(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	softena_link_set(d->dev, false);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_LINK_FLAP, ANY, 1, 0), -EAGAIN);
	driver_free(d);
}

/* ---- registers ------------------------------------------------------------------------------- */

static void
registers_are_gone_and_come_back(enum softena_bar0_mode mode)
{
	struct driver *d = driver_new(NULL, mode);
	uint32_t caps;

	driver_boot(d);
	caps = reg_read(d, ENA_REG_CAPS);
	arm(d, SOFTENA_FAULT_REGS_GONE, 1, 0);
	assert_int_equal(reg_read(d, ENA_REG_CAPS), ENA_REG_READ_FAILED);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), ENA_REG_READ_FAILED);
	assert_int_equal(reg_read(d, ENA_REG_VERSION), ENA_REG_READ_FAILED);
	/* Readless reads and commands are not answered. */
	assert_int_equal(reg_readless(d, ENA_REG_CAPS), ENA_REG_READ_FAILED);
	post_get(d);
	assert_null(cmd_reap(d));
	/* Writes in between had no effect. */
	reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	poll_control(d);
	softena_fault_clear(d->dev);
	poll_control(d);
	assert_int_equal(reg_read(d, ENA_REG_CAPS), caps);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), ENA_DEV_STS_READY);
	driver_boot(d);
	assert_int_equal(get(d), 0);
	driver_free(d);
}

static void
regs_gone_reads_all_ones_until_cleared_when_trapped(void **state)
{
	(void)state;
	registers_are_gone_and_come_back(SOFTENA_BAR0_TRAPPED);
}

static void
regs_gone_reads_all_ones_until_cleared_when_polled(void **state)
{
	(void)state;
	registers_are_gone_and_come_back(SOFTENA_BAR0_POLLED);
}

static void
regs_gone_ends_after_its_time_and_survives_a_function_reset(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	driver_boot(d);
	arm(d, SOFTENA_FAULT_REGS_GONE, 1, 20);
	softena_function_reset(d->dev);
	assert_int_equal(reg_read(d, ENA_REG_VERSION), ENA_REG_READ_FAILED);
	fake_host_advance(&d->host, 20 * NS_PER_MS);
	poll_control(d);
	assert_int_not_equal(reg_read(d, ENA_REG_VERSION), ENA_REG_READ_FAILED);
	driver_boot(d);
	assert_int_equal(get(d), 0);
	driver_free(d);
}

/* ---- interface ------------------------------------------------------------------------------- */

static void
every_kind_has_a_name_a_text_and_can_be_found(void **state)
{
	struct driver *d = driver_booted();
	struct softena_fault_info info;
	unsigned int n;

	(void)state;
	for (n = 0; softena_fault_get(d->dev, n, &info); n++) {
		assert_non_null(info.name);
		assert_true(strlen(info.help) > 10);
		assert_false(info.armed);
		assert_int_equal(softena_fault_find(info.name), n);
	}
	assert_int_equal(n, SOFTENA_FAULT_KINDS);
	assert_true(softena_fault_find("no-such-fault") < 0);
	driver_free(d);
}

static void
only_faults_that_wait_for_an_occasion_can_skip_some(void **state)
{
	struct driver *d = driver_booted();
	struct softena_fault_info info;
	int kind;

	(void)state;
	assert_int_equal(aenq_groups(d, GROUP(RESET_REQUEST)), 0);
	for (kind = 0; kind < SOFTENA_FAULT_KINDS; kind++) {
		struct softena_fault_spec spec = softena_fault_once((enum softena_fault_kind)kind);

		assert_true(softena_fault_get(d->dev, (unsigned int)kind, &info));
		spec.skip = 1;
		assert_int_equal(softena_fault_set(d->dev, &spec), info.at_once ? -EINVAL : 0);
		/* What is refused has no effect. */
		assert_true(softena_fault_get(d->dev, (unsigned int)kind, &info));
		assert_int_equal(info.armed, !info.at_once);
		assert_int_equal(info.hits, 0);
		assert_int_equal(info.skip, !info.at_once);
		softena_fault_clear(d->dev);
		arm(d, (enum softena_fault_kind)kind, 1, 0);
		softena_fault_clear(d->dev);
	}
	softena_fault_get(d->dev, SOFTENA_FAULT_REGS_GONE, &info);
	assert_true(info.at_once);
	softena_fault_get(d->dev, SOFTENA_FAULT_LINK_FLAP, &info);
	assert_true(info.at_once);
	softena_fault_get(d->dev, SOFTENA_FAULT_RESET_REQUEST, &info);
	assert_true(info.at_once);
	driver_free(d);
}

/** softena_fault_parse() of words that are separated by blanks. */
static int
parse(const char *line, struct softena_fault_spec *spec, char err[128])
{
	char text[128], *word[8], *save = NULL;
	unsigned int words = 0;

	snprintf(text, sizeof(text), "%s", line);
	for (char *w = strtok_r(text, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		word[words++] = w;
	err[0] = '\0';
	return softena_fault_parse(word, words, spec, err, 128);
}

static void
a_fault_is_read_from_words(void **state)
{
	struct softena_fault_spec spec;
	char err[128];

	(void)state;
	assert_int_equal(parse("rx-mbz", &spec, err), 0);
	assert_int_equal(spec.kind, SOFTENA_FAULT_RX_MBZ);
	assert_int_equal(spec.queue, ANY);
	assert_int_equal(spec.count, 1);
	assert_int_equal(spec.arg, 0);
	assert_int_equal(spec.skip, 0);
	assert_int_equal(parse("admin-status skip=4 arg=0x7 count=0 queue=3", &spec, err), 0);
	assert_int_equal(spec.kind, SOFTENA_FAULT_ADMIN_STATUS);
	assert_int_equal(spec.queue, 3);
	assert_int_equal(spec.count, SOFTENA_FAULT_FOREVER);
	assert_int_equal(spec.arg, 7);
	assert_int_equal(spec.skip, 4);
	assert_int_equal(parse("rx-mbz queue=4294967295", &spec, err), 0);
	assert_int_equal(spec.queue, INT_MAX);
}

static void
words_that_are_no_fault_are_refused_with_a_reason(void **state)
{
	static const char *const lines[] = {"", "no-such-fault", "rx-mbz count",
		"rx-mbz count=", "rx-mbz count=x", "rx-mbz count=1x", "rx-mbz count=-1",
		"rx-mbz queue=-1", "rx-mbz arg=4294967296", "rx-mbz arg=99999999999999999999",
		"rx-mbz what=1", "rx-mbz 1", "regs-gone skip=1"};
	struct softena_fault_spec spec;
	char err[128];

	(void)state;
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(parse(lines[i], &spec, err), -EINVAL);
		assert_true(strlen(err) > 10);
	}
	/* Nothing is skipped: allowed. */
	assert_int_equal(parse("regs-gone skip=0", &spec, err), 0);
}

static void
queues_and_arguments_out_of_range_are_refused(void **state)
{
	struct driver *d = driver_booted();
	int rx = (int)d->cfg.rx_queues;

	(void)state;
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_KINDS, ANY, 1, 0), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_RX_MBZ, rx, 1, 0), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_RX_MBZ, -2, 1, 0), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_RX_MBZ, rx - 1, 1, 0), 0);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_NO_INTERRUPT, 1000, 1, 0), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_ADMIN_LATE, 0, 1, 0), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_ADMIN_STATUS, ANY, 1, 256), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_ADMIN_BAD_ID, ANY, 1, 4096), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_DMA_REFUSE, ANY, 1, 3), -EINVAL);
	assert_int_equal(fault_arm(d->dev, SOFTENA_FAULT_RX_REQ_ID_RANGE, ANY, 1, 65536), -EINVAL);
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(admin_timeout_swallows_a_command_and_answers_the_next),
		cmocka_unit_test(a_swallowed_command_has_no_effect),
		cmocka_unit_test(admin_late_answers_after_its_time_and_keeps_the_order),
		cmocka_unit_test(a_command_that_is_late_is_forgotten_by_a_reset),
		cmocka_unit_test(admin_status_answers_with_it_and_does_nothing),
		cmocka_unit_test(admin_bad_id_completes_a_command_that_nobody_posted),
		cmocka_unit_test(no_interrupt_loses_the_message_of_vector_0_and_not_the_completion),
		cmocka_unit_test(keep_alive_stop_leaves_out_as_many_events),
		cmocka_unit_test(reset_request_is_an_event_of_group_7),
		cmocka_unit_test(link_flap_takes_the_carrier_and_gives_it_back),
		cmocka_unit_test(a_link_that_is_down_cannot_flap),
		cmocka_unit_test(regs_gone_reads_all_ones_until_cleared_when_trapped),
		cmocka_unit_test(regs_gone_reads_all_ones_until_cleared_when_polled),
		cmocka_unit_test(regs_gone_ends_after_its_time_and_survives_a_function_reset),
		cmocka_unit_test(every_kind_has_a_name_a_text_and_can_be_found),
		cmocka_unit_test(only_faults_that_wait_for_an_occasion_can_skip_some),
		cmocka_unit_test(a_fault_is_read_from_words),
		cmocka_unit_test(words_that_are_no_fault_are_refused_with_a_reason),
		cmocka_unit_test(queues_and_arguments_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
