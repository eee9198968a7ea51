/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Tx burst functions, each beside the scalar one of the same placement: two queues get the same packets
 * and the same completions, and what the two functions return, write, ring, count and give back has to be
 * the same. What is written is also decoded here, by the datasheet, and held against the packets.
 *
 * The device works when it is told to, or (bursts.h) whenever a burst gives mbufs back: then packets of a
 * burst complete while it runs.
 */
#include "bursts.h"

#include "ena_pmd.h"
#include "ena_ring.h"
#include "ena_tx_offload.h"

#define DEPTH	128u
#define LONGEST 512u
#define ROUNDS	1500u
#define BEFORE	2u
#define MAX_BUFS 6u
#define SEGS	(MAX_BUFS + 3)
/** Of the device, in host placement. */
#define HEADER_SIZE 96u

enum placement { HOST, LLQ };

/** The functions under test; the first one of a placement is what the others are compared with. */
static const struct function {
	const char *name;
	eth_tx_burst_t burst;
	enum placement placement;
	int flag; /**< of the CPU; -1: none is needed */
} functions[] = {
	{"scalar, host", ena_tx_burst_host, HOST, -1},
	{"scalar, LLQ", ena_tx_burst_llq, LLQ, -1},
#ifdef ENA_AVX2
	{"avx2, LLQ", ena_tx_burst_llq_avx2, LLQ, RTE_CPUFLAG_AVX2},
#endif
#ifdef ENA_AVX512
	{"avx512, LLQ", ena_tx_burst_llq_avx512, LLQ, RTE_CPUFLAG_AVX512BW},
#endif
#ifdef ENA_NEON
	{"neon, LLQ", ena_tx_burst_llq_neon, LLQ, -1},
#endif
};

/** What a queue may be like. */
struct config {
	uint16_t entry; /**< bytes, LLQ */
	bool no_meta_cache;
	bool fast_free;
	uint16_t limit; /**< entries between two doorbells; 0: none */
};

/** A packet as the device finds it. */
struct taken {
	uint16_t id, slots, pushed, buffers;
	uint32_t len, w1;
	bool meta;
	uint64_t addr; /**< of the first buffer */
};

struct side {
	struct ena_tx_queue q;
	eth_tx_burst_t burst;
	struct test_pool pool;
	uint8_t window[DEPTH * 256] __rte_aligned(64);
	struct ena_tx_desc sq[DEPTH] __rte_cache_aligned;
	struct ena_tx_cdesc cq[DEPTH] __rte_cache_aligned;
	struct rte_mbuf *mbufs[DEPTH];
	struct rte_mbuf *rest[DEPTH * ENA_TX_REST_MAX];
	uint16_t slots[DEPTH];
	uint16_t free_ids[DEPTH];
	uint32_t db;
	uint16_t fetched; /* slots that the device has read */
	uint16_t done; /* completions that it has written */
	int reset; /* the reason that was asked for; -1 = none */

	/* packets that the device has and did not complete, oldest first */
	struct taken open[DEPTH];
	unsigned int n_open;
	/* every packet that the device took since it was last looked at */
	struct taken seen[2 * LONGEST];
	unsigned int n_seen;
	unsigned int in_burst; /* completions that were written while a burst ran */
};

/** One packet to send, on both sides. */
struct packet {
	uint16_t segs[SEGS];
	unsigned int n_segs;
	uint64_t flags;
	uint16_t l2, l3, l4, mss;
	uint8_t first_byte;
};

static struct side scalar, vector;
static const struct function *tested;
static struct config config;
static uint64_t serial;
/** The device completes packets while a burst runs: two functions find different numbers of them. */
static bool moving;

/* What the burst functions call outside of their files. */
void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	((struct side *)(void *)a)->reset = (int)reason;
}

/* ---- a queue ----------------------------------------------------------------------------- */

