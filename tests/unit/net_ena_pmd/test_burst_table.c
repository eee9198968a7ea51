/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which burst functions are chosen, for every CPU, limit of EAL, and placement of Tx rings. The
 * burst functions are names only here, and so is the CPU.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cpuflags.h>
#include <rte_vect.h>

#include <cmocka.h>

#include "ena_burst.h"
#include "ena_pmd.h"

/* ---- the rest of the driver ------------------------------------------------------------------ */

#define NAME_ONLY(name)                                                \
	uint16_t name(void *queue, struct rte_mbuf **pkts, uint16_t n) \
	{                                                              \
		(void)queue;                                           \
		(void)pkts;                                            \
		(void)n;                                               \
		fail_msg("%s() is not to be called", #name);           \
		return 0;                                              \
	}

NAME_ONLY(ena_rx_burst)
NAME_ONLY(ena_rx_burst_avx2)
NAME_ONLY(ena_rx_burst_avx512)
NAME_ONLY(ena_rx_burst_neon)
NAME_ONLY(ena_tx_burst_host)
NAME_ONLY(ena_tx_burst_llq)
NAME_ONLY(ena_tx_burst_llq_avx2)
NAME_ONLY(ena_tx_burst_llq_avx512)
NAME_ONLY(ena_tx_burst_llq_neon)
NAME_ONLY(ena_tx_prepare)

bool
ena_reset_is_wanted(const struct ena_adapter *a)
{
	return a->reset.wanted != ENA_RESET_NORMAL;
}

/* ---- the CPU, and EAL ------------------------------------------------------------------------ */

/** What the choice looks at. */
struct cpu {
	bool avx2, avx512f, avx512bw, avx512vl, avx512dq, bmi2;
	uint16_t bits; /* widest vector that EAL allows */
};

static struct cpu cpu;

int
rte_cpu_get_flag_enabled(enum rte_cpu_flag_t feature)
{
#ifdef RTE_ARCH_X86
	switch (feature) {
	case RTE_CPUFLAG_AVX2:
		return cpu.avx2;
	case RTE_CPUFLAG_AVX512F:
		return cpu.avx512f;
	case RTE_CPUFLAG_AVX512BW:
		return cpu.avx512bw;
	case RTE_CPUFLAG_AVX512VL:
		return cpu.avx512vl;
	case RTE_CPUFLAG_AVX512DQ:
		return cpu.avx512dq;
	case RTE_CPUFLAG_BMI2:
		return cpu.bmi2;
	default:
		break;
	}
#endif
	fail_msg("flag %d is not known here", (int)feature);
	return 0;
}

uint16_t
rte_vect_get_max_simd_bitwidth(void)
{
	return cpu.bits;
}

/** Instruction sets, as the driver names them. */
enum set { SCALAR, AVX2, AVX512, NEON };

/** The best one of @p c that was compiled. */
static enum set
best_of(const struct cpu *c)
{
#ifdef ENA_AVX512
	if (c->bits >= 512 && c->avx512f && c->avx512bw && c->avx512vl && c->avx512dq && c->bmi2)
		return AVX512;
#endif
#ifdef ENA_AVX2
	if (c->bits >= 256 && c->avx2)
		return AVX2;
#endif
#ifdef ENA_NEON
	if (c->bits >= 128)
		return NEON;
#endif
	(void)c;
	return SCALAR;
}

static const struct {
	const char *name;
	eth_rx_burst_t rx;
	eth_tx_burst_t push; /* into entries that vector functions know */
} sets[] = {
	[SCALAR] = {"Scalar", ena_rx_burst, ena_tx_burst_llq},
	[AVX2] = {"Vector AVX2", ena_rx_burst_avx2, ena_tx_burst_llq_avx2},
	[AVX512] = {"Vector AVX512", ena_rx_burst_avx512, ena_tx_burst_llq_avx512},
	[NEON] = {"Vector NEON", ena_rx_burst_neon, ena_tx_burst_llq_neon},
};

/** Call @p test with each CPU; @p best is the best instruction set of it. */
static void
for_each_cpu(void (*test)(enum set best))
{
	static const uint16_t bits[] = {64, 128, 256, 512, UINT16_MAX};
	unsigned int flags, i;

	for (flags = 0; flags < 64; flags++)
		for (i = 0; i < RTE_DIM(bits); i++) {
			cpu = (struct cpu){flags & 1, flags & 2, flags & 4, flags & 8, flags & 16,
				flags & 32, bits[i]};
			test(best_of(&cpu));
		}
}

/* ---- a port ---------------------------------------------------------------------------------- */

static struct ena_adapter adapter;
static struct rte_eth_dev_data data;
static struct rte_eth_dev dev = {.data = &data};
static struct ena_tx_queue queue;
static void *tx_queues[1];

static int
new_port(void **state)
{
	(void)state;
	memset(&adapter, 0, sizeof(adapter));
	memset(&queue, 0, sizeof(queue));
	data.dev_private = &adapter;
	data.tx_queues = tx_queues;
	tx_queues[0] = NULL;
	cpu = (struct cpu){.bits = 64};
	return 0;
}

static void
place_port(const struct ena_hal_llq *llq)
{
	adapter.hal.llq = *llq;
}

static void
place_queue(const struct ena_hal_llq *llq)
{
	queue.llq = llq->enabled;
	queue.entry_size = llq->entry_size;
	queue.descs_before_header = llq->descs_before_header;
}

/** Every placement that can be negotiated (part A 6.6), host memory first. */
static struct ena_hal_llq
placement(unsigned int i)
{
	static const uint16_t sizes[] = {128, 192, 256};
	static const uint8_t befores[] = {1, 2, 4, 8};

	if (i == 0)
		return (struct ena_hal_llq){.enabled = false};
	i--;
	return (struct ena_hal_llq){
		.enabled = true, .entry_size = sizes[i % 3], .descs_before_header = befores[i / 3]};
}

#define PLACEMENTS (1u + 3u * 4u)

/** Vector functions know these: two descriptors before the header, in entries of 128 or 256. */
static bool
is_vectors(const struct ena_hal_llq *llq)
{
	return llq->enabled && llq->descs_before_header == 2 && llq->entry_size != 192;
}

static eth_tx_burst_t
expected_tx(enum set best, const struct ena_hal_llq *llq)
{
	if (!llq->enabled)
		return ena_tx_burst_host;
	return is_vectors(llq) ? sets[best].push : ena_tx_burst_llq;
}

static void
expected_tx_name(char *name, size_t size, enum set best, const struct ena_hal_llq *llq)
{
	if (!llq->enabled)
		snprintf(name, size, "Scalar Host");
	else
		snprintf(name, size, "%s LLQ %u", sets[is_vectors(llq) ? best : SCALAR].name,
			llq->entry_size);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
check_rx(enum set best)
{
	struct rte_eth_burst_mode mode;

	ena_bursts_select(&dev);
	assert_ptr_equal(dev.rx_pkt_burst, sets[best].rx);
	assert_ptr_equal(ena_rx_burst_choose(), sets[best].rx);
	memset(&mode, 0xa5, sizeof(mode));
	assert_int_equal(ena_rx_burst_mode(&dev, 0, &mode), 0);
	assert_string_equal(mode.info, sets[best].name);
}

static void
rx_takes_the_widest_vectors_of_the_cpu_that_eal_allows(void **state)
{
	(void)state;
	for_each_cpu(check_rx);
}

static void
check_tx(enum set best)
{
	unsigned int i;

	for (i = 0; i < PLACEMENTS; i++) {
		const struct ena_hal_llq llq = placement(i);

		place_port(&llq);
		ena_bursts_select(&dev);
		assert_ptr_equal(dev.tx_pkt_burst, expected_tx(best, &llq));
		assert_ptr_equal(dev.tx_pkt_prepare, ena_tx_prepare);
	}
}

static void
tx_takes_vectors_only_for_entries_that_they_know(void **state)
{
	(void)state;
	for_each_cpu(check_tx);
}

static void
check_secondary(enum set best)
{
	struct ena_tx_bursts bursts;
	unsigned int i;

	(void)best;
	ena_tx_bursts_choose(&bursts);
	for (i = 0; i < PLACEMENTS; i++) {
		const struct ena_hal_llq llq = placement(i);

		place_port(&llq);
		place_queue(&llq);
		ena_bursts_select(&dev);
		assert_ptr_equal(ena_tx_burst_of(&bursts, &queue), dev.tx_pkt_burst);
	}
}

static void
a_secondary_process_chooses_what_its_primary_does(void **state)
{
	(void)state;
	for_each_cpu(check_secondary);
}

static void
check_tx_mode(enum set best)
{
	struct rte_eth_burst_mode mode;
	char name[64];
	unsigned int i;

	for (i = 0; i < PLACEMENTS; i++) {
		const struct ena_hal_llq llq = placement(i), other = placement(i == 0 ? 1 : 0);

		expected_tx_name(name, sizeof(name), best, &llq);
		/* Without rings it is what the next start will choose. */
		place_port(&llq);
		place_queue(&other);
		queue.state = ENA_QUEUE_NO_RINGS;
		tx_queues[0] = &queue;
		assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), 0);
		assert_string_equal(mode.info, name);
		tx_queues[0] = NULL;
		assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), 0);
		assert_string_equal(mode.info, name);
		/* With rings it is what they are. */
		place_port(&other);
		place_queue(&llq);
		tx_queues[0] = &queue;
		for (queue.state = ENA_QUEUE_STOPPED; queue.state <= ENA_QUEUE_VIOLATED;
			queue.state++) {
			assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), 0);
			assert_string_equal(mode.info, name);
		}
	}
}

