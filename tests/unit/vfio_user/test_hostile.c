/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Clients that attack the server, and clients that fail: the server goes on to serve others.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"
#include "server.h"
#include "bus_run.h"
#include "vu_dma.h"
#include "vu_server.h"
#include "vu_signal.h"

#define MSIX_ON (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)

/* vm.max_map_count as it is set for these tests. */
#define FEW_MAPS 4096u

static void
server_answers(int sock)
{
	uint32_t val = 0;

	assert_int_equal(client_read(sock, 0, ENA_REG_VERSION, &val, 4), 0);
	assert_int_equal(val, 0xa);
}

static struct vfio_region_info
get_region(int sock, uint32_t index, struct answer *a)
{
	struct vfio_region_info info = {.argsz = 256, .index = index};

	assert_int_equal(
		client_call(sock, VU_DEVICE_GET_REGION_INFO, &info, sizeof(info), NULL, 0, a), 0);
	assert_true(a->len >= sizeof(info) && a->fd >= 0);
	memcpy(&info, a->body, sizeof(info));
	return info;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void
memory_that_the_client_takes_back_behind_a_mapping_does_not_end_the_server(void **state)
{
	struct link l;
	uint8_t *mem, zero[8] = {0};
	int fd = make_memory(&mem);

	(void)state;
	/* During a test cmocka has its own handler, and restores the old one after it. */
	vu_dma_guard();
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x1000, PAGE, 0, fd), 0);
	munmap(mem, MEM_SIZE);
	assert_int_equal(ftruncate(fd, 0), 0);
	device_writes_to(l.sock, 0x1000, zero);
	server_answers(l.sock);
	link_close(&l);
	close(fd);
}

/** Register accesses are served in the thread of the connection, doorbells in that of the device.
 */
static void
rings_that_the_client_takes_back_do_not_end_the_device_thread(void **state)
{
	int event = eventfd(0, EFD_CLOEXEC), fd, kept;
	struct link l;
	uint8_t *mem;

	(void)state;
	vu_dma_guard();
	fd = link_with_memory(&l, &mem, 2 * PAGE);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	admin_command(l.sock, 0x1000, mem, true);
	assert_true(signalled(event));
	munmap(mem, MEM_SIZE);
	assert_int_equal(ftruncate(fd, 0), 0);
	write_reg(l.sock, ENA_REG_AQ_DB, 3);
	silent(event); /* long enough for the device to see the doorbell */
	server_answers(l.sock);
	/* The device thread still serves clients that keep their memory. */
	assert_int_equal(client_call(l.sock, VU_DEVICE_RESET, NULL, 0, NULL, 0, NULL), 0);
	bus_master(l.sock, true);
	assert_int_equal(client_unmap(l.sock, 0x1000, 2 * PAGE), 0);
	kept = make_memory(&mem);
	assert_int_equal(client_map(l.sock, 0x1000, 2 * PAGE, 0, kept), 0);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	admin_command(l.sock, 0x1000, mem, true);
	/* A message from before the reset may be the first to arrive. */
	do
		assert_true(signalled(event));
	while ((*(volatile uint8_t *)&mem[PAGE + 3] & ENA_ACQ_FLAG_PHASE) == 0);
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(kept);
	close(fd);
	close(event);
}

static void
a_client_can_unmap_everything_with_a_flag(void **state)
{
	struct vu_dma_unmap all = {sizeof(all), VU_DMA_UNMAP_ALL, 0, 0};
	unsigned int before;
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);

	(void)state;
	link_hello(&l);
	before = maps_of("memfd:guest");
	assert_int_equal(client_map(l.sock, 0x1000, PAGE, 0, fd), 0);
	assert_int_equal(client_map(l.sock, UINT64_C(1) << 40, PAGE, 4 * PAGE, fd), 0);
	all.size = PAGE;
	assert_int_equal(
		client_call(l.sock, VU_DMA_UNMAP, &all, sizeof(all), NULL, 0, NULL), EINVAL);
	assert_true(device_writes_to(l.sock, 0x1000, mem));
	all.size = 0;
	assert_int_equal(client_call(l.sock, VU_DMA_UNMAP, &all, sizeof(all), NULL, 0, NULL), 0);
	assert_false(device_writes_to(l.sock, 0x1000, mem));
	assert_int_equal(maps_of("memfd:guest"), before);
	all.flags = 0x1; /* get dirty pages: not supported */
	assert_int_equal(
		client_call(l.sock, VU_DMA_UNMAP, &all, sizeof(all), NULL, 0, NULL), EINVAL);
	link_close_memory(&l, mem, fd);
}

