/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Device arguments. Most tests go through the list of ena_devargs.h, so an argument that is added
 * there is tested without a change here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_pmd.h"
#include "log_capture.h"

/** A number of the list. */
struct number {
	const char *name;
	size_t offset;
	uint32_t lo, hi;
	bool zero;
	uint32_t preset;
};

/** Hexadecimal bytes of the list. */
struct hex {
	const char *name;
	size_t offset, set_offset, bytes;
};

#define AS_NUMBER(name, field, lo, hi, zero, def, values) \
	{name, offsetof(struct ena_devargs, field), lo, hi, zero, def},
#define AS_HEX(name, field, bytes, values)                                                     \
	{name, offsetof(struct ena_devargs, field), offsetof(struct ena_devargs, field##_set), \
		bytes},
#define AS_NAME(name, ...) name,
#define IGNORE(...)

static const struct number numbers[] = {ENA_DEVARGS(AS_NUMBER, IGNORE)};
static const struct hex hexes[] = {ENA_DEVARGS(IGNORE, AS_HEX)};
static const char *const names[] = {ENA_DEVARGS(AS_NAME, AS_NAME)};

/** Arguments with something behind them that nobody may write to. */
static struct {
	struct ena_devargs args;
	uint8_t behind[64];
} to;

static int
new_arguments(void **state)
{
	(void)state;
	memset(&to, 0xa5, sizeof(to));
	log_clear();
	return 0;
}

__rte_format_printf(1, 2) static int parse(const char *format, ...)
{
	struct rte_devargs devargs = {.name = "0000:00:06.0"};
	char text[1024];
	va_list list;
	size_t i;
	int rc;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	devargs.args = text;
	log_clear();
	rc = ena_devargs_parse(&devargs, &to.args);
	for (i = 0; i < sizeof(to.behind); i++)
		assert_int_equal(to.behind[i], 0xa5);
	return rc;
}

static uint32_t
value_of(const struct number *n)
{
	return *(const uint32_t *)((const char *)&to.args + n->offset);
}

static const uint8_t *
bytes_of(const struct hex *h)
{
	return (const uint8_t *)&to.args + h->offset;
}

static bool
is_set(const struct hex *h)
{
	return *(const bool *)((const char *)&to.args + h->set_offset);
}

static void
assert_default(const struct number *n)
{
	assert_int_equal(value_of(n), n->preset);
}

/** All values are the defaults, but that of @p but, unless it is NULL. */
static void
assert_defaults(const char *but)
{
	unsigned int i;

	for (i = 0; i < RTE_DIM(numbers); i++)
		if (but == NULL || strcmp(numbers[i].name, but) != 0)
			assert_default(&numbers[i]);
	for (i = 0; i < RTE_DIM(hexes); i++)
		if (but == NULL || strcmp(hexes[i].name, but) != 0)
			assert_false(is_set(&hexes[i]));
}

/** @p value is refused: the message says what was given and what to give, and nothing is set. */
static void
assert_number_refused(const struct number *n, const char *value)
{
	char message[256];

	assert_int_equal(parse("%s=%s", n->name, value), -EINVAL);
	assert_defaults(NULL);
	snprintf(message, sizeof(message),
		"ena_pmd: device argument %s=%s: give %sa number from %u to %u\n", n->name, value,
		n->zero ? "0 or " : "", n->lo, n->hi);
	assert_string_equal(log_text, message);
	assert_int_equal(log_level, RTE_LOG_ERR);
}

static void
assert_number_taken(const struct number *n, const char *value, uint32_t expected)
{
	assert_int_equal(parse("%s=%s", n->name, value), 0);
	assert_int_equal(value_of(n), expected);
	assert_defaults(n->name);
	assert_nothing_logged();
}

static void
without_arguments_all_values_are_the_defaults(void **state)
{
	const struct rte_devargs none = {.name = "0000:00:06.0"};

	assert_int_equal(ena_devargs_parse(NULL, &to.args), 0);
	assert_defaults(NULL);
	new_arguments(state);
	assert_int_equal(ena_devargs_parse(&none, &to.args), 0);
	assert_defaults(NULL);
	new_arguments(state);
	assert_int_equal(parse("%s", ""), 0);
	assert_defaults(NULL);
	assert_nothing_logged();
}

/** In figures, since all else here comes from the list itself. */
static void
ranges_and_defaults_are_those_of_the_guide(void **state)
{
	(void)state;
	assert_int_equal(parse("%s", ""), 0);
	assert_int_equal(to.args.llq_policy, 1);
	assert_int_equal(to.args.poll_interval_ms, 0);
	assert_int_equal(to.args.link_speed, 0);
	assert_int_equal(to.args.frag_bypass, 0);
	assert_false(to.args.rss_key_set);
	assert_int_equal(parse("llq_policy=0,control_path_poll_interval=100,link_speed=1"), 0);
	assert_int_equal(parse("llq_policy=3,control_path_poll_interval=1000,link_speed=400000,"
			       "enable_frag_bypass=1"),
		0);
	assert_int_equal(to.args.llq_policy, 3);
	assert_int_equal(to.args.poll_interval_ms, 1000);
	assert_int_equal(to.args.link_speed, 400000);
	assert_int_equal(to.args.frag_bypass, 1);
	assert_int_equal(parse("control_path_poll_interval=0"), 0);
	assert_int_equal(parse("llq_policy=4"), -EINVAL);
	assert_int_equal(parse("control_path_poll_interval=99"), -EINVAL);
	assert_int_equal(parse("control_path_poll_interval=1001"), -EINVAL);
	assert_int_equal(parse("link_speed=0"), -EINVAL);
	assert_int_equal(parse("link_speed=400001"), -EINVAL);
	assert_int_equal(parse("enable_frag_bypass=2"), -EINVAL);
}

/** The entry of argument @p name in the guide: what is in the parentheses behind it. */
static void
guide_entry(const char *name, char entry[256])
{
	FILE *f = fopen(ENA_GUIDE, "r");
	char line[1024], start[64];

	if (f == NULL)
		fail_msg("%s cannot be opened", ENA_GUIDE);
	snprintf(start, sizeof(start), "``%s`` (", name);
	entry[0] = '\0';
	while (entry[0] == '\0' && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, start, strlen(start)) == 0)
			snprintf(entry, 256, "%s", line + strlen(start));
	fclose(f);
	if (entry[0] == '\0')
		fail_msg("%s has no line that begins with \"%s\"", ENA_GUIDE, start);
}

