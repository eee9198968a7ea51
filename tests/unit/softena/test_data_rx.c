/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx: buffers and completions, and frames that are dropped or wait (part B 5, 10.4).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_rx_util.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- worked examples ------------------------------------------------------------------- */

static void
put_sum(uint8_t *at, uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(~sum >> 8);
	at[1] = (uint8_t)~sum;
}

static uint32_t
sum16(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

/** 2514 bytes of TCP, checksums good (10.4). */
static void
example_d_frame(void)
{
	fill(2514, 3);
	dd_unhex("020000000001 020000000002 0800 4500 09c4 0001 4000 4006 0000 0a000002 0a000001"
		 "1451 9c40 00000001 00000002 5010 0100 0000 0000",
		frame, 54);
	put_sum(frame + 24, sum16(frame + 14, 20));
	put_sum(frame + 50, sum16(frame + 26, 8) + 6 + 2480 + sum16(frame + 34, 2480));
}

static void
set_user_key(void)
{
	struct ena_rss_function f = {.selected = ena_put32(ENA_RSS_FUNC_TOEPLITZ)};
	uint8_t key[40];

	dd_unhex("77 d1 c9 34 a4 c9 bd 87 6e 35 dd 17 b2 e3 23 9e 39 6d 8a 93"
		 "2a 95 b4 72 3a b3 7f 56 8e de b6 01 97 af 3b 2f 3a 70 e7 04",
		key, sizeof(key));
	memset(d.ctrl, 0, 48);
	d.ctrl[0] = 10;
	for (unsigned int i = 0; i < 40; i++)
		d.ctrl[8 + i] = key[39 - i];
	assert_int_equal(dd_set(&d, ENA_FEATURE_RSS_HASH_FUNCTION, &f, sizeof(f), 48), 0);
}

static void
run_example_d(bool extended, uint8_t offset)
{
	struct ena_hw_timestamp on = {.rx = ENA_TIMESTAMP_ALL};
	uint8_t *b3, *b4;

	dd_config(&d);
	d.cfg.quirks.rx_offset = offset;
	dd_open(&d);
	dd_host_features(&d, ENA_HOST_FEATURE_RX_OFFSET);
	set_user_key();
	if (extended)
		assert_int_equal(dd_set(&d, ENA_FEATURE_HW_TIMESTAMP, &on, sizeof(on), 0), 0);
	q = (struct dd_queue){.depth = 1024, .extended = extended};
	dd_create(&d, &q);
	b3 = fake_host_map(&d.host, 0x240003080, 2048);
	b4 = fake_host_map(&d.host, 0x240003980, 2048);
	dd_put(&q, "00 08 00 1d 03 00 00 00  80 30 00 40 02 00 00 00");
	dd_put(&q, "00 08 00 1d 04 00 00 00  80 39 00 40 02 00 00 00");
	dd_doorbell(&d, &q);
	d.host.wall_ns = UINT64_C(1760000000123456789);
	example_d_frame();
	present(frame, 2514);
	assert_memory_equal(b3 + offset, frame, 2048 - offset);
	assert_memory_equal(b4, frame + 2048 - offset, 466 + offset);
}

static void
the_completions_of_example_d_are_written_byte_for_byte(void **state)
{
	(void)state;
	run_example_d(false, 0);
	dd_assert_hex(q.cq, "00 00 00 45 00 08 03 00  00 00 00 00 00 00 00 00"
			    "08 0c 01 49 d2 01 04 00  07 76 3c 9c 00 00 00 00"
			    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");
	assert_int_equal(dd_stats(&d).rx_pkts, 1);
	assert_int_equal(dd_stats(&d).rx_bytes, 2514);
	dd_close(&d);
}

static void
the_extended_completion_of_example_d_has_the_time_of_arrival(void **state)
{
	(void)state;
	run_example_d(true, 0);
	dd_assert_hex(q.cq, "00 00 00 45 00 08 03 00  00 00 00 00 00 00 00 00"
			    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
			    "08 0c 01 49 d2 01 04 00  07 76 3c 9c 00 00 00 00"
			    "00 00 00 00 00 00 00 00  15 cd 0b dc ac c6 6c 18");
	dd_close(&d);
}

static void
the_offset_quirk_gives_the_lengths_of_example_d(void **state)
{
	(void)state;
	run_example_d(false, 2);
	dd_assert_hex(q.cq, "00 00 00 45 fe 07 03 00  00 00 00 00 00 00 02 00"
			    "08 0c 01 49 d4 01 04 00  07 76 3c 9c 00 00 00 00");
	dd_close(&d);
}

static void
an_extended_completion_has_no_time_if_time_stamps_are_off(void **state)
{
	(void)state;
	dd_config(&d);
	dd_open(&d);
	q = (struct dd_queue){.depth = 16, .extended = true};
	dd_create(&d, &q);
	bufs = fake_host_alloc(&d.host, 16 * 2048, 4096, &bufs_iova);
	post(1, 2048);
	present(frame, dd_unhex(dd_udp60, frame, sizeof(frame)));
	dd_assert_hex(q.cq + 16, "00000000 00000000 00000000 00000000");
	dd_close(&d);
}

static void
a_good_udp_packet_in_one_buffer_has_status_4d010d08(void **state)
{
	(void)state;
	open_default(16);
	post(1, 2048);
	present(frame, dd_unhex(dd_udp60, frame, sizeof(frame)));
	assert_int_equal(word(q.cq, 0), 0x4d010d08);
	assert_int_equal(check_packet(60), 1);
	dd_close(&d);
}

static void
the_rx_ring_images_of_example_e_are_followed(void **state)
{
	uint8_t *a, *b;

	(void)state;
	open_default(256);
	a = fake_host_map(&d.host, 0x240003080, 2048);
	b = fake_host_map(&d.host, 0x240003980, 2048);
	fill(100, 0);
	post(255, 2048);
	for (unsigned int i = 0; i < 255; i++) {
		present(frame, 100);
		check_packet(100);
	}
	dd_put(&q, "00 08 00 1d ff 00 00 00  80 30 00 40 02 00 00 00");
	dd_put(&q, "00 08 00 1c 00 00 00 00  80 39 00 40 02 00 00 00");
	dd_doorbell(&d, &q);
	present(frame, 100);
	present(frame, 100);
	assert_memory_equal(a, frame, 100);
	assert_memory_equal(b, frame, 100);
	assert_int_equal(q.cq[255 * 16 + 3] & 1, 1);
	assert_int_equal(q.cq[3] & 1, 0);
	dd_close(&d);
}

/* ---- buffers ------------------------------------------------------------------------------ */

static void
frames_fill_each_buffer_before_the_next(void **state)
{
	static const uint32_t sizes[] = {64, 100, 255, 512, 1024, 2047, 2048};

	(void)state;
	open_default(64);
	for (unsigned int s = 0; s < COUNT(sizes); s++) {
		for (size_t len = 60; len <= 3000; len += len < 300 ? 1 : 97) {
			unsigned int need = (unsigned int)((len + sizes[s] - 1) / sizes[s]);

			if (need > d.cfg.rx_descs)
				break;
			fill(len, (uint8_t)s);
			post(need, sizes[s]);
			present(frame, len);
			assert_int_equal(check_packet(len), need);
		}
	}
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	dd_close(&d);
}

static void
packets_of_several_buffers_follow_each_other_in_a_full_ring(void **state)
{
	(void)state;
	open_default(256);
	post(256, 100);
	for (unsigned int i = 0; i < 1000; i++) {
		size_t len = 60 + i % 7 * 70;

		fill(len, (uint8_t)i);
		present(frame, len);
		post(check_packet(len), 100);
	}
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	dd_close(&d);
}

static void
length_zero_is_a_buffer_of_65536_bytes(void **state)
{
	uint64_t iova;
	uint8_t *big;

	(void)state;
	open_default(16);
	big = fake_host_alloc(&d.host, 65536, 1, &iova);
	dd_put_rx(&q, iova, 0, 7);
	dd_doorbell(&d, &q);
	fill(9000, 1);
	present(frame, 9000);
	assert_memory_equal(big, frame, 9000);
	assert_int_equal(word(q.cq, 1), 7u << 16 | 9000);
	dd_close(&d);
}

static void
both_values_of_the_must_be_one_bit_are_accepted(void **state)
{
	(void)state;
	open_default(16);
	for (unsigned int i = 0; i < 2; i++) {
		dd_put_rx(&q, bufs_iova + i * 2048u, 2048, (uint16_t)i);
		if (i == 0)
			dd_slot(&q, 0)[3] |= 0x20;
	}
	dd_doorbell(&d, &q);
	fill(70, 0);
	present(frame, 70);
	present(frame, 70);
	check_packet(70);
	check_packet(70);
	dd_close(&d);
}

static void
every_depth_wraps_up_to_tail_65535_and_beyond(void **state)
{
	(void)state;
	fill(60, 9);
	for (unsigned int depth = 2; depth <= 1024; depth *= 2) {
		open_default((uint16_t)depth);
		for (unsigned int n = 0; n < 65536 + 2 * depth; n += depth) {
			post(depth, 2048);
			for (unsigned int i = 0; i < depth; i++)
				fake_wire_push(&d.wire, frame, 60);
			dd_run(&d);
			for (unsigned int i = 0; i < depth; i++)
				assert_int_equal(check_packet(60), 1);
			assert_null(dd_completion(&q));
		}
		assert_int_equal(dd_stats(&d).rx_drops, 0);
		assert_int_equal(dd_stats(&d).bad_doorbells, 0);
		dd_close(&d);
	}
}

static void
a_buffer_that_is_not_mapped_counts_a_fault_and_is_completed(void **state)
{
	(void)state;
	open_default(16);
	dd_put_rx(&q, 0xdead0000, 2048, 0);
	dd_doorbell(&d, &q);
	fill(60, 0);
	present(frame, 60);
	assert_non_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).dma_faults, 1);
	assert_int_equal(dd_stats(&d).last_fault_addr, 0xdead0000);
	dd_close(&d);
}