/** Connect. @return "max_dma_maps" of the server */
static unsigned int
hello_maps_max(struct link *l)
{
	struct answer a;
	const char *at;
	unsigned int n;

	link_open(l);
	assert_int_equal(client_hello(l->sock, CAPS_TEXT, &a), 0);
	bus_master(l->sock, true);
	at = strstr((char *)a.body + sizeof(struct vu_version), "\"max_dma_maps\":");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"max_dma_maps\":%u", &n), 1);
	return n;
}

/** A client, and its memory, of a server that is allowed few mappings. */
struct few {
	struct link l;
	uint8_t *mem;
	int fd;
	unsigned int max; /* mappings that the client may have */
	unsigned int before; /* mappings of its memory in this process */
};

static void
few_open(struct few *f)
{
	f->fd = make_memory(&f->mem);
	vu_dma_limit(FEW_MAPS, 1);
	f->before = maps_of("memfd:guest");
	f->max = hello_maps_max(&f->l);
}

/** Disconnect; no mapping of the client is left. */
static void
few_close(struct few *f)
{
	link_close(&f->l);
	assert_int_equal(maps_of("memfd:guest"), f->before);
	vu_dma_limit(65530, 1);
	munmap(f->mem, MEM_SIZE);
	close(f->fd);
}

static void
a_client_has_as_many_mappings_as_it_was_told_and_no_cut_makes_them_more(void **state)
{
	const uint64_t base = 0x100000, step = 8 * PAGE;
	struct few f;
	unsigned int i;

	(void)state;
	vu_dma_limit(UINT32_MAX, 1);
	assert_int_equal(vu_dma_maps_max(), VU_DMA_MAPS_MAX);
	/* Two ports, with the default limit of the kernel. */
	vu_dma_limit(65530, 2);
	assert_true(vu_dma_maps_max() > 8192);
	assert_true(2 * 2 * vu_dma_maps_max() < 65530 - 1024);
	few_open(&f);
	assert_int_equal(f.max, vu_dma_maps_max());
	for (i = 0; i < f.max; i++)
		assert_int_equal(client_map(f.l.sock, base + i * step, 5 * PAGE, PAGE, f.fd), 0);
	assert_int_equal(client_map(f.l.sock, base + i * step, PAGE, PAGE, f.fd), ENOSPC);
	/* Unmapping the second page of each doubles the number of mappings. */
	for (i = 0; i < f.max; i++)
		assert_int_equal(client_unmap(f.l.sock, base + i * step + PAGE, PAGE), 0);
	assert_true(device_writes_to(f.l.sock, base + 2 * PAGE, f.mem + 3 * PAGE));
	/* The limit is reached: the fourth page is unmapped with the third and the fifth. */
	assert_int_equal(client_unmap(f.l.sock, base + 3 * PAGE, PAGE), 0);
	assert_false(device_writes_to(f.l.sock, base + 2 * PAGE, f.mem + 3 * PAGE));
	assert_true(device_writes_to(f.l.sock, base, f.mem + PAGE));
	assert_true(device_writes_to(f.l.sock, base + step + 2 * PAGE, f.mem + 3 * PAGE));
	for (i = 1; i < f.max; i++)
		assert_int_equal(client_unmap(f.l.sock, base + i * step + 3 * PAGE, PAGE), 0);
	assert_true(maps_of("memfd:guest") - f.before <= 2 * f.max);
	few_close(&f);
}

