/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the HAL needs from DPDK: registers, DMA memory, time, sleeping, logging.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_interrupts.h>
#include <rte_memzone.h>

#include "ena_barrier.h"
#include "ena_pmd.h"

/** Waits up to this long are spun; longer ones sleep. */
#define SPIN_MAX_US 50u

static volatile void *
reg_addr(void *ctx, uint32_t offset)
{
	struct ena_adapter *a = ctx;

	/* Offsets of queues are checked by the HAL against the length of the BAR. */
	return a->bars.regs + offset;
}

static uint32_t
platform_reg_read(void *ctx, uint32_t offset)
{
	return rte_read32(reg_addr(ctx, offset));
}

static void
platform_reg_write(void *ctx, uint32_t offset, uint32_t value)
{
	/* Rings lie in host memory; the write barrier covers them. */
	rte_wmb();
	rte_write32_relaxed(value, reg_addr(ctx, offset));
}

static int
platform_dma_alloc(void *ctx, size_t len, size_t align, int socket, struct ena_hal_dma *dma)
{
	/* One sequence for all ports: memory that could not be freed keeps its name after its port
	 * is closed. */
	static uint32_t sequence;
	struct ena_adapter *a = ctx;
	const struct rte_memzone *mz;
	char name[RTE_MEMZONE_NAMESIZE];

	memset(dma, 0, sizeof(*dma));
	snprintf(name, sizeof(name), "ena_%u_%" PRIu32, a->data->port_id,
		__atomic_fetch_add(&sequence, 1, __ATOMIC_RELAXED));
	mz = rte_memzone_reserve_aligned(name, len, socket, RTE_MEMZONE_IOVA_CONTIG, align);
	if (mz == NULL && socket != SOCKET_ID_ANY) {
		ENA_LOG(DEBUG, "port %u: no memory on NUMA node %d, trying the others",
			a->data->port_id, socket);
		mz = rte_memzone_reserve_aligned(
			name, len, SOCKET_ID_ANY, RTE_MEMZONE_IOVA_CONTIG, align);
	}
	if (mz == NULL) {
		ENA_LOG(ERR, "port %u: cannot reserve %zu bytes of contiguous memory: %s",
			a->data->port_id, len, rte_strerror(rte_errno));
		return -ENOMEM;
	}
	memset(mz->addr, 0, len);
	dma->va = mz->addr;
	dma->iova = mz->iova;
	dma->len = len;
	dma->cookie = (void *)(uintptr_t)mz;
	return 0;
}

static void
platform_dma_free(void *ctx, struct ena_hal_dma *dma)
{
	RTE_SET_USED(ctx);
	if (dma->va != NULL)
		rte_memzone_free(dma->cookie);
	memset(dma, 0, sizeof(*dma));
}

static uint64_t
platform_now_us(void *ctx)
{
	RTE_SET_USED(ctx);
	return ena_now_us();
}

static void
platform_delay_us(void *ctx, uint32_t us)
{
	RTE_SET_USED(ctx);
	if (us <= SPIN_MAX_US)
		rte_delay_us_block(us);
	else
		rte_delay_us_sleep(us);
}

static void
platform_read_barrier(void *ctx)
{
	RTE_SET_USED(ctx);
	ena_rmb_completion();
}

static void
platform_lock(void *ctx)
{
	struct ena_adapter *a = ctx;

	rte_spinlock_lock(&a->platform.lock);
}

static void
platform_unlock(void *ctx)
{
	struct ena_adapter *a = ctx;

	rte_spinlock_unlock(&a->platform.lock);
}

static void
platform_wait(void *ctx, uint32_t us)
{
	/*
	 * Wake-ups that the thread has seen, and of which device: one that came since its last wait
	 * ends the wait at once, and several threads may wait. A thread that waited for another
	 * device meanwhile cannot know: its first wait ends at once, which makes it look again.
	 */
	static __thread const struct ena_adapter *seen_of;
	static __thread uint64_t seen;
	struct ena_adapter *a = ctx;
	struct timespec end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += us / 1000000u;
	end.tv_nsec += (long)(us % 1000000u) * 1000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}

	pthread_mutex_lock(&a->platform.wait_lock);
	while (a->platform.wakes == seen && seen_of == a)
		if (pthread_cond_timedwait(&a->platform.wait_cond, &a->platform.wait_lock, &end) !=
			0)
			break;
	seen = a->platform.wakes;
	seen_of = a;
	pthread_mutex_unlock(&a->platform.wait_lock);
}

