/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the driver does in the configuration space of its function.
 */
#ifndef ENA_PCI_H
#define ENA_PCI_H

#include <stdbool.h>

struct ena_adapter;

struct ena_pci {
	bool removed; /* the function is gone from the bus: confirmed by its configuration space */
};

/** Look whether the function has left the bus; remembered. */
bool ena_pci_look_removed(struct ena_adapter *a);
/** The function answers again. */
void ena_pci_is_back(struct ena_adapter *a);
/** Switch bus mastering on or off. @return 0 or a negative errno */
int ena_pci_bus_master(struct ena_adapter *a, bool on);
/** True if the device has plain register reads only (revision id, part A 2.5). */
bool ena_pci_no_readless(struct ena_adapter *a);

#endif /* ENA_PCI_H */
