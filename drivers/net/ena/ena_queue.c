/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What Rx and Tx queues have in common (datasheet part A 5).
 */
#include <errno.h>

#include <rte_malloc.h>

#include "ena_pmd.h"

uint16_t
ena_queue_depth(
	const struct ena_adapter *a, const char *dir, uint16_t idx, uint16_t asked, uint16_t max)
{
	uint32_t depth = rte_align32pow2(asked);

	if (asked < ENA_MIN_DEPTH || asked > max) {
		ENA_LOG(ERR, "port %u %s queue %u: %u descriptors: %u to %u are possible",
			a->data->port_id, dir, idx, asked, ENA_MIN_DEPTH, max);
		return 0;
	}
	/* max is a power of two, so this stays within it */
	if (depth != asked)
		ENA_LOG(NOTICE, "port %u %s queue %u: %u descriptors rounded up to %u",
			a->data->port_id, dir, idx, asked, depth);
	return (uint16_t)depth;
}

struct ena_queue_memory
ena_queue_memory(const struct ena_adapter *a, unsigned int socket)
{
	if ((int)socket != SOCKET_ID_ANY)
		return (struct ena_queue_memory){(int)socket, false};
	return (struct ena_queue_memory){a->data->numa_node, true};
}

void *
ena_queue_zmalloc(const struct ena_queue_memory *mem, const char *name, size_t size)
{
	void *p = rte_zmalloc_socket(name, size, RTE_CACHE_LINE_SIZE, mem->socket);

	if (p == NULL && mem->any)
		p = rte_zmalloc_socket(name, size, RTE_CACHE_LINE_SIZE, SOCKET_ID_ANY);
	return p;
}

int
ena_queue_no_memory(const struct ena_adapter *a, const char *dir, uint16_t idx,
	const struct ena_queue_memory *mem)
{
	if (mem->any)
		ENA_LOG(ERR, "port %u %s queue %u: no memory", a->data->port_id, dir, idx);
	else
		ENA_LOG(ERR,
			"port %u %s queue %u: no memory on NUMA node %d; give EAL some there "
			"(--socket-mem) or set the queue up with SOCKET_ID_ANY",
			a->data->port_id, dir, idx, mem->socket);
	return -ENOMEM;
}

int
ena_queue_create(struct ena_adapter *a, struct ena_queue_rings *rings,
	const struct ena_hal_cq_params *cq, struct ena_hal_sq_params *sq)
{
	int rc;

	rc = ena_hal_cq_create(&a->hal, cq, a->bars.regs_len, &rings->cq);
	if (rc != 0)
		return rc;
	sq->cq_idx = rings->cq.idx;
	return ena_hal_sq_create(&a->hal, sq, a->bars.regs_len, a->bars.mem_len, &rings->sq);
}

int
ena_queue_destroy(struct ena_adapter *a, struct ena_queue_rings *rings)
{
	int rc = 0;

	if (rings->sq.exists)
		rc = ena_hal_sq_destroy(&a->hal, &rings->sq);
	if (rc == 0 && rings->cq.exists)
		rc = ena_hal_cq_destroy(&a->hal, &rings->cq);
	return rc;
}

void
ena_queue_release(struct ena_adapter *a, struct ena_queue_rings *rings)
{
	ena_hal_sq_release(&a->hal, &rings->sq);
	ena_hal_cq_release(&a->hal, &rings->cq);
}

void
ena_queue_park(struct ena_adapter *a, struct ena_queue_rings *rings)
{
	ena_hal_sq_park(&a->hal, &rings->sq);
	ena_hal_cq_park(&a->hal, &rings->cq);
}
