/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The HAL on the software device, without DPDK: every profile is brought up, used and shut down
 * through the HAL.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ena_hal.h>

#include "fake_host.h"

/** A software device, its host, and a HAL that drives it. */
struct bench {
	struct softena_config cfg;
	struct fake_host host;
	struct fake_wire wire;
	struct softena *dev;
	struct softena_bars bars;
	struct ena_hal hal;
	unsigned int dma_blocks;
	bool link_up;
	unsigned int keep_alives;
};

static uint32_t
reg_read(void *ctx, uint32_t offset)
{
	struct bench *b = ctx;

	return softena_reg_read(b->dev, offset);
}

static void
reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	struct bench *b = ctx;

	softena_reg_write(b->dev, offset, value);
}

static int
dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	struct bench *b = ctx;

	(void)socket;
	dma->va = fake_host_alloc(&b->host, len, align, &dma->iova);
	dma->len = len;
	b->dma_blocks++;
	return 0;
}

static void
dma_free(void *ctx, struct ena_hal_dma *dma)
{
	struct bench *b = ctx;

	if (dma->va != NULL) {
		fake_host_unmap(&b->host, dma->iova);
		b->dma_blocks--;
	}
	memset(dma, 0, sizeof(*dma));
}

static uint64_t
now_us(void *ctx)
{
	struct bench *b = ctx;

	return b->host.now_ns / 1000;
}

static void
delay_us(void *ctx, uint32_t us)
{
	struct bench *b = ctx;

	fake_host_advance(&b->host, (uint64_t)us * 1000);
	softena_poll(b->dev, true, true);
}

static void
nothing(void *ctx)
{
	(void)ctx;
}

static bool
never(void *ctx)
{
	(void)ctx;
	return false;
}

/** Interrupt mode: the device works while the HAL sleeps, and vector 0 wakes the HAL. */
static void
wait_us(void *ctx, uint32_t us)
{
	struct bench *b = ctx;

	delay_us(b, us < 100 ? us : 100);
	if (fake_host_take_raised(&b->host, 0) != 0)
		ena_hal_mgmt_interrupt(&b->hal);
}

static void
log_line(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	(void)ctx;
	if (level <= ENA_HAL_LOG_WARNING)
		print_message("%s\n", msg);
}

static const struct ena_hal_platform platform = {
	.reg_read = reg_read,
	.reg_write = reg_write,
	.dma_alloc = dma_alloc,
	.dma_free = dma_free,
	.now_us = now_us,
	.delay_us = delay_us,
	.read_barrier = nothing,
	.lock = nothing,
	.unlock = nothing,
	.wait = wait_us,
	.wake = nothing,
	.in_interrupt = never,
	.log = log_line,
};

static void
on_link(void *arg, bool up)
{
	((struct bench *)arg)->link_up = up;
}

static void
on_keep_alive(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns)
{
	(void)rx_drops;
	(void)tx_drops;
	(void)rx_overruns;
	((struct bench *)arg)->keep_alives++;
}

static const struct ena_hal_event_ops events = {.link = on_link, .keep_alive = on_keep_alive};

static struct bench *
bench_new(const char *profile)
{
	struct bench *b = calloc(1, sizeof(*b));
	char err[256];
	size_t bar2;

	assert_non_null(b);
	softena_config_default(&b->cfg);
	assert_int_equal(softena_config_set(&b->cfg, "profile", profile, err, sizeof(err)), 0);
	fake_host_init(&b->host);
	fake_wire_init(&b->wire);
	bar2 = softena_bar2_size(&b->cfg);
	b->bars.mode = SOFTENA_BAR0_TRAPPED;
	b->bars.bar0 = aligned_alloc(4096, SOFTENA_BAR0_MAX);
	b->bars.bar2 = bar2 != 0 ? aligned_alloc(4096, bar2) : NULL;
	assert_int_equal(
		softena_create(&b->cfg, &fake_host_ops, &b->host, &b->bars, &b->wire.base, &b->dev),
		0);
	fake_host_bus_master(b->dev, true);
	softena_msix_enable(b->dev, true);
	return b;
}

