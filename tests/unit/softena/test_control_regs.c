/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Registers and reset: part A 2.4, 2.7, 3.7, 3.8.
 */

#include "test_control_util.h"

static struct driver *
powered(void)
{
	return driver_new(NULL, SOFTENA_BAR0_TRAPPED);
}

/* ---- table 2.7 ------------------------------------------------------------------- */

static void
constants_read_as_configured_and_ignore_writes(void **state)
{
	struct driver *d = powered();
	const struct {
		uint32_t off, val;
	} regs[] = {
		{ENA_REG_VERSION, 0xa},
		{ENA_REG_CONTROLLER_VERSION, 0x01000001},
		{ENA_REG_CAPS, 0x303d},
		{ENA_REG_CAPS_EXT, 0},
		{ENA_REG_ACQ_TAIL, 0},
		{ENA_REG_AENQ_TAIL, 0},
		{ENA_REG_DEV_STS, 1},
		{ENA_REG_RSS_IND_ENTRY_UPDATE, 0},
		{0x1c, 0},
		{0x48, 0},
		{0x50, 0},
		{0x200, 0},
		{SOFTENA_DB_FIRST, 0},
		{0x3ffc, 0},
		{0xfffffffc, 0},
	};
	unsigned int i;

	(void)state;
	driver_resp_program(d);
	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		reg_write(d, regs[i].off, 0x5a5a5a5a);
		assert_int_equal(reg_read(d, regs[i].off), regs[i].val);
		if (regs[i].off < 0x10000)
			assert_int_equal(reg_readless(d, regs[i].off), regs[i].val);
	}
	driver_free(d);
}

static void
caps_of_the_datasheet_example_come_from_the_configuration(void **state)
{
	struct softena_config cfg;
	struct driver *d;

	(void)state;
	softena_config_default(&cfg);
	cfg.admin_timeout_100ms = 14;
	d = driver_new(&cfg, SOFTENA_BAR0_TRAPPED);
	assert_int_equal(reg_read(d, ENA_REG_CAPS), 0x000e303d);
	driver_free(d);
}

static void
ring_registers_read_what_was_written(void **state)
{
	static const uint32_t offs[] = {ENA_REG_AQ_BASE_LO, ENA_REG_AQ_BASE_HI, ENA_REG_ACQ_BASE_LO,
		ENA_REG_ACQ_BASE_HI, ENA_REG_AENQ_BASE_LO, ENA_REG_AENQ_BASE_HI, ENA_REG_AQ_CAPS,
		ENA_REG_ACQ_CAPS, ENA_REG_AENQ_CAPS, ENA_REG_MMIO_RESP_LO, ENA_REG_MMIO_RESP_HI};
	struct driver *d = powered();
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		assert_int_equal(reg_read(d, offs[i]), 0);
		reg_write(d, offs[i], 0x1000 + i);
	}
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++)
		assert_int_equal(reg_read(d, offs[i]), 0x1000 + i);
	reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++)
		assert_int_equal(reg_read(d, offs[i]), 0);
	driver_free(d);
}

static void
write_only_registers_read_zero(void **state)
{
	static const uint32_t offs[] = {ENA_REG_AQ_DB, ENA_REG_AENQ_HEAD_DB, ENA_REG_MMIO_REG_READ,
		ENA_REG_PHC_DB, ENA_REG_RSS_IND_ENTRY_UPDATE};
	struct driver *d = powered();
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		reg_write(d, offs[i], 3);
		assert_int_equal(reg_read(d, offs[i]), 0);
	}
	driver_free(d);
}

static void
unaligned_accesses_read_zero_and_write_nothing(void **state)
{
	struct driver *d = powered();

	(void)state;
	assert_int_equal(softena_reg_read(d->dev, ENA_REG_CAPS + 1), 0);
	assert_int_equal(softena_reg_read(d->dev, ENA_REG_CAPS + 2), 0);
	softena_reg_write(d->dev, ENA_REG_AQ_BASE_LO + 2, 7);
	assert_int_equal(reg_read(d, ENA_REG_AQ_BASE_LO), 0);
	driver_free(d);
}

static void
interrupt_mask_is_one_after_reset_and_keeps_bit_0_only(void **state)
{
	struct driver *d = powered();

	(void)state;
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 1);
	reg_write(d, ENA_REG_INTR_MASK, 0xfffffffe);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 0);
	reg_write(d, ENA_REG_INTR_MASK, 0xffffffff);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 1);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	reg_write(d, ENA_REG_DEV_CTL, 1);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 1);
	driver_free(d);
}

