/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A driver that writes nonsense to every ring, and a medium that carries nonsense. The seed is
 * fixed; run it under the sanitizers. DATA_FUZZ_ROUNDS asks for more than the default.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"
#include "test_data_frames.h"

#define QUEUES 4u
#define BUF    0x20000u
/* Kinds that leave the admin queue alone. */
#define DATA_FAULTS (SOFTENA_FAULT_TX_DOORBELL_LOST + 1)

static struct dd d;
static struct dd_queue q[QUEUES];
static uint8_t *buf;
static uint64_t buf_iova;
static uint64_t seed;

static uint32_t
rnd(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33) % below;
}

static uint32_t
any32(void)
{
	return rnd(1u << 16) << 16 | rnd(1u << 16);
}

/** A buffer address: mostly mapped, sometimes at the edge or far away. */
static uint64_t
address(void)
{
	switch (rnd(12)) {
	case 0:
		return (uint64_t)any32() << 16 | rnd(65536);
	case 1:
		return buf_iova + BUF - rnd(64);
	default:
		return buf_iova + rnd(BUF / 2);
	}
}

static void
random_frame_into(uint8_t *to, size_t cap)
{
	const char *hex = rnd(2) ? data_frames[rnd(9)].hex : data_tso[rnd(8)].hex;
	uint8_t frame[2048];
	size_t len = dd_unhex(hex, frame, sizeof(frame));

	for (unsigned int n = rnd(4); n > 0; n--)
		frame[rnd((uint32_t)len)] = (uint8_t)rnd(256);
	memcpy(to, frame, len < cap ? len : cap);
}

static uint32_t
offload_bits(void)
{
	static const uint32_t l3[] = {0, ENA_L3_IPV4, ENA_L3_IPV6, 15};
	static const uint32_t l4[] = {0, ENA_L4_TCP, ENA_L4_UDP, 31};

	return l3[rnd(4)] | l4[rnd(4)] << 8 | (rnd(3) == 0 ? ENA_TX_W1_TSO : 0) |
	       (rnd(2) ? ENA_TX_W1_L3_CS : 0) | (rnd(2) ? ENA_TX_W1_L4_CS : 0) |
	       (rnd(3) == 0 ? ENA_TX_W1_L4_SEED : 0);
}

/** A Tx slot: mostly valid, so that the device processes it, and sometimes with wrong fields. */
static void
random_tx_desc(uint8_t *at)
{
	uint32_t w[4];
	uint64_t addr = address();

	w[0] = rnd(30) == 0 ? rnd(65536) : rnd(300);
	w[1] = offload_bits() | any32() << 22;
	w[2] = (uint32_t)addr;
	w[3] = (uint32_t)(addr >> 32) | (rnd(3) == 0 ? rnd(256) << 24 : 0);
	if (rnd(4) == 0) {
		w[0] = any32() & ~ENA_TX_W0_LAST;
		w[0] |= ENA_TX_W0_META;
		w[2] = (rnd(3) ? 0x0e14 : any32() & 0x3fffff) | (rnd(2) ? 0x50000 : 0) |
		       (200 + rnd(800)) << 22;
	}
	if (rnd(3) != 0)
		w[0] |= ENA_TX_W0_LAST;
	if (rnd(8) != 0)
		w[0] |= ENA_TX_W0_CREQ;
	if (rnd(20) == 0)
		w[rnd(4)] = any32();
	for (unsigned int i = 0; i < 4; i++) {
		ena_le32_t le = ena_put32(w[i]);

		memcpy(at + i * 4, &le, 4);
	}
}

static void
scribble(struct dd_queue *sq)
{
	for (unsigned int n = rnd(20); n > 0; n--) {
		uint8_t *slot = dd_slot(sq, (uint16_t)(sq->tail + rnd(20)));

		if (!sq->tx) {
			uint64_t addr = address();
			uint16_t tail = sq->tail;

			dd_put_rx(sq, addr, rnd(4) ? 1 + rnd(3000) : rnd(65537), (uint16_t)any32());
			sq->tail = (uint16_t)(tail + 1);
			if (rnd(30) == 0)
				memset(slot, (int)rnd(256), 16);
			continue;
		}
		for (unsigned int off = 0; off + 16 <= sq->slot_size; off += 16)
			random_tx_desc(slot + off);
		if (sq->llq)
			random_frame_into(slot + 32, sq->slot_size - 32u);
	}
}

static void
random_doorbell(struct dd_queue *sq)
{
	switch (rnd(10)) {
	case 0:
		sq->tail = (uint16_t)any32();
		break;
	case 1:
		sq->tail = (uint16_t)(sq->tail + sq->depth);
		break;
	default:
		sq->tail = (uint16_t)(sq->tail + rnd(20));
		break;
	}
	softena_reg_write(d.dev, sq->db_off, sq->tail | (rnd(4) ? 0 : any32() << 16));
}

