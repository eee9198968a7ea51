/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Configuration keys, profiles and checks; PCI configuration space: part A 1.
 */

#include "test_control_util.h"

static int
set(struct softena_config *cfg, const char *key, const char *value)
{
	char err[160] = "";
	int rc = softena_config_set(cfg, key, value, err, sizeof(err));

	/* A failure says why, in one line. */
	assert_int_equal(rc == 0, err[0] == '\0');
	assert_null(strchr(err, '\n'));
	return rc;
}

static int
check(const struct softena_config *cfg)
{
	char err[160] = "";
	int rc = softena_config_check(cfg, err, sizeof(err));

	assert_int_equal(rc == 0, err[0] == '\0');
	return rc;
}

static struct softena_config
fresh(void)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	return cfg;
}

/* ---- keys ------------------------------------------------------------------------ */

static void
default_is_the_reply_set_of_appendix_a(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(check(&cfg), 0);
	assert_int_equal(cfg.features, 0x14145c9a);
	assert_int_equal(cfg.capabilities, 0x1d);
	assert_int_equal(cfg.aenq_groups, 0xdf);
	assert_int_equal(cfg.tx_queues, 8);
	assert_int_equal(cfg.llq_entry_sizes, 1);
	assert_int_equal(softena_bar2_size(&cfg), 8 * 1024 * 128);
}

static void
numbers_are_decimal_or_hexadecimal_and_in_range(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "rx-depth", "4096"), 0);
	assert_int_equal(cfg.rx_depth, 4096);
	assert_int_equal(set(&cfg, "rx_depth", "0x800"), 0);
	assert_int_equal(cfg.rx_depth, 2048);
	assert_int_equal(set(&cfg, "rx-depth", "32769"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", "1"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", ""), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", "-1"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", " 64"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", "64k"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depth", "0x"), -EINVAL);
	assert_int_equal(set(&cfg, "config-notification", "0xffffffffffffffff"), 0);
	assert_true(cfg.config_notification == UINT64_MAX);
	assert_int_equal(set(&cfg, "config-notification", "99999999999999999999"), -EINVAL);
	assert_int_equal(cfg.rx_depth, 2048);
	assert_int_equal(set(&cfg, "no-such-key", "1"), -EINVAL);
	assert_int_equal(set(&cfg, "", "1"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-dept", "64"), -EINVAL);
	assert_int_equal(set(&cfg, "rx-depths", "64"), -EINVAL);
}

static void
bitmaps_are_numbers_or_names_and_can_be_changed_by_name(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "llq-entry-sizes", "128+256"), 0);
	assert_int_equal(cfg.llq_entry_sizes, 5);
	assert_int_equal(set(&cfg, "llq-entry-sizes", "0x4"), 0);
	assert_int_equal(cfg.llq_entry_sizes, 4);
	assert_int_equal(set(&cfg, "llq-entry-sizes", "128+512"), -EINVAL);
	assert_int_equal(set(&cfg, "llq-entry-sizes", "128+"), -EINVAL);
	assert_int_equal(set(&cfg, "llq-entry-sizes", "0x10000"), -EINVAL);
	assert_int_equal(set(&cfg, "llq-recommended", "256"), 0);
	assert_int_equal(cfg.llq_recommended, 4);
	assert_int_equal(set(&cfg, "features", "+phc+steering"), 0);
	assert_int_equal(cfg.features, 0x74145c9a);
	assert_int_equal(set(&cfg, "features", "-rss-input+rss_function"), 0);
	assert_int_equal(cfg.features, 0x7410589a);
	assert_int_equal(set(&cfg, "feature-phc", "off"), 0);
	assert_int_equal(set(&cfg, "feature_rss_input", "on"), 0);
	assert_int_equal(cfg.features, 0x5414589a);
	assert_int_equal(set(&cfg, "feature-phc", "maybe"), -EINVAL);
	assert_int_equal(set(&cfg, "feature-", "on"), -EINVAL);
	assert_int_equal(set(&cfg, "feature-nothing", "on"), -EINVAL);
	assert_int_equal(set(&cfg, "capabilities", "eni+srd"), 0);
	assert_int_equal(cfg.capabilities, 3);
	assert_int_equal(set(&cfg, "tx-offloads", "none"), 0);
	assert_int_equal(cfg.tx_offloads, 0);
}

