/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Registers as plain memory that the driver writes at any time, and drivers that write garbage.
 */

#include <pthread.h>

#include "test_control_util.h"

/** The driver has booted and created an Rx queue. */
static void
boot_with_rx_queue(struct driver *d, struct ena_create_sq_rsp *sq)
{
	driver_boot(d);
	assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
	assert_int_equal(sq_create(d, false, 0, 64, sq), 0);
}

static const enum softena_bar0_mode all_modes[] = {
	SOFTENA_BAR0_TRAPPED, SOFTENA_BAR0_POLLED_DOORBELLS, SOFTENA_BAR0_POLLED};

/* ---- polled modes ---------------------------------------------------------------- */

static void
every_mode_boots_and_serves_commands(void **state)
{
	struct ena_create_cq_rsp cq;
	struct ena_create_sq_rsp sq;
	struct softena_queue_stats qs;
	unsigned int m;

	(void)state;
	for (m = 0; m < 3; m++) {
		struct driver *d = driver_new(NULL, all_modes[m]);

		assert_int_equal(reg_read(d, ENA_REG_VERSION), 0xa);
		assert_int_equal(reg_read(d, ENA_REG_CAPS), 0x303d);
		assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 1);
		driver_boot(d);
		driver_reset(d, 5);
		assert_int_equal(stats(d).last_reset_reason, 5);
		driver_admin_rings(d, 32);
		assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
		assert_int_equal(sq_create(d, false, 0, 64, &sq), 0);
		reg_write(d, ena_get32(sq.db_offset), 10);
		poll_control(d);
		softena_queue_stats_get(d->dev, false, 0, &qs);
		assert_int_equal(qs.posted, 10);
		driver_free(d);
	}
}

/* L writes all of this without waiting: part A 3.1 R4, R5, R6. */
static void
polled_reset_response_and_read_written_together_are_taken_in_order(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	driver_resp_program(d);
	reg_write(d, ENA_REG_DEV_CTL, 1);
	driver_resp_program(d);
	reg_write(d, ENA_REG_MMIO_REG_READ, (uint32_t)ENA_REG_DEV_STS << 16 | 9);
	poll_control(d);
	assert_int_equal(ena_get16(d->resp->req_id), 9);
	assert_int_equal(ena_get32(d->resp->value), 9);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 9);
	/* Release and the next read, again together. */
	reg_write(d, ENA_REG_DEV_CTL, 0);
	reg_write(d, ENA_REG_MMIO_REG_READ, (uint32_t)ENA_REG_DEV_STS << 16 | 10);
	poll_control(d);
	assert_int_equal(ena_get16(d->resp->req_id), 10);
	assert_int_equal(ena_get32(d->resp->value), 1);
	driver_free(d);
}

/* VPP: the rings are programmed right behind DEV_CTL = 0. */
static void
polled_release_rings_and_command_written_together_are_taken_in_order(void **state)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	reg_write(d, ENA_REG_DEV_CTL, 1);
	poll_control(d);
	assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 9);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	driver_admin_rings(d, 4);
	driver_aenq_ring(d, 4);
	reg_write(d, ENA_REG_AENQ_HEAD_DB, 4);
	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
	poll_control(d);
	assert_non_null(cmd_reap(d));
	assert_int_equal(aenq_groups(d, 1), 0);
	assert_non_null(event_next(d));
	driver_free(d);
}

/* Part A 2.7: while DEV_STS bit 3 is 1, the write is ignored. */
static void
polled_mask_written_during_a_reset_is_ignored_and_seen_once(void **state)
{
	struct softena_config cfg;
	struct driver *d;
	unsigned int i, work = 0;

	(void)state;
	softena_config_default(&cfg);
	cfg.strict = SOFTENA_STRICT_ON;
	d = driver_new(&cfg, SOFTENA_BAR0_POLLED);
	driver_boot(d);
	reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	poll_control(d);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	for (i = 0; i < 100; i++)
		work += softena_poll(d->dev, true, true) != 0;
	assert_int_equal(work, 1);
	assert_int_equal(stats(d).defects, 1);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), ENA_INTR_MASK_MGMT);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	poll_control(d);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), ENA_INTR_MASK_MGMT);
	/* After the release it takes effect, although one poll finds both. */
	reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	poll_control(d);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	assert_int_equal(reg_read(d, ENA_REG_INTR_MASK), 0);
	assert_int_equal(softena_poll(d->dev, true, true), 0);
	driver_free(d);
}

