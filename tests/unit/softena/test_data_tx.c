/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx rings in host memory: packets, boundaries, completions (part B 2, 4, 10).
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

static void
open_with(uint16_t depth)
{
	dd_open(&d);
	buf = dd_map_frame(&d);
	memcpy(frame, buf, sizeof(frame));
	q = (struct dd_queue){.tx = true, .depth = depth};
	dd_create(&d, &q);
}

static void
open_host(uint16_t depth)
{
	dd_config(&d);
	open_with(depth);
}

/* ---- worked examples ---------------------------------------------------------------- */

static void
the_frame_of_example_a1_is_sent_and_completed(void **state)
{
	(void)state;
	open_host(1024);
	dd_put(&q, "3c 00 00 1d 00 00 40 01  80 78 56 34 12 00 00 00");
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_nothing_sent(&d);
	dd_assert_hex(dd_completion(&q), "05 00 00 01 00 00 01 00");
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).tx_pkts, 1);
	assert_int_equal(dd_stats(&d).tx_bytes, 60);
	dd_close(&d);
}

static void
hdr_len_means_nothing_in_host_mode(void **state)
{
	(void)state;
	open_host(1024);
	dd_put(&q, "3c 00 00 1d 00 00 40 01  80 78 56 34 12 00 00 3c");
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

static void
all_sixteen_bits_of_a_request_id_come_back(void **state)
{
	(void)state;
	open_host(1024);
	dd_put(&q, "3c 00 01 1d 00 00 40 01  80 78 56 34 12 00 00 00"); /* a3 */
	dd_put(&q, "3c 00 3f 1d 00 00 c0 ff  80 78 56 34 12 00 00 00");
	dd_submit(&d, &q);
	assert_int_equal(dd_completed_id(&q), 1029);
	assert_int_equal(dd_completed_id(&q), 0xffff);
	dd_close(&d);
}

static void
the_checksums_of_example_a4_are_inserted_and_its_tuple_is_cached(void **state)
{
	(void)state;
	open_host(1024);
	memset(buf + 24, 0xee, 2);
	memset(buf + 40, 0xdd, 2);
	dd_put(&q, "00 40 b0 05 00 00 00 00  14 0e 00 00 00 00 00 00");
	dd_put(&q, "3c 00 00 19 18 6d 40 01  80 78 56 34 12 00 00 00");
	assert_int_equal(q.tail, 2);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_hex(dd_completion(&q), "05 00 00 01 00 00 02 00");
	dd_put(&q, "3c 00 00 1d 18 6d 40 01  80 78 56 34 12 00 00 00");
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_hex(dd_completion(&q), "05 00 00 01 00 00 03 00");
	dd_close(&d);
}

static void
the_seeded_checksum_of_example_a5_is_completed(void **state)
{
	uint32_t seed = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 26;

	(void)state;
	open_host(1024);
	buf[40] = (uint8_t)(seed >> 8);
	buf[41] = (uint8_t)seed;
	dd_put(&q, "00 40 b0 05 00 00 00 00  14 0e 00 00 00 00 00 00");
	dd_put(&q, "3c 00 00 19 18 4d 42 01  80 78 56 34 12 00 00 3c");
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

static void
an_extended_completion_carries_the_time_if_time_stamps_are_on(void **state)
{
	struct ena_hw_timestamp on = {.tx = ENA_TIMESTAMP_ALL};

	(void)state;
	for (int ts = 0; ts < 2; ts++) {
		dd_config(&d);
		dd_open(&d);
		buf = fake_host_map(&d.host, DD_FRAME_IOVA, 4096);
		if (ts)
			assert_int_equal(
				dd_set(&d, ENA_FEATURE_HW_TIMESTAMP, &on, sizeof(on), 0), 0);
		q = (struct dd_queue){.tx = true, .extended = true, .depth = 64};
		dd_create(&d, &q);
		d.host.wall_ns = UINT64_C(1760000000123456789);
		dd_put(&q, "3c 00 00 1d 00 00 40 01  80 78 56 34 12 00 00 00");
		dd_submit(&d, &q);
		dd_assert_hex(dd_completion(&q), ts ? "05000001 00000100 15cd0bdc acc66c18" :
						      "05000001 00000100 00000000 00000000");
		dd_close(&d);
	}
}

/* ---- rings that wrap ------------------------------------------------------------------- */

static void
every_depth_wraps_with_the_right_phase_up_to_tail_65535_and_beyond(void **state)
{
	(void)state;
	for (unsigned int depth = 2; depth <= 1024; depth *= 2) {
		open_host((uint16_t)depth);
		/* Full rings: tail - completed = depth is legal (1.2). */
		for (unsigned int sent = 0; sent < 65536 + 2 * depth; sent += depth) {
			for (unsigned int i = 0; i < depth; i++)
				dd_put_tx(
					&q, 60 | DD_ONE, DD_REQ_LO((uint16_t)i), DD_FRAME_IOVA, 0);
			dd_submit(&d, &q);
			for (unsigned int i = 0; i < depth; i++)
				assert_int_equal(dd_completed_id(&q), i);
			assert_null(dd_completion(&q));
			while (d.wire.out.count > 0)
				dd_assert_sent(&d, frame, 60);
		}
		assert_int_equal(dd_stats(&d).tx_pkts, 65536 + 2 * depth);
		assert_int_equal(dd_stats(&d).bad_doorbells, 0);
		dd_close(&d);
	}
}

static void
the_ring_images_of_example_e_are_followed(void **state)
{
	(void)state;
	open_host(256);
	for (unsigned int i = 0; i < 255; i++)
		dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO((uint16_t)i), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	for (unsigned int i = 0; i < 255; i++)
		assert_int_equal(dd_completed_id(&q), i);
	dd_put(&q, "3c 00 00 1d 00 00 c0 3f  80 78 56 34 12 00 00 00");
	assert_int_equal(q.tail, 0x100);
	dd_submit(&d, &q);
	dd_assert_hex(q.cq + 255 * 8, "ff 00 00 01 00 00");
	assert_int_equal(dd_completed_id(&q), 255);
	dd_put(&q, "3c 00 00 1c 00 00 00 00  80 78 56 34 12 00 00 00");
	assert_int_equal(q.tail, 0x101);
	dd_submit(&d, &q);
	dd_assert_hex(q.cq, "00 00 00 00 00 00 01 01"); /* SQ_HEAD free-running: 2.10 */
	assert_int_equal(dd_completed_id(&q), 0);
	dd_close(&d);
}

/* ---- boundaries of packets -------------------------------------------------------------- */

static void
a_packet_waits_until_a_doorbell_covers_its_last_slot(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 14 | ENA_TX_W0_FIRST | ENA_TX_W0_CREQ, DD_REQ_LO(9), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_put_tx(&q, 6, 0, DD_FRAME_IOVA + 14, 0);
	dd_submit(&d, &q);
	dd_put_tx(&q, 40 | ENA_TX_W0_LAST, 0, DD_FRAME_IOVA + 20, 0);
	dd_run(&d);
	dd_assert_nothing_sent(&d);
	assert_null(dd_completion(&q));
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 9);
	dd_close(&d);
}

static void
slots_that_were_taken_are_not_read_again(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 20 | ENA_TX_W0_FIRST | ENA_TX_W0_CREQ, DD_REQ_LO(9), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	memset(dd_slot(&q, 0), 0xff, 16);
	dd_put_tx(&q, 40 | ENA_TX_W0_LAST, 0, DD_FRAME_IOVA + 20, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 9);
	dd_close(&d);
}

static void
a_doorbell_that_repeats_the_tail_or_goes_too_far_does_nothing(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_submit(&d, &q);
	dd_assert_nothing_sent(&d);
	softena_reg_write(d.dev, q.db_off, 1 + 65);
	dd_run(&d);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_stats(&d).bad_doorbells, 1);
	/* Bits 31:16 are not looked at. */
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(2), DD_FRAME_IOVA, 0);
	softena_reg_write(d.dev, q.db_off, 0xabcd0002);
	dd_run(&d);
	dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

