/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the tests of Rx share.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_rx_util.h"

struct dd d;
struct dd_queue q;
uint8_t *bufs;
uint64_t bufs_iova;
uint8_t frame[SOFTENA_FRAME_MAX];
bool ids_in_order;
uint16_t next_id;

void
open_queue(uint16_t depth)
{
	dd_open(&d);
	q = (struct dd_queue){.depth = depth};
	dd_create(&d, &q);
	bufs = fake_host_alloc(&d.host, (size_t)depth * 2048, 4096, &bufs_iova);
	ids_in_order = true;
	next_id = 0;
}

void
open_default(uint16_t depth)
{
	dd_config(&d);
	open_queue(depth);
}

void
post(unsigned int n, uint32_t len)
{
	for (; n > 0; n--) {
		uint16_t slot = q.tail & (q.depth - 1);

		dd_put_rx(&q, bufs_iova + slot * 2048u, len, slot);
	}
	dd_doorbell(&d, &q);
}

void
present(const void *data, size_t len)
{
	fake_wire_push(&d.wire, data, len);
	dd_run(&d);
}

uint32_t
word(const uint8_t *c, unsigned int i)
{
	return c[i * 4] | (uint32_t)c[i * 4 + 1] << 8 | (uint32_t)c[i * 4 + 2] << 16 |
	       (uint32_t)c[i * 4 + 3] << 24;
}

void
fill(size_t len, uint8_t seed)
{
	memset(frame, 0, sizeof(frame));
	for (size_t i = 14; i < len; i++)
		frame[i] = (uint8_t)(i * 131 + (i >> 8) * 17 + seed);
	frame[12] = 0x12;
}

unsigned int
check_packet(size_t len)
{
	unsigned int n = 0;
	size_t at = 0;

	for (;;) {
		const uint8_t *c = dd_completion(&q);
		uint32_t w0, part, req;
		uint8_t offset;

		assert_non_null(c);
		w0 = word(c, 0);
		part = word(c, 1) & 0xffff;
		req = word(c, 1) >> 16;
		offset = c[14];
		assert_int_equal(!(w0 & ENA_RX_CDESC_FIRST), n != 0);
		assert_true(w0 & ENA_RX_CDESC_BUF);
		assert_int_equal(w0 & ENA_RX_CDESC_MBZ, 0);
		assert_true(req < q.depth && at + part <= len);
		if (ids_in_order)
			assert_int_equal(req, next_id++ & (q.depth - 1));
		if (n > 0)
			assert_int_equal(offset, 0);
		assert_memory_equal(bufs + req * 2048 + offset, frame + at, part);
		at += part;
		n++;
		if (w0 & ENA_RX_CDESC_LAST)
			break;
		assert_int_equal(w0 & 0xffffff, 0);
		assert_int_equal(word(c, 2), 0);
	}
	assert_int_equal(at, len);
	return n;
}
