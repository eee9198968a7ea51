/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Stacks of ena_orders: of the thread that crashed, or of all threads when one hangs (SIGUSR1).
 * "file(+0xoffset)" is for addr2line.
 */
#include <dirent.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ena_orders.h"

#define FRAMES_MAX     40
#define PER_THREAD_US  30000u
#define THREAD_NAME_SZ 16u

/* Its reports are better than ours. */
extern void __asan_init(void) __attribute__((weak));

static void
print_stack(const char *why, int number)
{
	char name[THREAD_NAME_SZ] = "?", text[96];
	void *frames[FRAMES_MAX];
	int n;

	prctl(PR_GET_NAME, name);
	n = snprintf(text, sizeof(text), "stack: %s %d, thread %s\n", why, number, name);
	if (write(STDERR_FILENO, text, (size_t)n) < 0)
		return;
	n = backtrace(frames, FRAMES_MAX);
	backtrace_symbols_fd(frames, n, STDERR_FILENO);
}

static void
on_crash(int number)
{
	print_stack("signal", number);
	/* SA_RESETHAND: now it ends the process. */
	raise(number);
}

static void
on_question(int number)
{
	print_stack("signal", number);
}

/** Ask each thread, one after the other, so that their lines do not mix. */
static void
on_question_to_all(int number)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	long tid;

	(void)number;
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		tid = strtol(entry->d_name, NULL, 10);
		if (tid > 0 && syscall(SYS_tgkill, getpid(), tid, SIGUSR2) == 0)
			usleep(PER_THREAD_US);
	}
	closedir(dir);
}

void
orders_trace_init(void)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	struct sigaction act = {.sa_handler = on_question, .sa_flags = SA_RESTART};
	void *frames[1];
	size_t i;

	/* The first call loads a library, which a handler must not. */
	backtrace(frames, 1);
	sigaction(SIGUSR2, &act, NULL);
	act.sa_handler = on_question_to_all;
	act.sa_flags = SA_RESTART | SA_NODEFER;
	sigaction(SIGUSR1, &act, NULL);
	if (__asan_init != NULL)
		return;
	act.sa_handler = on_crash;
	act.sa_flags = (int)(SA_RESETHAND | SA_NODEFER);
	for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &act, NULL);
}
