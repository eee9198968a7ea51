/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Interrupts, with those of EAL played by the test: each call may fail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_interrupts.h>

#include <cmocka.h>

#include "ena_pmd.h"
#include "log_capture.h"

#define QUEUES 3u

static struct ena_adapter adapter;
static struct rte_eth_dev_data data;
static struct rte_eth_dev dev = {.data = &data};
static struct rte_pci_device pci;
static char handle; /* only its address is used */

/* ---- EAL ------------------------------------------------------------------------------------ */

/** State of the interrupts of the function, and what EAL will answer. */
static struct {
	enum rte_intr_handle_type type;
	bool multiple; /* more than one vector */
	bool others; /* a vector is left for the management path */
	unsigned int fail_at; /* the call that fails, from 1 on; 0: none */
	bool fails_on; /* all enable calls after that one fail, too */
	unsigned int calls; /* that may fail */

	rte_intr_callback_fn callback;
	void *arg;
	bool enabled;
	uint32_t efds; /* event descriptors for queues */
	int vectors; /* room in the list of vectors */
	int vector[QUEUES];
} eal;

/** @return true: this call fails */
static bool
fails(void)
{
	return ++eal.calls == eal.fail_at;
}

static void
assert_handle(const struct rte_intr_handle *h)
{
	assert_ptr_equal(h, pci.intr_handle);
}

enum rte_intr_handle_type
rte_intr_type_get(const struct rte_intr_handle *h)
{
	assert_handle(h);
	return eal.type;
}

int
rte_intr_callback_register(const struct rte_intr_handle *h, rte_intr_callback_fn cb, void *arg)
{
	assert_handle(h);
	assert_null(eal.callback);
	if (fails())
		return -ENOMEM;
	eal.callback = cb;
	eal.arg = arg;
	return 0;
}

int
rte_intr_callback_unregister_sync(
	const struct rte_intr_handle *h, rte_intr_callback_fn cb, void *arg)
{
	assert_handle(h);
	assert_ptr_equal(cb, eal.callback);
	assert_ptr_equal(arg, eal.arg);
	eal.callback = NULL;
	return 1;
}

int
rte_intr_enable(const struct rte_intr_handle *h)
{
	assert_handle(h);
	assert_false(eal.enabled);
	if (fails() || (eal.fails_on && eal.calls > eal.fail_at))
		return -1;
	eal.enabled = true;
	return 0;
}

int
rte_intr_disable(const struct rte_intr_handle *h)
{
	assert_handle(h);
	eal.enabled = false;
	return 0;
}

int
rte_intr_cap_multiple(struct rte_intr_handle *h)
{
	assert_handle(h);
	return eal.multiple;
}

int
rte_intr_efd_enable(struct rte_intr_handle *h, uint32_t n)
{
	assert_handle(h);
	/* The kernel takes another number of vectors only while there are none. */
	assert_false(eal.enabled);
	assert_int_equal(eal.efds, 0);
	if (fails())
		return -EMFILE;
	eal.efds = n;
	return 0;
}

void
rte_intr_efd_disable(struct rte_intr_handle *h)
{
	assert_handle(h);
	assert_false(eal.enabled);
	eal.efds = 0;
}

int
rte_intr_allow_others(struct rte_intr_handle *h)
{
	assert_handle(h);
	return eal.others;
}

int
rte_intr_vec_list_alloc(struct rte_intr_handle *h, const char *name, int n)
{
	assert_handle(h);
	assert_non_null(name);
	assert_int_equal(eal.vectors, 0);
	if (fails())
		return -ENOMEM;
	eal.vectors = n;
	return 0;
}

int
rte_intr_vec_list_index_set(struct rte_intr_handle *h, int index, int vector)
{
	assert_handle(h);
	assert_in_range(index, 0, eal.vectors - 1);
	if (fails())
		return -ERANGE;
	eal.vector[index] = vector;
	return 0;
}

void
rte_intr_vec_list_free(struct rte_intr_handle *h)
{
	assert_handle(h);
	eal.vectors = 0;
}

/* ---- the HAL --------------------------------------------------------------------------------- */

static bool polling; /* the HAL finds completions without interrupts */
static char handled[8]; /* what the handler called: M completions, E events */

const struct ena_hal_event_ops ena_event_ops;

