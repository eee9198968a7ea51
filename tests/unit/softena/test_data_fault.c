/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults of the data path: each one is in the completion that a driver reads, as often as it was
 * armed, on the queue that was named, and never without it.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

#define DEPTH 64u
#define BUF   256u

#define ANY SOFTENA_FAULT_ANY_QUEUE

static struct dd d;
static struct dd_queue rx, tx;
static uint64_t buf_iova;

static void
open_with(const struct softena_host_ops *ops, enum softena_strict_mode strict)
{
	dd_config(&d);
	d.cfg.rx_descs = 4;
	d.cfg.strict = strict;
	d.ops = ops;
	dd_open(&d);
	fake_host_alloc(&d.host, DEPTH * BUF, 4096, &buf_iova);
	rx = (struct dd_queue){.depth = DEPTH};
	tx = (struct dd_queue){.tx = true, .depth = DEPTH};
	dd_create(&d, &rx);
	dd_create(&d, &tx);
	for (uint16_t i = 0; i < DEPTH - 1; i++)
		dd_put_rx(&rx, buf_iova + i * BUF, BUF, i);
	dd_doorbell(&d, &rx);
}

static void
open_both(void)
{
	open_with(NULL, SOFTENA_STRICT_OFF);
}

static void
arm(enum softena_fault_kind kind, uint32_t count, uint32_t arg)
{
	assert_int_equal(fault_arm(d.dev, kind, ANY, count, arg), 0);
}

static void
receive(size_t len)
{
	uint8_t frame[1500] = {2};

	fake_wire_push(&d.wire, frame, len);
	dd_run(&d);
}

static struct ena_rx_cdesc
rx_next(void)
{
	const uint8_t *e = dd_completion(&rx);
	struct ena_rx_cdesc c;

	assert_non_null(e);
	memcpy(&c, e, sizeof(c));
	return c;
}

static struct ena_tx_cdesc
tx_next(void)
{
	const uint8_t *e = dd_completion(&tx);
	struct ena_tx_cdesc c;

	assert_non_null(e);
	memcpy(&c, e, sizeof(c));
	return c;
}

static uint16_t
rx_id(void)
{
	return ena_get16(rx_next().req_id);
}

static uint32_t
rx_status(void)
{
	return ena_get32(rx_next().status);
}

static uint64_t
hits(enum softena_fault_kind kind)
{
	struct softena_fault_info info;

	assert_true(softena_fault_get(d.dev, kind, &info));
	return info.hits;
}

/* ---- Rx ------------------------------------------------------------------------------- */

static void
rx_req_id_range_names_the_depth_or_the_argument(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_REQ_ID_RANGE, 1, 0);
	receive(60);
	receive(60);
	assert_int_equal(rx_id(), DEPTH);
	assert_int_equal(rx_id(), 1);
	arm(SOFTENA_FAULT_RX_REQ_ID_RANGE, 1, 0xffff);
	receive(60);
	assert_int_equal(rx_id(), 0xffff);
	assert_int_equal(hits(SOFTENA_FAULT_RX_REQ_ID_RANGE), 2);
	assert_int_equal(dd_stats(&d).faults_injected, 2);
	dd_close(&d);
}

static void
rx_req_id_stale_completes_the_buffer_of_a_packet_once_more(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_REQ_ID_STALE, 1, 0);
	receive(60);
	receive(60);
	for (unsigned int i = 0; i < 2; i++) {
		struct ena_rx_cdesc c = rx_next();

		assert_int_equal(ena_get16(c.req_id), 0);
		assert_int_equal(ena_get32(c.status) & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST),
			ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST);
	}
	assert_int_equal(rx_id(), 1);
	assert_null(dd_completion(&rx));
	assert_int_equal(dd_stats(&d).rx_pkts, 2);
	dd_close(&d);
}

/** A driver posts buffers again at any time, but not before the packet has ended. */
static void
rx_req_id_foreign_names_an_id_that_no_driver_can_have_posted_again(void **state)
{
	struct ena_rx_cdesc c;

	(void)state;
	open_both();
	receive(60);
	assert_int_equal(rx_id(), 0);
	dd_put_rx(&rx, buf_iova, BUF, 0); /* written, and the device does not know of it yet */
	arm(SOFTENA_FAULT_RX_REQ_ID_FOREIGN, 1, 0);
	receive(60);
	c = rx_next();
	assert_int_equal(ena_get16(c.req_id), 1);
	assert_int_equal(
		ena_get32(c.status) & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST), ENA_RX_CDESC_FIRST);
	c = rx_next();
	assert_int_equal(ena_get16(c.req_id), 1);
	assert_int_equal(
		ena_get32(c.status) & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST), ENA_RX_CDESC_LAST);
	receive(60);
	assert_int_equal(rx_id(), 2);
	assert_int_equal(hits(SOFTENA_FAULT_RX_REQ_ID_FOREIGN), 1);
	dd_close(&d);
}

