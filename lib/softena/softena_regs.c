/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Register file of BAR0 (part A 2). Table 2.7 is reg_apply() and reg_value().
 *
 * Trapped accesses come one by one and in order. In the polled modes the driver's stores
 * land in plain memory at any time, so three kinds of register are told apart:
 *
 *  - Read-only registers are published as plain values.
 *  - State that matters only later (ring bases) or whose value is the whole message
 *    (INTR_MASK) is plain memory too, looked at when it is needed.
 *  - Registers that trigger something hold SOFTENA_REG_IDLE, unmask registers
 *    SOFTENA_UNMASK_IDLE. A write is taken by an atomic exchange, so that a second write of
 *    the same value is not lost.
 *
 * The driver orders its stores, but this side sees registers one after the other: between
 * two looks the driver may have written both, the earlier register behind our back. So
 * whatever was taken is acted on only after another look at everything that a driver
 * writes before it (control_prefix()); the exchange acquires, so that look finds it.
 */

#include <syslog.h>

#include "softena_fault_priv.h"
#include "softena_strict.h"

#define RING_DEPTH_MIN 2u
#define RING_DEPTH_MAX 1024u
#define RING_ENTRY     64u

/* ---- memory of the polled modes -------------------------------------------------- */

static uint32_t *
reg_mem(const struct softena *dev, uint32_t off)
{
	return (uint32_t *)((uint8_t *)dev->bars.bar0 + off);
}

/* True if the driver's accesses to this register go to plain memory. */
static bool
reg_polled(const struct softena *dev, uint32_t off)
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

void
softena_regs_publish(struct softena *dev, uint32_t off, uint32_t val)
{
	if (reg_polled(dev, off))
		__atomic_store_n(reg_mem(dev, off), ENA_SWAP32(val), __ATOMIC_RELEASE);
}

static uint32_t
reg_load(const struct softena *dev, uint32_t off)
{
	return ENA_SWAP32(__atomic_load_n(reg_mem(dev, off), __ATOMIC_RELAXED));
}

/** What a register that triggers something holds while nobody has written it. */
static uint32_t
idle_value(const struct softena *dev, uint32_t off)
{
	return off >= dev->layout.unmask && off < dev->layout.numa ? SOFTENA_UNMASK_IDLE :
								     SOFTENA_REG_IDLE;
}

/* Value that the driver has written since the last look, or SOFTENA_REG_IDLE. */
static uint32_t
reg_take(struct softena *dev, uint32_t off)
{
	uint32_t *mem = reg_mem(dev, off), idle = idle_value(dev, off), val;

	if (reg_load(dev, off) == idle)
		return SOFTENA_REG_IDLE;
	val = ENA_SWAP32(__atomic_exchange_n(mem, ENA_SWAP32(idle), __ATOMIC_ACQ_REL));
	return val != idle ? val : SOFTENA_REG_IDLE;
}

/* ---- values ---------------------------------------------------------------------- */

static uint32_t
caps_value(const struct softena_config *cfg)
{
	return ENA_CAPS_CONTIGUOUS |
	       ENA_FIELD_PREP(ENA_CAPS_RESET_TIMEOUT, cfg->reset_timeout_100ms) |
	       ENA_FIELD_PREP(ENA_CAPS_DMA_WIDTH, cfg->dma_width) |
	       ENA_FIELD_PREP(ENA_CAPS_ADMIN_TIMEOUT, cfg->admin_timeout_100ms);
}

/* The ring and the first of its registers: BASE_LO, then BASE_HI. */
static struct softena_admin_ring *
ring_of_base(struct softena *dev, uint32_t off, bool *high)
{
	*high = off % 8 == 4;
	switch (off) {
	case ENA_REG_AQ_BASE_LO:
	case ENA_REG_AQ_BASE_HI:
		return &dev->aq;
	case ENA_REG_ACQ_BASE_LO:
	case ENA_REG_ACQ_BASE_HI:
		return &dev->acq;
	case ENA_REG_AENQ_BASE_LO:
	case ENA_REG_AENQ_BASE_HI:
		return &dev->aenq;
	default:
		return NULL;
	}
}

static uint32_t
reg_value(struct softena *dev, uint32_t off)
{
	struct softena_admin_ring *ring;
	bool high;

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
		return dev->aq.caps;
	case ENA_REG_ACQ_CAPS:
		return dev->acq.caps;
	case ENA_REG_AENQ_CAPS:
		return dev->aenq.caps;
	case ENA_REG_INTR_MASK:
		return dev->intr_mask ? ENA_INTR_MASK_MGMT : 0;
	case ENA_REG_DEV_CTL:
		return dev->dev_ctl;
	case ENA_REG_DEV_STS:
		return dev->dev_sts;
	case ENA_REG_MMIO_RESP_LO:
		return dev->resp_lo;
	case ENA_REG_MMIO_RESP_HI:
		return dev->resp_hi;
	}
	ring = ring_of_base(dev, off, &high);
	if (ring == NULL)
		return 0;
	if (reg_polled(dev, off))
		return reg_load(dev, off);
	return high ? ring->base_hi : ring->base_lo;
}

