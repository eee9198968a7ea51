/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
#include <string.h>

#include "bus_clock.h"
#include "vfio_config.h"

#define POLL_NS UINT64_C(1000000)

void
vfio_config_publish(struct vfio_config *config, struct softena *dev)
{
	softena_config_read(dev, 0, config->shown, SOFTENA_CONFIG_SIZE);
	memcpy(config->known, config->shown, sizeof(config->known));
}

/**
 * Show the program what became of @p written, which it had written. Words that it has written
 * again meanwhile stay: they differ from what the device knows, so the next comparison finds
 * them.
 */
static void
settle(struct vfio_config *config, struct softena *dev, const uint8_t *written)
{
	uint32_t *shown = (uint32_t *)(void *)config->shown;
	uint32_t was, is;
	size_t i;

	softena_config_read(dev, 0, config->known, sizeof(config->known));
	for (i = 0; i < sizeof(config->known); i += sizeof(is)) {
		memcpy(&was, written + i, sizeof(was));
		memcpy(&is, config->known + i, sizeof(is));
		if (was != is)
			__atomic_compare_exchange_n(&shown[i / sizeof(is)], &was, is, false,
				__ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	}
}

void
vfio_config_poll(struct vfio_config *config, struct softena *dev)
{
	uint64_t now = bus_now_ns();
	uint8_t written[VFIO_CONFIG_BYTES];

	if (now < config->next_ns)
		return;
	config->next_ns = now + POLL_NS;
	/* A device that was removed loses all writes. */
	if (softena_removed(dev) != config->gone) {
		config->gone = !config->gone;
		vfio_config_publish(config, dev);
	}
	if (config->gone)
		return;
	memcpy(written, config->shown, sizeof(written));
	if (memcmp(written, config->known, sizeof(written)) == 0)
		return;
	/* The kernel saves the configuration space before such a reset and restores it then. */
	if (softena_config_write(dev, 0, written, sizeof(written)))
		softena_config_restore(dev, 0, written, sizeof(written));
	settle(config, dev, written);
}

void
vfio_config_reset(struct vfio_config *config, struct softena *dev)
{
	uint8_t saved[VFIO_CONFIG_BYTES];

	/* The kernel saves and restores the configuration space, bus mastering included. */
	memcpy(saved, config->shown, sizeof(saved));
	softena_function_reset(dev);
	softena_config_restore(dev, 0, saved, sizeof(saved));
	vfio_config_publish(config, dev);
}
