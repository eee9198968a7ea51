/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Rx burst functions, each beside the scalar one (rx_device.h): the descriptors that they post. The
 * ring stays full, and buffers that could not be posted are counted. Where the number itself
 * matters (low-water mark, buffers that are missing) it is held against what the test works out.
 */
#include "rx_device.h"

#define BATCH    ENA_RX_REFILL_BATCH
#define HEADROOM RTE_PKTMBUF_HEADROOM

/* ---- a device that goes on while a burst runs ------------------------------------------------ */

/** Buffers of packet number @p k of a device that keeps up: some packets take several. */
static unsigned int
buffers_of(unsigned int k)
{
	return k % 5 == 0 ? 1 + k % 4 : 1;
}

/**
 * In the middle of a burst: note how many buffers the device has been told of and the driver has
 * not taken back, and use every one of them.
 */
static void
device_goes_on(void *side)
{
	struct ena_rx_cdesc c = {0};
	struct side *s = side;

	s->lowest = RTE_MIN(s->lowest, (uint16_t)((uint16_t)s->db - s->q.cq_head));
	while (owned(s) != 0) {
		unsigned int n = buffers_of(s->packet);

		c.status.le = ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST;
		c.len.le = 100;
		set_ends(&c, s->at == 0, s->at == n - 1);
		complete_on(s, c);
		s->at = (s->at + 1) % n;
		s->packet += s->at == 0;
	}
}

/* ---- the tests ------------------------------------------------------------------------- */

/** Byte 3 of a descriptor, and all that has to be zero in it (datasheet part B 5.1). */
static void
descriptors_are_those_of_the_datasheet(void **state)
{
	unsigned int round, i;
	uint64_t addr;

	(void)state;
	start();
	for (round = 0; round < 20; round++) {
		for (i = 0; i < DEPTH - 1; i++) {
			uint16_t pos = (uint16_t)(vector.fetched + i);
			const uint8_t *d = (const uint8_t *)&vector.sq[pos % DEPTH];
			const struct rte_mbuf *m = vector.mbufs[pos % DEPTH];

			assert_int_equal(d[0] | d[1] << 8, BUF_LEN);
			assert_int_equal(d[2], 0);
			assert_int_equal(d[3], 0x1c | phase_at(pos, DEPTH));
			assert_int_equal(d[4] | d[5] << 8, pos % DEPTH);
			assert_int_equal(d[6] | d[7], 0);
			memcpy(&addr, d + 8, sizeof(addr));
			assert_int_equal(addr, rte_mbuf_iova_get(m) + HEADROOM);
		}
		for (i = 0; i < BURST; i++)
			complete(any_packet());
		assert_int_equal(receive(BURST), BURST);
	}
	stop();
}

/* ---- the ring stays full -------------------------------------------------------------------- */

/** The device has used all that it was told of before each refill, so no burst ends early. */
static void
the_device_keeps_all_but_a_batch_in_bursts_of_every_size(void **state)
{
	unsigned int n, threshold;
	uint16_t got;

	(void)state;
	for (threshold = 1; threshold <= 64; threshold *= 2) {
		unsigned int taken = RTE_MAX(BATCH, threshold + BATCH / 2 - 1);

		start();
		scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)threshold;
		scalar.pool.taken = vector.pool.taken = device_goes_on;
		for (n = 1; n <= LONGEST; n++) {
			device_goes_on(&scalar);
			device_goes_on(&vector);
			scalar.lowest = vector.lowest = DEPTH;
			got = receive((uint16_t)n);
			/* With half a ring between two refills nothing more is there in between. */
			assert_true(threshold > 32 ? got > 0 : got == n);
			/* Where nothing was posted this time, the mark says nothing. */
			if (vector.lowest != DEPTH)
				assert_true(vector.lowest >= DEPTH - 1 - taken);
		}
		assert_true(vector.q.posted_min >= DEPTH - 1 - taken);
		assert_true(vector.q.posted_min < DEPTH - 1);
		assert_int_equal(vector.q.nombuf, 0);
		stop();
	}
}

