/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Host attributes (part A 6.17): the host information page, which describes the driver, and the
 * debug area (revision 2, A6.17). A driver writes there, just before an error reset, why it
 * resets; this goes to the log as named fields.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <syslog.h>

#include "softena_bytes.h"
#include "softena_core.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_host_attr.h"
#include "softena_packet.h"
#include "softena_pci.h"
#include "softena_tx.h"

#define VALUES_LOGGED 8u

/** Name of a section as text; characters that cannot be printed become question marks. */
static void
name_of(const uint8_t *section, char name[33])
{
	memcpy(name, section, 32);
	name[32] = '\0';
	for (char *c = name; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static uint64_t
both(ena_le32_t lo, ena_le32_t hi)
{
	return (uint64_t)ena_get32(hi) << 32 | ena_get32(lo);
}

static void
log_union(struct softena *dev, const struct ena_debug_reset_reason *r)
{
	struct ena_rx_cdesc c;

	switch (ena_get16(r->reason)) {
	case ENA_RESET_ADMIN_TIMEOUT:
		softena_log(dev, LOG_NOTICE,
			"debug area: intr_mask %#x, outstanding %u, polling %u, was_up %u",
			ena_get32(r->u.admin_timeout.intr_mask),
			ena_get16(r->u.admin_timeout.outstanding), r->u.admin_timeout.polling,
			r->u.admin_timeout.was_up);
		break;
	case ENA_RESET_BAD_RX_REQ_ID:
	case ENA_RESET_RX_COMPLETION_MALFORMED:
		memcpy(&c, r->u.rx.cdesc[ENA_DEBUG_CDESCS - 1], sizeof(c));
		softena_log(dev, LOG_NOTICE,
			"debug area: last Rx completion: status %#x, length %u, request id %u",
			ena_get32(c.status), ena_get16(c.len), ena_get16(c.req_id));
		break;
	case ENA_RESET_BAD_TX_REQ_ID:
		softena_log(dev, LOG_NOTICE, "debug area: last Tx completion: request id %u",
			r->u.tx.cdesc[9][0] | r->u.tx.cdesc[9][1] << 8);
		break;
	case ENA_RESET_DRIVER_INVALID_STATE:
		softena_log(dev, LOG_NOTICE, "debug area: intr_mask %#x, polling %u",
			ena_get32(r->u.state.intr_mask), r->u.state.polling);
		break;
	case ENA_RESET_OS_NET_WATCHDOG:
		softena_log(dev, LOG_NOTICE,
			"debug area: %" PRIu64 " ms since the last keep-alive, outstanding: %u "
			"completions, %u submissions",
			both(r->u.watchdog.since_keep_alive_ms_lo,
				r->u.watchdog.since_keep_alive_ms_hi),
			ena_get16(r->u.watchdog.completions), ena_get16(r->u.watchdog.submissions));
		break;
	default:
		break;
	}
}

/** Log the first counters that are not 0; @p skip bytes are in front of them. */
static void
log_counters(struct softena *dev, const char *name, const uint8_t *data, size_t len, size_t skip)
{
	unsigned int logged = 0;

	for (size_t at = skip; at + 8 <= len && logged < VALUES_LOGGED; at += 8) {
		ena_le32_t lo, hi;

		memcpy(&lo, data + at, 4);
		memcpy(&hi, data + at + 4, 4);
		if (both(lo, hi) == 0)
			continue;
		softena_log(dev, LOG_NOTICE, "debug area: %s[%zu] = %" PRIu64, name,
			(at - skip) / 8, both(lo, hi));
		logged++;
	}
}

static void
log_section(struct softena *dev, const uint8_t *at, size_t len)
{
	const uint8_t *data = at + sizeof(struct ena_debug_section);
	struct ena_debug_reset_reason r;
	struct ena_debug_queue_stats q;
	char name[33];

	name_of(at, name);
	if (strcmp(name, ENA_DEBUG_SECTION_RESET_REASON) == 0 && len >= sizeof(r)) {
		memcpy(&r, at, sizeof(r));
		softena_log(dev, LOG_NOTICE, "debug area: reset reason %u, time %" PRIu64,
			ena_get16(r.reason), both(r.time_lo, r.time_hi));
		if (ena_get32(r.layout) == 1)
			log_union(dev, &r);
		return;
	}
	len -= sizeof(struct ena_debug_section);
	if (strcmp(name, ENA_DEBUG_SECTION_TX) == 0 || strcmp(name, ENA_DEBUG_SECTION_RX) == 0) {
		if (len < sizeof(q))
			return;
		memcpy(&q, data, sizeof(q));
		softena_log(dev, LOG_NOTICE,
			"debug area: %s: %u of %u queues, rings of %u, build %#" PRIx64, name,
			ena_get16(q.queues_in_use), ena_get16(q.max_queues),
			ena_get16(q.ring_depth), both(q.build_features_lo, q.build_features_hi));
		log_counters(dev, name, data, len, sizeof(q));
	} else {
		log_counters(
			dev, name, data, len, strcmp(name, ENA_DEBUG_SECTION_PHC) == 0 ? 1 : 0);
	}
}

/** Go through the sections in @p len bytes. A section that exceeds the area ends it. */
static void
log_area(struct softena *dev, const uint8_t *area, size_t len)
{
	struct ena_debug_header h;
	struct ena_debug_section s;
	size_t at = sizeof(h);

	memcpy(&h, area, sizeof(h));
	softena_log(dev, LOG_NOTICE, "debug area: OS type %u, version %u", h.os_type,
		ena_get32(h.head.version));
	while (len - at >= sizeof(s)) {
		size_t size;

		memcpy(&s, area + at, sizeof(s));
		size = ena_get32(s.len);
		if (s.name[0] == '\0' || size < sizeof(s.version))
			return;
		size += offsetof(struct ena_debug_section, version);
		if (size > len - at) {
			softena_log(dev, LOG_NOTICE, "debug area: a section leaves the area");
			return;
		}
		log_section(dev, area + at, size);
		at += size;
	}
}

void
softena_debug_dump(struct softena *dev)
{
	static const char name[] = ENA_DEBUG_NAME;
	size_t len = softena_min(dev->host_attr.debug_size, SOFTENA_PACKET_MAX);

	if (dev->host_attr.debug_addr == 0 ||
		(dev->host_attr.driver_features & ENA_HOST_FEATURE_DEBUG_EXT) == 0 ||
		len < sizeof(struct ena_debug_header) || !softena_bus_master(dev))
		return;
	/* The buffer for Tx packets is free: none is processed during a register write. */
	if (!softena_dma_read(dev, dev->host_attr.debug_addr, dev->tx.packet, len) ||
		memcmp(dev->tx.packet, name, sizeof(name)) != 0)
		return;
	log_area(dev, dev->tx.packet, len);
}

/* ---- SET ------------------------------------------------------------------------- */

/* Always accepted (6.22). The driver's feature bits are read once, at this command. */
uint8_t
softena_set_host_attr(struct softena *dev, const struct ena_feature_cmd *cmd, uint8_t rsp[56])
{
	struct ena_host_attr h;
	ena_le32_t bits = ena_put32(0), version = ena_put32(0);

	(void)rsp;
	memcpy(&h, cmd->data, sizeof(h));
	dev->host_attr.info_addr = ena_get_ad48(h.host_info);
	dev->host_attr.debug_addr = ena_get_ad48(h.debug_area);
	dev->host_attr.debug_size = ena_get32(h.debug_area_size);
	dev->host_attr.driver_features = 0;
	if (dev->host_attr.info_addr != 0 &&
		softena_dma_read(dev,
			dev->host_attr.info_addr + offsetof(struct ena_host_info, driver_features),
			&bits, sizeof(bits)))
		dev->host_attr.driver_features = ena_get32(bits);
	dev->host_attr.driver_version = 0;
	if (dev->host_attr.info_addr != 0 && dev->cfg.quirks.require_major_2 &&
		softena_dma_read(dev,
			dev->host_attr.info_addr + offsetof(struct ena_host_info, driver_version),
			&version, sizeof(version)))
		dev->host_attr.driver_version = ena_get32(version);
	return ENA_ACQ_SUCCESS;
}
