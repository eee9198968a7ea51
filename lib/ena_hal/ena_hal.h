/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Hardware abstraction layer (HAL) for the Elastic Network Adapter: the whole control path.
 * Register access, reset, admin queue, events, features, creation and destruction of I/O queues,
 * device statistics.
 *
 * The HAL does not depend on DPDK. It uses only the functions of struct ena_hal_platform, has no
 * global state, and returns 0 or a negative errno:
 *
 *   -EINVAL     a parameter is out of range (found here, or by the device: statuses 2, 4, 5, 6)
 *   -ENOMEM     no DMA memory, or the device has no resource left (status 1)
 *   -ENOTSUP    the device does not support it (status 3, or the feature bit is clear)
 *   -EAGAIN     the device is busy (status 7)
 *   -ETIMEDOUT  no answer in time; the admin queue is dead until the next bring-up
 *   -ENODEV     the admin queue is dead, was not started, or the device is gone
 *   -EIO        the device gave an invalid answer
 *   -EPROTO     the device reports values that this interface does not allow
 *   -EBUSY      the admin queue is full
 *
 * Context: unless a function says otherwise it is called from a control thread, may sleep
 * through the platform, and may be called from several threads at a time for one device.
 * No function here is for the data path. At queue creation the HAL returns the addresses of the
 * ring and the offsets of its registers (struct ena_hal_sq, struct ena_hal_cq); from then on the
 * ring belongs to the caller.
 *
 * Usual order (part A 3.2):
 *   ena_hal_init, ena_hal_reset, ena_hal_identify, ena_hal_admin_start,
 *   ena_hal_host_info_set, ena_hal_query, ena_hal_llq_negotiate,
 *   (handler of vector 0 installed) ena_hal_admin_polling(false), ena_hal_aenq_arm,
 *   ena_hal_aenq_groups
 *
 * Each concern has a header and a source file of the same name:
 *
 *   ena_hal_platform.h   what the HAL needs from its surroundings (no source file)
 *   ena_hal_regs         register reads, identity, reset
 *   ena_hal_admin        admin queue
 *   ena_hal_aenq         events
 *   ena_hal_query        capabilities and limits of the device
 *   ena_hal_llq          Tx placement
 *   ena_hal_features     host information, MTU, link, fragment bypass, timestamps
 *   ena_hal_rss          RSS
 *   ena_hal_queue        I/O queues
 *   ena_hal_stats        statistics
 *
 * The PHC (part A 6.18) becomes ena_hal_phc and flow steering (6.19) becomes ena_hal_steering, each
 * a header and a source file that use ena_hal_feature_get() and ena_hal_feature_set() of
 * ena_hal_priv.h as ena_hal_rss does. What the device can do is learnt in ena_hal_query.c: a
 * feature adds a member to struct ena_hal_caps and an entry to the list of steps in
 * ena_hal_query().
 *
 * This header has the object itself and its life (ena_hal_init.c), and includes all others.
 */
#ifndef ENA_HAL_H
#define ENA_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ena_abi.h>

#include "ena_hal_admin.h"
#include "ena_hal_aenq.h"
#include "ena_hal_features.h"
#include "ena_hal_llq.h"
#include "ena_hal_platform.h"
#include "ena_hal_query.h"
#include "ena_hal_queue.h"
#include "ena_hal_regs.h"
#include "ena_hal_rss.h"
#include "ena_hal_stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Blocks that can wait for a reset: four rings for each of 128 queue pairs, one for each admin
 * command that got no answer, the three rings of the control plane, and some more.
 */
#define ENA_HAL_PARKED_MAX 576u

/**
 * The device as the HAL sees it. Allocated by the caller (in DPDK it lies in memory that is shared
 * with secondary processes), initialised by ena_hal_init(). Callers may read identity, caps, llq
 * and count; only functions of the HAL write members.
 */
struct ena_hal {
	const struct ena_hal_platform *plat;
	void *ctx;

	/* registers */
	enum ena_hal_read_mode read_mode;
	struct ena_hal_dma reg_resp; /* struct ena_reg_read_resp */
	uint16_t reg_seq;
	bool reg_busy; /* a readless request is outstanding */
	uint32_t reg_timeout_us;
	struct ena_hal_identity identity;
	bool idle; /* see ena_hal_is_idle() */

	/* admin queue */
	struct ena_hal_dma aq, acq;
	struct ena_hal_cmd cmd[ENA_AQ_DEPTH];
	uint16_t aq_tail; /* free-running, as written to the doorbell */
	uint16_t acq_head; /* free-running */
	bool admin_running;
	bool admin_dead;
	int dead_error; /* result of commands that were in flight when the queue died */
	bool polling;
	bool intr_lost; /* polling because of a missed interrupt, see ena_hal_intr_retry() */
	uint64_t intr_retry_us; /* when interrupt mode is tried again */
	uint32_t intr_backoff_us; /* waiting time after the next missed interrupt */
	uint32_t admin_timeout_us;
	uint32_t generation; /* counts stops, so that a waiting thread knows its slot is gone */

	/* events */
	struct ena_hal_dma aenq;
	uint16_t aenq_head; /* free-running, starts at the depth (part A 7.2) */
	bool aenq_armed;

	struct ena_hal_dma host_info;
	/* blocks without an owner that the device may still write to: kept until the next reset */
	struct ena_hal_dma parked[ENA_HAL_PARKED_MAX];
	unsigned int parked_count;
	struct ena_hal_caps caps;
	struct ena_hal_llq llq;
	/* last: ena_hal_reinit() keeps it */
	struct ena_hal_counters count;
};

/**
 * Prepare the object, allocate the readless response buffer and program its address
 * (3.2 steps 4, 5). No other register is written.
 *
 * @return 0, -EINVAL (a platform function is missing), -ENOMEM
 */
int ena_hal_init(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode);

/**
 * Prepare an object after ena_hal_fini(), or a zeroed one. Like ena_hal_init(), but the counters
 * and the count of stops keep their values.
 */
int ena_hal_reinit(struct ena_hal *hal, const struct ena_hal_platform *plat, void *ctx,
	enum ena_hal_read_mode mode);

/** True between a successful ena_hal_init() or ena_hal_reinit() and ena_hal_fini(). */
static inline bool
ena_hal_is_initialized(const struct ena_hal *hal)
{
	return hal->plat != NULL && hal->reg_resp.va != NULL;
}

/**
 * Give everything back: abort outstanding commands, free rings and parked memory, and write
 * MMIO_RESP = 0 as the last register access (2.4).
 *
 * Before, the caller makes sure that the device does no more DMA: ena_hal_reset() has succeeded, or
 * bus mastering of the function is off. No other register is written, because a device that did
 * not complete a reset may be in any state.
 * Safe on an object whose ena_hal_init() failed and on a zeroed one.
 */
void ena_hal_fini(struct ena_hal *hal);

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_H */
