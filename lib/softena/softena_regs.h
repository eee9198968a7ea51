/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Registers of BAR0: their meaning (softena_regs.c), and the polled modes, in which they are plain
 * memory (softena_regs_poll.c).
 */
#ifndef SOFTENA_REGS_H
#define SOFTENA_REGS_H

#include "softena_device.h"

/** Value that a polled register holds while the driver has not written it. */
#define SOFTENA_REG_IDLE UINT32_C(0xfffffffe)
/**
 * The same for unmask registers, which a driver may read, change and write back (revision 2, 32).
 * UNMASK and NO_MOD are 0, the Tx delay is one unit: no driver writes this value itself.
 */
#define SOFTENA_UNMASK_IDLE UINT32_C(0x00008000)

/* softena_regs.c */
/** Table 2.7, second column; all but MMIO_RESP, DEV_CTL and DEV_STS as memory shows them. */
void softena_regs_reset(struct softena *dev);
/**
 * After power-on and a function-level reset: also the registers that a DEV_CTL reset does not
 * change.
 */
void softena_regs_power_on(struct softena *dev);
/** Let the registers read 0xffffffff, or restore them to what the device knows. */
void softena_regs_gone(struct softena *dev, bool gone);
/** A write takes effect (table 2.7). */
void softena_reg_apply(struct softena *dev, uint32_t off, uint32_t val);
/** The ring that a BASE_LO or BASE_HI register belongs to, or NULL. */
struct softena_admin_ring *softena_ring_of_base(struct softena *dev, uint32_t off);

/* softena_regs_poll.c */
/** Look at all polled registers that a driver may have written. @return number taken */
unsigned int softena_regs_poll(struct softena *dev, bool control, bool data);
/** Store @p val so that plain loads of BAR0 see it (polled modes); no-op when trapped. */
void softena_regs_publish(struct softena *dev, uint32_t off, uint32_t val);
/** The idle value of a register that triggers something. */
uint32_t softena_reg_idle(const struct softena *dev, uint32_t off);

/** True if the driver's accesses to this register go to plain memory. */
static inline bool
softena_reg_polled(const struct softena *dev, uint32_t off)
{
	switch (dev->bars.mode) {
	case SOFTENA_BAR0_POLLED:
		return true;
	case SOFTENA_BAR0_POLLED_DOORBELLS:
		return off >= SOFTENA_DB_FIRST;
	default:
		return false;
	}
}

/** The plain memory of a polled register. */
static inline uint32_t *
softena_reg_mem(const struct softena *dev, uint32_t off)
{
	return (uint32_t *)((uint8_t *)dev->bars.bar0 + off);
}

static inline uint32_t
softena_reg_load(const struct softena *dev, uint32_t off)
{
	return ENA_SWAP32(__atomic_load_n(softena_reg_mem(dev, off), __ATOMIC_RELAXED));
}

#endif /* SOFTENA_REGS_H */
