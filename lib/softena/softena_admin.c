/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Admin queue (part A 4) and statistics (part A 5.6). Commands are executed and completed
 * strictly in submission order; a command that fails has no side effect and an empty
 * response (4.8).
 */

#include <string.h>
#include <syslog.h>

#include "softena_admin.h"
#include "softena_bytes.h"
#include "softena_core.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_feature.h"
#include "softena_intr.h"
#include "softena_queue.h"
#include "softena_strict.h"

/** Customer metric 5 is a level (part B 8.1: a constant). */
#define CONNTRACK_AVAILABLE UINT64_C(1000000)
#define LATE_BITS           (ENA_BIT(SOFTENA_FAULT_ADMIN_LATE) | SOFTENA_FAULT_BIT_HOLD)

/* ---- GET_STATS ------------------------------------------------------------------- */

static uint8_t
stats_basic(struct softena *dev, const struct ena_stats_cmd *cmd, uint8_t rsp[56])
{
	const struct softena_stats *st = &dev->stats;
	struct ena_stats_basic_rsp r = {
		.tx_bytes = ena_put_count64(st->tx_bytes),
		.tx_pkts = ena_put_count64(st->tx_pkts),
		.rx_bytes = ena_put_count64(st->rx_bytes),
		.rx_pkts = ena_put_count64(st->rx_pkts),
		.rx_drops = ena_put_count64(st->rx_drops),
		.tx_drops = ena_put_count64(st->tx_drops),
		.rx_overruns = ena_put_count64(st->rx_overruns),
	};

	(void)cmd;
	memcpy(rsp, (const uint8_t *)&r + sizeof(r.common), sizeof(r) - sizeof(r.common));
	return ENA_ACQ_SUCCESS;
}

/* ENI and SRD counters are 0 (part B 8.1), and SRD is off: the response stays empty. */
static uint8_t
stats_zero(struct softena *dev, const struct ena_stats_cmd *cmd, uint8_t rsp[56])
{
	(void)dev;
	(void)cmd;
	(void)rsp;
	return ENA_ACQ_SUCCESS;
}

static uint8_t
stats_customer(struct softena *dev, const struct ena_stats_cmd *cmd, uint8_t rsp[56])
{
	uint32_t reported = (uint32_t)ena_get64(cmd->requested_metrics) & ENA_METRIC_ALL;
	uint32_t len = ena_get32(cmd->ctrl.len);
	uint64_t addr = ena_get_ad48(cmd->ctrl.addr);
	ena_le64_t values[ENA_METRIC_COUNT], bitmap = ena_put64(reported);
	unsigned int bit, n = 0;

	for (bit = 0; bit < ENA_METRIC_COUNT; bit++)
		if ((reported & ENA_BIT(bit)) != 0)
			values[n++] = ena_put64(
				bit == ENA_METRIC_CONNTRACK_AVAILABLE ? CONNTRACK_AVAILABLE : 0);
	if (len != 0 && n != 0) {
		if (len < n * sizeof(values[0]))
			return ENA_ACQ_MALFORMED;
		if (!softena_dma_in_width(dev, addr, n * sizeof(values[0])) ||
			!softena_dma_write(dev, addr, values, n * sizeof(values[0])))
			return ENA_ACQ_ILLEGAL_PARAMETER;
	}
	memcpy(rsp, &bitmap, sizeof(bitmap));
	return ENA_ACQ_SUCCESS;
}

/* Scope, queue index and device id are ignored: the statistics are those of the function (5.7). */
static uint8_t
cmd_get_stats(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56])
{
	static const struct {
		uint32_t capability; /* 0 = always there */
		uint8_t (*fn)(struct softena *, const struct ena_stats_cmd *, uint8_t *);
	} types[] = {
		[ENA_STATS_BASIC] = {0, stats_basic},
		[ENA_STATS_ENI] = {ENA_CAP_ENI_STATS, stats_zero},
		[ENA_STATS_SRD] = {ENA_CAP_SRD_INFO, stats_zero},
		[ENA_STATS_CUSTOMER] = {ENA_CAP_CUSTOMER_METRICS, stats_customer},
	};
	struct ena_stats_cmd cmd;

	memcpy(&cmd, entry, sizeof(cmd));
	if (cmd.type >= sizeof(types) / sizeof(types[0]) || types[cmd.type].fn == NULL ||
		(types[cmd.type].capability & ~dev->cfg.capabilities) != 0)
		return ENA_ACQ_UNSUPPORTED;
	return types[cmd.type].fn(dev, &cmd, rsp);
}

/* ---- execution ------------------------------------------------------------------- */

/** Outcome of a command: status, and response bytes 8 to 63 (zeroed before the call). */
typedef uint8_t (*cmd_fn)(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56]);

static cmd_fn
command(uint8_t opcode)
{
	switch (opcode) {
	case ENA_AQ_CREATE_SQ:
		return softena_cmd_create_sq;
	case ENA_AQ_DESTROY_SQ:
		return softena_cmd_destroy_sq;
	case ENA_AQ_CREATE_CQ:
		return softena_cmd_create_cq;
	case ENA_AQ_DESTROY_CQ:
		return softena_cmd_destroy_cq;
	case ENA_AQ_GET_FEATURE:
		return softena_cmd_get_feature;
	case ENA_AQ_SET_FEATURE:
		return softena_cmd_set_feature;
	case ENA_AQ_GET_STATS:
		return cmd_get_stats;
	default:
		return NULL;
	}
}

