/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Bus Master Enable: without it the device reads and writes no memory and sends no message.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

#define VECTOR 3u

static struct dd d;
static struct dd_queue tx, rx;
static uint8_t *buf;
static uint64_t buf_iova;

static int
setup(void **state)
{
	*state = &d;
	dd_config(&d);
	dd_open(&d);
	buf = fake_host_alloc(&d.host, 2048, 64, &buf_iova);
	dd_create_pair(&d, &tx, VECTOR, &rx, VECTOR + 1, buf_iova, 32);
	dd_run(&d);
	return 0;
}

static void
receive_one(void)
{
	uint8_t frame[60];

	memset(frame, 0x5a, sizeof(frame));
	fake_wire_push(&d.wire, frame, sizeof(frame));
	dd_run(&d);
}

static void
a_frame_that_arrives_while_it_is_off_is_lost_and_writes_nothing(void **state)
{
	unsigned int lines = d.host.log_lines;
	struct softena_stats s;

	(void)state;
	memset(buf, 0, 2048);
	fake_host_bus_master(d.dev, false);
	for (unsigned int i = 0; i < 5; i++)
		receive_one();
	assert_null(dd_completion(&rx));
	assert_int_equal(buf[0], 0);
	s = dd_stats(&d);
	assert_int_equal(s.dma_blocked, 5);
	assert_int_equal(s.rx_drops, 5);
	assert_int_equal(s.dma_faults, 0);
	assert_int_equal(d.host.log_lines - lines, 1);
	fake_host_bus_master(d.dev, true);
	receive_one();
	assert_non_null(dd_completion(&rx));
	assert_int_equal(buf[0], 0x5a);
	/* Logged once for each time that it is off. */
	fake_host_bus_master(d.dev, false);
	receive_one();
	assert_int_equal(d.host.log_lines - lines, 2);
}

static void
a_frame_of_a_patient_wire_waits_until_it_is_on(void **state)
{
	(void)state;
	d.wire.base.patient = true;
	fake_host_bus_master(d.dev, false);
	receive_one();
	receive_one();
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	assert_int_equal(dd_stats(&d).dma_blocked, 1);
	fake_host_bus_master(d.dev, true);
	dd_run(&d);
	assert_non_null(dd_completion(&rx));
	assert_non_null(dd_completion(&rx));
}

static void
a_tx_ring_waits_until_it_is_on(void **state)
{
	(void)state;
	fake_host_bus_master(d.dev, false);
	dd_send(&d, &tx, buf_iova, 0);
	dd_send(&d, &tx, buf_iova, 0);
	dd_assert_nothing_sent(&d);
	assert_null(dd_completion(&tx));
	assert_int_equal(dd_stats(&d).dma_blocked, 1);
	assert_int_equal(fake_host_take_raised(&d.host, VECTOR), 0);
	fake_host_bus_master(d.dev, true);
	dd_run(&d);
	assert_int_equal(d.wire.out.count, 2);
	assert_non_null(dd_completion(&tx));
	assert_non_null(dd_completion(&tx));
}

static void
a_message_that_is_due_while_it_is_off_is_sent_when_it_is_on(void **state)
{
	(void)state;
	dd_send(&d, &tx, buf_iova, 0); /* the vector of a new queue is masked */
	fake_host_bus_master(d.dev, false);
	dd_unmask(&d, &tx, ENA_UNMASK_UNMASK);
	dd_run(&d);
	assert_int_equal(fake_host_take_raised(&d.host, VECTOR), 0);
	fake_host_bus_master(d.dev, true);
	dd_run(&d);
	assert_int_equal(fake_host_take_raised(&d.host, VECTOR), 1);
}

static void
commands_wait_and_register_reads_are_lost(void **state)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_GET_FEATURE, .id = ENA_FEATURE_DEVICE_ATTRIBUTES};
	uint8_t *resp;
	uint64_t iova;

	(void)state;
	resp = fake_host_alloc(&d.host, 64, 64, &iova);
	softena_reg_write(d.dev, ENA_REG_MMIO_RESP_LO, (uint32_t)iova);
	softena_reg_write(d.dev, ENA_REG_MMIO_RESP_HI, (uint32_t)(iova >> 32));
	fake_host_bus_master(d.dev, false);
	softena_reg_write(d.dev, ENA_REG_MMIO_REG_READ, ENA_REG_CAPS << 16 | 7);
	assert_int_equal(dd_stats(&d).dma_blocked, 1);
	fake_host_bus_master(d.dev, true);
	dd_run(&d);
	assert_int_equal(resp[0], 0);
	assert_int_equal(dd_command(&d, &cmd, sizeof(cmd), NULL), 0);
}

static void
a_device_that_ignores_a_reset_is_stopped_by_it(void **state)
{
	(void)state;
	assert_int_equal(
		fault_arm(d.dev, SOFTENA_FAULT_RESET_IGNORED, SOFTENA_FAULT_ANY_QUEUE, 1, 0), 0);
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	receive_one();
	assert_non_null(dd_completion(&rx));
	fake_host_bus_master(d.dev, false);
	receive_one();
	assert_null(dd_completion(&rx));
	fake_host_bus_master(d.dev, true);
	receive_one();
	assert_non_null(dd_completion(&rx));
	/* The second reset is one. */
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	assert_int_equal(dd_stats(&d).rx_queues, 0);
}

/** Host memory where bus mastering goes off with an access in the middle of a packet. */
static bool cut;

static void *
cutting_dma(void *host, uint64_t iova, size_t len, bool write, size_t *contig)
{
	if (cut && !write)
		((uint8_t *)(uintptr_t)d.cfg_memory)[4] = 0;
	return fake_host_ops.dma(host, iova, len, write, contig);
}

static void
configuration_space_in_memory_is_looked_at_before_each_access(void **state)
{
	static uint8_t config[SOFTENA_CONFIG_SIZE];
	struct softena_host_ops ops = fake_host_ops;
	static struct dd_queue t;

	(void)state;
	dd_close(&d);
	ops.dma = cutting_dma;
	dd_config(&d);
	d.ops = &ops;
	d.cfg_memory = config;
	config[4] = 4;
	dd_open(&d);
	buf = fake_host_alloc(&d.host, 2048, 64, &buf_iova);
	t = (struct dd_queue){.tx = true, .depth = 64};
	dd_create(&d, &t);
	dd_put_tx(&t, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, 0, buf_iova, 0);
	cut = true; /* by the read of the descriptor: the packet itself cannot be read */
	dd_doorbell(&d, &t);
	dd_run(&d);
	cut = false;
	dd_assert_nothing_sent(&d);
	assert_null(dd_completion(&t));
	assert_true(dd_stats(&d).dma_blocked > 0);
	assert_int_equal(dd_stats(&d).dma_faults, 0);
	config[4] = 4;
	dd_put_tx(&t, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST, 0, buf_iova, 0);
	dd_doorbell(&d, &t);
	dd_run(&d);
	assert_int_equal(d.wire.out.count, 1);
	d.ops = NULL;
	d.cfg_memory = NULL;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, dd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_frame_that_arrives_while_it_is_off_is_lost_and_writes_nothing),
		TEST(a_frame_of_a_patient_wire_waits_until_it_is_on),
		TEST(a_tx_ring_waits_until_it_is_on),
		TEST(a_message_that_is_due_while_it_is_off_is_sent_when_it_is_on),
		TEST(commands_wait_and_register_reads_are_lost),
		TEST(a_device_that_ignores_a_reset_is_stopped_by_it),
		TEST(configuration_space_in_memory_is_looked_at_before_each_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
