/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Checks that every mask has the bit range of the datasheet, that the masks of a word do not
 * overlap, and that together they cover all bits that the tables name.
 */
#include <stdio.h>

#include "hex.h"

struct field {
	const char *name;
	uint32_t mask;
	uint8_t high, low; /* as in the datasheet */
};

struct word {
	const char *name;
	uint32_t reserved; /* bits that no field names */
	struct field field[16];
	uint32_t mbz; /* must-be-zero bits that have a mask of their own */
	uint8_t bits; /* width; 0 = 32 */
};

#define F(mask, high, low)             \
	{                              \
#mask, mask, high, low \
	}

static const struct word words[] = {
	/* part A 2.2 */
	{"VERSION", 0xffff0000, {F(ENA_VERSION_MINOR, 7, 0), F(ENA_VERSION_MAJOR, 15, 8)}, 0, 0},
	{"CONTROLLER_VERSION", 0,
		{F(ENA_CTRL_VERSION_SUBMINOR, 7, 0), F(ENA_CTRL_VERSION_MINOR, 15, 8),
			F(ENA_CTRL_VERSION_MAJOR, 23, 16), F(ENA_CTRL_VERSION_IMPL, 31, 24)},
		0, 0},
	{"CONTROLLER_VERSION, compared", 0xff000000, {F(ENA_CTRL_VERSION_ALL, 23, 0)}, 0, 0},
	{"CAPS", 0xfff000c0,
		{F(ENA_CAPS_CONTIGUOUS, 0, 0), F(ENA_CAPS_RESET_TIMEOUT, 5, 1),
			F(ENA_CAPS_DMA_WIDTH, 15, 8), F(ENA_CAPS_ADMIN_TIMEOUT, 19, 16)},
		0, 0},
	{"ring CAPS", 0, {F(ENA_RING_CAPS_DEPTH, 15, 0), F(ENA_RING_CAPS_ENTRY_SIZE, 31, 16)}, 0,
		0},
	{"doorbells", 0xffff0000, {F(ENA_DB_COUNT, 15, 0)}, 0, 0},
	{"INTR_MASK", 0xfffffffe, {F(ENA_INTR_MASK_MGMT, 0, 0)}, 0, 0},
	{"DEV_CTL", 0x00fffff0,
		{F(ENA_DEV_CTL_RESET, 0, 0), F(ENA_DEV_CTL_AQ_RESTART, 1, 1),
			F(ENA_DEV_CTL_QUIESCENT, 2, 2), F(ENA_DEV_CTL_IO_RESUME, 3, 3),
			F(ENA_DEV_CTL_REASON_EXT, 27, 24), F(ENA_DEV_CTL_REASON, 31, 28)},
		0, 0},
	{"DEV_STS", 0xffffff00,
		{F(ENA_DEV_STS_READY, 0, 0), F(ENA_DEV_STS_AQ_RESTARTING, 1, 1),
			F(ENA_DEV_STS_AQ_RESTARTED, 2, 2), F(ENA_DEV_STS_RESET_IN_PROGRESS, 3, 3),
			F(ENA_DEV_STS_RESET_FINISHED, 4, 4), F(ENA_DEV_STS_FATAL, 5, 5),
			F(ENA_DEV_STS_QUIESCENT_STARTED, 6, 6), F(ENA_DEV_STS_QUIESCENT, 7, 7)},
		0, 0},
	{"MMIO_REG_READ", 0, {F(ENA_REG_READ_REQ_ID, 15, 0), F(ENA_REG_READ_OFFSET, 31, 16)}, 0, 0},
	{"RSS_IND_ENTRY_UPDATE", 0,
		{F(ENA_RSS_UPDATE_INDEX, 15, 0), F(ENA_RSS_UPDATE_QUEUE, 31, 16)}, 0, 0},
	/* part B 1.6 */
	{"unmask", 0,
		{F(ENA_UNMASK_RX_DELAY, 14, 0), F(ENA_UNMASK_TX_DELAY, 29, 15),
			F(ENA_UNMASK_UNMASK, 30, 30), F(ENA_UNMASK_NO_MOD, 31, 31)},
		0, 0},
	{"NUMA", 0x7fffff00, {F(ENA_NUMA_NODE, 7, 0), F(ENA_NUMA_VALID, 31, 31)}, 0, 0},
	/* part A 4 and 5 */
	{"command id", 0xf000, {F(ENA_AQ_CMD_ID, 11, 0)}, 0, 16},
	{"AQ flags", 0xf8,
		{F(ENA_AQ_FLAG_PHASE, 0, 0), F(ENA_AQ_FLAG_CTRL_DIRECT, 1, 1),
			F(ENA_AQ_FLAG_CTRL_INDIRECT, 2, 2)},
		0, 8},
	{"ACQ flags", 0xfe, {F(ENA_ACQ_FLAG_PHASE, 0, 0)}, 0, 8},
	{"AENQ flags", 0xfe, {F(ENA_AENQ_FLAG_PHASE, 0, 0)}, 0, 8},
	{"CREATE_CQ byte 4", 0xdf, {F(ENA_CREATE_CQ_INTR_MODE, 5, 5)}, 0, 8},
	{"CREATE_CQ byte 5", 0xe0, {F(ENA_CREATE_CQ_ENTRY_WORDS, 4, 0)}, 0, 8},
	{"SQ direction", 0x1f, {F(ENA_SQ_DIRECTION, 7, 5)}, 0, 8},
	{"CREATE_SQ byte 6", 0x80,
		{F(ENA_CREATE_SQ_PLACEMENT, 3, 0), F(ENA_CREATE_SQ_COMPLETION_POLICY, 6, 4)}, 0, 8},
	{"CREATE_SQ byte 7", 0xfe, {F(ENA_CREATE_SQ_CONTIGUOUS, 0, 0)}, 0, 8},
	{"feature select", 0xfc, {F(ENA_FEATURE_SELECT, 1, 0)}, 0, 8},
	{"SRD mode", 0xfffffff8,
		{F(ENA_SRD_MODE_ENABLED, 0, 0), F(ENA_SRD_MODE_UDP, 1, 1),
			F(ENA_SRD_MODE_RX_UDP_BYPASS, 2, 2)},
		0, 0},
	/* part A 6 */
	{"capabilities", 0xffffffe0,
		{F(ENA_CAP_ENI_STATS, 0, 0), F(ENA_CAP_SRD_INFO, 1, 1),
			F(ENA_CAP_CUSTOMER_METRICS, 2, 2), F(ENA_CAP_EXT_RESET_REASONS, 3, 3),
			F(ENA_CAP_CDESC_MBZ, 4, 4)},
		0, 0},
	{"LLQ header location", 0xfffc,
		{F(ENA_LLQ_HEADER_INLINE, 0, 0), F(ENA_LLQ_HEADER_SEPARATE, 1, 1)}, 0, 16},
	{"LLQ entry size", 0xfff8,
		{F(ENA_LLQ_ENTRY_128, 0, 0), F(ENA_LLQ_ENTRY_192, 1, 1),
			F(ENA_LLQ_ENTRY_256, 2, 2)},
		0, 16},
	{"LLQ descriptors before header", 0xfff0,
		{F(ENA_LLQ_BEFORE_1, 0, 0), F(ENA_LLQ_BEFORE_2, 1, 1), F(ENA_LLQ_BEFORE_4, 2, 2),
			F(ENA_LLQ_BEFORE_8, 3, 3)},
		0, 16},
	{"LLQ stride", 0xfffc, {F(ENA_LLQ_STRIDE_SINGLE, 0, 0), F(ENA_LLQ_STRIDE_MULTI, 1, 1)}, 0,
		16},
	{"LLQ acceleration", 0xfffc,
		{F(ENA_LLQ_ACCEL_NO_META_CACHE, 0, 0), F(ENA_LLQ_ACCEL_BURST_LIMIT, 1, 1)}, 0, 16},
	{"Tx offloads", 0xffffff00,
		{F(ENA_TX_OFFLOAD_L3_CSUM, 0, 0), F(ENA_TX_OFFLOAD_L4_V4_PARTIAL, 1, 1),
			F(ENA_TX_OFFLOAD_L4_V4_FULL, 2, 2), F(ENA_TX_OFFLOAD_L4_V6_PARTIAL, 3, 3),
			F(ENA_TX_OFFLOAD_L4_V6_FULL, 4, 4), F(ENA_TX_OFFLOAD_TSO_V4, 5, 5),
			F(ENA_TX_OFFLOAD_TSO_V6, 6, 6), F(ENA_TX_OFFLOAD_TSO_ECN, 7, 7)},
		0, 0},
	{"Rx offloads", 0xfffffff0,
		{F(ENA_RX_OFFLOAD_L3_CSUM, 0, 0), F(ENA_RX_OFFLOAD_L4_V4_CSUM, 1, 1),
			F(ENA_RX_OFFLOAD_L4_V6_CSUM, 2, 2), F(ENA_RX_OFFLOAD_HASH, 3, 3)},
		0, 0},
	{"RSS fields", 0xffc0,
		{F(ENA_RSS_FIELD_L2_DA, 0, 0), F(ENA_RSS_FIELD_L2_SA, 1, 1),
			F(ENA_RSS_FIELD_L3_DA, 2, 2), F(ENA_RSS_FIELD_L3_SA, 3, 3),
			F(ENA_RSS_FIELD_L4_DP, 4, 4), F(ENA_RSS_FIELD_L4_SP, 5, 5)},
		0, 16},
	{"RSS sorts", 0xfff9, {F(ENA_RSS_SORT_L3, 1, 1), F(ENA_RSS_SORT_L4, 2, 2)}, 0, 16},
	{"link flags", 0xfffffffc, {F(ENA_LINK_AUTONEG, 0, 0), F(ENA_LINK_FULL_DUPLEX, 1, 1)}, 0,
		0},
	{"link speeds", 0xfffffc00,
		{F(ENA_LINK_SPEED_1G, 0, 0), F(ENA_LINK_SPEED_2_5G, 1, 1),
			F(ENA_LINK_SPEED_5G, 2, 2), F(ENA_LINK_SPEED_10G, 3, 3),
			F(ENA_LINK_SPEED_25G, 4, 4), F(ENA_LINK_SPEED_40G, 5, 5),
			F(ENA_LINK_SPEED_50G, 6, 6), F(ENA_LINK_SPEED_100G, 7, 7),
			F(ENA_LINK_SPEED_200G, 8, 8), F(ENA_LINK_SPEED_400G, 9, 9)},
		0, 0},
	{"host driver version", 0,
		{F(ENA_HOST_DRIVER_MAJOR, 7, 0), F(ENA_HOST_DRIVER_MINOR, 15, 8),
			F(ENA_HOST_DRIVER_SUBMINOR, 23, 16),
			F(ENA_HOST_DRIVER_MODULE_TYPE, 31, 24)},
		0, 0},
	{"host PCI address", 0,
		{F(ENA_HOST_PCI_FUNCTION, 2, 0), F(ENA_HOST_PCI_DEVICE, 7, 3),
			F(ENA_HOST_PCI_BUS, 15, 8)},
		0, 16},
	{"PHC errors", 0xfffffffc, {F(ENA_PHC_ERROR_TIMESTAMP, 0, 0), F(ENA_PHC_ERROR_BOUND, 1, 1)},
		0, 0},
	{"link event", 0xfffffffe, {F(ENA_AENQ_LINK_UP, 0, 0)}, 0, 0},
	/* part B 2.1 */
	{"Tx data W0", 0,
		{F(ENA_TX_W0_LEN, 15, 0), F(ENA_TX_W0_REQ_HI, 21, 16), F(ENA_TX_W0_META, 23, 23),
			F(ENA_TX_W0_PHASE, 24, 24), F(ENA_TX_W0_FIRST, 26, 26),
			F(ENA_TX_W0_LAST, 27, 27), F(ENA_TX_W0_CREQ, 28, 28)},
		ENA_TX_W0_MBZ, 0},
	{"Tx data W1", 0x00010060,
		{F(ENA_TX_W1_L3_IDX, 3, 0), F(ENA_TX_W1_DF, 4, 4), F(ENA_TX_W1_TSO, 7, 7),
			F(ENA_TX_W1_L4_IDX, 12, 8), F(ENA_TX_W1_L3_CS, 13, 13),
			F(ENA_TX_W1_L4_CS, 14, 14), F(ENA_TX_W1_FCS_OFF, 15, 15),
			F(ENA_TX_W1_L4_SEED, 17, 17), F(ENA_TX_W1_REQ_LO, 31, 22)},
		ENA_TX_W1_MBZ, 0},
	{"Tx data W3", 0, {F(ENA_TX_W3_ADDR_HI, 15, 0), F(ENA_TX_W3_HDR_LEN, 31, 24)},
		ENA_TX_W3_MBZ, 0},
	{"Tx request id", 0, {F(ENA_TX_REQ_ID_LO, 9, 0), F(ENA_TX_REQ_ID_HI, 15, 10)}, 0, 16},
	/* part B 2.2 */
	{"Tx metadata W0", 0x00008000,
		{F(ENA_TX_META_W0_EXT_VALID, 14, 14), F(ENA_TX_META_W0_MSS_HI, 19, 16),
			F(ENA_TX_META_W0_META_TYPE, 20, 20), F(ENA_TX_META_W0_STORE, 21, 21),
			F(ENA_TX_META_W0_META, 23, 23), F(ENA_TX_META_W0_PHASE, 24, 24),
			F(ENA_TX_META_W0_FIRST, 26, 26), F(ENA_TX_META_W0_LAST, 27, 27),
			F(ENA_TX_META_W0_CREQ, 28, 28)},
		ENA_TX_META_W0_MBZ, 0},
	{"Tx metadata W2", 0,
		{F(ENA_TX_META_W2_L3_LEN, 7, 0), F(ENA_TX_META_W2_L3_OFF, 15, 8),
			F(ENA_TX_META_W2_L4_WORDS, 21, 16), F(ENA_TX_META_W2_MSS_LO, 31, 22)},
		0, 0},
	{"MSS", 0xffffc000, {F(ENA_TX_META_MSS_LO, 9, 0), F(ENA_TX_META_MSS_HI, 13, 10)}, 0, 0},
	/* part B 4.1, 5.1, 5.3 */
	{"Tx completion flags", 0x3e, {F(ENA_TX_CDESC_PHASE, 0, 0), F(ENA_TX_CDESC_MBZ, 7, 6)}, 0,
		8},
	{"Rx control", 0,
		{F(ENA_RX_CTRL_PHASE, 0, 0), F(ENA_RX_CTRL_FIRST, 2, 2), F(ENA_RX_CTRL_LAST, 3, 3),
			F(ENA_RX_CTRL_CREQ, 4, 4), F(ENA_RX_CTRL_MBO, 5, 5)},
		ENA_RX_CTRL_MBZ, 8},
	{"Rx completion W0", 0xb0fc0000,
		{F(ENA_RX_CDESC_L3_IDX, 4, 0), F(ENA_RX_CDESC_VLANS, 6, 5),
			F(ENA_RX_CDESC_MBZ_A, 7, 7), F(ENA_RX_CDESC_L4_IDX, 12, 8),
			F(ENA_RX_CDESC_L3_ERR, 13, 13), F(ENA_RX_CDESC_L4_ERR, 14, 14),
			F(ENA_RX_CDESC_FRAG, 15, 15), F(ENA_RX_CDESC_L4_CHK, 16, 16),
			F(ENA_RX_CDESC_MBZ_B, 17, 17), F(ENA_RX_CDESC_PHASE, 24, 24),
			F(ENA_RX_CDESC_L3_CS2, 25, 25), F(ENA_RX_CDESC_FIRST, 26, 26),
			F(ENA_RX_CDESC_LAST, 27, 27), F(ENA_RX_CDESC_BUF, 30, 30)},
		0, 0},
};

