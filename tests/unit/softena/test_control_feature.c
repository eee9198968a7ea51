/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * GET and SET of every feature: part A 6.
 */

#include "test_control_util.h"

#define ILLEGAL ENA_ACQ_ILLEGAL_PARAMETER

static struct driver *
with_profile(const char *name)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "profile", name, NULL, 0), 0);
	return driver_booted_cfg(&cfg);
}

/* ---- dispatch -------------------------------------------------------------------- */

#define G 1u
#define S 2u

static void
every_feature_answers_get_and_set_as_table_6_0_says(void **state)
{
	static const uint8_t has[32] = {[1] = G,
		[2] = G,
		[3] = G,
		[4] = G | S,
		[7] = G,
		[8] = S,
		[10] = G | S,
		[11] = G,
		[12] = G | S,
		[14] = S,
		[18] = G | S,
		[20] = G,
		[26] = G | S,
		[27] = G,
		[28] = S,
		[29] = G | S,
		[30] = S,
		[31] = G | S};
	struct driver *d = with_profile("full");
	unsigned int id;

	(void)state;
	for (id = 0; id < 256; id++) {
		uint8_t get = feature_get(d, (uint8_t)id, 0, NULL, 0);
		uint8_t set = feature_set(d, (uint8_t)id, 0, NULL, 0);

		if (id < 32 && (has[id] & G) != 0)
			assert_int_equal(get, 0);
		else
			assert_int_equal(get, ENA_ACQ_UNSUPPORTED);
		if (id < 32 && (has[id] & S) != 0)
			/* An inline index of 0 is a feature of the table that is not there. */
			assert_int_equal(set == ENA_ACQ_UNSUPPORTED, id == ENA_FEATURE_RSS_TABLE);
		else
			assert_int_equal(set, ENA_ACQ_UNSUPPORTED);
	}
	driver_free(d);
}

static struct driver *
minimal_without_bit_1(void)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "profile", "minimal", NULL, 0), 0);
	assert_int_equal(softena_config_set(&cfg, "feature-device-attributes", "off", NULL, 0), 0);
	return driver_booted_cfg(&cfg);
}

static void
features_that_are_not_advertised_fail_with_status_3_but_for_1_and_28(void **state)
{
	struct driver *d = minimal_without_bit_1();
	struct ena_host_attr h = {.debug_area_size = ena_put32(0)};
	unsigned int id;

	(void)state;
	for (id = 0; id < 32; id++) {
		if ((d->cfg.features & ENA_BIT(id)) != 0 || id == 1 || id == 28)
			continue;
		assert_int_equal(feature_get(d, (uint8_t)id, 0, NULL, 0), ENA_ACQ_UNSUPPORTED);
		assert_int_equal(feature_set(d, (uint8_t)id, 0, NULL, 0), ENA_ACQ_UNSUPPORTED);
	}
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0), 0);
	driver_free(d);
}

static void
queue_limits_are_reported_in_both_layouts(void **state)
{
	struct softena_config cfg;
	struct ena_max_queues q;
	struct ena_max_queues_ext x;
	struct driver *d;

	(void)state;
	softena_config_default(&cfg);
	cfg.features |= ENA_BIT(ENA_FEATURE_MAX_QUEUES_NUM);
	cfg.tx_queues = 12;
	cfg.rx_queues = 10;
	cfg.tx_depth = 512;
	cfg.rx_depth = 2048;
	d = driver_booted_cfg(&cfg);
	assert_int_equal(feature_get(d, ENA_FEATURE_MAX_QUEUES_NUM, 0, &q, sizeof(q)), 0);
	assert_int_equal(ena_get32(q.max_sq_count), 10);
	assert_int_equal(ena_get32(q.max_cq_count), 10);
	assert_int_equal(ena_get32(q.max_sq_depth), 512);
	assert_int_equal(ena_get16(q.max_tx_packet_descs), cfg.tx_descs);
	assert_int_equal(feature_get(d, ENA_FEATURE_MAX_QUEUES_EXT, 0, &x, sizeof(x)), 0);
	assert_int_equal(x.version, 1);
	assert_int_equal(ena_get32(x.max_tx_sq_count), 12);
	assert_int_equal(ena_get32(x.max_rx_cq_count), 10);
	assert_int_equal(ena_get32(x.max_tx_sq_depth), 512);
	assert_int_equal(ena_get32(x.max_rx_cq_depth), 2048);
	assert_int_equal(ena_get32(x.max_tx_header_size), 96);
	assert_int_equal(ena_get16(x.max_rx_packet_descs), cfg.rx_descs);
	assert_int_equal(softena_msix_vectors(d->dev), 13);
	driver_free(d);
}

