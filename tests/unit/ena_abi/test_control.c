/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Worked examples of part A: built with lib/ena_abi, and read with it. */
#include "hex.h"

/* ---- primitives ------------------------------------------------------------ */

static void
integers_lie_little_endian_in_memory(void **state)
{
	ena_le16_t a = ena_put16(0x1234);
	ena_le32_t b = ena_put32(0x12345678);
	ena_le64_t c = ena_put64(UINT64_C(0x0123456789abcdef));

	(void)state;
	assert_dump(a, "34 12");
	assert_dump(b, "78 56 34 12");
	assert_dump(c, "ef cd ab 89 67 45 23 01");
	assert_int_equal(ena_get16(a), 0x1234);
	assert_int_equal(ena_get32(b), 0x12345678);
	assert_int_equal(ena_get64(c), UINT64_C(0x0123456789abcdef));
}

static void
an_address_record_carries_48_bits(void **state)
{
	struct ena_ad48 a = ena_put_ad48(UINT64_C(0x123456789000));

	(void)state;
	assert_dump(a, "00 90 78 56 34 12 00 00");
	assert_int_equal(ena_get_ad48(a), UINT64_C(0x123456789000));
	a = ena_put_ad48(UINT64_MAX);
	assert_dump(a, "ff ff ff ff ff ff 00 00");
	/* the reserved half-word is not part of the address */
	a.rsv = ena_put16(0xffff);
	assert_int_equal(ena_get_ad48(a), UINT64_C(0xffffffffffff));
}

static void
fields_are_cut_to_their_mask(void **state)
{
	unsigned int h, l;

	(void)state;
	assert_int_equal(ENA_FIELD_PREP(ENA_BITS(7, 4), 0x1f), 0xf0);
	assert_int_equal(ENA_FIELD_GET(ENA_BITS(7, 4), 0xabc), 0xb);
	assert_int_equal(ENA_FIELD_MAX(ENA_BITS(21, 16)), 63);
	for (h = 0; h < 32; h++) {
		for (l = 0; l <= h; l++) {
			uint32_t want = (uint32_t)((UINT64_C(2) << h) - (UINT64_C(1) << l));

			assert_int_equal(ENA_BITS(h, l), want);
		}
		assert_int_equal(ENA_BIT(h), (uint32_t)(UINT64_C(1) << h));
	}
}

static void
two_word_counters_have_the_low_word_first(void **state)
{
	struct ena_count64 c = ena_put_count64(UINT64_C(0x1122334455667788));

	(void)state;
	assert_dump(c, "88 77 66 55 44 33 22 11");
	assert_int_equal(ena_get_count64(c), UINT64_C(0x1122334455667788));
}

/* ---- registers (part A 2 and 8.5) ------------------------------------------ */

static void
ring_caps_are_those_that_every_driver_writes(void **state)
{
	(void)state;
	assert_int_equal(ENA_FIELD_PREP(ENA_RING_CAPS_DEPTH, ENA_AQ_DEPTH) |
				 ENA_FIELD_PREP(ENA_RING_CAPS_ENTRY_SIZE, ENA_AQ_ENTRY_SIZE),
		0x00400020);
	assert_int_equal(ENA_FIELD_PREP(ENA_RING_CAPS_DEPTH, ENA_AENQ_DEPTH) |
				 ENA_FIELD_PREP(ENA_RING_CAPS_ENTRY_SIZE, ENA_AENQ_ENTRY_SIZE),
		0x00400010);
}