static void
only_length_address_and_last_count_behind_the_first_data_descriptor(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 10 | ENA_TX_W0_FIRST | ENA_TX_W0_CREQ, DD_REQ_LO(33), DD_FRAME_IOVA, 0);
	dd_put_tx(&q, 20 | ENA_TX_W0_FIRST | ENA_TX_W0_CREQ, 0xffffffff, DD_FRAME_IOVA + 10, 255);
	dd_put_tx(&q, 0 | ENA_TX_W0_CREQ, DD_REQ_LO(35), DD_FRAME_IOVA + 7, 1);
	dd_put_tx(&q, 30 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, DD_REQ_LO(34), DD_FRAME_IOVA + 30, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 33);
	assert_null(dd_completion(&q));
	dd_close(&d);
}

static void
a_packet_of_32_descriptors_is_sent_and_one_of_33_is_not(void **state)
{
	(void)state;
	for (unsigned int n = 32; n <= 33; n++) {
		open_host(64);
		for (unsigned int i = 0; i < n; i++)
			dd_put_tx(&q,
				(i == n - 1 ? 60 - n + 1 : 1) | (i == 0 ? ENA_TX_W0_CREQ : 0) |
					(i == n - 1 ? ENA_TX_W0_LAST : 0),
				0, DD_FRAME_IOVA + i, 0);
		dd_submit(&d, &q);
		assert_int_equal(dd_completed_id(&q), 0);
		if (n == 32)
			dd_assert_sent(&d, frame, 60);
		dd_assert_nothing_sent(&d);
		assert_int_equal(dd_stats(&d).tx_drops, n == 32 ? 0 : 1);
		dd_close(&d);
	}
}

