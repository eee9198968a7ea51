/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Register reads, identity, reset (part A 2 and 3.1). */
#include "mock_device.h"

#define CAPS_WORD(m) ((m)->reg[ENA_REG_CAPS / 4])
#define STS_WORD(m)  ((m)->reg[ENA_REG_DEV_STS / 4])

/* ---- reads ----------------------------------------------------------------- */

static void
a_readless_read_gives_the_register(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), 0);
	assert_int_equal(v, 0x200);
	/* Part A appendix B: CAPS as request 3. */
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), 0);
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_CAPS, &v), 0);
	assert_int_equal(mock_last_write(m, ENA_REG_MMIO_REG_READ), 0x00080003);
	assert_int_equal(v, 0x000e303d);
	mock_end(m);
}

static void
the_request_id_wraps_after_65536_reads(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	unsigned int i;
	uint32_t v;

	(void)state;
	for (i = 0; i < 65536 + 3; i++)
		assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_CAPS, &v), 0);
	assert_int_equal(mock_last_write(m, ENA_REG_MMIO_REG_READ), 0x00080003);
	mock_end(m);
}

static void
a_late_answer_within_the_limit_is_taken(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	m->read_mode = MOCK_READ_LATE;
	m->read_delay_us = 199999;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), 0);
	assert_int_equal(v, 0x200);
	mock_end(m);
}

static void
no_answer_in_200_ms_is_a_time_out_and_counted(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint64_t start = m->now;
	uint32_t v = 5;

	(void)state;
	m->read_mode = MOCK_READ_SILENT;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ETIMEDOUT);
	assert_in_range(m->now - start, 200000, 200010);
	assert_int_equal(v, ENA_REG_READ_FAILED);
	assert_int_equal(m->hal.count.reg_read_timeouts, 1);
	/* the next request is answered again */
	m->read_mode = MOCK_READ_OK;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), 0);
	mock_end(m);
}

static void
an_answer_that_comes_after_the_time_out_does_not_serve_the_next_read(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	m->read_mode = MOCK_READ_LATE;
	m->read_mode_offset = ENA_REG_VERSION;
	m->read_delay_us = 200100;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ETIMEDOUT);
	/* The old answer arrives while the next request waits. */
	m->read_mode_offset = ENA_REG_CAPS;
	m->read_delay_us = 1000;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_CAPS, &v), 0);
	assert_int_equal(v, 0x000e303d);
	mock_end(m);
}

static void
an_answer_with_another_id_is_not_an_answer(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	m->read_mode = MOCK_READ_WRONG_ID;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ETIMEDOUT);
	mock_end(m);
}

static void
an_answer_for_another_register_is_refused(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	m->read_mode = MOCK_READ_WRONG_OFFSET;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -EIO);
	assert_int_equal(v, ENA_REG_READ_FAILED);
	mock_end(m);
}

static void
all_ones_mean_that_the_device_is_gone(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	assert_true(ena_hal_is_present(&m->hal));
	m->read_mode = MOCK_READ_ALL_ONES;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ENODEV);
	assert_false(ena_hal_is_present(&m->hal));
	m->read_mode = MOCK_READ_SILENT;
	assert_false(ena_hal_is_present(&m->hal));
	mock_end(m);
}

static void
only_registers_of_the_map_are_read(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	static const uint32_t bad[] = {1, 2, 3, 0x6c, 0xfc, 0x104, 0x10000, UINT32_MAX};
	unsigned int i;
	uint32_t v;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ena_hal_reg_read(&m->hal, bad[i], &v), -EINVAL);
	assert_int_equal(m->reads, 0);
	for (i = 0; i <= 0x68; i += 4)
		assert_int_equal(ena_hal_reg_read(&m->hal, i, &v), 0);
	mock_end(m);
}

static void
the_hint_changes_the_limit_of_reads(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);
	uint64_t start;
	uint32_t v;

	(void)state;
	m->hints.reg_read_timeout_ms = ena_put16(7);
	assert_int_equal(ena_hal_query(&m->hal), 0);
	m->read_mode = MOCK_READ_SILENT;
	start = m->now;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ETIMEDOUT);
	assert_in_range(m->now - start, 7000, 7010);
	mock_end(m);
}