#define WORDS  (sizeof(words) / sizeof(words[0]))
#define FIELDS (sizeof(words[0].field) / sizeof(words[0].field[0]))

static void
each_mask_is_the_range_of_its_table(void **state)
{
	unsigned int w, f;

	(void)state;
	for (w = 0; w < WORDS; w++) {
		for (f = 0; f < FIELDS && words[w].field[f].name != NULL; f++) {
			const struct field *x = &words[w].field[f];
			uint32_t want =
				(uint32_t)((UINT64_C(2) << x->high) - (UINT64_C(1) << x->low));

			if (x->mask != want)
				fail_msg("%s is 0x%08x, not bits %u:%u", x->name, x->mask, x->high,
					x->low);
		}
	}
}

static void
no_two_masks_of_a_word_overlap(void **state)
{
	unsigned int w, f;

	(void)state;
	for (w = 0; w < WORDS; w++) {
		uint32_t seen = words[w].mbz;

		for (f = 0; f < FIELDS && words[w].field[f].name != NULL; f++) {
			if ((seen & words[w].field[f].mask) != 0)
				fail_msg("%s: %s overlaps", words[w].name, words[w].field[f].name);
			seen |= words[w].field[f].mask;
		}
	}
}

static void
the_masks_and_the_reserved_bits_make_up_the_word(void **state)
{
	unsigned int w, f;

	(void)state;
	for (w = 0; w < WORDS; w++) {
		unsigned int bits = words[w].bits != 0 ? words[w].bits : 32;
		uint32_t all = (uint32_t)((UINT64_C(1) << bits) - 1), named = words[w].mbz;

		for (f = 0; f < FIELDS && words[w].field[f].name != NULL; f++)
			named |= words[w].field[f].mask;
		if ((named & words[w].reserved) != 0 || (named | words[w].reserved) != all)
			fail_msg("%s: fields 0x%08x, reserved 0x%08x", words[w].name, named,
				words[w].reserved);
	}
}

