/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What Rx completions say of a frame: protocols, fragments, checksums (part B 5.10).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"
#include "test_data_frames.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct dd d;
static struct dd_queue q;
static uint64_t buf_iova;
static uint8_t frame[2048];

static void
open_queue(uint16_t depth)
{
	dd_open(&d);
	q = (struct dd_queue){.depth = depth};
	dd_create(&d, &q);
	fake_host_alloc(&d.host, 2048, 64, &buf_iova);
}

static void
open_default(void)
{
	dd_config(&d);
	open_queue(16);
}

/** W0 that a frame gets, bits 17:0. */
static uint32_t
status_of(const uint8_t *f, size_t len)
{
	const uint8_t *c;
	uint32_t w0;

	dd_put_rx(&q, buf_iova, 2048, 0);
	dd_doorbell(&d, &q);
	fake_wire_push(&d.wire, f, len);
	dd_run(&d);
	c = dd_completion(&q);
	assert_non_null(c);
	w0 = c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 | (uint32_t)c[3] << 24;
	assert_int_equal(w0 & 0xfffc0000 & ~ENA_RX_CDESC_PHASE, 0x4c000000);
	return w0 & 0x3ffff;
}

static uint32_t
status_of_hex(const char *hex)
{
	size_t len = dd_unhex(hex, frame, sizeof(frame));

	return status_of(frame, len);
}

#define L3_ERR ENA_RX_CDESC_L3_ERR
#define L4_ERR ENA_RX_CDESC_L4_ERR
#define FRAG   ENA_RX_CDESC_FRAG
#define CHK    ENA_RX_CDESC_L4_CHK
#define TCP4   0x0c08u
#define UDP4   0x0d08u
#define TCP6   0x0c0bu
#define UDP6   0x0d0bu

static void
good_and_bad_checksums_are_told_apart(void **state)
{
	(void)state;
	open_default();
	for (size_t i = 0; i < COUNT(data_frames); i++) {
		const struct data_frame *f = &data_frames[i];
		size_t len = dd_unhex(f->hex, frame, sizeof(frame));
		size_t l3 = 14 + 4 * f->vlans, l4 = l3 + f->l3_len;
		uint32_t base = (f->ipv6 ? 0x0bu : 0x08u) | (uint32_t)f->vlans << 5;
		bool ext = f->l3_len > 40;

		if (!ext)
			base |= f->tcp ? 0x0c00u : 0x0d00u;
		assert_int_equal(status_of(frame, len), base | (ext ? 0 : CHK));
		frame[len - 1] ^= 0x10;
		assert_int_equal(status_of(frame, len), base | (ext ? 0 : CHK | L4_ERR));
		frame[len - 1] ^= 0x10;
		frame[l4 + 1] ^= 0x01;
		assert_int_equal(status_of(frame, len), base | (ext ? 0 : CHK | L4_ERR));
		frame[l4 + 1] ^= 0x01;
		if (!f->ipv6) {
			frame[l3 + 8] ^= 0x04; /* time to live: not in the pseudo-header */
			assert_int_equal(status_of(frame, len), base | CHK | L3_ERR);
		}
	}
	dd_close(&d);
}

static void
everything_else_gets_the_bits_of_table_5_10(void **state)
{
	(void)state;
	open_default();
	assert_int_equal(status_of_hex(data_v4_icmp), 0x08);
	assert_int_equal(status_of_hex(data_v4_frag_first), UDP4 | FRAG);
	assert_int_equal(status_of_hex(data_v4_frag_next), TCP4 | FRAG);
	assert_int_equal(status_of_hex(data_v4_udp_nosum), UDP4);
	assert_int_equal(status_of_hex(data_v6_udp_nosum), UDP6 | CHK | L4_ERR);
	assert_int_equal(status_of_hex(data_v6_icmp), 0x0b);
	assert_int_equal(status_of_hex(data_v6_frag_tcp), 0x0b);
	assert_int_equal(status_of_hex(data_v6_ext_udp), 0x0b);
	assert_int_equal(status_of_hex(data_arp), 0);
	assert_int_equal(status_of_hex(data_vlan_arp), 0);
	assert_int_equal(status_of_hex(data_triple_vlan), 0);
	dd_close(&d);
}

