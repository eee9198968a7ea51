/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Configuration space (softena_pci.c).
 */
#ifndef SOFTENA_PCI_H
#define SOFTENA_PCI_H

#include "softena_device.h"

/** Configuration space as at power-on (part A 1.5). */
void softena_pci_reset(struct softena *dev);
/**
 * The driver allows memory accesses of the device, interrupt messages included (Bus Master Enable
 * of the PCI command register). Read again at each call.
 */
bool softena_bus_master(const struct softena *dev);

#endif /* SOFTENA_PCI_H */