void
ena_hal_admin_polling(struct ena_hal *hal, bool on)
{
	assert_ptr_equal(hal, &adapter.hal);
	/* Whoever waits for an interrupt that is off waits for ever. */
	assert_true(on || eal.enabled);
	polling = on;
}

void
ena_hal_mgmt_interrupt(struct ena_hal *hal)
{
	assert_ptr_equal(hal, &adapter.hal);
	strcat(handled, "M");
}

unsigned int
ena_hal_aenq_process(struct ena_hal *hal, const struct ena_hal_event_ops *ops, void *arg)
{
	assert_ptr_equal(hal, &adapter.hal);
	assert_ptr_equal(ops, &ena_event_ops);
	assert_ptr_equal(arg, &adapter);
	strcat(handled, "E");
	return 0;
}

/* ---- a port ---------------------------------------------------------------------------------- */

static int
new_port(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	memset(&data, 0, sizeof(data));
	memset(&eal, 0, sizeof(eal));
	memset(handled, 0, sizeof(handled));
	pci.intr_handle = (struct rte_intr_handle *)&handle;
	adapter.data = &data;
	adapter.pci = &pci;
	data.dev_private = &adapter;
	eal.type = RTE_INTR_HANDLE_VFIO_MSIX;
	eal.multiple = eal.others = true;
	polling = true;
	log_clear();
	return 0;
}

/** Vector 0 as it is after a bring-up. */
static void
bring_up(void)
{
	assert_int_equal(ena_intr_init(&adapter), 0);
	if (adapter.intr.mgmt)
		ena_hal_admin_polling(&adapter.hal, false);
	eal.calls = 0;
}

static void
want_rx_interrupts(uint16_t queues)
{
	data.dev_conf.intr_conf.rxq = 1;
	data.nb_rx_queues = queues;
}

/** Vector 0 delivers, and nothing else does. */
static void
assert_management_only(void)
{
	assert_true(adapter.intr.mgmt);
	assert_false(adapter.intr.rx);
	assert_non_null(eal.callback);
	assert_true(eal.enabled);
	assert_int_equal(eal.efds, 0);
	assert_int_equal(eal.vectors, 0);
	assert_false(polling);
}

/** There is no interrupt, and everything is given back. */
static void
assert_polled(void)
{
	assert_false(adapter.intr.mgmt);
	assert_false(adapter.intr.rx);
	assert_null(eal.callback);
	assert_false(eal.enabled);
	assert_int_equal(eal.efds, 0);
	assert_int_equal(eal.vectors, 0);
	assert_true(polling);
}

/* ---- management ------------------------------------------------------------------------------ */

static void
the_management_path_has_an_interrupt_where_there_are_any(void **state)
{
	static const enum rte_intr_handle_type types[] = {
		RTE_INTR_HANDLE_VFIO_MSIX, RTE_INTR_HANDLE_UIO};
	unsigned int i;

	for (i = 0; i < RTE_DIM(types); i++) {
		new_port(state);
		eal.type = types[i];
		bring_up();
		assert_management_only();
		assert_nothing_logged();
		ena_intr_fini(&adapter);
		polling = true;
		assert_polled();
	}
}

static void
the_management_path_is_polled_where_there_are_no_interrupts(void **state)
{
	static const enum rte_intr_handle_type types[] = {RTE_INTR_HANDLE_UNKNOWN,
		RTE_INTR_HANDLE_UIO_INTX, RTE_INTR_HANDLE_VFIO_LEGACY, RTE_INTR_HANDLE_VFIO_MSI};
	unsigned int i;

	for (i = 0; i < RTE_DIM(types); i++) {
		new_port(state);
		eal.type = types[i];
		bring_up();
		assert_polled();
		assert_logged(RTE_LOG_NOTICE, "the management path is polled");
		ena_intr_fini(&adapter);
	}
}

static void
a_poll_interval_means_that_no_interrupt_is_asked_for(void **state)
{
	(void)state;
	adapter.args.poll_interval_ms = 100;
	bring_up();
	assert_polled();
	assert_nothing_logged();
	ena_intr_fini(&adapter);
}

static void
an_interrupt_that_cannot_be_had_is_no_error_but_polled(void **state)
{
	unsigned int at;

	for (at = 1; at <= 2; at++) {
		new_port(state);
		eal.fail_at = at;
		assert_int_equal(ena_intr_init(&adapter), 0);
		assert_int_equal(eal.calls, at);
		assert_polled();
		assert_logged(RTE_LOG_WARNING, "the management path is polled");
		ena_intr_fini(&adapter);
	}
	/* There is no third call. */
	new_port(state);
	eal.fail_at = 3;
	assert_int_equal(ena_intr_init(&adapter), 0);
	assert_true(adapter.intr.mgmt);
	assert_int_equal(eal.calls, 2);
}

