/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts: the state machine of I/O vectors (part B 6.7), and vector 0 (part A 2.7, 7.9).
 */
#include <string.h>

#include "softena_device.h"
#include "softena_dma.h"
#include "softena_fault_priv.h"
#include "softena_intr.h"
#include "softena_pci.h"
#include "softena_queue.h"
#include "softena_time.h"

static void
message_send(struct softena *dev, uint16_t vector)
{
	/* A message is a write to memory. */
	if (!softena_bus_master(dev)) {
		softena_dma_blocked(dev);
		return;
	}
	if (softena_fault_strikes(dev, SOFTENA_FAULT_NO_INTERRUPT, vector))
		return;
	dev->stats.interrupts++;
	dev->ops->raise(dev->host, vector);
}

/* A message for vector 0 while MSI-X is off is lost (part A 7.9). */
static void
mgmt_send(struct softena *dev)
{
	if (dev->intr.msix_enabled)
		message_send(dev, 0);
}

void
softena_intr_mgmt(struct softena *dev)
{
	if (dev->intr.mgmt_masked)
		dev->intr.mgmt_pending = true;
	else
		mgmt_send(dev);
}

void
softena_intr_mgmt_unmasked(struct softena *dev)
{
	if (!dev->intr.mgmt_pending)
		return;
	dev->intr.mgmt_pending = false;
	mgmt_send(dev);
}

/** State of the vector that a CQ names; NULL for a CQ that polls. */
static struct softena_vector *
vector_of(struct softena *dev, const struct softena_cq *cq)
{
	if (cq->vector == 0 || cq->vector >= dev->intr.vectors)
		return NULL;
	return &dev->intr.vector[cq->vector];
}

static bool
moderation_on(const struct softena *dev)
{
	return (dev->cfg.features & ENA_BIT(ENA_FEATURE_INTR_MODERATION)) != 0;
}

/** Line "M = 0 and P = 1 and T reached" of part B 6.7. @return true if a message was sent */
static bool
vector_evaluate(struct softena *dev, struct softena_vector *v)
{
	if (v->users == 0 || v->masked || !v->pending || !v->armed || !dev->intr.msix_enabled)
		return false;
	/* Deadline 0 stands for "at once", the usual case, which needs no clock. */
	if (v->deadline_ns != 0 && dev->ops->now_ns(dev->host) < v->deadline_ns)
		return false;
	if (!softena_bus_master(dev))
		return false; /* pending until the driver allows it */
	v->masked = true;
	v->pending = false;
	v->armed = false;
	message_send(dev, (uint16_t)(v - dev->intr.vector));
	return true;
}

void
softena_intr_cq_created(struct softena *dev, struct softena_cq *cq)
{
	struct softena_vector *v = vector_of(dev, cq);

	if (v == NULL)
		return;
	if (v->users == 0)
		*v = (struct softena_vector){.masked = true};
	v->users++;
}

void
softena_intr_cq_destroyed(struct softena *dev, struct softena_cq *cq)
{
	struct softena_vector *v = vector_of(dev, cq);

	if (v == NULL || v->users == 0)
		return;
	v->users--;
	if (v->users == 0)
		*v = (struct softena_vector){0};
}

void
softena_intr_completion(struct softena *dev, struct softena_cq *cq)
{
	struct softena_vector *v = vector_of(dev, cq);

	if (v == NULL || !cq->intr || cq->sq == NULL)
		return;

	uint64_t units = cq->sq->tx ? v->delay_tx : v->delay_rx;
	uint64_t deadline = 0;

	if (units != 0) {
		uint64_t resolution = dev->cfg.moderation_us == 0 ? 1 : dev->cfg.moderation_us;

		deadline = dev->ops->now_ns(dev->host) + units * resolution * NS_PER_US;
	}
	if (!v->armed || deadline < v->deadline_ns)
		v->deadline_ns = deadline;
	v->armed = true;
	v->pending = true;
	v->recent = true;
	vector_evaluate(dev, v);
}

void
softena_intr_unmask_write(struct softena *dev, struct softena_cq *cq, uint32_t val)
{
	struct softena_vector *v = vector_of(dev, cq);

	if (v == NULL || !cq->intr)
		return;
	if (!(val & ENA_UNMASK_NO_MOD) && moderation_on(dev)) {
		v->delay_rx = (uint16_t)ENA_FIELD_GET(ENA_UNMASK_RX_DELAY, val);
		v->delay_tx = (uint16_t)ENA_FIELD_GET(ENA_UNMASK_TX_DELAY, val);
	}
	if (val & ENA_UNMASK_UNMASK) {
		v->masked = false;
		v->recent = v->pending;
		vector_evaluate(dev, v);
	} else if ((val & ENA_UNMASK_NO_MOD) || (val == 0 && !v->masked)) {
		/*
		 * DPDK's driver (seen with 22.11) masks by writing 0 while the vector is not
		 * masked. The request of Linux below comes while its vector is masked.
		 */
		v->masked = true;
	} else if (v->recent && dev->intr.msix_enabled) {
		/* The driver asks for a message that may have been lost (part B 6.2). */
		v->pending = false;
		v->armed = false;
		message_send(dev, (uint16_t)cq->vector);
	}
}

unsigned int
softena_intr_run(struct softena *dev)
{
	unsigned int sent = 0;

	if (!dev->intr.msix_enabled)
		return 0;
	for (unsigned int i = 1; i < dev->intr.vectors; i++)
		sent += vector_evaluate(dev, &dev->intr.vector[i]);
	return sent;
}

void
softena_intr_enabled(struct softena *dev)
{
	softena_intr_run(dev);
}

void
softena_intr_reset(struct softena *dev)
{
	dev->intr.mgmt_pending = false;
	if (dev->intr.vector != NULL)
		memset(dev->intr.vector, 0, dev->intr.vectors * sizeof(dev->intr.vector[0]));
}
