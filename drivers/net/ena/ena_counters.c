/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The tables of counters, from the lists in ena_counters.h.
 */
#include "ena_pmd.h"

#define RXQ(name, field)   {name, offsetof(struct ena_rx_queue, field)},
#define TXQ(name, field)   {name, offsetof(struct ena_tx_queue, field)},
#define DROPS(name, field) {name, offsetof(struct ena_drops, field)},
#define PORT(name, field)  {name, offsetof(struct ena_adapter, field)},

static const struct ena_counter rxq_counter[] = {ENA_RX_COUNTERS(RXQ)};
static const struct ena_counter rxq_gauge[] = {ENA_RX_GAUGES(RXQ)};
static const struct ena_counter txq_counter[] = {ENA_TX_COUNTERS(TXQ)};
static const struct ena_counter drop_counter[] = {ENA_DROP_COUNTERS(DROPS)};
static const struct ena_counter port_counter[] = {ENA_PORT_COUNTERS(PORT)};

#define TABLE(counter)                    \
	{                                 \
		counter, RTE_DIM(counter) \
	}

const struct ena_counter_table ena_rx_counters = TABLE(rxq_counter);
const struct ena_counter_table ena_rx_gauges = TABLE(rxq_gauge);
const struct ena_counter_table ena_tx_counters = TABLE(txq_counter);
const struct ena_counter_table ena_drop_counters = TABLE(drop_counter);
const struct ena_counter_table ena_port_counters = TABLE(port_counter);
