/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue and statistics: part A 4, 5.6.
 */

#include "test_control_util.h"

static struct driver *
full_device(void)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "profile", "full", NULL, 0), 0);
	return driver_booted_cfg(&cfg);
}

static void
post_bytes(struct driver *d, const uint8_t *bytes, size_t len)
{
	uint16_t slot = d->aq.count & (d->aq.depth - 1);

	memset(d->aq.va + slot * 64u, 0xee, 64);
	memcpy(d->aq.va + slot * 64u, bytes, len);
	d->aq.count++;
}

/* ---- order, ids, phases ---------------------------------------------------------- */

/* iPXE: ids are a free-running count, also beyond the depth; bits 15:12 are returned as 0 (4.8). */
static void
all_twelve_bits_of_the_command_id_are_echoed(void **state)
{
	static const uint16_t ids[] = {0, 31, 32, 255, 0x0fff, 0xf001, 0xffff};
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct ena_feature_cmd cmd = {
			.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_AENQ_CONFIG};
		const struct ena_acq_entry *e;
		uint16_t slot = d->aq.count % d->aq.depth;

		cmd_post(d, &cmd, sizeof(cmd));
		d->aq.va[slot * 64 + 0] = (uint8_t)ids[i];
		d->aq.va[slot * 64 + 1] = (uint8_t)(ids[i] >> 8);
		cmd_ring(d);
		poll_control(d);
		e = cmd_reap(d);
		assert_non_null(e);
		assert_int_equal(ena_get16(e->common.cmd_id), ids[i] & 0xfff);
	}
	driver_free(d);
}

static void
commands_of_one_doorbell_complete_in_submission_order(void **state)
{
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;
	unsigned int round, i;

	(void)state;
	for (round = 0; round < 5; round++) {
		for (i = 0; i < 32; i++) {
			struct ena_feature_cmd cmd = {.common.opcode = ENA_AQ_GET_FEATURE,
				.id = i % 3 == 0 ? 99 : ENA_FEATURE_AENQ_CONFIG};

			cmd_post(d, &cmd, sizeof(cmd));
		}
		cmd_ring(d);
		poll_control(d);
		for (i = 0; i < 32; i++) {
			e = cmd_reap(d);
			assert_non_null(e);
			assert_int_equal(ena_get16(e->common.cmd_id), i);
			assert_int_equal(ena_get16(e->common.aq_head), round * 32 + i + 1);
			assert_int_equal(e->common.status, i % 3 == 0 ? ENA_ACQ_UNSUPPORTED : 0);
		}
		assert_null(cmd_reap(d));
	}
	driver_free(d);
}

static void
counts_survive_the_wrap_at_65536(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	for (i = 0; i < 65536 + 100; i++) {
		struct ena_feature_cmd cmd = {
			.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_AENQ_CONFIG};

		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), 0);
	}
	driver_free(d);
}

static void
phase_and_reserved_flags_of_a_command_are_not_checked(void **state)
{
	static const uint8_t cmd[] = {
		1, 0, 8, 0xf8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 1, 0xff};
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;

	(void)state;
	post_bytes(d, cmd, sizeof(cmd));
	cmd_ring(d);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(e->common.status, 0);
	driver_free(d);
}

static void
unknown_opcodes_fail_with_status_3(void **state)
{
	struct driver *d = driver_booted();
	unsigned int op;

	(void)state;
	for (op = 0; op < 256; op++) {
		struct ena_aq_entry cmd = {.common.opcode = (uint8_t)op};

		if ((op >= 1 && op <= 4) || op == 8 || op == 9 || op == 11)
			continue;
		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), ENA_ACQ_UNSUPPORTED);
	}
	assert_int_equal(stats(d).admin_errors, 249);
	driver_free(d);
}

static void
command_ring_that_is_not_mapped_is_a_fault_and_the_device_goes_on(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	fake_host_unmap(&d->host, d->aq.iova);
	reg_write(d, ENA_REG_AQ_DB, 3);
	poll_control(d);
	assert_int_equal(stats(d).dma_faults, 3);
	assert_null(cmd_reap(d));
	driver_boot(d);
	assert_int_equal(aenq_groups(d, 0), 0);
	fake_host_unmap(&d->host, d->acq.iova);
	{
		struct ena_feature_cmd cmd = {
			.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_AENQ_CONFIG};

		cmd_post(d, &cmd, sizeof(cmd));
	}
	cmd_ring(d);
	poll_control(d);
	assert_int_equal(stats(d).dma_faults, 4);
	driver_boot(d);
	assert_int_equal(aenq_groups(d, 0), 0);
	driver_free(d);
}

