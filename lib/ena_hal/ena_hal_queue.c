/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Creation and destruction of I/O queues (part A 5.1 to 5.4).
 *
 * The data path writes to the offsets that the device returns, so they are checked here once. If
 * they are not valid, the queue is destroyed again before its ring is freed.
 */
#include "ena_hal_priv.h"

/** CQ rings are page aligned in every driver (part A 5.1). Here SQ rings are, too. */
#define RING_ALIGN ENA_HAL_PAGE
/** Size of a descriptor in host memory. */
#define SQ_ENTRY_SIZE 16u
/** I/O registers are behind the register file (part A 2.1). */
#define IO_REG_MIN (ENA_REG_RSS_IND_ENTRY_UPDATE + 4)
/** The data path copies whole cache lines to device memory. */
#define LLQ_ALIGN 64u

static bool
depth_ok(uint32_t depth)
{
	return depth >= 2 && depth <= ENA_RING_DEPTH_MAX && (depth & (depth - 1)) == 0;
}

/* The offset names a register of BAR0 that the driver may write to. */
static bool
io_reg_ok(uint32_t offset, size_t bar0_len)
{
	return (offset & 3) == 0 && offset >= IO_REG_MIN && bar0_len >= sizeof(uint32_t) &&
	       offset <= bar0_len - sizeof(uint32_t);
}

/*
 * Execute a command that names a ring. On failure the ring is freed, or parked if the device may
 * still execute the command.
 */
static int
exec_with_ring(struct ena_hal *hal, const void *cmd, size_t len, struct ena_acq_entry *rsp,
	struct ena_hal_dma *ring)
{
	bool in_doubt;
	int rc = ena_hal_exec(hal, cmd, len, rsp, &in_doubt);

	if (rc == 0)
		return 0;
	if (in_doubt)
		ena_hal_dma_park(hal, ring);
	ena_hal_dma_put(hal, ring);
	return rc;
}

/* ---- completion queues ----------------------------------------------------------- */

static bool
cq_params_ok(const struct ena_hal_cq_params *p)
{
	return depth_ok(p->depth) &&
	       (p->entry_size == 8 || p->entry_size == 16 || p->entry_size == 32) &&
	       p->vector != ENA_MSIX_VECTOR_MGMT;
}

static int
cq_destroy_cmd(struct ena_hal *hal, uint16_t idx)
{
	struct ena_destroy_cq_cmd cmd = {
		.common.opcode = ENA_AQ_DESTROY_CQ,
		.cq_idx = ena_put16(idx),
	};

	return ena_hal_admin_exec(hal, &cmd, sizeof(cmd), NULL);
}

/* Why the answer to CREATE_CQ is not valid, or NULL. */
static const char *
cq_answer_wrong(const struct ena_hal_cq *cq, uint32_t granted, size_t bar0_len)
{
	/* A driver may use the smaller depth (part A 9.8 #6). The application chose the depth of
	 * its rings, so this is an error, and the application decides. */
	if (granted < cq->depth)
		return "the device grants fewer: set queues up with that many descriptors at most";
	if (granted > cq->depth)
		return "the device grants more than was asked for";
	if (!io_reg_ok(cq->unmask_offset, bar0_len))
		return "the interrupt-unmask register is not in BAR0";
	if (cq->numa_offset != 0 && !io_reg_ok(cq->numa_offset, bar0_len))
		return "the NUMA register is not in BAR0";
	return NULL;
}

/* After DESTROY of a refused queue: free its ring, or stop the admin queue if DESTROY failed. */
static void
refuse_done(struct ena_hal *hal, int destroy_rc, struct ena_hal_dma *ring)
{
	if (destroy_rc != 0) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"A refused queue cannot be destroyed (%s): the device needs a reset",
			strerror(-destroy_rc));
		ena_hal_dma_park(hal, ring);
		ena_hal_admin_fail(hal);
	}
	ena_hal_dma_put(hal, ring);
}

