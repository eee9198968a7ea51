/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * How long to wait. A limit ends what hangs, so it grows with ENA_TEST_TIME_FACTOR. A silence
 * is one when the device and who listens have run meanwhile: on a busy machine both get less CPU.
 */
#ifndef ENA_TEST_APPS_TURNS_H
#define ENA_TEST_APPS_TURNS_H

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/** So often picked by the scheduler, the device's thread has looked around for sure. */
#define DEVICE_SLICES 20u

static inline uint64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static inline uint64_t
now_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/**
 * The clock of silences, for a thread that polls without a pause: its own CPU time. A device that
 * competes with it for the CPU has run about as long.
 */
static inline uint64_t
polled_ms(void)
{
	return clock_ms(CLOCK_THREAD_CPUTIME_ID);
}

/** What takes @p ms at most on a machine of one's own, in milliseconds of this one. */
static inline uint64_t
limit_ms(uint64_t ms)
{
	const char *text = getenv("ENA_TEST_TIME_FACTOR");
	double factor = text != NULL ? atof(text) : 1;

	return (uint64_t)((double)ms * (factor > 1 ? factor : 1));
}

/** How often the scheduler has picked the device's thread. @return false: it is none of this
 * process */
static inline bool
device_slices(uint64_t *slices)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *task;
	bool found = false;

	while (!found && dir != NULL && (task = readdir(dir)) != NULL) {
		char path[300], name[32] = "";
		FILE *in;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task->d_name);
		in = fopen(path, "r");
		if (in == NULL)
			continue;
		found = fgets(name, sizeof(name), in) != NULL && strcmp(name, "softena\n") == 0;
		fclose(in);
		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", task->d_name);
		in = found ? fopen(path, "r") : NULL;
		found = in != NULL && fscanf(in, "%*s %*s %" SCNu64, slices) == 1;
		if (in != NULL)
			fclose(in);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

/** Sleep @p ms, and until the device of this process has looked around. */
static inline void
let_device_look(unsigned int ms)
{
	uint64_t end = now_ms() + limit_ms(20000), before, now;
	bool known = device_slices(&before);

	usleep(ms * 1000);
	while (known && device_slices(&now) && now - before < DEVICE_SLICES && now_ms() < end)
		usleep(1000);
}

#endif /* ENA_TEST_APPS_TURNS_H */
