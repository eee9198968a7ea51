/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "port_json.h"
#include "softena_wire.h"

void
json_string(FILE *out, const char *text)
{
	const unsigned char *p;

	fputc('"', out);
	for (p = (const unsigned char *)text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p < 0x20)
			fprintf(out, "\\u%04x", *p);
		else
			fputc(*p, out);
	}
	fputc('"', out);
}

static const char *
state_of(const struct port *port)
{
	if (port->dev != NULL)
		return port->open ? "open" : "closed";
	return "off";
}

static void
head(FILE *out, const struct port *port)
{
	fprintf(out, "{\"port\":%u,\"addr\":\"%s\",\"profile\":", port->idx, port->setup->addr);
	json_string(out, port->setup->profile[0] != '\0' ? port->setup->profile : "default");
	fprintf(out, ",\"state\":\"%s\",\"wire\":", state_of(port));
	json_string(out, port->setup->wire);
}

static void
wire_json(FILE *out, const struct softena_wire *wire)
{
	fprintf(out,
		",\"wire_counters\":{\"kind\":\"%s\",\"started\":%s,\"patient\":%s,\"rx_frames\":"
		"%" PRIu64 ",\"rx_bytes\":%" PRIu64 ",\"tx_frames\":%" PRIu64
		",\"tx_bytes\":%" PRIu64 ",\"tx_lost\":%" PRIu64 "}",
		wire->ops->kind, wire->started ? "true" : "false", wire->patient ? "true" : "false",
		wire->rx_frames, wire->rx_bytes, wire->tx_frames, wire->tx_bytes, wire->tx_lost);
}

static void
stats_json(FILE *out, const struct port *port)
{
	struct softena_stats s;

	if (port->dev == NULL)
		return;
	softena_stats_get(port->dev, &s);
#define NUMBER(member) fprintf(out, ",\"" #member "\":%" PRIu64, (uint64_t)s.member)
#define TRUTH(member)  fprintf(out, ",\"" #member "\":%s", s.member ? "true" : "false")
	NUMBER(tx_pkts);
	NUMBER(tx_bytes);
	NUMBER(rx_pkts);
	NUMBER(rx_bytes);
	NUMBER(rx_drops);
	NUMBER(tx_drops);
	NUMBER(rx_overruns);
	NUMBER(resets);
	NUMBER(last_reset_reason);
	NUMBER(last_error_reason);
	NUMBER(admin_commands);
	NUMBER(admin_errors);
	NUMBER(events);
	NUMBER(interrupts);
	NUMBER(dma_faults);
	NUMBER(dma_blocked);
	NUMBER(reg_reads);
	NUMBER(last_fault_addr);
	NUMBER(bad_doorbells);
	NUMBER(tx_doorbells);
	NUMBER(rx_doorbells);
	NUMBER(tx_malformed);
	NUMBER(defects);
	NUMBER(faults_injected);
	NUMBER(rx_silent_drops);
	NUMBER(tx_foreign_source);
	NUMBER(wire_rx_frames);
	NUMBER(wire_tx_frames);
	NUMBER(wire_tx_lost);
	TRUTH(link_up);
	TRUTH(wire_ended);
	TRUTH(rx_pending);
	NUMBER(tx_queues);
	NUMBER(rx_queues);
#undef NUMBER
#undef TRUTH
	if (port->wire != NULL)
		wire_json(out, port->wire);
}

void
json_stats(FILE *out, const struct port *port)
{
	head(out, port);
	stats_json(out, port);
	fputs("}", out);
}

static void
defects_json(FILE *out, const struct port *port)
{
	struct softena_defect d;
	const char *comma = "";
	unsigned int i;

	fputs(",\"defect_kinds\":[", out);
	for (i = 0; port->dev != NULL && softena_defect_get(port->dev, i, &d); i++) {
		if (d.count == 0)
			continue;
		fprintf(out,
			"%s{\"kind\":\"%s\",\"note\":%s,\"count\":%" PRIu64 ",\"first\":", comma,
			d.kind, d.note ? "true" : "false", d.count);
		json_string(out, d.first);
		fputs("}", out);
		comma = ",";
	}
	fputs("]", out);
}

void
json_defects(FILE *out, const struct port *port)
{
	head(out, port);
	defects_json(out, port);
	fputs("}", out);
}

void
json_faults(FILE *out, const struct port *port)
{
	struct softena_fault_info f;
	const char *comma = "";
	unsigned int i;

	head(out, port);
	fputs(",\"faults\":[", out);
	for (i = 0; port->dev != NULL && softena_fault_get(port->dev, i, &f); i++) {
		fprintf(out,
			"%s{\"kind\":\"%s\",\"armed\":%s,\"queue\":%d,\"left\":%u,\"skip\":%u,"
			"\"arg\":%u,\"hits\":%" PRIu64 ",\"help\":",
			comma, f.name, f.armed ? "true" : "false", f.queue, f.left, f.skip, f.arg,
			f.hits);
		json_string(out, f.help);
		fputs("}", out);
		comma = ",";
	}
	fputs("]}", out);
}

/** For the report: statistics and defects in one object. */
static void
report_port(FILE *out, const struct port *port)
{
	head(out, port);
	stats_json(out, port);
	defects_json(out, port);
	fputs("}", out);
}

static void
queues_of(FILE *out, const struct port *port, bool tx)
{
	struct softena_queue_stats q;
	const char *comma = "";
	unsigned int i;

	for (i = 0; softena_queue_stats_get(port->dev, tx, i, &q) == 0; i++) {
		if (!q.exists)
			continue;
		fprintf(out,
			"%s{\"queue\":%u,\"llq\":%s,\"depth\":%u,\"pkts\":%" PRIu64
			",\"bytes\":%" PRIu64 ",\"posted\":%u,\"posted_min\":%u}",
			comma, i, q.llq ? "true" : "false", q.depth, q.pkts, q.bytes, q.posted,
			q.posted_min);
		comma = ",";
	}
}

void
json_queues(FILE *out, const struct port *port)
{
	head(out, port);
	if (port->dev != NULL) {
		fputs(",\"tx\":[", out);
		queues_of(out, port, true);
		fputs("],\"rx\":[", out);
		queues_of(out, port, false);
		fputs("]", out);
	}
	fputs("}", out);
}

void
json_port(FILE *out, const struct port *port)
{
	head(out, port);
	if (port->dev != NULL)
		fprintf(out, ",\"link_up\":%s", softena_link_get(port->dev) ? "true" : "false");
	fputs("}", out);
}

void
json_ports(FILE *out, void (*each)(FILE *out, const struct port *port), int only)
{
	const char *comma = "";
	unsigned int i;

	fputs("{\"ok\":true,\"ports\":[", out);
	for (i = 0; i < bus.setup.ports; i++) {
		if (only >= 0 && (unsigned int)only != i)
			continue;
		fputs(comma, out);
		each(out, &bus.port[i]);
		comma = ",";
	}
	fputs("]}", out);
}

bool
json_report(char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	if (out == NULL)
		return false;
	json_ports(out, report_port, -1);
	if (fclose(out) == 0)
		return true;
	free(*text);
	*text = NULL;
	return false;
}
