/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx burst functions, each by itself: a device that knows the datasheet (tx_device.h) puts every
 * packet together again from ring entries and buffers, and it has to be the one that was sent, byte
 * by byte.
 *
 * The tests play games: in each a queue of any geometry, at any position of its rings, sends bursts
 * of packets of every kind, all drawn by lot. The device reads a buffer as late as it may, when it
 * completes the packet: an mbuf that went back to its pool before has other bytes then.
 */
#include "tx_device.h"

#define GAMES  150u
#define ROUNDS 40u
/** Packets of one burst, at most: more than the ring takes. */
#define BURST_MAX (DEPTH + 2)

static struct side dev;
static struct config config;

/** What the device does in the games of a test. */
static struct {
	bool any_order; /**< completes packets in an order of its own */
	bool moving; /**< completes packets while a burst runs */
	bool rubbish; /**< completes, at last, what is not there */
} nature;

/** What came up in the games of a test. */
static struct {
	unsigned int full, dropped, in_burst, broken, wraps;
} met;

/* ---- any queue ----------------------------------------------------------------------------- */

static void
draw_geometry(struct config *c)
{
	static const uint16_t entries[] = {128, 192, 256};
	static const uint8_t before[] = {1, 2, 4, 8};

	do {
		c->entry = entries[random_below(RTE_DIM(entries))];
		c->descs_before_header = before[random_below(RTE_DIM(before))];
		/* no room for a header; or not for vector functions */
	} while (16 * c->descs_before_header >= c->entry ||
		 (tested->vector && (c->descs_before_header != 2 || c->entry == 192)));
	c->descs_per_entry = (uint8_t)(random_below(3) == 0 ? 1 : c->entry / 16);
	c->no_meta_cache = random_below(2);
	/* A packet may need more than the least. */
	c->limit = (uint16_t)(random_below(2) ? 0 : 3 + random_below(36));
}

static void
draw_config(struct config *c)
{
	bool near_wrap = random_below(2);

	memset(c, 0, sizeof(*c));
	c->first_slot = (uint16_t)(near_wrap ? 0 - DEPTH : DEPTH * random_below(512));
	c->first_id = (uint16_t)(near_wrap ? 0 - DEPTH : DEPTH * random_below(512));
	c->max_bufs = (uint16_t)(random_below(2) ? BUFS_MAX : 1 + random_below(BUFS_MAX));
	c->free_thresh = (uint16_t)(1 + random_below(DEPTH - 1));
	c->fast_free = random_below(2);
	c->split = c->fast_free && random_below(2);
	c->check_mbz = random_below(2);
	c->seed_v4 = random_below(2);
	c->seed_v6 = random_below(2);
	if (tested->placement == LLQ)
		draw_geometry(c);
}

/* ---- any packet ------------------------------------------------------------------------------ */

static uint16_t
draw_segment(void)
{
	if (random_below(5) == 0)
		return 0;
	return (uint16_t)(1 + random_below(random_below(3) == 0 ? 700 : 60));
}

static void
draw_offloads(struct packet *p)
{
	static const uint64_t l4[] = {0, RTE_MBUF_F_TX_TCP_CKSUM, RTE_MBUF_F_TX_UDP_CKSUM};

	p->flags = l4[random_below(RTE_DIM(l4))];
	p->l2 = (uint16_t)(14 + 4 * random_below(2));
	p->mss = (uint16_t)(500 + random_below(2));
	p->l4 = 20;
	if (random_below(4) == 0)
		p->flags = RTE_MBUF_F_TX_TCP_CKSUM | RTE_MBUF_F_TX_TCP_SEG;
	if (random_below(4) == 0) {
		p->flags |= RTE_MBUF_F_TX_IPV6;
		p->l3 = 40;
	} else {
		p->flags |= RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
		p->l3 = 20;
	}
}

static struct packet
draw_packet(void)
{
	struct packet p = {.n_segs = 1};
	unsigned int i;

	if (random_below(4) != 0) {
		p.segs[0] = (uint16_t)(random_below(2) ? 60 : 14 + random_below(300));
	} else {
		p.n_segs = 1 + random_below(random_below(3) ? 5 : SEGS_MAX);
		for (i = 0; i < p.n_segs; i++)
			p.segs[i] = draw_segment();
	}
	if (length_of(&p) >= 60 && random_below(3) == 0)
		draw_offloads(&p);
	return p;
}

