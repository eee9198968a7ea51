/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Whether the device has to be reset, and why. A fault is found on the data path, by the watchdogs,
 * by a command that failed, or is told by the device: all of them ask for a reset here.
 */
#include "ena_pmd.h"

void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason reason)
{
	enum ena_reset_reason none = ENA_RESET_NORMAL;

	if (__atomic_compare_exchange_n(
		    &a->reset.wanted, &none, reason, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		__atomic_fetch_add(&a->reset.requested, 1, __ATOMIC_RELAXED);
}

bool
ena_reset_is_wanted(const struct ena_adapter *a)
{
	return __atomic_load_n(&a->reset.wanted, __ATOMIC_ACQUIRE) != ENA_RESET_NORMAL;
}

enum ena_reset_reason
ena_reset_reason_or(const struct ena_adapter *a, enum ena_reset_reason otherwise)
{
	enum ena_reset_reason wanted = __atomic_load_n(&a->reset.wanted, __ATOMIC_ACQUIRE);

	return wanted != ENA_RESET_NORMAL ? wanted : otherwise;
}

void
ena_reset_announce(struct ena_adapter *a)
{
	if (!ena_reset_is_wanted(a) || a->reset.announced)
		return;
	a->reset.announced = true;
	ENA_LOG(ERR, "port %u: the device needs a reset (%s)", a->data->port_id,
		ena_hal_reset_reason_name(ena_reset_reason_or(a, ENA_RESET_NORMAL)));
	ena_notify_raise(a, ENA_NOTIFY_RESET);
}

void
ena_reset_done(struct ena_adapter *a)
{
	__atomic_store_n(&a->reset.wanted, ENA_RESET_NORMAL, __ATOMIC_RELEASE);
	a->reset.announced = false;
}
