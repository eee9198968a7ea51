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

/* The algorithm of the datasheet, written step by step from its text. */
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
	/* Step 9, no room for a header: larger entries have room, if they are supported. */
	if (e.entry == 1 && e.before == 8)
		e.entry = entry & 2 ? 2 : entry & 4 ? 4 : 0;
	e.llq = e.stride != 0 && e.entry != 0 && e.before != 0;
	return e;
}

static void
check(struct mock *m, const struct expect *e)
{
	static const uint16_t bytes[] = {0, 128, 192, 0, 256};
	const struct ena_hal_llq *l = &m->hal.llq;
	const struct ena_llq_config *s;
	static const struct ena_hal_llq none;
	struct ena_hal_llq others = *l;

	if (!e->llq) {
		assert_false(l->enabled);
		assert_string_not_equal(l->reason, "");
		assert_non_null(strstr(m->log, l->reason));
		others.reason = NULL;
		assert_memory_equal(&others, &none, sizeof(none));
		return;
	}
	assert_true(l->enabled);
	assert_string_equal(l->reason, "");
	assert_int_equal(l->entry_size, bytes[e->entry]);
	assert_int_equal(l->descs_before_header, e->before);
	assert_int_equal(l->descs_per_entry, e->stride == 2 ? l->entry_size / 16 : 1);
	assert_int_equal(l->header_max, l->entry_size - 16 * e->before);
	assert_true(l->header_max > 0 && l->header_max <= 255);
	s = sent(m);
	assert_int_equal(ena_get16(s->header_location.selected), 1);
	assert_int_equal(ena_get16(s->entry_size.selected), e->entry);
	assert_int_equal(ena_get16(s->descs_before_header.selected), e->before);
	assert_int_equal(ena_get16(s->stride.selected), e->stride);
	assert_int_equal(ena_get16(s->accel_flags), 3);
	assert_int_equal(ena_get16(s->entry_size.supported), 0);
	assert_int_equal(ena_get32(s->max_count), 0);
	assert_int_equal(ena_get32(s->max_depth), 0);
	assert_int_equal(s->version, 0);
	assert_int_equal(ena_get16(s->max_tx_burst), 0);
}

static void
every_combination_of_offers_is_answered_as_the_datasheet_says(void **state)
{
	static const enum ena_hal_llq_policy policy[] = {
		ENA_HAL_LLQ_RECOMMENDED, ENA_HAL_LLQ_128, ENA_HAL_LLQ_256};
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
							bool wide = policy[p] == ENA_HAL_LLQ_256;
							unsigned int wanted;

							if (policy[p] == ENA_HAL_LLQ_RECOMMENDED)
								wide = rec == 4;
							wanted = wide ? 4 : 1;
							struct expect e = algorithm(
								loc, entry, before, stride, wanted);

							c->header_locations = (uint16_t)loc;
							c->entry_sizes = (uint16_t)entry;
							c->descs_before_header = (uint16_t)before;
							c->strides = (uint16_t)stride;
							c->recommended_entry_size = (uint8_t)rec;
							commands = m->commands;
							m->log[0] = '\0';
							assert_int_equal(mock_llq(m, policy[p],
										 MOCK_BAR2_LEN),
								0);
							assert_int_equal(m->commands - commands,
								e.llq ? 1 : 0);
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
	const struct ena_hal_llq_caps usable = m->hal.caps.llq;
	struct ena_hal_llq_caps *c = &m->hal.caps.llq;
	const char *reason[16];
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 10; i++) {
		size_t bar2 = MOCK_BAR2_LEN;
		enum ena_hal_llq_policy policy = ENA_HAL_LLQ_RECOMMENDED;

		*c = usable;
		switch (i) {
		case 0:
			policy = ENA_HAL_LLQ_OFF;
			break;
		case 1:
			c->max_count = 0;
			break;
		case 2:
			bar2 = 0;
			break;
		case 3:
			c->header_locations = 2;
			break;
		case 4:
			c->strides = 0;
			break;
		case 5:
			c->entry_sizes = 8;
			break;
		case 6:
			c->descs_before_header = 16;
			break;
		case 7:
			c->descs_before_header = 8;
			c->entry_sizes = 1;
			break;
		case 8:
			c->max_depth = 0;
			break;
		case 9:
			bar2 = 128;
			break;
		}
		assert_int_equal(mock_llq(m, policy, bar2), 0);
		assert_false(m->hal.llq.enabled);
		reason[i] = m->hal.llq.reason;
		assert_true(strlen(reason[i]) > 10);
		for (j = 0; j < i; j++)
			assert_string_not_equal(reason[i], reason[j]);
	}
	*c = usable;
	m->set_status[ENA_FEATURE_LLQ] = ENA_ACQ_UNKNOWN_ERROR;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
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
		assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
		assert_false(m->hal.llq.enabled);
	}
	m->set_status[ENA_FEATURE_LLQ] = 0;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_true(m->hal.llq.enabled);
	mock_end(m);
}

