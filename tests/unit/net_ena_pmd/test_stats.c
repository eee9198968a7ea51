/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file Statistics over the lives of queues and devices, with values that no device has sent. */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ena_pmd.h"

#define QUEUES 4u /* numbers that the tests use */
#define XSTATS 1024u

static struct ena_adapter adapter;
static struct rte_eth_dev_data data;
static struct rte_eth_dev dev;
static void *rx_queues[ENA_MAX_QUEUES], *tx_queues[ENA_MAX_QUEUES];

/** Instead of that of EAL: a thread may play a secondary process, or do something first. */
static __thread bool is_secondary;
static __thread void (*meanwhile)(void);

enum rte_proc_type_t
rte_eal_process_type(void)
{
	if (meanwhile != NULL)
		meanwhile();
	return is_secondary ? RTE_PROC_SECONDARY : RTE_PROC_PRIMARY;
}

/* ---- a port ------------------------------------------------------------------------------- */

static void
set_up_rx(uint16_t idx)
{
	struct ena_rx_queue *q = calloc(1, sizeof(*q));

	assert_non_null(q);
	free(ena_stats_retire_rx(&dev, idx));
	q->queue_id = idx;
	q->depth = 128;
	rx_queues[idx] = q;
}

static void
set_up_tx(uint16_t idx)
{
	struct ena_tx_queue *q = calloc(1, sizeof(*q));

	assert_non_null(q);
	free(ena_stats_retire_tx(&dev, idx));
	q->queue_id = idx;
	tx_queues[idx] = q;
}

static struct ena_rx_queue *
rxq(uint16_t idx)
{
	return rx_queues[idx];
}

static struct ena_tx_queue *
txq(uint16_t idx)
{
	return tx_queues[idx];
}

/** As ethdev does it: surplus queues are released, missing ones are not set up. */
static void
configure(uint16_t rx, uint16_t tx)
{
	uint16_t i;

	for (i = rx; i < data.nb_rx_queues; i++)
		free(ena_stats_retire_rx(&dev, i));
	for (i = tx; i < data.nb_tx_queues; i++)
		free(ena_stats_retire_tx(&dev, i));
	data.nb_rx_queues = rx;
	data.nb_tx_queues = tx;
}

static void
configure_and_set_up(uint16_t rx, uint16_t tx)
{
	uint16_t i;

	configure(rx, tx);
	for (i = 0; i < rx; i++)
		set_up_rx(i);
	for (i = 0; i < tx; i++)
		set_up_tx(i);
}

static int
new_port(void **state)
{
	(void)state;
	configure(0, 0);
	memset(&adapter, 0, sizeof(adapter));
	memset(&data, 0, sizeof(data));
	memset(&dev, 0, sizeof(dev));
	adapter.data = &data;
	data.dev_private = &adapter;
	data.rx_queues = rx_queues;
	data.tx_queues = tx_queues;
	dev.data = &data;
	return 0;
}

static struct rte_eth_stats
basic(void)
{
	struct rte_eth_stats stats = {0};

	assert_int_equal(ENA_STATS_GET(&dev, &stats), 0);
	return stats;
}

/** An extended counter; the test fails if there is none of this name. */
static uint64_t
xstat(const char *name)
{
	static struct rte_eth_xstat_name names[XSTATS];
	static struct rte_eth_xstat values[XSTATS];
	int n = ena_xstats_names(&dev, names, XSTATS), i;

	assert_true(n > 0 && n <= (int)XSTATS);
	assert_int_equal(ena_xstats_get(&dev, values, XSTATS), n);
	for (i = 0; i < n; i++)
		if (strcmp(names[values[i].id].name, name) == 0)
			return values[i].value;
	fail_msg("there is no %s", name);
	return 0;
}

static uint64_t
xstat_of(const char *way, uint16_t queue, const char *name)
{
	char full[64];

	snprintf(full, sizeof(full), "%s_q%u_%s", way, queue, name);
	return xstat(full);
}

static void
device_says(uint64_t rx_drops, uint64_t tx_drops, uint64_t rx_overruns)
{
	ena_stats_device_drops(&adapter, &(struct ena_drops){rx_drops, tx_drops, rx_overruns});
}

/* ---- the lists ---------------------------------------------------------------------------- */

