#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Write test_data_frames.h: frames and TCP segments as scapy builds them, so that the
checksums that the software device must produce come from code of other people.

    /usr/bin/python3 test_data_frames.py > test_data_frames.h
"""
from scapy.all import (IP, TCP, UDP, Dot1AD, Dot1Q, Ether, IPOption, IPv6,
                       IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, PadN, Raw)

ETH = dict(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
V4 = dict(src="10.1.2.3", dst="192.168.7.9", id=0xFFFE)
V6 = dict(src="2001:db8::1", dst="2001:db8:0:1::feed")
OPTS = [("Timestamp", (1, 2)), ("NOP", None), ("NOP", None)]


def payload(n):
    return bytes((i * 37 + 11) & 0xFF for i in range(n))


def vlan(kind, tags):
    for i in range(tags):
        kind = kind / (Dot1AD(vlan=7) if i == 0 and tags == 2 else Dot1Q(vlan=9))
    return kind


def zero_udp():
    """A UDP packet whose checksum computes to 0 and is sent as 0xFFFF."""
    for x in range(65536):
        p = Ether(**ETH) / IP(**V4) / UDP(sport=x, dport=53) / Raw(payload(21))
        p = Ether(bytes(p))
        if p[UDP].chksum == 0xFFFF:
            return p
    raise SystemExit("no such packet")


# name, frame, VLAN tags, L3 header bytes in front of L4, IPv6, TCP
FRAMES = [
    ("v4_tcp", Ether(**ETH) / IP(**V4) / TCP(sport=40000, dport=80, options=OPTS)
     / Raw(payload(101)), 0, 20, 0, 1),
    ("v4_udp", Ether(**ETH) / IP(**V4) / UDP(sport=5353, dport=53) / Raw(payload(77)), 0, 20, 0, 0),
    ("v4_udp_zero", zero_udp(), 0, 20, 0, 0),
    ("v4_options_tcp", Ether(**ETH) / IP(options=[IPOption(b"\x94\x04\x00\x00")], **V4)
     / TCP(sport=1, dport=2) / Raw(payload(64)), 0, 24, 0, 1),
    ("vlan_v4_udp", vlan(Ether(**ETH), 1) / IP(**V4) / UDP(sport=9, dport=10) / Raw(payload(40)),
     1, 20, 0, 0),
    ("qinq_v6_tcp", vlan(Ether(**ETH), 2) / IPv6(**V6) / TCP(sport=443, dport=50000)
     / Raw(payload(33)), 2, 40, 1, 1),
    ("v6_tcp", Ether(**ETH) / IPv6(**V6) / TCP(sport=443, dport=50000, options=OPTS)
     / Raw(payload(250)), 0, 40, 1, 1),
    ("v6_udp", Ether(**ETH) / IPv6(**V6) / UDP(sport=443, dport=50000) / Raw(payload(99)),
     0, 40, 1, 0),
    ("v6_ext_tcp", Ether(**ETH) / IPv6(**V6) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)])
     / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)]) / TCP(sport=5, dport=6)
     / Raw(payload(20)), 0, 64, 1, 1),
]

# Frames that are only received
OTHERS = [
    ("v4_icmp", Ether(**ETH) / IP(proto=1, **V4) / Raw(payload(40))),
    ("v4_frag_first", Ether(**ETH) / IP(flags="MF", **V4)
     / UDP(sport=1, dport=2, len=200) / Raw(payload(40))),
    ("v4_frag_next", Ether(**ETH) / IP(frag=5, proto=6, **V4) / Raw(payload(40))),
    ("v6_frag_tcp", Ether(**ETH) / IPv6(**V6) / IPv6ExtHdrFragment(offset=0, m=1, id=3)
     / TCP(sport=5, dport=6) / Raw(payload(20))),
    ("v6_ext_udp", Ether(**ETH) / IPv6(**V6) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)])
     / UDP(sport=5, dport=6) / Raw(payload(20))),
    ("v6_icmp", Ether(**ETH) / IPv6(nh=58, **V6) / Raw(payload(24))),
    ("arp", Ether(type=0x0806, **ETH) / Raw(payload(46))),
    ("vlan_arp", vlan(Ether(**ETH), 1) / Raw(payload(46))),
    ("triple_vlan", vlan(Ether(**ETH), 2) / Dot1Q(vlan=3) / IP(**V4) / UDP() / Raw(payload(20))),
    ("v4_udp_nosum", Ether(**ETH) / IP(**V4) / UDP(sport=1, dport=2, chksum=0) / Raw(payload(30))),
    ("v6_udp_nosum", Ether(**ETH) / IPv6(**V6) / UDP(sport=1, dport=2, chksum=0)
     / Raw(payload(30))),
]
OTHERS[7] = ("vlan_arp", Ether(**ETH) / Dot1Q(vlan=9, type=0x0806) / Raw(payload(46)))


def segments(name, l3, flags, mss, size, tags=0, opts=OPTS):
    """The packet before segmentation and its segments."""
    def build(i, part, fl):
        ip = l3.copy()
        if isinstance(ip, IP):
            ip.id = (ip.id + i) & 0xFFFF
        return bytes(vlan(Ether(**ETH), tags) / ip / TCP(
            sport=40000, dport=5201, seq=(0xFFFFFF00 + i * mss) & 0xFFFFFFFF, ack=7, flags=fl,
            options=opts) / Raw(part))
    data = payload(size)
    n = max(1, (size + mss - 1) // mss)
    out = []
    for i in range(n):
        fl = flags
        if i > 0:
            fl = fl.replace("C", "")
        if i + 1 < n:
            fl = fl.replace("F", "").replace("P", "")
        out.append(build(i, data[i * mss:(i + 1) * mss], fl))
    return name, build(0, data, flags), out, mss, len(bytes(l3)), isinstance(l3, IPv6), tags


def l3_ext():
    return IPv6(**V6) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)])


TSO = [
    segments("tso_v4", IP(**V4), "FPACE", 50, 130),
    segments("tso_v4_exact", IP(**V4), "PA", 40, 120),
    segments("tso_v4_one", IP(**V4), "FPAC", 500, 120),
    segments("tso_v4_empty", IP(**V4), "FA", 500, 0),
    segments("tso_v4_options", IP(options=[IPOption(b"\x94\x04\x00\x00")], **V4), "PA", 33, 100),
    segments("tso_v4_vlan", IP(**V4), "PA", 64, 100, tags=1, opts=[]),
    segments("tso_v6", IPv6(**V6), "FPAC", 48, 131),
    segments("tso_v6_ext", l3_ext(), "PA", 60, 131),
]


def hexed(b):
    h = bytes(b).hex()
    return "\n\t\t".join('"%s"' % h[i:i + 72] for i in range(0, len(h), 72))


print("""/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/* Written by test_data_frames.py. */
#ifndef TEST_DATA_FRAMES_H
#define TEST_DATA_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

