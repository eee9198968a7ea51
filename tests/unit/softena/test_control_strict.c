/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode, admin queue and registers: each mistake is reported with its kind; the way up and
 * down of a correct driver is not.
 */

#include "test_control_util.h"

#include "strict_util.h"

static struct driver *d;
static struct strict_counts before;

static void
start(enum softena_bar0_mode mode)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	cfg.strict = SOFTENA_STRICT_ON;
	cfg.features |= ENA_BIT(ENA_FEATURE_HW_TIMESTAMP) | ENA_BIT(ENA_FEATURE_FRAG_BYPASS);
	cfg.timestamp_rx = true;
	d = driver_new(&cfg, mode);
	driver_boot(d);
	strict_now(d->dev, &before);
}

/* ---- commands ------------------------------------------------------------------------- */

/** One bit of a correct command is flipped. */
struct bad_bit {
	const char *sentence, *kinds;
	void (*make)(struct ena_aq_entry *cmd, size_t *len);
	uint8_t off, bits;
};

static void
make_cq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_create_cq_cmd c = cq_cmd(d, 4, 64, 1);

	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_sq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_create_sq_cmd c;
	struct ena_create_cq_rsp cq;

	assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
	c = sq_cmd(d, false, ena_get16(cq.cq_idx), 64);
	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_llq_sq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_create_sq_cmd c;
	struct ena_create_cq_rsp cq;

	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
	assert_int_equal(cq_create(d, 2, 64, 1, &cq), 0);
	c = sq_cmd(d, true, ena_get16(cq.cq_idx), 64);
	c.placement = ENA_SQ_IN_DEVICE_MEMORY;
	c.base = ena_put_ad48(0);
	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_destroy_sq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_destroy_sq_cmd c = {
		.common.opcode = ENA_AQ_DESTROY_SQ,
		.direction = (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, ENA_SQ_RX),
	};
	struct ena_create_cq_rsp cq;

	assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
	assert_int_equal(sq_create(d, false, ena_get16(cq.cq_idx), 64, NULL), 0);
	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_destroy_cq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_destroy_cq_cmd c = {.common.opcode = ENA_AQ_DESTROY_CQ};

	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_feature(struct ena_aq_entry *cmd, size_t *len, uint8_t opcode, uint8_t id)
{
	struct ena_feature_cmd c = {.common.opcode = opcode, .id = id};

	memcpy(cmd, &c, *len = sizeof(c));
}

static void
make_get(struct ena_aq_entry *cmd, size_t *len)
{
	make_feature(cmd, len, ENA_AQ_GET_FEATURE, ENA_FEATURE_DEVICE_ATTRIBUTES);
}

static void
make_get_table(struct ena_aq_entry *cmd, size_t *len)
{
	make_feature(cmd, len, ENA_AQ_GET_FEATURE, ENA_FEATURE_RSS_TABLE);
	cmd->common.flags = ENA_AQ_FLAG_CTRL_INDIRECT;
	cmd->ctrl.len = ena_put32(512);
	cmd->ctrl.addr = ena_put_ad48(d->buf_iova);
}

static void
make_mtu(struct ena_aq_entry *cmd, size_t *len)
{
	make_feature(cmd, len, ENA_AQ_SET_FEATURE, ENA_FEATURE_MTU);
	((uint8_t *)cmd)[21] = 5; /* 1280 */
}

static void
make_llq(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_llq_config l = {
		.header_location.selected = ena_put16(ENA_LLQ_HEADER_INLINE),
		.entry_size.selected = ena_put16(ENA_LLQ_ENTRY_128),
		.descs_before_header.selected = ena_put16(ENA_LLQ_BEFORE_2),
		.stride.selected = ena_put16(ENA_LLQ_STRIDE_MULTI),
		.accel_flags = ena_put16(ENA_LLQ_ACCEL_ALL),
	};

	make_feature(cmd, len, ENA_AQ_SET_FEATURE, ENA_FEATURE_LLQ);
	memcpy((uint8_t *)cmd + 20, &l, sizeof(l));
}

static void
make_host_attr(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_host_attr h = {.host_info = ena_put_ad48(d->buf_iova)};

	make_feature(cmd, len, ENA_AQ_SET_FEATURE, ENA_FEATURE_HOST_ATTR);
	memcpy((uint8_t *)cmd + 20, &h, sizeof(h));
}

static void
make_stats(struct ena_aq_entry *cmd, size_t *len)
{
	struct ena_stats_cmd c = {.common.opcode = ENA_AQ_GET_STATS};

	memcpy(cmd, &c, *len = sizeof(c));
}

