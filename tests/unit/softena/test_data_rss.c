/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Choice of an Rx queue: Toeplitz, hash input, indirection table, flow steering
 * (part B 7, part A 6.19, 6.22).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"
#include "test_data_frames.h"

#define QUEUES 4u
#define DEPTH  16u

static struct dd d;
static struct dd_queue q[QUEUES];

static const char user_key[] = "77 d1 c9 34 a4 c9 bd 87 6e 35 dd 17 b2 e3 23 9e 39 6d 8a 93"
			       "2a 95 b4 72 3a b3 7f 56 8e de b6 01 97 af 3b 2f 3a 70 e7 04";

static void
open_with_features(uint32_t without)
{
	dd_config(&d);
	d.cfg.features &= ~without;
	dd_open(&d);
	for (unsigned int i = 0; i < QUEUES; i++) {
		uint64_t iova;

		q[i] = (struct dd_queue){.depth = DEPTH};
		dd_create(&d, &q[i]);
		fake_host_alloc(&d.host, 2048, 64, &iova);
		for (uint16_t n = 0; n < DEPTH; n++)
			dd_put_rx(&q[i], iova, 2048, n);
		dd_doorbell(&d, &q[i]);
	}
}

static int
setup(void **state)
{
	*state = &d;
	open_with_features(0);
	return 0;
}

static int
setup_without_input(void **state)
{
	*state = &d;
	open_with_features(ENA_BIT(ENA_FEATURE_RSS_HASH_INPUT));
	return 0;
}

static void
set_key(const uint8_t conventional[ENA_RSS_KEY_SIZE], bool reversed, uint32_t initial)
{
	struct ena_rss_function f = {
		.selected = ena_put32(ENA_RSS_FUNC_TOEPLITZ),
		.initial_value = ena_put32(initial),
	};
	struct ena_rss_key k = {.key_words = ena_put32(ENA_RSS_KEY_WORDS)};

	for (unsigned int i = 0; i < ENA_RSS_KEY_SIZE; i++)
		k.key[i] = conventional[reversed ? ENA_RSS_KEY_SIZE - 1 - i : i];
	memcpy(d.ctrl, &k, sizeof(k));
	assert_int_equal(dd_set(&d, ENA_FEATURE_RSS_HASH_FUNCTION, &f, sizeof(f), sizeof(k)), 0);
}

static void
set_user_key(bool reversed, uint32_t initial)
{
	uint8_t key[ENA_RSS_KEY_SIZE];

	dd_unhex(user_key, key, sizeof(key));
	set_key(key, reversed, initial);
}

/** Table of 128 entries: the queue numbers @p n0, @p n1 and so on in turn. */
static void
set_table(const uint16_t *queues, unsigned int n)
{
	struct ena_rss_table t = {
		.size_log2 = ena_put16(7),
		.inline_index = ena_put32(ENA_RSS_NO_INLINE),
	};

	for (unsigned int i = 0; i < 128; i++) {
		struct ena_rss_table_entry e = {.queue_idx = ena_put16(queues[i % n])};

		memcpy(d.ctrl + i * sizeof(e), &e, sizeof(e));
	}
	assert_int_equal(dd_set(&d, ENA_FEATURE_RSS_TABLE, &t, sizeof(t), 512), 0);
}

static void
set_fields(unsigned int proto, uint16_t fields)
{
	struct ena_rss_sorts sorts = {.enabled = ena_put16(ENA_RSS_SORT_L3 | ENA_RSS_SORT_L4)};
	static struct ena_rss_input in;

	for (unsigned int i = 0; i < ENA_RSS_PROTO_COUNT; i++)
		in.selected[i].fields = ena_put16(0xffff);
	in.selected[proto].fields = ena_put16(fields);
	memcpy(d.ctrl, &in, sizeof(in));
	assert_int_equal(
		dd_set(&d, ENA_FEATURE_RSS_HASH_INPUT, &sorts, sizeof(sorts), sizeof(in)), 0);
}

