# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
Eight queues: RSS spreads flows, each in order on the queue that Toeplitz and the table predict.
"""

import re
from collections import defaultdict

import pytest

from lib import pcap
from lib.patience import until
from lib.softena import Port
from lib.toeplitz import TEST_KEY, changeable_hash, fixed_hash, toeplitz

QUEUES = 8
FLOWS = 96
FRAMES = 12
TABLE = 128
DST = b'\x02\0\0\0\xff\x01'


def addresses(flow):
    """(version, source, destination, source port, destination port) of a flow."""
    src, dst = bytes([10, 3, flow, 7]), bytes([10, 200 - flow, 1, flow])
    ports = 1024 + flow * 7, 65000 - flow * 11
    if flow % 4 == 3:
        return 6, src * 4, dst * 4, *ports
    return 4, src, dst, *ports


def make_frames():
    frames = []
    for seq in range(FRAMES):
        for flow in range(FLOWS):
            version, src, dst, sport, dport = addresses(flow)
            mac, data = pcap.mac_of(flow, seq), bytes(20)
            if version == 6:
                frames.append(pcap.udp6(mac, DST, src, dst, sport, dport, data))
            elif flow % 4 == 2:
                frames.append(pcap.tcp4(mac, DST, src, dst, sport, dport, data))
            else:
                frames.append(pcap.udp4(mac, DST, src, dst, sport, dport, data))
    return frames


def receive(pmd, count):
    """What testpmd prints of each packet: [(queue, source address, hash or None), ...]."""
    start = len(pmd.output())
    pmd.cmd('set verbose 1')
    pmd.start('rxonly')
    pmd.wire(0, 'start')
    pmd.wait_stats(0, lambda s: s['rx_pkts'] >= count)
    # no command meanwhile: testpmd writes its prompt character by character into the output
    until(lambda: pmd.output()[start:].count(' - dst=') >= count,
          lambda: '%d packets are printed, not %d' % (pmd.output()[start:].count(' - dst='), count))
    pmd.stop()
    packets, queue = [], None
    for line in pmd.output()[start:].splitlines():
        match = re.search(r'port 0/queue (\d+): received \d+ packets', line)
        if match:
            queue = int(match.group(1))
        match = re.search(r'src=([0-9A-F:]{17}) - dst=', line)
        if match:
            found = re.search(r'RSS hash=0x([0-9a-f]+) - RSS queue=0x([0-9a-f]+)', line)
            if found:
                assert int(found.group(2), 16) == queue
            packets.append((queue, match.group(1), int(found.group(1), 16) if found else None))
    return packets


@pytest.fixture
def eight_queues(testpmd, tmp_path):
    def start(frames, rss='--rss-udp', **keys):
        pcap.write_pcap(tmp_path / 'in.pcap', frames)
        port = Port(wire='pcap:in=%s,start=ctl' % (tmp_path / 'in.pcap'), **keys)
        # small bursts: what testpmd prints of a burst is cut off at 8 KiB
        return testpmd([port], '--rxq=%d' % QUEUES, '--txq=%d' % QUEUES, rss, '--burst=8')
    return start


def check(packets, table, predict):
    """Every flow: all frames, in order, with the predicted hash, on the predicted queue."""
    seen = defaultdict(list)
    for queue, mac, value in packets:
        flow, seq = pcap.flow_and_seq(mac)
        version, *four = addresses(flow)
        wanted = predict(*four)
        assert value is None or value == wanted, (
            'flow %d (IPv%d): hash %#x, predicted %#x' % (flow, version, value, wanted))
        assert queue == table[wanted % TABLE], (
            'flow %d (IPv%d) with hash %#x came on queue %d, the table says %d'
            % (flow, version, wanted, queue, table[wanted % TABLE]))
        seen[flow].append(seq)
    assert len(seen) == FLOWS
    for flow, order in seen.items():
        assert order == list(range(FRAMES)), 'flow %d came as %s' % (flow, order)
    hashed = [p for p in packets if p[2] is not None]
    assert len(hashed) == len(packets), '%d packets without a hash' % (len(packets) - len(hashed))
    return {queue for queue, _, _ in packets}


def test_flows_spread_over_eight_queues_as_the_key_predicts(eight_queues):
    frames = make_frames()
    pmd = eight_queues(frames, profile='nitro-v4', rx_queues=8, tx_queues=8, llq_num=8)
    out = pmd.cmd('port config 0 rss-hash-key ipv4-tcp ' + TEST_KEY.hex())
    # net_ena warns at this point that it cannot choose the fields that are hashed
    assert 'operation failed' not in out and 'operation not supported' not in out, out
    assert pmd.rss_key() == TEST_KEY
    table = pmd.reta(0, TABLE)
    assert table == [i % QUEUES for i in range(TABLE)]
    queues = check(receive(pmd, len(frames)), table,
                   lambda *four: changeable_hash(TEST_KEY, *four))
    assert queues == set(range(QUEUES))


def test_flows_follow_the_key_that_the_driver_reports_by_default(eight_queues):
    frames = make_frames()
    pmd = eight_queues(frames, profile='nitro-v4', rx_queues=8, tx_queues=8, llq_num=8)
    key = pmd.rss_key()
    assert key and len(key) == 40 and any(key)
    check(receive(pmd, len(frames)), pmd.reta(0, TABLE),
          lambda *four: changeable_hash(key, *four))


def test_flows_spread_as_the_fixed_key_predicts(eight_queues):
    frames = make_frames()
    pmd = eight_queues(frames, profile='nitro-v2', rx_queues=8, tx_queues=8, llq_num=8)
    queues = check(receive(pmd, len(frames)), [i % QUEUES for i in range(TABLE)], fixed_hash)
    assert queues == set(range(QUEUES))


def test_key_of_a_fixed_key_device_cannot_be_set(eight_queues, env):
    pmd = eight_queues(make_frames()[:FLOWS], profile='nitro-v2', rx_queues=8, tx_queues=8,
                       llq_num=8)
    out = pmd.cmd('port config 0 rss-hash-key ipv4-tcp ' + TEST_KEY.hex())
    if env.driver == 'net_ena' and 'operation' not in out:
        pytest.xfail('net_ena takes the key and warns at most: the device hashes with its own')
    assert re.search(r'fail|not support', out, re.I), out


def test_changed_table_moves_the_flows(eight_queues):
    frames = make_frames()
    pmd = eight_queues(frames, profile='nitro-v4', rx_queues=8, tx_queues=8, llq_num=8)
    pmd.cmd('port config 0 rss-hash-key ipv4-tcp ' + TEST_KEY.hex())
    wanted = [(i * 3 + 1) % QUEUES if i % 2 else 5 for i in range(TABLE)]
    # words of testpmd's command line are short
    for at in range(0, TABLE, 8):
        pmd.cmd('port config 0 rss reta '
                + ','.join('(%d,%d)' % (i, wanted[i]) for i in range(at, at + 8)))
    assert pmd.reta(0, TABLE) == wanted
    check(receive(pmd, len(frames)), wanted, lambda *four: changeable_hash(TEST_KEY, *four))


@pytest.mark.parametrize('entry,rss,queue', ((None, 'udp', 0), (5, 'udp', 5), (5, 'none', 0)))
def test_packets_that_are_not_hashed_go_where_entry_0_of_the_table_points(
        eight_queues, env, entry, rss, queue):
    """By default, and with RSS off, that is the first queue (datasheet revision 2, B7.2)."""
    if rss == 'none' and env.driver == 'net_ena':
        pytest.skip('net_ena cannot switch RSS off')
    frames = []
    for seq in range(40):
        frames.append(DST + pcap.mac_of(1, seq) + b'\x08\x06' + bytes(46))
        frames.append(DST + pcap.mac_of(2, seq) + b'\x88\xb5' + bytes(46))
    pmd = eight_queues(frames, profile='nitro-v2', rx_queues=8, tx_queues=8, llq_num=8)
    if entry is not None:
        pmd.cmd('port config 0 rss reta (0,%d)' % entry)
        assert pmd.reta(0, TABLE)[:2] == [entry, 1]
    if rss == 'none':
        pmd.cmd('port config all rss none')
    packets = receive(pmd, len(frames))
    assert len(packets) == len(frames)
    assert {q for q, _, _ in packets} == {queue}
    for flow in (1, 2):
        order = [pcap.flow_and_seq(mac)[1] for _, mac, _ in packets
                 if pcap.flow_and_seq(mac)[0] == flow]
        assert order == list(range(40))


OURS = pytest.mark.only('net_ena_pmd', why='net_ena has the types TCP and UDP only, and no off')


@OURS
@pytest.mark.parametrize('types,ports', (
    ('ip', {}), ('udp', {17: True}), ('tcp', {6: True}), ('ipv6', {}),
    ('all', {6: True, 17: True}),
))
def test_types_decide_what_is_hashed_where_the_device_lets_them(eight_queues, types, ports):
    """
    A device with the hash-input feature. The type of an IP version covers all its packets: TCP and
    UDP are then hashed too, by addresses, unless they are named themselves.
    """
    frames = make_frames()
    pmd = eight_queues(frames, features='+rss-input+rss-function')
    pmd.cmd('port config 0 rss-hash-key ipv4-tcp ' + TEST_KEY.hex())
    out = pmd.cmd('port config all rss ' + types)
    assert 'failed' not in out, out
    table = pmd.reta(0, TABLE)
    packets = receive(pmd, len(frames))
    assert len(packets) == len(frames)
    for queue, mac, value in packets:
        flow, _ = pcap.flow_and_seq(mac)
        version, src, dst, sport, dport = addresses(flow)
        proto = 6 if version == 4 and flow % 4 == 2 else 17
        if ports.get(proto):
            wanted = changeable_hash(TEST_KEY, src, dst, sport, dport)
        elif types in ('ip', 'ipv%d' % version):
            wanted = toeplitz(TEST_KEY, src + dst)
        else:
            wanted = 0
        assert queue == (table[wanted % TABLE] if wanted else 0), (flow, version, proto, queue)
        assert value in (None, wanted), (flow, version, proto, value)
    if types in ('ip', 'all', 'udp'):
        assert len({queue for queue, _, _ in packets}) == QUEUES


@OURS
@pytest.mark.parametrize('features', ('+rss-input', '-rss-input'))
def test_no_types_switch_rss_off_and_types_on_again(testpmd, features):
    pmd = testpmd([Port(profile='nitro-v4', features=features, rx_queues=8, tx_queues=8, llq_num=8,
                        wire='gen:flows=64,rate=50000')],
                  '--rxq=%d' % QUEUES, '--txq=%d' % QUEUES, '--rss-udp')
    table = pmd.reta(0, TABLE)
    pmd.start('rxonly')
    for types, queues in (('all', QUEUES), ('none', 1), ('all', QUEUES)):
        out = pmd.cmd('port config all rss ' + types)
        assert 'failed' not in out, out
        assert ('RSS disabled' in pmd.cmd('show port 0 rss-hash')) == (types == 'none')
        assert pmd.reta(0, TABLE) == table, 'the table is kept for when RSS is on again'
        before = pmd.queues(0)['rx']
        at = pmd.stats(0)['rx_pkts']
        pmd.wait_stats(0, lambda s, n=at + 2000: s['rx_pkts'] > n)
        moved = [q['pkts'] - o['pkts'] for q, o in zip(pmd.queues(0)['rx'], before)]
        assert sum(map(bool, moved)) == queues, moved
        assert moved[0]
    pmd.stop()


@OURS
@pytest.mark.parametrize('features', ('+rss-input', '-rss-input'))
def test_port_that_is_configured_without_rss_types_uses_the_first_queue(eight_queues, features):
    frames = make_frames()
    pmd = eight_queues(frames, rss='--disable-rss', profile='nitro-v4', features=features,
                       rx_queues=8, tx_queues=8, llq_num=8)
    packets = receive(pmd, len(frames))
    assert len(packets) == len(frames)
    assert {queue for queue, _, _ in packets} == {0}
