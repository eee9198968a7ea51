/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * ena-bench-app. The script ena-bench starts it below softena-run and makes tables and plots
 * of what it writes: a JSON object a line, one for each case.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>

#include "bench.h"

#define CASES_MAX 1024u
#define STARTS    3u

static struct bench_pair pairs[BENCH_PAIRS_MAX];
static unsigned int n_pairs;
static struct bench_case cases[CASES_MAX];
static unsigned int n_cases;
static struct bench_options options = {
	.rounds = 9, .warmup = 2, .packets = 16384, .quiet_ms = 1000};
static FILE *out;
static bool control, verbose;

static const char usage[] =
	"usage: ena-bench-app EAL-OPTIONS -- OPTIONS\n"
	"  --pair MODE,ADDR,ADDR  two ports that are alike: one of ours and one of the peer\n"
	"  --case CASE            rx|tx|fwd/MODE/BYTES/BURST[/OPTION...][@warm|llc|cold]\n"
	"  --out FILE             results, a JSON object a line (default: standard output)\n"
	"  --rounds N             rounds of each driver (default 9)\n"
	"  --packets N            packets of a round (default 16384)\n"
	"  --quiet-ms N           wait so long for a quiet machine before each case\n"
	"  --control              also time to start and memory\n"
	"  --marks                a few bursts only, with marks for callgrind\n"
	"  --verbose\n";

/* ---- command line -------------------------------------------------------------------------- */

static bool
add_pair(const char *text)
{
	struct bench_pair *pair = &pairs[n_pairs];
	char copy[128], *save = NULL, *mode, *ours, *peer;
	struct softena_step_counters counters;

	if (n_pairs == BENCH_PAIRS_MAX ||
		(size_t)snprintf(copy, sizeof(copy), "%s", text) >= sizeof(copy))
		return false;
	mode = strtok_r(copy, ",", &save);
	ours = strtok_r(NULL, ",", &save);
	peer = strtok_r(NULL, ",", &save);
	if (peer == NULL || strlen(mode) >= sizeof(pair->mode)) {
		fprintf(stderr, "ena-bench: --pair %s: give MODE,ADDR,ADDR\n", text);
		return false;
	}
	memcpy(pair->mode, mode, strlen(mode) + 1);
	if (!bench_port_find(&pair->ours, ours, 2 * n_pairs) ||
		!bench_port_find(&pair->peer, peer, 2 * n_pairs + 1))
		return false;
	if (!bench_step_counters(&pair->ours, &counters) ||
		!bench_step_counters(&pair->peer, &counters)) {
		fprintf(stderr, "ena-bench: %s: softena-run was started without --step\n", text);
		return false;
	}
	n_pairs++;
	return true;
}

static bool
add_case(const char *text)
{
	if (n_cases == CASES_MAX) {
		fprintf(stderr, "ena-bench: more than %u cases\n", CASES_MAX);
		return false;
	}
	return bench_case_parse(text, &cases[n_cases++]);
}

static bool
number(const char *text, unsigned int max, unsigned int *n)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	*n = (unsigned int)v;
	return end != text && *end == '\0' && v > 0 && v <= max;
}

