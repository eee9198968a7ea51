/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * What the driver takes from EAL and from the PCI bus, scripted (scripted_port.h). An executable's
 * own definitions win over those of shared libraries, also for calls from these libraries.
 */
#include <rte_alarm.h>
#include <rte_cycles.h>
#include <rte_interrupts.h>
#include <rte_malloc.h>

#include "scripted_port.h"

/* ---- PCI --------------------------------------------------------------------------------- */

void
rte_pci_register(struct rte_pci_driver *driver)
{
	port.driver = driver;
}

int
rte_pci_read_config(const struct rte_pci_device *device, void *buf, size_t len, off_t offset)
{
	RTE_SET_USED(device);
	memset(buf, port.gone ? 0xff : 0, len);
	if (!port.gone && offset == 0 && len == sizeof(uint16_t))
		*(uint16_t *)buf = ENA_PCI_VENDOR;
	return (int)len;
}

/** The first argument became a pointer to const in some release of DPDK. */
int set_bus_master(const void *device, bool enable) __asm__("rte_pci_set_bus_master");

/** Without it the device reads and writes nothing, and what it was about to write is lost. */
int
set_bus_master(const void *device, bool enable)
{
	RTE_SET_USED(device);
	if (!enable && port.bus_master_stuck)
		return -1;
	port.bus_master = enable;
	port.m->read_mode = enable ? MOCK_READ_OK : MOCK_READ_SILENT;
	if (!enable)
		port.m->timers = 0;
	return 0;
}

/* ---- interrupts ---------------------------------------------------------------------------- */

/** EAL has others, which nothing comes from. */
static bool
is_port_handle(const struct rte_intr_handle *handle)
{
	return handle == port.pci.intr_handle && handle != NULL;
}

int
rte_intr_callback_register(const struct rte_intr_handle *handle, rte_intr_callback_fn cb, void *arg)
{
	if (!is_port_handle(handle))
		return 0;
	assert_null(port.vector0);
	port.vector0 = cb;
	port.vector0_arg = arg;
	return 0;
}

int
rte_intr_callback_unregister_sync(
	const struct rte_intr_handle *handle, rte_intr_callback_fn cb, void *arg)
{
	if (!is_port_handle(handle))
		return 0;
	assert_ptr_equal(port.vector0, cb);
	assert_ptr_equal(port.vector0_arg, arg);
	port.vector0 = NULL;
	return 1;
}

int
rte_intr_enable(const struct rte_intr_handle *handle)
{
	if (!is_port_handle(handle))
		return 0;
	if (port.intr_fails)
		return -1;
	port.intr_enabled = true;
	return 0;
}

int
rte_intr_disable(const struct rte_intr_handle *handle)
{
	if (!is_port_handle(handle))
		return 0;
	port.intr_enabled = false;
	return 0;
}

int
rte_thread_is_intr(void)
{
	return port.m != NULL && port.m->in_interrupt;
}

/** Call a function as EAL's interrupt thread does. */
static void
in_interrupt_thread(void (*call)(void *arg), void *arg)
{
	bool before = port.m->in_interrupt;

	port.m->in_interrupt = true;
	call(arg);
	port.m->in_interrupt = before;
}

bool
port_interrupt(void)
{
	if (!port.m->irq_pending || port.vector0 == NULL || !port.intr_enabled)
		return false;
	port.m->irq_pending = false;
	in_interrupt_thread(port.vector0, port.vector0_arg);
	return true;
}

/* ---- alarms and time --------------------------------------------------------------------- */

uint64_t
ena_now_us(void)
{
	return port.m->now;
}

void
rte_delay_us_sleep(unsigned int us)
{
	if (port.m != NULL)
		mock_advance(port.m, us);
	else
		rte_delay_us_block(us);
}

int
rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback cb, void *arg)
{
	if (port.alarm_fails_at != 0 && --port.alarm_fails_at == 0)
		return -ENOMEM;
	assert_true(port.alarms < RTE_DIM(port.alarm));
	port.alarm[port.alarms++] = (struct port_alarm){port.m->now + us, cb, arg};
	return 0;
}

