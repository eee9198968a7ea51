/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The setup file (setup.h): lines, values, and contradictions between ports.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "setup.h"

static char err[512];

static void
accepted(struct setup *s, const char *line)
{
	if (setup_line(s, line, err, sizeof(err)) != 0)
		fail_msg("%s: %s", line, err);
}

static void
refused(const char *line, const char *because)
{
	struct setup s;

	setup_init(&s);
	accepted(&s, "port 0000:00:05.0");
	err[0] = '\0';
	assert_int_equal(setup_line(&s, line, err, sizeof(err)), -EINVAL);
	if (strstr(err, because) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", line, err, because);
	setup_fini(&s);
}

static void
lines_describe_ports_one_after_the_other(void **state)
{
	struct setup s;

	(void)state;
	setup_init(&s);
	accepted(&s, "log 7");
	accepted(&s, "cpus 0-2,5");
	accepted(&s, "ctl /run/x/ctl");
	accepted(&s, "report /tmp/with blanks.json");
	accepted(&s, "port 00:06.0");
	accepted(&s, "set profile nitro-v4");
	accepted(&s, "set tx-queues 3");
	accepted(&s, "numa 1");
	accepted(&s, "wire pcap:in=a b,out=c");
	accepted(&s, "port 0001:02:1F.7");
	assert_int_equal(s.ports, 2);
	assert_int_equal(s.log_level, 7);
	assert_int_equal(CPU_COUNT(&s.cpus), 4);
	assert_true(CPU_ISSET(5, &s.cpus));
	assert_string_equal(s.report, "/tmp/with blanks.json");
	assert_string_equal(s.port[0].addr, "0000:00:06.0");
	assert_string_equal(s.port[0].profile, "nitro-v4");
	assert_string_equal(s.port[0].wire, "pcap:in=a b,out=c");
	assert_int_equal(s.port[0].cfg.tx_queues, 3);
	assert_int_equal(s.port[0].numa, 1);
	assert_string_equal(s.port[1].addr, "0001:02:1f.7");
	assert_int_equal(s.port[1].numa, -1);
	setup_fini(&s);
}

static void
a_wrong_line_is_refused_with_a_reason(void **state)
{
	(void)state;
	refused("", "KEYWORD VALUE");
	refused("log", "KEYWORD VALUE");
	refused("log 9", "0 to 7");
	refused("log -1", "0 to 7");
	refused("cpus 3-1", "list of CPUs");
	refused("cpus 0,", "list of CPUs");
	refused("cpus 99999", "list of CPUs");
	refused("port 5", "PCI address");
	refused("port 0000:00:20.0", "PCI address");
	refused("port 0000:00:05.8", "PCI address");
	refused("port 0000:00:05.0 ", "PCI address");
	refused("numa 64", "node");
	refused("numa x", "node");
	refused("set profile", "needs a value");
	refused("set profile no-such", "no-such");
	refused("set foo 1", "no key named 'foo'; 'softena-run --list-profiles'");
	refused("set feature-foo on", "no feature named 'foo'; 'softena-run --list-profiles'");
	refused("colour red", "unknown keyword");
	refused("averyveryverylongkeyword x", "KEYWORD VALUE");
	refused("wire loopback\nport 00:07.0", "line break");
}

static void
ports_must_not_contradict_each_other(void **state)
{
	struct setup s;

	(void)state;
	setup_init(&s);
	assert_int_equal(setup_line(&s, "wire loopback", err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "before the first port"));
	accepted(&s, "port 00:05.0");
	assert_int_equal(setup_check(&s, err, sizeof(err)), -EINVAL); /* no wire */
	accepted(&s, "wire loopback");
	assert_int_equal(setup_check(&s, err, sizeof(err)), 0);
	accepted(&s, "port 00:05.0");
	accepted(&s, "wire sink");
	assert_int_equal(setup_check(&s, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "0000:00:05.0"));
	setup_fini(&s);
	/* A cable with one end. */
	accepted(&s, "port 00:05.0");
	accepted(&s, "wire link:a");
	assert_int_equal(setup_check(&s, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "link:a: no other port"));
	accepted(&s, "port 00:06.0");
	accepted(&s, "wire link:a");
	assert_int_equal(setup_check(&s, err, sizeof(err)), 0);
	setup_fini(&s);
}

static void
the_number_of_ports_is_bounded(void **state)
{
	struct setup s;
	char line[64];
	unsigned int i;

	(void)state;
	setup_init(&s);
	for (i = 0; i < SETUP_PORTS_MAX; i++) {
		snprintf(line, sizeof(line), "port 0000:%02x:00.0", i);
		accepted(&s, line);
	}
	assert_int_equal(setup_line(&s, "port 0000:77:00.0", err, sizeof(err)), -EINVAL);
	assert_int_equal(s.ports, SETUP_PORTS_MAX);
	setup_fini(&s);
}

static void
a_file_is_read_as_its_lines_and_ports_are_named_by_address(void **state)
{
	char path[] = "/tmp/softena-setup-XXXXXX";
	int fd = mkstemp(path);
	struct setup s;

	(void)state;
	dprintf(fd, "log 5\nport 00:05.0\nwire loopback\nport 00:06.0\nset name left\nwire sink\n");
	assert_int_equal(setup_read(&s, path, err, sizeof(err)), 0);
	assert_int_equal(s.ports, 2);
	assert_string_equal(s.port[0].cfg.name, "0000:00:05.0");
	assert_string_equal(s.port[1].cfg.name, "left");
	setup_fini(&s);
	dprintf(fd, "what\n");
	assert_int_equal(setup_read(&s, path, err, sizeof(err)), -EINVAL);
	close(fd);
	unlink(path);
	assert_int_equal(setup_read(&s, path, err, sizeof(err)), -ENOENT);
}

static void
log_levels_have_the_names_of_syslog(void **state)
{
	(void)state;
	assert_int_equal(setup_parse_log_level("err"), LOG_ERR);
	assert_int_equal(setup_parse_log_level("warning"), LOG_WARNING);
	assert_int_equal(setup_parse_log_level("notice"), LOG_NOTICE);
	assert_int_equal(setup_parse_log_level("info"), LOG_INFO);
	assert_int_equal(setup_parse_log_level("debug"), LOG_DEBUG);
	assert_int_equal(setup_parse_log_level("emerg"), -EINVAL);
	assert_int_equal(setup_parse_log_level("7"), -EINVAL);
	assert_int_equal(setup_parse_log_level(""), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_describe_ports_one_after_the_other),
		cmocka_unit_test(a_wrong_line_is_refused_with_a_reason),
		cmocka_unit_test(ports_must_not_contradict_each_other),
		cmocka_unit_test(the_number_of_ports_is_bounded),
		cmocka_unit_test(a_file_is_read_as_its_lines_and_ports_are_named_by_address),
		cmocka_unit_test(log_levels_have_the_names_of_syslog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