static void
a_busy_response_buffer_ends_in_a_time_out_not_in_a_mix_up(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint32_t v;

	(void)state;
	m->hal.reg_busy = true; /* a reader that never returns */
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), -ETIMEDOUT);
	assert_int_equal(m->reads, 0);
	m->hal.reg_busy = false;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_VERSION, &v), 0);
	mock_end(m);
}

static void
direct_mode_loads_the_register(void **state)
{
	struct mock *m = mock_new();
	uint32_t v;

	(void)state;
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_DIRECT), 0);
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_CAPS, &v), 0);
	assert_int_equal(v, 0x000e303d);
	assert_int_equal(mock_writes_to(m, ENA_REG_MMIO_REG_READ), 0);
	assert_int_equal(mock_writes_to(m, ENA_REG_MMIO_RESP_LO), 1);
	m->read_mode = MOCK_READ_ALL_ONES;
	assert_int_equal(ena_hal_reg_read(&m->hal, ENA_REG_CAPS, &v), -ENODEV);
	m->read_mode = MOCK_READ_OK;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	mock_end(m);
}

/* ---- reset ----------------------------------------------------------------- */

static void
the_reset_reason_is_split_over_two_nibbles(void **state)
{
	unsigned int r;

	(void)state;
	for (r = 0; r <= 20; r++) {
		uint32_t ext = 1 | (r & 0xf) << 28 | (r >> 4) << 24;

		assert_int_equal(ena_hal_dev_ctl(r, true), ext);
		assert_int_equal(ena_hal_dev_ctl(r, false), r < 16 ? ext : 0xd0000001);
	}
	/* the example of part A 8.5 */
	assert_int_equal(ena_hal_dev_ctl(ENA_RESET_DEVICE_REQUEST, true), 0x31000001);
	assert_int_equal(ena_hal_dev_ctl(ENA_RESET_DEVICE_REQUEST, false), 0xd0000001);
	assert_int_equal(ena_hal_dev_ctl(0x100, true), 0xd0000001);
}

static void
a_reset_sends_each_reason_as_the_device_can_take_it(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int r;

	(void)state;
	for (r = 0; r <= 20; r++) {
		m->hal.caps.capabilities = 0;
		assert_int_equal(ena_hal_reset(&m->hal, r), 0);
		assert_int_equal(m->last_dev_ctl, ena_hal_dev_ctl(r, false));
		m->hal.caps.capabilities = ENA_CAP_EXT_RESET_REASONS;
		assert_int_equal(ena_hal_reset(&m->hal, r), 0);
		assert_int_equal(m->last_dev_ctl, ena_hal_dev_ctl(r, true));
		assert_int_equal(m->reg[ENA_REG_DEV_CTL / 4], 0);
	}
	mock_end(m);
}

static void
every_reset_reason_has_a_name(void **state)
{
	unsigned int r, q;

	(void)state;
	for (r = 0; r <= 20; r++) {
		assert_string_not_equal(ena_hal_reset_reason_name(r), "unknown");
		for (q = 0; q < r; q++)
			assert_string_not_equal(
				ena_hal_reset_reason_name(r), ena_hal_reset_reason_name(q));
	}
	assert_string_equal(ena_hal_reset_reason_name(21), "unknown");
	assert_string_equal(ena_hal_reset_reason_name((enum ena_reset_reason) - 1), "unknown");
}

static void
a_reset_programs_the_response_address_again(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	unsigned int i, ctl = 0;

	(void)state;
	m->writes = 0;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	while (m->write[ctl].offset != ENA_REG_DEV_CTL)
		ctl++;
	assert_int_equal(m->write[ctl].value, 1);
	assert_int_equal(m->write[ctl + 1].offset, ENA_REG_MMIO_RESP_LO);
	assert_int_equal(m->write[ctl + 1].value, (uint32_t)m->hal.reg_resp.iova);
	assert_int_equal(m->write[ctl + 2].offset, ENA_REG_MMIO_RESP_HI);
	assert_int_equal(m->write[ctl + 2].value, m->hal.reg_resp.iova >> 32);
	/* the second write of DEV_CTL releases the device */
	for (i = ctl + 1; m->write[i].offset != ENA_REG_DEV_CTL; i++)
		;
	assert_int_equal(m->write[i].value, 0);
	assert_int_equal(mock_writes_to(m, ENA_REG_DEV_CTL), 2);
	mock_end(m);
}

