/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Preloaded into dpdk-test, so that pmd_perf_autotest gets along with any ENA driver. It ends when
 * a port has no promiscuous mode, and ENA has none: the port of the test gets its own frames back,
 * it does not need that mode. It moves two seconds' worth of packets at the speed of the link,
 * which neither driver knows: it is told one. And it configures no link interrupt, without which
 * net_ena reports the link as down for ever.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#include <rte_ethdev.h>

/** Mbit/s. */
#define SPEED 1000u

/** The function that this library stands before. */
static void *
next(const char *name)
{
	void *fn = dlsym(RTLD_NEXT, name);

	if (fn == NULL)
		abort();
	return fn;
}

int
rte_eth_promiscuous_enable(uint16_t port_id)
{
	(void)port_id;
	return 0;
}

int
rte_eth_dev_configure(uint16_t port_id, uint16_t rx, uint16_t tx, const struct rte_eth_conf *conf)
{
	int (*configure)(uint16_t, uint16_t, uint16_t, const struct rte_eth_conf *) =
		(int (*)(uint16_t, uint16_t, uint16_t, const struct rte_eth_conf *))(uintptr_t)next(
			"rte_eth_dev_configure");
	/* By its name: softena-run, which is started with this library, has no DPDK. */
	int (*info_get)(uint16_t, struct rte_eth_dev_info *) = (int (*)(
		uint16_t, struct rte_eth_dev_info *))(uintptr_t)next("rte_eth_dev_info_get");
	struct rte_eth_conf with = *conf;
	struct rte_eth_dev_info info;

	if (info_get(port_id, &info) == 0 && info.dev_flags != NULL &&
		(*info.dev_flags & RTE_ETH_DEV_INTR_LSC) != 0)
		with.intr_conf.lsc = 1;
	return configure(port_id, rx, tx, &with);
}

int
rte_eth_link_get_nowait(uint16_t port_id, struct rte_eth_link *link)
{
	int (*get)(uint16_t, struct rte_eth_link *) = (int (*)(uint16_t, struct rte_eth_link *))(
		uintptr_t)next("rte_eth_link_get_nowait");
	int rc = get(port_id, link);

	if (rc == 0 && link->link_status == RTE_ETH_LINK_UP)
		link->link_speed = SPEED;
	return rc;
}
