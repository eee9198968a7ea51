/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The watchdog for Tx queues: a scripted device, which takes and completes packets or does not, and
 * a clock that a test moves.
 */
#define TX_DEVICE_OWN_RESET
#include "tx_device.h"

#define SECOND          1000000u
#define DEFAULT_SECONDS 5u

int ena_logtype_driver;

static struct side dev;
static struct ena_adapter adapter;
static struct rte_eth_dev_data data;
static struct rte_eth_dev port = {.data = &data};
static void *queues[2];
static uint64_t now, serial;
static unsigned int requests;
static enum ena_reset_reason reason;

bool
ena_reset_is_wanted(const struct ena_adapter *a)
{
	return a->reset.wanted != ENA_RESET_NORMAL;
}

void
ena_reset_request(struct ena_adapter *a, enum ena_reset_reason why)
{
	assert_ptr_equal(a, &adapter);
	a->reset.wanted = why;
	reason = why;
	requests++;
}

static struct rte_mbuf *
make_segment(struct side *s, uint16_t len, uint64_t number, unsigned int i)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(s->pool.mp);

	RTE_SET_USED(len);
	RTE_SET_USED(number);
	RTE_SET_USED(i);
	assert_non_null(m);
	return m;
}

/** A started port with one queue, whose second place is empty, as some seconds after its start. */
static void
start(void)
{
	const struct config c = {
		.entry = 128,
		.descs_before_header = 2,
		.descs_per_entry = 8,
		.max_bufs = 2,
		/* the tests say when completions are looked at */
		.free_thresh = 0,
		.check_mbz = true,
	};

	start_side(&dev, tested, &c);
	dev.q.adapter = &adapter;
	memset(&adapter, 0, sizeof(adapter));
	adapter.args = (struct ena_devargs)ENA_DEVARGS_DEFAULTS;
	adapter.port.started = true;
	ena_tx_watch_init(&adapter);
	data.dev_private = &adapter;
	data.tx_queues = queues;
	data.nb_tx_queues = RTE_DIM(queues);
	queues[0] = NULL;
	queues[1] = &dev.q;
	requests = 0;
	now += 1000 * SECOND;
}

/** Send @p n packets of one buffer; the device sees the doorbell if @p rung. */
static void
send_packets(unsigned int n, bool rung)
{
	const struct packet p = {.segs = {1000}, .n_segs = 1};
	struct rte_mbuf *m;

	for (; n != 0; n--) {
		m = build(&dev, &p, serial++, make_segment);
		assert_int_equal(dev.burst(&dev.q, &m, 1), 1);
	}
	dev.n_seen = 0;
	if (rung)
		fetch(&dev);
}

/** Look once per second. @return resets that were asked for */
static unsigned int
look(unsigned int seconds)
{
	requests = 0;
	for (; seconds != 0; seconds--) {
		now += SECOND;
		ena_tx_check_stalls(&port, now);
	}
	return requests;
}

static void
hint(uint16_t ms, uint16_t packets)
{
	const struct ena_hw_hints hints = {
		.missing_tx_timeout_ms = ena_put16(ms),
		.missing_tx_count = ena_put16(packets),
	};

	ena_tx_watch_hints(&adapter, &hints);
}

/* ---- what stands still ------------------------------------------------------------------- */

static void
one_packet_that_is_never_completed_asks_for_one_reset_after_the_time_out(void **state)
{
	unsigned int rung;

	(void)state;
	for (rung = 0; rung < 2; rung++) {
		start();
		assert_int_equal(look(20), 0);
		send_packets(1, rung != 0);
		/* one look to see it, and then the time-out */
		assert_int_equal(look(DEFAULT_SECONDS), 0);
		assert_int_equal(look(1), 1);
		assert_int_equal(reason, ENA_RESET_MISSING_TX_COMPLETION);
		assert_int_equal(dev.q.missing_completions, 1);
		assert_int_equal(look(30), 0);
		assert_int_equal(dev.q.missing_completions, 1);
	}
}

static void
a_full_ring_whose_doorbell_was_lost_is_noticed(void **state)
{
	(void)state;
	start();
	send_packets(DEPTH - 1, false);
	assert_int_equal(look(DEFAULT_SECONDS), 0);
	assert_int_equal(look(1), 1);
	assert_int_equal(dev.q.missing_completions, DEPTH - 1);
}

static void
completions_that_stop_in_the_middle_are_noticed(void **state)
{
	unsigned int i;

	(void)state;
	start();
	send_packets(20, true);
	for (i = 0; i < 7; i++)
		complete_one(&dev, 0);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(DEFAULT_SECONDS), 0);
	assert_int_equal(look(1), 1);
	assert_int_equal(dev.q.missing_completions, 13);
}

static void
packets_that_are_sent_meanwhile_do_not_prolong_the_time_out(void **state)
{
	unsigned int i;

	(void)state;
	start();
	send_packets(10, true);
	for (i = 0; i < DEFAULT_SECONDS; i++) {
		assert_int_equal(look(1), 0);
		send_packets(5, true);
	}
	assert_int_equal(look(1), 1);
	assert_int_equal(dev.q.missing_completions, 10);
}

/* ---- what does not ----------------------------------------------------------------------- */

static void
traffic_is_left_alone_whenever_the_service_looks(void **state)
{
	unsigned int i, k;

	(void)state;
	start();
	for (i = 0; i < 200; i++) {
		send_packets(1 + i % 30, true);
		/* some are always in flight */
		for (k = dev.n_open; k > 3; k--)
			complete_one(&dev, 0);
		ena_tx_reap(&dev.q, DEPTH);
		assert_int_equal(look(1), 0);
	}
	complete_all(&dev);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(60), 0);
}

