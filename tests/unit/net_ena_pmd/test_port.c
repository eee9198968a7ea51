/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Life of a port, from probe to close, on a scripted device: what is there in each state, calls in
 * odd orders, and failures of every command and of every request for memory in turn.
 */
#include <unistd.h>

#include <rte_malloc.h>

#include "scripted_port.h"

#define QUEUES    2u
#define OBJECTS   (4u * QUEUES) /* CQ and SQ of each direction */
#define IN_FLIGHT 10u

/** mbufs that the Rx rings of a started port hold. */
static unsigned int
in_rings(void)
{
	return QUEUES * (PORT_DEPTH - 1);
}

static void
assert_queue_states(enum ena_queue_state state)
{
	uint16_t i;

	for (i = 0; i < QUEUES; i++) {
		assert_int_equal(port_rxq(i)->state, state);
		assert_int_equal(port_txq(i)->state, state);
	}
}

/* ---- the usual way ------------------------------------------------------------------------- */

static void
a_port_holds_what_it_needs_while_it_runs_and_nothing_afterwards(void **state)
{
	unsigned int live, turn;

	(void)state;
	port_new();
	live = port.m->live;
	port_configure(QUEUES);
	for (turn = 0; turn < 2; turn++) {
		port_start();
		assert_int_equal(port_queues(), OBJECTS);
		assert_int_equal(port_mbufs_away(), in_rings());
		assert_queue_states(ENA_QUEUE_RUNNING);
		port_send(0, IN_FLIGHT);
		port_pass(PORT_SECOND);
		assert_int_equal(port_mbufs_away(), in_rings() + IN_FLIGHT);

		assert_int_equal(rte_eth_dev_stop(port.id), 0);
		assert_int_equal(port_queues(), 0);
		assert_int_equal(port_mbufs_away(), 0);
		assert_int_equal(port.m->live, live);
		assert_queue_states(ENA_QUEUE_NO_RINGS);
	}
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
}

static void
a_port_is_reset_once_at_probe_and_once_at_close(void **state)
{
	(void)state;
	port_new();
	assert_int_equal(port.resets, 1);
	assert_int_equal(port.reason[0], ENA_RESET_NORMAL);
	port_configure(QUEUES);
	port_start();
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(port.resets, 1);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_SHUTDOWN);
	port_end();
}

static void
a_port_that_runs_can_be_removed_and_gives_all_mbufs_back(void **state)
{
	(void)state;
	port_run(QUEUES);
	port_send(1, IN_FLIGHT);
	assert_int_equal(port_remove(), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_SHUTDOWN);
	port_end();
}

static void
the_reset_of_a_port_without_a_fault_has_the_reason_of_the_user(void **state)
{
	(void)state;
	port_run(QUEUES);
	port_recover(QUEUES);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_USER_TRIGGER);
	assert_int_equal(port_mbufs_away(), in_rings());
	port_eject();
}

/* ---- odd orders ---------------------------------------------------------------------------- */

/** Calls that ethdev does not let through; the driver does not rely on it. */
static void
calls_that_come_too_early_or_twice_change_nothing(void **state)
{
	const struct eth_dev_ops *ops;
	struct rte_eth_dev *dev;

	(void)state;
	port_new();
	dev = port_dev();
	ops = dev->dev_ops;
	assert_int_equal(ops->dev_stop(dev), 0);
	assert_int_equal(ops->dev_start(dev), -EINVAL);
	port_configure(QUEUES);
	assert_int_equal(ops->dev_stop(dev), 0);
	port_start();
	assert_int_equal(ops->dev_start(dev), -EIO);
	assert_int_equal(port_queues(), OBJECTS);
	assert_int_equal(port_mbufs_away(), in_rings());
	assert_int_equal(rte_eth_dev_start(port.id), 0);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	/* Not even if a reset is due. */
	ena_reset_request(port_adapter(), ENA_RESET_GENERIC);
	assert_int_equal(ops->dev_stop(dev), 0);
	assert_int_equal(port.resets, 1);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_GENERIC);
	port_end();
}

