/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
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
#include "vu_server.h"

/* ---- version and information --------------------------------------------------------------- */

static void
the_server_agrees_on_version_0_1_and_states_its_limits(void **state)
{
	struct link l;
	struct answer a;

	(void)state;
	link_open(&l);
	assert_int_equal(client_hello(l.sock, CAPS_TEXT, &a), 0);
	assert_memory_equal(a.body, "\0\0\1\0", 4);
	assert_int_equal(a.body[a.len - 1], 0);
	assert_non_null(strstr((char *)a.body + 4, "\"max_msg_fds\":16"));
	assert_non_null(strstr((char *)a.body + 4, "\"max_data_xfer_size\":1048576"));
	assert_non_null(strstr((char *)a.body + 4, "\"write_multiple\":true"));
	assert_null(strstr((char *)a.body + 4, "migration"));
	link_close(&l);
}

static void
write_multiple_is_not_offered_to_a_client_that_did_not_ask(void **state)
{
	struct link l;
	struct answer a;

	(void)state;
	link_open(&l);
	assert_int_equal(
		client_hello(l.sock, "{\"capabilities\":{\"write_multiple\":false}}", &a), 0);
	assert_null(strstr((char *)a.body + 4, "write_multiple"));
	link_close(&l);
}

static void
other_major_versions_and_commands_before_the_version_are_refused(void **state)
{
	const uint16_t wrong[2] = {1, 0};
	struct link l;
	uint32_t val;

	(void)state;
	link_open(&l);
	assert_int_equal(client_read(l.sock, 0, 0, &val, 4), EINVAL);
	assert_int_equal(
		client_call(l.sock, VU_VERSION, wrong, sizeof(wrong), NULL, 0, NULL), EINVAL);
	assert_int_equal(client_hello(l.sock, CAPS_TEXT, NULL), 0);
	assert_int_equal(client_hello(l.sock, CAPS_TEXT, NULL), EINVAL);
	link_close(&l);
}

static void
the_device_is_a_pci_device_that_can_be_reset(void **state)
{
	uint32_t info[4] = {16, 0, 0, 0};
	struct link l;
	struct answer a;

	(void)state;
	link_hello(&l);
	assert_int_equal(client_call(l.sock, VU_DEVICE_GET_INFO, info, 16, NULL, 0, &a), 0);
	assert_int_equal(a.len, 16);
	memcpy(info, a.body, 16);
	assert_int_equal(info[1], VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PCI);
	assert_int_equal(info[2], VFIO_PCI_NUM_REGIONS);
	assert_int_equal(info[3], VFIO_PCI_NUM_IRQS);
	assert_int_equal(client_call(l.sock, VU_DEVICE_RESET, NULL, 0, NULL, 0, NULL), 0);
	link_close(&l);
}

/* ---- regions ----------------------------------------------------------------------------------
 */

static void
get_region(int sock, uint32_t index, uint32_t room, struct vfio_region_info *info, struct answer *a)
{
	*info = (struct vfio_region_info){.argsz = room, .index = index};
	assert_int_equal(
		client_call(sock, VU_DEVICE_GET_REGION_INFO, info, sizeof(*info), NULL, 0, a), 0);
	assert_true(a->len >= sizeof(*info));
	memcpy(info, a->body, sizeof(*info));
}

