/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Creation and destruction of I/O queues (part A 5.1 to 5.4). */
#include "mock_device.h"

static struct mock *
up_llq(void)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_true(m->hal.llq.enabled);
	return m;
}

static struct ena_hal_cq_params
cq_params(void)
{
	return (struct ena_hal_cq_params){
		.depth = 256, .entry_size = 16, .vector = 1, .socket = -1};
}

static struct ena_hal_sq_params
sq_params(bool tx, bool llq)
{
	return (struct ena_hal_sq_params){.tx = tx,
		.llq = llq,
		.depth = 256,
		.entry_size = llq ? 128 : 16,
		.cq_idx = 7,
		.socket = -1};
}

/* ---- completion queues ----------------------------------------------------- */

static void
a_cq_is_created_as_in_the_worked_example(void **state)
{
	/* Part A appendix B, with the id and the address of the test. */
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = {.depth = 1024, .entry_size = 8, .vector = 1, .socket = -1};
	uint8_t want[20] = {0, 0, 0x03, 0x01, 0x20, 0x02, 0x00, 0x04, 0x01};
	struct ena_ad48 base;
	struct ena_hal_cq cq;
	unsigned int live = m->live;

	(void)state;
	m->cq.actual_depth = ena_put16(1024);
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), 0);
	want[0] = (uint8_t)((m->commands - 1) % 32);
	base = ena_put_ad48(cq.ring.iova);
	memcpy(want + 12, &base, sizeof(base));
	assert_memory_equal(mock_last(m), want, sizeof(want));
	assert_true(cq.exists);
	assert_int_equal(cq.idx, 7);
	assert_int_equal(cq.depth, 1024);
	assert_int_equal(cq.entry_size, 8);
	assert_int_equal(cq.unmask_offset, 0x1000);
	assert_int_equal(cq.numa_offset, 0x1004);
	assert_int_equal(cq.ring.len, 8192);
	assert_int_equal(cq.ring.iova % 4096, 0);
	assert_int_equal(m->live, live + 1);

	assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), 0);
	assert_int_equal(mock_last(m)->common.opcode, ENA_AQ_DESTROY_CQ);
	assert_int_equal(ena_get16(((const struct ena_destroy_cq_cmd *)mock_last(m))->cq_idx), 7);
	assert_false(cq.exists);
	assert_null(cq.ring.va);
	assert_int_equal(m->live, live);
	mock_end(m);
}

static void
entry_sizes_and_vectors_are_encoded(void **state)
{
	static const uint16_t size[] = {8, 16, 32};
	static const uint32_t vector[] = {1, 32, ENA_MSIX_VECTOR_NONE};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct ena_hal_cq_params p = cq_params();
		const struct ena_create_cq_cmd *c;
		struct ena_hal_cq cq;

		p.entry_size = size[i];
		p.vector = vector[i];
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), 0);
		c = (const void *)mock_last(m);
		assert_int_equal(c->entry_words, size[i] / 4);
		assert_int_equal(ena_get32(c->vector), vector[i]);
		assert_int_equal(c->intr_mode, 0x20);
		ena_hal_cq_release(&m->hal, &cq);
	}
	mock_end(m);
}

static void
the_numa_register_is_written_if_there_is_one(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	unsigned int writes;
	struct ena_hal_cq cq;

	(void)state;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), 0);
	assert_int_equal(cq.numa_offset, 0x1004);
	ena_hal_cq_numa_set(&m->hal, &cq, 3);
	assert_int_equal(m->write[m->writes - 1].offset, 0x1004);
	assert_int_equal(m->write[m->writes - 1].value, 0x80000003);
	ena_hal_cq_numa_set(&m->hal, &cq, 0);
	assert_int_equal(m->write[m->writes - 1].value, 0x80000000);

	writes = m->writes;
	ena_hal_cq_numa_set(&m->hal, &cq, -1);
	cq.numa_offset = 0;
	ena_hal_cq_numa_set(&m->hal, &cq, 3);
	assert_int_equal(m->writes, writes);
	ena_hal_cq_release(&m->hal, &cq);
	mock_end(m);
}

