# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
The same packets and flags through net_ena and net_ena_pmd on the same device: the same bytes on the
wire and the same fields in the received mbufs, except where the datasheet says that upstream
differs. Each exception below is one of its sections, and is asked for exactly, not ignored.
"""

import pytest

from lib import oracle
from lib.device import ALL_TX, Device, healthy, run_packets
from lib.oracle import Ours, Upstream
from lib.packets import Generator

BOTH = ('net_ena_pmd', 'net_ena')

ONCE = pytest.mark.only('net_ena_pmd', why='the test runs both drivers itself')

DEVICES = {
    'host': dict(profile='no-llq', rss=True),
    'host, small buffers': dict(profile='no-llq', rx_room=1400, txd=128, rxd=128, burst=64),
    'llq 128': dict(profile='nitro-v2', rss=True, burst=7),
    'llq 256': dict(profile='nitro-v4', entry_sizes=(128, 256), recommended=256, policy=3,
                    rss=True),
    'llq without metadata cache': dict(profile='nitro-v3n', no_meta_cache=True, rss=True, txd=256),
    'llq with a burst limit': dict(profile='nitro-v3n', burst_bytes=8192, burst=300, rss=True),
    'llq, one descriptor before': dict(profile='nitro-v2', before=1, stride='single'),
    'llq, four descriptors before': dict(profile='nitro-v2', before=4),
    'partial checksums': dict(profile='nitro-v2',
                              tx_offloads={'l3-csum', 'l4-v4-partial', 'l4-v6-partial', 'tso-v4'}),
    'no offloads': dict(profile='nitro-v2', tx_offloads=set(), rx_offloads={'l3-csum'}, rss=True),
    'minimal': dict(profile='minimal', mtu=1500),
    'rx offset, shuffled completions': dict(profile='nitro-v4', rx_offset=64, rx_room=1536,
                                            rss=True,
                                            quirks=('rx-out-of-order', 'tx-out-of-order')),
}


def without_l2_and_fragments(ptype, frag):
    """
    Packet type as upstream has it (part B 5.7): no L2, L3 without "may have options", no
    fragments (a fragment has the type of its protocol).
    """
    l3 = {oracle.PTYPE_IPV4_EXT_UNKNOWN: oracle.PTYPE_IPV4,
          oracle.PTYPE_IPV6_EXT_UNKNOWN: oracle.PTYPE_IPV6, 0: 0}[ptype & 0xf0]
    return l3 | (0 if frag else ptype & 0xf00)


def compare(frame, ours, theirs, device):
    """Fields of one received packet."""
    seen = oracle.Seen(frame, device)
    for name in ('data', 'pkt_len', 'nb_segs', 'segs', 'queue', 'port'):
        assert ours[name] == theirs[name], name
    assert without_l2_and_fragments(ours['ptype'], seen.frag) == theirs['ptype'] & (
        0xf0 if seen.frag else 0xfff), 'packet type'
    # upstream reports checksums whether or not the offload is on (part B 11.3)
    mask = 0
    if 'l3-csum' in device.rx_wanted:
        mask |= oracle.RX_IP_BAD | oracle.RX_IP_GOOD
    if 'l4' in device.rx_wanted:
        mask |= oracle.RX_L4_BAD | oracle.RX_L4_GOOD
    assert ours['ol'] & ~oracle.RX_RSS_HASH == theirs['ol'] & mask, 'checksum flags'
    assert theirs['ol'] & ~mask & ~0x19a == 0, 'flags'
    # only TCP and UDP have a hash with upstream (part B 5.7), with the RSS mode alone (11.3)
    both = ours['ol'] & theirs['ol'] & oracle.RX_RSS_HASH
    if both:
        assert ours['hash'] == theirs['hash'], 'hash'
    if theirs['ol'] & oracle.RX_RSS_HASH and 'hash' in device.rx_wanted:
        assert both, 'hash flag'
    if ours['ol'] & oracle.RX_RSS_HASH and seen.l4_proto and not seen.frag:
        assert both, 'hash flag'


@ONCE
@pytest.mark.parametrize('name', list(DEVICES))
def test_both_drivers_send_and_receive_the_same(env, name, tmp_path):
    device = Device(**DEVICES[name])
    # packets that upstream may be given: no overrun of its list, headers where it looks for them
    sent = [p for p in Generator(4711, device, Upstream).packets(360)
            if not p.ol & oracle.TX_TCP_SEG or p.head.version == 4]
    accepted = [p for p in sent
                if not Upstream.refusals(p, device) and not Ours.refusals(p, device)]
    expect = sum(oracle.buffers_of(len(f), device) is not None
                 for p in accepted for f in oracle.on_wire(p))
    assert len(accepted) > 180
    script = [p.line() for p in accepted]
    results = {}
    for driver in BOTH:
        results[driver] = run_packets(env, device, script, str(tmp_path), expect, driver=driver,
                                      name=driver)
        healthy(results[driver])
    ours, theirs = (results[d] for d in BOTH)
    assert [ours.tx[i]['prepare'] for i in range(len(script))] == [0] * len(script)
    assert [theirs.tx[i]['prepare'] for i in range(len(script))] == [0] * len(script)
    assert len(ours.rx) == len(theirs.rx) == expect
    frames = ours.frames()
    for i, (frame, a, b) in enumerate(zip(frames, ours.rx, theirs.rx)):
        try:
            compare(frame, a, b, device)
        except AssertionError as e:
            raise AssertionError('frame %d: %s\nours   %s\ntheirs %s' % (i, e, a, b)) from None
    for key in ('wire_tx_frames', 'wire_rx_frames'):
        assert ours.report[key] == theirs.report[key]


@ONCE
def test_both_drivers_refuse_the_same_except_what_the_datasheet_lists(env, tmp_path):
    """Where both refuse, they give the same errno; where only one does, a section says why."""
    device = Device('nitro-v2', tx_offloads=set(ALL_TX) - {'l4-v6-full', 'l4-v6-partial'})
    sent = Generator(815, device, Upstream).packets(500)
    results = [run_packets(env, device, [p.line() for p in sent], str(tmp_path), driver=d, name=d,
                           options=['--no-data']) for d in BOTH]
    for result in results:
        healthy(result)
    refused = {'both': 0, 'ours': 0, 'upstream': 0}
    for i, packet in enumerate(sent):
        ours, theirs = (r.tx[i]['prepare'] for r in results)
        if ours and theirs:
            refused['both'] += 1
            assert ours == theirs or len(Ours.refusals(packet, device)) > 1 or \
                len(Upstream.refusals(packet, device)) > 1, packet.line()[:80]
        elif ours:
            # segments without flags (11.14 #3), or counted by upstream in its own way (11.5 #3)
            refused['ours'] += 1
            assert Ours.refusals(packet, device) and not Upstream.refusals(packet, device)
        elif theirs:
            # segments that are pushed or one less than the limit (11.5 #3), software seeds (11.5
            # #7)
            refused['upstream'] += 1
            assert Upstream.refusals(packet, device) and not Ours.refusals(packet, device)
    assert refused['both'] > 10


@ONCE
def test_a_zero_length_last_buffer_is_the_only_difference_in_the_number_of_segments(env, tmp_path):
    """Datasheet part B 5.4 and 11.14: upstream counts the buffer that it does not chain."""
    device = Device('nitro-v4', quirks=('rx-zero-last',), rx_room=2048)
    lines = ['data=' + (b'\x02' * 12 + b'\x88\xb5' + bytes(size - 14)).hex()
             for size in (60, 2048, 2049, 5000, 9000)]
    results = [run_packets(env, device, lines, str(tmp_path), len(lines), driver=d, name=d)
               for d in BOTH]
    for ours, theirs in zip(results[0].rx, results[1].rx):
        assert ours['data'] == theirs['data'] and ours['segs'] == theirs['segs']
        assert ours['nb_segs'] == len(ours['segs'])
        assert theirs['nb_segs'] == len(ours['segs']) + (len(ours['segs']) > 1)
