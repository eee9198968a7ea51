/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx rings in device memory: layout of entries, worked examples, quirks (part B 3, 10).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

static struct dd d;
static struct dd_queue q;
static uint8_t frame[60];
static uint8_t *buf; /* 4 KiB at DD_FRAME_IOVA */

/** Power on, LLQ as selected, one queue. */
static void
open_with(uint16_t entry, uint16_t before, uint16_t stride, uint16_t depth)
{
	dd_open(&d);
	buf = dd_map_frame(&d);
	memcpy(frame, buf, sizeof(frame));
	assert_int_equal(dd_set_llq(&d, entry, before, stride), 0);
	q = (struct dd_queue){.tx = true, .llq = true, .depth = depth};
	dd_create(&d, &q);
}

static void
open_128(uint16_t depth)
{
	open_with(ENA_LLQ_ENTRY_128, 2, ENA_LLQ_STRIDE_MULTI, depth);
}

static void
open_llq(void)
{
	dd_config(&d);
	open_128(1024);
}

static void
put_desc(uint8_t *at, uint32_t w0, uint32_t w1, uint32_t w2, uint32_t w3)
{
	struct ena_tx_desc desc = {{ena_put32(w0), ena_put32(w1), ena_put32(w2), ena_put32(w3)}};

	memcpy(at, &desc, sizeof(desc));
}

/* ---- worked examples ---------------------------------------------------------------- */

static void
the_llq_entry_of_example_b1_is_sent(void **state)
{
	(void)state;
	open_llq();
	memset(q.sq, 0, 128);
	dd_unhex("00 00 00 1d 00 00 40 01  00 00 00 00 00 00 00 3c", q.sq, 16);
	memcpy(q.sq + 32, frame, 60);
	q.tail = 1;
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_hex(dd_completion(&q), "05 00 00 01 00 00 01 00");
	dd_close(&d);
}

static void
the_llq_entry_of_example_b2_is_sent_with_stale_bytes_behind_it(void **state)
{
	(void)state;
	open_llq();
	/* The rest of the entry keeps the 0xa5 of power-on. */
	dd_unhex("00 40 b0 05 00 00 00 00  00 00 00 00 00 00 00 00"
		 "00 00 00 19 00 00 40 01  00 00 00 00 00 00 00 3c",
		q.sq, 32);
	memcpy(q.sq + 32, frame, 60);
	q.tail = 1;
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 5);
	dd_close(&d);
}

static void
a_metadata_slot_with_only_meta_first_and_phase_is_accepted(void **state)
{
	(void)state;
	open_llq();
	dd_unhex("00 00 80 05 00 00 00 00  00 00 00 00 00 00 00 00"
		 "00 00 00 19 00 00 40 01  40 00 00 00 00 00 00 3c",
		q.sq, 32);
	memcpy(q.sq + 32, frame, 60);
	q.tail = 1;
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

/** The packet of part B 10.3; @p tail is the entry that it starts at. */
static void
put_example_c(uint16_t tail, uint8_t payload[8000])
{
	uint8_t *e0 = dd_slot(&q, tail), *e1 = dd_slot(&q, (uint16_t)(tail + 1));
	uint8_t *b0 = fake_host_map(&d.host, 0x100001000, 1000);
	uint8_t *b1 = fake_host_map(&d.host, 0x100004000, 4096);
	uint8_t *b2 = fake_host_map(&d.host, 0x100008000, 2970);

	dd_unhex("00 40 b1 05 00 00 00 00  14 0e 08 6a 00 00 00 00"
		 "88 03 00 11 98 6c c0 01  60 10 00 00 01 00 00 60"
		 "02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
		 "1f 74 12 35 40 00 40 06  00 00 0a 00 00 01 0a 00"
		 "00 02 9c 40 14 51 01 02  03 04 0a 0b 0c 0d 80 10"
		 "02 00 14 09 00 00 01 01  08 0a 00 00 00 01 00 00"
		 "00 02 00 01 02 03 04 05  06 07 08 09 0a 0b 0c 0d"
		 "0e 0f 10 11 12 13 14 15  16 17 18 19 1a 1b 1c 1d",
		e0, 128);
	memset(e1, 0, 128);
	dd_unhex("00 10 00 01 00 00 00 00  00 40 00 00 01 00 00 00"
		 "9a 0b 00 09 00 00 00 00  00 80 00 00 01 00 00 00",
		e1, 128);
	for (size_t i = 0; i < 8000; i++)
		payload[i] = (uint8_t)(i < 30 ? i : i * 31 + 7);
	memcpy(b0 + 0x60, payload + 30, 904);
	memcpy(b1, payload + 934, 4096);
	memcpy(b2, payload + 5030, 2970);
}

static void
check_example_c(const uint8_t payload[8000])
{
	for (size_t i = 0; i < 6; i++) {
		struct fake_frame *f = fake_wire_pop(&d.wire);
		size_t part = i < 5 ? 1448 : 760;

		assert_non_null(f);
		assert_int_equal(f->len, 66 + part);
		assert_memory_equal(f->data + 66, payload + i * 1448, part);
		assert_int_equal(f->data[16] << 8 | f->data[17], 52 + part);
		assert_int_equal(f->data[18] << 8 | f->data[19], 0x1235 + i);
		free(f);
	}
	dd_assert_nothing_sent(&d);
}

static void
the_tso_packet_of_example_c_becomes_six_segments(void **state)
{
	uint8_t payload[8000];

	(void)state;
	open_llq();
	put_example_c(0, payload);
	q.tail = 2;
	dd_submit(&d, &q);
	check_example_c(payload);
	dd_assert_hex(dd_completion(&q), "07 00 00 01 00 00 02 00");
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).tx_pkts, 6);
	assert_int_equal(dd_stats(&d).tx_bytes, 6 * 66 + 8000);
	dd_close(&d);
}

