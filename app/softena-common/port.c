/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "bus_clock.h"
#include "bus_log.h"
#include "port.h"
#include "softena_wire.h"

#define FAULT_LOG_NS UINT64_C(1000000000)

/* ---- services for the device -------------------------------------------------------- */

/** At most one message per second: a driver that makes one fault often makes many. */
static void
report_fault(struct port *port, uint64_t iova, size_t len, bool write)
{
	uint64_t now = bus_now_ns();

	if (now < port->fault_log_ns) {
		port->faults_unlogged++;
		return;
	}
	port->fault_log_ns = now + FAULT_LOG_NS;
	bus_log(LOG_WARNING,
		"%s: DMA fault: the device %s %zu bytes at %#llx, which is not mapped for it (%llu "
		"more faults before)",
		port->setup->addr, write ? "wrote" : "read", len, (unsigned long long)iova,
		(unsigned long long)port->faults_unlogged);
	port->faults_unlogged = 0;
}

static void *
host_dma(void *host, uint64_t iova, size_t len, bool write, size_t *contig)
{
	struct port *port = host;
	void *at = NULL;

	if (port->iommu != NULL)
		at = iommu_translate(port->iommu, iova, len, write, contig);
	if (at == NULL)
		report_fault(port, iova, len, write);
	return at;
}

static void
host_raise(void *host, uint16_t vector)
{
	struct port *port = host;

	port->ops->raise(port, vector);
}

static uint64_t
host_now(void *host)
{
	(void)host;
	return bus_now_ns();
}

static uint64_t
host_wallclock(void *host)
{
	(void)host;
	return bus_clock_ns(CLOCK_REALTIME);
}

static void
host_log(void *host, int level, const char *msg)
{
	(void)host;
	bus_log(level, "%s", msg);
}

static const struct softena_host_ops host_ops = {
	.dma = host_dma,
	.raise = host_raise,
	.now_ns = host_now,
	.wallclock_ns = host_wallclock,
	.log = host_log,
};

/* ---- life ------------------------------------------------------------------------------- */

void
port_init(struct port *port, unsigned int idx, const struct setup_port *setup,
	const struct port_ops *ops)
{
	memset(port, 0, sizeof(*port));
	port->idx = idx;
	port->setup = setup;
	port->ops = ops;
	irq_init(&port->irq);
	ops->init(port);
}

unsigned int
port_vectors(const struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;

	if (port->dev != NULL)
		return softena_msix_vectors(port->dev);
	return 1 + (cfg->tx_queues > cfg->rx_queues ? cfg->tx_queues : cfg->rx_queues);
}

int
port_wire_open(struct port *port)
{
	char err[512];

	port->wire = softena_wire_open(port->setup->wire, err, sizeof(err));
	if (port->wire != NULL)
		return 0;
	bus_log(LOG_ERR, "%s: %s", port->setup->addr, err);
	return -EINVAL;
}

int
port_device_create(struct port *port, const struct softena_bars *bars)
{
	int rc = softena_create(&port->setup->cfg, &host_ops, port, bars, port->wire, &port->dev);

	if (rc == 0)
		return 0;
	bus_log(LOG_ERR, "%s: cannot create the device: %s", port->setup->addr, strerror(-rc));
	port->dev = NULL;
	return rc;
}

void
port_device_destroy(struct port *port)
{
	softena_destroy(port->dev);
	port->dev = NULL;
	softena_wire_close(port->wire);
	port->wire = NULL;
	port->open = false;
}

void
port_disown(struct port *port)
{
	/* Neither freed nor closed: the wire's files and the BARs are shared with the parent. */
	port->dev = NULL;
	port->wire = NULL;
	port->open = false;
	port->irq.vectors_enabled = 0;
}