static void
start_side(struct side *s, eth_tx_burst_t burst)
{
	struct ena_tx_queue *q = &s->q;
	unsigned int i;

	s->burst = burst;
	test_pool_refill(&s->pool);
	memset(q, 0, sizeof(*q));
	memset(s->window, 0, sizeof(s->window));
	memset(s->sq, 0, sizeof(s->sq));
	memset(s->cq, 0, sizeof(s->cq));
	memset(s->mbufs, 0, sizeof(s->mbufs));
	memset(s->slots, 0, sizeof(s->slots));
	s->db = 0;
	s->fetched = s->done = 0;
	s->n_open = s->n_seen = s->in_burst = 0;
	s->reset = -1;
	for (i = 0; i < DEPTH; i++)
		s->free_ids[i] = (uint16_t)i;
	q->cq = s->cq;
	q->sq = s->sq;
	q->mbufs = s->mbufs;
	q->slots = s->slots;
	q->free_ids = s->free_ids;
	q->db = &s->db;
	q->depth = DEPTH;
	q->mask = DEPTH - 1;
	q->in_order = true;
	q->all_held = true;
	q->check_mbz = true;
	q->free_thresh = DEPTH / 4;
	q->max_bufs = MAX_BUFS;
	q->fast_free = config.fast_free;
	/* Chains are taken apart, or not. */
	if (config.fast_free && config.limit == 0)
		q->rest = s->rest;
	q->llq = tested->placement == LLQ;
	q->header_max = q->llq ? config.entry - 16 * BEFORE : HEADER_SIZE;
	q->adapter = (struct ena_adapter *)(void *)s;
	if (!q->llq)
		return;
	q->window = s->window;
	q->entry_size = config.entry;
	q->before = BEFORE;
	q->per_entry = (uint8_t)(config.entry / 16);
	q->no_meta_cache = config.no_meta_cache;
	q->burst_limit = q->burst_left = config.limit;
}

static void
start(void)
{
	const struct function *f = functions;

	while (f->placement != tested->placement)
		f++;
	start_side(&scalar, f->burst);
	start_side(&vector, tested->burst);
}

/** Every configuration that the placement knows. @return false: that was the last one */
static bool
next_config(unsigned int i)
{
	static const uint16_t limits[] = {0, 8, 64};

	config.fast_free = i & 1;
	config.no_meta_cache = i & 2;
	config.entry = i & 4 ? 256 : 128;
	config.limit = i / 8 < RTE_DIM(limits) ? limits[i / 8] : 0;
	return i < (tested->placement == LLQ ? 8 * RTE_DIM(limits) : 2);
}

/* ---- the device --------------------------------------------------------------------------- */

/** Descriptor @p k of the packet whose first slot is @p at, and its phase (part B 3.11). */
static const struct ena_tx_desc *
desc_at(const struct side *s, uint16_t at, unsigned int k)
{
	unsigned int per_entry = config.entry / 16;
	const struct ena_tx_desc *d;

	if (tested->placement == HOST) {
		at = (uint16_t)(at + k);
		d = &s->sq[at % DEPTH];
	} else {
		unsigned int in = k;

		if (k >= BEFORE) {
			at = (uint16_t)(at + 1 + (k - BEFORE) / per_entry);
			in = (k - BEFORE) % per_entry;
		}
		d = (const struct ena_tx_desc *)(const void *)(s->window +
			    (size_t)(at % DEPTH) * config.entry) + in;
	}
	assert_int_equal(ENA_FIELD_GET(ENA_TX_W0_PHASE, d->w[0].le), phase_at(at, DEPTH));
	return d;
}

static unsigned int
slots_of(unsigned int descs)
{
	if (tested->placement == HOST)
		return descs;
	return descs <= BEFORE ? 1 : 1 + (descs - BEFORE + config.entry / 16 - 1) / (config.entry / 16);
}

