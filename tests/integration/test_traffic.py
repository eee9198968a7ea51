# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Real TCP/IP stacks talk through testpmd: nothing is lost uncounted, no byte is wrong."""

import hashlib
import os

import pytest

from lib import account
from lib.testpmd import queue_args

MODES = ('io', 'macswap')


class Account(account.Account):
    """An account that has to add up."""

    def __init__(self, pmd, pair):
        super().__init__(pmd, [(pair.a, 'ena0'), (pair.b, 'ena1')])

    def close(self):
        lost = super().close()
        assert not self.wrong, self.wrong
        return lost


@pytest.fixture(params=MODES)
def bridge(request, testpmd, tap_pair):
    """testpmd between the two namespaces in one of the forwarding modes, with the account open."""
    pmd = testpmd(tap_pair.ports(), '--rxd=1024', '--txd=1024')
    tap_pair.settle(request.param)
    pmd.start(request.param)
    tap_pair.ledger = Account(pmd, tap_pair)
    tap_pair.pmd = pmd
    return tap_pair


@pytest.mark.bounded(240)
def test_flood_ping_loses_nothing_uncounted(bridge):
    sent, received = bridge.a.ping(bridge.addr_b, '-f', '-c', '10000', timeout=200)
    lost = bridge.ledger.close()
    assert sent == 10000
    assert sent - received <= lost, 'lost %d, counted %d' % (sent - received, lost)


def ping_all(bridge, count, size):
    """
    Ping; what the kernel counted as replies, and what was lost on the way. Not what ping says:
    it waits for two round trips after the last request, which a busy machine may exceed.
    """
    before = bridge.a.icmp_counters()['InEchoReps']
    sent, _ = bridge.a.ping(bridge.addr_b, '-c', count, '-i', '0.01', '-s', size)
    assert sent == count
    lost = bridge.ledger.close()
    return bridge.a.icmp_counters()['InEchoReps'] - before, lost


@pytest.mark.parametrize('size', (0, 1, 18, 1472))
def test_ping_of_edge_sizes_returns(bridge, size):
    assert ping_all(bridge, 20, size) == (20, 0)


def test_fragmented_ping_returns(bridge):
    replies, lost = ping_all(bridge, 20, 8000)
    assert replies >= 20 - lost


@pytest.mark.parametrize('direction', ((), ('-R',)), ids=('forth', 'back'))
def test_parallel_tcp_streams_lose_nothing_uncounted(bridge, direction):
    report = bridge.a.iperf3(bridge.b, bridge.addr_b, '-P', '4', *direction, seconds=3)
    received = report['end']['sum_received']
    assert received['bytes'] > 1e6, 'only %d bytes arrived' % received['bytes']
    assert len(report['end']['streams']) == 4
    assert all(s['receiver']['bytes'] > 0 for s in report['end']['streams'])
    lost = bridge.ledger.close()
    # TCP resends what was lost and what only came late; without a loss there is no big number
    if lost == 0:
        assert report['end']['sum_sent'].get('retransmits', 0) < 200


@pytest.mark.parametrize('size', (18, 64, 400, 1472))
def test_udp_datagrams_are_all_counted(bridge, size):
    before = [ns.udp_counters() for ns in (bridge.a, bridge.b)]
    bridge.a.iperf3(bridge.b, bridge.addr_b, '-u', '-l', str(size), '-b', '%dK' % (size * 160),
                    seconds=2)
    lost = bridge.ledger.close()
    after = [ns.udp_counters() for ns in (bridge.a, bridge.b)]
    sent = after[0]['OutDatagrams'] - before[0]['OutDatagrams']
    got = after[1]['InDatagrams'] - before[1]['InDatagrams']
    unread = sum(after[1][k] - before[1][k] for k in ('RcvbufErrors', 'NoPorts', 'MemErrors'))
    assert sent > 1000
    assert after[1]['InCsumErrors'] == 0
    assert sent - got <= lost + unread + account.IN_SOCKET, (
        'sent %d, got %d, counted %d' % (sent, got, lost + unread))


@pytest.mark.parametrize('size', (8, 64, 1472))
def test_every_datagram_arrives_as_it_was_sent_or_is_counted(bridge, size):
    """Numbered datagrams: none twice, none with a wrong byte, none lost without a counter."""
    before = bridge.b.udp_counters()
    sent, got, wrong = bridge.a.send_datagrams(30000, size, bridge.b, bridge.addr_b,
                                                 bridge.pmd.wait_quiet)
    lost = bridge.ledger.close()
    after = bridge.b.udp_counters()
    unread = after['RcvbufErrors'] - before['RcvbufErrors']
    assert sent == 30000
    assert wrong == 0
    assert after['InCsumErrors'] == before['InCsumErrors']
    assert sent - got == lost + unread, 'sent %d, got %d, counted %d' % (sent, got, lost + unread)


def test_file_arrives_with_its_checksum(bridge, tmp_path):
    path = tmp_path / 'file'
    data = os.urandom(24 << 20)
    path.write_bytes(data)
    wanted = hashlib.sha256(data).hexdigest()
    assert bridge.a.send_file(path, bridge.b, bridge.addr_b) == wanted
    assert bridge.b.send_file(path, bridge.a, bridge.addr_a) == wanted
    bridge.ledger.close()


def test_file_arrives_over_four_queues_and_host_rings(testpmd, tap_pair, tmp_path):
    pmd = testpmd(tap_pair.ports(profile='no-llq'), *queue_args(4))
    pmd.rss_all_types()
    tap_pair.settle()
    pmd.start('io')
    ledger = Account(pmd, tap_pair)
    path = tmp_path / 'file'
    data = os.urandom(8 << 20)
    path.write_bytes(data)
    assert (tap_pair.a.send_file(path, tap_pair.b, tap_pair.addr_b)
            == hashlib.sha256(data).hexdigest())
    # one connection is one flow and stays on one queue: more of them
    tap_pair.a.iperf3(tap_pair.b, tap_pair.addr_b, '-P', '8', '-n', '100K')
    ledger.close()
    for port in (0, 1):
        assert min(pmd.busy_queues(port).values()) >= 2, pmd.queues(port)


def test_jumbo_frames_carry_a_file(testpmd, tap_pair, tmp_path):
    pmd = testpmd(tap_pair.ports(), '--max-pkt-len=9018', '--enable-scatter')
    for port in (0, 1):
        pmd.cmd('port stop %d' % port)
        pmd.cmd('port config mtu %d 9000' % port)
        pmd.cmd('port start %d' % port)
        assert 'MTU: 9000' in pmd.info(port)
    for i, ns in enumerate((tap_pair.a, tap_pair.b)):
        ns.run('ip', 'link', 'set', 'ena%d' % i, 'mtu', '9000')
    tap_pair.settle()
    pmd.start('io')
    ledger = Account(pmd, tap_pair)
    before = tap_pair.a.icmp_counters()['InEchoReps']
    tap_pair.a.ping(tap_pair.addr_b, '-c', '20', '-i', '0.01', '-s', '8972', '-M', 'do')
    pmd.wait_quiet()
    assert tap_pair.a.icmp_counters()['InEchoReps'] - before == 20
    path = tmp_path / 'file'
    data = os.urandom(16 << 20)
    path.write_bytes(data)
    assert (tap_pair.a.send_file(path, tap_pair.b, tap_pair.addr_b)
            == hashlib.sha256(data).hexdigest())
    ledger.close()
