/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Worked examples of part B section 10, and the register values of part B 6.2. */
#include "hex.h"

#define FRAME_ADDR UINT64_C(0x1234567880)

/* The frame of (a) and (b), 60 bytes. */
static const char udp_frame[] = "02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
				"00 2e 12 34 40 00 40 11  14 89 0a 00 00 01 0a 00"
				"00 02 04 d2 16 2e 00 1a  88 66 00 01 02 03 04 05"
				"06 07 08 09 0a 0b 0c 0d  0e 0f 10 11";

/* The fields of a data descriptor. */
struct data {
	uint32_t len, req, phase, first, last, creq;
	uint32_t l3, df, tso, l4, l3_cs, l4_cs, seed;
	uint64_t addr;
	uint32_t hdr;
};

static struct ena_tx_desc
build(const struct data *d)
{
	struct ena_tx_desc t = {0};

	t.w[0] = ena_put32(
		ENA_FIELD_PREP(ENA_TX_W0_LEN, d->len) |
		ENA_FIELD_PREP(ENA_TX_W0_REQ_HI, ENA_FIELD_GET(ENA_TX_REQ_ID_HI, d->req)) |
		ENA_FIELD_PREP(ENA_TX_W0_PHASE, d->phase) |
		ENA_FIELD_PREP(ENA_TX_W0_FIRST, d->first) |
		ENA_FIELD_PREP(ENA_TX_W0_LAST, d->last) | ENA_FIELD_PREP(ENA_TX_W0_CREQ, d->creq));
	t.w[1] = ena_put32(
		ENA_FIELD_PREP(ENA_TX_W1_L3_IDX, d->l3) | ENA_FIELD_PREP(ENA_TX_W1_DF, d->df) |
		ENA_FIELD_PREP(ENA_TX_W1_TSO, d->tso) | ENA_FIELD_PREP(ENA_TX_W1_L4_IDX, d->l4) |
		ENA_FIELD_PREP(ENA_TX_W1_L3_CS, d->l3_cs) |
		ENA_FIELD_PREP(ENA_TX_W1_L4_CS, d->l4_cs) |
		ENA_FIELD_PREP(ENA_TX_W1_L4_SEED, d->seed) |
		ENA_FIELD_PREP(ENA_TX_W1_REQ_LO, ENA_FIELD_GET(ENA_TX_REQ_ID_LO, d->req)));
	t.w[2] = ena_put32((uint32_t)d->addr);
	t.w[3] = ena_put32(ENA_FIELD_PREP(ENA_TX_W3_ADDR_HI, (uint32_t)(d->addr >> 32)) |
			   ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, d->hdr));
	return t;
}

static void
take_apart(const struct ena_tx_desc *t, struct data *d)
{
	uint32_t w0 = ena_get32(t->w[0]), w1 = ena_get32(t->w[1]), w3 = ena_get32(t->w[3]);

	memset(d, 0, sizeof(*d));
	assert_int_equal(w0 & (ENA_TX_W0_MBZ | ENA_TX_W0_META), 0);
	assert_int_equal(w1 & ENA_TX_W1_MBZ, 0);
	assert_int_equal(w3 & ENA_TX_W3_MBZ, 0);
	d->len = ENA_FIELD_GET(ENA_TX_W0_LEN, w0);
	d->req = ENA_FIELD_PREP(ENA_TX_REQ_ID_HI, ENA_FIELD_GET(ENA_TX_W0_REQ_HI, w0)) |
		 ENA_FIELD_PREP(ENA_TX_REQ_ID_LO, ENA_FIELD_GET(ENA_TX_W1_REQ_LO, w1));
	d->phase = ENA_FIELD_GET(ENA_TX_W0_PHASE, w0);
	d->first = ENA_FIELD_GET(ENA_TX_W0_FIRST, w0);
	d->last = ENA_FIELD_GET(ENA_TX_W0_LAST, w0);
	d->creq = ENA_FIELD_GET(ENA_TX_W0_CREQ, w0);
	d->l3 = ENA_FIELD_GET(ENA_TX_W1_L3_IDX, w1);
	d->df = ENA_FIELD_GET(ENA_TX_W1_DF, w1);
	d->tso = ENA_FIELD_GET(ENA_TX_W1_TSO, w1);
	d->l4 = ENA_FIELD_GET(ENA_TX_W1_L4_IDX, w1);
	d->l3_cs = ENA_FIELD_GET(ENA_TX_W1_L3_CS, w1);
	d->l4_cs = ENA_FIELD_GET(ENA_TX_W1_L4_CS, w1);
	d->seed = ENA_FIELD_GET(ENA_TX_W1_L4_SEED, w1);
	d->addr = (uint64_t)ENA_FIELD_GET(ENA_TX_W3_ADDR_HI, w3) << 32 | ena_get32(t->w[2]);
	d->hdr = ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, w3);
}

