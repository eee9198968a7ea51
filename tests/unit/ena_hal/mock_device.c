/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include "mock_device.h"

#define REG(m, off) ((m)->reg[(off) / 4])

/* ---- memory ---------------------------------------------------------------- */

static void *
translate(struct mock *m, uint64_t iova, size_t len)
{
	unsigned int i;

	for (i = 0; i < m->blocks && i < MOCK_BLOCKS; i++) {
		const struct ena_hal_dma *d = &m->block[i].dma;

		if (d->va != NULL && iova >= d->iova && iova - d->iova <= d->len &&
			len <= d->len - (iova - d->iova))
			return (uint8_t *)d->va + (iova - d->iova);
	}
	m->dma_faults++;
	return NULL;
}

static int
mock_dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	struct mock *m = ctx;
	struct mock_block *b;

	(void)socket;
	assert_false(m->locked);
	assert_true(len > 0);
	assert_true(align >= 8 && (align & (align - 1)) == 0);
	assert_true(m->blocks < MOCK_BLOCKS);
	b = &m->block[m->blocks++];
	if (m->blocks == m->fail_at)
		return -ENOMEM;
	/* One malloc() per block, so that sanitizers detect every access outside a block. */
	assert_int_equal(posix_memalign(&b->raw, align, len), 0);
	memset(b->raw, 0, len);
	m->next_iova = (m->next_iova + align - 1) & ~((uint64_t)align - 1);
	b->dma = (struct ena_hal_dma){.va = b->raw, .iova = m->next_iova, .len = len, .cookie = b};
	m->next_iova += len;
	m->live++;
	*dma = b->dma;
	return 0;
}

static void
mock_dma_free(void *ctx, struct ena_hal_dma *dma)
{
	struct mock *m = ctx;
	struct mock_block *b = dma->cookie;

	assert_false(m->locked);
	if (dma->va == NULL)
		return;
	assert_ptr_equal(b->dma.va, dma->va);
	free(b->raw);
	memset(b, 0, sizeof(*b));
	memset(dma, 0, sizeof(*dma));
	assert_true(m->live > 0);
	m->live--;
}

/* ---- completions and events ------------------------------------------------ */

static uint64_t
reg64(const struct mock *m, uint32_t lo)
{
	return (uint64_t)m->reg[lo / 4 + 1] << 32 | m->reg[lo / 4];
}

static void
raise_vector0(struct mock *m)
{
	if ((REG(m, ENA_REG_INTR_MASK) & 1) == 0 && !m->lose_interrupts)
		m->irq_pending = true;
}

void
mock_complete(struct mock *m, const struct ena_acq_entry *rsp)
{
	uint32_t caps = REG(m, ENA_REG_ACQ_CAPS);
	struct ena_acq_entry e = *rsp, *slot;

	if (caps == 0)
		return;
	slot = translate(m,
		reg64(m, ENA_REG_ACQ_BASE_LO) + (uint64_t)(m->acq_tail % ENA_AQ_DEPTH) * sizeof(e),
		sizeof(e));
	if (slot == NULL)
		return;
	e.common.flags = (uint8_t)((e.common.flags & ~1) | ((m->acq_tail / ENA_AQ_DEPTH & 1) ^ 1));
	*slot = e;
	m->acq_tail++;
	raise_vector0(m);
}

void
mock_complete_id(struct mock *m, uint16_t id, uint8_t status)
{
	struct ena_acq_entry rsp;

	memset(&rsp, 0, sizeof(rsp));
	rsp.common.cmd_id = ena_put16(id);
	rsp.common.status = status;
	mock_complete(m, &rsp);
}

void
mock_event(struct mock *m, struct ena_aenq_entry event)
{
	struct ena_aenq_entry *slot;

	assert_true(REG(m, ENA_REG_AENQ_CAPS) != 0);
	slot = translate(m,
		reg64(m, ENA_REG_AENQ_BASE_LO) +
			(uint64_t)(m->aenq_tail % ENA_AENQ_DEPTH) * sizeof(event),
		sizeof(event));
	assert_non_null(slot);
	event.common.flags =
		(uint8_t)((event.common.flags & ~1) | ((m->aenq_tail / ENA_AENQ_DEPTH & 1) ^ 1));
	*slot = event;
	m->aenq_tail++;
	raise_vector0(m);
}