static void
switches_addresses_and_names_are_understood(void **state)
{
	static const uint8_t mac[] = {0x06, 0xab, 0, 0, 0, 0xff};
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "link-up", "off"), 0);
	assert_false(cfg.link_up);
	assert_int_equal(set(&cfg, "hashed_rx", "on"), 0);
	assert_true(cfg.quirks.hashed_rx);
	assert_int_equal(set(&cfg, "hashed-rx", "perhaps"), -EINVAL);
	assert_int_equal(set(&cfg, "mac", "06:ab:00:00:00:ff"), 0);
	assert_memory_equal(cfg.mac, mac, 6);
	assert_int_equal(set(&cfg, "mac", "06:ab:00:00:00"), -EINVAL);
	assert_int_equal(set(&cfg, "mac", "06:ab:00:00:00:ff:01"), -EINVAL);
	assert_int_equal(set(&cfg, "mac", "6:ab:0:0:0:f"), -EINVAL);
	assert_int_equal(set(&cfg, "name", "a port"), 0);
	assert_string_equal(cfg.name, "a port");
	assert_int_equal(set(&cfg, "name", "this name has more than thirty-one letters"), -EINVAL);
	assert_int_equal(set(&cfg, "hint-keep-alive", "65535"), 0);
	assert_int_equal(ena_get16(cfg.hints.keep_alive_timeout_ms), 65535);
}

/* The help is the list of keys: every one of them can be set, and every switch and quirk works. */
static void
every_key_of_the_help_exists(void **state)
{
	const char *line = softena_config_help();
	unsigned int keys = 0, bools = 0;

	(void)state;
	while (*line != '\0') {
		const char *end = strchr(line, '\n');
		char text[512], err[200] = "", *key, *values, *meaning, *save;
		struct softena_config cfg = fresh();

		assert_non_null(end);
		assert_true((size_t)(end - line) < sizeof(text));
		memcpy(text, line, (size_t)(end - line));
		text[end - line] = '\0';
		key = strtok_r(text, "\t", &save);
		values = strtok_r(NULL, "\t", &save);
		meaning = strtok_r(NULL, "\t", &save);
		assert_non_null(meaning);
		assert_null(strtok_r(NULL, "\t", &save));
		if (strcmp(key, "profile") == 0) {
			assert_int_equal(set(&cfg, key, values), 0);
		} else if (strcmp(values, "on off") == 0) {
			struct softena_config on = fresh(), off = fresh();

			assert_int_equal(set(&on, key, "on"), 0);
			assert_int_equal(set(&off, key, "off"), 0);
			assert_memory_not_equal(&on, &off, sizeof(on));
			bools++;
		} else {
			/* The value is refused, not the name. */
			assert_int_equal(softena_config_set(&cfg, key, "\x01?", err, sizeof(err)),
				strcmp(key, "name") == 0 ? 0 : -EINVAL);
			assert_null(strstr(err, "no key"));
		}
		keys++;
		line = end + 1;
	}
	assert_true(keys > 70);
	assert_true(bools >= 14);
}

