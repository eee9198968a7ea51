/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Calls of ethdev on one port, in any order, legal or not. Standard input has a command per line,
 * and each is answered with a line of JSON. Only public interfaces of DPDK are used, so any ethdev
 * driver can serve the port.
 *
 *   probe [DEVARGS]      plug the device in; remove: unplug it
 *   CALL [NUMBER...]     a call of ethdev (ena_orders_calls.c); "rc" is what it returned
 *   both CALL & CALL     two calls at once, from two threads; "rc" and "rc2"
 *   on EVENT CALL;...    make the calls in the callback of the next such event: lsc or reset
 *   off                  do not make it any more
 *   events               how often each event came, and how many callbacks have made calls
 *   await N MS           wait until so many callbacks have made calls
 *   ping MS              wait until the EAL interrupt thread has run something
 *   ledger               what the process holds
 *   quit
 *
 *   ena_orders EAL-OPTIONS -- PCI-ADDRESS
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_alarm.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "common.h"
#include "ena_orders.h"

#define LINE_LEN     256u
#define PLENTY_MBUFS 20479u
#define SCARCE_MBUFS 63u
#define TINY_ROOM    (RTE_PKTMBUF_HEADROOM + 512u)
#define POLL_US      200u

struct rte_mempool *orders_pool[ORDERS_POOLS];

static const char *address;

/** Under the lock: what callbacks have seen, and the call that the next one shall make. */
static struct {
	pthread_mutex_t lock;
	unsigned int lsc, reset, done;
	int rc; /* of the last call in a callback */
	enum rte_eth_event_type when;
	char calls[LINE_LEN]; /* empty: none */
} events = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- events: EAL interrupt thread ------------------------------------------- */

/** @return what the last one returned */
static int
make_calls(char *calls)
{
	struct orders_answer ignored = {.len = 0};
	char *call, *rest = NULL;
	int rc = 0;

	for (call = strtok_r(calls, ";", &rest); call != NULL; call = strtok_r(NULL, ";", &rest))
		if (orders_call(call, &rc, &ignored) != 0)
			die(call, EINVAL);
	return rc;
}

static int
on_event(uint16_t port, enum rte_eth_event_type type, void *arg, void *ret)
{
	char calls[LINE_LEN] = "";
	int rc;

	RTE_SET_USED(arg);
	RTE_SET_USED(ret);
	if (port != ORDERS_PORT)
		return 0;
	pthread_mutex_lock(&events.lock);
	if (type == RTE_ETH_EVENT_INTR_LSC)
		events.lsc++;
	else
		events.reset++;
	if (events.when == type) {
		memcpy(calls, events.calls, sizeof(calls));
		events.calls[0] = '\0';
	}
	pthread_mutex_unlock(&events.lock);
	if (calls[0] == '\0')
		return 0;
	rc = make_calls(calls);
	pthread_mutex_lock(&events.lock);
	events.rc = rc;
	events.done++;
	pthread_mutex_unlock(&events.lock);
	return 0;
}

static int
set_event_calls(const char *line)
{
	int at = (int)strlen(line);
	char event[8];

	if (sscanf(line, "%7s %n", event, &at) != 1)
		return -EINVAL;
	pthread_mutex_lock(&events.lock);
	events.when = strcmp(event, "lsc") == 0 ? RTE_ETH_EVENT_INTR_LSC : RTE_ETH_EVENT_INTR_RESET;
	snprintf(events.calls, sizeof(events.calls), "%s", line + at);
	pthread_mutex_unlock(&events.lock);
	return 0;
}

static void
say_events(struct orders_answer *out)
{
	pthread_mutex_lock(&events.lock);
	orders_say(out, ",\"lsc\":%u,\"reset\":%u,\"done\":%u,\"callback_rc\":%d", events.lsc,
		events.reset, events.done, events.rc);
	pthread_mutex_unlock(&events.lock);
}

/** @return 0, or -ETIMEDOUT */
static int
await_calls(unsigned int wanted, unsigned int ms)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * ms / 1000;
	unsigned int done;

	for (;;) {
		pthread_mutex_lock(&events.lock);
		done = events.done;
		pthread_mutex_unlock(&events.lock);
		if (done >= wanted)
			return 0;
		if (rte_get_timer_cycles() > end)
			return -ETIMEDOUT;
		rte_delay_us_sleep(POLL_US);
	}
}

static void
ping_alarm(void *arg)
{
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
}

/** @return 0, or -ETIMEDOUT: the interrupt thread does not come back from what it does */
static int
ping(unsigned int ms)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * ms / 1000;
	static bool seen; /* static: the alarm may come later than its reader waits */
	int rc;

	__atomic_store_n(&seen, false, __ATOMIC_RELEASE);
	rc = rte_eal_alarm_set(1, ping_alarm, &seen);
	while (rc == 0 && !__atomic_load_n(&seen, __ATOMIC_ACQUIRE)) {
		if (rte_get_timer_cycles() > end)
			return -ETIMEDOUT;
		rte_delay_us_sleep(POLL_US);
	}
	return rc;
}

