/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Register file of BAR0 (part A 2). Table 2.7 is softena_reg_apply() and reg_value().
 */

#include <syslog.h>

#include "softena_admin.h"
#include "softena_aenq.h"
#include "softena_core.h"
#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_phc.h"
#include "softena_queue.h"
#include "softena_regs.h"
#include "softena_strict.h"

/* ---- values ---------------------------------------------------------------------- */

static uint32_t
caps_value(const struct softena_config *cfg)
{
	return ENA_CAPS_CONTIGUOUS |
	       ENA_FIELD_PREP(ENA_CAPS_RESET_TIMEOUT, cfg->reset_timeout_100ms) |
	       ENA_FIELD_PREP(ENA_CAPS_DMA_WIDTH, cfg->dma_width) |
	       ENA_FIELD_PREP(ENA_CAPS_ADMIN_TIMEOUT, cfg->admin_timeout_100ms);
}

struct softena_admin_ring *
softena_ring_of_base(struct softena *dev, uint32_t off)
{
	switch (off) {
	case ENA_REG_AQ_BASE_LO:
	case ENA_REG_AQ_BASE_HI:
		return &dev->admin.aq;
	case ENA_REG_ACQ_BASE_LO:
	case ENA_REG_ACQ_BASE_HI:
		return &dev->admin.acq;
	case ENA_REG_AENQ_BASE_LO:
	case ENA_REG_AENQ_BASE_HI:
		return &dev->aenq.ring;
	default:
		return NULL;
	}
}

/* The half of a ring's base that a register holds. */
static uint32_t *
half_of_base(struct softena_admin_ring *ring, uint32_t off)
{
	return off % 8 == 4 ? &ring->base_hi : &ring->base_lo;
}

static uint32_t
reg_value(struct softena *dev, uint32_t off)
{
	struct softena_admin_ring *ring;

	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		return ENA_REG_READ_FAILED;
	switch (off) {
	case ENA_REG_VERSION:
		return dev->cfg.version;
	case ENA_REG_CONTROLLER_VERSION:
		return dev->cfg.ctrl_version;
	case ENA_REG_CAPS:
		return caps_value(&dev->cfg);
	case ENA_REG_AQ_CAPS:
		return dev->admin.aq.caps;
	case ENA_REG_ACQ_CAPS:
		return dev->admin.acq.caps;
	case ENA_REG_AENQ_CAPS:
		return dev->aenq.ring.caps;
	case ENA_REG_INTR_MASK:
		return dev->intr.mgmt_masked ? ENA_INTR_MASK_MGMT : 0;
	case ENA_REG_DEV_CTL:
		return dev->regs.dev_ctl;
	case ENA_REG_DEV_STS:
		return dev->regs.dev_sts;
	case ENA_REG_MMIO_RESP_LO:
		return dev->regs.mmio_resp_lo;
	case ENA_REG_MMIO_RESP_HI:
		return dev->regs.mmio_resp_hi;
	}
	ring = softena_ring_of_base(dev, off);
	if (ring == NULL)
		return 0;
	if (softena_reg_polled(dev, off))
		return softena_reg_load(dev, off);
	return *half_of_base(ring, off);
}

/* ---- effects of a write ---------------------------------------------------------- */

static void
ring_stop(struct softena_admin_ring *ring)
{
	ring->running = false;
}

/* CAPS is behind the bases of AQ and ACQ, but in front of the base of the AENQ. */
static uint32_t
caps_off(uint32_t base_off)
{
	return base_off == ENA_REG_AENQ_BASE_LO ? ENA_REG_AENQ_CAPS : base_off + 8;
}

