# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
What tx_prepare refuses, and with which errno; what it accepts arrives. The second column is what
DPDK's own driver does, by datasheet part B 11.5; None: not sent with it.
"""

import errno

import pytest

from lib import oracle, pcap
from lib.device import ALL_TX, Device, healthy, run_packets
from lib.oracle import (TX_FOREIGN, TX_IP_CKSUM, TX_IPV4, TX_IPV6, TX_SCTP, TX_TCP, TX_TCP_SEG,
                        TX_UDP)

MAC_A, MAC_B = b'\x02\0\0\0\0\x0a', b'\x02\0\0\0\0\x0b'
IP_A, IP_B = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
IP6_A = bytes.fromhex('20010db8' + 23 * '0' + '1')
IP6_B = bytes.fromhex('20010db8' + 23 * '0' + '2')

UDP4 = pcap.udp4(MAC_A, MAC_B, IP_A, IP_B, 1000, 2000, bytes(range(200)))
TCP4 = pcap.tcp4(MAC_A, MAC_B, IP_A, IP_B, 1000, 2000, bytes(range(256)) * 8)
UDP6 = pcap.udp6(MAC_A, MAC_B, IP6_A, IP6_B, 1000, 2000, bytes(range(200)))
OK, INVAL, NOTSUP = 0, errno.EINVAL, errno.ENOTSUP
TSO4 = TX_TCP_SEG | TX_IPV4 | TX_IP_CKSUM
CSUM4 = TX_IPV4 | TX_IP_CKSUM | TX_UDP


def line(frame, ol=0, l2=14, l3=20, l4=0, mss=0, segs=None):
    words = 'seg=%s ' % ','.join(map(str, segs)) if segs else ''
    return '%sol=%#x l2=%d l3=%d l4=%d mss=%d data=%s' % (words, ol, l2, l3, l4, mss, frame.hex())


def cut(frame, pieces, first=None):
    """Lengths of so many segments, the first one of a given length."""
    if first is None:
        first = len(frame) // pieces
    rest = (len(frame) - first) // (pieces - 1)
    return [first] + [rest] * (pieces - 2) + [len(frame) - first - rest * (pieces - 2)]


def check(env, device, cases, directory):
    """Every case gets the errno that it should, and what is accepted arrives."""
    mine = 1 if env.driver == 'net_ena_pmd' else 2
    cases = [c for c in cases if c[mine] is not None]
    result = run_packets(env, device, [c[3] for c in cases], str(directory),
                         sum(c[mine] == OK for c in cases))
    healthy(result)
    got = {c[0]: result.tx[i]['prepare'] for i, c in enumerate(cases)}
    assert got == {c[0]: c[mine] for c in cases}
    assert [result.tx[i]['sent'] for i in range(len(cases))] == [int(c[mine] == OK) for c in cases]
    assert len(result.rx) >= sum(c[mine] == OK for c in cases)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2', 'nitro-v4'])
def test_foreign_flags_are_refused_on_every_device(env, profile, tmp_path):
    cases = [('nothing asked', OK, OK, line(UDP4))]
    for name, bits in TX_FOREIGN.items():
        cases.append((name, NOTSUP, NOTSUP, line(UDP4, bits)))
        cases.append((name + ' with a checksum', NOTSUP, NOTSUP, line(UDP4, bits | CSUM4)))
        cases.append(('good after ' + name, OK, OK, line(UDP4, CSUM4)))
    cases.append(('sctp', NOTSUP, NOTSUP, line(UDP4, TX_IPV4 | TX_SCTP)))
    check(env, Device(profile), cases, tmp_path)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2', 'nitro-v4'])
def test_header_lengths_that_make_no_sense_are_refused(env, profile, tmp_path):
    """net_ena looks at them in debugging builds only (part B 11.5 #4)."""
    check(env, Device(profile), [
        ('good', OK, OK, line(UDP4, CSUM4)),
        ('l2 is zero', INVAL, None, line(UDP4, CSUM4, l2=0)),
        ('l3 is zero', INVAL, None, line(UDP4, CSUM4, l3=0)),
        ('only the ip checksum, l3 is zero', INVAL, None, line(UDP4, TX_IPV4 | TX_IP_CKSUM, l3=0)),
        ('l3 does not fit the field of 8 bits', INVAL, None, line(TCP4, CSUM4, l3=256)),
        ('headers are longer than the packet', INVAL, None, line(UDP4, CSUM4, l2=100, l3=200)),
        ('ip checksum of ipv6', INVAL, None, line(UDP6, TX_IPV6 | TX_IP_CKSUM, l3=40)),
        ('good at the end', OK, OK, line(UDP6, TX_IPV6 | TX_UDP, l3=40)),
    ], tmp_path)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2', 'nitro-v4'])
def test_segmentation_without_sense_is_refused(env, profile, tmp_path):
    check(env, Device(profile), [
        ('good', OK, OK, line(TCP4, TSO4, l4=20, mss=len(TCP4))),
        ('mss 0', INVAL, None, line(TCP4, TSO4, l4=20, mss=0)),
        ('mss of 15 bits', INVAL, None, line(TCP4, TSO4, l4=20, mss=0x4000)),
        ('no tcp header', INVAL, None, line(TCP4, TSO4, l4=0, mss=1000)),
        ('short tcp header', INVAL, None, line(TCP4, TSO4, l4=16, mss=1000)),
        ('odd tcp header', INVAL, None, line(TCP4, TSO4, l4=22, mss=1000)),
        ('l2 is zero', INVAL, None, line(TCP4, TSO4, l2=0, l4=20, mss=1000)),
        ('l3 is zero', INVAL, None, line(TCP4, TSO4, l3=0, l4=20, mss=1000)),
        ('good at the end', OK, OK, line(TCP4, TSO4, l4=20, mss=16383)),
    ], tmp_path)


#: what the device has -> errno of: IP checksum, TCP/UDP over v4, over v6, TSO v4, TSO v6
LACKING = {
    'all': (set(ALL_TX), OK, OK, OK, OK, OK),
    'none': (set(), NOTSUP, NOTSUP, NOTSUP, NOTSUP, NOTSUP),
    'l3 only': ({'l3-csum'}, OK, NOTSUP, NOTSUP, NOTSUP, NOTSUP),
    'v4 full': ({'l4-v4-full'}, NOTSUP, OK, NOTSUP, NOTSUP, NOTSUP),
    'v6 full': ({'l4-v6-full'}, NOTSUP, NOTSUP, OK, NOTSUP, NOTSUP),
    'v4 partial': ({'l4-v4-partial'}, NOTSUP, OK, NOTSUP, NOTSUP, NOTSUP),
    'v6 partial': ({'l4-v6-partial'}, NOTSUP, NOTSUP, OK, NOTSUP, NOTSUP),
    'tso v4': ({'l3-csum', 'tso-v4', 'l4-v4-full'}, OK, OK, NOTSUP, OK, NOTSUP),
    'tso v6': ({'tso-v6', 'l4-v6-full'}, NOTSUP, NOTSUP, OK, NOTSUP, OK),
}


@pytest.mark.parametrize('which', sorted(LACKING))
def test_offloads_that_the_device_lacks_are_refused(env, which, tmp_path):
    has, ip, v4, v6, tso4, tso6 = LACKING[which]
    tcp6 = bytearray(UDP6)
    tcp6[20] = 6
    tcp6[54 + 12] = 5 << 4
    tso4_ol = TX_TCP_SEG | TX_IPV4 | (TX_IP_CKSUM if ip == OK else 0)
    check(env, Device('nitro-v2', tx_offloads=has), [
        ('nothing asked', OK, OK, line(UDP4)),
        ('ip', ip, ip, line(UDP4, TX_IPV4 | TX_IP_CKSUM)),
        ('udp over ipv4', v4, v4, line(UDP4, TX_IPV4 | TX_UDP, l4=8)),
        ('tcp over ipv4', v4, v4, line(TCP4, TX_IPV4 | TX_TCP, l4=20)),
        ('udp over ipv6', v6, v6, line(UDP6, TX_IPV6 | TX_UDP, l3=40, l4=8)),
        ('tso over ipv4', tso4, tso4, line(TCP4, tso4_ol, l4=20, mss=len(TCP4))),
        # net_ena has none, whatever the device has (part B 11.14 #2)
        ('tso over ipv6', tso6, NOTSUP, line(bytes(tcp6), TX_TCP_SEG | TX_IPV6, l3=40, l4=20,
                                             mss=1000)),
    ], tmp_path)


def test_seeded_headers_must_be_in_the_first_segment(env, tmp_path):
    """The driver writes the pseudo-header sum: spread headers are refused, and not overwritten."""
    check(env, Device('nitro-v2', tx_offloads={'l3-csum', 'l4-v4-partial', 'l4-v6-partial'}), [
        ('whole', OK, OK, line(UDP4, CSUM4, l4=8, segs=[42, len(UDP4) - 42])),
        ('behind ip', NOTSUP, NOTSUP, line(UDP4, CSUM4, l4=8, segs=[34, len(UDP4) - 34])),
        ('in the field', NOTSUP, NOTSUP, line(UDP4, CSUM4, l4=8, segs=[41, len(UDP4) - 41])),
        # l4_len is not needed for a checksum; net_ena then writes behind the segment
        ('behind ip, no l4_len', NOTSUP, None, line(UDP4, CSUM4, segs=[34, len(UDP4) - 34])),
        ('whole, no l4_len', OK, OK, line(UDP4, CSUM4, segs=[42, len(UDP4) - 42])),
    ], tmp_path)


def test_segments_are_counted_as_the_device_does(env, tmp_path):
    """Host memory: every buffer that carries bytes is one; 17 or the device's limit at most."""
    frame = MAC_B + MAC_A + b'\x88\xb5' + bytes(3000)
    for limit in (20, 18, 10):
        most = min(limit - 1, 17)
        device = Device('no-llq', tx_descs=limit, rx_room=4096)
        check(env, device, [
            ('most', OK, None, line(frame, segs=cut(frame, most))),
            ('one more', INVAL, None, line(frame, segs=cut(frame, most + 1))),
            ('most and empty ones', OK, None, line(frame, segs=[0] + cut(frame, most) + [0, 0])),
            ('60', INVAL, None, line(frame, segs=cut(frame, 60))),
            # only packets with flags are looked at by net_ena (part B 11.5 #1, #3)
            ('most, with flags', OK, None if most == 17 else OK,
             line(UDP4, CSUM4, segs=cut(UDP4, most, 42))),
            ('20 more, with flags', INVAL, INVAL, line(UDP4, CSUM4, segs=cut(UDP4, most + 20, 42))),
        ], tmp_path)


def test_segments_that_are_pushed_do_not_count(env, tmp_path):
    """LLQ: what lies in the pushed header needs no descriptor."""
    device = Device('nitro-v4', rx_room=4096)
    assert device.pushed == 96
    wide = Device('nitro-v4', entry_sizes=(256,), recommended=256, rx_room=4096)
    assert wide.pushed == 224
    frame = MAC_B + MAC_A + b'\x88\xb5' + bytes(3000)
    for dev in (device, wide):
        inside = [dev.pushed // 8] * 8
        rest = len(frame) - sum(inside)
        check(env, dev, [
            ('8 inside, 17 behind', OK, None,
             line(frame, segs=inside + [rest // 17] * 16 + [rest - rest // 17 * 16])),
            ('8 inside, 18 behind', INVAL, None,
             line(frame, segs=inside + [rest // 18] * 17 + [rest - rest // 18 * 17])),
            ('all inside', OK, None, line(frame[:dev.pushed], segs=[1] * 20 + [dev.pushed - 20])),
            ('good', OK, OK, line(frame)),
        ], tmp_path)


@pytest.mark.only('net_ena_pmd', why='net_ena resets the device at such a packet (part B 3.7)')
def test_packets_beyond_the_burst_limit_are_refused(env, tmp_path):
    """4 entries between two doorbells, one descriptor an entry."""
    device = Device('nitro-v4', stride='single', burst_bytes=512, rx_room=4096)
    assert device.burst_entries == 4
    frame = MAC_B + MAC_A + b'\x88\xb5' + bytes(3000)
    for buffers, want in ((1, OK), (2, OK), (4, OK), (5, INVAL), (10, INVAL)):
        segs = [96] + [1] * (buffers - 1) + [len(frame) - 96 - buffers + 1]
        assert (device.entries(1 + buffers) <= 4) == (want == OK)
        check(env, device, [('%d buffers' % buffers, want, None, line(frame, segs=segs)),
                            ('good', OK, OK, line(UDP4, CSUM4))], tmp_path)


def with_options(frame, ip=0, tcp=0):
    """An IPv4 packet with so many bytes of options, all no-operation."""
    head, l4 = bytearray(frame[:34]), bytearray(frame[34:])
    head[14] = 0x40 | (20 + ip) // 4
    head[16:18] = (len(frame) - 14 + ip + tcp).to_bytes(2, 'big')
    if tcp:
        l4[12] = (20 + tcp) // 4 << 4
        l4[20:20] = b'\x01' * tcp
    return bytes(head) + b'\x01' * ip + bytes(l4)


@pytest.mark.parametrize('where', ['llq-128', 'llq-256', 'host'])
def test_headers_that_llq_does_not_push_whole_are_refused(env, where, tmp_path):
    """
    Devices drop such a packet without a word (part B 3.4), and so does this one; all that is
    accepted has to arrive. net_ena does not look.
    """
    device = {
        'llq-128': lambda: Device('nitro-v2', quirks=('drop-long-headers',)),
        'llq-256': lambda: Device('nitro-v4', entry_sizes=(256,), recommended=256,
                                  quirks=('drop-long-headers',)),
        'host': lambda: Device('no-llq'),
    }[where]()
    refused = INVAL if where == 'llq-128' else OK
    tcp = TX_IPV4 | TX_IP_CKSUM | TX_TCP
    tagged = TCP4[:12] + b'\x88\xa8\0\1\x81\0\0\1' + with_options(TCP4, 40)[12:]
    # hop-by-hop options of 48 bytes, all padding
    extended = UDP6[:18] + (len(UDP6) - 54 + 48).to_bytes(2, 'big') + b'\0' + UDP6[21:54] + \
        bytes((17, 5, 1, 44)) + bytes(44) + UDP6[54:]
    check(env, device, [
        ('tcp, 94 bytes', OK, None, line(with_options(TCP4, 40)[:200], tcp, l3=60)),
        ('tcp, 102 bytes', refused, None, line(tagged, tcp, l2=22, l3=60)),
        ('tcp in pieces', refused, None, line(tagged, tcp, l2=22, l3=60,
                                              segs=[22, 60, 12, 1, len(tagged) - 95])),
        ('udp, 82 bytes', OK, None, line(with_options(UDP4, 40), CSUM4, l3=60)),
        ('udp, 110 bytes', refused, None, line(extended, TX_IPV6 | TX_UDP, l3=88)),
        ('tso, 94 bytes', OK, None, line(with_options(TCP4, 20, 20), TSO4, l3=40, l4=40,
                                         mss=len(TCP4))),
        ('tso, 98 bytes', refused, None, line(with_options(TCP4, 20, 24), TSO4, l3=40, l4=44,
                                              mss=len(TCP4))),
        ('nothing asked', OK, None, line(UDP4)),
    ], tmp_path)


def test_options_of_tcp_may_reach_beyond_what_is_pushed(env, tmp_path):
    """A selective acknowledgment over IPv6 has 98 bytes of headers (part B 12 #9)."""
    check(env, Device('nitro-v2'), [
        ('98 bytes', OK, None,
         line(with_options(TCP4, 40, 4), TX_IPV4 | TX_IP_CKSUM | TX_TCP, l3=60)),
        ('134 bytes', OK, None,
         line(with_options(TCP4, 40, 40), TX_IPV4 | TX_IP_CKSUM | TX_TCP, l3=60)),
    ], tmp_path)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_lengths_that_the_device_does_not_send_are_refused(env, profile, tmp_path):
    """
    An Ethernet header at least, and the MTU and 22 bytes at most (part B 2.10); net_ena does not
    look.
    """
    device = Device(profile, mtu=1500, rx_room=2048)
    longest = UDP4[:14] + bytes(1500 + 22 - 14)
    tso = TCP4[:54] + bytes(8000)
    check(env, device, [
        ('1 byte', INVAL, None, line(UDP4[:1])),
        ('13 bytes', INVAL, None, line(UDP4[:13])),
        ('13 bytes in pieces', INVAL, None, line(UDP4[:13], segs=[6, 7])),
        ('14 bytes', OK, None, line(UDP4[:14])),
        ('longest', OK, None, line(longest)),
        ('one more', INVAL, None, line(longest + b'x')),
        ('one more, in pieces', INVAL, None, line(longest + b'x', segs=[14, 1508, 1])),
        ('one more, with flags', INVAL, None, line(UDP4[:42] + bytes(1500 + 23 - 42), CSUM4)),
        ('segmented', OK, None, line(tso, TSO4, l4=20, mss=1400)),
    ], tmp_path)


def tagged(frame, *tags):
    return frame[:12] + b''.join(tags) + frame[12:]


DOT1Q, DOT1AD = b'\x81\x00\0\1', b'\x88\xa8\0\1'


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_segments_longer_than_the_mtu_are_refused(env, profile, tmp_path):
    """
    The device does not look at the length of segments (part B 2.10), and the network loses them.
    Tags count to the Ethernet header. net_ena does not look either.
    """
    tso = TCP4[:54] + bytes(8000)
    double = tagged(tso, DOT1AD, DOT1Q)
    options = with_options(tso, 20, 12)
    check(env, Device(profile, mtu=1500, rx_room=2048), [
        ('longest', OK, None, line(tso, TSO4, l4=20, mss=1460)),
        ('one more', INVAL, None, line(tso, TSO4, l4=20, mss=1461)),
        ('far more', INVAL, None, line(tso, TSO4, l4=20, mss=8960)),
        ('far more, but the packet is shorter', OK, None, line(tso[:1514], TSO4, l4=20, mss=8960)),
        ('one more, and the packet is not shorter', INVAL, None,
         line(tso[:1515], TSO4, l4=20, mss=8960)),
        ('longest with tags', OK, None, line(double, TSO4, l2=22, l4=20, mss=1460)),
        ('one more with tags', INVAL, None, line(double, TSO4, l2=22, l4=20, mss=1461)),
        ('longest with options', OK, None, line(options, TSO4, l3=40, l4=32, mss=1428)),
        ('one more with options', INVAL, None, line(options, TSO4, l3=40, l4=32, mss=1429)),
        # what is in front of the IP header has 22 bytes at most, unless segments are shorter
        ('tunnel', OK, None, line(tagged(double, DOT1Q * 5), TSO4, l2=42, l4=20, mss=1440)),
        ('one more in a tunnel', INVAL, None,
         line(tagged(double, DOT1Q * 5), TSO4, l2=42, l4=20, mss=1441)),
    ], tmp_path)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_segmentation_of_more_than_ip_can_hold_is_refused(env, profile, tmp_path):
    def packet(length, l2=14):
        frame = tagged(TCP4[:54] + bytes(length - 40), *[DOT1Q] * ((l2 - 14) // 4))
        return line(frame, TSO4, l2=l2, l4=20, mss=8960,
                    segs=[16384] * (len(frame) // 16384) + [len(frame) % 16384])

    device = Device(profile, mtu=9000, rx_room=9216)
    check(env, device, [
        ('longest', OK, None, packet(65535)),
        ('longest with tags', OK, None, packet(65535, 22)),
        ('one more', INVAL, None, packet(65536)),
        ('one more with tags', INVAL, None, packet(65536, 22)),
        ('far more', INVAL, None, packet(69000)),
        ('good', OK, OK, line(UDP4)),
    ], tmp_path)


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_headers_that_the_device_would_not_find_are_refused(env, profile, tmp_path):
    """
    It would send the packet without a checksum, or in one piece (part B 2.10); net_ena does not
    look.
    """
    tcp = TX_IPV4 | TX_IP_CKSUM | TX_TCP
    tcp6 = UDP6[:20] + b'\x06' + UDP6[21:54] + TCP4[34:54] + bytes(100)
    check(env, Device(profile), [
        ('good', OK, OK, line(UDP4, CSUM4)),
        ('short ip header', INVAL, None, line(UDP4, CSUM4, l3=16)),
        ('short ipv6 header', INVAL, None, line(UDP6, TX_IPV6 | TX_UDP, l3=20)),
        ('half a udp header', INVAL, None, line(UDP4[:41], CSUM4)),
        ('half a tcp header', INVAL, None, line(TCP4[:53], tcp)),
        ('whole tcp header', OK, None, line(TCP4[:54], tcp)),
        ('tcp header of 64 bytes', INVAL, None, line(TCP4, TSO4, l4=64, mss=1000)),
        ('segmented udp', INVAL, None, line(TCP4, TSO4 | TX_UDP, l4=20, mss=1000)),
        ('segmented, ipv4 with a short length', INVAL, None,
         line(with_options(TCP4, 4), TSO4, l3=20, l4=20, mss=1000)),
        ('segmented, ipv6 under the flag of ipv4', INVAL, None,
         line(tcp6, TX_TCP_SEG | TX_IPV4, l3=40, l4=20, mss=1000)),
        ('segmented, ipv4 under the flag of ipv6', INVAL, None,
         line(TCP4, TX_TCP_SEG | TX_IPV6, l3=40, l4=20, mss=1000)),
        ('good at the end', OK, OK, line(UDP4, CSUM4)),
    ], tmp_path)


def test_what_is_segmented_has_the_seed_that_hardware_wants(env, tmp_path):
    """
    The sum of the pseudo-header without a length, for IPv4 packets that may be fragmented. Strict
    mode looks at the field, and the receiver at the checksums. Headers may be in pieces, which
    net_ena refuses in most cases.
    """
    device = Device('nitro-v4', quirks=('tso-needs-seed',), rx_room=2048)
    open4 = bytearray(TCP4)
    open4[20] &= ~0x40
    # the addresses, the protocol, and the field itself in the middle of a segment's end
    split, across = [14, 20, 20, len(TCP4) - 54], [23, 5, 23, len(TCP4) - 51]
    single = [1] * 10 + [len(TCP4) - 10]
    cases = [('%s, pieces %s' % (name, segs), OK, theirs,
              line(bytes(frame), TSO4, l4=20, mss=700, segs=segs))
             for name, frame, segs, theirs in (
                 ('DF 0', open4, None, OK), ('DF 0', open4, split, NOTSUP),
                 ('DF 0', open4, across, NOTSUP), ('DF 0', open4, single, NOTSUP),
                 ('DF 1', TCP4, None, OK), ('DF 1', TCP4, split, NOTSUP),
                 ('DF 1', TCP4, across, OK), ('DF 1', TCP4, single, NOTSUP))]
    check(env, device, cases, tmp_path)
    sent = [c for c in cases if c[1 if env.driver == 'net_ena_pmd' else 2] == OK]
    result = run_packets(env, device, [c[3] for c in sent], str(tmp_path), 3 * len(sent))
    healthy(result)
    assert len(result.rx) == 3 * len(sent)
    assert all(got['ol'] & oracle.RX_L4_GOOD and not got['ol'] & oracle.RX_L4_BAD
               for got in result.rx)


def test_an_empty_packet_is_refused(env, tmp_path):
    check(env, Device('nitro-v4'), [
        ('no byte', INVAL, None, 'seg=0 data='),
        ('three empty segments', INVAL, None, 'seg=0,0,0 data='),
        ('good', OK, OK, line(UDP4)),
    ], tmp_path)


def test_the_expectations_of_this_file_are_those_of_the_oracle():
    """Both are written by hand; they must not contradict each other."""
    from lib.packets import Packet
    for has, ip, v4, v6, tso4, tso6 in LACKING.values():
        device = Device('nitro-v2', tx_offloads=has)
        for frame, ol, l3, want in ((UDP4, TX_IPV4 | TX_IP_CKSUM, 20, ip),
                                    (UDP4, TX_IPV4 | TX_UDP, 20, v4),
                                    (UDP6, TX_IPV6 | TX_UDP, 40, v6),
                                    (TCP4, TX_IPV4 | TX_TCP_SEG, 20, tso4),
                                    (TCP4, TX_IPV6 | TX_TCP_SEG, 40, tso6)):
            packet = Packet(frame, device, 'case')
            packet.ol, packet.l2, packet.l3, packet.l4, packet.mss = ol, 14, l3, 20, 1000
            assert oracle.Ours.refusals(packet, device) == ({want} if want else set())
