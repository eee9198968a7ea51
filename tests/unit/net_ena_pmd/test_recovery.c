/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * From a fault to a reset, on a scripted device: one fault costs one device reset, with its reason,
 * whoever finds it. What a device may still write to is kept until it has taken a reset.
 */
#include "scripted_port.h"

#define QUEUES    2u
#define OBJECTS   (4u * QUEUES) /* CQ and SQ of each direction */
#define IN_FLIGHT 10u

static unsigned int
in_rings(void)
{
	return QUEUES * (PORT_DEPTH - 1);
}

/** What a port that runs has away from its pool when port_send() has sent IN_FLIGHT packets. */
static unsigned int
in_use(void)
{
	return in_rings() + IN_FLIGHT;
}

/* ---- faults -------------------------------------------------------------------------------- */

static void
violation(void)
{
	struct rte_mbuf *m;

	port_bad_completion(1);
	assert_int_equal(rte_eth_rx_burst(port.id, 1, &m, 1), 0);
	assert_int_equal(port_rxq(1)->state, ENA_QUEUE_VIOLATED);
	port_pass(2 * PORT_SECOND);
}

static void
no_keep_alive(void)
{
	port.beats = false;
	port_pass(ENA_KEEP_ALIVE_US + 2 * PORT_SECOND);
}

static void
no_answer(void)
{
	port_fail_command(1, PORT_SILENT);
	assert_int_not_equal(rte_eth_dev_set_mtu(port.id, 1400), 0);
	port_fail_command(0, PORT_SILENT);
	port_pass(2 * PORT_SECOND);
}

static void
device_request(void)
{
	port_event(ENA_AENQ_RESET_REQUEST, 0);
	port_pass(2 * PORT_SECOND);
}

/** No completion of what port_send() has sent. */
static void
no_tx_completion(void)
{
	port_pass(8 * PORT_SECOND);
}

static const struct fault {
	void (*happens)(void);
	enum ena_reset_reason reason;
} faults[] = {
	{violation, ENA_RESET_BAD_RX_REQ_ID},
	{no_keep_alive, ENA_RESET_KEEP_ALIVE_TIMEOUT},
	{no_answer, ENA_RESET_ADMIN_TIMEOUT},
	{device_request, ENA_RESET_DEVICE_REQUEST},
	{no_tx_completion, ENA_RESET_MISSING_TX_COMPLETION},
};

/** A port that runs, and has packets in flight if the fault is about those. */
static void
run_into(const struct fault *f)
{
	port_run(QUEUES);
	if (f->happens == no_tx_completion)
		port_send(0, IN_FLIGHT);
	f->happens();
	port.beats = true;
	assert_int_equal(port.reset_events, 1);
	/* Until the application stops the port nothing is done to the device. */
	assert_int_equal(port.resets, 1);
}

static void
close_and_end(void)
{
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
}

/* ---- one reset ------------------------------------------------------------------------------- */

static void
one_fault_costs_one_reset_with_its_reason_until_the_port_runs_again(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(faults); i++) {
		run_into(&faults[i]);
		port_recover(QUEUES);
		assert_int_equal(port.resets, 2);
		assert_int_equal(port.reason[1], faults[i].reason);
		assert_int_equal(port_queues(), OBJECTS);
		assert_int_equal(port_mbufs_away(), in_rings());
		/* It is over: nothing asks for another one. */
		port_pass(30 * PORT_SECOND);
		assert_int_equal(port.reset_events, 1);
		assert_int_equal(rte_eth_dev_stop(port.id), 0);
		assert_int_equal(rte_eth_dev_close(port.id), 0);
		assert_int_equal(port.resets, 3);
		assert_int_equal(port.reason[2], ENA_RESET_SHUTDOWN);
		port_end();
	}
}

static void
a_port_that_is_closed_after_a_fault_is_reset_once(void **state)
{
	unsigned int i, stopped;

	(void)state;
	for (i = 0; i < RTE_DIM(faults); i++)
		for (stopped = 0; stopped < 2; stopped++) {
			run_into(&faults[i]);
			if (stopped != 0)
				assert_int_equal(rte_eth_dev_stop(port.id), 0);
			assert_int_equal(port_remove(), 0);
			assert_int_equal(port.resets, 2);
			assert_int_equal(port.reason[1], faults[i].reason);
			port_end();
		}
}

