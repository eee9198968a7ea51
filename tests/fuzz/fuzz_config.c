/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Text of a command line: device keys and wire specifications.
 */
#include <stdlib.h>
#include <string.h>

#include <softena.h>
#include <softena_wire.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct softena_config cfg;
	char *text = malloc(size + 1), *save = NULL, *word;
	char err[256];

	if (text == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	softena_wire_check(text, err, sizeof(err));
	softena_config_default(&cfg);
	for (word = strtok_r(text, ",\n", &save); word != NULL;
		word = strtok_r(NULL, ",\n", &save)) {
		char *value = strchr(word, '=');

		if (value != NULL)
			*value++ = '\0';
		if (softena_config_set(&cfg, word, value != NULL ? value : "", err, sizeof(err)) !=
				0 &&
			memchr(err, '\0', sizeof(err)) == NULL)
			abort(); /* an error without a message */
	}
	if (softena_config_check(&cfg, err, sizeof(err)) == 0)
		softena_bar2_size(&cfg);
	free(text);
	return 0;
}