/* Fields to bytes and bytes to fields. */
static void
both_ways(const struct data *d, const char *dump)
{
	struct ena_tx_desc t = build(d);
	struct data back;

	assert_dump(t, dump);
	hex(dump, &t, sizeof(t));
	take_apart(&t, &back);
	assert_memory_equal(&back, d, sizeof(back));
}

/* The metadata descriptor. */
struct meta {
	uint32_t phase, mss, l3_len, l3_off, l4_words;
};

static struct ena_tx_desc
build_meta(const struct meta *m)
{
	struct ena_tx_desc t = {0};

	t.w[0] = ena_put32(
		ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_META_TYPE | ENA_TX_META_W0_STORE |
		ENA_TX_META_W0_META | ENA_TX_META_W0_FIRST |
		ENA_FIELD_PREP(ENA_TX_META_W0_PHASE, m->phase) |
		ENA_FIELD_PREP(ENA_TX_META_W0_MSS_HI, ENA_FIELD_GET(ENA_TX_META_MSS_HI, m->mss)));
	t.w[2] = ena_put32(
		ENA_FIELD_PREP(ENA_TX_META_W2_L3_LEN, m->l3_len) |
		ENA_FIELD_PREP(ENA_TX_META_W2_L3_OFF, m->l3_off) |
		ENA_FIELD_PREP(ENA_TX_META_W2_L4_WORDS, m->l4_words) |
		ENA_FIELD_PREP(ENA_TX_META_W2_MSS_LO, ENA_FIELD_GET(ENA_TX_META_MSS_LO, m->mss)));
	return t;
}

static void
meta_both_ways(const struct meta *m, const char *dump)
{
	struct ena_tx_desc t = build_meta(m);
	uint32_t w0, w2;

	assert_dump(t, dump);
	hex(dump, &t, sizeof(t));
	w0 = ena_get32(t.w[0]);
	w2 = ena_get32(t.w[2]);
	assert_int_equal(w0 & ENA_TX_META_W0_MBZ, 0);
	assert_int_equal(w0 & (ENA_TX_META_W0_LAST | ENA_TX_META_W0_CREQ), 0);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_W0_META, w0), 1);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_META_W0_PHASE, w0), m->phase);
	assert_int_equal(
		ENA_FIELD_PREP(ENA_TX_META_MSS_HI, ENA_FIELD_GET(ENA_TX_META_W0_MSS_HI, w0)) |
			ENA_FIELD_PREP(
				ENA_TX_META_MSS_LO, ENA_FIELD_GET(ENA_TX_META_W2_MSS_LO, w2)),
		m->mss);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_META_W2_L3_LEN, w2), m->l3_len);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_META_W2_L3_OFF, w2), m->l3_off);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_META_W2_L4_WORDS, w2), m->l4_words);
}

/* ---- 10.1 ------------------------------------------------------------------ */

