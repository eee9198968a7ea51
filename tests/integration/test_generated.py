# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Random packets through random devices: what is on the wire and in the received mbufs is what an
independent calculation says (lib/oracle.py, scapy), byte for byte.

hypothesis draws the device and a seed; the seed makes the packets. Each example is
one start of a port in loopback. The seed of the run is in pytest's header: --hypothesis-seed
repeats the run, and so does --last-failed, so that a second try sees what failed. A failure prints
what repeats the example.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from lib import oracle
from lib.device import ALL_RX, ALL_TX, PROFILES, Device, healthy, run_packets
from lib.packets import Generator
from lib.session import tell
from lib.toeplitz import TEST_KEY

EXAMPLES = int(os.environ.get('ENA_GENERATED_EXAMPLES', '42'))
PACKETS = 260
WANTED = 10000


@st.composite
def devices(draw, driver):
    """A device that both the profile and the datasheet allow."""
    ours = driver == 'net_ena_pmd'
    profile = draw(st.sampled_from(sorted(PROFILES)))
    llq, _, _, max_mtu, max_rxd = PROFILES[profile]
    over = {'profile': profile,
            'policy': draw(st.sampled_from((0, 1, 1, 2, 3) if ours else (0, 1, 3)))}
    if profile != 'minimal':
        over['tx_offloads'] = draw(st.sampled_from((
            set(ALL_TX), set(ALL_TX) - {'l4-v4-full', 'l4-v6-full'},
            {'l4-v4-partial', 'l4-v6-partial', 'l3-csum'}, {'l4-v4-full', 'tso-v4', 'l3-csum'},
            {'l3-csum'}, set())))
        over['rx_offloads'] = draw(st.sampled_from((
            set(ALL_RX), {'l3-csum', 'l4-v4-csum'}, {'l4-v6-csum', 'hash'}, {'hash'}, set())))
    over['rx_wanted'] = draw(st.sampled_from(
        (None, None, {'l4'}, {'l3-csum'}, set()) if ours else (None,)))
    if llq:
        # upstream divides the burst limit by the size that it asked for (part B 11.14 #14)
        sizes = [(128,), (256,), (192,), (128, 192, 256)] if ours else []
        sizes.append((128, 256))
        over['entry_sizes'] = draw(st.sampled_from(sizes))
        # releases of upstream before 24.11 do not ask for what the device recommends
        over['recommended'] = draw(st.sampled_from(over['entry_sizes'])) if ours else 128
        smallest = min(over['entry_sizes'])
        over['before'] = draw(st.sampled_from((1, 2, 4, 8) if smallest > 128 else (1, 2, 4)))
        over['stride'] = draw(st.sampled_from(('multi', 'multi', 'single')))
        over['no_meta_cache'] = draw(st.booleans())
        over['burst_bytes'] = draw(st.sampled_from((0, 0, 8192, 16384) + (
            (4 * 256, 3 * 256) if ours else ())))
    over['tx_descs'] = draw(st.sampled_from((20, 20, 18, 17, 8, 2) if ours else (20,)))
    over['rx_descs'] = draw(st.sampled_from((19, 19, 17, 3)))
    over['mtu'] = draw(st.sampled_from((max_mtu, 1500, draw(st.integers(256, max_mtu)))))
    over['rx_room'] = draw(st.sampled_from((2048, 1400, 16384, 9234, 1536,
                                            draw(st.integers(1400, 16384)))))
    if ours:
        # refused otherwise; a packet that does not start at the buffer's beginning may still not
        # fit
        over['mtu'] = min(over['mtu'], over['rx_descs'] * over['rx_room'] - 14)
    over['rxd'] = draw(st.sampled_from([d for d in (128, 256, 512, 1024, 2048, 4096)
                                        if d <= max_rxd]))
    over['txd'] = draw(st.sampled_from((128, 256, 512)))
    over['burst'] = draw(st.sampled_from((32, 1, 7, 64, 512, draw(st.integers(1, 512)))))
    over['fast_free'] = draw(st.booleans())
    over['rss'] = draw(st.booleans()) and profile != 'minimal'
    if ours and over['rss'] and PROFILES[profile][2]:
        over['rss_types'] = oracle.RSS_TYPES | sum(draw(st.sets(st.sampled_from(
            sorted(oracle.RSS_OTHER.values())))))
    over['rss_key'] = draw(st.sampled_from((TEST_KEY, TEST_KEY[::-1])))
    quirks = ['tx-out-of-order', 'rx-out-of-order'] + (
        ['rx-zero-last', 'tso-needs-seed'] if ours else [])
    over['quirks'] = tuple(draw(st.lists(st.sampled_from(quirks), unique=True, max_size=2)))
    over['rx_offset'] = draw(st.sampled_from((0, 0, 2, 64, 255)))
    return Device(**over)


