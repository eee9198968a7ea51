/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include "bench_clock.h"
#include "bench_series.h"

/**
 * At most one in a hundred bursts is left out, because the thread may have lost the CPU: if it took
 * so much longer than all others. Work that a driver does now and then is more frequent than that.
 */
#define DISTURBED_TIMES 2u
#define DISTURBED_TICKS 20000u

void
bench_series_add(struct bench_series *s, uint64_t *ticks, unsigned int n, uint64_t packets)
{
	uint64_t sum = 0, limit, over = bench_overhead();
	unsigned int kept;

	if (n == 0 || packets == 0 || s->rounds == BENCH_ROUNDS_MAX)
		return;
	bench_median(ticks, n); /* sorts them */
	limit = ticks[n - 1 - n / 100] * DISTURBED_TIMES + DISTURBED_TICKS;
	for (kept = 0; kept < n && ticks[kept] <= limit; kept++)
		sum += ticks[kept] > over ? ticks[kept] - over : 0;
	s->disturbed += n - kept;
	/* All bursts have the same size, so the packets are reduced in proportion. */
	s->cycles[s->rounds++] = (double)sum / ((double)packets * kept / n);
}
