/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Interrupts (datasheet part A 1.3, part B 6). Vector 0 is for the management path. If the
 * application asks for Rx interrupts, vector 1 + q is for Rx queue q. Tx queues have no interrupt.
 */
#include <errno.h>

#include <rte_interrupts.h>
#include <rte_io.h>

#include "ena_pmd.h"

/** Vector 0. Context: EAL interrupt thread. */
static void
mgmt_handler(void *arg)
{
	struct ena_adapter *a = arg;

	ena_hal_mgmt_interrupt(&a->hal);
	ena_hal_aenq_process(&a->hal, &ena_event_ops, a);
}

/** vfio-pci delivers MSI-X, igb_uio one vector, and uio_pci_generic none. */
static bool
can_interrupt(const struct ena_adapter *a)
{
	enum rte_intr_handle_type type = rte_intr_type_get(a->pci->intr_handle);

	return type == RTE_INTR_HANDLE_VFIO_MSIX || type == RTE_INTR_HANDLE_UIO;
}

int
ena_intr_init(struct ena_adapter *a)
{
	int rc;

	a->intr.mgmt = a->args.poll_interval_ms == 0 && can_interrupt(a);
	if (!a->intr.mgmt) {
		if (a->args.poll_interval_ms == 0)
			ENA_INIT_LOG(NOTICE,
				"port %u: the kernel driver delivers no MSI-X, the management path "
				"is polled",
				a->data->port_id);
		return 0;
	}
	rc = rte_intr_callback_register(a->pci->intr_handle, mgmt_handler, a);
	if (rc != 0)
		goto poll;
	rc = rte_intr_enable(a->pci->intr_handle);
	if (rc == 0)
		return 0;
	rte_intr_callback_unregister_sync(a->pci->intr_handle, mgmt_handler, a);
poll:
	ENA_INIT_LOG(WARNING,
		"port %u: no management interrupt (%s), the management path is polled",
		a->data->port_id, strerror(-rc));
	a->intr.mgmt = false;
	return 0;
}

void
ena_intr_fini(struct ena_adapter *a)
{
	if (!a->intr.mgmt)
		return;
	rte_intr_disable(a->pci->intr_handle);
	rte_intr_callback_unregister_sync(a->pci->intr_handle, mgmt_handler, a);
	a->intr.mgmt = false;
}

/**
 * One event descriptor and one vector for each Rx queue. The kernel driver has to disable MSI-X to
 * change the number of vectors. An event of the device in that time is handled with the next
 * keep-alive.
 */
int
ena_intr_rx_setup(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct rte_intr_handle *handle = a->pci->intr_handle;
	uint16_t n = dev->data->nb_rx_queues, q;
	int rc;

	a->intr.rx = false;
	if (dev->data->dev_conf.intr_conf.rxq == 0 || n == 0)
		return 0;
	if (!a->intr.mgmt || !rte_intr_cap_multiple(handle)) {
		ENA_LOG(ERR,
			"port %u: Rx interrupts need vfio-pci and no polled management path "
			"(" ENA_PMD_NAME " device argument control_path_poll_interval)",
			a->data->port_id);
		return -ENOTSUP;
	}

	ena_hal_admin_polling(&a->hal, true);
	rte_intr_disable(handle);
	rc = rte_intr_efd_enable(handle, n);
	if (rc != 0) {
		ENA_LOG(ERR, "port %u: no event descriptors for %u Rx queues: %s", a->data->port_id,
			n, strerror(-rc));
		goto restore;
	}
	if (!rte_intr_allow_others(handle)) {
		ENA_LOG(ERR, "port %u: too few interrupt vectors for %u Rx queues and management",
			a->data->port_id, n);
		rc = -ENOSPC;
		goto restore;
	}
	rc = rte_intr_vec_list_alloc(handle, "ena_intr", n);
	for (q = 0; q < n && rc == 0; q++)
		rc = rte_intr_vec_list_index_set(handle, q, RTE_INTR_VEC_RXTX_OFFSET + q);
	if (rc != 0) {
		ENA_LOG(ERR, "port %u: interrupt vectors of %u Rx queues: %s", a->data->port_id, n,
			strerror(-rc));
		goto restore;
	}
	rc = rte_intr_enable(handle);
	if (rc != 0) {
		/* EAL returns -1, whatever the reason is. */
		ENA_LOG(ERR,
			"port %u: cannot enable interrupt vectors for %u Rx queues and management; "
			"use fewer queues if the device has fewer vectors",
			a->data->port_id, n);
		rc = -ENOSPC;
		goto restore;
	}
	a->intr.rx = true;
	ena_hal_admin_polling(&a->hal, false);
	return 0;

restore:
	ena_intr_rx_teardown(dev);
	return rc;
}

void
ena_intr_rx_teardown(struct rte_eth_dev *dev)
{
	struct ena_adapter *a = ena_adapter_of(dev);
	struct rte_intr_handle *handle = a->pci->intr_handle;
	int rc;

	if (dev->data->dev_conf.intr_conf.rxq == 0 || !a->intr.mgmt)
		return;
	ena_hal_admin_polling(&a->hal, true);
	rte_intr_disable(handle);
	rte_intr_efd_disable(handle);
	rte_intr_vec_list_free(handle);
	a->intr.rx = false;
	rc = rte_intr_enable(handle);
	if (rc == 0) {
		ena_hal_admin_polling(&a->hal, false);
		return;
	}
	ENA_LOG(WARNING, "port %u: the management interrupt did not come back (%s), polling",
		a->data->port_id, strerror(-rc));
	rte_intr_callback_unregister_sync(handle, mgmt_handler, a);
	a->intr.mgmt = false;
}

static int
rx_intr_write(struct rte_eth_dev *dev, uint16_t idx, uint32_t value)
{
	struct ena_rx_queue *q = idx < dev->data->nb_rx_queues ? dev->data->rx_queues[idx] : NULL;
	volatile uint32_t *unmask = q != NULL ? q->unmask : NULL;

	/* Read once: the port may be stopped at the same time. */
	if (unmask == NULL)
		return -ENOTSUP;
	rte_write32(value, unmask);
	return 0;
}

int
ena_rx_intr_enable(struct rte_eth_dev *dev, uint16_t idx)
{
	return rx_intr_write(dev, idx, ENA_UNMASK_UNMASK | ENA_UNMASK_NO_MOD);
}

int
ena_rx_intr_disable(struct rte_eth_dev *dev, uint16_t idx)
{
	return rx_intr_write(dev, idx, ENA_UNMASK_NO_MOD);
}