static void
random_frame_on_wire(void)
{
	uint8_t frame[16384];
	size_t len = rnd(20) == 0 ? 1 + rnd(sizeof(frame)) : 1 + rnd(300);

	memset(frame, (int)rnd(256), len);
	random_frame_into(frame, len);
	fake_wire_push(&d.wire, frame, len);
}

static void
make_queue(unsigned int i)
{
	static const uint16_t depths[] = {2, 4, 32, 256};

	q[i] = (struct dd_queue){
		.tx = i < 3,
		.llq = i == 1,
		.extended = rnd(2),
		.depth = depths[rnd(4)],
		.vector = rnd(3),
	};
	dd_create(&d, &q[i]);
	/* The ring of the last queue may lie half outside of what is mapped. */
	if (i == 2 && rnd(4) == 0)
		fake_host_unmap(&d.host, q[i].sq_iova);
}

static void
drain_wire(void)
{
	struct fake_frame *f;

	while ((f = fake_wire_pop(&d.wire)) != NULL) {
		assert_in_range(f->len, 60, SOFTENA_FRAME_MAX);
		free(f);
	}
}

static void
open_device(unsigned int round)
{
	dd_config(&d);
	d.cfg.quirks.tx_out_of_order = round & 1;
	d.cfg.quirks.rx_out_of_order = round & 2;
	d.cfg.quirks.rx_zero_last = round & 4;
	d.cfg.quirks.hashed_rx = round & 8;
	d.cfg.quirks.drop_long_headers = round & 16;
	d.cfg.quirks.rx_offset = round & 32 ? 200 : 0;
	if (round & 64)
		d.cfg.features &= ~ENA_BIT(ENA_FEATURE_RSS_HASH_INPUT);
	d.cfg.strict = round % 3 == 0 ? SOFTENA_STRICT_ON : SOFTENA_STRICT_OFF;
	d.cfg.llq_entry_sizes = 5;
	dd_open(&d);
	d.wire.base.patient = round & 128;
	dd_host_features(&d, ENA_HOST_FEATURE_RX_OFFSET);
	assert_int_equal(dd_set_llq(&d, round & 1 ? ENA_LLQ_ENTRY_256 : ENA_LLQ_ENTRY_128, 2,
				 ENA_LLQ_STRIDE_MULTI),
		0);
	buf = fake_host_alloc(&d.host, BUF, 64, &buf_iova);
	for (unsigned int i = 0; i + 2048 <= BUF; i += 512)
		random_frame_into(buf + i, 512);
	for (unsigned int i = 0; i < QUEUES; i++)
		make_queue(i);
}

/** After all that, a device reset gives a device that works. */
static void
prove_sane(void)
{
	struct dd_queue fresh = {.tx = true, .depth = 16};
	uint8_t frame[60];

	softena_fault_clear(d.dev);
	drain_wire();
	dd_create(&d, &fresh);
	softena_link_set(d.dev, true);
	d.wire.refuse = false;
	assert_int_equal(dd_unhex(dd_udp60, frame, sizeof(frame)), 60);
	memcpy(buf, frame, 60);
	dd_put_tx(&fresh, 60 | ENA_TX_W0_FIRST | ENA_TX_W0_LAST | ENA_TX_W0_CREQ, 0, buf_iova, 0);
	dd_doorbell(&d, &fresh);
	for (unsigned int i = 0; i < 200; i++)
		softena_poll(d.dev, true, true);
	assert_non_null(dd_completion(&fresh));
	drain_wire();
}

static void
no_nonsense_in_rings_or_frames_harms_the_device(void **state)
{
	const char *more = getenv("DATA_FUZZ_ROUNDS");
	unsigned int rounds = more != NULL ? (unsigned int)strtoul(more, NULL, 10) : 64;

	(void)state;
	for (unsigned int round = 0; round < rounds; round++) {
		seed = round * UINT64_C(0x9e3779b97f4a7c15) + 1;
		open_device(round * 37);
		for (unsigned int step = 0; step < 150; step++) {
			struct dd_queue *sq = &q[rnd(QUEUES)];

			scribble(sq);
			random_doorbell(sq);
			for (unsigned int n = rnd(10); n > 0; n--)
				random_frame_on_wire();
			softena_reg_write(d.dev, q[rnd(QUEUES)].unmask_off, any32());
			softena_reg_write(d.dev, 0x1000 + rnd(0x3000), any32());
			fake_host_advance(&d.host, rnd(1000000));
			softena_poll(d.dev, true, true);
			drain_wire();
			if (rnd(40) == 0)
				softena_link_set(d.dev, rnd(3) != 0);
			if (rnd(40) == 0)
				d.wire.refuse = rnd(2);
			if (rnd(10) == 0)
				fault_arm(d.dev, rnd(DATA_FAULTS), SOFTENA_FAULT_ANY_QUEUE, rnd(4),
					rnd(4));
			if (rnd(30) == 0) {
				unsigned int i = rnd(2) ? 3 : rnd(2);

				dd_remove(&d, &q[i]);
				make_queue(i);
			}
		}
		prove_sane();
		dd_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_nonsense_in_rings_or_frames_harms_the_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
