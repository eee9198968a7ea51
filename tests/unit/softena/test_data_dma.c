/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Access to host memory: alignment, order of writes, faults (part B 1.3, 1.8).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

#define ONE   (ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ)
#define TRACE 4096u

static struct dd d;
static uint8_t *buf;
static uint64_t buf_iova;

/* ---- a host that remembers which bytes were asked for, one by one -------------------------- */

static uint64_t trace[TRACE];
static unsigned int traced;
static bool tracing;
static size_t contig_lie;

static void *
tracing_dma(void *host, uint64_t iova, size_t len, bool write, size_t *contig)
{
	void *p = fake_host_ops.dma(host, iova, len, write, contig);

	if (tracing && write && p != NULL && traced < TRACE)
		trace[traced++] = iova;
	if (contig_lie != 0 && p != NULL)
		*contig += contig_lie;
	return p;
}

static struct softena_host_ops tracing_ops;

static void
open_device(void)
{
	dd_config(&d);
	tracing_ops = fake_host_ops;
	tracing_ops.dma = tracing_dma;
	tracing = false;
	traced = 0;
	contig_lie = 0;
	d.ops = &tracing_ops;
	dd_open(&d);
	buf = fake_host_alloc(&d.host, 4096, 64, &buf_iova);
}

static void
send_one(struct dd_queue *q, uint16_t id)
{
	dd_put_tx(q, 60 | ONE, ENA_FIELD_PREP(ENA_TX_W1_REQ_LO, id), buf_iova, 0);
	dd_doorbell(&d, q);
	dd_run(&d);
	free(fake_wire_pop(&d.wire));
}

static void
completion_rings_may_have_any_alignment_and_cross_mappings(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 9 * 4 * 2; i++) {
		struct ena_hw_timestamp on = {.tx = ENA_TIMESTAMP_ALL};
		static const size_t contig[] = {0, 1, 5, 24};
		struct dd_queue q = {
			.tx = true,
			.extended = i % 2,
			.depth = 4,
			.cq_skew = (uint8_t)(i / 8),
		};

		open_device();
		assert_int_equal(dd_set(&d, ENA_FEATURE_HW_TIMESTAMP, &on, sizeof(on), 0), 0);
		dd_create(&d, &q);
		d.host.wall_ns = UINT64_C(0x1122334455667788);
		d.host.contig_max = contig[i / 2 % 4];
		for (uint16_t n = 0; n < 11; n++) {
			const uint8_t *c;

			send_one(&q, (uint16_t)(500 + n));
			c = dd_completion(&q);
			assert_non_null(c);
			assert_int_equal(c[0] | c[1] << 8, 500 + n);
			assert_int_equal(c[6], n + 1);
			if (q.extended)
				dd_assert_hex(c + 8, "88776655 44332211");
			assert_null(dd_completion(&q));
		}
		assert_int_equal(dd_stats(&d).dma_faults, 0);
		dd_close(&d);
	}
}

static void
the_phase_of_a_tx_completion_is_written_last(void **state)
{
	struct dd_queue q = {.tx = true, .extended = true, .depth = 16};

	(void)state;
	open_device();
	dd_create(&d, &q);
	d.host.contig_max = 1;
	tracing = true;
	send_one(&q, 1);
	assert_in_range(traced, 16, 20);
	assert_int_equal(trace[traced - 1], q.cq_iova + 3);
	dd_close(&d);
}

static void
payload_is_written_before_completions_and_the_last_phase_at_the_end(void **state)
{
	struct dd_queue q = {.extended = true, .depth = 16};
	unsigned int first_cq = TRACE, last_payload = 0;
	uint8_t frame[150] = {0};

	(void)state;
	open_device();
	dd_create(&d, &q);
	dd_put_rx(&q, buf_iova, 100, 0);
	dd_put_rx(&q, buf_iova + 100, 100, 1);
	dd_doorbell(&d, &q);
	d.host.contig_max = 1;
	tracing = true;
	fake_wire_push(&d.wire, frame, sizeof(frame));
	dd_run(&d);
	for (unsigned int i = 0; i < traced; i++) {
		if (trace[i] >= buf_iova && trace[i] < buf_iova + 4096)
			last_payload = i;
		else if (i < first_cq)
			first_cq = i;
	}
	assert_true(last_payload >= 149 && last_payload < first_cq);
	assert_int_equal(trace[traced - 1], q.cq_iova + 32 + 3);
	dd_close(&d);
}

static void
addresses_beyond_the_announced_width_are_faults(void **state)
{
	struct dd_queue q = {.tx = true, .depth = 16};

	(void)state;
	dd_config(&d);
	d.cfg.dma_width = 46;
	dd_open(&d);
	dd_create(&d, &q);
	fake_host_map(&d.host, UINT64_C(1) << 46, 4096);
	dd_put_tx(&q, 60 | ONE, 0, UINT64_C(1) << 46, 0);
	dd_doorbell(&d, &q);
	dd_run(&d);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_stats(&d).dma_faults, 1);
	assert_int_equal(dd_stats(&d).last_fault_addr, UINT64_C(1) << 46);
	dd_close(&d);
}

static void
a_completion_ring_that_is_gone_or_read_only_counts_faults(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct dd_queue q = {.tx = true, .depth = 16};

		open_device();
		dd_create(&d, &q);
		if (i == 0)
			fake_host_unmap(&d.host, q.cq_iova);
		else
			fake_host_protect(&d.host, q.cq_iova);
		send_one(&q, 1);
		assert_null(dd_completion(&q));
		assert_int_equal(dd_stats(&d).dma_faults, 1);
		assert_int_equal(dd_stats(&d).tx_pkts, 1);
		dd_close(&d);
	}
}

static void
a_translation_that_offers_more_than_was_asked_for_is_cut(void **state)
{
	struct dd_queue q = {.tx = true, .depth = 16};

	(void)state;
	open_device();
	dd_create(&d, &q);
	contig_lie = 1000000;
	send_one(&q, 9);
	assert_non_null(dd_completion(&q));
	dd_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(completion_rings_may_have_any_alignment_and_cross_mappings),
		cmocka_unit_test(the_phase_of_a_tx_completion_is_written_last),
		cmocka_unit_test(
			payload_is_written_before_completions_and_the_last_phase_at_the_end),
		cmocka_unit_test(addresses_beyond_the_announced_width_are_faults),
		cmocka_unit_test(a_completion_ring_that_is_gone_or_read_only_counts_faults),
		cmocka_unit_test(a_translation_that_offers_more_than_was_asked_for_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
