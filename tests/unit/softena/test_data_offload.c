/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx checksums and TCP segmentation against frames of scapy, and against a sum of its own.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"
#include "test_data_frames.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BUF_LEN  70000u
#define META     (ENA_TX_W0_META | ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_STORE)

static struct dd d;
static struct dd_queue q;
static uint8_t *buf;
static uint64_t buf_iova;

static int
setup(void **state)
{
	*state = &d;
	dd_config(&d);
	dd_open(&d);
	buf = fake_host_alloc(&d.host, BUF_LEN, 64, &buf_iova);
	q = (struct dd_queue){.tx = true, .depth = 256};
	dd_create(&d, &q);
	return 0;
}

struct tuple {
	uint16_t mss;
	uint8_t l3_off, l3_len, l4_words;
};

/** Send @p len bytes of buf with metadata, in pieces of at most 60000 bytes. */
static void
send_packet(const struct tuple *t, uint32_t w1, size_t len)
{
	uint32_t w2 = t->l3_len | (uint32_t)t->l3_off << 8 | (uint32_t)t->l4_words << 16 |
		      (uint32_t)(t->mss & 0x3ff) << 22;
	size_t at = 0;

	dd_put_tx(&q, META | ENA_TX_W0_FIRST | (uint32_t)(t->mss >> 10) << 16, 0, w2, 0);
	do {
		size_t part = len - at < 60000 ? len - at : 60000;
		bool last = at + part == len;

		dd_put_tx(&q,
			(uint32_t)part | (at == 0 ? ENA_TX_W0_CREQ : 0) |
				(last ? ENA_TX_W0_LAST : 0),
			at == 0 ? w1 : 0, buf_iova + at, 0);
		at += part;
	} while (at < len);
	dd_doorbell(&d, &q);
	dd_run(&d);
	assert_non_null(dd_completion(&q));
	assert_null(dd_completion(&q));
}

static void
expect_frame(const uint8_t *frame, size_t len)
{
	uint8_t padded[60] = {0};

	if (len < 60) {
		memcpy(padded, frame, len);
		frame = padded;
		len = 60;
	}
	dd_assert_sent(&d, frame, len);
}

/** Write a wrong value where the device must insert one. */
static void
spoil(uint8_t *field)
{
	field[0] = 0x5a;
	field[1] = 0xc3;
}

/** 16-bit big-endian words with the carry added at once: not how the device does it. */
static uint16_t
plain_sum(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (uint16_t)sum;
}

static uint16_t
pseudo_sum(const uint8_t *ip, bool ipv6, uint8_t proto, size_t l4_len)
{
	uint32_t sum = ipv6 ? plain_sum(0, ip + 8, 32) : plain_sum(0, ip + 12, 8);

	sum += proto + (uint32_t)l4_len;
	while (sum > 0xffff)
		sum -= 0xffff;
	return (uint16_t)sum;
}

static uint32_t
w1_of(bool ipv6, bool tcp)
{
	return (ipv6 ? ENA_L3_IPV6 : ENA_L3_IPV4) |
	       ENA_FIELD_PREP(ENA_TX_W1_L4_IDX, tcp ? ENA_L4_TCP : ENA_L4_UDP);
}

static struct tuple
tuple_of(const struct data_frame *f)
{
	return (struct tuple){.l3_off = (uint8_t)(14 + 4 * f->vlans), .l3_len = f->l3_len};
}

static size_t
csum_at(const struct data_frame *f)
{
	return 14u + 4 * f->vlans + f->l3_len + (f->tcp ? 16 : 6);
}

/* ---- checksums ------------------------------------------------------------------------ */

static void
full_checksums_are_those_of_scapy_whatever_the_fields_held(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_frames); i++) {
		const struct data_frame *f = &data_frames[i];
		struct tuple t = tuple_of(f);
		uint8_t want[2048];
		size_t len = dd_unhex(f->hex, want, sizeof(want));

		memcpy(buf, want, len);
		spoil(buf + csum_at(f));
		if (!f->ipv6)
			spoil(buf + t.l3_off + 10);
		send_packet(&t,
			w1_of(f->ipv6, f->tcp) | ENA_TX_W1_L4_CS | (f->ipv6 ? 0 : ENA_TX_W1_L3_CS),
			len);
		expect_frame(want, len);
	}
}