static void
the_example_capability_word_decodes(void **state)
{
	const uint32_t caps = 0x000e303d; /* part A appendix A */

	(void)state;
	assert_int_equal(ENA_FIELD_GET(ENA_CAPS_CONTIGUOUS, caps), 1);
	assert_int_equal(ENA_FIELD_GET(ENA_CAPS_RESET_TIMEOUT, caps), 30);
	assert_int_equal(ENA_FIELD_GET(ENA_CAPS_DMA_WIDTH, caps), 48);
	assert_int_equal(ENA_FIELD_GET(ENA_CAPS_ADMIN_TIMEOUT, caps), 14);
	assert_int_equal(ENA_FIELD_PREP(ENA_CAPS_CONTIGUOUS, 1) |
				 ENA_FIELD_PREP(ENA_CAPS_RESET_TIMEOUT, 30) |
				 ENA_FIELD_PREP(ENA_CAPS_DMA_WIDTH, 48) |
				 ENA_FIELD_PREP(ENA_CAPS_ADMIN_TIMEOUT, 14),
		caps);
	assert_int_equal(ENA_FIELD_PREP(ENA_VERSION_MAJOR, 2), 0x200);
	assert_int_equal(ENA_FIELD_GET(ENA_CTRL_VERSION_ALL, 0xab000001), ENA_CTRL_VERSION_MIN);
	assert_int_equal(ENA_DEV_STS_READY | ENA_DEV_STS_RESET_IN_PROGRESS, 0x9);
}

static void
the_reset_reason_example_decodes(void **state)
{
	const uint32_t reason = ENA_RESET_DEVICE_REQUEST;
	const uint32_t ctl = ENA_DEV_CTL_RESET | ENA_FIELD_PREP(ENA_DEV_CTL_REASON, reason) |
			     ENA_FIELD_PREP(ENA_DEV_CTL_REASON_EXT, reason >> 4);

	(void)state;
	assert_int_equal(ctl, 0x31000001);
	assert_int_equal(ENA_FIELD_GET(ENA_DEV_CTL_REASON, ctl) +
				 16 * ENA_FIELD_GET(ENA_DEV_CTL_REASON_EXT, ctl),
		19);
	assert_int_equal(ENA_DEV_CTL_RESET | ENA_FIELD_PREP(ENA_DEV_CTL_REASON, ENA_RESET_GENERIC),
		0xd0000001);
}

static void
the_readless_read_example_is_reproduced(void **state)
{
	struct ena_reg_read_resp r = {
		.req_id = ena_put16(3),
		.offset = ena_put16(ENA_REG_CAPS),
		.value = ena_put32(0x000e303d),
	};

	(void)state;
	assert_int_equal(ENA_FIELD_PREP(ENA_REG_READ_OFFSET, ENA_REG_CAPS) |
				 ENA_FIELD_PREP(ENA_REG_READ_REQ_ID, 3),
		0x00080003);
	assert_dump(r, "03 00 08 00 3d 30 0e 00");
}

