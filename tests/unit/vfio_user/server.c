/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"
#include "server.h"
#include "bus_run.h"
#include "vu_device.h"
#include "vu_server.h"

/* ---- the server, one port, one client ------------------------------------------------------ */

static char dir[] = "/tmp/test-vfio-user-XXXXXX";
struct port *port;

static void *
serve_thread(void *arg)
{
	struct link *l = arg;

	vu_serve(port, l->server_sock, l->stop_fd);
	close(l->server_sock);
	return NULL;
}

void
link_open(struct link *l)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	l->sock = pair[0];
	l->server_sock = pair[1];
	l->stop_fd = eventfd(0, EFD_CLOEXEC);
	assert_true(l->stop_fd >= 0);
	assert_int_equal(pthread_create(&l->thread, NULL, serve_thread, l), 0);
}

void
link_close(struct link *l)
{
	close(l->sock);
	assert_int_equal(pthread_join(l->thread, NULL), 0);
	close(l->stop_fd);
}

void
link_hello(struct link *l)
{
	link_open(l);
	assert_int_equal(client_hello(l->sock, CAPS_TEXT, NULL), 0);
	bus_master(l->sock, true);
}

void
bus_master(int sock, bool on)
{
	const uint8_t command = on ? 6 : 2;

	assert_int_equal(client_write(sock, VFIO_PCI_CONFIG_REGION_INDEX, 4, &command, 1), 0);
}

int
power_on(void **state)
{
	char path[64];
	FILE *out;
	int rc;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), SETUP_FILE, dir);
	out = fopen(path, "w");
	if (out == NULL)
		return -1;
	fputs("log 0\nport 0000:00:05.0\nwire loopback\n", out);
	if (fclose(out) != 0 || vu_device_init(dir) != 0)
		return -1;
	unlink(path);
	port = &bus.port[0];
	bus_lock();
	rc = vu_device_power_on(port);
	bus_unlock();
	return rc;
}

int
power_off(void **state)
{
	int rc = bus_shutdown();

	(void)state;
	return rmdir(dir) == 0 ? rc : -1;
}

int
make_memory(uint8_t **at)
{
	int fd = memfd_create("guest", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, MEM_SIZE), 0);
	*at = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(*at, MAP_FAILED);
	return fd;
}

int
link_with_memory(struct link *l, uint8_t **at, uint64_t size)
{
	int fd = make_memory(at);

	link_hello(l);
	assert_int_equal(client_map(l->sock, 0x1000, size, 0, fd), 0);
	return fd;
}

void
link_close_memory(struct link *l, uint8_t *at, int fd)
{
	link_close(l);
	munmap(at, MEM_SIZE);
	close(fd);
}

unsigned int
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

unsigned int
maps_of(const char *name)
{
	FILE *in = fopen("/proc/self/maps", "r");
	char line[512];
	unsigned int n = 0;

	assert_non_null(in);
	while (fgets(line, sizeof(line), in) != NULL)
		n += strstr(line, name) != NULL;
	fclose(in);
	return n;
}

void
write_reg(int sock, uint32_t off, uint32_t val)
{
	assert_int_equal(client_write(sock, 0, off, &val, sizeof(val)), 0);
}

bool
device_writes_to(int sock, uint64_t iova, const volatile uint8_t *at)
{
	static uint16_t id;
	uint16_t seen;

	id++;
	write_reg(sock, ENA_REG_MMIO_RESP_LO, (uint32_t)iova);
	write_reg(sock, ENA_REG_MMIO_RESP_HI, (uint32_t)(iova >> 32));
	write_reg(sock, ENA_REG_MMIO_REG_READ,
		ENA_FIELD_PREP(ENA_REG_READ_REQ_ID, id) |
			ENA_FIELD_PREP(ENA_REG_READ_OFFSET, ENA_REG_VERSION));
	memcpy(&seen, (const void *)(uintptr_t)at, sizeof(seen));
	return seen == id;
}

