/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Setting keys of a configuration. The table of keys is in softena_keys.c, the default and the
 * profiles are in softena_profile.c, the check of the whole in softena_config_check.c.
 */

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "softena_config.h"
#include "softena_keys.h"

/* ---- help ------------------------------------------------------------------------ */

#define NAMES "NAME+NAME, +NAME adds, -NAME removes: "

/* Made once, from the tables of keys and profiles. */
static char *all_help, *value_help;
static pthread_once_t help_once = PTHREAD_ONCE_INIT;

static void
make_help(void)
{
	struct softena_profile_info p;
	size_t len, values_len;
	FILE *out = open_memstream(&all_help, &len);
	FILE *values = open_memstream(&value_help, &values_len);

	for (unsigned int i = 0; out != NULL && values != NULL && softena_profile_get(i, &p); i++) {
		fprintf(out, "profile\t%s\t%s\n", p.name, p.help);
		for (unsigned int v = 0; v < p.count; v++)
			fprintf(values, "%s\t%s=%s\t%s%s%s\n", p.name, p.values[v].key,
				p.values[v].value, p.values[v].certainty,
				p.values[v].source[0] != '\0' ? " " : "", p.values[v].source);
	}
	for (unsigned int i = 0; out != NULL && i < softena_keys_count; i++)
		fprintf(out, "%s\t%s%s\t%s\n", softena_keys[i].name,
			softena_keys[i].kind == SOFTENA_KEY_BITS ? NAMES : "",
			softena_keys[i].values, softena_keys[i].help);
	if (out != NULL && fclose(out) != 0)
		all_help = NULL;
	if (values != NULL && fclose(values) != 0)
		value_help = NULL;
}

const char *
softena_config_help(void)
{
	pthread_once(&help_once, make_help);
	return all_help != NULL ? all_help : "";
}

const char *
softena_profile_help(void)
{
	pthread_once(&help_once, make_help);
	return value_help != NULL ? value_help : "";
}

/* ---- parsing --------------------------------------------------------------------- */

/* Dashes and underscores are the same. */
static bool
same_name(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char ca = a[i] == '_' ? '-' : a[i], cb = b[i] == '_' ? '-' : b[i];

		if (ca != cb || ca == '\0')
			return false;
	}
	return b[len] == '\0';
}

static bool
same_key(const char *a, const char *name)
{
	return same_name(a, name, strlen(a));
}

static bool
parse_number(const char *text, uint64_t *val)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*val = strtoull(text, &end, hex ? 16 : 10);
	return errno == 0 && *end == '\0' && end[-1] != 'x' && end[-1] != 'X';
}

static bool
parse_bool(const char *text, bool *val)
{
	static const char *const on[] = {"on", "yes", "true", "1"};
	static const char *const off[] = {"off", "no", "false", "0"};
	unsigned int i;

	for (i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
		if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
			*val = strcmp(text, on[i]) == 0;
			return true;
		}
	}
	return false;
}

static bool
parse_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6], i;
	int used = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		    &used) != 6 ||
		used != 17 || text[17] != '\0')
		return false;
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static bool
bit_of_name(const struct softena_bit_name *names, const char *text, size_t len, uint32_t *bits)
{
	for (; names->name != NULL; names++) {
		if (same_name(text, names->name, len)) {
			*bits |= names->bit;
			return true;
		}
	}
	return false;
}

/* "a+b" sets, "+a+b" adds to the old value, "-a+b" removes from it, a number is the whole. */
static bool
parse_bits(const struct softena_bit_name *names, const char *text, uint32_t old, uint32_t *val)
{
	char mode = text[0] == '+' || text[0] == '-' ? text[0] : '=';
	const char *at = mode == '=' ? text : text + 1;
	uint32_t bits = 0;
	uint64_t number;
	size_t len;

	for (;; at += len + 1) {
		len = strcspn(at, "+");
		if (!bit_of_name(names, at, len, &bits))
			break;
		if (at[len] == '\0') {
			*val = mode == '=' ? bits : mode == '+' ? old | bits : old & ~bits;
			return true;
		}
	}
	if (!parse_number(text, &number) || number > UINT32_MAX)
		return false;
	*val = (uint32_t)number;
	return true;
}