/** Bits of the key as one long number that is shifted: not how the device does it. */
static uint32_t
plain_toeplitz(const uint8_t *data, size_t len)
{
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint32_t hash = 0;

	dd_unhex(user_key, key, sizeof(key));
	for (size_t bit = 0; bit < len * 8; bit++) {
		if (data[bit / 8] >> (7 - bit % 8) & 1)
			hash ^= (uint32_t)key[0] << 24 | key[1] << 16 | key[2] << 8 | key[3];
		for (size_t i = 0; i < ENA_RSS_KEY_SIZE; i++)
			key[i] = (uint8_t)(key[i] << 1 |
					   (i + 1 < ENA_RSS_KEY_SIZE ? key[i + 1] >> 7 : 0));
	}
	return hash;
}

/** 60 bytes of TCP over IPv4. */
static size_t
tcp4(uint8_t *f, const char *src, const char *dst, uint16_t sport, uint16_t dport)
{
	memset(f, 0, 60);
	dd_unhex("020000000002 020000000001 0800 4500002e 00000000 40060000", f, 26);
	dd_unhex(src, f + 26, 4);
	dd_unhex(dst, f + 30, 4);
	f[34] = (uint8_t)(sport >> 8);
	f[35] = (uint8_t)sport;
	f[36] = (uint8_t)(dport >> 8);
	f[37] = (uint8_t)dport;
	return 60;
}

/** Present a frame. @return number of the queue that got it, or -1; its hash in @p hash */
static int
receive(const uint8_t *frame, size_t len, uint32_t *hash)
{
	int found = -1;

	fake_wire_push(&d.wire, frame, len);
	dd_run(&d);
	for (unsigned int i = 0; i < QUEUES; i++) {
		const uint8_t *c = dd_completion(&q[i]);

		if (c == NULL)
			continue;
		assert_int_equal(found, -1);
		found = (int)i;
		if (hash != NULL)
			*hash = (uint32_t)c[11] << 24 | c[10] << 16 | c[9] << 8 | c[8];
		/* The buffer goes back. */
		memcpy(dd_slot(&q[i], q[i].tail), dd_slot(&q[i], (uint16_t)(q[i].tail - DEPTH)),
			16);
		q[i].tail++;
		dd_doorbell(&d, &q[i]);
	}
	return found;
}

/** Destroy a queue; its completion ring reads as empty from now on. */
static void
remove_queue(unsigned int i)
{
	dd_remove(&d, &q[i]);
	memset(q[i].cq, 0, 16 * DEPTH);
	q[i].cq_head = 0;
}

static uint32_t
hash_of_hex(const char *hex)
{
	uint8_t frame[2048];
	size_t len = dd_unhex(hex, frame, sizeof(frame));
	uint32_t hash = 0xdeadbeef;

	assert_int_not_equal(receive(frame, len, &hash), -1);
	return hash;
}

/* ---- hash ------------------------------------------------------------------------------- */

static void
toeplitz_of_the_published_flow_is_a9828bd4(void **state)
{
	static const uint8_t in[] = {1, 2, 3, 4, 1, 2, 3, 5, 0x1b, 0x58, 0x1b, 0x58};
	uint8_t key[ENA_RSS_KEY_SIZE], rev[ENA_RSS_KEY_SIZE];

	(void)state;
	dd_unhex(user_key, key, sizeof(key));
	for (unsigned int i = 0; i < sizeof(key); i++)
		rev[i] = key[sizeof(key) - 1 - i];
	assert_int_equal(softena_toeplitz(key, in, sizeof(in)), 0xa9828bd4);
	assert_int_equal(softena_toeplitz(rev, in, sizeof(in)), 0xa4a1471a);
	assert_int_equal(softena_toeplitz(rev, in, sizeof(in)) ^ UINT32_MAX, 0x5b5eb8e5);
}