static void
ring_caps_write(
	struct softena *dev, struct softena_admin_ring *ring, uint32_t base_off, uint32_t val)
{
	if (softena_reg_polled(dev, base_off)) {
		ring->base_lo = softena_reg_load(dev, base_off);
		ring->base_hi = softena_reg_load(dev, base_off + 4);
	}
	if (dev->strict != NULL)
		softena_strict_ring_caps(dev, ring, caps_off(base_off), val);
	ring->caps = val;
	if (dev->cfg.quirks.zero_caps_fatal && val == 0 && ring->running)
		softena_fatal(dev, "CAPS of an admin ring that runs became 0");
	ring_stop(ring);
	if (!softena_admin_caps_valid(val))
		return;
	ring->base = (uint64_t)ring->base_hi << 32 | ring->base_lo;
	ring->depth = (uint16_t)ENA_FIELD_GET(ENA_RING_CAPS_DEPTH, val);
	ring->count = 0;
	ring->running = true;
	if (ring == &dev->admin.aq)
		dev->admin.aq_tail = 0;
	if (ring == &dev->aenq.ring) {
		dev->aenq.late = dev->admin.commanded;
		softena_aenq_start(dev);
	}
}

/* Part A 4.4, 2.7. */
static void
aq_doorbell(struct softena *dev, uint32_t val)
{
	uint16_t tail = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);

	if (dev->strict != NULL)
		softena_strict_admin_db(dev, ENA_REG_AQ_DB, val);
	dev->admin.commanded = true;
	if (!dev->admin.aq.running || !dev->admin.acq.running)
		return;
	if ((uint16_t)(tail - dev->admin.aq.count) > dev->admin.aq.depth) {
		dev->stats.bad_doorbells++;
		return;
	}
	dev->admin.aq_tail = tail;
}

/* Part A 7.2, 2.7. */
static void
aenq_doorbell(struct softena *dev, uint32_t val)
{
	uint16_t head = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);

	if (dev->strict != NULL)
		softena_strict_admin_db(dev, ENA_REG_AENQ_HEAD_DB, val);
	if (dev->cfg.quirks.late_aenq_fatal && dev->aenq.late)
		softena_fatal(dev, "credit for an AENQ that was programmed after a command");
	if (dev->cfg.quirks.masked_credit_fatal && dev->intr.mgmt_masked)
		softena_fatal(dev, "event credit while INTR_MASK is 1");
	if (!dev->aenq.ring.running)
		return;
	if ((uint16_t)(head - dev->aenq.ring.count) > dev->aenq.ring.depth) {
		dev->stats.bad_doorbells++;
		return;
	}
	dev->aenq.head = head;
}

static void
intr_mask_write(struct softena *dev, uint32_t val)
{
	bool mask = (val & ENA_INTR_MASK_MGMT) != 0;
	bool was = dev->intr.mgmt_masked;

	dev->intr.mgmt_masked = mask;
	if (was && !mask)
		softena_intr_mgmt_unmasked(dev);
	if (!was && mask)
		dev->intr.mgmt_pending = false;
}

/* Part A 3.8: the whole reset happens in the write with bit 0 = 1. */
static void
dev_ctl_write(struct softena *dev, uint32_t val)
{
	uint32_t reason = ENA_FIELD_GET(ENA_DEV_CTL_REASON, val) |
			  ENA_FIELD_GET(ENA_DEV_CTL_REASON_EXT, val) << 4;

	if ((val & ENA_DEV_CTL_RESET) != 0 &&
		softena_fault_strikes(dev, SOFTENA_FAULT_RESET_IGNORED, SOFTENA_FAULT_ANY_QUEUE))
		return;
	if ((val & ENA_DEV_CTL_RESET) != 0) {
		softena_device_reset(dev, reason);
		dev->regs.dev_sts = ENA_DEV_STS_READY | ENA_DEV_STS_RESET_IN_PROGRESS;
		if (reason != ENA_RESET_NORMAL && softena_may_log(dev))
			softena_log(dev, LOG_NOTICE, "reset by the driver, reason %u", reason);
	} else {
		dev->regs.dev_sts = ENA_DEV_STS_READY | (dev->fatal ? ENA_DEV_STS_FATAL : 0);
	}
	dev->regs.dev_ctl = val;
	/* Last: a driver that reads it continues to program the device. */
	softena_regs_publish(dev, ENA_REG_DEV_STS, dev->regs.dev_sts);
}

