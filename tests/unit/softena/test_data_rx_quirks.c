/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx: quirks of real devices (part B 5.4, 13.2).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_rx_util.h"

static void
open_hashed(uint16_t depth)
{
	dd_config(&d);
	d.cfg.quirks.hashed_rx = true;
	open_queue(depth);
	/* Ids come back in the order of portions. */
	ids_in_order = false;
}

/** Present a flow. @return request id of the buffer that it took, -1: lost */
static int
taken_by(unsigned int flow)
{
	const uint8_t *c;

	dd_unhex(dd_udp60, frame, sizeof(frame));
	frame[34] = (uint8_t)(flow >> 8);
	frame[35] = (uint8_t)flow;
	present(frame, 60);
	c = dd_completion(&q);
	return c == NULL ? -1 : c[6] | c[7] << 8;
}

static void
post_id(uint16_t id)
{
	dd_put_rx(&q, bufs_iova + id * 2048u, 2048, id);
	dd_doorbell(&d, &q);
}

/** Eight portions of 16 slots: each flow uses up one of them, and no frame of it comes after that.
 */
static void
the_hashed_ring_quirk_takes_buffers_from_the_portion_of_the_flow(void **state)
{
	bool seen[8] = {false};
	unsigned int flow, portions = 0, lost = 0;

	(void)state;
	open_hashed(128);
	post(128, 2048);
	for (flow = 1; portions < 8; flow++) {
		int id = taken_by(flow), p = id / 16;

		assert_true(flow < 1000);
		if (id < 0) {
			lost++;
			continue;
		}
		assert_int_equal(id % 16, 0);
		assert_false(seen[p]);
		seen[p] = true;
		portions++;
		for (int i = 1; i < 16; i++)
			assert_int_equal(taken_by(flow), p * 16 + i);
		assert_int_equal(taken_by(flow), -1);
		lost++;
	}
	assert_int_equal(dd_stats(&d).rx_silent_drops, lost);
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	dd_close(&d);
}

/** As an iPXE developer saw it: with 32 of 128 buffers posted, three flows in four are lost. */
static void
the_hashed_ring_quirk_loses_flows_whose_portion_was_never_filled(void **state)
{
	unsigned int flow, came = 0;

	(void)state;
	open_hashed(128);
	post(32, 2048);
	for (flow = 0; flow < 400; flow++) {
		int id = taken_by(flow);

		if (id < 0)
			continue;
		assert_in_range(id, 0, 31);
		came++;
		if (came == 32)
			break;
	}
	assert_int_equal(came, 32);
	assert_in_range(dd_stats(&d).rx_silent_drops, 40, 250);
	dd_close(&d);
}

/** A driver that always has less than an eighth of the ring to post loses nothing, even of one
 * flow. */
static void
the_hashed_ring_quirk_spares_a_ring_that_is_nearly_full(void **state)
{
	(void)state;
	for (unsigned int late = 1; late <= 17; late++) {
		uint16_t done[32];
		unsigned int n = 0, lost = 0;

		open_hashed(128);
		post(128, 2048);
		for (unsigned int i = 0; i < 1000; i++) {
			int id = taken_by(1);

			if (id < 0) {
				lost++;
				break;
			}
			done[n++] = (uint16_t)id;
			if (n < late)
				continue;
			while (n > 0)
				post_id(done[--n]);
		}
		assert_int_equal(lost, late > 16);
		assert_int_equal(dd_stats(&d).rx_silent_drops, lost);
		dd_close(&d);
	}
}

/** A frame of several buffers begins in its portion, and takes further buffers from others. */
static void
the_hashed_ring_quirk_completes_long_frames_from_other_portions(void **state)
{
	int first;

	(void)state;
	open_hashed(128);
	post(128, 2048);
	first = taken_by(1);
	assert_true(first >= 0);
	for (unsigned int i = 1; i < 15; i++)
		assert_int_equal(taken_by(1), first + (int)i);
	dd_unhex(dd_udp60, frame, sizeof(frame));
	frame[34] = 0;
	frame[35] = 1;
	/* 3 buffers: the last of this portion, two of the next one. */
	present(frame, 6000);
	assert_int_equal(check_packet(6000), 3);
	assert_int_equal(taken_by(1), -1);
	assert_int_equal(dd_stats(&d).rx_pkts, 16);
	dd_close(&d);
}