static void
register_offsets_are_those_of_the_map(void **state)
{
	static const uint32_t map[][2] = {
		{ENA_REG_VERSION, 0x000},
		{ENA_REG_CONTROLLER_VERSION, 0x004},
		{ENA_REG_CAPS, 0x008},
		{ENA_REG_CAPS_EXT, 0x00c},
		{ENA_REG_AQ_BASE_LO, 0x010},
		{ENA_REG_AQ_BASE_HI, 0x014},
		{ENA_REG_AQ_CAPS, 0x018},
		{ENA_REG_ACQ_BASE_LO, 0x020},
		{ENA_REG_ACQ_BASE_HI, 0x024},
		{ENA_REG_ACQ_CAPS, 0x028},
		{ENA_REG_AQ_DB, 0x02c},
		{ENA_REG_ACQ_TAIL, 0x030},
		{ENA_REG_AENQ_CAPS, 0x034},
		{ENA_REG_AENQ_BASE_LO, 0x038},
		{ENA_REG_AENQ_BASE_HI, 0x03c},
		{ENA_REG_AENQ_HEAD_DB, 0x040},
		{ENA_REG_AENQ_TAIL, 0x044},
		{ENA_REG_INTR_MASK, 0x04c},
		{ENA_REG_DEV_CTL, 0x054},
		{ENA_REG_DEV_STS, 0x058},
		{ENA_REG_MMIO_REG_READ, 0x05c},
		{ENA_REG_MMIO_RESP_LO, 0x060},
		{ENA_REG_MMIO_RESP_HI, 0x064},
		{ENA_REG_RSS_IND_ENTRY_UPDATE, 0x068},
		{ENA_REG_PHC_DB, 0x100},
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		assert_int_equal(map[i][0], map[i][1]);
}

/* ---- appendix B ------------------------------------------------------------ */

static void
the_get_device_attributes_example_is_reproduced(void **state)
{
	struct ena_feature_cmd cmd = {
		.common = {.cmd_id = ena_put16((uint16_t)ENA_FIELD_PREP(ENA_AQ_CMD_ID, 1)),
			.opcode = ENA_AQ_GET_FEATURE,
			.flags = ENA_AQ_FLAG_PHASE},
		.id = ENA_FEATURE_DEVICE_ATTRIBUTES,
	};
	struct ena_acq_common acq;

	(void)state;
	assert_dump(cmd, "01 00 08 01 | 00 00 00 00 | 00 00 00 00 | 00 00 00 00 | 00 01 00 00");

	hex("01 00 00 01 | 00 00 02 00", &acq, sizeof(acq));
	assert_int_equal(ENA_FIELD_GET(ENA_AQ_CMD_ID, ena_get16(acq.cmd_id)), 1);
	assert_int_equal(acq.status, ENA_ACQ_SUCCESS);
	assert_int_equal(ENA_FIELD_GET(ENA_ACQ_FLAG_PHASE, acq.flags), 1);
	assert_int_equal(ena_get16(acq.ext_status), 0);
	assert_int_equal(ena_get16(acq.aq_head), 2);
}

static void
the_create_cq_example_is_reproduced(void **state)
{
	static const char dump[] =
		"05 00 03 01 | 20 02 00 04 | 01 00 00 00 | 00 90 78 56 | 34 12 00 00";
	struct ena_create_cq_cmd cmd = {
		.common = {.cmd_id = ena_put16(5),
			.opcode = ENA_AQ_CREATE_CQ,
			.flags = ENA_AQ_FLAG_PHASE},
		.intr_mode = ENA_CREATE_CQ_INTR_MODE,
		.entry_words = (uint8_t)ENA_FIELD_PREP(ENA_CREATE_CQ_ENTRY_WORDS, 2),
		.depth = ena_put16(1024),
		.vector = ena_put32(1),
		.base = ena_put_ad48(UINT64_C(0x123456789000)),
	};

	(void)state;
	assert_dump(cmd, dump);

	hex(dump, &cmd, sizeof(cmd));
	assert_int_equal(ena_get16(cmd.common.cmd_id), 5);
	assert_int_equal(cmd.common.opcode, ENA_AQ_CREATE_CQ);
	assert_int_equal(ENA_FIELD_GET(ENA_CREATE_CQ_INTR_MODE, cmd.intr_mode), 1);
	assert_int_equal(ENA_FIELD_GET(ENA_CREATE_CQ_ENTRY_WORDS, cmd.entry_words), 2);
	assert_int_equal(ena_get16(cmd.depth), 1024);
	assert_int_equal(ena_get32(cmd.vector), 1);
	assert_int_equal(ena_get_ad48(cmd.base), UINT64_C(0x123456789000));
}

static void
the_create_sq_example_is_reproduced(void **state)
{
	static const char dump[] = "06 00 01 01 | 20 00 03 01 | 03 00 00 02 | 00 00 00 00 |00 00 "
				   "00 00 | 00 00 00 00 | 00 00 00 00 | 00 00 00 00 |00 00 00 00";
	struct ena_create_sq_cmd cmd = {
		.common = {.cmd_id = ena_put16(6),
			.opcode = ENA_AQ_CREATE_SQ,
			.flags = ENA_AQ_FLAG_PHASE},
		.direction = (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, ENA_SQ_TX),
		.placement =
			(uint8_t)(ENA_FIELD_PREP(ENA_CREATE_SQ_PLACEMENT, ENA_SQ_IN_DEVICE_MEMORY) |
				  ENA_FIELD_PREP(
					  ENA_CREATE_SQ_COMPLETION_POLICY, ENA_SQ_COMPLETE_EACH)),
		.contiguous = ENA_CREATE_SQ_CONTIGUOUS,
		.cq_idx = ena_put16(3),
		.depth = ena_put16(512),
	};

	(void)state;
	assert_int_equal(hex(dump, &(struct ena_create_sq_cmd){0}, sizeof(cmd)), 36);
	assert_dump(cmd, dump);

	hex(dump, &cmd, sizeof(cmd));
	assert_int_equal(ENA_FIELD_GET(ENA_SQ_DIRECTION, cmd.direction), ENA_SQ_TX);
	assert_int_equal(
		ENA_FIELD_GET(ENA_CREATE_SQ_PLACEMENT, cmd.placement), ENA_SQ_IN_DEVICE_MEMORY);
	assert_int_equal(ENA_FIELD_GET(ENA_CREATE_SQ_COMPLETION_POLICY, cmd.placement), 0);
	assert_int_equal(ENA_FIELD_GET(ENA_CREATE_SQ_CONTIGUOUS, cmd.contiguous), 1);
	assert_int_equal(ena_get16(cmd.cq_idx), 3);
	assert_int_equal(ena_get16(cmd.depth), 512);
}

static void
the_rss_table_example_is_reproduced(void **state)
{
	static const char dump[] = "07 00 09 05 | 00 02 00 00 | 00 00 00 80 | 00 00 00 00 |00 0C "
				   "00 00 | 00 00 00 00 | 07 00 00 00 | FF FF FF FF |00 00 00 00";
	struct ena_rss_table table = {
		.size_log2 = ena_put16(7),
		.inline_index = ena_put32(ENA_RSS_NO_INLINE),
	};
	struct ena_feature_cmd cmd = {
		.common = {.cmd_id = ena_put16(7),
			.opcode = ENA_AQ_SET_FEATURE,
			.flags = ENA_AQ_FLAG_PHASE | ENA_AQ_FLAG_CTRL_INDIRECT},
		.ctrl = {.len = ena_put32(128 * sizeof(struct ena_rss_table_entry)),
			.addr = ena_put_ad48(0x80000000)},
		.id = ENA_FEATURE_RSS_TABLE,
	};

	(void)state;
	memcpy(cmd.data, &table, sizeof(table));
	assert_dump(cmd, dump);

	hex(dump, &cmd, sizeof(cmd));
	memcpy(&table, cmd.data, sizeof(table));
	assert_int_equal(ena_get32(cmd.ctrl.len), 512);
	assert_int_equal(ena_get_ad48(cmd.ctrl.addr), 0x80000000);
	assert_int_equal(cmd.id, ENA_FEATURE_RSS_TABLE);
	assert_int_equal(ena_get16(table.size_log2), 7);
	assert_int_equal(ena_get32(table.inline_index), 0xffffffff);
}

/* ---- other values of the text ---------------------------------------------- */

static void
the_feature_bitmap_of_appendix_a_names_its_ids(void **state)
{
	static const uint8_t id[] = {ENA_FEATURE_DEVICE_ATTRIBUTES, ENA_FEATURE_HW_HINTS,
		ENA_FEATURE_LLQ, ENA_FEATURE_MAX_QUEUES_EXT, ENA_FEATURE_RSS_HASH_FUNCTION,
		ENA_FEATURE_STATELESS_OFFLOAD, ENA_FEATURE_RSS_TABLE, ENA_FEATURE_MTU,
		ENA_FEATURE_RSS_HASH_INPUT, ENA_FEATURE_INTR_MODERATION, ENA_FEATURE_AENQ_CONFIG,
		ENA_FEATURE_LINK_CONFIG, ENA_FEATURE_HOST_ATTR};
	uint32_t bitmap = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(id); i++)
		bitmap |= ENA_BIT(id[i]);
	assert_int_equal(bitmap, 0x1c145c9a);
	assert_int_equal(ENA_CAP_ENI_STATS | ENA_CAP_CUSTOMER_METRICS | ENA_CAP_EXT_RESET_REASONS |
				 ENA_CAP_CDESC_MBZ,
		0x1d);
}