static void
constants_are_those_of_the_configuration(void **state)
{
	struct softena_config cfg;
	struct ena_hw_hints hints;
	struct ena_offloads o;
	struct ena_intr_moderation m;
	struct ena_link_config l;
	struct driver *d;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "hint-keep-alive", "65535", NULL, 0), 0);
	assert_int_equal(softena_config_set(&cfg, "moderation", "4", NULL, 0), 0);
	assert_int_equal(softena_config_set(&cfg, "link-mbps", "25000", NULL, 0), 0);
	assert_int_equal(softena_config_set(&cfg, "feature-link", "on", NULL, 0), 0);
	d = driver_booted_cfg(&cfg);
	assert_int_equal(feature_get(d, ENA_FEATURE_HW_HINTS, 0, &hints, sizeof(hints)), 0);
	assert_int_equal(ena_get16(hints.keep_alive_timeout_ms), ENA_HINT_OFF);
	assert_int_equal(ena_get16(hints.admin_timeout_ms), 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_STATELESS_OFFLOAD, 0, &o, sizeof(o)), 0);
	assert_int_equal(ena_get32(o.tx_supported), 0xff);
	assert_int_equal(ena_get32(o.rx_supported), 0xf);
	assert_int_equal(ena_get32(o.rx_enabled), 0xf);
	assert_int_equal(feature_get(d, ENA_FEATURE_INTR_MODERATION, 0, &m, sizeof(m)), 0);
	assert_int_equal(ena_get16(m.delay_resolution_us), 4);
	assert_int_equal(feature_get(d, ENA_FEATURE_LINK_CONFIG, 0, &l, sizeof(l)), 0);
	assert_int_equal(ena_get32(l.speed_mbps), 25000);
	assert_int_equal(ena_get32(l.supported_speeds), ENA_LINK_SPEED_25G);
	assert_int_equal(ena_get32(l.flags), ENA_LINK_FULL_DUPLEX);
	driver_free(d);
}

static void
mtu_is_accepted_from_68_to_the_maximum(void **state)
{
	static const struct {
		uint32_t mtu;
		uint8_t status;
	} cases[] = {{67, ILLEGAL}, {68, 0}, {1500, 0}, {9216, 0}, {9217, ILLEGAL}, {0, ILLEGAL},
		{0xffffffff, ILLEGAL}};
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ena_mtu m = {.mtu = ena_put32(cases[i].mtu)};

		assert_int_equal(
			feature_set(d, ENA_FEATURE_MTU, 0, &m, sizeof(m)), cases[i].status);
	}
	driver_free(d);
}

/* ---- LLQ ------------------------------------------------------------------------- */

