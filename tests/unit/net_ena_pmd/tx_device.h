/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A Tx queue and the device at its other end, for unit tests of Tx burst functions: every placement
 * and geometry that can be agreed on.
 *
 * The device takes what a doorbell covers by the datasheet (part B, sections 2 to 4), more strictly
 * than a device has to: what shall be zero is zero. It completes packets when a test wants it to.
 */
#ifndef TX_DEVICE_H
#define TX_DEVICE_H

#include "functions.h"

#include "ena_pmd.h"
#include "ena_ring.h"

#define DEPTH   128u
#define LONGEST 512u
/** Buffers of a packet, at most. */
#define BUFS_MAX 17u
/** Segments of a packet, at most: more than buffers. */
#define SEGS_MAX (BUFS_MAX + 5)
/** What rings are full of that nobody has written. */
#define STALE 0xee

/** The functions under test; the first one of a placement is what the others are compared with. */
static const struct function functions[] = {
	{"scalar, host", ena_tx_burst_host, -1, HOST, false},
	{"scalar, LLQ", ena_tx_burst_llq, -1, LLQ, false},
#ifdef ENA_AVX2
	{"avx2, LLQ", ena_tx_burst_llq_avx2, RTE_CPUFLAG_AVX2, LLQ, true},
#endif
#ifdef ENA_AVX512
	{"avx512, LLQ", ena_tx_burst_llq_avx512, RTE_CPUFLAG_AVX512BW, LLQ, true},
#endif
#ifdef ENA_NEON
	{"neon, LLQ", ena_tx_burst_llq_neon, -1, LLQ, true},
#endif
};

/** What a queue may be like. */
struct config {
	uint16_t entry; /**< bytes, LLQ */
	uint8_t descs_before_header, descs_per_entry; /**< descriptors, LLQ */
	uint16_t max_bufs; /**< BUFS_MAX at most */
	uint16_t limit; /**< entries between two doorbells; 0: none */
	uint16_t free_thresh;
	bool no_meta_cache;
	bool fast_free;
	bool split; /**< chains are taken apart; only with fast_free */
	bool check_mbz;
	bool seed_v4, seed_v6;
	/* positions at which the rings start, multiples of DEPTH */
	uint16_t first_slot;
	uint16_t first_id;
};

/** One packet to send. */
struct packet {
	uint16_t segs[SEGS_MAX];
	unsigned int n_segs;
	uint64_t flags;
	uint16_t l2, l3, l4, mss;
};

/** Metadata (part B 2.6). */
struct meta {
	uint32_t mss, l3_len, l3_off, l4_words;
};

/** A packet as the device finds it. */
struct taken {
	uint64_t number; /* for the test's use */
	uint16_t id, slots, pushed, buffers;
	uint32_t len, w1;
	bool has_meta;
	struct meta meta; /* that applies */
	struct {
		uint64_t addr;
		uint32_t len;
	} buf[BUFS_MAX];
	uint8_t header[256]; /* the bytes that were pushed */
};

struct side {
	struct ena_tx_queue q;
	eth_tx_burst_t burst;
	struct test_pool pool;
	uint8_t window[DEPTH * 256] __rte_aligned(64);
	struct ena_tx_desc sq[DEPTH] __rte_cache_aligned;
	struct ena_tx_cdesc cq[DEPTH] __rte_cache_aligned;
	struct rte_mbuf *mbufs[DEPTH];
	struct rte_mbuf *segs[DEPTH * ENA_TX_SEGS_MAX];
	uint16_t reqs[DEPTH];
	uint16_t free_ids[DEPTH];
	uint32_t db;
	uint16_t fetched; /* slots that the device has read */
	uint16_t done; /* completions that it has written */
	int reset; /* the reason that was asked for; -1 = none */
	struct meta cached;

	/* doorbells that were due so far, entries that may follow the last one */
	uint64_t doorbells;
	uint32_t left;
	bool unrung; /* something was sent in this burst */

