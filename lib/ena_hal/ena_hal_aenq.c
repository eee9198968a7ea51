/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Asynchronous event queue (part A section 7).
 *
 * The head is a free-running count that starts at the depth. It is the credit limit that is written
 * to the doorbell (7.2). Its bit 4 is the expected phase: 1 in the first round, then alternating.
 */
#include "ena_hal_priv.h"

void
ena_hal_aenq_arm(struct ena_hal *hal)
{
	hal->plat->lock(hal->ctx);
	if (hal->admin_running && !hal->aenq_armed) {
		hal->aenq_armed = true;
		hal->plat->reg_write(hal->ctx, ENA_REG_AENQ_HEAD_DB, hal->aenq_head);
	}
	hal->plat->unlock(hal->ctx);
}

int
ena_hal_aenq_groups(struct ena_hal *hal, uint32_t wanted, uint32_t *enabled)
{
	struct ena_aenq_config config;
	uint32_t supported;
	int rc;

	if (enabled != NULL)
		*enabled = 0;
	if (!ena_hal_has_feature(&hal->caps, ENA_FEATURE_AENQ_CONFIG))
		return -ENOTSUP;
	rc = ena_hal_feature_get(hal, ENA_FEATURE_AENQ_CONFIG, 0, NULL, &config, sizeof(config));
	if (rc != 0)
		return rc;
	supported = ena_get32(config.supported);
	hal->caps.aenq_groups = supported;

	config.supported = ena_put32(0);
	config.enabled = ena_put32(wanted & supported);
	rc = ena_hal_feature_set(hal, ENA_FEATURE_AENQ_CONFIG, NULL, &config, sizeof(config));
	if (rc != 0)
		return rc;
	if (enabled != NULL)
		*enabled = wanted & supported;
	return 0;
}

/*
 * Take the next event out of the ring. A reset frees the ring, so the entry is read under the lock,
 * and only if the generation is still the same.
 */
static bool
event_take(struct ena_hal *hal, uint32_t generation, struct ena_aenq_entry *event)
{
	const volatile struct ena_aenq_entry *e;
	bool got = false;

	hal->plat->lock(hal->ctx);
	if (hal->aenq_armed && hal->generation == generation) {
		e = (const volatile struct ena_aenq_entry *)hal->aenq.va +
		    hal->aenq_head % ENA_AENQ_DEPTH;
		if ((e->common.flags & ENA_AENQ_FLAG_PHASE) ==
			(hal->aenq_head / ENA_AENQ_DEPTH & 1)) {
			hal->plat->read_barrier(hal->ctx);
			ena_hal_copy_in(event, e, sizeof(*event));
			hal->aenq_head++;
			ena_hal_count(&hal->count.events);
			got = true;
		}
	}
	hal->plat->unlock(hal->ctx);
	return got;
}

static void
event_other(struct ena_hal *hal, const struct ena_aenq_entry *event, bool known,
	const struct ena_hal_event_ops *ops, void *arg)
{
	if (!known) {
		hal->plat->lock(hal->ctx);
		ena_hal_count(&hal->count.unknown_events);
		hal->plat->unlock(hal->ctx);
	}
	if (ops->other != NULL)
		ops->other(arg, ena_get16(event->common.group), ena_get16(event->common.syndrome));
}

static void
event_keep_alive(
	const struct ena_aenq_keep_alive *ka, const struct ena_hal_event_ops *ops, void *arg)
{
	if (ops->keep_alive != NULL)
		ops->keep_alive(arg, ena_get_count64(ka->rx_drops), ena_get_count64(ka->tx_drops),
			ena_get_count64(ka->rx_overruns));
}

static void
event_notification(struct ena_hal *hal, const struct ena_aenq_entry *event,
	const struct ena_hal_event_ops *ops, void *arg)
{
	if (ena_get16(event->common.syndrome) != ENA_AENQ_SYNDROME_HINTS) {
		event_other(hal, event, false, ops, arg);
		return;
	}
	ena_hal_hints_apply(hal, &event->u.hints);
	if (ops->hints != NULL)
		ops->hints(arg, &event->u.hints);
}

static void
event_handle(struct ena_hal *hal, const struct ena_aenq_entry *event,
	const struct ena_hal_event_ops *ops, void *arg)
{
	uint16_t group = ena_get16(event->common.group);

	switch (group) {
	case ENA_AENQ_LINK_CHANGE:
		if (ops->link != NULL)
			ops->link(arg, (ena_get32(event->u.link.flags) & ENA_AENQ_LINK_UP) != 0);
		break;
	case ENA_AENQ_NOTIFICATION:
		event_notification(hal, event, ops, arg);
		break;
	case ENA_AENQ_KEEP_ALIVE:
		event_keep_alive(&event->u.keep_alive, ops, arg);
		break;
	case ENA_AENQ_CONFIG_NOTIFICATION:
		if (ops->config != NULL)
			ops->config(arg, ena_get64(event->u.config.codes));
		break;
	case ENA_AENQ_RESET_REQUEST:
		if (ops->reset_request != NULL)
			ops->reset_request(arg);
		break;
	default:
		event_other(hal, event, group < ENA_AENQ_GROUPS, ops, arg);
		break;
	}
}

/* Return the credits of all handled events with one write (7.2). */
static void
credits_return(struct ena_hal *hal, uint32_t generation)
{
	/* All reads of the entries are complete before the device may write them again (9.4). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	hal->plat->lock(hal->ctx);
	if (hal->aenq_armed && hal->generation == generation)
		hal->plat->reg_write(hal->ctx, ENA_REG_AENQ_HEAD_DB, hal->aenq_head);
	hal->plat->unlock(hal->ctx);
}

unsigned int
ena_hal_aenq_process(struct ena_hal *hal, const struct ena_hal_event_ops *ops, void *arg)
{
	struct ena_aenq_entry event;
	uint32_t generation;
	unsigned int n = 0;

	hal->plat->lock(hal->ctx);
	generation = hal->generation;
	hal->plat->unlock(hal->ctx);

	/* The device has credits for one round of the ring at most. */
	while (n < ENA_AENQ_DEPTH && event_take(hal, generation, &event)) {
		event_handle(hal, &event, ops, arg);
		n++;
	}
	if (n > 0)
		credits_return(hal, generation);
	return n;
}
