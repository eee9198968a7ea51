/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Messages of the vfio-user protocol, version 0.1, as far as a PCI device without migration
 * needs them. Structures whose layout is that of the kernel's vfio interface come from
 * <linux/vfio.h>. All fields are in the byte order of the host: both ends are on one machine.
 */
#ifndef SOFTENA_VFIO_USER_PROTO_H
#define SOFTENA_VFIO_USER_PROTO_H

#include <assert.h>
#include <stdint.h>

#include <linux/vfio.h>

#define VU_VERSION_MAJOR 0u
#define VU_VERSION_MINOR 1u

enum vu_command {
	VU_VERSION = 1,
	VU_DMA_MAP = 2,
	VU_DMA_UNMAP = 3,
	VU_DEVICE_GET_INFO = 4,
	VU_DEVICE_GET_REGION_INFO = 5,
	VU_DEVICE_GET_REGION_IO_FDS = 6,
	VU_DEVICE_GET_IRQ_INFO = 7,
	VU_DEVICE_SET_IRQS = 8,
	VU_REGION_READ = 9,
	VU_REGION_WRITE = 10,
	VU_DEVICE_RESET = 13,
	VU_REGION_WRITE_MULTI = 15,
};

/* Flags of a header. */
#define VU_TYPE_MASK    0x0fu
#define VU_TYPE_COMMAND 0x00u
#define VU_TYPE_REPLY   0x01u
#define VU_NO_REPLY     0x10u
#define VU_ERROR        0x20u

/** Most bytes of a read or write, which both ends may assume without negotiation. */
#define VU_XFER_MAX (1024u * 1024u)
/** Most descriptors that a client may attach to a message. */
#define VU_FDS_MAX 16u
/** Most DMA mappings, as a client may assume without negotiation; see vu_dma_maps_max(). */
#define VU_DMA_MAPS_MAX 65535u

struct vu_header {
	uint16_t id;
	uint16_t command;
	uint32_t size; /* of the message with this header */
	uint32_t flags;
	uint32_t error; /* errno */
};
static_assert(sizeof(struct vu_header) == 16, "vfio-user header");

struct vu_version {
	uint16_t major;
	uint16_t minor;
	/* text with its terminating NUL follows */
};
static_assert(sizeof(struct vu_version) == 4, "vfio-user version");

#define VU_DMA_READABLE  0x1u
#define VU_DMA_WRITEABLE 0x2u

struct vu_dma_map {
	uint32_t argsz;
	uint32_t flags;
	uint64_t offset; /* in the file */
	uint64_t iova;
	uint64_t size;
};
static_assert(sizeof(struct vu_dma_map) == 32, "vfio-user DMA_MAP");

/** Everything; address and size are 0. */
#define VU_DMA_UNMAP_ALL 0x2u
static_assert(VU_DMA_UNMAP_ALL == VFIO_DMA_UNMAP_FLAG_ALL, "flag of an unmap");

struct vu_dma_unmap {
	uint32_t argsz;
	uint32_t flags;
	uint64_t iova;
	uint64_t size;
};
static_assert(sizeof(struct vu_dma_unmap) == 24, "vfio-user DMA_UNMAP");

/** Head of REGION_READ and REGION_WRITE, and of their replies. */
struct vu_region_rw {
	uint64_t offset;
	uint32_t region;
	uint32_t count;
};
static_assert(sizeof(struct vu_region_rw) == 16, "vfio-user REGION_READ and REGION_WRITE");

/** One of the writes of REGION_WRITE_MULTI; their number, 64 bits, comes before them. */
struct vu_write {
	uint64_t offset;
	uint32_t region;
	uint32_t count; /* 1 to 8 */
	uint8_t data[8];
};
static_assert(sizeof(struct vu_write) == 24, "vfio-user REGION_WRITE_MULTI");

static_assert(sizeof(struct vfio_region_info) == 32, "vfio region info");

/** struct vfio_region_info_cap_sparse_mmap with the one area that a region has here. */
struct vu_sparse_mmap {
	struct vfio_info_cap_header header;
	uint32_t nr_areas;
	uint32_t reserved;
	struct vfio_region_sparse_mmap_area area;
};
static_assert(sizeof(struct vu_sparse_mmap) == 32, "vfio sparse mmap capability");

static_assert(sizeof(struct vfio_irq_set) == 20, "vfio irq set");
/* Later kernels have a longer structure; the protocol has these 16 bytes. */
#define VU_DEVICE_INFO_SIZE 16u
#define VU_IRQ_INFO_SIZE    16u

#endif /* SOFTENA_VFIO_USER_PROTO_H */
