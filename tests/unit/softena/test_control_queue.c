/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Creation and destruction of queues, their registers, and quirks of these: part A 5.8, 9.8.
 */

#include "test_control_util.h"

#define ILLEGAL ENA_ACQ_ILLEGAL_PARAMETER

/* ---- queues: checks of 5.8, row by row ------------------------------------------------------- */

static void
create_cq_checks_depth_entry_size_and_vector(void **state)
{
	static const uint16_t bad_depth[] = {0, 1, 3, 100, 2048, 0x8000};
	static const uint32_t bad_vector[] = {0, 9, 10, 0x7fffffff, 0xfffffffe};
	struct driver *d = driver_booted();
	struct ena_create_cq_cmd cmd;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad_depth) / sizeof(bad_depth[0]); i++) {
		cmd = cq_cmd(d, 4, 2, 1);
		cmd.depth = ena_put16(bad_depth[i]);
		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), ILLEGAL);
	}
	for (i = 0; i < 32; i++) {
		if (i == 2 || i == 4 || i == 8)
			continue;
		cmd = cq_cmd(d, 4, 2, 1);
		cmd.entry_words = (uint8_t)i;
		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), ILLEGAL);
	}
	for (i = 0; i < sizeof(bad_vector) / sizeof(bad_vector[0]); i++) {
		assert_int_equal(cq_create(d, 4, 64, bad_vector[i], NULL), ILLEGAL);
		/* Vector 0 is refused also with the interrupt mode off. */
		cmd = cq_cmd(d, 4, 64, bad_vector[i]);
		cmd.intr_mode = 0;
		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), ILLEGAL);
	}
	assert_int_equal(cq_create(d, 2, 2, 1, NULL), 0);
	assert_int_equal(cq_create(d, 4, 1024, 8, NULL), 0);
	assert_int_equal(cq_create(d, 8, 64, ENA_MSIX_VECTOR_NONE, NULL), 0);
	cmd = cq_cmd(d, 4, 64, ENA_MSIX_VECTOR_NONE);
	cmd.intr_mode = 0x1f; /* reserved bits */
	cmd.entry_words |= 0xe0;
	assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), 0);
	driver_free(d);
}

static void
addresses_beyond_the_dma_width_are_refused(void **state)
{
	struct softena_config cfg;
	struct ena_create_cq_cmd cq;
	struct ena_create_sq_cmd sq;
	struct driver *d;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "dma-width", "47", NULL, 0), 0);
	d = driver_booted_cfg(&cfg);
	cq = cq_cmd(d, 4, 64, 1);
	cq.base = ena_put_ad48(UINT64_C(1) << 47);
	assert_int_equal(cmd_run(d, &cq, sizeof(cq), NULL), ILLEGAL);
	cq.base = ena_put_ad48((UINT64_C(1) << 47) - 64);
	assert_int_equal(cmd_run(d, &cq, sizeof(cq), NULL), ILLEGAL);
	cq.base = ena_put_ad48((UINT64_C(1) << 47) - 1024);
	assert_int_equal(cmd_run(d, &cq, sizeof(cq), NULL), 0);
	sq = sq_cmd(d, false, 0, 64);
	sq.base = ena_put_ad48(UINT64_C(0xffffffff0000));
	assert_int_equal(sq_run(d, &sq, NULL), ILLEGAL);
	driver_free(d);
}

static void
completion_queues_run_out_at_tx_plus_rx(void **state)
{
	struct driver *d = driver_booted();
	struct ena_create_cq_rsp r;
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++) {
		assert_int_equal(cq_create(d, 4, 8, 1, &r), 0);
		assert_int_equal(ena_get16(r.cq_idx), i);
		assert_int_equal(ena_get32(r.head_db_offset), 0);
	}
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), ENA_ACQ_NO_RESOURCE);
	assert_int_equal(cq_destroy_cmd(d, 7), 0);
	assert_int_equal(cq_create(d, 4, 8, 1, &r), 0);
	assert_int_equal(ena_get16(r.cq_idx), 7);
	driver_free(d);
}