static const struct data a1 = {
	.len = 60, .req = 5, .phase = 1, .first = 1, .last = 1, .creq = 1, .addr = FRAME_ADDR};

static void
a1_a_packet_without_offload(void **state)
{
	struct ena_tx_desc t = build(&a1);

	(void)state;
	assert_int_equal(ena_get32(t.w[0]), 0x1d00003c);
	assert_int_equal(ena_get32(t.w[1]), 0x01400000);
	assert_int_equal(ena_get32(t.w[2]), 0x34567880);
	assert_int_equal(ena_get32(t.w[3]), 0x00000012);
	both_ways(&a1, "3c 00 00 1d 00 00 40 01  80 78 56 34 12 00 00 00");
}

static void
a2_a_packet_with_a_header_length(void **state)
{
	struct data d = a1;

	(void)state;
	d.hdr = 60;
	both_ways(&d, "3c 00 00 1d 00 00 40 01  80 78 56 34 12 00 00 3c");
}

static void
a3_a_request_id_beyond_ten_bits(void **state)
{
	struct data d = a1;

	(void)state;
	d.req = 1029;
	both_ways(&d, "3c 00 01 1d 00 00 40 01  80 78 56 34 12 00 00 00");
}

static const struct data a4 = {.len = 60,
	.req = 5,
	.phase = 1,
	.last = 1,
	.creq = 1,
	.l3 = ENA_L3_IPV4,
	.df = 1,
	.l4 = ENA_L4_UDP,
	.l3_cs = 1,
	.l4_cs = 1,
	.addr = FRAME_ADDR};

static void
a4_checksums_with_a_metadata_descriptor(void **state)
{
	const struct meta m = {.phase = 1, .l3_len = 20, .l3_off = 14};

	(void)state;
	meta_both_ways(&m, "00 40 b0 05 00 00 00 00  14 0e 00 00 00 00 00 00");
	both_ways(&a4, "3c 00 00 19 18 6d 40 01  80 78 56 34 12 00 00 00");
}

static void
a5_a_seeded_checksum(void **state)
{
	struct data d = a4;

	(void)state;
	d.l3_cs = 0;
	d.seed = 1;
	d.hdr = 60;
	both_ways(&d, "3c 00 00 19 18 4d 42 01  80 78 56 34 12 00 00 3c");
}

static void
tx_completions_base_and_extended(void **state)
{
	struct ena_tx_cdesc_ext c = {
		.base = {.req_id = ena_put16(5),
			.flags = ENA_TX_CDESC_PHASE,
			.sq_head = ena_put16(1)},
		.timestamp_lo = ena_put32((uint32_t)UINT64_C(1760000000123456789)),
		.timestamp_hi = ena_put32((uint32_t)(UINT64_C(1760000000123456789) >> 32)),
	};

	(void)state;
	assert_dump(c.base, "05 00 00 01 00 00 01 00");
	assert_dump(c, "05 00 00 01 00 00 01 00  15 cd 0b dc ac c6 6c 18");

	hex("05 00 00 01 00 00 01 00  15 cd 0b dc ac c6 6c 18", &c, sizeof(c));
	assert_int_equal(ena_get16(c.base.req_id), 5);
	assert_int_equal(ENA_FIELD_GET(ENA_TX_CDESC_PHASE, c.base.flags), 1);
	assert_int_equal(c.base.flags & ENA_TX_CDESC_MBZ, 0);
	assert_int_equal(ena_get16(c.base.sq_head), 1);
	assert_int_equal((uint64_t)ena_get32(c.timestamp_hi) << 32 | ena_get32(c.timestamp_lo),
		UINT64_C(1760000000123456789));
}

/* ---- 10.2 and 10.3 --------------------------------------------------------- */

struct entry128 {
	struct ena_tx_desc d[2];
	uint8_t header[96];
};

