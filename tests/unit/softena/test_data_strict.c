/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode, Tx: a driver that does one thing wrong is reported with that kind and no other;
 * one that does all right is not.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "strict_util.h"
#include "test_data_driver.h"
#include "test_data_frames.h"

#define IOVA  UINT64_C(0x1234560000)
#define ROOM  0x4000u
#define DEPTH 8u
#define H     96u /* 128-byte entries, two descriptors before the header */

#define FIRST ENA_TX_W0_FIRST
#define LAST  ENA_TX_W0_LAST
#define CREQ  ENA_TX_W0_CREQ

/* Where frames lie in the buffer. */
#define UDP4 0x0u
#define TCP4 0x1000u
#define TCP6 0x2000u
#define BIG  0x3000u
#define EXT6 0x3800u

static struct dd d;
static struct dd_queue q;
static uint8_t *buf;
static size_t tcp4_len, tcp6_len, ext6_len;
static uint8_t ext6_l3_len;
static struct strict_counts before;
static uint16_t next_id;

/** A bit error in one descriptor. */
static struct {
	int at; /* number of the descriptor, -1: none */
	uint32_t w[4];
} flip;
static int emitted;

/* ---- a driver that does all right ------------------------------------------------------ */

/** The LLQ entry that is being built. */
static struct {
	uint8_t bytes[128];
	unsigned int used, limit;
} entry;

static uint32_t
req_lo(uint16_t id)
{
	return ENA_FIELD_PREP(ENA_TX_W1_REQ_LO, id);
}

static void
flush(void)
{
	memcpy(dd_slot(&q, q.tail), entry.bytes, sizeof(entry.bytes));
	q.tail++;
	memset(entry.bytes, 0, sizeof(entry.bytes));
	entry.used = 0;
	entry.limit = 8;
}

static void
emit(uint32_t w0, uint32_t w1, uint64_t addr, uint32_t hdr_len)
{
	uint32_t w[4] = {w0, w1, (uint32_t)addr,
		(uint32_t)(addr >> 32) | ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, hdr_len)};
	struct ena_tx_desc desc;

	if (q.llq && entry.used == entry.limit)
		flush();
	if ((q.tail & q.depth) == 0)
		w[0] |= ENA_TX_W0_PHASE;
	for (unsigned int i = 0; i < 4; i++)
		desc.w[i] = ena_put32(w[i] ^ (flip.at == emitted ? flip.w[i] : 0));
	emitted++;
	if (q.llq) {
		memcpy(entry.bytes + sizeof(desc) * entry.used++, &desc, sizeof(desc));
	} else {
		memcpy(dd_slot(&q, q.tail), &desc, sizeof(desc));
		q.tail++;
	}
}

static void
emit_meta(uint32_t mss, uint32_t l3_len, uint32_t l3_off, uint32_t words)
{
	uint32_t w2 = l3_len | l3_off << 8 | words << 16 |
		      ENA_FIELD_PREP(ENA_TX_META_W2_MSS_LO, mss & 0x3ff);

	emit(ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_META_TYPE | ENA_TX_META_W0_STORE |
			ENA_TX_W0_META | FIRST | ENA_FIELD_PREP(ENA_TX_META_W0_MSS_HI, mss >> 10),
		0, w2, 0);
}

/** Start of an LLQ packet: @p pushed bytes of the frame at @p off. */
static void
begin_entry(unsigned int off, unsigned int pushed)
{
	memset(entry.bytes, 0, sizeof(entry.bytes));
	entry.used = 0;
	entry.limit = 2;
	memcpy(entry.bytes + 32, buf + off, pushed);
}

static void
go(void)
{
	dd_doorbell(&d, &q);
	dd_run(&d);
}

static void
reap(void)
{
	while (dd_completion(&q) != NULL)
		;
}

/** A frame of one buffer, without offload. */
static void
one(void)
{
	emit(FIRST | LAST | CREQ | 60, req_lo(next_id++ % DEPTH), IOVA + UDP4, 0);
	go();
}

static void
two_buffers(void)
{
	emit(FIRST | CREQ | 20, req_lo(next_id++ % DEPTH), IOVA + UDP4, 0);
	emit(LAST | 40, 0, IOVA + UDP4 + 20, 0);
	go();
}