static void
toeplitz_agrees_with_a_plain_one_at_every_length(void **state)
{
	uint8_t key[ENA_RSS_KEY_SIZE], in[36];

	(void)state;
	dd_unhex(user_key, key, sizeof(key));
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 73 + 5);
	for (size_t len = 0; len <= sizeof(in); len++)
		assert_int_equal(softena_toeplitz(key, in, len), plain_toeplitz(in, len));
}

static void
the_vectors_of_changeable_key_devices_arrive_in_completions(void **state)
{
	static const struct {
		bool reversed;
		uint32_t initial, hash;
		unsigned int index;
	} cases[] = {
		{true, 0, 0xa9828bd4, 84},
		{false, UINT32_MAX, 0x5b5eb8e5, 101},
		{false, 0, 0xa4a1471a, 26},
	};
	uint8_t f[60];

	(void)state;
	tcp4(f, "01020304", "01020305", 7000, 7000);
	for (unsigned int i = 0; i < 3; i++) {
		uint16_t table[128] = {0};
		uint32_t hash;

		table[cases[i].index] = 3;
		set_table(table, 128);
		set_user_key(cases[i].reversed, cases[i].initial);
		assert_int_equal(receive(f, 60, &hash), 3);
		assert_int_equal(hash, cases[i].hash);
	}
}

static void
the_vectors_of_fixed_key_devices_hold_before_a_key_is_set(void **state)
{
	uint16_t table[128] = {0};
	uint8_t f[60];
	uint32_t hash;

	(void)state;
	table[112] = 2;
	table[14] = 1;
	set_table(table, 128);
	tcp4(f, "01020304", "01020305", 7000, 7000);
	assert_int_equal(receive(f, 60, &hash), 2);
	assert_int_equal(hash, 0x50705070);
	tcp4(f, "01020305", "01020304", 7000, 80);
	assert_int_equal(receive(f, 60, &hash), 1);
	assert_int_equal(hash, 0xa28ea28e);
	/* Sorted input: both directions of a flow are one. */
	tcp4(f, "01020304", "01020305", 80, 7000);
	receive(f, 60, &hash);
	assert_int_equal(hash, 0xa28ea28e);
}

static void
the_ipv6_vector_arrives(void **state)
{
	(void)state;
	set_user_key(true, 0);
	/* 2001:db8::1 port 7000 to 2001:db8::2 port 7000 */
	assert_int_equal(hash_of_hex("020000000002 020000000001 86dd 60000000 0014 0640"
				     "20010db8000000000000000000000001"
				     "20010db8000000000000000000000002"
				     "1b58 1b58 00000000 00000000 50000000 00000000"),
		0x4e0c9515);
}

static void
the_hash_of_example_d_arrives(void **state)
{
	uint8_t f[60];
	uint32_t hash;

	(void)state;
	set_user_key(true, 0);
	tcp4(f, "0a000002", "0a000001", 5201, 40000);
	receive(f, 60, &hash);
	assert_int_equal(hash, 0x9c3c7607);
	assert_int_equal(hash & 127, 7);
}

static void
a_new_key_takes_effect_at_the_next_frame(void **state)
{
	uint8_t f[60], zero[ENA_RSS_KEY_SIZE] = {0};
	uint32_t hash;

	(void)state;
	tcp4(f, "01020304", "01020305", 7000, 7000);
	set_user_key(true, 0);
	receive(f, 60, &hash);
	assert_int_equal(hash, 0xa9828bd4);
	set_key(zero, false, 0x1234);
	receive(f, 60, &hash);
	assert_int_equal(hash, 0x1234);
}

/* ---- hash input ---------------------------------------------------------------------------- */

