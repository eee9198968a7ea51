/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What Rx and Tx queues have in common: their state, their depth, their memory, and the pair of
 * rings that the device knows (datasheet part A 5).
 */
#ifndef ENA_QUEUE_H
#define ENA_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_hal.h>

struct ena_adapter;

#define ENA_MIN_DEPTH     128u
#define ENA_DEFAULT_DEPTH 1024u

/**
 * State of a queue. Burst functions of all processes check it first. It decides whether they do
 * anything; a change of function pointers would not reach secondary processes.
 *
 * The control thread writes all states but the last one; that one is written by the lcore that
 * polls the queue.
 */
enum ena_queue_state {
	ENA_QUEUE_NO_RINGS, /**< set up, but the device does not know it */
	ENA_QUEUE_STOPPED, /**< has rings, but burst functions leave them alone */
	ENA_QUEUE_RUNNING,
	/** the device violated the interface: the rings wait for its reset */
	ENA_QUEUE_VIOLATED,
};

/** True if burst functions may use the rings. */
static inline bool
ena_queue_is_running(const uint8_t *state)
{
	return __atomic_load_n(state, __ATOMIC_ACQUIRE) == ENA_QUEUE_RUNNING;
}

/**
 * Let burst functions use a queue whose rings are complete. Sequentially consistent, as all that
 * secondary processes wait for (ena_secondary.c).
 */
static inline void
ena_queue_run(uint8_t *state)
{
	__atomic_store_n(state, ENA_QUEUE_RUNNING, __ATOMIC_SEQ_CST);
}

/** Stop burst functions from using a queue. One without rings, or with a violation, stays so. */
static inline void
ena_queue_stop(uint8_t *state)
{
	uint8_t running = ENA_QUEUE_RUNNING;

	__atomic_compare_exchange_n(
		state, &running, ENA_QUEUE_STOPPED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/** Note a violation of a queue that runs. Context: data path. */
static inline void
ena_queue_violate(uint8_t *state)
{
	uint8_t running = ENA_QUEUE_RUNNING;

	__atomic_compare_exchange_n(
		state, &running, ENA_QUEUE_VIOLATED, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/** The queue has no rings any more. */
static inline void
ena_queue_lost_rings(uint8_t *state)
{
	__atomic_store_n(state, ENA_QUEUE_NO_RINGS, __ATOMIC_SEQ_CST);
}

/**
 * Depth of a ring for @p asked entries.
 *
 * @param dir
 *   "Rx" or "Tx", for messages
 * @param max
 *   limit of the device, a power of two
 * @return
 *   a power of two, or 0 with a message if @p asked is out of range
 */
uint16_t ena_queue_depth(
	const struct ena_adapter *a, const char *dir, uint16_t idx, uint16_t asked, uint16_t max);

/**
 * Where the memory of a queue comes from. If the application names a NUMA node, only that node is
 * used. For SOCKET_ID_ANY the node of the device is tried first, and then any other.
 */
struct ena_queue_memory {
	int socket; /**< that of the queue; -1: unknown */
	bool any;
};

/** The same for the argument @p socket of a queue set-up. */
struct ena_queue_memory ena_queue_memory(const struct ena_adapter *a, unsigned int socket);

/** Zeroed memory, or NULL. */
void *ena_queue_zmalloc(const struct ena_queue_memory *mem, const char *name, size_t size);

/** Log that there is no memory. @return -ENOMEM */
int ena_queue_no_memory(const struct ena_adapter *a, const char *dir, uint16_t idx,
	const struct ena_queue_memory *mem);

/** The rings of a queue as the device knows them. */
struct ena_queue_rings {
	struct ena_hal_cq cq;
	struct ena_hal_sq sq;
};

/**
 * Create the completion queue of @p cq, and the submission queue of @p sq on it.
 *
 * @return
 *   0, or a negative errno: what was created before it failed is in @p rings
 */
int ena_queue_create(struct ena_adapter *a, struct ena_queue_rings *rings,
	const struct ena_hal_cq_params *cq, struct ena_hal_sq_params *sq);

/** Destroy them on the device. @return 0, or a negative errno: the device has to be reset */
int ena_queue_destroy(struct ena_adapter *a, struct ena_queue_rings *rings);

/** Free rings that a reset of the device has destroyed. */
void ena_queue_release(struct ena_adapter *a, struct ena_queue_rings *rings);

/** Keep rings that the device may still write to, until it has been reset. */
void ena_queue_park(struct ena_adapter *a, struct ena_queue_rings *rings);

#endif /* ENA_QUEUE_H */