static void
a_port_that_is_closed_stays_closed(void **state)
{
	const struct eth_dev_ops *ops;
	struct rte_eth_dev *dev;

	(void)state;
	port_run(QUEUES);
	dev = port_dev();
	ops = dev->dev_ops;
	assert_int_equal(ops->dev_close(dev), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(ops->dev_close(dev), 0);
	assert_int_equal(ops->dev_reset(dev), -EINVAL);
	assert_int_equal(ops->dev_stop(dev), 0);
	assert_int_equal(port.resets, 2);
	port_eject();
}

static void
a_port_that_was_reset_is_configured_anew_before_it_starts(void **state)
{
	(void)state;
	port_run(QUEUES);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -EINVAL);
	assert_int_equal(port_log_lines("configure the port first"), 1);
	port_configure(QUEUES);
	port_start();
	port_eject();
}

static void
a_queue_that_is_configured_and_not_set_up_keeps_the_port_from_starting(void **state)
{
	const struct rte_eth_conf conf = {0};

	(void)state;
	port_new();
	assert_int_equal(rte_eth_dev_configure(port.id, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -EINVAL);
	assert_int_equal(port_log_lines("Rx queue 0 is configured but not set up"), 1);
	assert_int_equal(rte_eth_rx_queue_setup(port.id, 0, PORT_DEPTH, 0, NULL, port.pool), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -EINVAL);
	assert_int_equal(port_log_lines("Tx queue 0 is configured but not set up"), 1);
	assert_int_equal(rte_eth_tx_queue_setup(port.id, 0, PORT_DEPTH, 0, NULL), 0);
	port_start();
	port_eject();
}

/** The EAL interrupt thread never waits for a call that may be waiting for it. */
static void
a_call_from_a_callback_that_meets_another_one_fails(void **state)
{
	const struct eth_dev_ops *ops;
	struct rte_eth_dev *dev;
	uint64_t begin;

	(void)state;
	port_run(QUEUES);
	dev = port_dev();
	ops = dev->dev_ops;
	assert_int_equal(ena_control_begin(port_adapter()), 0);
	port.m->in_interrupt = true;
	begin = port.m->now;
	assert_int_equal(ops->dev_stop(dev), -EBUSY);
	assert_int_equal(port.m->now, begin);
	/* Close, which should not fail, waits a while. */
	assert_int_equal(ops->dev_close(dev), -EBUSY);
	assert_true(port.m->now - begin >= 5 * PORT_SECOND);
	port.m->in_interrupt = false;
	ena_control_end(port_adapter());
	assert_int_equal(port_queues(), OBJECTS);
	port_eject();
}

/* ---- MTU ----------------------------------------------------------------------------------- */

/** Packets take two buffers of 2048 bytes at most. */
static void
an_mtu_that_the_buffers_of_a_packet_do_not_hold_is_refused(void **state)
{
	const uint16_t largest = 2u * RTE_MBUF_DEFAULT_DATAROOM - RTE_ETHER_HDR_LEN;
	struct rte_eth_conf conf = {.rxmode.mtu = largest + 1u};

	(void)state;
	port_insert();
	port.m->ext.max_rx_packet_descs = ena_put16(2);
	assert_int_equal(port_probe(), 0);
	port_configure(1);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, largest), 0);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, largest + 1u), -EINVAL);
	port_start();
	assert_int_equal(rte_eth_dev_stop(port.id), 0);

	/* The MTU of a configuration is looked at when the queues are known. */
	assert_int_equal(rte_eth_dev_configure(port.id, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -EINVAL);
	assert_int_equal(port_mbufs_away(), 0);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
}

