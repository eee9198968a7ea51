/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Life of the object: init, reinit, fini, and failures of memory and commands in bring-up.
 */
#include "mock_device.h"

static void
init_programs_the_response_address_and_nothing_else(void **state)
{
	struct mock *m = mock_new();

	(void)state;
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
	assert_int_equal(m->writes, 2);
	assert_int_equal(m->write[0].offset, ENA_REG_MMIO_RESP_LO);
	assert_int_equal(m->write[0].value, (uint32_t)m->hal.reg_resp.iova);
	assert_int_equal(m->write[1].offset, ENA_REG_MMIO_RESP_HI);
	assert_int_equal(m->write[1].value, m->hal.reg_resp.iova >> 32);
	assert_int_equal(m->reads, 0);
	mock_end(m);
}

static void
init_refuses_a_platform_that_lacks_anything(void **state)
{
	struct mock *m = mock_new();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(m->plat); i += sizeof(void *)) {
		m->plat = mock_platform;
		memset((uint8_t *)&m->plat + i, 0, sizeof(void *));
		assert_int_equal(
			ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), -EINVAL);
		ena_hal_fini(&m->hal);
	}
	assert_int_equal(ena_hal_init(&m->hal, NULL, m, ENA_HAL_READ_READLESS), -EINVAL);
	assert_int_equal(
		ena_hal_init(&m->hal, &mock_platform, m, (enum ena_hal_read_mode)7), -EINVAL);
	assert_int_equal(m->writes, 0);
	mock_end(m);
}

static void
fini_is_safe_on_objects_that_were_never_alive(void **state)
{
	struct mock *m = mock_new();

	(void)state;
	ena_hal_fini(&m->hal); /* zeroed */
	m->fail_at = 1;
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), -ENOMEM);
	ena_hal_fini(&m->hal);
	assert_int_equal(m->writes, 0);
	mock_end(m);
}

static void
fini_twice_does_nothing_the_second_time(void **state)
{
	struct mock *m = mock_up(MOCK_QUERIED);
	unsigned int writes;

	(void)state;
	ena_hal_fini(&m->hal);
	writes = m->writes;
	ena_hal_fini(&m->hal);
	assert_int_equal(m->writes, writes);
	mock_end(m);
}

static void
fini_takes_the_response_address_away_as_the_last_act(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->writes = 0;
	ena_hal_fini(&m->hal);
	assert_int_equal(m->write[m->writes - 2].offset, ENA_REG_MMIO_RESP_LO);
	assert_int_equal(m->write[m->writes - 2].value, 0);
	assert_int_equal(m->write[m->writes - 1].offset, ENA_REG_MMIO_RESP_HI);
	assert_int_equal(m->write[m->writes - 1].value, 0);
	/* no other register: the caller has made sure that the device does no DMA */
	assert_int_equal(m->writes, 2);
	assert_int_equal(m->live, 0);
	mock_end(m);
}

static void
fini_after_a_reset_touches_only_the_response_address(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_SHUTDOWN), 0);
	m->writes = 0;
	ena_hal_fini(&m->hal);
	assert_int_equal(m->writes, 2);
	mock_end(m);
}

static void
addresses_beyond_the_dma_width_are_refused_here(void **state)
{
	struct mock *m = mock_new();

	(void)state;
	m->next_iova = UINT64_C(1) << 48; /* first address that the interface cannot carry */
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), -EINVAL);
	m->next_iova = UINT64_C(1) << 52; /* and far beyond it */
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), -EINVAL);
	assert_int_equal(m->live, 0);
	assert_int_equal(m->writes, 0);
	mock_end(m);
}

static void
the_dma_width_of_the_device_limits_every_address(void **state)
{
	struct mock *m = mock_new();
	struct ena_host_info info = {0};

	(void)state;
	m->reg[ENA_REG_CAPS / 4] = 0x000e203d; /* 32 bits */
	m->next_iova = 0xf0000000u;
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
	assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(ena_hal_identify(&m->hal, NULL), 0);
	/* the last block that fits ends exactly at 4 GiB: AQ at ...e000, ACQ, AENQ beyond */
	m->next_iova = 0xfffff000u;
	assert_int_equal(ena_hal_admin_start(&m->hal), -EINVAL);
	assert_int_equal(m->live, 1);
	m->next_iova = 0xf1000000u;
	assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	m->next_iova = 0xfffff000u;
	assert_int_equal(ena_hal_host_info_set(&m->hal, &info), 0);
	assert_int_equal(m->hal.host_info.iova, 0xfffff000u);
	/* The query needs a buffer for the hash input; its address is too high now. */
	assert_int_equal(ena_hal_query(&m->hal), -EINVAL);
	mock_end(m);
}