static void
a_slow_reset_within_the_limit_is_waited_for(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint64_t start = m->now;

	(void)state;
	m->enter_us = 2990000;
	m->leave_us = 2990000;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_in_range(m->now - start, 5980000, 6000000);
	/* intervals of 100 us, doubled up to 5 ms: about 600 reads in each half */
	assert_in_range(m->reads, 1150, 1250);
	mock_end(m);
}

static void
a_reset_that_does_not_begin_or_end_is_a_time_out(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	uint64_t start = m->now;

	(void)state;
	m->enter_us = MOCK_NEVER;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -ETIMEDOUT);
	assert_in_range(m->now - start, 3000000, 3005100);
	assert_non_null(strstr(m->log, "enter reset"));
	m->enter_us = 0;
	m->leave_us = MOCK_NEVER;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -ETIMEDOUT);
	assert_non_null(strstr(m->log, "leave reset"));
	mock_end(m);
}

static void
a_reset_needs_a_device_that_is_ready_and_tells_a_time_out(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);

	(void)state;
	STS_WORD(m) = 0;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -EPROTO);
	STS_WORD(m) = 1;
	CAPS_WORD(m) &= ~ENA_CAPS_RESET_TIMEOUT;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -EPROTO);
	assert_int_equal(m->resets, 0);
	mock_end(m);
}

static void
a_reset_fails_when_any_of_its_reads_fails(void **state)
{
	unsigned int skip;

	(void)state;
	for (skip = 0; skip < 4; skip++) {
		struct mock *m = mock_up(MOCK_INIT);

		m->read_skip = skip;
		m->read_mode = MOCK_READ_ALL_ONES;
		assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -ENODEV);
		m->read_skip = skip;
		m->read_mode = MOCK_READ_SILENT;
		assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), -ETIMEDOUT);
		mock_end(m);
	}
}

static void
the_admin_time_out_comes_from_caps(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);

	(void)state;
	assert_int_equal(m->hal.admin_timeout_us, 3000000);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(m->hal.admin_timeout_us, 1400000);
	CAPS_WORD(m) &= ~ENA_CAPS_ADMIN_TIMEOUT;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(m->hal.admin_timeout_us, 3000000);
	mock_end(m);
}

static void
a_reset_stops_the_admin_queue_and_frees_its_rings(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	assert_int_equal(m->live, 4);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_USER_TRIGGER), 0);
	assert_int_equal(m->live, 1);
	assert_int_equal(mock_nop(m), -ENODEV);
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	assert_int_equal(mock_nop(m), 0);
	mock_end(m);
}

static void
a_failed_reset_keeps_memory_that_the_device_may_still_write(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->enter_us = MOCK_NEVER;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_USER_TRIGGER), -ETIMEDOUT);
	assert_int_equal(m->live, 4);
	assert_int_equal(mock_nop(m), -ENODEV);
	/* a new start uses new rings and keeps the old ones */
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	assert_int_equal(m->live, 7);
	assert_int_equal(mock_nop(m), 0);
	m->enter_us = 0;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_USER_TRIGGER), 0);
	assert_int_equal(m->live, 1);
	mock_end(m);
}

static void
a_reset_forgets_the_llq_choice(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_true(m->hal.llq.enabled);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_false(m->hal.llq.enabled);
	assert_string_not_equal(m->hal.llq.reason, "");
	mock_end(m);
}

/* ---- identity -------------------------------------------------------------- */

static void
identify_reports_versions_and_dma_width(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	struct ena_hal_identity id;

	(void)state;
	assert_int_equal(ena_hal_identify(&m->hal, &id), 0);
	assert_int_equal(ENA_FIELD_GET(ENA_VERSION_MAJOR, id.version), 2);
	assert_int_equal(id.ctrl_version, 0x01000001);
	assert_int_equal(id.dma_width, 48);
	assert_int_equal(m->hal.identity.dma_width, 48);
	mock_end(m);
}