	/* request ids of packets that the device has and did not complete, oldest first; the slots
	 * of all */
	uint16_t open[DEPTH];
	unsigned int n_open, open_slots;
	struct taken taken[DEPTH]; /* by request id */
	/* every packet that the device took since the test last looked */
	struct taken seen[2 * LONGEST];
	unsigned int n_seen;
	unsigned int in_burst; /* completions that were written while a burst ran */

	/* NULL or what a test does about a packet that was taken, and about one that will be
	 * completed now */
	void (*took)(struct side *s, struct taken *t);
	void (*completes)(const struct side *s, const struct taken *t);
};

#ifndef TX_DEVICE_OWN_RESET
/* What the burst functions call outside of their files. */
void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	((struct side *)(void *)a)->reset = (int)reason;
}
#endif

/* ---- a queue ----------------------------------------------------------------------------- */

static inline void
start_queue(struct side *s, const struct config *c, enum placement placement)
{
	struct ena_tx_queue *q = &s->q;

	memset(q, 0, sizeof(*q));
	q->cq = s->cq;
	q->sq = s->sq;
	q->mbufs = s->mbufs;
	q->reqs = s->reqs;
	q->free_ids = s->free_ids;
	q->db = &s->db;
	q->depth = DEPTH;
	q->mask = DEPTH - 1;
	q->sq_tail = q->db_tail = q->completed = c->first_slot;
	q->ids_taken = q->ids_given = q->cq_head = c->first_id;
	q->state = ENA_QUEUE_RUNNING;
	q->in_order = true;
	q->all_held = true;
	q->check_mbz = c->check_mbz;
	q->free_thresh = c->free_thresh;
	q->max_bufs = c->max_bufs;
	q->fast_free = c->fast_free;
	q->segs = c->split ? s->segs : NULL;
	q->seed_v4 = c->seed_v4;
	q->seed_v6 = c->seed_v6;
	q->llq = placement == LLQ;
	q->adapter = (struct ena_adapter *)(void *)s;
	if (!q->llq) {
		/* belongs to LLQ, and means nothing here */
		q->header_max = 96;
		return;
	}
	q->window = s->window;
	q->entry_size = c->entry;
	q->descs_before_header = c->descs_before_header;
	q->descs_per_entry = c->descs_per_entry;
	/* HDR_LEN has 8 bits (part B 3.1). */
	q->header_max = (uint16_t)RTE_MIN(c->entry - 16u * c->descs_before_header, 255u);
	q->no_meta_cache = c->no_meta_cache;
	q->burst_limit = q->burst_left = c->limit;
}

/** A new queue, its pool full, and a device that has seen nothing. */
static inline void
start_side(struct side *s, const struct function *f, const struct config *c)
{
	unsigned int i;

	s->burst = f->burst;
	test_pool_refill(&s->pool);
	memset(s->window, STALE, sizeof(s->window));
	memset(s->sq, STALE, sizeof(s->sq));
	memset(s->cq, 0, sizeof(s->cq));
	memset(s->mbufs, 0, sizeof(s->mbufs));
	memset(s->reqs, 0, sizeof(s->reqs));
	memset(&s->cached, 0, sizeof(s->cached));
	for (i = 0; i < DEPTH; i++) {
		s->free_ids[i] = (uint16_t)i;
		/* of the pass before */
		s->cq[i].flags = phase_at(c->first_id, DEPTH) ? 0 : ENA_TX_CDESC_PHASE;
	}
	s->db = s->fetched = c->first_slot;
	s->done = c->first_id;
	s->n_open = s->open_slots = s->n_seen = s->in_burst = 0;
	s->doorbells = 0;
	s->left = c->limit != 0 ? c->limit : UINT32_MAX;
	s->unrung = false;
	s->reset = -1;
	s->took = NULL;
	s->completes = NULL;
	start_queue(s, c, f->placement);
}

/* ---- the device takes packets -------------------------------------------------------------- */

/** The part of the window that is entry @p at. */
static inline const uint8_t *
entry_at(const struct side *s, uint16_t at)
{
	return s->window + (size_t)(at % DEPTH) * s->q.entry_size;
}

