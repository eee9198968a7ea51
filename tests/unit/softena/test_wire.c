/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wires: options, queues of frames, capture files, TAP interfaces, generator.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "fake_host.h"
#include "softena_wire.h"

#define NS_PER_MS UINT64_C(1000000)

static uint8_t buf[SOFTENA_FRAME_MAX];
static char err[512];
static char dir[] = "/tmp/softena-wire-test-XXXXXX";

static struct softena_wire *
wire_open(const char *spec)
{
	struct softena_wire *wire = softena_wire_open(spec, err, sizeof(err));

	if (wire == NULL)
		fail_msg("%s: %s", spec, err);
	return wire;
}

/** A wire whose clock moves only by fake_host_advance(). */
static struct softena_wire *
wire_open_on(struct fake_host *h, const char *spec)
{
	struct softena_wire *wire = wire_open(spec);

	fake_host_init(h);
	wire->clock = &fake_host_ops;
	wire->host = h;
	return wire;
}

/** Frames that come before the wire has none for now. */
static unsigned int
drain(struct softena_wire *wire)
{
	unsigned int n = 0;

	while (wire->ops->recv(wire, buf, sizeof(buf)) > 0)
		n++;
	return n;
}

static void
refused(const char *spec, const char *because)
{
	struct softena_wire *wire;

	err[0] = '\0';
	wire = softena_wire_open(spec, err, sizeof(err));
	softena_wire_close(wire);
	if (wire != NULL)
		fail_msg("%s: was accepted", spec);
	if (strstr(err, because) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", spec, err, because);
	assert_null(strchr(err, '\n'));
}

static size_t
fill(uint8_t *frame, unsigned int n)
{
	size_t len = 14 + n * 37 % (SOFTENA_FRAME_MAX - 13), i;

	for (i = 0; i < len; i++)
		frame[i] = (uint8_t)(i * 7 + n);
	return len;
}

static void
send_n(struct softena_wire *wire, unsigned int n)
{
	assert_true(wire->ops->send(wire, buf, fill(buf, n)));
}

static void
expect_n(struct softena_wire *wire, unsigned int n)
{
	static uint8_t want[SOFTENA_FRAME_MAX];
	size_t len = fill(want, n);

	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), len);
	assert_memory_equal(buf, want, len);
}

static char *
path(const char *name)
{
	static char text[4][128];
	static unsigned int turn;
	char *p = text[turn++ % 4];

	snprintf(p, sizeof(text[0]), "%s/%s", dir, name);
	return p;
}

static void
write_pcap(const char *file, int link, unsigned int frames, unsigned int caplen, unsigned int len)
{
	pcap_t *format = pcap_open_dead(link, 65535);
	pcap_dumper_t *out = pcap_dump_open(format, file);
	static uint8_t data[65535];
	struct pcap_pkthdr hdr = {.caplen = caplen, .len = len};
	unsigned int i;

	assert_non_null(out);
	for (i = 0; i < frames; i++) {
		if (caplen == 0)
			hdr.caplen = hdr.len = (bpf_u_int32)fill(data, i);
		pcap_dump((u_char *)out, &hdr, data);
	}
	pcap_dump_close(out);
	pcap_close(format);
}

/** What refusals list. A new wire is the last one. */
#define KINDS "loopback, link, pcap, tap, gen, sink"

/* ---- names and options -------------------------------------------------------------- */

