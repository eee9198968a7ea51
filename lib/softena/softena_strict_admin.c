/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: admin commands (part A 4, 5, 6) and the registers of BAR0 (part A 2, 3).
 *
 * Only the bytes that a command defines are looked at: those behind may be stale (part A 4.3).
 */
#include <string.h>

#include "softena_admin.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_queue.h"
#include "softena_regs.h"
#include "softena_strict.h"

#define RING_ALIGN 8u

#define AQ_CMD_ID_RESERVED ENA_BITS(15, 12)
#define AQ_FLAGS_RESERVED  ENA_BITS(7, 3)

/** A range of bits in an entry that must be zero. */
struct zero {
	uint8_t off, mask;
};

/* Reserved bits of the commands, byte by byte; mask 0 ends a list. */
#define AD48_ZERO(at)          \
	{(at) + 6, 0xff},      \
	{                      \
		(at) + 7, 0xff \
	}
#define BYTES4(at)                                        \
	{(at), 0xff}, {(at) + 1, 0xff}, {(at) + 2, 0xff}, \
	{                                                 \
		(at) + 3, 0xff                            \
	}

static const struct zero zero_create_cq[] = {{4, 0xdf}, {5, 0xe0}, AD48_ZERO(12), {0, 0}};
/* The write-back address belongs to completion policies that no driver uses. */
static const struct zero zero_create_sq[] = {{4, 0x1f}, {5, 0xff}, {6, 0x80}, {7, 0xfe},
	AD48_ZERO(12), BYTES4(20), BYTES4(24), BYTES4(28), BYTES4(32), {0, 0}};
static const struct zero zero_destroy_sq[] = {{6, 0x1f}, {7, 0xff}, {0, 0}};
static const struct zero zero_destroy_cq[] = {{6, 0xff}, {7, 0xff}, {0, 0}};
static const struct zero zero_feature[] = {AD48_ZERO(8), {16, 0xfc}, {19, 0xff}, {0, 0}};
static const struct zero zero_stats[] = {AD48_ZERO(8), {18, 0xff}, {19, 0xff}, {0, 0}};

static struct softena_place
command_place(const struct softena *dev, uint16_t count, const struct ena_aq_entry *cmd)
{
	return (struct softena_place){
		"admin queue", 0, count & (dev->admin.aq.depth - 1u), cmd, sizeof(*cmd)};
}

static struct softena_place
register_place(uint32_t off, const ena_le32_t *raw)
{
	return (struct softena_place){"register", off, SOFTENA_NO_SLOT, raw, sizeof(*raw)};
}

/* ---- commands --------------------------------------------------------------------- */

static void
check_zero(struct softena *dev, const struct softena_place *place, const struct zero *list)
{
	const uint8_t *entry = place->entry;

	for (; list->mask != 0; list++)
		if ((entry[list->off] & list->mask) != 0)
			softena_defect(dev, SOFTENA_DEFECT_ADMIN_RESERVED, place,
				"byte %u, bits %#x of %#x", list->off,
				entry[list->off] & list->mask, list->mask);
}

/** Bytes @p from to @p to - 1. */
static void
check_zero_range(
	struct softena *dev, const struct softena_place *place, unsigned int from, unsigned int to)
{
	const uint8_t *entry = place->entry;

	for (unsigned int i = from; i < to; i++) {
		if (entry[i] == 0)
			continue;
		softena_defect(
			dev, SOFTENA_DEFECT_ADMIN_RESERVED, place, "byte %u is %#x", i, entry[i]);
		return;
	}
}

/** Bytes of SET data that a feature defines; what follows is zero. */
static unsigned int
set_data_size(uint8_t id)
{
	switch (id) {
	case ENA_FEATURE_LLQ:
		return sizeof(struct ena_llq_config);
	case ENA_FEATURE_FRAG_BYPASS:
		return sizeof(struct ena_frag_bypass);
	case ENA_FEATURE_RSS_HASH_FUNCTION:
		return sizeof(struct ena_rss_function);
	case ENA_FEATURE_RSS_TABLE:
		return sizeof(struct ena_rss_table);
	case ENA_FEATURE_MTU:
		return sizeof(struct ena_mtu);
	case ENA_FEATURE_RSS_HASH_INPUT:
		return sizeof(struct ena_rss_sorts);
	case ENA_FEATURE_AENQ_CONFIG:
		return sizeof(struct ena_aenq_config);
	case ENA_FEATURE_HOST_ATTR:
		return sizeof(struct ena_host_attr);
	case ENA_FEATURE_PHC:
		return sizeof(struct ena_phc_config);
	case ENA_FEATURE_HW_TIMESTAMP:
		return sizeof(struct ena_hw_timestamp);
	default:
		return 44;
	}
}

