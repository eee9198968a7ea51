/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A port of the driver on a scripted device, with virtual time: see scripted_port.h.
 */
#include <rte_interrupts.h>

#include "scripted_port.h"

/** Registers of queues lie behind the register file (datasheet part A 2.1). */
#define IO_REGS  0x1000u
#define LLQ_RING 0x20000u /* bytes of device memory for each Tx queue */

struct scripted_port port;

/* ---- the platform of the HAL --------------------------------------------------------------- */

static uint32_t
platform_reg_read(void *ctx, uint32_t offset)
{
	RTE_SET_USED(ctx);
	return mock_platform.reg_read(port.m, offset);
}

/** @return false: the device does not take it */
static bool
note_reset(uint32_t value)
{
	if ((value & ENA_DEV_CTL_RESET) == 0)
		return !port.deaf;
	assert_true(port.resets < PORT_RESETS);
	if (port.deaf_after != 0 && port.resets >= port.deaf_after)
		port.deaf = true;
	port.reason[port.resets++] =
		(enum ena_reset_reason)(ENA_FIELD_GET(ENA_DEV_CTL_REASON_EXT, value) << 4 |
					ENA_FIELD_GET(ENA_DEV_CTL_REASON, value));
	if (port.deaf)
		return false;
	memset(port.cq, 0, sizeof(port.cq));
	memset(port.sq, 0, sizeof(port.sq));
	return true;
}

static void
platform_reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	RTE_SET_USED(ctx);
	if (offset >= IO_REGS) {
		assert_true(offset <= MOCK_BAR0_LEN - sizeof(value));
		memcpy(port.bar0 + offset, &value, sizeof(value));
		return;
	}
	if (offset == ENA_REG_DEV_CTL && !note_reset(value))
		return;
	/* A HAL that was prepared anew begins to count again, which the device does not mind. */
	if (offset == ENA_REG_MMIO_REG_READ && ENA_FIELD_GET(ENA_REG_READ_REQ_ID, value) == 1)
		port.m->last_read_id = 0;
	mock_platform.reg_write(port.m, offset, value);
}

static int
platform_dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	RTE_SET_USED(ctx);
	return mock_platform.dma_alloc(port.m, len, align, socket, dma);
}

static void
platform_dma_free(void *ctx, struct ena_hal_dma *dma)
{
	RTE_SET_USED(ctx);
	mock_platform.dma_free(port.m, dma);
}

static uint64_t
platform_now_us(void *ctx)
{
	RTE_SET_USED(ctx);
	return port.m->now;
}

static void
platform_delay_us(void *ctx, uint32_t us)
{
	RTE_SET_USED(ctx);
	mock_platform.delay_us(port.m, us);
}

static void
platform_read_barrier(void *ctx)
{
	RTE_SET_USED(ctx);
	mock_platform.read_barrier(port.m);
}

static void
platform_lock(void *ctx)
{
	RTE_SET_USED(ctx);
	mock_platform.lock(port.m);
}

static void
platform_unlock(void *ctx)
{
	RTE_SET_USED(ctx);
	mock_platform.unlock(port.m);
}

/** Until an interrupt comes, or the time is over. */
static void
platform_wait(void *ctx, uint32_t us)
{
	uint64_t end = port.m->now + us;

	RTE_SET_USED(ctx);
	assert_false(port.m->locked);
	while (!port_interrupt() && port.m->now < end)
		mock_advance(port.m, RTE_MIN(end - port.m->now, 100u));
}

static void
platform_wake(void *ctx)
{
	RTE_SET_USED(ctx);
	mock_platform.wake(port.m);
}

static bool
platform_in_interrupt(void *ctx)
{
	RTE_SET_USED(ctx);
	return mock_platform.in_interrupt(port.m);
}

static void
platform_log(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	RTE_SET_USED(ctx);
	if (level <= ENA_HAL_LOG_NOTICE)
		ENA_LOG(ERR, "%s", msg);
}

const struct ena_hal_platform ena_platform_ops = {
	.reg_read = platform_reg_read,
	.reg_write = platform_reg_write,
	.dma_alloc = platform_dma_alloc,
	.dma_free = platform_dma_free,
	.now_us = platform_now_us,
	.delay_us = platform_delay_us,
	.read_barrier = platform_read_barrier,
	.lock = platform_lock,
	.unlock = platform_unlock,
	.wait = platform_wait,
	.wake = platform_wake,
	.in_interrupt = platform_in_interrupt,
	.log = platform_log,
};

