/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A hostile driver: the input is a list of register writes, memory contents, frames and
 * clock steps. Nothing that it does may crash the device or make it touch foreign memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_host.h"

#define MEMORY 0x40000u
#define IOVA   UINT64_C(0x10000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Little-endian bytes of the input; zero behind its end. */
static uint32_t
take(const uint8_t **data, size_t *size, unsigned int bytes)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i<bytes && * size> 0; i++, (*data)++, (*size)--)
		v |= (uint32_t) * *data << (8 * i);
	return v;
}

static void
step(struct softena *dev, struct fake_host *host, struct fake_wire *wire, uint8_t *mem,
	const uint8_t **data, size_t *size)
{
	uint32_t op = take(data, size, 1), off, len;

	switch (op & 7) {
	case 0: /* any register */
		off = take(data, size, 2) & (SOFTENA_BAR0_MAX - 4);
		softena_reg_write(dev, off, take(data, size, 4));
		break;
	case 1: /* a register of the management path */
		off = take(data, size, 1) & 0x7c;
		softena_reg_write(dev, off, take(data, size, 4));
		break;
	case 2: /* an admin ring that is there */
		softena_reg_write(dev, ENA_REG_AQ_BASE_LO, (uint32_t)IOVA);
		softena_reg_write(dev, ENA_REG_AQ_BASE_HI, 0);
		softena_reg_write(dev, ENA_REG_ACQ_BASE_LO, (uint32_t)IOVA + 0x1000);
		softena_reg_write(dev, ENA_REG_ACQ_BASE_HI, 0);
		softena_reg_write(dev, ENA_REG_AQ_CAPS, 0x00400020);
		softena_reg_write(dev, ENA_REG_ACQ_CAPS, 0x00400020);
		break;
	case 3: /* memory contents */
		off = take(data, size, 3) % MEMORY;
		len = take(data, size, 1);
		while (len-- > 0 && off<MEMORY && * size> 0)
			mem[off++] = (uint8_t)take(data, size, 1);
		break;
	case 4:
		softena_reg_write(dev, ENA_REG_AQ_DB, take(data, size, 1));
		softena_poll(dev, true, true);
		break;
	case 5: /* I/O doorbells */
		off = SOFTENA_DB_FIRST + (take(data, size, 2) & 0x2ffc);
		softena_reg_write(dev, off, take(data, size, 2));
		softena_poll(dev, true, true);
		break;
	case 6:
		len = take(data, size, 1) * 8;
		fake_wire_push(wire, mem, len);
		softena_poll(dev, true, true);
		break;
	default:
		fake_host_advance(host, (uint64_t)take(data, size, 4));
		softena_poll(dev, true, true);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const profiles[] = {"full", "nitro-v2", "nitro-v4", "no-llq"};
	struct softena_config cfg;
	struct softena_bars bars = {.mode = SOFTENA_BAR0_TRAPPED};
	static struct fake_host host;
	struct fake_wire wire;
	struct softena *dev;
	char err[128];
	uint8_t *mem;

	softena_config_default(&cfg);
	softena_config_set(&cfg, "profile", profiles[take(&data, &size, 1) & 3], err, sizeof(err));
	fake_host_init(&host);
	fake_wire_init(&wire);
	mem = fake_host_map(&host, IOVA, MEMORY);
	bars.bar2 =
		softena_bar2_size(&cfg) != 0 ? aligned_alloc(4096, softena_bar2_size(&cfg)) : NULL;
	if (softena_create(&cfg, &fake_host_ops, &host, &bars, &wire.base, &dev) == 0) {
		fake_host_bus_master(dev, true);
		softena_msix_enable(dev, true);
		while (size > 0)
			step(dev, &host, &wire, mem, &data, &size);
		softena_destroy(dev);
	}
	fake_wire_fini(&wire);
	fake_host_fini(&host);
	free(bars.bar2);
	return 0;
}