/** The service looks once in a second; an application may be faster. */
static void
a_fault_that_the_service_has_not_found_yet_is_the_reason_all_the_same(void **state)
{
	unsigned int closes;

	(void)state;
	for (closes = 0; closes < 2; closes++) {
		port_new();
		port_configure(QUEUES);
		port_fail_command(1, PORT_SILENT);
		assert_int_not_equal(rte_eth_dev_start(port.id), 0);
		port_fail_command(0, PORT_SILENT);
		if (closes == 0)
			assert_int_equal(rte_eth_dev_reset(port.id), 0);
		else
			assert_int_equal(port_remove(), 0);
		assert_int_equal(port.resets, 2);
		assert_int_equal(port.reason[1], ENA_RESET_ADMIN_TIMEOUT);
		if (closes == 0)
			assert_int_equal(port_remove(), 0);
		port_end();
	}
}

static void
a_port_that_was_stopped_for_a_fault_does_not_start_before_its_reset(void **state)
{
	(void)state;
	run_into(&faults[0]);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(port_mbufs_away(), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -EIO);
	assert_int_equal(port_queues(), 0);
	close_and_end();
}

static void
recover_now(void)
{
	port_recover(QUEUES);
}

static void
an_application_may_reset_the_port_in_its_callback(void **state)
{
	(void)state;
	port_run(QUEUES);
	port.on_reset_event = recover_now;
	port_event(ENA_AENQ_RESET_REQUEST, 0);
	port_pass(10 * PORT_SECOND);
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_DEVICE_REQUEST);
	assert_int_equal(port_queues(), OBJECTS);
	close_and_end();
}

/** The n-th command of a stop fails: what is left of the queues goes with one reset. */
static void
a_stop_whose_queues_cannot_be_destroyed_costs_one_reset(void **state)
{
	const enum ena_reset_reason reasons[] = {
		[PORT_STATUS] = ENA_RESET_DRIVER_INVALID_STATE,
		[PORT_SILENT] = ENA_RESET_ADMIN_TIMEOUT,
	};
	unsigned int n, fault;

	(void)state;
	for (fault = PORT_STATUS; fault <= PORT_SILENT; fault++)
		for (n = 1; n <= OBJECTS; n++) {
			port_run(QUEUES);
			port_send(1, IN_FLIGHT);
			port_fail_command(n, (enum port_fault)fault);
			assert_int_equal(rte_eth_dev_stop(port.id), 0);
			assert_int_equal(port.commands, n);
			port_fail_command(0, PORT_STATUS);
			assert_int_equal(port_queues(), 0);
			assert_int_equal(port_mbufs_away(), 0);
			port_pass(2 * PORT_SECOND);
			assert_int_equal(port.reset_events, 1);
			port_recover(QUEUES);
			assert_int_equal(port.resets, 2);
			assert_int_equal(port.reason[1], reasons[fault]);
			close_and_end();
		}
}

/* ---- requests -------------------------------------------------------------------------------- */

static void
the_first_reason_stays_until_the_reset(void **state)
{
	struct ena_adapter *a;

	(void)state;
	port_run(QUEUES);
	a = port_adapter();
	assert_false(ena_reset_is_wanted(a));
	assert_int_equal(ena_reset_reason_or(a, ENA_RESET_SHUTDOWN), ENA_RESET_SHUTDOWN);
	ena_reset_request(a, ENA_RESET_BAD_TX_REQ_ID);
	ena_reset_request(a, ENA_RESET_KEEP_ALIVE_TIMEOUT);
	assert_true(ena_reset_is_wanted(a));
	assert_int_equal(ena_reset_reason_or(a, ENA_RESET_SHUTDOWN), ENA_RESET_BAD_TX_REQ_ID);
	assert_int_equal(a->reset.requested, 1);
	port_recover(QUEUES);
	assert_int_equal(port.reason[1], ENA_RESET_BAD_TX_REQ_ID);
	assert_false(ena_reset_is_wanted(a));
	ena_reset_request(a, ENA_RESET_KEEP_ALIVE_TIMEOUT);
	assert_int_equal(a->reset.requested, 2);
	port_recover(QUEUES);
	assert_int_equal(port.reason[2], ENA_RESET_KEEP_ALIVE_TIMEOUT);
	close_and_end();
}

static void
each_reset_is_announced_once(void **state)
{
	unsigned int turn;

	(void)state;
	port_run(QUEUES);
	for (turn = 1; turn <= 3; turn++) {
		port_event(ENA_AENQ_RESET_REQUEST, 0);
		port_event(ENA_AENQ_RESET_REQUEST, 0);
		assert_int_equal(port.reset_events, turn - 1);
		port_pass(10 * PORT_SECOND);
		assert_int_equal(port.reset_events, turn);
		assert_int_equal(port_log_lines("needs a reset (device request)"), turn);
		port_recover(QUEUES);
	}
	close_and_end();
}