int
ena_platform_init(struct ena_adapter *a)
{
	RTE_SET_USED(a);
	return 0;
}

void
ena_platform_fini(struct ena_adapter *a)
{
	RTE_SET_USED(a);
}

int
ena_platform_map(struct ena_bars *bars, const struct rte_pci_device *pci)
{
	RTE_SET_USED(pci);
	bars->regs = port.bar0;
	bars->regs_len = MOCK_BAR0_LEN;
	bars->mem = port.bar2;
	bars->mem_len = MOCK_BAR2_LEN;
	return 0;
}

/* ---- commands ----------------------------------------------------------------------------- */

/** @return the first number that is free */
static uint16_t
new_number(const bool *taken)
{
	uint16_t n = 0;

	while (taken[n])
		n++;
	assert_true(n < PORT_QUEUES);
	return n;
}

static void
create_cq(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	const struct ena_create_cq_cmd *create = (const void *)cmd;
	uint16_t n = new_number(port.cq);
	struct ena_create_cq_rsp answer = {
		.common = rsp->common,
		.cq_idx = ena_put16(n),
		.actual_depth = create->depth,
		.unmask_offset = ena_put32(IO_REGS + 4u * n),
		.numa_offset = ena_put32(IO_REGS + 0x400u + 4u * n),
	};

	RTE_SET_USED(m);
	port.cq[n] = true;
	port.vector[n] = ena_get32(create->vector);
	memcpy(rsp, &answer, sizeof(answer));
}

static void
create_sq(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	const struct ena_create_sq_cmd *create = (const void *)cmd;
	uint16_t n = new_number(port.sq);
	struct ena_create_sq_rsp answer = {
		.common = rsp->common,
		.sq_idx = ena_put16(n),
		.db_offset = ena_put32(IO_REGS + 0x800u + 4u * n),
		.llq_offset = ena_put32(LLQ_RING * n),
	};

	RTE_SET_USED(m);
	port.sq_cq[n] = ena_get16(create->cq_idx);
	assert_true(port.sq_cq[n] < PORT_QUEUES && port.cq[port.sq_cq[n]]);
	port.sq[n] = true;
	memcpy(rsp, &answer, sizeof(answer));
}

static void
destroy_sq(const struct ena_aq_entry *cmd)
{
	const struct ena_destroy_sq_cmd *destroy = (const void *)cmd;
	uint16_t n = ena_get16(destroy->sq_idx);

	assert_true(n < PORT_QUEUES && port.sq[n]);
	port.sq[n] = false;
}

/** Submission queues go before the completion queue that they use (datasheet part A 5.4). */
static void
destroy_cq(const struct ena_aq_entry *cmd)
{
	const struct ena_destroy_cq_cmd *destroy = (const void *)cmd;
	uint16_t n = ena_get16(destroy->cq_idx), i;

	assert_true(n < PORT_QUEUES && port.cq[n]);
	for (i = 0; i < PORT_QUEUES; i++)
		assert_false(port.sq[i] && port.sq_cq[i] == n);
	port.cq[n] = false;
}

/** Command number port.fail_at. */
static enum mock_action
fail_command(struct mock *m, struct ena_acq_entry *rsp)
{
	const struct ena_aenq_entry link = {.common.group = ena_put16(ENA_AENQ_LINK_CHANGE)};

	if (port.event_first && m->reg[ENA_REG_AENQ_CAPS / 4] != 0 && mock_credits(m) != 0)
		mock_event(m, link);
	m->answer_us = port.fault == PORT_LATE ? 5 * PORT_SECOND : 0;
	rsp->common.status = port.fail_status;
	return port.fault == PORT_SILENT ? MOCK_SILENT : MOCK_REPLY;
}

static enum mock_action
on_command(struct mock *m, const struct ena_aq_entry *cmd, struct ena_acq_entry *rsp)
{
	if (!port.bus_master)
		return MOCK_SILENT;
	m->answer_us = 0;
	if (++port.commands == port.fail_at)
		return fail_command(m, rsp);
	switch (cmd->common.opcode) {
	case ENA_AQ_CREATE_CQ:
		create_cq(m, cmd, rsp);
		return MOCK_REPLY;
	case ENA_AQ_CREATE_SQ:
		create_sq(m, cmd, rsp);
		return MOCK_REPLY;
	case ENA_AQ_DESTROY_SQ:
		destroy_sq(cmd);
		return MOCK_REPLY;
	case ENA_AQ_DESTROY_CQ:
		destroy_cq(cmd);
		return MOCK_REPLY;
	default:
		return MOCK_DEFAULT;
	}
}