static void
contradictions_are_refused(void **state)
{
	static const char *const cases[][4] = {
		{"bar0-size", "8192"},
		{"bar0-size", "12288"},
		{"bar1-size", "2048"},
		{"bar1-size", "12288"},
		{"bar2-size", "3000000"},
		{"device-id", "0x0051"},
		{"mac", "01:00:00:00:00:01"},
		{"mac", "00:00:00:00:00:00"},
		{"features", "-max-queues-ext"},
		{"features", "+steering"},
		{"features", "+timestamp"},
		{"features", "0x1c145c9b"},
		{"timestamp-rx", "on"},
		{"llq-depth", "1000"},
		{"llq-wide-depth", "2048"},
		{"llq-wide-depth", "100"},
		{"llq-recommended", "256"},
		{"llq-recommended", "0x3"},
		{"llq-entry-sizes", "none"},
		{"llq-entry-sizes", "0x8"},
		{"llq-locations", "0x2"},
		{"llq-num", "9"},
		{"rss-log2-min", "8"},
		{"rss-functions", "0x4"},
		{"rss-functions", "none"},
		{"link-mbps", "1234"},
		{"ctrl-version", "0x01000000"},
		{"cq-depth-limit", "100"},
		{"capabilities", "0x20"},
		{"tx-offloads", "0x100"},
		{"config-notification", "1", "aenq-groups", "link"},
		{"require-llq", "on", "feature-llq", "off"},
		{"require-meta", "on", "feature-llq", "off"},
		{"llq-accel", "burst-limit", "llq-burst", "511"},
	};
	struct softena_bars bars = {.mode = SOFTENA_BAR0_TRAPPED};
	struct fake_host *h = calloc(1, sizeof(*h));
	unsigned int i;

	(void)state;
	assert_non_null(h);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct softena_config cfg = fresh();
		struct softena *dev;

		assert_int_equal(set(&cfg, cases[i][0], cases[i][1]), 0);
		if (cases[i][2] != NULL)
			assert_int_equal(set(&cfg, cases[i][2], cases[i][3]), 0);
		if (check(&cfg) == 0)
			fail_msg("%s=%s was accepted", cases[i][0], cases[i][1]);
		assert_int_equal(
			softena_create(&cfg, &fake_host_ops, h, &bars, NULL, &dev), -EINVAL);
		assert_null(dev);
	}
	free(h);
}

static struct softena_config_given given;
static char message[200];

static int
once(struct softena_config *cfg, const char *key, const char *value)
{
	return softena_config_set_once(cfg, &given, key, value, message, sizeof(message));
}

static void
a_key_that_was_given_before_is_refused_and_named(void **state)
{
	static const char *const pairs[][3] = {
		{"tx-queues", "4", "8"},
		{"tx_queues", "4", "4"},
		{"strict", "on", "off"},
		{"mac", "02:00:00:00:00:01", "02:00:00:00:00:02"},
		{"features", "0x1c145c9a", "0x1c145c9a"},
		{"features", "+phc", "0x1c145c9a"},
		{"feature-llq", "off", "on"},
		{"require-llq", "on", "on"},
		{"profile", "nitro-v2", "nitro-v4"},
		{"profile", "nitro-v2", "no-such-profile"},
	};
	struct softena_config cfg;

	(void)state;
	for (unsigned int i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		memset(&given, 0, sizeof(given));
		softena_config_default(&cfg);
		assert_int_equal(once(&cfg, pairs[i][0], pairs[i][1]), 0);
		assert_int_equal(once(&cfg, pairs[i][0], pairs[i][2]), -EINVAL);
		assert_non_null(strstr(message, "is given twice"));
	}
}

static void
a_profile_behind_a_key_is_refused_since_it_would_undo_it(void **state)
{
	struct softena_config cfg;

	(void)state;
	memset(&given, 0, sizeof(given));
	softena_config_default(&cfg);
	assert_int_equal(once(&cfg, "no-such-key", "1"), -EINVAL);
	assert_int_equal(once(&cfg, "tx-queues", "none"), -EINVAL);
	assert_int_equal(once(&cfg, "profile", "nitro-v2"), 0); /* what failed was not given */
	assert_int_equal(once(&cfg, "tx-queues", "2"), 0);
	memset(&given, 0, sizeof(given));
	assert_int_equal(once(&cfg, "feature-phc", "off"), 0);
	assert_int_equal(once(&cfg, "profile", "nitro-v2"), -EINVAL);
	assert_non_null(strstr(message, "first"));
}