/** Part A 6.6: SET uses only the selections and the flags of the LLQ record. */
static void
check_set_llq(struct softena *dev, const struct softena_place *place)
{
	static const struct zero list[] = {BYTES4(20), BYTES4(24), {28, 0xff}, {29, 0xff},
		{32, 0xff}, {33, 0xff}, {36, 0xff}, {37, 0xff}, {40, 0xff}, {41, 0xff}, BYTES4(44),
		{48, 0xfc}, {49, 0xff}, {50, 0xff}, {51, 0xff}, BYTES4(52), {0, 0}};

	check_zero(dev, place, list);
}

static void
check_feature(struct softena *dev, const struct softena_place *place)
{
	static const struct zero host_attr[] = {AD48_ZERO(20), AD48_ZERO(28), {0, 0}};
	struct ena_feature_cmd f;
	uint32_t ctrl;
	bool set;

	memcpy(&f, place->entry, sizeof(f));
	set = f.common.opcode == ENA_AQ_SET_FEATURE;
	ctrl = f.common.flags & (ENA_AQ_FLAG_CTRL_DIRECT | ENA_AQ_FLAG_CTRL_INDIRECT);
	check_zero(dev, place, zero_feature);
	if (ctrl == (ENA_AQ_FLAG_CTRL_DIRECT | ENA_AQ_FLAG_CTRL_INDIRECT) ||
		(ctrl == 0) != (ena_get32(f.ctrl.len) == 0))
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_CTRL, place,
			"flags %#x with a control buffer of %u bytes", f.common.flags,
			ena_get32(f.ctrl.len));
	if (!set) {
		check_zero_range(dev, place, 20, sizeof(f));
		return;
	}
	if (f.version != 0)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RESERVED, place,
			"version %u in SET_FEATURE", f.version);
	check_zero_range(dev, place, 20 + set_data_size(f.id), sizeof(f));
	if (f.id == ENA_FEATURE_LLQ)
		check_set_llq(dev, place);
	if (f.id == ENA_FEATURE_HOST_ATTR)
		check_zero(dev, place, host_attr);
}

static void
check_create_sq(struct softena *dev, const struct softena_place *place)
{
	struct ena_create_sq_cmd c;
	uint16_t cq;

	memcpy(&c, place->entry, sizeof(c));
	check_zero(dev, place, zero_create_sq);
	cq = ena_get16(c.cq_idx);
	if (softena_cq_get(dev, cq) == NULL)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_NO_QUEUE, place, "no CQ %u", cq);
	if (ENA_FIELD_GET(ENA_CREATE_SQ_PLACEMENT, c.placement) == ENA_SQ_IN_DEVICE_MEMORY &&
		ena_get_ad48(c.base) != 0)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RESERVED, place,
			"a ring in device memory has no address");
}

static void
check_destroy_sq(struct softena *dev, const struct softena_place *place)
{
	struct ena_destroy_sq_cmd c;
	uint32_t dir;
	uint16_t idx;

	memcpy(&c, place->entry, sizeof(c));
	check_zero(dev, place, zero_destroy_sq);
	dir = ENA_FIELD_GET(ENA_SQ_DIRECTION, c.direction);
	idx = ena_get16(c.sq_idx);
	if ((dir != ENA_SQ_TX && dir != ENA_SQ_RX) ||
		softena_sq_get(dev, dir == ENA_SQ_TX, idx) == NULL)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_NO_QUEUE, place,
			"no SQ %u of direction %u", idx, dir);
}

static void
check_destroy_cq(struct softena *dev, const struct softena_place *place)
{
	struct ena_destroy_cq_cmd c;
	const struct softena_cq *cq;
	uint16_t idx;

	memcpy(&c, place->entry, sizeof(c));
	check_zero(dev, place, zero_destroy_cq);
	idx = ena_get16(c.cq_idx);
	cq = softena_cq_get(dev, idx);
	if (cq == NULL)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_NO_QUEUE, place, "no CQ %u", idx);
	else if (cq->sq != NULL && cq->sq->exists)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_CQ_USED, place,
			"%s SQ %u still uses CQ %u", cq->sq->tx ? "Tx" : "Rx", cq->sq->idx, idx);
}

static void
check_common(struct softena *dev, const struct softena_place *place, uint16_t count,
	const struct ena_aq_entry *cmd)
{
	bool phase = (count & dev->admin.aq.depth) == 0;
	uint16_t id = ena_get16(cmd->common.cmd_id);

	if ((id & AQ_CMD_ID_RESERVED) != 0 || (cmd->common.flags & AQ_FLAGS_RESERVED) != 0)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RESERVED, place,
			"command id %#x, flags %#x", id, cmd->common.flags);
	if (((cmd->common.flags & ENA_AQ_FLAG_PHASE) != 0) != phase)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_PHASE, place, "PHASE is %u, not %u",
			!phase, phase);
	if ((id & ENA_AQ_CMD_ID) != place->slot)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_ID, place, "command id %u in slot %u",
			id & ENA_AQ_CMD_ID, place->slot);
	if (!dev->strict->commanded && !dev->aenq.ring.running)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RING_ORDER, place,
			"first command without an AENQ");
	dev->strict->commanded = true;
}