static const struct bad_bit bits[] = {
	{"command id bit 12", "admin-reserved", make_stats, 1, 0x10},
	{"flags bit 3", "admin-reserved", make_stats, 3, 0x08},
	{"flags bit 7", "admin-reserved", make_stats, 3, 0x80},
	{"wrong phase", "admin-phase", make_stats, 3, 0x01},
	{"another command id", "admin-id", make_stats, 0, 0x10},
	{"an opcode that does not exist", "admin-opcode", make_stats, 2, 0x40},
	{"CREATE_CQ byte 4", "admin-reserved", make_cq, 4, 0x01},
	{"CREATE_CQ byte 5", "admin-reserved", make_cq, 5, 0x80},
	{"CREATE_CQ byte 18", "admin-reserved", make_cq, 18, 0x01},
	{"CREATE_SQ byte 4", "admin-reserved", make_sq, 4, 0x10},
	{"CREATE_SQ byte 5", "admin-reserved", make_sq, 5, 0x01},
	{"CREATE_SQ byte 6", "admin-reserved", make_sq, 6, 0x80},
	{"CREATE_SQ byte 7", "admin-reserved", make_sq, 7, 0x02},
	{"CREATE_SQ byte 19", "admin-reserved", make_sq, 19, 0x80},
	{"CREATE_SQ head write-back", "admin-reserved", make_sq, 20, 0x40},
	{"CREATE_SQ byte 35", "admin-reserved", make_sq, 35, 0x01},
	{"CREATE_SQ of an unknown CQ", "admin-no-queue", make_sq, 8, 0x08},
	{"an LLQ with an address", "admin-reserved", make_llq_sq, 12, 0x40},
	{"DESTROY_SQ byte 6", "admin-reserved", make_destroy_sq, 6, 0x01},
	{"DESTROY_SQ byte 7", "admin-reserved", make_destroy_sq, 7, 0x01},
	{"DESTROY_SQ of an unknown SQ", "admin-no-queue", make_destroy_sq, 4, 0x01},
	{"DESTROY_CQ byte 7", "admin-reserved", make_destroy_cq, 7, 0x01},
	{"DESTROY_CQ of an unknown CQ", "admin-no-queue", make_destroy_cq, 4, 0x01},
	{"GET byte 16", "admin-reserved", make_get, 16, 0x04},
	{"GET byte 19", "admin-reserved", make_get, 19, 0x01},
	{"GET data", "admin-reserved", make_get, 40, 0x01},
	{"a control buffer without flags", "admin-ctrl", make_get_table, 3, 0x04},
	{"both control buffer flags", "admin-ctrl", make_get_table, 3, 0x02},
	{"control flags without a buffer", "admin-ctrl", make_get, 3, 0x04},
	{"control buffer address, byte 14", "admin-reserved", make_get_table, 14, 0x01},
	{"SET with a version", "admin-reserved", make_mtu, 18, 0x01},
	{"SET MTU behind its data", "admin-reserved", make_mtu, 24, 0x01},
	{"SET LLQ with a supported bitmap", "admin-reserved", make_llq, 28, 0x01},
	{"SET LLQ with a burst size", "admin-reserved", make_llq, 51, 0x01},
	{"SET HOST_ATTR byte 26", "admin-reserved", make_host_attr, 26, 0x01},
	{"GET_STATS byte 18", "admin-reserved", make_stats, 18, 0x01},
};

/** As cmd_run(), with a bit flipped in the ring. */
static void
run_flipped(struct ena_aq_entry *cmd, size_t len, uint8_t off, uint8_t flip)
{
	uint16_t slot = d->aq.count & (d->aq.depth - 1);

	cmd_post(d, cmd, len);
	d->aq.va[slot * 64u + off] ^= flip;
	cmd_ring(d);
	poll_control(d);
	assert_non_null(cmd_reap(d));
}

static void
one_wrong_bit_of_a_command_is_reported_with_its_kind(void **state)
{
	const struct bad_bit *b = *state;
	struct ena_aq_entry cmd;
	size_t len;

	start(SOFTENA_BAR0_TRAPPED);
	b->make(&cmd, &len);
	strict_assert(d->dev, &before, "");
	run_flipped(&cmd, len, b->off, b->bits);
	strict_assert(d->dev, &before, b->kinds);
	assert_true(stats(d).defects > 0);
	driver_free(d);
}

static void
every_command_of_these_is_correct_without_the_flipped_bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		struct ena_aq_entry cmd;
		size_t len;

		start(SOFTENA_BAR0_TRAPPED);
		bits[i].make(&cmd, &len);
		run_flipped(&cmd, len, 0, 0);
		strict_assert(d->dev, &before, "");
		driver_free(d);
	}
}

