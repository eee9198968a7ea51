/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "bus_log.h"
#include "softena.h"

static int wanted = LOG_WARNING;

void
bus_log_level(int level)
{
	wanted = level;
}

void
bus_log(int level, const char *fmt, ...)
{
	char text[SOFTENA_DEFECT_TEXT + 128];
	va_list ap;
	int n;

	if (level > wanted)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	/* One write, so that lines of several threads do not mix. */
	dprintf(STDERR_FILENO, "softena: %s\n", text);
}