static void
cq_parameters_out_of_range_are_refused_here(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i, commands = m->commands, blocks = m->blocks;

	(void)state;
	for (i = 0; i < 65536; i++) {
		struct ena_hal_cq_params p = cq_params();
		struct ena_hal_cq cq;

		if (i >= 2 && i <= 32768 && (i & (i - 1)) == 0)
			continue;
		p.depth = (uint16_t)i;
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -EINVAL);
		assert_false(cq.exists);
	}
	for (i = 0; i < 300; i++) {
		struct ena_hal_cq_params p = cq_params();
		struct ena_hal_cq cq;

		if (i == 8 || i == 16 || i == 32)
			continue;
		p.entry_size = (uint16_t)i;
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -EINVAL);
	}
	struct ena_hal_cq_params p = cq_params();
	struct ena_hal_cq cq;

	p.vector = 0;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -EINVAL);
	assert_int_equal(m->commands, commands);
	assert_int_equal(m->blocks, blocks);
	mock_end(m);
}

static void
the_last_byte_of_a_ring_is_within_the_dma_width(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	unsigned int live = m->live, commands = m->commands;
	struct ena_hal_cq cq;

	(void)state;
	m->hal.identity.dma_width = 32;
	p.depth = 512; /* 8 KiB; the second half is beyond the DMA width */
	m->cq.actual_depth = ena_put16(512);
	m->next_iova = 0xfffff000u;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -EINVAL);
	assert_int_equal(m->live, live);
	assert_int_equal(m->commands, commands);
	m->next_iova = 0xffffe000u; /* ends exactly at 4 GiB */
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), 0);
	assert_int_equal(cq.ring.iova, 0xffffe000u);
	assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), 0);
	mock_end(m);
}

static void
a_cq_answer_that_is_not_acceptable_is_destroyed_again(void **state)
{
	static const struct {
		uint16_t depth;
		uint32_t unmask, numa;
		bool accepted;
	} t[] = {
		{256, 0x1000, 0x1004, true},
		{256, 0x1000, 0, true}, /* no NUMA register */
		{256, MOCK_BAR0_LEN - 4, 0, true},
		{256, 0x6c, 0x6c, true},
		{128, 0x1000, 0x1004, false},
		{512, 0x1000, 0x1004, false},
		{0, 0x1000, 0x1004, false},
		{256, 0, 0x1004, false},
		{256, 0x68, 0x1004, false}, /* in the register file */
		{256, 0x54, 0x1004, false},
		{256, 0x1002, 0x1004, false},
		{256, MOCK_BAR0_LEN, 0x1004, false},
		{256, MOCK_BAR0_LEN - 2, 0x1004, false},
		{256, 0xfffffffc, 0x1004, false},
		{256, 0x1000, 0x1001, false},
		{256, 0x1000, 0x54, false},
		{256, 0x1000, MOCK_BAR0_LEN, false},
		{256, 0x1000, 0xffffffff, false},
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i, live = m->live;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct ena_hal_cq_params p = cq_params();
		struct ena_hal_cq cq;

		m->cq.actual_depth = ena_put16(t[i].depth);
		m->cq.unmask_offset = ena_put32(t[i].unmask);
		m->cq.numa_offset = ena_put32(t[i].numa);
		m->log[0] = '\0';
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq),
			t[i].accepted ? 0 : -EPROTO);
		assert_int_equal(cq.exists, t[i].accepted);
		if (t[i].accepted) {
			assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), 0);
		} else {
			assert_int_equal(mock_last(m)->common.opcode, ENA_AQ_DESTROY_CQ);
			assert_non_null(strstr(m->log, "refused"));
			assert_null(cq.ring.va);
		}
		assert_int_equal(m->live, live);
	}
	mock_end(m);
}