static void
assert_in_entry(const char *name, const char *entry, const char *text)
{
	if (strstr(entry, text) == NULL)
		fail_msg("%s: \"%s\" is not in the entry of %s: %s", ENA_GUIDE, text, name, entry);
}

static void
the_guide_has_the_range_and_the_default_of_every_number(void **state)
{
	char entry[256], text[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(numbers); i++) {
		const struct number *n = &numbers[i];
		bool is_value =
			(n->preset >= n->lo && n->preset <= n->hi) || (n->preset == 0 && n->zero);

		guide_entry(n->name, entry);
		snprintf(text, sizeof(text), n->hi == n->lo + 1 ? "%u or %u" : "%u to %u", n->lo,
			n->hi);
		assert_in_entry(n->name, entry, text);
		if (n->zero)
			assert_in_entry(n->name, entry, "0, or ");
		snprintf(text, sizeof(text), is_value ? "default %u" : "default: ", n->preset);
		assert_in_entry(n->name, entry, text);
	}
}

static void
numbers_are_taken_from_the_lowest_to_the_highest(void **state)
{
	char text[32];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(numbers); i++) {
		const struct number *n = &numbers[i];

		snprintf(text, sizeof(text), "%u", n->lo);
		assert_number_taken(n, text, n->lo);
		snprintf(text, sizeof(text), "%u", n->hi);
		assert_number_taken(n, text, n->hi);
		snprintf(text, sizeof(text), "0x%x", n->hi);
		assert_number_taken(n, text, n->hi);
		snprintf(text, sizeof(text), "%llu", n->hi + 1ull);
		assert_number_refused(n, text);
		if (n->lo > 1) {
			snprintf(text, sizeof(text), "%u", n->lo - 1);
			assert_number_refused(n, text);
		}
		if (n->zero || n->lo == 0)
			assert_number_taken(n, "0", 0);
		else
			assert_number_refused(n, "0");
	}
}