static void
only_the_doorbell_pages_of_the_registers_can_be_mapped(void **state)
{
	struct vu_sparse_mmap sparse;
	struct vfio_region_info info;
	struct answer a;
	struct link l;

	(void)state;
	link_hello(&l);
	get_region(l.sock, 0, sizeof(info), &info, &a);
	assert_int_equal(a.len, sizeof(info));
	assert_int_equal(a.fd, -1);
	assert_true(info.argsz > sizeof(info));
	get_region(l.sock, 0, info.argsz, &info, &a);
	assert_int_equal(info.size, 0x4000u);
	assert_int_equal(info.flags, 0xf);
	assert_true(a.fd >= 0);
	assert_int_equal(a.len, info.cap_offset + sizeof(sparse));
	memcpy(&sparse, a.body + info.cap_offset, sizeof(sparse));
	assert_int_equal(sparse.header.id, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	assert_int_equal(sparse.nr_areas, 1);
	assert_int_equal(sparse.area.offset, SOFTENA_DB_FIRST);
	assert_int_equal(sparse.area.size, 0x2000);
	close(a.fd);
	link_close(&l);
}

static void
device_memory_is_one_file_for_mappings_and_messages(void **state)
{
	struct vfio_region_info info;
	struct answer a;
	struct link l;
	uint32_t val = 0x12345678, seen = 0;
	uint8_t *at;

	(void)state;
	link_hello(&l);
	get_region(l.sock, 2, 256, &info, &a);
	assert_true(a.fd >= 0);
	assert_int_equal(info.offset, 0);
	at = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, a.fd, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	/* The server cannot be hurt through the descriptor. */
	assert_int_equal(ftruncate(a.fd, 0), -1);
	close(a.fd);
	assert_int_equal(client_write(l.sock, 2, info.size - 4, &val, 4), 0);
	assert_memory_equal(at + info.size - 4, &val, 4);
	memset(at, 0x5a, 4);
	assert_int_equal(client_read(l.sock, 2, 0, &seen, 4), 0);
	assert_int_equal(seen, 0x5a5a5a5a);
	munmap(at, info.size);
	link_close(&l);
}

static void
accesses_beyond_a_region_and_of_regions_that_are_not_there_are_refused(void **state)
{
	static const struct vu_region_rw bad[] = {{0x4000u, 0, 4}, {0x3ffe, 0, 4},
		{UINT64_MAX, 0, 4}, {UINT64_MAX - 1, 2, 4}, {0, 0, 0}, {0, 0, UINT32_MAX},
		{0, 1, 4}, {0, 6, 4}, {0, 8, 4}, {0, 9, 4}, {0, UINT32_MAX, 4}, {4093, 7, 4},
		{0, 2, VU_XFER_MAX + 1}};
	struct link l;
	unsigned int i;
	uint8_t body[sizeof(bad[0]) + 8] = {0};

	(void)state;
	link_hello(&l);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(body, &bad[i], sizeof(bad[i]));
		assert_int_equal(
			client_call(l.sock, VU_REGION_READ, body, sizeof(bad[i]), NULL, 0, NULL),
			EINVAL);
		assert_int_equal(
			client_call(l.sock, VU_REGION_WRITE, body, sizeof(body), NULL, 0, NULL),
			EINVAL);
	}
	/* Within the region, but the message does not bring that many bytes. */
	memcpy(body, &(struct vu_region_rw){0, 2, 9}, sizeof(struct vu_region_rw));
	assert_int_equal(
		client_call(l.sock, VU_REGION_WRITE, body, sizeof(body), NULL, 0, NULL), EINVAL);
	link_close(&l);
}

static void
the_configuration_space_is_that_of_an_ena_function(void **state)
{
	uint32_t id = 0, bar = UINT32_MAX;
	struct link l;

	(void)state;
	link_hello(&l);
	assert_int_equal(client_read(l.sock, 7, 0, &id, 4), 0);
	assert_int_equal(id, 0xec201d0f);
	assert_int_equal(client_write(l.sock, 7, 0x10, &bar, 4), 0);
	assert_int_equal(client_read(l.sock, 7, 0x10, &bar, 4), 0);
	assert_int_equal(bar, ~(0x4000u - 1));
	link_close(&l);
}

static void
registers_are_trapped_and_know_nothing_but_aligned_words(void **state)
{
	static const struct {
		uint32_t off, len;
	} other[] = {{0, 1}, {0, 2}, {2, 2}, {1, 4}, {2, 4}, {0, 8}, {0, 12}};
	static const uint32_t at[] = {ENA_REG_AQ_BASE_LO, SOFTENA_DB_FIRST};
	const uint8_t ones[12] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const uint8_t zeros[12] = {0};
	uint32_t version = 0, before, seen;
	uint8_t data[12];
	unsigned int i, k;
	struct link l;

	(void)state;
	link_hello(&l);
	assert_int_equal(client_read(l.sock, 0, ENA_REG_VERSION, &version, 4), 0);
	assert_int_equal(version, 0xa);
	write_reg(l.sock, ENA_REG_AQ_BASE_LO, 0x12345000);
	for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		memset(data, 0x5a, sizeof(data));
		assert_int_equal(
			client_read(l.sock, 0, ENA_REG_VERSION + other[i].off, data, other[i].len),
			0);
		assert_memory_equal(data, zeros, other[i].len);
		for (k = 0; k < 2; k++) {
			assert_int_equal(client_read(l.sock, 0, at[k], &before, 4), 0);
			assert_int_equal(
				client_write(l.sock, 0, at[k] + other[i].off, ones, other[i].len),
				0);
			assert_int_equal(client_read(l.sock, 0, at[k], &seen, 4), 0);
			assert_int_equal(seen, before);
		}
	}
	link_close(&l);
}

