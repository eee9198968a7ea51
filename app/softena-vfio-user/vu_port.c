/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "softena_wire.h"
#include "vfio_priv.h"
#include "vu_port.h"

#define FAULT_LOG_NS UINT64_C(1000000000)

static struct vu_port ports[SETUP_PORTS_MAX];
static atomic_bool sleeping;

struct vu_port *
vu_port_of(const struct port *port)
{
	return &ports[port->idx];
}

/* ---- services for the device ------------------------------------------------------------ */

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
	void *at = iommu_translate(&port->container->table, iova, len, write, contig);

	if (at == NULL)
		report_fault(port, iova, len, write);
	return at;
}

static void
host_raise(void *host, uint16_t vector)
{
	vu_irq_raise(host, vector);
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

/* ---- power -------------------------------------------------------------------------------- */

unsigned int
bus_vectors(const struct port *port)
{
	return port->dev != NULL ? softena_msix_vectors(port->dev) : 0;
}

void
port_init(struct port *port, unsigned int idx)
{
	struct vu_port *vp = &ports[idx];
	unsigned int i;

	memset(port, 0, sizeof(*port));
	memset(vp, 0, sizeof(*vp));
	port->idx = idx;
	port->setup = &bus.setup.port[idx];
	port->container = &bus.container[idx];
	iommu_init(&port->container->table);
	port->lock_fd = port->err_fd = port->req_fd = -1;
	for (i = 0; i < BUS_VECTORS_MAX; i++)
		port->vector_fd[i] = -1;
	for (i = 0; i < 6; i++)
		vp->bar_fd[i] = -1;
}

/**
 * Memory that a client can map, and neither shrink nor grow. It takes the place of the memory
 * that the BAR has, if any: the device goes on to find it there.
 */
static int
make_bar(struct vu_port *vp, unsigned int bar, size_t size)
{
	int fd = memfd_create("softena-bar", MFD_CLOEXEC | MFD_ALLOW_SEALING), rc;
	void *at = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, (off_t)size) == 0 &&
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		at = mmap(vp->bar[bar], size, PROT_READ | PROT_WRITE,
			MAP_SHARED | (vp->bar[bar] != NULL ? MAP_FIXED : 0), fd, 0);
	if (at == MAP_FAILED) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		return rc;
	}
	if (vp->bar_fd[bar] >= 0)
		close(vp->bar_fd[bar]);
	vp->bar_fd[bar] = fd;
	vp->bar[bar] = at;
	vp->bar_size[bar] = size;
	return 0;
}

/**
 * BARs for the next client. The last one may have kept its mappings, so what is in them from now
 * on must be no business of its.
 */
static void
renew_bars(struct port *port)
{
	struct vu_port *vp = vu_port_of(port);
	unsigned int i;
	int rc;

	for (i = 0; i < 6; i++) {
		if (vp->bar[i] == NULL)
			continue;
		rc = make_bar(vp, i, vp->bar_size[i]);
		if (rc == 0)
			continue;
		bus_log(LOG_ERR, "%s: no memory for BAR%u (%s): the next client gets the old one",
			port->setup->addr, i, strerror(-rc));
		memset(vp->bar[i], 0, vp->bar_size[i]);
	}
}

static void
drop_bars(struct vu_port *vp)
{
	unsigned int i;

	for (i = 0; i < 6; i++) {
		if (vp->bar[i] != NULL)
			munmap(vp->bar[i], vp->bar_size[i]);
		if (vp->bar_fd[i] >= 0)
			close(vp->bar_fd[i]);
		vp->bar[i] = NULL;
		vp->bar_size[i] = 0;
		vp->bar_fd[i] = -1;
	}
}

static int
power_on(struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;
	struct softena_bars bars = {.mode = SOFTENA_BAR0_POLLED_DOORBELLS};
	struct vu_port *vp = vu_port_of(port);
	char err[512];
	unsigned int i;
	int rc = 0;

	for (i = 0; i < 6 && rc == 0; i++)
		if (softena_bar_size(cfg, i) != 0)
			rc = make_bar(vp, i, softena_bar_size(cfg, i));
	if (rc != 0) {
		bus_log(LOG_ERR, "%s: no memory for the BARs: %s", port->setup->addr,
			strerror(-rc));
		return rc;
	}
	port->wire = softena_wire_open(port->setup->wire, err, sizeof(err));
	if (port->wire == NULL) {
		bus_log(LOG_ERR, "%s: %s", port->setup->addr, err);
		return -EINVAL;
	}
	bars.bar0 = vp->bar[ENA_BAR_REGS];
	bars.bar2 = vp->bar[ENA_BAR_MEM];
	rc = softena_create(cfg, &host_ops, port, &bars, port->wire, &port->dev);
	if (rc != 0) {
		bus_log(LOG_ERR, "%s: cannot create the device: %s", port->setup->addr,
			strerror(-rc));
		port->dev = NULL;
	}
	return rc;
}

int
vu_port_power_on(struct port *port)
{
	int rc = power_on(port);

	vu_signal_init();
	if (rc == 0)
		rc = bus_thread_start();
	if (rc != 0) {
		port_power_off(port);
		return rc;
	}
	port->owner = true;
	bus_log(LOG_INFO, "%s: power on, wire %s", port->setup->addr, port->setup->wire);
	return 0;
}

void
port_power_off(struct port *port)
{
	vu_irq_off(port);
	softena_destroy(port->dev);
	port->dev = NULL;
	softena_wire_close(port->wire);
	port->wire = NULL;
	vu_dma_clear(port);
	drop_bars(vu_port_of(port));
	port->owner = false;
	port->device_open = false;
}

void
bus_port_reset(struct port *port)
{
	if (port->dev == NULL)
		return;
	softena_function_reset(port->dev);
	vu_irq_forget(port);
}

void
vu_port_detach(struct port *port)
{
	vu_irq_off(port);
	vu_dma_clear(port);
	/* Before the reset, which writes to them. */
	renew_bars(port);
	bus_port_reset(port);
	port->device_open = false;
}

unsigned int
port_turn(struct port *port)
{
	return atomic_load(&sleeping) ? 0 : softena_poll(port->dev, true, true);
}

void
vu_port_sleep(bool asleep)
{
	atomic_store(&sleeping, asleep);
}

/* A child of this process, of which there is none, would not have the devices. */
void
port_disown(struct port *port)
{
	port->dev = NULL;
	port->wire = NULL;
	port->owner = false;
}

void
vfio_forked(void)
{
}