#define W1_UDP4 (ENA_L3_IPV4 | ENA_TX_W1_DF | ENA_L4_UDP << 8 | ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS)
#define W1_TCP4 (ENA_L3_IPV4 | ENA_L4_TCP << 8 | ENA_TX_W1_L3_CS | ENA_TX_W1_L4_CS)
#define W1_TCP6 (ENA_L3_IPV6 | ENA_TX_W1_DF | ENA_L4_TCP << 8 | ENA_TX_W1_L4_CS)

static void
udp_checksum(void)
{
	emit_meta(0, 20, 14, 0);
	emit(LAST | CREQ | 60, W1_UDP4 | req_lo(next_id++ % DEPTH), IOVA + UDP4, 0);
	go();
}

static void
tcp6_checksum(void)
{
	emit_meta(0, 40, 14, 0);
	emit(LAST | CREQ | (uint32_t)tcp6_len, W1_TCP6 | req_lo(next_id++ % DEPTH), IOVA + TCP6, 0);
	go();
}

/** With an extension header, which L3_LEN covers. */
static void
tcp6_behind_extension(void)
{
	emit_meta(0, ext6_l3_len, 14, 0);
	emit(LAST | CREQ | (uint32_t)ext6_len, W1_TCP6 | req_lo(next_id++ % DEPTH), IOVA + EXT6, 0);
	go();
}

static void
tso(void)
{
	emit_meta(64, 20, 14, 8);
	emit(LAST | CREQ | (uint32_t)tcp4_len, W1_TCP4 | ENA_TX_W1_TSO | req_lo(next_id++ % DEPTH),
		IOVA + TCP4, 0);
	go();
}

/** Put the pseudo-header sum with this length into the checksum field, and segment. */
static void
tso_seeded(size_t len)
{
	uint8_t *ip = buf + TCP4 + 14, *field = ip + 20 + 16;
	uint32_t sum = 6 + (uint32_t)len;

	for (unsigned int i = 12; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum > 0xffff)
		sum -= 0xffff;
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
	tso();
}

static void
tso_seeded_with_length(void)
{
	tso_seeded(tcp4_len - 34);
}

static void
all_pushed(void)
{
	begin_entry(UDP4, 60);
	emit(FIRST | LAST | CREQ, req_lo(next_id++ % DEPTH), 0, 60);
	flush();
	go();
}

/** Metadata, and headers that end far within the entry. */
static void
udp_headers_pushed(void)
{
	begin_entry(UDP4, 60);
	emit_meta(0, 20, 14, 0);
	emit(LAST | CREQ, W1_UDP4 | req_lo(next_id++ % DEPTH), 0, 60);
	flush();
	go();
}

static void
headers_beyond_the_entry(void)
{
	/* TCP behind an extension header. */
	assert_true(14 + ext6_l3_len + 20u > H && ext6_len > H);
	begin_entry(EXT6, H);
	emit_meta(0, ext6_l3_len, 14, 0);
	emit(LAST | CREQ | (uint32_t)(ext6_len - H), W1_TCP6 | req_lo(next_id++ % DEPTH),
		IOVA + EXT6 + H, H);
	flush();
	go();
}

static void
pushed_and_buffer(void)
{
	begin_entry(BIG, H);
	emit(FIRST | LAST | CREQ | 200, req_lo(next_id++ % DEPTH), IOVA + BIG + H, H);
	flush();
	go();
}

/** Metadata and five buffers: two descriptors in the first entry, four in the second. */
static void
two_entries(void)
{
	begin_entry(BIG, H);
	emit_meta(0, 20, 14, 0);
	emit(CREQ | 50, W1_UDP4 | req_lo(next_id++ % DEPTH), IOVA + BIG + H, H);
	for (unsigned int i = 1; i < 5; i++)
		emit((i == 4 ? LAST : 0) | 50, 0, IOVA + BIG + H + 50 * i, 0);
	flush();
	go();
}

/** No-cache mode, no offload. */
static void
zero_meta(void)
{
	begin_entry(UDP4, 60);
	emit_meta(0, 0, 0, 0);
	emit(LAST | CREQ, req_lo(next_id++ % DEPTH), 0, 60);
	flush();
	go();
}

/* ---- drivers that make a mistake in more than one bit ------------------------------------ */

static void
metadata_twice(void)
{
	emit_meta(0, 20, 14, 0);
	emit(ENA_TX_W0_META, 0, 0, 0);
	emit(LAST | CREQ | 60, W1_UDP4, IOVA + UDP4, 0);
	go();
}

