/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * PCI configuration space (part A 1.1 to 1.5): a type 0 header, a PCI Express endpoint
 * capability and MSI-X. A bit is read-only if pci.writable does not
 * have it.
 */

#include <string.h>

#include "softena_core.h"
#include "softena_device.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_pci.h"

/* Type 0 header, byte offsets of the PCI specification. */
#define PCI_VENDOR_ID      0x00
#define PCI_DEVICE_ID      0x02
#define PCI_COMMAND        0x04
#define PCI_STATUS         0x06
#define PCI_REVISION       0x08
#define PCI_PROG_IF        0x09
#define PCI_SUBCLASS       0x0a
#define PCI_CACHE_LINE     0x0c
#define PCI_BAR(n)         (0x10 + 4 * (n))
#define PCI_SUBSYS_VENDOR  0x2c
#define PCI_SUBSYS_ID      0x2e
#define PCI_CAP_POINTER    0x34
#define PCI_INTERRUPT_LINE 0x3c

#define PCI_COMMAND_MASTER   0x0004u
#define PCI_COMMAND_WRITABLE 0x0546u /* memory, master, parity, SERR#, INTx disable */
#define PCI_STATUS_CAP_LIST  0x0010u
#define PCI_BAR_64BIT        0x04u
#define PCI_BAR_PREF         0x08u

/* Power management capability; its offset is a choice of this model. */
#define PM_CAP          0x40
#define PM_CAP_ID       0x01u
#define PM_CAPABILITIES (PM_CAP + 0x02) /* version 3, D0 and D3hot */
#define PM_CTL          (PM_CAP + 0x04)
#define PM_CTL_STATE    0x0003u
#define PM_CTL_NO_RESET 0x0008u /* registers keep their values in D3hot */

/* PCI Express capability. Offsets as in the lspci output of a real device (revision 2, A1.2). */
#define PCIE_CAP              0x70
#define PCIE_CAP_ID           0x10u
#define PCIE_FLAGS            (PCIE_CAP + 0x02) /* version 2, endpoint */
#define PCIE_DEV_CAP          (PCIE_CAP + 0x04)
#define PCIE_DEV_CTL          (PCIE_CAP + 0x08)
#define PCIE_LINK_CAP         (PCIE_CAP + 0x0c)
#define PCIE_LINK_CTL         (PCIE_CAP + 0x10)
#define PCIE_LINK_STS         (PCIE_CAP + 0x12)
#define PCIE_DEV_CAP2         (PCIE_CAP + 0x24)
#define PCIE_DEV_CTL2         (PCIE_CAP + 0x28)
#define PCIE_LINK_CAP2        (PCIE_CAP + 0x2c)
#define PCIE_LINK_CTL2        (PCIE_CAP + 0x30)
#define PCIE_DEV_CAP_VALUE    0x10008001u /* 256-byte payload, role-based errors, FLR */
#define PCIE_DEV_CTL_VALUE    0x2810u /* 512-byte read requests, relaxed ordering, no snoop */
#define PCIE_DEV_CTL_FLR      0x8000u /* reads 0 */
#define PCIE_LINK_VALUE       0x0083u /* 8 GT/s, 8 lanes */
#define PCIE_LINK_CAP2_SPEEDS 0x0eu

/* MSI-X capability. */
#define MSIX_CAP          0xb0
#define MSIX_CAP_ID       0x11u
#define MSIX_CTL          (MSIX_CAP + 0x02)
#define MSIX_TABLE        (MSIX_CAP + 0x04)
#define MSIX_PBA          (MSIX_CAP + 0x08)
#define MSIX_CTL_WRITABLE 0xc000u /* enable, function mask */

static void
put16(uint8_t *at, uint32_t val)
{
	at[0] = (uint8_t)val;
	at[1] = (uint8_t)(val >> 8);
}