static void
every_counter_is_shown_with_its_name(void **state)
{
	struct ena_drops drops;
	uint64_t n = 0;

	(void)state;
	configure_and_set_up(2, 2);
#define SET_RX(name, field)   rxq(1)->field = ++n;
#define SET_TX(name, field)   txq(1)->field = ++n;
#define SET_DROP(name, field) drops.field = ++n;
#define SET_PORT(name, field) adapter.field = ++n;
	ENA_RX_COUNTERS(SET_RX)
	ENA_RX_GAUGES(SET_RX)
	ENA_TX_COUNTERS(SET_TX)
	ENA_DROP_COUNTERS(SET_DROP)
	ENA_PORT_COUNTERS(SET_PORT)
	ena_stats_device_drops(&adapter, &drops);
	n = 0;
#define CHECK_RX(name, field)                           \
	assert_int_equal(xstat_of("rx", 1, name), ++n); \
	assert_int_equal(xstat_of("rx", 0, name), 0);
#define CHECK_TX(name, field)                           \
	assert_int_equal(xstat_of("tx", 1, name), ++n); \
	assert_int_equal(xstat_of("tx", 0, name), 0);
#define CHECK_PORT(name, field) assert_int_equal(xstat(name), ++n);
	ENA_RX_COUNTERS(CHECK_RX)
	ENA_RX_GAUGES(CHECK_RX)
	ENA_TX_COUNTERS(CHECK_TX)
	ENA_DROP_COUNTERS(CHECK_PORT)
	ENA_PORT_COUNTERS(CHECK_PORT)
}

#define ONE(name, field) +1
#define RX_NUM           (0 ENA_RX_COUNTERS(ONE) ENA_RX_GAUGES(ONE))
#define TX_NUM           (0 ENA_TX_COUNTERS(ONE))
#define PORT_NUM         (0 ENA_DROP_COUNTERS(ONE) ENA_PORT_COUNTERS(ONE))

static void
no_counter_is_shown_twice(void **state)
{
	static struct rte_eth_xstat_name names[XSTATS];
	static struct rte_eth_xstat values[XSTATS];
	int n, i, k;

	(void)state;
	configure(3, 2);
	n = ena_xstats_names(&dev, names, XSTATS);
	assert_int_equal(n, PORT_NUM + 3 * RX_NUM + 2 * TX_NUM);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(names[i].name, names[k].name);
	/* One value for each name. Without room for all of them nothing is written. */
	assert_int_equal(ena_xstats_get(&dev, NULL, 0), n);
	assert_int_equal(ena_xstats_names(&dev, NULL, 0), n);
	memset(names, 0, sizeof(names));
	memset(values, 0xff, sizeof(values));
	assert_int_equal(ena_xstats_get(&dev, values, (unsigned int)n - 1), n);
	assert_int_equal(ena_xstats_names(&dev, names, (unsigned int)n - 1), n);
	assert_int_equal(values[0].id, UINT64_MAX);
	assert_string_equal(names[0].name, "");
	assert_int_equal(ena_xstats_get(&dev, values, (unsigned int)n), n);
	for (i = 0; i < n; i++)
		assert_int_equal(values[i].id, i);
	assert_int_equal(values[n].id, UINT64_MAX);
}

/** All of the guide of the driver. */
static const char *
guide(void)
{
	static char text[200000];
	FILE *f = fopen(ENA_GUIDE, "r");
	size_t n;

	if (f == NULL)
		fail_msg("%s cannot be opened", ENA_GUIDE);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	assert_in_range(n, 1, sizeof(text) - 2);
	text[n] = '\0';
	return text;
}

/** The table of the guide with this heading has a row of @p name. */
static void
assert_in_table(const char *heading, const char *name)
{
	char start[64], entry[64];
	const char *table, *row, *end;

	snprintf(start, sizeof(start), "\n   %s\n   ==", heading);
	snprintf(entry, sizeof(entry), "\n   ``%s``  ", name);
	table = strstr(guide(), start);
	if (table == NULL)
		fail_msg("the guide has no table \"%s\"", heading);
	end = strstr(table, "\n\n");
	row = strstr(table, entry);
	if (row == NULL || end == NULL || row > end)
		fail_msg("the table \"%s\" of the guide does not have %s", heading, name);
}

