/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Media for software ENA ports, made from a line of text as "link:a,lossless":
 * softena_wire_help() has all kinds and their options.
 */
#ifndef SOFTENA_WIRE_H
#define SOFTENA_WIRE_H

#include "softena.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Make a wire. Options follow the kind after ':' and are separated by ',': see
 * softena_wire_help(). Wires of one process that name the same link find each other.
 *
 * @param err what is wrong and what to do, one line
 * @return NULL on failure
 */
struct softena_wire *softena_wire_open(const char *spec, char *err, size_t err_len);

/**
 * Check a line without opening files or interfaces, so that a front end can refuse it early.
 * @return 0 or -EINVAL with @p err set
 */
int softena_wire_check(const char *spec, char *err, size_t err_len);

/**
 * Check the lines of all ports of a program against each other: every link has to have two
 * ends, and no file may be written by one wire and used by another. Opens nothing.
 * @return 0 or -EINVAL with @p err set
 */
int softena_wires_check(const char *const *specs, unsigned int n, char *err, size_t err_len);

/** Release a wire; NULL is allowed. The device that used it must be gone. */
void softena_wire_close(struct softena_wire *wire);

/** Text for --help: "spec\tmeaning" lines; those of options begin with two blanks. */
const char *softena_wire_help(void);

#ifdef __cplusplus
}
#endif

#endif /* SOFTENA_WIRE_H */
