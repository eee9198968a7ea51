/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Faults: what a broken device does, armed at run time. Part of the public interface;
 * softena.h includes this header.
 */
#ifndef SOFTENA_FAULT_H
#define SOFTENA_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct softena;

/**
 * All kinds: X(enumerator, name, queue, begin, largest argument, help).
 *
 * The queue is RX or TX for the number of an SQ, VECTOR for an MSI-X vector, NONE if the kind
 * has no queue. A fault begins AT_OCCASION: the next time that the device does the thing that
 * is disturbed; or AT_ONCE: when it is armed. The help text writes ARG for the argument, and
 * behind it in parentheses what an argument of 0 stands for.
 *
 * To add a kind, add a line here, and ask softena_fault_strikes() where the device does that
 * thing.
 */
#define SOFTENA_FAULTS(X)                                                                       \
	X(RX_REQ_ID_RANGE, "rx-req-id-range", RX, AT_OCCASION, UINT16_MAX,                      \
		"Rx completion with request id ARG (the depth)")                                \
	X(RX_REQ_ID_STALE, "rx-req-id-stale", RX, AT_OCCASION, UINT32_MAX,                      \
		"a packet is completed, and its last buffer once more as another packet")       \
	X(RX_REQ_ID_FOREIGN, "rx-req-id-foreign", RX, AT_OCCASION, UINT32_MAX,                  \
		"a packet ends with a buffer that is not posted: the one before once more")     \
	X(RX_MBZ, "rx-mbz", RX, AT_OCCASION, UINT32_MAX, "Rx completion with its MBZ bits set") \
	X(RX_FIRST_IN_PACKET, "rx-first-in-packet", RX, AT_OCCASION, UINT32_MAX,                \
		"FIRST in the second buffer of a packet that has one")                          \
	X(RX_TOO_MANY, "rx-too-many", RX, AT_OCCASION, UINT32_MAX,                              \
		"a packet spread over one buffer more than announced")                          \
	X(RX_LEN_OVER, "rx-len-over", RX, AT_OCCASION, UINT16_MAX,                              \
		"LEN ARG (1) bytes beyond the buffer")                                          \
	X(RX_ZERO_LENGTH, "rx-zero-length", RX, AT_OCCASION, UINT32_MAX,                        \
		"first completion of a packet with LEN 0")                                      \
	X(RX_NO_LAST, "rx-no-last", RX, AT_OCCASION, UINT32_MAX, "a packet without LAST")       \
	X(TX_REQ_ID_RANGE, "tx-req-id-range", TX, AT_OCCASION, UINT16_MAX,                      \
		"Tx completion with request id ARG (the depth)")                                \
	X(TX_REQ_ID_STALE, "tx-req-id-stale", TX, AT_OCCASION, UINT32_MAX,                      \
		"a second Tx completion with the same id")                                      \
	X(TX_MBZ, "tx-mbz", TX, AT_OCCASION, UINT32_MAX, "Tx completion with its MBZ bits set") \
	X(TX_NO_COMPLETION, "tx-no-completion", TX, AT_OCCASION, UINT32_MAX,                    \
		"a packet is sent and not completed")                                           \
	X(TX_DOORBELL_LOST, "tx-doorbell-lost", TX, AT_OCCASION, UINT32_MAX,                    \
		"a doorbell does not reach the device")                                         \
	X(ADMIN_TIMEOUT, "admin-timeout", NONE, AT_OCCASION, UINT32_MAX,                        \
		"a command is swallowed, not executed")                                         \
	X(ADMIN_LATE, "admin-late", NONE, AT_OCCASION, UINT32_MAX,                              \
		"a command, and those behind it, wait for ARG ms")                              \
	X(ADMIN_STATUS, "admin-status", NONE, AT_OCCASION, UINT8_MAX,                           \
		"a command is answered with status ARG, not executed")                          \
	X(ADMIN_BAD_ID, "admin-bad-id", NONE, AT_OCCASION, 0xfffu,                              \
		"a completion carries command id ARG (0xfff)")                                  \
	X(NO_INTERRUPT, "no-interrupt", VECTOR, AT_OCCASION, UINT32_MAX,                        \
		"a message of the vector given as queue (0) is lost")                           \
	X(KEEP_ALIVE_STOP, "keep-alive-stop", NONE, AT_OCCASION, UINT32_MAX,                    \
		"a keep-alive event is not sent")                                               \
	X(RESET_REQUEST, "reset-request", NONE, AT_ONCE, UINT32_MAX,                            \
		"the device asks for a reset, at once")                                         \
	X(DMA_REFUSE, "dma-refuse", NONE, AT_OCCASION, 2,                                       \
		"an access is refused; ARG 0 any, 1 reads, 2 writes")                           \
	X(REGS_GONE, "regs-gone", NONE, AT_ONCE, UINT32_MAX,                                    \
		"registers read 0xffffffff, nothing works, for ARG ms (until cleared)")         \
	X(LINK_FLAP, "link-flap", NONE, AT_ONCE, UINT32_MAX,                                    \
		"the carrier goes, and comes back after ARG ms (100)")                          \
	X(RESET_IGNORED, "reset-ignored", NONE, AT_OCCASION, UINT32_MAX,                        \
		"a reset by DEV_CTL has no effect, and the device goes on")                     \
	X(REMOVED, "removed", NONE, AT_ONCE, UINT32_MAX,                                        \
		"the function is off the bus: registers and configuration space read all ones")