static uint32_t
last_mtu(void)
{
	const struct ena_feature_cmd *cmd = (const void *)mock_last(port.m);
	uint32_t mtu;

	assert_int_equal(cmd->common.opcode, ENA_AQ_SET_FEATURE);
	assert_int_equal(cmd->id, ENA_FEATURE_MTU);
	memcpy(&mtu, cmd->data, sizeof(mtu));
	return mtu;
}

static void
the_mtu_reaches_the_device_when_it_is_set_and_at_each_start(void **state)
{
	unsigned int commands;

	(void)state;
	port_new();
	port_configure(1);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, 1400), 0);
	assert_int_equal(last_mtu(), 1400);
	/* Nothing else is sent if this fails: the first command of a start. */
	port_fail_command(1, PORT_STATUS);
	commands = port.m->commands;
	assert_int_not_equal(rte_eth_dev_start(port.id), 0);
	assert_int_equal(port.m->commands, commands + 1);
	assert_int_equal(last_mtu(), 1400);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
}

/** Without the MTU feature a device keeps its maximum. */
static void
a_device_without_the_mtu_command_has_its_maximum_and_no_other(void **state)
{
	(void)state;
	port_insert();
	port.m->attr.feature_bitmap =
		ena_put32(ena_get32(port.m->attr.feature_bitmap) & ~ENA_BIT(ENA_FEATURE_MTU));
	assert_int_equal(port_probe(), 0);
	port_configure(1);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, 9216), 0);
	assert_int_equal(rte_eth_dev_set_mtu(port.id, 1400), -ENOTSUP);
	port_start();
	port_eject();
}

/* ---- a start that fails ---------------------------------------------------------------------- */

/** After a start that failed: the port is as before, and has @p live blocks of DMA memory. */
static void
assert_not_started(unsigned int live)
{
	assert_int_equal(port_queues(), 0);
	assert_int_equal(port_mbufs_away(), 0);
	assert_int_equal(port.m->live, live);
	assert_queue_states(ENA_QUEUE_NO_RINGS);
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
}

/** Fail command @p n of a start. @return false: it has fewer */
static bool
fail_start(unsigned int n, enum port_fault fault)
{
	bool met;
	int rc;

	port_fail_command(n, fault);
	rc = rte_eth_dev_start(port.id);
	met = port.commands >= n;
	port_fail_command(0, fault);
	assert_int_equal(rc != 0, met);
	return met;
}

static void
a_start_that_any_command_refuses_leaves_nothing_and_can_be_repeated(void **state)
{
	unsigned int live, n;

	(void)state;
	port_new();
	port_configure(QUEUES);
	live = port.m->live;
	for (n = 1; fail_start(n, PORT_STATUS); n++) {
		assert_not_started(live);
		/* The device is well. */
		port_start();
		assert_int_equal(port_queues(), OBJECTS);
		assert_int_equal(rte_eth_dev_stop(port.id), 0);
	}
	/* MTU, the queues, and table, key and fields of RSS */
	assert_int_equal(n - 1, 1 + OBJECTS + 3);
	assert_int_equal(port.resets, 1);
	port_eject();
}

/**
 * Blocks of DMA memory after a start whose command @p n got no answer. If there is a queue that has
 * to be destroyed, the device is reset at once, and the rings of the control plane are freed.
 * Before, a ring whose creation was not answered waits for the reset.
 */
static unsigned int
live_after_silence(unsigned int live, unsigned int n)
{
	return n > 2 ? live - 3 : live + (n == 2);
}

