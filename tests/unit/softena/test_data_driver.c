/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The driver of the data plane tests.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "test_data_driver.h"

#define ADMIN_DEPTH 2u
#define PAGE        4096u

const char dd_udp60[] = "02 00 00 00 00 02 02 00  00 00 00 01 08 00 45 00"
			"00 2e 12 34 40 00 40 11  14 89 0a 00 00 01 0a 00"
			"00 02 04 d2 16 2e 00 1a  88 66 00 01 02 03 04 05"
			"06 07 08 09 0a 0b 0c 0d  0e 0f 10 11";

/* ---- bring-up ------------------------------------------------------------------- */

void
dd_config(struct dd *d)
{
	memset(d, 0, sizeof(*d));
	softena_config_default(&d->cfg);
	d->cfg.features |= ENA_BIT(ENA_FEATURE_FLOW_STEERING) | ENA_BIT(ENA_FEATURE_HW_TIMESTAMP);
	d->cfg.steering_entries = 8;
	d->cfg.timestamp_tx = true;
	d->cfg.timestamp_rx = true;
	d->cfg.link_up = true;
}

static void
ring_start(struct dd *d, uint32_t base_reg, uint32_t caps_reg, uint64_t iova)
{
	softena_reg_write(d->dev, base_reg, (uint32_t)iova);
	softena_reg_write(d->dev, base_reg + 4, (uint32_t)(iova >> 32));
	softena_reg_write(d->dev, caps_reg, ADMIN_DEPTH | 64u << 16);
}

void
dd_restart(struct dd *d)
{
	uint64_t aq, acq;

	fake_host_bus_master(d->dev, true);
	d->aq = fake_host_alloc(&d->host, ADMIN_DEPTH * 64, 64, &aq);
	d->acq = fake_host_alloc(&d->host, ADMIN_DEPTH * 64, 64, &acq);
	ring_start(d, ENA_REG_AQ_BASE_LO, ENA_REG_AQ_CAPS, aq);
	ring_start(d, ENA_REG_ACQ_BASE_LO, ENA_REG_ACQ_CAPS, acq);
	d->commands = 0;
}

void
dd_open(struct dd *d)
{
	struct softena_bars bars = {.mode = SOFTENA_BAR0_TRAPPED, .config = d->cfg_memory};
	char err[200];

	if (softena_config_check(&d->cfg, err, sizeof(err)) != 0)
		fail_msg("configuration: %s", err);
	fake_host_init(&d->host);
	fake_wire_init(&d->wire);
	if (softena_bar2_size(&d->cfg) != 0) {
		d->bar2 = malloc(softena_bar2_size(&d->cfg));
		assert_non_null(d->bar2);
		/* Stale bytes, as write-combining memory has after a reset. */
		memset(d->bar2, 0xa5, softena_bar2_size(&d->cfg));
		bars.bar2 = d->bar2;
	}
	assert_int_equal(softena_create(&d->cfg, d->ops != NULL ? d->ops : &fake_host_ops, &d->host,
				 &bars, &d->wire.base, &d->dev),
		0);
	fake_host_bus_master(d->dev, true);
	softena_msix_enable(d->dev, true);
	d->ctrl = fake_host_alloc(&d->host, PAGE, PAGE, &d->ctrl_iova);
	dd_restart(d);
}

void
dd_close(struct dd *d)
{
	softena_destroy(d->dev);
	fake_wire_fini(&d->wire);
	fake_host_fini(&d->host);
	free(d->bar2);
}