/** Take one packet. */
static void
fetch_one(struct side *s)
{
	struct taken t = {0};
	const struct ena_tx_desc *d;
	unsigned int k = 0;
	uint32_t addr_hi;

	d = desc_at(s, s->fetched, k++);
	assert_int_not_equal(d->w[0].le & ENA_TX_W0_FIRST, 0);
	t.meta = (d->w[0].le & ENA_TX_META_W0_META) != 0;
	if (t.meta) {
		d = desc_at(s, s->fetched, k++);
		assert_int_equal(d->w[0].le & ENA_TX_W0_FIRST, 0);
	}
	assert_int_not_equal(d->w[0].le & ENA_TX_W0_CREQ, 0);
	t.id = (uint16_t)(ENA_FIELD_GET(ENA_TX_W0_REQ_HI, d->w[0].le) << 10 |
		ENA_FIELD_GET(ENA_TX_W1_REQ_LO, d->w[1].le));
	t.w1 = d->w[1].le & ~(uint32_t)ENA_TX_W1_REQ_LO;
	t.pushed = (uint16_t)ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, d->w[3].le);
	addr_hi = (uint32_t)ENA_FIELD_GET(ENA_TX_W3_ADDR_HI, d->w[3].le);
	t.addr = (uint64_t)addr_hi << 32 | d->w[2].le;
	t.len = tested->placement == LLQ ? t.pushed : 0;
	for (;; d = desc_at(s, s->fetched, k++)) {
		uint32_t len = (uint32_t)ENA_FIELD_GET(ENA_TX_W0_LEN, d->w[0].le);

		t.len += len;
		t.buffers += len != 0;
		if ((d->w[0].le & ENA_TX_W0_LAST) != 0)
			break;
		/* Only a packet that is pushed whole has a descriptor without bytes. */
		assert_int_not_equal(len, 0);
	}
	assert_true(t.buffers == k - t.meta || (t.buffers == 0 && t.len == t.pushed));
	t.slots = (uint16_t)slots_of(k);
	s->fetched = (uint16_t)(s->fetched + t.slots);
	assert_true(s->n_open < DEPTH && s->n_seen < RTE_DIM(s->seen));
	s->open[s->n_open++] = t;
	s->seen[s->n_seen++] = t;
}

/** Take what the doorbell covers; it never ends within a packet. */
static void
fetch(struct side *s)
{
	assert_true((uint16_t)((uint16_t)s->db - s->fetched) < DEPTH);
	while (s->fetched != (uint16_t)s->db)
		fetch_one(s);
}

/** Complete the packet that is number @p i of those that are open. */
static void
complete_one(struct side *s, unsigned int i)
{
	struct ena_tx_cdesc c = {0};

	c.req_id.le = s->open[i].id;
	c.flags = phase_at(s->done, DEPTH) ? ENA_TX_CDESC_PHASE : 0;
	s->cq[s->done++ % DEPTH] = c;
	s->n_open--;
	memmove(&s->open[i], &s->open[i + 1], (s->n_open - i) * sizeof(s->open[0]));
}

static void
complete_in_order(unsigned int n)
{
	for (; n != 0; n--) {
		complete_one(&scalar, 0);
		complete_one(&vector, 0);
	}
}

/** While a burst gives mbufs back: complete everything that was rung. */
static void
device_goes_on(void *side)
{
	struct side *s = side;

	fetch(s);
	s->in_burst += s->n_open;
	while (s->n_open != 0)
		complete_one(s, 0);
}

/* ---- packets ---------------------------------------------------------------------------------- */

static struct packet
plain(uint16_t len)
{
	struct packet p = {.segs = {len}, .n_segs = 1};

	p.first_byte = (uint8_t)random_below(256);
	return p;
}

static uint16_t
plain_size(void)
{
	uint16_t h = vector.q.header_max;

	switch (random_below(4)) {
	case 0: return (uint16_t)(14 + random_below(h));
	case 1: return (uint16_t)(h - 2 + random_below(5));
	default: return 60;
	}
}

/** Any packet: some ask for offloads, some have several segments, or empty ones, or too many. */
static struct packet
any_packet(void)
{
	struct packet p = plain(plain_size());
	unsigned int i;

	if (random_below(3) == 0) {
		p.n_segs = 1 + random_below(SEGS);
		for (i = 0; i < p.n_segs; i++)
			p.segs[i] = random_below(4) == 0 ? 0 :
							   (uint16_t)(1 + random_below(TEST_BUF_LEN / 2));
	}
	if (random_below(3) == 0 && p.segs[0] >= 60) {
		p.flags = RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM;
		p.flags |= random_below(2) ? RTE_MBUF_F_TX_TCP_CKSUM : RTE_MBUF_F_TX_UDP_CKSUM;
		p.l2 = 14;
		p.l3 = (uint16_t)(20 + 4 * random_below(3));
		if (random_below(3) == 0) {
			p.flags |= RTE_MBUF_F_TX_TCP_SEG;
			p.l4 = 20;
			p.mss = (uint16_t)(536 + random_below(2));
		}
	}
	return p;
}

