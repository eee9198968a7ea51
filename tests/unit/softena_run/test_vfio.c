/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * The vfio interface as a program under softena-run sees it: run as
 *   softena-run --port wire=loopback --port wire=sink -- test_vfio
 */
/**
 * @file
 * The vfio that the preloaded library shows to a program. softena-run starts this program with two
 * ports, so all calls here are those of an ordinary program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/vfio.h>

#include <ena_abi.h>

#define PAGE 4096u
#define ADDR "0000:00:05.0"

static int container, group, device;

/** errno of a call that must fail. */
#define FAILS(call) (errno = 0, assert_int_equal((call), -1), errno)

/** Set Bus Master Enable of the command register in the way of EAL. */
static void
bus_master(bool on)
{
	const off_t at = ((off_t)VFIO_PCI_CONFIG_REGION_INDEX << 40) + 4;
	uint16_t command;

	assert_int_equal(pread(device, &command, 2, at), 2);
	command = (uint16_t)(on ? command | 4 : command & ~4);
	assert_int_equal(pwrite(device, &command, 2, at), 2);
}

static void
open_all(void)
{
	container = open("/dev/vfio/vfio", O_RDWR);
	assert_true(container >= 0);
	group = open("/dev/vfio/0", O_RDWR);
	assert_true(group >= 0);
	assert_int_equal(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), 0);
	assert_int_equal(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU), 0);
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, ADDR);
	assert_true(device >= 0);
}

static void
close_all(void)
{
	close(device);
	close(group);
	close(container);
}

static int
map(uint64_t iova, void *at, uint64_t size)
{
	struct vfio_iommu_type1_dma_map m = {.argsz = sizeof(m),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)at,
		.iova = iova,
		.size = size};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &m);
}

static uint64_t
unmap(uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap m = {.argsz = sizeof(m), .iova = iova, .size = size};

	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &m) == 0 ? m.size : UINT64_MAX;
}

static void
paths_look_as_with_a_real_vfio(void **state)
{
	struct dirent *entry;
	unsigned int n = 0;
	struct stat st;
	DIR *dir;

	(void)state;
	assert_int_equal(stat("/sys/module/vfio_pci", &st), 0);
	assert_int_equal(stat("/sys/module/vfio", &st), 0);
	assert_int_equal(access("/dev/vfio/vfio", R_OK | W_OK), 0);
	assert_int_equal(
		FAILS(open("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", O_RDONLY)),
		ENOENT);
	assert_int_equal(FAILS(open("/dev/vfio/7", O_RDWR)), ENOENT);
	dir = opendir("/dev/vfio");
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(n, 3);
}

static void
the_order_of_set_up_is_enforced_as_in_the_kernel(void **state)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	int other;

	(void)state;
	container = open("/dev/vfio/vfio", O_RDWR);
	group = open("/dev/vfio/0", O_RDWR);
	other = open("/dev/null", O_RDWR);
	assert_int_equal(ioctl(container, VFIO_GET_API_VERSION), VFIO_API_VERSION);
	assert_int_equal(ioctl(container, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU), 1);
	assert_int_equal(ioctl(container, VFIO_CHECK_EXTENSION, VFIO_NOIOMMU_IOMMU), 0);
	assert_int_equal(FAILS(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU)), EINVAL);
	assert_int_equal(ioctl(group, VFIO_GROUP_GET_STATUS, &status), 0);
	assert_int_equal(status.flags, VFIO_GROUP_FLAGS_VIABLE);
	assert_int_equal(FAILS(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, ADDR)), EINVAL);
	assert_int_equal(FAILS(ioctl(group, VFIO_GROUP_SET_CONTAINER, &other)), EINVAL);
	/* An emulator of another CPU passes on only what it knows. */
	assert_int_equal(FAILS(ioctl(other, VFIO_GET_API_VERSION)),
		getenv("MESON_EXE_WRAPPER") == NULL ? ENOTTY : ENOSYS);
	assert_int_equal(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), 0);
	assert_int_equal(FAILS(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container)), EINVAL);
	assert_int_equal(FAILS(map(0, &status, PAGE)), EINVAL);
	assert_int_equal(FAILS(ioctl(container, VFIO_SET_IOMMU, VFIO_NOIOMMU_IOMMU)), ENODEV);
	assert_int_equal(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU), 0);
	assert_int_equal(FAILS(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, "0000:00:06.0")), ENODEV);
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, ADDR);
	assert_true(device >= 0);
	assert_int_equal(FAILS(ioctl(group, VFIO_GROUP_UNSET_CONTAINER)), EBUSY);
	close(other);
	close_all();
}

