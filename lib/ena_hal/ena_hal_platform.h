/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the HAL needs from its surroundings: register access, DMA memory, time, a lock, waiting
 * and the log. The PMD implements it with DPDK, the unit tests with a mock and virtual time.
 */
#ifndef ENA_HAL_PLATFORM_H
#define ENA_HAL_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A zeroed block of host memory, contiguous for the device. */
struct ena_hal_dma {
	void *va; /**< NULL if there is no block */
	uint64_t iova; /**< address for the device */
	size_t len; /**< requested bytes */
	void *cookie; /**< for the platform only */
};

enum ena_hal_log_level {
	ENA_HAL_LOG_ERR,
	ENA_HAL_LOG_WARNING,
	ENA_HAL_LOG_NOTICE,
	ENA_HAL_LOG_INFO,
	ENA_HAL_LOG_DEBUG,
};

/**
 * Functions of the platform. Every member must be set.
 * @c ctx is the pointer given to ena_hal_init().
 */
struct ena_hal_platform {
	/** 32-bit load from BAR0 at @p offset bytes; ordered after earlier loads. */
	uint32_t (*reg_read)(void *ctx, uint32_t offset);
	/**
	 * 32-bit store to BAR0. All earlier stores to memory are visible to the device
	 * before it.
	 */
	void (*reg_write)(void *ctx, uint32_t offset, uint32_t value);
	/**
	 * Allocate zeroed memory, contiguous for the device.
	 * @param align  power of two, bytes
	 * @param socket NUMA node, -1 = any
	 * @return 0 or -ENOMEM
	 */
	int (*dma_alloc)(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma);
	/** Free a block of dma_alloc(); a block with va NULL is allowed. Clears @p dma. */
	void (*dma_free)(void *ctx, struct ena_hal_dma *dma);
	/** Monotonic time in microseconds. */
	uint64_t (*now_us)(void *ctx);
	/** Wait at least @p us microseconds; long waits should sleep. */
	void (*delay_us)(void *ctx, uint32_t us);
	/** Order an earlier read of a phase or id before all later reads. */
	void (*read_barrier)(void *ctx);
	/** One lock for each device. Not recursive, never held during delay_us() or wait(). */
	void (*lock)(void *ctx);
	void (*unlock)(void *ctx);
	/**
	 * Sleep until wake() is called, or until @p us microseconds have passed. A wake() since the
	 * last wait() of this thread ended also counts. Spurious returns are allowed. Called
	 * without the lock.
	 */
	void (*wait)(void *ctx, uint32_t us);
	/**
	 * Wake every thread in wait(). Called from ena_hal_mgmt_interrupt(), and when commands
	 * are aborted. Called without the lock.
	 */
	void (*wake)(void *ctx);
	/**
	 * True if the calling thread is the one that delivers the management interrupt. Such a
	 * thread must poll for admin completions, because no other thread would wake it.
	 */
	bool (*in_interrupt)(void *ctx);
	/** Write one line to the log. @p msg ends without a newline. */
	void (*log)(void *ctx, enum ena_hal_log_level level, const char *msg);
};

#ifdef __cplusplus
}
#endif

#endif /* ENA_HAL_PLATFORM_H */
