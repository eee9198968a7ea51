/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * A port of the driver on a scripted device, with virtual time.
 *
 * The whole driver runs, under the real ethdev library and with real mempools. What stands for
 * ena_platform.c passes all on to the scripted device of the HAL's tests (mock_device.h), and what
 * the driver takes from EAL to reach the world is defined here: PCI configuration space, bus
 * mastering, interrupts and alarms. Time passes in delays of the driver and in port_pass().
 *
 * There is one port at a time. port_end() proves that it has given everything back.
 */
#ifndef SCRIPTED_PORT_H
#define SCRIPTED_PORT_H

#include "../ena_hal/mock_device.h"

#include "bursts.h"
#include "ena_pmd.h"

#define PORT_MBUFS     2047u
#define PORT_DEPTH     128u /* of its queues */
#define PORT_QUEUES    64u /* queue numbers of the device */
#define PORT_RESETS    64u /* resets that are remembered */
#define PORT_SECOND    UINT64_C(1000000)
#define PORT_BARE_NODE 77 /* a NUMA node without memory */

/** How a command fails. */
enum port_fault {
	PORT_STATUS, /**< the device answers with an error */
	PORT_SILENT, /**< it does not answer */
	PORT_LATE, /**< it answers when the driver has given up */
};

/** An EAL alarm. */
struct port_alarm {
	uint64_t due;
	void (*call)(void *arg);
	void *arg;
};

struct scripted_port {
	struct mock *m; /**< the device */
	struct rte_pci_driver *driver; /**< as it has registered itself with the PCI bus */
	struct rte_pci_device pci;
	struct rte_devargs devargs; /**< .args are given to the driver, NULL: none */
	uint8_t *bar0, *bar2; /**< registers of queues, and device memory */
	uint16_t id; /**< number of the ethdev port */
	struct rte_mempool *pool; /**< PORT_MBUFS mbufs */

	/* the world of the device */
	bool bus_master;
	bool bus_master_stuck; /**< cannot be switched off */
	bool gone; /**< from the bus */
	bool deaf; /**< takes no resets */
	unsigned int deaf_after; /**< so many resets were taken and no more; 0: no limit */
	bool beats; /**< sends a keep-alive in each second that port_pass() lets pass */
	uint64_t next_beat;

	/* commands: the one with this number, counted from 1, fails; 0: none */
	unsigned int fail_at;
	enum port_fault fault;
	uint8_t fail_status;
	bool event_first; /**< before it fails, the device sends an event if it may */
	unsigned int commands; /**< since port_fail_command() */

	/* what the device has seen */
	unsigned int resets;
	enum ena_reset_reason reason[PORT_RESETS];
	bool cq[PORT_QUEUES], sq[PORT_QUEUES]; /**< queues that exist */
	uint16_t sq_cq[PORT_QUEUES];
	uint32_t vector[PORT_QUEUES]; /**< of completion queues */

	/* EAL */
	struct port_alarm alarm[16];
	unsigned int alarms;
	unsigned int alarm_fails_at; /**< the alarm that is set as this one, from 1, fails */
	rte_intr_callback_fn vector0;
	void *vector0_arg;
	bool intr_enabled;
	bool intr_fails; /**< they cannot be enabled */
	unsigned int malloc_fails_at; /**< this request for memory, from 1, fails; 0: none */
	unsigned int mallocs; /**< requests since it was set */
	int malloc_socket; /**< of the last request */

	/* the application */
	unsigned int reset_events, link_events;
	void (*on_reset_event)(void); /**< or NULL */

	size_t heap; /**< bytes that were in use before the probe */
	char *log; /**< all lines of the log */
	size_t log_len;
};

extern struct scripted_port port;

/** Group set-up: EAL, a pool of mbufs, the log in memory. */
int port_group_begin(void **state);
int port_group_end(void **state);

/** Test set-up: no test runs after one that has failed, since there is one port only. */
int port_test_begin(void **state);
/** Test teardown: the log of a test that has failed. */
int port_test_end(void **state);

/** A test on a scripted port. */
#define PORT_TEST(name) cmocka_unit_test_setup_teardown(name, port_test_begin, port_test_end)

/** A new device in its slot, which the driver has not seen yet: its script may be changed. */
void port_insert(void);
/** Probe it. @return what the driver says */
int port_probe(void);
/** Both, with success. */
void port_new(void);
/** The same, and a pair of queues that is configured and not set up. */
void port_new_bare(void);
/** Configure @p queues pairs and set them up. The application wants to be told of the link. */
void port_configure(uint16_t queues);
void port_start(void);
/** port_new(), port_configure() and port_start(). */
void port_run(uint16_t queues);
/** Stop, reset, configure and start, as an application does that has been told to. */
void port_recover(uint16_t queues);
/** The bus takes the device away, with the port in whatever state. @return what the driver says */
int port_remove(void);
/** The port is closed or was never probed: nothing is left of it. */
void port_end(void);
/** port_remove(), with success, and port_end(). */
void port_eject(void);

struct rte_eth_dev *port_dev(void);
struct ena_adapter *port_adapter(void);
struct ena_rx_queue *port_rxq(uint16_t idx);
struct ena_tx_queue *port_txq(uint16_t idx);

/** Let time pass: the device acts, interrupts come, alarms are called. */
void port_pass(uint64_t us);

/** Vector 0, if the device has raised it. @return true: it was handled */
bool port_interrupt(void);

/** The @p n-th command from now on fails, @p n from 1; 0: none. */
void port_fail_command(unsigned int n, enum port_fault fault);

/** The @p n-th request for memory from now on fails, @p n from 1; 0: none. */
void port_fail_malloc(unsigned int n);

/** Events of the device. */
void port_event_send(struct ena_aenq_entry event);
void port_event(uint16_t group, uint16_t syndrome);
void port_event_keep_alive(void);
void port_event_link(bool up);

/** The device completes a buffer that it does not own. */
void port_bad_completion(uint16_t rxq);
/** Send @p n packets of 1000 bytes, which stay in flight. */
void port_send(uint16_t txq, uint16_t n);

/** Completion and submission queues that exist on the device. */
unsigned int port_queues(void);
/** mbufs that are not in the pool. */
unsigned int port_mbufs_away(void);
/** Bytes of the EAL heap that are in use. */
size_t port_heap(void);
/** Lines of the log with @p text in them, since port_insert(). */
unsigned int port_log_lines(const char *text);

/** For port_group_begin(): the log goes to port.log. @return 0 or a negative value */
int port_log_open(void);
void port_log_clear(void);

#endif /* SCRIPTED_PORT_H */