static void
the_guide_explains_every_counter(void **state)
{
	(void)state;
#define IN_RX(name, field)   assert_in_table("Rx queue", name);
#define IN_TX(name, field)   assert_in_table("Tx queue", name);
#define IN_PORT(name, field) assert_in_table("Port", name);
	ENA_RX_COUNTERS(IN_RX)
	ENA_RX_GAUGES(IN_RX)
	ENA_TX_COUNTERS(IN_TX)
	ENA_DROP_COUNTERS(IN_PORT)
	ENA_PORT_COUNTERS(IN_PORT)
}

/* ---- queues ------------------------------------------------------------------------------- */

static void
the_next_queue_of_a_number_goes_on_where_the_last_one_ended(void **state)
{
	struct rte_eth_stats s;

	(void)state;
	configure_and_set_up(2, 2);
	rxq(1)->pkts = 100;
	rxq(1)->bytes = 6400;
	rxq(1)->nombuf = 3;
	rxq(1)->bad_desc = 1;
	rxq(1)->bad_req_id = 2;
	rxq(1)->bad_desc_num = 4;
	rxq(1)->l4_good = 90;
	txq(0)->pkts = 50;
	txq(0)->bytes = 5000;
	txq(0)->errors = 5;
	txq(0)->doorbells = 10;
	set_up_rx(1);
	set_up_tx(0);
	rxq(1)->pkts = 11;
	rxq(1)->l4_good = 1;
	txq(0)->pkts = 1;
	s = basic();
	assert_int_equal(s.ipackets, 111);
	assert_int_equal(s.ibytes, 6400);
	assert_int_equal(s.rx_nombuf, 3);
	assert_int_equal(s.ierrors, 7);
	assert_int_equal(s.opackets, 51);
	assert_int_equal(s.obytes, 5000);
	assert_int_equal(s.oerrors, 5);
	assert_int_equal(xstat("rx_q0_packets"), 0);
	assert_int_equal(xstat("rx_q1_packets"), 111);
	assert_int_equal(xstat("rx_q1_l4_csum_good"), 91);
	assert_int_equal(xstat("tx_q0_packets"), 51);
	assert_int_equal(xstat("tx_q0_doorbells"), 10);
}

static void
queues_that_the_port_no_longer_has_count_in_its_totals(void **state)
{
	(void)state;
	configure_and_set_up(4, 4);
	rxq(3)->pkts = 100;
	txq(3)->bytes = 100;
	configure_and_set_up(1, 1);
	assert_int_equal(basic().ipackets, 100);
	assert_int_equal(basic().obytes, 100);
	/* A reset of the device releases all of them. */
	configure(0, 0);
	assert_int_equal(basic().ipackets, 100);
	configure_and_set_up(4, 4);
	rxq(3)->pkts = 1;
	assert_int_equal(xstat("rx_q3_packets"), 101);
	assert_int_equal(xstat("tx_q3_bytes"), 100);
	assert_int_equal(basic().ipackets, 101);
}

static void
a_reset_of_the_statistics_leaves_the_counters_of_lcores_alone(void **state)
{
	(void)state;
	configure_and_set_up(2, 2);
	rxq(0)->pkts = 10;
	rxq(1)->pkts = 20;
	txq(1)->pkts = 30;
	set_up_rx(1); /* 20 are kept */
	rxq(1)->pkts = 5;
	assert_int_equal(ena_stats_reset(&dev), 0);
	assert_int_equal(basic().ipackets, 0);
	assert_int_equal(basic().opackets, 0);
	assert_int_equal(xstat("rx_q0_packets"), 0);
	assert_int_equal(xstat("rx_q1_packets"), 0);
	assert_int_equal(rxq(0)->pkts, 10);
	assert_int_equal(rxq(1)->pkts, 5);
	assert_int_equal(txq(1)->pkts, 30);
	rxq(0)->pkts++;
	assert_int_equal(basic().ipackets, 1);
	/* Nothing comes back with the release. */
	configure(0, 0);
	assert_int_equal(basic().ipackets, 1);
	assert_int_equal(basic().opackets, 0);
	assert_int_equal(ena_stats_reset(&dev), 0);
	assert_int_equal(basic().ipackets, 0);
}

static void
the_low_water_mark_is_no_counter(void **state)
{
	(void)state;
	configure_and_set_up(1, 1);
	rxq(0)->posted_min = 100;
	set_up_rx(0);
	rxq(0)->posted_min = 120;
	assert_int_equal(xstat("rx_q0_posted_min"), 120);
	assert_int_equal(ena_stats_reset(&dev), 0);
	assert_int_equal(xstat("rx_q0_posted_min"), 128);
	configure(1, 1);
	free(ena_stats_retire_rx(&dev, 0));
	assert_int_equal(xstat("rx_q0_posted_min"), 0);
}

