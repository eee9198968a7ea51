# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""A port comes up, says what it is, and does what testpmd asks of it."""

import re

import pytest

from lib.patience import until
from lib.pcap import mixed_frames, difference
from lib.softena import Port

PROFILES = ('nitro-v2', 'nitro-v4', 'nitro-v5', 'no-llq', 'minimal')


@pytest.mark.parametrize('profile', PROFILES)
def test_port_of_every_profile_starts_with_link_up(testpmd, env, profile):
    pmd = testpmd([Port(profile=profile, wire='loopback')])
    info = pmd.info()
    assert 'Driver name: ' + env.driver in info
    assert 'Link status: up' in info
    assert pmd.stats()['resets'] >= 1
    assert pmd.stats()['rx_queues'] == 1 and pmd.stats()['tx_queues'] == 1


@pytest.mark.parametrize('profile', PROFILES)
def test_port_of_every_profile_forwards_bit_exact(replay, profile):
    frames = mixed_frames(500, seed=3)
    forth, back = replay(frames, frames[:200], profile=profile)
    assert difference(frames, forth) is None
    assert difference(frames[:200], back) is None


def test_mac_address_is_the_devices_own(testpmd):
    pmd = testpmd([Port(wire='loopback', mac='02:12:34:56:78:9a')])
    assert 'MAC address: 02:12:34:56:78:9A' in pmd.info()


def test_mtu_can_be_changed_and_frames_of_it_pass(testpmd, tmp_path):
    from lib.pcap import read_pcap, write_pcap
    frames = mixed_frames(60, seed=5, largest=9014)
    write_pcap(tmp_path / 'in.pcap', frames)
    ports = [Port(wire='pcap:in=%s,start=ctl' % (tmp_path / 'in.pcap')),
             Port(wire='pcap:out=%s' % (tmp_path / 'out.pcap'))]
    pmd = testpmd(ports, '--mbuf-size=10240', '--max-pkt-len=9018', mbufs=4096)
    for port in (0, 1):
        pmd.cmd('port stop %d' % port)
        assert 'fail' not in pmd.cmd('port config mtu %d 9000' % port).lower()
        pmd.cmd('port start %d' % port)
        assert 'MTU: 9000' in pmd.info(port)
    pmd.start('io', patient=True)
    pmd.wire(0, 'start')
    pmd.wait_stats(1, lambda s: s['wire_tx_frames'] >= len(frames))
    pmd.stop()
    pmd.quit()
    assert difference(frames, read_pcap(tmp_path / 'out.pcap')) is None


def test_mtu_beyond_the_devices_limit_is_refused(testpmd):
    pmd = testpmd([Port(wire='loopback')])
    before = re.search(r'MTU: (\d+)', pmd.info()).group(1)
    pmd.cmd('port stop 0')
    out = pmd.cmd('port config mtu 0 60000')
    assert re.search(r'fail|invalid|exceed|error|MTU.*>', out, re.I), out
    pmd.cmd('port start 0')
    assert 'MTU: %s\n' % before in pmd.info()


def test_statistics_count_packets_and_bytes(replay, testpmd, runs):
    frames = mixed_frames(300, seed=7)
    forth, _ = replay(frames)
    assert len(forth) == 300
    first, second = runs[0].last_stats
    total = sum(map(len, frames))
    assert (first['rx_pkts'], first['rx_bytes']) == (300, total)
    assert (second['tx_pkts'], second['tx_bytes']) == (300, total)
    assert first['rx_drops'] == 0 and second['tx_drops'] == 0


def test_ethdev_statistics_agree_with_the_device(testpmd, tmp_path):
    from lib.pcap import write_pcap
    frames = mixed_frames(250, seed=8)
    write_pcap(tmp_path / 'in.pcap', frames)
    pmd = testpmd([Port(wire='pcap:in=%s,start=ctl' % (tmp_path / 'in.pcap')), Port(wire='sink')])
    pmd.start('io', patient=True)
    pmd.wire(0, 'start')
    pmd.wait_stats(1, lambda s: s['tx_pkts'] >= 250)
    pmd.wait_quiet()
    # a driver may serve the last snapshot that it took of the device, no older than a second or so
    until(lambda: (pmd.port_stats(0)['RX-packets'], pmd.port_stats(1)['TX-packets']) == (250, 250),
          lambda: '%s %s' % (pmd.port_stats(0), pmd.port_stats(1)))
    rx, tx = pmd.port_stats(0), pmd.port_stats(1)
    total = sum(map(len, frames))
    assert (rx['RX-packets'], rx['RX-bytes']) == (250, total)
    assert (rx['RX-missed'], rx['RX-errors']) == (0, 0)
    assert (tx['TX-packets'], tx['TX-bytes'], tx['TX-errors']) == (250, total, 0)
    pmd.stop()


def test_promiscuous_request_is_answered_and_harmless(testpmd):
    """The device has no such mode: a driver may refuse, but the port goes on."""
    pmd = testpmd([Port(wire='loopback')])
    pmd.cmd('set promisc 0 off')
    pmd.cmd('set promisc 0 on')
    pmd.cmd('set allmulti 0 on')
    assert pmd.link_is_up()
    pmd.start('io')
    pmd.stop()


def test_as_many_queues_as_the_device_has(testpmd):
    pmd = testpmd([Port(wire='loopback', tx_queues=32, rx_queues=32, llq_num=32)],
                  '--rxq=32', '--txq=32', '--rxd=256', '--txd=256', mbufs=20000)
    assert 'Max possible RX queues: 32' in pmd.info()
    stats = pmd.stats()
    assert (stats['rx_queues'], stats['tx_queues']) == (32, 32)


def test_more_queues_than_the_device_has_are_refused(env, runs):
    from lib.testpmd import TestPmd, TestPmdError
    with pytest.raises(TestPmdError, match='rxq|RX queues|nb_rxq|queue'):
        runs.append(TestPmd(env, [Port(wire='loopback', tx_queues=2, rx_queues=2)],
                            ['--rxq=4', '--txq=4']))


@pytest.mark.parametrize('depth', (256, 512, 1024))
def test_ring_depths_up_to_the_devices_limit(replay, depth):
    frames = mixed_frames(3 * depth, seed=depth)
    forth, _ = replay(frames, args=('--rxd=%d' % depth, '--txd=%d' % depth))
    assert difference(frames, forth) is None


def test_port_restarts_and_forwards_again(testpmd, tmp_path):
    from lib.pcap import write_pcap, read_pcap
    frames = mixed_frames(64, seed=2)
    write_pcap(tmp_path / 'in.pcap', frames)
    pmd = testpmd([Port(wire='pcap:in=%s,start=ctl' % (tmp_path / 'in.pcap')),
                   Port(wire='pcap:out=%s' % (tmp_path / 'out.pcap'))])
    for _ in range(5):
        pmd.start('io')
        pmd.stop()
        pmd.cmd('port stop all')
        pmd.cmd('port start all')
    assert pmd.link_is_up(0) and pmd.link_is_up(1)
    pmd.start('io', patient=True)
    pmd.wire(0, 'start')
    pmd.wait_stats(1, lambda s: s['wire_tx_frames'] >= 64)
    pmd.stop()
    pmd.quit()
    assert difference(frames, read_pcap(tmp_path / 'out.pcap')) is None