/** Each lost page that the server replaces can cut a mapping in three. */
static void
memory_that_is_taken_back_page_by_page_does_not_use_up_the_mappings(void **state)
{
	const uint64_t base = 0x100000, step = 2 * MEM_SIZE;
	const unsigned int ranges = 128;
	unsigned int before, i, k;
	uint8_t *mem, zero[8] = {0};
	struct link l;
	int fd = make_memory(&mem);

	(void)state;
	vu_dma_guard();
	link_hello(&l);
	for (i = 0; i < ranges; i++)
		assert_int_equal(client_map(l.sock, base + i * step, MEM_SIZE, 0, fd), 0);
	before = maps_of("");
	munmap(mem, MEM_SIZE);
	assert_int_equal(ftruncate(fd, 0), 0);
	for (i = 0; i < ranges; i++)
		for (k = 1; k < MEM_SIZE / PAGE; k += 2)
			device_writes_to(l.sock, base + i * step + k * PAGE, zero);
	assert_true(maps_of("") < before + 1024);
	server_answers(l.sock);
	link_close(&l);
	close(fd);
}

/**
 * The kernel places a mapping below the last one. If the client's addresses descend, too, then
 * neighbours are adjacent in both address spaces, but not in the file.
 */
static void
mappings_that_lie_side_by_side_by_chance_count_each(void **state)
{
	const uint64_t top = UINT64_C(1) << 32;
	struct few f;
	unsigned int i;

	(void)state;
	few_open(&f);
	for (i = 0; i < f.max; i++)
		assert_int_equal(client_map(f.l.sock, top - i * PAGE, PAGE, 0, f.fd), 0);
	assert_int_equal(client_map(f.l.sock, top - i * PAGE, PAGE, 0, f.fd), ENOSPC);
	assert_true(maps_of("memfd:guest") - f.before <= f.max);
	assert_true(device_writes_to(f.l.sock, top, f.mem));
	assert_true(device_writes_to(f.l.sock, top - (f.max - 1) * PAGE, f.mem));
	/* Between two existing mappings, in the only hole. */
	assert_int_equal(client_unmap(f.l.sock, top - 5 * PAGE, PAGE), 0);
	assert_false(device_writes_to(f.l.sock, top - 5 * PAGE, f.mem));
	assert_int_equal(client_map(f.l.sock, top - 5 * PAGE, PAGE, PAGE, f.fd), 0);
	assert_true(device_writes_to(f.l.sock, top - 5 * PAGE, f.mem + PAGE));
	assert_int_equal(client_map(f.l.sock, top - i * PAGE, PAGE, 0, f.fd), ENOSPC);
	few_close(&f);
}

static void
a_client_cannot_use_up_the_addresses_of_the_server(void **state)
{
	const uint64_t share = UINT64_C(1) << 40;
	int fd = memfd_create("guest", MFD_CLOEXEC);
	unsigned int before;
	struct link l;

	(void)state;
	assert_true(fd >= 0);
	/* An emulator of another CPU needs memory for each page. */
	if (getenv("MESON_EXE_WRAPPER") != NULL) {
		close(fd);
		skip();
	}
	assert_int_equal(ftruncate(fd, (off_t)(2 * share)), 0);
	before = maps_of("memfd:guest");
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0, 2 * share, 0, fd), ENOSPC);
	assert_int_equal(client_map(l.sock, 0, share - PAGE, 0, fd), 0);
	assert_int_equal(client_map(l.sock, share, 2 * PAGE, 0, fd), ENOSPC);
	assert_int_equal(client_map(l.sock, share, PAGE, 0, fd), 0);
	assert_int_equal(client_map(l.sock, 2 * share, PAGE, 0, fd), ENOSPC);
	/* Memory that cannot be mapped takes no addresses. */
	assert_int_equal(client_map(l.sock, 4 * share, share, 0, -1), 0);
	/* Unmapping a part, unmapping everything, and disconnecting free addresses again. */
	assert_int_equal(client_unmap(l.sock, PAGE, PAGE), 0);
	assert_int_equal(client_map(l.sock, 2 * share, PAGE, 0, fd), 0);
	assert_int_equal(client_unmap(l.sock, 0, UINT64_MAX), 0);
	assert_int_equal(client_map(l.sock, 0, share, 0, fd), 0);
	link_close(&l);
	assert_int_equal(maps_of("memfd:guest"), before);
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0, share, 0, fd), 0);
	link_close(&l);
	close(fd);
}

