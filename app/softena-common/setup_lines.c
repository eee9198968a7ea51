/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "setup_lines.h"

int
setup_lines_begin(struct setup_lines *lines, struct setup *setup)
{
	setup_init(setup);
	lines->setup = setup;
	lines->text = NULL;
	lines->len = 0;
	lines->out = open_memstream(&lines->text, &lines->len);
	return lines->out != NULL ? 0 : -ENOMEM;
}

int
setup_lines_add(struct setup_lines *lines, char *err, size_t err_len, const char *fmt, ...)
{
	char *line;
	va_list ap;
	int n, rc;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0) {
		snprintf(err, err_len, "out of memory");
		return -ENOMEM;
	}
	rc = setup_line(lines->setup, line, err, err_len);
	if (rc == 0)
		fprintf(lines->out, "%s\n", line);
	free(line);
	return rc;
}

int
setup_lines_end(struct setup_lines *lines)
{
	int rc = fclose(lines->out) == 0 ? 0 : -ENOMEM;

	lines->out = NULL;
	return rc;
}