static void
an_unknown_wire_or_option_is_refused_with_the_list_of_what_exists(void **state)
{
	(void)state;
	refused("", KINDS);
	refused("carrier-pigeon:a=1", KINDS);
	refused("loopback:colour=red", "allowed: queue=, lossless");
	refused("loopback:lossless=1", "takes no value");
	refused("loopback:queue=0", "1 to 65536");
	refused("loopback:queue=-1", "not a number");
	refused("loopback:queue=65537", "1 to 65536");
	refused("loopback:queue=", "needs a value");
	refused("loopback:queue", "needs a value");
	refused("loopback:lossless,,", "empty option");
	refused("sink:x", "allowed: move=");
	refused("link", "link:a");
	refused("link:0123456789012345678901234567890123456789", "1 to 31");
	refused("link:a,b", "unknown option 'b'");
	refused("pcap", "in=FILE");
	refused("pcap:in=x,start=later", "start=ctl");
	refused("pcap:in=-", "name a file");
	refused("gen:size=1", "14 to 16384");
	refused("gen:size=41", "at least 42");
	refused("gen:size=73,ipv6,proto=tcp", "at least 74");
	refused("gen:size=81,ipv6,proto=tcp,payload=seq", "at least 82");
	refused("gen:proto=sctp", "udp or tcp");
	refused("gen:payload=x", "none or seq");
	refused("gen:dst=00:00", "dst=00:00");
	refused("gen:rate=99999999999999999999", "not a number");
	refused("gen:oops", "size=, count=, rate=");
}

static void
checking_a_line_touches_no_file(void **state)
{
	char spec[200];
	struct stat st;

	(void)state;
	snprintf(spec, sizeof(spec), "pcap:out=%s", path("untouched.pcap"));
	assert_int_equal(softena_wire_check(spec, err, sizeof(err)), 0);
	assert_int_equal(stat(path("untouched.pcap"), &st), -1);
	assert_int_equal(softena_wire_check("link:a", err, sizeof(err)), 0);
	assert_int_not_equal(softena_wire_check("link:a,b=c", err, sizeof(err)), 0);
	assert_non_null(strstr(err, "allowed"));
}

/* ---- wires of several ports ----------------------------------------------------------- */

static void
together(const char *a, const char *b, const char *c, const char *because)
{
	const char *specs[] = {a, b, c};
	int rc;

	err[0] = '\0';
	rc = softena_wires_check(specs, c != NULL ? 3 : 2, err, sizeof(err));
	if (rc != (because != NULL ? -EINVAL : 0))
		fail_msg("%s and %s: %d %s", a, b, rc, err);
	if (because != NULL && strstr(err, because) == NULL)
		fail_msg("%s and %s: \"%s\" does not say \"%s\"", a, b, err, because);
}

static void
a_link_needs_two_ends(void **state)
{
	(void)state;
	together("link:a", "link:a,lossless", NULL, NULL);
	together("link:a", "link:a", "sink", NULL);
	together("link:a", "loopback", NULL, "link:a: no other port");
	together("link:a", "link:ab", NULL, "no other port");
	together("link:a", "link:b,queue=5", "link:a", "link:b: no other port");
	together("link:a", "link:a", "link:a", "3 have this name");
	assert_int_equal(softena_wires_check(NULL, 0, err, sizeof(err)), 0);
}

static void
two_ports_do_not_write_one_file_nor_empty_what_the_other_plays(void **state)
{
	char in[300], out[300], same[300], fresh[300];

	(void)state;
	write_pcap(path("a.pcap"), DLT_EN10MB, 1, 0, 0);
	unlink(path("link.pcap"));
	assert_int_equal(symlink("a.pcap", path("link.pcap")), 0);
	snprintf(in, sizeof(in), "pcap:in=%s", path("a.pcap"));
	snprintf(out, sizeof(out), "pcap:out=%s", path("a.pcap"));
	snprintf(same, sizeof(same), "pcap:out=%s", path("link.pcap"));
	snprintf(fresh, sizeof(fresh), "pcap:out=%s", path("fresh.pcap"));
	together(in, in, NULL, NULL);
	together(out, fresh, NULL, NULL);
	together("pcap:out=/dev/null", "pcap:out=/dev/null", NULL, NULL);
	together(in, out, NULL, "would empty the file");
	together(same, in, NULL, "would empty the file");
	together(out, "sink", same, "two ports");
	together(fresh, fresh, NULL, "two ports");
}

/* ---- loopback and link --------------------------------------------------------------- */

