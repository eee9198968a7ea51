/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "pcap": frames from and to capture files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pcap/pcap.h>

#include "softena_time.h"
#include "softena_wire_priv.h"

#define ETH_LEN 14u

struct pcap_wire {
	struct softena_wire wire;
	char *in_path, *out_path;
	uint64_t delay_ms, loops; /* loops: 0 = for ever */
	pcap_t *in; /* NULL: no input, or it ended */
	pcap_t *out_format;
	pcap_dumper_t *out;
	uint64_t plays;
	uint64_t frames; /* of the input file */
	uint64_t first_ns; /* when the delay is over; 0 = not started */
	uint64_t left; /* of this play */
	uint64_t unflushed,
		unflushed_bytes; /* frames that are perhaps still in the buffer of the output */
	bool out_failed;
	char why[512]; /* the output failed */
};

static pcap_t *
input_open(const char *path, const struct wire_err *err)
{
	char text[PCAP_ERRBUF_SIZE];
	pcap_t *in = pcap_open_offline(path, text);
	const char *name;
	int link;

	if (in == NULL) {
		/* The message of libpcap begins with the path only in some cases. */
		wire_error(err, "wire pcap: cannot read '%s': %s", path, text);
		return NULL;
	}
	link = pcap_datalink(in);
	if (link != DLT_EN10MB) {
		name = pcap_datalink_val_to_name(link);
		wire_error(err,
			"wire pcap: '%s' is a capture of %s (link type %d); only Ethernet can be "
			"played",
			path, name != NULL ? name : "an unknown kind", link);
		pcap_close(in);
		return NULL;
	}
	return in;
}

/** Check every frame before the first one is played: a bad file is refused as a whole. */
static int
input_check(struct pcap_wire *w, const struct wire_err *err)
{
	pcap_t *in = input_open(w->in_path, err);
	struct pcap_pkthdr *hdr;
	const u_char *data;
	int rc, bad = 0;

	if (in == NULL)
		return -EINVAL;
	w->frames = 0;
	while (bad == 0 && (rc = pcap_next_ex(in, &hdr, &data)) == 1) {
		w->frames++;
		if (hdr->caplen < hdr->len)
			bad = wire_error(err,
				"wire pcap: '%s': frame %llu was cut by the capture (%u of %u "
				"bytes)",
				w->in_path, (unsigned long long)w->frames, hdr->caplen, hdr->len);
		else if (hdr->caplen < ETH_LEN || hdr->caplen > SOFTENA_FRAME_MAX)
			bad = wire_error(err,
				"wire pcap: '%s': frame %llu has %u bytes; Ethernet here: %u to %u",
				w->in_path, (unsigned long long)w->frames, hdr->caplen, ETH_LEN,
				SOFTENA_FRAME_MAX);
	}
	if (bad == 0 && rc != PCAP_ERROR_BREAK)
		bad = wire_error(err, "wire pcap: '%s', after frame %llu: %s", w->in_path,
			(unsigned long long)w->frames, pcap_geterr(in));
	pcap_close(in);
	return bad;
}

static bool
next_play(struct pcap_wire *w)
{
	if (w->in != NULL)
		pcap_close(w->in);
	w->in = NULL;
	if (w->frames == 0 || (w->loops != 0 && w->plays >= w->loops))
		return false;
	w->in = input_open(w->in_path, &(struct wire_err){NULL, 0});
	w->plays++;
	w->left = w->frames;
	return w->in != NULL;
}

static size_t
pcap_wire_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;
	struct pcap_pkthdr *hdr;
	const u_char *data;
	size_t len;

	if (w->in == NULL)
		return 0;
	if (w->delay_ms != 0) {
		if (w->first_ns == 0)
			w->first_ns = wire_now_ns(wire) + w->delay_ms * UINT64_C(1000000);
		if (wire_now_ns(wire) < w->first_ns)
			return 0;
		w->delay_ms = 0;
	}
	/* The file was checked, but somebody may have changed it since. */
	if (pcap_next_ex(w->in, &hdr, &data) != 1 || hdr->caplen < ETH_LEN || hdr->caplen > cap) {
		pcap_close(w->in);
		w->in = NULL;
		return 0;
	}
	len = hdr->caplen;
	memcpy(frame, data, len);
	if (--w->left == 0)
		next_play(w);
	return len;
}