unsigned int
mock_credits(const struct mock *m)
{
	return (uint16_t)(m->reg[ENA_REG_AENQ_HEAD_DB / 4] - m->aenq_tail);
}

/* ---- time ------------------------------------------------------------------ */

static struct mock_timer *
timer_add(struct mock *m, uint64_t due)
{
	struct mock_timer *t;

	assert_true(m->timers < MOCK_TIMERS);
	t = &m->timer[m->timers++];
	memset(t, 0, sizeof(*t));
	t->due = due;
	return t;
}

static void
timer_fire(struct mock *m, const struct mock_timer *t)
{
	void *p;

	if (!t->is_read) {
		mock_complete(m, &t->rsp);
		return;
	}
	p = translate(m, t->iova, sizeof(t->read));
	if (p != NULL)
		memcpy(p, &t->read, sizeof(t->read));
}

static void
run_timers(struct mock *m)
{
	unsigned int i = 0;

	while (i < m->timers) {
		struct mock_timer t = m->timer[i];

		if (t.due > m->now) {
			i++;
			continue;
		}
		m->timers--;
		memmove(&m->timer[i], &m->timer[i + 1], (m->timers - i) * sizeof(t));
		timer_fire(m, &t);
	}
}

static uint64_t
next_due(const struct mock *m)
{
	uint64_t due = MOCK_NEVER;
	unsigned int i;

	for (i = 0; i < m->timers; i++) {
		if (m->timer[i].due < due)
			due = m->timer[i].due;
	}
	return due;
}

void
mock_advance(struct mock *m, uint64_t us)
{
	m->now += us;
	run_timers(m);
}

static void
mock_delay(void *ctx, uint32_t us)
{
	struct mock *m = ctx;

	assert_false(m->locked);
	assert_true(us > 0);
	m->delays++;
	mock_advance(m, us);
}

/* The interrupt thread, if an interrupt is pending. */
static bool
interrupt(struct mock *m)
{
	if (!m->irq_pending)
		return false;
	m->irq_pending = false;
	m->in_interrupt = true;
	ena_hal_mgmt_interrupt(&m->hal);
	m->in_interrupt = false;
	return true;
}

static void
mock_wait(void *ctx, uint32_t us)
{
	struct mock *m = ctx;
	uint64_t end = m->now + us;

	assert_false(m->locked);
	assert_true(us > 0);
	m->waits++;
	if (interrupt(m))
		return;
	if (next_due(m) < end) {
		m->now = next_due(m) > m->now ? next_due(m) : m->now;
		run_timers(m);
		if (interrupt(m))
			return;
	}
	mock_advance(m, end - m->now);
	interrupt(m);
}

static void
mock_wake(void *ctx)
{
	struct mock *m = ctx;

	assert_false(m->locked);
	m->wakes++;
}

/* ---- commands -------------------------------------------------------------- */

static void
reply_data(struct ena_acq_entry *rsp, const void *data, size_t len)
{
	assert_true(len <= sizeof(rsp->data));
	memcpy(rsp->data, data, len);
}

static void
do_get_feature(struct mock *m, const struct ena_feature_cmd *cmd, struct ena_acq_entry *rsp)
{
	uint32_t bitmap = ena_get32(m->attr.feature_bitmap);
	void *buf;

	if (cmd->id > 31 || (cmd->id != 1 && (bitmap & ENA_BIT(cmd->id)) == 0)) {
		rsp->common.status = ENA_ACQ_UNSUPPORTED;
		return;
	}
	rsp->common.status = m->get_status[cmd->id];
	if (rsp->common.status != 0)
		return;
	switch (cmd->id) {
#define GET(feature, field)                                   \
	case feature:                                         \
		reply_data(rsp, &m->field, sizeof(m->field)); \
		break
		GET(ENA_FEATURE_DEVICE_ATTRIBUTES, attr);
		GET(ENA_FEATURE_MAX_QUEUES_EXT, ext);
		GET(ENA_FEATURE_MAX_QUEUES_NUM, old);
		GET(ENA_FEATURE_AENQ_CONFIG, aenq);
		GET(ENA_FEATURE_STATELESS_OFFLOAD, offloads);
		GET(ENA_FEATURE_HW_HINTS, hints);
		GET(ENA_FEATURE_LLQ, llq);
		GET(ENA_FEATURE_HW_TIMESTAMP, ts);
		GET(ENA_FEATURE_INTR_MODERATION, mod);
		GET(ENA_FEATURE_LINK_CONFIG, link);
		GET(ENA_FEATURE_RSS_TABLE, rss_table);
		GET(ENA_FEATURE_RSS_HASH_FUNCTION, rss_function);
#undef GET
	case ENA_FEATURE_RSS_HASH_INPUT:
		assert_int_equal(ena_get32(cmd->ctrl.len), sizeof(m->rss_input));
		buf = translate(m, ena_get_ad48(cmd->ctrl.addr), sizeof(m->rss_input));
		if (buf != NULL)
			memcpy(buf, &m->rss_input, sizeof(m->rss_input));
		break;
	default:
		rsp->common.status = ENA_ACQ_UNSUPPORTED;
	}
}