static void
a_dead_queue_is_an_error_not_a_fall_back(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->answer_us = MOCK_NEVER;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), -ETIMEDOUT);
	assert_false(m->hal.llq.enabled);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), -ENODEV);
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
		assert_int_equal(mock_llq(m, t[i].policy, MOCK_BAR2_LEN), 0);
		assert_true(m->hal.llq.enabled);
		assert_int_equal(m->hal.llq.max_depth, t[i].want);
		assert_int_equal(m->hal.llq.max_count, 8);
	}
	mock_end(m);
}

static void
the_depth_is_limited_to_what_bar2_holds(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, 1024 * 128), 0);
	assert_int_equal(m->hal.llq.max_depth, 1024);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, 1024 * 128 - 1), 0);
	assert_int_equal(m->hal.llq.max_depth, 1023);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_256, 256 * 4), 0);
	assert_int_equal(m->hal.llq.max_depth, 4);
	/* Not two entries of 256 bytes, but three of 128. */
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_256, 256 * 2 - 1), 0);
	assert_int_equal(m->hal.llq.entry_size, 128);
	assert_int_equal(m->hal.llq.max_depth, 3);
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_256, 128 * 2 - 1), 0);
	assert_false(m->hal.llq.enabled);
	mock_end(m);
}

/* Entry sizes that cannot be used, and what is used instead. */
static void
entries_that_cannot_be_used_give_way_to_others(void **state)
{
	static const struct {
		enum ena_hal_llq_policy policy;
		uint16_t sizes; /* supported bitmap */
		uint32_t depth;
		uint16_t wide;
		size_t bar2;
		uint16_t entry; /* bytes; 0: host memory */
		const char *log;
	} t[] = {
		/* too few wide entries for a ring */
		{ENA_HAL_LLQ_256, 5, 1024, 64, MOCK_BAR2_LEN, 128,
			"128 bytes instead of 256: the device offers too few"},
		{ENA_HAL_LLQ_RECOMMENDED, 5, 1024, 64, MOCK_BAR2_LEN, 128,
			"128 bytes instead of 256"},
		{ENA_HAL_LLQ_256, 6, 1024, 64, MOCK_BAR2_LEN, 192, "192 bytes instead of 256"},
		{ENA_HAL_LLQ_256, 4, 1024, 64, MOCK_BAR2_LEN, 0,
			"host memory: the device offers too few"},
		{ENA_HAL_LLQ_256, 5, 1024, 128, MOCK_BAR2_LEN, 256, ""},
		/* not specified: half of the depth */
		{ENA_HAL_LLQ_256, 5, 128, 0, MOCK_BAR2_LEN, 128, "128 bytes instead of 256"},
		{ENA_HAL_LLQ_256, 5, 256, 0, MOCK_BAR2_LEN, 256, ""},
		/* too few of any size */
		{ENA_HAL_LLQ_128, 5, 16, 0, MOCK_BAR2_LEN, 0,
			"host memory: the device offers too few"},
		{ENA_HAL_LLQ_RECOMMENDED, 7, 127, 127, MOCK_BAR2_LEN, 0, "host memory"},
		/* BAR2 has room for a ring of small entries only */
		{ENA_HAL_LLQ_256, 5, 1024, 512, 128 * 256 - 1, 128,
			"128 bytes instead of 256: BAR2"},
		{ENA_HAL_LLQ_256, 5, 1024, 512, 128 * 128 - 1, 0, "host memory: BAR2"},
		/* sizes that the device does not have */
		{ENA_HAL_LLQ_256, 1, 1024, 512, MOCK_BAR2_LEN, 128,
			"128 bytes instead of 256: the device does not offer"},
		{ENA_HAL_LLQ_128, 4, 1024, 512, MOCK_BAR2_LEN, 256, "256 bytes instead of 128"},
		{ENA_HAL_LLQ_128, 2, 1024, 512, MOCK_BAR2_LEN, 192, "192 bytes instead of 128"},
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct ena_hal_llq_wish wish = {t[i].policy, t[i].bar2, 128};

		m->hal.caps.llq.entry_sizes = t[i].sizes;
		m->hal.caps.llq.recommended_entry_size = 4;
		m->hal.caps.llq.max_depth = t[i].depth;
		m->hal.caps.llq.max_wide_depth = t[i].wide;
		m->log[0] = '\0';
		assert_int_equal(ena_hal_llq_negotiate(&m->hal, &wish), 0);
		assert_int_equal(m->hal.llq.entry_size, t[i].entry);
		if (t[i].log[0] == '\0')
			assert_string_equal(m->log, "");
		else
			assert_non_null(strstr(m->log, t[i].log));
		if (m->hal.llq.enabled)
			assert_true(m->hal.llq.max_depth >= 128);
	}
	mock_end(m);
}

