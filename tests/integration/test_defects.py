# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Known defects of existing drivers. Each is a test that this project's driver passes. With --driver
net_ena they show that they notice: what fails there is marked as such, with the section of the
datasheet.
"""

import json
import os
import struct
import subprocess

import pytest

from lib import oracle, pcap
from lib.device import Device, healthy, run_packets
from lib.known import known_of_upstream  # noqa: F401 (a fixture)
from lib.known import expect_failure, upstream_defect, upstream_fails
from lib.oracle import (RX_IP_BAD, RX_L4_BAD, RX_L4_GOOD, RX_RSS_HASH, TX_IP_CKSUM, TX_IPV4,
                        TX_IPV6, TX_TCP, TX_TCP_SEG, TX_UDP)
from lib.packets import Packet
from lib.softena import Port, SoftenaRun, complaints

MAC_A, MAC_B = b'\x02\0\0\0\0\x0a', b'\x02\0\0\0\0\x0b'
IP_A, IP_B = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
IP6_A = bytes.fromhex('20010db8' + 23 * '0' + '1')
IP6_B = bytes.fromhex('20010db8' + 23 * '0' + '2')


def plain(size, fill=0x55):
    """A frame of a protocol that nobody knows."""
    return MAC_B + MAC_A + b'\x88\xb5' + bytes([fill]) * (size - 14)


def script(*frames, **words):
    extra = ''.join('%s=%s ' % (k, v) for k, v in words.items())
    return [extra + 'data=' + f.hex() for f in frames]


def tcp6(payload):
    header = struct.pack('!HHIIBBHHH', 1000, 80, 7, 9, 5 << 4, 0x19, 8192, 0, 0)
    body = header + payload
    return (MAC_B + MAC_A + b'\x86\xdd'
            + struct.pack('!IHBB', 6 << 28, len(body), 6, 64) + IP6_A + IP6_B + body)


def tcp6_with(extension, options, payload):
    """TCP over IPv6 with a destination-options header of so many bytes (0: none), checksum 0."""
    header = struct.pack('!HHIIBBHHH', 1000, 80, 7, 9, (20 + options) // 4 << 4, 0x18, 8192, 0, 0)
    body = header + b'\x01' * options + payload
    between = b''
    if extension:
        between = bytes([6, extension // 8 - 1, 1, extension - 4]) + bytes(extension - 4)
    return (MAC_B + MAC_A + b'\x86\xdd'
            + struct.pack('!IHBB', 6 << 28, len(between + body), 60 if extension else 6, 64)
            + IP6_A + IP6_B + between + body)


# ---- the device violates the datasheet in the middle of a burst ------------------------------

#: fault, packets that must still arrive, reason of the reset, what net_ena does instead
RX_FAULTS = [
    ('rx-id-range', 4, 'the packets that were already taken are lost (part B 11.14 #4)'),
    ('rx-id-foreign', 4, 'the mbuf of an idle request is used, NULL (part B 5.5; crash reports '
     'in amzn-drivers #354, #377)'),
    ('rx-mbz', 16, 'not checked, or the packets that were already taken are lost (11.14 #4)'),
    ('rx-first', 16, 'not checked, or the packets that were already taken are lost (11.14 #4)'),
    ('rx-length', 16, 'OFFSET + LEN is believed, beyond the end of the buffer (part B 5.4)'),
    ('rx-offset', 16, 'OFFSET + LEN is believed, beyond the end of the buffer (part B 5.4)'),
    ('rx-many', 6, 'the packets that were already taken are lost (part B 11.14 #4)'),
]
TX_FAULTS = [
    ('tx-id-range', 5, 'cleanup stops silently (part B 4.2, 11.14 #5)'),
    ('tx-id-foreign', 5, 'the request of a reset is not announced (part B 11.14 #12)'),
    ('tx-mbz', 17, 'not checked, or cleanup stops silently (part B 4.2, 11.14 #5)'),
]
SENT, BEFORE = 64, 20


def run_faults(env, fault, *options):
    """Run ena_faults; (its JSON, the device's counters)."""
    with SoftenaRun(env, [Port(profile='nitro-v4', wire='loopback')]) as run:
        done = run.run([env.program('tests', 'integration', 'ena_faults'),
                        *env.eal_args(memory=256), '--', fault, *options],
                       stderr=subprocess.PIPE)
        lines = [line for line in done.stdout.splitlines() if line.startswith('{')]
        assert done.returncode == 0 and lines, 'exit %d:\n%s' % (done.returncode,
                                                                 done.stderr[-3000:])
        return json.loads(lines[-1]), run.report()[0]


def test_without_a_fault_nothing_is_reset(env):
    """The program itself: it changes nothing that matters."""
    got, report = run_faults(env, 'none', '--no-close')
    assert got['received'] == SENT and got['bad'] == 0 and got['event'] == 0
    assert report['dma_faults'] == 0


@upstream_defect
@pytest.mark.parametrize('fault,reason,upstream', RX_FAULTS, ids=[f[0] for f in RX_FAULTS])
def test_packets_before_a_bad_completion_are_handed_over(env, request, fault, reason, upstream):
    if env.driver == 'net_ena':
        expect_failure(request, upstream)
    got, report = run_faults(env, fault, '--no-close')
    assert got['lengths'] == [201 + i for i in range(BEFORE)]
    assert got['bad'] == 1, 'the fault was not counted'
    assert got['event'] == 1, 'the application was not told'
    assert got['lost'] == 0, 'mbufs are lost'
    assert report['last_reset_reason'] == reason
    assert not complaints([report])


@upstream_defect
@pytest.mark.parametrize('fault,reason,upstream', TX_FAULTS, ids=[f[0] for f in TX_FAULTS])
def test_a_bad_tx_completion_is_announced_and_frees_nothing_twice(env, request, fault, reason,
                                                                  upstream):
    if env.driver == 'net_ena':
        expect_failure(request, upstream)
    got, report = run_faults(env, fault, '--no-close')
    assert got['cleaned'] == BEFORE
    assert got['bad'] == 1 and got['event'] == 1 and got['lost'] == 0
    assert report['last_reset_reason'] == reason
    # the device itself has done nothing wrong, and must not have seen anything wrong
    assert not complaints([report])


@pytest.mark.parametrize('fault', ['rx-id-foreign', 'rx-many', 'tx-id-range'])
@pytest.mark.only('net_ena_pmd', why='net_ena does not announce the reset that it wants')
def test_after_the_reset_traffic_flows_again(env, fault):
    got, report = run_faults(env, fault, '--recover')
    assert got['reset'] == 0 and got['after'] == SENT
    assert not complaints([report])


# ---- memory of the caller ------------------------------------------------------------------------

@upstream_fails('it reads behind the end of the array that it is given (part B 11.6)')
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_bursts_read_and_write_only_the_callers_array(env, profile, tmp_path):
    """
    Every array of packets ends where a page that faults begins. net_ena looks four places ahead,
    modulo the depth of the ring (part B 11.6); with full bursts of 512 that is behind the end.
    """
    device = Device(profile, burst=512)
    frames = [plain(60 + i % 40, i & 0xff) for i in range(1500)]
    result = run_packets(env, device, script(*frames), str(tmp_path), len(frames), ['--guard'])
    healthy(result)
    assert result.frames() == frames


@upstream_fails('the list of buffers is overrun without prepare or flags (part B 11.14 #3)',
                run=False)
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4', 'nitro-v2'])
def test_a_chain_that_is_too_long_is_dropped_and_counted(env, profile, tmp_path):
    """Not prepared, 18 to 64 segments: no list is overrun, the packets around it are sent."""
    device = Device(profile, rx_room=9234)
    lines, kept = [], []
    for i, segs in enumerate((1, 18, 1, 40, 2, 64, 1, 33, 17, 19, 1)):
        frame = plain(64 * 40 + i, i + 1)
        size = len(frame) // segs
        cut = [size] * (segs - 1) + [len(frame) - size * (segs - 1)]
        pushed, buffers = 0, 0
        for part in cut:
            pushed += part
            buffers += pushed > device.pushed
        lines.append('seg=%s data=%s' % (','.join(map(str, cut)), frame.hex()))
        if buffers <= 17:
            kept.append(frame)
    result = run_packets(env, device, lines, str(tmp_path), len(kept), ['--no-prepare'])
    healthy(result)
    assert result.frames() == kept
    assert result.end['oerrors'] == len(lines) - len(kept)
    assert result.end['opackets'] == len(kept)


@upstream_fails('the packet fails at the doorbell limit and the device is reset (part B 3.7)',
                run=False)
def test_a_packet_beyond_the_burst_limit_is_dropped_and_counted(env, tmp_path):
    device = Device('nitro-v4', entry_sizes=(128,), stride='single', burst_bytes=4 * 128)
    long = plain(2000, 1)
    lines = (script(plain(200, 2)) + script(long, seg='200,300,300,300,300,600')
             + script(plain(300, 3)))
    result = run_packets(env, device, lines, str(tmp_path), 2, ['--no-prepare'])
    healthy(result)
    assert result.frames() == [plain(200, 2), plain(300, 3)]
    assert result.end['oerrors'] == 1


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_fast_free_gives_every_segment_back_once(env, profile, tmp_path):
    """Completions out of order, chains of several segments (DPDK 237407f0c3: a double free)."""
    device = Device(profile, fast_free=True, quirks=('tx-out-of-order',), txd=128)
    frames = [plain(300 + i % 700, i & 0xff) for i in range(3000)]
    lines = [script(f, seg='%d,%d,%d' % (50, 200, len(f) - 250))[0] if i % 3 == 0 else script(f)[0]
             for i, f in enumerate(frames)]
    result = run_packets(env, device, lines, str(tmp_path), len(frames))
    healthy(result)
    assert result.frames() == frames


# ---- Rx ------------------------------------------------------------------------------------------

@upstream_fails('nb_segs counts the empty buffer, which is not in the chain (part B 5.4)')
def test_an_empty_last_buffer_is_not_counted_as_a_segment(env, tmp_path):
    device = Device('nitro-v4', quirks=('rx-zero-last',), rx_room=2048)
    frames = [plain(size) for size in (2048, 2049, 4096, 6000, 9000, 60)]
    result = run_packets(env, device, script(*frames), str(tmp_path), len(frames))
    healthy(result)
    assert result.frames() == frames
    for got, frame in zip(result.rx, frames):
        assert got['nb_segs'] == len(got['segs']) == -(-len(frame) // 2048)


def test_the_packet_offset_of_the_completion_is_honoured(env, tmp_path):
    for offset in (2, 255):
        device = Device('nitro-v4', rx_offset=offset, rx_room=2048)
        frames = [plain(size, offset) for size in (60, 2048 - offset, 2049 - offset, 5000)]
        result = run_packets(env, device, script(*frames), str(tmp_path), len(frames))
        healthy(result)
        assert result.frames() == frames
        assert [r['nb_segs'] for r in result.rx] == [1, 1, 2, 3]


def test_checksums_of_fragments_are_never_called_bad(env, tmp_path):
    """amzn-drivers PR #154: fragments carry an L4 checksum that covers other packets too."""
    frames = []
    for bits in (0x2000, 0x2010, 0x0010, 0x0001):
        for make in (pcap.udp4, pcap.tcp4):
            frame = bytearray(make(MAC_A, MAC_B, IP_A, IP_B, 1000, 2000, bytes(100)))
            struct.pack_into('!H', frame, 20, bits)
            frame[60] ^= 0xff
            frames.append(oracle.put_ip_checksum(bytes(frame), 14))
    result = run_packets(env, Device('nitro-v4'), script(*frames), str(tmp_path), len(frames))
    healthy(result)
    assert result.frames() == frames
    for got in result.rx:
        assert not got['ol'] & (RX_L4_BAD | RX_L4_GOOD | RX_IP_BAD), hex(got['ol'])


def test_no_tx_flag_is_set_on_a_received_packet(env, tmp_path):
    """amzn-drivers #51: a forwarded ESP packet got a checksum written into it."""
    frames = pcap.mixed_frames(200, seed=51)
    esp = bytearray(pcap.udp4(MAC_A, MAC_B, IP_A, IP_B, 1, 2, bytes(64)))
    esp[23] = 50
    frames.append(oracle.put_ip_checksum(bytes(esp), 14))
    result = run_packets(env, Device('nitro-v4', rss=True), script(*frames), str(tmp_path),
                         len(frames))
    healthy(result)
    assert result.frames() == frames
    assert not [hex(r['ol']) for r in result.rx if r['ol'] >> 40]


@upstream_fails(
    'bad checksums count as input errors, though the packet is delivered (part B 5.6, 11.12)')
def test_a_bad_checksum_is_reported_in_the_packet_and_is_no_input_error(env, tmp_path):
    frame = bytearray(pcap.udp4(MAC_A, MAC_B, IP_A, IP_B, 1000, 2000, bytes(100)))
    frame[-1] ^= 1
    frame = bytes(frame[:40]) + b'\x12\x34' + bytes(frame[42:])
    result = run_packets(env, Device('nitro-v4'), script(frame, frame), str(tmp_path), 2)
    healthy(result)
    assert [bool(r['ol'] & RX_L4_BAD) for r in result.rx] == [True, True]
    assert result.end['ierrors'] == 0
    assert result.end['ipackets'] == 2


@upstream_fails('the hash is only flagged for TCP and UDP (part B 5.7)')
def test_hashes_of_other_packets_are_reported_too(env, tmp_path):
    device = Device('default', rss=True, rss_types=oracle.RSS_TYPES | oracle.RSS_OTHER['ip4'])
    frame = bytearray(pcap.udp4(MAC_A, MAC_B, IP_A, IP_B, 1, 2, bytes(64)))
    frame[23] = 50
    frame = oracle.put_ip_checksum(bytes(frame), 14)
    result = run_packets(env, device, script(frame), str(tmp_path), 1)
    healthy(result)
    assert result.rx[0]['ol'] & RX_RSS_HASH
    assert result.rx[0]['hash'] == oracle.hash_of(frame, oracle.Seen(frame, device), device) != 0


# ---- Tx ------------------------------------------------------------------------------------------

@upstream_fails('there is no TSO for IPv6, even if the device has it (part B 11.14 #2)')
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2', 'nitro-v4'])
def test_tso_works_for_ipv6(env, profile, tmp_path):
    device = Device(profile)
    packet = Packet(tcp6(bytes(range(256)) * 100), device, 'tso')
    packet.ol = TX_TCP_SEG | TX_IPV6 | TX_TCP
    packet.l2, packet.l3, packet.l4, packet.mss = 14, 40, 20, 1428
    packet.segs = [14000, len(packet.data) - 14000]
    wanted = oracle.on_wire(packet)
    assert len(wanted) == 18
    result = run_packets(env, device, [packet.line()], str(tmp_path), len(wanted))
    assert result.tx[0]['prepare'] == 0
    healthy(result)
    assert result.frames() == wanted


@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_devices_with_partial_checksums_get_right_ones(env, profile, tmp_path):
    """The pseudo-header sum is in the packet, and the device is told so (part B 2.7, 11.14 #1)."""
    device = Device(profile, tx_offloads={'l3-csum', 'l4-v4-partial', 'l4-v6-partial'})
    lines, wanted = [], []
    for i in range(40):
        for make, ol, proto in ((pcap.udp4, TX_IPV4 | TX_IP_CKSUM | TX_UDP, 17),
                                (pcap.tcp4, TX_IPV4 | TX_IP_CKSUM | TX_TCP, 6),
                                (pcap.udp6, TX_IPV6 | TX_UDP, 17)):
            addresses = (IP6_A, IP6_B) if make is pcap.udp6 else (IP_A, IP_B)
            frame = make(MAC_A, MAC_B, *addresses, 1000 + i, 2000, os.urandom(10 + 29 * i))
            packet = Packet(frame, device, 'seeded')
            packet.ol, packet.l2 = ol, 14
            packet.l3 = packet.head.l4 - 14
            # not needed for a checksum, and often left out
            packet.l4 = (0, 8 if proto == 17 else 20)[i % 2]
            at = packet.head.l4 + (6 if proto == 17 else 16)
            packet.data = frame[:at] + b'\xaa\x55' + frame[at + 2:]
            lines.append(packet.line())
            wanted.append(frame + bytes(max(0, oracle.SHORTEST - len(frame))))
    result = run_packets(env, device, lines, str(tmp_path), len(wanted))
    healthy(result)
    assert result.frames() == wanted
    assert all(r['ol'] & RX_L4_GOOD for r in result.rx)


@upstream_fails('L4_SEED is never set, though the sum is in the packet (part B 2.7, 11.14 #1)')
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v4'])
def test_seeded_checksums_are_asked_for_as_seeded(env, profile, tmp_path):
    """
    A device that has partial checksums only is not asked for full ones. softena computes both, so
    the wire does not tell; strict mode does.
    """
    device = Device(profile, tx_offloads={'l3-csum', 'l4-v4-partial', 'l4-v6-partial'}, strict=True)
    lines, wanted = [], []
    for make, ol, addresses, l3 in ((pcap.udp4, TX_IPV4 | TX_IP_CKSUM | TX_UDP, (IP_A, IP_B), 20),
                                    (pcap.tcp4, TX_IPV4 | TX_IP_CKSUM | TX_TCP, (IP_A, IP_B), 20),
                                    (pcap.udp6, TX_IPV6 | TX_UDP, (IP6_A, IP6_B), 40)):
        frame = make(MAC_A, MAC_B, *addresses, 1000, 2000, bytes(range(100)))
        lines.append('ol=%#x l2=14 l3=%d l4=%d data=%s' % (
            ol, l3, 20 if make is pcap.tcp4 else 8, frame.hex()))
        wanted.append(frame)
    result = run_packets(env, device, lines, str(tmp_path), len(wanted))
    assert 'tx-offload' not in result.broken_rules(), result.report['defect_kinds']
    healthy(result)
    assert result.frames() == wanted


#: lengths of segments; 128-byte entries take 96 pushed bytes
EMPTY_SEGMENTS = {
    'the pushed bytes end where a segment ends': [40, 56, 300],
    'the pushed bytes end where the third segment ends': [20, 20, 56, 100, 300],
    'an empty segment in the middle': [60, 200, 0, 300],
    'an empty segment at the end': [100, 300, 0],
    'an empty segment at the start': [0, 100, 300],
}


@upstream_fails('segments without bytes get a descriptor with LEN 0 (part B 3.8, 11.14 #6)')
@pytest.mark.parametrize('profile', ['no-llq', 'nitro-v2'])
def test_segments_without_bytes_get_no_descriptor(env, profile, tmp_path):
    """LEN 0 is for the one descriptor of a packet that is pushed whole."""
    device = Device(profile, strict=True)
    assert device.pushed == (96 if profile == 'nitro-v2' else 0)
    frames, lines = [], []
    for i, segs in enumerate(EMPTY_SEGMENTS.values()):
        frames.append(plain(sum(segs), i + 1))
        lines += script(frames[-1], seg=','.join(map(str, segs)))
    result = run_packets(env, device, lines, str(tmp_path), len(frames))
    zero = {'tx-len-zero', 'tx-len-zero-addr'}
    assert not result.broken_rules() & zero, result.report['defect_kinds']
    healthy(result)
    assert result.frames() == frames


@upstream_fails('headers are not held against the pushed part (part B 3.4)')
@pytest.mark.parametrize('wide', [False, True], ids=['llq-128', 'llq-256'])
def test_headers_that_are_not_pushed_whole_are_refused_not_lost(env, wide, tmp_path):
    """
    A real device drops a packet whose protocol headers exceed what an LLQ entry takes, and nobody
    is told. What tx_prepare accepts has to arrive. Packets of which nothing but TCP options exceeds
    it are left out: whether a device drops them is not known (part B 12 #9), and tx_prepare accepts
    them.
    """
    size = 256 if wide else 128
    device = Device('nitro-v4', entry_sizes=(size,), recommended=size,
                    quirks=('drop-long-headers',), strict=True)
    assert device.pushed == (224 if wide else 96)
    lines, wanted = [], []
    for options in (0, 20, 40):
        for extension in (0, 8, 16, 24, 96, 144, 160):
            frame = tcp6_with(extension, options, bytes(range(200)))
            l3 = 40 + extension
            if 14 + l3 + 20 <= device.pushed < 14 + l3 + 20 + options:
                continue
            lines.append('ol=%#x l2=14 l3=%d l4=%d data=%s' % (
                TX_IPV6 | TX_TCP, l3, 20 + options, frame.hex()))
            if 14 + l3 + 20 + options <= device.pushed:
                wanted.append(frame)
    assert 3 < len(wanted) < len(lines)
    result = run_packets(env, device, lines, str(tmp_path), len(wanted))
    assert [t['prepare'] for _, t in sorted(result.tx.items())].count(0) == len(wanted)
    healthy(result)
    assert len(result.frames()) == len(wanted)
    assert result.report['tx_drops'] == 0


def test_a_stale_segment_size_does_not_matter(env, tmp_path):
    """An mbuf whose tso_segsz is left over from before, in a packet that is not segmented."""
    device = Device('nitro-v2')
    frame = pcap.udp4(MAC_A, MAC_B, IP_A, IP_B, 1, 2, bytes(1200))
    packet = Packet(frame, device, 'stale')
    packet.ol, packet.l2, packet.l3, packet.mss = TX_IPV4 | TX_UDP | TX_IP_CKSUM, 14, 20, 100
    result = run_packets(env, device, [packet.line()] * 3, str(tmp_path), 3)
    healthy(result)
    assert result.frames() == [frame] * 3


# ---- control -------------------------------------------------------------------------------------

@upstream_fails('the MTU of the configuration is not programmed (part B 11.14 #13)')
def test_the_mtu_of_the_configuration_reaches_the_device(env, tmp_path):
    """Frames of the wire that are longer are dropped by the device."""
    inside, beyond = [plain(1500 + 14, 1), plain(1500 + 22, 2)], [plain(1523, 3), plain(9000, 4)]
    path = str(tmp_path / 'in.pcap')
    pcap.write_pcap(path, inside + beyond + inside)
    result = run_packets(env, Device('nitro-v4', mtu=1500), [], str(tmp_path), 0,
                         wire='pcap:in=%s,delay=200' % path, options=['--idle-ms', '1200'])
    healthy(result)
    assert result.frames() == inside + inside


@upstream_fails('64 bytes are reported, less than 1400 refused (part B 11.14 #11)')
def test_the_smallest_buffer_that_is_reported_is_the_smallest_that_works(testpmd):
    info = testpmd([Port(wire='loopback')]).info(0)
    assert 'Minimum size of RX buffer: 1400' in info


def test_llq_is_used_when_no_argument_is_given(testpmd):
    """DPDK c4f16ab009: without the argument there was no LLQ."""
    pmd = testpmd([Port(wire='loopback', profile='nitro-v4')])
    assert all(q['llq'] for q in pmd.queues(0)['tx'])


def test_offloads_that_the_device_lacks_are_not_announced(testpmd):
    for keys in ({'tx-offloads': 'none', 'rx-offloads': 'none'},):
        pmd = testpmd([Port(wire='loopback', profile='nitro-v4', **keys)])
        out = pmd.cmd('show port 0 tx_offload capabilities')
        assert 'CKSUM' not in out and 'TSO' not in out
        out = pmd.cmd('show port 0 rx_offload capabilities')
        assert 'CKSUM' not in out and 'HASH' not in out