static void
bars_can_be_mapped_and_configuration_space_read(void **state)
{
	struct vfio_region_info info = {.argsz = sizeof(info)};
	struct vfio_device_info dev = {.argsz = sizeof(dev)};
	uint16_t vendor = 0;
	void *bar;

	(void)state;
	open_all();
	assert_int_equal(ioctl(device, VFIO_DEVICE_GET_INFO, &dev), 0);
	assert_int_equal(dev.num_regions, VFIO_PCI_NUM_REGIONS);
	assert_int_equal(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), 0);
	assert_int_equal(info.size, 16384);
	assert_true(info.argsz > sizeof(info)); /* capabilities need more room */
	bar = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, device, (off_t)info.offset);
	assert_ptr_not_equal(bar, MAP_FAILED);
	assert_int_equal(*(volatile uint32_t *)bar, 0xa); /* VERSION */
	munmap(bar, info.size);
	info.index = VFIO_PCI_BAR1_REGION_INDEX;
	assert_int_equal(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), 0);
	assert_int_equal(info.size, 0);
	info.index = VFIO_PCI_CONFIG_REGION_INDEX;
	assert_int_equal(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info), 0);
	assert_int_equal(pread(device, &vendor, sizeof(vendor), (off_t)info.offset), 2);
	assert_int_equal(vendor, 0x1d0f);
	info.index = VFIO_PCI_VGA_REGION_INDEX;
	assert_int_equal(FAILS(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info)), EINVAL);
	info.argsz = 8;
	assert_int_equal(FAILS(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info)), EINVAL);
	assert_int_equal(ioctl(device, VFIO_DEVICE_RESET), 0);
	assert_int_equal(FAILS(ioctl(device, VFIO_DEVICE_PCI_HOT_RESET, NULL)), ENODEV);
	close_all();
}

static int
set_irqs(uint32_t index, uint32_t flags, uint32_t start, uint32_t count, const int *fds)
{
	union {
		struct vfio_irq_set set;
		char room[sizeof(struct vfio_irq_set) + 16 * sizeof(int)];
	} u = {.set = {sizeof(u), flags, index, start, count}};

	if (fds != NULL)
		memcpy(u.room + sizeof(u.set), fds, count * sizeof(int));
	return ioctl(device, VFIO_DEVICE_SET_IRQS, &u);
}

static void
interrupts_are_checked_and_delivered_to_a_copy_of_the_fd(void **state)
{
	const uint32_t fd_set = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	const uint32_t none = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = VFIO_PCI_MSIX_IRQ_INDEX};
	int event = eventfd(0, EFD_NONBLOCK), copy = dup(event), bad = 9999, off = -1;
	int two[2] = {event, event};
	uint64_t n = 0;

	(void)state;
	open_all();
	assert_int_equal(ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &info), 0);
	assert_true(info.count >= 2);
	assert_int_equal(FAILS(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, none, 0, 1, NULL)), EINVAL);
	assert_int_equal(FAILS(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set, 0, 1, &bad)), EBADF);
	assert_int_equal(
		FAILS(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set, info.count, 1, &event)), EINVAL);
	assert_int_equal(
		FAILS(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set, UINT32_MAX, 2, two)), EINVAL);
	assert_int_equal(FAILS(set_irqs(VFIO_PCI_INTX_IRQ_INDEX, none, 0, 1, NULL)), EINVAL);
	assert_int_equal(FAILS(set_irqs(9, none, 0, 1, NULL)), EINVAL);
	assert_int_equal(
		FAILS(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set | 1, 0, 1, &event)), EINVAL);
	assert_int_equal(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set, 0, 1, &event), 0);
	close(event);
	assert_int_equal(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, none, 0, 1, NULL), 0);
	assert_int_equal(read(copy, &n, sizeof(n)), 8);
	assert_int_equal(n, 1);
	assert_int_equal(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, fd_set, 0, 1, &off), 0);
	assert_int_equal(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, none, 0, 1, NULL), 0);
	assert_int_equal(read(copy, &n, sizeof(n)), -1);
	assert_int_equal(set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, none, 0, 0, NULL), 0);
	assert_int_equal(set_irqs(VFIO_PCI_REQ_IRQ_INDEX, fd_set, 0, 1, &copy), 0);
	assert_int_equal(set_irqs(VFIO_PCI_REQ_IRQ_INDEX, none, 0, 1, NULL), 0);
	assert_int_equal(read(copy, &n, sizeof(n)), 8);
	close(copy);
	close_all();
}