/** Descriptor @p k of the packet that is next, and the slot in which it lies (part B 3.11). */
static inline const struct ena_tx_desc *
desc_at(const struct side *s, unsigned int k, uint16_t *slot)
{
	const struct ena_tx_queue *q = &s->q;
	const struct ena_tx_desc *d;

	*slot = s->fetched;
	if (!q->llq) {
		*slot = (uint16_t)(*slot + k);
		d = &s->sq[*slot % DEPTH];
	} else if (k < q->descs_before_header) {
		d = (const struct ena_tx_desc *)(const void *)entry_at(s, *slot) + k;
	} else {
		k -= q->descs_before_header;
		*slot = (uint16_t)(*slot + 1 + k / q->descs_per_entry);
		d = (const struct ena_tx_desc *)(const void *)entry_at(s, *slot) +
		    k % q->descs_per_entry;
	}
	assert_int_equal(ENA_FIELD_GET(ENA_TX_W0_PHASE, d->w[0].le), phase_at(*slot, DEPTH));
	return d;
}

static inline void
take_meta(struct side *s, const struct ena_tx_desc *d)
{
	const uint32_t set = ENA_TX_META_W0_EXT_VALID | ENA_TX_META_W0_META_TYPE |
			     ENA_TX_META_W0_STORE | ENA_TX_META_W0_META | ENA_TX_META_W0_FIRST;
	uint32_t w0 = d->w[0].le, w2 = d->w[2].le;

	assert_int_equal(w0 & ~(uint32_t)(ENA_TX_META_W0_MSS_HI | ENA_TX_META_W0_PHASE), set);
	assert_int_equal(d->w[1].le, 0);
	assert_int_equal(d->w[3].le, 0);
	s->cached.mss = (uint32_t)(ENA_FIELD_GET(ENA_TX_META_W0_MSS_HI, w0) << 10 |
				   ENA_FIELD_GET(ENA_TX_META_W2_MSS_LO, w2));
	s->cached.l3_len = (uint32_t)ENA_FIELD_GET(ENA_TX_META_W2_L3_LEN, w2);
	s->cached.l3_off = (uint32_t)ENA_FIELD_GET(ENA_TX_META_W2_L3_OFF, w2);
	s->cached.l4_words = (uint32_t)ENA_FIELD_GET(ENA_TX_META_W2_L4_WORDS, w2);
}

/** What only the first data descriptor has. */
static inline void
take_first(const struct side *s, const struct ena_tx_desc *d, struct taken *t)
{
	assert_int_equal((d->w[0].le & ENA_TX_W0_FIRST) != 0, !t->has_meta);
	assert_int_not_equal(d->w[0].le & ENA_TX_W0_CREQ, 0);
	assert_int_equal(d->w[1].le & ENA_TX_W1_MBZ, 0);
	t->id = (uint16_t)(ENA_FIELD_GET(ENA_TX_W0_REQ_HI, d->w[0].le) << 10 |
			   ENA_FIELD_GET(ENA_TX_W1_REQ_LO, d->w[1].le));
	t->w1 = d->w[1].le & ~(uint32_t)ENA_TX_W1_REQ_LO;
	t->pushed = (uint16_t)ENA_FIELD_GET(ENA_TX_W3_HDR_LEN, d->w[3].le);
	if (!s->q.llq) {
		/* only a hint, that some device models do not forgive (part B 2.4) */
		assert_int_equal(t->pushed, 0);
		return;
	}
	assert_true(t->pushed <= s->q.header_max);
	t->len = t->pushed;
	/* Wherever this descriptor lies: they are in the first entry (part B 3.10, 3). */
	memcpy(t->header, entry_at(s, s->fetched) + 16 * s->q.descs_before_header, t->pushed);
}