static void
do_set_feature(struct mock *m, const struct ena_feature_cmd *cmd, struct ena_acq_entry *rsp)
{
	uint32_t bitmap = ena_get32(m->attr.feature_bitmap);

	assert_int_equal(cmd->version, 0);
	if (cmd->id > 31 || (cmd->id != ENA_FEATURE_HOST_ATTR && (bitmap & ENA_BIT(cmd->id)) == 0))
		rsp->common.status = ENA_ACQ_UNSUPPORTED;
	else
		rsp->common.status = m->set_status[cmd->id];
}

static void
do_get_stats(struct mock *m, const struct ena_stats_cmd *cmd, struct ena_acq_entry *rsp)
{
	uint64_t wanted = ena_get64(cmd->requested_metrics), reported = wanted & m->metrics;
	ena_le64_t bitmap = ena_put64(reported);
	uint32_t len = ena_get32(cmd->ctrl.len);
	unsigned int i, n = 0;
	ena_le64_t *buf;

	switch (cmd->type) {
	case ENA_STATS_CUSTOMER:
		reply_data(rsp, &bitmap, sizeof(bitmap));
		if (len == 0)
			return;
		buf = translate(m, ena_get_ad48(cmd->ctrl.addr), len);
		if (buf == NULL)
			return;
		for (i = 0; i < 64; i++) {
			if ((reported >> i & 1) != 0 && n < len / 8)
				buf[n++] = ena_put64(m->metric_value[i]);
		}
		return;
	case ENA_STATS_BASIC:
	case ENA_STATS_ENI:
	case ENA_STATS_SRD:
		for (i = 0; i < 7; i++) {
			ena_le64_t v = ena_put64(UINT64_C(0x100000000) * (i + 1) + 100 + i);

			memcpy(rsp->data + 8 * i, &v, sizeof(v));
		}
		return;
	default:
		rsp->common.status = ENA_ACQ_UNSUPPORTED;
	}
}

static void
do_command(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	uint8_t op = cmd->common.opcode;

	if (op < 16 && m->opcode_status[op] != 0) {
		rsp->common.status = m->opcode_status[op];
		return;
	}
	switch (op) {
	case ENA_AQ_CREATE_CQ:
		memcpy(rsp->data, &m->cq.cq_idx, sizeof(m->cq) - sizeof(m->cq.common));
		break;
	case ENA_AQ_CREATE_SQ:
		memcpy(rsp->data, &m->sq.sq_idx, sizeof(m->sq) - sizeof(m->sq.common));
		break;
	case ENA_AQ_DESTROY_CQ:
	case ENA_AQ_DESTROY_SQ:
		break;
	case ENA_AQ_GET_FEATURE:
		do_get_feature(m, (const void *)cmd, rsp);
		break;
	case ENA_AQ_SET_FEATURE:
		do_set_feature(m, (const void *)cmd, rsp);
		break;
	case ENA_AQ_GET_STATS:
		do_get_stats(m, (const void *)cmd, rsp);
		break;
	default:
		rsp->common.status = ENA_ACQ_UNSUPPORTED;
	}
}

