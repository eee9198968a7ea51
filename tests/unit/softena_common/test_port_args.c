/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * The option --port (port_args.h) as lines of a setup file (setup_lines.h).
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "port_args.h"

static const struct port_args run = {.first_device = 5, .located = true};
static const struct port_args server = {.first_device = 0, .located = false};

static struct setup setup;
static struct setup_lines lines;
static char err[512];

static int
begin(void **state)
{
	(void)state;
	return setup_lines_begin(&lines, &setup);
}

static int
end(void **state)
{
	(void)state;
	if (lines.out != NULL)
		setup_lines_end(&lines);
	free(lines.text);
	setup_fini(&setup);
	return 0;
}

static void
accepted(const struct port_args *args, const char *text)
{
	if (port_args_add(args, &lines, text, err, sizeof(err)) != 0)
		fail_msg("%s: %s", text, err);
}

static void
refused(const struct port_args *args, const char *text, const char *because)
{
	err[0] = '\0';
	assert_int_equal(port_args_add(args, &lines, text, err, sizeof(err)), -EINVAL);
	if (strstr(err, because) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", text, err, because);
}

static void
assert_lines(const char *text)
{
	assert_int_equal(setup_lines_end(&lines), 0);
	assert_string_equal(lines.text, text);
}

static void
a_port_without_keys_is_a_loopback_at_the_next_address(void **state)
{
	(void)state;
	accepted(&run, "wire=loopback");
	accepted(&run, "");
	accepted(&server, "wire=sink");
	assert_lines("port 0000:00:05.0\nwire loopback\n"
		     "port 0000:00:06.0\nwire loopback\n"
		     "port 0000:00:00.0\nwire sink\n");
	assert_int_equal(setup.ports, 3);
}

static void
an_address_that_was_given_is_not_given_to_another_port(void **state)
{
	(void)state;
	accepted(&run, "addr=0000:00:06.0");
	accepted(&run, "");
	accepted(&run, "");
	assert_lines("port 0000:00:06.0\nwire loopback\n"
		     "port 0000:00:05.0\nwire loopback\n"
		     "port 0000:00:07.0\nwire loopback\n");
}

static void
the_profile_comes_first_and_the_wire_takes_the_rest(void **state)
{
	(void)state;
	accepted(&run, "tx-queues=3,numa=-1,profile=nitro-v4,addr=00:09.0,"
		       "wire=pcap:in=a,out=b,profile=c");
	assert_lines("port 00:09.0\nset profile nitro-v4\nset tx-queues 3\nnuma -1\n"
		     "wire pcap:in=a,out=b,profile=c\n");
	assert_int_equal(setup.port[0].cfg.tx_queues, 3);
	assert_string_equal(setup.port[0].wire, "pcap:in=a,out=b,profile=c");
}

static void
what_is_no_pair_is_refused(void **state)
{
	(void)state;
	refused(&run, "tx-queues", "'tx-queues' is not KEY=VALUE");
	refused(&run, "tx-queues=", "'tx-queues=' is not KEY=VALUE");
	refused(&run, "=3", "'=3' is not KEY=VALUE");
	refused(&run, "wire=", "wire= needs a value");
	refused(&server, "profile=nitro-v4,wire=", "wire= needs a value");
	refused(&run, "addr=", "addr= needs a value");
	refused(&run, "no-such-key=1", "no-such-key");
	refused(&run, "addr=nonsense", "nonsense");
}

static void
a_key_that_is_given_twice_is_refused(void **state)
{
	(void)state;
	refused(&run, "addr=00:05.0,addr=00:06.0", "addr= is given twice");
	refused(&run, "numa=0,numa=1", "numa= is given twice");
	refused(&run, "profile=nitro-v4,profile=no-such", "profile= is given twice");
	refused(&server, "profile=nitro-v4,profile=nitro-v4", "profile= is given twice");
	refused(&server, "tx-queues=1,tx-queues=2", "tx-queues= is given twice");
}

static void
a_server_has_no_address_and_no_node_to_choose(void **state)
{
	(void)state;
	refused(&server, "addr=00:05.0", "no key named 'addr'");
	refused(&server, "numa=0", "no key named 'numa'");
}

static void
a_line_that_is_refused_is_not_kept(void **state)
{
	(void)state;
	assert_int_equal(setup_lines_add(&lines, err, sizeof(err), "log %d", 7), 0);
	assert_int_equal(setup_lines_add(&lines, err, sizeof(err), "log %d", 9), -EINVAL);
	assert_non_null(strstr(err, "log level"));
	assert_int_equal(setup_lines_add(&lines, err, sizeof(err), "ctl %s", "a\nb"), -EINVAL);
	assert_lines("log 7\n");
	assert_int_equal(setup.log_level, 7);
}

int
main(void)
{
#define WITH_LINES(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		WITH_LINES(a_port_without_keys_is_a_loopback_at_the_next_address),
		WITH_LINES(an_address_that_was_given_is_not_given_to_another_port),
		WITH_LINES(the_profile_comes_first_and_the_wire_takes_the_rest),
		WITH_LINES(what_is_no_pair_is_refused),
		WITH_LINES(a_key_that_is_given_twice_is_refused),
		WITH_LINES(a_server_has_no_address_and_no_node_to_choose),
		WITH_LINES(a_line_that_is_refused_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