static void
mappings_live_until_the_group_is_closed(void **state)
{
	void *mem =
		mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	open_all();
	assert_int_equal(map(0x10000, mem, 16 * PAGE), 0);
	assert_int_equal(FAILS(map(0x11000, mem, PAGE)), EEXIST);
	assert_int_equal(FAILS(map(0x80001, mem, PAGE)), EINVAL);
	assert_int_equal(FAILS(map(0xfee00000, mem, PAGE)), EINVAL); /* interrupt addresses */
	assert_int_equal(FAILS(map(UINT64_C(1) << 48, mem, PAGE)), EINVAL);
	assert_int_equal(unmap(0x11000, PAGE), PAGE);
	assert_int_equal(unmap(0x11000, PAGE), 0);
	assert_int_equal(unmap(0, 0x20000), 15 * PAGE);
	assert_int_equal(map(0x10000, mem, 16 * PAGE), 0);
	munmap(mem, 16 * PAGE);
	assert_int_equal(unmap(0x10000, PAGE), PAGE);
	close(device);
	close(group);
	group = open("/dev/vfio/0", O_RDWR);
	assert_int_equal(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), 0);
	assert_int_equal(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU), 0);
	assert_int_equal(unmap(0, UINT64_C(1) << 40), 0);
	close(group);
	close(container);
}

static void
a_container_is_free_again_in_whatever_order_its_files_are_closed(void **state)
{
	/* More containers than can exist at the same time. */
	const unsigned int times = 3 * 64;
	int many[40];
	unsigned int i;

	(void)state;
	for (i = 0; i < times; i++) {
		open_all();
		close(container);
		close(i % 2 ? group : device);
		close(i % 2 ? device : group);
	}
	/* More containers than ports: a file is identified by its kind, too. */
	for (i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		many[i] = open("/dev/vfio/vfio", O_RDWR);
		assert_true(many[i] >= 0);
	}
	for (i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		close(many[i]);
	open_all();
	/* A container that is still open is not free when its last group leaves. */
	close(device);
	close(group);
	group = open("/dev/vfio/0", O_RDWR);
	many[0] = open("/dev/vfio/vfio", O_RDWR);
	assert_int_equal(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), 0);
	assert_int_equal(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU), 0);
	assert_int_equal(FAILS(ioctl(many[0], VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU)), EINVAL);
	close(many[0]);
	close(group);
	close(container);
}

/**
 * Let the device write to @p iova: the answer of a readless register read.
 * @return true if it arrived at @p at
 */
static bool
device_writes_within(volatile uint32_t *bar, uint64_t iova, const void *at, unsigned int limit)
{
	static uint16_t id;
	const volatile uint32_t *answer = at;
	unsigned int ms;

	id++;
	bar[ENA_REG_MMIO_RESP_LO / 4] = (uint32_t)iova;
	bar[ENA_REG_MMIO_RESP_HI / 4] = (uint32_t)(iova >> 32);
	bar[ENA_REG_MMIO_REG_READ / 4] =
		(uint32_t)(ENA_FIELD_PREP(ENA_REG_READ_REQ_ID, id) |
			   ENA_FIELD_PREP(ENA_REG_READ_OFFSET, ENA_REG_VERSION));
	for (ms = 0; ms < limit; ms++) {
		if ((uint16_t)answer[0] == id && answer[1] == 0xa)
			return true;
		usleep(1000);
	}
	return false;
}

static bool
device_writes(volatile uint32_t *bar, uint64_t iova, const void *at)
{
	return device_writes_within(bar, iova, at, 60000);
}

