/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <rte_ethdev.h>

#include "bench_count.h"
#include "bench_frame.h"
#include "bench_packets.h"
#include "bench_step.h"

#define BURSTS   32u
#define PATTERN  UINT64_C(0x9e3779b97f4a7c15)
#define DB_FIRST 0x1000u
#define DB_END   0x3800u

#if defined(__x86_64__)
#define TRAP_FLAG 0x100

static struct {
	uint8_t *at; /* the program's mapping of BAR0 */
	size_t len;
	atomic_uint stores; /* to doorbells */
	struct sigaction old_segv, old_trap;
} trap;

static _Thread_local bool stepping;

static void
on_store(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uint8_t *at = info->si_addr;

	if (at < trap.at || at >= trap.at + trap.len) {
		/* Another fault: the old handler gets it when the access is repeated. */
		sigaction(number, &trap.old_segv, NULL);
		return;
	}
	if (at >= trap.at + DB_FIRST && at < trap.at + DB_END)
		atomic_fetch_add(&trap.stores, 1);
	mprotect(trap.at, trap.len, PROT_READ | PROT_WRITE);
	stepping = true;
	uc->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
}

static void
on_step(int number, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)info;
	if (!stepping) {
		sigaction(number, &trap.old_trap, NULL);
		return;
	}
	stepping = false;
	uc->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
	mprotect(trap.at, trap.len, PROT_READ);
}

/** The mapping of a BAR that is not the device's own. */
static uint8_t *
find_mapping(const struct bench_port *p, size_t len)
{
	char line[512], file[32];
	uint8_t *found = NULL, *at;
	unsigned long begin, end, offset;
	void *own;
	size_t own_len;
	FILE *maps;

	if (!bench_step_bar(p->addr, 0, &own, &own_len) || own_len != len)
		return NULL;
	snprintf(file, sizeof(file), "/port%u.bars", p->index);
	maps = fopen("/proc/self/maps", "re");
	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		if (strstr(line, file) == NULL ||
			sscanf(line, "%lx-%lx %*s %lx", &begin, &end, &offset) != 3)
			continue;
		at = (uint8_t *)begin;
		if (offset == 0 && at != own && end - begin >= len)
			found = at;
	}
	if (maps != NULL)
		fclose(maps);
	return found;
}

static bool
trap_on(const struct bench_port *p)
{
	struct sigaction segv = {.sa_flags = SA_SIGINFO}, step = {.sa_flags = SA_SIGINFO};
	void *own;

	if (!bench_step_bar(p->addr, 0, &own, &trap.len))
		return false;
	trap.at = find_mapping(p, trap.len);
	if (trap.at == NULL)
		return false;
	atomic_store(&trap.stores, 0);
	segv.sa_sigaction = on_store;
	step.sa_sigaction = on_step;
	if (sigaction(SIGSEGV, &segv, &trap.old_segv) != 0 ||
		sigaction(SIGTRAP, &step, &trap.old_trap) != 0)
		return false;
	return mprotect(trap.at, trap.len, PROT_READ) == 0;
}

static unsigned int
trap_off(void)
{
	mprotect(trap.at, trap.len, PROT_READ | PROT_WRITE);
	sigaction(SIGSEGV, &trap.old_segv, NULL);
	sigaction(SIGTRAP, &trap.old_trap, NULL);
	return atomic_load(&trap.stores);
}
#else
static bool
trap_on(const struct bench_port *p)
{
	(void)p;
	return false;
}

static unsigned int
trap_off(void)
{
	return 0;
}
#endif

static size_t
changed_bytes(const uint64_t *at, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len / sizeof(*at); i++)
		n += at[i] != PATTERN;
	return n * sizeof(*at);
}

static void
fill(uint64_t *at, size_t len)
{
	size_t i;

	for (i = 0; i < len / sizeof(*at); i++)
		at[i] = PATTERN;
}

struct tally {
	unsigned int bursts, tx_bursts, packets;
	unsigned int rx_stores, tx_stores;
	size_t llq;
	unsigned int low, depth;
	bool trapped;
};

static void
count_rx(struct bench_port *p, struct rte_mbuf **pkts, const struct bench_case *c, unsigned int n,
	struct tally *t, uint16_t *got)
{
	struct softena_step_queue q;
	bool on = trap_on(p);
	uint16_t k = 1;

	for (*got = 0; *got < n && k > 0; *got = (uint16_t)(*got + k)) {
		k = rte_eth_rx_burst(p->id, 0, pkts + *got, (uint16_t)RTE_MIN(c->burst, n - *got));
		t->bursts++;
	}
	if (on)
		t->rx_stores += trap_off();
	t->trapped = on;
	bench_step(p->addr, 0);
	if (bench_step_queue(p->addr, false, 0, &q)) {
		t->low = RTE_MIN(t->low, q.posted);
		t->depth = q.depth;
	}
}

static void
count_tx(struct bench_port *p, struct rte_mbuf **pkts, unsigned int n, struct tally *t)
{
	void *window = NULL;
	size_t len = 0;
	uint16_t sent;
	bool on;

	if (bench_step_bar(p->addr, 2, &window, &len))
		fill(window, len);
	on = trap_on(p);
	sent = rte_eth_tx_burst(p->id, 0, pkts, (uint16_t)n);
	if (on)
		t->tx_stores += trap_off();
	t->trapped = on;
	t->tx_bursts++;
	t->packets += sent;
	if (len > 0)
		t->llq += changed_bytes(window, len);
	bench_step(p->addr, 0);
	rte_pktmbuf_free_bulk(pkts + sent, n - sent);
}

void
bench_count(struct bench_port *p, const struct bench_case *c, struct bench_counts *counts)
{
	struct tally t = {.low = UINT16_MAX};
	struct rte_mbuf *pkts[BENCH_STEP + BENCH_BURST_MAX];
	unsigned int i, n = RTE_MIN(c->burst, bench_case_step_packets(c));
	uint16_t got = (uint16_t)n;

	*counts = (struct bench_counts){-1, -1, -1, -1};
	for (i = 0; i < BURSTS; i++) {
		if (c->kind != BENCH_TX) {
			unsigned int came = bench_frame_deliver(p->addr, c, p->flow[0], n);

			count_rx(p, pkts, c, came, &t, &got);
		} else if (!bench_packets(p->pool, c, pkts, n)) {
			return;
		}
		if (c->kind == BENCH_RX)
			rte_pktmbuf_free_bulk(pkts, got);
		else if (got > 0)
			count_tx(p, pkts, got, &t);
	}
	if (t.trapped && t.bursts > 0)
		counts->rx_doorbells = (double)t.rx_stores / t.bursts;
	if (t.trapped && t.tx_bursts > 0)
		counts->tx_doorbells = (double)t.tx_stores / t.tx_bursts;
	if (t.packets > 0 && t.llq > 0)
		counts->llq_bytes = (double)t.llq / t.packets;
	if (t.depth > 0)
		counts->posted_low = (double)t.low / t.depth;
}