static void
write_multi_does_all_writes_and_refuses_counts_beyond_its_length(void **state)
{
	struct {
		uint64_t count;
		struct vu_write w[2];
	} multi = {2, {{0, 2, 4, {1, 2, 3, 4}}, {8, 2, 8, {5, 6, 7, 8, 9, 10, 11, 12}}}};
	uint8_t seen[16] = {0};
	struct answer a;
	struct link l;

	(void)state;
	link_hello(&l);
	assert_int_equal(
		client_call(l.sock, VU_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0, &a), 0);
	assert_int_equal(a.body[0], 2);
	assert_int_equal(client_read(l.sock, 2, 0, seen, 16), 0);
	assert_memory_equal(seen, "\1\2\3\4\0\0\0\0\5\6\7\10\11\12\13\14", 16);
	multi.count = 3;
	assert_int_equal(
		client_call(l.sock, VU_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0, NULL),
		EINVAL);
	multi.count = UINT64_MAX;
	assert_int_equal(
		client_call(l.sock, VU_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0, NULL),
		EINVAL);
	multi.count = 1;
	multi.w[0].count = 9;
	assert_int_equal(
		client_call(l.sock, VU_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0, NULL),
		EINVAL);
	link_close(&l);
}

/* ---- memory --------------------------------------------------------------------------------- */

static void
the_device_reaches_what_is_mapped_at_its_offset_and_nothing_after_unmap(void **state)
{
	const uint64_t iova = UINT64_C(0x7f0000000000);
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);

	(void)state;
	link_hello(&l);
	assert_int_equal(client_map(l.sock, iova, 2 * PAGE, PAGE, fd), 0);
	assert_true(device_writes_to(l.sock, iova, mem + PAGE));
	assert_true(device_writes_to(l.sock, iova + PAGE + 64, mem + 2 * PAGE + 64));
	assert_false(device_writes_to(l.sock, iova + 2 * PAGE, mem + 3 * PAGE));
	assert_int_equal(client_unmap(l.sock, iova, 2 * PAGE), 0);
	assert_false(device_writes_to(l.sock, iova, mem + PAGE));
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd);
}

static void
an_unmap_may_cover_nothing_a_part_or_many_mappings(void **state)
{
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);
	unsigned int i, before;

	(void)state;
	link_hello(&l);
	before = maps_of("memfd:guest");
	assert_int_equal(client_unmap(l.sock, 0, PAGE), 0);
	for (i = 0; i < 8; i++)
		assert_int_equal(
			client_map(l.sock, 0x100000 + i * 2 * PAGE, PAGE, i * PAGE, fd), 0);
	/* The last page of a larger mapping. */
	assert_int_equal(client_map(l.sock, 0x200000, 4 * PAGE, 8 * PAGE, fd), 0);
	assert_int_equal(client_unmap(l.sock, 0x203000, PAGE), 0);
	assert_true(device_writes_to(l.sock, 0x202000, mem + 10 * PAGE));
	assert_false(device_writes_to(l.sock, 0x203000, mem + 11 * PAGE));
	/* Three of the eight, and the holes between them. */
	assert_int_equal(client_unmap(l.sock, 0x101000, 6 * PAGE), 0);
	assert_true(device_writes_to(l.sock, 0x100000, mem));
	assert_false(device_writes_to(l.sock, 0x102000, mem + PAGE));
	assert_false(device_writes_to(l.sock, 0x106000, mem + 3 * PAGE));
	assert_true(device_writes_to(l.sock, 0x108000, mem + 4 * PAGE));
	/* Everything, as when a domain is torn down: in two halves, or with one command. */
	assert_int_equal(client_unmap(l.sock, 0, UINT64_C(1) << 63), 0);
	assert_false(device_writes_to(l.sock, 0x100000, mem));
	assert_int_equal(maps_of("memfd:guest"), before);
	assert_int_equal(client_map(l.sock, 0x100000, PAGE, 0, fd), 0);
	assert_int_equal(client_unmap(l.sock, 0, UINT64_MAX), 0);
	assert_int_equal(maps_of("memfd:guest"), before);
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd);
}