static unsigned int
length_of(const struct packet *p)
{
	unsigned int i, len = 0;

	for (i = 0; i < p->n_segs; i++)
		len += p->segs[i];
	return len;
}

/** Buffers behind the pushed bytes. */
static unsigned int
buffers_of(const struct packet *p)
{
	unsigned int pushed = tested->placement == LLQ ? vector.q.header_max : 0, i, at = 0, n = 0;

	for (i = 0; i < p->n_segs; i++) {
		at += p->segs[i];
		n += p->segs[i] != 0 && at > pushed;
	}
	return n;
}

/** The device's limit allows it. */
static bool
can_be_sent(const struct packet *p)
{
	return length_of(p) != 0 && buffers_of(p) <= MAX_BUFS;
}

/** As mbufs of one side. Both sides have the same bytes at the same addresses of their device. */
static struct rte_mbuf *
build(struct side *s, const struct packet *p, uint64_t number)
{
	struct rte_mbuf *first = NULL, *last = NULL, *m;
	unsigned int i, at = 0, k;

	for (i = 0; i < p->n_segs; i++) {
		m = rte_pktmbuf_alloc(s->pool.mp);
		assert_non_null(m);
		rte_mbuf_iova_set(m, (number * SEGS + i + 1) << 14);
		m->data_len = p->segs[i];
		for (k = 0; k < p->segs[i]; k++)
			rte_pktmbuf_mtod(m, uint8_t *)[k] = (uint8_t)(p->first_byte + at++);
		if (first == NULL)
			first = m;
		else
			last->next = m;
		last = m;
	}
	first->nb_segs = (uint16_t)p->n_segs;
	first->pkt_len = at;
	first->ol_flags = p->flags;
	first->l2_len = p->l2;
	first->l3_len = p->l3;
	first->l4_len = p->l4;
	first->tso_segsz = p->mss;
	return first;
}

/* ---- the comparison ------------------------------------------------------------------------------ */

static void
compare_queues(void)
{
	const struct ena_tx_queue *a = &scalar.q, *b = &vector.q;

	assert_int_equal(scalar.db, vector.db);
	assert_int_equal(a->tail, b->tail);
	assert_int_equal(a->rung, b->rung);
	assert_int_equal((uint16_t)vector.db, b->tail);
	assert_int_equal(a->completed, b->completed);
	assert_int_equal(a->ids_taken, b->ids_taken);
	assert_int_equal(a->ids_given, b->ids_given);
	assert_int_equal(a->cq_head, b->cq_head);
	assert_int_equal(a->broken, b->broken);
	assert_int_equal(a->in_order, b->in_order);
	if (!a->no_meta_cache)
		assert_int_equal(a->meta, b->meta);
	assert_int_equal(a->pkts, b->pkts);
	assert_int_equal(a->bytes, b->bytes);
	assert_int_equal(a->doorbells, b->doorbells);
	assert_int_equal(a->errors, b->errors);
	assert_int_equal(a->ring_full, b->ring_full);
	assert_int_equal(a->bad_req_id, b->bad_req_id);
	assert_int_equal(a->bad_desc, b->bad_desc);
	if (a->burst_limit != 0)
		assert_int_equal(a->burst_left, b->burst_left);
	assert_int_equal(scalar.reset, vector.reset);
	assert_int_equal(scalar.pool.level, vector.pool.level);
	assert_memory_equal(scalar.free_ids, vector.free_ids, sizeof(scalar.free_ids));
	assert_memory_equal(scalar.slots, vector.slots, sizeof(scalar.slots));
	assert_memory_equal(scalar.window, vector.window, sizeof(scalar.window));
	assert_memory_equal(scalar.sq, vector.sq, sizeof(scalar.sq));
}

/** What the device took is what was sent. */
static void
check_taken(const struct taken *t, const struct packet *p, uint64_t number, uint16_t at)
{
	unsigned int len = length_of(p), first = 0, i, off = 0;

	assert_int_equal(t->len, len);
	assert_int_equal(t->buffers, buffers_of(p));
	if (tested->placement == LLQ) {
		const uint8_t *bytes = vector.window + (size_t)(at % DEPTH) * config.entry + 16 * BEFORE;

		assert_int_equal(t->pushed, RTE_MIN(len, (unsigned int)vector.q.header_max));
		for (i = 0; i < vector.q.header_max; i++)
			assert_int_equal(bytes[i], i < t->pushed ? (uint8_t)(p->first_byte + i) : 0);
		off = t->pushed;
		if (config.no_meta_cache)
			assert_true(t->meta);
	}
	if (t->buffers == 0) {
		assert_int_equal(t->addr, 0);
		return;
	}
	while (off >= p->segs[first])
		off -= p->segs[first++];
	assert_int_equal(t->addr,
		((number * SEGS + first + 1) << 14) + RTE_PKTMBUF_HEADROOM + off);
}