static void
put32(uint8_t *at, uint32_t val)
{
	put16(at, val);
	put16(at + 2, val >> 16);
}

unsigned int
softena_msix_vectors(const struct softena *dev)
{
	const struct softena_config *cfg = &dev->cfg;

	return 1 + (cfg->tx_queues > cfg->rx_queues ? cfg->tx_queues : cfg->rx_queues);
}

static void
fill_bars(struct softena *dev)
{
	uint8_t *c = dev->pci.config, *w = dev->pci.writable;
	bool wide = softena_bar2_is_64bit(&dev->cfg);
	uint64_t mem = dev->bar2_size;

	/* Sizing: the address bits below the size are hardwired to 0. */
	put32(w + PCI_BAR(ENA_BAR_REGS), ~(dev->cfg.bar0_size - 1));
	if (dev->cfg.bar1_size != 0)
		put32(w + PCI_BAR(1), ~(dev->cfg.bar1_size - 1));
	if (mem == 0)
		return;
	c[PCI_BAR(ENA_BAR_MEM)] = PCI_BAR_PREF | (wide ? PCI_BAR_64BIT : 0);
	put32(w + PCI_BAR(ENA_BAR_MEM), (uint32_t) ~(mem - 1));
	if (wide)
		put32(w + PCI_BAR(ENA_BAR_MEM + 1), (uint32_t)(~(mem - 1) >> 32));
}

static void
fill_header(struct softena *dev)
{
	uint8_t *c = dev->pci.config, *w = dev->pci.writable;

	put16(c + PCI_VENDOR_ID, ENA_PCI_VENDOR);
	put16(c + PCI_DEVICE_ID, dev->cfg.device_id);
	put16(w + PCI_COMMAND, PCI_COMMAND_WRITABLE);
	put16(c + PCI_STATUS, PCI_STATUS_CAP_LIST);
	c[PCI_REVISION] = dev->cfg.revision;
	c[PCI_PROG_IF] = dev->cfg.prog_if;
	put16(c + PCI_SUBCLASS, ENA_PCI_CLASS >> 8);
	w[PCI_CACHE_LINE] = 0xff;
	put16(c + PCI_SUBSYS_VENDOR, ENA_PCI_SUBSYS_VENDOR);
	put16(c + PCI_SUBSYS_ID, ENA_PCI_SUBSYS_DEVICE);
	c[PCI_CAP_POINTER] = dev->cfg.pm_capability ? PM_CAP : PCIE_CAP;
	w[PCI_INTERRUPT_LINE] = 0xff;

	fill_bars(dev);
}

static void
fill_capabilities(struct softena *dev)
{
	uint8_t *c = dev->pci.config, *w = dev->pci.writable;

	if (dev->cfg.pm_capability) {
		c[PM_CAP] = PM_CAP_ID;
		c[PM_CAP + 1] = PCIE_CAP;
		put16(c + PM_CAPABILITIES, 0x0003);
		put16(c + PM_CTL, PM_CTL_NO_RESET);
		put16(w + PM_CTL, PM_CTL_STATE);
	}
	c[PCIE_CAP] = PCIE_CAP_ID;
	c[PCIE_CAP + 1] = MSIX_CAP;
	put16(c + PCIE_FLAGS, 0x0002);
	put32(c + PCIE_DEV_CAP, PCIE_DEV_CAP_VALUE);
	put16(c + PCIE_DEV_CTL, PCIE_DEV_CTL_VALUE);
	put16(w + PCIE_DEV_CTL, 0x7fff);
	put32(c + PCIE_LINK_CAP, PCIE_LINK_VALUE);
	put16(w + PCIE_LINK_CTL, 0x00cb);
	put16(c + PCIE_LINK_STS, PCIE_LINK_VALUE);
	put32(c + PCIE_DEV_CAP2, 0x10); /* completion time-out can be disabled */
	put16(w + PCIE_DEV_CTL2, 0x0010);
	put32(c + PCIE_LINK_CAP2, PCIE_LINK_CAP2_SPEEDS);
	put16(c + PCIE_LINK_CTL2, 0x0003);
	put16(w + PCIE_LINK_CTL2, 0x000f);

	c[MSIX_CAP] = MSIX_CAP_ID;
	put16(c + MSIX_CTL, dev->intr.vectors - 1);
	put16(w + MSIX_CTL, MSIX_CTL_WRITABLE);
	put32(c + MSIX_TABLE, dev->layout.msix_table | dev->layout.msix_bar);
	put32(c + MSIX_PBA, dev->layout.msix_pba | dev->layout.msix_bar);
}