static void
metadata_behind_data(void)
{
	emit(FIRST | CREQ | 20, 0, IOVA + UDP4, 0);
	emit(ENA_TX_W0_META, 0, 0, 0);
	emit(LAST | 40, 0, IOVA + UDP4 + 20, 0);
	go();
}

static void
last_forgotten(void)
{
	emit(FIRST | CREQ | 60, req_lo(0), IOVA + UDP4, 0);
	emit(FIRST | LAST | CREQ | 60, req_lo(1), IOVA + UDP4, 0);
	go();
}

static void
last_forgotten_before_metadata(void)
{
	emit(FIRST | CREQ | 60, req_lo(0), IOVA + UDP4, 0);
	udp_checksum();
}

static void
empty_buffer_in_the_middle(void)
{
	emit(FIRST | CREQ | 20, 0, IOVA + UDP4, 0);
	emit(0, 0, IOVA + UDP4 + 20, 0);
	emit(LAST | 40, 0, IOVA + UDP4 + 20, 0);
	go();
}

static void
empty_buffer_behind_pushed_bytes(void)
{
	begin_entry(BIG, H);
	emit(FIRST | CREQ, req_lo(0), IOVA + BIG, H);
	emit(LAST | 200, 0, IOVA + BIG + H, 0);
	flush();
	go();
}

static void
same_id_in_one_burst(void)
{
	emit(FIRST | LAST | CREQ | 60, req_lo(3), IOVA + UDP4, 0);
	emit(FIRST | LAST | CREQ | 60, req_lo(3), IOVA + UDP4, 0);
	go();
}

/** The first one is complete when the second is looked at, but was not when it was announced. */
static void
same_id_before_its_completion_was_seen(void)
{
	emit(FIRST | LAST | CREQ | 60, req_lo(3), IOVA + UDP4, 0);
	emit(FIRST | CREQ | 20, req_lo(3), IOVA + UDP4, 0);
	dd_doorbell(&d, &q);
	dd_run(&d);
	emit(LAST | 40, 0, IOVA + UDP4 + 20, 0);
	go();
}

static void
too_much_header(void)
{
	begin_entry(BIG, H);
	emit(FIRST | LAST | CREQ | 200, req_lo(0), IOVA + BIG + H, H + 1);
	flush();
	go();
}

static void
header_pushed_by_half(void)
{
	begin_entry(BIG, 42);
	emit(FIRST | LAST | CREQ | 254, req_lo(0), IOVA + BIG + 42, 42);
	flush();
	go();
}

static void
garbage_at(unsigned int off)
{
	begin_entry(UDP4, 60);
	emit(FIRST | LAST | CREQ, req_lo(0), 0, 60);
	entry.bytes[off] = 1;
	flush();
	go();
}

static void
garbage_behind_the_descriptor(void)
{
	garbage_at(31);
}

static void
garbage_behind_the_header(void)
{
	garbage_at(32 + 60);
}

static void
garbage_in_a_continuation_entry(void)
{
	begin_entry(BIG, H);
	emit(FIRST | CREQ | 50, req_lo(0), IOVA + BIG + H, H);
	emit(50, 0, IOVA + BIG + H, 0);
	emit(LAST | 50, 0, IOVA + BIG + H, 0);
	entry.bytes[127] = 1;
	flush();
	go();
}

static void
many_descriptors(void)
{
	/* The device announces 20. */
	emit(FIRST | CREQ | 20, 0, IOVA + BIG, 0);
	for (unsigned int i = 1; i < 20; i++)
		emit(10, 0, IOVA + BIG, 0);
	emit(LAST | 10, 0, IOVA + BIG, 0);
	go();
}

static void
no_metadata(void)
{
	all_pushed();
}

static void
metadata_again(void)
{
	udp_checksum();
	strict_now(d.dev, &before);
	udp_checksum();
}

static void
metadata_for_nothing(void)
{
	emit_meta(0, 20, 14, 0);
	emit(LAST | CREQ | 60, 0, IOVA + UDP4, 0);
	go();
}

static void
tuple_for_nothing(void)
{
	begin_entry(UDP4, 60);
	emit_meta(0, 20, 14, 0);
	emit(LAST | CREQ, 0, 0, 60);
	flush();
	go();
}

static void
checksum_of_ip6_header(void)
{
	emit_meta(0, 40, 14, 0);
	emit(LAST | CREQ | (uint32_t)tcp6_len, W1_TCP6 | ENA_TX_W1_L3_CS, IOVA + TCP6, 0);
	go();
}

