/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Bring-up and shut-down in the order and with the peculiarities of each public driver:
 * part A 3.2 to 3.6 (L, F, D) and 9.8 (iPXE, VPP), over trapped and polled registers.
 */

#include "test_control_util.h"

static const enum softena_bar0_mode modes[] = {
	SOFTENA_BAR0_TRAPPED, SOFTENA_BAR0_POLLED_DOORBELLS, SOFTENA_BAR0_POLLED};
#define MODES (sizeof(modes) / sizeof(modes[0]))

static const uint32_t all_groups = 0xdf;

static struct driver *
device(enum softena_bar0_mode mode, const char *profile)
{
	struct softena_config cfg;

	softena_config_default(&cfg);
	assert_int_equal(softena_config_set(&cfg, "profile", profile, NULL, 0), 0);
	return driver_new(&cfg, mode);
}

static uint8_t
host_info(struct driver *d, uint32_t os, uint32_t driver_version, uint32_t features)
{
	struct ena_host_info info = {
		.os_type = ena_put32(os),
		.driver_version = ena_put32(driver_version),
		.interface_revision = ena_put16(ENA_HOST_INTERFACE_REVISION),
		.driver_features = ena_put32(features),
	};
	struct ena_host_attr h = {.host_info = ena_put_ad48(d->buf_iova + 8192)};

	memcpy(d->buf + 8192, &info, sizeof(info));
	return feature_set(d, ENA_FEATURE_HOST_ATTR, 0, &h, sizeof(h));
}

/* Steps 13 to 21: the queries of L, F and D. */
static void
query_features(struct driver *d)
{
	static const uint8_t mandatory[] = {ENA_FEATURE_DEVICE_ATTRIBUTES,
		ENA_FEATURE_MAX_QUEUES_EXT, ENA_FEATURE_AENQ_CONFIG, ENA_FEATURE_STATELESS_OFFLOAD,
		ENA_FEATURE_HW_HINTS, ENA_FEATURE_LLQ};
	struct ena_stats_cmd metrics = {
		.common.opcode = ENA_AQ_GET_STATS,
		.type = ENA_STATS_CUSTOMER,
		.requested_metrics = ena_put64(ENA_METRIC_ALL),
	};
	unsigned int i;

	for (i = 0; i < sizeof(mandatory); i++)
		assert_int_equal(feature_get(d, mandatory[i], 0, NULL, 0), 0);
	assert_int_equal(cmd_run(d, &metrics, sizeof(metrics), NULL), 0);
}

static void
rss_default(struct driver *d)
{
	struct ena_rss_function f = {.selected = ena_put32(ENA_RSS_FUNC_TOEPLITZ)};
	struct ena_rss_key k = {.key_words = ena_put32(ENA_RSS_KEY_WORDS)};
	struct ena_rss_sorts s = {.enabled = ena_put16(ENA_RSS_SORT_L3 | ENA_RSS_SORT_L4)};

	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 0, NULL, 0), 0);
	memcpy(d->buf, &k, sizeof(k));
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 48, NULL, 0), 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_FUNCTION, 0, NULL, 0), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_HASH_FUNCTION, 48, &f, sizeof(f)), 0);
	assert_int_equal(feature_get(d, ENA_FEATURE_RSS_HASH_INPUT, 256, NULL, 0), 0);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_HASH_INPUT, 256, &s, sizeof(s)), 0);
}

static void
rss_table(struct driver *d, unsigned int queues)
{
	struct ena_rss_table t = {
		.size_log2 = ena_put16(7), .inline_index = ena_put32(ENA_RSS_NO_INLINE)};
	unsigned int i;

	memset(d->buf, 0, 512);
	for (i = 0; i < 128; i++)
		d->buf[4 * i] = (uint8_t)(i % queues);
	assert_int_equal(feature_set(d, ENA_FEATURE_RSS_TABLE, 512, &t, sizeof(t)), 0);
}

static void
queue_pair(struct driver *d, bool tx, bool llq, uint16_t cq, uint32_t vector)
{
	struct ena_create_cq_rsp c;
	struct ena_create_sq_cmd sq;

	assert_int_equal(cq_create(d, tx ? 2 : 4, 512, vector, &c), 0);
	assert_int_equal(ena_get16(c.cq_idx), cq);
	sq = sq_cmd(d, tx, cq, 512);
	if (llq) {
		sq.placement = ENA_SQ_IN_DEVICE_MEMORY;
		sq.base = ena_put_ad48(0);
	}
	assert_int_equal(sq_run(d, &sq, NULL), 0);
	reg_write(d, ena_get32(c.numa_offset), ENA_NUMA_VALID);
	reg_write(d, ena_get32(c.unmask_offset), 0xc0200014);
}