static void
b1_llq_entry_with_metadata_caching(void **state)
{
	const struct data d = {.req = 5, .phase = 1, .first = 1, .last = 1, .creq = 1, .hdr = 60};
	struct entry128 e = {{build(&d)}, {0}};

	(void)state;
	both_ways(&d, "00 00 00 1d 00 00 40 01  00 00 00 00 00 00 00 3c");
	assert_int_equal(hex(udp_frame, e.header, sizeof(e.header)), 60);
	assert_int_equal(offsetof(struct entry128, header), 2 * ENA_LLQ_DESC_SIZE);
	assert_int_equal(ena_llq_header_max(128, 2), sizeof(e.header));
	assert_dump(e, "00 00 00 1d 00 00 40 01  00 00 00 00 00 00 00 3c"
		       "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
		       "02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
		       "00 2e 12 34 40 00 40 11  14 89 0a 00 00 01 0a 00"
		       "00 02 04 d2 16 2e 00 1a  88 66 00 01 02 03 04 05"
		       "06 07 08 09 0a 0b 0c 0d  0e 0f 10 11 00 00 00 00"
		       "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
		       "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");
}

static void
b2_llq_entry_without_metadata_caching(void **state)
{
	const struct data d = {.req = 5, .phase = 1, .last = 1, .creq = 1, .hdr = 60};
	const struct meta m = {.phase = 1};
	struct entry128 e = {{build_meta(&m), build(&d)}, {0}};

	(void)state;
	meta_both_ways(&m, "00 40 b0 05 00 00 00 00  00 00 00 00 00 00 00 00");
	both_ways(&d, "00 00 00 19 00 00 40 01  00 00 00 00 00 00 00 3c");
	hex(udp_frame, e.header, sizeof(e.header));
	assert_dump(e, "00 40 b0 05 00 00 00 00  00 00 00 00 00 00 00 00"
		       "00 00 00 19 00 00 40 01  00 00 00 00 00 00 00 3c"
		       "02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
		       "00 2e 12 34 40 00 40 11  14 89 0a 00 00 01 0a 00"
		       "00 02 04 d2 16 2e 00 1a  88 66 00 01 02 03 04 05"
		       "06 07 08 09 0a 0b 0c 0d  0e 0f 10 11 00 00 00 00"
		       "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
		       "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00");
}

static const struct meta c_meta = {
	.phase = 1, .mss = 1448, .l3_len = 20, .l3_off = 14, .l4_words = 8};
static const struct data c_data[3] = {
	{.len = 904,
		.req = 7,
		.phase = 1,
		.creq = 1,
		.l3 = ENA_L3_IPV4,
		.df = 1,
		.tso = 1,
		.l4 = ENA_L4_TCP,
		.l3_cs = 1,
		.l4_cs = 1,
		.addr = UINT64_C(0x100001060),
		.hdr = 96},
	{.len = 4096, .phase = 1, .addr = UINT64_C(0x100004000)},
	{.len = 2970, .phase = 1, .last = 1, .addr = UINT64_C(0x100008000)},
};