static void
bench_free(struct bench *b)
{
	struct softena_stats st;

	softena_stats_get(b->dev, &st);
	assert_int_equal(st.dma_faults, 0);
	assert_int_equal(st.bad_doorbells, 0);
	assert_int_equal(b->dma_blocks, 0);
	softena_destroy(b->dev);
	fake_wire_fini(&b->wire);
	fake_host_fini(&b->host);
	free(b->bars.bar0);
	free(b->bars.bar2);
	free(b);
}

static void
bring_up(struct bench *b, bool polling, enum ena_hal_llq_policy policy)
{
	const struct ena_hal_llq_wish wish = {
		.policy = policy,
		.bar2_len = softena_bar2_size(&b->cfg),
		.min_depth = 128,
	};
	struct ena_hal_identity id;
	struct ena_host_info info;
	uint32_t groups;

	memset(&info, 0, sizeof(info));
	info.os_type = ena_put32(ENA_HOST_OS_DPDK);
	info.driver_version = ena_put32(2);
	info.driver_features = ena_put32(ENA_HOST_FEATURE_RX_OFFSET | ENA_HOST_FEATURE_RSS_CONFIG);

	assert_int_equal(
		ena_hal_init(&b->hal, &platform, b,
			(b->cfg.revision & 1) != 0 ? ENA_HAL_READ_DIRECT : ENA_HAL_READ_READLESS),
		0);
	assert_int_equal(ena_hal_reset(&b->hal, ENA_RESET_NORMAL), 0);
	assert_int_equal(ena_hal_identify(&b->hal, &id), 0);
	assert_int_equal(ena_hal_admin_start(&b->hal), 0);
	assert_int_equal(ena_hal_host_info_set(&b->hal, &info), 0);
	assert_int_equal(ena_hal_query(&b->hal), 0);
	assert_int_equal(ena_hal_llq_negotiate(&b->hal, &wish), 0);
	ena_hal_admin_polling(&b->hal, polling);
	ena_hal_aenq_arm(&b->hal);
	assert_int_equal(ena_hal_aenq_groups(&b->hal, UINT32_MAX, &groups), 0);
}

static void
shut_down(struct bench *b)
{
	struct softena_stats st;

	assert_int_equal(ena_hal_reset(&b->hal, ENA_RESET_SHUTDOWN), 0);
	ena_hal_fini(&b->hal);
	softena_stats_get(b->dev, &st);
	assert_int_equal(st.last_reset_reason, ENA_RESET_SHUTDOWN);
}

/** Create all queue pairs of the device with the largest depth, and destroy them. */
static void
use_queues(struct bench *b)
{
	const struct ena_hal_queue_limits *lim = &b->hal.caps.queues;
	const struct ena_hal_llq *llq = &b->hal.llq;
	uint32_t n = llq->enabled ? llq->max_count : lim->tx_sq_num, i;
	struct ena_hal_cq *cq = calloc(2 * (size_t)n, sizeof(*cq));
	struct ena_hal_sq *sq = calloc(2 * (size_t)n, sizeof(*sq));
	size_t bar2 = softena_bar2_size(&b->cfg);

	for (i = 0; i < 2 * n; i++) {
		bool tx = i >= n;
		struct ena_hal_cq_params cp = {
			.depth =
				(uint16_t)(tx ? (llq->enabled ? llq->max_depth : lim->tx_sq_depth) :
						lim->rx_sq_depth),
			.entry_size = tx ? 8 : 16,
			.vector = ENA_MSIX_VECTOR_NONE,
			.socket = -1,
		};
		struct ena_hal_sq_params sp = {
			.tx = tx,
			.llq = tx && llq->enabled,
			.depth = cp.depth,
			.entry_size = tx && llq->enabled ? llq->entry_size : 16,
			.socket = -1,
		};

		assert_int_equal(ena_hal_cq_create(&b->hal, &cp, SOFTENA_BAR0_MAX, &cq[i]), 0);
		sp.cq_idx = cq[i].idx;
		assert_int_equal(
			ena_hal_sq_create(&b->hal, &sp, SOFTENA_BAR0_MAX, bar2, &sq[i]), 0);
		/* Indices are assigned in order, lowest first, for each direction. */
		assert_int_equal(sq[i].idx, tx ? i - n : i);
	}
	for (i = 0; i < 2 * n; i++) {
		assert_int_equal(ena_hal_sq_destroy(&b->hal, &sq[i]), 0);
		assert_int_equal(ena_hal_cq_destroy(&b->hal, &cq[i]), 0);
	}
	free(cq);
	free(sq);
}