/* ---- effects of a write ---------------------------------------------------------- */

static void
ring_stop(struct softena_admin_ring *ring)
{
	ring->running = false;
}

/* CAPS lies behind the bases of AQ and ACQ, and in front of those of the AENQ. */
static uint32_t
caps_off(uint32_t base_off)
{
	return base_off == ENA_REG_AENQ_BASE_LO ? ENA_REG_AENQ_CAPS : base_off + 8;
}

static void
ring_caps_write(
	struct softena *dev, struct softena_admin_ring *ring, uint32_t base_off, uint32_t val)
{
	uint32_t depth = ENA_FIELD_GET(ENA_RING_CAPS_DEPTH, val);

	if (reg_polled(dev, base_off)) {
		ring->base_lo = reg_load(dev, base_off);
		ring->base_hi = reg_load(dev, base_off + 4);
	}
	if (dev->strict != NULL)
		softena_strict_ring_caps(dev, ring, caps_off(base_off), val);
	ring->caps = val;
	if (dev->cfg.quirks.zero_caps_fatal && val == 0 && ring->running)
		softena_fatal(dev, "CAPS of an admin ring that runs became 0");
	ring_stop(ring);
	if (depth < RING_DEPTH_MIN || depth > RING_DEPTH_MAX || (depth & (depth - 1)) != 0 ||
		ENA_FIELD_GET(ENA_RING_CAPS_ENTRY_SIZE, val) != RING_ENTRY)
		return;
	ring->base = (uint64_t)ring->base_hi << 32 | ring->base_lo;
	ring->depth = (uint16_t)depth;
	ring->count = 0;
	ring->running = true;
	if (ring == &dev->aq)
		dev->aq_tail = 0;
	if (ring == &dev->aenq) {
		dev->aenq_late = dev->commanded;
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
	dev->commanded = true;
	if (!dev->aq.running || !dev->acq.running)
		return;
	if ((uint16_t)(tail - dev->aq.count) > dev->aq.depth) {
		dev->stats.bad_doorbells++;
		return;
	}
	dev->aq_tail = tail;
}

/* Part A 7.2, 2.7. */
static void
aenq_doorbell(struct softena *dev, uint32_t val)
{
	uint16_t head = (uint16_t)ENA_FIELD_GET(ENA_DB_COUNT, val);

	if (dev->strict != NULL)
		softena_strict_admin_db(dev, ENA_REG_AENQ_HEAD_DB, val);
	if (dev->cfg.quirks.late_aenq_fatal && dev->aenq_late)
		softena_fatal(dev, "credit for an AENQ that was programmed after a command");
	if (dev->cfg.quirks.masked_credit_fatal && dev->intr_mask)
		softena_fatal(dev, "event credit while INTR_MASK is 1");
	if (!dev->aenq.running)
		return;
	if ((uint16_t)(head - dev->aenq.count) > dev->aenq.depth) {
		dev->stats.bad_doorbells++;
		return;
	}
	dev->aenq_head = head;
}

static void
intr_mask_write(struct softena *dev, uint32_t val)
{
	bool mask = (val & ENA_INTR_MASK_MGMT) != 0;
	bool was = dev->intr_mask;

	dev->intr_mask = mask;
	if (was && !mask)
		softena_intr_mgmt_unmasked(dev);
	if (!was && mask)
		dev->mgmt_pending = false;
}

/* Part A 3.8: all of the reset happens in the write that has bit 0 = 1. */
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
		dev->dev_sts = ENA_DEV_STS_READY | ENA_DEV_STS_RESET_IN_PROGRESS;
		if (reason != ENA_RESET_NORMAL && softena_may_log(dev))
			softena_log(dev, LOG_NOTICE, "reset by the driver, reason %u", reason);
	} else {
		dev->dev_sts = ENA_DEV_STS_READY | (dev->fatal ? ENA_DEV_STS_FATAL : 0);
	}
	dev->dev_ctl = val;
	/* Last: a driver that sees it goes on to program the device. */
	softena_regs_publish(dev, ENA_REG_DEV_STS, dev->dev_sts);
}