static void
create_sq_checks_direction_policy_placement_and_contiguity(void **state)
{
	struct driver *d = driver_booted();
	struct ena_create_sq_cmd cmd;
	unsigned int i;

	(void)state;
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	for (i = 0; i < 8; i++) {
		if (i == 1 || i == 2)
			continue;
		cmd = sq_cmd(d, true, 0, 64);
		cmd.direction = (uint8_t)(i << 5);
		assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	}
	for (i = 1; i < 8; i++) {
		cmd = sq_cmd(d, true, 0, 64);
		cmd.placement |= (uint8_t)(i << 4);
		assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	}
	for (i = 0; i < 16; i++) {
		if (i == 1)
			continue;
		cmd = sq_cmd(d, true, 0, 64);
		cmd.placement = (uint8_t)i; /* 3: no SET LLQ yet */
		assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	}
	cmd = sq_cmd(d, true, 0, 64);
	cmd.contiguous = 0xfe;
	assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	cmd = sq_cmd(d, true, 0, 64);
	cmd.base = ena_put_ad48(0);
	assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	/* Device placement is for Tx only. */
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	cmd = sq_cmd(d, false, 0, 64);
	cmd.placement = ENA_SQ_IN_DEVICE_MEMORY;
	assert_int_equal(sq_run(d, &cmd, NULL), ILLEGAL);
	/* Reserved bits and a head write-back address do not matter. */
	cmd = sq_cmd(d, true, 0, 64);
	cmd.direction |= 0x1f;
	cmd.placement |= 0x80;
	cmd.contiguous = 0xff;
	cmd.head_writeback = ena_put_ad48(0x1234);
	assert_int_equal(sq_run(d, &cmd, NULL), 0);
	driver_free(d);
}

static void
create_sq_checks_its_completion_queue(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(sq_create(d, true, 0, 64, NULL), ILLEGAL);
	assert_int_equal(sq_create(d, true, 0xffff, 64, NULL), ILLEGAL);
	assert_int_equal(cq_create(d, 2, 64, 1, NULL), 0);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	assert_int_equal(cq_create(d, 8, 64, 1, NULL), 0);
	assert_int_equal(sq_create(d, true, 2, 64, NULL), ILLEGAL); /* 8 words for Tx */
	assert_int_equal(sq_create(d, false, 0, 64, NULL), ILLEGAL); /* 2 words for Rx */
	assert_int_equal(sq_create(d, false, 2, 64, NULL), 0);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), 0);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), ILLEGAL); /* has one already */
	assert_int_equal(sq_create(d, false, 1, 64, NULL), 0);
	driver_free(d);
}

static void
create_sq_checks_its_depth(void **state)
{
	static const uint16_t bad[] = {0, 1, 3, 24, 128, 2048};
	struct softena_config cfg;
	struct driver *d;
	unsigned int i;

	(void)state;
	softena_config_default(&cfg);
	cfg.tx_depth = 32;
	d = driver_booted_cfg(&cfg);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sq_create(d, false, 0, bad[i], NULL), ILLEGAL);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), ILLEGAL); /* beyond the maximum for Tx */
	assert_int_equal(sq_create(d, true, 0, 32, NULL), 0);
	driver_free(d);
}

static uint8_t
llq_create(struct driver *d, uint16_t cq, uint16_t depth, struct ena_create_sq_rsp *r)
{
	struct ena_create_sq_cmd cmd = sq_cmd(d, true, cq, depth);

	cmd.placement = ENA_SQ_IN_DEVICE_MEMORY;
	return sq_run(d, &cmd, r);
}

static void
wide_llq_depth_is_limited_by_its_field_or_by_half(void **state)
{
	static const struct {
		uint16_t wide, fits, too_deep;
	} cases[] = {{256, 256, 512}, {0, 512, 1024}, {1024, 1024, 2048}};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct softena_config cfg;
		struct driver *d;

		softena_config_default(&cfg);
		cfg.llq_entry_sizes = ENA_LLQ_ENTRY_128 | ENA_LLQ_ENTRY_256;
		cfg.llq_wide_depth = cases[i].wide;
		cfg.rx_depth = 4096;
		d = driver_booted_cfg(&cfg);
		assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_256), 0);
		assert_int_equal(cq_create(d, 2, 2048, 1, NULL), 0);
		assert_int_equal(llq_create(d, 0, cases[i].too_deep, NULL), ILLEGAL);
		assert_int_equal(llq_create(d, 0, cases[i].fits, NULL), 0);
		driver_free(d);
	}
}