static void
a_start_that_any_command_leaves_unanswered_costs_one_reset_and_no_memory(void **state)
{
	unsigned int live, n;

	(void)state;
	port_new();
	port_configure(QUEUES);
	live = port.m->live;
	for (n = 1; fail_start(n, PORT_SILENT); n++) {
		assert_not_started(live_after_silence(live, n));
		port_pass(2 * PORT_SECOND);
		assert_int_equal(port.reset_events, n);
		assert_int_equal(rte_eth_dev_start(port.id), -EIO);
		port_recover(QUEUES);
		assert_int_equal(port_queues(), OBJECTS);
		assert_int_equal(rte_eth_dev_stop(port.id), 0);
		assert_int_equal(port.m->live, live);
		assert_int_equal(port.resets, 1 + n);
		assert_int_equal(port.reason[n], ENA_RESET_ADMIN_TIMEOUT);
	}
	assert_int_equal(n - 1, 1 + OBJECTS + 3);
	port_eject();
}

static void
a_start_without_memory_for_any_ring_leaves_nothing_and_can_be_repeated(void **state)
{
	unsigned int live, n;

	(void)state;
	port_new();
	port_configure(QUEUES);
	live = port.m->live;
	for (n = 1;; n++) {
		port.m->fail_at = port.m->blocks + n;
		if (rte_eth_dev_start(port.id) == 0)
			break;
		port.m->fail_at = 0;
		assert_not_started(live);
	}
	/* Rx rings, Tx completions, which are in host memory, and two blocks for RSS. */
	assert_true(n > 3 * QUEUES);
	assert_int_equal(port.resets, 1);
	port.m->fail_at = 0;
	port_eject();
}

static void
a_pool_with_too_few_mbufs_for_the_rings_gets_all_of_them_back(void **state)
{
	struct rte_mbuf *m[PORT_MBUFS];
	unsigned int live, left = in_rings() - 1;

	(void)state;
	port_new();
	port_configure(QUEUES);
	live = port.m->live;
	assert_int_equal(rte_pktmbuf_alloc_bulk(port.pool, m, PORT_MBUFS - left), 0);
	assert_int_equal(rte_eth_dev_start(port.id), -ENOMEM);
	assert_int_equal(port_log_lines("make it larger"), 1);
	rte_pktmbuf_free_bulk(m, PORT_MBUFS - left);
	assert_not_started(live);
	port_start();
	port_eject();
}

/* ---- Rx interrupts --------------------------------------------------------------------------- */

static void
rx_interrupts_have_a_vector_for_each_rx_queue_and_go_back_to_one_at_stop(void **state)
{
	struct rte_eth_conf conf = {.intr_conf.rxq = 1};
	unsigned int i;

	(void)state;
	port_new();
	port_configure(QUEUES);
	assert_int_equal(rte_eth_dev_configure(port.id, QUEUES, QUEUES, &conf), 0);
	port.fail_at = 0;
	port_fail_command(1, PORT_STATUS);
	assert_int_not_equal(rte_eth_dev_start(port.id), 0);
	assert_false(port_adapter()->intr.rx);
	assert_true(port.intr_enabled);
	port_start();
	for (i = 0; i < QUEUES; i++) {
		assert_int_equal(port.vector[i], 1 + i);
		assert_int_equal(port.vector[QUEUES + i], ENA_MSIX_VECTOR_NONE);
	}
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_true(port.intr_enabled);
	assert_int_equal(rte_intr_nb_efd_get(port.pci.intr_handle), 0);
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
}

/* ---- a bring-up that fails ------------------------------------------------------------------- */

/** Probe a device that sends an event and fails command @p n. @return false: fewer were sent */
static bool
fail_probe(unsigned int n, enum port_fault fault, unsigned int *failed)
{
	bool met;
	int rc;

	port_insert();
	port.event_first = true;
	port_fail_command(n, fault);
	rc = port_probe();
	met = port.commands >= n;
	port_fail_command(0, fault);
	*failed += rc != 0;
	if (rc == 0)
		assert_int_equal(rte_eth_dev_close(port.id), 0);
	port_end();
	return met;
}

static void
a_probe_that_any_command_refuses_leaves_nothing(void **state)
{
	unsigned int n, failed = 0;

	(void)state;
	for (n = 1; fail_probe(n, PORT_STATUS, &failed); n++)
		;
	/* The device can do without some of them. */
	assert_true(n > 10 && failed > 5 && failed < n - 1);
}

