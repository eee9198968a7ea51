/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Step mode: the functions that the library exports to programs (softena_step.h).
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "softena_step.h"
#include "softena_wire.h"
#include "step_wire.h"
#include "vfio_port.h"

#define PUBLIC __attribute__((visibility("default")))
/** Most turns of the device in one step, so that a step ends even if another thread keeps sending.
 */
#define TURNS_MAX 100000u

/** A port of this process by its address. Bus lock held. */
static struct port *
find_port(const char *addr, int *error)
{
	unsigned int i;

	*error = bus.setup.step ? -ENODEV : -EPERM;
	if (!bus.setup.step || addr == NULL)
		return NULL;
	for (i = 0; i < bus.setup.ports; i++)
		if (bus.port[i].dev != NULL && strcasecmp(bus.port[i].setup->addr, addr) == 0)
			return &bus.port[i];
	return NULL;
}

static unsigned int
step(const char *addr, const struct iovec *frames, unsigned int n)
{
	struct softena_stats before, after;
	struct port *port;
	unsigned int i;
	int error;

	bus_lock();
	port = find_port(addr, &error);
	if (port == NULL) {
		bus_unlock();
		return 0;
	}
	softena_stats_get(port->dev, &before);
	step_wire_give(port->wire, frames, n);
	for (i = 0; i < TURNS_MAX && softena_poll(port->dev, false, true) > 0; i++)
		;
	step_wire_give(port->wire, NULL, 0);
	softena_stats_get(port->dev, &after);
	bus_unlock();
	return (unsigned int)(after.rx_pkts - before.rx_pkts);
}

PUBLIC unsigned int
softena_step(const char *addr, unsigned int budget)
{
	return step(addr, NULL, budget);
}

PUBLIC unsigned int
softena_step_frames(const char *addr, const struct iovec *frames, unsigned int n)
{
	return step(addr, frames, frames != NULL ? n : 0);
}

PUBLIC int
softena_step_payload(const char *addr, uint32_t bytes)
{
	struct port *port;
	int rc;

	bus_lock();
	port = find_port(addr, &rc);
	if (port != NULL) {
		port->wire->move_max = bytes;
		rc = 0;
	}
	bus_unlock();
	return rc;
}

PUBLIC int
softena_step_counters(const char *addr, struct softena_step_counters *counters)
{
	struct softena_stats s;
	struct port *port;
	int rc;

	memset(counters, 0, sizeof(*counters));
	bus_lock();
	port = find_port(addr, &rc);
	if (port != NULL) {
		softena_stats_get(port->dev, &s);
		counters->tx_doorbells = s.tx_doorbells;
		counters->rx_doorbells = s.rx_doorbells;
		counters->tx_packets = s.wire_tx_frames;
		counters->rx_packets = s.wire_rx_frames;
		counters->complaints = s.dma_faults + s.bad_doorbells + s.tx_malformed;
		rc = 0;
	}
	bus_unlock();
	return rc;
}

PUBLIC int
softena_step_queue(const char *addr, int tx, unsigned int idx, struct softena_step_queue *queue)
{
	struct softena_queue_stats q;
	struct port *port;
	int rc;

	memset(queue, 0, sizeof(*queue));
	bus_lock();
	port = find_port(addr, &rc);
	if (port != NULL) {
		rc = softena_queue_stats_get(port->dev, tx != 0, idx, &q);
		if (rc == 0 && !q.exists)
			rc = -EINVAL;
		if (rc == 0) {
			queue->depth = q.depth;
			queue->posted = q.posted;
			queue->posted_min = q.posted_min;
			queue->llq = q.llq;
		}
	}
	bus_unlock();
	return rc;
}

PUBLIC int
softena_step_bar(const char *addr, unsigned int bar, void **at, size_t *len)
{
	struct port *port;
	int rc;

	*at = NULL;
	*len = 0;
	bus_lock();
	port = find_port(addr, &rc);
	if (port != NULL && bar != 0 && bar != 2) {
		rc = -EINVAL;
	} else if (port != NULL) {
		*at = bar == 0 ? vfio_port_of(port)->bars.bar0 : vfio_port_of(port)->bars.bar2;
		*len = softena_bar_size(&port->setup->cfg, bar);
		rc = 0;
	}
	bus_unlock();
	return rc;
}
