/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The time of the software devices.
 */
#ifndef SOFTENA_COMMON_BUS_CLOCK_H
#define SOFTENA_COMMON_BUS_CLOCK_H

#include <stdint.h>
#include <time.h>

/** @return nanoseconds of @p clock, CLOCK_MONOTONIC or CLOCK_REALTIME */
static inline uint64_t
bus_clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

/** @return nanoseconds of a clock that never goes back */
static inline uint64_t
bus_now_ns(void)
{
	return bus_clock_ns(CLOCK_MONOTONIC);
}

#endif /* SOFTENA_COMMON_BUS_CLOCK_H */
