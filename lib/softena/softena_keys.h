/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Between the table of keys (softena_keys.c) and those who read it (softena_config.c).
 */
#ifndef SOFTENA_KEYS_H
#define SOFTENA_KEYS_H

#include "softena.h"

/** Bits of struct softena_config_given. */
#define SOFTENA_KEYS_MAX 128u

/** A word for a bit; a table of them ends with a zero entry. */
struct softena_bit_name {
	const char *name;
	uint32_t bit;
};

enum softena_key_kind {
	SOFTENA_KEY_NUMBER,
	SOFTENA_KEY_LE16, /* a hint: little-endian in memory */
	SOFTENA_KEY_BOOL,
	SOFTENA_KEY_BITS,
	SOFTENA_KEY_TEXT,
	SOFTENA_KEY_MAC,
	SOFTENA_KEY_STRICT,
};

struct softena_key {
	const char *name;
	enum softena_key_kind kind;
	size_t off, size; /* of the member of struct softena_config */
	uint64_t min, max;
	const struct softena_bit_name *names;
	const char *values, *help;
};

extern const struct softena_key softena_keys[];
extern const unsigned int softena_keys_count;

/** Names of features; those of the key "features" and of the keys feature-NAME. */
extern const struct softena_bit_name softena_feature_names[];

#endif /* SOFTENA_KEYS_H */
