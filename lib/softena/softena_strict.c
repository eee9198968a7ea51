/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: kinds of defects, reports, and what is remembered of the queues.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "softena_core.h"
#include "softena_device.h"
#include "softena_queue.h"
#include "softena_strict.h"
#include "softena_time.h"

static const char note_prefix[] = "note: ";

static const struct {
	const char *name, *section, *rule;
} kinds[] = {
#define KIND(id, name, section, rule) {name, section, rule},
	SOFTENA_DEFECTS(KIND)
#undef KIND
};

static bool
is_note(enum softena_defect_id id)
{
	return strncmp(kinds[id].rule, note_prefix, sizeof(note_prefix) - 1) == 0;
}

static const char *
rule_of(enum softena_defect_id id)
{
	return kinds[id].rule + (is_note(id) ? sizeof(note_prefix) - 1 : 0);
}

/* ---- life ------------------------------------------------------------------------ */

int
softena_strict_create(struct softena *dev)
{
	struct softena_strict *s;

	if (dev->cfg.strict == SOFTENA_STRICT_OFF)
		return 0;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	dev->strict = s;
	s->log_only = dev->cfg.strict == SOFTENA_STRICT_LOG;
	s->tx = calloc(dev->cfg.tx_queues, sizeof(*s->tx));
	s->rx = calloc(dev->cfg.rx_queues, sizeof(*s->rx));
	return s->tx != NULL && s->rx != NULL ? 0 : -ENOMEM;
}

static void
free_queues(struct softena_strict_queue *q, unsigned int n)
{
	for (unsigned int i = 0; q != NULL && i < n; i++)
		free(q[i].id_free_at);
	free(q);
}

void
softena_strict_free(struct softena *dev)
{
	if (dev->strict == NULL)
		return;
	free_queues(dev->strict->tx, dev->cfg.tx_queues);
	free_queues(dev->strict->rx, dev->cfg.rx_queues);
	free(dev->strict);
	dev->strict = NULL;
}

void
softena_strict_reset(struct softena *dev)
{
	/* The state of a queue is reset when the queue is created. */
	if (dev->strict != NULL)
		dev->strict->commanded = false;
}

struct softena_strict_queue *
softena_strict_of(struct softena *dev, const struct softena_sq *sq)
{
	return sq->tx ? &dev->strict->tx[sq->idx] : &dev->strict->rx[sq->idx];
}

void
softena_strict_sq_created(struct softena *dev, const struct softena_sq *sq)
{
	struct softena_strict_queue *q = softena_strict_of(dev, sq);

	free(q->id_free_at);
	memset(q, 0, sizeof(*q));
	q->id_free_at = calloc(sq->depth, sizeof(*q->id_free_at));
	/* Without memory only the check of ids is left out. */
	q->ids = q->id_free_at != NULL ? sq->depth : 0;
}

/* ---- request ids ----------------------------------------------------------------- */

bool
softena_strict_id_take(struct softena_strict_queue *st, uint16_t id, uint64_t pos)
{
	bool was_free;

	if (id >= st->ids)
		return true;
	was_free = st->id_free_at[id] != SOFTENA_STRICT_POSTED && st->id_free_at[id] <= pos;
	st->id_free_at[id] = SOFTENA_STRICT_POSTED;
	return was_free || st->wrong_id;
}

void
softena_strict_wrong_id(struct softena *dev, const struct softena_sq *sq)
{
	if (dev->strict != NULL)
		softena_strict_of(dev, sq)->wrong_id = true;
}

void
softena_strict_completed(
	struct softena *dev, const struct softena_sq *sq, uint16_t id, uint16_t slots)
{
	struct softena_strict_queue *st = softena_strict_of(dev, sq);

	st->done += slots;
	if (id < st->ids)
		st->id_free_at[id] = st->head + (uint16_t)(sq->tail - sq->head);
}

/* ---- reports --------------------------------------------------------------------- */

static void append(char *text, size_t cap, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void
append(char *text, size_t cap, const char *fmt, ...)
{
	size_t at = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + at, cap - at, fmt, ap);
	va_end(ap);
}

/** "Tx queue 0, slot 5: 3c00001d ...", bytes as they lie in memory. */
static void
dump(char *text, size_t cap, const struct softena_place *place)
{
	const uint8_t *p = place->entry;
	size_t at, i;

	append(text, cap, place->slot == SOFTENA_NO_SLOT ? "%s %#x" : "%s %u", place->what,
		place->idx);
	if (place->slot != SOFTENA_NO_SLOT)
		append(text, cap, ", slot %u", place->slot);
	append(text, cap, ":");
	at = strlen(text);
	for (i = 0; i < place->len && at + 4 < cap; i++)
		at += (size_t)snprintf(text + at, cap - at, "%s%02x", i % 4 == 0 ? " " : "", p[i]);
}

static bool
may_log(struct softena *dev)
{
	struct softena_strict *s = dev->strict;

	if (softena_rate_allow(&s->log, dev->ops->now_ns(dev->host), SOFTENA_STRICT_LOG_PER_SECOND))
		return true;
	s->unlogged++;
	return false;
}

void
softena_defect(struct softena *dev, enum softena_defect_id id, const struct softena_place *place,
	const char *fmt, ...)
{
	struct softena_strict *s = dev->strict;
	char text[SOFTENA_DEFECT_TEXT];
	bool first = s->kind[id].count++ == 0;
	va_list ap;

	if (!is_note(id) && !s->log_only)
		dev->stats.defects++;
	/* The first report of a kind is always logged. */
	if (!may_log(dev) && !first)
		return;
	snprintf(text, sizeof(text), "%s (datasheet %s: %s): ", kinds[id].name, kinds[id].section,
		rule_of(id));
	va_start(ap, fmt);
	vsnprintf(text + strlen(text), sizeof(text) - strlen(text), fmt, ap);
	va_end(ap);
	append(text, sizeof(text), "; ");
	dump(text, sizeof(text), place);
	if (first)
		memcpy(s->kind[id].first, text, sizeof(text));
	if (s->unlogged > 0)
		softena_log(dev, LOG_WARNING, "strict: %" PRIu64 " more reports were not logged",
			s->unlogged);
	s->unlogged = 0;
	softena_log(dev, is_note(id) ? LOG_NOTICE : LOG_WARNING, "strict: %s", text);
}

bool
softena_defect_get(struct softena *dev, unsigned int kind, struct softena_defect *defect)
{
	if (kind >= SOFTENA_DEFECT_KINDS)
		return false;
	*defect = (struct softena_defect){
		.kind = kinds[kind].name,
		.section = kinds[kind].section,
		.rule = rule_of((enum softena_defect_id)kind),
		.note = is_note((enum softena_defect_id)kind),
	};
	pthread_mutex_lock(&dev->lock);
	if (dev->strict != NULL) {
		defect->count = dev->strict->kind[kind].count;
		memcpy(defect->first, dev->strict->kind[kind].first, sizeof(defect->first));
	}
	pthread_mutex_unlock(&dev->lock);
	return true;
}