static void
buffers_may_lie_anywhere_and_cross_mappings(void **state)
{
	(void)state;
	open_host(64);
	d.host.contig_max = 7;
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(3), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 3);
	assert_int_equal(dd_stats(&d).dma_faults, 0);
	dd_close(&d);
}

static void
short_frames_are_padded_with_zeros_to_60(void **state)
{
	uint8_t want[60] = {0};

	(void)state;
	open_host(64);
	dd_put_tx(&q, 14 | DD_ONE, DD_REQ_LO(3), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	memcpy(want, frame, 14);
	dd_assert_sent(&d, want, 60);
	assert_int_equal(dd_stats(&d).tx_bytes, 60);
	dd_close(&d);
}

/* ---- malformed packets -------------------------------------------------------------------- */

static void
expect_malformed(bool completion)
{
	struct softena_stats s;

	dd_submit(&d, &q);
	dd_assert_nothing_sent(&d);
	if (completion)
		assert_int_equal(dd_completed_id(&q), 77);
	assert_null(dd_completion(&q));
	s = dd_stats(&d);
	assert_int_equal(s.tx_malformed, 1);
	assert_int_equal(s.tx_drops, 1);
	assert_int_equal(s.tx_pkts, 0);
	/* The next packet is found. */
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(78), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	assert_int_equal(dd_completed_id(&q), 78);
	dd_close(&d);
}

#define META (ENA_TX_W0_META | ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_STORE)

static void
two_metadata_slots_are_malformed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, META | ENA_TX_W0_FIRST, 0, 0, 0);
	dd_put_tx(&q, META, 0, 0, 0);
	dd_put_tx(&q, 60 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, DD_REQ_LO(77), DD_FRAME_IOVA, 0);
	expect_malformed(true);
}

static void
metadata_after_data_is_malformed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 30 | ENA_TX_W0_FIRST | ENA_TX_W0_CREQ, DD_REQ_LO(77), DD_FRAME_IOVA, 0);
	dd_put_tx(&q, META, 0, 0, 0);
	dd_put_tx(&q, 30 | ENA_TX_W0_LAST, 0, DD_FRAME_IOVA + 30, 0);
	expect_malformed(true);
}

static void
a_lone_metadata_slot_is_malformed_and_not_completed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, META | ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, 0, 0, 0);
	expect_malformed(false);
}

static void
a_packet_below_14_bytes_is_malformed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 13 | DD_ONE, DD_REQ_LO(77), DD_FRAME_IOVA, 0);
	expect_malformed(true);
}

static void
a_packet_of_no_bytes_is_malformed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, DD_ONE, DD_REQ_LO(77), 0, 0);
	expect_malformed(true);
}

static void
a_packet_above_mtu_and_22_is_malformed(void **state)
{
	struct ena_mtu mtu = {.mtu = ena_put32(1500)};

	(void)state;
	open_host(64);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	dd_put_tx(&q, 1523 | DD_ONE, DD_REQ_LO(77), DD_FRAME_IOVA, 0);
	expect_malformed(true);
	open_host(64);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	dd_put_tx(&q, 1522 | DD_ONE, DD_REQ_LO(77), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, buf, 1522);
	dd_close(&d);
}