/* ---- a device that takes no reset ------------------------------------------------------------ */

/** A port that runs has packets in flight, a fault, and a device that takes no reset any more. */
static void
run_into_a_deaf_device(void)
{
	port_run(QUEUES);
	port_send(0, IN_FLIGHT);
	port.deaf = true;
	device_request();
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
}

static void
a_device_that_takes_no_reset_keeps_its_memory_and_may_not_write_to_it(void **state)
{
	unsigned int live;

	(void)state;
	port_new();
	live = port.m->live;
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();

	run_into_a_deaf_device();
	assert_int_equal(port.resets, 2);
	assert_false(port.bus_master);
	assert_true(port_adapter()->device.unconfirmed);
	/* Four rings for each pair of queues but the Tx ring, which lies in the device. */
	assert_int_equal(port.m->live, live + 3 * QUEUES);
	assert_int_equal(port_mbufs_away(), in_use());
	assert_int_equal(port_rxq(0)->state, ENA_QUEUE_NO_RINGS);
	assert_int_equal(port_txq(0)->state, ENA_QUEUE_NO_RINGS);
	port.deaf = false;
	close_and_end();
}

static void
a_reset_that_succeeds_later_gives_everything_back(void **state)
{
	(void)state;
	run_into_a_deaf_device();
	/* The next one fails as well, and bus mastering is off again. */
	assert_int_not_equal(rte_eth_dev_reset(port.id), 0);
	assert_int_equal(port.resets, 3);
	assert_false(port.bus_master);
	assert_int_equal(port_mbufs_away(), in_use());
	/* Both for the fault that happened. */
	assert_int_equal(port.reason[1], ENA_RESET_DEVICE_REQUEST);
	assert_int_equal(port.reason[2], ENA_RESET_DEVICE_REQUEST);

	port.deaf = false;
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	assert_true(port.bus_master);
	assert_int_equal(port.reason[3], ENA_RESET_DEVICE_REQUEST);
	assert_int_equal(port_mbufs_away(), 0);
	port_configure(QUEUES);
	port_start();
	assert_int_equal(port_mbufs_away(), in_rings());
	close_and_end();
}

static void
close_gives_the_memory_back_with_bus_mastering_off(void **state)
{
	(void)state;
	run_into_a_deaf_device();
	assert_int_equal(port_mbufs_away(), in_use());
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	assert_false(port.bus_master);
	assert_int_equal(port_mbufs_away(), 0);
	port_end();
}

/** Give back what the driver has left to the device, for port_end(). */
static void
take_back_from_device(void)
{
	struct rte_mbuf *m[PORT_MBUFS];
	unsigned int i;

	memset(port.cq, 0, sizeof(port.cq));
	memset(port.sq, 0, sizeof(port.sq));
	for (i = 0; i < port.m->blocks; i++) {
		struct ena_hal_dma dma = port.m->block[i].dma;

		mock_platform.dma_free(port.m, &dma);
	}
	/* The mbufs that are lost are those that are not in the pool. */
	i = rte_mempool_avail_count(port.pool);
	assert_int_equal(rte_pktmbuf_alloc_bulk(port.pool, m, i), 0);
	rte_mempool_free(port.pool);
	port.pool = rte_pktmbuf_pool_create(
		"again", PORT_MBUFS, 32, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	assert_non_null(port.pool);
}

static void
close_keeps_the_memory_if_bus_mastering_cannot_be_switched_off(void **state)
{
	(void)state;
	port_run(QUEUES);
	port_send(0, IN_FLIGHT);
	port.deaf = true;
	port.bus_master_stuck = true;
	device_request();
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_true(port.bus_master);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	assert_int_equal(port_mbufs_away(), in_use());
	assert_true(port.m->live >= 3 * QUEUES + 3);
	assert_int_equal(port_log_lines("is never freed"), 1);
	take_back_from_device();
	port_end();
}

/** Its bus mastering cannot be switched off either, but there is nothing that could write. */
static void
close_of_a_device_that_has_left_the_bus_gives_the_memory_back(void **state)
{
	(void)state;
	port_run(QUEUES);
	port_send(0, IN_FLIGHT);
	port.gone = true;
	port.deaf = true;
	port.bus_master_stuck = true;
	port.m->read_mode = MOCK_READ_ALL_ONES;
	no_keep_alive();
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(port_log_lines("has left the PCI bus"), 1);
	assert_int_equal(rte_eth_dev_is_removed(port.id), 1);
	port_eject();
}

/** Nothing that was freed may be written to: mock_end() proves it. */
static void
answers_that_come_after_the_time_out_find_their_memory(void **state)
{
	unsigned int live;

	(void)state;
	port_new();
	port_configure(QUEUES);
	live = port.m->live;
	/* CREATE_CQ is the second command; each is answered when nobody waits any more. */
	port_fail_command(2, PORT_LATE);
	assert_int_equal(rte_eth_dev_start(port.id), -ETIMEDOUT);
	assert_int_equal(port.m->live, live + 1);
	port_pass(10 * PORT_SECOND);
	assert_int_equal(port.reset_events, 1);
	assert_int_equal(port.m->live, live + 1);
	assert_int_equal(port.m->timers, 0);
	port_recover(QUEUES);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_ADMIN_TIMEOUT);
	close_and_end();
}