/* ---- appendix B ------------------------------------------------------------------ */

static void
get_attributes_of_appendix_b_is_answered(void **state)
{
	static const uint8_t cmd[64] = {1, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	static const uint8_t head[] = {1, 0, 0, 1, 0, 0, 2, 0};
	struct ena_device_attributes a;
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;

	(void)state;
	assert_int_equal(aenq_groups(d, 0), 0);
	post_bytes(d, cmd, sizeof(cmd));
	reg_write(d, ENA_REG_AQ_DB, 2);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_memory_equal(e, head, sizeof(head));
	memcpy(&a, e->data, sizeof(a));
	assert_int_equal(ena_get32(a.feature_bitmap), 0x14145c9a);
	assert_memory_equal(a.permanent_mac, d->cfg.mac, 6);
	assert_int_equal(ena_get32(a.max_mtu), d->cfg.max_mtu);
	assert_int_equal(ena_get32(a.capability_bitmap), 0x1d);
	driver_free(d);
}

static void
queue_commands_of_appendix_b_are_executed(void **state)
{
	static const uint8_t cq[] = {0x05, 0x00, 0x03, 0x01, 0x20, 0x02, 0x00, 0x04, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x90, 0x78, 0x56, 0x34, 0x12, 0x00, 0x00};
	uint8_t sq[] = {0x06, 0x00, 0x01, 0x01, 0x20, 0x00, 0x03, 0x01, 0x03, 0x00, 0x00, 0x02, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;
	struct ena_create_cq_rsp cr;
	struct softena_queue_stats qs;

	(void)state;
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	post_bytes(d, cq, sizeof(cq));
	cmd_ring(d);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 5);
	assert_int_equal(e->common.status, 0);
	memcpy(&cr, e, sizeof(cr));
	assert_int_equal(ena_get16(cr.actual_depth), 1024);
	sq[8] = (uint8_t)ena_get16(cr.cq_idx);
	post_bytes(d, sq, sizeof(sq));
	cmd_ring(d);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.cmd_id), 6);
	assert_int_equal(e->common.status, 0);
	assert_int_equal(softena_queue_stats_get(d->dev, true, 0, &qs), 0);
	assert_true(qs.exists && qs.llq);
	assert_int_equal(qs.depth, 512);
	driver_free(d);
}

static void
table_command_of_appendix_b_is_executed(void **state)
{
	static const uint8_t set[64] = {0x07, 0x00, 0x09, 0x05, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x80, 0, 0, 0, 0, 0x00, 0x0c, 0x00, 0x00, 0, 0, 0, 0, 0x07, 0, 0, 0, 0xff,
		0xff, 0xff, 0xff};
	struct driver *d = driver_booted();
	const struct ena_acq_entry *e;
	uint8_t *table = fake_host_map(&d->host, 0x80000000, 512);

	(void)state;
	table[4 * 127] = 5;
	post_bytes(d, set, sizeof(set));
	cmd_ring(d);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	assert_int_equal(e->common.status, 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 512, NULL, 0), 0);
	assert_memory_equal(d->buf, table, 512);
	driver_free(d);
}

/* ---- statistics (5.6) ------------------------------------------------------------------------ */

static uint8_t
get_stats(struct driver *d, uint8_t type, uint32_t len, uint64_t metrics, void *rsp)
{
	struct ena_stats_cmd cmd = {
		.common.opcode = ENA_AQ_GET_STATS,
		.type = type,
		.scope = 1,
		.queue_idx = ena_put16(77),
		.device_id = ena_put16(ENA_STATS_OWN_DEVICE),
		.requested_metrics = ena_put64(metrics),
	};
	struct ena_acq_entry e;
	uint8_t status;

	if (len != 0) {
		cmd.ctrl.len = ena_put32(len);
		cmd.ctrl.addr = ena_put_ad48(d->buf_iova);
	}
	status = cmd_run(d, &cmd, sizeof(cmd), &e);
	memcpy(rsp, &e, sizeof(e));
	return status;
}