uint8_t
dd_command(struct dd *d, void *cmd, size_t len, struct ena_acq_entry *rsp)
{
	uint16_t slot = d->commands % ADMIN_DEPTH;
	uint8_t phase = (d->commands / ADMIN_DEPTH) % 2 == 0;
	struct ena_acq_entry answer;
	uint8_t *entry = d->aq + slot * 64;

	memset(entry, 0, 64);
	memcpy(entry, cmd, len);
	entry[0] = (uint8_t)slot;
	entry[3] = (uint8_t)(entry[3] | phase);
	d->commands++;
	softena_reg_write(d->dev, ENA_REG_AQ_DB, d->commands);
	softena_poll(d->dev, true, false);
	memcpy(&answer, d->acq + slot * 64, 64);
	assert_int_equal(answer.common.flags & 1, phase);
	if (rsp != NULL)
		*rsp = answer;
	return answer.common.status;
}

uint8_t
dd_set(struct dd *d, enum ena_feature_id id, const void *data, size_t len, size_t ctrl_len)
{
	struct ena_feature_cmd cmd = {
		.common.opcode = ENA_AQ_SET_FEATURE,
		.select = ENA_FEATURE_SELECT_CURRENT,
		.id = (uint8_t)id,
	};

	if (ctrl_len != 0) {
		cmd.common.flags = ENA_AQ_FLAG_CTRL_INDIRECT;
		cmd.ctrl.len = ena_put32((uint32_t)ctrl_len);
		cmd.ctrl.addr = ena_put_ad48(d->ctrl_iova);
	}
	memcpy(cmd.data, data, len);
	return dd_command(d, &cmd, sizeof(cmd), NULL);
}

uint8_t
dd_set_llq(struct dd *d, uint16_t entry, uint16_t before, uint16_t stride)
{
	struct ena_llq_config c = {
		.header_location.selected = ena_put16(ENA_LLQ_HEADER_INLINE),
		.entry_size.selected = ena_put16(entry),
		.descs_before_header.selected = ena_put16(before),
		.stride.selected = ena_put16(stride),
		.accel_flags = ena_put16(ENA_LLQ_ACCEL_ALL),
	};

	d->llq_entry = entry == ENA_LLQ_ENTRY_256 ? 256 : entry == ENA_LLQ_ENTRY_192 ? 192 : 128;
	return dd_set(d, ENA_FEATURE_LLQ, &c, sizeof(c), 0);
}

void
dd_host_features(struct dd *d, uint32_t features)
{
	struct ena_host_attr a = {.host_info = ena_put_ad48(d->ctrl_iova)};
	struct ena_host_info info = {
		.os_type = ena_put32(ENA_HOST_OS_DPDK),
		.driver_features = ena_put32(features),
	};

	memcpy(d->ctrl, &info, sizeof(info));
	assert_int_equal(dd_set(d, ENA_FEATURE_HOST_ATTR, &a, sizeof(a), 0), 0);
}

/* ---- queues ----------------------------------------------------------------------- */

static void
create_cq(struct dd *d, struct dd_queue *q)
{
	struct ena_create_cq_cmd cmd = {.common.opcode = ENA_AQ_CREATE_CQ};
	struct ena_create_cq_rsp rsp;
	struct ena_acq_entry e;

	q->entry_size = q->tx ? 8 : 16;
	if (q->extended)
		q->entry_size *= 2;
	q->cq = fake_host_alloc(
		&d->host, (size_t)q->entry_size * q->depth + q->cq_skew, 64, &q->cq_iova);
	q->cq += q->cq_skew;
	cmd.intr_mode = q->no_intr ? 0 : ENA_CREATE_CQ_INTR_MODE;
	cmd.entry_words = (uint8_t)(q->entry_size / 4);
	cmd.depth = ena_put16(q->depth);
	cmd.vector = ena_put32(q->vector == 0 ? ENA_MSIX_VECTOR_NONE : q->vector);
	cmd.base = ena_put_ad48(q->cq_iova + q->cq_skew);
	assert_int_equal(dd_command(d, &cmd, sizeof(cmd), &e), 0);
	memcpy(&rsp, &e, sizeof(rsp));
	q->cq_idx = ena_get16(rsp.cq_idx);
	q->unmask_off = ena_get32(rsp.unmask_offset);
	q->cq_head = 0;
}

