/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Log types, and a limit for lines that a device causes.
 */
#include "ena_pmd.h"

RTE_LOG_REGISTER(ena_logtype_init, pmd.net.ena_pmd.init, NOTICE);
RTE_LOG_REGISTER(ena_logtype_driver, pmd.net.ena_pmd.driver, NOTICE);

/** Lines that a device can cause per port in each period. */
#define LOG_LINES     20u
#define LOG_PERIOD_US 10000000u

bool
ena_log_allowed(struct ena_adapter *a)
{
	struct ena_log_limit *l = &a->log_limit;
	uint64_t now = ena_now_us();

	if (l->since_us == 0 || now - l->since_us >= LOG_PERIOD_US) {
		if (l->suppressed != 0)
			ENA_LOG(WARNING, "port %u: %u more messages about the device were left out",
				a->data->port_id, l->suppressed);
		*l = (struct ena_log_limit){.since_us = now};
	}
	if (l->lines < LOG_LINES) {
		l->lines++;
		return true;
	}
	l->suppressed++;
	return false;
}