static uint8_t
execute(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t rsp[56])
{
	cmd_fn fn = command(cmd->common.opcode);

	/* Part A 9.8 #3; the status that real devices give is not known. */
	if (dev->cfg.quirks.require_aenq && !dev->aenq.ring.running)
		return ENA_ACQ_UNKNOWN_ERROR;
	if (fn == NULL)
		return ENA_ACQ_UNSUPPORTED;
	return fn(dev, cmd, rsp);
}

static void
complete(
	struct softena *dev, const struct ena_aq_entry *cmd, uint8_t status, const uint8_t data[56])
{
	struct softena_admin_ring *acq = &dev->admin.acq;
	uint16_t slot = acq->count & (acq->depth - 1);
	bool phase = (acq->count & acq->depth) == 0;
	struct ena_acq_entry rsp = {
		.common =
			{
				.cmd_id = ena_put16((uint16_t)ENA_FIELD_GET(
					ENA_AQ_CMD_ID, ena_get16(cmd->common.cmd_id))),
				.status = status,
				.flags = phase ? ENA_ACQ_FLAG_PHASE : 0,
				.aq_head = ena_put16(dev->admin.aq.count),
			},
	};

	if (status == ENA_ACQ_SUCCESS)
		memcpy(rsp.data, data, sizeof(rsp.data));
	if (softena_fault_strikes(dev, SOFTENA_FAULT_ADMIN_BAD_ID, SOFTENA_FAULT_ANY_QUEUE))
		rsp.common.cmd_id = ena_put16((uint16_t)softena_fault_arg(
			dev, SOFTENA_FAULT_ADMIN_BAD_ID, ENA_AQ_CMD_ID));
	acq->count++;
	/* softena_dma_write_entry() counts a fault; then the driver finds no completion. */
	softena_dma_write_entry(dev, acq->base + (uint64_t)slot * ENA_ACQ_ENTRY_SIZE, &rsp,
		sizeof(rsp), offsetof(struct ena_acq_entry, common.flags));
	softena_intr_mgmt(dev);
}

static void
log_failure(struct softena *dev, const struct ena_aq_entry *cmd, uint8_t status)
{
	struct ena_feature_cmd f;

	memcpy(&f, cmd, sizeof(f));
	if (f.common.opcode == ENA_AQ_GET_FEATURE || f.common.opcode == ENA_AQ_SET_FEATURE)
		softena_log(dev, LOG_INFO, "%s of feature %u: status %u",
			f.common.opcode == ENA_AQ_GET_FEATURE ? "GET" : "SET", f.id, status);
	else
		softena_log(dev, LOG_INFO, "admin command with opcode %u: status %u",
			f.common.opcode, status);
}

/** A CREATE_CQ that the device neither executes nor completes (quirks). */
static bool
dropped(struct softena *dev, const struct ena_aq_entry *cmd)
{
	const struct softena_quirks *q = &dev->cfg.quirks;

	if (cmd->common.opcode != ENA_AQ_CREATE_CQ)
		return false;
	if (q->no_host_info_fatal && dev->host_attr.info_addr == 0) {
		softena_fatal(dev, "CREATE_CQ without a host information page");
		return true;
	}
	return q->require_mmio_resp && (dev->regs.mmio_resp_lo | dev->regs.mmio_resp_hi) == 0;
}

static void
run_one(struct softena *dev)
{
	struct softena_admin_ring *aq = &dev->admin.aq;
	uint16_t slot = aq->count & (aq->depth - 1);
	uint8_t status, data[56] = {0};
	struct ena_aq_entry cmd;

	aq->count++;
	/* Without the command id there is nothing to complete. */
	if (!softena_dma_read(
		    dev, aq->base + (uint64_t)slot * ENA_AQ_ENTRY_SIZE, &cmd, sizeof(cmd)))
		return;
	if (softena_fault_strikes(dev, SOFTENA_FAULT_ADMIN_TIMEOUT, SOFTENA_FAULT_ANY_QUEUE))
		return;
	if (dropped(dev, &cmd))
		return;
	if (dev->strict != NULL)
		softena_strict_command(dev, (uint16_t)(aq->count - 1), &cmd);
	if (softena_fault_strikes(dev, SOFTENA_FAULT_ADMIN_STATUS, SOFTENA_FAULT_ANY_QUEUE))
		status = (uint8_t)dev->fault.kind[SOFTENA_FAULT_ADMIN_STATUS].arg;
	else
		status = execute(dev, &cmd, data);
	dev->stats.admin_commands++;
	if (status != ENA_ACQ_SUCCESS) {
		dev->stats.admin_errors++;
		if (softena_may_log(dev))
			log_failure(dev, &cmd, status);
	}
	complete(dev, &cmd, status, data);
}

bool
softena_admin_caps_valid(uint32_t caps)
{
	uint32_t depth = ENA_FIELD_GET(ENA_RING_CAPS_DEPTH, caps);

	return softena_power_of_two(depth) && depth >= SOFTENA_ADMIN_DEPTH_MIN &&
	       depth <= SOFTENA_ADMIN_DEPTH_MAX &&
	       ENA_FIELD_GET(ENA_RING_CAPS_ENTRY_SIZE, caps) == SOFTENA_ADMIN_ENTRY_SIZE;
}

bool
softena_admin_waiting(const struct softena *dev)
{
	return dev->admin.aq.running && dev->admin.acq.running &&
	       dev->admin.aq.count != dev->admin.aq_tail;
}

unsigned int
softena_admin_run(struct softena *dev)
{
	unsigned int n = 0;

	/* This ends: the doorbell was checked against the depth of the ring (2.7). */
	while (softena_admin_waiting(dev) && !dev->fatal) {
		if (softena_fault_armed(dev, LATE_BITS) && !softena_fault_admin_ready(dev))
			break;
		run_one(dev);
		n++;
	}
	return n;
}