static void
mappings_that_overlap_or_reach_beyond_anything_are_refused(void **state)
{
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem), pipes[2];
	struct vu_dma_map map = {sizeof(map), 4, 0, 0, PAGE};

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x1000, 2 * PAGE, 0, fd), 0);
	assert_int_equal(client_map(l.sock, 0x2000, PAGE, 0, fd), EEXIST);
	assert_int_equal(client_map(l.sock, 0x10000, 0, 0, fd), EINVAL);
	assert_int_equal(client_map(l.sock, 0x10000, PAGE, 16, fd), EINVAL);
	assert_int_equal(client_map(l.sock, 0x10001, PAGE, 0, fd), EINVAL);
	assert_int_equal(client_map(l.sock, 0x10000, MEM_SIZE, PAGE, fd), EINVAL);
	assert_int_equal(client_map(l.sock, 0x10000, PAGE, UINT64_MAX - 0xfff, fd), EINVAL);
	assert_int_equal(client_map(l.sock, UINT64_MAX - 0xfff, 2 * PAGE, 0, fd), EINVAL);
	assert_int_equal(client_map(l.sock, 0x10000, PAGE, 0, pipes[0]), EINVAL);
	assert_int_equal(client_call(l.sock, VU_DMA_MAP, &map, sizeof(map), &fd, 1, NULL), EINVAL);
	map.flags = 1;
	assert_int_equal(
		client_call(l.sock, VU_DMA_MAP, &map, sizeof(map), pipes, 2, NULL), EINVAL);
	assert_int_equal(
		client_call(l.sock, VU_DMA_MAP, &map, sizeof(map) - 1, &fd, 1, NULL), EINVAL);
	assert_int_equal(client_unmap(l.sock, 0x1001, PAGE), EINVAL);
	assert_int_equal(client_unmap(l.sock, 0x1000, 0), EINVAL);
	assert_int_equal(client_unmap(l.sock, UINT64_MAX - 0xfff, 2 * PAGE), EINVAL);
	/* Memory that cannot be shared is accepted, and is a fault. */
	assert_int_equal(client_map(l.sock, 0x20000, PAGE, 0, -1), 0);
	assert_false(device_writes_to(l.sock, 0x20000, mem));
	link_close(&l);
	close(pipes[0]);
	close(pipes[1]);
	munmap(mem, MEM_SIZE);
	close(fd);
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static void
a_completed_command_signals_the_event_fd_of_its_vector(void **state)
{
	const uint32_t on = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	int event = eventfd(0, EFD_CLOEXEC), fd;
	struct link l;
	uint8_t *mem;

	(void)state;
	fd = make_memory(&mem);
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x1000, 2 * PAGE, 0, fd), 0);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, on, 0, 1, &event, 1), 0);
	admin_command(l.sock, 0x1000, mem, true);
	assert_true(signalled(event));
	assert_int_equal(mem[PAGE + 3] & ENA_ACQ_FLAG_PHASE, ENA_ACQ_FLAG_PHASE);
	/* Detached: remembered until the vector is attached again. */
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, on, 0, 1, NULL, 0), 0);
	admin_command(l.sock, 0x1000, mem, false);
	wait_completion(l.sock, mem, 1);
	assert_true(silent(event));
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX, on, 0, 1, &event, 1), 0);
	assert_true(signalled(event));
	/* A test of the line by the client. */
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 1, NULL, 0),
		0);
	assert_true(signalled(event));
	assert_int_equal(
		set_irqs(l.sock, VFIO_PCI_MSIX_IRQ_INDEX,
			VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, 0, 0, NULL, 0),
		0);
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd);
	close(event);
}