static void
vector_0_is_raised_once_when_unmasked_after_masked_completions(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	softena_msix_enable(d->dev, true);
	assert_int_equal(aenq_groups(d, 0), 0);
	assert_int_equal(aenq_groups(d, 0), 0);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 0);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 1);
	/* Nothing was written since: no message at the next change. */
	reg_write(d, ENA_REG_INTR_MASK, 1);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 0);
	assert_int_equal(aenq_groups(d, 0), 0);
	assert_int_equal(fake_host_take_raised(&d->host, 0), 1);
	driver_free(d);
}

static void
ring_with_bad_geometry_stays_stopped(void **state)
{
	static const uint32_t bad[] = {64u << 16, 64u << 16 | 1, 64u << 16 | 3, 64u << 16 | 48,
		64u << 16 | 2048, 32u << 16 | 32, 128u << 16 | 32, 32, 0xffffffff, 0};
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct driver *d = driver_booted();

		reg_write(d, i % 2 != 0 ? ENA_REG_AQ_CAPS : ENA_REG_ACQ_CAPS, bad[i]);
		cmd_post(d, &cmd, sizeof(cmd));
		cmd_ring(d);
		poll_control(d);
		assert_null(cmd_reap(d));
		assert_int_equal(stats(d).admin_commands, 0);
		driver_free(d);
	}
}

static void
admin_rings_work_at_every_allowed_depth(void **state)
{
	unsigned int depth, i;

	(void)state;
	for (depth = 2; depth <= 1024; depth *= 2) {
		struct driver *d = powered();

		driver_resp_program(d);
		driver_admin_rings(d, (uint16_t)depth);
		for (i = 0; i < 2 * depth + 1; i++)
			assert_int_equal(aenq_groups(d, 0), 0);
		driver_free(d);
	}
}

static void
caps_write_restarts_a_running_ring(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(aenq_groups(d, 0), 0);
	assert_int_equal(aenq_groups(d, 0), 0);
	driver_admin_rings(d, 4);
	/* aq_head of the completion is 1 again: cmd_run() checks it. */
	assert_int_equal(aenq_groups(d, 0), 0);
	driver_free(d);
}

static void
admin_doorbell_needs_both_rings(void **state)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	struct driver *d = driver_booted();

	(void)state;
	reg_write(d, ENA_REG_ACQ_CAPS, 0);
	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	reg_write(d, ENA_REG_ACQ_CAPS, 64u << 16 | 32);
	poll_control(d);
	assert_null(cmd_reap(d)); /* the doorbell was ignored, not remembered */
	cmd_ring(d);
	poll_control(d);
	assert_non_null(cmd_reap(d));
	driver_free(d);
}

static void
admin_doorbell_beyond_the_depth_is_ignored(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	reg_write(d, ENA_REG_AQ_DB, 33);
	reg_write(d, ENA_REG_AQ_DB, 0xffff);
	poll_control(d);
	assert_int_equal(stats(d).admin_commands, 0);
	assert_int_equal(stats(d).bad_doorbells, 2);
	/* Bits 31:16 are ignored. */
	{
		struct ena_feature_cmd cmd = {
			.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};

		cmd_post(d, &cmd, sizeof(cmd));
		reg_write(d, ENA_REG_AQ_DB, 0xabcd0001);
		poll_control(d);
		assert_non_null(cmd_reap(d));
	}
	driver_free(d);
}

/* ---- readless reads (2.4, 2.6) --------------------------------------------------- */

static void
readless_read_of_caps_is_answered_as_in_appendix_b(void **state)
{
	struct driver *d = powered();
	static const uint8_t expect[] = {0x03, 0x00, 0x08, 0x00, 0x3d, 0x30, 0x00, 0x00};

	(void)state;
	driver_resp_program(d);
	reg_write(d, ENA_REG_MMIO_REG_READ, 0x00080003);
	assert_memory_equal(d->resp, expect, sizeof(expect));
	driver_free(d);
}

static void
readless_read_without_a_buffer_is_dropped(void **state)
{
	struct driver *d = powered();

	(void)state;
	fake_host_map(&d->host, 0, 4096);
	reg_write(d, ENA_REG_MMIO_REG_READ, 0x00080003);
	assert_int_equal(d->host.range[d->host.ranges - 1].va[0], 0);
	assert_int_equal(stats(d).dma_faults, 0);
	driver_free(d);
}

