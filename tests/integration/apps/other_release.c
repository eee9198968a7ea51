/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 *
 * @file
 * A library to preload: DPDK says that it is another version, the one in ENA_OTHER_RELEASE,
 * "YEAR.MONTH.MINOR" or "YEAR.MONTH.MINOR-rcN". For plug-ins only: EAL does not ask itself.
 */
#include <stdio.h>
#include <stdlib.h>

static unsigned int
part(unsigned int n)
{
	unsigned int v[4] = {0, 0, 0, 99};
	const char *text = getenv("ENA_OTHER_RELEASE");

	if (text == NULL || sscanf(text, "%u.%u.%u-rc%u", &v[0], &v[1], &v[2], &v[3]) < 3)
		abort();
	return v[n];
}

unsigned int rte_version_year(void);
unsigned int rte_version_month(void);
unsigned int rte_version_minor(void);
unsigned int rte_version_release(void);

unsigned int
rte_version_year(void)
{
	return part(0);
}

unsigned int
rte_version_month(void)
{
	return part(1);
}

unsigned int
rte_version_minor(void)
{
	return part(2);
}

unsigned int
rte_version_release(void)
{
	return part(3);
}
