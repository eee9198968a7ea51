/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Messages of the software devices and of their front end, on standard error.
 */
#ifndef SOFTENA_COMMON_BUS_LOG_H
#define SOFTENA_COMMON_BUS_LOG_H

/** Messages above this syslog level are left out from now on. */
void bus_log_level(int level);

/** Print one line if its syslog level is wanted. From any thread. */
void bus_log(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* SOFTENA_COMMON_BUS_LOG_H */