static void
lengths_of_two_megabytes_are_malformed_and_harmless(void **state)
{
	(void)state;
	open_host(64);
	for (unsigned int i = 0; i < 32; i++)
		dd_put_tx(&q,
			0xffff | (i == 0 ? ENA_TX_W0_CREQ : 0) | (i == 31 ? ENA_TX_W0_LAST : 0),
			ENA_TX_W1_TSO | (i == 0 ? DD_REQ_LO(77) : 0), DD_FRAME_IOVA, 0);
	expect_malformed(true);
}

static void
a_packet_whose_buffer_is_not_mapped_is_dropped_and_completed(void **state)
{
	struct softena_stats s;

	(void)state;
	open_host(64);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(77), 0xdead0000, 0);
	dd_submit(&d, &q);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_completed_id(&q), 77);
	s = dd_stats(&d);
	assert_int_equal(s.dma_faults, 1);
	assert_int_equal(s.last_fault_addr, 0xdead0000);
	assert_int_equal(s.tx_drops, 1);
	assert_int_equal(s.tx_malformed, 0);
	assert_non_null(strstr(d.host.last_log, "0xdead0000"));
	dd_close(&d);
}

static void
fault_messages_are_limited_and_fault_counts_are_not(void **state)
{
	(void)state;
	open_host(1024);
	for (unsigned int i = 0; i < 1000; i++)
		dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO((uint16_t)i), 0xdead0000, 0);
	d.host.log_lines = 0;
	dd_submit(&d, &q);
	assert_int_equal(dd_stats(&d).dma_faults, 1000);
	assert_in_range(d.host.log_lines, 1, 10);
	dd_close(&d);
}

static void
a_ring_that_is_not_mapped_stalls_its_queue_alone(void **state)
{
	struct dd_queue other = {.tx = true, .depth = 64};

	(void)state;
	open_host(64);
	dd_create(&d, &other);
	fake_host_unmap(&d.host, q.sq_iova);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_put_tx(&other, 60 | DD_ONE, DD_REQ_LO(2), DD_FRAME_IOVA, 0);
	dd_doorbell(&d, &other);
	dd_run(&d);
	dd_assert_sent(&d, frame, 60);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_stats(&d).dma_faults, 1);
	dd_close(&d);
}

/* ---- counters and settings  */

static void
without_creq_nothing_is_completed(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(2), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	assert_int_equal(dd_completed_id(&q), 2);
	assert_int_equal(dd_stats(&d).tx_pkts, 2);
	dd_close(&d);
}

static void
packets_without_link_are_dropped_counted_and_completed(void **state)
{
	(void)state;
	open_host(64);
	softena_link_set(d.dev, false);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_completed_id(&q), 1);
	assert_int_equal(dd_stats(&d).tx_drops, 1);
	assert_int_equal(dd_stats(&d).tx_malformed, 0);
	softena_link_set(d.dev, true);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(2), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