static void
llq_needs_exactly_one_supported_bit_in_each_field(void **state)
{
	static const struct {
		uint16_t location, size, before, stride;
		uint8_t status;
	} cases[] = {
		{1, 1, 2, 2, 0},
		{1, 4, 2, 2, 0},
		{0, 1, 2, 2, ILLEGAL},
		{2, 1, 2, 2, ILLEGAL},
		{3, 1, 2, 2, ILLEGAL},
		{1, 0, 2, 2, ILLEGAL},
		{1, 2, 2, 2, ILLEGAL},
		{1, 5, 2, 2, ILLEGAL},
		{1, 1, 0, 2, ILLEGAL},
		{1, 1, 6, 2, ILLEGAL},
		{1, 1, 1, 2, ILLEGAL},
		{1, 1, 2, 1, ILLEGAL},
		{1, 1, 2, 0, ILLEGAL},
		{1, 1, 2, 3, ILLEGAL},
	};
	struct driver *d = with_profile("nitro-v2");
	struct ena_llq_config l;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&l, 0, sizeof(l));
		l.header_location.selected = ena_put16(cases[i].location);
		l.entry_size.selected = ena_put16(cases[i].size);
		l.descs_before_header.selected = ena_put16(cases[i].before);
		l.stride.selected = ena_put16(cases[i].stride);
		l.accel_flags = ena_put16((uint16_t)(i * 7)); /* any are accepted */
		assert_int_equal(
			feature_set(d, ENA_FEATURE_LLQ, 0, &l, sizeof(l)), cases[i].status);
	}
	/* After failures the last valid selection is still in place. */
	assert_int_equal(feature_get(d, ENA_FEATURE_LLQ, 0, &l, sizeof(l)), 0);
	assert_int_equal(ena_get16(l.entry_size.selected), ENA_LLQ_ENTRY_256);
	assert_int_equal(ena_get16(l.entry_size.supported), 5);
	assert_int_equal(ena_get16(l.stride.selected), ENA_LLQ_STRIDE_MULTI);
	assert_int_equal(l.version, 1);
	assert_int_equal(l.recommended_entry_size, ENA_LLQ_ENTRY_128);
	assert_int_equal(ena_get16(l.max_wide_depth), 512);
	assert_int_equal(ena_get32(l.max_count), 8);
	driver_free(d);
}

static void
llq_is_refused_while_any_sq_exists(void **state)
{
	struct driver *d = driver_booted();

	(void)state;
	assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0); /* a CQ alone does not matter */
	assert_int_equal(sq_create(d, false, 0, 8, NULL), 0);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), ILLEGAL);
	assert_int_equal(sq_destroy_cmd(d, false, 0), 0);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	driver_free(d);
}

/* ---- RSS ------------------------------------------------------------------------------------- */

static uint8_t
set_function(struct driver *d, uint32_t selected, uint32_t words, uint32_t len)
{
	struct ena_rss_function f = {
		.selected = ena_put32(selected), .initial_value = ena_put32(0x12345678)};
	struct ena_rss_key k = {.key_words = ena_put32(words)};
	unsigned int i;

	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		k.key[i] = (uint8_t)(i + 1);
	memcpy(d->buf, &k, sizeof(k));
	return feature_set(d, ENA_FEATURE_RSS_HASH_FUNCTION, len, &f, sizeof(f));
}

static void
hash_function_checks_selection_and_key_length(void **state)
{
	struct driver *d = driver_booted();
	struct ena_rss_function f;

	(void)state;
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 0, &f, sizeof(f)), 0);
	assert_int_equal(ena_get32(f.supported), 2);
	assert_int_equal(ena_get32(f.selected), 2);
	assert_int_equal(set_function(d, 2, 10, 48), 0);
	assert_int_equal(set_function(d, 2, 10, 4096), 0);
	assert_int_equal(set_function(d, 2, 10, 47), ENA_ACQ_MALFORMED);
	assert_int_equal(set_function(d, 2, 10, 0), ENA_ACQ_MALFORMED);
	assert_int_equal(set_function(d, 2, 9, 48), ILLEGAL);
	assert_int_equal(set_function(d, 2, 11, 48), ILLEGAL);
	assert_int_equal(set_function(d, 4, 10, 48), ILLEGAL); /* CRC32 is not there */
	assert_int_equal(set_function(d, 6, 10, 48), ILLEGAL);
	assert_int_equal(set_function(d, 0, 10, 48), ILLEGAL);
	driver_free(d);
}

static void
get_of_the_hash_function_leaves_the_key_buffer_alone(void **state)
{
	struct driver *d = driver_booted();
	unsigned int i;

	(void)state;
	assert_int_equal(set_function(d, 2, 10, 48), 0);
	memset(d->buf, 0x5a, 64);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 48, NULL, 0), 0);
	for (i = 0; i < 64; i++)
		assert_int_equal(d->buf[i], 0x5a);
	assert_int_equal(
		feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 47, NULL, 0), ENA_ACQ_MALFORMED);
	driver_free(d);
}