static void
expect_first_events(struct driver *d)
{
	const struct ena_aenq_entry *e = event_next(d);

	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.group), ENA_AENQ_LINK_CHANGE);
	assert_int_equal(ena_get32(e->u.link.flags), ENA_AENQ_LINK_UP);
	e = event_next(d);
	assert_non_null(e);
	assert_int_equal(ena_get16(e->common.group), ENA_AENQ_KEEP_ALIVE);
}

/* F does the same as L with other numbers: lower depths, and RSS at the end of boot. */
static void
linux_and_freebsd(struct driver *d, uint32_t os, uint32_t host_features, bool rss_late)
{
	struct ena_mtu mtu = {.mtu = ena_put32(1500)};
	unsigned int q;

	driver_boot(d); /* 4 to 12 */
	assert_int_equal(host_info(d, os, 0x67000002, host_features), 0); /* 13 */
	query_features(d); /* 14 to 20 */
	assert_int_equal(feature_get(d, ENA_FEATURE_AENQ_CONFIG, 0, NULL, 0), 0); /* 22 */
	assert_int_equal(aenq_groups(d, all_groups), 0);
	assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0); /* 23 */
	assert_int_equal(feature_get(d, ENA_FEATURE_INTR_MODERATION, 0, NULL, 0), 0); /* 27 */
	softena_msix_enable(d->dev, true); /* 30 */
	reg_write(d, ENA_REG_INTR_MASK, 0);
	poll_control(d);
	assert_true(fake_host_take_raised(&d->host, 0) > 0);
	event_ack(d); /* 31 */
	assert_true(fake_host_take_raised(&d->host, 0) > 0);
	if (!rss_late)
		rss_default(d); /* 32 */
	expect_first_events(d); /* 36 */
	event_ack(d);
	if (rss_late)
		rss_default(d);
	for (q = 0; q < 4; q++)
		queue_pair(d, true, true, (uint16_t)q, 1 + q);
	for (q = 0; q < 4; q++)
		queue_pair(d, false, false, (uint16_t)(4 + q), 1 + q);
	rss_table(d, 4);
	rss_default(d);
	assert_int_equal(feature_set(d, ENA_FEATURE_MTU, 0, &mtu, sizeof(mtu)), 0);
	assert_int_equal(stats(d).tx_queues, 4);
	assert_int_equal(stats(d).rx_queues, 4);
	/* 3.6: all Tx, all Rx, reset, response address zero. */
	for (q = 0; q < 8; q++) {
		assert_int_equal(sq_destroy_cmd(d, q < 4, (uint16_t)(q % 4)), 0);
		assert_int_equal(cq_destroy_cmd(d, (uint16_t)q), 0);
	}
	driver_reset(d, ENA_RESET_SHUTDOWN);
	softena_msix_enable(d->dev, false);
	reg_write(d, ENA_REG_MMIO_RESP_LO, 0);
	reg_write(d, ENA_REG_MMIO_RESP_HI, 0);
	poll_control(d);
	assert_int_equal(stats(d).dma_faults, 0);
	assert_int_equal(stats(d).bad_doorbells, 0);
	assert_int_equal(stats(d).admin_errors, 0);
	assert_int_equal(stats(d).last_reset_reason, ENA_RESET_SHUTDOWN);
}

static void
linux_order_boots_recovers_and_shuts_down(void **state)
{
	unsigned int m;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct driver *d = device(modes[m], "default");

		linux_and_freebsd(d, ENA_HOST_OS_LINUX, 0x3de, false);
		linux_and_freebsd(d, ENA_HOST_OS_LINUX, 0x3de, false);
		driver_free(d);
	}
}

static void
freebsd_order_boots_and_shuts_down(void **state)
{
	unsigned int m;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct driver *d = device(modes[m], "default");

		linux_and_freebsd(d, ENA_HOST_OS_FREEBSD, 0x12, true);
		driver_free(d);
	}
}