static void
a_loopback_returns_frames_in_order_and_unchanged(void **state)
{
	struct softena_wire *wire = wire_open("loopback");
	unsigned int round, i;

	(void)state;
	assert_true(wire->started);
	assert_false(wire->patient);
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	/* Several times around the ring, and the ring grows in between. */
	for (round = 1; round < 60; round++) {
		for (i = 0; i < round * 3; i++)
			send_n(wire, round * 100 + i);
		for (i = 0; i < round * 3; i++)
			expect_n(wire, round * 100 + i);
		assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	}
	assert_false(wire->ops->ended(wire));
	softena_wire_close(wire);
}

static void
a_full_queue_refuses_and_loses_nothing_that_it_took(void **state)
{
	struct softena_wire *wire = wire_open("loopback:queue=3,lossless");
	unsigned int i;

	(void)state;
	assert_true(wire->patient);
	for (i = 0; i < 3; i++)
		send_n(wire, i);
	assert_false(wire->ops->send(wire, buf, 60));
	expect_n(wire, 0);
	send_n(wire, 3);
	assert_false(wire->ops->send(wire, buf, 60));
	for (i = 1; i < 4; i++)
		expect_n(wire, i);
	assert_false(wire->ops->send(wire, buf, 0));
	assert_false(wire->ops->send(wire, buf, SOFTENA_FRAME_MAX + 1));
	softena_wire_close(wire);
}

static void
the_memory_of_a_queue_is_bounded_too(void **state)
{
	struct softena_wire *wire = wire_open("loopback:queue=64");
	size_t bytes = 0;

	(void)state;
	while (wire->ops->send(wire, buf, SOFTENA_FRAME_MAX))
		bytes += SOFTENA_FRAME_MAX;
	assert_in_range(bytes, 1, 64 * 2048);
	softena_wire_close(wire);
}

static void
a_frame_longer_than_the_buffer_is_cut_to_it(void **state)
{
	struct softena_wire *wire = wire_open("loopback");

	(void)state;
	assert_true(wire->ops->send(wire, buf, 1000));
	assert_int_equal(wire->ops->recv(wire, buf, 100), 100);
	assert_int_equal(wire->ops->recv(wire, buf, 100), 0);
	softena_wire_close(wire);
}

static void
a_link_joins_two_ends_and_no_third(void **state)
{
	struct softena_wire *a = wire_open("link:x"), *b, *other = wire_open("link:y");

	(void)state;
	assert_false(a->ops->send(a, buf, 60)); /* no peer yet */
	b = wire_open("link:x,lossless");
	assert_true(b->patient);
	refused("link:x", "another name");
	send_n(a, 1);
	send_n(a, 2);
	send_n(b, 3);
	expect_n(b, 1);
	expect_n(a, 3);
	expect_n(b, 2);
	assert_int_equal(other->ops->recv(other, buf, sizeof(buf)), 0);
	assert_int_equal(a->ops->recv(a, buf, sizeof(buf)), 0);
	softena_wire_close(a);
	assert_false(b->ops->send(b, buf, 60));
	a = wire_open("link:x"); /* plugged in again */
	send_n(b, 4);
	expect_n(a, 4);
	softena_wire_close(b);
	softena_wire_close(a);
	softena_wire_close(other);
}

static void
each_direction_of_a_link_is_bounded(void **state)
{
	struct softena_wire *a = wire_open("link:x"), *b = wire_open("link:x");
	unsigned int n = 0;

	(void)state;
	while (a->ops->send(a, buf, 60))
		n++;
	assert_int_equal(n, 4096);
	assert_true(b->ops->send(b, buf, 60));
	softena_wire_close(a);
	softena_wire_close(b);
}

/* ---- pcap ------------------------------------------------------------------------------ */

static void
frames_pass_through_capture_files_bit_for_bit(void **state)
{
	struct softena_wire *wire;
	char spec[300];
	unsigned int i;

	(void)state;
	snprintf(spec, sizeof(spec), "pcap:out=%s", path("a.pcap"));
	wire = wire_open(spec);
	assert_false(wire->ops->ended(wire));
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	for (i = 0; i < 500; i++)
		send_n(wire, i);
	softena_wire_close(wire);

	snprintf(spec, sizeof(spec), "pcap:in=%s,loop=2", path("a.pcap"));
	wire = wire_open(spec);
	assert_true(wire->patient);
	for (i = 0; i < 1000; i++) {
		assert_false(wire->ops->ended(wire));
		expect_n(wire, i % 500);
	}
	assert_true(wire->ops->ended(wire));
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	assert_true(wire->ops->send(wire, buf, 60)); /* no output: dropped */
	softena_wire_close(wire);
}