static void
a_probe_that_any_command_leaves_unanswered_leaves_nothing(void **state)
{
	unsigned int n, failed = 0;

	(void)state;
	for (n = 1; fail_probe(n, PORT_SILENT, &failed); n++)
		;
	assert_true(n > 10);
	assert_int_equal(failed, n - 1);
}

/** @param again reset the port a second time before it is closed */
static void
reset_without_memory(bool again)
{
	unsigned int n, blocks;
	int rc;

	for (n = 1;; n++) {
		port_new();
		blocks = port.m->blocks;
		port.m->fail_at = blocks + n;
		rc = rte_eth_dev_reset(port.id);
		port.m->fail_at = 0;
		blocks = port.m->blocks - blocks;
		if (again)
			assert_int_equal(rte_eth_dev_reset(port.id), 0);
		assert_int_equal(rte_eth_dev_close(port.id), 0);
		port_end();
		if (rc == 0 && blocks < n)
			break;
	}
	assert_true(n > 5);
}

static void
after_a_reset_without_memory_for_any_block_come_close_or_reset(void **state)
{
	(void)state;
	reset_without_memory(false);
	reset_without_memory(true);
}

static void
a_probe_without_memory_for_any_block_leaves_nothing(void **state)
{
	unsigned int n;
	int rc;

	(void)state;
	for (n = 1;; n++) {
		port_insert();
		port.m->fail_at = n;
		rc = port_probe();
		port.m->fail_at = 0;
		if (rc == 0)
			assert_int_equal(rte_eth_dev_close(port.id), 0);
		if (port.m->blocks < n)
			break;
		port_end();
	}
	assert_int_equal(rc, 0);
	assert_true(n > 5);
	port_end();
	for (n = 1;; n++) {
		port_insert();
		port_fail_malloc(n);
		rc = port_probe();
		if (rc == 0)
			assert_int_equal(rte_eth_dev_close(port.id), 0);
		if (port.mallocs < n)
			break;
		port_end();
	}
	assert_int_equal(rc, 0);
	assert_true(n > 2);
	port_end();
}

