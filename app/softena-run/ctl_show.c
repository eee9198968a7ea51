/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdio.h>
#include <string.h>

#include "ctl_show.h"

static const struct json *
first_port(const struct json *answer)
{
	const struct json *list = json_get(answer, "ports");

	return list != NULL ? list->first : NULL;
}

void
show_ports(const struct json *answer)
{
	const struct json *p;

	printf("%-5s %-13s %-12s %-7s %-5s %s\n", "PORT", "ADDRESS", "PROFILE", "STATE", "LINK",
		"WIRE");
	for (p = first_port(answer); p != NULL; p = p->next) {
		const char *link = json_get(p, "link_up") == NULL ? "-" :
				   json_is_true(p, "link_up")     ? "up" :
								    "down";

		printf("%-5s %-13s %-12s %-7s %-5s %s\n", json_text(p, "port", "?"),
			json_text(p, "addr", "?"), json_text(p, "profile", "?"),
			json_text(p, "state", "?"), link, json_text(p, "wire", "?"));
	}
}

static void
heading(const struct json *p)
{
	printf("port %s  %s  %s  wire %s\n", json_text(p, "port", "?"), json_text(p, "addr", "?"),
		json_text(p, "state", "?"), json_text(p, "wire", "?"));
}

/** Members that the heading has shown. */
static bool
in_heading(const char *name)
{
	static const char *const names[] = {"port", "addr", "profile", "state", "wire"};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void
members(const struct json *object, const char *prefix)
{
	const struct json *m;
	char name[64];

	for (m = object->first; m != NULL; m = m->next) {
		if (prefix[0] == '\0' && in_heading(m->name))
			continue;
		if (m->type == JSON_OBJECT) {
			members(m, "wire: ");
			continue;
		}
		snprintf(name, sizeof(name), "%s%s", prefix, m->name);
		printf("  %-24s %20s\n", name, m->text != NULL ? m->text : "");
	}
}

void
show_stats(const struct json *answer)
{
	const struct json *p;

	for (p = first_port(answer); p != NULL; p = p->next) {
		heading(p);
		members(p, "");
	}
}

static void
queue_rows(const struct json *p, const char *direction)
{
	const struct json *list = json_get(p, direction), *q;

	for (q = list != NULL ? list->first : NULL; q != NULL; q = q->next)
		printf("  %-3s %5s %-4s %6s %7s %10s %20s %20s\n", direction,
			json_text(q, "queue", "?"), json_is_true(q, "llq") ? "llq" : "host",
			json_text(q, "depth", "?"), json_text(q, "posted", "?"),
			json_text(q, "posted_min", "?"), json_text(q, "pkts", "?"),
			json_text(q, "bytes", "?"));
}

void
show_queues(const struct json *answer)
{
	const struct json *p;

	for (p = first_port(answer); p != NULL; p = p->next) {
		heading(p);
		printf("  %-3s %5s %-4s %6s %7s %10s %20s %20s\n", "DIR", "QUEUE", "MEM", "DEPTH",
			"POSTED", "POSTED_MIN", "PACKETS", "BYTES");
		queue_rows(p, "tx");
		queue_rows(p, "rx");
	}
}

void
show_defects(const struct json *answer)
{
	const struct json *p, *d;

	for (p = first_port(answer); p != NULL; p = p->next) {
		const struct json *list = json_get(p, "defect_kinds");

		heading(p);
		for (d = list != NULL ? list->first : NULL; d != NULL; d = d->next)
			printf("  %-18s %10s%s\n    %s\n", json_text(d, "kind", "?"),
				json_text(d, "count", "?"),
				json_is_true(d, "note") ? " (note)" : "",
				json_text(d, "first", ""));
	}
}

void
show_faults(const struct json *answer)
{
	const struct json *p, *f;

	for (p = first_port(answer); p != NULL; p = p->next) {
		const struct json *list = json_get(p, "faults");

		heading(p);
		printf("  %-18s %-5s %5s %10s %10s %10s  %s\n", "KIND", "ARMED", "QUEUE", "LEFT",
			"ARG", "HITS", "WHAT");
		for (f = list != NULL ? list->first : NULL; f != NULL; f = f->next) {
			bool armed = json_is_true(f, "armed");

			printf("  %-18s %-5s %5s %10s %10s %10s  %s\n", json_text(f, "kind", "?"),
				armed ? "yes" : "-", armed ? json_text(f, "queue", "?") : "-",
				armed ? json_text(f, "left", "?") : "-",
				armed ? json_text(f, "arg", "?") : "-", json_text(f, "hits", "?"),
				json_text(f, "help", ""));
		}
	}
}