/** The counter says what the device was told of: as low as the doorbell, not as the descriptors. */
static void
the_low_water_mark_is_what_the_device_was_told(void **state)
{
	unsigned int i;

	(void)state;
	start();
	scalar.pool.taken = vector.pool.taken = device_goes_on;
	for (i = 1; i <= 300; i++) {
		device_goes_on(&scalar);
		device_goes_on(&vector);
		receive((uint16_t)(1 + i % 61));
		if (vector.lowest != DEPTH)
			assert_true(vector.q.posted_min <= vector.lowest);
	}
	assert_int_equal(vector.q.posted_min, vector.lowest);
	assert_int_equal(scalar.q.posted_min, scalar.lowest);
	stop();
}

static void
few_packets_a_burst_ring_the_doorbell_rarely(void **state)
{
	unsigned int i, rung = 0;
	uint32_t db;

	(void)state;
	start();
	for (i = 0; i < 800; i++) {
		db = vector.db;
		complete(any_packet());
		assert_int_equal(receive(BURST), 1);
		rung += vector.db != db;
	}
	assert_int_equal(rung, 800 / ENA_RX_FREE_THRESH);
	stop();
}

/* ---- no mbufs ------------------------------------------------------------------------------- */

static void
each_buffer_that_is_missing_counts_once(void **state)
{
	(void)state;
	start();
	allow(0);
	pass(5); /* below the threshold: none is wanted yet */
	assert_int_equal(vector.q.nombuf, 0);
	pass(5);
	assert_int_equal(vector.q.nombuf, 10);
	receive(BURST);
	receive(BURST);
	assert_int_equal(vector.q.nombuf, 10);
	/* 13 are wanted, 3 of them for the first time; 5 come */
	allow(5);
	pass(3);
	assert_int_equal(vector.q.unfilled, 8);
	assert_int_equal(vector.q.nombuf, 13);
	/* 12 are wanted, and all but one come: three of the new ones */
	allow(11);
	pass(4);
	assert_int_equal(vector.q.unfilled, 1);
	assert_int_equal(vector.q.nombuf, 14);
	/* All is well again, and what was missing is forgotten. */
	allow(TEST_RICH);
	pass(8);
	assert_int_equal(vector.q.unfilled, 0);
	assert_int_equal(vector.q.nombuf, 14);
	allow(0);
	pass(8);
	assert_int_equal(vector.q.nombuf, 22);
	allow(TEST_RICH);
	stop();
}

/** As many mbufs come back as packets arrive, but some buffers are always missing. */
static void
steady_starvation_goes_on_counting(void **state)
{
	unsigned int i;
	uint64_t before;

	(void)state;
	start();
	/* 12 are missing; 8 more are wanted each time, and 8 of those that waited are posted. */
	allow(0);
	pass(12);
	for (i = 0; i < 1000; i++) {
		allow(8);
		pass(8);
		assert_int_equal(vector.q.unfilled, 12);
		assert_int_equal(vector.q.nombuf, 12 + 8 * (i + 1));
	}
	stop();

	/* The ring is all but empty. */
	start();
	allow(0);
	for (i = 0; i < DEPTH - 1; i++)
		pass(1);
	assert_int_equal(vector.q.nombuf, DEPTH - 1);
	assert_int_equal(owned(&vector), 0);
	for (i = 0; i < 1000; i++) {
		before = vector.q.nombuf;
		allow(1);
		receive(BURST);
		assert_int_equal(owned(&vector), 1);
		assert_int_equal(vector.q.nombuf, before);
		pass(1);
		assert_int_equal(vector.q.nombuf, before + 1);
	}
	allow(TEST_RICH);
	receive(BURST);
	assert_int_equal(owned(&vector), DEPTH - 1);
	stop();
}