static void
create_sq(struct dd *d, struct dd_queue *q)
{
	struct ena_create_sq_cmd cmd = {.common.opcode = ENA_AQ_CREATE_SQ};
	struct ena_create_sq_rsp rsp;
	struct ena_acq_entry e;

	q->slot_size = q->llq ? d->llq_entry : 16;
	if (!q->llq) {
		size_t len = (size_t)q->slot_size * q->depth;

		if (q->sq_iova != 0)
			q->sq = fake_host_map(&d->host, q->sq_iova, len);
		else
			q->sq = fake_host_alloc(&d->host, len, 8, &q->sq_iova);
	}
	cmd.direction = (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, q->tx ? ENA_SQ_TX : ENA_SQ_RX);
	cmd.placement = q->llq ? ENA_SQ_IN_DEVICE_MEMORY : ENA_SQ_IN_HOST_MEMORY;
	cmd.contiguous = ENA_CREATE_SQ_CONTIGUOUS;
	cmd.cq_idx = ena_put16(q->cq_idx);
	cmd.depth = ena_put16(q->depth);
	cmd.base = ena_put_ad48(q->llq ? 0 : q->sq_iova);
	assert_int_equal(dd_command(d, &cmd, sizeof(cmd), &e), 0);
	memcpy(&rsp, &e, sizeof(rsp));
	q->sq_idx = ena_get16(rsp.sq_idx);
	q->db_off = ena_get32(rsp.db_offset);
	if (q->llq)
		q->sq = d->bar2 + ena_get32(rsp.llq_offset);
	q->tail = 0;
}

void
dd_create(struct dd *d, struct dd_queue *q)
{
	create_cq(d, q);
	create_sq(d, q);
}

void
dd_remove(struct dd *d, struct dd_queue *q)
{
	struct ena_destroy_sq_cmd sq = {
		.common.opcode = ENA_AQ_DESTROY_SQ,
		.sq_idx = ena_put16(q->sq_idx),
		.direction =
			(uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, q->tx ? ENA_SQ_TX : ENA_SQ_RX),
	};
	struct ena_destroy_cq_cmd cq = {
		.common.opcode = ENA_AQ_DESTROY_CQ,
		.cq_idx = ena_put16(q->cq_idx),
	};

	assert_int_equal(dd_command(d, &sq, sizeof(sq), NULL), 0);
	assert_int_equal(dd_command(d, &cq, sizeof(cq), NULL), 0);
	fake_host_unmap(&d->host, q->cq_iova);
	if (!q->llq)
		fake_host_unmap(&d->host, q->sq_iova);
	q->sq_iova = 0;
}

uint8_t *
dd_slot(const struct dd_queue *q, uint16_t n)
{
	return q->sq + (size_t)(n & (q->depth - 1)) * q->slot_size;
}

void
dd_put(struct dd_queue *q, const char *hex)
{
	dd_unhex(hex, dd_slot(q, q->tail), q->slot_size);
	q->tail++;
}

void
dd_put_tx(struct dd_queue *q, uint32_t w0, uint32_t w1, uint64_t addr, uint8_t hdr_len)
{
	struct ena_tx_desc desc = {{
		ena_put32(w0 | ((q->tail & q->depth) == 0 ? ENA_TX_W0_PHASE : 0)),
		ena_put32(w1),
		ena_put32((uint32_t)addr),
		ena_put32((uint32_t)(addr >> 32) | ENA_FIELD_PREP(ENA_TX_W3_HDR_LEN, hdr_len)),
	}};

	memcpy(dd_slot(q, q->tail), &desc, sizeof(desc));
	q->tail++;
}

void
dd_put_rx(struct dd_queue *q, uint64_t addr, uint32_t len, uint16_t req_id)
{
	struct ena_rx_desc desc = {
		.len = ena_put16((uint16_t)len),
		.ctrl = ENA_RX_CTRL_FIRST | ENA_RX_CTRL_LAST | ENA_RX_CTRL_CREQ,
		.req_id = ena_put16(req_id),
		.addr = ena_put_ad48(addr),
	};

	if ((q->tail & q->depth) == 0)
		desc.ctrl |= ENA_RX_CTRL_PHASE;
	memcpy(dd_slot(q, q->tail), &desc, sizeof(desc));
	q->tail++;
}