static void
the_object_knows_if_it_is_initialized(void **state)
{
	struct mock *m = mock_new();

	(void)state;
	assert_false(ena_hal_is_initialized(&m->hal));
	m->fail_at = 1;
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), -ENOMEM);
	assert_false(ena_hal_is_initialized(&m->hal));
	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
	assert_true(ena_hal_is_initialized(&m->hal));
	ena_hal_fini(&m->hal);
	assert_false(ena_hal_is_initialized(&m->hal));
	mock_end(m);
}

static unsigned int looks;

/* Read the counters in the middle of ena_hal_reinit(), as another thread could. */
static int
alloc_and_read_counters(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	struct mock *m = ctx;

	assert_int_equal(m->hal.count.submitted, 1);
	looks++;
	return mock_platform.dma_alloc(ctx, len, align, socket, dma);
}

static void
counters_do_not_fall_while_the_object_is_prepared_again(void **state)
{
	struct mock *m = mock_up(MOCK_ADMIN);

	(void)state;
	m->hal.count.submitted = 1;
	ena_hal_fini(&m->hal);
	m->plat.dma_alloc = alloc_and_read_counters;
	looks = 0;
	assert_int_equal(ena_hal_reinit(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
	assert_int_equal(looks, 1);
	assert_int_equal(m->hal.count.submitted, 1);
	mock_end(m);
}

/* The whole bring-up with queues, up to the first failure. */
static int
bring_up(struct mock *m)
{
	struct ena_hal_cq_params cqp = {.depth = 256, .entry_size = 16, .vector = 1, .socket = -1};
	struct ena_hal_sq_params sqp = {.depth = 256, .entry_size = 16, .socket = -1};
	uint64_t values[ENA_METRIC_COUNT], valid;
	uint8_t key[ENA_RSS_KEY_SIZE] = {1};
	struct ena_host_info info = {0};
	uint16_t table[128] = {0};
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;
	int rc;

	memset(&cq, 0, sizeof(cq));
	memset(&sq, 0, sizeof(sq));
	rc = ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS);
	if (rc == 0)
		rc = ena_hal_reset(&m->hal, ENA_RESET_NORMAL);
	if (rc == 0)
		rc = ena_hal_identify(&m->hal, NULL);
	if (rc == 0)
		rc = ena_hal_admin_start(&m->hal);
	if (rc == 0)
		rc = ena_hal_host_info_set(&m->hal, &info);
	if (rc == 0)
		rc = ena_hal_query(&m->hal);
	if (rc == 0)
		rc = ena_hal_cq_create(&m->hal, &cqp, MOCK_BAR0_LEN, &cq);
	if (rc == 0)
		rc = ena_hal_sq_create(&m->hal, &sqp, MOCK_BAR0_LEN, 0, &sq);
	if (rc == 0)
		rc = ena_hal_rss_key_set(&m->hal, key, 0);
	if (rc == 0)
		rc = ena_hal_rss_table_set(&m->hal, table, 7);
	if (rc == 0)
		rc = ena_hal_rss_input_set(&m->hal, m->hal.caps.rss.fields);
	if (rc == 0)
		rc = ena_hal_stats_metrics(&m->hal, values, &valid);
	if (sq.exists)
		assert_int_equal(ena_hal_sq_destroy(&m->hal, &sq), 0);
	if (cq.exists)
		assert_int_equal(ena_hal_cq_destroy(&m->hal, &cq), 0);
	return rc;
}

static void
running_out_of_memory_at_any_point_leaks_nothing(void **state)
{
	unsigned int n, needed;
	struct mock *m;

	(void)state;
	m = mock_new();
	assert_int_equal(bring_up(m), 0);
	needed = m->blocks;
	assert_in_range(needed, 11, 20);
	mock_end(m);

	for (n = 1; n <= needed; n++) {
		m = mock_new();
		m->fail_at = n;
		assert_int_equal(bring_up(m), -ENOMEM);
		mock_end(m);
	}
	m = mock_new();
	m->fail_at = needed + 1;
	assert_int_equal(bring_up(m), 0);
	mock_end(m);
}

/* Command number hook_arg gets no answer. */
static enum mock_action
nth_is_silent(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	(void)rsp;
	return ++m->hook_seen == m->hook_arg ? MOCK_SILENT : MOCK_DEFAULT;
}

/* Command number hook_arg fails with status 6. */
static enum mock_action
nth_fails(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	if (++m->hook_seen != m->hook_arg)
		return MOCK_DEFAULT;
	rsp->common.status = ENA_ACQ_UNKNOWN_ERROR;
	return MOCK_REPLY;
}

/* Command number hook_arg is answered with an invalid command id. */
static enum mock_action
nth_is_garbage(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	(void)cmd;
	if (++m->hook_seen != m->hook_arg)
		return MOCK_DEFAULT;
	rsp->common.cmd_id = ena_put16(0x8fe);
	return MOCK_REPLY;
}

static unsigned int
count_commands(void)
{
	struct mock *m = mock_new();
	unsigned int n;

	assert_int_equal(bring_up(m), 0);
	n = m->commands - 2; /* without the two DESTROYs */
	mock_end(m);
	return n;
}

/* Like bring_up(), but no queue is destroyed, because the admin queue is dead. */
static void
a_command_without_an_answer_fails_bring_up_at_any_point(void **state)
{
	unsigned int n, commands = count_commands();

	(void)state;
	for (n = 1; n <= commands; n++) {
		struct mock *m = mock_new();
		struct ena_hal_cq_params p = {.depth = 256, .entry_size = 8, .vector = 1};
		enum ena_reset_reason reason;
		unsigned int live;
		struct ena_hal_cq cq;

		m->hook = nth_is_silent;
		m->hook_arg = n;
		/* queues that exist cannot be destroyed any more */
		assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
		assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
		assert_int_equal(ena_hal_identify(&m->hal, NULL), 0);
		assert_int_equal(ena_hal_admin_start(&m->hal), 0);
		if (ena_hal_query(&m->hal) == 0) {
			int rc = ena_hal_cq_create(&m->hal, &p, MOCK_BAR0_LEN, &cq);

			if (rc == 0) {
				ena_hal_reset(&m->hal, ENA_RESET_NORMAL);
				ena_hal_cq_release(&m->hal, &cq);
				mock_end(m);
				break;
			}
			assert_int_equal(rc, -ETIMEDOUT);
		}
		assert_true(ena_hal_admin_is_dead(&m->hal, &reason));
		assert_int_equal(reason, ENA_RESET_ADMIN_TIMEOUT);
		assert_int_equal(m->hal.count.timeouts, 1);
		live = m->live;
		assert_in_range(live, 4, 5); /* a buffer in doubt is parked */
		assert_int_equal(ena_hal_reset(&m->hal, reason), 0);
		assert_int_equal(m->live, 1);
		mock_end(m);
	}
	assert_true(n > 10);
}

static void
any_command_that_fails_leaks_nothing(void **state)
{
	unsigned int n, commands = count_commands();

	(void)state;
	for (n = 1; n <= commands; n++) {
		struct mock *m = mock_new();

		m->hook = nth_fails;
		m->hook_arg = n;
		bring_up(m);
		assert_int_equal(m->hal.count.failed, 1);
		assert_false(ena_hal_admin_is_dead(&m->hal, NULL));
		mock_end(m);
	}
}

static void
garbage_in_place_of_any_answer_stops_the_queue(void **state)
{
	unsigned int n;

	(void)state;
	/* before the first queue exists: host page and query */
	for (n = 1; n <= 14; n++) {
		struct mock *m = mock_new();

		m->hook = nth_is_garbage;
		m->hook_arg = n;
		assert_int_equal(bring_up(m), -EIO);
		assert_int_equal(m->hal.count.bad_completions, 1);
		assert_true(ena_hal_admin_is_dead(&m->hal, NULL));
		assert_int_equal(mock_nop(m), -ENODEV);
		mock_end(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_programs_the_response_address_and_nothing_else),
		cmocka_unit_test(init_refuses_a_platform_that_lacks_anything),
		cmocka_unit_test(fini_is_safe_on_objects_that_were_never_alive),
		cmocka_unit_test(fini_twice_does_nothing_the_second_time),
		cmocka_unit_test(fini_takes_the_response_address_away_as_the_last_act),
		cmocka_unit_test(fini_after_a_reset_touches_only_the_response_address),
		cmocka_unit_test(addresses_beyond_the_dma_width_are_refused_here),
		cmocka_unit_test(the_dma_width_of_the_device_limits_every_address),
		cmocka_unit_test(the_object_knows_if_it_is_initialized),
		cmocka_unit_test(counters_do_not_fall_while_the_object_is_prepared_again),
		cmocka_unit_test(running_out_of_memory_at_any_point_leaks_nothing),
		cmocka_unit_test(a_command_without_an_answer_fails_bring_up_at_any_point),
		cmocka_unit_test(any_command_that_fails_leaks_nothing),
		cmocka_unit_test(garbage_in_place_of_any_answer_stops_the_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