static void
vector_0_takes_completions_and_then_events(void **state)
{
	(void)state;
	bring_up();
	assert_non_null(eal.callback);
	eal.callback(eal.arg);
	assert_string_equal(handled, "ME");
}

/* ---- Rx -------------------------------------------------------------------------------------- */

static void
each_rx_queue_has_a_vector_behind_that_of_management(void **state)
{
	unsigned int q;

	(void)state;
	bring_up();
	want_rx_interrupts(QUEUES);
	assert_int_equal(ena_intr_rx_setup(&dev), 0);
	assert_true(adapter.intr.rx);
	assert_true(adapter.intr.mgmt);
	assert_true(eal.enabled);
	assert_false(polling);
	assert_int_equal(eal.efds, QUEUES);
	assert_int_equal(eal.vectors, QUEUES);
	for (q = 0; q < QUEUES; q++)
		assert_int_equal(eal.vector[q], 1 + q);
	assert_nothing_logged();
	ena_intr_rx_teardown(&dev);
	assert_management_only();
	ena_intr_fini(&adapter);
}

static void
without_a_wish_for_rx_interrupts_nothing_is_touched(void **state)
{
	(void)state;
	bring_up();
	eal.fail_at = 1;
	data.nb_rx_queues = QUEUES;
	assert_int_equal(ena_intr_rx_setup(&dev), 0);
	assert_management_only();
	ena_intr_rx_teardown(&dev);
	assert_management_only();
	want_rx_interrupts(0);
	assert_int_equal(ena_intr_rx_setup(&dev), 0);
	assert_management_only();
	assert_int_equal(eal.calls, 0);
}

static void
rx_interrupts_need_several_vectors_and_a_management_interrupt(void **state)
{
	(void)state;
	eal.multiple = false;
	bring_up();
	want_rx_interrupts(QUEUES);
	assert_int_equal(ena_intr_rx_setup(&dev), -ENOTSUP);
	assert_logged(RTE_LOG_ERR, "Rx interrupts need vfio-pci and no polled management path");
	assert_management_only();

	new_port(state);
	adapter.args.poll_interval_ms = 100;
	bring_up();
	want_rx_interrupts(QUEUES);
	assert_int_equal(ena_intr_rx_setup(&dev), -ENOTSUP);
	assert_logged(RTE_LOG_ERR, "Rx interrupts need vfio-pci and no polled management path");
	assert_polled();
	ena_intr_rx_teardown(&dev);
	assert_polled();
}

/** Event descriptors, list, vector of each queue, and the enabling: each of them in turn. */
static void
a_set_up_that_fails_takes_everything_back(void **state)
{
	const unsigned int calls = 2 + QUEUES + 1;
	unsigned int at;

	for (at = 1; at <= calls; at++) {
		new_port(state);
		bring_up();
		want_rx_interrupts(QUEUES);
		eal.fail_at = at;
		assert_true(ena_intr_rx_setup(&dev) < 0);
		assert_management_only();
		assert_int_equal(log_level, RTE_LOG_ERR);
		/* The next one succeeds. */
		eal.fail_at = 0;
		assert_int_equal(ena_intr_rx_setup(&dev), 0);
		assert_true(adapter.intr.rx);
		assert_false(polling);
	}
	new_port(state);
	bring_up();
	want_rx_interrupts(QUEUES);
	assert_int_equal(ena_intr_rx_setup(&dev), 0);
	assert_int_equal(eal.calls, calls);
}

static void
the_error_tells_what_is_missing(void **state)
{
	static const struct {
		unsigned int at;
		int rc;
		const char *text;
	} errors[] = {
		{1, -EMFILE, "no event descriptors for 3 Rx queues"},
		{2, -ENOMEM, "interrupt vectors of 3 Rx queues"},
		{4, -ERANGE, "interrupt vectors of 3 Rx queues"},
		{6, -ENOSPC, "use fewer queues"},
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(errors); i++) {
		new_port(state);
		bring_up();
		want_rx_interrupts(QUEUES);
		eal.fail_at = errors[i].at;
		assert_int_equal(ena_intr_rx_setup(&dev), errors[i].rc);
		assert_logged(RTE_LOG_ERR, errors[i].text);
	}
}