static void
statistics_of_queues_that_are_not_set_up_are_what_is_kept(void **state)
{
	(void)state;
	configure(3, 3);
	assert_int_equal(basic().ipackets, 0);
	assert_int_equal(xstat("rx_q2_packets"), 0);
	assert_int_equal(ena_stats_reset(&dev), 0);
	assert_null(ena_stats_retire_rx(&dev, 2));
	assert_null(ena_stats_retire_tx(&dev, 2));
	set_up_rx(2);
	rxq(2)->pkts = 7;
	free(ena_stats_retire_rx(&dev, 2));
	assert_int_equal(xstat("rx_q2_packets"), 7);
	/* The most that a port can have. */
	configure_and_set_up(ENA_MAX_QUEUES, ENA_MAX_QUEUES);
	rxq(ENA_MAX_QUEUES - 1)->pkts = 1;
	txq(ENA_MAX_QUEUES - 1)->pkts = 1;
	configure(0, 0);
	assert_int_equal(basic().ipackets, 8);
	assert_int_equal(basic().opackets, 1);
}

/** What ethdev does first of all in another thread that configures the port. */
static void
more_queues(void)
{
	data.nb_rx_queues = QUEUES;
	data.nb_tx_queues = QUEUES;
}

static void
no_more_values_are_written_than_there_is_room_for(void **state)
{
	struct rte_eth_xstat values[XSTATS];
	int n;

	(void)state;
	configure_and_set_up(1, 1);
	n = ena_xstats_get(&dev, NULL, 0);
	assert_in_range(n, 1, XSTATS - 1);
	memset(values, 0xff, sizeof(values));
	meanwhile = more_queues;
	assert_int_equal(ena_xstats_get(&dev, values, (unsigned int)n), n);
	meanwhile = NULL;
	assert_int_equal(values[n - 1].id, n - 1);
	assert_int_equal(values[n].value, UINT64_MAX);
}

/** What ethdev does in another thread that configures no queues: their number becomes 0 last. */
static void
no_queues(void)
{
	data.rx_queues = NULL;
	data.tx_queues = NULL;
}

static void
a_port_may_lose_its_queues_while_its_statistics_are_read(void **state)
{
	struct rte_eth_xstat values[XSTATS];

	(void)state;
	configure_and_set_up(1, 1);
	rxq(0)->pkts = 5;
	free(ena_stats_retire_rx(&dev, 0));
	free(ena_stats_retire_tx(&dev, 0));
	meanwhile = no_queues;
	assert_int_equal(basic().ipackets, 5);
	assert_in_range(ena_xstats_get(&dev, values, XSTATS), 1, XSTATS);
	meanwhile = NULL;
	data.nb_rx_queues = data.nb_tx_queues = 0;
}

/* ---- secondary processes --------------------------------------------------------------------- */

#define LIVES 20000u

/** Readings that the primary still waits for. */
static unsigned int awaited;
static sem_t has_read;

/**
 * The reader has to see what there is now: only then it can notice that less is there later. The
 * first reading that ends may have begun before.
 */
static void
wait_for_a_reading(void)
{
	__atomic_store_n(&awaited, 2, __ATOMIC_RELEASE);
	while (sem_wait(&has_read) != 0)
		;
}

static void
reading_is_done(void)
{
	if (__atomic_load_n(&awaited, __ATOMIC_ACQUIRE) != 0 &&
		__atomic_sub_fetch(&awaited, 1, __ATOMIC_ACQ_REL) == 0)
		sem_post(&has_read);
}

/**
 * Queues of the primary, one after the other; each counts one of everything. As in the driver, the
 * next one takes the memory of the last one. All numbers have their turn, since the reader comes to
 * them at different times.
 */