int
set_irqs(int sock, uint32_t index, uint32_t flags, uint32_t start, uint32_t count, const int *fd,
	unsigned int fds)
{
	struct vfio_irq_set set = {sizeof(set), flags, index, start, count};

	return client_call(sock, VU_DEVICE_SET_IRQS, &set, sizeof(set), fd, fds, NULL);
}

/** Ends a test that hangs; long enough for a busy machine. */
#define SIGNAL_MS 60000

static bool
signalled_within(int fd, int ms)
{
	struct pollfd p = {fd, POLLIN, 0};
	uint64_t n;

	return poll(&p, 1, ms) == 1 && read(fd, &n, sizeof(n)) == sizeof(n);
}

bool
signalled(int fd)
{
	return signalled_within(fd, SIGNAL_MS);
}

bool
silent(int fd)
{
	return !signalled_within(fd, 500);
}

void
wait_completion(int sock, const uint8_t *mem, unsigned int n)
{
	const volatile uint8_t *flags = mem + PAGE + n * sizeof(struct ena_acq_entry) + 3;
	uint32_t val;

	while ((*flags & ENA_ACQ_FLAG_PHASE) == 0)
		usleep(1000);
	/* The access waits until the turn of the device that sends the message is complete. */
	assert_int_equal(client_read(sock, ENA_BAR_REGS, ENA_REG_VERSION, &val, sizeof(val)), 0);
	bus_lock();
	bus_unlock();
}

static int
thread_look_for(const char *name)
{
	DIR *d = opendir("/proc/self/task");
	char path[300], comm[32];
	struct dirent *task;
	int file = -1;

	assert_non_null(d);
	while (file < 0 && (task = readdir(d)) != NULL) {
		FILE *in;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task->d_name);
		in = fopen(path, "r");
		if (in == NULL)
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", task->d_name);
		if (fgets(comm, sizeof(comm), in) != NULL) {
			comm[strcspn(comm, "\n")] = '\0';
			file = strcmp(comm, name) == 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
		}
		fclose(in);
	}
	closedir(d);
	return file;
}

int
thread_open(const char *name)
{
	int file;

	/* A thread sets its name itself, once it has a CPU. */
	while ((file = thread_look_for(name)) < 0)
		usleep(1000);
	return file;
}

uint64_t
thread_slices(int file)
{
	char text[100] = "";
	uint64_t slices;

	/* A thread that has ended has no statistics. */
	if (pread(file, text, sizeof(text) - 1, 0) <= 0 ||
		sscanf(text, "%*s %*s %" SCNu64, &slices) != 1)
		return UINT64_MAX;
	return slices;
}

void
thread_wait_stuck(int file)
{
	uint64_t seen = 0, now;
	unsigned int same = 0;

	/* A second without a time slice: longer than a thread waits for a busy CPU. */
	while (same < 20) {
		usleep(50000);
		now = thread_slices(file);
		same = now == seen ? same + 1 : 0;
		seen = now;
	}
}

void
admin_command(int sock, uint64_t iova, uint8_t *mem, bool first)
{
	const uint32_t caps = ENA_FIELD_PREP(ENA_RING_CAPS_DEPTH, 32) |
			      ENA_FIELD_PREP(ENA_RING_CAPS_ENTRY_SIZE, 64);
	struct ena_aq_common *aq = (struct ena_aq_common *)(void *)mem + (first ? 0 : 16);

	if (first) {
		write_reg(sock, ENA_REG_AQ_BASE_LO, (uint32_t)iova);
		write_reg(sock, ENA_REG_AQ_BASE_HI, (uint32_t)(iova >> 32));
		write_reg(sock, ENA_REG_AQ_CAPS, caps);
		write_reg(sock, ENA_REG_ACQ_BASE_LO, (uint32_t)(iova + PAGE));
		write_reg(sock, ENA_REG_ACQ_BASE_HI, (uint32_t)((iova + PAGE) >> 32));
		write_reg(sock, ENA_REG_ACQ_CAPS, caps);
		write_reg(sock, ENA_REG_INTR_MASK, 0);
	}
	aq->opcode = 63;
	aq->flags = ENA_AQ_FLAG_PHASE;
	write_reg(sock, ENA_REG_AQ_DB, first ? 1 : 2);
}