static void
platform_wake(void *ctx)
{
	struct ena_adapter *a = ctx;

	pthread_mutex_lock(&a->platform.wait_lock);
	a->platform.wakes++;
	pthread_cond_broadcast(&a->platform.wait_cond);
	pthread_mutex_unlock(&a->platform.wait_lock);
}

static bool
platform_in_interrupt(void *ctx)
{
	RTE_SET_USED(ctx);
	return rte_thread_is_intr() != 0;
}

static void
platform_log(void *ctx, enum ena_hal_log_level level, const char *msg)
{
	static const uint32_t rte_level[] = {
		[ENA_HAL_LOG_ERR] = RTE_LOG_ERR,
		[ENA_HAL_LOG_WARNING] = RTE_LOG_WARNING,
		[ENA_HAL_LOG_NOTICE] = RTE_LOG_NOTICE,
		[ENA_HAL_LOG_INFO] = RTE_LOG_INFO,
		[ENA_HAL_LOG_DEBUG] = RTE_LOG_DEBUG,
	};
	struct ena_adapter *a = ctx;

	if (!rte_log_can_log((uint32_t)ena_logtype_driver, rte_level[level]))
		return;
	/* Messages from the interrupt thread are caused by the device, so their number is limited.
	 */
	if (rte_thread_is_intr() && !ena_log_allowed(a))
		return;
	rte_log(rte_level[level], ena_logtype_driver, "ena_pmd: port %u: %s\n", a->data->port_id,
		msg);
}

const struct ena_hal_platform ena_platform_ops = {
	.reg_read = platform_reg_read,
	.reg_write = platform_reg_write,
	.dma_alloc = platform_dma_alloc,
	.dma_free = platform_dma_free,
	.now_us = platform_now_us,
	.delay_us = platform_delay_us,
	.read_barrier = platform_read_barrier,
	.lock = platform_lock,
	.unlock = platform_unlock,
	.wait = platform_wait,
	.wake = platform_wake,
	.in_interrupt = platform_in_interrupt,
	.log = platform_log,
};

int
ena_platform_map(struct ena_bars *bars, const struct rte_pci_device *pci)
{
	const struct rte_mem_resource *bar0 = &pci->mem_resource[ENA_BAR_REGS];
	const struct rte_mem_resource *bar2 = &pci->mem_resource[ENA_BAR_MEM];

	if (bar0->addr == NULL) {
		ENA_INIT_LOG(ERR,
			"%s: the registers (BAR%u) are not mapped; bind the device to vfio-pci, "
			"and look at what EAL said before about mapping it",
			pci->name, ENA_BAR_REGS);
		return -ENODEV;
	}
	if (bar0->len <= ENA_REG_RSS_IND_ENTRY_UPDATE) {
		ENA_INIT_LOG(ERR, "%s: %" PRIu64 " bytes of registers (BAR%u) are too few",
			pci->name, bar0->len, ENA_BAR_REGS);
		return -ENODEV;
	}
	bars->regs = ena_bar_address(bar0->addr, bar0->phys_addr, (uint64_t)sysconf(_SC_PAGESIZE));
	bars->regs_len = bar0->len;
	if (bar2->addr == NULL)
		return 0;
	bars->mem = ena_bar_address(bar2->addr, bar2->phys_addr, (uint64_t)sysconf(_SC_PAGESIZE));
	bars->mem_len = bar2->len;
	return 0;
}

int
ena_platform_init(struct ena_adapter *a)
{
	pthread_condattr_t attr;
	int rc;

	rte_spinlock_init(&a->platform.lock);
	a->platform.wakes = 0;
	rc = pthread_mutex_init(&a->platform.wait_lock, NULL);
	if (rc != 0)
		return -rc;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	rc = pthread_cond_init(&a->platform.wait_cond, &attr);
	pthread_condattr_destroy(&attr);
	if (rc != 0)
		pthread_mutex_destroy(&a->platform.wait_lock);
	return -rc;
}

void
ena_platform_fini(struct ena_adapter *a)
{
	pthread_cond_destroy(&a->platform.wait_cond);
	pthread_mutex_destroy(&a->platform.wait_lock);
}