static void
alarm_remove(unsigned int i)
{
	port.alarms--;
	memmove(&port.alarm[i], &port.alarm[i + 1], (port.alarms - i) * sizeof(port.alarm[0]));
}

int
rte_eal_alarm_cancel(rte_eal_alarm_callback cb, void *arg)
{
	unsigned int i = 0;
	int n = 0;

	while (i < port.alarms)
		if (port.alarm[i].call == cb && port.alarm[i].arg == arg) {
			alarm_remove(i);
			n++;
		} else {
			i++;
		}
	return n;
}

/** The alarm that is due first. @return its place, or the number of alarms if there is none */
static unsigned int
first_alarm(void)
{
	unsigned int first = 0, i;

	for (i = 1; i < port.alarms; i++)
		if (port.alarm[i].due < port.alarm[first].due)
			first = i;
	return first;
}

static void
advance_to(uint64_t time)
{
	if (time > port.m->now)
		mock_advance(port.m, time - port.m->now);
	port_interrupt();
}

/** A keep-alive, if the device sends them now and has a credit. */
static void
beat(void)
{
	port.next_beat += PORT_SECOND;
	if (port.bus_master && port.m->reg[ENA_REG_AENQ_CAPS / 4] != 0 && mock_credits(port.m) != 0)
		port_event_keep_alive();
}

void
port_pass(uint64_t us)
{
	uint64_t end = port.m->now + us, due;
	unsigned int i;

	for (;;) {
		i = first_alarm();
		due = i < port.alarms ? port.alarm[i].due : UINT64_MAX;
		if (port.beats && port.next_beat <= RTE_MIN(due, end)) {
			advance_to(port.next_beat);
			beat();
		} else if (due <= end) {
			struct port_alarm a = port.alarm[i];

			advance_to(due);
			/* An interrupt may have cancelled it. */
			i = first_alarm();
			if (i < port.alarms && port.alarm[i].call == a.call &&
				port.alarm[i].due == a.due) {
				alarm_remove(i);
				in_interrupt_thread(a.call, a.arg);
			}
		} else {
			advance_to(end);
			return;
		}
	}
}

/* ---- memory of EAL ------------------------------------------------------------------------ */

void *
rte_zmalloc_socket(const char *type, size_t size, unsigned int align, int socket)
{
	void *p;

	port.malloc_socket = socket;
	if (++port.mallocs == port.malloc_fails_at || socket == PORT_BARE_NODE)
		return NULL;
	p = rte_malloc_socket(type, size, align, socket);
	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void
port_fail_malloc(unsigned int n)
{
	port.malloc_fails_at = n;
	port.mallocs = 0;
}

size_t
port_heap(void)
{
	struct rte_malloc_socket_stats stats;

	assert_int_equal(rte_malloc_get_socket_stats(0, &stats), 0);
	return stats.heap_allocsz_bytes;
}

/* ---- the log -------------------------------------------------------------------------------- */

static ssize_t
log_write(void *cookie, const char *text, size_t len)
{
	RTE_SET_USED(cookie);
	port.log = realloc(port.log, port.log_len + len + 1);
	assert_non_null(port.log);
	memcpy(port.log + port.log_len, text, len);
	port.log_len += len;
	port.log[port.log_len] = '\0';
	return (ssize_t)len;
}

int
port_log_open(void)
{
	const cookie_io_functions_t io = {.write = log_write};
	FILE *f = fopencookie(NULL, "w", io);

	if (f == NULL)
		return -1;
	setvbuf(f, NULL, _IOLBF, BUFSIZ);
	rte_log_set_global_level(RTE_LOG_NOTICE);
	return rte_openlog_stream(f);
}

void
port_log_clear(void)
{
	free(port.log);
	port.log = NULL;
	port.log_len = 0;
}

unsigned int
port_log_lines(const char *text)
{
	const char *line = port.log, *end, *found;
	unsigned int n = 0;

	while (line != NULL && *line != '\0') {
		end = strchrnul(line, '\n');
		found = strstr(line, text);
		n += found != NULL && found < end;
		line = *end != '\0' ? end + 1 : end;
	}
	return n;
}