def describe(packet):
    return '%s of %d bytes, segments %s, ol %#x, l2 %d l3 %d l4 %d mss %d' % (
        packet.kind, len(packet.data), packet.segs, packet.ol, packet.l2, packet.l3, packet.l4,
        packet.mss)


def rebuilt(frame):
    """The frame with lengths and checksums that scapy calculates; None if it has none."""
    packet = Ether(frame)
    ip = packet.getlayer(IP) or packet.getlayer(IPv6)
    l4 = packet.getlayer(TCP) or packet.getlayer(UDP)
    if ip is None or l4 is None:
        return None
    if isinstance(ip, IP):
        del ip.chksum, ip.len
    else:
        del ip.plen
    del l4.chksum
    return bytes(packet)


def judge(result, sent, device, driver):
    """Compare everything; AssertionError names the packet."""
    healthy(result)
    frames = []
    for i, packet in enumerate(sent):
        got = result.tx.get(i)
        assert got is not None, 'nothing is said about packet %d' % i
        allowed = driver.refusals(packet, device)
        if not allowed:
            assert got['prepare'] == 0 and got['sent'] == 1, \
                'packet %d was refused with %d: %s' % (i, got['prepare'], describe(packet))
            frames += [(i, f) for f in oracle.on_wire(packet)]
        else:
            assert got['prepare'] in allowed, 'packet %d: errno %d is none of %s: %s' % (
                i, got['prepare'], allowed, describe(packet))
    assert result.report['wire_tx_frames'] == len(frames)
    expected = [(i, f, oracle.buffers_of(len(f), device)) for i, f in frames]
    # too long, or more buffers than the device may use for a packet: dropped by the device
    expected = [e for e in expected if e[2] is not None]
    for (i, frame, parts), got in zip(expected, result.rx):
        what = 'frame of packet %d (%s)' % (i, describe(sent[i]))
        assert got['data'] == frame.hex(), '%s: sent %s, received %s' % (
            what, frame.hex(), got['data'])
        assert (got['pkt_len'], got['nb_segs'], got['segs']) == (len(frame), len(parts), parts), \
            '%s of %d bytes: %s' % (what, len(frame), got['segs'])
        ol, ptype, value = driver.received(frame, device)
        assert (got['ol'], got['ptype']) == (ol, ptype), \
            '%s: ol %#x ptype %#x, expected %#x %#x: %s' % (
                what, got['ol'], got['ptype'], ol, ptype, frame.hex())
        if value is not None:
            assert got['hash'] == value, '%s: hash %#x, expected %#x' % (what, got['hash'], value)
    assert len(result.rx) == len(expected), \
        '%d frames were received, %d were expected' % (len(result.rx), len(expected))
    return len(frames)


@pytest.mark.bounded(900)
def test_random_packets_leave_and_arrive_as_calculated(request, env, tmp_path_factory):
    directory = str(tmp_path_factory.mktemp('generated'))
    driver = oracle.DRIVERS[env.driver]
    total = {'packets': 0, 'frames': 0, 'examples': 0}

    @seed(request.config.ena_seed)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, print_blob=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(devices(env.driver), st.integers(0, 2**32 - 1))
    def check(device, number):
        sent = Generator(number, device, driver).packets(PACKETS)
        frames = sum(oracle.buffers_of(len(f), device) is not None
                     for p in sent if not driver.refusals(p, device) for f in oracle.on_wire(p))
        name = 'example-%d' % total['examples']
        result = run_packets(env, device, [p.line() for p in sent], directory, expect=frames,
                             name=name)
        note('%r\nseed %d' % (device, number))
        note('repeat with: LD_LIBRARY_PATH=%s %s' % (env.plugin_dir, result.command))
        total['frames'] += judge(result, sent, device, driver)
        total['packets'] += len(sent)
        total['examples'] += 1
        for end in ('.script', '.out'):
            os.unlink(os.path.join(directory, name + end))

    check()
    tell('generated: %(packets)d packets, %(frames)d frames on the wire, %(examples)d devices'
         % total)
    assert total['packets'] >= WANTED or 'ENA_GENERATED_EXAMPLES' in os.environ


def test_the_independent_calculation_agrees_with_scapy(env):
    """The oracle is not believed either: scapy builds the same frames from their parts."""
    driver = oracle.DRIVERS['net_ena_pmd']
    device = Device('nitro-v4', mtu=3000)
    compared = 0
    for packet in Generator(20261123, device, driver).packets(600):
        if driver.refusals(packet, device) or not packet.ol:
            continue
        for frame in oracle.on_wire(packet)[:3]:
            if len(frame) <= oracle.SHORTEST or packet.head.frag or not packet.ol & oracle.TX_WORK:
                continue
            if not packet.ol & (oracle.TX_L4_MASK | oracle.TX_TCP_SEG):
                continue
            if packet.head.version == 4 and not packet.ol & oracle.TX_IP_CKSUM:
                continue
            again = rebuilt(frame)
            assert again == frame, describe(packet)
            compared += 1
    assert compared > 150