static void
what_is_not_a_number_is_refused(void **state)
{
	/* The last three are 1, or 2^32 + 1 and 2^64 + 1 that would become 1 if they were cut. */
	static const char *const values[] = {"x", "", "-1", "+1", "1x", "0x", "1.0", "on",
		"4294967297", "18446744073709551617", "0x10000000000000001"};
	unsigned int i, k;

	(void)state;
	for (i = 0; i < RTE_DIM(numbers); i++)
		for (k = 0; k < RTE_DIM(values); k++)
			assert_number_refused(&numbers[i], values[k]);
}

static void
a_name_without_a_value_is_refused_with_a_message(void **state)
{
	char message[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(names); i++) {
		assert_int_equal(parse("%s", names[i]), -EINVAL);
		snprintf(message, sizeof(message), "device argument %s", names[i]);
		assert_logged(RTE_LOG_ERR, message);
		assert_logged(RTE_LOG_ERR, "give ");
		assert_defaults(NULL);
	}
}

static void
of_an_argument_that_is_given_twice_the_last_one_counts(void **state)
{
	const struct hex *h = &hexes[0];
	char zeros[2 * 256 + 1], ones[2 * 256 + 1];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(numbers); i++) {
		const struct number *n = &numbers[i];

		assert_int_equal(parse("%s=%u,%s=%u", n->name, n->hi, n->name, n->lo), 0);
		assert_int_equal(value_of(n), n->lo);
		assert_int_equal(parse("%s=%u,%s=%u", n->name, n->lo, n->name, n->hi), 0);
		assert_int_equal(value_of(n), n->hi);
		assert_int_equal(parse("%s=%u,%s=x", n->name, n->lo, n->name), -EINVAL);
		assert_int_equal(parse("%s=x,%s=%u", n->name, n->name, n->lo), -EINVAL);
	}
	memset(zeros, '0', sizeof(zeros));
	memset(ones, '1', sizeof(ones));
	zeros[2 * h->bytes] = ones[2 * h->bytes] = '\0';
	assert_int_equal(parse("%s=%s,%s=%s", h->name, zeros, h->name, ones), 0);
	assert_int_equal(bytes_of(h)[0], 0x11);
	assert_int_equal(bytes_of(h)[h->bytes - 1], 0x11);
}

static void
several_arguments_are_taken_together_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(parse("link_speed=25000,llq_policy=2"), 0);
	assert_int_equal(to.args.link_speed, 25000);
	assert_int_equal(to.args.llq_policy, 2);
	assert_int_equal(parse("llq_policy=3,link_speed=10"), 0);
	assert_int_equal(to.args.link_speed, 10);
	assert_int_equal(to.args.llq_policy, 3);
	assert_nothing_logged();
}

static void
the_message_for_an_unknown_argument_names_all_known_ones(void **state)
{
	static const char *const given[] = {"llq=1", "llq_policy=1,speed=1", "LLQ_POLICY=1",
		"llq_policy_=1", "llq_polic=1", "=1"};
	unsigned int i, k;

	(void)state;
	for (i = 0; i < RTE_DIM(given); i++) {
		assert_int_equal(parse("%s", given[i]), -EINVAL);
		assert_logged(RTE_LOG_ERR, given[i]);
		for (k = 0; k < RTE_DIM(names); k++) {
			char name[64];

			snprintf(name, sizeof(name), "%s%s", names[k],
				k + 1 < RTE_DIM(names) ? ", " : "\n");
			assert_logged(RTE_LOG_ERR, name);
		}
		assert_defaults(NULL);
	}
}