static void
a_ring_that_is_not_mapped_delivers_nothing(void **state)
{
	(void)state;
	open_default(16);
	post(8, 2048);
	fake_host_unmap(&d.host, q.sq_iova);
	fill(60, 0);
	for (unsigned int i = 0; i < 10; i++)
		present(frame, 60);
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).dma_faults, 1);
	assert_int_equal(dd_stats(&d).rx_drops, 10);
	dd_close(&d);
}

/* ---- drops ---------------------------------------------------------------------------------- */

static void
a_frame_without_enough_buffers_is_dropped_whole_and_uses_none(void **state)
{
	(void)state;
	open_default(16);
	fill(1000, 0);
	present(frame, 1000);
	assert_int_equal(dd_stats(&d).rx_drops, 1);
	post(3, 256);
	present(frame, 1000);
	assert_int_equal(dd_stats(&d).rx_drops, 2);
	assert_null(dd_completion(&q));
	present(frame, 768);
	assert_int_equal(check_packet(768), 3);
	assert_int_equal(dd_stats(&d).rx_drops, 2);
	assert_int_equal(dd_stats(&d).rx_overruns, 0);
	dd_close(&d);
}

static void
a_frame_never_uses_more_than_the_announced_descriptors(void **state)
{
	(void)state;
	dd_config(&d);
	d.cfg.rx_descs = 5;
	open_queue(16);
	post(16, 256);
	fill(5 * 256 + 1, 0);
	present(frame, 5 * 256 + 1);
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).rx_drops, 1);
	present(frame, 5 * 256);
	assert_int_equal(check_packet(5 * 256), 5);
	dd_close(&d);
}