static void
a_frame_may_be_cut_off_anywhere(void **state)
{
	(void)state;
	open_default();
	for (size_t i = 0; i < COUNT(data_frames); i++) {
		const struct data_frame *f = &data_frames[i];
		size_t len = dd_unhex(f->hex, frame, sizeof(frame));
		size_t l3_end = 14u + 4 * f->vlans + (f->ipv6 ? 40 : f->l3_len);

		/* From long to short: the memory after the frame holds the bytes that were cut off,
		 * so a read beyond the end would find a complete frame. */
		status_of(frame, len);
		for (size_t cut = len - 1; cut > 0; cut--) {
			uint32_t w0 = status_of(frame, cut);

			assert_int_equal(w0 & (CHK | L4_ERR | FRAG | L3_ERR), 0);
			if (cut < l3_end)
				assert_int_equal(w0, 0);
			else
				assert_int_not_equal(w0 & 0x1f, 0);
		}
	}
	dd_close(&d);
}

static void
bytes_behind_the_ip_packet_do_not_matter(void **state)
{
	(void)state;
	open_default();
	for (size_t i = 0; i < COUNT(data_frames); i++) {
		size_t len = dd_unhex(data_frames[i].hex, frame, sizeof(frame));
		uint32_t before = status_of(frame, len);

		memset(frame + len, 0xe7, 11);
		assert_int_equal(status_of(frame, len + 11), before);
	}
	dd_close(&d);
}

static void
lengths_inside_a_packet_may_lie(void **state)
{
	(void)state;
	open_default();
	/* UDP length beyond the IP packet, and below a header */
	dd_unhex(dd_udp60, frame, sizeof(frame));
	frame[39] = 0x1b;
	assert_int_equal(status_of(frame, 60), UDP4);
	frame[39] = 7;
	assert_int_equal(status_of(frame, 60), UDP4);
	/* IPv4 total length beyond the frame, and below its header */
	dd_unhex(dd_udp60, frame, sizeof(frame));
	frame[17] = 0x2f;
	assert_int_equal(status_of(frame, 60), UDP4 | L3_ERR);
	frame[17] = 19;
	assert_int_equal(status_of(frame, 60), UDP4 | L3_ERR);
	/* Header length below 5 words, or beyond the frame; version */
	dd_unhex(dd_udp60, frame, sizeof(frame));
	frame[14] = 0x44;
	assert_int_equal(status_of(frame, 60), 0);
	frame[14] = 0x4f;
	assert_int_equal(status_of(frame, 60), 0);
	frame[14] = 0x65;
	assert_int_equal(status_of(frame, 60), 0);
	dd_close(&d);
}

static void
l4_is_verified_only_if_the_offload_is_announced(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 4; bits++) {
		dd_config(&d);
		d.cfg.rx_offloads &= ~(ENA_RX_OFFLOAD_L4_V4_CSUM | ENA_RX_OFFLOAD_L4_V6_CSUM);
		if (bits & 1)
			d.cfg.rx_offloads |= ENA_RX_OFFLOAD_L4_V4_CSUM;
		if (bits & 2)
			d.cfg.rx_offloads |= ENA_RX_OFFLOAD_L4_V6_CSUM;
		open_queue(16);
		assert_int_equal(status_of_hex(data_frames[0].hex), TCP4 | (bits & 1 ? CHK : 0));
		assert_int_equal(status_of_hex(data_frames[6].hex), TCP6 | (bits & 2 ? CHK : 0));
		dd_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_and_bad_checksums_are_told_apart),
		cmocka_unit_test(everything_else_gets_the_bits_of_table_5_10),
		cmocka_unit_test(a_frame_may_be_cut_off_anywhere),
		cmocka_unit_test(bytes_behind_the_ip_packet_do_not_matter),
		cmocka_unit_test(lengths_inside_a_packet_may_lie),
		cmocka_unit_test(l4_is_verified_only_if_the_offload_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