static void
metadata_is_cached_only_with_store_and_read_only_with_ext_valid(void **state)
{
	uint32_t w1 =
		DD_REQ_LO(1) | ENA_FIELD_PREP(ENA_TX_W1_L3_IDX, ENA_L3_IPV4) | ENA_TX_W1_L3_CS;

	(void)state;
	open_host(64);
	buf[24] = 0x55;
	/* EXT_VALID without STORE: used for one packet. */
	dd_put_tx(&q, ENA_TX_W0_META | ENA_TX_META_W0_EXT_VALID, 0, 0x0e14, 0);
	dd_put_tx(&q, 60 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, w1, DD_FRAME_IOVA, 0);
	/* The cached tuple is still zero: no IPv4 header at offset 0. */
	dd_put_tx(&q, 60 | DD_ONE, w1, DD_FRAME_IOVA, 0);
	dd_put_tx(&q, META, 0, 0x0e14, 0);
	dd_put_tx(&q, 60 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, w1, DD_FRAME_IOVA, 0);
	dd_put_tx(&q, 60 | DD_ONE, w1, DD_FRAME_IOVA, 0);
	/* STORE without EXT_VALID has no effect. */
	dd_put_tx(&q, ENA_TX_W0_META | ENA_TX_META_W0_STORE, 0, 0xffff, 0);
	dd_put_tx(&q, 60 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, w1, DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_assert_sent(&d, buf, 60);
	for (int i = 0; i < 3; i++)
		dd_assert_sent(&d, frame, 60);
	dd_close(&d);
}

static void
a_new_queue_starts_at_zero_with_an_empty_cache(void **state)
{
	uint32_t w1 = ENA_FIELD_PREP(ENA_TX_W1_L3_IDX, ENA_L3_IPV4) | ENA_TX_W1_L3_CS;

	(void)state;
	open_host(64);
	buf[24] = 0x55;
	dd_put_tx(&q, META, 0, 0x0e14, 0);
	dd_put_tx(&q, 60 | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, w1, DD_FRAME_IOVA, 0);
	dd_put_tx(&q, 30 | ENA_TX_W0_FIRST, w1, DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, frame, 60);
	dd_remove(&d, &q);
	dd_create(&d, &q);
	dd_put_tx(&q, 60 | DD_ONE, w1 | DD_REQ_LO(4), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_assert_sent(&d, buf, 60);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_completed_id(&q), 4);
	dd_close(&d);
}

static void
a_frame_that_the_medium_refuses_counts_as_lost_by_the_wire(void **state)
{
	(void)state;
	open_host(64);
	d.wire.refuse = true;
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	assert_int_equal(dd_completed_id(&q), 1);
	assert_int_equal(dd_stats(&d).wire_tx_lost, 1);
	assert_int_equal(dd_stats(&d).wire_tx_frames, 0);
	assert_int_equal(dd_stats(&d).tx_drops, 0);
	dd_close(&d);
}

static void
a_frame_that_the_medium_took_and_lost_is_moved_to_the_losses(void **state)
{
	(void)state;
	open_host(64);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO(2), DD_FRAME_IOVA, 0);
	d.wire.lost = 1;
	d.wire.lost_bytes = 60;
	d.host.log_lines = 0;
	dd_submit(&d, &q);
	assert_int_equal(dd_stats(&d).tx_pkts, 2);
	assert_int_equal(dd_stats(&d).wire_tx_lost, 1);
	assert_int_equal(dd_stats(&d).wire_tx_frames, 1);
	assert_int_equal(d.wire.base.tx_bytes, 60);
	assert_int_equal(d.host.log_lines, 1);
	assert_non_null(strstr(d.host.last_log, "1 frames are lost on the wire"));
	dd_submit(&d, &q);
	assert_int_equal(d.host.log_lines, 1);
	dd_close(&d);
}

static void
no_queue_starves_while_another_is_full(void **state)
{
	struct dd_queue other = {.tx = true, .depth = 64};

	(void)state;
	open_host(1024);
	dd_create(&d, &other);
	for (unsigned int i = 0; i < 1024; i++)
		dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO((uint16_t)i), DD_FRAME_IOVA, 0);
	dd_put_tx(&other, 60 | DD_ONE, DD_REQ_LO(5), DD_FRAME_IOVA, 0);
	dd_doorbell(&d, &q);
	dd_doorbell(&d, &other);
	softena_poll(d.dev, true, true);
	assert_non_null(dd_completion(&other));
	assert_in_range(d.wire.out.count, 2, 200);
	dd_run(&d);
	assert_int_equal(d.wire.out.count, 1025);
	dd_close(&d);
}