static void
a_cq_destroyed_before_its_sq_is_reported(void **state)
{
	struct ena_create_cq_rsp cq;

	(void)state;
	start(SOFTENA_BAR0_TRAPPED);
	assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
	assert_int_equal(sq_create(d, false, ena_get16(cq.cq_idx), 64, NULL), 0);
	assert_int_equal(cq_destroy_cmd(d, ena_get16(cq.cq_idx)), 0);
	strict_assert(d->dev, &before, "admin-cq-used");
	driver_free(d);
}

/* ---- registers ------------------------------------------------------------------------ */

static void
ring_without_base(void)
{
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_BASE_LO, 0);
	reg_write(d, ENA_REG_AENQ_BASE_HI, 0);
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | 16);
}

static void
ring_not_aligned(void)
{
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_BASE_LO, (uint32_t)d->aenq.iova + 4);
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | 16);
}

static void
ring_of_a_wrong_depth(void)
{
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | 15);
}

static void
ring_of_wrong_entries(void)
{
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_CAPS, 32u << 16 | 16);
}

static void
ring_started_twice(void)
{
	reg_write(d, ENA_REG_AQ_CAPS, 64u << 16 | 32);
}

static void
base_of_a_running_ring(void)
{
	reg_write(d, ENA_REG_ACQ_BASE_LO, (uint32_t)d->acq.iova);
}

static void
doorbell_of_a_stopped_ring(void)
{
	reg_write(d, ENA_REG_AENQ_CAPS, 0);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
}

static void
event_queue_first(void)
{
	driver_reset(d, ENA_RESET_NORMAL);
	driver_aenq_ring(d, 16);
	driver_admin_rings(d, 32);
}

static void
command_without_event_queue(void)
{
	driver_reset(d, ENA_RESET_NORMAL);
	driver_admin_rings(d, 32);
	assert_int_equal(feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0), 0);
}

static void
high_bits_in_the_admin_doorbell(void)
{
	reg_write(d, ENA_REG_AQ_DB, 0x10000u);
}

static void
admin_doorbell_far_away(void)
{
	reg_write(d, ENA_REG_AQ_DB, 33);
}

static void
too_many_event_credits(void)
{
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 17);
}

static void
register_during_a_reset(void)
{
	reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	reg_write(d, ENA_REG_INTR_MASK, 1);
	reg_write(d, ENA_REG_DEV_CTL, 0);
}

static void
read_only_register(void)
{
	reg_write(d, ENA_REG_CAPS, 1);
}

static void
unmask_of_nobody(void)
{
	reg_write(d, 0x2800, ENA_UNMASK_UNMASK);
}

static void
numa(uint32_t val)
{
	struct ena_create_cq_rsp cq;

	assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
	reg_write(d, ena_get32(cq.numa_offset), val);
	poll_control(d);
}

static void
numa_reserved_bit(void)
{
	numa(ENA_NUMA_VALID | 0x100);
}

static void
numa_not_valid(void)
{
	numa(3);
}

struct bad_reg {
	const char *sentence, *kinds;
	void (*act)(void);
	bool polled_too; /* the device can see it in plain memory */
};

static const struct bad_reg regs[] = {
	{"a ring without a base", "admin-ring-base", ring_without_base, true},
	{"a ring that is not aligned", "admin-ring-base", ring_not_aligned, true},
	{"a ring of 15 entries", "admin-ring-caps", ring_of_a_wrong_depth, false},
	{"entries of 32 bytes", "admin-ring-caps", ring_of_wrong_entries, false},
	{"a ring that runs already", "admin-ring-order", ring_started_twice, true},
	{"the base of a running ring", "admin-ring-order", base_of_a_running_ring, false},
	{"the doorbell of a stopped ring", "admin-ring-order", doorbell_of_a_stopped_ring, false},
	{"the AENQ before the AQ", "admin-ring-order", event_queue_first, false},
	{"a command without an AENQ", "admin-ring-order", command_without_event_queue, true},
	{"high bits in AQ_DB", "db-high", high_bits_in_the_admin_doorbell, true},
	{"AQ_DB beyond the depth", "db-advance", admin_doorbell_far_away, true},
	{"17 event credits", "aenq-beyond", too_many_event_credits, true},
	{"a register during a reset", "reg-in-reset", register_during_a_reset, false},
	{"a read-only register", "reg-read-only", read_only_register, false},
	{"an unmask register of nobody", "db-no-queue", unmask_of_nobody, false},
	{"a reserved NUMA bit", "numa-reserved", numa_reserved_bit, true},
	{"a NUMA node that is not valid", "numa-reserved", numa_not_valid, true},
};