static void
changes_of_a_set_of_names_add_up(void **state)
{
	struct softena_config cfg;

	(void)state;
	memset(&given, 0, sizeof(given));
	softena_config_default(&cfg);
	assert_int_equal(once(&cfg, "capabilities", "eni"), 0);
	assert_int_equal(once(&cfg, "capabilities", "+srd"), 0);
	assert_int_equal(once(&cfg, "capabilities", "-eni"), 0);
	assert_int_equal(cfg.capabilities, ENA_CAP_SRD_INFO);
}

static void
hand_made_configurations_are_checked_for_ranges(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	cfg.tx_queues = SOFTENA_QUEUES_MAX + 1;
	assert_int_equal(check(&cfg), -EINVAL);
	cfg = fresh();
	cfg.rx_queues = 0;
	assert_int_equal(check(&cfg), -EINVAL);
	cfg = fresh();
	cfg.rss_log2_max = 17;
	assert_int_equal(check(&cfg), -EINVAL);
	cfg = fresh();
	cfg.dma_width = 49;
	assert_int_equal(check(&cfg), -EINVAL);
	cfg = fresh();
	cfg.reset_timeout_100ms = 0;
	assert_int_equal(check(&cfg), -EINVAL);
	cfg = fresh();
	memset(cfg.name, 'x', sizeof(cfg.name));
	assert_int_equal(check(&cfg), -EINVAL);
}

/* ---- profiles -------------------------------------------------------------------------------- */

static void
every_profile_passes_the_check_and_boots(void **state)
{
	struct softena_profile_info p;
	unsigned int i, m;

	(void)state;
	for (i = 0; softena_profile_get(i, &p); i++) {
		for (m = 0; m <= SOFTENA_BAR0_POLLED; m++) {
			struct softena_config cfg = fresh();
			struct ena_device_attributes a;
			struct driver *d;

			assert_int_equal(set(&cfg, "profile", p.name), 0);
			assert_int_equal(check(&cfg), 0);
			d = driver_new(&cfg, (enum softena_bar0_mode)m);
			driver_boot(d);
			assert_int_equal(feature_get(d, 1, 0, &a, sizeof(a)), 0);
			assert_int_equal(ena_get32(a.feature_bitmap), cfg.features);
			assert_int_equal(ena_get16(a.steering_table_size), cfg.steering_entries);
			if ((cfg.features & ENA_BIT(ENA_FEATURE_LLQ)) != 0 && cfg.bar2)
				assert_int_equal(llq_select(d, cfg.llq_recommended), 0);
			assert_int_equal(aenq_groups(d, 0x11), 0);
			event_ack(d);
			assert_non_null(event_next(d));
			assert_int_equal(cq_create(d, 2, 256, 1, NULL), 0);
			assert_int_equal(sq_create(d, true, 0, 256, NULL),
				cfg.quirks.require_llq ? ENA_ACQ_ILLEGAL_PARAMETER : 0);
			assert_int_equal(cq_create(d, 4, 256, 1, NULL), 0);
			assert_int_equal(sq_create(d, false, 1, 256, NULL), 0);
			driver_free(d);
		}
	}
}

static void
each_value_of_a_profile_says_how_certain_it_is(void **state)
{
	static const char *const words[] = {"[2]", "[1]", "[obs]", "model"};
	struct softena_profile_info p;

	(void)state;
	for (unsigned int i = 0; softena_profile_get(i, &p); i++) {
		struct softena_config cfg = fresh(), before;

		assert_true(p.count > 0);
		assert_int_equal(set(&cfg, "profile", p.name), 0);
		for (unsigned int v = 0; v < p.count; v++) {
			unsigned int w = 0;

			while (w < 4 && strcmp(words[w], p.values[v].certainty) != 0)
				w++;
			if (w == 4)
				fail_msg("%s: %s is neither known nor a guess", p.name,
					p.values[v].key);
			/* A value that is public has a source. */
			assert_true(w == 3 || p.values[v].source[0] != '\0');
			/* The profile has this value. */
			before = cfg;
			assert_int_equal(set(&cfg, p.values[v].key, p.values[v].value), 0);
			assert_memory_equal(&before, &cfg, sizeof(cfg));
		}
	}
	assert_non_null(strstr(softena_profile_help(), "m8a\trequire-llq=on\t[2]"));
}