static void
constants_named_by_value_in_the_text_have_it(void **state)
{
	(void)state;
	/* 6.13: default selections */
	assert_int_equal(ENA_RSS_FIELDS_L34, 0x3c);
	assert_int_equal(ENA_RSS_FIELDS_L3, 0x0c);
	assert_int_equal(ENA_RSS_FIELDS_L2, 0x03);
	assert_int_equal(ENA_RSS_SORT_L3 | ENA_RSS_SORT_L4, 0x0006);
	/* 6.9 */
	assert_int_equal(ENA_RSS_FUNC_TOEPLITZ, 0x2);
	assert_int_equal(ENA_RSS_FUNC_CRC32, 0x4);
	assert_int_equal(ENA_RSS_KEY_WORDS * 4, ENA_RSS_KEY_SIZE);
	/* 6.17: what Linux, and what FreeBSD and DPDK send */
	assert_int_equal(ENA_HOST_FEATURE_RX_OFFSET | ENA_HOST_FEATURE_MODERATION |
				 ENA_HOST_FEATURE_RX_MIRROR | ENA_HOST_FEATURE_RSS_CONFIG |
				 ENA_HOST_FEATURE_RX_PAGE_REUSE | ENA_HOST_FEATURE_TX_IPV6_CSUM |
				 ENA_HOST_FEATURE_PHC | ENA_HOST_FEATURE_DEBUG_EXT,
		0x3de);
	assert_int_equal(ENA_HOST_FEATURE_RX_OFFSET | ENA_HOST_FEATURE_RSS_CONFIG, 0x12);
	assert_int_equal(ENA_HOST_INTERFACE_REVISION, 0x0200);
	/* 6.15: wanted by Linux */
	assert_int_equal(ENA_BIT(ENA_AENQ_LINK_CHANGE) | ENA_BIT(ENA_AENQ_FATAL_ERROR) |
				 ENA_BIT(ENA_AENQ_WARNING) | ENA_BIT(ENA_AENQ_NOTIFICATION) |
				 ENA_BIT(ENA_AENQ_KEEP_ALIVE) |
				 ENA_BIT(ENA_AENQ_CONFIG_NOTIFICATION) |
				 ENA_BIT(ENA_AENQ_RESET_REQUEST),
		0xdf);
	/* 5.6 */
	assert_int_equal(ENA_METRIC_ALL, ENA_BIT(ENA_METRIC_COUNT) - 1);
	assert_int_equal(ENA_METRIC_ENI, ENA_METRIC_ALL & ~ENA_BIT(ENA_METRIC_CONNTRACK_AVAILABLE));
	/* 6.6 */
	assert_int_equal(ENA_LLQ_ACCEL_ALL, 3);
	assert_int_equal(ENA_REG_READ_POISON, 0xdead);
}