/* clang-format off */

struct data_frame {
	const char *name, *hex;
	uint8_t vlans, l3_len;
	bool ipv6, tcp;
};

static const struct data_frame data_frames[] = {""")
for name, f, tags, l3, v6, tcp in FRAMES:
    print("\t{\"%s\",\n\t\t%s,\n\t\t%d, %d, %s, %s},"
          % (name, hexed(f), tags, l3, "true" if v6 else "false", "true" if tcp else "false"))
print("};\n")
for name, f in OTHERS:
    print("__attribute__((unused)) static const char data_%s[] =\n\t\t%s;" % (name, hexed(f)))
print("""
struct data_tso {
	const char *name, *hex;
	const char *segment[8]; /* until NULL */
	uint16_t mss;
	uint8_t vlans, l3_len;
	bool ipv6;
};

static const struct data_tso data_tso[] = {""")
for name, whole, segs, mss, l3, v6, tags in TSO:
    print("\t{\"%s\",\n\t\t%s,\n\t\t{%s},\n\t\t%d, %d, %d, %s},"
          % (name, hexed(whole), ",\n\t\t ".join(hexed(s) for s in segs), mss, tags, l3,
             "true" if v6 else "false"))
print("};\n\n/* clang-format on */\n\n#endif /* TEST_DATA_FRAMES_H */")