static void
readless_read_with_the_same_id_again_is_answered(void **state)
{
	struct driver *d = powered();
	unsigned int i;

	(void)state;
	driver_resp_program(d);
	for (i = 0; i < 3; i++) {
		memset(d->resp, 0, sizeof(*d->resp));
		reg_write(d, ENA_REG_MMIO_REG_READ, (uint32_t)ENA_REG_DEV_STS << 16 | 1);
		assert_int_equal(ena_get16(d->resp->req_id), 1);
		assert_int_equal(ena_get32(d->resp->value), 1);
	}
	driver_free(d);
}

static void
readless_answer_to_an_unmapped_address_is_a_counted_fault(void **state)
{
	struct driver *d = powered();

	(void)state;
	reg_write(d, ENA_REG_MMIO_RESP_LO, 0x10);
	reg_write(d, ENA_REG_MMIO_REG_READ, 0x00080003);
	assert_int_equal(stats(d).dma_faults, 1);
	assert_int_equal(stats(d).last_fault_addr, 0x10);
	driver_free(d);
}

/* ---- reset (3.7, 3.8) ------------------------------------------------------------ */

static void
reset_indication_stays_until_dev_ctl_is_released(void **state)
{
	struct driver *d = powered();

	(void)state;
	reg_write(d, ENA_REG_DEV_CTL, 0x31000001);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 9);
	assert_int_equal(reg_read(d, ENA_REG_DEV_CTL), 0x31000001);
	fake_host_advance(&d->host, 100 * NS_PER_S);
	poll_control(d);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 9);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 1);
	assert_int_equal(stats(d).resets, 1);
	assert_int_equal(stats(d).last_reset_reason, ENA_RESET_DEVICE_REQUEST);
	driver_free(d);
}

static void
writes_during_reset_are_ignored_but_for_dev_ctl_and_readless(void **state)
{
	struct driver *d = powered();

	(void)state;
	reg_write(d, ENA_REG_DEV_CTL, 1);
	reg_write(d, ENA_REG_AQ_BASE_LO, 0x1000);
	reg_write(d, ENA_REG_AQ_CAPS, 64u << 16 | 32);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	driver_resp_program(d);
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS), 9);
	assert_int_equal(reg_read(d, ENA_REG_AQ_BASE_LO), 0);
	assert_int_equal(reg_read(d, ENA_REG_AQ_CAPS), 0);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 1);
	driver_free(d);
}

static void
reset_clears_the_response_address(void **state)
{
	struct driver *d = powered();

	(void)state;
	driver_resp_program(d);
	reg_write(d, ENA_REG_DEV_CTL, 1);
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS), ENA_REG_READ_FAILED);
	driver_resp_program(d);
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS), 9);
	driver_free(d);
}

/* What a driver can see of every object of table 3.8 after a reset. */
static void
reset_returns_every_object_to_its_default(void **state)
{
	struct softena_config cfg;
	struct ena_llq_config llq;
	struct ena_aenq_config a;
	struct ena_rss_table t = {
		.size_log2 = ena_put16(7), .inline_index = ena_put32(ENA_RSS_NO_INLINE)};
	struct ena_steering s = {.action = ENA_STEERING_ADD, .flow_type = ENA_FLOW_IP4};
	struct ena_create_sq_cmd sq;
	struct ena_create_cq_rsp cq;
	struct driver *d;
	unsigned int i;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "profile", "full", NULL, 0), 0);
	d = driver_booted_cfg(&cfg);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	assert_int_equal(aenq_groups(d, 0x11), 0);
	memset(d->buf, 1, 512);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_TABLE, 512, &t, sizeof(t)), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_FLOW_STEERING, 128, &s, sizeof(s)), 0);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), 0);

	driver_reset(d, ENA_RESET_USER_TRIGGER);
	assert_int_equal(stats(d).tx_queues, 0);
	driver_admin_rings(d, 32);
	driver_aenq_ring(d, 16);
	assert_int_equal(feature_get(d, ENA_FEATURE_LLQ, 0, &llq, sizeof(llq)), 0);
	assert_int_equal(ena_get16(llq.entry_size.selected), 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_AENQ_CONFIG, 0, &a, sizeof(a)), 0);
	assert_int_equal(ena_get32(a.enabled), 0);
	/* The table is back at its largest size with Rx SQ 0 everywhere. */
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 2048, &t, sizeof(t)), 0);
	assert_int_equal(ena_get16(t.size_log2), cfg.rss_log2_max);
	for (i = 0; i < 2048; i++)
		assert_int_equal(d->buf[i], 0);
	/* Location 0 of the steering table is free again. */
	s.location = ena_put16(0);
	assert_int_equal(feature_set(d, ENA_FEATURE_FLOW_STEERING, 128, &s, sizeof(s)), 0);
	assert_int_equal(cq_create(d, 2, 64, 1, &cq), 0);
	assert_int_equal(ena_get16(cq.cq_idx), 0);
	sq = sq_cmd(d, true, 0, 64);
	sq.placement = ENA_SQ_IN_DEVICE_MEMORY;
	assert_int_equal(sq_run(d, &sq, NULL), ENA_ACQ_ILLEGAL_PARAMETER);
	driver_free(d);
}