static void
an_llq_packet_may_straddle_the_end_of_the_ring(void **state)
{
	uint8_t payload[8000];

	(void)state;
	dd_config(&d);
	open_128(256);
	for (q.tail = 0; q.tail < 255; q.tail++) {
		put_desc(dd_slot(&q, q.tail), DD_ONE, 0, 0, 60u << 24);
		memcpy(dd_slot(&q, q.tail) + 32, frame, 60);
	}
	dd_submit(&d, &q);
	while (d.wire.out.count > 0)
		dd_assert_sent(&d, frame, 60);
	put_example_c(255, payload);
	dd_unhex("00 10 00 00 00 00 00 00  00 40 00 00 01 00 00 00"
		 "9a 0b 00 08 00 00 00 00  00 80 00 00 01 00 00 00",
		q.sq, 128);
	q.tail = 257;
	dd_submit(&d, &q);
	check_example_c(payload);
	dd_close(&d);
}

static void
an_llq_packet_waits_for_its_continuation_entry(void **state)
{
	uint8_t payload[8000];

	(void)state;
	open_llq();
	put_example_c(0, payload);
	q.tail = 1;
	dd_submit(&d, &q);
	memset(q.sq, 0xff, 128); /* the device has taken it */
	dd_assert_nothing_sent(&d);
	q.tail = 2;
	dd_submit(&d, &q);
	check_example_c(payload);
	dd_close(&d);
}

/* ---- layout of entries --------------------------------------------------------------- */

struct llq_shape {
	uint16_t entry, before, per_entry;
};

/** Place of descriptor k of a packet: the formula of part B 3.11. */
static uint8_t *
place(const struct llq_shape *s, unsigned int k)
{
	unsigned int entry = 0, off = 16 * k;

	if (k >= s->before) {
		entry = 1 + (k - s->before) / s->per_entry;
		off = 16 * ((k - s->before) % s->per_entry);
	}
	return dd_slot(&q, (uint16_t)(q.tail + entry)) + off;
}

/** One packet of @p n buffers, each of other bytes; checks the frame. @return entries used */
static unsigned int
llq_packet(const struct llq_shape *s, bool meta, unsigned int n, unsigned int pushed)
{
	unsigned int descs = meta + n, len = pushed, k = 0;
	uint8_t want[1600];

	for (unsigned int i = 0; i < pushed; i++)
		want[i] = (uint8_t)(i * 7 + n);
	memcpy(dd_slot(&q, q.tail) + 16 * s->before, want, pushed);
	if (meta)
		put_desc(place(s, k++), 0x05b04000, 0, 0, 0);
	for (unsigned int i = 0; i < n; i++, k++) {
		unsigned int part = 20 + i, at = 100 * i;

		for (unsigned int j = 0; j < part; j++)
			buf[at + j] = want[len + j] = (uint8_t)(i * 13 + j + 1);
		put_desc(place(s, k),
			part | (i == 0 ? ENA_TX_W0_CREQ : 0) | (k == 0 ? ENA_TX_W0_FIRST : 0) |
				(k + 1 == descs ? ENA_TX_W0_LAST : 0),
			i == 0 ? DD_REQ_LO((uint16_t)(n + 1)) : 0, (uint32_t)DD_FRAME_IOVA + at,
			(uint32_t)(DD_FRAME_IOVA >> 32) | (i == 0 ? pushed << 24 : 0));
		len += part;
	}
	while (len < 60)
		want[len++] = 0;

	unsigned int entries = 1;

	if (descs > s->before)
		entries += (descs - s->before + s->per_entry - 1) / s->per_entry;
	q.tail = (uint16_t)(q.tail + entries);
	dd_submit(&d, &q);
	dd_assert_sent(&d, want, len);

	const uint8_t *c = dd_completion(&q);

	assert_non_null(c);
	assert_int_equal(c[0] | c[1] << 8, n + 1);
	assert_int_equal(c[6] | c[7] << 8, q.tail);
	return entries;
}

