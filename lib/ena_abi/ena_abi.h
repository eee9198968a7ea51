/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The wire format of the Elastic Network Adapter. All names of registers, fields and bits are
 * defined here and nowhere else; they are those of the datasheet. Headers only; used by the driver
 * (lib/ena_hal, drivers/net/ena) and by the software device (lib/softena).
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