static void
quirk_key_readback_returns_the_key_in_the_order_it_came(void **state)
{
	struct softena_config cfg;
	struct driver *d;
	unsigned int i;

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "key-readback", "on", NULL, 0), 0);
	d = driver_booted_cfg(&cfg);
	assert_int_equal(set_function(d, 2, 10, 48), 0);
	memset(d->buf, 0x5a, 64);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 48, NULL, 0), 0);
	assert_int_equal(d->buf[0], 10);
	for (i = 0; i < ENA_RSS_KEY_SIZE; i++)
		assert_int_equal(d->buf[8 + i], i + 1);
	assert_int_equal(d->buf[48], 0x5a);
	driver_free(d);
}

static void
hash_input_defaults_are_those_of_table_6_13(void **state)
{
	static const uint16_t fields[16] = {
		0x3c, 0x3c, 0x3c, 0x3c, 0x0c, 0x0c, 0x0c, 0x03, 0, 0, 0, 0, 0, 0, 0, 0};
	struct driver *d = driver_booted();
	struct ena_rss_sorts sorts;
	struct ena_rss_input in;
	unsigned int i;

	(void)state;
	memset(d->buf, 0xff, 512);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_INPUT, 256, &sorts, sizeof(sorts)), 0);
	assert_int_equal(ena_get16(sorts.supported), 6);
	assert_int_equal(ena_get16(sorts.enabled), 0);
	memcpy(&in, d->buf, sizeof(in));
	for (i = 0; i < 16; i++) {
		assert_int_equal(ena_get16(in.supported[i].fields), fields[i]);
		assert_int_equal(ena_get16(in.selected[i].fields), fields[i]);
		assert_int_equal(ena_get16(in.supported[i].rsv), 0);
	}
	for (i = 128; i < 256; i++)
		assert_int_equal(d->buf[i], 0);
	assert_int_equal(d->buf[256], 0xff);
	driver_free(d);
}

static void
hash_input_keeps_selected_and_supported_fields(void **state)
{
	struct ena_rss_sorts sorts = {.enabled = ena_put16(6)};
	struct driver *d = driver_booted();
	struct ena_rss_input in;
	unsigned int i;

	(void)state;
	memset(&in, 0xff, sizeof(in));
	in.selected[1].fields = ena_put16(0x0c);
	in.selected[2].fields = ena_put16(0);
	memcpy(d->buf, &in, sizeof(in));
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_HASH_INPUT, 256, &sorts, sizeof(sorts)), 0);
	memset(&sorts, 0, sizeof(sorts));
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_INPUT, 256, &sorts, sizeof(sorts)), 0);
	assert_int_equal(ena_get16(sorts.enabled), 6);
	memcpy(&in, d->buf, sizeof(in));
	assert_int_equal(ena_get16(in.selected[0].fields), 0x3c);
	assert_int_equal(ena_get16(in.selected[1].fields), 0x0c);
	assert_int_equal(ena_get16(in.selected[2].fields), 0);
	for (i = 8; i < 16; i++)
		assert_int_equal(ena_get16(in.selected[i].fields), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_HASH_INPUT, 255, &sorts, sizeof(sorts)),
		ENA_ACQ_MALFORMED);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_HASH_INPUT, 0, &sorts, sizeof(sorts)),
		ENA_ACQ_MALFORMED);
	assert_int_equal(
		feature_get(d, ENA_FEATURE_RSS_HASH_INPUT, 255, NULL, 0), ENA_ACQ_MALFORMED);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_INPUT, 0, NULL, 0), 0);
	driver_free(d);
}

static uint8_t
set_table(struct driver *d, uint16_t log2, uint32_t inline_index, uint32_t len)
{
	struct ena_rss_table t = {
		.size_log2 = ena_put16(log2), .inline_index = ena_put32(inline_index)};

	return feature_set(d, ENA_FEATURE_RSS_TABLE, len, &t, sizeof(t));
}

