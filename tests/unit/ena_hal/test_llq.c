/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Choice of the Tx placement (part A 6.6). */
#include "mock_device.h"

static const struct ena_llq_config *
sent(const struct mock *m)
{
	const struct ena_feature_cmd *c = (const void *)mock_last(m);

	assert_int_equal(c->common.opcode, ENA_AQ_SET_FEATURE);
	assert_int_equal(c->id, ENA_FEATURE_LLQ);
	return (const void *)c->data;
}

/* The datasheet's algorithm once more, written down from its text step by step. */
struct expect {
	bool llq;
	uint16_t entry, before, stride;
};

static struct expect
algorithm(unsigned int location, unsigned int entry, unsigned int before, unsigned int stride,
	unsigned int wanted)
{
	struct expect e = {0};

	if (!(location & 1))
		return e;
	e.stride = stride & 2 ? 2 : stride & 1 ? 1 : 0;
	e.entry = entry & wanted ? wanted : entry & 1 ? 1 : entry & 2 ? 2 : entry & 4 ? 4 : 0;
	e.before = before & 2 ? 2 : before & 1 ? 1 : before & 4 ? 4 : before & 8 ? 8 : 0;
	e.llq = e.stride != 0 && e.entry != 0 && e.before != 0;
	/* step 9: no room for a header */
	if (e.entry == 1 && e.before == 8)
		e.llq = false;
	return e;
}

static void
check(struct mock *m, const struct expect *e)
{
	static const uint16_t bytes[] = {0, 128, 192, 0, 256};
	const struct ena_hal_llq *l = &m->hal.llq;
	const struct ena_llq_config *s;
	static const struct ena_hal_llq none;
	struct ena_hal_llq rest = *l;

	if (!e->llq) {
		assert_false(l->enabled);
		assert_string_not_equal(l->reason, "");
		assert_non_null(strstr(m->log, l->reason));
		rest.reason = NULL;
		assert_memory_equal(&rest, &none, sizeof(none));
		return;
	}
	assert_true(l->enabled);
	assert_string_equal(l->reason, "");
	assert_int_equal(l->entry_size, bytes[e->entry]);
	assert_int_equal(l->descs_before, e->before);
	assert_int_equal(l->descs_per_entry, e->stride == 2 ? l->entry_size / 16 : 1);
	assert_int_equal(l->header_max, l->entry_size - 16 * e->before);
	assert_true(l->header_max > 0 && l->header_max <= 255);
	s = sent(m);
	assert_int_equal(ena_get16(s->header_location.selected), 1);
	assert_int_equal(ena_get16(s->entry_size.selected), e->entry);
	assert_int_equal(ena_get16(s->descs_before.selected), e->before);
	assert_int_equal(ena_get16(s->stride.selected), e->stride);
	assert_int_equal(ena_get16(s->accel_flags), 3);
	assert_int_equal(ena_get16(s->entry_size.supported), 0);
	assert_int_equal(ena_get32(s->max_num), 0);
	assert_int_equal(ena_get32(s->max_depth), 0);
	assert_int_equal(s->version, 0);
	assert_int_equal(ena_get16(s->max_burst), 0);
}

static void
every_combination_of_offers_is_answered_as_the_datasheet_says(void **state)
{
	static const enum ena_hal_llq_policy policy[] = {ENA_HAL_LLQ_RECOMMENDED, ENA_HAL_LLQ_128,
		ENA_HAL_LLQ_256};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int loc, entry, before, stride, rec, p, commands, runs = 0;
	struct ena_hal_llq_caps *c = &m->hal.caps.llq;

	(void)state;
	for (loc = 0; loc < 4; loc++)
	for (entry = 0; entry < 16; entry++)
	for (before = 0; before < 32; before++)
	for (stride = 0; stride < 8; stride++)
	for (rec = 0; rec < 5; rec++)
	for (p = 0; p < 3; p++) {
		unsigned int wanted = policy[p] == ENA_HAL_LLQ_256 ||
			(policy[p] == ENA_HAL_LLQ_RECOMMENDED && rec == 4) ? 4 : 1;
		struct expect e = algorithm(loc, entry, before, stride, wanted);

		c->header_locations = (uint16_t)loc;
		c->entry_sizes = (uint16_t)entry;
		c->descs_before = (uint16_t)before;
		c->strides = (uint16_t)stride;
		c->recommended = (uint8_t)rec;
		commands = m->commands;
		m->log[0] = '\0';
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, policy[p], MOCK_BAR2_LEN), 0);
		assert_int_equal(m->commands - commands, e.llq ? 1 : 0);
		check(m, &e);
		runs++;
	}
	assert_int_equal(runs, 4 * 16 * 32 * 8 * 5 * 3);
	mock_end(m);
}

