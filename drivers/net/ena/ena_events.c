/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Events of the device, and the link state, which comes with them (datasheet part A 7).
 */
#include "ena_pmd.h"

static void
set_link(struct ena_adapter *a, bool up)
{
	struct rte_eth_link link = {
		.link_speed =
			a->args.link_speed != 0 ? a->args.link_speed : RTE_ETH_SPEED_NUM_UNKNOWN,
		.link_duplex = RTE_ETH_LINK_FULL_DUPLEX,
		.link_autoneg = RTE_ETH_LINK_AUTONEG,
		.link_status = up ? RTE_ETH_LINK_UP : RTE_ETH_LINK_DOWN,
	};

	if (!up)
		link.link_speed = RTE_ETH_SPEED_NUM_NONE;
	rte_eth_linkstatus_set(ena_dev_of(a), &link);
}

static void
on_link(void *arg, bool up)
{
	struct ena_adapter *a = arg;

	ENA_DEVICE_LOG(a, INFO, "port %u: link %s", a->data->port_id, up ? "up" : "down");
	set_link(a, up);
	ena_notify_raise(a, ENA_NOTIFY_LINK);
}

static void
on_keep_alive(void *arg, uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns)
{
	struct ena_adapter *a = arg;

	ena_stats_device_drops(a, &(struct ena_drops){rx_drops, tx_drops, rx_overruns});
	ena_health_keep_alive(a);
}

static void
on_hints(void *arg, const struct ena_hw_hints *hints)
{
	struct ena_adapter *a = arg;

	ena_health_hints(a, hints);
	ena_tx_watch_hints(a, hints);
}

static void
on_config(void *arg, uint64_t codes)
{
	struct ena_adapter *a = arg;
	unsigned int i;

	a->events.config_codes |= codes;
	for (i = 0; i < 64; i++)
		if ((codes >> i & 1) != 0)
			ENA_DEVICE_LOG(a, WARNING,
				"port %u: the device calls its configuration sub-optimal, code %u "
				"(see the ENA documentation of AWS)",
				a->data->port_id, i + 1);
}

static void
on_reset_request(void *arg)
{
	struct ena_adapter *a = arg;

	ENA_DEVICE_LOG(a, WARNING, "port %u: the device asks for a reset", a->data->port_id);
	ena_reset_request(a, ENA_RESET_DEVICE_REQUEST);
}

static void
on_other(void *arg, uint16_t group, uint16_t syndrome)
{
	struct ena_adapter *a = arg;

	ENA_DEVICE_LOG(a, WARNING, "port %u: %s event, group %u, syndrome %u", a->data->port_id,
		group == ENA_AENQ_FATAL_ERROR ? "fatal error" :
		group == ENA_AENQ_WARNING     ? "warning" :
						"unknown",
		group, syndrome);
}

void
ena_events_init(struct ena_adapter *a)
{
	a->events.config_codes = 0;
	a->data->dev_link.link_status = RTE_ETH_LINK_DOWN;
}

const struct ena_hal_event_ops ena_event_ops = {
	.link = on_link,
	.keep_alive = on_keep_alive,
	.hints = on_hints,
	.config = on_config,
	.reset_request = on_reset_request,
	.other = on_other,
};

int
ena_link_update(struct rte_eth_dev *dev, int wait)
{
	/* Events keep dev_link up to date; there is nothing to ask the device (part A 7.7). */
	RTE_SET_USED(dev);
	RTE_SET_USED(wait);
	return 0;
}