/** What each data descriptor has. @return false: it is the last one */
static inline bool
take_buffer(const struct side *s, const struct ena_tx_desc *d, struct taken *t)
{
	uint32_t w0 = d->w[0].le, len = (uint32_t)ENA_FIELD_GET(ENA_TX_W0_LEN, w0);
	uint64_t addr = (uint64_t)ENA_FIELD_GET(ENA_TX_W3_ADDR_HI, d->w[3].le) << 32 | d->w[2].le;
	bool last = (w0 & ENA_TX_W0_LAST) != 0;

	assert_int_equal(w0 & (ENA_TX_W0_MBZ | ENA_TX_W0_META), 0);
	assert_int_equal(d->w[3].le & ENA_TX_W3_MBZ, 0);
	if (len == 0) {
		/* Only a packet that is pushed whole has a descriptor without bytes (part B 3.4).
		 */
		assert_true(s->q.llq && t->buffers == 0 && last);
		assert_int_equal(addr, 0);
		return false;
	}
	assert_true(t->buffers < s->q.max_bufs);
	t->buf[t->buffers].addr = addr;
	t->buf[t->buffers++].len = len;
	t->len += len;
	return !last;
}

static inline void
assert_zero(const uint8_t *bytes, unsigned int from, unsigned int to)
{
	while (from < to && bytes[from] == 0)
		from++;
	assert_true(from >= to);
}

/** Entries are zero but for their descriptors, @p descs in all, and the header (part B 3.3). */
static inline void
check_unused(const struct side *s, const struct taken *t, unsigned int descs)
{
	const struct ena_tx_queue *q = &s->q;
	unsigned int here = RTE_MIN(descs, (unsigned int)q->descs_before_header), i;
	const uint8_t *entry = entry_at(s, s->fetched);

	assert_zero(entry, 16 * here, 16 * q->descs_before_header);
	assert_zero(entry, 16u * q->descs_before_header + t->pushed, q->entry_size);
	for (i = 1; i < t->slots; i++) {
		descs -= here;
		here = RTE_MIN(descs, (unsigned int)q->descs_per_entry);
		assert_zero(entry_at(s, (uint16_t)(s->fetched + i)), 16 * here, q->entry_size);
	}
}

/** Doorbells are due when the limit has no room for a packet (part B 3.7), and after a burst. */
static inline void
count_doorbells(struct side *s, uint16_t slots)
{
	if (slots > s->left) {
		s->doorbells++;
		s->left = s->q.burst_limit;
	}
	if (s->q.burst_limit != 0)
		s->left -= slots;
	s->unrung = true;
}

/** The packet is the device's now, and its slots are taken until it is completed (part B 1.5). */
static inline void
take_over(struct side *s, struct taken *t)
{
	unsigned int i;

	assert_true(t->id < DEPTH);
	for (i = 0; i < s->n_open; i++)
		assert_int_not_equal(s->open[i], t->id);
	s->fetched = (uint16_t)(s->fetched + t->slots);
	s->open_slots += t->slots;
	assert_true(s->open_slots < DEPTH);
	count_doorbells(s, t->slots);
	if (s->took != NULL)
		s->took(s, t);
	assert_true(s->n_open < DEPTH && s->n_seen < RTE_DIM(s->seen));
	s->open[s->n_open++] = t->id;
	s->taken[t->id] = *t;
	s->seen[s->n_seen++] = *t;
}

/** Take one packet. */
static inline void
fetch_one(struct side *s)
{
	struct taken t = {0};
	const struct ena_tx_desc *d;
	unsigned int k = 0;
	uint16_t slot;

	d = desc_at(s, k++, &slot);
	t.has_meta = (d->w[0].le & ENA_TX_W0_META) != 0;
	if (t.has_meta) {
		take_meta(s, d);
		d = desc_at(s, k++, &slot);
	}
	t.meta = s->cached;
	take_first(s, d, &t);
	while (take_buffer(s, d, &t)) {
		d = desc_at(s, k++, &slot);
		assert_int_equal(
			d->w[0].le & (ENA_TX_W0_FIRST | ENA_TX_W0_CREQ | ENA_TX_W0_REQ_HI), 0);
		assert_int_equal(d->w[1].le, 0);
		assert_int_equal(d->w[3].le & ENA_TX_W3_HDR_LEN, 0);
	}
	t.slots = (uint16_t)(slot + 1 - s->fetched);
	if (s->q.llq)
		check_unused(s, &t, k);
	take_over(s, &t);
}

/** Take what the doorbell covers; it never ends within a packet. */
static inline void
fetch(struct side *s)
{
	assert_true((uint16_t)((uint16_t)s->db - s->fetched) < DEPTH);
	while (s->fetched != (uint16_t)s->db)
		fetch_one(s);
}