static void
profile_replaces_all_but_name_and_mac(void **state)
{
	struct softena_config cfg = fresh(), other = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "name", "left"), 0);
	assert_int_equal(set(&cfg, "mac", "06:00:00:00:00:07"), 0);
	assert_int_equal(set(&cfg, "hashed-rx", "on"), 0);
	assert_int_equal(set(&cfg, "rx-depth", "64"), 0);
	assert_int_equal(set(&cfg, "profile", "nitro_v4"), 0);
	assert_string_equal(cfg.name, "left");
	assert_int_equal(cfg.mac[5], 7);
	assert_int_equal(set(&other, "profile", "nitro-v4"), 0);
	assert_false(cfg.quirks.hashed_rx);
	assert_int_equal(cfg.rx_depth, other.rx_depth);
	assert_int_equal(cfg.features, other.features);
	assert_int_equal(set(&cfg, "profile", "nitro-v99"), -EINVAL);
	assert_int_equal(set(&cfg, "profile", "nitro-v"), -EINVAL);
}

static void
profiles_show_their_generation(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "profile", "nitro-v2"), 0);
	assert_int_equal(cfg.features & ENA_BIT(ENA_FEATURE_RSS_HASH_FUNCTION), 0);
	assert_int_equal(cfg.llq_entry_sizes, 5);
	assert_int_equal(set(&cfg, "profile", "nitro-v4"), 0);
	assert_int_not_equal(cfg.features & ENA_BIT(ENA_FEATURE_RSS_HASH_FUNCTION), 0);
	assert_int_equal(cfg.llq_recommended, ENA_LLQ_ENTRY_256);
	assert_int_equal(cfg.llq_accel & 1, 1);
	assert_int_equal(set(&cfg, "profile", "nitro-v5"), 0);
	assert_int_equal(cfg.features >> 29, 7);
	assert_int_equal(set(&cfg, "profile", "no-llq"), 0);
	assert_int_equal(softena_bar2_size(&cfg), 0);
	assert_int_equal(set(&cfg, "profile", "minimal"), 0);
	assert_int_equal(cfg.features, 0x04005806);
}

static void
bar2_holds_all_llq_rings_of_the_largest_size(void **state)
{
	struct softena_config cfg = fresh();

	(void)state;
	assert_int_equal(set(&cfg, "profile", "nitro-v5"), 0);
	assert_int_equal(softena_bar2_size(&cfg), 32 * 1024 * 256);
	cfg.llq_wide_depth = 512;
	assert_int_equal(softena_bar2_size(&cfg), 32 * 1024 * 128);
	cfg.llq_num = 5;
	assert_int_equal(softena_bar2_size(&cfg), 8 * 1024 * 128);
}

/* ---- PCI ------------------------------------------------------------------------------------- */

static uint32_t
cfg_read(struct driver *d, uint32_t off, uint32_t len)
{
	uint8_t b[4] = {0};

	softena_config_read(d->dev, off, b, len);
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void
cfg_write(struct driver *d, uint32_t off, uint32_t val, uint32_t len)
{
	uint8_t b[4] = {
		(uint8_t)val, (uint8_t)(val >> 8), (uint8_t)(val >> 16), (uint8_t)(val >> 24)};

	softena_config_write(d->dev, off, b, len);
}

static void
header_has_the_identity_of_the_model_rules(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_TRAPPED);
	uint8_t all[SOFTENA_CONFIG_SIZE + 64];
	unsigned int i;

	(void)state;
	assert_int_equal(cfg_read(d, 0x00, 4), 0xec201d0f);
	assert_int_equal(cfg_read(d, 0x08, 4), 0x02000000);
	assert_int_equal(cfg_read(d, 0x0e, 1), 0);
	assert_int_equal(cfg_read(d, 0x2c, 4), 0xec201d0f);
	assert_int_equal(cfg_read(d, 0x3d, 1), 0); /* no interrupt pin */
	assert_int_equal(cfg_read(d, 0x06, 2) & 0x10, 0x10);
	/* Bytes of a block beyond the end read as zeros. */
	memset(all, 0xff, sizeof(all));
	softena_config_read(d->dev, 0, all, sizeof(all));
	for (i = SOFTENA_CONFIG_SIZE; i < sizeof(all); i++)
		assert_int_equal(all[i], 0);
	assert_int_equal(cfg_read(d, SOFTENA_CONFIG_SIZE, 4), 0);
	assert_int_equal(cfg_read(d, 0xffffffff, 4), 0);
	assert_int_equal(cfg_read(d, 0x100, 4), 0); /* no extended capability */
	driver_free(d);
}