static void
high_doorbell_bits(void)
{
	emit(FIRST | LAST | CREQ | 60, 0, IOVA + UDP4, 0);
	softena_reg_write(d.dev, q.db_off, 0x10000u | q.tail);
	dd_run(&d);
}

static void
doorbell_far_away(void)
{
	softena_reg_write(d.dev, q.db_off, DEPTH + 1);
	dd_run(&d);
}

static void
doorbell_of_nobody(void)
{
	dd_remove(&d, &q);
	softena_reg_write(d.dev, q.db_off, 1);
}

/** All slots in use: the last one stays empty in every public driver but two. */
static void
full_ring(void)
{
	for (unsigned int i = 0; i < DEPTH; i++)
		emit(FIRST | LAST | CREQ | 60, req_lo((uint16_t)i), IOVA + UDP4, 0);
	go();
}

static void
five_entries_in_a_doorbell(void)
{
	for (unsigned int i = 0; i < 5; i++) {
		begin_entry(UDP4, 60);
		emit(FIRST | LAST | CREQ, req_lo((uint16_t)i), 0, 60);
		flush();
	}
	go();
}

/* ---- cases ------------------------------------------------------------------------------- */

enum setup { HOST, LLQ, LLQ_NO_CACHE, LLQ_BURST, HOST_64, NO_OFFLOAD, NARROW, SEED };

struct bad {
	const char *sentence, *kinds;
	enum setup setup;
	void (*act)(void);
	int at; /* descriptor that is flipped */
	uint32_t w[4];
};