static struct rte_mbuf *
new_mbuf(struct side *s)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(s->pool.mp);

	assert_non_null(m);
	rte_mbuf_iova_set(m, (uintptr_t)m->buf_addr);
	return m;
}

/** Anywhere in its buffer. */
static struct rte_mbuf *
make_simple(struct side *s, uint16_t len, uint64_t number, unsigned int i)
{
	struct rte_mbuf *m = new_mbuf(s);

	RTE_SET_USED(number);
	RTE_SET_USED(i);
	switch (random_below(8)) {
	case 0:
		m->data_off = (uint16_t)(m->buf_len - len);
		break;
	case 1:
		m->data_off = (uint16_t)random_below(300);
		break;
	default:;
	}
	return m;
}

/** Perhaps in the buffer of another mbuf, which is freed with this one. */
static struct rte_mbuf *
make_any(struct side *s, uint16_t len, uint64_t number, unsigned int i)
{
	struct rte_mbuf *m = make_simple(s, len, number, i), *clone;

	if (random_below(6) != 0)
		return m;
	clone = new_mbuf(s);
	rte_pktmbuf_attach(clone, m);
	rte_pktmbuf_free(m);
	return clone;
}

/* ---- what has to be -------------------------------------------------------------------------- */

/** A burst; the device has taken its packets before @p next or will never see them. */
static struct {
	struct packet packets[BURST_MAX];
	unsigned int n, next;
	uint64_t number; /* of the first packet */
	struct meta cached; /* what the device knows before the next one */
} burst;

static uint64_t pkts, bytes, errors;

static bool
has_work(const struct packet *p)
{
	return (p->flags & (RTE_MBUF_F_TX_IP_CKSUM | RTE_MBUF_F_TX_L4_MASK |
				   RTE_MBUF_F_TX_TCP_SEG)) != 0;
}

/** Metadata of a packet that has work for the device. */
static struct meta
meta_of(const struct packet *p)
{
	bool tso = (p->flags & RTE_MBUF_F_TX_TCP_SEG) != 0;

	return (struct meta){
		.mss = tso ? p->mss : 0,
		.l3_len = p->l3,
		.l3_off = p->l2,
		.l4_words = tso ? p->l4 / 4u : 0,
	};
}

/** True if metadata has to come before the packet (part B 2.6). */
static bool
wants_meta(const struct packet *p)
{
	struct meta m = meta_of(p);

	return config.no_meta_cache || (has_work(p) && memcmp(&m, &burst.cached, sizeof(m)) != 0);
}

/** Ring slots of a packet (part B 3.3). */
static unsigned int
slots_for(const struct packet *p)
{
	unsigned int bufs = buffers_of(&dev.q, p), descs;

	if (tested->placement == HOST)
		return bufs + wants_meta(p);
	descs = RTE_MAX(bufs, 1u) + wants_meta(p);
	if (descs <= config.descs_before_header)
		return 1;
	return 1 + (descs - config.descs_before_header + config.descs_per_entry - 1) /
			   config.descs_per_entry;
}

/** Limits of the device allow it. */
static bool
can_be_sent(const struct packet *p)
{
	return length_of(p) != 0 && buffers_of(&dev.q, p) <= config.max_bufs &&
	       (config.limit == 0 || slots_for(p) <= config.limit);
}

