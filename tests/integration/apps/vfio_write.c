/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * Lets the device write to DMA addresses of the caller's choice, by readless register reads
 * (datasheet part A 2.4), through nothing but the vfio interface: one page is mapped at MAPPED, all
 * else is not. Reads hexadecimal addresses from standard input; the answer is "written" or
 * "nothing".
 *
 *   vfio_write PCI-ADDRESS
 *
 * With a number of rounds it writes to two places of configuration space instead, at all distances
 * in time, and tells how many of these writes were lost:
 *
 *   vfio_write PCI-ADDRESS ROUNDS
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

#include <ena_abi.h>

#include "turns.h"

#define PAGE      4096u
#define MAPPED    UINT64_C(0x7000000)
#define BAR0_SIZE 8192u /* what every profile has */
#define QUIET_MS  50u

/** The answer comes, or the device has had its turns and wrote none. */
static bool
answered(const volatile uint32_t *page, uint16_t id)
{
	unsigned int i;

	for (i = 0; i < 10 && (uint16_t)page[0] != id; i++)
		let_device_look(QUIET_MS);
	return (uint16_t)page[0] == id;
}

static int
open_device(const char *addr, void *page)
{
	struct vfio_iommu_type1_dma_map m = {.argsz = sizeof(m),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)page,
		.iova = MAPPED,
		.size = PAGE};
	int container = open("/dev/vfio/vfio", O_RDWR), group = open("/dev/vfio/0", O_RDWR);

	if (container < 0 || group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) != 0 ||
		ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) != 0 ||
		ioctl(container, VFIO_IOMMU_MAP_DMA, &m) != 0)
		return -1;
	return ioctl(group, VFIO_GROUP_GET_DEVICE_FD, addr);
}

static bool
read_command(int device, off_t config, uint16_t *command)
{
	return pread(device, command, sizeof(*command), config + PCI_COMMAND) ==
	       (ssize_t)sizeof(*command);
}

static bool
write_command(int device, off_t config, uint16_t command)
{
	return pwrite(device, &command, sizeof(command), config + PCI_COMMAND) ==
	       (ssize_t)sizeof(command);
}

/** A device that is no bus master writes nothing. @return where configuration space is, or -1 */
static off_t
make_bus_master(int device)
{
	struct vfio_region_info config = {
		.argsz = sizeof(config), .index = VFIO_PCI_CONFIG_REGION_INDEX};
	uint16_t command;
	off_t at;

	if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &config) != 0)
		return -1;
	at = (off_t)config.offset;
	if (!read_command(device, at, &command) ||
		!write_command(device, at, command | PCI_COMMAND_MASTER))
		return -1;
	return at;
}

static int
write_often(int device, off_t config, unsigned int rounds)
{
	uint16_t command, seen;
	unsigned int i, lost = 0;
	uint8_t line;

	if (!read_command(device, config, &command))
		return 1;
	for (i = 0; i < rounds; i++) {
		line = (uint8_t)i;
		command ^= PCI_COMMAND_MASTER;
		if (pwrite(device, &line, 1, config + PCI_CACHE_LINE_SIZE) != 1)
			return 1;
		for (volatile unsigned int spin = 0; spin < (i * 37) % 50000; spin++)
			;
		if (!write_command(device, config, command))
			return 1;
		for (volatile unsigned int spin = 0; spin < 20000; spin++)
			;
		if (!read_command(device, config, &seen) ||
			pread(device, &line, 1, config + PCI_CACHE_LINE_SIZE) != 1)
			return 1;
		lost += (seen != command) + (line != (uint8_t)i);
		command = seen;
	}
	printf("%u lost\n", lost);
	return 0;
}

int
main(int argc, char **argv)
{
	volatile uint32_t *bar, *page;
	uint16_t id = 0;
	uint64_t iova;
	off_t config = -1;
	int device;

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	device = argc == 2 || argc == 3 ? open_device(argv[1], (void *)(uintptr_t)page) : -1;
	bar = mmap(NULL, BAR0_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
	if (device >= 0 && bar != MAP_FAILED)
		config = make_bus_master(device);
	if (config < 0) {
		perror("vfio_write");
		return 1;
	}
	if (argc == 3)
		return write_often(device, config, (unsigned int)atoi(argv[2]));
	while (scanf("%" SCNx64, &iova) == 1) {
		id++;
		bar[ENA_REG_MMIO_RESP_LO / 4] = (uint32_t)iova;
		bar[ENA_REG_MMIO_RESP_HI / 4] = (uint32_t)(iova >> 32);
		bar[ENA_REG_MMIO_REG_READ / 4] =
			(uint32_t)(ENA_FIELD_PREP(ENA_REG_READ_REQ_ID, id) |
				   ENA_FIELD_PREP(ENA_REG_READ_OFFSET, ENA_REG_VERSION));
		puts(answered(page, id) ? "written" : "nothing");
		fflush(stdout);
	}
	return 0;
}