static bool
pcap_wire_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;
	struct pcap_pkthdr hdr;
	uint64_t now;

	if (w->out == NULL)
		return true;
	if (w->out_failed)
		return false;
	now = wire_wallclock_ns(wire);
	memset(&hdr, 0, sizeof(hdr));
	hdr.ts.tv_sec = (time_t)(now / NS_PER_S);
	hdr.ts.tv_usec = (suseconds_t)(now % NS_PER_S); /* the file is of nanosecond precision */
	hdr.caplen = hdr.len = (bpf_u_int32)len;
	pcap_dump((u_char *)w->out, &hdr, frame);
	w->unflushed++;
	w->unflushed_bytes += len;
	return true;
}

static bool
pcap_wire_ended(struct softena_wire *wire)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;

	return w->in_path != NULL && w->in == NULL;
}

/** @return false, and errno, if what was written so far is not all in the file */
static bool
output_flushed(struct pcap_wire *w)
{
	errno = 0;
	if (pcap_dump_flush(w->out) == 0 && !ferror(pcap_dump_file(w->out)))
		return true;
	if (errno == 0)
		errno = EIO; /* an earlier write failed, and its errno is gone */
	return false;
}

static void
pcap_wire_flush(struct softena_wire *wire, struct softena_wire_loss *loss)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;

	if (w->unflushed == 0)
		return;
	/* For example a full disk. Nobody knows which of these frames are in the file. All further
	 * frames are refused, so that they are counted as lost as well. */
	if (!output_flushed(w)) {
		w->out_failed = true;
		snprintf(w->why, sizeof(w->why), "cannot write '%s': %s; so are all that follow",
			w->out_path, strerror(errno));
		loss->frames = w->unflushed;
		loss->bytes = w->unflushed_bytes;
		loss->why = w->why;
	}
	w->unflushed = w->unflushed_bytes = 0;
}

static void
pcap_wire_close(struct softena_wire *wire)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;

	if (w->in != NULL)
		pcap_close(w->in);
	if (w->out != NULL)
		pcap_dump_close(w->out);
	if (w->out_format != NULL)
		pcap_close(w->out_format);
	free(w->in_path);
	free(w->out_path);
	free(w);
}

static const struct softena_wire_ops pcap_ops = {
	.kind = "pcap",
	.recv = pcap_wire_recv,
	.send = pcap_wire_send,
	.ended = pcap_wire_ended,
	.flush = pcap_wire_flush,
	.close = pcap_wire_close,
};

static int
output_open(struct pcap_wire *w, const struct wire_err *err)
{
	w->out_format = pcap_open_dead_with_tstamp_precision(
		DLT_EN10MB, SOFTENA_FRAME_MAX, PCAP_TSTAMP_PRECISION_NANO);
	if (w->out_format == NULL)
		return wire_error(err, "wire pcap: out of memory");
	w->out = pcap_dump_open(w->out_format, w->out_path);
	if (w->out == NULL)
		return wire_error(err, "wire pcap: cannot write '%s': %s", w->out_path,
			pcap_geterr(w->out_format));
	/* Write the header at once: a file without frames can be read, too. */
	if (!output_flushed(w))
		return wire_error(
			err, "wire pcap: cannot write '%s': %s", w->out_path, strerror(errno));
	return 0;
}

/** Whether two paths are one file of frames. Devices and pipes may be shared (/dev/null). */
static bool
same_file(const char *a, const char *b)
{
	struct stat st_a, st_b;

	if (a == NULL || b == NULL)
		return false;
	/* Files that do not exist yet can only be compared by name. */
	if (stat(a, &st_a) != 0 || stat(b, &st_b) != 0)
		return strcmp(a, b) == 0;
	return S_ISREG(st_a.st_mode) && st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino;
}

