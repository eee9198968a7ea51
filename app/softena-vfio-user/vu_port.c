/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

#include "bus_log.h"
#include "vu_port.h"

static struct vu_port ports[SETUP_PORTS_MAX];

struct vu_port *
vu_port_of(const struct port *port)
{
	return &ports[port->idx];
}

void
vu_port_init(struct port *port)
{
	struct vu_port *vp = vu_port_of(port);
	unsigned int i;

	memset(vp, 0, sizeof(*vp));
	for (i = 0; i < VU_BARS; i++)
		vp->bar_fd[i] = -1;
	iommu_init(&vp->table);
	port->iommu = &vp->table;
}

int
vu_bar_make(struct vu_port *vp, unsigned int bar, size_t size)
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

void
vu_bars_renew(struct port *port)
{
	struct vu_port *vp = vu_port_of(port);
	unsigned int i;
	int rc;

	for (i = 0; i < VU_BARS; i++) {
		if (vp->bar[i] == NULL)
			continue;
		rc = vu_bar_make(vp, i, vp->bar_size[i]);
		if (rc == 0)
			continue;
		bus_log(LOG_ERR, "%s: no memory for BAR%u (%s): the next client gets the old one",
			port->setup->addr, i, strerror(-rc));
		memset(vp->bar[i], 0, vp->bar_size[i]);
	}
}

void
vu_bars_drop(struct vu_port *vp)
{
	unsigned int i;

	for (i = 0; i < VU_BARS; i++) {
		if (vp->bar[i] != NULL)
			munmap(vp->bar[i], vp->bar_size[i]);
		if (vp->bar_fd[i] >= 0)
			close(vp->bar_fd[i]);
		vp->bar[i] = NULL;
		vp->bar_size[i] = 0;
		vp->bar_fd[i] = -1;
	}
}
