/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The driver of the control plane tests: admin queue, events, boot in the order of a real driver.
 */

#include <sched.h>

#include "test_control_util.h"

#define BUF_SIZE 65600u

/* ---- life ------------------------------------------------------------------------ */

static uint8_t *
bar_alloc(size_t len)
{
	void *p = NULL;

	if (len == 0)
		return NULL;
	assert_int_equal(posix_memalign(&p, 4096, len), 0);
	memset(p, 0, len);
	return p;
}

struct driver *
driver_new(const struct softena_config *cfg, enum softena_bar0_mode mode)
{
	struct driver *d = calloc(1, sizeof(*d));
	struct softena_bars bars;

	assert_non_null(d);
	fake_host_init(&d->host);
	fake_wire_init(&d->wire);
	if (cfg != NULL)
		d->cfg = *cfg;
	else
		softena_config_default(&d->cfg);
	d->mode = mode;
	d->bar0 = bar_alloc(SOFTENA_BAR0_MAX);
	d->bar2 = bar_alloc(softena_bar2_size(&d->cfg));
	bars = (struct softena_bars){.mode = mode, .bar0 = d->bar0, .bar2 = d->bar2};
	assert_int_equal(
		softena_create(&d->cfg, &fake_host_ops, &d->host, &bars, &d->wire.base, &d->dev),
		0);
	fake_host_bus_master(d->dev, true);
	d->resp = fake_host_alloc(&d->host, 64, 64, &d->resp_iova);
	d->buf = fake_host_alloc(&d->host, BUF_SIZE, 4096, &d->buf_iova);
	return d;
}

void
driver_free(struct driver *d)
{
	softena_destroy(d->dev);
	fake_wire_fini(&d->wire);
	fake_host_fini(&d->host);
	free(d->bar0);
	free(d->bar2);
	free(d);
}

struct driver *
driver_booted_cfg(const struct softena_config *cfg)
{
	struct driver *d = driver_new(cfg, SOFTENA_BAR0_TRAPPED);

	driver_boot(d);
	return d;
}

struct driver *
driver_booted(void)
{
	return driver_booted_cfg(NULL);
}

/* ---- registers ------------------------------------------------------------------- */

static bool
plain_memory(const struct driver *d, uint32_t off)
{
	return d->mode == SOFTENA_BAR0_POLLED ||
	       (d->mode == SOFTENA_BAR0_POLLED_DOORBELLS && off >= SOFTENA_DB_FIRST);
}

void
reg_write(struct driver *d, uint32_t off, uint32_t val)
{
	if (plain_memory(d, off))
		__atomic_store_n(
			(uint32_t *)(void *)(d->bar0 + off), ENA_SWAP32(val), __ATOMIC_RELEASE);
	else
		softena_reg_write(d->dev, off, val);
}

uint32_t
reg_read(struct driver *d, uint32_t off)
{
	if (plain_memory(d, off))
		return ENA_SWAP32(
			__atomic_load_n((uint32_t *)(void *)(d->bar0 + off), __ATOMIC_ACQUIRE));
	return softena_reg_read(d->dev, off);
}

uint32_t
reg_readless(struct driver *d, uint32_t off)
{
	uint16_t id = ++d->read_id;

	d->resp->req_id = ena_put16((uint16_t)(id + ENA_REG_READ_POISON));
	reg_write(d, ENA_REG_MMIO_REG_READ, off << 16 | id);
	poll_control(d);
	if (ena_get16(d->resp->req_id) != id || ena_get16(d->resp->offset) != off)
		return ENA_REG_READ_FAILED;
	return ena_get32(d->resp->value);
}

void
poll_control(struct driver *d)
{
	uint64_t start;

	if (!d->threaded) {
		softena_poll(d->dev, true, true);
		return;
	}
	/* Memory order: the stores of the test before the count. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	start = __atomic_load_n(&d->polls, __ATOMIC_ACQUIRE);
	/* The poll that is running may have begun before the stores; the next one did not. */
	while (__atomic_load_n(&d->polls, __ATOMIC_ACQUIRE) < start + 2)
		sched_yield();
}