/** Without mappings left to cut, an unmap takes whole ranges: here the first and the last. */
static void
an_unmap_that_grows_to_all_addresses_leaves_none_behind(void **state)
{
	const uint64_t base = 0x100000, step = 8 * PAGE, size = 5 * PAGE;
	struct few f;
	unsigned int i;

	(void)state;
	few_open(&f);
	assert_int_equal(client_map(f.l.sock, 0, size, 0, f.fd), 0);
	assert_int_equal(client_map(f.l.sock, 0 - size, size, 0, f.fd), 0);
	for (i = 2; i < f.max; i++)
		assert_int_equal(client_map(f.l.sock, base + i * step, size, 0, f.fd), 0);
	for (i = 2; i < f.max; i++)
		assert_int_equal(client_unmap(f.l.sock, base + i * step + PAGE, PAGE), 0);
	for (i = 2; i < 4; i++)
		assert_int_equal(client_unmap(f.l.sock, base + i * step + 3 * PAGE, PAGE), 0);
	assert_int_equal(client_unmap(f.l.sock, PAGE, 0 - (uint64_t)2 * PAGE), 0);
	assert_int_equal(maps_of("memfd:guest"), f.before);
	assert_false(device_writes_to(f.l.sock, PAGE, f.mem + PAGE));
	/* The addresses are free, and the device reaches what is mapped there now. */
	assert_int_equal(client_map(f.l.sock, 0, size, 0, f.fd), 0);
	assert_true(device_writes_to(f.l.sock, PAGE, f.mem + PAGE));
	few_close(&f);
}

#if defined(__SANITIZE_ADDRESS__)
#define OWN_MAPPINGS_ONLY 0
#elif defined(__has_feature)
#define OWN_MAPPINGS_ONLY !__has_feature(address_sanitizer)
#else
#define OWN_MAPPINGS_ONLY 1
#endif

/** Use up all mappings that the kernel allows, with pages that cannot be joined. @return how many
 */
static unsigned int
take_all_mappings(uint8_t **at, size_t *len)
{
	const unsigned int most = 1u << 17;
	unsigned int i;

	*len = (size_t)most * 2 * PAGE;
	*at = mmap(NULL, *len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(*at, MAP_FAILED);
	for (i = 0; i < most; i++)
		if (mprotect(*at + (size_t)i * 2 * PAGE, PAGE, PROT_READ) != 0)
			break;
	return i < most ? i : 0;
}

static void
a_cut_that_the_kernel_refuses_unmaps_the_whole_and_leaks_nothing(void **state)
{
	const char *preload = getenv("LD_PRELOAD");
	unsigned int before, taken;
	struct link l;
	uint8_t *mem, *all;
	size_t len;
	int fd = make_memory(&mem), rc;

	(void)state;
	/* Sanitizers, valgrind and emulators need mappings themselves. */
	if (!OWN_MAPPINGS_ONLY || getenv("MESON_EXE_WRAPPER") != NULL ||
		(preload != NULL && strstr(preload, "vgpreload") != NULL)) {
		munmap(mem, MEM_SIZE);
		close(fd);
		skip();
	}
	before = maps_of("memfd:guest");
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x10000, 8 * PAGE, 0, fd), 0);
	taken = take_all_mappings(&all, &len);
	rc = client_unmap(l.sock, 0x12000, PAGE);
	munmap(all, len);
	if (taken != 0) {
		assert_int_equal(rc, 0);
		assert_int_equal(maps_of("memfd:guest"), before);
		assert_false(device_writes_to(l.sock, 0x10000, mem));
	}
	server_answers(l.sock);
	link_close(&l);
	assert_int_equal(maps_of("memfd:guest"), before);
	munmap(mem, MEM_SIZE);
	close(fd);
}