/* Keep a copy of the control buffer as it was when the command arrived. */
static void
keep_buffer(struct mock *m, const struct ena_aq_entry *cmd)
{
	const void *p;

	if (cmd->common.opcode != ENA_AQ_SET_FEATURE && cmd->common.opcode != ENA_AQ_GET_FEATURE &&
		cmd->common.opcode != ENA_AQ_GET_STATS)
		return;
	m->last_buf_len = ena_get32(cmd->ctrl.len);
	if (m->last_buf_len == 0)
		return;
	assert_true(m->last_buf_len <= sizeof(m->last_buf));
	/* Q1 and Q2 of part A 9.1 */
	assert_int_equal(cmd->common.flags & ~1,
		cmd->common.opcode == ENA_AQ_GET_STATS ? 0 : ENA_AQ_FLAG_CTRL_INDIRECT);
	m->last_buf_iova = ena_get_ad48(cmd->ctrl.addr);
	p = translate(m, m->last_buf_iova, m->last_buf_len);
	assert_non_null(p);
	memcpy(m->last_buf, p, m->last_buf_len);
}

static void
fetch_command(struct mock *m)
{
	uint16_t slot = m->aq_head % ENA_AQ_DEPTH;
	const struct ena_aq_entry *p;
	enum mock_action action = MOCK_DEFAULT;
	struct ena_acq_entry rsp;
	struct ena_aq_entry cmd;

	p = translate(m, reg64(m, ENA_REG_AQ_BASE_LO) + (uint64_t)slot * sizeof(cmd), sizeof(cmd));
	assert_non_null(p);
	cmd = *p;
	/* Part A 4.4: id = slot, phase inverted in each round. */
	assert_int_equal(ena_get16(cmd.common.cmd_id), slot);
	assert_int_equal(cmd.common.flags & 1, (m->aq_head / ENA_AQ_DEPTH & 1) ^ 1);
	m->aq_head++;
	m->command[m->commands++ % MOCK_COMMANDS] = cmd;
	keep_buffer(m, &cmd);

	memset(&rsp, 0, sizeof(rsp));
	rsp.common.cmd_id = cmd.common.cmd_id;
	rsp.common.aq_head = ena_put16(m->aq_head);
	if (m->hook != NULL)
		action = m->hook(m, &cmd, &rsp);
	if (action == MOCK_SILENT || m->answer_us == MOCK_NEVER)
		return;
	if (action == MOCK_DEFAULT)
		do_command(m, &cmd, &rsp);
	if (m->answer_us == 0)
		mock_complete(m, &rsp);
	else
		timer_add(m, m->now + m->answer_us)->rsp = rsp;
}

/* ---- registers ------------------------------------------------------------- */

static uint32_t
reg_value(struct mock *m, uint32_t offset)
{
	uint32_t sts;

	if (offset == ENA_REG_DEV_STS) {
		sts = REG(m, ENA_REG_DEV_STS);
		if (m->now >= m->enter_at)
			sts |= ENA_DEV_STS_RESET_IN_PROGRESS;
		if (m->now >= m->leave_at)
			sts &= ~ENA_DEV_STS_RESET_IN_PROGRESS;
		return sts;
	}
	return offset < sizeof(m->reg) ? m->reg[offset / 4] : 0;
}

static void
readless(struct mock *m, uint32_t request)
{
	uint32_t offset = ENA_FIELD_GET(ENA_REG_READ_OFFSET, request);
	uint16_t id = (uint16_t)ENA_FIELD_GET(ENA_REG_READ_REQ_ID, request);
	enum mock_read mode = MOCK_READ_OK;
	struct mock_timer t = {.is_read = true, .iova = reg64(m, ENA_REG_MMIO_RESP_LO)};
	const struct ena_reg_read_resp *poison;

	if (m->read_mode_offset == UINT32_MAX || m->read_mode_offset == offset) {
		if (m->read_skip > 0)
			m->read_skip--;
		else
			mode = m->read_mode;
	}
	m->reads++;
	assert_int_equal(id, (uint16_t)(m->last_read_id + 1));
	m->last_read_id = id;
	if (t.iova == 0)
		return;
	poison = translate(m, t.iova, sizeof(*poison));
	assert_non_null(poison);
	/* Part A 2.4 step 2 */
	assert_int_equal(ena_get16(poison->req_id), (uint16_t)(id + 0xdead));

	t.read.req_id = ena_put16(mode == MOCK_READ_WRONG_ID ? (uint16_t)(id - 1) : id);
	t.read.offset = ena_put16((uint16_t)(offset + (mode == MOCK_READ_WRONG_OFFSET ? 4 : 0)));
	t.read.value =
		ena_put32(mode == MOCK_READ_ALL_ONES ? ENA_REG_READ_FAILED : reg_value(m, offset));
	if (mode == MOCK_READ_SILENT)
		return;
	if (mode == MOCK_READ_LATE) {
		*timer_add(m, m->now + m->read_delay_us) = t;
		m->timer[m->timers - 1].due = m->now + m->read_delay_us;
		return;
	}
	timer_fire(m, &t);
}