static const struct bad cases[] = {
	{"W0 bit 22", "tx-w0-mbz", HOST, one, 0, {ENA_BIT(22), 0, 0, 0}},
	{"W0 bit 25", "tx-w0-mbz", HOST, one, 0, {ENA_BIT(25), 0, 0, 0}},
	{"W0 bit 29", "tx-w0-mbz", HOST, one, 0, {ENA_BIT(29), 0, 0, 0}},
	{"W0 bit 31", "tx-w0-mbz", HOST, one, 0, {ENA_BIT(31), 0, 0, 0}},
	{"W0 bit 22 in an LLQ entry", "tx-w0-mbz", LLQ, all_pushed, 0, {ENA_BIT(22), 0, 0, 0}},
	{"W1 bit 5", "tx-w1-mbz", HOST, one, 0, {0, ENA_BIT(5), 0, 0}},
	{"W1 bit 16", "tx-w1-mbz", HOST, one, 0, {0, ENA_BIT(16), 0, 0}},
	{"W1 bit 18", "tx-w1-mbz", HOST, one, 0, {0, ENA_BIT(18), 0, 0}},
	{"W1 bit 21", "tx-w1-mbz", HOST, one, 0, {0, ENA_BIT(21), 0, 0}},
	{"W3 bit 16", "tx-w3-mbz", HOST, one, 0, {0, 0, 0, ENA_BIT(16)}},
	{"W3 bit 23", "tx-w3-mbz", HOST, one, 0, {0, 0, 0, ENA_BIT(23)}},
	{"metadata W0 bit 0", "tx-meta-w0-mbz", HOST, udp_checksum, 0, {1, 0, 0, 0}},
	{"metadata W0 bit 13", "tx-meta-w0-mbz", HOST, udp_checksum, 0, {ENA_BIT(13), 0, 0, 0}},
	{"metadata W0 bit 15", "tx-meta-w0-mbz", HOST, udp_checksum, 0, {ENA_BIT(15), 0, 0, 0}},
	{"metadata W0 bit 30", "tx-meta-w0-mbz", HOST, udp_checksum, 0, {ENA_BIT(30), 0, 0, 0}},
	{"metadata W1", "tx-meta-w1-mbz", HOST, udp_checksum, 0, {0, ENA_BIT(9), 0, 0}},
	{"metadata W3", "tx-meta-w3-mbz", HOST, udp_checksum, 0, {0, 0, 0, 1}},
	{"metadata with CREQ", "tx-meta-creq", HOST, udp_checksum, 0, {CREQ, 0, 0, 0}},
	{"metadata with LAST", "tx-meta-last tx-first-missing", HOST, udp_checksum, 0,
		{LAST, 0, 0, 0}},
	{"metadata twice", "tx-meta-order", HOST, metadata_twice, -1, {0}},
	{"metadata behind data", "tx-meta-order", HOST, metadata_behind_data, -1, {0}},
	{"wrong phase in a host ring", "tx-phase", HOST, one, 0, {ENA_TX_W0_PHASE, 0, 0, 0}},
	{"wrong phase of metadata", "tx-phase", HOST, udp_checksum, 0, {ENA_TX_W0_PHASE, 0, 0, 0}},
	{"wrong phase in an LLQ entry", "tx-phase", LLQ, all_pushed, 0, {ENA_TX_W0_PHASE, 0, 0, 0}},
	{"wrong phase in a second entry", "tx-phase", LLQ, two_entries, 3,
		{ENA_TX_W0_PHASE, 0, 0, 0}},
	{"FIRST missing", "tx-first-missing", HOST, one, 0, {FIRST, 0, 0, 0}},
	{"FIRST missing in metadata", "tx-first-missing", HOST, udp_checksum, 0, {FIRST, 0, 0, 0}},
	{"FIRST in metadata and data", "tx-first-twice", HOST, udp_checksum, 1, {FIRST, 0, 0, 0}},
	{"FIRST in a continuation", "tx-first-twice", HOST, two_buffers, 1, {FIRST, 0, 0, 0}},
	{"LAST missing", "tx-last-missing", HOST, last_forgotten, -1, {0}},
	{"LAST missing before metadata", "tx-last-missing", HOST, last_forgotten_before_metadata,
		-1, {0}},
	{"CREQ missing", "tx-creq-missing", HOST, one, 0, {CREQ, 0, 0, 0}},
	{"CREQ in a continuation", "tx-cont-fields", HOST, two_buffers, 1, {CREQ, 0, 0, 0}},
	{"request id in a continuation, low", "tx-cont-fields", HOST, two_buffers, 1,
		{0, ENA_BIT(22), 0, 0}},
	{"request id in a continuation, high", "tx-cont-fields", HOST, two_buffers, 1,
		{ENA_BIT(16), 0, 0, 0}},
	{"offload bits in a continuation", "tx-cont-fields", HOST, two_buffers, 1,
		{0, ENA_TX_W1_L3_CS, 0, 0}},
	{"HDR_LEN in a continuation", "tx-cont-fields", HOST, two_buffers, 1,
		{0, 0, 0, ENA_BIT(24)}},
	{"an empty buffer", "tx-len-zero", HOST, empty_buffer_in_the_middle, -1, {0}},
	{"an empty buffer behind pushed bytes", "tx-len-zero", LLQ,
		empty_buffer_behind_pushed_bytes, -1, {0}},
	{"an address without bytes", "tx-len-zero-addr", LLQ, all_pushed, 0, {0, 0, 0x40, 0}},
	{"an address beyond the DMA width", "tx-addr-width", NARROW, one, 0,
		{0, 0, 0, ENA_BIT(14)}},
	{"a request id beyond the depth", "tx-req-id-range", HOST, one, 0, {0, DEPTH << 22, 0, 0}},
	{"a high request id", "tx-req-id-range", HOST, one, 0, {ENA_BIT(21), 0, 0, 0}},
	{"the same request id twice", "tx-req-id-busy", HOST, same_id_in_one_burst, -1, {0}},
	{"a request id before its completion", "tx-req-id-busy", HOST,
		same_id_before_its_completion_was_seen, -1, {0}},
	{"a header above H", "tx-hdr-len-over", LLQ, too_much_header, -1, {0}},
	{"HDR_LEN of 97 in host mode", "tx-hdr-len-host", HOST, one, 0, {0, 0, 0, 97u << 24}},
	{"HDR_LEN of 42 in host mode", "tx-hdr-len-host", HOST, udp_checksum, 1,
		{0, 0, 0, 42u << 24}},
	{"a short push", "tx-push-short", LLQ, header_pushed_by_half, -1, {0}},
	{"bytes behind LAST", "llq-desc-rest", LLQ, garbage_behind_the_descriptor, -1, {0}},
	{"bytes behind LAST in a second entry", "llq-desc-rest", LLQ,
		garbage_in_a_continuation_entry, -1, {0}},
	{"bytes behind the header", "llq-header-rest", LLQ, garbage_behind_the_header, -1, {0}},
	{"21 descriptors", "tx-descs", HOST_64, many_descriptors, -1, {0}},
	{"no metadata in no-cache mode", "tx-meta-missing", LLQ_NO_CACHE, no_metadata, -1, {0}},
	{"a tuple without offload in no-cache mode", "tx-meta-nonzero", LLQ_NO_CACHE,
		tuple_for_nothing, -1, {0}},
	{"the cached tuple again", "tx-meta-redundant", HOST, metadata_again, -1, {0}},
	{"metadata without offload", "tx-meta-redundant", HOST, metadata_for_nothing, -1, {0}},
	{"checksums that are not announced", "tx-offload", NO_OFFLOAD, udp_checksum, -1, {0}},
	{"TSO that is not announced", "tx-offload", NO_OFFLOAD, tso, -1, {0}},
	{"IPv6 in L3_IDX of IPv4", "tx-l3-idx", HOST, udp_checksum, 1,
		{0, ENA_L3_IPV4 ^ ENA_L3_IPV6, 0, 0}},
	{"IPv4 in L3_IDX of IPv6", "tx-l3-idx", HOST, tcp6_checksum, 1,
		{0, ENA_L3_IPV4 ^ ENA_L3_IPV6, 0, 0}},
	{"TCP in L4_IDX of UDP", "tx-l4-idx", HOST, udp_checksum, 1, {0, 1u << 8, 0, 0}},
	{"no L4_IDX for TSO", "tx-l4-idx", HOST, tso, 1, {0, ENA_L4_TCP << 8, 0, 0}},
	{"L3_CS for IPv6", "tx-l3-cs", HOST, checksum_of_ip6_header, -1, {0}},
	{"DF 0 for a packet with DF", "tx-df", HOST, udp_checksum, 1, {0, ENA_TX_W1_DF, 0, 0}},
	{"DF 1 for a packet without DF", "tx-df", HOST, tso, 1, {0, ENA_TX_W1_DF, 0, 0}},
	{"DF 0 for IPv6", "tx-df", HOST, tcp6_checksum, 1, {0, ENA_TX_W1_DF, 0, 0}},
	{"a wrong L3_OFF", "tx-meta-l3-off", HOST, udp_checksum, 0, {0, 0, 0x1000, 0}},
	{"a wrong L3_LEN", "tx-meta-l3-len", HOST, udp_checksum, 0, {0, 0, 24 ^ 20, 0}},
	{"a wrong L3_LEN of IPv6", "tx-meta-l3-len", HOST, tcp6_checksum, 0, {0, 0, 48 ^ 40, 0}},
	{"an L3_LEN that leaves out extension headers", "tx-meta-l3-len", HOST,
		tcp6_behind_extension, 0, {0, 0, 64 ^ 40, 0}},
	{"a wrong L4_WORDS", "tx-meta-l4-words", HOST, tso, 0, {0, 0, (8u ^ 5u) << 16, 0}},
	{"no MSS for TSO", "tx-meta-mss", HOST, tso, 0, {0, 0, 64u << 22, 0}},
	{"TSO without the seed that the quirk wants", "tx-tso-seed", SEED, tso, -1, {0}},
	{"TSO with a seed that counts the length", "tx-tso-seed", SEED, tso_seeded_with_length, -1,
		{0}},
	{"headers that do not fit into an entry", "tx-headers-long", LLQ, headers_beyond_the_entry,
		-1, {0}},
	{"five entries within a limit of four", "tx-burst", LLQ_BURST, five_entries_in_a_doorbell,
		-1, {0}},
	{"high bits in a doorbell", "db-high", HOST, high_doorbell_bits, -1, {0}},
	{"a doorbell beyond the depth", "db-advance", HOST, doorbell_far_away, -1, {0}},
	{"a doorbell of a destroyed queue", "db-no-queue", HOST, doorbell_of_nobody, -1, {0}},
	{"a full ring", "tx-outstanding", HOST, full_ring, -1, {0}},
};

