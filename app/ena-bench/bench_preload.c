/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Preloaded into dpdk-test, so that pmd_perf_autotest runs with any ENA driver. The test ends if a
 * port has no promiscuous mode, which ENA does not have; the test does not need it, since its port
 * receives its own frames. It moves as many packets as the link carries in two seconds, but
 * neither driver knows the speed, so this library reports one. And it does not enable the link
 * interrupt, without which net_ena always reports the link as down.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#include <rte_ethdev.h>

/** Mbit/s. */
#define SPEED 1000u

/** The function that this library replaces. */
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
	/* Looked up by name: softena-run also starts with this library, and is not linked with
	 * DPDK. */
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