static void
by_default_each_kind_of_packet_is_hashed_over_its_fields(void **state)
{
	uint8_t f[2048], in[36];

	(void)state;
	set_user_key(true, 0);
	for (size_t i = 0; i < sizeof(data_frames) / sizeof(data_frames[0]); i++) {
		const struct data_frame *t = &data_frames[i];
		size_t l3 = 14 + 4 * t->vlans, n = t->ipv6 ? 32 : 8;

		dd_unhex(t->hex, f, sizeof(f));
		memcpy(in, f + l3 + (t->ipv6 ? 8 : 12), n);
		memcpy(in + n, f + l3 + t->l3_len, 4);
		if (t->l3_len > 40) /* extension headers: nothing selected */
			assert_int_equal(hash_of_hex(t->hex), 0);
		else
			assert_int_equal(hash_of_hex(t->hex), plain_toeplitz(in, n + 4));
	}
	dd_unhex(data_v4_icmp, f, sizeof(f));
	assert_int_equal(hash_of_hex(data_v4_icmp), plain_toeplitz(f + 26, 8));
	assert_int_equal(hash_of_hex(data_v4_frag_first), plain_toeplitz(f + 26, 8));
	assert_int_equal(hash_of_hex(data_v4_frag_next), plain_toeplitz(f + 26, 8));
	dd_unhex(data_v6_icmp, f, sizeof(f));
	assert_int_equal(hash_of_hex(data_v6_icmp), plain_toeplitz(f + 22, 32));
	/* L2: source, then destination */
	dd_unhex("020000000001 020000000002", in, sizeof(in));
	assert_int_equal(hash_of_hex(data_arp), plain_toeplitz(in, 12));
	assert_int_equal(hash_of_hex(data_triple_vlan), plain_toeplitz(in, 12));
	assert_int_equal(hash_of_hex(data_v6_frag_tcp), 0);
	assert_int_equal(hash_of_hex(data_v6_ext_udp), 0);
}

static void
without_the_hash_input_feature_only_tcp_and_udp_are_hashed(void **state)
{
	uint16_t other = 3;
	uint8_t f[2048];
	static const char *const none[] = {data_v4_icmp, data_v4_frag_first, data_v4_frag_next,
		data_v6_icmp, data_arp, data_v6_frag_tcp, data_v6_ext_udp, data_triple_vlan};

	(void)state;
	set_user_key(true, 0);
	set_table(&other, 1);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		uint32_t hash;

		/* Not hashed is hash 0 and takes entry 0. */
		assert_int_equal(receive(f, dd_unhex(none[i], f, sizeof(f)), &hash), 3);
		assert_int_equal(hash, 0);
	}
	assert_int_equal(receive(f, tcp4(f, "01020304", "01020305", 7000, 7000), NULL), 3);
	assert_int_equal(hash_of_hex("020000000002020000000001 0800 4500001c 00000000 40110000"
				     "0102030401020305 1b581b58 00080000"),
		0xa9828bd4);
}

static void
only_the_selected_fields_are_hashed_in_a_fixed_order(void **state)
{
	uint8_t f[60], in[12];
	uint32_t hash;

	(void)state;
	set_user_key(true, 0);
	/* Numerically larger first: sort flags are set and must not be applied. */
	tcp4(f, "c0a80001", "0a000001", 9000, 80);
	for (uint16_t fields = 0; fields < 64; fields++) {
		size_t n = 0;

		if (fields & ENA_RSS_FIELD_L3_SA)
			n += dd_unhex("c0a80001", in + n, 4);
		if (fields & ENA_RSS_FIELD_L3_DA)
			n += dd_unhex("0a000001", in + n, 4);
		if (fields & ENA_RSS_FIELD_L4_SP)
			n += dd_unhex("2328", in + n, 2);
		if (fields & ENA_RSS_FIELD_L4_DP)
			n += dd_unhex("0050", in + n, 2);
		set_fields(ENA_RSS_TCP4, fields);
		receive(f, 60, &hash);
		assert_int_equal(hash, plain_toeplitz(in, n));
	}
}

/* ---- table ---------------------------------------------------------------------------------- */

