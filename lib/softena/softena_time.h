/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Units of time, and a limit of events per second.
 */
#ifndef SOFTENA_TIME_H
#define SOFTENA_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

/** Events in the current second of a clock. */
struct softena_rate {
	uint64_t second;
	unsigned int count;
};

/** One more event. @return false if there were @p max in this second already */
static inline bool
softena_rate_allow(struct softena_rate *rate, uint64_t now_ns, unsigned int max)
{
	uint64_t second = now_ns / NS_PER_S;

	if (second != rate->second) {
		rate->second = second;
		rate->count = 0;
	}
	if (rate->count == max)
		return false;
	rate->count++;
	return true;
}

#endif /* SOFTENA_TIME_H */