static void
c_a_tso_packet_over_two_llq_entries(void **state)
{
	struct entry128 e0 = {{build_meta(&c_meta), build(&c_data[0])}, {0}};
	struct ena_tx_desc e1[8] = {build(&c_data[1]), build(&c_data[2])};

	(void)state;
	assert_int_equal(ena_get32(e0.d[0].w[0]), 0x05b14000);
	assert_int_equal(ena_get32(e0.d[0].w[2]), 0x6a080e14);
	assert_int_equal(ena_get32(e0.d[1].w[0]), 0x11000388);
	assert_int_equal(ena_get32(e0.d[1].w[1]), 0x01c06c98);
	assert_int_equal(ena_get32(e0.d[1].w[2]), 0x00001060);
	assert_int_equal(ena_get32(e0.d[1].w[3]), 0x60000001);
	assert_int_equal(ena_get32(e1[0].w[0]), 0x01001000);
	assert_int_equal(ena_get32(e1[1].w[0]), 0x09000b9a);

	assert_int_equal(hex("02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
			     "1f 74 12 35 40 00 40 06  00 00 0a 00 00 01 0a 00"
			     "00 02 9c 40 14 51 01 02  03 04 0a 0b 0c 0d 80 10"
			     "02 00 14 09 00 00 01 01  08 0a 00 00 00 01 00 00"
			     "00 02 00 01 02 03 04 05  06 07 08 09 0a 0b 0c 0d"
			     "0e 0f 10 11 12 13 14 15  16 17 18 19 1a 1b 1c 1d",
				 e0.header, sizeof(e0.header)),
		96);
	assert_dump(e0, "00 40 b1 05 00 00 00 00  14 0e 08 6a 00 00 00 00"
			"88 03 00 11 98 6c c0 01  60 10 00 00 01 00 00 60"
			"02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
			"1f 74 12 35 40 00 40 06  00 00 0a 00 00 01 0a 00"
			"00 02 9c 40 14 51 01 02  03 04 0a 0b 0c 0d 80 10"
			"02 00 14 09 00 00 01 01  08 0a 00 00 00 01 00 00"
			"00 02 00 01 02 03 04 05  06 07 08 09 0a 0b 0c 0d"
			"0e 0f 10 11 12 13 14 15  16 17 18 19 1a 1b 1c 1d");
	assert_dump(e1, "00 10 00 01 00 00 00 00  00 40 00 00 01 00 00 00"
			"9a 0b 00 09 00 00 00 00  00 80 00 00 01 00 00 00");
	meta_both_ways(&c_meta, "00 40 b1 05 00 00 00 00  14 0e 08 6a 00 00 00 00");
	both_ways(&c_data[0], "88 03 00 11 98 6c c0 01  60 10 00 00 01 00 00 60");
	both_ways(&c_data[1], "00 10 00 01 00 00 00 00  00 40 00 00 01 00 00 00");
	both_ways(&c_data[2], "9a 0b 00 09 00 00 00 00  00 80 00 00 01 00 00 00");
	assert_int_equal(ena_llq_entries(4, 2, 8), 2);
}

/* ---- 10.4 ------------------------------------------------------------------ */

static struct ena_rx_desc
rx_desc(uint16_t len, uint16_t req, uint64_t addr, bool phase)
{
	return (struct ena_rx_desc){
		.len = ena_put16(len),
		.ctrl = (uint8_t)(ENA_RX_CTRL_FIRST | ENA_RX_CTRL_LAST | ENA_RX_CTRL_CREQ |
				  (phase ? ENA_RX_CTRL_PHASE : 0)),
		.req_id = ena_put16(req),
		.addr = ena_put_ad48(addr),
	};
}

static void
d_posted_rx_buffers(void **state)
{
	struct ena_rx_desc r = rx_desc(2048, 3, UINT64_C(0x240003080), true);

	(void)state;
	assert_dump(r, "00 08 00 1d 03 00 00 00  80 30 00 40 02 00 00 00");
	r = rx_desc(2048, 4, UINT64_C(0x240003980), true);
	assert_dump(r, "00 08 00 1d 04 00 00 00  80 39 00 40 02 00 00 00");

	hex("00 08 00 1d 04 00 00 00  80 39 00 40 02 00 00 00", &r, sizeof(r));
	assert_int_equal(ena_get16(r.len), 2048);
	assert_int_equal(r.ctrl & ENA_RX_CTRL_MBZ, 0);
	assert_int_equal(ena_get16(r.req_id), 4);
	assert_int_equal(ena_get_ad48(r.addr), UINT64_C(0x240003980));
}