/** W1 of the first data descriptor, without the request id (part B 2.1). */
static uint32_t
w1_of(const struct packet *p, uint64_t number)
{
	uint64_t l4 = p->flags & RTE_MBUF_F_TX_L4_MASK;
	bool v6 = (p->flags & RTE_MBUF_F_TX_IPV6) != 0,
	     tso = (p->flags & RTE_MBUF_F_TX_TCP_SEG) != 0;
	bool df = v6 || (byte_of(number, p->l2 + 6u) & 0x40) != 0;
	uint32_t w1;

	if (!has_work(p))
		return 0;
	w1 = v6 ? 11 : 8;
	w1 |= df ? ENA_TX_W1_DF : 0;
	w1 |= tso ? ENA_TX_W1_TSO : 0;
	w1 |= (p->flags & RTE_MBUF_F_TX_IP_CKSUM) != 0 ? ENA_TX_W1_L3_CS : 0;
	if (l4 == 0)
		return w1;
	if (!tso && (v6 ? config.seed_v6 : config.seed_v4))
		w1 |= ENA_TX_W1_L4_SEED;
	return w1 | ENA_TX_W1_L4_CS | (l4 == RTE_MBUF_F_TX_TCP_CKSUM ? 12u : 13u) << 8;
}

/** The next packet, before number @p end, that the device has to see; NULL: there is none. */
static const struct packet *
next_packet(unsigned int end)
{
	for (; burst.next < end; burst.next++) {
		if (can_be_sent(&burst.packets[burst.next]))
			return &burst.packets[burst.next];
		errors++;
	}
	return NULL;
}

/** Pushed bytes and the lengths of the buffers behind them are those of the segments. */
static void
check_lengths(const struct taken *t, const struct packet *p)
{
	unsigned int pushed = dev.q.llq ? RTE_MIN(length_of(p), (unsigned int)dev.q.header_max) : 0;
	unsigned int i, skip = pushed, k = 0;

	assert_int_equal(t->len, length_of(p));
	if (dev.q.llq)
		assert_int_equal(t->pushed, pushed);
	for (i = 0; i < p->n_segs; i++) {
		unsigned int part = RTE_MIN(skip, (unsigned int)p->segs[i]);

		skip -= part;
		if (part == p->segs[i])
			continue;
		assert_true(k < t->buffers);
		assert_int_equal(t->buf[k++].len, p->segs[i] - part);
	}
	assert_int_equal(k, t->buffers);
}

static void
check_meta(const struct taken *t, const struct packet *p)
{
	struct meta want = {0};

	assert_int_equal(t->has_meta, wants_meta(p));
	if (has_work(p))
		want = meta_of(p);
	if (t->has_meta || has_work(p))
		assert_memory_equal(&t->meta, &want, sizeof(want));
	if (t->has_meta)
		burst.cached = want;
}

/** The device takes a packet: all but what lies in buffers is as it has to be. */
static void
check_taken(struct side *s, struct taken *t)
{
	const struct packet *p = next_packet(burst.n);

	assert_non_null(p);
	t->number = burst.number + burst.next++;
	assert_int_equal(t->slots, slots_for(p));
	assert_int_equal(t->w1, w1_of(p, t->number));
	check_meta(t, p);
	check_lengths(t, p);
	if (s->q.llq)
		check_bytes(t->header, t->pushed, t->number, 0);
	pkts++;
	bytes += t->len;
}

/** The device lets go of a packet: what lies in buffers is as it has to be. */
static void
check_buffers(const struct side *s, const struct taken *t)
{
	unsigned int i, at = s->q.llq ? t->pushed : 0;

	for (i = 0; i < t->buffers; i++) {
		check_bytes(
			(const uint8_t *)(uintptr_t)t->buf[i].addr, t->buf[i].len, t->number, at);
		at += t->buf[i].len;
	}
}

/* ---- packets that the application keeps ---------------------------------------------------- */

/** Packets of which the application has a reference of its own; it may send them again. */
static struct {
	struct rte_mbuf *m;
	uint64_t number;
} kept[64];
static unsigned int n_kept;

static void
keep(struct rte_mbuf *m, uint64_t number)
{
	if (n_kept == RTE_DIM(kept))
		return;
	kept[n_kept].m = m;
	kept[n_kept++].number = number;
	for (; m != NULL; m = m->next)
		rte_mbuf_refcnt_update(m, 1);
}

/** It is the packet that it was, whatever the driver did with it. */
static void
let_one_go(void)
{
	struct rte_mbuf *m = kept[--n_kept].m;
	const struct rte_mbuf *seg;
	unsigned int at = 0, n = 0;

	for (seg = m; seg != NULL; seg = seg->next, n++) {
		check_bytes(rte_pktmbuf_mtod(seg, const uint8_t *), seg->data_len,
			kept[n_kept].number, at);
		at += seg->data_len;
	}
	assert_int_equal(m->pkt_len, at);
	assert_int_equal(m->nb_segs, n);
	rte_pktmbuf_free(m);
}