/* A driver that writes while the device polls: hooks run within softena_poll(). */

static void
rings_and_doorbell(void *arg)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	struct driver *d = arg;

	driver_admin_rings(d, 8);
	cmd_post(d, &cmd, sizeof(cmd));
	cmd_ring(d);
}

static void
release_then_rings_and_doorbell(void *arg)
{
	reg_write(arg, ENA_REG_DEV_CTL, 0);
	rings_and_doorbell(arg);
}

static void
polled_doorbell_is_not_taken_before_the_rings_that_were_written_first(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	driver_boot(d);
	softena_msix_enable(d->dev, true);
	assert_int_equal(aenq_groups(d, 0), 0);
	/* The message for the unmasking comes when the ring registers have been looked at. */
	d->host.hook = rings_and_doorbell;
	d->host.hook_arg = d;
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	assert_null(d->host.hook);
	assert_non_null(cmd_reap(d));
	driver_free(d);
}

static void
polled_rings_are_not_taken_before_the_release_that_was_written_first(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	/* The line of log comes when DEV_CTL has been looked at. */
	d->host.hook = release_then_rings_and_doorbell;
	d->host.hook_arg = d;
	reg_write(d, ENA_REG_DEV_CTL, 0x10000001);
	poll_control(d);
	assert_null(d->host.hook);
	assert_non_null(cmd_reap(d));
	driver_free(d);
}

static void *
device_thread(void *arg)
{
	struct driver *d = arg;

	while (__atomic_load_n(&d->threaded, __ATOMIC_ACQUIRE)) {
		softena_poll(d->dev, true, true);
		__atomic_fetch_add(&d->polls, 1, __ATOMIC_ACQ_REL);
	}
	return NULL;
}

static void
polled_device_in_another_thread_serves_its_driver(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);
	struct ena_create_sq_rsp sq;
	struct softena_queue_stats qs;
	pthread_t thread;
	unsigned int i, c;

	(void)state;
	d->threaded = true;
	assert_int_equal(pthread_create(&thread, NULL, device_thread, d), 0);
	for (i = 0; i < 100; i++) {
		driver_boot(d);
		for (c = 0; c < 10; c++)
			assert_int_equal(aenq_groups(d, 0), 0);
		assert_int_equal(cq_create(d, 4, 64, 1, NULL), 0);
		assert_int_equal(sq_create(d, false, 0, 64, &sq), 0);
		reg_write(d, ena_get32(sq.db_offset), i % 64);
		poll_control(d);
		softena_queue_stats_get(d->dev, false, 0, &qs);
		assert_int_equal(qs.posted, i % 64);
	}
	__atomic_store_n(&d->threaded, false, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_int_equal(stats(d).dma_faults, 0);
	assert_int_equal(stats(d).bad_doorbells, 0);
	driver_free(d);
}

static void
polled_same_value_written_again_is_seen_again(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);
	unsigned int i;

	(void)state;
	driver_resp_program(d);
	for (i = 0; i < 3; i++) {
		memset(d->resp, 0, sizeof(*d->resp));
		reg_write(d, ENA_REG_MMIO_REG_READ, 0x00080001);
		poll_control(d);
		assert_int_equal(ena_get16(d->resp->req_id), 1);
	}
	for (i = 1; i < 4; i++) {
		reg_write(d, ENA_REG_DEV_CTL, 1);
		poll_control(d);
		assert_int_equal(stats(d).resets, i);
	}
	driver_free(d);
}

static void
polled_writes_during_reset_are_ignored(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	reg_write(d, ENA_REG_DEV_CTL, 1);
	poll_control(d);
	driver_admin_rings(d, 4);
	poll_control(d);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	poll_control(d);
	driver_resp_program(d);
	assert_int_equal(reg_readless(d, ENA_REG_AQ_CAPS), 0);
	driver_free(d);
}

