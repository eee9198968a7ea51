/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Quirks: behaviours of real devices that differ from the model rules (part A 9.8, part B 12
 * and 13), off by default. Part of the public interface; softena.h includes this header.
 *
 * A quirk is one line here: it becomes a member of struct softena_quirks, a key of
 * softena_config_set(), and a line of --help. The behaviour is where the device reads
 * cfg.quirks.
 */
#ifndef SOFTENA_QUIRKS_H
#define SOFTENA_QUIRKS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * FLAG(key, member, help) is on or off;
 * NUM(key, member, type, largest value, values for --help, help) is a number from 0 on.
 * The comment names the section of the datasheet; "another model" is a driver's own model of
 * the device.
 */
#define SOFTENA_QUIRKS(FLAG, NUM)                                                                  \
	/* 9.8 #4: status 6 */                                                                     \
	FLAG("require-host-info", require_host_info, "CREATE_CQ needs a host information page")    \
	/* 9.8 #3: every command fails until an AENQ is programmed */                              \
	FLAG("require-aenq", require_aenq, "admin commands need an AENQ")                          \
	/* 9.8 #8: CREATE_SQ of such a ring fails */                                               \
	FLAG("require-llq", require_llq, "no Tx rings in host memory")                             \
	/* 9.8 #4 */                                                                               \
	FLAG("require-major-2", require_major_2,                                                   \
		"CREATE_CQ needs driver version 2.x in the host information page")                 \
	/* revision 2, 29 */                                                                       \
	FLAG("require-mmio-resp", require_mmio_resp, "CREATE_CQ is dropped while MMIO_RESP is 0")  \
	/* revision 2, 11 */                                                                       \
	FLAG("no-host-info-fatal", no_host_info_fatal,                                             \
		"CREATE_CQ without a host information page is a fatal error")                      \
	/* revision 2, 28 a */                                                                     \
	FLAG("late-aenq-fatal", late_aenq_fatal,                                                   \
		"credit for an AENQ that was programmed after a command is fatal")                 \
	/* revision 2, 28 b */                                                                     \
	FLAG("masked-credit-fatal", masked_credit_fatal,                                           \
		"event credit while INTR_MASK is 1 is a fatal error")                              \
	/* another model */                                                                        \
	FLAG("zero-caps-fatal", zero_caps_fatal,                                                   \
		"0 in the CAPS register of an admin ring that runs is a fatal error")              \
	/* another model */                                                                        \
	FLAG("events-need-credit", events_need_credit,                                             \
		"an event that is due without credit is lost")                                     \
	/* another model */                                                                        \
	FLAG("host-hdr-len-drops", host_hdr_len_drops,                                             \
		"packets of host rings whose HDR_LEN is not 0 are dropped")                        \
	/* iPXE */                                                                                 \
	FLAG("llq-base-zero", llq_base_zero, "CREATE_SQ of an LLQ ring with a host address fails") \
	/* B 13.2 #1 */                                                                            \
	NUM("rx-ring-min", rx_ring_min, uint16_t, ENA_RING_DEPTH_MAX, "0 to 32768",                \
		"Rx rings with fewer entries receive nothing")                                     \
	/* 9.8 #8 */                                                                               \
	FLAG("require-meta", require_meta, "LLQ packets without metadata are dropped")             \
	/* IPv4 with DF 0: the checksum of each segment begins with what the field holds */        \
	FLAG("tso-needs-seed", tso_needs_seed,                                                     \
		"TSO, DF 0: the checksum field must have the pseudo-header sum")                   \
	/* B 3.4 */                                                                                \
	FLAG("drop-long-headers", drop_long_headers, "headers beyond the pushed part are dropped") \
	/* B 13.2 #2 */                                                                            \
	FLAG("hashed-rx", hashed_rx, "Rx ring part chosen by hash, silent drop when it is empty")  \
	/* within one burst */                                                                     \
	FLAG("tx-out-of-order", tx_out_of_order, "Tx completions shuffled")                        \
	/* within the buffers that are posted */                                                   \
	FLAG("rx-out-of-order", rx_out_of_order, "Rx buffers shuffled")                            \
	/* B 13.2 */                                                                               \
	FLAG("silent-rx-drops", silent_rx_drops,                                                   \
		"frames without an Rx buffer are in no counter of the driver")                     \
	/* B 5.4: packets of several buffers end with an empty completion */                       \
	FLAG("rx-zero-last", rx_zero_last, "last Rx completion may be empty")                      \
	/* A 6.9 */                                                                                \
	FLAG("key-readback", key_readback, "GET of the hash function writes the key buffer")       \
	/* in every packet */                                                                      \
	NUM("rx-offset", rx_offset, uint8_t, UINT8_MAX, "0 to 255",                                \
		"offset of Rx data, bytes, if the driver allows it")                               \
	/* 9.8 #6 */                                                                               \
	NUM("cq-depth-limit", cq_depth_limit, uint16_t, ENA_RING_DEPTH_MAX, "0 to 32768",          \
		"CREATE_CQ grants at most this depth; 0 = as asked")

struct softena_quirks {
#define SOFTENA_QUIRK_FLAG(key, member, help)                   bool member;
#define SOFTENA_QUIRK_NUM(key, member, type, max, values, help) type member;
	SOFTENA_QUIRKS(SOFTENA_QUIRK_FLAG, SOFTENA_QUIRK_NUM)
#undef SOFTENA_QUIRK_FLAG
#undef SOFTENA_QUIRK_NUM
};

#endif /* SOFTENA_QUIRKS_H */