/* ---- bring-up -------------------------------------------------------------------- */

void
driver_resp_program(struct driver *d)
{
	reg_write(d, ENA_REG_MMIO_RESP_LO, (uint32_t)d->resp_iova);
	reg_write(d, ENA_REG_MMIO_RESP_HI, (uint32_t)(d->resp_iova >> 32));
}

void
driver_reset(struct driver *d, uint32_t reason)
{
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS) & ENA_DEV_STS_READY, 1);
	reg_write(d, ENA_REG_DEV_CTL,
		ENA_DEV_CTL_RESET | ENA_FIELD_PREP(ENA_DEV_CTL_REASON, reason) |
			ENA_FIELD_PREP(ENA_DEV_CTL_REASON_EXT, reason >> 4));
	driver_resp_program(d);
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS), 0x9);
	reg_write(d, ENA_REG_DEV_CTL, 0);
	assert_int_equal(reg_readless(d, ENA_REG_DEV_STS), 0x1);
}

static void
ring_alloc(struct driver *d, struct driver_ring *r, uint16_t depth)
{
	r->va = fake_host_alloc(&d->host, (size_t)depth * 64, 64, &r->iova);
	r->depth = depth;
	r->count = 0;
}

static void
ring_base(struct driver *d, const struct driver_ring *r, uint32_t off)
{
	reg_write(d, off, (uint32_t)r->iova);
	reg_write(d, off + 4, (uint32_t)(r->iova >> 32));
}

void
driver_admin_rings(struct driver *d, uint16_t depth)
{
	ring_alloc(d, &d->aq, depth);
	ring_alloc(d, &d->acq, depth);
	ring_base(d, &d->aq, ENA_REG_AQ_BASE_LO);
	ring_base(d, &d->acq, ENA_REG_ACQ_BASE_LO);
	reg_write(d, ENA_REG_AQ_CAPS, 64u << 16 | depth);
	reg_write(d, ENA_REG_ACQ_CAPS, 64u << 16 | depth);
}

void
driver_aenq_ring(struct driver *d, uint16_t depth)
{
	ring_alloc(d, &d->aenq, depth);
	ring_base(d, &d->aenq, ENA_REG_AENQ_BASE_LO);
	reg_write(d, ENA_REG_AENQ_CAPS, 64u << 16 | depth);
}

void
driver_boot(struct driver *d)
{
	fake_host_bus_master(d->dev, true);
	driver_resp_program(d);
	driver_reset(d, ENA_RESET_NORMAL);
	driver_admin_rings(d, ENA_AQ_DEPTH);
	driver_aenq_ring(d, ENA_AENQ_DEPTH);
	reg_write(d, ENA_REG_INTR_MASK, ENA_INTR_MASK_MGMT);
	poll_control(d);
}

/* ---- commands -------------------------------------------------------------------- */

void
cmd_post(struct driver *d, void *cmd, size_t len)
{
	struct ena_aq_common *c = cmd;
	uint16_t slot = d->aq.count & (d->aq.depth - 1);
	bool phase = (d->aq.count & d->aq.depth) == 0;

	c->cmd_id = ena_put16(slot);
	c->flags = (uint8_t)((c->flags & ~ENA_AQ_FLAG_PHASE) | phase);
	/* Part A 4.3: the bytes after a short command are not defined; nobody may read them. */
	memset(d->aq.va + slot * 64u, 0xa5, 64);
	memcpy(d->aq.va + slot * 64u, cmd, len);
	d->aq.count++;
}

void
cmd_ring(struct driver *d)
{
	reg_write(d, ENA_REG_AQ_DB, d->aq.count);
}

