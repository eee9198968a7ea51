/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Step mode of softena-run: with --step, the device reads doorbells and moves packets only when
 * the program calls one of these functions, in the thread of the caller. So the burst of a driver
 * can be timed alone, without a second core, on a device whose work is known to the packet. The
 * control plane (registers, admin commands, events, timers) runs in its own thread as always.
 *
 * The functions are in the library that softena-run preloads. A program is not linked with it.
 * It looks the functions up by name, and gets NULL when it does not run under softena-run:
 *
 *   softena_step_fn *step = (softena_step_fn *)dlsym(RTLD_DEFAULT, "softena_step");
 *
 * A port is named by its PCI address as DPDK names it ("0000:00:05.0"). It exists when the
 * program has opened it. All functions may be called from any thread.
 */
#ifndef SOFTENA_STEP_H
#define SOFTENA_STEP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What the device counts; totals since power-on. */
struct softena_step_counters {
	uint64_t tx_doorbells, rx_doorbells; /**< read by the device; of several stores between two
						steps, only the last */
	uint64_t tx_packets, rx_packets;
	uint64_t complaints; /**< errors of the driver: DMA faults, bad doorbells, bad packets */
};

/** State of a queue's ring. */
struct softena_step_queue {
	uint16_t depth;
	uint16_t posted; /**< entries given to the device and not used yet */
	uint16_t posted_min; /**< Rx: lowest value when a frame arrived */
	uint16_t llq; /**< 1: the ring lies in device memory */
};

/**
 * Read all doorbells of a port, send all packets that are posted, and take up to @p budget frames
 * from the port's wire. A frame for which no buffer is posted waits in the device.
 * @return frames that were put into buffers
 */
unsigned int softena_step(const char *pci_addr, unsigned int budget);

/**
 * The same, but the frames come from the caller instead of the wire, in this order. Frames that
 * wait for a buffer since an earlier step come first.
 * @return frames that were put into buffers
 */
unsigned int softena_step_frames(const char *pci_addr, const struct iovec *frames, unsigned int n);

/**
 * Move only the first @p bytes of each packet between the device and host memory, so that
 * copies do not fill the caches of the thread that measures. Lengths, offloads and
 * completions stay as they are, and further bytes of a buffer are not written. 0: move all.
 * @return 0, -ENODEV (no such port), -EPERM (not in step mode)
 */
int softena_step_payload(const char *pci_addr, uint32_t bytes);

/** @return 0, -ENODEV, -EPERM */
int softena_step_counters(const char *pci_addr, struct softena_step_counters *counters);

/**
 * State of queue @p idx as of the last step.
 * @return 0, -ENODEV, -EPERM, -EINVAL (no such queue)
 */
int softena_step_queue(
	const char *pci_addr, int tx, unsigned int idx, struct softena_step_queue *queue);

/**
 * The device's own view of a BAR; the program has mapped the same memory elsewhere.
 * @param bar 0 or 2
 * @param len bytes; 0 if the device has no such BAR
 * @return 0, -ENODEV, -EPERM, -EINVAL
 */
int softena_step_bar(const char *pci_addr, unsigned int bar, void **at, size_t *len);

typedef unsigned int softena_step_fn(const char *, unsigned int);
typedef unsigned int softena_step_frames_fn(const char *, const struct iovec *, unsigned int);
typedef int softena_step_payload_fn(const char *, uint32_t);
typedef int softena_step_counters_fn(const char *, struct softena_step_counters *);
typedef int softena_step_queue_fn(const char *, int, unsigned int, struct softena_step_queue *);
typedef int softena_step_bar_fn(const char *, unsigned int, void **, size_t *);

#ifdef __cplusplus
}
#endif

#endif /* SOFTENA_STEP_H */
