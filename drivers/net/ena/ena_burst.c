/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Which burst functions serve a port: chosen at start by placement, LLQ geometry, the CPU and
 * EAL's limit of vector width (--force-max-simd-bitwidth), and reported as burst mode.
 */
#include <rte_cpuflags.h>
#include <rte_vect.h>

#include "ena_pmd.h"

/** A burst function and how it calls itself. */
struct rx_mode {
	eth_rx_burst_t burst;
	const char *name;
};
struct tx_mode {
	eth_tx_burst_t burst;
	const char *name;
};

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
/** Every arm64 CPU has it. */
static bool
have_neon(void)
{
	return rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_128;
}
#endif

static struct rx_mode
choose_rx(void)
{
#ifdef ENA_AVX512
	if (have_avx512())
		return (struct rx_mode){ena_rx_burst_avx512, "Vector AVX512"};
#endif
#ifdef ENA_AVX2
	if (have_avx2())
		return (struct rx_mode){ena_rx_burst_avx2, "Vector AVX2"};
#endif
#ifdef ENA_NEON
	if (have_neon())
		return (struct rx_mode){ena_rx_burst_neon, "Vector NEON"};
#endif
	return (struct rx_mode){ena_rx_burst, "Scalar"};
}

/** What the choice of a Tx function depends on, beside the CPU. */
struct placement {
	bool llq;
	uint8_t before;
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
	return (struct placement){q->llq, q->before, q->entry_size};
}

/** True if the vector functions know the entries. */
static bool
can_push(const struct placement *p)
{
	return p->before == 2 && (p->entry_size == 128 || p->entry_size == 256);
}

static struct tx_mode
choose_tx(const struct placement *p)
{
	if (!p->llq)
		return (struct tx_mode){ena_tx_burst_host, "Scalar Host"};
#ifdef ENA_AVX512
	if (have_avx512() && can_push(p))
		return (struct tx_mode){ena_tx_burst_llq_avx512,
			p->entry_size == 128 ? "Vector AVX512 LLQ 128" : "Vector AVX512 LLQ 256"};
#endif
#ifdef ENA_AVX2
	if (have_avx2() && can_push(p))
		return (struct tx_mode){ena_tx_burst_llq_avx2,
			p->entry_size == 128 ? "Vector AVX2 LLQ 128" : "Vector AVX2 LLQ 256"};
#endif
#ifdef ENA_NEON
	if (have_neon() && can_push(p))
		return (struct tx_mode){ena_tx_burst_llq_neon,
			p->entry_size == 128 ? "Vector NEON LLQ 128" : "Vector NEON LLQ 256"};
#endif
	return (struct tx_mode){ena_tx_burst_llq, p->entry_size == 128 ? "Scalar LLQ 128" :
						  p->entry_size == 192 ? "Scalar LLQ 192" :
									 "Scalar LLQ 256"};
}

void
ena_bursts_select(struct rte_eth_dev *dev)
{
	const struct placement port = placement_of_port(ena_adapter_of(dev));

	dev->rx_pkt_burst = choose_rx().burst;
	dev->tx_pkt_prepare = ena_tx_prepare;
	dev->tx_pkt_burst = choose_tx(&port).burst;
}

eth_rx_burst_t
ena_rx_burst_choose(void)
{
	return choose_rx().burst;
}

void
ena_tx_bursts_choose(struct ena_tx_bursts *bursts)
{
	const struct placement pushed = {.llq = true, .before = 2, .entry_size = 128};

	bursts->host = ena_tx_burst_host;
	bursts->llq = ena_tx_burst_llq;
	bursts->push = choose_tx(&pushed).burst;
}

eth_tx_burst_t
ena_tx_burst_of(const struct ena_tx_bursts *bursts, const struct ena_tx_queue *q)
{
	const struct placement p = placement_of_queue(q);

	if (!p.llq)
		return bursts->host;
	return can_push(&p) ? bursts->push : bursts->llq;
}

int
ena_rx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode)
{
	RTE_SET_USED(dev);
	RTE_SET_USED(idx);
	snprintf(mode->info, sizeof(mode->info), "%s", choose_rx().name);
	return 0;
}

int
ena_tx_burst_mode(struct rte_eth_dev *dev, uint16_t idx, struct rte_eth_burst_mode *mode)
{
	const struct ena_adapter *a = ena_adapter_of(dev);
	const struct ena_tx_queue *q = dev->data->tx_queues[idx];
	struct placement p = placement_of_port(a);

	if (q != NULL && q->cq != NULL)
		p = placement_of_queue(q);
	else if (__atomic_load_n(&a->reset_wanted, __ATOMIC_ACQUIRE) != 0)
		/* Where rings will be is agreed on with the device when it is reset. */
		return -EIO;
	snprintf(mode->info, sizeof(mode->info), "%s", choose_tx(&p).name);
	return 0;
}