/* ---- moves of a game ------------------------------------------------------------------------- */

/** Packets of a burst, as many as the pool has mbufs for. */
static void
draw_burst(struct rte_mbuf **m, unsigned int n)
{
	/* References of others are what fast free promises that there are none of. */
	bool special = !config.fast_free && random_below(3) == 0;

	burst.number += burst.n;
	burst.next = 0;
	for (burst.n = 0; burst.n < n && dev.pool.level > 2 * SEGS_MAX; burst.n++) {
		struct packet *p = &burst.packets[burst.n];
		uint64_t number = burst.number + burst.n;

		*p = draw_packet();
		*m = build(&dev, p, number, special ? make_any : make_simple);
		if (special && random_below(6) == 0)
			keep(*m, number);
		m++;
	}
}

/** Every packet that was sent was seen, and it did not stop for less than a full ring. */
static void
check_burst(unsigned int sent)
{
	assert_true(sent <= burst.n);
	assert_null(next_packet(sent));
	assert_int_equal(burst.next, sent);
	if (sent < burst.n && !nature.moving) {
		met.full++;
		assert_true(dev.open_slots + slots_for(&burst.packets[sent]) >= DEPTH);
	}
	assert_int_equal((uint16_t)dev.db, dev.q.sq_tail);
	assert_int_equal(dev.q.pkts, pkts);
	assert_int_equal(dev.q.bytes, bytes);
	assert_int_equal(dev.q.errors, errors);
	check_doorbells(&dev);
}

static void
send_burst(void)
{
	struct rte_mbuf *drawn[BURST_MAX], **m;
	unsigned int sent, i;

	draw_burst(drawn, random_below(random_below(6) ? 30 : BURST_MAX));
	/* An array of this very size, for sanitizers to look after. */
	m = malloc(RTE_MAX(burst.n, 1u) * sizeof(*m));
	assert_non_null(m);
	memcpy(m, drawn, burst.n * sizeof(*m));
	dev.n_seen = 0;
	dev.pool.given = nature.moving ? device_goes_on : NULL;
	sent = tested->burst(&dev.q, m, (uint16_t)burst.n);
	dev.pool.given = NULL;
	fetch(&dev);
	check_burst(sent);
	for (i = sent; i < burst.n; i++)
		rte_pktmbuf_free(m[i]);
	free(m);
}

static void
complete_some(void)
{
	unsigned int n = random_below(3) == 0 ? dev.n_open : random_below(dev.n_open + 1);

	for (; n != 0; n--)
		complete_one(&dev, nature.any_order ? random_below(RTE_MIN(dev.n_open, 4u)) : 0);
	if (random_below(5) == 0)
		ena_tx_done_cleanup(&dev.q, random_below(20));
}

static bool
is_open(uint16_t id)
{
	unsigned int i;

	for (i = 0; i < dev.n_open && dev.open[i] != id; i++)
		;
	return i < dev.n_open;
}

/** A request id of no packet in flight. */
static uint16_t
idle_id(void)
{
	uint16_t id;

	if (random_below(3) == 0)
		return (uint16_t)(DEPTH + random_below(random_below(2) ? 3 : UINT16_MAX - DEPTH));
	do
		id = (uint16_t)random_below(DEPTH);
	while (is_open(id));
	return id;
}

/** A completion of what is not there, or with bits that must be zero: the queue ends. */
static void
complete_rubbish(void)
{
	bool malformed = config.check_mbz && random_below(2);
	uint16_t id = malformed && dev.n_open != 0 ? dev.open[0] : idle_id();
	struct rte_mbuf *m = NULL;

	write_completion(&dev, id, malformed ? 0x40u << random_below(2) : 0);
	ena_tx_done_cleanup(&dev.q, 0);
	assert_int_equal(dev.q.state, ENA_QUEUE_VIOLATED);
	assert_int_equal(dev.q.bad_desc, malformed);
	assert_int_equal(dev.q.bad_req_id, !malformed);
	assert_int_equal(
		dev.reset, malformed ? ENA_RESET_TX_COMPLETION_MALFORMED : ENA_RESET_BAD_TX_REQ_ID);
	assert_int_equal(ena_tx_done_cleanup(&dev.q, 0), -EIO);
	assert_int_equal(tested->burst(&dev.q, &m, 1), 0);
}