static void
before_the_first_set_of_the_table_all_goes_to_the_lowest_queue(void **state)
{
	uint8_t f[60];

	(void)state;
	set_user_key(true, 0);
	for (uint16_t port = 0; port < 50; port++)
		assert_int_equal(receive(f, tcp4(f, "01020304", "01020305", port, 1), NULL), 0);
	remove_queue(0);
	for (uint16_t port = 0; port < 50; port++)
		assert_int_equal(receive(f, tcp4(f, "01020304", "01020305", port, 1), NULL), 1);
}

static void
the_low_bits_of_the_hash_choose_the_table_entry(void **state)
{
	static const uint16_t turn[] = {2, 0, 3, 1};
	uint8_t f[60];

	(void)state;
	set_user_key(true, 0);
	set_table(turn, 4);
	for (uint16_t port = 1000; port < 1200; port++) {
		uint32_t hash;
		int got = receive(f, tcp4(f, "01020304", "01020305", port, 443), &hash);

		assert_int_equal(hash, plain_toeplitz(f + 26, 12));
		assert_int_equal(got, turn[hash % 128 % 4]);
	}
}

static void
what_is_not_hashed_takes_entry_0_of_the_table(void **state)
{
	static const uint16_t first[] = {2, 0, 0, 0}, absent[] = {7, 0, 0, 0};
	uint8_t f[2048];
	size_t len = dd_unhex(data_v6_ext_udp, f, sizeof(f));
	uint64_t drops;
	uint32_t hash;

	(void)state;
	/* Until the first SET of the table: the lowest queue. */
	assert_int_equal(receive(f, len, &hash), 0);
	set_table(first, 4);
	assert_int_equal(receive(f, len, &hash), 2);
	assert_int_equal(hash, 0);
	/* The drop rule is that of hashed frames. */
	set_table(absent, 4);
	drops = dd_stats(&d).rx_drops;
	assert_int_equal(receive(f, len, NULL), -1);
	assert_int_equal(dd_stats(&d).rx_drops, drops + 1);
}

static void
an_entry_that_names_no_queue_drops_and_counts(void **state)
{
	static const uint16_t absent[] = {7, 200, 65535};
	uint8_t f[2048];

	(void)state;
	set_user_key(true, 0);
	for (unsigned int i = 0; i < 3; i++) {
		set_table(&absent[i], 1);
		assert_int_equal(receive(f, tcp4(f, "01020304", "01020305", 1, 2), NULL), -1);
		assert_int_equal(dd_stats(&d).rx_drops, i + 1);
	}
}

/* ---- steering -------------------------------------------------------------------------------- */

static void
add_rule(uint8_t type, uint16_t location, uint16_t queue, const struct ena_steering_rule *r)
{
	struct ena_steering s = {
		.action = ENA_STEERING_ADD,
		.flow_type = type,
		.rx_queue = ena_put16(queue),
		.location = ena_put16(location),
	};

	memcpy(d.ctrl, r, sizeof(*r));
	assert_int_equal(dd_set(&d, ENA_FEATURE_FLOW_STEERING, &s, sizeof(s), sizeof(*r)), 0);
}

static void
remove_rules(void)
{
	struct ena_steering s = {.action = ENA_STEERING_REMOVE_ALL};

	assert_int_equal(dd_set(&d, ENA_FEATURE_FLOW_STEERING, &s, sizeof(s), 0), 0);
}