static void
interrupt_settings_that_make_no_sense_are_refused(void **state)
{
	const uint32_t on = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	const uint32_t boolean = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER;
	int event[2] = {eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC)};
	struct vfio_irq_info info = {.argsz = 16, .index = VFIO_PCI_MSIX_IRQ_INDEX};
	struct answer a;
	struct link l;

	(void)state;
	link_hello(&l);
	assert_int_equal(client_call(l.sock, VU_DEVICE_GET_IRQ_INFO, &info, 16, NULL, 0, &a), 0);
	memcpy(&info, a.body, 16);
	assert_int_equal(info.count, bus_vectors(port));
	assert_int_equal(set_irqs(l.sock, 2, on, info.count, 1, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, on, 1, UINT32_MAX, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, on, UINT32_MAX, 2, event, 2), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, on, 0, 3, event, 2), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, on, 0, 0, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, boolean, 0, 4, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(l.sock, 0, on, 0, 1, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 5, on, 0, 1, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, 0xff, 0, 1, event, 1), EINVAL);
	assert_int_equal(set_irqs(l.sock, 2, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK, 0,
				 1, NULL, 0),
		ENOTSUP);
	assert_int_equal(set_irqs(l.sock, VFIO_PCI_REQ_IRQ_INDEX, on, 0, 1, event, 1), 0);
	info.index = VFIO_PCI_NUM_IRQS;
	assert_int_equal(
		client_call(l.sock, VU_DEVICE_GET_IRQ_INFO, &info, 16, NULL, 0, NULL), EINVAL);
	link_close(&l);
	close(event[0]);
	close(event[1]);
}

/* ---- rubbish -----------------------------------------------------------------------------------
 */

static void
unknown_commands_get_an_error_and_the_connection_lives(void **state)
{
	static const unsigned int unknown[] = {
		0, VU_DEVICE_GET_REGION_IO_FDS, 11, 12, 14, 16, 99, 65535};
	struct link l;
	uint32_t val;
	unsigned int i;

	(void)state;
	link_hello(&l);
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_int_equal(
			client_call(l.sock, unknown[i], "abcd", 4, NULL, 0, NULL), ENOTSUP);
	assert_int_equal(client_read(l.sock, 0, 0, &val, 4), 0);
	link_close(&l);
}

static void
a_message_in_single_bytes_is_a_message(void **state)
{
	struct {
		struct vu_header hdr;
		struct vu_region_rw rw;
	} m = {{7, VU_REGION_READ, 32, 0, 0}, {0, 0, 4}};
	struct answer a;
	struct link l;
	size_t i;

	(void)state;
	link_hello(&l);
	for (i = 0; i < sizeof(m); i++)
		assert_true(client_send(l.sock, (uint8_t *)&m + i, 1, NULL, 0));
	assert_true(client_recv(l.sock, &a));
	assert_int_equal(a.hdr.id, 7);
	assert_int_equal(a.len, 20);
	/* No reply is wanted: the next answer is that of the next command. */
	m.hdr.flags = VU_NO_REPLY;
	assert_true(client_send(l.sock, &m, sizeof(m), NULL, 0));
	m.hdr.flags = 0;
	m.hdr.id = 8;
	assert_true(client_send(l.sock, &m, sizeof(m), NULL, 0));
	assert_true(client_recv(l.sock, &a));
	assert_int_equal(a.hdr.id, 8);
	link_close(&l);
}

static void
a_size_that_no_message_has_gets_an_error_and_ends_the_connection(void **state)
{
	static const uint32_t sizes[] = {0, 15, VU_BODY_MAX + 17, UINT32_MAX};
	struct answer a;
	struct link l;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct vu_header hdr = {1, VU_VERSION, sizes[i], 0, 0};

		link_open(&l);
		assert_true(client_send(l.sock, &hdr, sizeof(hdr), NULL, 0));
		assert_true(client_recv(l.sock, &a));
		assert_int_equal(a.hdr.error, EINVAL);
		assert_false(client_recv(l.sock, &a));
		link_close(&l);
	}
}