static void
after_a_flush_the_output_can_be_read_though_it_is_still_open(void **state)
{
	struct softena_wire_loss loss = {0};
	struct softena_wire *wire, *reader;
	char spec[300], in[300];

	(void)state;
	snprintf(spec, sizeof(spec), "pcap:out=%s", path("b.pcap"));
	snprintf(in, sizeof(in), "pcap:in=%s", path("b.pcap"));
	wire = wire_open(spec);
	reader = wire_open(in); /* no frame yet, but a whole file */
	assert_true(reader->ops->ended(reader));
	softena_wire_close(reader);
	send_n(wire, 5);
	wire->ops->flush(wire, &loss);
	assert_int_equal(loss.frames, 0);
	reader = wire_open(in);
	expect_n(reader, 5);
	softena_wire_close(reader);
	softena_wire_close(wire);
}

static void
an_output_does_not_empty_the_file_that_is_played(void **state)
{
	char spec[600];
	struct stat st;

	(void)state;
	write_pcap(path("a.pcap"), DLT_EN10MB, 10, 0, 0);
	unlink(path("link.pcap"));
	assert_int_equal(link(path("a.pcap"), path("link.pcap")), 0);
	snprintf(spec, sizeof(spec), "pcap:in=%s,out=%s", path("a.pcap"), path("a.pcap"));
	refused(spec, "would empty the file");
	snprintf(spec, sizeof(spec), "pcap:in=%s,out=%s", path("a.pcap"), path("link.pcap"));
	refused(spec, "would empty the file");
	assert_int_equal(stat(path("a.pcap"), &st), 0);
	assert_true(st.st_size > 24);
	snprintf(spec, sizeof(spec), "pcap:in=%s,out=/dev/null", path("a.pcap"));
	softena_wire_close(wire_open(spec));
}

static void
a_disk_that_is_full_from_the_start_is_refused(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0)
		skip();
	refused("pcap:out=/dev/full", "cannot write '/dev/full': No space left");
}

