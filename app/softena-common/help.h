/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The layout of --help of the programs that have ports.
 */
#ifndef SOFTENA_COMMON_HELP_H
#define SOFTENA_COMMON_HELP_H

#include <stdio.h>

/**
 * Turn "name\tvalues\tmeaning" lines, as softena_config_help() has them, into columns. No line is
 * longer than argp leaves as it is: it would break it at any blank, without an indent.
 */
void help_columns(FILE *out, const char *lines);

/** The keys of a port's device, and the wires that a port can have. */
void help_ports(FILE *out);

/**
 * For the help filter of argp: put help_ports() and @p examples behind the last text.
 * @param key of the text
 * @return @p text itself, or an allocated text
 */
char *help_after_doc(int key, const char *text, const char *examples);

#endif /* SOFTENA_COMMON_HELP_H */