static void
rss_table_checks_size_buffer_and_inline_index(void **state)
{
	struct driver *d = with_profile("full"); /* 7 to 9 */

	(void)state;
	assert_int_equal(set_table(d, 6, ENA_RSS_NO_INLINE, 4096), ILLEGAL);
	assert_int_equal(set_table(d, 10, ENA_RSS_NO_INLINE, 4096), ILLEGAL);
	assert_int_equal(set_table(d, 0xffff, ENA_RSS_NO_INLINE, 4096), ILLEGAL);
	assert_int_equal(set_table(d, 7, ENA_RSS_NO_INLINE, 511), ENA_ACQ_MALFORMED);
	assert_int_equal(set_table(d, 7, ENA_RSS_NO_INLINE, 0), ENA_ACQ_MALFORMED);
	assert_int_equal(set_table(d, 7, 5, 512), ENA_ACQ_UNSUPPORTED);
	assert_int_equal(set_table(d, 7, ENA_RSS_NO_INLINE, 512), 0);
	assert_int_equal(set_table(d, 9, ENA_RSS_NO_INLINE, 2048), 0);
	driver_free(d);
}

static void
rss_table_is_read_back_up_to_the_length_of_the_buffer(void **state)
{
	struct driver *d = with_profile("full");
	struct ena_rss_table t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 512; i++) {
		d->buf[4 * i] = (uint8_t)i;
		d->buf[4 * i + 1] = (uint8_t)(i >> 8); /* beyond the last queue: not checked */
		d->buf[4 * i + 2] = 0xee; /* reserved */
	}
	assert_int_equal(set_table(d, 9, ENA_RSS_NO_INLINE, 2048), 0);
	memset(d->buf, 0x5a, 4096);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 4096, &t, sizeof(t)), 0);
	assert_int_equal(ena_get16(t.min_size_log2), 7);
	assert_int_equal(ena_get16(t.max_size_log2), 9);
	assert_int_equal(ena_get16(t.size_log2), 9);
	for (i = 0; i < 512; i++) {
		assert_int_equal(d->buf[4 * i], i & 0xff);
		assert_int_equal(d->buf[4 * i + 1], i >> 8);
		assert_int_equal(d->buf[4 * i + 2], 0);
	}
	assert_int_equal(d->buf[2048], 0x5a);
	memset(d->buf, 0x5a, 4096);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 1030, NULL, 0), 0);
	assert_int_equal(d->buf[1028], 1);
	assert_int_equal(d->buf[1029], 1);
	assert_int_equal(d->buf[1030], 0x5a);
	driver_free(d);
}

static void
control_buffer_that_is_not_mapped_fails_without_side_effect(void **state)
{
	struct driver *d = with_profile("full");
	uint64_t good = d->buf_iova;

	(void)state;
	memset(d->buf, 0, 2048);
	d->buf[0] = 3;
	assert_int_equal(set_table(d, 7, ENA_RSS_NO_INLINE, 512), 0);
	d->buf_iova = good + 65536 - 256; /* leaves the mapping in the middle */
	assert_int_equal(set_table(d, 9, ENA_RSS_NO_INLINE, 2048), ILLEGAL);
	assert_int_equal(stats(d).dma_faults, 1);
	d->buf_iova = good;
	memset(d->buf, 0, 4);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 512, NULL, 0), 0);
	assert_int_equal(d->buf[0], 3);
	driver_free(d);
}

static void
every_control_buffer_flag_means_a_direct_buffer(void **state)
{
	struct driver *d = driver_booted();
	unsigned int flags;

	(void)state;
	for (flags = 0; flags < 8; flags += 2) {
		struct ena_feature_cmd cmd = {
			.common = {.opcode = ENA_AQ_GET_FEATURE, .flags = (uint8_t)flags},
			.ctrl = {.len = ena_put32(256), .addr = ena_put_ad48(d->buf_iova)},
			.id = ENA_FEATURE_RSS_HASH_INPUT,
		};

		memset(d->buf, 0, 256);
		assert_int_equal(cmd_run(d, &cmd, sizeof(cmd), NULL), 0);
		assert_int_equal(d->buf[0], 0x3c);
	}
	driver_free(d);
}

/* ---- host attributes, time stamps, steering -------------------------------------------------- */