static void
a_frame_above_mtu_and_22_is_dropped(void **state)
{
	struct ena_mtu mtu = {.mtu = ena_put32(1500)};

	(void)state;
	open_default(16);
	assert_int_equal(dd_set(&d, ENA_FEATURE_MTU, &mtu, sizeof(mtu), 0), 0);
	post(16, 2048);
	fill(1523, 0);
	present(frame, 1523);
	assert_null(dd_completion(&q));
	assert_int_equal(dd_stats(&d).rx_drops, 1);
	present(frame, 1522);
	check_packet(1522);
	dd_close(&d);
}

static void
frames_before_any_rx_queue_are_gone_and_not_counted(void **state)
{
	(void)state;
	dd_config(&d);
	dd_open(&d);
	fill(60, 0);
	for (unsigned int i = 0; i < 100; i++)
		fake_wire_push(&d.wire, frame, 60);
	dd_run(&d);
	assert_int_equal(d.wire.in.count, 0);
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	assert_int_equal(dd_stats(&d).wire_rx_frames, 100);
	dd_close(&d);
}

static void
without_link_nothing_arrives(void **state)
{
	(void)state;
	open_default(16);
	post(16, 2048);
	softena_link_set(d.dev, false);
	fill(60, 0);
	present(frame, 60);
	softena_link_set(d.dev, true);
	dd_run(&d);
	assert_null(dd_completion(&q));
	present(frame, 60);
	check_packet(60);
	dd_close(&d);
}