static void
every_llq_geometry_finds_all_descriptors_and_the_header(void **state)
{
	static const uint16_t sizes[] = {128, 192, 256}, befores[] = {1, 2, 4, 8};

	(void)state;
	for (unsigned int i = 0; i < 3 * 4 * 2; i++) {
		bool multi = i % 2 == 0;
		struct llq_shape s = {.entry = sizes[i / 8], .before = befores[i / 2 % 4]};
		uint16_t code = s.entry == 256 ? 4 : s.entry == 192 ? 2 : 1;
		unsigned int h = s.entry - 16u * s.before;

		s.per_entry = multi ? s.entry / 16 : 1;
		if (h == 0)
			continue; /* refused by drivers (3.11) */
		dd_config(&d);
		d.cfg.llq_entry_sizes = 7;
		d.cfg.llq_descs_before = 0xf;
		d.cfg.llq_strides = 3;
		open_with(code, s.before, multi ? ENA_LLQ_STRIDE_MULTI : ENA_LLQ_STRIDE_SINGLE, 32);
		for (unsigned int n = 1; n <= 19; n++) {
			llq_packet(&s, true, n, h);
			llq_packet(&s, false, n, n % 2 ? 0 : h / 2);
		}
		dd_assert_nothing_sent(&d);
		assert_int_equal(dd_stats(&d).tx_drops, 0);
		dd_close(&d);
	}
}

static void
the_entry_counts_of_table_10_6_are_what_the_device_consumes(void **state)
{
	/* B = 2, 128 bytes: n = 1 to 19 */
	static const uint8_t want[] = {1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4};
	struct llq_shape s = {128, 2, 8};

	(void)state;
	open_llq();
	for (unsigned int n = 1; n <= 19; n++)
		assert_int_equal(llq_packet(&s, true, n, 96), want[n - 1]);
	dd_close(&d);
}

/* ---- malformed packets and quirks ------------------------------------------------------ */

static void
a_header_longer_than_the_entry_takes_is_malformed(void **state)
{
	(void)state;
	open_llq();
	put_desc(dd_slot(&q, 0), 20 | DD_ONE, DD_REQ_LO(77), (uint32_t)DD_FRAME_IOVA,
		97u << 24 | 0x12);
	q.tail = 1;
	dd_submit(&d, &q);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_completed_id(&q), 77);
	assert_int_equal(dd_stats(&d).tx_malformed, 1);
	assert_int_equal(dd_stats(&d).tx_drops, 1);
	/* The next packet is found. */
	put_desc(dd_slot(&q, 1), DD_ONE, DD_REQ_LO(78), 0, 60u << 24);
	memcpy(dd_slot(&q, 1) + 32, frame, 60);
	q.tail = 2;
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 78);
	dd_close(&d);
}

static void
the_metadata_quirk_drops_llq_packets_without_metadata(void **state)
{
	(void)state;
	dd_config(&d);
	d.cfg.quirks.require_meta = true;
	open_128(64);
	dd_unhex("00 00 00 1d 00 00 40 01  00 00 00 00 00 00 00 3c", q.sq, 16);
	memcpy(q.sq + 32, frame, 60);
	dd_unhex("00 00 80 05 00 00 00 00  00 00 00 00 00 00 00 00"
		 "00 00 00 19 00 00 40 01  00 00 00 00 00 00 00 3c",
		q.sq + 128, 32);
	memcpy(q.sq + 128 + 32, frame, 60);
	q.tail = 2;
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_completed_id(&q), 5);
	assert_int_equal(dd_completed_id(&q), 5);
	assert_int_equal(dd_stats(&d).tx_drops, 1);
	dd_close(&d);
}