int
ena_hal_cq_create(struct ena_hal *hal, const struct ena_hal_cq_params *params, size_t bar0_len,
	struct ena_hal_cq *cq)
{
	struct ena_create_cq_cmd cmd = {
		.common.opcode = ENA_AQ_CREATE_CQ,
		.intr_mode = ENA_CREATE_CQ_INTR_MODE, /* without a vector too (part A 5.1) */
		.entry_words =
			(uint8_t)ENA_FIELD_PREP(ENA_CREATE_CQ_ENTRY_WORDS, params->entry_size / 4),
		.depth = ena_put16(params->depth),
		.vector = ena_put32(params->vector),
	};
	struct ena_create_cq_rsp answer;
	struct ena_acq_entry rsp;
	const char *wrong;
	int rc;

	memset(cq, 0, sizeof(*cq));
	if (!cq_params_ok(params))
		return -EINVAL;
	rc = ena_hal_dma_get(hal, (size_t)params->depth * params->entry_size, RING_ALIGN,
		params->socket, &cq->ring);
	if (rc != 0)
		return rc;
	cmd.base = ena_put_ad48(cq->ring.iova);
	rc = exec_with_ring(hal, &cmd, sizeof(cmd), &rsp, &cq->ring);
	if (rc != 0)
		return rc;

	memcpy(&answer, &rsp, sizeof(answer));
	cq->idx = ena_get16(answer.cq_idx);
	cq->depth = params->depth;
	cq->entry_size = params->entry_size;
	cq->unmask_offset = ena_get32(answer.unmask_offset);
	cq->numa_offset = ena_get32(answer.numa_offset);
	wrong = cq_answer_wrong(cq, ena_get16(answer.actual_depth), bar0_len);
	if (wrong != NULL) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"CQ %u of %u entries refused: %s (granted %u, unmask 0x%x, NUMA 0x%x)",
			cq->idx, cq->depth, wrong, ena_get16(answer.actual_depth),
			cq->unmask_offset, cq->numa_offset);
		refuse_done(hal, cq_destroy_cmd(hal, cq->idx), &cq->ring);
		memset(cq, 0, sizeof(*cq));
		return -EPROTO;
	}
	cq->exists = true;
	return 0;
}

void
ena_hal_cq_numa_set(struct ena_hal *hal, const struct ena_hal_cq *cq, int node)
{
	if (cq->numa_offset != 0 && node >= 0)
		hal->plat->reg_write(hal->ctx, cq->numa_offset,
			ENA_NUMA_VALID | ENA_FIELD_PREP(ENA_NUMA_NODE, node));
}

int
ena_hal_cq_destroy(struct ena_hal *hal, struct ena_hal_cq *cq)
{
	int rc;

	if (!cq->exists)
		return -EINVAL;
	rc = cq_destroy_cmd(hal, cq->idx);
	if (rc == 0)
		ena_hal_cq_release(hal, cq);
	return rc;
}

void
ena_hal_cq_release(struct ena_hal *hal, struct ena_hal_cq *cq)
{
	ena_hal_dma_put(hal, &cq->ring);
	memset(cq, 0, sizeof(*cq));
}

void
ena_hal_cq_park(struct ena_hal *hal, struct ena_hal_cq *cq)
{
	ena_hal_dma_park(hal, &cq->ring);
	memset(cq, 0, sizeof(*cq));
}

/* ---- submission queues -------------------------------------------------------------- */

static uint8_t
sq_direction(bool tx)
{
	return (uint8_t)ENA_FIELD_PREP(ENA_SQ_DIRECTION, tx ? ENA_SQ_TX : ENA_SQ_RX);
}

static bool
sq_params_ok(const struct ena_hal *hal, const struct ena_hal_sq_params *p)
{
	if (!depth_ok(p->depth))
		return false;
	if (!p->llq)
		return p->entry_size == SQ_ENTRY_SIZE;
	return p->tx && hal->llq.enabled && p->entry_size == hal->llq.entry_size &&
	       p->depth <= hal->llq.max_depth;
}

static int
sq_destroy_cmd(struct ena_hal *hal, uint16_t idx, bool tx)
{
	struct ena_destroy_sq_cmd cmd = {
		.common.opcode = ENA_AQ_DESTROY_SQ,
		.sq_idx = ena_put16(idx),
		.direction = sq_direction(tx),
	};

	return ena_hal_admin_exec(hal, &cmd, sizeof(cmd), NULL);
}