/* Part A 2.4: one naturally aligned store of 8 bytes. */
static void
mmio_read_write(struct softena *dev, uint32_t val)
{
	uint64_t iova = (uint64_t)dev->resp_hi << 32 | dev->resp_lo;
	uint32_t off = ENA_FIELD_GET(ENA_REG_READ_OFFSET, val);
	struct ena_reg_read_resp rsp = {
		.req_id = ena_put16((uint16_t)ENA_FIELD_GET(ENA_REG_READ_REQ_ID, val)),
		.offset = ena_put16((uint16_t)off),
		.value = ena_put32(off % 4 == 0 ? reg_value(dev, off) : 0),
	};

	if (iova != 0)
		softena_dma_write_entry(dev, iova, &rsp, sizeof(rsp), 0);
}

/* Part A 3.7: the driver that closes without a reset is gone when this becomes zero. */
static void
mmio_resp_write(struct softena *dev, uint32_t *half, uint32_t val)
{
	bool was = (dev->resp_lo | dev->resp_hi) != 0;

	*half = val;
	if (was && (dev->resp_lo | dev->resp_hi) == 0)
		ring_stop(&dev->aenq);
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
	bool high;
	struct softena_admin_ring *ring = ring_of_base(dev, off, &high);

	if (ring != NULL)
		*(high ? &ring->base_hi : &ring->base_lo) = val;
}