/** @p value is refused: the message says how long it has to be, and the flag is not set. */
static void
assert_hex_refused(const struct hex *h, const char *value)
{
	char message[256];

	assert_int_equal(parse("%s=%s", h->name, value), -EINVAL);
	snprintf(message, sizeof(message),
		"ena_pmd: device argument %s: give %zu hexadecimal digits\n", h->name,
		2 * h->bytes);
	assert_string_equal(log_text, message);
	assert_defaults(NULL);
}

static void
bytes_are_taken_in_the_order_of_their_digits(void **state)
{
	char text[2 * 256 + 1];
	unsigned int i, k;

	(void)state;
	for (i = 0; i < RTE_DIM(hexes); i++) {
		const struct hex *h = &hexes[i];

		for (k = 0; k < h->bytes; k++)
			snprintf(text + 2 * k, 3, k % 2 == 0 ? "%02x" : "%02X",
				(k * 37 + 0xab) & 0xff);
		assert_int_equal(parse("%s=%s", h->name, text), 0);
		assert_true(is_set(h));
		for (k = 0; k < h->bytes; k++)
			assert_int_equal(bytes_of(h)[k], (k * 37 + 0xab) & 0xff);
		assert_defaults(h->name);
		assert_nothing_logged();
	}
}

static void
bytes_that_are_too_few_too_many_or_no_digits_are_refused(void **state)
{
	static const char bad[] = {'g', 'G', 'x', ' ', '-', '+', '/', ':', '@', '`'};
	char text[2 * 256 + 3];
	unsigned int i, k;

	(void)state;
	for (i = 0; i < RTE_DIM(hexes); i++) {
		const struct hex *h = &hexes[i];
		const size_t digits = 2 * h->bytes;
		const size_t lengths[] = {0, 1, 2, digits - 2, digits - 1, digits + 1, digits + 2};

		for (k = 0; k < RTE_DIM(lengths); k++) {
			memset(text, 'a', sizeof(text));
			text[lengths[k]] = '\0';
			assert_hex_refused(h, text);
		}
		for (k = 0; k < 3 * RTE_DIM(bad); k++) {
			const size_t at[] = {0, digits / 2 + 1, digits - 1};

			memset(text, 'a', sizeof(text));
			text[digits] = '\0';
			text[at[k % 3]] = bad[k / 3];
			assert_hex_refused(h, text);
		}
		/* As many characters as digits are needed, with the prefix of C. */
		memset(text, 'a', sizeof(text));
		memcpy(text, "0x", 2);
		text[digits] = '\0';
		assert_hex_refused(h, text);
	}
}

static void
pmdinfo_shows_every_argument(void **state)
{
	char name[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(names); i++) {
		snprintf(name, sizeof(name), "%s=<", names[i]);
		assert_non_null(strstr(ENA_DEVARGS_HELP, name));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			without_arguments_all_values_are_the_defaults, new_arguments),
		cmocka_unit_test_setup(ranges_and_defaults_are_those_of_the_guide, new_arguments),
		cmocka_unit_test_setup(
			the_guide_has_the_range_and_the_default_of_every_number, new_arguments),
		cmocka_unit_test_setup(
			numbers_are_taken_from_the_lowest_to_the_highest, new_arguments),
		cmocka_unit_test_setup(what_is_not_a_number_is_refused, new_arguments),
		cmocka_unit_test_setup(
			a_name_without_a_value_is_refused_with_a_message, new_arguments),
		cmocka_unit_test_setup(
			of_an_argument_that_is_given_twice_the_last_one_counts, new_arguments),
		cmocka_unit_test_setup(
			several_arguments_are_taken_together_in_any_order, new_arguments),
		cmocka_unit_test_setup(
			the_message_for_an_unknown_argument_names_all_known_ones, new_arguments),
		cmocka_unit_test_setup(bytes_are_taken_in_the_order_of_their_digits, new_arguments),
		cmocka_unit_test_setup(
			bytes_that_are_too_few_too_many_or_no_digits_are_refused, new_arguments),
		cmocka_unit_test_setup(pmdinfo_shows_every_argument, new_arguments),
	};

	return cmocka_run_group_tests_name("device arguments", tests, NULL, NULL);
}
