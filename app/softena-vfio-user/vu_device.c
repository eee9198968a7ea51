/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdatomic.h>
#include <string.h>
#include <syslog.h>

#include "bus_log.h"
#include "bus_run.h"
#include "vu_device.h"
#include "vu_dma.h"
#include "vu_irq.h"
#include "vu_port.h"
#include "vu_signal.h"

static atomic_bool sleeping;

/* ---- power -------------------------------------------------------------------------------- */

static int
power_on(struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;
	struct softena_bars bars = {.mode = SOFTENA_BAR0_POLLED_DOORBELLS};
	struct vu_port *vp = vu_port_of(port);
	unsigned int i;
	int rc = 0;

	for (i = 0; i < VU_BARS && rc == 0; i++)
		if (softena_bar_size(cfg, i) != 0)
			rc = vu_bar_make(vp, i, softena_bar_size(cfg, i));
	if (rc != 0) {
		bus_log(LOG_ERR, "%s: no memory for the BARs: %s", port->setup->addr,
			strerror(-rc));
		return rc;
	}
	bars.bar0 = vp->bar[ENA_BAR_REGS];
	bars.bar2 = vp->bar[ENA_BAR_MEM];
	rc = port_wire_open(port);
	return rc == 0 ? port_device_create(port, &bars) : rc;
}

static void
port_power_off(struct port *port)
{
	vu_irq_off(port);
	port_device_destroy(port);
	vu_dma_clear(port);
	vu_bars_drop(vu_port_of(port));
}

int
vu_device_power_on(struct port *port)
{
	int rc = power_on(port);

	vu_signal_init();
	if (rc == 0)
		rc = bus_start();
	if (rc != 0) {
		port_power_off(port);
		return rc;
	}
	bus_log(LOG_INFO, "%s: power on, wire %s", port->setup->addr, port->setup->wire);
	return 0;
}

static void
port_reset(struct port *port)
{
	if (port->dev == NULL)
		return;
	softena_function_reset(port->dev);
	vu_irq_forget(port);
}

void
vu_device_detach(struct port *port)
{
	vu_irq_off(port);
	vu_dma_clear(port);
	/* Before the reset, which writes to them. */
	vu_bars_renew(port);
	port_reset(port);
	port->open = false;
}

void
vu_device_sleep(bool asleep)
{
	atomic_store(&sleeping, asleep);
}

/* ---- operations ----------------------------------------------------------------------------- */

static unsigned int
port_poll(struct port *port)
{
	return atomic_load(&sleeping) ? 0 : softena_poll(port->dev, true, true);
}

static const struct port_ops ops = {
	.init = vu_port_init,
	.raise = vu_irq_raise,
	.poll = port_poll,
	.reset = port_reset,
	.power_off = port_power_off,
};

int
vu_device_init(const char *dir)
{
	return bus_init(dir, &ops);
}