static void
reg_apply(struct softena *dev, uint32_t off, uint32_t val)
{
	if (softena_fault_armed(dev, SOFTENA_FAULT_GONE))
		return;
	if (dev->strict != NULL && !survives_reset(off))
		softena_strict_reg(dev, off, val);
	if ((dev->dev_sts & ENA_DEV_STS_RESET_IN_PROGRESS) != 0 && !survives_reset(off))
		return;
	if (off >= SOFTENA_DB_FIRST && off < dev->layout.db_end) {
		softena_queue_reg_write(dev, off, val);
		return;
	}
	switch (off) {
	case ENA_REG_AQ_CAPS:
		ring_caps_write(dev, &dev->aq, ENA_REG_AQ_BASE_LO, val);
		break;
	case ENA_REG_ACQ_CAPS:
		ring_caps_write(dev, &dev->acq, ENA_REG_ACQ_BASE_LO, val);
		break;
	case ENA_REG_AENQ_CAPS:
		ring_caps_write(dev, &dev->aenq, ENA_REG_AENQ_BASE_LO, val);
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
		mmio_resp_write(dev, &dev->resp_lo, val);
		break;
	case ENA_REG_MMIO_RESP_HI:
		mmio_resp_write(dev, &dev->resp_hi, val);
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
	reg_apply(dev, off, val);
	pthread_mutex_unlock(&dev->lock);
}

/* ---- polled accesses ------------------------------------------------------------- */

static unsigned int
poll_dev_ctl(struct softena *dev)
{
	uint32_t val = reg_take(dev, ENA_REG_DEV_CTL);

	if (val == SOFTENA_REG_IDLE)
		return 0;
	reg_apply(dev, ENA_REG_DEV_CTL, val);
	return 1;
}

/* A register that only DEV_CTL may have come before. */
static unsigned int
poll_after_ctl(struct softena *dev, uint32_t off)
{
	uint32_t val = reg_take(dev, off);
	unsigned int n = 1;

	if (val == SOFTENA_REG_IDLE)
		return 0;
	n += poll_dev_ctl(dev);
	reg_apply(dev, off, val);
	return n;
}

static bool
mask_differs(const struct softena *dev, uint32_t val)
{
	return ((val & ENA_INTR_MASK_MGMT) != 0) != dev->intr_mask;
}

/* INTR_MASK is not a trigger: its value is all there is, and drivers read it back. */
static unsigned int
poll_intr_mask(struct softena *dev)
{
	uint32_t val = reg_load(dev, ENA_REG_INTR_MASK);
	unsigned int n = 0;

	if (!mask_differs(dev, val))
		return 0;
	if ((dev->dev_sts & ENA_DEV_STS_RESET_IN_PROGRESS) != 0) {
		/* The release may have been written before the mask and after our look. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		n = poll_dev_ctl(dev);
		val = reg_load(dev, ENA_REG_INTR_MASK);
		if (!mask_differs(dev, val))
			return n;
	}
	reg_apply(dev, ENA_REG_INTR_MASK, val);
	/* Ignored: as long as the memory says otherwise, each poll would find it again. */
	if (mask_differs(dev, val))
		softena_regs_publish(
			dev, ENA_REG_INTR_MASK, dev->intr_mask ? ENA_INTR_MASK_MGMT : 0);
	return n + 1;
}

/* All that a driver writes before it rings something. */
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
	reg_apply(dev, off, val);
	return n;
}

static unsigned int
poll_control(struct softena *dev)
{
	unsigned int n = control_prefix(dev);

	n += poll_trigger(dev, ENA_REG_AENQ_HEAD_DB);
	n += poll_trigger(dev, ENA_REG_AQ_DB);
	n += poll_trigger(dev, ENA_REG_MMIO_REG_READ);
	if (dev->phc_on)
		n += poll_trigger(dev, ENA_REG_PHC_DB);
	return n;
}

static unsigned int
poll_io(struct softena *dev, uint32_t off)
{
	uint32_t val = reg_take(dev, off);

	if (val == SOFTENA_REG_IDLE)
		return 0;
	reg_apply(dev, off, val);
	return 1;
}

static unsigned int
poll_doorbells(struct softena *dev)
{
	unsigned int i, n = 0;

	for (i = 0; i < dev->cfg.tx_queues; i++)
		if (dev->tx_sq[i].exists)
			n += poll_io(dev, dev->tx_sq[i].db_off);
	for (i = 0; i < dev->cfg.rx_queues; i++)
		if (dev->rx_sq[i].exists)
			n += poll_io(dev, dev->rx_sq[i].db_off);
	return n;
}

/* NUMA registers have no effect (part A 5.8): only strict mode looks. */
static unsigned int
poll_unmask(struct softena *dev)
{
	unsigned int i, n = 0;

	for (i = 0; i < dev->n_cq; i++)
		if (dev->cq[i].exists)
			n += poll_io(dev, dev->cq[i].unmask_off);
	for (i = 0; dev->strict != NULL && i < dev->n_cq; i++)
		if (dev->cq[i].exists)
			n += poll_io(dev, dev->cq[i].numa_off);
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

	ring_forget(dev, &dev->aq, ENA_REG_AQ_BASE_LO);
	ring_forget(dev, &dev->acq, ENA_REG_ACQ_BASE_LO);
	ring_forget(dev, &dev->aenq, ENA_REG_AENQ_BASE_LO);
	dev->aq_tail = 0;
	dev->aenq_head = 0;
	dev->intr_mask = true;
	dev->mgmt_pending = false;
	dev->resp_lo = dev->resp_hi = 0;
	softena_regs_publish(dev, ENA_REG_INTR_MASK, ENA_INTR_MASK_MGMT);
	/* Written before the reset and not yet seen: without effect. MMIO_RESP and
	 * MMIO_REG_READ stay, since a driver writes them right behind DEV_CTL (3.1 R5, R6). */
	for (i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		softena_regs_publish(dev, triggers[i], SOFTENA_REG_IDLE);
}

/* Registers that a DEV_CTL reset spares, as memory shows them. */
static void
publish_spared(struct softena *dev)
{
	uint32_t off;

	for (off = SOFTENA_DB_FIRST; off < dev->layout.db_end; off += 4)
		softena_regs_publish(dev, off, idle_value(dev, off));
	softena_regs_publish(dev, ENA_REG_VERSION, dev->cfg.version);
	softena_regs_publish(dev, ENA_REG_CONTROLLER_VERSION, dev->cfg.ctrl_version);
	softena_regs_publish(dev, ENA_REG_CAPS, caps_value(&dev->cfg));
	softena_regs_publish(dev, ENA_REG_MMIO_RESP_LO, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_MMIO_RESP_HI, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_MMIO_REG_READ, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_DEV_CTL, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_DEV_STS, dev->dev_sts);
}

void
softena_regs_power_on(struct softena *dev)
{
	dev->dev_ctl = 0;
	dev->dev_sts = ENA_DEV_STS_READY;
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

/* What was written meanwhile is lost, as on a bus without a device. */
void
softena_regs_gone(struct softena *dev, bool gone)
{
	uint32_t off;

	for (off = 0; off < dev->layout.db_end; off += 4)
		softena_regs_publish(dev, off, gone ? ENA_REG_READ_FAILED : 0);
	if (gone)
		return;
	publish_base(dev, &dev->aq, ENA_REG_AQ_BASE_LO);
	publish_base(dev, &dev->acq, ENA_REG_ACQ_BASE_LO);
	publish_base(dev, &dev->aenq, ENA_REG_AENQ_BASE_LO);
	softena_regs_publish(dev, ENA_REG_AQ_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_AENQ_HEAD_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_PHC_DB, SOFTENA_REG_IDLE);
	softena_regs_publish(dev, ENA_REG_INTR_MASK, dev->intr_mask ? ENA_INTR_MASK_MGMT : 0);
	publish_spared(dev);
}