/* ---- setting --------------------------------------------------------------------- */

static uint64_t
member_get(const struct softena_config *cfg, const struct softena_key *k)
{
	const uint8_t *at = (const uint8_t *)cfg + k->off;
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	switch (k->size) {
	case 1:
		return *at;
	case 2:
		memcpy(&v16, at, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, at, sizeof(v32));
		return v32;
	default:
		memcpy(&v64, at, sizeof(v64));
		return v64;
	}
}

static void
member_put(struct softena_config *cfg, const struct softena_key *k, uint64_t val)
{
	uint8_t *at = (uint8_t *)cfg + k->off;
	uint32_t v32 = (uint32_t)val;
	uint16_t v16 = (uint16_t)val;

	switch (k->size) {
	case 1:
		*at = (uint8_t)val;
		break;
	case 2:
		memcpy(at, &v16, sizeof(v16));
		break;
	case 4:
		memcpy(at, &v32, sizeof(v32));
		break;
	default:
		memcpy(at, &val, sizeof(val));
		break;
	}
}

static bool
set_number(struct softena_config *cfg, const struct softena_key *k, const char *text)
{
	uint64_t val;

	if (!parse_number(text, &val) || val < k->min || val > k->max)
		return false;
	member_put(cfg, k, k->kind == SOFTENA_KEY_LE16 ? ena_put16((uint16_t)val).le : val);
	return true;
}

static bool
set_bits(struct softena_config *cfg, const struct softena_key *k, const char *text)
{
	uint32_t val;

	if (!parse_bits(k->names, text, (uint32_t)member_get(cfg, k), &val) ||
		(k->size < 4 && val >> (8 * k->size) != 0))
		return false;
	member_put(cfg, k, val);
	return true;
}

static bool
set_text(struct softena_config *cfg, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len >= sizeof(cfg->name))
		return false;
	memcpy(cfg->name, text, len + 1);
	return true;
}

static bool
set_strict(struct softena_config *cfg, const char *text)
{
	static const char *const modes[] = {
		[SOFTENA_STRICT_OFF] = "off",
		[SOFTENA_STRICT_ON] = "on",
		[SOFTENA_STRICT_LOG] = "log",
	};
	unsigned int i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(text, modes[i]) == 0) {
			cfg->strict = (uint8_t)i;
			return true;
		}
	}
	return false;
}

static bool
set_key(struct softena_config *cfg, const struct softena_key *k, const char *text)
{
	bool on;

	switch (k->kind) {
	case SOFTENA_KEY_NUMBER:
	case SOFTENA_KEY_LE16:
		return set_number(cfg, k, text);
	case SOFTENA_KEY_BITS:
		return set_bits(cfg, k, text);
	case SOFTENA_KEY_TEXT:
		return set_text(cfg, text);
	case SOFTENA_KEY_MAC:
		return parse_mac(text, cfg->mac);
	case SOFTENA_KEY_STRICT:
		return set_strict(cfg, text);
	case SOFTENA_KEY_BOOL:
		if (!parse_bool(text, &on))
			return false;
		member_put(cfg, k, on);
		return true;
	}
	return false;
}

/* feature-NAME=on|off */
static int
set_feature(
	struct softena_config *cfg, const char *name, const char *value, char *err, size_t err_len)
{
	uint32_t bit = 0;
	bool on;

	if (!bit_of_name(softena_feature_names, name, strlen(name), &bit)) {
		snprintf(err, err_len,
			"there is no feature named '%s'; 'softena-run --list-profiles' has the "
			"names",
			name);
		return -EINVAL;
	}
	if (!parse_bool(value, &on)) {
		snprintf(err, err_len, "feature-%s: '%s' is neither on nor off", name, value);
		return -EINVAL;
	}
	cfg->features = on ? cfg->features | bit : cfg->features & ~bit;
	return 0;
}

