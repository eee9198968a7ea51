/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Creation and destruction of I/O queues (part A 5.8), and the registers of these queues.
 *
 * CQs, Tx SQs and Rx SQs are numbered separately; a new queue gets the lowest free number. The
 * offset of a register depends on the number. Doorbells and unmask registers of different
 * queues are on different cache lines if BAR0 has room for that (struct softena_layout), since
 * several threads write them as plain memory in the polled modes.
 */

#include <string.h>

#include "softena_bytes.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_llq.h"
#include "softena_queue.h"
#include "softena_regs.h"
#include "softena_rx.h"
#include "softena_strict.h"

#define CACHE_LINE   64u
#define DB_BASE      SOFTENA_DB_FIRST
#define UNMASK_SPACE 0x400u
#define NUMA_SPACE   0x400u
#define DB_SPACE_MIN 0x800u /* in a BAR0 of 8 KiB */

_Static_assert(2 * SOFTENA_QUEUES_MAX * 4 <= UNMASK_SPACE, "unmask registers fit");
_Static_assert(2 * SOFTENA_QUEUES_MAX * 4 <= NUMA_SPACE, "NUMA registers fit");
_Static_assert(2 * SOFTENA_QUEUES_MAX * 4 <= DB_SPACE_MIN, "doorbells fit");

/* ---- registers ------------------------------------------------------------------- */

/* Largest power of two up to a cache line at which n registers fit into the space. */
static uint32_t
stride(unsigned int n, uint32_t space)
{
	uint32_t s = CACHE_LINE;

	while (s > 4 && n * s > space)
		s /= 2;
	return s;
}

static uint32_t
db_stride(const struct softena *dev)
{
	return stride(dev->cfg.tx_queues + dev->cfg.rx_queues, dev->layout.unmask - DB_BASE);
}

static uint32_t
tx_db_off_of(const struct softena *dev, unsigned int idx)
{
	return DB_BASE + idx * db_stride(dev);
}

static uint32_t
rx_db_off_of(const struct softena *dev, unsigned int idx)
{
	return DB_BASE + (dev->cfg.tx_queues + idx) * db_stride(dev);
}

static uint32_t
unmask_off_of(const struct softena *dev, unsigned int idx)
{
	return dev->layout.unmask + idx * stride(dev->queues.n_cq, UNMASK_SPACE);
}

static uint32_t
numa_off_of(const struct softena *dev, unsigned int idx)
{
	return dev->layout.numa + idx * 4;
}

/* The existing SQ whose doorbell lies at off, or NULL. */
static struct softena_sq *
sq_of_doorbell(struct softena *dev, uint32_t off)
{
	uint32_t s = db_stride(dev);
	uint32_t n = (off - DB_BASE) / s;
	struct softena_sq *sq;

	if ((off - DB_BASE) % s != 0 || n >= dev->cfg.tx_queues + dev->cfg.rx_queues)
		return NULL;
	sq = n < dev->cfg.tx_queues ? &dev->queues.tx_sq[n] :
				      &dev->queues.rx_sq[n - dev->cfg.tx_queues];
	return sq->exists ? sq : NULL;
}

static struct softena_cq *
cq_of_reg(struct softena *dev, uint32_t delta, uint32_t s)
{
	uint32_t n = delta / s;

	if (delta % s != 0 || n >= dev->queues.n_cq || !dev->queues.cq[n].exists)
		return NULL;
	return &dev->queues.cq[n];
}

/* Part B 1.9: an advance beyond the depth is ignored and the old tail is kept. */
static void
doorbell(struct softena *dev, struct softena_sq *sq, uint32_t val)
{
	uint16_t tail = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);

	if (sq->tx && softena_fault_strikes(dev, SOFTENA_FAULT_TX_DOORBELL_LOST, sq->idx))
		return;
	if (dev->strict != NULL)
		softena_strict_doorbell(dev, sq, val);
	if (sq->tx)
		dev->stats.tx_doorbells++;
	else
		dev->stats.rx_doorbells++;
	if ((uint16_t)(tail - sq->tail) > sq->depth)
		dev->stats.bad_doorbells++;
	else
		sq->tail = tail;
}