void
softena_pci_reset(struct softena *dev)
{
	memset(dev->pci.config, 0, sizeof(dev->pci.config));
	memset(dev->pci.writable, 0, sizeof(dev->pci.writable));
	fill_header(dev);
	fill_capabilities(dev);
}

void
softena_config_read(struct softena *dev, uint32_t off, void *buf, uint32_t len)
{
	uint32_t have = off < SOFTENA_CONFIG_SIZE ? SOFTENA_CONFIG_SIZE - off : 0;

	if (have > len)
		have = len;
	memset(buf, 0, len);
	pthread_mutex_lock(&dev->lock);
	if (softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_REMOVED)))
		memset(buf, 0xff, len);
	else if (have != 0)
		memcpy(buf, dev->pci.config + off, have);
	pthread_mutex_unlock(&dev->lock);
}

bool
softena_bus_master(const struct softena *dev)
{
	const uint8_t *config = dev->bars.config != NULL ? dev->bars.config : dev->pci.config;

	/* Acquire: the device then sees what the driver wrote before it switched bus mastering on.
	 */
	return (__atomic_load_n(config + PCI_COMMAND, __ATOMIC_ACQUIRE) & PCI_COMMAND_MASTER) != 0;
}

/** @return true if the bit that starts a function-level reset was written */
static bool
config_store(struct softena *dev, uint32_t off, const uint8_t *val, uint32_t len)
{
	bool flr = false;
	uint32_t i;

	for (i = 0; i < len && off < SOFTENA_CONFIG_SIZE && i < SOFTENA_CONFIG_SIZE - off; i++) {
		uint8_t mask = dev->pci.writable[off + i];
		uint8_t *at = &dev->pci.config[off + i];

		*at = (uint8_t)((*at & ~mask) | (val[i] & mask));
		if (off + i == PCIE_DEV_CTL + 1 && (val[i] & (PCIE_DEV_CTL_FLR >> 8)) != 0)
			flr = true;
	}
	return flr;
}

bool
softena_config_write(struct softena *dev, uint32_t off, const void *buf, uint32_t len)
{
	bool flr;

	pthread_mutex_lock(&dev->lock);
	flr = config_store(dev, off, buf, len);
	if (flr)
		softena_flr(dev);
	pthread_mutex_unlock(&dev->lock);
	return flr;
}

bool
softena_removed(struct softena *dev)
{
	bool removed;

	pthread_mutex_lock(&dev->lock);
	removed = softena_fault_armed(dev, ENA_BIT(SOFTENA_FAULT_REMOVED));
	pthread_mutex_unlock(&dev->lock);
	return removed;
}

void
softena_config_restore(struct softena *dev, uint32_t off, const void *buf, uint32_t len)
{
	pthread_mutex_lock(&dev->lock);
	(void)config_store(dev, off, buf, len);
	pthread_mutex_unlock(&dev->lock);
}

void
softena_msix_enable(struct softena *dev, bool enabled)
{
	pthread_mutex_lock(&dev->lock);
	if (enabled != dev->intr.msix_enabled) {
		dev->intr.msix_enabled = enabled;
		if (enabled)
			softena_intr_enabled(dev);
	}
	pthread_mutex_unlock(&dev->lock);
}