static void
a_flow_type_matches_its_packets_and_no_others(void **state)
{
	static const struct {
		const char *hex;
		uint8_t types; /* bit n: type n matches */
	} frames[] = {
		{NULL, 1 << ENA_FLOW_IP4 | 1 << ENA_FLOW_TCP4},
		{data_v4_icmp, 1 << ENA_FLOW_IP4},
		{data_v4_frag_first, 1 << ENA_FLOW_IP4 | 1 << ENA_FLOW_UDP4},
		{data_v4_udp_nosum, 1 << ENA_FLOW_IP4 | 1 << ENA_FLOW_UDP4},
		{data_v6_icmp, 1 << ENA_FLOW_IP6},
		{data_v6_udp_nosum, 1 << ENA_FLOW_IP6 | 1 << ENA_FLOW_UDP6},
		{data_v6_ext_udp, 1 << ENA_FLOW_IP6},
		{data_arp, 0},
	};
	const struct ena_steering_rule any = {0};
	uint8_t f[2048];

	(void)state;
	for (uint8_t type = ENA_FLOW_IP4; type <= ENA_FLOW_UDP6; type++) {
		add_rule(type, 2, 3, &any);
		for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
			size_t len = frames[i].hex != NULL ? dd_unhex(frames[i].hex, f, sizeof(f)) :
							     tcp4(f, "01020304", "01020305", 1, 2);

			assert_int_equal(
				receive(f, len, NULL), frames[i].types >> type & 1 ? 3 : 0);
		}
		remove_rules();
	}
}

static void
addresses_ports_and_service_are_compared_under_their_masks(void **state)
{
	struct ena_steering_rule r = {
		.src_addr = {10, 1, 0, 0},
		.src_addr_mask = {255, 255, 0, 0},
		.dst_addr = {10, 2, 3, 4},
		.dst_addr_mask = {255, 255, 255, 255},
		.dst_port = ena_put16(0x1234),
		.dst_port_mask = ena_put16(0xff00),
		.src_port = ena_put16(77),
		.src_port_mask = ena_put16(0xffff),
		.tos = 0x10,
		.tos_mask = 0xf0,
	};
	uint8_t f[60];
	uint32_t hash;

	(void)state;
	set_user_key(true, 0);
	add_rule(ENA_FLOW_TCP4, 0, 2, &r);
	tcp4(f, "0a01ffff", "0a020304", 77, 0x12ff);
	f[15] = 0x1f;
	assert_int_equal(receive(f, 60, &hash), 2);
	/* The rule overrides the queue, not the hash. */
	assert_int_equal(hash, plain_toeplitz(f + 26, 12));
	f[15] = 0x2f;
	assert_int_equal(receive(f, 60, NULL), 0);
	tcp4(f, "0a02ffff", "0a020304", 77, 0x12ff);
	f[15] = 0x1f;
	assert_int_equal(receive(f, 60, NULL), 0);
	tcp4(f, "0a01ffff", "0a020305", 77, 0x12ff);
	f[15] = 0x1f;
	assert_int_equal(receive(f, 60, NULL), 0);
	tcp4(f, "0a01ffff", "0a020304", 78, 0x12ff);
	f[15] = 0x1f;
	assert_int_equal(receive(f, 60, NULL), 0);
	tcp4(f, "0a01ffff", "0a020304", 77, 0x13ff);
	f[15] = 0x1f;
	assert_int_equal(receive(f, 60, NULL), 0);
}

static void
a_fragment_has_no_ports_to_compare(void **state)
{
	struct ena_steering_rule r = {.src_port_mask = ena_put16(0xffff)};
	uint8_t f[60];

	(void)state;
	tcp4(f, "0a01ffff", "0a020304", 77, 80);
	r.src_port = ena_put16(77);
	add_rule(ENA_FLOW_TCP4, 0, 2, &r);
	r.src_port = ena_put16(0x0200); /* the first bytes of the frame */
	add_rule(ENA_FLOW_TCP4, 1, 2, &r);
	assert_int_equal(receive(f, 60, NULL), 2);
	f[20] = 0x20;
	assert_int_equal(receive(f, 60, NULL), 0);
}

static void
rules_for_any_protocol_do_not_look_at_ports(void **state)
{
	struct ena_steering_rule r = {
		.src_port_mask = ena_put16(0xffff),
		.dst_port_mask = ena_put16(0xffff),
	};
	uint8_t f[60];

	(void)state;
	add_rule(ENA_FLOW_IP4, 0, 2, &r);
	assert_int_equal(receive(f, tcp4(f, "0a01ffff", "0a020304", 77, 80), NULL), 2);
}