/* ---- interrupts ----------------------------------------------------------------------- */

static void
only_event_fds_are_taken_for_interrupts(void **state)
{
	int pipes[2], event[2] = {eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC)};
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	link_hello(&l);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &pipes[1], 1), EINVAL);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_ERR_IRQ_INDEX, MSIX_ON, 0, 1, &pipes[1], 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &fd, 1), EINVAL);
	event[1] = dup2(pipes[1], event[1]);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 2, event, 2), EINVAL);
	link_close_memory(&l, mem, fd);
	close(pipes[0]);
	close(pipes[1]);
	close(event[0]);
	close(event[1]);
}

/** The thread that signals holds the bus lock: if it waited, all others would, too. */
static void
an_event_fd_that_is_full_does_not_hang_the_server(void **state)
{
	const uint64_t full = UINT64_MAX - 1;
	int event = eventfd(0, EFD_CLOEXEC), flags;
	struct link l;

	(void)state;
	assert_int_equal(write(event, &full, sizeof(full)), sizeof(full));
	link_hello(&l);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, NULL, 0),
		0);
	/* The client can clear the flag that the server has set. */
	flags = fcntl(event, F_GETFL);
	assert_int_equal(flags & O_NONBLOCK, O_NONBLOCK);
	assert_int_equal(fcntl(event, F_SETFL, flags & ~O_NONBLOCK), 0);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, NULL, 0),
		0);
	server_answers(l.sock);
	link_close(&l);
	close(event);
}

/** A client whose event fd can become full at any moment, so that a write would wait for ever. */
static struct {
	int event;
	atomic_bool stop;
	atomic_uint answers; /* of the server, so far */
	atomic_uint ended;
} filler;

static void *
filler_fills(void *arg)
{
	const uint64_t full = UINT64_MAX - 1;

	while (!atomic_load(&filler.stop))
		(void)!write(filler.event, &full, sizeof(full));
	atomic_fetch_add(&filler.ended, 1);
	return arg;
}

/** Sometimes the counter stays full until the server has answered twice. */
static void *
filler_empties(void *arg)
{
	unsigned int i, seen;
	uint64_t n;

	while (!atomic_load(&filler.stop)) {
		for (i = 0; i < 8 && !atomic_load(&filler.stop); i++)
			(void)!read(filler.event, &n, sizeof(n));
		seen = atomic_load(&filler.answers);
		while (atomic_load(&filler.answers) - seen < 2 && !atomic_load(&filler.stop))
			usleep(10);
	}
	atomic_fetch_add(&filler.ended, 1);
	return arg;
}

static void
an_event_fd_that_becomes_full_at_any_moment_does_not_hang_the_server(void **state)
{
	const uint32_t trigger = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	const uint64_t one = 1;
	pthread_t fills, empties;
	unsigned int i, vectors;
	int fd[VU_FDS_MAX];
	struct link l;
	uint64_t n;

	(void)state;
	bus_lock();
	vectors = vu_signal_init() ? port_vectors(port) : 0;
	bus_unlock();
	if (vectors == 0)
		skip();
	vectors = vectors < VU_FDS_MAX ? vectors : VU_FDS_MAX;
	filler.event = eventfd(0, EFD_CLOEXEC);
	for (i = 0; i < vectors; i++)
		fd[i] = filler.event;
	link_hello(&l);
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, vectors, fd, vectors), 0);
	assert_int_equal(fcntl(filler.event, F_SETFL, 0), 0);
	assert_int_equal(pthread_create(&fills, NULL, filler_fills, NULL), 0);
	assert_int_equal(pthread_create(&empties, NULL, filler_empties, NULL), 0);
	for (i = 0; i < 2000; i++) {
		assert_int_equal(
			set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, trigger, 0, vectors, NULL, 0), 0);
		atomic_fetch_add(&filler.answers, 1);
	}
	server_answers(l.sock);
	link_close(&l);
	atomic_store(&filler.stop, true);
	assert_int_equal(fcntl(filler.event, F_SETFL, O_NONBLOCK), 0);
	while (atomic_load(&filler.ended) < 2) {
		(void)!write(filler.event, &one, sizeof(one));
		usleep(100);
		(void)!read(filler.event, &n, sizeof(n));
		usleep(100);
	}
	pthread_join(fills, NULL);
	pthread_join(empties, NULL);
	close(filler.event);
}