void
port_fail_command(unsigned int n, enum port_fault fault)
{
	port.fail_at = n;
	port.fault = fault;
	port.commands = 0;
}

/* ---- events -------------------------------------------------------------------------------- */

void
port_event_send(struct ena_aenq_entry event)
{
	mock_event(port.m, event);
	port_interrupt();
}

void
port_event(uint16_t group, uint16_t syndrome)
{
	port_event_send((struct ena_aenq_entry){
		.common = {.group = ena_put16(group), .syndrome = ena_put16(syndrome)},
	});
}

void
port_event_keep_alive(void)
{
	port_event(ENA_AENQ_KEEP_ALIVE, 0);
}

void
port_event_link(bool up)
{
	port_event_send((struct ena_aenq_entry){
		.common.group = ena_put16(ENA_AENQ_LINK_CHANGE),
		.u.link.flags = ena_put32(up ? ENA_AENQ_LINK_UP : 0),
	});
}

static int
on_ethdev_event(uint16_t id, enum rte_eth_event_type event, void *arg, void *ret)
{
	RTE_SET_USED(id);
	RTE_SET_USED(arg);
	RTE_SET_USED(ret);
	if (event == RTE_ETH_EVENT_INTR_LSC) {
		port.link_events++;
		return 0;
	}
	port.reset_events++;
	if (port.on_reset_event != NULL)
		port.on_reset_event();
	return 0;
}

/* ---- rings ------------------------------------------------------------------------------- */

void
port_bad_completion(uint16_t rxq)
{
	struct ena_rx_queue *q = port_rxq(rxq);
	struct ena_rx_cdesc *cq = q->rings.cq.ring.va, c = {0};

	c.req_id = ena_put16(q->depth);
	c.len = ena_put16(60);
	c.status = ena_put32(ENA_RX_CDESC_FIRST | ENA_RX_CDESC_LAST |
			     ((q->cq_head & q->depth) == 0 ? ENA_RX_CDESC_PHASE : 0));
	cq[q->cq_head & q->mask] = c;
}

void
port_send(uint16_t txq, uint16_t n)
{
	struct rte_mbuf *m;

	for (; n != 0; n--) {
		m = rte_pktmbuf_alloc(port.pool);
		assert_non_null(m);
		assert_non_null(rte_pktmbuf_append(m, 1000));
		assert_int_equal(rte_eth_tx_burst(port.id, txq, &m, 1), 1);
	}
}

unsigned int
port_queues(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < PORT_QUEUES; i++)
		n += port.cq[i] + port.sq[i];
	return n;
}

unsigned int
port_mbufs_away(void)
{
	return PORT_MBUFS - rte_mempool_avail_count(port.pool);
}

/* ---- life of a port ------------------------------------------------------------------------ */

struct rte_eth_dev *
port_dev(void)
{
	return &rte_eth_devices[port.id];
}

struct ena_adapter *
port_adapter(void)
{
	return ena_adapter_of(port_dev());
}

struct ena_rx_queue *
port_rxq(uint16_t idx)
{
	return port_dev()->data->rx_queues[idx];
}

struct ena_tx_queue *
port_txq(uint16_t idx)
{
	return port_dev()->data->tx_queues[idx];
}

void
port_insert(void)
{
	struct rte_mempool *pool = port.pool;
	struct rte_pci_driver *driver = port.driver;
	struct rte_intr_handle *handle = port.pci.intr_handle;

	port_log_clear();
	memset(&port, 0, sizeof(port));
	port.pool = pool;
	port.driver = driver;
	port.pci = (struct rte_pci_device){
		.device = {.name = "0000:00:06.0", .driver = &driver->driver},
		.addr = {.devid = 6},
		.driver = driver,
		.intr_handle = handle,
	};
	port.bar0 = calloc(1, MOCK_BAR0_LEN);
	assert_int_equal(posix_memalign((void **)&port.bar2, 64, MOCK_BAR2_LEN), 0);
	memset(port.bar2, 0, MOCK_BAR2_LEN);
	port.m = mock_new();
	port.m->hook = on_command;
	port.beats = true;
	port.next_beat = port.m->now + PORT_SECOND;
	port.fail_status = ENA_ACQ_NO_RESOURCE;
	port.heap = port_heap();
}

