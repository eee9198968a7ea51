/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Flow steering (part A 6.19, 6.22): the table of rules, which SET changes, and the search for
 * the rule that a received frame meets.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_feature.h"
#include "softena_parse.h"
#include "softena_queue.h"
#include "softena_steering.h"

/* ---- SET ------------------------------------------------------------------------- */

static uint8_t
steering_add(struct softena *dev, const struct ena_feature_cmd *cmd, const struct ena_steering *s,
	uint8_t rsp[56])
{
	uint32_t entries = dev->cfg.steering_entries, at = ena_get16(s->location);
	struct softena_steering_entry entry = {
		.used = true,
		.flow_type = s->flow_type,
		.rx_queue = ena_get16(s->rx_queue),
	};
	struct ena_steering_rsp r = {.rsv = ena_put16(0)};
	uint8_t status = softena_ctrl_read(dev, &cmd->ctrl, &entry.rule, sizeof(entry.rule));

	if (status != ENA_ACQ_SUCCESS)
		return status;
	/* The queue need not exist yet (6.21), but its number must be possible. */
	if (s->flow_type < ENA_FLOW_IP4 || s->flow_type > ENA_FLOW_UDP6 ||
		entry.rx_queue >= dev->cfg.rx_queues)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (at == ENA_STEERING_ANY) {
		for (at = 0; at < entries && dev->steering.table[at].used; at++)
			;
		if (at == entries)
			return ENA_ACQ_NO_RESOURCE;
	}
	if (at >= entries || dev->steering.table[at].used)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	dev->steering.table[at] = entry;
	dev->steering.rules++;
	r.location = ena_put16((uint16_t)at);
	memcpy(rsp, &r, sizeof(r));
	return ENA_ACQ_SUCCESS;
}

void
softena_steering_reset(struct softena *dev)
{
	struct softena_steering_state *st = &dev->steering;

	memset(st->table, 0, dev->cfg.steering_entries * sizeof(*st->table));
	st->rules = 0;
}

uint8_t
softena_set_steering(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_steering s;
	uint16_t at;

	memcpy(&s, cmd->data, sizeof(s));
	at = ena_get16(s.location);
	switch (s.action) {
	case ENA_STEERING_ADD:
		return steering_add(dev, cmd, &s, rsp);
	case ENA_STEERING_REMOVE:
		if (at >= dev->cfg.steering_entries || !dev->steering.table[at].used)
			return ENA_ACQ_ILLEGAL_PARAMETER;
		memset(&dev->steering.table[at], 0, sizeof(dev->steering.table[at]));
		dev->steering.rules--;
		return ENA_ACQ_SUCCESS;
	case ENA_STEERING_REMOVE_ALL:
		softena_steering_reset(dev);
		return ENA_ACQ_SUCCESS;
	default:
		return ENA_ACQ_ILLEGAL_PARAMETER;
	}
}

/* ---- search ---------------------------------------------------------------------- */

static bool
masked_equal(const uint8_t *a, const uint8_t *b, const uint8_t *mask, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((a[i] ^ b[i]) & mask[i])
			return false;
	return true;
}

static bool
type_matches(uint8_t flow_type, const struct softena_parsed *p)
{
	bool ip4 = p->l3_idx == ENA_L3_IPV4, ip6 = p->l3_idx == ENA_L3_IPV6;

	switch (flow_type) {
	case ENA_FLOW_IP4:
		return ip4;
	case ENA_FLOW_IP6:
		return ip6;
	case ENA_FLOW_TCP4:
		return ip4 && p->l4_idx == ENA_L4_TCP;
	case ENA_FLOW_TCP6:
		return ip6 && p->l4_idx == ENA_L4_TCP;
	case ENA_FLOW_UDP4:
		return ip4 && p->l4_idx == ENA_L4_UDP;
	case ENA_FLOW_UDP6:
		return ip6 && p->l4_idx == ENA_L4_UDP;
	default:
		return false;
	}
}

/** Ports of a rule. A frame without ports (a fragment) matches only rules without port masks. */
static bool
ports_match(const struct ena_steering_rule *r, const uint8_t *frame, const struct softena_parsed *p)
{
	uint16_t dst_mask = ena_get16(r->dst_port_mask), src_mask = ena_get16(r->src_port_mask);

	if (dst_mask == 0 && src_mask == 0)
		return true;
	if (!p->tcp_udp)
		return false;

	uint16_t src = softena_be16(frame + p->l4_off), dst = softena_be16(frame + p->l4_off + 2);

	return ((src ^ ena_get16(r->src_port)) & src_mask) == 0 &&
	       ((dst ^ ena_get16(r->dst_port)) & dst_mask) == 0;
}

static bool
entry_matches(const struct softena_steering_entry *entry, const uint8_t *frame,
	const struct softena_parsed *p)
{
	const struct ena_steering_rule *r = &entry->rule;
	const uint8_t *ip = frame + p->l3_off;

	if (!type_matches(entry->flow_type, p))
		return false;
	if (p->l3_idx == ENA_L3_IPV6) {
		if (!masked_equal(ip + 8, r->src_addr, r->src_addr_mask, 16) ||
			!masked_equal(ip + 24, r->dst_addr, r->dst_addr_mask, 16))
			return false;
	} else {
		if (!masked_equal(ip + 12, r->src_addr, r->src_addr_mask, 4) ||
			!masked_equal(ip + 16, r->dst_addr, r->dst_addr_mask, 4) ||
			((ip[1] ^ r->tos) & r->tos_mask) != 0)
			return false;
	}
	if (entry->flow_type == ENA_FLOW_IP4 || entry->flow_type == ENA_FLOW_IP6)
		return true;
	return ports_match(r, frame, p);
}

struct softena_sq *
softena_steering_select(struct softena *dev, const uint8_t *frame, const struct softena_parsed *p)
{
	if (p->l3_idx == ENA_L3_UNKNOWN)
		return NULL;
	for (unsigned int i = 0; i < dev->cfg.steering_entries; i++) {
		const struct softena_steering_entry *entry = &dev->steering.table[i];

		if (entry->used && entry_matches(entry, frame, p)) {
			struct softena_sq *sq = softena_sq_get(dev, false, entry->rx_queue);

			if (sq != NULL)
				return sq;
		}
	}
	return NULL;
}