/** As with vfio-pci, bus mastering is off after an open, and a reset does not change it. */
static void
the_device_writes_only_while_bus_mastering_is_on(void **state)
{
	volatile uint32_t *bar;
	char *mem;

	(void)state;
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	open_all();
	bar = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
	assert_ptr_not_equal(bar, MAP_FAILED);
	assert_int_equal(map(0x100000, mem, PAGE), 0);
	assert_false(device_writes_within(bar, 0x100000, mem, 100));
	bus_master(true);
	assert_true(device_writes(bar, 0x100000, mem));
	assert_int_equal(ioctl(device, VFIO_DEVICE_RESET), 0);
	assert_true(device_writes(bar, 0x100000, mem));
	bus_master(false);
	assert_false(device_writes_within(bar, 0x100000, mem, 100));
	assert_int_equal(ioctl(device, VFIO_DEVICE_RESET), 0);
	assert_false(device_writes_within(bar, 0x100000, mem, 100));
	bus_master(true);
	assert_true(device_writes(bar, 0x100000, mem));
	close_all();
	open_all();
	assert_int_equal(map(0x100000, mem, PAGE), 0);
	assert_false(device_writes_within(bar, 0x100000, mem, 100));
	munmap((void *)(uintptr_t)bar, PAGE);
	munmap(mem, PAGE);
	close_all();
}

/** The calls of DPDK 25.11 with --no-huge -m 512. */
static void
memory_that_is_mapped_page_by_page_is_one_for_the_device(void **state)
{
	const uint64_t pages = 131072, base = UINT64_C(0x100000000);
	volatile uint32_t *bar;
	uint64_t i;
	char *mem;

	(void)state;
	mem = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	open_all();
	bus_master(true);
	bar = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
	assert_ptr_not_equal(bar, MAP_FAILED);
	/* Every second page upwards, then the holes downwards: pages join on both sides. */
	for (i = 0; i < pages; i += 2)
		assert_int_equal(map(base + i * PAGE, mem + i * PAGE, PAGE), 0);
	for (i = pages - 1; i < pages; i -= 2)
		assert_int_equal(map(base + i * PAGE, mem + i * PAGE, PAGE), 0);
	assert_int_equal(FAILS(map(base + 77 * PAGE, mem, PAGE)), EEXIST);
	assert_true(device_writes(bar, base, mem));
	assert_true(device_writes(bar, base + (pages - 1) * PAGE, mem + (pages - 1) * PAGE));
	/* One page of the middle is unmapped, and mapped again to other memory. */
	assert_int_equal(unmap(base + 5000 * PAGE, PAGE), PAGE);
	assert_int_equal(map(base + 5000 * PAGE, mem, PAGE), 0);
	assert_true(device_writes(bar, base + 5000 * PAGE + 64, mem + 64));
	assert_true(device_writes(bar, base + 5001 * PAGE, mem + 5001 * PAGE));
	/* Page by page again, then the remaining pages at once. */
	for (i = 0; i < 1000; i++)
		assert_int_equal(unmap(base + i * PAGE, PAGE), PAGE);
	assert_int_equal(unmap(base, pages * PAGE), (pages - 1000) * PAGE);
	munmap((void *)(uintptr_t)bar, 16384);
	munmap(mem, pages * PAGE);
	close_all();
}

static void
a_child_neither_disturbs_nor_has_the_device(void **state)
{
	struct vfio_irq_info info = {.argsz = sizeof(info), .index = VFIO_PCI_MSIX_IRQ_INDEX};
	int status;
	pid_t pid;

	(void)state;
	open_all();
	pid = fork();
	if (pid == 0) {
		int fine = ioctl(device, VFIO_DEVICE_RESET) == -1 && errno == EBUSY &&
			   ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &info) == 0;

		close_all();
		_exit(fine ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(ioctl(device, VFIO_DEVICE_RESET), 0);
	close_all();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_look_as_with_a_real_vfio),
		cmocka_unit_test(the_order_of_set_up_is_enforced_as_in_the_kernel),
		cmocka_unit_test(bars_can_be_mapped_and_configuration_space_read),
		cmocka_unit_test(interrupts_are_checked_and_delivered_to_a_copy_of_the_fd),
		cmocka_unit_test(mappings_live_until_the_group_is_closed),
		cmocka_unit_test(a_container_is_free_again_in_whatever_order_its_files_are_closed),
		cmocka_unit_test(memory_that_is_mapped_page_by_page_is_one_for_the_device),
		cmocka_unit_test(the_device_writes_only_while_bus_mastering_is_on),
		cmocka_unit_test(a_child_neither_disturbs_nor_has_the_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