const struct ena_acq_entry *
cmd_reap(struct driver *d)
{
	uint16_t slot = d->acq.count & (d->acq.depth - 1);
	bool phase = (d->acq.count & d->acq.depth) == 0;
	const struct ena_acq_entry *e =
		(const struct ena_acq_entry *)(const void *)(d->acq.va + slot * 64u);

	if ((e->common.flags & ENA_ACQ_FLAG_PHASE) != phase)
		return NULL;
	d->acq.count++;
	return e;
}

uint8_t
cmd_run(struct driver *d, void *cmd, size_t len, struct ena_acq_entry *rsp)
{
	const struct ena_acq_entry *e;
	uint16_t id;
	unsigned int i;

	cmd_post(d, cmd, len);
	cmd_ring(d);
	poll_control(d);
	e = cmd_reap(d);
	assert_non_null(e);
	id = ena_get16(((struct ena_aq_common *)cmd)->cmd_id);
	assert_int_equal(ena_get16(e->common.cmd_id), id);
	assert_int_equal(ena_get16(e->common.ext_status), 0);
	assert_int_equal(ena_get16(e->common.aq_head), d->aq.count);
	if (e->common.status != ENA_ACQ_SUCCESS)
		for (i = 0; i < sizeof(e->data); i++)
			assert_int_equal(e->data[i], 0);
	if (rsp != NULL)
		*rsp = *e;
	return e->common.status;
}

static uint8_t
feature_cmd(struct driver *d, uint8_t opcode, uint8_t id, uint32_t buf_len, const void *data,
	size_t len, struct ena_acq_entry *rsp)
{
	struct ena_feature_cmd cmd = {
		.common = {.opcode = opcode, .flags = buf_len != 0 ? ENA_AQ_FLAG_CTRL_INDIRECT : 0},
		.id = id,
	};

	if (buf_len != 0) {
		cmd.ctrl.len = ena_put32(buf_len);
		cmd.ctrl.addr = ena_put_ad48(d->buf_iova);
	}
	if (len != 0)
		memcpy(cmd.data, data, len);
	return cmd_run(d, &cmd, sizeof(cmd), rsp);
}

uint8_t
feature_get(struct driver *d, uint8_t id, uint32_t buf_len, void *data, size_t len)
{
	struct ena_acq_entry rsp;
	uint8_t status = feature_cmd(d, ENA_AQ_GET_FEATURE, id, buf_len, NULL, 0, &rsp);
	size_t i;

	if (data != NULL)
		memcpy(data, rsp.data, len);
	/* Part A 4.7: bytes that are not used are zero. */
	if (data != NULL)
		for (i = len; i < sizeof(rsp.data); i++)
			assert_int_equal(rsp.data[i], 0);
	return status;
}

uint8_t
feature_set(struct driver *d, uint8_t id, uint32_t buf_len, const void *data, size_t len)
{
	return feature_cmd(d, ENA_AQ_SET_FEATURE, id, buf_len, data, len, NULL);
}

uint8_t
aenq_groups(struct driver *d, uint32_t groups)
{
	struct ena_aenq_config a = {.enabled = ena_put32(groups)};

	return feature_set(d, ENA_FEATURE_AENQ_CONFIG, 0, &a, sizeof(a));
}

/* ---- events ---------------------------------------------------------------------------------- */

const struct ena_aenq_entry *
event_next(struct driver *d)
{
	uint16_t slot = d->aenq.count & (d->aenq.depth - 1);
	bool phase = (d->aenq.count & d->aenq.depth) == 0;
	const struct ena_aenq_entry *e =
		(const struct ena_aenq_entry *)(const void *)(d->aenq.va + slot * 64u);

	if ((e->common.flags & ENA_AENQ_FLAG_PHASE) != phase)
		return NULL;
	d->aenq.count++;
	return e;
}

void
event_ack(struct driver *d)
{
	reg_write(d, ENA_REG_AENQ_HEAD_DB, (uint16_t)(d->aenq.count + d->aenq.depth));
	poll_control(d);
}

/* ---- queues ---------------------------------------------------------------------------------- */