static void
each_fall_back_tells_its_own_reason(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	const struct ena_hal_llq_caps good = m->hal.caps.llq;
	struct ena_hal_llq_caps *c = &m->hal.caps.llq;
	const char *reason[16];
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 10; i++) {
		size_t bar2 = MOCK_BAR2_LEN;
		enum ena_hal_llq_policy policy = ENA_HAL_LLQ_RECOMMENDED;

		*c = good;
		switch (i) {
		case 0: policy = ENA_HAL_LLQ_OFF; break;
		case 1: c->max_num = 0; break;
		case 2: bar2 = 0; break;
		case 3: c->header_locations = 2; break;
		case 4: c->strides = 0; break;
		case 5: c->entry_sizes = 8; break;
		case 6: c->descs_before = 16; break;
		case 7: c->descs_before = 8; break;
		case 8: c->max_depth = 0; break;
		case 9: bar2 = 128; break;
		}
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, policy, bar2), 0);
		assert_false(m->hal.llq.enabled);
		reason[i] = m->hal.llq.reason;
		assert_true(strlen(reason[i]) > 10);
		for (j = 0; j < i; j++)
			assert_string_not_equal(reason[i], reason[j]);
	}
	*c = good;
	m->set_status[ENA_FEATURE_LLQ] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_false(m->hal.llq.enabled);
	for (j = 0; j < i; j++)
		assert_string_not_equal(m->hal.llq.reason, reason[j]);
	mock_end(m);
}

static void
any_status_of_set_is_a_fall_back(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int s;

	(void)state;
	for (s = 1; s < 256; s++) {
		m->set_status[ENA_FEATURE_LLQ] = (uint8_t)s;
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
		assert_false(m->hal.llq.enabled);
	}
	m->set_status[ENA_FEATURE_LLQ] = 0;
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_true(m->hal.llq.enabled);
	mock_end(m);
}

static void
a_dead_queue_is_an_error_not_a_fall_back(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->answer_us = MOCK_NEVER;
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, MOCK_BAR2_LEN),
		-ETIMEDOUT);
	assert_false(m->hal.llq.enabled);
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), -ENODEV);
	mock_end(m);
}

static void
wide_entries_have_a_depth_of_their_own(void **state)
{
	static const struct {
		enum ena_hal_llq_policy policy;
		uint32_t depth;
		uint16_t wide;
		uint32_t want;
	} t[] = {
		{ENA_HAL_LLQ_128, 1024, 512, 1024},
		{ENA_HAL_LLQ_256, 1024, 0, 512}, /* not specified: half */
		{ENA_HAL_LLQ_256, 1024, 512, 512},
		{ENA_HAL_LLQ_256, 1024, 256, 256},
		{ENA_HAL_LLQ_256, 1024, 1024, 1024},
		{ENA_HAL_LLQ_256, 1024, 2048, 1024}, /* larger than the depth: ignored */
		{ENA_HAL_LLQ_256, 1000, 0, 500},
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		m->hal.caps.llq.max_depth = t[i].depth;
		m->hal.caps.llq.max_wide_depth = t[i].wide;
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, t[i].policy, MOCK_BAR2_LEN), 0);
		assert_true(m->hal.llq.enabled);
		assert_int_equal(m->hal.llq.max_depth, t[i].want);
		assert_int_equal(m->hal.llq.max_num, 8);
	}
	mock_end(m);
}

static void
the_depth_is_limited_to_what_bar2_holds(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, 1024 * 128), 0);
	assert_int_equal(m->hal.llq.max_depth, 1024);
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_128, 1024 * 128 - 1), 0);
	assert_int_equal(m->hal.llq.max_depth, 1023);
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_256, 256 * 4), 0);
	assert_int_equal(m->hal.llq.max_depth, 4);
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_256, 256 * 2 - 1), 0);
	assert_false(m->hal.llq.enabled);
	mock_end(m);
}

static void
the_burst_limit_counts_negotiated_entries(void **state)
{
	static const struct {
		enum ena_hal_llq_policy policy;
		uint16_t accel, bytes, want;
		bool no_cache;
	} t[] = {
		{ENA_HAL_LLQ_128, 0, 4096, 0, false},
		{ENA_HAL_LLQ_128, 1, 4096, 0, true},
		{ENA_HAL_LLQ_128, 2, 4096, 32, false},
		{ENA_HAL_LLQ_128, 3, 4095, 31, true},
		{ENA_HAL_LLQ_128, 2, 127, 0, false}, /* below one entry: no limit */
		{ENA_HAL_LLQ_256, 2, 4096, 16, false},
		{ENA_HAL_LLQ_256, 2, 255, 0, false},
		{ENA_HAL_LLQ_128, 2, 0xffff, 511, false},
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		m->hal.caps.llq.accel_flags = t[i].accel;
		m->hal.caps.llq.max_burst = t[i].bytes;
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, t[i].policy, MOCK_BAR2_LEN), 0);
		assert_int_equal(m->hal.llq.burst_entries, t[i].want);
		assert_int_equal(m->hal.llq.no_meta_cache, t[i].no_cache);
	}
	/* 256 wanted, 128 offered: by the negotiated size */
	m->hal.caps.llq.entry_sizes = 1;
	m->hal.caps.llq.accel_flags = 2;
	m->hal.caps.llq.max_burst = 1024;
	assert_int_equal(ena_hal_llq_negotiate(&m->hal, ENA_HAL_LLQ_256, MOCK_BAR2_LEN), 0);
	assert_int_equal(m->hal.llq.burst_entries, 8);
	mock_end(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_of_offers_is_answered_as_the_datasheet_says),
		cmocka_unit_test(each_fall_back_tells_its_own_reason),
		cmocka_unit_test(any_status_of_set_is_a_fall_back),
		cmocka_unit_test(a_dead_queue_is_an_error_not_a_fall_back),
		cmocka_unit_test(wide_entries_have_a_depth_of_their_own),
		cmocka_unit_test(the_depth_is_limited_to_what_bar2_holds),
		cmocka_unit_test(the_burst_limit_counts_negotiated_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