/* Part A 2.4: one naturally aligned store of 8 bytes. */
static void
mmio_read_write(struct softena *dev, uint32_t val)
{
	uint64_t iova = (uint64_t)dev->regs.mmio_resp_hi << 32 | dev->regs.mmio_resp_lo;
	uint32_t off = ENA_FIELD_GET(ENA_REG_READ_OFFSET, val);
	struct ena_reg_read_resp rsp = {
		.req_id = ena_put16((uint16_t)ENA_FIELD_GET(ENA_REG_READ_REQ_ID, val)),
		.offset = ena_put16((uint16_t)off),
		.value = ena_put32(off % 4 == 0 ? reg_value(dev, off) : 0),
	};

	if (iova != 0)
		softena_dma_write_entry(dev, iova, &rsp, sizeof(rsp), 0);
}

/* Part A 3.7: a driver that closes without a reset writes 0 here; then it receives no events. */
static void
mmio_resp_write(struct softena *dev, uint32_t *half, uint32_t val)
{
	bool was = (dev->regs.mmio_resp_lo | dev->regs.mmio_resp_hi) != 0;

	*half = val;
	if (was && (dev->regs.mmio_resp_lo | dev->regs.mmio_resp_hi) == 0)
		ring_stop(&dev->aenq.ring);
}

static bool
survives_reset(uint32_t off)
{
	return off == ENA_REG_DEV_CTL || off == ENA_REG_MMIO_REG_READ ||
	       off == ENA_REG_MMIO_RESP_LO || off == ENA_REG_MMIO_RESP_HI;
}

static void
base_write(struct softena *dev, uint32_t off, uint32_t val)
{
	struct softena_admin_ring *ring = softena_ring_of_base(dev, off);

	if (ring != NULL)
		*half_of_base(ring, off) = val;
}

void
softena_reg_apply(struct softena *dev, uint32_t off, uint32_t val)
{
	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		return;
	if (dev->strict != NULL && !survives_reset(off))
		softena_strict_reg(dev, off, val);
	if ((dev->regs.dev_sts & ENA_DEV_STS_RESET_IN_PROGRESS) != 0 && !survives_reset(off))
		return;
	if (off >= SOFTENA_DB_FIRST && off < dev->layout.db_end) {
		softena_queue_reg_write(dev, off, val);
		return;
	}
	switch (off) {
	case ENA_REG_AQ_CAPS:
		ring_caps_write(dev, &dev->admin.aq, ENA_REG_AQ_BASE_LO, val);
		break;
	case ENA_REG_ACQ_CAPS:
		ring_caps_write(dev, &dev->admin.acq, ENA_REG_ACQ_BASE_LO, val);
		break;
	case ENA_REG_AENQ_CAPS:
		ring_caps_write(dev, &dev->aenq.ring, ENA_REG_AENQ_BASE_LO, val);
		break;
	case ENA_REG_AQ_DB:
		aq_doorbell(dev, val);
		break;
	case ENA_REG_AENQ_HEAD_DB:
		aenq_doorbell(dev, val);
		break;
	case ENA_REG_INTR_MASK:
		intr_mask_write(dev, val);
		break;
	case ENA_REG_DEV_CTL:
		dev_ctl_write(dev, val);
		break;
	case ENA_REG_MMIO_REG_READ:
		dev->stats.reg_reads++;
		mmio_read_write(dev, val);
		break;
	case ENA_REG_MMIO_RESP_LO:
		mmio_resp_write(dev, &dev->regs.mmio_resp_lo, val);
		break;
	case ENA_REG_MMIO_RESP_HI:
		mmio_resp_write(dev, &dev->regs.mmio_resp_hi, val);
		break;
	case ENA_REG_PHC_DB:
		softena_phc_request(dev, (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val));
		break;
	default:
		base_write(dev, off, val);
		break;
	}
}

/* ---- trapped accesses ------------------------------------------------------------ */

uint32_t
softena_reg_read(struct softena *dev, uint32_t off)
{
	uint32_t val;

	if (off % 4 != 0)
		return 0;
	pthread_mutex_lock(&dev->lock);
	val = reg_value(dev, off);
	pthread_mutex_unlock(&dev->lock);
	return val;
}

void
softena_reg_write(struct softena *dev, uint32_t off, uint32_t val)
{
	if (off % 4 != 0)
		return;
	pthread_mutex_lock(&dev->lock);
	softena_reg_apply(dev, off, val);
	pthread_mutex_unlock(&dev->lock);
}