static void
a_device_without_a_vector_for_management_is_refused(void **state)
{
	(void)state;
	bring_up();
	want_rx_interrupts(QUEUES);
	eal.others = false;
	assert_int_equal(ena_intr_rx_setup(&dev), -ENOSPC);
	assert_logged(RTE_LOG_ERR, "too few interrupt vectors for 3 Rx queues");
	assert_management_only();
}

static void
a_management_interrupt_that_does_not_come_back_is_polled(void **state)
{
	unsigned int at;

	(void)state;
	bring_up();
	want_rx_interrupts(QUEUES);
	assert_int_equal(ena_intr_rx_setup(&dev), 0);
	eal.fail_at = eal.calls + 1;
	ena_intr_rx_teardown(&dev);
	assert_logged(RTE_LOG_WARNING, "the management interrupt did not come back");
	assert_polled();
	ena_intr_rx_teardown(&dev);
	ena_intr_fini(&adapter);
	assert_polled();

	/* The same when a set-up fails. */
	for (at = 1; at <= 2 + QUEUES + 1; at++) {
		new_port(state);
		bring_up();
		want_rx_interrupts(QUEUES);
		eal.fail_at = at;
		eal.fails_on = true;
		assert_true(ena_intr_rx_setup(&dev) < 0);
		assert_polled();
		assert_int_equal(ena_intr_rx_setup(&dev), -ENOTSUP);
	}
}

/* ---- one queue ------------------------------------------------------------------------------- */

static void
an_interrupt_is_armed_and_disarmed_by_the_register_of_its_queue(void **state)
{
	uint32_t unmask[2] = {1, 1};
	struct ena_rx_queue queue[2] = {{.unmask = &unmask[0]}, {.unmask = &unmask[1]}};
	void *queues[2] = {&queue[0], &queue[1]};

	(void)state;
	data.rx_queues = queues;
	data.nb_rx_queues = 2;
	assert_int_equal(ena_rx_intr_enable(&dev, 1), 0);
	/* Part B 6: bit 30 unmasks, bit 31 leaves the moderation as it is. */
	assert_int_equal(unmask[1], UINT32_C(3) << 30);
	assert_int_equal(unmask[0], 1);
	assert_int_equal(ena_rx_intr_disable(&dev, 1), 0);
	assert_int_equal(unmask[1], UINT32_C(1) << 31);
	assert_int_equal(unmask[0], 1);
}

static void
an_interrupt_of_a_queue_without_a_register_is_refused(void **state)
{
	uint32_t unmask = 1;
	struct ena_rx_queue queue[2] = {{.unmask = NULL}, {.unmask = &unmask}};
	void *queues[3] = {&queue[0], NULL, &queue[1]};
	uint16_t q;

	(void)state;
	data.rx_queues = queues;
	data.nb_rx_queues = 2;
	for (q = 0; q < 3; q++) {
		assert_int_equal(ena_rx_intr_enable(&dev, q), -ENOTSUP);
		assert_int_equal(ena_rx_intr_disable(&dev, q), -ENOTSUP);
	}
	assert_int_equal(unmask, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, new_port)
	const struct CMUnitTest tests[] = {
		TEST(the_management_path_has_an_interrupt_where_there_are_any),
		TEST(the_management_path_is_polled_where_there_are_no_interrupts),
		TEST(a_poll_interval_means_that_no_interrupt_is_asked_for),
		TEST(an_interrupt_that_cannot_be_had_is_no_error_but_polled),
		TEST(vector_0_takes_completions_and_then_events),
		TEST(each_rx_queue_has_a_vector_behind_that_of_management),
		TEST(without_a_wish_for_rx_interrupts_nothing_is_touched),
		TEST(rx_interrupts_need_several_vectors_and_a_management_interrupt),
		TEST(a_set_up_that_fails_takes_everything_back),
		TEST(the_error_tells_what_is_missing),
		TEST(a_device_without_a_vector_for_management_is_refused),
		TEST(a_management_interrupt_that_does_not_come_back_is_polled),
		TEST(an_interrupt_is_armed_and_disarmed_by_the_register_of_its_queue),
		TEST(an_interrupt_of_a_queue_without_a_register_is_refused),
	};

	return cmocka_run_group_tests_name("interrupts", tests, NULL, NULL);
}