static void *seen_at_once;

/** The first of two completions is written last. */
static void *
watching_dma(void *host, uint64_t iova, size_t len, bool write, size_t *contig)
{
	if (write && iova == rx.cq_iova && rx.cq != NULL)
		seen_at_once = rx.cq[16 + 3] & 1 ? rx.cq : NULL;
	return fake_host_ops.dma(host, iova, len, write, contig);
}

static void
a_wrong_id_becomes_visible_together_with_the_right_one(void **state)
{
	struct softena_host_ops ops = fake_host_ops;

	(void)state;
	ops.dma = watching_dma;
	rx.cq = NULL;
	open_with(&ops, SOFTENA_STRICT_OFF);
	arm(SOFTENA_FAULT_RX_REQ_ID_STALE, 1, 0);
	receive(60);
	assert_non_null(seen_at_once);
	dd_close(&d);
}

static void
a_driver_that_believes_a_wrong_id_is_not_reported(void **state)
{
	uint64_t before;

	(void)state;
	open_with(NULL, SOFTENA_STRICT_ON);
	before = dd_stats(&d).defects;
	arm(SOFTENA_FAULT_RX_REQ_ID_STALE, 1, 0);
	receive(60);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(rx_id(), 0);
		dd_put_rx(&rx, buf_iova, BUF, 0);
		dd_doorbell(&d, &rx);
	}
	assert_int_equal(dd_stats(&d).defects, before);
	dd_close(&d);
}

static void
rx_mbz_sets_both_bits_that_drivers_check(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_MBZ, 1, 0);
	receive(60);
	receive(60);
	assert_int_equal(rx_status() & ENA_RX_CDESC_MBZ, ENA_RX_CDESC_MBZ);
	assert_int_equal(rx_status() & ENA_RX_CDESC_MBZ, 0);
	dd_close(&d);
}

static void
rx_first_in_packet_waits_for_a_packet_of_two_buffers(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_FIRST_IN_PACKET, 1, 0);
	receive(60);
	receive(BUF + 1);
	receive(BUF + 1);
	assert_true((rx_status() & ENA_RX_CDESC_LAST) != 0);
	assert_int_equal(
		rx_status() & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST), ENA_RX_CDESC_FIRST);
	assert_int_equal(rx_status() & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST),
		ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST);
	assert_int_equal(
		rx_status() & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST), ENA_RX_CDESC_FIRST);
	assert_int_equal(rx_status() & (ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST), ENA_RX_CDESC_LAST);
	dd_close(&d);
}

static void
rx_too_many_spreads_a_packet_over_one_buffer_more_than_announced(void **state)
{
	unsigned int n = 0, bytes = 0;
	struct ena_rx_cdesc c;

	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_TOO_MANY, 1, 0);
	receive(63);
	do {
		c = rx_next();
		assert_true(ena_get16(c.len) > 0);
		assert_int_equal(ena_get16(c.req_id), n);
		bytes += ena_get16(c.len);
		n++;
	} while ((ena_get32(c.status) & ENA_RX_CDESC_LAST) == 0);
	assert_int_equal(n, 5);
	assert_int_equal(bytes, 63);
	receive(63);
	assert_true((rx_status() & ENA_RX_CDESC_LAST) != 0);
	dd_close(&d);
}

static void
rx_len_over_says_more_bytes_than_the_buffer_has(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_LEN_OVER, 1, 0);
	receive(60);
	assert_int_equal(ena_get16(rx_next().len), BUF + 1);
	arm(SOFTENA_FAULT_RX_LEN_OVER, 1, 1000);
	receive(60);
	assert_int_equal(ena_get16(rx_next().len), BUF + 1000);
	receive(60);
	assert_int_equal(ena_get16(rx_next().len), 60);
	dd_close(&d);
}

static void
rx_zero_length_says_no_bytes(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_ZERO_LENGTH, 1, 0);
	receive(60);
	receive(60);
	assert_int_equal(ena_get16(rx_next().len), 0);
	assert_int_equal(ena_get16(rx_next().len), 60);
	dd_close(&d);
}