static void
frames_of_a_flush_that_fails_are_lost_and_it_is_said_once(void **state)
{
	struct softena_wire_loss loss = {0};
	struct rlimit before, small;
	struct softena_wire *wire;
	uint64_t bytes = 0;
	char spec[300];
	unsigned int i;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	snprintf(spec, sizeof(spec), "pcap:out=%s", path("b.pcap"));
	wire = wire_open(spec);
	send_n(wire, 1);
	wire->ops->flush(wire, &loss);
	assert_int_equal(loss.frames, 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 8192;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (i = 0; i < 64; i++) {
		bytes += fill(buf, i);
		send_n(wire, i);
	}
	wire->ops->flush(wire, &loss);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(loss.frames, 64);
	assert_int_equal(loss.bytes, bytes);
	assert_non_null(loss.why);
	assert_non_null(strstr(loss.why, "b.pcap"));
	assert_false(wire->ops->send(wire, buf, 60));
	memset(&loss, 0, sizeof(loss));
	wire->ops->flush(wire, &loss);
	assert_int_equal(loss.frames, 0);
	softena_wire_close(wire);
}

static void
input_waits_for_its_delay_and_loops_for_ever_if_asked(void **state)
{
	static struct fake_host host;
	struct softena_wire *wire;
	char spec[300];
	unsigned int i;

	(void)state;
	write_pcap(path("c.pcap"), DLT_EN10MB, 3, 0, 0);
	snprintf(spec, sizeof(spec), "pcap:in=%s,delay=30,loop=0,lossy,start=ctl", path("c.pcap"));
	wire = wire_open_on(&host, spec);
	assert_false(wire->patient);
	assert_false(wire->started);
	fake_host_advance(&host, 60000 * NS_PER_MS); /* the delay begins with the first poll */
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	fake_host_advance(&host, 30 * NS_PER_MS - 1);
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	fake_host_advance(&host, 1);
	for (i = 0; i < 100; i++)
		expect_n(wire, i % 3);
	assert_false(wire->ops->ended(wire));
	softena_wire_close(wire);
	fake_host_fini(&host);
}

static void
a_recorded_frame_has_the_time_of_the_host(void **state)
{
	static struct fake_host host;
	struct softena_wire *wire;
	struct pcap_pkthdr *hdr;
	char spec[300], text[PCAP_ERRBUF_SIZE];
	const u_char *data;
	pcap_t *in;

	(void)state;
	snprintf(spec, sizeof(spec), "pcap:out=%s", path("a.pcap"));
	wire = wire_open_on(&host, spec);
	fake_host_advance(&host, 1234 * NS_PER_MS + 567);
	send_n(wire, 1);
	softena_wire_close(wire);
	in = pcap_open_offline_with_tstamp_precision(
		path("a.pcap"), PCAP_TSTAMP_PRECISION_NANO, text);
	assert_non_null(in);
	assert_int_equal(pcap_next_ex(in, &hdr, &data), 1);
	assert_int_equal(hdr->ts.tv_sec, 1700000001);
	assert_int_equal(hdr->ts.tv_usec, 234000567);
	pcap_close(in);
	fake_host_fini(&host);
}

static void
a_bad_capture_is_refused_and_the_message_says_which_frame(void **state)
{
	char spec[300];
	struct stat st;

	(void)state;
	snprintf(spec, sizeof(spec), "pcap:in=%s", path("d.pcap"));
	refused(spec, "No such file");
	write_pcap(path("d.pcap"), DLT_RAW, 1, 60, 60);
	refused(spec, "only Ethernet");
	write_pcap(path("d.pcap"), DLT_EN10MB, 2, 13, 13);
	refused(spec, "frame 1 has 13 bytes");
	write_pcap(path("d.pcap"), DLT_EN10MB, 1, 16385, 16385);
	refused(spec, "frame 1 has 16385 bytes");
	write_pcap(path("d.pcap"), DLT_EN10MB, 1, 64, 1500);
	refused(spec, "cut by the capture");
	write_pcap(path("d.pcap"), DLT_EN10MB, 3, 60, 60);
	assert_int_equal(stat(path("d.pcap"), &st), 0);
	assert_int_equal(truncate(path("d.pcap"), st.st_size - 7), 0);
	refused(spec, "after frame 2");
	assert_int_equal(truncate(path("d.pcap"), 3), 0);
	refused(spec, "cannot read");
	snprintf(spec, sizeof(spec), "pcap:out=%s/none/x.pcap", dir);
	refused(spec, "cannot write");
}

static void
a_file_that_shrinks_while_it_is_played_just_ends(void **state)
{
	struct softena_wire *wire;
	char spec[300];
	unsigned int n = 0;

	(void)state;
	write_pcap(path("e.pcap"), DLT_EN10MB, 2000, 1000, 1000);
	snprintf(spec, sizeof(spec), "pcap:in=%s,loop=0", path("e.pcap"));
	wire = wire_open(spec);
	assert_int_equal(truncate(path("e.pcap"), 500), 0);
	while (wire->ops->recv(wire, buf, sizeof(buf)) > 0)
		assert_true(n++ < 2000);
	assert_true(wire->ops->ended(wire));
	softena_wire_close(wire);
}

/* ---- generator and sink ------------------------------------------------------------------ */

static uint16_t
check_sum(uint32_t sum, const uint8_t *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += (i & 1) != 0 ? p[i] : (uint32_t)p[i] << 8;
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static void
generated_frames_are_valid(const char *spec, size_t size, bool ipv6, uint8_t proto)
{
	struct softena_wire *wire = wire_open(spec);
	size_t l4 = ipv6 ? 54 : 34, addr = ipv6 ? 22 : 26, i;
	uint32_t pseudo = (uint32_t)(proto + size - l4);

	for (i = 0; i < 1000; i++) {
		assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), size);
		assert_int_equal(buf[12] << 8 | buf[13], ipv6 ? 0x86dd : 0x0800);
		assert_int_equal(buf[ipv6 ? 20 : 23], proto);
		if (!ipv6)
			assert_int_equal(check_sum(0, buf + 14, 20), 0xffff);
		assert_int_equal(check_sum(pseudo, buf + addr, size - addr), 0xffff);
	}
	softena_wire_close(wire);
}