/* 3.2: events are enabled at configuration; 3.3: Rx before Tx; 3.6: close without a reset. */
static void
dpdk_order_boots_and_closes_without_a_reset(void **state)
{
	unsigned int m, round, q;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct driver *d = device(modes[m], "nitro-v5");

		for (round = 0; round < 2; round++) {
			struct ena_hw_timestamp off = {.version = 0};

			driver_boot(d);
			assert_int_equal(host_info(d, ENA_HOST_OS_DPDK, 2, 0x12), 0);
			query_features(d);
			assert_int_equal(feature_get(d, ENA_FEATURE_HW_TIMESTAMP, 0, NULL, 0), 0);
			assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_256), 0);
			assert_int_equal(host_info(d, ENA_HOST_OS_DPDK, 2, 0x12), 0);
			assert_int_equal(feature_get(d, ENA_FEATURE_RSS_TABLE, 0, NULL, 0), 0);
			softena_msix_enable(d->dev, true);
			reg_write(d, ENA_REG_INTR_MASK, 0);
			event_ack(d);
			assert_null(event_next(d));
			assert_int_equal(aenq_groups(d, 0x51), 0); /* 37 */
			expect_first_events(d);
			assert_int_equal(
				feature_set(d, ENA_FEATURE_HW_TIMESTAMP, 0, &off, sizeof(off)), 0);
			for (q = 0; q < 2; q++)
				queue_pair(d, false, false, (uint16_t)q, ENA_MSIX_VECTOR_NONE);
			for (q = 0; q < 2; q++)
				queue_pair(d, true, true, (uint16_t)(2 + q), ENA_MSIX_VECTOR_NONE);
			rss_table(d, 2);
			for (q = 0; q < 2; q++) {
				assert_int_equal(sq_destroy_cmd(d, true, (uint16_t)q), 0);
				assert_int_equal(cq_destroy_cmd(d, (uint16_t)(2 + q)), 0);
			}
			for (q = 0; q < 2; q++) {
				assert_int_equal(sq_destroy_cmd(d, false, (uint16_t)q), 0);
				assert_int_equal(cq_destroy_cmd(d, (uint16_t)q), 0);
			}
			softena_msix_enable(d->dev, false);
			event_ack(d);
			/* The ring is freed, then the response address becomes zero. */
			reg_write(d, ENA_REG_MMIO_RESP_LO, 0);
			reg_write(d, ENA_REG_MMIO_RESP_HI, 0);
			poll_control(d);
			fake_host_unmap(&d->host, d->aenq.iova);
			fake_host_advance(&d->host, 5 * NS_PER_S);
			poll_control(d);
			assert_int_equal(stats(d).dma_faults, 0);
			assert_int_equal(stats(d).admin_errors, 0);
		}
		driver_free(d);
	}
}

static void
ring_program(struct driver *d, struct driver_ring *r, uint32_t base, uint32_t caps, uint16_t depth)
{
	r->va = fake_host_alloc(&d->host, depth * 64u, 4096, &r->iova);
	r->depth = depth;
	r->count = 0;
	reg_write(d, base, (uint32_t)r->iova);
	reg_write(d, base + 4, (uint32_t)(r->iova >> 32));
	reg_write(d, caps, 64u << 16 | depth);
}

/* 9.8: plain reads, rings of two, no readless buffer, no interrupts, no credits. */
static void
ipxe_boots_with_rings_of_two_and_plain_reads(void **state)
{
	unsigned int m, i;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct driver *d = device(modes[m], "default");
		struct ena_create_cq_cmd cq;

		reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
		poll_control(d);
		assert_int_equal(reg_read(d, ENA_REG_DEV_STS) & ENA_DEV_STS_RESET_IN_PROGRESS, 8);
		reg_write(d, ENA_REG_DEV_CTL, 0);
		poll_control(d);
		assert_int_equal(reg_read(d, ENA_REG_DEV_STS) & ENA_DEV_STS_RESET_IN_PROGRESS, 0);
		ring_program(d, &d->acq, ENA_REG_ACQ_BASE_LO, ENA_REG_ACQ_CAPS, 2);
		ring_program(d, &d->aq, ENA_REG_AQ_BASE_LO, ENA_REG_AQ_CAPS, 2);
		ring_program(d, &d->aenq, ENA_REG_AENQ_BASE_LO, ENA_REG_AENQ_CAPS, 2);
		assert_int_equal(aenq_groups(d, 0), 0);
		assert_int_equal(host_info(d, ENA_HOST_OS_IPXE, 2, 0), 0);
		assert_int_equal(feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0), 0);
		assert_int_equal(feature_get(d, ENA_FEATURE_LLQ, 0, NULL, 0), 0);
		assert_int_equal(llq_select(d, ENA_LLQ_ENTRY_128), 0);
		for (i = 0; i < 2; i++) {
			struct ena_create_sq_cmd sq;
			struct ena_acq_entry e;
			struct ena_create_cq_rsp r;

			cq = cq_cmd(d, i == 0 ? 2 : 4, 32, ENA_MSIX_VECTOR_NONE);
			cq.intr_mode = 0;
			assert_int_equal(cmd_run(d, &cq, sizeof(cq), &e), 0);
			memcpy(&r, &e, sizeof(r));
			assert_int_equal(ena_get16(r.actual_depth), 32);
			sq = sq_cmd(d, i == 0, (uint16_t)i, 32);
			if (i == 0)
				sq.placement = ENA_SQ_IN_DEVICE_MEMORY; /* address non-zero */
			assert_int_equal(sq_run(d, &sq, NULL), 0);
		}
		fake_host_advance(&d->host, 3 * NS_PER_S);
		poll_control(d);
		assert_null(event_next(d));
		assert_int_equal(sq_destroy_cmd(d, false, 0), 0);
		assert_int_equal(cq_destroy_cmd(d, 1), 0);
		assert_int_equal(sq_destroy_cmd(d, true, 0), 0);
		assert_int_equal(cq_destroy_cmd(d, 0), 0);
		reg_write(d, ENA_REG_AENQ_CAPS, 0);
		reg_write(d, ENA_REG_AQ_CAPS, 0);
		reg_write(d, ENA_REG_ACQ_CAPS, 0);
		reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
		poll_control(d);
		assert_int_equal(d->host.raised_total, 0);
		assert_int_equal(stats(d).dma_faults, 0);
		driver_free(d);
	}
}

