/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * BAR0 as plain memory: the polled modes.
 *
 * Trapped accesses come one by one and in order. In the polled modes the driver stores to plain
 * memory at any time, and the device reads it at its polls. There are three kinds of registers:
 *
 *  - Read-only registers are published as plain values.
 *  - Registers whose value matters only later (ring bases), or whose value is all that matters
 *    (INTR_MASK), are plain memory, too. The device reads them when it needs them.
 *  - Registers that trigger something hold SOFTENA_REG_IDLE, unmask registers
 *    SOFTENA_UNMASK_IDLE. The device takes a write by an atomic exchange, so that a second
 *    write of the same value is not lost.
 *
 * The stores of the driver are ordered, but the device reads the registers one after the other:
 * after it has read register A and before it reads register B, the driver may have written both,
 * A first. So when the device has taken a write, it reads all registers that a driver writes
 * before that one again (control_prefix()), and then acts on it. The exchange has acquire order,
 * so that this second look finds what was written before.
 */

#include "softena_device.h"
#include "softena_queue.h"
#include "softena_regs.h"

/* ---- memory of the polled modes -------------------------------------------------- */

void
softena_regs_publish(struct softena *dev, uint32_t off, uint32_t val)
{
	if (softena_reg_polled(dev, off))
		__atomic_store_n(softena_reg_mem(dev, off), ENA_SWAP32(val), __ATOMIC_RELEASE);
}

uint32_t
softena_reg_idle(const struct softena *dev, uint32_t off)
{
	return off >= dev->layout.unmask && off < dev->layout.numa ? SOFTENA_UNMASK_IDLE :
								     SOFTENA_REG_IDLE;
}

/* What the driver has written since the last call, or SOFTENA_REG_IDLE. */
static uint32_t
reg_take(struct softena *dev, uint32_t off)
{
	uint32_t *mem = softena_reg_mem(dev, off), idle = softena_reg_idle(dev, off), val;

	if (softena_reg_load(dev, off) == idle)
		return SOFTENA_REG_IDLE;
	val = ENA_SWAP32(__atomic_exchange_n(mem, ENA_SWAP32(idle), __ATOMIC_ACQ_REL));
	return val != idle ? val : SOFTENA_REG_IDLE;
}

/* ---- polled accesses ------------------------------------------------------------- */

static unsigned int
poll_dev_ctl(struct softena *dev)
{
	uint32_t val = reg_take(dev, ENA_REG_DEV_CTL);

	if (val == SOFTENA_REG_IDLE)
		return 0;
	softena_reg_apply(dev, ENA_REG_DEV_CTL, val);
	return 1;
}

/* A register in front of which a driver writes nothing but DEV_CTL. */
static unsigned int
poll_after_ctl(struct softena *dev, uint32_t off)
{
	uint32_t val = reg_take(dev, off);
	unsigned int n = 1;

	if (val == SOFTENA_REG_IDLE)
		return 0;
	n += poll_dev_ctl(dev);
	softena_reg_apply(dev, off, val);
	return n;
}

static bool
mask_differs(const struct softena *dev, uint32_t val)
{
	return ((val & ENA_INTR_MASK_MGMT) != 0) != dev->intr.mgmt_masked;
}

/* INTR_MASK does not trigger anything: its value is read as it is, and drivers read it back. */
static unsigned int
poll_intr_mask(struct softena *dev)
{
	uint32_t val = softena_reg_load(dev, ENA_REG_INTR_MASK);
	unsigned int n = 0;

	if (!mask_differs(dev, val))
		return 0;
	if ((dev->regs.dev_sts & ENA_DEV_STS_RESET_IN_PROGRESS) != 0) {
		/* The driver may have released the reset and then written the mask after the check
		 * above. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		n = poll_dev_ctl(dev);
		val = softena_reg_load(dev, ENA_REG_INTR_MASK);
		if (!mask_differs(dev, val))
			return n;
	}
	softena_reg_apply(dev, ENA_REG_INTR_MASK, val);
	/* The write was ignored: restore the memory, or each poll would find the difference again.
	 */
	if (mask_differs(dev, val))
		softena_regs_publish(
			dev, ENA_REG_INTR_MASK, dev->intr.mgmt_masked ? ENA_INTR_MASK_MGMT : 0);
	return n + 1;
}

/* All registers that a driver writes before a doorbell. */
static unsigned int
control_prefix(struct softena *dev)
{
	unsigned int n = poll_dev_ctl(dev);

	n += poll_after_ctl(dev, ENA_REG_MMIO_RESP_LO);
	n += poll_after_ctl(dev, ENA_REG_MMIO_RESP_HI);
	n += poll_after_ctl(dev, ENA_REG_AQ_CAPS);
	n += poll_after_ctl(dev, ENA_REG_ACQ_CAPS);
	n += poll_after_ctl(dev, ENA_REG_AENQ_CAPS);
	n += poll_intr_mask(dev);
	return n;
}

static unsigned int
poll_trigger(struct softena *dev, uint32_t off)
{
	uint32_t val = reg_take(dev, off);
	unsigned int n = 1;

	if (val == SOFTENA_REG_IDLE)
		return 0;
	n += control_prefix(dev);
	softena_reg_apply(dev, off, val);
	return n;
}

static unsigned int
poll_control(struct softena *dev)
{
	unsigned int n = control_prefix(dev);

	n += poll_trigger(dev, ENA_REG_AENQ_HEAD_DB);
	n += poll_trigger(dev, ENA_REG_AQ_DB);
	n += poll_trigger(dev, ENA_REG_MMIO_REG_READ);
	if (dev->phc.on)
		n += poll_trigger(dev, ENA_REG_PHC_DB);
	return n;
}

static unsigned int
poll_io(struct softena *dev, uint32_t off)
{
	uint32_t val = reg_take(dev, off);

	if (val == SOFTENA_REG_IDLE)
		return 0;
	softena_reg_apply(dev, off, val);
	return 1;
}

static unsigned int
poll_doorbells(struct softena *dev)
{
	unsigned int i, n = 0;

	for (i = 0; i < dev->cfg.tx_queues; i++)
		if (dev->queues.tx_sq[i].exists)
			n += poll_io(dev, dev->queues.tx_sq[i].db_off);
	for (i = 0; i < dev->cfg.rx_queues; i++)
		if (dev->queues.rx_sq[i].exists)
			n += poll_io(dev, dev->queues.rx_sq[i].db_off);
	return n;
}

/* NUMA registers have no effect (part A 5.8): only strict mode looks. */
static unsigned int
poll_unmask(struct softena *dev)
{
	unsigned int i, n = 0;

	for (i = 0; i < dev->queues.n_cq; i++)
		if (dev->queues.cq[i].exists)
			n += poll_io(dev, dev->queues.cq[i].unmask_off);
	for (i = 0; dev->strict != NULL && i < dev->queues.n_cq; i++)
		if (dev->queues.cq[i].exists)
			n += poll_io(dev, dev->queues.cq[i].numa_off);
	return n;
}

unsigned int
softena_regs_poll(struct softena *dev, bool control, bool data)
{
	unsigned int n = 0;

	if (dev->bars.mode == SOFTENA_BAR0_TRAPPED)
		return 0;
	if (control && dev->bars.mode == SOFTENA_BAR0_POLLED)
		n += poll_control(dev);
	if (data)
		n += poll_doorbells(dev);
	return n + poll_unmask(dev);
}