static void
llq_rings_are_aligned_and_do_not_overlap(void **state)
{
	static const uint16_t sizes[] = {ENA_LLQ_ENTRY_128, ENA_LLQ_ENTRY_192, ENA_LLQ_ENTRY_256};
	static const uint16_t bytes[] = {128, 192, 256};
	unsigned int s, i, j;

	(void)state;
	for (s = 0; s < 3; s++) {
		uint32_t at[8], len = (s == 2 ? 512u : 1024u) * bytes[s];
		struct softena_config cfg;
		struct driver *d;

		softena_config_default(&cfg);
		cfg.llq_entry_sizes = 7;
		cfg.tx_queues = 9;
		d = driver_booted_cfg(&cfg);
		assert_int_equal(llq_select(d, sizes[s]), 0);
		for (i = 0; i < 8; i++) {
			struct ena_create_sq_rsp r;

			assert_int_equal(cq_create(d, 2, 1024, 1, NULL), 0);
			assert_int_equal(llq_create(d, (uint16_t)i, s == 2 ? 512 : 1024, &r), 0);
			at[i] = ena_get32(r.llq_offset);
			assert_int_equal(at[i] % bytes[s], 0);
			assert_int_equal(at[i] % 64, 0);
			assert_true(at[i] + len <= softena_bar2_size(&cfg));
			for (j = 0; j < i; j++)
				assert_true(at[j] + len <= at[i] || at[i] + len <= at[j]);
		}
		/* The ninth Tx queue gets no LLQ, but a ring in host memory. */
		assert_int_equal(cq_create(d, 2, 1024, 1, NULL), 0);
		assert_int_equal(llq_create(d, 8, 256, NULL), ENA_ACQ_NO_RESOURCE);
		assert_int_equal(sq_create(d, true, 8, 256, NULL), 0);
		/* A freed window is used again. */
		assert_int_equal(sq_destroy_cmd(d, true, 3), 0);
		{
			struct ena_create_sq_rsp r;

			assert_int_equal(llq_create(d, 3, 256, &r), 0);
			assert_int_equal(ena_get32(r.llq_offset), at[3]);
			assert_int_equal(ena_get16(r.sq_idx), 3);
		}
		driver_free(d);
	}
}

static void
queue_numbers_are_the_lowest_free_of_three_spaces(void **state)
{
	struct driver *d = driver_booted();
	struct ena_create_sq_rsp r;
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++)
		assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
	for (i = 0; i < 8; i++) {
		assert_int_equal(sq_create(d, true, (uint16_t)(2 * i), 8, &r), 0);
		assert_int_equal(ena_get16(r.sq_idx), i);
		assert_int_equal(sq_create(d, false, (uint16_t)(2 * i + 1), 8, &r), 0);
		assert_int_equal(ena_get16(r.sq_idx), i);
	}
	assert_int_equal(sq_destroy_cmd(d, false, 5), 0);
	assert_int_equal(sq_destroy_cmd(d, false, 2), 0);
	assert_int_equal(sq_create(d, false, 11, 8, &r), 0);
	assert_int_equal(ena_get16(r.sq_idx), 2);
	/* CQ 5 lost its SQ; no Tx number is free for it. */
	assert_int_equal(sq_create(d, true, 5, 8, NULL), ENA_ACQ_NO_RESOURCE);
	driver_free(d);
}

static void
destroy_of_what_does_not_exist_fails(void **state)
{
	struct driver *d = driver_booted();
	struct ena_destroy_sq_cmd cmd = {.common.opcode = ENA_AQ_DESTROY_SQ};

	(void)state;
	assert_int_equal(sq_destroy_cmd(d, true, 0), ILLEGAL);
	assert_int_equal(sq_destroy_cmd(d, false, 0xffff), ILLEGAL);
	assert_int_equal(cq_destroy_cmd(d, 0), ILLEGAL);
	assert_int_equal(cq_destroy_cmd(d, 0xffff), ILLEGAL);
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
	assert_int_equal(sq_create(d, false, 0, 8, NULL), 0);
	assert_int_equal(sq_destroy_cmd(d, true, 0), ILLEGAL); /* the other direction */
	assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), ILLEGAL); /* direction 0 */
	assert_int_equal(sq_destroy_cmd(d, false, 0), 0);
	assert_int_equal(sq_destroy_cmd(d, false, 0), ILLEGAL);
	assert_int_equal(cq_destroy_cmd(d, 0), 0);
	driver_free(d);
}