static void
the_shuffling_quirk_completes_each_packet_once_in_another_order(void **state)
{
	uint8_t seen[64] = {0};
	unsigned int displaced = 0;

	(void)state;
	dd_config(&d);
	d.cfg.quirks.tx_out_of_order = true;
	open_with(64);
	for (unsigned int i = 0; i < 64; i++)
		dd_put_tx(&q, 60 | DD_ONE, DD_REQ_LO((uint16_t)i), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	for (unsigned int i = 0; i < 64; i++) {
		uint16_t id = dd_completed_id(&q);

		assert_true(id < 64 && !seen[id & 63]);
		seen[id & 63] = 1;
		displaced += id != i;
	}
	assert_true(displaced > 30);
	dd_close(&d);
}

static void
a_frame_with_a_foreign_source_is_lost_if_the_network_checks_sources(void **state)
{
	struct softena_stats st;

	(void)state;
	for (unsigned int check = 0; check < 2; check++) {
		dd_config(&d);
		d.cfg.source_mac_check = check != 0;
		open_with(64);
		buf[11] ^= 0x55;
		dd_put_tx(&q, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, DD_REQ_LO(1),
			DD_FRAME_IOVA, 0);
		dd_submit(&d, &q);
		assert_int_equal(dd_completed_id(&q), 1);
		st = dd_stats(&d);
		assert_int_equal(st.tx_pkts, 1);
		assert_int_equal(st.tx_drops, 0);
		assert_int_equal(st.tx_foreign_source, check);
		assert_int_equal(d.wire.out.count, 1 - check);
		dd_close(&d);
	}
	dd_config(&d);
	d.cfg.source_mac_check = true;
	open_with(64);
	memcpy(buf + 6, d.cfg.mac, 6);
	dd_put_tx(&q, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST, DD_REQ_LO(1), DD_FRAME_IOVA, 0);
	dd_submit(&d, &q);
	assert_int_equal(d.wire.out.count, 1);
	dd_close(&d);
}

static void
host_hdr_len_drops_takes_only_packets_with_hdr_len_0(void **state)
{
	(void)state;
	for (unsigned int on = 0; on < 2; on++) {
		dd_config(&d);
		d.cfg.quirks.host_hdr_len_drops = on != 0;
		open_with(64);
		for (uint16_t i = 0; i < 2; i++)
			dd_put_tx(&q, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ,
				DD_REQ_LO(i), DD_FRAME_IOVA, i == 0 ? 42 : 0);
		dd_submit(&d, &q);
		assert_int_equal(dd_completed_id(&q), 0);
		assert_int_equal(dd_completed_id(&q), 1);
		assert_int_equal(d.wire.out.count, 2 - on);
		assert_int_equal(dd_stats(&d).tx_drops, on);
		dd_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_frame_of_example_a1_is_sent_and_completed),
		cmocka_unit_test(hdr_len_means_nothing_in_host_mode),
		cmocka_unit_test(all_sixteen_bits_of_a_request_id_come_back),
		cmocka_unit_test(the_checksums_of_example_a4_are_inserted_and_its_tuple_is_cached),
		cmocka_unit_test(the_seeded_checksum_of_example_a5_is_completed),
		cmocka_unit_test(an_extended_completion_carries_the_time_if_time_stamps_are_on),
		cmocka_unit_test(
			every_depth_wraps_with_the_right_phase_up_to_tail_65535_and_beyond),
		cmocka_unit_test(the_ring_images_of_example_e_are_followed),
		cmocka_unit_test(a_packet_waits_until_a_doorbell_covers_its_last_slot),
		cmocka_unit_test(slots_that_were_taken_are_not_read_again),
		cmocka_unit_test(a_doorbell_that_repeats_the_tail_or_goes_too_far_does_nothing),
		cmocka_unit_test(
			only_length_address_and_last_count_behind_the_first_data_descriptor),
		cmocka_unit_test(a_packet_of_32_descriptors_is_sent_and_one_of_33_is_not),
		cmocka_unit_test(buffers_may_lie_anywhere_and_cross_mappings),
		cmocka_unit_test(short_frames_are_padded_with_zeros_to_60),
		cmocka_unit_test(two_metadata_slots_are_malformed),
		cmocka_unit_test(metadata_after_data_is_malformed),
		cmocka_unit_test(a_lone_metadata_slot_is_malformed_and_not_completed),
		cmocka_unit_test(a_packet_below_14_bytes_is_malformed),
		cmocka_unit_test(a_packet_of_no_bytes_is_malformed),
		cmocka_unit_test(a_packet_above_mtu_and_22_is_malformed),
		cmocka_unit_test(lengths_of_two_megabytes_are_malformed_and_harmless),
		cmocka_unit_test(a_packet_whose_buffer_is_not_mapped_is_dropped_and_completed),
		cmocka_unit_test(fault_messages_are_limited_and_fault_counts_are_not),
		cmocka_unit_test(a_ring_that_is_not_mapped_stalls_its_queue_alone),
		cmocka_unit_test(without_creq_nothing_is_completed),
		cmocka_unit_test(packets_without_link_are_dropped_counted_and_completed),
		cmocka_unit_test(metadata_is_cached_only_with_store_and_read_only_with_ext_valid),
		cmocka_unit_test(a_new_queue_starts_at_zero_with_an_empty_cache),
		cmocka_unit_test(a_frame_that_the_medium_refuses_counts_as_lost_by_the_wire),
		cmocka_unit_test(a_frame_that_the_medium_took_and_lost_is_moved_to_the_losses),
		cmocka_unit_test(no_queue_starves_while_another_is_full),
		cmocka_unit_test(the_shuffling_quirk_completes_each_packet_once_in_another_order),
		cmocka_unit_test(
			a_frame_with_a_foreign_source_is_lost_if_the_network_checks_sources),
		cmocka_unit_test(host_hdr_len_drops_takes_only_packets_with_hdr_len_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
