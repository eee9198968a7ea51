/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "run_die.h"

void
run_die(const char *fmt, ...)
{
	va_list ap;

	fputs("softena-run: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	/* What was made so far is removed by a function that main() has registered. */
	exit(RUN_FAILED);
}