static void
a_packet_that_ends_in_its_ports_is_hashed_over_addresses(void **state)
{
	uint8_t f[60];
	uint32_t hash;

	(void)state;
	set_user_key(true, 0);
	tcp4(f, "0a01ffff", "0a020304", 77, 80);
	receive(f, 37, &hash);
	assert_int_equal(hash, plain_toeplitz(f + 26, 8));
	receive(f, 38, &hash);
	assert_int_equal(hash, plain_toeplitz(f + 26, 12));
}

static void
ipv6_rules_compare_all_sixteen_bytes(void **state)
{
	struct ena_steering_rule r = {
		.src_addr_mask = {[15] = 0xff}, .dst_addr_mask = {[0] = 0xff}};
	uint8_t f[2048];
	size_t len = dd_unhex(data_v6_udp_nosum, f, sizeof(f));

	(void)state;
	r.src_addr[15] = 1;
	r.dst_addr[0] = 0x20;
	add_rule(ENA_FLOW_UDP6, 0, 1, &r);
	assert_int_equal(receive(f, len, NULL), 1);
	f[22 + 15] = 2;
	assert_int_equal(receive(f, len, NULL), 0);
	f[22 + 15] = 1;
	f[38] = 0x21;
	assert_int_equal(receive(f, len, NULL), 0);
}

static void
the_lowest_location_whose_queue_exists_wins(void **state)
{
	const struct ena_steering_rule any = {0};
	uint8_t f[60];

	(void)state;
	tcp4(f, "01020304", "01020305", 1, 2);
	add_rule(ENA_FLOW_IP4, 5, 1, &any);
	assert_int_equal(receive(f, 60, NULL), 1);
	add_rule(ENA_FLOW_TCP4, 3, 2, &any);
	assert_int_equal(receive(f, 60, NULL), 2);
	add_rule(ENA_FLOW_TCP4, 1, 7, &any); /* no such queue: skipped */
	assert_int_equal(receive(f, 60, NULL), 2);
	remove_queue(2);
	assert_int_equal(receive(f, 60, NULL), 1);
	remove_rules();
	assert_int_equal(receive(f, 60, NULL), 0);
	assert_int_equal(dd_stats(&d).rx_drops, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, dd_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(toeplitz_of_the_published_flow_is_a9828bd4),
		cmocka_unit_test(toeplitz_agrees_with_a_plain_one_at_every_length),
		T(the_vectors_of_changeable_key_devices_arrive_in_completions),
		T(the_vectors_of_fixed_key_devices_hold_before_a_key_is_set),
		T(the_ipv6_vector_arrives),
		T(the_hash_of_example_d_arrives),
		T(a_new_key_takes_effect_at_the_next_frame),
		T(by_default_each_kind_of_packet_is_hashed_over_its_fields),
		cmocka_unit_test_setup_teardown(
			without_the_hash_input_feature_only_tcp_and_udp_are_hashed,
			setup_without_input, dd_teardown),
		T(only_the_selected_fields_are_hashed_in_a_fixed_order),
		T(before_the_first_set_of_the_table_all_goes_to_the_lowest_queue),
		T(the_low_bits_of_the_hash_choose_the_table_entry),
		T(what_is_not_hashed_takes_entry_0_of_the_table),
		T(an_entry_that_names_no_queue_drops_and_counts),
		T(a_flow_type_matches_its_packets_and_no_others),
		T(addresses_ports_and_service_are_compared_under_their_masks),
		T(a_fragment_has_no_ports_to_compare),
		T(rules_for_any_protocol_do_not_look_at_ports),
		T(a_packet_that_ends_in_its_ports_is_hashed_over_addresses),
		T(ipv6_rules_compare_all_sixteen_bytes),
		T(the_lowest_location_whose_queue_exists_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