static void
seeded_checksums_are_those_of_scapy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_frames); i++) {
		const struct data_frame *f = &data_frames[i];
		struct tuple t = tuple_of(f);
		uint8_t want[2048];
		size_t len = dd_unhex(f->hex, want, sizeof(want));
		size_t l4 = (size_t)t.l3_off + t.l3_len;
		uint16_t seed;

		memcpy(buf, want, len);
		seed = pseudo_sum(buf + t.l3_off, f->ipv6, f->tcp ? 6 : 17, len - l4);
		buf[csum_at(f)] = (uint8_t)(seed >> 8);
		buf[csum_at(f) + 1] = (uint8_t)seed;
		send_packet(&t, w1_of(f->ipv6, f->tcp) | ENA_TX_W1_L4_CS | ENA_TX_W1_L4_SEED, len);
		expect_frame(want, len);
	}
}

static void
each_checksum_bit_touches_its_field_alone(void **state)
{
	const struct data_frame *f = &data_frames[0];
	struct tuple t = tuple_of(f);
	uint8_t good[2048], want[2048];
	size_t len = dd_unhex(f->hex, good, sizeof(good));

	(void)state;
	memcpy(buf, good, len);
	spoil(buf + csum_at(f));
	spoil(buf + 24);
	for (unsigned int bits = 0; bits < 4; bits++) {
		memcpy(want, buf, len);
		if (bits & 1)
			memcpy(want + 24, good + 24, 2);
		if (bits & 2)
			memcpy(want + csum_at(f), good + csum_at(f), 2);
		send_packet(&t,
			w1_of(false, true) | (bits & 1 ? ENA_TX_W1_L3_CS : 0) |
				(bits & 2 ? ENA_TX_W1_L4_CS : 0),
			len);
		expect_frame(want, len);
	}
}

static void
checksum_bits_are_ignored_where_there_is_nothing_to_sum(void **state)
{
	static const struct {
		struct tuple t;
		uint32_t w1;
	} cases[] = {
		/* L4 index neither TCP nor UDP */
		{{0, 14, 20, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS},
		{{0, 14, 20, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS | 23u << 8},
		/* headers outside the packet */
		{{0, 250, 20, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS | ENA_TX_W1_L3_CS | 12u << 8},
		{{0, 14, 255, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS | 12u << 8},
		{{0, 14, 135, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS | 12u << 8},
		{{0, 14, 140, 0}, ENA_L3_IPV4 | ENA_TX_W1_L4_CS | ENA_TX_W1_L4_SEED | 12u << 8},
		/* no IPv4 header in an IPv6 packet */
		{{0, 14, 20, 0}, ENA_L3_IPV6 | ENA_TX_W1_L3_CS},
		/* no header length in the byte at L3_OFF */
		{{0, 0, 20, 0}, ENA_L3_IPV4 | ENA_TX_W1_L3_CS},
		/* IP version unknown, and a pseudo-header is asked for */
		{{0, 14, 20, 0}, ENA_TX_W1_L4_CS | 12u << 8},
		/* no offload at all */
		{{7, 14, 20, 5}, ENA_L3_IPV4 | 12u << 8 | ENA_TX_W1_DF},
	};
	size_t len = dd_unhex(data_frames[0].hex, buf, BUF_LEN);

	(void)state;
	assert_true(len > 150 && len < 170);
	spoil(buf + csum_at(&data_frames[0]));
	spoil(buf + 24);
	for (size_t i = 0; i < COUNT(cases); i++) {
		send_packet(&cases[i].t, cases[i].w1, len);
		expect_frame(buf, len);
	}
	assert_int_equal(dd_stats(&d).tx_drops, 0);
}

static void
padding_behind_the_ip_packet_is_not_summed(void **state)
{
	uint8_t want[80] = {0};
	size_t len = dd_unhex(dd_udp60, want, sizeof(want));
	struct tuple t = {.l3_off = 14, .l3_len = 20};

	(void)state;
	memset(want + len, 0x99, 15);
	memcpy(buf, want, len + 15);
	spoil(buf + 40);
	send_packet(&t, w1_of(false, false) | ENA_TX_W1_L4_CS, len + 15);
	expect_frame(want, len + 15);
}

/* ---- segmentation ---------------------------------------------------------------------- */

static void
check_tso(const struct data_tso *t, uint32_t bits, bool words)
{
	struct tuple meta = {
		.mss = t->mss,
		.l3_off = (uint8_t)(14 + 4 * t->vlans),
		.l3_len = t->l3_len,
	};
	size_t len = dd_unhex(t->hex, buf, BUF_LEN);
	size_t tcp = (size_t)meta.l3_off + meta.l3_len;

	if (words)
		meta.l4_words = buf[tcp + 12] >> 4;
	/* The device ignores what drivers leave in these fields. */
	spoil(buf + tcp + 16);
	if (!t->ipv6) {
		spoil(buf + meta.l3_off + 2);
		spoil(buf + meta.l3_off + 10);
	}
	send_packet(&meta, (t->ipv6 ? ENA_L3_IPV6 : ENA_L3_IPV4) | ENA_TX_W1_TSO | bits, len);
	for (size_t i = 0; t->segment[i] != NULL; i++) {
		uint8_t want[2048];

		expect_frame(want, dd_unhex(t->segment[i], want, sizeof(want)));
	}
	dd_assert_nothing_sent(&d);
}

static void
segments_are_those_of_scapy(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_tso); i++)
		check_tso(&data_tso[i], ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS | 12u << 8, true);
}

static void
segments_need_neither_l4_index_nor_checksum_bits_nor_l4_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(data_tso); i++) {
		check_tso(&data_tso[i], 0, false);
		check_tso(&data_tso[i], ENA_TX_W1_L4_CS | ENA_TX_W1_L4_SEED | 13u << 8, true);
	}
}

static void
without_mss_the_packet_goes_out_whole_with_the_checksums_asked_for(void **state)
{
	const struct data_frame *f = &data_frames[0];
	struct tuple t = tuple_of(f);
	uint8_t want[2048];
	size_t len = dd_unhex(f->hex, want, sizeof(want));

	(void)state;
	memcpy(buf, want, len);
	spoil(buf + csum_at(f));
	spoil(buf + 24);
	send_packet(
		&t, w1_of(false, true) | ENA_TX_W1_TSO | ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS, len);
	expect_frame(want, len);
	send_packet(&t, w1_of(false, true) | ENA_TX_W1_TSO, len);
	expect_frame(buf, len);
	/* The seed bit means nothing with TSO, nor does the L4 index. */
	memcpy(want + 24, buf + 24, 2);
	send_packet(&t, ENA_L3_IPV4 | ENA_TX_W1_TSO | ENA_TX_W1_L4_CS | ENA_TX_W1_L4_SEED, len);
	expect_frame(want, len);
	send_packet(&t, w1_of(false, true) | ENA_TX_W1_TSO, SOFTENA_FRAME_MAX);
	expect_frame(buf, SOFTENA_FRAME_MAX);
	send_packet(&t, w1_of(false, true) | ENA_TX_W1_TSO, SOFTENA_FRAME_MAX + 1);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_stats(&d).tx_drops, 1);
}