/** Every mbuf is back, whether the device has completed all or is no longer asked. */
static void
end_queue(void)
{
	unsigned int i;

	if ((dev.q.state == ENA_QUEUE_VIOLATED) || random_below(2)) {
		for (i = 0; i < dev.n_open; i++)
			check_buffers(&dev, &dev.taken[dev.open[i]]);
		ena_tx_free_held(&dev.q);
	} else {
		complete_all(&dev);
		assert_true(ena_tx_done_cleanup(&dev.q, 0) >= 0);
		assert_int_equal(dev.q.state, ENA_QUEUE_RUNNING);
		assert_int_equal(dev.q.completed, dev.q.sq_tail);
		assert_int_equal(dev.q.ids_given, dev.q.ids_taken);
	}
	while (n_kept != 0)
		let_one_go();
	assert_int_equal(dev.pool.level, TEST_MBUFS);
}

static void
start_game(void)
{
	draw_config(&config);
	start_side(&dev, tested, &config);
	dev.took = check_taken;
	dev.completes = check_buffers;
	memset(&burst, 0, sizeof(burst));
	burst.number = UINT64_C(100000) * random_below(1000);
	pkts = bytes = errors = 0;
	n_kept = 0;
}

static void
game(void)
{
	unsigned int round;

	start_game();
	for (round = 0; round < ROUNDS && dev.q.state == ENA_QUEUE_RUNNING; round++) {
		send_burst();
		complete_some();
		while (n_kept != 0 && random_below(3) != 0)
			let_one_go();
		if (nature.rubbish && random_below(10) == 0)
			complete_rubbish();
	}
	met.broken += dev.q.state == ENA_QUEUE_VIOLATED;
	met.dropped += errors != 0;
	met.in_burst += dev.in_burst != 0;
	met.wraps += dev.q.sq_tail < config.first_slot;
	end_queue();
}

/** @return false: not all games were played */
static bool
play(void)
{
	memset(&met, 0, sizeof(met));
	if (!test_games(GAMES, game))
		return false;
	assert_true(met.wraps != 0);
	assert_true(met.dropped != 0);
	return true;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void
the_device_finds_every_packet_byte_by_byte(void **state)
{
	(void)state;
	memset(&nature, 0, sizeof(nature));
	if (play())
		assert_true(met.full != 0);
}

static void
slots_that_come_back_out_of_order_are_used_again(void **state)
{
	(void)state;
	memset(&nature, 0, sizeof(nature));
	nature.any_order = true;
	if (play())
		assert_true(met.full != 0);
}

static void
packets_that_complete_within_their_own_burst_are_found_all_the_same(void **state)
{
	(void)state;
	memset(&nature, 0, sizeof(nature));
	nature.moving = true;
	if (play())
		assert_true(met.in_burst != 0);
}

static void
rubbish_stops_the_queue_and_no_mbuf_is_lost(void **state)
{
	(void)state;
	memset(&nature, 0, sizeof(nature));
	nature.any_order = true;
	nature.rubbish = true;
	if (play())
		assert_true(met.broken > GAMES / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_OF_GAMES(the_device_finds_every_packet_byte_by_byte),
		TEST_OF_GAMES(slots_that_come_back_out_of_order_are_used_again),
		TEST_OF_GAMES(packets_that_complete_within_their_own_burst_are_found_all_the_same),
		TEST_OF_GAMES(rubbish_stops_the_queue_and_no_mbuf_is_lost),
	};
	static const struct functions_pool pools[] = {
		{"dev", &dev.pool, &dev},
		{NULL, NULL, NULL},
	};

	return functions_run(functions, RTE_DIM(functions), pools, tests, RTE_DIM(tests));
}