/** More signals than the completion queue of asynchronous I/O has room for. */
static void
no_signal_is_lost_however_many_there_were(void **state)
{
	const uint32_t trigger = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	int event = eventfd(0, EFD_CLOEXEC);
	struct link l;
	unsigned int i;
	uint64_t n;

	(void)state;
	link_hello(&l);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	for (i = 0; i < 3000; i++)
		assert_int_equal(
			set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, trigger, 0, 1, NULL, 0), 0);
	assert_int_equal(read(event, &n, sizeof(n)), sizeof(n));
	assert_int_equal(n, 3000);
	link_close(&l);
	close(event);
}

/** Let the device raise a vector that has no event fd. */
static void
leave_an_interrupt_waiting(int sock, int event, uint8_t *mem)
{
	assert_int_equal(set_irqs(sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	assert_int_equal(set_irqs(sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, NULL, 0), 0);
	memset(mem, 0, 2 * PAGE);
	admin_command(sock, 0x1000, mem, true);
	wait_completion(sock, mem, 0);
	assert_true(silent(event));
}

static void
a_reset_forgets_the_interrupts_that_wait(void **state)
{
	/* Device control of the PCI Express capability: as it was, and with a reset of the
	 * function. */
	const uint32_t control = 0x78;
	int event = eventfd(0, EFD_CLOEXEC), fd;
	uint16_t value = 0;
	struct link l;
	uint8_t *mem;

	(void)state;
	fd = link_with_memory(&l, &mem, 2 * PAGE);
	leave_an_interrupt_waiting(l.sock, event, mem);
	assert_int_equal(client_call(l.sock, VU_DEVICE_RESET, NULL, 0, NULL, 0, NULL), 0);
	bus_master(l.sock, true);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	assert_true(silent(event));

	leave_an_interrupt_waiting(l.sock, event, mem);
	assert_int_equal(client_read(l.sock, VFIO_PCI_CONFIG_REGION_INDEX, control, &value, 2), 0);
	assert_int_equal(client_write(l.sock, VFIO_PCI_CONFIG_REGION_INDEX, control, &value, 2), 0);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	assert_true(signalled(event));
	assert_int_equal(client_call(l.sock, VU_DEVICE_RESET, NULL, 0, NULL, 0, NULL), 0);
	bus_master(l.sock, true);

	leave_an_interrupt_waiting(l.sock, event, mem);
	value |= 0x8000;
	assert_int_equal(client_write(l.sock, VFIO_PCI_CONFIG_REGION_INDEX, control, &value, 2), 0);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, MSIX_ON, 0, 1, &event, 1), 0);
	assert_true(silent(event));
	link_close_memory(&l, mem, fd);
	close(event);
}

/* ---- clients come and go -------------------------------------------------------------- */

static void
a_client_that_has_left_shares_no_memory_with_the_next(void **state)
{
	static const uint32_t bars[] = {ENA_BAR_REGS, ENA_BAR_MEM};
	uint32_t *old[2], val = 0x12345678, seen;
	size_t size[2];
	struct answer a;
	struct link l;
	unsigned int i;

	(void)state;
	link_hello(&l);
	for (i = 0; i < 2; i++) {
		size[i] = (size_t)get_region(l.sock, bars[i], &a).size;
		old[i] = mmap(NULL, size[i], PROT_READ | PROT_WRITE, MAP_SHARED, a.fd, 0);
		assert_ptr_not_equal(old[i], MAP_FAILED);
		close(a.fd);
	}
	link_close(&l);
	link_hello(&l);
	old[1][0] = val;
	assert_int_equal(client_read(l.sock, ENA_BAR_MEM, 0, &seen, 4), 0);
	assert_int_equal(seen, 0);
	val = ~val;
	assert_int_equal(client_write(l.sock, ENA_BAR_MEM, 4, &val, 4), 0);
	assert_int_equal(old[1][1], 0);
	/* The old doorbells belong to no device: the new ones do not change. */
	old[0][SOFTENA_DB_FIRST / 4] = 7;
	assert_int_equal(client_read(l.sock, ENA_BAR_REGS, SOFTENA_DB_FIRST, &seen, 4), 0);
	assert_int_not_equal(seen, 7);
	/* The new client maps the memory that the device uses. */
	get_region(l.sock, ENA_BAR_MEM, &a);
	munmap(old[1], size[1]);
	old[1] = mmap(NULL, size[1], PROT_READ | PROT_WRITE, MAP_SHARED, a.fd, 0);
	assert_ptr_not_equal(old[1], MAP_FAILED);
	close(a.fd);
	assert_int_equal(old[1][1], val);
	link_close(&l);
	munmap(old[0], size[0]);
	munmap(old[1], size[1]);
}

