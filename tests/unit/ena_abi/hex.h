/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Hexadecimal dumps, written as in the datasheet. */
#ifndef HEX_H
#define HEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ena_abi.h"

static inline int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** Bytes of a dump; spaces and bars are skipped, the rest of @p out is zeroed. */
static inline size_t
hex(const char *dump, void *out, size_t len)
{
	uint8_t *o = out;
	size_t n = 0;

	memset(out, 0, len);
	for (; *dump != '\0'; dump++) {
		if (*dump == ' ' || *dump == '|')
			continue;
		assert_true(hex_digit(dump[0]) >= 0 && hex_digit(dump[1]) >= 0);
		assert_true(n < len);
		o[n++] = (uint8_t)(hex_digit(dump[0]) << 4 | hex_digit(dump[1]));
		dump++;
	}
	return n;
}

/** Check that the bytes of the object are those of the dump, and that all further bytes are zero.
 */
#define assert_dump(object, dump)                                     \
	do {                                                          \
		uint8_t dump_[sizeof(object)];                        \
		hex(dump, dump_, sizeof(dump_));                      \
		assert_memory_equal(&(object), dump_, sizeof(dump_)); \
	} while (0)

#endif /* HEX_H */