static void
a_bar0_that_is_too_small_for_anything_is_no_accident(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	struct ena_hal_cq cq;
	size_t len;

	(void)state;
	for (len = 0; len < 8; len++)
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, len, &cq), -EPROTO);
	mock_end(m);
}

static void
a_refused_queue_that_cannot_be_destroyed_needs_a_reset(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	unsigned int live = m->live;
	struct ena_hal_cq cq;

	(void)state;
	m->cq.actual_depth = ena_put16(1);
	m->opcode_status[ENA_AQ_DESTROY_CQ] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -EPROTO);
	assert_true(ena_hal_admin_is_dead(&m->hal, NULL));
	assert_int_equal(m->live, live + 1); /* the device may still write to the ring */
	assert_null(cq.ring.va);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_DRIVER_INVALID_STATE), 0);
	assert_int_equal(m->live, 1);
	mock_end(m);
}

static void
a_failed_create_frees_the_ring_and_passes_the_error_on(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	struct ena_hal_sq_params q = sq_params(false, false);
	unsigned int s, live = m->live;
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;

	(void)state;
	for (s = 1; s < 9; s++) {
		m->opcode_status[ENA_AQ_CREATE_CQ] = (uint8_t)s;
		m->opcode_status[ENA_AQ_CREATE_SQ] = (uint8_t)s;
		assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq),
			ena_hal_status_errno((uint8_t)s));
		assert_int_equal(ena_hal_sq_create(&m->hal, &q, MOCK_BAR0_LEN, 0, &sq),
			ena_hal_status_errno((uint8_t)s));
		assert_int_equal(m->live, live);
		assert_false(cq.exists || sq.exists);
	}
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -ENOMEM);
	m->fail_at = m->blocks + 1;
	assert_int_equal(ena_hal_sq_create(&m->hal, &q, MOCK_BAR0_LEN, 0, &sq), -ENOMEM);
	assert_int_equal(m->live, live);
	mock_end(m);
}

static void
a_create_without_an_answer_parks_the_ring(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	struct ena_hal_sq_params q = sq_params(true, false);
	unsigned int live = m->live;
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;

	(void)state;
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), -ETIMEDOUT);
	assert_int_equal(m->live, live + 1);
	assert_false(cq.exists);
	/* never sent: freed at once */
	assert_int_equal(ena_hal_sq_create(&m->hal, &q, MOCK_BAR0_LEN, 0, &sq), -ENODEV);
	assert_int_equal(m->live, live + 1);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_ADMIN_TIMEOUT), 0);
	assert_int_equal(m->live, 1);
	mock_end(m);
}

static void
a_failed_destroy_keeps_the_queue_until_it_is_released(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_cq_params p = cq_params();
	struct ena_hal_sq_params q = sq_params(false, false);
	unsigned int live = m->live;
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;

	(void)state;
	assert_int_equal(ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq), 0);
	assert_int_equal(ena_hal_sq_create(&m->hal, &q, MOCK_BAR0_LEN, 0, &sq), 0);
	m->opcode_status[ENA_AQ_DESTROY_SQ] = ENA_ACQ_ILLEGAL_PARAMETER;
	assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), -EINVAL);
	assert_true(sq.exists);
	assert_non_null(sq.ring.va);
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), -ETIMEDOUT);
	assert_true(cq.exists);
	assert_non_null(cq.ring.va);
	assert_int_equal(m->live, live + 2);

	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_ADMIN_TIMEOUT), 0);
	assert_int_equal(m->live, 3);
	ena_hal_sq_release(&m->hal, &sq);
	ena_hal_cq_release(&m->hal, &cq);
	assert_int_equal(m->live, 1);
	assert_false(sq.exists || cq.exists);
	ena_hal_sq_release(&m->hal, &sq); /* a second time: no effect */
	ena_hal_cq_release(&m->hal, &cq);
	mock_end(m);
}

static void
a_queue_that_does_not_exist_is_not_destroyed(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int commands = m->commands;
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;

	(void)state;
	memset(&cq, 0, sizeof(cq));
	memset(&sq, 0, sizeof(sq));
	assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), -EINVAL);
	assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), -EINVAL);
	assert_int_equal(m->commands, commands);
	mock_end(m);
}