/** Doorbells that a burst needs: at its end, and before each packet that the limit has no room for. */
static unsigned int
doorbells_for(const struct taken *t, unsigned int n)
{
	unsigned int i, rung = 0, left = config.limit;

	if (n == 0)
		return 0;
	for (i = 0; i < n && config.limit != 0 && tested->placement == LLQ; i++) {
		if (t[i].slots > left) {
			rung++;
			left = config.limit;
		}
		left -= t[i].slots;
	}
	return rung + 1;
}

/** One burst of both, and what the device sees of it. @return packets that were taken */
static unsigned int
send_burst(const struct packet *p, unsigned int n)
{
	struct rte_mbuf *a[LONGEST], *b[LONGEST];
	uint64_t number = serial, doorbells = vector.q.doorbells;
	unsigned int i, others, sent, k = 0;
	uint16_t at;

	serial += n;
	for (i = 0; i < n; i++) {
		a[i] = build(&scalar, &p[i], number + i);
		b[i] = build(&vector, &p[i], number + i);
	}
	scalar.n_seen = vector.n_seen = 0;
	at = vector.fetched;
	others = scalar.burst(&scalar.q, a, (uint16_t)n);
	sent = vector.burst(&vector.q, b, (uint16_t)n);
	if (!moving) {
		assert_int_equal(sent, others);
		compare_queues();
	}
	fetch(&scalar);
	fetch(&vector);
	if (!moving)
		assert_int_equal(scalar.n_seen, vector.n_seen);
	for (i = 0; i < sent; i++) {
		if (!can_be_sent(&p[i]))
			continue; /* dropped */
		assert_true(k < vector.n_seen);
		/* With a device that goes on, entries may be used a second time in the same burst. */
		if ((uint16_t)(vector.fetched - at) <= DEPTH)
			check_taken(&vector.seen[k], &p[i], number + i, at);
		at = (uint16_t)(at + vector.seen[k++].slots);
	}
	assert_int_equal(k, vector.n_seen);
	if (k == sent)
		assert_int_equal(vector.q.doorbells - doorbells, doorbells_for(vector.seen, k));
	for (i = others; i < n; i++)
		rte_pktmbuf_free(a[i]);
	for (i = sent; i < n; i++)
		rte_pktmbuf_free(b[i]);
	return sent;
}

/** The device completes all, the driver takes it: every mbuf is back. */
static void
stop(void)
{
	unsigned int i;

	scalar.pool.given = vector.pool.given = NULL;
	while (scalar.n_open != 0)
		complete_one(&scalar, 0);
	while (vector.n_open != 0)
		complete_one(&vector, 0);
	ena_tx_reap(&scalar.q, DEPTH);
	ena_tx_reap(&vector.q, DEPTH);
	if (!moving)
		compare_queues();
	moving = false;
	assert_false(vector.q.broken);
	assert_int_equal(vector.q.completed, vector.q.tail);
	assert_int_equal(vector.pool.level, TEST_MBUFS);
	/* A pool has no chains. */
	for (i = 0; i < TEST_MBUFS; i++) {
		const struct rte_mbuf *m = vector.pool.stack[i];

		assert_null(m->next);
		assert_int_equal(m->nb_segs, 1);
	}
}

/* ---- the tests ------------------------------------------------------------------------------------- */

static struct packet packets[LONGEST];

static void
plain_packets_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf, full = 0;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = random_below(8) == 0 ? random_below(LONGEST / 2) : 1 + random_below(40);
			for (i = 0; i < n; i++)
				packets[i] = plain(plain_size());
			full += send_burst(packets, n) < n;
			complete_in_order(random_below(vector.n_open + 1));
		}
		assert_int_equal(vector.q.errors, 0);
		stop();
	}
	assert_true(full != 0);
}