/** The quirk tso-needs-seed: IPv4 with DF 0 in the descriptor only. */
static void
with_the_quirk_tcp_checksums_of_segments_begin_with_the_seed(void **state)
{
	struct tuple t = {.mss = 700, .l3_off = 14, .l3_len = 20, .l4_words = 5};
	uint32_t w1 = w1_of(false, true) | ENA_TX_W1_TSO;
	uint16_t seed;

	(void)state;
	dd_close(&d);
	dd_config(&d);
	d.cfg.quirks.tso_needs_seed = true;
	dd_open(&d);
	buf = fake_host_alloc(&d.host, BUF_LEN, 64, &buf_iova);
	q = (struct dd_queue){.tx = true, .depth = 256};
	dd_create(&d, &q);
	dd_unhex(dd_udp60, buf, BUF_LEN);
	buf[23] = 6;
	buf[46] = 0x50;
	seed = pseudo_sum(buf + 14, false, 6, 0);
	for (unsigned int i = 0; i < 3; i++) {
		/* the right seed; a wrong one; a wrong one with DF */
		uint16_t value = (uint16_t)(seed ^ (i != 0 ? 0x1234 : 0));

		buf[50] = (uint8_t)(value >> 8);
		buf[51] = (uint8_t)value;
		send_packet(&t, w1 | (i == 2 ? ENA_TX_W1_DF : 0), 54 + 1500);
		for (unsigned int n = 0; n < 3; n++) {
			struct fake_frame *f = fake_wire_pop(&d.wire);
			size_t l4_len = f->len - 34;
			bool good = plain_sum(pseudo_sum(f->data + 14, false, 6, l4_len),
					    f->data + 34, l4_len) == 0xffff;

			if (n == 2)
				assert_int_equal(l4_len, 20 + 100);
			assert_int_equal(good, i != 1);
			free(f);
		}
		dd_assert_nothing_sent(&d);
	}
}