int
port_probe(void)
{
	int rc;

	port.pci.device.devargs = &port.devargs;
	rc = port.driver->probe(port.driver, &port.pci);
	if (rc == 0)
		assert_int_equal(rte_eth_dev_get_port_by_name(port.pci.device.name, &port.id), 0);
	return rc;
}

void
port_new(void)
{
	port_insert();
	assert_int_equal(port_probe(), 0);
}

void
port_new_bare(void)
{
	const struct rte_eth_conf conf = {0};

	port_new();
	assert_int_equal(rte_eth_dev_configure(port.id, 1, 1, &conf), 0);
}

void
port_configure(uint16_t queues)
{
	struct rte_eth_conf conf = {
		.rxmode = {.mq_mode = RTE_ETH_MQ_RX_RSS, .mtu = 1500},
		.intr_conf = {.lsc = 1},
	};
	uint16_t i;

	assert_int_equal(rte_eth_dev_configure(port.id, queues, queues, &conf), 0);
	for (i = 0; i < queues; i++) {
		assert_int_equal(
			rte_eth_rx_queue_setup(port.id, i, PORT_DEPTH, 0, NULL, port.pool), 0);
		assert_int_equal(rte_eth_tx_queue_setup(port.id, i, PORT_DEPTH, 0, NULL), 0);
	}
}

void
port_start(void)
{
	assert_int_equal(rte_eth_dev_start(port.id), 0);
}

void
port_run(uint16_t queues)
{
	port_new();
	port_configure(queues);
	port_start();
}

void
port_recover(uint16_t queues)
{
	assert_int_equal(rte_eth_dev_stop(port.id), 0);
	assert_int_equal(rte_eth_dev_reset(port.id), 0);
	port_configure(queues);
	port_start();
}

int
port_remove(void)
{
	return port.driver->remove(&port.pci);
}

void
port_eject(void)
{
	assert_int_equal(port_remove(), 0);
	port_end();
}

void
port_end(void)
{
	assert_int_equal(rte_eth_dev_count_avail(), 0);
	assert_int_equal(port.alarms, 0);
	assert_null(port.vector0);
	assert_false(port.intr_enabled);
	/* A device that cannot reach memory may think what it likes. */
	if (port.bus_master && !port.gone)
		assert_int_equal(port_queues(), 0);
	assert_int_equal(port_mbufs_away(), 0);
	assert_int_equal(port_heap(), port.heap);
	mock_end(port.m);
	port.m = NULL;
	free(port.bar0);
	free(port.bar2);
	port.bar0 = port.bar2 = NULL;
}

int
port_test_begin(void **state)
{
	(void)state;
	/* What a test that failed has left would make the next ones fail. */
	return port.m != NULL ? -1 : 0;
}

int
port_test_end(void **state)
{
	(void)state;
	if (port.m != NULL && port.log != NULL)
		print_error("%s", port.log);
	port_log_clear();
	return 0;
}

int
port_group_begin(void **state)
{
	(void)state;
	test_eal_init();
	port.pool = rte_pktmbuf_pool_create(
		"port", PORT_MBUFS, 32, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	port.pci.intr_handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	if (port.pool == NULL || port.pci.intr_handle == NULL || port_log_open() != 0)
		return -1;
	rte_intr_type_set(port.pci.intr_handle, RTE_INTR_HANDLE_VFIO_MSIX);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RESET, on_ethdev_event, NULL);
	rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_LSC, on_ethdev_event, NULL);
	/* ethdev keeps what it needs for its first port. */
	port_new();
	assert_int_equal(rte_eth_dev_close(port.id), 0);
	port.heap = port_heap();
	port_end();
	return 0;
}

int
port_group_end(void **state)
{
	(void)state;
	rte_eth_dev_callback_unregister(
		RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RESET, on_ethdev_event, NULL);
	rte_eth_dev_callback_unregister(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_LSC, on_ethdev_event, NULL);
	rte_intr_instance_free(port.pci.intr_handle);
	rte_mempool_free(port.pool);
	rte_eal_cleanup();
	port_log_clear();
	return 0;
}