static void
the_name_of_a_tx_function_tells_instructions_and_entry_size(void **state)
{
	(void)state;
	for_each_cpu(check_tx_mode);
}

static void
the_next_placement_is_not_known_before_a_reset_that_is_wanted(void **state)
{
	struct rte_eth_burst_mode mode;

	(void)state;
	adapter.reset.wanted = ENA_RESET_KEEP_ALIVE_TIMEOUT;
	assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), -EIO);
	tx_queues[0] = &queue;
	assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), -EIO);
	queue.state = ENA_QUEUE_VIOLATED;
	assert_int_equal(ena_tx_burst_mode(&dev, 0, &mode), 0);
	assert_string_equal(mode.info, "Scalar Host");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			rx_takes_the_widest_vectors_of_the_cpu_that_eal_allows, new_port),
		cmocka_unit_test_setup(tx_takes_vectors_only_for_entries_that_they_know, new_port),
		cmocka_unit_test_setup(a_secondary_process_chooses_what_its_primary_does, new_port),
		cmocka_unit_test_setup(
			the_name_of_a_tx_function_tells_instructions_and_entry_size, new_port),
		cmocka_unit_test_setup(
			the_next_placement_is_not_known_before_a_reset_that_is_wanted, new_port),
	};

	return cmocka_run_group_tests_name("choice of burst functions", tests, NULL, NULL);
}