/* Part A 3.8: the whole effect is in the write with bit 0 = 1. */
static void
dev_ctl(struct mock *m, uint32_t value)
{
	static const uint32_t cleared[] = {ENA_REG_AQ_BASE_LO, ENA_REG_AQ_BASE_HI, ENA_REG_AQ_CAPS,
		ENA_REG_ACQ_BASE_LO, ENA_REG_ACQ_BASE_HI, ENA_REG_ACQ_CAPS, ENA_REG_AENQ_BASE_LO,
		ENA_REG_AENQ_BASE_HI, ENA_REG_AENQ_CAPS, ENA_REG_AENQ_HEAD_DB, ENA_REG_MMIO_RESP_LO,
		ENA_REG_MMIO_RESP_HI};
	unsigned int i;

	if ((value & ENA_DEV_CTL_RESET) == 0) {
		m->leave_at = m->leave_us == MOCK_NEVER ? MOCK_NEVER : m->now + m->leave_us;
		return;
	}
	m->resets++;
	m->last_dev_ctl = value;
	m->enter_at = m->enter_us == MOCK_NEVER ? MOCK_NEVER : m->now + m->enter_us;
	m->leave_at = MOCK_NEVER;
	for (i = 0; i < sizeof(cleared) / sizeof(cleared[0]); i++)
		REG(m, cleared[i]) = 0;
	REG(m, ENA_REG_INTR_MASK) = 1;
	m->timers = 0;
	m->irq_pending = false;
}

static void
aq_doorbell(struct mock *m, uint32_t value)
{
	if (REG(m, ENA_REG_AQ_CAPS) == 0 || REG(m, ENA_REG_ACQ_CAPS) == 0)
		return;
	assert_int_equal(value, (uint16_t)(m->aq_head + 1));
	fetch_command(m);
}

static void
mock_reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	struct mock *m = ctx;
	bool numa = offset == ena_get32(m->cq.numa_offset); /* the only I/O register */
	uint32_t old;

	assert_true((numa || offset < sizeof(m->reg)) && offset % 4 == 0);
	m->write[m->writes++ % MOCK_WRITES] = (struct mock_write){offset, value};
	if (numa || offset == ENA_REG_DEV_STS || offset <= ENA_REG_CAPS_EXT)
		return;
	old = REG(m, offset);
	REG(m, offset) = value;
	switch (offset) {
	case ENA_REG_AQ_CAPS:
		m->aq_head = 0;
		break;
	case ENA_REG_ACQ_CAPS:
		m->acq_tail = 0;
		break;
	case ENA_REG_AENQ_CAPS:
		m->aenq_tail = 0;
		REG(m, ENA_REG_AENQ_HEAD_DB) = 0;
		break;
	case ENA_REG_AQ_DB:
		aq_doorbell(m, value);
		break;
	case ENA_REG_INTR_MASK:
		if ((old & 1) == 1 && (value & 1) == 0 && m->acq_tail != 0)
			raise_vector0(m); /* part A 2.7 */
		break;
	case ENA_REG_DEV_CTL:
		dev_ctl(m, value);
		break;
	case ENA_REG_MMIO_REG_READ:
		readless(m, value);
		break;
	}
}

static uint32_t
mock_reg_read(void *ctx, uint32_t offset)
{
	struct mock *m = ctx;

	m->reads++;
	if (m->read_mode == MOCK_READ_ALL_ONES)
		return ENA_REG_READ_FAILED;
	return reg_value(m, offset);
}

/* ---- the rest of the platform ---------------------------------------------- */

static uint64_t
mock_now(void *ctx)
{
	return ((struct mock *)ctx)->now;
}

static void
mock_read_barrier(void *ctx)
{
	((struct mock *)ctx)->barriers++;
}

static void
mock_lock(void *ctx)
{
	struct mock *m = ctx;

	assert_false(m->locked);
	m->locked = true;
}