static void *
live(void *arg)
{
	bool *done = arg;
	unsigned int n;

	for (n = 0; n < LIVES; n++) {
		uint16_t i = n % ENA_MAX_QUEUES;
		struct ena_rx_queue *rx = ena_stats_retire_rx(&dev, i);
		struct ena_tx_queue *tx = ena_stats_retire_tx(&dev, i);

		memset(rx, 0, sizeof(*rx));
		memset(tx, 0, sizeof(*tx));
		__atomic_store_n(&rx_queues[i], rx, __ATOMIC_RELEASE);
		__atomic_store_n(&tx_queues[i], tx, __ATOMIC_RELEASE);
		rx->pkts = rx->bytes = rx->nombuf = rx->bad_req_id = 1;
		tx->pkts = tx->bytes = tx->errors = 1;
		wait_for_a_reading();
	}
	__atomic_store_n(done, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool
any_fell(const struct rte_eth_stats *last, const struct rte_eth_stats *now)
{
	return now->ipackets < last->ipackets || now->ibytes < last->ibytes ||
	       now->rx_nombuf < last->rx_nombuf || now->ierrors < last->ierrors ||
	       now->opackets < last->opackets || now->obytes < last->obytes ||
	       now->oerrors < last->oerrors;
}

static void
totals_never_fall_in_a_secondary_process(void **state)
{
	struct rte_eth_stats last = {0}, now;
	pthread_t thread;
	bool done = false, fell = false;

	(void)state;
	configure_and_set_up(ENA_MAX_QUEUES, ENA_MAX_QUEUES);
	assert_int_equal(sem_init(&has_read, 0, 0), 0);
	assert_int_equal(pthread_create(&thread, NULL, live, &done), 0);
	is_secondary = true;
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		now = basic();
		fell |= any_fell(&last, &now);
		last = now;
		reading_is_done();
	}
	is_secondary = false;
	pthread_join(thread, NULL);
	assert_false(fell);
	assert_int_equal(basic().ipackets, LIVES);
}

/* ---- drops -------------------------------------------------------------------------------- */

#define ROUNDS 300000u

/** Events of the device, and a thread that resets the statistics again and again. */
static void *
drop_and_reset(void *arg)
{
	bool *done = arg;
	uint64_t n;

	for (n = 1; n <= ROUNDS; n++) {
		device_says(n, n, n);
		ena_stats_reset(&dev);
	}
	__atomic_store_n(done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void
drops_never_fall_below_zero_while_the_statistics_are_reset(void **state)
{
	struct rte_eth_xstat values[XSTATS];
	pthread_t thread;
	bool done = false;
	uint64_t most = 0;
	int n, i;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, drop_and_reset, &done), 0);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		n = ena_xstats_get(&dev, values, XSTATS);
		for (i = 0; i < n; i++)
			most = RTE_MAX(most, values[i].value);
	}
	pthread_join(thread, NULL);
	assert_in_range(most, 0, ROUNDS);
}

static void
drops_never_fall_below_zero_when_those_of_the_device_do(void **state)
{
	(void)state;
	device_says(1000, 500, 200);
	assert_int_equal(basic().imissed, 1200);
	assert_int_equal(basic().oerrors, 500);
	assert_int_equal(ena_stats_reset(&dev), 0);
	assert_int_equal(basic().imissed, 0);
	/* without a reset that the driver knows of */
	device_says(10, 5, 2);
	assert_int_equal(basic().imissed, 12);
	assert_int_equal(basic().oerrors, 5);
	device_says(15, 5, 0);
	assert_int_equal(basic().imissed, 17);
	assert_int_equal(xstat("device_rx_drops"), 15);
	assert_int_equal(xstat("device_tx_drops"), 5);
	assert_int_equal(xstat("device_rx_overruns"), 2);
}

static void
drops_of_a_port_go_on_after_a_reset_of_its_device(void **state)
{
	(void)state;
	device_says(100, 10, 1);
	ena_stats_device_reset(&adapter);
	assert_int_equal(basic().imissed, 101);
	/* More than before the reset: all of them are new. */
	device_says(150, 20, 2);
	assert_int_equal(basic().imissed, 101 + 152);
	assert_int_equal(basic().oerrors, 30);
	assert_int_equal(ena_stats_reset(&dev), 0);
	ena_stats_device_reset(&adapter);
	assert_int_equal(basic().imissed, 0);
	device_says(3, 0, 0);
	assert_int_equal(basic().imissed, 3);
}

/* ---- any order ---------------------------------------------------------------------------- */

static uint32_t random_state;

static uint32_t
random_below(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % n;
}

/** What the statistics have to be. */
struct model {
	uint64_t rx[QUEUES], tx[QUEUES], drops;
	struct ena_drops device;
};

