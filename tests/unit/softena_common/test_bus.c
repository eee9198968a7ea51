/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The bus (bus.h, bus_run.h) with a front end that only counts: ports, the commands of the
 * control socket (ctl_commands.h), interrupts (irq.h), the report, and what a forked child has.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <linux/vfio.h>

#include "bus.h"
#include "bus_run.h"
#include "ctl_commands.h"
#include "remove_tree.h"

#define WAIT_MS 60000

static char dir[] = "/tmp/softena-bus-XXXXXX";
static char ctl_path[64], report_path[64];
static unsigned int inits, resets, power_offs, forks;
static _Atomic unsigned int polls;
static void *bar_memory[2];

/* ---- a front end ---------------------------------------------------------------------------- */

static void
count_init(struct port *port)
{
	(void)port;
	inits++;
}

static void
no_raise(struct port *port, uint16_t vector)
{
	(void)port;
	(void)vector;
}

static unsigned int
count_poll(struct port *port)
{
	polls++;
	return softena_poll(port->dev, true, true);
}

static void
count_reset(struct port *port)
{
	resets++;
	softena_function_reset(port->dev);
}

static void
count_power_off(struct port *port)
{
	power_offs++;
	irq_off(&port->irq, port->dev);
	port_device_destroy(port);
}

static void
count_fork(void)
{
	forks++;
}

static const struct port_ops ops = {
	.init = count_init,
	.raise = no_raise,
	.poll = count_poll,
	.reset = count_reset,
	.power_off = count_power_off,
	.forked = count_fork,
};

static int
make_setup(void **state)
{
	char path[64];
	FILE *out;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), SETUP_FILE, dir);
	snprintf(ctl_path, sizeof(ctl_path), SETUP_CTL, dir);
	snprintf(report_path, sizeof(report_path), "%s/the-report", dir);
	out = fopen(path, "we");
	if (out == NULL)
		return -1;
	fprintf(out,
		"log 0\nctl %s\nreport %s\nport 0000:00:05.0\nset tx-queues 3\nset llq-num 3\nset "
		"rx-queues 2\n"
		"wire loopback\nport 0000:00:06.0\nwire sink\n",
		ctl_path, report_path);
	return fclose(out);
}

static int
remove_setup(void **state)
{
	(void)state;
	remove_tree(dir);
	free(bar_memory[0]);
	free(bar_memory[1]);
	return 0;
}

/** Memory for a BAR: whole pages of zeros. */
static void *
bar(size_t size)
{
	void *at = aligned_alloc(4096, size);

	assert_non_null(at);
	return memset(at, 0, size);
}

static void
power_on(struct port *port)
{
	const struct softena_config *cfg = &port->setup->cfg;
	struct softena_bars bars = {.mode = SOFTENA_BAR0_POLLED};

	bars.bar0 = bar_memory[0] = bar(cfg->bar0_size);
	bars.bar2 = bar_memory[1] = bar(softena_bar2_size(cfg));
	bus_lock();
	assert_int_equal(port_wire_open(port), 0);
	assert_int_equal(port_device_create(port, &bars), 0);
	assert_int_equal(bus_start(), 0);
	bus_unlock();
}

/** The answer to a command. Valid until the next one. */
static const char *
answer(const char *command)
{
	static char *text;
	char line[256];
	size_t len;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &len);
	assert_non_null(out);
	snprintf(line, sizeof(line), "%s", command);
	ctl_execute(out, line);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
assert_says(const char *command, const char *part)
{
	const char *text = answer(command);

	if (strstr(text, part) == NULL)
		fail_msg("%s: no %s in %s", command, part, text);
}

/* ---- tests: in this order, on one bus ------------------------------------------------- */

static void
a_setup_that_cannot_be_read_leaves_the_bus_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(bus_init("/no/such/directory", &ops), -ENOENT);
	assert_int_equal(inits, 0);
	assert_int_equal(bus_shutdown(), 0);
}

