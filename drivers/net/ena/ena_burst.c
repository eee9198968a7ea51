/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which burst functions a port uses. They are chosen at start by the placement of Tx rings, the
 * geometry of LLQ entries, the CPU, and EAL's limit of the vector width
 * (--force-max-simd-bitwidth). The burst mode reports them.
 */
#include <rte_cpuflags.h>
#include <rte_vect.h>

#include "ena_burst.h"
#include "ena_pmd.h"

#ifdef ENA_AVX2
static bool
have_avx2(void)
{
	return rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_256 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) > 0;
}
#endif

#ifdef ENA_AVX512
static bool
have_avx512(void)
{
	return rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_512 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512F) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512BW) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512VL) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512DQ) > 0 &&
	       rte_cpu_get_flag_enabled(RTE_CPUFLAG_BMI2) > 0;
}
#endif

#ifdef ENA_NEON
/** Every arm64 CPU has NEON. */
static bool
have_neon(void)
{
	return rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_128;
}
#endif

static bool
always(void)
{
	return true;
}

/** What the choice of a Tx function depends on, apart from the CPU. */
struct placement {
	bool llq;
	uint8_t descs_before_header;
	uint16_t entry_size;
};

static struct placement
placement_of_port(const struct ena_adapter *a)
{
	const struct ena_hal_llq *llq = &a->hal.llq;

	return (struct placement){llq->enabled, llq->descs_before_header, llq->entry_size};
}

static struct placement
placement_of_queue(const struct ena_tx_queue *q)
{
	return (struct placement){q->llq, q->descs_before_header, q->entry_size};
}

static bool
in_host(const struct placement *p)
{
	return !p->llq;
}

/** Vector functions support entries with two descriptors before the header. */
static bool
push_128(const struct placement *p)
{
	return p->llq && p->descs_before_header == 2 && p->entry_size == 128;
}

static bool
push_256(const struct placement *p)
{
	return p->llq && p->descs_before_header == 2 && p->entry_size == 256;
}

static bool
llq_128(const struct placement *p)
{
	return p->llq && p->entry_size == 128;
}

static bool
llq_192(const struct placement *p)
{
	return p->llq && p->entry_size == 192;
}

static bool
llq_256(const struct placement *p)
{
	return p->llq;
}

/** Burst functions, the best first. The first one that CPU and placement allow is used. */
static const struct rx_mode {
	const char *name;
	bool (*cpu)(void);
	eth_rx_burst_t burst;
} rx_modes[] = {
#ifdef ENA_AVX512
	{"Vector AVX512", have_avx512, ena_rx_burst_avx512},
#endif
#ifdef ENA_AVX2
	{"Vector AVX2", have_avx2, ena_rx_burst_avx2},
#endif
#ifdef ENA_NEON
	{"Vector NEON", have_neon, ena_rx_burst_neon},
#endif
	{"Scalar", always, ena_rx_burst},
};

static const struct tx_mode {
	const char *name;
	bool (*cpu)(void);
	bool (*fits)(const struct placement *p);
	eth_tx_burst_t burst;
} tx_modes[] = {
	{"Scalar Host", always, in_host, ena_tx_burst_host},
#ifdef ENA_AVX512
	{"Vector AVX512 LLQ 128", have_avx512, push_128, ena_tx_burst_llq_avx512},
	{"Vector AVX512 LLQ 256", have_avx512, push_256, ena_tx_burst_llq_avx512},
#endif
#ifdef ENA_AVX2
	{"Vector AVX2 LLQ 128", have_avx2, push_128, ena_tx_burst_llq_avx2},
	{"Vector AVX2 LLQ 256", have_avx2, push_256, ena_tx_burst_llq_avx2},
#endif
#ifdef ENA_NEON
	{"Vector NEON LLQ 128", have_neon, push_128, ena_tx_burst_llq_neon},
	{"Vector NEON LLQ 256", have_neon, push_256, ena_tx_burst_llq_neon},
#endif
	{"Scalar LLQ 128", always, llq_128, ena_tx_burst_llq},
	{"Scalar LLQ 192", always, llq_192, ena_tx_burst_llq},
	{"Scalar LLQ 256", always, llq_256, ena_tx_burst_llq},
};

static const struct rx_mode *
choose_rx(void)
{
	const struct rx_mode *mode = rx_modes;

	while (!mode->cpu())
		mode++;
	return mode;
}

static const struct tx_mode *
choose_tx(const struct placement *p)
{
	const struct tx_mode *mode = tx_modes;

	while (!mode->fits(p) || !mode->cpu())
		mode++;
	return mode;
}

void
ena_bursts_select(struct rte_eth_dev *dev)
{
	const struct placement port = placement_of_port(ena_adapter_of(dev));

	dev->rx_pkt_burst = choose_rx()->burst;
	dev->tx_pkt_prepare = ena_tx_prepare;
	dev->tx_pkt_burst = choose_tx(&port)->burst;
}

eth_rx_burst_t
ena_rx_burst_choose(void)
{
	return choose_rx()->burst;
}

void
ena_tx_bursts_choose(struct ena_tx_bursts *bursts)
{
	const struct placement pushed = {.llq = true, .descs_before_header = 2, .entry_size = 128};

	bursts->host = ena_tx_burst_host;
	bursts->llq = ena_tx_burst_llq;
	bursts->push = choose_tx(&pushed)->burst;
}

eth_tx_burst_t
ena_tx_burst_of(const struct ena_tx_bursts *bursts, const struct ena_tx_queue *q)
{
	const struct placement p = placement_of_queue(q);

	if (!p.llq)
		return bursts->host;
	return push_128(&p) || push_256(&p) ? bursts->push : bursts->llq;
}

int
ena_rx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode)
{
	RTE_SET_USED(dev);
	RTE_SET_USED(idx);
	snprintf(mode->info, sizeof(mode->info), "%s", choose_rx()->name);
	return 0;
}

int
ena_tx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	const struct ena_tx_queue *q = dev->data->tx_queues[idx];
	struct placement p = placement_of_port(a);

	if (q != NULL && __atomic_load_n(&q->state, __ATOMIC_ACQUIRE) != ENA_QUEUE_NO_RINGS)
		p = placement_of_queue(q);
	else if (ena_reset_is_wanted(a))
		/* The placement is negotiated again after the reset. */
		return -EIO;
	snprintf(mode->info, sizeof(mode->info), "%s", choose_tx(&p)->name);
	return 0;
}