struct ena_create_cq_cmd
cq_cmd(struct driver *d, uint8_t words, uint16_t depth, uint32_t vector)
{
	struct ena_create_cq_cmd cmd = {
		.common.opcode = ENA_AQ_CREATE_CQ,
		.intr_mode = ENA_CREATE_CQ_INTR_MODE,
		.entry_words = words,
		.depth = ena_put16(depth),
		.vector = ena_put32(vector),
	};
	uint64_t iova;

	fake_host_alloc(&d->host, (size_t)depth * words * 4 + 4, 4096, &iova);
	cmd.base = ena_put_ad48(iova);
	return cmd;
}

uint8_t
cq_create(struct driver *d, uint8_t words, uint16_t depth, uint32_t vector,
	struct ena_create_cq_rsp *rsp)
{
	struct ena_create_cq_cmd cmd = cq_cmd(d, words, depth, vector);
	struct ena_acq_entry e;
	uint8_t status = cmd_run(d, &cmd, sizeof(cmd), &e);

	if (rsp != NULL)
		memcpy(rsp, &e, sizeof(*rsp));
	return status;
}

struct ena_create_sq_cmd
sq_cmd(struct driver *d, bool tx, uint16_t cq, uint16_t depth)
{
	struct ena_create_sq_cmd cmd = {
		.common.opcode = ENA_AQ_CREATE_SQ,
		.direction = (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, tx ? ENA_SQ_TX : ENA_SQ_RX),
		.placement = ENA_SQ_IN_HOST_MEMORY,
		.contiguous = ENA_CREATE_SQ_CONTIGUOUS,
		.cq_idx = ena_put16(cq),
		.depth = ena_put16(depth),
	};
	uint64_t iova;

	fake_host_alloc(&d->host, (size_t)depth * 16 + 16, 64, &iova);
	cmd.base = ena_put_ad48(iova);
	return cmd;
}

uint8_t
sq_run(struct driver *d, struct ena_create_sq_cmd *cmd, struct ena_create_sq_rsp *rsp)
{
	struct ena_acq_entry e;
	uint8_t status = cmd_run(d, cmd, sizeof(*cmd), &e);

	if (rsp != NULL)
		memcpy(rsp, &e, sizeof(*rsp));
	return status;
}

uint8_t
sq_create(struct driver *d, bool tx, uint16_t cq, uint16_t depth, struct ena_create_sq_rsp *rsp)
{
	struct ena_create_sq_cmd cmd = sq_cmd(d, tx, cq, depth);

	return sq_run(d, &cmd, rsp);
}

uint8_t
sq_destroy_cmd(struct driver *d, bool tx, uint16_t idx)
{
	struct ena_destroy_sq_cmd cmd = {
		.common.opcode = ENA_AQ_DESTROY_SQ,
		.sq_idx = ena_put16(idx),
		.direction = (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, tx ? ENA_SQ_TX : ENA_SQ_RX),
	};

	return cmd_run(d, &cmd, sizeof(cmd), NULL);
}

uint8_t
cq_destroy_cmd(struct driver *d, uint16_t idx)
{
	struct ena_destroy_cq_cmd cmd = {
		.common.opcode = ENA_AQ_DESTROY_CQ,
		.cq_idx = ena_put16(idx),
	};

	return cmd_run(d, &cmd, sizeof(cmd), NULL);
}

uint8_t
llq_select(struct driver *d, uint16_t entry_size)
{
	struct ena_llq_config l = {
		.header_location.selected = ena_put16(ENA_LLQ_HEADER_INLINE),
		.entry_size.selected = ena_put16(entry_size),
		.descs_before_header.selected = ena_put16(ENA_LLQ_BEFORE_2),
		.stride.selected = ena_put16(ENA_LLQ_STRIDE_MULTI),
		.accel_flags = ena_put16(ENA_LLQ_ACCEL_ALL),
	};

	return feature_set(d, ENA_FEATURE_LLQ, 0, &l, sizeof(l));
}

struct softena_stats
stats(struct driver *d)
{
	struct softena_stats st;

	softena_stats_get(d->dev, &st);
	return st;
}
