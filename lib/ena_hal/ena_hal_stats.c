/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * GET_STATS (part A 5.6), and the counters of the HAL. Scope, queue index and device id are 0, as
 * in every driver: the device answers for the whole function.
 */
#include "ena_hal_priv.h"

void
ena_hal_counters_reset(struct ena_hal *hal)
{
	struct ena_hal_counters *c = &hal->count;
	uint64_t *const counters[] = {
		&c->submitted,
		&c->completed,
		&c->failed,
		&c->aborted,
		&c->timeouts,
		&c->missed_interrupts,
		&c->bad_completions,
		&c->reg_read_timeouts,
		&c->events,
		&c->unknown_events,
	};
	unsigned int i;

	ENA_ABI_ASSERT(sizeof(counters) / sizeof(counters[0]) == sizeof(*c) / sizeof(uint64_t),
		"every counter is here");
	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		__atomic_store_n(counters[i], 0, __ATOMIC_RELAXED);
}

static int
stats_exec(struct ena_hal *hal, enum ena_stats_type type, void *rsp)
{
	struct ena_stats_cmd cmd = {
		.common.opcode = ENA_AQ_GET_STATS,
		.type = (uint8_t)type,
	};

	return ena_hal_admin_exec(hal, &cmd, sizeof(cmd), rsp);
}

int
ena_hal_stats_basic(struct ena_hal *hal, struct ena_hal_basic_stats *stats)
{
	struct ena_stats_basic_rsp r;
	struct ena_acq_entry rsp;
	int rc;

	memset(stats, 0, sizeof(*stats));
	rc = stats_exec(hal, ENA_STATS_BASIC, &rsp);
	if (rc != 0)
		return rc;
	memcpy(&r, &rsp, sizeof(r));
	stats->tx_bytes = ena_get_count64(r.tx_bytes);
	stats->tx_pkts = ena_get_count64(r.tx_pkts);
	stats->rx_bytes = ena_get_count64(r.rx_bytes);
	stats->rx_pkts = ena_get_count64(r.rx_pkts);
	stats->rx_drops = ena_get_count64(r.rx_drops);
	stats->tx_drops = ena_get_count64(r.tx_drops);
	stats->rx_overruns = ena_get_count64(r.rx_overruns);
	return 0;
}

int
ena_hal_stats_srd(struct ena_hal *hal, struct ena_hal_srd_stats *stats)
{
	struct ena_stats_srd_rsp r;
	struct ena_acq_entry rsp;
	int rc;

	memset(stats, 0, sizeof(*stats));
	if ((hal->caps.capabilities & ENA_CAP_SRD_INFO) == 0)
		return -ENOTSUP;
	rc = stats_exec(hal, ENA_STATS_SRD, &rsp);
	if (rc != 0)
		return rc;
	memcpy(&r, &rsp, sizeof(r));
	stats->mode = ena_get64(r.mode);
	stats->tx_pkts = ena_get64(r.tx_pkts);
	stats->eligible_tx_pkts = ena_get64(r.eligible_tx_pkts);
	stats->rx_pkts = ena_get64(r.rx_pkts);
	stats->resource_utilization = ena_get64(r.resource_utilization);
	return 0;
}

/*
 * GET_STATS type 4. The buffer is named without any control-buffer flag (part A 4.3).
 * @param buf      NULL: discovery
 * @param reported metrics of the answer
 */