/* VPP leaves its Rx SQs behind (9.8). */
static void
destroy_cq_takes_its_sq_along(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
	assert_int_equal(sq_create(d, false, 0, 8, NULL), 0);
	assert_int_equal(cq_destroy_cmd(d, 0), 0);
	assert_int_equal(stats(d).rx_queues, 0);
	assert_int_equal(sq_destroy_cmd(d, false, 0), ILLEGAL);
	driver_free(d);
}

static void
io_registers_are_distinct_and_lie_between_1000_and_3fff(void **state)
{
	static const char *const counts[] = {"1", "8", "32", "81", "128"};
	unsigned int c, i, j;

	(void)state;
	for (c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		struct softena_config cfg;
		struct driver *d;
		uint32_t *off;
		unsigned int n = 0, db = 0, lines = 0;

		softena_config_default(&cfg);
		assert_int_equal(softena_config_set(&cfg, "tx-queues", counts[c], NULL, 0), 0);
		assert_int_equal(softena_config_set(&cfg, "rx_queues", counts[c], NULL, 0), 0);
		cfg.llq_num = 1;
		d = driver_booted_cfg(&cfg);
		off = calloc(cfg.tx_queues * 6, sizeof(*off));
		assert_non_null(off);
		for (i = 0; i < 2 * cfg.tx_queues; i++) {
			struct ena_create_sq_rsp r;

			assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
			assert_int_equal(sq_create(d, i % 2 == 0, (uint16_t)i, 8, &r), 0);
			off[n++] = ena_get32(r.db_offset);
		}
		db = n;
		for (i = 0; i < 2 * cfg.tx_queues; i++) {
			struct ena_create_cq_rsp r;

			assert_int_equal(cq_destroy_cmd(d, (uint16_t)i), 0);
			assert_int_equal(cq_create(d, 4, 8, 1, &r), 0);
			off[n++] = ena_get32(r.unmask_offset);
			off[n++] = ena_get32(r.numa_offset);
		}
		for (i = 0; i < n; i++) {
			assert_true(off[i] >= 0x1000 && off[i] <= 0x3ffc && off[i] % 4 == 0);
			for (j = 0; j < i; j++) {
				assert_int_not_equal(off[i], off[j]);
				if (i < db && off[i] / 64 == off[j] / 64)
					lines++;
			}
		}
		/* Up to 80 pairs no two doorbells share a cache line. */
		if (cfg.tx_queues <= 80)
			assert_int_equal(lines, 0);
		free(off);
		driver_free(d);
	}
}

static void
doorbell_beyond_the_depth_is_counted_and_ignored(void **state)
{
	struct driver *d = driver_booted();
	struct softena_queue_stats qs;
	struct ena_create_sq_rsp r;
	struct ena_create_cq_rsp c;
	uint32_t db;

	(void)state;
	assert_int_equal(cq_create(d, 4, 8, 1, &c), 0);
	assert_int_equal(sq_create(d, false, 0, 8, &r), 0);
	db = ena_get32(r.db_offset);
	reg_write(d, db, 9);
	reg_write(d, db, 0xffff);
	assert_int_equal(stats(d).bad_doorbells, 2);
	reg_write(d, db, 0xabcd0008); /* full depth; bits 31:16 are ignored */
	reg_write(d, db, 8); /* no change */
	assert_int_equal(stats(d).bad_doorbells, 2);
	softena_queue_stats_get(d->dev, false, 0, &qs);
	assert_int_equal(qs.posted, 8);
	reg_write(d, db, 7); /* backwards */
	assert_int_equal(stats(d).bad_doorbells, 3);
	reg_write(d, ena_get32(c.numa_offset), 0x80000001);
	assert_int_equal(stats(d).bad_doorbells, 3);
	reg_write(d, db + 4, 1);
	assert_int_equal(stats(d).bad_doorbells, 4);
	assert_int_equal(sq_destroy_cmd(d, false, 0), 0);
	reg_write(d, db, 8);
	assert_int_equal(stats(d).bad_doorbells, 5);
	assert_int_equal(cq_destroy_cmd(d, 0), 0);
	reg_write(d, ena_get32(c.unmask_offset), ENA_UNMASK_UNMASK);
	assert_int_equal(stats(d).bad_doorbells, 6);
	driver_free(d);
}