static void
generated_frames_have_the_right_checksums(void **state)
{
	(void)state;
	generated_frames_are_valid("gen", 64, false, 17);
	generated_frames_are_valid("gen:size=42,flows=7", 42, false, 17);
	generated_frames_are_valid(
		"gen:size=1501,proto=tcp,flows=65536,payload=seq", 1501, false, 6);
	generated_frames_are_valid("gen:size=91,ipv6,payload=seq,flows=3", 91, true, 17);
	generated_frames_are_valid("gen:size=16384,ipv6,proto=tcp", 16384, true, 6);
}

static void
a_generator_makes_its_count_its_flows_and_its_sequence(void **state)
{
	struct softena_wire *wire =
		wire_open("gen:count=10,flows=3,payload=seq,dst=02:11:22:33:44:55");
	static const uint8_t dst[6] = {2, 0x11, 0x22, 0x33, 0x44, 0x55};
	unsigned int i;

	(void)state;
	assert_true(wire->patient);
	for (i = 0; i < 10; i++) {
		assert_false(wire->ops->ended(wire));
		assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 64);
		assert_memory_equal(buf, dst, 6);
		assert_int_equal(buf[29], i % 3); /* source address */
		assert_int_equal(buf[34] << 8 | buf[35], 1024 + i % 3);
		assert_int_equal(buf[49], i);
	}
	assert_true(wire->ops->ended(wire));
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	softena_wire_close(wire);
}

static void
a_generator_keeps_its_rate(void **state)
{
	/* A burst each half millisecond, also across the whole seconds. */
	static struct fake_host host;
	struct softena_wire *wire = wire_open_on(&host, "gen:rate=20000,burst=10");
	unsigned int i;

	(void)state;
	assert_int_equal(drain(wire), 10);
	for (i = 0; i < 5000; i++) {
		fake_host_advance(&host, NS_PER_MS / 2 - 1);
		assert_int_equal(drain(wire), 0);
		fake_host_advance(&host, 1);
		assert_int_equal(drain(wire), 10);
	}
	softena_wire_close(wire);
	fake_host_fini(&host);
}

/** The total is right at any rate, independent of when the wire is polled. */
static void
a_generator_keeps_odd_rates_too(void **state)
{
	static const unsigned int rates[] = {1, 3, 999, 1000003};
	static struct fake_host host;
	uint64_t passed, step, n;
	struct softena_wire *wire;
	char spec[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		snprintf(spec, sizeof(spec), "gen:rate=%u", rates[i]);
		wire = wire_open_on(&host, spec);
		n = drain(wire);
		for (passed = 0; passed < 3500 * NS_PER_MS; passed += step) {
			step = passed % 97 * 1000003 % (70 * NS_PER_MS) + 1;
			fake_host_advance(&host, step);
			n += drain(wire);
		}
		/* The first is due at once, and a time is rounded down to a nanosecond. */
		assert_in_range(n, 1 + passed * rates[i] / 1000000000,
			1 + (passed + 1) * rates[i] / 1000000000);
		softena_wire_close(wire);
		fake_host_fini(&host);
	}
}

static void
a_generator_that_is_late_catches_up_a_tenth_of_a_second_and_no_more(void **state)
{
	static struct fake_host host;
	struct softena_wire *wire = wire_open_on(&host, "gen:rate=1000");

	(void)state;
	assert_int_equal(drain(wire), 1);
	fake_host_advance(&host, 101 * NS_PER_MS);
	assert_int_equal(drain(wire), 101);
	fake_host_advance(&host, 3600 * 1000 * NS_PER_MS);
	assert_int_equal(drain(wire), 1);
	fake_host_advance(&host, NS_PER_MS);
	assert_int_equal(drain(wire), 1);
	softena_wire_close(wire);
	fake_host_fini(&host);
}

