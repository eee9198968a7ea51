/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/** @file What the driver gives to the HAL: memory and the log. */
#include <rte_interrupts.h>
#include <rte_log.h>

#include "bursts.h"
#include "ena_pmd.h"

int ena_logtype_init, ena_logtype_driver;

static struct rte_eth_dev_data data;
static unsigned int asked;

/* ---- the rest of the driver and of EAL ------------------------------------------------------- */

bool
ena_log_allowed(struct ena_adapter *a)
{
	RTE_SET_USED(a);
	asked++;
	return false;
}

/** Instead of that of EAL: every thread is the interrupt thread. */
int
rte_thread_is_intr(void)
{
	return 1;
}

/* ---- tests ----------------------------------------------------------------------------------- */

/** Memory of a device that took no reset, or that a secondary process uses, outlives its port. */
static void
a_port_finds_memory_beside_what_one_of_the_same_number_never_gave_back(void **state)
{
	struct ena_adapter a = {.data = &data};
	struct ena_hal_dma kept, dma;

	(void)state;
	assert_int_equal(ena_platform_ops.dma_alloc(&a, 4096, 4096, -1, &kept), 0);
	memset(&a, 0, sizeof(a));
	a.data = &data;
	assert_int_equal(ena_platform_ops.dma_alloc(&a, 4096, 4096, -1, &dma), 0);
	assert_ptr_not_equal(dma.va, kept.va);
	ena_platform_ops.dma_free(&a, &dma);
	ena_platform_ops.dma_free(&a, &kept);
}

static void
messages_that_nobody_reads_leave_room_for_others(void **state)
{
	struct ena_adapter a = {.data = &data};

	(void)state;
	asked = 0;
	ena_platform_ops.log(&a, ENA_HAL_LOG_DEBUG, "of no interest");
	assert_int_equal(asked, 0);
	ena_platform_ops.log(&a, ENA_HAL_LOG_ERR, "one too many");
	assert_int_equal(asked, 1);
}

static int
begin(void **state)
{
	(void)state;
	test_eal_init();
	ena_logtype_driver = rte_log_register("test.ena.driver");
	assert_true(ena_logtype_driver >= 0);
	return rte_log_set_level((uint32_t)ena_logtype_driver, RTE_LOG_NOTICE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_port_finds_memory_beside_what_one_of_the_same_number_never_gave_back),
		cmocka_unit_test(messages_that_nobody_reads_leave_room_for_others),
	};

	return cmocka_run_group_tests_name("platform", tests, begin, NULL);
}