static int
customer_exec(struct ena_hal *hal, uint64_t wanted, struct ena_hal_dma *buf, uint64_t *reported)
{
	struct ena_stats_cmd cmd = {
		.common.opcode = ENA_AQ_GET_STATS,
		.type = ENA_STATS_CUSTOMER,
		.requested_metrics = ena_put64(wanted),
	};
	struct ena_stats_customer_rsp r;
	struct ena_acq_entry rsp;
	bool in_doubt;
	int rc;

	*reported = 0;
	if (buf != NULL) {
		cmd.ctrl.len = ena_put32((uint32_t)buf->len);
		cmd.ctrl.addr = ena_put_ad48(buf->iova);
	}
	rc = ena_hal_exec(hal, &cmd, sizeof(cmd), &rsp, &in_doubt);
	if (in_doubt && buf != NULL)
		ena_hal_dma_park(hal, buf);
	if (rc != 0)
		return rc;
	memcpy(&r, &rsp, sizeof(r));
	*reported = ena_get64(r.reported_metrics);
	return 0;
}

int
ena_hal_metrics_discover(struct ena_hal *hal, uint64_t *metrics)
{
	int rc = customer_exec(hal, ENA_METRIC_ALL, NULL, metrics);

	/* Only metrics of enum ena_metric are requested later. */
	*metrics &= ENA_METRIC_ALL;
	return rc;
}

/* Values come in ascending bit order without gaps. */
static int
metrics_customer(struct ena_hal *hal, uint64_t values[ENA_METRIC_COUNT], uint64_t *valid)
{
	uint64_t wanted = hal->caps.metrics & ENA_METRIC_ALL;
	ena_le64_t raw[ENA_METRIC_COUNT];
	struct ena_hal_dma buf;
	uint64_t reported;
	unsigned int i, n = 0;
	int rc;

	if (wanted == 0)
		return -ENOTSUP;
	rc = ena_hal_dma_get(hal, ENA_METRIC_BUF_SIZE, ENA_HAL_ALIGN, -1, &buf);
	if (rc != 0)
		return rc;
	rc = customer_exec(hal, wanted, &buf, &reported);
	if (rc == 0 && (reported & ~wanted) != 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"The device reports metrics 0x%llx, of which only 0x%llx were asked for",
			(unsigned long long)reported, (unsigned long long)wanted);
		rc = -EIO;
	}
	if (rc == 0) {
		ena_hal_copy_in(raw, buf.va, sizeof(raw));
		for (i = 0; i < ENA_METRIC_COUNT; i++) {
			if ((reported & ENA_BIT(i)) != 0)
				values[i] = ena_get64(raw[n++]);
		}
		*valid = reported;
	}
	ena_hal_dma_put(hal, &buf);
	return rc;
}

static int
metrics_eni(struct ena_hal *hal, uint64_t values[ENA_METRIC_COUNT], uint64_t *valid)
{
	struct ena_stats_eni_rsp r;
	struct ena_acq_entry rsp;
	int rc;

	rc = stats_exec(hal, ENA_STATS_ENI, &rsp);
	if (rc != 0)
		return rc;
	memcpy(&r, &rsp, sizeof(r));
	values[ENA_METRIC_BW_IN_EXCEEDED] = ena_get64(r.bw_in_exceeded);
	values[ENA_METRIC_BW_OUT_EXCEEDED] = ena_get64(r.bw_out_exceeded);
	values[ENA_METRIC_PPS_EXCEEDED] = ena_get64(r.pps_exceeded);
	values[ENA_METRIC_CONNTRACK_EXCEEDED] = ena_get64(r.conntrack_exceeded);
	values[ENA_METRIC_LINKLOCAL_EXCEEDED] = ena_get64(r.linklocal_exceeded);
	*valid = ENA_METRIC_ENI;
	return 0;
}

int
ena_hal_stats_metrics(struct ena_hal *hal, uint64_t values[ENA_METRIC_COUNT], uint64_t *valid)
{
	*valid = 0;
	memset(values, 0, ENA_METRIC_COUNT * sizeof(values[0]));
	if ((hal->caps.capabilities & ENA_CAP_CUSTOMER_METRICS) != 0)
		return metrics_customer(hal, values, valid);
	if ((hal->caps.capabilities & ENA_CAP_ENI_STATS) != 0)
		return metrics_eni(hal, values, valid);
	return -ENOTSUP;
}
