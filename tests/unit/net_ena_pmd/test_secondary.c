/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The mark by which a secondary process says that it is inside a burst function, and what the
 * primary makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ena_pmd.h"

int ena_logtype_init, ena_logtype_driver;

/* The rest of the driver: virtual time, and nobody asks for a reset. */
static uint64_t now_us;

uint64_t
ena_now_us(void)
{
	return now_us += 100;
}

bool
ena_reset_is_wanted(const struct ena_adapter *a)
{
	return a->reset.wanted != ENA_RESET_NORMAL;
}

void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	RTE_SET_USED(a);
	RTE_SET_USED(reason);
	fail();
}

static struct rte_eth_dev_data data;
static struct ena_adapter adapter;
static struct rte_eth_dev dev = {.data = &data};

static int
attach(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	adapter.data = &data;
	adapter.magic = ENA_MAGIC;
	adapter.layout = ENA_LAYOUT;
	data.dev_private = &adapter;
	return ena_secondary_attach(&dev);
}

static void
a_port_of_another_driver_is_not_ours(void **state)
{
	attach(state);
	adapter.magic ^= 1;
	assert_int_equal(ena_secondary_attach(&dev), -ENA_NOT_OURS);
	data.dev_private = NULL;
	assert_int_equal(ena_secondary_attach(&dev), -ENA_NOT_OURS);
}

static void
a_port_of_another_build_is_refused(void **state)
{
	attach(state);
	adapter.layout++;
	assert_int_equal(ena_secondary_attach(&dev), -EINVAL);
}

static void
a_queue_that_is_not_set_up_gives_and_takes_nothing(void **state)
{
	struct rte_mbuf *m = NULL;

	(void)state;
	assert_int_equal(dev.rx_pkt_burst(NULL, &m, 1), 0);
	assert_int_equal(dev.tx_pkt_burst(NULL, &m, 1), 0);
	assert_int_equal(dev.tx_pkt_prepare(NULL, &m, 1), 0);
	assert_int_equal(dev.rx_queue_count(NULL), 0);
	assert_int_equal(dev.rx_descriptor_status(NULL, 0), -EINVAL);
	assert_int_equal(dev.tx_descriptor_status(NULL, 0), -EINVAL);
	assert_int_equal(ena_secondary_tx_done_cleanup(NULL, 0), -EINVAL);
}

/** All its ring pointers are NULL, so whoever touches one dies. */
static void
a_queue_that_does_not_run_is_left_alone_and_the_mark_is_taken_back(void **state)
{
	static const enum ena_queue_state states[] = {
		ENA_QUEUE_NO_RINGS, ENA_QUEUE_STOPPED, ENA_QUEUE_VIOLATED};
	struct ena_rx_queue rx = {.depth = 0};
	struct ena_tx_queue tx = {.depth = 0};
	struct rte_mbuf *m = NULL;
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(states); i++) {
		rx.state = tx.state = states[i];
		assert_int_equal(dev.rx_pkt_burst(&rx, &m, 1), 0);
		assert_int_equal(dev.rx_queue_count(&rx), 0);
		assert_int_equal(dev.rx_descriptor_status(&rx, 0), RTE_ETH_RX_DESC_UNAVAIL);
		assert_int_equal(dev.tx_pkt_burst(&tx, &m, 1), 0);
		assert_int_equal(dev.tx_descriptor_status(&tx, 0), RTE_ETH_TX_DESC_UNAVAIL);
		assert_int_equal(ena_secondary_tx_done_cleanup(&tx, 0), 0);
		assert_int_equal(rx.guest, 0);
		assert_int_equal(tx.guest, 0);
	}
}

static void
nobody_inside_is_not_waited_for(void **state)
{
	uint64_t before = now_us;
	uint32_t guest = 0;

	(void)state;
	assert_true(ena_secondary_left(&adapter, &guest, "Rx", 0));
	assert_in_range(now_us - before, 0, 1000);
}

static void
a_process_that_stays_inside_is_reported_after_a_second(void **state)
{
	uint64_t before = now_us;
	uint32_t guest = (uint32_t)getpid();

	(void)state;
	assert_false(ena_secondary_left(&adapter, &guest, "Rx", 0));
	assert_in_range(now_us - before, 1000000, 1010000);
	assert_int_equal(guest, getpid());
}

static void
a_process_that_died_inside_holds_nobody(void **state)
{
	pid_t pid = fork();
	uint32_t guest;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	guest = (uint32_t)pid;
	assert_true(ena_secondary_left(&adapter, &guest, "Tx", 3));
	assert_int_equal(guest, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_port_of_another_driver_is_not_ours),
		cmocka_unit_test(a_port_of_another_build_is_refused),
		cmocka_unit_test_setup(a_queue_that_is_not_set_up_gives_and_takes_nothing, attach),
		cmocka_unit_test_setup(
			a_queue_that_does_not_run_is_left_alone_and_the_mark_is_taken_back, attach),
		cmocka_unit_test_setup(nobody_inside_is_not_waited_for, attach),
		cmocka_unit_test_setup(
			a_process_that_stays_inside_is_reported_after_a_second, attach),
		cmocka_unit_test_setup(a_process_that_died_inside_holds_nobody, attach),
	};

	return cmocka_run_group_tests_name("secondary processes", tests, NULL, NULL);
}