static void
bars_answer_to_sizing(void **state)
{
	struct softena_config cfg = fresh();
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_TRAPPED);
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++)
		cfg_write(d, 0x10 + 4 * i, 0xffffffff, 4);
	cfg_write(d, 0x30, 0xffffffff, 4);
	assert_int_equal(cfg_read(d, 0x10, 4), 0xffffc000);
	assert_int_equal(cfg_read(d, 0x14, 4), 0);
	assert_int_equal(cfg_read(d, 0x18, 4), (uint32_t) ~(softena_bar2_size(&cfg) - 1) | 8);
	assert_int_equal(cfg_read(d, 0x1c, 4), 0);
	assert_int_equal(cfg_read(d, 0x20, 4), 0);
	assert_int_equal(cfg_read(d, 0x24, 4), 0);
	assert_int_equal(cfg_read(d, 0x30, 4), 0); /* no expansion ROM */
	driver_free(d);
	assert_int_equal(set(&cfg, "bar2-64bit", "on"), 0);
	d = driver_new(&cfg, SOFTENA_BAR0_TRAPPED);
	cfg_write(d, 0x18, 0xffffffff, 4);
	cfg_write(d, 0x1c, 0xffffffff, 4);
	assert_int_equal(cfg_read(d, 0x18, 4), (uint32_t) ~(softena_bar2_size(&cfg) - 1) | 0xc);
	assert_int_equal(cfg_read(d, 0x1c, 4), 0xffffffff);
	driver_free(d);
	assert_int_equal(set(&cfg, "profile", "graviton"), 0);
	d = driver_new(&cfg, SOFTENA_BAR0_TRAPPED);
	for (i = 0; i < 6; i++)
		cfg_write(d, 0x10 + 4 * i, 0xffffffff, 4);
	assert_int_equal(cfg_read(d, 0x10, 4), 0xffffe000);
	assert_int_equal(cfg_read(d, 0x14, 4), 0xffffe000);
	assert_int_equal(cfg_read(d, 0x18, 4), 0xfff00008);
	assert_int_equal(cfg_read(d, 0x1c, 4), 0);
	driver_free(d);
	assert_int_equal(set(&cfg, "profile", "no-llq"), 0);
	d = driver_new(&cfg, SOFTENA_BAR0_TRAPPED);
	cfg_write(d, 0x18, 0xffffffff, 4);
	assert_int_equal(cfg_read(d, 0x18, 4), 0);
	driver_free(d);
}

static void
capabilities_are_pci_express_and_msix_only(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_TRAPPED);
	uint32_t at = cfg_read(d, 0x34, 1), msix;

	(void)state;
	assert_int_equal(cfg_read(d, at, 1), 0x10);
	assert_int_equal(cfg_read(d, at + 2, 2), 0x0002); /* version 2, endpoint */
	msix = cfg_read(d, at + 1, 1);
	assert_int_equal(cfg_read(d, msix, 1), 0x11);
	assert_int_equal(cfg_read(d, msix + 1, 1), 0);
	assert_int_equal(cfg_read(d, msix + 2, 2), 8); /* 9 entries */
	assert_int_equal(softena_msix_vectors(d->dev), 9);
	assert_int_equal(cfg_read(d, msix + 4, 4), 0x3000);
	assert_int_equal(cfg_read(d, msix + 8, 4), 0x3c00);
	cfg_write(d, msix + 2, 0xffff, 2);
	assert_int_equal(cfg_read(d, msix + 2, 2), 0xc008);
	driver_free(d);
}