/* ---- two calls at once --------------------------------------------------------- */

struct second {
	const char *line;
	pthread_barrier_t *start;
	int rc;
};

static void *
second_thread(void *arg)
{
	struct orders_answer ignored = {.len = 0};
	struct second *s = arg;

	pthread_barrier_wait(s->start);
	if (orders_call(s->line, &s->rc, &ignored) != 0)
		die(s->line, EINVAL);
	return NULL;
}

static int
both(char *line, int *rc, struct orders_answer *out)
{
	struct second second = {.line = strchr(line, '&')};
	pthread_barrier_t start;
	pthread_t thread;

	if (second.line == NULL)
		return -EINVAL;
	line[second.line - line] = '\0';
	second.line++;
	pthread_barrier_init(&start, NULL, 2);
	second.start = &start;
	if (pthread_create(&thread, NULL, second_thread, &second) != 0)
		die("pthread_create", EAGAIN);
	pthread_barrier_wait(&start);
	if (orders_call(line, rc, out) != 0)
		die(line, EINVAL);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&start);
	orders_say(out, ",\"rc2\":%d", second.rc);
	return 0;
}

/* ---- commands ------------------------------------------------------------------- */

static int
command(char *line, int *rc, struct orders_answer *out)
{
	unsigned int a, b;

	*rc = 0;
	if (strncmp(line, "probe", 5) == 0)
		*rc = rte_eal_hotplug_add("pci", address, line[5] == ' ' ? line + 6 : "");
	else if (strcmp(line, "remove") == 0)
		*rc = rte_eal_hotplug_remove("pci", address);
	else if (strncmp(line, "both ", 5) == 0)
		return both(line + 5, rc, out);
	else if (strncmp(line, "on ", 3) == 0)
		return set_event_calls(line + 3);
	else if (strcmp(line, "off") == 0)
		set_event_calls("lsc ");
	else if (strcmp(line, "events") == 0)
		say_events(out);
	else if (sscanf(line, "await %u %u", &a, &b) == 2)
		*rc = await_calls(a, b);
	else if (sscanf(line, "ping %u", &a) == 1)
		*rc = ping(a);
	else if (strcmp(line, "ledger") == 0)
		orders_ledger(out);
	else
		return orders_call(line, rc, out);
	return 0;
}

static void
make_pools(void)
{
	static const struct {
		const char *name;
		unsigned int mbufs;
		uint16_t room;
	} kind[ORDERS_POOLS] = {
		[POOL_PLENTY] = {"plenty", PLENTY_MBUFS, RTE_MBUF_DEFAULT_BUF_SIZE},
		[POOL_SCARCE] = {"scarce", SCARCE_MBUFS, RTE_MBUF_DEFAULT_BUF_SIZE},
		[POOL_TINY] = {"tiny", SCARCE_MBUFS, TINY_ROOM},
	};
	unsigned int i;

	/* Without caches: what is in use can be counted. */
	for (i = 0; i < ORDERS_POOLS; i++) {
		orders_pool[i] = rte_pktmbuf_pool_create(
			kind[i].name, kind[i].mbufs, 0, 0, kind[i].room, SOCKET_ID_ANY);
		if (orders_pool[i] == NULL)
			die(kind[i].name, rte_errno);
	}
}

int
main(int argc, char **argv)
{
	char line[LINE_LEN];
	uint64_t owner;
	int skip, rc;

	orders_trace_init();
	skip = rte_eal_init(argc, argv);
	if (skip < 0)
		die("rte_eal_init", rte_errno);
	if (argc - skip != 2)
		die("usage: ena_orders EAL-OPTIONS -- PCI-ADDRESS", EINVAL);
	address = argv[skip + 1];
	make_pools();
	/* For all ports that will ever be: a port that is closed keeps its callbacks. */
	if (rte_eth_dev_callback_register(RTE_ETH_ALL, RTE_ETH_EVENT_INTR_LSC, on_event, NULL) !=
			0 ||
		rte_eth_dev_callback_register(
			RTE_ETH_ALL, RTE_ETH_EVENT_INTR_RESET, on_event, NULL) != 0)
		die("callback", EINVAL);
	/* Newer releases of ethdev free the memory of all ports with the last one, unless an owner
	 * is left: it counts as a leak. */
	if (rte_eth_dev_owner_new(&owner) != 0)
		die("owner", EINVAL);
	printf("{\"ready\":true,\"pid\":%d}\n", (int)getpid());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct orders_answer out = {.len = 0};

		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "quit") == 0)
			break;
		if (command(line, &rc, &out) != 0)
			die(line, EINVAL);
		printf("{\"rc\":%d%s}\n", rc, out.more);
		fflush(stdout);
	}
	return rte_eal_cleanup() == 0 ? 0 : 1;
}