void
softena_queue_reg_write(struct softena *dev, uint32_t off, uint32_t val)
{
	struct softena_sq *sq = NULL;
	struct softena_cq *cq = NULL;

	if (off >= dev->layout.numa && off < dev->layout.db_end) {
		cq = cq_of_reg(dev, off - dev->layout.numa, 4);
		if (cq != NULL && dev->strict != NULL)
			softena_strict_numa(dev, off, val);
	} else if (off >= dev->layout.unmask && off < dev->layout.numa) {
		cq = cq_of_reg(
			dev, off - dev->layout.unmask, stride(dev->queues.n_cq, UNMASK_SPACE));
		if (cq != NULL)
			softena_intr_unmask_write(dev, cq, val);
	} else if (off >= DB_BASE && off < dev->layout.unmask) {
		sq = sq_of_doorbell(dev, off);
		if (sq != NULL)
			doorbell(dev, sq, val);
	}
	if (sq == NULL && cq == NULL) {
		dev->stats.bad_doorbells++;
		if (dev->strict != NULL)
			softena_strict_no_queue(dev, off, val);
	}
}

/* ---- CREATE_CQ, DESTROY_CQ ------------------------------------------------------- */

static uint8_t
check_create_cq(const struct softena *dev, const struct ena_create_cq_cmd *cmd)
{
	const struct softena_config *cfg = &dev->cfg;
	uint32_t depth = ena_get16(cmd->depth);
	uint32_t words = ENA_FIELD_GET(ENA_CREATE_CQ_ENTRY_WORDS, cmd->entry_words);
	uint32_t vector = ena_get32(cmd->vector);
	uint32_t max = cfg->tx_depth > cfg->rx_depth ? cfg->tx_depth : cfg->rx_depth;

	if (cfg->quirks.require_host_info && dev->host_attr.info_addr == 0)
		return ENA_ACQ_UNKNOWN_ERROR;
	if (cfg->quirks.require_major_2 &&
		ENA_FIELD_GET(ENA_HOST_DRIVER_MAJOR, dev->host_attr.driver_version) != 2)
		return ENA_ACQ_UNKNOWN_ERROR;
	if (!softena_power_of_two(depth) || depth < 2 || depth > max)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (words != 2 && words != 4 && words != 8)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (vector != ENA_MSIX_VECTOR_NONE && (vector == 0 || vector >= dev->intr.vectors))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (!softena_dma_in_width(dev, ena_get_ad48(cmd->base), (uint64_t)depth * words * 4))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_cmd_create_cq(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56])
{
	struct ena_create_cq_cmd cmd;
	struct ena_create_cq_rsp r = {.cq_idx = ena_put16(0)};
	struct softena_cq *cq;
	unsigned int idx = 0;
	uint16_t depth;
	uint8_t status;

	memcpy(&cmd, entry, sizeof(cmd));
	status = check_create_cq(dev, &cmd);
	if (status != ENA_ACQ_SUCCESS)
		return status;
	while (idx < dev->queues.n_cq && dev->queues.cq[idx].exists)
		idx++;
	if (idx == dev->queues.n_cq)
		return ENA_ACQ_NO_RESOURCE;
	depth = ena_get16(cmd.depth);
	if (dev->cfg.quirks.cq_depth_limit != 0 && depth > dev->cfg.quirks.cq_depth_limit)
		depth = dev->cfg.quirks.cq_depth_limit;

	cq = &dev->queues.cq[idx];
	*cq = (struct softena_cq){
		.exists = true,
		.intr = (cmd.intr_mode & ENA_CREATE_CQ_INTR_MODE) != 0,
		.idx = (uint16_t)idx,
		.depth = depth,
		.entry_size =
			(uint16_t)(ENA_FIELD_GET(ENA_CREATE_CQ_ENTRY_WORDS, cmd.entry_words) * 4),
		.vector = ena_get32(cmd.vector),
		.base = ena_get_ad48(cmd.base),
		.unmask_off = unmask_off_of(dev, idx),
		.numa_off = numa_off_of(dev, idx),
	};
	softena_regs_publish(dev, cq->unmask_off, SOFTENA_UNMASK_IDLE);
	softena_intr_cq_created(dev, cq);

	r.cq_idx = ena_put16(cq->idx);
	r.actual_depth = ena_put16(cq->depth);
	r.numa_offset = ena_put32(cq->numa_off);
	r.unmask_offset = ena_put32(cq->unmask_off);
	memcpy(rsp, (const uint8_t *)&r + sizeof(r.common), sizeof(r) - sizeof(r.common));
	return ENA_ACQ_SUCCESS;
}

static void
sq_destroy(struct softena_sq *sq)
{
	if (sq->cq != NULL)
		sq->cq->sq = NULL;
	sq->cq = NULL;
	sq->exists = false;
}

