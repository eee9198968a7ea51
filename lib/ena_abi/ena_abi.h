/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The wire format of the Elastic Network Adapter: the one place where a bit of the device
 * has a name. Headers only; shared by the driver side (lib/ena_hal, drivers/net/ena) and
 * the device side (lib/softena).
 */
#ifndef ENA_ABI_H
#define ENA_ABI_H

#include "ena_abi_bits.h"
#include "ena_abi_regs.h"
#include "ena_abi_admin.h"
#include "ena_abi_features.h"
#include "ena_abi_aenq.h"
#include "ena_abi_io.h"

#endif /* ENA_ABI_H */