static void
a_probe_without_an_alarm_for_the_service_leaves_nothing(void **state)
{
	(void)state;
	port_insert();
	port.alarm_fails_at = 1;
	assert_int_not_equal(port_probe(), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(port.reason[1], ENA_RESET_INIT_ERROR);
	port_end();
}

static void
a_port_without_interrupts_is_polled(void **state)
{
	(void)state;
	port_insert();
	port.intr_fails = true;
	assert_int_equal(port_probe(), 0);
	assert_null(port.vector0);
	port_configure(QUEUES);
	port_start();
	port_pass(10 * PORT_SECOND);
	assert_int_equal(port.reset_events, 0);
	port_eject();
}

/* ---- a secondary process that is inside ------------------------------------------------------ */

static void
a_secondary_inside_a_queue_keeps_the_port_from_stopping(void **state)
{
	uint64_t begin;

	(void)state;
	port_run(QUEUES);
	port_txq(1)->guest = (uint32_t)getpid();
	begin = port.m->now;
	assert_int_equal(rte_eth_dev_stop(port.id), -EBUSY);
	assert_true(port.m->now - begin >= PORT_SECOND);
	assert_queue_states(ENA_QUEUE_STOPPED);
	assert_int_equal(port_queues(), OBJECTS);
	assert_int_equal(port_mbufs_away(), in_rings());
	port_txq(1)->guest = 0;
	assert_int_equal(port_dev()->dev_ops->dev_stop(port_dev()), 0);
	assert_int_equal(port_mbufs_away(), 0);
	port_eject();
}

/** Free what the port has left for the secondary. */
static void
free_queue_memory(struct ena_queue_rings *rings, struct rte_mbuf **mbufs, void *ids, void *reqs)
{
	unsigned int i;

	for (i = 0; i < PORT_DEPTH; i++)
		rte_pktmbuf_free(mbufs[i]);
	mock_platform.dma_free(port.m, &rings->cq.ring);
	mock_platform.dma_free(port.m, &rings->sq.ring);
	rte_free(mbufs);
	rte_free(ids);
	rte_free(reqs);
}

static void
a_port_that_is_closed_leaves_the_queues_to_a_secondary_that_is_inside(void **state)
{
	struct ena_rx_queue *rxq;
	struct ena_tx_queue *txq;

	(void)state;
	port_run(1);
	port_send(0, IN_FLIGHT);
	rxq = port_rxq(0);
	txq = port_txq(0);
	rxq->guest = (uint32_t)getpid();
	assert_int_equal(port_remove(), 0);
	assert_int_equal(port.resets, 2);
	assert_int_equal(rxq->state, ENA_QUEUE_STOPPED);
	assert_int_equal(port_mbufs_away(), PORT_DEPTH - 1 + IN_FLIGHT);
	free_queue_memory(&rxq->rings, rxq->mbufs, rxq->free_ids, NULL);
	free_queue_memory(&txq->rings, txq->mbufs, txq->free_ids, txq->reqs);
	rte_free(rxq);
	rte_free(txq);
	port_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(a_port_holds_what_it_needs_while_it_runs_and_nothing_afterwards),
		PORT_TEST(a_port_is_reset_once_at_probe_and_once_at_close),
		PORT_TEST(a_port_that_runs_can_be_removed_and_gives_all_mbufs_back),
		PORT_TEST(the_reset_of_a_port_without_a_fault_has_the_reason_of_the_user),
		PORT_TEST(calls_that_come_too_early_or_twice_change_nothing),
		PORT_TEST(a_port_that_is_closed_stays_closed),
		PORT_TEST(a_port_that_was_reset_is_configured_anew_before_it_starts),
		PORT_TEST(a_queue_that_is_configured_and_not_set_up_keeps_the_port_from_starting),
		PORT_TEST(a_call_from_a_callback_that_meets_another_one_fails),
		PORT_TEST(an_mtu_that_the_buffers_of_a_packet_do_not_hold_is_refused),
		PORT_TEST(the_mtu_reaches_the_device_when_it_is_set_and_at_each_start),
		PORT_TEST(a_device_without_the_mtu_command_has_its_maximum_and_no_other),
		PORT_TEST(a_start_that_any_command_refuses_leaves_nothing_and_can_be_repeated),
		PORT_TEST(a_start_that_any_command_leaves_unanswered_costs_one_reset_and_no_memory),
		PORT_TEST(a_start_without_memory_for_any_ring_leaves_nothing_and_can_be_repeated),
		PORT_TEST(a_pool_with_too_few_mbufs_for_the_rings_gets_all_of_them_back),
		PORT_TEST(rx_interrupts_have_a_vector_for_each_rx_queue_and_go_back_to_one_at_stop),
		PORT_TEST(a_probe_that_any_command_refuses_leaves_nothing),
		PORT_TEST(a_probe_that_any_command_leaves_unanswered_leaves_nothing),
		PORT_TEST(after_a_reset_without_memory_for_any_block_come_close_or_reset),
		PORT_TEST(a_probe_without_memory_for_any_block_leaves_nothing),
		PORT_TEST(a_probe_without_an_alarm_for_the_service_leaves_nothing),
		PORT_TEST(a_port_without_interrupts_is_polled),
		PORT_TEST(a_secondary_inside_a_queue_keeps_the_port_from_stopping),
		PORT_TEST(a_port_that_is_closed_leaves_the_queues_to_a_secondary_that_is_inside),
	};

	return cmocka_run_group_tests_name("port", tests, port_group_begin, port_group_end);
}