static void
a_probe_whose_device_takes_no_reset_leaves_nothing(void **state)
{
	(void)state;
	port_insert();
	port.deaf = true;
	assert_int_not_equal(port_probe(), 0);
	assert_false(port.bus_master);
	port_end();
	/* The first reset is taken, that after a command without an answer is not. */
	port_insert();
	port_fail_command(3, PORT_SILENT);
	port.deaf_after = 1;
	assert_int_not_equal(port_probe(), 0);
	assert_int_equal(port.resets, 2);
	assert_false(port.bus_master);
	port_end();
}

/**
 * A bring-up that failed may have left the device in any state: the next one resets it.
 * @return false: the bring-up has fewer than @p n commands
 */
static bool
fail_bring_up(unsigned int n, enum port_fault fault)
{
	bool met;
	int rc;

	run_into(&faults[3]);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(port.resets, 2);
	port_fail_command(n, fault);
	rc = rte_eth_dev_reset(port.id);
	met = port.commands >= n;
	port_fail_command(0, fault);
	if (rc != 0) {
		assert_true(met);
		assert_int_equal(port.resets, 3);
		assert_int_equal(port.reason[2], ENA_RESET_INIT_ERROR);
		assert_int_equal(port.m->live, 0);
		assert_int_equal(port.alarms, 0);
		assert_int_equal(rte_eth_dev_start(port.id), -EINVAL);
		assert_int_equal(rte_eth_dev_reset(port.id), 0);
		assert_int_equal(port.resets, 4);
		assert_int_equal(port.reason[3], ENA_RESET_NORMAL);
	}
	port_configure(QUEUES);
	port_start();
	port_eject();
	return met;
}

static void
a_reset_whose_bring_up_fails_at_any_command_can_be_repeated(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 1; fail_bring_up(n, PORT_STATUS); n++)
		;
	assert_true(n > 10);
	for (n = 1; fail_bring_up(n, PORT_SILENT); n++)
		;
	assert_true(n > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(one_fault_costs_one_reset_with_its_reason_until_the_port_runs_again),
		PORT_TEST(a_port_that_is_closed_after_a_fault_is_reset_once),
		PORT_TEST(a_fault_that_the_service_has_not_found_yet_is_the_reason_all_the_same),
		PORT_TEST(a_port_that_was_stopped_for_a_fault_does_not_start_before_its_reset),
		PORT_TEST(an_application_may_reset_the_port_in_its_callback),
		PORT_TEST(a_stop_whose_queues_cannot_be_destroyed_costs_one_reset),
		PORT_TEST(the_first_reason_stays_until_the_reset),
		PORT_TEST(each_reset_is_announced_once),
		PORT_TEST(a_device_that_takes_no_reset_keeps_its_memory_and_may_not_write_to_it),
		PORT_TEST(a_reset_that_succeeds_later_gives_everything_back),
		PORT_TEST(close_gives_the_memory_back_with_bus_mastering_off),
		PORT_TEST(close_keeps_the_memory_if_bus_mastering_cannot_be_switched_off),
		PORT_TEST(close_of_a_device_that_has_left_the_bus_gives_the_memory_back),
		PORT_TEST(answers_that_come_after_the_time_out_find_their_memory),
		PORT_TEST(a_probe_whose_device_takes_no_reset_leaves_nothing),
		PORT_TEST(a_reset_whose_bring_up_fails_at_any_command_can_be_repeated),
	};

	return cmocka_run_group_tests_name("recovery", tests, port_group_begin, port_group_end);
}