static void
descriptors_that_nobody_asked_for_are_closed(void **state)
{
	struct vu_header hdr = {1, VU_REGION_READ, 32, 0, 0};
	struct vu_region_rw rw = {0, 0, 4};
	unsigned int i, before = open_fds();
	int fd[40];
	struct link l;
	uint8_t *mem;

	(void)state;
	fd[0] = make_memory(&mem);
	for (i = 1; i < 40; i++)
		fd[i] = fd[0];
	link_hello(&l);
	assert_int_equal(client_call(l.sock, VU_REGION_READ, &rw, sizeof(rw), fd, 1, NULL), 0);
	/*
	 * More than a message may have. An emulator of another CPU receives more than the program
	 * asked for, and keeps open what it does not pass on.
	 */
	if (getenv("MESON_EXE_WRAPPER") == NULL)
		assert_int_equal(
			client_call(l.sock, VU_REGION_READ, &rw, sizeof(rw), fd, 40, NULL), EINVAL);
	assert_int_equal(client_map(l.sock, 0x1001, PAGE, 0, fd[0]), EINVAL);
	assert_int_equal(client_map(l.sock, 0x1000, PAGE, 0, fd[0]), 0);
	/* The client hangs up within a message that has descriptors with each part. */
	assert_true(client_send(l.sock, &hdr, sizeof(hdr), fd, 3));
	assert_true(client_send(l.sock, &rw, 8, fd, 14));
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd[0]);
	assert_int_equal(open_fds(), before);
	assert_int_equal(maps_of("memfd:guest"), 0);
}

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/** A message that is right in some of its fields. */
static size_t
random_message(uint64_t *seed, uint8_t *to, size_t room)
{
	static const uint32_t good[] = {0, 1, 2, 3, 4, 7, 8, 16, 20, 24, 32, 0x1000, 0x2000, 0x4000,
		0x7ffc, 0x8000, 0x100000, 0x1ffff, UINT32_MAX};
	uint32_t len = next_random(seed) % 96, i, val;
	struct vu_header hdr = {.id = 1, .command = (uint16_t)(next_random(seed) % 20)};

	for (i = 0; i + 4 <= len; i += 4) {
		val = next_random(seed);
		if (val % 4 != 0)
			val = good[val / 4 % (sizeof(good) / sizeof(good[0]))];
		memcpy(to + sizeof(hdr) + i, &val, 4);
	}
	hdr.size = (uint32_t)sizeof(hdr) + len;
	if (next_random(seed) % 64 == 0)
		hdr.flags = next_random(seed);
	memcpy(to, &hdr, sizeof(hdr));
	return sizeof(hdr) + len <= room ? sizeof(hdr) + len : room;
}

static void
ten_thousand_random_messages_do_not_harm_the_server(void **state)
{
	uint8_t bytes[128] = {0}, sink[65536];
	unsigned int before = open_fds(), round, i;
	uint64_t seed = 20261123;
	struct link l;
	uint8_t *mem;
	uint32_t val;
	int fd[2];

	(void)state;
	fd[0] = fd[1] = make_memory(&mem);
	for (round = 0; round < 50; round++) {
		link_hello(&l);
		for (i = 0; i < 200; i++) {
			size_t n = random_message(&seed, bytes, sizeof(bytes));

			if (!client_send(l.sock, bytes, n, fd, next_random(&seed) % 3))
				break;
			while (recv(l.sock, sink, sizeof(sink), MSG_DONTWAIT) > 0)
				;
		}
		/* Half of the rounds end in plain noise. */
		for (i = 0; i < sizeof(bytes) && round % 2 == 0; i++)
			bytes[i] = (uint8_t)next_random(&seed);
		if (round % 2 == 0)
			client_send(l.sock, bytes, sizeof(bytes), NULL, 0);
		link_close(&l);
	}
	munmap(mem, MEM_SIZE);
	close(fd[0]);
	link_hello(&l);
	assert_int_equal(client_read(l.sock, 0, ENA_REG_VERSION, &val, 4), 0);
	assert_int_equal(val, 0xa);
	link_close(&l);
	assert_int_equal(open_fds(), before);
	assert_int_equal(maps_of("memfd:guest"), 0);
}

/* ---- clients come and go
 * ------------------------------------------------------------------------- */