static void
d_a_packet_over_two_buffers(void **state)
{
	const uint32_t last = ENA_RX_CDESC_PHASE | ENA_RX_CDESC_LAST | ENA_RX_CDESC_BUF |
			      ENA_RX_CDESC_L4_CHK |
			      ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_TCP) |
			      ENA_FIELD_PREP(ENA_RX_CDESC_L3_IDX, ENA_L3_IPV4);
	struct ena_rx_cdesc c0 = {
		.status = ena_put32(ENA_RX_CDESC_PHASE | ENA_RX_CDESC_FIRST | ENA_RX_CDESC_BUF),
		.len = ena_put16(2048),
		.req_id = ena_put16(3),
	};
	struct ena_rx_cdesc_ext c1 = {
		.base = {.status = ena_put32(last),
			.len = ena_put16(466),
			.req_id = ena_put16(4),
			.hash = ena_put32(0x9c3c7607)},
		.timestamp_lo = ena_put32((uint32_t)UINT64_C(1760000000123456789)),
		.timestamp_hi = ena_put32((uint32_t)(UINT64_C(1760000000123456789) >> 32)),
	};
	uint32_t s;

	(void)state;
	assert_int_equal(ena_get32(c0.status), 0x45000000);
	assert_int_equal(last, 0x49010c08);
	assert_dump(c0, "00 00 00 45 00 08 03 00  00 00 00 00 00 00 00 00");
	assert_dump(c1.base, "08 0c 01 49 d2 01 04 00  07 76 3c 9c 00 00 00 00");
	assert_dump(c1, "08 0c 01 49 d2 01 04 00  07 76 3c 9c 00 00 00 00"
			"00 00 00 00 00 00 00 00  15 cd 0b dc ac c6 6c 18");

	hex("08 0c 01 49 d2 01 04 00  07 76 3c 9c 00 00 00 00", &c1.base, sizeof(c1.base));
	s = ena_get32(c1.base.status);
	assert_int_equal(ENA_FIELD_GET(ENA_RX_CDESC_L3_IDX, s), ENA_L3_IPV4);
	assert_int_equal(ENA_FIELD_GET(ENA_RX_CDESC_L4_IDX, s), ENA_L4_TCP);
	assert_int_equal(ENA_FIELD_GET(ENA_RX_CDESC_L4_CHK, s), 1);
	assert_int_equal(s & (ENA_RX_CDESC_L3_ERR | ENA_RX_CDESC_L4_ERR | ENA_RX_CDESC_FRAG |
				     ENA_RX_CDESC_MBZ | ENA_RX_CDESC_FIRST | ENA_RX_CDESC_VLANS |
				     ENA_RX_CDESC_L3_CS2),
		0);
	assert_int_equal(ENA_FIELD_GET(ENA_RX_CDESC_LAST, s), 1);
	assert_int_equal(ena_get16(c1.base.len), 466);
	assert_int_equal(ena_get16(c1.base.req_id), 4);
	assert_int_equal(ena_get32(c1.base.hash), 0x9c3c7607);
	assert_int_equal(ena_get32(c1.base.hash) % 128, 7);
}

static void
d_variants_in_the_text(void **state)
{
	struct ena_rx_cdesc c = {.offset = 2, .len = ena_put16(2046)};

	(void)state;
	assert_int_equal(((const uint8_t *)&c)[14], 2);
	assert_int_equal(2048 + 466, 2046 + 0x1d4);
	/* a UDP/IPv4 packet in one buffer, checksums correct */
	assert_int_equal(ENA_RX_CDESC_PHASE | ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
				 ENA_RX_CDESC_BUF | ENA_RX_CDESC_L4_CHK |
				 ENA_FIELD_PREP(ENA_RX_CDESC_L4_IDX, ENA_L4_UDP) |
				 ENA_FIELD_PREP(ENA_RX_CDESC_L3_IDX, ENA_L3_IPV4),
		0x4d010d08);
}

/* ---- 10.5 ------------------------------------------------------------------ */

/* Phase of slot @p tail in a ring of @p depth: 1 in the first round. */
static uint32_t
phase_of(uint32_t tail, uint32_t depth)
{
	return (tail / depth & 1) ^ 1;
}