static void
the_setup_is_read_once_and_makes_ports_that_are_off(void **state)
{
	(void)state;
	assert_int_equal(bus_init(dir, &ops), 0);
	assert_int_equal(bus_init(dir, &ops), 0);
	assert_int_equal(inits, 2);
	assert_int_equal(bus.setup.ports, 2);
	assert_null(bus.port[0].dev);
	assert_int_equal(bus.port[0].irq.vector_fd[0], -1);
	assert_int_equal(port_vectors(&bus.port[0]), 4);
	assert_says("ports", "\"addr\":\"0000:00:05.0\",\"profile\":\"default\","
			     "\"state\":\"off\",\"wire\":\"loopback\"");
	assert_says("reset 0", "this port is off");
	assert_says("fault 1 list", "this port is off");
	assert_int_equal(resets, 0);
}

static void
a_port_with_a_device_is_polled_and_obeys_commands(void **state)
{
	struct port *port = &bus.port[0];

	(void)state;
	power_on(port);
	while (polls == 0)
		usleep(1000);
	assert_int_equal(port_vectors(port), 4);
	assert_says("ports", "\"state\":\"closed\"");
	port->open = true;
	assert_says("ports", "\"state\":\"open\"");
	assert_says("stats 0000:00:05.0", "\"resets\":");
	assert_says("link 0 down", "\"link_up\":false");
	assert_says("wire 0 stop", "\"ok\":true");
	assert_says("stats 0", "\"started\":false");
	assert_says("queues 0", "\"tx\":[]");
	assert_says("defects 0", "\"defect_kinds\":[");
	assert_says("reset 00:05.0", "\"ok\":true");
	assert_int_equal(resets, 1);
}

static void
what_is_no_command_is_refused_as_wrong_usage(void **state)
{
	static const char *const wrong[] = {"", "frobnicate", "ports 1", "stats 7", "stats -1",
		"stats 0x0", "stats 0 1", "link 0", "link 0 sideways", "wire 0 explode", "reset",
		"link 0000:00:1f.0 up", "fault 0 no-such-fault", "1 2 3 4 5 6 7 8 9 10 11"};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_says(wrong[i], "{\"ok\":false,\"usage\":true");
}

static void
a_fault_is_armed_listed_and_cleared(void **state)
{
	(void)state;
	assert_says("fault 0 regs-gone count=2", "\"kind\":\"regs-gone\",\"armed\":true");
	assert_says("fault 0 clear", "\"kind\":\"regs-gone\",\"armed\":false");
	assert_says("fault 0 regs-gone count=x", "\"usage\":true");
	assert_says("fault 0 regs-gone skip=3", "\"usage\":true");
	assert_says("fault 0 list", "\"kind\":\"regs-gone\",\"armed\":false");
}

static void
interrupts_own_the_descriptors_that_they_are_given(void **state)
{
	struct port *port = &bus.port[0];
	int fd = eventfd(0, EFD_CLOEXEC), err_fd = dup(fd);

	(void)state;
	bus_lock();
	assert_int_equal(irq_count(VFIO_PCI_MSIX_IRQ_INDEX, 4), 4);
	assert_int_equal(irq_count(VFIO_PCI_REQ_IRQ_INDEX, 4), 1);
	assert_int_equal(irq_count(VFIO_PCI_INTX_IRQ_INDEX, 4), 0);
	assert_int_equal(irq_count(VFIO_PCI_NUM_IRQS, 4), 0);
	irq_replace_fd(&port->irq.vector_fd[1], fd);
	irq_replace_fd(irq_single(&port->irq, VFIO_PCI_ERR_IRQ_INDEX), err_fd);
	irq_msix_enable(&port->irq, port->dev, 2);
	irq_msix_enable(&port->irq, port->dev, 1);
	assert_int_equal(port->irq.vectors_enabled, 2);
	irq_msix_off(&port->irq, port->dev);
	assert_int_equal(port->irq.vectors_enabled, 0);
	assert_int_equal(port->irq.vector_fd[1], -1);
	assert_int_equal(close(fd), -1);
	assert_int_equal(port->irq.err_fd, err_fd);
	irq_off(&port->irq, port->dev);
	assert_int_equal(port->irq.err_fd, -1);
	assert_int_equal(close(err_fd), -1);
	bus_unlock();
}