static void
a_wire_has_the_time_of_the_device_that_uses_it(void **state)
{
	static struct fake_host host;
	struct softena_wire *wire = wire_open("gen:rate=1000");
	struct softena_bars bars = {.mode = SOFTENA_BAR0_TRAPPED};
	struct softena_config cfg;
	struct softena *dev;

	(void)state;
	softena_config_default(&cfg);
	bars.bar2 = calloc(1, softena_bar2_size(&cfg));
	assert_non_null(bars.bar2);
	fake_host_init(&host);
	assert_int_equal(softena_create(&cfg, &fake_host_ops, &host, &bars, wire, &dev), 0);
	assert_int_equal(drain(wire), 1);
	fake_host_advance(&host, 5 * NS_PER_MS);
	assert_int_equal(drain(wire), 5);
	softena_destroy(dev);
	assert_null(wire->clock); /* the host may be gone from here on */
	softena_wire_close(wire);
	free(bars.bar2);
	fake_host_fini(&host);
}

static void
a_sink_takes_everything_and_gives_nothing(void **state)
{
	struct softena_wire *wire = wire_open("sink");

	(void)state;
	assert_true(wire->ops->send(wire, buf, 60));
	assert_int_equal(wire->ops->recv(wire, buf, sizeof(buf)), 0);
	assert_false(wire->ops->ended(wire));
	softena_wire_close(wire);
}

/* ---- tap ----------------------------------------------------------------------------------- */

static void
tap_options_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	refused("tap", "tap:ena0");
	refused("tap:0123456789abcdef", "1 to 15");
	refused("tap:a/b", "interface name");
	refused("tap:t,addr=300.1.1.1/24", "192.0.2.1/24");
	refused("tap:t,addr=10.0.0.1", "prefix length");
	refused("tap:t,addr=10.0.0.1/33", "prefix length");
	refused("tap:t,addr=10.0.0.1/-1", "prefix length");
	refused("tap:t,addr=2001:db8::1/129", "prefix length");
	refused("tap:t,addr=10.0.0.1/24,addr=10.0.1.1/24", "second IPv4 address");
	refused("tap:t,addr=10.0.0.1/24,addr=fe80::1/64,addr=10.0.0.1/24", "second IPv4 address");
	assert_int_equal(softena_wire_check("tap:t,addr=2001:db8::1/64,addr=10.0.0.1/24,"
					    "addr=2001:db8::2/64",
				 err, sizeof(err)),
		0);
	refused("tap:t,mac=01:00:00:00:00:01", "unicast");
	refused("tap:t,mac=02:00", "unicast");
	refused("tap:t,mtu=67", "68 to");
	refused("tap:t,netns=../x", "network namespace");
	refused("tap:t,speed=10", "netns=, mac=, mtu=, addr=, up, lossless");
}

static void
a_missing_network_namespace_is_explained(void **state)
{
	(void)state;
	refused("tap:t,netns=softena-no-such-ns", "ip netns add softena-no-such-ns");
}

