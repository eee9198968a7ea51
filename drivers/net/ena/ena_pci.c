/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the driver does in the configuration space of its function.
 */
#include "ena_pmd.h"

/** Offsets in configuration space. */
#define PCI_VENDOR_ID   0x00
#define PCI_REVISION_ID 0x08

bool
ena_pci_look_removed(struct ena_adapter *a)
{
	uint16_t vendor = 0;

	if (rte_pci_read_config(a->pci, &vendor, sizeof(vendor), PCI_VENDOR_ID) ==
			(int)sizeof(vendor) &&
		vendor != UINT16_MAX)
		return false;
	if (!a->pci_state.removed)
		ENA_LOG(ERR, "port %u: the device has left the PCI bus", a->data->port_id);
	a->pci_state.removed = true;
	return true;
}

void
ena_pci_is_back(struct ena_adapter *a)
{
	a->pci_state.removed = false;
}

int
ena_pci_bus_master(struct ena_adapter *a, bool on)
{
	return rte_pci_set_bus_master(a->pci, on);
}

bool
ena_pci_no_readless(struct ena_adapter *a)
{
	uint8_t revision = 0;

	return rte_pci_read_config(a->pci, &revision, sizeof(revision), PCI_REVISION_ID) ==
		       (int)sizeof(revision) &&
	       (revision & ENA_PCI_REVISION_NO_READLESS) != 0;
}