static void
packets_of_every_kind_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		uint64_t errors = 0;

		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = 1 + random_below(48);
			for (i = 0; i < n; i++)
				packets[i] = any_packet();
			n = send_burst(packets, n);
			for (i = 0; i < n; i++)
				errors += !can_be_sent(&packets[i]);
			complete_in_order(random_below(vector.n_open + 1));
		}
		assert_true(errors != 0);
		assert_int_equal(vector.q.errors, errors);
		stop();
	}
}

static void
completions_out_of_order_give_the_same_entries(void **state)
{
	unsigned int round, i, n, conf, one;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (round = 0; round < ROUNDS / 8; round++) {
			n = 1 + random_below(48);
			for (i = 0; i < n; i++)
				packets[i] = random_below(4) ? plain(plain_size()) : any_packet();
			send_burst(packets, n);
			for (i = random_below(vector.n_open + 1); i != 0; i--) {
				one = random_below(RTE_MIN(vector.n_open, 3u));
				complete_one(&scalar, one);
				complete_one(&vector, one);
			}
		}
		assert_false(vector.q.in_order);
		stop();
	}
}

/** A burst of 512 into a ring of 128: what fits is sent, the rest stays with the caller. */
static void
a_full_ring_takes_what_fits_and_no_more(void **state)
{
	unsigned int i, conf;

	(void)state;
	for (conf = 0; next_config(conf); conf++) {
		start();
		for (i = 0; i < LONGEST; i++)
			packets[i] = plain(60);
		assert_int_equal(send_burst(packets, LONGEST), DEPTH - 1);
		assert_int_equal(vector.q.ring_full, 1);
		assert_int_equal(send_burst(packets, 1), 0);
		complete_in_order(5);
		assert_int_equal(send_burst(packets, LONGEST), 5);
		stop();
	}
}

/**
 * A burst limit rings in the middle of a burst, and a fast device completes what was rung while the
 * burst runs on into a full ring: the driver then looks at completions of packets of the same burst.
 */
static void
packets_that_complete_within_their_own_burst_are_freed_once(void **state)
{
	unsigned int i, conf, big, in_burst = 0;

	(void)state;
	for (big = 0; big < 8; big++)
		for (conf = 0; next_config(conf); conf++) {
			if (config.limit == 0 || config.limit > 32)
				config.limit = 32;
			start();
			scalar.pool.given = vector.pool.given = device_goes_on;
			moving = true;
			for (i = 0; i < LONGEST / 2; i++)
				packets[i] = plain(big != 0 && i % (big + 1) == 0 ? 1000 : 60);
			assert_true(send_burst(packets, LONGEST / 2) >= DEPTH - 1);
			in_burst += vector.in_burst;
			stop();
		}
	if (tested->placement == LLQ)
		assert_true(in_burst != 0);
}

/** Nothing is looked at while more slots are free than the application asked for. */
static void
completions_are_taken_when_fewer_slots_are_free_than_the_threshold(void **state)
{
	unsigned int i, conf, threshold;

	(void)state;
	for (i = 0; i < LONGEST; i++)
		packets[i] = plain(1000);
	for (conf = 0; next_config(conf); conf++)
		for (threshold = 1; threshold < DEPTH; threshold += 18) {
			start();
			scalar.q.free_thresh = vector.q.free_thresh = (uint16_t)threshold;
			/* one slot less is free with each packet */
			for (i = 0; i < DEPTH - 1; i++) {
				bool due = DEPTH - 1 - i < threshold;

				assert_int_equal(send_burst(packets, 1), 1);
				assert_int_equal(vector.q.completed, due ? i : 0);
				complete_in_order(1);
				if (due)
					break;
			}
			stop();
		}
}

static void
cleanup_takes_as_many_completions_as_it_is_asked_for(void **state)
{
	unsigned int conf, i, n, ask, free_mbufs;

	(void)state;
	for (conf = 0; next_config(conf); conf++)
		for (ask = 0; ask <= 40; ask++) {
			start();
			/* at the wrap, too */
			for (i = 0; i < 7; i++) {
				for (n = 0; n < 32; n++)
					packets[n] = plain(n % 2 ? 60 : 1000);
				assert_int_equal(send_burst(packets, 32), 32);
				complete_in_order(20);
				free_mbufs = vector.pool.level;
				n = ask == 0 ? 20 : RTE_MIN(ask, 20u);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, ask), n);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, ask), n);
				/* Every other one was pushed whole, and went back long ago. */
				assert_int_equal(vector.pool.level - free_mbufs,
					tested->placement == HOST ? n : (n + 1) / 2);
				compare_queues();
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 20 - n);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, 0), 20 - n);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 0);
				complete_in_order(12);
				assert_int_equal(ena_tx_done_cleanup(&vector.q, 0), 12);
				assert_int_equal(ena_tx_done_cleanup(&scalar.q, 0), 12);
			}
			stop();
		}
}

