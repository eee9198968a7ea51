/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The clock of the driver.
 */
#ifndef ENA_CLOCK_H
#define ENA_CLOCK_H

#include <stdint.h>

/** Microseconds of a clock that never goes back. Any context. */
uint64_t ena_now_us(void);

#endif /* ENA_CLOCK_H */