static void
an_event_lies_as_the_table_says(void **state)
{
	struct ena_aenq_entry e;

	(void)state;
	hex("04 00 02 00 | 01 00 00 00 | 11 00 00 00 | 22 00 00 00 |01 00 00 00 02 00 00 00 | 03 "
	    "00 00 00 04 00 00 00 | 05 00 00 00 06 00 00 00",
		&e, sizeof(e));
	assert_int_equal(ena_get16(e.common.group), ENA_AENQ_KEEP_ALIVE);
	assert_int_equal(ena_get16(e.common.syndrome), ENA_AENQ_SYNDROME_HINTS);
	assert_int_equal(ENA_FIELD_GET(ENA_AENQ_FLAG_PHASE, e.common.flags), 1);
	assert_int_equal(ena_get32(e.common.timestamp_lo), 0x11);
	assert_int_equal(ena_get32(e.common.timestamp_hi), 0x22);
	assert_int_equal(ena_get_count64(e.u.keep_alive.rx_drops), UINT64_C(0x200000001));
	assert_int_equal(ena_get_count64(e.u.keep_alive.tx_drops), UINT64_C(0x400000003));
	assert_int_equal(ena_get_count64(e.u.keep_alive.rx_overruns), UINT64_C(0x600000005));
	assert_int_equal(ena_get32(e.u.link.flags) & ENA_AENQ_LINK_UP, 1);
}