static void
mock_unlock(void *ctx)
{
	struct mock *m = ctx;

	assert_true(m->locked);
	m->locked = false;
}

static bool
mock_in_interrupt(void *ctx)
{
	return ((struct mock *)ctx)->in_interrupt;
}

static void
mock_log(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	struct mock *m = ctx;
	size_t used = strlen(m->log);

	assert_null(strchr(msg, '\n'));
	m->logs++;
	if (level <= ENA_HAL_LOG_WARNING)
		snprintf(m->log + used, sizeof(m->log) - used, "%s\n", msg);
}

const struct ena_hal_platform mock_platform = {
	.reg_read = mock_reg_read,
	.reg_write = mock_reg_write,
	.dma_alloc = mock_dma_alloc,
	.dma_free = mock_dma_free,
	.now_us = mock_now,
	.delay_us = mock_delay,
	.read_barrier = mock_read_barrier,
	.lock = mock_lock,
	.unlock = mock_unlock,
	.wait = mock_wait,
	.wake = mock_wake,
	.in_interrupt = mock_in_interrupt,
	.log = mock_log,
};

/* ---- set-up ---------------------------------------------------------------- */

static void
set_features(struct mock *m)
{
	static const uint8_t mac[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};

	/* All defined ids except the two of 6.7. */
	m->attr.feature_bitmap = ena_put32(0xdc145d9eu | ENA_BIT(ENA_FEATURE_PHC));
	m->attr.capability_bitmap = ena_put32(0x1f);
	memcpy(m->attr.permanent_mac, mac, sizeof(mac));
	m->attr.steering_table_size = ena_put16(64);
	m->attr.max_mtu = ena_put32(9216);
	m->aenq.supported = ena_put32(0xdf);
	m->offloads.tx_supported = ena_put32(0x2a);
	m->offloads.rx_supported = ena_put32(0x0f);
	m->ts = (struct ena_hw_timestamp){.version = 1, .tx = 0, .rx = 1};
	m->mod.delay_resolution_us = ena_put16(2);
	m->link.speed_mbps = ena_put32(100000);
	m->link.flags = ena_put32(ENA_LINK_FULL_DUPLEX);
	m->metrics = ENA_METRIC_ALL;
}

static void
set_queues(struct mock *m)
{
	m->ext.version = 1;
	m->ext.max_tx_sq_count = ena_put32(8);
	m->ext.max_tx_cq_count = ena_put32(9);
	m->ext.max_rx_sq_count = ena_put32(10);
	m->ext.max_rx_cq_count = ena_put32(11);
	m->ext.max_tx_sq_depth = ena_put32(1024);
	m->ext.max_tx_cq_depth = ena_put32(2048);
	m->ext.max_rx_sq_depth = ena_put32(4096);
	m->ext.max_rx_cq_depth = ena_put32(8192);
	m->ext.max_tx_header_size = ena_put32(96);
	m->ext.max_tx_packet_descs = ena_put16(18);
	m->ext.max_rx_packet_descs = ena_put16(17);
	m->old.max_sq_count = ena_put32(4);
	m->old.max_sq_depth = ena_put32(512);
	m->old.max_cq_count = ena_put32(5);
	m->old.max_cq_depth = ena_put32(256);
	m->old.max_tx_header_size = ena_put32(128);
	m->old.max_tx_packet_descs = ena_put16(16);
	m->old.max_rx_packet_descs = ena_put16(15);

	m->llq.max_count = ena_put32(8);
	m->llq.max_depth = ena_put32(1024);
	m->llq.header_location.supported = ena_put16(1);
	m->llq.entry_size.supported = ena_put16(5);
	m->llq.descs_before_header.supported = ena_put16(2);
	m->llq.stride.supported = ena_put16(2);
	m->llq.version = 1;
	m->llq.recommended_entry_size = 1;
	m->llq.max_wide_depth = ena_put16(512);

	m->cq.cq_idx = ena_put16(7);
	m->cq.actual_depth = ena_put16(256);
	m->cq.numa_offset = ena_put32(0x1004);
	m->cq.unmask_offset = ena_put32(0x1000);
	m->sq.sq_idx = ena_put16(3);
	m->sq.db_offset = ena_put32(0x2000);
	m->sq.llq_offset = ena_put32(0x20000);
}