/** Number of a key, or -1. */
static int
find_key(const char *name)
{
	for (unsigned int i = 0; i < softena_keys_count; i++)
		if (same_key(name, softena_keys[i].name))
			return (int)i;
	return -1;
}

/** "feature-NAME": its NAME, or NULL. */
static const char *
feature_of_key(const char *key)
{
	static const char prefix[] = "feature-";

	return strlen(key) > strlen(prefix) && same_name(key, prefix, strlen(prefix)) ?
		       key + strlen(prefix) :
		       NULL;
}

int
softena_config_set(
	struct softena_config *cfg, const char *key, const char *value, char *err, size_t err_len)
{
	const char *feature = feature_of_key(key);
	int i = find_key(key);

	if (same_key(key, "profile"))
		return softena_profile_set(cfg, value, err, err_len);
	if (feature != NULL)
		return set_feature(cfg, feature, value, err, err_len);
	if (i < 0) {
		snprintf(err, err_len,
			"there is no key named '%s'; 'softena-run --list-profiles' has them all",
			key);
		return -EINVAL;
	}
	if (set_key(cfg, &softena_keys[i], value))
		return 0;
	snprintf(err, err_len, "%s: '%s' is not allowed; allowed: %s", softena_keys[i].name, value,
		softena_keys[i].values);
	return -EINVAL;
}

/* ---- once ------------------------------------------------------------------------ */

static int
twice(const char *key, char *err, size_t err_len)
{
	snprintf(err, err_len, "%s= is given twice", key);
	return -EINVAL;
}

static int
check_profile_once(const struct softena_config_given *given, char *err, size_t err_len)
{
	if (given->profile)
		return twice("profile", err, err_len);
	if ((given->keys[0] | given->keys[1] | given->features) == 0)
		return 0;
	snprintf(err, err_len, "profile= must come first: it would undo the keys before it");
	return -EINVAL;
}

int
softena_config_set_once(struct softena_config *cfg, struct softena_config_given *given,
	const char *key, const char *value, char *err, size_t err_len)
{
	struct softena_config_given now = *given;
	const char *feature = feature_of_key(key);
	bool profile = same_key(key, "profile");
	int i = find_key(key), rc;
	uint32_t bit = 0;

	if (profile) {
		rc = check_profile_once(given, err, err_len);
		if (rc != 0)
			return rc;
		now.profile = true;
	} else if (feature != NULL &&
		   bit_of_name(softena_feature_names, feature, strlen(feature), &bit)) {
		if ((given->features & bit) != 0)
			return twice(key, err, err_len);
		now.features |= bit;
	} else if (i >= 0) {
		bool change = softena_keys[i].kind == SOFTENA_KEY_BITS &&
			      (value[0] == '+' || value[0] == '-');

		if (!change && (given->keys[i / 64] >> (i % 64) & 1) != 0)
			return twice(softena_keys[i].name, err, err_len);
		now.keys[i / 64] |= UINT64_C(1) << (i % 64);
	}
	rc = softena_config_set(cfg, key, value, err, err_len);
	if (rc == 0)
		*given = now;
	return rc;
}

/* ---- ranges ---------------------------------------------------------------------- */

static uint32_t
all_bits(const struct softena_bit_name *names)
{
	uint32_t bits = 0;

	for (; names->name != NULL; names++)
		bits |= names->bit;
	return bits;
}

bool
softena_config_in_range(const struct softena_config *cfg, char *err, size_t err_len)
{
	unsigned int i;

	for (i = 0; i < softena_keys_count; i++) {
		const struct softena_key *k = &softena_keys[i];
		uint64_t val;
		bool ok;

		if (k->kind != SOFTENA_KEY_NUMBER && k->kind != SOFTENA_KEY_BITS)
			continue;
		val = member_get(cfg, k);
		ok = k->kind == SOFTENA_KEY_NUMBER ? val >= k->min && val <= k->max :
						     (val & ~(uint64_t)all_bits(k->names)) == 0;
		if (!ok) {
			snprintf(err, err_len, "%s is out of range; allowed: %s", k->name,
				k->values);
			return false;
		}
	}
	return true;
}