static void
count_something(struct model *m)
{
	uint16_t i = (uint16_t)random_below(QUEUES), n = (uint16_t)random_below(1000);

	if (i < data.nb_rx_queues && rxq(i) != NULL) {
		rxq(i)->pkts += n;
		m->rx[i] += n;
	}
	if (i < data.nb_tx_queues && txq(i) != NULL) {
		txq(i)->pkts += n;
		m->tx[i] += n;
	}
}

static void
drop_something(struct model *m)
{
	uint32_t n = random_below(100);

	m->device.rx_drops += n;
	m->device.rx_overruns += n / 2;
	m->drops += n + n / 2;
	device_says(m->device.rx_drops, 0, m->device.rx_overruns);
}

static void
step(struct model *m)
{
	uint16_t rx = (uint16_t)random_below(QUEUES + 1), tx = (uint16_t)random_below(QUEUES + 1);

	switch (random_below(12)) {
	case 0:
		configure(rx, tx);
		break;
	case 1:
		configure_and_set_up(rx, tx);
		break;
	case 2:
		if (rx < data.nb_rx_queues)
			set_up_rx(rx);
		if (tx < data.nb_tx_queues)
			set_up_tx(tx);
		break;
	case 3:
		ena_stats_device_reset(&adapter);
		memset(&m->device, 0, sizeof(m->device));
		break;
	case 4:
		assert_int_equal(ena_stats_reset(&dev), 0);
		memset(m->rx, 0, sizeof(m->rx));
		memset(m->tx, 0, sizeof(m->tx));
		m->drops = 0;
		break;
	case 5:
	case 6:
		drop_something(m);
		break;
	default:
		count_something(m);
	}
}

static void
compare(const struct model *m)
{
	uint64_t rx = 0, tx = 0;
	uint16_t i;

	for (i = 0; i < QUEUES; i++) {
		rx += m->rx[i];
		tx += m->tx[i];
		if (i < data.nb_rx_queues)
			assert_int_equal(xstat_of("rx", i, "packets"), m->rx[i]);
		if (i < data.nb_tx_queues)
			assert_int_equal(xstat_of("tx", i, "packets"), m->tx[i]);
	}
	assert_int_equal(basic().ipackets, rx);
	assert_int_equal(basic().opackets, tx);
	assert_int_equal(basic().imissed, m->drops);
}

static void
whatever_happens_to_queues_and_device_nothing_is_lost_or_counted_twice(void **state)
{
	struct model m;
	unsigned int game, i;

	for (game = 0; game < 200; game++) {
		random_state = game;
		memset(&m, 0, sizeof(m));
		new_port(state);
		for (i = 0; i < 100; i++) {
			step(&m);
			compare(&m);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_counter_is_shown_with_its_name, new_port),
		cmocka_unit_test_setup(no_counter_is_shown_twice, new_port),
		cmocka_unit_test(the_guide_explains_every_counter),
		cmocka_unit_test_setup(
			the_next_queue_of_a_number_goes_on_where_the_last_one_ended, new_port),
		cmocka_unit_test_setup(
			queues_that_the_port_no_longer_has_count_in_its_totals, new_port),
		cmocka_unit_test_setup(
			a_reset_of_the_statistics_leaves_the_counters_of_lcores_alone, new_port),
		cmocka_unit_test_setup(the_low_water_mark_is_no_counter, new_port),
		cmocka_unit_test_setup(
			statistics_of_queues_that_are_not_set_up_are_what_is_kept, new_port),
		cmocka_unit_test_setup(no_more_values_are_written_than_there_is_room_for, new_port),
		cmocka_unit_test_setup(
			a_port_may_lose_its_queues_while_its_statistics_are_read, new_port),
		cmocka_unit_test_setup(totals_never_fall_in_a_secondary_process, new_port),
		cmocka_unit_test_setup(
			drops_never_fall_below_zero_when_those_of_the_device_do, new_port),
		cmocka_unit_test_setup(
			drops_never_fall_below_zero_while_the_statistics_are_reset, new_port),
		cmocka_unit_test_setup(drops_of_a_port_go_on_after_a_reset_of_its_device, new_port),
		cmocka_unit_test_setup(
			whatever_happens_to_queues_and_device_nothing_is_lost_or_counted_twice,
			new_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