/** Every byte of a segment, computed by another method than that of the device. */
static void
check_segment(const struct fake_frame *f, const struct tuple *t, size_t hdr, size_t n, size_t count,
	size_t part, uint32_t seq, uint16_t id)
{
	const uint8_t *ip = f->data + t->l3_off, *tcp = ip + t->l3_len;
	size_t l4_len = f->len - t->l3_off - t->l3_len;
	uint32_t got_seq = (uint32_t)tcp[4] << 24 | tcp[5] << 16 | tcp[6] << 8 | tcp[7];

	assert_int_equal(f->len, hdr + part);
	assert_memory_equal(f->data + hdr, buf + hdr + n * t->mss, part);
	assert_int_equal(ip[2] << 8 | ip[3], f->len - t->l3_off);
	assert_int_equal(ip[4] << 8 | ip[5], (uint16_t)(id + n));
	assert_int_equal(plain_sum(0, ip, 20), 0xffff);
	assert_int_equal(got_seq, seq + n * t->mss);
	assert_int_equal(tcp[13], 0x10 | (n == 0 ? 0x80 : 0) | (n + 1 == count ? 0x09 : 0));
	assert_int_equal(plain_sum(pseudo_sum(ip, false, 6, l4_len), tcp, l4_len), 0xffff);
}

static void
every_mss_cuts_a_packet_without_losing_a_byte(void **state)
{
	static const size_t sizes[] = {1, 2, 63, 64, 65, 1000, 1448, 1449, 9000, 65535 - 40};
	struct tuple t = {.l3_off = 14, .l3_len = 20, .l4_words = 5};

	(void)state;
	dd_unhex(dd_udp60, buf, BUF_LEN);
	buf[23] = 6;
	for (size_t i = 34; i < BUF_LEN; i++)
		buf[i] = (uint8_t)(i * 197 + (i >> 8) * 31);
	buf[46] = 0x50;
	buf[47] = 0x99; /* CWR, ACK, PSH, FIN */

	uint32_t seq = (uint32_t)buf[38] << 24 | buf[39] << 16 | buf[40] << 8 | buf[41];

	for (size_t i = 0; i < COUNT(sizes) * 9; i++) {
		static const uint16_t mss[] = {1, 7, 64, 536, 999, 1448, 1460, 8960, 16000};
		size_t size = sizes[i / 9], count;

		t.mss = mss[i % 9];
		count = (size + t.mss - 1) / t.mss;
		if (count > 5000)
			continue;
		send_packet(&t, w1_of(false, true) | ENA_TX_W1_TSO, 54 + size);
		for (size_t n = 0; n < count; n++) {
			struct fake_frame *f = fake_wire_pop(&d.wire);
			size_t left = size - n * t.mss;
			size_t part = left < t.mss ? left : t.mss;

			assert_non_null(f);
			if (54 + part < 60) {
				assert_int_equal(f->len, 60);
				f->len = 54 + part;
			}
			check_segment(f, &t, 54, n, count, part, seq, 0x1234);
			free(f);
		}
		dd_assert_nothing_sent(&d);
	}
	assert_int_equal(dd_stats(&d).tx_drops, 0);
}

static void
segments_longer_than_any_wire_takes_are_dropped(void **state)
{
	struct tuple t = {.mss = 16383, .l3_off = 14, .l3_len = 20, .l4_words = 5};

	(void)state;
	dd_unhex(dd_udp60, buf, BUF_LEN);
	send_packet(&t, w1_of(false, true) | ENA_TX_W1_TSO, 40000);
	dd_assert_nothing_sent(&d);
	assert_int_equal(dd_stats(&d).tx_drops, 1);
}

static void
tso_with_headers_outside_the_packet_sends_one_frame(void **state)
{
	static const struct tuple cases[] = {
		{100, 14, 20, 63}, {100, 14, 20, 4}, {100, 250, 250, 5}, {100, 14, 10, 5},
		{100, 13, 20, 5}, {100, 14, 20, 5}, /* as IPv6 */
	};
	size_t len = dd_unhex(data_frames[0].hex, buf, BUF_LEN);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		send_packet(&cases[i], w1_of(i == 5, true) | ENA_TX_W1_TSO, len);
		expect_frame(buf, len);
	}
	dd_assert_nothing_sent(&d);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, dd_teardown)
	const struct CMUnitTest tests[] = {
		T(full_checksums_are_those_of_scapy_whatever_the_fields_held),
		T(seeded_checksums_are_those_of_scapy),
		T(each_checksum_bit_touches_its_field_alone),
		T(checksum_bits_are_ignored_where_there_is_nothing_to_sum),
		T(padding_behind_the_ip_packet_is_not_summed),
		T(segments_are_those_of_scapy),
		T(segments_need_neither_l4_index_nor_checksum_bits_nor_l4_words),
		T(without_mss_the_packet_goes_out_whole_with_the_checksums_asked_for),
		T(with_the_quirk_tcp_checksums_of_segments_begin_with_the_seed),
		T(every_mss_cuts_a_packet_without_losing_a_byte),
		T(segments_longer_than_any_wire_takes_are_dropped),
		T(tso_with_headers_outside_the_packet_sends_one_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