static void
polled_doorbell_of_a_destroyed_queue_does_not_reach_its_successor(void **state)
{
	struct ena_create_sq_rsp sq;
	struct softena_queue_stats qs;
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	boot_with_rx_queue(d, &sq);
	assert_int_equal(sq_destroy_cmd(d, false, 0), 0);
	reg_write(d, ena_get32(sq.db_offset), 10);
	assert_int_equal(sq_create(d, false, 0, 64, &sq), 0);
	poll_control(d);
	softena_queue_stats_get(d->dev, false, 0, &qs);
	assert_int_equal(qs.posted, 0);
	driver_free(d);
}

static void
polled_doorbells_wait_when_data_is_not_asked_for(void **state)
{
	struct ena_create_sq_rsp sq;
	struct softena_queue_stats qs;
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_POLLED);

	(void)state;
	boot_with_rx_queue(d, &sq);
	reg_write(d, ena_get32(sq.db_offset), 10);
	softena_poll(d->dev, true, false);
	softena_queue_stats_get(d->dev, false, 0, &qs);
	assert_int_equal(qs.posted, 0);
	softena_poll(d->dev, false, true);
	softena_queue_stats_get(d->dev, false, 0, &qs);
	assert_int_equal(qs.posted, 10);
	driver_free(d);
}

/* ---- hostile drivers ------------------------------------------------------------- */

static uint32_t
random32(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return (uint32_t)(*s >> 16);
}

/* An address that is sometimes mapped, often at the edge of a mapping. */
static uint64_t
random_addr(struct driver *d, uint64_t *s)
{
	uint32_t r = random32(s);

	if (r % 4 == 0)
		return (uint64_t)random32(s) << 32 | random32(s);
	if (r % 4 == 1)
		return d->buf_iova + 65536 - 64 + (r >> 8) % 128;
	return d->buf_iova + (r >> 8) % 65536;
}

static void
random_command(struct driver *d, uint64_t *s)
{
	static const uint8_t opcodes[] = {1, 1, 2, 3, 3, 4, 8, 9, 11, 0, 255};
	uint8_t cmd[64];
	unsigned int i;

	for (i = 0; i < sizeof(cmd); i++)
		cmd[i] = (uint8_t)(random32(s) % 3 == 0 ? random32(s) : 0);
	cmd[2] = opcodes[random32(s) % sizeof(opcodes)];
	if (cmd[2] == ENA_AQ_GET_FEATURE || cmd[2] == ENA_AQ_SET_FEATURE) {
		struct ena_ctrl_buf ctrl = {
			.len = ena_put32(random32(s) % 8 == 0 ? random32(s) : random32(s) % 2100),
			.addr = ena_put_ad48(random_addr(d, s))};

		memcpy(cmd + 4, &ctrl, sizeof(ctrl));
		cmd[17] = (uint8_t)(random32(s) % 33);
		cmd[20] = (uint8_t)(random32(s) % 12);
	} else if (random32(s) % 4 != 0) {
		struct ena_ad48 base = ena_put_ad48(random_addr(d, s));

		cmd[4] = (uint8_t)((1 + random32(s) % 2) << 5);
		cmd[5] = (uint8_t)(2u << random32(s) % 3);
		cmd[6] = cmd[2] == ENA_AQ_CREATE_SQ ? (random32(s) % 2 != 0 ? 1 : 3) : 0;
		cmd[7] = 1;
		/* Vector and nothing, or CQ number and depth. */
		cmd[8] = (uint8_t)(random32(s) % 6);
		cmd[9] = cmd[10] = 0;
		cmd[11] = cmd[2] == ENA_AQ_CREATE_SQ;
		memcpy(cmd + 12, &base, sizeof(base));
	}
	cmd_post(d, cmd, sizeof(cmd));
	cmd_ring(d);
}

/* Mostly doorbells of queues that may exist, sometimes anything; a reset is rare. */
static void
random_register(struct driver *d, uint64_t *s)
{
	uint32_t off, val = random32(s), kind = random32(s) % 64;

	if (kind < 50) {
		off = SOFTENA_DB_FIRST + 64 * (random32(s) % 16);
		val %= 300;
	} else if (kind < 60) {
		off = 0x2800 + 4 * (random32(s) % 256);
	} else if (kind < 61) {
		off = random32(s) % 0x70;
	} else {
		off = random32(s) % d->cfg.bar0_size;
	}
	off &= ~3u;
	if (off == ENA_REG_DEV_CTL && random32(s) % 16 != 0)
		return;
	reg_write(d, off, val);
}