uint8_t
softena_cmd_destroy_cq(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56])
{
	struct ena_destroy_cq_cmd cmd;
	struct softena_cq *cq;
	uint16_t idx;

	(void)rsp;
	memcpy(&cmd, entry, sizeof(cmd));
	idx = ena_get16(cmd.cq_idx);
	if (idx >= dev->queues.n_cq || !dev->queues.cq[idx].exists)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	cq = &dev->queues.cq[idx];
	if (cq->sq != NULL)
		sq_destroy(cq->sq);
	softena_intr_cq_destroyed(dev, cq);
	cq->exists = false;
	return ENA_ACQ_SUCCESS;
}

/* ---- CREATE_SQ, DESTROY_SQ ------------------------------------------------------- */

/* The fields of a CREATE_SQ command, decoded. */
struct sq_wish {
	bool tx, llq;
	uint16_t depth;
	uint64_t base;
	struct softena_cq *cq;
};

static uint32_t
max_sq_depth(const struct softena *dev, const struct sq_wish *w)
{
	if (!w->llq)
		return w->tx ? dev->cfg.tx_depth : dev->cfg.rx_depth;
	return softena_llq_max_depth(dev);
}

static uint8_t
check_sq_ring(const struct softena *dev, const struct sq_wish *w)
{
	const struct softena_cq *cq = w->cq;

	if (w->tx ? cq->entry_size != 8 && cq->entry_size != 16 :
		    cq->entry_size != 16 && cq->entry_size != 32)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (!softena_power_of_two(w->depth) || w->depth < 2 || w->depth > cq->depth ||
		w->depth > max_sq_depth(dev, w))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (!w->llq && (w->base == 0 || !softena_dma_in_width(dev, w->base,
						(uint64_t)w->depth * ENA_LLQ_DESC_SIZE)))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	return ENA_ACQ_SUCCESS;
}

/* Decode the command, with the checks of table 5.8 that lead to status 5. */
static uint8_t
parse_create_sq(struct softena *dev, const struct ena_create_sq_cmd *cmd, struct sq_wish *w)
{
	uint32_t dir = ENA_FIELD_GET(ENA_SQ_DIRECTION, cmd->direction);
	uint32_t place = ENA_FIELD_GET(ENA_CREATE_SQ_PLACEMENT, cmd->placement);
	uint16_t cq_idx = ena_get16(cmd->cq_idx);

	if ((dir != ENA_SQ_TX && dir != ENA_SQ_RX) ||
		ENA_FIELD_GET(ENA_CREATE_SQ_COMPLETION_POLICY, cmd->placement) !=
			ENA_SQ_COMPLETE_EACH ||
		(cmd->contiguous & ENA_CREATE_SQ_CONTIGUOUS) == 0)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	w->tx = dir == ENA_SQ_TX;
	w->llq = place == ENA_SQ_IN_DEVICE_MEMORY;
	if (place != ENA_SQ_IN_HOST_MEMORY && !(w->llq && w->tx && dev->llq.selected))
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (w->llq && ena_get_ad48(cmd->base) != 0 && dev->cfg.quirks.llq_base_zero)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (w->tx && !w->llq && dev->cfg.quirks.require_llq)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	if (cq_idx >= dev->queues.n_cq || !dev->queues.cq[cq_idx].exists ||
		dev->queues.cq[cq_idx].sq != NULL)
		return ENA_ACQ_ILLEGAL_PARAMETER;
	w->cq = &dev->queues.cq[cq_idx];
	w->depth = ena_get16(cmd->depth);
	w->base = ena_get_ad48(cmd->base);
	return check_sq_ring(dev, w);
}

static struct softena_sq *
free_sq(struct softena *dev, bool tx, unsigned int *idx)
{
	unsigned int n = tx ? dev->cfg.tx_queues : dev->cfg.rx_queues;
	struct softena_sq *sq = tx ? dev->queues.tx_sq : dev->queues.rx_sq;

	for (*idx = 0; *idx < n; (*idx)++)
		if (!sq[*idx].exists)
			return &sq[*idx];
	return NULL;
}