/* ---- reset ----------------------------------------------------------------------- */

static void
ring_forget(struct softena *dev, struct softena_admin_ring *ring, uint32_t base_off)
{
	*ring = (struct softena_admin_ring){.running = false};
	softena_regs_publish(dev, base_off, 0);
	softena_regs_publish(dev, base_off + 4, 0);
}

void
softena_regs_reset(struct softena *dev)
{
	static const uint32_t triggers[] = {ENA_REG_AQ_CAPS, ENA_REG_ACQ_CAPS, ENA_REG_AENQ_CAPS,
		ENA_REG_AQ_DB, ENA_REG_AENQ_HEAD_DB, ENA_REG_PHC_DB};
	unsigned int i;

	ring_forget(dev, &dev->admin.aq, ENA_REG_AQ_BASE_LO);
	ring_forget(dev, &dev->admin.acq, ENA_REG_ACQ_BASE_LO);
	ring_forget(dev, &dev->aenq.ring, ENA_REG_AENQ_BASE_LO);
	dev->admin.aq_tail = 0;
	dev->admin.commanded = false;
	dev->aenq.head = 0;
	dev->intr.mgmt_masked = true;
	dev->intr.mgmt_pending = false;
	dev->regs.mmio_resp_lo = dev->regs.mmio_resp_hi = 0;
	softena_regs_publish(dev, ENA_REG_INTR_MASK, ENA_INTR_MASK_MGMT);
	/* A write before the reset that the device has not seen has no effect. MMIO_RESP and
	 * MMIO_REG_READ stay, since a driver writes them directly after DEV_CTL (3.1 R5, R6). */
	for (i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		softena_regs_publish(dev, triggers[i], SOFTENA_REG_IDLE);
}

/* Publish the registers that a DEV_CTL reset does not change. */
static void
publish_spared(struct softena *dev)
{
	uint32_t off;

	for (off = SOFTENA_DB_FIRST; off < dev->layout.db_end; off += 4)
		softena_regs_publish(dev, off, softena_reg_idle(dev, off));
	softena_regs_publish(dev, ENA_REG_VERSION, dev->cfg.version);
	softena_regs_publish(dev, ENA_REG_CONTROLLER_VERSION, dev->cfg.ctrl_version);
	softena_regs_publish(dev, ENA_REG_CAPS, caps_value(&dev->cfg));
	softena_regs_publish(dev, ENA_REG_MMIO_RESP_LO, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_MMIO_RESP_HI, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_MMIO_REG_READ, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_DEV_CTL, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_DEV_STS, dev->regs.dev_sts);
}

void
softena_regs_power_on(struct softena *dev)
{
	dev->regs.dev_ctl = 0;
	dev->regs.dev_sts = ENA_DEV_STS_READY;
	publish_spared(dev);
	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		softena_regs_gone(dev, true);
}

static void
publish_base(struct softena *dev, const struct softena_admin_ring *ring, uint32_t base_off)
{
	softena_regs_publish(dev, base_off, ring->base_lo);
	softena_regs_publish(dev, base_off + 4, ring->base_hi);
	softena_regs_publish(dev, caps_off(base_off), SOFTENA_REG_IDLE);
}

/* What the driver has written in between is lost, as on a bus without a device. */
void
softena_regs_gone(struct softena *dev, bool gone)
{
	uint32_t off;

	for (off = 0; off < dev->layout.db_end; off += 4)
		softena_regs_publish(dev, off, gone ? ENA_REG_READ_FAILED : 0);
	if (gone)
		return;
	publish_base(dev, &dev->admin.aq, ENA_REG_AQ_BASE_LO);
	publish_base(dev, &dev->admin.acq, ENA_REG_ACQ_BASE_LO);
	publish_base(dev, &dev->aenq.ring, ENA_REG_AENQ_BASE_LO);
	softena_regs_publish(dev, ENA_REG_AQ_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_AENQ_HEAD_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_PHC_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(
		dev, ENA_REG_INTR_MASK, dev->intr.mgmt_masked ? ENA_INTR_MASK_MGMT : 0);
	publish_spared(dev);
}
