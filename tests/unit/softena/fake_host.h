/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The surroundings of a software ENA device in a unit test: host memory with holes
 * between its ranges and with DMA addresses that differ from host addresses, a clock that
 * moves only when told, counted interrupts, and a wire whose frames the test writes and reads.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <softena.h>

#define FAKE_HOST_RANGES  4096
#define FAKE_HOST_VECTORS (SOFTENA_QUEUES_MAX + 1)
#define FAKE_HOST_HOLE    0x10000u /* unmapped bytes behind each range, at least */
#define FAKE_HOST_START   UINT64_C(0x123400000000) /* first address of fake_host_alloc() */

struct fake_range {
	uint64_t iova;
	size_t len;
	uint8_t *va; /**< freed by fake_host_fini() */
	bool read_only; /**< for the device */
};

struct fake_host {
	struct fake_range range[FAKE_HOST_RANGES];
	unsigned int ranges;
	uint64_t next_iova;
	size_t contig_max; /**< most bytes that one translation gives; 0 = no limit */
	uint64_t now_ns, wall_ns;
	unsigned int raised[FAKE_HOST_VECTORS]; /**< messages for each vector */
	unsigned int raised_total;
	/** Called once, at the next message of any vector or line of log; then forgotten. */
	void (*hook)(void *arg);
	void *hook_arg;
	unsigned int log_lines;
	char last_log[512];
	char log_text[8192]; /**< all lines, as far as there is room; a test may empty it */
};

/** To be passed to softena_create(), with the struct fake_host as host pointer. */
extern const struct softena_host_ops fake_host_ops;

void fake_host_init(struct fake_host *h);
void fake_host_fini(struct fake_host *h);

/**
 * Map @p len zeroed bytes at DMA address @p iova. Ends the test if it cannot.
 * @return host address with the same offset in a 4 KiB page as @p iova
 */
void *fake_host_map(struct fake_host *h, uint64_t iova, size_t len);

/** The same at an address of the host's choice, aligned to @p align (a power of two). */
void *fake_host_alloc(struct fake_host *h, size_t len, size_t align, uint64_t *iova);

/** Remove the range that starts at @p iova; its memory stays readable until fake_host_fini(). */
void fake_host_unmap(struct fake_host *h, uint64_t iova);

/** The device may only read the range that starts at @p iova. */
void fake_host_protect(struct fake_host *h, uint64_t iova);

/** Bus Master Enable of the command register; off after power-on and a function-level reset. */
void fake_host_bus_master(struct softena *dev, bool on);

/** softena_fault_set() without occasions that are skipped. */
int fault_arm(
	struct softena *dev, enum softena_fault_kind kind, int queue, uint32_t count, uint32_t arg);

/** Both clocks go forward. */
void fake_host_advance(struct fake_host *h, uint64_t ns);

/** Messages of @p vector since the last call. */
unsigned int fake_host_take_raised(struct fake_host *h, unsigned int vector);

/** A frame on the fake wire. */
struct fake_frame {
	struct fake_frame *next;
	size_t len;
	uint8_t data[];
};

struct fake_frames {
	struct fake_frame *head, **tail;
	unsigned int count;
};

struct fake_wire {
	struct softena_wire base;
	struct fake_frames in; /**< to the device */
	struct fake_frames out; /**< from the device */
	bool refuse; /**< send returns false */
	bool ended;
	uint64_t lost, lost_bytes; /**< of what it took: told at the next flush */
};

/** A wire that is started, not patient, and empty. */
void fake_wire_init(struct fake_wire *w);
void fake_wire_fini(struct fake_wire *w);
/** The device will receive this frame after those pushed before. */
void fake_wire_push(struct fake_wire *w, const void *frame, size_t len);
/** Oldest frame that the device sent; NULL if there is none. The caller frees it. */
struct fake_frame *fake_wire_pop(struct fake_wire *w);

#endif /* FAKE_HOST_H */