uint8_t
softena_cmd_create_sq(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56])
{
	struct ena_create_sq_cmd cmd;
	struct ena_create_sq_rsp r = {.sq_idx = ena_put16(0)};
	struct sq_wish w = {.cq = NULL};
	struct softena_sq *sq;
	unsigned int idx;
	uint32_t llq_off = 0;
	uint8_t status;

	memcpy(&cmd, entry, sizeof(cmd));
	status = parse_create_sq(dev, &cmd, &w);
	if (status != ENA_ACQ_SUCCESS)
		return status;
	sq = free_sq(dev, w.tx, &idx);
	if (sq == NULL || (w.llq && !softena_llq_place(dev, &llq_off)))
		return ENA_ACQ_NO_RESOURCE;

	*sq = (struct softena_sq){
		.exists = true,
		.tx = w.tx,
		.llq = w.llq,
		.idx = (uint16_t)idx,
		.depth = w.depth,
		.base = w.llq ? 0 : w.base,
		.llq_off = llq_off,
		.db_off = w.tx ? tx_db_off_of(dev, idx) : rx_db_off_of(dev, idx),
		.cq = w.cq,
		.posted_min = w.depth,
	};
	w.cq->sq = sq;
	softena_rx_parts_start(dev, sq);
	if (dev->strict != NULL)
		softena_strict_sq_created(dev, sq);
	softena_regs_publish(dev, sq->db_off, SOFTENA_REG_IDLE);

	r.sq_idx = ena_put16(sq->idx);
	r.db_offset = ena_put32(sq->db_off);
	r.llq_offset = ena_put32(llq_off);
	memcpy(rsp, (const uint8_t *)&r + sizeof(r.common), sizeof(r) - sizeof(r.common));
	return ENA_ACQ_SUCCESS;
}

uint8_t
softena_cmd_destroy_sq(struct softena *dev, const struct ena_aq_entry *entry, uint8_t rsp[56])
{
	struct ena_destroy_sq_cmd cmd;
	uint32_t dir;
	uint16_t idx;

	(void)rsp;
	memcpy(&cmd, entry, sizeof(cmd));
	dir = ENA_FIELD_GET(ENA_SQ_DIRECTION, cmd.direction);
	idx = ena_get16(cmd.sq_idx);
	if (dir == ENA_SQ_TX && idx < dev->cfg.tx_queues && dev->queues.tx_sq[idx].exists)
		sq_destroy(&dev->queues.tx_sq[idx]);
	else if (dir == ENA_SQ_RX && idx < dev->cfg.rx_queues && dev->queues.rx_sq[idx].exists)
		sq_destroy(&dev->queues.rx_sq[idx]);
	else
		return ENA_ACQ_ILLEGAL_PARAMETER;
	return ENA_ACQ_SUCCESS;
}

/* ---- all of them ----------------------------------------------------------------- */

void
softena_queues_reset(struct softena *dev)
{
	memset(dev->queues.tx_sq, 0, dev->cfg.tx_queues * sizeof(*dev->queues.tx_sq));
	memset(dev->queues.rx_sq, 0, dev->cfg.rx_queues * sizeof(*dev->queues.rx_sq));
	memset(dev->queues.cq, 0, dev->queues.n_cq * sizeof(*dev->queues.cq));
}

struct softena_sq *
softena_sq_get(struct softena *dev, bool tx, unsigned int idx)
{
	struct softena_sq *sq = tx ? dev->queues.tx_sq : dev->queues.rx_sq;

	if (idx >= (tx ? dev->cfg.tx_queues : dev->cfg.rx_queues) || !sq[idx].exists)
		return NULL;
	return &sq[idx];
}

struct softena_cq *
softena_cq_get(struct softena *dev, unsigned int idx)
{
	if (idx >= dev->queues.n_cq || !dev->queues.cq[idx].exists)
		return NULL;
	return &dev->queues.cq[idx];
}

bool
softena_any_sq(const struct softena *dev)
{
	unsigned int i;

	for (i = 0; i < dev->cfg.tx_queues; i++)
		if (dev->queues.tx_sq[i].exists)
			return true;
	for (i = 0; i < dev->cfg.rx_queues; i++)
		if (dev->queues.rx_sq[i].exists)
			return true;
	return false;
}

bool
softena_any_cq(const struct softena *dev)
{
	unsigned int i;

	for (i = 0; i < dev->queues.n_cq; i++)
		if (dev->queues.cq[i].exists)
			return true;
	return false;
}

struct softena_sq *
softena_rx_first(struct softena *dev)
{
	unsigned int i;

	for (i = 0; i < dev->cfg.rx_queues; i++)
		if (dev->queues.rx_sq[i].exists)
			return &dev->queues.rx_sq[i];
	return NULL;
}