static const char *
sq_answer_wrong(const struct ena_hal_sq *sq, size_t ring_len, size_t bar0_len, size_t bar2_len)
{
	if (!io_reg_ok(sq->db_offset, bar0_len))
		return "the doorbell is not in BAR0";
	if (!sq->llq)
		return NULL;
	if (sq->llq_offset % LLQ_ALIGN != 0)
		return "the LLQ ring is not aligned";
	if (sq->llq_offset > bar2_len || ring_len > bar2_len - sq->llq_offset)
		return "the LLQ ring is not in BAR2";
	return NULL;
}

int
ena_hal_sq_create(struct ena_hal *hal, const struct ena_hal_sq_params *params, size_t bar0_len,
	size_t bar2_len, struct ena_hal_sq *sq)
{
	struct ena_create_sq_cmd cmd = {
		.common.opcode = ENA_AQ_CREATE_SQ,
		.direction = sq_direction(params->tx),
		.placement = (uint8_t)(ENA_FIELD_PREP(ENA_CREATE_SQ_PLACEMENT,
					       params->llq ? ENA_SQ_IN_DEVICE_MEMORY :
							     ENA_SQ_IN_HOST_MEMORY) |
				       ENA_FIELD_PREP(ENA_CREATE_SQ_COMPLETION_POLICY,
					       ENA_SQ_COMPLETE_EACH)),
		.contiguous = ENA_CREATE_SQ_CONTIGUOUS,
		.cq_idx = ena_put16(params->cq_idx),
		.depth = ena_put16(params->depth),
	};
	size_t ring_len = (size_t)params->depth * params->entry_size;
	struct ena_create_sq_rsp answer;
	struct ena_acq_entry rsp;
	const char *wrong;
	int rc;

	memset(sq, 0, sizeof(*sq));
	if (!sq_params_ok(hal, params))
		return -EINVAL;
	if (!params->llq) {
		rc = ena_hal_dma_get(hal, ring_len, RING_ALIGN, params->socket, &sq->ring);
		if (rc != 0)
			return rc;
		cmd.base = ena_put_ad48(sq->ring.iova);
	}
	rc = exec_with_ring(hal, &cmd, sizeof(cmd), &rsp, &sq->ring);
	if (rc != 0)
		return rc;

	memcpy(&answer, &rsp, sizeof(answer));
	sq->tx = params->tx;
	sq->llq = params->llq;
	sq->idx = ena_get16(answer.sq_idx);
	sq->depth = params->depth;
	sq->db_offset = ena_get32(answer.db_offset);
	sq->llq_offset = params->llq ? ena_get32(answer.llq_offset) : 0;
	wrong = sq_answer_wrong(sq, ring_len, bar0_len, bar2_len);
	if (wrong != NULL) {
		ena_hal_log(hal, ENA_HAL_LOG_ERR,
			"%s SQ %u of %u entries refused: %s (doorbell 0x%x, LLQ ring 0x%x)",
			sq->tx ? "Tx" : "Rx", sq->idx, sq->depth, wrong, sq->db_offset,
			sq->llq_offset);
		refuse_done(hal, sq_destroy_cmd(hal, sq->idx, sq->tx), &sq->ring);
		memset(sq, 0, sizeof(*sq));
		return -EPROTO;
	}
	sq->exists = true;
	return 0;
}

int
ena_hal_sq_destroy(struct ena_hal *hal, struct ena_hal_sq *sq)
{
	int rc;

	if (!sq->exists)
		return -EINVAL;
	rc = sq_destroy_cmd(hal, sq->idx, sq->tx);
	if (rc == 0)
		ena_hal_sq_release(hal, sq);
	return rc;
}

void
ena_hal_sq_release(struct ena_hal *hal, struct ena_hal_sq *sq)
{
	ena_hal_dma_put(hal, &sq->ring);
	memset(sq, 0, sizeof(*sq));
}

void
ena_hal_sq_park(struct ena_hal *hal, struct ena_hal_sq *sq)
{
	ena_hal_dma_park(hal, &sq->ring);
	memset(sq, 0, sizeof(*sq));
}