static bool
parse(int argc, char **argv)
{
	enum { PAIR, CASE, OUT, ROUNDS, PACKETS, QUIET, CONTROL, MARKS, VERBOSE };
	static const struct option longs[] = {
		{"pair", required_argument, NULL, PAIR},
		{"case", required_argument, NULL, CASE},
		{"out", required_argument, NULL, OUT},
		{"rounds", required_argument, NULL, ROUNDS},
		{"packets", required_argument, NULL, PACKETS},
		{"quiet-ms", required_argument, NULL, QUIET},
		{"control", no_argument, NULL, CONTROL},
		{"marks", no_argument, NULL, MARKS},
		{"verbose", no_argument, NULL, VERBOSE},
		{0},
	};
	bool ok = true;
	int opt;

	optind = 1;
	while (ok && (opt = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (opt) {
		case PAIR:
			ok = add_pair(optarg);
			break;
		case CASE:
			ok = add_case(optarg);
			break;
		case OUT:
			out = fopen(optarg, "we");
			ok = out != NULL;
			break;
		case ROUNDS:
			ok = number(optarg, BENCH_ROUNDS_MAX, &options.rounds);
			break;
		case PACKETS:
			ok = number(optarg, 1u << 20, &options.packets);
			break;
		case QUIET:
			ok = number(optarg, 600000, &options.quiet_ms);
			break;
		case CONTROL:
			control = true;
			break;
		case MARKS:
			options.marks = true;
			break;
		case VERBOSE:
			verbose = true;
			break;
		default:
			ok = false;
		}
	}
	if (!ok)
		fputs(usage, stderr);
	return ok;
}

/* ---- results --------------------------------------------------------------------------------- */

static void
put_number(const char *name, double value)
{
	if (value < 0)
		fprintf(out, ",\"%s\":null", name);
	else
		fprintf(out, ",\"%s\":%.4f", name, value);
}

static void
put_series(const char *name, const struct bench_series *s)
{
	unsigned int i;

	fprintf(out, ",\"%s\":{\"disturbed\":%u,\"lost\":%u,\"rounds\":[", name, s->disturbed,
		s->lost);
	for (i = 0; i < s->rounds; i++)
		fprintf(out, "%s%.3f", i > 0 ? "," : "", s->cycles[i]);
	fputs("]}", out);
}

static void
put_side(const char *name, const struct bench_port *p, const struct bench_counts *counts,
	uint64_t complaints)
{
	fprintf(out,
		",\"%s_port\":{\"driver\":\"%s\",\"burst_mode\":\"%s\",\"complaints\":%" PRIu64,
		name, p->driver, p->burst_mode, complaints);
	put_number("rx_doorbells_per_burst", counts->rx_doorbells);
	put_number("tx_doorbells_per_burst", counts->tx_doorbells);
	put_number("llq_bytes_per_packet", counts->llq_bytes);
	put_number("rx_posted_low", counts->posted_low);
	fputs("}", out);
}

static void
skipped(const struct bench_case *c, const char *why)
{
	fprintf(out, "{\"case\":\"%s\",\"cache\":\"%s\",\"skipped\":\"%s\"}\n", c->name,
		bench_cache_name(c->cache), why);
	fflush(out);
}

static uint64_t
complaints_of(const struct bench_port *p)
{
	struct softena_step_counters counters;

	return bench_step_counters(p, &counters) ? counters.complaints : 0;
}

/* ---- measuring ------------------------------------------------------------------------------- */

static struct bench_pair *
pair_of(const struct bench_case *c)
{
	unsigned int i;

	for (i = 0; i < n_pairs; i++)
		if (strcmp(pairs[i].mode, c->mode) == 0)
			return &pairs[i];
	return NULL;
}

/** Rounds in turn: ours, peer, floor, peer, ours, floor, ours, ... */
static void
measure(struct bench_pair *pair, const struct bench_case *c, const struct bench_llc_probe *probe)
{
	static struct bench_series ours, peer, bottom;
	struct bench_counts ours_counts, peer_counts;
	unsigned int i;
	bool quiet;

	memset(&ours, 0, sizeof(ours));
	memset(&peer, 0, sizeof(peer));
	memset(&bottom, 0, sizeof(bottom));
	quiet = bench_quiet(options.quiet_ms);
	for (i = 0; i < options.warmup + options.rounds; i++) {
		if (i == options.warmup)
			ours.rounds = peer.rounds = bottom.rounds = 0;
		/* Each one comes first as often as the other: what went before may matter. */
		bench_round(i % 2 == 0 ? &pair->ours : &pair->peer, c, &options,
			i % 2 == 0 ? &ours : &peer);
		bench_round(i % 2 == 0 ? &pair->peer : &pair->ours, c, &options,
			i % 2 == 0 ? &peer : &ours);
		bench_floor_round(c, &options, &bottom);
	}
	bench_count(&pair->ours, c, &ours_counts);
	bench_count(&pair->peer, c, &peer_counts);
	fprintf(out, "{\"case\":\"%s\",\"cache\":\"%s\",\"quiet\":%s,\"tsc_hz\":%" PRIu64, c->name,
		bench_cache_name(c->cache), quiet ? "true" : "false", rte_get_tsc_hz());
	if (probe != NULL)
		fprintf(out,
			",\"llc_method\":\"%s\",\"llc_probe\":{\"level_before\":%.1f,"
			"\"reached\":%.1f,\"memory\":%.1f}",
			probe->method, probe->near, probe->reached, probe->memory);
	fprintf(out, ",\"simd\":%u", pair->ours.simd);
	put_series("ours", &ours);
	put_series("peer", &peer);
	put_series("floor", &bottom);
	put_side("ours", &pair->ours, &ours_counts, complaints_of(&pair->ours));
	put_side("peer", &pair->peer, &peer_counts, complaints_of(&pair->peer));
	fputs("}\n", out);
	fflush(out);
}

/** What callgrind collects between two marks belongs to the line that is written. */
static void
mark_one(const struct bench_case *c, const char *role, const char *driver, struct bench_port *p)
{
	static struct bench_series s;
	struct rte_mbuf *none = NULL;
	struct bench_options few = options;

	few.packets = 4 * BENCH_DEPTH;
	memset(&s, 0, sizeof(s));
	if (p != NULL) {
		bench_round(p, c, &few, &s);
	} else if (strcmp(role, "floor") == 0) {
		bench_floor_round(c, &few, &s);
	} else {
		bench_mark_begin();
		for (; s.calls < bench_bursts(c, &few); s.calls++)
			bench_call_none(0, 0, &none, 1);
	}
	bench_mark_end();
	fprintf(out,
		"{\"mark\":true,\"case\":\"%s\",\"role\":\"%s\",\"driver\":\"%s\","
		"\"burst_mode\":\"%s\",\"calls\":%" PRIu64 ",\"packets\":%" PRIu64
		",\"lost\":%u}\n",
		c->name, role, driver, p != NULL ? p->burst_mode : "", s.calls, s.packets, s.lost);
	fflush(out);
}

static void
mark(struct bench_pair *pair, const struct bench_case *c)
{
	mark_one(c, "none", "", NULL);
	mark_one(c, "ours", pair->ours.driver, &pair->ours);
	mark_one(c, "peer", pair->peer.driver, &pair->peer);
	mark_one(c, "floor", "", NULL);
}

/** On a busy machine a driver may lose its patience with the device: try again. */
static bool
start(struct bench_port *p, const struct bench_case *c, const char *role)
{
	unsigned int i;

	for (i = 0; i < STARTS; i++) {
		if (bench_port_start(p, c, role))
			return true;
		bench_port_stop(p);
	}
	return false;
}

static void
run_case(const struct bench_case *c)
{
	struct bench_pair *pair = pair_of(c);
	struct bench_llc_probe probe;
	const char *why;
	bool started;

	if (pair == NULL) {
		skipped(c, "no port of this mode");
		return;
	}
	if (!bench_cache_possible(c->cache)) {
		skipped(c, "caches cannot be controlled on this architecture");
		return;
	}
	why = bench_simd_limit(c->simd);
	if (why != NULL) {
		skipped(c, why);
		return;
	}
	if (verbose)
		fprintf(stderr, "%s@%s\n", c->name, bench_cache_name(c->cache));
	started = start(&pair->ours, c, "ours");
	/* The limit is for ours alone. */
	bench_simd_limit(0);
	if (started && start(&pair->peer, c, "peer")) {
		/* Headers only: what the device copies shall not fill our caches. */
		bench_step_payload(&pair->ours, 64);
		bench_step_payload(&pair->peer, 64);
		if (!bench_floor_init(c, pair->ours.pool))
			skipped(c, "no memory for the floor");
		else if (c->cache == BENCH_LLC &&
			 (why = bench_llc_probe(&pair->ours, &probe)) != NULL)
			skipped(c, why);
		else if (options.marks)
			mark(pair, c);
		else
			measure(pair, c, c->cache == BENCH_LLC ? &probe : NULL);
		bench_floor_fini();
	} else {
		skipped(c, "a port could not be started");
	}
	bench_port_stop(&pair->ours);
	bench_port_stop(&pair->peer);
}

int
main(int argc, char **argv)
{
	unsigned int i;
	int n = rte_eal_init(argc, argv);

	if (n < 0) {
		fprintf(stderr, "ena-bench: EAL does not start\n");
		return 1;
	}
	out = stdout;
	if (!bench_step_init() || !parse(argc - n, argv + n))
		return 1;
	/* Once, now: its calls are none of those that callgrind is to count. */
	bench_overhead();
	for (i = 0; i < n_cases; i++)
		run_case(&cases[i]);
	if (control && n_pairs > 0) {
		bench_port_control(out, &pairs[0].ours, "ours");
		bench_port_control(out, &pairs[0].peer, "peer");
	}
	for (i = 0; i < n_pairs; i++) {
		rte_eth_dev_close(pairs[i].ours.id);
		rte_eth_dev_close(pairs[i].peer.id);
	}
	rte_eal_cleanup();
	return out != stdout && fclose(out) != 0;
}