static void
configure(enum setup setup)
{
	dd_config(&d);
	d.cfg.strict = SOFTENA_STRICT_ON;
	d.cfg.max_mtu = 9000;
	if (setup == LLQ_NO_CACHE)
		d.cfg.llq_accel = ENA_LLQ_ACCEL_NO_META_CACHE;
	if (setup == LLQ_BURST) {
		d.cfg.llq_accel = ENA_LLQ_ACCEL_BURST_LIMIT;
		d.cfg.llq_burst = 4 * 128;
	}
	if (setup == NO_OFFLOAD)
		d.cfg.tx_offloads = 0;
	if (setup == SEED)
		d.cfg.quirks.tso_needs_seed = true;
	if (setup == NARROW)
		d.cfg.dma_width = 46;
}

static const struct data_frame *
frame_named(const char *name)
{
	for (size_t i = 0; i < sizeof(data_frames) / sizeof(data_frames[0]); i++)
		if (strcmp(data_frames[i].name, name) == 0)
			return &data_frames[i];
	fail_msg("no frame %s", name);
	return NULL;
}

static void
open_as(enum setup setup)
{
	bool llq = setup == LLQ || setup == LLQ_NO_CACHE || setup == LLQ_BURST;

	configure(setup);
	dd_open(&d);
	buf = fake_host_map(&d.host, IOVA, ROOM);
	dd_unhex(dd_udp60, buf + UDP4, 60);
	tcp4_len = dd_unhex(frame_named("v4_tcp")->hex, buf + TCP4, 0x1000);
	tcp6_len = dd_unhex(frame_named("v6_tcp")->hex, buf + TCP6, 0x1000);
	ext6_len = dd_unhex(frame_named("v6_ext_tcp")->hex, buf + EXT6, 0x800);
	ext6_l3_len = frame_named("v6_ext_tcp")->l3_len;
	assert_true(ext6_l3_len > 40);
	dd_unhex(dd_udp60, buf + BIG, 60);
	if (llq)
		assert_int_equal(dd_set_llq(&d, ENA_LLQ_ENTRY_128, 2, ENA_LLQ_STRIDE_MULTI), 0);
	q = (struct dd_queue){.tx = true, .llq = llq, .depth = setup == HOST_64 ? 64 : DEPTH};
	dd_create(&d, &q);
	flip.at = -1;
	emitted = 0;
	next_id = 0;
	strict_now(d.dev, &before);
}