static void
host_attributes_are_always_accepted_and_only_read(void **state)
{
	struct driver *d = driver_booted();
	struct ena_host_attr h = {.host_info = ena_put_ad48(0)};

	(void)state;
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	fake_host_protect(&d->host, d->buf_iova);
	h.host_info = ena_put_ad48(d->buf_iova);
	h.debug_area = ena_put_ad48(d->buf_iova + 4096);
	h.debug_area_size = ena_put32(4096);
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	assert_int_equal(stats(d).dma_faults, 0);
	h.host_info = ena_put_ad48(0x1000);
	assert_int_equal(feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h)), 0);
	assert_int_equal(stats(d).dma_faults, 1);
	driver_free(d);
}

static void
time_stamps_are_refused_while_a_queue_exists_or_if_not_offered(void **state)
{
	struct driver *d = with_profile("nitro-v5"); /* Rx only */
	struct ena_hw_timestamp t;

	(void)state;
	assert_int_equal(feature_get(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), 0);
	assert_int_equal(t.version, 1);
	assert_int_equal(t.tx, 0);
	assert_int_equal(t.rx, 1);
	t = (struct ena_hw_timestamp){.rx = 1};
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), 0);
	t = (struct ena_hw_timestamp){.rx = 2};
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), ILLEGAL);
	t = (struct ena_hw_timestamp){.tx = 1};
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), ILLEGAL);
	t = (struct ena_hw_timestamp){.tx = 0};
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), 0);
	assert_int_equal(cq_create(d, 8, 8, 1, NULL), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), ILLEGAL);
	assert_int_equal(cq_destroy_cmd(d, 0), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &t, sizeof(t)), 0);
	driver_free(d);
}

static uint8_t
steer(struct driver *d, uint8_t action, uint8_t type, uint16_t queue, uint16_t location,
	uint32_t len, uint16_t *where)
{
	struct ena_steering s = {
		.action = action,
		.flow_type = type,
		.rx_queue = ena_put16(queue),
		.location = ena_put16(location),
	};
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_SET_FEATURE,
		.ctrl = {.len = ena_put32(len), .addr = ena_put_ad48(d->buf_iova)},
		.id = ENA_FEATURE_FLOW_STEERING,
	};
	struct ena_steering_rsp r;
	struct ena_acq_entry e;
	uint8_t status;

	memcpy(cmd.data, &s, sizeof(s));
	status = cmd_run(d, &cmd, sizeof(cmd), &e);
	memcpy(&r, e.data, sizeof(r));
	if (where != NULL)
		*where = ena_get16(r.location);
	return status;
}

static void
steering_rules_fill_free_and_refuse_locations(void **state)
{
	struct driver *d = with_profile("full");
	uint16_t at;
	unsigned int i;

	(void)state;
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 0, 5, 128, &at), 0);
	assert_int_equal(at, 5);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 0, 5, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 0, 128, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 8, 6, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 0, 0, 6, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 7, 0, 6, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 0, 6, 127, NULL), ENA_ACQ_MALFORMED);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 1, 0, 6, 0, NULL), ENA_ACQ_MALFORMED);
	assert_int_equal(steer(d, 0, 1, 0, 6, 128, NULL), ILLEGAL);
	assert_int_equal(steer(d, 4, 1, 0, 6, 128, NULL), ILLEGAL);
	for (i = 0; i < 127; i++) {
		assert_int_equal(steer(d, ENA_STEERING_ADD, 6, 7, ENA_STEERING_ANY, 128, &at), 0);
		assert_int_equal(at, i < 5 ? i : i + 1);
	}
	assert_int_equal(
		steer(d, ENA_STEERING_ADD, 6, 7, ENA_STEERING_ANY, 128, NULL), ENA_ACQ_NO_RESOURCE);
	assert_int_equal(steer(d, ENA_STEERING_REMOVE, 0, 0, 70, 0, NULL), 0);
	assert_int_equal(steer(d, ENA_STEERING_REMOVE, 0, 0, 70, 0, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_REMOVE, 0, 0, 128, 0, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_REMOVE, 0, 0, 0xffff, 0, NULL), ILLEGAL);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 6, 7, ENA_STEERING_ANY, 128, &at), 0);
	assert_int_equal(at, 70);
	assert_int_equal(steer(d, ENA_STEERING_REMOVE_ALL, 0, 0, 0, 0, NULL), 0);
	assert_int_equal(steer(d, ENA_STEERING_ADD, 6, 7, ENA_STEERING_ANY, 128, &at), 0);
	assert_int_equal(at, 0);
	driver_free(d);
}