static void
a_frame_that_waits_at_a_patient_wire_survives_a_reset(void **state)
{
	struct softena_stats s;

	(void)state;
	open_queue(16);
	d.wire.base.patient = true;
	post(1, 2048);
	for (unsigned int i = 0; i < 3; i++) {
		fill(100, (uint8_t)i);
		fake_wire_push(&d.wire, frame, 100);
	}
	dd_run(&d);
	assert_true(dd_stats(&d).rx_pending);
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	softena_reg_write(d.dev, ENA_REG_DEV_CTL, 0);
	softena_function_reset(d.dev);
	s = dd_stats(&d);
	assert_int_equal(s.wire_rx_frames, 2);
	assert_true(s.rx_pending);
	dd_run(&d);
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	dd_restart(&d);
	q = (struct dd_queue){.depth = 16};
	dd_create(&d, &q);
	post(2, 2048);
	dd_run(&d);
	for (unsigned int i = 1; i < 3; i++) {
		fill(100, (uint8_t)i);
		check_packet(100);
	}
	s = dd_stats(&d);
	assert_int_equal(s.rx_pkts, 2);
	assert_int_equal(s.rx_drops, 0);
	assert_false(s.rx_pending);
	dd_close(&d);
}

static void
a_patient_wire_loses_nothing(void **state)
{
	(void)state;
	dd_config(&d);
	dd_open(&d);
	d.wire.base.patient = true;
	fill(1000, 0);
	for (unsigned int i = 0; i < 4; i++)
		fake_wire_push(&d.wire, frame, 1000);
	dd_run(&d);
	assert_int_equal(d.wire.in.count, 4); /* no queue: not even taken */
	q = (struct dd_queue){.depth = 16};
	dd_create(&d, &q);
	ids_in_order = true;
	next_id = 0;
	bufs = fake_host_alloc(&d.host, 16 * 2048, 4096, &bufs_iova);
	dd_run(&d);
	assert_true(dd_stats(&d).rx_pending);
	post(3, 256); /* one too few */
	dd_run(&d);
	assert_null(dd_completion(&q));
	assert_true(dd_stats(&d).rx_pending);
	post(2, 256);
	dd_run(&d);
	assert_int_equal(check_packet(1000), 4);
	softena_link_set(d.dev, false);
	post(4, 2048);
	dd_run(&d);
	assert_null(dd_completion(&q));
	softena_link_set(d.dev, true);
	dd_run(&d);
	/* One buffer of 256 is left over from before. */
	assert_int_equal(check_packet(1000), 2);
	check_packet(1000);
	check_packet(1000);
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	assert_int_equal(dd_stats(&d).wire_rx_frames, 4);
	dd_close(&d);
}