static void
one_wrong_register_write_is_reported_with_its_kind(void **state)
{
	const struct bad_reg *r = *state;

	start(SOFTENA_BAR0_TRAPPED);
	r->act();
	strict_assert(d->dev, &before, r->kinds);
	driver_free(d);
	if (!r->polled_too)
		return;
	start(SOFTENA_BAR0_POLLED);
	if (r->act == ring_without_base || r->act == ring_not_aligned) {
		/* Between two looks the register holds one value. */
		reg_write(d, ENA_REG_AENQ_CAPS, 0);
		poll_control(d);
	}
	r->act();
	poll_control(d);
	strict_assert(d->dev, &before, r->kinds);
	driver_free(d);
}

static void
a_whole_life_is_not_reported(enum softena_bar0_mode mode)
{
	struct ena_create_cq_rsp cq;
	struct ena_create_sq_rsp sq;

	start(mode);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 16);
	assert_int_equal(aenq_groups(d, ENA_BIT(ENA_AENQ_KEEP_ALIVE)), 0);
	for (unsigned int i = 0; i < 40; i++) {
		fake_host_advance(&d->host, NS_PER_S);
		poll_control(d);
		if (event_next(d) != NULL)
			event_ack(d);
	}
	for (unsigned int i = 0; i < 40; i++) {
		assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
		reg_write(d, ena_get32(cq.numa_offset), ENA_NUMA_VALID | 1);
		assert_int_equal(sq_create(d, false, ena_get16(cq.cq_idx), 64, &sq), 0);
		reg_write(d, ena_get32(cq.unmask_offset), ENA_UNMASK_UNMASK | ENA_UNMASK_NO_MOD);
		poll_control(d);
		assert_int_equal(sq_destroy_cmd(d, false, ena_get16(sq.sq_idx)), 0);
		assert_int_equal(cq_destroy_cmd(d, ena_get16(cq.cq_idx)), 0);
	}
	driver_boot(d);
	assert_int_equal(feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0), 0);
	strict_assert(d->dev, &before, "");
	assert_int_equal(stats(d).defects, 0);
	driver_free(d);
}

static void
a_whole_life_of_a_correct_driver_is_not_reported_when_trapped(void **state)
{
	(void)state;
	a_whole_life_is_not_reported(SOFTENA_BAR0_TRAPPED);
}

static void
a_whole_life_of_a_correct_driver_is_not_reported_when_polled(void **state)
{
	(void)state;
	a_whole_life_is_not_reported(SOFTENA_BAR0_POLLED);
}

/* ---- the key --------------------------------------------------------------------------- */

static void
the_key_takes_on_off_and_log_and_survives_a_profile(void **state)
{
	struct softena_config cfg;
	char err[200];

	(void)state;
	softena_config_default(&cfg);
	assert_int_equal(cfg.strict, SOFTENA_STRICT_OFF);
	assert_int_equal(softena_config_set(&cfg, "strict", "on", err, sizeof(err)), 0);
	assert_int_equal(softena_config_set(&cfg, "profile", "nitro-v4", err, sizeof(err)), 0);
	assert_int_equal(cfg.strict, SOFTENA_STRICT_ON);
	assert_int_equal(softena_config_set(&cfg, "strict", "log", err, sizeof(err)), 0);
	assert_int_equal(cfg.strict, SOFTENA_STRICT_LOG);
	assert_int_equal(softena_config_set(&cfg, "strict", "off", err, sizeof(err)), 0);
	assert_int_equal(cfg.strict, SOFTENA_STRICT_OFF);
	assert_int_equal(softena_config_set(&cfg, "strict", "maybe", err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "on off log"));
	cfg.strict = 3;
	assert_int_equal(softena_config_check(&cfg, err, sizeof(err)), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_of_these_is_correct_without_the_flipped_bit),
		cmocka_unit_test(a_cq_destroyed_before_its_sq_is_reported),
		cmocka_unit_test(a_whole_life_of_a_correct_driver_is_not_reported_when_trapped),
		cmocka_unit_test(a_whole_life_of_a_correct_driver_is_not_reported_when_polled),
		cmocka_unit_test(the_key_takes_on_off_and_log_and_survives_a_profile),
	};

	return STRICT_RUN(one_wrong_bit_of_a_command_is_reported_with_its_kind, bits) +
	       STRICT_RUN(one_wrong_register_write_is_reported_with_its_kind, regs) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