static void
the_header_quirk_drops_packets_whose_headers_are_not_pushed(void **state)
{
	(void)state;
	for (unsigned int pushed = 41; pushed <= 42; pushed++) {
		dd_config(&d);
		d.cfg.quirks.drop_long_headers = true;
		open_128(64);
		put_desc(q.sq, (60 - pushed) | DD_ONE, DD_REQ_LO(6),
			(uint32_t)DD_FRAME_IOVA + pushed, pushed << 24 | 0x12);
		memcpy(q.sq + 32, frame, pushed);
		q.tail = 1;
		dd_submit(&d, &q);
		if (pushed == 42)
			dd_assert_sent(&d, frame, 60);
		dd_assert_nothing_sent(&d);
		assert_int_equal(dd_completed_id(&q), 6);
		assert_int_equal(dd_stats(&d).tx_drops, pushed == 41);
		dd_close(&d);
	}
}

static void
tcp_options_count_as_headers_for_the_header_quirk(void **state)
{
	(void)state;
	for (unsigned int pushed = 77; pushed <= 78; pushed++) {
		uint8_t tcp[128] = {0};

		dd_config(&d);
		d.cfg.quirks.drop_long_headers = true;
		open_128(64);
		memcpy(tcp, frame, 60);
		tcp[23] = 6;
		tcp[46] = 0xb0; /* 44 bytes of TCP header: 78 in all */
		memcpy(buf, tcp, sizeof(tcp));
		put_desc(q.sq, (128 - pushed) | DD_ONE, DD_REQ_LO(6),
			(uint32_t)DD_FRAME_IOVA + pushed, pushed << 24 | 0x12);
		memcpy(q.sq + 32, tcp, pushed);
		q.tail = 1;
		dd_submit(&d, &q);
		if (pushed == 78)
			dd_assert_sent(&d, tcp, sizeof(tcp));
		dd_assert_nothing_sent(&d);
		dd_close(&d);
	}
}

/** 14 bytes, IPv6 with a destination-options header of 8 bytes, TCP: 82 in all. */
static void
headers_behind_ipv6_extensions_count_for_the_header_quirk(void **state)
{
	(void)state;
	for (unsigned int pushed = 81; pushed <= 82; pushed++) {
		uint8_t tcp[120] = {0};

		dd_config(&d);
		d.cfg.quirks.drop_long_headers = true;
		open_128(64);
		memcpy(tcp, frame, 12);
		tcp[12] = 0x86;
		tcp[13] = 0xdd;
		tcp[14] = 0x60;
		tcp[19] = sizeof(tcp) - 54;
		tcp[20] = 60;
		tcp[54] = 6;
		tcp[62 + 12] = 0x50;
		memcpy(buf, tcp, sizeof(tcp));
		put_desc(q.sq, ((uint32_t)sizeof(tcp) - pushed) | DD_ONE, DD_REQ_LO(6),
			(uint32_t)DD_FRAME_IOVA + pushed, pushed << 24 | 0x12);
		memcpy(q.sq + 32, tcp, pushed);
		q.tail = 1;
		dd_submit(&d, &q);
		if (pushed == 82)
			dd_assert_sent(&d, tcp, sizeof(tcp));
		dd_assert_nothing_sent(&d);
		assert_int_equal(dd_stats(&d).tx_drops, pushed == 81);
		dd_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_llq_entry_of_example_b1_is_sent),
		cmocka_unit_test(the_llq_entry_of_example_b2_is_sent_with_stale_bytes_behind_it),
		cmocka_unit_test(a_metadata_slot_with_only_meta_first_and_phase_is_accepted),
		cmocka_unit_test(the_tso_packet_of_example_c_becomes_six_segments),
		cmocka_unit_test(every_llq_geometry_finds_all_descriptors_and_the_header),
		cmocka_unit_test(the_entry_counts_of_table_10_6_are_what_the_device_consumes),
		cmocka_unit_test(an_llq_packet_may_straddle_the_end_of_the_ring),
		cmocka_unit_test(an_llq_packet_waits_for_its_continuation_entry),
		cmocka_unit_test(a_header_longer_than_the_entry_takes_is_malformed),
		cmocka_unit_test(the_metadata_quirk_drops_llq_packets_without_metadata),
		cmocka_unit_test(the_header_quirk_drops_packets_whose_headers_are_not_pushed),
		cmocka_unit_test(tcp_options_count_as_headers_for_the_header_quirk),
		cmocka_unit_test(headers_behind_ipv6_extensions_count_for_the_header_quirk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