static void
rx_no_last_leaves_a_packet_without_end(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_NO_LAST, 1, 0);
	receive(60);
	receive(60);
	assert_int_equal(rx_status() & ENA_RX_CDESC_LAST, 0);
	assert_int_equal(rx_status() & ENA_RX_CDESC_LAST, ENA_RX_CDESC_LAST);
	dd_close(&d);
}

/* ---- Tx ------------------------------------------------------------------------------- */

static void
tx_req_id_range_names_the_depth_or_the_argument(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_TX_REQ_ID_RANGE, 1, 0);
	dd_send(&d, &tx, buf_iova, 3);
	dd_send(&d, &tx, buf_iova, 4);
	assert_int_equal(ena_get16(tx_next().req_id), DEPTH);
	assert_int_equal(ena_get16(tx_next().req_id), 4);
	arm(SOFTENA_FAULT_TX_REQ_ID_RANGE, 1, 0x8000);
	dd_send(&d, &tx, buf_iova, 5);
	assert_int_equal(ena_get16(tx_next().req_id), 0x8000);
	dd_close(&d);
}

static void
tx_req_id_stale_completes_the_same_packet_twice(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_TX_REQ_ID_STALE, 1, 0);
	dd_send(&d, &tx, buf_iova, 3);
	assert_int_equal(ena_get16(tx_next().req_id), 3);
	assert_int_equal(ena_get16(tx_next().req_id), 3);
	assert_null(dd_completion(&tx));
	/* The ring continues correctly, also when it wraps. */
	for (uint16_t i = 0; i < 2 * DEPTH; i++) {
		dd_send(&d, &tx, buf_iova, i % DEPTH);
		assert_int_equal(ena_get16(tx_next().req_id), i % DEPTH);
		assert_null(dd_completion(&tx));
	}
	assert_int_equal(dd_stats(&d).tx_pkts, 2 * DEPTH + 1);
	dd_close(&d);
}

static void
tx_mbz_sets_the_bits_that_drivers_check(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_TX_MBZ, 1, 0);
	dd_send(&d, &tx, buf_iova, 0);
	dd_send(&d, &tx, buf_iova, 1);
	assert_int_equal(tx_next().flags & ENA_TX_CDESC_MBZ, ENA_TX_CDESC_MBZ);
	assert_int_equal(tx_next().flags & ENA_TX_CDESC_MBZ, 0);
	dd_close(&d);
}

static void
tx_no_completion_sends_the_packet_and_swallows_the_completion(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_TX_NO_COMPLETION, 2, 0);
	dd_send(&d, &tx, buf_iova, 0);
	dd_send(&d, &tx, buf_iova, 1);
	dd_send(&d, &tx, buf_iova, 2);
	assert_int_equal(ena_get16(tx_next().req_id), 2);
	assert_null(dd_completion(&tx));
	assert_int_equal(dd_stats(&d).tx_pkts, 3);
	dd_close(&d);
}

static void
tx_doorbell_lost_leaves_the_packets_until_the_next_doorbell(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_TX_DOORBELL_LOST, 1, 0);
	dd_send(&d, &tx, buf_iova, 0);
	assert_null(dd_completion(&tx));
	assert_int_equal(dd_stats(&d).tx_pkts, 0);
	dd_send(&d, &tx, buf_iova, 1);
	assert_int_equal(ena_get16(tx_next().req_id), 0);
	assert_int_equal(ena_get16(tx_next().req_id), 1);
	assert_int_equal(dd_stats(&d).tx_pkts, 2);
	dd_close(&d);
}

/* ---- when --------------------------------------------------------------------------------- */

static void
a_fault_strikes_as_often_as_it_was_armed_after_those_that_it_skips(void **state)
{
	struct softena_fault_spec spec = softena_fault_once(SOFTENA_FAULT_RX_MBZ);
	struct softena_fault_info info;

	(void)state;
	open_both();
	spec.count = 2;
	spec.skip = 3;
	assert_int_equal(softena_fault_set(d.dev, &spec), 0);
	for (unsigned int i = 0; i < 7; i++) {
		receive(60);
		assert_int_equal((rx_status() & ENA_RX_CDESC_MBZ) != 0, i == 3 || i == 4);
		softena_fault_get(d.dev, SOFTENA_FAULT_RX_MBZ, &info);
		assert_int_equal(info.armed, i < 4);
	}
	assert_int_equal(info.hits, 2);
	dd_close(&d);
}

