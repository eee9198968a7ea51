/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Quirks of the control plane: what some devices and models refuse where the datasheet leaves
 * it open (part A 9.8, revision 2). Each one strikes with its key and only with it.
 */

#include "test_control_util.h"

/** A booted driver on a device with one quirk, or without. */
static struct driver *
boot_with(const char *quirk, bool on)
{
	struct softena_config cfg;
	char err[160];

	softena_config_default(&cfg);
	if (on)
		assert_int_equal(softena_config_set(&cfg, quirk, "on", err, sizeof(err)), 0);
	return driver_booted_cfg(&cfg);
}

/** SET of host attributes with a page that names driver version @p version. */
static void
set_host_page(struct driver *d, uint32_t version)
{
	struct ena_host_info *page;
	struct ena_host_attr h = {.debug_area_size = ena_put32(0)};
	uint64_t iova;

	page = fake_host_alloc(&d->host, 4096, 4096, &iova);
	page->driver_version = ena_put32(version);
	h.host_info = ena_put_ad48(iova);
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
}

static bool
is_fatal(struct driver *d)
{
	return (reg_read(d, ENA_REG_DEV_STS) & ENA_DEV_STS_FATAL) != 0;
}

/** CREATE_CQ is answered, with any status. */
static bool
create_cq_is_answered(struct driver *d)
{
	struct ena_create_cq_cmd cmd = cq_cmd(d, 2, 64, 1);

	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	poll_control(d);
	return cmd_reap(d) != NULL;
}

/** A reset ends a fatal error. */
static void
comes_back(struct driver *d)
{
	driver_boot(d);
	assert_false(is_fatal(d));
	set_host_page(d, 2);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
}

static void
require_major_2_refuses_a_cq_with_another_version_in_the_host_page(void **state)
{
	struct driver *d = boot_with("require-major-2", true);

	(void)state;
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), ENA_ACQ_UNKNOWN_ERROR);
	set_host_page(d, 0x010001);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), ENA_ACQ_UNKNOWN_ERROR);
	set_host_page(d, 0x030202);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	driver_free(d);
	d = boot_with("require-major-2", false);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	driver_free(d);
}

static void
require_mmio_resp_drops_a_cq_without_an_address_for_register_reads(void **state)
{
	(void)state;
	for (int on = 0; on < 2; on++) {
		struct driver *d = boot_with("require-mmio-resp", on != 0);

		reg_write(d, ENA_REG_MMIO_RESP_LO, 0);
		reg_write(d, ENA_REG_MMIO_RESP_HI, 0);
		assert_int_equal(create_cq_is_answered(d), !on);
		assert_false(is_fatal(d));
		driver_free(d);
	}
}

static void
no_host_info_fatal_ends_in_dev_sts_without_a_completion(void **state)
{
	struct driver *d = boot_with("no-host-info-fatal", false);

	(void)state;
	assert_true(create_cq_is_answered(d));
	driver_free(d);
	d = boot_with("no-host-info-fatal", true);
	assert_false(create_cq_is_answered(d));
	assert_true(is_fatal(d));
	/* Nothing works then. */
	assert_false(create_cq_is_answered(d));
	comes_back(d);
	driver_free(d);
}

static void
late_aenq_fatal_wants_the_aenq_before_the_first_command(void **state)
{
	(void)state;
	for (int on = 0; on < 2; on++) {
		struct driver *d = boot_with("late-aenq-fatal", on != 0);

		event_ack(d);
		assert_false(is_fatal(d)); /* in time */
		driver_reset(d, ENA_RESET_NORMAL);
		driver_admin_rings(d, 32);
		assert_true(create_cq_is_answered(d));
		driver_aenq_ring(d, 32);
		event_ack(d);
		assert_int_equal(is_fatal(d), on);
		comes_back(d);
		driver_free(d);
	}
}

static void
masked_credit_fatal_wants_the_mask_off_first(void **state)
{
	(void)state;
	for (int on = 0; on < 2; on++) {
		struct driver *d = boot_with("masked-credit-fatal", on != 0);

		reg_write(d, ENA_REG_INTR_MASK, 0);
		event_ack(d);
		assert_false(is_fatal(d));
		reg_write(d, ENA_REG_INTR_MASK, ENA_INTR_MASK_MGMT);
		event_ack(d);
		assert_int_equal(is_fatal(d), on);
		driver_free(d);
	}
}

static void
zero_caps_fatal_is_for_rings_that_run(void **state)
{
	static const uint32_t caps[] = {ENA_REG_AQ_CAPS, ENA_REG_ACQ_CAPS, ENA_REG_AENQ_CAPS};

	(void)state;
	for (int on = 0; on < 2; on++) {
		for (unsigned int i = 0; i < 3; i++) {
			struct driver *d = boot_with("zero-caps-fatal", on != 0);

			reg_write(d, caps[i], 0);
			assert_int_equal(is_fatal(d), on);
			driver_boot(d);
			driver_reset(d, ENA_RESET_NORMAL);
			reg_write(d, caps[i], 0);
			assert_false(is_fatal(d));
			driver_free(d);
		}
	}
}

static void
events_need_credit_loses_what_has_none(void **state)
{
	(void)state;
	for (int on = 0; on < 2; on++) {
		struct driver *d = boot_with("events-need-credit", on != 0);

		assert_int_equal(aenq_groups(d, ENA_BIT(ENA_AENQ_LINK_CHANGE)), 0);
		poll_control(d);
		event_ack(d);
		assert_int_equal(event_next(d) == NULL, on);
		softena_link_set(d->dev, false);
		poll_control(d);
		assert_non_null(event_next(d));
		driver_free(d);
	}
}

static void
llq_base_zero_refuses_an_address_in_create_sq(void **state)
{
	(void)state;
	for (int on = 0; on < 2; on++) {
		struct driver *d = boot_with("llq-base-zero", on != 0);
		struct ena_create_sq_cmd cmd;

		assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
		assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
		cmd = sq_cmd(d, true, 0, 64);
		cmd.placement =
			(uint8_t)(ENA_FIELD_PREP(ENA_CREATE_SQ_PLACEMENT, ENA_SQ_IN_DEVICE_MEMORY) |
				  ENA_FIELD_PREP(
					  ENA_CREATE_SQ_COMPLETION_POLICY, ENA_SQ_COMPLETE_EACH));
		assert_int_equal(sq_run(d, &cmd, NULL), on ? ENA_ACQ_ILLEGAL_PARAMETER : 0);
		cmd.base = ena_put_ad48(0);
		if (on)
			assert_int_equal(sq_run(d, &cmd, NULL), 0);
		driver_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			require_major_2_refuses_a_cq_with_another_version_in_the_host_page),
		cmocka_unit_test(
			require_mmio_resp_drops_a_cq_without_an_address_for_register_reads),
		cmocka_unit_test(no_host_info_fatal_ends_in_dev_sts_without_a_completion),
		cmocka_unit_test(late_aenq_fatal_wants_the_aenq_before_the_first_command),
		cmocka_unit_test(masked_credit_fatal_wants_the_mask_off_first),
		cmocka_unit_test(zero_caps_fatal_is_for_rings_that_run),
		cmocka_unit_test(events_need_credit_loses_what_has_none),
		cmocka_unit_test(llq_base_zero_refuses_an_address_in_create_sq),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
