/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * I/O interrupts, row by row of part B 6.7, and vector 0 (part A 2.7, 7.9).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

#define VECTOR 3u
#define UNMASK ENA_UNMASK_UNMASK
#define NO_MOD ENA_UNMASK_NO_MOD
#define US     1000u

static struct dd d;
static struct dd_queue tx, rx;
static uint64_t buf_iova;

static void
open_pair(uint32_t tx_vector, uint32_t rx_vector)
{
	dd_open(&d);
	fake_host_alloc(&d.host, 2048, 64, &buf_iova);
	dd_create_pair(&d, &tx, tx_vector, &rx, rx_vector, buf_iova, 64);
}

static int
setup(void **state)
{
	*state = &d;
	dd_config(&d);
	d.cfg.moderation_us = 2;
	open_pair(VECTOR, VECTOR);
	return 0;
}

static int
setup_without_moderation(void **state)
{
	*state = &d;
	dd_config(&d);
	d.cfg.features &= ~ENA_BIT(ENA_FEATURE_INTR_MODERATION);
	open_pair(VECTOR, VECTOR);
	return 0;
}

/** One completion in the Tx CQ. */
static void
complete_tx(void)
{
	dd_send(&d, &tx, buf_iova, 0);
	assert_non_null(dd_completion(&tx));
	free(fake_wire_pop(&d.wire));
}

/** One completion in the Rx CQ. */
static void
complete_rx(void)
{
	uint8_t frame[60] = {0};

	fake_wire_push(&d.wire, frame, sizeof(frame));
	dd_run(&d);
	assert_non_null(dd_completion(&rx));
}

static unsigned int
messages(void)
{
	return fake_host_take_raised(&d.host, VECTOR);
}

static void
wait_us(uint64_t us)
{
	fake_host_advance(&d.host, us * US);
	softena_poll(d.dev, true, true);
}

static uint32_t
delays(uint32_t rx_units, uint32_t tx_units)
{
	return ENA_FIELD_PREP(ENA_UNMASK_RX_DELAY, rx_units) |
	       ENA_FIELD_PREP(ENA_UNMASK_TX_DELAY, tx_units);
}

static void
a_new_vector_is_masked(void **state)
{
	(void)state;
	complete_tx();
	complete_rx();
	assert_int_equal(messages(), 0);
}

static void
unmasking_sends_what_is_pending_once(void **state)
{
	(void)state;
	complete_tx();
	complete_tx();
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 0);
}

static void
a_message_masks_the_vector_until_it_is_unmasked(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 0);
	complete_tx();
	assert_int_equal(messages(), 1);
	complete_tx();
	complete_rx();
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
	assert_int_equal(dd_stats(&d).interrupts, d.host.raised_total);
}

static void
either_register_acts_on_the_shared_vector(void **state)
{
	(void)state;
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	complete_tx();
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 1);
}

static void
bit_31_alone_masks(void **state)
{
	(void)state;
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	dd_unmask(&d, &rx, NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
}

static void
delays_are_taken_by_direction_in_units_of_the_resolution(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, UNMASK | delays(10, 50));
	complete_rx();
	wait_us(19);
	assert_int_equal(messages(), 0);
	wait_us(1);
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, UNMASK | NO_MOD); /* the delays stay */
	complete_tx();
	wait_us(99);
	assert_int_equal(messages(), 0);
	wait_us(1);
	assert_int_equal(messages(), 1);
}

static void
the_earlier_deadline_counts(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, UNMASK | delays(10, 50));
	complete_tx(); /* at 100 us */
	wait_us(30);
	complete_rx(); /* at 50 us */
	wait_us(19);
	complete_rx(); /* would be 69 us */
	assert_int_equal(messages(), 0);
	wait_us(1);
	assert_int_equal(messages(), 1);
	wait_us(500);
	assert_int_equal(messages(), 0);
}

static void
bit_31_leaves_the_delays_alone(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, UNMASK | NO_MOD | delays(1000, 1000));
	complete_rx();
	assert_int_equal(messages(), 1);
}

static void
a_deadline_that_passes_while_masked_fires_at_the_unmasking(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, delays(10, 10));
	complete_rx();
	wait_us(50);
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
	complete_rx();
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 0);
	wait_us(20);
	assert_int_equal(messages(), 1);
}

static void
the_nudge_sends_a_message_although_masked_if_something_came_lately(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, delays(0, 0));
	assert_int_equal(messages(), 0); /* C = 0 */
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 1);
	/* Masked, nothing pending, C = 1: the driver did not poll. */
	dd_unmask(&d, &rx, delays(20, 64));
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &rx, delays(20, 64));
	assert_int_equal(messages(), 1);
	/* Unmasking with P = 0 clears C. */
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	dd_unmask(&d, &rx, delays(20, 64));
	assert_int_equal(messages(), 0);
}

/** As DPDK's driver writes it, which uses bit 31 neither to mask nor to unmask. */
static void
a_word_of_zeros_masks_a_vector_that_has_not_sent(void **state)
{
	(void)state;
	dd_unmask(&d, &rx, UNMASK);
	dd_unmask(&d, &rx, 0);
	complete_rx();
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &rx, UNMASK);
	assert_int_equal(messages(), 1);
	/* Masked by its message: the request of a driver without delays. */
	dd_unmask(&d, &rx, 0);
	assert_int_equal(messages(), 1);
}