/** Frames between a tap in a namespace of this thread's own and a packet socket. */
static void
a_tap_carries_frames_both_ways(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 0x77};
	struct softena_wire *wire;
	struct ifreq req = {.ifr_name = "softena-t0"};
	unsigned int i;
	int sock;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0) {
		print_message("needs CAP_SYS_ADMIN\n");
		skip();
	}
	if (access("/dev/net/tun", R_OK | W_OK) != 0) {
		print_message("needs /dev/net/tun\n");
		skip();
	}
	wire = wire_open("tap:softena-t0,mac=02:00:00:00:00:77,mtu=9000,"
			 "addr=192.0.2.1/24,addr=2001:db8::1/64,up");
	refused("tap:softena-t0", "another program");
	sock = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(ioctl(sock, SIOCGIFHWADDR, &req), 0);
	assert_memory_equal(req.ifr_hwaddr.sa_data, mac, 6);
	assert_int_equal(ioctl(sock, SIOCGIFMTU, &req), 0);
	assert_int_equal(req.ifr_mtu, 9000);
	assert_int_equal(ioctl(sock, SIOCGIFNETMASK, &req), 0);
	assert_int_equal(((struct sockaddr_in *)&req.ifr_netmask)->sin_addr.s_addr,
		inet_addr("255.255.255.0"));

	/* The kernel sends an ARP request for the address of a neighbour. */
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = inet_addr("192.0.2.2")};
	sendto(sock, "x", 1, 0, (struct sockaddr *)&to, sizeof(to));
	for (i = 0; i < 60000; i++) {
		if (wire->ops->recv(wire, buf, sizeof(buf)) >= 42 && buf[12] == 0x08 &&
			buf[13] == 0x06)
			break;
		usleep(1000);
	}
	assert_in_range(i, 0, 59999);
	assert_memory_equal(buf + 6, mac, 6);

	/* A frame that is sent arrives at the interface, until it is taken down. */
	memset(buf, 0xff, 6);
	assert_true(wire->ops->send(wire, buf, 60));
	req.ifr_flags = 0;
	assert_int_equal(ioctl(sock, SIOCSIFFLAGS, &req), 0);
	assert_false(wire->ops->send(wire, buf, 60));
	close(sock);
	softena_wire_close(wire);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	static const char *const files[] = {
		"a.pcap", "b.pcap", "c.pcap", "d.pcap", "e.pcap", "link.pcap"};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(path(files[i]));
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_wire_or_option_is_refused_with_the_list_of_what_exists),
		cmocka_unit_test(checking_a_line_touches_no_file),
		cmocka_unit_test(a_link_needs_two_ends),
		cmocka_unit_test(two_ports_do_not_write_one_file_nor_empty_what_the_other_plays),
		cmocka_unit_test(a_loopback_returns_frames_in_order_and_unchanged),
		cmocka_unit_test(a_full_queue_refuses_and_loses_nothing_that_it_took),
		cmocka_unit_test(the_memory_of_a_queue_is_bounded_too),
		cmocka_unit_test(a_frame_longer_than_the_buffer_is_cut_to_it),
		cmocka_unit_test(a_link_joins_two_ends_and_no_third),
		cmocka_unit_test(each_direction_of_a_link_is_bounded),
		cmocka_unit_test(frames_pass_through_capture_files_bit_for_bit),
		cmocka_unit_test(after_a_flush_the_output_can_be_read_though_it_is_still_open),
		cmocka_unit_test(an_output_does_not_empty_the_file_that_is_played),
		cmocka_unit_test(a_disk_that_is_full_from_the_start_is_refused),
		cmocka_unit_test(frames_of_a_flush_that_fails_are_lost_and_it_is_said_once),
		cmocka_unit_test(input_waits_for_its_delay_and_loops_for_ever_if_asked),
		cmocka_unit_test(a_recorded_frame_has_the_time_of_the_host),
		cmocka_unit_test(a_bad_capture_is_refused_and_the_message_says_which_frame),
		cmocka_unit_test(a_file_that_shrinks_while_it_is_played_just_ends),
		cmocka_unit_test(generated_frames_have_the_right_checksums),
		cmocka_unit_test(a_generator_makes_its_count_its_flows_and_its_sequence),
		cmocka_unit_test(a_generator_keeps_its_rate),
		cmocka_unit_test(a_generator_keeps_odd_rates_too),
		cmocka_unit_test(
			a_generator_that_is_late_catches_up_a_tenth_of_a_second_and_no_more),
		cmocka_unit_test(a_wire_has_the_time_of_the_device_that_uses_it),
		cmocka_unit_test(a_sink_takes_everything_and_gives_nothing),
		cmocka_unit_test(tap_options_that_make_no_sense_are_refused),
		cmocka_unit_test(a_missing_network_namespace_is_explained),
		cmocka_unit_test(a_tap_carries_frames_both_ways),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