static void
identify_takes_widths_of_32_to_48_bits_only(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);
	unsigned int w;

	(void)state;
	for (w = 0; w < 256; w++) {
		CAPS_WORD(m) = (CAPS_WORD(m) & ~ENA_CAPS_DMA_WIDTH) | w << 8;
		assert_int_equal(ena_hal_identify(&m->hal, NULL), w >= 32 && w <= 48 ? 0 : -EPROTO);
	}
	mock_end(m);
}

static void
identify_refuses_an_old_controller_and_a_device_that_is_not_ready(void **state)
{
	struct mock *m = mock_up(MOCK_INIT);

	(void)state;
	m->reg[ENA_REG_CONTROLLER_VERSION / 4] = 0x55000000;
	assert_int_equal(ena_hal_identify(&m->hal, NULL), -EPROTO);
	m->reg[ENA_REG_CONTROLLER_VERSION / 4] = 0x00000001;
	assert_int_equal(ena_hal_identify(&m->hal, NULL), 0);
	STS_WORD(m) = 0;
	assert_int_equal(ena_hal_identify(&m->hal, NULL), -EPROTO);
	mock_end(m);
}

static void
identify_fails_when_any_of_its_reads_fails(void **state)
{
	static const uint32_t reg[] = {
		ENA_REG_VERSION, ENA_REG_CONTROLLER_VERSION, ENA_REG_CAPS, ENA_REG_DEV_STS};
	struct mock *m = mock_up(MOCK_INIT);
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		m->read_mode_offset = reg[i];
		m->read_mode = MOCK_READ_ALL_ONES;
		assert_int_equal(ena_hal_identify(&m->hal, NULL), -ENODEV);
		m->read_mode = MOCK_READ_SILENT;
		assert_int_equal(ena_hal_identify(&m->hal, NULL), -ETIMEDOUT);
		m->read_mode = MOCK_READ_WRONG_OFFSET;
		assert_int_equal(ena_hal_identify(&m->hal, NULL), -EIO);
	}
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_readless_read_gives_the_register),
		cmocka_unit_test(the_request_id_wraps_after_65536_reads),
		cmocka_unit_test(a_late_answer_within_the_limit_is_taken),
		cmocka_unit_test(no_answer_in_200_ms_is_a_time_out_and_counted),
		cmocka_unit_test(
			an_answer_that_comes_after_the_time_out_does_not_serve_the_next_read),
		cmocka_unit_test(an_answer_with_another_id_is_not_an_answer),
		cmocka_unit_test(an_answer_for_another_register_is_refused),
		cmocka_unit_test(all_ones_mean_that_the_device_is_gone),
		cmocka_unit_test(only_registers_of_the_map_are_read),
		cmocka_unit_test(the_hint_changes_the_limit_of_reads),
		cmocka_unit_test(a_busy_response_buffer_ends_in_a_time_out_not_in_a_mix_up),
		cmocka_unit_test(direct_mode_loads_the_register),
		cmocka_unit_test(the_reset_reason_is_split_over_two_nibbles),
		cmocka_unit_test(a_reset_sends_each_reason_as_the_device_can_take_it),
		cmocka_unit_test(every_reset_reason_has_a_name),
		cmocka_unit_test(a_reset_programs_the_response_address_again),
		cmocka_unit_test(a_slow_reset_within_the_limit_is_waited_for),
		cmocka_unit_test(a_reset_that_does_not_begin_or_end_is_a_time_out),
		cmocka_unit_test(a_reset_needs_a_device_that_is_ready_and_tells_a_time_out),
		cmocka_unit_test(a_reset_fails_when_any_of_its_reads_fails),
		cmocka_unit_test(the_admin_time_out_comes_from_caps),
		cmocka_unit_test(a_reset_stops_the_admin_queue_and_frees_its_rings),
		cmocka_unit_test(a_failed_reset_keeps_memory_that_the_device_may_still_write),
		cmocka_unit_test(a_reset_forgets_the_llq_choice),
		cmocka_unit_test(identify_reports_versions_and_dma_width),
		cmocka_unit_test(identify_takes_widths_of_32_to_48_bits_only),
		cmocka_unit_test(identify_refuses_an_old_controller_and_a_device_that_is_not_ready),
		cmocka_unit_test(identify_fails_when_any_of_its_reads_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
