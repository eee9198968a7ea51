/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Messages of the HAL.
 */
#include <stdarg.h>
#include <stdio.h>

#include "ena_hal_priv.h"

#define LOG_LINE_MAX 256

void
ena_hal_log(struct ena_hal *hal, enum ena_hal_log_level level, const char *fmt, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	hal->plat->log(hal->ctx, level, line);
}