/* ---- submission queues ----------------------------------------------------- */

static void
an_sq_in_host_memory_names_its_ring(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i, live = m->live;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct ena_hal_sq_params p = sq_params(i == 1, false);
		const struct ena_destroy_sq_cmd *d;
		const struct ena_create_sq_cmd *c;
		struct ena_hal_sq sq;

		assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, 0, &sq), 0);
		c = (const void *)mock_last(m);
		assert_int_equal(c->direction, i == 1 ? 0x20 : 0x40);
		assert_int_equal(c->placement, 0x01);
		assert_int_equal(c->contiguous, 0x01);
		assert_int_equal(ena_get16(c->cq_idx), 7);
		assert_int_equal(ena_get16(c->depth), 256);
		assert_int_equal(ena_get_ad48(c->base), sq.ring.iova);
		assert_int_equal(ena_get_ad48(c->head_writeback), 0);
		assert_int_equal(sq.ring.len, 4096);
		assert_true(sq.exists);
		assert_int_equal(sq.tx, i == 1);
		assert_false(sq.llq);
		assert_int_equal(sq.idx, 3);
		assert_int_equal(sq.depth, 256);
		assert_int_equal(sq.db_offset, 0x2000);
		assert_int_equal(sq.llq_offset, 0);

		assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), 0);
		d = (const void *)mock_last(m);
		assert_int_equal(d->common.opcode, ENA_AQ_DESTROY_SQ);
		assert_int_equal(ena_get16(d->sq_idx), 3);
		assert_int_equal(d->direction, i == 1 ? 0x20 : 0x40);
		assert_int_equal(m->live, live);
	}
	mock_end(m);
}

static void
an_llq_is_created_as_in_the_worked_example(void **state)
{
	/* Part A appendix B: 512 entries on CQ 3. */
	struct mock *m = up_llq();
	struct ena_hal_sq_params p = {.tx = true,
		.llq = true,
		.depth = 512,
		.entry_size = 128,
		.cq_idx = 3,
		.socket = -1};
	uint8_t want[36] = {0, 0, 0x01, 0x01, 0x20, 0x00, 0x03, 0x01, 0x03, 0x00, 0x00, 0x02};
	unsigned int live = m->live;
	struct ena_hal_sq sq;

	(void)state;
	assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq), 0);
	want[0] = (uint8_t)((m->commands - 1) % 32);
	assert_memory_equal(mock_last(m), want, sizeof(want));
	assert_true(sq.llq);
	assert_null(sq.ring.va);
	assert_int_equal(sq.llq_offset, 0x20000);
	assert_int_equal(m->live, live);
	assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), 0);
	mock_end(m);
}

static void
sq_parameters_out_of_range_are_refused_here(void **state)
{
	struct mock *m = up_llq();
	struct ena_hal_sq_params p;
	unsigned int i, commands;
	struct ena_hal_sq sq;

	(void)state;
	commands = m->commands;
	for (i = 0; i < 65536; i++) {
		if (i >= 2 && i <= 32768 && (i & (i - 1)) == 0)
			continue;
		p = sq_params(true, false);
		p.depth = (uint16_t)i;
		assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, 0, &sq), -EINVAL);
	}
	p = sq_params(true, false);
	p.entry_size = 128; /* host rings have 16 bytes */
	assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, 0, &sq), -EINVAL);
	p = sq_params(false, true); /* LLQ is for Tx */
	assert_int_equal(
		ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq), -EINVAL);
	p = sq_params(true, true);
	p.entry_size = 256; /* not the negotiated size */
	assert_int_equal(
		ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq), -EINVAL);
	p = sq_params(true, true);
	p.depth = 2048; /* beyond the limit of LLQ */
	assert_int_equal(
		ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq), -EINVAL);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_OFF, MOCK_BAR2_LEN), 0);
	p = sq_params(true, true);
	assert_int_equal(
		ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq), -EINVAL);
	assert_int_equal(m->commands, commands);
	mock_end(m);
}

