/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file One control call per port at a time, with real threads and virtual time. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ena_pmd.h"
#include "log_capture.h"

static struct rte_eth_dev_data data = {.port_id = 7};
static struct ena_adapter adapter;

/* ---- EAL ------------------------------------------------------------------------------------ */

/** True for a thread that plays the EAL interrupt thread. */
static __thread bool in_interrupt;

int
rte_thread_is_intr(void)
{
	return in_interrupt;
}

static uint64_t now_us;
/** When the other thread ends its call; 0: not by itself. */
static uint64_t ends_at_us;
static void let_go(void);

uint64_t
ena_now_us(void)
{
	return now_us;
}

void
rte_delay_us_sleep(unsigned int us)
{
	/* Only the interrupt thread has to look again and again. */
	assert_true(in_interrupt);
	assert_in_range(us, 1, 10000);
	now_us += us;
	if (ends_at_us != 0 && now_us >= ends_at_us) {
		ends_at_us = 0;
		let_go();
	}
}

/* ---- the other thread, which is in a call ---------------------------------------------------- */

static pthread_t other;
static sem_t is_in, may_end;

static void *
hold(void *arg)
{
	(void)arg;
	if (ena_control_begin(&adapter) != 0)
		abort();
	sem_post(&is_in);
	while (sem_wait(&may_end) != 0)
		;
	ena_control_end(&adapter);
	return NULL;
}

static void
other_thread_begins(void)
{
	assert_int_equal(pthread_create(&other, NULL, hold, NULL), 0);
	while (sem_wait(&is_in) != 0)
		;
}

static void
let_go(void)
{
	sem_post(&may_end);
	pthread_join(other, NULL);
}

static int
new_port(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	adapter.data = &data;
	in_interrupt = false;
	now_us = 1000;
	ends_at_us = 0;
	sem_init(&is_in, 0, 0);
	sem_init(&may_end, 0, 0);
	log_clear();
	return ena_control_init(&adapter);
}

static int
end_port(void **state)
{
	(void)state;
	in_interrupt = false;
	return pthread_mutex_destroy(&adapter.control);
}

/** Nobody is in a call. */
static void
assert_free(void)
{
	assert_true(ena_control_try(&adapter));
	ena_control_end(&adapter);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
one_call_is_in_until_it_ends(void **state)
{
	(void)state;
	assert_int_equal(ena_control_begin(&adapter), 0);
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_int_equal(ena_control_wait(&adapter), 0);
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_true(ena_control_try(&adapter));
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_free();
	assert_nothing_logged();
}

static void
callbacks_begin_a_call_if_there_is_no_other(void **state)
{
	(void)state;
	in_interrupt = true;
	assert_int_equal(ena_control_begin(&adapter), 0);
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_int_equal(ena_control_wait(&adapter), 0);
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_free();
	assert_nothing_logged();
	assert_int_equal(now_us, 1000);
}

/** @p begin waits in this thread. */
struct waiting {
	int (*begin)(struct ena_adapter *a);
	int rc;
	bool is_in;
};

static void *
wait_for_the_other(void *arg)
{
	struct waiting *w = arg;

	w->rc = w->begin(&adapter);
	__atomic_store_n(&w->is_in, true, __ATOMIC_SEQ_CST);
	ena_control_end(&adapter);
	return NULL;
}

static void
a_second_thread_waits_for_the_first(void **state)
{
	static int (*const begins[])(struct ena_adapter * a) = {
		ena_control_begin, ena_control_wait};
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(begins); i++) {
		struct waiting w = {.begin = begins[i], .rc = 1};
		pthread_t thread;

		assert_int_equal(ena_control_begin(&adapter), 0);
		assert_int_equal(pthread_create(&thread, NULL, wait_for_the_other, &w), 0);
		usleep(20000);
		assert_false(__atomic_load_n(&w.is_in, __ATOMIC_SEQ_CST));
		ena_control_end(&adapter);
		pthread_join(thread, NULL);
		assert_true(w.is_in);
		assert_int_equal(w.rc, 0);
		assert_free();
	}
	assert_nothing_logged();
}

static void
a_callback_that_meets_a_call_fails_at_once(void **state)
{
	(void)state;
	other_thread_begins();
	in_interrupt = true;
	assert_int_equal(ena_control_begin(&adapter), -EBUSY);
	assert_logged(RTE_LOG_WARNING, "port 7: a call from an event callback meets another call");
	assert_int_equal(now_us, 1000);
	let_go();
	assert_free();
}

static void
a_callback_that_cannot_fail_waits_for_the_call(void **state)
{
	(void)state;
	other_thread_begins();
	in_interrupt = true;
	ends_at_us = now_us + 4900000;
	assert_int_equal(ena_control_wait(&adapter), 0);
	assert_in_range(now_us, 4901000, 4911000);
	assert_false(ena_control_try(&adapter));
	ena_control_end(&adapter);
	assert_free();
	assert_nothing_logged();
}

/** The other thread may wait for the interrupt thread, so that it would be for ever. */
static void
a_callback_waits_five_seconds_at_most(void **state)
{
	(void)state;
	other_thread_begins();
	in_interrupt = true;
	assert_int_equal(ena_control_wait(&adapter), -EBUSY);
	assert_in_range(now_us, 5001000, 5011000);
	let_go();
	assert_free();
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_port, end_port)
	const struct CMUnitTest tests[] = {
		TEST(one_call_is_in_until_it_ends),
		TEST(callbacks_begin_a_call_if_there_is_no_other),
		TEST(a_second_thread_waits_for_the_first),
		TEST(a_callback_that_meets_a_call_fails_at_once),
		TEST(a_callback_that_cannot_fail_waits_for_the_call),
		TEST(a_callback_waits_five_seconds_at_most),
	};

	return cmocka_run_group_tests_name("control calls", tests, NULL, NULL);
}