static void
the_nudge_takes_pending_and_deadline_away(void **state)
{
	(void)state;
	complete_rx();
	dd_unmask(&d, &rx, delays(0, 0));
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	wait_us(1000);
	assert_int_equal(messages(), 0);
	/* Mask state was not touched: still unmasked. */
	complete_rx();
	assert_int_equal(messages(), 1);
}

static void
without_the_moderation_feature_only_the_delays_are_ignored(void **state)
{
	(void)state;
	dd_unmask(&d, &tx, UNMASK | delays(10000, 10000));
	complete_rx();
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, delays(20, 64));
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	dd_unmask(&d, &tx, NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 0);
}

static void
another_cq_of_the_vector_changes_nothing_and_the_last_one_forgets(void **state)
{
	struct dd_queue more = {.tx = true, .depth = 64, .vector = VECTOR};

	(void)state;
	dd_unmask(&d, &tx, UNMASK | delays(10, 10));
	dd_create(&d, &more);
	complete_rx();
	wait_us(20);
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	dd_remove(&d, &more);
	dd_remove(&d, &tx);
	complete_rx();
	assert_int_equal(messages(), 0);
	wait_us(20);
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	dd_remove(&d, &rx);
	/* All forgotten: masked again, no delay. */
	dd_create(&d, &tx);
	complete_tx();
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &tx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
}

static void
a_cq_in_polling_mode_raises_nothing_and_its_register_has_no_effect(void **state)
{
	struct dd_queue poll = {.tx = true, .depth = 64, .vector = VECTOR, .no_intr = true};
	struct dd_queue none = {.tx = true, .depth = 64};

	(void)state;
	dd_remove(&d, &tx);
	dd_create(&d, &poll);
	dd_create(&d, &none);
	dd_unmask(&d, &poll, UNMASK | NO_MOD);
	dd_unmask(&d, &none, UNMASK | NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 0);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	tx = poll;
	complete_tx();
	tx = none;
	complete_tx();
	assert_int_equal(messages(), 0);
	complete_rx();
	assert_int_equal(messages(), 1);
}

static void
with_msix_disabled_the_state_waits(void **state)
{
	(void)state;
	softena_msix_enable(d.dev, false);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	complete_rx();
	assert_int_equal(messages(), 0);
	wait_us(100);
	assert_int_equal(messages(), 0);
	softena_msix_enable(d.dev, true);
	assert_int_equal(messages(), 1);
	/* Sent, so masked. */
	complete_rx();
	assert_int_equal(messages(), 0);
}

static void
vectors_are_independent(void **state)
{
	struct dd_queue other = {.depth = 64, .vector = 5};

	(void)state;
	dd_create(&d, &other);
	dd_unmask(&d, &other, UNMASK | NO_MOD);
	complete_rx();
	assert_int_equal(d.host.raised[5], 0);
	dd_unmask(&d, &rx, UNMASK | NO_MOD);
	assert_int_equal(messages(), 1);
	assert_int_equal(d.host.raised[5], 0);
}

static void
a_device_reset_forgets_vectors(void **state)
{
	(void)state;
	complete_rx();
	dd_unmask(&d, &rx, delays(10, 10));
	messages();
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, 0);
	wait_us(1000);
	dd_unmask(&d, &rx, UNMASK | NO_MOD); /* no such queue any more */
	assert_int_equal(messages(), 0);
}

static void
vector_0_follows_the_mask_register(void **state)
{
	struct ena_mtu mtu = {.mtu = ena_put32(1500)};

	(void)state;
	fake_host_take_raised(&d.host, 0);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	assert_int_equal(fake_host_take_raised(&d.host, 0), 0);
	softena_reg_write(d.dev, ENA_REG_INTR_MASK, 0);
	assert_int_equal(fake_host_take_raised(&d.host, 0), 1);
	softena_reg_write(d.dev, ENA_REG_INTR_MASK, 1);
	softena_reg_write(d.dev, ENA_REG_INTR_MASK, 0);
	assert_int_equal(fake_host_take_raised(&d.host, 0), 0);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	assert_int_equal(fake_host_take_raised(&d.host, 0), 1);
	/* Lost while MSI-X is disabled. */
	softena_msix_enable(d.dev, false);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	softena_msix_enable(d.dev, true);
	softena_poll(d.dev, true, true);
	assert_int_equal(fake_host_take_raised(&d.host, 0), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, dd_teardown)
	const struct CMUnitTest tests[] = {
		T(a_new_vector_is_masked),
		T(unmasking_sends_what_is_pending_once),
		T(a_message_masks_the_vector_until_it_is_unmasked),
		T(either_register_acts_on_the_shared_vector),
		T(bit_31_alone_masks),
		T(delays_are_taken_by_direction_in_units_of_the_resolution),
		T(the_earlier_deadline_counts),
		T(bit_31_leaves_the_delays_alone),
		T(a_deadline_that_passes_while_masked_fires_at_the_unmasking),
		T(the_nudge_sends_a_message_although_masked_if_something_came_lately),
		T(a_word_of_zeros_masks_a_vector_that_has_not_sent),
		T(the_nudge_takes_pending_and_deadline_away),
		cmocka_unit_test_setup_teardown(
			without_the_moderation_feature_only_the_delays_are_ignored,
			setup_without_moderation, dd_teardown),
		T(another_cq_of_the_vector_changes_nothing_and_the_last_one_forgets),
		T(a_cq_in_polling_mode_raises_nothing_and_its_register_has_no_effect),
		T(with_msix_disabled_the_state_waits),
		T(vectors_are_independent),
		T(a_device_reset_forgets_vectors),
		T(vector_0_follows_the_mask_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