static void
an_sq_answer_that_is_not_acceptable_is_destroyed_again(void **state)
{
	const uint32_t ring = 256 * 128;
	const struct {
		bool llq;
		uint32_t db, offset;
		bool accepted;
	} t[] = {
		{false, 0x2000, 0xffffffff, true}, /* no LLQ: not checked */
		{false, 0x2001, 0, false},
		{false, 0, 0, false},
		{false, 0x2c, 0, false}, /* AQ_DB */
		{false, MOCK_BAR0_LEN - 4, 0, true},
		{false, MOCK_BAR0_LEN, 0, false},
		{false, 0xfffffffc, 0, false},
		{true, 0x2000, 0, true},
		{true, 0x2000, MOCK_BAR2_LEN - ring, true},
		{true, 0x2000, MOCK_BAR2_LEN - ring + 64, false},
		{true, 0x2000, MOCK_BAR2_LEN, false},
		{true, 0x2000, 0xffffffc0, false},
		{true, 0x2000, 32, false},
		{true, 0x2000, 1, false},
		{true, 0x2002, 0, false},
	};
	struct mock *m = up_llq();
	unsigned int i, live = m->live;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct ena_hal_sq_params p = sq_params(true, t[i].llq);
		struct ena_hal_sq sq;

		m->sq.db_offset = ena_put32(t[i].db);
		m->sq.llq_offset = ena_put32(t[i].offset);
		m->log[0] = '\0';
		assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, MOCK_BAR2_LEN, &sq),
			t[i].accepted ? 0 : -EPROTO);
		assert_int_equal(sq.exists, t[i].accepted);
		if (t[i].accepted) {
			assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), 0);
		} else {
			assert_int_equal(mock_last(m)->common.opcode, ENA_AQ_DESTROY_SQ);
			assert_int_equal(
				((const struct ena_destroy_sq_cmd *)mock_last(m))->direction, 0x20);
			assert_non_null(strstr(m->log, "refused"));
		}
		assert_int_equal(m->live, live);
	}
	/* BAR2 smaller than the ring */
	struct ena_hal_sq_params p = sq_params(true, true);
	struct ena_hal_sq sq;

	m->sq.db_offset = ena_put32(0x2000);
	m->sq.llq_offset = ena_put32(0);
	assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, ring - 1, &sq), -EPROTO);
	assert_int_equal(ena_hal_sq_create(&m->hal, &p, MOCK_BAR0_LEN, 0, &sq), -EPROTO);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cq_is_created_as_in_the_worked_example),
		cmocka_unit_test(entry_sizes_and_vectors_are_encoded),
		cmocka_unit_test(the_numa_register_is_written_if_there_is_one),
		cmocka_unit_test(cq_parameters_out_of_range_are_refused_here),
		cmocka_unit_test(the_last_byte_of_a_ring_is_within_the_dma_width),
		cmocka_unit_test(a_cq_answer_that_is_not_acceptable_is_destroyed_again),
		cmocka_unit_test(a_bar0_that_is_too_small_for_anything_is_no_accident),
		cmocka_unit_test(a_refused_queue_that_cannot_be_destroyed_needs_a_reset),
		cmocka_unit_test(a_failed_create_frees_the_ring_and_passes_the_error_on),
		cmocka_unit_test(a_create_without_an_answer_parks_the_ring),
		cmocka_unit_test(a_failed_destroy_keeps_the_queue_until_it_is_released),
		cmocka_unit_test(a_queue_that_does_not_exist_is_not_destroyed),
		cmocka_unit_test(an_sq_in_host_memory_names_its_ring),
		cmocka_unit_test(an_llq_is_created_as_in_the_worked_example),
		cmocka_unit_test(sq_parameters_out_of_range_are_refused_here),
		cmocka_unit_test(an_sq_answer_that_is_not_acceptable_is_destroyed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