static void
e_descriptors_at_the_wrap_of_a_ring(void **state)
{
	struct data d = a1;
	struct ena_tx_cdesc c = {.req_id = ena_put16(255), .flags = ENA_TX_CDESC_PHASE};
	struct ena_rx_desc r;

	(void)state;
	d.req = 255;
	d.phase = phase_of(255, 256);
	both_ways(&d, "3c 00 00 1d 00 00 c0 3f  80 78 56 34 12 00 00 00");
	d.req = 0;
	d.phase = phase_of(256, 256);
	both_ways(&d, "3c 00 00 1c 00 00 00 00  80 78 56 34 12 00 00 00");
	assert_dump(c, "ff 00 00 01 00 00 00 00");
	c = (struct ena_tx_cdesc){.sq_head = ena_put16(1)};
	assert_dump(c, "00 00 00 00 00 00 01 00");
	r = rx_desc(2048, 255, UINT64_C(0x240003080), true);
	assert_dump(r, "00 08 00 1d ff 00 00 00  80 30 00 40 02 00 00 00");
	r = rx_desc(2048, 0, UINT64_C(0x240003980), false);
	assert_dump(r, "00 08 00 1c 00 00 00 00  80 39 00 40 02 00 00 00");
}

static void
e_a_continuation_entry_behind_the_wrap(void **state)
{
	struct data d1 = c_data[1], d2 = c_data[2];
	struct ena_tx_desc e[8] = {0};

	(void)state;
	d1.phase = d2.phase = phase_of(256, 256);
	e[0] = build(&d1);
	e[1] = build(&d2);
	assert_dump(e, "00 10 00 00 00 00 00 00  00 40 00 00 01 00 00 00"
		       "9a 0b 00 08 00 00 00 00  00 80 00 00 01 00 00 00");
}

static void
e_phases_and_doorbells_of_the_table(void **state)
{
	static const struct {
		uint32_t tail, slot, phase, after, doorbell;
	} t[] = {
		{255, 255, 1, 256, 0x0100},
		{256, 0, 0, 257, 0x0101},
		{511, 255, 0, 512, 0x0200},
		{65535, 255, 0, 65536, 0x0000},
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(t[i].tail % 256, t[i].slot);
		assert_int_equal(phase_of(t[i].tail, 256), t[i].phase);
		assert_int_equal(ENA_FIELD_GET(ENA_DB_COUNT, t[i].after), t[i].doorbell);
	}
}

/* ---- 10.6 and 3.11 --------------------------------------------------------- */

static void
entry_counts_are_those_of_the_table(void **state)
{
	static const struct {
		uint32_t before, per_entry;
		uint8_t want[20];
	} t[] = {
		{2, 8, {1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4}},
		{2, 16, {1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3}},
		{1, 8, {2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4}},
		{1, 16, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3}},
		{2, 12, {1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3}},
		{1, 12, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3}},
		{4, 8, {1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3}},
		{4, 12, {1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3}},
		{4, 16, {1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}},
		{8, 12, {1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}},
		{8, 16, {1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}},
		{2, 1, {1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}},
	};
	unsigned int i, n;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		for (n = 0; n < 20; n++)
			assert_int_equal(ena_llq_packet_entries(1, n, t[i].before, t[i].per_entry),
				t[i].want[n]);
}

static void
the_largest_number_of_descriptors_fills_its_entries(void **state)
{
	uint32_t before, per_entry, entries;

	(void)state;
	for (before = 1; before <= 8; before *= 2) {
		for (per_entry = 1; per_entry <= 16; per_entry++) {
			for (entries = 1; entries <= 20; entries++) {
				uint32_t n = ena_llq_descs_max(entries, before, per_entry);

				assert_int_equal(ena_llq_entries(n, before, per_entry), entries);
				assert_int_equal(
					ena_llq_entries(n + 1, before, per_entry), entries + 1);
			}
		}
	}
	/* a packet without metadata or without buffers */
	assert_int_equal(ena_llq_packet_entries(0, 0, 1, 8), 1);
	assert_int_equal(ena_llq_packet_entries(0, 2, 1, 8), 2);
	assert_int_equal(ena_llq_packet_entries(1, 0, 1, 8), 2);
}

