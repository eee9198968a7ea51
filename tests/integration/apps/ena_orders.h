/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The parts of ena_orders: calls of ethdev by name, and what runs them.
 */
#ifndef ENA_ORDERS_H
#define ENA_ORDERS_H

#include <stddef.h>
#include <stdint.h>

#include <rte_mempool.h>

/** The port; ethdev gives the first free number, and there is one port. */
#define ORDERS_PORT  0
#define ORDERS_ARGS  10u
#define ORDERS_POOLS 3u

/** Pools, in the order in which commands number them; the number after the last is no pool. */
enum orders_pool {
	POOL_PLENTY, /* for every ring at its largest */
	POOL_SCARCE, /* less than one ring */
	POOL_TINY, /* mbufs that are smaller than a frame */
};

/** What a call says besides its return code: members of a JSON object, each after a comma. */
struct orders_answer {
	char more[512];
	size_t len;
};

/** Append to @p out as printf() does; what does not fit is left out. */
void orders_say(struct orders_answer *out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

extern struct rte_mempool *orders_pool[ORDERS_POOLS];

/**
 * Make one call of ethdev.
 *
 * @param line name and numbers, separated by blanks
 * @param[out] rc what the call returned
 * @return 0, or -EINVAL: there is no such call, or it takes another number of arguments
 */
int orders_call(const char *line, int *rc, struct orders_answer *out);

/** What the process holds: pools, memory zones, heaps, descriptors. */
void orders_ledger(struct orders_answer *out);

/** From now on a signal that ends the process prints the stack, and SIGUSR1 prints all stacks. */
void orders_trace_init(void);

#endif /* ENA_ORDERS_H */