void
dd_doorbell(struct dd *d, const struct dd_queue *q)
{
	softena_reg_write(d->dev, q->db_off, q->tail);
}

void
dd_run(struct dd *d)
{
	for (unsigned int i = 0; softena_poll(d->dev, true, true) != 0; i++)
		assert_true(i < 100000);
}

const uint8_t *
dd_completion(struct dd_queue *q)
{
	const uint8_t *e = q->cq + (size_t)(q->cq_head & (q->depth - 1)) * q->entry_size;
	uint8_t phase = (q->cq_head & q->depth) == 0;

	if ((e[3] & 1) != phase)
		return NULL;
	q->cq_head++;
	return e;
}

void
dd_unmask(struct dd *d, const struct dd_queue *q, uint32_t val)
{
	softena_reg_write(d->dev, q->unmask_off, val);
}

/* ---- bytes -------------------------------------------------------------------------- */

size_t
dd_unhex(const char *hex, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (*hex != '\0') {
		char pair[3] = {hex[0], hex[1], '\0'};

		if (*hex == ' ') {
			hex++;
			continue;
		}
		assert_true(n < cap);
		out[n++] = (uint8_t)strtoul(pair, NULL, 16);
		hex += 2;
	}
	return n;
}

void
dd_assert_hex(const void *mem, const char *hex)
{
	uint8_t want[4096];
	size_t n = dd_unhex(hex, want, sizeof(want));

	assert_memory_equal(mem, want, n);
}

void
dd_assert_sent(struct dd *d, const void *frame, size_t len)
{
	struct fake_frame *f = fake_wire_pop(&d->wire);

	assert_non_null(f);
	assert_int_equal(f->len, len);
	assert_memory_equal(f->data, frame, len);
	free(f);
}

int
dd_teardown(void **state)
{
	dd_close(*state);
	return 0;
}

void
dd_submit(struct dd *d, const struct dd_queue *q)
{
	dd_doorbell(d, q);
	dd_run(d);
}

void
dd_send(struct dd *d, struct dd_queue *q, uint64_t addr, uint16_t req_id)
{
	dd_put_tx(q, 60 | DD_ONE, DD_REQ_LO(req_id), addr, 0);
	dd_submit(d, q);
}

uint16_t
dd_completed_id(struct dd_queue *q)
{
	const uint8_t *c = dd_completion(q);

	assert_non_null(c);
	return (uint16_t)(c[0] | c[1] << 8);
}

void
dd_create_pair(struct dd *d, struct dd_queue *tx, uint32_t tx_vector, struct dd_queue *rx,
	uint32_t rx_vector, uint64_t buf_iova, uint16_t bufs)
{
	*tx = (struct dd_queue){.tx = true, .depth = 64, .vector = tx_vector};
	*rx = (struct dd_queue){.depth = 64, .vector = rx_vector};
	dd_create(d, tx);
	dd_create(d, rx);
	for (uint16_t i = 0; i < bufs; i++)
		dd_put_rx(rx, buf_iova, 2048, i);
	dd_doorbell(d, rx);
}

uint8_t *
dd_map_frame(struct dd *d)
{
	uint8_t *mem = fake_host_map(&d->host, DD_FRAME_IOVA, 4096);

	assert_int_equal(dd_unhex(dd_udp60, mem, 60), 60);
	return mem;
}

void
dd_assert_nothing_sent(struct dd *d)
{
	assert_null(fake_wire_pop(&d->wire));
}

struct softena_stats
dd_stats(struct dd *d)
{
	struct softena_stats s;

	softena_stats_get(d->dev, &s);
	return s;
}