static void
graviton_has_power_management_and_its_msix_table_in_bar_1(void **state)
{
	struct softena_config cfg = fresh();
	struct driver *d;
	uint32_t pm, msix;

	(void)state;
	assert_int_equal(set(&cfg, "profile", "graviton"), 0);
	d = driver_new(&cfg, SOFTENA_BAR0_TRAPPED);
	pm = cfg_read(d, 0x34, 1);
	assert_int_equal(cfg_read(d, pm, 1), 0x01);
	cfg_write(d, pm + 4, 3, 2);
	assert_int_equal(cfg_read(d, pm + 4, 2) & 3, 3);
	assert_int_equal(cfg_read(d, cfg_read(d, pm + 1, 1), 1), 0x10);
	msix = cfg_read(d, cfg_read(d, pm + 1, 1) + 1, 1);
	assert_int_equal(cfg_read(d, msix, 1), 0x11);
	assert_int_equal(cfg_read(d, msix + 4, 4) & 7, 1);
	assert_int_equal(cfg_read(d, msix + 8, 4) & 7, 1);
	driver_free(d);
}

static void
read_only_bits_of_configuration_space_stay(void **state)
{
	struct driver *d = driver_new(NULL, SOFTENA_BAR0_TRAPPED);
	uint8_t before[SOFTENA_CONFIG_SIZE], after[SOFTENA_CONFIG_SIZE];
	uint8_t ones[SOFTENA_CONFIG_SIZE];
	unsigned int i;

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	/* The FLR bit separately: it would reset the other values. */
	ones[0x79] = 0x7f;
	softena_config_read(d->dev, 0, before, sizeof(before));
	softena_config_write(d->dev, 0, ones, sizeof(ones));
	softena_config_write(d->dev, SOFTENA_CONFIG_SIZE - 2, ones, 64);
	softena_config_write(d->dev, 0xfffffff0, ones, 64);
	softena_config_read(d->dev, 0, after, sizeof(after));
	assert_int_equal(cfg_read(d, 0x04, 2), 0x0546);
	cfg_write(d, 0x04, 0x0402, 2);
	assert_int_equal(cfg_read(d, 0x04, 2), 0x0402);
	assert_int_equal(cfg_read(d, 0x3c, 1), 0xff);
	for (i = 0; i < 4; i++)
		assert_int_equal(after[i], before[i]);
	for (i = 0x06; i < 0x0c; i++)
		assert_int_equal(after[i], before[i]);
	for (i = 0x28; i < 0x3c; i++)
		assert_int_equal(after[i], before[i]);
	for (i = 0xbc; i < SOFTENA_CONFIG_SIZE; i++)
		assert_int_equal(after[i], 0);
	driver_free(d);
}

static void
function_level_reset_restores_configuration_space_and_registers(void **state)
{
	unsigned int way;

	(void)state;
	for (way = 0; way < 2; way++) {
		struct driver *d = driver_booted();

		assert_int_equal(cq_create(d, 4, 8, 1, NULL), 0);
		assert_int_equal(sq_create(d, false, 0, 8, NULL), 0);
		cfg_write(d, 0x04, 0x0006, 2);
		cfg_write(d, 0x10, 0xfe000000, 4);
		reg_write(d, ENA_REG_DEV_CTL, 1);
		if (way == 0) {
			softena_function_reset(d->dev);
		} else {
			uint32_t cap = cfg_read(d, 0x34, 1);

			assert_int_not_equal(cfg_read(d, cap + 4, 4) & 0x10000000, 0);
			cfg_write(d, cap + 8, cfg_read(d, cap + 8, 2) | 0x8000, 2);
			assert_int_equal(cfg_read(d, cap + 8, 2) & 0x8000, 0);
		}
		assert_int_equal(cfg_read(d, 0x04, 2), 0);
		assert_int_equal(cfg_read(d, 0x10, 4), 0);
		assert_int_equal(reg_read(d, ENA_REG_DEV_STS), 1);
		assert_int_equal(reg_read(d, ENA_REG_DEV_CTL), 0);
		assert_int_equal(stats(d).rx_queues, 0);
		driver_boot(d);
		assert_int_equal(aenq_groups(d, 0), 0);
		driver_free(d);
	}
}

