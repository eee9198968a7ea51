/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The statistics of all ports as a file: the report that the user asked for (--report), and
 * copies of it in the run directory in case the process is killed. Both take the bus lock.
 */
#ifndef SOFTENA_COMMON_BUS_REPORT_H
#define SOFTENA_COMMON_BUS_REPORT_H

/** Keep the statistics in the run directory, if a report is wanted. */
void bus_report_snapshot(void);

/**
 * At the end: a last snapshot, and the report itself. If the report must not be replaced by
 * another file, report_end() writes it.
 */
void bus_report_final(void);

#endif /* SOFTENA_COMMON_BUS_REPORT_H */
