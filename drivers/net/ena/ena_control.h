/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * One control call per port at a time.
 */
#ifndef ENA_CONTROL_H
#define ENA_CONTROL_H

#include <stdbool.h>

struct ena_adapter;

int ena_control_init(struct ena_adapter *a);
/** Begin a control call. @return 0, or -EBUSY in the interrupt thread */
int ena_control_begin(struct ena_adapter *a);
/** The same for a call that cannot fail: the interrupt thread waits as well, up to 5 s. */
int ena_control_wait(struct ena_adapter *a);
/** Begin a control call if there is none. @return false: there is another one */
bool ena_control_try(struct ena_adapter *a);
void ena_control_end(struct ena_adapter *a);

#endif /* ENA_CONTROL_H */