static void
a_debug_area_is_a_header_and_sections_one_behind_the_other(void **state)
{
	/* Part A 6.17: name, length 8, version 1, OS type; then a section with 8 bytes of data. */
	union {
		uint8_t bytes[44 + 40 + 8];
		struct ena_debug_header header;
	} area;
	const struct ena_debug_section *s;

	(void)state;
	hex("64 65 62 75 67 2d 61 72 65 61 2d 68 65 61 64 65 72 00 00 00 00 00 00 00 00 00 00 00 "
	    "00 00 00 00 | 08 00 00 00 | 01 00 00 00 | 01 | 00 00 00 |74 78 5f 73 74 61 74 73 00 "
	    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 | 0c 00 00 00 | "
	    "01 00 00 00 | 11 22 33 44 55 66 77 88",
		&area, sizeof(area));
	assert_string_equal(area.header.head.name, ENA_DEBUG_NAME);
	assert_int_equal(ena_get32(area.header.head.len),
		sizeof(area.header) - offsetof(struct ena_debug_section, version));
	assert_int_equal(ena_get32(area.header.head.version), ENA_DEBUG_VERSION);
	assert_int_equal(area.header.os_type, ENA_HOST_OS_LINUX);
	s = (const void *)(area.bytes + sizeof(area.header));
	assert_string_equal(s->name, ENA_DEBUG_SECTION_TX);
	assert_int_equal(ena_get32(s->len), sizeof(ena_le32_t) + 8);
	assert_int_equal(ena_get32(s->version), ENA_DEBUG_VERSION);
	/* The next section would begin where this one ends. */
	assert_ptr_equal((const uint8_t *)s + offsetof(struct ena_debug_section, version) +
				 ena_get32(s->len),
		area.bytes + sizeof(area));
	assert_int_equal(((const uint8_t *)(s + 1))[0], 0x11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_lie_little_endian_in_memory),
		cmocka_unit_test(an_address_record_carries_48_bits),
		cmocka_unit_test(fields_are_cut_to_their_mask),
		cmocka_unit_test(two_word_counters_have_the_low_word_first),
		cmocka_unit_test(ring_caps_are_those_that_every_driver_writes),
		cmocka_unit_test(the_example_capability_word_decodes),
		cmocka_unit_test(the_reset_reason_example_decodes),
		cmocka_unit_test(the_readless_read_example_is_reproduced),
		cmocka_unit_test(register_offsets_are_those_of_the_map),
		cmocka_unit_test(the_get_device_attributes_example_is_reproduced),
		cmocka_unit_test(the_create_cq_example_is_reproduced),
		cmocka_unit_test(the_create_sq_example_is_reproduced),
		cmocka_unit_test(the_rss_table_example_is_reproduced),
		cmocka_unit_test(the_feature_bitmap_of_appendix_a_names_its_ids),
		cmocka_unit_test(constants_named_by_value_in_the_text_have_it),
		cmocka_unit_test(an_event_lies_as_the_table_says),
		cmocka_unit_test(a_debug_area_is_a_header_and_sections_one_behind_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
