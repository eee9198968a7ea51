/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Writing a setup file: each line is checked when it is added, while the program still knows
 * which option of the command line it came from.
 */
#ifndef SOFTENA_COMMON_SETUP_LINES_H
#define SOFTENA_COMMON_SETUP_LINES_H

#include <stdio.h>

#include "setup.h"

struct setup_lines {
	struct setup *setup; /* what the lines say */
	char *text; /* valid after setup_lines_end() */
	size_t len;
	FILE *out;
};

/** Begin with defaults in @p setup and no lines. @return 0 or -ENOMEM */
int setup_lines_begin(struct setup_lines *lines, struct setup *setup);

/** Apply a line to the setup and keep it. @return 0 or negative errno with @p err set */
int setup_lines_add(struct setup_lines *lines, char *err, size_t err_len, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** No more lines: @c text and @c len are valid, and the caller frees them. @return 0, -ENOMEM */
int setup_lines_end(struct setup_lines *lines);

#endif /* SOFTENA_COMMON_SETUP_LINES_H */