static void
one_mistake_is_reported_with_its_kind(void **state)
{
	const struct bad *c = *state;
	uint64_t counted;

	open_as(c->setup);
	counted = dd_stats(&d).defects;
	flip.at = c->at;
	memcpy(flip.w, c->w, sizeof(flip.w));
	c->act();
	strict_assert(d.dev, &before, c->kinds);
	if (strcmp(c->kinds, "tx-meta-redundant") == 0)
		assert_int_equal(dd_stats(&d).defects, counted);
	else
		assert_true(dd_stats(&d).defects > counted);
	dd_close(&d);
}

/* ---- all right ------------------------------------------------------------------------------ */

static void
correct_packets_in_a_host_ring_are_not_reported_over_many_wraps(void **state)
{
	static void (*const acts[])(void) = {
		one, two_buffers, udp_checksum, tso, tcp6_checksum, tcp6_behind_extension};

	(void)state;
	open_as(HOST);
	for (unsigned int i = 0; i < 20 * DEPTH; i++) {
		acts[i % 6]();
		reap();
	}
	strict_assert(d.dev, &before, "");
	assert_int_equal(dd_stats(&d).tx_malformed, 0);
	dd_close(&d);
}

static void
correct_packets_in_an_llq_ring_are_not_reported_over_many_wraps(void **state)
{
	(void)state;
	open_as(LLQ);
	two_entries();
	for (unsigned int i = 0; i < 20 * DEPTH; i++) {
		if (i % 2 != 0)
			all_pushed();
		else
			pushed_and_buffer();
		reap();
	}
	strict_assert(d.dev, &before, "");
	dd_close(&d);
	open_as(LLQ_NO_CACHE);
	for (unsigned int i = 0; i < 5 * DEPTH; i++) {
		zero_meta();
		two_entries();
		reap();
		udp_headers_pushed();
		reap();
	}
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

static void
tso_with_its_seed_or_without_the_quirk_is_not_reported(void **state)
{
	(void)state;
	open_as(SEED);
	tso_seeded(0);
	strict_assert(d.dev, &before, "");
	dd_close(&d);
	open_as(HOST);
	tso();
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

static void
four_entries_within_a_limit_of_four_are_not_reported(void **state)
{
	(void)state;
	open_as(LLQ_BURST);
	for (unsigned int i = 0; i < 4; i++) {
		begin_entry(UDP4, 60);
		emit(FIRST | LAST | CREQ, req_lo((uint16_t)i), 0, 60);
		flush();
	}
	go();
	strict_assert(d.dev, &before, "");
	dd_close(&d);
}

/* ---- reports --------------------------------------------------------------------------------- */

static void
a_report_names_rule_queue_and_slot_and_dumps_the_entry(void **state)
{
	struct softena_defect defect;
	bool found = false;

	(void)state;
	open_as(HOST);
	one();
	flip.at = 1;
	flip.w[0] = ENA_BIT(25);
	flip.w[1] = flip.w[2] = flip.w[3] = 0;
	one();
	for (unsigned int i = 0; softena_defect_get(d.dev, i, &defect); i++) {
		if (strcmp(defect.kind, "tx-w0-mbz") != 0) {
			continue;
		}
		found = true;
		assert_int_equal(defect.count, 1);
		assert_non_null(strstr(defect.first, "datasheet B 2.1"));
		assert_non_null(strstr(
			defect.first, "Tx queue 0, slot 1: 3c00001f 00004000 00005634 12000000"));
		/* The same line in the log. */
		assert_non_null(strstr(d.host.last_log, "tx-w0-mbz"));
	}
	assert_true(found);
	dd_close(&d);
}

static void
a_report_about_an_llq_entry_dumps_all_of_it(void **state)
{
	struct softena_defect defect;

	(void)state;
	open_as(LLQ);
	garbage_at(127);
	for (unsigned int i = 0; softena_defect_get(d.dev, i, &defect); i++)
		if (strcmp(defect.kind, "llq-header-rest") == 0)
			break;
	assert_int_equal(defect.count, 1);
	assert_non_null(strstr(defect.first, " 0000001d 00000000 00000000 0000003c 00000000"));
	assert_non_null(strstr(defect.first, " 00000000 00000001"));
	assert_int_equal(defect.first[strlen(defect.first) - 1], '1');
	dd_close(&d);
}

static void
a_flood_of_reports_is_counted_in_full_and_logged_in_part(void **state)
{
	unsigned int lines;
	uint64_t counted;

	(void)state;
	open_as(HOST);
	counted = dd_stats(&d).defects;
	lines = d.host.log_lines;
	for (unsigned int i = 0; i < 1000; i++) {
		flip.at = (int)i;
		flip.w[0] = ENA_BIT(25);
		one();
		reap();
	}
	assert_int_equal(dd_stats(&d).defects, counted + 1000);
	assert_in_range(d.host.log_lines - lines, 1, 20);
	dd_close(&d);
}

static void
mode_log_lists_kinds_and_counts_no_defect(void **state)
{
	struct strict_counts now;
	uint64_t sum = 0;

	(void)state;
	configure(HOST);
	d.cfg.strict = SOFTENA_STRICT_LOG;
	dd_open(&d);
	buf = fake_host_map(&d.host, IOVA, ROOM);
	q = (struct dd_queue){.tx = true, .depth = DEPTH};
	dd_create(&d, &q);
	flip.at = emitted = next_id = 0;
	flip.w[0] = ENA_BIT(25);
	one();
	strict_now(d.dev, &now);
	for (unsigned int i = 0; i < STRICT_KINDS_MAX; i++)
		sum += now.n[i];
	assert_true(sum > 0);
	assert_int_equal(dd_stats(&d).defects, 0);
	dd_close(&d);
}

static void
without_strict_mode_nothing_is_reported(void **state)
{
	struct strict_counts none = {{0}};

	(void)state;
	dd_config(&d);
	dd_open(&d);
	buf = fake_host_map(&d.host, IOVA, ROOM);
	q = (struct dd_queue){.tx = true, .depth = DEPTH};
	dd_create(&d, &q);
	flip.at = emitted = next_id = 0;
	flip.w[0] = ENA_BIT(25);
	one();
	strict_assert(d.dev, &none, "");
	assert_int_equal(dd_stats(&d).defects, 0);
	assert_int_equal(dd_stats(&d).tx_pkts, 1);
	dd_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(correct_packets_in_a_host_ring_are_not_reported_over_many_wraps),
		cmocka_unit_test(correct_packets_in_an_llq_ring_are_not_reported_over_many_wraps),
		cmocka_unit_test(tso_with_its_seed_or_without_the_quirk_is_not_reported),
		cmocka_unit_test(four_entries_within_a_limit_of_four_are_not_reported),
		cmocka_unit_test(a_report_names_rule_queue_and_slot_and_dumps_the_entry),
		cmocka_unit_test(a_report_about_an_llq_entry_dumps_all_of_it),
		cmocka_unit_test(a_flood_of_reports_is_counted_in_full_and_logged_in_part),
		cmocka_unit_test(mode_log_lists_kinds_and_counts_no_defect),
		cmocka_unit_test(without_strict_mode_nothing_is_reported),
	};

	return STRICT_RUN(one_mistake_is_reported_with_its_kind, cases) +
	       cmocka_run_group_tests(tests, NULL, NULL);
}