/** After a burst, whose packets were fetched: the doorbell was rung as often as it is due. */
static inline void
check_doorbells(struct side *s)
{
	if (s->unrung) {
		s->doorbells++;
		s->left = s->q.burst_limit != 0 ? s->q.burst_limit : UINT32_MAX;
	}
	s->unrung = false;
	assert_int_equal(s->q.doorbells, s->doorbells);
}

/* ---- the device completes packets ----------------------------------------------------------- */

/** Write a completion that is new. */
static inline void
write_completion(struct side *s, uint16_t id, uint8_t flags)
{
	struct ena_tx_cdesc c = {0};

	c.req_id.le = id;
	c.flags = (uint8_t)(flags | (phase_at(s->done, DEPTH) ? ENA_TX_CDESC_PHASE : 0));
	s->cq[s->done++ % DEPTH] = c;
}

/** Complete the packet that is number @p i of those that are open. */
static inline void
complete_one(struct side *s, unsigned int i)
{
	const struct taken *t = &s->taken[s->open[i]];

	if (s->completes != NULL)
		s->completes(s, t);
	write_completion(s, t->id, 0);
	s->open_slots -= t->slots;
	s->n_open--;
	memmove(&s->open[i], &s->open[i + 1], (s->n_open - i) * sizeof(s->open[0]));
}

static inline void
complete_all(struct side *s)
{
	while (s->n_open != 0)
		complete_one(s, 0);
}

/** While a burst gives mbufs back: complete everything that was rung. */
static inline void
device_goes_on(void *side)
{
	struct side *s = side;

	fetch(s);
	s->in_burst += s->n_open;
	complete_all(s);
}

/* ---- packets --------------------------------------------------------------------------------- */

static inline unsigned int
length_of(const struct packet *p)
{
	unsigned int i, len = 0;

	for (i = 0; i < p->n_segs; i++)
		len += p->segs[i];
	return len;
}

/** Buffers of a packet, behind the bytes that are pushed. */
static inline unsigned int
buffers_of(const struct ena_tx_queue *q, const struct packet *p)
{
	unsigned int pushed = q->llq ? q->header_max : 0, i, at = 0, n = 0;

	for (i = 0; i < p->n_segs; i++) {
		at += p->segs[i];
		n += p->segs[i] != 0 && at > pushed;
	}
	return n;
}

/** Byte @p at of packet @p number. */
static inline uint8_t
byte_of(uint64_t number, unsigned int at)
{
	return (uint8_t)(((uint32_t)number * 40503u + at) * 2654435761u >> 24);
}

/** @p len bytes are those of packet @p number from byte @p from on. */
static inline void
check_bytes(const uint8_t *at, unsigned int len, uint64_t number, unsigned int from)
{
	unsigned int i;

	for (i = 0; i < len && at[i] == byte_of(number, from + i); i++)
		;
	assert_int_equal(i, len);
}

/** An mbuf of @p len bytes for segment @p i of packet @p number, which will be written. */
typedef struct rte_mbuf *(*make_segment_fn)(
	struct side *s, uint16_t len, uint64_t number, unsigned int i);

/** A packet as mbufs. */
static inline struct rte_mbuf *
build(struct side *s, const struct packet *p, uint64_t number, make_segment_fn make)
{
	struct rte_mbuf *first = NULL, **to = &first, *m;
	unsigned int i, at = 0, k;

	for (i = 0; i < p->n_segs; i++) {
		m = make(s, p->segs[i], number, i);
		m->data_len = p->segs[i];
		for (k = 0; k < p->segs[i]; k++)
			rte_pktmbuf_mtod(m, uint8_t *)[k] = byte_of(number, at++);
		*to = m;
		to = &m->next;
	}
	first->nb_segs = (uint16_t)p->n_segs;
	first->pkt_len = at;
	first->ol_flags |= p->flags;
	first->l2_len = p->l2;
	first->l3_len = p->l3;
	first->l4_len = p->l4;
	first->tso_segsz = p->mss;
	return first;
}

#endif /* TX_DEVICE_H */
