/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <stdbool.h>
#include <stddef.h>

#include <rte_cpuflags.h>
#include <rte_vect.h>

#include "bench_simd.h"

static bool
has_vectors(unsigned int bits)
{
#if defined(__x86_64__)
	if (bits == RTE_VECT_SIMD_512)
		return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX512F) > 0;
	if (bits == RTE_VECT_SIMD_256)
		return rte_cpu_get_flag_enabled(RTE_CPUFLAG_AVX2) > 0;
#endif
	return bits == RTE_VECT_SIMD_DISABLED;
}

const char *
bench_simd_limit(unsigned int bits)
{
	static unsigned int usual;

	if (usual == 0)
		usual = rte_vect_get_max_simd_bitwidth();
	if (bits == 0)
		bits = usual;
	else if (!has_vectors(bits))
		return "this CPU has no such vectors";
	if (bits == rte_vect_get_max_simd_bitwidth())
		return NULL;
	/* Fails if the limit was set on the command line. */
	return rte_vect_set_max_simd_bitwidth((uint16_t)bits) == 0 ?
		       NULL :
		       "the width of vectors is forced on the command line";
}