static void
a_client_that_switches_bus_mastering_off_gets_no_write(void **state)
{
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);

	(void)state;
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x1000, PAGE, 0, fd), 0);
	assert_true(device_writes_to(l.sock, 0x1000, mem));
	bus_master(l.sock, false);
	assert_false(device_writes_to(l.sock, 0x1000, mem));
	bus_master(l.sock, true);
	assert_true(device_writes_to(l.sock, 0x1000, mem));
	/* The client's kernel saves and restores the configuration space itself. */
	assert_int_equal(client_call(l.sock, VU_DEVICE_RESET, NULL, 0, NULL, 0, NULL), 0);
	assert_false(device_writes_to(l.sock, 0x1000, mem));
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd);
}

static void
the_next_client_finds_the_device_as_after_power_on(void **state)
{
	uint32_t seen = 1, one = 1;
	struct link l;
	uint8_t *mem;
	int fd = make_memory(&mem);

	(void)state;
	link_hello(&l);
	assert_int_equal(client_map(l.sock, 0x1000, PAGE, 0, fd), 0);
	assert_true(device_writes_to(l.sock, 0x1000, mem));
	assert_int_equal(client_write(l.sock, 2, 0, &one, 4), 0);
	write_reg(l.sock, ENA_REG_DEV_CTL, ENA_DEV_CTL_RESET);
	link_close(&l);
	link_hello(&l);
	assert_int_equal(client_read(l.sock, 2, 0, &seen, 4), 0);
	assert_int_equal(seen, 0);
	assert_int_equal(client_read(l.sock, 0, ENA_REG_DEV_CTL, &seen, 4), 0);
	assert_int_equal(seen, 0);
	assert_false(device_writes_to(l.sock, 0x1000, mem));
	link_close(&l);
	munmap(mem, MEM_SIZE);
	close(fd);
}

static void
a_server_that_is_told_to_stop_leaves_a_client_within_a_message(void **state)
{
	const uint64_t one = 1;
	struct link l;

	(void)state;
	link_hello(&l);
	assert_true(client_send(l.sock, "abc", 3, NULL, 0));
	assert_int_equal(write(l.stop_fd, &one, sizeof(one)), sizeof(one));
	assert_int_equal(pthread_join(l.thread, NULL), 0);
	close(l.sock);
	close(l.stop_fd);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_agrees_on_version_0_1_and_states_its_limits),
		cmocka_unit_test(write_multiple_is_not_offered_to_a_client_that_did_not_ask),
		cmocka_unit_test(other_major_versions_and_commands_before_the_version_are_refused),
		cmocka_unit_test(the_device_is_a_pci_device_that_can_be_reset),
		cmocka_unit_test(only_the_doorbell_pages_of_the_registers_can_be_mapped),
		cmocka_unit_test(device_memory_is_one_file_for_mappings_and_messages),
		cmocka_unit_test(
			accesses_beyond_a_region_and_of_regions_that_are_not_there_are_refused),
		cmocka_unit_test(the_configuration_space_is_that_of_an_ena_function),
		cmocka_unit_test(registers_are_trapped_and_know_nothing_but_aligned_words),
		cmocka_unit_test(write_multi_does_all_writes_and_refuses_counts_beyond_its_length),
		cmocka_unit_test(
			the_device_reaches_what_is_mapped_at_its_offset_and_nothing_after_unmap),
		cmocka_unit_test(an_unmap_may_cover_nothing_a_part_or_many_mappings),
		cmocka_unit_test(mappings_that_overlap_or_reach_beyond_anything_are_refused),
		cmocka_unit_test(a_completed_command_signals_the_event_fd_of_its_vector),
		cmocka_unit_test(interrupt_settings_that_make_no_sense_are_refused),
		cmocka_unit_test(unknown_commands_get_an_error_and_the_connection_lives),
		cmocka_unit_test(a_message_in_single_bytes_is_a_message),
		cmocka_unit_test(a_size_that_no_message_has_gets_an_error_and_ends_the_connection),
		cmocka_unit_test(descriptors_that_nobody_asked_for_are_closed),
		cmocka_unit_test(ten_thousand_random_messages_do_not_harm_the_server),
		cmocka_unit_test(a_client_that_switches_bus_mastering_off_gets_no_write),
		cmocka_unit_test(the_next_client_finds_the_device_as_after_power_on),
		cmocka_unit_test(a_server_that_is_told_to_stop_leaves_a_client_within_a_message),
	};

	return cmocka_run_group_tests(tests, power_on, power_off);
}