static void
entries_that_the_device_recommends_are_no_news(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->hal.caps.llq.entry_sizes = m->hal.caps.llq.recommended_entry_size = ENA_LLQ_ENTRY_192;
	m->log[0] = '\0';
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_RECOMMENDED, MOCK_BAR2_LEN), 0);
	assert_int_equal(m->hal.llq.entry_size, 192);
	assert_string_equal(m->log, "");
	mock_end(m);
}

static void
headers_without_room_take_the_next_geometry_that_has_it(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);

	(void)state;
	m->hal.caps.llq.descs_before_header = ENA_LLQ_BEFORE_8;
	m->hal.caps.llq.entry_sizes = 7;
	m->log[0] = '\0';
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_128, MOCK_BAR2_LEN), 0);
	assert_int_equal(m->hal.llq.entry_size, 192);
	assert_int_equal(m->hal.llq.header_max, 64);
	assert_non_null(strstr(m->log, "192 bytes instead of 128: LLQ entries would have no room"));
	mock_end(m);
}

static void
a_burst_limit_bounds_the_descriptors_of_a_packet(void **state)
{
	static const struct {
		uint16_t sizes, before, stride, bytes;
		uint16_t entry, descs; /* 0: host memory */
	} t[] = {
		{1, 2, 2, 512, 128, 2 + 3 * 8},
		{1, 2, 2, 128, 128, 2}, /* one entry: metadata and one buffer */
		{1, 2, 1, 384, 128, 2 + 2}, /* one descriptor per further entry */
		{1, 2, 2, 127, 128, UINT16_MAX}, /* below one entry: no limit */
		{1, 1, 2, 128, 0, 0}, /* no room for both */
		{1, 1, 2, 256, 128, 1 + 8},
		{1, 1 | 4, 2, 128, 128, 4}, /* possible with another number of descriptors */
		{5, 1, 2, 256, 128,
			1 + 8}, /* 256 wanted: one entry is too few, of 128 there are two */
	};
	struct mock *m = mock_up(MOCK_QUERIED);
	struct ena_hal_llq_caps *c = &m->hal.caps.llq;
	unsigned int i;

	(void)state;
	c->accel_flags = ENA_LLQ_ACCEL_BURST_LIMIT;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		c->entry_sizes = t[i].sizes;
		c->descs_before_header = t[i].before;
		c->strides = t[i].stride;
		c->max_tx_burst = t[i].bytes;
		c->recommended_entry_size = t[i].sizes & 4;
		assert_int_equal(mock_llq(m, ENA_HAL_LLQ_RECOMMENDED, MOCK_BAR2_LEN), 0);
		assert_int_equal(m->hal.llq.entry_size, t[i].entry);
		assert_int_equal(m->hal.llq.packet_descs, t[i].descs);
	}
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
		m->hal.caps.llq.max_tx_burst = t[i].bytes;
		assert_int_equal(mock_llq(m, t[i].policy, MOCK_BAR2_LEN), 0);
		assert_int_equal(m->hal.llq.burst_entries, t[i].want);
		assert_int_equal(m->hal.llq.no_meta_cache, t[i].no_cache);
	}
	/* 256 wanted, 128 offered: by the negotiated size */
	m->hal.caps.llq.entry_sizes = 1;
	m->hal.caps.llq.accel_flags = 2;
	m->hal.caps.llq.max_tx_burst = 1024;
	assert_int_equal(mock_llq(m, ENA_HAL_LLQ_256, MOCK_BAR2_LEN), 0);
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
		cmocka_unit_test(entries_that_cannot_be_used_give_way_to_others),
		cmocka_unit_test(entries_that_the_device_recommends_are_no_news),
		cmocka_unit_test(headers_without_room_take_the_next_geometry_that_has_it),
		cmocka_unit_test(a_burst_limit_bounds_the_descriptors_of_a_packet),
		cmocka_unit_test(the_burst_limit_counts_negotiated_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