static void
set_rss(struct mock *m)
{
	unsigned int i;

	m->rss_table.min_size_log2 = ena_put16(7);
	m->rss_table.max_size_log2 = ena_put16(9);
	m->rss_function.supported = ena_put32(ENA_RSS_FUNC_TOEPLITZ);
	m->rss_function.selected = ena_put32(ENA_RSS_FUNC_TOEPLITZ);
	for (i = 0; i < 8; i++) {
		uint16_t f = i < 4 ? ENA_RSS_FIELDS_L34 :
			     i < 7 ? ENA_RSS_FIELDS_L3 :
				     ENA_RSS_FIELDS_L2;

		m->rss_input.supported[i].fields = ena_put16(f);
		m->rss_input.selected[i].fields = ena_put16(f & 0x15);
	}
}

struct mock *
mock_new(void)
{
	struct mock *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->plat = mock_platform;
	m->next_iova = UINT64_C(0x0000123400000000);
	m->now = 1000;
	m->enter_at = MOCK_NEVER;
	m->read_mode_offset = UINT32_MAX;
	REG(m, ENA_REG_VERSION) = 0x200;
	REG(m, ENA_REG_CONTROLLER_VERSION) = 0x01000001;
	REG(m, ENA_REG_CAPS) = 0x000e303d; /* reset 3 s, 48 bits, admin 1.4 s */
	REG(m, ENA_REG_DEV_STS) = ENA_DEV_STS_READY;
	REG(m, ENA_REG_INTR_MASK) = 1;
	set_features(m);
	set_queues(m);
	set_rss(m);
	return m;
}

struct mock *
mock_up(enum mock_stage stage)
{
	struct mock *m = mock_new();

	assert_int_equal(ena_hal_init(&m->hal, &m->plat, m, ENA_HAL_READ_READLESS), 0);
	if (stage >= MOCK_RESET) {
		assert_int_equal(ena_hal_reset(&m->hal, ENA_RESET_NORMAL), 0);
		assert_int_equal(ena_hal_identify(&m->hal, NULL), 0);
	}
	if (stage >= MOCK_ADMIN)
		assert_int_equal(ena_hal_admin_start(&m->hal), 0);
	if (stage >= MOCK_QUERIED)
		assert_int_equal(ena_hal_query(&m->hal), 0);
	return m;
}

void
mock_end(struct mock *m)
{
	ena_hal_fini(&m->hal);
	/* Pending answers of the device arrive now. They must not be written to freed memory. */
	mock_advance(m, 1000 * 1000 * 1000);
	assert_int_equal(m->live, 0);
	assert_int_equal(m->dma_faults, 0);
	assert_false(m->locked);
	free(m);
}

/* ---- looking back ---------------------------------------------------------- */

unsigned int
mock_writes_to(const struct mock *m, uint32_t offset)
{
	unsigned int i, n = 0;

	assert_true(m->writes <= MOCK_WRITES);
	for (i = 0; i < m->writes; i++)
		n += m->write[i].offset == offset;
	return n;
}

uint32_t
mock_last_write(const struct mock *m, uint32_t offset)
{
	unsigned int i;

	for (i = m->writes; i-- > 0 && i + MOCK_WRITES >= m->writes;) {
		if (m->write[i % MOCK_WRITES].offset == offset)
			return m->write[i % MOCK_WRITES].value;
	}
	fail_msg("register 0x%x was never written", offset);
	return 0;
}

const struct ena_aq_entry *
mock_last(const struct mock *m)
{
	assert_true(m->commands > 0);
	return &m->command[(m->commands - 1) % MOCK_COMMANDS];
}

const struct ena_feature_cmd *
mock_last_feature(const struct mock *m)
{
	return (const struct ena_feature_cmd *)mock_last(m);
}

unsigned int
mock_outstanding(const struct ena_hal *hal)
{
	unsigned int i, n = 0;

	for (i = 0; i < ENA_AQ_DEPTH; i++)
		n += hal->cmd[i].busy && !hal->cmd[i].done;
	return n;
}

int
mock_nop(struct mock *m)
{
	struct ena_destroy_cq_cmd cmd = {.common.opcode = ENA_AQ_DESTROY_CQ};

	return ena_hal_admin_exec(&m->hal, &cmd, sizeof(cmd), NULL);
}