static void
an_application_that_does_not_look_is_not_the_device(void **state)
{
	(void)state;
	start();
	send_packets(DEPTH - 1, true);
	complete_all(&dev);
	assert_int_equal(look(60), 0);
	/* not even if only a part has come: nobody knows of the rest */
	start();
	send_packets(20, true);
	complete_one(&dev, 0);
	assert_int_equal(look(60), 0);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(DEFAULT_SECONDS + 1), 1);
}

static void
a_late_completion_begins_the_time_again(void **state)
{
	(void)state;
	start();
	send_packets(2, true);
	assert_int_equal(look(DEFAULT_SECONDS), 0);
	complete_one(&dev, 0);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(DEFAULT_SECONDS), 0);
	complete_one(&dev, 0);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(60), 0);
}

static void
a_machine_that_was_stopped_for_long_gives_the_device_its_time(void **state)
{
	(void)state;
	start();
	send_packets(1, true);
	assert_int_equal(look(1), 0);
	now += 3600u * SECOND;
	assert_int_equal(look(1), 0);
	complete_one(&dev, 0);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(60), 0);
}

static void
queues_that_are_not_there_or_do_not_run_are_left_alone(void **state)
{
	(void)state;
	start();
	send_packets(5, true);
	dev.q.state = ENA_QUEUE_VIOLATED;
	assert_int_equal(look(60), 0);
	dev.q.state = ENA_QUEUE_RUNNING;
	adapter.port.started = false;
	assert_int_equal(look(60), 0);
	adapter.port.started = true;
	queues[1] = NULL;
	assert_int_equal(look(60), 0);
	data.nb_tx_queues = 0;
	data.tx_queues = NULL;
	assert_int_equal(look(60), 0);
	data.nb_tx_queues = 2;
	data.tx_queues = queues;
	queues[1] = &dev.q;
	adapter.reset.wanted = 1;
	assert_int_equal(look(60), 0);
}

/** A device that loses completions now and then, and goes on: the slots are lost, and nothing else.
 */
static void
single_lost_completions_among_others_are_no_stall_until_they_are_many(void **state)
{
	unsigned int i;

	(void)state;
	start();
	send_packets(30, true);
	/* the last ten are completed, out of their turn */
	for (i = 0; i < 10; i++)
		complete_one(&dev, 20);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(60), 0);
	/* until the ring has no room for a packet */
	send_packets(DEPTH - 20 - dev.q.max_bufs, true);
	complete_one(&dev, dev.n_open - 1);
	ena_tx_reap(&dev.q, DEPTH);
	assert_int_equal(look(DEFAULT_SECONDS + 1), 1);
}

/* ---- hints ---------------------------------------------------------------------------------- */

static void
the_time_out_is_that_of_the_device_with_a_floor(void **state)
{
	static const struct {
		uint16_t ms;
		unsigned int seconds; /* 0: off */
	} cases[] = {{0, 5}, {1, 1}, {999, 1}, {1000, 1}, {3000, 3}, {30000, 30}, {65534, 66},
		{65535, 0}};
	unsigned int i;

	(void)state;
	for (i = 0; i < RTE_DIM(cases); i++) {
		start();
		hint(cases[i].ms, 0);
		send_packets(3, true);
		if (cases[i].seconds == 0) {
			assert_int_equal(look(1000), 0);
			/* and on again */
			hint(2000, 0);
			assert_int_equal(look(3), 1);
			continue;
		}
		assert_int_equal(look(cases[i].seconds), 0);
		assert_int_equal(look(1), 1);
	}
}

static void
the_count_is_that_of_the_device_as_long_as_the_ring_has_room(void **state)
{
	(void)state;
	start();
	hint(0, 10);
	send_packets(10, true);
	assert_int_equal(look(60), 0);
	start();
	hint(0, 10);
	send_packets(11, true);
	assert_int_equal(look(DEFAULT_SECONDS + 1), 1);
	/* more than the ring can have */
	start();
	hint(0, 65535);
	send_packets(DEPTH - 1, true);
	assert_int_equal(look(DEFAULT_SECONDS + 1), 1);
}

static void
hints_of_zero_keep_what_was(void **state)
{
	(void)state;
	start();
	hint(2000, 10);
	hint(0, 0);
	send_packets(11, true);
	assert_int_equal(look(2), 0);
	assert_int_equal(look(1), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			one_packet_that_is_never_completed_asks_for_one_reset_after_the_time_out),
		cmocka_unit_test(a_full_ring_whose_doorbell_was_lost_is_noticed),
		cmocka_unit_test(completions_that_stop_in_the_middle_are_noticed),
		cmocka_unit_test(packets_that_are_sent_meanwhile_do_not_prolong_the_time_out),
		cmocka_unit_test(traffic_is_left_alone_whenever_the_service_looks),
		cmocka_unit_test(an_application_that_does_not_look_is_not_the_device),
		cmocka_unit_test(a_late_completion_begins_the_time_again),
		cmocka_unit_test(a_machine_that_was_stopped_for_long_gives_the_device_its_time),
		cmocka_unit_test(queues_that_are_not_there_or_do_not_run_are_left_alone),
		cmocka_unit_test(
			single_lost_completions_among_others_are_no_stall_until_they_are_many),
		cmocka_unit_test(the_time_out_is_that_of_the_device_with_a_floor),
		cmocka_unit_test(the_count_is_that_of_the_device_as_long_as_the_ring_has_room),
		cmocka_unit_test(hints_of_zero_keep_what_was),
	};
	static const struct functions_pool pools[] = {
		{"tx", &dev.pool, &dev},
		{NULL, NULL, NULL},
	};

	return functions_run(functions, RTE_DIM(functions), pools, tests, RTE_DIM(tests));
}
