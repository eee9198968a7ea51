/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Every counter of the driver: once, in one of these lists.
 *
 * An entry is a name, as extended statistics show it, and the field that counts. The lists make the
 * fields of the structures and the tables in ena_counters.c; ena_stats.c reads the tables. The
 * guide explains what each counter means.
 */
#ifndef ENA_COUNTERS_H
#define ENA_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rx queue, since its set-up; written by the lcore that polls, read by anybody.
 *
 * mbuf_alloc_fail: buffers that could not be posted when they were wanted, because the pool had
 * none. Each counts once, at the first refill that fails to post it, however long it is missing
 * after that. A slot that was filled, used and found no buffer again counts again.
 */
#define ENA_RX_COUNTERS(COUNTER)                  \
	COUNTER("packets", pkts)                  \
	COUNTER("bytes", bytes)                   \
	COUNTER("mbuf_alloc_fail", nombuf)        \
	COUNTER("refill_partial", refill_partial) \
	COUNTER("l3_csum_bad", l3_bad)            \
	COUNTER("l4_csum_bad", l4_bad)            \
	COUNTER("l4_csum_good", l4_good)          \
	COUNTER("bad_req_id", bad_req_id)         \
	COUNTER("bad_desc", bad_desc)             \
	COUNTER("bad_desc_num", bad_desc_num)

/*
 * Values of an Rx queue as they are now. They are not added up over the lives of a queue.
 *
 * posted_min: low-water mark of the buffers that the device was told of, since start.
 */
#define ENA_RX_GAUGES(COUNTER) COUNTER("posted_min", posted_min)

/* Tx queue. missing_completions: packets in flight when the queue was found to stand still. */
#define ENA_TX_COUNTERS(COUNTER)          \
	COUNTER("packets", pkts)          \
	COUNTER("bytes", bytes)           \
	COUNTER("doorbells", doorbells)   \
	COUNTER("errors", errors)         \
	COUNTER("ring_full", ring_full)   \
	COUNTER("bad_req_id", bad_req_id) \
	COUNTER("bad_desc", bad_desc)     \
	COUNTER("missing_completions", missing_completions)

/* What the device has dropped, from its keep-alive events (part A 7.4). */
#define ENA_DROP_COUNTERS(COUNTER)           \
	COUNTER("device_rx_drops", rx_drops) \
	COUNTER("device_tx_drops", tx_drops) \
	COUNTER("device_rx_overruns", rx_overruns)

/* Port: members of struct ena_adapter. */
#define ENA_PORT_COUNTERS(COUNTER)                                      \
	COUNTER("resets_requested", reset.requested)                    \
	COUNTER("admin_commands", hal.count.submitted)                  \
	COUNTER("admin_failed", hal.count.failed)                       \
	COUNTER("admin_timeouts", hal.count.timeouts)                   \
	COUNTER("admin_missed_interrupts", hal.count.missed_interrupts) \
	COUNTER("events", hal.count.events)                             \
	COUNTER("suboptimal_config_codes", events.config_codes)

#define ENA_COUNTER_FIELD(name, field) uint64_t field;

#define ENA_RX_COUNTER_ID(name, field) ENA_RX_##field,
#define ENA_TX_COUNTER_ID(name, field) ENA_TX_##field,
/** Places of the counters in the tables; the last one is their number. */
enum ena_rx_counter { ENA_RX_COUNTERS(ENA_RX_COUNTER_ID) ENA_RX_COUNTER_NUM };
enum ena_tx_counter { ENA_TX_COUNTERS(ENA_TX_COUNTER_ID) ENA_TX_COUNTER_NUM };

/** A counter: 64 bits at @p offset of its structure. */
struct ena_counter {
	const char *name;
	size_t offset;
};

/** Counters of one kind, which lie in one structure. */
struct ena_counter_table {
	const struct ena_counter *counter;
	unsigned int num;
};

extern const struct ena_counter_table ena_rx_counters; /**< in struct ena_rx_queue */
extern const struct ena_counter_table ena_rx_gauges; /**< in struct ena_rx_queue */
extern const struct ena_counter_table ena_tx_counters; /**< in struct ena_tx_queue */
extern const struct ena_counter_table ena_drop_counters; /**< in struct ena_drops */
extern const struct ena_counter_table ena_port_counters; /**< in struct ena_adapter */

/** Value of counter @p k of a structure at @p base; 0 if @p base is NULL. */
static inline uint64_t
ena_counter_value(const struct ena_counter_table *table, unsigned int k, const void *base)
{
	return base == NULL ? 0 :
			      *(const uint64_t *)((const char *)base + table->counter[k].offset);
}

#endif /* ENA_COUNTERS_H */
