/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * ena-bench-app: cycles per packet of two ethdev drivers, side by side on software ENA ports
 * in step mode. It knows the public interface of DPDK and softena_step.h, nothing of a driver.
 * The script ena-bench starts it below softena-run and makes tables and plots of what it writes:
 * a JSON object per line, one for each case.
 *
 * What is timed is a burst call and nothing else. The device does its part in the same thread
 * before and after; mbufs that a driver does not itself take or give back are taken and given
 * back outside of the measured time. The two drivers take turns, round by round, so a neighbour
 * that slows the machine down for a while slows both.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>

#include "bench_case.h"
#include "bench_clock.h"
#include "bench_control.h"
#include "bench_measure.h"
#include "bench_options.h"
#include "bench_port.h"
#include "bench_result.h"
#include "bench_series.h"
#include "bench_step.h"

#define CASES_MAX 1024u
#define PAIRS_MAX 8u

static struct bench_pair pairs[PAIRS_MAX];
static unsigned int n_pairs;
static struct bench_case cases[CASES_MAX];
static unsigned int n_cases;
static struct bench_options options = {
	.rounds = 9, .warmup = 2, .packets = 16384, .quiet_ms = 1000};
static FILE *out;
static bool control, verbose;

static const char usage[] =
	"usage: ena-bench-app EAL-OPTIONS -- OPTIONS\n"
	"  --pair MODE,ADDR,ADDR  two equal ports: one for our driver, one for the peer\n"
	"  --case CASE            rx|tx|fwd/MODE/BYTES/BURST[/OPTION...][@warm|llc|cold]\n"
	"  --out FILE             results, a JSON object per line (default: standard output)\n"
	"  --rounds N             rounds of each driver (default 9)\n"
	"  --packets N            packets of a round (default 16384)\n"
	"  --quiet-ms N           longest wait for a quiet machine before each case\n"
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

	if (n_pairs == PAIRS_MAX ||
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
	if (!bench_step_counters(pair->ours.addr, &counters) ||
		!bench_step_counters(pair->peer.addr, &counters)) {
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

/* ---- cases -------------------------------------------------------------------------------- */

static struct bench_pair *
pair_of(const struct bench_case *c)
{
	unsigned int i;

	for (i = 0; i < n_pairs; i++)
		if (strcmp(pairs[i].mode, c->mode) == 0)
			return &pairs[i];
	return NULL;
}

static void
run_case(const struct bench_case *c)
{
	struct bench_pair *pair = pair_of(c);

	if (pair == NULL) {
		bench_result_skipped(out, c, "no port of this mode");
		return;
	}
	if (verbose)
		fprintf(stderr, "%s@%s\n", c->name, bench_cache_name(c->cache));
	bench_measure(out, pair, c, &options);
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
	/* Measured now, so that callgrind does not count its calls in a case. */
	bench_overhead();
	for (i = 0; i < n_cases; i++)
		run_case(&cases[i]);
	if (control && n_pairs > 0) {
		bench_control(out, &pairs[0].ours, "ours");
		bench_control(out, &pairs[0].peer, "peer");
	}
	for (i = 0; i < n_pairs; i++) {
		rte_eth_dev_close(pairs[i].ours.id);
		rte_eth_dev_close(pairs[i].peer.id);
	}
	rte_eal_cleanup();
	return out != stdout && fclose(out) != 0;
}
