/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <argp.h>
#include <stdint.h>
#include <string.h>

#include "help.h"
#include "softena.h"
#include "softena_wire.h"

#define HELP_COLUMN 24
#define HELP_WIDTH  78

/** Print text in the second column, in lines of at most HELP_WIDTH characters. */
static void
column(FILE *out, const char *text, int len)
{
	int left = HELP_WIDTH - HELP_COLUMN, word;

	while (len > 0) {
		word = (int)strcspn(text, " \n");
		if (word > len)
			word = len;
		if (word > left && left < HELP_WIDTH - HELP_COLUMN) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			left = HELP_WIDTH - HELP_COLUMN;
		}
		fprintf(out, "%s%.*s", left < HELP_WIDTH - HELP_COLUMN ? " " : "", word, text);
		left -= word + 1;
		text += word + 1;
		len -= word + 1;
	}
	fputc('\n', out);
}

void
help_columns(FILE *out, const char *lines)
{
	while (*lines != '\0') {
		int len = (int)strcspn(lines, "\n"), name = (int)strcspn(lines, "\t\n");
		char text[1024];
		int values;

		fprintf(out, "  %-*.*s", HELP_COLUMN - 2, name, lines);
		if (name > HELP_COLUMN - 4)
			fprintf(out, "\n%*s", HELP_COLUMN, "");
		lines += name + (len > name);
		len -= name + (len > name);
		values = (int)strcspn(lines, "\t\n");
		if (values < len)
			snprintf(text, sizeof(text), "%.*s: %.*s", values, lines, len - values - 1,
				lines + values + 1);
		else
			snprintf(text, sizeof(text), "%.*s", len, lines);
		column(out, text, (int)strlen(text));
		lines += len + (lines[len] == '\n');
	}
}

void
help_ports(FILE *out)
{
	help_columns(out, softena_config_help());
	fputs("\nWires:\n", out);
	help_columns(out, softena_wire_help());
}

char *
help_after_doc(int key, const char *text, const char *examples)
{
	char *same = (char *)(uintptr_t)text, *all = NULL;
	size_t len = 0;
	FILE *out;

	if (key != ARGP_KEY_HELP_POST_DOC || text == NULL)
		return same;
	out = open_memstream(&all, &len);
	if (out == NULL)
		return same;
	fputs(text, out);
	help_ports(out);
	fputs(examples, out);
	return fclose(out) == 0 ? all : same;
}
