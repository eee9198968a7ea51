/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <inttypes.h>

#include <rte_cycles.h>

#include "bench_result.h"

static void
put_number(FILE *out, const char *name, double value)
{
	if (value < 0)
		fprintf(out, ",\"%s\":null", name);
	else
		fprintf(out, ",\"%s\":%.4f", name, value);
}

static void
put_series(FILE *out, const char *name, const struct bench_series *s)
{
	unsigned int i;

	fprintf(out, ",\"%s\":{\"disturbed\":%u,\"lost\":%u,\"rounds\":[", name, s->disturbed,
		s->lost);
	for (i = 0; i < s->rounds; i++)
		fprintf(out, "%s%.3f", i > 0 ? "," : "", s->cycles[i]);
	fputs("]}", out);
}

static void
put_side(FILE *out, const char *name, const struct bench_port *p, const struct bench_side *side)
{
	fprintf(out,
		",\"%s_port\":{\"driver\":\"%s\",\"burst_mode\":\"%s\",\"complaints\":%" PRIu64,
		name, p->driver, p->burst_mode, side->complaints);
	put_number(out, "rx_doorbells_per_burst", side->counts.rx_doorbells);
	put_number(out, "tx_doorbells_per_burst", side->counts.tx_doorbells);
	put_number(out, "llq_bytes_per_packet", side->counts.llq_bytes);
	put_number(out, "rx_posted_low", side->counts.posted_low);
	fputs("}", out);
}

void
bench_result_skipped(FILE *out, const struct bench_case *c, const char *why)
{
	fprintf(out, "{\"case\":\"%s\",\"cache\":\"%s\",\"skipped\":\"%s\"}\n", c->name,
		bench_cache_name(c->cache), why);
	fflush(out);
}

void
bench_result_case(FILE *out, const struct bench_case *c, const struct bench_pair *pair,
	const struct bench_side *ours, const struct bench_side *peer,
	const struct bench_series *bottom, bool quiet, const struct bench_llc_probe *probe)
{
	fprintf(out, "{\"case\":\"%s\",\"cache\":\"%s\",\"quiet\":%s,\"tsc_hz\":%" PRIu64, c->name,
		bench_cache_name(c->cache), quiet ? "true" : "false", rte_get_tsc_hz());
	if (probe != NULL)
		fprintf(out,
			",\"llc_method\":\"%s\",\"llc_probe\":{\"level_before\":%.1f,"
			"\"reached\":%.1f,\"memory\":%.1f}",
			probe->method, probe->near, probe->reached, probe->memory);
	fprintf(out, ",\"simd\":%u", pair->ours.simd);
	put_series(out, "ours", &ours->series);
	put_series(out, "peer", &peer->series);
	put_series(out, "floor", bottom);
	put_side(out, "ours", &pair->ours, ours);
	put_side(out, "peer", &pair->peer, peer);
	fputs("}\n", out);
	fflush(out);
}

void
bench_result_mark(FILE *out, const struct bench_case *c, const char *role,
	const struct bench_port *p, const struct bench_series *s)
{
	fprintf(out,
		"{\"mark\":true,\"case\":\"%s\",\"role\":\"%s\",\"driver\":\"%s\","
		"\"burst_mode\":\"%s\",\"calls\":%" PRIu64 ",\"packets\":%" PRIu64
		",\"lost\":%u}\n",
		c->name, role, p != NULL ? p->driver : "", p != NULL ? p->burst_mode : "", s->calls,
		s->packets, s->lost);
	fflush(out);
}