#define SOFTENA_FAULT_ENUM(id, name, queue, begin, arg_max, help) SOFTENA_FAULT_##id,
enum softena_fault_kind { SOFTENA_FAULTS(SOFTENA_FAULT_ENUM) SOFTENA_FAULT_KINDS };
#undef SOFTENA_FAULT_ENUM

#define SOFTENA_FAULT_ANY_QUEUE (-1)
#define SOFTENA_FAULT_FOREVER   0u

/** What is armed. softena_fault_once() and softena_fault_parse() fill it. */
struct softena_fault_spec {
	enum softena_fault_kind kind;
	int queue; /**< SQ number, vector, or SOFTENA_FAULT_ANY_QUEUE */
	uint32_t count; /**< occasions, or SOFTENA_FAULT_FOREVER: until it is cleared */
	uint32_t arg; /**< see the help text of the kind */
	uint32_t skip; /**< occasions that pass before the first that is disturbed */
};

/** One occasion, any queue, argument 0. */
static inline struct softena_fault_spec
softena_fault_once(enum softena_fault_kind kind)
{
	struct softena_fault_spec spec = {kind, SOFTENA_FAULT_ANY_QUEUE, 1, 0, 0};

	return spec;
}

#define SOFTENA_FAULT_USAGE "KIND [queue=N] [count=N] [arg=N] [skip=N]"

/**
 * Read SOFTENA_FAULT_USAGE. What is not given is as in softena_fault_once().
 * @param word KIND first
 * @param err  what is wrong and what is allowed, one line
 * @return 0 or -EINVAL with @p err set
 */
int softena_fault_parse(char *const word[], unsigned int words, struct softena_fault_spec *spec,
	char *err, size_t err_len);

/** Kind of a name. @return negative if there is none */
int softena_fault_find(const char *name);

/**
 * Arm a fault. Arming a kind again replaces what was left of it. Faults outlive a device
 * reset. What is refused has no effect.
 * @return 0, -EINVAL (kind, queue or argument out of range; or skip of a kind that begins at
 *         once), -EAGAIN (reset request: the driver has not enabled the group; link flap: the
 *         carrier is off)
 */
int softena_fault_set(struct softena *dev, const struct softena_fault_spec *spec);
/** Disarm all. Registers and carrier come back. */
void softena_fault_clear(struct softena *dev);

struct softena_fault_info {
	const char *name; /**< "rx-mbz", ... */
	const char *help; /**< one line */
	bool at_once; /**< begins when it is armed: takes no skip */
	bool armed;
	int queue;
	uint32_t skip, left, arg; /**< left: SOFTENA_FAULT_FOREVER = no limit */
	uint64_t hits; /**< since power-on */
};
/** @return false if there is no such kind */
bool softena_fault_get(struct softena *dev, unsigned int kind, struct softena_fault_info *info);

#ifdef __cplusplus
}
#endif

#endif /* SOFTENA_FAULT_H */