static void
a_count_of_0_strikes_until_it_is_cleared(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_MBZ, SOFTENA_FAULT_FOREVER, 0);
	for (unsigned int i = 0; i < 20; i++) {
		receive(60);
		assert_true((rx_status() & ENA_RX_CDESC_MBZ) != 0);
	}
	softena_fault_clear(d.dev);
	receive(60);
	assert_int_equal(rx_status() & ENA_RX_CDESC_MBZ, 0);
	dd_close(&d);
}

static void
a_fault_of_another_queue_does_not_strike(void **state)
{
	(void)state;
	open_both();
	assert_int_equal(fault_arm(d.dev, SOFTENA_FAULT_RX_MBZ, 1, 1, 0), 0);
	assert_int_equal(fault_arm(d.dev, SOFTENA_FAULT_TX_MBZ, 1, 1, 0), 0);
	receive(60);
	dd_send(&d, &tx, buf_iova, 0);
	assert_int_equal(rx_status() & ENA_RX_CDESC_MBZ, 0);
	assert_int_equal(tx_next().flags & ENA_TX_CDESC_MBZ, 0);
	assert_int_equal(fault_arm(d.dev, SOFTENA_FAULT_RX_MBZ, 0, 1, 0), 0);
	receive(60);
	assert_int_equal(rx_status() & ENA_RX_CDESC_MBZ, ENA_RX_CDESC_MBZ);
	dd_close(&d);
}

static void
an_armed_fault_outlives_a_reset_of_the_device(void **state)
{
	struct softena_fault_info info;

	(void)state;
	open_both();
	arm(SOFTENA_FAULT_RX_MBZ, 1, 0);
	softena_function_reset(d.dev);
	softena_fault_get(d.dev, SOFTENA_FAULT_RX_MBZ, &info);
	assert_true(info.armed);
	dd_close(&d);
}

static void
dma_refuse_takes_accesses_of_the_kind_that_is_named(void **state)
{
	(void)state;
	open_both();
	arm(SOFTENA_FAULT_DMA_REFUSE, 1, 2); /* the next write: the payload */
	dd_send(&d, &tx, buf_iova, 0);
	assert_int_equal(dd_stats(&d).dma_faults, 1);
	assert_int_equal(dd_stats(&d).tx_pkts, 1);
	assert_null(dd_completion(&tx));
	softena_fault_clear(d.dev);
	arm(SOFTENA_FAULT_DMA_REFUSE, 1, 1); /* the next read: the ring */
	dd_send(&d, &tx, buf_iova, 1);
	assert_int_equal(dd_stats(&d).dma_faults, 2);
	assert_int_equal(dd_stats(&d).tx_pkts, 1);
	dd_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rx_req_id_range_names_the_depth_or_the_argument),
		cmocka_unit_test(rx_req_id_stale_completes_the_buffer_of_a_packet_once_more),
		cmocka_unit_test(
			rx_req_id_foreign_names_an_id_that_no_driver_can_have_posted_again),
		cmocka_unit_test(a_wrong_id_becomes_visible_together_with_the_right_one),
		cmocka_unit_test(a_driver_that_believes_a_wrong_id_is_not_reported),
		cmocka_unit_test(rx_mbz_sets_both_bits_that_drivers_check),
		cmocka_unit_test(rx_first_in_packet_waits_for_a_packet_of_two_buffers),
		cmocka_unit_test(rx_too_many_spreads_a_packet_over_one_buffer_more_than_announced),
		cmocka_unit_test(rx_len_over_says_more_bytes_than_the_buffer_has),
		cmocka_unit_test(rx_zero_length_says_no_bytes),
		cmocka_unit_test(rx_no_last_leaves_a_packet_without_end),
		cmocka_unit_test(tx_req_id_range_names_the_depth_or_the_argument),
		cmocka_unit_test(tx_req_id_stale_completes_the_same_packet_twice),
		cmocka_unit_test(tx_mbz_sets_the_bits_that_drivers_check),
		cmocka_unit_test(tx_doorbell_lost_leaves_the_packets_until_the_next_doorbell),
		cmocka_unit_test(tx_no_completion_sends_the_packet_and_swallows_the_completion),
		cmocka_unit_test(
			a_fault_strikes_as_often_as_it_was_armed_after_those_that_it_skips),
		cmocka_unit_test(a_count_of_0_strikes_until_it_is_cleared),
		cmocka_unit_test(a_fault_of_another_queue_does_not_strike),
		cmocka_unit_test(an_armed_fault_outlives_a_reset_of_the_device),
		cmocka_unit_test(dma_refuse_takes_accesses_of_the_kind_that_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