static void
the_shuffled_buffers_quirk_uses_each_posted_buffer_once(void **state)
{
	uint8_t seen[64] = {0};
	unsigned int displaced = 0;

	(void)state;
	dd_config(&d);
	d.cfg.quirks.rx_out_of_order = true;
	open_queue(64);
	ids_in_order = false;
	post(64, 2048);
	for (unsigned int i = 0; i < 32; i++) {
		fill(3000, (uint8_t)i);
		present(frame, 3000);
		for (unsigned int j = 0; j < 2; j++) {
			unsigned int id = q.cq[(i * 2 + j) * 16 + 6];

			assert_true(id < 64 && !seen[id & 63]);
			seen[id & 63] = 1;
			displaced += id != i * 2 + j;
		}
		assert_int_equal(check_packet(3000), 2);
	}
	assert_true(displaced > 30);
	dd_close(&d);
}

static void
the_empty_completion_quirk_ends_packets_of_several_buffers(void **state)
{
	const uint8_t *c;

	(void)state;
	dd_config(&d);
	d.cfg.quirks.rx_zero_last = true;
	open_queue(16);
	post(8, 256);
	fill(256, 0);
	present(frame, 256);
	assert_int_equal(check_packet(256), 1);
	fill(600, 0);
	present(frame, 600);
	c = q.cq + 4 * 16;
	assert_int_equal(word(c, 1), 4u << 16); /* LEN 0 */
	assert_int_equal(word(c, 0) & (ENA_RX_CDESC_LAST | ENA_RX_CDESC_FIRST), ENA_RX_CDESC_LAST);
	assert_int_equal(check_packet(600), 4);
	/* Three left: no buffer for the empty completion. */
	present(frame, 600);
	assert_int_equal(check_packet(600), 3);
	dd_close(&d);
}

static void
the_offset_quirk_needs_the_permission_of_the_driver(void **state)
{
	(void)state;
	for (unsigned int allowed = 0; allowed < 2; allowed++) {
		dd_config(&d);
		d.cfg.quirks.rx_offset = 10;
		open_queue(16);
		dd_host_features(&d, allowed ? ENA_HOST_FEATURE_RX_OFFSET : 0);
		post(2, 100);
		fill(95, 0);
		present(frame, 95);
		assert_int_equal(q.cq[14], allowed ? 10 : 0);
		assert_int_equal(check_packet(95), allowed ? 2 : 1);
		dd_close(&d);
	}
	/* A first buffer that is no longer than the offset is filled from its start. */
	for (unsigned int len = 10; len <= 11; len++) {
		dd_config(&d);
		d.cfg.quirks.rx_offset = 10;
		open_queue(16);
		dd_host_features(&d, ENA_HOST_FEATURE_RX_OFFSET);
		post(1, len);
		post(1, 100);
		fill(60, 0);
		present(frame, 60);
		assert_int_equal(q.cq[14], len == 10 ? 0 : 10);
		assert_int_equal(word(q.cq, 1) & 0xffff, len == 10 ? 10 : 1);
		assert_int_equal(check_packet(60), 2);
		dd_close(&d);
	}
}

static void
silent_drops_are_in_no_counter_of_the_driver(void **state)
{
	(void)state;
	dd_config(&d);
	d.cfg.quirks.silent_rx_drops = true;
	open_queue(16);
	fill(100, 1);
	present(frame, 100); /* nothing is posted */
	assert_int_equal(dd_stats(&d).rx_drops, 0);
	assert_int_equal(dd_stats(&d).rx_silent_drops, 1);
	dd_close(&d);
}

static void
rx_ring_min_delivers_nothing_to_smaller_rings(void **state)
{
	(void)state;
	for (unsigned int depth = 64; depth <= 128; depth *= 2) {
		dd_config(&d);
		d.cfg.quirks.rx_ring_min = 128;
		open_queue((uint16_t)depth);
		post(4, 2048);
		fill(100, 1);
		present(frame, 100);
		assert_int_equal(dd_stats(&d).rx_silent_drops, depth < 128);
		if (depth == 128)
			check_packet(100);
		dd_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hashed_ring_quirk_takes_buffers_from_the_portion_of_the_flow),
		cmocka_unit_test(the_hashed_ring_quirk_loses_flows_whose_portion_was_never_filled),
		cmocka_unit_test(the_hashed_ring_quirk_spares_a_ring_that_is_nearly_full),
		cmocka_unit_test(the_hashed_ring_quirk_completes_long_frames_from_other_portions),
		cmocka_unit_test(the_shuffled_buffers_quirk_uses_each_posted_buffer_once),
		cmocka_unit_test(the_empty_completion_quirk_ends_packets_of_several_buffers),
		cmocka_unit_test(the_offset_quirk_needs_the_permission_of_the_driver),
		cmocka_unit_test(silent_drops_are_in_no_counter_of_the_driver),
		cmocka_unit_test(rx_ring_min_delivers_nothing_to_smaller_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
