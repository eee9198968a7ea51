/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

#include "bus_log.h"
#include "bus_run.h"
#include "placement.h"
#include "step_wire.h"
#include "vfio_files.h"
#include "vfio_port.h"

static struct vfio_port ports[SETUP_PORTS_MAX];

struct vfio_port *
vfio_port_of(const struct port *port)
{
	return &ports[port->idx];
}

/* ---- power on ----------------------------------------------------------------------------- */

/** @return 1 if this process has the port now, 0 if another one has it, negative errno */
static int
take_lock(const struct port *port)
{
	struct vfio_port *vp = vfio_port_of(port);
	char path[512];
	int rc;

	snprintf(path, sizeof(path), SETUP_LOCK, bus.dir, port->idx);
	vp->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (vp->lock_fd < 0)
		return -errno;
	if (flock(vp->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	rc = errno == EWOULDBLOCK ? 0 : -errno;
	close(vp->lock_fd);
	vp->lock_fd = -1;
	return rc;
}

static void *
map_region(const struct port *port, unsigned int region, size_t len)
{
	void *at;
	char path[512];
	int fd, saved;

	snprintf(path, sizeof(path), SETUP_BARS, bus.dir, port->idx);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		(off_t)region << SETUP_REGION_SHIFT);
	saved = errno;
	close(fd);
	errno = saved;
	if (at == MAP_FAILED)
		return NULL;
	if (placement_node_exists(port->setup->numa)) {
		int rc = placement_memory(at, len, port->setup->numa);

		if (rc != 0)
			bus_log(LOG_NOTICE, "%s: memory of NUMA node %d: %s", port->setup->addr,
				port->setup->numa, strerror(-rc));
	}
	memset(at, 0, len); /* an earlier process may have written to it */
	return at;
}

static int
map_regions(struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;
	size_t bar2_size = softena_bar2_size(cfg);
	struct vfio_port *vp = vfio_port_of(port);
	int rc;

	vp->bars.mode = SOFTENA_BAR0_POLLED;
	vp->bars.bar0 = map_region(port, ENA_BAR_REGS, cfg->bar0_size);
	vp->bars.bar2 = bar2_size > 0 ? map_region(port, ENA_BAR_MEM, bar2_size) : NULL;
	vp->config.shown = map_region(port, SETUP_REGION_CONFIG, SOFTENA_CONFIG_SIZE);
	vp->bars.config = vp->config.shown;
	if (vp->bars.bar0 != NULL && vp->config.shown != NULL &&
		(bar2_size == 0 || vp->bars.bar2 != NULL))
		return 0;
	rc = -errno;
	bus_log(LOG_ERR, "%s: cannot map the BARs: %s", port->setup->addr, strerror(errno));
	return rc;
}

/** In step mode the wire gives no more frames than a step asked for. */
static int
open_wire(struct port *port)
{
	struct softena_wire *wire;
	int rc = port_wire_open(port);

	if (rc != 0 || !bus.setup.step)
		return rc;
	wire = step_wire_open(port->wire);
	if (wire == NULL)
		return -ENOMEM;
	port->wire = wire;
	return 0;
}

static int
power_on(struct port *port)
{
	struct vfio_port *vp = vfio_port_of(port);
	int rc = map_regions(port);

	if (rc == 0)
		rc = open_wire(port);
	if (rc == 0)
		rc = port_device_create(port, &vp->bars);
	if (rc != 0)
		return rc;
	vfio_config_publish(&vp->config, port->dev);
	bus_log(LOG_INFO, "%s: power on, wire %s", port->setup->addr, port->setup->wire);
	return bus_start();
}

/** Before and after a use of the device: bus mastering is off, as vfio-pci leaves it. */
static void
power_cycle(struct port *port)
{
	if (port->dev == NULL)
		return;
	softena_function_reset(port->dev);
	vfio_config_publish(&vfio_port_of(port)->config, port->dev);
}

static void
port_power_off(struct port *port)
{
	struct vfio_port *vp = vfio_port_of(port);

	irq_off(&port->irq, port->dev);
	port_device_destroy(port);
	vp->owner = false;
	irq_replace_fd(&vp->lock_fd, -1);
	/* The BARs stay mapped: the process ends soon, and the program may still access them. */
}

int
vfio_port_open(struct port *port)
{
	struct vfio_port *vp = vfio_port_of(port);
	int rc;

	if (vp->owner) {
		power_cycle(port);
		port->open = true;
		return 0;
	}
	rc = take_lock(port);
	if (rc < 0)
		bus_log(LOG_ERR, "%s: lock: %s", port->setup->addr, strerror(-rc));
	if (rc <= 0)
		return rc;
	vp->owner = true;
	rc = power_on(port);
	if (rc != 0)
		port_power_off(port);
	else
		port->open = true;
	return rc;
}

void
vfio_port_close(struct port *port)
{
	port->open = false;
	irq_off(&port->irq, port->dev);
	power_cycle(port);
}

/* ---- operations ----------------------------------------------------------------------------- */

static void
port_prepare(struct port *port)
{
	vfio_port_of(port)->lock_fd = -1;
}

static void
port_raise(struct port *port, uint16_t vector)
{
	const uint64_t one = 1;

	if (vector >= port->irq.vectors_enabled || port->irq.vector_fd[vector] < 0)
		return;
	/* EAGAIN means that the counter is full: the program already has an event to read. */
	(void)!write(port->irq.vector_fd[vector], &one, sizeof(one));
}

static unsigned int
port_poll(struct port *port)
{
	vfio_config_poll(&vfio_port_of(port)->config, port->dev);
	return softena_poll(port->dev, true, !bus.setup.step);
}

static void
port_reset(struct port *port)
{
	if (port->dev != NULL)
		vfio_config_reset(&vfio_port_of(port)->config, port->dev);
}

static void
forked(void)
{
	unsigned int i;

	for (i = 0; i < bus.setup.ports; i++) {
		ports[i].owner = false;
		irq_replace_fd(&ports[i].lock_fd, -1);
	}
	vfio_files_forked();
}

static const struct port_ops ops = {
	.init = port_prepare,
	.raise = port_raise,
	.poll = port_poll,
	.reset = port_reset,
	.power_off = port_power_off,
	.forked = forked,
};

int
vfio_port_init(const char *dir)
{
	return bus_init(dir, &ops);
}