/**
 * Any course of shortage and recovery. A buffer is a position in the ring: it counts if a refill
 * ended without it, and once.
 */
static void
missing_buffers_are_counted_exactly_in_any_course(void **state)
{
	uint64_t head = 0, tail = DEPTH - 1, end, counted_to = 0, nombuf = 0, refills = 0;
	unsigned int round, n;

	(void)state;
	start();
	for (round = 0; round < 5 * ROUNDS; round++) {
		switch (random_below(3)) {
		case 0:
			allow(0);
			break;
		case 1:
			allow(random_below(24));
			break;
		default:
			allow(random_below(8) == 0 ? TEST_RICH : 1);
		}
		n = random_below(RTE_MIN(owned(&vector), ENA_RX_FREE_THRESH) + 1);
		pass(n);
		head += n;
		end = head + DEPTH - 1;
		if (end - tail >= ENA_RX_FREE_THRESH) { /* a refill was due */
			tail += (uint16_t)((uint16_t)vector.db - (uint16_t)tail);
			counted_to = RTE_MAX(counted_to, tail);
			nombuf += end - counted_to;
			counted_to = end;
			refills++;
		}
		assert_int_equal((uint16_t)tail, (uint16_t)vector.db);
		assert_int_equal(vector.q.nombuf, nombuf);
	}
	assert_true(refills > ROUNDS && nombuf > DEPTH);
	allow(TEST_RICH);
	stop();
}

/** Packets of several buffers, a large threshold: the ring always comes back. */
static void
a_pool_that_was_empty_stalls_nothing(void **state)
{
	unsigned int round, i, segs, packets, n;
	struct ena_rx_cdesc c;

	(void)state;
	start();
	/* the largest that the queue set-up lets through */
	scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)(DEPTH - 1 - vector.q.max_bufs);
	for (round = 0; round < 200; round++) {
		allow(round % 2 == 0 ? random_below(40) : TEST_RICH);
		for (packets = 0; owned(&scalar) >= 4; packets++) {
			segs = 1 + random_below(4);
			for (i = 0; i < segs; i++) {
				c = any_packet();
				set_ends(&c, i == 0, i == segs - 1);
				complete(c);
			}
		}
		for (n = 0; n < packets;)
			n += receive(BURST);
		allow(TEST_RICH);
		receive(BURST);
		assert_true(owned(&scalar) >= scalar.q.max_bufs);
	}
	assert_int_equal(scalar.q.state, ENA_QUEUE_RUNNING);
	stop();
}

/** Whatever a pool leaves in the array of a request that failed: no slot without a buffer has it.
 */
static void
a_pool_that_fails_leaves_nothing_behind(void **state)
{
	unsigned int i, owns = 0;

	(void)state;
	start();
	scalar.pool.scribbles = vector.pool.scribbles = true;
	allow(5);
	pass(16);
	assert_int_equal(vector.q.unfilled, 11);
	for (i = 0; i < DEPTH; i++)
		owns += vector.mbufs[i] != NULL;
	assert_int_equal(owns, DEPTH - 1 - 11);
	allow(TEST_RICH);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_are_those_of_the_datasheet),
		cmocka_unit_test(the_device_keeps_all_but_a_batch_in_bursts_of_every_size),
		cmocka_unit_test(the_low_water_mark_is_what_the_device_was_told),
		cmocka_unit_test(few_packets_a_burst_ring_the_doorbell_rarely),
		cmocka_unit_test(each_buffer_that_is_missing_counts_once),
		cmocka_unit_test(steady_starvation_goes_on_counting),
		cmocka_unit_test(missing_buffers_are_counted_exactly_in_any_course),
		cmocka_unit_test(a_pool_that_was_empty_stalls_nothing),
		cmocka_unit_test(a_pool_that_fails_leaves_nothing_behind),
	};

	return functions_run(functions, RTE_DIM(functions), rx_pools, tests, RTE_DIM(tests));
}