static void
reset_drops_commands_that_were_not_completed(void **state)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	struct driver *d = driver_booted();

	(void)state;
	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	reg_write(d, ENA_REG_DEV_CTL, 1);
	poll_control(d);
	assert_null(cmd_reap(d));
	/* Q18: a command after the reset is not answered and not remembered. */
	reg_write(d, ENA_REG_DEV_CTL, 0);
	cmd_ring(d);
	poll_control(d);
	assert_null(cmd_reap(d));
	assert_int_equal(stats(d).admin_commands, 0);
	driver_free(d);
}

static void
interface_down_leaves_everything_but_the_queues(void **state)
{
	struct ena_rss_table t = {
		.size_log2 = ena_put16(7), .inline_index = ena_put32(ENA_RSS_NO_INLINE)};
	struct driver *d = driver_booted();
	struct ena_create_sq_cmd sq;

	(void)state;
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	memset(d->buf, 0, 512);
	d->buf[4] = 3;
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_TABLE, 512, &t, sizeof(t)), 0);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), 0);
	assert_int_equal(sq_destroy_cmd(d, true, 0), 0);
	assert_int_equal(cq_destroy_cmd(d, 0), 0);
	memset(d->buf, 0xff, 512);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 512, &t, sizeof(t)), 0);
	assert_int_equal(d->buf[4], 3);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	sq = sq_cmd(d, true, 0, 64);
	sq.placement = ENA_SQ_IN_DEVICE_MEMORY;
	assert_int_equal(sq_run(d, &sq, NULL), 0);
	driver_free(d);
}

static void
zeroed_response_address_stops_the_event_queue(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	event_ack(d);
	assert_int_equal(aenq_groups(d, ENA_BIT(ENA_AENQ_KEEP_ALIVE)), 0);
	assert_non_null(event_next(d));
	reg_write(d, ENA_REG_MMIO_RESP_LO, 0);
	reg_write(d, ENA_REG_MMIO_RESP_HI, 0);
	fake_host_advance(&d->host, 10 * NS_PER_S);
	poll_control(d);
	assert_null(event_next(d));
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_read_as_configured_and_ignore_writes),
		cmocka_unit_test(caps_of_the_datasheet_example_come_from_the_configuration),
		cmocka_unit_test(ring_registers_read_what_was_written),
		cmocka_unit_test(write_only_registers_read_zero),
		cmocka_unit_test(unaligned_accesses_read_zero_and_write_nothing),
		cmocka_unit_test(interrupt_mask_is_one_after_reset_and_keeps_bit_0_only),
		cmocka_unit_test(vector_0_is_raised_once_when_unmasked_after_masked_completions),
		cmocka_unit_test(ring_with_bad_geometry_stays_stopped),
		cmocka_unit_test(admin_rings_work_at_every_allowed_depth),
		cmocka_unit_test(caps_write_restarts_a_running_ring),
		cmocka_unit_test(admin_doorbell_needs_both_rings),
		cmocka_unit_test(admin_doorbell_beyond_the_depth_is_ignored),
		cmocka_unit_test(readless_read_of_caps_is_answered_as_in_appendix_b),
		cmocka_unit_test(readless_read_without_a_buffer_is_dropped),
		cmocka_unit_test(readless_read_with_the_same_id_again_is_answered),
		cmocka_unit_test(readless_answer_to_an_unmapped_address_is_a_counted_fault),
		cmocka_unit_test(reset_indication_stays_until_dev_ctl_is_released),
		cmocka_unit_test(writes_during_reset_are_ignored_but_for_dev_ctl_and_readless),
		cmocka_unit_test(reset_clears_the_response_address),
		cmocka_unit_test(reset_returns_every_object_to_its_default),
		cmocka_unit_test(reset_drops_commands_that_were_not_completed),
		cmocka_unit_test(interface_down_leaves_everything_but_the_queues),
		cmocka_unit_test(zeroed_response_address_stops_the_event_queue),
	};

	return cmocka_run_group_tests_name("softena registers", tests, NULL, NULL);
}