/** Opening an output empties the file, so nobody else may read or write it. */
static int
outputs_check(struct softena_wire *const wires[], unsigned int n, const struct wire_err *err)
{
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		const struct pcap_wire *w = (const struct pcap_wire *)wires[i];

		for (j = 0; j < n; j++) {
			const struct pcap_wire *other = (const struct pcap_wire *)wires[j];

			if (same_file(w->out_path, other->in_path))
				return wire_error(err,
					"wire pcap: out=%s would empty the file that in=%s reads; "
					"name another",
					w->out_path, other->in_path);
			if (i != j && same_file(w->out_path, other->out_path))
				return wire_error(err,
					"wire pcap: out=%s and out=%s of two ports are one file; "
					"name another",
					w->out_path, other->out_path);
		}
	}
	return 0;
}

static int
pcap_wire_open(struct softena_wire *wire, const struct wire_err *err)
{
	struct pcap_wire *w = (struct pcap_wire *)wire;

	if (outputs_check(&wire, 1, err) != 0)
		return -EINVAL;
	if (w->in_path != NULL) {
		if (input_check(w, err) != 0)
			return -EINVAL;
		if (!next_play(w) && w->frames > 0)
			return wire_error(err,
				"wire pcap: cannot read '%s' twice; it has to be a file",
				w->in_path);
	}
	return w->out_path != NULL ? output_open(w, err) : 0;
}

static int
keep_path(const char *path, char **to, const struct wire_err *err)
{
	if (path == NULL)
		return 0;
	if (strcmp(path, "-") == 0)
		return wire_error(err, "wire pcap: '-' is not possible here; name a file");
	*to = strdup(path);
	return *to != NULL ? 0 : wire_error(err, "wire pcap: out of memory");
}

struct pcap_options {
	const char *in, *out, *start;
	uint64_t delay_ms, loops;
	bool lossy;
};

static struct softena_wire *
pcap_wire_parse(char *options, const struct wire_err *err)
{
	struct pcap_options o = {.start = "auto", .loops = 1};
	struct pcap_wire *w;

	if (wire_options(&wire_kind_pcap, options, NULL, &o, err) != 0)
		return NULL;
	if ((o.in == NULL && o.out == NULL) ||
		(strcmp(o.start, "auto") != 0 && strcmp(o.start, "ctl") != 0)) {
		wire_error(
			err, "wire pcap: needs in=FILE or out=FILE, and start=auto or start=ctl");
		return NULL;
	}
	w = calloc(1, sizeof(*w));
	if (w == NULL) {
		wire_error(err, "wire pcap: out of memory");
		return NULL;
	}
	w->wire.ops = &pcap_ops;
	w->wire.patient = !o.lossy;
	w->wire.started = strcmp(o.start, "auto") == 0;
	w->delay_ms = o.delay_ms;
	w->loops = o.loops;
	if (keep_path(o.in, &w->in_path, err) != 0 || keep_path(o.out, &w->out_path, err) != 0) {
		pcap_wire_close(&w->wire);
		return NULL;
	}
	return &w->wire;
}

#define PLACE(member) offsetof(struct pcap_options, member)
static const struct wire_opt pcap_opts[] = {
	{"in", WIRE_OPT_TEXT, PLACE(in), "FILE",
		"frames to receive; the capture has to be of Ethernet, and whole", 0, 0, NULL},
	{"out", WIRE_OPT_TEXT, PLACE(out), "FILE",
		"where the frames that the port sends are written", 0, 0, NULL},
	{"start", WIRE_OPT_TEXT, PLACE(start), "auto|ctl",
		"ctl: nothing is received before 'softena-ctl wire PORT start'", 0, 0, NULL},
	{"delay", WIRE_OPT_NUM, PLACE(delay_ms), "MS", "wait before the first frame (default 0)", 0,
		86400000, NULL},
	{"loop", WIRE_OPT_NUM, PLACE(loops), "N", "play the file N times, 0: for ever (default 1)",
		0, UINT32_MAX, NULL},
	{"lossy", WIRE_OPT_FLAG, PLACE(lossy), NULL,
		"drop a frame when the port has no Rx buffer (default: it waits)", 0, 0, NULL},
	{0},
};
#undef PLACE

const struct wire_kind wire_kind_pcap = {
	.name = "pcap",
	.spec = "pcap:OPTIONS",
	.help = "frames from and to capture files; both may be one wire",
	.opts = pcap_opts,
	.parse = pcap_wire_parse,
	.open = pcap_wire_open,
	.check_all = outputs_check,
};