static void
create_refuses_missing_services_and_memory(void **state)
{
	struct softena_config cfg = fresh();
	struct softena_host_ops ops = fake_host_ops;
	static uint64_t bar0[SOFTENA_BAR0_MAX / 8];
	struct softena_bars bars = {.mode = SOFTENA_BAR0_POLLED, .bar0 = bar0};
	struct fake_host *h = calloc(1, sizeof(*h));
	struct softena *dev;

	(void)state;
	assert_non_null(h);
	assert_int_equal(softena_create(&cfg, &ops, h, &bars, NULL, &dev), -EINVAL); /* no BAR2 */
	bars.bar0 = NULL;
	assert_int_equal(set(&cfg, "profile", "no-llq"), 0);
	assert_int_equal(softena_create(&cfg, &ops, h, &bars, NULL, &dev), -EINVAL);
	assert_int_equal(softena_create(&cfg, &ops, h, NULL, NULL, &dev), -EINVAL);
	assert_int_equal(softena_create(&cfg, NULL, h, &bars, NULL, &dev), -EINVAL);
	bars.bar0 = bar0;
	ops.raise = NULL;
	assert_int_equal(softena_create(&cfg, &ops, h, &bars, NULL, &dev), -EINVAL);
	/* Without a wire there is no carrier, also not by configuration or softena_link_set(). */
	assert_int_equal(softena_create(&cfg, &fake_host_ops, h, &bars, NULL, &dev), 0);
	assert_false(softena_link_get(dev));
	softena_link_set(dev, true);
	assert_false(softena_link_get(dev));
	softena_poll(dev, true, true);
	softena_destroy(dev);
	softena_destroy(NULL);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_is_the_reply_set_of_appendix_a),
		cmocka_unit_test(numbers_are_decimal_or_hexadecimal_and_in_range),
		cmocka_unit_test(bitmaps_are_numbers_or_names_and_can_be_changed_by_name),
		cmocka_unit_test(switches_addresses_and_names_are_understood),
		cmocka_unit_test(every_key_of_the_help_exists),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(a_key_that_was_given_before_is_refused_and_named),
		cmocka_unit_test(a_profile_behind_a_key_is_refused_since_it_would_undo_it),
		cmocka_unit_test(changes_of_a_set_of_names_add_up),
		cmocka_unit_test(hand_made_configurations_are_checked_for_ranges),
		cmocka_unit_test(every_profile_passes_the_check_and_boots),
		cmocka_unit_test(each_value_of_a_profile_says_how_certain_it_is),
		cmocka_unit_test(profile_replaces_all_but_name_and_mac),
		cmocka_unit_test(profiles_show_their_generation),
		cmocka_unit_test(bar2_holds_all_llq_rings_of_the_largest_size),
		cmocka_unit_test(header_has_the_identity_of_the_model_rules),
		cmocka_unit_test(bars_answer_to_sizing),
		cmocka_unit_test(capabilities_are_pci_express_and_msix_only),
		cmocka_unit_test(graviton_has_power_management_and_its_msix_table_in_bar_1),
		cmocka_unit_test(read_only_bits_of_configuration_space_stay),
		cmocka_unit_test(function_level_reset_restores_configuration_space_and_registers),
		cmocka_unit_test(create_refuses_missing_services_and_memory),
	};

	return cmocka_run_group_tests_name("softena configuration", tests, NULL, NULL);
}