static void
cleanup_of_a_queue_without_rings_does_nothing(void **state)
{
	static struct ena_tx_queue q;

	(void)state;
	memset(&q, 0, sizeof(q));
	/* after rte_eth_dev_reset() */
	assert_int_equal(ena_tx_done_cleanup(NULL, 0), -EINVAL);
	/* set up and never started; stopped */
	q.depth = DEPTH;
	assert_int_equal(ena_tx_done_cleanup(&q, 0), 0);
	q.broken = true;
	assert_int_equal(ena_tx_done_cleanup(&q, 7), 0);
	/* waits for a reset */
	q.cq = vector.cq;
	assert_int_equal(ena_tx_done_cleanup(&q, 0), -EIO);
}

/** Part B 2.4: TCP and UDP packets that are longer than the headers that the device takes. */
static void
host_packets_tell_the_length_of_their_headers(void **state)
{
	static const struct {
		uint64_t flags;
		uint16_t l2, l3, l4, len, header;
	} cases[] = {
		{0, 0, 0, 0, 1000, 0},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IP_CKSUM, 14, 20, 0, 1000, 0},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 14, 20, 0, 1000, 42},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 14, 20, 0, HEADER_SIZE, 0},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_UDP_CKSUM, 14, 20, 0, HEADER_SIZE + 1, 42},
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_CKSUM, 18, 24, 0, 1000, 62},
		{RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_CKSUM, 14, 40, 0, 1000, 74},
		/* without options */
		{RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_TCP_SEG, 14, 20, 32, 1500, 54},
		/* never above what was announced */
		{RTE_MBUF_F_TX_IPV6 | RTE_MBUF_F_TX_TCP_CKSUM, 14, 80, 0, 1000, HEADER_SIZE},
	};
	unsigned int i;

	(void)state;
	if (tested->placement != HOST)
		return;
	next_config(0);
	start();
	for (i = 0; i < RTE_DIM(cases); i++) {
		packets[0] = plain(cases[i].len);
		packets[0].flags = cases[i].flags;
		packets[0].l2 = cases[i].l2;
		packets[0].l3 = cases[i].l3;
		packets[0].l4 = cases[i].l4;
		packets[0].mss = 1000;
		assert_int_equal(send_burst(packets, 1), 1);
		assert_int_equal(vector.seen[0].pushed, cases[i].header);
	}
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_packets_give_the_same_entries),
		cmocka_unit_test(packets_of_every_kind_give_the_same_entries),
		cmocka_unit_test(completions_out_of_order_give_the_same_entries),
		cmocka_unit_test(a_full_ring_takes_what_fits_and_no_more),
		cmocka_unit_test(packets_that_complete_within_their_own_burst_are_freed_once),
		cmocka_unit_test(completions_are_taken_when_fewer_slots_are_free_than_the_threshold),
		cmocka_unit_test(cleanup_takes_as_many_completions_as_it_is_asked_for),
		cmocka_unit_test(cleanup_of_a_queue_without_rings_does_nothing),
		cmocka_unit_test(host_packets_tell_the_length_of_their_headers),
	};
	unsigned int i;
	int failed = 0;

	test_eal_init();
	test_pool_create(&scalar.pool, "scalar", &scalar);
	test_pool_create(&vector.pool, "vector", &vector);
	for (i = 0; i < RTE_DIM(functions); i++) {
		tested = &functions[i];
		if (test_cpu_has(tested->name, tested->flag))
			failed += cmocka_run_group_tests_name(tested->name, tests, NULL, NULL);
	}
	rte_mempool_free(scalar.pool.mp);
	rte_mempool_free(vector.pool.mp);
	rte_eal_cleanup();
	return failed != 0;
}
