/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Device arguments.
 */
#ifndef ENA_DEVARGS_H
#define ENA_DEVARGS_H

#include <stdbool.h>
#include <stdint.h>

#include <ena_abi.h>
#include <ena_hal.h>

struct rte_devargs;

/*
 * All device arguments, one line each: the list makes the fields of struct ena_devargs, the parser,
 * and what dpdk-pmdinfo shows. The guide explains what each of them does.
 *
 * NUMBER(name, field, lowest, highest, also 0, default, values): values begin with "<"
 * HEX(name, field, bytes, values): the field, and a flag field_set
 */
#define ENA_DEVARGS(NUMBER, HEX)                                                                   \
	NUMBER("llq_policy", llq_policy, 0, 3, false, ENA_HAL_LLQ_RECOMMENDED, "<0|1|2|3>")        \
	NUMBER("control_path_poll_interval", poll_interval_ms, 100, 1000, true, 0, "<0|100-1000>") \
	NUMBER("link_speed", link_speed, 1, 400000, false, 0, "<1-400000>")                        \
	NUMBER("enable_frag_bypass", frag_bypass, 0, 1, false, 0, "<0|1>")                         \
	HEX("rss_key", rss_key, ENA_RSS_KEY_SIZE, "<80 hex digits>")

#define ENA_DEVARG_NUMBER_FIELD(name, field, lo, hi, zero, def, values) uint32_t field;
#define ENA_DEVARG_HEX_FIELD(name, field, bytes, values) \
	bool field##_set;                                \
	uint8_t field[bytes];

/** Their values. llq_policy: enum ena_hal_llq_policy. link_speed: Mbit/s, 0 = unknown. */
struct ena_devargs {
	ENA_DEVARGS(ENA_DEVARG_NUMBER_FIELD, ENA_DEVARG_HEX_FIELD)
};

#define ENA_DEVARG_NUMBER_DEFAULT(name, field, lo, hi, zero, def, values) .field = (def),
#define ENA_DEVARG_NO_DEFAULT(...)
/** Initializer: what an argument is that is not given. */
#define ENA_DEVARGS_DEFAULTS                                                  \
	{                                                                     \
		ENA_DEVARGS(ENA_DEVARG_NUMBER_DEFAULT, ENA_DEVARG_NO_DEFAULT) \
	}

/** Set all values from @p devargs, or to their defaults. @return 0, or -EINVAL with a message */
int ena_devargs_parse(const struct rte_devargs *devargs, struct ena_devargs *args);

#define ENA_DEVARG_NUMBER_HELP(name, field, lo, hi, zero, def, values) name "=" values " "
#define ENA_DEVARG_HEX_HELP(name, field, bytes, values)                name "=" values " "
/** "name=values name=values ...": a string literal. */
#define ENA_DEVARGS_HELP ENA_DEVARGS(ENA_DEVARG_NUMBER_HELP, ENA_DEVARG_HEX_HELP)

#endif /* ENA_DEVARGS_H */