static void
aenq_groups_that_are_not_supported_are_refused_and_change_nothing(void **state)
{
	struct driver *d = driver_booted(); /* 0xdf */
	struct ena_aenq_config a;

	(void)state;
	assert_int_equal(aenq_groups(d, 0x11), 0);
	assert_int_equal(aenq_groups(d, 0x20), ILLEGAL);
	assert_int_equal(aenq_groups(d, 0x111), ILLEGAL);
	assert_int_equal(feature_get(d, ENA_FEATURE_AENQ_CONFIG, 0, &a, sizeof(a)), 0);
	assert_int_equal(ena_get32(a.supported), 0xdf);
	assert_int_equal(ena_get32(a.enabled), 0x11);
	driver_free(d);
}

/* ---- debug area ---------------------------------------------------------------------- */

static size_t
section(uint8_t *at, const char *name, uint32_t data)
{
	struct ena_debug_section s = {.len = ena_put32(4 + data), .version = ena_put32(1)};

	memcpy(s.name, name, strlen(name));
	memcpy(at, &s, sizeof(s));
	return sizeof(s) + data;
}

/** An area with a header, a reason and Tx statistics, put at @p to. @return its bytes */
static size_t
fill_area(uint8_t *to)
{
	uint8_t area[4096] = {0};
	struct ena_debug_header h = {
		.head = {.name = ENA_DEBUG_NAME, .len = ena_put32(8), .version = ena_put32(1)},
		.os_type = ENA_HOST_OS_LINUX,
	};
	struct ena_debug_reset_reason r = {
		.time_lo = ena_put32(77),
		.layout = ena_put32(1),
		.reason = ena_put16(ENA_RESET_ADMIN_TIMEOUT),
		.u.admin_timeout = {.intr_mask = ena_put32(1),
			.outstanding = ena_put16(3),
			.polling = 1},
	};
	struct ena_debug_queue_stats q = {.queues_in_use = ena_put16(4),
		.max_queues = ena_put16(8),
		.ring_depth = ena_put16(512)};
	size_t at = sizeof(h), head = at;

	memcpy(area, &h, sizeof(h));
	at += section(area + at, ENA_DEBUG_SECTION_RESET_REASON, 2224);
	memcpy(&r.head, area + head, sizeof(r.head));
	memcpy(area + head, &r, sizeof(r));
	head = at;
	at += section(area + at, ENA_DEBUG_SECTION_TX, sizeof(q) + 16);
	memcpy(area + head + sizeof(r.head), &q, sizeof(q));
	area[head + sizeof(r.head) + sizeof(q) + 8] = 99;
	memcpy(to, area, sizeof(area));
	return at;
}

/** SET of host attributes with driver feature @p bits and an area. */
static uint8_t
set_area(struct driver *d, uint32_t bits, uint64_t area, uint32_t size)
{
	struct ena_host_attr h = {
		.debug_area = ena_put_ad48(area), .debug_area_size = ena_put32(size)};
	struct ena_host_info *info;
	uint64_t iova;

	info = fake_host_alloc(&d->host, 4096, 4096, &iova);
	info->driver_features = ena_put32(bits);
	h.host_info = ena_put_ad48(iova);
	return feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h));
}

