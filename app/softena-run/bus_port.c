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
#include <time.h>
#include <unistd.h>

#include "bus_port.h"
#include "placement.h"
#include "softena_wire.h"
#include "step.h"

/* The program writes the configuration space without anyone noticing: look now and then. */
#define CONFIG_LOOK_NS UINT64_C(1000000)
#define FAULT_LOG_NS   UINT64_C(1000000000)

/* ---- services for the device -------------------------------------------------------- */

static void
report_fault(struct port *port, uint64_t iova, size_t len, bool write)
{
	uint64_t now = bus_now_ns();

	port->dma_faults++;
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

	if (port->container != NULL)
		at = iommu_translate(&port->container->table, iova, len, write, contig);
	if (at == NULL)
		report_fault(port, iova, len, write);
	return at;
}

static void
host_raise(void *host, uint16_t vector)
{
	struct port *port = host;
	const uint64_t one = 1;
	ssize_t n;

	if (vector >= port->vectors_enabled || port->vector_fd[vector] < 0)
		return;
	/* EAGAIN: the counter is full, so the program has an event to read anyway. */
	n = write(port->vector_fd[vector], &one, sizeof(one));
	(void)n;
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
	struct timespec ts;

	(void)host;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
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

/* ---- configuration space --------------------------------------------------------------- */

/**
 * Show the program what the device has. Not while the program may write: see config_settle().
 */
static void
config_publish(struct port *port)
{
	softena_config_read(port->dev, 0, port->config, SOFTENA_CONFIG_SIZE);
	memcpy(port->config_seen, port->config, sizeof(port->config_seen));
}

/**
 * Show the program what became of @p seen, which it had written. Words that it has written again
 * meanwhile stay: they differ from what the device knows, so the next look finds them.
 */
static void
config_settle(struct port *port, const uint8_t *seen)
{
	uint32_t *shown = (uint32_t *)(void *)port->config;
	uint32_t was, is;
	size_t i;

	softena_config_read(port->dev, 0, port->config_seen, sizeof(port->config_seen));
	for (i = 0; i < sizeof(port->config_seen); i += sizeof(is)) {
		memcpy(&was, seen + i, sizeof(was));
		memcpy(&is, port->config_seen + i, sizeof(is));
		if (was != is)
			__atomic_compare_exchange_n(&shown[i / sizeof(is)], &was, is, false,
				__ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	}
}

static void
config_look(struct port *port)
{
	uint64_t now = bus_now_ns();
	uint8_t seen[sizeof(port->config_seen)];

	if (now < port->config_next_ns)
		return;
	port->config_next_ns = now + CONFIG_LOOK_NS;
	/* Off the bus, writes are lost. */
	if (softena_removed(port->dev) != port->config_gone) {
		port->config_gone = !port->config_gone;
		config_publish(port);
	}
	if (port->config_gone)
		return;
	memcpy(seen, port->config, sizeof(seen));
	if (memcmp(seen, port->config_seen, sizeof(seen)) == 0)
		return;
	/* The kernel saves the configuration space before such a reset and restores it then. */
	if (softena_config_write(port->dev, 0, seen, sizeof(seen)))
		softena_config_restore(port->dev, 0, seen, sizeof(seen));
	config_settle(port, seen);
}

unsigned int
port_turn(struct port *port)
{
	config_look(port);
	return softena_poll(port->dev, true, !bus.setup.step);
}

/* ---- power ------------------------------------------------------------------------------- */

unsigned int
bus_vectors(const struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;

	if (port->dev != NULL)
		return softena_msix_vectors(port->dev);
	return 1 + (cfg->tx_queues > cfg->rx_queues ? cfg->tx_queues : cfg->rx_queues);
}

void
port_init(struct port *port, unsigned int idx)
{
	unsigned int i;

	memset(port, 0, sizeof(*port));
	port->idx = idx;
	port->setup = &bus.setup.port[idx];
	port->lock_fd = port->err_fd = port->req_fd = -1;
	for (i = 0; i < BUS_VECTORS_MAX; i++)
		port->vector_fd[i] = -1;
}

/** @return 1 if the port is this process's now, 0 if it is another's, negative errno */
static int
take_lock(struct port *port)
{
	char path[512];
	int rc;

	snprintf(path, sizeof(path), SETUP_LOCK, bus.dir, port->idx);
	port->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (port->lock_fd < 0)
		return -errno;
	if (flock(port->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 1;
	rc = errno == EWOULDBLOCK ? 0 : -errno;
	close(port->lock_fd);
	port->lock_fd = -1;
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
	memset(at, 0, len); /* an earlier process may have left something */
	return at;
}

static int
power_on(struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;
	size_t bar2_size = softena_bar2_size(cfg);
	struct softena_bars *bars = &port->bars;
	char err[512];
	int rc;

	bars->mode = SOFTENA_BAR0_POLLED;
	bars->config = NULL;
	bars->bar0 = map_region(port, ENA_BAR_REGS, cfg->bar0_size);
	bars->bar2 = bar2_size > 0 ? map_region(port, ENA_BAR_MEM, bar2_size) : NULL;
	port->config = map_region(port, SETUP_REGION_CONFIG, SOFTENA_CONFIG_SIZE);
	if (bars->bar0 == NULL || port->config == NULL || (bar2_size > 0 && bars->bar2 == NULL)) {
		rc = -errno;
		bus_log(LOG_ERR, "%s: cannot map the BARs: %s", port->setup->addr, strerror(errno));
		return rc;
	}
	bars->config = port->config;
	port->wire = softena_wire_open(port->setup->wire, err, sizeof(err));
	if (port->wire == NULL) {
		bus_log(LOG_ERR, "%s: %s", port->setup->addr, err);
		return -EINVAL;
	}
	if (bus.setup.step) {
		struct softena_wire *wire = step_wire_open(port->wire);

		if (wire == NULL)
			return -ENOMEM;
		port->wire = wire;
	}
	rc = softena_create(cfg, &host_ops, port, bars, port->wire, &port->dev);
	if (rc != 0) {
		bus_log(LOG_ERR, "%s: cannot create the device: %s", port->setup->addr,
			strerror(-rc));
		port->dev = NULL;
		return rc;
	}
	config_publish(port);
	bus_log(LOG_INFO, "%s: power on, wire %s", port->setup->addr, port->setup->wire);
	return 0;
}

/** Before and after a use of the device: bus mastering is off, as vfio-pci leaves it. */
static void
power_cycle(struct port *port)
{
	if (port->dev == NULL)
		return;
	softena_function_reset(port->dev);
	config_publish(port);
}

int
bus_port_open(struct port *port)
{
	int rc;

	if (!port->owner) {
		rc = take_lock(port);
		if (rc < 0)
			bus_log(LOG_ERR, "%s: lock: %s", port->setup->addr, strerror(-rc));
		if (rc <= 0)
			return rc;
		port->owner = true;
		rc = power_on(port);
		if (rc == 0)
			rc = bus_thread_start();
		if (rc != 0) {
			port_power_off(port);
			return rc;
		}
	} else {
		power_cycle(port);
	}
	port->device_open = true;
	return 0;
}

void
bus_port_reset(struct port *port)
{
	uint8_t saved[sizeof(port->config_seen)];

	if (port->dev == NULL)
		return;
	/* The kernel saves and restores the configuration space, bus mastering included. */
	memcpy(saved, port->config, sizeof(saved));
	softena_function_reset(port->dev);
	softena_config_restore(port->dev, 0, saved, sizeof(saved));
	config_publish(port);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
irqs_off(struct port *port)
{
	unsigned int i;

	if (port->dev != NULL && port->vectors_enabled != 0)
		softena_msix_enable(port->dev, false);
	port->vectors_enabled = 0;
	for (i = 0; i < BUS_VECTORS_MAX; i++)
		close_fd(&port->vector_fd[i]);
	close_fd(&port->err_fd);
	close_fd(&port->req_fd);
}

void
bus_port_close(struct port *port)
{
	port->device_open = false;
	irqs_off(port);
	power_cycle(port);
}

void
port_power_off(struct port *port)
{
	irqs_off(port);
	softena_destroy(port->dev);
	port->dev = NULL;
	softena_wire_close(port->wire);
	port->wire = NULL;
	port->owner = false;
	port->device_open = false;
	close_fd(&port->lock_fd);
	/* The BARs stay mapped: this happens once, and the program has them mapped too. */
}

void
port_disown(struct port *port)
{
	/* Neither freed nor closed: the wire's files and the BARs are shared with the parent. */
	port->dev = NULL;
	port->wire = NULL;
	port->owner = false;
	port->device_open = false;
	port->vectors_enabled = 0;
	close_fd(&port->lock_fd);
}
