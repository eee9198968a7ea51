/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode, Rx: each mistake in a posted buffer is reported with its kind, and a driver that
 * makes none is not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "strict_util.h"
#include "test_data_driver.h"

#define DEPTH 8u
#define BUF   2048u

static struct dd d;
static struct dd_queue q;
static uint64_t buf_iova;
static struct strict_counts before;
static unsigned int flip_off;
static uint8_t flip_bits;

static void
open_rx(void)
{
	dd_config(&d);
	d.cfg.strict = SOFTENA_STRICT_ON;
	d.cfg.dma_width = 46;
	dd_open(&d);
	fake_host_alloc(&d.host, DEPTH * BUF, 4096, &buf_iova);
	q = (struct dd_queue){.depth = DEPTH};
	dd_create(&d, &q);
	strict_now(d.dev, &before);
}

static void
post(uint16_t id)
{
	dd_put_rx(&q, buf_iova + (id % DEPTH) * BUF, BUF, id);
}

static void
ring(void)
{
	dd_doorbell(&d, &q);
	dd_run(&d);
}

/** Frames come in; their buffers are complete. */
static void
receive(unsigned int frames)
{
	static const uint8_t frame[60] = {2};

	for (unsigned int i = 0; i < frames; i++)
		fake_wire_push(&d.wire, frame, sizeof(frame));
	dd_run(&d);
}

/* ---- mistakes ----------------------------------------------------------------------- */

/** One buffer with a bit error in its descriptor. */
static void
flipped(void)
{
	post(0);
	dd_slot(&q, 0)[flip_off] ^= flip_bits;
	ring();
}

static void
small_buffer(void)
{
	dd_put_rx(&q, buf_iova, 1399, 0);
	ring();
}

static void
id_twice(void)
{
	post(1);
	post(1);
	ring();
}

static void
id_before_its_completion(void)
{
	post(1);
	ring();
	post(1);
	ring();
}

static void
unmapped(void)
{
	dd_put_rx(&q, buf_iova + DEPTH * BUF - 1000, 1400, 0);
	ring();
}

static void
full_ring(void)
{
	for (uint16_t i = 0; i < DEPTH; i++)
		post(i);
	ring();
}

static void
far_away(void)
{
	q.tail = DEPTH + 1;
	ring();
}

static void
high_bits(void)
{
	post(0);
	softena_reg_write(d.dev, q.db_off, 0xffff0000u | q.tail);
	dd_run(&d);
}

struct bad {
	const char *sentence, *kinds;
	void (*act)(void);
	unsigned int off; /* byte of the first descriptor that is flipped */
	uint8_t bits;
};

static const struct bad cases[] = {
	{"byte 2", "rx-w0-mbz", flipped, 2, 0x80},
	{"byte 3 bit 1", "rx-w0-mbz", flipped, 3, 0x02},
	{"byte 3 bit 6", "rx-w0-mbz", flipped, 3, 0x40},
	{"byte 3 bit 7", "rx-w0-mbz", flipped, 3, 0x80},
	{"byte 6", "rx-w1-mbz", flipped, 6, 0x01},
	{"byte 7", "rx-w1-mbz", flipped, 7, 0x80},
	{"byte 14", "rx-w3-mbz", flipped, 14, 0x01},
	{"byte 15", "rx-w3-mbz", flipped, 15, 0x80},
	{"FIRST missing", "rx-ctrl", flipped, 3, 0x04},
	{"LAST missing", "rx-ctrl", flipped, 3, 0x08},
	{"CREQ missing", "rx-ctrl", flipped, 3, 0x10},
	{"wrong phase", "rx-phase", flipped, 3, 0x01},
	{"a buffer of 1399 bytes", "rx-len-small", small_buffer, 0, 0},
	{"a request id of the depth", "rx-req-id-range", flipped, 4, DEPTH},
	{"the same id twice", "rx-req-id-busy", id_twice, 0, 0},
	{"an id before its completion", "rx-req-id-busy", id_before_its_completion, 0, 0},
	{"an address beyond the DMA width", "rx-addr-width", flipped, 13, 0x40},
	{"a buffer that is mapped in part", "rx-addr-unmapped", unmapped, 0, 0},
	{"a full ring", "rx-outstanding", full_ring, 0, 0},
	{"a doorbell beyond the depth", "db-advance", far_away, 0, 0},
	{"high bits in a doorbell", "db-high", high_bits, 0, 0},
};

static void
one_mistake_is_reported_with_its_kind(void **state)
{
	const struct bad *c = *state;
	uint64_t counted, faults;

	open_rx();
	counted = dd_stats(&d).defects;
	faults = dd_stats(&d).dma_faults;
	flip_off = c->off;
	flip_bits = c->bits;
	c->act();
	strict_assert(d.dev, &before, c->kinds);
	if (strcmp(c->kinds, "rx-len-small") == 0)
		assert_int_equal(dd_stats(&d).defects, counted);
	else
		assert_true(dd_stats(&d).defects > counted);
	/* Strict mode reads the descriptor, but does not count an access to the buffer. */
	assert_int_equal(dd_stats(&d).dma_faults, faults);
	dd_close(&d);
}

/* ---- all right ------------------------------------------------------------------------ */

static void
correct_buffers_are_not_reported_over_many_wraps(void **state)
{
	(void)state;
	open_rx();
	for (uint16_t i = 0; i < DEPTH - 1; i++)
		post(i);
	ring();
	for (unsigned int i = 0; i < 10 * DEPTH; i++) {
		const uint8_t *c;

		receive(1 + i % 3);
		while ((c = dd_completion(&q)) != NULL)
			post((uint16_t)(c[6] | c[7] << 8));
		ring();
	}
	assert_true(dd_stats(&d).rx_pkts > DEPTH);
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

static void
bit_5_is_accepted_as_0_and_as_1(void **state)
{
	(void)state;
	open_rx();
	post(0);
	dd_slot(&q, 0)[3] |= ENA_RX_CTRL_MBO;
	post(1);
	ring();
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

static void
a_buffer_of_64_kib_is_not_small(void **state)
{
	uint64_t iova;

	(void)state;
	open_rx();
	fake_host_alloc(&d.host, 65536, 4096, &iova);
	dd_put_rx(&q, iova, 65536, 0);
	ring();
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

static void
a_queue_that_is_created_again_starts_with_all_ids_free(void **state)
{
	(void)state;
	open_rx();
	post(3);
	ring();
	dd_remove(&d, &q);
	dd_create(&d, &q);
	strict_now(d.dev, &before);
	post(3);
	ring();
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(correct_buffers_are_not_reported_over_many_wraps),
		cmocka_unit_test(bit_5_is_accepted_as_0_and_as_1),
		cmocka_unit_test(a_buffer_of_64_kib_is_not_small),
		cmocka_unit_test(a_queue_that_is_created_again_starts_with_all_ids_free),
	};

	return STRICT_RUN(one_mistake_is_reported_with_its_kind, cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