void
softena_strict_command(struct softena *dev, uint16_t count, const struct ena_aq_entry *cmd)
{
	struct softena_place place = command_place(dev, count, cmd);

	check_common(dev, &place, count, cmd);
	switch (cmd->common.opcode) {
	case ENA_AQ_CREATE_CQ:
		check_zero(dev, &place, zero_create_cq);
		break;
	case ENA_AQ_CREATE_SQ:
		check_create_sq(dev, &place);
		break;
	case ENA_AQ_DESTROY_SQ:
		check_destroy_sq(dev, &place);
		break;
	case ENA_AQ_DESTROY_CQ:
		check_destroy_cq(dev, &place);
		break;
	case ENA_AQ_GET_FEATURE:
	case ENA_AQ_SET_FEATURE:
		check_feature(dev, &place);
		break;
	case ENA_AQ_GET_STATS:
		check_zero(dev, &place, zero_stats);
		break;
	default:
		softena_defect(
			dev, SOFTENA_DEFECT_ADMIN_OPCODE, &place, "opcode %u", cmd->common.opcode);
		break;
	}
}

/* ---- registers -------------------------------------------------------------------- */

void
softena_strict_ring_caps(
	struct softena *dev, const struct softena_admin_ring *ring, uint32_t off, uint32_t val)
{
	uint32_t depth = ENA_FIELD_GET(ENA_RING_CAPS_DEPTH, val);
	uint32_t size = ENA_FIELD_GET(ENA_RING_CAPS_ENTRY_SIZE, val);
	uint64_t base = (uint64_t)ring->base_hi << 32 | ring->base_lo;
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = register_place(off, &raw);

	if (val == 0)
		return;
	if (!softena_admin_caps_valid(val))
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RING_CAPS, &place,
			"depth %u, entries of %u bytes", depth, size);
	if (base == 0 || base % RING_ALIGN != 0 ||
		!softena_dma_in_width(dev, base, (uint64_t)depth * size))
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RING_BASE, &place, "base %#llx",
			(unsigned long long)base);
	if (ring->running)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RING_ORDER, &place,
			"the ring is running already");
	/* In plain memory the order of stores to different registers cannot be seen. */
	if (dev->bars.mode != SOFTENA_BAR0_POLLED && ring == &dev->aenq.ring &&
		!(dev->admin.aq.running && dev->admin.acq.running))
		softena_defect(
			dev, SOFTENA_DEFECT_ADMIN_RING_ORDER, &place, "the AENQ before AQ and ACQ");
}

void
softena_strict_admin_db(struct softena *dev, uint32_t off, uint32_t val)
{
	bool aenq = off == ENA_REG_AENQ_HEAD_DB;
	const struct softena_admin_ring *ring = aenq ? &dev->aenq.ring : &dev->admin.aq;
	uint16_t count = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);
	uint16_t advance = (uint16_t)(count - ring->count);
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = register_place(off, &raw);

	if ((val & ~ENA_DB_COUNT) != 0)
		softena_defect(dev, SOFTENA_DEFECT_DB_HIGH, &place, "doorbell %#x", val);
	if (!ring->running || (!aenq && !dev->admin.acq.running))
		softena_defect(
			dev, SOFTENA_DEFECT_ADMIN_RING_ORDER, &place, "the ring is not running");
	else if (advance > ring->depth)
		softena_defect(dev, aenq ? SOFTENA_DEFECT_AENQ_BEYOND : SOFTENA_DEFECT_DB_ADVANCE,
			&place, "%u, the device is at %u, depth %u", count, ring->count,
			ring->depth);
}

/** Part A 2.7: a store that changes nothing. */
static bool
is_read_only(uint32_t off)
{
	switch (off) {
	case ENA_REG_VERSION:
	case ENA_REG_CONTROLLER_VERSION:
	case ENA_REG_CAPS:
	case ENA_REG_CAPS_EXT:
	case ENA_REG_ACQ_TAIL:
	case ENA_REG_AENQ_TAIL:
	case ENA_REG_DEV_STS:
		return true;
	default:
		return false;
	}
}

void
softena_strict_reg(struct softena *dev, uint32_t off, uint32_t val)
{
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = register_place(off, &raw);
	const struct softena_admin_ring *ring = softena_ring_of_base(dev, off);

	if ((dev->regs.dev_sts & ENA_DEV_STS_RESET_IN_PROGRESS) != 0)
		softena_defect(dev, SOFTENA_DEFECT_REG_IN_RESET, &place, "value %#x", val);
	else if (is_read_only(off))
		softena_defect(dev, SOFTENA_DEFECT_REG_READ_ONLY, &place, "value %#x", val);
	else if (ring != NULL && ring->running)
		softena_defect(dev, SOFTENA_DEFECT_ADMIN_RING_ORDER, &place,
			"the base of a ring that is running");
}