/* ---- quirks of the control plane ------------------------------------------------------------- */

static struct driver *
quirky(const char *key, const char *value)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, key, value, NULL, 0), 0);
	return driver_booted_cfg(&cfg);
}

static void
quirk_require_host_info_holds_completion_queues_back(void **state)
{
	struct driver *d = quirky("require-host-info", "on");
	struct ena_host_attr h = {.host_info = ena_put_ad48(0)};

	(void)state;
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), ENA_ACQ_UNKNOWN_ERROR);
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), ENA_ACQ_UNKNOWN_ERROR);
	h.host_info = ena_put_ad48(d->buf_iova);
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
	driver_free(d);
}

static void
quirk_require_aenq_fails_every_command_before_it(void **state)
{
	struct driver *d = quirky("require_aenq", "on");

	(void)state;
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	assert_int_not_equal(aenq_groups(d, 0), 0);
	driver_aenq_ring(d, 2);
	assert_int_equal(aenq_groups(d, 0), 0);
	driver_free(d);
}

static void
quirk_require_llq_refuses_host_memory_for_tx_only(void **state)
{
	struct driver *d = quirky("require-llq", "on");

	(void)state;
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	assert_int_equal(sq_create(d, true, 0, 64, NULL), ILLEGAL);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	assert_int_equal(llq_create(d, 0, 64, NULL), 0);
	assert_int_equal(sq_create(d, false, 1, 64, NULL), 0);
	driver_free(d);
}

static void
quirk_cq_depth_limit_grants_less(void **state)
{
	struct driver *d = quirky("cq-depth-limit", "32");
	struct ena_create_cq_rsp r;

	(void)state;
	assert_int_equal(cq_create(d, 4, 64, 1, &r), 0);
	assert_int_equal(ena_get16(r.actual_depth), 32);
	assert_int_equal(sq_create(d, false, 0, 64, NULL), ILLEGAL);
	assert_int_equal(sq_create(d, false, 0, 32, NULL), 0);
	assert_int_equal(cq_create(d, 4, 16, 1, &r), 0);
	assert_int_equal(ena_get16(r.actual_depth), 16);
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_cq_checks_depth_entry_size_and_vector),
		cmocka_unit_test(addresses_beyond_the_dma_width_are_refused),
		cmocka_unit_test(completion_queues_run_out_at_tx_plus_rx),
		cmocka_unit_test(create_sq_checks_direction_policy_placement_and_contiguity),
		cmocka_unit_test(create_sq_checks_its_completion_queue),
		cmocka_unit_test(create_sq_checks_its_depth),
		cmocka_unit_test(wide_llq_depth_is_limited_by_its_field_or_by_half),
		cmocka_unit_test(llq_rings_are_aligned_and_do_not_overlap),
		cmocka_unit_test(queue_numbers_are_the_lowest_free_of_three_spaces),
		cmocka_unit_test(destroy_of_what_does_not_exist_fails),
		cmocka_unit_test(destroy_cq_takes_its_sq_along),
		cmocka_unit_test(io_registers_are_distinct_and_lie_between_1000_and_3fff),
		cmocka_unit_test(doorbell_beyond_the_depth_is_counted_and_ignored),
		cmocka_unit_test(quirk_require_host_info_holds_completion_queues_back),
		cmocka_unit_test(quirk_require_aenq_fails_every_command_before_it),
		cmocka_unit_test(quirk_require_llq_refuses_host_memory_for_tx_only),
		cmocka_unit_test(quirk_cq_depth_limit_grants_less),
	};

	return cmocka_run_group_tests_name("softena queues", tests, NULL, NULL);
}
