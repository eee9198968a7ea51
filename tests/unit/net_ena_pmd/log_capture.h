/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The log of the driver, for tests that run without EAL: what is logged is kept in memory. Include
 * this file after cmocka.h, in one file of a test program that has no ena_logs.c.
 */
#ifndef LOG_CAPTURE_H
#define LOG_CAPTURE_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_log.h>

int ena_logtype_init = 100, ena_logtype_driver = 101;

/** All lines since log_clear(). */
static char log_text[16384];
/** Level of the last line. */
static uint32_t log_level;

/** Instead of that of DPDK. */
int
rte_log(uint32_t level, uint32_t logtype, const char *format, ...)
{
	size_t used = strlen(log_text);
	va_list args;
	int n;

	(void)logtype;
	va_start(args, format);
	n = vsnprintf(log_text + used, sizeof(log_text) - used, format, args);
	va_end(args);
	assert_true(n >= 0 && (size_t)n < sizeof(log_text) - used);
	log_level = level;
	return n;
}

static inline void
log_clear(void)
{
	log_text[0] = '\0';
	log_level = 0;
}

/** The test fails unless @p text was logged, and nothing since then at another level. */
static inline void
assert_logged(uint32_t level, const char *text)
{
	if (strstr(log_text, text) == NULL)
		fail_msg("\"%s\" is not in the log: \"%s\"", text, log_text);
	assert_int_equal(log_level, level);
}

static inline void
assert_nothing_logged(void)
{
	assert_string_equal(log_text, "");
}

#endif /* LOG_CAPTURE_H */
