/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The address table of an IOMMU (iommu.h), by example and against a page table.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iommu.h"

#define RW   (IOMMU_READ | IOMMU_WRITE)
#define PAGE 4096u

/* Addresses of the process; never dereferenced. */
static uint8_t *
host(uint64_t n)
{
	return (uint8_t *)(uintptr_t)(UINT64_C(0x100000000) + n * PAGE);
}

static int
map(struct iommu *t, uint64_t page, uint64_t host_page, uint64_t pages)
{
	return iommu_map(t, page * PAGE, host(host_page), pages * PAGE, RW);
}

static uint64_t
unmap(struct iommu *t, uint64_t page, uint64_t pages)
{
	uint64_t done = 1;

	assert_int_equal(iommu_unmap(t, page * PAGE, pages * PAGE, &done), 0);
	return done / PAGE;
}

static void *
look(struct iommu *t, uint64_t iova, size_t len, size_t *contig)
{
	return iommu_translate(t, iova, len, true, contig);
}

static void
nothing_is_mapped_at_first(void **state)
{
	struct iommu t;
	size_t n;

	(void)state;
	iommu_init(&t);
	assert_null(look(&t, 0, 1, &n));
	assert_null(look(&t, UINT64_MAX, 1, &n));
	assert_int_equal(unmap(&t, 0, 100), 0);
	assert_int_equal(iommu_clear(&t), 0);
}

static void
a_translation_ends_where_its_range_ends(void **state)
{
	struct iommu t;
	size_t n;

	(void)state;
	iommu_init(&t);
	assert_int_equal(map(&t, 10, 0, 2), 0);
	assert_int_equal(map(&t, 12, 50, 1), 0); /* follows in IOVA, not in memory */
	assert_ptr_equal(look(&t, 10 * PAGE + 5, 20000, &n), host(0) + 5);
	assert_int_equal(n, 2 * PAGE - 5);
	assert_ptr_equal(look(&t, 12 * PAGE - 1, 1, &n), host(2) - 1);
	assert_int_equal(n, 1);
	assert_ptr_equal(look(&t, 12 * PAGE - 1, 2, &n), host(2) - 1);
	assert_int_equal(n, 1);
	assert_ptr_equal(look(&t, 12 * PAGE, 20000, &n), host(50));
	assert_int_equal(n, PAGE);
	assert_null(look(&t, 13 * PAGE, 1, &n));
	assert_null(look(&t, 10 * PAGE - 1, 1, &n));
	assert_null(look(&t, 10 * PAGE, 0, &n));
	iommu_fini(&t);
}

static void
neighbours_in_both_spaces_become_one_range(void **state)
{
	struct iommu t;
	uint64_t i;
	size_t n;

	(void)state;
	iommu_init(&t);
	for (i = 0; i < 131072; i++)
		assert_int_equal(map(&t, 1000 + i, i, 1), 0);
	assert_int_equal(t.count, 1);
	assert_ptr_equal(look(&t, 1000 * PAGE, (size_t)1 << 40, &n), host(0));
	assert_int_equal(n, 131072ull * PAGE);
	assert_int_equal(unmap(&t, 1001, 1), 1);
	assert_int_equal(t.count, 2);
	assert_int_equal(map(&t, 1001, 1, 1), 0); /* the gap between two is closed */
	assert_int_equal(t.count, 1);
	for (i = 1000; i > 900; i--) /* and downwards */
		assert_int_equal(
			iommu_map(&t, (i - 1) * PAGE, host(0) - (1001 - i) * PAGE, PAGE, RW), 0);
	assert_int_equal(t.count, 1);
	assert_int_equal(iommu_clear(&t), (131072ull + 100) * PAGE);
	assert_int_equal(t.count, 0);
}

static void
ranges_with_other_rights_stay_apart(void **state)
{
	struct iommu t;
	size_t n;

	(void)state;
	iommu_init(&t);
	assert_int_equal(iommu_map(&t, 0, host(0), PAGE, IOMMU_READ), 0);
	assert_int_equal(iommu_map(&t, PAGE, host(1), PAGE, IOMMU_WRITE), 0);
	assert_int_equal(t.count, 2);
	assert_null(iommu_translate(&t, 0, 1, true, &n));
	assert_non_null(iommu_translate(&t, 0, 1, false, &n));
	assert_non_null(iommu_translate(&t, PAGE, 1, true, &n));
	assert_null(iommu_translate(&t, PAGE, 1, false, &n));
	iommu_fini(&t);
}

static void
an_overlapping_map_is_refused_and_changes_nothing(void **state)
{
	struct iommu t;

	(void)state;
	iommu_init(&t);
	assert_int_equal(map(&t, 10, 0, 4), 0);
	assert_int_equal(map(&t, 10, 0, 4), -EEXIST);
	assert_int_equal(map(&t, 8, 0, 3), -EEXIST);
	assert_int_equal(map(&t, 13, 0, 1), -EEXIST);
	assert_int_equal(map(&t, 0, 0, 100), -EEXIST);
	assert_int_equal(t.count, 1);
	assert_int_equal(unmap(&t, 0, 100), 4);
	iommu_fini(&t);
}

