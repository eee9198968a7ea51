/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Strict mode: Rx descriptors, which are looked at when a doorbell announces them, and the
 * doorbells themselves.
 */
#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_packet.h"
#include "softena_queue.h"
#include "softena_strict.h"

#define RX_LEN_MIN 1400u
#define CTRL_ONES  (ENA_RX_CTRL_FIRST | ENA_RX_CTRL_LAST | ENA_RX_CTRL_CREQ)
#define NUMA_ZERO  ENA_BITS(30, 8)

/** Whether all bytes are mapped for writing; no fault is counted. */
static bool
writable(struct softena *dev, uint64_t iova, size_t len)
{
	while (len > 0) {
		size_t contig = 0;

		if (dev->ops->dma(dev->host, iova, len, true, &contig) == NULL || contig == 0)
			return false;
		contig = softena_min(contig, len);
		iova += contig;
		len -= contig;
	}
	return true;
}

/* ---- descriptors ------------------------------------------------------------------ */

static void
check_fields(struct softena *dev, const struct softena_sq *sq, const struct ena_rx_desc *d,
	const struct softena_place *place, uint16_t pos)
{
	bool phase = (pos & sq->depth) == 0;

	if (d->mbz0 != 0 || (d->ctrl & ENA_RX_CTRL_MBZ) != 0)
		softena_defect(dev, SOFTENA_DEFECT_RX_W0_MBZ, place, "byte 2 %#x, byte 3 %#x",
			d->mbz0, d->ctrl);
	if (ena_get16(d->mbz1) != 0)
		softena_defect(dev, SOFTENA_DEFECT_RX_W1_MBZ, place, "%#x", ena_get16(d->mbz1));
	if (ena_get16(d->addr.rsv) != 0)
		softena_defect(dev, SOFTENA_DEFECT_RX_W3_MBZ, place, "%#x", ena_get16(d->addr.rsv));
	/* Bit 5 is accepted either way (part B 5.9 #2). */
	if ((d->ctrl & CTRL_ONES) != CTRL_ONES)
		softena_defect(dev, SOFTENA_DEFECT_RX_CTRL, place, "byte 3 is %#x", d->ctrl);
	if (((d->ctrl & ENA_RX_CTRL_PHASE) != 0) != phase)
		softena_defect(
			dev, SOFTENA_DEFECT_RX_PHASE, place, "PHASE is %u, not %u", !phase, phase);
}

static void
check_buffer(struct softena *dev, const struct ena_rx_desc *d, const struct softena_place *place)
{
	size_t len = ena_get16(d->len) == 0 ? 65536 : ena_get16(d->len);
	uint64_t addr = ena_get_ad48(d->addr);

	if (len < RX_LEN_MIN)
		softena_defect(
			dev, SOFTENA_DEFECT_RX_LEN_SMALL, place, "a buffer of %zu bytes", len);
	if (!softena_dma_in_width(dev, addr, len))
		softena_defect(dev, SOFTENA_DEFECT_RX_ADDR_WIDTH, place, "address %#llx, width %u",
			(unsigned long long)addr, dev->cfg.dma_width);
	else if (!writable(dev, addr, len))
		softena_defect(dev, SOFTENA_DEFECT_RX_ADDR_UNMAPPED, place,
			"%zu bytes from address %#llx on", len, (unsigned long long)addr);
}

