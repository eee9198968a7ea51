# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""
One port in several processes: a secondary sends, receives and reads what the primary has set up.
"""

import copy
import signal

import pytest

from lib.multi import Multi
from lib.patience import limit, until
from lib.softena import Port, complaints

COUNT = 2000
LENGTH = 200
ALL = {'sent': COUNT, 'received': COUNT, 'wrong': 0}


@pytest.fixture(params=('no-llq', 'nitro-v2', 'nitro-v5'))
def multi(request, env, runs):
    if env.wrapper:
        pytest.skip('the emulator has no shared memory of this kind')
    run = Multi(env, [Port(profile=request.param, wire='loopback:lossless')])
    runs.append(run)
    yield run
    # the primary leaves as if it had been alone
    assert run.primary.quit() == 0, ''.join(run.primary.text)
    assert run.primary.answer() == {'lost': 0}
    if env.driver == 'net_ena_pmd':
        assert not complaints(run.report()), complaints(run.report())


def test_secondary_sends_receives_and_reads_statistics(multi):
    assert multi.primary.ask('move', COUNT, 0) == ALL
    second = multi.secondary()
    assert second.ready == {'ready': 'secondary'}
    if multi.env.driver == 'net_ena_pmd':  # the other one does not tell its queues' depths
        info = second.ask('info')
        assert info == multi.primary.ask('info')
        assert info['driver'] == 'net_ena_pmd'
    for queue in (0, 1):
        assert second.ask('move', COUNT, queue) == ALL
    # in turn, on the same queues: each goes on where the other has stopped
    assert multi.primary.ask('move', COUNT, 1) == ALL
    assert second.ask('move', COUNT, 1) == ALL
    ours, theirs = multi.primary.ask('stats'), second.ask('stats')
    for stats in (ours, theirs):
        assert (stats['opackets'], stats['ipackets'], stats['errors']) == (5 * COUNT, 5 * COUNT, 0)
        assert stats['obytes'] == stats['ibytes'] == 5 * COUNT * LENGTH
    if multi.env.driver == 'net_ena_pmd':
        assert theirs['tx_q1_packets'] == 3 * COUNT
        assert ours.keys() == theirs.keys()
    assert second.quit() == 0, ''.join(second.text)
    # all that it had borrowed is back, but for what the Rx rings hold
    assert multi.primary.ask('stats')['mbufs'] <= 2 * 256 + 64


def test_primary_goes_on_when_secondaries_leave_or_are_killed(multi):
    for how in ('quit', 'kill', 'quit'):
        second = multi.secondary()
        assert second.ask('move', COUNT, 0) == ALL
        if how == 'kill':
            second.proc.send_signal(signal.SIGKILL)
            second.proc.wait(timeout=limit(20))
        else:
            assert second.quit() == 0, ''.join(second.text)
        assert multi.primary.ask('move', COUNT, 0) == ALL


@pytest.mark.only('net_ena_pmd', why='net_ena does not count requests for a reset')
def test_secondary_that_came_while_the_device_was_down_sends_after_its_reset(multi):
    """
    Where Tx rings are is agreed on with the device again, long after the secondary has looked.
    """
    multi.ctl('fault', 0, 'reset-request')
    until(lambda: multi.primary.ask('stats')['resets_requested'] != 0,
          'the device asked for a reset, the driver did not')
    assert multi.primary.ask('stop') == {'stop': 0}
    second = multi.secondary()
    assert multi.primary.ask('reset') == {'reset': 0}
    for queue in (0, 1):
        assert second.ask('move', COUNT, queue) == ALL
        assert multi.primary.ask('move', COUNT, queue) == ALL
    assert second.ask('info') == multi.primary.ask('info')
    assert second.quit() == 0, ''.join(second.text)


@pytest.mark.only('net_ena_pmd', why='net_ena lets a secondary ask the primary, or fails otherwise')
def test_secondary_cannot_stop_the_port(multi):
    second = multi.secondary()
    assert second.ask('stop')['stop'] < 0
    assert second.ask('move', COUNT, 0) == ALL
    assert second.quit() == 0
    assert multi.primary.ask('move', COUNT, 0) == ALL


@pytest.mark.only('net_ena_pmd', why='a secondary of net_ena crashes')
@pytest.mark.parametrize('how, rounds', [('restart', 60), ('reconfigure', 40), ('resets', 20)])
def test_secondary_that_polls_while_the_primary_has_the_port_in_hand_goes_on(multi, how, rounds):
    second = multi.secondary()
    for _ in range(3):
        second.tell('poll', 2000)
        assert multi.primary.ask(how, rounds) == {'rounds': rounds}, ''.join(multi.primary.text)
        assert second.answer()['polled'] > 0, ''.join(second.text)
    # what was in flight at a stop is lost, and nothing else
    assert second.ask('drain')['markers'] == 2
    for queue in (0, 1):
        assert second.ask('move', COUNT, queue) == ALL
    assert multi.primary.ask('stats')['resets_requested'] == 0
    assert second.quit() == 0, ''.join(second.text)


@pytest.mark.only('net_ena_pmd', why='the other way round is up to net_ena')
def test_a_secondary_with_this_driver_leaves_a_port_of_another_one_alone(env, runs):
    if env.wrapper:
        pytest.skip('the emulator has no shared memory of this kind')
    other = copy.copy(env)
    other.driver = 'net_ena'
    run = Multi(other, [Port(wire='loopback:lossless')])
    runs.append(run)
    second = run.secondary(plugin=env.plugin_args())
    assert 'another driver' in ''.join(second.text)
    # DPDK's own driver, which is in its default directory, has it
    assert second.ask('info')['driver'] == 'net_ena'
    assert run.primary.ask('move', COUNT, 0) == ALL
    assert second.ask('stats')['opackets'] == COUNT
    assert second.quit() == 0
    assert run.primary.quit() == 0