static void
header_room_is_that_of_the_table(void **state)
{
	static const uint32_t before[] = {1, 2, 4, 8};
	static const struct {
		uint32_t entry, want[4];
	} t[] = {
		{128, {112, 96, 64, 0}},
		{192, {176, 160, 128, 64}},
		{256, {240, 224, 192, 128}},
	};
	unsigned int i, b;

	(void)state;
	for (i = 0; i < 3; i++)
		for (b = 0; b < 4; b++)
			assert_int_equal(ena_llq_header_max(t[i].entry, before[b]), t[i].want[b]);
}

/* ---- 6.2 ------------------------------------------------------------------- */

static uint32_t
unmask(uint32_t tx, uint32_t rx, bool on, bool no_mod)
{
	return ENA_FIELD_PREP(ENA_UNMASK_TX_DELAY, tx) | ENA_FIELD_PREP(ENA_UNMASK_RX_DELAY, rx) |
	       (on ? ENA_UNMASK_UNMASK : 0) | (no_mod ? ENA_UNMASK_NO_MOD : 0);
}

static void
interrupt_register_values_are_those_of_the_text(void **state)
{
	(void)state;
	assert_int_equal(unmask(64, 20, true, false), 0x40200014);
	assert_int_equal(unmask(64, 20, true, true), 0xc0200014);
	assert_int_equal(unmask(64, 20, false, false), 0x00200014);
	assert_int_equal(unmask(0, 0, true, false), 0x40000000);
	assert_int_equal(unmask(50, 20, true, false), 0x40190014);
	assert_int_equal(unmask(0, 0, false, true), 0x80000000);
	assert_int_equal(unmask(0, 0, true, true), 0xc0000000);
	assert_int_equal(ENA_FIELD_GET(ENA_UNMASK_TX_DELAY, 0x40190014), 50);
	assert_int_equal(ENA_FIELD_GET(ENA_UNMASK_RX_DELAY, 0x40190014), 20);
	assert_int_equal(ENA_NUMA_VALID | ENA_FIELD_PREP(ENA_NUMA_NODE, (uint32_t)-1), 0x800000ff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a1_a_packet_without_offload),
		cmocka_unit_test(a2_a_packet_with_a_header_length),
		cmocka_unit_test(a3_a_request_id_beyond_ten_bits),
		cmocka_unit_test(a4_checksums_with_a_metadata_descriptor),
		cmocka_unit_test(a5_a_seeded_checksum),
		cmocka_unit_test(tx_completions_base_and_extended),
		cmocka_unit_test(b1_llq_entry_with_metadata_caching),
		cmocka_unit_test(b2_llq_entry_without_metadata_caching),
		cmocka_unit_test(c_a_tso_packet_over_two_llq_entries),
		cmocka_unit_test(d_posted_rx_buffers),
		cmocka_unit_test(d_a_packet_over_two_buffers),
		cmocka_unit_test(d_variants_in_the_text),
		cmocka_unit_test(e_descriptors_at_the_wrap_of_a_ring),
		cmocka_unit_test(e_a_continuation_entry_behind_the_wrap),
		cmocka_unit_test(e_phases_and_doorbells_of_the_table),
		cmocka_unit_test(entry_counts_are_those_of_the_table),
		cmocka_unit_test(the_largest_number_of_descriptors_fills_its_entries),
		cmocka_unit_test(header_room_is_that_of_the_table),
		cmocka_unit_test(interrupt_register_values_are_those_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
