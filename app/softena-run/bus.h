/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The ports of this process, what connects them to the program (address tables, event fds,
 * BARs in files), and the one thread that runs them.
 *
 * One thread for all ports: the machine's CPUs belong to the program, a link between two
 * ports moves a frame within one turn, and one lock orders everything. That lock, the bus
 * lock, is held by the device thread for each turn, by every vfio call that changes
 * something, and by the control server. So a device never works with an address after the
 * call that unmapped it has returned.
 */
#ifndef SOFTENA_RUN_BUS_H
#define SOFTENA_RUN_BUS_H

#include <sys/types.h>

#include "iommu.h"
#include "setup.h"

#define BUS_VECTORS_MAX    (SOFTENA_QUEUES_MAX + 1)
#define BUS_CONTAINERS_MAX 64u

/** An open /dev/vfio/vfio. */
struct container {
	bool used;
	bool iommu_set;
	unsigned int groups; /* attached */
	struct iommu table;
};

struct port {
	unsigned int idx;
	const struct setup_port *setup;
	struct container *container; /* of the port's group; NULL: not attached */
	bool device_open;
	/* the rest only in the process that runs the device */
	bool owner;
	int lock_fd;
	struct softena *dev;
	struct softena_wire *wire;
	struct softena_bars bars;
	uint8_t *config; /* configuration region in the BAR file, mapped */
	uint8_t config_seen[256]; /* what the device knows of it */
	uint64_t config_next_ns; /* time of the next look */
	bool config_gone; /* it reads all ones */
	int vector_fd[BUS_VECTORS_MAX];
	unsigned int vectors_enabled; /* 0: MSI-X is off */
	int err_fd, req_fd;
	uint64_t fault_log_ns, faults_unlogged;
	uint64_t dma_faults;
};

struct bus {
	const char *dir;
	struct setup setup;
	struct port port[SETUP_PORTS_MAX];
	struct container container[BUS_CONTAINERS_MAX];
};

extern struct bus bus;

/**
 * Read the setup of run directory @p dir; idempotent.
 * @return 0 or negative errno after a message
 */
int bus_init(const char *dir);

/**
 * The bus lock. A thread that waits in bus_lock() gets it before the device thread's next
 * turn. Not recursive; bus_locked_here() tells whether this thread holds it.
 */
void bus_lock(void);
void bus_unlock(void);
bool bus_locked_here(void);

/** A line on standard error if the level (syslog) is wanted. */
void bus_log(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** MSI-X vectors of a port, whether its device runs here or not. */
unsigned int bus_vectors(const struct port *port);

/**
 * Power the port on in this process, unless it runs here already or in another process;
 * starts the device thread and the control server. Bus lock held.
 * @return 0 or negative errno after a message
 */
int bus_port_open(struct port *port);

/** The program closed the device: interrupts off, function reset. Bus lock held. */
void bus_port_close(struct port *port);

/** Function-level reset as seen by the program. Bus lock held. */
void bus_port_reset(struct port *port);

/**
 * Stop everything, write the report. At the end of the process.
 * @return 0, or -ETIMEDOUT after a message: the device thread hangs, and nothing was written
 */
int bus_shutdown(void);

/** Statistics of all ports as JSON, allocated. Bus lock held. @return false on failure */
bool bus_json(char **text, size_t *len);

/* ---- ctl_server.c -------------------------------------------------------------- */

/** Listen on the control socket. A failure is reported, not fatal. */
void ctl_server_start(void);
void ctl_server_stop(void);

#endif /* SOFTENA_RUN_BUS_H */