static void
a_client_of_the_control_socket_gets_one_line_per_command(void **state)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd p = {sock, POLLIN, 0};
	char text[4096] = "";
	size_t len = 0;

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", ctl_path);
	assert_int_equal(connect(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(send(sock, "ports\nfrobnicate\n", 17, MSG_NOSIGNAL), 17);
	while (strchr(text, '\n') == NULL || strchr(text, '\n') == strrchr(text, '\n')) {
		ssize_t n;

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		n = read(sock, text + len, sizeof(text) - 1 - len);
		assert_true(n > 0);
		len += (size_t)n;
		text[len] = '\0';
	}
	assert_int_equal(strncmp(text, "{\"ok\":true,\"ports\":[", 20), 0);
	assert_int_equal(strncmp(strchr(text, '\n') + 1, "{\"ok\":false,\"usage\":true", 23), 0);
	assert_int_equal(text[len - 1], '\n');
	close(sock);
}

static void
a_forked_child_has_no_device(void **state)
{
	/* The memory is not lost in the child: it belongs to the parent. */
	static struct softena *dev;
	static struct softena_wire *wire;
	int status = 0;
	pid_t child;

	(void)state;
	dev = bus.port[0].dev;
	wire = bus.port[0].wire;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		/* The lock is free, and nothing of the parent's is stopped. */
		_exit(bus.port[0].dev == NULL && bus.port[0].wire == NULL && !bus.port[0].open &&
					forks == 1 && bus_shutdown() == 0 &&
					access(ctl_path, F_OK) == 0 ?
				0 :
				1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_ptr_equal(bus.port[0].dev, dev);
	assert_ptr_equal(bus.port[0].wire, wire);
	assert_int_equal(forks, 0);
}

static void
the_end_writes_the_report_and_powers_all_ports_off(void **state)
{
	char text[8192] = "", snapshot[64];
	FILE *in;

	(void)state;
	assert_int_equal(bus_shutdown(), 0);
	assert_int_equal(power_offs, 2);
	assert_null(bus.port[0].dev);
	assert_int_equal(access(ctl_path, F_OK), -1);
	snprintf(snapshot, sizeof(snapshot), SETUP_SNAPSHOT, dir);
	assert_int_equal(access(snapshot, F_OK), 0);
	in = fopen(report_path, "re");
	assert_non_null(in);
	assert_true(fread(text, 1, sizeof(text) - 1, in) > 0);
	fclose(in);
	assert_int_equal(strncmp(text, "{\"ok\":true,\"ports\":[{\"port\":0,", 30), 0);
	assert_non_null(strstr(text, "\"defect_kinds\":["));
	assert_non_null(strstr(text, "{\"port\":1,\"addr\":\"0000:00:06.0\""));
	assert_int_equal(bus_shutdown(), 0);
	assert_int_equal(power_offs, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_setup_that_cannot_be_read_leaves_the_bus_as_it_was),
		cmocka_unit_test(the_setup_is_read_once_and_makes_ports_that_are_off),
		cmocka_unit_test(a_port_with_a_device_is_polled_and_obeys_commands),
		cmocka_unit_test(what_is_no_command_is_refused_as_wrong_usage),
		cmocka_unit_test(a_fault_is_armed_listed_and_cleared),
		cmocka_unit_test(interrupts_own_the_descriptors_that_they_are_given),
		cmocka_unit_test(a_client_of_the_control_socket_gets_one_line_per_command),
		cmocka_unit_test(a_forked_child_has_no_device),
		cmocka_unit_test(the_end_writes_the_report_and_powers_all_ports_off),
	};

	return cmocka_run_group_tests(tests, make_setup, remove_setup);
}