static void
random_garbage_never_breaks_the_device(void **state)
{
	unsigned int m, step;

	(void)state;
	for (m = 0; m < 3; m++) {
		struct softena_config cfg;
		struct driver *d;
		uint64_t s = 0x853c49e6748fea9b + m;

		softena_config_default(&cfg);
		assert_int_equal(softena_config_set(&cfg, "profile", "full", NULL, 0), 0);
		d = driver_new(&cfg, all_modes[m]);
		d->host.contig_max = 48;
		driver_boot(d);
		for (step = 0; step < 20000; step++) {
			if (random32(&s) % 3 == 0)
				random_command(d, &s);
			else
				random_register(d, &s);
			if (random32(&s) % 64 == 0)
				d->buf[random32(&s) % 65536] = (uint8_t)random32(&s);
			fake_host_advance(&d->host, random32(&s) % 10000000);
			softena_poll(d->dev, random32(&s) % 4 != 0, random32(&s) % 4 != 0);
			if (step % 300 == 299) {
				/* A correct driver finds a device that works. */
				reg_write(d, ENA_REG_DEV_CTL, 0);
				driver_resp_program(d);
				poll_control(d);
				driver_boot(d);
				assert_int_equal(aenq_groups(d, 0), 0);
			}
		}
		/* Enough of the random accesses were valid to have an effect. */
		assert_true(stats(d).tx_doorbells > 100);
		assert_true(stats(d).rx_doorbells > 100);
		assert_true(stats(d).dma_faults > 20);
		assert_true(stats(d).admin_commands - stats(d).admin_errors > 500);
		/* Messages that a driver can cause stay within the limit. */
		assert_true(d->host.log_lines < 4 * (d->host.now_ns / NS_PER_S));
		driver_free(d);
	}
}

/** As a driver does that reads an unmask register, changes it and writes it back. */
static void
an_unmask_register_reads_as_no_wish_of_the_driver(void **state)
{
	unsigned int m;

	(void)state;
	for (m = 0; m < 3; m++) {
		struct driver *d = driver_new(NULL, all_modes[m]);
		struct ena_create_cq_rsp cq;
		uint32_t off, val;

		driver_boot(d);
		assert_int_equal(cq_create(d, 4, 64, 1, &cq), 0);
		off = ena_get32(cq.unmask_offset);
		for (unsigned int i = 0; i < 2; i++) {
			val = reg_read(d, off);
			assert_int_equal(val & (ENA_UNMASK_UNMASK | ENA_UNMASK_NO_MOD), 0);
			assert_int_equal(ENA_FIELD_GET(ENA_UNMASK_RX_DELAY, val), 0);
			assert_true(ENA_FIELD_GET(ENA_UNMASK_TX_DELAY, val) <= 1);
			reg_write(d, off, val | ENA_UNMASK_UNMASK);
			softena_poll(d->dev, true, true);
		}
		assert_int_equal(stats(d).bad_doorbells, 0);
		driver_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_boots_and_serves_commands),
		cmocka_unit_test(
			polled_reset_response_and_read_written_together_are_taken_in_order),
		cmocka_unit_test(
			polled_release_rings_and_command_written_together_are_taken_in_order),
		cmocka_unit_test(
			polled_doorbell_is_not_taken_before_the_rings_that_were_written_first),
		cmocka_unit_test(
			polled_rings_are_not_taken_before_the_release_that_was_written_first),
		cmocka_unit_test(polled_device_in_another_thread_serves_its_driver),
		cmocka_unit_test(polled_same_value_written_again_is_seen_again),
		cmocka_unit_test(polled_writes_during_reset_are_ignored),
		cmocka_unit_test(polled_mask_written_during_a_reset_is_ignored_and_seen_once),
		cmocka_unit_test(polled_doorbell_of_a_destroyed_queue_does_not_reach_its_successor),
		cmocka_unit_test(polled_doorbells_wait_when_data_is_not_asked_for),
		cmocka_unit_test(random_garbage_never_breaks_the_device),
		cmocka_unit_test(an_unmask_register_reads_as_no_wish_of_the_driver),
	};

	return cmocka_run_group_tests_name("softena polled registers", tests, NULL, NULL);
}
