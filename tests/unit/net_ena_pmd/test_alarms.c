/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Alarms of a port, with EAL's own interrupt thread. */
#include <pthread.h>

#include <rte_alarm.h>

#include "bursts.h"
#include "ena_pmd.h"

static struct rte_eth_dev_data data;
static struct ena_adapter adapter = {.data = &data};

/* ---- the rest of the driver, which has nothing to do here ----------------------------------- */

uint64_t
ena_now_us(void)
{
	return 1;
}

bool
ena_control_try(struct ena_adapter *a)
{
	RTE_SET_USED(a);
	return false;
}

void
ena_control_end(struct ena_adapter *a)
{
	RTE_SET_USED(a);
}

bool
ena_pci_look_removed(struct ena_adapter *a)
{
	RTE_SET_USED(a);
	return false;
}

void
ena_stats_device_drops(struct ena_adapter *a, const struct ena_drops *now)
{
	RTE_SET_USED(a);
	RTE_SET_USED(now);
}

void
ena_tx_watch_hints(struct ena_adapter *a, const struct ena_hw_hints *hints)
{
	RTE_SET_USED(a);
	RTE_SET_USED(hints);
}

void
ena_tx_check_stalls(struct rte_eth_dev *dev, uint64_t now_us)
{
	RTE_SET_USED(dev);
	RTE_SET_USED(now_us);
}

/* ---- the interrupt thread, which a test holds ------------------------------------------------ */

static pthread_barrier_t held, let_go;

static void
hold(void *arg)
{
	RTE_SET_USED(arg);
	pthread_barrier_wait(&held);
	pthread_barrier_wait(&let_go);
}

static void
interrupt_thread_hold(void)
{
	assert_int_equal(rte_eal_alarm_set(1, hold, NULL), 0);
	pthread_barrier_wait(&held);
}

static void
interrupt_thread_let_go(void)
{
	pthread_barrier_wait(&let_go);
}

/** All alarms that were due have been called when this returns. */
static void
interrupt_thread_finish(void)
{
	interrupt_thread_hold();
	interrupt_thread_let_go();
	interrupt_thread_hold();
	interrupt_thread_let_go();
}

/**
 * The device sends an event as soon as it has credits, and then fails the rest of its bring-up,
 * before the service has been started. The port is freed next.
 */
static void
nothing_is_called_for_an_event_before_a_bring_up_that_failed(void **state)
{
	(void)state;
	interrupt_thread_hold();
	ena_event_ops.link(&adapter, true);
	assert_int_not_equal(adapter.notify.pending, 0);
	ena_service_stop(&adapter);
	/* Who looks takes it away. */
	adapter.notify.pending = UINT32_MAX;
	interrupt_thread_let_go();
	interrupt_thread_finish();
	assert_int_equal(adapter.notify.pending, UINT32_MAX);
	adapter.notify.pending = 0;
}

static int
begin(void **state)
{
	(void)state;
	test_eal_init();
	rte_eth_devices[0].data = &data;
	pthread_barrier_init(&held, NULL, 2);
	pthread_barrier_init(&let_go, NULL, 2);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_called_for_an_event_before_a_bring_up_that_failed),
	};

	return cmocka_run_group_tests_name("alarms", tests, begin, NULL);
}
