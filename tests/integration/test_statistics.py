# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Statistics never go back, but by a reset of the statistics."""

import time

import pytest

from lib.control import FIXED, Control
from lib.softena import Port

OURS = pytest.mark.only('net_ena_pmd', why='what DPDK\'s own driver counts is up to it')

TOTALS = ('ipackets', 'ibytes', 'opackets', 'obytes', 'imissed', 'ierrors', 'oerrors', 'rx_nombuf')
#: a state, not a count
STATES = ('posted_min', 'suboptimal_config_codes')


@pytest.fixture
def control(env, runs):
    def start(wire='gen:flows=64,rate=50000', **keys):
        run = Control(env, profile='nitro-v4', wire=wire, **keys)
        runs.append(run)
        return run
    return start


class Watch:
    """The statistics of a port, held against those from before."""

    def __init__(self, run):
        self.run = run
        self.before = run.ask('stats')

    def look(self, what):
        now = self.run.ask('stats')
        for name in TOTALS:
            assert now[name] < 1 << 63, '%s: %s = %d' % (what, name, now[name])
            assert now[name] >= self.before[name], '%s: %s fell from %d to %d' % (
                what, name, self.before[name], now[name])
        for name, value in self.before['xstats'].items():
            if name.endswith(STATES) or name not in now['xstats']:
                continue
            assert now['xstats'][name] >= value, '%s: %s fell from %d to %d' % (
                what, name, value, now['xstats'][name])
        queues = sum(v for k, v in now['xstats'].items()
                     if k.startswith('rx_q') and k.endswith('_packets'))
        assert queues <= now['ipackets']
        # of queues that are not there now, as they were
        missing = {k: v for k, v in self.before['xstats'].items() if k not in now['xstats']}
        self.before = now
        self.before['xstats'] = {**missing, **now['xstats']}
        return now


def traffic(run):
    """@return packets that it has received and those that the port could not send"""
    return sum(run.poll_until(lambda rx: min(rx) > 50 and sum(rx) > 500))


@OURS
def test_totals_and_queues_count_on_over_every_change_of_queues(control):
    run = control()
    watch, received = Watch(run), 0
    run.start(rx=4, tx=4, rss=FIXED)
    received += traffic(run)
    assert watch.look('traffic')['ipackets'] == received
    run.ok('stop')
    watch.look('stop')
    run.ok('start')
    received += traffic(run)
    watch.look('start')
    run.ok('stop')
    # as testpmd does it, once for each queue
    for queue in range(4):
        run.ok('rxq', queue)
        run.ok('txq', queue)
        watch.look('set-up of queue %d' % queue)
    # as Open vSwitch does it when n_rxq changes
    for rx, tx in ((1, 1), (2, 4), (4, 2), (3, 3)):
        run.start(rx=rx, tx=tx, rss=FIXED)
        watch.look('%d and %d queues' % (rx, tx))
        received += traffic(run)
        assert watch.look('traffic on them')['ipackets'] == received
        run.ok('stop')
    run.ok('reset')
    assert watch.look('reset')['ipackets'] == received
    run.start(rx=4, tx=4, rss=FIXED)
    received += traffic(run)
    now = watch.look('traffic after a reset')
    assert now['ipackets'] == received
    assert sum(now['xstats']['rx_q%d_packets' % q] for q in range(4)) == received
    # That is what the call is for.
    run.ok('clear')
    now = run.ask('stats')
    assert not [(k, now[k]) for k in TOTALS if now[k] and k not in ('imissed', 'oerrors')]
    assert not [k for k, v in now['xstats'].items()
                if '_q' in k and v and not k.endswith(STATES)]
    received = traffic(run)
    run.ok('stop')
    run.set_up(rx=1, tx=1)
    assert run.ask('stats')['ipackets'] == received


@OURS
def test_missed_packets_count_on_when_the_device_begins_again(control):
    def drop(count):
        """
        Send more than the Rx ring takes; nobody polls, so the device drops, and tells it later.
        """
        target = watch.before['imissed'] + count
        deadline = time.monotonic() + 20 * run.env.slow
        while watch.look('a port that nobody polls')['imissed'] < target:
            assert time.monotonic() < deadline
            run.call('send', 50)
            time.sleep(0.05)

    run = control(wire='loopback')
    watch = Watch(run)
    run.start()
    drop(1000)
    run.ok('stop')
    run.ok('reset')
    assert run.stats()['rx_drops'] == 0
    watch.look('reset')
    run.start()
    drop(100)
    # What was cleared does not make the counts negative.
    run.ok('clear')
    watch = Watch(run)
    assert watch.before['imissed'] < 1000
    run.ok('stop')
    run.ok('reset')
    watch.look('reset after the statistics were cleared')
    run.start()
    drop(100)


def test_testpmd_keeps_its_counts_when_the_number_of_queues_changes(testpmd):
    pmd = testpmd([Port(profile='nitro-v4', wire='gen:flows=64,rate=50000')], '--rss-udp')
    total = 0
    for queues in (4, 2, 8, 1):
        pmd.cmd('port stop all')
        out = pmd.cmd('port config all rxq %d' % queues)
        out += pmd.cmd('port config all txq %d' % queues)
        assert 'fail' not in out.lower(), out
        pmd.cmd('port start all')
        assert pmd.port_stats()['RX-packets'] >= total
        pmd.start('rxonly')
        at = pmd.stats()['rx_pkts']
        pmd.wait_stats(0, lambda s, n=at + 1000: s['rx_pkts'] > n)
        pmd.stop()
        total = pmd.port_stats()['RX-packets']
        assert total > 1000