static void
statistics_types_follow_the_capabilities(void **state)
{
	struct ena_stats_basic_rsp basic;
	struct ena_acq_entry e;
	struct softena_config cfg;
	struct driver *d = full_device();
	unsigned int type;

	(void)state;
	assert_int_equal(get_stats(d, ENA_STATS_BASIC, 0, 0, &basic), 0);
	assert_int_equal(ena_get_count64(basic.tx_pkts), 0);
	assert_int_equal(get_stats(d, ENA_STATS_TEXT, 512, 0, &e), ENA_ACQ_UNSUPPORTED);
	assert_int_equal(get_stats(d, ENA_STATS_ENI, 0, 0, &e), 0);
	assert_int_equal(get_stats(d, ENA_STATS_SRD, 0, 0, &e), 0);
	assert_int_equal(get_stats(d, 5, 0, 0, &e), ENA_ACQ_UNSUPPORTED);
	assert_int_equal(get_stats(d, 255, 0, 0, &e), ENA_ACQ_UNSUPPORTED);
	driver_free(d);
	softena_config_default(&cfg);
	cfg.capabilities = 0;
	d = driver_booted_cfg(&cfg);
	assert_int_equal(get_stats(d, ENA_STATS_BASIC, 0, 0, &basic), 0);
	for (type = 1; type < 6; type++)
		assert_int_equal(get_stats(d, (uint8_t)type, 0, 0x3f, &e), ENA_ACQ_UNSUPPORTED);
	driver_free(d);
}

static void
customer_metrics_are_discovered_and_read_without_gaps(void **state)
{
	struct ena_stats_customer_rsp c;
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	memset(d->buf, 0x77, 512);
	assert_int_equal(get_stats(d, ENA_STATS_CUSTOMER, 0, 0x3f, &c), 0);
	assert_int_equal(ena_get64(c.reported_metrics), 0x3f);
	assert_int_equal(d->buf[0], 0x77);
	assert_int_equal(get_stats(d, ENA_STATS_CUSTOMER, 512, UINT64_MAX, &c), 0);
	assert_int_equal(ena_get64(c.reported_metrics), 0x3f);
	for (i = 0; i < 40; i++)
		assert_int_equal(d->buf[i], 0);
	assert_true(d->buf[40] != 0 || d->buf[41] != 0 || d->buf[42] != 0); /* the level */
	assert_int_equal(d->buf[48], 0x77);
	/* Two metrics: 16 bytes, the level second. */
	memset(d->buf, 0x77, 512);
	assert_int_equal(get_stats(d, ENA_STATS_CUSTOMER, 16, 0x21, &c), 0);
	assert_int_equal(d->buf[0], 0);
	assert_int_not_equal(d->buf[8], 0x77);
	assert_int_equal(d->buf[16], 0x77);
	assert_int_equal(get_stats(d, ENA_STATS_CUSTOMER, 15, 0x21, &c), ENA_ACQ_MALFORMED);
	assert_int_equal(get_stats(d, ENA_STATS_CUSTOMER, 8, 0x100, &c), 0);
	assert_int_equal(ena_get64(c.reported_metrics), 0);
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_twelve_bits_of_the_command_id_are_echoed),
		cmocka_unit_test(commands_of_one_doorbell_complete_in_submission_order),
		cmocka_unit_test(counts_survive_the_wrap_at_65536),
		cmocka_unit_test(phase_and_reserved_flags_of_a_command_are_not_checked),
		cmocka_unit_test(unknown_opcodes_fail_with_status_3),
		cmocka_unit_test(command_ring_that_is_not_mapped_is_a_fault_and_the_device_goes_on),
		cmocka_unit_test(get_attributes_of_appendix_b_is_answered),
		cmocka_unit_test(queue_commands_of_appendix_b_are_executed),
		cmocka_unit_test(table_command_of_appendix_b_is_executed),
		cmocka_unit_test(statistics_types_follow_the_capabilities),
		cmocka_unit_test(customer_metrics_are_discovered_and_read_without_gaps),
	};

	return cmocka_run_group_tests_name("softena admin queue", tests, NULL, NULL);
}