static void
check_posted(struct softena *dev, const struct softena_sq *sq, uint16_t tail)
{
	struct softena_strict_queue *st = softena_strict_of(dev, sq);

	for (uint16_t pos = sq->tail; pos != tail; pos++) {
		uint16_t slot = pos & (uint16_t)(sq->depth - 1);
		struct ena_rx_desc d;
		struct softena_place place = {"Rx queue", sq->idx, slot, &d, sizeof(d)};
		size_t contig = 0;
		const void *at;
		uint16_t id;

		/* If the ring is not mapped, the device counts the fault itself. */
		at = dev->ops->dma(
			dev->host, sq->base + slot * sizeof(d), sizeof(d), false, &contig);
		if (at == NULL || contig < sizeof(d))
			return;
		memcpy(&d, at, sizeof(d));
		check_fields(dev, sq, &d, &place, pos);
		check_buffer(dev, &d, &place);
		id = ena_get16(d.req_id);
		if (id >= sq->depth)
			softena_defect(dev, SOFTENA_DEFECT_RX_REQ_ID_RANGE, &place,
				"request id %u, depth %u", id, sq->depth);
		else if (!softena_strict_id_take(st, id, st->head + (uint16_t)(pos - sq->head)))
			softena_defect(dev, SOFTENA_DEFECT_RX_REQ_ID_BUSY, &place,
				"request id %u is posted already", id);
	}
}

/* ---- doorbells -------------------------------------------------------------------- */

/**
 * Part B 3.7. In the polled modes the device sees only the last of several doorbells, so the number
 * of entries between two doorbells is not known.
 */
static void
check_burst(struct softena *dev, const struct softena_sq *sq, uint16_t advance,
	const struct softena_place *place)
{
	unsigned int limit;

	if (!sq->tx || !sq->llq || dev->bars.mode != SOFTENA_BAR0_TRAPPED ||
		(dev->cfg.llq_accel & ENA_LLQ_ACCEL_BURST_LIMIT) == 0)
		return;
	limit = dev->cfg.llq_burst / dev->llq.entry_size;
	if (limit != 0 && advance > limit)
		softena_defect(dev, SOFTENA_DEFECT_TX_BURST, place,
			"%u entries in one doorbell, the limit is %u", advance, limit);
}

void
softena_strict_doorbell(struct softena *dev, const struct softena_sq *sq, uint32_t val)
{
	struct softena_strict_queue *st = softena_strict_of(dev, sq);
	uint16_t tail = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);
	uint16_t advance = (uint16_t)(tail - sq->tail);
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = {sq->tx ? "Tx queue" : "Rx queue", sq->idx,
		(uint16_t)(tail - 1) & (sq->depth - 1u), &raw, sizeof(raw)};
	uint64_t outstanding;

	if ((val & ~ENA_DB_COUNT) != 0)
		softena_defect(dev, SOFTENA_DEFECT_DB_HIGH, &place, "doorbell %#x", val);
	if (advance > sq->depth) {
		softena_defect(dev, SOFTENA_DEFECT_DB_ADVANCE, &place, "from %u to %u, depth %u",
			sq->tail, tail, sq->depth);
		return;
	}
	check_burst(dev, sq, advance, &place);
	outstanding = st->head + (uint16_t)(sq->tail - sq->head) + advance - st->done;
	if (outstanding > sq->depth - 1u && advance != 0 && !st->wrong_id)
		softena_defect(dev,
			sq->tx ? SOFTENA_DEFECT_TX_OUTSTANDING : SOFTENA_DEFECT_RX_OUTSTANDING,
			&place, "%u slots are outstanding, depth %u", (unsigned int)outstanding,
			sq->depth);
	if (!sq->tx)
		check_posted(dev, sq, tail);
}

void
softena_strict_no_queue(struct softena *dev, uint32_t off, uint32_t val)
{
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = {"register", off, SOFTENA_NO_SLOT, &raw, sizeof(raw)};

	softena_defect(dev, SOFTENA_DEFECT_DB_NO_QUEUE, &place, "no queue owns it");
}

void
softena_strict_numa(struct softena *dev, uint32_t off, uint32_t val)
{
	ena_le32_t raw = ena_put32(val);
	struct softena_place place = {"register", off, SOFTENA_NO_SLOT, &raw, sizeof(raw)};

	if ((val & NUMA_ZERO) != 0 || (val & ENA_NUMA_VALID) == 0)
		softena_defect(dev, SOFTENA_DEFECT_NUMA_RESERVED, &place, "value %#x", val);
}