/** poll() fails if it gets more descriptors than the process is allowed. */
static void
a_server_that_cannot_wait_tries_again(void **state)
{
	char dir[] = "/tmp/test-vfio-user-XXXXXX";
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct vu_server *server;
	struct rlimit before, none;
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), thread;
	uint64_t slices;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", dir);
	assert_int_equal(vu_server_start(port, addr.sun_path, &server), 0);
	thread = thread_open("vfio-user");
	slices = thread_slices(thread);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	/* Wakes the server, which can neither accept the connection nor wait again. */
	assert_int_equal(connect(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	/* Until the server has tried several times, or its thread has ended. */
	while (thread_slices(thread) - slices < 4 && thread_slices(thread) != UINT64_MAX)
		usleep(1000);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(client_hello(sock, CAPS_TEXT, NULL), 0);
	close(sock);
	close(thread);
	assert_true(vu_server_stop(server));
	rmdir(dir);
}

/* ---- the end -------------------------------------------------------------------------- */

/** The last test: it asks the device thread to end. */
static void
a_device_thread_that_hangs_is_no_success(void **state)
{
	int device_thread = thread_open("softena");

	(void)state;
	bus_lock();
	thread_wait_stuck(device_thread); /* it waits for the lock, which it does not get */
	assert_int_equal(bus_shutdown(), -ETIMEDOUT);
	bus_unlock();
	close(device_thread);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			memory_that_the_client_takes_back_behind_a_mapping_does_not_end_the_server),
		cmocka_unit_test(rings_that_the_client_takes_back_do_not_end_the_device_thread),
		cmocka_unit_test(a_client_can_unmap_everything_with_a_flag),
		cmocka_unit_test(
			a_client_has_as_many_mappings_as_it_was_told_and_no_cut_makes_them_more),
		cmocka_unit_test(
			memory_that_is_taken_back_page_by_page_does_not_use_up_the_mappings),
		cmocka_unit_test(mappings_that_lie_side_by_side_by_chance_count_each),
		cmocka_unit_test(a_client_cannot_use_up_the_addresses_of_the_server),
		cmocka_unit_test(an_unmap_that_grows_to_all_addresses_leaves_none_behind),
		cmocka_unit_test(a_cut_that_the_kernel_refuses_unmaps_the_whole_and_leaks_nothing),
		cmocka_unit_test(only_event_fds_are_taken_for_interrupts),
		cmocka_unit_test(an_event_fd_that_is_full_does_not_hang_the_server),
		cmocka_unit_test(
			an_event_fd_that_becomes_full_at_any_moment_does_not_hang_the_server),
		cmocka_unit_test(no_signal_is_lost_however_many_there_were),
		cmocka_unit_test(a_reset_forgets_the_interrupts_that_wait),
		cmocka_unit_test(a_client_that_has_left_shares_no_memory_with_the_next),
		cmocka_unit_test(a_server_that_cannot_wait_tries_again),
		cmocka_unit_test(a_device_thread_that_hangs_is_no_success),
	};

	return cmocka_run_group_tests(tests, power_on, power_off);
}