static void
senseless_requests_are_refused(void **state)
{
	struct iommu t;
	uint64_t done;

	(void)state;
	iommu_init(&t);
	assert_int_equal(iommu_map(&t, 0, host(0), 0, RW), -EINVAL);
	assert_int_equal(iommu_map(&t, 0, host(0), PAGE, 0), -EINVAL);
	assert_int_equal(iommu_map(&t, 0, host(0), PAGE, 4), -EINVAL);
	assert_int_equal(iommu_map(&t, 0, NULL, PAGE, RW), -EINVAL);
	assert_int_equal(iommu_map(&t, UINT64_MAX - PAGE + 2, host(0), PAGE, RW), -EINVAL);
	assert_int_equal(iommu_map(&t, 0, host(0), UINT64_MAX, RW), -EINVAL);
	assert_int_equal(iommu_unmap(&t, 2, UINT64_MAX, &done), -EINVAL);
	/* The last page of the address space is a page as any other. */
	assert_int_equal(iommu_map(&t, UINT64_MAX - PAGE + 1, host(0), PAGE, RW), 0);
	assert_int_equal(iommu_map(&t, UINT64_MAX - PAGE + 1, host(0), PAGE, RW), -EEXIST);
	assert_int_equal(iommu_unmap(&t, UINT64_MAX - PAGE + 1, PAGE, &done), 0);
	assert_int_equal(done, PAGE);
	iommu_fini(&t);
}

static void
memory_that_the_process_released_is_a_fault_but_stays_mapped(void **state)
{
	struct iommu t;
	size_t n;

	(void)state;
	iommu_init(&t);
	assert_int_equal(map(&t, 10, 0, 10), 0);
	assert_int_equal(map(&t, 40, 5, 1), 0); /* the same memory once more */
	assert_int_equal(iommu_forget_host(&t, host(4), 2 * PAGE), 3 * PAGE);
	assert_non_null(look(&t, 14 * PAGE - 1, 100, &n));
	assert_int_equal(n, 1);
	assert_null(look(&t, 14 * PAGE, 1, &n));
	assert_null(look(&t, 16 * PAGE - 1, 1, &n));
	assert_ptr_equal(look(&t, 16 * PAGE, 1, &n), host(6));
	assert_null(look(&t, 40 * PAGE, 1, &n));
	assert_int_equal(map(&t, 14, 4, 1), -EEXIST);
	assert_int_equal(iommu_forget_host(&t, host(100), PAGE), 0);
	assert_int_equal(unmap(&t, 0, 100), 11);
	iommu_fini(&t);
}

/* ---- against an oracle: one entry per page ------------------------------------------------ */

#define SPACE 256u

static uint64_t rng = 88172645463325252ull;

static uint64_t
rnd(uint64_t below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng % below;
}

static void
compare(struct iommu *t, uint64_t *const oracle)
{
	uint64_t page = rnd(SPACE), run = 0;
	size_t n = 0, off = rnd(PAGE), len = 1 + rnd(SPACE * PAGE);
	void *got = look(t, page * PAGE + off, len, &n);
	size_t i;

	for (i = 1; i < t->count; i++)
		assert_true(t->range[i - 1].iova + t->range[i - 1].len <= t->range[i].iova);
	if (oracle[page] == 0) {
		assert_null(got);
		return;
	}
	assert_ptr_equal(got, (uint8_t *)(uintptr_t)oracle[page] + off);
	while (page + run < SPACE && oracle[page + run] == oracle[page] + run * PAGE)
		run++;
	assert_in_range(n, 1, len);
	assert_true(n <= run * PAGE - off);
	/* Never less than the page itself, unless less was asked for. */
	assert_true(n >= (len < PAGE - off ? len : PAGE - off));
}

static void
random_maps_and_unmaps_agree_with_a_page_table(void **state)
{
	uint64_t oracle[SPACE] = {0};
	struct iommu t;
	unsigned int round;

	(void)state;
	iommu_init(&t);
	for (round = 0; round < 300000; round++) {
		uint64_t page = rnd(SPACE), pages = 1 + rnd(rnd(8) != 0 ? 6 : SPACE), i, want = 0;
		/* Often the memory with the same number, so that neighbours merge. */
		uint64_t to = rnd(3) != 0 ? page : rnd(SPACE);

		if (page + pages > SPACE)
			pages = SPACE - page;
		for (i = page; i < page + pages; i++)
			want += oracle[i] != 0;
		if (rnd(2) != 0) {
			assert_int_equal(map(&t, page, to, pages), want != 0 ? -EEXIST : 0);
			for (i = 0; want == 0 && i < pages; i++)
				oracle[page + i] = (uint64_t)(uintptr_t)host(to + i);
		} else {
			assert_int_equal(unmap(&t, page, pages), want);
			memset(&oracle[page], 0, pages * sizeof(oracle[0]));
		}
		compare(&t, oracle);
	}
	iommu_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_mapped_at_first),
		cmocka_unit_test(a_translation_ends_where_its_range_ends),
		cmocka_unit_test(neighbours_in_both_spaces_become_one_range),
		cmocka_unit_test(ranges_with_other_rights_stay_apart),
		cmocka_unit_test(an_overlapping_map_is_refused_and_changes_nothing),
		cmocka_unit_test(senseless_requests_are_refused),
		cmocka_unit_test(memory_that_the_process_released_is_a_fault_but_stays_mapped),
		cmocka_unit_test(random_maps_and_unmaps_agree_with_a_page_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