static void
the_debug_area_goes_to_the_log_before_an_error_reset(void **state)
{
	struct driver *d = driver_booted();
	const char *text = d->host.log_text;
	uint64_t iova;
	uint8_t *area = fake_host_alloc(&d->host, 8192, 64, &iova);
	size_t len = fill_area(area);

	(void)state;
	assert_int_equal(set_area(d, ENA_HOST_FEATURE_DEBUG_EXT, iova, (uint32_t)len), 0);
	driver_reset(d, ENA_RESET_NORMAL);
	assert_null(strstr(text, "debug area"));
	driver_boot(d);
	assert_int_equal(set_area(d, ENA_HOST_FEATURE_DEBUG_EXT, iova, (uint32_t)len), 0);
	driver_reset(d, ENA_RESET_ADMIN_TIMEOUT);
	assert_non_null(strstr(text, "debug area: OS type 1, version 1"));
	assert_non_null(strstr(text, "debug area: reset reason 2, time 77"));
	assert_non_null(strstr(text, "intr_mask 0x1, outstanding 3, polling 1, was_up 0"));
	assert_non_null(strstr(text, "tx_stats: 4 of 8 queues, rings of 512"));
	assert_non_null(strstr(text, "tx_stats[1] = 99"));
	assert_int_equal(stats(d).dma_faults, 0);
	driver_free(d);
}

static void
a_debug_area_that_is_none_is_left_alone(void **state)
{
	static const uint32_t lens[] = {0, 3, 4, 5000, UINT32_MAX - 36, UINT32_MAX};
	struct driver *d = driver_booted();
	uint64_t iova;
	uint8_t *area = fake_host_alloc(&d->host, 8192, 64, &iova);
	size_t len = fill_area(area);

	(void)state;
	/* Without this bit of the driver the device does not read the debug area. */
	assert_int_equal(set_area(d, 0, iova, (uint32_t)len), 0);
	driver_reset(d, ENA_RESET_ADMIN_TIMEOUT);
	assert_null(strstr(d->host.log_text, "debug area"));
	for (unsigned int i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		ena_le32_t bad = ena_put32(lens[i]);

		driver_boot(d);
		memcpy(area + sizeof(struct ena_debug_header) + 32, &bad, sizeof(bad));
		assert_int_equal(set_area(d, ENA_HOST_FEATURE_DEBUG_EXT, iova, (uint32_t)len), 0);
		driver_reset(d, ENA_RESET_GENERIC);
		assert_null(strstr(d->host.log_text, "reset reason 2"));
	}
	driver_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_feature_answers_get_and_set_as_table_6_0_says),
		cmocka_unit_test(
			features_that_are_not_advertised_fail_with_status_3_but_for_1_and_28),
		cmocka_unit_test(queue_limits_are_reported_in_both_layouts),
		cmocka_unit_test(constants_are_those_of_the_configuration),
		cmocka_unit_test(mtu_is_accepted_from_68_to_the_maximum),
		cmocka_unit_test(llq_needs_exactly_one_supported_bit_in_each_field),
		cmocka_unit_test(llq_is_refused_while_any_sq_exists),
		cmocka_unit_test(hash_function_checks_selection_and_key_length),
		cmocka_unit_test(get_of_the_hash_function_leaves_the_key_buffer_alone),
		cmocka_unit_test(quirk_key_readback_returns_the_key_in_the_order_it_came),
		cmocka_unit_test(hash_input_defaults_are_those_of_table_6_13),
		cmocka_unit_test(hash_input_keeps_selected_and_supported_fields),
		cmocka_unit_test(rss_table_checks_size_buffer_and_inline_index),
		cmocka_unit_test(rss_table_is_read_back_up_to_the_length_of_the_buffer),
		cmocka_unit_test(control_buffer_that_is_not_mapped_fails_without_side_effect),
		cmocka_unit_test(every_control_buffer_flag_means_a_direct_buffer),
		cmocka_unit_test(host_attributes_are_always_accepted_and_only_read),
		cmocka_unit_test(time_stamps_are_refused_while_a_queue_exists_or_if_not_offered),
		cmocka_unit_test(steering_rules_fill_free_and_refuse_locations),
		cmocka_unit_test(aenq_groups_that_are_not_supported_are_refused_and_change_nothing),
		cmocka_unit_test(the_debug_area_goes_to_the_log_before_an_error_reset),
		cmocka_unit_test(a_debug_area_that_is_none_is_left_alone),
	};

	return cmocka_run_group_tests_name("softena features", tests, NULL, NULL);
}