static void
a_patient_wire_is_not_blocked_for_ever_by_a_frame_that_never_fits(void **state)
{
	(void)state;
	open_default(4);
	d.wire.base.patient = true;
	post(3, 100); /* all that a driver with one empty slot can post */
	fill(1000, 0);
	present(frame, 1000);
	assert_int_equal(dd_stats(&d).rx_drops, 1);
	present(frame, 90);
	check_packet(90);
	dd_close(&d);
}

static void
a_wire_that_has_not_started_is_not_asked(void **state)
{
	(void)state;
	open_default(16);
	post(16, 2048);
	d.wire.base.started = false;
	fill(60, 0);
	present(frame, 60);
	assert_int_equal(d.wire.in.count, 1);
	d.wire.base.started = true;
	dd_run(&d);
	check_packet(60);
	dd_close(&d);
}

static void
the_low_water_mark_is_the_fewest_buffers_at_an_arrival(void **state)
{
	struct softena_queue_stats s;

	(void)state;
	open_default(16);
	post(10, 2048);
	fill(60, 0);
	for (unsigned int i = 0; i < 4; i++)
		present(frame, 60);
	post(9, 2048);
	present(frame, 60);
	assert_int_equal(softena_queue_stats_get(d.dev, false, q.sq_idx, &s), 0);
	assert_int_equal(s.posted_min, 7);
	assert_int_equal(s.posted, 14);
	assert_int_equal(s.pkts, 5);
	assert_int_equal(s.bytes, 300);
	dd_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_completions_of_example_d_are_written_byte_for_byte),
		cmocka_unit_test(the_extended_completion_of_example_d_has_the_time_of_arrival),
		cmocka_unit_test(the_offset_quirk_gives_the_lengths_of_example_d),
		cmocka_unit_test(an_extended_completion_has_no_time_if_time_stamps_are_off),
		cmocka_unit_test(a_good_udp_packet_in_one_buffer_has_status_4d010d08),
		cmocka_unit_test(the_rx_ring_images_of_example_e_are_followed),
		cmocka_unit_test(frames_fill_each_buffer_before_the_next),
		cmocka_unit_test(packets_of_several_buffers_follow_each_other_in_a_full_ring),
		cmocka_unit_test(length_zero_is_a_buffer_of_65536_bytes),
		cmocka_unit_test(both_values_of_the_must_be_one_bit_are_accepted),
		cmocka_unit_test(every_depth_wraps_up_to_tail_65535_and_beyond),
		cmocka_unit_test(a_buffer_that_is_not_mapped_counts_a_fault_and_is_completed),
		cmocka_unit_test(a_ring_that_is_not_mapped_delivers_nothing),
		cmocka_unit_test(a_frame_without_enough_buffers_is_dropped_whole_and_uses_none),
		cmocka_unit_test(a_frame_never_uses_more_than_the_announced_descriptors),
		cmocka_unit_test(a_frame_above_mtu_and_22_is_dropped),
		cmocka_unit_test(frames_before_any_rx_queue_are_gone_and_not_counted),
		cmocka_unit_test(without_link_nothing_arrives),
		cmocka_unit_test(a_patient_wire_loses_nothing),
		cmocka_unit_test(a_frame_that_waits_at_a_patient_wire_survives_a_reset),
		cmocka_unit_test(a_patient_wire_is_not_blocked_for_ever_by_a_frame_that_never_fits),
		cmocka_unit_test(a_wire_that_has_not_started_is_not_asked),
		cmocka_unit_test(the_low_water_mark_is_the_fewest_buffers_at_an_arrival),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