static void
every_field_holds_every_value_and_nothing_else(void **state)
{
	unsigned int w, f;

	(void)state;
	for (w = 0; w < WORDS; w++) {
		for (f = 0; f < FIELDS && words[w].field[f].name != NULL; f++) {
			uint32_t mask = words[w].field[f].mask, v, max = ENA_FIELD_MAX(mask);

			for (v = 0; v <= max && v < 70000; v++) {
				assert_int_equal(ENA_FIELD_GET(mask, ENA_FIELD_PREP(mask, v)), v);
				assert_int_equal(
					ENA_FIELD_GET(mask, ENA_FIELD_PREP(mask, v) | ~mask), v);
			}
			assert_int_equal(ENA_FIELD_PREP(mask, UINT32_MAX), mask);
			assert_int_equal(ENA_FIELD_GET(mask, ~mask), 0);
		}
	}
}

static void
combined_masks_are_the_sum_of_their_parts(void **state)
{
	(void)state;
	assert_int_equal(ENA_RX_CDESC_MBZ, ENA_RX_CDESC_MBZ_A | ENA_RX_CDESC_MBZ_B);
	assert_int_equal(ENA_TX_META_MSS_LO | ENA_TX_META_MSS_HI, ENA_TX_META_MSS_MAX);
	assert_int_equal(ENA_TX_REQ_ID_LO | ENA_TX_REQ_ID_HI, 0xffff);
	assert_int_equal(ENA_TX_CDESC_MBZ, 0xc0);
	assert_int_equal(
		ENA_LLQ_ACCEL_ALL, ENA_LLQ_ACCEL_NO_META_CACHE | ENA_LLQ_ACCEL_BURST_LIMIT);
	/* the split ids are as wide as the fields that take them */
	assert_int_equal(ENA_FIELD_MAX(ENA_TX_REQ_ID_LO), ENA_FIELD_MAX(ENA_TX_W1_REQ_LO));
	assert_int_equal(ENA_FIELD_MAX(ENA_TX_REQ_ID_HI), ENA_FIELD_MAX(ENA_TX_W0_REQ_HI));
	assert_int_equal(ENA_FIELD_MAX(ENA_TX_META_MSS_LO), ENA_FIELD_MAX(ENA_TX_META_W2_MSS_LO));
	assert_int_equal(ENA_FIELD_MAX(ENA_TX_META_MSS_HI), ENA_FIELD_MAX(ENA_TX_META_W0_MSS_HI));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mask_is_the_range_of_its_table),
		cmocka_unit_test(no_two_masks_of_a_word_overlap),
		cmocka_unit_test(the_masks_and_the_reserved_bits_make_up_the_word),
		cmocka_unit_test(every_field_holds_every_value_and_nothing_else),
		cmocka_unit_test(combined_masks_are_the_sum_of_their_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