static void
check_profile(const char *profile, bool polling)
{
	struct bench *b = bench_new(profile);
	struct ena_hal_basic_stats stats;
	uint8_t key[ENA_RSS_KEY_SIZE];
	uint16_t table[1 << 9] = {0};
	unsigned int i;

	bring_up(b, polling, ENA_HAL_LLQ_RECOMMENDED);
	assert_memory_equal(b->hal.caps.mac, b->cfg.mac, 6);
	assert_int_equal(b->hal.caps.max_mtu, b->cfg.max_mtu);
	assert_int_equal(b->hal.caps.tx_offloads, b->cfg.tx_offloads);

	delay_us(b, 1000);
	ena_hal_aenq_process(&b->hal, &events, b);
	assert_true(b->link_up);
	assert_int_equal(b->keep_alives, 1);
	for (i = 0; i < 40; i++) { /* more events than AENQ entries */
		delay_us(b, 1000000);
		ena_hal_aenq_process(&b->hal, &events, b);
	}
	assert_in_range(b->keep_alives, 40, 42);

	use_queues(b);
	use_queues(b);
	assert_int_equal(ena_hal_mtu_set(&b->hal, b->cfg.max_mtu), 0);
	assert_int_equal(ena_hal_stats_basic(&b->hal, &stats), 0);
	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 7 + 1);
	assert_int_equal(
		ena_hal_rss_key_set(&b->hal, key, 0), b->hal.caps.rss.function ? 0 : -ENOTSUP);
	if (b->hal.caps.rss.table && b->hal.caps.rss.table_log2_max <= 9)
		assert_int_equal(
			ena_hal_rss_table_set(&b->hal, table, b->hal.caps.rss.table_log2_max), 0);
	assert_int_equal(b->hal.count.timeouts, 0);
	assert_int_equal(b->hal.count.missed_interrupts, 0);
	assert_int_equal(b->hal.count.bad_completions, 0);
	shut_down(b);
	bench_free(b);
}

static const char *const profiles[] = {
	"nitro-v2",
	"nitro-v3n",
	"nitro-v4",
	"nitro-v5",
	"no-llq",
	"minimal",
	"full",
};

static void
every_profile_works_with_the_hal_in_polling_mode(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		check_profile(profiles[i], true);
}

static void
every_profile_works_with_the_hal_in_interrupt_mode(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		check_profile(profiles[i], false);
}

static void
device_that_reads_registers_only_directly_is_served(void **state)
{
	struct bench *b = bench_new("nitro-v2");

	(void)state;
	softena_destroy(b->dev);
	b->cfg.revision = ENA_PCI_REVISION_NO_READLESS;
	assert_int_equal(
		softena_create(&b->cfg, &fake_host_ops, &b->host, &b->bars, &b->wire.base, &b->dev),
		0);
	fake_host_bus_master(b->dev, true);
	bring_up(b, true, ENA_HAL_LLQ_OFF);
	assert_false(b->hal.llq.enabled);
	use_queues(b);
	shut_down(b);
	bench_free(b);
}

static void
reset_in_mid_operation_can_be_followed_by_a_new_bring_up(void **state)
{
	struct bench *b = bench_new("nitro-v4");
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		bring_up(b, i % 2 == 0, ENA_HAL_LLQ_RECOMMENDED);
		use_queues(b);
		shut_down(b);
	}
	bench_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_profile_works_with_the_hal_in_polling_mode),
		cmocka_unit_test(every_profile_works_with_the_hal_in_interrupt_mode),
		cmocka_unit_test(device_that_reads_registers_only_directly_is_served),
		cmocka_unit_test(reset_in_mid_operation_can_be_followed_by_a_new_bring_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
