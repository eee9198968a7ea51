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
	/* main() has registered a function that removes the run directory. */
	exit(RUN_FAILED);
}