/* 9.8: the request id is always 1, the rings are programmed directly after the release, the AENQ is
 * last, only CQs are destroyed. */
static void
vpp_boots_with_its_own_order_and_leaves_its_rx_sqs_behind(void **state)
{
	unsigned int m, q;

	(void)state;
	for (m = 0; m < MODES; m++) {
		struct driver *d = device(modes[m], "default");

		driver_resp_program(d);
		d->resp->req_id = ena_put16(0);
		reg_write(d, ENA_REG_MMIO_REG_READ, (uint32_t)ENA_REG_DEV_STS << 16 | 1);
		poll_control(d);
		assert_int_equal(ena_get16(d->resp->req_id), 1);
		reg_write(d, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
		driver_resp_program(d);
		d->resp->req_id = ena_put16(0);
		reg_write(d, ENA_REG_MMIO_REG_READ, (uint32_t)ENA_REG_DEV_STS << 16 | 1);
		poll_control(d);
		assert_int_equal(ena_get32(d->resp->value), 9);
		reg_write(d, ENA_REG_DEV_CTL, 0);
		ring_program(d, &d->aq, ENA_REG_AQ_BASE_LO, ENA_REG_AQ_CAPS, 4);
		ring_program(d, &d->acq, ENA_REG_ACQ_BASE_LO, ENA_REG_ACQ_CAPS, 4);
		assert_int_equal(host_info(d, ENA_HOST_OS_DPDK, 16, 0x12), 0);
		assert_int_equal(feature_get(d, ENA_FEATURE_DEVICE_ATTRIBUTES, 0, NULL, 0), 0);
		assert_int_equal(feature_get(d, ENA_FEATURE_MAX_QUEUES_EXT, 0, NULL, 0), 0);
		assert_int_equal(aenq_groups(d, 0x11), 0);
		ring_program(d, &d->aenq, ENA_REG_AENQ_BASE_LO, ENA_REG_AENQ_CAPS, 32);
		reg_write(d, ENA_REG_AENQ_HEAD_DB, 32);
		poll_control(d);
		expect_first_events(d);
		for (q = 0; q < 2; q++)
			queue_pair(d, true, false, (uint16_t)q, ENA_MSIX_VECTOR_NONE);
		for (q = 0; q < 2; q++)
			queue_pair(d, false, false, (uint16_t)(2 + q), ENA_MSIX_VECTOR_NONE);
		for (q = 0; q < 2; q++) {
			assert_int_equal(sq_destroy_cmd(d, true, (uint16_t)q), 0);
			assert_int_equal(cq_destroy_cmd(d, (uint16_t)q), 0);
		}
		for (q = 0; q < 2; q++) {
			/* The direction field of its DESTROY says Tx. */
			assert_int_equal(
				sq_destroy_cmd(d, true, (uint16_t)q), ENA_ACQ_ILLEGAL_PARAMETER);
			assert_int_equal(cq_destroy_cmd(d, (uint16_t)(2 + q)), 0);
		}
		assert_int_equal(stats(d).rx_queues, 0);
		reg_write(d, ENA_REG_AQ_CAPS, 0);
		reg_write(d, ENA_REG_ACQ_CAPS, 0);
		reg_write(d, ENA_REG_AENQ_CAPS, 0);
		fake_host_advance(&d->host, 3 * NS_PER_S);
		poll_control(d);
		assert_null(event_next(d));
		driver_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_order_boots_recovers_and_shuts_down),
		cmocka_unit_test(freebsd_order_boots_and_shuts_down),
		cmocka_unit_test(dpdk_order_boots_and_closes_without_a_reset),
		cmocka_unit_test(ipxe_boots_with_rings_of_two_and_plain_reads),
		cmocka_unit_test(vpp_boots_with_its_own_order_and_leaves_its_rx_sqs_behind),
	};

	return cmocka_run_group_tests_name("softena bring-up", tests, NULL, NULL);
}
