/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What a port can do.
 */
#ifndef ENA_INFO_H
#define ENA_INFO_H

#include "ena_compat.h"

int ena_infos_get(struct rte_eth_dev *dev, struct rte_eth_dev_info *info);
const uint32_t *ena_ptypes_get(ENA_PTYPES_ARGS);
int ena_fw_version_get(struct rte_eth_dev *dev, char *version, size_t size);

#endif /* ENA_INFO_H */
